"""Every difference between a document as it was issued and a file that came back, tracked or silent, by clause.

Words are compared, not how they look: a file that was only saved anew by another program differs in nothing.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, groupby

from docgen.doctree.alignment import Sample, Stretch, aligned, stretches
from docgen.doctree.manuscript import Line, Manuscript, Part, Piece, Token, Tracked, View, plain, tokens
from docgen.doctree.nodes import Fate
from docgen.doctree.redline import Place

MOVED_FROM = 0.8
"""The share of words two lines have in common from which on one is the other in another place."""
CONFETTI = 0.3
"""The share of words that must have stayed for a line to be told word by word."""
_FEWEST = 4
"""Words a line needs to be known again elsewhere: “See clause 5.” may stand anywhere."""
_BESIDE = (Part.HEADER, Part.FOOTER)

_ROMAN = re.compile("[ivxlc]+", re.IGNORECASE)
_FIGURE = r"\d(?:[\d.,']*\d)?"
_AMOUNT = rf"(?:[A-Z]{{3}}|[£$€¥])\s?{_FIGURE}|{_FIGURE}\s?(?:[A-Z]{{3}}\b|[£$€¥])"


class Kind(StrEnum):
    """What differs."""

    WORDING = "wording"
    NUMBER = "number"
    AMOUNT = "amount"
    DATE = "date"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    HIDDEN = "hidden text"
    PICTURE = "picture"


NOWHERE = Place("")
"""Before the first clause, and at the edge of a page."""


@dataclass(frozen=True)
class Placed:
    """A line of the document as issued, and where it stands."""

    line: Line
    where: Place = NOWHERE


@dataclass(frozen=True)
class Difference:
    """One thing that differs: words before and after, in which part of the file, and who tracked it, if anybody did."""

    kind: Kind
    part: Part
    where: Place
    before: str = ""
    after: str = ""
    by: tuple[Tracked, ...] = ()
    to: Place | None = None
    """Where what moved stands now."""
    context: str = ""
    """The line that changed, as it was issued."""

    @property
    def is_silent(self) -> bool:
        """Say whether nobody tracked it."""
        return not self.by


@dataclass(frozen=True)
class Compared:
    """All that differs, and the lines that came back, as if all that is tracked were taken in, where they stand."""

    differences: tuple[Difference, ...]
    lines: tuple[Placed, ...]


def differences(issued: Sequence[Placed], returned: Manuscript, months: Sequence[str] = ()) -> tuple[Difference, ...]:
    """Return all that differs, as `compared` has it."""
    return compared(issued, returned, months).differences


def compared(issued: Sequence[Placed], returned: Manuscript, months: Sequence[str] = ()) -> Compared:
    """Return all differences: first what was changed without a trace, then what was tracked, each in reading order.

    `months` are the names of months in the document's language, by which dates are known.
    """
    dates = _dates(months)
    before = [each for each in issued if each.line.text.strip() or each.line.pictures]
    untracked = returned.seen(View.REJECTED)
    silent, placed = _compared(before, untracked, dates)
    found = [*silent, *_hidden(before, placed, returned)]
    accepted = returned.seen(View.ACCEPTED)
    if returned.is_tracked:
        tracked, placed = _compared(placed, accepted, dates)
        found += [replace(each, by=each.by or _anybody(returned)) for each in tracked]
    listed = {letters_of(each.line) for each in before if each.line.part is Part.CONTENTS}
    found = [each for each in found if not _is_entry(each, listed)]
    found += [_whole(Kind.ADDED, line, NOWHERE) for line in false_entries(accepted, listed)]
    return Compared(tuple(found), tuple(placed))


# Contents lists, which programs count again and write in their own way


def letters_of(line: Line) -> tuple[str, ...]:
    """Return the words of a line without numbers: of an entry in a contents list, those of its title."""
    return tuple(token.key for token in tokens(line) if token.key.isalpha())


def _is_entry(each: Difference, listed: Container[tuple[str, ...]]) -> bool:
    """Say whether a line that came before the first clause is one of the contents list, which lost its look."""
    if each.kind is not Kind.ADDED or each.where.clause_id or each.part is not Part.BODY:
        return False
    return all(letters_of(Line((Piece(line),))) in listed for line in each.after.split("\n"))


def false_entries(lines: Sequence[Line], listed: Iterable[tuple[str, ...]]) -> Iterator[Line]:
    """Yield what stands in a contents list and is no title: words may hide there."""
    known = {*listed, *(letters_of(line) for line in lines if line.part is not Part.CONTENTS), ()}
    for line in lines:
        if line.part is Part.CONTENTS and not {letters_of(line), letters_of(line)[1:]} & known:
            yield line


def _anybody(returned: Manuscript) -> tuple[Tracked, ...]:
    """Return who tracked something in the file, where a change itself does not say."""
    marks = [line.by for line in returned.lines if line.by and line.mark is not Fate.STAYED]
    pieces = [piece.by for line in returned.lines for piece in line.pieces if piece.by]
    return tuple(dict.fromkeys((*marks, *pieces)))


# Lines


def _compared(
    old: Sequence[Placed], new: Sequence[Line], dates: re.Pattern[str]
) -> tuple[list[Difference], list[Placed]]:
    """Return what differs between lines, and the new lines with the places of those they were."""
    found: list[Difference] = []
    places: list[Placed] = []
    for part in (each for each in Part if each is not Part.CONTENTS):
        before = [each for each in old if each.line.part is part]
        after = [line for line in new if line.part is part]
        if part in _BESIDE:
            before, after = _once(before), [each.line for each in _once([Placed(line) for line in after])]
        told, placed = _of_part(before, after, dates)
        found += told
        places += placed
    return found, places


def paired(issued: Sequence[Placed], lines: Sequence[Line]) -> Iterator[list[tuple[Placed | None, Line | None]]]:
    """Yield for each part of a file its lines as issued and as they came back, in pairs.

    What stands on every page is paired once for each copy of it.
    """
    listed = {letters_of(each.line) for each in issued if each.line.part is Part.CONTENTS}
    yield [(None, line) for line in false_entries(lines, listed)]
    for part in (each for each in Part if each is not Part.CONTENTS):
        before = [each for each in issued if each.line.part is part]
        after = [line for line in lines if line.part is part]
        if part not in _BESIDE:
            yield list(_without_entries(_pairs(before, after), listed))
            continue
        pairs = list(_pairs(_once(before), [each.line for each in _once([Placed(line) for line in after])]))
        known = {_said(line): placed for placed, line in pairs if line}
        copies = [line for line in after if not any(line is each for _, each in pairs)]
        yield [*pairs, *((known[_said(line)], line) for line in copies)]


def _without_entries(
    pairs: Iterable[tuple[Placed | None, Line | None]], listed: Container[tuple[str, ...]]
) -> Iterator[tuple[Placed | None, Line | None]]:
    """Yield pairs without the lines of a contents list that lost its look."""
    clause = ""
    for left, right in pairs:
        clause = clause or (left.where.clause_id if left else "")
        if left or clause or right is None or letters_of(right) not in listed:
            yield left, right


def _once(lines: Sequence[Placed]) -> list[Placed]:
    """Return lines that stand on every page once each: programs keep them for first, odd and even pages."""
    return list({_said(each.line): each for each in reversed(lines)}.values())[::-1]


def _of_part(
    old: Sequence[Placed], new: Sequence[Line], dates: re.Pattern[str]
) -> tuple[list[Difference], list[Placed]]:
    pairs = list(_pairs(old, new))
    gone = [left for left, right in pairs if left and right is None]
    came = _with_places(pairs)
    moved = _moves(gone, [each for each in came if id(each.line) in {id(right) for left, right in pairs if not left}])
    found: list[Difference] = []
    new_places = {id(each.line): each.where for each in came}
    for left, right in pairs:
        if left and right:
            found += _changed(left, right, dates)
        elif left and id(left) in moved:
            target = moved[id(left)]
            found.append(_whole(Kind.MOVED, left.line, left.where, to=target.where, by=_authors(target.line)))
            found += _changed(left, target.line, dates)
        elif left:
            found.append(_whole(Kind.REMOVED, left.line, left.where))
        elif right and id(right) not in {id(each.line) for each in moved.values()}:
            found.append(_whole(Kind.ADDED, right, new_places[id(right)]))
    return list(_gathered(found)), came


def _pairs(old: Sequence[Placed], new: Sequence[Line]) -> Iterator[tuple[Placed | None, Line | None]]:
    """Yield lines in pairs; where lines were only broken otherwise, each is paired with what it begins in."""
    keys = [_said(each.line) for each in old], [_said(line) for line in new]
    for stretch in stretches(*keys):
        before, after = old[stretch.old], new[stretch.new]
        if stretch.same:
            yield from zip(before, after, strict=True)
            continue
        if list(chain.from_iterable(keys[0][stretch.old])) == list(chain.from_iterable(keys[1][stretch.new])):
            same = iter(before)
            last = None
            for line in after:
                last = next(same, last)
                yield (last and replace(last, line=line)), line
            continue
        sides = (
            [_sample(i, each.line) for i, each in enumerate(before)],
            [_sample(i, line) for i, line in enumerate(after)],
        )
        for left, right in aligned(*sides):
            yield None if left is None else before[left], None if right is None else after[right]


def _with_places(pairs: Sequence[tuple[Placed | None, Line | None]]) -> list[Placed]:
    """Return the new lines with their places; one that came stands where the line before it does."""
    places: list[Placed] = []
    where = NOWHERE
    for left, right in pairs:
        if left:
            where = left.where
        if right:
            places.append(Placed(right, where))
    return places


def _moves(gone: Sequence[Placed], came: Sequence[Placed]) -> dict[int, Placed]:
    """Return by line that went the one that came with its words."""
    found: dict[int, Placed] = {}
    free = [each for each in came if len(_said(each.line)) >= _FEWEST]
    for left in gone:
        if len(_said(left.line)) < _FEWEST:
            continue
        sample = _sample(0, left.line)
        scored = [(sample.likeness(_sample(0, each.line)), each) for each in free]
        score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if best and score >= MOVED_FROM:
            found[id(left)] = best
            free = [each for each in free if each is not best]
    return found


def _sample(index: int, line: Line) -> Sample[int]:
    # A cell is the same where it stands in the same place, whatever it says.
    return Sample(index, (line.part, line.cell is not None), _said(line), title=str(line.cell or ""))


def _said(line: Line) -> tuple[str, ...]:
    """Return the words of a line as they are compared; a reference counts as what it leads to."""
    return tuple(token.key for token in tokens(line)) + tuple(line.pictures)


def _whole(kind: Kind, line: Line, where: Place, *, to: Place | None = None, by: Iterable[Tracked] = ()) -> Difference:
    text = " ".join(line.text.split())
    if not text and line.pictures:
        kind = Kind.PICTURE
    before, after = ("", text) if kind is Kind.ADDED else (text, text if kind is Kind.MOVED else "")
    return Difference(kind, line.part, where, before, after, tuple(by) or _authors(line), to)


def _authors(line: Line) -> tuple[Tracked, ...]:
    own = (line.by,) if line.by and line.mark is not Fate.STAYED else ()
    return tuple(dict.fromkeys((*own, *(piece.by for piece in line.pieces if piece.by))))


def _gathered(found: Iterable[Difference]) -> Iterator[Difference]:
    """Yield differences with whole lines that came or went one after the other in a clause as one."""

    def key(each: Difference) -> object:
        whole = each.kind in (Kind.ADDED, Kind.REMOVED) and not each.context
        return (each.kind, each.where, each.part, each.by) if whole else object()

    for _, group in groupby(found, key=key):
        first, *others = group
        if not others:
            yield first
            continue
        lines = (first, *others)
        yield replace(
            first,
            before="\n".join(each.before for each in lines).strip(),
            after="\n".join(each.after for each in lines).strip(),
        )


# Words


def _changed(old: Placed, new: Line, dates: re.Pattern[str]) -> Iterator[Difference]:
    before, after = tokens(old.line), tokens(new)
    found = list(stretches([token.key for token in before], [token.key for token in after]))
    edits = [each for each in found if not each.same and not _only_refers(before[each.old], after[each.new])]
    same = sum(each.old.stop - each.old.start for each in found if each.same)
    if edits and same < CONFETTI * max(len(before), len(after)):
        edits = [Stretch(False, slice(0, len(before)), slice(0, len(after)))]
    context = " ".join(old.line.text.split())
    spans = _spans(before, dates), _spans(after, dates)
    for edit in _widened(edits, spans, len(before), len(after)):
        left, right = before[edit.old], after[edit.new]
        by = tuple(dict.fromkeys(token.piece.by for token in (*left, *right) if token.piece.by))
        kind = _kind(edit, spans, left, right)
        yield Difference(kind, new.part, old.where, _shown(left), _shown(right), by, None, context)
    if old.line.pictures != new.pictures:
        yield Difference(Kind.PICTURE, new.part, old.where, by=_authors(new), context=context)


def _only_refers(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Say whether only the numbers of references differ, which lead to what they led to."""
    targets = [[token.piece.target for token in side] for side in (before, after)]
    same = all(targets[0]) and all(targets[1]) and set(targets[0]) == set(targets[1]) != set()
    return same and _titles(after) <= _titles(before)


def _titles(label: Iterable[Token]) -> set[str]:
    """Return the words of a reference that are no numbers: “Schedule”; somebody may have put others there."""
    return {each.key for each in label if len(each.key) > 1 and each.key.isalpha() and not _ROMAN.fullmatch(each.key)}


@dataclass(frozen=True)
class _Span:
    """An amount or a date among the words of a line."""

    kind: Kind
    start: int
    end: int


def _spans(words: Sequence[Token], dates: re.Pattern[str]) -> tuple[_Span, ...]:
    text, starts = "", []
    for word in words:
        text += " " if word.space and text else ""
        starts.append(len(text))
        text += word.shown
    found: list[_Span] = []
    for kind, pattern in ((Kind.DATE, dates), (Kind.AMOUNT, re.compile(_AMOUNT))):
        for match in pattern.finditer(text):
            inside = [i for i, start in enumerate(starts) if match.start() <= start < match.end()]
            if inside and not any(span.start <= inside[0] < span.end for span in found):
                found.append(_Span(kind, inside[0], inside[-1] + 1))
    return tuple(found)


def _widened(
    edits: Sequence[Stretch], spans: tuple[tuple[_Span, ...], tuple[_Span, ...]], old: int, new: int
) -> Iterator[Stretch]:
    """Yield edits wide enough to show an amount or a date whole; what then meets is one edit."""
    wide: list[Stretch] = []
    for edit in edits:
        left = max(_reach(edit.old, spans[0])[0], _reach(edit.new, spans[1])[0])
        right = max(_reach(edit.old, spans[0])[1], _reach(edit.new, spans[1])[1])
        each = Stretch(
            False,
            slice(max(edit.old.start - left, 0), min(edit.old.stop + right, old)),
            slice(max(edit.new.start - left, 0), min(edit.new.stop + right, new)),
        )
        if wide and (each.old.start < wide[-1].old.stop or each.new.start < wide[-1].new.stop):
            last = wide.pop()
            each = Stretch(False, slice(last.old.start, each.old.stop), slice(last.new.start, each.new.stop))
        wide.append(each)
    yield from wide


def _reach(edit: slice, spans: Sequence[_Span]) -> tuple[int, int]:
    """Return how many words before and after an edit belong to an amount or a date that it is in."""
    met = [span for span in spans if _meets(edit, span)]
    left = max((edit.start - span.start for span in met), default=0)
    right = max((span.end - edit.stop for span in met), default=0)
    return max(left, 0), max(right, 0)


def _meets(edit: slice, span: _Span) -> bool:
    start, stop = int(edit.start), int(edit.stop)
    if start == stop:
        return span.start < start < span.end
    return start < span.end and span.start < stop


def _kind(
    edit: Stretch, spans: tuple[tuple[_Span, ...], tuple[_Span, ...]], left: Sequence[Token], right: Sequence[Token]
) -> Kind:
    met = [
        span.kind
        for side, own in ((edit.old, spans[0]), (edit.new, spans[1]))
        for span in own
        if span.start <= side.start and side.stop <= span.end and side.start != side.stop
    ]
    if met:
        return met[0]
    words = [token.key for token in (*left, *right)]
    if left and right and all(any(sign.isdigit() for sign in word) or word == "%" for word in words):
        return Kind.NUMBER
    return Kind.WORDING


def _shown(words: Sequence[Token]) -> str:
    return "".join((" " if word.space and index else "") + word.shown for index, word in enumerate(words))


def _dates(months: Sequence[str]) -> re.Pattern[str]:
    named = "|".join(re.escape(plain(month)) for month in sorted(months, key=len, reverse=True))
    patterns = [r"\d{4}-\d{2}-\d{2}", r"\d{1,2}[./]\d{1,2}[./]\d{2,4}"]
    if named:
        patterns += [rf"\d{{1,2}}\.?\s(?:{named})\s\d{{4}}", rf"(?:{named})\s\d{{1,2}},\s\d{{4}}"]
    return re.compile("|".join(patterns))


def _hidden(issued: Sequence[Placed], placed: Sequence[Placed], returned: Manuscript) -> Iterator[Difference]:
    """Yield words that are in the file and do not show."""
    known = {plain(each.line.hidden) for each in issued}
    places = {_said(each.line): each.where for each in placed}
    where = NOWHERE
    for line in returned.lines:
        where = places.get(_said(line), where) if line.part is Part.BODY else NOWHERE
        words = plain(line.hidden)
        if words and words not in known:
            yield Difference(Kind.HIDDEN, line.part, where, "", words, _authors(line))
