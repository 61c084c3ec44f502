"""A walk reaches every block, word, reference and target of a tree once, in reading order."""

from __future__ import annotations

import pytest

from docgen.doctree.nodes import Document, Paragraph
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.doctree.text import inline_words
from docgen.doctree.walk import block_words, prints_pages, references, targets, walk

EVERYWHERE = """<doc title="T">
<toc/>
<h1>w1</h1>
<clause id="a" title="w2"><p>w3</p><clause id="b">w4</clause></clause>
<definitions><definition term="w5">w6</definition></definitions>
<ul><li>w7<ol><li>w8</li></ol></li></ul>
<dl><dt>w9</dt><dd>w10</dd></dl>
<table><caption>w11</caption><thead><tr><th>w12</th></tr></thead><tr><td>w13<ul><li>w14</li></ul></td></tr></table>
<blockquote>w15</blockquote>
<note>w16</note>
<parties><party>w17</party></parties>
<signatures><p>w18</p><signature party="P"/></signatures>
<pagebreak/>
<schedule id="s" title="w19"><clause id="c">w20</clause></schedule>
</doc>"""


def document(body: str) -> Document:
    return number(parse(f'<doc title="T">{body}</doc>'))


def test_every_word_is_reached_once_in_reading_order() -> None:
    tree = number(parse(EVERYWHERE))
    found = [inline_words(run) for block in walk(tree.blocks) for run in block_words(block)]
    assert sorted(filter(None, found), key=lambda word: int(word[1:])) == [f"w{count}" for count in range(1, 21)]
    paragraphs = [inline_words(block.children) for block in walk(tree.blocks) if isinstance(block, Paragraph)]
    assert paragraphs == sorted(paragraphs, key=lambda word: int(word[1:]))


@pytest.mark.parametrize(
    "place",
    [
        '<p><xref to="a"/></p>',
        '<p><em><u><xref to="a"/></u></em></p>',
        '<p><a href="https://x.example"><xref to="a"/></a></p>',
        '<p><term><xref to="a"/></term></p>',
        '<table><tr><td><ul><li><xref to="a"/></li></ul></td></tr></table>',
        '<signatures><note><xref to="a"/></note><signature party="P"/></signatures>',
        '<dl><dt><xref to="a"/></dt><dd>x</dd></dl>',
    ],
)
def test_references_are_found_wherever_they_stand(place: str) -> None:
    tree = document(f'<clause id="a">x</clause>{place}')
    assert [reference.target for reference in references(tree)] == ["a"]
    assert list(targets(tree)) == ["a"]


def test_the_targets_of_the_contents_list_count_too() -> None:
    tree = document('<toc/><clause id="a" title="A">x</clause><clause id="b" title="B">see <xref to="a"/></clause>')
    assert list(targets(tree)) == ["a", "b", "a"]


@pytest.mark.parametrize(
    ("body", "names_pages"),
    [
        ('<toc/><clause id="a" title="A">x</clause>', True),
        ('<p><xref to="a" show="page"/></p><clause id="a">x</clause>', True),
        ('<p><xref to="a"/></p><clause id="a">x</clause>', False),
        ("<p>page 3</p>", False),
    ],
)
def test_pages_are_named_by_contents_lists_and_page_references(body: str, names_pages: bool) -> None:
    assert prints_pages(document(body)) is names_pages
