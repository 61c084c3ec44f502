"""Where a clause stands in the source of a template, and its wording there: words, conditions and names of values.

Read from the source alone, before any facts exist. An id may be made of a value (`insurance-{{ loop.index }}`); it
fits every id that such a value can give.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from docgen.templating.catalogue import Catalogue, Template

_OPEN = re.compile(r"<(clause|schedule)\b[^>]*?\bid\s*=\s*(\"|')(?P<id>.*?)\2[^>]*>", re.DOTALL)
_VALUE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class ClauseSource:
    """A clause in a file of a template: its line there, and its source with what it includes."""

    part: Template
    line: int
    source: str
    included: tuple[str, ...] = ()
    """The sources of the partials that the clause includes."""

    @property
    def wording(self) -> str:
        """Return the hash of the wording; how lines are broken and what comments say is no wording."""
        texts = (_SPACE.sub(" ", _COMMENT.sub("", text)).strip() for text in (self.source, *self.included))
        return sha256("\0".join(texts).encode()).hexdigest()


def clause_sources(catalogue: Catalogue, template: Template, clause: str) -> Iterator[ClauseSource]:
    """Yield where a template has a clause, one for each alternative; `_fees` means all that a partial says.

    Raises what reading the template's parts raises.
    """
    parts = catalogue.closure(template)
    if clause.startswith("_"):
        for part in parts[1:]:
            if part.name == clause:
                yield ClauseSource(part, 1, part.body, _included(catalogue, template.language, part.included))
        return
    elements = [(part, found) for part in parts for found in _OPEN.finditer(part.body)]
    exact = [each for each in elements if each[1]["id"] == clause]
    for part, found in exact or [each for each in elements if _fits(each[1]["id"], clause)]:
        source = _element(part.body, found)
        names = [name for name in part.included if f'"{name}"' in source or f"'{name}'" in source]
        line = part.body.count("\n", 0, found.start()) + 1
        yield ClauseSource(part, line, source, _included(catalogue, template.language, names))


def clause_ids(catalogue: Catalogue, template: Template) -> Iterator[str]:
    """Yield the ids of clauses as the source of a template writes them, with values left as they are."""
    for part in catalogue.closure(template):
        yield from (found["id"] for found in _OPEN.finditer(part.body))


def _included(catalogue: Catalogue, language: str, names: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        part = catalogue.partial(waiting.pop(0), language)
        if part.name not in found:
            found[part.name] = part.body
            waiting += part.included
    return tuple(found.values())


def _fits(written: str, clause: str) -> bool:
    """Say whether an id that is made of a value can become the id of a clause; one without a word could become any."""
    fixed = _VALUE.split(written)
    named = len(fixed) > 1 and any(map(str.isalpha, "".join(fixed)))
    return named and re.fullmatch(".+".join(map(re.escape, fixed)), clause) is not None


def _element(body: str, found: re.Match[str]) -> str:
    """Return an element from its first sign to its last, with the elements of the same name inside it."""
    if found[0].endswith("/>"):
        return found[0]
    name, depth = found[1], 0
    for tag in re.finditer(rf"<(/?){name}\b[^>]*?(/?)>", body[found.start() :], re.DOTALL):
        depth += -1 if tag[1] else 0 if tag[2] else 1
        if depth == 0:
            return body[found.start() : found.start() + tag.end()]
    return body[found.start() :]
