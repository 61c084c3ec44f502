"""The plain words of a tree: what a person reads, with the numbers, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never

from docgen.doctree.nodes import (
    Badge,
    Bidi,
    Blank,
    Block,
    Break,
    Choice,
    Clause,
    Contents,
    Definitions,
    Details,
    Document,
    Edited,
    Emphasised,
    Figure,
    FormField,
    Heading,
    Inline,
    Labels,
    Link,
    Listing,
    Note,
    PageBreak,
    Paragraph,
    Parties,
    Question,
    Quote,
    Reference,
    Row,
    Scale,
    Schedule,
    Signature,
    Signatures,
    Table,
    Term,
    Text,
    Writing,
)

LINE_TO_WRITE_ON = "____________"
OPEN, CHOSEN = "○", "●"
"""The signs before an answer to choose."""
_SPACES = re.compile(r"[^\S\u00a0\u2007\u202f]+")


def inline_words(inlines: tuple[Inline, ...]) -> str:
    """Return the words of inline nodes; a line break is a newline."""
    return "".join(_inline(inline) for inline in inlines)


def _inline(inline: Inline) -> str:
    match inline:
        case Text(text):
            return text
        case Break():
            return "\n"
        case Reference(label=label):
            return label
        case Blank(hint):
            return f"[{hint}]" if hint else LINE_TO_WRITE_ON
        case Badge(text=text):
            return text
        case FormField(label=label, options=options):
            return " ".join((label, *options))
        case Emphasised(children=children) | Link(children=children) | Edited(children=children):
            return inline_words(children)
        case Term(children) | Bidi(children):
            return inline_words(children)
        case _:
            assert_never(inline)


def unbroken(words: str) -> list[str]:
    """Return the parts of some words between which a line may end: a no-break space holds its neighbours together."""
    return [part for part in _SPACES.split(words) if part]


def document_lines(document: Document) -> Iterator[str]:
    """Yield the document's words line by line: title, then every block; tables row by row, cells parted by tabs."""
    front = (document.title, document.subtitle, *((document.number, document.date) if document.cover else ()))
    yield from filter(None, front)
    yield from block_lines(document.blocks, document.labels)


def block_lines(blocks: tuple[Block, ...], labels: Labels) -> Iterator[str]:
    """Yield the words of blocks line by line."""
    for block in blocks:
        yield from _block(block, labels)


def _block(block: Block, labels: Labels) -> Iterator[str]:
    match block:
        case Paragraph(children=children) | Heading(children=children):
            yield from inline_words(children).split("\n")
        case Clause():
            yield from _clause(block, labels)
        case Schedule(number=number, title=title, children=children):
            yield f"{number} {inline_words(title)}"
            yield from block_lines(children, labels)
        case Definitions(items=items):
            for item in items:
                yield f"{inline_words(item.term)} {inline_words(item.children)}"
        case Listing(ordered=ordered, items=entries):
            for count, entry in enumerate(entries, 1):
                yield from _marked(f"{count}." if ordered else "•", block_lines(entry.children, labels))
        case Details(items=details):
            for detail in details:
                yield from _marked(inline_words(detail.label), block_lines(detail.children, labels), "\t")
        case Table():
            yield from _table(block, labels)
        case Quote(children=inner) | Note(children=inner):
            yield from block_lines(inner, labels)
        case Figure(caption=caption):
            if caption:
                yield inline_words(caption)
        case Parties(cards=cards):
            for count, card in enumerate(cards, 1):
                yield from _marked(f"({count})", block_lines(card.children, labels))
        case Contents(title=title, entries=contents):
            yield title or labels.contents
            for line in contents:
                yield f"{line.number} {inline_words(line.title)}"
        case PageBreak():
            return
        case Signatures(lead=lead, places=places):
            yield from block_lines(lead, labels)
            for place in places:
                yield from signature_lines(place, labels)
        case Question(children=children):
            yield from inline_words(children).split("\n")
            yield from answer_lines(block)
        case _:
            assert_never(block)


def _clause(clause: Clause, labels: Labels) -> Iterator[str]:
    lines = block_lines(clause.children, labels)
    if clause.title:
        yield f"{clause.number} {inline_words(clause.title)}"
        yield from lines
    else:
        yield from _marked(clause.number, lines)


def _table(table: Table, labels: Labels) -> Iterator[str]:
    if table.caption:
        yield inline_words(table.caption)
    for row in table.head + table.rows:
        yield "\t".join(_cells(row, labels))


def _cells(row: Row, labels: Labels) -> Iterator[str]:
    for cell in row.cells:
        yield " ".join(block_lines(cell.children, labels))


def _marked(mark: str, lines: Iterator[str], gap: str = " ") -> Iterator[str]:
    """Yield lines with a mark before the first; the mark alone when there are none."""
    yield f"{mark}{gap}{next(lines, '')}".rstrip()
    yield from lines


def answer_lines(question: Question) -> Iterator[str]:
    """Yield the place for an answer: what there is to choose from, empty lines to write on, or what was written."""
    match question.answer:
        case Scale(count, low, high):
            steps = (_to_choose(str(step), str(step), question.given) for step in range(1, count + 1))
            yield " ".join(filter(None, (low, *steps, high)))
        case Choice(options):
            yield " ".join(_to_choose(option.value, option.words, question.given) for option in options)
        case Writing(lines):
            yield from [""] * lines if question.given is None else question.given.split("\n")
        case _:
            assert_never(question.answer)


def _to_choose(value: str, words: str, given: str | None) -> str:
    return f"{CHOSEN if value == given else OPEN} {words}"


def signature_lines(place: Signature, labels: Labels) -> Iterator[str]:
    """Yield the lines of a signature place as every writer prints them."""
    tags = dict(place.tags)
    yield place.heading or place.party
    yield f"{labels.signature}\t{tags.get('signature', '')}".rstrip()
    yield f"{labels.name}\t{place.name or tags.get('name', '')}".rstrip()
    yield f"{labels.title}\t{place.title or tags.get('title', '')}".rstrip()
    yield f"{labels.date}\t{tags.get('date', '')}".rstrip()
