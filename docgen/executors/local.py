"""Processes on this machine that do tasks: one task at a time each, with limits, and each can die by itself."""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from docgen.errors import MissingHereError
from docgen.executors.nursery import MESSAGE_LIMIT, start_message
from docgen.executors.performing import read_outcome, write_task
from docgen.executors.work import Crashed, Limits, Outcome, Task, TimedOut, end_in_words

# `-P` and the caller's own path: a module that lies in the current folder is never imported by chance.
_NURSERY = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from docgen.executors.nursery import main; main()"
_START_SECONDS = 60
_END_SECONDS = 10
_CHUNK = 65536
_MOST_LOSSES = 3
"""How often in a row, with nothing done in between, the nursery may be lost before a run ends."""


class NurseryError(MissingHereError):
    """The process that starts workers does not come up, or ends again and again."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The process that starts workers {what}. What was recorded stands, and the same command goes on from the "
            "record. Look at what that process printed, and at how much memory and how many processes this machine "
            "allows; the executor `serial` does without it."
        )


@dataclass(eq=False)
class _Worker:
    number: int
    channel: socket.socket
    pid: int
    tasks: int = 0
    task: Task | None = None
    begun: float = 0.0
    closed: bool = False
    heard: bytearray = field(default_factory=bytearray)

    def hear(self) -> bytes | None:
        """Return the line that has come in whole, if any; does not wait."""
        with suppress(BlockingIOError, ConnectionError):
            while part := self.channel.recv(_CHUNK, socket.MSG_DONTWAIT):
                self.heard += part
            self.closed = True
        line, end, _ = self.heard.partition(b"\n")
        if not end:
            return None
        self.heard.clear()
        return bytes(line)


class Local:
    """Does tasks in processes beside this one, `workers` at a time.

    A process takes one task after the other and lives long, for the libraries that make documents take half a second
    to load. `preload` names modules that are loaded once, before the processes part; one that is missing is passed
    over. A task that takes too long, takes too much memory or kills its process is the only one lost. When this process
    dies, even by SIGKILL, all the others end.

    A task's time is watched while the caller asks for outcomes. Tasks and outcomes cross as JSON; nothing is pickled.
    """

    def __init__(self, workers: int, limits: Limits, preload: Sequence[str] = ()) -> None:
        self._count = workers
        self._limits = limits
        self._preload = tuple(preload)
        self._selector = selectors.DefaultSelector()
        self._workers: dict[int, _Worker] = {}
        self._ended: deque[Outcome] = deque()
        self._news: deque[dict[str, Any]] = deque()
        self._numbers = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._losses = 0
        self._lost_with: int | None = None

    @property
    def workers(self) -> int:
        """Return how many tasks are done at the same time."""
        return self._count

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield exactly one outcome for each task, in the order in which they end.

        Where the nursery is lost, another takes its place. Raises NurseryError where it does not come up in time, or
        is lost several times in a row with nothing done in between.
        """
        if any(worker.task for worker in self._workers.values()):
            raise RuntimeError("an executor does one run at a time")
        waiting = iter(tasks)
        self._losses = 0
        try:
            while True:
                while not self._ended and self._busy() < self._count and (task := next(waiting, None)) is not None:
                    self._hand(task)
                if not self._ended:
                    if not self._busy():
                        return
                    self._collect()
                while self._ended:
                    yield self._ended.popleft()
        finally:
            self._ended.clear()
            for worker in [each for each in self._workers.values() if each.task]:
                self._dismiss(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        self._selector.close()

    def _busy(self) -> int:
        return sum(worker.task is not None for worker in self._workers.values())

    # One task

    def _hand(self, task: Task) -> None:
        line = write_task(task).encode("ascii") + b"\n"
        self._hear_all()
        if self._losses >= _MOST_LOSSES:
            end = end_in_words(self._lost_with)
            raise NurseryError(f"ended {self._losses} times with nothing done in between ({end})")
        worker = next((each for each in self._workers.values() if each.task is None), None) or self._start()
        if worker is None:
            lost = self._control is None
            self._ended.append(Crashed(task.key, 0.0, self._lost_with if lost else None, all_lost=lost))
            return
        worker.task, worker.begun = task, time.monotonic()
        worker.channel.settimeout(self._limits.seconds)
        # A worker that died or does not listen is found out by its end, or by the clock.
        with suppress(ConnectionError, TimeoutError):
            worker.channel.sendall(line)
        worker.channel.settimeout(None)

    def _collect(self) -> None:
        """Wait until something happens, and keep what came of it: answers first, then ends, then the clock."""
        deadline = min(each.begun for each in self._workers.values() if each.task) + self._limits.seconds
        wait = 0.0 if self._news else max(0.0, deadline - time.monotonic())
        ready = [key.data for key, _ in self._selector.select(wait)]
        for worker in ready:
            if worker is not None:
                self._answer(worker)
        while self._news:
            self._learn(self._news.popleft())
        if None in ready:
            self._hear_all()
        now = time.monotonic()
        for worker in list(self._workers.values()):
            if worker.task and now - worker.begun >= self._limits.seconds and not self._answer(worker):
                self._ended.append(TimedOut(worker.task.key, now - worker.begun))
                self._dismiss(worker)

    def _answer(self, worker: _Worker) -> bool:
        """Take the answer that a worker has sent in whole; return whether there was one."""
        line = worker.hear()
        if line is None:
            if worker.closed:
                # Its end is told by the nursery; the closed channel would wake us for ever.
                self._unwatch(worker.channel)
            return False
        spent, _, outcome = line.partition(b"\t")
        self._ended.append(read_outcome(outcome))
        worker.task = None
        worker.tasks += 1
        self._losses = 0
        if json.loads(spent) or worker.tasks >= self._limits.tasks_per_worker:
            self._dismiss(worker)
        return True

    # Processes

    def _listen(self, flags: int = 0) -> dict[str, Any] | None:
        """Return what the nursery says; None when it says nothing now, or when it is gone and all is lost with it."""
        if not self._control:
            return None
        try:
            message = self._control.recv(MESSAGE_LIMIT, flags)
        except BlockingIOError:
            return None
        except ConnectionError:
            message = b""
        if message:
            news: dict[str, Any] = json.loads(message)
            return news
        self._lose_all()
        return None

    def _hear_all(self) -> None:
        """Take in whatever the nursery has said by now; does not wait."""
        while (news := self._listen(socket.MSG_DONTWAIT)) is not None:
            self._learn(news)

    def _lose_all(self) -> None:
        """Tell of the tasks that were under way when the nursery was lost, and end what it leaves behind."""
        while self._news:
            self._learn(self._news.popleft())
        workers = list(self._workers.values())
        for worker in workers:
            self._answer(worker)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(worker.pid, signal.SIGKILL)
        self._lost_with = self._end()
        self._losses += 1
        for worker in workers:
            if worker.task:
                seconds = time.monotonic() - worker.begun
                self._ended.append(Crashed(worker.task.key, seconds, self._lost_with, all_lost=True))

    def _learn(self, news: dict[str, Any]) -> None:
        if worker := self._workers.get(news.get("ended", 0)):
            self._bury(worker, news["code"])

    def _bury(self, worker: _Worker, code: int | None) -> None:
        """Forget a worker that ended; its task is what it answered before, or it crashed."""
        if not self._answer(worker) and worker.task:
            self._ended.append(Crashed(worker.task.key, time.monotonic() - worker.begun, code))
        self._dismiss(worker)

    def _start(self) -> _Worker | None:
        """Return a fresh worker; None when the machine has no room for one more process, or loses every nursery."""
        while self._losses < _MOST_LOSSES:
            control = self._control or self._start_nursery()
            if control is None:
                continue
            self._numbers += 1
            ours, theirs = socket.socketpair()
            with theirs, suppress(ConnectionError):
                socket.send_fds(control, [start_message(self._numbers, self._limits)], [theirs.fileno()])
            pid = self._born(self._numbers)
            if pid:
                worker = self._workers[self._numbers] = _Worker(self._numbers, ours, pid)
                self._selector.register(ours, selectors.EVENT_READ, worker)
                return worker
            ours.close()
            if self._control:
                return None
        return None

    def _born(self, number: int) -> int | None:
        """Return the process that the nursery started for a worker; None when it could not, or is lost itself."""
        while news := self._listen():
            if news.get("started") == number:
                return int(news["pid"])
            if news.get("ended") == number:
                return None
            self._news.append(news)
        return None

    def _dismiss(self, worker: _Worker) -> None:
        """Forget a worker and have it killed; one that ended already is only forgotten."""
        if self._workers.pop(worker.number, None) is None:
            return
        worker.task = None
        self._unwatch(worker.channel)
        worker.channel.close()
        if self._control:
            with suppress(ConnectionError):
                self._control.send(json.dumps({"kill": worker.number}).encode())

    def _unwatch(self, channel: socket.socket) -> None:
        with suppress(KeyError):
            self._selector.unregister(channel)

    def _start_nursery(self) -> socket.socket | None:
        """Return the way to a fresh nursery, or None when it ended at once; raises NurseryError when it is too slow."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control = ours
        with theirs:
            # A session of its own: an interrupt at the terminal comes to this process alone, which ends the others.
            self._process = subprocess.Popen(  # noqa: S603 - this very interpreter
                [sys.executable, "-P", "-c", _NURSERY, json.dumps(sys.path), str(theirs.fileno()), *self._preload],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=sys.__stderr__.fileno() if sys.__stderr__ else subprocess.DEVNULL,
                start_new_session=True,
            )
        ours.settimeout(_START_SECONDS)
        try:
            awake = ours.recv(MESSAGE_LIMIT)
        except ConnectionError:
            awake = b""
        except TimeoutError:
            self._process.kill()
            self._end()
            raise NurseryError(f"did not come up within {_START_SECONDS} seconds") from None
        if not awake:
            self._lose_all()
            return None
        ours.settimeout(None)
        self._selector.register(ours, selectors.EVENT_READ, None)
        return ours

    def _end(self) -> int | None:
        """End every process, and return the exit code of the nursery when they are gone."""
        for worker in self._workers.values():
            self._unwatch(worker.channel)
            worker.channel.close()
        self._workers.clear()
        self._news.clear()
        control, self._control = self._control, None
        if control:
            self._unwatch(control)
            control.close()
        process, self._process = self._process, None
        if process:
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        return process.returncode if process else None
