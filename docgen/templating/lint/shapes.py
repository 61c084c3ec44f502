"""Shapes: which facts a template may name, of which sort each is, and whether it may be absent.

The shape of what is read from files follows from the types; that of what the rules compute besides, from the types and
from what they computed for the examples. Where neither says anything the shape is unknown, and nothing is found.
"""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from decimal import Decimal
from enum import IntEnum, StrEnum
from functools import cache, reduce
from typing import Any, Literal

from pydantic import BaseModel

from docgen.models.money import Money
from docgen.models.terms import FeeLine
from docgen.templating.views import Lookup, Missing, View, origin

_DEPTH = 9
"""How deep groups in groups are looked into; no template goes deeper."""


class Absence(IntEnum):
    """Whether a fact may be absent.

    Never; perhaps, as all that is computed, though no example lacks it; blank until it is known; not computed in some
    cases; or left out for good.
    """

    NEVER = 0
    PERHAPS = 1
    BLANK = 2
    NOT_COMPUTED = 3
    LEFT_OUT = 4


class Sort(StrEnum):
    """What a single value is; the words tell a person."""

    TEXT = "text"
    WORD = "a word of the file format"
    NUMBER = "a number"
    COUNT = "a whole number"
    TRUTH = "true or false"
    MONEY = "an amount"
    DATE = "a date"
    TIME = "a time"


@dataclass(frozen=True)
class Unknown:
    """Nothing is known of it: because it may be anything, or because no example has it."""

    absence: Absence = Absence.NEVER
    anything: bool = True


@dataclass(frozen=True)
class Plain:
    """A single value, with the words it may be where they are few."""

    sort: Sort
    choices: tuple[str, ...] = ()
    absence: Absence = Absence.NEVER
    kind: type[StrEnum] | None = None
    """The type of a word of the file format, by which its label is found."""


@dataclass(frozen=True)
class Group:
    """Facts by name; `sure` says that values of this kind do occur here."""

    names: Mapping[str, Shape] = field(hash=False)
    title: str = ""
    absence: Absence = Absence.NEVER
    sure: bool = True


@dataclass(frozen=True)
class OneOf:
    """One of several groups, told apart by the words of one of their facts."""

    groups: tuple[Group, ...]
    absence: Absence = Absence.NEVER


@dataclass(frozen=True)
class Rows:
    """A list, the shape of each entry, and whether there always is one."""

    entry: Shape
    absence: Absence = Absence.NEVER
    filled: bool = False


@dataclass(frozen=True)
class Table:
    """Facts by keys that are not known beforehand."""

    entry: Shape
    absence: Absence = Absence.NEVER


Shape = Unknown | Plain | Group | OneOf | Rows | Table


def absent(shape: Shape, absence: Absence) -> Shape:
    """Return a shape that may be absent at least so."""
    return replace(shape, absence=max(shape.absence, absence))


def present(shape: Shape) -> Shape:
    """Return a shape that is never absent."""
    return replace(shape, absence=Absence.NEVER)


# Joined


def joined(shapes: Iterable[Shape]) -> Shape:
    """Return what several values have in common; unknown where there are none."""
    found = list(shapes)
    return reduce(_join, found) if found else Unknown(anything=False)


def _join(one: Shape, other: Shape) -> Shape:
    absence = max(one.absence, other.absence)
    match one, other:
        case (Unknown(anything=True) as unknown, _) | (_, Unknown(anything=True) as unknown):
            return replace(unknown, absence=absence)
        case (Unknown(), known) | (known, Unknown()):
            return absent(known, absence)
        case Plain(), Plain() if one.sort == other.sort:
            choices = tuple(dict.fromkeys((*one.choices, *other.choices))) if one.choices and other.choices else ()
            return Plain(one.sort, choices, absence, one.kind if one.kind == other.kind else None)
        case Plain(sort=Sort.COUNT | Sort.NUMBER), Plain(sort=Sort.COUNT | Sort.NUMBER):
            return Plain(Sort.NUMBER, absence=absence)
        case Rows(), Rows():
            return Rows(_join(one.entry, other.entry), absence, one.filled and other.filled)
        case Table(), Table():
            return Table(_join(one.entry, other.entry), absence)
        case Group() | OneOf(), Group() | OneOf():
            return _join_groups((*groups_of(one), *groups_of(other)), absence)
        case _:
            return Unknown(absence)


def groups_of(shape: Group | OneOf) -> tuple[Group, ...]:
    """Return the groups that a value may be."""
    return shape.groups if isinstance(shape, OneOf) else (shape,)


def _join_groups(groups: Iterable[Group], absence: Absence) -> Shape:
    by_title: dict[str, Group] = {}
    for group in groups:
        known = by_title.get(group.title)
        by_title[group.title] = _join_names(known, group) if known else replace(group, absence=Absence.NEVER)
    found = tuple(by_title.values())
    return replace(found[0], absence=absence) if len(found) == 1 else OneOf(found, absence)


def _join_names(one: Group, other: Group) -> Group:
    names: dict[str, Shape] = {}
    for name in dict.fromkeys((*one.names, *other.names)):
        if name in one.names and name in other.names:
            names[name] = _join(one.names[name], other.names[name])
        else:
            names[name] = absent({**one.names, **other.names}[name], Absence.NOT_COMPUTED)
    return Group(names, one.title, sure=one.sure or other.sure)


# Of types


def shape_of_type(kind: Any, depth: int = _DEPTH) -> Shape:
    """Return the shape of the values of a type, as views show them."""
    origin_of, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin_of is typing.Annotated:
        return shape_of_type(arguments[0], depth)
    if origin_of in (typing.Union, types.UnionType):
        return _of_union(arguments, depth)
    if origin_of is Literal:
        return _of_words(arguments)
    if origin_of in (tuple, list):
        return Rows(joined(shape_of_type(each, depth) for each in arguments if each is not Ellipsis))
    if isinstance(origin_of, type) and issubclass(origin_of, Mapping):
        return Table(absent(shape_of_type(arguments[1], depth), Absence.LEFT_OUT))
    if isinstance(origin_of, type) and issubclass(origin_of, Iterable):
        return Rows(shape_of_type(arguments[0], depth))
    if isinstance(kind, type):
        return _of_class(kind, depth)
    return Unknown()


def _of_union(kinds: Iterable[Any], depth: int) -> Shape:
    found = list(kinds)
    shape = joined(shape_of_type(each, depth) for each in found if each is not type(None))
    return absent(shape, Absence.NOT_COMPUTED) if type(None) in found else shape


def _of_words(words: Iterable[Any]) -> Shape:
    found = tuple(words)
    if all(isinstance(each, str) for each in found):
        kind = next((type(each) for each in found if isinstance(each, StrEnum)), None)
        return Plain(Sort.WORD if kind else Sort.TEXT, tuple(str(each) for each in found), kind=kind)
    return Unknown()


_PLAIN = {
    bool: Sort.TRUTH,
    int: Sort.COUNT,
    Decimal: Sort.NUMBER,
    Money: Sort.MONEY,
    dt.date: Sort.DATE,
    dt.time: Sort.TIME,
    str: Sort.TEXT,
}


def _of_class(kind: Any, depth: int) -> Shape:
    if kind in _PLAIN:
        return Plain(_PLAIN[kind])
    if issubclass(kind, StrEnum):
        return Plain(Sort.WORD, tuple(str(each) for each in kind), kind=kind)
    if not depth:
        return Unknown()
    return _of_group(kind, depth)


@cache
def _of_group(kind: Any, depth: int) -> Shape:
    if issubclass(kind, BaseModel):
        names = {}
        for name, known in kind.model_fields.items():
            shape = shape_of_type(known.annotation, depth - 1)
            if shape.absence:
                shape = replace(shape, absence=Absence.BLANK if known.is_required() else Absence.LEFT_OUT)
            if isinstance(shape, Rows) and any(getattr(each, "min_length", 0) for each in known.metadata):
                shape = replace(shape, filled=True)
            names[known.alias or name] = shape
        return Group(names, kind.__name__)
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        hints = typing.get_type_hints(kind)
        listed = [each.name for each in fields(kind)] if is_dataclass(kind) else list(kind._fields)
        return Group({name: shape_of_type(hints[name], depth - 1) for name in listed if name in hints}, kind.__name__)
    return Unknown()


# Of values


def shape_of_value(value: Any) -> Shape:
    """Return the shape of what a template sees: that of its type, and of what was computed besides."""
    if isinstance(value, Missing):
        return Unknown(Absence.NOT_COMPUTED, anything=False)
    if isinstance(value, View):
        return _of_view(value)
    if isinstance(value, tuple | list):
        return Rows(joined(shape_of_value(each) for each in value))
    return _of_class(type(value), _DEPTH)


def _of_view(sight: View) -> Shape:
    known = origin(sight)
    if not known.facts and isinstance(sight, Lookup):
        return Table(Unknown(Absence.NOT_COMPUTED))
    declared = _of_group(known.kind, _DEPTH) if known.kind else Unknown()
    stated = declared.names if isinstance(declared, Group) else {}
    names: dict[str, Shape] = {}
    for name, value in known.facts.items():
        if name in stated and name not in known.added:
            names[name] = stated[name]
        elif name in stated:
            names[name] = _overlaid(stated[name], shape_of_value(value))
        else:
            names[name] = absent(_with_relatives(shape_of_value(value)), Absence.PERHAPS)
    title = declared.title if isinstance(declared, Group) else ""
    return Group(names, title)


def _overlaid(stated: Shape, seen: Shape) -> Shape:
    """Return what was computed in the place of a stated fact: where it is absent that is so, and it has its kinds."""
    if isinstance(seen, Unknown):
        return replace(seen, absence=stated.absence)
    absence = min(stated.absence, Absence.PERHAPS)
    if isinstance(stated, Rows) and isinstance(seen, Rows):
        return Rows(_completed(stated.entry, seen.entry), absence)
    return replace(seen, absence=absence)


def _completed(stated: Shape, seen: Shape, *, sure: bool = True) -> Shape:
    """Add the kinds of entry that no example has, with what all others have besides."""
    if not isinstance(stated, OneOf) or not isinstance(seen, Group | OneOf):
        return seen
    shown = groups_of(seen)
    if not {group.title for group in shown} <= {group.title for group in stated.groups}:
        return seen
    common = reduce(lambda one, other: one & other, (set(group.names) for group in shown))
    others = [group for group in stated.groups if group.title not in {each.title for each in shown}]
    besides = {
        name: _same([group.names[name] for group in shown])
        for name in common
        if not any(name in group.names for group in stated.groups)
    }
    return joined([*shown, *(Group({**group.names, **besides}, group.title, sure=sure) for group in others)])


def _same(shapes: Sequence[Shape]) -> Shape:
    return shapes[0] if all(shape == shapes[0] for shape in shapes) else Unknown()


def _with_relatives(seen: Shape) -> Shape:
    """Return what was computed with the kinds of fee line that no example has in its place."""
    if isinstance(seen, Rows):
        return Rows(_with_relatives(seen.entry), seen.absence)
    return absent(_completed(shape_of_type(FeeLine), seen, sure=False), seen.absence)


def shapes_of(scenes: Iterable[Mapping[str, Any]], given: Iterable[str] = ()) -> dict[str, Shape]:
    """Return the shape of every name that the scenes of one kind of document have.

    `given` are the paths of facts without which there is no document of the kind.
    """
    found: dict[str, Shape] = {}
    for scene in scenes:
        for name, value in scene.items():
            shape = shape_of_value(value)
            if (isinstance(shape, Plain) and not shape.choices) or (isinstance(shape, Group) and not shape.title):
                shape = absent(shape, Absence.PERHAPS)
            found[name] = joined((found[name], shape)) if name in found else shape
    terms = found.get("terms")
    if isinstance(terms, Group):  # its parts stand by themselves too, and are absent where they are in it
        found |= {name: shape for name, shape in terms.names.items() if name in found}
    for path in given:
        first, *rest = path.split(".")
        if first in found:
            found[first] = _given(found[first], rest)
    return found


def _given(shape: Shape, path: Sequence[str]) -> Shape:
    """Return a group in which a fact, and what is on the way to it, is not left out."""
    if not isinstance(shape, Group) or (path and path[0] not in shape.names):
        return shape
    shape = replace(shape, absence=min(shape.absence, Absence.PERHAPS))
    if not path:
        return shape
    return replace(shape, names={**shape.names, path[0]: _given(shape.names[path[0]], path[1:])})
