"""Orders that only extend time, reduce fees, or change nothing in money, in every document that tells of them."""

from __future__ import annotations

import pytest

from tests.templates.printing import ENGAGEMENT, Facts, printed, words
from tests.templates.test_change_order import order
from tests.templates.test_progress_report import week

LATER = order({"do": "move_end_date", "days": 14}, {"do": "move_milestone", "milestone": "M2", "days": 14})
CHEAPER = order({"do": "change_fee", "line": "F2", "amount": "52000.00"}, {"do": "omit_fee", "line": "F5"})
SOONER = order({"do": "move_end_date", "date": "2026-09-23"})
SHIFTED = order(
    {"do": "change_fee", "line": "F1", "amount": "13000.00"}, {"do": "change_fee", "line": "F2", "amount": "59000.00"}
)
WORDS_ONLY = order({"do": "omit_obligation", "obligation": "O2"})
REPORT = week(2, summary="The plan was shown.")

SUM = "4. This Change Order leaves the Contract Sum unchanged\tEUR 0.00"
TIME = "4. This Change Order leaves the time for the work unchanged\tno change"
CASES: dict[str, tuple[Facts, str, str]] = {
    "later": (LATER, SUM, "4. The time for the work is increased by this Change Order by\t14 days"),
    "sooner": (SOONER, SUM, "4. The time for the work is decreased by this Change Order by\t7 days"),
    "cheaper": (
        CHEAPER,
        "4. The Contract Sum is decreased by this Change Order in the amount of\t−EUR 10,000.00",
        TIME,
    ),
    "shifted": (SHIFTED, SUM, TIME),
    "words only": (WORDS_ONLY, SUM, TIME),
}
every_order = pytest.mark.parametrize("name", CASES)


@every_order
def test_the_change_order_says_it_in_its_five_lines(name: str) -> None:
    made, of_sum, of_time = CASES[name]
    paper = printed("change-order", ENGAGEMENT, made)
    assert of_sum in paper
    assert of_time in paper
    assert not any("\t0 days" in line or "+EUR 0.00" in line or "−EUR 0.00" in line for line in paper)


@pytest.mark.parametrize(
    ("name", "of_sum", "of_end", "of_milestone"),
    [
        ("later", "unchanged", "14 days later", "14 days later"),
        ("sooner", "unchanged", "7 days earlier", "unchanged"),
        ("cheaper", "−EUR 10,000.00", "unchanged", "unchanged"),
        ("shifted", "unchanged", "unchanged", "unchanged"),
        ("words only", "unchanged", "unchanged", "unchanged"),
    ],
)
def test_the_page_on_its_impact_says_what_is_unchanged(name: str, of_sum: str, of_end: str, of_milestone: str) -> None:
    paper = printed("change-impact", ENGAGEMENT, CASES[name][0])
    last = {line.split("\t")[0]: line.split("\t")[-1] for line in paper if line.count("\t") == 4}
    assert (last["Contract sum"], last["End date"], last["M2 Ovens running"]) == (of_sum, of_end, of_milestone)
    assert ("Fees" in paper) == (name in ("cheaper", "shifted"))
    settled = "Deliverables, obligations and other terms stay as they are." in paper
    assert settled == (name != "words only")


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("later", "no change\tEUR 85,000.00\t14 October 2026 (14 days later)"),
        ("sooner", "no change\tEUR 85,000.00\t23 September 2026 (7 days earlier)"),
        ("cheaper", "−EUR 10,000.00\tEUR 75,000.00\t30 September 2026"),
        ("shifted", "no change\tEUR 85,000.00\t30 September 2026"),
        ("words only", "no change\tEUR 85,000.00\t30 September 2026"),
    ],
)
def test_the_conformed_contract_lists_it(name: str, row: str) -> None:
    assert f"CO-001\tChange 1\t11 April 2026\t{row}" in printed("conformed-contract", ENGAGEMENT, CASES[name][0])


@pytest.mark.parametrize(
    ("name", "of_sum", "of_end"),
    [
        ("later", "EUR 85,000.00\tno change", "14 October 2026\tCO-001: 14 days later"),
        ("sooner", "EUR 85,000.00\tno change", "23 September 2026\tCO-001: 7 days earlier"),
        ("cheaper", "EUR 75,000.00\tCO-001: −EUR 10,000.00", "30 September 2026\tno change"),
        ("shifted", "EUR 85,000.00\tno change", "30 September 2026\tno change"),
        ("words only", "EUR 85,000.00\tno change", "30 September 2026\tno change"),
    ],
)
def test_the_next_report_sets_it_beside_what_was_signed(name: str, of_sum: str, of_end: str) -> None:
    report = printed("progress-report", ENGAGEMENT, CASES[name][0], REPORT)
    assert f"Contract sum\tEUR 85,000.00\t{of_sum}" in report
    assert f"End date\t30 September 2026\t{of_end}" in report
    (row,) = [line for line in report if line.startswith("CO-001\t")]
    assert ("no change" in row.split("\t")[3]) == (name != "cheaper")


def test_an_order_that_only_moves_words_leaves_the_limit_of_liability_alone() -> None:
    assert "leaves the general limit of liability unchanged at EUR 85,000.00" in words(
        "change-order", ENGAGEMENT, WORDS_ONLY
    )
