"""The kinds of facts there are: how their files begin, how people and the log name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel

from docgen.models.breach import Breach
from docgen.models.changes import ChangeDirective, ChangeOrder
from docgen.models.contact import Contact
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute
from docgen.models.engagement import Engagement
from docgen.models.feedback import Estimate, Feedback
from docgen.models.progress import ProgressEntry
from docgen.models.review import Review
from docgen.models.serious_issue import SeriousIssue

Entry = (
    ChangeOrder
    | ChangeDirective
    | ProgressEntry
    | Contact
    | SeriousIssue
    | Delivery
    | Dispute
    | Breach
    | Estimate
    | Feedback
    | Review
)
"""A numbered thing within an engagement."""
AnyFacts = Engagement | Entry
M = TypeVar("M", bound=AnyFacts)

KINDS: Mapping[str, type[AnyFacts]] = {
    "engagement": Engagement,
    "change-order": ChangeOrder,
    "change-directive": ChangeDirective,
    "progress": ProgressEntry,
    "contact": Contact,
    "serious-issue": SeriousIssue,
    "delivery": Delivery,
    "dispute": Dispute,
    "breach": Breach,
    "estimate": Estimate,
    "feedback": Feedback,
    "review": Review,
}
"""The kinds by the names that commands take."""
FORMATS: Mapping[str, type[AnyFacts]] = {f"docgen.{name}/1": kind for name, kind in KINDS.items()}
"""The kinds by what a file says in `format`."""
NAMES: Mapping[type[BaseModel], str] = {kind: name for name, kind in KINDS.items()}
ENTRY_KINDS: tuple[type[Entry], ...] = (
    ChangeOrder,
    ChangeDirective,
    ProgressEntry,
    Contact,
    SeriousIssue,
    Delivery,
    Dispute,
    Breach,
    Estimate,
    Feedback,
    Review,
)
ENTRY_WORDS: Mapping[type[BaseModel], str] = {kind: NAMES[kind].replace("-", "_") for kind in ENTRY_KINDS}
"""Under which word the log keeps each kind of numbered thing."""
PREFIXES: Mapping[type[BaseModel], str] = {
    ChangeOrder: "CO",
    ChangeDirective: "CD",
    ProgressEntry: "PR",
    Contact: "CT",
    SeriousIssue: "NI",
    Delivery: "DL",
    Dispute: "DS",
    Breach: "BN",
    Estimate: "ES",
    Feedback: "FB",
    Review: "RR",
}
"""How the numbers of each kind begin: CO-001, PR-007."""

COMMANDS: Mapping[type[BaseModel], str] = {
    Engagement: "engagement record",
    ChangeOrder: "change raise",
    ChangeDirective: "change raise",
    ProgressEntry: "progress record",
    Contact: "contact log",
    SeriousIssue: "progress alert",
    Delivery: "delivery record",
    Dispute: "dispute record",
    Breach: "breach record",
    Estimate: "feedback estimate",
    Feedback: "feedback record",
    Review: "review record",
}
"""Which command records each kind of file."""


def identity(entry: Entry) -> tuple[object, ...]:
    """Return what makes two entries of a kind the same thing, of which the later is the next revision."""
    match entry:
        case ChangeOrder() | ChangeDirective():
            return (entry.number,)
        case ProgressEntry():
            return (entry.period,)
        case Contact():
            return (entry.message_id,) if entry.message_id else (entry.on, entry.at, entry.how, entry.by, entry.with_)
        case SeriousIssue():
            return (entry.issue,) if entry.issue else (entry.on, entry.title)
        case Breach():
            return entry.by, entry.notice_date
        case Delivery():
            return entry.deliverable, entry.delivered_on
        case Dispute():
            return entry.raised_by, entry.raised_on
        case Estimate() | Feedback():
            return entry.on, entry.by
        case Review():
            return (entry.on,)
