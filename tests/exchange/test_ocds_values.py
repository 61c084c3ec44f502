"""Whatever stands in a published file is made fit for a fact file, or left out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from docgen.exchange.ocds_values import (
    Remarks,
    amount,
    day,
    email,
    identity,
    instant,
    line,
    number,
    objects,
    prose,
    shown,
)
from docgen.models.values import Line, Prose

LINE: TypeAdapter[str] = TypeAdapter(Line)
PROSE: TypeAdapter[str] = TypeAdapter(Prose)
anything = st.recursive(
    st.none() | st.booleans() | st.decimals() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.text(st.characters(codec=None, categories=None), max_size=40) | anything)
def test_every_text_that_is_kept_is_one_a_model_takes_unchanged(given_text: Any) -> None:
    entry = {"title": given_text}
    if (text := line(entry, "title", Remarks())) is not None:
        assert LINE.validate_python(text) == text
    if (text := prose(entry, "title", Remarks())) is not None:
        assert PROSE.validate_python(text) == text


@given(anything)
def test_no_value_is_too_strange(strange: Any) -> None:
    remarks = Remarks()
    entry = {"id": strange, "title": strange, "amount": strange, "currency": strange, "email": strange}
    assert shown(entry).isprintable() or shown(entry)
    assert isinstance(identity(entry), str)
    assert isinstance(objects(strange), list)
    assert all(read is None or read for read in (day(strange), instant(strange), email(entry, "email", remarks)))
    assert (figure := number(strange)) is None or figure == number(format(figure, "f"))
    assert amount(entry, remarks) is None
    assert amount({"amount": strange, "currency": "GBP"}, remarks) is None or figure


@pytest.mark.parametrize("text", ["", " ", "string", "STRING", "null", "N/A", ".", "-", "—", None, True, [], {}])
def test_placeholders_say_nothing(text: Any) -> None:
    assert line({"title": text}, "title", Remarks()) is None


def test_a_text_is_taken_in_english_or_else_in_any_language() -> None:
    entry = {"title": "", "title_fr": "Routes", "title_en": "Roads", "title_de": "Straßen"}
    assert line(entry, "title", Remarks()) == "Roads"
    assert line({"title_fr": "Routes", "title_de": "Straßen"}, "title", Remarks()) == "Straßen"
    assert line({"title": "Camino", "title_en": "Roads"}, "title", Remarks()) == "Camino"


def test_a_text_longer_than_a_fact_is_cut_with_a_note() -> None:
    remarks = Remarks()
    text = prose({"description": "road " * 10_000}, "description", remarks)
    assert text is not None
    assert len(text) < 20_001
    assert remarks.notes == ("A “description” was longer than 20,000 characters and was cut.",)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2010-07-01", dt.date(2010, 7, 1)),
        ("2010-07-01T00:00:00Z", dt.date(2010, 7, 1)),
        ("2016-12-31T23:59:59.999999+02:00", dt.date(2016, 12, 31)),
        (" 2017-06-30 06:32:13 ", dt.date(2017, 6, 30)),
        ("2010-13-45", None),
        ("0000-00-00", None),
        ("01/02/2016", None),
        ("2016", None),
        ("", None),
        (Decimal(20160101), None),
        (None, None),
    ],
)
def test_a_day_is_the_one_the_publisher_wrote(text: Any, read: dt.date | None) -> None:
    assert day(text) == read


@pytest.mark.parametrize(
    ("given_number", "read"),
    [
        (Decimal("37930.71"), Decimal("37930.71")),
        (Decimal("1.5E+3"), Decimal(1500)),
        ("1250.00", Decimal("1250.00")),
        ("1,250.00", None),
        ("1e3", None),
        (Decimal("1E+400"), None),
        (Decimal("1E-400"), None),
        (Decimal("NaN"), None),
        (Decimal("Infinity"), None),
        (True, None),
        (None, None),
    ],
)
def test_a_number_is_exact_or_nothing(given_number: Any, read: Decimal | None) -> None:
    assert number(given_number) == read


@pytest.mark.parametrize("address", ["x", "a@b", "two words@b.example", "a@b.example, c@d.example", "@"])
def test_what_is_no_email_address_is_left_out_with_a_note(address: str) -> None:
    remarks = Remarks()
    assert email({"email": address}, "email", remarks) is None
    assert remarks.notes in ((), (f"“{address}” is no e-mail address and was left out.",))
    assert email({"email": "mailto:a@b.example"}, "email", remarks) == "a@b.example"


def test_a_note_is_kept_once() -> None:
    remarks = Remarks()
    remarks.note("one")
    remarks.note("two")
    remarks.note("one")
    assert remarks.notes == ("one", "two")
