"""What the tests of the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import shell as shells


@pytest.fixture
def docgen(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> shells.Shell:
    """Lend a shell in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DOCGEN_WORKSPACE", raising=False)
    monkeypatch.delenv("DOCGEN_PERSON", raising=False)
    return shells.shell(monkeypatch, capfd)
