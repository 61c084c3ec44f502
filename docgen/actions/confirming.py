"""What people say of letters with reports: that one arrived, or that it did not and is to go again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from docgen.actions.acting import Deed, act
from docgen.actions.desk import Desk
from docgen.actions.dispatches import IN_FLIGHT, REPORT, Sending, letters_by_document, record_step
from docgen.actions.references import find_document, read_reference, reference_of
from docgen.actions.sending import Ending, Result, answered_by, told
from docgen.errors import DocgenError, UsageError, shell_word
from docgen.models.dispatch import Dispatch, DispatchState, Standing

if TYPE_CHECKING:
    from docgen.store.record import Record


class SentAlreadyError(DocgenError):
    """A letter is to go again that everybody has."""

    def __init__(self, document: str) -> None:
        super().__init__(f"{document} was sent, and everybody whom it went to has it. Nothing is sent twice.")


class InFlightError(DocgenError):
    """A letter is to go again that another run may be handing over right now."""

    def __init__(self, document: str, until: dt.datetime) -> None:
        super().__init__(
            f"Another run may be handing {document} over right now. Wait until {until:%H:%M}; or say that it arrived: "
            f"docgen progress send --sent {shell_word(document)}"
        )


def confirm(desk: Desk, text: str, why: str = "") -> Result:
    """Record that a report reached its readers, as a person says; of one without a letter, that it went otherwise.

    Raises UsageError for another document, UnknownDocumentError, and what acting and recording raise.
    """
    hand = act(desk, Deed.SEND_REPORTS)
    sending = _named(hand.record, text)
    letter, now = sending.letter, desk.now().replace(microsecond=0)
    if letter is not None and letter.settled:
        return told(letter, Ending.SENT, "it was recorded before")
    facts = letter.facts if letter else None
    if facts is None:
        facts = Dispatch(
            engagement=sending.document.engagement,
            document=sending.reference,
            state=DispatchState.ACCEPTED,
            on=desk.on,
            at=now,
        )
    recipients = tuple(each.model_copy(update={"standing": Standing.ACCEPTED}) for each in facts.recipients)
    said = {"recipients": recipients, "state": DispatchState.ACCEPTED, "on": desk.on, "at": now}
    facts = facts.model_copy(update={**said, "confirmed_by": desk.person, "why": " ".join(why.split())})
    return told(record_step(hand, letter, facts), Ending.SENT, "as you say")


def release_again(desk: Desk, text: str, why: str = "") -> None:
    """Record that a report did not arrive, as a person says, so that the next run sends it to those without it.

    Raises SentAlreadyError, InFlightError, UsageError for another document or one that was not sent yet,
    UnknownDocumentError, and what acting and recording raise.
    """
    hand = act(desk, Deed.SEND_REPORTS)
    sending = _named(hand.record, text)
    letter, now = sending.letter, desk.now().replace(microsecond=0)
    if letter is None:
        raise UsageError(
            f"{sending.reference} was not sent yet: docgen progress send {shell_word(sending.document.engagement)}"
        )
    if letter.settled or letter.facts is None:
        raise SentAlreadyError(sending.reference)
    if letter.is_in_flight(now):
        raise InFlightError(sending.reference, (letter.facts.at + IN_FLIGHT).astimezone(now.tzinfo))
    words = " ".join(why.split())
    if letter.state in (DispatchState.HANDED_OVER, DispatchState.UNKNOWN):
        facts = answered_by(letter.facts, arrived=False, person=desk.person, why=words)
    elif letter.facts.open and letter.state is not DispatchState.DRAFT:
        return
    else:
        have_it = tuple(each for each in letter.facts.recipients if each.standing is Standing.ACCEPTED)
        fresh = {"recipients": have_it, "state": DispatchState.OUTBOX, "message": "", "message_id": ""}
        facts = letter.facts.model_copy(update={**fresh, "confirmed_by": desk.person, "why": words})
    record_step(hand, letter, facts.model_copy(update={"on": desk.on, "at": now}))


def _named(record: Record, text: str) -> Sending:
    if read_reference(text).kind != REPORT:
        raise UsageError(f"{text} is no progress report. Write one such as NBS-2026-014/PR-007.")
    document = find_document(record.register, text)
    letters = letters_by_document(record, document.engagement)
    return Sending(document, letters.get(str(reference_of(document))))
