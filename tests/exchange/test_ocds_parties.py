"""Who buys is the client, who supplies is the provider."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from docgen.exchange.ocds import READ_AS_NONE, ImportedProcess
from tests.exchange.published import COUNCIL, SURVEYOR, award, contract, imported, release

OFFICE: dict[str, Any] = {
    "id": "PE-1",
    "name": "Purchasing Office #48",
    "identifier": {"scheme": "Office register", "id": "UP-48", "legalName": "Purchasing Office #48"},
    "additionalIdentifiers": [{"scheme": "Key", "id": "48", "legalName": "UPTON borough council"}],
    "address": {"streetAddress": "9 Side Road", "locality": "Upton", "countryName": "GB"},
    "contactPoint": {"name": "Sam Pool", "email": "sam.pool@upton.example"},
    "roles": ["procuringEntity"],
}
NAMED_ONLY = {"id": "GB-LAC-1", "name": "Upton Borough Council", "roles": ["buyer"]}


def parties(folder: Path, **changes: Any) -> tuple[Any, Any, ImportedProcess]:
    process = imported(folder, release(contract(), **changes))
    return process.engagement["client"], process.engagement["provider"], process


def test_a_party_has_its_name_in_law_its_register_its_address_and_its_contact(tmp_path: Path) -> None:
    client, provider, process = parties(tmp_path)
    assert provider == {
        "legal_name": "Lane Surveys Ltd",
        "kind": None,
        "registration": {"register": "Companies House", "number": "01234567", "jurisdiction": "England and Wales"},
        "address": {"lines": ["7 Mill Lane"], "city": "Wells", "region": "Somerset", "country": "GB"},
        "notice_email": "bids@lanesurveys.example",
        "signatory": None,
        "tax_number": "123456789",
        "contacts": [{"name": "Bids", "role": "other", "email": "bids@lanesurveys.example"}],
    }
    assert client["registration"] == {"register": "GB-LAC", "number": "1"}
    assert client["address"]["lines"] == ["Town Hall", "3 High Street"]
    assert client["contacts"][0]["phone"] == "01632 960001"
    assert process.notes == (READ_AS_NONE,)


def test_a_buyer_that_is_only_named_is_the_client_at_the_address_of_its_office(tmp_path: Path) -> None:
    client, _, process = parties(
        tmp_path, parties=[NAMED_ONLY, OFFICE, SURVEYOR], tender={"id": 1, "procuringEntity": {"id": "PE-1"}}
    )
    assert client["legal_name"] == "Upton Borough Council"
    assert client["registration"] == {"register": "Key", "number": "48"}
    assert client["address"]["lines"] == ["9 Side Road"]
    assert client["contacts"][0]["name"] == "Sam Pool"
    assert process.notes == (
        "The buyer, Upton Borough Council, is the contracting party and the client. The source gives no address for "
        "it: address and contact are those of Purchasing Office #48, its purchasing office.",
        READ_AS_NONE,
    )


def test_a_procuring_entity_of_its_own_is_the_client_when_the_buyer_is_only_named(tmp_path: Path) -> None:
    agency = {
        **OFFICE,
        "name": "Central Purchasing",
        "identifier": {"scheme": "X", "id": "1"},
        "additionalIdentifiers": [],
    }
    client, _, process = parties(tmp_path, parties=[NAMED_ONLY, agency, SURVEYOR])
    assert client["legal_name"] == "Central Purchasing"
    assert any("put the buyer's name and address instead" in note for note in process.notes)


def test_a_procuring_entity_beside_a_known_buyer_is_told(tmp_path: Path) -> None:
    client, _, process = parties(tmp_path, parties=[COUNCIL, OFFICE, SURVEYOR])
    assert client["legal_name"] == "The Council of the Borough of Upton"
    assert "The procuring entity, Purchasing Office #48, ran the procedure; the buyer is the client." in process.notes


def test_a_procuring_entity_is_the_client_where_no_buyer_is_named(tmp_path: Path) -> None:
    client, _, process = parties(tmp_path, buyer=None, parties=[OFFICE, SURVEYOR])
    assert client["legal_name"] == "Purchasing Office #48"
    assert "No buyer is named; the procuring entity, Purchasing Office #48, is the client." in process.notes


def test_the_suppliers_of_the_contract_come_before_those_of_the_award(tmp_path: Path) -> None:
    other = {"id": "X-1", "name": "Bridge & Sons", "roles": ["supplier"]}
    process = imported(
        tmp_path,
        release(contract(suppliers=[{"id": "X-1"}, {"id": "GB-COH-01234567"}]), parties=[COUNCIL, SURVEYOR, other]),
    )
    assert process.engagement["provider"]["legal_name"] == "Bridge & Sons"
    assert "There are 2 suppliers. The first is the provider; not carried over: Lane Surveys." in process.notes


@pytest.mark.parametrize(
    "changes",
    [
        {"awards": [award(suppliers=None)]},
        {"awards": None},
        {"awards": [award(suppliers=[{"name": "Lane Surveys"}])]},
        {"parties": [[COUNCIL, SURVEYOR]]},
    ],
    ids=["no supplier in the award", "no award", "supplier without an id", "parties in a list of lists"],
)
def test_the_supplier_is_found_in_other_ways(changes: dict[str, Any], tmp_path: Path) -> None:
    _, provider, _ = parties(tmp_path, **changes)
    assert provider["legal_name"] == "Lane Surveys Ltd"


@pytest.mark.parametrize(
    ("street", "lines"),
    [
        ("14 Quay Street", ["14 Quay Street"]),
        ("4, North London Business Park, Oakleigh Rd S", ["4, North London Business Park", "Oakleigh Rd S"]),
        (
            "Av. Insurgentes Sur 421, Piso 4, Colonia Hipódromo",
            ["Av. Insurgentes Sur 421", "Piso 4", "Colonia Hipódromo"],
        ),
        ("Pike House\r\n2 Exchange Square", ["Pike House", "2 Exchange Square"]),
        ("Pike House, 7", ["Pike House, 7"]),
        (None, []),
    ],
)
def test_a_street_is_written_on_lines(street: str | None, lines: list[str], tmp_path: Path) -> None:
    council = {**COUNCIL, "address": {**COUNCIL["address"], "streetAddress": street}}
    client, _, _ = parties(tmp_path, parties=[council, SURVEYOR])
    assert client["address"]["lines"] == lines


def test_an_address_without_a_city_is_left_out_with_a_note(tmp_path: Path) -> None:
    client, _, process = parties(
        tmp_path, parties=[{**COUNCIL, "address": {"streetAddress": "3 High Street"}}, SURVEYOR]
    )
    assert client["address"] is None
    assert "The address of Upton Borough Council names no city and was left out: 3 High Street." in process.notes
    assert process.engagement["locale"] == "en-GB"


def test_a_country_that_is_not_named_is_that_of_the_register(tmp_path: Path) -> None:
    council = {**COUNCIL, "address": {**COUNCIL["address"], "country": None}}
    client, _, process = parties(tmp_path, parties=[council, SURVEYOR])
    assert client["address"]["country"] == "GB"
    assert "The address of Upton Borough Council names no country; GB, its register's, is assumed." in process.notes


def test_a_country_is_assumed_from_the_provider_or_the_currency(tmp_path: Path) -> None:
    nowhere = {"id": "GB-LAC-1", "name": "Upton Borough Council", "roles": ["buyer"]}
    _, _, process = parties(tmp_path, parties=[nowhere, SURVEYOR])
    assert "The client's country is not given; United Kingdom, the provider's, is assumed." in process.notes
    _, _, process = parties(tmp_path, parties=[nowhere, {"name": "Lane Surveys", "roles": ["supplier"]}], awards=None)
    assert "The client's country is not given; United Kingdom, after the currency, is assumed." in process.notes


def test_further_identifiers_are_told(tmp_path: Path) -> None:
    surveyor = {**SURVEYOR, "additionalIdentifiers": [{"scheme": "XI-LEI", "id": "529900"}]}
    _, provider, process = parties(tmp_path, parties=[COUNCIL, surveyor])
    assert "tax_number" not in provider
    assert "Lane Surveys also has the identifier XI-LEI 529900, which was not carried over." in process.notes


@pytest.mark.parametrize(
    ("identifier", "registration"),
    [
        ({"scheme": "GB-COH", "id": "SC012345"}, {"register": "Companies House", "number": "SC012345"}),
        ({"scheme": "UA-EDR", "id": 40133709}, {"register": "Unified State Register (EDR)", "number": "40133709"}),
        ({"scheme": "Clave única", "id": "A-1"}, {"register": "Clave única", "number": "A-1"}),
        ({"id": "A-1"}, None),
        ({"scheme": "GB-COH"}, None),
        ("GB-COH-1", None),
    ],
)
def test_an_identifier_is_a_registration(identifier: Any, registration: Any, tmp_path: Path) -> None:
    _, provider, _ = parties(tmp_path, parties=[COUNCIL, {**SURVEYOR, "identifier": identifier}])
    assert provider["registration"] == registration


def test_a_taxpayer_register_gives_the_tax_number_as_well(tmp_path: Path) -> None:
    identifier = {"scheme": "Registro Federal de Contribuyentes de México", "id": "GAB0709244G5"}
    _, provider, _ = parties(
        tmp_path, parties=[COUNCIL, {**SURVEYOR, "identifier": identifier, "additionalIdentifiers": [identifier]}]
    )
    assert provider["tax_number"] == provider["registration"]["number"] == "GAB0709244G5"


def test_hostile_names_and_addresses_stay_text(tmp_path: Path) -> None:
    hostile = {
        **SURVEYOR,
        "identifier": {"scheme": "<b>", "id": "../../x", "legalName": "{{ 1 }}\u202e & <Sons>\nLtd"},
        "contactPoint": {"name": "=cmd|' /C calc'!A0", "email": "javascript:alert(1)"},
    }
    _, provider, process = parties(tmp_path, parties=[COUNCIL, hostile])
    assert provider["legal_name"] == "{{ 1 }} & <Sons> Ltd"
    assert provider["registration"] == {"register": "<b>", "number": "../../x"}
    assert provider["notice_email"] is None
    assert "“javascript:alert(1)” is no e-mail address and was left out." in process.notes
