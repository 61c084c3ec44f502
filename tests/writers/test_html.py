"""A tree becomes one page of HTML that says its words and numbers, keeps its structure and asks for nothing."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from docgen.doctree.nodes import Bidi, Document, Labels, Paragraph, Picture, Text
from docgen.doctree.number import number
from docgen.doctree.parse import ISOLATE, ISOLATE_END, parse
from docgen.doctree.text import document_lines
from docgen.writers.html import html_page, write_html
from docgen.writers.stylesheet import stylesheet
from docgen.writers.theme import Theme

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
THEME = Theme(firm="Hollis & Byrne")
EVERYTHING = """<toc/>
<h1 id="background">Background</h1><h2>More</h2>
<p>See <xref to="deep"/> and <xref to="prices"/> on page <xref to="prices" show="page"/>.</p>
<clause id="fees" title="Fees"><clause id="payment">Pay:<clause id="deep">now</clause></clause></clause>
<definitions><definition term="Day" id="day">is any.</definition></definitions>
<ul><li>one</li></ul><ol><li>two</li></ol>
<dl><dt>To</dt><dd>Ada</dd></dl>
<table id="rates" cols="60 40e"><caption>Rates</caption><thead><tr><th>Work</th><th>GBP</th></tr></thead>
<tr><th>A</th><td>1</td></tr><tr class="total"><td rowspan="1">Total</td><td>1</td></tr></table>
<blockquote>Their words</blockquote><note tone="amber">Look out</note>
<img src="logo" alt="Our mark" width="40" caption="The mark"/>
<parties><party>Ada</party></parties>
<p><badge tone="red">Late</badge> <blank>the day</blank> <blank/> <field name="agree" kind="tick" label="Agreed"/>
<field name="pick" kind="choice" options="a|b"/> <field name="on" kind="date"/> <a href="https://a.example">us</a></p>
<pagebreak/>
<signatures><p>Agreed.</p><signature party="Ada Ltd" name="Ada"/></signatures>
<schedule id="prices" title="Prices"><clause id="list" title="List">x</clause></schedule>"""


def document(body: str, attributes: str = "", language: str = "en") -> Document:
    tree = parse(
        f'<doc title="T"{attributes}>{body}</doc>', language=language, pictures={"logo": Picture(SQUARE, 9, 9)}
    )
    return number(tree)


def page(body: str, attributes: str = "", language: str = "en", theme: Theme = THEME) -> Any:
    return html.fromstring(write_html(document(body, attributes, language), theme))


def one(root: Any, path: str) -> Any:
    (found,) = root.xpath(path)
    return found


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


# Structure


def test_every_word_of_the_tree_is_on_the_page() -> None:
    tree = document(EVERYTHING)
    printed = words(one(html.fromstring(write_html(tree, THEME)), "//body"))
    for line in document_lines(tree):
        for part in line.replace("\t", " ").replace("• ", "").split():
            assert part in printed or part == "1."  # a list counts by itself


def test_each_block_is_what_a_reader_of_structure_expects() -> None:
    root = page(EVERYTHING)
    assert root.get("lang") == "en"
    assert words(one(root, "//title")) == "T"
    assert words(one(root, "//header/h1")) == "T"
    assert one(root, "//li[starts-with(normalize-space(), 'one')]/..").tag == "ul"
    assert one(root, "//li[starts-with(normalize-space(), 'two')]/..").tag == "ol"
    assert words(one(root, "//blockquote")) == "Their words"
    assert words(one(root, "//aside[@class='note amber']")) == "Look out"
    assert words(one(root, "//figcaption")) == "The mark"
    assert words(one(root, "//nav/ul/li[1]")) == "1. Fees"
    assert words(one(root, "//p[@class='definition']/strong")) == "Day"
    assert words(one(root, "//div[@class='party']")) == "(1)Ada"
    assert one(root, "//table[@class='details']//th").get("scope") == "row"


def test_a_number_is_parted_from_the_words_behind_it() -> None:
    root = page('<toc/><clause id="a" title="Fees"><clause id="b">Pay.</clause></clause>')
    assert words(one(root, "//nav//li")) == words(one(root, "//h2")) == "1. Fees"
    assert words(one(root, "//p[@class='numbered']")) == "1.1 Pay."


def test_headings_begin_at_one_and_never_skip_a_level() -> None:
    levels = [int(heading.tag[1]) for heading in page(EVERYTHING).xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_deep_title_after_a_shallow_one_takes_the_next_level() -> None:
    body = '<clause id="a"><clause id="b"><clause id="c" title="Deep">x</clause></clause></clause>'
    assert words(one(page(body), "//h2")) == "(a) Deep"


def test_numbers_stand_in_the_text_and_not_in_the_style() -> None:
    root = page(EVERYTHING)
    assert [words(mark) for mark in root.xpath("//section//span[@class='n']")] == ["1.", "1.1", "(a)", "1."]
    assert "counter-increment" not in stylesheet(THEME, document(EVERYTHING))


def test_a_table_says_which_cell_names_what() -> None:
    table = one(page(EVERYTHING), "//table[caption]")
    assert [cell.get("scope") for cell in table.xpath(".//th")] == ["col", "col", "row"]
    assert [cell.get("class") for cell in table.xpath(".//thead//th")] == [None, "end"]
    assert words(one(table, ".//tr[@class='total']")) == "Total1"
    assert [column.get("class") for column in table.xpath(".//col")] == ["w60", "w40"]
    assert not table.xpath(".//tfoot"), "a foot would be repeated on every page"


def test_every_reference_leads_to_an_anchor_that_is_there_once() -> None:
    root = page(EVERYTHING)
    targets = [link.get("href")[1:] for link in root.xpath("//a[starts-with(@href, '#')]")]
    anchors = [anchor.get("id") for anchor in root.xpath("//*[@id]")]
    assert set(targets) == set(anchors)
    assert len(anchors) == len(set(anchors))


def test_a_picture_has_its_words_and_is_carried_inside() -> None:
    picture = one(page(EVERYTHING), "//figure/img")
    assert (picture.get("alt"), picture.get("class")) == ("Our mark", "w40")
    assert base64.b64decode(picture.get("src").partition("base64,")[2]).decode() == SQUARE


def test_status_words_read_without_colour() -> None:
    for tone, sign in (("green", "●"), ("amber", "▲"), ("red", "■"), ("neutral", "○")):
        assert (
            words(one(page(f'<p><badge tone="{tone}">x</badge></p>'), "//span[starts-with(@class,'badge')]"))
            == f"{sign} x"
        )


def test_empty_places_show_what_is_missing_or_a_line() -> None:
    root = page("<p><blank>the day</blank><blank/></p>")
    assert words(one(root, "//span[@class='blank']")) == "[the day]"
    assert words(one(root, "//span[@class='line-blank']")) == "____________"


def test_form_fields_are_printed_and_not_filled_in() -> None:
    root = page(EVERYTHING)
    assert [words(field) for field in root.xpath("//span[@class='form-field']")] == ["☐ Agreed", "pick ☐ a ☐ b", "on"]
    assert not root.xpath("//input|//select|//form|//button")


def test_words_that_lead_into_a_list_or_table_keep_with_it() -> None:
    root = page(
        "<p>These:</p><ul><li>x</li></ul><p class='small'>Rates</p><table><tr><td>x</td></tr></table><p>end</p>"
    )
    assert [words(lead) for lead in root.xpath("//p[contains(@class, 'lead-in')]")] == ["These:", "Rates"]


def test_over_long_words_in_a_table_may_break() -> None:
    row = f"<tr><td>{'x' * 40}</td><td>{'y' * 30}</td><td>11\u00a0Sept\u00a02026</td></tr>"
    assert [cell.get("class") for cell in page(f"<table>{row}</table>").xpath("//td")] == ["crowded", None, None]
    assert not page("<table><tr><td>a</td><td>b</td></tr></table>").xpath("//*[contains(@class, 'crowded')]")


def test_over_long_words_beside_a_label_may_break() -> None:
    detail = "<dl><dt>What</dt><dd><p>{}</p></dd></dl>"
    assert one(page(detail.format("x" * 80)), "//table").get("class") == "details crowded"
    assert one(page(detail.format("x" * 40)), "//table").get("class") == "details"


def test_a_small_table_stays_whole_and_a_long_one_may_break() -> None:
    tables = [f"<table>{f'<tr><td>{words}</td></tr>' * count}</table>" for count, words in ((6, "a"), (7, "a"))]
    tables.append(f"<table><tr><td>{'A story. ' * 80}</td></tr></table>")
    assert [table.get("class") for table in page("".join(tables)).xpath("//table")] == ["whole", None, None]


# Front and running words


def test_the_cover_carries_number_date_and_parties() -> None:
    root = page("<parties><party>Ada</party></parties><p>x</p>", ' number="N-1" date="1 May" cover="true"')
    cover = one(root, "//header[@class='title cover']")
    assert [words(fact) for fact in cover.xpath("p[@class='cover-fact']")] == ["N-1", "1 May"]
    assert words(one(cover, "div[@class='parties']")) == "(1)Ada"
    assert not root.xpath("//body/div[@class='parties']")


def test_each_page_carries_firm_mark_name_and_page() -> None:
    root = page("<p>x</p>", ' number="N-1" confidential="Private"')
    assert words(one(root, "//div[@class='running-head']")) == "Hollis & Byrne"
    assert words(one(root, "//div[@class='running-mark']")) == "Private"
    assert words(one(root, "//div[@class='running-name']")) == "N-1 · T"
    assert words(one(root, "//div[@class='running-page']")) == "Page of"


def test_a_draft_says_so_in_its_language() -> None:
    draft = replace(document("<p>x</p>"), draft=True, labels=Labels(draft="ENTWURF"))
    root = html.fromstring(write_html(draft, THEME))
    assert words(one(root, "//span[@class='draft-word']")) == "ENTWURF"
    assert not page("<p>x</p>").xpath("//span[@class='draft-word']")


def test_the_watermark_stands_behind_a_draft_alone() -> None:
    draft = replace(document("<p>x</p>"), draft=True)
    marks = [base64.b64decode(mark) for mark in re.findall(r"svg\+xml;base64,([^)]+)\)", stylesheet(THEME, draft))]
    assert any(b">DRAFT<" in mark for mark in marks)
    assert "DRAFT" not in stylesheet(THEME, replace(draft, draft=False))
    assert not re.findall(r"svg\+xml;base64", stylesheet(THEME, replace(draft, draft=False)))


def test_the_firms_mark_takes_the_place_of_its_name() -> None:
    mark = one(page("<p>x</p>", theme=Theme(firm='A "B" & C', logo=SQUARE)), "//img[@class='logo']")
    assert mark.get("alt") == 'A "B" & C'
    assert page("<p>x</p>", theme=Theme(logo=SQUARE)).xpath("//img/@alt") == ["Logo"]


def test_the_author_and_the_subtitle_are_told_to_machines() -> None:
    made = replace(document("<p>x</p>", ' subtitle="S &amp; T"'), author='A "B"')
    root = html.fromstring(write_html(made, THEME))
    assert root.xpath("//meta[@name='author']/@content") == ['A "B"']
    assert root.xpath("//meta[@name='description']/@content") == ["S & T"]


# Directions


def test_a_language_from_right_to_left_turns_the_page() -> None:
    assert page("<p>x</p>", language="ar").get("dir") == "rtl"
    assert page("<p>x</p>", language="de").get("dir") is None


def test_a_value_of_another_direction_is_isolated_with_its_own() -> None:
    root = page(f"<p>To {ISOLATE}شركة 24{ISOLATE_END} and {ISOLATE}Ada שם{ISOLATE_END}</p>")
    assert [(value.get("dir"), words(value)) for value in root.xpath("//bdi")] == [
        ("rtl", "شركة 24"),
        ("ltr", "Ada שם"),
    ]


def test_names_in_the_margins_keep_their_direction() -> None:
    root = page("<signatures><signature party='P' name='شركة'/></signatures>", theme=Theme(firm="شركة"))
    assert words(one(root, "//div[@class='running-head']//bdi")) == "شركة"
    assert words(one(root, "//p[@class='line name']//bdi")) == "شركة"


# Nothing from outside, and nothing hostile


def test_the_page_asks_for_nothing_and_runs_nothing() -> None:
    text = write_html(replace(document(EVERYTHING), draft=True), Theme(firm="x", logo=SQUARE))
    root = html.fromstring(text)
    assert not root.xpath("//script|//link|//iframe|//object|//embed|//base|//@style|//@*[starts-with(name(), 'on')]")
    assert all(source.startswith("data:image/svg+xml;base64,") for source in root.xpath("//@src"))
    assert set(root.xpath("//@href[not(starts-with(., '#'))]")) == {"https://a.example"}
    style = one(root, "//style").text
    assert "@import" not in style
    assert all(url.startswith("data:") for url in re.findall(r"url\(\s*['\"]?([^)]*)", style))


def test_a_writer_with_a_style_of_its_own_gets_the_page_without_one() -> None:
    root = html.fromstring(html_page(document("<p>x</p>"), THEME, head='<meta name="dcterms.created" content="d">'))
    assert not root.xpath("//style")
    assert root.xpath("//meta[@name='dcterms.created']/@content") == ["d"]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_no_words_become_structure(text: str) -> None:
    plain = replace(document(EVERYTHING), blocks=(Paragraph((Text("x"), Bidi((Text("y"),)))),))
    hostile = replace(
        plain,
        title=text,
        number=text,
        subtitle=text,
        author=text,
        confidential=text,
        blocks=(Paragraph((Text(text), Bidi((Text(text),)))),),
        labels=Labels(page=f"{text} {{page}}", draft=text),
        draft=True,
    )
    root = html.fromstring(write_html(hostile, Theme(firm=text)))
    tags = [element.tag for element in root.xpath("//body//*[not(self::bdi)]")]
    expected = html.fromstring(
        write_html(replace(plain, title="T", number="N", subtitle="S", confidential="C", draft=True), THEME)
    )
    assert [tag for tag in tags if tag != "span"] == [
        element.tag for element in expected.xpath("//body//*[not(self::bdi)]") if element.tag != "span"
    ]
    assert "".join(text.split()) in "".join(one(root, "//body/p").text_content().split())


def test_the_same_tree_gives_the_same_page() -> None:
    assert write_html(document(EVERYTHING), THEME) == write_html(document(EVERYTHING), THEME)
