"""Gather all that the record has of an engagement into one file that can be verified without docgen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from docgen.actions.acting import Deed, Hand, act
from docgen.actions.audit import naming
from docgen.actions.certificate import History, HistoryLine, certificate_pdf
from docgen.actions.desk import Desk
from docgen.actions.documents import issued_event, suffix_of
from docgen.actions.making import CHECKPOINT, unpacked_wording
from docgen.actions.recorded import recorded_engagement
from docgen.actions.references import find_engagement, reference_of
from docgen.actions.telling import Naming, told
from docgen.errors import NotFoundError

if TYPE_CHECKING:
    from docgen.store.bundle import BundledFile, DisclosedPerson, EarlierCheckpoint, Timestamp
    from docgen.store.events import Event
    from docgen.store.ledger import Entry
    from docgen.store.record import Record


_MOST_CHECKPOINTS = 5000


@dataclass(frozen=True)
class Exported:
    """A bundle, and what is in it."""

    content: bytes
    entries: int
    files: int
    erased: int


def export(desk: Desk, engagement: str, *, name_people: bool = True) -> Exported:
    """Return a ZIP with the files, facts, entries and proofs of an engagement, a certificate and a verifier.

    The log is signed as it is now, and every proof leads to that checkpoint. Raises UnknownEngagementError,
    BundleUnsoundError where the record is damaged, and what reading it raises.
    """
    from docgen.store.bundle import BundleContents, BundledEvent, write_bundle
    from docgen.store.notes import open_checkpoint, read_verifying_key

    hand = act(desk, Deed.EXPORT_RECORD)
    record, ledger = hand.record, hand.record.ledger
    find_engagement(record.register, engagement)
    note = hand.sign_checkpoint()
    key = read_verifying_key(ledger.key_in_force())
    size = open_checkpoint(note, ledger.origin, [key]).size
    entries = {entry.index: entry for entry in _entries(record, engagement)}
    named = naming(record) if name_people else lambda mark: f"person {mark[:12]}"
    files, erased = _files(record, entries)
    stamps, stamped = _timestamps(record, entries)
    contents = BundleContents(
        engagement=engagement,
        origin=ledger.origin,
        keys=tuple(entry.event.verifying_key for entry in entries.values() if hasattr(entry.event, "verifying_key")),
        checkpoint_note=note,
        entries=tuple(
            BundledEvent(index, entry.body, ledger.inclusion_proof(index, size), told(entry.event, named))
            for index, entry in sorted(entries.items())
        ),
        files=tuple(files),
        erased=tuple(erased.items()),
        earlier_checkpoints=tuple(_earlier(record, stamped, size)),
        timestamps=stamps,
        people=_people(hand, entries) if name_people else {},
        certificate=certificate_pdf(desk, _history(hand, engagement, entries, note, named)),
    )
    return Exported(write_bundle(contents), len(entries), len(files), len(erased))


# Entries


def _entries(record: Record, engagement: str) -> Iterator[Entry]:
    """Yield the entries that speak of an engagement, in their order, and those its documents rest on.

    These are the foundation and changes of key, the approvals of templates, the last word on each person who acted,
    what was erased, and the last timestamp.
    """
    ledger = record.ledger
    own = [ledger.entry(index) for index in record.register.mentions(engagement)]
    others = [ledger.entry(0), *_keys(record)]
    for event in (entry.event for entry in own):
        template = getattr(event, "template", None)
        if template:
            approvals = record.register.approvals(template.name, template.language)
            others += [ledger.entry(each.sequence) for each in approvals if each.hash == template.hash]
        others += [found for blob in event.blobs if (found := ledger.find(f"erase/{blob}"))]
    stamp = ledger.last_of("checkpoint_timestamped")
    others += [stamp] if stamp else []
    people = {entry.event.actor for entry in (*own, *others)}
    others += [ledger.entry(naming) for mark in people if (naming := record.register.named_in(mark)) is not None]
    yield from sorted({entry.index: entry for entry in (*own, *others)}.values(), key=lambda entry: entry.index)


def _keys(record: Record) -> Iterator[Entry]:
    number = 1
    while entry := record.ledger.find(f"key/{number}"):
        yield entry
        number += 1


# Files


def _files(record: Record, entries: Mapping[int, Entry]) -> tuple[list[BundledFile], dict[str, int]]:
    """Return each file that the entries name, once, and the erased ones with the entry that says so."""
    from docgen.store import verifier
    from docgen.store.blobs import BlobErasedError
    from docgen.store.bundle import BundledFile

    uses: dict[str, list[tuple[int, str]]] = {}
    for index, entry in entries.items():
        for digest, what, _ in verifier.uses(json.loads(entry.body)):
            uses.setdefault(digest, []).append((index, what))
    files: list[BundledFile] = []
    erased: dict[str, int] = {}
    for digest, named in uses.items():
        index, what = named[0]
        if what in ("timestamp", "checkpoint"):
            continue
        if what == "template":
            content = _template_text(record, entries, digest)
            if content is None:
                continue
        else:
            try:
                content = record.blobs.read(digest)
            except BlobErasedError:
                said = record.ledger.find(f"erase/{digest}")
                erased |= {digest: said.index} if said is not None else {}
                continue
        path = _path(entries[index].event, digest, what, content)
        files.append(BundledFile(path, content, what, tuple(each for each, word in named if word == what)))
    return files, erased


def _template_text(record: Record, entries: Mapping[int, Entry], version_hash: str) -> bytes | None:
    """Return the text whose hash is a template's version, put together from what a document was made from."""
    for entry in entries.values():
        event = entry.event
        template = getattr(event, "template", None)
        packed = next((item.blob for item in getattr(event, "inputs", ()) if item.name == "template"), None)
        if template and template.hash == version_hash and packed and not record.blobs.is_erased(packed):
            with TemporaryDirectory(prefix="docgen-") as folder:
                wording = unpacked_wording(record.blobs.read(packed), Path(folder))
                return wording.catalogue.version_text(wording.template)
    return None


def _path(event: Event, digest: str, what: str, content: bytes) -> str:
    """Return where a file stands in the bundle, by what the event that names it first says of it."""
    if what == "template":
        template = event.template  # type: ignore[union-attr]
        return f"templates/{template.name}_{template.language}-{digest[:16]}.txt"
    if event.event == "entry_recorded" and event.entry == "message":
        return f"documents/letter-{event.number:03d}-r{event.revision}.eml"
    if what == "facts":
        number = (
            f"{event.entry.replace('_', '-')}-{event.number:03d}" if event.event == "entry_recorded" else "engagement"
        )
        return f"facts/{number}-r{event.revision}.json"  # type: ignore[union-attr]
    stem = reference_of(event.document).file_stem  # type: ignore[union-attr]
    if what == "input":
        name = next(item.name for item in event.inputs if item.blob == digest)  # type: ignore[union-attr]
        suffix = "txt" if name == CHECKPOINT else "json"
        folder = "templates" if name.endswith("template") else "facts"
        return f"{folder}/{name.replace('/', '-')}-{digest[:16]}.{suffix}"
    if what == "reason":
        return f"documents/{stem}_withdrawn.txt"
    if what == "signed copy":
        return f"documents/{stem}_executed{suffix_of(content)}"
    kind, _, form = what.partition(" ")
    return f"documents/{stem}{'_sealed' if kind == 'sealed' else ''}.{form}"


# Checkpoints


def _earlier(record: Record, stamped: Sequence[str], size: int) -> Iterator[EarlierCheckpoint]:
    """Yield earlier checkpoints with the proof that the log only grew: whoever kept one can compare it."""
    from docgen.store.bundle import EarlierCheckpoint
    from docgen.store.events import CheckpointSigned

    events = (record.ledger.entry(index).event for index in record.register.checkpoints(_MOST_CHECKPOINTS))
    signed = [event.note for event in events if isinstance(event, CheckpointSigned)]
    for earlier, note in sorted({_size(note): note for note in (*signed, *stamped)}.items()):
        if 0 < earlier < size:
            yield EarlierCheckpoint(note, record.ledger.consistency_proof(earlier, size))


def _timestamps(record: Record, entries: Mapping[int, Entry]) -> tuple[tuple[Timestamp, ...], tuple[str, ...]]:
    from docgen.store.bundle import Timestamp
    from docgen.store.events import CheckpointTimestamped

    stamps, notes = [], []
    for entry in entries.values():
        if isinstance(entry.event, CheckpointTimestamped):
            note = record.blobs.read(entry.event.note).decode()
            stamps.append(
                Timestamp(f"timestamps/{entry.event.size:06d}.tsr", record.blobs.read(entry.event.token), note)
            )
            notes.append(note)
    return tuple(stamps), tuple(notes)


def _size(note: str) -> int:
    return int(note.split("\n")[1])


# People, and the history on paper


def _people(hand: Hand, entries: Mapping[int, Entry]) -> dict[str, DisclosedPerson]:
    from docgen.store.bundle import DisclosedPerson

    marks = {mark for entry in entries.values() for mark in (entry.event.actor, getattr(entry.event, "person", ""))}
    people = {}
    for person in hand.record.people:
        if person.mark in marks:
            people[person.mark] = DisclosedPerson(_name(hand, person.email), person.email, person.salt.hex())
    return people


def _name(hand: Hand, email: str) -> str:
    try:
        return hand.desk.settings.person(email).name
    except NotFoundError:
        return ""


def _subject(record: Record, engagement: str) -> tuple[tuple[str, str], ...]:
    from docgen.store.blobs import BlobErasedError

    try:
        facts = recorded_engagement(record, engagement).facts
    except BlobErasedError:
        return ()
    said = (("Title", facts.title), ("Provider", facts.provider.legal_name), ("Client", facts.client.legal_name))
    return tuple((label, value) for label, value in said if value)


def _history(hand: Hand, engagement: str, entries: Mapping[int, Entry], note: str, named: Naming) -> History:
    record = hand.record
    return History(
        engagement=engagement,
        origin=record.ledger.origin,
        key=record.ledger.key_in_force(),
        checkpoint=note,
        at=hand.at,
        subject=_subject(record, engagement),
        documents=tuple(
            (document, issued_event(record, document)) for document in record.register.documents_of(engagement)
        ),
        lines=tuple(
            HistoryLine(index, entry.event.at, named(entry.event.actor), told(entry.event, named))
            for index, entry in sorted(entries.items())
        ),
    )
