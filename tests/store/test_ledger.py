"""An event that was acknowledged is in the log, once, at its place, and can be proved."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from docgen.errors import ExitCode
from docgen.store.blobs import BlobMissingError
from docgen.store.database import (
    APPLICATION_ID,
    LAYOUT,
    Database,
    NewerRecordError,
    RecordBusyError,
    RecordDamagedError,
    RecordExistsError,
    RecordFailedError,
    RecordMissingError,
    create_database,
)
from docgen.store.events import BlobErased, CheckpointSigned, KeyChanged
from docgen.store.ledger import (
    ContradictionError,
    EntryMissingError,
    FoundationError,
    KeyReusedError,
    LogMovedError,
    WrongKeyError,
)
from docgen.store.merkle import leaf_hash, nodes_over, root, verify_consistency, verify_inclusion
from docgen.store.notes import open_checkpoint
from tests.store.records import (
    ACTOR,
    KEY,
    NOW,
    ORIGIN,
    OTHER_KEY,
    Home,
    Record,
    engagement_recorded,
    founded,
    opened,
    unfounded,
    workspace_created,
)

KEYS = [KEY.verifying_key]


def bodies(record: Record) -> list[bytes]:
    return [entry.body for entry in record.ledger.entries()]


def recomputed_root(record: Record, size: int) -> bytes:
    return root(nodes_over([leaf_hash(body) for body in bodies(record)]), size)


def test_a_receipt_says_where_the_event_stands_and_which_tree_it_made(home: Home) -> None:
    with founded(home, revisions=2) as record:
        facts = record.blobs.put(b"facts")
        receipt = record.ledger.append(engagement_recorded(facts, 3))
        assert (receipt.index, receipt.size, receipt.repeated) == (3, 4, False)
        assert receipt.leaf == leaf_hash(bodies(record)[3])
        assert receipt.root == record.ledger.head().root == recomputed_root(record, 4)


def test_the_log_is_the_same_after_it_was_closed(home: Home) -> None:
    with founded(home, revisions=20) as record:
        head, entries = record.ledger.head(), list(record.ledger.entries())
    with opened(home) as record:
        assert record.ledger.head() == head
        assert list(record.ledger.entries()) == entries


def test_the_roots_told_are_those_of_the_definition_at_every_size(home: Home) -> None:
    with founded(home) as record:
        told = []
        for revision in range(1, 40):
            facts = record.blobs.put(b"facts")
            told.append(record.ledger.append(engagement_recorded(facts, revision)).root)
        assert told == [recomputed_root(record, size) for size in range(2, 41)]


def test_the_same_key_gets_the_first_receipt_and_writes_nothing(home: Home) -> None:
    with founded(home) as record:
        facts = record.blobs.put(b"facts")
        first = record.ledger.append(engagement_recorded(facts, 1))
        record.note_engagement(2)
        later = engagement_recorded(facts, 1, at=NOW + dt.timedelta(hours=1), actor="b" * 64)
        again = record.ledger.append(later)
        assert again.repeated
        assert (again.index, again.leaf, again.root, again.size) == (first.index, first.leaf, first.root, first.size)
        assert record.ledger.head().size == 3
        assert record.ledger.entry(first.index).event.at == NOW


def test_a_retry_is_answered_even_when_its_blob_was_erased_since(home: Home) -> None:
    with founded(home) as record:
        facts = record.note_engagement(1)
        record.erase_blob(facts)
        assert record.ledger.append(engagement_recorded(facts, 1)).repeated


def test_a_key_is_not_used_for_two_kinds_of_event(home: Home) -> None:
    with founded(home, revisions=1) as record:
        other = BlobErased(at=NOW, actor=ACTOR, idempotency_key="NBS-2026-014/1", blob="b" * 64, ground="law")
        with pytest.raises(KeyReusedError, match="engagement_recorded"):
            record.ledger.append(other)
        assert record.ledger.head().size == 2


def test_events_that_belong_together_are_recorded_together_or_not_at_all(home: Home) -> None:
    with founded(home) as record:
        facts = record.blobs.put(b"facts")
        receipts = record.ledger.append_all([engagement_recorded(facts, number) for number in (1, 2, 3)])
        assert [receipt.index for receipt in receipts] == [1, 2, 3]
        assert [receipt.root for receipt in receipts] == [recomputed_root(record, size) for size in (2, 3, 4)]
        before = record.ledger.head()
        with pytest.raises(BlobMissingError):
            record.ledger.append_all([engagement_recorded(facts, 4), engagement_recorded("f" * 64, 5)])
        assert record.ledger.head() == before
        assert record.ledger.verify() == []


def test_what_is_written_around_an_event_is_written_with_it_or_not_at_all(home: Home) -> None:
    with founded(home) as record:
        facts = record.blobs.put(b"facts")

        def record_revision_and_fail() -> None:
            with record.log.writing():
                record.people.mark("ann@northbridge.example")
                record.ledger.append(engagement_recorded(facts, 1))
                record.log.add(9, b"{}", [bytes(32)])

        with pytest.raises(RecordFailedError, match="in their order only"):
            record_revision_and_fail()
        assert list(record.people) == []
        assert record.ledger.head().size == 1
        assert record.ledger.verify() == []


def test_an_event_never_names_a_blob_that_is_not_kept_yet(home: Home) -> None:
    with founded(home) as record, pytest.raises(BlobMissingError, match="f" * 64):
        record.ledger.append(engagement_recorded("f" * 64, 1))


def test_a_decision_on_an_older_log_is_refused(home: Home) -> None:
    with founded(home) as record:
        facts = record.blobs.put(b"facts")
        record.ledger.append(engagement_recorded(facts, 1), after=1)
        with pytest.raises(LogMovedError, match="has 2 entries and had 1") as refusal:
            record.ledger.append(engagement_recorded(facts, 2), after=1)
        assert refusal.value.exit_code is ExitCode.REFUSED
        assert record.ledger.append(engagement_recorded(facts, 1), after=1).repeated
        assert record.ledger.append(engagement_recorded(facts, 2), after=2).index == 2


def test_a_log_is_founded_first_and_once(home: Home) -> None:
    with unfounded(home) as record:
        facts = record.blobs.put(b"facts")
        with pytest.raises(FoundationError):
            record.ledger.append(engagement_recorded(facts, 1))
        record.ledger.append(workspace_created())
        with pytest.raises(FoundationError):
            record.ledger.append(workspace_created(idempotency_key="again"))
        assert record.ledger.append(workspace_created()).repeated


def test_a_range_of_entries_is_read(home: Home) -> None:
    with founded(home, revisions=2100) as record:
        assert [entry.index for entry in record.ledger.entries()] == list(range(2101))
        assert [entry.index for entry in record.ledger.entries(1999, 2003)] == [1999, 2000, 2001, 2002]
        assert list(record.ledger.entries(2101)) == list(record.ledger.entries(5, 5)) == []
        assert record.ledger.entry(2100).event.idempotency_key == "NBS-2026-014/2100"


def test_a_log_is_read_backwards_and_no_further_than_is_asked_for(home: Home) -> None:
    with founded(home, revisions=2100) as record:
        assert [entry.index for entry in record.ledger.entries_backwards()] == list(range(2100, -1, -1))
        record.tamper("DELETE FROM events WHERE sequence = 2000")
        entries = record.ledger.entries_backwards()
        assert [next(entries).index for _ in range(60)] == list(range(2100, 2040, -1))
        with pytest.raises(RecordDamagedError, match="entry 2000"):
            list(entries)


def test_one_entry_is_read_without_its_neighbours(home: Home) -> None:
    with founded(home, revisions=5) as record:
        record.tamper("DELETE FROM events WHERE sequence = 3")
        assert record.ledger.entry(2).index == 2
        with pytest.raises(RecordDamagedError, match="entry 3"):
            record.ledger.entry(3)


@pytest.mark.parametrize("index", [-1, 3, 2**62])
def test_an_entry_that_is_not_there_is_named(home: Home, index: int) -> None:
    with founded(home, revisions=2) as record:
        with pytest.raises(EntryMissingError, match=f"no entry {index}: it has 3"):
            record.ledger.entry(index)
        with pytest.raises(EntryMissingError):
            record.ledger.inclusion_proof(index, 3)


def test_every_entry_is_proved_in_every_later_log(home: Home) -> None:
    with founded(home, revisions=12) as record:
        for size in range(1, 14):
            top = recomputed_root(record, size)
            for index, body in enumerate(bodies(record)[:size]):
                proof = record.ledger.inclusion_proof(index, size)
                assert verify_inclusion(leaf_hash(body), index, size, proof, top)
            for old in range(1, size + 1):
                growth = record.ledger.consistency_proof(old, size)
                assert verify_consistency(old, recomputed_root(record, old), size, top, growth)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (2, 4), (3, 2)])
def test_growth_that_was_not_is_not_proved(home: Home, old: int, new: int) -> None:
    with founded(home, revisions=2) as record, pytest.raises(EntryMissingError):
        record.ledger.consistency_proof(old, new)


def test_a_proof_asks_for_few_hashes_however_long_the_log_is(home: Home) -> None:
    asked: list[tuple[int, int]] = []
    with founded(home, revisions=500) as record:
        hash_at = record.log.hash_at

        def noted(level: int, position: int) -> bytes | None:
            asked.append((level, position))
            return hash_at(level, position)

        record.log.hash_at = noted  # type: ignore[method-assign]
        record.ledger.inclusion_proof(250, 501)
    assert 5 < len(asked) < 30


def test_a_checkpoint_is_signed_recorded_and_opened_by_anybody(home: Home) -> None:
    with founded(home, revisions=2) as record:
        head = record.ledger.head()
        note = record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR)
        checkpoint = open_checkpoint(note, ORIGIN, KEYS)
        assert (checkpoint.size, checkpoint.root) == (head.size, head.root)
        event = record.ledger.entry(3).event
        assert isinstance(event, CheckpointSigned)
        assert (event.size, event.root, event.note) == (3, head.root.hex(), note)
        assert record.ledger.last_checkpoint() == (3, event)


def test_a_log_that_has_not_grown_is_not_signed_again(home: Home) -> None:
    with founded(home, revisions=2) as record:
        first = record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR)
        assert record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR) == first
        assert record.ledger.head().size == 4
        record.note_engagement(3)
        second = record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR)
        assert open_checkpoint(second, ORIGIN, KEYS).size == 5


def test_a_log_that_is_not_what_was_signed_is_not_signed_again(home: Home) -> None:
    with founded(home, revisions=2) as record:
        record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR)
        record.tamper(("UPDATE nodes SET hash = ? WHERE level = 1 AND position = 0", (bytes(32),)))
        record.note_engagement(3)
        with pytest.raises(ContradictionError, match="first 3 entries") as refusal:
            record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR)
        assert refusal.value.exit_code is ExitCode.UNVERIFIED


def test_only_the_key_in_force_signs(home: Home) -> None:
    with founded(home) as record:
        with pytest.raises(WrongKeyError):
            record.ledger.sign_checkpoint(OTHER_KEY, at=NOW, actor=ACTOR)
        changed = KeyChanged(at=NOW, actor=ACTOR, idempotency_key="key", verifying_key=str(OTHER_KEY.verifying_key))
        record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR)
        record.ledger.append(changed)
        with pytest.raises(WrongKeyError):
            record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR)
        note = record.ledger.sign_checkpoint(OTHER_KEY, at=NOW, actor=ACTOR)
        assert open_checkpoint(note, ORIGIN, [OTHER_KEY.verifying_key]).size == 3
        assert record.ledger.verify() == []


def test_an_empty_log_is_not_signed(home: Home) -> None:
    with unfounded(home) as record, pytest.raises(EntryMissingError):
        record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = '{}' WHERE sequence = 1",
        "UPDATE OR REPLACE events SET sequence = 9 WHERE sequence = 1",
        "DELETE FROM events",
        "DELETE FROM events WHERE sequence = 2",
        "INSERT INTO events VALUES (9, '{}')",
        "INSERT INTO events VALUES (-1, '{}')",
        "INSERT INTO events VALUES (1, '{}')",
        "INSERT OR REPLACE INTO events VALUES (1, '{}')",
        "INSERT OR REPLACE INTO events SELECT 3, body FROM events WHERE sequence = 1",
        "INSERT INTO events VALUES (3, 'no json')",
        "INSERT INTO events VALUES (3, NULL)",
        "UPDATE nodes SET hash = zeroblob(32)",
        "DELETE FROM nodes",
        "INSERT OR REPLACE INTO nodes VALUES (0, 1, zeroblob(32))",
        "INSERT INTO nodes VALUES (0, 9, zeroblob(31))",
        "INSERT INTO nodes VALUES (0, 9, 'thirty-two characters of any text')",
    ],
)
def test_the_guards_refuse_what_the_log_never_does(tmp_path: Path, statement: str) -> None:
    with founded(tmp_path, revisions=2) as record, closing(sqlite3.connect(record.path)) as other:
        with pytest.raises(sqlite3.Error, match=r"the log|CHECK|NOT NULL|cannot store|malformed JSON"):
            other.execute(statement)
        other.rollback()
        assert record.ledger.verify() == []


def test_reading_stops_at_an_entry_that_was_altered(home: Home) -> None:
    with founded(home, revisions=5) as record:
        record.tamper("UPDATE events SET body = replace(body, 'NBS', 'SBN') WHERE sequence = 3")
        read: list[int] = []
        with pytest.raises(RecordDamagedError, match="entry 3") as refusal:
            read.extend(entry.index for entry in record.ledger.entries())
        assert refusal.value.exit_code is ExitCode.UNVERIFIED
        assert record.ledger.entry(4).index == 4


def test_reading_does_not_pass_over_an_entry_that_is_gone(home: Home) -> None:
    with founded(home, revisions=5) as record:
        record.tamper("DELETE FROM events WHERE sequence = 3")
        with pytest.raises(RecordDamagedError, match="entry 3"):
            list(record.ledger.entries())


def test_a_writer_that_does_not_let_go_is_named_after_a_while(home: Home) -> None:
    with founded(home) as record:
        facts = record.blobs.put(b"facts")
    with opened(home, busy_seconds=0.2) as record:
        with home.held(), pytest.raises(RecordBusyError, match=r"0\.2 seconds"):
            record.ledger.append(engagement_recorded(facts, 1))
        assert record.ledger.head().size == 1
        assert record.ledger.append(engagement_recorded(facts, 1)).index == 1


def test_readers_go_on_while_somebody_writes(home: Home) -> None:
    with founded(home, revisions=2) as record, home.held():
        assert len(list(record.ledger.entries())) == 3
        assert record.ledger.verify() == []


def test_every_commit_reaches_the_disk(tmp_path: Path) -> None:
    with founded(tmp_path) as record:
        assert record.database.rows("PRAGMA journal_mode") == [("wal",)]
        assert record.database.rows("PRAGMA synchronous") == [(2,)]


def test_a_record_is_not_founded_by_a_mistaken_path(tmp_path: Path) -> None:
    with pytest.raises(RecordMissingError, match="There is no record") as refusal:
        Database(tmp_path / "elsewhere.sqlite")
    assert refusal.value.exit_code is ExitCode.NOT_FOUND
    assert list(tmp_path.iterdir()) == []


def test_a_record_is_not_founded_over_another(tmp_path: Path) -> None:
    with founded(tmp_path, revisions=2) as record:
        with pytest.raises(RecordExistsError):
            create_database(record.path)
        assert record.ledger.head().size == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["blobs", "record.sqlite"]


@pytest.mark.parametrize("name", ["a b.sqlite", "q?mode=memory&x=1.sqlite", "100%25.sqlite", "#1.sqlite", "ä.sqlite"])
def test_a_record_may_have_any_file_name(tmp_path: Path, name: str) -> None:
    create_database(tmp_path / name)
    Database(tmp_path / name).close()
    assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize("content", [b"", b"words", b"SQLite format 3\0" + bytes(4096)])
def test_another_file_is_not_taken_for_a_record(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "record.sqlite").write_bytes(content)
    with pytest.raises((RecordDamagedError, RecordFailedError)):
        Database(tmp_path / "record.sqlite")
    assert (tmp_path / "record.sqlite").read_bytes() == content


def test_another_programs_database_is_not_taken_for_a_record(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "record.sqlite")) as connection:
        connection.execute("CREATE TABLE events (sequence, body)")
        connection.commit()
    with pytest.raises(RecordDamagedError, match="not the file of a record"):
        Database(tmp_path / "record.sqlite")


def test_a_newer_record_is_left_to_a_newer_docgen(tmp_path: Path) -> None:
    with founded(tmp_path) as record:
        assert record.database.rows("PRAGMA application_id") == [(APPLICATION_ID,)]
        record.tamper(f"PRAGMA user_version = {LAYOUT + 1}")
    with pytest.raises(NewerRecordError, match=f"layout {LAYOUT + 1}") as refusal:
        Database(tmp_path / "record.sqlite")
    assert refusal.value.exit_code is ExitCode.MISSING_HERE


def append_many(home: Home, first: int, count: int, told: Any) -> None:
    with opened(home, busy_seconds=60) as record:
        for revision in range(first, first + count):
            facts = record.blobs.put(b"facts of %d" % (revision % 7))
            receipt = record.ledger.append(engagement_recorded(facts, revision))
            told.put((receipt.index, receipt.leaf, receipt.root, receipt.size, revision))


def test_two_processes_append_to_one_log_without_losing_anything(home: Home) -> None:
    with founded(home) as record:
        context = multiprocessing.get_context("spawn")
        told = context.Queue()
        writers = [context.Process(target=append_many, args=(home, first, 30, told)) for first in (1, 1001)]
        for writer in writers:
            writer.start()
        receipts = sorted(told.get(timeout=60) for _ in range(60))
        for writer in writers:
            writer.join()
        assert [receipt[0] for receipt in receipts] == list(range(1, 61))
        for index, leaf, top, size, revision in receipts:
            entry = record.ledger.entry(index)
            assert entry.event.idempotency_key == f"NBS-2026-014/{revision}"
            assert (leaf, top, size) == (leaf_hash(entry.body), recomputed_root(record, index + 1), index + 1)
        assert record.ledger.verify() == []


def test_two_processes_that_record_the_same_record_it_once(home: Home) -> None:
    with founded(home) as record:
        context = multiprocessing.get_context("spawn")
        told = context.Queue()
        writers = [context.Process(target=append_many, args=(home, 1, 20, told)) for _ in range(2)]
        for writer in writers:
            writer.start()
        receipts = {told.get(timeout=60) for _ in range(40)}
        for writer in writers:
            writer.join()
        assert len(receipts) == 20
        assert record.ledger.head().size == 21
        assert record.ledger.verify() == []


def test_two_processes_that_make_a_record_make_one(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        outcomes = pool.map(make_record, [tmp_path] * 8)
    assert outcomes.count("made") == 1
    assert outcomes.count("there already") == 7
    assert [path.name for path in tmp_path.iterdir()] == ["record.sqlite"]


def make_record(folder: Path) -> str:
    try:
        create_database(folder / "record.sqlite")
    except RecordExistsError:
        return "there already"
    return "made"
