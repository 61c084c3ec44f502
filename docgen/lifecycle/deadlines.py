"""Deadlines under the contract, with every step of the count, so that a notice can print it and anybody check it.

The rules, which the contract's own words state as well:

- A notice is taken as received so many *business* days after it was sent, as agreed for its method.
  The day of sending is not counted. With no days at all it is received on the day it was sent, or on
  the next business day when that is none.
- The cure period runs from the date of the notice or from its receipt, as agreed. That day is not
  counted.
- A period in business days ends on its last business day.
- A period in calendar days counts every day. When its last day is no business day, the period ends
  on the next business day. A party that waits a day too long loses nothing; a party that acts a day
  too early may be in breach itself.
- The deadline is the end of its day in the engagement's time zone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from docgen.errors import DocgenError
from docgen.lifecycle.calendars import BusinessDays, Holiday, add_calendar_days
from docgen.models.terms import DayBasis, NoticeMethod, RunsFrom, Terms


class MissingForDeadlineError(DocgenError):
    """The contract does not say enough to compute the cure deadline; `missing` holds the paths of the open facts."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.missing = missing
        super().__init__(
            f"The cure deadline cannot be computed, because the terms do not give {' and '.join(missing)}. "
            "Give what the contract says."
        )


@dataclass(frozen=True)
class DaysSkipped:
    """The days a count passed over: public holidays on what would be working days, and weekend days."""

    holidays: tuple[Holiday, ...]
    weekend_days: int


@dataclass(frozen=True)
class CureDeadline:
    """The last day to cure a breach, and how it was counted.

    `starts` is the day that starts the period and is not counted. From there to `deadline` there
    are `days` days of `basis` and the `holidays` and `weekend_days` passed over, and nothing else; a
    count in calendar days passes over none until it is moved. `moved_from` is the last day counted
    when that was no business day, and None when nothing was moved. `receipt` and `receipt_days` are
    None when the contract does not say when a notice of this method is received and the period
    does not depend on it; `receipt_skipped` are the days passed over between sending and receipt.
    `place` says whose public holidays count.
    """

    sent: dt.date
    method: NoticeMethod
    receipt: dt.date | None
    receipt_days: int | None
    receipt_skipped: DaysSkipped
    runs_from: RunsFrom
    starts: dt.date
    days: int
    basis: DayBasis
    holidays: tuple[Holiday, ...]
    weekend_days: int
    moved_from: dt.date | None
    deadline: dt.date
    time_zone: str
    place: str


def cure_deadline(
    terms: Terms, notice_date: dt.date, method: NoticeMethod, business: BusinessDays, time_zone: str
) -> CureDeadline:
    """Return the day by which a breach must be cured under the terms in force on the notice's date.

    Raises MissingForDeadlineError when the terms leave open what the count needs (`missing_for_cure`),
    and CalendarRangeError when it leaves the years whose public holidays are known.
    """
    missing = missing_for_cure(terms, method)
    days = terms.termination.cure_days
    if missing or days is None:
        raise MissingForDeadlineError(missing)
    basis, runs_from = terms.termination.cure_basis, terms.termination.cure_runs_from
    receipt_days = _receipt_days(terms, method)
    receipt = None if receipt_days is None else business.add_business_days(notice_date, receipt_days)
    starts = receipt if receipt is not None and runs_from is RunsFrom.RECEIPT else notice_date
    counted = _last_day(starts, days, basis, business)
    deadline = business.next_business_day(counted)
    first_off = counted if basis is DayBasis.CALENDAR else _first_counted(starts, days)
    skipped = _days_off(first_off, deadline, business)
    return CureDeadline(
        sent=notice_date,
        method=method,
        receipt=receipt,
        receipt_days=receipt_days,
        receipt_skipped=_days_off(_first_counted(notice_date, receipt_days or 0), receipt or notice_date, business),
        runs_from=runs_from,
        starts=starts,
        days=days,
        basis=basis,
        holidays=skipped.holidays,
        weekend_days=skipped.weekend_days,
        moved_from=None if counted == deadline else counted,
        deadline=deadline,
        time_zone=time_zone,
        place=business.place,
    )


def missing_for_cure(terms: Terms, method: NoticeMethod) -> tuple[str, ...]:
    """Return the paths of the facts that the cure deadline needs and the terms leave open."""
    missing: list[str] = []
    if terms.termination.cure_days is None:
        missing.append("terms.termination.cure_days")
    if terms.termination.cure_runs_from is RunsFrom.RECEIPT and _receipt_days(terms, method) is None:
        missing.append("terms.notices" if terms.notices is None else f"terms.notices.deemed_receipt_days.{method}")
    return tuple(missing)


def _receipt_days(terms: Terms, method: NoticeMethod) -> int | None:
    return None if terms.notices is None else terms.notices.deemed_receipt_days.get(method)


def _last_day(starts: dt.date, days: int, basis: DayBasis, business: BusinessDays) -> dt.date:
    if basis is DayBasis.CALENDAR or days == 0:
        return add_calendar_days(starts, days)
    return business.add_business_days(starts, days)


def _first_counted(trigger: dt.date, days: int) -> dt.date:
    """Return the first day that can be passed over: the day after the trigger, or itself when nothing is counted."""
    return add_calendar_days(trigger, min(days, 1))


def _days_off(first: dt.date, until: dt.date, business: BusinessDays) -> DaysSkipped:
    """Return the days off from one day to another, both included; a holiday at a weekend is a weekend day."""
    eve = add_calendar_days(first, -1)
    holidays = business.holidays_between(eve, until)
    return DaysSkipped(
        tuple(holiday for holiday in holidays if not business.is_weekend(holiday.date)),
        business.weekend_days_between(eve, until),
    )
