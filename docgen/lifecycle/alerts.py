"""Serious issues: which of a report the client is still to be told of, what a notice is made from, and what is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from docgen.lifecycle.due import Actor, Deadline, DeadlineKind, Reckoning, Source, agreed
from docgen.models.engagement import Engagement
from docgen.models.party import Side
from docgen.models.progress import Issue, MilestoneProgress, ProgressEntry, ReportPeriod
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


def told_since(
    engagement: str, issues: Iterable[SeriousIssue], last: ProgressEntry | None, on: dt.date
) -> ProgressEntry:
    """Return an entry of a day that only says when the serious issues found since the last entry expect milestones.

    So what the client was told at once counts until the next report takes it up.
    """
    after = last.period.end if last else dt.date.min
    later = sorted((each for each in issues if after < each.on <= on), key=lambda each: each.on)
    days = {each.id: each.forecast for issue in later for each in issue.milestones if each.forecast is not None}
    return ProgressEntry(
        engagement=engagement,
        period=ReportPeriod.model_validate({"from": on, "to": on}),
        milestones=tuple(MilestoneProgress(id=name, forecast=day) for name, day in days.items()),
        no_change=True,
    )


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
