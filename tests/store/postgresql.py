"""A PostgreSQL server of our own, for as long as the tests run: no network, no other user, every write on the disk."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import quote

import psycopg

from docgen.store.postgres import lay_out
from tests.conformance.engine import EngineError, EngineMissingError

ADMIN, OWNER, APP = "admin", "docgen_owner", "docgen_app"
_TEMPLATE, _PREFIX = "laid_out", "record_"
_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
_PATIENCE = 3000
_SETTINGS = {"listen_addresses": "", "fsync": "on", "max_connections": "50", "log_min_messages": "fatal"}


@dataclass(frozen=True)
class Server:
    """A server in a folder of its own; each record of a test gets a database made from one laid out before."""

    folder: Path

    def url(self, role: str, database: str) -> str:
        """Return the address of a database for a role."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.folder), safe='')}"

    @contextmanager
    def connected(self, database: str = "postgres", role: str = ADMIN) -> Iterator[psycopg.Connection[Any]]:
        """Lend a connection, by default of who may do everything."""
        with psycopg.connect(self.url(role, database), autocommit=True) as connection:
            yield connection

    @property
    def log(self) -> str:
        """Return what the server said."""
        return (self.folder / "log").read_text()

    def die(self) -> None:
        """End the server at once and without order, as a failure of the power does."""
        pid, *_ = (self.folder / "data" / "postmaster.pid").read_text().split()
        os.kill(int(pid), signal.SIGQUIT)

    def copy(self, source: str, target: str) -> None:
        """Dump the record in one database and put it back into another, empty one."""
        address = ("-h", str(self.folder), "-U", ADMIN)
        dump = self.folder / f"{source}.sql"
        subprocess.run([_PROGRAMS[-1] / "pg_dump", *address, "-n", "docgen", "-f", dump, source], check=True)
        loading: list[str | Path] = ["-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", dump, target]
        subprocess.run([_PROGRAMS[-1] / "psql", *address, *loading], check=True)

    def make_database(self, template: str = _TEMPLATE, prefix: str = _PREFIX) -> str:
        """Make a database and return its name; `template0` is one without a place for a record."""
        name = f"{prefix}{token_hex(8)}"
        with self.connected() as connection:
            connection.execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")
        return name

    def drop_databases(self) -> None:
        """Drop the databases that a test made, whoever is in them."""
        with self.connected() as connection:
            made = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_PREFIX])
            for (name,) in made.fetchall():
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def prepare(self) -> None:
        """Make the roles, and the database that the others are made from."""
        with self.connected() as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN")
            connection.execute(f"CREATE ROLE {APP} LOGIN")
            connection.execute(f"CREATE DATABASE {_TEMPLATE} OWNER {OWNER}")
        lay_out(self.url(OWNER, _TEMPLATE), APP)


@contextmanager
def made_server() -> Iterator[Server]:
    """Lend a server that does not run yet; raises EngineMissingError where PostgreSQL is not installed."""
    if not _PROGRAMS:
        raise EngineMissingError("PostgreSQL")
    # Not below the tests' own folder: into that one nobody else may look, and root's server runs as somebody else.
    folder = Path(tempfile.mkdtemp(prefix="docgen-postgresql-"))
    try:
        making = ["initdb", "-D", "data", "-U", ADMIN, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        server = Server(folder)
        if _start(folder, making).wait():
            raise EngineError(f"PostgreSQL made no database: {server.log}")
        yield server
    finally:
        shutil.rmtree(folder)


@contextmanager
def serving(server: Server) -> Iterator[None]:
    """Let a server run; raises EngineError when it does not start."""
    settings = [f"--{name}={value}" for name, value in {**_SETTINGS, "unix_socket_directories": server.folder}.items()]
    process = _start(server.folder, ["postgres", "-D", "data", *settings])
    try:
        patience = count(_PATIENCE, -1)
        while not _answers(server):
            if process.poll() is not None or not next(patience):
                raise EngineError(f"PostgreSQL did not start: {server.log}")
            time.sleep(0.02)
        yield
    finally:
        # Without order, which is quick: what it holds is thrown away, or read again after a crash on purpose.
        process.send_signal(signal.SIGQUIT)
        process.wait()


@contextmanager
def running_server() -> Iterator[Server]:
    """Lend a server that is prepared and runs."""
    with made_server() as server, serving(server):
        server.prepare()
        yield server


def _start(folder: Path, command: list[str]) -> subprocess.Popen[bytes]:
    identity = _identity(folder)
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [_PROGRAMS[-1] / command[0], *command[1:]], stdout=log, stderr=log, cwd=folder, **identity
        )


def _identity(folder: Path) -> dict[str, Any]:
    """Return who runs the server: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return {}
    shutil.chown(folder, "postgres", "postgres")
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def _answers(server: Server) -> bool:
    try:
        with server.connected():
            return True
    except psycopg.OperationalError:
        return False
