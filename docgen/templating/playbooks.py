"""The playbooks of a template: read, put together and tied to the words they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import cast

from docgen.errors import Finding, FindingsError, Place
from docgen.facts.load import read_facts
from docgen.facts.source import Loc, Source, parse_source
from docgen.models.playbook import Fallback, Limit, Playbook, Position
from docgen.templating.catalogue import Catalogue, Header, PlaybookFile, Template


@dataclass(frozen=True)
class ReadPlaybook:
    """A playbook as read from its file: what it says, and where each thing stands."""

    file: PlaybookFile
    playbook: Playbook
    source: Source

    def place(self, *loc: str | int) -> Place:
        """Return where something stands in the file."""
        return self.source.key_place(loc)


@dataclass(frozen=True)
class HousePlaybook:
    """What the house accepts of all clauses of a template. `hash` is that of the files; empty where there are none."""

    parts: tuple[ReadPlaybook, ...] = ()

    @cached_property
    def positions(self) -> Mapping[str, Position]:
        """Return the positions by the ids of their clauses."""
        return {name: each for part in self.parts for name, each in part.playbook.clauses.items()}

    @cached_property
    def limits(self) -> Mapping[str, tuple[str, Limit]]:
        """Return every limit with the clause it stands at, by its field."""
        return {each.field: (name, each) for name, position in self.positions.items() for each in position.limits}

    @cached_property
    def hash(self) -> str:
        """Return the SHA-256 of the files, each under its name and length."""
        if not self.parts:
            return ""
        texts = (f"{each.file.name}\n{len(each.file.text)}\n{each.file.text}" for each in self.parts)
        return sha256("".join(texts).encode()).hexdigest()


@dataclass(frozen=True)
class FallbackWords(Template):
    """The words of a fallback as a template of their own, at their line of the playbook."""

    said: str = ""
    line: int = 1
    clause: str = field(default="", compare=False)

    @cached_property
    def text(self) -> str:
        """Return the words, on the line that they have in the file."""
        return "\n" * (self.line - 1) + self.said

    @cached_property
    def header(self) -> Header:
        """Return what the words would say of themselves, were they a template."""
        return Header(title=self.name, kind="playbook", version="1.0.0", language=self.language)


def read_playbook(file: PlaybookFile) -> tuple[ReadPlaybook | None, tuple[Finding, ...]]:
    """Return what a playbook says and all that is wrong with it; None where nothing can be made of it."""
    try:
        source = parse_source(file.text, file.shown)
    except FindingsError as error:
        return None, error.findings
    said, findings = read_facts(source, Playbook)
    found = None if said is None else ReadPlaybook(file, cast("Playbook", said.facts), source)
    return found, tuple(replace(each, rule="playbook") for each in (*findings, *(_slips(found) if found else ())))


def house_playbook(catalogue: Catalogue, template: Template) -> HousePlaybook:
    """Return what the house accepts of a template's clauses; raises FindingsError with all that is wrong with it."""
    read = [read_playbook(each) for each in catalogue.playbooks(template)]
    if findings := [finding for _, found in read for finding in found]:
        raise FindingsError(findings)
    return HousePlaybook(tuple(each for each, _ in read if each))


def fallback_words(part: ReadPlaybook, clause: str, number: int, language: str) -> FallbackWords | None:
    """Return a fallback's words in a language as a template, or None where it has none in it."""
    fallback = part.playbook.clauses[clause].fallbacks[number]
    if language not in fallback.words:
        return None
    loc: Loc = ("clauses", clause, "fallbacks", number, "words", language)
    file = part.file
    name = f"{file.name}-{clause}-{fallback.id}".lower()
    return FallbackWords(
        name,
        language,
        Path(file.path),
        file.shown,
        own=False,
        said=fallback.words[language],
        line=part.source.place(loc).line,
        clause=clause,
    )


def fallbacks_of(playbook: HousePlaybook, clause: str, language: str) -> Iterator[tuple[Fallback, FallbackWords]]:
    """Yield the fallbacks of a clause that have words in a language, in the order in which they are preferred."""
    for part in playbook.parts:
        position = part.playbook.clauses.get(clause)
        for number, fallback in enumerate(position.fallbacks if position else ()):
            words = fallback_words(part, clause, number, language)
            if words:
                yield fallback, words


def _slips(part: ReadPlaybook) -> Iterator[Finding]:
    """Yield what is given twice where it may be given once."""
    for clause, position in part.playbook.clauses.items():
        for group, names in (
            ("fallbacks", [each.id for each in position.fallbacks]),
            ("limits", [each.field for each in position.limits]),
        ):
            for number in _again(names):
                place = part.source.place(("clauses", clause, group, number))
                yield Finding("playbook", f"“{names[number]}” is given twice.", place, "Keep one of the two.")


def _again(names: Iterable[str]) -> Iterator[int]:
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            yield number
        seen.add(name)
