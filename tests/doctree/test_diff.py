"""Two versions of a document differ in the words that changed, and in nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docgen.doctree.diff import compare
from docgen.doctree.nodes import Clause, Document, Edited, Emphasised, Fate, Paragraph, Picture, Text
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.doctree.redline import Redline, redline_lines
from docgen.errors import UsageError

LEVER = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="1"/>'


def tree(markup: str, *, svg: str = LEVER, language: str = "en") -> Document:
    """Return the numbered tree of a markup; words without a root become a document."""
    whole = markup if markup.startswith("<doc") else f'<doc title="Agreement">{markup}</doc>'
    return number(parse(whole, language=language, pictures={"lever": Picture(svg, 400, 100)}))


def redline(old: str, new: str) -> Redline:
    """Return the redline of two markups."""
    return compare(tree(old), tree(new))


def lines(old: str, new: str) -> list[str]:
    """Return what changed as lines."""
    return list(redline_lines(redline(old, new)))


def changes(old: str, new: str) -> list[tuple[str, str, str]]:
    """Return where something changed, and what into what."""
    return [(change.where, change.before, change.after) for change in redline(old, new).changes()]


# Words


def test_a_document_does_not_differ_from_itself() -> None:
    same = tree(
        '<toc/><clause id="a" title="Fees"><p>See <xref to="a"/>.</p></clause><p>x</p><img src="lever" alt="x"/>'
    )
    assert compare(same, same).is_empty
    assert list(redline_lines(compare(same, same))) == []
    assert compare(same, same).document == same


def test_a_changed_word_is_one_word_that_went_and_one_that_came() -> None:
    assert changes("<p>Pay GBP 64,000.00 by May.</p>", "<p>Pay GBP 71,500.00 by May.</p>") == [
        ("Agreement", "64,000.00", "71,500.00")
    ]


def test_words_that_changed_side_by_side_are_one_change() -> None:
    assert lines("<p>Pay in fine gold bars today.</p>", "<p>Pay in dull tin cans today.</p>") == [
        "Agreement",
        "  Pay in [-fine gold bars-]{+dull tin cans+} today.",
    ]


def test_words_added_at_the_end_leave_the_full_stop_alone() -> None:
    assert lines("<p>Pay by May.</p>", "<p>Pay by May or June.</p>")[1] == "  Pay by May{+ or June+}."


def test_a_paragraph_that_says_something_else_goes_as_a_whole() -> None:
    assert lines("<p>Pay in gold by the end of May.</p>", "<p>The sun shines on all.</p>")[1:] == [
        "  [-Pay in gold by the end of May.-]",
        "  {+The sun shines on all.+}",
    ]


def test_emphasis_links_and_terms_that_change_are_changes() -> None:
    assert lines("<p>Pay the <strong>whole</strong> sum now.</p>", "<p>Pay the <em>whole</em> sum now.</p>")[1] == (
        "  Pay the [-whole-]{+whole+} sum now."
    )


def test_a_word_inside_emphasis_changes_inside_it() -> None:
    old, new = (f"<p>Pay <strong>the {word} sum</strong> today.</p>" for word in ("whole", "half"))
    (paragraph,) = redline(old, new).document.blocks
    assert isinstance(paragraph, Paragraph)
    (bold,) = (inline for inline in paragraph.children if isinstance(inline, Emphasised))
    went, came = Edited(Fate.WENT, (Text("whole"),)), Edited(Fate.CAME, (Text("half"),))
    assert bold.children == (Text("the "), went, came, Text(" sum"))


# Numbers


def test_numbers_that_moved_are_no_changes() -> None:
    rest = '<clause id="b" title="Term"><clause id="c">As in <xref to="b"/>.</clause></clause>'
    assert lines(rest, f'<clause id="a" title="Fees"><p>None.</p></clause>{rest}') == [
        "1 Fees",
        "  {+1. Fees+}",
        "  {+None.+}",
    ]


def test_a_reference_to_something_else_is_a_change() -> None:
    clauses = '<clause id="a">One.</clause><clause id="b">Two.</clause>'
    assert lines(f'{clauses}<p>See <xref to="a"/> now.</p>', f'{clauses}<p>See <xref to="b"/> now.</p>')[1:] == [
        "  See [-1-]{+2+} now."
    ]


def test_what_went_keeps_its_old_number() -> None:
    old = '<clause id="a">One.</clause><clause id="b">Two.</clause><clause id="c">Three.</clause>'
    new = '<clause id="x">Zero.</clause><clause id="a">One.</clause><clause id="c">Three.</clause>'
    assert lines(old, new) == ["1", "  {+1. Zero.+}", "2", "  [-2. Two.-]"]


def test_a_clause_that_moved_goes_and_comes_under_names_of_its_own() -> None:
    one, two, three = (f'<clause id="{name}">Clause {name} says this.</clause>' for name in "abc")
    see = '<p>See <xref to="a"/> here.</p>'
    moved = redline(one + two + three + see, two + three + one + see)
    ids = [block.id for block in moved.document.blocks if isinstance(block, Clause)]
    assert ids == ["was.a", "b", "c", "a"]
    assert [(change.before, change.after) for change in moved.changes()][-1] == ("1", "3")


# Blocks


def test_clauses_are_told_apart_by_their_ids() -> None:
    old = '<clause id="a">The fee is due.</clause><clause id="b">The fee is due.</clause>'
    assert changes(old, '<clause id="b">The fee is due.</clause>') == [("1", "1. The fee is due.", "")]


def test_a_change_names_its_clause_and_the_title_above() -> None:
    old, new = (f'<clause id="a" title="Fees"><clause id="b">Pay {count} now.</clause></clause>' for count in (1, 2))
    (change,) = redline(old, new).changes()
    assert (change.where, change.clause_id, change.before, change.after) == ("1.1 Fees", "b", "1", "2")


def test_without_clauses_a_change_is_placed_below_its_heading() -> None:
    old, new = (f"<h1>Budget</h1><p>Spent {count} so far.</p>" for count in (1, 2))
    assert changes(old, new) == [("Budget", "1", "2")]


def test_a_title_that_changed_names_the_clause_by_the_new_one() -> None:
    old, new = (f'<clause id="a" title="{title}"><p>x</p></clause>' for title in ("Late fees", "Late payment"))
    assert lines(old, new) == ["1 Late payment", "  Late [-fees-]{+payment+}"]


def test_rows_are_matched_and_their_cells_compared_word_by_word() -> None:
    rows = "<tr><td>F1</td><td>Design</td><td>GBP 1.00</td></tr>{}<tr><td>F3</td><td>Test</td><td>GBP 3.00</td></tr>"
    old = f"<table>{rows.format('<tr><td>F2</td><td>Build</td><td>GBP 2.00</td></tr>')}</table>"
    new = f"<table>{rows.format('').replace('3.00', '4.00')}<tr><td>F4</td><td>Run</td><td>GBP 9.00</td></tr></table>"
    assert lines(old, new)[1:] == [
        "  [-F2\tBuild\tGBP 2.00-]",
        "  F3\tTest\tGBP [-3.00-]{+4.00+}",
        "  {+F4\tRun\tGBP 9.00+}",
    ]


def test_a_table_with_another_column_goes_as_a_whole() -> None:
    old, new = "<table><tr><td>a</td></tr></table>", "<table><tr><td>a</td><td>b</td></tr></table>"
    assert lines(old, new)[1:] == ["  [-a-]", "  {+a\tb+}"]


def test_entries_definitions_and_details_are_matched_by_what_they_say() -> None:
    old = (
        "<ul><li>copper and tin</li><li>iron ore</li></ul><dl><dt>Due</dt><dd>May</dd></dl>"
        '<definitions><definition term="Fee">means one pound.</definition></definitions>'
    )
    new = (
        "<ul><li>gold</li><li>copper or tin</li><li>iron ore</li></ul><dl><dt>Due</dt><dd>June</dd></dl>"
        '<definitions><definition term="Fee">means two pounds.</definition></definitions>'
    )
    assert lines(old, new)[1:] == [
        "  {+gold+}",
        "  copper [-and-]{+or+} tin",
        "  Due\t[-May-]{+June+}",
        "  Fee means [-one pound-]{+two pounds+}.",
    ]


def test_the_title_and_what_stands_beside_it_count() -> None:
    old = '<doc title="Offer" subtitle="First" number="A-1" date="1 May" confidential="Secret"><p>x</p></doc>'
    new = '<doc title="Offer" number="A-2" date="1 June" confidential=""><p>x</p></doc>'
    assert changes(old, new) == [
        ("Offer", "First", ""),
        ("Offer", "A-1", "A-2"),
        ("Offer", "May", "June"),
        ("Offer", "Secret", ""),
    ]


def test_another_picture_is_a_change_and_both_are_kept() -> None:
    figure = '<img src="lever" alt="The lever"/>'
    other = compare(tree(figure), tree(figure, svg=LEVER.replace("4", "5")))
    assert [(change.before, change.after) for change in other.changes()] == [("The lever", ""), ("", "The lever")]
    assert set(other.document.pictures) == {"lever", "was.lever"}


def test_places_to_sign_go_and_come_together() -> None:
    old, new = (f'<signatures><signature party="A" name="{name}" title=""/></signatures>' for name in ("Jo", "Al"))
    went, came = redline(old, new).changes()
    assert "Name\tJo\n" in went.before
    assert "Name\tAl\n" in came.after


def test_two_languages_are_refused() -> None:
    with pytest.raises(UsageError, match=r"“en”.*“de”"):
        compare(tree("<p>x</p>"), tree("<p>x</p>", language="de"))


# Lines


def test_each_mark_closes_on_its_line() -> None:
    assert lines("<p>Old<br/>Street</p>", "<p>x</p>")[1:3] == ["  [-Old-]", "  [-Street-]"]


def test_values_cannot_steer_a_terminal() -> None:
    new = replace(tree("<p>x</p>"), title="A\x1b[31m\u202eB\x9b")
    text = "\n".join(redline_lines(compare(tree("<p>x</p>"), new), marks=("<", ">", "<<", ">>")))
    assert "\x1b" not in text
    assert "A\ufffd[31m\ufffdB\ufffd" in text


# Sizes


def test_a_paragraph_of_endless_length_is_compared_at_its_ends() -> None:
    words = " ".join(f"w{index}" for index in range(6000))
    (change,) = redline(f"<p>{words} old {words}</p>", f"<p>{words} new {words}</p>").changes()
    assert (change.before, change.after) == ("old", "new")


def test_long_tables_are_paired_row_by_row() -> None:
    old, new = ("".join(f"<tr><td>R{row}</td><td>{row * step}</td></tr>" for row in range(1, 300)) for step in (3, 7))
    assert lines(f"<table>{old}</table>", f"<table>{new}</table>")[1:3] == ["  R1\t[-3-]{+7+}", "  R2\t[-6-]{+14+}"]
