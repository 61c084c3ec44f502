"""What Word makes of a file with tracked changes when all of them are accepted, or all rejected."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BODY = "word/document.xml"
_RENAMED = {f"{W}delText": f"{W}t", f"{W}delInstrText": f"{W}instrText"}
_SHOWN = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}drawing": "[picture]"}


class NowhereToGoError(AssertionError):
    """A paragraph whose mark goes has no paragraph behind it to pass into."""


def accepted(file: bytes, part: str = BODY) -> Any:
    """Return the root of a part with all changes accepted."""
    return _settled(_without_moves(_root(file, part)), keep="ins", drop="del")


def rejected(file: bytes, part: str = BODY) -> Any:
    """Return the root of a part with all changes rejected."""
    return _settled(_without_moves(_root(file, part)), keep="del", drop="ins")


def untouched(file: bytes, part: str = BODY) -> Any:
    """Return the root of a part as it is."""
    return _root(file, part)


def texts(root: Any) -> list[tuple[str, str]]:
    """Return the style and the words of each paragraph that has any; a reference shows the paragraph it leads to.

    A line of the contents list is without its number, which Word counts when it makes the list anew.
    """
    places = {
        mark.get(f"{W}name"): "".join(_words(paragraph, {}))
        for paragraph in root.iter(f"{W}p")
        for mark in paragraph.iter(f"{W}bookmarkStart")
    }
    found = ((style_of(paragraph), "".join(_words(paragraph, places))) for paragraph in root.iter(f"{W}p"))
    lines = ((style, words.partition("\t")[2] if style == "TOC1" else words) for style, words in found)
    return [(style, words) for style, words in lines if words.strip()]


def words(root: Any) -> list[str]:
    """Return the words of each paragraph that has any, references as they are shown."""
    found = ("".join(_words(paragraph)) for paragraph in root.iter(f"{W}p"))
    return [each for each in found if each.strip()]


def style_of(paragraph: Any) -> str:
    """Return the style of a paragraph."""
    return str(paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val"))


def _root(file: bytes, part: str) -> Any:
    with zipfile.ZipFile(BytesIO(file)) as package:
        return etree.fromstring(package.read(part))


def _without_moves(root: Any) -> Any:
    """Return a root in which what was moved went in one place and came in another."""
    for element in root.iter(f"{W}moveFrom", f"{W}moveTo"):
        element.tag = f"{W}del" if element.tag.endswith("moveFrom") else f"{W}ins"
    return root


def _settled(root: Any, keep: str, drop: str) -> Any:
    for row in [*root.iter(f"{W}tr")]:
        if row.find(f"{W}trPr/{W}{drop}") is not None:
            row.getparent().remove(row)
    for table in [*root.iter(f"{W}tbl")]:
        if table.find(f"{W}tr") is None:
            table.getparent().remove(table)
    for change in [*root.iter(f"{W}{drop}", f"{W}{keep}")]:
        if not _is_mark(change):
            _resolve(change, stays=change.tag == f"{W}{keep}")
    for paragraph in [*root.iter(f"{W}p")]:
        if paragraph.find(f"{W}pPr/{W}rPr/{W}{drop}") is not None:
            _pass_on(paragraph)
    for mark in [*root.iter(f"{W}{keep}")]:
        mark.getparent().remove(mark)
    for element in root.iter(*_RENAMED):
        element.tag = _RENAMED[element.tag]
    return root


def _is_mark(change: Any) -> bool:
    return change.getparent().tag in {f"{W}rPr", f"{W}trPr"}


def _resolve(change: Any, *, stays: bool) -> None:
    parent = change.getparent()
    for child in [*change] if stays else []:
        change.addprevious(child)
    parent.remove(change)


def _pass_on(paragraph: Any) -> None:
    """Let what is left of a paragraph pass into the next one, which keeps its own properties."""
    following = paragraph.getnext()
    if following is None or following.tag != f"{W}p":
        raise NowhereToGoError("".join(_words(paragraph)))
    for child in reversed(paragraph[1:]):
        following.insert(1, child)
    paragraph.getparent().remove(paragraph)


def _words(paragraph: Any, places: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield the words of a paragraph's runs; given the places that references lead to, those and not their numbers."""
    shows = True
    instruction: list[str] = []
    for element in (found for run in paragraph.iter(f"{W}r") for found in run):
        kind = element.get(f"{W}fldCharType") if element.tag == f"{W}fldChar" else ""
        if element.tag == f"{W}instrText":
            instruction = element.text.split()
        elif kind == "separate" and instruction and instruction[0] in {"REF", "PAGEREF"} and places is not None:
            yield f"→{places.get(instruction[1], '')}"
            shows = False
        elif kind == "end":
            shows, instruction = True, []
        elif shows and element.tag == f"{W}t":
            yield element.text or ""
        elif shows and element.tag in _SHOWN:
            yield _SHOWN[element.tag]
