"""What reports ask the client to do by a day: which report asked for it first, until one no longer asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from docgen.lifecycle.due import Actor, Deadline, DeadlineKind, Reckoning, Source, agreed
from docgen.lifecycle.progress import folded
from docgen.lifecycle.reporting import report_name
from docgen.models.progress import ClientAction, ProgressEntry
from docgen.models.terms import Degree


@dataclass(frozen=True)
class AskedAction:
    """An action that stands open, and the number of the report that asked for it first."""

    action: ClientAction
    report: int


def open_actions(entries: Iterable[ProgressEntry], on: dt.date) -> tuple[AskedAction, ...]:
    """Return what is still asked of the client on a day, as `progress.awaited` tells what stands open.

    An action is closed by the first report with other actions or with none; one of no change that names none keeps it.
    """
    past = sorted(
        (each for each in entries if each.period.end <= on), key=lambda each: (each.period.end, each.period.start)
    )
    standing: tuple[AskedAction, ...] = ()
    for place, entry in enumerate(past, 1):
        if entry.no_change and not entry.client_actions:
            continue
        first = {folded(each.action.text): each.report for each in standing}
        number = entry.number or place
        standing = tuple(AskedAction(each, first.get(folded(each.text), number)) for each in entry.client_actions)
    return standing


def action_due(asked: AskedAction, day: dt.date, reckoning: Reckoning) -> Deadline:
    """Return the day by which the client does what a report asks."""
    return agreed(
        DeadlineKind.CLIENT_ACTION,
        f"{report_name(asked.report)}: {asked.action.text}",
        day,
        reckoning,
        source=Source.HOUSE,
        trigger="Day named in the report",
        rule="Done by the day that the report names",
        owed_by=Actor.CLIENT,
        degree=Degree.SHOULD,
    )


def asking_report(deadline: Deadline) -> str:
    """Return the name of the report that asks for an action of the client, "" for any other deadline."""
    return deadline.about.partition(":")[0] if deadline.kind is DeadlineKind.CLIENT_ACTION else ""
