"""Look after the record: read its log, verify it, mend its tables, sign and time its checkpoints, erase on request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from docgen.actions.acting import CHECKPOINTS, Deed, Hand, act
from docgen.actions.desk import Desk
from docgen.actions.documents import issued_event
from docgen.actions.identity import carried_checkpoint
from docgen.actions.references import find_document, find_engagement
from docgen.actions.telling import Naming, told
from docgen.errors import DocgenError, NotFoundError, UsageError
from docgen.settings import is_email
from docgen.store.events import KINDS

if TYPE_CHECKING:
    from docgen.store.events import Event
    from docgen.store.ledger import Entry
    from docgen.store.record import Record
    from docgen.store.verification import Fault

NOTES = "*.txt"
_SIGNATURE = "\n\n\N{EM DASH} "
"""What stands before the first signature of every note."""
Ground = Literal["request", "law", "retention"]
"""Why something is erased: its person asked, a law says so, or it was kept long enough."""
_SHARED_INPUTS = frozenset({"template", "contract-template", "house", "checkpoint"})
"""What documents are made from besides facts: no engagement's own."""


class NoCheckpointError(UsageError):
    """A file holds no checkpoint."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} holds no checkpoint. Give a note, a folder of notes, or a PDF that docgen issued.")


class NoAuthorityError(UsageError):
    """No authority for timestamps is set."""

    def __init__(self) -> None:
        super().__init__("docgen.toml names no authority for timestamps. Set `authority` in its table [timestamps].")


class UnknownBlobError(NotFoundError):
    """The record has no file with a hash."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"The record knows no file {digest}. `docgen document show` lists the files of a document.")


class UnknownKindError(UsageError):
    """There is no such kind of event."""

    def __init__(self, kind: str) -> None:
        near = get_close_matches(kind, KINDS, 1)
        advice = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(KINDS)}."
        super().__init__(f"There is no kind of event “{kind}”. {advice}")


# Reading


@dataclass(frozen=True)
class Filter:
    """Which entries of the log are wanted; what is empty does not matter."""

    engagement: str = ""
    person: str = ""
    event: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class LogLine:
    """An entry of the log, who made it, and what it says."""

    index: int
    event: Event
    person: str
    text: str


def read_log(desk: Desk, wanted: Filter, limit: int | None = None) -> tuple[LogLine, ...]:
    """Return the entries of the log that are wanted, or the last so many of them, in their order.

    What lies before those is not read. Raises UnknownEngagementError, NotFoundError for a person the record does not
    know, UnknownKindError, and what reading the log raises.
    """
    record = desk.record
    if wanted.event and wanted.event not in KINDS:
        raise UnknownKindError(wanted.event)
    mark = _mark(record, wanted.person) if wanted.person else ""
    named = naming(record)
    found = (entry for entry in _entries_backwards(record, wanted.engagement) if _is_wanted(entry.event, wanted, mark))
    last = reversed(tuple(islice(found, limit)))
    return tuple(
        LogLine(entry.index, entry.event, named(entry.event.actor), told(entry.event, named)) for entry in last
    )


def _is_wanted(event: Event, wanted: Filter, mark: str) -> bool:
    return (
        (not mark or event.actor == mark)
        and (not wanted.event or event.event == wanted.event)
        and (wanted.since is None or event.at.date() >= wanted.since)
        and (wanted.until is None or event.at.date() <= wanted.until)
    )


def _entries_backwards(record: Record, engagement: str) -> Iterator[Entry]:
    if not engagement:
        yield from record.ledger.entries_backwards()
        return
    find_engagement(record.register, engagement)
    for index in reversed(tuple(record.register.mentions(engagement))):
        yield record.ledger.entry(index)


def _mark(record: Record, email: str) -> str:
    mark = record.people.find(email) if is_email(email) else None
    if mark is None:
        raise NotFoundError(f"The record knows nobody with the address {email}. `docgen audit log` shows who acted.")
    return mark


def naming(record: Record) -> Naming:
    """Return a function that says who stands behind a mark."""
    known: dict[str, str] = {}

    def named(mark: str) -> str:
        if mark not in known:
            known[mark] = record.people.email(mark) or f"(forgotten {mark[:12]})"
        return known[mark]

    return named


# Verifying and mending


@dataclass(frozen=True)
class Verified:
    """What verifying found: every fault, over how many entries, against how many checkpoints kept."""

    faults: tuple[Fault, ...]
    size: int
    checkpoints: int
    signed: int = 0
    """How many checkpoints the record says were signed."""


def verify(desk: Desk, kept: Sequence[Path], keys: Sequence[str]) -> Verified:
    """Return every fault of the record, held against the checkpoints handed out and those kept elsewhere.

    A record so damaged that it cannot be opened is a fault too. Raises NoCheckpointError for a file without one,
    UsageError for what is no key, and what else opening the record raises.
    """
    from docgen.store.database import RecordDamagedError
    from docgen.store.notes import NoteError, read_verifying_key
    from docgen.store.verification import Fault, FaultKind

    own, elsewhere = desk.own_folder / CHECKPOINTS, desk.settings.record.checkpoints
    notes = [
        *_notes(own),
        *(_notes(elsewhere) if elsewhere else ()),
        *(note for path in kept for note in _kept_notes(path)),
    ]
    try:
        known = [read_verifying_key(key) for key in keys]
    except NoteError as error:
        raise UsageError(f"This is no key of a log: {error} A key reads NAME+ID+LETTERS.") from None
    faults: list[Fault] = []
    size = signed = 0
    try:
        faults += desk.record.ledger.verify(dict.fromkeys(notes), known)
        size = desk.record.ledger.head_size()
        # A table that is gone is among the faults already.
        with suppress(DocgenError):
            signed = len(desk.record.register.checkpoints())
    except RecordDamagedError as error:
        faults.append(Fault(FaultKind.DATABASE, f"The record is damaged: {error.what}."))
    return Verified(tuple(faults), size, len(set(notes)), signed)


def _notes(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob(NOTES)):
        yield path.read_bytes().decode(errors="replace")


def _kept_notes(path: Path) -> Iterator[str]:
    if path.is_dir():
        notes = list(_notes(path))
    elif path.is_file():
        content = path.read_bytes()
        note = carried_checkpoint(content) if content.startswith(b"%PDF") else content.decode(errors="replace")
        notes = [note] if _SIGNATURE in note else []
    else:
        raise NotFoundError(f"There is no file {path}. Name a checkpoint that was kept.")
    if not notes:
        raise NoCheckpointError(path)
    yield from notes


def rebuild(desk: Desk) -> int:
    """Make every table that follows from the log anew; return over how many entries.

    Raises what reading the log raises.
    """
    hand = act(desk, Deed.KEEP_RECORD)
    hand.record.ledger.rebuild_tables()
    return hand.record.ledger.head_size()


# Checkpoints and timestamps


def sign_checkpoint(desk: Desk) -> str:
    """Return a checkpoint over the log as it is now, signed and handed out."""
    return act(desk, Deed.KEEP_RECORD).sign_checkpoint()


@dataclass(frozen=True)
class Stamped:
    """A checkpoint that an authority put a time on."""

    size: int
    moment: dt.datetime
    authority: str
    path: Path


def timestamp(desk: Desk) -> Stamped:
    """Have a checkpoint over the log as it is now timestamped by the authority that docgen.toml names, and record it.

    Raises NoAuthorityError, and what asking the authority raises.
    """
    from docgen.store.events import CheckpointTimestamped
    from docgen.store.timestamps import read_timestamp, request_timestamp

    authority = desk.settings.timestamps.authority
    if not authority:
        raise NoAuthorityError
    hand = act(desk, Deed.KEEP_RECORD)
    note = hand.sign_checkpoint()
    token = request_timestamp(note.encode(), authority)
    stamp = read_timestamp(token, note.encode())
    size = int(note.split("\n")[1])
    event = CheckpointTimestamped(
        **hand.stamp(f"timestamp/{size}/{stamp.moment.isoformat()}"),
        size=size,
        note=hand.record.blobs.put(note.encode()),
        token=hand.record.blobs.put(token),
    )
    hand.write([event])
    path = desk.own_folder / CHECKPOINTS / f"{_name_of(note)}-{size:08d}.tsr"
    path.write_bytes(token)
    return Stamped(size, stamp.moment, stamp.authority, path)


def _name_of(note: str) -> str:
    return note.split("\n", maxsplit=1)[0].rpartition("/")[2]


def proof_of(desk: Desk, text: str) -> str:
    """Return the proof that a document's issue is in the log, under a checkpoint signed now (C2SP tlog-proof)."""
    from docgen.store.notes import read_checkpoint
    from docgen.store.proofs import Proof, write_proof

    hand = act(desk, Deed.EXPORT_RECORD)
    document = find_document(hand.record.register, text)
    issued_event(hand.record, document)
    note = hand.sign_checkpoint()
    size = read_checkpoint(note.rpartition("\n\n")[0] + "\n").size
    return write_proof(Proof(document.sequence, hand.record.ledger.inclusion_proof(document.sequence, size), note))


def change_key(desk: Desk) -> str:
    """Begin another signing key and return its public half; checkpoints signed by the old one stay good."""
    from docgen.store.events import KeyChanged
    from docgen.store.keys import KeyMissingError, begin_key, follow_key

    hand = act(desk, Deed.KEEP_RECORD)
    ledger = hand.record.ledger
    # A key that is lost signs no farewell.
    with suppress(KeyMissingError):
        hand.sign_checkpoint()
    key = begin_key(desk.key_file, ledger.origin)
    number = 1
    while ledger.find(f"key/{number}"):
        number += 1
    ledger.append(KeyChanged(**hand.stamp(f"key/{number}"), verifying_key=str(key.verifying_key)))
    follow_key(desk.key_file)
    hand.sign_checkpoint()
    return str(key.verifying_key)


# Erasing


@dataclass(frozen=True)
class Erased:
    """What was erased: the files by their hashes, and what stays because others use it too."""

    blobs: tuple[str, ...]
    kept: tuple[str, ...] = ()


def erase(desk: Desk, what: str, ground: Ground) -> Erased:
    """Erase files for good: one by its hash, those of a document, or all that only one engagement uses.

    The log says what was erased and on what ground; hashes stay, so it still verifies. Copies elsewhere are out of
    reach. Raises NotFoundError for what the record does not know, and what recording raises.
    """
    hand = act(desk, Deed.ERASE)
    wanted, others = _files_to_erase(hand.record, what)
    gone = [digest for digest in wanted if digest not in others and not hand.record.blobs.is_erased(digest)]
    _erase(hand, gone, ground)
    return Erased(tuple(gone), tuple(digest for digest in wanted if digest in others))


def _erase(hand: Hand, digests: Sequence[str], ground: Ground) -> None:
    from docgen.store.events import BlobErased

    events = [BlobErased(**hand.stamp(f"erase/{digest}"), blob=digest, ground=ground) for digest in digests]
    if events:
        # The log first: a file that is gone without a word of it would be a loss.
        hand.write(events)
    for digest in digests:
        hand.record.blobs.erase(digest)


def _files_to_erase(record: Record, what: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the files that are meant, and those among them that stay because other engagements use them."""
    if len(what) == 64 and "/" not in what and set(what) <= set("0123456789abcdef"):
        if what not in record.blobs and not record.blobs.is_erased(what):
            raise UnknownBlobError(what)
        return (what,), frozenset()
    if "/" in what:
        document = find_document(record.register, what)
        event = issued_event(record, document)
        files = [blob for output in event.outputs for blob in (output.blob, output.sealed) if blob]
        return tuple(dict.fromkeys([*files, *([document.signed] if document.signed else [])])), frozenset()
    find_engagement(record.register, what)
    own = dict.fromkeys(_files_of(record, what))
    others = {blob for name in record.register.engagement_ids() if name != what for blob in _files_of(record, name)}
    return tuple(own), frozenset(own.keys() & others)


def _files_of(record: Record, engagement: str) -> Iterator[str]:
    for index in record.register.mentions(engagement):
        event = record.ledger.entry(index).event
        shared = {item.blob for item in getattr(event, "inputs", ()) if item.name in _SHARED_INPUTS}
        yield from (blob for blob in event.blobs if blob not in shared)


def forget(desk: Desk, email: str) -> str:
    """Erase who stands behind a mark, for good; return the mark. The log still verifies.

    Raises NotFoundError for somebody the record does not know, ErasureUnfinishedError, and what recording raises.
    """
    from docgen.store.events import PersonForgotten

    hand = act(desk, Deed.ERASE)
    mark = _mark(hand.record, email)
    hand.write([PersonForgotten(**hand.stamp(f"forget/{mark}"), person=mark)])
    hand.record.people.forget(mark)
    return mark


# A team's database


class NoDatabaseError(UsageError):
    """No database is named."""

    def __init__(self) -> None:
        super().__init__(
            "DOCGEN_DATABASE_URL names no database. Set it to the owner's: postgresql://owner@host/database."
        )


def set_up_database(desk: Desk, app_role: str) -> None:
    """Make or migrate the record's tables in PostgreSQL as their owner, for a role that has no rights on them.

    Raises NoDatabaseError and what connecting and making tables raises.
    """
    from docgen.store.postgres import lay_out

    if not desk.places.database_url:
        raise NoDatabaseError
    lay_out(desk.places.database_url, app_role)
