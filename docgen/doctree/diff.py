"""Two versions of a document become one tree that says what stayed, what went and what came, down to the word."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from docgen.doctree.alignment import Sample, aligned
from docgen.doctree.nodes import (
    Block,
    Cell,
    Clause,
    Contents,
    ContentsEntry,
    Definition,
    Definitions,
    Detail,
    Details,
    Document,
    Fate,
    Figure,
    Heading,
    Inline,
    Item,
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
)
from docgen.doctree.redline import Front, Redline, front_of
from docgen.doctree.walk import block_words, fated, opening, rebuilt, walk, with_references
from docgen.doctree.words import merged_line, merged_words, recognised
from docgen.errors import UsageError

Part = TypeVar("Part", Block, Item, Definition, Detail, Row, PartyCard, ContentsEntry)
Opened = TypeVar("Opened", Item, PartyCard, Cell)

OLD = "was."
"""What stands before the old one of two names, where both versions use one for two things; no id has a full stop."""


def compare(old: Document, new: Document) -> Redline:
    """Return what leads from one version of a document to another; both are numbered.

    Clauses and schedules are the same when their ids are, everything else when its words are alike.
    What numbering fills in (numbers, labels of references) is the new version's where a part stayed
    and the old one's where it went, and never a change by itself. The look is the new version's.

    Raises UsageError when the versions are in two languages.
    """
    if old.language != new.language:
        raise UsageError(
            f"The older version is in “{old.language}” and the newer one in “{new.language}”, so every word differs. "
            "Compare two versions in one language."
        )
    old = _with_old_pictures(old, new)
    blocks = _blocks(old.blocks, new.blocks)
    while clashes := _clashes(blocks):
        # Something was moved, or has become something else: its old and its new form are two things.
        old = _renamed(old, clashes)
        blocks = _blocks(old.blocks, new.blocks)
    pictures = {**old.pictures, **new.pictures}
    return Redline(replace(new, blocks=blocks, pictures=pictures), _front(old, new))


def _front(old: Document, new: Document) -> Front:
    before, after = front_of(old), front_of(new)
    return Front(
        title=merged_line(before.title, after.title),
        subtitle=merged_line(before.subtitle, after.subtitle),
        number=merged_line(before.number, after.number),
        date=merged_line(before.date, after.date),
        confidential=merged_line(before.confidential, after.confidential),
        facts=tuple(map(merged_line, before.facts, after.facts)),
    )


# Names


def _clashes(blocks: tuple[Block, ...]) -> frozenset[str]:
    """Return the ids of what went that something else has as well."""
    went: set[str] = set()
    others: set[str] = set()
    for fate, block in fated(blocks):
        if isinstance(block, Clause | Schedule | Heading | Table | Question):
            (went if fate is Fate.WENT else others).add(block.id)
        if isinstance(block, Definitions):
            for item in block.items:
                (went if Fate.WENT in (fate, item.fate) else others).add(item.id)
    return frozenset((went & others) - {""})


def _renamed(document: Document, names: frozenset[str]) -> Document:
    """Return a document with other names for some ids, and its references with them."""

    def name(given: str) -> str:
        return f"{OLD}{given}" if given in names else given

    def inlines(words: tuple[Inline, ...]) -> tuple[Inline, ...]:
        return with_references(words, lambda reference: replace(reference, target=name(reference.target)))

    def block(block: Block) -> Block:
        block = rebuilt(block, blocks, inlines)
        match block:
            case Clause() | Schedule() | Heading() | Table() | Question():
                return replace(block, id=name(block.id))
            case Definitions(items=items):
                return replace(block, items=tuple(replace(item, id=name(item.id)) for item in items))
            case Contents(entries=entries):
                return replace(block, entries=tuple(replace(entry, target=name(entry.target)) for entry in entries))
            case _:
                return block

    def blocks(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(map(block, blocks))

    return replace(document, blocks=blocks(document.blocks))


def _with_old_pictures(old: Document, new: Document) -> Document:
    """Return the older version with other names for its pictures that are not the newer one's under the same name."""
    names = {
        name: name if new.pictures.get(name, picture) == picture else f"{OLD}{name}"
        for name, picture in old.pictures.items()
    }

    def block(block: Block) -> Block:
        block = rebuilt(block, blocks, lambda words: words)
        return replace(block, asset=names[block.asset]) if isinstance(block, Figure) else block

    def blocks(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(map(block, blocks))

    pictures = {names[name]: picture for name, picture in old.pictures.items()}
    return replace(old, blocks=blocks(old.blocks), pictures=pictures)


# Blocks


def _blocks(old: tuple[Block, ...], new: tuple[Block, ...]) -> tuple[Block, ...]:
    return _both(old, new, _block_sample, _block)


def _both(
    old: tuple[Part, ...],
    new: tuple[Part, ...],
    sample: Callable[[Part], Sample[Part]],
    merged: Callable[[Part, Part], Part],
) -> tuple[Part, ...]:
    """Return the parts of both versions in order: those that went, those that came, and one for each pair."""
    pairs = aligned([sample(part) for part in old], [sample(part) for part in new])
    return tuple(_merged_pairs(pairs, merged))


def _merged_pairs(
    pairs: Iterable[tuple[Part | None, Part | None]], merged: Callable[[Part, Part], Part]
) -> Iterator[Part]:
    for old, new in pairs:
        if old is None and new is not None:
            yield replace(new, fate=Fate.CAME)
        elif new is None and old is not None:
            yield replace(old, fate=Fate.WENT)
        elif old is not None and new is not None:
            yield merged(old, new)


def _block(old: Block, new: Block) -> Block:
    """Return one block of two; they are of one kind, because a block pairs only within its frame."""
    match old, new:
        case Paragraph() | Heading() | Question(), Paragraph() | Heading() | Question():
            return replace(new, children=merged_words(old.children, new.children))
        case Clause() | Schedule(), Clause() | Schedule():
            if not new.title:
                return replace(new, children=_opened(old.children, new.children))
            title = merged_words(old.title, new.title)
            return replace(new, title=title, children=_blocks(old.children, new.children))
        case Definitions(), Definitions():
            return replace(new, items=_both(old.items, new.items, _definition_sample, _definition))
        case Listing(), Listing():
            return replace(new, items=_both(old.items, new.items, _item_sample, _opened_part))
        case Parties(), Parties():
            return replace(new, cards=_both(old.cards, new.cards, _card_sample, _opened_part))
        case Details(), Details():
            return replace(new, items=_both(old.items, new.items, _detail_sample, _detail))
        case Table(), Table():
            caption = merged_words(old.caption, new.caption)
            return replace(new, caption=caption, head=_rows(old.head, new.head), rows=_rows(old.rows, new.rows))
        case Quote() | Note(), Quote() | Note():
            return replace(new, children=_blocks(old.children, new.children))
        case Figure(), Figure():
            return replace(new, caption=merged_words(old.caption, new.caption))
        case Contents(), Contents():
            return replace(new, entries=_both(old.entries, new.entries, _entry_sample, _entry))
        case Signatures(), Signatures():
            return replace(new, lead=_blocks(old.lead, new.lead))
        case _:
            return new


def _opened(old: tuple[Block, ...], new: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks behind a number or in a cell; their first paragraphs are one, because the number is."""
    (before, old_rest), (after, new_rest) = opening(old), opening(new)
    rest = _blocks(old_rest, new_rest)
    if len(old_rest) == len(old) and len(new_rest) == len(new):
        return rest
    return (replace(after, children=merged_words(before.children, after.children)), *rest)


def _opened_part(old: Opened, new: Opened) -> Opened:
    return replace(new, children=_opened(old.children, new.children))


def _definition(old: Definition, new: Definition) -> Definition:
    return replace(new, term=merged_words(old.term, new.term), children=merged_words(old.children, new.children))


def _detail(old: Detail, new: Detail) -> Detail:
    label = merged_words(old.label, new.label)
    return replace(new, label=label, children=_opened(old.children, new.children))


def _entry(old: ContentsEntry, new: ContentsEntry) -> ContentsEntry:
    return replace(new, title=merged_words(old.title, new.title))


def _rows(old: tuple[Row, ...], new: tuple[Row, ...]) -> tuple[Row, ...]:
    if _reaches_down(old + new):
        return tuple(map(_row, old, new))
    return _both(old, new, _row_sample, _row)


def _row(old: Row, new: Row) -> Row:
    return replace(new, cells=tuple(map(_opened_part, old.cells, new.cells)))


# What parts are recognised by


def _block_sample(block: Block) -> Sample[Block]:
    kind = type(block).__name__
    match block:
        case Clause():
            return Sample(block, (kind, block.depth, block.in_schedule, bool(block.title)), name=block.id)
        case Schedule():
            return Sample(block, kind, name=block.id)
        case Question():
            return Sample(block, (kind, block.answer, block.given), name=block.id)
        case Contents() | Parties() | PageBreak():
            return Sample(block, kind)
        case Signatures(places=places):
            return Sample(block, (kind, places))
        case Heading(level=level, id=name):
            return Sample(block, (kind, level, name), _words((block,)))
        case Listing(ordered=ordered):
            return Sample(block, (kind, ordered), _words((block,)))
        case Table():
            title = " ".join(recognised(block.caption))
            return Sample(block, (kind, block.id, _shape(block)), _words((block,)), title=title)
        case Figure():
            return Sample(block, (kind, block.asset, block.alt, block.width))
        case _:
            return Sample(block, kind, _words((block,)))


def _item_sample(item: Item) -> Sample[Item]:
    return Sample(item, "Item", _words(item.children))


def _card_sample(card: PartyCard) -> Sample[PartyCard]:
    return Sample(card, "PartyCard", _words(card.children))


def _definition_sample(item: Definition) -> Sample[Definition]:
    term = recognised(item.term)
    return Sample(item, ("Definition", item.id), (*term, *recognised(item.children)), title=item.id or " ".join(term))


def _detail_sample(item: Detail) -> Sample[Detail]:
    label = recognised(item.label)
    return Sample(item, "Detail", (*label, *_words(item.children)), title=" ".join(label))


def _entry_sample(entry: ContentsEntry) -> Sample[ContentsEntry]:
    return Sample(entry, "ContentsEntry", name=entry.target)


def _row_sample(row: Row) -> Sample[Row]:
    cells = [_words(cell.children) for cell in row.cells]
    title = " ".join(cells[0]) if len(cells) > 1 else ""
    spans = tuple(cell.colspan for cell in row.cells)
    return Sample(row, spans, tuple(word for cell in cells for word in cell), title=title)


def _words(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    runs = (run for block in walk(blocks) for run in block_words(block))
    return tuple(word for run in runs for word in recognised(run))


def _shape(table: Table) -> Hashable:
    """Return what two tables share to be one: the columns, or every cell where one reaches into the row below it."""
    rows = table.head + table.rows
    if _reaches_down(rows):
        return (len(table.head), tuple(tuple((cell.colspan, cell.rowspan) for cell in row.cells) for row in rows))
    return max((sum(cell.colspan for cell in row.cells) for row in rows), default=0)


def _reaches_down(rows: tuple[Row, ...]) -> bool:
    return any(cell.rowspan > 1 for row in rows for cell in row.cells)
