"""Whatever was done to a record behind docgen's back is found, all of it, and named where it is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from docgen.errors import DocgenError
from docgen.store.blobs import BlobFolder
from docgen.store.canonical import canonical_bytes
from docgen.store.events import (
    BlobErased,
    CheckpointSigned,
    KeyChanged,
    PersonForgotten,
    PersonNamed,
    docgen_version,
    read_event,
    write_event,
)
from docgen.store.merkle import Frontier, leaf_hash
from docgen.store.notes import Checkpoint, sign_note
from docgen.store.people import Person
from docgen.store.projections import Table, Tables, Value, changes
from docgen.store.verification import Fault, FaultKind, find_faults
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
    workspace_created,
)

K = FaultKind


@dataclass
class RemoteLog:
    """A log in memory that anybody may tamper with."""

    entries: dict[int, bytes] = field(default_factory=dict)
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def bodies(self, start: int = 0) -> Iterator[tuple[int, bytes]]:
        yield from sorted((number, body) for number, body in self.entries.items() if number >= start)

    def hashes(self) -> Iterator[tuple[int, int, bytes]]:
        yield from ((*place, node) for place, node in sorted(self.nodes.items()))

    def hash_at(self, level: int, position: int) -> bytes | None:
        return self.nodes.get((level, position))

    def people(self) -> Iterable[Person]:
        return ()

    def table_rows(self, table: Table) -> Iterator[tuple[Value, ...]]:
        """Its tables are made from its entries, so that only the entries can differ from what was recorded."""
        tables = Tables()
        for number, body in self.bodies():
            with suppress(DocgenError):
                tables.apply(changes(number, read_event(body)))
        yield from tables.of(table).values()


def remote_log(bodies: Iterable[bytes]) -> RemoteLog:
    log, edge = RemoteLog(), Frontier()
    for index, body in enumerate(bodies):
        leaf = leaf_hash(body)
        log.entries[index] = body
        log.nodes |= {(level, index >> level): node for level, node in enumerate(edge.completed_by(leaf))}
        edge = edge.append(leaf)
    return log


def history(revisions: int, facts: str) -> list[bytes]:
    recorded = [write_event(engagement_recorded(facts, number + 1)) for number in range(revisions)]
    return [write_event(workspace_created()), *recorded]


def summary(faults: Iterable[Fault]) -> list[tuple[FaultKind, list[int] | None]]:
    return [(fault.kind, None if fault.entries is None else list(fault.entries)) for fault in faults]


def changed(body: bytes, **changes: object) -> bytes:
    return canonical_bytes(json.loads(body) | changes)


def bodies(record: Record) -> list[bytes]:
    return [entry.body for entry in record.ledger.entries()]


def last_note(record: Record) -> str:
    return record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR)


@pytest.fixture
def blobs(tmp_path: Path) -> BlobFolder:
    return BlobFolder(tmp_path / "blobs")


@pytest.mark.parametrize("revisions", [0, 1, 2, 3, 6, 7, 8, 20])
def test_a_record_nobody_touched_has_no_faults(home: Home, revisions: int) -> None:
    with founded(home, revisions) as record:
        note = last_note(record)
        assert record.ledger.verify([note], [KEY.verifying_key]) == []


def test_every_byte_changed_in_any_entry_is_found_and_the_entry_named(blobs: BlobFolder) -> None:
    facts = blobs.put(b"facts")
    original = history(5, facts)
    for index, body in enumerate(original):
        for place in range(len(body)):
            log = remote_log(original)
            log.entries[index] = body[:place] + bytes([body[place] ^ 1 << place % 8]) + body[place + 1 :]
            altered = [fault for fault in find_faults(log, blobs) if fault.kind is K.ENTRY_ALTERED]
            assert summary(altered) == [(K.ENTRY_ALTERED, [index])]


def test_every_byte_changed_in_any_hash_is_found_and_the_entries_under_it_named(blobs: BlobFolder) -> None:
    facts = blobs.put(b"facts")
    original = remote_log(history(6, facts))
    for (level, position), node in original.nodes.items():
        under = list(range(position << level, (position + 1) << level))
        for place in range(len(node)):
            other = node[:place] + bytes([node[place] ^ 1 << place % 8]) + node[place + 1 :]
            log = replace(original, nodes=original.nodes | {(level, position): other})
            wanted = (K.HASH_ALTERED if level else K.ENTRY_ALTERED, under)
            assert summary(find_faults(log, blobs)) == [wanted]


def test_every_byte_changed_in_any_blob_is_found(home: Home) -> None:
    with founded(home) as record:
        facts = record.note_engagement(1)
        original = record.blobs.read(facts)
        for place in range(len(original)):
            record.alter_blob(facts, original[:place] + bytes([original[place] ^ 1]) + original[place + 1 :])
            assert summary(find_faults(remote_log(bodies(record)), record.blobs)) == [(K.BLOB_ALTERED, [1])]


def test_an_entry_that_was_deleted_is_named(home: Home) -> None:
    with founded(home, revisions=9) as record:
        record.tamper("DELETE FROM events WHERE sequence IN (3, 5, 6)")
        assert summary(record.ledger.verify()) == [(K.ENTRY_MISSING, [3]), (K.ENTRY_MISSING, [5, 6])]


def test_an_entry_that_was_deleted_with_its_hash_is_named(home: Home) -> None:
    with founded(home, revisions=9) as record:
        record.tamper("DELETE FROM events WHERE sequence = 5", "DELETE FROM nodes WHERE level = 0 AND position = 5")
        assert summary(record.ledger.verify()) == [(K.ENTRY_MISSING, [5])]


def test_behind_a_gap_without_hashes_each_entry_is_still_held_against_its_own(home: Home) -> None:
    with founded(home, revisions=9) as record:
        note = last_note(record)
        record.tamper(
            "DELETE FROM events WHERE sequence = 5",
            "DELETE FROM nodes WHERE level = 0 AND position IN (5, 7)",
            "UPDATE events SET body = replace(body, '16:00', '17:00') WHERE sequence = 8",
        )
        assert summary(record.ledger.verify([note])) == [
            (K.ENTRY_MISSING, [5]),
            (K.CHECKPOINT_CONTRADICTED, list(range(10))),
            (K.HASH_MISSING, [7]),
            (K.ENTRY_ALTERED, [8]),
            (K.CHECKPOINT_CONTRADICTED, list(range(10))),
        ]


def test_entries_cut_off_the_end_are_named_by_their_hashes(home: Home) -> None:
    with founded(home, revisions=9) as record:
        record.tamper("DELETE FROM events WHERE sequence > 6")
        (fault,) = record.ledger.verify()
        assert summary([fault]) == [(K.ENTRY_MISSING, [7, 8, 9])]
        assert "cut off" in str(fault)


def test_a_log_that_was_shortened_with_all_its_hashes_contradicts_a_checkpoint_kept_elsewhere(home: Home) -> None:
    with founded(home, revisions=9) as record:
        note = last_note(record)
        record.make_anew(bodies(record)[:7])
        assert record.ledger.verify() == []
        (fault,) = record.ledger.verify([note])
        assert summary([fault]) == [(K.CHECKPOINT_CONTRADICTED, list(range(10)))]
        assert "only the first 7 are there" in str(fault)


def test_a_log_made_anew_contradicts_an_old_checkpoint(home: Home) -> None:
    with founded(home, revisions=9) as record:
        note = last_note(record)
        history = [
            changed(body, at="2026-11-19T16:00:03+01:00") if index == 4 else body
            for index, body in enumerate(bodies(record)[:10])
        ]
        record.make_anew(history)
        for revision in range(10, 15):
            record.note_engagement(revision)
        assert record.ledger.verify([last_note(record)]) == []
        assert summary(record.ledger.verify([note])) == [(K.CHECKPOINT_CONTRADICTED, list(range(10)))]


def test_a_log_made_anew_contradicts_the_checkpoint_in_it(home: Home) -> None:
    with founded(home, revisions=3) as record:
        last_note(record)
        record.make_anew(
            [changed(body, actor="b" * 64) if index == 2 else body for index, body in enumerate(bodies(record))]
        )
        assert summary(record.ledger.verify()) == [(K.CHECKPOINT_CONTRADICTED, [0, 1, 2, 3])]


def test_two_branches_of_a_log_contradict_each_others_checkpoints(home: Home) -> None:
    with founded(home.another("one"), revisions=3) as one, founded(home.another("two"), revisions=3) as two:
        common = last_note(one)
        assert last_note(two) == common
        for record, revisions in ((one, (4, 5)), (two, (5, 4))):
            for revision in revisions:
                record.note_engagement(revision)
        first, second = last_note(one), last_note(two)
        assert one.ledger.verify([common, first]) == two.ledger.verify([common, second]) == []
        wanted = [(K.CHECKPOINT_CONTRADICTED, list(range(7)))]
        assert summary(one.ledger.verify([common, second])) == summary(two.ledger.verify([common, first])) == wanted


def test_an_entry_that_was_put_in_moves_all_behind_it(home: Home) -> None:
    with founded(home, revisions=5) as record:
        planted = changed(bodies(record)[2], idempotency_key="planted").decode()
        record.tamper(
            *(("UPDATE events SET sequence = ? WHERE sequence = ?", (number + 1, number)) for number in (5, 4, 3)),
            ("INSERT INTO events VALUES (3, ?)", (planted,)),
        )
        found = summary(record.ledger.verify())
        assert (K.ENTRY_ALTERED, [3, 4, 5]) in found
        assert (K.HASH_MISSING, [6]) in found


def test_entries_that_changed_places_are_both_named(home: Home) -> None:
    with founded(home, revisions=6) as record:
        moves = ((99, 2), (2, 5), (5, 99))
        record.tamper(*(("UPDATE events SET sequence = ? WHERE sequence = ?", move) for move in moves))
        assert summary(record.ledger.verify()) == [(K.ENTRY_ALTERED, [2]), (K.ENTRY_ALTERED, [5])]


def test_an_entry_exchanged_together_with_its_hash_is_found_one_level_up(home: Home) -> None:
    with founded(home, revisions=6) as record:
        body = changed(bodies(record)[3], actor="b" * 64)
        record.tamper(
            ("UPDATE events SET body = ? WHERE sequence = 3", (body.decode(),)),
            ("UPDATE nodes SET hash = ? WHERE level = 0 AND position = 3", (leaf_hash(body),)),
        )
        assert summary(record.ledger.verify()) == [(K.HASH_ALTERED, [2, 3])]


def test_an_entry_added_without_docgen_has_no_hash(home: Home) -> None:
    with founded(home, revisions=2) as record:
        body = changed(bodies(record)[2], idempotency_key="planted").decode()
        record.tamper(("INSERT INTO events VALUES (3, ?)", (body,)))
        assert summary(record.ledger.verify()) == [
            (K.HASH_MISSING, [3]),
            (K.HASH_MISSING, [2, 3]),
            (K.HASH_MISSING, [0, 1, 2, 3]),
        ]


def test_an_entry_far_behind_the_end_is_named_at_once(home: Home) -> None:
    with founded(home, revisions=2) as record:
        body = changed(bodies(record)[2], idempotency_key="planted").decode()
        record.tamper(("INSERT INTO events VALUES (?, ?)", (2**62, body)))
        first, *_ = record.ledger.verify()
        assert (first.kind, first.entries) == (K.ENTRY_MISSING, range(3, 2**62))


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        ("DELETE FROM nodes WHERE level = 0 AND position = 3", (K.HASH_MISSING, [3])),
        ("DELETE FROM nodes WHERE level = 1 AND position = 1", (K.HASH_MISSING, [2, 3])),
        ("DELETE FROM nodes WHERE level = 2", (K.HASH_MISSING, [0, 1, 2, 3])),
        ("INSERT INTO nodes VALUES (1, 3, ?)", (K.HASH_ASTRAY, [6, 7])),
        ("INSERT INTO nodes VALUES (9, 0, ?)", (K.HASH_ASTRAY, None)),
        ("INSERT INTO nodes VALUES (4611686018427387904, 7, ?)", (K.HASH_ASTRAY, None)),
        ("INSERT INTO nodes VALUES (0, 4611686018427387904, ?)", (K.ENTRY_MISSING, [2**62])),
    ],
)
def test_a_hash_that_is_gone_or_was_added_is_named(
    home: Home, statement: str, wanted: tuple[FaultKind, list[int] | None]
) -> None:
    with founded(home, revisions=5) as record:
        record.tamper((statement, (bytes(32),) * statement.count("?")))
        assert summary(record.ledger.verify()) == [wanted]


def test_a_log_without_any_hashes_lacks_them_all(home: Home) -> None:
    with founded(home, revisions=3) as record:
        record.tamper("DELETE FROM nodes")
        assert summary(record.ledger.verify()) == [(K.HASH_MISSING, [0, 1, 2, 3])] * 3


def test_all_faults_are_told_and_not_only_the_first(home: Home) -> None:
    with founded(home) as record:
        facts = [record.note_engagement(revision) for revision in range(1, 13)]
        note = last_note(record)
        record.lose_blob(facts[0])
        record.alter_blob(facts[1], b"other facts")
        record.tamper(
            "UPDATE events SET body = replace(body, '16:00', '17:00') WHERE sequence IN (4, 9)",
            "DELETE FROM events WHERE sequence = 6",
            ("UPDATE nodes SET hash = ? WHERE level = 1 AND position = 5", (bytes(32),)),
            "DROP INDEX events_by_kind",
        )
        found = summary(record.ledger.verify([note]))
        assert found == [
            (K.DATABASE, None),
            (K.ENTRY_MISSING, [6]),
            (K.CHECKPOINT_CONTRADICTED, list(range(13))),
            (K.ENTRY_ALTERED, [4]),
            (K.ENTRY_ALTERED, [9]),
            (K.HASH_ALTERED, [10, 11]),
            (K.CHECKPOINT_CONTRADICTED, list(range(13))),
            (K.BLOB_MISSING, [1]),
            (K.BLOB_ALTERED, [2]),
        ]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP TRIGGER events_kept", "events_kept (of events) is gone"),
        ("DROP INDEX events_by_key", "events_by_key (of events) is gone"),
        ("CREATE TRIGGER quiet AFTER INSERT ON nodes BEGIN SELECT 1; END", "quiet was added to nodes"),
        ("ALTER TABLE people ADD COLUMN note TEXT", "people (of people) is gone or was changed"),
    ],
)
def test_a_guard_that_is_gone_or_another_is_named(tmp_path: Path, statement: str, said: str) -> None:
    with founded(tmp_path, revisions=2) as record:
        with closing(sqlite3.connect(record.path)) as connection:
            connection.execute(statement)
            connection.commit()
        (fault,) = record.ledger.verify()
        assert fault.kind is K.DATABASE
        assert said in str(fault)


def test_tables_of_other_kinds_may_stand_beside_the_log(tmp_path: Path) -> None:
    with founded(tmp_path, revisions=2) as record:
        record.database.rows("CREATE TABLE drafts (name TEXT PRIMARY KEY) STRICT")
        assert record.ledger.verify() == []


def test_an_entry_no_docgen_wrote_is_unreadable(blobs: BlobFolder) -> None:
    facts = blobs.put(b"facts")
    body = changed(history(1, facts)[1], schema=7, docgen=docgen_version())
    log = remote_log([*history(1, facts), body])
    assert summary(find_faults(log, blobs)) == [(K.ENTRY_UNREADABLE, [2])]


def test_an_entry_of_a_newer_docgen_says_so(blobs: BlobFolder) -> None:
    facts = blobs.put(b"facts")
    body = changed(history(1, facts)[1], schema=2, docgen="99.0.0")
    (fault,) = find_faults(remote_log([*history(1, facts), body]), blobs)
    assert fault.kind is K.ENTRY_UNREADABLE
    assert "docgen 99.0.0 or newer" in str(fault)


def test_a_log_that_founds_itself_twice_or_never_is_found_out(blobs: BlobFolder) -> None:
    facts = blobs.put(b"facts")
    founding = write_event(workspace_created(idempotency_key="again", origin="southbridge.example/log"))
    first = find_faults(remote_log(history(2, facts)[1:]), blobs)
    assert summary(first) == [(K.ENTRY_MISPLACED, [0])]
    second = find_faults(remote_log([*history(2, facts), founding]), blobs)
    assert summary(second) == [(K.ENTRY_MISPLACED, [3])]


def test_a_checkpoint_of_another_log_or_another_key_is_refused(home: Home) -> None:
    with founded(home, revisions=2) as record:
        head = record.ledger.head()
        elsewhere = sign_note(str(Checkpoint("southbridge.example/log", head.size, head.root)), KEY)
        stranger = sign_note(str(Checkpoint(ORIGIN, head.size, head.root)), OTHER_KEY)
        forged = last_note(record).replace("\n3\n", "\n2\n")
        faults = record.ledger.verify([elsewhere, stranger, forged, "no note"])
        assert [fault.kind for fault in faults] == [K.CHECKPOINT_REFUSED] * 4
        for fault, said in zip(
            faults, ["not of northbridge", "none of the keys", "does not fit", "no signed note"], strict=True
        ):
            assert said in str(fault)
        assert ["made anew" in str(fault) for fault in faults] == [True, True, False, False]


def test_a_log_made_anew_under_another_key_is_refused_by_whoever_knows_the_first(home: Home) -> None:
    with founded(home, revisions=2) as record:
        founding = write_event(workspace_created(verifying_key=str(OTHER_KEY.verifying_key)))
        record.make_anew([founding, *bodies(record)[1:]])
        note = record.ledger.sign_checkpoint(OTHER_KEY, at=NOW, actor=ACTOR)
        assert record.ledger.verify([note]) == []
        assert summary(record.ledger.verify([note], [KEY.verifying_key])) == [(K.CHECKPOINT_REFUSED, None)]


def test_checkpoints_of_every_key_the_log_ever_had_are_taken(home: Home) -> None:
    with founded(home, revisions=2) as record:
        old = last_note(record)
        record.ledger.append(
            KeyChanged(at=NOW, actor=ACTOR, idempotency_key="key", verifying_key=str(OTHER_KEY.verifying_key))
        )
        new = record.ledger.sign_checkpoint(OTHER_KEY, at=NOW, actor=ACTOR)
        assert record.ledger.verify([old, new]) == []


MISSIGNED: dict[str, Callable[[int, bytes], tuple[int, bytes, str]]] = {
    "by another key": lambda size, root: (size, root, sign_note(str(Checkpoint(ORIGIN, size, root)), OTHER_KEY)),
    "of another log": lambda size, root: (size, root, sign_note(str(Checkpoint("south.example", size, root)), KEY)),
    "of another size": lambda size, root: (size - 1, root, sign_note(str(Checkpoint(ORIGIN, size, root)), KEY)),
    "of another root": lambda size, root: (size, bytes(32), sign_note(str(Checkpoint(ORIGIN, size, root)), KEY)),
    "of the future": lambda size, root: (size + 1, root, sign_note(str(Checkpoint(ORIGIN, size + 1, root)), KEY)),
    "not at all": lambda size, root: (size, root, "no note"),
}


def test_a_checkpoint_in_the_log_under_a_key_given_up_is_refused(home: Home) -> None:
    with founded(home, revisions=2) as record:
        record.ledger.append(
            KeyChanged(at=NOW, actor=ACTOR, idempotency_key="key", verifying_key=str(OTHER_KEY.verifying_key))
        )
        head = record.ledger.head()
        note = sign_note(str(Checkpoint(ORIGIN, head.size, head.root)), KEY)
        record.ledger.append(
            CheckpointSigned(
                at=NOW, actor=ACTOR, idempotency_key="signed", size=head.size, root=head.root.hex(), note=note
            )
        )
        assert summary(record.ledger.verify()) == [(K.CHECKPOINT_REFUSED, [4])]


@pytest.mark.parametrize("how", MISSIGNED)
def test_a_checkpoint_in_the_log_has_to_be_its_own(home: Home, how: str) -> None:
    with founded(home, revisions=2) as record:
        head = record.ledger.head()
        size, top, note = MISSIGNED[how](head.size, head.root)
        record.ledger.append(
            CheckpointSigned(at=NOW, actor=ACTOR, idempotency_key="signed", size=size, root=top.hex(), note=note)
        )
        assert summary(record.ledger.verify()) == [(K.CHECKPOINT_REFUSED, [3])]


def test_a_checkpoint_over_another_root_contradicts_the_log(home: Home) -> None:
    with founded(home, revisions=2) as record:
        note = sign_note(str(Checkpoint(ORIGIN, 2, bytes(32))), KEY)
        assert summary(record.ledger.verify([note])) == [(K.CHECKPOINT_CONTRADICTED, [0, 1])]


def test_a_blob_erased_as_the_log_says_is_no_fault(home: Home) -> None:
    with founded(home) as record:
        facts = record.note_engagement(1)
        erased = BlobErased(at=NOW, actor=ACTOR, idempotency_key="erased", blob=facts, ground="request")
        record.ledger.append(erased)
        assert summary(record.ledger.verify()) == [(K.BLOB_NOT_ERASED, [1])]
        record.blobs.erase(facts)
        assert record.ledger.verify() == []


def test_a_blob_erased_without_the_log_is_a_fault(home: Home) -> None:
    with founded(home) as record:
        record.empty_blob(record.note_engagement(1))
        (fault,) = record.ledger.verify()
        assert summary([fault]) == [(K.BLOB_MISSING, [1])]
        assert "without the log saying so" in str(fault)


def test_a_blob_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with founded(tmp_path) as record:
        facts = record.note_engagement(1)
        path = record.blobs.folder / facts[:2] / facts
        path.unlink()
        path.mkdir()
        assert summary(record.ledger.verify()) == [(K.BLOB_MISSING, [1])]


def named(record: Record, email: str) -> str:
    mark = record.people.mark(email)
    record.ledger.append(
        PersonNamed(at=NOW, actor=mark, idempotency_key=f"named/{mark}", person=mark, roles=("legal",))
    )
    return mark


def test_people_who_were_changed_or_taken_away_are_named(home: Home) -> None:
    with founded(home) as record:
        ann, bob = (named(record, f"{name}@northbridge.example") for name in ("ann", "bob"))
        assert record.ledger.verify() == []
        record.tamper("UPDATE people SET email = 'eve@northbridge.example' WHERE email LIKE 'ann%'")
        record.tamper("DELETE FROM people WHERE email LIKE 'bob%'")
        faults = record.ledger.verify()
        assert [fault.kind for fault in faults] == [K.PERSON_ALTERED, K.PERSON_MISSING]
        assert ann[:12] in str(faults[0])
        assert bob[:12] in str(faults[1])


def test_a_person_forgotten_as_the_log_says_is_no_fault(home: Home) -> None:
    with founded(home) as record:
        ann = named(record, "ann@northbridge.example")
        record.ledger.append(PersonForgotten(at=NOW, actor=ACTOR, idempotency_key="forgotten", person=ann))
        assert summary(record.ledger.verify()) == [(K.PERSON_NOT_FORGOTTEN, None)]
        record.people.forget(ann)
        assert record.ledger.verify() == []


def test_what_somebody_records_meanwhile_is_no_fault(home: Home) -> None:
    with founded(home, revisions=5) as record, opened(home) as other:
        hashes = record.log.hashes

        def hashes_with_others_at_work() -> Iterator[tuple[int, int, bytes]]:
            other.note_engagement(6)
            return hashes()

        record.log.hashes = hashes_with_others_at_work  # type: ignore[method-assign]
        assert record.ledger.verify() == []
        assert record.ledger.head().size == 7
        assert record.ledger.verify() == []


def test_a_file_that_is_damaged_is_still_examined(tmp_path: Path) -> None:
    with founded(tmp_path, revisions=200) as record:
        note = last_note(record)
        record.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / "record.sqlite"
    content = path.read_bytes()
    page = content.index(b'"idempotency_key":"NBS-2026-014/150"') // 4096 * 4096
    path.write_bytes(content[:page] + bytes(4096) + content[page + 4096 :])
    with opened(tmp_path) as record:
        faults = [fault for fault in record.ledger.verify([note]) if fault.kind is not K.DATABASE]
    # The hashes bridge the page that is lost, so that all before and behind it is still proved.
    (lost,) = faults
    assert lost.kind is K.ENTRY_MISSING
    assert lost.entries is not None
    assert 150 in lost.entries
    assert len(lost.entries) < 20
