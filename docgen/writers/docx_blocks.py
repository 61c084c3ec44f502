"""Blocks to Word's paragraphs: clauses, schedules, lists and everything between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import assert_never

from docgen.doctree.nodes import (
    Block,
    Clause,
    Contents,
    ContentsEntry,
    Definitions,
    Details,
    Fate,
    Figure,
    Heading,
    Item,
    Listing,
    Manner,
    Note,
    PageBreak,
    Paragraph,
    Parties,
    Question,
    Quote,
    Schedule,
    Signatures,
    Table,
    Tracked,
)
from docgen.doctree.walk import opening
from docgen.writers.docx_changes import ends_changed, joined, landing
from docgen.writers.docx_manuscript import Manuscript
from docgen.writers.docx_numbering import (
    BULLETS,
    CLAUSES,
    DEPTHS,
    NUMBERS,
    PARTIES,
    SCHEDULES,
    list_hanging,
    list_left,
    text_left,
)
from docgen.writers.docx_paragraphs import Mark, paragraph
from docgen.writers.docx_pictures import PIXELS_PER_POINT, drawing
from docgen.writers.docx_questions import Questions, Room
from docgen.writers.docx_runs import Look, Runs, field, tab
from docgen.writers.docx_styles import indent
from docgen.writers.docx_tables import Tables, gap
from docgen.writers.docx_xml import points, text_width, twips
from docgen.writers.paging import question_about

_MANNERS = {
    Manner.LEAD: "Lead",
    Manner.SMALL: "SmallPrint",
    Manner.RIGHT: "BodyTextRight",
    Manner.CENTRE: "BodyTextCentred",
    Manner.SUBJECT: "Subject",
    Manner.ADDRESS: "Address",
}

RUNNING_STYLES = frozenset(
    {"BodyText", "Quote", "SignatureLead", "ListContinue", "Party", *(f"ClauseText{depth}" for depth in DEPTHS)}
)
"""The styles of running text; a cell's or a note's own style prevails over a paragraph's part."""

_DEFINED = Look(style="DefinedTerm")
_LIST_STYLES = {
    BULLETS: ("ListBullet", "ListContinue"),
    NUMBERS: ("ListNumber", "ListContinue"),
    PARTIES: ("Party", "Party"),
}
_BEGIN_CONTENTS = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">'
    ' TOC \\o "1-1" \\h \\z \\u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)
DEEPEST = 8
TALLEST = 0.8
"""The part of a page's height that a picture may take."""


@dataclass(frozen=True)
class Place:
    """Where blocks stand: how far in and how wide in points, in which style, and whether they may be parted."""

    width: float
    left: float = 0.0
    style: str = "BodyText"
    style_left: float = 0.0
    align: str = ""
    level: int = 0
    held: bool = False
    """Every paragraph keeps with the next one."""
    leads: bool = False
    """The last paragraph keeps with the block that follows."""
    following: Block | None = None
    """What comes next, where that changes how this ends."""

    @property
    def ends_held(self) -> bool:
        """Say whether the last paragraph keeps with the next one."""
        return self.held or self.leads

    def moved(self, distance: float) -> Place:
        """Return the place further in."""
        return replace(self, left=self.left + distance, width=self.width - distance)


class Blocks:
    """Writes the blocks of one document."""

    def __init__(self, manuscript: Manuscript) -> None:
        self.manuscript = manuscript
        self.theme = manuscript.theme
        self.runs = Runs(manuscript)
        self.tables = Tables(manuscript, self.runs, self.cell)
        self.questions = Questions(manuscript, self.runs, self.tables)

    def blocks(self, blocks: tuple[Block, ...], place: Place) -> str:
        """Return blocks one after the other; a paragraph keeps with the list or table it introduces."""
        return joined(self._sequence(blocks, place))

    def cell(self, blocks: tuple[Block, ...], width: float, style: str, align: str, held: bool) -> str:
        """Return the blocks of a table cell, which ends in a paragraph whatever it holds."""
        inner = self.blocks(blocks, Place(width, style=style, align=align, held=held))
        if ends_changed(inner):
            return inner + landing(held)
        return inner if inner.endswith("</w:p>") else f"{inner}{paragraph(style, '', held=held)}"

    def _sequence(self, blocks: tuple[Block, ...], place: Place) -> Iterator[str]:
        pairs = zip_longest(blocks, blocks[1:])
        for block, following in pairs:
            further = question_about(block, following) if isinstance(block, Question) else None
            if isinstance(block, Question) and further and further.fate is block.fate:
                next(pairs)
                yield self.changed(block, self.questions.question(block, Room(place.left, place.width), further))
                continue
            leads = _introduces(block, following) if following else isinstance(place.following, Signatures)
            if isinstance(block, PageBreak) and isinstance(following, Schedule):
                continue
            yield self.changed(
                block, self._block(block, replace(place, leads=leads, following=following or place.following))
            )

    def changed(self, part: Tracked, xml: str) -> str:
        """Return the XML of a part as what came or went."""
        return self.manuscript.changes.blocks(part.fate, xml)

    def _block(self, block: Block, place: Place) -> str:
        match block:
            case Paragraph():
                return self._paragraph(block, place)
            case Heading():
                inner = self.manuscript.marked(block.id, self.runs.inlines(block.children))
                return paragraph(f"PlainHeading{block.level}", inner, own=_moved(place))
            case Clause():
                return self._clause(block, place)
            case Schedule(id=name, title=title, children=children):
                head = self.manuscript.marked(name, self.runs.inlines(title))
                return joined((paragraph("ScheduleHeading", head), self.blocks(children, place)))
            case Definitions():
                return self._definitions(block, place)
            case Listing(ordered, items):
                return self._items(items, NUMBERS if ordered else BULLETS, place)
            case Details():
                return self._below(self.tables.details(block, place.left, place.width, place.ends_held), place)
            case Table():
                return self._below(self.tables.table(block, place.left, place.width, place.ends_held), place)
            case Quote(children=children):
                return self._quote(children, place)
            case Note():
                return self._below(self.tables.note(block, place.left, place.width, place.ends_held), place)
            case Figure():
                return self._figure(block, place)
            case Parties(cards=cards):
                return self._items(tuple(Item(card.children, fate=card.fate) for card in cards), PARTIES, place)
            case Contents():
                return self._contents(block)
            case PageBreak():
                return paragraph("PageBreak", '<w:r><w:br w:type="page"/></w:r>')
            case Signatures(lead=lead, places=places):
                above = self.blocks(lead, replace(place, held=True, following=block, style="SignatureLead"))
                return joined((above, self._below(self.tables.signatures(places, place.left, place.width), place)))
            case Question():
                return self.questions.question(block, Room(place.left, place.width))
            case _:
                assert_never(block)

    @staticmethod
    def _below(table: str, place: Place) -> str:
        """Return a table and the distance below it; before a new page that would only risk an empty one."""
        begins_page = isinstance(place.following, Schedule | PageBreak)
        return table if begins_page or not table else table + gap(place.ends_held)

    # Paragraphs

    def _paragraph(self, block: Paragraph, place: Place, mark: Mark | None = None, bookmark: str = "") -> str:
        inner = self.manuscript.marked(bookmark, self.runs.inlines(block.children))
        style, style_left = place.style, place.style_left
        if block.manner is not Manner.BODY and style in RUNNING_STYLES:
            style, style_left = _MANNERS[block.manner], 0.0
        left = indent(place.left) if place.left != style_left else ""
        return paragraph(style, inner, held=place.ends_held, mark=mark, own=left, align=place.align)

    def _clause(self, clause: Clause, place: Place) -> str:
        theme, depth = self.theme, clause.depth
        left = text_left(theme, depth)
        inside = replace(
            place,
            style=f"ClauseText{depth}",
            style_left=left,
            left=left,
            width=place.left + place.width - left,
        )
        mark = Mark(SCHEDULES, depth) if clause.in_schedule else Mark(CLAUSES, depth - 1)
        if clause.title:
            head = self.manuscript.marked(clause.id, self.runs.inlines(clause.title))
            style = "ScheduleHeading" if clause.in_schedule else "Heading"
            return joined((paragraph(f"{style}{depth}", head), self.blocks(clause.children, inside)))
        first, rest = opening(clause.children)
        held = place.held or (_introduces(first, rest[0]) if rest else place.leads)
        inner = self.manuscript.marked(clause.id, self.runs.inlines(first.children))
        return joined((paragraph(f"Clause{depth}", inner, held=held, mark=mark), self.blocks(rest, inside)))

    def _definitions(self, block: Definitions, place: Place) -> str:
        lines = []
        for item in block.items:
            term = self.manuscript.marked(item.id, self.runs.inlines(item.term, _DEFINED))
            inner = f"{term}{self.runs.text(' ')}{self.runs.inlines(item.children)}"
            lines.append(self.changed(item, paragraph("Definition", inner, own=_moved(place), held=place.held)))
        return joined(lines)

    def _quote(self, blocks: tuple[Block, ...], place: Place) -> str:
        step = self.theme.indent
        inside = place.moved(step)
        return self.blocks(blocks, replace(inside, width=inside.width - step, style="Quote", style_left=step))

    def _figure(self, figure: Figure, place: Place) -> str:
        picture, theme = self.manuscript.document.pictures[figure.asset], self.theme
        width = place.width * figure.width / 100
        height = width * picture.height / picture.width
        room = points(theme.page[1] - theme.margins[0] - theme.margins[2]) * TALLEST
        scale = min(1.0, room / height)
        pixels = self.manuscript.picture(figure.asset, round(width * PIXELS_PER_POINT))
        inner = drawing(pixels.relation, next(self.manuscript.ids), width * scale, height * scale, figure.alt)
        left, held = _moved(place), place.ends_held
        if not figure.caption:
            return paragraph("Figure", inner, own=left, held=held)
        caption = paragraph("FigureCaption", self.runs.inlines(figure.caption), own=left, held=held)
        return paragraph("Figure", inner, own=left, held=True) + caption

    # Lists

    def _items(self, items: tuple[Item, ...], kind: str, place: Place) -> str:
        """Return the entries of a list, which counts from one."""
        head_style, style = _LIST_STYLES[kind] if place.style in RUNNING_STYLES else (place.style, place.style)
        step = list_left(self.theme, kind)
        level = min(place.level, DEEPEST)
        mark = Mark(self.manuscript.list_number(kind, level), level)
        inside = replace(place.moved(step), style=style, style_left=-1, level=level + 1)
        left = indent(inside.left, hanging=list_hanging(self.theme, kind))
        parts = []
        for number, item in enumerate(items, 1):
            last = number == len(items)
            first, rest = opening(item.children)
            held = place.held or (_introduces(first, rest[0]) if rest else last and place.leads)
            inner = self.runs.inlines(first.children)
            head = paragraph(head_style, inner, held=held, mark=mark, own=left, align=place.align)
            others = self.blocks(rest, replace(inside, following=place.following if last else None))
            parts.append(self.changed(item, joined((head, others))))
        return joined(parts)

    # Contents

    def _contents(self, block: Contents) -> str:
        """Return the contents list as Word keeps it: a field whose entries are filled in."""
        title = paragraph("TOCHeading", self.runs.text(block.title or self.manuscript.document.labels.contents))
        lines = [(entry.fate, self._entry(entry)) for entry in block.entries] or [(Fate.STAYED, "")]
        if block.fate is not Fate.STAYED:
            # LibreOffice cannot take a field out with its lines, so these are lines and no more.
            return title + self._lines(block, lines)
        # The field neither comes nor goes with its first and last line: beside one that does it has its own.
        lines = [(Fate.STAYED, "")] * (lines[0][0] is not Fate.STAYED) + lines
        lines += [(Fate.STAYED, "")] * (lines[-1][0] is not Fate.STAYED)
        lines[0] = (Fate.STAYED, _BEGIN_CONTENTS + lines[0][1])
        lines[-1] = (Fate.STAYED, f'{lines[-1][1]}<w:r><w:fldChar w:fldCharType="end"/></w:r>')
        return (
            '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/>'
            f"</w:docPartObj></w:sdtPr><w:sdtContent>{title}{self._lines(block, lines)}</w:sdtContent></w:sdt>"
        )

    def _lines(self, block: Contents, lines: list[tuple[Fate, str]]) -> str:
        # Dots that lead to no number look like a fault; Word puts them back when it counts the pages.
        known = all(self.manuscript.page(entry.target) for entry in block.entries)
        edge = "" if known else f'<w:tabs><w:tab w:val="right" w:pos="{twips(text_width(self.theme))}"/></w:tabs>'
        changes = self.manuscript.changes
        return "".join(changes.blocks(fate, paragraph("TOC1", line, own=edge)) for fate, line in lines)

    def _entry(self, entry: ContentsEntry) -> str:
        manuscript = self.manuscript
        bookmark = manuscript.bookmarks[entry.target]
        number = self.runs.text(entry.number) + (self.runs.text(" ") if entry.schedule else tab())
        page = field(f"PAGEREF {bookmark} \\h", self.runs.text(manuscript.page(entry.target)))
        inner = f"{number}{self.runs.inlines(entry.title)}{tab()}{page}"
        return f'<w:hyperlink w:anchor="{bookmark}" w:history="1">{inner}</w:hyperlink>'


def _moved(place: Place) -> str:
    return indent(place.left) if place.left else ""


def _introduces(block: Block, following: Block) -> bool:
    """Say whether a block must not be parted from the one that follows it."""
    if isinstance(following, Signatures):
        return True
    introduced = Listing | Table | Details | Figure | Quote | Clause | Definitions
    return isinstance(block, Paragraph) and isinstance(following, introduced)
