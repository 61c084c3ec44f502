"""What the name of a country says: its code, the locale of its documents, its time zone and its currency.

The names, languages, zones and currencies are those of the Unicode CLDR as Babel carries them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

# Languages whose names of countries are looked up first; a name that means two countries means the first found.
_LANGUAGES_FIRST = ("en", "es", "fr", "pt", "de", "it", "nl", "uk", "ru", "ar", "pl", "ro")
# Everyday names and the United Nations' formal ones, in the form _plain_name gives them.
_COMMON_NAMES = {
    "bolivia plurinational state": "BO",
    "democratic congo": "CD",
    "england": "GB",
    "great britain": "GB",
    "holland": "NL",
    "iran islamic": "IR",
    "islamic iran": "IR",
    "korea": "KR",
    "lao people s democratic": "LA",
    "northern ireland": "GB",
    "plurinational state bolivia": "BO",
    "russian federation": "RU",
    "scotland": "GB",
    "swaziland": "SZ",
    "syrian arab": "SY",
    "uk": "GB",
    "united kingdom great britain and northern ireland": "GB",
    "united states america": "US",
    "united tanzania": "TZ",
    "usa": "US",
    "venezuela bolivarian": "VE",
    "wales": "GB",
}
# Countries with several zones: the capital's. Also zones that CLDR still calls by an older name.
_CAPITAL_ZONES = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "IN": "Asia/Kolkata",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MM": "Asia/Yangon",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NP": "Asia/Kathmandu",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Hebron",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
    "VN": "Asia/Ho_Chi_Minh",
}


@lru_cache
def country_code(text: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code that a code or a name in any language means, or None.

    `MX`, `MEX`, `484`, `MÉXICO`, `Mexiko` and `メキシコ` are all MX.
    """
    from babel.core import get_global

    code = text.strip().upper()
    aliases = get_global("territory_aliases").get(code, [])
    code = aliases[0] if len(aliases) == 1 else code
    if code in _territories():
        return code
    name = _plain_name(text)
    return next((found for found in _meanings(name) if found), None) if name else None


def country_name(code: str) -> str:
    """Return a country's name in English."""
    from babel import Locale

    return str(Locale("en").territories.get(code, code))


def locale_of(country: str, language: str | None) -> str:
    """Return the locale of a country's documents: in the language asked for if it is an official one there.

    Otherwise in English where that is official, else in the country's first language.
    """
    from babel import Locale, UnknownLocaleError
    from babel.languages import get_official_languages

    official = get_official_languages(country, de_facto=True)
    wished = [tag for tag in (language, "en") if tag in official]
    for tag in (*wished, *official):
        try:
            Locale.parse(f"{tag}_{country}")
        except UnknownLocaleError:
            continue
        return f"{tag}-{country}"
    return "en"


def time_zone_of(country: str) -> tuple[str, bool]:
    """Return the IANA zone of a country, its capital's where there are several, and whether there are several."""
    from babel.core import get_global

    zones = get_global("territory_zones").get(country, [])
    return _CAPITAL_ZONES.get(country) or next(iter(zones), "UTC"), len(zones) != 1


def currency_of(country: str) -> str | None:
    """Return the code of a country's present currency, or None."""
    from babel.numbers import get_territory_currencies

    return next(iter(get_territory_currencies(country)), None)


def country_of_currency(currency: str) -> str | None:
    """Return the country a currency is named after, or None; the dollar of the United States is used everywhere."""
    country = currency[:2]
    return country if currency != "USD" and country in _territories() and currency_of(country) == currency else None


@lru_cache
def _territories() -> frozenset[str]:
    """Return the codes of countries: two letters, with a zone of their own."""
    from babel.core import get_global

    return frozenset(code for code in get_global("territory_zones") if re.fullmatch("[A-Z]{2}", code)) - {"ZZ"}


def _meanings(name: str) -> Iterator[str | None]:
    from babel.localedata import locale_identifiers

    yield _COMMON_NAMES.get(name)
    others = (tag for tag in sorted(locale_identifiers()) if "_" not in tag and tag not in _LANGUAGES_FIRST)
    for tag in (*_LANGUAGES_FIRST, *others):
        yield _names(tag).get(name)


@cache
def _names(language: str) -> dict[str, str]:
    from babel import Locale

    territories = Locale.parse(language).territories
    return {_plain_name(str(name)): code for code, name in territories.items() if code in _territories()}


def _plain_name(text: str) -> str:
    """Return a name without capitals, accents, punctuation and articles, so that spellings meet."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    words = re.findall(r"\w+", "".join(mark for mark in letters if not unicodedata.combining(mark)))
    return " ".join(
        word for word in words if word not in {"the", "republic", "republica", "republique", "of", "de", "la"}
    )
