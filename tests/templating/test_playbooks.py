"""A playbook stands beside its clauses: found, read with all its faults, and part of what is approved."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.errors import FindingsError
from docgen.lifecycle.house_terms import unknown_field
from docgen.models.playbook import LEGAL, needs
from docgen.models.terms import Role
from docgen.templating.catalogue import Catalogue, packaged_templates
from docgen.templating.closure import pack, unpack
from docgen.templating.playbooks import fallbacks_of, house_playbook, read_playbook
from tests.templating.stage import HEADER

OWN = Catalogue((packaged_templates(),))
CONTRACT = OWN.template("contract", "en")
BODY = '<doc title="T"><clause id="pay"><p>Pay.</p></clause></doc>'
PLAYBOOK = "format: docgen.playbook/1\nclauses:\n  pay: {otherwise: director}\n"


def folder(tmp_path: Path, playbook: str | None = PLAYBOOK, name: str = "deal") -> Catalogue:
    """Return a catalogue in which the house has a template of its own, with a playbook or without."""
    home = tmp_path / "templates" / "contracts"
    home.mkdir(parents=True, exist_ok=True)
    if name == "deal":
        (home / "deal.html.jinja").write_text(HEADER.format(language="en") + BODY)
    if playbook is not None:
        (home / f"{name}.playbook.yaml").write_text(playbook)
    return Catalogue((tmp_path / "templates", packaged_templates()))


def faults(tmp_path: Path, playbook: str) -> list[str]:
    catalogue = folder(tmp_path, playbook)
    file = catalogue.playbook(catalogue.template("deal", "en"))
    assert file
    return [str(each) for each in read_playbook(file)[1]]


def test_every_clause_of_docgens_contract_has_a_position_or_stands_in_one_that_has() -> None:
    book = house_playbook(OWN, CONTRACT)
    parts = {part.name for part in OWN.closure(CONTRACT) if "<clause" in part.body or "<schedule" in part.body}
    assert {each.file.name for each in book.parts} == parts
    assert not [limit.field for _, limit in book.limits.values() if unknown_field(limit.field)]


def test_every_fallback_of_docgens_contract_has_words_in_english_and_german() -> None:
    book = house_playbook(OWN, CONTRACT)
    fallbacks = [each for position in book.positions.values() for each in position.fallbacks]
    assert len(fallbacks) > 20
    assert {tuple(sorted(each.words)) for each in fallbacks} == {("de", "en")}
    assert [each.id for each, _ in fallbacks_of(book, "payment", "de")] == ["payment-from-receipt", "payment-in-runs"]


def test_a_changed_limit_is_another_version_of_the_template(tmp_path: Path) -> None:
    plain, first = folder(tmp_path, None), folder(tmp_path)
    template = plain.template("deal", "en")
    hashes = {catalogue.version_hash(template) for catalogue in (plain, first)}
    hashes.add(folder(tmp_path, PLAYBOOK.replace("director", "legal")).version_hash(template))
    assert len(hashes) == 2  # the first two read the same folder, in which the playbook is by then
    (tmp_path / "templates" / "contracts" / "deal.playbook.yaml").unlink()
    assert folder(tmp_path, None).version_hash(template) not in hashes


def test_the_record_keeps_the_playbooks_with_the_template(tmp_path: Path) -> None:
    packed = pack(OWN, CONTRACT)
    catalogue, again = unpack(packed, tmp_path)
    assert house_playbook(catalogue, again).hash == house_playbook(OWN, CONTRACT).hash
    assert catalogue.version_hash(again) == OWN.version_hash(CONTRACT)


def test_a_playbook_of_the_house_takes_the_place_of_docgens_and_makes_the_template_the_houses(tmp_path: Path) -> None:
    text = (packaged_templates() / "contracts" / "_fees.playbook.yaml").read_text(encoding="utf-8")
    catalogue = folder(tmp_path, text.replace("at_most: 45", "at_most: 40"), name="_fees")
    template = catalogue.template("contract", "en")
    _, limit = house_playbook(catalogue, template).limits["terms.fees.payment_days"]
    assert str(limit.allowed) == "up to 40"
    assert OWN.own(CONTRACT)
    assert not catalogue.own(template)


def test_words_of_the_houses_own_have_no_playbook_of_docgens(tmp_path: Path) -> None:
    text = OWN.partial("_fees", "en").text
    catalogue = folder(tmp_path)
    (tmp_path / "templates" / "contracts" / "_fees.html.jinja").write_text(text, encoding="utf-8")
    catalogue = Catalogue(catalogue.roots)
    assert "terms.fees.payment_days" not in house_playbook(catalogue, catalogue.template("contract", "en")).limits


def test_positions_are_rulings_roles_and_ranges(tmp_path: Path) -> None:
    catalogue = folder(tmp_path, PLAYBOOK + "  on-time: {otherwise: legal, removal: director}\n")
    positions = house_playbook(catalogue, catalogue.template("deal", "en")).positions
    assert positions["pay"].otherwise == needs(Role.DIRECTOR)
    assert (positions["on-time"].otherwise, positions["on-time"].limits) == (LEGAL, ())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("otherwise: directr", "4:16: clauses.pay.otherwise: “directr” is no ruling. Did you mean director?"),
        ("fallback: []", "“fallback” is not known. Did you mean “fallbacks”?"),
        ("limits: [{field: terms.end_date}]", "the limit says nothing"),
        ("limits: [{field: terms.end_date, standard: {at_least: 9, at_most: 3}}]", "9 is above 3"),
        ("limits: [{field: terms.end_date, standard: {}}]", "it says nothing"),
        ("limits: [{field: terms.end_date, standard: {one_of: [a], at_most: 3}}]", "both as a list and as a range"),
        ("fallbacks: [{id: a, ruling: allowed, words: {english: x}}]", "“english” is not a language code"),
        ("fallbacks: [{id: a, ruling: legal, words: {}}, {id: a, ruling: legal, words: {}}]", "“a” is given twice"),
        ("otherwise: [", "playbook.yaml:"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, written: str, said: str) -> None:
    found = faults(tmp_path, f"format: docgen.playbook/1\nclauses:\n  pay:\n    {written}\n")
    assert any(said in each and each.startswith("templates/contracts/deal.playbook.yaml:") for each in found), found


def test_a_playbook_with_faults_is_not_used(tmp_path: Path) -> None:
    catalogue = folder(tmp_path, PLAYBOOK.replace("director", "nobody"))
    with pytest.raises(FindingsError, match="is no ruling"):
        house_playbook(catalogue, catalogue.template("deal", "en"))
