"""The reports of one engagement that its client does not have: to write, to make and to send, and those missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from docgen.actions.desk import Desk
from docgen.actions.dispatches import sendings
from docgen.actions.dossier import Dossier
from docgen.actions.reporting import Asking, OwedReport, ReportState, reports
from docgen.lifecycle.agenda import Owed
from docgen.lifecycle.due import DeadlineKind
from docgen.lifecycle.manager_week import WINDOW, Missed, ReportTask, ReportToDo
from docgen.lifecycle.reporting import due_moment

_TASKS = {ReportState.QUIET: ReportTask.WRITE, ReportState.RECORDED: ReportTask.ISSUE}


def owed_reports(desk: Desk, dossier: Dossier, remarks: list[str]) -> tuple[OwedReport, ...]:
    """Return the reports of an engagement that are due by the day of the desk; raises what reading it raises."""
    return tuple(reports(desk, Asking(engagement=dossier.name), remarks))


def pending_reports(
    desk: Desk, dossier: Dossier, known: Sequence[OwedReport], owed: Sequence[Owed]
) -> Iterator[ReportToDo]:
    """Yield the reports to write, to make and to send: those that are due (`known`), and the next one.

    `owed` are the deadlines of the engagement. What was missed is not among them.
    """
    engagement, now = dossier.engagement, desk.now()
    common = engagement.id, engagement.title, engagement.client.legal_name or ""
    zone = engagement.time_zone

    def late(at: dt.datetime) -> bool:
        """Say whether an hour is over; on another day than today, whether its day is."""
        return at < now if at.date() == desk.on == now.astimezone(at.tzinfo).date() else at.date() < desk.on

    for each in known:
        task = _TASKS.get(each.state)
        if task is not None:
            yield ReportToDo(*common, each.at, task, each.reference, late=late(each.at), zone=zone)
    hours = {each.number: each.at for each in known if each.number is not None}
    for sending in sendings(desk.record, engagement.id, desk.settings.mail, desk.on):
        issued = dt.datetime.fromisoformat(sending.document.at).astimezone(ZoneInfo(zone))
        at = hours.get(sending.document.number)
        was_due = late(at or issued)
        yield ReportToDo(*common, at, ReportTask.SEND, sending.reference, late=was_due, zone=zone, issued=issued)
    days = {each.day for each in known}
    cadence = engagement.account.report
    for due in (each.deadline for each in owed if each.deadline.kind is DeadlineKind.REPORT):
        if cadence and 0 <= due.days_left(desk.on) <= WINDOW and due.date not in days:
            at = due_moment(cadence, due.date, zone)
            yield ReportToDo(*common, at, ReportTask.WRITE, engagement.id, late=False, zone=zone)


def missed_reports(dossier: Dossier, known: Sequence[OwedReport]) -> Iterator[Missed]:
    """Yield, for an engagement that has some, the days since the last report for which none was written."""
    days = tuple(each.day for each in known if each.state is ReportState.MISSED)
    if days:
        engagement = dossier.engagement
        yield Missed(engagement.id, engagement.title, engagement.client.legal_name or "", days)
