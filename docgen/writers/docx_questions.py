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
from docgen.writers.docx_styles import border, indent
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

    def question(self, question: Question, room: Room) -> str:
        """Return a question and the place for its answer, which no page parts."""
        inset = indent(room.left) if room.left else ""
        asked = paragraph("Question", self.runs.inlines(question.children), own=inset)
        match question.answer:
            case Scale():
                return asked + self._scale(question, question.answer, room) + gap(False)
            case Choice(options):
                answers = (self._answer(question, option.value, option.words) for option in options)
                words = paragraph("Answer", self.runs.text(_BETWEEN).join(answers))
                # In a cell: in LibreOffice, a paragraph of controls that went takes the number of a heading along.
                return asked + self._line(room, [room.width], [words]) + gap(False)
            case Writing(lines):
                return asked + self._writing(question, lines, room) + gap(False)
            case _:
                assert_never(question.answer)

    def _scale(self, question: Question, scale: Scale, room: Room) -> str:
        """Return the steps of a scale side by side, each number below its circle, between the words of the ends."""
        steps = list(self._steps(question, scale))
        words = scale.low or scale.high
        step = min(STEP, (room.width - 2 * ENDS) / len(steps) if words else room.width / len(steps))
        widths = [step] * len(steps)
        if words:
            end = room.width - ENDS - step * len(steps)
            widths, steps = [ENDS, *widths, end], [self._end(scale.low), *steps, self._end(scale.high)]
        return self._line(room, widths, steps)

    def _line(self, room: Room, widths: list[float], cells: list[str]) -> str:
        """Return cells side by side, without a frame."""
        line = row_xml("".join(map(cell_xml, widths, cells)))
        edge = '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
        return self.tables.framed("FirmLayout", room.left, widths, [line], edge + look_xml(False, False))

    def _steps(self, question: Question, scale: Scale) -> Iterator[str]:
        for step in range(1, scale.count + 1):
            circle = self._circle(question, str(step), str(step))
            number = self.runs.text(str(step))
            yield paragraph("AnswerStep", circle, held=True) + paragraph("AnswerNumber", number)

    def _end(self, words: str) -> str:
        return paragraph("AnswerEnd", self.runs.value(words))

    def _answer(self, question: Question, value: str, words: str) -> str:
        return self._circle(question, value, words) + self.runs.text(NO_BREAK_SPACE) + self.runs.text(words)

    def _circle(self, question: Question, value: str, words: str) -> str:
        if question.given is not None:
            return self.runs.text(CHOSEN if value == question.given else OPEN, _CIRCLE)
        alias = f"{inline_words(question.children)[:50]} {words}"
        return self.runs.control(alias, f"{question.id}{PART}{value}", _TICK, self.runs.text(OPEN, _CIRCLE))

    def _writing(self, question: Question, lines: int, room: Room) -> str:
        """Return a frame to write in, or what was written in it."""
        if question.given is None:
            kind = "<w:showingPlcHdr/>" + ('<w:text w:multiLine="1"/>' if lines > 1 else "<w:text/>")
            empty = self.runs.text(NO_BREAK_SPACE * 30, _EMPTY)
            inner = self.runs.control(inline_words(question.children), question.id, kind, empty)
        else:
            inner = "<w:r><w:br/></w:r>".join(map(self.runs.value, question.given.split("\n")))
        colour = self.theme.palette.muted
        sides = "".join(border(side, 0.5, colour) for side in ("top", "left", "bottom", "right"))
        frame = f"<w:tcBorders>{sides}</w:tcBorders>"
        height = f'<w:trHeight w:val="{twips(lines * LINE + 6)}" w:hRule="atLeast"/>'
        line = row_xml(cell_xml(room.width, paragraph("AnswerText", inner), frame), height=height)
        return self.tables.framed("FirmLayout", room.left, [room.width], [line], look_xml(False, False))


_TICK = (
    '<w14:checkbox><w14:checked w14:val="0"/>'
    f'<w14:checkedState w14:val="{ord(CHOSEN):04X}" w14:font="Segoe UI Symbol"/>'
    f'<w14:uncheckedState w14:val="{ord(OPEN):04X}" w14:font="Segoe UI Symbol"/></w14:checkbox>'
)
