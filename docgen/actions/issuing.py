"""Issue a document: a numbered version that never changes, from recorded facts on an approved template."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from docgen.actions.acting import Deed, Hand, act
from docgen.actions.change_orders import check_issuable
from docgen.actions.desk import Desk
from docgen.actions.documents import issued_event, issued_files
from docgen.actions.drafting import Draft, Issue, draft_of
from docgen.actions.making import CHECKPOINT, Ingredients, make_document, write_document
from docgen.actions.recorded import with_places
from docgen.actions.references import Reference, reference_of
from docgen.actions.render import CONTRACT, missing_findings
from docgen.actions.tools import tools
from docgen.errors import DocgenError, FindingsError, NotFoundError
from docgen.facts.load import FactSet

if TYPE_CHECKING:
    from docgen.store.events import DocumentName, Event
    from docgen.store.record import Record
    from docgen.store.register import IssuedDocument

_TRIES = 50
_RECORD_AGAIN = "Give it, and record the file again."
Seal = Callable[[bytes], bytes]
"""What signs the bytes of a PDF and returns the sealed ones."""


class SignedAlreadyError(DocgenError):
    """A signed document is not replaced by another version."""

    def __init__(self, document: IssuedDocument) -> None:
        advice = {
            CONTRACT: "Terms change by a change order (`docgen change raise FILE`); `docgen issue conformed-contract` "
            "makes the contract with its executed orders worked in.",
            "change-order": "Raise a further change order.",
        }.get(document.kind, "Withdraw it first if it is to be replaced: `docgen document withdraw`.")
        super().__init__(
            f"{reference_of(document)} was signed on {document.executed_on} and stays as it is; what is recorded now "
            f"would make another text. {advice}"
        )


class BusyRecordError(DocgenError):
    """Others kept recording while a document was to be issued."""

    def __init__(self, document: str) -> None:
        super().__init__(f"Others kept recording while {document} was to be issued. Nothing was issued; try again.")


@dataclass(frozen=True)
class Issued:
    """A version of a document; `repeated` when it had been issued before from the same facts and template."""

    document: IssuedDocument
    files: Mapping[str, bytes]
    repeated: bool
    remarks: tuple[str, ...] = ()

    @property
    def reference(self) -> Reference:
        """Return its reference."""
        return reference_of(self.document)


def issue(desk: Desk, wanted: Issue, seal: Seal | None = None) -> Issued:
    """Return the version of a document that the recorded facts and the approved template make.

    Where the last version was made from the same, it is that one. Raises NobodyActsError, NotPermittedError,
    UnknownEngagementError, NothingToIssueError, NotApprovedError, SignedAlreadyError, FindingsError with every fact
    that is missing, BusyRecordError, and what recording raises.
    """
    from docgen.store.ledger import LogMovedError

    hand = act(desk, deed_of(wanted.kind))
    press = _Press(desk, seal)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="docgen-")))
        checkpoint = last_note(hand.record)
        for _ in range(_TRIES):
            size = hand.record.ledger.head().size
            draft = draft_of(desk, hand.record, wanted, folder, checkpoint)
            if draft.current and _is_there(hand.record, draft):
                return _again(hand.record, draft.current, sealed=seal is not None)
            _check_may_follow(draft)
            kept = _keep(hand.record, draft, press.files(draft))
            try:
                hand.write(kept.events(hand), after=size)
            except LogMovedError:
                continue
            return _issued(hand.record, draft.made_from.reference, repeated=False, remarks=draft.remarks)
    raise BusyRecordError(f"{wanted.engagement}/{wanted.kind}")


def deed_of(kind: str) -> Deed:
    """Return what it is to issue a document of a kind."""
    return Deed.ISSUE_REPORTS if kind == "progress-report" else Deed.ISSUE_DOCUMENTS


def last_note(record: Record) -> str:
    """Return the last checkpoint that was signed, for documents to carry away, or nothing."""
    last = record.ledger.last_checkpoint()
    return last[1].note if last else ""


def keep(desk: Desk, wanted: Issue, checkpoint: str, seal: Seal | None = None) -> Kept | None:
    """Make a version's files and put them into the record, where no entry of the log names them yet.

    None where the last version was made from the same. So many documents can be made side by side and be entered
    together afterwards (`Kept.events`), by somebody who may. Raises as `issue` does, but for who acts.
    """
    with TemporaryDirectory(prefix="docgen-") as folder:
        draft = draft_of(desk, desk.record, wanted, Path(folder), checkpoint)
        if _is_there(desk.record, draft):
            return None
        _check_may_follow(draft)
        return _keep(desk.record, draft, _Press(desk, seal).files(draft))


def _check_may_follow(draft: Draft) -> None:
    if draft.current and draft.current.executed_on:
        raise SignedAlreadyError(draft.current)
    if draft.chain:
        check_issuable(draft.chain, draft.made_from.reference.number)


# Making and recording


@dataclass
class _Press:
    """Makes a version's files, once for each version that is tried."""

    desk: Desk
    seal: Seal | None
    made: dict[tuple[str, ...], dict[str, tuple[bytes, bytes | None]]] = field(default_factory=dict)

    def files(self, draft: Draft) -> dict[str, tuple[bytes, bytes | None]]:
        """Return each format's bytes, and the sealed ones where there are any; raises FindingsError."""
        name = (str(draft.made_from.reference), *_digests(draft.blobs).values())
        if name not in self.made:
            self.made[name] = self._files(draft.made_from)
        return self.made[name]

    def _files(self, made_from: Ingredients) -> dict[str, tuple[bytes, bytes | None]]:
        made = make_document(self.desk, made_from)
        if made.missing:
            raise FindingsError(missing_findings(made.missing, _placed(made_from.facts), _RECORD_AGAIN))
        plain = write_document(self.desk, made_from, made)
        sealed = {"pdf": self.seal(plain["pdf"])} if self.seal else {}
        return {form: (content, sealed.get(form)) for form, content in plain.items()}


@dataclass(frozen=True)
class Kept:
    """A version whose files, and what they were made from, are in the record, and that the log does not name yet.

    `said` is what the log will say of it, as plain data; `follows` the version it takes the place of.
    """

    reference: Reference
    said: Mapping[str, Any]
    follows: int | None = None
    remarks: tuple[str, ...] = ()

    def events(self, hand: Hand) -> list[Event]:
        """Return the events that enter it into the log, under the hand of who issues it."""
        from docgen.store.events import DocumentIssued, DocumentSuperseded

        blobs = [each["blob"] for each in (*self.said["inputs"], *self.said["outputs"])]
        digest = sha256("".join(blobs).encode()).hexdigest()
        name = document_name(self.reference)
        stamp = hand.stamp(f"issue/{self.reference}/{digest[:32]}")
        said = {**self.said, **stamp, "at": hand.at.isoformat(), "document": name.model_dump()}
        events: list[Event] = [DocumentIssued.model_validate_json(json.dumps(said))]
        if self.follows is not None:
            before = replace(self.reference, version=self.follows)
            stamp = hand.stamp(f"supersede/{before}")
            events.append(DocumentSuperseded(**stamp, document=document_name(before), by_version=name.version))
        return events


def _keep(record: Record, draft: Draft, files: Mapping[str, tuple[bytes, bytes | None]]) -> Kept:
    put, made_from = record.blobs.put, draft.made_from
    said = {
        "revision": draft.revision,
        "on": made_from.on.isoformat(),
        "template": made_from.wording.version.model_dump(),
        "inputs": [{"name": key, "blob": put(data)} for key, data in sorted(draft.blobs.items())],
        "outputs": [
            {"format": form, "blob": put(plain), "sealed": put(sealed) if sealed else None}
            for form, (plain, sealed) in files.items()
        ],
        "tools": [tool.model_dump() for tool in tools()],
    }
    return Kept(made_from.reference, said, draft.current.version if draft.current else None, draft.remarks)


def document_name(reference: Reference) -> DocumentName:
    """Return how the log names a version of a document."""
    from docgen.store.events import DocumentName

    return DocumentName(
        engagement=reference.engagement,
        kind=reference.kind,
        number=reference.number or None,
        version=reference.version or 1,
    )


def _is_there(record: Record, draft: Draft) -> bool:
    """Say whether the last version was made from the same."""
    if draft.current is None or draft.approved_anew:
        return False
    inputs = issued_event(record, draft.current).inputs
    return {item.name: item.blob for item in inputs if item.name != CHECKPOINT} == _digests(draft.blobs)


def _digests(blobs: Mapping[str, bytes]) -> dict[str, str]:
    """Return the hashes of what a document is made from, but for what differs from log to log."""
    return {name: sha256(data).hexdigest() for name, data in blobs.items() if name != CHECKPOINT}


def _again(record: Record, document: IssuedDocument, *, sealed: bool) -> Issued:
    reference = reference_of(document)
    has_seal = any(output.sealed for output in issued_event(record, document).outputs)
    remarks = (f"{reference} was issued without a seal, and stays so.",) if sealed and not has_seal else ()
    return _issued(record, reference, repeated=True, remarks=remarks)


def _issued(record: Record, reference: Reference, *, repeated: bool, remarks: tuple[str, ...]) -> Issued:
    document = record.register.document(document_name(reference))
    if document is None:
        raise NotFoundError(f"The record lost {reference}. `docgen audit verify` names all that is wrong.")
    return Issued(document, issued_files(record, document), repeated, remarks)


def _placed(facts: FactSet) -> FactSet:
    return FactSet(tuple(map(with_places, facts.items)))
