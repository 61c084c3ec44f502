"""A value that is not there is told where its key stands, once, and keeps nothing else from being checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.demo import EXAMPLE
from docgen.errors import FindingsError
from docgen.facts.load import load_files
from docgen.facts.source import parse_source

ENGAGEMENT = (EXAMPLE / "engagement.yaml").read_text(encoding="utf-8")


def findings(folder: Path, *changes: tuple[str, str]) -> list[str]:
    """Return what is found in the example's engagement once some of its words are exchanged."""
    text = ENGAGEMENT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = folder / "engagement.yaml"
    path.write_text(text, encoding="utf-8")
    found = load_files([path]).findings
    return [f"{finding.place.line}: {finding.rule} {finding.message}" for finding in found]


def line(words: str) -> int:
    return ENGAGEMENT[: ENGAGEMENT.index(words)].count("\n") + 1


def test_an_empty_value_is_told_at_the_line_of_its_key(tmp_path: Path) -> None:
    found = findings(tmp_path, ("\ntitle: Order platform migration\n", "\ntitle:\n"))

    assert found == [f"{line('title:')}: text title: expected text, found nothing."]


@pytest.mark.parametrize("value", ["", " gold"])
def test_a_list_that_is_none_hides_no_other_fault(tmp_path: Path, value: str) -> None:
    found = findings(tmp_path, ("privileges: []", f"privileges:{value}"), ("milestone: M2}", "milestone: M9}"))

    assert found == [
        f"{line('privileges:')}: tuple-type account.privileges: expected a list.",
        f"{line('milestone: M2}')}: unknown-id there is no milestone M9.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: b\n---\nc: d\n", "2:1: a second document begins here."),
        ("a: b\n...\n---\n", "3:1: a second document begins here."),
        ("{a: b}\n}\n", "2:1: not valid YAML"),
    ],
)
def test_nothing_after_the_data_is_passed_over(text: str, said: str) -> None:
    with pytest.raises(FindingsError) as refusal:
        parse_source(text, "facts.yaml")

    assert f"facts.yaml:{said}" in str(refusal.value)
