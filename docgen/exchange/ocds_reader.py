"""Read files of the Open Contracting Data Standard (1.0 to 1.2) as the releases they hold.

Release packages, record packages, single releases and records, bare lists and JSON lines are all read;
numbers stay exact decimals. Links are left alone: nothing is fetched.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from docgen.errors import Finding, FindingsError, NotFoundError, Place
from docgen.exchange.ocds_values import Object, Remarks, identity, instant, objects

SIZE_LIMIT = 128 * 1024 * 1024
DEPTH_LIMIT = 60
_SPACE = re.compile(r"\s*")
_PARTS = frozenset({"tag", "parties", "buyer", "planning", "tender", "awards", "contracts"})


@dataclass(frozen=True)
class Release:
    """What a publisher said about a contracting process at one time."""

    data: Object
    compiled: bool = False

    @property
    def ocid(self) -> str:
        """Return the id of the contracting process, "" where the release gives none."""
        return identity(self.data, "ocid")

    @property
    def tags(self) -> frozenset[str]:
        """Return what the release is about; some publishers write one word instead of a list."""
        tags = self.data.get("tag")
        return frozenset(tag for tag in (tags if isinstance(tags, list) else [tags]) if isinstance(tag, str))


def read_releases(path: Path, remarks: Remarks) -> list[Release]:
    """Return the releases of a file in the order they stand in it.

    Raises NotFoundError when there is no such file, and FindingsError when it is not JSON, is nested too
    deeply or too large, or holds no release.
    """
    file = str(path)
    values = list(_parse(_decode(_octets(path), file, remarks), file, remarks))
    releases = [release for value in values for release in _releases(value, remarks)]
    if not releases:
        raise _nothing_in(file, values)
    return releases


def _nothing_in(file: str, values: list[Any]) -> FindingsError:
    level = _below([values])
    while level:
        if any(isinstance(item, dict) and objects(item.get("releases")) for item in level):
            message = "the file only links to its releases, and links are not followed"
            return _fault(file, "ocds", message, "Download the releases and give their files.")
        level = _below(level)
    message = "the file holds no release or record of the Open Contracting Data Standard"
    return _fault(file, "ocds", message, "Give a release or record package, as its publisher offers for download.")


def _octets(path: Path) -> bytes:
    try:
        if path.stat().st_size > SIZE_LIMIT:
            advice = "Cut out the one process you want."
            raise _fault(str(path), "size", f"the file is larger than {SIZE_LIMIT // 1024 // 1024} MiB", advice)
        return path.read_bytes()
    except IsADirectoryError:
        raise NotFoundError(f"{path} is a folder. Name the file in it.") from None
    except FileNotFoundError:
        raise NotFoundError(f"There is no file {path}. Check the name and the folder.") from None
    except OSError as error:
        raise NotFoundError(f"{path} cannot be read: {error.strerror or error}.") from None


def _decode(octets: bytes, file: str, remarks: Remarks) -> str:
    """Return the text of a file; the standard asks for UTF-8, publishers also send what their office suite saves."""
    encoding = json.detect_encoding(octets)
    try:
        return octets.decode(encoding)
    except UnicodeDecodeError:
        if not encoding.startswith("utf-8"):
            raise _fault(file, "encoding", f"the text is not valid {encoding}", "Save the file as UTF-8.") from None
    remarks.note(f"{file} is not UTF-8; it was read as Windows-1252. Check letters with accents.")
    try:
        return octets.decode("cp1252")
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _parse(text: str, file: str, remarks: Remarks) -> Iterator[Any]:
    """Yield the JSON values of a text: one, or one on each line."""

    def gather(pairs: list[tuple[str, Any]]) -> Object:
        entries = dict(pairs)
        if len(entries) < len(pairs):
            remarks.note(f"{file} gives a key twice in one object; the last one counts.")
        return entries

    decoder = json.JSONDecoder(
        object_pairs_hook=gather, parse_float=_number, parse_int=_number, parse_constant=lambda _: None
    )
    at = _next(text, 0)
    if at == len(text):
        raise _fault(file, "empty", "the file is empty", "Check the download.")
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            advice = "Download the file again, or check quotes, commas and brackets here."
            raise _fault(file, "json", f"not valid JSON: {error.msg}", advice, error.lineno, error.colno) from None
        except RecursionError:
            raise _too_deep(file) from None
        _check_depth(value, file)
        yield value
        at = _next(text, at)


def _next(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond what a Decimal holds
        return None


def _check_depth(value: Any, file: str) -> None:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEPTH_LIMIT):
        level = _below(level)
        if not level:
            return
    raise _too_deep(file)


def _below(level: list[Any]) -> list[Any]:
    """Return the objects and lists directly inside those of a level."""
    groups = (item.values() if isinstance(item, dict) else item for item in level)
    return [item for group in groups for item in group if isinstance(item, dict | list)]


def _too_deep(file: str) -> FindingsError:
    return _fault(file, "depth", f"the file is nested more than {DEPTH_LIMIT} levels deep", "Check the download.")


def _fault(file: str, rule: str, message: str, advice: str, line: int = 1, column: int = 1) -> FindingsError:
    return FindingsError([Finding(rule, f"{message}.", Place(file, line, column), advice)])


def _releases(value: Any, remarks: Remarks) -> Iterator[Release]:
    if isinstance(value, list):
        for item in value:
            yield from _releases(item, remarks)
    elif isinstance(value, dict):
        if "compiledRelease" in value or "versionedRelease" in value or ("releases" in value and "ocid" in value):
            yield from _of_record(value, remarks)
        elif "releases" in value or "records" in value:
            yield from _releases(value.get("releases"), remarks)
            yield from _releases(value.get("records"), remarks)
        elif _PARTS & value.keys():
            yield Release(value)


def _of_record(record: Object, remarks: Remarks) -> Iterator[Release]:
    """Yield a record's releases: those inside it, or what it says itself of those it only links to."""
    named = {"ocid": record.get("ocid")}
    entries = objects(record.get("releases"))
    inside = [entry for entry in entries if _PARTS & (entry.keys() - {"tag"})]
    links = len(entries) - len(inside)
    compiled = objects(record.get("compiledRelease"))
    versioned = objects(record.get("versionedRelease"))
    yield from (Release({**named, **entry}) for entry in inside)
    if links:
        remarks.note(f"The record {identity(record, 'ocid')} links to {links} of its releases; links are not followed.")
    if versioned and not inside:
        yield from (Release({**named, **entry}) for whole in versioned for entry in _unrolled(whole))
    elif links or not inside:
        yield from (Release({**named, **entry}, compiled=True) for entry in compiled)


def _unrolled(versioned: Object) -> Iterator[Object]:
    """Yield the process as it stood after each release that a versioned release tells of."""
    moments: dict[dt.datetime, Object] = {}
    level: list[Any] = [versioned]
    while level:
        for item in level:
            if (moment := _version_moment(item)) is not None:
                moments.setdefault(moment, {"date": item["releaseDate"], "tag": item.get("releaseTag")})
        level = _below(level)
    for moment in sorted(moments):
        yield {**_as_of(versioned, moment), **moments[moment]}


def _version_moment(item: Any) -> dt.datetime | None:
    return instant(item.get("releaseDate")) if isinstance(item, dict) and "value" in item else None


def _as_of(item: Any, moment: dt.datetime) -> Any:
    """Return a part of a versioned release as it stood at a moment; None where it was not there yet."""
    if isinstance(item, dict):
        return {key: _as_of(value, moment) for key, value in item.items()}
    if not isinstance(item, list):
        return item
    versions = [(date, entry["value"]) for entry in item if (date := _version_moment(entry)) is not None]
    if versions:
        known = [(date, value) for date, value in versions if date <= moment]
        return max(known, key=lambda version: version[0])[1] if known else None
    entries = [_as_of(entry, moment) for entry in item]
    return [entry for entry in entries if not isinstance(entry, dict) or not _is_empty({**entry, "id": None})]


def _is_empty(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_empty(item) for item in value.values())
    return value is None or (isinstance(value, list) and all(_is_empty(item) for item in value))
