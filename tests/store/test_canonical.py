"""One value has one spelling, and nothing with two readings is taken."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from contextlib import nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from docgen.store.canonical import NotCanonicalError, canonical_bytes, read_canonical

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "canonical-json"
published = pytest.mark.skipif(
    not VECTORS.is_dir(), reason="../shared/vectors/canonical-json is not beside the repository"
)

texts = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def test_keys_are_sorted_and_nothing_is_spaced() -> None:
    value = {"b": [1, True, None], "a": {"é": "x\n“y”\u0007", "": -0}}
    assert canonical_bytes(value) == '{"a":{"":0,"é":"x\\n“y”\\u0007"},"b":[1,true,null]}'.encode()


def test_keys_are_sorted_by_their_utf_16_units() -> None:
    assert canonical_bytes({"\ufffd": 1, "\U0001f602": 2}) == '{"\U0001f602":2,"\ufffd":1}'.encode()


@given(values)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert read_canonical(canonical_bytes(value)) == value


@given(values)
def test_the_spelling_is_that_of_an_encoder_made_for_it(value: Any) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


@given(values)
def test_the_spelling_does_not_hang_on_the_order_of_keys(value: Any) -> None:
    shuffled = json.loads(json.dumps(value, sort_keys=True))
    assert canonical_bytes(shuffled) == canonical_bytes(value)


@given(values, st.booleans(), st.booleans())
def test_of_the_spellings_that_python_has_only_the_canonical_one_is_taken(value: Any, plain: bool, sort: bool) -> None:
    spelling = json.dumps(value, ensure_ascii=plain, sort_keys=sort, separators=(",", ":")).encode()
    with nullcontext() if spelling == canonical_bytes(value) else pytest.raises(NotCanonicalError):
        assert read_canonical(spelling) == value


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        Decimal(1),
        dt.date(2026, 11, 20),
        b"x",
        {1: 2},
        {"e\u0301": 1},
        "e\u0301",
        "\ud800",
    ],
)
def test_a_value_with_two_readings_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonicalError):
        canonical_bytes([value])


@pytest.mark.parametrize(
    "spelling",
    [
        b'{"a":1 }',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b"1.0",
        b"1e2",
        b"-0",
        b"NaN",
        b'"\\u0041"',
        b'"\\/"',
        b'"\\ud800"',
        b"9007199254740992",
        b"-9007199254740992",
        b"\xef\xbb\xbf1",
        b"\xff",
        b"",
        b"1 2",
        '"e\u0301"'.encode(),
        b"[" * 100_000,
        b"[" * 70 + b"]" * 70,
    ],
)
def test_any_other_spelling_is_refused(spelling: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        read_canonical(spelling)


@published
@pytest.mark.parametrize("name", ["arrays", "french"])
def test_the_published_examples_are_spelled_as_published(name: str) -> None:
    value = json.loads((VECTORS / f"input-{name}.json").read_bytes())
    assert canonical_bytes(value) == outcome(name)


@published
def test_the_published_odd_keys_are_spelled_as_published_without_the_one_that_is_not_in_nfc() -> None:
    value = json.loads((VECTORS / "input-weird.json").read_bytes())
    words = value.pop("\ufb33")
    assert canonical_bytes(value) == outcome("weird").replace(f',"\ufb33":"{words}"'.encode(), b"")


@published
def test_the_published_structures_are_spelled_as_published_once_their_float_is_whole() -> None:
    value = json.loads((VECTORS / "input-structures.json").read_bytes(), parse_float=lambda text: int(float(text)))
    assert canonical_bytes(value) == outcome("structures")


@published
@pytest.mark.parametrize("name", ["values", "unicode", "structures", "weird"])
def test_the_published_examples_outside_the_strict_part_are_refused(name: str) -> None:
    value = json.loads((VECTORS / f"input-{name}.json").read_bytes())
    with pytest.raises(NotCanonicalError):
        canonical_bytes(value)


def outcome(name: str) -> bytes:
    return bytes.fromhex((VECTORS / f"outhex-{name}.txt").read_text())
