"""Walk a tree in reading order: its blocks, the words that stand in them, and the references among the words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from docgen.doctree.nodes import (
    Bidi,
    Block,
    Clause,
    Contents,
    Definition,
    Definitions,
    Detail,
    Details,
    Document,
    Edited,
    Emphasised,
    Fate,
    Figure,
    Heading,
    Inline,
    Link,
    Listing,
    Note,
    Paragraph,
    Parties,
    Question,
    Quote,
    Reference,
    Row,
    Schedule,
    Show,
    Signatures,
    Table,
    Term,
)

_Blocks = Callable[[tuple[Block, ...]], tuple[Block, ...]]
_Inlines = Callable[[tuple[Inline, ...]], tuple[Inline, ...]]


def walk(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Yield every block of a tree in reading order, those inside others included."""
    for block in blocks:
        yield block
        yield from walk(children(block))


def children(block: Block) -> tuple[Block, ...]:
    """Return the blocks directly inside a block, in reading order."""
    return tuple(child for _, inner in _parts(block) for child in inner)


def fated(blocks: tuple[Block, ...], fate: Fate = Fate.STAYED) -> Iterator[tuple[Fate, Block]]:
    """Yield every block of a redline in reading order with its fate, which is that of what is around it."""
    for block in blocks:
        own = block.fate if fate is Fate.STAYED else fate
        yield own, block
        for part_fate, inner in _parts(block):
            yield from fated(inner, part_fate if own is Fate.STAYED else own)


def _parts(block: Block) -> Iterator[tuple[Fate, tuple[Block, ...]]]:
    """Yield the parts that hold a block's own blocks, each with its fate."""
    match block:
        case Clause() | Schedule() | Quote() | Note():
            yield Fate.STAYED, block.children
        case Listing() | Details():
            yield from ((item.fate, item.children) for item in block.items)
        case Parties():
            yield from ((card.fate, card.children) for card in block.cards)
        case Table():
            yield from ((row.fate, cell.children) for row in block.head + block.rows for cell in row.cells)
        case Signatures():
            yield Fate.STAYED, block.lead
        case _:
            return


def opening(blocks: tuple[Block, ...]) -> tuple[Paragraph, tuple[Block, ...]]:
    """Return the paragraph that carries a number, empty when something else comes first, and what follows it."""
    if blocks and isinstance(blocks[0], Paragraph):
        return blocks[0], blocks[1:]
    return Paragraph(()), blocks


def block_words(block: Block) -> Iterator[tuple[Inline, ...]]:
    """Yield the runs of words that stand directly in a block."""
    match block:
        case Paragraph(children=children) | Heading(children=children) | Question(children=children):
            yield children
        case Clause(title=title) | Schedule(title=title):
            yield title
        case Table(caption=caption) | Figure(caption=caption):
            yield caption
        case Definitions(items=definitions):
            for definition in definitions:
                yield definition.term
                yield definition.children
        case Details(items=details):
            yield from (detail.label for detail in details)
        case _:
            return


def references(document: Document) -> Iterator[Reference]:
    """Yield every reference among a document's words."""
    for block in walk(document.blocks):
        for words in block_words(block):
            yield from _references(words)


def targets(document: Document) -> Iterator[str]:
    """Yield the ids that something in a document points at, in reading order; one may come more than once."""
    for block in walk(document.blocks):
        if isinstance(block, Contents):
            yield from (entry.target for entry in block.entries)
        for words in block_words(block):
            yield from (reference.target for reference in _references(words))


def open_questions(document: Document) -> tuple[Question, ...]:
    """Return the questions whose answers are still to be given, in reading order: a document with one is a form."""
    blocks = walk(document.blocks)
    return tuple(block for block in blocks if isinstance(block, Question) and block.given is None)


def prints_pages(document: Document) -> bool:
    """Say whether a document names pages: in a contents list or in a reference."""
    return any(reference.show is Show.PAGE for reference in references(document)) or any(
        isinstance(block, Contents) for block in walk(document.blocks)
    )


def _references(words: tuple[Inline, ...]) -> Iterator[Reference]:
    for inline in words:
        if isinstance(inline, Reference):
            yield inline
        elif isinstance(inline, Emphasised | Link | Term | Bidi | Edited):
            yield from _references(inline.children)


def rebuilt(block: Block, blocks: _Blocks, inlines: _Inlines) -> Block:
    """Return a block whose blocks and words have been passed through two functions."""

    def row(row: Row) -> Row:
        return replace(row, cells=tuple(replace(cell, children=blocks(cell.children)) for cell in row.cells))

    def definition(item: Definition) -> Definition:
        return replace(item, term=inlines(item.term), children=inlines(item.children))

    def detail(item: Detail) -> Detail:
        return replace(item, label=inlines(item.label), children=blocks(item.children))

    match block:
        case Paragraph() | Heading() | Question():
            return replace(block, children=inlines(block.children))
        case Clause() | Schedule():
            return replace(block, title=inlines(block.title), children=blocks(block.children))
        case Quote() | Note():
            return replace(block, children=blocks(block.children))
        case Listing(items=items):
            return replace(block, items=tuple(replace(item, children=blocks(item.children)) for item in items))
        case Definitions(items=definitions):
            return replace(block, items=tuple(map(definition, definitions)))
        case Details(items=details):
            return replace(block, items=tuple(map(detail, details)))
        case Parties(cards=cards):
            return replace(block, cards=tuple(replace(card, children=blocks(card.children)) for card in cards))
        case Table():
            head, rows = tuple(map(row, block.head)), tuple(map(row, block.rows))
            return replace(block, head=head, rows=rows, caption=inlines(block.caption))
        case Figure():
            return replace(block, caption=inlines(block.caption))
        case Signatures():
            return replace(block, lead=blocks(block.lead))
        case _:
            return block


def with_references(inlines: tuple[Inline, ...], change: Callable[[Reference], Inline]) -> tuple[Inline, ...]:
    """Return words with every reference among them changed."""

    def changed(inline: Inline) -> Inline:
        match inline:
            case Reference():
                return change(inline)
            case Emphasised() | Link() | Term() | Bidi() | Edited():
                return replace(inline, children=with_references(inline.children, change))
            case _:
                return inline

    return tuple(map(changed, inlines))
