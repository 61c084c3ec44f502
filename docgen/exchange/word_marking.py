"""Write into a Word file what is to be tracked in it; all that was tracked before stays, with its authors and hours.

Where words were put in without a trace and struck with tracking, the strike stands inside the new mark, as the standard
has it. Elements are those of ISO/IEC 29500-1, 17.13.5.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from docgen.doctree.manuscript import Line
from docgen.doctree.markings import Lacking, LackingLine, Marking, Own, OwnLine, Spot
from docgen.doctree.nodes import Fate
from docgen.exchange.word_lines import OpenedWord
from docgen.exchange.word_xml import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_TAGS = {Fate.CAME: "ins", Fate.WENT: "del"}
_WRAPPERS = ("ins", "del", "moveFrom", "moveTo")
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


@dataclass
class _Cuts:
    """What is to be done to a run: letters to mark, and words to put before a letter, by the element of the letters."""

    ranges: list[tuple[_Element, int, int, Fate]] = field(default_factory=list)
    puts: list[tuple[_Element, int, str, Fate]] = field(default_factory=list)


def marked(opened: OpenedWord, found: Iterable[Marking], author: str, at: dt.datetime) -> bytes:
    """Return a Word file with more in it tracked, in a name and at an hour; raises WordFileError when it is broken."""
    from lxml import etree

    marker = _Marker(opened, author, at)
    for each in found:
        marker.note(each)
    marker.write()
    parts = {
        name: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        for name, root in opened.roots.items()
    }
    return opened.package.rewritten(parts)


class _Marker:
    def __init__(self, opened: OpenedWord, author: str, at: dt.datetime) -> None:
        root = next(iter(opened.roots.values()))
        self.space = str(root.tag).rpartition("}")[0] + "}"
        self.author = author
        self.at = f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
        known = (each.get(f"{self.space}id") for root in opened.roots.values() for each in root.iter())
        self.ids = count(1 + max(map(_number, known), default=0))
        self.cuts: dict[_Element, _Cuts] = {}
        self.ends: list[tuple[_Element, str, Fate]] = []
        self.whole: dict[_Element, Fate] = {}
        self.lines: list[LackingLine] = []
        self.behind: dict[_Element, _Element] = {}

    def note(self, marking: Marking) -> None:
        """Note what is to be written; nothing is, before all is known."""
        match marking:
            case Own(line, start, stop, fate):
                for node, left, right in _letters(line, start, stop):
                    self._cut(node).ranges.append((node, left, right, fate))
            case OwnLine(line, fate):
                for paragraph in _paragraphs(line):
                    self.whole[paragraph] = fate
            case Lacking(line, before, words, fate):
                spot = _spot(line, before)
                if spot:
                    self._cut(spot[0]).puts.append((*spot, words, fate))
                elif paragraphs := _paragraphs(line):
                    self.ends.append((paragraphs[-1], words, fate))
            case LackingLine():
                self.lines.append(marking)

    def write(self) -> None:
        """Write all that was noted into the elements."""
        for paragraph, fate in self.whole.items():
            self._whole(paragraph, fate)
        for paragraph, words, fate in self.ends:
            paragraph.append(self._put(words, fate, _look(paragraph)))
        for field_ in self._whole_fields():
            self._field(field_)
        for run, cuts in self.cuts.items():
            self._run(run, cuts)
        for line in self.lines:
            self._line(line)
        self._rows()

    def _cut(self, node: _Element) -> _Cuts:
        run = node.getparent()
        return self.cuts.setdefault(run, _Cuts())

    # Runs

    def _run(self, run: _Element, cuts: _Cuts) -> None:
        """Put in place of a run the runs it falls into, those that are marked inside their mark."""
        properties = run.find(f"{self.space}rPr")
        made: list[_Element] = []
        fate: Fate | None = None
        inner: _Element | None = None
        for piece, mark in self._pieces(run, cuts, properties):
            if mark is not None and piece.tag == f"{self.space}{_TAGS[mark]}":
                made.append(piece)
                inner = None
                continue
            if inner is None or mark is not fate:
                inner = self._new_run(properties)
                made.append(inner if mark is None else self._around(mark, [inner]))
                fate = mark
            inner.append(self._gone(piece) if mark is Fate.WENT else piece)
        parent = run.getparent()
        place = parent.index(run)
        parent[place : place + 1] = made
        for each in made:
            self._lift(each)

    def _pieces(
        self, run: _Element, cuts: _Cuts, properties: _Element | None
    ) -> Iterator[tuple[_Element, Fate | None]]:
        """Yield what a run falls into: its children or parts of them with their marks, and marks to put between."""
        for child in list(run):
            if child is properties:
                continue
            ranges = [(left, right, fate) for node, left, right, fate in cuts.ranges if node is child]
            puts = [(at, words, fate) for node, at, words, fate in cuts.puts if node is child]
            text = child.text or ""
            is_text = name_of(child) in ("t", "delText")
            end = len(text) if is_text else 1
            edges = {0, end, *(at for at, *_ in puts), *(each for left, right, _ in ranges for each in (left, right))}
            steps = sorted(each for each in edges if 0 <= each <= end) if is_text else [0, end]
            for left, right in zip(steps, [*steps[1:], end], strict=True):
                for at, words, fate in puts:
                    if at == left:
                        yield self._put(words, fate, properties), fate
                mark = next((fate for start, stop, fate in ranges if start <= left < stop), None)
                if right > left:
                    yield (self._part(child, text[left:right]) if is_text else child), mark

    def _part(self, child: _Element, text: str) -> _Element:
        part = child.makeelement(child.tag, dict(child.attrib))
        part.set(_XML_SPACE, "preserve")
        part.text = text
        return part

    def _gone(self, child: _Element) -> _Element:
        new = {"t": "delText", "instrText": "delInstrText"}.get(name_of(child))
        if new:
            child.tag = f"{self.space}{new}"
        return child

    def _new_run(self, properties: _Element | None) -> _Element:
        run = self._new("r")
        if properties is not None:
            run.append(copy.deepcopy(properties))
        return run

    def _put(self, words: str, fate: Fate, properties: _Element | None) -> _Element:
        """Return words that came or went, in the look of what stands beside them."""
        run = self._new_run(properties)
        for bit in re.split(r"([\n\t])", _STEERING.sub("", words)):
            if bit in ("\n", "\t"):
                run.append(self._new("br" if bit == "\n" else "tab"))
            elif bit:
                text = self._new("delText" if fate is Fate.WENT else "t")
                text.set(_XML_SPACE, "preserve")
                text.text = bit
                run.append(text)
        return self._around(fate, [run])

    def _around(self, fate: Fate, inner: Iterable[_Element]) -> _Element:
        mark = self._mark(fate)
        mark.extend(inner)
        return mark

    def _mark(self, fate: Fate) -> _Element:
        mark = self._new(_TAGS[fate])
        mark.set(f"{self.space}id", str(next(self.ids)))
        mark.set(f"{self.space}author", self.author)
        mark.set(f"{self.space}date", self.at)
        return mark

    def _new(self, name: str) -> _Element:
        from lxml import etree

        return etree.Element(f"{self.space}{name}")

    def _is_ours(self, element: _Element) -> bool:
        named = element.get(f"{self.space}author"), element.get(f"{self.space}date")
        return name_of(element) in _WRAPPERS and named == (self.author, self.at)

    def _lift(self, mark: _Element) -> None:
        """Take a mark of ours out of one of theirs, which is parted for it; what came silently holds their part."""
        if not self._is_ours(mark):
            return
        theirs = mark.getparent()
        while theirs is not None and name_of(theirs) in _WRAPPERS and not self._is_ours(theirs):
            outer, place = theirs.getparent(), theirs.index(mark)
            behind = self._like(theirs, list(theirs)[place + 1 :])
            theirs.remove(mark)
            if name_of(mark) == "ins":
                mark.append(self._like(theirs, list(mark)))
            outer.insert(outer.index(theirs) + 1, mark)
            if len(behind):
                outer.insert(outer.index(mark) + 1, behind)
            if not len(theirs):
                outer.remove(theirs)
            theirs = outer

    def _like(self, theirs: _Element, inner: Iterable[_Element]) -> _Element:
        other = theirs.makeelement(theirs.tag, dict(theirs.attrib))
        other.set(f"{self.space}id", str(next(self.ids)))
        other.extend(inner)
        return other

    # Fields: one of which all words are marked is marked as a whole, or what is left of it would be an empty field

    def _whole_fields(self) -> list[list[_Element]]:
        paragraphs = {each: None for run in self.cuts for each in _up(run, None) if name_of(each) == "p"}
        return [runs for paragraph in paragraphs for runs in _fields(paragraph) if self._covered(runs)]

    def _covered(self, runs: list[_Element]) -> bool:
        letters = [child for run in runs for child in run if name_of(child) in ("t", "delText")]
        known = {node: stop - start for cuts in self.cuts.values() for node, start, stop, _ in cuts.ranges}
        return bool(letters) and all(known.get(each, -1) >= len(each.text or "") for each in letters)

    def _field(self, runs: list[_Element]) -> None:
        fates = {fate for run in runs if run in self.cuts for *_, fate in self.cuts[run].ranges}
        for run in runs:
            cuts = self.cuts.get(run)
            if cuts is None:
                self._wrap(run, next(iter(fates)))
                continue
            for _, _, words, fate in cuts.puts:
                put = self._put(words, fate, run.find(f"{self.space}rPr"))
                around = runs[0].getparent()
                while self._is_ours(around.getparent()):
                    around = around.getparent()
                (around if self._is_ours(around) else runs[0]).addprevious(put)
                self._lift(put)
            cuts.puts.clear()

    # Paragraphs

    def _whole(self, paragraph: _Element, fate: Fate) -> None:
        """Mark a paragraph with all its runs but those that they put in, and its end."""
        for run in list(paragraph.iter(f"{self.space}r")):
            around = list(_up(run, paragraph))
            if not any(name_of(each) in ("ins", "moveTo", "txbxContent", "r") for each in around):
                self._wrap(run, fate)
        self._end(paragraph, fate)

    def _wrap(self, run: _Element, fate: Fate) -> None:
        mark = self._mark(fate)
        run.getparent().replace(run, mark)
        mark.append(run)
        if fate is Fate.WENT:
            for child in list(run):
                self._gone(child)
        self._lift(mark)

    def _end(self, paragraph: _Element, fate: Fate) -> bool:
        """Mark the end of a paragraph, and say whether it could be: it cannot where the same was tracked already."""
        properties = paragraph.find(f"{self.space}pPr")
        if properties is None:
            properties = self._new("pPr")
            paragraph.insert(0, properties)
        marks = properties.find(f"{self.space}rPr")
        if marks is None:
            marks = self._new("rPr")
            later = [each for each in properties if name_of(each) in ("sectPr", "pPrChange")]
            properties.insert(properties.index(later[0]) if later else len(properties), marks)
        known = [each for each in marks if name_of(each) in _WRAPPERS]
        if fate is Fate.CAME and not any(name_of(each) in ("ins", "moveTo") for each in known):
            marks.insert(0, self._mark(fate))
            return True
        if fate is Fate.WENT and not known:
            marks.insert(0, self._mark(fate))
            return True
        return False

    def _line(self, line: LackingLine) -> None:
        """Put a whole line in, behind the one before it or, where none is, before the one behind it."""
        after = (_paragraphs(line.after) or [None])[-1] if line.after else None
        before = (_paragraphs(line.before) or [None])[0] if line.before else None
        model = after if after is not None else before
        if model is None:
            return
        new = self._new("p")
        properties = model.find(f"{self.space}pPr")
        if properties is not None:
            new.append(copy.deepcopy(properties))
            for each in list(new[0]):
                if name_of(each) in ("rPr", "sectPr", "pPrChange", "framePr"):
                    new[0].remove(each)
        new.append(self._put(line.words, line.fate, None))
        if after is None:
            model.addprevious(new)
            self._end(new, line.fate)
            return
        last = self.behind.get(after, after)
        self.behind[after] = new
        is_last = last.getnext() is None or name_of(last.getnext()) in ("sectPr", "tcPr")
        last.addnext(new)
        # The last end of a cell or a file stays: there the end before it is what came or went.
        if not (is_last and self._end(last, line.fate)):
            self._end(new, line.fate)

    def _rows(self) -> None:
        """Mark rows of which every word was marked."""
        rows = {row for each in self.whole for row in _up(each, None) if name_of(row) == "tr"}
        for row in rows:
            paragraphs = [each for each in row.iter(f"{self.space}p") if any(True for _ in each.iter(f"{self.space}r"))]
            fates = {self.whole.get(each) for each in paragraphs}
            fate = fates.pop() if len(fates) == 1 else None
            if fate is None:
                continue
            properties = row.find(f"{self.space}trPr")
            if properties is None:
                properties = self._new("trPr")
                first = next(each for each in row if name_of(each) != "tblPrEx")
                first.addprevious(properties)
            later = [each for each in properties if name_of(each) in ("ins", "del", "trPrChange")]
            if not any(name_of(each) == _TAGS[fate] for each in later):
                properties.insert(properties.index(later[0]) if later else len(properties), self._mark(fate))


def _paragraphs(line: Line | None) -> list[_Element]:
    return list(line.nodes) if line else []


def _letters(line: Line, start: Spot, stop: Spot) -> Iterator[tuple[_Element, int, int]]:
    for index, piece in enumerate(line.pieces):
        if piece.node is not None and start[0] <= index <= stop[0]:
            left = start[1] if index == start[0] else 0
            right = stop[1] if index == stop[0] else len(piece.text)
            if right > left:
                yield piece.node, left, right


def _spot(line: Line, spot: Spot) -> tuple[_Element, int] | None:
    """Return the element and the letter at a spot, or of the next piece that was read from one."""
    for index in range(spot[0], len(line.pieces)):
        node = line.pieces[index].node
        if node is not None:
            return node, spot[1] if index == spot[0] else 0
    return None


def _fields(paragraph: _Element) -> Iterator[list[_Element]]:
    """Yield the runs of each field that begins and ends in a paragraph, without those inside others."""
    open_, runs = 0, list[Any]()
    for run in paragraph.iter("{*}r"):
        kinds = [_any_type(each) for each in run if name_of(each) == "fldChar"]
        open_ += kinds.count("begin")
        if open_:
            runs.append(run)
        open_ = max(open_ - kinds.count("end"), 0)
        if not open_ and runs:
            yield runs
            runs = []


def _any_type(char: _Element) -> str:
    return next((str(value) for key, value in char.attrib.items() if str(key).endswith("fldCharType")), "")


def _up(element: _Element, end: _Element | None) -> Iterator[_Element]:
    """Yield what is around an element, up to another."""
    around = element.getparent()
    while around is not None and around is not end:
        yield around
        around = around.getparent()


def _look(paragraph: _Element) -> _Element | None:
    """Return how the last words of a paragraph look."""
    runs = [each for each in paragraph if name_of(each) == "r"]
    return runs[-1].find("{*}rPr") if runs else None


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
