"""JSON with one spelling only (RFC 8785), so that a hash of it is a hash of what it says.

Only a strict part of JSON is taken: no fractions, no whole numbers that a reader with floats would round, text in
Unicode NFC. What is left out has more than one reading; an amount is text.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Any, NoReturn

import rfc8785

from docgen.errors import DocgenError

_LARGEST = 2**53 - 1
_DEEPEST = 64
_PLAIN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class NotCanonicalError(DocgenError):
    """A value or a text is not of the one spelling that is hashed."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. Only canonical JSON (RFC 8785) without fractions and in Unicode NFC is recorded.")


def canonical_bytes(value: Any) -> bytes:
    """Return the canonical JSON of dicts, lists, tuples, text, whole numbers, truths and None.

    Raises NotCanonicalError for anything else.
    """
    _check(value, _DEEPEST)
    text = _PLAIN.encode(value)
    # Python's own encoder is quick and spells ASCII as RFC 8785 does; other keys it would sort in another order.
    return text.encode() if text.isascii() else rfc8785.dumps(value)


def read_canonical(data: bytes) -> Any:
    """Return what canonical JSON says; raises NotCanonicalError for any other spelling of it."""
    try:
        text = data.decode()
        value = json.loads(text, parse_int=_whole, parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotCanonicalError(f"These {len(data)} bytes are no JSON ({error})") from None
    if not _is_plain(value, text) and canonical_bytes(value) != data:
        raise NotCanonicalError("The JSON is not in its canonical spelling")
    return value


def _is_plain(value: Any, text: str) -> bool:
    """Say whether a text is the canonical spelling of what was read from it, as a log's reader asks of each entry.

    It is found out only of ASCII that is not deep, without a walk through the value; of anything else this says no.
    """
    return text.isascii() and text.count("{") + text.count("[") <= _DEEPEST and _PLAIN.encode(value) == text


def _check(value: Any, depth: int) -> None:
    if depth < 0:
        raise NotCanonicalError(f"The value is nested more than {_DEEPEST} deep")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise NotCanonicalError(f"The key {key!r} is no text")
            _check_text(key)
            _check(item, depth - 1)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item, depth - 1)
    elif isinstance(value, str):
        _check_text(value)
    elif value is None or isinstance(value, bool):
        return
    elif not isinstance(value, int):
        raise NotCanonicalError(f"{value!r} is neither text nor a whole number, a truth, a list or a group")
    else:
        _check_size(value)


def _check_text(text: str) -> None:
    if text.isascii():
        return
    if not unicodedata.is_normalized("NFC", text):
        raise NotCanonicalError(f"“{text}” is not in Unicode NFC")
    if any("\ud800" <= mark <= "\udfff" for mark in text):
        raise NotCanonicalError(f"{text!r} holds half a character")


def _check_size(number: int) -> None:
    if abs(number) > _LARGEST:
        raise NotCanonicalError(f"{number} lies beyond {_LARGEST}, where readers round")


def _whole(text: str) -> int:
    number = int(text)
    _check_size(number)
    return number


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"the number {text} is not whole")
