"""What a value of a template means where it stands: its shape, when it is true or absent, which words it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum

from docgen.models.money import Money
from docgen.templating.lint.conditions import (
    ALWAYS,
    NEVER,
    Fact,
    Formula,
    Is,
    Value,
    absent,
    both,
    either,
    opposite,
    possible,
    true,
)
from docgen.templating.lint.shapes import (
    Absence,
    Group,
    OneOf,
    Plain,
    Rows,
    Shape,
    Sort,
    Table,
    Unknown,
    groups_of,
    joined,
    present,
)

TEXT = Plain(Sort.TEXT)


@dataclass(frozen=True)
class Meaning:
    """What is known of a value where it stands."""

    shape: Shape
    fact: Fact
    truth: Formula
    absent: Formula = NEVER
    left_out: Formula = NEVER
    words: tuple[tuple[str, Formula], ...] = ()
    """The words it can only be, each with its condition; none where it may be others."""
    written: bool = False
    """Whether it was written already, as a macro is where it is called."""


class NoSuchName(Exception):  # noqa: N818
    """A group of facts does not have a name, or not everywhere."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message, self.advice = message, advice


def of_fact(shape: Shape, path: tuple[str, ...], above: tuple[Fact, ...] = ()) -> Meaning:
    """Return the meaning of a fact by its path; `above` are those on the way to it that may be absent."""
    fact = Fact(path, shape.absence, _choices(shape), _may_be_empty(shape), above)
    return Meaning(shape, fact, true(fact), absent(fact), absent(fact, Absence.NOT_COMPUTED))


def of_words(text: str) -> Meaning:
    """Return the meaning of words in quotes."""
    found = of_fact(Plain(Sort.TEXT, (text,)), (f"“{text}”",))
    return replace(found, truth=ALWAYS if text else NEVER, words=((text, ALWAYS),))


def computed(shape: Shape, path: tuple[str, ...], of: Iterable[Meaning] = (), truth: Formula | None = None) -> Meaning:
    """Return the meaning of what is computed from other values: absent where one of them is."""
    found, others = of_fact(shape, path), tuple(of)
    return replace(
        found,
        truth=found.truth if truth is None else truth,
        absent=either(found.absent, *(each.absent for each in others)),
        left_out=either(found.left_out, *(each.left_out for each in others)),
    )


def chosen(ways: Iterable[tuple[Formula, Meaning]], path: tuple[str, ...]) -> Meaning:
    """Return the meaning of what is one value or another, each under its condition."""
    found = list(ways)
    whole = of_fact(joined(meaning.shape for _, meaning in found), path)
    return replace(
        whole,
        truth=either(*(both(when, meaning.truth) for when, meaning in found)),
        absent=either(*(both(when, meaning.absent) for when, meaning in found)),
        left_out=either(*(both(when, meaning.left_out) for when, meaning in found)),
        words=tuple((text, both(when, own)) for when, meaning in found for text, own in meaning.words)
        if all(meaning.words for _, meaning in found)
        else (),
    )


def _choices(shape: Shape) -> tuple[Value, ...]:
    if isinstance(shape, Plain):
        return (True, False) if shape.sort is Sort.TRUTH else shape.choices
    return ()


def _may_be_empty(shape: Shape) -> bool:
    """Say whether a value may be false though it is there: a day, an hour and a group of facts never are."""
    if isinstance(shape, Plain):
        return not shape.choices and shape.sort not in (Sort.TRUTH, Sort.DATE, Sort.TIME)
    return isinstance(shape, Unknown) or (isinstance(shape, Rows) and not shape.filled)


# Names of groups


def named(base: Meaning, name: str, when: Formula) -> Meaning:
    """Return the meaning of a fact by its name in a group; raises NoSuchName where it does not have it."""
    above = (*base.fact.above, *((base.fact,) if base.fact.absence else ()))
    shape = _shape_named(base, name, when)
    found = of_fact(shape, (*base.fact.path, name), above)
    return replace(found, absent=either(base.absent, found.absent), left_out=either(base.left_out, found.left_out))


def _shape_named(base: Meaning, name: str, when: Formula) -> Shape:
    match base.shape:
        case Group(names=names):
            if name in names:
                return names[name]
            raise NoSuchName(f"there is no fact “{name}” here.", did_you_mean(name, names))
        case OneOf():
            return _shape_of_several(base, base.shape, name, when)
        case Table(entry=entry):
            return entry
        case Rows():
            raise NoSuchName(f"a list has no fact “{name}”.", "Ask each of its entries, in {% for … %}.")
        case Plain(sort=sort) if name not in _KNOWN[sort]:
            raise NoSuchName(f"{sort.value} has no fact “{name}”.", "It is a single value: print it through a filter.")
        case Plain(sort=Sort.WORD):
            return TEXT
        case _:
            return Unknown()


def _shape_of_several(base: Meaning, shape: OneOf, name: str, when: Formula) -> Shape:
    having = [group for group in shape.groups if name in group.names]
    if not having and not all(group.sure for group in shape.groups):
        return Unknown()
    if not having:
        names = [known for group in shape.groups for known in group.names]
        raise NoSuchName(f"there is no fact “{name}” here.", did_you_mean(name, names))
    mark = distinguishing(shape)
    if not mark or name == mark:
        return joined(group.names[name] for group in having)
    told = Fact((*base.fact.path, mark), above=base.fact.above, choices=_words(shape.groups, mark))
    there = both(when, opposite(base.absent))
    lacking = _words([group for group in shape.groups if group.sure and name not in group.names], mark)
    if lacking and possible(there, Is(told, lacking)):
        missing = [str(word) for word in lacking if possible(there, Is(told, (word,)))]
        message = f"there is no fact “{name}” where {told.name} is {' or '.join(f'“{word}”' for word in missing)}."
        raise NoSuchName(message, f"Ask for `{mark}` first.")
    fitting = [group for group in having if possible(there, Is(told, _words([group], mark)))]
    return joined(group.names[name] for group in fitting or having)


def distinguishing(shape: OneOf) -> str:
    """Return the name by whose words groups are told apart, or nothing."""
    for name in shape.groups[0].names:
        words = [group.names.get(name) for group in shape.groups]
        if all(isinstance(each, Plain) and each.choices for each in words):
            listed = _words(shape.groups, name)
            if len(set(listed)) == len(listed):
                return name
    return ""


def _words(groups: Iterable[Group], name: str) -> tuple[Value, ...]:
    found = (group.names[name] for group in groups)
    return tuple(word for each in found if isinstance(each, Plain) for word in each.choices)


def names_of(shape: Shape) -> tuple[str, ...]:
    """Return the names that a value's facts have."""
    return tuple(name for group in groups_of(shape) for name in group.names) if isinstance(shape, Group | OneOf) else ()


def entry_of(shape: Shape) -> Shape:
    """Return the shape of a list's entries; unknown for what is none."""
    return shape.entry if isinstance(shape, Rows) else Unknown()


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the advice for a name there is not."""
    near = get_close_matches(name, sorted(set(known)), 1)
    return f"Did you mean “{near[0]}”?" if near else "The names a template may use are in docs/templates.md."


def certain(meaning: Meaning) -> Meaning:
    """Return a value that something stands in for where it is absent."""
    return replace(meaning, shape=present(meaning.shape), absent=NEVER, left_out=NEVER)


_NUMBER = frozenset(dir(int))
_KNOWN = {
    Sort.TEXT: frozenset(dir(str)),
    Sort.WORD: frozenset(dir(StrEnum)) | frozenset(dir(str)) | {"name", "value"},
    Sort.NUMBER: _NUMBER,
    Sort.COUNT: _NUMBER,
    Sort.TRUTH: _NUMBER,
    Sort.MONEY: frozenset(dir(Money)) | frozenset(Money.__dataclass_fields__),
    Sort.DATE: frozenset(dir(dt.date)),
    Sort.TIME: frozenset(dir(dt.time)),
}
