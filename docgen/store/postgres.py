"""The PostgreSQL database of a record: laying it out for a team, connecting to it, and writing so that it stays.

A team connects as a role that may read and may call a few functions, and has no rights on the tables. The guards stop
that role and mistakes, not who owns the database; docgen.store.verification finds out what that one did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from docgen.errors import DocgenError, MissingHereError, NotFoundError, shell_word
from docgen.store.database import (
    APPLICATION_ID,
    BUSY_SECONDS,
    NewerRecordError,
    RecordBusyError,
    RecordDamagedError,
    RecordFailedError,
    RecordMissingError,
)
from docgen.store.postgres_schema import LAYOUT, PARTS, SCHEMA, creation, erasing_by_the_log, grants, parts, reviews

if TYPE_CHECKING:
    import psycopg

_SCHEMES = ("postgresql://", "postgres://")
_CONNECT_SECONDS = 10
_OLDEST_SERVER = 140000
_LOCKED = frozenset({"55P03", "40P01", "40001"})  # a lock was not had in time, or not without harm to others
_NO_RIGHT = "42501"
_NOT_THERE = frozenset({"3F000", "42P01", "42703", "42883"})  # schema, table, column, function
_SERVERS_FAULT = "XX"


class DatabaseUnreachableError(MissingHereError):
    """The database of the team cannot be had under the address given."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The database that DOCGEN_DATABASE_URL names cannot be used: {why}. "
            "Correct the address (postgresql://USER@HOST/DATABASE), or see to the server, then try again."
        )


class SchemaMissingError(RecordMissingError):
    """The database has no place for a record."""

    def __init__(self, place: str) -> None:
        NotFoundError.__init__(
            self,
            f"There is no record in {place}. The database's owner makes the place for one with `docgen audit setup "
            "--app-role ROLE`, and the first thing recorded founds it; a backup goes back to this place.",
        )


class OlderSchemaError(MissingHereError):
    """The record was laid out by an older docgen, and only its owner may change that."""

    def __init__(self, place: str, layout: int) -> None:
        super().__init__(
            f"The record in {place} has layout {layout}, and this docgen needs {LAYOUT}. The database's owner brings "
            "it there with `docgen audit setup --app-role ROLE`."
        )


class RightsMissingError(MissingHereError):
    """The database refuses something to the role that is connected."""

    def __init__(self, role: str, why: str) -> None:
        super().__init__(
            f"The database refuses it to the role {role} ({why}). Its owner gives the role what docgen needs with "
            f"`docgen audit setup --app-role {shell_word(role)}`."
        )


class RoleMissingError(NotFoundError):
    """The server has no such role."""

    def __init__(self, role: str) -> None:
        super().__init__(
            f"The server has no role {role}. Make it (CREATE ROLE … LOGIN PASSWORD …), then lay the record out again."
        )


class ConnectionLostError(RecordFailedError):
    """The connection broke off, perhaps after the database had written."""

    def __init__(self, why: str) -> None:
        DocgenError.__init__(
            self,
            f"The connection to the database was lost ({why}), so it is not known whether the last thing was recorded. "
            "Try again: what was recorded is not recorded twice.",
        )


class Postgres:
    """A connection to a record's database, for one thread of one process."""

    def __init__(self, url: str, busy_seconds: float = BUSY_SECONDS) -> None:
        """Connect, whatever the database holds; raises DatabaseUnreachableError."""
        self.busy_seconds = busy_seconds
        self._connection = _connect(url)
        info = self._connection.info
        self.place = f"the database {info.dbname} at {info.host}:{info.port}"
        self.role = info.user
        self._is_reading = False
        try:
            self._prepare()
        except DocgenError:
            self.close()
            raise

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def rows(self, statement: str, *values: Any) -> list[Any]:
        """Return the rows a statement answers, with `?` in the places of its values; what it writes is written at once.

        Raises RecordBusyError, RecordFailedError, RecordDamagedError, RightsMissingError and ConnectionLostError.
        """
        with self._explained(), self._parted():
            cursor = self._connection.execute(_with_places(statement), values, binary=True)
            return cursor.fetchall() if cursor.description else []

    def each_row(self, statement: str) -> Iterator[Any]:
        """Yield the rows a statement answers one by one, for a table larger than memory; raises what `rows` raises."""
        # Only a cursor with a name leaves the rows with the server until they are asked for.
        rows = self._connection.cursor(name="rows", binary=True)
        with self.reading(), self._explained(), self._parted(), rows:
            yield from rows.execute(_with_places(statement))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write all that happens inside, or nothing of it; it is on the disk when the block has ended.

        One process at a time is inside. A block inside another is a part of that one. Raises what `rows` raises.
        """
        if self._is_within():
            yield
            return
        self.rows("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
        try:
            # A lock and not SERIALIZABLE: whoever comes second waits, and need not begin again.
            self.rows("SELECT pg_advisory_xact_lock(?)", APPLICATION_ID)
            yield
            self._commit()
        except BaseException:
            self._roll_back()
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read all that is read inside as it is at one moment, whatever others write meanwhile."""
        if self._is_within():
            yield
            return
        self.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self._is_reading = True
        try:
            yield
        finally:
            self._is_reading = False
            self._roll_back()

    def faults(self) -> list[str]:
        """Return every table, index, guard and function that is gone or another, and rights that nobody should have."""
        try:
            with self.reading():
                # PostgreSQL spells names in full only where they are not found without.
                self.rows("SET LOCAL search_path TO pg_catalog")
                there = {(name, table): text for name, table, text in self.rows(PARTS)}
                self.rows(_SEARCH_PATH.replace("SET", "SET LOCAL", 1))
        except DocgenError as error:
            return [str(error)]
        wanted = parts()
        faults = [
            f"{name} (of {table}) is gone or was changed"
            for (name, table), text in wanted.items()
            if there.get((name, table)) != text
        ]
        tables = {table for _, table in wanted}
        strange = sorted(key for key in there if key not in wanted and key[1] in tables)
        return [*faults, *(f"{name} was added to {table}" for name, table in strange)]

    def layout(self) -> int:
        """Return the layout of the record's schema, 0 where there is none; raises RightsMissingError."""
        if self.rows("SELECT to_regclass('docgen.layout')::text") == [(None,)]:
            return 0
        ((version,),) = self.rows("SELECT version FROM docgen.layout")
        return int(version)

    def may_lay_out(self) -> bool:
        """Say whether the role that is connected may make a schema here."""
        ((may,),) = self.rows("SELECT has_database_privilege(current_database(), 'CREATE')")
        return bool(may)

    def _is_within(self) -> bool:
        from psycopg.pq import TransactionStatus

        return self._connection.info.transaction_status in {TransactionStatus.INTRANS, TransactionStatus.INERROR}

    def _prepare(self) -> None:
        if self._connection.info.server_version < _OLDEST_SERVER:
            raise DatabaseUnreachableError("the server is older than PostgreSQL 14")
        if self.rows("SHOW server_encoding") != [("UTF8",)]:
            raise DatabaseUnreachableError(f"{self.place} does not hold its text as UTF-8")
        self.rows(_SEARCH_PATH)
        self.rows("SELECT set_config('lock_timeout', ?, false)", f"{int(self.busy_seconds * 1000)}ms")
        if self.rows("SHOW synchronous_commit") == [("off",)]:
            self.rows("SET synchronous_commit TO on")

    def _commit(self) -> None:
        with self._explained():
            ended = self._connection.execute("COMMIT").statusmessage
        if ended != "COMMIT":
            # After a failure that somebody passed over, PostgreSQL rolls back and calls that a success.
            raise RecordFailedError("an earlier statement had failed")

    def _roll_back(self) -> None:
        from psycopg import Error

        if self._is_within():
            # The first failure is the one to tell of; unfinished work is dropped with the connection at the latest.
            with suppress(Error):
                self._connection.execute("ROLLBACK")

    @contextmanager
    def _parted(self) -> Iterator[None]:
        """Let what is read after a failure still be read, so that all that is damaged is named."""
        if not self._is_reading:
            yield
            return
        with self._connection.transaction():
            yield

    @contextmanager
    def _explained(self) -> Iterator[None]:
        from psycopg import Error

        try:
            yield
        except Error as error:
            raise self._explanation(error) from error

    def _explanation(self, error: psycopg.Error) -> DocgenError:
        said, state = _on_one_line(str(error)), error.sqlstate or ""
        if self._connection.closed:
            return ConnectionLostError(said)
        if state in _LOCKED:
            return RecordBusyError(self.busy_seconds)
        if state == _NO_RIGHT:
            return RightsMissingError(self.role, said)
        if state in _NOT_THERE or state.startswith(_SERVERS_FAULT):
            return RecordDamagedError(said)
        return RecordFailedError(said)


_SEARCH_PATH = f"SET search_path TO {SCHEMA}, pg_temp"


def open_postgres(url: str, busy_seconds: float = BUSY_SECONDS) -> Postgres:
    """Connect to a record that is laid out.

    Raises SchemaMissingError where there is none, OlderSchemaError, NewerRecordError, and what connecting raises.
    """
    database = Postgres(url, busy_seconds)
    try:
        layout = database.layout()
        if layout == 0:
            raise SchemaMissingError(database.place)
        if layout > LAYOUT:
            raise NewerRecordError(database.place, layout, LAYOUT)
        if layout < LAYOUT:
            raise OlderSchemaError(database.place, layout)
    except DocgenError:
        database.close()
        raise
    return database


def lay_out(owner_url: str, app_role: str) -> None:
    """Make the place for a record in a database, or bring an older one to this docgen's layout; give a role its rights.

    `owner_url` is the address for the role that may make a schema and will own it; `app_role` is the role that docgen
    connects as from then on. What is recorded stays. Each step is one transaction, whole or not at all.

    Raises RoleMissingError, DatabaseUnreachableError, RightsMissingError, NewerRecordError and RecordBusyError.
    """
    from psycopg.sql import Identifier

    with closing(Postgres(owner_url)) as database:
        if not database.rows("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = ?", app_role):
            raise RoleMissingError(app_role)
        _migrate(database)
        with database.writing():
            _run(database, grants(Identifier(app_role).as_string(None)))


def make_place(url: str, *, may_be_new: bool) -> None:
    """Make the place for a record that only the role connected uses, where there is none and the role may make one.

    Raises SchemaMissingError where it may not, or where a record was before and a new one would hide its loss.
    """
    with closing(Postgres(url)) as database:
        if database.layout() == 0:
            if not (may_be_new and database.may_lay_out()):
                raise SchemaMissingError(database.place)
            _migrate(database)


def _migrate(database: Postgres) -> None:
    for layout, step in _STEPS.items():
        with database.writing():
            here = database.layout()
            if here > LAYOUT:
                raise NewerRecordError(database.place, here, LAYOUT)
            if here == layout:
                step(database)


def _create(database: Postgres) -> None:
    """Make the newest layout where there is none."""
    _run(database, creation())


def _let_the_log_allow_erasing(database: Postgres) -> None:
    """Layout 2: a blob or a person is erased only once the log says so."""
    _run(database, erasing_by_the_log())
    database.rows("UPDATE docgen.layout SET version = 2")


def _add_reviews(database: Postgres) -> None:
    """Layout 3: what became of templates beside their approval, of which no older record has anything."""
    _run(database, reviews())
    database.rows("UPDATE docgen.layout SET version = 3")


_STEPS: Mapping[int, Callable[[Postgres], None]] = {0: _create, 1: _let_the_log_allow_erasing, 2: _add_reviews}


def _run(database: Postgres, statements: Iterator[str] | Sequence[str]) -> None:
    for text in statements:
        database.rows(text)


def _connect(url: str) -> psycopg.Connection[Any]:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    if not url.startswith(_SCHEMES):
        raise DatabaseUnreachableError("it is no address of a PostgreSQL database")
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error:
        # What PostgreSQL says of an address may quote any part of it, the password too.
        raise DatabaseUnreachableError("the address cannot be read") from None
    settings = {"connect_timeout": _CONNECT_SECONDS, "application_name": "docgen", **given, "client_encoding": "UTF8"}
    try:
        return psycopg.connect(make_conninfo("", **settings), autocommit=True)
    except psycopg.Error as error:
        raise DatabaseUnreachableError(_without(str(given.get("password", "")), _on_one_line(str(error)))) from None


def _without(password: str, text: str) -> str:
    return text.replace(password, "…") if password else text


def _on_one_line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _with_places(statement: str) -> str:
    return statement.replace("%", "%%").replace("?", "%s")
