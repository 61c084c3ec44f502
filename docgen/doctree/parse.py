"""Markup to tree: a strict reading in which every misplaced element is a finding at its line in the template."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from docgen.doctree.nodes import (
    Align,
    Answer,
    Badge,
    Bidi,
    Blank,
    Block,
    Break,
    Cell,
    Choice,
    Clause,
    Column,
    Contents,
    Definition,
    Definitions,
    Detail,
    Details,
    Document,
    Emphasis,
    Emphasised,
    FieldKind,
    Figure,
    FormField,
    Heading,
    Inline,
    Item,
    Labels,
    Link,
    Listing,
    Manner,
    Mark,
    Note,
    Option,
    PageBreak,
    Paragraph,
    Parties,
    PartyCard,
    Picture,
    Question,
    Quote,
    Reference,
    Row,
    Scale,
    Schedule,
    Show,
    Signature,
    Signatures,
    Table,
    Term,
    Text,
    Tone,
    Writing,
)
from docgen.errors import Finding, FindingsError, Place

if TYPE_CHECKING:
    from lxml.etree import _Element

E = TypeVar("E", bound=StrEnum)

MISSING = "\ue000"
MISSING_END = "\ue001"
ISOLATE = "\ue002"
ISOLATE_END = "\ue003"
"""Private marks a template's values are wrapped in: a missing fact, and words of another direction."""

DEPTH_LIMIT = 60
NODE_LIMIT = 60_000
SPAN_LIMIT = 40
"""The most columns a table has, and the most columns or rows a cell spans."""
SCALE_LIMIT = 10
LINES_LIMIT = 30
"""The most a scale counts to, and the most lines an answer has room for: it stands on one page."""
NAME_LIMIT = 30
"""The most letters in the id of a question or the value of an option: Word keeps both in one name of 64."""

_MARKS = re.compile(f"([{MISSING}{MISSING_END}{ISOLATE}{ISOLATE_END}])")
_NAMED = re.compile(f"{MISSING}([^{MISSING_END}]*){MISSING_END}")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_COLUMN = re.compile(r"([0-9]{1,3})([ec]?)")
_AT = re.compile(r' at="([0-9]{1,6}:[0-9]{1,9})"')
_PLACE = re.compile(r"[0-9]{1,6}:[0-9]{1,9}")
_SAFE_LINK = re.compile(r"(?:https://|mailto:)[^\s\x00-\x1f]+")

INLINE = frozenset({"strong", "em", "u", "s", "sup", "sub", "br", "a", "term", "xref", "blank", "field", "badge"})
BLOCK = frozenset(
    {"p", "h1", "h2", "h3", "clause", "schedule", "definitions", "ul", "ol", "dl", "table", "blockquote", "note", "img"}
    | {"parties", "toc", "pagebreak", "signatures", "question"}
)
FLOW = BLOCK - {"clause", "schedule", "parties", "toc", "pagebreak", "signatures", "question"}
"""What may stand in a cell, a list entry, a note or a party: nothing that is numbered or needs the whole width."""
EMPTY = frozenset({"br", "xref", "field", "img", "toc", "pagebreak", "signature"})
INNER = frozenset(
    {"definition", "li", "dt", "dd", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "party", "signature"}
    | {"option", "answer"}
)
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "doc": frozenset({"title", "subtitle", "number", "date", "confidential", "cover"}),
    "p": frozenset({"class"}),
    "h1": frozenset({"id"}),
    "h2": frozenset({"id"}),
    "h3": frozenset({"id"}),
    "clause": frozenset({"id", "title"}),
    "schedule": frozenset({"id", "title"}),
    "definition": frozenset({"term", "id"}),
    "table": frozenset({"id", "cols"}),
    "tr": frozenset({"class"}),
    "th": frozenset({"colspan", "rowspan"}),
    "td": frozenset({"colspan", "rowspan"}),
    "note": frozenset({"tone"}),
    "img": frozenset({"src", "alt", "width", "caption"}),
    "toc": frozenset({"title"}),
    "signature": frozenset({"party", "heading", "name", "title"}),
    "question": frozenset({"id", "scale", "low", "high", "lines"}),
    "option": frozenset({"value"}),
    "a": frozenset({"href"}),
    "xref": frozenset({"to", "show"}),
    "field": frozenset({"name", "kind", "label", "options"}),
    "badge": frozenset({"tone"}),
}


def parse(
    markup: str,
    *,
    shown: str = "markup",
    files: Sequence[str] = (),
    language: str = "en",
    labels: Labels | None = None,
    pictures: Mapping[str, Picture] | None = None,
    forgiven: Collection[str] = (),
) -> Document:
    """Return the tree that markup says; elements carry their template place as `at="file index:line"`.

    `files` are what those indexes count, and `shown` is the file to blame where there is no place. `forgiven` are rules
    that somebody else tells of: a fault against `heading` or `alt` leaves a tree that can be read.

    Raises FindingsError with every fault: not XML, an unknown or misplaced element or attribute, a
    missing or duplicate id, a picture that is not there.
    """
    return _Parser(shown, files, pictures or {}, forgiven).document(markup, language, labels or Labels())


class _Parser:
    """Reads elements into nodes and collects what is wrong on the way."""

    def __init__(
        self, shown: str, files: Sequence[str], pictures: Mapping[str, Picture], forgiven: Collection[str]
    ) -> None:
        self.shown = shown
        self.forgiven = forgiven
        self.files = files
        self.pictures = pictures
        self.findings: list[Finding] = []
        self.ids: dict[str, Mark] = {}
        self.heading_level = 0
        self.clause_depth = 0
        self.in_schedule = False
        self.readers: Mapping[str, Callable[[_Element], Block]] = {
            "p": self._paragraph,
            "h1": self._heading,
            "h2": self._heading,
            "h3": self._heading,
            "clause": self._clause,
            "schedule": self._schedule,
            "definitions": self._definitions,
            "ul": self._listing,
            "ol": self._listing,
            "dl": self._details,
            "table": self._table,
            "blockquote": lambda element: Quote(self._flow(element)),
            "note": self._note,
            "img": self._figure,
            "parties": self._parties,
            "toc": self._contents,
            "pagebreak": lambda element: PageBreak(),
            "signatures": self._signatures,
            "question": self._question,
        }

    def document(self, markup: str, language: str, labels: Labels) -> Document:
        root = self._root(markup)
        if root.tag != "doc":
            self._fault(root, "element", f"the root is <{root.tag}>", 'Begin the template with <doc title="…">.')
        self._attributes(root)
        title = self._attribute(root, "title")
        if not title:
            self._fault(root, "title", "the document has no title", 'Write <doc title="…">.')
        blocks = self._blocks(root, loose=False)
        if self.findings:
            raise FindingsError(self.findings)
        return Document(
            title=title,
            language=language,
            blocks=blocks,
            subtitle=self._attribute(root, "subtitle"),
            number=self._attribute(root, "number"),
            date=self._attribute(root, "date"),
            confidential=self._attribute(root, "confidential"),
            cover=root.get("cover") == "true",
            labels=labels,
            pictures=self.pictures,
        )

    def _root(self, markup: str) -> _Element:
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            root = etree.fromstring(markup.encode(), parser)
        except UnicodeEncodeError as error:
            line = markup.count("\n", 0, error.start) + 1
            raise FindingsError([self._syntax(markup, line, "half a character (a lone surrogate)")]) from None
        except etree.XMLSyntaxError as error:
            raise FindingsError([self._syntax(markup, error.lineno or 1, error.msg or "")]) from None
        if root.getroottree().docinfo.doctype:
            raise FindingsError(
                [Finding("doctype", "a document type is not allowed.", Place(self.shown), "Remove it.")]
            )
        depth, nodes = _size(root)
        if depth > DEPTH_LIMIT or nodes > NODE_LIMIT:
            message = f"the document is too large: {nodes} elements, nested {depth} deep."
            raise FindingsError([Finding("size", message, Place(self.shown), "Split it.")])
        return root

    def _syntax(self, markup: str, line: int, said: str) -> Finding:
        """Return the finding for markup that is not XML, at the last template place before the fault."""
        marks = _AT.findall("\n".join(markup.split("\n")[:line]))
        mark = self._marked(marks[-1]) if marks else None
        place = Place(mark.file, mark.line) if mark else Place(self.shown, line)
        said = re.sub(r", line \d+, column \d+.*", "", said)
        said = re.sub(r" line \d+", "", said)
        return Finding("markup", f"the markup is not well formed: {said}.", place, "Close every element it opens.")

    # Blocks

    def _flow(self, element: _Element) -> tuple[Block, ...]:
        return self._blocks(element, only=FLOW)

    def _blocks(self, element: _Element, *, loose: bool = True, only: frozenset[str] = BLOCK) -> tuple[Block, ...]:
        """Return an element's blocks; loose words among them become paragraphs where they may stand."""
        blocks: list[Block] = []
        for run in self._runs(element):
            if isinstance(run, list):
                inlines = self._trimmed(run)
                if inlines and loose:
                    blocks.append(Paragraph(inlines))
                elif inlines:
                    self._fault(element, "text", f"words stand directly in <{element.tag}>", "Put them into <p>.")
            elif run.tag in only:
                self._attributes(run)
                blocks.append(self.readers[run.tag](run))
            else:
                self._unknown(run, element)
        return tuple(blocks)

    def _runs(self, element: _Element) -> Iterator[list[Inline] | _Element]:
        """Yield runs of words and the block elements between them, in order."""
        run: list[Inline] = list(self._text(element.text))
        for child in element:
            if child.tag in INLINE:
                run.append(self._inline(child))
            else:
                yield run
                yield child
                run = []
            run.extend(self._text(child.tail))
        yield run

    def _paragraph(self, element: _Element) -> Block:
        manner = self._choice(element, "class", Manner, Manner.BODY)
        return Paragraph(self._inlines(element), manner)

    def _heading(self, element: _Element) -> Block:
        level = int(element.tag[1])
        if level > self.heading_level + 1:
            self._fault(element, "heading", f"<h{level}> skips a level", f"Use <h{self.heading_level + 1}>.")
        self.heading_level = level
        return Heading(level, self._inlines(element), self._id(element, required=False))

    def _clause(self, element: _Element) -> Block:
        self.clause_depth += 1
        depth = self.clause_depth
        if depth > 6:
            self._fault(element, "depth", "clauses are nested more than six deep", "Flatten them.")
        name = self._id(element)
        title = self._attribute_text(element, "title")
        children = self._blocks(element)
        self.clause_depth -= 1
        if not title and not children:
            self._fault(element, "empty", f"clause “{name}” is empty", "Give it a title or words.")
        return Clause(name, title, children, depth, in_schedule=self.in_schedule)

    def _schedule(self, element: _Element) -> Block:
        if self.clause_depth or self.in_schedule:
            self._fault(
                element, "element", "a schedule stands inside a clause or schedule", "Move it behind the clauses."
            )
        name = self._id(element)
        title = self._attribute_text(element, "title")
        if not title:
            self._fault(element, "title", f"schedule “{name}” has no title", 'Write title="…".')
        self.in_schedule, self.heading_level = True, 1
        children = self._blocks(element)
        self.in_schedule = False
        return Schedule(name, title, children)

    def _definitions(self, element: _Element) -> Block:
        items = []
        for child in self._children(element, "definition"):
            term = self._attribute_text(child, "term")
            if not term:
                self._fault(child, "definition", "a definition names no term", 'Write term="…".')
            items.append(Definition(term, self._inlines(child), self._id(child, required=False)))
        self._check_any(element, items)
        return Definitions(tuple(items))

    def _listing(self, element: _Element) -> Block:
        items = tuple(Item(self._flow(child)) for child in self._children(element, "li"))
        self._check_any(element, items)
        return Listing(element.tag == "ol", items)

    def _details(self, element: _Element) -> Block:
        children = list(self._children(element, "dt", "dd"))
        tags = [child.tag for child in children]
        if tags != ["dt", "dd"] * (len(tags) // 2):
            self._fault(element, "details", "<dt> and <dd> do not alternate", "Follow each <dt> with one <dd>.")
            return Details(())
        pairs = [(label, value) for label, value in pairwise(children) if label.tag == "dt"]
        return Details(tuple(Detail(self._inlines(label), self._flow(value)) for label, value in pairs))

    def _note(self, element: _Element) -> Block:
        return Note(self._flow(element), self._choice(element, "tone", Tone, Tone.NEUTRAL))

    def _figure(self, element: _Element) -> Block:
        source, alt = element.get("src", ""), self._attribute(element, "alt")
        if source not in self.pictures:
            known = ", ".join(sorted(self.pictures)) or "none"
            self._fault(element, "picture", f"there is no picture “{source}”", f"This document has: {known}.")
        if not alt:
            self._fault(element, "alt", "the picture has no text alternative", 'Say what it shows in alt="…".')
        return Figure(source, alt, self._attribute_text(element, "caption"), self._count(element, "width", 100, 100))

    def _parties(self, element: _Element) -> Block:
        cards = tuple(PartyCard(self._flow(child)) for child in self._children(element, "party"))
        self._check_any(element, cards)
        return Parties(cards)

    def _check_any(self, element: _Element, entries: Sequence[object]) -> None:
        if not len(element) and not entries:
            self._fault(element, "empty", f"<{element.tag}> is empty", "Guard it with {% if %}.")

    def _contents(self, element: _Element) -> Block:
        return Contents(self._attribute(element, "title"))

    def _signatures(self, element: _Element) -> Block:
        lead: list[Block] = []
        places: list[Signature] = []
        for child in self._children(element, "p", "note", "signature"):
            if child.tag == "signature":
                places.append(self._signature(child))
            else:
                lead.append(self.readers[child.tag](child))
        if not places:
            self._fault(element, "signatures", "nobody signs here", "Add a <signature>.")
        return Signatures(tuple(lead), tuple(places))

    def _signature(self, element: _Element) -> Signature:
        return Signature(
            party=self._attribute(element, "party"),
            heading=self._attribute(element, "heading"),
            name=self._attribute(element, "name"),
            title=self._attribute(element, "title"),
        )

    # Questions

    def _question(self, element: _Element) -> Block:
        words, *runs = self._runs(element)
        options: list[Option] = []
        given: str | None = None
        for run in runs:
            if isinstance(run, list):
                if self._trimmed(run):
                    self._fault(element, "text", "words stand behind the answers", "Put them before the answers.")
            elif run.tag == "option":
                options.append(self._option(run, options))
            elif run.tag == "answer" and given is None:
                given = self._given(run)
            else:
                self._unknown(run, element)
        children = self._trimmed(words) if isinstance(words, list) else ()
        if not children:
            self._fault(element, "empty", "the question has no words", "Write what is asked.")
        answer = self._answer(element, options)
        if given and not _can_be(answer, given):
            self._fault(element, "field", f"“{given}” is no answer to this question", "Give one of its own.")
        return Question(self._short(element, self._id(element)), children, answer, given)

    def _answer(self, element: _Element, options: list[Option]) -> Answer:
        kinds = [name for name in ("scale", "lines") if name in element.attrib] + ["option"] * bool(options)
        if len(kinds) != 1:
            found = " and ".join(kinds) or "nothing"
            advice = 'Give scale="5", or lines="4", or one <option value="…"> for each answer.'
            self._fault(element, "field", f"the question is to be answered by {found}", advice)
        if kinds[:1] != ["scale"] and ("low" in element.attrib or "high" in element.attrib):
            self._fault(element, "field", "only a scale has a low and a high end", 'Give scale="5" as well.')
        if options:
            if len(options) == 1:
                self._fault(element, "field", "there is one option to choose from", "Give at least two.")
            return Choice(tuple(options))
        if "lines" in element.attrib:
            return Writing(self._count(element, "lines", 1, LINES_LIMIT))
        count = self._count(element, "scale", 5, SCALE_LIMIT)
        if count == 1:
            self._fault(element, "field", "the scale counts to 1", f"Let it count to 2 or more, up to {SCALE_LIMIT}.")
        return Scale(count, self._attribute(element, "low"), self._attribute(element, "high"))

    def _option(self, element: _Element, before: Sequence[Option]) -> Option:
        self._attributes(element)
        value, words = self._short(element, element.get("value", "")), self._words(element)
        if not _ID.fullmatch(value):
            self._fault(element, "field", f"“{value}” is no value", "Use lower-case letters, digits and hyphens.")
        if not words:
            self._fault(element, "empty", "the option has no words", "Write what is to be chosen.")
        if any(value == option.value for option in before):
            self._fault(element, "field", f"the value “{value}” is given twice", "Use another.")
        return Option(value, words)

    def _given(self, element: _Element) -> str:
        """Return an answer with its line ends, which mean something here."""
        self._attributes(element)
        for child in element:
            self._unknown(child, element)
        lines = _unmarked(element.text or "").strip().splitlines()
        return "\n".join(" ".join(line.split()) for line in lines)

    def _short(self, element: _Element, name: str) -> str:
        if len(name) > NAME_LIMIT:
            self._fault(element, "field", f"“{name}” is too long", f"Use at most {NAME_LIMIT} letters.")
        return name

    # Tables

    def _table(self, element: _Element) -> Block:
        parts: dict[str, list[Row]] = {"thead": [], "tbody": [], "tfoot": []}
        caption: tuple[Inline, ...] = ()
        for child in self._children(element, "caption", "thead", "tbody", "tfoot", "tr"):
            if child.tag == "caption":
                caption = self._inlines(child)
            elif child.tag == "tr":
                parts["tbody"].append(self._row(child))
            else:
                parts[child.tag].extend(self._row(row) for row in self._children(child, "tr"))
        head, rows = tuple(parts["thead"]), tuple(parts["tbody"] + parts["tfoot"])
        columns = self._columns(element, head + rows)
        self._check_grid(element, head, rows, len(columns))
        return Table(head, rows, columns, caption, self._id(element, required=False))

    def _row(self, element: _Element) -> Row:
        kind = element.get("class", "")
        if kind not in ("", "total"):
            self._fault(element, "attribute", f"a row has no class “{kind}”", 'Write class="total" or nothing.')
        return Row(tuple(self._cell(child) for child in self._children(element, "th", "td")), kind == "total")

    def _cell(self, element: _Element) -> Cell:
        colspan, rowspan = (self._count(element, name, 1, SPAN_LIMIT) for name in ("colspan", "rowspan"))
        return Cell(self._flow(element), element.tag == "th", colspan, rowspan)

    def _columns(self, element: _Element, rows: tuple[Row, ...]) -> tuple[Column, ...]:
        words = element.get("cols", "").split()
        count = len(words) or max((sum(cell.colspan for cell in row.cells) for row in rows), default=0)
        if count > SPAN_LIMIT:
            self._fault(element, "cols", f"the table has {count} columns", f"It can have {SPAN_LIMIT}.")
        if not words:
            return (Column(),) * count
        columns = []
        for word in words[:SPAN_LIMIT]:
            match = _COLUMN.fullmatch(word)
            if not match:
                self._fault(
                    element, "cols", f"“{word}” is not a column", 'Write widths in per cent: cols="60 20e 20e".'
                )
                continue
            align = {"e": Align.END, "c": Align.CENTRE}.get(match[2], Align.START)
            columns.append(Column(int(match[1]), align))
        if sum(column.width for column in columns) > 100:
            self._fault(element, "cols", "the columns are wider than the table", "Let the widths add up to 100.")
        return tuple(columns)

    def _check_grid(self, element: _Element, head: tuple[Row, ...], rows: tuple[Row, ...], width: int) -> None:
        if any(cell.colspan > 1 for row in head for cell in row.cells):
            self._fault(element, "table", "a head cell spans columns", "Name every column by itself.")
        if not rows and not head:
            self._fault(element, "table", "the table is empty", "Guard it with {% if %}.")
        if any(sum(cell.colspan for cell in row.cells) > width for row in head + rows):
            self._fault(element, "table", f"a row has more cells than the table's {width} columns", "Check cols.")

    # Words

    def _inlines(self, element: _Element) -> tuple[Inline, ...]:
        """Return an element's words; a block among them is a finding."""
        inlines: list[Inline] = []
        for run in self._runs(element):
            if isinstance(run, list):
                inlines.extend(run)
            else:
                self._unknown(run, element)
        return self._trimmed(inlines)

    def _inline(self, element: _Element) -> Inline:
        self._attributes(element)
        match element.tag:
            case "br":
                return Break()
            case "a":
                return self._link(element)
            case "term":
                return Term(self._inlines(element))
            case "xref":
                return self._reference(element)
            case "blank":
                return Blank(self._words(element).removeprefix("[").removesuffix("]"))
            case "field":
                return self._field(element)
            case "badge":
                return Badge(self._choice(element, "tone", Tone, Tone.NEUTRAL), self._words(element))
            case tag:
                return Emphasised(Emphasis(tag), self._inner(element))

    def _inner(self, element: _Element) -> tuple[Inline, ...]:
        """Return an inline element's words with the spaces at their ends."""
        inlines: list[Inline] = []
        for run in self._runs(element):
            if isinstance(run, list):
                inlines.extend(_joined(run))
            else:
                self._unknown(run, element)
        return tuple(inlines)

    def _words(self, element: _Element) -> str:
        """Return the plain words of an element that takes nothing else."""
        for child in element:
            self._unknown(child, element)
        return _unmarked(" ".join((element.text or "").split()))

    def _link(self, element: _Element) -> Inline:
        href = element.get("href", "")
        if MISSING in href:
            return Bidi(self._inlines(element))  # words alone, until there is an address to lead to
        href = _unmarked(href)
        if not _SAFE_LINK.fullmatch(href):
            self._fault(element, "link", f"“{href}” is not a safe address", "Use https: or mailto:.")
        return Link(href, self._inlines(element))

    def _reference(self, element: _Element) -> Inline:
        target = element.get("to", "")
        if not target:
            self._fault(element, "reference", "the reference names no target", 'Write <xref to="…"/>.')
        return Reference(target, self._choice(element, "show", Show, Show.NUMBER), at=self._mark(element))

    def _field(self, element: _Element) -> Inline:
        name = element.get("name", "")
        if not _ID.fullmatch(name):
            self._fault(element, "field", f"“{name}” is not the name of a field", "Use lower-case letters and hyphens.")
        kind = self._choice(element, "kind", FieldKind, FieldKind.TEXT)
        options = tuple(filter(None, (part.strip() for part in element.get("options", "").split("|"))))
        return FormField(name, kind, self._attribute(element, "label") or name, options)

    def _text(self, text: str | None) -> Iterator[Inline]:
        """Yield words as text, blanks and isolated values, as the private marks in them say."""
        if not text:
            return
        isolated: list[Inline] | None = None
        parts = iter(_MARKS.split(_SPACE.sub(" ", text)))
        for part in parts:
            node: Inline | None = None
            if part == MISSING:
                node = Blank(_hint(next(parts, "")))
                next(parts, "")
            elif part == ISOLATE:
                isolated = [] if isolated is None else isolated
            elif part == ISOLATE_END:
                node, isolated = Bidi(tuple(isolated)) if isolated else None, None
            elif part:
                node = Text(part)
            if node is not None and isolated is not None:
                isolated.append(node)
            elif node is not None:
                yield node

    @staticmethod
    def _trimmed(run: Sequence[Inline]) -> tuple[Inline, ...]:
        """Return words without the white space at either end and around line breaks."""
        inlines = _joined(run)
        trimmed: list[Inline] = []
        for index, inline in enumerate(inlines):
            if isinstance(inline, Text):
                text = inline.text
                if index == 0 or isinstance(inlines[index - 1], Break):
                    text = text.lstrip(" ")
                if index == len(inlines) - 1 or isinstance(inlines[index + 1], Break):
                    text = text.rstrip(" ")
                if text:
                    trimmed.append(Text(text))
            else:
                trimmed.append(inline)
        return tuple(trimmed)

    # Attributes, ids and faults

    def _children(self, element: _Element, *tags: str) -> Iterator[_Element]:
        if self._trimmed(list(self._text(element.text))):
            self._fault(element, "text", f"words stand directly in <{element.tag}>", f"Put them into <{tags[0]}>.")
        for child in element:
            if child.tag in tags:
                self._attributes(child)
                yield child
            else:
                self._unknown(child, element)
            if self._trimmed(list(self._text(child.tail))):
                self._fault(child, "text", f"words stand directly in <{element.tag}>", f"Put them into <{tags[0]}>.")

    def _attributes(self, element: _Element) -> None:
        if element.tag in EMPTY and (len(element) or (element.text or "").strip()):
            self._fault(
                element, "text", f"<{element.tag}> holds something, and it prints nothing of it", "Take it out."
            )
        known = ATTRIBUTES.get(str(element.tag), frozenset())
        for name in element.attrib:
            if name not in known and name != "at":
                near = get_close_matches(str(name), known, 1)
                advice = (
                    f"Did you mean “{near[0]}”?" if near else f"It takes {', '.join(sorted(known)) or 'no attributes'}."
                )
                self._fault(element, "attribute", f"<{element.tag}> has no attribute “{name}”", advice)

    def _attribute(self, element: _Element, name: str) -> str:
        return _unmarked(" ".join(element.get(name, "").split()))

    def _attribute_text(self, element: _Element, name: str) -> tuple[Inline, ...]:
        return self._trimmed(list(self._text(element.get(name, ""))))

    def _choice(self, element: _Element, name: str, kind: type[E], default: E) -> E:
        value = element.get(name)
        choices = [choice.value for choice in kind]
        if value is None or value in choices:
            return default if value is None else kind(value)
        self._fault(element, "attribute", f"{name}=“{value}” is not known", f"Use one of: {', '.join(choices)}.")
        return default

    def _count(self, element: _Element, name: str, default: int, limit: int) -> int:
        value = element.get(name)
        if value is None:
            return default
        if not re.fullmatch("[1-9][0-9]{0,3}", value) or int(value) > limit:
            self._fault(element, "attribute", f"{name}=“{value}” is not a number from 1 to {limit}", "Correct it.")
            return default
        return int(value)

    def _id(self, element: _Element, *, required: bool = True) -> str:
        name = str(element.get("id", ""))
        if not name:
            if required:
                self._fault(element, "id", f"<{element.tag}> has no id", 'Give it a lasting one: id="late-payment".')
            return ""
        if not _ID.fullmatch(name):
            self._fault(element, "id", f"“{name}” is not an id", "Use lower-case letters, digits and hyphens.")
        if name in self.ids:
            self._fault(element, "duplicate-id", f"the id “{name}” is already used at {self.ids[name]}", "Use another.")
        self.ids.setdefault(name, self._mark(element))
        return name

    def _unknown(self, element: _Element, parent: _Element) -> None:
        tag = str(element.tag) if isinstance(element.tag, str) else "processing instruction"
        known = INLINE | BLOCK | INNER
        if tag in known:
            self._fault(element, "misplaced", f"<{tag}> cannot stand in <{parent.tag}>", "Move it.")
            return
        near = get_close_matches(tag, sorted(known), 1)
        advice = f"Did you mean <{near[0]}>?" if near else "See the elements in docs/markup.md."
        self._fault(element, "element", f"there is no element <{tag}>", advice)

    def _mark(self, element: _Element) -> Mark:
        mark = self._marked(element.get("at", ""))
        return mark or Mark(self.shown, element.sourceline or 1)

    def _marked(self, place: str) -> Mark | None:
        """Return the template place an `at` names, or None where a template wrote something else there."""
        if not _PLACE.fullmatch(place):
            return None
        index, line = map(int, place.split(":"))
        return Mark(self.files[index], line) if index < len(self.files) else None

    def _fault(self, element: _Element, rule: str, message: str, advice: str) -> None:
        if rule in self.forgiven:
            return
        mark = self._mark(element)
        self.findings.append(Finding(rule, f"{message}.", Place(mark.file, mark.line), advice))


def _can_be(answer: Answer, given: str) -> bool:
    match answer:
        case Scale(count=count):
            return given in map(str, range(1, count + 1))
        case Choice(options):
            return any(given == option.value for option in options)
        case _:
            return True


def _size(root: _Element) -> tuple[int, int]:
    """Return how deep an element tree is and how many elements it has, without recursion."""
    deepest, count, open_elements = 0, 0, [(root, 1)]
    while open_elements:
        element, depth = open_elements.pop()
        count += 1
        deepest = max(deepest, depth)
        open_elements.extend((child, depth + 1) for child in element)
    return deepest, count


def _joined(run: Sequence[Inline]) -> list[Inline]:
    """Return words with neighbouring texts joined and their white space folded."""
    joined: list[Inline] = []
    for inline in run:
        if isinstance(inline, Text) and joined and isinstance(joined[-1], Text):
            joined[-1] = Text(_SPACE.sub(" ", joined[-1].text + inline.text))
        else:
            joined.append(inline)
    return joined


def _hint(path: str) -> str:
    """Return what a missing fact is called on paper: `client.notice_email` is "client notice email"."""
    return path.replace(".", " ").replace("_", " ")


def _unmarked(text: str) -> str:
    """Return an attribute's words: a missing fact is named in brackets, isolation has no place in an attribute."""
    text = _NAMED.sub(lambda match: f"[{_hint(str(match[1]))}]", text)
    return text.replace(ISOLATE, "").replace(ISOLATE_END, "")
