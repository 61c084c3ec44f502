"""A record is founded once, whole or to be finished, and never in the place of one that was lost."""

from __future__ import annotations

import multiprocessing
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from docgen.errors import ExitCode
from docgen.store import record as module
from docgen.store.database import (
    RecordBusyError,
    RecordDamagedError,
    RecordLostError,
    RecordMissingError,
    create_database,
)
from docgen.store.events import WorkspaceCreated
from docgen.store.keys import KeyUnreadableError, read_key
from docgen.store.postgres import SchemaMissingError
from docgen.store.record import Founder, Record, found_record, open_record
from tests.store.postgresql import OWNER, Server
from tests.store.records import NOW, Home, engagement_recorded

FOUNDER = Founder("Ann@Northbridge.example", NOW, "Europe/London")


def key_file(home: Home) -> Path:
    return home.folder / "log.key"


def found(home: Home) -> closing[Record]:
    return closing(found_record(home.folder, key_file(home), FOUNDER, home.url))


def test_a_new_record_begins_with_its_founder_and_key(home: Home) -> None:
    with found(home) as record:
        event = record.ledger.entry(0).event
        assert isinstance(event, WorkspaceCreated)
        assert (event.at, event.time_zone) == (NOW, "Europe/London")
        assert event.verifying_key == str(read_key(key_file(home)).verifying_key)
        assert event.origin.startswith("northbridge.example/docgen/")
        assert record.people.email(event.actor) == "ann@northbridge.example"
        assert record.ledger.verify() == []


def test_a_record_that_was_founded_is_opened(home: Home) -> None:
    with found(home) as record:
        head = record.ledger.head()
    with found(home) as again, closing(open_record(home.folder, home.url)) as opened:
        assert again.ledger.head() == opened.ledger.head() == head


def test_what_is_recorded_is_found_in_the_register(home: Home) -> None:
    with found(home) as record:
        facts = record.blobs.put(b"facts")
        record.ledger.append(engagement_recorded(facts, 1))
    with closing(open_record(home.folder, home.url)) as record:
        latest = record.register.latest("NBS-2026-014")
        assert latest
        assert record.blobs.read(latest.blob) == b"facts"


def test_two_records_have_two_names(home: Home) -> None:
    with found(home) as one, found(home.another("other")) as other:
        assert one.ledger.origin != other.ledger.origin


def test_founding_that_was_broken_off_is_finished_with_the_same_key(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(**values: object) -> WorkspaceCreated:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "WorkspaceCreated", break_off)
    with pytest.raises(KeyboardInterrupt):
        found(home)
    monkeypatch.undo()
    key = read_key(key_file(home))
    with closing(open_record(home.folder, home.url)) as record:
        assert record.ledger.head().size == 0
        assert list(record.people) == []
    with found(home) as record:
        assert record.ledger.key_in_force() == str(key.verifying_key)
        assert record.ledger.verify() == []


def test_founders_at_once_found_one_record_and_make_no_key_that_signs_nothing(home: Home) -> None:
    homes = [replace(home, folder=home.folder / name) for name in ("one", "two")] * 3 if home.server else [home] * 6
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        keys = set(pool.map(founding_key, homes, chunksize=1))
    assert len(keys) == 1
    made = {str(read_key(path).verifying_key) for path in home.folder.rglob("log.key")}
    assert made == keys


def founding_key(home: Home) -> str:
    with found(home) as record:
        assert record.ledger.head().size == 1
        return record.ledger.key_in_force()


def test_a_key_file_that_holds_no_key_stops_founding(home: Home) -> None:
    key_file(home).write_text("no key")
    if not home.server:
        create_database(home.folder / "record.sqlite")
    with pytest.raises(KeyUnreadableError):
        found(home)
    with closing(open_record(home.folder, home.url)) as record:
        assert record.ledger.head().size == 0


def test_founding_waits_for_who_writes_and_says_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    if not home.server:
        create_database(home.folder / "record.sqlite")
    monkeypatch.setattr("docgen.store.database.Database.__init__.__defaults__", (0.1,))
    monkeypatch.setattr("docgen.store.postgres.open_postgres.__defaults__", (0.1,))
    with home.held(), pytest.raises(RecordBusyError):
        found(home)


@pytest.mark.parametrize("left", ["log.key", "blobs"])
def test_a_file_that_is_gone_is_not_replaced_by_an_empty_record(tmp_path: Path, left: str) -> None:
    home = Home(tmp_path)
    with found(home) as record:
        record.blobs.put(b"facts")
    for path in list(tmp_path.iterdir()):
        if path.name != left:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for attempt in (lambda: found(home), lambda: open_record(tmp_path)):
        with pytest.raises(RecordLostError, match=f"{left}. Bring the database back") as refusal:
            attempt()
        assert refusal.value.exit_code is ExitCode.UNVERIFIED
    assert [path.name for path in tmp_path.iterdir()] == [left]


def test_opening_founds_nothing(tmp_path: Path) -> None:
    with pytest.raises(RecordMissingError):
        open_record(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_record_is_not_founded_over(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "record.sqlite")) as connection:
        connection.execute("CREATE TABLE mine (words)")
    with pytest.raises(RecordDamagedError):
        found(Home(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["record.sqlite"]


# Founding in a database in which nothing is laid out


@pytest.fixture
def database(postgresql: Server, tmp_path: Path) -> Iterator[str]:
    """Lend the name of a database in which nothing is laid out."""
    yield postgresql.make_database("template0")
    postgresql.drop_databases()


def test_a_role_that_may_makes_the_place_for_its_record(postgresql: Server, database: str, tmp_path: Path) -> None:
    url = postgresql.url(OWNER, database)
    with closing(found_record(tmp_path, tmp_path / "log.key", FOUNDER, url)) as record:
        record.ledger.append(engagement_recorded(record.blobs.put(b"facts"), 1))
        assert record.ledger.verify() == []
    assert [path.name for path in tmp_path.iterdir()] == ["log.key"]


def test_a_role_that_may_not_is_told_who_does(postgresql: Server, database: str, tmp_path: Path) -> None:
    home = Home(tmp_path, postgresql, database)
    with pytest.raises(SchemaMissingError, match="docgen audit setup"):
        found(home)
    assert list(tmp_path.iterdir()) == []


def test_a_schema_that_is_gone_is_not_replaced_by_an_empty_record(
    postgresql: Server, database: str, tmp_path: Path
) -> None:
    url = postgresql.url(OWNER, database)
    found_record(tmp_path, tmp_path / "log.key", FOUNDER, url).close()
    with postgresql.connected(database) as admin:
        admin.execute("DROP SCHEMA docgen CASCADE")
    with pytest.raises(RecordMissingError):
        found_record(tmp_path, tmp_path / "log.key", FOUNDER, url)
