"""Record the facts of an engagement as numbered revisions, and look at them: how they are and were, what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.actions.acting import Deed, Hand, act, permitted
from docgen.actions.desk import Desk
from docgen.actions.executed import CONTRACT, Altered, ExecutedTermsError, altered, executed, held_fast
from docgen.actions.recorded import read_revision, recorded_engagement, recorded_entries
from docgen.actions.references import find_engagement
from docgen.errors import DocgenError, FindingsError, UsageError, shell_word
from docgen.facts.kinds import COMMANDS
from docgen.facts.load import FactSet, load_files
from docgen.facts.mark import mark_revision
from docgen.facts.recorded import facts_bytes
from docgen.lifecycle.differences import Difference, differences
from docgen.lifecycle.effective import Applied, effective_terms, is_effective, ledger
from docgen.models.changes import ChangeOrder
from docgen.models.engagement import Engagement
from docgen.models.terms import Terms

if TYPE_CHECKING:
    from docgen.store.events import Event
    from docgen.store.record import Record
    from docgen.store.register import IssuedDocument, Revision


class StaleFileError(DocgenError):
    """A file was made from an older revision than the record has."""

    def __init__(self, file: str, engagement: str, base: int, last: int, changed: Sequence[Difference]) -> None:
        self.base, self.last, self.changed = base, last, tuple(changed)
        lines = "\n".join(f"  {difference}" for difference in changed) or "  nothing that stands in the file"
        super().__init__(
            f"{file} is made from revision {base} of {engagement}; the record has revision {last}. Nothing was "
            f"recorded. Since revision {base} this changed:\n{lines}\n"
            f"Start from `docgen engagement show {shell_word(engagement)}`, or take these changes over and write "
            f"`revision: {last}` into the file."
        )


class UnknownRevisionError(UsageError):
    """A file says it was made from a revision that there is not."""

    def __init__(self, file: str, said: int, last: int) -> None:
        super().__init__(
            f"{file} says `revision: {said}`, and the record has 1 to {last}. Write the one it was made from, or leave "
            "it out."
        )


@dataclass(frozen=True)
class Recorded:
    """What came of recording: the revision that holds the facts, whether it is new, and what is new in it."""

    reference: str
    revision: int
    new: bool
    changed: tuple[Difference, ...] = ()
    remarks: tuple[str, ...] = ()


def record_engagement(desk: Desk, file: Path) -> Recorded:
    """Record what an engagement file says, as the next revision, unless it says nothing new.

    The file is marked with the revision it holds from then on, so that a later copy of it tells what it was made from.
    Raises FindingsError with every fault of the file, UsageError for a file of another kind, StaleFileError,
    ExecutedTermsError, and what acting and recording raise.
    """
    permitted(desk, Deed.RECORD_FACTS)
    facts = load_files([file])
    if facts.errors:
        raise FindingsError(facts.errors)
    if not facts.engagements:
        raise UsageError(f"{file} is no engagement file. {_other_command(facts)}")
    engagement = facts.engagements[0].facts
    remarks = tuple(str(finding) for finding in facts.findings)
    said, engagement = engagement.revision, engagement.model_copy(update={"revision": None})
    recorded = _record(act(desk, Deed.RECORD_FACTS), str(file), engagement, said)
    hindered = mark_revision(file, engagement, recorded.revision)
    return replace(recorded, remarks=(*remarks, *recorded.remarks, *filter(None, [hindered])))


def _record(hand: Hand, file: str, engagement: Engagement, said: int | None) -> Recorded:
    revisions = hand.record.register.revisions(engagement.id)
    if not revisions:
        elsewhere = f"{file} says `revision: {said}`, and here nothing of {engagement.id} was recorded yet."
        return _write_revision(hand, engagement, 1, None, (elsewhere,) if said else ())
    last = read_revision(hand.record, revisions[-1], Engagement).facts
    if last == engagement:
        return Recorded(engagement.id, revisions[-1].revision, new=False)
    if said and said > revisions[-1].revision:
        raise UnknownRevisionError(file, said, revisions[-1].revision)
    base = said or _origin(hand.record, revisions, engagement, last)
    if base != revisions[-1].revision:
        old = read_revision(hand.record, revisions[base - 1], Engagement).facts
        raise StaleFileError(file, engagement.id, base, revisions[-1].revision, differences(old, last))
    return _write_revision(hand, engagement, revisions[-1].revision + 1, last)


def _write_revision(
    hand: Hand, engagement: Engagement, number: int, before: Engagement | None, remarks: tuple[str, ...] = ()
) -> Recorded:
    from docgen.store.events import EngagementRecorded

    content = facts_bytes(engagement)
    blob = sha256(content).hexdigest()

    def decide() -> list[Event]:
        latest = hand.record.register.latest(engagement.id)
        if latest and (latest.revision, latest.blob) == (number, blob):
            return []
        if latest and latest.revision >= number:
            raise OvertakenError(engagement.id, latest.revision)
        if before:
            _check_executed(hand.desk, hand.record, before, engagement)
        # Kept only once nothing refuses it: what is not recorded leaves no trace that nobody could erase.
        facts = hand.record.blobs.put(content)
        stamp = hand.stamp(f"engagement/{engagement.id}/{number}/{facts[:32]}")
        return [EngagementRecorded(**stamp, engagement=engagement.id, revision=number, facts=facts)]

    new = bool(hand.settle(decide))
    changed = differences(before, engagement) if before and new else ()
    return Recorded(engagement.id, number, new, changed, remarks)


class OvertakenError(DocgenError):
    """Somebody else recorded a revision at the same moment."""

    def __init__(self, engagement: str, revision: int) -> None:
        super().__init__(
            f"Somebody recorded revision {revision} of {engagement} at this moment. Nothing was recorded here; look at "
            f"`docgen engagement history {shell_word(engagement)}`, then try again."
        )


def _other_command(facts: FactSet) -> str:
    for item in facts.items:
        command = COMMANDS[type(item.facts)]
        return f"It is recorded with `docgen {command} FILE`."
    return "It begins with `format: docgen.engagement/1`."


def _origin(record: Record, revisions: Sequence[Revision], engagement: Engagement, last: Engagement) -> int:
    """Return the revision a file without a number was made from, as far as its facts tell.

    Where it still says what an older revision said, and a later one changed that, it was made from the older one.
    """
    new = {difference.path for difference in differences(last, engagement)}
    for revision in reversed(revisions[:-1]):
        old = read_revision(record, revision, Engagement).facts
        overtaken = {difference.path for difference in differences(old, last)}
        own = {difference.path for difference in differences(old, engagement)}
        if (overtaken & new) - own:
            return revision.revision
    return revisions[-1].revision


# What signed documents hold fast


def _check_executed(desk: Desk, record: Record, before: Engagement, after: Engagement) -> None:
    found = tuple(held_fast(record, before, after))
    if found:
        from docgen.actions.affected import affected_clauses

        clauses = affected_clauses(desk, record, before, after, [difference for difference, _ in found])
        raise ExecutedTermsError(_told(found, clauses))


def _told(
    found: Sequence[tuple[Difference, IssuedDocument]], clauses: Mapping[tuple[str, ...], str]
) -> tuple[Altered, ...]:
    return tuple(altered(each, clauses if each[1].kind == CONTRACT else {}) for each in found)


# Looking


@dataclass(frozen=True)
class HistoryLine:
    """One revision: its number, who recorded it when, and what it changed."""

    revision: int
    at: str
    person: str
    changed: tuple[Difference, ...]


def show_engagement(desk: Desk, name: str, number: int | None) -> Engagement:
    """Return an engagement as recorded, with the revision it is; raises UnknownEngagementError, NotFoundError."""
    revision = find_engagement(desk.record.register, name, number)
    facts = read_revision(desk.record, revision, Engagement).facts
    return facts.model_copy(update={"revision": revision.revision})


def history(desk: Desk, name: str) -> Iterator[HistoryLine]:
    """Yield every revision of an engagement, from the first on; raises UnknownEngagementError."""
    find_engagement(desk.record.register, name)
    before = None
    for revision in desk.record.register.revisions(name):
        facts = read_revision(desk.record, revision, Engagement).facts
        changed = differences(before, facts) if before else ()
        person = desk.record.people.email(revision.person) or ""
        yield HistoryLine(revision.revision, revision.at, person, changed)
        before = facts


def compare_revisions(desk: Desk, name: str, old: int, new: int) -> tuple[Difference, ...]:
    """Return what differs between two revisions; raises UnknownEngagementError, NotFoundError."""
    before, after = (recorded_engagement(desk.record, name, number).facts for number in (old, new))
    return differences(before, after)


@dataclass(frozen=True)
class Effective:
    """The terms in force on a day, and the executed change orders that made them."""

    engagement: Engagement
    terms: Terms
    orders: tuple[Applied, ...]
    on: dt.date
    signed: bool


def effective(desk: Desk, name: str) -> Effective:
    """Return the terms in force on the day of the desk: as signed, with the executed orders effective by then.

    Raises UnknownEngagementError, and what folding the orders raises.
    """
    engagement = recorded_engagement(desk.record, name).facts
    orders = tuple(
        order.facts
        for number, order in recorded_entries(desk.record, name, ChangeOrder, engagement.currency).items()
        if executed(desk.record, name, "change-order", number)
    )
    terms = effective_terms(engagement.terms, orders, desk.on)
    applied = tuple(
        each for each in ledger(engagement.terms, orders, engagement.currency) if is_effective(each.order, desk.on)
    )
    return Effective(engagement, terms, applied, desk.on, executed(desk.record, name, CONTRACT) is not None)
