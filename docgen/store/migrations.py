"""Bring the file of an older record to the layout of this docgen: each step in one transaction, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from docgen.store.events import read_event
from docgen.store.projections import REVIEWS, TABLES, Table, changes, definition, statement

if TYPE_CHECKING:
    from docgen.store.database import Database

_CHUNK = 1000


def migrate(database: Database, layout: int) -> None:
    """Bring a record from its layout to the newest one; another process may be doing the same.

    Raises what writing raises, UnreadableEventError and NewerEventError for a log that cannot be read.
    """
    while layout in _STEPS:
        with database.writing():
            ((here,),) = database.rows("PRAGMA user_version")
            if here == layout:
                _STEPS[layout](database)
                database.rows(f"PRAGMA user_version = {layout + 1}")
        layout += 1


def table_definitions() -> Iterator[str]:
    """Yield the statements that make the tables which follow from the log."""
    for table in TABLES:
        yield from _definition(table)


def _definition(table: Table) -> Iterator[str]:
    return definition(table, "TEXT", "INTEGER", " STRICT, WITHOUT ROWID")


def _add_tables(database: Database) -> None:
    """Layout 2: tables that follow from the log, so that lists and look-ups need not read all of it."""
    for text in table_definitions():
        database.rows(text)
    for sequence, body in _bodies(database):
        for change in changes(sequence, read_event(body.encode())):
            text, values = statement(change)
            database.rows(text, *values)


def _add_reviews(database: Database) -> None:
    """Layout 3: what became of templates beside their approval, of which no older record has anything."""
    if not database.rows("SELECT 1 FROM sqlite_master WHERE name = ?", REVIEWS.name):
        for text in _definition(REVIEWS):
            database.rows(text)


def _bodies(database: Database) -> Iterator[tuple[int, str]]:
    start = 0
    while rows := database.rows(
        "SELECT sequence, body FROM events WHERE sequence >= ? ORDER BY sequence LIMIT ?", start, _CHUNK
    ):
        yield from rows
        start = rows[-1][0] + 1


_STEPS: Mapping[int, Callable[[Database], None]] = {1: _add_tables, 2: _add_reviews}
