"""The burn-down of an engagement's money as rows of points: as planned, as it was, and as it is expected to go on.

Plan and forecast follow the same rules. A fixed fee falls due in one step with its milestone, a retainer in a step at
the end of each of its periods, and time and units flow evenly by business days. Where no calendar is agreed, or the
time goes beyond the years whose public holidays are known, they flow evenly by calendar days.
"""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from docgen.lifecycle.calendars import LONGEST_COUNT, BusinessDays, CalendarRangeError, days_between
from docgen.lifecycle.progress import Budget, MilestoneState, TermsOn, spent_by_period
from docgen.models.money import Money
from docgen.models.progress import ProgressEntry
from docgen.models.terms import FeeLine, FixedFee, Period, RetainerFee, Terms

_DAY = dt.timedelta(days=1)
_FRIDAY = 4
_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3}


@dataclass(frozen=True)
class CurvePoint:
    """How much is spent, in all, at the end of a day."""

    day: dt.date
    spent: Money


def plan_curve(terms: Terms, currency: str, business: BusinessDays | None = None) -> tuple[CurvePoint, ...]:
    """Return planned spending from the effective date on; straight lines lead from point to point.

    A fixed fee is spent on its milestone's day, or at the end date; a retainer at the end of each of
    its periods, counted from the effective date, and what lies beyond the end date on that date;
    time and units evenly from the effective date to their milestone's day, or the end date. A step is
    two points on one day. Empty when the terms lack their effective date or end date.
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
    return _curve(CurvePoint(start, Money.zero(currency)), end, steps, slopes, business)


def actual_curve(
    terms_on: TermsOn, currency: str, entries: Iterable[ProgressEntry], entry: ProgressEntry
) -> tuple[CurvePoint, ...]:
    """Return what was spent in all at the end of each period up to an entry's, counted as `budget` does.

    These points are all that is known: nothing is said of the days between them. The curve begins with nothing
    spent on the effective date when that is known and lies before the end of the first period.
    """
    nothing = Money.zero(currency)
    spent, points = nothing, []
    for end, more in spent_by_period(terms_on, currency, entries, entry):
        spent = spent + more
        points.append(CurvePoint(end, spent))
    start = terms_on(entry.period.end).effective_date
    return (CurvePoint(start, nothing), *points) if start is not None and start < points[0].day else tuple(points)


def forecast_curve(
    money: Budget,
    terms: Terms,
    milestones: Iterable[MilestoneState],
    entry: ProgressEntry,
    business: BusinessDays | None = None,
) -> tuple[CurvePoint, ...]:
    """Return how spending is expected to go on, from what is spent at the end of an entry's period to the forecast.

    What is left of a fixed fee is spent on the day its milestone is expected: as forecast, or as agreed where no
    forecast lies ahead, and on the next day once the milestone is reached. What is left of a retainer is spent with
    its last periods, and on the next day what earlier ones left open; what is left of time and units evenly until
    their milestone is expected. Where no such day lies ahead, the last day of the curve counts: the end date in
    force, or the last day that an open milestone is expected on where that is later. A step is two points on one
    day. Empty when the terms lack their effective date or end date, or the last day is past.
    """
    today, start = entry.period.end, terms.effective_date
    if start is None or terms.end_date is None:
        return ()
    states = {state.id: state for state in milestones}
    expected = {name: day for name, state in states.items() if (day := _expected_day(state, today))}
    end = max((terms.end_date, *expected.values()))
    if end <= today:
        return ()
    reached = {name: today + _DAY for name, state in states.items() if state.actual}
    fees = {line.id: line for line in terms.fees.lines}
    steps: list[_Step] = []
    slopes: list[_Slope] = []
    for line in money.lines:
        fee, left = fees.get(line.id), line.forecast - line.spent
        milestone = _milestone_of(fee)
        if isinstance(fee, RetainerFee):
            steps.extend(_steps_left(_retainer_steps(fee, start, end), left, today))
        elif isinstance(fee, FixedFee):
            steps.append(_Step((reached | expected).get(milestone, end), left))
        else:
            slopes.append(_Slope(today, expected.get(milestone, end), left))
    return _curve(CurvePoint(today, money.spent), end, steps, slopes, business)


def _expected_day(state: MilestoneState, today: dt.date) -> dt.date | None:
    """Return the day after today that an open milestone is expected on: as forecast, or else as agreed."""
    days = () if state.actual else (state.forecast, state.current)
    return next((day for day in days if day is not None and day > today), None)


@dataclass(frozen=True)
class _Step:
    """An amount spent on one day."""

    day: dt.date
    amount: Money


@dataclass(frozen=True)
class _Slope:
    """An amount spent evenly: nothing on the first day, all of it on the last."""

    start: dt.date
    end: dt.date
    amount: Money

    def spent_on(self, day: dt.date, counted: _CountedDays) -> Money:
        """Return what is spent by a day."""
        if day >= self.end:
            return self.amount
        whole = counted.between(self.start, self.end)
        return self.amount * (Decimal(counted.between(self.start, day)) / whole if whole else 0)


@dataclass(frozen=True)
class _CountedDays:
    """The days on which time flows, in order; None where it flows on every day."""

    days: Sequence[dt.date] | None

    def between(self, after: dt.date, until: dt.date) -> int:
        """Return how many come after one day up to and including another."""
        if self.days is None:
            return (until - after).days
        return bisect_right(self.days, until) - bisect_right(self.days, after)


def _counted_days(business: BusinessDays | None, after: dt.date, until: dt.date) -> _CountedDays:
    if business is None or (until - after).days > LONGEST_COUNT:
        return _CountedDays(None)
    try:
        return _CountedDays([day for day in days_between(after, until) if business.is_business_day(day)])
    except CalendarRangeError:
        return _CountedDays(None)


def _curve(
    first: CurvePoint, end: dt.date, steps: Sequence[_Step], slopes: Sequence[_Slope], business: BusinessDays | None
) -> tuple[CurvePoint, ...]:
    """Return the points from a first one on, at each step and, while business days count, at the end of each week."""
    falling = [step for step in steps if step.amount]
    flowing = [slope for slope in slopes if slope.amount]
    last = max((first.day, *(slope.end for slope in flowing)))
    counted = _counted_days(business, first.day, last)
    weeks = () if counted.days is None else _fridays(first.day, last)
    days = {first.day, end, *(step.day for step in falling), *(slope.end for slope in flowing), *weeks}
    return tuple(point for day in sorted(days) for point in _points_on(day, first.spent, falling, flowing, counted))


def _fridays(after: dt.date, until: dt.date) -> Iterator[dt.date]:
    return (day for day in days_between(after, until) if day.weekday() == _FRIDAY)


def _points_on(
    day: dt.date, spent: Money, steps: Iterable[_Step], slopes: Iterable[_Slope], counted: _CountedDays
) -> tuple[CurvePoint, ...]:
    flowed = Money.total((slope.spent_on(day, counted) for slope in slopes), spent.currency)
    before = Money.total((step.amount for step in steps if step.day < day), spent.currency) + flowed + spent
    after = Money.total((step.amount for step in steps if step.day == day), spent.currency) + before
    return (CurvePoint(day, before),) if before == after else (CurvePoint(day, before), CurvePoint(day, after))


def _milestone_of(line: FeeLine | None) -> str:
    """Return the id of the milestone a fee line waits for, or nothing."""
    return "" if line is None or isinstance(line, RetainerFee) else line.milestone or ""


def _due_date(line: FeeLine, terms: Terms) -> dt.date | None:
    wanted = _milestone_of(line)
    return next((milestone.date for milestone in terms.milestones if milestone.id == wanted), None)


def _steps_left(planned: Sequence[_Step], left: Money, today: dt.date) -> Iterator[_Step]:
    """Yield the steps in which an amount goes that is left: the last ones planned, and the rest on the next day."""
    for step in reversed(planned):
        if step.day > today:
            part = min(step.amount, left)
            left = left - part
            yield _Step(step.day, part)
    yield _Step(today + _DAY, left)


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
