"""Every table but the log follows from the log: the same rows however they came, and none that nobody notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from docgen.store.database import RecordDamagedError
from docgen.store.events import (
    DocumentExecuted,
    DocumentIssued,
    DocumentName,
    DocumentSuperseded,
    DocumentWithdrawn,
    EngagementRecorded,
    EntryRecorded,
    Event,
    Output,
    PersonNamed,
    TemplateApproved,
    TemplateConditioned,
    TemplateKept,
    TemplateRejected,
    TemplateRetired,
    TemplateSubmitted,
    TemplateVersion,
)
from docgen.store.projections import TABLES, Table, Tables, Value, changes
from docgen.store.verification import FaultKind
from tests.store.histories import DAY, life, live
from tests.store.records import ACTOR, NOW, Home, Record, unfounded

Rows = Mapping[str, Sequence[tuple[Value, ...]]]
BY_NAME = {table.name: table for table in TABLES}


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


LIFE = tuple(life(digest))


@pytest.fixture
def record(home: Home) -> Iterator[Record]:
    """Lend a record that has lived."""
    with unfounded(home) as record:
        live(record)
        yield record


def rows(record: Record) -> Rows:
    return {table.name: list(record.log.table_rows(table)) for table in TABLES}


def rows_that_follow(events: Iterable[Event]) -> Rows:
    tables = Tables()
    for sequence, event in enumerate(events):
        tables.apply(changes(sequence, event))
    return {table.name: sorted(tables.of(table).values(), key=lambda row: _key(table, row)) for table in TABLES}


def _key(table: Table, row: tuple[Value, ...]) -> tuple[Value, ...]:
    return row[: table.key_length]


def rows_written(record: Record, events: Iterable[Event]) -> Rows:
    """Return the rows a database has when events are projected into it one by one."""
    with record.log.writing():
        record.log.clear_tables()
        for sequence, event in enumerate(events):
            record.log.project(changes(sequence, event))
    return rows(record)


def test_a_life_has_every_kind_of_event() -> None:
    kinds = get_args(get_args(Event)[0])
    assert {type(event) for event in LIFE} == set(kinds)


def test_a_life_leaves_rows_in_every_table() -> None:
    assert all(rows_that_follow(LIFE).values())


def test_a_record_that_lived_has_no_faults(record: Record) -> None:
    assert record.ledger.verify() == []


def test_after_every_event_the_rows_are_those_made_anew(home: Home) -> None:
    with unfounded(home) as record:
        seen: list[Event] = []
        for event in life(record.blobs.put):
            record.ledger.append(event)
            seen.append(event)
            written = rows(record)
            record.ledger.rebuild_tables()
            assert rows(record) == written == rows_that_follow(seen)


ENGAGEMENTS = st.sampled_from(["A", "B"])
NUMBERS = st.integers(1, 2)
BLOBS = st.sampled_from(["0" * 64, "1" * 64])
NAMES = st.sampled_from(["contract", 'it\'s 100% ? $1 \\ "quoted" {}'])
DOCUMENTS = st.builds(
    DocumentName,
    engagement=ENGAGEMENTS,
    kind=st.sampled_from(["contract", "progress-report"]),
    number=st.none() | NUMBERS,
    version=NUMBERS,
)
TEMPLATES = st.builds(TemplateVersion, name=NAMES, language=st.just("en"), version=NAMES, hash=BLOBS)
OUTPUTS = st.builds(Output, format=st.sampled_from(["pdf", "docx"]), blob=BLOBS, sealed=st.none() | BLOBS)


def of_kind(kind: type[Any], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, at=st.just(NOW), actor=st.just(ACTOR) | BLOBS, idempotency_key=st.just("key"), **fields)


EVENTS = st.one_of(
    of_kind(PersonNamed, person=BLOBS, roles=st.lists(st.sampled_from(["legal", "board"]), max_size=2).map(tuple)),
    of_kind(TemplateApproved, template=TEMPLATES),
    of_kind(TemplateKept, template=TEMPLATES, closure=BLOBS),
    of_kind(TemplateSubmitted, template=TEMPLATES, note=st.none() | BLOBS),
    of_kind(TemplateRejected, template=TEMPLATES, reason=BLOBS),
    of_kind(TemplateRetired, template=TEMPLATES, reason=BLOBS),
    of_kind(TemplateConditioned, template=TEMPLATES, conditions=BLOBS),
    of_kind(EngagementRecorded, engagement=ENGAGEMENTS, revision=NUMBERS, facts=BLOBS),
    of_kind(
        EntryRecorded,
        engagement=ENGAGEMENTS,
        entry=st.just("progress"),
        number=NUMBERS,
        revision=NUMBERS,
        facts=BLOBS,
    ),
    of_kind(
        DocumentIssued,
        document=DOCUMENTS,
        revision=NUMBERS,
        on=st.just(DAY),
        template=TEMPLATES,
        inputs=st.just(()),
        outputs=st.lists(OUTPUTS, max_size=2).map(tuple),
        tools=st.just(()),
    ),
    of_kind(DocumentSuperseded, document=DOCUMENTS, by_version=NUMBERS),
    of_kind(DocumentWithdrawn, document=DOCUMENTS, reason=BLOBS),
    of_kind(DocumentExecuted, document=DOCUMENTS, on=st.just(DAY), signed=BLOBS),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(EVENTS, max_size=15))
@example(list(LIFE))
def test_a_database_holds_the_rows_that_follow_from_any_events(record: Record, events: list[Event]) -> None:
    assert rows_written(record, events) == rows_that_follow(events)


def other(value: Value) -> Value:
    """Return another value of the same kind."""
    if isinstance(value, int):
        return value + 1000
    return f"{value}x" if value is not None else None


def row_faults(record: Record) -> list[tuple[FaultKind, str]]:
    return [(fault.kind, fault.message.partition(" the row ")[0]) for fault in record.ledger.verify()]


@pytest.mark.parametrize("name", BY_NAME)
def test_a_value_changed_in_any_column_of_any_table_is_found_and_put_right(record: Record, name: str) -> None:
    table = BY_NAME[name]
    where = f"In the table {name}"
    key = " AND ".join(f"{column} = ?" for column in table.key)
    before = rows(record)
    for place, column in enumerate(table.columns):
        row = next(each for each in before[name] if each[place] is not None)
        record.tamper(
            (f"UPDATE {name} SET {column.name} = ? WHERE {key}", (other(row[place]), *row[: table.key_length]))
        )
        if place < table.key_length:
            wanted = [(FaultKind.ROW_ASTRAY, where), (FaultKind.ROW_MISSING, where)]
        else:
            wanted = [(FaultKind.ROW_ALTERED, where)]
        assert row_faults(record) == wanted, column.name
        record.ledger.rebuild_tables()
        assert rows(record) == before
    assert record.ledger.verify() == []


@pytest.mark.parametrize("name", BY_NAME)
def test_a_row_deleted_from_any_table_is_found_and_put_right(record: Record, name: str) -> None:
    before = rows(record)
    record.tamper(f"DELETE FROM {name}")
    wanted = [(FaultKind.ROW_MISSING, f"In the table {name}")] * len(before[name])
    assert row_faults(record) == wanted
    record.ledger.rebuild_tables()
    assert rows(record) == before
    assert record.ledger.verify() == []


@pytest.mark.parametrize("name", BY_NAME)
def test_a_row_added_to_any_table_is_found_and_put_right(record: Record, name: str) -> None:
    table, before = BY_NAME[name], rows(record)
    planted = [f"planted {number}" if not column.number else 77 for number, column in enumerate(table.columns)]
    record.tamper((f"INSERT INTO {name} VALUES ({', '.join('?' for _ in planted)})", tuple(planted)))
    (fault,) = record.ledger.verify()
    assert fault.kind is FaultKind.ROW_ASTRAY
    assert "77" in fault.message or "planted 0" in fault.message
    record.ledger.rebuild_tables()
    assert rows(record) == before


def number_of(kind: type[Event]) -> int:
    return next(number for number, event in enumerate(LIFE) if isinstance(event, kind))


ISSUED = number_of(DocumentIssued)


ROW_MAKERS = (PersonNamed, EngagementRecorded, DocumentIssued, DocumentSuperseded, DocumentWithdrawn, DocumentExecuted)


@pytest.mark.parametrize("kind", ROW_MAKERS)
def test_what_follows_from_an_entry_that_is_gone_is_not_told_again(record: Record, kind: type[Event]) -> None:
    record.tamper(f"DELETE FROM events WHERE sequence = {number_of(kind)}")
    kinds = {fault.kind for fault in record.ledger.verify()}
    assert FaultKind.ENTRY_MISSING in kinds
    assert not kinds & {FaultKind.ROW_MISSING, FaultKind.ROW_ALTERED, FaultKind.ROW_ASTRAY}


def test_what_follows_from_an_entry_that_was_altered_is_not_told_again(record: Record) -> None:
    record.tamper(f"UPDATE events SET body = replace(body, '\"1.2\"', '\"1.3\"') WHERE sequence = {ISSUED}")
    contradicted, altered = record.ledger.verify()
    assert contradicted.kind is FaultKind.CHECKPOINT_CONTRADICTED
    assert (altered.kind, altered.entries) == (FaultKind.ENTRY_ALTERED, range(ISSUED, ISSUED + 1))


def test_a_row_that_follows_from_a_whole_entry_is_told_although_another_is_damaged(record: Record) -> None:
    record.tamper(
        f"UPDATE events SET body = replace(body, '\"1.2\"', '\"1.3\"') WHERE sequence = {ISSUED}",
        "UPDATE documents SET day = '2026-11-19' WHERE kind = 'contract' AND version = 2",
        "DELETE FROM roles",
    )
    assert [fault.kind for fault in record.ledger.verify()] == [
        FaultKind.CHECKPOINT_CONTRADICTED,
        FaultKind.ENTRY_ALTERED,
        FaultKind.ROW_MISSING,
        FaultKind.ROW_MISSING,
        FaultKind.ROW_ALTERED,
    ]


def test_tables_are_not_made_anew_from_a_log_that_is_damaged(record: Record) -> None:
    before = rows(record)
    record.tamper("DELETE FROM events WHERE sequence = 5", "DELETE FROM roles")
    with pytest.raises(RecordDamagedError, match="entry 5"):
        record.ledger.rebuild_tables()
    assert rows(record) == {**before, "roles": []}
