"""Run what a stranger's template asks for in a process of its own, with limits on memory and time."""

from __future__ import annotations

import multiprocessing
import resource
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

from docgen.actions.desk import Limits
from docgen.errors import DocgenError

T = TypeVar("T")
_NAME = "docgen within limits"


OF_A_TEMPLATE = "Look for a loop without an end or a text that grows without one."
OF_A_FILE = "No file of its kind needs that much: open it, save it anew, or ask for it again."


class LimitError(DocgenError):
    """A template or a file took more memory or time than any document needs."""

    def __init__(self, what: str, why: str, advice: str = OF_A_TEMPLATE) -> None:
        super().__init__(f"{what} was stopped: {why}. {advice}")


def bounded(what: str, work: Callable[[], T], limits: Limits, advice: str = OF_A_TEMPLATE) -> T:
    """Return what a function returns, or raise what it raises, from a forked process within limits.

    `advice` is what to do about work that is stopped. Raises LimitError when it takes too much memory or time, or its
    process dies. Work that is bounded already is not bounded again.
    """
    if multiprocessing.current_process().name == _NAME:
        return work()
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_run, args=(work, sender, limits), name=_NAME, daemon=True
    )
    process.start()
    sender.close()
    try:
        if not receiver.poll(limits.seconds):
            raise LimitError(what, f"it took more than {limits.seconds} seconds", advice)
        try:
            result, error = receiver.recv()
        except EOFError:
            process.join(1)
            raise LimitError(what, _ending(process.exitcode, limits), advice) from None
    finally:
        process.kill()
        process.join()
        receiver.close()
    if isinstance(error, MemoryError):
        raise LimitError(what, f"it took more than {limits.memory} MiB of memory", advice)
    if error is not None:
        raise error
    answer: T = result
    return answer


def _run(work: Callable[[], T], sender: Connection, limits: Limits) -> None:
    size = _address_space() + limits.memory * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sender.send((work(), None))
    except (MemoryError, DocgenError) as error:
        sender.send((None, MemoryError() if isinstance(error, MemoryError) else error))
    sender.close()


def _ending(code: int | None, limits: Limits) -> str:
    """Return why a process ended without an answer, from its exit code, which is below zero for a signal."""
    if code == -signal.SIGXCPU:
        return f"it took more than {limits.seconds} seconds"
    if code is not None and code > 0:
        return "it failed in a way docgen does not know"
    return f"it took more than {limits.memory} MiB of memory, or its process died"


def _address_space() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()
