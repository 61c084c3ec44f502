"""One case: all that a document is made from, and what a template is handed of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from docgen.doctree.nodes import Picture
from docgen.errors import UsageError
from docgen.lifecycle.due import Reckoning, reckoning
from docgen.lifecycle.leave import Leave
from docgen.lifecycle.occurrences import Around
from docgen.models.breach import Breach
from docgen.models.changes import ChangeDirective, ChangeOrder
from docgen.models.contact import Contact
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute
from docgen.models.engagement import Engagement
from docgen.models.feedback import Estimate, Feedback
from docgen.models.party import Side
from docgen.models.progress import ProgressEntry
from docgen.models.review import Review
from docgen.models.serious_issue import SeriousIssue
from docgen.models.terms import Terms
from docgen.templating.filters import Formats
from docgen.templating.views import View, view


@dataclass(frozen=True)
class ClauseText:
    """A clause of the contract as it stands in the tree: its number, title and own words."""

    number: str
    title: str
    words: str


NO_CLAUSE = ClauseText("", "", "")
"""What stands for a clause that the contract does not have."""


@dataclass(frozen=True)
class Case:
    """What one document is made from."""

    kind: str
    engagement: Engagement
    on: dt.date
    number: str
    orders: tuple[ChangeOrder, ...] = ()
    order: ChangeOrder | None = None
    entries: tuple[ProgressEntry, ...] = ()
    entry: ProgressEntry | None = None
    directive: ChangeDirective | None = None
    directives: tuple[ChangeDirective, ...] = ()
    contacts: tuple[Contact, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    dispute: Dispute | None = None
    disputes: tuple[Dispute, ...] = ()
    unsent: frozenset[int] = frozenset()
    """The numbers of the disputes whose look-back letter was not sent."""
    rests_on: str = "contract"
    """The kind of document whose clauses a letter of a dispute cites: the contract, or the letter of approval."""
    breach: Breach | None = None
    issue: SeriousIssue | None = None
    issues: tuple[SeriousIssue, ...] = ()
    noticed: Mapping[int, dt.date] = field(default_factory=dict)
    """The days on which the notices of the serious issues were issued, by number, where that is known."""
    estimates: tuple[Estimate, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    review: Review | None = None
    reviews: tuple[Review, ...] = ()
    addressees: tuple[str, ...] = ()
    """The names of those whom an e-mail is written to; by default those whom the reports go to."""
    replaces: bool = False
    """Whether an e-mail brings another version of what was sent before."""
    leave: Leave | None = None
    """What work rests on where no contract is signed: a letter of approval, or nothing on file."""
    around: Around = field(default_factory=Around)
    """What the record knows around a report."""
    in_force_on: dt.date | None = None
    """The day whose terms count for a conformed contract; None when all orders given do."""
    draft: bool = True
    house: str = ""
    logo: bool = False

    @property
    def sender(self) -> Side:
        """Return whose document it is: the provider's, or that of the party that writes a letter or gives an order."""
        if self.breach:
            return self.breach.by.other
        if self.dispute and self.kind == "look-back":
            return self.dispute.raised_by
        if self.dispute and self.dispute.mediation and self.kind == "mediation-referral":
            return self.dispute.mediation.referred_by or self.dispute.raised_by
        return self.directive.ordered_by if self.directive else Side.PROVIDER

    @property
    def before_contract(self) -> bool:
        """Say whether it rests on the letter of approval, which sets no steps for a dispute."""
        return self.rests_on != "contract"

    @property
    def day(self) -> dt.date:
        """Return the day a document speaks of: that of a notice, a look back or a referral, else its own."""
        if self.breach:
            return self.breach.notice_date
        if self.dispute and self.kind == "look-back":
            return self.dispute.raised_on
        if self.dispute and self.dispute.mediation and self.kind == "mediation-referral":
            return self.dispute.mediation.referred_on
        return self.on

    @property
    def reckoning(self) -> Reckoning:
        """Return how the engagement counts days; raises UnknownCalendarError."""
        engagement = self.engagement
        return reckoning(engagement.calendar, engagement.time_zone, engagement.words_language)

    def party(self, side: Side) -> View:
        """Return the view of a party, which knows its side."""
        seen: View = view(self.engagement.party(side), side.value).with_facts(side=side)
        return seen


@dataclass(frozen=True)
class Scene:
    """The facts under the names a template uses, and the pictures it may show."""

    facts: Mapping[str, Any]
    pictures: Mapping[str, Picture] = field(default_factory=dict)


class MissingPartError(UsageError):
    """A kind of document needs a file that was not given."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(f"A {kind} needs {what}. Name its file after the engagement's.")


Part = tuple[dict[str, Any], dict[str, Picture]]
"""What a kind of document adds to the facts every template sees, and its pictures."""
Builder = Callable[[Case, Terms, Formats, Mapping[str, ClauseText]], Part]
"""Returns what a kind of document adds."""


def with_clause(sight: View, name: str, clauses: Mapping[str, ClauseText]) -> View:
    """Return a view with the number, title and words of the clause it speaks of, each empty where there is none."""
    clause = clauses.get(name, NO_CLAUSE)
    return sight.with_facts(number=clause.number, title=clause.title, words=clause.words)
