"""Numbers live in the tree: clauses, schedules, the contents list and every reference get theirs here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from docgen.doctree.nodes import (
    Block,
    Clause,
    Contents,
    ContentsEntry,
    Definitions,
    Document,
    Heading,
    Inline,
    Labels,
    Reference,
    Schedule,
    Show,
    Table,
    Text,
)
from docgen.doctree.walk import rebuilt, walk, with_references
from docgen.errors import Finding, FindingsError, Place


@dataclass(frozen=True)
class Target:
    """What a reference can say of its target."""

    label: str
    title: tuple[Inline, ...]


def number(document: Document, *, forgiving: bool = False) -> Document:
    """Return the document with every number, contents entry and reference filled in.

    Raises FindingsError with all references that have no target, or prints their names in brackets where it is
    `forgiving`: for who reads a template that is still at fault.
    """
    blocks = _Counter(document.labels).blocks(document.blocks)
    targets = dict(_targets(blocks))
    linker = _Linker(targets, tuple(_entries(blocks)), forgiving=forgiving)
    linked = linker.blocks(blocks)
    if linker.findings:
        raise FindingsError(linker.findings)
    return replace(document, blocks=linked)


def clause_numbers(document: Document) -> Mapping[str, tuple[str, str]]:
    """Return the reference label and the title of every clause and schedule by id."""
    from docgen.doctree.text import inline_words

    return {name: (target.label, inline_words(target.title)) for name, target in _targets(document.blocks)}


def letters(count: int) -> str:
    """Return a, b … z, aa, bb … for 1, 2 and so on, as word processors count."""
    repeat, index = divmod(count - 1, 26)
    return chr(ord("a") + index) * (repeat + 1)


def roman(count: int) -> str:
    """Return i, ii, iii, iv … for 1, 2, 3, 4."""
    text = ""
    for value, sign in (
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        text += sign * (count // value)
        count %= value
    return text


def clause_number(counts: tuple[int, ...]) -> str:
    """Return the mark printed before a clause, from its place at each depth: 1. 1.1 (a) (i) (A) (I)."""
    depth, count = len(counts), counts[-1]
    if depth == 1:
        return f"{count}."
    if depth == 2:
        return f"{counts[0]}.{count}"
    sign = letters(count) if depth in (3, 5) else roman(count)
    return f"({sign.upper() if depth > 4 else sign})"


def clause_label(counts: tuple[int, ...]) -> str:
    """Return what a reference calls a clause: 5, 5.2, 5.2(a), 5.2(a)(i)."""
    stem = ".".join(str(count) for count in counts[:2])
    return stem + "".join(clause_number(counts[:depth]) for depth in range(3, len(counts) + 1))


class _Counter:
    """Numbers clauses and schedules from the front to the back."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.clauses = [0]
        self.schedules = 0
        self.schedule_label = ""

    def blocks(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(self._block(block) for block in blocks)

    def _block(self, block: Block) -> Block:
        if isinstance(block, Schedule):
            return self._schedule(block)
        if isinstance(block, Clause):
            return self._clause(block)
        return rebuilt(block, self.blocks, lambda inlines: inlines)

    def _schedule(self, schedule: Schedule) -> Schedule:
        self.schedules += 1
        label = f"{self.labels.schedule} {self.schedules}"
        outer, self.clauses, self.schedule_label = self.clauses, [0], label
        children = self.blocks(schedule.children)
        self.clauses, self.schedule_label = outer, ""
        return replace(schedule, number=label, label=label, children=children)

    def _clause(self, clause: Clause) -> Clause:
        self.clauses[-1] += 1
        counts = tuple(self.clauses)
        self.clauses.append(0)
        children = self.blocks(clause.children)
        self.clauses.pop()
        label = clause_label(counts)
        if self.schedule_label:
            label = self.labels.paragraph_of.format(number=label, schedule=self.schedule_label)
        return replace(clause, number=clause_number(counts), label=label, children=children)


class _Linker:
    """Fills references and the contents list from the numbered tree."""

    def __init__(self, targets: Mapping[str, Target], entries: tuple[ContentsEntry, ...], *, forgiving: bool) -> None:
        self.forgiving = forgiving
        self.targets = targets
        self.entries = entries
        self.findings: list[Finding] = []

    def blocks(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(
            replace(block, entries=self.entries)
            if isinstance(block, Contents)
            else rebuilt(block, self.blocks, self.inlines)
            for block in blocks
        )

    def inlines(self, inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
        return with_references(inlines, self._reference)

    def _reference(self, reference: Reference) -> Inline:
        from docgen.doctree.text import inline_words

        target = self.targets.get(reference.target)
        if target is None and self.forgiving:
            return Text(f"[{reference.target}]")
        if target is None:
            self.findings.append(self._no_target(reference))
            return reference
        if reference.show is Show.PAGE:
            return reference
        label = inline_words(target.title) if reference.show is Show.TITLE or not target.label else target.label
        if not label.strip() and not self.forgiving:
            self.findings.append(self._no_title(reference))
        return replace(reference, label=label)

    def _no_target(self, reference: Reference) -> Finding:
        near = get_close_matches(reference.target, self.targets, 1)
        advice = f"Did you mean “{near[0]}”?" if near else "Give the id of a clause, schedule, heading or table."
        return Finding("reference", f"the reference “{reference.target}” has no target.", _place(reference), advice)

    def _no_title(self, reference: Reference) -> Finding:
        message = f"the reference “{reference.target}” prints nothing: its target has no title."
        return Finding("reference", message, _place(reference), "Give the target a title or a caption.")


def _place(reference: Reference) -> Place:
    return Place(reference.at.file, reference.at.line) if reference.at else Place("markup")


def _targets(blocks: tuple[Block, ...]) -> Iterator[tuple[str, Target]]:
    for block in walk(blocks):
        if isinstance(block, Clause | Schedule):
            yield block.id, Target(block.label, block.title)
        elif isinstance(block, Heading) and block.id:
            yield block.id, Target("", block.children)
        elif isinstance(block, Table) and block.id:
            yield block.id, Target("", block.caption)
        elif isinstance(block, Definitions):
            yield from ((item.id, Target("", item.term)) for item in block.items if item.id)


def _entries(blocks: tuple[Block, ...]) -> Iterator[ContentsEntry]:
    for block in walk(blocks):
        if isinstance(block, Schedule):
            yield ContentsEntry(block.id, block.number, block.title, schedule=True)
        elif isinstance(block, Clause) and block.depth == 1 and not block.in_schedule and block.title:
            yield ContentsEntry(block.id, block.number, block.title)
