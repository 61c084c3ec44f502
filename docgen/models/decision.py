"""A decision on a change order: submitted, approved, rejected or withdrawn, by exact content and circumstances."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from docgen.models.terms import Role
from docgen.models.values import Count, Date, Facts, Line, Prose, Reference, Truth


class Decided(StrEnum):
    """What was decided."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Decision(Facts):
    """One decision, as the record keeps it.

    `facts` is the hash of the order's facts and `baseline` that of the terms in force, so that a decision speaks of
    one content in one circumstance and of no other. `on` is the day it was taken on, `respond_by` the last day on
    which a submitted order is answered.
    """

    format: Literal["docgen.decision/1"] = "docgen.decision/1"
    engagement: Reference
    order: Count
    decided: Decided
    on: Date
    facts: Line
    baseline: Line
    role: Role | None = None
    complete: Truth = False
    """Whether an approval was the last one that was needed."""
    reason: Prose | None = None
    respond_by: Date | None = None
