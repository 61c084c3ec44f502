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
class Rhythm:
    """When the reports of an engagement are due: its cadence, its business days, and the day on which work began."""

    cadence: ReportCadence
    business: BusinessDays
    begun: dt.date


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
    rhythm: Rhythm, entries: Iterable[ProgressEntry], until: dt.date, end: dt.date | None = None
) -> tuple[Owed, ...]:
    """Return the reports of all entries, and those due up to a day of which nothing is recorded, by their days.

    Days before the last entry's own are passed over where they have no entry: reports are numbered in the order of
    their periods, so none can be put in between. After the end of the contract (`end`) one more is due.
    """
    cadence, business = rhythm.cadence, rhythm.business
    recorded = [Owed(day_of(entry, cadence, business), entry) for entry in sorted(entries, key=_period)]
    last = max((each.day for each in recorded), default=rhythm.begun - _DAY)
    silent = []
    for day in _days(cadence, business, last, until):
        if end is not None and last >= end:
            break
        silent.append(Owed(day, None))
        last = day
    return (*recorded, *silent)


def period_of(day: dt.date, rhythm: Rhythm, entries: Iterable[ProgressEntry]) -> ReportPeriod:
    """Return the period of a report that nobody has written yet: from the first business day not reported on.

    It is no longer than its cadence, and ends on the day itself.
    """
    start = max((entry.period.end + _DAY for entry in entries if entry.period.end < day), default=rhythm.begun)
    start = max(start, day - (_LONGEST[rhythm.cadence.every] - 1) * _DAY)
    start = min(rhythm.business.next_business_day(start), day)
    return ReportPeriod.model_validate({"from": start, "to": day})


def next_period(rhythm: Rhythm, entries: Sequence[ProgressEntry], on: dt.date) -> ReportPeriod:
    """Return the period of the report that is to be written next: the last one without an entry, else the one ahead."""
    due = owed(rhythm, entries, on)
    quiet = [each.day for each in due if each.entry is None]
    last = max((each.day for each in due), default=rhythm.begun - _DAY)
    ahead = next(_days(rhythm.cadence, rhythm.business, max(last, on - _DAY), dt.date.max))
    return period_of(quiet[-1] if quiet else ahead, rhythm, entries)


def _period(entry: ProgressEntry) -> tuple[dt.date, dt.date]:
    return entry.period.end, entry.period.start


def report_name(number: int) -> str:
    """Return how a report is called within its engagement: PR-002."""
    return f"PR-{number:03d}"


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
