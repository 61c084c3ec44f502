"""The record: log, register, people and blobs of a workspace, opened together."""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from docgen.store.blobs import BlobFolder, Blobs
from docgen.store.database import (
    Database,
    RecordExistsError,
    RecordLostError,
    RecordMissingError,
    RecordReadOnlyError,
    create_database,
    is_there,
)
from docgen.store.events import WorkspaceCreated
from docgen.store.keys import make_key
from docgen.store.ledger import Ledger
from docgen.store.people import People
from docgen.store.register import Register
from docgen.store.sqlite_log import SqliteLog

DATABASE = "record.sqlite"
BLOBS = "blobs"
KEY = "log.key"
_NOT_IN_ORIGIN = re.compile(r"[^a-z0-9.-]")


@dataclass(frozen=True)
class Record:
    """An open record, for one thread of one process."""

    ledger: Ledger
    register: Register
    people: People
    blobs: Blobs
    close: Callable[[], None] = field(repr=False)


@dataclass(frozen=True)
class Founder:
    """Who founds a record and when."""

    email: str
    at: dt.datetime
    time_zone: str


def open_record(folder: Path, database_url: str = "") -> Record:
    """Return the record in a workspace's folder `.docgen`, or in the PostgreSQL database of a team.

    Raises RecordMissingError where there is none, RecordLostError where it was, RecordUnreadableError,
    NewerRecordError, OlderRecordError, RecordBusyError and RecordDamagedError; for a database also
    DatabaseUnreachableError, OlderSchemaError and RightsMissingError.
    """
    return _opened(folder, folder / KEY, database_url).record


def found_record(folder: Path, key_file: Path, founder: Founder, database_url: str = "") -> Record:
    """Return the record in a folder or a database, made where there is none; founding that was broken off is finished.

    Raises RecordLostError when a key or files are there and only the database is not: an empty record in its place
    would hide the loss. For a database it raises RecordMissingError when the role may not make the place for a record.
    """
    _make_place(folder, key_file, database_url)
    opened = _opened(folder, key_file, database_url)
    try:
        _found(opened, key_file, founder)
    except BaseException:
        opened.record.close()
        raise
    return opened.record


@dataclass(frozen=True)
class _Opened:
    """A record, and the block in which one process at a time writes to it."""

    record: Record
    writing: Callable[[], AbstractContextManager[None]]


class _BlobsToRead(BlobFolder):
    """Blobs beside a database that cannot be written; what is there already may be kept again."""

    def put(self, data: bytes) -> str:
        """Return the hash of bytes that are there; raises RecordReadOnlyError for others."""
        if sha256(data).hexdigest() not in self:
            raise RecordReadOnlyError(self.folder.parent / DATABASE)
        return super().put(data)

    def erase(self, digest: str) -> None:
        """Leave what is erased already; raises RecordReadOnlyError for what is not."""
        if digest in self or not self.is_erased(digest):
            raise RecordReadOnlyError(self.folder.parent / DATABASE)


def _opened(folder: Path, key_file: Path, database_url: str) -> _Opened:
    if database_url:
        from docgen.store.postgres import open_postgres
        from docgen.store.postgres_blobs import PostgresBlobs
        from docgen.store.postgres_log import PostgresLog

        server = open_postgres(database_url)
        shared, rows = PostgresLog(server), PostgresBlobs(server)
        record = Record(Ledger(shared, rows), Register(shared), People(shared), rows, server.close)
        return _Opened(record, server.writing)
    database = _database(folder, key_file)
    kind = _BlobsToRead if database.is_read_only else BlobFolder
    log, blobs = SqliteLog(database), kind(folder / BLOBS)
    return _Opened(Record(Ledger(log, blobs), Register(log), People(log), blobs, database.close), database.writing)


def _database(folder: Path, key_file: Path) -> Database:
    # Asked first: what somebody founds meanwhile was not lost.
    left = _left(folder, key_file)
    try:
        return Database(folder / DATABASE)
    except RecordMissingError as error:
        raise (RecordLostError(folder / DATABASE, left) if left else error) from None


def _left(folder: Path, key_file: Path) -> list[Path]:
    """Return what is there of a record besides its database."""
    return [path for path in (key_file, folder / BLOBS) if os.access(path, os.F_OK)]


def _make_place(folder: Path, key_file: Path, database_url: str) -> None:
    if database_url:
        from docgen.store.postgres import make_place

        make_place(database_url, may_be_new=not key_file.exists())
        return
    path = folder / DATABASE
    # Asked first, as above.
    left = _left(folder, key_file)
    if not is_there(path):
        if left:
            raise RecordLostError(path, left)
        with suppress(RecordExistsError):
            create_database(path)


def _found(opened: _Opened, key_file: Path, founder: Founder) -> None:
    record = opened.record
    if record.ledger.head().size:
        return
    # Within one block, so that of two founders the second makes no key that signs nothing.
    with opened.writing():
        if record.ledger.head().size:
            return
        key = make_key(key_file, _origin(founder.email))
        event = WorkspaceCreated(
            at=founder.at,
            actor=record.people.mark(founder.email),
            idempotency_key="workspace",
            origin=key.name,
            verifying_key=str(key.verifying_key),
            time_zone=founder.time_zone,
        )
        record.ledger.append(event)


def _origin(email: str) -> str:
    """Return a name for a log that no other has: the firm's domain and digits of chance."""
    domain = _NOT_IN_ORIGIN.sub("", email.rpartition("@")[2].lower())[:60]
    return f"{domain or 'docgen'}/docgen/{secrets.token_hex(8)}"
