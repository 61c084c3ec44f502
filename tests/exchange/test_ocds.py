"""A published contracting process becomes the facts of an engagement."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from docgen.errors import NotFoundError, UsageError
from docgen.exchange.ocds import READ_AS_NONE, files, read_process
from tests.exchange.published import (
    COUNCIL,
    SURVEYOR,
    award,
    contract,
    days,
    imported,
    package,
    release,
    value,
    written,
)


def test_a_release_becomes_an_engagement_with_its_parties_its_term_and_its_fee(tmp_path: Path) -> None:
    engagement = imported(tmp_path, package(release(contract()))).engagement
    assert engagement["id"] == "ocds-abc123-77"
    assert engagement["title"] == "Road survey"
    assert (engagement["locale"], engagement["language"], engagement["currency"]) == ("en-GB", "en", "GBP")
    assert (engagement["time_zone"], engagement["calendar"]) == ("Europe/London", {"country": "GB"})
    assert engagement["client"]["legal_name"] == "The Council of the Borough of Upton"
    assert engagement["provider"]["legal_name"] == "Lane Surveys Ltd"
    terms = engagement["terms"]
    assert (terms["effective_date"], terms["end_date"]) == (dt.date(2020, 2, 1), dt.date(2020, 12, 31))
    assert terms["scope"]["summary"] == "A survey of every road of the borough."
    assert terms["fees"]["lines"] == [
        {"id": "F1", "kind": "fixed", "description": "Road survey", "amount": Decimal("1000.00")}
    ]


def test_the_shape_of_version_1_0_says_the_same(tmp_path: Path) -> None:
    old = release(
        contract(),
        parties=None,
        buyer={name: field for name, field in COUNCIL.items() if name not in {"id", "roles"}},
        awards=[award(suppliers=[{name: field for name, field in SURVEYOR.items() if name not in {"id", "roles"}}])],
    )
    new = imported(tmp_path, package(release(contract())))
    assert imported(tmp_path, package(old)).engagement == new.engagement


def test_what_the_source_does_not_say_is_a_named_blank_and_an_empty_value_with_a_comment(tmp_path: Path) -> None:
    process = imported(tmp_path, release(contract(period=None, description=None)))
    blanks = {blank.path: blank.why for blank in process.blanks}
    assert blanks["terms.end_date"] == "not in the source: give it"
    assert blanks["terms.governing_law"] == "OCDS has no such fact: give it"
    assert blanks["terms.scope.deliverables"] == "no items in the source: say what is handed over"
    assert "terms.fees.lines" not in blanks
    (_, text), *_ = files(process)
    assert "\n  end_date:   # not in the source: give it\n" in text
    assert "\n    deliverables: []   # no items in the source: say what is handed over\n" in text
    assert text.startswith("# Imported from Open Contracting data: ocds-abc123-77, contract C1.\n")


def test_the_same_blank_of_several_deliverables_is_named_once(tmp_path: Path) -> None:
    items = [{"id": str(position), "description": "A road"} for position in range(3)]
    process = imported(tmp_path, release(contract(items=items)))
    assert [str(blank) for blank in process.blanks if "deliverables" in blank.path] == [
        "terms.scope.deliverables.*.due: not in the source: give it (3 places)",
        "terms.scope.deliverables.*.acceptance: OCDS has no such fact: give it (3 places)",
    ]


def test_several_contracts_are_listed_to_choose_from(tmp_path: Path) -> None:
    two = release(contract(), contract(id=2, title="Bridge survey", value=value(70.5), period=None))
    with pytest.raises(UsageError) as refusal:
        read_process(written(tmp_path, two))
    assert str(refusal.value) == (
        "There are 2 contracts. Choose one with --contract:\n"
        "  C1  GBP 1,000.00  2020-02-01 to 2020-12-31  Road survey\n"
        "  2  GBP 70.50  … to …  Bridge survey"
    )
    chosen = imported(tmp_path, two, contract="2")
    assert chosen.engagement["title"] == "Bridge survey"
    assert chosen.engagement["id"] == "ocds-abc123-77-2"


def test_an_unknown_contract_is_not_found_and_the_known_ones_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"There is no contract C9 in the files\. They hold:\n  C1  GBP 1,000\.00"):
        read_process(written(tmp_path, release(contract())), "C9")


def test_contracts_of_several_processes_are_chosen_by_both_ids(tmp_path: Path) -> None:
    both = package(release(contract()), release(contract(title="Other"), ocid="ocds-abc123-78"))
    with pytest.raises(UsageError, match=r"  ocds-abc123-77/C1  .*\n  ocds-abc123-78/C1  "):
        read_process(written(tmp_path, both))
    with pytest.raises(UsageError, match="There are 2 contracts"):
        read_process(written(tmp_path, both), "C1")
    assert imported(tmp_path, both, contract="ocds-abc123-78/C1").engagement["title"] == "Other"
    assert imported(tmp_path, both, contract="ocds-abc123-78").engagement["title"] == "Other"


def test_a_long_list_of_contracts_is_cut(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"There are 30 contracts[\s\S]*\n  … and 10 more$"):
        read_process(written(tmp_path, release(*(contract(id=position) for position in range(30)))))


def test_a_process_that_is_only_a_tender_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no contract and no award"):
        read_process(written(tmp_path, release(contracts=None, awards=None, tender={"id": "1"})))


def test_an_award_stands_for_a_contract_that_is_not_published_yet(tmp_path: Path) -> None:
    won = award(title="Road survey", value=value(900), contractPeriod=days("2020-03-01", "2020-06-30"))
    lost = award(id="A2", status="unsuccessful", value=value(1))
    process = imported(tmp_path, release(contracts=None, awards=[lost, won]))
    assert process.engagement["terms"]["fees"]["lines"][0]["amount"] == Decimal("900.00")
    assert process.engagement["terms"]["end_date"] == dt.date(2020, 6, 30)
    assert "There is no contract yet: award A1 is read as if it were one." in process.notes


def test_what_the_contract_leaves_out_is_taken_from_its_award(tmp_path: Path) -> None:
    said = award(value=value(900), contractPeriod=days("2020-03-01", None), items=[{"id": 1, "description": "Roads"}])
    process = imported(tmp_path, release(contract(value=value(0), period={}), awards=[said]))
    terms = process.engagement["terms"]
    assert terms["fees"]["lines"][0]["amount"] == Decimal("900.00")
    assert terms["effective_date"] == dt.date(2020, 3, 1)
    assert terms["scope"]["deliverables"][0]["title"] == "Roads"
    assert {f"The contract gives no {name}; the award's is used." for name in ("value", "period", "items")} <= set(
        process.notes
    )


def test_the_award_of_several_contracts_says_nothing_about_one_of_them(tmp_path: Path) -> None:
    shared = release(contract(value=None), contract(id="C2"), awards=[award(value=value(900))])
    assert imported(tmp_path, shared, contract="C1").engagement["terms"]["fees"]["lines"] == []


def test_without_a_value_there_is_no_fee_line_but_a_blank(tmp_path: Path) -> None:
    process = imported(tmp_path, release(contract(value=None)))
    assert process.engagement["terms"]["fees"]["lines"] == []
    assert "terms.fees.lines: the value is not in the source: give the fees" in map(str, process.blanks)
    assert "No amount names a currency; GBP is assumed." in process.notes


def test_items_become_deliverables_and_their_class_speaks_where_their_words_are_placeholders(tmp_path: Path) -> None:
    items = [
        {
            "id": "0001",
            "description": "string",
            "classification": {"scheme": "CPV", "id": 71351820, "description": "Topography services"},
            "quantity": 8.50,
            "unit": {"name": "Miles"},
        },
        {"id": "0002", "description": "Drawings of the bridges.", "deliveryDate": {"endDate": "2020-05-31T10:00:00Z"}},
    ]
    deliverables = imported(tmp_path, release(contract(items=items))).engagement["terms"]["scope"]["deliverables"]
    assert deliverables == [
        {
            "id": "D1",
            "title": "Topography services",
            "description": "Quantity: 8.5 Miles. Classification: CPV 71351820, Topography services.",
            "due": None,
            "acceptance": None,
        },
        {
            "id": "D2",
            "title": "Drawings of the bridges.",
            "description": "Drawings of the bridges.",
            "due": dt.date(2020, 5, 31),
            "acceptance": None,
        },
    ]


def test_prices_per_unit_become_fee_lines_when_they_make_the_value_exactly(tmp_path: Path) -> None:
    items = [
        {"id": 1, "description": "Roads", "quantity": 8, "unit": {"name": "mile", "value": value(100)}},
        {"id": 2, "description": "Bridges", "quantity": 2.5, "unit": {"value": value("80.00")}},
    ]
    lines = imported(tmp_path, release(contract(items=items))).engagement["terms"]["fees"]["lines"]
    assert lines == [
        {"id": "F1", "kind": "unit", "description": "Roads", "unit": "mile", "rate": Decimal("100.00"), "quantity": 8},
        {
            "id": "F2",
            "kind": "unit",
            "description": "Bridges",
            "unit": "unit",
            "rate": Decimal("80.00"),
            "quantity": Decimal("2.5"),
        },
    ]


@pytest.mark.parametrize(
    "item",
    [
        {"id": 1, "quantity": 8, "unit": {"value": value(100)}},
        {"id": 1, "quantity": 10, "unit": {"value": value(100, "EUR")}},
        {"id": 1, "quantity": None, "unit": {"value": value(1000)}},
        {"id": 1, "quantity": 1000, "unit": {"value": value("1.0001")}},
    ],
)
def test_prices_per_unit_that_do_not_make_the_value_leave_one_fixed_fee(
    item: dict[str, object], tmp_path: Path
) -> None:
    process = imported(tmp_path, release(contract(items=[item])))
    assert [line["kind"] for line in process.engagement["terms"]["fees"]["lines"]] == ["fixed"]
    assert any("do not make the contract's value" in note for note in process.notes)


def test_milestones_get_short_ids_and_keep_their_days(tmp_path: Path) -> None:
    milestones = [{"id": "20653Delivery", "title": "Half of the roads", "dueDate": "2020-06-30T00:00:00+04:30"}]
    later = [{"id": 7, "description": "All of the roads"}]
    process = imported(tmp_path, release(contract(milestones=milestones, implementation={"milestones": later})))
    assert process.engagement["terms"]["milestones"] == [
        {"id": "M1", "title": "Half of the roads", "date": dt.date(2020, 6, 30)},
        {"id": "M2", "title": "All of the roads", "date": None},
    ]
    assert "Milestones have short ids: M1 is 20653Delivery, M2 is 7." in process.notes


def test_amounts_finer_than_the_currency_are_rounded_half_up_with_a_note(tmp_path: Path) -> None:
    pounds = imported(tmp_path, release(contract(value=value(1000.005))))
    assert pounds.engagement["terms"]["fees"]["lines"][0]["amount"] == Decimal("1000.01")
    assert "GBP 1000.005 was rounded to 1000.01: the currency has 2 decimals." in pounds.notes
    yen = imported(tmp_path, release(contract(value=value(1000.5, "jpy"))))
    assert yen.engagement["terms"]["fees"]["lines"][0]["amount"] == Decimal(1001)
    assert yen.engagement["currency"] == "JPY"


def test_a_number_is_never_a_float(tmp_path: Path) -> None:
    path = tmp_path / "exact.json"
    text = '{"ocid": "x", "contracts": [{"id": 1, "value": {"amount": 100000000000000.03, "currency": "GBP"}}]}'
    path.write_text(text, encoding="utf-8")
    line = read_process([path]).engagement["terms"]["fees"]["lines"][0]
    assert line["amount"] == Decimal("100000000000000.03")


@pytest.mark.parametrize("currency", ["ZZZ", "", None, 5, "GBPX"])
def test_an_amount_in_no_currency_is_left_out_with_a_note(currency: str | None, tmp_path: Path) -> None:
    process = imported(tmp_path, release(contract(value=value(1000, currency))))
    assert process.engagement["terms"]["fees"]["lines"] == []
    assert "The amount 1000 has no currency of ISO 4217 and was left out." in process.notes


def test_a_period_may_give_its_length_in_days(tmp_path: Path) -> None:
    process = imported(tmp_path, release(contract(period={"startDate": "2020-02-01", "durationInDays": 30})))
    assert process.engagement["terms"]["end_date"] == dt.date(2020, 3, 1)
    assert "The last day, 2020-03-01, is counted: 30 days from 2020-02-01." in process.notes


def test_a_term_that_ends_before_it_begins_stays_open(tmp_path: Path) -> None:
    process = imported(tmp_path, release(contract(period=days("2020-02-01", "2019-02-01"))))
    assert process.engagement["terms"]["end_date"] is None
    assert "The period ends (2019-02-01) before it begins (2020-02-01); its end was left open." in process.notes


def test_the_language_of_the_source_stays_and_the_documents_speak_english(tmp_path: Path) -> None:
    mexican = {**COUNCIL, "address": {"streetAddress": "Av. 1", "locality": "CDMX", "countryName": "MÉXICO"}}
    process = imported(tmp_path, release(contract(title="Aseoría"), parties=[mexican, SURVEYOR], language="es"))
    assert (process.engagement["locale"], process.engagement["language"]) == ("es-MX", "en")
    assert process.engagement["time_zone"] == "America/Mexico_City"
    assert "Mexico has several time zones; America/Mexico_City is assumed." in process.notes
    assert "The source is written in es; its words are carried over as they are." in process.notes


def test_texts_in_several_languages_are_taken_in_english(tmp_path: Path) -> None:
    spoken = contract(title=None, title_fr="Relevé des routes", title_en="Road survey", description_fr="Routes")
    process = imported(tmp_path, release(spoken))
    assert process.engagement["title"] == "Road survey"


def test_documents_and_other_facts_without_a_place_are_told(tmp_path: Path) -> None:
    document = {"id": 1, "documentType": "contractSigned", "title": "Signed", "url": "https://upton.example/1.pdf"}
    told = contract(
        documents=[document],
        status="terminated",
        dateSigned="2020-01-05T00:00:00Z",
        period={**days("2020-02-01", "2020-12-31"), "maxExtentDate": "2021-12-31"},
        value={**value(1000), "valueAddedTaxIncluded": True},
    )
    assert imported(tmp_path, release(told)).notes == (
        "The contract was signed on 2020-01-05; its term begins on 2020-02-01.",
        "The contract's status in the source is “terminated”.",
        "The contract can be extended up to 2021-12-31; that was not carried over.",
        "The contract's value includes value added tax.",
        "A document was not carried over: Signed (contractSigned), https://upton.example/1.pdf.",
        READ_AS_NONE,
    )


@pytest.mark.parametrize(
    ("ocid", "name"),
    [
        ("ocds-34a6hz-01B68-160098/001/CX", "ocds-34a6hz-01B68-160098-001-CX"),
        ("../../../etc/passwd", "etc-passwd"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("ocds-\u202eabc\n", "ocds-abc"),
        ("a" * 64, "a" * 64),
        ("a" * 70, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-6bd5e503"),
        ("закупівля", "ocds-29030db8"),
        (None, "C1"),
        (12, "12"),
    ],
)
def test_the_id_of_an_engagement_is_safe_in_a_file_name(ocid: str | None, name: str, tmp_path: Path) -> None:
    assert imported(tmp_path, release(contract(), ocid=ocid)).engagement["id"] == name


def test_hostile_text_is_carried_as_text(tmp_path: Path) -> None:
    title = "<script>alert(1)</script> {{ 7 * 7 }} {% raw %} ../../x: # & * |"
    engagement = imported(tmp_path, release(contract(title=title, description=f"{title}\n\n\n{title}"))).engagement
    assert engagement["title"] == title
    assert engagement["terms"]["scope"]["summary"] == f"{title}\n\n{title}"


def test_characters_that_reorder_or_do_not_print_are_left_out_with_a_note(tmp_path: Path) -> None:
    process = imported(tmp_path, release(contract(title="Road\u202e survey\x00\ud800\ue000\ufffe\nof\u2066 Upton")))
    assert process.engagement["title"] == "Road survey of Upton"
    assert "A “title” held characters that do not print or that reorder the words; they were left out." in process.notes


def test_nothing_in_a_message_reorders_or_clears_the_terminal(tmp_path: Path) -> None:
    hostile = [contract(id=f"C{position}\x1b[2J\u202e", title="\x1b[31mRed\u202e") for position in range(2)]
    with pytest.raises(UsageError) as refusal:
        read_process(written(tmp_path, release(*hostile)))
    assert str(refusal.value).replace("\n", "").isprintable()


def test_the_files_are_the_same_each_time(tmp_path: Path) -> None:
    paths = written(tmp_path, release(contract(items=[{"id": 1, "description": "Roads"}])))
    assert files(read_process(paths)) == files(read_process(paths))


def test_the_example_in_the_documentation_is_true(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "ocds.md").read_text(encoding="utf-8")
    (source,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    (result,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (_, text), *_ = files(imported(tmp_path, json.loads(source)))
    assert f"\n{result}" in text
