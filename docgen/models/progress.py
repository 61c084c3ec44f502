"""A progress entry: what happened in one period, what did not and why, and what comes next."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from docgen.models.money import Money
from docgen.models.serious_issue import IssueOption
from docgen.models.values import Count, Date, Email, Facts, Identifier, Line, Number, Prose, Reference, Truth, wrong


class Rag(StrEnum):
    """Green: on plan. Amber: off plan, recoverable by the team. Red: needs a decision from outside the team."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Scale(StrEnum):
    """How likely, or how bad."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ReportPeriod(Facts):
    """The first and the last day a report speaks of."""

    start: Date = Field(alias="from")
    end: Date = Field(alias="to")


class DimensionStatus(Facts):
    """The colour of one dimension; a reason is required unless green."""

    rag: Rag
    reason: Line | None = None
    by_rule: Rag | None = None
    """The colour that the house's thresholds gave when the entry was recorded; whoever writes a file leaves it out."""

    @model_validator(mode="after")
    def _explains_itself(self) -> DimensionStatus:
        if self.rag is not Rag.GREEN and self.reason is None:
            raise wrong("status-reason", f"{self.rag} needs a reason", "Add `reason:` and say why in one sentence.")
        return self


class Status(Facts):
    """The status per dimension."""

    overall: DimensionStatus
    scope: DimensionStatus | None = None
    schedule: DimensionStatus | None = None
    budget: DimensionStatus | None = None
    quality: DimensionStatus | None = None
    people: DimensionStatus | None = None


class WorkDone(Facts):
    """Something achieved, as an outcome."""

    deliverable: Identifier | None = None
    text: Line


class WorkNotDone(Facts):
    """Something planned that was not done, and why; what is dropped will not be done later either."""

    deliverable: Identifier | None = None
    text: Line
    reason: Line
    dropped: bool = False


class WorkNext(Facts):
    """Something planned for the next period."""

    deliverable: Identifier | None = None
    text: Line
    due: Date | None = None


class MilestoneProgress(Facts):
    """Where a milestone stands: expected on a day, or reached on a day."""

    id: Identifier
    forecast: Date | None = None
    actual: Date | None = None
    comment: Line | None = None

    @model_validator(mode="after")
    def _one_date(self) -> MilestoneProgress:
        if (self.forecast is None) == (self.actual is None):
            raise wrong(
                "milestone-date", "a milestone needs either a forecast or an actual date", "Give one of the two."
            )
        return self


class Effort(Facts):
    """Units used on a time or unit line in the period."""

    line: Identifier
    units: Number


class Invoiced(Facts):
    """An amount invoiced on a fee line in the period."""

    line: Identifier
    amount: Money


class Risk(Facts):
    """Something that may happen, and what is done about it."""

    id: Identifier
    text: Line
    probability: Scale
    impact: Scale
    response: Line | None = None
    owner: Email | None = None
    due: Date | None = None


class Issue(Facts):
    """Something that has happened and needs attention; a serious one is told to the client at once, by a notice."""

    id: Identifier
    text: Line
    impact: Scale = Scale.MEDIUM
    response: Line | None = None
    owner: Email | None = None
    due: Date | None = None
    resolved: Date | None = None
    serious: Truth = False
    effect: Prose | None = None
    """What it means for the client; needed of a serious one."""
    options: tuple[IssueOption, ...] = ()
    """What can be done; a serious one has at least one."""
    decision: Line | None = None
    decide_by: Date | None = None

    @model_validator(mode="after")
    def _one_recommendation(self) -> Issue:
        if sum(option.recommended for option in self.options) > 1:
            raise wrong("options", "two options are recommended", "Recommend one, or none.")
        return self


class ClientAction(Facts):
    """Something the client is asked to do."""

    text: Line
    owner: Email | None = None
    due: Date | None = None


class ContactNote(Facts):
    """What was said, to whom, by whom, and how."""

    on: Date
    with_: Email = Field(alias="with")
    by: Email
    how: Literal["call", "meeting", "email", "message", "letter"]
    text: Line


class ProgressEntry(Facts):
    """One period of an engagement. With `no_change` the whole report is one honest sentence."""

    format: Literal["docgen.progress/1"] = "docgen.progress/1"
    engagement: Reference
    number: Count | None = None
    period: ReportPeriod
    summary: Prose | None = None
    status: Status | None = None
    done: tuple[WorkDone, ...] = ()
    not_done: tuple[WorkNotDone, ...] = ()
    next: tuple[WorkNext, ...] = ()
    milestones: tuple[MilestoneProgress, ...] = ()
    effort: tuple[Effort, ...] = ()
    invoiced: tuple[Invoiced, ...] = ()
    risks: tuple[Risk, ...] = ()
    issues: tuple[Issue, ...] = ()
    client_actions: tuple[ClientAction, ...] = ()
    decisions: tuple[Line, ...] = ()
    contacts: tuple[ContactNote, ...] = ()
    no_change: Truth = False
