"""Files of contracting data are read in whatever package, encoding and shape they come."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from docgen.errors import FindingsError, NotFoundError
from docgen.exchange.ocds_reader import Release, read_releases
from docgen.exchange.ocds_values import Remarks
from tests.exchange.published import contract, package, release, written

PLAIN = release(contract(title="Aseoría — Müller"), id="r1")
LATER = release(contract(title="Later"), id="r2", date="2020-06-01T00:00:00Z")
COMPILED = release(contract(title="Compiled"), id="c", tag=["compiled"])
LINK = {"url": "https://upton.example/r1.json", "date": "2020-01-10T09:00:00Z", "tag": ["contract"]}


def read(folder: Path, content: Any) -> tuple[list[Release], tuple[str, ...]]:
    remarks = Remarks()
    (path,) = written(folder, content)
    return read_releases(path, remarks), remarks.notes


SHAPES: dict[str, Any] = {
    "release": PLAIN,
    "list": [PLAIN],
    "list in a list": [[PLAIN]],
    "release package": package(PLAIN),
    "list of packages": [package(PLAIN)],
    "record": {"ocid": "ocds-abc123-77", "releases": [PLAIN]},
    "record package": {"records": [{"ocid": "ocds-abc123-77", "releases": [PLAIN]}]},
    "record with both": {"records": [{"ocid": "x", "releases": [PLAIN], "compiledRelease": COMPILED}]},
    "compiled release alone": {"ocid": "ocds-abc123-77", "compiledRelease": PLAIN},
    "record with links": {"records": [{"ocid": "x", "releases": [LINK], "compiledRelease": PLAIN}]},
}


@pytest.mark.parametrize("content", SHAPES.values(), ids=SHAPES)
def test_every_package_record_and_list_holds_its_releases(content: Any, tmp_path: Path) -> None:
    releases, _ = read(tmp_path, content)
    assert [each.data["id"] for each in releases] == ["r1"]
    assert releases[0].ocid == "ocds-abc123-77"


def test_links_to_releases_are_not_followed(tmp_path: Path) -> None:
    record = {"ocid": "ocds-abc123-77", "releases": [LINK, LINK, PLAIN], "compiledRelease": COMPILED}
    releases, notes = read(tmp_path, record)
    assert [(each.data["id"], each.compiled) for each in releases] == [("r1", False), ("c", True)]
    assert notes == ("The record ocds-abc123-77 links to 2 of its releases; links are not followed.",)


def test_a_record_that_only_links_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FindingsError, match="only links to its releases, and links are not followed"):
        read(tmp_path, {"records": [{"ocid": "ocds-abc123-77", "releases": [LINK]}]})


def test_a_versioned_release_tells_what_stood_when(tmp_path: Path) -> None:
    def versions(*values: tuple[str, Any]) -> list[dict[str, Any]]:
        return [{"releaseDate": date, "releaseID": date, "releaseTag": ["x"], "value": value} for date, value in values]

    versioned = {
        "ocid": "ocds-abc123-77",
        "contracts": [
            {
                "id": "C1",
                "value": {
                    "amount": versions(("2020-01-01", 10), ("2020-05-01", 20)),
                    "currency": versions(("2020-01-01", "GBP")),
                },
                "items": [
                    {"id": "1", "description": versions(("2020-01-01", "Roads"))},
                    {"id": "2", "description": versions(("2020-05-01", "Bridges"))},
                ],
            }
        ],
    }
    record = {"ocid": "ocds-abc123-77", "releases": [LINK], "versionedRelease": versioned, "compiledRelease": COMPILED}
    releases, _ = read(tmp_path, record)
    assert [each.data["date"] for each in releases] == ["2020-01-01", "2020-05-01"]
    contracts = [each.data["contracts"][0] for each in releases]
    assert [each["value"] for each in contracts] == [
        {"amount": Decimal(10), "currency": "GBP"},
        {"amount": Decimal(20), "currency": "GBP"},
    ]
    assert [[item["id"] for item in each["items"]] for each in contracts] == [["1"], ["1", "2"]]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_any_common_encoding_is_read(encoding: str, tmp_path: Path) -> None:
    text = json.dumps(package(PLAIN), ensure_ascii=False).replace("—", "-" if encoding == "latin-1" else "—")
    path = tmp_path / "file.json"
    path.write_bytes(text.encode(encoding))
    remarks = Remarks()
    (found,) = read_releases(path, remarks)
    assert found.data["contracts"][0]["title"].startswith("Aseoría")
    assert found.data["contracts"][0]["title"].endswith("Müller")
    warned = f"{path} is not UTF-8; it was read as Windows-1252. Check letters with accents." in remarks.notes
    assert warned is (encoding in {"cp1252", "latin-1"})


def test_a_broken_encoding_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(b"\xff\xfe{\x00\x00")
    with pytest.raises(FindingsError, match="not valid utf-16"):
        read_releases(path, Remarks())


def test_one_release_on_each_line_is_read(tmp_path: Path) -> None:
    path = tmp_path / "releases.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in (PLAIN, LATER)) + "\n", encoding="utf-8")
    assert [each.data["id"] for each in read_releases(path, Remarks())] == ["r1", "r2"]


def test_a_key_given_twice_is_told(tmp_path: Path) -> None:
    path = tmp_path / "twice.json"
    path.write_text('{"ocid": "a", "contracts": [], "ocid": "b"}', encoding="utf-8")
    remarks = Remarks()
    assert read_releases(path, remarks)[0].ocid == "b"
    assert remarks.notes == (f"{path} gives a key twice in one object; the last one counts.",)


def test_nulls_and_wrong_kinds_are_passed_over(tmp_path: Path) -> None:
    content: dict[str, Any] = {
        "releases": [None, 5, "x", [], {}, {"title": "no release"}, {"ocid": 7, "tag": "contract", "contracts": None}]
    }
    (found,), _ = read(tmp_path, content)
    assert (found.ocid, found.tags) == ("7", frozenset({"contract"}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1:1: the file is empty"),
        (" \n", "1:1: the file is empty"),
        ("{}", "holds no release or record"),
        ("null", "holds no release or record"),
        ("[1, 2]", "holds no release or record"),
        ('{"releases": []}', "holds no release or record"),
        ('{"ocid": "a",\n "tag": [1 2]}', "2:12: not valid JSON"),
        ('{"ocid": "a", "tag": []} rest', "1:26: not valid JSON"),
        ("[" * 5_000 + "]" * 5_000, "nested more than 60 levels deep"),
        ('{"tag": ' * 100 + "1" + "}" * 100, "nested more than 60 levels deep"),
    ],
)
def test_what_cannot_be_read_is_a_finding_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FindingsError, match=message):
        read_releases(path, Remarks())


@pytest.mark.parametrize("number", ["9" * 5_000, "1e999999999999999999999", "NaN", "-Infinity", "1e400"])
def test_numbers_beyond_all_measure_do_no_harm(number: str, tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text(f'{{"ocid": "a", "contracts": [{{"id": {number}}}]}}', encoding="utf-8")
    assert len(read_releases(path, Remarks())) == 1


def test_a_missing_file_and_a_folder_are_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"There is no file .*nowhere\.json"):
        read_releases(tmp_path / "nowhere.json", Remarks())
    with pytest.raises(NotFoundError, match="is a folder"):
        read_releases(tmp_path, Remarks())


def test_a_file_larger_than_memory_allows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docgen.exchange.ocds_reader.SIZE_LIMIT", 100)
    with pytest.raises(FindingsError, match="Cut out the one process you want"):
        read(tmp_path, package(PLAIN))
