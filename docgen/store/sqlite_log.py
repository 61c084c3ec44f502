"""Log and people in the tables of a record's SQLite file: the statements, and nothing that decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from docgen.store.database import Database, RecordDamagedError
from docgen.store.migrations import table_definitions
from docgen.store.people import ErasureUnfinishedError, Person
from docgen.store.projections import TABLES, Change, Table, Value, statement

_CHUNK = 1000


class SqliteLog:
    """The statements of a log; whoever writes does it within `writing`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def writing(self) -> AbstractContextManager[None]:
        """Return the block in which all is written or nothing, by one process at a time."""
        return self._database.writing()

    def reading(self) -> AbstractContextManager[None]:
        """Return the block in which all is read as it is at one moment."""
        return self._database.reading()

    def size(self) -> int:
        """Return the number of entries."""
        ((size,),) = self._database.rows("SELECT coalesce(max(sequence) + 1, 0) FROM events")
        return int(size)

    def add(self, index: int, body: bytes, completed: Sequence[bytes]) -> None:
        """Write an entry and the nodes that it completes, from its leaf upward."""
        self._database.rows("INSERT INTO events VALUES (?, ?)", index, body.decode())
        nodes = [(level, index >> level, node) for level, node in enumerate(completed)]
        self._database.run_many("INSERT INTO nodes VALUES (?, ?, ?)", nodes)

    def project(self, changes: Iterable[Change]) -> None:
        """Write what an entry changes in the tables that follow from the log."""
        for change in changes:
            text, values = statement(change)
            self._database.rows(text, *values)

    def clear_tables(self) -> None:
        """Make the tables that follow from the log anew, empty; whoever calls it does it within `writing`."""
        for table in TABLES:
            self._database.rows(f"DROP TABLE IF EXISTS {table.name}")
        for text in table_definitions():
            self._database.rows(text)

    def table_rows(self, table: Table) -> Iterator[tuple[Value, ...]]:
        """Yield every row of a table that follows from the log, by its key."""
        columns, key = ", ".join(table.names), ", ".join(table.key)
        yield from self._database.each_row(f"SELECT {columns} FROM {table.name} ORDER BY {key}")

    def select(self, query: str, *values: Value) -> list[tuple[Any, ...]]:
        """Return the rows that a query answers."""
        return self._database.rows(query, *values)

    def index_of(self, idempotency_key: str) -> int | None:
        """Return the number of the entry under a key, or None."""
        statement = "SELECT sequence FROM events WHERE json_extract(body, '$.idempotency_key') = ?"
        rows = self._database.rows(statement, idempotency_key)
        return int(rows[0][0]) if rows else None

    def last_of(self, kind: str) -> int | None:
        """Return the number of the last entry of a kind, or None."""
        statement = "SELECT max(sequence) FROM events WHERE json_extract(body, '$.event') = ?"
        ((index,),) = self._database.rows(statement, kind)
        return None if index is None else int(index)

    def bodies(self, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield number and bytes of every entry from one on, in rising order; raises RecordDamagedError."""
        statement = "SELECT sequence, CAST(body AS BLOB) FROM events WHERE sequence >= ? ORDER BY sequence LIMIT ?"
        count = _CHUNK
        while True:
            try:
                rows = self._database.rows(statement, start, count)
            except RecordDamagedError:
                if count == 1:
                    raise
                # One by one up to the entry that is damaged.
                count = 1
                continue
            if not rows:
                return
            for number, body in rows:
                if number < start:
                    raise RecordDamagedError(f"entry {number} stands behind entry {start - 1}")
                yield number, body or b""
                start = number + 1

    def body_at(self, index: int) -> bytes | None:
        """Return the bytes of one entry, or None."""
        rows = self._database.rows("SELECT CAST(body AS BLOB) FROM events WHERE sequence = ?", index)
        return rows[0][0] or b"" if rows else None

    def hashes(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield level, position and hash of every node, in rising order; raises RecordDamagedError."""
        statement = """SELECT CAST(level AS INTEGER), CAST(position AS INTEGER), CAST(hash AS BLOB) FROM nodes
            WHERE (level, position) > (?, ?) ORDER BY level, position LIMIT ?"""
        last = (-1, -1)
        while rows := self._database.rows(statement, *last, _CHUNK):
            for level, position, node in rows:
                place = (level or 0, position or 0)
                if place <= last:
                    raise RecordDamagedError(f"the hash {place} stands behind {last}")
                yield *place, node or b""
                last = place

    def hash_at(self, level: int, position: int) -> bytes | None:
        """Return the hash of one node, or None."""
        statement = "SELECT CAST(hash AS BLOB) FROM nodes WHERE level = ? AND position = ?"
        rows = self._database.rows(statement, level, position)
        return rows[0][0] if rows else None

    def mark_of(self, address: str) -> str | None:
        """Return the mark kept with an address, or None."""
        rows = self._database.rows("SELECT mark FROM people WHERE email = ?", address)
        return rows[0][0] if rows else None

    def address_of(self, mark: str) -> str | None:
        """Return the address kept with a mark, or None."""
        rows = self._database.rows("SELECT email FROM people WHERE mark = ?", mark)
        return rows[0][0] if rows else None

    def keep_person(self, person: Person) -> None:
        """Write a person who is new."""
        self._database.rows("INSERT INTO people VALUES (?, ?, ?)", person.mark, person.email, person.salt)

    def drop_person(self, mark: str) -> None:
        """Erase a person; raises ErasureUnfinishedError while another process reads."""
        with self._database.writing():
            self._database.rows("DELETE FROM people WHERE mark = ?", mark)
        # Until it is emptied, the deleted row still stands in the write-ahead file.
        ((busy, _, _),) = self._database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            raise ErasureUnfinishedError(mark)

    def people(self) -> Iterator[Person]:
        """Yield all people in the order of their marks."""
        # As bytes: what was tampered with may be no text any more, and has to be read all the same to be named.
        statement = "SELECT CAST(mark AS BLOB), CAST(email AS BLOB), CAST(salt AS BLOB) FROM people ORDER BY mark"
        for row in self._database.rows(statement):
            mark, email, salt = (value or b"" for value in row)
            yield Person(mark.decode(errors="replace"), email.decode(errors="replace"), salt)

    def faults(self) -> list[str]:
        """Return what the database itself finds wrong with its file."""
        return self._database.faults()
