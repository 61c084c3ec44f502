"""The register: what is recorded of engagements, documents, templates and people, looked up without reading the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from docgen.store.events import DocumentName
from docgen.store.projections import APPROVALS, DOCUMENTS, FACTS, REVIEWS, Table, Value

ALL = 2**62
"""A limit that is none."""


class Selecting(Protocol):
    """What the register asks of a database."""

    def select(self, query: str, *values: Value) -> list[tuple[Any, ...]]:
        """Return the rows that a query answers; `?` stands for each value."""


@dataclass(frozen=True)
class Revision:
    """One revision of the facts of an engagement, or of a numbered thing within it (`entry` and `number`)."""

    engagement: str
    entry: str
    number: int
    revision: int
    blob: str
    person: str
    at: str
    sequence: int


@dataclass(frozen=True)
class Approval:
    """A template that may be used, exactly as its hash says; by whom and since when."""

    name: str
    language: str
    hash: str
    version: str
    person: str
    at: str
    sequence: int


@dataclass(frozen=True)
class Review:
    """A step in the review of a template: `kept`, `submitted`, `rejected`, `retired` or `conditioned`."""

    name: str
    language: str
    hash: str
    sequence: int
    version: str
    step: str
    blob: str | None
    person: str
    at: str


@dataclass(frozen=True)
class IssuedDocument:
    """A version of a document and what became of it; `number` is 0 for a kind without numbers."""

    engagement: str
    kind: str
    number: int
    version: int
    day: str
    revision: int
    template: str
    language: str
    template_version: str
    template_hash: str
    person: str
    at: str
    sequence: int
    superseded_by: int | None
    withdrawn_by: int | None
    executed_on: str | None
    signed: str | None
    awaits: str | None

    @property
    def name(self) -> DocumentName:
        """Return the name the log has for it."""
        return DocumentName(
            engagement=self.engagement, kind=self.kind, number=self.number or None, version=self.version
        )

    @property
    def status(self) -> str:
        """Return what became of it, in a word."""
        if self.withdrawn_by is not None:
            return "withdrawn"
        if self.superseded_by is not None:
            return "superseded"
        return "executed" if self.executed_on else "issued"


@dataclass(frozen=True)
class Register:
    """The register of a record."""

    source: Selecting

    # Facts

    def engagements(self, limit: int = ALL, after: str = "") -> tuple[Revision, ...]:
        """Return the last revision of each engagement, by id, of those behind `after`."""
        query = f"""SELECT {_columns(FACTS)} FROM facts AS f WHERE entry = '' AND engagement > ?
            AND revision = (SELECT max(revision) FROM facts WHERE engagement = f.engagement AND entry = '')
            ORDER BY engagement LIMIT ?"""
        return tuple(Revision(*row) for row in self.source.select(query, after, limit))

    def engagement_ids(self) -> tuple[str, ...]:
        """Return the ids of all engagements."""
        query = "SELECT DISTINCT engagement FROM facts WHERE entry = '' ORDER BY engagement"
        return tuple(row[0] for row in self.source.select(query))

    def revisions(self, engagement: str, entry: str = "", number: int = 0) -> tuple[Revision, ...]:
        """Return all revisions of an engagement, or of a numbered thing within it, from the first on."""
        query = f"""SELECT {_columns(FACTS)} FROM facts WHERE engagement = ? AND entry = ? AND number = ?
            ORDER BY revision"""
        return tuple(Revision(*row) for row in self.source.select(query, engagement, entry, number))

    def latest(self, engagement: str, entry: str = "", number: int = 0) -> Revision | None:
        """Return the last revision, or None when there is none."""
        query = f"""SELECT {_columns(FACTS)} FROM facts WHERE engagement = ? AND entry = ? AND number = ?
            ORDER BY revision DESC LIMIT 1"""
        rows = self.source.select(query, engagement, entry, number)
        return Revision(*rows[0]) if rows else None

    def entries(self, engagement: str, entry: str) -> tuple[Revision, ...]:
        """Return the last revision of each numbered thing of a kind, by number."""
        query = f"""SELECT {_columns(FACTS)} FROM facts AS f WHERE engagement = ? AND entry = ?
            AND revision = (SELECT max(revision) FROM facts WHERE engagement = f.engagement AND entry = f.entry
                AND number = f.number)
            ORDER BY number"""
        return tuple(Revision(*row) for row in self.source.select(query, engagement, entry))

    # Documents

    def document(self, name: DocumentName) -> IssuedDocument | None:
        """Return a version of a document, or None."""
        query = f"""SELECT {_columns(DOCUMENTS)} FROM documents
            WHERE engagement = ? AND kind = ? AND number = ? AND version = ?"""
        rows = self.source.select(query, name.engagement, name.kind, name.number or 0, name.version)
        return IssuedDocument(*rows[0]) if rows else None

    def versions(self, engagement: str, kind: str, number: int = 0) -> tuple[IssuedDocument, ...]:
        """Return all versions of a document, from the first on."""
        query = f"""SELECT {_columns(DOCUMENTS)} FROM documents WHERE engagement = ? AND kind = ? AND number = ?
            ORDER BY version"""
        return tuple(IssuedDocument(*row) for row in self.source.select(query, engagement, kind, number))

    def documents_of(self, engagement: str) -> tuple[IssuedDocument, ...]:
        """Return all versions of all documents of an engagement, in the order they were issued."""
        query = f"SELECT {_columns(DOCUMENTS)} FROM documents WHERE engagement = ? ORDER BY sequence"
        return tuple(IssuedDocument(*row) for row in self.source.select(query, engagement))

    def last_documents(self, limit: int) -> tuple[IssuedDocument, ...]:
        """Return the documents issued last, the last one first."""
        query = f"SELECT {_columns(DOCUMENTS)} FROM documents ORDER BY sequence DESC LIMIT ?"
        return tuple(IssuedDocument(*row) for row in self.source.select(query, limit))

    def unsigned(self, limit: int) -> tuple[IssuedDocument, ...]:
        """Return the documents that still await a signature, the one waiting longest first."""
        query = f"SELECT {_columns(DOCUMENTS)} FROM documents WHERE awaits = 'signature' ORDER BY sequence LIMIT ?"
        return tuple(IssuedDocument(*row) for row in self.source.select(query, limit))

    def parts(self, blob: str) -> tuple[tuple[IssuedDocument, str], ...]:
        """Return the documents a file belongs to, and as what: its format, `sealed` or `signed`."""
        query = f"""SELECT {_columns(DOCUMENTS, "d")}, part FROM files AS f JOIN documents AS d
            ON d.engagement = f.engagement AND d.kind = f.kind AND d.number = f.number AND d.version = f.version
            WHERE blob = ? ORDER BY d.sequence, part"""
        return tuple((IssuedDocument(*row[:-1]), row[-1]) for row in self.source.select(query, blob))

    # Templates, people, and the log by engagement

    def approval(self, name: str, language: str, template_hash: str) -> Approval | None:
        """Return the approval that is in force of a template exactly as it is, or None: it may have been retired."""
        query = f"""SELECT {_columns(APPROVALS, "a")} FROM approvals AS a
            WHERE a.name = ? AND a.language = ? AND a.hash = ? AND NOT EXISTS (
              SELECT 1 FROM reviews AS r WHERE r.name = a.name AND r.language = a.language AND r.hash = a.hash
                AND r.step = 'retired')"""
        rows = self.source.select(query, name, language, template_hash)
        return Approval(*rows[0]) if rows else None

    def approvals(self, name: str, language: str) -> tuple[Approval, ...]:
        """Return all approvals of a template, in their order."""
        query = f"SELECT {_columns(APPROVALS)} FROM approvals WHERE name = ? AND language = ? ORDER BY sequence"
        return tuple(Approval(*row) for row in self.source.select(query, name, language))

    def reviews(self, name: str, language: str) -> tuple[Review, ...]:
        """Return the steps in the review of a template, of all its versions, in their order."""
        query = f"SELECT {_columns(REVIEWS)} FROM reviews WHERE name = ? AND language = ? ORDER BY sequence"
        return tuple(Review(*row) for row in self.source.select(query, name, language))

    def roles(self, person: str) -> tuple[str, ...] | None:
        """Return the roles a person was last named with, or None for one never named."""
        rows = self.source.select("SELECT roles FROM roles WHERE person = ?", person)
        return tuple(filter(None, rows[0][0].split(","))) if rows else None

    def checkpoints(self, limit: int = ALL) -> tuple[int, ...]:
        """Return the numbers of the entries in which the log was signed, the last one first."""
        query = "SELECT sequence FROM checkpoints ORDER BY size DESC, sequence DESC LIMIT ?"
        return tuple(row[0] for row in self.source.select(query, limit))

    def named_in(self, person: str) -> int | None:
        """Return the number of the entry that last named a person, or None."""
        rows = self.source.select("SELECT sequence FROM roles WHERE person = ?", person)
        return int(rows[0][0]) if rows else None

    def mentions(self, engagement: str) -> Iterator[int]:
        """Yield the numbers of the entries that speak of an engagement."""
        query = "SELECT sequence FROM mentions WHERE engagement = ? ORDER BY sequence"
        yield from (row[0] for row in self.source.select(query, engagement))


def _columns(table: Table, alias: str = "") -> str:
    return ", ".join(f"{alias}.{name}" if alias else name for name in table.names)
