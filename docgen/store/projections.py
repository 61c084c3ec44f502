"""The tables that follow from the log: pure functions from events to rows, the same for every database.

Nothing in these tables is a source. Each row can be made again from the events, so a row that was changed, added or
deleted behind docgen's back is found (docgen.store.verification) and put right (`docgen audit rebuild`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from sys import intern

from docgen.store.events import (
    CheckpointSigned,
    DocumentExecuted,
    DocumentIssued,
    DocumentName,
    DocumentSuperseded,
    DocumentWithdrawn,
    EngagementRecorded,
    EntryRecorded,
    Event,
    PersonNamed,
    TemplateApproved,
    TemplateConditioned,
    TemplateKept,
    TemplateRejected,
    TemplateRetired,
    TemplateSubmitted,
    TemplateVersion,
)

Value = str | int | None
Key = tuple[Value, ...]
Row = tuple[Value, ...]


@dataclass(frozen=True)
class Column:
    """A column of text, or of whole numbers; an optional one may be empty."""

    name: str
    number: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Table:
    """A table: its first columns are the key. `indexes` are further ways in, by their columns."""

    name: str
    columns: tuple[Column, ...]
    key_length: int
    indexes: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the names of all columns."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def key(self) -> tuple[str, ...]:
        """Return the names of the columns that make the key."""
        return self.names[: self.key_length]

    @property
    def defaults(self) -> dict[str, Value]:
        """Return a row in which nothing is said."""
        return dict.fromkeys(self.names)


@dataclass(frozen=True)
class Put:
    """A row is written, in the place of one with the same key."""

    table: Table
    row: Mapping[str, Value]


@dataclass(frozen=True)
class Amend:
    """Some columns of the row with a key take other values; without such a row nothing happens."""

    table: Table
    key: Key
    values: Mapping[str, Value]


Change = Put | Amend

_DOCUMENT = (Column("engagement"), Column("kind"), Column("number", number=True), Column("version", number=True))
"""The name of a document in a row; number 0 stands for a kind that has no numbers."""

MENTIONS = Table("mentions", (Column("engagement"), Column("sequence", number=True)), 2)
"""Which entries of the log speak of an engagement."""

ROLES = Table("roles", (Column("person"), Column("roles"), Column("sequence", number=True)), 1)
"""What each person may do, parted by commas, and the entry that says so."""

APPROVALS = Table(
    "approvals",
    (
        Column("name"),
        Column("language"),
        Column("hash"),
        Column("version"),
        Column("person"),
        Column("at"),
        Column("sequence", number=True),
    ),
    3,
)
"""The templates that legal has approved, by their hash."""

REVIEWS = Table(
    "reviews",
    (
        Column("name"),
        Column("language"),
        Column("hash"),
        Column("sequence", number=True),
        Column("version"),
        Column("step"),
        Column("blob", optional=True),
        Column("person"),
        Column("at"),
    ),
    4,
)
"""What else became of a template: `kept` (all of it), `submitted` (a note), `rejected` or `retired` (the reason)."""

FACTS = Table(
    "facts",
    (
        Column("engagement"),
        Column("entry"),
        Column("number", number=True),
        Column("revision", number=True),
        Column("blob"),
        Column("person"),
        Column("at"),
        Column("sequence", number=True),
    ),
    4,
)
"""The revisions of the facts: of an engagement (entry empty, number 0) and of the numbered things within it."""

DOCUMENTS = Table(
    "documents",
    (
        *_DOCUMENT,
        Column("day"),
        Column("revision", number=True),
        Column("template"),
        Column("language"),
        Column("template_version"),
        Column("template_hash"),
        Column("person"),
        Column("at"),
        Column("sequence", number=True),
        Column("superseded_by", number=True, optional=True),
        Column("withdrawn_by", number=True, optional=True),
        Column("executed_on", optional=True),
        Column("signed", optional=True),
        Column("awaits", optional=True),
    ),
    4,
    (("sequence",), ("awaits", "sequence")),
)
"""Every version of every document and what became of it.

`sequence` and `withdrawn_by` are entries of the log; `awaits` is `signature` while one is still to come.
"""

UNSIGNED_KINDS = frozenset(
    {
        "progress-report",
        "notice-of-issue",
        "change-impact",
        "look-back",
        "mediation-referral",
        "breach-notice",
        "re-opening",
        "conformed-contract",
        "survey",
        "meeting-proposal",
        "relationship-review",
    }
)
"""Kinds of document that no two parties sign."""

AMENDED = frozenset({"superseded_by", "withdrawn_by", "executed_on", "signed", "awaits"})
"""What later entries say of a document that is there."""

FILES = Table("files", (Column("blob"), *_DOCUMENT, Column("part")), 6)
"""Which document a file is a part of: its format, `sealed`, or `signed`."""

CHECKPOINTS = Table("checkpoints", (Column("size", number=True), Column("sequence", number=True)), 2)
"""Over how many entries the log was signed, and the entries that say so."""

TABLES = (MENTIONS, ROLES, APPROVALS, REVIEWS, FACTS, DOCUMENTS, FILES, CHECKPOINTS)


def changes(sequence: int, event: Event) -> Iterator[Change]:
    """Yield what an entry of the log changes in the tables."""
    engagement = engagement_of(event)
    if engagement:
        yield Put(MENTIONS, {"engagement": engagement, "sequence": sequence})
    origin: dict[str, Value] = {"person": event.actor, "at": event.at.isoformat(), "sequence": sequence}
    name: dict[str, Value]
    match event:
        case PersonNamed():
            yield Put(ROLES, {"person": event.person, "roles": ",".join(event.roles), "sequence": sequence})
        case TemplateApproved(template=template):
            yield Put(APPROVALS, {**template.model_dump(), **origin})
        case TemplateKept(template=template, closure=blob):
            yield _review(template, origin, "kept", blob)
        case TemplateSubmitted(template=template, note=note):
            yield _review(template, origin, "submitted", note)
        case TemplateRejected(template=template, reason=blob):
            yield _review(template, origin, "rejected", blob)
        case TemplateRetired(template=template, reason=blob):
            yield _review(template, origin, "retired", blob)
        case TemplateConditioned(template=template, conditions=blob):
            yield _review(template, origin, "conditioned", blob)
        case EngagementRecorded():
            name = {"engagement": event.engagement, "entry": "", "number": 0, "revision": event.revision}
            yield Put(FACTS, {**name, "blob": event.facts, **origin})
        case EntryRecorded():
            name = {"engagement": event.engagement, "entry": event.entry, "number": event.number}
            yield Put(FACTS, {**name, "revision": event.revision, "blob": event.facts, **origin})
        case DocumentIssued():
            yield from _issued(event, origin)
        case DocumentSuperseded():
            yield Amend(DOCUMENTS, document_key(event.document), {"superseded_by": event.by_version, "awaits": None})
        case DocumentWithdrawn():
            yield Amend(DOCUMENTS, document_key(event.document), {"withdrawn_by": sequence, "awaits": None})
        case DocumentExecuted():
            signing = {"executed_on": event.on.isoformat(), "signed": event.signed, "awaits": None}
            yield Amend(DOCUMENTS, document_key(event.document), signing)
            yield _file(event.signed, event.document, "signed")
        case CheckpointSigned():
            yield Put(CHECKPOINTS, {"size": event.size, "sequence": sequence})
        case _:
            return


def engagement_of(event: Event) -> str | None:
    """Return the id of the engagement an event speaks of, or None."""
    document = getattr(event, "document", None)
    named = document.engagement if isinstance(document, DocumentName) else getattr(event, "engagement", None)
    return named if isinstance(named, str) else None


def document_key(name: DocumentName) -> Key:
    """Return the key of a document's row."""
    return name.engagement, name.kind, name.number or 0, name.version


def _review(template: TemplateVersion, origin: Mapping[str, Value], step: str, blob: str | None) -> Put:
    return Put(REVIEWS, {**template.model_dump(), **origin, "step": step, "blob": blob})


def _issued(event: DocumentIssued, origin: Mapping[str, Value]) -> Iterator[Change]:
    template = event.template
    row = {
        **DOCUMENTS.defaults,
        **dict(zip(DOCUMENTS.key, document_key(event.document), strict=True)),
        "day": event.on.isoformat(),
        "revision": event.revision,
        "template": template.name,
        "language": template.language,
        "template_version": template.version,
        "template_hash": template.hash,
        "awaits": None if event.document.kind in UNSIGNED_KINDS else "signature",
        **origin,
    }
    yield Put(DOCUMENTS, row)
    for output in event.outputs:
        yield _file(output.blob, event.document, output.format)
        if output.sealed:
            yield _file(output.sealed, event.document, "sealed")


def _file(blob: str, document: DocumentName, part: str) -> Put:
    name = dict(zip(DOCUMENTS.key, document_key(document), strict=True))
    return Put(FILES, {"blob": blob, **name, "part": part})


@dataclass
class Tables:
    """The tables held in memory, as they follow from the log: the rows of each by their keys."""

    rows: dict[str, dict[Key, Row]] = field(default_factory=lambda: {table.name: {} for table in TABLES})

    def apply(self, made: Iterable[Change]) -> None:
        """Write changes into the rows."""
        for change in made:
            table, rows = change.table, self.rows[change.table.name]
            if isinstance(change, Put):
                put = _compact(table, change.row)
                rows[put[: table.key_length]] = put
            elif change.key in rows:
                row = dict(zip(table.names, rows[change.key], strict=True))
                rows[change.key] = _compact(table, {**row, **change.values})

    def of(self, table: Table) -> Mapping[Key, Row]:
        """Return the rows of a table by their keys."""
        return self.rows[table.name]


def _compact(table: Table, row: Mapping[str, Value]) -> Row:
    """Return a row as small as it can be held, for there may be millions: of equal texts all rows share one."""
    values = map(row.__getitem__, table.names)
    return tuple([intern(value) if isinstance(value, str) else value for value in values])


# SQL that every database takes


def definition(table: Table, text: str, number: str, ending: str = "") -> Iterator[str]:
    """Yield the statements that make a table and its indexes, given the database's names of the two types."""
    columns = [
        f"  {column.name} {number if column.number else text}{'' if column.optional else ' NOT NULL'}"
        for column in table.columns
    ]
    lines = ",\n".join([*columns, f"  PRIMARY KEY ({', '.join(table.key)})"])
    yield f"CREATE TABLE {table.name} (\n{lines}\n){ending}"
    for index in table.indexes:
        yield f"CREATE INDEX {table.name}_by_{'_'.join(index)} ON {table.name} ({', '.join(index)})"


def statement(change: Change) -> tuple[str, tuple[Value, ...]]:
    """Return a change as a statement with `?` in the places of its values."""
    table = change.table
    if isinstance(change, Amend):
        columns = ", ".join(f"{name} = ?" for name in change.values)
        key = " AND ".join(f"{name} = ?" for name in table.key)
        return f"UPDATE {table.name} SET {columns} WHERE {key}", (*change.values.values(), *change.key)
    rest = [f"{name} = excluded.{name}" for name in table.names[table.key_length :]]
    action = f"UPDATE SET {', '.join(rest)}" if rest else "NOTHING"
    places = ", ".join("?" for _ in table.names)
    text = f"INSERT INTO {table.name} ({', '.join(table.names)}) VALUES ({places})"
    values = tuple(change.row[name] for name in table.names)
    return f"{text} ON CONFLICT ({', '.join(table.key)}) DO {action}", values
