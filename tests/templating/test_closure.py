"""A template is kept in one piece, with all it includes, and gives the same document again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docgen.errors import ExitCode
from docgen.templating.catalogue import Catalogue, packaged_templates
from docgen.templating.closure import ClosureError, pack, unpack

OWN = Catalogue((packaged_templates(),))
NAMES = [(name, language) for name in OWN.names() for language in OWN.languages(name)]


@pytest.mark.parametrize(("name", "language"), NAMES)
def test_an_unpacked_template_is_the_same_version(name: str, language: str, tmp_path: Path) -> None:
    template = OWN.template(name, language)
    packed = pack(OWN, template)
    catalogue, again = unpack(packed, tmp_path)
    assert (again.name, again.language, again.text) == (name, language, template.text)
    assert catalogue.version_hash(again) == OWN.version_hash(template)
    assert pack(catalogue, again) == packed


def test_it_holds_what_is_included_and_nothing_else() -> None:
    template = OWN.template("letter-of-approval", "en")
    parts = json.loads(pack(OWN, template))["parts"]
    assert [part["file"] for part in parts] == [part.path.name for part in OWN.closure(template)]


def test_line_ends_stay_as_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    (folder / "letters").mkdir(parents=True)
    lines = (
        "---",
        "title: N",
        "kind: note",
        "version: 1.0.0",
        "language: en",
        "---",
        "<doc title='x'><p>\u2028</p></doc>",
    )
    text = "\r\n".join((*lines, "")).encode()
    (folder / "letters" / "note.html.jinja").write_bytes(text)
    catalogue = Catalogue((folder, packaged_templates()))
    _, again = unpack(pack(catalogue, catalogue.template("note", "en")), tmp_path / "again")
    assert again.text == catalogue.template("note", "en").text


def packed(**changes: object) -> bytes:
    """Return a packed template with something else in it."""
    data = json.loads(pack(OWN, OWN.template("letter-of-approval", "en")))
    return json.dumps(data | changes).encode()


def part(file: str, folder: str = "letters") -> dict[str, str]:
    return {"folder": folder, "file": file, "text": "x"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        packed(format="docgen.template/2"),
        packed(parts=[]),
        packed(parts=[part("../../escape.html.jinja")]),
        packed(parts=[part("/etc/escape.html.jinja")]),
        packed(parts=[part("note.txt")]),
        packed(parts=[part("no\x00te.html.jinja")]),
        packed(parts=["letter"]),
        packed(labels=None),
    ],
    ids=range(12),
)
def test_what_is_no_template_is_refused_and_writes_nothing_outside(data: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "inner"
    folder.mkdir(parents=True)
    with pytest.raises(ClosureError, match="cannot be read") as refused:
        unpack(data, folder)
    assert refused.value.exit_code is ExitCode.UNVERIFIED
    assert [path for path in tmp_path.rglob("*") if path.is_file() and not path.is_relative_to(folder)] == []


@pytest.mark.parametrize("folder", ["../..", "/etc", "letters/../../..", ""])
def test_a_part_of_another_folder_stays_inside(folder: str, tmp_path: Path) -> None:
    place = tmp_path / "deep" / "inner"
    place.mkdir(parents=True)
    first = json.loads(pack(OWN, OWN.template("letter-of-approval", "en")))["parts"][0]
    unpack(packed(parts=[{**first, "folder": folder}]), place)
    assert all(path.is_relative_to(place) for path in tmp_path.rglob("*") if path.is_file())
