"""The burn-down of an engagement's money as rows of points: as planned, as it was, and as it is expected to go on."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from docgen.lifecycle.progress import Budget, MilestoneState, TermsOn, spent_by_period
from docgen.models.money import Money
from docgen.models.progress import ProgressEntry
from docgen.models.terms import FeeLine, FixedFee, Period, RetainerFee, Terms

_DAY = dt.timedelta(days=1)
_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3}


@dataclass(frozen=True)
class CurvePoint:
    """How much is spent, in all, at the end of a day."""

    day: dt.date
    spent: Money


def plan_curve(terms: Terms, currency: str) -> tuple[CurvePoint, ...]:
    """Return planned spending from the effective date on; straight lines lead from point to point.

    A fixed fee is spent on its milestone's day, or at the end date; a retainer at the end of each of
    its periods, counted from the effective date, and what lies beyond the end date on that date;
    time and units evenly by day from the effective date to their milestone's day, or the end date.
    A step is two points on one day. Empty when the terms lack their effective date or end date.
    """
    start, end = terms.effective_date, terms.end_date
    if start is None or end is None:
        return ()
    steps: list[_Step] = []
    slopes: list[_Slope] = []
    for line in terms.fees.lines:
        due = max(_due_date(line, terms) or end, start)
        if isinstance(line, FixedFee):
            steps.append(_Step(due, line.total))
        elif isinstance(line, RetainerFee):
            steps.extend(_retainer_steps(line, start, end))
        else:
            slopes.append(_Slope(start, due, line.total))
    days = {start, end, *(step.day for step in steps), *(slope.end for slope in slopes)}
    return tuple(point for day in sorted(days) for point in _points_on(day, steps, slopes, currency))


def actual_curve(
    terms_on: TermsOn, currency: str, entries: Iterable[ProgressEntry], entry: ProgressEntry
) -> tuple[CurvePoint, ...]:
    """Return what was spent in all at the end of each period up to an entry's, counted as `budget` does.

    The curve begins with nothing spent on the effective date when that is known and lies before the
    end of the first period.
    """
    nothing = Money.zero(currency)
    spent, points = nothing, []
    for end, more in spent_by_period(terms_on, currency, entries, entry):
        spent = spent + more
        points.append(CurvePoint(end, spent))
    start = terms_on(entry.period.end).effective_date
    return (CurvePoint(start, nothing), *points) if start is not None and start < points[0].day else tuple(points)


def forecast_curve(
    money: Budget, terms: Terms, milestones: Iterable[MilestoneState], entry: ProgressEntry
) -> tuple[CurvePoint, ...]:
    """Return the line from what is spent to what will be spent.

    It ends on the end date in force, or on the last day forecast for an open milestone where that is
    later. Empty when the end date is not known or the line would lead back.
    """
    if terms.end_date is None:
        return ()
    open_days = (state.forecast for state in milestones if state.actual is None and state.forecast is not None)
    end = max((terms.end_date, *open_days))
    if end <= entry.period.end:
        return ()
    return CurvePoint(entry.period.end, money.spent), CurvePoint(end, money.forecast)


@dataclass(frozen=True)
class _Step:
    """An amount spent on one day."""

    day: dt.date
    amount: Money


@dataclass(frozen=True)
class _Slope:
    """An amount spent evenly by day: nothing on the first day, all of it on the last."""

    start: dt.date
    end: dt.date
    amount: Money

    def spent_on(self, day: dt.date) -> Money:
        """Return what is spent by a day."""
        if day >= self.end:
            return self.amount
        return self.amount * (Decimal((day - self.start).days) / (self.end - self.start).days)


def _due_date(line: FeeLine, terms: Terms) -> dt.date | None:
    wanted = None if isinstance(line, RetainerFee) else line.milestone
    return next((milestone.date for milestone in terms.milestones if milestone.id == wanted), None)


def _retainer_steps(line: RetainerFee, start: dt.date, end: dt.date) -> list[_Step]:
    steps: list[_Step] = []
    for count in range(1, line.periods):
        day = _after_periods(start, line.every, count) - _DAY
        if day >= end:
            break
        steps.append(_Step(day, line.amount))
    last = min(_after_periods(start, line.every, line.periods) - _DAY, end)
    return [*steps, _Step(max(last, start), line.amount * (line.periods - len(steps)))]


def _after_periods(start: dt.date, every: Period, count: int) -> dt.date:
    """Return the day some periods after a day: the same weekday, or the same day of the month or its last."""
    if every is Period.WEEK:
        return dt.date.fromordinal(min(start.toordinal() + 7 * count, dt.date.max.toordinal()))
    year, month = divmod(start.year * 12 + start.month - 1 + count * _MONTHS[every], 12)
    if year > dt.MAXYEAR:
        return dt.date.max
    return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def _points_on(day: dt.date, steps: Iterable[_Step], slopes: Iterable[_Slope], currency: str) -> tuple[CurvePoint, ...]:
    flowed = Money.total((slope.spent_on(day) for slope in slopes), currency)
    before = Money.total((step.amount for step in steps if step.day < day), currency) + flowed
    after = Money.total((step.amount for step in steps if step.day == day), currency) + before
    return (CurvePoint(day, before),) if before == after else (CurvePoint(day, before), CurvePoint(day, after))
