"""Read a PDF from anywhere as lines of words, page by page: nothing in it is run or followed, and all has limits.

Letters are placed as ISO 32000-2 has it. pypdf reads them, in plain Python, so that a file made to hurt can at most
take time and memory, which the caller bounds.
"""

from __future__ import annotations

import logging
import re
import struct
import zlib
from collections.abc import Container, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from docgen.doctree.manuscript import Page
from docgen.errors import DocgenError

if TYPE_CHECKING:
    from pypdf import PageObject

FILE_LIMIT = 64 * 1024 * 1024
"""The most bytes of a file."""
PAGES_LIMIT = 2_000
"""The most pages of a file."""
PAGE_LIMIT = 200_000
"""The most letters of a page; a full one has some five thousand."""
_DEPTH = 8
_DRAWN = re.compile(rb"(/[^\s/()<>\[\]{}%]+)\s+Do\b")
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What reading a file with octets changed may end in."""


class PdfFileError(DocgenError):
    """A file is no PDF that can be read."""


def read_pdf(data: bytes) -> tuple[Page, ...]:
    """Return the pages of a PDF.

    Raises PdfFileError when it is none, is broken, protected or too large, or when no page has text.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    if len(data) > FILE_LIMIT:
        raise PdfFileError(f"The PDF is larger than {FILE_LIMIT >> 20} MiB, so it was not opened.")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted:
            raise PdfFileError(
                "The PDF is encrypted, so it was not read. Ask for it without a password and protection."
            )
        if len(reader.pages) > PAGES_LIMIT:
            raise PdfFileError(f"The PDF has more than {PAGES_LIMIT:,} pages; no document has.")
        pages = tuple(_page(page, number) for number, page in enumerate(reader.pages, 1))
    except (PyPdfError, *_BROKEN):
        raise PdfFileError(
            "The PDF is broken and cannot be read. Open it, save it anew, or ask for it again."
        ) from None
    if not any(page.lines for page in pages):
        raise PdfFileError(
            f"No page of the PDF has text ({len(pages)} read): it was scanned or printed as pictures. "
            "Ask for the Word file, or for a PDF with text."
        )
    return pages


def _page(page: PageObject, number: int) -> Page:
    text = page.extract_text()
    if len(text) > PAGE_LIMIT:
        raise PdfFileError(f"Page {number} of the PDF has more than {PAGE_LIMIT:,} letters; no page has.")
    lines = (" ".join(line.split()) for line in text.split("\n"))
    content = page.get_contents()
    drawn = frozenset(_DRAWN.findall(content.get_data() if content is not None else b""))
    return Page(tuple(filter(None, lines)), sum(1 for _ in _pictures(page.get("/Resources"), drawn, 0)))


def _pictures(resources: Any, drawn: Container[bytes] | None, depth: int) -> Iterator[Any]:
    """Yield the pictures drawn on a page, also those inside forms; pages may share what they draw from."""
    found: Any = resources.get_object() if resources is not None else {}
    objects = found.get("/XObject")
    if objects is None or depth > _DEPTH:
        return
    for name, each in objects.get_object().items():
        inner: Any = each.get_object()
        if drawn is not None and str(name).encode() not in drawn:
            continue
        if inner.get("/Subtype") == "/Image":
            yield inner
        elif inner.get("/Subtype") == "/Form":
            yield from _pictures(inner.get("/Resources"), None, depth + 1)
