"""What two versions of a document differ in: one tree with both, and the same as a list of changes or as lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby
from operator import attrgetter
from typing import assert_never

from docgen.doctree.nodes import (
    Bidi,
    Block,
    Clause,
    Contents,
    Definitions,
    Details,
    Document,
    Edited,
    Emphasised,
    Fate,
    Figure,
    Heading,
    Inline,
    Item,
    Labels,
    Link,
    Listing,
    Note,
    PageBreak,
    Paragraph,
    Parties,
    PartyCard,
    Question,
    Quote,
    Row,
    Schedule,
    Signatures,
    Table,
    Term,
    Text,
)
from docgen.doctree.text import block_lines, inline_words

Moves = Mapping[tuple[Fate, str], str]
"""Where what was moved stands in the other version, by its fate and its words."""
Marks = tuple[str, str, str, str]
"""What stands before and behind words that went, and before and behind words that came."""

PLAIN_MARKS: Marks = ("[-", "-]", "{+", "+}")
_NUMBER = re.compile(r"^\d+(?:\.\d+)*\.?\s", re.MULTILINE)
_FEWEST = 4
"""Words a passage needs to be known again elsewhere."""
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Signs that move a terminal's cursor, colour it or turn its lines around."""


@dataclass(frozen=True)
class Front:
    """The words of both versions that stand before the blocks and run along on every page."""

    title: tuple[Inline, ...]
    subtitle: tuple[Inline, ...]
    number: tuple[Inline, ...]
    date: tuple[Inline, ...]
    confidential: tuple[Inline, ...]
    facts: tuple[tuple[Inline, ...], ...]
    """The number and the date as a cover shows them: without a cover neither is printed below the title."""


def front_of(document: Document) -> Front:
    """Return the front of a document by itself."""
    lines = (document.title, document.subtitle, document.number, document.date, document.confidential)
    title, subtitle, number, date, confidential = ((Text(line),) if line else () for line in lines)
    facts = (number, date) if document.cover else ((), ())
    return Front(title, subtitle, number, date, confidential, facts)


def fate_of(words: tuple[Inline, ...]) -> Fate:
    """Return the fate that all of some words share; they stayed when any of them did."""
    fates = {inline.fate if isinstance(inline, Edited) else Fate.STAYED for inline in words}
    return fates.pop() if len(fates) == 1 else Fate.STAYED


def unmarked(words: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return words that all came or all went without saying so."""
    return tuple(child for inline in words if isinstance(inline, Edited) for child in inline.children)


@dataclass(frozen=True)
class Place:
    """Where words stand: in which clause, or below which heading where there are no clauses."""

    where: str
    clause_id: str = ""
    title: str = ""

    def at(self, block: Block) -> Place:
        """Return the place a block makes: a clause without a title bears that of the one around it."""
        match block:
            case Clause(label=label) | Schedule(label=label):
                title = _new_words(block.title) or self.title
                return Place(f"{label} {title}".strip(), block.id, title)
            case Heading(children=words) if not self.clause_id:
                return Place(_new_words(words))
            case _:
                return self


def _new_words(words: tuple[Inline, ...]) -> str:
    """Return the words of the newer version, or of the older one where all of them went."""
    stayed = (inline for inline in _flat(words) if not (isinstance(inline, Edited) and inline.fate is Fate.WENT))
    return inline_words(tuple(stayed))


@dataclass(frozen=True)
class Change:
    """Words that went, words that came in their place, and where: a clause by its label and title, and its id.

    The clause is the new version's, and the old one's where it went.
    """

    where: str
    clause_id: str
    before: str
    after: str


@dataclass(frozen=True)
class Passage:
    """A paragraph, a row or a whole part with the words of both versions, and where it stands."""

    place: Place
    words: tuple[Inline, ...]

    @property
    def is_edited(self) -> bool:
        """Say whether something went or came."""
        return any(isinstance(inline, Edited) for inline in _flat(self.words))


@dataclass(frozen=True)
class Redline:
    """Both versions in one tree. Its title, labels and look are the new version's; the front has both."""

    document: Document
    front: Front

    @property
    def is_empty(self) -> bool:
        """Say whether the versions say the same."""
        return next(self.passages(), None) is None

    def changes(self) -> Iterator[Change]:
        """Yield every change in reading order, words that went together with those that came in their place."""
        for passage in self.passages():
            for is_edit, group in groupby(_flat(passage.words), key=lambda inline: isinstance(inline, Edited)):
                if is_edit:
                    yield _change(passage.place, tuple(group))

    def passages(self) -> Iterator[Passage]:
        """Yield what changed in reading order; the contents list, which only repeats titles, is left out."""
        place = Place(self.document.title)
        front = self.front
        lines = (front.title, front.subtitle, front.number, front.date, front.confidential)
        read = chain((Passage(place, line) for line in lines), _read(self.document.blocks, place, self.document.labels))
        return (passage for passage in read if passage.is_edited)


def redline_lines(redline: Redline, *, marks: Marks = PLAIN_MARKS) -> Iterator[str]:
    """Yield what changed as lines for a terminal: where it is, and set in from there the words between marks.

    Signs that steer a terminal are replaced, so that only the marks can; every mark is closed on its line.
    """
    moved = moves(redline)
    for place, passages in groupby(redline.passages(), key=attrgetter("place")):
        yield harmless(place.where)
        for passage in passages:
            text = "".join(_between(inline, marks) for inline in _flat(passage.words))
            yield from (f"  {line}".rstrip() for line in text.split("\n"))
            fate, words = _whole(passage)
            if other := moved.get((fate, words)):
                yield f"  (moved {'to' if fate is Fate.WENT else 'from'} {harmless(other)})"


def moves(redline: Redline) -> Moves:
    """Return for each passage that went and came word for word, by its fate and words, where the other one stands."""
    places: dict[tuple[Fate, str], list[Place]] = {}
    for passage in redline.passages():
        places.setdefault(_whole(passage), []).append(passage.place)
    found: dict[tuple[Fate, str], str] = {}
    for (fate, words), here in places.items():
        there = places.get((Fate.CAME if fate is Fate.WENT else Fate.WENT, words), [])
        if fate is not Fate.STAYED and len(here) == len(there) == 1 and len(words.split()) >= _FEWEST:
            found[fate, words] = there[0].where
    return found


def moved_words(block: Block, labels: Labels) -> str:
    """Return the words by which a block is known that stands elsewhere in the other version."""
    return _without_numbers(_text_of(block, labels))


def _without_numbers(text: str) -> str:
    return " ".join(_NUMBER.sub("", text).split())


def _whole(passage: Passage) -> tuple[Fate, str]:
    """Return the fate and the words of a passage that came or went as a whole, without the numbers before them."""
    fate = fate_of(passage.words)
    return fate, "" if fate is Fate.STAYED else _without_numbers(inline_words(passage.words))


def _between(inline: Inline, marks: Marks) -> str:
    text = harmless(inline_words((inline,)))
    if not isinstance(inline, Edited):
        return text
    begin, end = marks[:2] if inline.fate is Fate.WENT else marks[2:]
    return "\n".join(f"{begin}{line}{end}" if line else "" for line in text.split("\n"))


def harmless(text: str) -> str:
    """Return text without signs that steer a terminal; each is replaced by one that shows."""
    return _STEERING.sub("\ufffd", text)


def _change(place: Place, edits: tuple[Inline, ...]) -> Change:
    def words(fate: Fate) -> str:
        return inline_words(tuple(edit for edit in edits if isinstance(edit, Edited) and edit.fate is fate))

    return Change(place.where, place.clause_id, words(Fate.WENT), words(Fate.CAME))


def _flat(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """Yield words without what stands around them; those that went or came are still marked."""
    for inline in inlines:
        if isinstance(inline, Emphasised | Link | Term | Bidi):
            yield from _flat(inline.children)
        else:
            yield inline


# Reading


def _read(blocks: tuple[Block, ...], place: Place, labels: Labels) -> Iterator[Passage]:
    """Yield the passages of blocks, whether they changed or not."""
    for block in blocks:
        here = place.at(block)
        if isinstance(block, Heading):
            place = here
        if block.fate is Fate.STAYED:
            yield from _read_block(block, here, labels)
        else:
            yield Passage(here, _edited(block.fate, (Text(_text_of(block, labels)),)))


def _read_block(block: Block, place: Place, labels: Labels) -> Iterator[Passage]:
    """Yield the passages of a block that stayed."""
    match block:
        case Paragraph(children=words) | Heading(children=words) | Figure(caption=words) | Question(children=words):
            yield Passage(place, words)
        case Clause(title=words) | Schedule(title=words):
            yield Passage(place, words)
            yield from _read(block.children, place, labels)
        case Quote() | Note():
            yield from _read(block.children, place, labels)
        case Signatures(lead=lead):
            yield from _read(lead, place, labels)
        case Definitions(items=definitions):
            for item in definitions:
                yield Passage(place, _edited(item.fate, (*item.term, Text(" "), *item.children)))
        case Details(items=details):
            for detail in details:
                words = (*detail.label, Text("\t"), *_run(detail.children, " ", labels))
                yield Passage(place, _edited(detail.fate, words))
        case Listing(items=items):
            yield from _read_parts(items, place, labels)
        case Parties(cards=cards):
            yield from _read_parts(cards, place, labels)
        case Table(caption=words):
            yield Passage(place, words)
            for row in block.head + block.rows:
                yield Passage(place, _edited(row.fate, _row(row, labels)))
        case Contents() | PageBreak():
            return
        case _:
            assert_never(block)


def _read_parts(parts: Iterable[Item | PartyCard], place: Place, labels: Labels) -> Iterator[Passage]:
    for part in parts:
        if part.fate is Fate.STAYED:
            yield from _read(part.children, place, labels)
        else:
            yield Passage(place, _edited(part.fate, _run(part.children, "\n", labels)))


def _row(row: Row, labels: Labels) -> tuple[Inline, ...]:
    return _parted((_run(cell.children, " ", labels) for cell in row.cells), "\t")


def _run(blocks: tuple[Block, ...], gap: str, labels: Labels) -> tuple[Inline, ...]:
    """Return the words of blocks as one run."""
    return _parted((passage.words for passage in _read(blocks, Place(""), labels)), gap)


def _parted(runs: Iterable[tuple[Inline, ...]], gap: str) -> tuple[Inline, ...]:
    """Return runs as one, with a gap between each two."""
    first, *others = [*runs] or [()]
    return (*first, *(inline for run in others for inline in (Text(gap), *run)))


def _edited(fate: Fate, words: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return words with their fate; what says nothing, like a new page, has none."""
    return words if fate is Fate.STAYED or not inline_words(words) else (Edited(fate, words),)


def _text_of(block: Block, labels: Labels) -> str:
    """Return the words of a whole block; a picture is named by what stands for it."""
    if isinstance(block, Figure) and not block.caption:
        return block.alt
    return "\n".join(() if isinstance(block, Contents) else block_lines((block,), labels))
