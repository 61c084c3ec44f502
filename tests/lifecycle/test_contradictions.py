"""What nobody can mean is told where it stands; what follows only from another fault is not told."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.demo import EXAMPLE
from docgen.facts.load import load_files

NAMES = ("engagement", "change-order-001", "progress-2026-11-20", "dispute", "breach")


def findings(folder: Path, name: str, *changes: tuple[str, str]) -> list[str]:
    """Return what is found in the example's files once some words of one of them are exchanged."""
    for known in NAMES:
        text = (EXAMPLE / f"{known}.yaml").read_text(encoding="utf-8")
        for before, after in changes if known == name else ():
            assert before in text, before
            text = text.replace(before, after, 1)
        (folder / f"{known}.yaml").write_text(text, encoding="utf-8")
    found = load_files([folder / f"{known}.yaml" for known in NAMES]).findings
    return [f"{finding.severity} {finding.rule}: {finding.message}" for finding in found]


def test_the_example_says_nothing_twice_and_nothing_against_itself(tmp_path: Path) -> None:
    assert findings(tmp_path, "engagement") == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "role: sponsor",
            "role: account_manager",
            "one-account-manager: Dilip Rao of the client is an account manager.",
        ),
        ("deliverables: [D2]", "deliverables: [D2, D2]", "unique: D2 is named twice."),
        ("methods: [courier, email]", "methods: [courier, email, email]", "unique: email is named twice."),
        ("claims: [data protection]", "claims: []", "liability-claims: the higher limit is for none."),
        ("excluded: [", "excluded: [fraud, ", "liability-claims: “fraud” is both excluded and unlimited."),
        (
            "excluded: [",
            "excluded: [data protection, ",
            "liability-claims: “data protection” is both excluded and increased.",
        ),
        ("negotiation_days: 10", "negotiation_days: 0", "no-days: no days are left to negotiate."),
        ("convenience_notice_days: 30", "convenience_notice_days: 0", "no-days: no days are left of notice."),
        ("review_days: 5}", "review_days: 0}", "no-days: no days are left to review D1."),
    ],
)
def test_what_nobody_can_mean_is_an_error(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert findings(tmp_path, "engagement", (before, after)) == [f"error {said}"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("percent: 20", "percent: 0.2", "tax: a tax of 0.2 per cent."),
        ("percent: 8,", "percent: 0.08,", "late-interest: interest of 0.08 per cent."),
        (
            "pricing: The day rates in the fee schedule",
            "pricing: The day rates.",
            "phrase: the contract goes on after these words, and they end with a full stop.",
        ),
    ],
)
def test_what_hardly_anybody_means_is_worth_a_look(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert findings(tmp_path, "engagement", (before, after)) == [f"warning {said}"]


def test_a_contract_may_last_one_day(tmp_path: Path) -> None:
    found = findings(tmp_path, "engagement", ("end_date: 2027-03-31", "end_date: 2026-10-05"))

    assert not [finding for finding in found if finding.startswith("error term:")]


def test_a_term_that_runs_backwards_says_nothing_of_retainers(tmp_path: Path) -> None:
    found = findings(tmp_path, "engagement", ("end_date: 2027-03-31", "end_date: 2026-10-04"))

    assert [finding for finding in found if " term:" in finding]
    assert not [finding for finding in found if "retainer-periods" in finding]


@pytest.mark.parametrize(
    ("name", "before", "after", "rule"),
    [
        ("engagement", "role: board", "role: ceo", "enum"),
        ("engagement", "{up_to: 10000.00", "{up_to: 10k", "decimal"),
        ("engagement", "amount: 150000.00, percent_of_fees: 125", "amount: 150k", "decimal"),
        ("progress-2026-11-20", "overall: {rag: amber", "overall: {rag: ambr", "enum"),
        ("breach", "step: mediation", "step: mediaton", "enum"),
    ],
)
def test_what_follows_from_a_fault_is_not_told_beside_it(
    tmp_path: Path, name: str, before: str, after: str, rule: str
) -> None:
    found = findings(tmp_path, name, (before, after))

    assert len(found) == 1
    assert found[0].startswith(f"error {rule}:")


def test_what_breaks_with_an_order_is_told_at_the_change_that_breaks_it(tmp_path: Path) -> None:
    findings(
        tmp_path, "change-order-001", ("do: move_milestone, milestone: M2, days: 14", "do: move_end_date, days: -60")
    )
    order = tmp_path / "change-order-001.yaml"
    broken = order.read_text(encoding="utf-8").split("do: move_end_date")[0].count("\n") + 1

    found = load_files([tmp_path / "engagement.yaml", order]).findings

    assert {finding.place.line for finding in found if "with this order" in finding.message} == {broken}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("forecast: 2027-", "forecast: 2026-", "error milestone-date: milestone M2 is forecast for 2026-"),
        ("with: mei.tan@", "with: nobody@", "warning person: nobody@harrowpike.example is not among the contacts."),
    ],
)
def test_an_entry_looks_neither_back_nor_past_its_people(tmp_path: Path, before: str, after: str, said: str) -> None:
    found = findings(tmp_path, "progress-2026-11-20", (before, after))

    assert len(found) == 1
    assert found[0].startswith(said)


def test_an_order_of_later_on_makes_no_earlier_entry_wrong(tmp_path: Path) -> None:
    findings(tmp_path, "engagement")
    (tmp_path / "change-order-002.yaml").write_text(
        """
format: docgen.change-order/1
engagement: NBS-2026-014
number: 2
title: Less of everything
requested_by: client
requested_on: 2027-01-11
reason: The budget was cut.
kind: client_request
effective_date: 2027-01-18
changes:
  - {do: omit_fee, line: F4}
  - {do: change_fee, line: F1, amount: 10000.00}
  - {do: omit_milestone, milestone: M3}
settlement: full
""",
        encoding="utf-8",
    )
    entry = tmp_path / "progress-2026-11-20.yaml"
    words = entry.read_text(encoding="utf-8")
    entry.write_text(
        words.replace("\nmilestones:\n", "\nmilestones:\n  - {id: M3, forecast: 2027-03-26}\n").replace(
            "\ninvoiced: [", "\ninvoiced: [{line: F1, amount: 18000.00}, {line: F4, amount: 2500.00}"
        ),
        encoding="utf-8",
    )
    assert entry.read_text(encoding="utf-8") != words
    files = [tmp_path / f"{name}.yaml" for name in (*NAMES[:3], "change-order-002")]

    assert [str(finding) for finding in load_files(files).findings] == []
