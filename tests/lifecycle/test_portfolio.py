"""What the client of several engagements reads: what its reports said, of which day, and what is no longer true."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from docgen.actions.demo import EXAMPLE
from docgen.facts.load import load_files
from docgen.lifecycle.agenda import Situation
from docgen.lifecycle.outdated import Move, Outdated, moved, outdated, uncompared
from docgen.lifecycle.portfolio import Figures, Member, OrderLine, Told, figures, portfolio
from docgen.lifecycle.progress import MilestoneStanding, MilestoneState
from docgen.lifecycle.states import LifeState, OrderState
from docgen.models.engagement import Engagement
from docgen.models.party import Side
from docgen.models.progress import ProgressEntry
from docgen.models.serious_issue import AffectedMilestone, SeriousIssue
from docgen.models.terms import Terms

FACTS = load_files(sorted(EXAMPLE.glob("*.yaml")))
ENGAGEMENT = FACTS.engagements[0].facts
FIRST, SECOND = (
    each.facts.model_copy(update={"number": number}) for number, each in enumerate(FACTS.of(ProgressEntry), 1)
)
ISSUE = FACTS.of(SeriousIssue)[0].facts


def day(text: str) -> dt.date:
    """Return a day."""
    return dt.date.fromisoformat(text)


def member(*told: ProgressEntry, on: str = "2026-11-25", **facts: Any) -> Member:
    """Return the example at work, of which the client was told by the reports of some entries."""
    engagement: Engagement = facts.pop("engagement", ENGAGEMENT)
    orders = facts.pop("orders", ())
    terms: Terms = facts.pop("terms", engagement.terms)
    usual: dict[str, Any] = {
        "state": LifeState.ACTIVE,
        "signed_on": day("2026-10-02"),
        "begun_on": day("2026-11-09"),
        "entries": (FIRST, SECOND),
    }
    situation = Situation(engagement=engagement, on=day(on), terms_on=lambda _: terms, **{**usual, **facts})
    issued = told[-1].period.end + dt.timedelta(days=3) if told else None
    return Member(situation=situation, told=Told(told, issued), orders=orders)


def order(on: str, *milestones: str, signed: str | None = None, state: OrderState = OrderState.EXECUTED) -> OrderLine:
    """Return a change order that is effective from a day and moves some milestones."""
    return OrderLine(
        reference="CO-001",
        title="Move go-live",
        state=state,
        requested_by=Side.CLIENT,
        effect=None,
        days=0,
        effective_date=day(on),
        signed_on=day(signed or on),
        moves=milestones,
    )


# What the client was told


def test_figures_name_the_last_report_and_the_day_they_are_of() -> None:
    found = figures(member(FIRST, SECOND))
    assert found.report
    assert (found.report.number, found.report.until, found.report.issued) == (2, day("2026-11-20"), day("2026-11-23"))
    assert (found.stated_on, found.on) == (day("2026-11-20"), day("2026-11-25"))


def test_what_is_recorded_and_not_issued_is_not_told_to_the_client() -> None:
    found = figures(member(FIRST))
    assert found.entry is FIRST
    assert found.money == figures(member(FIRST, entries=(FIRST,))).money
    assert all(ask.about != "Confirm the change freeze dates" for ask in found.asks)
    assert {each.id: each.forecast for each in found.milestones}["M2"] is None


def test_without_an_issued_report_nothing_is_told() -> None:
    found = figures(member())
    assert (found.report, found.overall, found.dimensions, found.asks) == (None, None, (), ())
    assert not found.money.spent


# Which report comes next


@pytest.mark.parametrize(
    ("told", "on", "due", "overdue"),
    [
        ((FIRST, SECOND), "2026-11-25", "2026-11-27", False),
        ((FIRST, SECOND), "2026-11-27", "2026-11-27", False),
        ((FIRST, SECOND), "2026-11-28", "2026-11-27", True),
        ((FIRST, SECOND), "2026-12-16", "2026-11-27", True),
        ((FIRST,), "2026-11-25", "2026-11-20", True),
        ((), "2026-11-25", "2026-11-13", True),
    ],
)
def test_a_report_that_is_overdue_comes_before_the_next_one(
    told: tuple[ProgressEntry, ...], on: str, due: str, overdue: bool
) -> None:
    found = figures(member(*told, on=on))
    assert (found.next_report, found.report_overdue) == (day(due), overdue)


def test_work_that_is_over_owes_no_report() -> None:
    assert figures(member(FIRST, on="2026-12-16", completed_on=day("2026-12-01"))).next_report is None


# How many there are of each status


def test_the_counts_come_to_the_number_of_engagements() -> None:
    def named(name: str) -> Engagement:
        return ENGAGEMENT.model_copy(update={"id": name})

    found = portfolio(
        [
            member(FIRST, engagement=named("E-1")),
            member(FIRST, SECOND, engagement=named("E-2")),
            member(engagement=named("E-3")),
            member(engagement=named("E-4"), signed_on=None),
            member(FIRST, engagement=named("E-5"), state=LifeState.COMPLETED),
        ],
        day("2026-11-25"),
    )
    assert {rag.value: count for rag, count in found.counts.items()} == {"green": 1, "amber": 1, "red": 0}
    assert (found.ended, found.without_status) == (1, 2)
    assert sum(found.counts.values()) + found.ended + found.without_status == len(found.members)


# Forecasts that an order has overtaken


def go_live(found: Figures) -> MilestoneState:
    """Return the milestone that the second report forecasts."""
    return next(each for each in found.milestones if each.id == "M2")


def test_a_forecast_from_before_an_order_is_not_compared_with_the_new_day() -> None:
    found = figures(member(FIRST, SECOND, orders=(order("2026-11-23", "M2"),)))
    assert found.outdated == {"M2": Outdated(day("2026-11-20"), "CO-001", day("2026-11-23"))}
    state = go_live(found)
    assert (state.forecast, state.variance, state.state) == (day("2027-02-16"), None, MilestoneStanding.DUE)
    assert found.overtaking(state) == "CO-001"


@pytest.mark.parametrize(
    "line",
    [
        order("2026-11-20", "M2"),
        order("2026-11-26", "M2"),
        order("2026-11-16", "M2", signed="2026-11-26"),
        order("2026-11-23", "M3"),
        order("2026-11-23", "M2", state=OrderState.APPROVED),
    ],
)
def test_a_forecast_counts_after_an_order_before_one_and_beside_one(line: OrderLine) -> None:
    found = figures(member(FIRST, SECOND, orders=(line,)))
    assert (found.outdated, go_live(found).variance) == ({}, 4)


def test_an_order_signed_later_than_it_is_effective_counts_from_its_signature() -> None:
    found = figures(member(FIRST, SECOND, orders=(order("2026-11-16", "M2", signed="2026-11-24"),)))
    assert found.outdated["M2"].moved_on == day("2026-11-24")


def test_a_notice_after_the_order_forecasts_anew() -> None:
    told = ISSUE.model_copy(
        update={"on": day("2026-11-24"), "milestones": (AffectedMilestone(id="M2", forecast=day("2027-03-02")),)}
    )
    noticed: dict[str, Any] = {"issues": {1: told}, "noticed": {1: day("2026-11-24")}}
    found = figures(member(FIRST, SECOND, orders=(order("2026-11-23", "M2"),), **noticed))
    assert (found.stated["M2"], found.outdated, go_live(found).variance) == (day("2026-11-24"), {}, 18)


def test_a_milestone_that_was_reached_is_compared_whatever_was_forecast() -> None:
    found = figures(member(FIRST, SECOND, orders=(order("2026-11-23", "M1"),)))
    assert next(each for each in found.milestones if each.id == "M1").variance == -1


def test_the_last_of_several_orders_is_the_one_named() -> None:
    moves = [Move("CO-002", day("2026-12-04"), ("M1",)), Move("CO-001", day("2026-11-27"), ("M1", "M2"))]
    found = outdated({"M1": day("2026-11-20"), "M2": day("2026-11-27")}, moves)
    assert found == {"M1": Outdated(day("2026-11-20"), "CO-002", day("2026-12-04"))}


def test_only_milestones_in_both_terms_move() -> None:
    before = ENGAGEMENT.terms
    later, *others = before.milestones
    put_off = later.model_copy(update={"date": day("2027-01-01")})
    added = later.model_copy(update={"id": "M9"})
    after = before.model_copy(update={"milestones": (put_off, *others[1:], added)})
    assert moved(before, after) == (later.id,)


def test_what_is_overdue_stays_overdue_without_its_forecast() -> None:
    state = replace(go_live(figures(member(FIRST, SECOND))), state=MilestoneStanding.OVERDUE)
    assert uncompared(state).state is MilestoneStanding.OVERDUE
