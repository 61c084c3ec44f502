"""The look-back letter: the contract's own words, what the record shows, and the days to talk, counted."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.actions.render import UnknownClauseError
from docgen.errors import FindingsError
from docgen.templating.case import MissingPartError
from tests.templates.disputes import ORDER, contact, delivery, dispute, progress
from tests.templates.printing import ENGAGEMENT, changed, pages, printed, signature_places, tree, words
from tests.templates.test_notice_of_issue import issue

KIND = "look-back"


def without_commas(letter: list[str]) -> list[str]:
    """Return lines without commas: releases of the locale data differ on one after the weekday."""
    return [line.replace(",", "") for line in letter]


@pytest.mark.parametrize("deviation", ["low", "medium", "high"])
def test_quotes_the_clause_by_its_number_in_the_contract(deviation: str) -> None:
    facts = changed(ENGAGEMENT, "account.deviation", deviation)
    duty = next(line for line in printed("contract", facts) if "shall pay each invoice within 30 days" in line)
    number, _, said = duty.partition(" ")
    letter = printed(KIND, facts, dispute())
    assert f"Clause {number} of the Agreement says:" in letter
    assert said in letter


def test_goes_from_the_party_that_raises_it_to_the_other() -> None:
    ours = printed(KIND, ENGAGEMENT, dispute())
    assert ours[2].startswith("Lantern Works Ltd · ")
    assert "Dear Sean Walsh," in ours
    theirs = tree(KIND, ENGAGEMENT, dispute(raised_by="client"))
    assert [place.name for place in signature_places(theirs)] == ["Sean Walsh"]
    assert theirs.author == "Mill & Barley plc"


def test_has_the_number_of_the_dispute_and_its_day() -> None:
    document = tree(KIND, ENGAGEMENT, dispute())
    assert document.number == "LMB-7/LB-003"
    assert "Date of this letter\t28 April 2026" in printed(KIND, ENGAGEMENT, dispute())


def test_says_what_was_to_be_handed_over_and_what_was() -> None:
    letter = words(KIND, ENGAGEMENT, dispute(), delivery())
    assert "Deliverable D1\tOven plan: Drawings and a schedule." in letter
    assert "Accepted when\tApproved by the plant manager. The time for review is 5 business days." in letter
    assert "14 April 2026, 4 days after its day: rejected on 17 April 2026 by Aoife Kane. The schedule is missing." in (
        letter.replace("Tuesday, ", "").replace("Tuesday ", "")
    )


def test_says_when_nothing_was_handed_over() -> None:
    assert "Handed over\tNo hand-over is on record by the date of this letter." in printed(KIND, ENGAGEMENT, dispute())


def test_does_not_know_yet_what_happened_after_its_day() -> None:
    later = delivery(delivered_on="2026-04-29", decided_on="2026-05-04")
    assert "No hand-over is on record" in words(KIND, ENGAGEMENT, dispute(), later)
    decided = delivery(delivered_on="2026-04-27", decided_on="2026-05-04")
    assert "under review; the review ends on 5 May 2026" in words(KIND, ENGAGEMENT, dispute(), decided)


def test_says_how_strict_an_obligation_is() -> None:
    grievance = {
        "clause": "obligation-o2",
        "obligation": "O2",
        "facts": [{"on": "2026-04-01", "text": "Only one oven ran."}],
        "asked": "Keep two running.",
    }
    letter = printed(KIND, ENGAGEMENT, dispute(raised_by="client", grievances=[grievance]))
    assert any(
        line.startswith("Obligation O2\tThe Provider shall use best endeavours to keep two ovens running (clause ")
        for line in letter
    )
    assert "How strict\tBest endeavours" in letter


def test_tells_what_reports_and_contacts_on_record_say() -> None:
    letter = words(KIND, ENGAGEMENT, dispute(), progress())
    assert "The last report before this letter is PR-001, for the time until 10 April 2026." in letter
    assert "the status amber: The hall is not clear." in letter
    assert "Milestone M1\tPlan accepted, planned for 17 April 2026; expected on 30 April 2026 (report PR-001)" in letter
    assert "8 April 2026\tNora Byrne with Sean Walsh, call\tThe invoice is with the board.\tPR-001" in letter


def test_the_newest_date_that_the_client_was_told_stands_whether_a_report_or_a_notice_told_it() -> None:
    def expected(*facts: dict[str, Any]) -> str:
        found = printed(KIND, ENGAGEMENT, dispute(), *facts)
        return next(line for line in found if line.startswith("Milestone M1")).partition("; ")[2]

    noticed = issue(on="2026-04-14", milestones=[{"id": "M1", "forecast": "2026-05-08"}])
    later = progress(
        period={"from": "2026-04-13", "to": "2026-04-17"}, milestones=[{"id": "M1", "forecast": "2026-05-12"}]
    )
    assert expected(progress(), noticed) == "expected on 8 May 2026 (notice NI-002)"
    assert expected(noticed) == "expected on 8 May 2026 (notice NI-002)"
    assert expected(progress(), noticed, later) == "expected on 12 May 2026 (report PR-002)"
    unknown = issue(on="2026-04-30", milestones=[{"id": "M1", "forecast": "2026-06-30"}], decide_by=None)
    assert expected(progress(), unknown) == "expected on 30 April 2026 (report PR-001)"


def test_a_recorded_contact_takes_the_place_of_what_a_report_tells_of_it() -> None:
    letter = words(KIND, ENGAGEMENT, dispute(), progress(), contact(subject="Invoice 11"))
    said = "Nora Byrne with Sean Walsh, call\tInvoice 11: The board decides on the invoice on 20 April.\tCT-004"
    assert f"8 April 2026\t{said}" in letter
    assert "The invoice is with the board." not in letter


def test_contacts_are_told_beside_the_notes_of_reports_and_without_any_report() -> None:
    another = contact(on="2026-04-09", **{"with": ["sean@mill.example", "aoife@mill.example"]})
    letter = words(KIND, ENGAGEMENT, dispute(), progress(), another)
    assert letter.index("The invoice is with the board.\tPR-001") < letter.index("20 April.\tCT-004")
    assert "Nora Byrne with Sean Walsh, Aoife Kane, call" in letter
    alone = words(KIND, ENGAGEMENT, dispute(), contact())
    assert "What was said\nThese talks about the work are on record:" in alone
    assert "20 April.\tCT-004" in alone


def test_a_contact_after_its_day_or_a_long_one_is_not_told_in_full() -> None:
    assert "CT-004" not in words(KIND, ENGAGEMENT, dispute(), contact(on="2026-04-29"))
    letter = words(KIND, ENGAGEMENT, dispute(), contact(text="Word after word. " * 100 + "\n\nThe end."))
    assert "word. Word after …\tCT-004" in letter
    assert "The end." not in letter


def test_the_orders_in_force_on_its_day_are_named_and_count() -> None:
    letter = words(KIND, ENGAGEMENT, ORDER, dispute(), progress())
    assert "Amendments in force\tCO-001 of 1 April 2026 (A fifth oven)" in letter
    assert "planned for 24 April 2026" in letter
    before = dispute(raised_on="2026-03-31", grievances=[dispute()["grievances"][0] | {"facts": [FACT]}])
    assert "Amendments in force\tNone" in printed(KIND, ENGAGEMENT, ORDER, before)


FACT = {"on": "2026-03-20", "text": "Invoice 11 fell due."}


def test_counts_the_time_to_talk_from_its_receipt_step_by_step() -> None:
    letter = without_commas(printed(KIND, ENGAGEMENT, dispute()))
    table = [row.split("\t") for row in letter[letter.index("Step\tRule or fact\tDay") + 1 :]][:8]
    assert [(row[0], row[-1]) for row in table] == [
        ("Event that starts the count", "Tuesday 28 April 2026"),
        ("Length of the period", "From the next day"),
        ("Taken as received", "Thursday 30 April 2026"),
        ("Event that starts the count", "Thursday 30 April 2026"),
        ("Length of the period", "From the next day"),
        ("Last day counted", "Sunday 10 May 2026"),
        ("Weekend not counted", "Before the deadline"),
        ("Deadline", "Monday 11 May 2026"),
    ]


def test_asks_calmly_and_keeps_all_rights_in_one_clause() -> None:
    letter = words(KIND, ENGAGEMENT, dispute())
    assert "This letter is no notice of breach." in letter
    assert letter.count("without prejudice") == 1
    for threat in ("terminat", "demand", "default", "court", "consequence"):
        assert threat not in letter.lower()


def test_says_the_sum_and_proposes_the_meeting() -> None:
    letter = words(KIND, ENGAGEMENT, dispute())
    assert "It comes to EUR 12,000.00 (twelve thousand euros)." in letter
    assert "6 May 2026: At the mill." in letter
    assert "Please name a day and a place" in words(KIND, ENGAGEMENT, dispute(meeting=None))


def test_mediation_comes_next_only_where_it_is_agreed() -> None:
    assert "the next step is a neutral mediator, for up to 20 days (clause " in words(KIND, ENGAGEMENT, dispute())
    talks = changed(ENGAGEMENT, "terms.disputes", {"negotiation_days": 10, "forum": "courts"})
    assert "mediator" not in words(KIND, talks, dispute())


def test_a_contract_that_does_not_say_when_a_letter_is_received_leaves_the_count_open() -> None:
    with pytest.raises(FindingsError) as refused:
        words(KIND, ENGAGEMENT, dispute(method="post"))
    assert [finding.rule for finding in refused.value.findings] == ["missing-fact"]
    assert "terms.notices.deemed_receipt_days.post" in str(refused.value)
    draft = words(KIND, ENGAGEMENT, dispute(method="post"), draft=True)
    assert "no notice of breach" in draft


def test_needs_a_dispute_and_a_clause_that_is_there() -> None:
    with pytest.raises(MissingPartError, match="needs one dispute file"):
        words(KIND, ENGAGEMENT)
    wrong = dispute(grievances=[dispute()["grievances"][0] | {"clause": "paymant"}])
    with pytest.raises(UnknownClauseError, match="Did you mean “payment”"):
        words(KIND, ENGAGEMENT, wrong)
    strange = dispute(grievances=[dispute()["grievances"][0] | {"clause": "xyzzy"}])
    with pytest.raises(UnknownClauseError) as refused:
        words(KIND, ENGAGEMENT, strange)
    assert "`docgen template show contract` lists those there are." in str(refused.value)
    assert "acceptance" not in str(refused.value)


def test_fits_on_three_pages() -> None:
    assert pages(KIND, ENGAGEMENT, ORDER, dispute(), delivery(), progress()) <= 3
