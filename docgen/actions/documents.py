"""Look issued documents up: list them, describe one, fetch its files, and say which await a signature."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.actions.desk import Desk
from docgen.actions.references import Reference, find_document, find_engagement, reference_of
from docgen.errors import NotFoundError

if TYPE_CHECKING:
    from docgen.store.events import DocumentIssued, DocumentName
    from docgen.store.record import Record
    from docgen.store.register import IssuedDocument

SIGNED = "signed"
"""What the signed copy is called among a document's files."""


def list_documents(desk: Desk, engagement: str, limit: int) -> tuple[IssuedDocument, ...]:
    """Return the documents of an engagement in the order issued, or the last ones of all, the newest first."""
    register = desk.record.register
    if not engagement:
        return register.last_documents(limit)
    find_engagement(register, engagement)
    return register.documents_of(engagement)


@dataclass(frozen=True)
class Due:
    """A document that still awaits a signature, and for how many days."""

    document: IssuedDocument
    days: int


def due(desk: Desk, limit: int) -> tuple[Due, ...]:
    """Return the documents that await a signature on the day of the desk, the one waiting longest first."""
    waiting = desk.record.register.unsigned(limit)
    return tuple(Due(each, (desk.on - dt.date.fromisoformat(each.day)).days) for each in waiting)


@dataclass(frozen=True)
class Description:
    """A document with all the record says of it."""

    document: IssuedDocument
    event: DocumentIssued
    person: str
    withdrawn_because: str

    @property
    def reference(self) -> Reference:
        """Return its reference."""
        return reference_of(self.document)


def describe(desk: Desk, text: str) -> Description:
    """Return all the record says of a document; raises ReferenceFormError, UnknownDocumentError."""
    document = find_document(desk.record.register, text)
    person = desk.record.people.email(document.person) or ""
    return Description(document, issued_event(desk.record, document), person, _reason(desk.record, document))


def _reason(record: Record, document: IssuedDocument) -> str:
    from docgen.store.blobs import BlobErasedError
    from docgen.store.events import DocumentWithdrawn

    if document.withdrawn_by is None:
        return ""
    event = record.ledger.entry(document.withdrawn_by).event
    if not isinstance(event, DocumentWithdrawn):
        return ""
    try:
        return record.blobs.read(event.reason).decode(errors="replace")
    except BlobErasedError:
        return "(erased)"


def fetch(desk: Desk, text: str, form: str) -> tuple[str, bytes]:
    """Return the name and the bytes of a document's file: pdf, docx, or the signed copy.

    Raises NotFoundError where there is no such file, and what reading blobs raises.
    """
    document = find_document(desk.record.register, text)
    stem = reference_of(document).file_stem
    if form == SIGNED:
        if document.signed is None:
            raise NotFoundError(f"{reference_of(document)} has no signed copy. `docgen document execute` keeps one.")
        content = desk.record.blobs.read(document.signed)
        return f"{stem}_executed{suffix_of(content)}", content
    files = {each.format: each.sealed or each.blob for each in issued_event(desk.record, document).outputs}
    if form not in files:
        raise NotFoundError(f"{reference_of(document)} has no {form}. It has {' and '.join(files)}.")
    return f"{stem}.{form}", desk.record.blobs.read(files[form])


def suffix_of(content: bytes) -> str:
    """Return how the name of a file with some bytes ends."""
    marks = {b"%PDF": ".pdf", b"PK\x03\x04": ".docx", b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg"}
    return next((suffix for mark, suffix in marks.items() if content.startswith(mark)), ".bin")


def issued_files(record: Record, document: IssuedDocument) -> dict[str, bytes]:
    """Return the files of a version as they left the firm, by format: the sealed PDF where there is one.

    Raises what reading blobs raises.
    """
    event = issued_event(record, document)
    return {output.format: record.blobs.read(output.sealed or output.blob) for output in event.outputs}


def issued_event(record: Record, document: IssuedDocument) -> DocumentIssued:
    """Return the entry of the log in which a version was issued; raises RecordDamagedError where it is another."""
    from docgen.store.database import RecordDamagedError
    from docgen.store.events import DocumentIssued
    from docgen.store.ledger import EntryMissingError

    try:
        event = record.ledger.entry(document.sequence).event
    except EntryMissingError:
        event = None
    if not isinstance(event, DocumentIssued) or event.document != document.name:
        raise RecordDamagedError(f"entry {document.sequence} does not issue {reference_of(document)}")
    return event


def document_row(record: Record, name: DocumentName) -> IssuedDocument:
    """Return a document by the name the log has for it; raises NotFoundError where the tables lost it."""
    document = record.register.document(name)
    if document is None:
        raise NotFoundError(f"The record lost {reference_of(name)}. `docgen audit verify` names all that is wrong.")
    return document
