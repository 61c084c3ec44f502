"""A `docgen` that starts at once: a process that has loaded everything forks for each command that is run.

The pages show some two hundred commands, and most of what each costs in a process of its own is loading the same
libraries again. What the command gets (words, folder, environment, the three streams) and gives (bytes, exit code) is
what it would be otherwise; tests/cli/test_start.py starts real processes.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

_CLIENT = """\
import json, os, socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect({path!r})
asked = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(line, [len(asked).to_bytes(8, "big")], [0, 1, 2])
line.sendall(asked)
code = b""
while part := line.recv(16):
    code += part
sys.exit(int(code))
"""
_MODULES = ("docgen.writers.pdf", "docgen.writers.docx", "docgen.templating.environment", "docgen.store.record")


class WarmDocgen:
    """A process that serves commands at a socket below a folder, and the program that stands for `docgen`."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.path = folder / ".warm"
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from tests.warm import serve; serve()", str(self.path)],
            env=environment,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.read(1) == b"."
        self.process.stdout.close()

    def install(self, program: Path) -> None:
        """Write the program that hands its words over."""
        program.write_text(f"#!{sys.executable} -IS\n{_CLIENT.format(path=str(self.path))}", encoding="utf-8")
        program.chmod(0o755)

    def close(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait()


def serve() -> None:
    """Serve commands until the process is ended."""
    from importlib import import_module
    from pkgutil import iter_modules

    import docgen.actions
    import docgen.cli

    for package in (docgen.actions, docgen.cli):
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    for name in _MODULES:
        import_module(name)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(sys.argv[1])
    listening.listen(64)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    sys.stdout.buffer.write(b".")
    sys.stdout.flush()
    while True:
        line, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            _serve_one(line)
        line.close()


def _serve_one(line: socket.socket) -> None:
    """Run one command in this process, which ends with it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, streams, _, _ = socket.recv_fds(line, 8, 3)
    left, asked = int.from_bytes(size, "big"), b""
    while len(asked) < left:
        asked += line.recv(left - len(asked))
    words, folder, environment = json.loads(asked)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["docgen", *words]
    sys.stdin, sys.stdout = open(0, encoding="utf-8", closefd=False), open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    code = _run()
    for stream_of in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream_of.flush()
    line.sendall(str(code).encode())
    os._exit(0)


def _run() -> int:
    """Return the exit code of the command."""
    from docgen.cli.main import main

    try:
        main()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    except BaseException:  # noqa: BLE001 - whatever it is, the shell sees a command that failed, and why
        import traceback

        traceback.print_exc()
        return 1
    return 0
