"""The papers of an ending: the certificate, the survey, the proposal to meet and the review of the relationship."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.doctree.nodes import Choice, Question, Scale, Writing
from docgen.doctree.walk import walk
from docgen.models.feedback import Question as Asked
from tests.templates.printing import (
    ENGAGEMENT,
    Facts,
    changed,
    clause_ids,
    numbers,
    printed,
    signature_places,
    tree,
    words,
)

ORDER: Facts = {
    "format": "docgen.change-order/1",
    "engagement": "LMB-7",
    "number": 1,
    "title": "A fifth oven",
    "requested_by": "client",
    "requested_on": "2026-03-09",
    "reason": "The bakery grows.",
    "kind": "client_request",
    "effective_date": "2026-03-16",
    "changes": [
        {"do": "add_fee", "line": {"id": "F6", "kind": "fixed", "description": "Fifth oven", "amount": "15000.00"}},
        {"do": "move_milestone", "milestone": "M1", "days": 3},
    ],
    "settlement": "full",
}


def delivery(name: str, **values: Any) -> Facts:
    facts = {"format": "docgen.delivery/1", "engagement": "LMB-7", "deliverable": name, "delivered_on": "2026-04-01"}
    return {**facts, "outcome": "accepted", "decided_on": "2026-04-10", "decided_by": "Aoife Kane", **values}


PROGRESS: Facts = {
    "format": "docgen.progress/1",
    "engagement": "LMB-7",
    "period": {"from": "2026-04-13", "to": "2026-04-17"},
    "milestones": [{"id": "M1", "actual": "2026-04-14"}, {"id": "M2", "actual": "2026-04-15"}],
    "effort": [{"line": "F3", "units": 8}],
    "invoiced": [{"line": "F1", "amount": "12000.00"}, {"line": "F3", "amount": "4000.00"}],
}
CERTIFICATE, SURVEY, PROPOSAL, REVIEW = "completion-certificate", "survey", "meeting-proposal", "relationship-review"
SILENT = {"delivered_on": "2026-03-16", "reminded_on": "2026-03-26", "outcome": "deemed_accepted", "decided_by": None}
DONE = (ENGAGEMENT, ORDER, PROGRESS, delivery("D1"), delivery("D2", **SILENT))


# The certificate


def test_a_certificate_says_when_each_deliverable_was_accepted_and_how() -> None:
    lines = printed(CERTIFICATE, *DONE)
    assert "D1 Oven plan\t10 April 2026\t1 April 2026\t10 April 2026, by Aoife Kane" in lines
    assert "D2 Ovens in place\t14 August 2026\t16 March 2026\t10 April 2026, by the end of the review" in lines


def test_a_certificate_sets_the_sums_as_signed_in_force_due_and_invoiced_side_by_side() -> None:
    lines = printed(CERTIFICATE, *DONE)
    assert "F3 Training\tEUR 5,000.00\tEUR 4,000.00\tEUR 4,000.00" in lines
    assert "F6 Fifth oven\tEUR 15,000.00\tEUR 15,000.00\tEUR 0.00" in lines
    assert "Contract sum in force\tEUR 100,000.00\tEUR 97,000.00\tEUR 16,000.00" in lines
    assert "Contract sum as signed\tEUR 85,000.00\t–\t–" in lines


def test_a_certificate_sets_the_days_as_signed_in_force_and_actual_side_by_side() -> None:
    lines = printed(CERTIFICATE, *DONE)
    assert "M1 Plan accepted\t17 April 2026\t20 April 2026\t14 April 2026" in lines
    assert "End\t30 September 2026\t30 September 2026\t15 April 2026" in lines


def test_an_end_has_no_actual_day_while_something_is_not_accepted() -> None:
    lines = printed(CERTIFICATE, ENGAGEMENT, PROGRESS, delivery("D1"))
    assert "End\t30 September 2026\t30 September 2026\t–" in lines


@pytest.mark.parametrize("level", ["low", "medium", "high"])
def test_a_certificate_cites_what_goes_on_by_the_contract_s_own_numbers(level: str) -> None:
    said = words(CERTIFICATE, changed(ENGAGEMENT, "account.deviation", level), *DONE[1:])
    assert "Confidentiality, for 3 years after the end (clause " in said
    number = numbers("contract", changed(ENGAGEMENT, "account.deviation", level))[
        "warranties" if level == "low" else "defects"
    ]
    assert f"The correction of defects reported in time after acceptance (clause {number})" in said
    assert ("Records and their examination (clause " in said) is (level == "high")


def test_both_parties_sign_a_certificate() -> None:
    assert [place.name for place in signature_places(tree(CERTIFICATE, *DONE))] == ["Orla Quinn", "Sean Walsh"]


def test_a_german_certificate_cites_no_contract_that_is_in_another_language() -> None:
    german = changed(changed(ENGAGEMENT, "language", "de"), "locale", "de-DE")
    said = words(CERTIFICATE, german, *DONE[1:])
    assert "Abschlussbescheinigung" in said
    assert "Vertraulichkeit, 3 Jahre über das Ende hinaus." in said
    assert "(Ziffer" not in said


# The survey


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_survey_asks_seven_scores_with_a_comment_each_and_six_more_questions(language: str) -> None:
    document = tree(SURVEY, changed(ENGAGEMENT, "language", language))
    asked = {block.id: block for block in walk(document.blocks) if isinstance(block, Question)}
    for question in Asked:
        assert isinstance(asked[question.value].answer, Scale)
        assert isinstance(asked[f"{question.value}-comment"].answer, Writing)
    assert list(asked)[14:] == ["keep", "change", "recommend", "name", "quote"]
    recommend = asked["recommend"].answer
    assert isinstance(recommend, Choice)
    assert [(each.value, each.words) for each in recommend.options][::10] == [("p0", "0"), ("p10", "10")]


def test_a_survey_says_what_happens_with_the_answers_and_that_it_is_a_form() -> None:
    said = words(SURVEY, ENGAGEMENT)
    for sentence in ("The survey is not anonymous", "we shall ask you to meet us", "it makes no claim to PDF/A"):
        assert sentence in said


# The proposal to meet

ESTIMATE: Facts = {
    "format": "docgen.estimate/1",
    "engagement": "LMB-7",
    "on": "2026-04-01",
    "by": "nora@lantern.example",
    "scores": {"result": 5, "value": 2, "time": 4},
}
FEEDBACK: Facts = {
    "format": "docgen.feedback/1",
    "engagement": "LMB-7",
    "on": "2026-04-17",
    "by": "Aoife Kane",
    "answers": {"result": {"score": 3, "comment": "One oven is cold"}, "value": {"score": 5}, "time": {"score": 3}},
}


def test_a_proposal_names_each_gap_with_both_scores_in_words() -> None:
    lines = printed(PROPOSAL, ENGAGEMENT, ESTIMATE, FEEDBACK)
    assert "Does the result do what you wanted it for?\t5 (completely)\t3 (partly)\tOne oven is cold." in lines
    assert "Was the work worth what it cost?\t2 (rather not)\t5 (completely)\t–" in lines
    assert not [line for line in lines if "keep to the times" in line]


def test_a_proposal_offers_three_business_days_counted_from_its_own() -> None:
    """Monday, 20 April 2026 and 4 May, a public holiday in Ireland."""
    said = words(PROPOSAL, ENGAGEMENT, ESTIMATE, FEEDBACK)
    assert "Monday, 27 April 2026" in said
    assert "Wednesday, 29 April 2026" in said
    assert "Tuesday, 5 May 2026" in said


def test_a_proposal_without_an_estimate_still_asks_for_a_talk() -> None:
    said = words(PROPOSAL, ENGAGEMENT, FEEDBACK)
    assert "We would like to hear more about it from you." in said
    assert "What we expected" not in said


# The review

FOUND: Facts = {
    "format": "docgen.review/1",
    "engagement": "LMB-7",
    "on": "2026-04-20",
    "attendees": ["Sean Walsh", "Nora Byrne"],
    "roles": [
        {"party": "provider", "what": "Keep two ovens running", "obligation": "O2", "fulfilled": "fully"},
        {
            "party": "client",
            "what": "Clear the hall",
            "obligation": "O1",
            "fulfilled": "not",
            "remark": "The old ovens stand",
        },
    ],
    "actions": [
        {"text": "Clear the hall", "owner": "aoife@mill.example", "due": "2026-04-13", "from_feedback": 1},
        {"text": "Paint it", "done": "2026-04-19"},
    ],
}


def test_a_review_says_of_each_party_what_it_is_there_for_and_where_the_contract_says_so() -> None:
    lines = printed(REVIEW, ENGAGEMENT, FOUND)
    assert lines.index("The Provider") < lines.index("The Client")
    (provider,) = [line for line in lines if line.startswith("Keep two ovens running (clause ")]
    (client,) = [line for line in lines if line.startswith("Clear the hall (clause ")]
    assert provider.endswith("\tfully\t–")
    assert client.endswith("\tnot yet\tThe old ovens stand.")


def test_a_review_counts_what_was_delivered_for_the_money() -> None:
    lines = printed(REVIEW, FOUND, *DONE[:4])
    assert "Contract sum in force\tEUR 100,000.00; invoiced EUR 16,000.00" in lines
    assert "Deliverables accepted\t1 of 2 (D1)" in lines
    assert "Milestones reached\t2 of 2 (M1 and M2)" in lines


def test_a_review_lists_open_actions_with_owner_and_day_and_marks_what_is_late() -> None:
    lines = printed(REVIEW, ENGAGEMENT, changed(FOUND, "actions", [*FOUND["actions"], {"text": "Bake"}]))
    assert "Clear the hall. (from survey 1)\tAoife Kane\t13 April 2026 overdue" in lines
    assert "Bake.\tto be named\tno day set" in lines
    assert any("Paint it. Done on 19 April 2026." in line for line in lines)


def test_a_review_shows_the_surveys_so_far_and_the_last_one_question_by_question() -> None:
    lines = printed(REVIEW, ENGAGEMENT, FOUND, ESTIMATE, FEEDBACK)
    assert "17 April 2026\t3.7 of 5\t3.7 of 5\t–" in lines
    assert "Was the work worth what it cost?\t2\t5\t–" in lines


def test_a_review_lists_the_privileges_in_force_and_no_others() -> None:
    privileges = [
        {"what": "A named engineer", "reason": "A good year", "granted_on": "2026-03-09"},
        {"what": "A desk", "until": "2026-04-19"},
        {"what": "A parking space", "granted_on": "2026-04-21"},
    ]
    said = words(REVIEW, changed(ENGAGEMENT, "account.privileges", privileges), FOUND)
    assert "A named engineer.\tA good year.\tno end set" in said
    assert "A desk" not in said
    assert "A parking space" not in said


# Privileges in the contract

RATE = {"what": "EUR 500.00 a day instead of EUR 560.00", "reason": "The third mill", "applies_to": "F3"}
ANSWER = {"what": "An answer within five days instead of ten", "applies_to": "change_control.response_days"}


def with_privileges(level: str, *privileges: Facts) -> Facts:
    return changed(changed(ENGAGEMENT, "account.privileges", list(privileges)), "account.deviation", level)


@pytest.mark.parametrize("level", ["low", "medium", "high"])
def test_a_privilege_is_told_at_the_fee_and_at_the_term_it_applies_to(level: str) -> None:
    lines = printed("contract", with_privileges(level, RATE, ANSWER))
    (row,) = [line for line in lines if line.startswith("F3\t")]
    assert "Training (privilege, see below)" in row
    (note,) = [line for line in lines if line.startswith("F3: This is a privilege of the Client (clause ")]
    assert note.endswith("(a)): EUR 500.00 a day instead of EUR 560.00. Reason: The third mill.")
    assert [line for line in lines if "(b)): An answer within five days instead of ten." in line]


@pytest.mark.parametrize("level", ["low", "medium", "high"])
def test_a_contract_without_privileges_says_nothing_of_them(level: str) -> None:
    assert "privilege" not in words("contract", with_privileges(level)).lower()


def test_a_privilege_that_ended_keeps_its_number_in_a_conformed_copy_and_is_told_as_ended() -> None:
    ended = {**RATE, "until": "2026-04-01"}
    before = clause_ids(tree("contract", with_privileges("medium", ended, ANSWER)))
    after = tree("conformed-contract", with_privileges("medium", ended, ANSWER), ORDER)
    assert [name for name in clause_ids(after) if name.startswith("privilege")] == [
        name for name in before if name.startswith("privilege")
    ]
    said = words("conformed-contract", with_privileges("medium", ended, ANSWER), ORDER)
    assert "It ended on 1 April 2026 and is no longer in force." in said
    assert "F3: This is a privilege" not in said


def test_a_privileged_rate_that_an_order_replaced_is_no_longer_called_a_privilege_in_a_conformed_copy() -> None:
    facts = with_privileges("medium", RATE, ANSWER)
    raised = {**ORDER, "changes": [{"do": "change_rate", "line": "F3", "rate": "560.00"}]}
    more = {**ORDER, "changes": [{"do": "change_estimate", "line": "F3", "estimate": 12}]}
    gone = {**ORDER, "changes": [{"do": "omit_fee", "line": "F3"}]}
    said = "A Change Order has since replaced what it applies to, so that it is no longer in force."
    for order, replaced in ((raised, True), (gone, True), (more, False), (ORDER, False)):
        copy = words("conformed-contract", facts, order)
        assert (said in copy, "F3: This is a privilege" not in copy) == (replaced, replaced), order["changes"]
        assert "(privilege, see below)" not in copy if replaced else "(privilege, see below)" in copy
        assert "An answer within five days instead of ten" in copy


def test_a_privilege_granted_since_stands_on_the_first_page_of_a_conformed_copy_alone() -> None:
    later = {"what": "A free oven check", "reason": "A good spring", "granted_on": "2026-04-13"}
    assert "free oven check" not in words("contract", with_privileges("medium", later))
    lines = printed("conformed-contract", with_privileges("medium", later), ORDER)
    assert "A free oven check.\tA good spring.\tFrom 13 April 2026" in lines
