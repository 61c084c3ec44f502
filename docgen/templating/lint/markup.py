"""Markup as it is written piece by piece: elements and words, the pieces of one tag joined whatever stands between."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from docgen.errors import Place
from docgen.templating.lint.conditions import ALWAYS, Formula, both
from docgen.templating.lint.outline import Element, Outline, Words

_ATTRIBUTE = re.compile(r"""([a-zA-Z]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NAME = re.compile(r"</?([a-z0-9]+)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ALTERNATIVES = 24
"""How many ways a single tag can be written are told apart."""


@dataclass(frozen=True)
class Tag:
    """One way in which an open tag was written so far, and when it is."""

    text: str
    when: Formula = ALWAYS


@dataclass
class Writer:
    """Takes pieces of markup and puts elements and words into an outline."""

    outline: Outline
    files: Sequence[str]
    tags: list[Tag] = field(default_factory=list)
    open: tuple[Element, ...] = ()

    @property
    def clause(self) -> str:
        """Return the id of the innermost clause that is open."""
        return next((each.attributes.get("id", "") for each in reversed(self.open) if each.name in _CLAUSES), "")

    @property
    def attribute(self) -> str:
        """Return the attribute whose value is being written, or nothing."""
        found = re.search(r"""([a-zA-Z]+)\s*=\s*(?:"[^"]*|'[^']*)$""", self.tags[0].text) if self.tags else None
        return found[1] if found else ""

    def write(self, text: str, place: Place, when: Formula) -> None:
        """Take a piece of markup that begins at a place."""
        text = _COMMENT.sub("", text)
        while text:
            if self.tags:
                end = _end_of_tag(self.tags[0].text, text)
                self.tags = [replace(tag, text=tag.text + text[:end]) for tag in self.tags]
                text = text[end:]
                if self.tags[0].text.endswith(">") and _complete(self.tags[0].text):
                    self._close(place, when)
            else:
                words, opened, rest = text.partition("<")
                if words.strip():
                    self._words(words, place, when)
                text = opened + rest
                if opened:
                    self.tags, text = [Tag("<")], rest

    def choose(self, alternatives: Sequence[tuple[str, Formula]], place: Place, when: Formula) -> None:
        """Take a value that is one of some words, each under a condition."""
        if not self.tags:
            self.write(alternatives[0][0], place, when)
            return
        ways = [Tag(tag.text + text, both(tag.when, own)) for tag in self.tags for text, own in alternatives]
        self.tags = ways[:_ALTERNATIVES]

    def _words(self, text: str, place: Place, when: Formula) -> None:
        self.outline.parts.append(Words(text, place, when, self.open, self.clause))

    def _close(self, place: Place, when: Formula) -> None:
        tags, self.tags = self.tags, []
        first = _NAME.match(tags[0].text)
        if first is None:
            return
        name = first[1]
        if tags[0].text.startswith("</"):
            if any(each.name == name for each in self.open):
                while self.open and self.open[-1].name != name:
                    self.open = self.open[:-1]
                self.open = self.open[:-1]
            return
        found = [self._element(name, tag, place, when) for tag in tags]
        self.outline.parts.extend(found)
        if not tags[0].text.endswith("/>"):
            self.open = (*self.open, found[0])

    def _element(self, name: str, tag: Tag, place: Place, when: Formula) -> Element:
        attributes = {key: one or other for key, one, other in _ATTRIBUTE.findall(tag.text)}
        file, _, line = attributes.pop("at", "").partition(":")
        if line:
            place = Place(self.files[int(file)], int(line))
        clause = attributes.get("id", "") if name in _CLAUSES else self.clause
        return Element(name, attributes, place, both(when, tag.when), self.open, clause)


_CLAUSES = ("clause", "schedule")


def _complete(text: str) -> bool:
    """Say whether no attribute's value is open."""
    return _quote(text) == ""


def _quote(text: str) -> str:
    """Return the quotation mark that is open at the end of a tag, or nothing."""
    opened = ""
    for character in text:
        if opened:
            opened = "" if character == opened else opened
        elif character in "\"'":
            opened = character
    return opened


def _end_of_tag(before: str, text: str) -> int:
    """Return how much of a text still belongs to an open tag."""
    opened = _quote(before)
    for index, character in enumerate(text):
        if opened:
            opened = "" if character == opened else opened
        elif character in "\"'":
            opened = character
        elif character == ">":
            return index + 1
    return len(text)
