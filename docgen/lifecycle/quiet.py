"""What the report of a quiet week repeats: what is new and what is due next, and which reports show the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from docgen.lifecycle.progress import MilestoneStanding, MilestoneState, entries_until, folded, report_number
from docgen.models.progress import ClientAction, Issue, ProgressEntry, WorkNext

T = TypeVar("T")
R = TypeVar("R", ClientAction, Issue, WorkNext)
MOST = 3
"""How many things of a sort a quiet report repeats; one less each for a letter and for a serious issue it tells of."""
MOST_MILESTONES = 3


@dataclass(frozen=True)
class Excerpt(Generic[T]):
    """The first things of a list, how many more there are, and the numbers of the reports that last showed those."""

    shown: tuple[T, ...]
    more: int = 0
    reports: tuple[int, ...] = ()


def repeated(
    items: Sequence[R],
    field: Literal["client_actions", "issues", "next"],
    entries: Sequence[ProgressEntry],
    entry: ProgressEntry,
    most: int = MOST,
) -> Excerpt[R]:
    """Return of what stands open all that no earlier report shows, and of the rest what is due first, up to `most`.

    `field` is where entries name such things. A report of no change shows what it is the first to name; any other
    shows all, and work that it carries forward too.
    """
    last: dict[str, ProgressEntry] = {}
    each: ProgressEntry
    for each in entries_until(entries, entry)[:-1]:
        named = {folded(item.text): each for item in getattr(each, field)}
        if field == "next":
            named |= {folded(item.text): each for item in each.not_done}
        carried = dict.fromkeys(last, each) if field == "next" else {}
        last = {**named, **last} if each.no_change else {**last, **carried, **named}
    ordered = sorted(items, key=lambda item: item.due or dt.date.max)
    if len(ordered) <= most + 1:
        return Excerpt(tuple(ordered))
    known = [item for item in ordered if folded(item.text) in last]
    hidden = known[max(most - (len(ordered) - len(known)), 0) :]
    shown = tuple(item for item in ordered if item not in hidden)
    numbers = {report_number(entries, last[folded(item.text)]) for item in hidden}
    return Excerpt(shown, len(hidden), tuple(sorted(numbers)))


def ahead(
    milestones: Iterable[MilestoneState], entries: Sequence[ProgressEntry], entry: ProgressEntry
) -> Excerpt[MilestoneState]:
    """Return the open milestone that comes next and the late ones beside it; the last full report shows the rest."""
    standing = sorted((each for each in milestones if each.actual is None), key=_expected)
    late = (MilestoneStanding.LATE, MilestoneStanding.OVERDUE)
    shown = [each for place, each in enumerate(standing) if place == 0 or each.state in late][:MOST_MILESTONES]
    full = [each for each in entries_until(entries, entry)[:-1] if not each.no_change]
    reports = (report_number(entries, full[-1]),) if full else ()
    return Excerpt(tuple(shown), len(standing) - len(shown), reports)


def _expected(milestone: MilestoneState) -> dt.date:
    return milestone.forecast or milestone.current or dt.date.max
