"""What a report computes: its number, milestones, money, what rolls forward, and the day the next one is due."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.lifecycle.calendars import business_days
from docgen.lifecycle.progress import (
    MilestoneState,
    awaited,
    budget,
    carried_forward,
    dimensions,
    entries_until,
    milestone_states,
    next_report_day,
    previous_entry,
    rag_history,
    report_number,
    standing,
)
from docgen.models.engagement import BusinessCalendar, ReportCadence
from docgen.models.money import Money
from docgen.models.progress import ProgressEntry
from docgen.models.terms import Terms

MILESTONES: list[dict[str, Any]] = [
    {"id": "M1", "title": "Architecture accepted", "date": "2026-11-06"},
    {"id": "M2", "title": "Order service live", "date": "2027-02-12"},
]
LINES: list[dict[str, Any]] = [
    {"id": "F1", "kind": "fixed", "description": "Architecture", "amount": "18000.00", "milestone": "M1"},
    {
        "id": "F3",
        "kind": "time",
        "description": "Support",
        "role": "Engineer",
        "rate": "720.00",
        "estimate": "15",
        "cap": "18",
    },
    {"id": "F4", "kind": "retainer", "description": "Management", "amount": "2500.00", "every": "month", "periods": 6},
]
ENGLAND = business_days(BusinessCalendar(country="GB", subdivision="ENG"))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def gbp(amount: str) -> Money:
    return Money(Decimal(amount), "GBP").rounded()


def terms(**changes: Any) -> Terms:
    """Return terms from 5 October 2026 to 31 March 2027 with some facts changed."""
    facts: dict[str, Any] = {
        "effective_date": "2026-10-05",
        "end_date": "2027-03-31",
        "governing_law": None,
        "scope": {"summary": None},
        "fees": {"lines": LINES, "payment_days": 30},
        "liability": {"cap": None},
        "milestones": MILESTONES,
        "change_control": {"response_days": None, "pricing": None},
        "termination": {"cure_days": None},
        "notices": None,
        "confidentiality_years": None,
        "intellectual_property": None,
        "disputes": None,
    }
    return Terms.model_validate(facts | changes, context={"currency": "GBP"})


def with_lines(*lines: dict[str, Any]) -> Terms:
    return terms(fees={"lines": lines, "payment_days": None})


def week(nth: int, /, **facts: Any) -> ProgressEntry:
    """Return the entry of the nth week from Monday 5 October 2026."""
    monday = day("2026-10-05") + dt.timedelta(weeks=nth - 1)
    period = {"from": monday.isoformat(), "to": (monday + dt.timedelta(days=4)).isoformat()}
    facts = {"engagement": "NBS-2026-014", "period": period} | facts
    return ProgressEntry.model_validate(facts, context={"currency": "GBP"})


def state_of(milestone: str, *entries: ProgressEntry, current: Terms | None = None) -> MilestoneState:
    states = milestone_states(terms(), current or terms(), entries, entries[-1])
    return next(state for state in states if state.id == milestone)


class TestNumbers:
    def test_reports_without_numbers_are_counted(self) -> None:
        entries = [week(3), week(1), week(2)]
        assert [report_number(entries, entry) for entry in entries] == [3, 1, 2]

    def test_counting_goes_on_from_the_last_number_given(self) -> None:
        entries = [week(1, number=40), week(2), week(3)]
        assert [report_number(entries, entry) for entry in entries] == [40, 41, 42]

    def test_the_report_before_is_the_one_of_the_period_before_in_whatever_order_they_come(self) -> None:
        assert previous_entry([week(3), week(1), week(2)], week(3)) == week(2)
        assert previous_entry([week(3), week(1)], week(1)) is None

    def test_a_second_entry_for_the_same_period_does_not_count_twice(self) -> None:
        assert entries_until([week(1), week(2, summary="first try"), week(2)], week(2)) == (week(1), week(2))


class TestMilestones:
    def test_a_milestone_reached_a_day_early_is_met_with_a_variance_of_minus_one(self) -> None:
        state = state_of("M1", week(5, milestones=[{"id": "M1", "actual": "2026-11-05"}]))
        assert (state.state, state.variance, state.actual) == ("met", -1, day("2026-11-05"))

    def test_an_open_milestone_expected_later_is_late(self) -> None:
        state = state_of(
            "M2", week(5, milestones=[{"id": "M2", "forecast": "2027-02-16", "comment": "Freeze"}]), week(6)
        )
        assert (state.state, state.variance, state.comment) == ("late", 4, "Freeze")

    def test_an_open_milestone_is_due_until_its_day_and_overdue_from_the_day_after(self) -> None:
        friday, saturday = (
            terms(milestones=[{"id": "M1", "title": "Friday of week 5", "date": date}])
            for date in ("2026-11-06", "2026-11-05")
        )
        assert state_of("M1", week(5), current=friday).state == "due"
        assert state_of("M1", week(5), current=saturday).state == "overdue"

    def test_the_variance_is_against_the_day_as_amended_and_the_baseline_never_moves(self) -> None:
        amended = terms(milestones=[MILESTONES[0], MILESTONES[1] | {"date": "2027-02-26"}])
        state = state_of("M2", week(9, milestones=[{"id": "M2", "forecast": "2027-02-24"}]), current=amended)
        assert (state.baseline, state.current) == (day("2027-02-12"), day("2027-02-26"))
        assert (state.state, state.variance) == ("due", -2)

    def test_a_milestone_added_by_a_change_order_has_no_baseline(self) -> None:
        amended = terms(milestones=[*MILESTONES, {"id": "M9", "title": "Returns live", "date": "2027-03-01"}])
        assert state_of("M9", week(1), current=amended).baseline is None

    def test_a_later_entry_takes_a_day_reported_too_soon_back(self) -> None:
        reached = week(5, milestones=[{"id": "M1", "actual": "2026-11-05"}])
        taken_back = week(6, milestones=[{"id": "M1", "forecast": "2026-11-20"}])
        assert state_of("M1", reached, taken_back).actual is None
        assert state_of("M1", taken_back, reached).actual == day("2026-11-05")

    def test_a_report_made_again_knows_nothing_of_later_weeks(self) -> None:
        later = week(9, milestones=[{"id": "M1", "actual": "2026-11-05"}])
        states = milestone_states(terms(), terms(), [later, week(2)], week(2))
        assert states[0].actual is None

    def test_a_milestone_without_a_date_is_due_and_has_no_variance(self) -> None:
        undated = terms(milestones=[MILESTONES[0] | {"date": None}])
        state = state_of("M1", week(5, milestones=[{"id": "M1", "forecast": "2026-12-01"}]), current=undated)
        assert (state.state, state.variance, state.forecast) == ("due", None, day("2026-12-01"))


class TestStatus:
    def test_each_dimension_stands_beside_its_value_of_the_week_before(self) -> None:
        before = week(1, status={"overall": {"rag": "green"}})
        now = week(2, status={"overall": {"rag": "amber", "reason": "Late"}, "scope": {"rag": "green"}})
        shown = dimensions([before, now], now)
        assert [(row.name, row.rag, row.previous) for row in shown] == [
            ("overall", "amber", "green"),
            ("scope", "green", None),
        ]
        assert shown[0].reason == "Late"

    def test_a_week_of_no_change_keeps_the_status_before_it(self) -> None:
        entries = [week(1, status={"overall": {"rag": "red", "reason": "Stopped"}}), week(2, no_change=True)]
        assert [(row.rag, row.previous) for row in dimensions(entries, entries[1])] == [("red", "red")]

    def test_a_week_that_says_nothing_about_status_shows_none(self) -> None:
        entries = [week(1, status={"overall": {"rag": "green"}}), week(2)]
        assert dimensions(entries, entries[1]) == ()

    def test_the_history_has_a_place_for_every_week_and_no_row_for_unused_dimensions(self) -> None:
        entries = [week(1), week(2, status={"overall": {"rag": "green"}}), week(3, no_change=True)]
        assert [(row.name, row.rags) for row in rag_history(entries, entries[2])] == [
            ("overall", (None, "green", "green"))
        ]


class TestCarriedForward:
    def plan(self, *texts: str, deliverable: str | None = None) -> list[dict[str, Any]]:
        return [{"text": text, "deliverable": deliverable} for text in texts]

    def test_work_that_nobody_spoke_of_is_carried(self) -> None:
        entries = [week(1, next=self.plan("First load test")), week(2)]
        assert [item.text for item in carried_forward(entries, entries[1])] == ["First load test"]

    @pytest.mark.parametrize(
        "spoken",
        [
            {"done": [{"text": "first  load test."}]},
            {"not_done": [{"text": "FIRST LOAD TEST", "reason": "No link", "dropped": True}]},
            {"not_done": [{"text": "First load test", "reason": "No link"}], "next": [{"text": "first load test."}]},
            {"next": [{"text": "First load test"}]},
            {"done": [{"text": "Load test 1 passed", "deliverable": "D2"}]},
        ],
    )
    def test_work_done_or_dropped_or_planned_again_is_not_carried(self, spoken: dict[str, Any]) -> None:
        entries = [week(1, next=self.plan("First load test", deliverable="D2")), week(2, **spoken)]
        assert carried_forward(entries, entries[1]) == ()

    def test_work_not_done_and_neither_dropped_nor_planned_again_is_carried_until_it_is(self) -> None:
        late = {"not_done": [{"text": "first load test", "reason": "No link"}], "next": self.plan("Write to the board")}
        entries = [week(1, next=self.plan("First load test", deliverable="D2")), week(2, **late), week(3)]
        assert [item.text for item in carried_forward(entries, entries[1])] == ["First load test"]
        assert [item.text for item in carried_forward(entries, entries[2])] == ["First load test", "Write to the board"]
        done = week(4, done=[{"text": "First load test"}, {"text": "Write to the board"}])
        assert carried_forward([*entries, done], done) == ()

    def test_work_that_nobody_had_planned_is_carried_when_it_is_not_done(self) -> None:
        first = week(1, not_done=[{"text": "Kick-off", "reason": "Snow", "deliverable": "D1"}])
        (item,) = carried_forward([first], first)
        assert (item.text, item.deliverable) == ("Kick-off", "D1")

    def test_work_not_done_under_new_words_is_carried_under_them_once(self) -> None:
        late = [{"text": "The load test", "reason": "No link", "deliverable": "D2"}]
        entries = [week(1, next=self.plan("First load test", deliverable="D2")), week(2, not_done=late)]
        assert [item.text for item in carried_forward(entries, entries[1])] == ["The load test"]

    def test_one_piece_of_work_on_a_deliverable_accounts_for_one_planned_item(self) -> None:
        planned = self.plan("Connect the link", "First load test", deliverable="D2")
        entries = [week(1, next=planned), week(2, done=[{"text": "Link is up", "deliverable": "D2"}])]
        assert [item.text for item in carried_forward(entries, entries[1])] == ["First load test"]

    def test_work_done_as_planned_says_nothing_about_other_work_on_its_deliverable(self) -> None:
        planned = self.plan("Connect the link", "First load test", deliverable="D2")
        entries = [week(1, next=planned), week(2, done=[{"text": "Connect the link", "deliverable": "D2"}])]
        assert [item.text for item in carried_forward(entries, entries[1])] == ["First load test"]

    def test_the_plan_survives_weeks_of_no_change_until_it_is_done(self) -> None:
        entries = [week(1, next=self.plan("First load test")), week(2, no_change=True), week(3, no_change=True)]
        assert len(carried_forward(entries, entries[2])) == 1
        done = week(4, done=[{"text": "First load test"}])
        assert carried_forward(entries, done) == ()
        assert carried_forward([*entries, done], week(5)) == ()

    def test_the_first_report_carries_nothing(self) -> None:
        assert carried_forward([], week(1, next=self.plan("First load test"))) == ()


class TestAwaited:
    ASKED: dict[str, Any] = {
        "client_actions": [{"text": "Confirm the freeze dates"}],
        "decisions": ["Who owns the returns service"],
        "issues": [
            {"id": "I1", "text": "Licence missing"},
            {"id": "I2", "text": "Power cut", "resolved": "2026-10-08"},
        ],
    }

    def test_what_is_asked_for_stands_open_and_a_resolved_issue_does_not(self) -> None:
        found = awaited([], week(1, **self.ASKED))
        assert [action.text for action in found.actions] == ["Confirm the freeze dates"]
        assert found.decisions == ("Who owns the returns service",)
        assert [issue.id for issue in found.issues] == ["I1"]

    def test_the_client_is_asked_for_what_issues_wait_for_too_and_for_each_thing_once(self) -> None:
        issues = [
            {"id": "I1", "text": "Licence missing", "decision": "Whether to buy it", "decide_by": "2026-10-16"},
            {"id": "I2", "text": "No owner", "decision": "who owns the  returns service.", "decide_by": "2026-10-20"},
            {"id": "I3", "text": "Power cut", "decision": "Whether to move", "resolved": "2026-10-08"},
            {"id": "I4", "text": "The freeze begins early", "decide_by": "2026-10-21"},
            {"id": "I5", "text": "Rain"},
        ]
        found = awaited([], week(1, **{**self.ASKED, "issues": issues})).questions
        assert [(each.text, each.by and each.by.day, each.issue) for each in found] == [
            ("Who owns the returns service", 20, "I2"),
            ("Whether to buy it", 16, "I1"),
            ("The freeze begins early", 21, "I4"),
        ]

    def test_it_stays_open_through_weeks_of_no_change(self) -> None:
        entries = [week(1, **self.ASKED), week(2, no_change=True), week(3, no_change=True)]
        assert awaited(entries, entries[2]) == awaited(entries, entries[0])

    def test_a_week_of_no_change_may_ask_for_something_else(self) -> None:
        entries = [week(1, **self.ASKED), week(2, no_change=True, client_actions=[{"text": "Sign the licence"}])]
        found = awaited(entries, entries[1])
        assert [action.text for action in found.actions] == ["Sign the licence"]
        assert found.decisions == ("Who owns the returns service",)

    def test_a_week_in_which_something_moved_says_itself_what_stands_open(self) -> None:
        entries = [week(1, **self.ASKED), week(2)]
        assert awaited(entries, entries[1]).actions == ()


class TestBudget:
    def test_invoices_and_time_are_counted_up_to_the_week(self) -> None:
        entries = [
            week(1, effort=[{"line": "F3", "units": "2"}]),
            week(2, effort=[{"line": "F3", "units": "1.5"}], invoiced=[{"line": "F1", "amount": "18000"}]),
            week(3, effort=[{"line": "F3", "units": "9"}]),
        ]
        money = budget(lambda on: terms(), "GBP", entries, entries[1])
        assert money.sum == gbp("43800")
        assert money.invoiced == gbp("18000")
        assert money.spent == gbp("20520")
        assert (money.forecast, money.variance) == (gbp("43800"), gbp("0"))
        assert money.percent == Decimal("46.8")
        support = money.lines[1]
        assert (support.units, support.estimate, support.cap, support.unit) == (
            Decimal("3.5"),
            Decimal(15),
            Decimal(18),
            "day",
        )
        assert (support.spent, support.invoiced, support.forecast) == (gbp("2520"), gbp("0"), gbp("10800"))

    def test_time_beyond_the_estimate_raises_the_forecast(self) -> None:
        entry = week(1, effort=[{"line": "F3", "units": "17"}])
        money = budget(lambda on: terms(), "GBP", [entry], entry)
        assert (money.lines[1].forecast, money.variance) == (gbp("12240"), gbp("1440"))

    def test_work_is_charged_at_the_rate_of_its_own_week_and_the_rest_at_the_new_one(self) -> None:
        dearer = with_lines(LINES[1] | {"rate": "760.00"})
        entries = [week(1, effort=[{"line": "F3", "units": "2"}]), week(9, effort=[{"line": "F3", "units": "1"}])]
        money = budget(
            lambda on: dearer if on >= day("2026-11-30") else with_lines(LINES[1]), "GBP", entries, entries[1]
        )
        assert money.sum == gbp("11400")
        assert money.spent == gbp("2200")
        assert money.forecast == gbp("11320")

    def test_money_spent_on_a_line_that_fell_away_stays_spent(self) -> None:
        entries = [week(1, invoiced=[{"line": "F1", "amount": "5000"}]), week(9)]
        money = budget(
            lambda on: with_lines(LINES[2]) if on >= day("2026-11-30") else terms(), "GBP", entries, entries[1]
        )
        assert [line.id for line in money.lines] == ["F4", "F1"]
        assert (money.sum, money.spent, money.variance) == (gbp("15000"), gbp("5000"), gbp("5000"))

    def test_an_engagement_without_fees_has_no_percentage(self) -> None:
        money = budget(lambda on: with_lines(), "GBP", [], week(1))
        assert (money.sum, money.percent, money.lines) == (gbp("0"), None, ())

    def test_yen_stay_whole(self) -> None:
        line = {"id": "F1", "kind": "time", "description": "Support", "role": "Engineer", "rate": 333, "estimate": 3}
        yen = Terms.model_validate(
            terms().model_dump() | {"fees": {"lines": [line], "payment_days": None}}, context={"currency": "JPY"}
        )
        entry = week(1, effort=[{"line": "F1", "units": "0.5"}])
        assert budget(lambda on: yen, "JPY", [entry], entry).spent == Money(Decimal(167), "JPY")

    def test_where_the_contract_stands_is_its_sum_and_its_end(self) -> None:
        assert (standing(terms(), "GBP").sum, standing(terms(), "GBP").end) == (gbp("43800"), day("2027-03-31"))


class TestNextReport:
    def due(self, after: str, **facts: str) -> str:
        report = ReportCadence.model_validate({"every": "week", "weekday": "friday", "at": "16:00"} | facts)
        found = next_report_day(report, ENGLAND, day(after))
        assert found is not None
        return found.isoformat()

    def test_a_weekly_report_is_due_on_the_next_such_weekday(self) -> None:
        assert self.due("2026-11-18") == "2026-11-20"
        assert self.due("2026-11-20") == "2026-11-27"

    def test_a_report_due_on_good_friday_comes_on_maundy_thursday(self) -> None:
        assert self.due("2027-03-20") == "2027-03-25"

    def test_when_that_day_is_past_the_next_one_is_a_week_later(self) -> None:
        assert self.due("2027-03-25") == "2027-04-02"

    def test_a_monthly_report_is_due_on_the_last_such_weekday_of_the_month(self) -> None:
        assert self.due("2026-11-18", every="month") == "2026-11-27"
        assert self.due("2026-11-27", every="month") == "2026-12-24"

    def test_without_a_cadence_nothing_is_due(self) -> None:
        assert next_report_day(None, ENGLAND, day("2026-11-18")) is None

    @given(st.dates(dt.date(2026, 1, 1), dt.date(2040, 1, 1)), st.sampled_from(["week", "month"]))
    def test_the_day_is_a_business_day_after_the_one_asked_about(self, after: dt.date, every: str) -> None:
        due = day(self.due(after.isoformat(), every=every))
        assert ENGLAND.is_business_day(due)
        assert after < due <= after + dt.timedelta(days=38)
