"""Where a clause is used: in the source of templates, and in the contracts that are in force, in which wording."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.usage import UnknownClauseError, Usage, usage
from docgen.templating.catalogue import packaged_templates
from tests.firm import CONTRACT, ID, Firm, Firms


@pytest.fixture
def signed(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm whose contract is signed."""
    return firms.at("signed", tmp_path / "firm").on("2026-11-13")


def used(firm: Firm, clause: str, remarks: list[str] | None = None) -> Usage:
    return firm.do(usage, clause, [] if remarks is None else remarks)


def own(name: str) -> str:
    (path,) = packaged_templates().glob(f"*/{name}.html.jinja")
    return path.read_text(encoding="utf-8")


def test_a_clause_is_found_in_its_partial_and_in_the_signed_contract(signed: Firm) -> None:
    found = used(signed, "conduct-of-claims")
    (template,) = found.templates
    assert template.template.name == CONTRACT
    assert {place.part.name for place in template.places} == {"_liability", "_terms-in-brief"}
    for place in template.places:
        assert '<clause id="conduct-of-claims">' in own(place.part.name).splitlines()[place.line - 1]
    (contract,) = found.contracts
    assert (contract.reference, contract.as_now, bool(contract.document.executed_on)) == (
        f"{ID}/contract/1",
        True,
        True,
    )
    assert contract.label[0].isdigit()
    assert contract.words[0].startswith(f"{contract.label} A Party that wants to rely on an indemnity")


def test_a_changed_wording_is_another_one_than_that_of_contracts_in_force(signed: Firm) -> None:
    changed = own("_liability").replace("tell the other promptly", "tell the other at once")
    signed.write("templates/contracts/_liability.html.jinja", changed)
    assert not used(signed, "conduct-of-claims").contracts[0].as_now
    assert used(signed, "indemnity-limits").contracts[0].as_now
    assert not used(signed, "_liability").contracts[0].as_now
    reflowed = own("_liability").replace("and shall keep", "\n  and   shall keep").replace("{# Who", "{# Whoever")
    signed.write("templates/contracts/_liability.html.jinja", reflowed)
    assert used(signed, "_liability").contracts[0].as_now


def test_an_id_that_is_made_of_a_value_is_found_by_what_it_becomes(signed: Firm) -> None:
    found = used(signed, "insurance-1")
    assert [place.part.name for place in found.templates[0].places] == ["_liability"]
    assert [each.label for each in found.contracts] != []


def test_a_partial_counts_with_what_it_includes(signed: Firm) -> None:
    before = used(signed, "liability").contracts[0]
    limits = own("_liability-limits").replace("liable", "answerable", 1)
    signed.write("templates/contracts/_liability-limits.html.jinja", limits)
    after = used(signed, "liability").contracts[0]
    assert (before.as_now, after.as_now) == (True, False)


def test_a_clause_that_nobody_has_is_refused_with_those_that_are_near(signed: Firm) -> None:
    with pytest.raises(UnknownClauseError, match=r"Did you mean .*conduct-of-claims"):
        used(signed, "conduct-of-claim")
