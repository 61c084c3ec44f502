"""Tracked changes in Word: what came and what went, with a name and an hour, to be accepted or rejected."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from docgen.doctree.nodes import Fate
from docgen.writers.docx_paragraphs import paragraph
from docgen.writers.docx_xml import escaped

_TAGS = {Fate.CAME: "ins", Fate.WENT: "del"}
_LINK = re.compile(r"(<w:hyperlink [^>]*>|</w:hyperlink>)")
_PARAGRAPH = re.compile(r"(<w:p><w:pPr>.*?)</w:pPr>(.*?)</w:p>", re.DOTALL)
_ROW_END = "</w:trPr>"
_GONE = re.compile(r"(</?w:)(t|instrText)(?=[ >])")
_NEW_WORDS = re.compile(r"</w:ins>(?:<w:bookmarkEnd [^>]*/>|</w:hyperlink>)*</w:p>$")
_TAIL = 200
"""Letters that surely hold what may stand between the last words and the end of a paragraph."""
_MARK_END = "</w:rPr></w:pPr>"
"""How the properties of a paragraph end whose own mark came or went, and those of no other."""


@dataclass(frozen=True)
class Reviser:
    """In whose name something is changed, and when; without an hour Word shows none."""

    author: str = ""
    at: dt.datetime | None = None

    def attributes(self) -> str:
        """Return the attributes of a change; the hour is told in UTC."""
        hour = f' w:date="{self.at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"' if self.at else ""
        return f'w:author="{escaped(self.author)}"{hour}'


class Changes:
    """Marks pieces of Word's XML as changed; the running numbers are the file's."""

    def __init__(self, reviser: Reviser, numbers: Iterator[int]) -> None:
        self.attributes = reviser.attributes()
        self.numbers = numbers

    def words(self, fate: Fate, runs: str) -> str:
        """Return runs that came or went; a link stays outside, because Word wants the change inside it."""
        if fate is Fate.STAYED:
            return runs
        if fate is Fate.WENT:
            runs = _GONE.sub(lambda tag: f"{tag[1]}{'delText' if tag[2] == 't' else 'delInstrText'}", runs)
        pieces = filter(None, _LINK.split(runs))
        return "".join(piece if _LINK.match(piece) else self._around(fate, piece) for piece in pieces)

    def blocks(self, fate: Fate, xml: str) -> str:
        """Return paragraphs and rows that came or went, with their marks and all their words."""
        if fate is Fate.STAYED:
            return xml
        paragraphs = _PARAGRAPH.sub(lambda found: self._paragraph(fate, found[1], found[2]), xml)
        rows = paragraphs.replace("</w:p><w:tbl>", f"</w:p>{landing(held=True)}<w:tbl>").split(_ROW_END)
        return "".join(f"{row}{self._mark(fate)}{_ROW_END}" for row in rows[:-1]) + rows[-1]

    def _paragraph(self, fate: Fate, properties: str, words: str) -> str:
        return f"{properties}<w:rPr>{self._mark(fate)}{_MARK_END}{self.words(fate, words)}</w:p>"

    def _mark(self, fate: Fate) -> str:
        return f'<w:{_TAGS[fate]} w:id="{next(self.numbers)}" {self.attributes}/>'

    def _around(self, fate: Fate, runs: str) -> str:
        tag = _TAGS[fate]
        return f'<w:{tag} w:id="{next(self.numbers)}" {self.attributes}>{runs}</w:{tag}>'


def joined(pieces: Iterable[str]) -> str:
    """Return paragraphs and tables one after the other, with a landing wherever a changed paragraph needs one."""
    return "".join(_with_landings(pieces))


def _with_landings(pieces: Iterable[str]) -> Iterator[str]:
    before = ""
    for piece in filter(None, pieces):
        into_frame = piece.startswith(("<w:tbl>", "<w:sdt>")) and ends_changed(before)
        # When LibreOffice rejects both, it takes the end of the first paragraph for inserted as well.
        if into_frame or (_ends_in_new_words(before) and _begins_new(piece)):
            yield landing(held=True)
        yield piece
        before = piece


def ends_changed(xml: str) -> bool:
    """Say whether the last thing is a paragraph whose mark came or went."""
    return xml.endswith("</w:p>") and _MARK_END in xml[xml.rfind("<w:p>") :]


def _ends_in_new_words(xml: str) -> bool:
    """Say whether the last thing is a paragraph that stayed and whose last words came."""
    return _NEW_WORDS.search(xml[-_TAIL:]) is not None and not ends_changed(xml)


def _begins_new(xml: str) -> bool:
    """Say whether the first thing is a paragraph that came."""
    properties = xml[: xml.find("</w:pPr>") + len("</w:pPr>")]
    return properties.startswith("<w:p>") and properties.endswith(_MARK_END) and "<w:ins " in properties


def landing(held: bool = False) -> str:
    """Return a small paragraph for what is left of a changed one; a table or the end of a cell takes nothing in.

    It is not empty, because LibreOffice lets an empty paragraph take on the number of the one that went.
    """
    return paragraph("PageBreak", "<w:r><w:tab/></w:r>", held=held)
