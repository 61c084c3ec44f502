"""Log and people in the tables of a record's PostgreSQL database: the statements, and nothing that decides.

Reading is done in the tables, writing through the functions of the schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from docgen.store.people import Person
from docgen.store.postgres import Postgres
from docgen.store.postgres_schema import amend_function, optional_columns, put_function
from docgen.store.projections import Amend, Change, Table, Value

_CHUNK = 1000


class PostgresLog:
    """The statements of a log; whoever writes does it within `writing`."""

    def __init__(self, database: Postgres) -> None:
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
        self._database.rows("SELECT append(?, ?, ?)", index, body.decode(), list(completed))

    def project(self, changes: Iterable[Change]) -> None:
        """Write what an entry changes in the tables that follow from the log."""
        for change in changes:
            table = change.table
            if isinstance(change, Amend):
                amended = (change.values.get(name) for name in optional_columns(table))
                self._call(amend_function(table), list(change.values), *change.key, *amended)
            else:
                self._call(put_function(table), *(change.row[name] for name in table.names))

    def clear_tables(self) -> None:
        """Delete every row of the tables that follow from the log."""
        self._call("clear_tables")

    def table_rows(self, table: Table) -> Iterator[tuple[Value, ...]]:
        """Yield every row of a table that follows from the log, by its key."""
        columns, key = ", ".join(table.names), ", ".join(table.key)
        yield from self._database.each_row(f"SELECT {columns} FROM {table.name} ORDER BY {key}")

    def select(self, query: str, *values: Value) -> list[tuple[Any, ...]]:
        """Return the rows that a query answers."""
        return self._database.rows(query, *values)

    def index_of(self, idempotency_key: str) -> int | None:
        """Return the number of the entry under a key, or None."""
        statement = "SELECT sequence FROM events WHERE body::json ->> 'idempotency_key' = ?"
        rows = self._database.rows(statement, idempotency_key)
        return int(rows[0][0]) if rows else None

    def last_of(self, kind: str) -> int | None:
        """Return the number of the last entry of a kind, or None."""
        ((index,),) = self._database.rows("SELECT max(sequence) FROM events WHERE body::json ->> 'event' = ?", kind)
        return None if index is None else int(index)

    def bodies(self, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield number and bytes of every entry from one on, in rising order; raises RecordDamagedError."""
        statement = "SELECT sequence, body FROM events WHERE sequence >= ? ORDER BY sequence LIMIT ?"
        while rows := self._database.rows(statement, start, _CHUNK):
            for number, body in rows:
                yield number, body.encode()
                start = number + 1

    def body_at(self, index: int) -> bytes | None:
        """Return the bytes of one entry, or None."""
        rows = self._database.rows("SELECT body FROM events WHERE sequence = ?", index)
        return rows[0][0].encode() if rows else None

    def hashes(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield level, position and hash of every node, in rising order; raises RecordDamagedError."""
        statement = """SELECT level, position, hash FROM nodes
            WHERE (level, position) > (?, ?) ORDER BY level, position LIMIT ?"""
        last = (-1, -1)
        while rows := self._database.rows(statement, *last, _CHUNK):
            yield from rows
            last = rows[-1][:2]

    def hash_at(self, level: int, position: int) -> bytes | None:
        """Return the hash of one node, or None."""
        rows = self._database.rows("SELECT hash FROM nodes WHERE level = ? AND position = ?", level, position)
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
        self._call("keep_person", person.mark, person.email, person.salt)

    def drop_person(self, mark: str) -> None:
        """Erase a person; the server frees the row's bytes by itself within minutes, and overwrites them later.

        Without the event that says so in the log the server refuses, and RecordFailedError is raised.
        """
        self._call("drop_person", mark)

    def people(self) -> Iterator[Person]:
        """Yield all people in the order of their marks."""
        for row in self._database.rows("SELECT mark, email, salt FROM people ORDER BY mark"):
            yield Person(*row)

    def faults(self) -> list[str]:
        """Return every part of the schema that is gone or another."""
        return self._database.faults()

    def _call(self, function: str, *values: Value | bytes | list[str]) -> None:
        places = ", ".join("?" for _ in values)
        self._database.rows(f"SELECT {function}({places})", *values)
