"""The change directive: urgent work in writing, up to a sum and outside the contract sum."""

from __future__ import annotations

import pytest

from tests.templates.printing import ENGAGEMENT, changed, made, numbers, printed, signature_places, tree, words
from tests.templates.test_change_order import DIRECTIVE, RAISE, order

KIND = "change-directive"


def test_names_itself_who_orders_it_and_from_when() -> None:
    paper = printed(KIND, ENGAGEMENT, {**DIRECTIVE, "refs": ["CR-9"], "order_by": "2026-04-24"})
    assert paper[:2] == ["Change Directive", "CD-001 – Pump the hall dry"]
    for line in (
        "Project\tNew ovens for the mill (LMB-7)",
        "Agreement\tServices Agreement LMB-7, effective 2 March 2026",
        "Ordered by\tMill & Barley plc (Client), on 3 April 2026",
        "Addressed to\tLantern Works Ltd (Provider)",
        "Work begins\t3 April 2026",
        "Paid up to\tEUR 2,000.00",
        "Change order meant by\t24 April 2026",
        "References\tCR-9",
    ):
        assert line in paper


@pytest.mark.parametrize("deviation", ["low", "medium", "high"])
def test_rests_on_the_clause_for_urgent_work_and_on_that_for_prices(deviation: str) -> None:
    engagement = changed(ENGAGEMENT, "account.deviation", deviation)
    signed, paper = numbers("contract", engagement), words(KIND, engagement, DIRECTIVE)
    assert f"Under clause {signed['urgent-work']} of the agreement named above" in paper
    pricing = signed["change-request" if deviation == "low" else "change-pricing"]
    assert f"on the basis of clause {pricing} of the Agreement: The rates of the fee schedule." in paper


def test_a_basis_of_its_own_takes_the_place_of_the_contracts() -> None:
    paper = words(KIND, ENGAGEMENT, {**DIRECTIVE, "pricing": "at cost and ten per cent"})
    assert "The work is paid on this basis, in place of the one in clause" in paper
    assert "At cost and ten per cent." in paper


def test_says_what_why_and_what_harm_waiting_would_do() -> None:
    paper = printed(KIND, ENGAGEMENT, {**DIRECTIVE, "harm": "The ovens rust.\n\nthe mill stops"})
    assert "• Pump the hall dry." in paper
    start = paper.index("2. Why it cannot wait")
    assert paper[start + 1 : start + 5] == [
        "The hall is under water.",
        "Waiting for a Change Order would do harm:",
        "The ovens rust.",
        "The mill stops.",
    ]


def test_is_paid_up_to_its_sum_and_stays_outside_the_contract_sum() -> None:
    paper = words(KIND, ENGAGEMENT, DIRECTIVE)
    assert "pays for this work up to EUR 2,000.00 (two thousand euros), before expenses and tax." in paper
    assert "The Contract Sum stays at EUR 85,000.00 and the End Date at 30 September 2026 until a Change Order" in paper
    assert "The parties mean to agree that Change Order as soon as they can." in paper


def test_speaks_of_the_contract_as_executed_orders_have_made_it() -> None:
    assert "The Contract Sum stays at EUR 86,000.00" in words(KIND, ENGAGEMENT, order(RAISE), DIRECTIVE)


def test_keeps_every_right() -> None:
    paper = words(KIND, ENGAGEMENT, DIRECTIVE)
    assert "This directive settles no claim." in paper
    assert "To acknowledge this directive is to confirm that it was received." in paper


def test_the_party_that_orders_signs_and_the_other_acknowledges() -> None:
    places = signature_places(tree(KIND, ENGAGEMENT, DIRECTIVE))
    assert [place.party for place in places] == ["client", "provider"]
    paper = printed(KIND, ENGAGEMENT, DIRECTIVE)
    assert "Ordered for and on behalf of Mill & Barley plc" in paper
    assert "Received and acknowledged for Lantern Works Ltd" in paper
    assert made(KIND, ENGAGEMENT, DIRECTIVE).document.author == "Mill & Barley plc"


def test_a_draft_shows_blanks_for_what_is_still_open() -> None:
    open_facts = {**DIRECTIVE, "ordered_on": None, "begin": None, "not_to_exceed": None}
    missing = made(KIND, ENGAGEMENT, open_facts, draft=True).missing
    assert {"directive.ordered_on", "directive.begin", "directive.not_to_exceed"} <= set(missing)
