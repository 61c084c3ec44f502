"""What the record knows around a report: who wrote it, and what was signed and handed over in its period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from docgen.actions.desk import Desk
from docgen.actions.executed import CONTRACT, LETTER, executed
from docgen.actions.recorded import recorded_entries
from docgen.facts.kinds import ENTRY_WORDS
from docgen.facts.load import Sourced
from docgen.lifecycle.occurrences import ORDER, Around, Window, window_of
from docgen.models.changes import ChangeOrder
from docgen.models.delivery import Delivery
from docgen.models.engagement import Engagement
from docgen.models.progress import ProgressEntry

if TYPE_CHECKING:
    from docgen.store.record import Record


def around(desk: Desk, record: Record, engagement: Engagement, number: int, entries: Sequence[ProgressEntry]) -> Around:
    """Return what the record knows around the last of some entries, whose number is given.

    An entry of no change tells what was signed in its period, and nobody is its author: the house answers for it.
    """
    entry = entries[-1]
    if entry.no_change:
        return Around(signed=dict(_signed(record, engagement.id, window_of(entries, entry))))
    return Around(author=_author(desk, record, engagement, number))


def _author(desk: Desk, record: Record, engagement: Engagement, number: int) -> str:
    """Return the name of who recorded an entry last: as the provider's contact, or as docgen.toml names the person."""
    revision = record.register.latest(engagement.id, ENTRY_WORDS[ProgressEntry], number)
    email = (record.people.email(revision.person) or "") if revision else ""
    names = {each.email.casefold(): each.name for each in engagement.provider.contacts if each.email}
    listed = {each.email.casefold(): each.name for each in desk.settings.people}
    return names.get(email.casefold()) or listed.get(email.casefold()) or ""


def _signed(record: Record, engagement: str, window: Window) -> Iterator[tuple[str, dt.date]]:
    orders = record.register.entries(engagement, ENTRY_WORDS[ChangeOrder])
    kinds = [(CONTRACT, 0), (LETTER, 0), *((ORDER, each.number) for each in orders)]
    for kind, number in kinds:
        paper = executed(record, engagement, kind, number)
        day = dt.date.fromisoformat(paper.executed_on) if paper and paper.executed_on else None
        if day and window.has(day):
            yield (f"{kind}/{number}" if number else kind), day


def handed_over(
    record: Record, engagement: Engagement, entries: Sequence[ProgressEntry], entry: ProgressEntry
) -> tuple[Sourced[Delivery], ...]:
    """Return the hand-overs of the period of an entry of no change, and those decided on in it; raises as reading."""
    if not entry.no_change:
        return ()
    window = window_of(entries, entry)
    found = recorded_entries(record, engagement.id, Delivery, engagement.currency).values()
    return tuple(each for each in found if window.has(each.facts.delivered_on) or window.has(each.facts.decided_on))
