"""How an engagement's terms stand to the limits of the playbook: standard, allowed, to be approved or forbidden."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from docgen.models.engagement import Engagement
from docgen.models.money import Money
from docgen.models.playbook import ALLOWED, STANDARD, Limit, Ruling, Span, needs
from docgen.models.terms import contract_sum, liability_cap

EACH = "*"
"""Stands in a path for each entry of a list."""


@dataclass(frozen=True)
class Found:
    """A value of an engagement that a limit speaks of, under its own path."""

    path: str
    value: Any


@dataclass(frozen=True)
class Judged:
    """A term, held against its limit: where it stands, what it is, and what that is by the playbook."""

    clause: str
    limit: Limit
    path: str
    value: Any
    ruling: Ruling

    @property
    def said(self) -> str:
        """Return the value in plain words."""
        return in_words(self.value)


def judged(clause: str, limit: Limit, engagement: Engagement) -> Iterator[Judged]:
    """Yield every value of an engagement that a limit speaks of, with how it stands."""
    for each in values_of(engagement, limit.field):
        yield Judged(clause, limit, each.path, each.value, ruling_on(limit, each.value))


def ruling_on(limit: Limit, value: Any) -> Ruling:
    """Return how a value stands to a limit; None is a value left out. What cannot be compared is beyond all ranges."""
    if value is None or value == ():
        return limit.absent
    if limit.standard and _within(limit.standard, value, limit.currency):
        return STANDARD
    if limit.allowed and _within(limit.allowed, value, limit.currency):
        return ALLOWED
    for rung in limit.approval:
        if _within(rung, value, limit.currency):
            return needs(rung.role)
    return limit.otherwise


def _within(span: Span, value: Any, currency: str | None) -> bool:
    if span.one_of is not None:
        known = {each.casefold() for each in span.one_of}
        return all(in_words(each).casefold() in known for each in (value if isinstance(value, tuple) else (value,)))
    number = _number(value, currency)
    if number is None:
        return False
    return (span.at_least is None or number >= span.at_least) and (span.at_most is None or number <= span.at_most)


def _number(value: Any, currency: str | None) -> Decimal | None:
    match value:
        case Money():
            return value.amount if value.currency == currency else None
        case bool():
            return None
        case int() | Decimal():
            return Decimal(value)
        case tuple():
            return Decimal(len(value))
        case _:
            return None


def in_words(value: Any) -> str:
    """Return a value as a fact file writes it, an amount with its currency."""
    match value:
        case None | ():
            return "none"
        case Money():
            return str(value)
        case Enum():
            return str(value.value)
        case Decimal():
            return format(value, "f")
        case dt.date():
            return value.isoformat()
        case tuple() if any(isinstance(each, BaseModel) for each in value):
            return f"{len(value)} of them" if len(value) > 1 else "one"
        case tuple():
            return ", ".join(map(in_words, value))
        case BaseModel():
            return "given"
        case _:
            return str(value)


# Computed values


def _cap_percent(engagement: Engagement) -> Decimal | None:
    """Return the general limit of liability as a share of the contract sum, in per cent; None where there is none."""
    cap = liability_cap(engagement.terms, engagement.currency)
    total = contract_sum(engagement.terms, engagement.currency)
    return None if cap is None or not total else _share(cap, total)


def _increased_percent(engagement: Engagement) -> Decimal | None:
    """Return the increased limit as a share of the general one, in per cent."""
    terms = engagement.terms
    cap = liability_cap(terms, engagement.currency)
    return _share(terms.liability.increased.amount, cap) if terms.liability.increased and cap else None


def _share(part: Money, whole: Money) -> Decimal:
    share = (part.amount * 100 / whole.amount).quantize(Decimal("0.1"))
    return share.to_integral_value() if share == share.to_integral_value() else share


def _days(engagement: Engagement) -> Decimal | None:
    """Return how many calendar days the contract runs."""
    first, last = engagement.terms.effective_date, engagement.terms.end_date
    return None if first is None or last is None else Decimal((last - first).days)


COMPUTED: Mapping[str, Callable[[Engagement], Any]] = {
    "contract_days": _days,
    "contract_sum": lambda engagement: contract_sum(engagement.terms, engagement.currency),
    "increased_cap_percent": _increased_percent,
    "liability_cap_percent": _cap_percent,
}
"""The values that follow from several facts: days the contract runs, its sum, and the limits of liability as shares."""


# Paths


def values_of(engagement: Engagement, field: str) -> Iterator[Found]:
    """Yield the values that a field names, each with its path; one None where a part of the path is left out."""
    if field in COMPUTED:
        yield Found(field, COMPUTED[field](engagement))
        return
    yield from _followed(engagement, tuple(field.split(".")), ())


def _followed(value: Any, parts: tuple[str, ...], path: tuple[str, ...]) -> Iterator[Found]:
    if not parts or value is None:
        yield Found(".".join((*path, *parts)), value)
        return
    first, *rest = parts
    if first == EACH and isinstance(value, tuple):
        for number, entry in enumerate(value, 1):
            yield from _followed(entry, tuple(rest), (*path, str(getattr(entry, "id", None) or number)))
    elif isinstance(value, dict):
        yield from _followed(value.get(first), tuple(rest), (*path, first))
    elif hasattr(value, first):
        yield from _followed(getattr(value, first), tuple(rest), (*path, first))


def unknown_field(field: str) -> str | None:
    """Return what would be right in place of a field that there is not; None for one there is."""
    if field in COMPUTED:
        return None
    annotations: list[Any] = [Engagement]
    parts = field.split(".")
    for index, part in enumerate(parts):
        names = _names(annotations)
        if part not in names:
            near = get_close_matches(part, names, 1)
            if index == 0 and not near:
                near = get_close_matches(field, COMPUTED, 1)
            if near:
                return f"Did you mean “{'.'.join((*parts[:index], near[0], *parts[index + 1 :]))}”?"
            inside = ".".join(parts[:index])
            there = ", ".join(names) or "nothing further"
            return f"Known in {inside}: {there}." if inside else f"Begin with terms., or use {', '.join(COMPUTED)}."
        annotations = names[part]
    return None


def is_amount(field: str) -> bool:
    """Say whether a field that there is holds amounts of money."""
    if field in COMPUTED:
        return field == "contract_sum"
    annotations: list[Any] = [Engagement]
    for part in field.split("."):
        annotations = _names(annotations)[part]
    return Money in annotations


def _names(annotations: list[Any]) -> dict[str, list[Any]]:
    """Return what can follow in a path, with the types that it has."""
    found: dict[str, list[Any]] = {}
    for annotation in annotations:
        if get_origin(annotation) is tuple:
            found.setdefault(EACH, []).extend(_members(get_args(annotation)[0]))
        elif get_origin(annotation) is dict:
            key, value = get_args(annotation)
            for member in key if isinstance(key, type) and issubclass(key, Enum) else ():
                found.setdefault(str(member.value), []).extend(_members(value))
        elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
            for name, each in annotation.model_fields.items():
                found.setdefault(name, []).extend(_members(each.annotation))
    return found


def _members(annotation: Any) -> list[Any]:
    """Return the types that a value can have, without None."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return [each for member in get_args(annotation) for each in _members(member)]
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    return [] if annotation is type(None) else [annotation]
