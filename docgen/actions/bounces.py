"""Letters that came back: reports on delivery that people saved are held against what was sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.actions.acting import Deed, Hand, act
from docgen.actions.bounded import OF_A_FILE, bounded
from docgen.actions.desk import Desk
from docgen.actions.dispatches import Dispatched, TakenError, dispatches_of, record_step
from docgen.errors import DocgenError, Finding, FindingsError
from docgen.exchange.correspondence import read_correspondence
from docgen.exchange.mail import shown_line
from docgen.exchange.said import Bounce, Delivery, said_once
from docgen.lifecycle.quantities import quantity
from docgen.models.dispatch import Dispatch, Recipient, Standing, state_of

if TYPE_CHECKING:
    from docgen.store.record import Record

_TRIES = 20


@dataclass(frozen=True)
class Returned:
    """A report whose letter came back: from which address, and with which words; `new` where that was not recorded."""

    reference: str
    address: str
    words: str
    new: bool


def record_bounces(desk: Desk, files: Sequence[Path], remarks: list[str]) -> tuple[Returned, ...]:
    """Record what reports on delivery in .eml and .mbox files say of letters that were sent from here.

    Only a report that names the Message-ID of such a letter counts. What is no such report, delays, and what fits no
    letter are remarks, and so is a file that cannot be read beside others. The same report again is nothing new. Raises
    FindingsError where nothing can be read, NotFoundError, and what acting and recording raise.
    """
    hand = act(desk, Deed.SEND_REPORTS)
    bounces: list[tuple[Path, Bounce]] = []
    unread: list[Finding] = []
    for path in files:
        try:
            bounces += [(path, each) for each in _read(desk, path, remarks)]
        except FindingsError as error:
            unread += error.findings
    if unread and not bounces:
        raise FindingsError(unread)
    remarks += map(str, unread)
    if not bounces:
        return ()
    letters = _letters(hand.record, remarks)
    found: list[Returned] = []
    for path, bounce in bounces:
        place = letters.get(bounce.message_id)
        if place is None:
            remarks.append(f"{path}: {_of_no_letter(bounce)}")
            continue
        found += _recorded(hand, place, bounce, remarks)
    return tuple(found)


def _read(desk: Desk, path: Path, remarks: list[str]) -> tuple[Bounce, ...]:
    """Return the reports on delivery in a file; a file that is made to hurt its reader is stopped."""
    read = bounded(
        str(path), lambda: read_correspondence(path, time_zone=desk.settings.time_zone), desk.limits, OF_A_FILE
    )
    if read.findings and not read.bounces and not read.said:
        raise FindingsError(read.findings)
    remarks += map(str, read.findings)
    if read.said:
        what = quantity(len(read.said), "letter is no report", "letters are no reports")
        remarks.append(f"{path}: {what} on delivery, and nothing was done about it.")
    return read.bounces


def _of_no_letter(bounce: Bounce) -> str:
    """Say of a report on delivery that no letter fits it, whom it speaks of, and what to do."""
    whom = "; ".join(
        f"{each.action} for {each.address} ({_words(each) or 'without a word'})" for each in bounce.deliveries
    )
    if not bounce.message_id:
        return (
            f"this report on delivery does not say which letter it is about, so nothing was recorded of it: {whom}. "
            "Look for the letter by its day and its recipient; if it is one of ours, correct the address in the facts "
            "and reach the person otherwise."
        )
    letter = shown_line(bounce.message_id, 80)
    return f"this report on delivery is about {letter}, and no letter of that name was sent from here: {whom}."


def _words(delivery: Delivery) -> str:
    return shown_line(said_once(delivery.status, delivery.diagnostic))


def _letters(record: Record, remarks: list[str]) -> dict[str, tuple[str, int]]:
    """Return engagement and number of each letter by its Message-ID."""
    found: dict[str, tuple[str, int]] = {}
    for name in record.register.engagement_ids():
        try:
            for letter in dispatches_of(record, name):
                if letter.facts and letter.facts.message_id:
                    found[letter.facts.message_id] = (name, letter.number)
        except DocgenError as error:
            remarks.append(f"{name}: {error}")
    return found


def _recorded(hand: Hand, place: tuple[str, int], bounce: Bounce, remarks: list[str]) -> Iterator[Returned]:
    """Record one report; where another run recorded something in between, on what is recorded then."""
    for _ in range(_TRIES):
        letter = next(each for each in dispatches_of(hand.record, place[0]) if each.number == place[1])
        if letter.facts is None:
            return
        said: list[str] = []
        returned, facts = _read_into(letter, letter.facts, bounce.deliveries, said)
        try:
            if facts != letter.facts:
                now = hand.desk.now().replace(microsecond=0)
                at = {"on": hand.desk.on, "at": now, "state": state_of(facts.recipients)}
                record_step(replace(hand, at=now), letter, facts.model_copy(update=at))
        except TakenError:
            continue
        remarks += said
        yield from returned
        return
    raise TakenError(f"letter {place[1]} of {place[0]}")


def _read_into(
    letter: Dispatched, facts: Dispatch, deliveries: Sequence[Delivery], said: list[str]
) -> tuple[list[Returned], Dispatch]:
    returned: list[Returned] = []
    recipients = list(facts.recipients)
    for delivery in deliveries:
        words = _words(delivery)
        index = _whose(recipients, delivery.address)
        if not delivery.failed:
            if delivery.action == "delayed":
                said.append(f"{letter.document}: delayed for {delivery.address} ({words}); its server keeps trying.")
        elif index is None:
            said.append(
                f"{letter.document}: came back from {delivery.address}, who was not written to. Find out whose."
            )
        else:
            whose = recipients[index]
            new = whose.standing is not Standing.BOUNCED
            returned.append(Returned(letter.document, whose.address, words, new))
            if new:
                recipients[index] = whose.model_copy(update={"standing": Standing.BOUNCED, "code": 0, "text": words})
    return returned, facts.model_copy(update={"recipients": tuple(recipients)})


def _whose(recipients: Sequence[Recipient], address: str) -> int | None:
    """Return the place of a recipient; where the letter had one only, theirs, whatever it was forwarded to."""
    for index, each in enumerate(recipients):
        if each.address.casefold() == address.casefold():
            return index
    return 0 if len(recipients) == 1 else None
