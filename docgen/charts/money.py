"""A burn-down: money remaining from day to day as planned, as it was, and as it is expected to go on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from docgen.charts.axis import Calendar, time_axis, time_ticks, today_mark
from docgen.charts.labels import Trace, line_labels
from docgen.charts.pen import (
    ACCENT,
    FONT,
    GRID,
    MUTED,
    PAPER,
    SIZE,
    WIDTH,
    Box,
    Pen,
    Spot,
    Stroke,
    dot,
    polyline,
    straight_line,
)
from docgen.doctree.nodes import Picture

MoneyWords = Callable[[Decimal], str]
Amounts = tuple[tuple[dt.date, Decimal], ...]
_MONEY_HEIGHT = 290
_ROUND_FACTORS = (Decimal("2.5"), Decimal(5), Decimal(10), Decimal(20), Decimal(25))
_CROWDED = 9.0


@dataclass(frozen=True)
class BurnDown:
    """Money remaining from day to day: as planned, as it was, and as it is expected to go on.

    Each line is a row of days with the amount that remains, in order of time. Straight lines lead from
    point to point of plan and forecast, and two points on one day are a step. Of what happened only the
    points are known, so each amount holds until the next. A line without points is left out, and a label
    without words is not printed.
    """

    calendar: Calendar
    money: MoneyWords
    plan: Amounts = ()
    actual: Amounts = ()
    forecast: Amounts = ()
    plan_label: str = ""
    actual_label: str = ""
    forecast_label: str = ""


def burn_down(chart: BurnDown, font: str = FONT, accent: str = ACCENT) -> Picture:
    """Return money remaining against plan: the plan dashed, what is expected dotted, what happened solid in steps."""
    pen = Pen(font)
    lines = (chart.plan, chart.actual, chart.forecast)
    scale = _money_scale([amount for line in lines for _, amount in line], chart.money, pen)
    days = [day for line in lines for day, _ in line]
    axis = time_axis(days, chart.calendar, scale.gutter, WIDTH - 6)
    zero = Decimal(0)
    plan, known, forecast = (tuple((axis.x(day), scale.y(amount)) for day, amount in line) for line in lines)
    actual = _held(known)
    today = today_mark(axis, chart.calendar, scale.top, scale.bottom, pen)
    solid, dotted, dashed = Stroke(accent, 2.25), Stroke(accent, 1.75, "1.75 3"), Stroke(MUTED, 1.25, "5 3")
    labels = line_labels(
        (
            (chart.actual_label, actual, solid),
            (chart.forecast_label, forecast, dotted),
            (chart.plan_label, plan, dashed),
        ),
        [
            *map(Trace, (plan, actual, forecast)),
            *map(Trace, today.segments),
            Trace(((axis.left, scale.y(zero)), (axis.right, scale.y(zero)))),
        ],
        Box(axis.left, scale.top - 4, WIDTH, scale.bottom - 2),
        pen,
    )
    marks = [
        *_money_grid(scale, chart.money, pen),
        *time_ticks(axis, chart.calendar, scale.bottom, pen),
        *today.marks,
        polyline(plan, dashed),
        polyline(forecast, dotted),
        polyline(actual, solid),
        *_points(known, accent),
        *labels,
    ]
    return pen.picture(_MONEY_HEIGHT, marks)


@dataclass(frozen=True)
class _MoneyScale:
    """Amounts between two heights, with round ones marked; the gutter holds their words."""

    low: Decimal
    high: Decimal
    ticks: tuple[Decimal, ...]
    top: float
    bottom: float
    gutter: float
    size: float

    def y(self, amount: Decimal) -> float:
        """Return the height at which an amount stands."""
        return self.bottom - float((amount - self.low) / (self.high - self.low)) * (self.bottom - self.top)


def _money_scale(amounts: Sequence[Decimal], money: MoneyWords, pen: Pen) -> _MoneyScale:
    low, high = min(amounts, default=Decimal(0)), max(amounts, default=Decimal(0))
    low, high = min(low, Decimal(0)), max(high, Decimal(0))
    ticks = _round_amounts(low, high)
    room = (high - low) / 12 or Decimal(1)
    widest = max(pen.width(money(tick)) for tick in ticks)
    size = SIZE * min(1.0, 300 / widest) if widest else SIZE
    bottom = low - room / 2 if low < 0 else low
    return _MoneyScale(bottom, high + room, ticks, 22, _MONEY_HEIGHT - 24, min(widest, 300) + 10, size)


def _round_amounts(low: Decimal, high: Decimal) -> tuple[Decimal, ...]:
    """Return the multiples of one round step from the lowest to the highest amount, five at most."""
    if low == high:
        return (low,)
    unit = Decimal(1).scaleb((high - low).adjusted() - 1)
    steps = (unit * factor for factor in _ROUND_FACTORS)
    found = ([step * number + Decimal(0) for number in range(int(low / step), int(high / step) + 1)] for step in steps)
    return tuple(next(ticks for ticks in found if len(ticks) <= 5))


def _money_grid(scale: _MoneyScale, money: MoneyWords, pen: Pen) -> list[str]:
    marks: list[str] = []
    if scale.low < 0:
        marks.append(straight_line((scale.gutter, scale.bottom), (WIDTH, scale.bottom), GRID))
    for tick in scale.ticks:
        y = scale.y(tick)
        marks.append(straight_line((scale.gutter, y), (WIDTH, y), MUTED if tick == 0 else GRID))
        marks.append(pen.text(money(tick), scale.gutter - 8, y + scale.size * 0.34, MUTED, "end", scale.size))
    return marks


def _held(spots: Sequence[Spot]) -> list[Spot]:
    """Return the line on which each height holds until the next place, and changes there."""
    return [*spots[:1], *(spot for before, after in pairwise(spots) for spot in ((after[0], before[1]), after))]


def _points(spots: Sequence[Spot], colour: str) -> list[str]:
    """Return a dot for each point that is known while they stand apart, and always a larger one for the last."""
    if not spots:
        return []
    crowded = any(after[0] - before[0] < _CROWDED for before, after in pairwise(spots[1:]))
    dots = [] if crowded else [(spot, 2.75) for spot in spots[:-1]]
    return [dot(spot, radius, colour, PAPER) for spot, radius in [*dots, (spots[-1], 4.25)]]
