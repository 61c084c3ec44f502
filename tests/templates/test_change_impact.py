"""The page that tells a client what a change would do: the contract as signed, as it stands and with the order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docgen.actions.render import build
from docgen.doctree.nodes import Table
from docgen.lifecycle.leave import Leave
from docgen.templating.case import Case
from tests.templates.printing import (
    ENGAGEMENT,
    Facts,
    blocks,
    changed,
    desk,
    lines,
    made,
    pages,
    printed,
    signature_places,
    tree,
    words,
)
from tests.templates.test_change_order import CHANGES, DIRECTIVE, RAISE, order

KIND = "change-impact"
HEAD = "What is agreed\tAs signed\tAs it stands\tWith CO-00{}\tChange"
TIME = {"do": "move_end_date", "days": 14}
EARLIER = order(RAISE, {"do": "move_milestone", "milestone": "M2", "days": 7})


def rows(paper: list[str], number: int = 1) -> dict[str, list[str]]:
    """Return the rows of the table of sum and dates by their first cell."""
    start = paper.index(HEAD.format(number)) + 1
    end = next(index for index, line in enumerate(paper) if line.startswith("The sum is in EUR"))
    return {name: cells for name, *cells in (line.split("\t") for line in paper[start:end])}


def test_sets_the_contract_as_signed_as_it_stands_and_with_the_order_side_by_side() -> None:
    second = order({"do": "omit_fee", "line": "F5"}, TIME, number=2)
    assert rows(printed(KIND, ENGAGEMENT, EARLIER, second), 2) == {
        "Contract sum": ["EUR 85,000.00", "EUR 86,000.00", "EUR 84,000.00", "−EUR 2,000.00"],
        "End date": ["30 September 2026", "30 September 2026", "14 October 2026", "14 days later"],
        "M1 Plan accepted": ["17 April 2026", "17 April 2026", "17 April 2026", "unchanged"],
        "M2 Ovens running": ["28 August 2026", "4 September 2026", "4 September 2026", "unchanged"],
    }


def test_while_no_contract_is_signed_it_calls_nothing_signed() -> None:
    found = made(KIND, ENGAGEMENT, order(TIME))
    assert isinstance(found.case, Case)
    document, _ = build(desk(), found.template, replace(found.case, leave=Leave()))
    paper = lines(document)
    assert HEAD.format(1).replace("As signed", "As proposed") in paper
    assert "As signed" not in "\n".join(paper)


def test_a_milestone_that_comes_or_goes_says_so() -> None:
    unpaid = changed(ENGAGEMENT, "terms.fees.lines.0.milestone", None)
    paper = rows(printed(KIND, unpaid, order(CHANGES["add_milestone"][0], {"do": "omit_milestone", "milestone": "M1"})))
    assert paper["M1 Plan accepted"] == ["17 April 2026", "17 April 2026", "–", "omitted"]
    assert paper["M3 Flue built"] == ["–", "–", "4 September 2026", "added"]


def test_says_what_is_asked_why_and_by_whom() -> None:
    paper = printed(KIND, ENGAGEMENT, EARLIER, order(TIME, number=2, refs=["CR-7"]))
    assert paper[:2] == ["Impact of a Change", "CO-002 – Change 2"]
    agreement = "New ovens for the mill (LMB-7), between Lantern Works Ltd and Mill & Barley plc, as changed by CO-001"
    assert f"Agreement\t{agreement}" in paper
    assert "Asked for by\tClient on 2 April 2026 (CR-7); Unforeseen condition" in paper
    assert paper[paper.index("Why") + 1] == "The hall is smaller than drawn."


def test_says_by_when_a_decision_is_needed_counted_in_business_days_of_the_place() -> None:
    paper = words(KIND, ENGAGEMENT, order(RAISE))
    assert "We need your decision by Monday 27 April 2026: yes, no, or what should be different." in paper.replace(
        "Monday,", "Monday"
    )
    assert "That is 5 business days from the date of this page." in paper
    assert "You decide as follows: The board meets on the first Monday of the month." in paper


def test_binds_nobody_and_has_no_place_to_sign() -> None:
    document = tree(KIND, ENGAGEMENT, order(RAISE))
    assert "This page binds nobody. Nothing changes until both parties have signed the change order" in words(
        KIND, ENGAGEMENT, order(RAISE)
    )
    assert signature_places(document) == []


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("add_fee", "F6 Nights\t–\t20 hours at EUR 90.00: EUR 1,800.00; limit 25 hours\t+EUR 1,800.00"),
        ("omit_fee", "F4 Site watch\t6 × EUR 1,000.00: EUR 6,000.00\tNo longer payable\t−EUR 6,000.00"),
        (
            "change_rate",
            "F5 Trays\t100 × tray at EUR 20.00: EUR 2,000.00\t100 × tray at EUR 19.00: EUR 1,900.00\t−EUR 100.00",
        ),
        (
            "change_estimate",
            "F3 Training\t10 days at EUR 500.00: EUR 5,000.00; limit 12 days"
            "\t12 days at EUR 500.00: EUR 6,000.00; limit 15 days\t+EUR 1,000.00",
        ),
    ],
)
def test_tells_each_fee_line_before_and_after_with_its_effect(name: str, row: str) -> None:
    assert row in printed(KIND, ENGAGEMENT, order(CHANGES[name][0]))


def test_a_fee_line_whose_limit_alone_changes_is_unchanged_in_money() -> None:
    paper = printed(KIND, ENGAGEMENT, order({"do": "change_estimate", "line": "F3", "cap": 15}))
    assert (
        "F3 Training\t10 days at EUR 500.00: EUR 5,000.00; limit 12 days"
        "\t10 days at EUR 500.00: EUR 5,000.00; limit 15 days\tunchanged" in paper
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "add_deliverable",
            "• Deliverable D3 added: Flue. A new flue. Due 1 July 2026. Accepted when: Signed off. The Client has 3 "
            "business days to review it.",
        ),
        ("omit_deliverable", "• Deliverable D1 omitted: Oven plan. It is no longer to be delivered."),
        (
            "revise_deliverable",
            "• Deliverable D2 revised: Ovens in place. It is now called “Ovens hot”. Due 21 August 2026 instead of 14 "
            "August 2026. Accepted when: Signed off. The Client has 3 business days to review it.",
        ),
        ("add_obligation", "• Obligation O3 added: The Client should feed the fitters by 1 June 2026."),
        (
            "omit_obligation",
            "• Obligation O2 omitted: The Provider shall use best endeavours to keep two ovens running.",
        ),
        ("change_term-number", "• Days to cure a breach: 15 (until now: 10)"),
    ],
)
def test_tells_deliverables_obligations_and_terms_in_words(name: str, said: str) -> None:
    assert said in printed(KIND, ENGAGEMENT, order(CHANGES[name][0]))


def test_says_whether_the_limit_of_liability_follows_the_fees_or_is_agreed_anew() -> None:
    follows = words(KIND, ENGAGEMENT, order(RAISE))
    assert "goes from EUR 85,000.00 to EUR 86,000.00, because it follows the contract sum." in follows
    anew = words(KIND, ENGAGEMENT, order({"do": "change_liability_cap", "amount": "120000.00"}))
    assert "goes from EUR 85,000.00 to EUR 120,000.00, because the order agrees it anew." in anew
    still = words(KIND, ENGAGEMENT, order(TIME))
    assert "is unchanged at EUR 85,000.00; it follows the contract sum." in still


def test_says_what_the_order_would_settle() -> None:
    assert "would settle every claim for this change" in words(KIND, ENGAGEMENT, order(RAISE))
    assert "would keep both parties’ rights" in words(KIND, ENGAGEMENT, order(RAISE, settlement="reserved"))


def test_names_the_directive_that_the_order_would_take_in() -> None:
    paper = printed(KIND, ENGAGEMENT, DIRECTIVE, order(RAISE, converts=1))
    assert "Takes in\tChange directive CD-001 of 3 April 2026" in paper


def test_fits_one_page_for_an_order_of_the_usual_size() -> None:
    usual = [
        CHANGES[name][0] for name in ("add_deliverable", "add_fee", "change_rate", "move_milestone", "add_obligation")
    ]
    assert pages(KIND, ENGAGEMENT, order(*usual)) == 1


def test_shows_no_table_without_rows() -> None:
    document = tree(KIND, ENGAGEMENT, order(TIME))
    assert [block.id for block in blocks(document) if isinstance(block, Table)] == ["impact-table"]
    assert "Fees" not in printed(KIND, ENGAGEMENT, order(TIME))


@pytest.mark.parametrize(
    ("path", "gap"),
    [("calendar", "calendar"), ("terms.change_control.response_days", "terms.change_control.response_days")],
)
def test_a_draft_shows_a_blank_where_nobody_can_count_the_days(path: str, gap: str) -> None:
    facts: Facts = changed(ENGAGEMENT, path, None)
    assert gap in made(KIND, facts, order(RAISE), draft=True).missing
