"""Counts days from one day to another, in business days or in calendar days, and says which it passed over.

The rules, which the contract states in its clause `counting-of-time`:

- The day a period runs from is not counted.
- A period in business days ends on its last business day. With no days at all it ends on the day it
  runs from, or on the next business day when that is none.
- A period in calendar days counts every day. When its last day is no business day, the period ends
  on the next business day.

A house rule may turn the other way: what has to be done *before* a day is counted back from it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from docgen.lifecycle.calendars import BusinessDays, Holiday, add_calendar_days
from docgen.models.terms import DayBasis


@dataclass(frozen=True)
class DaysSkipped:
    """The days a count passed over: public holidays on what would be working days, and weekend days."""

    holidays: tuple[Holiday, ...] = ()
    weekend_days: int = 0


@dataclass(frozen=True)
class Count:
    """A count of days and where it ends.

    Between `trigger` and `date` there are `days` days of `basis` and those of `skipped`, and nothing
    else; a count in calendar days passes over none until it is moved. `moved_from` is the last day
    counted when that was no business day, and None when nothing was moved. `date` lies before
    `trigger` when the days were counted back.
    """

    trigger: dt.date
    days: int
    basis: DayBasis
    skipped: DaysSkipped
    moved_from: dt.date | None
    date: dt.date


def count_days(trigger: dt.date, days: int, basis: DayBasis, business: BusinessDays) -> Count:
    """Return the end of a period that runs from a day; it is a business day.

    Raises ValueError for a number of days below zero, and CalendarRangeError for an absurd one or
    where the count leaves the years whose public holidays are known.
    """
    if days < 0:
        raise ValueError(f"cannot count {days} days")
    counted = _last_day(trigger, days, basis, business)
    end = business.next_business_day(counted)
    first_off = counted if basis is DayBasis.CALENDAR else add_calendar_days(trigger, min(days, 1))
    return Count(
        trigger=trigger,
        days=days,
        basis=basis,
        skipped=days_off(first_off, end, business),
        moved_from=None if counted == end else counted,
        date=end,
    )


def count_back(trigger: dt.date, days: int, business: BusinessDays) -> Count:
    """Return the last day on which so many business days are still left until a day, which is the last of them.

    With no days at all it is the day itself, or the business day before when that is none. Raises as
    `count_days` does.
    """
    if days < 0:
        raise ValueError(f"cannot count back {days} days")
    day = trigger
    for _ in range(days):
        day = business.previous_business_day(add_calendar_days(day, -1))
    end = business.previous_business_day(day)
    return Count(
        trigger=trigger,
        days=days,
        basis=DayBasis.BUSINESS,
        skipped=days_off(end, add_calendar_days(trigger, -min(days, 1)), business),
        moved_from=None if day == end else day,
        date=end,
    )


def days_off(first: dt.date, until: dt.date, business: BusinessDays) -> DaysSkipped:
    """Return the days off from one day to another, both included; a holiday at a weekend is a weekend day."""
    eve = add_calendar_days(first, -1)
    holidays = business.holidays_between(eve, until)
    return DaysSkipped(
        tuple(holiday for holiday in holidays if not business.is_weekend(holiday.date)),
        business.weekend_days_between(eve, until),
    )


def _last_day(trigger: dt.date, days: int, basis: DayBasis, business: BusinessDays) -> dt.date:
    if basis is DayBasis.CALENDAR or days == 0:
        return add_calendar_days(trigger, days)
    return business.add_business_days(trigger, days)
