"""A fact file is read as the text that stands in it, with the place of everything, and surprises are refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.actions.demo import EXAMPLE
from docgen.errors import Finding, FindingsError, NotFoundError, Place
from docgen.facts.source import DEPTH_LIMIT, SIZE_LIMIT, Source, decode, parse_source, plain, read_source

texts = st.text(st.characters(codec="utf-8"), max_size=20)
trees: st.SearchStrategy[Any] = st.recursive(
    texts | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def yaml(text: str) -> Source:
    return parse_source(text, "facts.yaml")


def json_source(text: str) -> Source:
    return parse_source(text, "facts.json")


def refusal(text: str, file: str = "facts.yaml") -> str:
    """Return what is said of a text that is not read."""
    with pytest.raises(FindingsError) as refused:
        parse_source(text, file)
    return str(refused.value)


# Values without surprises


@pytest.mark.parametrize(
    "scalar",
    [
        "NO",
        "yes",
        "on",
        "true",
        "010",
        "0x1F",
        "0o17",
        "1.10",
        "1e3",
        "1_000",
        "12:30:45",
        "2026-10-05",
        ".inf",
        "=",
        "<<",
    ],
)
def test_a_value_is_the_text_that_stands_in_the_file(scalar: str) -> None:
    assert yaml(f"key: {scalar}\n").data == {"key": scalar}


@pytest.mark.parametrize("nothing", ["", " null", " ~"])
def test_a_value_that_is_not_given_is_nothing(nothing: str) -> None:
    assert yaml(f"key:{nothing}\n").data == {"key": None}


@pytest.mark.parametrize("quoted", ["'null'", '"null"', "'~'", "''"])
def test_a_value_in_quotes_is_always_text(quoted: str) -> None:
    assert yaml(f"key: {quoted}\n").data == {"key": quoted[1:-1]}


def test_groups_and_lists_keep_their_shape() -> None:
    source = yaml("terms: {fees: [a, b]}\nlist:\n  - one\n  - {two: three}\n")

    assert source.data == {"terms": {"fees": ["a", "b"]}, "list": ["one", {"two": "three"}]}


def test_text_on_several_lines_is_kept() -> None:
    assert yaml("key: |\n  one\n\n  two\n").data == {"key": "one\n\ntwo\n"}


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("fee: {amount: 64,000.00, id: F1}", {"fee": {"amount": "64,000.00", "id": "F1"}}),
        ("fee: {amount: 1,264,000.00}", {"fee": {"amount": "1,264,000.00"}}),
        ("notes: [up to GBP 50,000 a year, more]", {"notes": ["up to GBP 50,000 a year", "more"]}),
        ("counts: [1,200]", {"counts": ["1", "200"]}),
        ("counts: [1, 200]", {"counts": ["1", "200"]}),
    ],
)
def test_a_comma_inside_an_amount_does_not_cut_it_in_two(text: str, data: Any) -> None:
    assert yaml(text).data == data


# Places


def test_every_key_and_value_has_its_line_and_column() -> None:
    source = yaml("title: Move\nterms:\n  fees:\n    - {id: F1,  amount: 5.00}\n")

    assert source.place(("title",)) == Place("facts.yaml", 1, 8)
    assert source.key_place(("terms", "fees")) == Place("facts.yaml", 3, 3)
    assert source.place(("terms", "fees", 0, "amount")) == Place("facts.yaml", 4, 25)
    assert source.key_place(("terms", "fees", 0, "amount")) == Place("facts.yaml", 4, 17)


def test_json_has_the_same_places() -> None:
    source = json_source('{"title": "Move",\n "terms": {"fees": [{"id": "F1"}]}}')

    assert source.place(("title",)) == Place("facts.json", 1, 11)
    assert source.key_place(("terms",)) == Place("facts.json", 2, 2)
    assert source.place(("terms", "fees", 0, "id")) == Place("facts.json", 2, 28)


def test_what_is_not_in_the_file_has_the_place_of_the_nearest_group_around_it() -> None:
    source = yaml("title: Move\nterms:\n  fees: {}\n")

    assert source.place(("terms", "fees", "lines", 0)) == Place("facts.yaml", 3, 9)
    assert source.place(("client", "legal_name")) == Place("facts.yaml", 1, 1)
    assert source.key_place(("terms", "scope")) == Place("facts.yaml", 3, 3)


def test_an_entry_without_a_key_is_at_its_value() -> None:
    source = yaml("team:\n  - one\n  - two\n")

    assert source.key_place(("team", 1)) == Place("facts.yaml", 3, 5)


# What is refused


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2\nb: 3\nb: 4\n", "facts.yaml:2:1: “a” is given twice. Keep one of the two. [duplicate-key]"),
        ("a: &x 1\n", "facts.yaml:1:4: anchors and aliases are not read. Write the value out. [alias]"),
        ("a: *x\n", "facts.yaml:1:4: anchors and aliases are not read. Write the value out. [alias]"),
        ("a: !!python/object:os.system ls\n", "facts.yaml:1:4: the tag tag:yaml.org,2002:python/object:os.system"),
        ("a: !!binary aGk=\n", "facts.yaml:1:4: the tag tag:yaml.org,2002:binary is not read. Remove it. [tag]"),
        ("{a: b}: c\n", "facts.yaml:1:1: a key must be a word. Quote the text. [key]"),
        ("? [a]\n: c\n", "facts.yaml:1:3: a key must be a word. Quote the text. [key]"),
        ("a: \x07\n", "facts.yaml:1:4: the file holds U+0007. Remove it, and save the file as UTF-8."),
        ("", "facts.yaml:1:1: the file is empty. Begin with `format: docgen.engagement/1`. [empty]"),
        ("# nothing\n", "facts.yaml:1:1: the file is empty."),
        ("a: b: c\n", "facts.yaml:1:5: not valid YAML: mapping values are not allowed here."),
        ("a:\n\t- b\n", "Indent with spaces, not tabs, and quote text that begins with @, ` or %. [yaml]"),
        ("a: [b, c\n", "Close the bracket, or quote text that holds , : [ ] { or }. [yaml]"),
        ("a: 'b\n", "Check the indentation and the quotes here. [yaml]"),
    ],
)
def test_yaml_that_could_surprise_is_refused_at_its_place(text: str, said: str) -> None:
    assert said in refusal(text)


def test_every_key_given_twice_is_told_at_once() -> None:
    assert refusal("a: 1\na: 2\nb: 3\nb: 4\n").splitlines() == [
        "facts.yaml:2:1: “a” is given twice. Keep one of the two. [duplicate-key]",
        "facts.yaml:4:1: “b” is given twice. Keep one of the two. [duplicate-key]",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1,\n "a": 2}', "facts.json:2:2: “a” is given twice. Keep one of the two. [duplicate-key]"),
        (r'{"\u001b": 1, "\u001b": 2}', r"facts.json:1:15: “\u001b” is given twice."),
        ('{"a": 1', "facts.json:1:8: “,” is expected here. Check quotes, commas and brackets. [json]"),
        ('{"a" 1}', "facts.json:1:6: “:” is expected here. Check quotes, commas and brackets. [json]"),
        ("{a: 1}", "facts.json:1:2: a key in double quotes is expected here. Check commas and brackets. [json]"),
        ('{"a": }', "facts.json:1:7: a value is expected here. Check quotes, commas and brackets. [json]"),
        ('{"a": NaN}', "facts.json:1:7: a value is expected here."),
        ("{} {}", "facts.json:1:4: something follows the end of the data. Remove it. [json]"),
        ('{"a": "b', "facts.json:1:7: the text is not valid JSON:"),
        ("", "facts.json:1:1: a value is expected here."),
    ],
)
def test_json_that_is_broken_is_refused_at_its_place(text: str, said: str) -> None:
    assert said in refusal(text, "facts.json")


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_nesting_without_end_is_refused(opening: str) -> None:
    assert "the file is nested too deeply. Flatten it." in refusal(opening * 10_000, "facts.json")
    assert "the file is nested too deeply. Flatten it." in refusal(opening * (DEPTH_LIMIT + 2))


# Files


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"There is no file .*absent\.yaml\. Check the name and the folder\."):
        read_source(tmp_path / "absent.yaml")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"is a folder\. Name the file in it\."):
        read_source(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "secret.yaml"
    path.write_text("a: b\n", encoding="utf-8")
    path.chmod(0)

    with pytest.raises(NotFoundError, match="cannot be read"):
        read_source(path)


def test_a_file_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (SIZE_LIMIT + 1))

    with pytest.raises(FindingsError, match=r"the file is larger than 2 MiB\. Split it\. \[size\]"):
        read_source(path)


def test_a_mark_of_byte_order_at_the_start_is_not_part_of_the_text() -> None:
    assert decode(b"\xef\xbb\xbfa: b\n", "facts.yaml") == "a: b\n"


def test_text_in_another_encoding_is_refused_where_it_begins(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("title: Caf\u00e9\nb: c\n".encode("latin-1"))

    with pytest.raises(FindingsError) as refused:
        read_source(path)

    assert str(refused.value) == f"{path}:1:11: the text is not UTF-8. Save the file as UTF-8. [encoding]"


def test_json_and_yaml_say_the_same(tmp_path: Path) -> None:
    data = read_source(EXAMPLE / "engagement.yaml").data
    path = tmp_path / "engagement.JSON"
    path.write_text(json.dumps(data, indent=1), encoding="utf-8")

    assert read_source(path).data == data


@given(trees)
def test_json_is_read_like_the_standard_reader_does_but_as_text(tree: Any) -> None:
    assert json_source(json.dumps(tree)).data == plain(tree)


@given(st.text(max_size=60), st.sampled_from(["facts.yaml", "facts.json"]))
def test_any_text_is_either_read_or_refused_inside_the_file(text: str, file: str) -> None:
    findings: tuple[Finding, ...] = ()
    try:
        parse_source(text, file)
    except FindingsError as refused:
        findings = refused.findings

    assert all(1 <= finding.place.line <= len(text) + 1 for finding in findings)
    assert all(1 <= finding.place.column <= len(text) + 1 for finding in findings)
