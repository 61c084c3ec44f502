"""A short survey with every kind of question, and the hands that fill it in."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from html import escape
from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

from docgen.doctree.nodes import Document
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.writers.docx import write_docx
from docgen.writers.pdf import write_pdf
from docgen.writers.theme import Theme

DAY = dt.date(2027, 3, 31)
THEME = Theme(firm="Hollis & Byrne")
QUESTIONS = """<p>Five minutes; every answer is read by a person.</p><h1>What you received</h1>
<question id="value" scale="5" low="Not at all" high="Completely">Was the work worth <em>what it cost</em>?</question>
<question id="pace" scale="10">How was the pace?</question>
<question id="comment" lines="4">What should we do differently?</question>
<question id="again">Would you work with us again?<option value="yes">Yes</option><option value="perhaps">Perhaps
</option><option value="no">No</option></question>
<clause id="who" title="Who you are"><question id="name" lines="1">Your name</question></clause>"""
GIVEN = {"value": "4", "pace": "10", "comment": "Less e-mail.\nMore calls.", "again": "perhaps", "name": "Ana Ünal"}


def survey(body: str = QUESTIONS, **changes: Any) -> Document:
    """Return a survey as a tree."""
    tree = parse(f'<doc title="Satisfaction Survey" number="ACME/SV-1">{body}</doc>')
    return replace(number(tree), author="Hollis & Byrne", **changes)


def answered(given: Mapping[str, str] = GIVEN) -> Document:
    """Return the survey with its answers printed, "" where there is none."""
    body = re.sub(
        r'(<question id="([a-z]+)".*?)</question>',
        lambda found: f"{found[1]}<answer>{escape(given.get(found[2], ''))}</answer></question>",
        QUESTIONS,
        flags=re.DOTALL,
    )
    return survey(body)


@cache
def pdf() -> bytes:
    """Return the survey as PDF."""
    return write_pdf(survey(), THEME, DAY)


@cache
def docx() -> bytes:
    """Return the survey as a Word file."""
    return write_docx(survey(), THEME, DAY)


def reader(octets: bytes) -> PdfReader:
    """Return a PDF opened by another library than the one under test."""
    return PdfReader(BytesIO(octets))


def saved(writer: PdfWriter) -> bytes:
    """Return what a PDF program saves."""
    octets = BytesIO()
    writer.write(octets)
    return octets.getvalue()


def filled_pdf(given: Mapping[str, str] = GIVEN, octets: bytes = b"") -> bytes:
    """Return the PDF filled in, with the strings and names that PDF programs write."""
    writer = PdfWriter(clone_from=BytesIO(octets or pdf()))
    root: Any = writer.root_object
    for entry in root["/AcroForm"]["/Fields"]:
        field = entry.get_object()
        value = given.get(field["/T"], "")
        if not value or field["/FT"] == "/Sig":
            continue
        if field["/FT"] == "/Tx":
            field[NameObject("/V")] = TextStringObject(value)
            continue
        field[NameObject("/V")] = NameObject(f"/{value}")
        for kid in field["/Kids"]:
            place = kid.get_object()
            name = f"/{value}" if f"/{value}" in place["/AP"]["/N"] else "/Off"
            place[NameObject("/AS")] = NameObject(name)
    return saved(writer)


def member(octets: bytes, name: str) -> str:
    """Return a part of a Word file."""
    with zipfile.ZipFile(BytesIO(octets)) as package:
        return package.read(name).decode()


def with_member(octets: bytes, name: str, content: bytes) -> bytes:
    """Return a Word file with another part in the place of one."""
    other = BytesIO()
    with zipfile.ZipFile(BytesIO(octets)) as package, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as copy:
        for each in package.namelist():
            copy.writestr(each, content if each == name else package.read(each))
    return other.getvalue()


def filled_docx(given: Mapping[str, str] = GIVEN, octets: bytes = b"") -> bytes:
    """Return the Word file filled in as Word does it."""
    octets = octets or docx()
    xml = member(octets, "word/document.xml")
    for name, value in given.items():
        circle = f'<w:tag w:val="{name}={value}"/>'
        if circle in xml:
            at = xml.index(circle)
            rest = xml[at:].replace('<w14:checked w14:val="0"/>', '<w14:checked w14:val="1"/>', 1)
            xml = xml[:at] + rest.replace("○", "●", 1)
        elif value:
            at = xml.index(f'<w:tag w:val="{name}"/>')
            words = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in value.split("\n"))
            rest = xml[at:].replace("<w:showingPlcHdr/>", "", 1)
            content = f"<w:sdtContent><w:r>{words}</w:r></w:sdtContent>"
            before, _, after = rest.partition("<w:sdtContent>")
            xml = xml[:at] + before + content + after.partition("</w:sdtContent>")[2]
    return with_member(octets, "word/document.xml", xml.encode())
