"""A serious issue: bad news that does not wait for the next report."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from docgen.models.values import Count, Date, Email, Facts, Identifier, Line, Prose, Reference, Truth, wrong


class AffectedMilestone(Facts):
    """A milestone that the issue moves, and the day on which it is expected now, where that is known."""

    id: Identifier
    forecast: Date | None = None


class IssueOption(Facts):
    """What could be done: in words, with what it costs in time and money; one may be recommended."""

    text: Line
    effect: Line | None = None
    recommended: Truth = False


class SeriousIssue(Facts):
    """What happened, what it means for the client, what can be done, and what the client has to decide by when."""

    format: Literal["docgen.serious-issue/1"] = "docgen.serious-issue/1"
    engagement: Reference
    number: Count | None = None
    issue: Identifier | None = None
    """The id under which the progress reports list it."""
    on: Date
    """The day on which it was found."""
    title: Line
    happened: Prose
    effect: Prose
    milestones: tuple[AffectedMilestone, ...] = ()
    done: tuple[Line, ...] = ()
    """What the provider has done about it already."""
    options: tuple[IssueOption, ...] = Field(min_length=1)
    decision: Line | None = None
    """What the client is asked to decide; without it the client decides among the options."""
    decide_by: Date | None = None
    """By when the decision is needed; None where nothing waits for it."""
    owner: Email | None = None
    """Who of the provider's people looks after it; by default the account manager."""
    decided: Date | None = None
    """The day on which the client decided; from then on no decision is awaited."""
    resolved: Date | None = None
    resolution: Line | None = None

    @model_validator(mode="after")
    def _one_recommendation(self) -> SeriousIssue:
        if sum(option.recommended for option in self.options) > 1:
            raise wrong("options", "two options are recommended", "Recommend one, or none.")
        return self
