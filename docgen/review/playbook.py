"""Each difference of a returned file by the playbook: allowed, forbidden, or for whom to decide, and by which rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from docgen.doctree.manuscript import Line, Part, Piece, tokens
from docgen.doctree.nodes import Block, Clause, Schedule
from docgen.doctree.redline import Place
from docgen.doctree.text import inline_words
from docgen.doctree.walk import block_words, children
from docgen.models.playbook import ALLOWED, LEGAL, STANDARD, Fallback, Position, Ruling
from docgen.review.differences import NOWHERE, Difference, Kind, Placed

REWRITTEN = 0.25
"""The share of words that a clause which went has in common with words that came, from which on it was rewritten."""
Words = tuple[str, ...]
Around = Mapping[str, tuple[str, ...]]
"""The clauses around each clause by its id, from itself outward."""


@dataclass(frozen=True)
class ChangedValue:
    """A change of words that is one of a fact: its path in the engagement file, and what the limit of it says.

    `is_limited` says that a limit speaks of the fact itself, and not only of a value computed from it. `also` names the
    places where the new value changes words that the file has left as they were.
    """

    path: str
    old: str
    new: str
    ruling: Ruling | None = None
    limit: str = ""
    is_limited: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Classified:
    """A difference, what the playbook makes of it, and by which of its rules."""

    difference: Difference
    ruling: Ruling
    rule: str
    fallback: str = ""
    value: ChangedValue | None = None


@dataclass(frozen=True)
class Offer:
    """A fallback of a clause in the words it would have in this document."""

    clause: str
    fallback: Fallback
    words: Words


def words_of(text: str) -> Words:
    """Return the words of a text as they are compared."""
    return _words(Line((Piece(text),)))


def _words(line: Line) -> Words:
    return tuple(token.key for token in tokens(line))


def clauses_around(blocks: tuple[Block, ...], outer: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    """Return for every clause and schedule of a tree those around it, from itself outward."""
    found: dict[str, tuple[str, ...]] = {}
    for block in blocks:
        here = (block.id, *outer) if isinstance(block, Clause | Schedule) else outer
        if isinstance(block, Clause | Schedule):
            found[block.id] = here
        found |= clauses_around(children(block), here)
    return found


def lines_of(blocks: tuple[Block, ...], place: Place = NOWHERE) -> Iterator[tuple[str, Place]]:
    """Yield the words of a tree line by line, each with the clause it stands in."""
    for block in blocks:
        here = place.at(block)
        yield from ((text, here) for text in map(inline_words, block_words(block)) if text.strip())
        yield from lines_of(children(block), here)


def classify(
    differences: Sequence[Difference],
    sides: tuple[Sequence[Placed], Sequence[Placed]],
    around: Around,
    positions: Mapping[str, Position],
    offers: Iterable[Offer] = (),
    values: Mapping[int, ChangedValue] | None = None,
) -> tuple[Classified, ...]:
    """Return all differences as the playbook classifies them.

    `sides` are the lines as issued and as they came back; `values` has the changed fact of a difference by its index.
    """
    offers = tuple(offers)
    taken = _taken(offers, differences, sides[1], around)
    gone = _gone(differences, sides, around)
    judge = _Judge(around, positions, taken, gone, offers)
    return tuple(judge.classified(each, (values or {}).get(index)) for index, each in enumerate(differences))


@dataclass(frozen=True)
class _Judge:
    around: Around
    positions: Mapping[str, Position]
    taken: Mapping[str, Fallback]
    gone: Collection[str]
    offers: tuple[Offer, ...]

    def classified(self, difference: Difference, value: ChangedValue | None) -> Classified:
        chain = self.around.get(difference.where.clause_id, ())
        if difference.part not in (Part.BODY, Part.TEXT_BOX) or not chain:
            return Classified(difference, LEGAL, "outside the clauses")
        if difference.kind is Kind.HIDDEN:
            return Classified(difference, LEGAL, "words that do not show")
        if found := self._fallback(difference, chain):
            clause, fallback = found
            return Classified(
                difference, _change(fallback.ruling), f"{clause}: its fallback {fallback.id}", fallback.id
            )
        if value and value.ruling and (value.is_limited or value.ruling.weight > self._otherwise(chain)[1].weight):
            rule = f"{value.path}: {value.limit}"
            return Classified(difference, _change(value.ruling), rule, value=value)
        if difference.kind is Kind.REMOVED and (lost := [each for each in chain if each in self.gone]):
            clause, ruling = max(((each, self._removal(each)) for each in lost), key=lambda pair: pair[1].weight)
            return Classified(difference, _change(ruling), f"{clause}: taken out", value=value)
        clause, ruling = self._otherwise(chain)
        rule = f"{clause}: any other change" if clause else "no playbook speaks of it"
        return Classified(difference, _change(ruling), rule, value=value)

    def _fallback(self, difference: Difference, chain: tuple[str, ...]) -> tuple[str, Fallback] | None:
        for clause in chain:
            if clause in self.taken:
                return clause, self.taken[clause]
        if difference.kind is Kind.ADDED:
            said = words_of(difference.after)
            return next(((each.clause, each.fallback) for each in self.offers if each.words == said), None)
        return None

    def _removal(self, clause: str) -> Ruling:
        position = self.positions.get(clause)
        return position.removal if position and position.removal else self._otherwise(self.around[clause])[1]

    def _otherwise(self, chain: tuple[str, ...]) -> tuple[str, Ruling]:
        for clause in chain:
            position = self.positions.get(clause)
            if position and position.otherwise:
                return clause, position.otherwise
        return "", LEGAL


def _change(ruling: Ruling) -> Ruling:
    return ALLOWED if ruling == STANDARD else ruling


def _taken(
    offers: Iterable[Offer], differences: Sequence[Difference], returned: Sequence[Placed], around: Around
) -> dict[str, Fallback]:
    """Return the fallbacks that the file has taken, by their clauses."""
    touched = {clause for each in differences for clause in around.get(each.where.clause_id, ())}
    added = {words_of(each.after) for each in differences if each.kind is Kind.ADDED}
    moved = {(each.to, words_of(each.after)) for each in differences if each.kind is Kind.MOVED}
    # What was moved behind a clause is not of its words.
    own = [each for each in returned if not moved or (each.where, _words(each.line)) not in moved]
    found: dict[str, Fallback] = {}
    for offer in offers:
        if offer.clause in touched and offer.clause not in found:
            said = clause_words(own, offer.clause, around)
            if offer.words in (said, *added):
                found[offer.clause] = offer.fallback
    return found


def clause_words(lines: Iterable[Placed], clause: str, around: Around) -> Words:
    """Return the words of a clause, with those of the clauses in it."""
    own = (each.line for each in lines if clause in around.get(each.where.clause_id, ()))
    return tuple(token.key for line in own for token in tokens(line))


def _gone(
    differences: Sequence[Difference], sides: tuple[Sequence[Placed], Sequence[Placed]], around: Around
) -> frozenset[str]:
    """Return the clauses of which no word is left, and that were not written anew."""
    before, after = (
        {clause for each in side for clause in around.get(each.where.clause_id, ()) if each.line.text.strip()}
        for side in sides
    )
    came = [Counter(words_of(each.after)) for each in differences if each.kind is Kind.ADDED]

    def is_rewritten(clause: str) -> bool:
        went = Counter(clause_words(sides[0], clause, around))
        return any(2 * (went & words).total() >= REWRITTEN * 2 * went.total() for words in came)

    return frozenset(clause for clause in before - after if not is_rewritten(clause))


def routed(classified: Iterable[Classified]) -> dict[Ruling, int]:
    """Return how many differences there are of each ruling, the gravest first."""
    counts = Counter(each.ruling for each in classified)
    return dict(sorted(counts.items(), key=lambda pair: (-pair[0].weight, str(pair[0].role or ""))))
