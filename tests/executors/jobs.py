"""What the workers of these tests do; each function takes and returns plain data."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from docgen.errors import NotFoundError

HOARD: list[bytearray] = []


def double(number: int) -> int:
    return 2 * number


def pair(number: int) -> tuple[int, int]:
    return number, os.getpid()


def sleep(seconds: float) -> str:
    time.sleep(seconds)
    return "rested"


def spin(_: None) -> None:
    while True:
        pass


def kill(number: int) -> None:
    os.kill(os.getpid(), number)


def leave(code: int) -> None:
    raise SystemExit(code)


def maybe_die(number: int) -> int:
    """Die at every tenth number: by signal, by exit code, or by a fault in memory."""
    match number % 30:
        case 0:
            os.kill(os.getpid(), signal.SIGKILL)
        case 10:
            os._exit(7)
        case 20:
            os.kill(os.getpid(), signal.SIGSEGV)
    return number


def devour(_: None) -> int:
    """Take memory bit by bit, until there is none."""
    held = []
    while True:
        held.append(bytearray(1024**2))


def hoard(size: int) -> int:
    """Keep memory after the task is done."""
    HOARD.append(bytearray(size))
    return os.getpid()


def miss(name: str) -> None:
    raise NotFoundError(f"There is no file “{name}”.")


def stumble(_: None) -> float:
    return 1 / 0


def unwritable(_: None) -> Any:
    return {1, 2}


def speak(_: None) -> str:
    sys.stdout.write("a library's own words\n")
    sys.stdout.flush()
    return "said"


def leave_a_child(pid_file: str) -> None:
    """Start a process that outlives the task, and die."""
    child = subprocess.Popen(["sleep", "60"])
    Path(pid_file).write_text(str(child.pid), encoding="ascii")
    os.kill(os.getpid(), signal.SIGKILL)


def kill_parent(beside: str) -> None:
    """Kill the process that starts workers once another task has written a file, and go on."""
    while not Path(beside).exists():
        time.sleep(0.01)
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)


def parent(_: None) -> int:
    return os.getppid()


def take_parent_along(number: int) -> None:
    """Kill the process that starts workers by a signal, and go on."""
    os.kill(os.getppid(), number)
    time.sleep(60)


def kill_grandparent(_: None) -> None:
    """Kill the process that holds the pool: on a cluster, its worker."""
    fields = Path(f"/proc/{os.getppid()}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    os.kill(int(fields[1]), signal.SIGKILL)
    time.sleep(60)


def settle(pid_file: str) -> None:
    """Say which process this is, and stay for long."""
    with Path(pid_file).open("a", encoding="ascii") as file:
        file.write(f"{os.getpid()}\n{os.getppid()}\n")
    time.sleep(60)


def modules(_: None) -> list[str]:
    return sorted(name for name in sys.modules if "." not in name)


def echo(value: Any) -> Any:
    return value


def gulp(_: None) -> int:
    """Take more memory at once than there is."""
    return len(bytearray(1024**3))


def hang_up(_: None) -> None:
    """Close every file and socket, and go on."""
    os.closerange(3, 256)
    time.sleep(60)


def ignore_everything(_: float) -> None:
    """Sleep through every signal that can be ignored."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        with suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    time.sleep(60)
