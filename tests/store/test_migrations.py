"""A record of an older docgen opens, with all that was recorded and the tables that came later; or nothing changes."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from docgen.store import migrations
from docgen.store.database import LAYOUT, Database
from docgen.store.events import CheckpointSigned, DocumentName, UnreadableEventError
from docgen.store.migrations import table_definitions
from docgen.store.projections import REVIEWS, TABLES
from docgen.store.verification import FaultKind
from tests.store.records import KEY, Record, founded, opened

OLD_RECORD = Path(__file__).parent / "layout-1.sql"
CONTRACT = DocumentName(engagement="NBS-2026-014", kind="contract", version=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Lend a folder with a record as the first docgen wrote it."""
    with connected(tmp_path) as connection:
        connection.executescript(OLD_RECORD.read_text(encoding="utf-8"))
    return tmp_path


def connected(folder: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(folder / "record.sqlite", isolation_level=None))


def layout(folder: Path) -> tuple[int, set[str]]:
    """Return number and tables of the layout a file has."""
    with connected(folder) as connection:
        ((number,),) = connection.execute("PRAGMA user_version")
        return number, {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def faults(record: Record) -> list[str]:
    # The record is one without its blobs.
    return [str(fault) for fault in record.ledger.verify() if fault.kind is not FaultKind.BLOB_MISSING]


def test_the_old_record_is_one_of_the_first_layout(folder: Path) -> None:
    assert layout(folder) == (1, {"events", "nodes", "people"})


def test_an_old_record_opens_whole_and_with_its_tables_filled(folder: Path) -> None:
    with opened(folder) as record:
        assert faults(record) == []
        assert record.ledger.head().size == 19
        document = record.register.document(CONTRACT)
        assert document
        assert (document.status, document.superseded_by) == ("superseded", 2)
        assert [table for table in TABLES if not list(record.log.table_rows(table))] == [REVIEWS], "came later"
    assert layout(folder)[0] == LAYOUT


def test_an_old_record_goes_on(folder: Path) -> None:
    with opened(folder) as record:
        record.note_engagement(3)
        assert record.ledger.entry(19).event.idempotency_key == "NBS-2026-014/3"
        last = record.ledger.last_checkpoint()
        assert last
        assert isinstance(last[1], CheckpointSigned)
        assert record.ledger.verify([last[1].note], [KEY.verifying_key])[0].kind is FaultKind.BLOB_MISSING
        assert faults(record) == []


def test_an_old_record_becomes_what_a_new_one_is(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    new = tmp_path_factory.mktemp("new")
    with founded(new), opened(folder):
        pass
    parts = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name"
    with connected(folder) as old, connected(new) as other:
        assert old.execute(parts).fetchall() == other.execute(parts).fetchall()


def test_a_migration_that_is_broken_off_leaves_the_record_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = layout(folder)

    def definitions() -> Iterator[str]:
        yield from table_definitions()
        raise KeyboardInterrupt

    monkeypatch.setattr(migrations, "table_definitions", definitions)
    with pytest.raises(KeyboardInterrupt):
        Database(folder / "record.sqlite")
    assert layout(folder) == before
    monkeypatch.undo()
    with opened(folder) as record:
        assert faults(record) == []


def test_a_record_with_an_event_that_cannot_be_read_is_left_as_it_was(folder: Path) -> None:
    before = layout(folder)
    with connected(folder) as connection:
        connection.execute("DROP TRIGGER events_unchanged")
        connection.execute("UPDATE events SET body = replace(body, 'NBS', 'A B') WHERE sequence = 6")
    with pytest.raises(UnreadableEventError):
        Database(folder / "record.sqlite")
    assert layout(folder) == before


def test_an_old_record_that_several_open_at_once_is_migrated_once(folder: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(faults_seen, [folder] * 6, chunksize=1) == [[]] * 6
    assert layout(folder)[0] == LAYOUT


def faults_seen(folder: Path) -> list[str]:
    with opened(folder, busy_seconds=60) as record:
        return faults(record)
