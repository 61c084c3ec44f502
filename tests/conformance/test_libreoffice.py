"""LibreOffice counts and refers by itself, so its numbers are a second opinion on those docgen writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.conformance.engine import EngineError, EngineMissingError, find_command
from tests.conformance.libreoffice import LibreOffice
from tests.conformance.poppler import read_pages

pytestmark = pytest.mark.conformance

W = nsdecls("w")
FIELD = r"REF late-payment \r \h"


def write(path: Path) -> Path:
    """Write two numbered clauses and a reference to the second, whose stored result is wrong on purpose."""
    document = docx.Document()
    document.add_paragraph("Fees", style="List Number")
    target: Any = document.add_paragraph("Late payment", style="List Number")._p
    target.insert(1, parse_xml(f'<w:bookmarkStart {W} w:id="1" w:name="late-payment"/>'))
    target.append(parse_xml(f'<w:bookmarkEnd {W} w:id="1"/>'))
    reference = document.add_paragraph("See clause ")._p
    reference.append(parse_xml(f'<w:fldSimple {W} w:instr=" {FIELD} "><w:r><w:t>9.9</w:t></w:r></w:fldSimple>'))
    document.save(str(path))
    return path


def test_a_text_carries_the_numbers_libreoffice_counts(libreoffice: LibreOffice, tmp_path: Path) -> None:
    lines = libreoffice.text(write(tmp_path / "offer.docx")).splitlines()
    assert [line.strip() for line in lines] == ["1. Fees", "2. Late payment", "See clause 9.9"]


def test_a_pdf_carries_the_references_libreoffice_finds(libreoffice: LibreOffice, tmp_path: Path) -> None:
    document = write(tmp_path / "offer.docx")
    made = libreoffice.convert([document], "pdf", tmp_path)
    (page,) = read_pages(made[document])
    assert page.split("\n")[:3] == ["1. Fees", "2. Late payment", "See clause 2"]


def test_one_run_takes_many_files(libreoffice: LibreOffice, tmp_path: Path) -> None:
    documents = [write(tmp_path / f"{name}.docx") for name in ("letter", "contract", "report")]
    made = libreoffice.convert(documents, "txt", tmp_path / "out")
    assert [made[document].name for document in documents] == ["letter.txt", "contract.txt", "report.txt"]
    assert all(result.read_text("utf-8-sig").strip() for result in made.values())


def test_a_file_that_is_no_word_file_is_not_taken_for_text(libreoffice: LibreOffice, tmp_path: Path) -> None:
    junk = tmp_path / "junk.docx"
    junk.write_text("no Word file at all")
    with pytest.raises(EngineError, match=r"junk\.docx"):
        libreoffice.convert([junk], "pdf", tmp_path)


def test_the_result_of_an_earlier_run_is_not_taken_for_this_one(libreoffice: LibreOffice, tmp_path: Path) -> None:
    junk = tmp_path / "junk.docx"
    junk.write_text("no Word file at all")
    junk.with_suffix(".pdf").write_bytes(b"of yesterday")
    with pytest.raises(EngineError):
        libreoffice.convert([junk], "pdf", tmp_path)


def test_two_files_of_one_name_are_refused(libreoffice: LibreOffice, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    documents = [write(tmp_path / "offer.docx"), write(tmp_path / "other" / "offer.docx")]
    with pytest.raises(ValueError, match="same name"):
        libreoffice.convert(documents, "pdf", tmp_path)


def test_poppler_says_when_it_cannot_read() -> None:
    with pytest.raises(EngineError, match="Poppler"):
        read_pages(b"no PDF at all")


def test_a_command_that_is_nowhere_is_named() -> None:
    with pytest.raises(EngineMissingError, match="no-such-office"):
        find_command("no-such-office")
