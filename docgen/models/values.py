"""The plain values facts are written in: text, numbers, dates and identifiers, read strictly and without surprises.

A file hands every scalar over as the text that stands in it, so `010` is never eight and `NO` is
never false; each type here decides what its text means. Programs may pass the Python value
itself, except a float.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]+@[^\s@<>\"(),:;\\\[\].]+(?:\.[^\s@<>\"(),:;\\\[\].]+)+")
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")
_NUMBER_LIMIT = 30
_WHOLE_DIGITS = 18
_WHOLE_LIMIT = 99_999
_TEXT_LIMIT = 20_000
_SHOWN_LENGTH = 80
FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
"""The days that facts may name; others are slips of the pen."""
# Embeddings, overrides and isolates reorder what a reader sees; marks (U+200E, U+200F, U+061C) do not.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Deprecated marks, annotations and tags hide words in a text.
_HIDING = re.compile("[\u206a-\u206f\ufff9-\ufffb\U000e0000-\U000e0fff]")

N = TypeVar("N", int, Decimal)


class Facts(BaseModel):
    """A group of facts: it never changes and takes no unknown keys."""

    # A model is built when it is first used: a letter never asks for a breach.
    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=False, str_strip_whitespace=False, defer_build=True
    )


_ISO_3166 = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
    ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
    HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
    LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
    NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
    SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
    UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
_COUNTRIES = frozenset(_ISO_3166.split())
"""The codes of ISO 3166-1 alpha-2, and XK, which stands for Kosovo in practice."""


def wrong(rule: str, message: str, advice: str = "") -> PydanticCustomError:
    """Return the error a reader raises: what is wrong, and what would be right."""
    context = {"said": message, "advice": advice}
    return PydanticCustomError(rule, "{said}. {advice}" if advice else "{said}", context)


def _read_text(value: Any) -> str:
    if not isinstance(value, str):
        raise wrong("text", f"expected text, found {_kind(value)}", "Write a single value here.")
    text = unicodedata.normalize("NFC", str(value))
    if len(text) > _TEXT_LIMIT:
        raise wrong("text", f"the text is longer than {_TEXT_LIMIT:,} characters", "Attach it as a document instead.")
    plain = text.isascii() and text.isprintable()
    for character in () if plain else dict.fromkeys(text):
        if not prints(character):
            message = f"the text holds U+{ord(character):04X}, which does not print, or hides or reorders words"
            raise wrong("text-character", message, "Remove it.")
    return text


def prints(character: str) -> bool:
    """Say whether text may hold a character: a font can print it, and it neither hides nor reorders words."""
    if character in "\n\t\r":
        return True
    if character in _REORDERING or unicodedata.category(character) in {"Cc", "Cs", "Co"}:
        return False
    code = ord(character)
    return not (_HIDING.match(character) or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF)


def _read_line(value: Any) -> str:
    text = " ".join(_read_text(value).split())
    if not _shows(text):
        raise wrong("text", "the text is empty", "Write it, or leave the value blank (null) if it is not known yet.")
    return text


def _read_prose(value: Any) -> str:
    paragraphs = re.split(r"\n\s*\n", _read_text(value).replace("\r\n", "\n"))
    text = "\n\n".join(filter(None, (" ".join(paragraph.split()) for paragraph in paragraphs)))
    if not _shows(text):
        raise wrong("text", "the text is empty", "Write it, or leave the value blank (null) if it is not known yet.")
    return text


def _shows(text: str) -> bool:
    """Say whether a text has anything to see: joiners, marks and spaces of no width are nothing."""
    return any(not character.isspace() and unicodedata.category(character) != "Cf" for character in text)


def read_decimal(value: Any) -> Decimal:
    """Return the decimal number that a scalar of a file says.

    Raises PydanticCustomError for anything but plain digits with a point: no float, no thousands
    separator, no leading zero, no exponent.
    """
    if isinstance(value, bool | float):
        raise wrong(
            "decimal", f"expected a decimal number, found the {_kind(value)} {value!r}", "Pass a Decimal or text."
        )
    if isinstance(value, Decimal | int):
        value = format(value, "f") if isinstance(value, Decimal) and value.is_finite() else str(value)
    if not isinstance(value, str):
        raise wrong("decimal", f"expected a number, found {_kind(value)}", "Write a number such as 1250.00.")
    text = value.strip()
    if not _DECIMAL.fullmatch(text):
        raise wrong("decimal", f"{_quoted(value)} is not a number", _number_advice(text))
    if len(text) > _NUMBER_LIMIT or len(text.lstrip("-").partition(".")[0]) > _WHOLE_DIGITS:
        raise wrong("decimal", f"{_quoted(value)} has too many digits", "Check the number.")
    return Decimal(text) or Decimal(text.lstrip("-"))  # nothing has no sign


def _read_whole(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise wrong("whole-number", f"expected a whole number, found {_kind(value)}", "Write a number such as 30.")
    text = value.strip()
    if not _WHOLE.fullmatch(text):
        raise wrong("whole-number", f"{_quoted(text)} is not a whole number", _number_advice(text, whole=True))
    if len(text) > _NUMBER_LIMIT or abs(int(text)) > _WHOLE_LIMIT:
        raise wrong("whole-number", f"{_quoted(text)} is too large", f"Write a number of at most {_WHOLE_LIMIT}.")
    return int(text)


def _read_truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise wrong("truth", f"{_quoted(value)} is neither true nor false", "Write true or false.")
    return bool(value == "true")


def read_date(value: Any) -> dt.date:
    """Return the day an ISO 8601 calendar date names; raises PydanticCustomError for any other form."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value.strip()):
        raise wrong("date", f"{_quoted(value)} is not a date", "Write year-month-day, such as 2026-10-05.")
    try:
        day = dt.date.fromisoformat(value.strip())
    except ValueError:
        raise wrong("date", f"{_quoted(value)} is not a day of the calendar", "Check the month and the day.") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise wrong("date", f"the year {day.year:04} cannot be right", f"Write {FIRST_DAY.year} to {LAST_DAY.year}.")
    return day


def _read_time(value: Any) -> dt.time:
    if isinstance(value, dt.time):
        return value
    if not isinstance(value, str) or not _TIME.fullmatch(value.strip()):
        raise wrong("time", f"{_quoted(value)} is not a time of day", "Write hours and minutes, such as 16:00.")
    return dt.time.fromisoformat(value.strip())


def _read_email(value: Any) -> str:
    line = _read_line(value)
    if not _EMAIL.fullmatch(line) or len(line) > 254:
        raise wrong("email", f"{_quoted(line)} is not an e-mail address", "Write one such as name@firm.example.")
    return line


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _read_zone(value: Any) -> str:
    line = _read_line(value)
    if line not in _zones():
        raise wrong("time-zone", f"{_quoted(line)} is not a time zone", "Write an IANA name such as Europe/London.")
    return line


def _read_locale(value: Any) -> str:
    line = _read_line(value).replace("_", "-")
    if not _LOCALE.fullmatch(line):
        raise wrong("locale", f"{_quoted(line)} is not a locale", "Write language and territory, such as en-GB.")
    if not _has_formats(line):
        raise wrong("locale", f"how {line} writes dates and figures is not known", "Use a known one such as en-GB.")
    return line


@lru_cache(maxsize=32)
def _has_formats(locale: str) -> bool:
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(locale, sep="-")
    except UnknownLocaleError:
        return False
    return True


def _read_country(value: Any) -> str:
    if not isinstance(value, str) or value not in _COUNTRIES:
        advice = "Write GB." if value == "UK" else "Write the two capital letters of ISO 3166, such as GB."
        raise wrong("country", f"{_quoted(value)} is not a country code", advice)
    return value


def _matching(pattern: str, rule: str, what: str, advice: str) -> BeforeValidator:
    compiled = re.compile(pattern)

    def read(value: Any) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise wrong(rule, f"{_quoted(value)} is not {what}", advice)
        return str(value)

    return BeforeValidator(read)


def _positive(value: int) -> int:
    if value < 1:
        raise wrong("positive", f"{value} is too small", "Write 1 or more.")
    return value


def _not_negative(value: N) -> N:
    if value < 0:
        raise wrong("not-negative", f"{value} is below zero", "Write zero or more.")
    return value


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list | tuple):
        return "a list"
    return "nothing" if value is None else type(value).__name__


def shown(text: str) -> str:
    """Return a text as a message may show it: short, and with nothing in it that a terminal acts on."""
    safe = "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)
    return safe if len(safe) <= _SHOWN_LENGTH else f"{safe[:_SHOWN_LENGTH]}…"


def _quoted(value: Any) -> str:
    return f"“{shown(value)}”" if isinstance(value, str) else _kind(value)


def _number_advice(text: str, *, whole: bool = False) -> str:
    plain = text.replace(",", "").replace("_", "").replace(" ", "").lstrip("0") or "0"
    plain = f"0{plain}" if plain.startswith(".") else plain
    pattern = _WHOLE if whole else _DECIMAL
    if pattern.fullmatch(plain):
        return f"Write {plain}."
    return "Write digits only, such as 30." if whole else "Write digits and a point, such as 1250.00."


def _schema(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


_AS_TEXT = PlainSerializer(str, return_type=str)

Line = Annotated[str, BeforeValidator(_read_line), _schema(type=["string", "number", "boolean"])]
"""Text on one line: never empty, Unicode NFC, white space folded."""
Prose = Annotated[str, BeforeValidator(_read_prose), _schema(type=["string", "number", "boolean"])]
"""Text of one or more paragraphs, parted by an empty line."""
Identifier = Annotated[
    str,
    _matching(
        r"[A-Za-z][A-Za-z0-9_.-]{0,31}", "identifier", "an id", "Begin with a letter, then letters and digits: D1."
    ),
    _schema(type="string", pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,31}$"),
]
"""The id of an entry, unique within its list."""
Reference = Annotated[
    str,
    _matching(
        r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}",
        "reference",
        "an engagement id",
        "Use letters, digits and hyphens, such as NBS-2026-014.",
    ),
    _schema(type="string", pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"),
]
"""The id of an engagement; safe in a file name."""
ClauseId = Annotated[
    str,
    _matching(
        r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", "clause-id", "a clause id", "Use the id in the template: late-payment."
    ),
    _schema(type="string", pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"),
]
"""The id of a clause in a template; a document prints the clause's number."""
Country = Annotated[
    str,
    BeforeValidator(_read_country),
    _schema(type="string", pattern="^[A-Z]{2}$"),
]
"""An ISO 3166-1 alpha-2 code."""
Number = Annotated[
    Decimal, BeforeValidator(read_decimal), AfterValidator(_not_negative), _AS_TEXT, _schema(type="number", minimum=0)
]
"""A decimal number of zero or more."""
Whole = Annotated[int, BeforeValidator(_read_whole), AfterValidator(_not_negative), _schema(type="integer", minimum=0)]
"""A whole number of zero or more."""
Days = Whole
"""A number of days; the field says whether calendar or business days."""
Count = Annotated[int, BeforeValidator(_read_whole), AfterValidator(_positive), _schema(type="integer", minimum=1)]
"""A whole number of one or more."""
Shift = Annotated[int, BeforeValidator(_read_whole), _schema(type="integer")]
"""A number of calendar days, later when positive and earlier when negative."""
Truth = Annotated[bool, BeforeValidator(_read_truth), _schema(type="boolean")]
"""True or false, in these words only."""
Date = Annotated[dt.date, BeforeValidator(read_date), _schema(type="string", format="date")]
"""A calendar day in the engagement's time zone."""
TimeOfDay = Annotated[
    dt.time,
    BeforeValidator(_read_time),
    PlainSerializer(lambda time: time.strftime("%H:%M"), return_type=str),
    _schema(type="string", pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$"),
]
"""Hours and minutes in the engagement's time zone."""
Email = Annotated[str, BeforeValidator(_read_email), _schema(type="string", format="email")]
"""An e-mail address."""
TimeZone = Annotated[str, BeforeValidator(_read_zone), _schema(type="string")]
"""An IANA time zone name."""
LocaleCode = Annotated[str, BeforeValidator(_read_locale), _schema(type="string")]
"""A BCP 47 language tag with an optional script and territory, such as en-GB."""
LanguageCode = Annotated[
    str,
    _matching(r"[a-z]{2,3}", "language", "a language code", "Write the letters of ISO 639, such as en."),
    _schema(type="string", pattern="^[a-z]{2,3}$"),
]
"""An ISO 639 language code."""
