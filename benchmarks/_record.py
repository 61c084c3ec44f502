"""Records for the benchmarks: made-up documents of made-up engagements, written many at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from docgen.actions.demo import EXAMPLE
from docgen.actions.workspace import make_workspace, read_person
from docgen.facts.load import load_files
from docgen.facts.recorded import facts_bytes
from docgen.store.events import (
    DocumentIssued,
    DocumentName,
    EngagementRecorded,
    Event,
    Input,
    Output,
    TemplateVersion,
    Tool,
)
from docgen.store.record import KEY, Founder, Record, found_record

PERSON = "ada@northbridge.example"
NOW = dt.datetime(2026, 11, 20, 16, 0, 3, tzinfo=dt.UTC)
DOCUMENTS_EACH = 10
"""How many documents an engagement has."""
_BATCH = 5000


def founded(folder: Path, database_url: str = "") -> Record:
    """Return a new record in which nothing is recorded yet."""
    folder.mkdir(parents=True, exist_ok=True)
    return found_record(folder, folder / KEY, Founder(PERSON, NOW, "Europe/London"), database_url)


def filled_workspace(folder: Path, documents: int) -> Path:
    """Make a workspace whose record holds so many documents, and return its folder."""
    make_workspace(folder, [read_person(f"{PERSON}:legal")])
    record = founded(folder / ".docgen")
    fill(record, documents)
    record.close()
    return folder


def fill(record: Record, documents: int) -> None:
    """Record so many documents and the engagements they belong to; all of them are of the same files and facts."""
    facts = record.blobs.put(facts_bytes(load_files([EXAMPLE / "engagement.yaml"]).engagements[0].facts))
    files = tuple(Output(format=form, blob=record.blobs.put(form.encode())) for form in ("pdf", "docx"))
    events = _events(record.people.mark(PERSON), facts, files, documents)
    while batch := tuple(islice(events, _BATCH)):
        record.ledger.append_all(batch)


def engagement_id(number: int) -> str:
    """Return the id of the engagement that a document belongs to."""
    return f"E-{number // DOCUMENTS_EACH:06d}"


def revision(actor: str, facts: str, name: str, number: int) -> EngagementRecorded:
    """Return the event that records facts as a revision of an engagement."""
    return EngagementRecorded(
        at=NOW,
        actor=actor,
        idempotency_key=f"engagement/{name}/{number}",
        engagement=name,
        revision=number,
        facts=facts,
    )


def _events(actor: str, facts: str, files: tuple[Output, ...], documents: int) -> Iterator[Event]:
    template = TemplateVersion(name="letters/approval", language="en", version="1.0", hash=facts)
    for number in range(documents):
        name = engagement_id(number)
        if number % DOCUMENTS_EACH == 0:
            yield revision(actor, facts, name, 1)
        yield DocumentIssued(
            at=NOW,
            actor=actor,
            idempotency_key=f"issue/{number}",
            document=DocumentName(engagement=name, kind="change-order", number=number % DOCUMENTS_EACH + 1, version=1),
            revision=1,
            on=NOW.date(),
            template=template,
            inputs=(Input(name="engagement", blob=facts),),
            outputs=files,
            tools=(Tool(name="weasyprint", version="66.0"),),
        )
