"""Serious issues that a report has to tell of by itself, because its entry does not take them up.

The notice of a serious issue promises that each report takes it up until it is resolved. Where an entry is silent, as
that of a quiet week is, the report keeps the promise with what the notice said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from docgen.lifecycle.consistency import Problem, warning
from docgen.lifecycle.progress import Awaited, Question, awaited, entries_until, folded, previous_entry
from docgen.models.progress import ProgressEntry, Scale
from docgen.models.serious_issue import SeriousIssue


@dataclass(frozen=True)
class LeftOut:
    """A serious issue that the entry of a report leaves out, as it stands at the end of the period.

    `id` is that under which reports list it, `reference` its own short one (NI-001), `told` the day of its notice,
    None where no notice is known. `decided` and `resolved` are None where that came after the period.
    """

    id: str
    reference: str
    title: str
    effect: str
    owner: str | None
    told: dt.date | None
    decision: str | None
    decide_by: dt.date | None
    decided: dt.date | None
    resolved: dt.date | None
    resolution: str | None
    impact: Scale = Scale.HIGH

    @property
    def waits(self) -> bool:
        """Say whether the client is still to decide on it."""
        return self.decided is None and self.resolved is None


def listed_as(issue: SeriousIssue, number: int) -> str:
    """Return the id under which progress entries list a serious issue: its own, or else its reference."""
    return issue.issue or f"NI-{issue.number or number:03d}"


def outgrown(
    issues: Iterable[tuple[int, SeriousIssue]], entries: Iterable[ProgressEntry], entry: ProgressEntry, until: dt.date
) -> frozenset[str]:
    """Return the ids of issues whose words in the entries are older than a serious issue of the same id.

    `issues`, by number, count that were found by the day `until`. What an entry said of such an issue before that, it
    said without knowing how bad it is, unless it called it serious; the notice tells it better.
    """
    listed = {each.id: known.period.end for known in entries_until(entries, entry) for each in known.issues}
    calm = {each.id for each in awaited(entries, entry).issues if not each.serious}
    names = ((listed_as(issue, number), issue.on) for number, issue in issues)
    return frozenset(name for name, found in names if name in calm and listed[name] < found <= until)


def left_out(
    issues: Mapping[int, SeriousIssue],
    noticed: Mapping[int, dt.date],
    entries: Sequence[ProgressEntry],
    entry: ProgressEntry,
) -> tuple[LeftOut, ...]:
    """Return the serious issues that an entry does not take up, the one found first in front.

    `issues` and the days of their notices (`noticed`) go by number. An issue is taken up where it stands open by the
    entries, and over where one of them calls it resolved. One that was resolved beside the entries is told in the
    report of that period and in the next one, for its end may have been recorded after the first of them was issued.
    One that a quiet week only carries on in words from before it was found is not taken up.
    """
    end, before = entry.period.end, previous_entry(entries, entry)
    since = before.period.start if before else dt.date.min
    history = entries_until(entries, entry)
    named = {each.id for each in (*entry.issues, *awaited(entries, entry).issues)}
    named -= outgrown(issues.items(), entries, entry, end)
    over = {each.id for known in history for each in known.issues if each.resolved is not None}
    found = []
    for number, issue in sorted(issues.items(), key=lambda each: (each[1].on, each[0])):
        resolved = issue.resolved if issue.resolved and issue.resolved <= end else None
        if issue.on > end or listed_as(issue, number) in named | over or (resolved and resolved < since):
            continue
        found.append(_left_out(issue, number, noticed.get(number), end))
    return tuple(found)


def _left_out(issue: SeriousIssue, number: int, told: dt.date | None, end: dt.date) -> LeftOut:
    resolved = issue.resolved if issue.resolved and issue.resolved <= end else None
    return LeftOut(
        id=listed_as(issue, number),
        reference=f"NI-{issue.number or number:03d}",
        title=issue.title,
        effect=issue.effect,
        owner=issue.owner,
        told=told,
        decision=issue.decision,
        decide_by=issue.decide_by,
        decided=issue.decided if issue.decided and issue.decided <= end else None,
        resolved=resolved,
        resolution=issue.resolution if resolved else None,
    )


def asked(waited: Awaited, issues: Iterable[LeftOut]) -> tuple[Question, ...]:
    """Return all that the client is asked to decide: by the entries, and by the issues that they leave out."""
    found = {folded(each.text): each for each in waited.questions}
    for issue in issues:
        text = issue.decision or issue.title
        if issue.waits:
            found.setdefault(folded(text), Question(text, issue.decide_by, issue.id))
    return tuple(found.values())


def left_out_problems(
    issues: Mapping[int, SeriousIssue],
    noticed: Mapping[int, dt.date],
    entries: Sequence[ProgressEntry],
    entry: ProgressEntry,
) -> Iterator[Problem]:
    """Yield a warning for each open serious issue that an entry does not list.

    The report of a quiet week tells of it by itself, so there only one whose notice is not known is worth a word.
    """
    for issue in left_out(issues, noticed, entries, entry):
        if issue.resolved is not None or (entry.no_change and issue.told):
            continue
        told = f"told to the client on {issue.told} by {issue.reference}" if issue.told else issue.reference
        message = f"the serious issue {issue.id}, “{issue.title}” ({told}), is open, and the entry does not list it"
        advice = (
            f"Add it under `issues:` with `id: {issue.id}`, `text:` and how it stands, or with `resolved:` and the day "
            "once it is over."
        )
        if issue.told:
            advice = f"{advice} Otherwise the report repeats what the notice said."
        yield warning(("issues",), "issue-left-out", message, advice)
