"""The record: log, register, people and blobs of a workspace, opened together."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from docgen.store.blobs import BlobFolder
from docgen.store.database import Database, RecordExistsError, RecordMissingError, create_database
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
    blobs: BlobFolder
    close: Callable[[], None] = field(repr=False)


@dataclass(frozen=True)
class Founder:
    """Who founds a record and when."""

    email: str
    at: dt.datetime
    time_zone: str


def open_record(folder: Path, database_url: str = "") -> Record:
    """Return the record in a workspace's folder `.docgen`.

    Raises RecordMissingError where there is none, NewerRecordError, RecordBusyError and RecordDamagedError.
    """
    database = Database(folder / DATABASE)
    log, blobs = SqliteLog(database), BlobFolder(folder / BLOBS)
    return Record(Ledger(log, blobs), Register(log), People(log), blobs, database.close)


def found_record(folder: Path, key_file: Path, founder: Founder, database_url: str = "") -> Record:
    """Return the record in a folder, made where there is none; founding that was broken off is finished.

    Raises RecordMissingError when a key or files are there and only the database is not: an empty record in its
    place would hide the loss.
    """
    path = folder / DATABASE
    if not path.exists():
        if key_file.exists() or (folder / BLOBS).exists():
            raise RecordMissingError(path)
        with suppress(RecordExistsError):
            create_database(path)
    record = open_record(folder, database_url)
    if record.ledger.head().size == 0:
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
    return record


def _origin(email: str) -> str:
    """Return a name for a log that no other has: the firm's domain and digits of chance."""
    domain = _NOT_IN_ORIGIN.sub("", email.rpartition("@")[2].lower())[:60]
    return f"{domain or 'docgen'}/docgen/{secrets.token_hex(8)}"
