"""A cluster on loopback with two worker processes: the same outcomes as on one machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from docgen.executors import cluster
from docgen.executors.addresses import executor
from docgen.executors.cluster import AHEAD, CHUNK, CertificatesMissingError, ClusterError, SchedulerLostError
from docgen.executors.work import Crashed, Done, Executor, Failed, Limits, OutOfMemory, Task, TimedOut
from tests.executors.test_local import ROOT, await_pids, done, doubles, job

pytestmark = pytest.mark.slow

MEMORY = 192 * 1024**2
LIMITS = Limits(seconds=20, memory=MEMORY)


class Machines:
    """A scheduler and its workers, started as a firm would start them."""

    def __init__(self, folder: Path, workers: int, *, settings: dict[str, str] | None = None) -> None:
        self._environment = os.environ | {"PYTHONPATH": str(ROOT), **(settings or {})}
        self._folder = folder
        self._file = folder / "scheduler.json"
        self._secure = "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION" in self._environment
        protocol = ["--protocol=tls"] if self._secure else []
        self.processes = [self._start("scheduler", "--port=0", "--no-show", *protocol)]
        self._await()
        self.processes += [self._start("worker", "--nthreads=1") for _ in range(workers)]

    def _await(self) -> None:
        for _ in range(600):
            if self._file.exists():
                return
            time.sleep(0.05)
        self.close()
        raise AssertionError("the scheduler does not come up")

    @property
    def address(self) -> str:
        """Return docgen's address of the scheduler."""
        found: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        return str(found["address"]).replace("tcp://", "dask://").replace("tls://", "dask+tls://")

    def close(self) -> None:
        """End all of it."""
        for process in self.processes:
            os.killpg(process.pid, signal.SIGKILL)
        for process in self.processes:
            process.wait(30)

    def _start(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, f"--scheduler-file={self._file}", "--host=127.0.0.1"]
        return subprocess.Popen(
            [*command, "--no-dashboard", *options],
            env=self._environment,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    settings = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    found = Machines(tmp_path_factory.mktemp("dask"), 2, settings=settings)
    yield found
    found.close()


@pytest.fixture(scope="module")
def dask(machines: Machines) -> Iterator[Executor]:
    with executor(machines.address, LIMITS) as found:
        yield found


def test_tasks_of_all_sorts_come_to_the_same_as_on_one_machine(machines: Machines) -> None:
    tasks = [
        job("double", 4),
        job("sleep", 30.0),
        job("kill", int(signal.SIGKILL)),
        job("leave", 3),
        job("devour"),
        job("miss", "offer.yaml"),
        *doubles(30),
    ]
    with executor(machines.address, Limits(seconds=3, memory=MEMORY)) as short:
        outcomes = {each.key: each for each in short.run(tasks)}
    assert len(outcomes) == len(tasks)
    assert done([outcomes[str(number)] for number in range(30)]) == {str(n): 2 * n for n in range(30)}
    late, crashed, left, failed = (outcomes[key] for key in ("sleep", "kill", "leave", "miss"))
    assert isinstance(late, TimedOut)
    assert isinstance(crashed, Crashed)
    assert isinstance(left, Crashed)
    assert (crashed.cause, left.cause) == ("SIGKILL", "exit code 3")
    assert isinstance(outcomes["devour"], OutOfMemory)
    assert isinstance(failed, Failed)
    assert (failed.message, failed.exit_code) == ("There is no file “offer.yaml”.", 4)


def test_tasks_are_taken_as_there_is_room_for_them(dask: Executor) -> None:
    taken = 0

    def tasks() -> Iterator[Task]:
        nonlocal taken
        for taken in range(1, 501):
            yield job("double", taken, str(taken))

    ended = Counter[str]()
    for outcome in dask.run(tasks()):
        ended[outcome.key] += 1
        assert taken <= ended.total() + (AHEAD * 2 + 1) * CHUNK
    assert ended == Counter(str(number) for number in range(1, 501))


def test_a_task_that_kills_a_worker_of_dask_is_found_and_lost_alone(dask: Executor) -> None:
    outcomes = list(
        dask.run([*doubles(25), job("kill_grandparent"), *(job("double", n, str(n)) for n in range(25, 50))])
    )
    (crashed,) = [each for each in outcomes if not isinstance(each, Done)]
    assert isinstance(crashed, Crashed)
    assert (crashed.key, crashed.cause) == ("kill_grandparent", "unknown")
    assert sorted(each.key for each in outcomes if each is not crashed) == sorted(str(n) for n in range(50))


def test_a_run_that_ends_early_leaves_the_executor_fit_for_the_next(dask: Executor) -> None:
    run = dask.run(doubles(500))
    next(run)
    run.close()  # type: ignore[attr-defined]
    assert len(done(list(dask.run(doubles(30))))) == 30


def test_a_lost_scheduler_ends_the_run_and_says_what_to_do(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    machines = Machines(tmp_path, 1)
    try:
        with executor(machines.address, LIMITS) as found:
            run = found.run([job("settle", str(pids))])
            await_while(lambda: next(run), machines.processes[0], pids)
    finally:
        machines.close()


def test_without_workers_the_run_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE_SECONDS", 0.5)
    machines = Machines(tmp_path, 0)
    try:
        with executor(machines.address, LIMITS) as found, pytest.raises(ClusterError, match="has no workers"):
            list(found.run(doubles(1)))
    finally:
        machines.close()


def test_tls_is_asked_for_with_certificates(tmp_path: Path) -> None:
    with pytest.raises(CertificatesMissingError, match="ca-file"):
        executor("dask+tls://127.0.0.1:8786", LIMITS)


def test_a_cluster_behind_tls_is_reached_with_the_files_of_dasks_settings(tmp_path: Path) -> None:
    import dask.config

    made = import_module("distributed").Security.temporary()
    pair, authority = tmp_path / "pair.pem", tmp_path / "ca.pem"
    pair.write_text(made.tls_client_cert + made.tls_client_key, encoding="ascii")
    authority.write_text(made.tls_ca_file, encoding="ascii")
    prefix = "DASK_DISTRIBUTED__COMM__"
    settings = {f"{prefix}TLS__{who}__CERT": str(pair) for who in ("CLIENT", "SCHEDULER", "WORKER")}
    settings |= {f"{prefix}TLS__CA_FILE": str(authority), f"{prefix}REQUIRE_ENCRYPTION": "true"}
    machines = Machines(tmp_path, 1, settings=settings)
    files = {"distributed.comm.tls.ca-file": str(authority), "distributed.comm.tls.client.cert": str(pair)}
    try:
        assert machines.address.startswith("dask+tls://")
        with dask.config.set(files), executor(machines.address, LIMITS) as found:
            assert len(done(list(found.run(doubles(5))))) == 5
        with pytest.raises(ClusterError, match="does not answer"):
            executor(machines.address.replace("+tls", ""), LIMITS)
    finally:
        machines.close()


def await_while(ask: Callable[[], object], scheduler: subprocess.Popen[bytes], pids: Path) -> None:
    """Kill the scheduler while a task is under way; whoever asks for the outcome is told."""

    def kill() -> None:
        await_pids(pids, 2)
        scheduler.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(SchedulerLostError, match="goes on from the record"):
        ask()
    killer.join()
