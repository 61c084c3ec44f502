"""What a file that came back from review says otherwise than the reading view it was made from, to the letter.

Three readings are held side by side: the base, the file without its tracked changes, and the file with them. A word of
the base that stands in both others has stayed; what lies between two such words was changed, silently between the first
two readings and by somebody between the last two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain

from docgen.doctree.alignment import Sample, aligned, stretches
from docgen.doctree.manuscript import Line, Manuscript, Part, Tracked, View, plain
from docgen.doctree.nodes import Fate
from docgen.review.differences import CONFETTI, false_entries, letters_of
from docgen.review.spelling import Sign, Spelled, Word, authors, lines_of, shown, signs_of

_FEWEST = 4
"""Words a paragraph needs to be known again in another place."""


class Sort(StrEnum):
    """What was done."""

    REWORDED = "reworded"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    REBROKEN = "parted or joined"
    HIDDEN = "hidden text"
    PICTURE = "picture"
    BESIDE = "at the edge of the page"


@dataclass(frozen=True)
class Rewording:
    """One change: words `first` up to `last` of a line of the base, and what stands there now.

    Of whole paragraphs `line` is the one that changed or the one behind which something came (-1: before all).
    """

    sort: Sort
    line: int
    first: int = 0
    last: int = 0
    before: str = ""
    after: str = ""
    words: tuple[Word, ...] = ()
    by: tuple[Tracked, ...] = ()
    silent: bool = False
    """Whether something in it was tracked by nobody."""
    spaced: bool = False
    """Whether white space stands behind the new words."""
    broken: bool = False
    """Whether a line break or a tabulator stands among the new words."""


@dataclass(frozen=True)
class Compared:
    """All that was changed, and where each line that is there now stands in the base."""

    changes: tuple[Rewording, ...]
    lines: tuple[Spelled, ...]
    partners: tuple[int, ...]
    """For each line that is there now the one of the base, or -1 where it is new."""
    stayed: tuple[tuple[int, int], ...]
    """By the place of its first sign, the words that stayed: (place, number of the word in its line of the base)."""


def reworded(base: Sequence[Spelled], returned: Manuscript, beside: Sequence[Line], pictures: int) -> Compared:
    """Return what a file changed of a base: its lines as words, what stands beside them, and how many pictures."""
    signs = signs_of(returned.lines)
    comparison = _Comparison(
        base,
        signs,
        lines_of(signs, returned.lines, Fate.CAME),
        lines_of(signs, returned.lines, Fate.WENT),
    )
    changes = _with_moves(list(comparison.changes()))
    others = (*_beside(beside, returned), *_hidden(beside, returned), *_pictures(pictures, returned))
    stayed = tuple((word.signs[0], index) for word, index in comparison.stayed())
    return Compared((*changes, *others), tuple(comparison.new), tuple(comparison.partners()), stayed)


_Anchor = tuple[int, int, int, int, int, int]
"""A word that stayed: line and word in the base, in the file without its changes, and in the file with them."""


class _Comparison:
    def __init__(
        self, base: Sequence[Spelled], signs: Sequence[Sign], old: Sequence[Spelled], new: Sequence[Spelled]
    ) -> None:
        self.base, self.signs, self.old, self.new = base, signs, old, new
        self.paired, self.kept = _aligned(base, old)
        after = {word.signs: (i, j) for i, line in enumerate(new) for j, word in enumerate(line.words)}
        self.anchors: list[_Anchor] = []
        for b, i, r, j in self.kept:
            place = after.get(old[r].words[j].signs)
            if place:
                self.anchors.append((b, i, r, j, *place))
        self.groups = list(self._groups())

    def _groups(self) -> Iterator[tuple[list[int], list[int]]]:
        """Yield lines of the base and lines that are there now which have words in common."""
        links = [(anchor[0], anchor[4]) for anchor in self.anchors]
        linked_old, linked_new = {b for b, _ in links}, {a for _, a in links}
        ends = {line.end: a for a, line in enumerate(self.new)}
        for b, r in self.paired:  # a paragraph whose words were all exchanged is known by its end
            a = ends.get(self.old[r].end)
            if a is not None and b not in linked_old and a not in linked_new:
                links.append((b, a))
        yield from _components(len(self.base), len(self.new), links)

    def partners(self) -> list[int]:
        """Return for each line that is there now the first line of the base in its group."""
        found = [-1] * len(self.new)
        for old, new in self.groups:
            for a in new:
                found[a] = old[0] if old else -1
        return found

    def stayed(self) -> Iterator[tuple[Word, int]]:
        """Yield words that are there now and were in the base, with their numbers there."""
        for _, i, _, _, a, k in self.anchors:
            yield self.new[a].words[k], i

    def changes(self) -> Iterator[Rewording]:
        """Yield the changes in the order of the base."""
        before = -1
        for old, new in self.groups:
            if len(old) == len(new) == 1:
                yield from self._within(old[0], new[0])
            elif not old:
                yield self._came(new[0], before)
            elif not new:
                yield self._went(old[0])
            else:
                yield from self._rebroken(old, new)
            before = max((before, *old))

    def _within(self, b: int, a: int) -> Iterator[Rewording]:
        line, now = self.base[b], self.new[a]
        r = next((r for known, r in self.paired if known == b), -1)
        untouched = self.old[r] if r >= 0 else Spelled((), now.end, now.first)
        inner = [each for each in self.anchors if each[0] == b and each[4] == a]
        begins = (b, -1, r, -1, a, -1)
        ends = (b, len(line.words), r, len(untouched.words), a, len(now.words))
        for left, right in zip((begins, *inner), (*inner, ends), strict=True):
            gone, came = line.words[left[1] + 1 : right[1]], now.words[left[5] + 1 : right[5]]
            if [word.key for word in gone] == [word.key for word in came] or _only_refers(gone, came):
                continue
            there = untouched.words[left[3] + 1 : right[3]]
            start = now.words[left[5]].signs[-1] + 1 if left[5] >= 0 else min(now.first, untouched.first)
            stop = now.words[right[5]].signs[0] if right[5] < len(now.words) else now.end
            by = authors(self.signs, start, stop)
            silent = not by or [word.key for word in gone] != [word.key for word in there]
            spaced = right[5] < len(now.words) and now.words[right[5]].space
            broken = _breaks(line.words, left[1] + 1, right[1]) != _breaks(now.words, left[5] + 1, right[5])
            told = (shown(gone), shown(came), came, by, silent, spaced, broken)
            yield Rewording(Sort.REWORDED, b, left[1] + 1, right[1], *told)

    def _came(self, a: int, behind: int) -> Rewording:
        line = self.new[a]
        by = authors(self.signs, line.first, line.end + 1)
        silent = any(self.signs[word.signs[0]].fate is Fate.STAYED for word in line.words)
        return Rewording(Sort.ADDED, behind, after=line.text, words=line.words, by=by, silent=silent)

    def _went(self, b: int) -> Rewording:
        line = self.base[b]
        r = next((r for known, r in self.paired if known == b), -1)
        by = authors(self.signs, self.old[r].first, self.old[r].end + 1) if r >= 0 else ()
        return Rewording(Sort.REMOVED, b, 0, len(line.words), line.text, "", (), by, not by)

    def _rebroken(self, old: list[int], new: list[int]) -> Iterator[Rewording]:
        before, after = [self.base[b] for b in old], [self.new[a] for a in new]
        by = authors(self.signs, min(line.first for line in after), max(line.end for line in after))
        same = list(chain(*(line.keys for line in before))) == list(chain(*(line.keys for line in after)))
        if same and not by:
            return  # programs break lines elsewhere by themselves
        words = tuple(chain(*(line.words for line in after)))
        told = ("\n".join(line.text for line in before), "\n".join(line.text for line in after))
        yield Rewording(Sort.REBROKEN, old[0], 0, len(before[0].words), *told, words, by, not by)


def _aligned(
    base: Sequence[Spelled], old: Sequence[Spelled]
) -> tuple[list[tuple[int, int]], list[tuple[int, int, int, int]]]:
    """Return which lines of two readings are the same one, and which of their words."""
    pairs: list[tuple[int, int]] = []
    kept: list[tuple[int, int, int, int]] = []
    for stretch in stretches([line.keys for line in base], [line.keys for line in old]):
        before, after = range(len(base))[stretch.old], range(len(old))[stretch.new]
        if stretch.same:
            pairs += zip(before, after, strict=True)
            kept += ((b, i, r, i) for b, r in zip(before, after, strict=True) for i in range(len(base[b].words)))
            continue
        flat = [[(n, i) for n in lines for i in range(len(side[n].words))] for side, lines in
                ((base, before), (old, after))]  # fmt: skip
        keys = [[side[n].words[i].key for n, i in places] for side, places in zip((base, old), flat, strict=True)]
        if keys[0] == keys[1]:
            kept += ((*left, *right) for left, right in zip(*flat, strict=True))
            pairs += dict.fromkeys((left[0], right[0]) for left, right in zip(*flat, strict=True))
            continue
        samples = [[Sample(n, "", side[n].keys) for n in lines] for side, lines in ((base, before), (old, after))]
        for b, r in aligned(*samples):
            if b is not None and r is not None:
                pairs.append((b, r))
                kept += ((b, i, r, j) for i, j in _same_words(base[b], old[r]))
    return pairs, kept


def _same_words(line: Spelled, other: Spelled) -> list[tuple[int, int]]:
    found = [
        pair
        for stretch in stretches(line.keys, other.keys)
        if stretch.same
        for pair in zip(range(len(line.words))[stretch.old], range(len(other.words))[stretch.new], strict=True)
    ]
    enough = len(found) >= CONFETTI * max(len(line.words), len(other.words))
    return found if enough else []


def _components(olds: int, news: int, links: Sequence[tuple[int, int]]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield groups of linked lines in the order of the new ones, and those that went before what follows them."""
    home = {("b", b): ("b", b) for b in range(olds)} | {("a", a): ("a", a) for a in range(news)}

    def root(name: tuple[str, int]) -> tuple[str, int]:
        while home[name] != name:
            home[name] = home[home[name]]
            name = home[name]
        return name

    for b, a in links:
        home[root(("a", a))] = root(("b", b))
    groups: dict[tuple[str, int], tuple[list[int], list[int]]] = {}
    for side, count in (("b", olds), ("a", news)):
        for number in range(count):
            groups.setdefault(root((side, number)), ([], []))[side == "a"].append(number)
    before, order = -1, []
    for number in range(news):
        old, new = groups[root(("a", number))]
        if new[0] == number:
            before = max((before, *old))
            order.append(((before, bool(not old), number), (old, new)))
    order += [((old[0], False, -1), (old, new)) for old, new in groups.values() if not new]
    yield from (group for _, group in sorted(order, key=lambda each: each[0]))


def _breaks(words: Sequence[Word], first: int, last: int) -> str:
    """Return the line breaks and tabulators among some words and before the one behind them."""
    return "".join(word.breaks for word in words[first : last + 1])


def _only_refers(gone: Sequence[Word], came: Sequence[Word]) -> bool:
    """Say whether only the words of references differ, which lead to what they led to."""
    targets = [{word.target for word in words} for words in (gone, came)]
    return targets[0] == targets[1] and bool(targets[0]) and "" not in targets[0]


def _with_moves(changes: list[Rewording]) -> list[Rewording]:
    """Return changes with a paragraph that went and came elsewhere told once."""
    came = [each for each in changes if each.sort is Sort.ADDED and len(each.words) >= _FEWEST]
    gone: list[Rewording] = []
    found: dict[int, Rewording] = {}
    for each in changes:
        same = next((other for other in came if plain(other.after) == plain(each.before)), None)
        if each.sort is Sort.REMOVED and same:
            came.remove(same)
            gone.append(same)
            by = tuple(dict.fromkeys((*each.by, *same.by)))
            silent = each.silent or same.silent
            found[id(each)] = replace(each, sort=Sort.MOVED, after=same.after, by=by, silent=silent)
    dropped = {id(each) for each in gone}
    return [found.get(id(each), each) for each in changes if id(each) not in dropped]


# What stands beside the text


def _beside(base: Sequence[Line], returned: Manuscript) -> Iterator[Rewording]:
    """Yield lines outside the text that only one of the two has; programs keep some of them several times.

    A contents list is counted again by programs: of it, only what is no title is told.
    """
    known = {plain(line.text) for line in base if line.part not in (Part.BODY, Part.CONTENTS)}
    there: set[str] = set()
    for view in (View.REJECTED, View.ACCEPTED):
        for line in returned.seen(view):
            said = plain(line.text)
            if line.part in (Part.BODY, Part.CONTENTS) or not said or said in there:
                continue
            there.add(said)
            if said not in known:
                by = tuple(dict.fromkeys(piece.by for piece in line.pieces if piece.by))
                yield Rewording(Sort.BESIDE, -1, after=f"{line.part}: {said}", by=by, silent=not by)
    for said in sorted(known - there - {""}):
        yield Rewording(Sort.BESIDE, -1, before=said, silent=True)
    listed = {letters_of(line) for line in base if line.part is Part.CONTENTS}
    for line in false_entries(returned.seen(View.ACCEPTED), listed):
        by = tuple(dict.fromkeys(piece.by for piece in line.pieces if piece.by))
        yield Rewording(Sort.BESIDE, -1, after=f"{line.part}: {plain(line.text)}", by=by, silent=not by)


def _hidden(base: Sequence[Line], returned: Manuscript) -> Iterator[Rewording]:
    known = {plain(line.hidden) for line in base}
    for line in returned.lines:
        if line.hidden and plain(line.hidden) not in known:
            by = tuple(dict.fromkeys(piece.by for piece in line.pieces if piece.hidden and piece.by))
            yield Rewording(Sort.HIDDEN, -1, before=plain(line.text), after=line.hidden, by=by, silent=not by)


def _pictures(count: int, returned: Manuscript) -> Iterator[Rewording]:
    now = Counter(picture for line in returned.lines for picture in line.pictures).total()
    if now != count:
        told = f"{count} pictures", f"{now} pictures"
        yield Rewording(Sort.PICTURE, -1, before=told[0], after=told[1], silent=True)
