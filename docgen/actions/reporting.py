"""Which progress reports are owed and what became of each, and the release of a report of no change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from docgen.actions.acting import Deed, Hand, act
from docgen.actions.desk import Desk
from docgen.actions.dispatches import letters_by_document
from docgen.actions.dossier import Dossier, dossiers, open_dossier
from docgen.actions.drafting import Issue, approved_wording
from docgen.actions.entries import record_facts
from docgen.actions.issuing import Issued, issue
from docgen.actions.notices import NOTICE, untold
from docgen.actions.references import Reference, reference_of
from docgen.actions.sealing import pen
from docgen.errors import DocgenError, UsageError, shell_word
from docgen.facts.kinds import ENTRY_WORDS
from docgen.facts.load import FactSet, Sourced
from docgen.facts.source import parse_source
from docgen.facts.write import write_model
from docgen.lifecycle.agenda import ENDED
from docgen.lifecycle.calendars import business_days
from docgen.lifecycle.reporting import Owed, Rhythm, days_of_week, due_moment, owed, period_of
from docgen.models.engagement import ClientClass
from docgen.models.progress import ProgressEntry
from docgen.models.serious_issue import SeriousIssue

if TYPE_CHECKING:
    from docgen.actions.dispatches import Dispatched
    from docgen.store.register import IssuedDocument

REPORT = "progress-report"
NO_CHANGE = "the report of no change"
_DAY = dt.timedelta(days=1)


class NoReportOwedError(DocgenError):
    """An engagement owes no report that nobody has written yet."""

    def __init__(self, engagement: str, why: str) -> None:
        super().__init__(f"{engagement} {why}, so there is no report to write.")


class EarlierReportError(DocgenError):
    """A report would be issued before an earlier one of the same engagement."""

    def __init__(self, report: OwedReport) -> None:
        super().__init__(
            f"{report.reference}, due on {report.day}, is recorded and not issued, and reports go out in their order. "
            f"Nothing was recorded. Issue it first: docgen issue {REPORT} {shell_word(report.engagement)} --number "
            f"{report.number}."
        )


class UntoldIssueError(DocgenError):
    """A report of no change would go out while the client was not told of a serious issue."""

    def __init__(self, engagement: str, number: int, issue: SeriousIssue) -> None:
        super().__init__(
            f"NI-{number:03d}, “{issue.title}”, is open since {issue.on} and the client was not told of it, so no "
            f"report says that nothing moved. Nothing was recorded. Issue its notice first: docgen issue {NOTICE} "
            f"{shell_word(engagement)} --number {number}; or, if it is over, record `resolved:`: "
            "docgen progress alert FILE."
        )


class ReportState(StrEnum):
    """What became of a report so far. Missed: nothing was recorded for it, and a later one is due by now."""

    MISSED = "missed"
    QUIET = "nothing recorded"
    RECORDED = "recorded"
    ISSUED = "issued"
    SENT = "sent"


MADE = (ReportState.ISSUED, ReportState.SENT)


@dataclass(frozen=True)
class OwedReport:
    """A report of an engagement: when it is due, and what became of it.

    `document` is the version that stands, `letter` the one that brings it to the client.
    """

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
    letter: Dispatched | None = None

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
    desk: Desk,
    asking: Asking,
    remarks: list[str],
    passed: Callable[[], None] = lambda: None,
    *,
    with_older: bool = False,
) -> Iterator[OwedReport]:
    """Yield the reports that are due by the day of the desk, or in a week, engagement by engagement and by their days.

    `with_older` adds those of earlier weeks that are recorded and not issued. What hinders one engagement is a remark
    and hinders no other; `passed` is called after each engagement that was looked at. Raises UsageError, and what
    opening the record raises; for an engagement that is named also what reading it raises.
    """
    first, last = asking.days(desk.on)
    for dossier in _dossiers(desk, asking, remarks, passed):
        try:
            yield from _of(dossier, first, last, with_older)
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


def _of(dossier: Dossier, first: dt.date | None, last: dt.date, with_older: bool = False) -> Iterator[OwedReport]:
    rhythm = rhythm_of(dossier)
    if rhythm is None or dossier.story.state in ENDED:
        return
    found = _owed(dossier, rhythm, last)
    quiet = [each.day for each in found if each.entry is None]
    papers = {each.number: each for each in dossier.documents if each.kind == REPORT and each.withdrawn_by is None}
    letters = letters_by_document(dossier.record, dossier.name) if papers else {}
    for each in found:
        number = each.entry.number if each.entry else None
        paper = papers.get(number or 0)
        older = with_older and each.entry is not None and paper is None
        if each.day > last or (first and each.day < first and not older):
            continue
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
            sends_quiet=rhythm.cadence.when_quiet == "send" and not _is_unsigned(dossier),
            at=due_moment(rhythm.cadence, each.day, dossier.engagement.time_zone),
            state=state,
            number=number,
            document=paper,
            letter=letter,
        )


def rhythm_of(dossier: Dossier) -> Rhythm | None:
    """Return when the reports of an engagement are due; None without a cadence or calendar, or before any is owed."""
    cadence, calendar = dossier.engagement.account.report, dossier.engagement.calendar
    if cadence is None or calendar is None or dossier.reports_from is None:
        return None
    return Rhythm(cadence, business_days(calendar), dossier.reports_from)


def _owed(dossier: Dossier, rhythm: Rhythm, until: dt.date) -> tuple[Owed, ...]:
    """Return the reports that are owed: until the contract ends, or until a letter lapses that nobody has signed."""
    approval, end = dossier.engagement.approval, dossier.terms_on(dossier.on).end_date
    if _is_unsigned(dossier) and approval:
        end = approval.valid_until
    return owed(rhythm, dossier.progress, until, end)


def _is_unsigned(dossier: Dossier) -> bool:
    """Say whether the client has signed neither the contract nor the letter of approval that was issued."""
    return dossier.leave is not None and dossier.leave.signed is None


# A report of no change


def release(desk: Desk, engagement: str, words: str = "") -> Issued:
    """Record that nothing moved in the last period that owes a report, and issue the report.

    `words` say why, where there is something to say. Nothing is recorded where the report could not be issued. Raises
    NoReportOwedError, EarlierReportError, UntoldIssueError, and what recording and issuing raise.
    """
    hand = act(desk, Deed.RECORD_PROGRESS)
    dossier = open_dossier(hand.record, engagement, desk.on)
    approved_wording(desk, hand.record, REPORT, dossier.engagement)
    for each in _of(dossier, None, desk.on):
        if each.state is ReportState.RECORDED:
            raise EarlierReportError(each)
    number = record_quiet(hand, engagement, quiet_week(hand, engagement, desk.on, words))
    return issue(desk, Issue(REPORT, engagement, number), pen(desk, wanted=False))


def record_quiet(hand: Hand, engagement: str, week: FactSet) -> int:
    """Record that nothing moved in a period; return the number of the report."""
    record_facts(hand, lambda _: week, NO_CHANGE, ProgressEntry)
    return max(each.number for each in hand.record.register.entries(engagement, ENTRY_WORDS[ProgressEntry]))


def quiet_week(hand: Hand, engagement: str, until: dt.date, words: str = "") -> FactSet:
    """Return an entry that nothing moved in the last period that owes a report.

    Raises NoReportOwedError, and UntoldIssueError while a serious issue waits for its notice.
    """
    dossier = open_dossier(hand.record, engagement, hand.desk.on)
    rhythm = rhythm_of(dossier)
    if rhythm is None or dossier.story.state in ENDED:
        raise NoReportOwedError(engagement, "has no cadence of reports, no calendar, or no work under way")
    quiet = [each.day for each in _owed(dossier, rhythm, until) if each.entry is None]
    if not quiet:
        raise NoReportOwedError(engagement, "has something recorded for every report that is due")
    period = period_of(quiet[-1], rhythm, dossier.progress)
    issues = dossier.of(SeriousIssue)
    for number in untold(hand.record, issues, engagement, period.end):
        raise UntoldIssueError(engagement, number, issues[number])
    facts = {"engagement": engagement, "period": period, "no_change": True, "summary": words or None}
    entry = ProgressEntry.model_validate(facts)
    return FactSet((Sourced(entry, parse_source(write_model(entry), NO_CHANGE)),))
