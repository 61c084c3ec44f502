"""Values in words: numbers, amounts and days as people write them, in figures, in words, or in both."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from docgen.review.playbook import Words, words_of

LARGEST = 400
"""The largest number that is known in words: a year of days, and some."""
_FIGURE = re.compile(r"\d+(?:[.,'\u00a0\u202f]\d+)*")
_NUMERIC = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b")


@dataclass(frozen=True)
class Tongue:
    """How values are written: the language of the words, the sign before decimals, and whether days come first."""

    language: str
    decimal: str = "."
    group: str = ","
    day_first: bool = True


def tongue_of(language: str, locale: str) -> Tongue:
    """Return how a document of a language writes the values of a locale."""
    from babel import Locale

    known = Locale.parse(locale, sep="-")
    symbols = known.number_symbols.get("latn", known.number_symbols)
    pattern = str(known.date_formats["short"].pattern)
    day_first = "d" in pattern and "M" in pattern and pattern.index("d") < pattern.index("M")
    return Tongue(language, str(symbols["decimal"]), str(symbols["group"]), day_first)


def numbers_in(text: str, tongue: Tongue) -> list[Decimal]:
    """Return the numbers of a text, in figures or in words; one that is given both ways counts once."""
    found = (_number(word, tongue) for word in plainly(words_of(text), tongue.language))
    return [number for number in found if number is not None]


def _number(word: str, tongue: Tongue) -> Decimal | None:
    if not _FIGURE.fullmatch(word):
        return None
    whole, _, rest = word.rpartition(tongue.decimal) if tongue.decimal in word else (word, "", "")
    digits = re.sub(r"\D", "", whole)
    if rest and not rest.isdigit():
        return None
    return Decimal(f"{digits or '0'}.{rest}" if rest else digits)


def days_in(text: str, tongue: Tongue) -> list[dt.date]:
    """Return the days of a text, in their order: 5 October 2026, October 5, 2026, 05/10/2026, 2026-10-05."""
    text = _ORDINAL.sub(r"\1", text.replace("\u00a0", " "))
    months = _months(tongue.language)
    names = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    found: list[tuple[int, dt.date]] = []
    for pattern, order in (
        (_ISO, "ymd"),
        (_NUMERIC, "dmy" if tongue.day_first else "mdy"),
        (re.compile(rf"\b(\d{{1,2}})\.?\s+({names})\.?,?\s+(\d{{4}})", re.IGNORECASE), "dmy"),
        (re.compile(rf"\b({names})\.?\s+(\d{{1,2}}),?\s+(\d{{4}})", re.IGNORECASE), "mdy"),
    ):
        for match in pattern.finditer(text):
            part = dict(zip(order, match.groups(), strict=True))
            month = months.get(part["m"].casefold()) or (int(part["m"]) if part["m"].isdigit() else 0)
            try:
                found.append((match.start(), dt.date(int(part["y"]), month, int(part["d"]))))
            except ValueError:
                continue
    return [day for _, day in sorted(found)]


@lru_cache(maxsize=8)
def _months(language: str) -> Mapping[str, int]:
    from babel.dates import get_month_names

    widths = (get_month_names(width, locale=language) for width in ("wide", "abbreviated"))
    return {name.casefold().rstrip("."): number for each in widths for number, name in each.items()}


def plainly(words: Sequence[str], language: str) -> Words:
    """Return words with numbers in figures: “thirty (30) days” and “thirty days” say what “30 days” says."""
    figures = tuple(_figures(words, language))
    plain: list[str] = []
    index = 0
    while index < len(figures):
        word = figures[index]
        if word.isdigit() and figures[index + 1 : index + 4] == ("(", word, ")"):
            index += 3
        plain.append(word)
        index += 1
    return tuple(plain)


def _figures(words: Sequence[str], language: str) -> Iterator[str]:
    known, longest = _spoken(language)
    index = 0
    while index < len(words):
        for length in range(min(longest, len(words) - index), 0, -1):
            figure = known.get(tuple(word.casefold() for word in words[index : index + length]))
            if figure is not None:
                yield figure
                index += length
                break
        else:
            yield words[index]
            index += 1


@lru_cache(maxsize=8)
def _spoken(language: str) -> tuple[Mapping[Words, str], int]:
    """Return the numbers from two on as a language says them, and how many words the longest has."""
    from num2words import CONVERTER_CLASSES, num2words

    known: dict[Words, str] = {}
    if language in CONVERTER_CLASSES:
        for number in range(2, LARGEST + 1):
            said = str(num2words(number, lang=language)).casefold()
            for form in (said, said.replace("-", " ")):
                known.setdefault(words_of(form), str(number))
    return known, max(map(len, known), default=0)
