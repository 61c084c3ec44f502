"""Fact files that mean harm: bombs, endless files, hidden marks and characters that a terminal acts on."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import Finding, FindingsError, Place
from docgen.facts.source import DEPTH_LIMIT, SIZE_LIMIT, Raw, decode, parse_source, read_source


def yaml(text: str) -> Raw:
    return parse_source(text, "facts.yaml").data


def refusals(text: str, file: str = "facts.yaml") -> list[str]:
    """Return what is said of a text that cannot be read: place and rule of each finding."""
    with pytest.raises(FindingsError) as refused:
        parse_source(text, file)
    return [f"{at.place.line}:{at.place.column} {at.rule}" for at in refused.value.findings]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: {x: 1, x: 2}\nb: 1\nb: 2\n", ["1:11 duplicate-key", "3:1 duplicate-key"]),
        ("&name a: 1\n", ["1:1 alias"]),
        ("a: &x b\n*x : c\n", ["1:4 alias"]),
        ("base: 1\n<<: *base\n", ["2:5 alias"]),
        ("a: !!python/object/apply:os.system [ls]\n", ["1:4 tag"]),
        ("!!str a: 1\n", ["1:1 tag"]),
        ("? {a: b}\n: c\n", ["1:3 key"]),
        ("a: 1\nb: \x07\n", ["2:4 control-character"]),
        ("a: b\x00", ["1:5 control-character"]),
        ("a: \x1b[31mred\n", ["1:4 control-character"]),
    ],
)
def test_what_a_file_hides_is_refused_at_its_place(text: str, said: list[str]) -> None:
    assert refusals(text) == said


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{amount: 1,064,000.00, milestone: M2}", {"amount": "1,064,000.00", "milestone": "M2"}),
        ("{a: 5, b: 700}", {"a": "5", "b": "700"}),
        ("{a: 64,000.00 pounds}", {"a": "64,000.00 pounds"}),
        ("[1,000]", ["1", "000"]),
        ("{a: 64,0000}", {"a": "64", "0000": None}),
        ('{a: "64", 000: 1}', {"a": "64", "000": "1"}),
    ],
)
def test_only_a_comma_inside_an_amount_is_taken_for_one(written: str, read: Raw) -> None:
    assert yaml(f"value: {written}") == {"value": read}


def test_an_older_directive_changes_no_word() -> None:
    assert yaml("%YAML 1.1\n---\nvalue: no\nnumber: 010\n") == {"value": "no", "number": "010"}


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]

    assert refusals("\n".join(levels)) == ["1:5 alias"]


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "- " * 100_000, "? " * 100_000, "".join("  " * n + "a:\n" for n in range(80))]
)
def test_deep_nesting_is_refused_at_once(text: str) -> None:
    (said,) = refusals(text)
    assert said.endswith((" depth", " key"))


def test_nesting_up_to_the_limit_is_read() -> None:
    levels = DEPTH_LIMIT - 1
    assert json.dumps(yaml("[" * levels + "]" * levels)).count("[") == levels


@pytest.mark.parametrize(
    "text", ['"\\e[31m": 1\n"\\e[31m": 2\n', "a: !<tag:%1B[31m> b\n", '"\\u202e": 1\n"\\u202e": 1\n']
)
def test_no_finding_prints_what_a_terminal_would_act_on(text: str) -> None:
    with pytest.raises(FindingsError) as refused:
        yaml(text)
    assert str(refused.value).isprintable()


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_at_a_place_in_it(text: str) -> None:
    for file in ("x.yaml", "x.json"):
        findings: tuple[Finding, ...] = ()
        try:
            parse_source(text, file)
        except FindingsError as error:
            findings = error.findings
        assert all(1 <= finding.place.line <= len(text.splitlines()) + 1 for finding in findings)


def test_places_in_a_long_json_file_are_found_quickly() -> None:
    source = parse_source("[" + ",\n".join(map(str, range(60_000))) + "]", "x.json")
    assert source.place((59_999,)) == Place("x.json", 60_000, 1)


@pytest.mark.parametrize(
    ("octets", "place"),
    [
        ("a: ü\nb: é".encode() + b"\xff", (2, 5)),
        (b"\xef\xbb\xbfa: b\nc: \xff", (2, 4)),
        ("a: b\n".encode("utf-16"), (1, 1)),
        ("a: b\n".encode("utf-32"), (1, 1)),
    ],
)
def test_other_encodings_are_refused_at_the_character_that_cannot_be_read(
    octets: bytes, place: tuple[int, int]
) -> None:
    with pytest.raises(FindingsError, match="Save the file as UTF-8") as refused:
        decode(octets, "facts.yaml")
    (finding,) = refused.value.findings
    assert (finding.rule, finding.place.line, finding.place.column) == ("encoding", *place)


def test_utf_16_without_its_mark_is_refused_as_well() -> None:
    assert refusals("a: b\nc: d".encode("utf-16-le").decode()) == ["1:2 control-character"]


def test_a_file_over_the_limit_is_refused_without_being_parsed(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"a: " + b"x" * SIZE_LIMIT)
    with pytest.raises(FindingsError, match="larger than"):
        read_source(path)


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("a: b\n",))
    writer.start()
    try:
        assert read_source(pipe).data == {"a": "b"}
    finally:
        writer.join()


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_a_device_without_an_end_is_refused(tmp_path: Path) -> None:
    endless = tmp_path / "endless.yaml"
    endless.symlink_to("/dev/zero")
    with pytest.raises(FindingsError, match="larger than"):
        read_source(endless)
