"""The round of progress reports: which are owed, what can be made of them at once, and what waits for a person."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from docgen.actions.acting import Deed, Hand, act, permitted
from docgen.actions.desk import Desk
from docgen.actions.dispatches import letters_by_document
from docgen.actions.dossier import Dossier, dossiers, open_dossier
from docgen.actions.drafting import Issue
from docgen.actions.entries import foreseen, record_facts
from docgen.actions.issuing import Issued, Kept, issue, last_note
from docgen.actions.references import Reference, reference_of
from docgen.actions.sealing import pen
from docgen.errors import DocgenError, UsageError
from docgen.facts.kinds import ENTRY_WORDS
from docgen.facts.load import FactSet, Sourced
from docgen.facts.source import parse_source
from docgen.facts.write import write_model
from docgen.lifecycle.agenda import ENDED
from docgen.lifecycle.calendars import business_days
from docgen.lifecycle.reporting import Owed, Rhythm, days_of_week, due_moment, owed, period_of
from docgen.models.engagement import ClientClass
from docgen.models.progress import ProgressEntry, Status

if TYPE_CHECKING:
    from docgen.executors.work import Executor, Outcome, Task
    from docgen.store.events import Event
    from docgen.store.register import IssuedDocument

REPORT = "progress-report"
_NO_CHANGE = "the report of no change"
_TOGETHER = 25
"""How many reports are entered into the log together, under one checkpoint."""
_DAY = dt.timedelta(days=1)
_SECONDS = 2.0
"""After how long those that are made are entered, however few they are."""


class NoReportOwedError(DocgenError):
    """An engagement owes no report that nobody has written yet."""

    def __init__(self, engagement: str, why: str) -> None:
        super().__init__(f"{engagement} {why}, so there is no report to write.")


class ReportState(StrEnum):
    """What became of a report so far. Missed: nothing was recorded for it, and a later one is due by now."""

    MISSED = "missed"
    QUIET = "nothing recorded"
    RECORDED = "recorded"
    ISSUED = "issued"
    SENT = "sent"


_MADE = (ReportState.ISSUED, ReportState.SENT)


@dataclass(frozen=True)
class OwedReport:
    """A report of an engagement: when it is due, and what became of it; `document` is the version that stands."""

    engagement: str
    title: str
    client: str
    client_class: ClientClass
    manager: str
    sends_quiet: bool
    at: dt.datetime
    state: ReportState
    number: int | None = None
    document: IssuedDocument | None = None

    @property
    def day(self) -> dt.date:
        """Return the day it is due on."""
        return self.at.date()

    @property
    def reference(self) -> str:
        """Return its reference, or that of the engagement where it has no number yet."""
        return str(Reference(self.engagement, REPORT, self.number)) if self.number else self.engagement


@dataclass(frozen=True)
class Asking:
    """Which reports are asked for: of a week (2026-W47), of a class of clients, of one engagement."""

    week: str = ""
    client_class: ClientClass | None = None
    engagement: str = ""

    def days(self, on: dt.date) -> tuple[dt.date | None, dt.date]:
        """Return the first day, None for any, and the last one; raises UsageError for what is no week."""
        if not self.week:
            return None, on
        try:
            return days_of_week(self.week)
        except ValueError:
            raise UsageError(f"“{self.week}” is no week. Write the year and the ISO week, such as 2026-W47.") from None


# Which are owed


def reports(
    desk: Desk, asking: Asking, remarks: list[str], passed: Callable[[], None] = lambda: None
) -> Iterator[OwedReport]:
    """Yield the reports that are due by the day of the desk, or in a week, engagement by engagement.

    What hinders one engagement is a remark and hinders no other; `passed` is called after each engagement that was
    looked at. Raises UsageError, and what opening the record raises; for an engagement that is named also what reading
    it raises.
    """
    first, last = asking.days(desk.on)
    for dossier in _dossiers(desk, asking, remarks, passed):
        try:
            yield from _of(dossier, first, last)
        except DocgenError as error:
            if asking.engagement:
                raise
            remarks.append(f"{dossier.name}: {error}")


def engagements(desk: Desk, asking: Asking) -> int:
    """Return how many engagements have to be looked at."""
    return 1 if asking.engagement else len(desk.record.register.engagement_ids())


def _dossiers(desk: Desk, asking: Asking, remarks: list[str], passed: Callable[[], None]) -> Iterator[Dossier]:
    if asking.engagement:
        yield open_dossier(desk.record, asking.engagement, desk.on)
        passed()
        return
    for dossier in dossiers(desk.record, desk.on, remarks, passed=passed):
        if asking.client_class in (None, dossier.engagement.account.client_class):
            yield dossier


def _of(dossier: Dossier, first: dt.date | None, last: dt.date) -> Iterator[OwedReport]:
    rhythm = rhythm_of(dossier)
    if rhythm is None or dossier.story.state in ENDED:
        return
    found = _owed(dossier, rhythm, last)
    quiet = [each.day for each in found if each.entry is None]
    papers = {each.number: each for each in dossier.documents if each.kind == REPORT and each.withdrawn_by is None}
    letters = letters_by_document(dossier.record, dossier.name) if papers else {}
    for each in found:
        if not (first or dt.date.min) <= each.day <= last:
            continue
        number = each.entry.number if each.entry else None
        paper = papers.get(number or 0)
        state = ReportState.MISSED if quiet and each.day < quiet[-1] else ReportState.QUIET
        if each.entry is not None:
            state = ReportState.ISSUED if paper else ReportState.RECORDED
        letter = letters.get(str(reference_of(paper))) if paper else None
        if letter is not None and letter.settled:
            state = ReportState.SENT
        yield OwedReport(
            engagement=dossier.name,
            title=dossier.engagement.title,
            client=dossier.engagement.client.legal_name or "",
            client_class=dossier.engagement.account.client_class,
            manager=dossier.engagement.account.manager or "",
            sends_quiet=rhythm.cadence.when_quiet == "send",
            at=due_moment(rhythm.cadence, each.day, dossier.engagement.time_zone),
            state=state,
            number=number,
            document=paper,
        )


def rhythm_of(dossier: Dossier) -> Rhythm | None:
    """Return when the reports of an engagement are due; None without a cadence or a calendar, and before work began."""
    cadence, calendar = dossier.engagement.account.report, dossier.engagement.calendar
    if cadence is None or calendar is None or dossier.begun_on is None:
        return None
    return Rhythm(cadence, business_days(calendar), dossier.begun_on)


def _owed(dossier: Dossier, rhythm: Rhythm, until: dt.date) -> tuple[Owed, ...]:
    return owed(rhythm, dossier.progress, until, dossier.terms_on(dossier.on).end_date)


# A report of no change


def release(desk: Desk, engagement: str, words: str = "") -> Issued:
    """Record that nothing moved in the last period that owes a report, and issue the report.

    `words` say why, where there is something to say. Raises NoReportOwedError, and what recording and issuing raise.
    """
    hand = act(desk, Deed.RECORD_PROGRESS)
    number = _record_quiet(hand, engagement, _quiet_week(hand, engagement, desk.on, words))
    return issue(desk, Issue(REPORT, engagement, number), pen(desk, wanted=False))


def _record_quiet(hand: Hand, engagement: str, week: FactSet) -> int:
    """Record that nothing moved in a period; return the number of the report."""
    record_facts(hand, lambda _: week, _NO_CHANGE, ProgressEntry)
    return max(each.number for each in hand.record.register.entries(engagement, ENTRY_WORDS[ProgressEntry]))


def _quiet_week(hand: Hand, engagement: str, until: dt.date, words: str = "") -> FactSet:
    """Return an entry that nothing moved in the last period that owes a report; raises NoReportOwedError."""
    dossier = open_dossier(hand.record, engagement, hand.desk.on)
    rhythm = rhythm_of(dossier)
    if rhythm is None or dossier.story.state in ENDED:
        raise NoReportOwedError(engagement, "has no cadence of reports, no calendar, or no work under way")
    quiet = [each.day for each in _owed(dossier, rhythm, until) if each.entry is None]
    if not quiet:
        raise NoReportOwedError(engagement, "has something recorded for every report that is due")
    period = period_of(quiet[-1], rhythm, dossier.progress)
    facts = {"engagement": engagement, "period": period, "no_change": True, "summary": words or None}
    entry = ProgressEntry.model_validate(facts)
    return FactSet((Sourced(entry, parse_source(write_model(entry), _NO_CHANGE)),))


def _worse(report: OwedReport, status: Status) -> str:
    """Say why a report of no change waits for a person although it goes by itself otherwise."""
    new = status.overall.reason or status.overall.rag.value
    return (
        f"nothing is recorded for {report.day}, and the status is worse than it was: {new.rstrip('.')}. Say what is "
        f"done about it: docgen progress new {report.engagement}; or, if nothing moved, docgen progress release "
        f"{report.engagement}"
    )


# The round


class Ending(StrEnum):
    """What came of a report in a round."""

    MADE = "made"
    THERE = "there already"
    WAITS = "waits for a person"
    FAILED = "failed"


@dataclass(frozen=True)
class Result:
    """What came of one report, and why where it was not made; `seconds` is what making it took.

    `version` is that of a report that was made.
    """

    reference: str
    ending: Ending
    words: str = ""
    seconds: float = 0.0
    remarks: tuple[str, ...] = ()
    version: int | None = None


@dataclass
class _Round:
    """One round in progress: what is to be made, what is made and not entered yet, and what came of the rest."""

    hand: Hand
    since: dt.date
    until: dt.date
    owing: Iterator[OwedReport]
    note: str
    results: list[Result] = field(default_factory=list)
    made: list[tuple[Kept, int, float]] = field(default_factory=list)
    entered: float = field(default_factory=time.monotonic)

    def tasks(self) -> Iterator[Task]:
        """Yield what is to be made, one report at a time, as there is room for it."""
        from docgen.executors.work import Task

        desk = self.hand.desk
        common = {
            "workspace": str(desk.settings.root),
            "on": desk.on.isoformat(),
            "person": desk.person,
            "note": self.note,
        }
        for report in self.owing:
            if report.state in _MADE and report.day < self.since:
                continue  # made in an earlier round
            number = self._number(report)
            if number is None:
                continue
            argument = {**common, "engagement": report.engagement, "number": number}
            key = str(Reference(report.engagement, REPORT, number))
            yield Task(key, "docgen.actions.report_worker:keep_report", argument)

    def _number(self, report: OwedReport) -> int | None:
        """Return the number of a report to make; of the others, say what is with them."""
        match report.state:
            case ReportState.ISSUED | ReportState.SENT:
                self.results.append(Result(report.reference, Ending.THERE))
            case ReportState.RECORDED:
                return report.number
            case ReportState.MISSED:
                words = f"nothing was recorded for {report.day}, and a later report is due by now"
                self.results.append(Result(report.engagement, Ending.WAITS, words))
            case ReportState.QUIET if not report.sends_quiet:
                words = (
                    f"nothing is recorded for {report.day}: docgen progress new {report.engagement}, or, if nothing "
                    f"moved, docgen progress release {report.engagement}"
                )
                self.results.append(Result(report.engagement, Ending.WAITS, words))
            case ReportState.QUIET:
                return self._quiet(report)
        return None

    def _quiet(self, report: OwedReport) -> int | None:
        try:
            permitted(self.hand.desk, Deed.RECORD_PROGRESS)
            hand = self._now()
            week = _quiet_week(hand, report.engagement, self.until)
            entry = foreseen(hand, lambda _: week, _NO_CHANGE, ProgressEntry)
            if isinstance(entry, ProgressEntry) and entry.status:
                self.results.append(Result(report.engagement, Ending.WAITS, _worse(report, entry.status)))
                return None
            return _record_quiet(hand, report.engagement, week)
        except DocgenError as error:
            self.results.append(Result(report.engagement, Ending.FAILED, str(error)))
            return None

    def take(self, outcome: Outcome) -> None:
        """Take what came of a task; what is made is entered with others."""
        from docgen.executors.work import Crashed, Done, Failed, OutOfMemory, TimedOut

        match outcome:
            case Done(key, seconds, None):
                self.results.append(Result(key, Ending.THERE, seconds=seconds))
            case Done(_, seconds, result):
                self.made.append((_kept(result), result["size"], seconds))
            case Failed(key, seconds, _, message):
                self.results.append(Result(key, Ending.FAILED, message, seconds))
            case TimedOut(key, seconds):
                self.results.append(Result(key, Ending.FAILED, f"stopped after {seconds:.0f} seconds", seconds))
            case Crashed(key, seconds):
                self.results.append(Result(key, Ending.FAILED, f"its process died ({outcome.cause})", seconds))
            case OutOfMemory(key, seconds, memory):
                words = f"it took more than {memory // 2**20:,} MiB of memory"
                self.results.append(Result(key, Ending.FAILED, words, seconds))
        if len(self.made) >= _TOGETHER or time.monotonic() - self.entered > _SECONDS:
            self.enter()

    def enter(self) -> None:
        """Enter what is made into the log; what changed meanwhile is made again from what is recorded now."""
        made, self.made, self.entered = self.made, [], time.monotonic()
        if not made:
            return
        hand = self._now()
        stale: list[tuple[Kept, int, float]] = []

        def decide() -> list[Event]:
            stale[:] = [each for each in made if self._changed(each)]
            return [event for each in made if each not in stale for event in each[0].events(hand)]

        hand.settle(decide)
        for kept, size, seconds in made:
            if (kept, size, seconds) in stale:
                self.results.append(self._anew(kept.reference))
            else:
                self.results.append(_made(kept.reference, seconds, kept.remarks))

    def _changed(self, made: tuple[Kept, int, float]) -> bool:
        """Say whether something was recorded of its engagement since it was made."""
        kept, size, _ = made
        return max(self.hand.record.register.mentions(kept.reference.engagement), default=0) >= size

    def _anew(self, reference: Reference) -> Result:
        desk = self.hand.desk
        try:
            issued = issue(desk, Issue(REPORT, reference.engagement, reference.number), pen(desk, wanted=False))
        except DocgenError as error:
            return Result(str(replace(reference, version=None)), Ending.FAILED, str(error))
        made = _made(issued.reference, 0.0, issued.remarks)
        return replace(made, ending=Ending.THERE) if issued.repeated else made

    def _now(self) -> Hand:
        return replace(self.hand, at=self.hand.desk.now())


def _made(reference: Reference, seconds: float, remarks: tuple[str, ...]) -> Result:
    shown = str(replace(reference, version=None))
    return Result(shown, Ending.MADE, seconds=seconds, remarks=remarks, version=reference.version)


def run(
    desk: Desk, asking: Asking, executor: Executor, remarks: list[str], passed: Callable[[], None] = lambda: None
) -> Iterator[Result]:
    """Make every report that is due, and yield what came of each as it ends.

    A report whose facts are recorded is issued; where nothing is recorded, the report of no change is issued by itself
    where the account says so, and else waits for a person. A second run makes only what is missing. What is wrong with
    one report stops only that one. Raises UsageError, and what acting and recording raise.
    """
    hand = act(desk, Deed.ISSUE_REPORTS)
    first, until = asking.days(desk.on)
    hand.key()
    work = _Round(
        hand, first or until - 6 * _DAY, until, reports(desk, asking, remarks, passed), last_note(hand.record)
    )
    done = 0
    for outcome in executor.run(work.tasks()):
        work.take(outcome)
        while done < len(work.results):
            yield work.results[done]
            done += 1
    work.enter()
    yield from work.results[done:]


def written(kept: Kept, size: int) -> dict[str, Any]:
    """Return what a worker hands back of a report it made, as plain data."""
    reference = kept.reference
    return {
        "engagement": reference.engagement,
        "number": reference.number,
        "version": reference.version,
        "said": dict(kept.said),
        "follows": kept.follows,
        "remarks": list(kept.remarks),
        "size": size,
    }


def _kept(result: Mapping[str, Any]) -> Kept:
    reference = Reference(result["engagement"], REPORT, result["number"], result["version"])
    return Kept(reference, result["said"], result["follows"], tuple(result["remarks"]))
