"""What is recorded of letters with reports: how far each has come, and which reports still have to be sent.

The log keeps each step as an entry with the word `dispatch` (docgen.models.dispatch), one number for one version of a
document, and the bytes of the letter as an entry with the word `message` and the same number. Names, addresses and
what servers said stand in blobs only, so they can be erased. A letter of which that was done counts as sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.actions.acting import Hand
from docgen.actions.references import reference_of
from docgen.errors import DocgenError
from docgen.facts.recorded import facts_bytes, read_dispatch
from docgen.models.dispatch import Dispatch, DispatchState, Standing
from docgen.settings import MailSettings

if TYPE_CHECKING:
    from docgen.store.events import Event
    from docgen.store.record import Record
    from docgen.store.register import IssuedDocument, Revision

DISPATCH, MESSAGE = "dispatch", "message"
"""Under which words the log keeps the steps of a letter, and its bytes."""
REPORT = "progress-report"
IN_FLIGHT = dt.timedelta(minutes=15)
"""How long another run may still be waiting for a server's answer; it gives up after ten minutes (exchange.smtp)."""


class TakenError(DocgenError):
    """Another run has taken a letter up meanwhile."""

    def __init__(self, document: str) -> None:
        super().__init__(f"Another run has taken {document} up meanwhile. It was not sent from here.")


@dataclass(frozen=True)
class Dispatched:
    """A letter by its number, and the last step recorded of it; `facts` is None where they were erased."""

    number: int
    revision: int
    document: str
    facts: Dispatch | None

    @property
    def state(self) -> DispatchState:
        """Return how far it has come."""
        return self.facts.state if self.facts else DispatchState.ACCEPTED

    @property
    def settled(self) -> bool:
        """Say whether all whom it went to have it, as far as anybody can know."""
        recipients = self.facts.recipients if self.facts else ()
        return self.state is DispatchState.ACCEPTED and all(each.standing is Standing.ACCEPTED for each in recipients)

    def is_in_flight(self, now: dt.datetime) -> bool:
        """Say whether another run may be handing it over right now."""
        return (
            self.facts is not None and self.state is DispatchState.HANDED_OVER and abs(now - self.facts.at) < IN_FLIGHT
        )


@dataclass(frozen=True)
class Sending:
    """A report that stands, and its letter, None where there is none yet."""

    document: IssuedDocument
    letter: Dispatched | None

    @property
    def reference(self) -> str:
        """Return the reference of the report's version."""
        return str(reference_of(self.document))


def dispatches_of(record: Record, engagement: str) -> tuple[Dispatched, ...]:
    """Return the letters of an engagement by number, each with its last step; raises RecordedFactsError."""
    return tuple(_dispatched(record, each) for each in record.register.entries(engagement, DISPATCH))


def _dispatched(record: Record, revision: Revision) -> Dispatched:
    from docgen.store.blobs import BlobErasedError

    where = f"letter {revision.number} of {revision.engagement}"
    try:
        facts = read_dispatch(record.blobs.read(revision.blob), where)
    except BlobErasedError:
        key = record.ledger.entry(revision.sequence).event.idempotency_key
        document = key.removeprefix(f"{DISPATCH}/").rpartition("/")[0]
        return Dispatched(revision.number, revision.revision, document, None)
    return Dispatched(revision.number, revision.revision, facts.document, facts)


def letters_by_document(record: Record, engagement: str) -> dict[str, Dispatched]:
    """Return the letters of an engagement by the version of the document they bring; raises as dispatches_of does."""
    return {each.document: each for each in dispatches_of(record, engagement)}


def sendings(record: Record, engagement: str, mail: MailSettings, on: dt.date) -> tuple[Sending, ...]:
    """Return the reports of an engagement, issued by a day and standing, that are not settled, by number.

    A report without a letter counts where reports are sent by e-mail here: where docgen.toml says so, from the day it
    gives on, or where letters of the engagement are recorded. Raises as dispatches_of does.
    """
    reports = [each for each in _standing_reports(record, engagement) if each.day <= on.isoformat()]
    if not reports:
        return ()
    letters = letters_by_document(record, engagement)
    by_mail = mail.wanted or bool(letters)
    first = mail.since.isoformat() if mail.since else ""
    found = (Sending(each, letters.get(str(reference_of(each)))) for each in reports)
    return tuple(
        each for each in found if (not each.letter.settled if each.letter else by_mail and each.document.day >= first)
    )


def _standing_reports(record: Record, engagement: str) -> Sequence[IssuedDocument]:
    documents = record.register.documents_of(engagement)
    found = [each for each in documents if each.kind == REPORT and each.status in ("issued", "executed")]
    return sorted(found, key=lambda each: each.number)


# Recording


def step_events(hand: Hand, number: int, revision: int, facts: Dispatch, message: bytes = b"") -> Iterator[Event]:
    """Yield the events that record a step of a letter, and before it the letter's bytes where they are new."""
    from docgen.store.events import EntryRecorded

    name, register = facts.engagement, hand.record.register
    if message:
        version = len(register.revisions(name, MESSAGE, number)) + 1
        stamp = hand.stamp(f"{MESSAGE}/{facts.document}/{version}")
        blob = hand.record.blobs.put(message)
        yield EntryRecorded(**stamp, engagement=name, entry=MESSAGE, number=number, revision=version, facts=blob)
    stamp = hand.stamp(f"{DISPATCH}/{facts.document}/{revision}")
    blob = hand.record.blobs.put(facts_bytes(facts))
    yield EntryRecorded(**stamp, engagement=name, entry=DISPATCH, number=number, revision=revision, facts=blob)


def record_step(hand: Hand, before: Dispatched | None, facts: Dispatch, message: bytes = b"") -> Dispatched:
    """Record the next step of a letter on the record as it is; raises TakenError where another one came between."""
    kept: list[Dispatched] = []

    def decide() -> list[Event]:
        register = hand.record.register
        if before is None:
            letters = dispatches_of(hand.record, facts.engagement)
            if any(each.document == facts.document for each in letters):
                raise TakenError(facts.document)
            number, revision = max((each.number for each in letters), default=0) + 1, 1
        else:
            latest = register.latest(facts.engagement, DISPATCH, before.number)
            if latest is None or latest.revision != before.revision:
                raise TakenError(facts.document)
            number, revision = before.number, before.revision + 1
        kept[:] = [Dispatched(number, revision, facts.document, facts)]
        return list(step_events(hand, number, revision, facts, message))

    receipts = hand.settle(decide)
    if receipts[-1].repeated:
        # Another run recorded the very same step at the same moment: the step is its, and so is the letter.
        raise TakenError(facts.document)
    return kept[0]
