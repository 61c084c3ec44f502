"""A report is owed for every day of its cadence, whatever happened, and nothing is owed twice."""

from __future__ import annotations

import datetime as dt

import pytest

from docgen.lifecycle.calendars import business_days
from docgen.lifecycle.reporting import Rhythm, day_of, days_of_week, due_moment, owed, period_of, report_days, week_of
from docgen.models.engagement import BusinessCalendar, ReportCadence
from docgen.models.progress import ProgressEntry

ENGLAND = business_days(BusinessCalendar(country="GB", subdivision="ENG"))
FRIDAYS = ReportCadence(at=dt.time(16))
MONTHLY = ReportCadence.model_validate({"every": "month", "weekday": "thursday", "at": "17:30"})


def entry(first: str, last: str) -> ProgressEntry:
    """Return what was recorded of a period."""
    return ProgressEntry.model_validate(
        {"engagement": "E-1", "period": {"from": first, "to": last}, "no_change": "true"}
    )


def day(text: str) -> dt.date:
    """Return a day."""
    return dt.date.fromisoformat(text)


def owed_days(*entries: ProgressEntry, begun: str = "2026-11-02", until: str, end: str = "") -> list[tuple[str, bool]]:
    """Return the days of the reports that are owed, and whether something is recorded for each."""
    found = owed(Rhythm(FRIDAYS, ENGLAND, day(begun)), entries, day(until), day(end) if end else None)
    return [(str(each.day), each.entry is not None) for each in found]


def test_a_week_without_a_word_owes_a_report_too() -> None:
    assert owed_days(entry("2026-11-02", "2026-11-06"), until="2026-11-20") == [
        ("2026-11-06", True),
        ("2026-11-13", False),
        ("2026-11-20", False),
    ]


def test_the_first_report_is_due_in_the_week_work_began() -> None:
    assert owed_days(begun="2026-11-05", until="2026-11-12") == [("2026-11-06", False)]


def test_nothing_can_be_put_in_before_a_later_report() -> None:
    assert owed_days(entry("2026-11-16", "2026-11-20"), until="2026-11-20") == [("2026-11-20", True)]


@pytest.mark.parametrize("last", ["2026-11-18", "2026-11-20", "2026-11-22"])
def test_an_entry_that_ends_around_the_day_is_that_days_report(last: str) -> None:
    assert day_of(entry("2026-11-16", last), FRIDAYS, ENGLAND) == day("2026-11-20")


def test_two_entries_of_a_week_are_two_reports() -> None:
    entries = entry("2026-11-16", "2026-11-18"), entry("2026-11-19", "2026-11-20")
    assert owed_days(*entries, until="2026-11-26") == [("2026-11-20", True), ("2026-11-20", True)]


def test_a_holiday_brings_the_report_forward() -> None:
    assert report_days(FRIDAYS, ENGLAND, day("2026-12-19"), day("2027-01-02")) == (day("2026-12-24"), day("2026-12-31"))


def test_a_monthly_report_is_due_on_the_last_such_day() -> None:
    assert report_days(MONTHLY, ENGLAND, day("2026-11-01"), day("2026-12-31")) == (day("2026-11-26"), day("2026-12-31"))


def test_after_the_end_of_the_contract_one_more_report_is_due() -> None:
    last = entry("2027-03-22", "2027-03-25")
    assert owed_days(last, until="2027-05-01", end="2027-03-31") == [("2027-03-25", True), ("2027-04-02", False)]


def test_a_report_is_due_at_an_hour_of_the_clients_zone() -> None:
    assert due_moment(FRIDAYS, day("2026-07-03"), "Europe/London").isoformat() == "2026-07-03T16:00:00+01:00"
    assert due_moment(FRIDAYS, day("2026-11-20"), "America/New_York").isoformat() == "2026-11-20T16:00:00-05:00"


@pytest.mark.parametrize(
    ("entries", "begun", "expected"),
    [
        ((entry("2026-11-09", "2026-11-13"),), "2026-11-02", ("2026-11-16", "2026-11-20")),
        ((), "2026-11-18", ("2026-11-18", "2026-11-20")),
        ((entry("2026-10-26", "2026-10-30"),), "2026-10-05", ("2026-11-16", "2026-11-20")),
    ],
    ids=["from where the last one ended", "from the day work began", "never longer than a week"],
)
def test_a_report_that_nobody_wrote_has_a_period(
    entries: tuple[ProgressEntry, ...], begun: str, expected: tuple[str, str]
) -> None:
    period = period_of(day("2026-11-20"), Rhythm(FRIDAYS, ENGLAND, day(begun)), entries)
    assert (str(period.start), str(period.end)) == expected


def test_weeks_are_named_as_iso_names_them() -> None:
    assert week_of(day("2027-01-02")) == "2026-W53"
    assert days_of_week("2026-W47") == (day("2026-11-16"), day("2026-11-22"))
    for wrong in ("2026-47", "2026-W54", "W47", "2026-W4x"):
        with pytest.raises(ValueError, match=r".*"):
            days_of_week(wrong)
