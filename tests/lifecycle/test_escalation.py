"""The steps before a notice of breach: which were taken, which were skipped, and how far a dispute has come."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docgen.actions.demo import EXAMPLE
from docgen.facts.load import load_files
from docgen.lifecycle.due import Reckoning, reckoning
from docgen.lifecycle.escalation import (
    CourseStep,
    Lapse,
    Standing,
    cooling_off_of,
    course,
    disputes_about,
    mediation_of,
    negotiation_of,
    skipped_steps,
    steps_taken,
)
from docgen.models.breach import Breach, EarlierStepKind
from docgen.models.dispute import Dispute
from docgen.models.engagement import BusinessCalendar
from docgen.models.terms import Terms

FACTS = load_files([EXAMPLE / name for name in ("engagement.yaml", "dispute.yaml", "breach.yaml")])
TERMS: Terms = FACTS.engagements[0].facts.terms
DISPUTE = FACTS.of(Dispute)[0].facts
BREACH = FACTS.of(Breach)[0].facts
ENGLAND = reckoning(BusinessCalendar(country="GB", subdivision="ENG"), "Europe/London")
NOWHERE = Reckoning(None, "Europe/London")
LOOK_BACK, NEGOTIATION, MEDIATION = (
    EarlierStepKind.LOOK_BACK,
    EarlierStepKind.NEGOTIATION,
    EarlierStepKind.MEDIATION,
)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def dispute(**changes: Any) -> Dispute:
    """Return the example's dispute with some of it otherwise; dates and groups as a file has them."""
    data = DISPUTE.model_dump(mode="json") | changes
    return Dispute.model_validate(data, context={"currency": "GBP"})


def breach(**changes: Any) -> Breach:
    """Return the example's breach without its own account of earlier steps."""
    data = BREACH.model_dump(mode="json") | {"earlier_steps": [], **changes}
    return Breach.model_validate(data, context={"currency": "GBP"})


RAISED = {"meeting": None, "mediation": None, "cooling_off": None, "re_opening": None}
MET = {**RAISED, "meeting": {"on": "2027-02-09", "where": "London", "outcome": "No answer."}}
REFERRED = {
    **MET,
    "mediation": {"referred_on": "2027-02-16", "mediator": {"name": "Ines Calder"}, "questions": ["Is it due?"]},
}


def lapses(notice: Breach, *known: Dispute, terms: Terms = TERMS) -> list[str]:
    """Return what is amiss with a notice, each step with its end."""
    return [
        f"{each.step or 'pause'} {each.lapse}" + (f" {each.due.date}" if each.due else "")
        for each in skipped_steps(terms, notice, known, ENGLAND)
    ]


# What was skipped


def test_a_notice_out_of_the_blue_skips_every_step_and_says_when_each_would_end() -> None:
    assert lapses(breach()) == [
        "look_back skipped",
        "negotiation skipped 2027-03-15",
        "mediation skipped 2027-04-14",
    ]


def test_a_look_back_alone_leaves_the_talks_to_run() -> None:
    raised = dispute(**RAISED)
    assert lapses(breach(notice_date="2027-02-15"), raised) == [
        "negotiation too_early 2027-02-15",
        "mediation skipped 2027-03-17",
    ]


def test_talks_are_over_when_their_time_has_passed_or_the_parties_met() -> None:
    after = breach(notice_date="2027-02-16")
    assert lapses(after, dispute(**RAISED)) == ["mediation skipped 2027-03-18"]
    assert lapses(breach(notice_date="2027-02-10"), dispute(**MET)) == ["mediation skipped 2027-03-17"]


def test_a_meeting_without_an_outcome_is_only_proposed() -> None:
    proposed = dispute(**RAISED | {"meeting": {"on": "2027-02-09", "where": "London"}})
    assert "negotiation too_early 2027-02-15" in lapses(breach(notice_date="2027-02-10"), proposed)


def test_mediation_takes_its_time_or_ends_before() -> None:
    assert lapses(breach(notice_date="2027-03-18"), dispute(**REFERRED)) == ["mediation too_early 2027-03-18"]
    assert lapses(breach(notice_date="2027-03-19"), dispute(**REFERRED)) == []
    ended = REFERRED["mediation"] | {"ended_on": "2027-02-22", "outcome": "not_settled"}  # type: ignore[operator]
    assert lapses(breach(notice_date="2027-03-01"), dispute(**REFERRED | {"mediation": ended})) == []
    assert lapses(breach(notice_date="2027-02-21"), dispute(**REFERRED | {"mediation": ended})) == [
        "mediation too_early 2027-03-18"
    ]


def test_a_contract_without_mediation_or_without_steps_asks_for_none() -> None:
    talks = TERMS.model_copy(update={"disputes": TERMS.disputes.model_copy(update={"mediation": None})})  # type: ignore[union-attr]
    assert lapses(breach(), terms=talks) == ["look_back skipped", "negotiation skipped 2027-03-15"]
    assert lapses(breach(), terms=TERMS.model_copy(update={"disputes": None})) == []


def test_steps_that_the_notice_itself_names_count() -> None:
    named = [
        {"on": "2027-02-03", "step": "look_back", "text": "A letter."},
        {"on": "2027-02-09", "step": "negotiation", "text": "A call."},
        {"on": "2027-02-22", "step": "mediation", "text": "No agreement."},
    ]
    assert lapses(breach(earlier_steps=named)) == []
    assert lapses(breach(earlier_steps=named[1:])) == ["look_back skipped"]
    assert lapses(breach(earlier_steps=named[:2])) == ["mediation skipped 2027-03-31"]


def test_a_pause_that_is_running_holds_the_notice() -> None:
    pause = dispute(cooling_off={"begins": "2027-02-23", "days": 14}, re_opening=None)
    assert lapses(breach(notice_date="2027-03-09"), pause) == ["pause cooling_off 2027-03-09"]
    assert lapses(breach(notice_date="2027-03-10"), pause) == []
    assert lapses(breach(notice_date="2027-02-22"), pause) == []


@pytest.mark.parametrize(
    "other",
    [
        dispute(raised_by="client"),
        dispute(settled_on="2027-02-25"),
        dispute(raised_on="2027-03-02", **RAISED),
        dispute(grievances=[DISPUTE.grievances[0].model_dump(mode="json") | {"clause": "delivery"}]),
    ],
    ids=["the other's", "settled", "raised later", "about another clause"],
)
def test_another_dispute_shows_nothing_of_this_matter(other: Dispute) -> None:
    assert disputes_about(breach(), [other]) == ()
    assert "look_back skipped" in lapses(breach(), other)


def test_of_several_disputes_the_one_that_went_furthest_counts() -> None:
    fresh = dispute(**RAISED | {"raised_on": "2027-02-25", "number": 2})
    assert lapses(breach(), DISPUTE, fresh) == lapses(breach(), fresh, DISPUTE) == []


def test_what_cannot_be_counted_is_named_without_a_day() -> None:
    found = skipped_steps(TERMS, breach(), (), NOWHERE)
    assert [(each.lapse, each.due) for each in found] == [(Lapse.SKIPPED, None)] * 3
    assert found[1].words == "negotiation (clause negotiation) was skipped"


def test_each_step_is_named_with_its_clause() -> None:
    words = [
        each.words for each in skipped_steps(TERMS, breach(notice_date="2027-02-12"), [dispute(**RAISED)], ENGLAND)
    ]
    assert words == [
        "the notice does not wait for the end of negotiation (clause negotiation) on 2027-02-15",
        "mediation (clause mediation) was skipped; begun now, it would last until 2027-03-17",
    ]


# What was taken


def test_a_notice_tells_recorded_steps_and_its_own_by_their_days() -> None:
    notice = breach(earlier_steps=[{"on": "2027-01-20", "step": "reminder", "text": "An e-mail."}])
    taken = [(step.on.isoformat(), step.step, bool(step.dispute)) for step in steps_taken(notice, [DISPUTE])]
    assert taken == [
        ("2027-01-20", "reminder", False),
        ("2027-02-03", "look_back", True),
        ("2027-02-09", "negotiation", True),
        ("2027-02-22", "mediation", True),
    ]


def test_a_step_named_twice_is_told_once_in_the_words_of_the_notice() -> None:
    taken = [(step.on.isoformat(), step.text) for step in steps_taken(BREACH, [DISPUTE])]
    assert taken == [
        ("2027-02-03", "A letter set out what was agreed; it was not answered."),
        ("2027-02-09", "Call between the account manager and the sponsor."),
        ("2027-02-22", "A neutral director met both sides; no agreement."),
    ]


def test_without_a_dispute_a_notice_tells_its_own_steps_in_its_own_order() -> None:
    notice = BREACH.model_copy(update={"earlier_steps": BREACH.earlier_steps[::-1]})
    assert [step.on for step in steps_taken(notice, [])] == [step.on for step in notice.earlier_steps]


def test_a_notice_knows_no_step_after_its_day() -> None:
    early = breach(notice_date="2027-02-12", defaults=[BREACH.defaults[0].model_dump(mode="json")])
    assert [(step.on.isoformat(), step.step) for step in steps_taken(early, [DISPUTE])] == [
        ("2027-02-03", LOOK_BACK),
        ("2027-02-09", NEGOTIATION),
        ("2027-02-10", MEDIATION),
    ]


# The periods and the course


def test_periods_of_a_dispute_are_counted_from_its_own_days() -> None:
    talks = negotiation_of(TERMS, DISPUTE, ENGLAND)
    assert talks.before is not None
    assert (talks.before.date, talks.date) == (day("2027-02-05"), day("2027-02-15"))
    mediated, pause = mediation_of(TERMS, DISPUTE, ENGLAND), cooling_off_of(DISPUTE, ENGLAND)
    assert mediated is not None
    assert pause is not None
    assert (mediated.date, pause.date) == (day("2027-03-12"), day("2027-04-05"))
    assert mediation_of(TERMS, dispute(**RAISED), ENGLAND) is None
    assert cooling_off_of(dispute(**RAISED), ENGLAND) is None


def test_a_pause_ends_on_a_business_day() -> None:
    pause = cooling_off_of(dispute(cooling_off={"begins": "2027-03-12", "days": 14}), ENGLAND)
    assert pause is not None
    assert (pause.moved_from, pause.date) == (day("2027-03-26"), day("2027-03-30"))


def standings(found: Dispute, on: str) -> dict[str, str]:
    return {stage.step.value: stage.standing.value for stage in course(TERMS, found, ENGLAND, day(on))}


def test_a_dispute_that_is_raised_is_talked_about_until_its_time_is_over() -> None:
    raised = dispute(**RAISED)
    assert standings(raised, "2027-02-15") == {"look_back": "done", "negotiation": "running", "mediation": "open"}
    assert standings(raised, "2027-02-16")["negotiation"] == "over"
    assert standings(dispute(**REFERRED), "2027-02-16")["mediation"] == "running"


def test_a_pause_is_open_then_running_then_done_and_the_offer_waits_for_it() -> None:
    found = {on: standings(DISPUTE, on) for on in ("2027-03-21", "2027-04-05", "2027-04-06")}
    assert [each["cooling_off"] for each in found.values()] == ["open", "running", "done"]
    assert [each["re_opening"] for each in found.values()] == ["open", "open", "running"]


def test_what_was_settled_needs_no_mediation() -> None:
    settled = dispute(**RAISED | {"settled_on": "2027-02-12", "settlement": "Half is paid."})
    stages = course(TERMS, settled, ENGLAND, day("2027-03-01"))
    assert [stage.step for stage in stages] == [CourseStep.LOOK_BACK, CourseStep.NEGOTIATION, CourseStep.SETTLEMENT]
    assert stages[-1].standing is Standing.DONE
    assert stages[-1].text == "Half is paid."
