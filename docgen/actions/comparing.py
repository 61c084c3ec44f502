"""What a counterparty changed: a file that came back, held against the document as it was issued."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.actions.bounded import bounded
from docgen.actions.classifying import Judgement, judge
from docgen.actions.desk import Desk
from docgen.actions.documents import issued_event
from docgen.actions.making import make_document, recorded_ingredients, write_document
from docgen.actions.references import find_document
from docgen.doctree.alignment import stretches
from docgen.doctree.manuscript import Comment, Line, Manuscript, Part, Piece, View, tokens
from docgen.errors import NotFoundError, UsageError
from docgen.exchange.word_package import FILE_LIMIT
from docgen.review.differences import NOWHERE, Difference, Placed, compared
from docgen.review.playbook import lines_of

if TYPE_CHECKING:
    from docgen.doctree.nodes import Document
    from docgen.store.register import IssuedDocument

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
    """The file that came back."""

    @property
    def is_same(self) -> bool:
        """Say whether the file says what was issued, with nothing in the margin."""
        return not self.differences and not self.comments


def compare_returned(desk: Desk, reference: str, path: Path) -> Comparison:
    """Return every difference between a document as issued and a Word file that came back, tracked or silent.

    The file is a stranger's: it is read within limits, and nothing in it is run, followed or fetched. Raises
    UnknownDocumentError, NotFoundError for a file that is not there, UsageError for one that is no Word file,
    WordFileError for one that cannot be read, LimitError, and what reading the record raises.
    """
    from docgen.exchange.word_lines import read_word

    document = find_document(desk.record.register, reference)
    data = _content(path)
    returned = bounded(f"Reading {path.name}", lambda: read_word(data), desk.limits)
    event = issued_event(desk.record, document)
    with recorded_ingredients(desk.record, event) as made_from:
        made = make_document(desk, made_from)
        kept = next((each.blob for each in event.outputs if each.format == "docx"), None)
        issued = desk.record.blobs.read(kept) if kept else write_document(desk, made_from, made)["docx"]
        lines = placed(read_word(issued), made.document)
        found = compared(lines, returned, month_names(made.document.language))
        judgement = judge(desk, document, made_from, made, lines, found)
    told = (found.differences, returned.comments, returned.remarks)
    return Comparison(document, *told, judgement, tuple(lines), data)


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise NotFoundError(f"There is no file “{path}”. Name the file that came back.")
    if path.stat().st_size > FILE_LIMIT:
        raise UsageError(f"{path} is larger than {FILE_LIMIT >> 20} MiB, so it was not opened.")
    data = path.read_bytes()
    if not data.startswith(_WORD):
        raise UsageError(f"{path} is no Word file. Give the .docx that came back.")
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
