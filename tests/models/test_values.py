"""The plain values facts are written in are read strictly, and say what would be right when they are not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from docgen.models.values import (
    ClauseId,
    Count,
    Country,
    Date,
    Email,
    Identifier,
    LanguageCode,
    Line,
    LocaleCode,
    Number,
    Prose,
    Reference,
    Shift,
    TimeOfDay,
    TimeZone,
    Truth,
    Whole,
    prints,
    read_decimal,
    shown,
)


def read(kind: Any, value: Any) -> Any:
    return TypeAdapter(kind).validate_python(value)


def refusal(kind: Any, value: Any) -> str:
    """Return what is said of a value that is refused."""
    with pytest.raises(ValidationError) as refused:
        read(kind, value)
    return refused.value.errors()[0]["msg"]


# Text


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("NO", "NO"),
        ("010", "010"),
        ("1.10", "1.10"),
        ("  two\n  lines ", "two lines"),
        ("Cafe\u0301", "Café"),
        ("<b>{{ 7 * 7 }}</b> ../../etc", "<b>{{ 7 * 7 }}</b> ../../etc"),
        ("دانا\u200fنور", "دانا\u200fنور"),
    ],
)
def test_a_line_keeps_its_words_and_folds_white_space(written: str, line: str) -> None:
    assert read(Line, written) == line


def test_prose_keeps_its_paragraphs_and_folds_white_space_within_them() -> None:
    assert read(Prose, "\n one\n two \r\n\r\n three\n\n \n\n four\n") == "one two\n\nthree\n\nfour"


@pytest.mark.parametrize("kind", [Line, Prose], ids=["line", "prose"])
@pytest.mark.parametrize("empty", ["", " \n\t", "\u200b\u200d", "\u200e"])
def test_text_with_nothing_to_see_is_refused(kind: Any, empty: str) -> None:
    said = "the text is empty. Write it, or leave the value blank (null) if it is not known yet."

    assert refusal(kind, empty) == said


@pytest.mark.parametrize(
    ("character", "code"),
    [
        ("\x1b", "001B"),
        ("\x00", "0000"),
        ("\u202e", "202E"),
        ("\u2066", "2066"),
        ("\ue000", "E000"),
        ("\ufffe", "FFFE"),
        ("\ufdd0", "FDD0"),
        ("\U000e0041", "E0041"),
        ("\ud800", "D800"),
    ],
)
def test_characters_that_hide_reorder_or_never_print_are_refused(character: str, code: str) -> None:
    said = f"the text holds U+{code}, which does not print, or hides or reorders words. Remove it."

    assert not prints(character)
    assert refusal(Line, f"pay {character}1,000") == said


@pytest.mark.parametrize("character", ["\n", "é", "日", "\u200e", "\u200f", "\U0001f600"])
def test_characters_of_the_worlds_writing_are_welcome(character: str) -> None:
    assert prints(character)


def test_text_without_end_is_refused() -> None:
    said = "the text is longer than 20,000 characters. Attach it as a document instead."

    assert refusal(Prose, "a" * 20_001) == said
    assert read(Prose, "a" * 20_000) == "a" * 20_000


@pytest.mark.parametrize(
    ("value", "found"), [({}, "a group of keys"), ([], "a list"), (None, "nothing"), (5, "int"), (1.5, "float")]
)
def test_text_is_a_single_value(value: Any, found: str) -> None:
    assert refusal(Line, value) == f"expected text, found {found}. Write a single value here."


@given(st.text(max_size=60))
def test_a_line_that_was_read_reads_again_as_itself(text: str) -> None:
    try:
        line = read(Line, text)
    except ValidationError:
        return

    assert read(Line, line) == line
    assert "\n" not in line
    assert all(prints(character) for character in line)


@given(st.text(max_size=120))
def test_what_a_message_shows_of_a_text_is_short_and_harmless(text: str) -> None:
    assert shown(text).isprintable()
    assert len(shown(text)) <= 81


# Numbers


@pytest.mark.parametrize(
    ("written", "number"),
    [("0", "0"), ("15", "15"), ("1.10", "1.10"), (" 7.5 ", "7.5"), (3, "3"), (Decimal("1E+2"), "100"), ("-0.0", "0.0")],
)
def test_a_number_keeps_the_digits_it_is_written_with(written: Any, number: str) -> None:
    assert str(read(Number, written)) == number


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("010", "“010” is not a number. Write 10."),
        ("1,250.00", "“1,250.00” is not a number. Write 1250.00."),
        ("1_000", "“1_000” is not a number. Write 1000."),
        (".5", "“.5” is not a number. Write 0.5."),
        ("1e3", "“1e3” is not a number. Write digits and a point, such as 1250.00."),
        (".inf", "“.inf” is not a number. Write digits and a point, such as 1250.00."),
        ("0x1F", "“0x1F” is not a number. Write digits and a point, such as 1250.00."),
        ("١٢", "“١٢” is not a number. Write digits and a point, such as 1250.00."),
        ("-1", "-1 is below zero. Write zero or more."),
        ("1" * 19, f"“{'1' * 19}” has too many digits. Check the number."),
        ([], "expected a number, found a list. Write a number such as 1250.00."),
        (0.1, "expected a decimal number, found the float 0.1. Pass a Decimal or text."),
    ],
)
def test_a_number_is_plain_digits_with_a_point(written: Any, said: str) -> None:
    assert refusal(Number, written) == said


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**17), max_value=10**17, places=4))
def test_a_decimal_reads_from_its_own_digits(number: Decimal) -> None:
    assert read_decimal(format(number, "f")) == number


@given(st.floats())
def test_a_float_is_never_read(number: float) -> None:
    assert "expected a decimal number, found the float" in refusal(Number, number)


@pytest.mark.parametrize("kind", [Whole, Count, Shift], ids=["whole", "count", "shift"])
def test_a_whole_number_is_read_from_text_and_from_a_number(kind: Any) -> None:
    assert read(kind, "30") == read(kind, 30) == 30


@pytest.mark.parametrize(
    ("kind", "written", "said"),
    [
        (Whole, "030", "“030” is not a whole number. Write 30."),
        (Whole, "1.0", "“1.0” is not a whole number. Write digits only, such as 30."),
        (Whole, "five", "“five” is not a whole number. Write digits only, such as 30."),
        (Whole, True, "expected a whole number, found bool. Write a number such as 30."),
        (Whole, "100000", "“100000” is too large. Write a number of at most 99999."),
        (Whole, "9" * 5000, f"“{'9' * 80}…” is too large. Write a number of at most 99999."),
        (Whole, "-1", "-1 is below zero. Write zero or more."),
        (Count, "0", "0 is too small. Write 1 or more."),
    ],
)
def test_a_whole_number_that_cannot_be_right_is_refused(kind: Any, written: Any, said: str) -> None:
    assert refusal(kind, written) == said


def test_a_shift_of_days_goes_both_ways_and_a_count_of_days_does_not() -> None:
    assert read(Shift, "-14") == -14
    assert read(Whole, "0") == 0


@pytest.mark.parametrize(("written", "truth"), [("true", True), ("false", False), (True, True), (False, False)])
def test_truth_has_two_words(written: Any, truth: bool) -> None:
    assert read(Truth, written) is truth


@pytest.mark.parametrize("written", ["yes", "NO", "True", "1", 0, None, []])
def test_no_other_word_is_true_or_false(written: Any) -> None:
    assert refusal(Truth, written).endswith("is neither true nor false. Write true or false.")


# Days and times


def test_a_day_is_year_month_and_day() -> None:
    assert read(Date, " 2026-10-05 ") == read(Date, dt.date(2026, 10, 5)) == dt.date(2026, 10, 5)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("5 October 2026", "“5 October 2026” is not a date. Write year-month-day, such as 2026-10-05."),
        ("20261005", "“20261005” is not a date. Write year-month-day, such as 2026-10-05."),
        ("2026-W41-1", "“2026-W41-1” is not a date. Write year-month-day, such as 2026-10-05."),
        ("2026-02-30", "“2026-02-30” is not a day of the calendar. Check the month and the day."),
        ("0206-10-05", "the year 0206 cannot be right. Write 1900 to 2199."),
        ("2200-01-01", "the year 2200 cannot be right. Write 1900 to 2199."),
        (dt.datetime(2026, 10, 5, tzinfo=dt.UTC), "datetime is not a date. Write year-month-day, such as 2026-10-05."),
    ],
)
def test_a_day_in_another_form_or_off_the_calendar_is_refused(written: Any, said: str) -> None:
    assert refusal(Date, written) == said


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_every_day_of_three_centuries_reads_from_its_iso_form(day: dt.date) -> None:
    assert read(Date, day.isoformat()) == day


@pytest.mark.parametrize(
    ("written", "time"), [("16:00", dt.time(16)), ("00:00", dt.time(0)), ("23:59", dt.time(23, 59))]
)
def test_a_time_is_hours_and_minutes(written: str, time: dt.time) -> None:
    assert read(TimeOfDay, written) == time
    assert TypeAdapter(TimeOfDay).dump_python(time) == written


@pytest.mark.parametrize("written", ["24:00", "9:30", "16:00:00", "4pm", "960", None])
def test_a_time_in_another_form_is_refused(written: Any) -> None:
    assert refusal(TimeOfDay, written).endswith("is not a time of day. Write hours and minutes, such as 16:00.")


# Names and codes


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Identifier, "D1"),
        (Identifier, "Phase-2.a_b"),
        (Reference, "NBS-2026-014"),
        (Reference, "2026_x"),
        (ClauseId, "late-payment"),
        (Country, "NO"),
        (LanguageCode, "de"),
        (Email, "amara.okafor@northbridge.example"),
        (TimeZone, "Europe/London"),
        (LocaleCode, "en-GB"),
        (LocaleCode, "zh-Hant-TW"),
        (LocaleCode, "ar"),
    ],
)
def test_a_name_is_kept_as_it_is_written(kind: Any, written: str) -> None:
    assert read(kind, written) == written


def test_a_locale_may_be_written_with_an_underscore() -> None:
    assert read(LocaleCode, "en_GB") == "en-GB"


@pytest.mark.parametrize(
    ("kind", "written", "said"),
    [
        (Identifier, "1D", "“1D” is not an id. Begin with a letter, then letters and digits: D1."),
        (Identifier, "D" * 33, f"“{'D' * 33}” is not an id. Begin with a letter, then letters and digits: D1."),
        (Identifier, "D1\n", "“D1\\u000a” is not an id. Begin with a letter, then letters and digits: D1."),
        (
            Reference,
            "../../etc/passwd",
            "“../../etc/passwd” is not an engagement id. Use letters, digits and hyphens, such as NBS-2026-014.",
        ),
        (
            Reference,
            "NBS 14",
            "“NBS 14” is not an engagement id. Use letters, digits and hyphens, such as NBS-2026-014.",
        ),
        (ClauseId, "Payment", "“Payment” is not a clause id. Use the id in the template: late-payment."),
        (ClauseId, "late--payment", "“late--payment” is not a clause id. Use the id in the template: late-payment."),
        (Country, "uk", "“uk” is not a country code. Write the two capital letters of ISO 3166, such as GB."),
        (LanguageCode, "en-GB", "“en-GB” is not a language code. Write the letters of ISO 639, such as en."),
        (Email, "amara", "“amara” is not an e-mail address. Write one such as name@firm.example."),
        (Email, "a@b", "“a@b” is not an e-mail address. Write one such as name@firm.example."),
        (
            Email,
            "a@firm.example, b@firm.example",
            "“a@firm.example, b@firm.example” is not an e-mail address. Write one such as name@firm.example.",
        ),
        (TimeZone, "London", "“London” is not a time zone. Write an IANA name such as Europe/London."),
        (
            TimeZone,
            "../../etc/passwd",
            "“../../etc/passwd” is not a time zone. Write an IANA name such as Europe/London.",
        ),
        (LocaleCode, "english", "“english” is not a locale. Write language and territory, such as en-GB."),
        (LocaleCode, "xx-YY", "how xx-YY writes dates and figures is not known. Use a known one such as en-GB."),
    ],
)
def test_a_name_in_another_form_is_refused_with_one_that_would_do(kind: Any, written: str, said: str) -> None:
    assert refusal(kind, written) == said


@pytest.mark.parametrize(
    "kind",
    [Identifier, Reference, ClauseId, Country, LanguageCode],
    ids=["identifier", "reference", "clause", "country", "language"],
)
@pytest.mark.parametrize("value", [None, ["D1"], {"a": "b"}, 5])
def test_a_name_is_a_word(kind: Any, value: Any) -> None:
    assert " is not a" in refusal(kind, value)
