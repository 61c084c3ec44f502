"""Change orders at work: where each stands, who decided what about it, and what has to be so before the next step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from docgen.actions.recorded import recorded_engagement, recorded_entries
from docgen.actions.references import Reference, reference_of
from docgen.errors import DocgenError, NotFoundError, shell_word
from docgen.facts.kinds import ENTRY_WORDS
from docgen.facts.load import FactSet
from docgen.facts.recorded import facts_bytes, read_decision
from docgen.lifecycle.change_control import (
    Approval,
    Conflict,
    Impact,
    Rung,
    check_chain,
    conflicts_between,
    impact,
    open_rungs,
    required_rungs,
)
from docgen.lifecycle.effective import effective_terms, ledger
from docgen.lifecycle.states import DEAD_ORDERS, OPEN_ORDERS, ORDER_TABLE, OrderState, OrderStep, advance
from docgen.models.changes import ChangeOrder
from docgen.models.decision import Decided, Decision
from docgen.models.engagement import Engagement
from docgen.models.money import Money
from docgen.models.terms import Terms

if TYPE_CHECKING:
    from docgen.store.record import Record
    from docgen.store.register import IssuedDocument

WORDS: Mapping[Decided, str] = {each: f"change_{each.value}" for each in Decided}
"""Under which word the log keeps each decision on a change order."""
_STEPS: Mapping[Decided, OrderStep] = {
    Decided.SUBMITTED: OrderStep.SUBMIT,
    Decided.APPROVED: OrderStep.APPROVE,
    Decided.REJECTED: OrderStep.REJECT,
    Decided.WITHDRAWN: OrderStep.WITHDRAW,
}


class StaleBaselineError(DocgenError):
    """The contract has changed since an order was submitted, so that what was approved is not what it would do."""

    def __init__(self, reference: str, since: Sequence[str]) -> None:
        executed = f"{' and '.join(since)} {'was' if len(since) == 1 else 'were'} executed" if since else "it changed"
        super().__init__(
            f"{reference} was submitted against the contract as it stood then; since then {executed}. See its new "
            f"numbers: docgen change rebase {shell_word(reference)}. To go on with them: docgen change rebase "
            f"{shell_word(reference)} --submit."
        )


class NotReadyError(DocgenError):
    """A change order is not at the step that something needs."""


@dataclass(frozen=True)
class Happened:
    """One thing that happened to an order: the step, the time it was recorded, by whom, and in words."""

    step: OrderStep
    at: str
    person: str
    words: str
    state: OrderState


@dataclass(frozen=True)
class Course:
    """What became of a change order so far.

    `facts` is the hash of what it says now. `submitted` is the submission that counts, `approvals` are those given
    to it since, of which each speaks of this content and the contract as it stood.
    """

    order: ChangeOrder
    facts: str
    state: OrderState
    raised_by: frozenset[str]
    written: int
    submitted: Decision | None
    approvals: tuple[Approval, ...]
    history: tuple[Happened, ...]
    document: IssuedDocument | None
    signed: int | None
    """The entry of the log that says so, where it is signed."""

    def signed_after(self, sequence: int) -> bool:
        """Say whether it is executed, and was signed after an entry of the log."""
        return self.state is OrderState.EXECUTED and self.signed is not None and self.signed > sequence


@dataclass(frozen=True)
class Chain:
    """All change orders of an engagement on a day, and the contract as the executed ones have made it."""

    engagement: Engagement
    courses: Mapping[int, Course]
    on: dt.date

    @property
    def executed(self) -> tuple[ChangeOrder, ...]:
        """Return the executed orders, by number."""
        return tuple(each.order for each in self.courses.values() if each.state is OrderState.EXECUTED)

    @property
    def terms(self) -> Terms:
        """Return the terms with all executed orders, whenever they take effect."""
        return effective_terms(self.engagement.terms, self.executed)

    @property
    def baseline(self) -> str:
        """Return the hash of those terms."""
        return sha256(facts_bytes(self.terms)).hexdigest()

    @property
    def states(self) -> dict[int, OrderState]:
        """Return where each order stands."""
        return {number: course.state for number, course in self.courses.items()}

    @property
    def effects(self) -> dict[str, Money]:
        """Return the effect of each executed order on the contract sum, by its reference."""
        rows = ledger(self.engagement.terms, self.executed, self.engagement.currency)
        return {applied.order.reference: applied.effect for applied in rows}

    def course(self, number: int) -> Course:
        """Return one order's course; raises NotFoundError."""
        if number not in self.courses:
            there = ", ".join(each.order.reference for each in self.courses.values()) or "none"
            raise NotFoundError(f"{self.engagement.id} has no CO-{number:03d}. There are: {there}.")
        return self.courses[number]

    def impact(self, course: Course) -> Impact:
        """Return what an order does to the contract: the one before it where it is executed, else as it stands.

        Raises ChangeError.
        """
        before = tuple(each for each in self.executed if each.number < course.order.number or not self._signed(course))
        return impact(self.engagement.terms, before, course.order, self.engagement.currency)

    def rungs(self, course: Course) -> tuple[Rung, ...]:
        """Return the rungs of the ladder for an order, and which it needs; raises ChangeError."""
        found = self.impact(course)
        own = course.order.reference
        earlier = {name: effect for name, effect in self.effects.items() if name != own}
        if self._signed(course):
            earlier = {name: effect for name, effect in earlier.items() if name < own}
        return required_rungs(found.now.change_control.approvals, found.sum.effect, earlier)

    def waiting(self, course: Course) -> tuple[Rung, ...]:
        """Return the rungs that still wait for an approval; raises ChangeError."""
        return open_rungs(self.rungs(course), course.approvals, course.raised_by)

    def conflicts(self, course: Course) -> tuple[Conflict, ...]:
        """Return where an order that is still open touches what another open one touches, or one signed since."""
        if course.state not in OPEN_ORDERS:
            return ()
        others = [
            each
            for each in self.courses.values()
            if each is not course and (each.state in OPEN_ORDERS or each.signed_after(course.written))
        ]
        pairs = (sorted((course.order, each.order), key=lambda order: order.number) for each in others)
        return tuple(conflict for one, other in pairs for conflict in conflicts_between(one, other))

    def is_stale(self, course: Course) -> bool:
        """Say whether the contract has changed since an order that is still open was submitted."""
        submitted = course.submitted
        return course.state in OPEN_ORDERS and submitted is not None and submitted.baseline != self.baseline

    def executed_since(self, course: Course) -> tuple[str, ...]:
        """Return the orders that were executed since an order was last written."""
        return tuple(each.order.reference for each in self.courses.values() if each.signed_after(course.written))

    def _signed(self, course: Course) -> bool:
        return course.state is OrderState.EXECUTED


def read_chain(record: Record, name: str, on: dt.date) -> Chain:
    """Return the change orders of an engagement as they stand on a day.

    Raises UnknownEngagementError, StepNotAllowedError where the log holds a step that no table allows, and what
    reading facts raises.
    """
    engagement = recorded_engagement(record, name).facts
    orders = recorded_entries(record, name, ChangeOrder, engagement.currency)
    return Chain(engagement, {number: _course(record, item.facts, on) for number, item in orders.items()}, on)


def states_of(record: Record, name: str, on: dt.date) -> Mapping[int, OrderState]:
    """Return where each change order of an engagement stands on a day; raises as read_chain does."""
    return read_chain(record, name, on).states


def beside_orders(known: FactSet, states: Mapping[int, OrderState]) -> FactSet:
    """Return facts as what is new is checked beside them: without the orders that are dead, whose numbers stay used."""
    dead = frozenset(number for number, state in states.items() if state in DEAD_ORDERS)
    living = tuple(
        item for item in known.items if not (isinstance(item.facts, ChangeOrder) and item.facts.number in dead)
    )
    return FactSet(living, dead=dead)


# The course of one order


@dataclass(frozen=True)
class _Step:
    """Something of the log that moves an order, before it is folded."""

    sequence: int
    step: OrderStep
    at: str
    person: str
    words: str
    decision: Decision | None = None


def _course(record: Record, order: ChangeOrder, on: dt.date) -> Course:
    revisions = record.register.revisions(order.engagement, ENTRY_WORDS[ChangeOrder], order.number)
    versions = record.register.versions(order.engagement, "change-order", order.number)
    steps = [*_written(record, order), *_decisions(record, order), *_papers(record, versions)]
    fold = _Fold(order.reference)
    for step in sorted(steps, key=lambda step: step.sequence):
        fold.take(step)
    fold.lapse(on)
    latest = [each for each in versions if each.withdrawn_by is None]
    return Course(
        order,
        revisions[-1].blob,
        fold.state,
        frozenset(_person(record, each.person) for each in revisions),
        revisions[-1].sequence,
        fold.submitted,
        tuple(fold.approvals),
        tuple(fold.history),
        latest[-1] if latest else None,
        next((step.sequence for step in steps if step.step is OrderStep.EXECUTE), None),
    )


class _Fold:
    """Takes the steps of one order in their order, and knows where it stands after each."""

    def __init__(self, reference: str) -> None:
        self.reference = reference
        self.state = OrderState.DRAFT
        self.submitted: Decision | None = None
        self.approvals: list[Approval] = []
        self.history: list[Happened] = []
        self.paper: Decision | None = None
        """The submission that the paper which stands was made from."""

    def take(self, step: _Step) -> None:
        """Take one step; raises StepNotAllowedError."""
        if step.decision is None:
            self._happen(step)
        else:
            self.lapse(step.decision.on)
            self._decide(step, step.decision)

    def _happen(self, step: _Step) -> None:
        """Take another revision of the order's facts, or what was done with its paper."""
        if step.step is OrderStep.VOID:
            self.paper = None
        if step.step is OrderStep.VOID and self.state not in (OrderState.ISSUED, OrderState.EXECUTED):
            return  # its order was decided on or changed before, so that the paper alone goes
        if step.step is OrderStep.VOID and self.state is OrderState.ISSUED:
            step = replace(step, step=OrderStep.WITHDRAW)  # nobody was bound by it yet
        if step.step is OrderStep.EDIT:
            self.submitted, self.approvals = None, []
        self._advance(step)
        if step.step is OrderStep.ISSUE:
            self.paper = self.submitted

    def _decide(self, step: _Step, decision: Decision) -> None:
        if decision.decided is Decided.SUBMITTED:
            if self.submitted and self.state in OPEN_ORDERS and self.state is not OrderState.DRAFT:
                # On new numbers everything begins anew, as if the order had been written again.
                self.state = advance(ORDER_TABLE, self.state, OrderStep.EDIT, self.reference)
            self.submitted, self.approvals = decision, []
        elif decision.decided is Decided.APPROVED:
            if not self._speaks_of_this(decision):
                return
            self.approvals.append(Approval(step.person, (str(decision.role),), str(decision.role)))
            if not decision.complete:
                advance(ORDER_TABLE, self.state, OrderStep.APPROVE, self.reference)
                self._note(step)
                return
        self._advance(step)
        if self.state is OrderState.APPROVED and self._speaks_of_this(self.paper):
            # It was changed and changed back, and the paper that was made of it says what is approved now.
            self._advance(replace(step, step=OrderStep.ISSUE, words="its paper stands again", decision=None))

    def _speaks_of_this(self, decision: Decision | None) -> bool:
        """Say whether a decision is of the content and the contract that were submitted last."""
        asked = self.submitted
        if asked is None or decision is None:
            return False
        return (decision.facts, decision.baseline) == (asked.facts, asked.baseline)

    def lapse(self, on: dt.date) -> None:
        """Let a submitted order lapse that nobody answered in time."""
        due = self.submitted.respond_by if self.submitted else None
        if self.state is OrderState.SUBMITTED and due is not None and due < on:
            self._advance(_Step(0, OrderStep.LAPSE, "", "", f"lapsed: not answered by {due}"))

    def _advance(self, step: _Step) -> None:
        self.state = advance(ORDER_TABLE, self.state, step.step, self.reference)
        self._note(step)

    def _note(self, step: _Step) -> None:
        self.history.append(Happened(step.step, step.at, step.person, step.words, self.state))


def _written(record: Record, order: ChangeOrder) -> Iterator[_Step]:
    first, *later = record.register.revisions(order.engagement, ENTRY_WORDS[ChangeOrder], order.number)
    yield _Step(first.sequence, OrderStep.EDIT, first.at, _person(record, first.person), "raised")
    for each in later:
        words = f"changed (revision {each.revision})"
        yield _Step(each.sequence, OrderStep.EDIT, each.at, _person(record, each.person), words)


def _decisions(record: Record, order: ChangeOrder) -> Iterator[_Step]:
    for decided, word in WORDS.items():
        for revision in record.register.revisions(order.engagement, word, order.number):
            decision = read_decision(record.blobs.read(revision.blob), f"{order.engagement}/{order.reference}")
            words = decided.value + (f" as {decision.role}" if decision.role else "")
            words += f", an answer is due by {decision.respond_by}" if decision.respond_by else ""
            words += f": {decision.reason}" if decision.reason else ""
            person = _person(record, revision.person)
            yield _Step(revision.sequence, _STEPS[decided], revision.at, person, words, decision)


def _papers(record: Record, versions: Sequence[IssuedDocument]) -> Iterator[_Step]:
    for document in versions:
        name = f"version {document.version}"
        yield _Step(
            document.sequence, OrderStep.ISSUE, document.at, _person(record, document.person), f"issued as {name}"
        )
        signing = record.ledger.find(f"execute/{reference_of(document)}") if document.executed_on else None
        if signing:
            words = f"{name} signed on {document.executed_on}"
            at, person = signing.event.at.isoformat(), _person(record, signing.event.actor)
            yield _Step(signing.index, OrderStep.EXECUTE, at, person, words)
        if document.withdrawn_by is not None and not _replaced(document, versions):
            entry = record.ledger.entry(document.withdrawn_by).event
            person = _person(record, entry.actor)
            yield _Step(document.withdrawn_by, OrderStep.VOID, entry.at.isoformat(), person, f"{name} withdrawn")


def _replaced(document: IssuedDocument, versions: Sequence[IssuedDocument]) -> bool:
    """Say whether a version had been replaced by another when it was withdrawn, so that the order stays as it is."""
    by = document.withdrawn_by or 0
    return any(other.version > document.version and other.sequence < by for other in versions)


def _person(record: Record, mark: str) -> str:
    """Return a person's address, or the mark of one who is forgotten."""
    return record.people.email(mark) or mark[:12]


# What has to be so before a step


def check_fresh(chain: Chain, course: Course) -> None:
    """Raise StaleBaselineError where the contract has changed since an order was submitted."""
    if chain.is_stale(course):
        raise StaleBaselineError(
            str(Reference(chain.engagement.id, "change-order", course.order.number)), chain.executed_since(course)
        )


def check_turn(chain: Chain, number: int) -> None:
    """Raise NotReadyError for an order whose sum would rest on one that may never be signed."""
    found = [finding for finding in check_chain(chain.courses, chain.states) if finding.number == number]
    if found:
        raise NotReadyError("\n".join(str(finding) for finding in found))


def check_undecided(chain: Chain, number: int) -> None:
    """Raise NotReadyError where an order is decided already, so that nobody is asked to decide on it."""
    course = chain.course(number)
    if course.state not in OPEN_ORDERS:
        reference = Reference(chain.engagement.id, "change-order", number)
        raise NotReadyError(f"{reference} is {course.state}, so there is nothing left to decide about its effect.")


def check_issuable(chain: Chain, number: int) -> None:
    """Raise NotReadyError or StaleBaselineError unless an order is approved, for the contract as it stands."""
    course = chain.course(number)
    reference = Reference(chain.engagement.id, "change-order", number)
    check_turn(chain, number)
    if course.state not in (OrderState.APPROVED, OrderState.ISSUED):
        raise NotReadyError(f"{reference} is {course.state}. {_advice(chain, course, reference)}")
    check_fresh(chain, course)


def check_executable(chain: Chain, number: int) -> None:
    """Raise NotReadyError or StaleBaselineError unless an order is issued, for the contract as it stands."""
    course = chain.course(number)
    check_turn(chain, number)
    if course.state is not OrderState.ISSUED:
        reference = Reference(chain.engagement.id, "change-order", number)
        raise NotReadyError(
            f"{reference} is {course.state}, so no signature makes it binding. {_advice(chain, course, reference)}"
        )
    check_fresh(chain, course)


def _advice(chain: Chain, course: Course, reference: Reference) -> str:
    match course.state:
        case OrderState.DRAFT | OrderState.LAPSED:
            return f"Submit it for approval: docgen change submit {shell_word(reference)}."
        case OrderState.SUBMITTED:
            needs = " and ".join(told_rung(rung) for rung in chain.waiting(course))
            return f"It still needs the approval of {needs}: docgen change approve {shell_word(reference)} --as EMAIL."
        case OrderState.APPROVED:
            return f"Issue it first: docgen change issue {shell_word(reference)}."
        case OrderState.REJECTED | OrderState.WITHDRAWN:
            return "Record it changed (`docgen change raise FILE`), or raise another with the next number."
        case _:
            return "Raise a further change order with the next number."


def told_rung(rung: Rung) -> str:
    """Return whose approval a rung is, in words."""
    if rung.role is None:
        return " or ".join(role.value.replace("_", " ") for role in rung.roles)
    return rung.role.value.replace("_", " ")
