"""Notices of serious issues: what they told as they were issued, which are missing, and which would come too early."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from docgen.actions.recorded import kept_facts, read_revision
from docgen.errors import Finding
from docgen.facts.kinds import ENTRY_WORDS
from docgen.facts.load import FactSet, Sourced
from docgen.models.engagement import Engagement
from docgen.models.serious_issue import SeriousIssue

if TYPE_CHECKING:
    from docgen.store.record import Record
    from docgen.store.register import IssuedDocument

NOTICE = "notice-of-issue"
_WORD = ENTRY_WORDS[SeriousIssue]


@dataclass(frozen=True)
class Notices:
    """Serious issues as their notices told them, and the days of the notices by number."""

    issues: tuple[Sourced[SeriousIssue], ...]
    days: Mapping[int, dt.date]


def notices_until(record: Record, engagement: Engagement, until: dt.date) -> Notices:
    """Return what was told by a day, without what was withdrawn or erased.

    Of each notice the last version of that day counts, with the facts it was issued from; whether the client decided
    and the issue was resolved by that day is as recorded since. Raises RecordedFactsError.
    """
    issues: list[Sourced[SeriousIssue]] = []
    days: dict[int, dt.date] = {}
    for revision in record.register.entries(engagement.id, _WORD):
        versions = record.register.versions(engagement.id, NOTICE, revision.number)
        told = [each for each in versions if each.withdrawn_by is None and each.day <= until.isoformat()]
        issue = _as_issued(record, engagement, told[-1]) if told else None
        if issue:
            issues.append(_since(issue, kept_facts(record, revision, SeriousIssue, engagement.currency), until))
            days[revision.number] = dt.date.fromisoformat(told[-1].day)
    return Notices(tuple(issues), days)


def _as_issued(record: Record, engagement: Engagement, notice: IssuedDocument) -> Sourced[SeriousIssue] | None:
    from docgen.store.blobs import BlobErasedError

    revisions = record.register.revisions(engagement.id, _WORD, notice.number)
    before = [each for each in revisions if each.sequence < notice.sequence]
    try:
        return read_revision(record, before[-1], SeriousIssue, engagement.currency) if before else None
    except BlobErasedError:
        return None


def _since(issue: Sourced[SeriousIssue], now: SeriousIssue | None, until: dt.date) -> Sourced[SeriousIssue]:
    """Return an issue as it was told, with what became of it by a day, as it is recorded now."""
    if now is None:
        return issue
    decided = now.decided if now.decided and now.decided <= until else None
    over = now.resolved is not None and now.resolved <= until
    end = {"resolved": now.resolved, "resolution": now.resolution} if over else {"resolved": None, "resolution": None}
    return replace(issue, facts=issue.facts.model_copy(update={"decided": decided, **end}))


def untold(record: Record, issues: Mapping[int, SeriousIssue], engagement: str, until: dt.date) -> tuple[int, ...]:
    """Return the numbers of the issues that are open on a day and of which no notice was ever issued."""
    return tuple(
        number
        for number, issue in sorted(issues.items())
        if issue.on <= until
        and not (issue.resolved and issue.resolved <= until)
        and not record.register.versions(engagement, NOTICE, number)
    )


def early_notices(facts: FactSet, on: dt.date) -> Iterator[Finding]:
    """Yield a finding for each serious issue whose notice, dated on a day, would come before it was found."""
    for issue in facts.of(SeriousIssue):
        found = issue.facts.on
        if on < found:
            message = f"the notice would be dated {on}, before the issue was found on {found}."
            advice = f"Correct `on:`, or date the notice {found} or later: --on {found}."
            yield Finding("notice-day", message, issue.source.place(("on",)), advice)
