"""Bad news early: a serious issue is recorded, and the notice that tells the client of it is issued at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.actions.acting import Deed, Hand, NotPermittedError, act
from docgen.actions.desk import Desk
from docgen.actions.documents import issued_files
from docgen.actions.dossier import Dossier, open_dossier
from docgen.actions.drafting import Issue
from docgen.actions.engagements import Recorded
from docgen.actions.entries import record_entry, record_facts
from docgen.actions.issuing import BusyRecordError, Issued, issue
from docgen.actions.notices import NOTICE
from docgen.actions.sealing import pen
from docgen.actions.template_course import NotApprovedError
from docgen.errors import FindingsError, shell_word
from docgen.facts.load import FactSet, Sourced, load_files
from docgen.facts.source import parse_source
from docgen.facts.write import write_model
from docgen.lifecycle.alerts import open_serious, resolved_as, serious_issue_of
from docgen.lifecycle.taken_up import listed_as
from docgen.models.progress import Issue as ReportedIssue
from docgen.models.progress import ProgressEntry
from docgen.models.serious_issue import SeriousIssue
from docgen.templating.catalogue import MissingLanguageError

if TYPE_CHECKING:
    from docgen.store.register import IssuedDocument


@dataclass(frozen=True)
class Alerted:
    """What came of a serious issue: what was recorded, and the notice that tells of it, None where there is none.

    `recorded` is None where an entry speaks of an issue and nothing of it could be recorded; a remark says why.
    """

    recorded: Recorded | None
    notice: Issued | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reported:
    """What came of recording a progress entry, and of the serious issues in it."""

    recorded: Recorded
    alerts: tuple[Alerted, ...]


def record_alert(desk: Desk, file: Path) -> Alerted:
    """Record a serious issue from a fact file and issue its notice; another file of the issue is its next revision.

    What is resolved, or decided on after its notice went out, makes no further notice. Where the notice cannot be
    issued, the issue is recorded all the same and a remark says how to go on. Raises as record_entry does.
    """
    hand = act(desk, Deed.RECORD_PROGRESS)
    recorded = record_facts(hand, lambda beside: load_files([file], beside=beside), str(file), SeriousIssue)
    return _alerted(desk, recorded)


def record_report(desk: Desk, file: Path) -> Reported:
    """Record a progress entry from a fact file, and what it says of serious issues; raises as record_entry does."""
    recorded = record_entry(desk, file, ProgressEntry)
    return Reported(recorded, alerts_of(desk, recorded))


def alerts_of(desk: Desk, entry: Recorded) -> tuple[Alerted, ...]:
    """Record what a recorded progress entry says of serious issues, and issue their notices; nothing twice.

    A serious issue that is open and not recorded yet is recorded and told. One that is recorded and was never told is
    told now. One that the entry calls resolved is resolved in the record, without a letter: the report says so.
    Raises what acting, recording and issuing raise.
    """
    name, number = _named(entry)
    hand = act(desk, Deed.RECORD_PROGRESS)
    dossier = open_dossier(hand.record, name, desk.on)
    entries = dossier.of(ProgressEntry)
    written = entries[number]
    if not written.issues:
        return ()
    known = {listed_as(each, place): (place, each) for place, each in dossier.of(SeriousIssue).items()}
    told = {each.id for each in open_serious(entries.values(), written)}
    found = (_of_report(hand, dossier, written, each, known.get(each.id), each.id in told) for each in written.issues)
    return tuple(each for each in found if each is not None)


def _of_report(
    hand: Hand,
    dossier: Dossier,
    entry: ProgressEntry,
    reported: ReportedIssue,
    known: tuple[int, SeriousIssue] | None,
    serious: bool,
) -> Alerted | None:
    if known is None:
        return _found(hand, dossier, entry, reported) if serious else None
    number, before = known
    if reported.resolved is not None and before.resolved is None:
        return _resolved(hand, number, before, reported)
    if not serious:
        return None
    if before.resolved is not None:
        if before.resolved > entry.period.end:
            return None
        words = (
            f"NI-{number:03d} was resolved on {before.resolved}, and the entry calls issue {reported.id} open. If it "
        )
        return Alerted(None, remarks=(f"{words}came back, give it a new id; no notice was issued.",))
    if hand.record.register.versions(dossier.name, NOTICE, number):
        return None
    return _alerted(hand.desk, _record(hand, before))


def _found(hand: Hand, dossier: Dossier, entry: ProgressEntry, reported: ReportedIssue) -> Alerted:
    terms = dossier.terms_on(entry.period.end)
    return _alerted(
        hand.desk, _record(hand, serious_issue_of(dossier.engagement, terms, entry, reported, hand.desk.on))
    )


def _resolved(hand: Hand, number: int, known: SeriousIssue, reported: ReportedIssue) -> Alerted:
    if reported.resolved is not None and reported.resolved < known.on:
        words = (
            f"The entry calls issue {reported.id} resolved on {reported.resolved}, and by NI-{number:03d} it was found"
        )
        return Alerted(None, remarks=(f"{words} on {known.on}, so that stays open. Correct one of the two.",))
    return Alerted(_record(hand, resolved_as(known, reported)))


def _record(hand: Hand, serious: SeriousIssue) -> Recorded:
    """Record a serious issue that comes from a report; what is recorded of it already is nothing new."""
    where = f"issue {serious.issue} of the report"
    source = parse_source(write_model(serious), where)
    return record_facts(hand, lambda _: FactSet((Sourced(serious, source),)), where, SeriousIssue)


# The notice


def _alerted(desk: Desk, recorded: Recorded) -> Alerted:
    name, number = _named(recorded)
    serious = open_dossier(desk.record, name, desk.on).of(SeriousIssue)[number]
    command = f"docgen issue {NOTICE} {shell_word(name)} --number {number}"
    standing = _standing(desk, name, number)
    if standing and not recorded.new:
        return Alerted(recorded, Issued(standing, issued_files(desk.record, standing), repeated=True), recorded.remarks)
    over = "resolved" if serious.resolved else "decided" if standing and serious.decided else ""
    if over:
        words = f"It is {over}, so no {'further ' if standing else ''}notice was issued. To send one all the same: "
        return Alerted(recorded, None, (*recorded.remarks, f"{words}{command}."))
    try:
        notice = issue(desk, Issue(NOTICE, name, number), pen(desk, wanted=False))
    except (NotApprovedError, NotPermittedError, MissingLanguageError, FindingsError, BusyRecordError) as error:
        words = f"{recorded.reference} is recorded. The client is not told yet, for the notice is not issued: {error}"
        return Alerted(recorded, None, (*recorded.remarks, f"{words} Then: {command}."))
    return Alerted(recorded, notice, tuple(dict.fromkeys((*recorded.remarks, *notice.remarks))))


def _standing(desk: Desk, name: str, number: int) -> IssuedDocument | None:
    """Return the last version of a notice, None where there is none or it was withdrawn."""
    versions = desk.record.register.versions(name, NOTICE, number)
    return versions[-1] if versions and versions[-1].withdrawn_by is None else None


def _named(recorded: Recorded) -> tuple[str, int]:
    name, _, short = recorded.reference.rpartition("/")
    return name, int(short.rpartition("-")[2])
