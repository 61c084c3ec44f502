"""The search for undefined names passes what is right and names what is wrong."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.conformance.word_references import find_faults

W = nsdecls("w")
START = f'<w:bookmarkStart {W} w:id="1" w:name="fees"/>'
END = f'<w:bookmarkEnd {W} w:id="1"/>'


def write(*elements: str) -> bytes:
    """Return a Word file whose only paragraph holds the elements."""
    document = docx.Document()
    paragraph = document.add_paragraph("Fees", style="List Number")._p
    for element in elements:
        paragraph.append(parse_xml(element))
    octets = BytesIO()
    document.save(octets)
    return octets.getvalue()


def field(instruction: str) -> tuple[str, ...]:
    """Return the runs of a field, its instruction cut in two as Word likes to do."""
    begin, end = (f'<w:r {W}><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    halves = (instruction[:5], instruction[5:])
    return (begin, *(f'<w:r {W}><w:instrText xml:space="preserve">{half}</w:instrText></w:r>' for half in halves), end)


def test_a_file_that_defines_what_it_uses_has_no_fault() -> None:
    link = f'<w:hyperlink {W} w:anchor="fees"><w:r><w:t>Fees</w:t></w:r></w:hyperlink>'
    assert find_faults(write(START, END, *field(r" REF fees \r \h "), link)) == ()


@pytest.mark.parametrize(
    ("elements", "fault"),
    [
        pytest.param([f'<w:r {W}><w:rPr><w:rStyle w:val="Gone"/></w:rPr></w:r>'], "style Gone is used", id="style"),
        pytest.param([f'<w:numPr {W}><w:numId w:val="99"/></w:numPr>'], "list 99 is used", id="list"),
        pytest.param([f'<w:hyperlink {W} w:anchor="gone"/>'], "bookmark gone is used", id="link"),
        pytest.param(field(r" PAGEREF gone \h "), "bookmark gone is used", id="field of runs"),
        pytest.param([f'<w:fldSimple {W} w:instr="REF gone"/>'], "bookmark gone is used", id="simple field"),
        pytest.param([START, END, START, END], "bookmark fees is defined 2 times", id="bookmark twice"),
        pytest.param([START], "bookmark 1 has only one end", id="bookmark without end"),
        pytest.param(field("PAGE")[:-1], "1 fields begin and 0 end", id="field without end"),
    ],
)
def test_a_fault_is_named(elements: list[str], fault: str) -> None:
    (found,) = find_faults(write(*elements))
    assert found.startswith(fault)


def test_leaving_a_list_uses_no_list() -> None:
    assert find_faults(write(f'<w:numPr {W}><w:numId w:val="0"/></w:numPr>')) == ()
