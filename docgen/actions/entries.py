"""Record what happens within an engagement: a change order, a progress entry, a breach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.actions.acting import Deed, Hand, act
from docgen.actions.desk import Desk
from docgen.actions.engagements import OvertakenError, Recorded
from docgen.actions.executed import executed
from docgen.actions.recorded import ENTRY_OF, recorded_facts
from docgen.actions.references import Reference, UnknownEngagementError
from docgen.errors import DocgenError, FindingsError, UsageError
from docgen.facts.load import FactSet, Sourced, load_files
from docgen.facts.recorded import facts_bytes
from docgen.lifecycle.differences import Difference, differences
from docgen.models.breach import Breach
from docgen.models.changes import ChangeOrder
from docgen.models.progress import ProgressEntry, ReportPeriod

if TYPE_CHECKING:
    from docgen.store.events import Event
    from docgen.store.record import Record

Entry = ChangeOrder | ProgressEntry | Breach


class SignedOrderError(DocgenError):
    """A signed change order would say something else."""

    def __init__(self, reference: str, on: str, changed: Sequence[Difference]) -> None:
        lines = "\n".join(f"  {difference}" for difference in changed)
        super().__init__(
            f"{reference} was signed on {on} and stays as it is. Nothing was recorded. The file says otherwise:\n"
            f"{lines}\n"
            "Raise a further change order with the next number."
        )


class OutOfOrderError(DocgenError):
    """Reports are numbered in the order of their periods, and an entry would break that."""

    def __init__(self, number: int, other: int, period: ReportPeriod) -> None:
        super().__init__(
            f"This would be report {number}, and report {other} has the period {period.start} to {period.end}. Reports "
            "are numbered in the order of their periods, each number once. Nothing was recorded: give another "
            "`number:`, or leave it out for the period that follows."
        )


def raise_order(desk: Desk, file: Path) -> Recorded:
    """Record a change order, or the next revision of one that is not signed yet.

    Raises FindingsError, UsageError for a file of another kind, SignedOrderError, UnknownEngagementError, and what
    acting and recording raise.
    """
    return _record_entry(desk, file, ChangeOrder, Deed.RECORD_FACTS, "change-order")


def record_progress(desk: Desk, file: Path) -> Recorded:
    """Record a progress entry; another file of the same period is its next revision. Raises as raise_order does."""
    return _record_entry(desk, file, ProgressEntry, Deed.RECORD_PROGRESS, "progress-report")


def record_breach(desk: Desk, file: Path) -> Recorded:
    """Record a breach; another file of the same party and day is its next revision. Raises as raise_order does."""
    return _record_entry(desk, file, Breach, Deed.RECORD_FACTS, "breach-notice")


@dataclass(frozen=True)
class _Draft:
    """The next revision of an entry, or the last one where a file says nothing new."""

    entry: Entry
    number: int
    revision: int
    new: bool
    changed: tuple[Difference, ...]
    remarks: tuple[str, ...]


def _record_entry(desk: Desk, file: Path, kind: type[Entry], deed: Deed, document: str) -> Recorded:
    hand = act(desk, deed)
    drafts: list[_Draft] = []

    def decide() -> list[Event]:
        draft = _draft(hand.record, file, kind, document)
        if draft.new and drafts and (draft.number, draft.revision) != (drafts[0].number, drafts[0].revision):
            overtaken = Reference(draft.entry.engagement, document, drafts[0].number)
            raise OvertakenError(str(overtaken), drafts[0].revision)
        drafts.append(draft)
        return [_event(hand, draft)] if draft.new else []

    new = bool(hand.settle(decide))
    draft = drafts[-1]
    reference = str(Reference(draft.entry.engagement, document, draft.number))
    return Recorded(reference, draft.revision, new, draft.changed, draft.remarks)


def _draft(record: Record, file: Path, kind: type[Entry], document: str) -> _Draft:
    first = load_files([file])
    alone = _only(first, kind)
    if alone is None and first.errors:
        raise FindingsError(first.errors)
    if alone is None:
        raise UsageError(f"{file} is no {_SAID[kind]} file. It begins with `format: {_FORMAT[kind]}`.")
    engagement = alone.engagement
    if record.register.latest(engagement) is None:
        raise UnknownEngagementError(engagement, record.register)
    known = recorded_facts(record, engagement)
    same = _same(known, alone)
    facts = load_files([file], beside=_without(known, same))
    if facts.errors:
        raise FindingsError(facts.errors)
    entry = _only(facts, kind) or alone
    number = _number(record, entry, same)
    if isinstance(entry, ProgressEntry):
        _check_order(known, entry, number, same)
        entry = entry.model_copy(update={"number": number})
    remarks = tuple(str(finding) for finding in facts.findings)
    before = record.register.latest(engagement, ENTRY_OF[kind], number)
    if same and before and same.facts == entry:
        return _Draft(entry, number, before.revision, new=False, changed=(), remarks=remarks)
    changed = differences(same.facts, entry) if same else ()
    signed = executed(record, engagement, document, number)
    if signed and signed.executed_on:
        raise SignedOrderError(str(Reference(engagement, document, number)), signed.executed_on, changed)
    return _Draft(entry, number, before.revision + 1 if before else 1, new=True, changed=changed, remarks=remarks)


def _event(hand: Hand, draft: _Draft) -> Event:
    from docgen.store.events import EntryRecorded

    entry, name = draft.entry, ENTRY_OF[type(draft.entry)]
    blob = hand.record.blobs.put(facts_bytes(entry))
    return EntryRecorded(
        **hand.stamp(f"entry/{entry.engagement}/{name}/{draft.number}/{draft.revision}/{blob[:32]}"),
        engagement=entry.engagement,
        entry=name,
        number=draft.number,
        revision=draft.revision,
        facts=blob,
    )


def _only(facts: FactSet, kind: type[Entry]) -> Entry | None:
    found: Sequence[Sourced[Any]] = (*facts.orders, *facts.entries, *facts.breaches)
    return next((each.facts for each in found if isinstance(each.facts, kind)), None)


def _same(known: FactSet, entry: Entry) -> Sourced[Any] | None:
    """Return what is recorded already of the thing that an entry speaks of."""
    match entry:
        case ChangeOrder():
            return next((each for each in known.orders if each.facts.number == entry.number), None)
        case ProgressEntry():
            return next((each for each in known.entries if each.facts.period == entry.period), None)
        case Breach():
            day = (entry.by, entry.notice_date)
            return next((each for each in known.breaches if (each.facts.by, each.facts.notice_date) == day), None)


def _without(known: FactSet, same: Sourced[Any] | None) -> FactSet:
    return replace(
        known,
        orders=tuple(each for each in known.orders if each is not same),
        entries=tuple(each for each in known.entries if each is not same),
    )


def _check_order(known: FactSet, entry: ProgressEntry, number: int, same: Sourced[Any] | None) -> None:
    for other in known.entries:
        place, period = other.facts.number or 0, other.facts.period
        earlier = (period.end, period.start) < (entry.period.end, entry.period.start)
        fits = place == number if other is same else place != number and (place < number) == earlier
        if not fits:
            raise OutOfOrderError(number, place, period)


def _number(record: Record, entry: Entry, same: Sourced[Any] | None) -> int:
    """Return the number of an entry: its own, that of the one it revises, or the next one."""
    if isinstance(entry, ChangeOrder):
        return entry.number
    if isinstance(entry, ProgressEntry) and (entry.number or same):
        return int(entry.number or same.facts.number)  # type: ignore[union-attr]
    revisions = record.register.entries(entry.engagement, ENTRY_OF[type(entry)])
    if same is not None:
        facts = {each.number: record.blobs.read(each.blob) for each in revisions}
        return next(number for number, data in facts.items() if data == facts_bytes(same.facts))
    return max((each.number for each in revisions), default=0) + 1


_SAID: dict[type[Entry], str] = {ChangeOrder: "change order", ProgressEntry: "progress", Breach: "breach"}
_FORMAT: dict[type[Entry], str] = {
    kind: str(kind.model_fields["format"].default) for kind in (ChangeOrder, ProgressEntry, Breach)
}
"""How the files of each kind begin."""
