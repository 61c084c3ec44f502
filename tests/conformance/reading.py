"""A tagged PDF as assistive technology reads it: the words in the order of the structure tree, artefacts left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import (
    ByteStringObject,
    ContentStream,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    TextStringObject,
)

_CODES = re.compile(r"<([0-9a-fA-F]+)>")
_LINE = re.compile(rb"\[<((?:[0-9a-fA-F]{4})+(?:>[-0-9.]*<(?:[0-9a-fA-F]{4})+)*)>[-0-9.]*\] *TJ")
"""Letters of two octets each, written as digits, with numbers between them that set them apart."""
_GAP = re.compile(rb">[-0-9.]*<")
_SHOWING = frozenset({b"Tj", b"TJ", b"'", b'"'})

Marked = dict[int, str]
"""The words of a page by the number of their marked content."""


@dataclass(frozen=True)
class Words:
    """Words that stand on one line, and the roles of the elements around them, outermost first."""

    text: str
    roles: tuple[str, ...]


def read_aloud(pdf: Path) -> tuple[Words, ...]:
    """Return the words of a tagged PDF in reading order; heads that are repeated on a new page are read once."""
    reader = PdfReader(pdf)
    marked = {page.indirect_reference.idnum: _marked_words(page) for page in reader.pages}  # type: ignore[union-attr]
    root: Any = reader.trailer["/Root"]
    return tuple(_once(_element(root["/StructTreeRoot"].get_object(), marked, None, ())))


def _element(
    element: DictionaryObject, pages: dict[int, Marked], page: int | None, roles: tuple[str, ...]
) -> Iterator[Words]:
    if "/Pg" in element:
        page = element.raw_get("/Pg").idnum
    if "/S" in element:
        roles = (*roles, str(element["/S"]).removeprefix("/"))
    for child in _children(element):
        if isinstance(child, int):
            yield Words(pages[page].get(child, "") if page else "", roles)
        elif child.get("/Type") == "/MCR":
            yield Words(pages[child.raw_get("/Pg").idnum][child["/MCID"]], roles)
        elif child.get("/Type") != "/OBJR":
            yield from _element(child, pages, page, roles)


def _once(words: Iterable[Words]) -> Iterator[Words]:
    """Yield words without the heads that tables repeat: over the page each goes on as a table of its own."""
    head: list[str] = []
    in_body = False
    for is_head, group in groupby(words, key=lambda each: "THead" in each.roles):
        each = list(group)
        texts = [words.text for words in each]
        if not is_head or not in_body or texts != head:
            yield from each
        head = texts if is_head else head
        in_body = "TBody" in each[-1].roles


def _children(element: DictionaryObject) -> Iterator[Any]:
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        yield child.get_object() if isinstance(child, IndirectObject) else child


# What a page says


def _marked_words(page: Any) -> Marked:
    """Return what each marked content of a page says; what is not marked is an artefact."""
    found: Marked = {}
    maps = {name: _meanings(font.get_object()) for name, font in page["/Resources"].get("/Font", {}).items()}
    meanings: dict[bytes, str] = {}
    open_marks: list[int | None] = []
    for operands, operator in ContentStream(_without_gaps(page), page.pdf).operations:
        if operator == b"BDC":
            properties = operands[1]
            open_marks.append(properties.get("/MCID") if isinstance(properties, DictionaryObject) else None)
        elif operator == b"BMC":
            open_marks.append(None)
        elif operator == b"EMC":
            open_marks.pop()
        elif operator == b"Tf":
            meanings = maps[operands[0]]
        elif operator in _SHOWING and open_marks and open_marks[-1] is not None:
            found[open_marks[-1]] = found.get(open_marks[-1], "") + _shown(operands[-1], meanings)
    return found


def _without_gaps(page: Any) -> DecodedStreamObject:
    """Return a page's content with the letters of each line in one piece: pypdf is slow with thousands of them."""
    content = DecodedStreamObject()
    content.set_data(_LINE.sub(lambda line: b"[<%s>]TJ" % _GAP.sub(b"", line[1]), page.get_contents().get_data()))
    return content


def _shown(shown: Any, meanings: dict[bytes, str]) -> str:
    pieces = shown if isinstance(shown, list) else [shown]
    codes = b"".join(piece.original_bytes for piece in pieces if isinstance(piece, TextStringObject | ByteStringObject))
    return "".join(meanings.get(codes[index : index + 2], "\ufffd") for index in range(0, len(codes), 2))


def _meanings(font: DictionaryObject) -> dict[bytes, str]:
    """Return what the two-byte codes of a font mean, from the map it carries for readers."""
    meanings: dict[bytes, str] = {}
    stream: Any = font["/ToUnicode"].get_object()
    for line in stream.get_data().decode("ascii").splitlines():
        codes = _CODES.findall(line)
        if len(codes) == 2 and len(codes[0]) == 4 and not line.endswith("range"):
            meanings[bytes.fromhex(codes[0])] = bytes.fromhex(codes[1]).decode("utf-16-be")
    return meanings
