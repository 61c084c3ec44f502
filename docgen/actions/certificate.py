"""The certificate: what the record says of an engagement, on paper, for people who read no logs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.actions.desk import Desk
from docgen.actions.references import reference_of
from docgen.doctree.nodes import (
    Block,
    Cell,
    Column,
    Detail,
    Details,
    Document,
    Heading,
    Inline,
    Item,
    Listing,
    Manner,
    Paragraph,
    Row,
    Table,
    Text,
)

if TYPE_CHECKING:
    from docgen.store.events import DocumentIssued
    from docgen.store.register import IssuedDocument

_GROUP = 16


@dataclass(frozen=True)
class HistoryLine:
    """One entry of the log: its number, when, who, and what."""

    index: int
    at: dt.datetime
    person: str
    text: str


@dataclass(frozen=True)
class History:
    """What a certificate says."""

    engagement: str
    origin: str
    key: str
    checkpoint: str
    at: dt.datetime
    subject: tuple[tuple[str, str], ...]
    """What the engagement is and between whom, by labels; nothing when its facts are erased."""
    documents: tuple[tuple[IssuedDocument, DocumentIssued], ...]
    lines: tuple[HistoryLine, ...]


def certificate_pdf(desk: Desk, history: History) -> bytes:
    """Return the certificate as PDF/A, with the checkpoint it rests on attached; raises what writing a PDF raises."""
    from docgen.writers.pdf import Attached, write_pdf

    said = "The signed checkpoint this certificate rests on"
    attached = Attached("checkpoint.txt", said, history.checkpoint.encode())
    return write_pdf(certificate(history), desk.theme, history.at.date(), (attached,))


def certificate(history: History) -> Document:
    """Return the certificate as a document."""
    blocks: tuple[Block, ...] = (
        _paragraph(_OPENING, Manner.LEAD),
        _particulars(history),
        _heading("Documents"),
        *_documents(history),
        _heading("History"),
        _paragraph(_NUMBERING),
        _lines(history),
        _heading("How to verify this"),
        Listing(ordered=True, items=tuple(Item((_paragraph(text),)) for text in _STEPS)),
        _paragraph(_CLOSING, Manner.SMALL),
    )
    return Document(
        title="Certificate of record",
        subtitle=history.engagement,
        language="en",
        blocks=blocks,
        kind="certificate",
        number=f"{history.engagement}/certificate",
        author="docgen",
    )


_OPENING = (
    "This certificate lists what the record says of the engagement. Each line is an entry of a log to which entries "
    "are only ever added. The log is signed as a whole: a later change, omission, insertion or new order of any entry "
    "is found by whoever holds an earlier signed checkpoint."
)
_NUMBERING = (
    "Entries are numbered through the whole log. Those of other matters, and the signatures over the log, are not "
    "listed here, so numbers are missing between these."
)
_STEPS = (
    "The bundle this certificate came with holds every file, every entry and its proof, and verify.py, which needs "
    "only Python 3.8 or newer. Run: python3 verify.py",
    "Compare the signing key above with the one you know from elsewhere, and give verify.py any checkpoint you kept. "
    "Every PDF the firm issued carries one as an attachment.",
    "Times are those of the firm’s clock, unless a timestamp of an outside authority is in the bundle.",
)
_CLOSING = (
    "The certificate states what was recorded. It says nothing about whether what was recorded is true, or what "
    "follows from it in law."
)


def _particulars(history: History) -> Details:
    _, size, root, *_ = history.checkpoint.split("\n")
    return Details(
        (
            _detail("Engagement", history.engagement),
            *(_detail(label, value) for label, value in history.subject),
            _detail("Record", history.origin),
            _detail("Signing key", history.key),
            _detail("Entries in all", size),
            _detail("Root hash", root),
            _detail("Made at", _moment(history.at)),
        )
    )


def _documents(history: History) -> tuple[Block, ...]:
    if not history.documents:
        return (_paragraph("No document is issued."),)
    rows = [
        _row(str(reference_of(row)), row.day, _status(row), _hashes(row, event), first_is_head=True)
        for row, event in history.documents
    ]
    head = _head("Document", "Dated", "Status", "Files and their SHA-256")
    return (Table(head, tuple(rows), _columns(24, 12, 20, 44), _text("Documents issued")),)


def _lines(history: History) -> Table:
    rows = [
        _row(str(line.index), _moment(line.at), line.person, line.text, first_is_head=True) for line in history.lines
    ]
    head = _head("Entry", "When", "Who", "What")
    return Table(head, tuple(rows), _columns(8, 17, 32, 43), _text("Entries of the log"))


def _status(row: IssuedDocument) -> str:
    if row.status == "superseded":
        return f"superseded by version {row.superseded_by}"
    return f"signed on {row.executed_on}" if row.status == "executed" else row.status


def _hashes(row: IssuedDocument, event: DocumentIssued) -> str:
    files = [(output.format, output.blob) for output in event.outputs]
    files += [(f"{output.format}, sealed", output.sealed) for output in event.outputs if output.sealed]
    files += [("signed copy", row.signed)] if row.signed else []
    return "\n".join(f"{name}: {_grouped(digest)}" for name, digest in files)


def _grouped(digest: str) -> str:
    """Return a hash in groups, so that lines can break and people can compare."""
    return " ".join(digest[start : start + _GROUP] for start in range(0, len(digest), _GROUP))


def _moment(at: dt.datetime) -> str:
    offset = at.strftime("%z")
    return f"{at:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:5]}"


def _text(words: str) -> tuple[Inline, ...]:
    return (Text(words),)


def _paragraph(words: str, manner: Manner = Manner.BODY) -> Paragraph:
    return Paragraph(_text(words), manner)


def _heading(words: str) -> Heading:
    return Heading(1, _text(words))


def _detail(label: str, value: str) -> Detail:
    return Detail(_text(label), (_paragraph(value),))


def _row(*cells: str, first_is_head: bool) -> Row:
    return Row(
        tuple(
            Cell(tuple(_paragraph(line) for line in cell.split("\n")), header=first_is_head and place == 0)
            for place, cell in enumerate(cells)
        )
    )


def _head(*cells: str) -> tuple[Row, ...]:
    return (Row(tuple(Cell((_paragraph(cell),), header=True) for cell in cells)),)


def _columns(*widths: int) -> tuple[Column, ...]:
    return tuple(Column(width) for width in widths)
