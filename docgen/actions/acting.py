"""Who acts: the person named, what they may do, and the log's word for both."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.actions.desk import Desk
from docgen.errors import DocgenError, MissingHereError, UsageError
from docgen.settings import Person

if TYPE_CHECKING:
    from docgen.store.events import Event
    from docgen.store.ledger import Receipt
    from docgen.store.notes import SigningKey
    from docgen.store.record import Record

CHECKPOINTS = "checkpoints"


class Deed(StrEnum):
    """What somebody may be allowed to do, in words that follow “may”."""

    SUBMIT_TEMPLATES = "submit templates"
    APPROVE_TEMPLATES = "approve templates"
    RECORD_FACTS = "record facts"
    RECORD_PROGRESS = "record progress"
    DECIDE_CHANGES = "approve or reject change orders"
    APPROVE_TERMS = "approve terms"
    ISSUE_DOCUMENTS = "issue documents"
    ISSUE_REPORTS = "issue progress reports"
    SEND_REPORTS = "send progress reports"
    EXECUTE_DOCUMENTS = "record signed documents"
    WITHDRAW_DOCUMENTS = "withdraw documents"
    EXPORT_RECORD = "export the record"
    KEEP_RECORD = "look after the record"
    ERASE = "erase what the record holds of somebody"


PERMISSIONS: Mapping[Deed, frozenset[str]] = {
    Deed.SUBMIT_TEMPLATES: frozenset({"account_manager", "delivery", "legal", "director"}),
    Deed.APPROVE_TEMPLATES: frozenset({"legal"}),
    Deed.RECORD_FACTS: frozenset({"account_manager", "legal", "director"}),
    Deed.RECORD_PROGRESS: frozenset({"account_manager", "delivery", "director"}),
    Deed.DECIDE_CHANGES: frozenset({"account_manager", "delivery", "legal", "director", "board"}),
    Deed.APPROVE_TERMS: frozenset({"account_manager", "delivery", "legal", "director", "board"}),
    Deed.ISSUE_DOCUMENTS: frozenset({"account_manager", "legal", "director"}),
    Deed.ISSUE_REPORTS: frozenset({"account_manager", "delivery", "legal", "director"}),
    Deed.SEND_REPORTS: frozenset({"account_manager", "delivery", "director"}),
    Deed.EXECUTE_DOCUMENTS: frozenset({"account_manager", "legal", "director"}),
    Deed.WITHDRAW_DOCUMENTS: frozenset({"account_manager", "legal", "director"}),
    Deed.EXPORT_RECORD: frozenset({"account_manager", "legal", "director", "board", "admin", "auditor"}),
    Deed.KEEP_RECORD: frozenset({"admin", "auditor", "legal"}),
    Deed.ERASE: frozenset({"admin", "legal"}),
}
"""Which roles may do what; one of them is enough."""


class NobodyActsError(UsageError):
    """Something is to be recorded, and nobody said who does it."""

    def __init__(self, deed: Deed, people: Sequence[Person]) -> None:
        able = _able(deed, people)
        advice = f"Those who may {deed}: {able}." if able else f"Nobody in docgen.toml may {deed}; see [[people]]."
        super().__init__(f"Say who acts: --as EMAIL, or DOCGEN_PERSON. {advice}")


class NotPermittedError(DocgenError):
    """A person has none of the roles that something needs."""

    def __init__(self, deed: Deed, person: Person, people: Sequence[Person]) -> None:
        needed = " or ".join(sorted(PERMISSIONS[deed]))
        able = _able(deed, people)
        who = f"Those who may: {able}." if able else "Nobody in docgen.toml may; an admin can add the role there."
        super().__init__(
            f"{person.email} may not {deed}: that takes the role {needed}, and docgen.toml says "
            f"{', '.join(person.roles) or 'no role'}. {who}"
        )


def _able(deed: Deed, people: Sequence[Person]) -> str:
    return ", ".join(person.email for person in people if PERMISSIONS[deed].intersection(person.roles))


@dataclass(frozen=True)
class Hand:
    """A person at work on the record: what they do is written under their mark, with the time."""

    desk: Desk
    record: Record
    mark: str
    at: dt.datetime

    def stamp(self, idempotency_key: str) -> dict[str, Any]:
        """Return what every event says: when, by whom, and the key under which it is recorded only once."""
        return {"at": self.at, "actor": self.mark, "idempotency_key": idempotency_key}

    def write(self, events: Sequence[Event], *, after: int | None = None) -> tuple[Receipt, ...]:
        """Record events, all or none, then sign and hand out a checkpoint; return the events' receipts.

        Raises LogMovedError when the log is longer than `after`, what `key` raises, and what recording raises.
        """
        self.key()  # what could not be signed is not recorded either
        receipts = self.record.ledger.append_all(events, after=after)
        self.sign_checkpoint()
        return receipts

    def settle(self, decide: Callable[[], Sequence[Event]]) -> tuple[Receipt, ...]:
        """Record what is decided on the record as it is; where others were quicker, it is decided anew.

        Raises what deciding and `write` raise.
        """
        from docgen.store.ledger import LogMovedError

        while True:
            size = self.record.ledger.head_size()
            events = decide()
            if not events:
                return ()
            try:
                return self.write(events, after=size)
            except LogMovedError:
                continue

    def sign_checkpoint(self) -> str:
        """Sign what the log is now, write the note beside the record, and return it."""
        note = self.record.ledger.sign_checkpoint(self.key(), at=self.at, actor=self.mark)
        own = self.desk.own_folder / CHECKPOINTS
        hand_out(note, own)
        elsewhere = self.desk.settings.record.checkpoints
        if elsewhere:
            mirror(own, elsewhere)
        return note

    def key(self) -> SigningKey:
        """Return the log's signing key; a change of key that was broken off is finished.

        Raises KeyMissingError, KeyUnreadableError, and WrongKeyError where the file holds the key of another log.
        """
        from docgen.store.keys import key_in_file
        from docgen.store.ledger import WrongKeyError

        wanted = self.record.ledger.key_in_force()
        key = key_in_file(self.desk.key_file, wanted)
        if str(key.verifying_key) != wanted:
            raise WrongKeyError(key.verifying_key, wanted)
        return key


def act(desk: Desk, deed: Deed) -> Hand:
    """Return the person of the desk at work on the record, which is founded with the first thing recorded.

    Raises NobodyActsError, NotFoundError for somebody docgen.toml does not name, NotPermittedError, and what opening
    the record raises.
    """
    from docgen.store.record import Founder, found_record

    folder = desk.own_folder
    person = permitted(desk, deed)
    at = desk.now()
    founder = Founder(person.email, at, desk.settings.time_zone)
    desk.close()
    record = found_record(folder, desk.key_file, founder, desk.places.database_url)
    desk.__dict__["record"] = record
    return _named(Hand(desk, record, record.people.mark(person.email), at), person)


def permitted(desk: Desk, deed: Deed) -> Person:
    """Return the person who acts, if they may.

    Raises NobodyActsError, NotFoundError for somebody docgen.toml does not name, and NotPermittedError.
    """
    if not desk.person:
        raise NobodyActsError(deed, desk.settings.people)
    person = desk.settings.person(desk.person)
    if not PERMISSIONS[deed].intersection(person.roles):
        raise NotPermittedError(deed, person, desk.settings.people)
    return person


def _named(hand: Hand, person: Person) -> Hand:
    """Say in the log which roles a person has, where it does not say so yet."""
    from docgen.store.events import PersonNamed

    if hand.record.register.roles(hand.mark) != person.roles:
        key = f"person/{hand.mark[:32]}/{hand.record.ledger.head().size}"
        hand.record.ledger.append(PersonNamed(**hand.stamp(key), person=hand.mark, roles=person.roles))
    return hand


class MirrorError(MissingHereError):
    """Checkpoints could not be written where docgen.toml says."""

    def __init__(self, folder: Path, error: OSError) -> None:
        super().__init__(
            f"It is recorded, but the checkpoint could not be written to {folder} ({error.strerror or error}). The "
            "next action writes what is missing there; `record.checkpoints` in docgen.toml names the folder."
        )


def mirror(own: Path, elsewhere: Path) -> None:
    """Copy the checkpoints that another folder does not have yet; raises MirrorError."""
    try:
        elsewhere.mkdir(parents=True, exist_ok=True)
        there = {path.name for path in elsewhere.iterdir()}
        for path in sorted(own.glob("*.txt")):
            if path.name not in there:
                _write_whole(elsewhere / path.name, path.read_bytes())
    except OSError as error:
        raise MirrorError(elsewhere, error) from None


def hand_out(note: str, folder: Path) -> Path:
    """Write a checkpoint to a folder, under the size it was signed over, and return the file.

    The folder is meant to be copied elsewhere: only a copy that the record's keeper cannot change shows that a
    whole log was made anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    origin, size, *_ = note.split("\n")
    path = folder / f"{origin.rpartition('/')[2]}-{int(size):08d}.txt"
    if not path.exists():
        _write_whole(path, note.encode())
    return path


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all: half a note would be taken for a forged one."""
    # Another process may be writing the same.
    draft = path.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
