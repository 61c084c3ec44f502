"""The colours of the rules: how late the worst milestone is, what the work will cost, and which issues are open."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from docgen.errors import Severity
from docgen.lifecycle.consistency import Problem
from docgen.lifecycle.leave import Leave
from docgen.lifecycle.rag import (
    USUAL,
    Measured,
    OpenIssue,
    Slip,
    coloured,
    colours,
    measured,
    overran,
    rag_problems,
    read_cause,
    slipped,
    told_cause,
)
from docgen.models.changes import ChangeOrder
from docgen.models.engagement import Engagement
from docgen.models.money import Money
from docgen.models.progress import ProgressEntry, Rag, Scale, Status
from docgen.models.serious_issue import SeriousIssue
from docgen.settings import Thresholds
from tests.lifecycle.test_agenda import ENGAGEMENT, FACTS

GREEN, AMBER, RED = Rag
MOVING = FACTS.of(SeriousIssue)[0].facts
"""A serious issue whose notice expects M2 on 2027-03-05."""
ISSUE = MOVING.model_copy(update={"milestones": ()})
ORDER = FACTS.of(ChangeOrder)[0].facts
DATES = {"M1": "2026-11-06", "M2": "2027-02-12", "M3": "2027-03-26"}


def entry(to: str = "2026-11-20", start: str = "2026-11-16", **facts: Any) -> ProgressEntry:
    value = {"engagement": ENGAGEMENT.id, "period": {"from": start, "to": to}, **facts}
    return ProgressEntry.model_validate(value, context={"currency": "GBP"})


def reached(**forecasts: str) -> list[dict[str, str]]:
    """Return M1 as reached and other milestones as forecast."""
    return [{"id": "M1", "actual": "2026-11-05"}] + [{"id": name, "forecast": day} for name, day in forecasts.items()]


def by_rule(
    now: ProgressEntry,
    *before: ProgressEntry,
    engagement: Engagement = ENGAGEMENT,
    thresholds: Thresholds = USUAL,
    issues: tuple[SeriousIssue, ...] = (),
    language: str = "en",
) -> dict[str, tuple[Rag, str]]:
    found = measured(engagement, (), (*before, now), now, issues)
    return {
        name: (colour.rag, colour.reason) for name, colour in colours(found, thresholds, now.status, language).items()
    }


def problems(
    now: ProgressEntry, *before: ProgressEntry, thresholds: Thresholds | None = USUAL, **facts: Any
) -> list[Problem]:
    return list(rag_problems(ENGAGEMENT, (), (*before, now), now, facts.get("issues", ()), thresholds))


def status(overall: str = "green", why: str | None = None, **dimensions: Any) -> dict[str, Any]:
    return {"overall": {"rag": overall, "reason": why}, **dimensions}


# The schedule


@pytest.mark.parametrize(
    ("day", "rag", "reason"),
    [
        ("2027-02-05", GREEN, "No open milestone is late"),
        ("2027-02-12", GREEN, "No open milestone is late"),
        ("2027-02-14", GREEN, "M2 is expected 2 days late"),
        ("2027-02-15", AMBER, "M2 is expected 3 days late"),
        ("2027-02-26", AMBER, "M2 is expected 14 days late"),
        ("2027-02-27", RED, "M2 is expected 15 days late"),
    ],
)
def test_the_worst_open_milestone_against_its_date_colours_the_schedule(day: str, rag: Rag, reason: str) -> None:
    assert by_rule(entry(milestones=reached(M2=day)))["schedule"] == (rag, reason)


def test_the_house_may_set_other_thresholds() -> None:
    strict = Thresholds(amber_days=1, red_days=2)
    assert by_rule(entry(milestones=reached(M2="2027-02-13")), thresholds=strict)["schedule"][0] is AMBER
    assert by_rule(entry(milestones=reached(M2="2027-02-14")), thresholds=strict)["schedule"][0] is RED


def test_of_several_late_milestones_the_worst_counts() -> None:
    late = entry(milestones=reached(M2="2027-02-16", M3="2027-05-01"))
    assert by_rule(late)["schedule"] == (RED, "M3 is expected 36 days late")


def test_an_overdue_milestone_is_never_green() -> None:
    assert by_rule(entry("2026-11-06"))["schedule"][0] is GREEN
    assert by_rule(entry("2026-11-07"))["schedule"] == (AMBER, "M1 is 1 day overdue")
    assert by_rule(entry("2026-11-21"))["schedule"] == (RED, "M1 is 15 days overdue")


def test_a_milestone_that_is_not_reached_cannot_be_reached_before_the_day_whatever_was_forecast() -> None:
    before = entry("2026-11-06", "2026-11-02", milestones=[{"id": "M1", "forecast": "2026-11-10"}])
    assert by_rule(before)["schedule"] == (AMBER, "M1 is expected 4 days late")
    assert by_rule(entry("2026-11-13"), before)["schedule"] == (AMBER, "M1 is 7 days overdue")
    again = entry("2026-11-13", milestones=[{"id": "M1", "forecast": "2026-11-16"}])
    assert by_rule(again, before)["schedule"] == (AMBER, "M1 is overdue and expected 10 days late")


def test_the_date_in_force_counts_and_not_the_one_that_was_signed() -> None:
    now = entry("2026-12-18", "2026-12-14", milestones=reached(M2="2027-02-26"))
    assert colours(measured(ENGAGEMENT, (), (now,), now))["schedule"].rag is AMBER
    assert colours(measured(ENGAGEMENT, (ORDER,), (now,), now))["schedule"].rag is GREEN


def test_milestones_that_were_reached_late_are_over() -> None:
    done = [{"id": name, "actual": "2026-11-20"} for name in DATES]
    assert by_rule(entry(milestones=done))["schedule"] == (GREEN, "Every milestone is reached")


def test_without_a_date_nothing_is_measured_and_no_colour_is_given() -> None:
    terms = ENGAGEMENT.terms.model_copy(update={"milestones": ()})
    found = by_rule(entry(), engagement=ENGAGEMENT.model_copy(update={"terms": terms}))
    assert set(found) == {"budget", "overall"}


# The budget


@pytest.mark.parametrize(
    ("overrun", "rag", "reason"),
    [
        ("-3", GREEN, "The forecast is within the contract sum"),
        ("0", GREEN, "The forecast is within the contract sum"),
        ("4.99", GREEN, "The forecast is 5.0 per cent above the contract sum"),
        ("5", AMBER, "The forecast is 5.0 per cent above the contract sum"),
        ("9.99", AMBER, "The forecast is 10.0 per cent above the contract sum"),
        ("10", RED, "The forecast is 10.0 per cent above the contract sum"),
    ],
)
def test_the_forecast_against_the_sum_colours_the_budget(overrun: str, rag: Rag, reason: str) -> None:
    found = Measured(dt.date(2026, 11, 20), (), 0, Decimal(overrun), ())
    budget = colours(found)["budget"]
    assert (budget.rag, budget.reason) == (rag, reason)


@pytest.mark.parametrize(
    ("overrun", "beyond", "rag", "reason", "german"),
    [
        ("0", "-20", GREEN, "What is spent is within the limit of the letter of approval", "Verbraucht ist nicht mehr"),
        (
            "0",
            None,
            GREEN,
            "The forecast is within the sum proposed",
            "Erwartet wird nicht mehr als die vorgeschlagene",
        ),
        ("7", "-20", AMBER, "The forecast is 7.0 per cent above the sum proposed", "Erwartet werden 7,0 Prozent mehr"),
        (
            "0",
            "0.5",
            RED,
            "What is spent is 0.5 per cent above the limit of the letter of approval",
            "Verbraucht sind 0,5 Prozent mehr als der Höchstbetrag des Freigabeschreibens",
        ),
    ],
)
def test_before_the_contract_is_signed_the_budget_goes_by_the_limit_and_the_sum_proposed(
    overrun: str, beyond: str | None, rag: Rag, reason: str, german: str
) -> None:
    limit = Decimal(beyond) if beyond else None
    found = Measured(dt.date(2026, 11, 20), (), 0, Decimal(overrun), (), proposed=True, beyond=limit)
    budget = colours(found)["budget"]
    assert (budget.rag, budget.reason) == (rag, reason)
    assert read_cause(reason) is not None
    assert colours(found, language="de")["budget"].reason.startswith(german)


def test_the_limit_is_that_of_the_letter_that_was_issued() -> None:
    now = entry(invoiced=[{"line": "F1", "amount": "18000.00"}])
    approval = ENGAGEMENT.approval
    assert approval is not None
    low = approval.model_copy(update={"not_to_exceed": Money(Decimal("9000.00"), "GBP")})
    engagement = ENGAGEMENT.model_copy(update={"approval": low})
    for leave, beyond in ((Leave(dt.date(2026, 9, 14)), Decimal(100)), (Leave(), None), (None, None)):
        found = measured(engagement, (), (now,), now, leave=leave)
        assert (found.beyond, found.proposed) == (beyond, leave is not None)


def test_work_beyond_the_estimate_makes_the_forecast_dearer_than_the_sum() -> None:
    assert by_rule(entry(effort=[{"line": "F3", "units": 18}]))["budget"] == (
        GREEN,
        "The forecast is 2.0 per cent above the contract sum",
    )
    assert by_rule(entry(effort=[{"line": "F3", "units": 24}]))["budget"][0] is AMBER


def test_without_a_sum_the_budget_has_no_colour() -> None:
    assert "budget" not in colours(Measured(dt.date(2026, 11, 20), (), 1, None, ()))


# All in all


def test_all_in_all_is_the_worst_of_schedule_budget_and_open_issues() -> None:
    on_plan = entry(milestones=reached())
    assert by_rule(on_plan)["overall"] == (GREEN, "Nothing is off plan")
    assert by_rule(entry(milestones=reached(M2="2027-02-16")))["overall"] == (AMBER, "M2 is expected 4 days late")
    high = {"id": "I7", "text": "Disk full", "impact": "high"}
    assert by_rule(entry(milestones=reached(), issues=[high]))["overall"] == (
        AMBER,
        "Issue I7 is open and its impact is high",
    )
    assert by_rule(entry(milestones=reached(), issues=[{**high, "impact": "medium"}]))["overall"][0] is GREEN
    assert by_rule(entry(milestones=reached(), issues=[{**high, "resolved": "2026-11-18"}]))["overall"][0] is GREEN


def test_a_serious_issue_is_red_until_the_client_has_decided_and_amber_until_it_is_resolved() -> None:
    now = entry("2026-12-11", "2026-12-07", milestones=reached())
    decided = ISSUE.model_copy(update={"decided": dt.date(2026, 12, 10)})
    resolved = ISSUE.model_copy(update={"resolved": dt.date(2026, 12, 11)})
    assert by_rule(now, issues=(ISSUE,))["overall"] == (RED, "The serious issue I1 waits for a decision")
    assert by_rule(now, issues=(decided,))["overall"] == (AMBER, "The serious issue I1 is open")
    assert by_rule(now, issues=(resolved,))["overall"][0] is GREEN
    assert by_rule(entry("2026-12-07", "2026-12-01", milestones=reached()), issues=(ISSUE,))["overall"][0] is GREEN


def test_the_schedule_goes_by_what_a_notice_expects_until_a_report_speaks_of_it() -> None:
    silent = entry("2026-12-11", "2026-12-07", milestones=reached())
    assert by_rule(silent, issues=(MOVING,))["schedule"] == (RED, "M2 is expected 21 days late")
    speaks = entry("2026-12-11", "2026-12-07", milestones=reached(M2="2027-02-16"))
    assert by_rule(speaks, issues=(MOVING,))["schedule"] == (AMBER, "M2 is expected 4 days late")


def test_an_issue_that_a_report_resolves_is_resolved_in_its_notice_too() -> None:
    over = {"id": "I1", "text": "Closed", "resolved": "2026-12-14"}
    now = entry("2026-12-18", "2026-12-14", milestones=reached(), issues=[over])
    assert by_rule(now, issues=(ISSUE,))["overall"][0] is GREEN


def test_a_notice_without_an_issue_goes_by_its_number() -> None:
    now = entry("2026-12-11", "2026-12-07", milestones=reached())
    notice = ISSUE.model_copy(update={"issue": None, "number": 4})
    assert by_rule(now, issues=(notice,))["overall"][1] == "The serious issue NI-004 waits for a decision"


# What a person says


def test_a_better_colour_with_a_reason_counts_for_all_in_all() -> None:
    late = reached(M2="2027-02-16")
    explained = status(schedule={"rag": "green", "reason": "The date is held by a second team"})
    found = by_rule(entry(milestones=late, status=explained))
    assert (found["schedule"][0], found["overall"][0]) == (AMBER, GREEN)
    assert problems(entry(milestones=late, status=explained)) == []


def test_all_in_all_may_be_as_bad_as_any_dimension_and_need_not() -> None:
    people = {"rag": "red", "reason": "Jon is ill"}
    worse = status("red", "Jon is ill", people=people)
    assert by_rule(entry(milestones=reached(), status=worse))["overall"] == (RED, "Jon is ill")
    between = status("amber", "Jon is ill", people=people)
    assert by_rule(entry(milestones=reached(), status=between))["overall"] == (AMBER, "Jon is ill")
    assert by_rule(entry(milestones=reached(), status=status(people=people)))["overall"][0] is GREEN
    assert by_rule(entry(milestones=reached(), status=status("red", "A feeling")))["overall"][0] is GREEN


def test_a_better_colour_without_a_reason_is_an_error_by_the_house_and_a_warning_by_the_usual_thresholds() -> None:
    late = entry(milestones=reached(M2="2027-02-16"), status=status("amber", "Late", schedule={"rag": "green"}))
    (refused,) = problems(late)
    assert (refused.rule, refused.loc, refused.severity) == ("rag-override", ("status", "schedule"), Severity.ERROR)
    assert (
        refused.message
        == "schedule is green, and by the thresholds of docgen.toml it is amber: M2 is expected 4 days late"
    )
    (told,) = problems(late, thresholds=None)
    assert told.severity is Severity.WARNING
    assert "by the usual thresholds it is amber" in told.message
    assert problems(late, thresholds=Thresholds(amber_days=5)) == []


def test_a_worse_colour_is_nobodys_fault() -> None:
    assert problems(entry(milestones=reached(), status=status("amber", "A feeling"))) == []


def test_green_with_an_overdue_or_a_red_milestone_is_questioned_even_with_a_reason() -> None:
    held = status(schedule={"rag": "green", "reason": "Agreed with the client"})
    for to, milestones, said in (
        ("2026-11-10", [], "M1 is 4 days overdue"),
        ("2026-11-20", reached(M2="2027-03-12"), "M2 is expected 28 days late"),
    ):
        for thresholds in (Thresholds(), None):
            (found,) = problems(entry(to, "2026-11-06", milestones=milestones, status=held), thresholds=thresholds)
            assert (found.rule, found.severity) == ("rag-milestone", Severity.WARNING)
            assert found.message == f"schedule is green, while {said}"


def test_a_quiet_week_that_keeps_green_is_questioned_too() -> None:
    before = entry("2026-11-06", "2026-11-02", status=status(schedule={"rag": "green"}))
    (found,) = problems(entry("2026-11-13", "2026-11-09", no_change=True), before)
    assert (found.loc, found.rule) == (("no_change",), "rag-milestone")
    assert found.message == "schedule is green, as the last report had it, while M1 is 7 days overdue"
    assert problems(entry("2026-11-13", "2026-11-09", no_change=True)) == []


def test_orders_that_do_not_fit_are_told_elsewhere() -> None:
    now = entry(status=status())
    wrong = ORDER.model_copy(update={"effective_date": dt.date(2026, 11, 1)})
    assert list(rag_problems(ENGAGEMENT, (wrong, wrong), (now,), now)) == []


# What an entry gets


def test_an_entry_without_a_status_gets_that_of_the_rules_with_its_reasons() -> None:
    now = entry(milestones=reached(M2="2027-02-16"))
    found = coloured(now, colours(measured(ENGAGEMENT, (), (now,), now))).status
    late = {"rag": AMBER, "reason": "M2 is expected 4 days late", "by_rule": AMBER}
    assert found == Status.model_validate(
        {"overall": late, "schedule": late, "budget": {"rag": GREEN, "by_rule": GREEN}}
    )


def test_a_given_status_gets_the_colours_of_the_rules_beside_its_own() -> None:
    given = status("amber", "Late", people={"rag": "green", "by_rule": "red"}, budget={"rag": "amber", "reason": "x"})
    now = entry(milestones=reached(), status=given)
    found = coloured(now, colours(measured(ENGAGEMENT, (), (now,), now), status=now.status)).status
    assert found is not None
    assert found.schedule is None
    assert found.people is not None
    assert found.people.by_rule is None
    assert found.budget is not None
    assert (found.budget.rag, found.budget.by_rule) == (AMBER, GREEN)
    assert (found.overall.rag, found.overall.by_rule) == (AMBER, AMBER)


def test_colouring_twice_changes_nothing() -> None:
    now = entry(milestones=reached(M2="2027-02-16"))
    once = coloured(now, colours(measured(ENGAGEMENT, (), (now,), now)))
    assert coloured(once, colours(measured(ENGAGEMENT, (), (once,), once), status=once.status)) == once


def test_a_quiet_week_keeps_the_status_before_it() -> None:
    assert quiet_status(GREEN, reached()) is None
    assert quiet_status(RED, [], by_rule="red") is None


def quiet_status(kept: Rag, milestones: list[dict[str, str]], by_rule: str = "green") -> Status | None:
    """Return the status that a quiet week after 6 November gets, M1 being due then; the last report had one."""
    before = Status.model_validate(
        {
            "overall": {"rag": kept, "reason": "Explained"},
            "schedule": {"rag": kept, "reason": "Explained", "by_rule": by_rule},
            "people": {"rag": "green"},
        }
    )
    first, now = entry("2026-11-06", "2026-11-02", milestones=milestones), entry("2026-11-13", no_change=True)
    found = measured(ENGAGEMENT, (), (first, now), now)
    return coloured(now, colours(found, status=before), before).status


def test_a_quiet_week_in_which_a_milestone_passes_is_not_green() -> None:
    found = quiet_status(GREEN, [])
    late = {"rag": AMBER, "reason": "M1 is 7 days overdue", "by_rule": AMBER}
    assert found == Status.model_validate({"overall": late, "schedule": late, "people": {"rag": "green"}})


def test_what_a_person_explained_stands_in_a_quiet_week_until_the_rules_are_worse_than_that() -> None:
    assert quiet_status(GREEN, [], by_rule="amber") is None
    assert quiet_status(AMBER, [{"id": "M1", "forecast": "2026-12-24"}], by_rule="amber").schedule.rag is RED  # type: ignore[union-attr]


def test_a_colour_given_for_all_in_all_alone_speaks_for_the_schedule_too() -> None:
    before = Status.model_validate({"overall": {"rag": "green", "reason": "Explained", "by_rule": "amber"}})
    quiet = entry("2026-11-13", no_change=True)
    assert coloured(quiet, colours(measured(ENGAGEMENT, (), (quiet,), quiet), status=before), before) == quiet


def test_the_first_week_is_not_green_either_when_a_milestone_passed_in_it() -> None:
    quiet = entry("2026-11-13", no_change=True)
    found = coloured(quiet, colours(measured(ENGAGEMENT, (), (quiet,), quiet))).status
    assert found is not None
    assert (found.overall.rag, found.overall.reason) == (AMBER, "M1 is 7 days overdue")


def test_the_reasons_are_in_the_language_of_the_report() -> None:
    now = entry("2026-11-07", effort=[{"line": "F3", "units": 24}])
    found = by_rule(now, language="de")
    assert found["schedule"][1] == "M1 ist überfällig: 1 Tag nach dem Termin"
    assert found["budget"][1] == "Erwartet werden 6,0 Prozent mehr als die Vertragssumme"
    assert by_rule(now, language="fr")["schedule"][1] == "M1 is 1 day overdue"
    assert told_cause(slipped(Slip("M1", 2, False, True))) == "M1 is expected 2 days late"
    assert told_cause(overran(Decimal(0))) == "The forecast is within the contract sum"


def test_an_issue_of_no_weight_colours_nothing() -> None:
    found = Measured(dt.date(2026, 11, 20), (), 0, None, (OpenIssue("I1", Scale.LOW),))
    assert colours(found)["overall"].rag is GREEN
