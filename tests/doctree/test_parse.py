"""Markup becomes a tree that prints the same words, or every fault in it is told at its line."""

from __future__ import annotations

import pytest

from docgen.doctree import parse as parser
from docgen.doctree.nodes import (
    Align,
    Badge,
    Bidi,
    Blank,
    Document,
    Emphasised,
    FieldKind,
    Figure,
    FormField,
    Inline,
    Link,
    Manner,
    Note,
    Paragraph,
    Picture,
    Table,
    Term,
    Text,
    Tone,
)
from docgen.doctree.number import number
from docgen.doctree.parse import ISOLATE, ISOLATE_END, MISSING, MISSING_END, parse
from docgen.doctree.text import document_lines
from docgen.errors import FindingsError

LOGO = {"logo": Picture("<svg/>", 10, 10)}


def read(body: str, attributes: str = "") -> Document:
    return parse(f'<doc title="T"{attributes}>{body}</doc>', pictures=LOGO)


def lines(body: str) -> list[str]:
    """Return what a body prints below the title, numbers included."""
    return list(document_lines(number(read(body))))[1:]


def words(body: str) -> tuple[Inline, ...]:
    (paragraph,) = read(f"<p>{body}</p>").blocks
    assert isinstance(paragraph, Paragraph)
    return paragraph.children


def rules(markup: str) -> list[str]:
    with pytest.raises(FindingsError) as refused:
        parse(markup, pictures=LOGO)
    return [finding.rule for finding in refused.value.findings]


def said(markup: str) -> str:
    with pytest.raises(FindingsError) as refused:
        parse(markup, pictures=LOGO)
    return str(refused.value)


# What is printed


@pytest.mark.parametrize(
    ("markup", "printed"),
    [
        ("<p>One</p><p>two</p>", ["One", "two"]),
        ("<p>  One \n  and   the same  </p>", ["One and the same"]),
        ("<p>One <br/> two</p>", ["One", "two"]),
        ("<p>a<strong> b </strong>c</p>", ["a b c"]),
        ("<p>x<sup>2</sup>, H<sub>2</sub>O, <em>e</em> <u>u</u> <s>s</s></p>", ["x2, H2O, e u s"]),
        ("<h1>Background</h1><h2>More</h2>", ["Background", "More"]),
        ('<clause id="a" title="Fees"><p>Pay.</p></clause>', ["1. Fees", "Pay."]),
        ('<clause id="a">Pay.</clause>', ["1. Pay."]),
        ('<clause id="a"><clause id="b">Pay.</clause></clause>', ["1. 1.1 Pay."]),
        ('<schedule id="s" title="Prices"><p>All of them</p></schedule>', ["Schedule 1 Prices", "All of them"]),
        ('<definitions><definition term="Day">is long.</definition></definitions>', ["Day is long."]),
        ("<ul><li>One</li><li><p>Two</p><p>and more</p></li></ul>", ["• One", "• Two", "and more"]),
        ("<ol><li>One</li><li>Two</li></ol>", ["1. One", "2. Two"]),
        ("<dl><dt>To</dt><dd>Ada</dd></dl>", ["To\tAda"]),
        ("<table><tr><th>A</th><td>1</td></tr></table>", ["A\t1"]),
        ("<blockquote>Their words</blockquote>", ["Their words"]),
        ("<note><p>Look out</p></note>", ["Look out"]),
        ('<img src="logo" alt="A mark" caption="Our mark"/>', ["Our mark"]),
        ('<img src="logo" alt="A mark"/>', []),
        ("<parties><party>Ada</party><party>Bob</party></parties>", ["(1) Ada", "(2) Bob"]),
        ('<toc/><clause id="a" title="Fees"/>', ["Contents", "1. Fees", "1. Fees"]),
        ('<toc title="Inside"/>', ["Inside"]),
        ("<p>One</p><pagebreak/><p>two</p>", ["One", "two"]),
        ('<p><a href="https://a.example">us</a></p>', ["us"]),
        ("<p>Sign: <blank/> and <blank>[the day]</blank></p>", ["Sign: ____________ and [the day]"]),
        ('<p><badge tone="red">Late</badge></p>', ["Late"]),
        ('<p><field name="kind" kind="choice" label="Kind" options="one | two"/></p>', ["Kind one two"]),
        (
            '<signatures><p>Agreed.</p><signature party="Ada Ltd" name="Ada" title="Director"/></signatures>',
            ["Agreed.", "Ada Ltd", "Signature", "Name\tAda", "Title\tDirector", "Date"],
        ),
    ],
)
def test_markup_prints_its_words(markup: str, printed: list[str]) -> None:
    assert lines(markup) == printed


def test_a_document_says_its_front_matter() -> None:
    document = read("<p>x</p>", ' subtitle="S" number="N-1" date="1 May" confidential="Private" cover="true"')
    assert (document.title, document.subtitle, document.number, document.date) == ("T", "S", "N-1", "1 May")
    assert (document.confidential, document.cover) == ("Private", True)


def test_a_cover_prints_the_number_and_the_date_below_the_title() -> None:
    document = read("<p>x</p>", ' subtitle="S" number="N-1" date="1 May" cover="true"')
    assert list(document_lines(document)) == ["T", "S", "N-1", "1 May", "x"]


def test_a_table_prints_its_head_its_rows_and_its_foot_in_this_order() -> None:
    table = (
        "<table><caption>Prices</caption><tfoot><tr><td>Total</td><td>3</td></tr></tfoot>"
        "<thead><tr><th>Work</th><th>GBP</th></tr></thead><tbody><tr><td>A</td><td>3</td></tr></tbody></table>"
    )
    assert lines(table) == ["Prices", "Work\tGBP", "A\t3", "Total\t3"]


def test_columns_have_widths_and_stand_as_told() -> None:
    (table,) = read('<table cols="50 0c 30e"><tr><td>a</td><td>b</td><td>c</td></tr></table>').blocks
    assert isinstance(table, Table)
    assert [(column.width, column.align) for column in table.columns] == [
        (50, Align.START),
        (0, Align.CENTRE),
        (30, Align.END),
    ]


def test_columns_are_counted_where_none_are_given() -> None:
    (table,) = read('<table><tr><td colspan="2">a</td><td>b</td></tr></table>').blocks
    assert isinstance(table, Table)
    assert len(table.columns) == 3


def test_a_row_of_totals_is_marked() -> None:
    (table,) = read('<table><tr><td>1</td></tr><tr class="total"><td>1</td></tr></table>').blocks
    assert isinstance(table, Table)
    assert [row.total for row in table.rows] == [False, True]


def test_words_between_blocks_become_paragraphs() -> None:
    assert lines('<clause id="a">Pay: <ul><li>now</li></ul> or never.</clause>') == ["1. Pay:", "• now", "or never."]


def test_manner_tone_width_and_kind_are_read() -> None:
    lead, note, figure = read(
        '<p class="lead">x</p><note tone="amber">y</note><img src="logo" alt="mark" width="40"/>'
    ).blocks
    assert isinstance(lead, Paragraph)
    assert lead.manner is Manner.LEAD
    assert isinstance(note, Note)
    assert note.tone is Tone.AMBER
    assert isinstance(figure, Figure)
    assert (figure.width, figure.alt) == (40, "mark")
    assert words('<field name="on" kind="date"/>') == (FormField("on", FieldKind.DATE, "on"),)
    assert words("<badge>Fine</badge>") == (Badge(Tone.NEUTRAL, "Fine"),)


def test_a_link_leads_to_https_or_a_mailbox() -> None:
    assert words('<a href="mailto:a@b.example">write</a>') == (Link("mailto:a@b.example", (Text("write"),)),)
    assert words('<a href="https://b.example/?a=1">see</a>') == (Link("https://b.example/?a=1", (Text("see"),)),)


def test_terms_may_stand_out_inside() -> None:
    (term,) = words("<term>the <em>Client</em></term>")
    assert isinstance(term, Term)
    assert isinstance(term.children[1], Emphasised)


# What a template's values become


def test_a_missing_fact_becomes_a_blank_with_its_name() -> None:
    assert words(f"Pay {MISSING}fees.payment_days{MISSING_END} days") == (
        Text("Pay "),
        Blank("fees payment days"),
        Text(" days"),
    )


def test_a_missing_fact_in_an_attribute_is_named_in_brackets() -> None:
    document = parse(f'<doc title="Letter to {MISSING}client.name{MISSING_END}"><p>x</p></doc>')
    assert document.title == "Letter to [client name]"


def test_a_missing_address_leaves_the_words_without_a_link() -> None:
    (inline,) = words(f'<a href="https://{MISSING}client.site{MISSING_END}">see</a>')
    assert isinstance(inline, Bidi)
    assert inline.children == (Text("see"),)


def test_a_value_of_another_direction_is_isolated() -> None:
    assert words(f"To {ISOLATE}שם{ISOLATE_END}.") == (Text("To "), Bidi((Text("שם"),)), Text("."))


def test_isolation_leaves_no_mark_in_an_attribute() -> None:
    document = parse(f'<doc title="{ISOLATE}שם{ISOLATE_END}"><p>x</p></doc>')
    assert document.title == "שם"


def test_a_missing_fact_inside_an_isolated_value_stays_a_blank() -> None:
    marked = f"{ISOLATE}שם {MISSING}a.b{MISSING_END}{ISOLATE_END}"
    assert words(marked) == (Bidi((Text("שם "), Blank("a b"))),)


# What is refused


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<blink>x</blink>", "element"),
        ("<p><table/></p>", "misplaced"),
        ("<li>x</li>", "misplaced"),
        ("<strong><p>x</p></strong>", "misplaced"),
        ("<p><badge>a <em>b</em></badge></p>", "misplaced"),
        ("<p><term><clause id='a'>x</clause></term></p>", "misplaced"),
        ("<?php x ?>", "element"),
        ("loose words", "text"),
        ("<ul>loose<li>x</li></ul>", "text"),
        ("<ul><li>x</li>loose</ul>", "text"),
        ("<p>a<br>b</br></p>", "text"),
        ('<p style="color: white">x</p>', "attribute"),
        ('<p class="huge">x</p>', "attribute"),
        ('<p><badge tone="pink">x</badge></p>', "attribute"),
        ('<table><tr class="odd"><td>x</td></tr></table>', "attribute"),
        ('<table><tr><td colspan="0">x</td></tr></table>', "attribute"),
        ('<table><tr><td colspan="two">x</td></tr></table>', "attribute"),
        ('<table><tr><td colspan="1000000">x</td></tr></table>', "attribute"),
        ('<table><tr><td rowspan="41">x</td></tr></table>', "attribute"),
        ('<img src="logo" alt="x" width="101"/>', "attribute"),
        ("<clause>x</clause>", "id"),
        ('<clause id="Fees">x</clause>', "id"),
        ('<clause id="../up">x</clause>', "id"),
        ('<clause id="a">x</clause><clause id="a">y</clause>', "duplicate-id"),
        ('<clause id="a">x</clause><h1 id="a">y</h1>', "duplicate-id"),
        ('<clause id="a"/>', "empty"),
        ('<schedule id="s">x</schedule>', "title"),
        ('<clause id="a"><schedule id="s" title="S">x</schedule></clause>', "element"),
        ('<schedule id="a" title="A"><schedule id="s" title="S">x</schedule></schedule>', "element"),
        ("<h2>x</h2>", "heading"),
        ("<h1>x</h1><h3>y</h3>", "heading"),
        ("<definitions><definition>means x</definition></definitions>", "definition"),
        ("<ul></ul>", "empty"),
        ("<parties/>", "empty"),
        ("<definitions/>", "empty"),
        ("<dl><dt>x</dt></dl>", "details"),
        ("<dl><dd>x</dd><dt>y</dt></dl>", "details"),
        ('<img src="logo"/>', "alt"),
        ('<img src="https://evil.example/x.png" alt="x"/>', "picture"),
        ('<img src="file:///etc/passwd" alt="x"/>', "picture"),
        ("<signatures><p>x</p></signatures>", "signatures"),
        ("<table/>", "table"),
        ('<table><thead><tr><th colspan="2">x</th></tr></thead><tr><td>1</td><td>2</td></tr></table>', "table"),
        ('<table cols="100"><tr><td>1</td><td>2</td></tr></table>', "table"),
        ('<table cols="50 x"><tr><td>1</td></tr></table>', "cols"),
        ('<table cols="60 60"><tr><td>1</td></tr></table>', "cols"),
        ("<p><xref/></p>", "reference"),
        ('<p><field name="The Name"/></p>', "field"),
        ('<p><a href="javascript:alert(1)">x</a></p>', "link"),
        ('<p><a href="http://a.example">x</a></p>', "link"),
        ('<p><a href="file:///etc/passwd">x</a></p>', "link"),
        ('<p><a href="https://a.example/ b">x</a></p>', "link"),
        ("<p><a>x</a></p>", "link"),
        ('<ul><li><clause id="a">x</clause></li></ul>', "misplaced"),
        ('<table><tr><td><clause id="a">x</clause></td></tr></table>', "misplaced"),
        ("<note><pagebreak/></note>", "misplaced"),
    ],
)
def test_what_the_language_does_not_have_is_refused(body: str, rule: str) -> None:
    assert rule in rules(f'<doc title="T">{body}</doc>')


def test_a_clause_goes_six_deep_and_no_deeper() -> None:
    def nested(depth: int) -> str:
        inside = "x"
        for level in range(depth, 0, -1):
            inside = f'<clause id="c{level}">{inside}</clause>'
        return inside

    assert lines(nested(6)) == ["1. 1.1 (a) (i) (A) (I) x"]
    assert rules(f'<doc title="T">{nested(7)}</doc>') == ["depth"]


def test_all_faults_are_told_at_once_each_at_its_line() -> None:
    markup = '<doc title="T">\n<blink/>\n<p class="x">y</p>\n<clause>z</clause>\n</doc>'
    with pytest.raises(FindingsError) as refused:
        parse(markup, shown="letter.html.jinja")
    assert [(finding.place.line, finding.rule) for finding in refused.value.findings] == [
        (2, "element"),
        (3, "attribute"),
        (4, "id"),
    ]
    assert {finding.place.file for finding in refused.value.findings} == {"letter.html.jinja"}


def test_a_fault_is_told_at_the_place_the_element_carries() -> None:
    markup = '<doc title="T" at="0:1"><clause at="1:7">x</clause></doc>'
    with pytest.raises(FindingsError) as refused:
        parse(markup, files=("letter", "_partial"))
    (finding,) = refused.value.findings
    assert (finding.place.file, finding.place.line) == ("_partial", 7)


@pytest.mark.parametrize("place", ["9:1", "x", "0", "0:", "-1:3", "99999999:1", "0:1:1"])
def test_a_place_nobody_knows_is_not_trusted(place: str) -> None:
    markup = f'<doc title="T">\n<clause at="{place}">x</clause></doc>'
    with pytest.raises(FindingsError) as refused:
        parse(markup, shown="letter", files=("letter",))
    assert refused.value.findings[0].place.file == "letter"


def test_a_second_use_of_an_id_names_the_place_of_the_first() -> None:
    markup = '<doc title="T">\n<clause id="a">x</clause>\n<clause id="a">y</clause></doc>'
    assert "markup:3:1: the id “a” is already used at markup:2. Use another." in said(markup)


def test_a_misspelt_element_is_answered_with_the_nearest() -> None:
    assert "there is no element <claus>. Did you mean <clause>?" in said('<doc title="T"><claus id="a"/></doc>')


def test_a_misspelt_attribute_is_answered_with_the_nearest() -> None:
    markup = '<doc title="T"><clause id="a" titel="x">y</clause></doc>'
    assert "<clause> has no attribute “titel”. Did you mean “title”?" in said(markup)


def test_an_unknown_picture_is_answered_with_those_there_are() -> None:
    markup = '<doc title="T"><img src="chart" alt="x"/></doc>'
    assert "there is no picture “chart”. This document has: logo." in said(markup)


def test_the_root_is_a_document_with_a_title() -> None:
    assert rules("<p>x</p>")[0] == "element"
    assert rules("<doc><p>x</p></doc>") == ["title"]
    assert rules('<doc title="  "><p>x</p></doc>') == ["title"]


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "words alone",
        '<doc title="T"><p>x</doc>',
        '<doc title="T"><p>x</p>',
        '<doc title="T"><p>&undefined;</p></doc>',
        '<doc title="T" title="U"/>',
        '<doc title="T"><p>\x00</p></doc>',
        '<doc title="T"><p>\ud800</p></doc>',
        '<doc title="T"/><doc title="U"/>',
    ],
)
def test_what_is_not_well_formed_is_refused(markup: str) -> None:
    assert rules(markup) == ["markup"]


def test_broken_markup_is_told_at_the_last_place_before_the_fault() -> None:
    markup = '<doc title="T" at="0:4">\n<p at="0:5">one</p>\n<p at="0:6">two\n</doc>'
    with pytest.raises(FindingsError) as refused:
        parse(markup, files=("letter",))
    (finding,) = refused.value.findings
    assert (finding.place.file, finding.place.line) == ("letter", 6)
    assert "line" not in finding.message


@pytest.mark.parametrize(
    "declaration",
    [
        "<!DOCTYPE doc>",
        '<!DOCTYPE doc SYSTEM "https://evil.example/x.dtd">',
        '<!DOCTYPE doc [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_a_document_type_is_refused(declaration: str) -> None:
    assert rules(f'{declaration}<doc title="T"><p>x</p></doc>') == ["doctype"]


def test_entities_that_multiply_are_refused_before_they_do() -> None:
    bomb = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 12))
    markup = f'<!DOCTYPE doc [<!ENTITY e0 "aaaaaaaaaa">{bomb}]><doc title="T"><p>&e11;</p></doc>'
    assert rules(markup)[0] in ("doctype", "markup")


def test_a_document_is_not_nested_without_end() -> None:
    inside = "<ul><li>" * 40 + "x" + "</li></ul>" * 40
    assert rules(f'<doc title="T">{inside}</doc>') == ["size"]


def test_a_document_has_no_more_elements_than_paper_can_bear() -> None:
    assert rules(f'<doc title="T">{"<p/>" * parser.NODE_LIMIT}</doc>') == ["size"]


def test_a_table_has_no_more_columns_than_paper_can_bear() -> None:
    wide = "1 " * (parser.SPAN_LIMIT + 1)
    assert "cols" in rules(f'<doc title="T"><table cols="{wide}"><tr><td>x</td></tr></table></doc>')


def test_a_wide_row_is_bounded_where_the_columns_are_not_given() -> None:
    cells = "<td>x</td>" * (parser.SPAN_LIMIT + 1)
    assert rules(f'<doc title="T"><table><tr>{cells}</tr></table></doc>') == ["cols"]


def test_comments_say_nothing() -> None:
    assert lines("<!-- a note to ourselves --><p>x</p>") == ["x"]
