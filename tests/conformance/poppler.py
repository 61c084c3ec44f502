"""Poppler, a reader of PDFs by other hands than those that write them: the words of a file, page by page."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.engine import EngineError, find_command

PATIENCE = 60
"""Seconds for one file."""


@dataclass(frozen=True)
class Area:
    """A part of a page, in points from its upper left corner."""

    left: int
    top: int
    width: int
    height: int


def read_pages(pdf: Path | bytes, area: Area | None = None, *, across: bool = False) -> tuple[str, ...]:
    """Return the words of each page, or of the same part of each page, in reading order or line by line across it.

    Raises EngineError where the file cannot be read.
    """
    octets = pdf.read_bytes() if isinstance(pdf, Path) else pdf
    part = ["-r", "72", "-x", area.left, "-y", area.top, "-W", area.width, "-H", area.height] if area else []
    layout = ["-layout"] if across else []
    command = [str(find_command("pdftotext")), *layout, *map(str, part), "-enc", "UTF-8", "-", "-"]
    try:
        run = subprocess.run(command, input=octets, capture_output=True, check=True, timeout=PATIENCE)
    except subprocess.SubprocessError as error:
        raise EngineError(f"Poppler did not read the PDF: {error}") from error
    # A form feed ends every page.
    return tuple(run.stdout.decode().split("\f")[:-1])
