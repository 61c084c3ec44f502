"""Amounts, dates and figures as each locale writes them, and nothing printed that nobody wrote out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import FindingsError, NotFoundError
from docgen.models.changes import ChangeKind
from docgen.models.money import Money
from docgen.models.party import Side
from docgen.models.terms import Degree, Period
from docgen.templating.filters import (
    Formats,
    UnknownFormError,
    filters,
    format_clause,
    format_clock,
    format_country,
    format_day,
    format_days,
    format_figures,
    format_label,
    format_list,
    format_money,
    format_number,
    format_paragraphs,
    format_percent,
    format_person,
    format_sentence,
    format_shift,
    format_signed,
    format_words,
    isolated,
)
from docgen.templating.labels import Words, group_of
from tests.templating.stage import Stage, words_of

DAY = dt.date(2027, 3, 1)
LOCALES = ("en-GB", "en-US", "de-DE", "ja-JP", "ar")
FACTS: dict[str, Any] = {
    "sum": Money(Decimal("1250.00"), "GBP"),
    "day": DAY,
    "at": dt.time(16, 5),
    "rate": Decimal("7.5"),
    "count": 3,
    "kind": ChangeKind.LAW,
    "names": ("Ada", "Bob"),
    "open": True,
    "party": {"side": Side.CLIENT},
    "text": "words",
}


def formats(locale: str = "en-GB", language: str = "en") -> Formats:
    return Formats(locale, words_of(language), {"ada@firm.example": "Ada King"}, {"payment": "5.2(a)"})


def money(amount: str, currency: str = "GBP") -> Money:
    return Money(Decimal(amount), currency).rounded()


def plainly(text: str) -> str:
    """Return a text with plain spaces, as a test can show it."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


# Figures


@pytest.mark.parametrize(
    ("locale", "pounds", "yen", "dinars"),
    [
        ("en-GB", "GBP 1,234,567.50", "JPY 1,234,568", "KWD 1,234,567.500"),
        ("en-US", "GBP 1,234,567.50", "JPY 1,234,568", "KWD 1,234,567.500"),
        ("de-DE", "GBP 1.234.567,50", "JPY 1.234.568", "KWD 1.234.567,500"),
        ("de-CH", "GBP 1’234’567.50", "JPY 1’234’568", "KWD 1’234’567.500"),
        ("fr-FR", "GBP 1 234 567,50", "JPY 1 234 568", "KWD 1 234 567,500"),
        ("ja-JP", "GBP 1,234,567.50", "JPY 1,234,568", "KWD 1,234,567.500"),
        ("en-IN", "GBP 12,34,567.50", "JPY 12,34,568", "KWD 12,34,567.500"),
        ("ar", "GBP 1,234,567.50", "JPY 1,234,568", "KWD 1,234,567.500"),
    ],
)
def test_an_amount_has_its_code_its_currencys_decimals_and_the_locales_marks(
    locale: str, pounds: str, yen: str, dinars: str
) -> None:
    amounts = [money("1234567.5", code) for code in ("GBP", "JPY", "KWD")]
    assert [plainly(format_money(amount, formats(locale))) for amount in amounts] == [pounds, yen, dinars]


def test_figures_are_an_amount_without_its_code() -> None:
    assert format_figures(money("1234567.5"), formats()) == "1,234,567.50"
    assert format_figures(money("-1234567.5", "JPY"), formats("de-DE", "de")) == "-1.234.568"


def test_a_day_that_is_not_broken_is_the_medium_one_on_one_line() -> None:
    day = dt.date(2026, 9, 11)
    assert format_day(day, formats(), "unbroken") == format_day(day, formats(), "medium").replace(" ", "\u00a0")
    assert " " not in format_day(day, formats(), "unbroken")


@pytest.mark.parametrize("locale", LOCALES)
def test_a_code_never_parts_from_its_amount(locale: str) -> None:
    assert " " not in format_money(money("1234567.5"), formats(locale))


def test_a_sign_stands_before_the_code_and_nothing_has_none() -> None:
    amounts = [money("21500"), money("-500"), money("0"), money("-0.001")]
    assert [plainly(format_signed(amount, formats())) for amount in amounts] == [
        "+GBP 21,500.00",
        "−GBP 500.00",
        "GBP 0.00",
        "GBP 0.00",
    ]


@pytest.mark.parametrize(
    ("locale", "number", "percent"),
    [
        ("en-GB", "12,345.6", "12.5%"),
        ("de-DE", "12.345,6", "12,5 %"),
        ("fr-FR", "12 345,6", "12,5 %"),
        ("ja-JP", "12,345.6", "12.5%"),
        ("tr-TR", "12.345,6", "%12,5"),
        ("ar", "12,345.6", "12.5%"),
    ],
)
def test_numbers_and_percentages_keep_the_decimals_they_have(locale: str, number: str, percent: str) -> None:
    assert plainly(format_number(Decimal("12345.60"), formats(locale))) == number
    assert plainly(format_percent(Decimal("12.50"), formats(locale))) == percent


@pytest.mark.parametrize(
    ("number", "written"), [("15", "15"), ("0", "0"), ("0.125", "0.125"), ("1E+3", "1,000"), ("2.0", "2")]
)
def test_a_number_is_never_rounded(number: str, written: str) -> None:
    assert format_number(Decimal(number), formats()) == written
    assert format_percent(Decimal(number), formats()) == f"{written}%"


@given(st.decimals(min_value=0, max_value=10**15, places=2), st.sampled_from(LOCALES))
def test_the_digits_of_an_amount_are_those_of_the_fact(amount: Decimal, locale: str) -> None:
    written = format_money(Money(amount, "GBP"), formats(locale))
    assert "".join(filter(str.isdigit, written)).lstrip("0") == f"{amount:.2f}".replace(".", "").lstrip("0")


@pytest.mark.parametrize(
    ("amount", "currency", "language", "words"),
    [
        ("107800.00", "GBP", "en", "one hundred and seven thousand, eight hundred British pounds"),
        ("107800.50", "GBP", "en", "one hundred and seven thousand, eight hundred 50/100 British pounds"),
        ("1.00", "GBP", "en", "one British pound"),
        ("1200", "JPY", "en", "one thousand, two hundred Japanese yen"),
        ("0.005", "KWD", "en", "zero 005/1000 Kuwaiti dinars"),
        ("-3.10", "GBP", "en", "minus three 10/100 British pounds"),
        ("21500.00", "EUR", "de", "einundzwanzigtausendfünfhundert Euro"),
    ],
)
def test_an_amount_in_words_ends_with_its_fraction_and_currency(
    amount: str, currency: str, language: str, words: str
) -> None:
    assert format_words(money(amount, currency), formats("de-DE" if language == "de" else "en-GB", language)) == words


# Dates and times


@pytest.mark.parametrize(
    ("locale", "long", "short", "weekday", "time"),
    [
        ("en-GB", "1 March 2027", "01/03/2027", "Monday, 1 March 2027", "16:05"),
        ("en-US", "March 1, 2027", "3/1/27", "Monday, March 1, 2027", "4:05 PM"),
        ("de-DE", "1. März 2027", "01.03.27", "Montag, 1. März 2027", "16:05"),
        ("ja-JP", "2027年3月1日", "2027/03/01", "2027年3月1日月曜日", "16:05"),
        ("ar", "1 مارس 2027", "1\u200f/3\u200f/2027", "الاثنين، 1 مارس 2027", "4:05 م"),
    ],
)
def test_days_and_times_are_written_as_in_the_locale(
    locale: str, long: str, short: str, weekday: str, time: str
) -> None:
    own = Formats(locale, Words(locale.split("-", maxsplit=1)[0], {}))
    assert [format_day(DAY, own, form) for form in ("long", "short", "weekday")] == [long, short, weekday]
    assert format_day(DAY, own) == long
    assert plainly(format_clock(dt.time(16, 5), own)) == time


@pytest.mark.parametrize(
    ("locale", "language", "long", "weekday", "short", "time"),
    [
        ("de-DE", "en", "28 December 2026", "Monday, 28 December 2026", "28.12.26", "16:05"),
        ("de-CH", "en", "28 December 2026", "Monday, 28 December 2026", "28.12.26", "16:05"),
        ("es-US", "en", "December 28, 2026", "Monday, December 28, 2026", "28/12/2026", "4:05 PM"),
        ("ja-JP", "en", "28 December 2026", "Monday, 28 December 2026", "2026/12/28", "16:05"),
        ("ko-KR", "en", "28 December 2026", "Monday, 28 December 2026", "26. 12. 28.", "4:05 pm"),
        ("de", "en", "28 December 2026", "Monday, 28 December 2026", "28.12.26", "16:05"),
        ("en-GB", "de", "28. Dezember 2026", "Montag, 28. Dezember 2026", "28/12/2026", "16:05"),
        ("en-US", "de", "28. Dezember 2026", "Montag, 28. Dezember 2026", "12/28/26", "16:05"),
    ],
)
def test_months_and_weekdays_are_the_documents_words_in_the_locales_order_and_figures(
    locale: str, language: str, long: str, weekday: str, short: str, time: str
) -> None:
    day, mixed = dt.date(2026, 12, 28), formats(locale, language)
    assert [format_day(day, mixed, form) for form in ("long", "weekday", "short")] == [long, weekday, short]
    assert plainly(format_clock(dt.time(16, 5), mixed)) == time


def test_figures_of_a_day_are_not_turned_around_in_words_that_run_to_the_right() -> None:
    assert format_day(dt.date(2026, 11, 12), formats("ar", "en"), "medium") == "12/11/2026"


@pytest.mark.parametrize("form", ["bogus", "yyyy", "full", "", "EEEE"])
def test_a_date_has_the_forms_that_are_documented_and_no_others(form: str) -> None:
    with pytest.raises(UnknownFormError, match="Use one of: long, short, medium, unbroken, weekday"):
        format_day(DAY, formats(), form)


@pytest.mark.parametrize(
    ("language", "count", "basis", "written"),
    [
        ("en", 1, "", "1 day"),
        ("en", 0, "", "0 days"),
        ("en", 5, "business", "5 business days"),
        ("en", 1, "calendar", "1 calendar day"),
        ("de", 1, "business", "1 Geschäftstag"),
        ("de", 14, "", "14 Tage"),
    ],
)
def test_days_are_counted_in_the_form_their_number_takes(language: str, count: int, basis: str, written: str) -> None:
    assert format_days(count, formats("en-GB", language), basis) == written


def test_a_basis_nobody_knows_is_refused_rather_than_dropped() -> None:
    with pytest.raises(NotFoundError, match="no forms “working_days”"):
        format_days(5, formats(), "working")


def test_a_shift_says_which_way() -> None:
    assert [format_shift(days, formats()) for days in (14, -1, 0)] == ["14 days later", "1 day earlier", "no change"]


# Words


def test_a_word_is_found_by_its_kind_and_language() -> None:
    assert format_label(Degree.BEST_ENDEAVOURS, formats()) != format_label(
        Degree.BEST_ENDEAVOURS, formats(language="de")
    )
    assert format_label("month", formats(), "every") == "every month"
    assert group_of(ChangeKind) == "change_kind"
    with pytest.raises(NotFoundError, match="no word “fortnight” in the group “every” for the language en"):
        format_label("fortnight", formats(), "every")
    with pytest.raises(NotFoundError, match="no word “week” in the group “words”"):
        format_label("week", formats())
    assert format_label(Period.WEEK, formats()) == "week"


@pytest.mark.parametrize(
    ("entries", "written"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_is_joined_as_prose(entries: list[str], written: str) -> None:
    assert format_list(entries, formats()) == written


def test_a_list_is_joined_by_or_as_well_and_by_nothing_else() -> None:
    assert format_list(["a", "b"], formats(), "or") == "a or b"
    with pytest.raises(NotFoundError, match="list_xor"):
        format_list(["a", "b"], formats(), "xor")


def test_countries_people_clauses_sentences_and_paragraphs() -> None:
    assert format_country("GB", formats(language="de")) == "Vereinigtes Königreich"
    assert format_country("QX", formats()) == "QX"
    assert format_person("ada@firm.example", formats()) == "Ada King"
    assert format_person("bob@firm.example", formats()) == "bob@firm.example"
    assert format_clause("payment", formats()) == "5.2(a)"
    assert [format_sentence(text, formats()) for text in ("it is so", "Why?", " 終わり。", "é")] == [
        "It is so.",
        "Why?",
        "終わり。",
        "É.",
    ]
    assert format_paragraphs("One.\n\nTwo.", formats()) == ("One.", "Two.")
    with pytest.raises(NotFoundError, match=r"The contract has no clause “paymnt”\. Did you mean “payment”"):
        format_clause("paymnt", formats())


# Directions


@pytest.mark.parametrize(
    ("text", "language", "marked"),
    [
        ("Smith", "en", False),
        ("Müller", "en", False),
        ("שלום", "en", True),
        ("شركة Smith", "en", True),
        ("東京", "en", False),
        ("12 345", "ar", False),
        ("Smith", "ar", True),
        ("شركة", "ar", False),
    ],
)
def test_words_against_the_direction_of_the_document_are_isolated(text: str, language: str, *, marked: bool) -> None:
    assert (isolated(text, language) != text) is marked
    assert isolated(isolated(text, language), language) == isolated(text, language)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_list_of_names_in_both_directions_loses_no_word(tmp_path: Path, locale: str) -> None:
    stage = Stage(tmp_path, locale)
    names = ["Smith", "שלום", "شركة النخيل", "東京"]
    assert stage.lines("<p>{{ names|listed }}</p>", names=names) == ["Smith, שלום, شركة النخيل and 東京"]


# What cannot be written


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("money", ["day", "rate", "count", "text", "names", "open", "party"]),
        ("signed", ["rate", "text"]),
        ("words", ["rate", "count"]),
        ("date", ["sum", "at", "text", "count"]),
        ("time", ["day", "text"]),
        ("number", ["sum", "day", "text", "open"]),
        ("percent", ["sum", "text", "open"]),
        ("days", ["text", "day", "open"]),
        ("shift", ["text", "open"]),
        ("listed", ["text", "party", "sum"]),
        ("country", ["sum", "count"]),
        ("person", ["count"]),
        ("sentence", ["count", "names"]),
        ("paragraphs", ["count"]),
        ("clause", ["count"]),
        ("label", ["count", "sum"]),
        ("term", ["count", "sum"]),
    ],
)
def test_a_filter_writes_its_own_kind_of_value_and_no_other(tmp_path: Path, name: str, values: list[str]) -> None:
    stage = Stage(tmp_path)
    for value in values:
        with pytest.raises(FindingsError, match=f"The filter “{name}” cannot write"):
            stage.markup(f"{{{{ {value}|{name} }}}}", **FACTS)


@pytest.mark.parametrize("name", sorted(filters()))
def test_every_filter_passes_a_missing_fact_on(tmp_path: Path, name: str) -> None:
    emitted = Stage(tmp_path).emitted(f"{{{{ nothing|{name} }}}}", {"nothing": None})
    assert emitted.missing == ("nothing",)


@pytest.mark.parametrize("name", sorted(filters()))
def test_no_filter_hides_a_misspelt_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(FindingsError, match="there is no fact “tomorow” here"):
        Stage(tmp_path).markup(f"{{{{ tomorow|{name} }}}}", **FACTS)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("sum", "an amount is printed as it is. Write it through |money."),
        ("rate", "a number is printed as it is. Write it through |number."),
        ("5 / 2", "a number is printed as it is. Write it through |number."),
        ("day", "a date is printed as it is. Write it through |date."),
        ("at", "a time is printed as it is. Write it through |time."),
        ("kind", "the value “law” is a name of the file format is printed as it is. Write it through |label."),
        ("names", "a list is printed as it is. Write it through |listed"),
        ("[1, 2]", "a list is printed as it is."),
        ("party", "a group of facts is printed as it is. Print one of its facts."),
        ("open", "something that has no words (a bool) is printed as it is."),
        ("none", "something that has no words (a NoneType) is printed as it is."),
        ("range", "something that has no words (a function) is printed as it is."),
        ("'a'.encode()", "something that has no words (a bytes) is printed as it is."),
        ("{'a': 1}", "something that has no words (a dict) is printed as it is."),
    ],
)
def test_what_is_not_words_is_not_printed_as_it_is(tmp_path: Path, value: str, said: str) -> None:
    with pytest.raises(FindingsError) as refused:
        Stage(tmp_path).markup(f"{{{{ {value} }}}}", **FACTS)
    assert said in str(refused.value)
