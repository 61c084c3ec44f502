"""A tree becomes a Word file that counts, refers and breaks pages by itself, and says what the tree says."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from docgen.doctree.nodes import (
    Align,
    Cell,
    Clause,
    Column,
    Document,
    Labels,
    Link,
    Paragraph,
    Picture,
    Reference,
    Row,
    Schedule,
    Signature,
    Signatures,
    Text,
)
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.doctree.text import document_lines
from docgen.doctree.walk import walk
from docgen.writers.docx import write_docx
from docgen.writers.docx_tables import column_widths
from docgen.writers.theme import Face, Palette, Theme
from tests.conformance.libreoffice import LibreOffice
from tests.conformance.ooxml import OpenXmlValidator
from tests.conformance.poppler import read_pages
from tests.conformance.word_references import find_faults

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BODY = "word/document.xml"
LEVER = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="100"><path d="M0 0H400V100z" fill="#eee"/></svg>'
THEME = Theme(firm="Hollis & Byrne")

ROMAN = "".join(f'<clause id="r{count}">Item {count}.</clause>' for count in range(1, 31))
LETTERS = "".join(f'<clause id="l{count}">Item {count}.</clause>' for count in range(1, 56))
EVERYTHING = f"""<doc title="Agreement" subtitle="Renewal" number="AG-1" date="1 May 2027" confidential="Secret">
<toc/>
<h1 id="background">Background</h1>
<p>See <xref to="deep"/>, <xref to="sdeep"/>, <xref to="second"/>, “<xref to="fees" show="title"/>” on page
<xref to="fees" show="page"/>, <xref to="prices"/> and <xref to="day"/>.</p>
<p class="address">Hollis<br/>1 Fetter Lane</p>
<clause id="fees" title="Fees">
  <clause id="payment">Pay within 30 days:
    <clause id="first">in money;</clause>
    <clause id="deep">in kind:<clause id="i">corn:
      <clause id="upper">wheat:<clause id="roman">soft;</clause></clause></clause></clause>
  </clause>
  <clause id="late" title="Late payment"><p>Interest runs.</p>
    <clause id="rate" title="Rate"><p>Eight per cent.</p></clause></clause>
  <clause id="figures"><table id="prices" cols="10 60 30e"><caption>Prices</caption>
    <thead><tr><th>No.</th><th>Work</th><th>Price</th></tr></thead>
    <tr><td rowspan="2">1</td><td>Design</td><td>GBP 1.00</td></tr><tr><td>Build</td><td>GBP 2.00</td></tr>
    <tr class="total"><td colspan="2">Total</td><td>GBP 3.00</td></tr></table></clause>
  <clause id="many">Many:{LETTERS}</clause>
  <clause id="counted" title="Counted"><clause id="holder">All:{ROMAN}</clause></clause>
  <clause id="terms">Terms:
    <definitions><definition term="Business Day" id="day">means a working day.</definition></definitions></clause>
</clause>
<clause id="rest" title="The rest">
  <p>Lists, <strong>strong</strong> <em>em</em> <u>under</u> <s>struck</s> x<sup>2</sup> H<sub>2</sub>O
  <term>Term</term>:</p>
  <ul><li>one<ul><li>inner</li></ul></li><li>two<p>more of two</p></li></ul>
  <ol><li>one</li><li>two</li></ol><p>Again:</p><ol><li>one</li><li>two</li></ol>
  <note tone="amber"><p>Mind this.</p><ul><li>and that</li></ul></note><blockquote>Quoted.</blockquote>
  <dl><dt>Reference</dt><dd>AG-1</dd></dl>
  <img src="lever" alt="A “lever”" width="50" caption="The lever"/>
  <p><badge tone="green">fine</badge> <badge tone="red">late</badge> <blank>the price</blank> <blank/>
  <a href="https://example.org/a?b=c&amp;d">site</a></p>
  <p><field name="full-name" label="Name"/> <field name="day" kind="date" label="Day"/>
  <field name="how" kind="choice" label="How" options="well|badly|well"/>
  <field name="agree" kind="tick" label="Agreed"/></p>
</clause>
<parties><party><p>Hollis &amp; Byrne</p><p>of London</p></party><party>Acme</party></parties>
<signatures><p>Signed by both.</p><signature party="Provider" name="Jane Doe" title="Director"/>
<signature party="Client" heading="For the client" name="" title=""/>
<signature party="Guarantor" name="" title=""/></signatures>
<schedule id="first-schedule" title="Prices"><p>As agreed.</p><clause id="sone" title="Titled"><p>Words.</p></clause>
  <clause id="stwo"><table><tr><td>Only a table</td></tr></table><clause id="sdeep">deep</clause></clause></schedule>
<schedule id="second" title="Dates"><clause id="again">From one again, see <xref to="sdeep"/>.</clause></schedule>
</doc>"""


def tree(markup: str, **changes: Any) -> Document:
    """Return the numbered tree of a markup; words without a root become a document."""
    whole = markup if markup.startswith("<doc") else f'<doc title="Agreement">{markup}</doc>'
    return replace(number(parse(whole, pictures={"lever": Picture(LEVER, 400, 100)})), **changes)


def written(markup: str, **changes: Any) -> bytes:
    """Return a markup as a Word file."""
    return write_docx(tree(markup, **changes), THEME)


def part(file: bytes, name: str = BODY) -> Any:
    """Return the root of a part of a Word file."""
    with zipfile.ZipFile(BytesIO(file)) as package:
        return etree.fromstring(package.read(name))


def names(file: bytes) -> list[str]:
    """Return the parts of a Word file."""
    with zipfile.ZipFile(BytesIO(file)) as package:
        return package.namelist()


def words(element: Any) -> str:
    """Return the words of an element, tabs and line ends as spaces."""
    signs = {f"{W}tab": " ", f"{W}br": " "}
    inside = (found for run in element.iter(f"{W}r") for found in run)
    return "".join(found.text if found.tag == f"{W}t" else signs.get(found.tag, "") for found in inside)


def paragraphs(file: bytes, style: str = "") -> list[Any]:
    """Return the paragraphs of a Word file's body, or those of one style."""
    every = part(file).iter(f"{W}p")
    return [paragraph for paragraph in every if not style or style_of(paragraph) == style]


def style_of(paragraph: Any) -> str:
    """Return the style of a paragraph."""
    return str(paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val"))


def keeps(paragraph: Any) -> bool:
    """Say whether a paragraph itself asks to stay with the next one."""
    return paragraph.find(f"{W}pPr/{W}keepNext") is not None


def style(file: bytes, name: str) -> Any:
    """Return a style of a Word file."""
    (found,) = part(file, "word/styles.xml").xpath(f'//*[local-name()="style"][@*[local-name()="styleId"]="{name}"]')
    return found


def value(element: Any, path: str) -> str | None:
    """Return the value of a property below an element."""
    found = element.find("/".join(f"{W}{step}" for step in path.split("/")))
    return None if found is None else found.get(f"{W}val")


def instructions(element: Any) -> list[str]:
    """Return the instructions of the fields in an element."""
    return [(found.text or "").strip() for found in element.iter(f"{W}instrText")]


def tokens(text: str) -> list[str]:
    """Return the words of a text without the signs each format draws in its own way."""
    return re.sub("[●▲■○◦•–☐\u200e\u200f]", " ", text).split()


# What validators and offices say


def test_every_kind_of_node_keeps_the_schema(open_xml: OpenXmlValidator) -> None:
    for changes in ({}, {"draft": True, "cover": True, "author": "Hollis"}, {"language": "ar", "draft": True}):
        report = open_xml.validate(written(EVERYTHING, **changes))
        assert report.valid, str(report)


def test_no_name_is_used_and_not_defined() -> None:
    assert find_faults(written(EVERYTHING, draft=True, cover=True)) == ()


def test_libreoffice_reads_the_words_and_counts_the_numbers_of_the_tree(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    document = tree(EVERYTHING)
    file = tmp_path / "all.docx"
    file.write_bytes(write_docx(document, THEME))
    read = tokens(libreoffice.text(file))
    assert read == tokens("\n".join(document_lines(document)))
    for mark in ("(xxviii)", "(aa)", "(zz)", "(ccc)", "(I)"):
        assert mark in read


def test_libreoffice_finds_the_numbers_of_references_by_itself(libreoffice: LibreOffice, tmp_path: Path) -> None:
    markup = EVERYTHING.replace("<toc/>", "")
    labels = [found.label for found in _references(tree(markup)) if found.label]
    taken = re.sub(rb'(> REF [^<]*<.*?"separate"/></w:r><w:r>.*?"preserve">)[^<]*', rb"\1?", _xml(written(markup)))
    assert taken.count(b">?<") >= len(labels)
    file = tmp_path / "taken.docx"
    file.write_bytes(_with_body(written(markup), taken))
    made = libreoffice.convert([file], "pdf", tmp_path)
    text = " ".join("\n".join(read_pages(made[file])).split())
    assert f"See {labels[0]}, {labels[1]}, {labels[2]}, “{labels[3]}” on page 1, {labels[4]} and {labels[5]}." in text
    assert labels[:3] == ["1.1(b)", "paragraph 2.1 of Schedule 1", "Schedule 2"]


def test_signatures_never_stand_alone_on_a_page(libreoffice: LibreOffice, tmp_path: Path) -> None:
    files = []
    for count in range(20, 36, 2):
        filler = "".join(f"<p>Filler {line}.</p>" for line in range(count))
        signed = '<signatures><p>Signed here.</p><signature party="A" name="Jane Doe" title=""/></signatures>'
        files.append(tmp_path / f"signed{count}.docx")
        files[-1].write_bytes(written(f"{filler}<p>The last words.</p>{signed}"))
    split = 0
    for made in libreoffice.convert(files, "pdf", tmp_path).values():
        pages = read_pages(made)
        (signed_page,) = (page for page in pages if "Jane Doe" in page)
        assert "Signed here." in signed_page
        assert "The last words." in signed_page
        split += len(pages) > 1
    assert 0 < split < len(files)


def test_no_blank_page_stands_between_a_signature_and_a_schedule(libreoffice: LibreOffice, tmp_path: Path) -> None:
    signed = '<signatures><signature party="A" name="" title=""/></signatures><schedule id="s" title="Prices"/>'
    file = tmp_path / "schedule.docx"
    file.write_bytes(written(signed))
    made = libreoffice.convert([file], "pdf", tmp_path)
    assert len(read_pages(made[file])) == 2
    (table,) = part(written(signed)).iter(f"{W}tbl")
    assert style_of(table.getnext()) == "ScheduleHeading"


def test_a_cover_is_a_page_of_its_own_without_a_number(libreoffice: LibreOffice, tmp_path: Path) -> None:
    file = tmp_path / "cover.docx"
    file.write_bytes(
        written(
            '<doc title="Agreement" number="AG-1" date="1 May 2027" cover="true"><parties><party>Acme</party></parties>'
            "<p>Inside.</p></doc>"
        )
    )
    cover, inside = read_pages(libreoffice.convert([file], "pdf", tmp_path)[file])
    assert cover.split()[-7:] == ["Agreement", "AG-1", "1", "May", "2027", "(1)", "Acme"]
    assert "Inside." in inside
    assert "Page 2 of 2" in inside


# Numbers, lists and references


def test_titled_clauses_are_headings_and_untitled_ones_paragraphs_of_the_same_list() -> None:
    file = written('<clause id="a" title="A"><clause id="b">Words.</clause></clause>')
    (heading,), (clause,) = paragraphs(file, "Heading1"), paragraphs(file, "Clause2")
    assert heading.find(f"{W}pPr/{W}numPr") is None
    assert value(style(file, "Heading1"), "pPr/numPr/numId") == value(clause, "pPr/numPr/numId") == "1"
    assert value(clause, "pPr/numPr/ilvl") == "1"
    levels = part(file, "word/numbering.xml").iterfind(f"{W}abstractNum[1]/{W}lvl/{W}pStyle")
    assert [level.get(f"{W}val") for level in levels] == [f"Heading{depth}" for depth in range(1, 7)]


def test_the_first_two_depths_of_clauses_share_one_edge() -> None:
    levels = part(written("<p>x</p>"), "word/numbering.xml").iterfind(f"{W}abstractNum[1]/{W}lvl/{W}pPr/{W}ind")
    places = [(int(level.get(f"{W}left")), int(level.get(f"{W}hanging"))) for level in levels]
    step = round(THEME.indent * 20)
    assert places[:4] == [(step, step), (step, step), (2 * step, step), (3 * step, step)]


def test_a_clause_that_opens_with_a_table_still_has_its_number() -> None:
    (clause,) = paragraphs(written('<clause id="a"><table><tr><td>x</td></tr></table></clause>'), "Clause1")
    assert words(clause) == ""
    assert value(clause, "pPr/numPr/numId") == "1"
    assert keeps(clause)


def test_each_list_counts_from_one() -> None:
    file = written("<ol><li>a</li><li>b</li></ol><p>x</p><ol><li>c</li></ol>")
    numbers = [value(entry, "pPr/numPr/numId") for entry in paragraphs(file, "ListNumber")]
    assert numbers[0] == numbers[1] != numbers[2]
    for found in part(file, "word/numbering.xml").iterfind(f"{W}num"):
        if found.get(f"{W}numId") in numbers:
            assert value(found, "lvlOverride/startOverride") == "1"


def test_only_targets_carry_a_bookmark() -> None:
    file = written('<clause id="a">See <xref to="c"/>.</clause><clause id="b">x</clause><clause id="c">y</clause>')
    assert [mark.get(f"{W}name") for mark in part(file).iter(f"{W}bookmarkStart")] == ["_Ref_c"]


def test_long_and_like_ids_get_bookmarks_of_their_own() -> None:
    ids = [f"{'very-' * 12}long-{count}" for count in range(3)]
    clauses = "".join(f'<clause id="{name}">See <xref to="{name}"/>.</clause>' for name in ids)
    marks = [mark.get(f"{W}name") for mark in part(written(clauses)).iter(f"{W}bookmarkStart")]
    assert len({mark.lower() for mark in marks}) == len(ids)
    assert all(re.fullmatch(r"_Ref_\w{1,35}", mark) for mark in marks)


def test_a_reference_shows_the_label_and_asks_word_for_it() -> None:
    file = written(
        '<clause id="a" title="A"><clause id="b">x<clause id="c">See <xref to="c"/>.</clause></clause></clause>'
    )
    (clause,) = paragraphs(file, "Clause3")
    assert words(clause) == "See 1.1(a)."
    assert instructions(clause) == [r"REF _Ref_c \w \h"]


def test_a_paragraph_of_a_schedule_is_spelled_out_step_by_step() -> None:
    markup = (
        '<schedule id="s" title="S"><clause id="p">x<clause id="q">y<clause id="z">z</clause></clause></clause>'
        "</schedule>"
        '<p>See <xref to="z"/>.</p>'
    )
    (see,) = paragraphs(written(markup), "BodyText")
    assert words(see) == "See paragraph 1.1(a) of Schedule 1."
    assert instructions(see) == [r"REF _Ref_q \n \h", r"REF _Ref_z \n \h", r"REF _Ref_s \n \h"]


def test_a_language_that_names_the_schedule_first_is_followed() -> None:
    labels = Labels(schedule="Anlage", paragraph_of="{schedule} Ziffer {number}")
    markup = '<p>Siehe <xref to="p"/>.</p><schedule id="s" title="S"><clause id="p">x</clause></schedule>'
    file = write_docx(number(parse(f'<doc title="T">{markup}</doc>', labels=labels, language="de")), THEME)
    (see,) = paragraphs(file, "BodyText")
    assert words(see) == "Siehe Anlage 1 Ziffer 1."
    assert instructions(see) == [r"REF _Ref_s \n \h", r"REF _Ref_p \n \h"]
    assert 'w:lvlText w:val="Anlage %1"' in _text(file, "word/numbering.xml")


# Contents


def test_the_contents_list_is_filled_in_and_asks_nothing() -> None:
    markup = '<toc/><clause id="a" title="Fees"><p>x</p></clause><schedule id="s" title="Prices"/>'
    file = written(markup)
    assert [words(line) for line in paragraphs(file, "TOC1")] == ["1. Fees ", "Schedule 1 Prices "]
    assert instructions(part(file))[0] == r'TOC \o "1-1" \h \z \u'
    assert "dirty" not in _text(file, BODY)
    assert "updateFields" not in _text(file, "word/settings.xml")


def test_known_pages_are_shown_behind_dots_and_unknown_ones_leave_none() -> None:
    document = tree('<toc/><clause id="a" title="Fees"><p>x</p></clause>')
    (known,) = paragraphs(write_docx(document, THEME, pages={"a": 7}), "TOC1")
    (unknown,) = paragraphs(write_docx(document, THEME), "TOC1")
    assert words(known) == "1. Fees 7"
    assert known.find(f"{W}pPr/{W}tabs") is None
    assert words(unknown) == "1. Fees "
    assert unknown.find(f"{W}pPr/{W}tabs/{W}tab").get(f"{W}leader") is None


def test_headings_without_a_number_stay_out_of_the_contents_list() -> None:
    with_list, without = written("<toc/><h1>Background</h1>"), written("<h1>Background</h1>")
    assert value(style(with_list, "PlainHeading1"), "pPr/outlineLvl") == "1"
    assert value(style(without, "PlainHeading1"), "pPr/outlineLvl") == "0"


# Tables


def test_a_table_repeats_its_head_and_does_not_break_its_rows() -> None:
    head, row, _ = part(written(_PRICES)).iter(f"{W}tr")
    assert head.find(f"{W}trPr/{W}tblHeader") is not None
    assert row.find(f"{W}trPr/{W}tblHeader") is None
    assert all(found.find(f"{W}trPr/{W}cantSplit") is not None for found in (head, row))


def test_a_total_stays_with_the_row_before_it() -> None:
    _, row, total = part(written(_PRICES)).iter(f"{W}tr")
    assert all(keeps(paragraph) for paragraph in row.iter(f"{W}p"))
    assert not any(keeps(paragraph) for paragraph in total.iter(f"{W}p"))
    assert {style_of(paragraph) for paragraph in total.iter(f"{W}p")} == {"TableTotal"}


def _counted(count: int, words: str = "Work") -> str:
    rows = "".join(f"<tr><td>{words}</td><td>{number}</td></tr>" for number in range(count))
    return f"<table><thead><tr><th>What</th><th>No.</th></tr></thead>{rows}</table>"


def _labelled(count: int, words: str = "Work") -> str:
    return f"<dl>{f'<dt>What</dt><dd>{words}</dd>' * count}</dl>"


@pytest.mark.parametrize(
    ("table", "held"),
    [
        (_counted(3), [True, True, True, False]),
        (_counted(7), [True, True, False, False, False, False, True, False]),
        (_counted(4, "A longer story. " * 20), [True, True, False, True, False]),
        (_labelled(4), [True, True, True, False]),
        (_labelled(7), [True, False, False, False, False, True, False]),
        (_labelled(5, "A longer story. " * 20), [True, False, False, True, False]),
    ],
)
def test_a_small_table_stays_whole_and_no_row_of_a_long_one_stands_alone(table: str, held: list[bool]) -> None:
    rows = part(written(table)).iter(f"{W}tr")
    assert [all(keeps(paragraph) for paragraph in row.iter(f"{W}p")) for row in rows] == held


def test_what_introduces_a_table_stays_with_it() -> None:
    lead, caption = paragraphs(written(_PRICES))[1:3]
    assert words(lead) == "The prices:"
    assert keeps(lead)
    assert words(caption) == "Prices"
    assert style_of(caption) == "Caption"


def test_columns_are_as_wide_as_they_were_told() -> None:
    widths = [int(found.get(f"{W}w")) for found in part(written(_PRICES)).iter(f"{W}gridCol")]
    assert [round(100 * width / sum(widths)) for width in widths] == [10, 60, 30]
    assert sum(widths) == pytest.approx(20 * (210 - 47) * 72 / 25.4, abs=3)


def test_cells_of_a_column_stand_as_the_column_says() -> None:
    cells = [words(found) for found in paragraphs(written(_PRICES)) if value(found, "pPr/jc") == "right"]
    assert cells == ["Price", "GBP 1.00", "GBP 3.00"]


def test_columns_without_a_share_divide_the_rest_by_their_words() -> None:
    short, long, told = column_widths((Column(), Column(), Column(20)), (_row("ab", "x" * 30, "y"),), 400, 10)
    assert told == pytest.approx(80)
    assert short < long
    assert short + long + told == pytest.approx(400)


def test_a_figure_stays_on_one_line_at_the_expense_of_words() -> None:
    columns = (Column(90), Column(10, Align.END))
    first, second = column_widths(columns, (_row("many words that may break anywhere", "GBP 107,800.00"),), 400, 10)
    assert second == pytest.approx(13.1 * 5 + 10), "marks and spaces are narrower than letters"
    assert first + second == pytest.approx(400)


def test_four_amounts_of_ten_digits_stay_whole_beside_a_long_name() -> None:
    amount = "CHF\u00a05.763.031.440,50"
    columns = (Column(32), *[Column(17, Align.END)] * 4)
    widths = column_widths(columns, (_row("Verfahren zur Abnahme", *[amount] * 4),), 462, 9.5)
    assert all(width >= 9.1 * 9.5 + 10 for width in widths[1:])
    assert sum(widths) == pytest.approx(462)


def test_what_no_break_spaces_hold_together_stays_on_one_line() -> None:
    held, parted = (
        column_widths((Column(70), Column(30)), (_row("x" * 60, date),), 100, 10)
        for date in ("11\u00a0Sept\u00a02026", "11 Sept 2026")
    )
    assert held[1] > parted[1]


def test_cells_across_rows_and_columns_are_merged() -> None:
    markup = (
        '<table cols="50 50"><tr><td rowspan="2">a</td><td>b</td></tr><tr><td>c</td></tr>'
        '<tr><td colspan="2">d</td></tr><tr><td>short</td></tr></table>'
    )
    rows = [list(row.iter(f"{W}tc")) for row in part(written(markup)).iter(f"{W}tr")]
    assert [len(row) for row in rows] == [2, 2, 1, 2]
    assert value(rows[0][0], "tcPr/vMerge") == "restart"
    assert rows[1][0].find(f"{W}tcPr/{W}vMerge") is not None
    assert value(rows[2][0], "tcPr/gridSpan") == "2"


def test_two_tables_do_not_become_one() -> None:
    tables = list(part(written("<table><tr><td>a</td></tr></table><dl><dt>b</dt><dd>c</dd></dl>")).iter(f"{W}tbl"))
    assert [found.getnext().tag for found in tables] == [f"{W}p", f"{W}p"]


def test_a_picture_holds_on_to_its_caption_and_to_nothing_else() -> None:
    def held(caption: str) -> list[bool]:
        file = written(f'<img src="lever" alt="A lever"{caption}/><p>More.</p>')
        assert style(file, "Figure").find(f"{W}pPr/{W}keepNext") is None
        return [keeps(found) for name in ("Figure", "FigureCaption") for found in paragraphs(file, name)]

    assert held("") == [False]
    assert held(' caption="The lever"') == [True, False]


# Signatures


def test_a_signature_block_holds_together_with_what_leads_to_it() -> None:
    file = written('<p>Last words.</p><signatures><p>Signed.</p><signature party="A" name="" title=""/></signatures>')
    last, lead = paragraphs(file)[1:3]
    assert keeps(last)
    assert keeps(lead)
    (row,) = part(file).iter(f"{W}tr")
    assert row.find(f"{W}trPr/{W}cantSplit") is not None
    held = {
        found for name in ("Signature", "SignatureHeading") for found in [style(file, name).find(f"{W}pPr/{W}keepNext")]
    }
    assert None not in held


def test_the_last_clause_stays_with_the_signatures_below_it() -> None:
    signed = '<signatures><signature party="A" name="" title=""/></signatures>'
    file = written(
        f'<clause id="a" title="Law"><clause id="b">One.</clause><clause id="c">Two.</clause></clause>{signed}'
    )
    one, two = paragraphs(file, "Clause2")
    assert not keeps(one)
    assert keeps(two)


def test_text_tags_stand_at_the_lines_they_are_for() -> None:
    tags = (("signature", "{{s1}}"), ("date", "{{d1}}"))
    block = Signatures((), (Signature("A", "", "", "Director", tags),))
    file = write_docx(Document("T", "en", (block,)), THEME)
    lines = [words(found) for found in (*paragraphs(file, "SignatureSpace"), *paragraphs(file, "Signature"))]
    assert lines == ["Signature {{s1}}", "Name ", "Title Director", "Date {{d1}}"]


def test_each_line_to_sign_on_has_a_rule_of_its_own() -> None:
    file = written('<signatures><signature party="A" name="" title=""/></signatures>')
    ends = [
        found.find(f"{W}pPr/{W}ind").get(f"{W}right")
        for found in (*paragraphs(file, "SignatureSpace"), *paragraphs(file, "Signature"))
    ]
    assert all(first != second for first, second in pairwise(ends))


def test_the_heading_of_a_lone_place_to_sign_has_the_width_of_the_page_and_its_lines_have_not() -> None:
    def room(places: str) -> tuple[int, int]:
        file = written(f"<signatures>{places}</signatures>")
        cell = next(part(file).iter(f"{W}tc"))
        line = paragraphs(file, "SignatureSpace")[0].find(f"{W}pPr/{W}ind")
        width = int(cell.find(f"{W}tcPr/{W}tcW").get(f"{W}w"))
        return width, width - int(line.get(f"{W}right"))

    one = '<signature party="A" name="" title=""/>'
    (alone, line), (beside, same) = room(one), room(one * 2)
    assert alone > 2 * beside
    assert line == same == beside


# Words


def test_a_status_reads_without_its_colour() -> None:
    (line,) = paragraphs(
        written('<p><badge tone="green">a</badge><badge tone="amber">b</badge><badge tone="red">c</badge></p>'),
        "BodyText",
    )
    assert words(line).replace("\u00a0", " ") == "● a▲ b■ c"
    assert [value(found, "rPr/rStyle") for found in line.iter(f"{W}r")] == ["BadgeGreen", "BadgeAmber", "BadgeRed"]


def test_a_missing_fact_is_a_marked_blank() -> None:
    line = paragraphs(written("<p><blank>the price</blank> <blank/></p>"), "BodyText")[0]
    assert words(line) == "[the price] ____________"
    assert value(next(line.iter(f"{W}r")), "rPr/rStyle") == "Blank"


@pytest.mark.parametrize("address", ["https://example.org/a?b=c&d", "mailto:a@example.org"])
def test_an_address_can_be_followed(address: str) -> None:
    file = written(f'<p><a href="{address.replace("&", "&amp;")}">words</a></p>')
    (link,) = part(file).iter(f"{W}hyperlink")
    assert words(link) == "words"
    targets = {found.get("Id"): found.get("Target") for found in part(file, "word/_rels/document.xml.rels")}
    assert targets["rLink1"] == address


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "https://[::", 'https://a b/%zz"', "mailto:x"]
)
def test_an_address_word_should_not_follow_is_only_words(address: str) -> None:
    file = write_docx(Document("T", "en", (Paragraph((Link(address, (Text("words"),)),)),)), THEME)
    assert not list(part(file).iter(f"{W}hyperlink"))
    assert words(paragraphs(file, "BodyText")[0]) == "words"


def test_form_fields_are_word_controls() -> None:
    file = written(
        '<p><field name="a" label="A"/><field name="b" kind="date" label="B"/>'
        '<field name="c" kind="choice" label="C" options="yes|no|yes"/><field name="d" kind="tick" label="D"/></p>'
    )
    controls = list(part(file).iter(f"{W}sdtPr"))
    assert [etree.QName(control[-1]).localname for control in controls] == ["text", "date", "dropDownList", "checkbox"]
    assert [value(control, "tag") for control in controls] == ["a", "b", "c", "d"]
    assert [found.get(f"{W}value") for found in controls[2].iter(f"{W}listItem")] == ["yes", "no"]
    assert tokens(words(paragraphs(file, "BodyText")[0])) == ["A", "B", "C", "yes", "no", "yes", "D"]


def test_a_picture_has_pixels_a_place_and_words_for_those_who_do_not_see_it() -> None:
    file = written('<img src="lever" alt="A &quot;lever&quot;" width="50"/>')
    (inline,) = part(file).xpath('//*[local-name()="inline"]')
    width, height = (int(inline.xpath('./*[local-name()="extent"]')[0].get(side)) for side in ("cx", "cy"))
    assert width == pytest.approx(163 * 36000 / 2, rel=0.001)
    assert width / height == pytest.approx(4, rel=0.001)
    assert inline.xpath('./*[local-name()="docPr"]')[0].get("descr") == 'A "lever"'
    with zipfile.ZipFile(BytesIO(file)) as package:
        assert package.read("word/media/image1.png").startswith(b"\x89PNG")


def test_a_house_logo_stands_in_the_header() -> None:
    file = write_docx(tree("<p>x</p>"), replace(THEME, logo=LEVER))
    (extent,) = part(file, "word/header.xml").xpath('//*[local-name()="extent"]')
    assert int(extent.get("cy")) == pytest.approx(9 * 36000, rel=0.001)
    assert "word/media/logo.png" in names(file)


# The page around the words


def test_a_draft_says_so_on_each_page_in_words_and_behind_them() -> None:
    draft, final = (written("<p>x</p>", draft=state) for state in (True, False))
    header = part(draft, "word/header.xml")
    assert "DRAFT" in words(header)
    assert header.xpath('//*[local-name()="textpath"]/@string') == ["DRAFT"]
    assert "DRAFT" not in _text(final, "word/header.xml")
    assert len(list(part(draft).iter(f"{W}headerReference"))) == 1


def test_the_footer_says_what_it_is_and_which_page_in_the_order_of_the_language() -> None:
    labels = Labels(page="{pages} Seiten, dies ist {page}")
    footer = part(written("<p>x</p>", number="AG-1", labels=labels), "word/footer.xml")
    assert words(footer) == "AG-1 · Agreement 1 Seiten, dies ist 1"
    assert instructions(footer) == ["NUMPAGES", "PAGE"]


# Direction of writing


def test_a_name_from_right_to_left_does_not_disturb_what_stands_beside_it() -> None:
    (line,) = paragraphs(written("<p>Pay \ue002شركة النور (ش.م)\ue003 2027.</p>"), "BodyText")
    assert words(line) == "Pay \u200fشركة النور (ش.م)\u200f\u200e 2027."
    turned = [words(found) for found in line.iter(f"{W}r") if found.find(f"{W}rPr/{W}rtl") is not None]
    assert "".join(turned) == "\u200fشركة النور (ش.م)\u200f"


def test_a_document_from_right_to_left_is_so_throughout() -> None:
    file = written("<p>نص Acme Ltd. 2027 آخر</p><table><tr><td>x</td></tr></table>", language="ar")
    assert style(file, "Normal").find(f"{W}pPr/{W}bidi") is not None
    assert part(file).find(f".//{W}bidiVisual") is not None
    assert part(file).find(f".//{W}sectPr/{W}bidi") is not None
    line = paragraphs(file, "BodyText")[0]
    runs = [(words(found), found.find(f"{W}rPr/{W}rtl") is not None) for found in line.iter(f"{W}r")]
    assert runs == [("نص ", True), ("Acme Ltd. 2027", False), (" آخر", True)]


def test_words_carry_their_language_for_the_spelling_checker() -> None:
    lang = part(written("<p>x</p>", language="de"), "word/styles.xml").find(f".//{W}lang")
    assert lang.get(f"{W}val") == "de-DE"


# Hostile words


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip))
@example("\u0590")
@example("\u05d0 x")
def test_no_value_changes_the_structure(text: str) -> None:
    clean = "".join(char for char in text if char not in "\ufffe\uffff")
    document = Document(text, "en", (Paragraph((Text(text),)), Clause("c", (Text(text),), (), number="1.")))
    file = write_docx(replace(document, number=text, author=text, subtitle=text), THEME)
    found = paragraphs(file)
    assert [style_of(paragraph) for paragraph in found] == ["Title", "Subtitle", "BodyText", "Heading1"]
    if clean == text:
        # Marks of direction keep a value from right to left apart from what stands beside it.
        assert {without_marks(words(paragraph)) for paragraph in found} == {without_marks(text)}


def without_marks(text: str) -> str:
    return text.replace("\u200e", "").replace("\u200f", "")


@pytest.mark.parametrize(
    "text", ["</w:t></w:r></w:p>", "]]><!--", '" onload="', "&amp;&#x41;", "{{ x }}", "%1 %2", "../../x"]
)
def test_markup_in_a_value_is_only_words(text: str) -> None:
    labels = Labels(schedule=text, draft=text, contents=text)
    document = Document(text, "en", (Schedule("s", (Text(text),), ()),), draft=True, confidential=text, labels=labels)
    file = write_docx(replace(document, kind=text, language=text), replace(THEME, firm=text, text=Face(text, text)))
    assert words(paragraphs(file, "ScheduleHeading")[0]) == text
    assert words(part(file, "word/header.xml")).startswith(text)
    for name in names(file):
        if name.endswith((".xml", ".rels")):
            part(file, name)


def test_what_xml_has_no_character_for_leaves_a_mark() -> None:
    document = Document("T", "en", (Paragraph((Text("a\uffffb\x00c"),)),))
    assert words(paragraphs(write_docx(document, THEME), "BodyText")[0]) == "a\ufffdb\ufffdc"


# Looks


def test_the_theme_decides_fonts_sizes_and_colours() -> None:
    theme = Theme(
        text=Face("Garamond", "EB Garamond"),
        size=12,
        headings=(15, 13, 12),
        palette=Palette(accent="#112233", text="#445566"),
    )
    file = write_docx(tree(EVERYTHING), theme)
    normal, heading = style(file, "Normal"), style(file, "Heading1")
    assert normal.find(f"{W}rPr/{W}rFonts").get(f"{W}ascii") == "Garamond"
    assert (value(normal, "rPr/sz"), value(normal, "rPr/color")) == ("24", "445566")
    assert (value(heading, "rPr/sz"), value(heading, "rPr/color")) == ("30", "112233")
    assert "1F3A5F" not in _text(file, BODY) + _text(file, "word/styles.xml")


def test_every_style_that_is_used_can_be_changed_by_name() -> None:
    file = written(EVERYTHING, cover=True)
    for paragraph in paragraphs(file):
        assert style(file, style_of(paragraph)).find(f"{W}name") is not None


# The file


def test_the_same_tree_gives_the_same_bytes_in_every_process() -> None:
    script = (
        "import hashlib, sys; sys.path.insert(0, sys.argv[1])\n"
        "from tests.writers.test_docx import EVERYTHING, written\n"
        "print(hashlib.sha256(written(EVERYTHING, draft=True)).hexdigest())"
    )
    hashes = set()
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        command = [sys.executable, "-c", script, str(Path(__file__).parents[2])]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        hashes.add(run.stdout)
    assert len(hashes) == 1


def test_the_properties_are_those_of_the_document_and_never_the_clocks() -> None:
    document = tree('<doc title="A &amp; B" number="AG-1"><p>x</p></doc>', author="Hollis", kind="contract")
    opened = docx.Document(BytesIO(write_docx(document, THEME, dt.date(2026, 11, 21))))
    properties = opened.core_properties
    assert (properties.title, properties.author, properties.identifier) == ("A & B", "Hollis", "AG-1")
    assert properties.created == properties.modified == dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    assert "created" not in _text(write_docx(document, THEME), "docProps/core.xml")


def test_python_docx_reads_the_file_back() -> None:
    opened = docx.Document(BytesIO(written(EVERYTHING)))
    assert [found.text for found in opened.paragraphs if found.style and found.style.name == "Heading 1"] == [
        "Fees",
        "The rest",
    ]
    assert len(opened.tables) == 5


_PRICES = """<p>The prices:</p><table cols="10 60 30e"><caption>Prices</caption>
<thead><tr><th>No.</th><th>Work</th><th>Price</th></tr></thead><tr><td>1</td><td>Design</td><td>GBP 1.00</td></tr>
<tr class="total"><td colspan="2">Total</td><td>GBP 3.00</td></tr></table>"""


def _row(*cells: str) -> Row:
    return Row(tuple(Cell((Paragraph((Text(cell),)),)) for cell in cells))


def _references(document: Document) -> Iterator[Any]:
    for block in walk(document.blocks):
        if isinstance(block, Paragraph):
            yield from (inline for inline in block.children if isinstance(inline, Reference))


def _text(file: bytes, name: str) -> str:
    with zipfile.ZipFile(BytesIO(file)) as package:
        return package.read(name).decode()


def _xml(file: bytes) -> bytes:
    return _text(file, BODY).encode()


def _with_body(file: bytes, body: bytes) -> bytes:
    """Return a Word file with another body."""
    octets = BytesIO()
    with zipfile.ZipFile(BytesIO(file)) as old, zipfile.ZipFile(octets, "w") as new:
        for name in old.namelist():
            new.writestr(name, body if name == BODY else old.read(name))
    return octets.getvalue()
