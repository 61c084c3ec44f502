"""A relationship review: does each party do its part, is value delivered, and what is still to be done."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from docgen.models.feedback import Score
from docgen.models.party import Side
from docgen.models.values import Count, Date, Email, Facts, Identifier, Line, Prose, Reference


class Fulfilment(StrEnum):
    """How far a party does its part."""

    FULLY = "fully"
    PARTLY = "partly"
    NOT = "not"


class RoleReview(Facts):
    """One thing a party is there for, and how far it does it; `obligation` where the contract names it."""

    party: Side
    what: Line
    obligation: Identifier | None = None
    fulfilled: Fulfilment
    remark: Line | None = None


class GoalReview(Facts):
    """One of the client's goals, and how near it is."""

    goal: Line
    reached: Fulfilment
    remark: Line | None = None


class Action(Facts):
    """Something somebody has promised to do."""

    text: Line
    owner: Email | None = None
    due: Date | None = None
    done: Date | None = None
    from_feedback: Count | None = None
    """The number of the feedback it follows from."""


class Review(Facts):
    """What the parties found when they looked at how they work together."""

    format: Literal["docgen.review/1"] = "docgen.review/1"
    engagement: Reference
    number: Count | None = None
    on: Date
    attendees: tuple[Line, ...] = Field(min_length=1)
    summary: Prose | None = None
    roles: tuple[RoleReview, ...] = Field(min_length=1)
    goals: tuple[GoalReview, ...] = ()
    value: Score | None = None
    """What the client gets for what it pays, from 1 to 5."""
    value_remark: Line | None = None
    actions: tuple[Action, ...] = ()
    next_review: Date | None = None
