"""The burn-down: what is planned, what was spent as reported, and how it is expected to go on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.lifecycle.burn_down import CurvePoint, actual_curve, forecast_curve, plan_curve
from docgen.lifecycle.progress import budget, milestone_states
from docgen.models.terms import Terms, contract_sum
from tests.lifecycle.test_progress import LINES, day, gbp, terms, week, with_lines


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

    def test_the_forecast_runs_to_the_last_open_milestone_when_that_is_after_the_end(self) -> None:
        entry = week(3, milestones=[{"id": "M2", "forecast": "2027-04-15"}])
        money = budget(lambda on: terms(), "GBP", [entry], entry)
        states = milestone_states(terms(), terms(), [entry], entry)
        assert [point.day for point in forecast_curve(money, terms(), states, entry)] == [
            day("2026-10-23"),
            day("2027-04-15"),
        ]
        assert [point.day for point in forecast_curve(money, terms(), (), entry)][-1] == day("2027-03-31")

    def test_a_contract_that_is_over_has_no_forecast(self) -> None:
        entry = week(40)
        assert forecast_curve(budget(lambda on: terms(), "GBP", [], entry), terms(), (), entry) == ()
