"""Contacts from e-mails and meetings that people have on their desks: whose they are, and each recorded only once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from docgen.actions.acting import Deed, Hand, act
from docgen.actions.bounded import OF_A_FILE, LimitError, bounded
from docgen.actions.contacts import provider_people
from docgen.actions.desk import Desk
from docgen.actions.entries import entry_event
from docgen.actions.recorded import kept_engagements, kept_facts, recorded_engagement
from docgen.errors import DocgenError, NotFoundError, Severity
from docgen.exchange.correspondence import read_correspondence
from docgen.exchange.said import Correspondence, Said
from docgen.facts.kinds import ENTRY_WORDS
from docgen.models.contact import Contact
from docgen.models.engagement import Engagement
from docgen.models.values import prints

if TYPE_CHECKING:
    from docgen.store.events import Event
    from docgen.store.record import Record

_MOST = 19_000
"""How many letters of a message are kept: facts hold 20,000, and the names of attachments follow."""
_NAMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Outcome(StrEnum):
    """What became of a message."""

    RECORDED = "recorded"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True)
class Imported:
    """What became of one message of a file, or of the file: `text` says as which contact, or why not.

    `line` is where the message begins in its file.
    """

    file: str
    line: int
    outcome: Outcome
    text: str
    reference: str = ""

    @property
    def taken(self) -> bool:
        """Say whether the record holds the message now."""
        return self.outcome is not Outcome.REFUSED


class NotOursError(DocgenError):
    """A message cannot be told to belong to one engagement, or is no contact at all."""


def import_contacts(
    desk: Desk, files: Sequence[Path], engagement: str = "", day: dt.date | None = None
) -> Iterator[Imported]:
    """Record each e-mail and meeting in some files as a contact, and yield what became of each.

    The engagement is the one whose contacts took part, on both sides; where several fit, the one whose id stands in
    the subject; `engagement` says it for all. `day` is the day of the meeting that is meant of a series. A message that
    is recorded already stays as it is, whatever was written into its contact since. What is wrong with one message, or
    one file, stops no other. Raises UnknownEngagementError for `engagement`, and what acting and recording raise.
    """
    hand = act(desk, Deed.RECORD_PROGRESS)
    known, zone = _Known(hand.record, engagement), desk.settings.time_zone
    for file in files:
        try:
            read = bounded(
                str(file), partial(read_correspondence, file, time_zone=zone, instance=day), desk.limits, OF_A_FILE
            )
        except (NotFoundError, LimitError) as error:
            yield Imported(str(file), 1, Outcome.REFUSED, str(error))
            continue
        yield from _Desk(hand, known, str(file), day).take(read)


@dataclass
class _Known:
    """The engagements whose people may have written, and the messages recorded of each; read when first asked for."""

    record: Record
    named: str
    _engagements: tuple[Engagement, ...] = ()
    _messages: dict[str, dict[str, str]] = field(default_factory=dict)
    _last: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.named:
            self._engagements = (recorded_engagement(self.record, self.named).facts,)
        else:
            self._engagements = tuple(facts for _, facts in kept_engagements(self.record))

    def fitting(self, said: Said) -> tuple[Engagement, ...]:
        """Return the engagements of which people of both sides took part in what was said; the one that is named."""
        if self.named:
            return self._engagements
        there = _addresses(said)
        return tuple(
            each
            for each in self._engagements
            if there & provider_people(each).keys() and there & _client_people(each).keys()
        )

    def messages(self, engagement: Engagement) -> dict[str, str]:
        """Return the names of an engagement's contacts by the ids of the messages they came from."""
        if engagement.id not in self._messages:
            self._messages[engagement.id] = self._read(engagement)
        return self._messages[engagement.id]

    def _read(self, engagement: Engagement) -> dict[str, str]:
        found = {}
        for revision in self.record.register.entries(engagement.id, ENTRY_WORDS[Contact]):
            self._last[engagement.id] = revision.number
            contact = kept_facts(self.record, revision, Contact)
            if contact and contact.message_id:
                found[contact.message_id] = f"{engagement.id}/CT-{revision.number:03d}"
        return found

    def next_number(self, engagement: Engagement) -> int:
        """Return the number that the next contact of an engagement gets."""
        self.messages(engagement)
        return self._last.get(engagement.id, 0) + 1

    def keep(self, engagement: Engagement, contact: Contact, number: int) -> str:
        """Remember a contact that is about to be recorded, and return its name."""
        name = f"{engagement.id}/CT-{number:03d}"
        self._last[engagement.id] = number
        self.messages(engagement)[contact.message_id or ""] = name
        return name

    def forget(self) -> None:
        """Read the contacts anew: others have recorded meanwhile."""
        self._messages.clear()
        self._last.clear()


@dataclass(frozen=True)
class _Desk:
    """One file on its way into the record: all that is fit of it is recorded at once."""

    hand: Hand
    known: _Known
    file: str
    day: dt.date | None

    def take(self, read: Correspondence) -> tuple[Imported, ...]:
        found: list[Imported] = []

        def decide() -> list[Event]:
            found.clear()
            self.known.forget()
            return list(self._decide(read, found))

        self.hand.settle(decide)
        return tuple(sorted(found, key=lambda each: each.line))

    def _decide(self, read: Correspondence, found: list[Imported]) -> Iterator[Event]:
        for finding in read.findings:
            if finding.severity is Severity.ERROR:
                text = f"{finding.message.rstrip('.')}. {finding.advice}"
                found.append(Imported(self.file, finding.place.line, Outcome.REFUSED, text))
        for bounce in read.bounces:
            people = ", ".join(each.address for each in bounce.deliveries)
            text = f"It is a report on the delivery of a letter to {people}, and no contact."
            found.append(Imported(self.file, 1, Outcome.REFUSED, text))
        for said in read.said:
            try:
                engagement, contact = self._contact(said)
            except NotOursError as error:
                found.append(Imported(self.file, said.line, Outcome.REFUSED, str(error)))
                continue
            name = self.known.messages(engagement).get(contact.message_id or "")
            if name:
                text = f"{_shown(said)} is recorded already as {name}"
                found.append(Imported(self.file, said.line, Outcome.KNOWN, text, name))
                continue
            number = self.known.next_number(engagement)
            name = self.known.keep(engagement, contact, number)
            found.append(Imported(self.file, said.line, Outcome.RECORDED, f"{_shown(said)} is {name}", name))
            yield entry_event(self.hand, contact.model_copy(update={"number": number}), number, 1)

    def _contact(self, said: Said) -> tuple[Engagement, Contact]:
        """Return a message as a contact of its engagement; raises NotOursError."""
        if said.cancelled:
            raise NotOursError(f"{_shown(said)} was cancelled.")
        if said.automatic:
            raise NotOursError(f"{_shown(said)} was written by a machine, not by {_sender(said)}.")
        if not _addresses(said):
            raise NotOursError(f"{_shown(said)} names nobody who took part. Log it by hand: docgen contact log.")
        engagement = self._engagement(said)
        at = said.at.astimezone(ZoneInfo(engagement.time_zone))
        if at.date() > self.hand.desk.on:
            raise NotOursError(f"{_shown(said)} is of {at.date()}, which has not come. Import it once it took place.")
        ours, theirs = _sides(said, engagement, named=bool(self.known.named))
        if not ours or not theirs:
            who = "the provider's" if theirs else "the client's"
            raise NotOursError(
                f"{_shown(said)} has none of {who} people among {_people(said)}. Add them to the contacts of "
                f"{engagement.id}, or log it by hand: docgen contact log."
            )
        incoming = said.sender is not None and said.sender.address.casefold() in map(str.casefold, theirs)
        data: dict[str, Any] = {
            "engagement": engagement.id,
            "on": at.date(),
            "at": None if said.whole_day else at.strftime("%H:%M"),
            "how": said.how,
            "direction": "in" if incoming else "out",
            "by": ours[0],
            "with": theirs,
            "subject": _clean(said.subject)[:500] or None,
            "text": _words(said),
            "message_id": self._identity(said),
        }
        try:
            return engagement, Contact.model_validate(data)
        except ValidationError as error:
            why = error.errors()[0]["msg"].rstrip(".")
            raise NotOursError(f"{_shown(said)} cannot be kept: {why}. Log it by hand: docgen contact log.") from None

    def _identity(self, said: Said) -> str:
        """Return what a message is known by; each meeting of a series has the same UID, and its own day."""
        of_series = self.day is not None and said.how != "email"
        return f"{_clean(said.identifier)} {self.day}" if of_series else _clean(said.identifier)

    def _engagement(self, said: Said) -> Engagement:
        fitting = self.known.fitting(said)
        if not fitting:
            raise NotOursError(
                f"{_shown(said)} fits no engagement: none has contacts of both sides among {_people(said)}. "
                "Add them to the engagement, or name it: --engagement ID."
            )
        if len(fitting) == 1:
            return fitting[0]
        recorded = [each for each in fitting if self._identity(said) in self.known.messages(each)]
        named = set(_NAMED.findall(said.subject))
        in_subject = [each for each in fitting if each.id in named]
        for found in (recorded, in_subject):
            if len(found) == 1:
                return found[0]
        names = ", ".join(each.id for each in fitting)
        raise NotOursError(
            f"{_shown(said)} may belong to {names}, and its subject names none of them or several. Say which: "
            "--engagement ID."
        )


def _people(said: Said) -> str:
    return ", ".join(sorted(_addresses(said)))


def _sides(said: Said, engagement: Engagement, *, named: bool) -> tuple[list[str], list[str]]:
    """Return the addresses of the provider's and the client's people who took part, whoever began it first.

    Where the engagement is named, strangers are of the client, but for those at a domain of the provider's people.
    """
    ours, theirs = provider_people(engagement), _client_people(engagement)
    domains = {each.rpartition("@")[2] for each in ours}
    found: tuple[dict[str, None], dict[str, None]] = {}, {}
    for mailbox in (*([said.sender] if said.sender else []), *said.participants):
        folded = mailbox.address.casefold()
        if folded in ours:
            found[0][ours[folded]] = None
        elif folded in theirs:
            found[1][theirs[folded]] = None
        elif named:
            found[0 if folded.rpartition("@")[2] in domains else 1][mailbox.address] = None
    return list(found[0]), list(found[1])


def _client_people(engagement: Engagement) -> Mapping[str, str]:
    return {each.email.casefold(): each.email for each in engagement.client.contacts if each.email}


def _addresses(said: Said) -> set[str]:
    people = (*([said.sender] if said.sender else []), *said.participants)
    return {each.address.casefold() for each in people}


def _sender(said: Said) -> str:
    return said.sender.address if said.sender else "a person"


def _shown(said: Said) -> str:
    """Return how a message is named to a person."""
    what = {"email": "The e-mail", "meeting": "The meeting", "call": "The call"}[said.how]
    return f"{what} “{_clean(said.subject)[:80] or 'without a subject'}” of {said.at.date()}"


def _words(said: Said) -> str:
    """Return what was said, without signs that cannot be kept, and the names of what was attached."""
    text = _clean(said.text)
    if len(text) > _MOST:
        text = f"{text[:_MOST].rstrip()} … (the rest is in the message itself)"
    names = ", ".join(_clean(each) for each in said.attachments)
    attached = f"Attached: {names}"[:900] if names else ""
    return "\n\n".join(filter(None, (text.strip(), attached))) or _clean(said.subject) or "(no words)"


def _clean(text: str) -> str:
    return "".join(filter(prints, text))
