"""Walk a tree in reading order: its blocks, the words that stand in them, and the references among the words."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.doctree.nodes import (
    Bidi,
    Block,
    Clause,
    Contents,
    Definitions,
    Details,
    Document,
    Emphasised,
    Figure,
    Heading,
    Inline,
    Link,
    Listing,
    Note,
    Paragraph,
    Parties,
    Quote,
    Reference,
    Schedule,
    Show,
    Signatures,
    Table,
    Term,
)


def walk(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Yield every block of a tree in reading order, those inside others included."""
    for block in blocks:
        yield block
        yield from walk(children(block))


def children(block: Block) -> tuple[Block, ...]:
    """Return the blocks directly inside a block, in reading order."""
    match block:
        case Clause() | Schedule() | Quote() | Note():
            return block.children
        case Listing():
            return tuple(child for item in block.items for child in item.children)
        case Details():
            return tuple(child for item in block.items for child in item.children)
        case Parties():
            return tuple(child for card in block.cards for child in card.children)
        case Table():
            return tuple(child for row in block.head + block.rows for cell in row.cells for child in cell.children)
        case Signatures():
            return block.lead
        case _:
            return ()


def block_words(block: Block) -> Iterator[tuple[Inline, ...]]:
    """Yield the runs of words that stand directly in a block."""
    match block:
        case Paragraph(children=children) | Heading(children=children):
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


def prints_pages(document: Document) -> bool:
    """Say whether a document names pages: in a contents list or in a reference."""
    return any(reference.show is Show.PAGE for reference in references(document)) or any(
        isinstance(block, Contents) for block in walk(document.blocks)
    )


def _references(words: tuple[Inline, ...]) -> Iterator[Reference]:
    for inline in words:
        if isinstance(inline, Reference):
            yield inline
        elif isinstance(inline, Emphasised | Link | Term | Bidi):
            yield from _references(inline.children)
