"""Single values of published contracting data, made fit for a fact file or left out with a remark.

Publishers put numbers where text belongs, nulls anywhere, several languages side by side and characters
that no document may hold; every function here takes whatever stands in the file and never raises.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from docgen.models.money import minor_units
from docgen.models.values import LAST_DAY, Email, prints, read_date

Object = dict[str, Any]
"""A JSON object; its numbers are Decimal."""

TEXT_LIMIT = 20_000
"""The longest text a fact may have; docgen.models.values refuses longer ones."""
_DIGITS_LIMIT = 18
_DECIMALS_LIMIT = 24
# Wide enough for the product of any two numbers that are let through.
_EXACT = Context(prec=100)
_ID_LIMIT = 255
_NUMBER = re.compile(r"-?[0-9]{1,24}(?:\.[0-9]{1,24})?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ].*)?", re.DOTALL)
# What example data and blank templates of the standard leave in place of words.
_PLACEHOLDERS = frozenset({"string", "null", "none", "n/a"})


class Remarks:
    """What the reader of an imported process should know: each thing once, in the order it was found."""

    def __init__(self) -> None:
        self._notes: dict[str, None] = {}

    def note(self, text: str) -> None:
        """Remember a sentence."""
        self._notes.setdefault(text)

    @property
    def notes(self) -> tuple[str, ...]:
        """Return all sentences."""
        return tuple(self._notes)


def objects(value: Any) -> list[Object]:
    """Return the objects in a list, also of a list in a list; a single object counts as a list of one."""
    if isinstance(value, dict):
        return [value] if value else []
    if isinstance(value, list):
        return [item for entry in value for item in objects(entry)]
    return []


def part(value: Any, *names: str) -> Object:
    """Return the object below some names, or an empty one."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def identity(entry: Object, name: str = "id") -> str:
    """Return an entry's id as text that can be printed, or "" where it has none; publishers write numbers as well."""
    text = "".join(mark for mark in _as_text(entry.get(name)) if prints(mark))
    return " ".join(text.split())[:_ID_LIMIT]


def line(entry: Object, name: str, remarks: Remarks) -> str | None:
    """Return the text of a field on one line, in English where there are several languages, or None."""
    text = prose(entry, name, remarks)
    return None if text is None else " ".join(text.split())


def prose(entry: Object, name: str, remarks: Remarks) -> str | None:
    """Return the text of a field with its paragraphs, in English where there are several languages, or None."""
    for key in _variants(entry, name):
        text = _clean(_as_text(entry[key]), name, remarks)
        if text and text.lower() not in _PLACEHOLDERS and any(mark.isalnum() for mark in text):
            return text
    return None


def email(entry: Object, name: str, remarks: Remarks) -> str | None:
    """Return an e-mail address, or None with a remark where the text is none."""
    text = line(entry, name, remarks)
    if text is None:
        return None
    try:
        return str(_email_reader().validate_python(text.removeprefix("mailto:")))
    except ValidationError:
        remarks.note(f"“{text}” is no e-mail address and was left out.")
        return None


def day(value: Any) -> dt.date | None:
    """Return the calendar day a date or time names, as its publisher wrote it: no time zone is applied."""
    match = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        return read_date(match.group(1)) if match else None
    except PydanticCustomError:
        return None


def instant(value: Any) -> dt.datetime | None:
    """Return the moment a date and time names, for putting releases in order; UTC where it names no zone."""
    if not isinstance(value, str):
        return None
    try:
        moment = dt.datetime.fromisoformat(value.strip())
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def period(value: Any, remarks: Remarks) -> tuple[dt.date | None, dt.date | None]:
    """Return a period's first and last day; an end that is not given is counted from its duration."""
    data = part(value)
    start, end = day(data.get("startDate")), day(data.get("endDate"))
    days = number(data.get("durationInDays"))
    if end is None and start is not None and days is not None and 1 <= days <= (LAST_DAY - start).days:
        end = start + dt.timedelta(days=int(days) - 1)
        remarks.note(f"The last day, {end}, is counted: {int(days)} days from {start}.")
    if start is not None and end is not None and end < start:
        remarks.note(f"The period ends ({end}) before it begins ({start}); its end was left open.")
        end = None
    return start, end


def number(value: Any) -> Decimal | None:
    """Return a number that can be written out, or None; text in plain digits counts as well."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = Decimal(value.strip())
    if not isinstance(value, Decimal) or not value.is_finite():
        return None
    fits = value.adjusted() < _DIGITS_LIMIT and -int(value.as_tuple().exponent) <= _DECIMALS_LIMIT
    return value if fits else None


def currency(value: Any) -> str | None:
    """Return the ISO 4217 code of an OCDS value object, or None where it has none that is in use."""
    code = _as_text(part(value).get("currency")).strip().upper()
    try:
        return code if minor_units(code) is not None else None
    except KeyError:
        return None


def amount(value: Any, remarks: Remarks) -> Decimal | None:
    """Return the amount of an OCDS value object at its currency's decimals, halves rounded up.

    None where it is missing, not above zero, or in no currency of ISO 4217.
    """
    data = part(value)
    figure, code = number(data.get("amount")), currency(data)
    if figure is None:
        return None
    digits = minor_units(code) if code else None
    if digits is None:
        remarks.note(f"The amount {figure:f} has no currency of ISO 4217 and was left out.")
        return None
    rounded = rounded_to(digits, figure)
    if rounded <= 0:
        remarks.note(f"An amount of {code} {figure:f} is read as not given.")
        return None
    if rounded != figure:
        remarks.note(f"{code} {figure:f} was rounded to {rounded}: the currency has {digits} decimals.")
    return rounded


def rounded_to(digits: int, figure: Decimal, times: Decimal | int = 1) -> Decimal:
    """Return a figure, or its exact product with another, at a number of decimals; halves are rounded up."""
    return _EXACT.multiply(figure, Decimal(times)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _EXACT)


def shown(entry: Object, *, length: int = 60) -> str:
    """Return a name for an entry that a message can print: title, name, description or id, cut to a length."""
    silent = Remarks()
    for name in ("title", "name", "description", "id"):
        if text := line(entry, name, silent):
            return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
    return "(without a name)"


def _as_text(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f") if number(value) is not None else ""
    return value if isinstance(value, str) else ""


def _variants(entry: Object, name: str) -> Iterator[str]:
    """Yield the keys a text may stand under: `title`, `title_en`, then the other languages."""
    others = sorted(key for key in entry if key.startswith(f"{name}_"))
    yield from (key for key in (name, f"{name}_en") if key in entry)
    yield from (key for key in others if key != f"{name}_en")


def _clean(text: str, name: str, remarks: Remarks) -> str:
    kept = "".join(mark for mark in text if prints(mark))
    if kept != text:
        remarks.note(f"A “{name}” held characters that do not print or that reorder the words; they were left out.")
    if len(kept) > TEXT_LIMIT:
        remarks.note(f"A “{name}” was longer than {TEXT_LIMIT:,} characters and was cut.")
    paragraphs = re.split(r"\n\s*\n", unicodedata.normalize("NFC", kept).replace("\r\n", "\n")[:TEXT_LIMIT])
    return "\n\n".join(filter(None, (" ".join(paragraph.split()) for paragraph in paragraphs)))


@lru_cache
def _email_reader() -> TypeAdapter[str]:
    return TypeAdapter(Email)
