"""What all tests share: the validators, and a world without network and without chance."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings

from tests.conformance.engine import EngineMissingError
from tests.conformance.libreoffice import LibreOffice
from tests.conformance.ooxml import OpenXmlValidator
from tests.conformance.verapdf import VeraPdf
from tests.firm import Firm, Firms
from tests.remembering import remember_templates
from tests.scenes import Studio

# The same examples in every run; `--hypothesis-profile search` looks for new ones.
settings.register_profile("docgen", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("docgen")

Engine = TypeVar("Engine", LibreOffice, OpenXmlValidator, VeraPdf)
_ENGINES = frozenset({"libreoffice", "open_xml", "verapdf"})
_LOCAL_NAMES = frozenset({"", "localhost"})
_LONGEST = ("test_simulated_year.py", "test_every_example_at_the_terminal", "test_change_machine.py")


class NetworkRefusedError(RuntimeError):
    """A test reached for the network."""


def pytest_configure() -> None:
    """Keep every test off the network, and from compiling a template that another has compiled."""
    sys.addaudithook(_refuse_network)
    remember_templates()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that asks for a validator, so that `-m "not conformance"` is the quick run.

    The longest come first: no process is left alone with one at the end, and one process lives the year through.
    """
    items.sort(key=lambda item: not any(name in item.nodeid for name in _LONGEST))
    for item in items:
        if _ENGINES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.conformance)


@pytest.fixture(scope="session")
def verapdf() -> Iterator[VeraPdf]:
    """Lend the PDF validator."""
    engine = _start(VeraPdf)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def open_xml() -> OpenXmlValidator:
    """Lend the validator of Word files."""
    return _start(OpenXmlValidator)


@pytest.fixture(scope="session")
def libreoffice() -> Iterator[LibreOffice]:
    """Lend LibreOffice."""
    engine = _start(LibreOffice)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Studio:
    """Lend the place where documents are staged; the processes of one run share what they make."""
    return Studio(_shared_folder(tmp_path_factory, request) / "studio")


@pytest.fixture(scope="session")
def firms(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Firms:
    """Lend firms with a record at several stages; the processes of one run share what they make."""
    return Firms(_shared_folder(tmp_path_factory, request) / "firms")


@pytest.fixture
def firm(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm with approved templates and the example engagement recorded."""
    return firms.at("recorded", tmp_path / "firm")


def _shared_folder(factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    base = factory.getbasetemp()
    return base.parent if hasattr(request.config, "workerinput") else base


def _start(engine: type[Engine]) -> Engine:
    try:
        return engine()
    except EngineMissingError as missing:
        if os.environ.get("DOCGEN_REQUIRE_VALIDATORS"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo" and not _is_local(arguments[0]):
        raise NetworkRefusedError(f"a test asked for the address of {arguments[0]}")
    if event == "socket.connect" and isinstance(arguments[1], tuple) and not _is_local(arguments[1][0]):
        raise NetworkRefusedError(f"a test called {arguments[1][0]}")


def _is_local(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name in _LOCAL_NAMES
