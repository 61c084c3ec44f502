"""Clauses, schedules, contents and references get the numbers a lawyer would write by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.doctree.nodes import Contents, Document, Labels, Paragraph, Reference
from docgen.doctree.number import clause_label, clause_number, clause_numbers, letters, number, roman
from docgen.doctree.parse import parse
from docgen.doctree.text import document_lines
from docgen.doctree.walk import references
from docgen.errors import FindingsError

COUNTS = st.integers(min_value=1, max_value=3999)


def numbered(body: str, labels: Labels | None = None) -> Document:
    return number(parse(f'<doc title="T">{body}</doc>', labels=labels))


def lines(body: str) -> list[str]:
    return list(document_lines(numbered(body)))[1:]


def clauses(count: int, prefix: str) -> str:
    return "".join(f'<clause id="{prefix}{index}">x</clause>' for index in range(1, count + 1))


def refused(body: str) -> str:
    with pytest.raises(FindingsError) as fault:
        numbered(body)
    return str(fault.value)


# Marks


@pytest.mark.parametrize(
    ("counts", "mark", "label"),
    [
        ((5,), "5.", "5"),
        ((5, 2), "5.2", "5.2"),
        ((5, 2, 1), "(a)", "5.2(a)"),
        ((5, 2, 1, 4), "(iv)", "5.2(a)(iv)"),
        ((5, 2, 1, 4, 2), "(B)", "5.2(a)(iv)(B)"),
        ((5, 2, 1, 4, 2, 9), "(IX)", "5.2(a)(iv)(B)(IX)"),
        ((12, 30, 27), "(aa)", "12.30(aa)"),
    ],
)
def test_each_depth_counts_in_its_own_signs(counts: tuple[int, ...], mark: str, label: str) -> None:
    assert (clause_number(counts), clause_label(counts)) == (mark, label)


@pytest.mark.parametrize(
    ("count", "sign"), [(1, "a"), (26, "z"), (27, "aa"), (28, "bb"), (52, "zz"), (53, "aaa"), (78, "zzz")]
)
def test_letters_double_after_z_as_word_counts_them(count: int, sign: str) -> None:
    assert letters(count) == sign


@pytest.mark.parametrize(
    ("count", "sign"),
    [(1, "i"), (4, "iv"), (9, "ix"), (14, "xiv"), (40, "xl"), (49, "xlix"), (90, "xc"), (400, "cd"), (1994, "mcmxciv")],
)
def test_roman_numbers_are_those_of_the_monuments(count: int, sign: str) -> None:
    assert roman(count) == sign


@given(COUNTS)
def test_a_roman_number_reads_back_as_its_count(count: int) -> None:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}[sign] for sign in roman(count)]
    read = sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))
    assert read == count


@given(st.integers(min_value=1, max_value=2000), st.integers(min_value=1, max_value=2000))
def test_no_two_clauses_of_one_list_have_the_same_letters(one: int, other: int) -> None:
    assert (letters(one) == letters(other)) == (one == other)


# Counting


def test_clauses_count_at_each_depth_and_begin_again_inside_the_next() -> None:
    body = (
        '<clause id="a" title="A"><clause id="a1">x</clause><clause id="a2">y:<clause id="a2a">z</clause>'
        '<clause id="a2b">z</clause></clause></clause><clause id="b" title="B"><clause id="b1">x:'
        '<clause id="b1a">z</clause></clause></clause>'
    )
    assert lines(body) == ["1. A", "1.1 x", "1.2 y:", "(a) z", "(b) z", "2. B", "2.1 x:", "(a) z"]


def test_a_long_list_runs_past_z() -> None:
    body = f'<clause id="a" title="A"><clause id="b">x:{clauses(28, "c")}</clause></clause>'
    assert lines(body)[-3:] == ["(z) x", "(aa) x", "(bb) x"]


def test_words_and_headings_between_clauses_do_not_count() -> None:
    body = '<clause id="a">x</clause><p>y</p><h1>z</h1><clause id="b">x</clause>'
    assert lines(body) == ["1. x", "y", "z", "2. x"]


def test_the_clauses_of_a_schedule_begin_again_at_one() -> None:
    body = (
        f'{clauses(3, "c")}<schedule id="s" title="S">{clauses(2, "s")}</schedule>'
        f'<schedule id="t" title="T">{clauses(1, "t")}</schedule>'
    )
    assert lines(body) == ["1. x", "2. x", "3. x", "Schedule 1 S", "1. x", "2. x", "Schedule 2 T", "1. x"]


def test_clauses_behind_a_schedule_count_on_from_those_before_it() -> None:
    body = f'{clauses(2, "c")}<schedule id="s" title="S">{clauses(4, "s")}</schedule>{clauses(1, "after")}'
    assert lines(body)[-1] == "3. x"


def test_numbering_twice_gives_the_same_numbers() -> None:
    document = numbered(f'<toc/><p><xref to="c2"/></p>{clauses(3, "c")}<schedule id="s" title="S">x</schedule>')
    assert number(document) == document


@given(st.recursive(st.just(()), lambda inner: st.lists(inner, min_size=1, max_size=4).map(tuple), max_leaves=30))
def test_each_number_is_used_once(shape: object) -> None:
    count = 0

    def body(inner: object, depth: int) -> str:
        nonlocal count
        if depth > 6 or not isinstance(inner, tuple):
            return ""
        parts = []
        for child in inner:
            count += 1
            parts.append(f'<clause id="c{count}">x{body(child, depth + 1)}</clause>')
        return "".join(parts)

    document = numbered(f"<p>x</p>{body(shape, 1)}")
    labels = [label for label, _ in clause_numbers(document).values()]
    assert len(labels) == count == len(set(labels))


# References


@pytest.mark.parametrize(
    ("reference", "printed"),
    [
        ('<xref to="fees"/>', "1"),
        ('<xref to="payment"/>', "1.1"),
        ('<xref to="money"/>', "1.1(a)"),
        ('<xref to="prices"/>', "Schedule 1"),
        ('<xref to="discount"/>', "paragraph 1.1 of Schedule 1"),
        ('<xref to="fees" show="title"/>', "Fees"),
        ('<xref to="prices" show="title"/>', "Prices"),
        ('<xref to="background"/>', "Background"),
        ('<xref to="rates"/>', "Day rates"),
        ('<xref to="business-day"/>', "Business Day"),
        ('<em>see <xref to="fees"/></em>', "see 1"),
        ('<term><xref to="fees"/></term>', "1"),
        ('<a href="https://a.example"><xref to="fees"/></a>', "1"),
    ],
)
def test_a_reference_prints_what_its_target_is_called(reference: str, printed: str) -> None:
    body = (
        f'<p>{reference}</p><h1 id="background">Background</h1>'
        '<definitions><definition term="Business Day" id="business-day">is any.</definition></definitions>'
        '<clause id="fees" title="Fees"><clause id="payment">Pay:<clause id="money">money</clause></clause></clause>'
        '<table id="rates"><caption>Day rates</caption><tr><td>1</td></tr></table>'
        '<schedule id="prices" title="Prices"><clause id="list" title="List">'
        '<clause id="discount">None</clause></clause></schedule>'
    )
    assert lines(body)[0] == printed


@pytest.mark.parametrize(
    "place",
    [
        '<ul><li><xref to="a"/></li></ul>',
        '<dl><dt>x</dt><dd><xref to="a"/></dd></dl>',
        '<dl><dt><xref to="a"/></dt><dd>x</dd></dl>',
        '<table><caption><xref to="a"/></caption><tr><td>x</td></tr></table>',
        '<table><tr><td><xref to="a"/></td></tr></table>',
        '<table><thead><tr><th><xref to="a"/></th></tr></thead></table>',
        '<blockquote><xref to="a"/></blockquote>',
        '<note><xref to="a"/></note>',
        '<parties><party><xref to="a"/></party></parties>',
        '<definitions><definition term="x"><xref to="a"/></definition></definitions>',
        '<signatures><p><xref to="a"/></p><signature party="P"/></signatures>',
        '<h1><xref to="a"/></h1>',
        '<clause id="b"><xref to="a"/></clause>',
        '<schedule id="s" title="S"><xref to="a"/></schedule>',
    ],
)
def test_a_reference_is_filled_in_wherever_it_stands(place: str) -> None:
    (reference,) = references(numbered(f'<clause id="a">x</clause>{place}'))
    assert reference.label == "1"


def test_a_reference_to_a_page_leaves_the_number_to_the_printer() -> None:
    document = numbered('<p><xref to="a" show="page"/></p><clause id="a">x</clause>')
    (paragraph, _) = document.blocks
    assert isinstance(paragraph, Paragraph)
    (reference,) = paragraph.children
    assert isinstance(reference, Reference)
    assert reference.label == ""


def test_the_words_for_a_schedule_follow_the_language() -> None:
    labels = Labels(schedule="Anlage", paragraph_of="Ziffer {number} der {schedule}")
    body = '<p><xref to="b"/></p><schedule id="a" title="Preise"><clause id="b">x</clause></schedule>'
    assert list(document_lines(numbered(body, labels)))[1:] == ["Ziffer 1 der Anlage 1", "Anlage 1 Preise", "1. x"]


def test_a_reference_without_a_target_is_answered_with_the_nearest() -> None:
    said = refused('<p><xref to="paymnt"/></p>\n<clause id="payment">x</clause>')
    assert said == "markup:1:1: the reference “paymnt” has no target. Did you mean “payment”? [reference]"


def test_every_reference_without_a_target_is_told_at_its_line() -> None:
    said = refused('<p><xref to="a"/></p>\n<clause id="x">y <xref to="b"/></clause>')
    assert [line.partition(" ")[0] for line in said.splitlines()] == ["markup:1:1:", "markup:2:1:"]
    assert said.count("Give the id of a clause, schedule, heading or table.") == 2


def test_a_reference_that_would_print_nothing_is_refused() -> None:
    assert "prints nothing" in refused('<p><xref to="a" show="title"/></p><clause id="a">x</clause>')
    assert "prints nothing" in refused('<p><xref to="t"/></p><table id="t"><tr><td>x</td></tr></table>')


# Contents


def test_the_contents_list_names_titled_clauses_and_schedules() -> None:
    document = numbered(
        '<toc/><clause id="a" title="Fees"><clause id="a1" title="Inner">x</clause></clause><clause id="b">untitled'
        '</clause><schedule id="s" title="Prices"><clause id="s1" title="Inside">x</clause></schedule>'
    )
    contents = document.blocks[0]
    assert isinstance(contents, Contents)
    assert [(entry.target, entry.number, entry.schedule) for entry in contents.entries] == [
        ("a", "1.", False),
        ("s", "Schedule 1", True),
    ]


def test_every_clause_and_schedule_can_be_cited_by_its_id() -> None:
    document = numbered('<clause id="a" title="Fees"><clause id="b">x</clause></clause><schedule id="s" title="S"/>')
    assert clause_numbers(document) == {"a": ("1", "Fees"), "b": ("1.1", ""), "s": ("Schedule 1", "S")}
