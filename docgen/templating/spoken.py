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


def spoken(value: Any, formats: Formats) -> str:
    """Return a value of the terms in words: an amount, a day, a choice, a list or a group of them."""
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
            parts = [
                spoken(getattr(value, name), formats)
                for name in type(value).model_fields
                if getattr(value, name) is not None
            ]
            return ", ".join(parts)
        case Mapping():
            return ", ".join(f"{spoken(key, formats)}: {spoken(inner, formats)}" for key, inner in value.items())
        case list() | tuple():
            return format_list([spoken(inner, formats) for inner in value], formats) or format_label("none", formats)
        case _:
            return str(value)


def _choice(value: StrEnum, formats: Formats) -> str:
    try:
        return format_label(value, formats)
    except NotFoundError:
        return value.value.replace("_", " ")
