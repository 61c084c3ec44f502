"""Read a Word file from anywhere as lines of words, with its tracked changes, comments and what hides in it.

Elements are those of ISO/IEC 29500-1. How a file is cut into runs, formatted, and what a program left in it by itself
(marks of spelling, smart tags, content controls, results of page numbers) is no matter of words and is left out here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from docgen.doctree.manuscript import UNSAID, Line, Manuscript, Part, Piece, Tracked
from docgen.doctree.nodes import Fate
from docgen.exchange.word_comments import comments
from docgen.exchange.word_package import Relation, WordPackage
from docgen.exchange.word_xml import any_value, is_on, name_of, tracked, value_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_FATES = {"ins": Fate.CAME, "moveTo": Fate.CAME, "del": Fate.WENT, "moveFrom": Fate.WENT}
_ROW_FATES = {"ins": Fate.CAME, "del": Fate.WENT, "cellIns": Fate.CAME, "cellDel": Fate.WENT}
_PARTS = {"header": Part.HEADER, "footer": Part.FOOTER, "footnotes": Part.FOOTNOTE, "endnotes": Part.ENDNOTE}
_COUNTED = re.compile(r"\s*(PAGE|NUMPAGES|SECTIONPAGES|PAGEREF)\b", re.IGNORECASE)
"""Fields whose results a program counts by itself."""
_COUNT = re.compile(r"[\s\d.–-]*|[ivxlcdm]+|[a-z]", re.IGNORECASE)
"""What counting gives; other words in such a field are somebody's."""
_CONTENTS = re.compile(r"\s*TOC\b", re.IGNORECASE)
_REFERRING = re.compile(r"\s*(?:REF|HYPERLINK\s+\\l)\s+\"?([^\s\"\\]+)", re.IGNORECASE)
_TOC_STYLE = re.compile(r"toc ?\d|tocheading|tableofcontents|contents\d|verzeichnis\d", re.IGNORECASE)
_TINY = 6
"""Half points up to which letters are too small to be read."""
_MACROS = re.compile(r"vba|macro", re.IGNORECASE)
_DEPTH = 200


def read_word(data: bytes) -> Manuscript:
    """Return a Word file as lines; raises WordFileError when it is none, is broken, protected or too large."""
    package = WordPackage(data)
    reader = _Reader(package, _hidden_styles(package))
    lines = tuple(reader.lines())
    return Manuscript(lines, tuple(comments(package)), tuple(dict.fromkeys(reader.remarks())))


@dataclass(frozen=True)
class OpenedWord:
    """A Word file with the XML it was read from: lines and pieces know their elements there."""

    package: WordPackage
    lines: tuple[Line, ...]
    roots: Mapping[str, _Element]


def open_word(data: bytes) -> OpenedWord:
    """Return a Word file to be changed; raises what `read_word` raises."""
    package = WordPackage(data)
    reader = _Reader(package, _hidden_styles(package), keeps=True)
    return OpenedWord(package, tuple(reader.lines()), reader.roots)


def _hidden_styles(package: WordPackage) -> frozenset[str]:
    """Return the styles whose words do not show, those based on them included."""
    name = next((each.target for each in package.relations(package.main).values() if each.kind == "styles"), "")
    if name not in package.names:
        return frozenset()
    based: dict[str, str] = {}
    hidden: set[str] = set()
    for style in package.xml(name).iter("{*}style"):
        known = value_of(style, "styleId")
        based[known] = value_of(style.find("{*}basedOn"), "val")
        if is_on(style.find("{*}rPr/{*}vanish")):
            hidden.add(known)
    for known in based:
        chain, seen = known, set[str]()
        while chain and chain not in seen:
            seen.add(chain)
            if chain in hidden:
                hidden.add(known)
            chain = based.get(chain, "")
    return frozenset(hidden)


@dataclass
class _Field:
    """A field that is open: what it says it is, and whether its result is being read."""

    code: str = ""
    result: bool = False
    says: bool = False
    """Whether its result has words."""


@dataclass(frozen=True)
class _Around:
    """What is around an element: a fate, who gave it, what a link leads to."""

    fate: Fate = Fate.STAYED
    by: Tracked | None = None
    target: str = ""
    passing: bool = False
    """Whether what is inside came and went again, so that it is in no version."""

    def with_fate(self, fate: Fate, by: Tracked) -> _Around:
        """Return what is around the elements inside one that came or went; what went stays gone."""
        passing = self.passing or {self.fate, fate} == {Fate.CAME, Fate.WENT}
        if self.fate is Fate.WENT:
            return replace(self, passing=passing)
        return _Around(fate, by, self.target, passing)

    def inside(self, element: _Element) -> _Around:
        """Return what is around the elements inside a tracked change."""
        return self.with_fate(_FATES[name_of(element)], tracked(element))


@dataclass
class _Reader:
    package: WordPackage
    hidden_styles: frozenset[str]
    keeps: bool = False
    """Whether lines keep the elements they are read from."""
    roots: dict[str, _Element] = field(default_factory=dict)
    fields: list[_Field] = field(default_factory=list)
    tables: int = 0
    _boxes: list[Line] = field(default_factory=list)
    _relations: Mapping[str, Relation] = field(default_factory=dict)

    def lines(self) -> Iterator[Line]:
        """Yield the lines of the body and of all that stands beside it."""
        main = self.package.main
        beside = self.package.relations(main)
        self._relations = beside
        yield from self._blocks(self._root(main), Part.BODY)
        seen: set[str] = set()
        for relation in beside.values():
            part = _PARTS.get(relation.kind)
            if (
                part is None
                or relation.external
                or relation.target in seen
                or relation.target not in self.package.names
            ):
                continue
            seen.add(relation.target)
            self._relations = self.package.relations(relation.target)
            self.fields.clear()
            yield from self._blocks(self._root(relation.target), part)

    def _root(self, name: str) -> _Element:
        root = self.package.xml(name)
        if self.keeps:
            self.roots[name] = root
        return root

    def remarks(self) -> Iterator[str]:
        """Yield what the file holds that was not run, followed or read."""
        if any(_MACROS.search(name) for name in self.package.names):
            yield "The file holds macros. They were not run."
        if any("embeddings/" in name for name in self.package.names):
            yield "The file holds embedded objects. They were not opened."
        for name in sorted(self.package.names):
            if not name.endswith(".rels"):
                continue
            for relation in _owner_relations(self.package, name):
                if relation.external and relation.kind != "hyperlink":
                    named = f"{relation.kind}: {relation.target[:100]}"
                    yield f"The file names something elsewhere ({named}). It was not fetched."
                elif relation.kind in ("aFChunk", "altChunk", "subDocument"):
                    yield f"The file takes in another one ({relation.target[:100]}). It was not read."

    # Blocks

    def _blocks(self, root: _Element, part: Part) -> Iterator[Line]:
        yield from self._walk(root, part, None, _Around(), 0)

    def _walk(
        self, root: _Element, part: Part, cell: tuple[int, int, int] | None, around: _Around, depth: int
    ) -> Iterator[Line]:
        if depth > _DEPTH:
            return
        for element in root:
            match name_of(element):
                case "p":
                    yield from self._paragraph(element, part, cell, around)
                case "tbl":
                    yield from self._table(element, part, around, depth)
                case "sdt" if part is Part.BODY and _is_contents(element):
                    yield from self._walk(element, Part.CONTENTS, cell, around, depth + 1)
                case "ins" | "moveTo" | "del" | "moveFrom":
                    yield from self._walk(element, part, cell, around.inside(element), depth + 1)
                case "sectPr" | "sdtPr" | "sdtEndPr" | "tblPr" | "tblGrid" | "trPr" | "tcPr":
                    continue
                case _:
                    yield from self._walk(element, part, cell, around, depth + 1)

    def _table(self, table: _Element, part: Part, around: _Around, depth: int) -> Iterator[Line]:
        self.tables += 1
        number = self.tables
        for row, line in enumerate(_inner(table, "tr")):
            row_around = _fated_by(line.find("{*}trPr"), around)
            for column, cell in enumerate(_inner(line, "tc")):
                here = _fated_by(cell.find("{*}tcPr"), row_around)
                yield from self._walk(cell, part, (number, row, column), here, depth + 1)

    def _paragraph(
        self, paragraph: _Element, part: Part, cell: tuple[int, int, int] | None, around: _Around
    ) -> Iterator[Line]:
        properties = paragraph.find("{*}pPr")
        style = value_of(properties.find("{*}pStyle"), "val") if properties is not None else ""
        pictures: list[str] = []
        listed = self._in_contents()
        pieces = [
            piece for piece in self._runs(paragraph, around, style in self.hidden_styles, pictures, 0) if piece.text
        ]
        boxes, self._boxes = self._boxes, []
        if part is Part.BODY and (listed or self._in_contents() or _TOC_STYLE.fullmatch(style)):
            part = Part.CONTENTS
        nodes = (paragraph,) if self.keeps else ()
        noted = _noted(paragraph)
        line = Line(tuple(pieces), part, cell=cell, pictures=tuple(pictures), noted=noted, nodes=nodes)
        yield _ended(line, properties, around)
        yield from boxes

    # Words

    def _runs(self, root: _Element, around: _Around, hidden: bool, pictures: list[str], depth: int) -> Iterator[Piece]:
        if depth > _DEPTH:
            return
        for element in root:
            match name_of(element):
                case "r":
                    yield from self._run(element, around, hidden, pictures)
                case "ins" | "moveTo" | "del" | "moveFrom":
                    yield from self._runs(element, around.inside(element), hidden, pictures, depth + 1)
                case "hyperlink":
                    target = value_of(element, "anchor") or around.target
                    inner = replace(around, target=target)
                    yield from self._runs(element, inner, hidden, pictures, depth + 1)
                case "fldSimple":
                    yield from self._simple_field(element, around, hidden, pictures, depth)
                case "oMath" | "oMathPara" if not around.passing:
                    formula = "".join(each.text or "" for each in element.iter("{*}t"))
                    yield Piece(formula, "", hidden, around.fate, around.by)
                case "pPr" | "sdtPr" | "sdtEndPr" | "rPr":
                    continue
                case _:
                    yield from self._runs(element, around, hidden, pictures, depth + 1)

    def _simple_field(
        self, element: _Element, around: _Around, hidden: bool, pictures: list[str], depth: int
    ) -> Iterator[Piece]:
        self.fields.append(_Field(value_of(element, "instr"), result=True))
        yield from self._runs(element, around, hidden, pictures, depth + 1)
        yield from self._field_char("end", around)

    def _run(self, run: _Element, around: _Around, hidden: bool, pictures: list[str]) -> Iterator[Piece]:
        properties = run.find("{*}rPr")
        unseen = hidden or _unseen(properties, self.hidden_styles)
        for element in run:
            name = name_of(element)
            if name == "fldChar":
                yield from self._field_char(value_of(element, "fldCharType"), around)
            elif name in ("instrText", "delInstrText"):
                if self.fields:
                    self.fields[-1].code += element.text or ""
            elif around.passing:
                continue
            elif name in ("drawing", "pict", "object", "AlternateContent"):
                self._drawn(element, pictures)
            elif not self._is_counted(words := _letters(element, name)):
                if self.fields:
                    self.fields[-1].says |= bool(words)
                node = element if self.keeps else None
                yield Piece(words, self._target(around), unseen, around.fate, around.by, node)

    def _field_char(self, kind: str, around: _Around) -> Iterator[Piece]:
        """Open or close a field; a reference that a program left without words still leads where it leads."""
        if kind == "begin":
            self.fields.append(_Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].result = True
        elif kind == "end" and self.fields:
            if _REFERRING.match(self.fields[-1].code) and not self.fields[-1].says and not around.passing:
                yield Piece(UNSAID, self._target(around), False, around.fate, around.by)
            self.fields.pop()

    def _is_counted(self, words: str) -> bool:
        counted = any(_COUNTED.match(each.code) for each in self.fields) and _COUNT.fullmatch(words)
        return bool(counted) or not all(each.result for each in self.fields)

    def _in_contents(self) -> bool:
        return any(_CONTENTS.match(each.code) for each in self.fields)

    def _target(self, around: _Around) -> str:
        for each in reversed(self.fields):
            found = _REFERRING.match(each.code)
            if found:
                return found[1]
        return around.target

    def _drawn(self, element: _Element, pictures: list[str]) -> None:
        """Note pictures, and keep the lines of text boxes for after the paragraph; of alternatives the first counts."""
        shown = element.find("{*}Choice") if name_of(element) == "AlternateContent" else element
        if shown is None:
            return
        for each in shown.iter("{*}blip", "{*}imagedata"):
            relation = self._relations.get(any_value(each, "embed", "id", "link"))
            if relation and not relation.external and relation.target in self.package.names:
                pictures.append(sha256(self.package.octets(relation.target)).hexdigest())
            else:
                pictures.append("elsewhere")
        for box in shown.iter("{*}txbxContent"):
            fields, boxes, self.fields, self._boxes = self.fields, self._boxes, [], []
            inner = list(self._walk(box, Part.TEXT_BOX, None, _Around(), 1))
            self.fields, self._boxes = fields, [*boxes, *inner]


def _owner_relations(package: WordPackage, name: str) -> Iterator[Relation]:
    folder, _, file = name.rpartition("_rels/")
    owner = f"{folder}{file.removesuffix('.rels')}"
    yield from package.relations(owner).values()


def _inner(root: _Element, name: str) -> Iterator[_Element]:
    """Yield the rows of a table or the cells of a row, also those in content controls, and none of inner tables."""
    for element in root:
        here = name_of(element)
        if here == name:
            yield element
        elif here not in ("tbl", "tr", "tc", "p"):
            yield from _inner(element, name)


def _fated_by(properties: _Element | None, around: _Around) -> _Around:
    """Return what is around the words of a row or a cell that came or went."""
    for element in properties if properties is not None else ():
        if name_of(element) in _ROW_FATES:
            around = around.with_fate(_ROW_FATES[name_of(element)], tracked(element))
    return around


def _ended(line: Line, properties: _Element | None, around: _Around) -> Line:
    """Return a line with the fate of its end."""
    marks = properties.find("{*}rPr") if properties is not None else None
    found = [element for element in marks if name_of(element) in _FATES] if marks is not None else []
    if not found:
        return replace(line, by=around.by)
    fates = {_FATES[name_of(element)] for element in found}
    return replace(line, mark=_FATES[name_of(found[0])], by=tracked(found[0]), passing=len(fates) > 1)


def _letters(element: _Element, name: str) -> str:
    match name:
        case "t" | "delText":
            return element.text or ""
        case "tab" | "ptab":
            return "\t"
        case "br" | "cr":
            return "\n"
        case "noBreakHyphen":
            return "-"
        case "sym":
            code = value_of(element, "char")
            return chr(int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{4}", code) else ""
        case "ruby":
            return "".join(each.text or "" for each in element.findall("{*}rubyBase//{*}t"))
        case _:
            return ""


def _unseen(properties: _Element | None, hidden_styles: frozenset[str]) -> bool:
    """Say whether words do not show: hidden, white without a ground, or too small to be read."""
    if properties is None:
        return False
    vanish = properties.find("{*}vanish")
    if vanish is not None:
        return is_on(vanish)
    if value_of(properties.find("{*}rStyle"), "val") in hidden_styles:
        return True
    white = value_of(properties.find("{*}color"), "val").upper() == "FFFFFF"
    grounded = properties.find("{*}shd") is not None or properties.find("{*}highlight") is not None
    size = value_of(properties.find("{*}sz"), "val")
    return (white and not grounded) or (size.isdecimal() and int(size[:6]) <= _TINY)


def _is_contents(control: _Element) -> bool:
    gallery = control.find("{*}sdtPr/{*}docPartObj/{*}docPartGallery")
    return value_of(gallery, "val") == "Table of Contents"


def _noted(paragraph: _Element) -> tuple[str, ...]:
    """Return the comments that begin or end in a paragraph."""
    found = paragraph.iter("{*}commentRangeStart", "{*}commentReference")
    return tuple(dict.fromkeys(value_of(each, "id") for each in found))
