"""The dispatch of a document by e-mail: to whom it goes, and how far it has come, state after state."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime

from docgen.models.values import Date, Email, Facts, Line, Reference, Whole


class DispatchState(StrEnum):
    """How far a letter has come.

    Outbox: it is written and goes out next. Handed over: the end of it was about to go out, and no answer is recorded.
    Accepted: a server answers for it, or a person says that it was sent. Deferred: some recipients are tried again.
    Unknown: the line broke at the one moment in which nobody can know. Draft: a person sends it. Bounced: it was
    accepted and came back from a recipient.
    """

    OUTBOX = "outbox"
    HANDED_OVER = "handed_over"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    UNKNOWN = "unknown"
    DRAFT = "draft"
    BOUNCED = "bounced"


class Standing(StrEnum):
    """How a letter stands with one recipient."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    UNKNOWN = "unknown"
    BOUNCED = "bounced"


class Recipient(Facts):
    """Somebody who gets a letter: in which field, how it stands, and what a server said last (code 0: nothing)."""

    address: Email
    name: str = ""
    field: Literal["to", "cc", "archive"] = "to"
    standing: Standing = Standing.WAITING
    code: Whole = 0
    text: str = ""


class Dispatch(Facts):
    """One letter with a document, as the record keeps it after each step.

    `document` names the version that goes along. `message` is the hash of the letter's bytes, `message_id` what it is
    sent under; both are missing where a person says that it was sent by other means. `attempt` counts how often it was
    handed over. `confirmed_by` is the person who answered for a state that no server told, `why` in which words.
    """

    format: Literal["docgen.dispatch/1"] = "docgen.dispatch/1"
    engagement: Reference
    document: Line
    state: DispatchState
    on: Date
    at: AwareDatetime
    recipients: tuple[Recipient, ...] = ()
    subject: str = ""
    message_id: str = ""
    message: str = ""
    attempt: Whole = 0
    confirmed_by: Email | None = None
    why: str = ""

    @property
    def open(self) -> tuple[Recipient, ...]:
        """Return those whom the letter goes to next."""
        return tuple(each for each in self.recipients if each.standing in (Standing.WAITING, Standing.DEFERRED))

    @property
    def reached(self) -> frozenset[str]:
        """Return the addresses that have it, in small letters."""
        return frozenset(each.address.casefold() for each in self.recipients if each.standing is Standing.ACCEPTED)


_URGENCY: tuple[tuple[Standing, DispatchState], ...] = (
    (Standing.UNKNOWN, DispatchState.UNKNOWN),
    (Standing.DEFERRED, DispatchState.DEFERRED),
    (Standing.WAITING, DispatchState.OUTBOX),
    (Standing.BOUNCED, DispatchState.BOUNCED),
    (Standing.ACCEPTED, DispatchState.ACCEPTED),
    (Standing.REFUSED, DispatchState.REFUSED),
)


def state_of(recipients: tuple[Recipient, ...]) -> DispatchState:
    """Return how far a letter has come by how it stands with its recipients: what needs most care comes first.

    With some that accepted and some that refused, it is accepted; who refused stands with the recipients.
    """
    standings = {each.standing for each in recipients}
    return next((state for standing, state in _URGENCY if standing in standings), DispatchState.OUTBOX)
