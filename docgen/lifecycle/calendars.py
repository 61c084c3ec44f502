"""Business days: the days that are neither at a country's weekend nor on one of its public holidays."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from docgen.errors import DocgenError, ExitCode
from docgen.models.engagement import BusinessCalendar

if TYPE_CHECKING:
    from holidays import HolidayBase

LONGEST_COUNT = 10_000
"""The most days that are counted in one go: more than 27 years are a slip of the pen, not a deadline."""
_DAY = dt.timedelta(days=1)
# Codes that are in everyday use for a country but are not its code in ISO 3166.
_MISTAKEN = {"UK": "GB", "EL": "GR"}


class UnknownCalendarError(DocgenError):
    """Nobody has written down the public holidays of the country or of the part of it that was named."""

    exit_code = ExitCode.FINDINGS


class CalendarRangeError(DocgenError):
    """A count of days leaves the years whose public holidays are known, or is absurdly long."""


class Holiday(NamedTuple):
    """A public holiday and what it is called."""

    date: dt.date
    name: str


@dataclass(frozen=True)
class _Year:
    """The days of one year that are no business days, by reason."""

    holidays: Mapping[dt.date, str]
    weekends: frozenset[dt.date]


@dataclass(frozen=True)
class BusinessDays:
    """A country's business days, or those of a part of it.

    A business day is neither a day of the country's weekend nor a public holiday, substitute days
    included. A weekend day on which a government has people work to make up for a bridge day stays
    a weekend day: a contract that says "business day" does not follow decrees of one season. Every
    method raises CalendarRangeError for a year whose public holidays are not known.
    """

    country: str
    subdivision: str | None
    language: str

    @property
    def place(self) -> str:
        """Return in words whose holidays count: “England, United Kingdom”."""
        subdivision = _known_subdivisions(self.country).get(self.subdivision or "", "")
        return _place_name(self.country, subdivision, self.language)

    def is_business_day(self, day: dt.date) -> bool:
        """Say whether a day is a business day."""
        return not self.is_weekend(day) and self.holiday_name(day) is None

    def is_weekend(self, day: dt.date) -> bool:
        """Say whether a day belongs to the country's weekend, as it was in that year."""
        return day in self._year(day).weekends

    def holiday_name(self, day: dt.date) -> str | None:
        """Return what the public holiday on a day is called, or None when there is none."""
        return self._year(day).holidays.get(day)

    def next_business_day(self, day: dt.date) -> dt.date:
        """Return the day itself when it is a business day, or else the first one after it."""
        while not self.is_business_day(day):
            day = _shifted(day, 1)
        return day

    def previous_business_day(self, day: dt.date) -> dt.date:
        """Return the day itself when it is a business day, or else the last one before it."""
        while not self.is_business_day(day):
            day = _shifted(day, -1)
        return day

    def add_business_days(self, day: dt.date, count: int) -> dt.date:
        """Return the business day that is `count` business days after a day, which is not counted itself.

        A count of zero is the day itself, or the next business day when it is none. Raises
        ValueError for a count below zero and CalendarRangeError for one beyond `LONGEST_COUNT`.
        """
        if count < 0:
            raise ValueError(f"cannot count {count} business days")
        _refuse_absurd(count)
        if count == 0:
            return self.next_business_day(day)
        for _ in range(count):
            day = self.next_business_day(_shifted(day, 1))
        return day

    def holidays_between(self, after: dt.date, until: dt.date) -> tuple[Holiday, ...]:
        """Return the public holidays after one day up to and including another, at weekends too, in order."""
        names = ((day, self.holiday_name(day)) for day in days_between(after, until))
        return tuple(Holiday(day, name) for day, name in names if name is not None)

    def weekend_days_between(self, after: dt.date, until: dt.date) -> int:
        """Return how many days of the weekend come after one day up to and including another."""
        return sum(self.is_weekend(day) for day in days_between(after, until))

    def _year(self, day: dt.date) -> _Year:
        return _year_of(self.country, self.subdivision, self.language, day.year)


def business_days(calendar: BusinessCalendar, language: str = "en") -> BusinessDays:
    """Return the business days of a calendar, with holidays named in a language.

    The name of a holiday is given in the language when it is known, else in English, else in the
    country's own. A subdivision may be given by its code (ENG), by its ISO 3166-2 code (GB-ENG) or
    by its name (England). Raises UnknownCalendarError with the nearest known names.
    """
    known = _known_subdivisions(calendar.country)
    subdivision = None if calendar.subdivision is None else _subdivision_code(calendar, known)
    return BusinessDays(calendar.country, subdivision, language)


def days_between(after: dt.date, until: dt.date) -> Iterator[dt.date]:
    """Yield the days after one day up to and including another; none when the other is not later."""
    for number in range(1, (until - after).days + 1):
        yield after + dt.timedelta(days=number)


def add_calendar_days(day: dt.date, count: int) -> dt.date:
    """Return the day that is `count` calendar days after a day; raises CalendarRangeError for an absurd count."""
    _refuse_absurd(count)
    return _shifted(day, count)


def _shifted(day: dt.date, count: int) -> dt.date:
    try:
        return day + count * _DAY
    except OverflowError:
        raise CalendarRangeError(f"{count} days from {day} is not a day of the calendar. Check the dates.") from None


def _refuse_absurd(count: int) -> None:
    if count > LONGEST_COUNT:
        raise CalendarRangeError(f"{count} days are more than docgen counts ({LONGEST_COUNT}). Check the number.")


@lru_cache(maxsize=256)
def _year_of(country: str, subdivision: str | None, language: str, year: int) -> _Year:
    """Return the days off of one year, from an object of its own: the library's objects are not safe across threads."""
    found = _holidays_of(country, subdivision, language, year)
    if not found.start_year <= year <= found.end_year:
        raise CalendarRangeError(
            f"The public holidays of {country} are known from {found.start_year} to {found.end_year}, not for {year}. "
            "Check the dates, or name another calendar."
        )
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    weekends = frozenset(day for day in (first, *days_between(first, last)) if found.is_weekend(day))
    return _Year({day: name for day, name in found.items() if day.year == year}, weekends)


@lru_cache(maxsize=1)
def _library() -> Any:
    """Return the holidays library, which from then on reads each country when it is asked for."""
    import holidays

    # Any one country would import all 250 through their package: an empty package in its place spares 70 ms.
    package = ModuleType("holidays.countries")
    package.__path__ = [str(Path(holidays.__file__).with_name("countries"))]
    sys.modules.setdefault(package.__name__, package)
    return holidays


def _holidays_of(country: str, subdivision: str | None, language: str, year: int) -> HolidayBase:
    # The library would otherwise take the language from the environment, and two machines would print two names.
    about = _library().country_holidays(country)
    wanted = _nearest_language(about.supported_languages or (), about.default_language, language)
    found: HolidayBase = _library().country_holidays(
        country, subdiv=subdivision, years=year, expand=False, language=wanted
    )
    return found


def _nearest_language(offered: Iterable[str], own: str | None, language: str) -> str | None:
    for wanted in (language, "en"):
        matches = sorted(name for name in offered if name.split("_")[0] == wanted)
        if matches:
            return own if own in matches else matches[0]
    return own


def _known_countries() -> frozenset[str]:
    return frozenset(_library().registry.EntityLoader.get_country_codes(include_aliases=False))


@lru_cache(maxsize=64)
def _known_subdivisions(country: str) -> Mapping[str, str]:
    """Return the codes of a country's subdivisions with their names; a code without a name stands for itself."""
    if country not in _known_countries():
        raise UnknownCalendarError(
            f"The public holidays of the country {country} are not known. {_country_advice(country)}"
        )
    about = _library().country_holidays(country)
    names: dict[str, str] = {}
    for name, code in about.subdivisions_aliases.items():
        names.setdefault(str(code), str(name))
    return {str(code): names.get(str(code), str(code)) for code in about.subdivisions}


def _country_advice(country: str) -> str:
    if country in _MISTAKEN:
        return f"Write {_MISTAKEN[country]}."
    near = get_close_matches(country, sorted(_known_countries()), cutoff=0.5)
    return f"Known codes near it: {', '.join(near)}." if near else "Name the country whose business days count."


def _subdivision_code(calendar: BusinessCalendar, known: Mapping[str, str]) -> str:
    asked = (calendar.subdivision or "").removeprefix(f"{calendar.country}-")
    if asked in known:
        return asked
    for code, name in known.items():
        if name == asked:
            return code
    raise UnknownCalendarError(
        f"{calendar.country} has no calendar for the subdivision “{calendar.subdivision}”. "
        f"{_subdivision_advice(asked, known)}"
    )


def _subdivision_advice(asked: str, known: Mapping[str, str]) -> str:
    if not known:
        return "Leave the subdivision out: the whole country has the same public holidays."
    spellings = {spelling.casefold(): code for code, name in known.items() for spelling in (code, name)}
    near = get_close_matches(asked.casefold(), sorted(spellings), n=3, cutoff=0.65)
    codes = list(dict.fromkeys(spellings[spelling] for spelling in near))
    if codes:
        return f"Did you mean {' or '.join(_with_name(code, known) for code in codes)}?"
    return f"Known ones: {', '.join(_with_name(code, known) if len(known) <= 20 else code for code in known)}."


def _with_name(code: str, known: Mapping[str, str]) -> str:
    return code if known[code] == code else f"{code} ({known[code]})"


def _place_name(country: str, subdivision: str, language: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        words = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        words = Locale.parse("en")
    name = words.territories.get(country, country)
    return f"{subdivision}, {name}" if subdivision else str(name)
