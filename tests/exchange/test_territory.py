"""The name of a country says its code, its locale, its time zone and its currency."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest
from babel.core import get_global

from docgen.exchange.territory import (
    country_code,
    country_name,
    country_of_currency,
    currency_of,
    locale_of,
    time_zone_of,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("MX", "MX"),
        ("mx", "MX"),
        ("MEX", "MX"),
        ("484", "MX"),
        ("MÉXICO", "MX"),
        ("Mexico", "MX"),
        ("メキシコ", "MX"),
        ("United Kingdom", "GB"),
        ("The United Kingdom of Great Britain and Northern Ireland", "GB"),
        ("UK", "GB"),
        ("Scotland", "GB"),
        ("Украина", "UA"),
        ("افغانستان", "AF"),
        ("República de Colombia", "CO"),
        ("Republic of Korea", "KR"),
        ("Côte d'Ivoire", "CI"),
        ("Bolivia (Plurinational State of)", "BO"),
        ("The Netherlands", "NL"),
        ("Niger", "NE"),
        ("Nigeria", "NG"),
    ],
)
def test_a_country_is_known_by_code_and_by_name_in_any_language(text: str, code: str) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize("text", ["", "  ", "Atlantis", "ZZ", "EU", "SU", "001", "{{ x }}", "—"])
def test_what_names_no_country_has_no_code(text: str) -> None:
    assert country_code(text) is None


@pytest.mark.parametrize(
    ("country", "language", "locale"),
    [
        ("GB", "en", "en-GB"),
        ("MX", "es", "es-MX"),
        ("MX", "en", "es-MX"),
        ("CA", "fr", "fr-CA"),
        ("CA", None, "en-CA"),
        ("CH", "it", "it-CH"),
        ("DE", None, "de-DE"),
        ("JP", "en", "ja-JP"),
        ("AQ", None, "en"),
    ],
)
def test_a_country_has_a_locale_in_a_language_spoken_there(country: str, language: str | None, locale: str) -> None:
    assert locale_of(country, language) == locale


def test_every_country_has_a_time_zone_that_exists() -> None:
    zones = available_timezones()
    assert all(time_zone_of(country)[0] in zones for country in get_global("territory_zones"))


def test_a_country_with_several_zones_has_its_capitals() -> None:
    assert time_zone_of("MX") == ("America/Mexico_City", True)
    assert time_zone_of("US") == ("America/New_York", True)
    assert time_zone_of("GB") == ("Europe/London", False)


def test_a_currency_names_its_country_unless_it_is_used_everywhere() -> None:
    assert [country_of_currency(code) for code in ("GBP", "MXN", "EUR", "USD", "XXX")] == ["GB", "MX", None, None, None]
    assert (currency_of("MX"), currency_of("FR"), currency_of("AQ")) == ("MXN", "EUR", None)
    assert country_name("MX") == "Mexico"
