"""A strip of statuses: letter, colour and pattern say the same thing, period by period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docgen.charts.labels import key_words
from docgen.charts.pen import (
    FONT,
    GRID,
    INK,
    MUTED,
    PAPER,
    SIZE,
    TONES,
    WIDTH,
    Box,
    Pen,
    cleaned,
    dot,
    rectangle,
    straight_line,
)
from docgen.doctree.nodes import Picture, Tone

PERIODS = 26
"""How many periods a strip of statuses shows at most: half a year of weeks."""
_SMALLEST_CELL = 14.0
_RAG = (Tone.GREEN, Tone.AMBER, Tone.RED)
_FILLS = {Tone.GREEN: "#d9ecdd", Tone.AMBER: "#f5d58a", Tone.RED: "#a3211b"}
_LETTERS = {Tone.GREEN: "#14502b", Tone.AMBER: "#4d3200", Tone.RED: PAPER}
_HATCH = "#b07a10"


@dataclass(frozen=True)
class RagRow:
    """The status of one dimension, period by period; None where none was given."""

    title: str
    tones: tuple[Tone | None, ...]


@dataclass(frozen=True)
class RagStrip:
    """Statuses over the named periods, oldest first, with the letters of green, amber and red and what they mean."""

    periods: tuple[str, ...]
    rows: tuple[RagRow, ...]
    letters: tuple[str, str, str] = ("G", "A", "R")
    meanings: tuple[str, str, str] = ("", "", "")


def rag_strip(chart: RagStrip, font: str = FONT) -> Picture:
    """Return the history of each dimension's status; letter, colour and pattern say the same thing.

    Of more than PERIODS the latest are shown. The more rows there are, the lower they are.
    """
    pen = Pen(font)
    titles = min(max((pen.width(row.title) for row in chart.rows), default=0), 184)
    gutter = titles + 14
    periods = max([len(chart.periods), *(len(row.tones) for row in chart.rows)], default=0)
    shown = min(periods, PERIODS)
    height = max(820 / max(len(chart.rows), 1), _SMALLEST_CELL + 3)
    pitch = min((WIDTH - gutter) / max(shown, 1), height, 24.0)
    marks: list[str] = []
    for number, row in enumerate(chart.rows):
        top = number * pitch
        marks.append(pen.text(pen.fit(row.title, titles), 0, top + pitch / 2 - 1.5 + SIZE * 0.34))
        tones = (*(None,) * (periods - len(row.tones)), *row.tones)[periods - shown :]
        for place, tone in enumerate(tones):
            marks += _rag_cell(tone, chart.letters, gutter + place * pitch, top, pitch - 3, pen)
    bottom = pitch * len(chart.rows)
    names = (*("",) * (periods - len(chart.periods)), *chart.periods)[periods - shown :]
    marks += _period_names(names, gutter, pitch, bottom + SIZE, pen)
    key = _rag_key(chart, gutter, bottom + 24, pen)
    return pen.picture(round(bottom + (46 if key else 18)), [*marks, *key])


def _rag_cell(tone: Tone | None, letters: tuple[str, str, str], x: float, y: float, side: float, pen: Pen) -> list[str]:
    """Return one cell: green plain, amber hatched, red solid, each with its letter; an empty one for no status."""
    box = Box(x, y, x + side, y + side)
    if tone is None or tone is Tone.NEUTRAL:
        return [rectangle(box, PAPER, GRID)]
    size = min(SIZE, side * 0.62)
    letter = pen.text(
        letters[_RAG.index(tone)], x + side / 2, y + side / 2 + size * 0.34, _LETTERS[tone], "middle", size, bold=True
    )
    hatch = (
        [*_hatching(box), dot((x + side / 2, y + side / 2), size * 0.62, _FILLS[tone])] if tone is Tone.AMBER else []
    )
    return [rectangle(box, _FILLS[tone]), *hatch, rectangle(box, "none", TONES[tone]), letter]


def _hatching(box: Box) -> list[str]:
    side = box.right - box.left
    marks: list[str] = []
    for number in range(1, int(2 * side / 4.5) + 1):
        reach = number * 4.5
        if reach <= side:
            marks.append(straight_line((box.left, box.top + reach), (box.left + reach, box.top), _HATCH))
        elif reach < 2 * side:
            over = reach - side
            marks.append(straight_line((box.left + over, box.bottom), (box.right, box.top + over), _HATCH))
    return marks


def _period_names(names: Sequence[str], left: float, pitch: float, y: float, pen: Pen) -> list[str]:
    """Return the names of the periods below their cells, the latest first, as many as have room."""
    marks: list[str] = []
    free = float(WIDTH)
    for place in range(len(names) - 1, -1, -1):
        name = pen.fit(names[place], 120)
        half = pen.width(name) / 2
        middle = min(left + place * pitch + (pitch - 3) / 2, WIDTH - half)
        if name and middle + half <= free and middle - half >= max(left - pitch, 0):
            latest = place == len(names) - 1
            marks.append(pen.text(name, middle, y, INK if latest else MUTED, "middle"))
            free = middle - half - 8
    return marks


def _rag_key(chart: RagStrip, left: float, y: float, pen: Pen) -> list[str]:
    shown = [(tone, words) for tone, words in zip(_RAG, chart.meanings, strict=True) if cleaned(words)]
    marks: list[str] = []
    x = left
    for (tone, _), words in zip(shown, key_words([words for _, words in shown], WIDTH - x, 40, pen), strict=True):
        marks += [*_rag_cell(tone, chart.letters, x, y, 14, pen), pen.text(words, x + 20, y + 11, MUTED)]
        x += pen.width(words) + 40
    return marks
