"""How long `docgen due` takes in a record of many engagements, and how much of it those completed long ago cost."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from _measuring import arguments, print_table
from _record import NOW, PERSON, founded

from docgen.actions.demo import EXAMPLE
from docgen.actions.desk import open_desk
from docgen.actions.due import Asking, owing
from docgen.actions.workspace import make_workspace, read_person
from docgen.facts.kinds import ENTRY_WORDS, Entry
from docgen.facts.load import FactSet, load_files
from docgen.facts.recorded import facts_bytes
from docgen.models.delivery import Delivery
from docgen.store.events import (
    DocumentExecuted,
    DocumentIssued,
    DocumentName,
    EngagementRecorded,
    EntryRecorded,
    Event,
    Input,
    Output,
    TemplateVersion,
    Tool,
)
from docgen.store.record import Record

LIVE, OLD = dt.date(2026, 10, 2), dt.date(2020, 10, 2)
TODAY = dt.date(2027, 1, 11)
FILES = ("engagement", "progress-2026-11-13", "progress-2026-11-20", "delivery-d1")
_BATCH = 5000


def main() -> None:
    """Print the table."""
    given = arguments(__doc__, engagements=1000, rounds=3)
    rows = []
    for name, live in (("all at work", given.engagements), ("one in ten at work", given.engagements // 10)):
        with tempfile.TemporaryDirectory() as folder:
            fill(Path(folder), given.engagements, live)
            rows.append((name, *map(str, measure(Path(folder), given.rounds))))
    head = ("CPU s", "all deadlines", "within 14 days", "listed within 14 days")
    print_table(f"`docgen due` over {given.engagements} engagements, medians of {given.rounds} rounds", head, rows)


def measure(folder: Path, rounds: int) -> tuple[str, str, int]:
    """Return the seconds that all deadlines take, those of fourteen days, and how many these are."""
    times: dict[int | None, list[float]] = {None: [], 14: []}
    listed = 0
    for _ in range(rounds):
        for within, found in times.items():
            desk = open_desk(folder, TODAY, folder)
            start = time.process_time()
            listed = len(owing(desk, Asking(within=within)).items)
            found.append(time.process_time() - start)
            desk.close()
    return f"{median(times[None]):.2f}", f"{median(times[14]):.2f}", listed


def fill(folder: Path, engagements: int, live: int) -> None:
    """Record so many engagements with letter, contract, two reports and a hand-over; all but `live` ended long ago."""
    make_workspace(folder, [read_person(f"{PERSON}:legal")])
    record = founded(folder / ".docgen")
    known = load_files([EXAMPLE / f"{name}.yaml" for name in FILES])
    events = (event for number in range(engagements) for event in _events(record, known, number, old=number >= live))
    while batch := tuple(islice(events, _BATCH)):
        record.ledger.append_all(batch)
    record.close()


def _events(record: Record, known: FactSet, number: int, *, old: bool) -> Iterator[Event]:
    name, actor, day = f"E-{number:06d}", record.people.mark(PERSON), OLD if old else LIVE
    facts = record.blobs.put(facts_bytes(known.engagements[0].facts.model_copy(update={"id": name})))
    stamp: dict[str, Any] = {"at": NOW, "actor": actor}
    key = f"{name}/facts"
    yield EngagementRecorded(**stamp, idempotency_key=key, engagement=name, revision=1, facts=facts)
    entries: list[Entry] = [*(each.facts for each in known.entries), *(each.facts for each in known.of(Delivery))]
    for place, entry in enumerate(entries, 1):
        blob = record.blobs.put(facts_bytes(entry.model_copy(update={"engagement": name})))
        yield EntryRecorded(
            **stamp,
            idempotency_key=f"{name}/entry/{place}",
            engagement=name,
            entry=ENTRY_WORDS[type(entry)],
            number=place,
            revision=1,
            facts=blob,
        )
    for kind in ("letter-of-approval", "contract", *(("completion-certificate",) if old else ())):
        yield from _paper(record, name, kind, day, facts, stamp)


def _paper(record: Record, name: str, kind: str, day: dt.date, facts: str, stamp: dict[str, Any]) -> Iterator[Event]:
    document = DocumentName(engagement=name, kind=kind, number=None, version=1)
    file = record.blobs.put(kind.encode())
    yield DocumentIssued(
        **stamp,
        idempotency_key=f"{name}/{kind}",
        document=document,
        revision=1,
        on=day,
        template=TemplateVersion(name=kind, language="en", version="1.0", hash=facts),
        inputs=(Input(name="engagement", blob=facts),),
        outputs=(Output(format="pdf", blob=file),),
        tools=(Tool(name="weasyprint", version="70.0"),),
    )
    yield DocumentExecuted(**stamp, idempotency_key=f"{name}/{kind}/signed", document=document, on=day, signed=file)


if __name__ == "__main__":
    main()
