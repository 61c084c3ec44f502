"""Payments and milestones under a contract become progress entries, one for each month with news."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from docgen.exchange.ocds import READ_AS_NONE, ImportedProcess, files
from tests.exchange.published import contract, imported, release, value


def under_way(folder: Path, **implementation: Any) -> ImportedProcess:
    return imported(folder, release(contract(implementation=implementation)))


def payment(key: Any, date: str | None, amount: Any, **changes: Any) -> dict[str, Any]:
    return {"id": key, "date": date, "value": value(amount), **changes}


def test_payments_of_a_month_are_one_entry_with_their_sum(tmp_path: Path) -> None:
    process = under_way(
        tmp_path,
        transactions=[payment(2, "2020-05-30", 100.5), payment(1, "2020-05-03", 200), payment(3, "2020-03-03", 50)],
    )
    assert process.progress == (
        {
            "format": "docgen.progress/1",
            "engagement": "ocds-abc123-77",
            "period": {"from": dt.date(2020, 3, 1), "to": dt.date(2020, 3, 31)},
            "summary": "GBP 50.00 was paid.",
            "invoiced": [{"line": "F1", "amount": Decimal("50.00")}],
        },
        {
            "format": "docgen.progress/1",
            "engagement": "ocds-abc123-77",
            "period": {"from": dt.date(2020, 5, 1), "to": dt.date(2020, 5, 31)},
            "summary": "GBP 300.50 was paid.",
            "invoiced": [{"line": "F1", "amount": Decimal("300.50")}],
        },
    )
    assert [name for name, _ in files(process)][1:] == [
        "ocds-abc123-77_progress-2020-03.yaml",
        "ocds-abc123-77_progress-2020-05.yaml",
    ]
    assert "Payments are carried over as amounts invoiced: the source tells of payments only." in process.notes


def test_a_transaction_of_version_1_0_calls_its_value_an_amount(tmp_path: Path) -> None:
    old = {"id": 1, "date": "2020-05-03", "amount": value(200), "receiverOrganization": {"id": 1}}
    (entry,) = under_way(tmp_path, transactions=[old]).progress
    assert entry["invoiced"] == [{"line": "F1", "amount": Decimal("200.00")}]


def test_a_milestone_that_was_met_is_reached_on_its_day(tmp_path: Path) -> None:
    milestones = [
        {"id": "a", "title": "Half", "dueDate": "2020-05-01", "dateMet": "2020-06-07T00:00:00Z", "status": "met"},
        {"id": "b", "title": "All", "dueDate": "2020-12-01", "status": "notMet", "dateMet": "2020-12-01"},
        {"id": "c", "title": "Report", "status": "met"},
    ]
    process = under_way(tmp_path, milestones=milestones)
    (entry,) = process.progress
    assert entry["period"]["from"] == dt.date(2020, 6, 1)
    assert entry["milestones"] == [{"id": "M1", "actual": dt.date(2020, 6, 7)}]
    assert entry["summary"] == "Milestone M1 (Half) was reached."
    assert "Milestone M3 is met, but the source does not say when." in process.notes


def test_a_milestone_that_moves_without_an_amendment_is_a_forecast(tmp_path: Path) -> None:
    def told(due: str) -> dict[str, Any]:
        return contract(implementation={"milestones": [{"id": "a", "title": "Half", "dueDate": due}]})

    later = release(told("2020-07-15"), id="2", date="2020-06-20T00:00:00Z", tag=["implementationUpdate"])
    process = imported(tmp_path, release(told("2020-06-30")), later)
    assert process.orders == ()
    assert process.engagement["terms"]["milestones"][0]["date"] == dt.date(2020, 6, 30)
    (entry,) = process.progress
    assert entry["period"] == {"from": dt.date(2020, 6, 1), "to": dt.date(2020, 6, 30)}
    assert entry["milestones"] == [{"id": "M1", "forecast": dt.date(2020, 7, 15)}]


def test_payments_that_cannot_be_placed_are_told(tmp_path: Path) -> None:
    process = under_way(
        tmp_path,
        transactions=[
            payment("a", None, 5),
            payment("b", "2020-05-03", None),
            {"id": "c", "date": "2020-05-03", "value": value(5, "EUR")},
            payment("d", "2020-05-03", 5, payee={"id": "GB-LAC-1", "name": "Upton Borough Council"}),
            payment(None, "2020-05-03", -5),
        ],
    )
    assert process.progress == ()
    assert set(process.notes) == {
        "Payment a names no day and was left out.",
        "Payment b names no amount and was left out.",
        "Payment c is in EUR, not GBP, and was left out.",
        "Payment d goes to the buyer and was left out.",
        "An amount of GBP -5 is read as not given.",
        "Payment without an id names no amount and was left out.",
        READ_AS_NONE,
    }


def test_without_one_fee_line_payments_stand_in_the_summary(tmp_path: Path) -> None:
    paid = contract(value=None, implementation={"transactions": [payment(1, "2020-05-03", 200)]})
    process = imported(tmp_path, release(paid))
    (entry,) = process.progress
    assert "invoiced" not in entry
    assert entry["summary"] == "GBP 200.00 was paid."
    assert process.engagement["currency"] == "GBP"
    assert any("has no fee lines, so the payments stand in the summaries" in note for note in process.notes)
