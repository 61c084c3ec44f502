"""Record what happens within an engagement: a change order, a progress entry, a hand-over, a dispute, a breach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from docgen.actions.acting import Deed, Hand, act
from docgen.actions.change_orders import beside_orders, states_of
from docgen.actions.desk import Desk
from docgen.actions.disputes import unsent_look_backs
from docgen.actions.engagements import OvertakenError, Recorded
from docgen.actions.executed import executed, footing, unsigned_contract
from docgen.actions.notices import notices_until
from docgen.actions.recorded import recorded_facts
from docgen.actions.references import UnknownEngagementError
from docgen.errors import DocgenError, Finding, FindingsError, UsageError
from docgen.facts.kinds import ENTRY_WORDS, NAMES, PREFIXES, Entry, identity
from docgen.facts.load import FactSet, Sourced, load_files
from docgen.facts.recorded import facts_bytes
from docgen.facts.source import Source
from docgen.lifecycle.differences import Difference, differences
from docgen.lifecycle.effective import ChangeError
from docgen.lifecycle.progress import entries_until, previous_entry, statuses_of
from docgen.lifecycle.rag import USUAL, coloured, colours, measured, read_cause, told_cause
from docgen.lifecycle.states import ORDER_TABLE, OrderState, OrderStep, advance
from docgen.models.breach import Breach
from docgen.models.changes import ChangeDirective, ChangeOrder
from docgen.models.contact import Contact
from docgen.models.dispute import Dispute
from docgen.models.progress import ProgressEntry, ReportPeriod
from docgen.models.serious_issue import SeriousIssue

if TYPE_CHECKING:
    from docgen.store.events import Event
    from docgen.store.record import Record

C = TypeVar("C", ChangeOrder, ChangeDirective)
Load = Callable[[FactSet | None], FactSet]
"""Returns the facts to record, checked beside others that are known."""


class SignedOrderError(DocgenError):
    """A signed change order would say something else."""

    def __init__(self, reference: str, on: str, changed: Sequence[Difference]) -> None:
        lines = "\n".join(f"  {difference}" for difference in changed)
        super().__init__(
            f"{reference} was signed on {on} and stays as it is. Nothing was recorded. The file says otherwise:\n"
            f"{lines}\n"
            "Raise a further change order with the next number."
        )


class TakenNumberError(DocgenError):
    """Another change would take the place of one that is recorded under the same number."""

    def __init__(self, reference: str, title: str, free: str) -> None:
        super().__init__(
            f"{reference} is “{title}”, and the file is another change: neither its title nor what it changes "
            f"is the same. Nothing was recorded. Give it the next free number, {free}; or, to replace the "
            f"other, withdraw that one first and still take {free}: a number once given stays used."
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
    """Record a change order or a directive, or the next revision of one that is not signed yet.

    Raises FindingsError, UsageError for a file of another kind, SignedOrderError, UnknownEngagementError, and what
    acting and recording raise.
    """
    return record_entry(desk, file, ChangeOrder, ChangeDirective)


def record_progress(desk: Desk, file: Path) -> Recorded:
    """Record a progress entry; another file of the same period is its next revision. Raises as raise_order does."""
    return record_entry(desk, file, ProgressEntry)


def record_breach(desk: Desk, file: Path) -> Recorded:
    """Record a breach; another file of the same party and day is its next revision. Raises as raise_order does."""
    return record_entry(desk, file, Breach)


def record_entry(desk: Desk, file: Path, *kinds: type[Entry]) -> Recorded:
    """Record a numbered thing within an engagement, of one of some kinds; raises as raise_order does.

    Another file of the same thing (docgen.facts.kinds.identity) is its next revision.
    """
    hand = act(desk, Deed.RECORD_PROGRESS if kinds == (ProgressEntry,) else Deed.RECORD_FACTS)
    return record_facts(hand, lambda beside: load_files([file], beside=beside), str(file), *kinds)


def record_facts(hand: Hand, load: Load, name: str, *kinds: type[Entry]) -> Recorded:
    """Record what is loaded as a numbered thing, checked beside what is known; `name` says where it came from.

    Raises as raise_order does.
    """
    drafts: list[_Draft] = []

    def decide() -> list[Event]:
        draft = _draft(hand, load, name, kinds)
        if draft.new and drafts and (draft.number, draft.revision) != (drafts[0].number, drafts[0].revision):
            raise OvertakenError(drafts[0].reference, drafts[0].revision)
        drafts.append(draft)
        return [entry_event(hand, draft.entry, draft.number, draft.revision)] if draft.new else []

    new = bool(hand.settle(decide))
    draft = drafts[-1]
    told = (*_told(draft), *map(str, _remarks(hand, draft)), *_other_dates(hand, draft))
    if isinstance(draft.entry, ChangeOrder):
        told += unsigned_contract(hand.record, draft.entry.engagement)
    return Recorded(draft.reference, draft.revision, new, draft.changed, told)


def _told(draft: _Draft) -> Iterator[str]:
    """Yield the findings in a file; instead of that which says that it gives no status, the one it was given."""
    for finding in draft.findings:
        status = draft.entry.status if isinstance(draft.entry, ProgressEntry) else None
        if finding.rule != "no-status" or status is None:
            yield str(finding)
            continue
        cause = read_cause(status.overall.reason or "")
        why = f", for {told_cause(cause)}" if cause else ""
        yield f"The entry gives no status; by the figures it is {status.overall.rag}{why}."


def foreseen(hand: Hand, load: Load, name: str, *kinds: type[Entry]) -> Entry:
    """Return a numbered thing as `record_facts` would record it; nothing is recorded. Raises as raise_order does."""
    return _draft(hand, load, name, kinds).entry


@dataclass(frozen=True)
class _Draft:
    """The next revision of an entry, with the file it was read from, or the last one where that says nothing new."""

    entry: Entry
    source: Source
    number: int
    revision: int
    new: bool
    changed: tuple[Difference, ...]
    findings: tuple[Finding, ...]

    @property
    def reference(self) -> str:
        """Return how people name it: NBS-2026-014/CO-001."""
        return f"{self.entry.engagement}/{PREFIXES[type(self.entry)]}-{self.number:03d}"


def _draft(hand: Hand, load: Load, name: str, kinds: tuple[type[Entry], ...]) -> _Draft:
    record, on = hand.record, hand.desk.on
    first = load(None)
    alone = _only(first, kinds)
    if alone is None and first.errors:
        raise FindingsError(first.errors)
    if alone is None:
        said = " or ".join(NAMES[kind].replace("-", " ") for kind in kinds)
        begins = " or ".join(f"`format: {kind.model_fields['format'].default}`" for kind in kinds)
        raise UsageError(f"{name} is no {said} file. It begins with {begins}.")
    engagement = alone.facts.engagement
    if record.register.latest(engagement) is None:
        raise UnknownEngagementError(engagement, record.register)
    known = recorded_facts(record, engagement)
    same = _same(known, alone.facts)
    others = FactSet(tuple(each for each in known.items if each is not same))
    states = states_of(record, engagement, on) if known.orders else {}
    beside = beside_orders(others, states)
    if isinstance(alone.facts, Breach):
        beside = replace(beside, unsent=unsent_look_backs(record, engagement, alone.facts.notice_date))
    if isinstance(alone.facts, ProgressEntry):
        signed_orders = frozenset(number for number, state in states.items() if state is OrderState.EXECUTED)
        noticed = _noticed(record, known, alone.facts)
        beside = replace(beside, thresholds=hand.desk.settings.rag, signed=signed_orders, noticed=noticed)
        beside = replace(beside, leave=footing(record, engagement, alone.facts.period.end))
    facts = load(beside)
    if facts.errors:
        raise FindingsError(facts.errors)
    read = _only(facts, kinds) or alone
    entry, source = read.facts, read.source
    number = _number(record, entry, same)
    if isinstance(entry, ProgressEntry):
        _check_order(known, entry, number, same)
        entry = _coloured(entry, beside)
    if "number" in type(entry).model_fields:
        entry = entry.model_copy(update={"number": number})
    if same and isinstance(entry, ChangeOrder | ChangeDirective):
        _check_number(known, same.facts, entry)
    before = record.register.latest(engagement, ENTRY_WORDS[type(entry)], number)
    if same and before and same.facts == entry:
        return _Draft(entry, source, number, before.revision, new=False, changed=(), findings=facts.findings)
    changed = differences(same.facts, entry) if same else ()
    revision = before.revision + 1 if before else 1
    draft = _Draft(entry, source, number, revision, new=True, changed=changed, findings=facts.findings)
    signed = executed(record, engagement, NAMES[type(entry)], number)
    if signed and signed.executed_on:
        raise SignedOrderError(draft.reference, signed.executed_on, changed)
    if isinstance(entry, ChangeOrder) and number in states:
        advance(ORDER_TABLE, states[number], OrderStep.EDIT, draft.reference)
    return draft


def _noticed(record: Record, known: FactSet, entry: ProgressEntry) -> Mapping[int, dt.date]:
    """Return the days of the notices of serious issues by the end of an entry's period, by number."""
    if not known.of(SeriousIssue):
        return {}
    return notices_until(record, known.engagements[0].facts, entry.period.end).days


def _coloured(entry: ProgressEntry, beside: FactSet) -> ProgressEntry:
    """Return an entry with the colours that the house's thresholds give it, beside what is recorded.

    They become facts of the entry, so that its report is made again as it was after the thresholds have changed.
    """
    engagement = beside.engagements[0].facts
    orders = beside.in_force(each.facts for each in beside.orders)
    entries = tuple(each.facts for each in beside.entries)
    issues = (each.facts for each in beside.of(SeriousIssue))
    try:
        found = measured(engagement, orders, entries, entry, issues, beside.noticed, beside.leave)
    except ChangeError:
        return entry
    last = previous_entry(entries, entry) if entry.no_change else None
    before = statuses_of(entries_until(entries, last))[-1] if last else None
    by_rule = colours(found, beside.thresholds or USUAL, entry.status or before, engagement.words_language)
    return coloured(entry, by_rule, before)


def entry_event(hand: Hand, entry: Entry, number: int, revision: int) -> Event:
    """Keep the facts of a numbered thing, and return the event that records them."""
    from docgen.store.events import EntryRecorded

    name, word = entry.engagement, ENTRY_WORDS[type(entry)]
    blob = hand.record.blobs.put(facts_bytes(entry))
    stamp = hand.stamp(f"entry/{name}/{word}/{number}/{revision}/{blob[:32]}")
    return EntryRecorded(**stamp, engagement=name, entry=word, number=number, revision=revision, facts=blob)


def _remarks(hand: Hand, draft: _Draft) -> tuple[Finding, ...]:
    if not isinstance(draft.entry, Dispute | Breach):
        return ()
    from docgen.actions.cited import remarks_on

    return remarks_on(hand.record, hand.desk, draft.entry, draft.source)


def _other_dates(hand: Hand, draft: _Draft) -> tuple[str, ...]:
    """Return a remark on each date that is not the one the client was given last; a contact tells its dates once."""
    from docgen.actions.promised import doubts

    again = isinstance(draft.entry, Contact) and draft.revision > 1
    if again and not any(each.path[0] == "promises" for each in draft.changed):
        return ()
    try:
        return doubts(hand.record, draft.entry, draft.number, hand.desk.on)
    except DocgenError:  # what is wrong with other facts is told where they are read
        return ()


def _only(facts: FactSet, kinds: tuple[type[Entry], ...]) -> Sourced[Any] | None:
    return next((each for each in facts.items if isinstance(each.facts, kinds)), None)


def _same(known: FactSet, entry: Entry) -> Sourced[Any] | None:
    """Return what is recorded already of the thing that an entry speaks of."""
    return next((each for each in known.of(type(entry)) if identity(each.facts) == identity(entry)), None)


def _check_number(known: FactSet, recorded: C, entry: C) -> None:
    """Raise where an order or a directive has a number in use and nothing in common with what has it."""
    shared = any(each in _substance(recorded) for each in _substance(entry))
    if recorded.title != entry.title and not shared:
        free = max(each.facts.number for each in known.of(type(entry))) + 1
        prefix = PREFIXES[type(entry)]
        raise TakenNumberError(f"{entry.engagement}/{recorded.reference}", recorded.title, f"{prefix}-{free:03d}")


def _substance(entry: ChangeOrder | ChangeDirective) -> tuple[object, ...]:
    return entry.changes if isinstance(entry, ChangeOrder) else entry.work


def _check_order(known: FactSet, entry: ProgressEntry, number: int, same: Sourced[Any] | None) -> None:
    for other in known.entries:
        place, period = other.facts.number or 0, other.facts.period
        earlier = (period.end, period.start) < (entry.period.end, entry.period.start)
        fits = place == number if other is same else place != number and (place < number) == earlier
        if not fits:
            raise OutOfOrderError(number, place, period)


def _number(record: Record, entry: Entry, same: Sourced[Any] | None) -> int:
    """Return the number of an entry: its own, that of the one it revises, or the next one."""
    own = getattr(entry, "number", None) or getattr(same and same.facts, "number", None)
    if own:
        return int(own)
    revisions = record.register.entries(entry.engagement, ENTRY_WORDS[type(entry)])
    if same is not None:
        facts = {each.number: record.blobs.read(each.blob) for each in revisions}
        return next(number for number, data in facts.items() if data == facts_bytes(same.facts))
    return max((each.number for each in revisions), default=0) + 1
