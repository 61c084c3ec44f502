"""The burn-down: what is planned, what was spent as reported, and how it is expected to go on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.lifecycle.burn_down import CurvePoint, actual_curve, forecast_curve, plan_curve
from docgen.lifecycle.calendars import BusinessDays
from docgen.lifecycle.progress import budget, milestone_states
from docgen.models.money import Money
from docgen.models.progress import ProgressEntry
from docgen.models.terms import Terms, contract_sum
from tests.lifecycle.test_progress import ENGLAND, LINES, day, gbp, terms, week, with_lines


class TestCurves:
    def points(self, agreed: Terms) -> list[tuple[str, str]]:
        return [(point.day.isoformat(), format(point.spent.amount, "f")) for point in plan_curve(agreed, "GBP")]

    def test_a_fixed_fee_is_planned_on_the_day_of_its_milestone(self) -> None:
        assert self.points(with_lines(LINES[0])) == [
            ("2026-10-05", "0.00"),
            ("2026-11-06", "0.00"),
            ("2026-11-06", "18000.00"),
            ("2027-03-31", "18000.00"),
        ]

    def test_a_fixed_fee_without_a_milestone_is_planned_at_the_end(self) -> None:
        assert self.points(with_lines({**LINES[0], "milestone": None}))[-1] == ("2027-03-31", "18000.00")

    def test_time_is_planned_evenly(self) -> None:
        assert self.points(with_lines(LINES[1])) == [("2026-10-05", "0.00"), ("2027-03-31", "10800.00")]

    def test_time_is_planned_evenly_by_business_days_where_a_calendar_is_agreed(self) -> None:
        agreed = with_lines(LINES[1] | {"rate": "100.00", "estimate": "122"})  # a day's work for each business day
        remaining = {point.day.isoformat(): point.spent for point in plan_curve(agreed, "GBP", ENGLAND)}
        assert remaining["2026-10-09"] == gbp("400"), "Tuesday to Friday of the first week"
        assert remaining["2026-12-18"] - remaining["2026-12-11"] == gbp("500")
        assert remaining["2027-01-01"] - remaining["2026-12-25"] == gbp("300"), "without Boxing Day and New Year"
        assert remaining["2027-03-31"] == gbp("12200")

    def test_far_from_the_years_whose_holidays_are_known_time_is_planned_by_calendar_days(self) -> None:
        far = with_lines(LINES[1]).model_copy(
            update={"effective_date": day("2900-01-01"), "end_date": day("2900-12-31")}
        )
        assert plan_curve(far, "GBP", ENGLAND) == plan_curve(far, "GBP")

    def test_a_retainer_is_planned_at_the_end_of_each_month_and_never_after_the_contract(self) -> None:
        steps = [(when, spent) for when, spent in self.points(with_lines(LINES[2]))[1:] if spent != "0.00"]
        assert steps[0] == ("2026-11-04", "2500.00")
        assert [when for when, _ in steps[1::2]] == [
            "2026-12-04",
            "2027-01-04",
            "2027-02-04",
            "2027-03-04",
            "2027-03-31",
        ]
        assert steps[-1] == ("2027-03-31", "15000.00")

    def test_a_month_from_the_thirty_first_ends_with_the_month(self) -> None:
        agreed = terms(
            effective_date="2026-10-31",
            end_date="2027-10-31",
            fees={"lines": [LINES[2] | {"periods": 5}], "payment_days": 1},
        )
        steps = [
            after.day.isoformat() for before, after in pairwise(plan_curve(agreed, "GBP")) if before.day == after.day
        ]
        assert steps == ["2026-11-29", "2026-12-30", "2027-01-30", "2027-02-27", "2027-03-30"]

    def test_the_plan_never_falls_and_ends_at_the_contract_sum(self) -> None:
        curve = plan_curve(terms(), "GBP")
        assert all(before.day <= after.day and before.spent <= after.spent for before, after in pairwise(curve))
        assert curve[-1].spent == contract_sum(terms(), "GBP")

    @pytest.mark.parametrize("missing", ["effective_date", "end_date"])
    def test_there_is_no_plan_without_both_dates(self, missing: str) -> None:
        assert plan_curve(terms(**{missing: None}), "GBP") == ()

    def test_more_periods_than_the_contract_has_are_planned_on_its_last_day(self) -> None:
        endless = with_lines(LINES[2] | {"periods": 10**9, "amount": "1.00"})
        assert len(plan_curve(endless, "GBP")) < 20
        assert plan_curve(endless, "GBP")[-1] == CurvePoint(day("2027-03-31"), gbp("1000000000"))

    def test_the_actual_curve_starts_with_nothing_and_has_a_point_for_each_week(self) -> None:
        entries = [
            week(1, effort=[{"line": "F3", "units": "1"}]),
            week(2),
            week(3, effort=[{"line": "F3", "units": "2"}]),
        ]
        curve = actual_curve(lambda on: terms(), "GBP", entries, entries[2])
        assert [(point.day.isoformat(), point.spent) for point in curve] == [
            ("2026-10-05", gbp("0")),
            ("2026-10-09", gbp("720")),
            ("2026-10-16", gbp("720")),
            ("2026-10-23", gbp("2160")),
        ]

    @given(st.lists(st.tuples(st.integers(1, 12), st.decimals(0, 40, places=2)), min_size=1, max_size=8))
    def test_the_last_actual_point_is_what_the_budget_calls_spent(self, worked: list[tuple[int, Decimal]]) -> None:
        cheaper = terms(fees={"lines": [LINES[1] | {"rate": "499.99"}, LINES[2]], "payment_days": None})

        def terms_on(on: dt.date) -> Terms:
            return cheaper if on > day("2026-11-10") else terms()

        entries = [
            week(number, effort=[{"line": "F3", "units": str(units)}], invoiced=[{"line": "F1", "amount": str(units)}])
            for number, units in worked
        ]
        last = max(entries, key=lambda entry: entry.period.end)
        assert actual_curve(terms_on, "GBP", entries, last)[-1].spent == budget(terms_on, "GBP", entries, last).spent


class TestForecast:
    def forecast(
        self, agreed: Terms, *entries: ProgressEntry, business: BusinessDays | None = None
    ) -> list[CurvePoint]:
        """Return the forecast of the last of some weeks."""
        money = budget(lambda on: agreed, "GBP", entries, entries[-1])
        states = milestone_states(agreed, agreed, entries, entries[-1])
        return list(forecast_curve(money, agreed, states, entries[-1], business))

    def steps(self, curve: Sequence[CurvePoint]) -> list[tuple[str, Money]]:
        """Return the days on which spending leaps, and by how much."""
        pairs = pairwise(curve)
        return [
            (after.day.isoformat(), after.spent - before.spent) for before, after in pairs if before.day == after.day
        ]

    def test_a_fixed_fee_falls_due_in_one_step_when_its_milestone_is_expected(self) -> None:
        agreed = with_lines(LINES[0])
        assert self.steps(self.forecast(agreed, week(3))) == [("2026-11-06", gbp("18000"))]
        later = week(3, milestones=[{"id": "M1", "forecast": "2026-11-20"}])
        assert self.steps(self.forecast(agreed, later)) == [("2026-11-20", gbp("18000"))]

    def test_only_what_is_left_of_a_fee_is_forecast(self) -> None:
        part = week(3, invoiced=[{"line": "F1", "amount": "5000"}])
        assert self.steps(self.forecast(with_lines(LINES[0]), part)) == [("2026-11-06", gbp("13000"))]

    def test_a_fee_whose_milestone_is_reached_falls_due_the_day_after_the_report(self) -> None:
        reached = week(3, milestones=[{"id": "M1", "actual": "2026-10-20"}])
        assert self.steps(self.forecast(with_lines(LINES[0]), reached)) == [("2026-10-24", gbp("18000"))]

    @pytest.mark.parametrize("said", [[], [{"id": "M1", "forecast": "2026-11-10"}]], ids=["silent", "gone by"])
    def test_a_fee_that_nobody_knows_the_day_of_falls_due_at_the_end(self, said: list[dict[str, str]]) -> None:
        overdue = week(7, milestones=said)
        assert self.steps(self.forecast(with_lines(LINES[0]), overdue)) == [("2027-03-31", gbp("18000"))]

    def test_an_agreed_day_ahead_counts_when_the_forecast_went_by(self) -> None:
        early = week(3, milestones=[{"id": "M1", "forecast": "2026-10-19"}])
        assert self.steps(self.forecast(with_lines(LINES[0]), early)) == [("2026-11-06", gbp("18000"))]

    def test_a_retainer_falls_due_with_its_last_periods_and_what_was_not_invoiced_the_day_after(self) -> None:
        assert self.steps(self.forecast(with_lines(LINES[2]), week(18)))[:2] == [
            ("2027-02-06", gbp("10000")),
            ("2027-03-04", gbp("2500")),
        ]
        paid = week(18, invoiced=[{"line": "F4", "amount": "10000"}])
        assert self.steps(self.forecast(with_lines(LINES[2]), paid)) == [
            ("2027-03-04", gbp("2500")),
            ("2027-03-31", gbp("2500")),
        ]

    def test_time_that_is_left_flows_evenly_by_business_days(self) -> None:
        agreed = with_lines(LINES[1] | {"rate": "100.00", "estimate": "122"})
        used = week(3, effort=[{"line": "F3", "units": "14"}])
        spent = {point.day.isoformat(): point.spent for point in self.forecast(agreed, used, business=ENGLAND)}
        assert list(spent)[:2] == ["2026-10-23", "2026-10-30"]
        assert spent["2026-10-23"] == gbp("1400")
        assert spent["2026-11-06"] - spent["2026-10-30"] == gbp("500")
        assert spent["2027-03-31"] == gbp("12200")

    def test_it_runs_to_the_last_open_milestone_when_that_is_after_the_end(self) -> None:
        late = week(3, milestones=[{"id": "M2", "forecast": "2027-04-15"}])
        assert self.forecast(terms(), late)[-1].day == day("2027-04-15")
        assert self.forecast(terms(), week(3))[-1].day == day("2027-03-31")

    @given(
        st.integers(1, 24),
        st.integers(0, 30),
        st.integers(0, 20_000),
        st.dates(day("2026-10-01"), day("2027-06-01")),
        st.sampled_from([ENGLAND, None]),
    )
    def test_it_begins_with_what_is_spent_never_falls_and_ends_at_the_forecast_of_the_budget(
        self, nth: int, units: int, invoiced: int, forecast: dt.date, business: BusinessDays | None
    ) -> None:
        entry = week(
            nth,
            effort=[{"line": "F3", "units": str(units)}],
            invoiced=[{"line": "F4", "amount": str(invoiced)}],
            milestones=[{"id": "M1", "forecast": forecast.isoformat()}],
        )
        money = budget(lambda on: terms(), "GBP", [entry], entry)
        curve = self.forecast(terms(), entry, business=business)
        assert curve[0] == CurvePoint(entry.period.end, money.spent)
        assert all(before.day <= after.day and before.spent <= after.spent for before, after in pairwise(curve))
        assert curve[-1].spent == money.forecast

    def test_a_contract_that_is_over_has_none(self) -> None:
        assert self.forecast(terms(), week(40)) == []
