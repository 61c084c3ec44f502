"""Which executor an address means, and the one that does everything in this process."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from docgen.errors import ExitCode
from docgen.executors import cluster
from docgen.executors.addresses import AddressError, executor
from docgen.executors.cluster import ClusterError, DaskMissingError
from docgen.executors.performing import read_outcome, write_outcome
from docgen.executors.work import Crashed, Done, Failed, Limits, Outcome, OutOfMemory, Task, TimedOut

LIMITS = Limits()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "Serial",
        "local:",
        "local:0",
        "local:-1",
        "local:129",
        "local:2 ",
        "local:two",
        "dask",
        "dask://",
        "dask://host",
        "dask://host:port",
        "dask://host:70000",
        "dask://user@host:8786",
        "dask://host:8786/path",
        "dask://host:8786?query",
        "dask+tls://host",
        "tcp://host:8786",
        "https://host:8786",
    ],
)
def test_a_wrong_address_is_told_with_the_right_forms(address: str) -> None:
    with pytest.raises(AddressError, match="serial") as told:
        executor(address, LIMITS)
    assert told.value.exit_code is ExitCode.USAGE
    for form in ("local", "local:N", "dask://HOST:PORT", "dask+tls://HOST:PORT"):
        assert form in str(told.value)


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(DaskMissingError, match=r"pip install 'docgen\[dask\]'") as told:
        executor("dask://127.0.0.1:8786", LIMITS)
    assert told.value.exit_code is ExitCode.MISSING_HERE


def test_a_wrong_address_is_told_without_dask_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AddressError):
        executor("dask://host", LIMITS)


def test_serial_does_tasks_here_in_their_order() -> None:
    names = [("double", 2), ("miss", "a"), ("pair", 1), ("stumble", None)]
    with executor("serial", LIMITS) as serial:
        assert serial.workers == 1
        outcomes = list(serial.run(Task(name, f"tests.executors.jobs:{name}", what) for name, what in names))
    assert [each.key for each in outcomes] == [name for name, _ in names]
    assert [type(each) for each in outcomes] == [Done, Failed, Done, Failed]
    assert isinstance(outcomes[2], Done)
    assert outcomes[2].result == [1, os.getpid()]


@pytest.mark.parametrize(
    "outcome",
    [
        Done("k", 0.5, {"a": [1, None, "“”"]}),
        Failed("k", 0.5, "NotFoundError", "There is\nnothing.", 4),
        Failed("k", 0.5, "KeyError", "'a'", None, "Traceback"),
        TimedOut("k", 0.5),
        Crashed("k", 0.5, -9),
        OutOfMemory("k", 0.5, 1024),
    ],
)
def test_an_outcome_crosses_as_one_line(outcome: Outcome) -> None:
    line = write_outcome(outcome)
    assert "\n" not in line
    assert read_outcome(line) == outcome


def test_a_cluster_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 0.5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ClusterError, match="does not answer") as told:
            executor(f"dask://127.0.0.1:{taken.getsockname()[1]}", LIMITS)
    assert told.value.exit_code is ExitCode.MISSING_HERE
