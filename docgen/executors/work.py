"""What an executor is given and what it gives back; all of it is plain data that can be written as JSON."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self, TypeAlias


@dataclass(frozen=True, slots=True)
class Task:
    """One call of a function, which another process can import by its name.

    `function` is written `package.module:function`. It takes one argument, and both the argument and what it returns
    are what JSON can write. The same task may come to run twice (a machine of a cluster goes dark), so what the
    function leaves behind must be the same after the second time.
    """

    key: str
    function: str
    argument: Any = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take, and how many tasks a process does before a fresh one takes its place.

    `seconds` are those of a clock on the wall. `memory` is counted in bytes of address space beyond what the process
    has when it is fresh. A process that holds more than half of it after a task is replaced, so that no task pays for
    those before it with more than that.
    """

    seconds: float = 120.0
    memory: int = 1024**3
    tasks_per_worker: int = 500


@dataclass(frozen=True, slots=True)
class Done:
    """The function returned; `result` is what JSON makes of it: a tuple comes back as a list."""

    key: str
    seconds: float
    result: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """The function raised. `exit_code` is that of a DocgenError; None is an error that docgen does not know.

    `trace` says where an error came from that docgen does not know; it is empty for the others, whose message is
    enough.
    """

    key: str
    seconds: float
    error: str
    message: str
    exit_code: int | None
    trace: str = ""


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The task took longer than it may, and was stopped."""

    key: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Crashed:
    """The process died with the task. `exit_code` is below zero for a signal, and None where nobody saw the end.

    With `all_lost` it is that of the process which starts the workers: it ended, and every worker with it.
    """

    key: str
    seconds: float
    exit_code: int | None
    all_lost: bool = False

    @property
    def cause(self) -> str:
        """Return the end of the process in words: `SIGKILL`, `exit code 3`, or `unknown`; and whether all were lost."""
        end = end_in_words(self.exit_code)
        return f"{end} of the process that starts the others, and all of them with it" if self.all_lost else end


def end_in_words(exit_code: int | None) -> str:
    """Return how a process ended: the name of the signal for a code below zero, `exit code 3`, or `unknown`."""
    if exit_code is None:
        return "unknown"
    if exit_code >= 0:
        return f"exit code {exit_code}"
    known = {each.value: each.name for each in signal.Signals}
    return known.get(-exit_code, f"signal {-exit_code}")


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """The task asked for more memory than the limit, in bytes."""

    key: str
    seconds: float
    memory: int


Outcome: TypeAlias = Done | Failed | TimedOut | Crashed | OutOfMemory


class Executor(Protocol):
    """Somebody who does tasks; a context manager that leaves no process behind."""

    @property
    def workers(self) -> int:
        """Return how many tasks are done at the same time."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield exactly one outcome for each task, in the order in which they end.

        Tasks are taken from the iterable as there is room for them, and outcomes are not kept. No task is done again
        because it failed. Ending the iteration early gives up the tasks that are under way. One run at a time.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
