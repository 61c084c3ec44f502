"""The round of progress reports: what of those owed can be made at once, and what waits for a person."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from docgen.actions.acting import Deed, Hand, act, permitted
from docgen.actions.desk import Desk
from docgen.actions.drafting import Issue
from docgen.actions.entries import foreseen
from docgen.actions.issuing import Kept, issue, last_note
from docgen.actions.references import Reference
from docgen.actions.reporting import (
    MADE,
    NO_CHANGE,
    REPORT,
    Asking,
    OwedReport,
    ReportState,
    UntoldIssueError,
    quiet_week,
    record_quiet,
    reports,
)
from docgen.actions.sealing import pen
from docgen.errors import DocgenError, shell_word
from docgen.lifecycle.rag import read_cause, told_cause
from docgen.models.progress import ProgressEntry, Status

if TYPE_CHECKING:
    from docgen.executors.work import Executor, Outcome, Task
    from docgen.store.events import Event

_TOGETHER = 25
"""How many reports are entered into the log together, under one checkpoint."""
_SECONDS = 2.0
"""After how long those that are made are entered, however few they are."""
_DAY = dt.timedelta(days=1)


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
    """One round in progress: what is to be made, what is made and not entered yet, and what came of the rest.

    Of an engagement one report is made at a time, the oldest first; `held` are those that wait for an older one.
    """

    hand: Hand
    since: dt.date
    until: dt.date
    owing: Iterator[OwedReport]
    note: str
    results: list[Result] = field(default_factory=list)
    made: list[tuple[Kept, int, float]] = field(default_factory=list)
    held: list[OwedReport] = field(default_factory=list)
    entered: float = field(default_factory=time.monotonic)

    def run(self, executor: Executor) -> Iterator[Result]:
        """Make all that can be made, and yield what came of each report as it ends."""
        done = 0
        while True:
            for outcome in executor.run(self.tasks()):
                self.take(outcome)
                yield from self.results[done:]
                done = len(self.results)
            self.enter()
            yield from self.results[done:]
            done = len(self.results)
            if not self.held:
                return
            self.owing, self.held = self._next(), []

    def _next(self) -> Iterator[OwedReport]:
        """Return those that were held, but for those whose older report was not made."""
        failed = {each.reference.rpartition("/")[0]: each for each in self.results if each.ending is Ending.FAILED}
        ready = []
        for report in self.held:
            before = failed.get(report.engagement)
            if before is None:
                ready.append(report)
                continue
            words = f"{before.reference} comes first and was not made: {before.words}"
            self.results.append(Result(report.reference, Ending.WAITS, words))
        return iter(ready)

    def tasks(self) -> Iterator[Task]:
        """Yield what is to be made, one report at a time and one of each engagement, as there is room for it."""
        from docgen.executors.work import Task

        desk = self.hand.desk
        common = {
            "workspace": str(desk.settings.root),
            "on": desk.on.isoformat(),
            "person": desk.person,
            "note": self.note,
        }
        under_way = ""
        for report in self.owing:
            if report.state in MADE and report.day < self.since:
                continue  # made in an earlier round
            if report.engagement == under_way and report.state not in (*MADE, ReportState.MISSED):
                self.held.append(report)
                continue
            number = self._number(report)
            if number is None:
                continue
            under_way = report.engagement
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
                    f"nothing is recorded for {report.day}: docgen progress new {shell_word(report.engagement)}, or, "
                    "if nothing "
                    f"moved, docgen progress release {shell_word(report.engagement)}"
                )
                self.results.append(Result(report.engagement, Ending.WAITS, words))
            case ReportState.QUIET:
                return self._quiet(report)
        return None

    def _quiet(self, report: OwedReport) -> int | None:
        try:
            permitted(self.hand.desk, Deed.RECORD_PROGRESS)
            hand = self._now()
            week = quiet_week(hand, report.engagement, self.until)
            entry = foreseen(hand, lambda _: week, NO_CHANGE, ProgressEntry)
            if isinstance(entry, ProgressEntry) and entry.status:
                self.results.append(Result(report.engagement, Ending.WAITS, _worse(report, entry.status)))
                return None
            return record_quiet(hand, report.engagement, week)
        except UntoldIssueError as error:
            self.results.append(Result(report.engagement, Ending.WAITS, str(error)))
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


def _worse(report: OwedReport, status: Status) -> str:
    """Say why a report of no change waits for a person although it goes by itself otherwise."""
    reason = status.overall.reason or status.overall.rag.value
    cause = read_cause(reason)
    new = told_cause(cause) if cause else reason
    return (
        f"nothing is recorded for {report.day}, and the status is worse than it was: {new.rstrip('.')}. Say what is "
        f"done about it: docgen progress new {shell_word(report.engagement)}; or, if nothing moved, docgen progress "
        "release "
        f"{shell_word(report.engagement)}"
    )


def _made(reference: Reference, seconds: float, remarks: tuple[str, ...]) -> Result:
    shown = str(replace(reference, version=None))
    return Result(shown, Ending.MADE, seconds=seconds, remarks=remarks, version=reference.version)


def run(
    desk: Desk, asking: Asking, executor: Executor, remarks: list[str], passed: Callable[[], None] = lambda: None
) -> Iterator[Result]:
    """Make every report that is due, and yield what came of each as it ends.

    A report whose facts are recorded is issued; where nothing is recorded, the report of no change is issued by itself
    where the account says so, and else waits for a person. A report that is recorded and not issued is made before any
    later one of its engagement, also where a later week is asked for. A second run makes only what is missing. What is
    wrong with one report stops only that one and the later ones of its engagement. Raises UsageError, and what acting
    and recording raise.
    """
    hand = act(desk, Deed.ISSUE_REPORTS)
    first, until = asking.days(desk.on)
    hand.key()
    owing = reports(desk, asking, remarks, passed, with_older=True)
    yield from _Round(hand, first or until - 6 * _DAY, until, owing, last_note(hand.record)).run(executor)


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
