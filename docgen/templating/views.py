"""Frozen views of the facts: all a template ever sees, so that it can neither change nor call anything."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from docgen.doctree.parse import MISSING, MISSING_END
from docgen.models.money import Money

_PLAIN = (str, int, bool, Decimal, Money, dt.date, dt.time)


class Missing:
    """A fact that is not known: false, empty, and missing in all its parts; printing it leaves a marked blank."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def __getattr__(self, name: str) -> Missing:
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(f"{self._path}.{name}")

    def __getitem__(self, key: object) -> Missing:
        return Missing(f"{self._path}.{key}")

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Missing]:
        return iter(())

    def __str__(self) -> str:
        return f"{MISSING}{self._path}{MISSING_END}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Missing)

    def __hash__(self) -> int:
        return hash(Missing)

    def __lt__(self, other: object) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__

    def __add__(self, other: object) -> Missing:
        return self

    __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __add__


class View:
    """A group of facts by name; it knows of which type they are, and which were computed besides."""

    __slots__ = ("_added", "_facts", "_kind", "_path")

    def __init__(
        self, facts: Mapping[str, Any], path: str, kind: type | None = None, added: frozenset[str] = frozenset()
    ) -> None:
        object.__setattr__(self, "_facts", facts)
        object.__setattr__(self, "_path", path)
        object.__setattr__(self, "_kind", kind)
        object.__setattr__(self, "_added", added)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._facts[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, name: str) -> Any:
        return self._facts[name]

    def __contains__(self, name: object) -> bool:
        return name in self._facts

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a view does not change")

    def __dir__(self) -> list[str]:
        return sorted(self._facts)

    def with_facts(self, **facts: Any) -> View:
        """Return the view with further or other facts, turned into views themselves."""
        more = {name: view(value, f"{self._path}.{name}") for name, value in facts.items()}
        return View({**self._facts, **more}, self._path, self._kind, self._added | frozenset(facts))


class Lookup(View):
    """A table of facts by key, where a key that is not there is a missing fact."""

    __slots__ = ()

    def __getitem__(self, name: str) -> Any:
        return self._facts.get(name, Missing(f"{self._path}.{name}"))


def view(value: Any, path: str) -> Any:
    """Return what a template sees of a value: models and mappings by name, lists in order, null as missing."""
    if value is None:
        return Missing(path)
    if isinstance(value, (View, Missing, *_PLAIN)):
        return value
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return View(
            {f.alias or name: view(getattr(value, name), f"{path}.{f.alias or name}") for name, f in fields.items()},
            path,
            type(value),
        )
    if dataclasses.is_dataclass(value):
        facts = {f.name: view(getattr(value, f.name), f"{path}.{f.name}") for f in dataclasses.fields(value)}
        return View(facts, path, type(value))
    if isinstance(value, tuple) and hasattr(value, "_asdict"):  # a named tuple is a group of facts, not a list
        return Lookup(
            {name: view(inner, f"{path}.{name}") for name, inner in value._asdict().items()}, path, type(value)
        )
    if isinstance(value, Mapping):
        return Lookup({str(key): view(inner, f"{path}.{key}") for key, inner in value.items()}, path)
    if isinstance(value, list | tuple):
        return tuple(view(inner, f"{path}.{_name(inner, index)}") for index, inner in enumerate(value, 1))
    raise TypeError(f"{path} is a {type(value).__name__}, which no document prints")


@dataclasses.dataclass(frozen=True)
class Origin:
    """What a view was made from: its facts, their type where they have one, and the names computed besides."""

    facts: Mapping[str, Any]
    kind: type | None
    added: frozenset[str]


def origin(sight: View) -> Origin:
    """Return what a view was made from."""
    return Origin(sight._facts, sight._kind, sight._added)


def with_value(sight: View, name: str, value: Any) -> View:
    """Return a view of the same sort with another value under a name it has."""
    return type(sight)({**sight._facts, name: value}, sight._path, sight._kind, sight._added)


def _name(entry: Any, index: int) -> str:
    """Return how an entry of a list is called in a path: by its id, or by its place from one."""
    return str(getattr(entry, "id", index))
