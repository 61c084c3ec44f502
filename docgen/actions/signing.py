"""Keep the signed copies of documents, and take documents back: what is signed stands, and what rests on it too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.actions.acting import Deed, act
from docgen.actions.change_orders import NotReadyError, check_executable, read_chain
from docgen.actions.desk import Desk
from docgen.actions.documents import SIGNED, document_row, issued_event, suffix_of
from docgen.actions.executed import CONTRACT, LETTER, executed, settled
from docgen.actions.recorded import recorded_engagement, recorded_entries
from docgen.actions.references import find_document, read_reference, reference_of
from docgen.errors import DocgenError, NotFoundError, UsageError, shell_word
from docgen.facts.kinds import ENTRY_WORDS
from docgen.facts.recorded import read_facts_bytes
from docgen.lifecycle.differences import Difference, differences
from docgen.models.changes import ChangeDirective, ChangeOrder
from docgen.models.engagement import Engagement

if TYPE_CHECKING:
    from docgen.store.events import Event
    from docgen.store.record import Record
    from docgen.store.register import IssuedDocument

_LARGEST = 100_000_000


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


class OtherDocumentError(DocgenError):
    """A file given as the signed copy is another document."""

    def __init__(self, file: Path, other: str, wanted: IssuedDocument) -> None:
        super().__init__(
            f"{file} is {other}, not {reference_of(wanted)}. Nothing was recorded: name the signed copy of "
            f"{reference_of(wanted)}."
        )


class UnsignedContractError(DocgenError):
    """A change order is signed before the contract it changes."""

    def __init__(self, engagement: str) -> None:
        super().__init__(
            f"The contract of {engagement} is not signed, so there is nothing an order could change. Record the "
            f"signed contract first: docgen document execute {shell_word(engagement)}/contract --signed FILE."
        )


class OtherFactsError(DocgenError):
    """A document says something else than what is recorded now, so its signature would settle what nobody keeps."""

    def __init__(self, document: IssuedDocument, changed: Sequence[Difference]) -> None:
        lines = "\n".join(f"  {difference}" for difference in changed)
        again = f" (`docgen engagement show {shell_word(document.engagement)} --revision {document.revision}`)"
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


@dataclass(frozen=True)
class Done:
    """What was done with a document, and what the person should know."""

    document: IssuedDocument
    repeated: bool = False
    remarks: tuple[str, ...] = ()


def execute(desk: Desk, text: str, signed: Path) -> Done:
    """Keep the signed copy of a document beside the issued one; the day of the desk is the day of signing.

    Raises NotCurrentError, SignedOtherwiseError, UnsignedContractError, NotReadyError for an order that is not approved
    and issued or comes before the ones it counts from, StaleBaselineError, OtherFactsError, UsageError for a kind that
    is not signed or a file that cannot be a copy, and what acting and recording raise.
    """
    from docgen.store.events import DocumentExecuted

    hand = act(desk, Deed.EXECUTE_DOCUMENTS)
    record, content = hand.record, _read_signed(signed)
    _check_issued(desk, record, text)
    name = find_document(record.register, text).name
    digest = sha256(content).hexdigest()

    def decide() -> list[Event]:
        document = document_row(record, name)
        if document.signed == digest and document.withdrawn_by is None:
            return []
        _check_signable(desk, record, document)
        _check_belongs(desk, record, document, signed, digest)
        stamp = hand.stamp(f"execute/{reference_of(document)}")
        return [DocumentExecuted(**stamp, document=name, on=desk.on, signed=record.blobs.put(content))]

    repeated = not hand.settle(decide)
    remarks = () if repeated else (*_remarks(record, signed, content), *_doubts(desk, document_row(record, name)))
    return Done(document_row(record, name), repeated, remarks)


def _check_issued(desk: Desk, record: Record, text: str) -> None:
    """Raise NotReadyError for an order or a directive that is recorded and has no paper yet."""
    reference = read_reference(text)
    if record.register.versions(reference.engagement, reference.kind, reference.number):
        return
    if reference.kind == "change-order" and record.register.latest(reference.engagement):
        chain = read_chain(record, reference.engagement, desk.on)
        if reference.number in chain.courses:
            check_executable(chain, reference.number)
    if reference.kind == "change-directive" and record.register.latest(
        reference.engagement, ENTRY_WORDS[ChangeDirective], reference.number
    ):
        raise NotReadyError(f"{text} is not issued yet. Issue it first: docgen change issue {shell_word(text)}.")


def _remarks(record: Record, signed: Path, content: bytes) -> Iterator[str]:
    if any(part != SIGNED for _, part in record.register.parts(sha256(content).hexdigest())):
        yield f"{signed} is the issued file itself, without a signature. It is kept as the signed copy."
    elif suffix_of(content) != ".pdf":
        yield f"{signed} is no PDF. It is kept as it is."


def _doubts(desk: Desk, document: IssuedDocument) -> Iterator[str]:
    """Say where the day of signing is one that no document is signed on."""
    day = desk.on.isoformat()
    if day < document.day:
        yield f"It is recorded as signed on {day}, before the day it was issued on, {document.day}. Is --on right?"
    if desk.on > desk.now().date():
        yield f"It is recorded as signed on {day}, which is still to come. Is --on right?"


def _read_signed(path: Path) -> bytes:
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}. Name the signed copy.")
    if path.stat().st_size > _LARGEST:
        raise UsageError(f"{path} is larger than {_LARGEST // 1_000_000} MB. Scan it with fewer dots to the inch.")
    content = path.read_bytes()
    if not content:
        raise UsageError(f"{path} is empty. Name the signed copy.")
    return content


def _check_signable(desk: Desk, record: Record, document: IssuedDocument) -> None:
    from docgen.store.projections import UNSIGNED_KINDS

    if document.kind in UNSIGNED_KINDS:
        raise UsageError(
            f"A {document.kind.replace('-', ' ')} is not signed by both sides, so there is no signed copy to keep."
        )
    if document.withdrawn_by is not None or document.superseded_by is not None:
        raise NotCurrentError(document)
    if document.executed_on:
        raise SignedOtherwiseError(document)
    if document.kind == "change-order" and not executed(record, document.engagement, CONTRACT):
        raise UnsignedContractError(document.engagement)
    changed = tuple(_changed_since(record, document))
    if changed:
        raise OtherFactsError(document, changed)
    if document.kind == "change-order":
        check_executable(read_chain(record, document.engagement, desk.on), document.number)


def _check_belongs(desk: Desk, record: Record, document: IssuedDocument, signed: Path, digest: str) -> None:
    """Refuse a file that is another document, by its hash or by what it says of itself."""
    from docgen.actions.genuineness import claims_of

    # One scan may hold several signed papers; only a file that was issued, or says what it is, is surely another one.
    parts = record.register.parts(digest)
    names = {str(reference_of(each)) for each, part in parts if part != SIGNED} or {claims_of(desk, signed)} - {""}
    if names and str(reference_of(document)) not in names:
        raise OtherDocumentError(signed, " and ".join(sorted(names)), document)


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
        document = document_row(record, name)
        if document.withdrawn_by is not None:
            raise WithdrawnAlreadyError(document)
        _check_nothing_rests_on(record, document)
        blob = record.blobs.put(words)
        return [
            DocumentWithdrawn(**hand.stamp(f"withdraw/{reference_of(each)}"), document=each.name, reason=blob)
            for each in (document, *_conformed_with(record, document))
        ]

    conformed = _conformed_with(record, document_row(record, name))
    hand.settle(decide)
    return Done(document_row(record, name), remarks=tuple(_told(record, conformed)))


def _told(record: Record, conformed: Sequence[IssuedDocument]) -> Iterator[str]:
    """Say which conformed contracts went with an order, and how the one that is true now is made."""
    yield from (f"{reference_of(each)} counted it and is withdrawn with it." for each in conformed)
    for engagement in {each.engagement for each in conformed}:
        orders = record.register.documents_of(engagement)
        if any(each.kind == "change-order" and each.executed_on and each.withdrawn_by is None for each in orders):
            yield (
                "Other orders stay in force. Issue the contract again: docgen issue conformed-contract "
                f"{shell_word(engagement)}"
            )


def _conformed_with(record: Record, document: IssuedDocument) -> tuple[IssuedDocument, ...]:
    """Return the conformed contracts that a signed order is worked into: without it they say what is not agreed."""
    if document.kind != "change-order" or not document.executed_on:
        return ()
    name = f"change-order/{document.number}"
    standing = (each for each in record.register.versions(document.engagement, "conformed-contract"))
    return tuple(
        each
        for each in standing
        if each.withdrawn_by is None
        and each.superseded_by is None
        and any(item.name == name for item in issued_event(record, each).inputs)
    )


def _check_nothing_rests_on(record: Record, document: IssuedDocument) -> None:
    """Keep the sum whole: no signed order may lose the contract or the order it counts from."""
    if not document.executed_on or document.kind not in (CONTRACT, "change-order"):
        return
    for other in record.register.documents_of(document.engagement):
        later = other.kind == "change-order" and other.number > document.number
        if later and other.executed_on and other.withdrawn_by is None:
            raise NeededByOrdersError(document, str(reference_of(other)))
