"""LibreOffice without a screen: reads a Word file as an office does, with its own numbering and its own fields."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from tests.conformance.engine import EngineError, find_command

PATIENCE = 180
"""Seconds for one run, however many files it takes."""

Format = Literal["pdf", "txt"]
_FILTERS: Mapping[Format, str] = {"pdf": "pdf:writer_pdf_Export", "txt": "txt:Text (encoded):UTF8"}


class LibreOffice:
    """LibreOffice with a profile of its own, so that several run side by side and none sees the user's settings."""

    def __init__(self) -> None:
        self._program = find_command("soffice")
        self._profile = tempfile.TemporaryDirectory(prefix="docgen-libreoffice-", ignore_cleanup_errors=True)

    def convert(self, documents: Iterable[Path], to: Format, folder: Path) -> Mapping[Path, Path]:
        """Return where each Word file stands after conversion; one run takes them all, so hand over many.

        In a PDF, references and page numbers are LibreOffice's own; in a text they are those the file
        carries, while the numbers of clauses and lists are LibreOffice's own in both.

        Raises EngineError where a file was not converted and ValueError where two files share a name.
        """
        paths = [path.resolve(strict=True) for path in documents]
        made = {path: folder / f"{path.stem}.{to}" for path in paths}
        if len(set(made.values())) < len(made):
            raise ValueError("Two of the files have the same name.")
        for result in made.values():
            result.unlink(missing_ok=True)
        said = self._run(paths, to, folder) if paths else ""
        for path, result in made.items():
            if not result.exists():
                raise EngineError(f"LibreOffice did not convert {path}: {said}")
        return made

    def text(self, document: Path) -> str:
        """Return the words of a Word file's body, each numbered paragraph behind its number."""
        with tempfile.TemporaryDirectory(prefix="docgen-") as folder:
            (made,) = self.convert([document], "txt", Path(folder)).values()
            return made.read_text("utf-8-sig")

    def close(self) -> None:
        """Throw the profile away."""
        self._profile.cleanup()

    def _run(self, paths: list[Path], to: Format, folder: Path) -> str:
        command = [
            *(str(self._program), "--headless", "--norestore"),
            f"-env:UserInstallation={Path(self._profile.name).as_uri()}",
            # Without the name of the filter, a broken file is taken for plain text and converted all the same.
            "--infilter=MS Word 2007 XML",
            *("--convert-to", _FILTERS[to], "--outdir", str(folder), *map(str, paths)),
        ]
        pipe = subprocess.PIPE
        # The command is a script that starts the program proper: only a group of its own can be stopped whole.
        with subprocess.Popen(
            command, stdout=pipe, stderr=subprocess.STDOUT, text=True, start_new_session=True
        ) as process:
            try:
                return process.communicate(timeout=PATIENCE)[0]
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise EngineError(f"LibreOffice took over {PATIENCE} s for {len(paths)} files.") from None
