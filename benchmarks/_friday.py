"""A record on a Friday afternoon: many engagements, each with a report that is due and not made yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from _record import NOW, PERSON, founded

from docgen.actions.approvals import approve_templates
from docgen.actions.demo import EXAMPLE
from docgen.actions.desk import Desk, open_desk
from docgen.actions.workspace import make_workspace, read_person
from docgen.facts.load import FactSet, load_files
from docgen.facts.recorded import facts_bytes
from docgen.models.engagement import ClientClass
from docgen.store.events import EngagementRecorded, EntryRecorded, Event
from docgen.store.record import Record

DAY = dt.date(2026, 11, 13)
OTHER_CLASS = ClientClass.C
_BATCH = 5000


def friday(folder: Path, engagements: int, due: int) -> Path:
    """Make a workspace with so many engagements, of which `due` owe a report that is recorded; return its folder.

    The others are of another class of clients, which a round leaves out only after it has looked at them.
    """
    make_workspace(folder, [read_person(f"{PERSON}:legal,account_manager")])
    with closing(desk_of(folder)) as desk:
        approve_templates(desk, ("progress-report",))
    record = founded(folder / ".docgen")
    known = load_files([EXAMPLE / "engagement.yaml", EXAMPLE / "progress-2026-11-13.yaml"])
    events = (event for number in range(engagements) for event in _events(record, known, number, due=number < due))
    while batch := tuple(islice(events, _BATCH)):
        record.ledger.append_all(batch)
    record.close()
    return folder


def desk_of(folder: Path) -> Desk:
    """Return a desk in a workspace, on the day of the reports."""
    return open_desk(folder, DAY, folder, PERSON)


def _events(record: Record, known: FactSet, number: int, *, due: bool) -> Iterator[Event]:
    name, engagement = f"E-{number:06d}", known.engagements[0].facts
    account = engagement.account if due else engagement.account.model_copy(update={"client_class": OTHER_CLASS})
    facts = engagement.model_copy(update={"id": name, "account": account})
    stamp: dict[str, Any] = {"at": NOW, "actor": record.people.mark(PERSON)}
    blob = record.blobs.put(facts_bytes(facts))
    yield EngagementRecorded(**stamp, idempotency_key=name, engagement=name, revision=1, facts=blob)
    entry = known.entries[0].facts.model_copy(update={"engagement": name, "number": 1})
    yield EntryRecorded(
        **stamp,
        idempotency_key=f"{name}/entry",
        engagement=name,
        entry="progress",
        number=1,
        revision=1,
        facts=record.blobs.put(facts_bytes(entry)),
    )
