"""A manuscript as words with the place of every sign, so that what changed can be told to the letter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from docgen.doctree.manuscript import Line, Part, Tracked, plain
from docgen.doctree.nodes import Fate

_BREAKS = "\n\t\x0b"
_WORD = re.compile(r"\w+(?:[.,:'/-]\w+)*|[^\w\s]")


@dataclass(frozen=True)
class Word:
    """A word or a sign: `key` equals that of another which says the same; `signs` are its places, one by one."""

    key: str
    shown: str
    signs: tuple[int, ...]
    space: bool
    """Whether white space stands before it."""
    target: str = ""
    """What it refers to, where it is part of a reference."""
    breaks: str = ""
    """The line breaks and tabulators before it."""


@dataclass(frozen=True)
class Sign:
    """One sign of a file, or the end of a paragraph, with what was tracked of it."""

    sign: str
    fate: Fate = Fate.STAYED
    by: Tracked | None = None
    target: str = ""
    ends: bool = False


@dataclass(frozen=True)
class Spelled:
    """A line as words; `end` is the place of the sign that ends it."""

    words: tuple[Word, ...]
    end: int = -1
    first: int = -1
    """The place of its first sign."""
    noted: tuple[str, ...] = ()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Return the words as they are compared."""
        return tuple(word.key for word in self.words)

    @property
    def text(self) -> str:
        """Return the words as they are read."""
        return shown(self.words)


def shown(words: Sequence[Word]) -> str:
    """Return words as they are read, white space as single spaces."""
    return "".join((" " if word.space and index else "") + word.shown for index, word in enumerate(words))


def spelled(signs: Sequence[tuple[int, str, str]]) -> tuple[Word, ...]:
    """Return the words of signs that are given with their place and with what they refer to."""
    text, places = "", list[int]()
    for index, (_, sign, _) in enumerate(signs):
        same = sign if sign in _BREAKS else " " if sign.isspace() else plain(sign)
        text += same
        places += [index] * len(same)
    found: list[Word] = []
    last = 0
    for match in _WORD.finditer(text):
        inner = range(places[match.start()], places[match.end() - 1] + 1)
        own = [signs[index] for index in inner]
        space = any(sign.isspace() for sign in text[last : match.start()])
        breaks = "".join(sign for sign in text[last : match.start()] if sign in _BREAKS)
        last = match.end()
        key = unicodedata.normalize("NFC", match[0])
        found.append(
            Word(key, "".join(sign for _, sign, _ in own), tuple(at for at, _, _ in own), space, own[0][2], breaks)
        )
    return tuple(found)


def signs_of(lines: Sequence[Line]) -> list[Sign]:
    """Return the signs of a file's body in order, each paragraph followed by its end."""
    body = [line for line in lines if line.part is Part.BODY]
    found: list[Sign] = []
    for line, following in zip(body, (*body[1:], None), strict=True):
        for piece in line.pieces:
            if not piece.hidden:
                text = unicodedata.normalize("NFC", piece.text)
                found += (Sign(sign, piece.fate, piece.by, piece.target) for sign in text)
        joins = following is not None and following.cell == line.cell
        fate = line.mark if joins or line.mark is Fate.CAME else Fate.STAYED
        found.append(Sign("", fate, line.by if fate is not Fate.STAYED else None, ends=True))
    return found


def lines_of(signs: Sequence[Sign], lines: Sequence[Line], gone: Fate) -> list[Spelled]:
    """Return the lines as they read without what has a fate; lines that say nothing are left out."""
    body = iter([line for line in lines if line.part is Part.BODY])
    found: list[Spelled] = []
    waiting: list[tuple[int, str, str]] = []
    noted: tuple[str, ...] = ()
    for place, sign in enumerate(signs):
        if sign.ends:
            noted += next(body).noted
        if sign.fate is gone:
            continue
        if not sign.ends:
            waiting.append((place, sign.sign, sign.target))
            continue
        words = spelled(waiting)
        if words:
            found.append(Spelled(words, place, waiting[0][0], noted))
            noted = ()
        waiting = []
    return found


def authors(signs: Sequence[Sign], first: int, last: int) -> tuple[Tracked, ...]:
    """Return who tracked a change between two places of a file."""
    return tuple(dict.fromkeys(_by(signs[max(first, 0) : last])))


def _by(signs: Sequence[Sign]) -> Iterator[Tracked]:
    for sign in signs:
        if sign.fate is not Fate.STAYED:
            yield sign.by or Tracked("")
