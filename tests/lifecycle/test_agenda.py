"""What is owed as an engagement stands: each state has its deadlines, and no others."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docgen.actions.demo import EXAMPLE
from docgen.facts.load import load_files
from docgen.lifecycle.agenda import LISTED_AFTER, Agenda, Asked, Owed, Situation, agenda
from docgen.lifecycle.due import Actor, Deadline, DeadlineKind, Source
from docgen.lifecycle.house_rules import HouseRules
from docgen.lifecycle.states import LifeState
from docgen.models.breach import Breach
from docgen.models.changes import ChangeDirective
from docgen.models.contact import Contact
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute
from docgen.models.engagement import Deviation, Engagement
from docgen.models.feedback import Feedback
from docgen.models.party import ContactRole, Side
from docgen.models.progress import ProgressEntry
from docgen.models.review import Review
from docgen.models.serious_issue import SeriousIssue

FACTS = load_files(sorted(EXAMPLE.glob("*.yaml")))
ENGAGEMENT = FACTS.engagements[0].facts
ENTRIES = tuple(each.facts for each in FACTS.of(ProgressEntry))
REVIEW = FACTS.of(Review)[0].facts
DISPUTE = FACTS.of(Dispute)[0].facts
AMARA = "amara.okafor@northbridge.example"
JON = "jon.bell@northbridge.example"
MEI = "mei.tan@harrowpike.example"
K = DeadlineKind


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def situation(on: str, engagement: Engagement = ENGAGEMENT, **facts: Any) -> Situation:
    """Return the example at work under its contract, unless the facts say otherwise."""
    usual: dict[str, Any] = {
        "state": LifeState.ACTIVE,
        "signed_on": day("2026-10-02"),
        "begun_on": day("2026-10-05"),
    }
    return Situation(engagement=engagement, on=day(on), terms_on=lambda _: engagement.terms, **{**usual, **facts})


def owed(on: str, kind: DeadlineKind, engagement: Engagement = ENGAGEMENT, **facts: Any) -> list[tuple[str, str]]:
    found = agenda(situation(on, engagement, **facts)).owed
    return [(str(each.deadline.date), each.deadline.about) for each in found if each.deadline.kind is kind]


def kinds(found: Agenda) -> set[DeadlineKind]:
    return {each.deadline.kind for each in found.owed}


def only(found: Agenda, kind: DeadlineKind) -> Deadline:
    (deadline,) = [each.deadline for each in found.owed if each.deadline.kind is kind]
    return deadline


def delivered(**facts: Any) -> Delivery:
    return Delivery.model_validate({"engagement": ENGAGEMENT.id, "delivered_on": "2027-01-25", **facts})


# Before the contract


def test_before_the_contract_only_the_letter_has_a_day() -> None:
    found = agenda(situation("2026-09-20", state=LifeState.APPROVED, signed_on=None, begun_on=None))
    assert kinds(found) == {K.APPROVAL_VALIDITY}
    assert (only(found, K.APPROVAL_VALIDITY).date, found.owed[0].person) == (day("2026-10-30"), AMARA)


def test_work_under_the_letter_is_reported_and_spoken_of() -> None:
    found = agenda(situation("2026-09-28", state=LifeState.APPROVED, signed_on=None, begun_on=day("2026-09-21")))
    assert kinds(found) == {K.APPROVAL_VALIDITY, K.REPORT, K.NEXT_CONTACT}


def test_the_signed_contract_takes_the_place_of_the_letter() -> None:
    assert K.APPROVAL_VALIDITY not in kinds(agenda(situation("2026-10-20")))


def test_an_engagement_without_a_letter_owes_nothing_before_its_contract() -> None:
    bare = ENGAGEMENT.model_copy(update={"approval": None})
    assert agenda(situation("2026-09-20", bare, state=LifeState.PROSPECT, signed_on=None, begun_on=None)).owed == ()


# While work runs


def test_work_under_contract_has_its_whole_calendar() -> None:
    found = agenda(situation("2026-10-06"))
    assert kinds(found) == {
        K.DELIVERABLE,
        K.MILESTONE,
        K.OBLIGATION,
        K.END_DATE,
        K.REPORT,
        K.NEXT_CONTACT,
        K.RELATIONSHIP_REVIEW,
    }
    assert found.remark == ""


def test_nothing_is_reported_before_work_begins() -> None:
    found = agenda(situation("2026-10-03", state=LifeState.CONTRACTED, begun_on=None))
    assert not {K.REPORT, K.NEXT_CONTACT} & kinds(found)


def test_a_deliverable_is_owed_until_it_is_handed_over_and_again_when_it_was_rejected() -> None:
    handed = delivered(deliverable="D2")
    no = {"outcome": "rejected", "decided_on": "2027-01-28", "reasons": ["The load test failed"]}
    assert [about[:2] for _, about in owed("2027-01-30", K.DELIVERABLE)] == ["D1", "D2", "D3"]
    assert [about[:2] for _, about in owed("2027-01-30", K.DELIVERABLE, deliveries=(handed,))] == ["D1", "D3"]
    rejected = (delivered(deliverable="D2", **no),)
    assert [about[:2] for _, about in owed("2027-01-30", K.DELIVERABLE, deliveries=rejected)] == ["D1", "D2", "D3"]


def test_a_hand_over_is_under_review_until_the_client_decides() -> None:
    assert owed("2027-01-26", K.ACCEPTANCE_REVIEW, deliveries=(delivered(deliverable="D2"),)) == [
        ("2027-02-08", "D2 Migrated order service")
    ]
    accepted = delivered(deliverable="D2", outcome="accepted", decided_on="2027-01-28")
    assert owed("2027-01-30", K.ACCEPTANCE_REVIEW, deliveries=(accepted,)) == []


def test_the_full_contract_wants_a_reminder_of_the_review() -> None:
    account = ENGAGEMENT.account.model_copy(update={"deviation": Deviation.HIGH})
    full = ENGAGEMENT.model_copy(update={"account": account})
    handed = (delivered(deliverable="D2"),)
    assert owed("2027-01-26", K.REVIEW_REMINDER, full, deliveries=handed) == [
        ("2027-02-04", "D2 Migrated order service")
    ]
    assert owed("2027-01-26", K.REVIEW_REMINDER, deliveries=handed) == []
    reminded = (delivered(deliverable="D2", reminded_on="2027-02-05"),)
    assert owed("2027-02-04", K.REVIEW_REMINDER, full, deliveries=reminded) == [
        ("2027-02-04", "D2 Migrated order service")
    ]
    assert owed("2027-02-05", K.REVIEW_REMINDER, full, deliveries=reminded) == []
    assert owed("2027-02-05", K.ACCEPTANCE_REVIEW, full, deliveries=reminded) == [
        ("2027-02-09", "D2 Migrated order service")
    ]


def test_what_the_client_says_later_does_not_end_the_review_before() -> None:
    accepted = (delivered(deliverable="D2", outcome="accepted", decided_on="2027-01-28"),)
    assert owed("2027-01-27", K.ACCEPTANCE_REVIEW, deliveries=accepted) == [("2027-02-08", "D2 Migrated order service")]
    assert owed("2027-01-28", K.ACCEPTANCE_REVIEW, deliveries=accepted) == []


def test_a_milestone_that_a_report_calls_reached_is_no_longer_owed() -> None:
    assert [about[:2] for _, about in owed("2026-11-21", K.MILESTONE, entries=ENTRIES)] == ["M2", "M3"]
    assert [about[:2] for _, about in owed("2026-11-01", K.MILESTONE, entries=ENTRIES)] == ["M1", "M2", "M3"]


def test_an_obligation_is_listed_for_a_month_after_its_day_or_until_a_review_finds_it_fulfilled() -> None:
    last = day("2026-10-12") + dt.timedelta(days=LISTED_AFTER)
    assert owed(str(last), K.OBLIGATION)[0][1].startswith("O1 ")
    assert owed(str(last + dt.timedelta(days=1)), K.OBLIGATION) == []
    early = REVIEW.model_copy(update={"on": day("2026-10-20"), "actions": ()})
    assert owed("2026-10-21", K.OBLIGATION, reviews=(early,)) == []


def test_an_invoice_of_a_report_is_listed_until_a_month_after_its_payment_is_due() -> None:
    assert owed("2026-12-01", K.PAYMENT, entries=ENTRIES) == [("2026-12-14", "Invoice of 2026-11-13 (GBP 18,000.00)")]
    assert owed("2027-01-13", K.PAYMENT, entries=ENTRIES) != []
    assert owed("2027-01-14", K.PAYMENT, entries=ENTRIES) == []


def test_the_next_report_follows_the_last_one_recorded() -> None:
    assert owed("2026-11-21", K.REPORT, entries=ENTRIES) == [("2026-11-27", "Progress report")]
    assert owed("2026-10-06", K.REPORT) == [("2026-10-09", "Progress report")]


def test_silence_is_counted_from_the_last_contact() -> None:
    assert owed("2026-11-21", K.NEXT_CONTACT, entries=ENTRIES)[0][0] == "2026-11-25"
    assert owed("2026-10-06", K.NEXT_CONTACT)[0][0] == "2026-10-12"


def test_insurance_is_warned_of_as_the_house_says() -> None:
    liability = ENGAGEMENT.terms.liability
    policy = liability.insurance[0].model_copy(update={"expires": day("2027-02-28")})
    terms = ENGAGEMENT.terms.model_copy(update={"liability": liability.model_copy(update={"insurance": (policy,)})})
    insured = ENGAGEMENT.model_copy(update={"terms": terms})
    found = agenda(situation("2026-12-01", insured), HouseRules(insurance_warning_days=60))
    assert (only(found, K.INSURANCE).warn_days, only(found, K.INSURANCE).date) == (60, day("2027-02-28"))


def test_what_was_asked_for_waits_for_an_answer_of_the_other_side() -> None:
    asked = (
        Asked("CO-002 More", day("2026-11-23"), Side.CLIENT),
        Asked("CO-003 Less", day("2026-11-24"), Side.PROVIDER),
    )
    found = [each.deadline for each in agenda(situation("2026-11-25", asked=asked)).owed]
    answers = [(each.about, each.owed_by, str(each.date)) for each in found if each.kind is K.CHANGE_RESPONSE]
    assert answers == [
        ("CO-002 More", Actor.PROVIDER, "2026-11-30"),
        ("CO-003 Less", Actor.CLIENT, "2026-12-01"),
    ]


def test_a_directive_waits_for_its_order_until_the_day_it_names() -> None:
    directive = FACTS.of(ChangeDirective)[0].facts
    assert owed("2026-12-20", K.CHANGE_RESPONSE, directives=(directive,)) == [
        ("2027-01-15", "CD-001 Keep the Reading data centre link open over Christmas")
    ]
    assert owed("2026-12-20", K.CHANGE_RESPONSE) == []


def test_a_review_falls_due_a_year_after_work_began_or_on_the_day_the_last_one_set() -> None:
    assert owed("2026-11-01", K.RELATIONSHIP_REVIEW) == [("2027-10-05", "Relationship review")]
    assert owed("2027-05-01", K.RELATIONSHIP_REVIEW, reviews=(REVIEW,)) == [("2028-04-21", "Relationship review")]


def test_what_somebody_promised_in_a_review_is_owed_by_that_person_until_it_is_done() -> None:
    found = [
        each for each in agenda(situation("2027-05-01", reviews=(REVIEW,))).owed if each.deadline.about[:2] == "RR"
    ]
    assert [(str(each.deadline.date), each.person, each.deadline.owed_by) for each in found] == [
        ("2027-05-14", AMARA, Actor.PROVIDER),
        ("2027-05-07", "mei.tan@harrowpike.example", Actor.CLIENT),
    ]
    done = REVIEW.actions[0].model_copy(update={"done": day("2027-05-02")})
    settled = REVIEW.model_copy(update={"actions": (done,)})
    assert [about for _, about in owed("2027-05-03", K.OBLIGATION, reviews=(settled,))] == []


# Trouble


@pytest.mark.parametrize(
    ("on", "steps", "kind", "date"),
    [
        ("2027-02-04", {}, K.NEGOTIATION, "2027-02-15"),
        ("2027-02-12", {"mediation": {"referred_on": "2027-02-10", "mediator": None, "questions": ["?"]}}, K.MEDIATION,
         "2027-03-12"),
        ("2027-03-25", {"cooling_off": {"begins": "2027-03-22", "days": 14}}, K.COOLING_OFF, "2027-04-05"),
    ],
)  # fmt: skip
def test_a_dispute_is_at_one_step_at_a_time(on: str, steps: Any, kind: DeadlineKind, date: str) -> None:
    bare = DISPUTE.model_copy(update={"meeting": None, "mediation": None, "cooling_off": None, "re_opening": None})
    dispute = Dispute.model_validate({**bare.model_dump(by_alias=True), **steps}, context={"currency": "GBP"})
    found = agenda(situation(on, state=LifeState.DISPUTED, disputes={1: dispute}))
    assert kinds(found) & {K.NEGOTIATION, K.MEDIATION, K.COOLING_OFF} == {kind}
    assert (str(only(found, kind).date), only(found, kind).about.endswith("(dispute 1)")) == (date, True)


def test_a_notice_of_breach_ends_the_talks_and_starts_the_cure() -> None:
    notice = FACTS.of(Breach)[0].facts
    talks = DISPUTE.model_copy(update={"meeting": None, "mediation": None, "cooling_off": None})
    found = agenda(situation("2027-03-02", state=LifeState.BREACH, disputes={1: talks}, breaches={1: notice}))
    assert kinds(found) & {K.NEGOTIATION, K.CURE} == {K.CURE}
    assert (only(found, K.CURE).about, only(found, K.CURE).owed_by) == ("BN-001", Actor.CLIENT)


def test_a_breach_without_an_issued_notice_leaves_nothing_to_cure_but_the_notice_to_issue() -> None:
    notice = FACTS.of(Breach)[0].facts
    found = agenda(situation("2027-03-02", state=LifeState.ACTIVE, unnoticed={1: notice}))
    assert kinds(found) & {K.BREACH_NOTICE, K.CURE} == {K.BREACH_NOTICE}
    deadline = only(found, K.BREACH_NOTICE)
    assert (str(deadline.date), deadline.about, deadline.owed_by) == ("2027-03-01", "BN-001", Actor.ACCOUNT_MANAGER)


# Afterwards


def test_after_completion_the_client_is_asked_and_kept_in_touch_with() -> None:
    done = day("2027-03-26")
    found = agenda(situation("2027-03-29", state=LifeState.COMPLETED, completed_on=done))
    assert kinds(found) == {K.SURVEY, K.NEXT_CONTACT, K.RELATIONSHIP_REVIEW}
    dates = {each.deadline.kind: str(each.deadline.date) for each in found.owed}
    assert dates == {K.SURVEY: "2027-04-09", K.NEXT_CONTACT: "2027-04-26", K.RELATIONSHIP_REVIEW: "2028-03-27"}
    assert {each.deadline.source for each in found.owed} == {Source.HOUSE}


def test_a_survey_is_owed_once_and_an_answer_is_a_contact() -> None:
    facts: dict[str, Any] = {"state": LifeState.COMPLETED, "completed_on": day("2027-03-26")}
    assert owed("2027-04-20", K.SURVEY, surveyed=True, **facts) == []
    answered = (FACTS.of(Feedback)[0].facts,)
    assert owed("2027-04-20", K.SURVEY, feedback=answered, **facts) == []
    assert owed("2027-04-20", K.NEXT_CONTACT, feedback=answered, **facts)[0][0] == "2027-05-10"


def test_the_next_contact_is_counted_from_what_happened_last_and_says_so() -> None:
    facts: dict[str, Any] = {"state": LifeState.COMPLETED, "completed_on": day("2027-03-26"), "entries": ENTRIES}
    found = only(agenda(situation("2027-03-29", **facts)), K.NEXT_CONTACT)
    assert (found.trigger, found.trigger_date) == ("Completion", day("2027-03-26"))
    assert found.rule.startswith("30 days after the completion;")
    answered = only(agenda(situation("2027-04-20", feedback=(FACTS.of(Feedback)[0].facts,), **facts)), K.NEXT_CONTACT)
    assert (answered.trigger, answered.trigger_date) == ("Last contact", FACTS.of(Feedback)[0].facts.on)
    assert only(agenda(situation("2026-10-06")), K.NEXT_CONTACT).trigger == "Start of work"
    assert only(agenda(situation("2026-11-21", entries=ENTRIES)), K.NEXT_CONTACT).trigger == "Last contact"


def insured_until(expires: str) -> Engagement:
    """Return the example with one policy that ends on a day."""
    liability = ENGAGEMENT.terms.liability
    policy = liability.insurance[0].model_copy(update={"expires": day(expires)})
    terms = ENGAGEMENT.terms.model_copy(update={"liability": liability.model_copy(update={"insurance": (policy,)})})
    return ENGAGEMENT.model_copy(update={"terms": terms})


@pytest.mark.parametrize("state", [LifeState.COMPLETED, LifeState.KEPT_IN_TOUCH, LifeState.DISPUTED])
def test_cover_is_owed_for_a_year_after_completion_and_then_no_more(state: LifeState) -> None:
    facts: dict[str, Any] = {"state": state, "completed_on": day("2027-03-26")}
    ended = insured_until("2027-05-31")
    assert len(owed("2028-03-26", K.INSURANCE, ended, **facts)) == 1
    assert owed("2028-03-27", K.INSURANCE, ended, **facts) == []


def test_a_policy_that_lasts_as_long_as_cover_is_owed_need_not_be_renewed() -> None:
    facts: dict[str, Any] = {"state": LifeState.COMPLETED, "completed_on": day("2027-03-26")}
    assert owed("2028-03-20", K.INSURANCE, insured_until("2028-03-25"), **facts) != []
    assert owed("2028-03-20", K.INSURANCE, insured_until("2028-03-26"), **facts) == []


def test_a_dispute_after_completion_does_not_begin_the_work_again() -> None:
    facts: dict[str, Any] = {"state": LifeState.DISPUTED, "completed_on": day("2027-03-26"), "surveyed": True}
    found = agenda(situation("2027-06-01", disputes={1: DISPUTE}, **facts))
    assert not {K.DELIVERABLE, K.MILESTONE, K.END_DATE, K.REPORT} & kinds(found)


# What is not known


def test_facts_that_are_missing_are_told_once_and_stop_nothing_else() -> None:
    nowhere = ENGAGEMENT.model_copy(update={"calendar": None})
    found = agenda(situation("2026-10-06", nowhere))
    assert kinds(found) == {K.DELIVERABLE, K.MILESTONE, K.OBLIGATION, K.END_DATE}
    assert found.remark == "some deadlines cannot be computed, because the facts do not give calendar."


def test_a_calendar_nobody_knows_is_told_with_the_known_ones() -> None:
    odd = ENGAGEMENT.model_copy(
        update={"calendar": ENGAGEMENT.calendar.model_copy(update={"subdivision": "Yorkshire"})}  # type: ignore[union-attr]
    )
    assert "Yorkshire" in agenda(situation("2026-10-06", odd)).remark


def test_what_is_recorded_for_a_later_day_is_not_there_yet() -> None:
    assert owed("2026-10-06", K.PAYMENT, entries=ENTRIES) == []
    assert owed("2027-04-01", K.RELATIONSHIP_REVIEW, reviews=(REVIEW,)) == [("2027-10-05", "Relationship review")]


# What reports ask of the client


def asking(end: str, *actions: dict[str, str], **facts: Any) -> ProgressEntry:
    """Return the entry of a week that asks the client for something."""
    begin = day(end) - dt.timedelta(days=4)
    said: dict[str, Any] = {
        "engagement": ENGAGEMENT.id,
        "period": {"from": str(begin), "to": end},
        "client_actions": list(actions),
    }
    said |= {"no_change": True} if facts.pop("quiet", False) else {"summary": "The week went by."}
    return ProgressEntry.model_validate(said | facts)


NAME = {"text": "Name a tester", "due": "2026-10-14", "owner": MEI}


def test_what_a_report_asks_of_the_client_is_due_on_its_day_until_a_report_no_longer_asks() -> None:
    first, again = (
        asking("2026-10-09", NAME, {"text": "Open the door"}),
        asking("2026-10-16", NAME | {"text": "name a TESTER."}),
    )
    quiet, closed = asking("2026-10-23", quiet=True), asking("2026-10-30")
    assert owed("2026-10-12", K.CLIENT_ACTION, entries=(first,)) == [("2026-10-14", "PR-001: Name a tester")]
    assert owed("2026-10-24", K.CLIENT_ACTION, entries=(quiet, again, first)) == [
        ("2026-10-14", "PR-001: name a TESTER.")
    ]
    (found,) = [
        each
        for each in agenda(situation("2026-10-24", entries=(first, again, quiet))).owed
        if each.deadline.kind is K.CLIENT_ACTION
    ]
    assert (found.person, found.deadline.owed_by, found.deadline.days_left(day("2026-10-24"))) == (
        MEI,
        Actor.CLIENT,
        -10,
    )
    assert owed("2026-10-31", K.CLIENT_ACTION, entries=(first, again, quiet, closed)) == []


def test_what_was_asked_before_the_work_ended_is_asked_no_more() -> None:
    over: dict[str, Any] = {"state": LifeState.COMPLETED, "completed_on": day("2026-10-20")}
    assert owed("2026-10-24", K.CLIENT_ACTION, entries=(asking("2026-10-09", NAME),), **over) == []


# Contacts


def spoke(on: str, *follow_ups: dict[str, str], **facts: Any) -> Contact:
    """Return a call between Jon and Mei."""
    usual = {"engagement": ENGAGEMENT.id, "on": on, "how": "call", "by": JON, "with": [MEI], "text": "Load tests."}
    return Contact.model_validate(usual | {"follow_ups": follow_ups} | facts)


def follow_ups(on: str, *contacts: Contact) -> list[Owed]:
    found = agenda(situation(on, spoken=contacts)).owed
    return [each for each in found if each.deadline.kind is K.FOLLOW_UP]


def test_a_recorded_contact_moves_the_day_of_the_next_one() -> None:
    assert owed("2026-10-20", K.NEXT_CONTACT) == [("2026-10-12", "Contact with the client")]
    assert owed("2026-10-20", K.NEXT_CONTACT, spoken=(spoke("2026-10-19"),))[0][0] == "2026-10-26"
    assert owed("2026-10-20", K.NEXT_CONTACT, spoken=(spoke("2026-10-21"),))[0][0] == "2026-10-12"


def test_a_contact_after_completion_moves_the_day_of_the_next_one_too() -> None:
    over: dict[str, Any] = {"state": LifeState.COMPLETED, "completed_on": day("2027-04-02")}
    before = owed("2027-05-01", K.NEXT_CONTACT, **over)
    after = owed("2027-05-01", K.NEXT_CONTACT, spoken=(spoke("2027-04-30"),), **over)
    assert before[0][0] < after[0][0]


@pytest.mark.parametrize(
    ("on", "note"),
    [
        ("2026-10-24", ""),
        ("2026-10-25", "none for 6 of 7 days; call Mei Tan (mei.tan@harrowpike.example)"),
        ("2026-10-26", "none for 7 of 7 days; call Mei Tan (mei.tan@harrowpike.example)"),
        ("2026-10-29", "none for 10 days, 7 are allowed; call Mei Tan (mei.tan@harrowpike.example)"),
    ],
)
def test_a_silence_is_told_once_three_quarters_of_the_days_allowed_are_over(on: str, note: str) -> None:
    found = agenda(situation(on, spoken=(spoke("2026-10-19"),))).owed
    (contact,) = [each for each in found if each.deadline.kind is K.NEXT_CONTACT]
    assert (contact.note, contact.person) == (note, AMARA)
    assert bool(contact.note) == (contact.deadline.days_left(day(on)) <= contact.deadline.warn_days)


def test_the_sponsor_is_called_where_nobody_is_there_for_day_to_day_matters() -> None:
    sponsor = tuple(each for each in ENGAGEMENT.client.contacts if each.role is not ContactRole.DAY_TO_DAY)
    fewer = ENGAGEMENT.model_copy(update={"client": ENGAGEMENT.client.model_copy(update={"contacts": sponsor})})
    (contact,) = [each for each in agenda(situation("2026-10-20", fewer)).owed if each.deadline.kind is K.NEXT_CONTACT]
    assert contact.note.endswith("call Dilip Rao (dilip.rao@harrowpike.example)")


def test_what_follows_a_contact_is_owed_by_its_owner_until_it_is_done() -> None:
    open_one = {"text": "Send the profile", "owner": JON, "due": "2026-10-21"}
    done = {"text": "Ask for the hall", "owner": JON, "due": "2026-10-21", "done": "2026-10-20"}
    (found,) = follow_ups("2026-10-20", spoke("2026-10-19", open_one, done))
    deadline = found.deadline
    assert (str(deadline.date), deadline.about, found.person) == ("2026-10-21", "CT-001: Send the profile", JON)
    assert (deadline.owed_by, deadline.source) == (Actor.PROVIDER, Source.HOUSE)
    assert deadline.trigger == f"CT-001, call of 2026-10-19, {JON} with {MEI}"


def test_the_client_may_have_to_follow_up_and_without_an_owner_whoever_spoke_does() -> None:
    found = follow_ups(
        "2026-10-20", spoke("2026-10-19", {"text": "Name an owner", "owner": MEI}, {"text": "Call again"})
    )
    assert [(each.person, each.deadline.owed_by) for each in found] == [(MEI, Actor.CLIENT), (JON, Actor.PROVIDER)]


def test_a_follow_up_without_a_day_is_due_when_the_client_is_spoken_to_again() -> None:
    (found,) = follow_ups("2026-10-20", spoke("2026-10-19", {"text": "Call again"}))
    assert str(found.deadline.date) == "2026-10-26"
    assert "No day was agreed" in found.deadline.rule


def test_what_follows_a_contact_to_come_is_not_owed_yet() -> None:
    assert follow_ups("2026-10-18", spoke("2026-10-19", {"text": "Call again"})) == []


# Serious issues


def serious(**facts: Any) -> SeriousIssue:
    return FACTS.of(SeriousIssue)[0].facts.model_copy(update=facts)


def test_a_serious_issue_is_told_on_the_day_it_was_found() -> None:
    found = agenda(situation("2026-12-08", issues={1: serious()}))
    deadline = only(found, K.NOTICE_OF_ISSUE)
    assert (deadline.date, deadline.owed_by) == (day("2026-12-08"), Actor.ACCOUNT_MANAGER)
    assert [each.person for each in found.owed if each.deadline is deadline] == [AMARA]
    assert owed("2026-12-08", K.DECISION, issues={1: serious()}) == []
    assert owed("2026-12-07", K.NOTICE_OF_ISSUE, issues={1: serious()}) == []


def test_the_client_owes_the_decision_that_the_notice_asks_for() -> None:
    told: dict[str, Any] = {"issues": {1: serious()}, "noticed": {1: day("2026-12-08")}}
    deadline = only(agenda(situation("2026-12-09", **told)), K.DECISION)
    assert (str(deadline.date), deadline.owed_by) == ("2026-12-15", Actor.CLIENT)
    assert deadline.about == "NI-001 Which of the two we follow"
    assert deadline.trigger == "Day named in the notice NI-001 of 2026-12-08"
    assert owed("2026-12-09", K.NOTICE_OF_ISSUE, **told) == []


@pytest.mark.parametrize(
    "facts", [{"decided": day("2026-12-10")}, {"resolved": day("2026-12-10")}, {"decide_by": None}]
)
def test_what_is_decided_or_resolved_waits_for_nobody(facts: dict[str, Any]) -> None:
    told: dict[str, Any] = {"issues": {1: serious(**facts)}, "noticed": {1: day("2026-12-08")}}
    assert owed("2026-12-10", K.DECISION, **told) == []


def test_what_is_resolved_needs_no_notice_any_more() -> None:
    issues = {1: serious(resolved=day("2026-12-10"))}
    assert owed("2026-12-10", K.NOTICE_OF_ISSUE, issues=issues) == []
    assert len(owed("2026-12-09", K.NOTICE_OF_ISSUE, issues=issues)) == 1
