"""The notice of a serious issue: bad news at once, on a page, with the decision that is needed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from docgen.actions.render import build
from docgen.doctree.nodes import Details, Paragraph
from docgen.doctree.text import document_lines
from docgen.errors import FindingsError
from docgen.lifecycle.leave import Leave
from docgen.templating.case import Case, MissingPartError
from tests.templates.printing import ENGAGEMENT, changed, desk, made, pages, printed, signature_places, tree, words

KIND = "notice-of-issue"


def issue(**facts: Any) -> dict[str, Any]:
    """Return a serious issue of the ovens, with other facts where they are given."""
    usual = {
        "format": "docgen.serious-issue/1",
        "engagement": "LMB-7",
        "number": 2,
        "issue": "I4",
        "on": "2026-04-17",
        "title": "The second oven is cracked",
        "happened": "The second oven came with a crack in its floor.",
        "effect": "It cannot be fired before it is replaced.",
        "milestones": [{"id": "M2", "forecast": "2026-09-04"}],
        "done": ["Asked the maker for another one"],
        "options": [
            {"text": "Take a used oven until then", "effect": "EUR 900 a month", "recommended": True},
            {"text": "Wait for the new one"},
        ],
        "decision": "Whether a used oven may stand in",
        "decide_by": "2026-04-24",
        "owner": "piet@lantern.example",
    }
    return {key: value for key, value in {**usual, **facts}.items() if value is not None}


def lines(**facts: Any) -> list[str]:
    return printed(KIND, ENGAGEMENT, issue(**facts))


def test_says_what_it_is_whom_it_is_for_and_who_else_reads_it() -> None:
    letter = lines()
    assert letter[0] == "Notice of a Serious Issue"
    assert "Dear Sean Walsh," in letter
    assert "Copy to\tAoife Kane" in letter
    assert tree(KIND, ENGAGEMENT, issue()).number == "LMB-7/NI-002"
    assert "Re: The second oven is cracked" in letter
    assert "Date\t20 April 2026; known to us since 17 April 2026" in letter


def test_no_notice_is_dated_before_its_issue_was_found() -> None:
    with pytest.raises(FindingsError) as refused:
        lines(on="2026-04-21", decide_by="2026-04-24")
    told = str(refused.value)
    assert "the notice would be dated 2026-04-20, before the issue was found on 2026-04-21." in told
    assert "Correct `on:`, or date the notice 2026-04-21 or later: --on 2026-04-21. [notice-day]" in told


def test_says_what_happened_and_what_it_means() -> None:
    letter = lines()
    assert "What happened\tThe second oven came with a crack in its floor." in letter
    assert "What it means for the work\tIt cannot be fired before it is replaced." in letter
    assert "What we have done already\tAsked the maker for another one." in letter


def test_a_milestone_has_its_day_as_signed_in_force_and_as_expected_now() -> None:
    order = {
        "format": "docgen.change-order/1",
        "engagement": "LMB-7",
        "number": 1,
        "title": "Ovens later",
        "kind": "client_request",
        "requested_by": "client",
        "requested_on": "2026-03-10",
        "reason": "The hall is not clear.",
        "effective_date": "2026-04-01",
        "changes": [{"do": "move_milestone", "milestone": "M2", "days": 7}],
        "settlement": "full",
    }
    late = issue(milestones=[{"id": "M2", "forecast": "2026-09-11"}])
    row = next(line for line in printed(KIND, ENGAGEMENT, order, late) if line.startswith("M2 "))
    assert row.split("\t")[1:] == ["28 August 2026", "4 September 2026", "11 September 2026 (7 days later)"]


@pytest.mark.parametrize(
    ("locale", "head", "row", "closing"),
    [
        (
            "en-GB",
            "Milestone\tProposed\tExpected now",
            "28 August 2026\t4 September 2026 (7 days later)",
            "The contract is not signed yet, and what you have approved so far stays as it is.",
        ),
        (
            "de-DE",
            "Meilenstein\tVorgeschlagen\tJetzt erwartet",
            "28. August 2026\t4. September 2026 (7 Tage später)",
            "Der Vertrag ist noch nicht unterzeichnet, und was Sie bisher freigegeben haben, bleibt, wie es ist.",
        ),
    ],
)
def test_before_the_contract_its_dates_are_proposed_and_no_clause_is_cited(
    locale: str, head: str, row: str, closing: str
) -> None:
    found = made(KIND, changed(ENGAGEMENT, "locale", locale), issue())
    assert isinstance(found.case, Case)
    document, missing = build(desk(), found.template, replace(found.case, leave=Leave()))
    letter = list(document_lines(document))
    assert missing == ()
    assert head in letter
    assert f"M2 Ovens running\t{row}" in letter
    text = "\n".join(letter)
    assert closing in text
    for words_of_a_contract in ("igned\t", "In force", "clause", "wie vereinbart", "Geltend", "Ziffer", "as agreed"):
        assert words_of_a_contract not in text


def test_a_milestone_without_a_forecast_is_not_known_yet() -> None:
    row = next(line for line in lines(milestones=[{"id": "M2"}]) if line.startswith("M2 "))
    assert row.endswith("\tnot known yet")


def test_without_milestones_there_is_no_table_of_dates() -> None:
    assert not [line for line in lines(milestones=[]) if line.startswith("Milestone\t")]


def test_its_closing_never_stands_alone_on_a_page() -> None:
    *_, last, closing = tree(KIND, ENGAGEMENT, issue()).blocks
    assert isinstance(last, Paragraph)
    assert isinstance(closing, Details)
    assert lines()[-2:] == ["With kind regards\tNora Byrne, Account Manager", "Lantern Works Ltd"]


def test_marks_the_option_that_is_recommended() -> None:
    letter = lines()
    assert "1\tTake a used oven until then. We recommend this\tEUR 900 a month." in letter
    assert "2\tWait for the new one.\t–" in letter


def test_asks_for_the_decision_by_its_weekday() -> None:
    told = words(KIND, ENGAGEMENT, issue()).replace("Friday, ", "Friday ")
    assert "We need your decision by Friday 24 April 2026: Whether a used oven may stand in. Please tell us in" in told


def test_without_words_for_the_decision_it_is_one_between_the_options() -> None:
    told = words(KIND, ENGAGEMENT, issue(decision=None, decide_by=None))
    assert "We need your decision: Which of these options we follow." in told
    assert "No date hangs on it yet." in told


def test_asks_for_nothing_once_the_client_has_decided() -> None:
    told = words(KIND, ENGAGEMENT, issue(decided="2026-04-20"))
    assert "We need your decision" not in told
    assert "We need no further decision from you now." in told


def test_says_first_that_it_is_resolved() -> None:
    letter = lines(resolved="2026-04-19", resolution="The maker sent a new floor")
    assert letter[letter.index("Dear Sean Walsh,") + 1].startswith("This issue is resolved since Sunday")
    assert "We have bad news" not in " ".join(letter)


def test_says_who_looks_after_it_and_who_answers_for_it() -> None:
    letter = lines()
    assert "Who looks after it\tPiet Vos, Delivery Lead, piet@lantern.example" in letter
    assert "Who answers for it\tNora Byrne, Account Manager, nora@lantern.example" in letter
    alone = lines(owner="nora@lantern.example")
    assert not [line for line in alone if line.startswith("Who looks after it")]
    stranger = lines(owner="sam@maker.example")
    assert "Who looks after it\tsam@maker.example" in stranger


@pytest.mark.parametrize("deviation", ["low", "medium", "high"])
def test_cites_the_contract_and_is_no_change_order(deviation: str) -> None:
    facts = changed(ENGAGEMENT, "account.deviation", deviation)
    contract = printed("contract", facts)
    duty = next(line.split()[0] for line in contract if "tell the Client promptly of anything likely" in line)
    letter = " ".join(printed(KIND, facts, issue()))
    assert f"do not wait for the next report to tell you (clause {duty} of our agreement)." in letter
    assert "This letter is no change order and changes nothing by itself" in letter
    assert "until we both sign a change order (clause " in letter


def test_names_the_report_that_takes_it_up() -> None:
    told = words(KIND, ENGAGEMENT, issue()).replace("Friday, ", "Friday ")
    assert "Our next progress report, on Friday 24 April 2026, takes the issue up, and so does each one" in told
    without = printed(KIND, changed(ENGAGEMENT, "account.report", None), issue())
    assert "Our next progress report takes the issue up" in " ".join(without)


def test_is_signed_by_nobody_and_blames_nobody() -> None:
    assert signature_places(tree(KIND, ENGAGEMENT, issue())) == []
    text = words(KIND, ENGAGEMENT, issue())
    assert not [word for word in ("fault", "breach", "liable", "claim") if word in text]


def test_stands_on_one_page() -> None:
    assert pages(KIND, ENGAGEMENT, issue()) == 1


def test_needs_the_file_of_the_issue() -> None:
    with pytest.raises(MissingPartError, match=r"docgen\.serious-issue/1"):
        printed(KIND, ENGAGEMENT)


def test_the_report_takes_it_up() -> None:
    entry = {
        "format": "docgen.progress/1",
        "engagement": "LMB-7",
        "period": {"from": "2026-04-13", "to": "2026-04-17"},
        "summary": "The second oven is cracked.",
        "status": {"overall": {"rag": "red", "reason": "No second oven"}},
        "issues": [
            {
                "id": "I4",
                "text": "The second oven is cracked",
                "serious": True,
                "effect": "It cannot be fired.",
                "options": [{"text": "Wait"}],
                "decision": "Whether a used oven may stand in",
                "decide_by": "2026-04-24",
            }
        ],
    }
    (row,) = [line for line in printed("progress-report", ENGAGEMENT, entry) if line.startswith("I4\t")]
    cells = row.split("\t")
    assert cells[1] == "serious The second oven is cracked. It cannot be fired."
    assert cells[3] == "Decision needed by 24 Apr 2026: Whether a used oven may stand in."
