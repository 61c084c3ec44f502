"""What a counterparty changed: a file that came back, held against the document as it was issued."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.actions.bounded import OF_A_FILE, bounded
from docgen.actions.classifying import Judgement, judge
from docgen.actions.desk import Desk
from docgen.actions.documents import issued_event
from docgen.actions.making import Ingredients, make_document, recorded_ingredients, write_document
from docgen.actions.references import find_document
from docgen.doctree.alignment import stretches
from docgen.doctree.manuscript import Comment, Line, Manuscript, Page, Part, Piece, View, tokens
from docgen.errors import NotFoundError, UsageError
from docgen.exchange.word_package import FILE_LIMIT
from docgen.review.differences import NOWHERE, Difference, Kind, Placed, compared
from docgen.review.pages import Pair, compared_pages, page_remarks
from docgen.review.playbook import lines_of

if TYPE_CHECKING:
    from docgen.actions.render import Made
    from docgen.doctree.nodes import Document
    from docgen.store.register import IssuedDocument

_PDF = b"%PDF-"
_WORD = (b"PK", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Comparison:
    """A returned file beside the document: all that differs, what was written in the margin, and what was not read."""

    document: IssuedDocument
    differences: tuple[Difference, ...]
    comments: tuple[Comment, ...]
    remarks: tuple[str, ...]
    judgement: Judgement
    """What the playbook says of the differences, in their order."""
    issued: tuple[Placed, ...] = ()
    """The lines of the document as issued."""
    content: bytes = b""
    """The Word file to be marked: the one that came back or, for a PDF, the one that was issued."""
    pairs: tuple[Pair, ...] | None = None
    """For a PDF its lines beside those of the Word file, in order."""

    @property
    def is_same(self) -> bool:
        """Say whether the file says what was issued, with nothing in the margin."""
        return not self.differences and not self.comments

    @property
    def is_another(self) -> bool:
        """Say whether most words that were issued are gone: it may be another document that came back."""
        gone = sum(len(each.before.split()) for each in self.differences if each.kind is not Kind.MOVED)
        return 2 * gone > sum(len(each.line.text.split()) for each in self.issued)


def compare_returned(desk: Desk, reference: str, path: Path) -> Comparison:
    """Return every difference between a document as issued and a file that came back, tracked or silent.

    The file is a stranger's: it is read within limits, and nothing in it is run, followed or fetched. Raises
    UnknownDocumentError, NotFoundError for a file that is not there, UsageError for one that is neither a Word file nor
    a PDF, WordFileError and PdfFileError for one that cannot be read, LimitError, and what reading the record raises.
    """
    document = find_document(desk.record.register, reference)
    data = _content(path)
    came = bounded(f"Reading {path.name}", lambda: _read(data), desk.limits, OF_A_FILE)
    with recorded_ingredients(desk.record, issued_event(desk.record, document)) as made_from:
        made = make_document(desk, made_from)
        files = _issued(desk, document, made_from, made)
        lines = placed(_read_word(files["docx"]), made.document)
        months = month_names(made.document.language)
        if isinstance(came, Manuscript):
            found, pairs = compared(lines, came, months), None
            comments, remarks, marked = came.comments, came.remarks, data
        else:
            before, printed = _read_pdf(files["pdf"]), [each for each in lines if is_printed(each.line)]
            found, pairs = compared_pages(before, came, printed, months)
            comments, remarks, marked = (), tuple(page_remarks(before, came)), files["docx"]
        judgement = judge(desk, document, made_from, made, lines, found)
    return Comparison(document, found.differences, comments, remarks, judgement, tuple(lines), marked, pairs)


def _read(data: bytes) -> Manuscript | tuple[Page, ...]:
    return _read_pdf(data) if data.startswith(_PDF) else _read_word(data)


def _read_word(data: bytes) -> Manuscript:
    from docgen.exchange.word_lines import read_word

    return read_word(data)


def _read_pdf(data: bytes) -> tuple[Page, ...]:
    from docgen.exchange.pdf_pages import read_pdf

    return read_pdf(data)


def _issued(desk: Desk, document: IssuedDocument, made_from: Ingredients, made: Made) -> dict[str, bytes]:
    """Return the files of a document as they were issued."""
    event = issued_event(desk.record, document)
    files = {each.format: desk.record.blobs.read(each.blob) for each in event.outputs}
    if not {"pdf", "docx"} <= set(files):
        files = {**write_document(desk, made_from, made), **files}
    return files


def is_printed(line: Line) -> bool:
    """Say whether a line stands on a page by itself, and not at its edge."""
    return line.part in (Part.BODY, Part.TEXT_BOX) and bool(line.text.strip())


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise NotFoundError(f"There is no file “{path}”. Name the file that came back.")
    if path.stat().st_size > FILE_LIMIT:
        raise UsageError(f"{path} is larger than {FILE_LIMIT >> 20} MiB, so it was not opened.")
    data = path.read_bytes()
    if not data.startswith((*_WORD, _PDF)):
        raise UsageError(f"{path} is neither a Word file nor a PDF. Give the .docx or the .pdf that came back.")
    return data


def month_names(language: str) -> tuple[str, ...]:
    """Return the names of months in a language, whole and short."""
    from babel.dates import get_month_names

    names = (get_month_names(width, locale=language).values() for width in ("wide", "abbreviated"))
    return tuple(dict.fromkeys(name for each in names for name in each))


def placed(issued: Manuscript, document: Document) -> list[Placed]:
    """Return the lines of an issued Word file with the clauses of its tree: both say the same in the same order."""
    lines = issued.seen(View.ACCEPTED)
    known = list(lines_of(document.blocks))
    keys = [_key(line) for line in lines], [_key(Line((Piece(words),))) for words, _ in known]
    found: list[Placed] = []
    where = NOWHERE
    for stretch in stretches(*keys):
        for offset, line in enumerate(lines[stretch.old]):
            where = known[stretch.new.start + offset][1] if stretch.same else where
            found.append(Placed(line, where if line.part in (Part.BODY, Part.TEXT_BOX) else NOWHERE))
    return found


def _key(line: Line) -> tuple[str, ...]:
    return tuple(token.key for token in tokens(line))
