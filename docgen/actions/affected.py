"""Find the clauses of the signed contract in which changed facts stand, by making it with each change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from docgen.actions.desk import Desk
from docgen.actions.drafting import contract_wording
from docgen.actions.making import wording_of
from docgen.actions.render import CONTRACT, build, case_of
from docgen.doctree.nodes import Block, Clause, Heading, Schedule
from docgen.doctree.text import inline_words
from docgen.doctree.walk import children
from docgen.errors import DocgenError
from docgen.facts.load import FactSet, Sourced
from docgen.facts.source import Source
from docgen.lifecycle.differences import Difference
from docgen.models.engagement import Engagement

if TYPE_CHECKING:
    from docgen.store.record import Record


def affected_clauses(
    desk: Desk, record: Record, before: Engagement, after: Engagement, changed: Sequence[Difference]
) -> dict[tuple[str, ...], str]:
    """Return, by the path of each changed fact, the clause of the signed contract that would be the first to differ.

    The contract is made once with the facts as they are and once with each change, so this holds for any template.
    For a fact that no clause prints it is empty.
    """
    if before.currency != after.currency:
        return {}  # no contract can be made in two currencies, to see where they differ
    with TemporaryDirectory(prefix="docgen-") as folder:
        wording = contract_wording(record, before.id, Path(folder))
        if wording is None:
            template = desk.catalogue.template(CONTRACT, before.words_language)
            wording = wording_of(desk.catalogue, template)
        there = desk.furnished(wording.catalogue, desk.theme, desk.on)
        signed = _clauses(there, before)
        clauses = {}
        for difference in changed:
            other = _clauses(there, _with_change(before, after, difference.path))
            clauses[difference.path] = _first_altered(signed, other)
        return clauses


@dataclass(frozen=True)
class _Clause:
    """A clause or schedule: how it is called, and what stands in it without what stands in clauses of its own."""

    name: str
    content: tuple[Block, ...]


def _clauses(desk: Desk, engagement: Engagement) -> Mapping[str, _Clause]:
    """Return the clauses of a contract by id, or none where the facts make no contract."""
    facts = FactSet((Sourced(engagement, Source(engagement.id, {}, {}, {})),))
    try:
        template = desk.catalogue.template(CONTRACT, engagement.words_language)
        document, _ = build(desk, template, case_of(desk, CONTRACT, engagement, facts))
    except DocgenError:
        return {}
    return dict((*_named(document.blocks, ""), *_sections(document.blocks)))


def _named(blocks: Sequence[Block], title: str) -> Iterator[tuple[str, _Clause]]:
    """Yield every clause with its title, or that of the clause around it where it has none."""
    for block in blocks:
        inner = title
        if isinstance(block, Clause | Schedule):
            inner = inline_words(block.title) or title
            own = tuple(each for each in block.children if not isinstance(each, Clause | Schedule))
            kind = "" if isinstance(block, Schedule) or block.in_schedule else "clause "
            yield block.id, _Clause(f"{kind}{block.label} {inner}".strip(), own)
        yield from _named(children(block), inner)


def _sections(blocks: Sequence[Block]) -> Iterator[tuple[str, _Clause]]:
    """Yield what stands under each heading outside the clauses, such as the background."""
    starts = [place for place, block in enumerate(blocks) if isinstance(block, Heading)]
    for start, stop in zip(starts, [*starts[1:], len(blocks)], strict=True):
        heading = blocks[start]
        content = tuple(each for each in blocks[start + 1 : stop] if not isinstance(each, Clause | Schedule))
        if isinstance(heading, Heading):
            yield f"# {start}", _Clause(inline_words(heading.children), content)


def _first_altered(before: Mapping[str, _Clause], after: Mapping[str, _Clause]) -> str:
    """Return the first clause that is not in both alike."""
    for name in (*before, *after) if before and after else ():
        if name not in after or name not in before or before[name].content != after[name].content:
            return (before.get(name) or after[name]).name
    return ""


def _with_change(before: Engagement, after: Engagement, path: tuple[str, ...]) -> Engagement:
    """Return an engagement with one of its facts as in another."""
    changed: Engagement = _replaced(before, after, path)
    return changed


def _replaced(before: Any, after: Any, path: tuple[str, ...]) -> Any:
    if not path or type(before) is not type(after) or not isinstance(before, BaseModel):
        return _merged(before, after, path)
    name = next(name for name, info in type(before).model_fields.items() if (info.alias or name) == path[0])
    inner = _replaced(getattr(before, name), getattr(after, name), path[1:])
    return before.model_copy(update={name: inner})


def _merged(before: Any, after: Any, path: tuple[str, ...]) -> Any:
    """Return a list in which the entry of a name is changed, or the other value where there are no names to go by."""
    if not path or not isinstance(before, tuple) or not isinstance(after, tuple):
        return after
    old = {getattr(entry, "id", None): entry for entry in before}
    new = {getattr(entry, "id", None): entry for entry in after}
    name = path[0]
    if None in old or None in new or not {name} & (old.keys() | new.keys()):
        return after
    if name not in new:
        return tuple(entry for entry in before if entry.id != name)
    if name not in old:
        return (*before, new[name])
    return tuple(_replaced(entry, new[name], path[1:]) if entry.id == name else entry for entry in before)
