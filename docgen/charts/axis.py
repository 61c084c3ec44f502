"""The axis of time: days as places, named by months or days, with a line for today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from docgen.charts.pen import GRID, INK, MUTED, WIDTH, Pen, Spot, straight_line

DayWords = Callable[[dt.date], str]
_DAY_STEPS = (1, 2, 7, 14, 28)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 24000)
_SHORT_AXIS = 70


@dataclass(frozen=True)
class Calendar:
    """How the time axis reads: the words for a month and, on short axes, for a day, and today with its label.

    Without `today`, or when it is far from everything shown, no line is drawn for it. The first month or
    day that is named and the first of each later year read in the words for those with their year.
    """

    month: DayWords
    day: DayWords
    today: dt.date | None = None
    today_label: str = ""
    month_and_year: DayWords | None = None
    day_and_year: DayWords | None = None

    def words(self, days: bool, with_year: bool) -> DayWords:
        """Return the words for a day or a month; the plain ones when it has none with the year."""
        plain, dated = (self.day, self.day_and_year) if days else (self.month, self.month_and_year)
        return dated or plain if with_year else plain


@dataclass(frozen=True)
class TimeAxis:
    """Days between two places; the days stand a margin away from them."""

    first: dt.date
    last: dt.date
    left: float
    right: float
    margin: float

    def x(self, day: dt.date) -> float:
        """Return where a day stands."""
        share = (day - self.first).days / (self.last - self.first).days
        return self.left + self.margin + share * (self.right - self.left - 2 * self.margin)

    def edge(self, day: dt.date) -> float:
        """Return where a day stands, or the nearest end of the axis."""
        return min(max(self.x(day), self.left), self.right)


def time_axis(days: Sequence[dt.date], calendar: Calendar, left: float, right: float, margin: float = 0.0) -> TimeAxis:
    """Return the axis over some days; today belongs to it unless half the axis would have to be added for it."""
    today = calendar.today
    first, last = min(days, default=today or dt.date(2000, 1, 1)), max(days, default=today or dt.date(2000, 1, 1))
    if (last - first).days < 2:
        first, last = _moved(first, -14), _moved(last, 14)
    if today is not None:
        reach = (last - first).days // 2
        first, last = (
            min(first, today) if (first - today).days <= reach else first,
            max(last, today) if (today - last).days <= reach else last,
        )
    return TimeAxis(first, last, left, right, margin)


def _moved(day: dt.date, days: int) -> dt.date:
    return dt.date.fromordinal(min(max(day.toordinal() + days, 1), dt.date.max.toordinal()))


@dataclass(frozen=True)
class _Span:
    """A month, some months or some days on the axis; what has no room for words has none."""

    left: float
    right: float
    words: str = ""


def _spans(axis: TimeAxis, calendar: Calendar, pen: Pen) -> list[_Span]:
    """Return the months, or on a short axis the days, as many as have room for their words."""
    spans: list[_Span] = []
    for days, step in _span_steps(axis):
        words = calendar.words(days, with_year=not days and step >= 12)
        starts = list(_span_starts(axis, days, step))
        named = [max(start, axis.first) for start in starts]
        edges = [axis.edge(start) for start in (*starts, _moved(axis.last, 32 * step))]
        plain = [_Span(*places, words(day)) for places, day in zip(pairwise(edges), named, strict=True)]
        spans = _with_years(plain, named, calendar.words(days, with_year=True), pen, reaching=days)
        inner = slice(1, -1) if len(spans) > 2 else slice(None)
        roomy = all(span.right - span.left >= pen.width(span.words) + 9 for span in plain[inner])
        if roomy and (days or all(span.words for span in spans[inner])):
            break
    return spans


def _with_years(
    spans: Sequence[_Span], days: Sequence[dt.date], dated: DayWords, pen: Pen, reaching: bool
) -> list[_Span]:
    """Return spans with the year in the words of the first, and of the first of each later year.

    The last may go on beside the axis. Where the others are `reaching` into the next spans, those have no words.
    """
    told: list[_Span] = []
    year, free = 0, 0.0
    for number, (span, day) in enumerate(zip(spans, days, strict=True), 1):
        words = dated(day) if day.year != year else span.words
        end = span.left + pen.width(words) + 5
        fits = span.right - span.left >= pen.width(span.words) + 5 and span.left >= free and end <= WIDTH + 2
        if fits and (end <= span.right or reaching or number == len(spans)):
            year, free = day.year, end
            told.append(_Span(span.left, span.right, words))
        else:
            told.append(_Span(span.left, span.right))
    return told


def _span_steps(axis: TimeAxis) -> Iterator[tuple[bool, int]]:
    length = (axis.last - axis.first).days
    if length <= _SHORT_AXIS:
        yield from ((True, step) for step in _DAY_STEPS)
    yield from ((False, step) for step in _MONTH_STEPS if length / (30 * step) < 60)


def _span_starts(axis: TimeAxis, days: bool, step: int) -> Iterator[dt.date]:
    if days:
        yield from (
            axis.first + dt.timedelta(days=number) for number in range(0, (axis.last - axis.first).days + 1, step)
        )
        return
    month = max((axis.first.year * 12 + axis.first.month - 1) // step * step, 12)
    while month // 12 <= dt.MAXYEAR and dt.date(month // 12, month % 12 + 1, 1) <= axis.last:
        yield dt.date(month // 12, month % 12 + 1, 1)
        month += step


def time_ticks(axis: TimeAxis, calendar: Calendar, bottom: float, pen: Pen) -> list[str]:
    """Return the months or days under an axis, each with its tick."""
    marks: list[str] = []
    for span in _spans(axis, calendar, pen):
        begins = span.left > axis.left
        marks += [straight_line((span.left, bottom), (span.left, bottom + 5), MUTED)] if begins else []
        marks.append(pen.text(span.words, span.left + 3 if begins else span.left, bottom + 15, MUTED))
    return marks


def month_columns(axis: TimeAxis, calendar: Calendar, top: float, bottom: float, pen: Pen) -> list[str]:
    """Return the months or days under an axis, with a line for each from top to bottom."""
    lefts = [span.left for span in _spans(axis, calendar, pen) if span.left > axis.left]
    columns = [straight_line((left, top), (left, bottom), GRID) for left in lefts]
    return [*columns, straight_line((0, bottom), (WIDTH, bottom), MUTED), *time_ticks(axis, calendar, bottom, pen)]


@dataclass(frozen=True)
class _Today:
    """The line for today, and what a label must keep clear of."""

    marks: tuple[str, ...] = ()
    segments: tuple[tuple[Spot, Spot], ...] = ()


def today_mark(axis: TimeAxis, calendar: Calendar, top: float, bottom: float, pen: Pen) -> _Today:
    """Return the line for today from the top to the bottom, with its label over it."""
    if calendar.today is None or not axis.first <= calendar.today <= axis.last:
        return _Today()
    x, half = axis.x(calendar.today), pen.width(calendar.today_label) / 2
    middle = min(max(x, half), WIDTH - half)
    words = pen.text(calendar.today_label, middle, top - 5, INK, "middle")
    return _Today((straight_line((x, top - 1), (x, bottom), MUTED), words), (((x, top), (x, bottom)),))
