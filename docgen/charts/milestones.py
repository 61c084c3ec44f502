"""A timeline: milestones one below the other, as planned, as expected and as reached."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from docgen.charts.axis import Calendar, TimeAxis, month_columns, time_axis, today_mark
from docgen.charts.labels import key_words
from docgen.charts.pen import ACCENT, FONT, GRID, MUTED, PAPER, SIZE, TONES, WIDTH, Pen, cleaned, polygon, straight_line
from docgen.doctree.nodes import Picture, Tone

_HEAD = 18.0
_HALF = 5.0


@dataclass(frozen=True)
class TimelineRow:
    """A milestone: where it was to be, where it is expected or was reached, and a short remark such as "+4 days".

    `current` is where it is to be since the baseline was changed; on the day of the baseline it is not drawn.
    """

    title: str
    baseline: dt.date | None = None
    forecast: dt.date | None = None
    actual: dt.date | None = None
    note: str = ""
    tone: Tone = Tone.NEUTRAL
    current: dt.date | None = None

    @property
    def moved(self) -> dt.date | None:
        """Return the day in force where it is another than that of the baseline."""
        return self.current if self.current != self.baseline else None

    @property
    def reached(self) -> dt.date | None:
        """Return the day the milestone was reached, or is expected."""
        return self.actual or self.forecast

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Return the days that are drawn."""
        return tuple(day for day in (self.baseline, self.moved, self.reached) if day is not None)


@dataclass(frozen=True)
class Timeline:
    """Milestones one below the other; the labels are the key to the markers that are drawn."""

    calendar: Calendar
    rows: tuple[TimelineRow, ...]
    baseline_label: str = ""
    forecast_label: str = ""
    actual_label: str = ""
    current_label: str = ""


def timeline(chart: Timeline, font: str = FONT, accent: str = ACCENT) -> Picture:
    """Return milestones: a hollow diamond as planned, a half-filled one as expected, a filled one as reached.

    A day in force that is another than the one planned is an upright bar, which no diamond covers.
    """
    pen = Pen(font)
    titles = min(max((pen.width(row.title) for row in chart.rows), default=0), 222)
    notes = min(max((pen.width(row.note) for row in chart.rows), default=0), 110)
    days = [day for row in chart.rows for day in row.days]
    axis = time_axis(days, chart.calendar, titles + 14, WIDTH - notes - 18, margin=10)
    height = _row_height(len(chart.rows))
    top, bottom = _HEAD, _HEAD + height * len(chart.rows)
    marks = month_columns(axis, chart.calendar, top, bottom, pen)
    for number, row in enumerate(chart.rows):
        middle = top + height * (number + 0.5)
        marks.append(straight_line((0, middle - height / 2), (WIDTH, middle - height / 2), GRID))
        marks += _milestone_words(row, middle, titles, notes, pen)
    marks += today_mark(axis, chart.calendar, top, bottom, pen).marks
    for number, row in enumerate(chart.rows):
        marks += _milestone_markers(row, axis, top + height * (number + 0.5), accent)
    key = _marker_key(chart, titles + 14, bottom + 36, accent, pen)
    return pen.picture(round(bottom + (44 if key else 20)), [*marks, *key])


def _row_height(rows: int) -> float:
    """Return the height of a row: less when many must stand on one page."""
    return max(14.0, min(25.0, 820 / max(rows, 1)))


def _milestone_words(row: TimelineRow, middle: float, room: float, notes: float, pen: Pen) -> list[str]:
    base = middle + SIZE * 0.34
    return [
        pen.text(pen.fit(row.title, room), 0, base),
        pen.text(pen.fit(row.note, notes), WIDTH - 6, base, TONES[row.tone], "end"),
    ]


def _milestone_markers(row: TimelineRow, axis: TimeAxis, middle: float, accent: str) -> list[str]:
    """Return a milestone's markers, joined from the day as planned over the one in force to the day as it is."""
    baseline, moved, reached = (None if day is None else axis.x(day) for day in (row.baseline, row.moved, row.reached))
    due = baseline if moved is None else moved
    marks: list[str] = []
    if baseline is not None and moved is not None:
        marks.append(straight_line((min(baseline, moved), middle), (max(baseline, moved), middle), MUTED, 1.0))
    if due is not None and reached is not None and due != reached:
        colour = TONES[row.tone] if row.tone is not Tone.NEUTRAL else MUTED
        marks.append(straight_line((min(due, reached), middle), (max(due, reached), middle), colour, 2.5))
    if baseline is not None:
        hidden = reached is not None and abs(baseline - reached) < 2 * _HALF
        marks += _marker("hollow", baseline, middle, accent, grown=3.0 if hidden else 0.0)
    if moved is not None:
        marks += _marker("bar", moved, middle, accent)
    if reached is not None:
        marks += _marker("full" if row.actual else "half", reached, middle, accent)
    return marks


def _marker(kind: str, x: float, y: float, colour: str, grown: float = 0.0) -> list[str]:
    return _bar(x, y, colour) if kind == "bar" else _diamond(x, y, kind, colour, grown)


def _bar(x: float, y: float, colour: str) -> list[str]:
    """Return an upright bar with a foot and a head, higher than a diamond."""
    top, bottom = y - _HALF - 2, y + _HALF + 2
    caps = [straight_line((x - 3, end), (x + 3, end), colour, 1.25) for end in (top, bottom)]
    return [straight_line((x, top), (x, bottom), colour, 2.0), *caps]


def _diamond(x: float, y: float, kind: str, colour: str, grown: float = 0.0) -> list[str]:
    half = _HALF + grown
    outline = ((x - half, y), (x, y - half), (x + half, y), (x, y + half))
    marks = [polygon(outline, colour if kind == "full" else PAPER, colour)]
    return marks if kind != "half" else [*marks, polygon((outline[0], outline[1], outline[3]), colour)]


def _marker_key(chart: Timeline, left: float, y: float, accent: str, pen: Pen) -> list[str]:
    """Return what the markers mean, for those that are drawn."""
    labels = (
        ("hollow", chart.baseline_label, any(row.baseline for row in chart.rows)),
        ("bar", chart.current_label, any(row.moved for row in chart.rows)),
        ("half", chart.forecast_label, any(row.forecast and not row.actual for row in chart.rows)),
        ("full", chart.actual_label, any(row.actual for row in chart.rows)),
    )
    shown = [(kind, words) for kind, words, drawn in labels if drawn and cleaned(words)]
    marks: list[str] = []
    x = left + 10
    for (kind, _), words in zip(shown, key_words([words for _, words in shown], WIDTH - x, 34, pen), strict=True):
        marks += [*_marker(kind, x, y - 3.5, accent), pen.text(words, x + 10, y, MUTED)]
        x += pen.width(words) + 34
    return marks
