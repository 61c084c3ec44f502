"""The life of a small record: every kind of event there is, in an order that happens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from docgen.store.events import (
    BlobErased,
    CheckpointSigned,
    CheckpointTimestamped,
    DocumentExecuted,
    DocumentIssued,
    DocumentName,
    DocumentSuperseded,
    DocumentWithdrawn,
    EngagementRecorded,
    EntryRecorded,
    Event,
    Input,
    KeyChanged,
    Output,
    PersonForgotten,
    PersonNamed,
    TemplateApproved,
    TemplateConditioned,
    TemplateKept,
    TemplateRejected,
    TemplateRetired,
    TemplateSubmitted,
    TemplateVersion,
    Tool,
    WorkspaceCreated,
)
from docgen.store.notes import Checkpoint, sign_note
from tests.store.records import ACTOR, KEY, NOW, ORIGIN, OTHER_KEY, Record

ENGAGEMENT = "NBS-2026-014"
TEMPLATE = TemplateVersion(name="contract", language="en", version="1.2", hash="c" * 64)
NEXT_TEMPLATE = TEMPLATE.model_copy(update={"version": "1.3", "hash": "e" * 64})
DAY = dt.date(2026, 11, 20)


def contract(version: int) -> DocumentName:
    """Return the name of a version of the contract."""
    return DocumentName(engagement=ENGAGEMENT, kind="contract", version=version)


ORDER = DocumentName(engagement=ENGAGEMENT, kind="change-order", number=1, version=1)
REPORT = DocumentName(engagement=ENGAGEMENT, kind="progress-report", number=1, version=1)
LETTER = DocumentName(engagement=ENGAGEMENT, kind="engagement-letter", version=1)


def life(put: Callable[[bytes], str], ann: str = "b" * 64, bob: str = "d" * 64) -> Iterator[Event]:
    """Yield the events of a record's life; `put` keeps the blobs they name, `ann` and `bob` are marks."""
    numbers = count()

    def head(**changes: Any) -> dict[str, Any]:
        return {"at": NOW, "actor": ACTOR, "idempotency_key": f"life/{next(numbers)}", **changes}

    def issued(document: DocumentName, revision: int) -> DocumentIssued:
        made = f"{document.kind} {document.version}"
        outputs = (
            Output(format="pdf", blob=put(f"{made} pdf".encode()), sealed=put(f"{made} sealed".encode())),
            Output(format="docx", blob=put(f"{made} docx".encode())),
        )
        return DocumentIssued(
            **head(),
            document=document,
            revision=revision,
            on=DAY,
            template=TEMPLATE,
            inputs=(Input(name="engagement", blob=put(b"facts")),),
            outputs=outputs,
            tools=(Tool(name="weasyprint", version="70.0"),),
        )

    yield WorkspaceCreated(**head(), origin=ORIGIN, verifying_key=str(KEY.verifying_key), time_zone="Europe/London")
    yield PersonNamed(**head(), person=ann, roles=("legal", "account_manager"))
    yield PersonNamed(**head(), person=bob, roles=())
    yield TemplateApproved(**head(actor=ann), template=TEMPLATE)
    yield EngagementRecorded(**head(), engagement=ENGAGEMENT, revision=1, facts=put(b"facts"))
    yield issued(contract(1), 1)
    yield EngagementRecorded(**head(), engagement=ENGAGEMENT, revision=2, facts=put(b"other facts"))
    yield issued(contract(2), 2)
    yield DocumentSuperseded(**head(), document=contract(1), by_version=2)
    yield DocumentExecuted(**head(), document=contract(2), on=DAY, signed=put(b"signed"))
    yield EntryRecorded(
        **head(), engagement=ENGAGEMENT, entry="change_order", number=1, revision=1, facts=put(b"an order")
    )
    yield issued(ORDER, 2)
    yield DocumentWithdrawn(**head(), document=ORDER, reason=put(b"a mistake"))
    yield issued(REPORT, 2)
    yield issued(LETTER, 2)
    yield TemplateKept(**head(), template=NEXT_TEMPLATE, closure=put(b"a template"))
    yield TemplateSubmitted(**head(), template=NEXT_TEMPLATE, note=None)
    yield TemplateRejected(**head(), template=NEXT_TEMPLATE, reason=put(b"too long"))
    yield TemplateSubmitted(**head(), template=NEXT_TEMPLATE, note=put(b"shorter"))
    yield TemplateConditioned(**head(actor=ann), template=NEXT_TEMPLATE, conditions=put(b"until May"))
    yield TemplateRetired(**head(actor=ann), template=NEXT_TEMPLATE, reason=put(b"old"))
    note = sign_note(str(Checkpoint(ORIGIN, 7, bytes(32))), KEY)
    yield CheckpointSigned(**head(), size=7, root="0" * 64, note=note)
    yield CheckpointTimestamped(**head(), size=7, note=put(note.encode()), token=put(b"token"))
    yield KeyChanged(**head(), verifying_key=str(OTHER_KEY.verifying_key))
    yield BlobErased(**head(), blob=put(b"a mistake"), ground="request")
    yield PersonForgotten(**head(), person=bob)


def live(record: Record) -> None:
    """Record a life in a record that is not founded yet."""
    ann, bob = (record.people.mark(f"{name}@northbridge.example") for name in ("ann", "bob"))
    for event in life(record.blobs.put, ann, bob):
        match event:
            case CheckpointSigned():
                record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR)
            case BlobErased():
                record.ledger.append(event)
                record.blobs.erase(event.blob)
            case PersonForgotten():
                record.ledger.append(event)
                record.people.forget(event.person)
            case _:
                record.ledger.append(event)
