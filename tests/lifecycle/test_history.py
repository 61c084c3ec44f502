"""What happened to an engagement: papers and disputes become steps, and steps become a state."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docgen.lifecycle.history import Happened, Story, still_open, tell, trouble
from docgen.lifecycle.states import LifeState, LifeStep
from docgen.models.breach import Breach
from docgen.models.dispute import Dispute

LATER = dt.date(2030, 1, 1)
WORK = (
    ("2026-09-18", LifeStep.LETTER_EXECUTED),
    ("2026-10-02", LifeStep.CONTRACT_EXECUTED),
    ("2026-10-05", LifeStep.WORK_BEGUN),
)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def dispute(raised: str, **steps: Any) -> Dispute:
    grievance = {"clause": "payment", "facts": [{"on": raised, "text": "Not paid"}], "asked": "Pay"}
    facts = {
        "engagement": "E-1",
        "raised_by": "provider",
        "raised_on": raised,
        "subject": "An invoice",
        "grievances": [grievance],
    }
    return Dispute.model_validate({**facts, **steps}, context={"currency": "GBP"})


def breach(noticed: str) -> Breach:
    default = {"clause": "payment", "facts": [{"on": noticed, "text": "Not paid"}], "cure": "Pay"}
    facts = {"engagement": "E-1", "by": "client", "notice_date": noticed, "method": "courier", "defaults": [default]}
    return Breach.model_validate(facts, context={"currency": "GBP"})


def cooling(begins: str, days: int = 14) -> dict[str, Any]:
    return {"cooling_off": {"begins": begins, "days": days}}


def mediated(on: str) -> dict[str, Any]:
    return {"mediation": {"referred_on": on, "mediator": None, "questions": ["Is it due?"]}}


def lived(
    disputes: dict[int, Dispute] | None = None,
    breaches: dict[int, Breach] | None = None,
    reopened: dict[int, str] | None = None,
    more: tuple[tuple[str, LifeStep], ...] = (),
    until: dt.date = LATER,
) -> Story:
    letters = {number: day(text) for number, text in (reopened or {}).items()}
    steps = [Happened(day(text), step, step.value) for text, step in (*WORK, *more)]
    return tell([*steps, *trouble(disputes or {}, breaches or {}, letters)], until)


def test_an_engagement_begins_as_a_prospect() -> None:
    story = tell([], LATER)
    assert (story.state, story.since, story.passed) == (LifeState.PROSPECT, None, ())


@pytest.mark.parametrize(
    ("until", "state", "since"),
    [
        ("2026-09-17", LifeState.PROSPECT, None),
        ("2026-09-18", LifeState.APPROVED, "2026-09-18"),
        ("2026-10-02", LifeState.CONTRACTED, "2026-10-02"),
        ("2026-10-05", LifeState.ACTIVE, "2026-10-05"),
        ("2026-12-01", LifeState.ACTIVE, "2026-10-05"),
    ],
)
def test_each_day_has_its_state(until: str, state: LifeState, since: str | None) -> None:
    story = lived(until=day(until))
    assert (story.state, story.since) == (state, day(since) if since else None)


def test_steps_of_one_day_follow_the_order_of_steps() -> None:
    steps = [Happened(day("2026-10-02"), step, "") for step in (LifeStep.WORK_BEGUN, LifeStep.CONTRACT_EXECUTED)]
    assert tell(steps, LATER).state is LifeState.ACTIVE


def test_trouble_goes_from_a_look_back_over_mediation_and_breach_to_cooling_off_and_back() -> None:
    whole = {1: dispute("2027-02-03", **mediated("2027-02-10"), **cooling("2027-03-22"))}
    notices, letters = {1: breach("2027-03-01")}, {1: "2027-04-06"}
    expected = [
        ("2027-02-03", LifeState.DISPUTED),
        ("2027-02-10", LifeState.MEDIATION),
        ("2027-03-01", LifeState.BREACH),
        ("2027-03-22", LifeState.COOLING_OFF),
        ("2027-04-06", LifeState.ACTIVE),
    ]
    for text, state in expected:
        story = lived(whole, notices, letters, until=day(text))
        assert (story.state, story.since) == (state, day(text))


def test_a_settlement_gives_the_engagement_back() -> None:
    assert lived({1: dispute("2027-02-03", settled_on="2027-02-20")}).state is LifeState.ACTIVE


def test_a_dispute_under_the_letter_returns_to_the_letter() -> None:
    steps = [Happened(day("2026-09-18"), LifeStep.LETTER_EXECUTED, "")]
    early = {1: dispute("2026-09-21", settled_on="2026-09-25")}
    assert tell([*steps, *trouble(early, {}, {})], LATER).state is LifeState.APPROVED


def test_the_end_of_one_dispute_leaves_the_other() -> None:
    two = {
        1: dispute("2027-02-03", **mediated("2027-02-10"), settled_on="2027-02-20"),
        2: dispute("2027-02-12"),
    }
    story = lived(two)
    assert story.state is LifeState.DISPUTED
    assert [passed.happened.step for passed in story.passed].count(LifeStep.DISPUTE_RAISED) == 2


def test_a_settlement_ends_the_notices_given_before_it_and_no_later_ones() -> None:
    settled = {1: dispute("2027-02-03", settled_on="2027-03-10")}
    assert lived(settled, {1: breach("2027-03-01")}).state is LifeState.ACTIVE
    assert lived(settled, {1: breach("2027-03-11")}).state is LifeState.BREACH


def test_where_a_pause_was_agreed_the_letter_ends_the_dispute_and_not_the_settlement() -> None:
    paused = {1: dispute("2027-02-03", **cooling("2027-03-01"), settled_on="2027-02-25")}
    assert lived(paused).state is LifeState.COOLING_OFF
    assert lived(paused, reopened={1: "2027-03-20"}).state is LifeState.ACTIVE


def test_a_settlement_during_the_pause_ends_the_dispute() -> None:
    paused = {1: dispute("2027-02-03", **cooling("2027-03-01"), settled_on="2027-03-05")}
    assert lived(paused).state is LifeState.ACTIVE


def test_a_re_opening_during_another_breach_leaves_nothing_behind() -> None:
    paused = {1: dispute("2027-02-03", **cooling("2027-03-01"))}
    assert lived(paused, {1: breach("2027-03-05")}, {1: "2027-03-20"}).state is LifeState.ACTIVE


def test_after_completion_a_contact_keeps_in_touch() -> None:
    done = (("2027-04-01", LifeStep.COMPLETED), ("2027-05-01", LifeStep.CONTACT_KEPT))
    story = lived(more=done)
    assert (story.state, story.since) == (LifeState.KEPT_IN_TOUCH, day("2027-05-01"))
    assert story.day_of(LifeStep.COMPLETED) == day("2027-04-01")


def test_a_certificate_during_a_dispute_changes_nothing_and_is_told() -> None:
    story = lived({1: dispute("2027-02-03")}, more=(("2027-03-01", LifeStep.COMPLETED),))
    assert story.state is LifeState.DISPUTED
    assert story.remarks == (
        "completed: the step “completed” of 2027-03-01 is recorded while the engagement was disputed; it changes "
        "nothing.",
    )


def test_what_is_over_is_no_longer_open() -> None:
    two = {1: dispute("2027-02-03", settled_on="2027-02-20"), 2: dispute("2027-02-12")}
    notices = {1: breach("2027-02-15"), 2: breach("2027-02-25")}
    disputes, breaches = still_open(two, notices, {}, day("2027-03-01"))
    assert (list(disputes), list(breaches)) == ([2], [2])
    disputes, breaches = still_open(two, notices, {}, day("2027-02-16"))
    assert (list(disputes), list(breaches)) == ([1, 2], [1])
    assert still_open(two, notices, {}, day("2027-01-01")) == ({}, {})
