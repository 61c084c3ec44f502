"""What the lint found, as comments in Word at the words it is about, in the reading view of a template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from docgen.actions.desk import Desk
from docgen.actions.templates import document_of_reading, of_review, reading_look
from docgen.doctree.nodes import Blank, Contents, Document, Reference, Text
from docgen.errors import Finding
from docgen.templating.catalogue import Template
from docgen.templating.traced import Origin, Traced, Written, marks, traced_reading, unmarked
from docgen.writers.docx_extras import Remark, begin, end

T = TypeVar("T")
_QUOTED = re.compile("“([^”]+)”")
_EDGE = ".,;:()“”’"
_FAR = 300
"""Words behind the beginning of a line among which quoted ones are looked for."""
AUTHOR = "docgen"
_TOLD = frozenset({"heading", "alt", "reference"})
"""Rules that the lint tells of itself: their faults are comments, and the template can be read."""


def commented_reading(desk: Desk, template: Template, findings: Sequence[Finding]) -> bytes:
    """Return the reading view of a template in Word with a comment for each finding in a file that it is made of.

    Raises what reading the template raises: one that is no Jinja, or no markup, has no reading view.
    """
    from docgen.writers.docx import write_docx

    files = {part.shown for part in desk.catalogue.closure(template)}
    told = [each for each in findings if each.place.file in files]
    traced = traced_reading(desk.catalogue, template)
    document = document_of_reading(desk, template, traced.markup, traced.files, forgiven=_TOLD)
    spans = _spans(traced, list(_found(document)), told)
    signed = _Signs(traced, spans).document(document)
    comments = tuple(Remark(AUTHOR, tuple(_said(each))) for each in told)
    return write_docx(signed, reading_look(desk, template), desk.on, None, of_review(desk, template, comments))


def _said(finding: Finding) -> Iterator[str]:
    yield f"{finding.severity.capitalize()}: {finding.message}"
    if finding.advice:
        yield finding.advice
    yield f"{finding.rule}, {finding.place.file}:{finding.place.line}"


def _found(node: object) -> Iterator[int]:
    """Yield the marks of a tree that stand among running words, in their order."""
    if isinstance(node, Text):
        yield from (int(mark[1]) for mark in marks(node.text))
    elif isinstance(node, tuple):
        for each in node:
            yield from _found(each)
    elif is_dataclass(node) and not isinstance(node, Contents | Reference):
        for each in fields(node):
            yield from _found(getattr(node, each.name))


@dataclass(frozen=True)
class _Span:
    first: int
    last: int


def _spans(traced: Traced, order: Sequence[int], findings: Sequence[Finding]) -> list[_Span]:
    """Return for each finding the first and the last of the marks it is about; there is always one to stand at."""
    return [_span(traced, order, each) for each in findings] if order else []


def _span(traced: Traced, order: Sequence[int], finding: Finding) -> _Span:
    own = [at for at, mark in enumerate(order) if traced.origins[mark].file == finding.place.file]
    if not own:
        return _Span(order[0], order[0])
    line = finding.place.line
    lines = {traced.origins[order[at]].line for at in own}
    near = min(lines, key=lambda each: (each < line, abs(each - line)))
    here = [at for at in own if traced.origins[order[at]].line == near]
    begins = here[0]
    stretch = [at for index, at in enumerate(here) if at - begins == index]
    # A text is told at the line it begins on; what is quoted of it may stand further down.
    after = [at for index, at in enumerate(own[own.index(begins) :]) if at - begins == index][:_FAR]
    words = [traced.origins[order[at]] for at in after]
    first, last = _quoted(words, finding.message) or (0, len(stretch) - 1)
    return _Span(order[begins + first], order[begins + last])


def _quoted(words: Sequence[Origin], message: str) -> tuple[int, int] | None:
    """Return where among some words those stand that a message quotes, in its capitals rather than in others."""
    said = [word.said.strip(_EDGE) for word in words]
    folded = [word.casefold() for word in said]
    for quoted in _QUOTED.findall(message):
        for known, wanted in ((said, quoted.split()), (folded, quoted.casefold().split())):
            for at in range(len(known) - len(wanted) + 1):
                if known[at : at + len(wanted)] == wanted:
                    return at, at + len(wanted) - 1
    return None


@dataclass
class _Signs:
    """Puts the signs of comments into a tree in the place of its marks."""

    traced: Traced
    spans: Sequence[_Span]
    waiting: tuple[str, str] = ("", "")
    """What goes around the name of a value, which comes next."""
    plain: bool = False

    def document(self, document: Document) -> Document:
        """Return a document with signs among its running words and no mark anywhere."""
        return replace(self._of(replace(document, pictures={})), pictures=document.pictures)

    def _of(self, node: T) -> T:
        return cast(T, self._signed(node))

    def _signed(self, node: Any) -> Any:
        if isinstance(node, Text) and not self.plain:
            return Text(self._text(node.text))
        if isinstance(node, Blank):
            (before, after), self.waiting = self.waiting, ("", "")
            return Blank(f"{before}{unmarked(node.hint)}{after}")
        if type(node) is str:
            return unmarked(node)
        if isinstance(node, tuple):
            return tuple(self._signed(each) for each in node)
        if is_dataclass(node) and not isinstance(node, type):
            outside, self.plain = self.plain, self.plain or isinstance(node, Contents | Reference)
            made = replace(node, **{each.name: self._signed(getattr(node, each.name)) for each in fields(node)})
            self.plain = outside
            return made
        return node

    def _text(self, text: str) -> str:
        found = list(marks(text))
        if not found:
            return text
        pieces = [text[: found[0].start()]]
        for mark, following in zip(found, (*found[1:], None), strict=True):
            words = text[mark.end() : following.start() if following else len(text)]
            pieces.append(self._around(int(mark[1]), words))
        return "".join(pieces)

    def _around(self, mark: int, words: str) -> str:
        opened = "".join(begin(number) for number, span in enumerate(self.spans) if span.first == mark)
        closed = "".join(end(number) for number, span in enumerate(self.spans) if span.last == mark)
        origin = self.traced.origins[mark]
        if origin.written is Written.VALUE:
            self.waiting = opened, closed
            return words
        reach = len(origin.said) if words.startswith(origin.said) else 0
        return f"{opened}{words[:reach]}{closed}{words[reach:]}"
