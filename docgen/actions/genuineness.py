"""Tell of a file from anywhere whether it is genuine and still stands; only what the log itself says counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.actions.bounded import OF_A_FILE, LimitError, bounded
from docgen.actions.change_orders import read_chain
from docgen.actions.desk import Desk
from docgen.actions.documents import SIGNED, issued_event
from docgen.actions.references import find_document, reference_of
from docgen.errors import DocgenError, NotFoundError, UsageError
from docgen.lifecycle.states import OrderState

if TYPE_CHECKING:
    from docgen.store.events import DocumentExecuted
    from docgen.store.record import Record
    from docgen.store.register import IssuedDocument

_GONE = ("withdrawn", "superseded")
_LARGEST = 100_000_000


class Verdict(StrEnum):
    """What can be said of a file."""

    CURRENT = "genuine and current"
    CHANGED = "genuine; its order was changed since"
    SIGNED_COPY = "genuine: the signed copy"
    SUPERSEDED = "genuine but superseded"
    WITHDRAWN = "genuine but withdrawn"
    CONTINUED = "altered: added to after it was issued"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Examined:
    """What the record says of a file: the verdict, the document it is or claims to be, and the entry that says so."""

    verdict: Verdict
    digest: str
    document: IssuedDocument | None = None
    part: str = ""
    claims: str = ""
    person: str = ""
    current: int | None = None
    """The version that stands now, where it is another one."""
    remark: str = ""
    """What a reader should know of the paper of an order that was changed since."""

    @property
    def sound(self) -> bool:
        """Say whether the file is what stands now."""
        return self.verdict in (Verdict.CURRENT, Verdict.SIGNED_COPY)


def verify_file(desk: Desk, path: Path) -> Examined:
    """Return what the record says of a file from anywhere.

    Raises NotFoundError for a file that is not there, RecordDamagedError where the entry is not what was recorded.
    """
    from docgen.actions.identity import earlier_bytes

    if not path.is_file():
        raise NotFoundError(f"There is no file “{path}”. Name a PDF or a Word file.")
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    record = desk.record
    for document, part in _known_as(record, digest):
        verdict = _verdict(document, part)
        remark = _overtaken(desk, document) if verdict is Verdict.CURRENT else ""
        return _examined(record, digest, document, part, Verdict.CHANGED if remark else verdict, remark)
    if path.stat().st_size > _LARGEST:
        return Examined(Verdict.UNKNOWN, digest)
    content = path.read_bytes()
    for earlier in earlier_bytes(content):
        for document, part in _known_as(record, sha256(earlier).hexdigest()):
            return _examined(record, digest, document, part, Verdict.CONTINUED)
    claims = claims_of(desk, path)
    claimed = _claimed(record, claims)
    if claimed:
        return Examined(Verdict.ALTERED, digest, claimed, claims=claims, person=_email(record, claimed))
    return Examined(Verdict.UNKNOWN, digest, claims=claims)


def _overtaken(desk: Desk, document: IssuedDocument) -> str:
    """Say of the paper of an order that was changed since, or decided against, that it cannot be signed."""
    if document.kind != "change-order":
        return ""
    try:
        state = read_chain(desk.record, document.engagement, desk.on).course(document.number).state
    except DocgenError:  # the tables cannot be read, which is for `audit verify` to tell
        return ""
    if state in (OrderState.ISSUED, OrderState.EXECUTED):
        return ""
    return f"The order was changed after this paper was issued and is {state} now: as it stands, it cannot be signed."


def claims_of(desk: Desk, path: Path) -> str:
    """Return which document a file says it is, or nothing; one that is made to hurt its reader says nothing."""
    from docgen.actions.identity import claimed_reference

    content = path.read_bytes()
    try:
        return bounded(str(path), lambda: claimed_reference(content), desk.limits, OF_A_FILE)
    except LimitError:
        return ""


def _claimed(record: Record, claims: str) -> IssuedDocument | None:
    try:
        return find_document(record.register, claims) if claims else None
    except (NotFoundError, UsageError):
        return None


def _known_as(record: Record, digest: str) -> Iterator[tuple[IssuedDocument, str]]:
    """Yield what a file is, that which stands before that which does not; only what the log itself says counts."""
    parts = [(_as_logged(record, document), part) for document, part in record.register.parts(digest)]
    for document, part in sorted(
        parts, key=lambda each: (each[0].status in _GONE, each[1] == SIGNED, -each[0].sequence)
    ):
        if _is_in_log(record, document, digest):
            yield document, part


def _as_logged(record: Record, document: IssuedDocument) -> IssuedDocument:
    """Return a document with what the log says became of it: a table could have been changed by hand."""
    reference = reference_of(document)
    superseded = record.ledger.find(f"supersede/{reference}")
    withdrawn = record.ledger.find(f"withdraw/{reference}")
    signed = _signing(record, document)
    return replace(
        document,
        superseded_by=getattr(superseded.event, "by_version", None) if superseded else None,
        withdrawn_by=withdrawn.index if withdrawn else None,
        executed_on=signed.on.isoformat() if signed else None,
        signed=signed.signed if signed else None,
    )


def _signing(record: Record, document: IssuedDocument) -> DocumentExecuted | None:
    from docgen.store.events import DocumentExecuted

    entry = record.ledger.find(f"execute/{reference_of(document)}")
    return entry.event if entry and isinstance(entry.event, DocumentExecuted) else None


def _is_in_log(record: Record, document: IssuedDocument, digest: str) -> bool:
    """Say whether an entry of the log names a file as one of a document."""
    outputs = issued_event(record, document).outputs
    return digest in {document.signed, *(blob for each in outputs for blob in (each.blob, each.sealed))}


def _verdict(document: IssuedDocument, part: str) -> Verdict:
    match document.status:
        case "withdrawn":
            return Verdict.WITHDRAWN
        case "superseded":
            return Verdict.SUPERSEDED
        case _:
            return Verdict.SIGNED_COPY if part == SIGNED else Verdict.CURRENT


def _examined(
    record: Record, digest: str, document: IssuedDocument, part: str, verdict: Verdict, remark: str = ""
) -> Examined:
    versions = record.register.versions(document.engagement, document.kind, document.number)
    standing = [each.version for each in versions if each.status not in _GONE and each.version != document.version]
    current = standing[-1] if standing and document.status in _GONE else None
    shown = str(reference_of(document))
    return Examined(verdict, digest, document, part, shown, _email(record, document), current, remark)


def _email(record: Record, document: IssuedDocument) -> str:
    return record.people.email(document.person) or ""
