"""Every format says the same: the words and numbers of the tree, of the PDF, of the Word file and of the web page.

Nothing here is read back by the code that wrote it. The PDF is read by its structure and by Poppler, the
Word file by LibreOffice, which counts clauses and follows references by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sized
from typing import Any

import pytest
from lxml import etree, html

from docgen.actions.render import write
from docgen.doctree.nodes import Contents, Document, Figure, Table
from docgen.doctree.text import document_lines
from docgen.doctree.walk import walk
from tests.conformance.libreoffice import LibreOffice
from tests.conformance.poppler import Area, read_pages
from tests.conformance.reading import read_aloud
from tests.scenes import KINDS, SCENES, Scene, Studio, desk
from tests.wording import first_difference, missing_and_more, plain, tree_words, without_leaders

BODY = Area(0, 68, 596, 713)
"""An A4 page between the running lines at its head and its foot."""
_PAGE_NUMBER = re.compile(r"\t[0-9]+$")
_LEADER = re.compile(r"\.{4,}")

every_scene = pytest.mark.parametrize("scene", SCENES.values(), ids=lambda scene: scene.name)
every_kind = pytest.mark.parametrize("kind", KINDS)


@every_scene
def test_the_pdf_reads_aloud_what_the_tree_says(scene: Scene, studio: Studio) -> None:
    words = [each for each in read_aloud(studio.path(scene, "pdf")) if "Figure" not in each.roles]
    pieces = list(without_leaders((each.text, "Link" in each.roles) for each in words))
    assert first_difference(tree_words(studio.made(scene).document), pieces) == ""


@every_scene
def test_the_pdf_shows_the_words_of_the_tree_and_no_others(scene: Scene, studio: Studio) -> None:
    document = studio.made(scene).document
    pages = read_pages(studio.path(scene, "pdf"), BODY)
    drawn = [*picture_words(document), *pieces_of(document.labels.draft), *around(document, pages)]
    assert missing_and_more(document_lines(document), shown(pages), drawn) == ({}, {})


@every_scene
def test_the_web_page_says_what_the_tree_says(scene: Scene, studio: Studio) -> None:
    made = studio.made(scene)
    page = write(made, "html", desk()).decode()
    assert first_difference(tree_words(made.document), list(page_pieces(page))) == ""


@every_scene
def test_the_text_is_the_tree_line_by_line(scene: Scene, studio: Studio) -> None:
    made = studio.made(scene)
    assert write(made, "txt", desk()).decode() == "".join(f"{line}\n" for line in document_lines(made.document))


@every_kind
def test_libreoffice_reads_the_words_of_the_tree_and_counts_the_same_numbers(
    kind: str, studio: Studio, libreoffice: LibreOffice
) -> None:
    found = {}
    for scene, path in studio.in_office(kind, "txt", libreoffice).items():
        lines = path.read_text("utf-8-sig").splitlines()
        words = plain(" ".join(_PAGE_NUMBER.sub("", line) for line in lines))
        found[scene.name] = first_difference(tree_words(studio.made(scene).document), words.split())
    assert {name: difference for name, difference in found.items() if difference} == {}


@every_kind
def test_libreoffice_prints_the_words_of_the_tree_with_references_it_has_found_itself(
    kind: str, studio: Studio, libreoffice: LibreOffice
) -> None:
    found = {}
    for scene, path in studio.in_office(kind, "pdf", libreoffice).items():
        document = studio.made(scene).document
        pages = read_pages(path, BODY)
        found[scene.name] = missing_and_more(document_lines(document), shown(pages), around(document, pages))
    assert {name: words for name, words in found.items() if words != ({}, {})} == {}


def shown(pages: Iterable[str]) -> Iterator[str]:
    """Yield the words of pages, those before the dots of a contents list parted from the number behind them."""
    return (_LEADER.sub(" ", page) for page in pages)


def around(document: Document, pages: Sized) -> Iterator[str]:
    """Yield what pages print more than once: heads of tables, and the numbers and dots of a contents list."""
    yield from head_words(document)
    if any(isinstance(block, Contents) for block in walk(document.blocks)):
        yield from (".", "...", *map(str, range(1, len(pages) + 1)))


def head_words(document: Document) -> Iterator[str]:
    """Yield the heads of the tables, which are repeated where a table goes on over the page."""
    for block in walk(document.blocks):
        if isinstance(block, Table):
            head = Document("", document.language, (Table(block.head, (), block.columns),))
            yield from document_lines(head)


def pieces_of(word: str) -> Iterator[str]:
    """Yield every run of letters of a word: the draft's mark stands askew, and is read in pieces."""
    return (word[start:end] for start in range(len(word)) for end in range(start + 1, len(word) + 1))


def picture_words(document: Document) -> Iterator[str]:
    """Yield the words drawn in the pictures."""
    shown = {block.asset for block in walk(document.blocks) if isinstance(block, Figure)}
    for name in shown:
        for element in etree.fromstring(document.pictures[name].svg.encode()).iter("{*}text"):
            yield "".join(element.itertext())


def page_pieces(page: str) -> Iterator[str]:
    """Yield the words of a web page's body piece by piece, without what runs along on paper."""
    body: Any = html.document_fromstring(page).find("body")
    for name in ("running-head", "running-mark", "running-name", "running-page"):
        for running in body.find_class(name):
            running.drop_tree()
    for listing in body.iter("ul", "ol"):
        if "contents" not in (listing.getparent().get("class") or ""):
            for count, item in enumerate(listing.findall("li"), 1):
                mark = "•" if listing.tag == "ul" else f"{count}."
                item.text = f"{mark} {item.text or ''}"
    return filter(str.strip, body.itertext())
