"""The questions of a form in Word: content controls that are filled in on the screen and on paper alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from docgen.doctree.nodes import Choice, Question, Scale, Writing
from docgen.doctree.text import CHOSEN, OPEN, inline_words
from docgen.writers.docx_manuscript import Manuscript
from docgen.writers.docx_paragraphs import paragraph
from docgen.writers.docx_runs import NO_BREAK_SPACE, Look, Runs
from docgen.writers.docx_styles import TABLE_PADDING, border, indent, spacing
from docgen.writers.docx_tables import Tables, cell_xml, gap, look_xml, row_xml
from docgen.writers.docx_xml import points, twips

LINE = 15.0
"""Points from one line of an answer to the next."""
ENDS = points(26)
STEP = points(11)
PART = "="
"""Stands between a question's id and an answer's value in the tag of a circle."""

_CIRCLE = Look(style="AnswerMark")
_EMPTY = Look(style="PlaceholderText")
_BETWEEN = NO_BREAK_SPACE * 7 + " "
"""Parts one answer from the next; a line ends behind it."""


@dataclass(frozen=True)
class Room:
    """Where a question stands: how far in and how wide, in points."""

    left: float
    width: float


class Questions:
    """Writes the questions of one document."""

    def __init__(self, manuscript: Manuscript, runs: Runs, tables: Tables) -> None:
        self.manuscript = manuscript
        self.theme = manuscript.theme
        self.runs = runs
        self.tables = tables

    def question(self, question: Question, room: Room, further: Question | None = None) -> str:
        """Return a question and the place for its answer, which no page parts.

        `further` asks for words about it: the two stand in one table, of which LibreOffice keeps the rows together.
        """
        inset = indent(room.left) if room.left else ""
        asked = paragraph("Question", self.runs.inlines(question.children), own=inset)
        widths, cells, edge = self._place(question, room, held=further is not None)
        lines = [row_xml("".join(cells), height=_height(question))]
        if further is not None:
            lines += self._further(further, room, len(widths))
        return asked + self.tables.framed("FirmLayout", room.left, widths, lines, edge) + gap(False)

    def _place(self, question: Question, room: Room, held: bool) -> tuple[list[float], list[str], str]:
        """Return the place for an answer: how wide its cells are, the cells, and how they differ from a table's."""
        match question.answer:
            case Scale():
                widths, steps = self._scale(question, question.answer, room, held)
                return widths, list(map(cell_xml, widths, steps)), _FRAMELESS
            case Choice(options):
                answers = (self._answer(question, option.value, option.words) for option in options)
                words = paragraph("Answer", self.runs.text(_BETWEEN).join(answers), held=held)
                # In a cell: in LibreOffice, a paragraph of controls that went takes the number of a heading along.
                return [room.width], [cell_xml(room.width, words)], _FRAMELESS
            case Writing():
                written = paragraph("AnswerText", self._writing(question), held=held)
                return [room.width], [cell_xml(room.width, written, self._frame())], look_xml(False, False)
            case _:
                assert_never(question.answer)

    def _further(self, further: Question, room: Room, columns: int) -> list[str]:
        """Return a question for words about the one before, as rows below its answer."""
        span = f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""
        near = spacing(0, self.theme.paragraph_gap)
        asked = paragraph("Question", self.runs.inlines(further.children), own=near)
        written = paragraph("AnswerText", self._writing(further))
        return [
            row_xml(cell_xml(room.width, asked, span)),
            row_xml(cell_xml(room.width, written, span + self._frame() + _INSIDE), height=_height(further)),
        ]

    def _scale(self, question: Question, scale: Scale, room: Room, held: bool) -> tuple[list[float], list[str]]:
        """Return the steps of a scale side by side, each number below its circle, between the words of the ends."""
        steps = list(self._steps(question, scale, held))
        words = scale.low or scale.high
        step = min(STEP, (room.width - 2 * ENDS) / len(steps) if words else room.width / len(steps))
        widths = [step] * len(steps)
        if words:
            end = room.width - ENDS - step * len(steps)
            widths, steps = [ENDS, *widths, end], [self._end(scale.low, held), *steps, self._end(scale.high, held)]
        return widths, steps

    def _steps(self, question: Question, scale: Scale, held: bool) -> Iterator[str]:
        for step in range(1, scale.count + 1):
            circle = self._circle(question, str(step), str(step))
            number = self.runs.text(str(step))
            yield paragraph("AnswerStep", circle, held=True) + paragraph("AnswerNumber", number, held=held)

    def _end(self, words: str, held: bool) -> str:
        return paragraph("AnswerEnd", self.runs.value(words), held=held)

    def _answer(self, question: Question, value: str, words: str) -> str:
        return self._circle(question, value, words) + self.runs.text(NO_BREAK_SPACE) + self.runs.text(words)

    def _circle(self, question: Question, value: str, words: str) -> str:
        if question.given is not None:
            return self.runs.text(CHOSEN if value == question.given else OPEN, _CIRCLE)
        alias = f"{inline_words(question.children)[:50]} {words}"
        return self.runs.control(alias, f"{question.id}{PART}{value}", _TICK, self.runs.text(OPEN, _CIRCLE))

    def _writing(self, question: Question) -> str:
        """Return what to write over, or what was written."""
        if question.given is not None:
            return "<w:r><w:br/></w:r>".join(map(self.runs.value, question.given.split("\n")))
        kind = "<w:showingPlcHdr/>" + ('<w:text w:multiLine="1"/>' if _lines(question) > 1 else "<w:text/>")
        empty = self.runs.text(NO_BREAK_SPACE * 30, _EMPTY)
        return self.runs.control(inline_words(question.children), question.id, kind, empty)

    def _frame(self) -> str:
        colour = self.theme.palette.muted
        sides = "".join(border(side, 0.5, colour) for side in ("top", "left", "bottom", "right"))
        return f"<w:tcBorders>{sides}</w:tcBorders>"


def _lines(question: Question) -> int:
    """Return how many lines there are to write on, none where an answer is chosen."""
    return question.answer.lines if isinstance(question.answer, Writing) else 0


def _height(question: Question) -> str:
    lines = _lines(question)
    return f'<w:trHeight w:val="{twips(lines * LINE + 6)}" w:hRule="atLeast"/>' if lines else ""


_FRAMELESS = (
    '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
    f"{look_xml(False, False)}"
)
_INSIDE = "<w:tcMar>{}</w:tcMar>".format(
    "".join(f'<w:{side} w:w="{twips(TABLE_PADDING)}" w:type="dxa"/>' for side in ("left", "right"))
)

_TICK = (
    '<w14:checkbox><w14:checked w14:val="0"/>'
    f'<w14:checkedState w14:val="{ord(CHOSEN):04X}" w14:font="Segoe UI Symbol"/>'
    f'<w14:uncheckedState w14:val="{ord(OPEN):04X}" w14:font="Segoe UI Symbol"/></w14:checkbox>'
)
