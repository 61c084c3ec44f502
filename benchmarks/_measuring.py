"""What the benchmarks measure with: costs of processes, questions to processes that stay, and tables."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import docgen

PACKAGE = Path(docgen.__file__).parent
FONTS = PACKAGE / "writers" / "fonts.conf"


class Cost(NamedTuple):
    """What a process took: seconds by the clock, seconds of work, and its largest size in MiB.

    Linux counts the size of the process that starts it too, so a small size is measured from a small one.
    """

    wall: float
    cpu: float
    memory: float


def environment() -> dict[str, str]:
    """Return where every measured process runs: with its bytecode, as installed, and with the same fonts."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "FONTCONFIG_FILE": str(FONTS)}


def cost(command: Sequence[str]) -> Cost:
    """Return what a command took with all its children; raises CalledProcessError when it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def interleaved(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Cost]:
    """Return the median cost of each command; they run in turn, so that a busy moment meets all of them."""
    for command in commands.values():
        cost(command)  # the first run of all writes bytecode and fills the disk's cache
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            costs[name].append(cost(command))
    return {name: Cost(*map(median, zip(*runs, strict=True))) for name, runs in costs.items()}


class Peer:
    """A process that stays and answers each line with a number."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command], env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, task: str) -> float:
        """Return the process's answer to a task."""
        self.tell(task)
        return self.hear()

    def tell(self, task: str) -> None:
        """Hand a task over without waiting for its answer."""
        assert self.process.stdin
        self.process.stdin.write(f"{task}\n")
        self.process.stdin.flush()

    def hear(self) -> float:
        """Return the answer to the task handed over."""
        assert self.process.stdout
        return float(self.process.stdout.readline())

    def close(self) -> None:
        """Let the process end."""
        self.process.communicate()


def answer(work: Callable[[str], float]) -> None:
    """Answer each line of standard input, as a Peer asks."""
    for line in sys.stdin:
        print(work(line.strip()), flush=True)


def arguments(description: str | None, **defaults: int) -> argparse.Namespace:
    """Return the numbers a benchmark was started with."""
    parser = argparse.ArgumentParser(description=description)
    for name, number in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=number, help=f"by default {number}")
    return parser.parse_args()


def print_table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns, the first column to the left and the others to the right."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    print(f"\n{title}\n")
    for line in lines:
        first, *others = (
            cell.ljust(width) if not column else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        print("  ".join((first, *others)).rstrip())
