"""Change orders: what was asked, why, each change as data, and how claims for it are settled."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, model_validator

from docgen.models.money import Money
from docgen.models.party import Side
from docgen.models.terms import Acceptance, Deliverable, FeeLine, Milestone, Obligation
from docgen.models.values import Count, Date, Facts, Identifier, Line, Number, Prose, Reference, Shift, wrong

F = TypeVar("F", bound=Facts)


class ChangeKind(StrEnum):
    """Where a change comes from."""

    CLIENT_REQUEST = "client_request"
    PROVIDER_REQUEST = "provider_request"
    ERROR_OR_OMISSION = "error_or_omission"
    LAW = "law"
    UNFORESEEN_CONDITION = "unforeseen_condition"


class Settlement(StrEnum):
    """Full: sum and time settle everything about the change. Reserved: rights are kept open."""

    FULL = "full"
    RESERVED = "reserved"


class AddDeliverable(Facts):
    """A further thing to hand over."""

    do: Literal["add_deliverable"] = "add_deliverable"
    deliverable: Deliverable


class OmitDeliverable(Facts):
    """A thing no longer to be handed over."""

    do: Literal["omit_deliverable"] = "omit_deliverable"
    deliverable: Identifier


class ReviseDeliverable(Facts):
    """A deliverable with other words, another date or other acceptance."""

    do: Literal["revise_deliverable"] = "revise_deliverable"
    deliverable: Identifier
    title: Line | None = None
    description: Prose | None = None
    due: Date | None = None
    acceptance: Acceptance | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ReviseDeliverable:
        return _with_any(self, "title", "description", "due", "acceptance")


class AddFee(Facts):
    """A further fee line."""

    do: Literal["add_fee"] = "add_fee"
    line: FeeLine


class OmitFee(Facts):
    """A fee line that falls away."""

    do: Literal["omit_fee"] = "omit_fee"
    line: Identifier


class ChangeFee(Facts):
    """Another amount for a fixed fee or for each period of a retainer."""

    do: Literal["change_fee"] = "change_fee"
    line: Identifier
    amount: Money


class ChangeRate(Facts):
    """Another rate for time or for a unit."""

    do: Literal["change_rate"] = "change_rate"
    line: Identifier
    rate: Money


class ChangeEstimate(Facts):
    """Another estimate or cap for time, quantity for units, or number of periods for a retainer."""

    do: Literal["change_estimate"] = "change_estimate"
    line: Identifier
    estimate: Number | None = None
    cap: Number | None = None
    quantity: Number | None = None
    periods: Count | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ChangeEstimate:
        return _with_any(self, "estimate", "cap", "quantity", "periods")


class AddMilestone(Facts):
    """A further milestone."""

    do: Literal["add_milestone"] = "add_milestone"
    milestone: Milestone


class OmitMilestone(Facts):
    """A milestone that falls away."""

    do: Literal["omit_milestone"] = "omit_milestone"
    milestone: Identifier


class MoveMilestone(Facts):
    """A milestone on another day: by a number of calendar days, or to a date."""

    do: Literal["move_milestone"] = "move_milestone"
    milestone: Identifier
    days: Shift | None = None
    date: Date | None = None

    @model_validator(mode="after")
    def _one_way(self) -> MoveMilestone:
        return _with_one(self, "days", "date")


class MoveEndDate(Facts):
    """Another end date: by a number of calendar days, or to a date."""

    do: Literal["move_end_date"] = "move_end_date"
    days: Shift | None = None
    date: Date | None = None

    @model_validator(mode="after")
    def _one_way(self) -> MoveEndDate:
        return _with_one(self, "days", "date")


class AddObligation(Facts):
    """A further obligation of a party."""

    do: Literal["add_obligation"] = "add_obligation"
    obligation: Obligation


class OmitObligation(Facts):
    """An obligation that falls away."""

    do: Literal["omit_obligation"] = "omit_obligation"
    obligation: Identifier


class ChangeLiabilityCap(Facts):
    """Another general cap: an amount, a share of the fees in per cent, or both."""

    do: Literal["change_liability_cap"] = "change_liability_cap"
    amount: Money | None = None
    percent_of_fees: Number | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ChangeLiabilityCap:
        return _with_any(self, "amount", "percent_of_fees")


class ChangeTerm(Facts):
    """Another value for a term that has no change of its own, named by its path: `termination.cure_days`."""

    do: Literal["change_term"] = "change_term"
    path: Line
    value: Any


Change = Annotated[
    AddDeliverable
    | OmitDeliverable
    | ReviseDeliverable
    | AddFee
    | OmitFee
    | ChangeFee
    | ChangeRate
    | ChangeEstimate
    | AddMilestone
    | OmitMilestone
    | MoveMilestone
    | MoveEndDate
    | AddObligation
    | OmitObligation
    | ChangeLiabilityCap
    | ChangeTerm,
    Field(discriminator="do"),
]


class ChangeOrder(Facts):
    """An agreed change to the contract; numbers are consecutive in the engagement."""

    format: Literal["docgen.change-order/1"] = "docgen.change-order/1"
    engagement: Reference
    number: Count
    title: Line
    requested_by: Side
    requested_on: Date | None
    reason: Prose
    kind: ChangeKind
    refs: tuple[Line, ...] = ()
    effective_date: Date | None
    changes: tuple[Change, ...] = Field(min_length=1)
    settlement: Settlement
    converts: Count | None = None
    """The number of the directive whose work this order brings into the contract sum."""

    @property
    def reference(self) -> str:
        """Return the order's short number, such as CO-001."""
        return f"CO-{self.number:03d}"


class ChangeDirective(Facts):
    """Work ordered before its price and time are agreed; it stays outside the contract sum until an order converts it.

    `not_to_exceed` is the sum up to which the work is paid meanwhile.
    """

    format: Literal["docgen.change-directive/1"] = "docgen.change-directive/1"
    engagement: Reference
    number: Count
    title: Line
    ordered_by: Side
    ordered_on: Date | None
    reason: Prose
    harm: Prose
    """What would happen if the work waited for a change order."""
    work: tuple[Line, ...] = Field(min_length=1)
    begin: Date | None
    not_to_exceed: Money | None
    pricing: Line | None = None
    """On what basis the work is paid, where that is not the contract's own."""
    order_by: Date | None = None
    """By when the parties mean to agree a change order for it."""
    refs: tuple[Line, ...] = ()

    @property
    def reference(self) -> str:
        """Return the directive's short number, such as CD-001."""
        return f"CD-{self.number:03d}"


def _with_any(change: F, *names: str) -> F:
    if all(getattr(change, name) is None for name in names):
        raise wrong("change", "the change says nothing new", f"Give one of: {', '.join(names)}.")
    return change


def _with_one(change: F, *names: str) -> F:
    if sum(getattr(change, name) is not None for name in names) != 1:
        raise wrong("change", f"the change needs exactly one of {' and '.join(names)}", f"Give {' or '.join(names)}.")
    return change
