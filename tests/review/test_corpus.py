"""Files that came back from many editors: every true change is told, by its clause and by who made it, and no other."""

from __future__ import annotations

import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from docgen.actions.comparing import month_names, placed
from docgen.doctree.nodes import Document
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.exchange.word_lines import read_word
from docgen.review.differences import Difference, Placed, differences
from docgen.templating.catalogue import packaged_templates
from docgen.templating.labels import read_words
from docgen.writers.docx import write_docx
from tests.review.corpus.make import MAKERS, make
from tests.review.corpus.makers import like_word
from tests.writers.versions import THEME

FOLDER = Path(__file__).with_name("corpus")
TRUTH: dict[str, Any] = YAML(typ="safe").load(FOLDER / "changes.yaml")
ISSUED = ("contract", "letter", "letter-de", "change-order")


@cache
def tree(name: str) -> Document:
    markup = (FOLDER / "issued" / f"{name}.html").read_text("utf-8")
    language = "de" if name.endswith("-de") else "en"
    labels = read_words(packaged_templates() / "labels.yaml", language).writer_labels()
    return number(parse(markup, language=language, labels=labels))


@cache
def issued(name: str) -> list[Placed]:
    return placed(read_word((FOLDER / "issued" / f"{name}.docx").read_bytes()), tree(name))


def told(found: Difference) -> dict[str, str]:
    names = {
        "kind": found.kind,
        "part": "" if found.part == "body" else found.part,
        "clause": found.where.clause_id,
        "before": found.before,
        "after": found.after,
        "to": found.to.clause_id if found.to else "",
        "by": " and ".join(each.author for each in found.by),
    }
    return {name: str(value) for name, value in names.items() if value}


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_every_true_change_is_told_and_no_other(name: str) -> None:
    truth = TRUTH[name]
    returned = read_word((FOLDER / "returned" / f"{name}.docx").read_bytes())
    months = month_names(tree(truth["issued"]).language)
    assert list(map(told, differences(issued(truth["issued"]), returned, months))) == truth["changes"]
    assert [f"{each.author}: {each.text}" for each in returned.comments] == truth.get("comments", [])
    assert list(returned.remarks) == truth.get("remarks", [])


def test_every_file_has_its_maker_and_its_truth() -> None:
    kept = {path.stem for path in (FOLDER / "returned").glob("*.docx")}
    assert kept == set(TRUTH) == set(MAKERS)
    assert {name: truth["issued"] for name, truth in TRUTH.items()} == {name: each[0] for name, each in MAKERS.items()}


@pytest.mark.parametrize("name", sorted(like_word.MAKERS))
def test_what_was_written_as_xml_is_what_its_maker_makes(name: str) -> None:
    assert parts(make(name)) == parts((FOLDER / "returned" / f"{name}.docx").read_bytes())


def parts(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(file)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("name", ISSUED)
def test_what_was_issued_then_says_what_would_be_issued_now(name: str) -> None:
    now = placed(read_word(write_docx(tree(name), THEME)), tree(name))
    then = read_word((FOLDER / "issued" / f"{name}.docx").read_bytes())
    assert [each for each in differences(now, then) if each.part not in ("header", "footer")] == []
