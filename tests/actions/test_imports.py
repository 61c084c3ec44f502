"""An import writes what it read as fact files, keeps what is there, and says what stays open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from docgen.actions.imports import Imported, import_ocds
from docgen.actions.render import Order, make
from docgen.actions.workspace import FileKeptError
from docgen.cli.main import docgen
from docgen.errors import UsageError
from docgen.facts.load import load_files
from tests.exchange.published import contract, package, release, value, written
from tests.scenes import desk

AMENDED = (
    release(contract(), id="r1"),
    release(
        contract(value=value(1300), amendments=[{"id": "1", "date": "2020-06-01T00:00:00Z", "rationale": "More"}]),
        id="r2",
        date="2020-06-01T00:00:00Z",
        tag=["contractAmendment"],
    ),
)
TWO = release(contract(), contract(id="C2", title="Second lane"), id="r1")


def run(folder: Path, *contents: Any, contract_id: str | None = None, output: Path | None = None) -> Imported:
    sources = folder / "sources"
    sources.mkdir(exist_ok=True)
    return import_ocds(written(sources, *contents), contract_id, output or folder / "facts")


def names(made: Imported) -> list[str]:
    return [path.name for path in made.paths]


def test_a_contract_becomes_an_engagement_and_its_amendment_a_change_order(tmp_path: Path) -> None:
    made = run(tmp_path, package(*AMENDED))
    facts = load_files(made.paths)
    assert not facts.errors
    assert len(facts.engagements) == len(facts.orders) == 1
    assert names(made)[0] == f"{facts.engagements[0].facts.id}.yaml"
    assert all(path.parent == tmp_path / "facts" for path in made.paths)


def test_what_was_imported_makes_a_contract_and_a_change_order_as_drafts(tmp_path: Path) -> None:
    made = run(tmp_path, package(*AMENDED))
    for kind in ("contract", "change-order", "conformed-contract"):
        assert make(desk(), Order(kind, made.paths, draft=True)).missing


def test_every_open_fact_is_named_with_its_reason(tmp_path: Path) -> None:
    made = run(tmp_path, AMENDED[0])
    assert "terms.governing_law" in made.blanks
    assert all(why for why in made.blanks.values())
    blank = {finding.message.split(" ")[0] for finding in load_files(made.paths).findings if finding.rule == "blank"}
    assert blank >= {path for path in made.blanks if path.startswith("terms.governing_law")}


def test_a_file_name_names_the_first_file_and_the_others_stand_beside_it(tmp_path: Path) -> None:
    made = run(tmp_path, package(*AMENDED), output=tmp_path / "out" / "lane.yaml")
    assert names(made)[0] == "lane.yaml"
    assert all(
        name.startswith("lane") and path.parent == tmp_path / "out"
        for name, path in zip(names(made), made.paths, strict=True)
    )


def test_every_contract_of_a_process_becomes_an_engagement(tmp_path: Path) -> None:
    made = run(tmp_path, TWO)
    ids = [item.facts.id for path in made.paths for item in load_files([path]).engagements]
    assert len(ids) == 2
    assert len(set(ids)) == 2
    assert all(blank.startswith(tuple(f"{name}: " for name in ids)) for blank in made.blanks)


def test_one_contract_of_a_process_can_be_chosen(tmp_path: Path) -> None:
    made = run(tmp_path, TWO, contract_id="C2")
    (engagement,) = load_files(made.paths).engagements
    assert engagement.facts.title == "Second lane"
    assert not any(": " in blank for blank in made.blanks)


def test_of_very_many_contracts_a_person_has_to_choose(tmp_path: Path) -> None:
    many = release(*(contract(id=f"C{count}") for count in range(21)), id="r1")
    with pytest.raises(UsageError, match="There are 21 contracts"):
        run(tmp_path, many)
    assert not (tmp_path / "facts").exists()


def test_an_import_may_be_repeated_and_never_overwrites_what_was_changed(tmp_path: Path) -> None:
    made = run(tmp_path, AMENDED[0])
    assert run(tmp_path, AMENDED[0]).paths == made.paths
    made.paths[0].write_text("mine", encoding="utf-8")
    with pytest.raises(FileKeptError):
        run(tmp_path, AMENDED[0])
    assert made.paths[0].read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["../../../etc/x", "/etc/x", "a/b", "..", "C\\1", "\u202egnp", "-rf", "x" * 300])
def test_no_name_in_the_data_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    ocid = f"ocds-abc123-{name}"
    made = run(tmp_path, release(contract(id=name), ocid=ocid))
    for path in made.paths:
        assert path.resolve().parent == (tmp_path / "facts").resolve()
        assert path.name.isascii()
        assert len(path.name) < 100
        assert not path.name.startswith(("-", "."))


def test_the_command_lists_the_files_on_the_output_and_the_blanks_beside_it(tmp_path: Path) -> None:
    (source,) = written(tmp_path, AMENDED[0])
    ended = CliRunner().invoke(docgen, ["import", "ocds", str(source), "-o", str(tmp_path / "facts")])
    assert ended.exit_code == 0
    assert [Path(line).suffix for line in ended.stdout.splitlines()] == [".yaml"]
    assert "blank: terms.governing_law (" in ended.stderr
    assert "note: " in ended.stderr


def test_the_command_says_the_same_as_json(tmp_path: Path) -> None:
    (source,) = written(tmp_path, AMENDED[0])
    command = ["--quiet", "import", "ocds", str(source), "-o", str(tmp_path / "facts"), "--json"]
    ended = CliRunner().invoke(docgen, command)
    record = json.loads(ended.stdout)
    assert [Path(path).is_file() for path in record["files"]] == [True]
    assert "terms.governing_law" in record["blanks"]
    assert record["notes"]
    assert ended.stderr == ""
