"""What differs between two states of the same facts, field by field, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import BaseModel

from docgen.models.money import Money

_NOUNS: Mapping[str, str] = {
    "lines": "fee",
    "deliverables": "deliverable",
    "obligations": "obligation",
    "milestones": "milestone",
    "contacts": "contact",
    "approvals": "approval up to",
    "changes": "change",
    "risks": "risk",
    "issues": "issue",
}
"""What one entry of a list is called."""
_NAMES = ("id", "email", "name", "line", "clause", "role", "kind")
"""By which of its fields an entry of a list is known, the first one that it has."""
_MAIN = frozenset({("fee", "amount"), ("milestone", "date"), ("obligation", "action")})
"""What is meant when only the entry is named: “fee F2: 64,000.00 → 71,500.00”."""
_UNSAID = frozenset({"terms", "lines"})
"""Groups that every reader knows to be there."""
_SHOWN_LENGTH = 160


@dataclass(frozen=True)
class Difference:
    """One field that differs: its path in the file, its name in words, and both values; None is “not there”."""

    path: tuple[str, ...]
    name: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.name}: added {self.after}"
        if self.after is None:
            return f"{self.name}: removed {self.before}"
        return f"{self.name}: {self.before} → {self.after}"


def differences(before: BaseModel, after: BaseModel) -> tuple[Difference, ...]:
    """Return every field in which two models of one kind differ, in the order of their fields."""
    return tuple(_of_models(before, after, ()))


@dataclass(frozen=True)
class _Step:
    """A step of a path: the key in the file, and what it is called in words."""

    key: str
    words: str


_Path = tuple[_Step, ...]


def _of_models(before: BaseModel, after: BaseModel, path: _Path) -> Iterator[Difference]:
    for name, info in type(before).model_fields.items():
        key = info.alias or name
        yield from _of_values(getattr(before, name), getattr(after, name, None), (*path, _Step(key, _words(key))))


def _of_values(before: Any, after: Any, path: _Path) -> Iterator[Difference]:
    if before == after or _is_same_amount(before, after):
        return
    if isinstance(before, BaseModel) and type(before) is type(after):
        yield from _of_models(before, after, path)
    elif isinstance(before, tuple) and isinstance(after, tuple):
        yield from _of_lists(before, after, path)
    elif isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _of_values(before.get(key), after.get(key), (*path, _Step(str(key), str(key))))
    else:
        yield Difference(_keys(path), _name(path), _said(before), _said(after))


def _is_same_amount(before: Any, after: Any) -> bool:
    """Say whether only the currency differs, which its engagement says once for all amounts."""
    return isinstance(before, Money) and isinstance(after, Money) and before.amount == after.amount


def _of_lists(before: tuple[Any, ...], after: tuple[Any, ...], path: _Path) -> Iterator[Difference]:
    """Compare entries of one name with each other; the rest has come or gone."""
    old, new = _by_name(before), _by_name(after)
    for name in dict.fromkeys((*old, *new)):
        here = (*path[:-1], _Step(path[-1].key, ""), _Step(name, _entry_words(path[-1], name, old, new)))
        left, right = old.get(name), new.get(name)
        if left is None or right is None:
            yield Difference(_keys(here), _name(here), _entry_said(left), _entry_said(right))
        else:
            yield from _of_values(left, right, here)
    if list(old) != list(new) and sorted(old) == sorted(new):
        yield Difference(_keys(path), _name(path), ", ".join(old), ", ".join(new))


def _by_name(entries: tuple[Any, ...]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for entry in entries:
        name, number = _entry_name(entry), 1
        unique = name
        while unique in named:
            number += 1
            unique = f"{name} ({number})"
        named[unique] = entry
    return named


def _entry_name(entry: Any) -> str:
    if not isinstance(entry, BaseModel):
        return _said(entry)
    if hasattr(entry, "do"):
        return f"{_words(entry.do)} {_subject(entry)}".strip()
    for name in _NAMES:
        if getattr(entry, name, None) is not None:
            return _said(getattr(entry, name))
    return _entry_said(entry) or ""


def _subject(change: BaseModel) -> str:
    """Return what one change of an order is about: its first field behind what it does, unless that is a figure."""
    _, name, *_ = type(change).model_fields
    value = getattr(change, name)
    return _entry_name(value) if isinstance(value, BaseModel | str) else ""


def _entry_words(step: _Step, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if not isinstance(old.get(name, new.get(name)), BaseModel):
        return _words(step.key)
    return f"{_NOUNS.get(step.key, _words(step.key))} {_shortened(name)}"


def _entry_said(entry: Any) -> str | None:
    """Return an entry that came or went, by what it says first."""
    if entry is None:
        return None
    if not isinstance(entry, BaseModel):
        return _said(entry)
    values = [getattr(entry, name) for name in type(entry).model_fields if name not in ("id", "kind", "do", "format")]
    inner = (_entry_said(value) or "" for value in values if isinstance(value, BaseModel))
    return _shortened(", ".join(_said(value) for value in values if _is_plain(value)) or next(inner, "") or "entry")


def _is_plain(value: Any) -> bool:
    return value is not None and not isinstance(value, BaseModel | tuple | dict)


def _name(path: _Path) -> str:
    words = [step.words for step in path if step.words and step.key not in _UNSAID]
    noun = words[-2].partition(" ")[0] if len(words) > 1 else ""
    if (noun, words[-1]) in _MAIN:
        words.pop()
    known = [word for word in words if word not in ("fees", "scope") or len(words) == 1]
    return ", ".join(known)


def _keys(path: _Path) -> tuple[str, ...]:
    return tuple(step.key for step in path)


def _words(key: str) -> str:
    return key.replace("_", " ")


def _said(value: Any) -> str:
    """Return a value as a person reads it."""
    match value:
        case None:
            return "blank"
        case Money():
            return f"{value.amount:,f}"
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value).replace("_", " ")
        case Decimal():
            return f"{value:,f}"
        case dt.time():
            return value.strftime("%H:%M")
        case dt.date():
            return value.isoformat()
        case BaseModel():
            return _entry_said(value) or "entry"
        case tuple():
            return ", ".join(map(_said, value)) or "none"
        case dict():
            return ", ".join(f"{_said(key)}: {_said(item)}" for key, item in value.items()) or "none"
        case _:
            return _shortened(str(value))


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_LENGTH else f"{line[: _SHOWN_LENGTH - 1]}…"
