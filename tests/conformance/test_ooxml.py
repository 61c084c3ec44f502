"""The Open XML validator passes what is right and names what is wrong."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pytest

from tests.conformance.engine import EngineError, EngineMissingError
from tests.conformance.ooxml import OpenXmlValidator

pytestmark = pytest.mark.conformance

PART = "document.xml"
DOCUMENT = f"word/{PART}"
BOLD = "<w:rPr><w:b/></w:rPr>"
BY = 'w:id="1" w:author="A Clerk"'
MARK = '<w:bookmarkStart w:id="1" w:name="fees"/>'
DISPLACED = "Sch_UnexpectedElementContentExpectingComplex"
MISREAD = "Sch_AttributeValueDataTypeDetailed"


def write() -> bytes:
    """Return a small good Word file."""
    document = docx.Document()
    document.add_heading("Offer", 1)
    paragraph = document.add_paragraph("Made to the client.")
    paragraph.runs[0].bold = True
    document.add_table(1, 2)
    octets = BytesIO()
    document.save(octets)
    return octets.getvalue()


def changed(part: str, old: str, new: str) -> bytes:
    """Return the good Word file with other words in one of its parts."""
    octets = BytesIO()
    with zipfile.ZipFile(BytesIO(write())) as good, zipfile.ZipFile(octets, "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            if name == part:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode(), 1)
            bad.writestr(name, content)
    return octets.getvalue()


def test_a_good_file_has_no_fault(open_xml: OpenXmlValidator) -> None:
    report = open_xml.validate(write())
    assert report.valid, str(report)


@pytest.mark.parametrize(
    ("part", "old", "new", "rule"),
    [
        pytest.param(DOCUMENT, BOLD, f"<w:t/>{BOLD}", DISPLACED, id="elements in the wrong order"),
        pytest.param(DOCUMENT, "<w:b/>", "<w:rStyle/><w:rStyle/>", DISPLACED, id="an element given twice"),
        pytest.param(
            DOCUMENT, "<w:b/>", "<w:bold/>", "Sch_InvalidElementContentExpectingComplex", id="unknown element"
        ),
        pytest.param(DOCUMENT, 'w:type="auto"', 'w:type="wide"', MISREAD, id="an unknown value"),
        pytest.param(DOCUMENT, "<w:r>", f'<w:ins {BY} w:date="today"/><w:r>', MISREAD, id="a date that is none"),
        pytest.param(DOCUMENT, "<w:r>", f"{MARK}{MARK}<w:r>", "Sem_UniqueAttributeValue", id="an id given twice"),
        pytest.param(
            DOCUMENT, "<w:r>", '<w:hyperlink r:id="rId99"/><w:r>', "Sem_InvalidRelationshipId", id="no target"
        ),
        pytest.param(DOCUMENT, "</w:body></w:document>", "", "ExceptionError", id="a part cut off"),
        pytest.param(f"word/_rels/{PART}.rels", "styles.xml", "nowhere.xml", "unreadable", id="no such part"),
    ],
)
def test_a_fault_is_reported(open_xml: OpenXmlValidator, part: str, old: str, new: str, rule: str) -> None:
    report = open_xml.validate(changed(part, old, new))
    assert rule in report.rules, str(report)


def test_a_file_that_is_no_archive_is_unreadable(open_xml: OpenXmlValidator) -> None:
    assert open_xml.validate(b"no Word file at all").rules == {"unreadable"}


def test_several_files_get_a_report_each(open_xml: OpenXmlValidator, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.docx", tmp_path / "bad.docx"
    good.write_bytes(write())
    bad.write_bytes(changed(DOCUMENT, "<w:b/>", "<w:bold/>"))
    reports = open_xml.validate_all([good, bad])
    assert [reports[good].valid, reports[bad].valid] == [True, False]


def test_a_program_that_fails_gives_no_verdict() -> None:
    with pytest.raises(EngineError, match="no verdict"):
        OpenXmlValidator(Path("/bin/false")).validate(write())


def test_a_program_that_was_not_fetched_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.conformance.ooxml.FOLDER", tmp_path)
    with pytest.raises(EngineMissingError, match="make test"):
        OpenXmlValidator()


def test_a_fault_is_printed_with_its_part_and_element(open_xml: OpenXmlValidator) -> None:
    report = open_xml.validate(changed(DOCUMENT, "<w:b/>", "<w:bold/>"))
    assert "/word/document.xml/w:document[1]" in str(report)
