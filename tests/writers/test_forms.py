"""A survey is a form in PDF, in Word and on a web page: filled in with any program, heard as well as seen."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from docgen.doctree.diff import compare
from docgen.doctree.nodes import Document
from docgen.doctree.text import document_lines
from docgen.writers.docx import write_docx
from docgen.writers.html import write_html
from docgen.writers.pdf import Attached, norms, write_pdf
from docgen.writers.redline_docx import write_redline_docx
from docgen.writers.redline_html import write_redline_html
from docgen.writers.theme import Face, Theme
from tests.conformance.libreoffice import LibreOffice
from tests.conformance.ooxml import OpenXmlValidator
from tests.conformance.poppler import Area, read_pages
from tests.conformance.reading import read_aloud
from tests.conformance.verapdf import VeraPdf
from tests.survey import (
    DAY,
    GIVEN,
    QUESTIONS,
    THEME,
    answered,
    docx,
    filled_docx,
    filled_pdf,
    member,
    pdf,
    reader,
    survey,
)
from tests.wording import first_difference, missing_and_more, plain, tree_words
from tests.writers.tracked import accepted, rejected, texts, untouched

ROOT = Path(__file__).resolve().parents[2]
BODY = Area(0, 68, 596, 713)


def root(octets: bytes) -> Any:
    return reader(octets).trailer["/Root"]


def fields(octets: bytes) -> dict[str, Any]:
    return {entry.get_object()["/T"]: entry.get_object() for entry in root(octets)["/AcroForm"]["/Fields"]}


def xmp(octets: bytes) -> str:
    return str(root(octets)["/Metadata"].get_object().get_data().decode())


# PDF


def test_every_question_is_one_field_under_its_id() -> None:
    assert {name: field["/FT"] for name, field in fields(pdf()).items()} == {
        "value": "/Btn",
        "pace": "/Btn",
        "comment": "/Tx",
        "again": "/Btn",
        "name": "/Tx",
    }


def test_a_listener_hears_the_question_and_what_each_circle_stands_for() -> None:
    found = fields(pdf())
    assert found["value"]["/TU"] == "Was the work worth what it cost?"
    circles = [kid.get_object() for kid in found["value"]["/Kids"]]
    assert [circle["/Contents"] for circle in circles] == ["1 Not at all", "2", "3", "4", "5 Completely"]


def test_of_the_circles_of_a_question_one_can_be_chosen() -> None:
    for name, values in (("value", "12345"), ("again", ("yes", "perhaps", "no"))):
        field = fields(pdf())[name]
        assert field["/Ff"] & (1 << 15)
        assert not field["/Ff"] & (1 << 16)
        assert field["/V"] == "/Off"
        looks = [set(kid.get_object()["/AP"]["/N"]) for kid in field["/Kids"]]
        assert looks == [{f"/{value}", "/Off"} for value in values]


def test_only_a_long_answer_has_several_lines() -> None:
    found = fields(pdf())
    assert found["comment"]["/Ff"] == 1 << 12
    assert "/Ff" not in found["name"]


def test_every_place_has_a_look_so_that_no_program_has_to_make_one() -> None:
    form = root(pdf())["/AcroForm"]
    assert "/NeedAppearances" not in form
    pages: Any = reader(pdf()).pages
    for page in pages:
        places = [note.get_object() for note in (page.annotations or [])]
        assert all("/N" in place["/AP"] and place["/F"] == 4 for place in places if place["/Subtype"] == "/Widget")
        assert page["/Tabs"] == "/S"


def test_answers_are_written_in_an_embedded_font_of_the_house() -> None:
    form = root(pdf())["/AcroForm"]
    (font,) = form["/DR"]["/Font"].values()
    assert font["/BaseFont"] == "/DOCGEN+Carlito"
    assert font["/Encoding"] == "/WinAnsiEncoding"
    assert len(font["/Widths"]) == 256 - 32
    assert font["/FontDescriptor"]["/FontFile2"].get_object().get_data()[:4] == b"\0\1\0\0"
    assert form["/DA"].startswith("/Answer 10.5 Tf")


def test_a_form_is_small() -> None:
    assert len(pdf()) < 120_000


def test_every_place_stands_in_the_structure() -> None:
    def forms(element: Any) -> list[Any]:
        part = element.get_object()
        if not isinstance(part, dict) or part.get("/Type") == "/OBJR":
            return []
        kids = part.get("/K", [])
        inner = [form for kid in (kids if isinstance(kids, list) else [kids]) for form in forms(kid)]
        return [part, *inner] if str(part.get("/S")) == "/Form" else inner

    found = forms(root(pdf())["/StructTreeRoot"])
    places = [form["/K"][0].get_object()["/Obj"].get_object() for form in found]
    assert len(places) == 5 + 10 + 1 + 3 + 1
    assert all(place["/Subtype"] == "/Widget" and "/StructParent" in place for place in places)


def test_a_form_claims_pdf_ua_and_no_pdf_a() -> None:
    assert norms(survey()) == ("PDF/UA-1",)
    assert 'pdfuaid:part="1"' in xmp(pdf())
    assert "pdfa" not in xmp(pdf())


def test_a_form_says_which_document_it_is() -> None:
    assert "<dc:identifier>ACME/SV-1</dc:identifier>" in xmp(pdf())


def test_a_survey_with_its_answers_is_no_form_and_claims_pdf_a() -> None:
    octets = write_pdf(answered(), THEME, DAY)
    assert norms(answered()) == ("PDF/A-3a", "PDF/UA-1")
    assert "/AcroForm" not in root(octets)
    assert 'pdfaid:part="3"' in xmp(octets)


def test_a_form_may_carry_its_facts() -> None:
    octets = write_pdf(survey(), THEME, DAY, (Attached("facts.json", "The facts", b"{}"),))
    assert reader(octets).attachments == {"facts.json": [b"{}"]}


def test_a_form_fits_fonts_with_other_outlines() -> None:
    house = Theme(heading=Face("x", "Noto Sans CJK JP"))
    (font,) = root(write_pdf(survey(), house, DAY))["/AcroForm"]["/DR"]["/Font"].values()
    assert {"/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"])


def test_a_question_is_not_parted_by_the_end_of_a_page() -> None:
    filler = "".join(f"<p>Line {count}.</p>" for count in range(26))
    body = "".join(f'{filler}<question id="q{count}" lines="12">Number {count}?</question>' for count in range(4))
    places = {}
    for page in reader(write_pdf(survey(body), THEME, DAY)).pages:
        for note in page.get("/Annots", []):
            field = note.get_object()
            places[field["/T"]] = field["/Rect"]
            assert f"Number {field['/T'][1:]}?" in page.extract_text()
    assert len(places) == 4
    assert all(bottom > 60 and top - bottom > 12 * 14 for _, bottom, _, top in places.values())


def paired(lines: int) -> Document:
    """Return a survey of scores with a comment each, so many lines down the page."""
    asked = (
        f'<question id="q{count}" scale="5" low="no" high="yes">Number {count}?</question>'
        f'<question id="q{count}-comment" lines="2">Why {count}?</question>'
        for count in range(9)
    )
    return survey("<p>Line.</p>" * lines + "".join(asked))


@pytest.mark.parametrize("lines", [0, 2, 4, 6])
def test_a_question_and_the_one_about_it_stand_on_one_page(
    lines: int, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    path = tmp_path / "survey.docx"
    path.write_bytes(write_docx(paired(lines), THEME, DAY))
    printed = read_pages(libreoffice.convert([path], "pdf", tmp_path)[path])
    laid = [page.extract_text() for page in reader(write_pdf(paired(lines), THEME, DAY)).pages]
    for pages in (printed, laid):
        assert len(pages) > 1
        for page in pages:
            assert [f"Number {count}?" in page for count in range(9)] == [f"Why {count}?" in page for count in range(9)]


def test_the_steps_from_nought_to_ten_stand_on_one_line() -> None:
    options = "".join(f'<option value="p{step}">{step}</option>' for step in range(11))
    (page,) = reader(write_pdf(survey(f'<question id="q">How likely?{options}</question>'), THEME, DAY)).pages
    places = [note.get_object()["/Rect"] for note in page.annotations or ()]
    assert len(places) == 11
    assert len({round(float(bottom)) for _, bottom, _, _ in places}) == 1


def test_the_same_survey_is_the_same_bytes_in_another_process() -> None:
    program = "import hashlib, tests.survey as s; print(*[hashlib.sha256(x()).hexdigest() for x in (s.pdf, s.docx)])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "77", "TZ": "Pacific/Kiritimati"}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.split() == [hashlib.sha256(octets).hexdigest() for octets in (pdf(), docx())]


# The same words everywhere


@pytest.mark.parametrize("made", [survey, answered])
def test_every_format_says_what_the_tree_says(made: Any, tmp_path: Path) -> None:
    tree = made()
    path = tmp_path / "survey.pdf"
    path.write_bytes(write_pdf(tree, THEME, DAY))
    words = [each.text for each in read_aloud(path)]
    assert first_difference(tree_words(tree), words) == ""
    assert missing_and_more(document_lines(tree), read_pages(path, BODY)) == ({}, {})
    page: Any = html.document_fromstring(write_html(tree, THEME)).find("body")
    for name in ("running-head", "running-mark", "running-name", "running-page"):
        for running in page.find_class(name):
            running.drop_tree()
    assert first_difference(tree_words(tree), list(filter(str.strip, page.itertext()))) == ""


@pytest.mark.parametrize("made", [survey, answered])
def test_libreoffice_reads_the_words_of_the_tree(made: Any, libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = tmp_path / "survey.docx"
    path.write_bytes(write_docx(made(), THEME, DAY))
    text = libreoffice.convert([path], "txt", tmp_path)[path].read_text("utf-8-sig")
    assert plain(" ".join(text.split())).replace(" ", "") == tree_words(made()).replace(" ", "")


# A web page


def test_a_browser_offers_the_same_answers() -> None:
    page: Any = html.document_fromstring(write_html(survey(), THEME))
    circles = page.xpath("//input[@type='radio' and @name='value']/@value")
    assert circles == list("12345")
    (group,) = page.xpath("//div[@role='radiogroup'][.//input[@name='value']]")
    (asked,) = page.xpath(f"//*[@id='{group.get('aria-labelledby')}']")
    assert asked.text_content() == "Was the work worth what it cost?"
    assert page.xpath("//textarea/@rows") == ["4"]
    assert page.xpath("//input[@type='text']/@name") == ["name"]


def test_a_printed_answer_is_no_field() -> None:
    page = write_html(answered(), THEME)
    assert "<input" not in page
    assert "<textarea" not in page
    assert "Less e-mail.<br>More calls." in page


def test_what_was_written_is_no_markup() -> None:
    page = write_html(answered({"name": "<script>1</script>{{ 7*7 }}"}), THEME)
    assert "&lt;script&gt;1&lt;/script&gt;{{ 7*7 }}" in page


def test_a_redline_of_two_surveys_shows_the_question_that_came() -> None:
    more = survey(QUESTIONS + '<question id="more" lines="1">Anything else?</question>')
    page = write_redline_html(compare(survey(), more), THEME)
    assert page.count("<ins") == 1
    assert "Anything else?" in page.partition("<ins")[2]


# Word


def test_word_has_a_control_for_every_answer() -> None:
    xml = member(docx(), "word/document.xml")
    assert xml.count("<w14:checkbox>") == 5 + 10 + 3
    assert xml.count("<w:text/>") == xml.count('<w:text w:multiLine="1"/>') == 1
    assert '<w:tag w:val="again=perhaps"/>' in xml


def test_a_printed_answer_is_no_control() -> None:
    assert "<w:sdt>" not in member(write_docx(answered(), THEME, DAY), "word/document.xml")


# The validators


def test_a_form_is_accessible_before_and_after_it_is_filled_in(verapdf: VeraPdf) -> None:
    plain_report, filled_report = verapdf.validate(pdf(), "ua1"), verapdf.validate(filled_pdf(), "ua1")
    assert plain_report.compliant, str(plain_report)
    assert filled_report.compliant, str(filled_report)


def test_a_form_is_not_taken_for_pdf_a(verapdf: VeraPdf) -> None:
    assert "6.6.4-1" in verapdf.validate(pdf(), "3a").clauses


def test_a_survey_with_its_answers_keeps_both_norms(verapdf: VeraPdf) -> None:
    octets = write_pdf(answered(), THEME, DAY)
    reports = [verapdf.validate(octets, "3a"), verapdf.validate(octets, "ua1")]
    assert all(report.compliant for report in reports), "\n".join(map(str, reports))


def test_word_reads_the_form_without_repair(open_xml: OpenXmlValidator) -> None:
    for octets in (docx(), filled_docx(), write_docx(answered(), THEME, DAY), write_docx(survey(language="ar"), THEME)):
        report = open_xml.validate(octets)
        assert report.valid, str(report)


def test_libreoffice_prints_the_form_on_one_page(libreoffice: LibreOffice, tmp_path: Path) -> None:
    path = tmp_path / "survey.docx"
    path.write_bytes(filled_docx())
    (page,) = read_pages(libreoffice.convert([path], "pdf", tmp_path)[path])
    assert all(line in page for line in GIVEN["comment"].split("\n"))
    assert page.count("●") == 3


# A redline in Word


MORE = QUESTIONS.replace('scale="10"', 'scale="7"').replace("Your name", "Your whole name")
MORE += '<question id="new" lines="2">Anything else?</question><question id="last" scale="3" low="No">Sure?</question>'
FEWER = QUESTIONS.replace("<h1>What you received</h1>", "").replace("pace?", "pace, all in all?")
FEWER = FEWER.partition('<question id="comment"')[0] + '<clause id="who" title="Who you are">Nobody.</clause>'


@pytest.mark.parametrize("body", [MORE, FEWER])
@pytest.mark.parametrize("turned", [False, True])
def test_a_redline_accepted_is_the_new_form_and_rejected_the_old(
    body: str, turned: bool, libreoffice: LibreOffice, open_xml: OpenXmlValidator, tmp_path: Path
) -> None:
    old, new = (survey(body), survey()) if turned else (survey(), survey(body))
    octets = write_redline_docx(compare(old, new), THEME, DAY, author="Ada", at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    report = open_xml.validate(octets)
    assert report.valid, str(report)
    for tree, root, choice in ((new, accepted(octets), "Accept"), (old, rejected(octets), "Reject")):
        assert texts(root) == texts(untouched(write_docx(tree, THEME, DAY)))
        path = tmp_path / "redline.docx"
        path.write_bytes(octets)
        said = libreoffice.settled([path], choice, tmp_path / choice)[path]  # type: ignore[arg-type]
        assert plain(said).replace(" ", "") == tree_words(tree).replace(" ", "")
