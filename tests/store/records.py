"""Small records to try things on: a founded log with blobs and people, and ways to tamper with it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docgen.errors import DocgenError
from docgen.store.blobs import BlobFolder
from docgen.store.database import Database, create_database
from docgen.store.events import EngagementRecorded, WorkspaceCreated, read_event
from docgen.store.ledger import Ledger
from docgen.store.merkle import Frontier, leaf_hash
from docgen.store.notes import SigningKey
from docgen.store.people import People
from docgen.store.projections import TABLES, changes, statement
from docgen.store.sqlite_log import SqliteLog

ORIGIN = "northbridge.example/log"
KEY = SigningKey(ORIGIN, bytes(range(32)))
OTHER_KEY = SigningKey(ORIGIN, bytes(range(1, 33)))
NOW = dt.datetime(2026, 11, 20, 16, 0, 3, tzinfo=dt.timezone(dt.timedelta(hours=1)))
ACTOR = "a" * 64


@dataclass(frozen=True)
class Record:
    """A record that is open."""

    folder: Path
    database: Database
    blobs: BlobFolder
    people: People
    ledger: Ledger

    @property
    def path(self) -> Path:
        """Return the database's file."""
        return self.folder / "record.sqlite"

    def note_engagement(self, revision: int) -> str:
        """Record a revision of an engagement and return the hash of its facts."""
        facts = self.blobs.put(f"facts of revision {revision}".encode())
        self.ledger.append(engagement_recorded(facts, revision))
        return facts

    def tamper(self, *statements: str | tuple[str, tuple[Any, ...]]) -> None:
        """Do what somebody does who has the file and a general tool: guards off, change, guards on again."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            guards = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            connection.execute("BEGIN")
            for name, _ in guards:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                text, values = (statement, ()) if isinstance(statement, str) else statement
                connection.execute(text, values)
            for _, text in guards:
                connection.execute(text)
            connection.execute("COMMIT")

    def make_anew(self, bodies: Sequence[bytes]) -> None:
        """Write another history with hashes that fit it, as somebody does who knows how a log is made."""
        edge = Frontier()
        rows: list[tuple[str, tuple[Any, ...]]] = []
        for index, body in enumerate(bodies):
            leaf = leaf_hash(body)
            rows.append(("INSERT INTO events VALUES (?, ?)", (index, body.decode())))
            nodes = enumerate(edge.completed_by(leaf))
            rows += [("INSERT INTO nodes VALUES (?, ?, ?)", (level, index >> level, node)) for level, node in nodes]
            edge = edge.append(leaf)
            with suppress(DocgenError):
                rows += [statement(change) for change in changes(index, read_event(body))]
        emptied = [f"DELETE FROM {table.name}" for table in TABLES]
        self.tamper("DELETE FROM events", "DELETE FROM nodes", *emptied, *rows)


def workspace_created(**changes: Any) -> WorkspaceCreated:
    """Return the event that founds a log."""
    values: dict[str, Any] = {
        "at": NOW,
        "actor": ACTOR,
        "idempotency_key": "workspace",
        "origin": ORIGIN,
        "verifying_key": str(KEY.verifying_key),
        "time_zone": "Europe/London",
    }
    return WorkspaceCreated(**values | changes)


def engagement_recorded(facts: str, revision: int, **changes: Any) -> EngagementRecorded:
    """Return the event that records a revision."""
    values: dict[str, Any] = {
        "at": NOW,
        "actor": ACTOR,
        "idempotency_key": f"NBS-2026-014/{revision}",
        "engagement": "NBS-2026-014",
        "revision": revision,
        "facts": facts,
    }
    return EngagementRecorded(**values | changes)


@contextmanager
def opened(folder: Path, busy_seconds: float = 10.0) -> Iterator[Record]:
    """Lend the record in a folder."""
    with closing(Database(folder / "record.sqlite", busy_seconds)) as database:
        log, blobs = SqliteLog(database), BlobFolder(folder / "blobs")
        yield Record(folder, database, blobs, People(log), Ledger(log, blobs))


@contextmanager
def founded(folder: Path, revisions: int = 0) -> Iterator[Record]:
    """Lend a new record with its foundation and some revisions of an engagement, all from the same facts."""
    create_database(folder / "record.sqlite")
    with opened(folder) as record:
        facts = record.blobs.put(b"facts") if revisions else ""
        recorded = [engagement_recorded(facts, revision) for revision in range(1, revisions + 1)]
        record.ledger.append_all([workspace_created(), *recorded])
        yield record
