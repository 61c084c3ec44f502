"""What the health of an engagement follows from, in words: for documents in their language, for the terminal plain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum

from docgen.lifecycle.health import Fact, Reason
from docgen.lifecycle.rag import Cause, read_cause, told_cause
from docgen.models.progress import Rag
from docgen.templating.catalogue import packaged_templates
from docgen.templating.filters import Formats, format_day, format_days, format_decimal, format_label
from docgen.templating.labels import read_words

Days = Callable[[dt.date], str]
"""How a day is written."""


def reason_words(reason: Reason, formats: Formats) -> str:
    """Return what is said in the language of a document, with days as its tables write them."""
    return _said(reason, formats, lambda day: format_day(day, formats, "medium"))


def colour_reason(reason: str | None, formats: Formats) -> str | None:
    """Return why a dimension has its colour: what the rules said in the document's language, a person's words as is."""
    cause = read_cause(reason) if reason else None
    return told_cause(cause, formats.words.language) if cause else reason


def plain_reason(reason: Reason) -> str:
    """Return what is said in plain English with ISO dates, as the terminal and data for machines have it."""
    words = read_words(packaged_templates() / "labels.yaml", "en")
    return _said(reason, Formats("en-GB", words), dt.date.isoformat)


def _said(reason: Reason, formats: Formats, write: Days) -> str:
    pattern = format_label(reason.kind, formats)
    return pattern.format_map({name: _fact(name, fact, formats, write) for name, fact in reason.facts.items()})


def _fact(name: str, fact: Fact, formats: Formats, write: Days) -> str:
    match fact:
        case Reason():
            return _said(fact, formats, write)
        case Cause():
            return told_cause(fact, formats.words.language)
        case tuple():
            return ", ".join(_fact(name, each, formats, write) for each in fact)
        case dt.date():
            return write(fact)
        case Decimal():
            return format_decimal(fact, formats)
        case int():
            return format_days(fact, formats) if name == "days" else str(fact)
        case Rag():
            return format_label(fact, formats).lower()
        case StrEnum():
            return format_label(fact, formats)
        case _:
            return fact
