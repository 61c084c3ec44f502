"""What every reader needs: headings that follow one another, pictures told in words, tables with a head."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.errors import Finding
from docgen.templating.lint.conditions import ALWAYS, Formula, both, example, opposite, told
from docgen.templating.lint.outline import Element, Outline
from docgen.templating.lint.rules import Reading, found

_LEVELS = {"h1": 1, "h2": 2, "h3": 3}


def check_conformity(reading: Reading) -> Iterator[Finding]:
    """Yield headings that skip a level on some way, pictures without words, and tables without a head."""
    for outline in reading.outlines:
        yield from _headings(outline)
        for picture in outline.elements("img"):
            if not picture.attributes.get("alt", "").strip():
                yield found("alt", "the picture has no text alternative.", picture.place, clause=picture.clause)
        heads = {id(each.inside[-1]) for each in outline.elements("thead") if each.inside}
        for table in outline.elements("table"):
            if id(table) not in heads:
                yield found("table-head", "the table has no head.", table.place, clause=table.clause)


def _headings(outline: Outline) -> Iterator[Finding]:
    headings = [*outline.elements(*_LEVELS, "schedule")]
    for index, heading in enumerate(headings):
        level = _LEVELS.get(heading.name, 1)
        if level == 1:
            continue
        yield from _skips(heading, level, headings[:index])


def _skips(heading: Element, level: int, before: list[Element]) -> Iterator[Finding]:
    """Yield the finding for a heading that can follow one, or the document's title, too far above it."""
    between: Formula = ALWAYS
    for other in reversed(before):
        above = _LEVELS.get(other.name, 1)
        if above < level - 1 and (chosen := example(both(heading.when, other.when, between))) is not None:
            yield _finding(heading, level, f"<h{above}>", told(chosen))
            return
        between = both(between, opposite(other.when))
        if above >= level - 1 and other.when == ALWAYS:
            return
    chosen = example(both(heading.when, between))
    if chosen is not None:
        yield _finding(heading, level, "the title", told(chosen))


def _finding(heading: Element, level: int, above: str, where: str) -> Finding:
    message = f"<h{level}> follows {above}{f' where {where}' if where else ''}, and skips a level."
    return found("heading", message, heading.place, clause=heading.clause)
