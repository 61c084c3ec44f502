"""The data patch that would make a returned change ours: facts whose new values give the words that came back.

A value is guessed from the words and then proved: the document is made again with it, and the line has to read as it
came back. A guess that gives other words is no patch.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from docgen.actions.desk import Desk
from docgen.actions.making import Ingredients, make_document
from docgen.doctree.alignment import stretches
from docgen.errors import DocgenError
from docgen.facts.load import Sourced
from docgen.facts.recorded import facts_bytes, read_facts_bytes
from docgen.lifecycle.house_terms import in_words
from docgen.models.engagement import Engagement
from docgen.models.money import Money
from docgen.review.differences import Compared, Difference, Kind
from docgen.review.playbook import Around, ChangedValue, Words, lines_of, words_of
from docgen.review.spoken import Tongue, days_in, numbers_in, plainly, tongue_of

if TYPE_CHECKING:
    from docgen.doctree.nodes import Document

MOST = 60
"""How many documents are made at most to prove guesses of one file."""
_VALUES = (Kind.WORDING, Kind.NUMBER, Kind.AMOUNT, Kind.DATE)


@dataclass(frozen=True)
class Leaf:
    """A single fact of an engagement: where it stands, under which path people name it, and its value."""

    loc: tuple[str | int, ...]
    path: str
    value: Any


@dataclass(frozen=True)
class Guess:
    """A fact and the value that the words of a change may mean, as a fact file writes it."""

    leaf: Leaf
    new: str

    @property
    def changed(self) -> ChangedValue:
        """Return the change of the fact."""
        old = self.leaf.value
        return ChangedValue(self.leaf.path, _written(old.amount) if isinstance(old, Money) else in_words(old), self.new)


Row = tuple[str, str, Words]
"""A line of a document: its clause, where that stands in words, and its words with numbers in figures."""


def changed_values(
    desk: Desk,
    made_from: Ingredients,
    document: Document,
    compared: Compared,
    around: Around,
    chosen: Mapping[str, frozenset[str]],
) -> dict[int, ChangedValue]:
    """Return the changed fact of each difference that is one, by the index of the difference.

    `chosen` names by clause the facts that are chosen from a list: their words say nothing of their value, so that only
    those which the clause is known to print are tried.
    """
    tongue = tongue_of(document.language, made_from.engagement.locale)
    return _Prover(desk, made_from, compared, around, document, tongue, chosen).found()


@dataclass
class _Prover:
    desk: Desk
    made_from: Ingredients
    compared: Compared
    around: Around
    document: Document
    tongue: Tongue
    chosen: Mapping[str, frozenset[str]]
    tries: int = 0
    made: dict[tuple[str, str], tuple[Row, ...] | None] = field(default_factory=dict)

    def found(self) -> dict[int, ChangedValue]:
        issued = self._rows(self.document)
        leaves = tuple(leaves_of(self.made_from.engagement))
        found: dict[int, ChangedValue] = {}
        for index, each in enumerate(self.compared.differences):
            if each.kind not in _VALUES or not each.context or each.where.clause_id not in self.around:
                continue
            named = frozenset[str]().union(*(self.chosen.get(name, ()) for name in self.around[each.where.clause_id]))
            there = [leaf for leaf in leaves if not isinstance(leaf.value, StrEnum) or leaf.path in named]
            for guess in guesses(each, there, self.tongue):
                also = self._proved(guess, each, issued)
                if also is not None:
                    found[index] = replace(guess.changed, also=also)
                    break
        return found

    def _proved(self, guess: Guess, difference: Difference, issued: Sequence[Row]) -> tuple[str, ...] | None:
        """Return where a guess changes words besides, or None where it does not give the words that came back."""
        patched = self._patched(guess)
        if patched is None or len(patched) != len(issued):
            return None
        line = plainly(words_of(difference.context), self.tongue.language)
        clause = difference.where.clause_id
        places, came = self._changed(clause, issued)
        returned = max(
            came, key=lambda words: (Counter(line) & Counter(words)).total() / (len(line) + len(words)), default=()
        )
        for place in places:
            words = issued[place][2]
            start = _position(words, line) if words != patched[place][2] else -1
            if start < 0:
                continue
            new = (*line[:start], *patched[place][2], *line[start + len(words) :])
            if _edits(new, returned) < _edits(line, returned):
                return self._besides(issued, patched, place)
        return None

    def _changed(self, clause: str, issued: Sequence[Row]) -> tuple[list[int], list[Words]]:
        """Return the lines of a clause that did not come back as they were, and what came: others may say the same."""
        places = [place for place, row in enumerate(issued) if row[0] == clause]
        came = [words for name, _, words in self._came if name == clause]
        changed = [each for each in stretches([issued[place][2] for place in places], came) if not each.same]
        return (
            [place for each in changed for place in places[each.old]],
            [words for each in changed for words in came[each.new]],
        )

    def _besides(self, issued: Sequence[Row], patched: Sequence[Row], place: int) -> tuple[str, ...]:
        """Return where a new value changes lines other than one, of which none reads so in the file."""
        kept = {words for _, _, words in self._came}
        return tuple(
            where
            for number, (_, where, words) in enumerate(patched)
            if number != place and words != issued[number][2] and words not in kept
        )

    @property
    def _came(self) -> tuple[Row, ...]:
        if ("", "") not in self.made:
            self.made["", ""] = tuple(
                (each.where.clause_id, each.where.where, plainly(words_of(each.line.text), self.tongue.language))
                for each in self.compared.lines
            )
        return self.made["", ""] or ()

    def _patched(self, guess: Guess) -> tuple[Row, ...] | None:
        """Return the lines of the document with another value, or None where no document comes of it."""
        key = guess.leaf.path, guess.new
        if key not in self.made:
            self.made[key] = None
            if self.tries < MOST:
                self.tries += 1
                engagement = with_value(self.made_from.engagement, guess)
                if engagement:
                    self.made[key] = self._made(engagement)
        return self.made[key]

    def _made(self, engagement: Engagement) -> tuple[Row, ...] | None:
        facts = self.made_from.facts
        first = facts.engagements[0]
        items = tuple(Sourced(engagement, first.source) if each is first else each for each in facts.items)
        try:
            made = make_document(self.desk, replace(self.made_from, facts=replace(facts, items=items)))
        except DocgenError:  # such a value makes no document, so nobody means it
            return None
        return self._rows(made.document)

    def _rows(self, document: Document) -> tuple[Row, ...]:
        return tuple(
            (place.clause_id, place.where, plainly(words_of(text), self.tongue.language))
            for text, place in lines_of(document.blocks)
        )


def _position(part: Words, whole: Words) -> int:
    """Return where some words stand in a line, or -1: a file puts a term and its definition on one line."""
    places = (start for start in range(len(whole) - len(part) + 1) if whole[start : start + len(part)] == part)
    return next(places, -1)


def _edits(old: Words, new: Words) -> Counter[tuple[Words, Words]]:
    return Counter((old[each.old], new[each.new]) for each in stretches(old, new) if not each.same)


# Guesses


def guesses(difference: Difference, leaves: Sequence[Leaf], tongue: Tongue) -> Iterator[Guess]:
    """Yield the facts that a change of words may be one of, each with the value that the words give it."""
    seen: set[tuple[str, str]] = set()
    for leaf in leaves:
        for new in dict.fromkeys(_meant(leaf.value, difference, tongue)):
            if new != in_words(leaf.value) and (leaf.path, new) not in seen:
                seen.add((leaf.path, new))
                yield Guess(leaf, new)


def _meant(value: Any, difference: Difference, tongue: Tongue) -> Iterator[str]:
    before, after = difference.before, difference.after
    match value:
        case bool():
            return
        case Money(amount=amount):
            yield from map(_written, _instead(amount, numbers_in(before, tongue), numbers_in(after, tongue)))
        case int() | Decimal():
            yield from map(_written, _instead(Decimal(value), numbers_in(before, tongue), numbers_in(after, tongue)))
        case dt.date():
            yield from (day.isoformat() for day in _instead(value, days_in(before, tongue), days_in(after, tongue)))
        case StrEnum():
            if difference.kind is Kind.WORDING:
                yield from (str(other.value) for other in type(value) if other is not value)
        case str():
            yield from _renamed(value, difference)


def _instead(value: Any, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Any]:
    """Yield what stands in the place of a value: the one at the same place first, then any other."""
    if value not in before:
        return
    if len(before) == len(after):
        yield after[before.index(value)]
    yield from (each for each in after if each not in before)


def _written(number: Decimal) -> str:
    return format(number, "f")


def _renamed(value: str, difference: Difference) -> Iterator[str]:
    """Yield a text with the words changed that the difference changes in it."""
    said, before, after = (" ".join(each.split()) for each in (value, difference.before, difference.after))
    if not before or not after or said not in " ".join(difference.context.split()):
        return
    if before in said:
        yield said.replace(before, after, 1)
    elif said in before:
        rest = before.split(said, 1)
        if after.startswith(rest[0]) and after.endswith(rest[1]):
            yield after[len(rest[0]) : len(after) - len(rest[1])].strip()


# Facts


def leaves_of(engagement: Engagement) -> Iterator[Leaf]:
    """Yield every single fact of an engagement."""
    yield from _leaves(engagement, (), ())


def _leaves(value: Any, loc: tuple[str | int, ...], path: tuple[str, ...]) -> Iterator[Leaf]:
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            key = info.alias or name
            yield from _leaves(getattr(value, name), (*loc, key), (*path, key))
    elif isinstance(value, tuple):
        for number, entry in enumerate(value):
            yield from _leaves(entry, (*loc, number), (*path, str(getattr(entry, "id", None) or number + 1)))
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _leaves(entry, (*loc, str(key)), (*path, str(key)))
    elif value is not None and path[-1] not in ("id", "format", "revision", "kind"):
        yield Leaf(loc, ".".join(path), value)


def with_value(engagement: Engagement, guess: Guess) -> Engagement | None:
    """Return an engagement with another value of a fact, or None where the fact cannot have it."""
    data: Any = json.loads(facts_bytes(engagement))
    group = data
    *groups, last = guess.leaf.loc
    for part in groups:
        group = group[part]
    old = group[last]
    group[last] = guess.new if isinstance(old, str) else json.loads(guess.new) if guess.new.isdigit() else guess.new
    try:
        return read_facts_bytes(json.dumps(data).encode(), Engagement, engagement.id, engagement.currency).facts
    except (DocgenError, ValidationError):
        return None
