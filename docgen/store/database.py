"""The SQLite file of a record: its tables, its guards, and writing to it so that what was acknowledged stays.

The guards (triggers, strict types) stop mistakes, not somebody who has the file in hand; docgen.store.verification
finds out what that one did.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from docgen.errors import DocgenError, ExitCode, MissingHereError, NotFoundError
from docgen.store.disk import flush_folder
from docgen.store.migrations import migrate, table_definitions

# “docg”: by this number other programs tell whose file it is.
APPLICATION_ID = 0x646F6367
LAYOUT = 3
BUSY_SECONDS = 10.0
_OLDEST_SQLITE = (3, 38)
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_UNREADABLE = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})

SCHEMA = (
    """CREATE TABLE events (
  sequence INTEGER PRIMARY KEY CHECK (sequence >= 0),
  body TEXT NOT NULL CHECK (json_valid(body))
) STRICT""",
    "CREATE UNIQUE INDEX events_by_key ON events (json_extract(body, '$.idempotency_key'))",
    "CREATE INDEX events_by_kind ON events (json_extract(body, '$.event'))",
    """CREATE TABLE nodes (
  level INTEGER NOT NULL CHECK (level >= 0),
  position INTEGER NOT NULL CHECK (position >= 0),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE people (
  mark TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  salt BLOB NOT NULL CHECK (length(salt) = 32)
) STRICT""",
    """CREATE TRIGGER events_in_order BEFORE INSERT ON events
  WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence) + 1, 0) FROM events)
  BEGIN SELECT raise(ABORT, 'the log takes events in their order only'); END""",
    """CREATE TRIGGER events_once BEFORE INSERT ON events
  WHEN EXISTS (
    SELECT 1 FROM events
    WHERE json_extract(body, '$.idempotency_key') = json_extract(NEW.body, '$.idempotency_key')
  )
  BEGIN SELECT raise(ABORT, 'the log takes an event once only'); END""",
    """CREATE TRIGGER events_unchanged BEFORE UPDATE ON events
  BEGIN SELECT raise(ABORT, 'the log is never changed'); END""",
    """CREATE TRIGGER events_kept BEFORE DELETE ON events
  BEGIN SELECT raise(ABORT, 'the log is never shortened'); END""",
    """CREATE TRIGGER nodes_once BEFORE INSERT ON nodes
  WHEN EXISTS (SELECT 1 FROM nodes WHERE level = NEW.level AND position = NEW.position)
  BEGIN SELECT raise(ABORT, 'a hash of the log is never replaced'); END""",
    """CREATE TRIGGER nodes_unchanged BEFORE UPDATE ON nodes
  BEGIN SELECT raise(ABORT, 'a hash of the log is never changed'); END""",
    """CREATE TRIGGER nodes_kept BEFORE DELETE ON nodes
  BEGIN SELECT raise(ABORT, 'a hash of the log is never deleted'); END""",
    *table_definitions(),
)
"""What the file of a new record holds. Keys and kinds of events are read from their bodies: nothing is said twice."""


class RecordMissingError(NotFoundError):
    """There is no record where one was expected."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            f"There is no record at {path}. The first thing that is recorded founds it, such as `docgen engagement "
            "record FILE`; one that was lost comes back from a backup."
        )


class RecordLostError(RecordMissingError):
    """The database of a record is gone, and what stood beside it is not."""

    exit_code = ExitCode.UNVERIFIED

    def __init__(self, path: Path, left: Iterable[Path]) -> None:
        beside = ", ".join(str(each) for each in left)
        NotFoundError.__init__(
            self,
            f"The database of this record, {path}, is gone; what is left of it: {beside}. Bring the database back from "
            "a backup. To begin another record instead, move away what is left.",
        )


class RecordReadOnlyError(MissingHereError):
    """Something was to be written to a record that can only be read here."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The record at {path} cannot be written here, so nothing was recorded; reading and verifying it work. "
            "Change the rights of the file and its folder, or copy the folder to a place that can be written."
        )


class RecordUnreadableError(MissingHereError):
    """The record's file cannot be opened."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"The record at {path} cannot be opened ({why}). See to the right to read the file; one that has a file "
            f"{path.name}-wal beside it and cannot be written here is read in a copy of the whole folder."
        )


class RecordExistsError(DocgenError):
    """A record is there already."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"There is a record at {path} already, and it is kept. Choose another folder.")


class RecordBusyError(DocgenError):
    """Another process has been writing to the record for longer than we wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"Another process has been writing to the record for {seconds:g} seconds, so nothing was written. "
            "Try again; if this goes on, look for a docgen that hangs."
        )


class RecordFailedError(DocgenError):
    """The disk or the database did not take what was to be written."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The database or the disk failed ({why}), so nothing was recorded. See to the disk, then try again: "
            "what was written after all is not written twice."
        )


class RecordDamagedError(DocgenError):
    """What the record's file holds is not what was written."""

    exit_code = ExitCode.UNVERIFIED

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"The record is damaged: {what}. `docgen audit verify` names all that is.")


class NewerRecordError(MissingHereError):
    """The record was made by a newer docgen."""

    def __init__(self, path: Path | str, layout: int, known: int = LAYOUT) -> None:
        super().__init__(
            f"{path} has layout {layout}, and this docgen knows none above {known}. Use the docgen that made it."
        )


class OlderRecordError(MissingHereError):
    """The record was made by an older docgen, and cannot be brought to this one's layout where it is."""

    def __init__(self, path: Path, layout: int) -> None:
        super().__init__(
            f"{path} has layout {layout}; this docgen reads layout {LAYOUT} and brings older ones there, but the "
            "record cannot be written here. Copy the folder to a place that can be written."
        )


class Database:
    """A connection to a record's file, for one thread of one process; one that cannot be written is read only."""

    def __init__(self, path: Path, busy_seconds: float = BUSY_SECONDS) -> None:
        """Open a record.

        Raises RecordMissingError, RecordUnreadableError, NewerRecordError, OlderRecordError, RecordBusyError and
        RecordDamagedError.
        """
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            raise MissingHereError(f"SQLite {sqlite3.sqlite_version} is too old for a record. Install 3.38 or newer.")
        if not is_there(path):
            raise RecordMissingError(path)
        self.path = path
        self.busy_seconds = busy_seconds
        self.is_read_only = not (os.access(path, os.W_OK) and os.access(path.resolve().parent, os.W_OK))
        with self._explained():
            # Never made here: a mistaken path would found an empty record.
            mode = _mode_of_reading(path.resolve()) if self.is_read_only else "mode=rw"
            address = f"{path.absolute().as_uri()}?{mode}"
            self._connection = sqlite3.connect(address, uri=True, timeout=busy_seconds, isolation_level=None)
        try:
            self._prepare()
        except DocgenError:
            self.close()
            raise

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def rows(self, statement: str, *values: Any) -> list[Any]:
        """Return the rows a statement answers, writing what it writes at once."""
        with self._explained():
            return self._connection.execute(statement, values).fetchall()

    def each_row(self, statement: str) -> Iterator[Any]:
        """Yield the rows a statement answers one by one, for a table that may be larger than memory."""
        with self._explained():
            yield from self._connection.execute(statement)

    def run_many(self, statement: str, values: Sequence[tuple[Any, ...]]) -> None:
        """Run a statement once for each group of values."""
        with self._explained():
            self._connection.executemany(statement, values)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write all that happens inside, or nothing of it; it is on the disk when the block has ended.

        A block inside another is a part of that one. Raises RecordBusyError when another process does not let go,
        RecordFailedError when the disk refuses, RecordReadOnlyError where the record cannot be written.
        """
        if self.is_read_only:
            raise RecordReadOnlyError(self.path)
        if self._is_within():
            yield
            return
        self.rows("BEGIN IMMEDIATE")
        try:
            yield
            self.rows("COMMIT")
        except BaseException:
            # After some failures SQLite has rolled back by itself.
            if self._is_within():
                # The first failure is the one to tell of; unfinished work is dropped with the connection at the latest.
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read all that is read inside as it is at one moment, whatever others write meanwhile."""
        if self._is_within():
            yield
            return
        self.rows("BEGIN")
        try:
            yield
        finally:
            self.rows("ROLLBACK")

    def faults(self) -> list[str]:
        """Return what the database itself finds wrong with its file, and every guard that is gone or another."""
        try:
            found = [str(row[0]) for row in self.rows("PRAGMA integrity_check")]
            there = {(row[0], row[1]): row[2] for row in self.rows(_PARTS)}
        except RecordDamagedError as error:
            return [error.what]
        except DocgenError as error:
            return [str(error)]
        wanted = _parts_of_new()
        faults = [line for line in found if line != "ok"]
        for (name, table), text in wanted.items():
            if there.get((name, table)) != text:
                faults.append(f"{name} (of {table}) is gone or was changed")
        tables = {table for _, table in wanted}
        strange = sorted(key for key in there if key not in wanted and key[1] in tables)
        return [*faults, *(f"{name} was added to {table}" for name, table in strange)]

    def _is_within(self) -> bool:
        return self._connection.in_transaction

    def _prepare(self) -> None:
        if self.rows("PRAGMA application_id") != [(APPLICATION_ID,)]:
            raise RecordDamagedError(f"{self.path} is not the file of a record")
        ((layout,),) = self.rows("PRAGMA user_version")
        if layout > LAYOUT:
            raise NewerRecordError(self.path, layout)
        if self.is_read_only:
            if layout < LAYOUT:
                raise OlderRecordError(self.path, layout)
            return
        for setting in ("journal_mode = WAL", "synchronous = FULL", "recursive_triggers = ON"):
            self.rows(f"PRAGMA {setting}")
        # What is deleted (the salt of a person) is overwritten with zeros.
        self.rows("PRAGMA secure_delete = ON")
        if layout < LAYOUT:
            migrate(self, layout)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in _BUSY:
                raise RecordBusyError(self.busy_seconds) from error
            if code in _DAMAGED:
                raise RecordDamagedError(str(error)) from error
            if code == sqlite3.SQLITE_READONLY:
                raise RecordReadOnlyError(self.path) from error
            if code in _UNREADABLE:
                raise RecordUnreadableError(self.path, str(error)) from error
            raise RecordFailedError(str(error)) from error
        except UnicodeDecodeError as error:
            # SQLite quotes what it cannot read, and that may be no text at all.
            raise RecordDamagedError("it holds words that are no text") from error


_PARTS = "SELECT name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL"


def is_there(path: Path) -> bool:
    """Say whether there is a file of a record; raises RecordUnreadableError where nobody tells us."""
    try:
        return path.exists()
    except OSError as error:
        raise RecordUnreadableError(path, error.strerror or str(error)) from None


def _mode_of_reading(path: Path) -> str:
    """Return how SQLite is to open a file that cannot be written: with the write-ahead file, or as one that rests."""
    ahead, shared = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
    if ahead.exists() and (ahead.stat().st_size or os.access(shared, os.R_OK)):
        return "mode=ro"
    # Otherwise SQLite would make a file beside it, or give up.
    return "mode=ro&immutable=1"


def create_database(path: Path) -> None:
    """Make the file of a new record, whole or not at all; raises RecordExistsError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".new-record-") as folder:
        draft = Path(folder) / path.name
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN")
            _lay_out(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {LAYOUT}")
            connection.execute("COMMIT")
        try:
            # Unlike a rename, a link never takes the place of what another process has just made.
            path.hardlink_to(draft)
        except FileExistsError:
            raise RecordExistsError(path) from None
    flush_folder(path.parent)


def _lay_out(connection: sqlite3.Connection) -> None:
    for statement in SCHEMA:
        connection.execute(statement)


def _parts_of_new() -> dict[tuple[str, str], str]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        _lay_out(connection)
        return {(name, table): text for name, table, text in connection.execute(_PARTS)}
