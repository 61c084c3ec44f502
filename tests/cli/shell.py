"""A shell for tests: runs `docgen` with some words and says what came of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from docgen.cli.main import main


@dataclass(frozen=True)
class Answer:
    """What a command printed and the code it ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return standard output as JSON."""
        return json.loads(self.out)


Shell = Callable[..., Answer]


def shell(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Shell:
    """Return a function that runs `docgen` in this process."""

    def run(*words: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["docgen", *map(str, words)])
        capfd.readouterr()
        code: object = None
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        sys.stdout.flush()
        printed = capfd.readouterr()
        return Answer(int(code) if isinstance(code, int) else 0, printed.out, printed.err)

    return run
