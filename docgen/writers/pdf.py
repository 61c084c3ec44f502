"""Tree to PDF through WeasyPrint: PDF/A-3a and PDF/UA-1 in one file, facts attached, the same bytes each time.

A form is PDF/UA-1 and no more: PDF/A wants what is printed to stay as it is, and a form is to be filled in.
"""

from __future__ import annotations

import datetime as dt
import gc
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.doctree.nodes import Document
from docgen.doctree.walk import open_questions
from docgen.errors import DocgenError, MissingHereError
from docgen.writers.html import html_page
from docgen.writers.pdf_forms import Letters, Places, write_form
from docgen.writers.pdf_import import shortcuts
from docgen.writers.pdf_letters import mend_letters
from docgen.writers.pdf_objects import write_objects
from docgen.writers.pdf_structure import mend_structure
from docgen.writers.stylesheet import stylesheet
from docgen.writers.theme import Theme

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

FONTS = Path(__file__).with_name("fonts.conf")
VARIANT = "pdf/a-3a"
FORM_VARIANT = "pdf/ua-1"

_UA_SCHEMA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of PDF/UA this file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
_IDENTIFIER = """<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier>{}</dc:identifier></rdf:Description>
"""
"""What a form says it is: other programs keep this when they save it filled in."""


@dataclass(frozen=True)
class Attached:
    """A file carried inside the PDF: the facts the document was made from."""

    name: str
    description: str
    content: bytes


class FetchRefusedError(DocgenError):
    """A document asked for something outside itself."""

    def __init__(self, url: str) -> None:
        shown = url if len(url) < 80 else f"{url[:77]}…"
        super().__init__(f"The document asks for {shown}. Documents fetch nothing: use a picture the document carries.")


class MissingGlyphsError(MissingHereError):
    """No font here can print some characters."""

    def __init__(self, characters: str) -> None:
        shown = ", ".join(f"“{character}” (U+{ord(character):04X})" for character in characters)
        super().__init__(
            f"No font on this machine prints {shown}. Install a Noto font for that script, or change the words."
        )


def norms(document: Document) -> tuple[str, ...]:
    """Return the norms that a document's PDF claims to keep, by the names people know them by."""
    return ("PDF/UA-1",) if open_questions(document) else ("PDF/A-3a", "PDF/UA-1")


def write_pdf(document: Document, theme: Theme, day: dt.date, attached: tuple[Attached, ...] = ()) -> bytes:
    """Return the document as PDF/A-3a and PDF/UA-1 bytes, dated on a day; a form as PDF/UA-1 only.

    Raises MissingGlyphsError where a character cannot be printed and FetchRefusedError where the
    document asks for anything outside itself.
    """
    engine = _engine()
    laid = _laid_out(document, theme, day)
    with _uncollected(), _refusals():
        pdf: bytes = laid.write_pdf(
            pdf_variant=_variant(document),
            pdf_identifier=True,
            finisher=partial(_finish, document, theme),
            attachments=[_attachment(engine, file, day) for file in attached],
        )
    return pdf


def page_numbers(document: Document, theme: Theme, day: dt.date) -> dict[str, int]:
    """Return the page of the printed document on which each referenced target stands, by its id."""
    pages = enumerate(_laid_out(document, theme, day).pages, 1)
    return {str(name): count for count, page in pages for name in page.anchors}


def layout_library() -> str:
    """Return the version of Pango, which breaks the lines; raises MissingHereError."""
    _engine()
    from weasyprint.text.ffi import pango

    number = int(pango.pango_version())
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


def _laid_out(document: Document, theme: Theme, day: dt.date) -> Any:
    told = {"dcterms.created": day.isoformat(), "dcterms.modified": day.isoformat(), "keywords": document.number}
    head = "".join(f'<meta name="{name}" content="{escape(content)}">' for name, content in told.items() if content)
    page = html_page(document, theme, head=head, controls=Places)
    return _layout(page, stylesheet(theme, document), _variant(document))


def _variant(document: Document) -> str:
    return FORM_VARIANT if open_questions(document) else VARIANT


@lru_cache(maxsize=1)
def _layout(page: str, css: str, variant: str) -> Any:
    """Return a page's layout; the last one is kept, for a document is often wanted as PDF and as Word at once."""
    engine = _engine()
    style, fonts = _style(css)
    with _uncollected(), _refusals():
        html = engine.HTML(string=page, base_url="docgen:", url_fetcher=_fetcher())
        return html.render(stylesheets=[style], font_config=fonts, pdf_variant=variant)


def _finish(document: Document, theme: Theme, laid: Any, pdf: Any) -> None:
    """Refuse what cannot be printed, mend the structure, say what norms the file keeps, and close it."""
    missing = {chr(code) for font in laid.fonts.values() for code in font.missing if code > 0x20}
    if missing:
        raise MissingGlyphsError("".join(sorted(missing)))
    carried = pdf.catalog.get("AF", [])
    carried[:] = dict.fromkeys(carried)  # WeasyPrint 70 names each attachment twice
    mend_structure(pdf)
    mend_letters(laid.fonts.values(), pdf)
    questions = open_questions(document)
    if questions:
        write_form(pdf, questions, _letters(laid, theme.heading.pdf), theme)
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    told = _IDENTIFIER.format(escape(document.number)).encode() if questions else _UA_SCHEMA
    metadata.stream = [metadata.stream[0].replace(b"</rdf:RDF>", told + b"</rdf:RDF>", 1)]
    write_objects(pdf)


def _letters(laid: Any, family: str) -> Letters:
    """Return the font that answers are written in: the family's upright one, or another where there is none."""
    from weasyprint.text.fonts import get_hb_object_data

    fonts = sorted(
        laid.fonts.values(), key=lambda font: (font.family != family, font.style != 0, abs(font.weight - 400))
    )
    return Letters(get_hb_object_data(fonts[0].hb_face), fonts[0].index)


def _attachment(engine: Any, file: Attached, day: dt.date) -> Any:
    moment = dt.datetime.combine(day, dt.time(), dt.UTC)
    return engine.Attachment(
        file_obj=BytesIO(file.content),
        name=file.name,
        description=file.description,
        created=moment,
        modified=moment,
        relationship="Source",
        url_fetcher=_fetcher(),
    )


@lru_cache(maxsize=16)
def _style(css: str) -> tuple[CSS, FontConfiguration]:
    # One font configuration per style: a fresh one for each document leaks memory, one for all leaks @font-face.
    engine = _engine()
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    return engine.CSS(string=css, font_config=fonts, url_fetcher=_fetcher(), base_url="docgen:"), fonts


@lru_cache(maxsize=1)
def _engine() -> Any:
    """Import WeasyPrint once, with the project's own fonts."""
    os.environ.setdefault("FONTCONFIG_FILE", str(FONTS))
    try:
        with shortcuts():
            import weasyprint
    except OSError:
        try:
            import weasyprint
        except OSError as error:
            raise MissingHereError(
                f"PDF needs the Pango libraries, which are not here ({error}). Run `make demo`."
            ) from None
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False
    return weasyprint


@lru_cache(maxsize=1)
def _fetcher() -> URLFetcher:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Refusing(URLFetcher):  # type: ignore[misc]
        """Reads data: addresses and refuses everything else, wherever it is asked for."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if not url.lower().startswith("data:"):
                raise FatalURLFetchingError(url)
            return super().fetch(url, headers)

    return Refusing(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)


@contextmanager
def _refusals() -> Iterator[None]:
    from weasyprint.urls import FatalURLFetchingError

    try:
        yield
    except FatalURLFetchingError as error:
        raise FetchRefusedError(str(error)) from None


@contextmanager
def _uncollected() -> Iterator[None]:
    """Layout makes many objects and few cycles: the collector runs once, after it."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
