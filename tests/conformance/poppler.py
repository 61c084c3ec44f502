"""Poppler, a reader of PDFs by other hands than those that write them: the words of a file, page by page."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.conformance.engine import EngineError, find_command

PATIENCE = 60
"""Seconds for one file."""


def read_pages(pdf: Path | bytes) -> tuple[str, ...]:
    """Return the words of each page in reading order; raises EngineError where the file cannot be read."""
    octets = pdf.read_bytes() if isinstance(pdf, Path) else pdf
    command = [str(find_command("pdftotext")), "-enc", "UTF-8", "-", "-"]
    try:
        run = subprocess.run(command, input=octets, capture_output=True, check=True, timeout=PATIENCE)
    except subprocess.SubprocessError as error:
        raise EngineError(f"Poppler did not read the PDF: {error}") from error
    # A form feed ends every page.
    return tuple(run.stdout.decode().split("\f")[:-1])
