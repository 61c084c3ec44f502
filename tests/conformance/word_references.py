"""What the Open XML validator does not see: names a Word file uses and never defines, or defines twice."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_USES = {
    **dict.fromkeys(("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link", "styleLink", "numStyleLink"), "style"),
    "numId": "list",
    "abstractNumId": "list definition",
}
_TARGET = re.compile(r'^\s*(?:REF|PAGEREF|NOTEREF)\s+"?([^\s"\\]+)|\\l\s+"([^"]+)"')
_NO_LIST = "0"
# Old versions of Word keep a copy of the styles here.
_COPY = "word/stylesWithEffects.xml"


@dataclass(frozen=True, order=True)
class Name:
    """A name in a Word file and what it is the name of: a style, a list, a bookmark."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def find_faults(docx: Path | bytes) -> tuple[str, ...]:
    """Return in words what a Word file uses and does not define, defines twice, or begins and does not end."""
    parts = tuple(_read_parts(docx))
    used = {name for part in parts for name in _used(part)}
    defined = Counter(name for part in parts for name in _defined(part))
    return (
        *(f"{name} is used and not defined" for name in sorted(used - defined.keys())),
        *(f"{name} is defined {count} times" for name, count in sorted(defined.items()) if count > 1),
        *(fault for part in parts for fault in _unbalanced(part)),
    )


def _read_parts(docx: Path | bytes) -> Iterator[Any]:
    with zipfile.ZipFile(docx if isinstance(docx, Path) else BytesIO(docx)) as package:
        for name in sorted(package.namelist()):
            if name.startswith("word/") and name.endswith(".xml") and name != _COPY:
                yield etree.fromstring(package.read(name))


def _used(part: Any) -> Iterator[Name]:
    for tag, kind in _USES.items():
        for value in _values(part, tag):
            if (kind, value) != ("list", _NO_LIST):
                yield Name(kind, value)
    for link in part.iter(f"{W}hyperlink"):
        if anchor := link.get(f"{W}anchor"):
            yield Name("bookmark", anchor)
    for instruction in _fields(part):
        if match := _TARGET.search(instruction):
            yield Name("bookmark", match[1] or match[2])


def _defined(part: Any) -> Iterator[Name]:
    for tag, attribute, kind in (
        ("style", "styleId", "style"),
        ("num", "numId", "list"),
        ("abstractNum", "abstractNumId", "list definition"),
        ("bookmarkStart", "name", "bookmark"),
    ):
        for element in part.iter(W + tag):
            yield Name(kind, element.get(W + attribute))


def _values(part: Any, tag: str) -> Iterable[str]:
    return (element.get(f"{W}val") for element in part.iter(W + tag))


def _fields(part: Any) -> Iterator[str]:
    for field in part.iter(f"{W}fldSimple"):
        yield field.get(f"{W}instr")
    instruction = ""
    for element in part.iter(f"{W}fldChar", f"{W}instrText"):
        if element.tag == f"{W}instrText":
            instruction += element.text or ""
        else:
            if instruction:
                yield instruction
            instruction = ""


def _unbalanced(part: Any) -> Iterator[str]:
    states = Counter(mark.get(f"{W}fldCharType") for mark in part.iter(f"{W}fldChar"))
    if states["begin"] != states["end"]:
        yield f"{states['begin']} fields begin and {states['end']} end"
    started = {mark.get(f"{W}id") for mark in part.iter(f"{W}bookmarkStart")}
    ended = {mark.get(f"{W}id") for mark in part.iter(f"{W}bookmarkEnd")}
    for mark in sorted(started ^ ended):
        yield f"bookmark {mark} has only one end"
