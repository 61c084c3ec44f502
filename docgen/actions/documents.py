"""What people do with issued documents: look, fetch, sign, withdraw, compare, make again, tell genuine from altered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.actions.acting import Deed, act
from docgen.actions.bounded import LimitError, bounded
from docgen.actions.desk import Desk
from docgen.actions.executed import CONTRACT, LETTER, executed, settled
from docgen.actions.issuing import check_earlier_orders, issued_event
from docgen.actions.making import make_document, recorded_ingredients, write_document
from docgen.actions.recorded import recorded_engagement, recorded_entries
from docgen.actions.references import Reference, find_document, reference_of
from docgen.actions.tools import tools
from docgen.errors import DocgenError, NotFoundError, UsageError
from docgen.facts.recorded import read_facts_bytes
from docgen.lifecycle.differences import Difference, differences
from docgen.models.changes import ChangeOrder
from docgen.models.engagement import Engagement

if TYPE_CHECKING:
    from docgen.doctree.nodes import Document
    from docgen.doctree.redline import Redline
    from docgen.store.events import DocumentExecuted, DocumentIssued, DocumentName, Event
    from docgen.store.record import Record
    from docgen.store.register import IssuedDocument
    from docgen.writers.theme import Theme

SIGNED = "signed"
_GONE = ("withdrawn", "superseded")
_SIGNED_LIMIT = 100_000_000


class NotCurrentError(DocgenError):
    """A version that another has taken the place of, or that was withdrawn, is not signed."""

    def __init__(self, document: IssuedDocument) -> None:
        what = f"superseded by version {document.superseded_by}" if document.superseded_by else "withdrawn"
        super().__init__(f"{reference_of(document)} is {what}, so it cannot be signed. Sign the current version.")


class SignedOtherwiseError(DocgenError):
    """A signed copy is recorded already, and it is another file."""

    def __init__(self, document: IssuedDocument) -> None:
        super().__init__(
            f"{reference_of(document)} was recorded as signed on {document.executed_on} with another file, which is "
            "kept: `docgen document get … -f signed`. Withdraw the document if that was a mistake."
        )


class UnsignedContractError(DocgenError):
    """A change order is signed before the contract it changes."""

    def __init__(self, engagement: str) -> None:
        super().__init__(
            f"The contract of {engagement} is not signed, so there is nothing an order could change. Record the "
            f"signed contract first: docgen document execute {engagement}/contract --signed FILE."
        )


class OtherFactsError(DocgenError):
    """A document says something else than what is recorded now, so its signature would settle what nobody keeps."""

    def __init__(self, document: IssuedDocument, changed: Sequence[Difference]) -> None:
        lines = "\n".join(f"  {difference}" for difference in changed)
        again = f" (`docgen engagement show {document.engagement} --revision {document.revision}`)"
        super().__init__(
            f"{reference_of(document)} is not recorded as signed. Since it was issued, these facts under it changed:\n"
            f"{lines}\n"
            f"If this version was signed, record the facts again as it has them{'' if document.number else again}, "
            "then repeat this. Else issue the next version and have that one signed."
        )


class WithdrawnAlreadyError(DocgenError):
    """A document was withdrawn before."""

    def __init__(self, document: IssuedDocument) -> None:
        super().__init__(f"{reference_of(document)} is withdrawn already. `docgen document show` says why.")


class NeededByOrdersError(DocgenError):
    """A signed document that others rest on is not withdrawn."""

    def __init__(self, document: IssuedDocument, resting: str) -> None:
        super().__init__(
            f"{reference_of(document)} is signed, and {resting} rests on it. Withdraw that one first, or change the "
            "terms by a further change order."
        )


# Looking and fetching


def list_documents(desk: Desk, engagement: str, limit: int) -> tuple[IssuedDocument, ...]:
    """Return the documents of an engagement in the order issued, or the last ones of all, the newest first."""
    from docgen.actions.references import find_engagement

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


# Signing and withdrawing


@dataclass(frozen=True)
class Done:
    """What was done with a document, and what the person should know."""

    document: IssuedDocument
    repeated: bool = False
    remarks: tuple[str, ...] = ()


def execute(desk: Desk, text: str, signed: Path) -> Done:
    """Keep the signed copy of a document beside the issued one; the day of the desk is the day of signing.

    Raises NotCurrentError, SignedOtherwiseError, UnsignedContractError, NothingToIssueError for an order before the
    ones it counts from, OtherFactsError, UsageError for a kind that is not signed or a file that cannot be a copy, and
    what acting and recording raise.
    """
    from docgen.store.events import DocumentExecuted

    hand = act(desk, Deed.EXECUTE_DOCUMENTS)
    record, content = hand.record, _read_signed(signed)
    name = find_document(record.register, text).name
    digest = sha256(content).hexdigest()

    def decide() -> list[Event]:
        document = _document(record, name)
        if document.signed == digest and document.withdrawn_by is None:
            return []
        _check_signable(record, document)
        stamp = hand.stamp(f"execute/{reference_of(document)}")
        return [DocumentExecuted(**stamp, document=name, on=desk.on, signed=record.blobs.put(content))]

    repeated = not hand.settle(decide)
    remarks = () if repeated else tuple(_remarks(record, signed, content))
    return Done(_document(record, name), repeated, remarks)


def _document(record: Record, name: DocumentName) -> IssuedDocument:
    document = record.register.document(name)
    if document is None:
        raise NotFoundError(f"The record lost {reference_of(name)}. `docgen audit verify` names all that is wrong.")
    return document


def _remarks(record: Record, signed: Path, content: bytes) -> Iterator[str]:
    if any(part != SIGNED for _, part in record.register.parts(sha256(content).hexdigest())):
        yield f"{signed} is the issued file itself, without a signature. It is kept as the signed copy."
    elif suffix_of(content) != ".pdf":
        yield f"{signed} is no PDF. It is kept as it is."


def _read_signed(path: Path) -> bytes:
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}. Name the signed copy.")
    if path.stat().st_size > _SIGNED_LIMIT:
        raise UsageError(f"{path} is larger than {_SIGNED_LIMIT // 1_000_000} MB. Scan it with fewer dots to the inch.")
    content = path.read_bytes()
    if not content:
        raise UsageError(f"{path} is empty. Name the signed copy.")
    return content


def _check_signable(record: Record, document: IssuedDocument) -> None:
    from docgen.store.projections import UNSIGNED_KINDS

    if document.kind in UNSIGNED_KINDS:
        raise UsageError(f"A {document.kind} is not signed by both sides, so there is no signed copy to keep.")
    if document.withdrawn_by is not None or document.superseded_by is not None:
        raise NotCurrentError(document)
    if document.executed_on:
        raise SignedOtherwiseError(document)
    if document.kind == "change-order":
        if not executed(record, document.engagement, CONTRACT):
            raise UnsignedContractError(document.engagement)
        check_earlier_orders(record, document.engagement, document.number)
    changed = tuple(_changed_since(record, document))
    if changed:
        raise OtherFactsError(document, changed)


def _changed_since(record: Record, document: IssuedDocument) -> Iterator[Difference]:
    """Yield what a signature would settle and is no longer recorded as the document has it."""
    if document.kind not in (CONTRACT, LETTER, "change-order"):
        return
    shown = str(reference_of(document))
    blobs = {item.name: item.blob for item in issued_event(record, document).inputs}
    engagement = read_facts_bytes(record.blobs.read(blobs["engagement"]), Engagement, shown).facts
    now = recorded_engagement(record, document.engagement).facts
    yield from settled(document.kind, engagement, now)
    for number, order in recorded_entries(record, document.engagement, ChangeOrder, now.currency).items():
        blob = blobs.get(f"change-order/{number}")
        if blob:
            issued = read_facts_bytes(record.blobs.read(blob), ChangeOrder, shown, now.currency).facts
            yield from differences(issued, order.facts)


def withdraw(desk: Desk, text: str, reason: str) -> Done:
    """Take a document back and say why; it stays in the record, marked.

    Raises WithdrawnAlreadyError, NeededByOrdersError, UsageError without a reason, and what acting and recording raise.
    """
    from docgen.store.events import DocumentWithdrawn

    words = reason.strip().encode(errors="ignore")
    if not words:
        raise UsageError("Say why the document is withdrawn: --reason, in a sentence.")
    hand = act(desk, Deed.WITHDRAW_DOCUMENTS)
    record = hand.record
    name = find_document(record.register, text).name

    def decide() -> list[Event]:
        document = _document(record, name)
        if document.withdrawn_by is not None:
            raise WithdrawnAlreadyError(document)
        _check_nothing_rests_on(record, document)
        stamp = hand.stamp(f"withdraw/{reference_of(document)}")
        return [DocumentWithdrawn(**stamp, document=name, reason=record.blobs.put(words))]

    hand.settle(decide)
    return Done(_document(record, name))


def _check_nothing_rests_on(record: Record, document: IssuedDocument) -> None:
    """Keep the sum whole: no signed order may lose the contract or the order it counts from."""
    if not document.executed_on or document.kind not in (CONTRACT, "change-order"):
        return
    for other in record.register.documents_of(document.engagement):
        later = other.kind == "change-order" and other.number > document.number
        if later and other.executed_on and other.withdrawn_by is None:
            raise NeededByOrdersError(document, str(reference_of(other)))


# Making again and comparing


@dataclass(frozen=True)
class Reproduction:
    """A document made again: which of its files came out the same, and which tools are others now."""

    document: IssuedDocument
    same: dict[str, bool]
    other_tools: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Say whether every file is the same to the byte."""
        return all(self.same.values())


def reproduce(desk: Desk, text: str) -> Reproduction:
    """Make a document again from its recorded inputs and compare the bytes with those recorded before sealing.

    Raises InputError, and what reading blobs and making documents raises.
    """
    document = find_document(desk.record.register, text)
    event = issued_event(desk.record, document)
    with recorded_ingredients(desk.record, event) as made_from:
        made = make_document(desk, made_from)
        files = write_document(desk, made_from, made)
    same = {each.format: sha256(files.get(each.format, b"")).hexdigest() == each.blob for each in event.outputs}
    then, now = ({tool.name: tool.version for tool in known} for known in (event.tools, tools()))
    other = tuple(
        f"{name} {then.get(name, 'none')}, here {now.get(name, 'none')}"
        for name in dict.fromkeys((*then, *now))
        if then.get(name) != now.get(name)
    )
    return Reproduction(document, same, other)


@dataclass(frozen=True)
class Compared:
    """Two versions side by side, and the look of the newer one."""

    before: Reference
    after: Reference
    redline: Redline
    look: Theme


def redline(desk: Desk, old: str, new: str) -> Compared:
    """Return what changed between two issued documents, each made again from its recorded inputs.

    Raises UnknownDocumentError, InputError, and what making documents raises.
    """
    from docgen.doctree.diff import compare

    names, trees, looks = [], [], []
    for text in (old, new):
        document = find_document(desk.record.register, text)
        with recorded_ingredients(desk.record, issued_event(desk.record, document)) as made_from:
            names.append(made_from.reference)
            trees.append(make_document(desk, made_from).document)
            looks.append(_letterhead(made_from.look, trees[-1]))
    return Compared(names[0], names[1], compare(trees[0], trees[1]), looks[1])


def _letterhead(look: Theme, document: Document) -> Theme:
    return look if look.firm else replace(look, firm=document.author)


# Telling whether a file is genuine


class Verdict(StrEnum):
    """What can be said of a file."""

    CURRENT = "genuine and current"
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
        raise NotFoundError(f"There is no file {path}. Name a PDF or a Word file.")
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    record = desk.record
    for document, part in _known_as(record, digest):
        return _examined(record, digest, document, part, _verdict(document, part))
    if path.stat().st_size > _SIGNED_LIMIT:
        return Examined(Verdict.UNKNOWN, digest)
    content = path.read_bytes()
    for earlier in earlier_bytes(content):
        for document, part in _known_as(record, sha256(earlier).hexdigest()):
            return _examined(record, digest, document, part, Verdict.CONTINUED)
    claims = _claims(desk, path, content)
    claimed = _claimed(record, claims)
    if claimed:
        return Examined(Verdict.ALTERED, digest, claimed, claims=claims, person=_email(record, claimed))
    return Examined(Verdict.UNKNOWN, digest, claims=claims)


def _claims(desk: Desk, path: Path, content: bytes) -> str:
    """Return which document a file says it is, or nothing; one that is made to hurt its reader says nothing."""
    from docgen.actions.identity import claimed_reference

    try:
        return bounded(str(path), lambda: claimed_reference(content), desk.limits)
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
    for document, part in sorted(parts, key=lambda each: (each[0].status in _GONE, -each[0].sequence)):
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


def _examined(record: Record, digest: str, document: IssuedDocument, part: str, verdict: Verdict) -> Examined:
    return Examined(verdict, digest, document, part, str(reference_of(document)), _email(record, document))


def _email(record: Record, document: IssuedDocument) -> str:
    return record.people.email(document.person) or ""


def write_redline(desk: Desk, compared: Compared, form: str) -> bytes:
    """Return a comparison as a Word file with tracked changes, by the person of the desk and now, or as a page."""
    if form == "docx":
        from docgen.writers.redline_docx import write_redline_docx

        author = desk.person or compared.look.firm or "docgen"
        return write_redline_docx(compared.redline, compared.look, desk.on, author=author, at=desk.now())
    from docgen.writers.redline_html import write_redline_html

    return write_redline_html(compared.redline, compared.look).encode()
