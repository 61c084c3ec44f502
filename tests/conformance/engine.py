"""What the engines of the conformance tests say when they cannot give a verdict."""

from __future__ import annotations

from pathlib import Path
from shutil import which


class EngineError(RuntimeError):
    """The engine gave no verdict: it died, hung, or could not read the file."""


class EngineMissingError(EngineError):
    """The engine is not on this machine."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not installed here. `make test` installs it.")


def find_command(name: str) -> Path:
    """Return where a command is; raises EngineMissingError where it is nowhere."""
    found = which(name)
    if not found:
        raise EngineMissingError(name)
    return Path(found)
