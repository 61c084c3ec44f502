"""The notice of breach: the contract's own clause, the facts, what cures them, and a deadline anybody can count."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.errors import FindingsError
from tests.templates.printing import ENGAGEMENT, Facts, changed, printed, signature_places, tree, words

KIND = "breach-notice"


def breach(**facts: Any) -> Facts:
    return {
        "format": "docgen.breach/1",
        "engagement": "LMB-7",
        "by": "client",
        "notice_date": "2026-04-28",
        "method": "courier",
        "defaults": [
            {
                "clause": "payment",
                "facts": [
                    {"on": "2026-03-20", "text": "invoice 11 fell due and was not paid"},
                    {"on": "2026-04-01", "text": "A reminder was not answered."},
                ],
                "amount": "12000.00",
                "cure": "pay invoice 11",
                "evidence": ["invoice-11.pdf", "reminder.eml"],
            }
        ],
        "earlier_steps": [
            {"on": "2026-04-07", "step": "look_back", "text": "A written account was sent"},
            {"on": "2026-04-09", "step": "negotiation", "text": "A call"},
            {"on": "2026-04-20", "step": "mediation", "text": "No agreement"},
        ],
        "consequences": ["suspension of the work", "termination"],
        **facts,
    }


ORDER: Facts = {
    "format": "docgen.change-order/1",
    "engagement": "LMB-7",
    "number": 1,
    "title": "A longer cure",
    "requested_by": "client",
    "requested_on": "2026-03-10",
    "reason": "Agreed.",
    "kind": "client_request",
    "effective_date": "2026-04-01",
    "changes": [{"do": "change_term", "path": "termination.cure_days", "value": 12}],
    "settlement": "full",
}


def without_commas(notice: list[str]) -> list[str]:
    """Return lines without commas: releases of the locale data differ on one after the weekday."""
    return [line.replace(",", "") for line in notice]


@pytest.mark.parametrize("deviation", ["low", "medium", "high"])
def test_names_the_clause_by_its_number_in_the_contract_and_quotes_it(deviation: str) -> None:
    facts = changed(ENGAGEMENT, "account.deviation", deviation)
    contract = printed("contract", facts)
    duty = next(line for line in contract if "The Client shall pay each invoice within 30 days of its date" in line)
    number, _, said = duty.partition(" ")
    notice = printed(KIND, facts, breach())
    assert f"Clause {number} of the Agreement says:" in notice
    assert said in notice


def test_goes_to_the_party_in_breach_by_the_method_named() -> None:
    notice = printed(KIND, ENGAGEMENT, breach())
    assert notice[2] == "Lantern Works Ltd · 3 Lamp Lane · Cork T12 AB34"
    assert notice[3] == "Mill & Barley plc"
    assert "For the attention of Sean Walsh, Operations Director" in notice
    assert "Delivered by\tcourier to the address above, with a copy by e-mail to legal@mill.example" in notice
    assert "Delivered by\te-mail to legal@mill.example" in printed(KIND, ENGAGEMENT, breach(method="email"))


def test_the_client_may_be_the_one_who_gives_notice() -> None:
    facts = breach(by="provider", defaults=[breach()["defaults"][0] | {"clause": "delivery", "amount": None}])
    notice = printed(KIND, ENGAGEMENT, facts)
    assert notice[3] == "Lantern Works Ltd"
    assert "The Provider has not kept this clause. The facts are these:" in notice
    assert "Please speak to\tSean Walsh, Operations Director, sean@mill.example" in notice
    assert [place.name for place in signature_places(tree(KIND, ENGAGEMENT, facts))] == ["Sean Walsh"]


def test_only_the_party_that_gives_notice_signs() -> None:
    (place,) = signature_places(tree(KIND, ENGAGEMENT, breach()))
    assert (place.party, place.name) == ("provider", "Orla Quinn")


def test_copies_go_to_the_lawyers_among_the_contacts() -> None:
    contacts = [
        *ENGAGEMENT["client"]["contacts"],
        {"name": "Una Roe", "title": "Counsel", "role": "legal", "email": "una@mill.example"},
    ]
    assert "Copy to\tUna Roe, Counsel (una@mill.example)" in printed(
        KIND, changed(ENGAGEMENT, "client.contacts", contacts), breach()
    )


def test_states_each_fact_with_its_day_the_amount_the_evidence_and_the_cure() -> None:
    notice = printed(KIND, ENGAGEMENT, breach())
    for line in (
        "20 March 2026\tInvoice 11 fell due and was not paid.",
        "1 April 2026\tA reminder was not answered.",
        "Amount\tEUR 12,000.00 (twelve thousand euros)",
        "Evidence\tinvoice-11.pdf and reminder.eml",
        "What cures it\tPay invoice 11.",
    ):
        assert line in notice


def test_counts_the_cure_period_step_by_step() -> None:
    notice = without_commas(printed(KIND, ENGAGEMENT, breach()))
    table = [row.split("\t") for row in notice[notice.index("Step\tRule or fact\tDay") + 1 :]]
    steps = [(row[0], row[2]) for row in table[:7]]
    assert steps == [
        ("Notice sent", "Tuesday 28 April 2026"),
        ("Taken as received", "Thursday 30 April 2026"),
        ("Event that starts the period", "Thursday 30 April 2026"),
        ("Length of the period", "From the next day"),
        ("Public holiday not counted", "Monday 4 May 2026"),
        ("Weekend not counted", "Before the deadline"),
        ("Deadline", "Friday 15 May 2026"),
    ]
    assert table[1][1].startswith("2 business days after sending (clause ")
    assert table[3][1].startswith("10 business days (clause ")
    assert table[4][1].startswith("May ")  # May Day or May Bank Holiday, as the calendar calls it
    assert table[6][1] == "End of the day Europe/Dublin time"


def test_a_calendar_period_that_ends_on_a_day_off_moves_and_says_why() -> None:
    calendar = changed(
        ENGAGEMENT, "terms.termination", {"cure_days": 4, "cure_basis": "calendar", "cure_runs_from": "notice"}
    )
    notice = without_commas(printed(KIND, calendar, breach(notice_date="2026-04-29")))
    assert "The Client has 4 calendar days from the date of the notice" in "\n".join(notice)
    assert "Last day counted\tNot a business day so the period ends on the next one\tSunday 3 May 2026" in notice
    assert "Deadline\tEnd of the day Europe/Dublin time\tTuesday 5 May 2026" in notice


def test_the_terms_in_force_on_its_day_count_and_the_amendments_are_named() -> None:
    notice = printed(KIND, ENGAGEMENT, ORDER, breach())
    assert "Amendments in force\tCO-001 of 1 April 2026 (A longer cure)" in notice
    assert any("has 12 business days" in line for line in notice)
    assert "Amendments in force\tNone" in printed(KIND, ENGAGEMENT, breach())


def test_says_which_of_the_contracts_steps_were_taken() -> None:
    notice = printed(KIND, ENGAGEMENT, breach())
    assert "7 April 2026\tLook back\tA written account was sent." in notice
    said = next(line for line in notice if line.startswith("Among them are steps that the Agreement asks for"))
    assert "the look back (clause " in said
    assert "negotiation (clause " in said
    assert "mediation (clause " in said


@pytest.mark.parametrize("deviation", ["low", "medium", "high"])
def test_names_only_the_steps_that_were_taken(deviation: str) -> None:
    facts = changed(ENGAGEMENT, "account.deviation", deviation)
    one = words(KIND, facts, breach(earlier_steps=[{"on": "2026-04-20", "step": "mediation", "text": "No agreement"}]))
    assert "Among them is the step that the Agreement asks for before a notice of breach: mediation (clause " in one
    reminder = words(KIND, facts, breach(earlier_steps=[{"on": "2026-04-20", "step": "reminder", "text": "Sent"}]))
    assert "20 April 2026\tReminder\tSent." in reminder
    assert "Among them" not in reminder
    assert "Earlier steps" not in words(KIND, facts, breach(earlier_steps=[]))


def test_says_the_sum_and_the_interest_when_the_client_pays_late() -> None:
    notice = words(KIND, ENGAGEMENT, breach())
    assert "The sum in default is EUR 12,000.00." in notice
    assert "Interest on the sum in default runs at 8% a year over the ECB base rate until it is paid (clause " in notice
    unpriced = words(KIND, ENGAGEMENT, breach(defaults=[breach()["defaults"][0] | {"amount": None}]))
    assert "Interest on the sum" not in unpriced
    assert "sum in default" not in unpriced


def test_several_defaults_add_up_and_are_numbered_one_by_one() -> None:
    second = {
        "clause": "obligations-client",
        "facts": [{"on": "2026-04-02", "text": "The hall was not cleared"}],
        "amount": "500.00",
        "cure": "Clear it",
    }
    notice = printed(KIND, ENGAGEMENT, breach(defaults=[breach()["defaults"][0], second]))
    assert any("The sum in default is EUR 12,500.00." in line for line in notice)
    assert any(line.startswith("2.1 Clause ") for line in notice)
    assert any(line.startswith("2.2 Clause ") and line.endswith("(Obligations of the Client)") for line in notice)


def test_says_what_follows_reserves_rights_and_chooses_no_remedy() -> None:
    notice = words(KIND, ENGAGEMENT, breach())
    assert "• Suspension of the work." in notice
    assert "reserves all its rights and remedies" in notice
    assert "waives a right" in notice
    assert "This notice elects no remedy" in notice
    assert "The law of Ireland governs this notice" in notice
    assert "may use every right that the Agreement and the law give it" in words(
        KIND, ENGAGEMENT, breach(consequences=[])
    )


def test_says_how_to_reach_the_party_that_gives_notice() -> None:
    notice = printed(KIND, ENGAGEMENT, breach())
    assert "Please speak to\tNora Byrne, Account Manager, nora@lantern.example" in notice
    assert "Notices in reply\tnotices@lantern.example, or the address at the head of this notice" in notice
    assert any("mediation by the Mediators' Institute" in line for line in notice)


def test_refuses_a_clause_the_contract_does_not_have() -> None:
    facts = breach(defaults=[breach()["defaults"][0] | {"clause": "paymnet"}])
    with pytest.raises(FindingsError, match="payment"):
        printed(KIND, ENGAGEMENT, facts)


def test_a_draft_leaves_a_blank_where_the_contract_gives_no_deadline() -> None:
    silent = changed(ENGAGEMENT, "terms.termination.cure_days", None)
    with pytest.raises(FindingsError, match="cure_days"):
        printed(KIND, silent, breach())
    notice = words(KIND, silent, breach(), draft=True)
    assert "Cure the breach by the end of [terms termination cure days" in notice
    assert "No public holiday" not in notice


def test_what_the_count_lacks_is_told_by_name_and_all_at_once() -> None:
    engagement = changed(ENGAGEMENT, "terms.termination.cure_days", None)
    engagement = changed(changed(engagement, "calendar", None), "terms.notices", None)

    with pytest.raises(FindingsError) as refusal:
        tree(KIND, engagement, breach())

    told = [finding.message.split()[3].rstrip(",") for finding in refusal.value.findings]
    assert sorted(told) == ["calendar", "terms.notices", "terms.termination.cure_days"]


def test_a_count_in_calendar_days_says_nothing_of_holidays_on_the_way() -> None:
    engagement = changed(ENGAGEMENT, "terms.termination.cure_basis", "calendar")

    assert "No public holiday" not in words(KIND, engagement, breach())


def test_a_paragraph_of_a_schedule_is_not_called_a_clause() -> None:
    facts = breach()
    facts = changed(facts, "defaults.0.clause", "schedule-fees")

    notice = words(KIND, ENGAGEMENT, facts)

    assert "Schedule 2 (Fees)" in notice
    assert "Clause Schedule" not in notice
