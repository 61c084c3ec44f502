"""Two sequences side by side: what is the same in both, what is alike, and what stands in only one of them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import takewhile, zip_longest
from typing import Generic, TypeVar

T = TypeVar("T")

ALIKE = 0.4
"""The share of words two parts have in common from which on one is the other, changed."""
ROOM = 10_000
"""Pairs up to which every one is weighed; beyond, parts are paired in the order they come."""
LONG = 4_000_000
"""Pairs from which on what occurs very often is not used to find the rest."""

ENDLESS = 100_000_000
"""Pairs from which on only what is the same at both ends is looked for; a paragraph of this length is no paragraph."""


@dataclass(frozen=True)
class Sample(Generic[T]):
    """A part and what it is recognised by.

    Parts pair only within one frame. A name alone decides where there is one; otherwise words do, and a
    shared title makes up for words that are not.
    """

    part: T
    frame: Hashable
    words: tuple[str, ...] = ()
    name: str = ""
    title: str = ""

    @cached_property
    def key(self) -> Hashable:
        """Return what equals another part's when the two are the same."""
        return (self.frame, self.name, () if self.name else self.words)

    @cached_property
    def counts(self) -> Counter[str]:
        """Return how often each word occurs."""
        return Counter(self.words)

    def likeness(self, other: Sample[T]) -> float:
        """Return from 0 to 1 how far two parts are the same."""
        if self.frame != other.frame or self.name or other.name:
            return float(self.key == other.key)
        if self.title and self.title == other.title:
            return 1.0
        count = len(self.words) + len(other.words)
        return 2 * (self.counts & other.counts).total() / count if count else 1.0


@dataclass(frozen=True)
class Stretch:
    """A stretch of two sequences: whether it is the same in both, and where it stands in each."""

    same: bool
    old: slice
    new: slice


_Pairs = Iterator[tuple[Sample[T] | None, Sample[T] | None]]


def aligned(old: Sequence[Sample[T]], new: Sequence[Sample[T]]) -> Iterator[tuple[T | None, T | None]]:
    """Yield the parts of two sequences in pairs, in order; a part without a partner is paired with None."""
    for stretch in stretches([part.key for part in old], [part.key for part in new]):
        before, after = old[stretch.old], new[stretch.new]
        pairs: _Pairs[T] = zip(before, after, strict=True) if stretch.same else _weighed(before, after)
        for left, right in pairs:
            yield (left.part if left else None), (right.part if right else None)


def stretches(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Stretch]:
    """Yield the stretches of two sequences, the same and the different in turn."""
    pairs = len(old) * len(new)
    if pairs > ENDLESS:
        yield from _ends(old, new)
        return
    matcher = SequenceMatcher(None, old, new, autojunk=pairs > LONG)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        yield Stretch(kind == "equal", slice(old_start, old_end), slice(new_start, new_end))


def _ends(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Stretch]:
    """Yield what is the same at the beginning and at the end, and between them what differs."""
    head = _shared(zip(old, new, strict=False))
    tail = _shared(zip(reversed(old[head:]), reversed(new[head:]), strict=False))
    old_end, new_end = len(old) - tail, len(new) - tail
    yield Stretch(True, slice(0, head), slice(0, head))
    yield Stretch(False, slice(head, old_end), slice(head, new_end))
    yield Stretch(True, slice(old_end, len(old)), slice(new_end, len(new)))


def _shared(pairs: Iterable[tuple[Hashable, Hashable]]) -> int:
    """Return how many pairs from the first on are two of the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _weighed(old: Sequence[Sample[T]], new: Sequence[Sample[T]]) -> _Pairs[T]:
    """Yield pairs of parts that are not the same, so that what is paired is as much alike as can be."""
    if len(old) * len(new) > ROOM:
        yield from _in_turn(old, new)
        return
    row, column = 0, 0
    for left, right in _best(old, new):
        yield from ((part, None) for part in old[row:left])
        yield from ((None, part) for part in new[column:right])
        yield old[left], new[right]
        row, column = left + 1, right + 1
    yield from ((part, None) for part in old[row:])
    yield from ((None, part) for part in new[column:])


def _in_turn(old: Sequence[Sample[T]], new: Sequence[Sample[T]]) -> _Pairs[T]:
    for left, right in zip_longest(old, new):
        if left and right and left.likeness(right) >= ALIKE:
            yield left, right
            continue
        if left:
            yield left, None
        if right:
            yield None, right


def _best(old: Sequence[Sample[T]], new: Sequence[Sample[T]]) -> Iterator[tuple[int, int]]:
    """Yield the places of the pairs whose likenesses are the most in all, in order."""
    weights = [[_weight(left, right) for right in new] for left in old]
    totals = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for row in reversed(range(len(old))):
        for column in reversed(range(len(new))):
            with_pair = weights[row][column] + totals[row + 1][column + 1]
            totals[row][column] = max(with_pair, totals[row + 1][column], totals[row][column + 1])
    row = column = 0
    while row < len(old) and column < len(new):
        if weights[row][column] and totals[row][column] == weights[row][column] + totals[row + 1][column + 1]:
            yield row, column
            row, column = row + 1, column + 1
        elif totals[row][column] == totals[row + 1][column]:
            row += 1
        else:
            column += 1


def _weight(left: Sample[T], right: Sample[T]) -> float:
    likeness = left.likeness(right)
    return likeness if likeness >= ALIKE else 0.0


_SHINGLE = 5


def anchored(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Stretch]:
    """Yield the stretches of two long sequences: between what occurs once in both, each gap is compared by itself."""
    row = column = 0
    for left, right in [*_anchors(old, new), (len(old), len(new))]:
        for each in stretches(old[row:left], new[column:right]):
            yield Stretch(each.same, _moved(each.old, row), _moved(each.new, column))
        row, column = left, right


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return the places of runs that occur once in both, the most of them that stand in the same order."""
    places = [_once(sequence) for sequence in (old, new)]
    pairs = sorted((place, places[1][run]) for run, place in places[0].items() if run in places[1])
    # The longest rising line of the second places, by patience.
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        at = bisect_left(tails, place)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [place]
        ends[at : at + 1] = [index]
    found: list[tuple[int, int]] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]


def _once(sequence: Sequence[Hashable]) -> dict[tuple[Hashable, ...], int]:
    runs = [tuple(sequence[place : place + _SHINGLE]) for place in range(len(sequence) - _SHINGLE + 1)]
    counts = Counter(runs)
    return {run: place for place, run in enumerate(runs) if counts[run] == 1}


def _moved(part: slice, by: int) -> slice:
    return slice(part.start + by, part.stop + by)
