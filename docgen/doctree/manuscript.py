"""A file as lines of words: what it says, what was tracked in it and by whom, before anybody knows what it should say.

A line is a paragraph, in the body, a table, a note or at the edge of each page. Its words are pieces: a piece that is
tracked has a fate, an author and an hour; one that stands for a reference has the name of what it leads to.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby

from docgen.doctree.nodes import Fate

_TOKENS = re.compile(r"\w+(?:[.,:'/-]\w+)*|[^\w\s]")
UNSAID = "?"
"""What stands for a reference whose number a program left out."""
_ENDING = re.compile(r"[.:;?!)]$")
"""How a sentence ends: what joins it is another, also without a space between them."""
_CLUSTER = re.compile(r"[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+")
_NUMBER = re.compile(r"(?:\W|_|\d|\b[a-z]\b|\b[ivxlc]+\b)*", re.IGNORECASE)
"""What a reference shows when it is a number alone: “11.3(b)”."""
_SAME_SIGN: Mapping[str, str] = {
    "'": "\u2018\u2019\u201a\u201b\u2032`\u00b4",
    '"': "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212",
    "": "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202c",
    "...": "\u2026",
    "fi": "\ufb01",
    "fl": "\ufb02",
    "ff": "\ufb00",
    "ffi": "\ufb03",
    "ffl": "\ufb04",
}
_ALIKE = str.maketrans({sign: plain for plain, signs in _SAME_SIGN.items() for sign in signs})
"""Signs that programs put for one another by themselves, so that they are no change of words."""


class Part(StrEnum):
    """Where in a file a line stands."""

    BODY = "body"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    ENDNOTE = "endnote"
    TEXT_BOX = "text box"
    CONTENTS = "contents list"


class View(StrEnum):
    """How tracked changes are read: all taken in, or none."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


_GONE = {View.ACCEPTED: Fate.WENT, View.REJECTED: Fate.CAME}
"""What is not there in a view."""


@dataclass(frozen=True)
class Tracked:
    """Who changed something, and when; without an hour where the file gives none."""

    author: str
    at: dt.datetime | None = None


@dataclass(frozen=True)
class Piece:
    """Words of one kind. `target` names what a reference leads to; hidden words are in the file and not on the page."""

    text: str
    target: str = ""
    hidden: bool = False
    fate: Fate = Fate.STAYED
    by: Tracked | None = None
    node: object = field(default=None, compare=False, repr=False)
    """What it was read from, where that is kept."""

    def stands_in(self, view: View) -> bool:
        """Say whether the words are there in a view."""
        return self.fate is not _GONE[view]


@dataclass(frozen=True)
class Line:
    """A paragraph as the file holds it. `mark` is the fate of its end: one that went joins the next to it.

    `pictures` names what pictures stand in it, by the hash of each.
    """

    pieces: tuple[Piece, ...]
    part: Part = Part.BODY
    mark: Fate = Fate.STAYED
    by: Tracked | None = None
    cell: tuple[int, int, int] | None = None
    """The table, row and column it stands in."""
    pictures: tuple[str, ...] = ()
    passing: bool = False
    """Whether its end came and went again: it joins the next line in every version."""
    noted: tuple[str, ...] = ()
    """The comments that begin or end in it, by their ids."""
    nodes: tuple[object, ...] = field(default=(), compare=False, repr=False)
    """The paragraphs it was read from, where they are kept."""

    @property
    def text(self) -> str:
        """Return the words that show, as they stand."""
        return "".join(piece.text for piece in self.pieces if not piece.hidden)

    @property
    def hidden(self) -> str:
        """Return the words that do not show."""
        return " ".join("".join(piece.text for piece in self.pieces if piece.hidden).split())


@dataclass(frozen=True)
class Token:
    """A word or a sign with the piece it is of; equal to another that says the same."""

    key: str
    shown: str
    piece: Piece
    space: bool = False
    """Whether white space stands before it."""


@dataclass(frozen=True)
class Comment:
    """What somebody wrote beside the text."""

    author: str
    text: str
    at: dt.datetime | None = None
    about: str = ""
    """The words it stands at."""
    id: str = ""
    answers: str = ""
    """The id of the comment that it is a reply to."""
    done: bool = False
    """Whether somebody has marked it as settled."""


@dataclass(frozen=True)
class Page:
    """The lines of a printed page in the order they were written, and how many pictures stand on it."""

    lines: tuple[str, ...]
    pictures: int = 0


@dataclass(frozen=True)
class Manuscript:
    """A file as read: its lines in order, the comments in it, and what it holds that was not followed."""

    lines: tuple[Line, ...]
    comments: tuple[Comment, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def is_tracked(self) -> bool:
        """Say whether something in it is a tracked change."""
        return any(
            line.mark is not Fate.STAYED or any(p.fate is not Fate.STAYED for p in line.pieces) for line in self.lines
        )

    def seen(self, view: View) -> tuple[Line, ...]:
        """Return the lines as they read in a view; those that say and show nothing are left out."""
        return tuple(line for line in _joined(self.lines, view) if line.text.strip() or line.pictures)


def tokens(line: Line) -> tuple[Token, ...]:
    """Return the words and signs of a line that show, with signs that programs exchange taken as one."""
    return tuple(_tokens(line))


@dataclass(frozen=True)
class Chunk:
    """Words and signs without a space between them, and where they stand in a line: piece, first and last letter."""

    key: str
    leads: tuple[str, ...]
    """The same with what a reference leads to in place of its number."""
    places: tuple[tuple[int, int, int], ...]


def chunks(line: Line) -> tuple[Chunk, ...]:
    """Return what stands between spaces in a line."""
    found: list[list[tuple[str, int, int, int]]] = [[]]
    for sign, piece, start, stop in _signs(line):
        if not sign.isspace():
            found[-1].append((sign, piece, start, stop))
        elif found[-1]:
            found.append([])
    return tuple(
        Chunk("".join(sign for sign, *_ in signs), _leads(line, signs), tuple(each[1:] for each in signs))
        for signs in found
        if signs
    )


def _signs(line: Line) -> Iterator[tuple[str, int, int, int]]:
    """Yield the signs of a line that show, as they are compared, each with its piece and its place there."""
    for index, piece in enumerate(line.pieces):
        if piece.hidden:
            continue
        start = 0
        for cluster in _CLUSTER.findall(piece.text):
            stop = start + len(cluster)
            for sign in unicodedata.normalize("NFC", cluster).translate(_ALIKE):
                yield sign, index, start, stop
            start = stop


def _leads(line: Line, signs: Iterable[tuple[str, int, int, int]]) -> tuple[str, ...]:
    key: list[str] = []
    for target, group in groupby(signs, key=lambda each: line.pieces[each[1]].target):
        words = "".join(sign for sign, *_ in group)
        key += [f"\u2192{target}"] if target and _NUMBER.fullmatch(words) else [words]
    return tuple(key)


def plain(text: str) -> str:
    """Return text as it is compared: white space, quotes, dashes and what does not print count for nothing."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_ALIKE).split())


def _tokens(line: Line) -> Iterator[Token]:
    gap = False
    for shown, piece in _words(line):
        if shown.isspace():
            gap = True
            continue
        for found in _TOKENS.finditer(shown):
            yield Token(found[0], found[0], piece, gap)
            gap = False


def _words(line: Line) -> Iterator[tuple[str, Piece]]:
    """Yield words that editors may have cut into runs as whole ones, each with the piece it begins in."""
    waiting, owner = "", None
    for piece in line.pieces:
        if piece.hidden:
            continue
        text = unicodedata.normalize("NFC", piece.text).translate(_ALIKE)
        for bit in re.split(r"(\s+)", text):
            if not bit:
                continue
            if bit.isspace() or (owner and owner.target != piece.target):
                if owner and waiting:
                    yield waiting, owner
                waiting, owner = "", None
            if bit.isspace():
                yield bit, piece
                continue
            owner = _louder(owner, piece)
            waiting += bit
    if owner and waiting:
        yield waiting, owner


def _louder(one: Piece | None, other: Piece) -> Piece:
    """Return of two pieces the one that is tracked: a word that is changed in part is a changed word."""
    return other if one is None or (one.by is None and other.by is not None) else one


def _joined(lines: Iterable[Line], view: View) -> Iterator[Line]:
    waiting: Line | None = None
    for line in lines:
        here = replace(line, pieces=tuple(piece for piece in line.pieces if piece.stands_in(view)))
        if waiting and (waiting.part, waiting.cell) != (here.part, here.cell):
            yield waiting
            waiting = None
        if waiting:
            gap = (Piece(" "),) if _ENDING.search(waiting.text) else ()
            here = replace(
                here,
                pieces=(*waiting.pieces, *gap, *here.pieces),
                pictures=waiting.pictures + here.pictures,
                noted=waiting.noted + here.noted,
                nodes=waiting.nodes + here.nodes,
            )
        if line.mark is _GONE[view] or line.passing:
            waiting = here
            continue
        yield here
        waiting = None
    if waiting:
        yield waiting
