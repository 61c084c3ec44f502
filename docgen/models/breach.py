"""A breach: which clauses were not kept, the facts one by one, what was tried before, and what follows."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from docgen.models.money import Money
from docgen.models.party import Side
from docgen.models.terms import NoticeMethod
from docgen.models.values import ClauseId, Date, Facts, Line, Reference


class EarlierStepKind(StrEnum):
    """What was tried before the notice."""

    LOOK_BACK = "look_back"
    REMINDER = "reminder"
    NEGOTIATION = "negotiation"
    MEDIATION = "mediation"
    OTHER = "other"


class DatedFact(Facts):
    """Something that happened on a day."""

    on: Date
    text: Line


class Default(Facts):
    """One event of default: the clause not kept, what happened, and what cures it."""

    clause: ClauseId
    facts: tuple[DatedFact, ...] = Field(min_length=1)
    amount: Money | None = None
    cure: Line
    evidence: tuple[Line, ...] = ()


class EarlierStep(Facts):
    """A step taken before the notice."""

    on: Date
    step: EarlierStepKind
    text: Line


class Breach(Facts):
    """The facts of a notice of breach; `by` is the party in breach."""

    format: Literal["docgen.breach/1"] = "docgen.breach/1"
    engagement: Reference
    by: Side
    notice_date: Date
    method: NoticeMethod
    defaults: tuple[Default, ...] = Field(min_length=1)
    earlier_steps: tuple[EarlierStep, ...] = ()
    consequences: tuple[Line, ...] = ()
