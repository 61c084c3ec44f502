"""A dispute from the first look back to a fresh start: what one party says went wrong, and each step taken since."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from docgen.models.breach import DatedFact
from docgen.models.money import Money
from docgen.models.party import Side
from docgen.models.terms import NoticeMethod
from docgen.models.values import ClauseId, Count, Date, Days, Email, Facts, Identifier, Line, Prose, Reference, wrong


class Grievance(Facts):
    """One thing that was agreed and, as the party says, not done: its clause, what happened, what is asked for."""

    clause: ClauseId
    deliverable: Identifier | None = None
    obligation: Identifier | None = None
    facts: tuple[DatedFact, ...] = Field(min_length=1)
    asked: Line
    evidence: tuple[Line, ...] = ()


class Meeting(Facts):
    """A meeting proposed or held: when, where (or by which means), and what came of it."""

    on: Date
    where: Line
    outcome: Prose | None = None


class Mediator(Facts):
    """The neutral person; nobody who works for a party or is paid by one alone."""

    name: Line
    organisation: Line | None = None
    email: Email | None = None
    address: tuple[Line, ...] = ()


class MediationOutcome(StrEnum):
    """How mediation ended."""

    SETTLED = "settled"
    NOT_SETTLED = "not_settled"


class MediationStep(Facts):
    """Mediation: who mediates, since when, what is to be settled, and how it ended."""

    referred_on: Date
    referred_by: Side | None = None
    """Whose referral it is; that of the party that raised the dispute where nothing is said."""
    mediator: Mediator | None
    questions: tuple[Line, ...] = Field(min_length=1)
    ended_on: Date | None = None
    outcome: MediationOutcome | None = None
    result: Prose | None = None

    @model_validator(mode="after")
    def _ended(self) -> MediationStep:
        if (self.ended_on is None) != (self.outcome is None):
            raise wrong("mediation", "mediation ends on a day and with an outcome", "Give both, or neither.")
        return self


class CoolingOff(Facts):
    """A pause in which neither party acts on the dispute: from a day, for so many calendar days."""

    begins: Date
    days: Days
    contact: Line | None = None
    """Who of the firm may be spoken to meanwhile."""


class ReOpening(Facts):
    """The offer to begin again after a pause: what was learnt and what is proposed."""

    learnt: tuple[Line, ...] = ()
    proposals: tuple[Line, ...] = Field(min_length=1)
    meeting: Meeting | None = None


class Dispute(Facts):
    """What went wrong as one party sees it, and the steps taken since; further steps are further revisions."""

    format: Literal["docgen.dispute/1"] = "docgen.dispute/1"
    engagement: Reference
    number: Count | None = None
    raised_by: Side
    raised_on: Date
    subject: Line
    method: NoticeMethod = NoticeMethod.EMAIL
    grievances: tuple[Grievance, ...] = Field(min_length=1)
    amount: Money | None = None
    meeting: Meeting | None = None
    mediation: MediationStep | None = None
    cooling_off: CoolingOff | None = None
    re_opening: ReOpening | None = None
    settled_on: Date | None = None
    settlement: Prose | None = None

    @model_validator(mode="after")
    def _settled(self) -> Dispute:
        if self.settlement is not None and self.settled_on is None:
            raise wrong("settlement", "a settlement needs its day", "Add `settled_on:`.")
        return self
