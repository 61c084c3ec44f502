"""The nodes of a document: frozen values in closed unions, so a writer that forgot one fails the type check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Emphasis(StrEnum):
    """How a run of text stands out."""

    STRONG = "strong"
    EMPHASIS = "em"
    UNDERLINE = "u"
    STRUCK = "s"
    SUPERSCRIPT = "sup"
    SUBSCRIPT = "sub"


class Show(StrEnum):
    """What a reference prints of its target."""

    NUMBER = "number"
    TITLE = "title"
    PAGE = "page"


class Tone(StrEnum):
    """The meaning of a badge or a note; every writer adds a sign to the colour."""

    NEUTRAL = "neutral"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Manner(StrEnum):
    """The part a paragraph plays on the page."""

    BODY = "body"
    LEAD = "lead"
    SMALL = "small"
    RIGHT = "right"
    CENTRE = "centre"
    SUBJECT = "subject"
    ADDRESS = "address"


class Align(StrEnum):
    """How a table column stands; figures stand at the end of the line."""

    START = "start"
    CENTRE = "centre"
    END = "end"


class FieldKind(StrEnum):
    """What a form field takes."""

    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"
    TICK = "tick"


class Fate(StrEnum):
    """What became of a part between two versions of a document; outside a redline everything stays."""

    STAYED = "stayed"
    WENT = "went"
    CAME = "came"


@dataclass(frozen=True)
class Text:
    """Words."""

    text: str


@dataclass(frozen=True)
class Emphasised:
    """Words that stand out."""

    kind: Emphasis
    children: tuple[Inline, ...]


@dataclass(frozen=True)
class Break:
    """The end of a line inside a paragraph."""


@dataclass(frozen=True)
class Link:
    """Words that lead to an https: or mailto: address."""

    href: str
    children: tuple[Inline, ...]


@dataclass(frozen=True)
class Reference:
    """A reference to a clause, schedule, heading or table; `label` is filled in by numbering."""

    target: str
    show: Show = Show.NUMBER
    label: str = ""
    at: Mark | None = None


@dataclass(frozen=True)
class Term:
    """A defined term, in the words of the text."""

    children: tuple[Inline, ...]


@dataclass(frozen=True)
class Blank:
    """An empty place to fill; the hint names what is missing, and an empty hint draws a line to write on."""

    hint: str = ""


@dataclass(frozen=True)
class FormField:
    """A field of a form."""

    name: str
    kind: FieldKind
    label: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Badge:
    """A short status word with a tone."""

    tone: Tone
    text: str


@dataclass(frozen=True)
class Bidi:
    """A value from the facts, isolated so that its direction cannot disturb the words around it."""

    children: tuple[Inline, ...]


@dataclass(frozen=True)
class Edited:
    """Words of a redline that went or came; there is none in another, and none outside a redline."""

    fate: Fate
    children: tuple[Inline, ...]


Inline = Text | Emphasised | Break | Link | Reference | Term | Blank | FormField | Badge | Bidi | Edited


@dataclass(frozen=True)
class Tracked:
    """A part whose fate a redline tells; what is inside shares it, unless it stayed."""

    fate: Fate = field(default=Fate.STAYED, kw_only=True)


@dataclass(frozen=True)
class Paragraph(Tracked):
    """A paragraph."""

    children: tuple[Inline, ...]
    manner: Manner = Manner.BODY


@dataclass(frozen=True)
class Heading(Tracked):
    """An unnumbered heading; level 1 stands below the document's title."""

    level: int
    children: tuple[Inline, ...]
    id: str = ""


@dataclass(frozen=True)
class Clause(Tracked):
    """A numbered clause with or without a title. `number` is the printed mark, `label` what a reference says."""

    id: str
    title: tuple[Inline, ...]
    children: tuple[Block, ...]
    depth: int = 1
    number: str = ""
    label: str = ""
    in_schedule: bool = False


@dataclass(frozen=True)
class Schedule(Tracked):
    """A numbered schedule; it begins a page and its clauses count from one."""

    id: str
    title: tuple[Inline, ...]
    children: tuple[Block, ...]
    number: str = ""
    label: str = ""


@dataclass(frozen=True)
class Definition(Tracked):
    """A defined term and its meaning."""

    term: tuple[Inline, ...]
    children: tuple[Inline, ...]
    id: str = ""


@dataclass(frozen=True)
class Definitions(Tracked):
    """The defined terms, in the order given."""

    items: tuple[Definition, ...]


@dataclass(frozen=True)
class Item(Tracked):
    """An entry of a list."""

    children: tuple[Block, ...]


@dataclass(frozen=True)
class Listing(Tracked):
    """A bulleted or numbered list; a numbered one starts at one."""

    ordered: bool
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Detail(Tracked):
    """A label and what stands beside it."""

    label: tuple[Inline, ...]
    children: tuple[Block, ...]


@dataclass(frozen=True)
class Details(Tracked):
    """Labels and values in two columns: the head of a form or a report."""

    items: tuple[Detail, ...]


@dataclass(frozen=True)
class Cell:
    """A cell; a header names its row or its column."""

    children: tuple[Block, ...]
    header: bool = False
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True)
class Row(Tracked):
    """A row of cells; a total stands out and keeps with the row before it."""

    cells: tuple[Cell, ...]
    total: bool = False


@dataclass(frozen=True)
class Column:
    """A column's share of the table's width in per cent (0: as needed) and its alignment."""

    width: int = 0
    align: Align = Align.START


@dataclass(frozen=True)
class Table(Tracked):
    """A table; its head rows are repeated on every page."""

    head: tuple[Row, ...]
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    caption: tuple[Inline, ...] = ()
    id: str = ""


@dataclass(frozen=True)
class Quote(Tracked):
    """Words of somebody else."""

    children: tuple[Block, ...]


@dataclass(frozen=True)
class Note(Tracked):
    """A boxed remark."""

    children: tuple[Block, ...]
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True)
class Figure(Tracked):
    """A picture by its name among the document's assets, with its text alternative; width in per cent of the text."""

    asset: str
    alt: str
    caption: tuple[Inline, ...] = ()
    width: int = 100


@dataclass(frozen=True)
class PartyCard(Tracked):
    """One party as it is named at the head of a contract."""

    children: tuple[Block, ...]


@dataclass(frozen=True)
class Parties(Tracked):
    """The parties, numbered (1) and (2)."""

    cards: tuple[PartyCard, ...]


@dataclass(frozen=True)
class ContentsEntry(Tracked):
    """A line of the contents list."""

    target: str
    number: str
    title: tuple[Inline, ...]
    schedule: bool = False


@dataclass(frozen=True)
class Contents(Tracked):
    """The contents list; numbering fills in its entries."""

    title: str = ""
    entries: tuple[ContentsEntry, ...] = ()


@dataclass(frozen=True)
class PageBreak(Tracked):
    """What follows begins a page."""


@dataclass(frozen=True)
class Signature:
    """A place for one person to sign: on behalf of whom, by whom, and the lines to fill."""

    party: str
    heading: str
    name: str
    title: str
    tags: tuple[tuple[str, str], ...] = ()
    """Text tags of an e-signature service by line (`signature`, `date`), printed in the line's place."""


@dataclass(frozen=True)
class Signatures(Tracked):
    """The signature places side by side; they never stand alone on a page."""

    lead: tuple[Block, ...]
    places: tuple[Signature, ...]


@dataclass(frozen=True)
class Scale:
    """An answer from 1 to `count`; the words stand at its two ends and may be left out."""

    count: int
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from: what it is read back as, and its words."""

    value: str
    words: str


@dataclass(frozen=True)
class Choice:
    """An answer that is one of several."""

    options: tuple[Option, ...]


@dataclass(frozen=True)
class Writing:
    """An answer in somebody's own words, with room for so many lines."""

    lines: int


Answer = Scale | Choice | Writing


@dataclass(frozen=True)
class Question(Tracked):
    """A question of a form with the place for its answer, which is read back under the question's id.

    `given` is an answer that has been given and is printed as it is, "" where there was none; with None
    the place is a field to fill in.
    """

    id: str
    children: tuple[Inline, ...]
    answer: Answer
    given: str | None = None


Block = (
    Paragraph
    | Heading
    | Clause
    | Schedule
    | Definitions
    | Listing
    | Details
    | Table
    | Quote
    | Note
    | Figure
    | Parties
    | Contents
    | PageBreak
    | Signatures
    | Question
)


@dataclass(frozen=True)
class Mark:
    """A place in a template: file and line."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Picture:
    """A picture as SVG; writers that cannot draw SVG make pixels from it."""

    svg: str
    width: int
    height: int


@dataclass(frozen=True)
class Labels:
    """The few words numbering and writers add by themselves, in the document's language."""

    schedule: str = "Schedule"
    paragraph_of: str = "paragraph {number} of {schedule}"
    contents: str = "Contents"
    page: str = "Page {page} of {pages}"
    draft: str = "DRAFT"
    signature: str = "Signature"
    name: str = "Name"
    title: str = "Title"
    date: str = "Date"
    inserted: str = "inserted"
    deleted: str = "deleted"


@dataclass(frozen=True)
class Document:
    """A whole document: what it is called, in which language, and its blocks."""

    title: str
    language: str
    blocks: tuple[Block, ...]
    kind: str = ""
    subtitle: str = ""
    number: str = ""
    date: str = ""
    author: str = ""
    confidential: str = ""
    cover: bool = False
    draft: bool = False
    labels: Labels = Labels()
    pictures: Mapping[str, Picture] = field(default_factory=dict)
