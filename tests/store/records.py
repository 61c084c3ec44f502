"""Small records to try things on: a founded log with blobs and people, and ways to tamper with it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docgen.errors import DocgenError
from docgen.store.blobs import BlobFolder
from docgen.store.database import APPLICATION_ID, Database, create_database
from docgen.store.events import BlobErased, EngagementRecorded, PersonForgotten, WorkspaceCreated, read_event
from docgen.store.ledger import Ledger
from docgen.store.merkle import Frontier, leaf_hash
from docgen.store.notes import SigningKey
from docgen.store.people import People
from docgen.store.postgres import open_postgres
from docgen.store.postgres_blobs import PostgresBlobs
from docgen.store.postgres_log import PostgresLog
from docgen.store.projections import TABLES, changes, statement
from docgen.store.register import Register
from docgen.store.sqlite_log import SqliteLog
from tests.store.postgresql import APP, Server

ORIGIN = "northbridge.example/log"
KEY = SigningKey(ORIGIN, bytes(range(32)))
OTHER_KEY = SigningKey(ORIGIN, bytes(range(1, 33)))
NOW = dt.datetime(2026, 11, 20, 16, 0, 3, tzinfo=dt.timezone(dt.timedelta(hours=1)))
ACTOR = "a" * 64


@dataclass(frozen=True)
class Home:
    """Where a record lives: in a folder, or in a database of a server with a folder beside it."""

    folder: Path
    server: Server | None = None
    database: str = ""

    @property
    def url(self) -> str:
        """Return the address of the database for the role docgen connects as, empty for a record in a folder."""
        return self.server.url(APP, self.database) if self.server else ""

    def another(self, name: str) -> Home:
        """Return a home of the same kind for another record."""
        return Home(self.folder / name, self.server, self.server.make_database() if self.server else "")

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """Lend a connection that docgen knows nothing of, of somebody who may do everything."""
        if self.server:
            with self.server.connected(self.database) as connection:
                yield connection
        else:
            with closing(sqlite3.connect(self.folder / "record.sqlite", isolation_level=None)) as connection:
                yield connection

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let somebody else write meanwhile, who does not come to an end."""
        with self.connected() as other:
            if self.server:
                other.execute("BEGIN")
                other.execute("SELECT pg_advisory_xact_lock(%s)", [APPLICATION_ID])
            else:
                other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")


@dataclass(frozen=True)
class Record:
    """A record that is open."""

    home: Home
    database: Any
    blobs: Any
    people: People
    ledger: Ledger
    register: Register
    log: SqliteLog | PostgresLog

    @property
    def folder(self) -> Path:
        """Return the folder it is in, or which is beside it."""
        return self.home.folder

    @property
    def path(self) -> Path:
        """Return the file of a record that is one."""
        return self.folder / "record.sqlite"

    def note_engagement(self, revision: int) -> str:
        """Record a revision of an engagement and return the hash of its facts."""
        facts: str = self.blobs.put(f"facts of revision {revision}".encode())
        self.ledger.append(engagement_recorded(facts, revision))
        return facts

    def erase_blob(self, digest: str) -> None:
        """Erase a blob as docgen does, the log first."""
        key = f"erase/{digest}"
        self.ledger.append(BlobErased(at=NOW, actor=ACTOR, idempotency_key=key, blob=digest, ground="request"))
        self.blobs.erase(digest)

    def forget_person(self, mark: str) -> None:
        """Forget a person as docgen does, the log first."""
        self.ledger.append(PersonForgotten(at=NOW, actor=ACTOR, idempotency_key=f"forget/{mark}", person=mark))
        self.people.forget(mark)

    def tamper(self, *statements: str | tuple[str, tuple[Any, ...]]) -> None:
        """Do what somebody does who has the database and a general tool: guards off, change, guards on again."""
        with self.home.connected() as connection:
            if self.home.server:
                tamper_on_server(connection, statements)
            else:
                tamper_in_file(connection, statements)

    def alter_blob(self, digest: str, data: bytes) -> None:
        """Put other bytes in the place of a blob's."""
        if self.home.server:
            self.tamper(("UPDATE blobs SET content = ? WHERE hash = ?", (data, bytes.fromhex(digest))))
            return
        path: Path = self.blobs.folder / digest[:2] / digest
        path.chmod(0o644)
        path.write_bytes(data)

    def empty_blob(self, digest: str) -> None:
        """Erase a blob without a word in the log."""
        if self.home.server:
            self.tamper(("UPDATE blobs SET content = NULL WHERE hash = ?", (bytes.fromhex(digest),)))
        else:
            self.blobs.erase(digest)

    def lose_blob(self, digest: str) -> None:
        """Take a blob away without a word."""
        if self.home.server:
            self.tamper(("DELETE FROM blobs WHERE hash = ?", (bytes.fromhex(digest),)))
        else:
            (self.blobs.folder / digest[:2] / digest).unlink()

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


Statement = str | tuple[str, tuple[Any, ...]]


def tamper_in_file(connection: sqlite3.Connection, statements: Iterable[Statement]) -> None:
    """Run statements in an SQLite file as if it had no triggers."""
    guards = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    connection.execute("BEGIN")
    for name, _ in guards:
        connection.execute(f"DROP TRIGGER {name}")
    for each in statements:
        text, values = (each, ()) if isinstance(each, str) else each
        connection.execute(text, values)
    for _, text in guards:
        connection.execute(text)
    connection.execute("COMMIT")


def tamper_on_server(connection: Any, statements: Iterable[Statement]) -> None:
    """Run statements in a PostgreSQL database as if it had no triggers."""
    connection.execute("SET search_path TO docgen")
    connection.execute("BEGIN")
    connection.execute("SET LOCAL session_replication_role TO replica")
    for each in statements:
        text, values = (each, None) if isinstance(each, str) else each
        connection.execute(text.replace("?", "%s"), values)
    connection.execute("COMMIT")


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
def opened(home: Home | Path, busy_seconds: float = 10.0) -> Iterator[Record]:
    """Lend the record in a home; a folder alone is the home of one in SQLite."""
    home = Home(home) if isinstance(home, Path) else home
    database: Any
    log: SqliteLog | PostgresLog
    blobs: BlobFolder | PostgresBlobs
    if home.server:
        database = open_postgres(home.url, busy_seconds)
        log, blobs = PostgresLog(database), PostgresBlobs(database)
    else:
        database = Database(home.folder / "record.sqlite", busy_seconds)
        log, blobs = SqliteLog(database), BlobFolder(home.folder / "blobs")
    with closing(database):
        yield Record(home, database, blobs, People(log), Ledger(log, blobs), Register(log), log)


@contextmanager
def unfounded(home: Home | Path) -> Iterator[Record]:
    """Lend a new record in which nothing is recorded."""
    home = Home(home) if isinstance(home, Path) else home
    if not home.server:
        create_database(home.folder / "record.sqlite")
    with opened(home) as record:
        yield record


@contextmanager
def founded(home: Home | Path, revisions: int = 0) -> Iterator[Record]:
    """Lend a new record with its foundation and some revisions of an engagement, all from the same facts."""
    with unfounded(home) as record:
        facts = record.blobs.put(b"facts") if revisions else ""
        recorded = [engagement_recorded(facts, revision) for revision in range(1, revisions + 1)]
        record.ledger.append_all([workspace_created(), *recorded])
        yield record
