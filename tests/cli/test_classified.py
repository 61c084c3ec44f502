"""`docgen document compare` names who decides on each change, the facts behind it, and the playbook that said so."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from tests.cli.shell import Shell
from tests.firm import DORA, ID, Firm, Firms

DOCUMENT = f"{ID}/contract"


@pytest.fixture
def signed(firms: Firms, tmp_path: Path) -> Firm:
    return firms.at("signed", tmp_path / "firm")


@pytest.fixture
def returned(docgen: Shell, signed: Firm, tmp_path: Path) -> Path:
    """Lend the contract with 60 days to pay, as its client sent it back."""
    path = tmp_path / "returned.docx"
    assert docgen("document", "get", DOCUMENT, "-f", "docx", "-o", path, "--workspace", signed.root).code == 0
    file = docx.Document(str(path))
    line = next(each for each in file.paragraphs if "shall pay each invoice within" in each.text)
    run = next(each for each in line.runs if "30" in each.text)
    run.text = run.text.replace("30", "sixty (60)")
    file.save(str(path))
    return path


def test_the_list_says_who_decides_and_which_fact_changed(docgen: Shell, signed: Firm, returned: Path) -> None:
    told = docgen("document", "compare", DOCUMENT, returned, "--workspace", signed.root)
    assert told.code == 1
    lines = [line.strip() for line in told.out.splitlines()]
    said = "needs approval (director): terms.fees.payment_days: 60, standard up to 30; allowed up to 45"
    assert [line for line in lines if line.startswith(said)]
    assert f"1 needs approval (director): {DORA}" in lines
    assert "terms.fees.payment_days: 30 → 60" in lines
    assert lines[-1].startswith("By contract 1.0.0 (en), ")


def test_another_document_than_the_one_named_is_said_to_be_one(
    docgen: Shell, signed: Firm, returned: Path, tmp_path: Path
) -> None:
    words = ("--workspace", signed.root)
    other = tmp_path / "other.docx"
    letter = docx.Document()
    letter.add_paragraph("Dear Amara, thank you for the contract.")
    letter.save(str(other))
    assert "see whether it is another document." in docgen("document", "compare", DOCUMENT, other, *words).err
    assert "another document" not in docgen("document", "compare", DOCUMENT, returned, *words).err


def test_as_json_it_has_the_ruling_the_patch_and_the_playbook(docgen: Shell, signed: Firm, returned: Path) -> None:
    record = docgen("document", "compare", DOCUMENT, returned, "--json", "--workspace", signed.root).json
    (difference,) = record["differences"]
    assert (difference["ruling"], difference["role"], difference["fallback"]) == ("needs approval", "director", None)
    fact = {"path": "terms.fees.payment_days", "old": "30", "new": "60", "also_changes": []}
    assert record["patch"] == {"by": "change order", "facts": [fact]}
    assert record["decisions"] == [{"ruling": "needs approval", "role": "director", "count": 1, "people": [DORA]}]
    version = next(each for each in signed.do(lambda desk: desk.catalogue.records()[0]) if each["name"] == "contract")
    assert record["playbook"]["template_hash"] == version["hash"]
    assert len(record["playbook"]["hash"]) == 64


def test_the_patch_applied_to_the_facts_makes_the_words_the_same(
    docgen: Shell, signed: Firm, returned: Path, tmp_path: Path
) -> None:
    record = docgen("document", "compare", DOCUMENT, returned, "--json", "--workspace", signed.root).json
    (fact,) = record["patch"]["facts"]
    facts = tmp_path / "ours.yaml"
    facts.write_text(docgen("engagement", "show", ID, "--workspace", signed.root).out, encoding="utf-8")
    setting = f"{fact['path']}={fact['new']}"
    made = docgen("render", "contract", facts, "--set", setting, "-f", "txt", "-o", "-")
    assert "shall pay each invoice within 60 days of its date" in " ".join(made.out.split())
