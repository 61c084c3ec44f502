"""Which progress reports an engagement owes: on which days, for which periods, and what became of each.

A report is due on a day of its cadence, or on the business day before it (`next_report_day`), at an hour in the
engagement's zone. An entry is the report of the day that its period ends nearest to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from docgen.lifecycle.calendars import BusinessDays
from docgen.lifecycle.progress import next_report_day
from docgen.models.engagement import ReportCadence
from docgen.models.progress import ProgressEntry, ReportPeriod
from docgen.models.terms import Period

_DAY = dt.timedelta(days=1)
_LONGEST = {Period.WEEK: 7, Period.MONTH: 31}
"""How many days the period of a report by itself comes to at most."""


@dataclass(frozen=True)
class Owed:
    """A report that is owed: its day, and the entry it is made from; None where nothing was recorded for it."""

    day: dt.date
    entry: ProgressEntry | None


def report_days(cadence: ReportCadence, business: BusinessDays, after: dt.date, until: dt.date) -> tuple[dt.date, ...]:
    """Return the days after one day and up to another on which reports are due, in order."""
    return tuple(_days(cadence, business, after, until))


def _days(cadence: ReportCadence, business: BusinessDays, after: dt.date, until: dt.date) -> Iterator[dt.date]:
    day = next_report_day(cadence, business, after)
    while day is not None and day <= until:
        yield day
        day = next_report_day(cadence, business, day)


def due_moment(cadence: ReportCadence, day: dt.date, time_zone: str) -> dt.datetime:
    """Return the moment at which the report of a day is due, in the engagement's zone."""
    return dt.datetime.combine(day, cadence.at, ZoneInfo(time_zone))


def day_of(entry: ProgressEntry, cadence: ReportCadence, business: BusinessDays) -> dt.date:
    """Return the day that an entry's report is due on: the one nearest to the end of its period, the earlier of two."""
    end, reach = entry.period.end, _LONGEST[cadence.every] * _DAY
    around = report_days(cadence, business, end - reach - 7 * _DAY, end + reach + 7 * _DAY)
    return min(around, key=lambda day: (abs(day - end), day))


def owed(
    cadence: ReportCadence,
    business: BusinessDays,
    entries: Iterable[ProgressEntry],
    begun: dt.date,
    until: dt.date,
    end: dt.date | None = None,
) -> tuple[Owed, ...]:
    """Return the reports of all entries, and those due up to a day of which nothing is recorded, by their days.

    Days before the last entry's own are passed over where they have no entry: reports are numbered in the order of
    their periods, so none can be put in between. After the end of the contract (`end`) one more is due.
    """
    recorded = [Owed(day_of(entry, cadence, business), entry) for entry in sorted(entries, key=_period)]
    last = max((each.day for each in recorded), default=begun - _DAY)
    silent = []
    for day in _days(cadence, business, last, until):
        if end is not None and last >= end:
            break
        silent.append(Owed(day, None))
        last = day
    return (*recorded, *silent)


def period_of(
    day: dt.date, cadence: ReportCadence, business: BusinessDays, entries: Sequence[ProgressEntry], begun: dt.date
) -> ReportPeriod:
    """Return the period of a report that nobody has written yet: from the first business day not reported on.

    It is no longer than its cadence, and ends on the day itself.
    """
    ends = [entry.period.end for entry in entries if entry.period.end < day]
    start = max(ends) + _DAY if ends else begun
    start = max(start, day - (_LONGEST[cadence.every] - 1) * _DAY)
    start = min(business.next_business_day(start), day)
    return ReportPeriod.model_validate({"from": start, "to": day})


def _period(entry: ProgressEntry) -> tuple[dt.date, dt.date]:
    return entry.period.end, entry.period.start


def week_of(day: dt.date) -> str:
    """Return the ISO week of a day: 2026-W47."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def days_of_week(text: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of an ISO week such as 2026-W47; raises ValueError."""
    year, mark, week = text.partition("-W")
    if not mark or len(year) != 4 or len(week) != 2:
        raise ValueError(text)
    first = dt.date.fromisocalendar(int(year), int(week), 1)
    return first, first + 6 * _DAY
