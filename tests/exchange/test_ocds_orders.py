"""Amendments become change orders, numbered in the order in which they were agreed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.published import award, contract, days, imported, release, value

AMENDMENT = {"id": "0001", "date": "2020-06-05T13:30:00Z", "rationale": "More roads were found.", "releaseID": "2"}
AMENDED = {"date": "2020-06-06T00:00:00Z", "id": "2", "tag": ["contractAmendment"]}


def test_an_amendment_that_changes_value_and_end_is_a_change_order(tmp_path: Path) -> None:
    later = contract(value=value(1350), period=days("2020-02-01", "2021-03-01"), amendments=[AMENDMENT])
    process = imported(tmp_path, release(contract()), release(later, **AMENDED))
    assert process.engagement["terms"]["fees"]["lines"][0]["amount"] == Decimal("1000.00")
    assert process.engagement["terms"]["end_date"] == dt.date(2020, 12, 31)
    assert process.orders == (
        {
            "format": "docgen.change-order/1",
            "engagement": "ocds-abc123-77",
            "number": 1,
            "title": "Amendment 0001: fees and end date",
            "requested_by": "client",
            "requested_on": dt.date(2020, 6, 5),
            "reason": "More roads were found.",
            "kind": "client_request",
            "refs": ["0001", "2"],
            "effective_date": dt.date(2020, 6, 5),
            "changes": [
                {"do": "change_fee", "line": "F1", "amount": Decimal("1350.00")},
                {"do": "move_end_date", "date": dt.date(2021, 3, 1)},
            ],
            "settlement": "reserved",
        },
    )
    assert any("does not say who asked for the change" in note for note in process.notes)


def test_the_order_of_the_files_does_not_matter(tmp_path: Path) -> None:
    releases = [release(contract()), release(contract(value=value(1350), amendments=[AMENDMENT]), **AMENDED)]
    first, second = imported(tmp_path, *releases), imported(tmp_path, *reversed(releases))
    assert (first.engagement, first.orders) == (second.engagement, second.orders)


def test_several_amendments_are_numbered_one_after_the_other(tmp_path: Path) -> None:
    second = {"id": "0002", "date": "2020-09-01", "description": "Fewer bridges."}
    process = imported(
        tmp_path,
        release(contract()),
        release(contract(value=value(1350), amendments=[AMENDMENT]), **AMENDED),
        release(contract(value=value(1200), amendments=[second]), date="2020-09-02T00:00:00Z", id="3"),
    )
    assert [(order["number"], order["changes"][0]["amount"]) for order in process.orders] == [
        (1, Decimal("1350.00")),
        (2, Decimal("1200.00")),
    ]
    assert process.orders[1]["reason"] == "Fewer bridges."


def test_an_amendment_alone_is_measured_against_the_award(tmp_path: Path) -> None:
    won = award(value=value(1000), contractPeriod=days("2020-02-01", "2020-12-31"))
    later = contract(value=value(1350), period=days("2020-02-01", "2021-03-01"), amendments=[AMENDMENT])
    process = imported(tmp_path, release(later, awards=[won], **AMENDED))
    assert process.engagement["terms"]["fees"]["lines"][0]["amount"] == Decimal("1000.00")
    assert process.engagement["terms"]["end_date"] == dt.date(2020, 12, 31)
    assert [change["do"] for change in process.orders[0]["changes"]] == ["change_fee", "move_end_date"]
    assert "Amendment 0001: what stood before is taken from the award or the amendment itself." in process.notes


def test_an_amendment_of_version_1_0_says_itself_what_stood_before(tmp_path: Path) -> None:
    changes = [
        {"property": "contracts/0/value/amount", "former_value": 1000},
        {"property": "period.endDate", "former_value": "2020-12-31T00:00:00Z"},
        {"property": "items.0.unit.value.amount", "former_value": 3},
    ]
    old = {"date": "2020-06-05", "rationale": "More roads.", "changes": changes}
    later = contract(value=value(1350), period=days("2020-02-01", "2021-03-01"), amendment=old)
    process = imported(tmp_path, release(later, **AMENDED))
    assert process.engagement["terms"]["fees"]["lines"][0]["amount"] == Decimal("1000.00")
    assert process.engagement["terms"]["end_date"] == dt.date(2020, 12, 31)
    assert process.orders[0]["title"] == "Amendment: fees and end date"


def test_an_amendment_without_anything_earlier_is_told_and_not_made_up(tmp_path: Path) -> None:
    process = imported(tmp_path, release(contract(value=value(1350), amendments=[AMENDMENT]), **AMENDED))
    assert process.orders == ()
    assert process.engagement["terms"]["fees"]["lines"][0]["amount"] == Decimal("1350.00")
    assert (
        "Amendment 0001: the source does not say what stood before, so there is no change order; the engagement states "
        "the terms as amended." in process.notes
    )


def test_several_amendments_known_only_together_are_one_change_order(tmp_path: Path) -> None:
    second = {"id": "0002", "date": "2020-09-01", "rationale": "More bridges were found."}
    process = imported(
        tmp_path, release(contract()), release(contract(value=value(1500), amendments=[second, AMENDMENT]), **AMENDED)
    )
    (order,) = process.orders
    assert order["title"] == "Amendments 0001, 0002: fees"
    assert order["reason"] == "More roads were found.\n\nMore bridges were found."
    assert order["effective_date"] == dt.date(2020, 9, 1)


def test_an_amendment_that_changed_nothing_we_can_say_is_told(tmp_path: Path) -> None:
    process = imported(tmp_path, release(contract()), release(contract(amendments=[AMENDMENT]), **AMENDED))
    assert process.orders == ()
    assert "Amendment 0001 changed nothing that a change order can say. More roads were found." in process.notes


def test_values_that_differ_between_releases_without_an_amendment_are_a_change_order_to_look_at(tmp_path: Path) -> None:
    later = release(contract(value=value(1350)), date="2020-06-06T00:00:00Z", tag=["contractUpdate"])
    process = imported(tmp_path, release(contract()), later)
    (order,) = process.orders
    assert (order["title"], order["reason"]) == ("Change of fees", "The source gives no reason.")
    assert order["effective_date"] == dt.date(2020, 6, 6)
    assert "CO-001: the values differ between two releases, but no amendment is published." in process.notes


def test_what_is_published_later_without_an_amendment_was_agreed_from_the_beginning(tmp_path: Path) -> None:
    bare = release(contract(value=None, period=None))
    items = [{"id": 1, "description": "Roads"}]
    full = release(contract(items=items, milestones=[{"id": 1, "title": "Half", "dueDate": "2020-06-30"}]), id="2")
    process = imported(tmp_path, bare, {**full, "date": "2020-03-01T00:00:00Z", "tag": ["contractUpdate"]})
    assert process.orders == ()
    terms = process.engagement["terms"]
    assert terms["fees"]["lines"][0]["amount"] == Decimal("1000.00")
    assert terms["end_date"] == dt.date(2020, 12, 31)
    assert terms["scope"]["deliverables"][0]["title"] == "Roads"
    assert terms["milestones"][0]["date"] == dt.date(2020, 6, 30)


def test_a_value_that_is_first_published_by_an_amendment_is_told(tmp_path: Path) -> None:
    later = release(contract(amendments=[AMENDMENT]), **AMENDED)
    process = imported(tmp_path, release(contract(value=None)), later)
    assert process.orders == ()
    assert "The original value is not in the source; the engagement states the one as amended." in process.notes


def test_items_and_milestones_that_an_amendment_adds_moves_or_rewrites_are_changes(tmp_path: Path) -> None:
    before = contract(
        items=[{"id": "a", "description": "Roads"}, {"id": "b", "description": "Paths"}],
        milestones=[{"id": "m", "title": "Half", "dueDate": "2020-06-30"}],
    )
    after = contract(
        items=[{"id": "b", "description": "Paths and lanes"}, {"id": "c", "description": "Bridges"}],
        milestones=[{"id": "m", "title": "Half", "dueDate": "2020-07-31"}, {"id": "n", "title": "All"}],
        amendments=[AMENDMENT],
    )
    process = imported(tmp_path, release(before), release(after, **AMENDED))
    (order,) = process.orders
    assert order["title"] == "Amendment 0001: deliverables and milestones"
    assert order["changes"] == [
        {
            "do": "revise_deliverable",
            "deliverable": "D2",
            "title": "Paths and lanes",
            "description": "Paths and lanes.",
        },
        {
            "do": "add_deliverable",
            "deliverable": {"id": "D3", "title": "Bridges", "description": "Bridges.", "due": None, "acceptance": None},
        },
        {"do": "move_milestone", "milestone": "M1", "date": dt.date(2020, 7, 31)},
        {"do": "add_milestone", "milestone": {"id": "M2", "title": "All", "date": None}},
    ]
    assert "CO-001.changes.*.deliverable.due" in {blank.path for blank in process.blanks}


def test_prices_and_quantities_per_unit_change_line_by_line(tmp_path: Path) -> None:
    def item(key: str, quantity: int, price: int) -> dict[str, Any]:
        return {"id": key, "description": key, "quantity": quantity, "unit": {"name": "mile", "value": value(price)}}

    before = contract(items=[item("a", 6, 100), item("b", 4, 100)])
    after = contract(value=value(1360), items=[item("a", 8, 120), item("b", 4, 100)], amendments=[AMENDMENT])
    process = imported(tmp_path, release(before), release(after, **AMENDED))
    fees = [change for change in process.orders[0]["changes"] if change["do"] != "revise_deliverable"]
    assert fees == [
        {"do": "change_rate", "line": "F1", "rate": Decimal("120.00")},
        {"do": "change_estimate", "line": "F1", "quantity": 8},
    ]


def test_another_currency_cannot_be_a_change_order(tmp_path: Path) -> None:
    later = contract(value=value(1350, "EUR"), amendments=[AMENDMENT])
    process = imported(tmp_path, release(contract()), release(later, **AMENDED))
    assert process.orders == ()
    assert "The currency changed from GBP to EUR; no change order can say that." in process.notes


@pytest.mark.parametrize(
    ("rationale", "kind", "side"),
    [
        ("Due to unforeseen complications the works take longer.", "unforeseen_condition", "provider"),
        ("Circunstancias imprevistas", "unforeseen_condition", "provider"),
        ("A change in law requires lighting.", "law", "client"),
        ("Corrects a mistake in the quantities.", "error_or_omission", "client"),
        ("At the request of the supplier, payment is split.", "provider_request", "provider"),
        ("More roads.", "client_request", "client"),
    ],
)
def test_the_rationale_says_what_kind_of_change_it_was(rationale: str, kind: str, side: str, tmp_path: Path) -> None:
    later = contract(value=value(2), amendments=[{**AMENDMENT, "rationale": rationale}])
    (order,) = imported(tmp_path, release(contract()), release(later, **AMENDED)).orders
    assert (order["kind"], order["requested_by"]) == (kind, side)


def test_the_history_in_a_versioned_release_gives_change_orders(tmp_path: Path) -> None:
    def versions(*values: tuple[str, Any]) -> list[dict[str, Any]]:
        return [{"releaseDate": date, "releaseID": date, "releaseTag": ["x"], "value": each} for date, each in values]

    amounts = versions(("2020-01-01", 1000), ("2020-06-01", 1350))
    versioned = {
        "contracts": [
            {
                "id": "C1",
                "title": versions(("2020-01-01", "Road survey")),
                "value": {"amount": amounts, "currency": versions(("2020-01-01", "GBP"))},
                "amendments": [{"id": "0001", "rationale": versions(("2020-06-01", "More roads."))}],
            }
        ]
    }
    link = {"url": "https://upton.example/1", "date": "2020-01-01", "tag": ["contract"]}
    record = {"ocid": "ocds-abc123-77", "releases": [link], "versionedRelease": versioned}
    compiled = release(contract(), date="2019-01-01T00:00:00Z", contracts=None)
    process = imported(tmp_path, {"records": [record]}, compiled)
    assert [order["changes"] for order in process.orders] == [
        [{"do": "change_fee", "line": "F1", "amount": Decimal("1350.00")}]
    ]
    assert process.orders[0]["reason"] == "More roads."
