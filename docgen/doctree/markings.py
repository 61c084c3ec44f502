"""What is to be marked in a file as tracked: words of its own, and words that it lacks, each where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from docgen.doctree.alignment import Stretch, stretches
from docgen.doctree.manuscript import Chunk, Line, chunks
from docgen.doctree.nodes import Fate

SHARED = 0.3
"""The share of words that must have stayed for a line to be marked word by word."""

Spot = tuple[int, int]
"""A piece of a line by its number, and a letter of it."""


@dataclass(frozen=True)
class Own:
    """Letters of a line of the file, from one spot to another, that came or went."""

    line: Line
    start: Spot
    stop: Spot
    fate: Fate


@dataclass(frozen=True)
class OwnLine:
    """A line of the file that came or went as a whole."""

    line: Line
    fate: Fate


@dataclass(frozen=True)
class Lacking:
    """Words that a line of the file lacks, and before which letter they stand."""

    line: Line
    before: Spot
    words: str
    fate: Fate


@dataclass(frozen=True)
class LackingLine:
    """A line that the file lacks, and between which of its lines it stands."""

    words: str
    fate: Fate
    after: Line | None = None
    before: Line | None = None


Marking = Own | OwnLine | Lacking | LackingLine
Pair = tuple[Line | None, Line | None]


def markings(pairs: Sequence[Pair], *, own: Fate, lacking: Fate) -> Iterator[Marking]:
    """Yield what makes of a file one that says both: each pair is a line elsewhere and the file’s own.

    `own` is the fate of words that the file alone has, `lacking` that of words that only the other has.
    """
    last: Line | None = None
    for index, (other, line) in enumerate(pairs):
        if line is None:
            if other is not None:
                following = next((each for _, each in pairs[index + 1 :] if each), None)
                yield LackingLine(other.text, lacking, last, following)
            continue
        last = line
        if other is None:
            yield OwnLine(line, own)
        else:
            yield from _within(other, line, own, lacking)


def _within(other: Line, line: Line, own: Fate, lacking: Fate) -> Iterator[Marking]:
    there, here = chunks(other), chunks(line)
    found = list(_told(there, here))
    same = sum(each.new.stop - each.new.start for each in found if each.same)
    if not all(each.same for each in found) and same < SHARED * max(len(there), len(here)):
        found = [Stretch(False, slice(0, len(there)), slice(0, len(here)))]
    for stretch in found:
        if stretch.same:
            continue
        # At the end of either line the space before the words goes with them, elsewhere the one behind.
        ends = stretch.old.stop == len(there) or stretch.new.stop == len(here)
        start, stop = _reach(here, line, stretch.new, ends=ends)
        if stretch.old.start != stretch.old.stop:
            yield Lacking(line, start, _text(other, *_reach(there, other, stretch.old, ends=ends)), lacking)
        if stretch.new.start != stretch.new.stop:
            yield Own(line, start, stop, own)


def _told(there: Sequence[Chunk], here: Sequence[Chunk]) -> Iterator[Stretch]:
    """Yield the stretches of two lines; references that lead to the same are the same, whatever their numbers."""
    for each in stretches([chunk.key for chunk in there], [chunk.key for chunk in here]):
        old, new = range(each.old.start, each.old.stop), range(each.new.start, each.new.stop)
        if each.same or len(old) != len(new):
            yield each
            continue
        pairs = zip(old, new, strict=True)
        for same, group in groupby(pairs, key=lambda pair: there[pair[0]].leads == here[pair[1]].leads):
            (left, right), *others = group
            count = 1 + len(others)
            yield Stretch(same, slice(left, left + count), slice(right, right + count))


def _reach(words: Sequence[Chunk], line: Line, part: slice, *, ends: bool) -> tuple[Spot, Spot]:
    """Return from where to where some chunks reach, with the space on one side of them."""
    first, last = int(part.start), int(part.stop)
    if ends and first:
        piece, _, behind = words[first - 1].places[-1]
        start = piece, behind
        return start, (_end(words[last - 1]) if last > first else start)
    start = words[first].places[0][:2] if first < len(words) else (len(line.pieces), 0)
    return start, words[last].places[0][:2] if last < len(words) else (len(line.pieces), 0)


def _end(chunk: Chunk) -> Spot:
    piece, _, behind = chunk.places[-1]
    return piece, behind


def _text(line: Line, start: Spot, stop: Spot) -> str:
    found = ""
    for index, piece in enumerate(line.pieces):
        if not piece.hidden and start[0] <= index <= stop[0]:
            left = start[1] if index == start[0] else 0
            right = stop[1] if index == stop[0] else len(piece.text)
            found += piece.text[left:right]
    return found
