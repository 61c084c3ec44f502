"""The process that starts workers: it has one thread, has read the libraries once, and forks in milliseconds.

It is reached through one socket. `{"start": NUMBER, "memory": BYTES, …}` with the file descriptor of a channel starts
a worker, `{"kill": NUMBER}` ends one. It answers `{"ready": true}` once, `{"started": NUMBER, "pid": PID}` and
`{"ended": NUMBER, "code": CODE}`. When the socket closes, for whatever reason, it kills its workers and ends.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from docgen.executors.performing import perform
from docgen.executors.work import Limits

MESSAGE_LIMIT = 4096
"""The longest message between an executor and its nursery, in bytes."""


def main() -> None:
    """Serve the executor at the other end of the socket that the second argument names; be a worker after a fork."""
    control = socket.socket(fileno=int(sys.argv[2]))
    for module in sys.argv[3:]:
        # Whatever is missing is told by the task that needs it.
        with suppress(ImportError, OSError):
            import_module(module)
    born = Nursery(control).serve()
    if born:
        work(*born)


def start_message(number: int, limits: Limits) -> bytes:
    """Return the message that starts a worker."""
    return json.dumps({"start": number, **asdict(limits)}).encode()


def work(channel: socket.socket, limits: Limits) -> None:
    """Do the tasks that come through a channel, one line each, until it closes.

    An answer is a line with `true` when the worker should be replaced, a tabulator, and the outcome.
    """
    fresh = _address_space()
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    # The hard limit stays, so that a task may give a process of its own a limit of its own.
    resource.setrlimit(resource.RLIMIT_AS, (fresh + limits.memory, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ConnectionError), channel, channel.makefile("rb") as lines:
        for line in lines:
            answer = perform(line, limits)
            spent = answer.startswith('["OutOfMemory"') or _address_space() - fresh > limits.memory // 2
            channel.sendall(f"{json.dumps(spent)}\t{answer}\n".encode("ascii"))


class Nursery:
    """The workers that live, by the number the executor gave them."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._workers: dict[int, int] = {}
        self._alarm, self._bell = socket.socketpair()

    def serve(self) -> tuple[socket.socket, Limits] | None:
        """Serve until the socket closes, and return None; in each worker, return its channel and its limits."""
        self._bell.setblocking(False)
        signal.set_wakeup_fd(self._bell.fileno())
        # Without a handler of Python's own, nothing rings.
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._say(ready=True)
        while True:
            ready, _, _ = select.select([self._control, self._alarm], [], [])
            if self._alarm in ready:
                self._alarm.recv(MESSAGE_LIMIT)
                self._bury()
            if self._control in ready:
                message, channels, _, _ = socket.recv_fds(self._control, MESSAGE_LIMIT, 1)
                if not message:
                    self._close()
                    return None
                born = self._obey(json.loads(message), channels)
                if born:
                    return born

    def _obey(self, order: dict[str, Any], channels: list[int]) -> tuple[socket.socket, Limits] | None:
        if "kill" in order:
            self._kill(order["kill"])
            return None
        number, channel = order.pop("start"), socket.socket(fileno=channels[0])
        try:
            pid = os.fork()
        except OSError:
            channel.close()
            self._say(ended=number, code=None)
            return None
        if not pid:
            self._leave()
            return channel, Limits(**order)
        channel.close()
        with suppress(OSError):
            os.setpgid(pid, pid)
        self._workers[number] = pid
        self._say(started=number, pid=pid)
        return None

    def _leave(self) -> None:
        """Become a worker, in a group of its own, which holds all that its tasks start."""
        os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for each in (self._control, self._alarm, self._bell):
            each.close()

    def _kill(self, number: int) -> None:
        if number in self._workers:
            with suppress(ProcessLookupError):
                os.killpg(self._workers[number], signal.SIGKILL)

    def _bury(self) -> None:
        """Tell of each worker that ended, after the rest of its group is killed and before its number is free again."""
        for number, pid in list(self._workers.items()):
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                self._kill(number)
                _, status = os.waitpid(pid, 0)
                del self._workers[number]
                self._say(ended=number, code=os.waitstatus_to_exitcode(status))

    def _close(self) -> None:
        for number, pid in self._workers.items():
            self._kill(number)
            os.waitpid(pid, 0)

    def _say(self, **message: Any) -> None:
        # Nobody listens any more when the executor died; the closed socket says so next.
        with suppress(ConnectionError):
            self._control.send(json.dumps(message).encode())


def _address_space() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()
