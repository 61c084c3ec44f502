"""Tables to Word: figures with a head that repeats, labels beside values, boxed remarks and places to sign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from docgen.doctree.nodes import Align, Badge, Block, Cell, Column, Details, Inline, Note, Row, Signature, Table, Tone
from docgen.doctree.text import inline_words, unbroken
from docgen.doctree.walk import block_words, walk
from docgen.writers.docx_manuscript import Manuscript
from docgen.writers.docx_paragraphs import paragraph
from docgen.writers.docx_runs import Look, Runs, tab
from docgen.writers.docx_styles import TABLE_PADDING, border, indent
from docgen.writers.docx_xml import escaped, hexadecimal, points, twips
from docgen.writers.paging import stays_whole

LABEL_SHARE = 0.26
"""The part of the width that labels take beside their values."""

SIGNATURE_WIDTH = points(76)
SIGNATURE_GAP = points(10)

_FEW = 3
"""Up to so many lines of details are kept together, however long: some versions of LibreOffice lose parted ones."""
_SIDES = {Align.START: "", Align.CENTRE: "center", Align.END: "right"}
_LABEL = Look(style="SignatureLabel")
_SHORT, _LONG = 4, 48
"""Letters below which a column is not counted, and beyond which it asks for no more room."""
LETTER_WIDTH = 0.5
"""The mean width of a letter, in shares of its size."""
_UNBROKEN = (32, 20, 12, 8)
"""Letters beyond which a word may be broken where room is scarce, so that it does not break those beside it."""
_MARKS = re.compile(r"[ .,'’\u00a0\u202f]")
_MARK_WIDTH = 0.7
"""The room that a space or a mark between digits takes, in shares of a letter's."""


class CellWriter(Protocol):
    """Writes the blocks of a cell."""

    def __call__(self, blocks: tuple[Block, ...], width: float, style: str, align: str, held: bool) -> str:
        """Return paragraphs of a style, standing at one side; `held` keeps each with the next one."""


@dataclass(frozen=True)
class Slot:
    """A cell in the grid: where it begins, how many columns it takes, and whether it goes on from the row above."""

    column: int
    span: int
    cell: Cell | None
    continues: bool = False


class Tables:
    """Writes the tables of one document."""

    def __init__(self, manuscript: Manuscript, runs: Runs, cell: CellWriter) -> None:
        self.manuscript = manuscript
        self.theme = manuscript.theme
        self.runs = runs
        self.cell = cell

    # Figures and facts

    def table(self, table: Table, left: float, width: float, held: bool) -> str:
        """Return a table with its caption above; its head repeats and no row breaks or stands alone on a page.

        A small table stands on one page.
        """
        rows = table.head + table.rows
        grid, count = _grid(rows)
        columns = (*table.columns, *(Column() for _ in range(count - len(table.columns))))
        widths = column_widths(columns, rows, width, self.theme.size - 1)
        lines, whole, first, end = [], stays_whole(table), len(table.head), len(rows) - 1
        for index, (row, slots) in enumerate(zip(rows, grid, strict=True)):
            keeps = held if index == end else whole or index in (first, end - 1) or rows[index + 1].total
            line = self._row(row, slots, columns, widths, index < len(table.head), keeps)
            lines.append(self.manuscript.changes.blocks(row.fate, line))
        look = look_xml(bool(table.head), any(row.cells and row.cells[0].header for row in table.rows))
        words = inline_words(table.caption)
        named = f'<w:tblCaption w:val="{escaped(words)}"/>' if words else ""
        return self._caption(table, left) + self.framed("FirmTable", left, widths, lines, look + named)

    def _caption(self, table: Table, left: float) -> str:
        if table.caption:
            words = self.manuscript.marked(table.id, self.runs.inlines(table.caption))
            return paragraph("Caption", words, own=indent(left) if left else "")
        anchor = self.manuscript.marked(table.id, "")
        return paragraph("TableGap", anchor, held=True) if anchor else ""

    def _row(
        self, row: Row, slots: list[Slot], columns: tuple[Column, ...], widths: list[float], head: bool, keeps: bool
    ) -> str:
        cells = []
        for slot in slots:
            width = sum(widths[slot.column : slot.column + slot.span])
            style = "TableTotal" if row.total else "TableText"
            if head and slot.cell and slot.cell.header:
                style = "TableHead"
            align = _SIDES[columns[slot.column].align]
            blocks = slot.cell.children if slot.cell else ()
            inner = self.cell(blocks, width, style, align, keeps or head)
            cells.append(cell_xml(width, inner, _spans(slot) + self._frame(head, row.total)))
        return row_xml("".join(cells), head)

    def _frame(self, head: bool, total: bool) -> str:
        """Return how a cell of a head or a total differs from the rows between."""
        colours = self.theme.palette
        if head:
            rule = border("bottom", 0.75, colours.accent)
            shade = hexadecimal(colours.shade)
            return (
                f'<w:tcBorders>{rule}</w:tcBorders><w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>'
                '<w:vAlign w:val="bottom"/>'
            )
        if total:
            return f'<w:tcBorders>{border("top", 0.75, colours.accent)}<w:bottom w:val="nil"/></w:tcBorders>'
        return ""

    def details(self, block: Details, left: float, width: float, held: bool) -> str:
        """Return labels and values in two columns; a few stay on one page, and none of many stands there alone."""
        widths = [width * LABEL_SHARE, width * (1 - LABEL_SHARE)]
        edge = '<w:tcMar><w:left w:w="0" w:type="dxa"/></w:tcMar>'
        lines, whole, end = [], len(block.items) <= _FEW or stays_whole(block), len(block.items) - 1
        for index, item in enumerate(block.items):
            keeps = held if index == end else whole or index in (0, end - 1)
            label = paragraph("DetailLabel", self.runs.inlines(item.label), held=keeps)
            value = self.cell(item.children, widths[1], "TableText", "", keeps)
            line = row_xml(cell_xml(widths[0], label, edge) + cell_xml(widths[1], value))
            lines.append(self.manuscript.changes.blocks(item.fate, line))
        if not lines:
            return ""
        return self.framed("FirmDetails", left, widths, lines, look_xml(False, True))

    # Boxes

    def note(self, note: Note, left: float, width: float, held: bool) -> str:
        """Return a boxed remark: one cell that does not break, with a bar in its tone."""
        theme, space = self.theme, self.theme.paragraph_gap
        tone = theme.palette.accent if note.tone is Tone.NEUTRAL else theme.tone(note.tone)
        side, edge = (f'w:w="{twips(distance)}" w:type="dxa"' for distance in (space * 1.6, space))
        frame = (
            f"<w:tcBorders>{border('left', 2.5, tone)}</w:tcBorders>"
            f'<w:shd w:val="clear" w:color="auto" w:fill="{hexadecimal(theme.palette.shade)}"/>'
            f"<w:tcMar><w:top {edge}/><w:left {side}/><w:bottom {edge}/><w:right {side}/></w:tcMar>"
        )
        inner = self.cell(note.children, width - space * 3.2, "Note", "", held)
        line = row_xml(cell_xml(width, inner, frame))
        return self.framed("FirmLayout", left, [width], [line], look_xml(False, False))

    # Signatures

    def signatures(self, places: tuple[Signature, ...], left: float, width: float) -> str:
        """Return the places to sign, two side by side; all of it stays on one page with what leads to it.

        The heading of a place that stands alone takes the room beside it.
        """
        column = min(SIGNATURE_WIDTH, (width - SIGNATURE_GAP) / 2)
        edge = '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
        look = edge + look_xml(False, False)
        if len(places) == 1:
            line = row_xml(cell_xml(width, self._place(places[0], width - column)))
            return self.framed("FirmLayout", left, [width], [line], look)
        widths = [column, SIGNATURE_GAP, column]
        empty = paragraph("TableText", "", held=True)
        lines = []
        for index in range(0, len(places), 2):
            sides = [self._place(place) for place in places[index : index + 2]]
            cells = [sides[0], empty, sides[1] if len(sides) > 1 else empty]
            lines.append(row_xml("".join(map(cell_xml, widths, cells))))
        return self.framed("FirmLayout", left, widths, lines, look)

    def _place(self, place: Signature, beside: float = 0) -> str:
        """Return a place to sign whose lines leave some room beside them free, in points."""
        labels, tags = self.manuscript.document.labels, dict(place.tags)
        heading = paragraph("SignatureHeading", self.runs.text(place.heading or place.party))
        lines = (
            ("SignatureSpace", labels.signature, tags.get("signature", "")),
            ("Signature", labels.name, place.name or tags.get("name", "")),
            ("Signature", labels.title, place.title or tags.get("title", "")),
            ("Signature", labels.date, tags.get("date", "")),
        )
        return heading + "".join(
            paragraph(
                style, self.runs.text(label, _LABEL) + tab() + self.runs.value(value), own=_own_rule(index, beside)
            )
            for index, (style, label, value) in enumerate(lines)
        )

    # The frame around

    def framed(self, style: str, left: float, widths: list[float], lines: list[str], tail: str) -> str:
        """Return a table of rows; widths are fixed, so that every program draws the same columns."""
        mirrored = "<w:bidiVisual/>" if self.manuscript.right_to_left else ""
        inset = f'<w:tblInd w:w="{twips(left)}" w:type="dxa"/>'
        columns = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
        return (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/>{mirrored}'
            f'<w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/>{inset}<w:tblLayout w:type="fixed"/>{tail}</w:tblPr>'
            f"<w:tblGrid>{columns}</w:tblGrid>{''.join(lines)}</w:tbl>"
        )


def gap(held: bool) -> str:
    """Return the distance below a table; without it Word would join two tables into one."""
    return paragraph("TableGap", "", held=held)


def column_widths(columns: tuple[Column, ...], rows: tuple[Row, ...], width: float, size: float) -> list[float]:
    """Return the width of each column in points, for letters of a size.

    Columns without a share divide the rest by their words; figures and single words stay on one line.
    """
    measures = [_measure(rows, index) for index in range(len(columns))]
    asked = [0 if column.width else min(measure.text, _LONG) for column, measure in zip(columns, measures, strict=True)]
    # Where the given shares leave nothing, a column without one still needs room for a word.
    rest = max(100 - sum(column.width for column in columns), 10 * sum(map(bool, asked)))
    shares = [column.width or rest * length / sum(asked) for column, length in zip(columns, asked, strict=True)]
    widths = [width * share / sum(shares) for share in shares]
    words = [[measure.unbroken(letters) for measure in measures] for letters in _UNBROKEN]
    lines = [
        [
            measure.line if column.align is Align.END else word
            for column, measure, word in zip(columns, measures, capped, strict=True)
        ]
        for capped in words
    ]
    for letters in (*lines, *words):
        spare = [
            width - count * size * LETTER_WIDTH - 2 * TABLE_PADDING
            for width, count in zip(widths, letters, strict=True)
        ]
        if sum(spare) >= 0:
            return _shared(widths, spare)
    return widths


def _shared(widths: list[float], spare: list[float]) -> list[float]:
    """Return widths in which the columns that lack room have got it from those that can spare some."""
    lacking, room = -sum(min(share, 0) for share in spare), sum(max(share, 0) for share in spare)
    given = lacking / room if room else 0
    return [width - (share if share < 0 else share * given) for width, share in zip(widths, spare, strict=True)]


@dataclass(frozen=True)
class Measure:
    """How many letters the longest words of a column have, as a whole; and the room that they take, told in letters.

    `line` is the room they take as a whole, `word` that of the parts within which no line may end, and `status` that
    of a status with its sign.
    """

    text: int
    line: float
    word: float
    status: float

    def unbroken(self, letters: int) -> float:
        """Return the room, told in letters, of what stays on one line when longer words than that may be broken."""
        return max(self.status, min(self.word, letters))


def _measure(rows: tuple[Row, ...], column: int) -> Measure:
    """Return the measure of the words that stand in a column by themselves."""
    runs = [run for row in rows for run in _words_in(row, column)]
    lines = [inline_words(run) for run in runs]
    return Measure(
        max([_SHORT, *map(len, lines)]),
        max([_SHORT, *map(_room, lines)]),
        max([_SHORT, *(_room(word) for line in lines for word in unbroken(line))]),
        max([_SHORT, *(_room(f"● {part.text}") for run in runs for part in run if isinstance(part, Badge))]),
    )


def _room(words: str) -> float:
    """Return the room that words take, told in letters."""
    marks = len(_MARKS.findall(words))
    return len(words) - marks + marks * _MARK_WIDTH


def _words_in(row: Row, column: int) -> Iterator[tuple[Inline, ...]]:
    """Yield the runs of words in the cell that a row has in one column alone."""
    index = 0
    for cell in row.cells:
        if index == column and cell.colspan == 1:
            for block in walk(cell.children):
                yield from block_words(block)
        index += cell.colspan


def _grid(rows: tuple[Row, ...]) -> tuple[list[list[Slot]], int]:
    """Return each row's cells at their columns, and how many columns there are; short rows are filled up."""
    reaching: dict[int, tuple[int, int]] = {}
    grid = [list(_slots(row, reaching)) for row in rows]
    count = max((slots[-1].column + slots[-1].span for slots in grid if slots), default=1)
    for slots in grid:
        end = slots[-1].column + slots[-1].span if slots else 0
        slots.extend(Slot(column, 1, None) for column in range(end, count))
    return grid, count


def _slots(row: Row, reaching: dict[int, tuple[int, int]]) -> Iterator[Slot]:
    """Yield a row's cells, those from above that reach into it included; `reaching` is brought up to the next row."""
    cells = list(row.cells)
    column = 0
    while cells or any(start >= column for start in reaching):
        if column in reaching:
            span, rows = reaching.pop(column)
            slot = Slot(column, span, None, continues=True)
        elif cells:
            cell = cells.pop(0)
            span, rows = cell.colspan, cell.rowspan
            slot = Slot(column, span, cell)
        else:
            span, rows = 1, 1
            slot = Slot(column, span, None)
        if rows > 1:
            reaching[column] = (span, rows - 1)
        yield slot
        column += span


def _spans(slot: Slot) -> str:
    across = f'<w:gridSpan w:val="{slot.span}"/>' if slot.span > 1 else ""
    if slot.continues:
        return f"{across}<w:vMerge/>"
    return f'{across}<w:vMerge w:val="restart"/>' if slot.cell and slot.cell.rowspan > 1 else across


def cell_xml(width: float, content: str, properties: str = "") -> str:
    """Return a cell of a width in points; its content ends in a paragraph."""
    return f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/>{properties}</w:tcPr>{content}</w:tc>'


def row_xml(cells: str, head: bool = False, height: str = "") -> str:
    """Return a row of cells, which no page parts."""
    return f"<w:tr><w:trPr><w:cantSplit/>{height}{'<w:tblHeader/>' if head else ''}</w:trPr>{cells}</w:tr>"


def look_xml(first_row: bool, first_column: bool) -> str:
    """Return which cells are headers, for those who hear the table instead of seeing it."""
    row, column = int(first_row), int(first_column)
    value = f"{0x20 * row + 0x80 * column + 0x600:04X}"
    return (
        f'<w:tblLook w:val="{value}" w:firstRow="{row}" w:lastRow="0" w:firstColumn="{column}" w:lastColumn="0"'
        ' w:noHBand="1" w:noVBand="1"/>'
    )


def _own_rule(index: int, beside: float) -> str:
    """Return a hair's difference between neighbours: Word draws one line around paragraphs that stand alike."""
    hang = twips(points(18))
    return f'<w:ind w:left="{hang}" w:right="{twips(beside) + index % 2}" w:hanging="{hang}"/>'
