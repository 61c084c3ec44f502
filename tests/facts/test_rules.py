"""Each rule between fields, by a file that breaks it and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.demo import EXAMPLE
from docgen.facts.load import load_files

FILES = {
    "engagement": ("engagement",),
    "change-order-001": ("engagement", "change-order-001"),
    "progress-2026-11-13": ("engagement", "progress-2026-11-13"),
    "progress-2026-11-20": ("engagement", "progress-2026-11-13", "progress-2026-11-20"),
    "breach": ("engagement", "breach"),
    "dispute": ("engagement", "dispute", "breach"),
}
"""The example's files that the rules of each of them look at."""
HERE = "¦"
"""Stands where the finding is expected; it is not part of the file."""


def broken(folder: Path, name: str, *changes: tuple[str, str]) -> tuple[list[str], str]:
    """Return what is found once some words of one of the example's files are exchanged, and where it was expected."""
    expected = ""
    for known in FILES[name]:
        text = (EXAMPLE / f"{known}.yaml").read_text(encoding="utf-8")
        for before, after in changes if known == name else ():
            assert before in text, before
            text = text.replace(before, after, 1)
        if HERE in text:
            lines = text.split(HERE)[0].split("\n")
            expected = f"{folder / known}.yaml:{len(lines)}:{len(lines[-1]) + 1}: "
        (folder / f"{known}.yaml").write_text(text.replace(HERE, ""), encoding="utf-8")
    return findings(*(folder / f"{known}.yaml" for known in FILES[name])), expected


def findings(*files: Path) -> list[str]:
    return [str(finding) for finding in load_files(files).findings]


ENGAGEMENT = [
    ("parties", "Harrow & Pike Retail plc", "NORTHBRIDGE Systems Ltd", "provider and client have the same name"),
    (
        "unique",
        "role: delivery, email: jon.bell@northbridge.example",
        "role: delivery, email: jon.bell@northbridge.example}\n"
        "    - {name: J. Bell, role: other, email: jon.bell@northbridge.example",
        "jon.bell@northbridge.example belongs to more than one contact",
    ),
    ("one-account-manager", "Lead, role: delivery", "Lead, role: account_manager", "Amara Okafor and Jon Bell are all"),
    ("account-manager", "manager: amara.", "manager: ¦amelia.", "is not among the provider's contacts"),
    ("one-account-manager", "manager: amara.okafor@", "manager: ¦jon.bell@", "does not have the role account_manager"),
    ("team", "team: [jon.bell@", "team: [¦john.bell@", "john.bell@northbridge.example is not among"),
    ("calendar", "{country: GB, subdivision: ENG}", "¦{country: GB, subdivision: ENK}", "ENG"),
    ("approval-dates", "proceed_from: 2026-09-21", "proceed_from: ¦2026-09-13", "work starts before the letter"),
    (
        "approval-dates",
        "valid_until: 2026-10-30",
        "valid_until: ¦2026-09-20",
        "the letter lapses before work may start",
    ),
    ("approval-dates", "valid_until: 2026-10-30", "valid_until: ¦2027-04-01", "the letter outlives the contract"),
    ("approval-limit", "not_to_exceed: 20000.00", "not_to_exceed: ¦107800.01", "above the contract sum GBP 107,800.00"),
    ("unique", "id: D3", "id: ¦d2", "the id d2 is used twice"),
    ("unique", "{id: O4", "{id: ¦O1", "the id O1 is used twice"),
    ("unique", "{id: F4", "{id: ¦F1", "the id F1 is used twice"),
    ("unique", "{id: M3", "{id: ¦M1", "the id M1 is used twice"),
    ("unknown-id", "amount: 64000.00, milestone: M2", "amount: 64000.00, milestone: ¦M22", "Did you mean M2?"),
    ("unknown-id", "deliverables: [D3]", "deliverables: [¦X3]", "there is no deliverable X3. There are: D1, D2, D3."),
    ("term", "end_date: 2027-03-31", "end_date: ¦2026-10-04", "the contract ends on 2026-10-04, before it begins"),
    (
        "date-in-term",
        "due: 2026-10-30",
        "due: ¦2026-10-04",
        "deliverable D1 on 2026-10-04 is before the effective date",
    ),
    ("date-in-term", "date: 2027-03-26", "date: ¦2027-04-01", "milestone M3 on 2027-04-01 is after the end date"),
    ("date-in-term", "due: 2026-10-12", "due: ¦2026-10-01", "obligation O1 on 2026-10-01 is before the effective date"),
    (
        "milestone-order",
        "date: 2026-11-06, deliverables: [",
        "date: 2026-10-29, deliverables: [¦",
        "after milestone M1",
    ),
    ("fee-cap", "cap: 18}", "cap: ¦14}", "the cap of 14 is below the estimate of 15. A cap is at least the estimate."),
    ("retainer-periods", "periods: 6", "periods: ¦8", "8 periods of a month are longer than the term of 178 days"),
    ("tax", "percent: 20}", "percent: ¦101}", "a tax of 101 per cent. Write 20 for 20 per cent."),
    ("liability-cap", "{amount: 150000.00, percent_of_fees: 125}", "¦{}", "the cap has neither an amount nor a share"),
    ("liability-cap", "{amount: 150000.00, percent_of_fees: 125}", "¦{amount: 0}", "the cap is zero"),
    ("liability-cap", "percent_of_fees: 125", "percent_of_fees: ¦0.5", "Write 50 for 50 per cent."),
    ("liability-cap", "amount: 500000.00", "amount: ¦140000.00", "is below the general cap GBP 150,000.00"),
    ("liability-claims", "claims: [data protection]", "claims: [¦Fraud]", "“Fraud” is both increased and unlimited"),
    ("approvals", "{up_to: 50000.00, role", "{up_to: ¦10000.00, role", "the rung up to GBP 10,000.00 follows the one"),
    (
        "approvals",
        "      - {role: board}",
        "      - ¦{up_to: 90000.00, role: board}",
        "nobody may approve a change above",
    ),
    ("approvals", "{role: board}", "{role: board}\n      - ¦{role: legal}", "a rung follows the one that has no limit"),
    ("approvals", "{role: board}", "{role: ¦director}", "director stands on two rungs. Keep the higher one."),
    ("cure-period", "cure_days: 14", "cure_days: ¦0", "a cure period of no days cures nothing"),
    ("cure-period", "cure_days: 14", "cure_days: ¦177", "the cure period of 177 days is as long as the term"),
    (
        "notice-period",
        "convenience_notice_days: 30",
        "convenience_notice_days: ¦177",
        "a notice of 177 days is as long",
    ),
    ("no-days", "response_days: 5", "response_days: ¦0", "no days are left to answer a request"),
    ("no-days", "body: CEDR, days: 30", "body: CEDR, days: ¦0", "no days are left to mediate"),
    ("notices", "{courier: 2, email: 0}", "{courier: 2, email: 0, post: ¦3}", "post is not a way to give notice here"),
    ("notices", "methods: [courier, email]", "methods: [courier, email, ¦hand]", "when a notice by hand is received"),
    ("disputes", "forum: courts", "forum: ¦arbitration", "arbitration has no institution and no seat"),
    (
        "disputes",
        "forum: courts",
        "forum: courts, arbitration: ¦{institution: LCIA, seat: London}",
        "arbitration is described, but the courts decide",
    ),
]


@pytest.mark.parametrize(("rule", "before", "after", "said"), ENGAGEMENT, ids=[row[3][:40] for row in ENGAGEMENT])
def test_a_rule_of_the_engagement_is_told_at_its_place(
    tmp_path: Path, rule: str, before: str, after: str, said: str
) -> None:
    found, expected = broken(tmp_path, "engagement", (before, after))
    (finding,) = [text for text in found if text.endswith(f"[{rule}]") and said in text][:1] or [str(found)]

    assert said in finding
    assert finding.startswith(expected)
    assert "warning:" not in finding


def test_no_way_to_give_notice_is_told(tmp_path: Path) -> None:
    notices = "methods: [courier, email], deemed_receipt_days: {courier: 2, email: 0}"
    found, expected = broken(tmp_path, "engagement", (notices, "methods: ¦[]"))
    assert (
        f"{expected}no way to give notice is named. Name at least one of courier, post, hand, email. [notices]" in found
    )


WARNINGS = [
    ("fee-milestone", "amount: 18000.00, milestone: M1}", "amount: 18000.00}", "the fixed fee F1 has no milestone"),
    (
        "fee-milestone",
        "date: 2027-03-26, deliverables: [D3]",
        "date: 2027-03-26",
        "nothing falls due with milestone M3",
    ),
    ("payment-days", "payment_days: 30", "payment_days: ¦181", "payment within 181 days is unusual"),
    ("insurance", "percent_of_fees: 125", "percent_of_fees: 2000", "no insurance reaches the general cap"),
    (
        "privilege",
        "privileges: []",
        "privileges: [¦A named engineer]",
        "“A named engineer” is granted without a reason",
    ),
    (
        "privilege",
        "privileges: []",
        "privileges: [{what: A, reason: B, applies_to: ¦F9}]",
        "F9 is neither a fee line nor the path of a term",
    ),
    (
        "privilege",
        "privileges: []",
        "privileges: [{what: A, reason: B, granted_on: 2026-11-02, until: ¦2026-11-01}]",
        "it ends on 2026-11-01, before it is granted",
    ),
]


@pytest.mark.parametrize(("rule", "before", "after", "said"), WARNINGS, ids=[row[3] for row in WARNINGS])
def test_what_is_worth_a_look_is_a_warning(tmp_path: Path, rule: str, before: str, after: str, said: str) -> None:
    found, expected = broken(tmp_path, "engagement", (before, after))
    assert any(
        text.startswith(expected) and "warning: " in text and said in text and text.endswith(f"[{rule}]")
        for text in found
    )


ORDERS = [
    ("order-dates", "effective_date: 2026-12-07", "effective_date: ¦2026-11-22", "before it was asked for"),
    ("order-number", "number: 1 ", "number: ¦3 ", "CO-001 and CO-002 are missing before CO-003"),
    ("order-number", "number: 1 ", "number: ¦99999 ", "CO-001, CO-002, CO-003 and 99995 more are missing"),
    ("order-change", "change_rate, line: F3", "change_rate, line: F9", "there is no fee line F9 in the terms in force"),
    ("order-change", "do: change_rate", "do: change_fee", ""),
    (
        "date-in-term",
        "milestone: M2, days: 14",
        "milestone: M2, days: 60",
        "with this order, milestone M2 on 2027-04-13",
    ),
    ("unique", "deliverable: {id: D4", "deliverable: {id: d1", "with this order, the id d1 is used twice"),
]


@pytest.mark.parametrize(("rule", "before", "after", "said"), ORDERS, ids=[row[3] or row[0] for row in ORDERS])
def test_a_change_order_must_fit_the_terms_before_it(
    tmp_path: Path, rule: str, before: str, after: str, said: str
) -> None:
    changes = [(before, after)] if said else [(before, after), ("rate: 760.00", "amount: 760.00")]
    found, expected = broken(tmp_path, "change-order-001", *changes)

    assert any(f"{tmp_path}/change-order-001.yaml" in text and said in text and f"[{rule}]" in text for text in found)
    assert any(text.startswith(expected) for text in found)


def test_an_order_names_the_change_that_cannot_be_made(tmp_path: Path) -> None:
    found, _ = broken(
        tmp_path, "change-order-001", ("do: move_milestone, milestone: M2", "do: move_milestone, milestone: M9")
    )
    text = (tmp_path / "change-order-001.yaml").read_text(encoding="utf-8")
    line = text[: text.index("do: move_milestone")].count("\n") + 1

    assert any(f"change-order-001.yaml:{line}:5: there is no milestone M9" in finding for finding in found)


def test_an_order_that_changes_nothing_is_told(tmp_path: Path) -> None:
    text = (EXAMPLE / "change-order-001.yaml").read_text(encoding="utf-8")
    begin, end = text.index("  - {do: add_deliverable"), text.index("settlement:")
    found, _ = broken(
        tmp_path, "change-order-001", (text[begin:end], "  - {do: change_rate, line: F3, rate: 720.00}\n")
    )
    assert any("the order changes nothing. Check the values it gives. [order-change]" in finding for finding in found)


def second(folder: Path, **values: object) -> list[str]:
    """Return what is found with a second change order of some values beside the example's first."""
    facts = {
        "number": 2,
        "requested_by": "client",
        "requested_on": "2026-12-01",
        "effective_date": "2026-12-14",
    } | values
    lines = [f"{key}: {value}" for key, value in facts.items()]
    head = "format: docgen.change-order/1\nengagement: NBS-2026-014\ntitle: Two\nreason: More\nkind: law\n"
    path = folder / "second.yaml"
    path.write_text(
        head + "\n".join(lines) + "\nsettlement: full\nchanges: [{do: move_end_date, days: 7}]\n", encoding="utf-8"
    )
    return findings(EXAMPLE / "engagement.yaml", EXAMPLE / "change-order-001.yaml", path)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, None),
        ({"number": 1}, "CO-001 is given twice. Number the orders 1, 2, 3 … [order-number]"),
        ({"number": 4}, "CO-002 and CO-003 are missing before CO-004"),
        ({"requested_on": "2026-11-01", "effective_date": "2026-12-01"}, "CO-002 takes effect before CO-001"),
        ({"effective_date": "2027-04-01"}, "warning: the order takes effect after the contract's original end"),
        ({"requested_on": "2026-09-01", "effective_date": "2026-10-04"}, "before the contract does on 2026-10-05"),
    ],
)
def test_a_second_order_follows_the_first(tmp_path: Path, values: dict[str, object], said: str | None) -> None:
    found = second(tmp_path, **values)
    assert any(said in finding for finding in found) if said else found == []


def test_only_the_party_that_may_ask_for_changes_asks(tmp_path: Path) -> None:
    broken(tmp_path, "engagement", ("requested_by: either", "requested_by: provider"))
    found = findings(tmp_path / "engagement.yaml", EXAMPLE / "change-order-001.yaml")
    assert any("the contract lets only the provider ask for changes" in finding for finding in found)


ENTRIES = [
    (
        "period",
        "{from: 2026-11-16, to: 2026-11-20}",
        "¦{from: 2026-11-20, to: 2026-11-16}",
        "before it begins on 2026-11-20",
    ),
    ("period", "{from: 2026-11-16, to: 2026-11-20}", "¦{from: 2026-11-16, to: 2026-11-23}", "the period has 8 days"),
    (
        "period",
        "{from: 2026-11-16, to: 2026-11-20}",
        "¦{from: 2026-11-13, to: 2026-11-19}",
        "the period overlaps the one",
    ),
    (
        "period",
        "{from: 2026-11-16, to: 2026-11-20}",
        "¦{from: 2026-09-07, to: 2026-09-11}",
        "before the contract takes",
    ),
    (
        "period",
        "{from: 2026-11-16, to: 2026-11-20}",
        "¦{from: 2027-04-05, to: 2027-04-09}",
        "after the contract ended on",
    ),
    (
        "unknown-id",
        "deliverable: D2, text: Private link",
        "deliverable: ¦D7, text: Private link",
        "there is no deliverable D7",
    ),
    ("unknown-id", "{id: M2, forecast", "{id: ¦M7, forecast", "there is no milestone M7"),
    ("unknown-id", "effort: [{line: F3", "effort: [{line: ¦F7", "there is no fee line F7"),
    ("unknown-id", "invoiced: []", "invoiced: [{line: ¦F8, amount: 1}]", "there is no fee line F8"),
    ("effort", "effort: [{line: F3", "effort: [{line: ¦F1", "fee line F1 is fixed and counts no units"),
    (
        "milestone-date",
        "actual: 2026-11-05",
        "actual: ¦2026-11-21",
        "milestone M1 was reached on 2026-11-21, after the period",
    ),
    ("no-change", "no_change: false", "no_change: ¦true", "no_change says that nothing moved"),
    (
        "invoiced",
        "invoiced: []",
        "invoiced: [¦{line: F1, amount: 0.01}]",
        "more than GBP 18,000.00 has been invoiced on fee line F1",
    ),
    ("contact-date", "on: 2026-11-18", "on: ¦2026-11-21", "2026-11-21 is after the period"),
    ("unique", "issues: []", "issues: [{id: I1, text: a}, {id: ¦i1, text: b}]", "the id i1 is used twice"),
]


@pytest.mark.parametrize(("rule", "before", "after", "said"), ENTRIES, ids=[row[3] for row in ENTRIES])
def test_a_progress_entry_must_fit_the_engagement_and_the_entries_before_it(
    tmp_path: Path, rule: str, before: str, after: str, said: str
) -> None:
    found, expected = broken(tmp_path, "progress-2026-11-20", (before, after))
    assert any(text.startswith(expected) and said in text and text.endswith(f"[{rule}]") for text in found), found


ENTRY_WARNINGS = [
    (
        "period",
        "{from: 2026-11-16, to: 2026-11-20}",
        "¦{from: 2026-09-28, to: 2026-10-02}",
        "under the letter of approval",
    ),
    (
        "status",
        "overall: {rag: amber, reason: Load tests start two days late}\n  scope: {rag: green}",
        "overall: ¦{rag: green}\n  scope: {rag: red, reason: x}",
        "overall is green while scope is red",
    ),
    (
        "status",
        "overall: {rag: amber, reason: Load tests start two days late}\n  scope: {rag: green}",
        "overall: ¦{rag: green}\n  quality: {rag: red, reason: x}\n  scope: {rag: red, reason: x}",
        "overall is green while scope and quality are red",
    ),
    ("fee-cap", "units: 2}", "units: 19}", "19 units used on fee line F3 pass its cap of 18"),
    (
        "person",
        "owner: jon.bell@northbridge.example",
        "owner: ¦jim.bell@northbridge.example",
        "jim.bell@northbridge.example is not",
    ),
    (
        "next-date",
        "due: 2026-11-25}]\nmilestones",
        "due: ¦2026-11-13}]\nmilestones",
        "what comes next is due on 2026-11-13",
    ),
    ("contact-date", "on: 2026-11-18", "on: ¦2026-11-13", "2026-11-13 is before the period"),
]


@pytest.mark.parametrize(("rule", "before", "after", "said"), ENTRY_WARNINGS, ids=[row[3] for row in ENTRY_WARNINGS])
def test_what_is_odd_in_an_entry_is_a_warning(tmp_path: Path, rule: str, before: str, after: str, said: str) -> None:
    found, expected = broken(tmp_path, "progress-2026-11-20", (before, after))
    assert any(
        text.startswith(expected) and "warning: " in text and said in text and text.endswith(f"[{rule}]")
        for text in found
    ), found


def test_units_of_all_entries_count_against_the_cap(tmp_path: Path) -> None:
    broken(tmp_path, "progress-2026-11-13", ("effort: []", "effort: [{line: F3, units: 17}]"))
    found = findings(*tmp_path.glob("*.yaml"), EXAMPLE / "progress-2026-11-20.yaml")
    assert any("19 units used on fee line F3 pass its cap of 18" in finding for finding in found)


BREACHES = [
    (
        "breach-dates",
        "notice_date: 2027-03-01",
        "notice_date: ¦2026-10-04",
        "warning: the notice is dated before the contract takes effect on 2026-10-05",
    ),
    (
        "breach-dates",
        "on: 2027-02-02",
        "on: ¦2027-03-02",
        "2027-03-02 is after the notice. A notice states what has happened.",
    ),
    ("breach-dates", "on: 2027-02-22, step", "on: ¦2027-03-02, step", "2027-03-02 is after the notice. Name steps"),
    (
        "breach-method",
        "method: courier",
        "method: ¦post",
        "does not let notice be given by post. Use one of: courier, email.",
    ),
    ("breach-dates", "on: 2027-02-02", "on: ¦2026-10-04", "warning: 2026-10-04 is before the contract takes effect"),
    ("earlier-steps", "step: mediation", "step: other", "warning: mediation (clause mediation) was skipped"),
    ("earlier-steps", "step: look_back", "step: other", "warning: the look back (clause look-back) was skipped"),
]


@pytest.mark.parametrize(("rule", "before", "after", "said"), BREACHES, ids=[row[3] for row in BREACHES])
def test_a_notice_of_breach_must_fit_the_contract(
    tmp_path: Path, rule: str, before: str, after: str, said: str
) -> None:
    found, expected = broken(tmp_path, "breach", (before, after))
    assert any(text.startswith(expected) and said in text and text.endswith(f"[{rule}]") for text in found), found


def test_a_rule_that_rests_on_a_faulty_entry_is_not_told(tmp_path: Path) -> None:
    found, _ = broken(tmp_path, "engagement", ("rate: 720.00", "rate: lots"))
    assert len(found) == 1
    assert "“lots” is not a number" in found[0]


@pytest.mark.parametrize(
    "change",
    [
        ("end_date: 2027-03-31", "end_date:"),
        ("effective_date: 2026-10-05", "effective_date:"),
        ("cap: {amount: 150000.00, percent_of_fees: 125}", "cap:"),
        ("notices: {methods", "notices:\n  other: {methods"),
        ("calendar: {country: GB, subdivision: ENG}", "calendar:"),
    ],
)
def test_a_blank_breaks_no_rule(tmp_path: Path, change: tuple[str, str]) -> None:
    found, _ = broken(tmp_path, "engagement", change)
    assert not [text for text in found if ": blank: " not in text and "not known" not in text]
