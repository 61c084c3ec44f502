"""The score of an engagement: each input with its value, what it costs and why, and what is not known."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docgen.lifecycle.agenda import Asked
from docgen.lifecycle.health import COLOUR_POINTS, MOST, Beside, Health, Input, Part, at_work, health, trend_days
from docgen.lifecycle.states import LifeState
from docgen.models.contact import Contact
from docgen.models.delivery import Delivery
from docgen.models.engagement import Engagement
from docgen.models.feedback import Estimate, Feedback
from docgen.models.party import Side
from docgen.models.progress import ProgressEntry, Rag
from docgen.models.review import Review
from docgen.models.serious_issue import SeriousIssue
from docgen.settings import Thresholds
from docgen.templating.health_words import plain_reason
from tests.lifecycle.test_agenda import DISPUTE, ENGAGEMENT, ENTRIES, FACTS, REVIEW, situation

CONTACT = FACTS.of(Contact)[0].facts
ISSUE = FACTS.of(SeriousIssue)[0].facts
ESTIMATE = FACTS.of(Estimate)[0].facts
FEEDBACK = FACTS.of(Feedback)[0].facts
NUMBERED = tuple(each.model_copy(update={"number": number}) for number, each in enumerate(ENTRIES, 1))
ALL_OUT = Beside(reported=frozenset({1, 2}))
P = Part


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def entry(start: str, to: str, **facts: Any) -> ProgressEntry:
    value = {"engagement": ENGAGEMENT.id, "number": 9, "period": {"from": start, "to": to}, **facts}
    return ProgressEntry.model_validate(value, context={"currency": "GBP"})


def state(
    on: str = "2026-11-20", engagement: Engagement = ENGAGEMENT, beside: Beside = ALL_OUT, **facts: Any
) -> Health:
    usual: dict[str, Any] = {"entries": NUMBERED}
    return health(situation(on, engagement, **{**usual, **facts}), beside)


def one(part: Part, found: Health) -> Input:
    (each,) = [each for each in found.inputs if each.part is part]
    return each


def told(part: Part, found: Health) -> tuple[int | None, str]:
    each = one(part, found)
    return each.points, plain_reason(each.value)


# The score


def test_the_score_is_a_hundred_less_what_the_inputs_cost_and_shows_each_of_them() -> None:
    found = state()
    assert [each.part for each in found.inputs] == list(Part)
    assert found.score == 100 - sum(each.points or 0 for each in found.inputs)
    assert all(plain_reason(each.value) for each in found.inputs)
    assert all(each.why for each in found.inputs if each.points)


def test_the_score_does_not_fall_below_zero_and_no_input_takes_more_than_its_most() -> None:
    serious = tuple(ISSUE.model_copy(update={"issue": f"I{number}"}) for number in range(9))
    found = state("2027-03-02", state=LifeState.BREACH, beside=Beside(issues=serious))
    assert found.score == 0
    assert all((each.points or 0) <= MOST[each.part] for each in found.inputs)
    assert one(P.ISSUES, found).points == MOST[P.ISSUES]


def test_the_worst_come_first_and_only_those_that_cost_something() -> None:
    found = state("2026-12-04")
    costs = [each.points or 0 for each in found.worst]
    assert costs == sorted(costs, reverse=True)
    assert all(costs)


def test_an_engagement_is_at_work_from_its_beginning_to_its_completion() -> None:
    assert at_work(situation("2026-10-05"))
    assert not at_work(situation("2026-10-04"))
    assert not at_work(situation("2026-11-20", begun_on=None))
    assert at_work(situation("2026-11-20", state=LifeState.DISPUTED))
    for over in (LifeState.COMPLETED, LifeState.KEPT_IN_TOUCH):
        assert not at_work(situation("2026-11-20", state=over))


# What is not known


def test_what_is_not_known_is_said_and_costs_nothing() -> None:
    found = state("2026-10-06", entries=())
    assert {each.part for each in found.missing} == {P.ISSUES, P.SCHEDULE, P.BUDGET, P.SURVEY}
    assert told(P.SCHEDULE, found) == (None, "no report is recorded")
    assert told(P.SURVEY, found) == (None, "no survey is answered")
    assert found.score == 100


def test_without_a_calendar_no_report_is_counted_and_without_a_cadence_none_is_owed() -> None:
    bare = ENGAGEMENT.model_copy(update={"calendar": None})
    assert told(P.REPORTS, state(engagement=bare)) == (None, "not counted, for the facts do not give the calendar")
    silent = ENGAGEMENT.model_copy(update={"account": ENGAGEMENT.account.model_copy(update={"report": None})})
    assert told(P.REPORTS, state(engagement=silent)) == (0, "no reports are agreed")


def test_without_milestones_and_fees_schedule_and_budget_are_not_known() -> None:
    fees = ENGAGEMENT.terms.fees.model_copy(update={"lines": ()})
    terms = ENGAGEMENT.terms.model_copy(update={"milestones": (), "fees": fees})
    found = state(
        engagement=ENGAGEMENT.model_copy(update={"terms": terms}), entries=(entry("2026-11-16", "2026-11-20"),)
    )
    assert told(P.SCHEDULE, found) == (None, "no milestone has a date")
    assert told(P.BUDGET, found) == (None, "there is no contract sum")


# Silence


@pytest.mark.parametrize(
    ("on", "points"), [("2026-11-18", 0), ("2026-11-25", 0), ("2026-11-26", 7), ("2026-12-02", 20), ("2027-02-01", 20)]
)
def test_silence_costs_from_the_first_day_beyond_what_is_allowed(on: str, points: int) -> None:
    assert one(P.SILENCE, state(on)).points == points


def test_every_recorded_contact_ends_the_silence_and_none_that_is_still_to_come() -> None:
    assert told(P.SILENCE, state("2026-11-25"))[1] == "7 days since the last contact on 2026-11-18"
    assert told(P.SILENCE, state("2026-11-25", spoken=(CONTACT,)))[1] == "1 day since the last contact on 2026-11-24"
    assert told(P.SILENCE, state("2026-11-23", spoken=(CONTACT,)))[1] == "5 days since the last contact on 2026-11-18"


def test_without_a_contact_the_silence_lasts_since_work_began() -> None:
    points, value = told(P.SILENCE, state("2026-10-20", entries=()))
    assert value == "no contact since work began on 2026-10-05, 15 days ago"
    assert points == 20


# Reports


def test_each_report_that_is_overdue_costs_and_the_one_of_today_does_not() -> None:
    assert told(P.REPORTS, state("2026-11-27")) == (0, "none overdue")
    assert told(P.REPORTS, state("2026-11-28")) == (8, "1 overdue, since 2026-11-27")
    assert told(P.REPORTS, state("2026-12-12")) == (24, "3 overdue, the first since 2026-11-27")
    assert told(P.REPORTS, state("2027-01-30"))[0] == 24


def test_a_report_that_is_recorded_and_not_issued_has_not_reached_the_client() -> None:
    assert told(P.REPORTS, state("2026-11-20", beside=Beside(reported=frozenset({2})))) == (
        8,
        "1 overdue, since 2026-11-13",
    )


# Actions


def test_overdue_actions_are_counted_by_side() -> None:
    found = state("2026-12-01", spoken=(CONTACT,), deliveries=())
    assert told(P.OURS, found)[1] == "2 overdue, the oldest by 32 days: hand over D1"
    assert told(P.OURS, found)[0] == 6 + 4
    assert told(P.THEIRS, found) == (2, "1 overdue by 4 days: Confirm the change freeze dates")
    assert told(P.OURS, state("2026-11-26", spoken=(CONTACT,)))[1].startswith("1 overdue")


def test_what_was_done_since_is_overdue_only_before_it_was_done() -> None:
    (follow_up,) = CONTACT.follow_ups[:1]
    done = CONTACT.model_copy(update={"follow_ups": (follow_up.model_copy(update={"done": day("2026-11-30")}),)})
    d1 = Delivery.model_validate({"engagement": "x", "deliverable": "D1", "delivered_on": "2026-10-30"})
    for on, points in (("2026-11-29", 4), ("2026-11-30", 0)):
        assert one(P.OURS, state(on, spoken=(done,), deliveries=(d1,))).points == points


def test_what_a_review_promised_belongs_to_its_owner() -> None:
    later = [each.model_copy(update={"due": day("2026-11-02"), "done": None}) for each in REVIEW.actions]
    review = Review.model_validate(
        REVIEW.model_copy(update={"on": day("2026-11-01"), "actions": tuple(later)}).model_dump(by_alias=True)
    )
    before, after = state("2026-11-20"), state("2026-11-20", reviews=(review,))
    sides = [ENGAGEMENT.person(each.owner) if each.owner else None for each in later]
    theirs = sum(1 for found in sides if found and found[0] is Side.CLIENT)
    assert (one(P.THEIRS, after).points or 0) - (one(P.THEIRS, before).points or 0) == min(3 * theirs, 9)
    assert (one(P.OURS, after).points or 0) > (one(P.OURS, before).points or 0)


def test_a_hand_over_waits_for_the_client_and_a_change_for_the_other_side() -> None:
    d1 = Delivery.model_validate({"engagement": "x", "deliverable": "D1", "delivered_on": "2026-10-30"})
    assert "accept or reject D1" in told(P.THEIRS, state("2026-11-24", deliveries=(d1,), entries=()))[1]
    asked = Asked("CO-001 Queue", day("2026-11-09"), Side.CLIENT)
    assert "answer CO-001 Queue" in told(P.OURS, state("2026-11-24", deliveries=(d1,), asked=(asked,)))[1]
    asked = Asked("CO-001 Queue", day("2026-11-09"), Side.PROVIDER)
    assert told(P.OURS, state("2026-11-24", deliveries=(d1,), asked=(asked,)))[0] == 0


def test_before_the_contract_no_deliverable_is_owed() -> None:
    assert told(P.OURS, state("2026-12-01", signed_on=None)) == (0, "none overdue")


def test_a_decision_that_did_not_come_in_time_is_the_clients() -> None:
    beside = Beside(issues=(ISSUE,), reported=frozenset({1, 2}))
    assert "decision on I1" not in told(P.THEIRS, state("2026-12-15", beside=beside))[1]
    late = state("2026-12-16", beside=beside, entries=())
    assert told(P.THEIRS, late) == (2, "1 overdue by 1 day: decision on I1")


# Schedule, budget, issues


@pytest.mark.parametrize(
    ("forecast", "rag"), [("2027-02-13", Rag.GREEN), ("2027-02-16", Rag.AMBER), ("2027-03-01", Rag.RED)]
)
def test_schedule_costs_by_the_colour_of_the_houses_thresholds(forecast: str, rag: Rag) -> None:
    milestones = [{"id": "M1", "actual": "2026-11-05"}, {"id": "M2", "forecast": forecast}]
    found = one(P.SCHEDULE, state(entries=(entry("2026-11-16", "2026-11-20", milestones=milestones),)))
    assert plain_reason(found.value).startswith(f"{rag}: M2 is expected")
    assert found.points == COLOUR_POINTS[P.SCHEDULE][rag]
    assert found.why == "amber from 3 days, red from 15 days"


def test_the_schedule_goes_on_after_the_last_report() -> None:
    late = (entry("2026-11-02", "2026-11-06"),)
    assert told(P.SCHEDULE, state("2026-11-06", entries=late)) == (0, "green: No open milestone is late")
    assert told(P.SCHEDULE, state("2026-11-26", entries=late)) == (16, "red: M1 is 20 days overdue")


def test_the_thresholds_are_those_of_the_house() -> None:
    found = health(situation("2026-11-20", entries=NUMBERED), ALL_OUT, Thresholds(amber_days=5))
    assert one(P.SCHEDULE, found).points == 0


def test_budget_costs_when_more_will_be_spent_than_was_agreed() -> None:
    found = state(entries=(entry("2026-11-16", "2026-11-20", effort=[{"line": "F3", "units": 24}]),))
    assert told(P.BUDGET, found) == (6, "amber: The forecast is 6.0 per cent above the contract sum")


def test_open_issues_cost_by_their_impact_and_serious_ones_most() -> None:
    listed = [
        {"id": "I5", "text": "a", "impact": "low"},
        {"id": "I6", "text": "b", "impact": "medium"},
        {"id": "I7", "text": "c", "impact": "high"},
        {"id": "I8", "text": "d", "impact": "high", "resolved": "2026-12-10"},
    ]
    now = (entry("2026-12-07", "2026-12-11", issues=listed),)
    assert told(P.ISSUES, state("2026-12-11", entries=now)) == (9, "3 open: I7 high, I6 medium, I5 low")
    beside = Beside(issues=(ISSUE,))
    points, value = told(P.ISSUES, state("2026-12-11", entries=now, beside=beside))
    assert (points, value) == (21, "4 open: I1 serious, I7 high, I6 medium, I5 low")
    assert told(P.ISSUES, state("2026-12-07", entries=(), beside=beside))[0] is None


# Trouble, survey


@pytest.mark.parametrize(
    ("where", "points"),
    [(LifeState.COOLING_OFF, 15), (LifeState.DISPUTED, 20), (LifeState.MEDIATION, 25), (LifeState.BREACH, 40)],
)
def test_trouble_costs_by_how_far_it_has_come(where: LifeState, points: int) -> None:
    found = one(P.TROUBLE, state(state=where, disputes={1: DISPUTE}))
    assert found.points == points
    assert f"dispute 1 “{DISPUTE.subject}”" in plain_reason(found.value)
    assert told(P.TROUBLE, state()) == (0, "no dispute, no breach")


def survey(*scores: int, on: str = "2026-11-10") -> Feedback:
    names = ("result", "value", "time", "communication")
    answers = {name: {"score": score} for name, score in zip(names, scores, strict=False)}
    return Feedback.model_validate({"engagement": "x", "on": on, "answers": answers})


@pytest.mark.parametrize(
    ("scores", "points"), [((5, 5), 0), ((4, 4), 0), ((4, 3), 3), ((3, 3), 5), ((2, 2), 10), ((1, 1), 15)]
)
def test_a_survey_costs_by_how_far_its_average_is_below_content(scores: tuple[int, ...], points: int) -> None:
    assert one(P.SURVEY, state(feedback=(survey(*scores),))).points == points


def test_what_the_client_sees_worse_than_the_firm_thought_costs_more() -> None:
    scores = {"result": 5, "value": 4, "time": 2}
    estimate = Estimate.model_validate({"engagement": "x", "on": "2026-11-09", "by": ESTIMATE.by, "scores": scores})
    found = state(feedback=(survey(3, 3, 5),), beside=Beside(estimates=(estimate,)))
    assert told(P.SURVEY, found) == (2 + 3, "3.7 of 5 on 2026-11-10; answers two or more below our estimate: 1")
    assert "no estimate came before it" in told(P.SURVEY, state(feedback=(FEEDBACK, survey(3, 3))))[1]


def test_only_the_last_survey_that_has_come_counts() -> None:
    given = (survey(5, on="2026-11-01"), survey(1, on="2026-11-10"), survey(5, on="2026-12-24"))
    assert told(P.SURVEY, state("2026-11-20", feedback=given))[0] == 15
    assert told(P.SURVEY, state("2026-10-31", feedback=given))[0] is None


# The trend


def test_the_trend_is_of_the_last_report_days_since_work_began() -> None:
    now = situation("2026-10-20")
    fridays = [day("2026-10-02"), day("2026-10-09"), day("2026-10-16"), day("2026-10-23")]
    assert trend_days(now, fridays) == (day("2026-10-09"), day("2026-10-16"))
    assert trend_days(situation("2026-11-20"), fridays, 2) == tuple(fridays[-2:])


def test_without_report_days_the_trend_goes_by_weeks() -> None:
    assert [str(each) for each in trend_days(situation("2026-10-20"), ())] == ["2026-10-06", "2026-10-13", "2026-10-20"]


def test_a_day_is_looked_at_as_it_was_then() -> None:
    later = entry("2026-12-07", "2026-12-11", milestones=[{"id": "M2", "forecast": "2027-06-01"}])
    assert state("2026-11-20", entries=(*NUMBERED, later)) == state("2026-11-20")
