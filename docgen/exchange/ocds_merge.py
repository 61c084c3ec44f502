"""Merge the releases of one contracting process in the order of their dates, as the standard's merge routine does.

A later value wins, null removes, and objects in lists are matched by their ids. Nothing is changed in
place, so every state on the way to the last one can be kept and compared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from docgen.exchange.ocds_reader import Release
from docgen.exchange.ocds_values import Object, identity, instant, objects

# The schema merges these as a whole although they hold objects with ids.
_WHOLE_LISTS = frozenset({"additionalIdentifiers", "additionalClassifications", "changes"})
_LAST = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Stage:
    """A release, and the whole process as it stood once that release was out."""

    release: Release
    process: Object


def stages(releases: Iterable[Release]) -> Iterator[Stage]:
    """Yield the process after each of its releases, oldest first; undated and compiled ones come last."""
    process: Object = {}
    for release in sorted(releases, key=_order):
        process = merged(process, release.data)
        yield Stage(release, process)


def merged(before: Object, after: Object) -> Object:
    """Return an object with what a later release says about it.

    Source: the merge routine of the standard's documentation, "Merging", version 1.1. Ids are compared
    as text, since publishers write 7 and "7"; a list whose objects have no ids replaces the earlier one.
    """
    result = dict(before)
    for key, value in after.items():
        if value is None:
            result.pop(key, None)
        elif key in result:
            result[key] = _merged_value(key, result[key], value)
        else:
            result[key] = value
    return result


def _merged_value(key: str, before: Any, after: Any) -> Any:
    if isinstance(before, dict) and isinstance(after, dict):
        return merged(before, after)
    if isinstance(before, list) and isinstance(after, list) and key not in _WHOLE_LISTS:
        return _merged_list(before, after)
    return after


def _merged_list(before: list[Any], after: list[Any]) -> list[Any]:
    entries, found = objects(after), objects(before)
    if not after:
        return before
    if not found or not any(identity(entry) for entry in entries):
        return after
    places = {identity(entry): position for position, entry in reversed(list(enumerate(found))) if identity(entry)}
    result = list(found)
    for entry in entries:
        name = identity(entry)
        if name and name in places:
            result[places[name]] = merged(result[places[name]], entry)
        elif name or entry not in result:
            places.setdefault(name, len(result))
            result.append(entry)
    return result


def _order(release: Release) -> tuple[dt.datetime, bool]:
    return instant(release.data.get("date")) or _LAST, release.compiled
