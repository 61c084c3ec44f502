"""Different people never tell the client different dates: what was promised, what still stands, what contradicts it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from docgen.actions.demo import EXAMPLE
from docgen.facts.load import load_files
from docgen.lifecycle.effective import effective_terms
from docgen.lifecycle.promises import (
    MEETING,
    Contradiction,
    Given,
    Medium,
    by_contact,
    by_issue,
    by_letter,
    by_order,
    by_plan,
    by_report,
    contradictions,
    latest,
    standing,
    topic,
)
from docgen.models.contact import Contact
from docgen.models.dispute import Dispute
from docgen.models.progress import ProgressEntry
from docgen.models.serious_issue import SeriousIssue

FACTS = load_files(sorted(EXAMPLE.glob("*.yaml")))
ENGAGEMENT = FACTS.engagements[0].facts
ID = ENGAGEMENT.id
AMARA, JON = "amara.okafor@northbridge.example", "jon.bell@northbridge.example"
MEI, DILIP = "mei.tan@harrowpike.example", "dilip.rao@harrowpike.example"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def call(number: int, on: str, *promises: tuple[str, str], by: str = JON, **facts: Any) -> Contact:
    """Return a call in which dates were given: ids are of milestones and deliverables, words are words."""
    made = [{"about" if what.isalnum() else "text": what, "date": date} for what, date in promises]
    usual = {"engagement": ID, "number": number, "on": on, "how": "call", "by": by, "with": [MEI], "text": "We spoke."}
    return Contact.model_validate(usual | {"promises": made} | facts)


def entry(**facts: Any) -> ProgressEntry:
    return ProgressEntry.model_validate(
        {"engagement": ID, "period": {"from": "2026-11-28", "to": "2026-12-04"}, "summary": "Tested.", **facts}
    )


def forecast(date: str, on: str = "2026-12-04", reference: str = "PR-003") -> tuple[Given, ...]:
    return by_report(entry(milestones=[{"id": "M2", "forecast": date}]), reference, day(on), JON)


TOLD = by_contact(call(1, "2026-11-24", ("M2", "2027-02-26")))
"""Jon promised Mei on the telephone that milestone M2 is reached on 26 February."""


def said(new: tuple[Given, ...], told: tuple[Given, ...] = TOLD) -> list[tuple[str, str]]:
    """Return the references of what contradicts, and of what is contradicted."""
    return [(each.new.reference, each.told.reference) for each in contradictions(told, new)]


# What is flagged


def test_a_colleague_who_gives_another_date_is_told_who_promised_what_to_whom_and_when() -> None:
    (found,) = contradictions(TOLD, by_contact(call(2, "2026-11-26", ("M2", "2027-03-05"), by=AMARA)))
    assert found.said(ID) == (
        f"CT-002 gives 2027-03-05 for M2, and {JON} promised {MEI} (CT-001, call of 2026-11-24) 2027-02-26. Speak with "
        f"{JON} first; where 2027-02-26 holds, tell the client so and log that contact too."
    )


def test_the_same_date_from_anybody_is_no_contradiction() -> None:
    assert said(by_contact(call(2, "2026-11-26", ("M2", "2027-02-26"), by=AMARA))) == []
    assert said(forecast("2027-02-26")) == []


@pytest.mark.parametrize("by", [JON, JON.title()])
def test_whoever_promised_may_tell_the_client_another_date_in_a_later_contact(by: str) -> None:
    assert said(by_contact(call(2, "2026-11-26", ("M2", "2027-03-05"), by=by))) == []


def test_the_last_promise_counts() -> None:
    told = (*TOLD, *by_contact(call(2, "2026-11-26", ("M2", "2027-03-05"))))
    assert said(by_contact(call(3, "2026-11-27", ("M2", "2027-03-05"), by=AMARA)), told) == []
    assert said(by_contact(call(3, "2026-11-27", ("M2", "2027-02-26"), by=AMARA)), told) == [("CT-003", "CT-002")]


def test_a_report_with_another_forecast_than_was_promised_is_flagged_whoever_writes_it() -> None:
    (found,) = contradictions(TOLD, forecast("2027-03-05"))
    assert found.said(ID).endswith(
        "Where the new date stands, tell the client before this does, and log it: docgen contact log NBS-2026-014 "
        "--promise M2=2027-03-05 …"
    )


def test_a_report_after_a_report_is_not_flagged_because_it_prints_how_the_forecast_moved() -> None:
    told = (*TOLD, *forecast("2027-03-05", "2026-12-04", "PR-003"))
    assert said(forecast("2027-03-12", "2026-12-11", "PR-004"), told) == []


def test_a_contact_with_another_date_than_a_report_told_is_flagged_unless_its_sender_speaks() -> None:
    told = forecast("2027-03-05")
    assert said(by_contact(call(2, "2026-12-07", ("M2", "2027-03-12"), by=JON)), told) == []
    (found,) = contradictions(told, by_contact(call(2, "2026-12-07", ("M2", "2027-03-12"), by=AMARA)))
    assert f"PR-003, issued on 2026-12-04 by {JON}, told the client 2027-03-05" in found.said(ID)


def test_a_notice_of_a_serious_issue_is_held_to_what_was_promised() -> None:
    issue = FACTS.of(SeriousIssue)[0].facts
    new = by_issue(issue, "NI-001", day("2026-12-08"), AMARA)
    assert [(each.about, str(each.date)) for each in new] == [("M2", "2027-03-05")]
    assert said(new) == [("NI-001", "CT-001")]
    assert said(forecast("2027-02-26", "2026-12-11"), (*TOLD, *new)) == [("PR-003", "NI-001")]


def test_a_signed_change_order_takes_the_place_of_a_promise() -> None:
    order = FACTS.orders[0].facts
    before = ENGAGEMENT.terms
    ordered = by_order(before, effective_terms(before, (order,)), "CO-001", day("2026-11-27"))
    days = {each.about: str(each.date) for each in ordered}
    assert days["M2"] == "2027-02-26"
    assert "M1" not in days, "a milestone that stays where it is, is not promised again"
    told = (*by_contact(call(1, "2026-11-24", ("M2", "2027-02-12"))), *ordered)
    (found,) = contradictions(told, forecast("2027-02-12"))
    assert "CO-001, signed on 2026-11-27, sets 2027-02-26. Speak with the account manager first" in found.said(ID)


def test_work_planned_on_a_deliverable_is_held_to_the_day_promised_for_it() -> None:
    told = by_contact(call(1, "2026-11-24", ("D2", "2026-12-11")))
    plan = entry(next=[{"deliverable": "D2", "text": "Hand it over", "due": "2026-12-18"}])
    assert said(by_plan(plan, told, "PR-003", day("2026-12-04")), told) == [("PR-003", "CT-001")]


def test_of_several_pieces_of_work_on_a_deliverable_one_on_the_day_promised_is_enough() -> None:
    told = by_contact(call(1, "2026-11-24", ("D2", "2026-12-11")))
    draft = {"deliverable": "D2", "text": "Show a draft", "due": "2026-12-08"}
    done = {"deliverable": "D2", "text": "Hand it over", "due": "2026-12-11"}
    assert said(by_plan(entry(next=[draft, done]), told, "PR-003", day("2026-12-04")), told) == []


def test_a_contact_written_down_late_is_compared_with_what_was_said_after_it() -> None:
    late = by_contact(call(2, "2026-11-20", ("M2", "2027-03-05"), by=AMARA))
    assert said(late) == [("CT-002", "CT-001")]
    assert said(by_contact(call(2, "2026-11-20", ("M2", "2027-03-05"), by=JON))) == []


def test_contacts_of_one_day_are_in_the_order_of_their_times() -> None:
    noon = call(2, "2026-11-24", ("M2", "2027-03-05"), at="12:00")
    nine = call(3, "2026-11-24", ("M2", "2027-03-12"), at="09:00")
    assert latest((*by_contact(noon), *by_contact(nine)))["M2"].reference == "CT-002"


# Words instead of ids


def test_what_is_promised_in_words_is_the_same_whatever_its_capitals_and_spaces() -> None:
    told = by_contact(call(1, "2026-11-24", ("The results of all tests", "2026-12-01")))
    assert said(by_contact(call(2, "2026-11-25", ("the  Results of all tests.", "2026-12-02"), by=AMARA)), told)
    assert not said(by_contact(call(2, "2026-11-25", ("The results of two tests", "2026-12-02"), by=AMARA)), told)


@pytest.mark.parametrize("words", ["Meeting about the invoice", "The meeting", "a first meeting with Dilip"])
def test_a_meeting_is_one_under_every_name(words: str) -> None:
    assert topic(words) == MEETING


@pytest.mark.parametrize("words", ["Meeting notes", "The minutes of the meeting", "Meetings"])
def test_what_only_speaks_of_a_meeting_is_none(words: str) -> None:
    assert topic(words) != MEETING


def test_a_look_back_that_proposes_another_day_to_meet_is_flagged() -> None:
    dispute = FACTS.of(Dispute)[0].facts
    assert dispute.meeting is not None
    planned = dispute.model_copy(update={"meeting": dispute.meeting.model_copy(update={"outcome": None})})
    told = by_contact(call(1, "2027-02-03", ("Meeting about the invoice", "2027-02-12"), by=AMARA))
    new = by_letter(planned, "look-back", "LB-001", day("2027-02-03"))
    assert said(new, told) == [("LB-001", "CT-001")]
    assert by_letter(dispute, "look-back", "LB-001", day("2027-02-20")) == (), "a meeting that was held is no date"


# What stands


def test_what_was_reached_is_promised_no_more() -> None:
    told = (*TOLD, *by_contact(call(2, "2026-11-26", ("D2", "2026-12-11"))))
    assert [each.about for each in standing(told, {"M2"})] == ["D2"]
    assert {each.about: each.medium for each in standing(told, ())} == dict.fromkeys(("M2", "D2"), Medium.CONTACT)


def test_who_gave_both_dates_is_not_sent_to_speak_with_herself() -> None:
    told = Given(
        about="M2",
        words="M2",
        date=day("2027-02-26"),
        on=day("2026-11-24"),
        by=JON,
        medium=Medium.REPORT,
        reference="PR-002",
    )
    new = replace(told, date=day("2027-03-05"), on=day("2026-12-01"), medium=Medium.NOTICE, reference="NI-001")
    assert "Be sure first which of the two holds." in Contradiction(told, new).said(ID)
