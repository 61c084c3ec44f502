"""Deadlines in a list: what is overdue, what comes next, when a day is over, and the computation as a table."""

from __future__ import annotations

import datetime as dt

from docgen.lifecycle.deadlines import acceptance_review, contract_end, cure, notice_receipt, report_due
from docgen.lifecycle.due import (
    Actor,
    Deadline,
    DeadlineKind,
    Reckoning,
    Step,
    StepKind,
    agreed,
    due_order,
    reckoning,
    within,
)
from docgen.lifecycle.house_rules import next_contact
from docgen.models.engagement import BusinessCalendar, ClientClass
from docgen.models.party import Side
from docgen.models.terms import Degree, NoticeMethod
from tests.lifecycle.agreed import ENGLAND, PLAN, TERMS, account, day, terms


def due(
    on: str, about: str = "O1", *, degree: Degree | None = Degree.SHALL, zone: str = "UTC", warn: int = 0
) -> Deadline:
    return agreed(
        DeadlineKind.OBLIGATION,
        about,
        day(on),
        Reckoning(None, zone),
        trigger="Day in the obligation",
        rule="By its day",
        owed_by=Actor.CLIENT,
        degree=degree,
        warn_days=warn,
    )


TODAY = day("2027-01-15")


def test_what_is_overdue_longest_comes_first_and_then_what_is_due_soonest() -> None:
    dates = ["2027-02-01", "2027-01-14", "2027-01-15", "2026-12-01", "2027-01-16"]
    order = [str(each.date) for each in due_order([due(date) for date in dates], TODAY)]
    assert order == ["2026-12-01", "2027-01-14", "2027-01-15", "2027-01-16", "2027-02-01"]


def test_on_one_day_the_stricter_duty_comes_first() -> None:
    degrees = (None, Degree.SHOULD, Degree.SHALL, Degree.BEST_ENDEAVOURS)
    found = due_order([due("2027-02-01", degree=degree) for degree in degrees], TODAY)
    assert [each.degree for each in found] == [Degree.SHALL, Degree.BEST_ENDEAVOURS, Degree.SHOULD, None]
    named = due_order([due("2027-02-01", "O2"), due("2027-02-01", "O1")], TODAY)
    assert [each.about for each in named] == ["O1", "O2"]


def test_a_deadline_is_not_overdue_on_its_own_day() -> None:
    deadline = due("2027-01-15")
    assert (deadline.overdue(TODAY), deadline.days_left(TODAY)) == (False, 0)
    assert (deadline.overdue(day("2027-01-16")), deadline.days_left(day("2027-01-16"))) == (True, -1)


def test_two_weeks_ahead_hold_what_is_overdue_and_the_fourteenth_day() -> None:
    found = within([due("2027-01-30"), due("2027-01-29"), due("2026-06-01")], TODAY, 14)
    assert [str(each.date) for each in found] == ["2026-06-01", "2027-01-29"]


def test_a_policy_is_listed_from_its_own_warning_on() -> None:
    policy = due("2027-02-14", warn=30)
    assert within([policy], TODAY, 14) == (policy,)
    assert within([policy], day("2027-01-14"), 14) == ()


def test_the_day_is_over_at_midnight_in_the_engagements_zone() -> None:
    assert due("2027-01-15", zone="Asia/Tokyo").ends.astimezone(dt.UTC).isoformat() == "2027-01-15T15:00:00+00:00"
    assert due("2027-06-15", zone="America/New_York").ends.astimezone(dt.UTC).isoformat() == "2027-06-16T04:00:00+00:00"
    # In Santiago the clocks skip the first hour of 6 September 2026.
    assert due("2026-09-05", zone="America/Santiago").ends.astimezone(dt.UTC).isoformat() == "2026-09-06T04:00:00+00:00"


def test_each_party_is_an_actor_by_its_name() -> None:
    assert [Actor.of(side) for side in (Side.CLIENT, Side.PROVIDER)] == [Actor.CLIENT, Actor.PROVIDER]


def test_the_computation_of_a_cure_period_reads_as_in_the_notice() -> None:
    found = cure(TERMS, day("2027-03-11"), NoticeMethod.COURIER, Side.CLIENT, ENGLAND)
    holiday = "Public holiday, not counted"
    assert found.steps() == (
        Step(StepKind.TRIGGER, "Event that starts the count", "Notice sent by courier", day("2027-03-11")),
        Step(
            StepKind.LENGTH,
            "Length of the period",
            "2 business days",
            when="From the next day",
            clause="notice-receipt",
        ),
        Step(StepKind.WEEKEND, "Weekend, not counted", "2 days", when="Before the deadline"),
        Step(
            StepKind.END,
            "Taken as received",
            "2 business days after sending; that day is not counted",
            day("2027-03-15"),
            clause="notice-receipt",
        ),
        Step(StepKind.TRIGGER, "Event that starts the count", "Receipt of the notice", day("2027-03-15")),
        Step(StepKind.LENGTH, "Length of the period", "14 business days", when="From the next day", clause="cure"),
        Step(StepKind.HOLIDAY, holiday, "Good Friday", day("2027-03-26")),
        Step(StepKind.HOLIDAY, holiday, "Easter Monday", day("2027-03-29")),
        Step(StepKind.WEEKEND, "Weekend, not counted", "6 days", when="Before the deadline"),
        Step(StepKind.END, "Deadline", "End of the day, Europe/London time", day("2027-04-06")),
    )


def test_calendar_days_show_the_day_from_which_they_were_moved() -> None:
    found = next_contact(ClientClass.A, day("2027-02-24"), ENGLAND)
    kinds = [(step.kind, step.day) for step in found.steps()]
    assert kinds == [
        (StepKind.TRIGGER, day("2027-02-24")),
        (StepKind.LENGTH, None),
        (StepKind.LAST_COUNTED, day("2027-03-26")),
        (StepKind.HOLIDAY, day("2027-03-26")),
        (StepKind.HOLIDAY, day("2027-03-29")),
        (StepKind.WEEKEND, None),
        (StepKind.END, day("2027-03-30")),
    ]


def test_a_day_that_was_agreed_has_no_count() -> None:
    end = contract_end(TERMS, ENGLAND)
    assert end is not None
    assert [(step.label, step.text, step.clause) for step in end.steps()] == [
        ("Day agreed", "End date", "commencement"),
        ("Deadline", "End of the day, Europe/London time", None),
    ]


def test_a_report_moved_forward_says_from_which_day() -> None:
    report = report_due(account(), day("2026-12-18"), ENGLAND)
    assert report is not None
    words = [f"{step.label}: {step.text}, {step.day or step.when}" for step in report.steps()]
    assert words == [
        "Day agreed: Friday of the week, 2026-12-25",
        "Last day counted: Not a business day, so the business day before takes its place, 2026-12-25",
        "Public holiday, not counted: Christmas Day, 2026-12-25",
        "Deadline: End of the day, Europe/London time, 2026-12-24",
    ]


def test_an_email_on_a_saturday_is_received_on_monday_and_says_so() -> None:
    steps = notice_receipt(TERMS, day("2027-03-06"), NoticeMethod.EMAIL, Side.PROVIDER, ENGLAND).steps()
    assert steps[1].text == "The day itself, or the next business day"
    assert steps[-1].day == day("2027-03-08")


def test_an_extended_review_shows_the_first_end_before_the_second() -> None:
    review = acceptance_review(PLAN, day("2027-01-11"), ENGLAND, reminder_needed=True, reminded=day("2027-01-25"))
    ends = [step.day for step in review.steps() if step.kind is StepKind.END]
    assert ends == [day("2027-01-25"), day("2027-01-27")]


def test_holidays_are_named_in_the_language_of_the_reckoning() -> None:
    german = reckoning(BusinessCalendar(country="DE", subdivision="BY"), "Europe/Berlin", "de")
    found = cure(terms(), day("2027-01-04"), NoticeMethod.EMAIL, Side.CLIENT, german)
    assert [holiday.name for holiday in found.skipped.holidays] == ["Heilige Drei Könige"]
    assert found.place == "Bayern, Deutschland"
