"""Files changed with python-docx: in silence, and in how they look."""

from __future__ import annotations

import copy
from collections.abc import Callable
from io import BytesIO

import docx
from docx.document import Document
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph


def _edited(file: bytes, *edits: Callable[[Document], None]) -> bytes:
    document = docx.Document(BytesIO(file))
    for edit in edits:
        edit(document)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _line(document: Document, words: str) -> Paragraph:
    cells = (cell for table in document.tables for row in table.rows for cell in row.cells)
    lines: list[Paragraph] = [*document.paragraphs, *(line for cell in cells for line in cell.paragraphs)]
    return next(line for line in lines if _loose(words) in _loose(line.text))


def _loose(words: str) -> str:
    """Return words with spaces that break for those that do not."""
    return words.replace("\u00a0", " ")


def _words(before: str, after: str) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        run = next(run for run in _line(document, before).runs if before in _loose(run.text))
        run.text = _loose(run.text).replace(before, after)

    return edit


def _in_run(line: Paragraph, before: str, after: str) -> None:
    for run in line.runs:
        if before in run.text:
            run.text = run.text.replace(before, after)


def _removed(words: str) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        element = _line(document, words)._p
        element.getparent().remove(element)

    return edit


def _swapped(document: Document) -> None:
    first, second = (
        _line(document, "A Party that suffers loss")._p,
        _line(document, "The limits do not apply to the duty")._p,
    )
    second.addprevious(first)


def _added(document: Document) -> None:
    line = _line(document, "The Provider shall record time")
    other = copy.deepcopy(line._p)
    line._p.addnext(other)
    for run in Paragraph(other, line._parent).runs[1:]:
        run._r.getparent().remove(run._r)
    Paragraph(other, line._parent).runs[0].text = "Travel counts as time at half the rate."


def resaved(file: bytes) -> bytes:
    """Open a file and save it."""
    return _edited(file)


def small_words(file: bytes) -> bytes:
    """Change the small words that matter most."""
    return _edited(
        file,
        _words("within 30 days of its date", "within 60 days of its date"),
        _words("neither Party is liable", "the Provider alone is liable"),
        _words("simple interest at 8% a year", "simple interest at 3% a year"),
        _words("for 3 years after it ends", "for 5 years after it ends"),
    )


def clauses(file: bytes) -> bytes:
    """Take a clause out, put one in, and swap two."""
    return _edited(file, _removed("A Party may set off only"), _added, _swapped)


def table(file: bytes) -> bytes:
    """Change an amount in a table, and take a row out of another."""

    def row(document: Document) -> None:
        element = _line(document, "Jon Bell, Delivery Lead")._p.getparent().getparent()
        element.getparent().remove(element)

    return _edited(file, row, _words("Up to GBP 10,000.00", "Up to GBP 70,000.00"))


def edges(file: bytes) -> bytes:
    """Change what stands at the edge of each page."""

    def edit(document: Document) -> None:
        for section in document.sections:
            for line in section.header.paragraphs + section.first_page_header.paragraphs:
                _in_run(line, "Confidential", "Draft for discussion")
            for line in section.footer.paragraphs + section.first_page_footer.paragraphs:
                _in_run(line, "NBS-2026-014/contract/1", "NBS-2026-014/contract/2")

    return _edited(file, edit)


def reformatted(file: bytes) -> bytes:
    """Give all words another look, without styles, numbering or tables’ frames."""

    def edit(document: Document) -> None:
        document.styles["Normal"].font.name = "Arial"
        cells = (cell for table in document.tables for row in table.rows for cell in row.cells)
        for line in [*document.paragraphs, *(each for cell in cells for each in cell.paragraphs)]:
            line.style = document.styles["Normal"]
            line.paragraph_format.space_after = Pt(3)
            for run in line.runs:
                run.font.size = Pt(9)
                run.font.color.rgb = RGBColor(0x20, 0x20, 0x60)
                run.italic = True

    return _edited(file, edit)


def letter_changed(file: bytes) -> bytes:
    """Change what a letter allows, and one sign of an address."""
    return _edited(
        file,
        _words("twenty thousand British pounds", "two hundred thousand British pounds"),
        _words("(amara.okafor@northbridge.example)", "(amara.okafor@northbridqe.example)"),
        _removed("No production data leaves"),
        _words("does not oblige either of us", "does oblige both of us"),
    )


def german_changed(file: bytes) -> bytes:
    """Change a German letter in silence."""
    return _edited(
        file,
        _words("innerhalb von 30 Tagen", "innerhalb von 90 Tagen"),
        _words("höchstens", "mindestens"),
        _removed("No production data leaves"),
    )


def order_changed(file: bytes) -> bytes:
    """Change a change order in silence, in a table and in a clause."""
    return _edited(
        file,
        _words("GBP 129,900.00", "GBP 129,090.00"),
        _words("Neither party shall claim", "Either party may claim"),
    )


MAKERS = {
    "contract-resaved-python-docx": ("contract", resaved),
    "contract-small-words": ("contract", small_words),
    "contract-clauses": ("contract", clauses),
    "contract-table": ("contract", table),
    "contract-edges": ("contract", edges),
    "contract-reformatted": ("contract", reformatted),
    "letter-de-reformatted": ("letter-de", reformatted),
    "letter-changed": ("letter", letter_changed),
    "letter-de-changed": ("letter-de", german_changed),
    "change-order-changed": ("change-order", order_changed),
}
"""What is made of which issued document."""
