"""Numbers and days as people write them, in English and German: in figures, in words, or both at once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from docgen.review.playbook import words_of
from docgen.review.spoken import days_in, numbers_in, plainly, tongue_of

ENGLISH, AMERICAN, GERMAN = tongue_of("en", "en-GB"), tongue_of("en", "en-US"), tongue_of("de", "de-DE")
DAY = dt.date(2026, 10, 5)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("30 days", [30]),
        ("thirty days", [30]),
        ("thirty (30) days", [30]),
        ("forty-five (45) days", [45]),
        ("Forty five days", [45]),
        ("one hundred and twenty days", [120]),
        ("thirty (45) days", [30, 45]),
        ("GBP 64,000.00", [Decimal("64000.00")]),
        ("8.5% a year", [Decimal("8.5")]),
        ("no number", []),
    ],
)
def test_english_numbers(text: str, numbers: list[Decimal]) -> None:
    assert numbers_in(text, ENGLISH) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("fünfundvierzig (45) Tage", [45]),
        ("fünfundvierzig Tage", [45]),
        ("dreißig Tagen", [30]),
        ("EUR 64.000,00", [Decimal("64000.00")]),
        ("8,5 Prozent", [Decimal("8.5")]),
    ],
)
def test_german_numbers(text: str, numbers: list[Decimal]) -> None:
    assert numbers_in(text, GERMAN) == numbers


@pytest.mark.parametrize(
    "text",
    ["5 October 2026", "5th October 2026", "5 Oct 2026", "October 5, 2026", "05/10/2026", "5.10.2026", "2026-10-05"],
)
def test_english_days(text: str) -> None:
    assert days_in(f"on {text} at the latest", ENGLISH) == [DAY]


def test_a_locale_says_whether_the_month_comes_first() -> None:
    assert days_in("10/05/2026", AMERICAN) == [DAY]
    assert days_in("10/05/2026", ENGLISH) == [dt.date(2026, 5, 10)]


@pytest.mark.parametrize("text", ["5. Oktober 2026", "05.10.2026", "5. Okt. 2026"])
def test_german_days(text: str) -> None:
    assert days_in(f"bis {text}", GERMAN) == [DAY]


def test_a_day_that_there_is_not_is_none() -> None:
    assert days_in("31/02/2026 and 31 February 2026", ENGLISH) == []


def test_words_with_numbers_written_out_are_those_with_figures() -> None:
    same = {
        plainly(words_of(text), "en") for text in ("thirty (30) days", "30 days", "thirty days", "30 (thirty) days")
    }
    assert len(same) == 1
    assert plainly(words_of("one Party"), "en") == ("one", "Party")
