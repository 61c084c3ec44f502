"""A value of any kind in words, for a change of a term that is only known by its path."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from docgen.errors import NotFoundError
from docgen.models.money import Money
from docgen.templating.filters import Formats, format_day, format_label, format_list, format_money, format_number


def spoken(value: Any, formats: Formats, path: str = "") -> str:
    """Return a value of the terms in words: an amount, a day, a choice, a list or a group of them.

    `path` says which term a group is, so that its parts can be told by name.
    """
    match value:
        case None:
            return format_label("none", formats)
        case Money():
            return format_money(value, formats)
        case dt.date():
            return format_day(value, formats)
        case StrEnum():
            return _choice(value, formats)
        case int() | Decimal():
            return format_number(value, formats)
        case BaseModel():
            return _group(value, formats, path)
        case Mapping():
            return ", ".join(f"{spoken(key, formats)}: {spoken(inner, formats)}" for key, inner in value.items())
        case list() | tuple():
            return format_list([spoken(inner, formats) for inner in value], formats) or format_label("none", formats)
        case _:
            return str(value)


def _group(value: BaseModel, formats: Formats, path: str) -> str:
    names = formats.words.groups.get("term_path", {})
    given = {name: getattr(value, name) for name in type(value).model_fields if getattr(value, name) is not None}
    parts = [(names.get(f"{path}.{name}"), spoken(inner, formats, f"{path}.{name}")) for name, inner in given.items()]
    if any(name for name, _ in parts):
        return "; ".join(f"{name}: {words}" if name else words for name, words in parts)
    return ", ".join(words for _, words in parts)


def _choice(value: StrEnum, formats: Formats) -> str:
    try:
        return format_label(value, formats)
    except NotFoundError:
        return value.value.replace("_", " ")
