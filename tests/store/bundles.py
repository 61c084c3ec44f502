"""Bundles to try things on: the life of a contract, exported, and ways to open, change and close a ZIP."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from docgen.store import verifier
from docgen.store.bundle import (
    BundleContents,
    BundledEvent,
    BundledFile,
    DisclosedPerson,
    EarlierCheckpoint,
    Timestamp,
)
from docgen.store.events import (
    BlobErased,
    CheckpointSigned,
    CheckpointTimestamped,
    DocumentExecuted,
    DocumentIssued,
    DocumentName,
    DocumentSuperseded,
    DocumentWithdrawn,
    Event,
    Input,
    Output,
    TemplateVersion,
    Tool,
    person_mark,
)
from tests.store.records import KEY, NOW, ORIGIN, Record, engagement_recorded

ENGAGEMENT = "NBS-2026-014"
EMAIL = "Zoë@northbridge.example"
SALT = bytes(32)
ACTOR = person_mark(EMAIL, SALT)
TEMPLATE = b"contract.en\n9\nThe terms"
VERIFIER = Path(verifier.__file__)

FACTS = b"fees: 64,000.00"
NEWER_FACTS = b"fees: 71,500.00"
PDF = b"%PDF-1.7 the contract"
SEALED = b"%PDF-1.7 the contract, sealed"
WORD = b"PK the contract"
SIGNED = b"%PDF-1.7 the contract, signed by both"
NEWER_PDF = b"%PDF-1.7 the contract once more"
REASON = b"The client asked for it."


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def contract(version: int) -> DocumentName:
    return DocumentName(engagement=ENGAGEMENT, kind="contract", version=version)


def issued(version: int, facts: bytes, *outputs: Output) -> DocumentIssued:
    """Return the event that issues a version of the contract."""
    return DocumentIssued(
        at=NOW,
        actor=ACTOR,
        idempotency_key=f"issue/{version}",
        document=contract(version),
        revision=version,
        on=NOW.date(),
        template=TemplateVersion(name="contract", language="en", version="1.2", hash=digest(TEMPLATE)),
        inputs=(Input(name="engagement", blob=digest(facts)),),
        outputs=outputs,
        tools=(Tool(name="weasyprint", version="70.0"),),
    )


def token_over(note: str) -> bytes:
    """Return what stands for an authority's token: like a real one, it holds the hash of what it stamps."""
    return b"0\x82 a token over " + sha256(note.encode()).digest() + b" signed by an authority"


def live(record: Record) -> None:
    """Let a contract be issued, signed, replaced and taken back, and erase its Word file."""
    for content in (FACTS, NEWER_FACTS, PDF, SEALED, WORD, SIGNED, NEWER_PDF, REASON):
        record.blobs.put(content)
    common: dict[str, Any] = {"at": NOW, "actor": ACTOR}
    sealed = Output(format="pdf", blob=digest(PDF), sealed=digest(SEALED))
    first: list[Event] = [
        engagement_recorded(digest(FACTS), 1, actor=ACTOR),
        issued(1, FACTS, sealed, Output(format="docx", blob=digest(WORD))),
    ]
    second: list[Event] = [
        engagement_recorded(digest(FACTS), 7, engagement="NBS-2026-015", idempotency_key="another"),
        DocumentExecuted(
            **common, idempotency_key="executed", document=contract(1), on=NOW.date(), signed=digest(SIGNED)
        ),
        engagement_recorded(digest(NEWER_FACTS), 2, actor=ACTOR),
        issued(2, NEWER_FACTS, Output(format="pdf", blob=digest(NEWER_PDF))),
        DocumentSuperseded(**common, idempotency_key="superseded", document=contract(1), by_version=2),
        DocumentWithdrawn(**common, idempotency_key="withdrawn", document=contract(2), reason=digest(REASON)),
        BlobErased(**common, idempotency_key="erased", blob=digest(WORD), ground="request"),
    ]
    record.ledger.append_all(first)
    note = record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR)
    record.ledger.append_all(second)
    record.ledger.append(
        CheckpointTimestamped(
            **common,
            idempotency_key="stamped",
            size=3,
            note=record.blobs.put(note.encode()),
            token=record.blobs.put(token_over(note)),
        )
    )
    record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR)


FILES = (
    BundledFile("facts/revision-1.yaml", FACTS, "facts", (1,)),
    BundledFile("facts/revision-2.yaml", NEWER_FACTS, "facts", (6,)),
    BundledFile("documents/contract-1.pdf", PDF, "issued pdf", (2,)),
    BundledFile("documents/contract-1-sealed.pdf", SEALED, "sealed pdf", (2,)),
    BundledFile("documents/contract-1-signed.pdf", SIGNED, "signed copy", (5,)),
    BundledFile("documents/contract-2.pdf", NEWER_PDF, "issued pdf", (7,)),
    BundledFile("documents/contract-2-reason.txt", REASON, "reason", (9,)),
    BundledFile("templates/contract-en.txt", TEMPLATE, "template", (2, 7)),
)


def gathered(record: Record, left_out: Iterable[int] = (4,)) -> BundleContents:
    """Gather the bundle of the engagement from a record that lived; event 4 is of another engagement."""
    ledger = record.ledger
    last = ledger.last_checkpoint()
    assert last is not None
    size, note = last[1].size, last[1].note
    entries = tuple(
        BundledEvent(entry.index, entry.body, ledger.inclusion_proof(entry.index, size), entry.event.event)
        for entry in ledger.entries(0, size)
        if entry.index not in left_out
    )
    signed = [entry.event for entry in ledger.entries(0, size) if isinstance(entry.event, CheckpointSigned)]
    earlier = tuple(EarlierCheckpoint(one.note, ledger.consistency_proof(one.size, size)) for one in signed)
    stamps = [(f"timestamps/{one.size:06d}.tst", one.note) for one in (*signed, last[1])]
    return BundleContents(
        engagement=ENGAGEMENT,
        origin=ORIGIN,
        keys=(str(KEY.verifying_key),),
        checkpoint_note=note,
        entries=entries,
        files=FILES,
        erased=((digest(WORD), 10),),
        earlier_checkpoints=earlier,
        timestamps=tuple(Timestamp(path, token_over(one), one) for path, one in stamps),
        people={ACTOR: DisclosedPerson("Zoë Marsh", EMAIL, SALT.hex())},
        certificate=b"%PDF-1.7 what happened",
    )


def unpacked(bundle: bytes) -> dict[str, bytes]:
    """Return the files of a bundle."""
    with ZipFile(BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> bytes:
    """Return a ZIP of files, whatever they are called."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items() if isinstance(files, Mapping) else files:
            archive.writestr(name, content)
    return stream.getvalue()


def examined(files: Mapping[str, bytes], *kept: str, key: str | None = None) -> verifier.Examination:
    """Return what the verifier finds in files."""
    readers: dict[str, tuple[int, Callable[[], bytes]]] = {
        name: (len(content), partial(bytes, content)) for name, content in files.items()
    }
    notes = [(f"kept-{place}.txt", note.encode()) for place, note in enumerate(kept)]
    return verifier.Examination(readers, [verifier.read_key(key)] if key else []).run(notes)


@dataclass(frozen=True)
class Run:
    """What the stand-alone program answered."""

    code: int
    output: str
    errors: str


def verify(*arguments: str | Path, folder: Path, script: Path = VERIFIER) -> Run:
    """Run the stand-alone program in a folder, with nothing but Python's own library."""
    command = [sys.executable, "-I", "-S", "-W", "error", str(script), *map(str, arguments)]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={})
    return Run(run.returncode, run.stdout, run.stderr)
