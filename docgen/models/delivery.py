"""A hand-over: a deliverable given to the client, and what the client said of it."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Literal

from pydantic import model_validator

from docgen.models.values import Count, Date, Facts, Identifier, Line, Reference, wrong


class Outcome(StrEnum):
    """What became of a hand-over: under review, accepted, accepted because the review period ended, or rejected."""

    UNDER_REVIEW = "under_review"
    ACCEPTED = "accepted"
    DEEMED_ACCEPTED = "deemed_accepted"
    REJECTED = "rejected"


class Delivery(Facts):
    """One hand-over of a deliverable; a later hand-over of the same deliverable is another one."""

    format: Literal["docgen.delivery/1"] = "docgen.delivery/1"
    engagement: Reference
    number: Count | None = None
    deliverable: Identifier
    delivered_on: Date
    outcome: Outcome = Outcome.UNDER_REVIEW
    decided_on: Date | None = None
    decided_by: Line | None = None
    reasons: tuple[Line, ...] = ()
    """Which acceptance criteria are not met, where it was rejected."""
    evidence: tuple[Line, ...] = ()
    reminded_on: Date | None = None
    """When the provider reminded the client in writing that the review ends and that silence is then acceptance."""

    @model_validator(mode="after")
    def _decided(self) -> Delivery:
        if self.outcome is Outcome.UNDER_REVIEW and (self.decided_on or self.decided_by or self.reasons):
            raise wrong("outcome", "somebody decided, and the outcome is under_review", "Write accepted or rejected.")
        if self.outcome is not Outcome.UNDER_REVIEW and self.decided_on is None:
            raise wrong("outcome", f"it is {self.outcome} without a day", "Add `decided_on:`.")
        if self.outcome is Outcome.REJECTED and not self.reasons:
            advice = "Add `reasons:`: a deliverable is rejected only for criteria that are not met."
            raise wrong("outcome", "it is rejected without a reason", advice)
        return self

    @property
    def accepted(self) -> bool:
        """Say whether the deliverable is accepted, by the client's word or by the end of the review period."""
        return self.outcome in (Outcome.ACCEPTED, Outcome.DEEMED_ACCEPTED)

    def seen_on(self, day: dt.date) -> Delivery | None:
        """Return the hand-over as it stood on a day: None before it, under review before the client's answer."""
        if self.delivered_on > day:
            return None
        seen: dict[str, object] = {}
        if self.decided_on and self.decided_on > day:
            seen |= {"outcome": Outcome.UNDER_REVIEW, "decided_on": None, "decided_by": None, "reasons": ()}
        if self.reminded_on and self.reminded_on > day:
            seen["reminded_on"] = None
        return self.model_copy(update=seen)
