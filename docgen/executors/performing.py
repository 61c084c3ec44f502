"""Do one task where it is, and put what came of it into words of JSON."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple
from importlib import import_module
from types import TracebackType
from typing import Any, Self

from docgen.errors import DocgenError
from docgen.executors.work import Crashed, Done, Failed, Limits, Outcome, OutOfMemory, Task, TimedOut

_OUTCOMES: dict[str, Callable[..., Outcome]] = {
    kind.__name__: kind for kind in (Done, Failed, TimedOut, Crashed, OutOfMemory)
}


def write_task(task: Task) -> str:
    """Return a task as one line of JSON; raises TypeError when its argument is not plain data."""
    return json.dumps(astuple(task))


def read_task(line: str | bytes) -> Task:
    """Return the task of a line."""
    return Task(*json.loads(line))


def write_outcome(outcome: Outcome) -> str:
    """Return an outcome as one line of JSON; raises TypeError or ValueError when a result is not plain data."""
    # asdict() would copy the whole result first.
    fields = {name: getattr(outcome, name) for name in outcome.__slots__}
    return json.dumps([type(outcome).__name__, fields])


def read_outcome(line: str | bytes) -> Outcome:
    """Return the outcome of a line."""
    kind, fields = json.loads(line)
    return _OUTCOMES[kind](**fields)


def perform(line: str | bytes, limits: Limits) -> str:
    """Do the task of a line and return the line of its outcome; only what ends a process goes on from here."""
    task, begun = read_task(line), time.monotonic()
    try:
        result = _function(task.function)(task.argument)
        return write_outcome(Done(task.key, _since(begun), result))
    except MemoryError:
        # What the task held is let go when this block ends; only then is there room for an answer.
        outcome: Outcome = OutOfMemory(task.key, _since(begun), limits.memory)
    except DocgenError as error:
        outcome = Failed(task.key, _since(begun), type(error).__name__, str(error), int(error.exit_code))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one task, the next one is done
        trace = "".join(traceback.format_exception(error))
        outcome = Failed(task.key, _since(begun), type(error).__name__, str(error), None, trace)
    return write_outcome(outcome)


def _function(name: str) -> Callable[[Any], Any]:
    module, _, path = name.partition(":")
    found: Callable[[Any], Any] = getattr(import_module(module), path)
    return found


def _since(begun: float) -> float:
    return time.monotonic() - begun


class Serial:
    """Does one task after the other in this process, without isolation: no limit holds, and a crash ends it all."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    @property
    def workers(self) -> int:
        """Return one."""
        return 1

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield the outcome of each task, in their order."""
        for task in tasks:
            yield read_outcome(perform(write_task(task), self._limits))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass
