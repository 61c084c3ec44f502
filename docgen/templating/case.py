"""One case: all that a document is made from, and what a template is handed of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from docgen.doctree.nodes import Picture
from docgen.errors import UsageError
from docgen.models.breach import Breach
from docgen.models.changes import ChangeDirective, ChangeOrder
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute
from docgen.models.engagement import Engagement
from docgen.models.feedback import Estimate, Feedback
from docgen.models.party import Side
from docgen.models.progress import ProgressEntry
from docgen.models.review import Review
from docgen.models.terms import Terms
from docgen.templating.filters import Formats


@dataclass(frozen=True)
class ClauseText:
    """A clause of the contract as it stands in the tree: its number, title and own words."""

    number: str
    title: str
    words: str


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
    deliveries: tuple[Delivery, ...] = ()
    dispute: Dispute | None = None
    disputes: tuple[Dispute, ...] = ()
    breach: Breach | None = None
    estimates: tuple[Estimate, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    review: Review | None = None
    reviews: tuple[Review, ...] = ()
    in_force_on: dt.date | None = None
    """The day whose terms count for a conformed contract; None when all orders given do."""
    draft: bool = True
    house: str = ""
    logo: bool = False

    @property
    def sender(self) -> Side:
        """Return whose document it is: the provider's, or that of the party that gives a notice or an order."""
        if self.breach:
            return self.breach.by.other
        if self.dispute and self.kind == "look-back":
            return self.dispute.raised_by
        return self.directive.ordered_by if self.directive else Side.PROVIDER

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


@dataclass(frozen=True)
class Scene:
    """The facts under the names a template uses, and the pictures it may show."""

    facts: Mapping[str, Any]
    pictures: Mapping[str, Picture] = field(default_factory=dict)


class MissingPartError(UsageError):
    """A kind of document needs a file that was not given."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(f"A {kind} needs {what}. Name its file after the engagement's.")


Builder = Callable[[Case, Terms, Formats, Mapping[str, ClauseText]], tuple[dict[str, Any], dict[str, Picture]]]
"""Returns what a kind of document adds to the facts every template sees, and its pictures."""
