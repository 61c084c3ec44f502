"""Defined terms: used and defined, once, in this order, and with the same capitals.

Whether a term is used that nobody defined can be told in English only, where a capital within a sentence means
something. What stands in a list of definitions may be used before it; what is defined in passing, behind that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from docgen.errors import Finding, Place
from docgen.templating.lint.conditions import Formula, possible
from docgen.templating.lint.outline import VALUE, Element, Outline, Words
from docgen.templating.lint.rules import Reading, found

_TITLES = ("title", "caption", "heading", "alt")
_RUN = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_GOES_ON = re.compile(r"[a-z,;] $")
_NO_TERMS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    *("December", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    *("Schedule", "Schedules", "English", "Madam", "Sir"),
)
"""Words that have a capital in every text: of the calendar, for parts of a document, and to address somebody."""


@dataclass(frozen=True)
class _Definition:
    term: str
    place: Place
    when: Formula
    position: int
    listed: bool
    clause: str


@dataclass(frozen=True)
class _Passage:
    text: str
    place: Place
    when: Formula
    position: int
    inside: tuple[Element, ...]
    clause: str


def check_definitions(reading: Reading) -> Iterator[Finding]:
    """Yield what is wrong with the defined terms of templates that define some."""
    for outline in reading.outlines:
        defined, passages = list(_definitions(outline)), list(_passages(outline))
        if defined:
            yield from _twice(defined)
            for definition in defined:
                yield from _uses(definition, defined, passages, outline.language)
            if outline.language == "en":
                yield from _undefined(defined, passages, reading.terms.get("en", frozenset()))


def terms_of(outline: Outline) -> frozenset[str]:
    """Return the terms that a template defines."""
    return frozenset(each.term for each in _definitions(outline))


def _definitions(outline: Outline) -> Iterator[_Definition]:
    for position, part in enumerate(outline.parts):
        if isinstance(part, Element) and part.name == "definition" and part.attributes.get("term"):
            yield _Definition(part.attributes["term"], part.place, part.when, position, listed=True, clause=part.clause)
        elif isinstance(part, Words) and part.inside and part.inside[-1].name == "term" and VALUE not in part.text:
            term = " ".join(part.text.split())
            yield _Definition(term, part.inside[-1].place, part.when, position, listed=False, clause=part.clause)


def _passages(outline: Outline) -> Iterator[_Passage]:
    for position, part in enumerate(outline.parts):
        if isinstance(part, Words):
            text = " ".join(part.text.split())
            yield _Passage(text, part.place, part.when, position, part.inside, part.clause)
        elif isinstance(part, Element):
            for name in _TITLES:
                if text := part.attributes.get(name, ""):
                    yield _Passage(text, part.place, part.when, position, (*part.inside, part), part.clause)


def _twice(defined: Iterable[_Definition]) -> Iterator[Finding]:
    known: dict[str, list[_Definition]] = {}
    for each in defined:
        for other in known.setdefault(each.term, []):
            if other.place != each.place and possible(each.when, other.when):
                message = f"“{each.term}” is defined already, in {other.place.file}:{other.place.line}."
                yield found("term-twice", message, each.place, clause=each.clause)
                break
        known[each.term].append(each)


def _uses(
    definition: _Definition, defined: Iterable[_Definition], passages: Iterable[_Passage], language: str
) -> Iterator[Finding]:
    """Yield what is wrong with how a term is used: not at all, too early, or in other capitals."""
    term, exact = definition.term, _uses_of(definition.term, language)
    loose = _uses_in_any_case(term, language) if " " in term else None
    others = [each for each in defined if each.term == term]
    used, early = False, False
    for passage in passages:
        found_here = (loose or exact).search(passage.text)
        if not found_here or _is_definition(passage, term) or not possible(passage.when, definition.when):
            continue
        if exact.search(passage.text):
            used = True
            if not early and _is_early(passage, definition, others):
                early = True
                message = f"“{term}” is used here, before it is defined in {_where(definition)}."
                yield found("term-early", message, passage.place, clause=passage.clause)
        for match in loose.finditer(passage.text) if loose else ():
            if not exact.fullmatch(match[0]) and not match[0].isupper():
                message = f"“{match[0]}” is defined as “{term}” in {_where(definition)}."
                yield found("term-capitals", message, passage.place, clause=passage.clause)
    if not used:
        message = f"“{term}” is defined and never used."
        yield found("term-unused", message, definition.place, clause=definition.clause)


def _is_early(passage: _Passage, definition: _Definition, others: Iterable[_Definition]) -> bool:
    """Say whether a passage uses a term that is defined in passing only behind it."""
    if definition.listed or passage.position >= definition.position or not _is_prose(passage):
        return False
    return not any(each.position < passage.position and possible(each.when, passage.when) for each in others)


def _undefined(
    defined: Iterable[_Definition], passages: Iterable[_Passage], others: frozenset[str]
) -> Iterator[Finding]:
    terms = [*(each.term for each in defined), *others, *_NO_TERMS]
    told: set[str] = set()
    for passage in passages:
        if not _is_prose(passage):
            continue
        for match in _RUN.finditer(passage.text):
            within = _GOES_ON.search(passage.text[: match.start()])
            if within and match[0] not in told and not _made_of(match[0], terms):
                told.add(match[0])
                message = f"“{match[0]}” has the capitals of a defined term, and nothing defines it."
                yield found("term-undefined", message, passage.place, clause=passage.clause)


def _made_of(run: str, terms: Iterable[str]) -> bool:
    """Say whether words with capitals are defined terms one behind the other."""
    rest = run
    for term in sorted(terms, key=len, reverse=True):
        rest = _uses_of(term, "en").sub("", rest)
    return not rest.strip()


def _is_definition(passage: _Passage, term: str) -> bool:
    """Say whether a passage is where a term is defined, in a list or in passing."""
    if passage.inside and passage.inside[-1].name == "term":
        return passage.text == term
    return any(each.name == "definition" and each.attributes.get("term") == term for each in passage.inside)


def _is_prose(passage: _Passage) -> bool:
    return any(each.name in ("p", "clause", "li", "td", "definition") for each in passage.inside[-1:])


def _where(definition: _Definition) -> str:
    return f"{definition.place.file}:{definition.place.line}"


@cache
def _uses_of(term: str, language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(_forms(term, language))})(?!\w)")


@cache
def _uses_in_any_case(term: str, language: str) -> re.Pattern[str]:
    return re.compile(_uses_of(term, language).pattern, re.IGNORECASE)


def _forms(term: str, language: str) -> Iterator[str]:
    """Yield the forms in which a term can stand, as patterns: one or many; with endings where words have them."""
    if language != "en":
        yield " ".join(rf"{re.escape(word)}\w{{0,3}}" for word in term.split())
        return
    said = re.escape(term)
    yield from (rf"{said}e?s", said)
    if term.endswith("y"):
        yield re.escape(f"{term[:-1]}ies")
    if term.endswith("s"):
        yield re.escape(term[:-1])
