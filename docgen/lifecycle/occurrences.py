"""What the record knows to have happened in the period of a report, beside what its entry tells.

So a report of no change says that nothing moved only where that is true.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from docgen.lifecycle.progress import previous_entry
from docgen.models.changes import ChangeOrder
from docgen.models.delivery import Delivery, Outcome
from docgen.models.progress import ProgressEntry
from docgen.models.serious_issue import SeriousIssue

ORDER = "change-order"
"""The kind of document under which change orders are signed, with their number behind a stroke: change-order/1."""


class Happening(StrEnum):
    """What happened: to a serious issue, a change order, a deliverable, or the paper that the work rests on."""

    FOUND = "found"
    TOLD = "told"
    DECIDED = "decided"
    RESOLVED = "resolved"
    ORDER_IN_FORCE = "order_in_force"
    ORDER_SIGNED = "order_signed"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CONTRACT_SIGNED = "contract_signed"
    LETTER_SIGNED = "letter_signed"


@dataclass(frozen=True)
class Occurrence:
    """One thing that happened on a day: the short reference of what it happened to (CO-001), and its title."""

    day: dt.date
    happening: Happening
    reference: str = ""
    title: str = ""


@dataclass(frozen=True)
class Around:
    """What the record knows around a report beside its facts.

    `signed` are the days on which papers were signed in its period, by kind, with the number of a change order.
    `author` is the name of who recorded its entry last, "" where nobody is known whom the client could know.
    """

    signed: Mapping[str, dt.date] = field(default_factory=dict)
    author: str = ""


_DECIDED = {
    Outcome.ACCEPTED: Happening.ACCEPTED,
    Outcome.DEEMED_ACCEPTED: Happening.ACCEPTED,
    Outcome.REJECTED: Happening.REJECTED,
}
_PAPERS = {"contract": Happening.CONTRACT_SIGNED, "letter-of-approval": Happening.LETTER_SIGNED}


@dataclass(frozen=True)
class Window:
    """The days after one day, up to another."""

    after: dt.date
    until: dt.date

    def has(self, day: dt.date | None) -> bool:
        """Say whether a day is known and among them."""
        return day is not None and self.after < day <= self.until


def window_of(entries: Iterable[ProgressEntry], entry: ProgressEntry) -> Window:
    """Return the days that an entry's report speaks of: all since the last report, else those of its period."""
    before = previous_entry(entries, entry)
    return Window(before.period.end if before else entry.period.start - dt.timedelta(days=1), entry.period.end)


def of_issues(
    issues: Mapping[int, SeriousIssue], noticed: Mapping[int, dt.date], window: Window
) -> Iterator[Occurrence]:
    """Yield what happened to serious issues; one whose notice is not known counts from the day it was found."""
    for number, issue in issues.items():
        first = (noticed[number], Happening.TOLD) if number in noticed else (issue.on, Happening.FOUND)
        name = f"NI-{number:03d}" if number in noticed else issue.issue or ""
        days = (first, (issue.decided, Happening.DECIDED), (issue.resolved, Happening.RESOLVED))
        for day, what in days:
            if day is not None and window.has(day):
                yield Occurrence(day, what, name, issue.title)


def of_orders(orders: Iterable[ChangeOrder], signed: Mapping[str, dt.date], window: Window) -> Iterator[Occurrence]:
    """Yield the change orders that came into force, and those that were signed for another day."""
    for order in orders:
        day = signed.get(f"{ORDER}/{order.number}")
        if order.effective_date is not None and window.has(order.effective_date):
            yield Occurrence(order.effective_date, Happening.ORDER_IN_FORCE, order.reference, order.title)
        elif day is not None and window.has(day):
            yield Occurrence(day, Happening.ORDER_SIGNED, order.reference, order.title)


def of_deliveries(deliveries: Iterable[Delivery], titles: Mapping[str, str], window: Window) -> Iterator[Occurrence]:
    """Yield what was handed over and what was decided on it; `titles` are those of the deliverables by id."""
    for delivery in deliveries:
        about = (delivery.deliverable, titles.get(delivery.deliverable, delivery.deliverable))
        if window.has(delivery.delivered_on):
            yield Occurrence(delivery.delivered_on, Happening.DELIVERED, *about)
        if delivery.decided_on is not None and window.has(delivery.decided_on):
            yield Occurrence(delivery.decided_on, _DECIDED[delivery.outcome], *about)


def of_papers(signed: Mapping[str, dt.date], window: Window) -> Iterator[Occurrence]:
    """Yield the signatures under the contract and the letter of approval."""
    for kind, happening in _PAPERS.items():
        day = signed.get(kind)
        if day is not None and window.has(day):
            yield Occurrence(day, happening)


def in_order(found: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """Return what happened by day, and of a day by kind and reference."""
    kinds = list(Happening)
    return tuple(sorted(found, key=lambda each: (each.day, kinds.index(each.happening), each.reference)))
