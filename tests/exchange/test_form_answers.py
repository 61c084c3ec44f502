"""What was filled in is read back as it was meant, and a file made to hurt gets an answer and no more."""

from __future__ import annotations

import io
import re
import subprocess
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    NullObject,
    NumberObject,
    TextStringObject,
)

from docgen.exchange.form_answers import (
    DEPTH_LIMIT,
    FIELD_LIMIT,
    SIZE_LIMIT,
    TEXT_LIMIT,
    FormAnswers,
    FormError,
    read_answers,
    read_docx_answers,
    read_pdf_answers,
)
from docgen.writers.docx import write_docx
from docgen.writers.pdf import write_pdf
from tests.survey import (
    DAY,
    GIVEN,
    THEME,
    answered,
    docx,
    filled_docx,
    filled_pdf,
    member,
    pdf,
    saved,
    survey,
    with_member,
)
from tests.writers.sealing import sealed

NOTHING = dict.fromkeys(GIVEN, "")
WRITTEN = st.text(
    st.characters(
        exclude_categories=["Cs"], exclude_characters=[chr(code) for code in (*range(9), *range(11, 32), 127)]
    )
)
SLOW = 5.0
LARGE = 200 * 1024 * 1024


# Reading back


def test_a_filled_pdf_gives_its_answers_and_the_document_it_belongs_to() -> None:
    assert read_answers(filled_pdf()) == FormAnswers("ACME/SV-1", GIVEN)


def test_a_filled_word_file_gives_the_same() -> None:
    assert read_answers(filled_docx()) == FormAnswers("ACME/SV-1", GIVEN)


def test_a_form_that_came_back_empty_has_no_answers() -> None:
    assert read_answers(pdf()).values == NOTHING
    assert read_answers(docx()).values == NOTHING


@settings(max_examples=30)
@given(WRITTEN)
def test_whatever_was_written_in_the_pdf_is_read(text: str) -> None:
    assert read_pdf_answers(filled_pdf({"comment": text})).values["comment"] == text


@settings(max_examples=30)
@given(WRITTEN)
def test_whatever_was_written_in_word_is_read(text: str) -> None:
    xml_text = "".join(sign for sign in text if sign not in "\ufffe\uffff")
    expected = xml_text if xml_text.replace("\u00a0", " ").strip() else ""
    assert read_docx_answers(filled_docx({"comment": xml_text})).values["comment"] == expected


@given(st.integers(1, 5), st.integers(1, 10), st.sampled_from(("yes", "perhaps", "no", "")))
@settings(max_examples=20)
def test_whatever_was_chosen_is_read(value: int, pace: int, again: str) -> None:
    chosen = {**NOTHING, "value": str(value), "pace": str(pace), "again": again}
    assert read_pdf_answers(filled_pdf(chosen)).values == chosen
    assert read_docx_answers(filled_docx(chosen)).values == chosen


# As programs save it


def changed(change: Callable[[PdfWriter, dict[str, Any]], None], octets: bytes = b"") -> bytes:
    """Return the form after a change to its fields."""
    writer = PdfWriter(clone_from=io.BytesIO(octets or pdf()))
    root: Any = writer.root_object
    change(writer, {entry.get_object()["/T"]: entry.get_object() for entry in root["/AcroForm"]["/Fields"]})
    return saved(writer)


def with_value(name: str, value: Any) -> bytes:
    def change(_: PdfWriter, fields: dict[str, Any]) -> None:
        fields[name][NameObject("/V")] = value

    return changed(change)


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"\xfe\xff" + "Grüße 日本".encode("utf-16-be"), "Grüße 日本"),
        (b"\xff\xfe" + "Grüße".encode("utf-16-le"), "Grüße"),
        (b"\xef\xbb\xbf" + "Grüße 🙂".encode(), "Grüße 🙂"),
        (b"Gr\xfc\xdfe", "Grüße"),
        (b"\x80 bullet", "• bullet"),
        (b"\x8dquoted\x8e \x85 it\x90s\r\nnext", "“quoted” – it’s\nnext"),
        (b"one\rtwo\r\nthree\nfour", "one\ntwo\nthree\nfour"),
    ],
)
def test_text_is_read_in_every_encoding_programs_write(octets: bytes, text: str) -> None:
    assert read_pdf_answers(with_value("comment", ByteStringObject(octets))).values["comment"] == text


def test_a_choice_is_read_from_a_name_a_string_or_the_circle_alone() -> None:
    assert read_pdf_answers(with_value("value", TextStringObject("3"))).values["value"] == "3"

    def choose(_: PdfWriter, fields: dict[str, Any]) -> None:
        fields["value"]["/Kids"][1].get_object()[NameObject("/AS")] = NameObject("/2")
        del fields["value"]["/V"]

    assert read_pdf_answers(changed(choose)).values["value"] == "2"


def test_a_choice_by_its_place_in_a_list_is_read_as_what_it_stands_for() -> None:
    def choose(_: PdfWriter, fields: dict[str, Any]) -> None:
        fields["again"][NameObject("/Opt")] = ArrayObject(map(TextStringObject, ("yes", "perhaps", "no")))
        fields["again"][NameObject("/V")] = NameObject("/2")

    assert read_pdf_answers(changed(choose)).values["again"] == "no"


def test_nothing_is_no_answer() -> None:
    assert read_pdf_answers(with_value("comment", NullObject())).values["comment"] == ""


def test_answers_added_at_the_end_of_the_file_are_read() -> None:
    writer = PdfWriter(io.BytesIO(pdf()), incremental=True)
    root: Any = writer.root_object
    field = next(entry for entry in root["/AcroForm"]["/Fields"] if entry.get_object()["/T"] == "name").get_object()
    field[NameObject("/V")] = TextStringObject("Ana")
    octets = saved(writer)
    assert octets.startswith(pdf())
    assert read_pdf_answers(octets).values["name"] == "Ana"


def test_a_form_under_seal_is_filled_in_and_read_like_any_other() -> None:
    under_seal = sealed(pdf())
    assert read_pdf_answers(under_seal).values == NOTHING
    assert read_pdf_answers(filled_pdf(GIVEN, under_seal)) == FormAnswers("ACME/SV-1", GIVEN)


def test_fields_in_groups_of_other_programs_have_long_names() -> None:
    def group(writer: PdfWriter, fields: dict[str, Any]) -> None:
        root: Any = writer.root_object
        form = root["/AcroForm"]
        parent = DictionaryObject({NameObject("/T"): TextStringObject("survey"), NameObject("/Kids"): form["/Fields"]})
        form[NameObject("/Fields")] = ArrayObject([writer._add_object(parent)])

    assert set(read_pdf_answers(changed(group)).values) == {f"survey.{name}" for name in GIVEN}


def test_the_document_is_named_by_its_keywords_where_the_metadata_is_gone() -> None:
    def strip(writer: PdfWriter, _: Mapping[str, Any]) -> None:
        del writer.root_object["/Metadata"]

    assert read_pdf_answers(changed(strip)).reference == "ACME/SV-1"


def test_signs_that_are_no_writing_are_left_out() -> None:
    octets = with_value("comment", TextStringObject("a\x00b\x1b[31mc\td"))
    assert read_pdf_answers(octets).values["comment"] == "ab[31mc\td"


# Files that are not the form


def refused(octets: bytes) -> str:
    """Return why a file is refused, and check that saying so took little time and memory."""
    tracemalloc.start()
    begin = time.monotonic()
    with pytest.raises(FormError) as error:
        read_answers(octets)
    took, (_, peak) = time.monotonic() - begin, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < SLOW
    assert peak < LARGE
    return str(error.value)


@pytest.mark.parametrize("octets", [b"", b"Dear all", b"\x89PNG\r\n\x1a\n", b"<html>%PD"])
def test_what_is_neither_pdf_nor_word_is_refused(octets: bytes) -> None:
    assert "neither a PDF nor a Word file" in refused(octets)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.7])
def test_half_a_file_is_broken(share: float) -> None:
    assert "broken" in refused(pdf()[: int(len(pdf()) * share)])
    assert "broken" in refused(docx()[: int(len(docx()) * share)])


def test_a_large_file_is_refused_before_it_is_read() -> None:
    assert "larger than 16 MiB" in refused(b"%PDF-1.7" + bytes(SIZE_LIMIT))
    assert "larger than 16 MiB" in refused(b"PK" + bytes(SIZE_LIMIT))


def test_a_form_printed_to_a_new_file_has_no_fields(tmp_path: Path) -> None:
    form, printed = tmp_path / "form.pdf", tmp_path / "printed.pdf"
    form.write_bytes(filled_pdf())
    subprocess.run(["pdftocairo", "-pdf", form, printed], check=True)
    assert "no fields" in refused(printed.read_bytes())
    assert "no fields" in refused(write_pdf(answered(), THEME, DAY))
    assert "no fields" in refused(write_docx(answered(), THEME, DAY))


def test_a_protected_pdf_is_refused() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.encrypt("", "owner", algorithm="RC4-128")
    assert "protected" in refused(saved(writer))


def test_a_protected_word_file_is_refused() -> None:
    assert "protected" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000))


def test_an_xfa_form_is_refused() -> None:
    def add(writer: PdfWriter, _: Mapping[str, Any]) -> None:
        root: Any = writer.root_object
        root["/AcroForm"][NameObject("/XFA")] = ArrayObject()

    assert "XFA" in refused(changed(add))


def script() -> DictionaryObject:
    return DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )


def on_opening(writer: PdfWriter, _: Mapping[str, Any]) -> None:
    writer.root_object[NameObject("/OpenAction")] = script()


def in_the_names(writer: PdfWriter, _: Mapping[str, Any]) -> None:
    tree = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), script()])})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): tree})


def at_a_field(_: PdfWriter, fields: Mapping[str, Any]) -> None:
    fields["name"][NameObject("/AA")] = DictionaryObject({NameObject("/K"): script()})


def at_a_circle(_: PdfWriter, fields: Mapping[str, Any]) -> None:
    fields["value"]["/Kids"][2].get_object()[NameObject("/A")] = script()


@pytest.mark.parametrize("change", [on_opening, in_the_names, at_a_field, at_a_circle])
def test_a_form_with_scripts_is_refused(change: Callable[[PdfWriter, dict[str, Any]], None]) -> None:
    assert "scripts" in refused(changed(change))


# Files made to hurt


def test_fields_that_lead_back_to_themselves_are_read_once() -> None:
    def loop(_: PdfWriter, fields: dict[str, Any]) -> None:
        fields["name"][NameObject("/Kids")] = ArrayObject([fields["name"].indirect_reference])

    assert read_pdf_answers(changed(loop)).values.keys() == GIVEN.keys()


def test_fields_in_fields_without_end_are_refused() -> None:
    def nest(writer: PdfWriter, fields: dict[str, Any]) -> None:
        inner: Any = fields["name"].indirect_reference
        for count in range(DEPTH_LIMIT + 2):
            group = {NameObject("/T"): TextStringObject(str(count)), NameObject("/Kids"): ArrayObject([inner])}
            inner = writer._add_object(DictionaryObject(group))
        root: Any = writer.root_object
        root["/AcroForm"][NameObject("/Fields")] = ArrayObject([inner])

    assert "deep" in refused(changed(nest))


def test_more_fields_than_a_form_has_are_refused() -> None:
    def multiply(writer: PdfWriter, _: Mapping[str, Any]) -> None:
        root: Any = writer.root_object
        for count in range(FIELD_LIMIT + 1):
            field = {NameObject("/T"): TextStringObject(str(count)), NameObject("/FT"): NameObject("/Tx")}
            root["/AcroForm"]["/Fields"].append(DictionaryObject(field))

    assert "more than 1,000" in refused(changed(multiply))


def test_an_answer_as_long_as_a_book_is_refused() -> None:
    assert f"{TEXT_LIMIT:,} letters" in refused(with_value("comment", TextStringObject("x" * (TEXT_LIMIT + 1))))
    assert f"{TEXT_LIMIT:,} letters" in refused(filled_docx({"comment": "x" * (TEXT_LIMIT + 1)}))


@pytest.mark.parametrize("value", [NumberObject(3), BooleanObject(True), ArrayObject(), DictionaryObject()])
def test_a_value_of_another_kind_is_no_answer_or_a_text(value: Any) -> None:
    assert read_pdf_answers(with_value("comment", value)).values["comment"] == ""


def test_metadata_that_unpacks_to_no_end_is_refused() -> None:
    packed = zlib.compress(bytes(SIZE_LIMIT + 4096), 9)
    bomb = (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Metadata 2 0 R/AcroForm<</Fields[<</FT/Tx/T(a)>>]>>>>endobj\n"
        b"2 0 obj<</Filter/FlateDecode/Length "
        + str(len(packed)).encode()
        + b">>stream\n"
        + packed
        + b"\nendstream endobj\n"
    )
    table = len(bomb)
    second = bomb.index(b"2 0 obj")
    bomb += f"xref\n0 3\n0000000000 65535 f \n{9:010} 00000 n \n{second:010} 00000 n \n".encode()
    bomb += f"trailer<</Size 3/Root 1 0 R>>\nstartxref\n{table}\n%%EOF".encode()
    assert "broken" in refused(bomb)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b"<<" * 100_000,
        b"trailer<</Root 1 0 R/Prev 9>>startxref 9 %%EOF" * 2_000,
        b"1 0 obj 1 0 R endobj trailer<</Root 1 0 R>>",
        b"\n".join(b"%d 0 obj<</Type/Catalog>>endobj" % count for count in range(20_000)),
        bytes(range(256)) * 8_000,
    ],
)
def test_a_pdf_of_nonsense_is_broken(body: bytes) -> None:
    table = b"\nstartxref\n9\n%%EOF"
    assert "broken" in refused(b"%PDF-1.7\n" + body + table)


def test_a_table_that_leads_back_to_itself_is_broken() -> None:
    octets = b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer<</Size 1/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF"
    assert "broken" in refused(octets)


@settings(max_examples=40)
@given(st.data())
def test_a_pdf_damaged_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    octets = bytearray(filled_pdf())
    for _ in range(data.draw(st.integers(1, 20))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    read_or_refused(bytes(octets))


@settings(max_examples=30)
@given(st.data())
def test_a_word_file_damaged_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    octets = bytearray(filled_docx())
    for _ in range(data.draw(st.integers(1, 20))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    read_or_refused(bytes(octets))


def read_or_refused(octets: bytes) -> None:
    try:
        answers = read_answers(octets)
    except FormError:
        return
    assert all(isinstance(value, str) for value in answers.values.values())


# Word files


def in_word(xml: str) -> bytes:
    return with_member(docx(), "word/document.xml", xml.encode())


def test_two_circles_of_one_question_are_one_too_many() -> None:
    xml = member(filled_docx({"value": "4"}), "word/document.xml")
    at = xml.index('<w:tag w:val="value=2"/>')
    twice = xml[:at] + xml[at:].replace('<w14:checked w14:val="0"/>', '<w14:checked w14:val="1"/>', 1)
    assert "“value” has two answers, “2” and “4”" in refused(in_word(twice))


def test_fields_that_lost_their_names_are_told_apart_from_none() -> None:
    xml = member(filled_docx(), "word/document.xml").replace("<w:tag w:val=", "<w:label w:val=")
    assert "lost their names" in refused(in_word(xml))


def test_what_word_shows_in_an_empty_field_is_no_answer() -> None:
    xml = member(docx(), "word/document.xml").replace("\u00a0" * 30, "Click or tap here to enter text.")
    assert read_docx_answers(in_word(xml)).values == NOTHING


def test_paragraphs_in_an_answer_are_lines() -> None:
    xml = member(filled_docx({"comment": "a\nb"}), "word/document.xml")
    lines = re.search(r"<w:sdtContent><w:r>(<w:t [^>]*>a</w:t>)<w:br/>(<w:t [^>]*>b</w:t>)</w:r>", xml)
    assert lines
    parts = "".join(f"<w:p><w:r>{line}</w:r></w:p>" for line in lines.groups())
    xml = xml.replace(lines[0], f"<w:sdtContent>{parts}")
    assert read_docx_answers(in_word(xml)).values["comment"] == "a\nb"


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE d SYSTEM "file:///etc/passwd">',
    ],
)
def test_entities_are_not_read(head: str) -> None:
    xml = member(docx(), "word/document.xml")
    declaration, _, rest = xml.partition("?>")
    assert "declares a document type" in refused(in_word(f"{declaration}?>{head}{rest}"))


def test_a_part_that_unpacks_to_no_end_is_refused() -> None:
    assert "more than 16 MiB" in refused(with_member(docx(), "word/document.xml", bytes(SIZE_LIMIT + 1)))
    assert "more than 16 MiB" in refused(with_member(docx(), "docProps/core.xml", bytes(SIZE_LIMIT + 1)))


def test_an_archive_without_words_is_no_word_file() -> None:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as archive:
        archive.writestr("notes.txt", "none")
    assert "no Word file" in refused(octets.getvalue())


def test_more_controls_than_a_form_has_are_refused() -> None:
    xml = member(docx(), "word/document.xml")
    many = "<w:p><w:sdt><w:sdtPr/><w:sdtContent/></w:sdt></w:p>" * (FIELD_LIMIT + 1)
    assert "more than 1,000" in refused(in_word(xml.replace("</w:body>", f"{many}</w:body>")))


def test_a_survey_in_another_script_is_read_back() -> None:
    body = '<question id="q" lines="2">ما رأيك؟</question><question id="r" scale="3" low="لا" high="نعم">هل؟</question>'
    tree = survey(body, language="ar")
    given_answers = {"q": "رائع\n日本", "r": "2"}
    assert read_answers(filled_pdf(given_answers, write_pdf(tree, THEME, DAY))).values == given_answers
    assert read_answers(write_docx(tree, THEME)).values == {"q": "", "r": ""}
