"""A team's record of an older docgen is brought to the newest layout by its owner, whole or not at all."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from docgen.store import postgres
from docgen.store.database import RecordDamagedError, RecordFailedError
from docgen.store.postgres import OlderSchemaError, RightsMissingError, lay_out, open_postgres
from docgen.store.postgres_schema import LAYOUT, erasing_by_the_log
from docgen.store.projections import REVIEWS, TABLES
from tests.store.postgresql import APP, OWNER
from tests.store.records import Home, founded, opened

OLD_RECORD = Path(__file__).parent / "postgres-layout-1.sql"
ANN = "ann@northbridge.example"


@pytest.fixture
def old(empty: Home) -> Home:
    """Lend a record as the first docgen wrote it."""
    assert empty.server
    with empty.server.connected(empty.database, OWNER) as connection:
        connection.execute(OLD_RECORD.read_text(encoding="utf-8"))
    return empty


def owner_of(home: Home) -> str:
    assert home.server
    return home.server.url(OWNER, home.database)


def layout(home: Home) -> int:
    with closing(postgres.Postgres(home.url)) as database:
        return database.layout()


def rights(home: Home) -> list[tuple[object, ...]]:
    """Return whose each function is, and who may do what with it."""
    query = """SELECT p.oid::regprocedure::text, p.proowner::regrole::text, a.grantee::regrole::text, a.privilege_type
        FROM pg_proc AS p CROSS JOIN LATERAL aclexplode(p.proacl) AS a
        WHERE p.pronamespace = 'docgen'::regnamespace ORDER BY 1, 2, 3, 4"""
    with home.connected() as connection:
        return list(connection.execute(query))


def test_an_old_record_waits_for_its_owner(old: Home) -> None:
    assert layout(old) == 1
    with pytest.raises(OlderSchemaError, match="docgen audit setup"):
        open_postgres(old.url)
    with pytest.raises(RightsMissingError):
        lay_out(old.url, APP)
    assert layout(old) == 1


def test_an_old_record_is_laid_out_anew_with_all_that_was_recorded(old: Home) -> None:
    lay_out(owner_of(old), APP)
    assert layout(old) == LAYOUT
    with opened(old) as record:
        assert record.ledger.verify() == []
        assert record.ledger.head().size == 20
        assert [person.email for person in record.people] == [ANN]
        assert [table for table in TABLES if not list(record.log.table_rows(table))] == [REVIEWS], "came later"


def test_an_old_record_becomes_what_a_new_one_is(old: Home) -> None:
    new = old.another("new")
    lay_out(owner_of(old), APP)
    with founded(new) as fresh, opened(old) as record:
        assert record.database.faults() == fresh.database.faults() == []
    assert rights(old) == rights(new)


def test_an_old_record_erases_only_by_its_log_from_then_on(old: Home) -> None:
    lay_out(owner_of(old), APP)
    with opened(old) as record:
        facts, ann = record.note_engagement(3), record.people.find(ANN)
        assert ann
        with pytest.raises(RecordFailedError, match="the log has no blob_erased"):
            record.blobs.erase(facts)
        with pytest.raises(RecordFailedError, match="the log has no person_forgotten"):
            record.people.forget(ann)
        assert record.ledger.verify() == []
        record.erase_blob(facts)
        record.forget_person(ann)
        assert record.blobs.is_erased(facts)
        assert record.people.email(ann) is None
        assert record.ledger.verify() == []


def test_an_erasure_of_before_stands_and_may_be_asked_for_again(old: Home) -> None:
    lay_out(owner_of(old), APP)
    with opened(old) as record:
        (gone,) = [event.blob for entry in record.ledger.entries() if (event := entry.event).event == "blob_erased"]
        record.blobs.erase(gone)
        assert record.blobs.is_erased(gone)


def test_laying_out_anew_that_is_broken_off_leaves_the_old_layout(old: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "erasing_by_the_log", lambda: [*erasing_by_the_log(), "SELECT no_such_function()"])
    with pytest.raises(RecordDamagedError):
        lay_out(owner_of(old), APP)
    monkeypatch.undo()
    assert layout(old) == 1
    with old.connected() as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT 'docgen.events_by_blob_erased'::regclass")
    lay_out(owner_of(old), APP)
    lay_out(owner_of(old), APP)
    with opened(old) as record:
        assert record.ledger.verify() == []
