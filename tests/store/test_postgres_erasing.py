"""In PostgreSQL nothing is erased unless the log says so: the server asks it, whoever calls, whatever tables tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg
import pytest

from docgen.actions.audit import erase, forget
from docgen.actions.demo import EXAMPLE
from docgen.actions.desk import Desk, Places
from docgen.actions.engagements import record_engagement
from docgen.actions.workspace import make_workspace
from docgen.errors import NotFoundError
from docgen.settings import Person, read_settings
from docgen.store.database import RecordFailedError
from docgen.store.events import BlobErased, Event, PersonForgotten
from docgen.store.postgres_blobs import PostgresBlobs
from docgen.store.postgres_log import PostgresLog
from docgen.store.verification import FaultKind
from tests.store.postgresql import APP, OWNER
from tests.store.records import ACTOR, NOW, Home, Record, founded, opened

ANN, ADAM = "ann@northbridge.example", "adam@northbridge.example"
ID = "NBS-2026-014"
FACTS = sha256(b"facts").hexdigest()
P = ParamSpec("P")
T = TypeVar("T")


@pytest.fixture
def record(shared_home: Home) -> Iterator[Record]:
    """Lend a record with a file that an entry names and a person."""
    with founded(shared_home, revisions=1) as record:
        record.people.mark(ANN)
        yield record


def head(key: str) -> dict[str, Any]:
    return {"at": NOW, "actor": ACTOR, "idempotency_key": key}


def ann_of(record: Record) -> str:
    mark = record.people.find(ANN)
    assert mark
    return mark


def called(record: Record, function: str, value: object, role: str = APP) -> None:
    """Call a function of the server's as docgen never does, past docgen."""
    assert record.home.server
    with record.home.server.connected(record.home.database, role) as connection:
        connection.execute(f"SELECT docgen.{function}(%s)", [value])


def assert_all_is_there(record: Record) -> None:
    assert record.blobs.read(FACTS) == b"facts"
    assert record.people.email(ann_of(record)) == ANN
    assert record.ledger.verify() == []


@pytest.mark.parametrize("role", [APP, OWNER])
def test_a_file_the_log_does_not_call_erased_is_refused_and_stays(record: Record, role: str) -> None:
    with pytest.raises(psycopg.IntegrityError, match=f"the log has no blob_erased of {FACTS}"):
        called(record, "erase_blob", bytes.fromhex(FACTS), role)
    assert_all_is_there(record)


@pytest.mark.parametrize("role", [APP, OWNER])
def test_a_person_the_log_does_not_call_forgotten_is_refused_and_stays(record: Record, role: str) -> None:
    ann = ann_of(record)
    with pytest.raises(psycopg.IntegrityError, match=f"the log has no person_forgotten of {ann}"):
        called(record, "drop_person", ann, role)
    assert_all_is_there(record)


def test_a_file_that_was_never_here_is_not_kept_out_without_a_word(record: Record) -> None:
    with pytest.raises(psycopg.IntegrityError, match="blob_erased"):
        called(record, "erase_blob", bytes(32))
    assert not record.blobs.is_erased("0" * 64)


@pytest.mark.parametrize("function", ["erase_blob", "drop_person"])
@pytest.mark.parametrize("value", [None, "", "%", "'; DROP TABLE docgen.people; --"])
def test_what_names_nothing_erases_nothing(record: Record, function: str, value: str | None) -> None:
    record.ledger.append(BlobErased(**head("erased"), blob="1" * 64, ground="law"))
    record.ledger.append(PersonForgotten(**head("forgotten"), person="1" * 64))
    with pytest.raises(psycopg.Error, match="the log has no"):
        called(record, function, value.encode() if value is not None and function == "erase_blob" else value)
    assert_all_is_there(record)


def of_another_file(record: Record) -> Event:
    return BlobErased(**head("erased"), blob=record.blobs.put(b"other facts"), ground="request")


def of_another_person(record: Record) -> Event:
    return PersonForgotten(**head("forgotten"), person=record.people.mark("bob@northbridge.example"))


def of_a_person_with_the_hash_of_the_file(record: Record) -> Event:
    return PersonForgotten(**head("forgotten"), person=FACTS)


def of_a_file_with_the_mark_of_the_person(record: Record) -> Event:
    return BlobErased(**head("erased"), blob=ann_of(record), ground="request")


@pytest.mark.parametrize(
    "said",
    [
        of_another_file,
        of_another_person,
        of_a_person_with_the_hash_of_the_file,
        of_a_file_with_the_mark_of_the_person,
    ],
)
def test_a_word_of_something_else_is_none(record: Record, said: Callable[[Record], Event]) -> None:
    record.ledger.append(said(record))
    with pytest.raises(RecordFailedError, match="the log has no blob_erased"):
        record.blobs.erase(FACTS)
    with pytest.raises(RecordFailedError, match="the log has no person_forgotten"):
        record.people.forget(ann_of(record))
    assert record.blobs.read(FACTS) == b"facts"
    assert record.people.email(ann_of(record)) == ANN


def test_tables_that_anybody_may_write_allow_nothing(record: Record) -> None:
    assert record.home.server
    ann = ann_of(record)
    with record.home.server.connected(record.home.database, APP) as connection:
        connection.execute("CREATE TEMPORARY TABLE events (sequence bigint, body text)")
        body = f'{{"blob":"{FACTS}","event":"blob_erased","person":"{ann}"}}'
        connection.execute("INSERT INTO pg_temp.events VALUES (0, %s)", [body])
        connection.execute("SET search_path TO pg_temp, docgen")
        connection.execute("SELECT docgen.put_files(%s, 'N', 'erased', 0, 1, 'blob_erased')", [FACTS])
        connection.execute("SELECT docgen.put_roles(%s, 'person_forgotten', 0)", [ann])
        for call in (f"erase_blob('\\x{FACTS}')", f"drop_person('{ann}')"):
            with pytest.raises(psycopg.IntegrityError, match="the log has no"):
                connection.execute(f"SELECT docgen.{call}")
    record.ledger.rebuild_tables()
    assert_all_is_there(record)


def test_a_word_that_is_taken_back_takes_the_erasure_back(record: Record) -> None:
    ann = ann_of(record)

    def change_ones_mind() -> None:
        with record.log.writing():
            record.erase_blob(FACTS)
            record.forget_person(ann)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        change_ones_mind()
    assert record.ledger.head().size == 2
    assert_all_is_there(record)


def test_what_the_log_says_is_erased_however_often_it_is_asked_for(record: Record) -> None:
    ann = ann_of(record)
    for _ in range(2):
        record.erase_blob(FACTS)
        record.forget_person(ann)
    assert record.blobs.is_erased(FACTS)
    assert record.people.email(ann) is None
    assert record.ledger.verify() == []


def test_the_log_is_asked_by_an_index_and_not_read(record: Record) -> None:
    wanted = (
        ("events_by_blob_erased", "blob_erased", "blob"),
        ("events_by_person_forgotten", "person_forgotten", "person"),
    )
    with record.home.connected() as connection:
        connection.execute("SET enable_seqscan TO off")
        for index, kind, name in wanted:
            query = f"body::json ->> 'event' = '{kind}' AND body::json ->> '{name}' = 'x'"
            plan = connection.execute(f"EXPLAIN SELECT FROM docgen.events WHERE {query}").fetchall()
            assert any(index in line for (line,) in plan)


# Through docgen


@pytest.fixture
def team(shared_home: Home) -> Home:
    """Lend the workspace of a team with an engagement in its record."""
    make_workspace(shared_home.folder, [Person(ANN, ("account_manager",)), Person(ADAM, ("admin",))])
    facts = shared_home.folder / "engagement.yaml"
    facts.write_bytes((EXAMPLE / "engagement.yaml").read_bytes())
    done(shared_home, ANN, record_engagement, facts)
    return shared_home


def done(home: Home, person: str, action: Callable[Concatenate[Desk, P], T], *words: P.args, **named: P.kwargs) -> T:
    """Return what an action answers at a desk of somebody of the team."""
    moment = dt.datetime(2026, 9, 14, 16, tzinfo=dt.UTC)
    settings = read_settings(home.folder)
    desk = Desk(settings, moment.date(), True, person=person, places=Places(home.url), clock=lambda: moment)
    with closing(desk):
        return action(desk, *words, **named)


def kinds(home: Home) -> set[FaultKind]:
    with opened(home) as record:
        return {fault.kind for fault in record.ledger.verify()}


def test_a_team_erases_an_engagement_and_forgets_a_person(team: Home) -> None:
    gone = done(team, ADAM, erase, ID, "request").blobs
    mark = done(team, ADAM, forget, ANN)
    with opened(team) as record:
        assert gone
        assert all(record.blobs.is_erased(digest) for digest in gone)
        assert record.people.email(mark) is None
        assert record.ledger.verify() == []
    assert done(team, ADAM, erase, ID, "request").blobs == ()
    with pytest.raises(NotFoundError):
        done(team, ADAM, forget, ANN)


def test_what_broke_off_after_its_word_in_the_log_is_found_and_finished(
    team: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(PostgresBlobs, "erase", killed)
        dying.setattr(PostgresLog, "drop_person", killed)
        with pytest.raises(KeyboardInterrupt):
            done(team, ADAM, erase, ID, "request")
        with pytest.raises(KeyboardInterrupt):
            done(team, ADAM, forget, ANN)
    assert kinds(team) == {FaultKind.BLOB_NOT_ERASED, FaultKind.PERSON_NOT_FORGOTTEN}
    done(team, ADAM, erase, ID, "request")
    done(team, ADAM, forget, ANN)
    assert kinds(team) == set()
