"""Real and well-known processes are imported; their files are beside the repository where they are at all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from docgen.errors import UsageError
from docgen.exchange.ocds import ImportedProcess, read_process
from tests.exchange.published import assert_valid

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "ocds"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/samples/ocds is not beside the repository")


def process(*names: str, contract: str | None = None) -> ImportedProcess:
    found = read_process([SAMPLES / f"{name}.json" for name in names], contract)
    assert_valid(found)
    return found


def test_the_mexican_contract_for_insurance_advice() -> None:
    with pytest.raises(UsageError, match="There are 2 contracts"):
        process("mx-insurance-advice")
    found = process("mx-insurance-advice", contract="991324")
    engagement = found.engagement
    assert engagement["id"] == "ocds-07smqs-993235-991324"
    assert engagement["client"]["legal_name"] == "Instituto Nacional de Antropología e Historia"
    assert engagement["client"]["address"]["city"] == "Cuauhtémoc"
    assert engagement["provider"]["tax_number"] == "GAB0709244G5"
    assert engagement["provider"]["address"]["country"] == "MX"
    assert (engagement["locale"], engagement["language"], engagement["currency"]) == ("es-MX", "en", "MXN")
    assert engagement["terms"]["fees"]["lines"][0]["amount"] == Decimal("189654.00")
    assert engagement["terms"]["effective_date"] == dt.date(2016, 2, 1)
    assert any("is the contracting party and the client" in note for note in found.notes)


@pytest.mark.parametrize(
    "names",
    [
        ("uk-cycle-lanes-contractAmendment",),
        ("uk-cycle-lanes-contract", "uk-cycle-lanes-contractAmendment"),
        ("uk-cycle-lanes-contractAmendment", "uk-cycle-lanes-implementation", "uk-cycle-lanes-contract"),
    ],
    ids=len,
)
def test_the_cycle_lanes_are_amended_from_11_to_13_5_million_and_two_months_longer(names: tuple[str, ...]) -> None:
    found = process(*names)
    terms = found.engagement["terms"]
    assert terms["fees"]["lines"][0]["amount"] == Decimal("11000000.00")
    assert terms["end_date"] == dt.date(2011, 8, 1)
    (order,) = found.orders
    assert order["kind"] == "unforeseen_condition"
    assert order["changes"] == [
        {"do": "change_fee", "line": "F1", "amount": Decimal("13500000.00")},
        {"do": "move_end_date", "date": dt.date(2011, 10, 30)},
    ]
    assert [entry["invoiced"] for entry in found.progress] == (
        [[{"line": "F1", "amount": Decimal("500000.00")}]] if len(names) == 3 else []
    )


def test_the_implementation_of_the_cycle_lanes_alone_leaves_the_fee_a_named_blank() -> None:
    found = process("uk-cycle-lanes-implementation")
    assert found.engagement["terms"]["fees"]["lines"] == []
    assert "terms.fees.lines" in {blank.path for blank in found.blanks}
    assert found.progress[0]["summary"] == "GBP 500,000.00 was paid."
