"""Where the records of these tests live: each test that asks for a home runs once on SQLite and once on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.engine import EngineMissingError
from tests.store.postgresql import Server, running_server
from tests.store.records import Home


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Lend a server of PostgreSQL."""
    try:
        with running_server() as server:
            yield server
    except EngineMissingError as missing:
        if os.environ.get("DOCGEN_REQUIRE_VALIDATORS"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture
def shared_home(postgresql: Server, tmp_path: Path) -> Iterator[Home]:
    """Lend a place for a record in PostgreSQL."""
    yield Home(tmp_path, postgresql, postgresql.make_database())
    postgresql.drop_databases()


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """Lend a place for a record: once in SQLite, once in PostgreSQL."""
    if request.param == "sqlite":
        return Home(tmp_path)
    shared: Home = request.getfixturevalue("shared_home")
    return shared
