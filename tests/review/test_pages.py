"""A PDF that came back is compared by its text, by clause, whoever made it; what cannot be read is said."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from docgen.actions.comparing import is_printed, placed
from docgen.actions.marking import marked_issued
from docgen.doctree.manuscript import Page, View
from docgen.doctree.nodes import Document
from docgen.exchange.pdf_pages import PdfFileError, read_pdf
from docgen.exchange.word_lines import read_word
from docgen.review.differences import Difference, Placed, differences
from docgen.review.pages import Pair, compared_pages, page_remarks
from docgen.writers.docx import write_docx
from docgen.writers.pdf import write_pdf
from tests.conformance.libreoffice import LibreOffice
from tests.review.test_corpus import FOLDER, TRUTH, told
from tests.review.test_corpus import tree as issued_tree
from tests.review.test_returned_redline import AT, settled
from tests.writers.versions import THEME, documents, tree

MONTHS = ("May", "October")
CONTRACT = """<doc title="Agreement" number="AG-1" date="1 May 2026">
<clause id="fees" title="Fees"><clause id="pay">The Client shall pay GBP 64,000.00 within 30 days of 5 October 2026,
as in <xref to="late"/>. The Provider shall not offer that to others, and the Client shall tell the Provider about it in
writing before the end of the month in which it learns of the non-exclusive licence, and of each affiliate.</clause>
<clause id="set-off">No “set-off” is allowed – not even the Client’s.</clause></clause>
<clause id="late" title="Late payment">Interest runs at eight per cent a year on what is late.</clause>
<clause id="law" title="Law"><clause id="courts">The courts of England decide every dispute of the Parties.</clause>
<clause id="talk">The Parties shall first talk to each other about a dispute.</clause></clause></doc>"""


def pdf(document: Document) -> bytes:
    return write_pdf(document, THEME, dt.date(2026, 5, 1))


def model(document: Document) -> list[Placed]:
    return [each for each in placed(read_word(write_docx(document, THEME)), document) if is_printed(each.line)]


def compared(old: Document, pages: Sequence[Page]) -> tuple[tuple[Difference, ...], tuple[Pair, ...]]:
    found, pairs = compared_pages(issued_pages(old), pages, model(old), MONTHS)
    return found.differences, pairs


def issued_pages(document: Document) -> tuple[Page, ...]:
    return read_pdf(pdf(document))


def against(old: Document, pages: Sequence[Page]) -> tuple[Difference, ...]:
    return compared(old, pages)[0]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("30 days", "45 days", ("number", "pay", "30", "45")),
        ("64,000.00", "46,000.00", ("amount", "pay", "GBP 64,000.00", "GBP 46,000.00")),
        ("shall not offer", "shall offer", ("wording", "pay", "not", "")),
        ("5 October", "6 October", ("date", "pay", "5 October 2026", "6 October 2026")),
        ("Interest runs", "No interest runs", ("wording", "late", "Interest", "No interest")),
    ],
)
def test_a_changed_word_is_told_with_its_clause(before: str, after: str, expected: tuple[str, ...]) -> None:
    (found,) = against(tree(CONTRACT), read_pdf(pdf(tree(CONTRACT.replace(before, after)))))
    assert (found.kind, found.where.clause_id, found.before, found.after) == expected


def test_a_clause_that_went_is_told_and_the_numbers_that_moved_along_are_not() -> None:
    start = CONTRACT.index('<clause id="set-off"')
    shorter = CONTRACT[:start] + CONTRACT[CONTRACT.index("</clause>", start) + len("</clause>") :]
    (found,) = against(tree(CONTRACT), read_pdf(pdf(tree(shorter))))
    assert (found.kind, found.where.clause_id) == ("removed", "set-off")


def test_a_clause_that_came_moves_numbers_along_and_a_reference_to_another_clause_is_a_change() -> None:
    longer = CONTRACT.replace('<clause id="late"', '<clause id="new" title="New">Be it so.</clause><clause id="late"')
    found = against(tree(CONTRACT), read_pdf(pdf(tree(longer))))
    assert [(each.kind, each.after) for each in found] == [("added", "New Be it so.")]
    (other,) = against(tree(CONTRACT), read_pdf(pdf(tree(CONTRACT.replace('<xref to="late"/>', '<xref to="law"/>')))))
    assert (other.where.clause_id, other.before, other.after) == ("pay", "2", "3")


def test_words_that_came_at_the_edge_of_every_page_are_told_in_their_order() -> None:
    old = tree(
        CONTRACT.replace("</doc>", f'<clause id="more" title="More">{"<p>The Parties agree.</p>" * 90}</clause></doc>')
    )
    pages = issued_pages(old)
    assert len(pages) > 1
    (found,) = against(old, [replace(each, lines=(*each.lines, "Draft of client")) for each in pages])
    assert (found.part, found.before, found.after) == ("header", "", "draft of client")


def lines_of(text: str) -> tuple[Page, ...]:
    return tuple(Page(tuple(page.strip().split("\n"))) for page in text.split("\f"))


def test_lines_and_pages_broken_elsewhere_hyphens_ligatures_and_what_runs_along_are_no_change() -> None:
    old = tree(CONTRACT)
    (page,) = issued_pages(old)
    text = re.sub(r"(?<=[a-z]) (?=[a-z])", "\n", "\n".join(page.lines))
    for before, after in (
        ("exclusive", "exclu-\nsive"),
        ("affiliate", "a\ufb03liate"),
        ("non-", "non-\n"),
        ("Provider", "Pro\u00ad\nvider"),
        ("2. Late", "\f2. Late"),
    ):
        assert before in text
        text = text.replace(before, after)
    pages = [f"{each}\nHollis & Byrne\nPage {number} of 2" for number, each in enumerate(text.split("\f"), 1)]
    found = against(old, lines_of("\f".join(pages)))
    assert [each for each in found if each.part == "body"] == []


def test_a_clause_is_not_hidden_in_a_contents_list() -> None:
    old = tree(CONTRACT.replace("<clause", "<toc/><clause", 1))
    pages = read_pdf(pdf(old))
    other = [Page((*page.lines, "Nothing is owed . . . . . . . 7"), page.pictures) for page in pages[:1]] + list(
        pages[1:]
    )
    (found,) = against(old, other)
    assert (found.kind, found.part, found.after) == ("added", "contents list", "Nothing is owed")


@settings(max_examples=8, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(documents(), documents())
def test_two_versions_differ_as_pdf_where_they_differ_as_word_and_the_redline_keeps_the_law(
    old: Document, new: Document
) -> None:
    pages = read_pdf(pdf(new))
    found, pairs = compared(old, pages)
    word = write_docx(old, THEME)
    as_word = differences(placed(read_word(word), old), read_word(write_docx(new, THEME)))
    assert bool(found) or not as_word
    assert against(old, issued_pages(old)) == ()
    redlined = read_word(marked_issued(word, pairs, AT))
    before = placed(read_word(word), old)
    assert [each for each in differences(before, settled(redlined, View.REJECTED)) if each.part == "body"] == []
    assert not found or redlined.is_tracked


@pytest.mark.conformance
def test_pdfs_that_libreoffice_made_are_compared_like_word_files(libreoffice: LibreOffice, tmp_path: Path) -> None:
    names = ("change-order-changed", "letter-changed", "letter-de-changed", "letter-docxcompose")
    originals = [FOLDER / "issued" / f"{name}.docx" for name in ("change-order", "letter", "letter-de")]
    made = libreoffice.convert([*originals, *(FOLDER / "returned" / f"{name}.docx" for name in names)], "pdf", tmp_path)
    pages = {path.stem: read_pdf(result.read_bytes()) for path, result in made.items()}
    for name in names:
        truth = TRUTH[name]
        document = issued_tree(truth["issued"])
        before = placed(read_word((FOLDER / "issued" / f"{truth['issued']}.docx").read_bytes()), document)
        printed = [each for each in before if is_printed(each.line)]
        ours = read_pdf(pdf(document))
        assert [
            each for each in compared_pages(ours, pages[truth["issued"]], printed)[0].differences if each.part == "body"
        ] == []
        found, _ = compared_pages(pages[truth["issued"]], pages[name], printed)
        assert list(map(told, found.differences)) == truth["changes"], name


# What cannot be read


def written(writer: PdfWriter) -> bytes:
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


def test_a_scanned_file_and_one_with_a_password_are_refused_in_words() -> None:
    empty = PdfWriter()
    empty.add_blank_page(200, 200)
    with pytest.raises(PdfFileError, match="No page of the PDF has text"):
        read_pdf(written(empty))
    locked = PdfWriter(clone_from=PdfReader(BytesIO(pdf(tree(CONTRACT)))))
    locked.encrypt("secret", algorithm="AES-256")
    with pytest.raises(PdfFileError, match="encrypted"):
        read_pdf(written(locked))
    with pytest.raises(PdfFileError, match="broken"):
        read_pdf(b"%PDF-1.7\nnothing")


def test_pages_that_are_pictures_are_named() -> None:
    pages = (Page(("Words.",)), Page((), 1), Page(("More.",), 2), Page(()))
    assert list(page_remarks((Page(("Words.",)),), pages)) == [
        "Page 2 is a picture without text. Its words cannot be compared: look at it.",
        "Page 3 holds a picture that was not issued. It may carry text: look at it.",
        "Page 4 has no text.",
    ]


SMALL = pdf(tree("<p>One line.</p>"))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_file_with_octets_changed_is_read_or_refused(data: st.DataObject) -> None:
    octets = bytearray(SMALL)
    for place in data.draw(st.lists(st.integers(0, len(octets) - 1), min_size=1, max_size=8)):
        octets[place] = data.draw(st.integers(0, 255))
    with suppress(PdfFileError):
        read_pdf(bytes(octets))
