"""The outline of a template: what it can write, in reading order, each part with its place and its condition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from docgen.errors import Place
from docgen.templating.lint.conditions import ALWAYS, Formula, possible
from docgen.templating.lint.shapes import Shape

VALUE = "\ufffc"
"""What stands for a value in words and attributes."""


@dataclass(frozen=True)
class Element:
    """An element that is opened, with its attributes; `inside` are the elements around it, the outermost first."""

    name: str
    attributes: Mapping[str, str]
    place: Place
    when: Formula
    inside: tuple[Element, ...] = ()
    clause: str = ""

    def within(self, *names: str) -> bool:
        """Say whether it stands in an element of one of some names."""
        return any(each.name in names for each in self.inside)


@dataclass(frozen=True)
class Words:
    """Words of the template's own, with a mark where a value goes."""

    text: str
    place: Place
    when: Formula
    inside: tuple[Element, ...] = ()
    clause: str = ""


@dataclass(frozen=True)
class Printed:
    """A value that is written: its sort, when it is absent, and when it is so because it was left out for good."""

    said: str
    shape: Shape
    place: Place
    when: Formula
    absent: Formula
    left_out: Formula
    clause: str = ""


@dataclass(frozen=True)
class Asked:
    """A condition at one of the places it stands in: what it asks, and what has to be true to come to it."""

    said: str
    place: Place
    when: Formula
    truth: Formula
    clause: str = ""


@dataclass(frozen=True)
class Cited:
    """A clause of the contract that is cited by its id, which may be given with marks where values go."""

    name: str
    place: Place
    when: Formula
    clause: str = ""


@dataclass(frozen=True)
class Slip:
    """What cannot be right where it stands, whatever the facts: a name, a filter, a word there is none of."""

    rule: str
    message: str
    place: Place
    advice: str = ""
    clause: str = ""


@dataclass(frozen=True)
class Compared:
    """A value that is held against a word, and whether it can be that word here."""

    message: str
    place: Place
    known: bool
    advice: str = ""
    clause: str = ""


@dataclass
class Outline:
    """All that a template can write, with its partials and macros."""

    name: str
    language: str
    kind: str
    shown: str
    parts: list[Element | Words | Printed | Cited] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    compared: list[Compared] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)

    def elements(self, *names: str) -> Iterator[Element]:
        """Yield the elements of some names, in reading order; without names, all."""
        for part in self.parts:
            if isinstance(part, Element) and (not names or part.name in names):
                yield part

    def ids(self, given: Formula = ALWAYS) -> frozenset[str]:
        """Return the ids of the clauses and schedules there can be, with marks where values go.

        `given` leaves out those that there are not where it is true.
        """
        return frozenset(
            each.attributes["id"]
            for each in self.elements("clause", "schedule")
            if each.attributes.get("id") and (given == ALWAYS or possible(each.when, given))
        )


def form(name: str) -> re.Pattern[str]:
    """Return the pattern of the ids that an id with marks for values can be."""
    return re.compile(".+".join(re.escape(part) for part in name.split(VALUE)))


def may_be(target: str, name: str) -> bool:
    """Say whether a target is what a name means; both may have marks for values.

    A name that is nothing but a value may mean any target, and a target that is nothing but a value is none of those
    that are named.
    """
    if target == name or not name.strip(VALUE):
        return True
    if not target.strip(VALUE):
        return False
    return bool(form(target).fullmatch(name.replace(VALUE, "x")) or form(name).fullmatch(target.replace(VALUE, "x")))
