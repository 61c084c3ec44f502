"""What is written as YAML is read back to the letter, and stays pleasant to read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from docgen.facts.source import Loc, decode, parse_source, plain
from docgen.facts.write import write_facts
from docgen.models.changes import ChangeFee, ChangeKind, ChangeOrder, MoveEndDate, Settlement
from docgen.models.money import Money
from docgen.models.party import Side
from docgen.models.progress import ProgressEntry

HOSTILE = [
    "", " ", "\n", "\n\n", "null", "Null", "~", "NO", "yes", "true", "010", "1.10", "1e3", "0x1F", "12:30", "1_000",
    "2026-10-05", ".5", ".inf", "a: b", "a:", ": a", "a #b", "#", "- a", "-", "--- a", "---", "...", "? a", "!tag",
    "&a", "*a", "|", ">", ">-", "%YAML 1.2", "@a", "`a`", "[a", "{a", "}", "]", ",", "'", '"', "'a'", '"a"', "it's",
    'say "a"', "\\", "\\n", "a\\", "a\tb", "\ta", "a\r\nb", "a\rb", "a\n", "a\n\n", "\na", "a\n b",
    " a\nb", "a\n\nb", "a \nb", "#a\nb", "\x85", "a\x85b", "\u2028", "\u2029", "\ufeff", "\u00a0a", "\u202ea",
    "\u200e", "\x00", "\x07", "\x1b[31m", "\x7f", "\ud800", "\ufffe", "\uffff", "\U0001f600", "\U0010ffff",
    "<b>", "{{ 7 * 7 }}", "{% raw %}", "../../etc/passwd", "<<", "=", "é", "日本",
]  # fmt: skip

texts = st.sampled_from(HOSTILE) | st.text(max_size=30) | st.lists(st.sampled_from(HOSTILE), max_size=4).map("".join)
scalars = (
    texts
    | st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False, places=2)
    | st.dates()
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
facts = st.dictionaries(texts, values, max_size=5)


def read(text: str) -> Any:
    return parse_source(decode(text.encode(), "facts.yaml"), "facts.yaml").data


def as_file(data: Any) -> Any:
    """Return data as a file says it: an amount is never written with an exponent."""
    if isinstance(data, dict):
        return {key: as_file(value) for key, value in data.items()}
    if isinstance(data, list):
        return [as_file(item) for item in data]
    return format(data, "f") if isinstance(data, Decimal) else plain(data)


@given(facts)
def test_whatever_is_written_is_read_back_to_the_letter(data: dict[str, Any]) -> None:
    assert read(write_facts(data)) == as_file(data)


@given(facts, texts)
def test_a_comment_never_changes_what_is_read(data: dict[str, Any], remark: str) -> None:
    comments: dict[Loc, str] = {(key,): remark for key in data}
    for key, value in data.items():
        comments |= {(key, position): remark for position in range(len(value) if isinstance(value, list) else 0)}
    assert read(write_facts(data, {(): remark, **comments})) == as_file(data)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_survives_as_value_key_item_and_nested_value(text: str) -> None:
    data = {"value": text, text: "key", "items": [text, [text], {text: text}], "group": {"inner": {text: text}}}
    assert read(write_facts(data)) == data


@pytest.mark.parametrize("version", [(1, 1), (1, 2)])
@given(text=texts)
def test_any_other_reader_takes_text_for_text_too(version: tuple[int, int], text: str) -> None:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version
    assert yaml.load(write_facts({"a": text, "b": [text]})) == {"a": text, "b": [text]}


def test_facts_are_written_in_the_order_given_with_quotes_only_where_needed() -> None:
    data = {
        "format": "docgen.engagement/1",
        "title": "Order platform migration",
        "id": "NBS-2026-014",
        "number": "07000000",
        "country": "NO",
        "amount": Decimal("1E+3"),
        "from": dt.date(2026, 10, 5),
        "at": dt.time(16),
        "no_change": False,
        "lines": [{"id": "F1", "description": "Support: first line", "rate": Decimal("720.00")}],
        "summary": "One.\n\nTwo.",
        "privileges": [],
        "teams": ["jon.bell@northbridge.example", "Harrow & Pike"],
    }
    assert write_facts(data) == (
        "format: docgen.engagement/1\n"
        "title: Order platform migration\n"
        "id: NBS-2026-014\n"
        'number: "07000000"\n'
        'country: "NO"\n'
        "amount: 1000\n"
        "from: 2026-10-05\n"
        'at: "16:00"\n'
        "no_change: false\n"
        "lines:\n"
        "  - id: F1\n"
        '    description: "Support: first line"\n'
        "    rate: 720.00\n"
        "summary: |-\n"
        "  One.\n"
        "\n"
        "  Two.\n"
        "privileges: []\n"
        "teams:\n"
        "  - jon.bell@northbridge.example\n"
        "  - Harrow & Pike\n"
    )


def test_an_open_fact_is_an_empty_value_with_its_comment() -> None:
    data: dict[str, Any] = {"terms": {"governing_law": None, "end_date": None, "fees": {"lines": []}}}
    comments: dict[Loc, str] = {
        (): "Imported facts.\nFill in what is empty.",
        ("terms", "governing_law"): "not in the source: give it",
        ("terms", "fees"): "no value",
    }
    assert write_facts(data, comments) == (
        "# Imported facts.\n"
        "# Fill in what is empty.\n"
        "terms:\n"
        "  governing_law:   # not in the source: give it\n"
        "  end_date:\n"
        "  fees:   # no value\n"
        "    lines: []\n"
    )


def test_a_comment_stays_on_its_line() -> None:
    written = write_facts({"a": None}, {("a",): "one\ntwo\u2028three\x85four\x07"})
    assert written == "a:   # one two three four\n"


def test_a_model_is_written_under_its_names_in_the_file_without_what_nobody_gave() -> None:
    order = ChangeOrder(
        engagement="NBS-2026-014",
        number=1,
        title="Longer and dearer",
        requested_by=Side.CLIENT,
        requested_on=dt.date(2026, 11, 23),
        reason="The works take longer.",
        kind=ChangeKind.UNFORESEEN_CONDITION,
        effective_date=dt.date(2026, 12, 7),
        changes=(
            ChangeFee(line="F1", amount=Money(Decimal("13500000.00"), "GBP")),
            MoveEndDate(date=dt.date(2027, 5, 1)),
        ),
        settlement=Settlement.RESERVED,
    )
    written = write_facts({"order": order})
    assert "    - do: change_fee\n      line: F1\n      amount: 13500000.00\n" in written
    assert "refs" not in written
    assert "days" not in written
    assert ChangeOrder.model_validate(read(written)["order"], context={"currency": "GBP"}) == order


def test_a_model_is_written_by_alias() -> None:
    entry = ProgressEntry.model_validate({"engagement": "E1", "period": {"from": "2026-11-16", "to": "2026-11-20"}})
    assert "  from: 2026-11-16\n  to: 2026-11-20\n" in write_facts({"entry": entry}).replace("    ", "  ")


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), b"a", {1}, Decimal("NaN"), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)]
)
def test_what_is_no_fact_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="is not a fact"):
        write_facts({"a": [value]})


def test_a_key_longer_than_yaml_reads_is_refused() -> None:
    with pytest.raises(TypeError, match="longer than"):
        write_facts({"k" * 1001: "a"})
