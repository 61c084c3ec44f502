"""Where the records of these tests live: each test that asks for a home runs once on SQLite and once on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.conformance.engine import EngineMissingError
from tests.store.postgresql import Server, made_server, running_server
from tests.store.records import Home


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Lend a server of PostgreSQL."""
    with _engine(running_server()) as server:
        yield server


@pytest.fixture
def mortal_server() -> Iterator[Server]:
    """Lend a server of PostgreSQL that no other test needs, and that does not run yet."""
    with _engine(made_server()) as server:
        yield server


@pytest.fixture
def shared_home(postgresql: Server, tmp_path: Path) -> Iterator[Home]:
    """Lend a place for a record in PostgreSQL."""
    yield Home(tmp_path, postgresql, postgresql.make_database())
    postgresql.drop_databases()


@pytest.fixture
def empty(postgresql: Server, tmp_path: Path) -> Iterator[Home]:
    """Lend a database in which nothing is laid out."""
    yield Home(tmp_path, postgresql, postgresql.make_database("template0"))
    postgresql.drop_databases()


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """Lend a place for a record: once in SQLite, once in PostgreSQL."""
    if request.param == "sqlite":
        return Home(tmp_path)
    shared: Home = request.getfixturevalue("shared_home")
    return shared


@contextmanager
def _engine(lent: AbstractContextManager[Server]) -> Iterator[Server]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(lent)
        except EngineMissingError as missing:
            if os.environ.get("DOCGEN_REQUIRE_VALIDATORS"):
                pytest.fail(str(missing))
            pytest.skip(str(missing))
        yield server
