"""A team's record in PostgreSQL: who may do what in it, what is found when that was got round, and what is told."""

from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from docgen.errors import ExitCode, MissingHereError
from docgen.store import postgres
from docgen.store.database import NewerRecordError, RecordDamagedError, RecordFailedError, RecordMissingError
from docgen.store.events import write_event
from docgen.store.merkle import leaf_hash
from docgen.store.postgres import (
    ConnectionLostError,
    DatabaseUnreachableError,
    OlderSchemaError,
    RightsMissingError,
    RoleMissingError,
    SchemaMissingError,
    lay_out,
    open_postgres,
)
from docgen.store.postgres_schema import creation
from docgen.store.projections import TABLES
from docgen.store.verification import FaultKind
from tests.store.postgresql import ADMIN, APP, OWNER, Server
from tests.store.records import Home, Record, engagement_recorded, founded, opened

TABLE_NAMES = ("events", "nodes", "people", "blobs", "layout", *(table.name for table in TABLES))


@pytest.fixture
def record(shared_home: Home) -> Iterator[Record]:
    with founded(shared_home, revisions=2) as record:
        record.people.mark("ann@northbridge.example")
        yield record


@pytest.fixture(scope="module")
def standing(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """Lend a record that many tests share, because it stays as it is."""
    home = Home(tmp_path_factory.mktemp("standing"), postgresql, postgresql.make_database(prefix="standing_"))
    with founded(home, revisions=2) as record:
        record.people.mark("ann@northbridge.example")
        yield record
        assert record.ledger.verify() == []


def connected(home: Home, role: str) -> psycopg.Connection[tuple[object, ...]]:
    assert home.server
    return psycopg.connect(home.server.url(role, home.database), autocommit=True, options="-c search_path=docgen")


def faults(record: Record) -> list[str]:
    found = record.ledger.verify()
    assert all(fault.kind is FaultKind.DATABASE for fault in found)
    return [fault.message for fault in found]


@pytest.mark.parametrize("table", TABLE_NAMES)
def test_the_role_docgen_connects_as_has_no_rights_on_any_table_but_to_read(standing: Record, table: str) -> None:
    column = {"events": "body", "nodes": "hash", "people": "mark", "blobs": "hash", "layout": "version"}
    first = column.get(table) or next(each.names[0] for each in TABLES if each.name == table)
    statements = (
        f"INSERT INTO {table} SELECT * FROM {table}",
        f"UPDATE {table} SET {first} = {first}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        f"ALTER TABLE {table} ADD COLUMN note text",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"CREATE TRIGGER quiet BEFORE INSERT ON {table} EXECUTE FUNCTION refuse()",
        f"DROP TABLE {table}",
    )
    with connected(standing.home, APP) as connection:
        for statement in statements:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() is not None
    assert standing.ledger.verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE docgen.mine (number integer)",
        "CREATE FUNCTION docgen.mine() RETURNS void LANGUAGE sql AS ''",
        "DROP FUNCTION docgen.append(bigint, text, bytea[])",
        "DROP SCHEMA docgen CASCADE",
        "SET session_replication_role TO replica",
        f"SET ROLE {OWNER}",
    ],
)
def test_the_role_docgen_connects_as_changes_nothing_of_the_schema(standing: Record, statement: str) -> None:
    with connected(standing.home, APP) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_another_role_sees_nothing(record: Record, postgresql: Server) -> None:
    with postgresql.connected() as connection:
        connection.execute("DROP ROLE IF EXISTS stranger")
        connection.execute("CREATE ROLE stranger LOGIN")
    with connected(record.home, "stranger") as connection:
        for statement in ("SELECT * FROM docgen.people", "SELECT docgen.clear_tables()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
    with pytest.raises(RightsMissingError, match="--app-role stranger") as refusal:
        open_postgres(postgresql.url("stranger", record.home.database))
    assert refusal.value.exit_code is ExitCode.MISSING_HERE


@pytest.mark.parametrize("role", [OWNER, ADMIN])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = '{}' WHERE sequence = 1",
        "DELETE FROM events WHERE sequence = 2",
        "TRUNCATE events",
        "TRUNCATE events, nodes, people",
        "INSERT INTO events VALUES (9, '{}')",
        "INSERT INTO events VALUES (-1, '{}')",
        "INSERT INTO events VALUES (1, '{}')",
        "INSERT INTO events SELECT 3, body FROM events WHERE sequence = 1",
        "INSERT INTO events VALUES (3, 'no json')",
        "INSERT INTO events VALUES (3, NULL)",
        "INSERT INTO events VALUES (1, '{}') ON CONFLICT (sequence) DO UPDATE SET body = '{}'",
        "UPDATE nodes SET hash = sha256('')",
        "DELETE FROM nodes",
        "TRUNCATE nodes",
        "INSERT INTO nodes VALUES (0, 9, '')",
        "UPDATE blobs SET content = 'other facts'",
        "UPDATE blobs SET hash = sha256('')",
        "DELETE FROM blobs",
        "TRUNCATE blobs",
    ],
)
def test_the_guards_refuse_the_owner_too_what_the_log_never_does(standing: Record, role: str, statement: str) -> None:
    with (
        connected(standing.home, role) as connection,
        pytest.raises((psycopg.IntegrityError, psycopg.DataError)),
    ):
        connection.execute(statement)
    assert standing.ledger.verify() == []


def test_an_event_is_not_appended_with_hashes_that_are_not_its_own(record: Record) -> None:
    body = write_event(engagement_recorded("f" * 64, 3))
    leaf = leaf_hash(body)
    for completed in ([leaf], [bytes(32), bytes(32), bytes(32)], [leaf, bytes(32), bytes(32)], [leaf] * 4):
        with pytest.raises(RecordFailedError, match="hash"):
            record.log.add(3, body, completed)
    assert record.ledger.head().size == 3
    assert record.ledger.verify() == []


@pytest.mark.parametrize("index", [0, 2, 4])
def test_an_event_is_not_appended_at_another_place_than_the_next(record: Record, index: int) -> None:
    body = write_event(engagement_recorded("f" * 64, 3))
    with pytest.raises(RecordFailedError, match="in their order only"):
        record.log.add(index, body, [leaf_hash(body)])


def test_no_table_of_a_callers_own_takes_the_place_of_the_records(record: Record) -> None:
    with connected(record.home, APP) as connection:
        connection.execute("CREATE TEMPORARY TABLE facts (LIKE docgen.facts)")
        connection.execute("SET search_path TO pg_temp, docgen")
        connection.execute("SELECT docgen.clear_tables()")
        connection.execute("SELECT docgen.put_facts('N', '', 0, 1, 'b', 'p', 'at', 1)")
        assert connection.execute("SELECT count(*) FROM pg_temp.facts").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM docgen.facts").fetchone() == (1,)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP TRIGGER events_kept ON events", "events_kept (of events) is gone"),
        ("DROP TRIGGER events_in_order ON events", "events_in_order (of events) is gone"),
        ("DROP TRIGGER events_whole ON events", "events_whole (of events) is gone"),
        ("ALTER TABLE nodes DISABLE TRIGGER nodes_kept", "nodes_kept (of nodes) is gone or was changed"),
        ("CREATE TRIGGER quiet AFTER INSERT ON nodes EXECUTE FUNCTION refuse()", "quiet was added to nodes"),
        ("DROP INDEX events_by_key", "events_by_key (of events) is gone"),
        ("CREATE INDEX mine ON events (body)", "mine was added to events"),
        ("ALTER TABLE people ADD COLUMN note text", "people (of people) is gone or was changed"),
        ("ALTER TABLE people ALTER COLUMN email DROP NOT NULL", "people (of people) is gone or was changed"),
        ("ALTER TABLE facts DROP CONSTRAINT facts_pkey", "facts_pkey (of facts) is gone"),
        ("ALTER TABLE nodes DROP CONSTRAINT nodes_hash_check", "nodes_hash_check (of nodes) is gone"),
        ("ALTER TABLE people ENABLE ROW LEVEL SECURITY", "people (of people) is gone or was changed"),
        ("CREATE RULE quiet AS ON INSERT TO blobs DO INSTEAD NOTHING", "quiet was added to blobs"),
        ("CREATE TABLE public.more () INHERITS (docgen.people)", "public.more was added to people"),
        ("DROP FUNCTION erase_blob(bytea)", "erase_blob(bytea) (of docgen) is gone"),
        ("ALTER FUNCTION append(bigint, text, bytea[]) SECURITY INVOKER", "append(bigint, text, bytea[]) (of docgen)"),
        ("ALTER FUNCTION put_blob(bytea) RESET search_path", "put_blob(bytea) (of docgen) is gone or was changed"),
        (
            "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "refuse() (of docgen) is gone or was changed",
        ),
        ("CREATE FUNCTION append(int, text) RETURNS void LANGUAGE sql AS ''", "append(integer, text) was added"),
        (f"GRANT INSERT ON events TO {APP}", f"the right of {APP} to INSERT was added to events"),
        ("GRANT UPDATE (email) ON people TO PUBLIC", "the right of everybody to UPDATE was added to people"),
    ],
)
def test_a_guard_that_is_gone_or_another_is_named(record: Record, statement: str, said: str) -> None:
    with connected(record.home, OWNER) as connection:
        connection.execute(statement)
    (fault,) = faults(record)
    assert said in fault


def test_a_table_that_is_gone_is_named_and_all_the_rest_is_still_examined(record: Record) -> None:
    with connected(record.home, OWNER) as connection:
        connection.execute("DROP TABLE nodes CASCADE")
        connection.execute("DROP TABLE facts")
    record.lose_blob(next(iter(record.blobs)))
    found = record.ledger.verify()
    assert {fault.kind for fault in found} == {FaultKind.DATABASE, FaultKind.HASH_MISSING, FaultKind.BLOB_MISSING}
    assert any("nodes (of nodes) is gone" in fault.message for fault in found)
    assert any("table facts cannot be read" in fault.message for fault in found)


def test_tables_of_other_kinds_may_stand_beside_the_log(record: Record) -> None:
    with connected(record.home, OWNER) as connection:
        connection.execute("CREATE TABLE docgen.drafts (name text PRIMARY KEY)")
    assert record.ledger.verify() == []


def test_a_record_is_whole_after_a_backup_was_put_back(record: Record, empty: Home) -> None:
    assert empty.server
    empty.server.copy(record.home.database, empty.database)
    with opened(empty) as copy:
        assert copy.ledger.verify() == []
        assert copy.ledger.head() == record.ledger.head()
        assert list(copy.people) == list(record.people)
        copy.note_engagement(3)


def test_laying_out_again_changes_nothing_of_what_is_recorded(record: Record) -> None:
    server, before = record.home.server, record.ledger.head()
    assert server
    lay_out(server.url(OWNER, record.home.database), APP)
    assert record.ledger.head() == before
    assert record.ledger.verify() == []


def test_laying_out_puts_right_what_a_role_lacks(record: Record) -> None:
    server = record.home.server
    assert server
    with connected(record.home, OWNER) as connection:
        connection.execute(f"REVOKE ALL ON SCHEMA docgen FROM {APP}")
    with pytest.raises(RightsMissingError):
        open_postgres(record.home.url)
    lay_out(server.url(OWNER, record.home.database), APP)
    open_postgres(record.home.url).close()


def test_laying_out_that_is_broken_off_leaves_nothing(empty: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert empty.server
    owner = empty.server.url(OWNER, empty.database)
    monkeypatch.setattr(postgres, "creation", lambda: [*creation(), "SELECT no_such_function()"])
    with pytest.raises(RecordDamagedError):
        lay_out(owner, APP)
    with closing(postgres.Postgres(owner)) as database:
        assert database.layout() == 0
        assert database.rows("SELECT 1 FROM pg_namespace WHERE nspname = 'docgen'") == []
    monkeypatch.undo()
    lay_out(owner, APP)
    with founded(empty) as record:
        assert record.ledger.verify() == []


def test_a_role_that_does_not_exist_is_named_before_anything_is_made(empty: Home) -> None:
    assert empty.server
    owner = empty.server.url(OWNER, empty.database)
    with pytest.raises(RoleMissingError, match='no role "; DROP') as refusal:
        lay_out(owner, '"; DROP')
    assert refusal.value.exit_code is ExitCode.NOT_FOUND
    with pytest.raises(SchemaMissingError):
        open_postgres(owner)


def test_a_role_may_have_any_name(empty: Home) -> None:
    assert empty.server
    role = 'the "app" of Köln; x'
    with empty.server.connected() as connection:
        connection.execute('CREATE ROLE "the ""app"" of Köln; x"')
    lay_out(empty.server.url(OWNER, empty.database), role)
    with empty.server.connected(empty.database) as connection:
        connection.execute('DROP OWNED BY "the ""app"" of Köln; x"')
        connection.execute('DROP ROLE "the ""app"" of Köln; x"')


def test_who_may_not_make_a_schema_is_told_so(empty: Home) -> None:
    with pytest.raises(RightsMissingError, match="permission denied"):
        lay_out(empty.url, APP)


def test_a_database_without_a_record_says_who_makes_the_place_for_one(empty: Home) -> None:
    with pytest.raises(RecordMissingError, match="docgen audit setup") as refusal:
        open_postgres(empty.url)
    assert refusal.value.exit_code is ExitCode.NOT_FOUND


def test_a_newer_or_older_layout_is_told(record: Record) -> None:
    with connected(record.home, OWNER) as connection:
        connection.execute("UPDATE layout SET version = 7")
        with pytest.raises(NewerRecordError, match="layout 7"):
            open_postgres(record.home.url)
        connection.execute("UPDATE layout SET version = -1")
        with pytest.raises(OlderSchemaError, match="docgen audit setup"):
            open_postgres(record.home.url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:s3cr3t@127.0.0.1:1/record",
        "postgresql://ann:s3cr3t@127.0.0.1:port/record",
        "postgresql://ann:%zzs3cr3t@127.0.0.1/record",
        "postgresql://ann:s3cr3t@127.0.0.1/record?no_such_setting=1",
        "postgresql://127.0.0.1:1/record?user=ann&password=s3cr3t",
        "postgresql://[s3cr3t",
        "mysql://ann:s3cr3t@127.0.0.1/record",
        "s3cr3t",
        "host=127.0.0.1 password=s3cr3t",
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseUnreachableError, match="DOCGEN_DATABASE_URL") as refusal:
        open_postgres(url)
    assert isinstance(refusal.value, MissingHereError)
    assert "s3cr3t" not in "".join(traceback.format_exception(refusal.value))


def test_a_database_or_role_that_is_not_there_is_named_without_the_password(postgresql: Server) -> None:
    with pytest.raises(DatabaseUnreachableError, match='"nowhere" does not exist'):
        open_postgres(postgresql.url(f"{APP}:s3cr3t", "nowhere"))
    with pytest.raises(DatabaseUnreachableError, match='"nobody"') as refusal:
        open_postgres(postgresql.url("nobody:s3cr3t", "postgres"))
    assert "s3cr3t" not in str(refusal.value)


def test_a_connection_that_is_lost_says_that_trying_again_is_safe(record: Record) -> None:
    facts = record.blobs.put(b"facts")

    def record_while_the_connection_is_cut() -> None:
        with record.log.writing(), record.home.connected() as admin:
            record.ledger.append(engagement_recorded(facts, 3))
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            admin.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}")

    with pytest.raises(ConnectionLostError, match="not recorded twice"):
        record_while_the_connection_is_cut()
    with opened(record.home) as again:
        assert again.ledger.head().size == 3
        assert again.ledger.append(engagement_recorded(facts, 3)).index == 3


def test_an_answer_that_was_lost_after_the_commit_is_given_again(record: Record) -> None:
    facts = record.blobs.put(b"facts")
    event = engagement_recorded(facts, 3)
    with opened(record.home) as other:
        first = other.ledger.append(event)
    again = record.ledger.append(event)
    assert (again.index, again.root, again.repeated) == (first.index, first.root, True)


def test_a_failure_that_somebody_passed_over_is_no_commit(record: Record) -> None:
    facts = record.blobs.put(b"facts")

    def pass_over() -> None:
        with record.log.writing():
            record.ledger.append(engagement_recorded(facts, 3))
            with pytest.raises(RecordFailedError):
                record.database.rows("SELECT 1 / 0")

    with pytest.raises(RecordFailedError, match="earlier statement"):
        pass_over()
    assert record.ledger.head().size == 3


def test_every_commit_reaches_the_servers_disk(shared_home: Home, postgresql: Server) -> None:
    with postgresql.connected(shared_home.database) as admin:
        admin.execute(f"ALTER DATABASE {shared_home.database} SET synchronous_commit TO off")
    with opened(shared_home) as record:
        assert record.database.rows("SHOW synchronous_commit") == [("on",)]
        assert record.database.rows("SHOW fsync") == [("on",)]


def test_a_database_in_another_encoding_is_refused(postgresql: Server) -> None:
    with postgresql.connected() as admin:
        admin.execute("CREATE DATABASE record_latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(DatabaseUnreachableError, match="UTF-8"):
        open_postgres(postgresql.url(OWNER, "record_latin"))
    postgresql.drop_databases()


def test_values_are_never_read_as_statements(record: Record) -> None:
    hostile = "'; DROP TABLE docgen.people; -- ? % %s \\ $1"
    mark = record.people.mark(hostile)
    assert record.people.email(mark) == hostile.casefold()
    assert record.register.latest(hostile) is None
    assert record.ledger.verify() == []


def test_whoever_uses_no_database_of_a_team_loads_nothing_for_it() -> None:
    program = "import sys, docgen.store.record; sys.exit('psycopg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
