"""Serious issues: which of a report the client is still to be told of, what a notice is made from, and what is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from docgen.lifecycle.due import Actor, Deadline, DeadlineKind, Reckoning, Source, agreed
from docgen.lifecycle.progress import NoticedDates
from docgen.models.engagement import Engagement
from docgen.models.party import Side
from docgen.models.progress import Issue, MilestoneProgress, ProgressEntry
from docgen.models.serious_issue import AffectedMilestone, SeriousIssue
from docgen.models.terms import Degree, Terms


def open_serious(entries: Iterable[ProgressEntry], entry: ProgressEntry) -> Iterator[Issue]:
    """Yield the serious issues that an entry calls open, but for those that the entry of a later period calls resolved.

    So an entry that is recorded late tells nobody of what is over.
    """
    later = [each for each in entries if each.period.end > entry.period.end]
    over = {issue.id for each in later for issue in each.issues if issue.resolved is not None}
    yield from (issue for issue in entry.issues if issue.serious and issue.resolved is None and issue.id not in over)


def serious_issue_of(
    engagement: Engagement, terms: Terms, entry: ProgressEntry, issue: Issue, on: dt.date
) -> SeriousIssue:
    """Return the serious issue that an entry's issue is, as known on a day; `terms` are those in force at its end.

    An entry does not say when an issue was found: that is the end of its period, or the day itself where that comes
    first. The milestones are those that the same entry expects after their day in force.
    """
    found = min(filter(None, (entry.period.end, on, issue.decide_by)))
    person = engagement.person(issue.owner) if issue.owner else None
    return SeriousIssue(
        engagement=entry.engagement,
        issue=issue.id,
        on=found,
        title=issue.text,
        happened=issue.text,
        effect=issue.effect or issue.text,
        milestones=tuple(_late(terms, entry)),
        done=(issue.response,) if issue.response else (),
        options=issue.options,
        decision=issue.decision,
        decide_by=issue.decide_by,
        owner=issue.owner if person and person[0] is Side.PROVIDER else None,
    )


def resolved_as(known: SeriousIssue, issue: Issue) -> SeriousIssue:
    """Return a serious issue as resolved by what an entry says of it."""
    return known.model_copy(update={"resolved": issue.resolved, "resolution": issue.response})


def told_dates(
    issues: Mapping[int, SeriousIssue], until: dt.date, noticed: Mapping[int, dt.date] | None = None
) -> tuple[NoticedDates, ...]:
    """Return when the client was told by a day to expect milestones, by the notices of serious issues.

    An issue was told on the day of its notice (`noticed`, by number), else on the day on which it was found.
    """
    days = {number: (noticed or {}).get(number, issue.on) for number, issue in issues.items()}
    return tuple(
        NoticedDates(days[number], f"NI-{number:03d}", tuple(_expected(issue)))
        for number, issue in sorted(issues.items(), key=lambda each: (days[each[0]], each[0]))
        if days[number] <= until
    )


def numbered(issues: Iterable[SeriousIssue]) -> dict[int, SeriousIssue]:
    """Return serious issues by number; one without a number has that of its place."""
    return {each.number or place: each for place, each in enumerate(issues, 1)}


def _expected(issue: SeriousIssue) -> Iterator[MilestoneProgress]:
    for each in issue.milestones:
        if each.forecast is not None:
            yield MilestoneProgress(id=each.id, forecast=each.forecast)


def notice_due(number: int, issue: SeriousIssue, reckoning: Reckoning) -> Deadline:
    """Return the day by which the client is told of a serious issue: that on which it was found."""
    return agreed(
        DeadlineKind.NOTICE_OF_ISSUE,
        f"NI-{number:03d} {issue.title}",
        issue.on,
        reckoning,
        source=Source.HOUSE,
        trigger="Day on which it was found",
        rule="Bad news is told on the day it is known, and not with the next report",
        owed_by=Actor.ACCOUNT_MANAGER,
        degree=Degree.SHALL,
    )


def decision_due(
    number: int, issue: SeriousIssue, noticed: dt.date, decide_by: dt.date, reckoning: Reckoning
) -> Deadline:
    """Return the day by which the client decides on a serious issue: that which the notice names."""
    return agreed(
        DeadlineKind.DECISION,
        f"NI-{number:03d} {issue.decision or issue.title}",
        decide_by,
        reckoning,
        source=Source.HOUSE,
        trigger=f"Day named in the notice NI-{number:03d} of {noticed}",
        rule="A decision by the day that the notice asks for it",
        owed_by=Actor.CLIENT,
        degree=Degree.SHOULD,
    )


def _late(terms: Terms, entry: ProgressEntry) -> Iterator[AffectedMilestone]:
    days = {milestone.id: milestone.date for milestone in terms.milestones}
    for told in entry.milestones:
        due = days.get(told.id)
        if told.forecast is not None and due is not None and told.forecast > due:
            yield AffectedMilestone(id=told.id, forecast=told.forecast)
