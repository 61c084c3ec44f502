"""What is said of a document that was issued and whose files cannot be written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from docgen.actions.references import Reference
from docgen.cli.issue import NotWrittenError, write_files

if TYPE_CHECKING:
    from docgen.actions.issuing import Issued


class Paper:
    """As much of an issued document as its files need."""

    reference = Reference("NBS-2026-014", "progress-report", 3, 1)
    files = {"pdf": b"%PDF", "docx": b"PK"}


def test_files_that_cannot_be_written_do_not_hide_that_the_document_is_issued(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(NotWrittenError) as raised:
        write_files(cast("Issued", Paper()), tmp_path / "out" / "deep")
    said = str(raised.value)
    assert said.startswith("NBS-2026-014/PR-003/1 is issued and in the record, but its files could not be written: ")
    assert said.endswith("docgen document get NBS-2026-014/PR-003/1 -o PATH")
