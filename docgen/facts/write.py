"""Write facts as calm YAML that the reader hands back to the letter.

Block style, keys in the order given, quotes only where a reader, ours or another, could take the text
for something else. An open fact is an empty value, with a comment when there is one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import BaseModel

from docgen.facts.source import Loc
from docgen.models.money import Money

_INDENT = "  "
# YAML takes a longer key only in its explicit form, which nobody reads.
_KEY_LIMIT = 1000
_LEADING_MARKS = frozenset("-?:,[]{}#&*!|>'\"%@`=<")
# Words that this or another YAML reader takes for a truth, a null or a number.
_WORDS_WITH_MEANING = frozenset(
    ["", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", "+.inf", "-.inf", ".nan"]
)
# Numbers, dates, times of day and what YAML 1.1 makes of digits and colons.
_LIKE_NUMBER = re.compile(r"[-+.]*[0-9][0-9A-Fa-f_.,:xXoOeETZ+ -]*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def write_facts(data: Mapping[str, Any], comments: Mapping[Loc, str] | None = None) -> str:
    """Return facts as the text of a YAML file.

    `data` holds dicts, lists, text, Decimal, int, bool, date, time, None, and models of docgen.models (by
    alias, without the optional facts nobody gave). A comment stands behind the value at its place, and
    the one at `()` above everything. Read back by facts.source, the file says the same text at each place.

    Raises TypeError for any other kind of value, floats first of all: a float is never a fact.
    """
    notes = dict(comments or {})
    head = [f"# {_comment(line)}" for line in notes.pop((), "").splitlines()]
    plain = _plain(data)
    body = list(_mapping(plain, (), notes)) if plain else ["{}"]
    return "\n".join([*head, *body]) + "\n"


def write_model(facts: BaseModel) -> str:
    """Return a model of docgen.models as the text of a YAML file, without the optional facts nobody gave."""
    return write_facts(dict(_given(facts)))


class _Bare(str):
    """Text of a number, a date or a truth: it needs no quotes."""

    __slots__ = ()


def _plain(value: Any) -> Any:
    """Return a value as dicts, lists, None, text, and bare text where the value was no text."""
    if isinstance(value, BaseModel):
        return {name: _plain(item) for name, item in _given(value)}
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, str):
        return value
    return _bare(value)


def _given(model: BaseModel) -> Iterator[tuple[str, Any]]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if field.is_required() or value not in (None, (), {}):
            yield field.alias or name, value


def _bare(value: Any) -> str:
    if isinstance(value, bool):
        return _Bare("true" if value else "false")
    if isinstance(value, Money):
        return _bare(value.amount)
    if isinstance(value, Decimal) and value.is_finite():
        return _Bare(format(value, "f"))
    if isinstance(value, int):
        return _Bare(value)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return _Bare(value.isoformat())
    if isinstance(value, dt.time):
        # Unquoted, other readers take it for a number to the base of sixty.
        return value.isoformat("auto" if value.second or value.microsecond else "minutes")
    raise TypeError(f"{value!r} is not a fact: pass text, a Decimal, a whole number, a truth, a date or a time")


def _mapping(entries: Mapping[str, Any], loc: Loc, comments: Mapping[Loc, str]) -> Iterator[str]:
    for key, value in entries.items():
        yield from _entry(f"{_key(key)}:", value, (*loc, key), comments)


def _sequence(items: list[Any], loc: Loc, comments: Mapping[Loc, str]) -> Iterator[str]:
    for position, item in enumerate(items):
        here = (*loc, position)
        if isinstance(item, dict) and item and here not in comments:
            lines = _mapping(item, here, comments)
            yield f"- {next(lines)}"
            yield from _indented(lines)
        else:
            yield from _entry("-", item, here, comments)


def _entry(lead: str, value: Any, loc: Loc, comments: Mapping[Loc, str]) -> Iterator[str]:
    """Yield the lines of a value behind its key or its dash."""
    remark = f"   # {_comment(comments[loc])}" if loc in comments else ""
    if value and isinstance(value, dict | list):
        yield f"{lead}{remark}"
        lines = _mapping(value, loc, comments) if isinstance(value, dict) else _sequence(value, loc, comments)
        yield from _indented(lines)
    elif isinstance(value, str) and not remark and _fits_block(value):
        yield f"{lead} |" if value.endswith("\n") else f"{lead} |-"
        yield from _indented(value.removesuffix("\n").split("\n"))
    else:
        scalar = _scalar(value)
        yield f"{lead} {scalar}{remark}" if scalar else f"{lead}{remark}"


def _indented(lines: Iterator[str] | list[str]) -> Iterator[str]:
    for line in lines:
        yield f"{_INDENT}{line}" if line else ""


def _key(key: str) -> str:
    if len(key) > _KEY_LIMIT:
        raise TypeError(f"the key {key[:20]}… is longer than {_KEY_LIMIT} characters")
    return _scalar(key)


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    return str(value) if isinstance(value, _Bare) or _stands_bare(value) else _quoted(value)


def _stands_bare(text: str) -> bool:
    return (
        text.lower() not in _WORDS_WITH_MEANING
        and text.isprintable()
        and text == text.strip()
        and text[0] not in _LEADING_MARKS
        and not text.startswith("...")
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
        and not _LIKE_NUMBER.fullmatch(text)
    )


def _fits_block(text: str) -> bool:
    """Say whether text of several lines can stand as it is, indented below its key."""
    lines = text.removesuffix("\n").split("\n")
    return (
        len(lines) > 1
        and bool(lines[0])
        and bool(lines[-1])
        and all(line.isprintable() and line == line.strip() for line in lines)
    )


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(mark) or (mark if mark.isprintable() else _code(mark)) for mark in text) + '"'


def _code(mark: str) -> str:
    number = ord(mark)
    if number > 0xFFFF:
        return f"\\U{number:08X}"
    return f"\\u{number:04X}" if number > 0xFF else f"\\x{number:02X}"


def _comment(text: str) -> str:
    return "".join(mark for mark in " ".join(text.split()) if mark.isprintable())
