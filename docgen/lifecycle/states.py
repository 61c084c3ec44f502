"""Where a change order and an engagement stand: one table each says which steps lead where, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from docgen.errors import DocgenError

S = TypeVar("S", bound=StrEnum)
T = TypeVar("T", bound=StrEnum)


class OrderState(StrEnum):
    """Where a change order stands, from its first draft to its end."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ISSUED = "issued"
    EXECUTED = "executed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    VOID = "void"


class OrderStep(StrEnum):
    """What happens to a change order.

    An edit is a new revision of its facts: it makes a draft of the order again and voids its approvals. Submitting
    asks for approvals, which begin anew with it. The step to approve is the last approval that was needed. To void
    is to annul a paper that was executed; one that nobody signed yet is withdrawn.
    """

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    ISSUE = "issue"
    EXECUTE = "execute"
    VOID = "void"


DEAD_ORDERS = frozenset({OrderState.REJECTED, OrderState.WITHDRAWN, OrderState.LAPSED, OrderState.VOID})
"""Orders that change nothing; their numbers stay used."""
OPEN_ORDERS = frozenset({OrderState.DRAFT, OrderState.SUBMITTED, OrderState.APPROVED, OrderState.ISSUED})
"""Orders that may still become part of the contract."""

ORDER_TABLE: Mapping[tuple[OrderState, OrderStep], OrderState] = {
    (OrderState.DRAFT, OrderStep.EDIT): OrderState.DRAFT,
    (OrderState.DRAFT, OrderStep.SUBMIT): OrderState.SUBMITTED,
    (OrderState.DRAFT, OrderStep.WITHDRAW): OrderState.WITHDRAWN,
    (OrderState.SUBMITTED, OrderStep.EDIT): OrderState.DRAFT,
    (OrderState.SUBMITTED, OrderStep.APPROVE): OrderState.APPROVED,
    (OrderState.SUBMITTED, OrderStep.REJECT): OrderState.REJECTED,
    (OrderState.SUBMITTED, OrderStep.WITHDRAW): OrderState.WITHDRAWN,
    (OrderState.SUBMITTED, OrderStep.LAPSE): OrderState.LAPSED,
    (OrderState.APPROVED, OrderStep.EDIT): OrderState.DRAFT,
    (OrderState.APPROVED, OrderStep.REJECT): OrderState.REJECTED,
    (OrderState.APPROVED, OrderStep.WITHDRAW): OrderState.WITHDRAWN,
    (OrderState.APPROVED, OrderStep.ISSUE): OrderState.ISSUED,
    (OrderState.ISSUED, OrderStep.EDIT): OrderState.DRAFT,
    (OrderState.ISSUED, OrderStep.REJECT): OrderState.REJECTED,
    (OrderState.ISSUED, OrderStep.WITHDRAW): OrderState.WITHDRAWN,
    (OrderState.ISSUED, OrderStep.ISSUE): OrderState.ISSUED,
    (OrderState.ISSUED, OrderStep.EXECUTE): OrderState.EXECUTED,
    (OrderState.EXECUTED, OrderStep.VOID): OrderState.VOID,
    (OrderState.REJECTED, OrderStep.EDIT): OrderState.DRAFT,
    (OrderState.WITHDRAWN, OrderStep.EDIT): OrderState.DRAFT,
    (OrderState.LAPSED, OrderStep.EDIT): OrderState.DRAFT,
    (OrderState.LAPSED, OrderStep.SUBMIT): OrderState.SUBMITTED,
    (OrderState.LAPSED, OrderStep.WITHDRAW): OrderState.WITHDRAWN,
}
"""What each step makes of an order. A client that does not sign rejects an issued one; issuing it again replaces a
paper by another of the same facts; one that nobody approved in time lapses, and may be submitted as it is, for new
approvals."""


class LifeState(StrEnum):
    """Where an engagement stands, from first talks to the time after its end."""

    PROSPECT = "prospect"
    APPROVED = "approved"
    CONTRACTED = "contracted"
    ACTIVE = "active"
    DISPUTED = "disputed"
    MEDIATION = "mediation"
    BREACH = "breach"
    COOLING_OFF = "cooling_off"
    COMPLETED = "completed"
    KEPT_IN_TOUCH = "kept_in_touch"


class LifeStep(StrEnum):
    """What happens to an engagement.

    Work has begun with the first report, or when the effective date is reached. Settled means that a dispute,
    mediation or breach is over; reopened, that a letter ends the cooling off.
    """

    LETTER_EXECUTED = "letter_executed"
    CONTRACT_EXECUTED = "contract_executed"
    WORK_BEGUN = "work_begun"
    DISPUTE_RAISED = "dispute_raised"
    MEDIATION_REFERRED = "mediation_referred"
    BREACH_NOTICED = "breach_noticed"
    COOLING_OFF_BEGUN = "cooling_off_begun"
    SETTLED = "settled"
    REOPENED = "reopened"
    COMPLETED = "completed"
    CONTACT_KEPT = "contact_kept"


TROUBLE = frozenset({LifeState.DISPUTED, LifeState.MEDIATION, LifeState.BREACH, LifeState.COOLING_OFF})
"""States that interrupt another one, which is taken up again when the trouble is over."""
_ENDS_TROUBLE = frozenset({LifeStep.SETTLED, LifeStep.REOPENED})
_BUILDS = frozenset({LifeStep.LETTER_EXECUTED, LifeStep.CONTRACT_EXECUTED, LifeStep.WORK_BEGUN})
"""What goes on during trouble as well: it moves the state that was interrupted, and the trouble stays."""

LIFE_TABLE: Mapping[tuple[LifeState, LifeStep], LifeState] = {
    (LifeState.PROSPECT, LifeStep.LETTER_EXECUTED): LifeState.APPROVED,
    (LifeState.PROSPECT, LifeStep.CONTRACT_EXECUTED): LifeState.CONTRACTED,
    (LifeState.PROSPECT, LifeStep.WORK_BEGUN): LifeState.PROSPECT,
    (LifeState.APPROVED, LifeStep.LETTER_EXECUTED): LifeState.APPROVED,
    (LifeState.APPROVED, LifeStep.CONTRACT_EXECUTED): LifeState.CONTRACTED,
    (LifeState.APPROVED, LifeStep.WORK_BEGUN): LifeState.APPROVED,
    (LifeState.APPROVED, LifeStep.DISPUTE_RAISED): LifeState.DISPUTED,
    (LifeState.APPROVED, LifeStep.MEDIATION_REFERRED): LifeState.MEDIATION,
    (LifeState.APPROVED, LifeStep.BREACH_NOTICED): LifeState.BREACH,
    (LifeState.APPROVED, LifeStep.COMPLETED): LifeState.COMPLETED,
    (LifeState.CONTRACTED, LifeStep.LETTER_EXECUTED): LifeState.CONTRACTED,
    (LifeState.CONTRACTED, LifeStep.CONTRACT_EXECUTED): LifeState.CONTRACTED,
    (LifeState.CONTRACTED, LifeStep.WORK_BEGUN): LifeState.ACTIVE,
    (LifeState.CONTRACTED, LifeStep.DISPUTE_RAISED): LifeState.DISPUTED,
    (LifeState.CONTRACTED, LifeStep.MEDIATION_REFERRED): LifeState.MEDIATION,
    (LifeState.CONTRACTED, LifeStep.BREACH_NOTICED): LifeState.BREACH,
    (LifeState.CONTRACTED, LifeStep.COMPLETED): LifeState.COMPLETED,
    (LifeState.ACTIVE, LifeStep.LETTER_EXECUTED): LifeState.ACTIVE,
    (LifeState.ACTIVE, LifeStep.CONTRACT_EXECUTED): LifeState.ACTIVE,
    (LifeState.ACTIVE, LifeStep.WORK_BEGUN): LifeState.ACTIVE,
    (LifeState.ACTIVE, LifeStep.DISPUTE_RAISED): LifeState.DISPUTED,
    (LifeState.ACTIVE, LifeStep.MEDIATION_REFERRED): LifeState.MEDIATION,
    (LifeState.ACTIVE, LifeStep.BREACH_NOTICED): LifeState.BREACH,
    (LifeState.ACTIVE, LifeStep.COMPLETED): LifeState.COMPLETED,
    (LifeState.DISPUTED, LifeStep.LETTER_EXECUTED): LifeState.DISPUTED,
    (LifeState.DISPUTED, LifeStep.CONTRACT_EXECUTED): LifeState.DISPUTED,
    (LifeState.DISPUTED, LifeStep.WORK_BEGUN): LifeState.DISPUTED,
    (LifeState.DISPUTED, LifeStep.DISPUTE_RAISED): LifeState.DISPUTED,
    (LifeState.DISPUTED, LifeStep.MEDIATION_REFERRED): LifeState.MEDIATION,
    (LifeState.DISPUTED, LifeStep.BREACH_NOTICED): LifeState.BREACH,
    (LifeState.DISPUTED, LifeStep.COOLING_OFF_BEGUN): LifeState.COOLING_OFF,
    (LifeState.DISPUTED, LifeStep.SETTLED): LifeState.ACTIVE,
    (LifeState.MEDIATION, LifeStep.LETTER_EXECUTED): LifeState.MEDIATION,
    (LifeState.MEDIATION, LifeStep.CONTRACT_EXECUTED): LifeState.MEDIATION,
    (LifeState.MEDIATION, LifeStep.WORK_BEGUN): LifeState.MEDIATION,
    (LifeState.MEDIATION, LifeStep.DISPUTE_RAISED): LifeState.MEDIATION,
    (LifeState.MEDIATION, LifeStep.MEDIATION_REFERRED): LifeState.MEDIATION,
    (LifeState.MEDIATION, LifeStep.BREACH_NOTICED): LifeState.BREACH,
    (LifeState.MEDIATION, LifeStep.COOLING_OFF_BEGUN): LifeState.COOLING_OFF,
    (LifeState.MEDIATION, LifeStep.SETTLED): LifeState.ACTIVE,
    (LifeState.BREACH, LifeStep.LETTER_EXECUTED): LifeState.BREACH,
    (LifeState.BREACH, LifeStep.CONTRACT_EXECUTED): LifeState.BREACH,
    (LifeState.BREACH, LifeStep.WORK_BEGUN): LifeState.BREACH,
    (LifeState.BREACH, LifeStep.DISPUTE_RAISED): LifeState.BREACH,
    (LifeState.BREACH, LifeStep.MEDIATION_REFERRED): LifeState.MEDIATION,
    (LifeState.BREACH, LifeStep.BREACH_NOTICED): LifeState.BREACH,
    (LifeState.BREACH, LifeStep.COOLING_OFF_BEGUN): LifeState.COOLING_OFF,
    (LifeState.BREACH, LifeStep.SETTLED): LifeState.ACTIVE,
    (LifeState.COOLING_OFF, LifeStep.LETTER_EXECUTED): LifeState.COOLING_OFF,
    (LifeState.COOLING_OFF, LifeStep.CONTRACT_EXECUTED): LifeState.COOLING_OFF,
    (LifeState.COOLING_OFF, LifeStep.WORK_BEGUN): LifeState.COOLING_OFF,
    (LifeState.COOLING_OFF, LifeStep.DISPUTE_RAISED): LifeState.DISPUTED,
    (LifeState.COOLING_OFF, LifeStep.MEDIATION_REFERRED): LifeState.MEDIATION,
    (LifeState.COOLING_OFF, LifeStep.BREACH_NOTICED): LifeState.BREACH,
    (LifeState.COOLING_OFF, LifeStep.REOPENED): LifeState.ACTIVE,
    (LifeState.COOLING_OFF, LifeStep.COMPLETED): LifeState.COMPLETED,
    (LifeState.COMPLETED, LifeStep.LETTER_EXECUTED): LifeState.COMPLETED,
    (LifeState.COMPLETED, LifeStep.CONTRACT_EXECUTED): LifeState.COMPLETED,
    (LifeState.COMPLETED, LifeStep.WORK_BEGUN): LifeState.COMPLETED,
    (LifeState.COMPLETED, LifeStep.DISPUTE_RAISED): LifeState.DISPUTED,
    (LifeState.COMPLETED, LifeStep.MEDIATION_REFERRED): LifeState.MEDIATION,
    (LifeState.COMPLETED, LifeStep.BREACH_NOTICED): LifeState.BREACH,
    (LifeState.COMPLETED, LifeStep.COMPLETED): LifeState.COMPLETED,
    (LifeState.COMPLETED, LifeStep.CONTACT_KEPT): LifeState.KEPT_IN_TOUCH,
    (LifeState.KEPT_IN_TOUCH, LifeStep.LETTER_EXECUTED): LifeState.KEPT_IN_TOUCH,
    (LifeState.KEPT_IN_TOUCH, LifeStep.CONTRACT_EXECUTED): LifeState.KEPT_IN_TOUCH,
    (LifeState.KEPT_IN_TOUCH, LifeStep.WORK_BEGUN): LifeState.KEPT_IN_TOUCH,
    (LifeState.KEPT_IN_TOUCH, LifeStep.DISPUTE_RAISED): LifeState.DISPUTED,
    (LifeState.KEPT_IN_TOUCH, LifeStep.MEDIATION_REFERRED): LifeState.MEDIATION,
    (LifeState.KEPT_IN_TOUCH, LifeStep.BREACH_NOTICED): LifeState.BREACH,
    (LifeState.KEPT_IN_TOUCH, LifeStep.COMPLETED): LifeState.KEPT_IN_TOUCH,
    (LifeState.KEPT_IN_TOUCH, LifeStep.CONTACT_KEPT): LifeState.KEPT_IN_TOUCH,
}
"""What each step makes of an engagement.

Work under the letter leaves it approved, because the letter's limit counts until the contract is signed; work before
any paper leaves it a prospect. A paper whose signed copy comes in late changes nothing. Trouble may begin after
completion too, and a cooling off may end with a certificate. Where trouble ends, the table says `active`, the usual
case; `advance_life` returns to the state that was interrupted.
"""

PAPERS: Mapping[LifeStep, tuple[str, ...]] = {
    LifeStep.LETTER_EXECUTED: ("letter-of-approval",),
    LifeStep.CONTRACT_EXECUTED: ("contract",),
    LifeStep.WORK_BEGUN: ("progress-report",),
    LifeStep.DISPUTE_RAISED: ("look-back",),
    LifeStep.MEDIATION_REFERRED: ("mediation-referral",),
    LifeStep.BREACH_NOTICED: ("breach-notice",),
    LifeStep.COOLING_OFF_BEGUN: (),
    LifeStep.SETTLED: ("change-order",),
    LifeStep.REOPENED: ("re-opening",),
    LifeStep.COMPLETED: ("completion-certificate",),
    LifeStep.CONTACT_KEPT: ("survey", "relationship-review"),
}
"""The kinds of document that each step is produced by; a settlement has one where it changes the contract."""
WORKING_PAPERS: Mapping[LifeState, tuple[str, ...]] = {
    LifeState.PROSPECT: (),
    LifeState.APPROVED: ("progress-report",),
    LifeState.CONTRACTED: ("change-order",),
    LifeState.ACTIVE: ("progress-report", "change-order", "relationship-review"),
    LifeState.DISPUTED: ("progress-report", "change-order"),
    LifeState.MEDIATION: ("progress-report", "change-order"),
    LifeState.BREACH: ("progress-report", "change-order"),
    LifeState.COOLING_OFF: ("progress-report", "change-order"),
    LifeState.COMPLETED: ("survey",),
    LifeState.KEPT_IN_TOUCH: ("relationship-review",),
}
"""The kinds of document that are made in each state and leave the engagement where it stands."""


class StepNotAllowedError(DocgenError):
    """A step is not in the table for a state; `possible` holds the steps that are."""

    def __init__(self, state: StrEnum, step: StrEnum, possible: tuple[StrEnum, ...], about: str = "") -> None:
        self.state, self.step, self.possible = state, step, possible
        advice = (
            f"From there it can: {', '.join(map(words_of, possible))}."
            if possible
            else f"Nothing follows: {words_of(state)} is final."
        )
        super().__init__(
            f"{about or 'It'} is {words_of(state)}, and the step “{words_of(step)}” is not possible. {advice}"
        )


def words_of(member: StrEnum) -> str:
    """Return a state or a step as words: `cooling_off` is “cooling off”."""
    return member.value.replace("_", " ")


def advance(table: Mapping[tuple[S, T], S], state: S, step: T, about: str = "") -> S:
    """Return the state after a step; `about` names whose state it is, such as CO-002.

    Raises StepNotAllowedError where the table has no such step from there.
    """
    following = table.get((state, step))
    if following is None:
        possible = possible_steps(table, state)
        raise StepNotAllowedError(state, step, possible, about)
    return following


def possible_steps(table: Mapping[tuple[S, T], S], state: S) -> tuple[T, ...]:
    """Return the steps that a table allows from a state, in its own order."""
    return tuple(step for known, step in table if known is state)


@dataclass(frozen=True)
class Life:
    """Where an engagement stands; in trouble, `interrupted` is the state to be taken up again, else the same one."""

    state: LifeState = LifeState.PROSPECT
    interrupted: LifeState = LifeState.PROSPECT


def advance_life(life: Life, step: LifeStep, about: str = "") -> Life:
    """Return where an engagement stands after a step; raises StepNotAllowedError.

    Trouble keeps the state that it interrupted, and what is signed or begun meanwhile moves that state on: a dispute
    that is settled by signing the contract leaves a contract.
    """
    state = advance(LIFE_TABLE, life.state, step, about)
    if step in _ENDS_TROUBLE:
        return Life(life.interrupted, life.interrupted)
    if state not in TROUBLE:
        return Life(state, state)
    below = advance(LIFE_TABLE, life.interrupted, step, about) if step in _BUILDS else life.interrupted
    return Life(state, below)


@dataclass(frozen=True)
class NextStep:
    """A step that is possible, where it leads, and the kinds of document that it is produced by."""

    step: LifeStep
    leads_to: LifeState
    papers: tuple[str, ...]


def next_steps(life: Life) -> tuple[NextStep, ...]:
    """Return the steps that are possible where an engagement stands, in the order of the table."""
    return tuple(
        NextStep(step, advance_life(life, step).state, PAPERS[step]) for step in possible_steps(LIFE_TABLE, life.state)
    )


def life_returns() -> tuple[tuple[LifeState, LifeStep, LifeState], ...]:
    """Return where the end of trouble leads besides the table's `active`: to each state that trouble interrupts."""
    below = dict.fromkeys(
        state for (state, _), after in LIFE_TABLE.items() if after in TROUBLE and state not in TROUBLE
    )
    return tuple(
        (state, step, after)
        for state, step in LIFE_TABLE
        if step in _ENDS_TROUBLE
        for after in below
        if after is not LIFE_TABLE[state, step]
    )


def diagram(table: Mapping[tuple[S, T], S], returns: Iterable[tuple[S, T, S]] = ()) -> str:
    """Return a table as a Mermaid `stateDiagram-v2`, the same text each time; the first state is where all begins.

    Steps between the same two states share an arrow; `returns` are arrows that the table does not have.
    """
    arrows: dict[tuple[S, S], list[T]] = {}
    for (state, step), after in table.items():
        arrows.setdefault((state, after), []).append(step)
    for state, step, after in returns:
        arrows.setdefault((state, after), []).append(step)
    first = next(iter(table))[0]
    order = list(type(first))
    known = [state for state in order if any(state in arrow for arrow in arrows)]
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{words_of(state)}" as {state}' for state in known if "_" in state]
    lines.append(f"    [*] --> {order[0]}")
    for state, after in sorted(arrows, key=lambda arrow: (order.index(arrow[0]), order.index(arrow[1]))):
        steps = sorted(arrows[state, after], key=list(type(arrows[state, after][0])).index)
        lines.append(f"    {state} --> {after} : {', '.join(map(words_of, steps))}")
    left = {state for state, _ in arrows}
    lines += [f"    {state} --> [*]" for state in known if state not in left]
    return "\n".join(lines) + "\n"
