"""The change order: every change in words, the five lines, time, liability, settlement and approvals."""

from __future__ import annotations

from typing import Any

import pytest

from tests.templates.printing import (
    ENGAGEMENT,
    Facts,
    changed,
    lines,
    numbers,
    printed,
    signature_places,
    tree,
    without,
    words,
)

KIND = "change-order"


def order(*changes: Facts, number: int = 1, settlement: str = "full", **more: Any) -> Facts:
    return {
        "format": "docgen.change-order/1",
        "engagement": "LMB-7",
        "number": number,
        "title": f"Change {number}",
        "requested_by": "client",
        "requested_on": f"2026-04-0{number}",
        "reason": "The hall is smaller than drawn",
        "kind": "unforeseen_condition",
        "effective_date": f"2026-04-1{number}",
        "changes": list(changes),
        "settlement": settlement,
        **more,
    }


RAISE = {"do": "change_fee", "line": "F1", "amount": "13000.00"}
ACCEPTANCE = {"criteria": "Signed off", "review_days": 3}

CHANGES: dict[str, tuple[Facts, list[str]]] = {
    "add_deliverable": (
        {
            "do": "add_deliverable",
            "deliverable": {
                "id": "D3",
                "title": "Flue",
                "description": "A new flue",
                "due": "2026-07-01",
                "acceptance": ACCEPTANCE,
            },
        },
        [
            "Deliverable added: D3, Flue",
            "Description\tA new flue.",
            "Due\t1 July 2026",
            "Acceptance\tSigned off. The Client has 3 business days to review it.",
        ],
    ),
    "omit_deliverable": (
        {"do": "omit_deliverable", "deliverable": "D1"},
        ["Deliverable omitted: D1, Oven plan", "Before\tDrawings and a schedule.", "After\tNo longer to be delivered"],
    ),
    "revise_deliverable": (
        {
            "do": "revise_deliverable",
            "deliverable": "D2",
            "title": "Ovens hot",
            "due": "2026-08-21",
            "acceptance": ACCEPTANCE,
        },
        [
            "Deliverable revised: D2, Ovens in place",
            "Title\tFrom “Ovens in place” to “Ovens hot”",
            "Due\tFrom 14 August 2026 to 21 August 2026",
            "Acceptance before\tSeven days of baking. The Client has 10 business days to review it.",
            "Acceptance after\tSigned off. The Client has 3 business days to review it.",
        ],
    ),
    "add_fee": (
        {
            "do": "add_fee",
            "line": {
                "id": "F6",
                "kind": "time",
                "description": "Nights",
                "role": "Fitter",
                "unit": "hour",
                "rate": "90.00",
                "estimate": 20,
                "cap": 25,
            },
        },
        [
            "Fee added: F6, Nights",
            "Fee\tFitter at EUR 90.00 per hour, estimated at 20 hours (EUR 1,800.00), not more than 25 hours"
            " (EUR 2,250.00) without a further change order",
            "Effect on the Contract Sum\t+EUR 1,800.00",
        ],
    ),
    "omit_fee": (
        {"do": "omit_fee", "line": "F4"},
        [
            "Fee omitted: F4, Site watch",
            "Before\tEUR 1,000.00 for each month, 6 payments (EUR 6,000.00)",
            "After\tNo longer payable",
            "Effect on the Contract Sum\t−EUR 6,000.00",
        ],
    ),
    "change_fee": (
        {"do": "change_fee", "line": "F4", "amount": "1100.00"},
        [
            "Fee changed: F4, Site watch",
            "Before\tEUR 1,000.00 for each month",
            "After\tEUR 1,100.00 for each month",
            "Effect on the Contract Sum\t+EUR 600.00",
        ],
    ),
    "change_rate": (
        {"do": "change_rate", "line": "F5", "rate": "19.00"},
        [
            "Rate changed: F5, Trays",
            "Before\tEUR 20.00 per tray",
            "After\tEUR 19.00 per tray",
            "Effect on the Contract Sum\t−EUR 100.00",
        ],
    ),
    "change_estimate": (
        {"do": "change_estimate", "line": "F3", "estimate": 12, "cap": 15},
        [
            "Estimate changed: F3, Training",
            "Before\tTrainer at EUR 500.00 per day, estimated at 10 days (EUR 5,000.00), not more than 12 days"
            " (EUR 6,000.00) without a further change order",
            "After\tTrainer at EUR 500.00 per day, estimated at 12 days (EUR 6,000.00), not more than 15 days"
            " (EUR 7,500.00) without a further change order",
        ],
    ),
    "change_estimate-quantity": (
        {"do": "change_estimate", "line": "F5", "quantity": 120},
        [
            "Quantity changed: F5, Trays",
            "Before\tEUR 20.00 per tray, estimated quantity 100 (EUR 2,000.00)",
            "After\tEUR 20.00 per tray, estimated quantity 120 (EUR 2,400.00)",
        ],
    ),
    "add_milestone": (
        {
            "do": "add_milestone",
            "milestone": {"id": "M3", "title": "Flue built", "date": "2026-09-04", "deliverables": ["D2"]},
        },
        [
            "Milestone added: M3, Flue built",
            "Date\t4 September 2026",
            "Deliverables\tD2",
            "M3\tFlue built\tnone\t4 September 2026\tadded",
        ],
    ),
    "move_milestone": (
        {"do": "move_milestone", "milestone": "M2", "date": "2026-08-21"},
        [
            "Milestone moved: M2, Ovens running",
            "Before\t28 August 2026",
            "After\t21 August 2026",
            "Effect on time\t7 days earlier",
            "M2\tOvens running\t28 August 2026\t21 August 2026\t7 days earlier",
        ],
    ),
    "move_end_date": (
        {"do": "move_end_date", "days": 14},
        [
            "End date moved",
            "Before\t30 September 2026",
            "After\t14 October 2026",
            "Effect on time\t14 days later",
            "4. The time for the work is increased by this Change Order by\t14 days",
            "5. The new End Date, including this Change Order, is\t14 October 2026",
        ],
    ),
    "add_obligation": (
        {
            "do": "add_obligation",
            "obligation": {
                "id": "O3",
                "party": "client",
                "degree": "should",
                "action": "feed the fitters",
                "due": "2026-06-01",
            },
        },
        ["Obligation of the Client added: O3", "Obligation\tThe Client should feed the fitters by 1 June 2026."],
    ),
    "omit_obligation": (
        {"do": "omit_obligation", "obligation": "O2"},
        [
            "Obligation of the Provider omitted: O2",
            "Before\tThe Provider shall use best endeavours to keep two ovens running.",
            "After\tNo longer an obligation",
        ],
    ),
    "change_liability_cap": (
        {"do": "change_liability_cap", "amount": "120000.00"},
        [
            "General limit of liability changed",
            "Before\tThe greater of EUR 80,000.00 and 100% of the contract sum",
            "After\tThe greater of EUR 120,000.00 and 100% of the contract sum",
        ],
    ),
    "change_term": (
        {"do": "change_term", "path": "intellectual_property", "value": "client_on_creation"},
        [
            "Term changed: Ownership of the deliverables",
            "Before\tthe Client owns each deliverable once it is paid for",
            "After\tthe Client owns each deliverable from its creation",
        ],
    ),
    "change_term-number": (
        {"do": "change_term", "path": "termination.cure_days", "value": 15},
        ["Term changed: Days to cure a breach", "Before\t10", "After\t15"],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_says_each_change_in_words_before_and_after(name: str) -> None:
    change, said = CHANGES[name]
    paper = printed(KIND, ENGAGEMENT, order(change))
    assert f"2.1 {said[0]}" in paper
    for line in said[1:]:
        assert line in paper


def test_says_an_omitted_milestone_in_words() -> None:
    unpaid = changed(ENGAGEMENT, "terms.fees.lines.0.milestone", None)
    paper = printed(KIND, unpaid, order({"do": "omit_milestone", "milestone": "M1"}))
    assert "2.1 Milestone omitted: M1, Plan accepted" in paper
    assert "After\tNo longer a milestone" in paper
    assert "M1\tPlan accepted\t17 April 2026\tomitted\tomitted" in paper


def test_prints_the_five_lines_with_the_numbers_of_earlier_orders() -> None:
    earlier = order(RAISE), order({"do": "omit_fee", "line": "F5"}, number=2)
    paper = printed(KIND, ENGAGEMENT, *earlier, order({"do": "change_rate", "line": "F3", "rate": "550.00"}, number=3))
    start = paper.index("Contract sum, before VAT and expenses\tAmount")
    assert paper[start + 1 : start + 6] == [
        "1. The original Contract Sum was\tEUR 85,000.00",
        "2. Net change by earlier Change Orders (CO-001, CO-002)\t−EUR 1,000.00",
        "3. The Contract Sum before this Change Order was\tEUR 84,000.00",
        "4. The Contract Sum is increased by this Change Order in the amount of\t+EUR 500.00",
        "5. The new Contract Sum, including this Change Order, is\tEUR 84,500.00",
    ]
    assert "Earlier Change Orders: CO-001 (Change 1) +EUR 1,000.00; CO-002 (Change 2) −EUR 2,000.00." in paper


def test_says_that_sum_and_time_are_unchanged_rather_than_changed_by_nothing() -> None:
    paper = printed(KIND, ENGAGEMENT, order({"do": "omit_obligation", "obligation": "O2"}))
    assert "2. Net change by earlier Change Orders (none)\tEUR 0.00" in paper
    assert "4. This Change Order leaves the Contract Sum unchanged\tEUR 0.00" in paper
    assert "4. This Change Order leaves the time for the work unchanged\tno change" in paper
    assert "No milestone is changed by this order." in paper


def test_says_why_the_limit_of_liability_moves() -> None:
    assert ("from EUR 85,000.00 to EUR 86,000.00, because part of it is a share of the Contract Sum") in words(
        KIND, ENGAGEMENT, order(RAISE)
    )
    by_itself = words(KIND, ENGAGEMENT, order({"do": "change_liability_cap", "amount": "120000.00"}))
    assert "from EUR 85,000.00 to EUR 120,000.00 (clause" in by_itself
    untouched = words(KIND, ENGAGEMENT, order({"do": "omit_obligation", "obligation": "O2"}))
    assert "leaves the general limit of liability unchanged at EUR 85,000.00" in untouched


def test_settles_in_full_or_reserves_rights_and_never_both() -> None:
    full, reserved = words(KIND, ENGAGEMENT, order(RAISE)), words(KIND, ENGAGEMENT, order(RAISE, settlement="reserved"))
    assert "settle fully and finally" in full
    assert "reserves its rights" not in full
    assert "reserves its rights to further sums and time" in reserved
    assert "settle fully and finally" not in reserved


@pytest.mark.parametrize(
    ("amount", "needed"),
    [("13000.00", ["Yes", "No", "No"]), ("24000.00", ["Yes", "Yes", "No"]), ("45000.00", ["Yes", "Yes", "Yes"])],
)
def test_the_size_of_the_effect_decides_which_approvals_it_needs(amount: str, needed: list[str]) -> None:
    paper = printed(KIND, ENGAGEMENT, order({"do": "change_fee", "line": "F1", "amount": amount}))
    start = paper.index("Effect on the Contract Sum\tApproval by\tNeeded\tApproved by\tDate")
    rungs = [row.split("\t") for row in paper[start + 1 : start + 4]]
    assert [row[:2] for row in rungs] == [
        ["Up to EUR 5,000.00", "Account Manager"],
        ["Up to EUR 20,000.00", "Director"],
        ["Above EUR 20,000.00", "Board"],
    ]
    assert [row[2] for row in rungs] == needed


def test_a_second_small_order_may_need_the_next_rung_and_says_why() -> None:
    four, three = ({"do": "change_fee", "line": "F1", "amount": amount} for amount in ("16000.00", "19000.00"))
    alone = printed(KIND, ENGAGEMENT, order(four))
    assert any(
        line.endswith(
            "before it is signed: this order EUR 4,000.00. The Client decides as follows: The board "
            "meets on the first Monday of the month."
        )
        for line in alone
    )
    second = printed(KIND, ENGAGEMENT, order(four), order(three, number=2))
    (why,) = [line for line in second if "decides whose approval" in line]
    assert why.startswith(
        "The size of the effect on the Contract Sum, counted together with the Change Orders executed before this one "
        "and without regard to sign, decides whose approval this order needs on the Provider’s side before it is "
        "signed: this order EUR 3,000.00; with CO-001 EUR 7,000.00."
    )
    assert "Up to EUR 20,000.00\tDirector\tYes\t____________\t____________" in second
    assert "Up to EUR 20,000.00\tDirector\tNo\t–\t–" in alone


def test_what_an_earlier_order_took_away_counts_as_much_as_what_it_added() -> None:
    less = order({"do": "change_fee", "line": "F2", "amount": "45000.00"})
    paper = words(KIND, ENGAGEMENT, less, order({"do": "change_fee", "line": "F1", "amount": "18000.00"}, number=2))
    assert "this order EUR 6,000.00; with CO-001 EUR 21,000.00." in paper
    assert "Above EUR 20,000.00\tBoard\tYes" in paper


def test_an_order_without_effect_on_the_sum_needs_the_first_approval_only() -> None:
    paper = printed(KIND, ENGAGEMENT, order(RAISE), order({"do": "move_end_date", "days": 7}, number=2))
    (why,) = [line for line in paper if "first approval only" in line]
    assert why.startswith("This order leaves the Contract Sum unchanged, so that on the Provider’s side it needs")
    rungs = [line.split("\t")[2] for line in paper if line.startswith(("Up to EUR", "Above EUR"))]
    assert rungs == ["Yes", "No", "No"]


DIRECTIVE: Facts = {
    "format": "docgen.change-directive/1",
    "engagement": "LMB-7",
    "number": 1,
    "title": "Pump the hall dry",
    "ordered_by": "client",
    "ordered_on": "2026-04-03",
    "reason": "The hall is under water.",
    "harm": "The ovens rust.",
    "work": ["Pump the hall dry"],
    "begin": "2026-04-03",
    "not_to_exceed": "2000.00",
}


@pytest.mark.parametrize("deviation", ["low", "medium", "high"])
def test_says_which_directive_it_takes_in(deviation: str) -> None:
    engagement = changed(ENGAGEMENT, "account.deviation", deviation)
    paper = printed(KIND, engagement, DIRECTIVE, order(RAISE, converts=1))
    assert "Takes in\tChange Directive CD-001 – Pump the hall dry" in paper
    urgent = numbers("contract", engagement)["urgent-work"]
    start = paper.index("3. Directive taken in")
    assert paper[start + 1] == (
        f"This Change Order takes in change directive CD-001 of 3 April 2026 (clause {urgent} of the Agreement); from "
        "its effective date the work is paid under this Change Order only. Sums already paid for that work count as "
        "paid under this Change Order."
    )
    assert any(line.endswith("due or payable before then, except under change directive CD-001.") for line in paper)


def test_an_order_that_takes_in_no_directive_says_nothing_of_any() -> None:
    assert "irective" not in words(KIND, ENGAGEMENT, order(RAISE))


def test_a_milestone_without_a_day_is_told_as_such() -> None:
    undated = changed(ENGAGEMENT, "terms.milestones.1.date", None)
    paper = printed(KIND, undated, order({"do": "move_milestone", "milestone": "M2", "date": "2026-09-04"}))
    assert "M2\tOvens running\tNo date set\t4 September 2026\tdate set" in paper


def test_says_how_the_client_decides() -> None:
    assert "The Client decides as follows: The board meets on the first Monday of the month." in words(
        KIND, ENGAGEMENT, order(RAISE)
    )


@pytest.mark.parametrize("deviation", ["low", "medium", "high"])
def test_cites_the_clauses_of_the_contract_at_every_level_of_detail(deviation: str) -> None:
    facts = changed(ENGAGEMENT, "account.deviation", deviation)
    contract = printed("contract", facts)
    control = next(line.split(". ")[0] for line in contract if line.endswith(". Change control"))
    (cited,) = [line for line in printed(KIND, facts, order(CHANGES["add_fee"][0])) if line.startswith("Clauses\t")]
    assert cited.startswith(f"Clauses\tMade under clause {control}")
    assert cited.endswith("changes paragraph 2 of Schedule 1" if deviation == "low" else "changes Schedule 2")


def test_every_change_at_once_cites_a_clause_each() -> None:
    changes = [
        CHANGES[name][0] for name in ("add_deliverable", "add_fee", "change_fee", "move_milestone", "move_end_date")
    ]
    changes += [
        CHANGES[name][0] for name in ("add_obligation", "omit_obligation", "change_liability_cap", "change_term")
    ]
    paper = printed(KIND, ENGAGEMENT, order(*changes))
    assert sum(line.startswith("Clauses\tMade under clause ") for line in paper) == len(changes)


@pytest.mark.parametrize(
    "path",
    [
        "governing_law",
        "scope.exclusions",
        "fees.payment_days",
        "fees.tax.percent",
        "change_control.response_days",
        "termination.cure_days",
        "confidentiality_years",
        "disputes.negotiation_days",
    ],
)
@pytest.mark.parametrize("deviation", ["low", "medium", "high"])
def test_a_changed_term_names_itself_and_its_clause(path: str, deviation: str) -> None:
    value: object = {"governing_law": "France", "scope.exclusions": ["Paint"]}.get(path, 12)
    facts = changed(ENGAGEMENT, "account.deviation", deviation)
    paper = printed(KIND, facts, order({"do": "change_term", "path": path, "value": value}))
    assert any(line.startswith("2.1 Term changed: ") and path not in line for line in paper)
    assert any(line.startswith("Clauses\tMade under clause ") for line in paper)


def test_names_itself_the_agreement_the_parties_and_where_the_change_comes_from() -> None:
    paper = printed(KIND, ENGAGEMENT, order(RAISE, refs=["CR-7", "RFI-2"]))
    for line in (
        "Change Order\tCO-001 – Change 1",
        "Project\tNew ovens for the mill (LMB-7)",
        "Agreement\tServices Agreement LMB-7, effective 2 March 2026",
        "Requested by\tClient, on 1 April 2026",
        "Type of change\tUnforeseen condition",
        "References\tCR-7 and RFI-2",
        "Effective date\t11 April 2026",
        "Status\tDraft",
        "The hall is smaller than drawn.",
    ):
        assert line in paper


def test_both_parties_sign_it_and_nothing_binds_before() -> None:
    document = tree(KIND, ENGAGEMENT, order(RAISE))
    assert [place.party for place in signature_places(document)] == ["provider", "client"]
    assert "does not bind either party until an authorised signatory of each has signed it" in "\n".join(
        lines(document)
    )


def test_a_contract_without_a_ladder_needs_no_table_of_approvals() -> None:
    facts = changed(ENGAGEMENT, "terms.change_control.approvals", [])
    assert not any("Approval by" in line for line in printed(KIND, facts, order(RAISE)))


@pytest.mark.parametrize(
    ("path", "value", "clause"),
    [
        ("fees.payment_days", 45, "payment"),
        ("fees.late_interest.percent", "4", "late-payment"),
        ("liability.insurance", [{"kind": "cyber", "amount": "1000.00"}], "insurance"),
        ("termination.convenience_notice_days", 60, "termination-convenience"),
        ("termination.cure_days", 20, "cure"),
    ],
)
@pytest.mark.parametrize("detail", ["low", "medium", "high"])
def test_a_changed_term_names_the_clause_that_prints_it(path: str, value: object, clause: str, detail: str) -> None:
    engagement = changed(ENGAGEMENT, "account.deviation", detail)
    signed = numbers("contract", engagement)

    assert f"changes clause {signed[clause]}" in words(
        KIND, engagement, order({"do": "change_term", "path": path, "value": value})
    )


def test_a_group_of_terms_is_told_part_by_part() -> None:
    engagement = without(ENGAGEMENT, "terms.fees.late_interest")
    interest = {"do": "change_term", "path": "fees.late_interest", "value": {"percent": "4", "over": "Euribor"}}

    printed_order = printed(KIND, engagement, order(interest))

    assert any(line.endswith("Term changed: Interest on late payment") for line in printed_order)
    assert (
        "After\tRate of interest on late payment in per cent a year: 4; Base of interest on late payment: Euribor"
        in printed_order
    )
