"""A tree becomes a PDF that can be kept, searched and read aloud, looks like the house, and fetches nothing."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from docgen.actions.branding import font_file
from docgen.doctree.nodes import Document, Labels, Picture
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.errors import ExitCode
from docgen.writers.pdf import Attached, MissingGlyphsError, page_numbers, write_pdf
from docgen.writers.theme import Face, FontFile, Palette, Theme
from tests.layout import lay_out

DAY = dt.date(2027, 3, 31)
THEME = Theme(firm="Hollis & Byrne")
SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><rect width="90" height="90" fill="#123"/></svg>'
)
FILLER = "".join(
    f"<p>Paragraph {count} says little, and says it at the length of a line of text.</p>" for count in range(60)
)
AGREEMENT = f"""<toc/><h1 id="background">Background</h1>
<clause id="fees" title="Fees"><clause id="payment">See <xref to="prices"/> on page
<xref to="prices" show="page"/>.</clause></clause>{FILLER}
<clause id="law" title="Law"><p>See clause <xref to="payment"/> and <a href="https://a.example/x">us</a>.</p></clause>
<schedule id="prices" title="Prices"><p>None.</p></schedule>"""


def document(body: str, attributes: str = "", **changes: Any) -> Document:
    tree = parse(f'<doc title="Agreement"{attributes}>{body}</doc>', pictures={"mark": Picture(SQUARE, 90, 90)})
    return replace(number(tree), **changes)


def read(tree: Document, theme: Theme = THEME, attached: tuple[Attached, ...] = ()) -> PdfReader:
    return PdfReader(BytesIO(write_pdf(tree, theme, DAY, attached)))


@cache
def agreement() -> PdfReader:
    return read(document(AGREEMENT, ' number="AG-1" confidential="Private"', author="Ada Ltd", language="en"))


def pages(reader: PdfReader) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def fonts(reader: PdfReader) -> set[str]:
    """Return the families embedded in a file, without the mark of a subset."""
    return {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }


def root(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


def xmp(reader: PdfReader) -> str:
    return str(root(reader)["/Metadata"].get_object().get_data().decode())


# What it says of itself


def test_the_file_says_its_title_its_author_and_its_day() -> None:
    told = agreement().metadata
    assert told
    assert (told.title, told.author, told.creator) == ("Agreement", "Ada Ltd", "docgen")
    assert str(told["/CreationDate"]) == str(told["/ModDate"]) == "D:20270331"


def test_the_file_says_its_language_and_shows_its_title() -> None:
    assert root(agreement())["/Lang"] == "en"
    assert bool(root(agreement())["/ViewerPreferences"]["/DisplayDocTitle"])
    assert root(read(document("<p>x</p>", language="de")))["/Lang"] == "de"


def test_the_file_claims_pdf_a_3a_and_pdf_ua_1() -> None:
    told = xmp(agreement())
    assert 'pdfaid:part="3"' in told
    assert 'pdfaid:conformance="A"' in told
    assert 'pdfuaid:part="1"' in told
    assert bool(root(agreement())["/MarkInfo"]["/Marked"])


def test_headings_are_bookmarks_with_their_numbers() -> None:
    def titles(entries: Any) -> list[Any]:
        return [titles(entry) if isinstance(entry, list) else str(entry["/Title"]) for entry in entries]

    assert titles(agreement().outline) == ["Agreement", ["Background", "1. Fees", "2. Law", "Schedule 1 Prices"]]


# Pages


def test_the_heading_of_a_lone_place_to_sign_stands_on_one_line() -> None:
    heading = "Signed for and on behalf of Northbridge Retail Systems Ltd"
    place = f'<signature party="A" heading="{heading}" name="Ada" title=""/>'

    def headings(places: str) -> list[str]:
        (page,) = lay_out(document(f"<p>Words.</p><signatures>{places}</signatures>"), THEME, DAY)
        return [line.text for line in page.lines if line.inside("place-heading")]

    assert headings(place) == [heading]
    assert len(headings(place * 2)) > 2


def test_every_page_carries_firm_number_title_confidence_and_page() -> None:
    read_pages = pages(agreement())
    assert len(read_pages) > 2
    for count, page in enumerate(read_pages, 1):
        assert "Hollis & Byrne PRIVATE" in page
        assert f"AG-1 · Agreement Page {count} of {len(read_pages)}" in page


def test_contents_and_references_name_the_page_of_their_target() -> None:
    read_pages = pages(agreement())
    last = len(read_pages)
    assert re.search(rf"Schedule 1 Prices [ .]+ {last}\b", read_pages[0])
    assert f"See Schedule 1 on page {last}." in read_pages[0]
    assert "Schedule 1 Prices None." in read_pages[-1]


def test_the_page_of_every_target_is_known_to_other_writers() -> None:
    tree = document(AGREEMENT)
    found = page_numbers(tree, THEME, DAY)
    read_pages = pages(read(tree))
    assert set(found) == {"fees", "law", "payment", "prices"}
    for name, title in (("fees", "1. Fees See"), ("law", "2. Law See"), ("prices", "Schedule 1 Prices None")):
        if name != "fees":
            assert title in read_pages[found[name] - 1]
    assert found["fees"] == 1
    assert found["prices"] == len(read_pages)


def test_references_lead_to_their_target_and_links_out_of_the_file() -> None:
    notes = [note.get_object() for page in agreement().pages for note in page.get("/Annots", ())]
    inside = {str(note["/Dest"]) for note in notes if "/Dest" in note}
    outside = {str(note["/A"]["/URI"]) for note in notes if "/A" in note}
    assert inside == {"fees", "law", "payment", "prices"}
    assert inside <= set(agreement().named_destinations)
    assert outside == {"https://a.example/x"}


def test_the_head_of_a_table_stands_on_every_page_and_its_total_once() -> None:
    rows = "".join(f"<tr><td>Line {count}</td><td>1</td></tr>" for count in range(90))
    head = "<thead><tr><th>What it is for</th><th>GBP</th></tr></thead>"
    read_pages = pages(read(document(f'<table>{head}{rows}<tr class="total"><td>In all</td><td>90</td></tr></table>')))
    assert len(read_pages) > 1
    assert all("What it is for" in page for page in read_pages)
    assert [page.count("In all") for page in read_pages] == [0] * (len(read_pages) - 1) + [1]
    assert "Line 89 1 In all 90" in read_pages[-1]


@pytest.mark.parametrize("count", [28, 30, 32, 34, 36])
def test_signatures_never_stand_alone_on_a_page(count: int) -> None:
    filler = "".join(f"<p>Line {line}.</p>" for line in range(count))
    places = '<signature party="Ada Ltd" name="Ada"/><signature party="Bob Ltd" name="Bob"/>'
    (signed,) = [
        page
        for page in pages(read(document(f"{filler}<signatures><p>Agreed by both.</p>{places}</signatures>")))
        if "Signature" in page
    ]
    assert "Agreed by both." in signed
    assert f"Line {count - 1}." in signed
    assert "Ada Ltd" in signed
    assert "Bob Ltd" in signed


def test_a_schedule_and_a_page_break_begin_a_page() -> None:
    tree = document('<p>one</p><pagebreak/><p>two</p><schedule id="s" title="Prices">three</schedule>')
    assert [bool(re.search(word, page)) for word, page in zip(("one", "two", "three"), pages(read(tree)), strict=True)]


# Drafts


def test_a_draft_says_so_on_every_page_in_its_language() -> None:
    labels = Labels(draft="ENTWURF", page="Seite {page} von {pages}")
    for page in pages(read(document(AGREEMENT, draft=True, labels=labels))):
        assert page.count("ENTWURF") >= 1
        assert "DRAFT" not in page


def test_the_mark_across_a_draft_is_a_picture_behind_the_words() -> None:
    plain, draft = read(document("<p>x</p>")), read(document("<p>x</p>", draft=True))
    assert "DRAFT" in pages(draft)[0]
    assert "DRAFT" not in pages(plain)[0]
    octets = [page.get_contents().get_data() for page in (*plain.pages, *draft.pages)]  # type: ignore[union-attr]
    assert len(octets[1]) > len(octets[0])


# The house's look


def house_font(folder: Path, family: str = "Hollis", shape: int = 500) -> FontFile:
    """Return a font with boxes for letters, made here."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    def box() -> Any:
        pen = TTGlyphPen(None)
        pen.moveTo((50, 0))
        for point in ((shape, 0), (shape, 700), (50, 700)):
            pen.lineTo(point)
        pen.closePath()
        return pen.glyph()

    letters = [chr(code) for code in range(0x20, 0x7F)]
    names = [".notdef", *(f"u{ord(letter):04x}" for letter in letters)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): f"u{ord(letter):04x}" for letter in letters})
    builder.setupGlyf({name: box() for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWeightClass=400)
    builder.setupPost()
    path = folder / f"{family}.ttf"
    builder.save(path)
    return font_file(path)


def test_documents_are_printed_in_the_fonts_of_the_theme() -> None:
    assert fonts(agreement()) >= {"Caladea", "Carlito", "Carlito-Bold"}


def test_a_house_brings_its_own_font_and_it_is_embedded(tmp_path: Path) -> None:
    font = house_font(tmp_path)
    assert (font.family, font.weight, font.italic) == ("Hollis", 400, False)
    theme = replace(THEME, fonts=(font,), text=Face("Georgia", "Hollis"))
    assert any("Hollis" in name for name in fonts(read(document("<p>Words</p>"), theme)))


def test_the_font_of_one_house_never_prints_the_documents_of_another(tmp_path: Path) -> None:
    theme = replace(THEME, fonts=(house_font(tmp_path),), text=Face("Georgia", "Hollis"))
    read(document("<p>Words</p>"), theme)
    other = replace(THEME, text=Face("Georgia", "Hollis"))
    assert not any("Hollis" in name for name in fonts(read(document("<p>Words</p>"), other)))


def test_every_font_is_embedded() -> None:
    for page in agreement().pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            (descendant,) = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_the_colours_of_the_house_are_on_the_page() -> None:
    plain = read(document("<h1>Words</h1>"))
    pink = read(document("<h1>Words</h1>"), replace(THEME, palette=Palette(accent="#ff00aa")))
    mark = re.compile(rb"\b1(?:\.0+)? 0(?:\.0+)? 0?\.66[67]\d* ")
    assert not mark.search(plain.pages[0].get_contents().get_data())  # type: ignore[union-attr]
    assert mark.search(pink.pages[0].get_contents().get_data())  # type: ignore[union-attr]


# What cannot be printed


@pytest.mark.parametrize(("character", "code"), [("ᚠ", "U+16A0"), ("𐎠", "U+103A0"), ("\ue0ff", "U+E0FF")])
def test_a_letter_no_font_has_is_refused_by_name(character: str, code: str) -> None:
    with pytest.raises(MissingGlyphsError) as refused:
        write_pdf(document(f"<p>Name: {character}</p>"), THEME, DAY)
    assert code in str(refused.value)
    assert refused.value.exit_code is ExitCode.MISSING_HERE


def test_all_letters_no_font_has_are_told_at_once() -> None:
    with pytest.raises(MissingGlyphsError, match=r"U\+16A0.*U\+16A2"):
        write_pdf(document("<p>ᚠ ᚢ</p>"), THEME, DAY)


@pytest.mark.parametrize(
    "name",
    ["Łukasz Żółć", "Ærøskøbing", "Ελλάς", "Зоя", "株式会社", "주식회사", "שם", "شركة", "½ × 3 − €", "नाम", "ชื่อ"],
)
def test_names_of_the_world_are_printed(name: str) -> None:
    assert write_pdf(document(f"<p>{name}</p>"), THEME, DAY)


# What it carries


def test_the_facts_travel_inside_the_file() -> None:
    facts = Attached("facts.json", "What it was made from", '{"name": "Müller"}\n'.encode())
    reader = read(document("<p>x</p>"), attached=(facts,))
    assert reader.attachments["facts.json"] == [facts.content]
    (carried,) = (file.get_object() for file in root(reader)["/AF"])
    assert (carried["/AFRelationship"], carried["/Desc"]) == ("/Source", facts.description)


def test_a_picture_is_drawn_and_has_its_words() -> None:
    reader = read(document('<p>x</p><img src="mark" alt="Our mark"/>'))
    kinds = [element for element in _elements(root(reader)["/StructTreeRoot"]) if element.get("/S") == "/Figure"]
    assert [str(element["/Alt"]) for element in kinds] == ["Our mark"]


def _elements(node: Any) -> list[Any]:
    element = node.get_object() if hasattr(node, "get_object") else node
    if not isinstance(element, dict):
        return []
    children = element.get("/K", [])
    inner = children if isinstance(children, list) else [children]
    return [element, *(found for child in inner for found in _elements(child))]


# The same each time


def test_the_same_tree_on_the_same_day_gives_the_same_bytes() -> None:
    tree, facts = document(AGREEMENT, draft=True), (Attached("facts.json", "Facts", b"{}"),)
    first = write_pdf(tree, THEME, DAY, facts)
    write_pdf(document("<p>something else between</p>"), THEME, DAY)
    assert write_pdf(tree, THEME, DAY, facts) == first
    assert write_pdf(tree, THEME, DAY + dt.timedelta(days=1), facts) != first
