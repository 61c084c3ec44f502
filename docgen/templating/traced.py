"""The reading view of a template that knows, sign by sign, where its words are written in the template's source.

Each run of letters that the source has is preceded by a mark of private signs; the marks go with the words through the
parser, the tree and a writer, and are read off again at the other end. So the place of a word is known and not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from html import unescape

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from docgen.templating.all_paths import WORDED
from docgen.templating.catalogue import Catalogue, Template
from docgen.templating.environment import Sandbox
from docgen.templating.reading import Writer, arranged, plain_words

_OPEN, _CLOSE = "\ue010", "\ue011"
_MARK = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_DATA = re.compile(f"{_OPEN}([0-9]+):([0-9]+){_CLOSE}")
_AT = re.compile(r' at="[0-9]+:[0-9]+"')
_RUN = re.compile(r"&[#\w]+;|[^\s&<>\ue000-\uf8ff]+")
_ATTRIBUTE = re.compile(r"([a-z]+)\s*=\s*(\"|')((?:(?!\2).)*)", re.DOTALL)


class Written(StrEnum):
    """What stands in the source where something is read."""

    WORDS = "words"
    VALUE = "value"
    CONDITION = "condition"


@dataclass(frozen=True)
class Origin:
    """Where something is written: words from `start` to `end` in a file's text, a value or a condition at its line."""

    written: Written
    file: str
    line: int
    said: str
    """The letters as they are read; of a value its name in brackets, of a condition what it says."""
    start: int = 0
    end: int = 0
    quoted: bool = False
    """Whether it stands within an attribute."""


@dataclass(frozen=True)
class Letter:
    """A sign of a line and where it is written, if that is known; `start` and `end` are places in the file's text."""

    sign: str
    origin: Origin | None = None
    start: int = 0
    end: int = 0

    @property
    def is_words(self) -> bool:
        """Say whether the source has the sign among its words."""
        return self.origin is not None and self.origin.written is Written.WORDS


@dataclass(frozen=True)
class Traced:
    """Markup with marks in it, the files its places point into, and what the marks stand for."""

    markup: str
    files: tuple[str, ...]
    origins: tuple[Origin, ...]

    def letters(self, text: str) -> list[Letter]:
        """Return the signs of a text that came out of the markup, without the marks."""
        found: list[Letter] = []
        head, *rest = _MARK.split(text)
        found += (Letter(sign) for sign in head)
        for number, words in zip(rest[::2], rest[1::2], strict=True):
            origin = self.origins[int(number)] if int(number) < len(self.origins) else None
            found += _traced(words, origin)
        return found


def unmarked(text: str) -> str:
    """Return a text without marks."""
    return _MARK.sub("", text)


def marks(text: str) -> Iterator[re.Match[str]]:
    """Yield the marks in a text; the first group of each is the number of what it stands for."""
    return _MARK.finditer(text)


def traced_reading(catalogue: Catalogue, template: Template) -> Traced:
    """Return the reading view of a template with the places of its words; raises what the reading view raises."""
    sandbox = TracedSandbox(catalogue)
    writer = TracedWriter(sandbox, template.shown, template.language)
    markup = arranged(writer, template)
    return Traced(markup, tuple(sandbox.files.names), tuple(writer.origins))


def _traced(words: str, origin: Origin | None) -> Iterator[Letter]:
    """Yield signs with their places as far as the origin's letters reach."""
    if origin is None or not words.startswith(origin.said):
        yield from (Letter(sign) for sign in words)
        return
    reach = len(origin.said)
    exact = origin.end - origin.start == reach
    for index, sign in enumerate(words):
        if index >= reach:
            yield Letter(sign)
        elif exact:
            yield Letter(sign, origin, origin.start + index, origin.start + index + 1)
        else:
            yield Letter(sign, origin, origin.start, origin.end)


class _MarkPlaces(Extension):
    """Puts before each piece of a template's own text the place where it stands in the source."""

    priority = 50
    """Before the lines of elements are marked, so that what stands behind the mark is the source."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        self.places = iter(tuple(_places(self.environment, source, name, filename)))  # type: ignore[arg-type]
        return source

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        index = self.environment.files.index(stream.filename or stream.name or "template")  # type: ignore[attr-defined]
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, token.type, f"{_OPEN}{index}:{next(self.places)}{_CLOSE}{token.value}")
            else:
                yield token


def _places(environment: Sandbox, source: str, name: str | None, filename: str | None) -> Iterator[int]:
    """Yield where each piece of text begins; what Jinja leaves out between pieces is white space."""
    position = 0
    for _, kind, value in environment.lexer.tokeniter(source, name, filename):
        position = source.find(value, position)
        if kind == "data":
            yield position
        position += len(value)


class TracedSandbox(Sandbox):
    """A sandbox whose trees have the places of their texts in them; nothing is ever run in it."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(catalogue)
        self.add_extension(_MarkPlaces)


@dataclass
class TracedWriter(Writer):
    """Marks each run of letters while the reading view is written."""

    origins: list[Origin] = field(default_factory=list)
    file: int = 0
    line: int = 1
    heads: dict[int, tuple[int, Sequence[int]]] = field(default_factory=dict)
    """For each file how many signs of its header the body leaves out, and where its lines begin."""

    def parsed(self, template: Template) -> nodes.Template:
        """Return a template's tree, and know where the lines of the file begin."""
        tree = super().parsed(template)
        body = template.body
        starts = [0, *(found.end() for found in re.finditer("\n", body))]
        self.heads[self.sandbox.files.index(template.shown)] = len(template.text) - len(body), starts
        return tree

    def own_words(self, data: str) -> None:
        """Write what the template itself says, with a mark before each run of letters."""
        found = _DATA.match(data)
        if not found:
            self.write(data)
            return
        self.file, offset = int(found[1]), int(found[2])
        rest = data[found.end() :]
        added = 0
        for piece in _pieces(rest):
            if _AT.fullmatch(piece):
                added += len(piece)
                self.write(piece)
                continue
            self._piece(piece, offset)
            offset += len(piece)

    def _piece(self, text: str, offset: int) -> None:
        """Write a piece of the source, tag by tag and text by text."""
        while text:
            end = text.find(">") + 1 if self.tag else text.find("<")
            if end <= 0 and not (not self.tag and end == 0):
                end = len(text)
            if end == 0:  # a tag begins
                end = text.find(">") + 1 or len(text)
            here, text = text[:end], text[end:]
            inside = bool(self.tag) or here.startswith("<")
            self.write(self._attributes(here, offset) if inside else self._runs(here, offset))
            offset += len(here)

    def _runs(self, text: str, offset: int, *, quoted: bool = False) -> str:
        def mark(found: re.Match[str]) -> str:
            said = unescape(found[0]) if found[0].startswith("&") else found[0]
            return f"{self._mark(said, offset + found.start(), offset + found.end(), quoted=quoted)}{found[0]}"

        return _RUN.sub(mark, text)

    def _attributes(self, text: str, offset: int) -> str:
        """Return a piece of a tag with marks in the values of attributes that are words."""
        before = len(self.tag)
        whole = self.tag + text
        written, last = "", before
        for found in _ATTRIBUTE.finditer(whole):
            start, end = max(found.start(3), before), found.end(3)
            if found[1] in WORDED and start < end:
                written += whole[last:start] + self._runs(whole[start:end], offset + start - before, quoted=True)
                last = end
        return written + whole[last:]

    def _mark(self, said: str, start: int, end: int, *, quoted: bool) -> str:
        head, starts = self.heads[self.file]
        line = _line(starts, start)
        origin = Origin(Written.WORDS, self._name(), line, said, start + head, end + head, quoted)
        return self._marked(origin)

    def name_of(self, node: nodes.Node, name: str) -> None:
        """Write a name where a value goes, with a mark before it."""
        shown = f"[{name.replace('.', ' ').replace('_', ' ')}]"
        mark = self._marked(Origin(Written.VALUE, self._name(), node.lineno, shown))
        if not self.attribute() or self.attribute() in WORDED:
            self.write(mark)
        super().name_of(node, name)

    def remark(self, said: str) -> None:
        """Write a condition in words, with a mark before them."""
        if said:
            plain = plain_words(said)
            super().remark(f"{self._marked(Origin(Written.CONDITION, self._name(), self.line, plain))}{said}")

    def condition(self, node: nodes.If) -> None:
        """Write every branch, and know on which line the condition stands."""
        self.line = node.lineno
        super().condition(node)

    def loop(self, node: nodes.For) -> None:
        """Write what is said of each entry, and know on which line the loop stands."""
        self.line = node.lineno
        super().loop(node)

    def _marked(self, origin: Origin) -> str:
        self.origins.append(origin)
        return f"{_OPEN}{len(self.origins) - 1}{_CLOSE}"

    def _name(self) -> str:
        names = self.sandbox.files.names
        return names[self.file] if self.file < len(names) else self.name


def _pieces(text: str) -> Iterator[str]:
    """Yield what stands between the places of elements, and these places."""
    last = 0
    for found in _AT.finditer(text):
        yield from filter(None, (text[last : found.start()], found[0]))
        last = found.end()
    if text[last:]:
        yield text[last:]


def _line(starts: Sequence[int], offset: int) -> int:
    from bisect import bisect_right

    return bisect_right(starts, offset)
