"""A redline as a page says what came and what went, to the eye without colour and to those who listen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lxml import html

from docgen.doctree.diff import compare
from docgen.doctree.nodes import Document, Labels
from docgen.writers.html import write_html
from docgen.writers.redline_html import write_redline_html
from docgen.writers.theme import Theme
from tests.writers.test_redline_docx import CHANGED, RICH
from tests.writers.versions import LEVER, tree

THEME = Theme(firm="Hollis & Byrne")


def page(old: str, new: str) -> str:
    """Return the redline of two markups as a page."""
    return write_redline_html(compare(tree(old), tree(new)), THEME)


def settled(text: str, drop: str) -> str:
    """Return the letters of a page without what came or without what went, numbers and running lines apart."""
    body: Any = html.document_fromstring(text).find("body")
    for kind in ("spoken", "n", "running-name", "reference", "party-number", "schedule-number"):
        for found in body.find_class(kind):
            found.drop_tree()
    for found in [*body.iter(drop)]:
        found.drop_tree()
    return "".join("".join(body.itertext()).split())


def body(text: str) -> str:
    """Return what stands between the body's tags."""
    return text.partition("<body")[2]


def test_a_changed_word_is_deleted_and_inserted_and_said_so() -> None:
    spoken = '<span class="spoken">[{}: </span>{}<span class="spoken">]</span>'
    went, came = spoken.format("deleted", "64,000.00"), spoken.format("inserted", "71,500.00")
    assert f"Pay GBP <del>{went}</del><ins>{came}</ins> now." in page(
        "<p>Pay GBP 64,000.00 now.</p>", "<p>Pay GBP 71,500.00 now.</p>"
    )


def test_a_paragraph_that_came_is_a_block_that_came() -> None:
    assert '<ins class="block"><span class="spoken">[inserted: </span><p>New.</p>' in page(
        "<p>x</p>", "<p>x</p><p>New.</p>"
    )


def test_a_clause_that_was_moved_names_the_other_place_in_both() -> None:
    one, other = (f'<clause id="{name}" title="{name}">Gold is paid in {name}.</clause>' for name in ("may", "june"))
    found = html.document_fromstring(page(one + other, other + one)).find_class("moved")
    assert [each.text_content().strip() for each in found] == ["← 2 june", "→ 1 june"]


def test_the_words_left_are_those_of_either_version() -> None:
    old, new = tree(RICH), tree(CHANGED, LEVER.replace("40", "50"))
    text = write_redline_html(compare(old, new), THEME)
    assert settled(text, "del") == settled(write_html(new, THEME), "del")
    assert settled(text, "ins") == settled(write_html(old, THEME), "ins")


def test_rows_and_entries_stay_inside_their_table_and_list() -> None:
    table = "<table><tr><td>F1</td><td>Design</td></tr>{}</table><ul><li>iron</li>{}</ul>"
    text = page(table.format("", ""), table.format("<tr><td>F2</td><td>Run</td></tr>", "<li>tin</li>"))
    parents = {found.getparent().tag for found in html.document_fromstring(text).iter("ins")}
    assert parents == {"td", "li"}


def test_the_lines_show_without_colour() -> None:
    style = page("<p>x</p>", "<p>y</p>").partition("</style>")[0]
    assert "ins { text-decoration-line: underline" in style
    assert "del { text-decoration-line: line-through" in style


def test_no_script_no_style_attribute_and_no_address_is_in_the_page() -> None:
    text = write_redline_html(compare(tree(RICH), tree(CHANGED)), THEME)
    root = html.document_fromstring(text)
    assert not root.xpath("//script | //@style | //link | //@onclick")
    assert {found.partition(":")[0] for found in root.xpath("//@src")} == {"data"}


def test_every_link_inside_the_page_leads_somewhere() -> None:
    root = html.document_fromstring(write_redline_html(compare(tree(RICH), tree(CHANGED)), THEME))
    names = root.xpath("//@id")
    assert len(names) == len(set(names))
    assert {found[1:] for found in root.xpath("//@href") if found.startswith("#")} <= set(names)


@pytest.mark.parametrize("value", ["</ins><script>alert(1)</script>", '"><img src=x>', "&lt;"])
def test_values_stay_words(value: str) -> None:
    text = write_redline_html(compare(tree("<p>x</p>"), tree("<p>x</p>", title=value, confidential=value)), THEME)
    assert html.document_fromstring(text).find("body/header/h1/ins").text_content() == f"[inserted: {value}]"
    assert "<script" not in body(text)
    assert "<img" not in body(text)


def test_each_version_of_a_title_stands_in_its_own_direction() -> None:
    text = write_redline_html(compare(tree("<p>x</p>"), tree("<p>x</p>", title="عقد الخدمات")), THEME)
    assert '<span class="spoken">[inserted: </span><bdi dir="rtl" class="whole">عقد الخدمات</bdi>' in text


def test_what_is_said_is_said_in_the_language_of_the_document() -> None:
    labels = Labels(inserted="eingefügt", deleted="gelöscht")
    old, new = (replace(tree(f"<p>Zahle {word} jetzt sofort.</p>"), labels=labels) for word in ("Gold", "Zinn"))
    assert "[gelöscht: </span>Gold" in write_redline_html(compare(old, new), THEME)


def test_the_same_redline_gives_the_same_page() -> None:
    assert page(RICH, CHANGED) == page(RICH, CHANGED)


def test_a_document_and_itself_give_its_own_page() -> None:
    same: Document = tree(RICH)
    assert body(write_redline_html(compare(same, same), THEME)) == body(write_html(same, THEME))
