"""A record that cannot be written where it is can be read and verified there, and refuses the rest by name."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from docgen.errors import ExitCode
from docgen.store.blobs import BlobFolder
from docgen.store.database import (
    Database,
    OlderRecordError,
    RecordDamagedError,
    RecordReadOnlyError,
    RecordUnreadableError,
)
from docgen.store.record import Founder, Record, found_record, open_record
from tests.store.records import NOW, engagement_recorded, founded
from tests.store.rights import as_a_stranger, public_folder, shut_disk

FOUNDER = Founder("ann@northbridge.example", NOW, "Europe/London")


@contextmanager
def made(folder: Path) -> Iterator[Record]:
    """Lend a record with its founder and an engagement, open."""
    with closing(found_record(folder, folder / "log.key", FOUNDER)) as record:
        record.ledger.append(engagement_recorded(record.blobs.put(b"facts"), 1))
        yield record


def assert_whole(folder: Path) -> None:
    with closing(open_record(folder)) as record:
        assert record.ledger.verify() == []
        assert len(list(record.ledger.entries())) == 2
        assert record.register.latest("NBS-2026-014")


def test_a_record_at_rest_is_read_on_a_disk_that_cannot_be_written(tmp_path: Path) -> None:
    with made(tmp_path / "here"):
        pass
    with shut_disk(tmp_path / "disk", tmp_path / "here") as disk:
        before = sorted(disk.rglob("*"))
        assert_whole(disk)
        assert sorted(disk.rglob("*")) == before


@pytest.mark.parametrize("emptied", [True, False])
def test_a_record_copied_while_it_was_open_is_read_whole(tmp_path: Path, emptied: bool) -> None:
    with made(tmp_path / "here"):
        if emptied:
            with closing(sqlite3.connect(tmp_path / "here" / "record.sqlite")) as other:
                other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with shut_disk(tmp_path / "disk", tmp_path / "here") as disk:
            assert bool((disk / "record.sqlite-wal").stat().st_size) is not emptied
            assert_whole(disk)


def test_a_write_ahead_file_that_cannot_be_joined_is_not_passed_over(tmp_path: Path) -> None:
    with made(tmp_path / "here"):
        shutil.copytree(tmp_path / "here", tmp_path / "copy", ignore=shutil.ignore_patterns("*-shm"))
    with shut_disk(tmp_path / "disk", tmp_path / "copy") as disk:
        with pytest.raises(RecordUnreadableError, match="copy of the whole folder") as refusal:
            open_record(disk)
        assert refusal.value.exit_code is ExitCode.MISSING_HERE


DEEDS: dict[str, Callable[[Record], object]] = {
    "an entry": lambda record: record.ledger.append(engagement_recorded(record.blobs.put(b"facts"), 2)),
    "a file": lambda record: record.blobs.put(b"other facts"),
    "a person": lambda record: record.people.mark("new@northbridge.example"),
    "an erasure": lambda record: record.blobs.erase(next(iter(record.blobs))),
    "tables": lambda record: record.ledger.rebuild_tables(),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_would_write_is_refused_by_name(tmp_path: Path, deed: str) -> None:
    with made(tmp_path / "here"):
        pass
    with (
        shut_disk(tmp_path / "disk", tmp_path / "here") as disk,
        closing(found_record(disk, disk / "log.key", FOUNDER)) as record,
    ):
        with pytest.raises(RecordReadOnlyError, match="copy the folder to a place") as refusal:
            DEEDS[deed](record)
        assert refusal.value.exit_code is ExitCode.MISSING_HERE
        assert record.ledger.verify() == []


def test_a_file_that_is_there_is_kept_again_without_writing(tmp_path: Path) -> None:
    with made(tmp_path / "here"):
        pass
    with shut_disk(tmp_path / "disk", tmp_path / "here") as disk, closing(open_record(disk)) as record:
        assert isinstance(record.blobs, BlobFolder)
        assert record.blobs.put(b"facts") in record.blobs


@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o755), (0o444, 0o555), (0o666, 0o555)])
def test_somebody_without_the_right_to_write_reads_the_record(file: int, folder: int) -> None:
    with public_folder() as home:
        with made(home):
            pass
        (home / "record.sqlite").chmod(file)
        home.chmod(folder)
        try:
            with as_a_stranger():
                assert_whole(home)
                with closing(open_record(home)) as record, pytest.raises(RecordReadOnlyError):
                    record.ledger.append(engagement_recorded("0" * 64, 2))
        finally:
            home.chmod(0o755)


@pytest.mark.parametrize("shut", ["file", "folder"])
def test_a_record_that_may_not_be_read_is_told_so(shut: str) -> None:
    with public_folder() as home:
        with made(home / "record"):
            pass
        (home / "record" / "record.sqlite" if shut == "file" else home / "record").chmod(0)
        try:
            with as_a_stranger(), pytest.raises(RecordUnreadableError, match="the right to read") as refusal:
                open_record(home / "record")
        finally:
            (home / "record").chmod(0o755)
    assert refusal.value.exit_code is ExitCode.MISSING_HERE


def test_a_folder_in_the_place_of_the_file_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "record.sqlite").mkdir()
    with pytest.raises(RecordUnreadableError):
        Database(tmp_path / "record.sqlite")


def test_an_older_record_is_not_changed_where_it_cannot_be(tmp_path: Path) -> None:
    with founded(tmp_path / "here", revisions=1) as record:
        record.tamper("PRAGMA user_version = 1")
    with shut_disk(tmp_path / "disk", tmp_path / "here") as disk:
        with pytest.raises(OlderRecordError, match="layout 1") as refusal:
            open_record(disk)
        assert refusal.value.exit_code is ExitCode.MISSING_HERE


def test_a_damaged_record_is_told_to_be_damaged_there_too(tmp_path: Path) -> None:
    with made(tmp_path / "here"):
        pass
    (tmp_path / "here" / "record.sqlite").write_bytes(b"words" * 1000)
    with shut_disk(tmp_path / "disk", tmp_path / "here") as disk, pytest.raises(RecordDamagedError):
        open_record(disk)


def test_a_database_that_is_shut_while_it_is_open_refuses_by_name(tmp_path: Path) -> None:
    with made(tmp_path), closing(Database(tmp_path / "record.sqlite")) as database:
        database.rows("PRAGMA query_only = ON")
        with pytest.raises(RecordReadOnlyError):
            database.rows("DELETE FROM people")
