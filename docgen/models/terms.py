"""The terms of the contract: scope, obligations, fees, liability, change, termination, notices, disputes."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from docgen.models.money import Money
from docgen.models.party import Side
from docgen.models.values import Count, Date, Days, Facts, Identifier, Line, Number, Prose


class Degree(StrEnum):
    """How strictly an obligation binds, from strictest to a mere expectation."""

    SHALL = "shall"
    BEST_ENDEAVOURS = "best_endeavours"
    REASONABLE_ENDEAVOURS = "reasonable_endeavours"
    SHOULD = "should"


class Period(StrEnum):
    """How often something recurs."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class DayBasis(StrEnum):
    """Whether days are counted on the business calendar or the ordinary one."""

    BUSINESS = "business"
    CALENDAR = "calendar"


class RunsFrom(StrEnum):
    """What starts a period: the date of a notice, or its (deemed) receipt."""

    NOTICE = "notice"
    RECEIPT = "receipt"


class NoticeMethod(StrEnum):
    """How a notice may be given."""

    COURIER = "courier"
    POST = "post"
    HAND = "hand"
    EMAIL = "email"


class Ownership(StrEnum):
    """Who owns the deliverables, and from when."""

    CLIENT_ON_CREATION = "client_on_creation"
    CLIENT_ON_PAYMENT = "client_on_payment"
    PROVIDER_LICENCE = "provider_licence"


class Forum(StrEnum):
    """Who decides a dispute that was not settled."""

    COURTS = "courts"
    ARBITRATION = "arbitration"


class Role(StrEnum):
    """Whose signature a change needs; also the roles of people in docgen.toml."""

    ACCOUNT_MANAGER = "account_manager"
    DELIVERY = "delivery"
    LEGAL = "legal"
    DIRECTOR = "director"
    BOARD = "board"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Acceptance(Facts):
    """What makes a deliverable acceptable, and how many business days the client has to say so."""

    criteria: Prose
    review_days: Days


class Deliverable(Facts):
    """A thing handed over."""

    id: Identifier
    title: Line
    description: Prose
    due: Date | None
    acceptance: Acceptance | None


class Scope(Facts):
    """What the work is, and what it is not."""

    summary: Prose | None
    deliverables: tuple[Deliverable, ...] = ()
    exclusions: tuple[Line, ...] = ()
    assumptions: tuple[Line, ...] = ()


class Obligation(Facts):
    """Who must do what, how strictly, and by when; `action` follows the words "shall" or "endeavours to"."""

    id: Identifier
    party: Side
    degree: Degree
    action: Line
    due: Date | None = None


class FixedFee(Facts):
    """A price for a piece of work, due when its milestone is met."""

    kind: Literal["fixed"] = "fixed"
    id: Identifier
    description: Line
    amount: Money
    milestone: Identifier | None = None

    @property
    def total(self) -> Money:
        """Return what the line adds to the contract sum."""
        return self.amount


class TimeFee(Facts):
    """Time at a rate: an estimate that makes the contract sum, and a cap that is not passed without a change order."""

    kind: Literal["time"] = "time"
    id: Identifier
    description: Line
    role: Line
    unit: Literal["hour", "day"] = "day"
    rate: Money
    estimate: Number
    cap: Number | None = None
    milestone: Identifier | None = None

    @property
    def total(self) -> Money:
        """Return what the line adds to the contract sum: rate times estimate."""
        return self.rate * self.estimate

    @property
    def cap_amount(self) -> Money | None:
        """Return the most that is charged without a change order, or None when there is no cap."""
        return None if self.cap is None else self.rate * self.cap


class RetainerFee(Facts):
    """The same amount for each of a number of periods."""

    kind: Literal["retainer"] = "retainer"
    id: Identifier
    description: Line
    amount: Money
    every: Period = Period.MONTH
    periods: Count

    @property
    def total(self) -> Money:
        """Return what the line adds to the contract sum: amount times periods."""
        return self.amount * self.periods


class UnitFee(Facts):
    """A price for each unit of a measured quantity."""

    kind: Literal["unit"] = "unit"
    id: Identifier
    description: Line
    unit: Line
    rate: Money
    quantity: Number
    milestone: Identifier | None = None

    @property
    def total(self) -> Money:
        """Return what the line adds to the contract sum: rate times quantity."""
        return self.rate * self.quantity


FeeLine = Annotated[FixedFee | TimeFee | RetainerFee | UnitFee, Field(discriminator="kind")]


class Expenses(Facts):
    """What is reimbursed, and up to how much in all."""

    policy: Line
    cap: Money | None = None


class Tax(Facts):
    """A tax added to the fees, in per cent."""

    name: Line
    percent: Number


class LateInterest(Facts):
    """Yearly interest on late sums, in per cent over a base."""

    percent: Number
    over: Line | None = None


class Fees(Facts):
    """What is paid, when, and what is added to it."""

    lines: tuple[FeeLine, ...] = ()
    expenses: Expenses | None = None
    tax: Tax | None = None
    payment_days: Days | None
    late_interest: LateInterest | None = None


class Cap(Facts):
    """The general limit of liability: the greater of an amount and a share of the fees in per cent."""

    amount: Money | None = None
    percent_of_fees: Number | None = None


class IncreasedCap(Facts):
    """A higher limit for named claims."""

    claims: tuple[Line, ...]
    amount: Money


class Insurance(Facts):
    """A policy the provider keeps, per claim or event, and the last day it covers."""

    kind: Line
    amount: Money
    expires: Date | None = None


class Indemnity(Facts):
    """A party's promise to hold the other harmless."""

    by: Side
    against: Line


class Liability(Facts):
    """Who bears what loss, and up to how much."""

    cap: Cap | None
    increased: IncreasedCap | None = None
    unlimited: tuple[Line, ...] = ()
    excluded: tuple[Line, ...] = ()
    insurance: tuple[Insurance, ...] = ()
    indemnities: tuple[Indemnity, ...] = ()


class Milestone(Facts):
    """A day on which something is reached; fixed fees fall due with it."""

    id: Identifier
    title: Line
    date: Date | None
    deliverables: tuple[Identifier, ...] = ()


class ApprovalRung(Facts):
    """A rung of the ladder: changes of up to this size need this role; without an amount, all above."""

    up_to: Money | None = None
    role: Role


class ChangeControl(Facts):
    """How a change is asked for, priced and approved."""

    requested_by: Literal["client", "provider", "either"] = "either"
    response_days: Days | None
    pricing: Line | None
    approvals: tuple[ApprovalRung, ...] = ()


class Termination(Facts):
    """How the contract ends early, and how long a party in breach has to put it right."""

    convenience_notice_days: Days | None = None
    cure_days: Days | None
    cure_basis: DayBasis = DayBasis.BUSINESS
    cure_runs_from: RunsFrom = RunsFrom.RECEIPT


class Notices(Facts):
    """How notices are given, and how many business days after sending each is taken as received."""

    methods: tuple[NoticeMethod, ...]
    deemed_receipt_days: dict[NoticeMethod, Days] = {}


class Mediation(Facts):
    """Who names the neutral mediator, and for how many days mediation is tried."""

    body: Line
    days: Days


class Arbitration(Facts):
    """The institution whose rules apply, and the seat."""

    institution: Line
    seat: Line


class Disputes(Facts):
    """The steps from talk to decision."""

    negotiation_days: Days
    mediation: Mediation | None = None
    forum: Forum
    arbitration: Arbitration | None = None


class Terms(Facts):
    """The contract as agreed on its effective date; executed change orders are folded over it, never into it."""

    effective_date: Date | None
    end_date: Date | None
    governing_law: Line | None
    scope: Scope
    obligations: tuple[Obligation, ...] = ()
    fees: Fees
    liability: Liability
    milestones: tuple[Milestone, ...] = ()
    change_control: ChangeControl
    termination: Termination
    notices: Notices | None
    confidentiality_years: Count | None
    intellectual_property: Ownership | None
    disputes: Disputes | None


def contract_sum(terms: Terms, currency: str) -> Money:
    """Return the contract sum: the total of the fee lines, before expenses and tax."""
    return Money.total((line.total for line in terms.fees.lines), currency)


def liability_cap(terms: Terms, currency: str) -> Money | None:
    """Return the general cap: the greater of its amount and its share of the contract sum; None when not agreed."""
    cap = terms.liability.cap
    if cap is None:
        return None
    share = cap.percent_of_fees
    candidates = [cap.amount, None if share is None else contract_sum(terms, currency).percent(Decimal(share))]
    return max((amount for amount in candidates if amount is not None), default=None)
