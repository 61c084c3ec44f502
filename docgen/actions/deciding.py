"""Decide on a change order: submit it, approve or reject it, withdraw it; each decision is of one exact content."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.actions.acting import Deed, Hand, act
from docgen.actions.change_orders import (
    WORDS,
    Chain,
    Course,
    check_fresh,
    check_undecided,
    read_chain,
    told_rung,
)
from docgen.actions.desk import Desk
from docgen.actions.executed import unsigned_contract
from docgen.actions.recorded import recorded_entries
from docgen.actions.references import Reference, read_reference
from docgen.errors import DocgenError, NotFoundError, UsageError, shell_word
from docgen.facts.load import FactSet, Sourced
from docgen.facts.recorded import facts_bytes
from docgen.facts.source import Source
from docgen.lifecycle.change_control import Approval as Given
from docgen.lifecycle.change_control import Impact, check_chain, may_approve, open_rungs
from docgen.lifecycle.deadlines import change_response
from docgen.lifecycle.due import MissingForDeadlineError, reckoning
from docgen.lifecycle.states import OPEN_ORDERS, ORDER_TABLE, OrderState, OrderStep, advance
from docgen.models.changes import ChangeDirective, ChangeOrder
from docgen.models.decision import Decided, Decision
from docgen.models.engagement import Engagement
from docgen.models.money import Money
from docgen.models.terms import contract_sum

if TYPE_CHECKING:
    from docgen.actions.issuing import Issued
    from docgen.actions.signing import Done
    from docgen.store.events import Event
    from docgen.store.record import Record

ORDER = "change-order"


@dataclass(frozen=True)
class Moved:
    """What came of a decision: where the order stands now, what it still needs, and what the person should know."""

    reference: Reference
    state: OrderState
    needs: tuple[str, ...]
    repeated: bool = False
    remarks: tuple[str, ...] = ()


def order_reference(text: str) -> Reference:
    """Return the change order a text names; raises ReferenceFormError and UsageError for another kind of document."""
    reference = read_reference(text)
    if reference.kind == "change-directive":
        raise UsageError(
            f"{text} is a directive, which nobody approves or takes back: it is issued and signed (`docgen change "
            f"issue`, `docgen change execute`). To take its paper back: docgen document withdraw {shell_word(text)} "
            "--reason …"
        )
    if reference.kind != ORDER:
        raise UsageError(f"{text} is no change order. Write one such as {reference.engagement}/CO-001.")
    return Reference(reference.engagement, ORDER, reference.number)


def submit(desk: Desk, text: str) -> Moved:
    """Ask for the approvals of an order as it is, against the contract as it stands.

    Raises what acting and reading the orders raise, StepNotAllowedError where the order cannot be submitted, and
    ChangeError where it does not fit the contract any more.
    """
    hand, reference = act(desk, Deed.RECORD_FACTS), order_reference(text)

    def decide() -> list[Event]:
        chain = read_chain(hand.record, reference.engagement, desk.on)
        course = chain.course(reference.number)
        if course.state in OPEN_ORDERS and course.submitted and not chain.is_stale(course):
            return []
        if not chain.is_stale(course):
            advance(ORDER_TABLE, course.state, OrderStep.SUBMIT, str(reference))
        chain.impact(course)
        return [_event(hand, chain, course, Decided.SUBMITTED, respond_by=_respond_by(chain, course))]

    new = bool(hand.settle(decide))
    moved = _moved(hand.record, desk, reference, repeated=not new)
    return replace(moved, remarks=(*moved.remarks, *unsigned_contract(hand.record, reference.engagement)))


def _respond_by(chain: Chain, course: Course) -> dt.date | None:
    """Return the last day on which a submission of this day is answered, where the contract gives one."""
    engagement = chain.engagement
    count = reckoning(engagement.calendar, engagement.time_zone)
    try:
        deadline = change_response(chain.terms, course.order.reference, chain.on, course.order.requested_by, count)
    except MissingForDeadlineError:
        return None
    return deadline.date


def approve(desk: Desk, text: str) -> Moved:
    """Approve an order, exactly as it is, under the rung of the ladder that the person's role may fill.

    Raises StepNotAllowedError where it is not submitted, StaleBaselineError, OwnOrderError, ApprovedAlreadyError,
    WrongRoleError, and what acting and reading the orders raise.
    """
    hand, reference = act(desk, Deed.DECIDE_CHANGES), order_reference(text)
    person = desk.settings.person(desk.person)
    people = {each.email: each.roles for each in desk.settings.people}

    def decide() -> list[Event]:
        chain = read_chain(hand.record, reference.engagement, desk.on)
        course = chain.course(reference.number)
        if course.state is not OrderState.APPROVED:
            advance(ORDER_TABLE, course.state, OrderStep.APPROVE, str(reference))
        check_fresh(chain, course)
        rungs = chain.rungs(course)
        role = may_approve(
            str(reference), person.email, person.roles, rungs, course.approvals, course.raised_by, people
        )
        given = (*course.approvals, Given(person.email, (str(role),), str(role)))
        complete = not open_rungs(rungs, given, course.raised_by)
        return [_event(hand, chain, course, Decided.APPROVED, role=role, complete=complete)]

    hand.settle(decide)
    return _moved(hand.record, desk, reference)


def reject(desk: Desk, text: str, reason: str) -> Moved:
    """Say no to an order, and why; a paper issued for it is taken back.

    Raises UsageError without a reason, StepNotAllowedError, and what acting and reading the orders raise.
    """
    return _end(desk, text, reason, Deed.DECIDE_CHANGES, Decided.REJECTED, OrderStep.REJECT)


def withdraw_order(desk: Desk, text: str, reason: str) -> Moved:
    """Take an order back, and say why; a paper issued for it is taken back too. Raises as reject does."""
    return _end(desk, text, reason, Deed.RECORD_FACTS, Decided.WITHDRAWN, OrderStep.WITHDRAW)


def _end(desk: Desk, text: str, reason: str, deed: Deed, decided: Decided, step: OrderStep) -> Moved:
    words = " ".join(reason.split())
    if not words:
        raise UsageError("Say why: --reason, in a sentence.")
    hand, reference = act(desk, deed), order_reference(text)

    def decide() -> list[Event]:
        chain = read_chain(hand.record, reference.engagement, desk.on)
        course = chain.course(reference.number)
        advance(ORDER_TABLE, course.state, step, str(reference))
        events = [_event(hand, chain, course, decided, reason=words)]
        if course.state is OrderState.ISSUED and course.document:
            from docgen.store.events import DocumentWithdrawn

            stamp = hand.stamp(f"withdraw/{reference}/{course.document.version}")
            blob = hand.record.blobs.put(words.encode(errors="ignore"))
            events.append(DocumentWithdrawn(**stamp, document=course.document.name, reason=blob))
        return events

    hand.settle(decide)
    return _moved(hand.record, desk, reference)


def _event(hand: Hand, chain: Chain, course: Course, decided: Decided, **more: object) -> Event:
    from docgen.store.events import EntryRecorded

    name, number, word = chain.engagement.id, course.order.number, WORDS[decided]
    decision = Decision.model_validate(
        {
            "engagement": name,
            "order": number,
            "decided": decided,
            "on": chain.on,
            "facts": course.facts,
            "baseline": chain.baseline,
            **more,
        }
    )
    revision = len(hand.record.register.revisions(name, word, number)) + 1
    blob = hand.record.blobs.put(facts_bytes(decision))
    stamp = hand.stamp(f"entry/{name}/{word}/{number}/{revision}/{blob[:32]}")
    return EntryRecorded(**stamp, engagement=name, entry=word, number=number, revision=revision, facts=blob)


def _moved(record: Record, desk: Desk, reference: Reference, *, repeated: bool = False) -> Moved:
    chain = read_chain(record, reference.engagement, desk.on)
    course = chain.course(reference.number)
    needs = tuple(map(told_rung, chain.waiting(course))) if course.state is OrderState.SUBMITTED else ()
    return Moved(reference, course.state, needs, repeated, tuple(warnings(chain, course)))


def warnings(chain: Chain, course: Course) -> list[str]:
    """Return what somebody should know before they go on with an order: conflicts, and orders it waits for."""
    said = [str(conflict) for conflict in chain.conflicts(course)]
    said += [str(each) for each in check_chain(chain.courses, chain.states) if each.number == course.order.number]
    if chain.is_stale(course):
        reference = Reference(chain.engagement.id, ORDER, course.order.number)
        since = " and ".join(chain.executed_since(course)) or "it was submitted"
        said.append(f"The contract has changed since ({since}): see `docgen change rebase {shell_word(reference)}`.")
    return said


# After the signature


@dataclass(frozen=True)
class Concluded:
    """A signed order, and the contract with it worked in, where that could be issued."""

    done: Done
    conformed: Issued | None
    redline: bytes | None
    remarks: tuple[str, ...]


def conclude(desk: Desk, text: str, signed: Path) -> Concluded:
    """Keep the signed copy of an order, then issue the contract with it worked in, and its redline from the original.

    The original is never touched. Raises what keeping a signed copy raises; where the conformed contract cannot be
    issued, a remark says why.
    """
    from docgen.actions.drafting import Issue
    from docgen.actions.issuing import issue
    from docgen.actions.remaking import redline, write_redline
    from docgen.actions.signing import execute

    reference = order_reference(text)
    done = execute(desk, text, signed)
    later = replace(desk, on_given=False)  # all that is signed, though some of it may take effect later
    try:
        conformed = issue(later, Issue("conformed-contract", reference.engagement))
        changed = redline(later, f"{reference.engagement}/contract", str(conformed.reference))
        return Concluded(done, conformed, write_redline(later, changed, "docx"), (*done.remarks, *conformed.remarks))
    except DocgenError as error:
        said = f"The conformed contract is not issued: {error} Issue it later: docgen issue conformed-contract "
        return Concluded(done, None, None, (*done.remarks, f"{said}{shell_word(reference.engagement)}"))
    finally:
        later.close()


# Looking


@dataclass(frozen=True)
class OrderRow:
    """An order in a list: its effect and the sum with it, None where it does not fit the contract any more."""

    reference: str
    course: Course
    currency: str
    effect: Money | None
    after: Money | None
    days: int | None


def _row(chain: Chain, course: Course) -> OrderRow:
    reference = f"{chain.engagement.id}/{course.order.reference}"
    try:
        found = chain.impact(course)
    except DocgenError:  # why it does not fit is told where it is shown
        return OrderRow(reference, course, chain.engagement.currency, None, None, None)
    currency = chain.engagement.currency
    return OrderRow(reference, course, currency, found.sum.effect, found.sum.then, found.end_date.days)


@dataclass(frozen=True)
class Shown:
    """An order with all that somebody needs to decide on it."""

    reference: Reference
    chain: Chain
    course: Course
    impact: Impact
    warnings: tuple[str, ...]

    @property
    def row(self) -> OrderRow:
        """Return it as a list has it."""
        return _row(self.chain, self.course)

    @property
    def needs(self) -> tuple[str, ...]:
        """Return whose approvals are still open."""
        return tuple(map(told_rung, self.chain.waiting(self.course)))


def show(desk: Desk, text: str) -> Shown:
    """Return an order as it stands, and what it would do; raises what reading the orders raises, and ChangeError."""
    reference = order_reference(text)
    chain = read_chain(desk.record, reference.engagement, desk.on)
    course = chain.course(reference.number)
    return Shown(reference, chain, course, chain.impact(course), tuple(warnings(chain, course)))


def orders(desk: Desk, engagement: str) -> tuple[OrderRow, ...]:
    """Return the change orders of one engagement, or of all; raises as read_chain does."""
    names = (engagement,) if engagement else desk.record.register.engagement_ids()
    chains = (read_chain(desk.record, name, desk.on) for name in names)
    return tuple(_row(chain, course) for chain in chains for course in chain.courses.values())


@dataclass(frozen=True)
class DirectiveRow:
    """A directive and what became of it; `converted_by` names the order that took it into the contract sum."""

    directive: ChangeDirective
    state: str
    converted_by: str


@dataclass(frozen=True)
class ChangeRegister:
    """All changes of an engagement, and what they add up to."""

    chain: Chain
    original: Money
    current: Money
    orders: tuple[OrderRow, ...]
    directives: tuple[DirectiveRow, ...]

    @property
    def net(self) -> Money:
        """Return what the executed orders changed."""
        return self.current - self.original

    @property
    def pending(self) -> Money:
        """Return what the orders that are still open would change; one that does not fit any more counts nothing."""
        open_rows = (row.effect for row in self.orders if row.course.state in OPEN_ORDERS and row.effect is not None)
        return Money.total(open_rows, self.current.currency)


def register_of(desk: Desk, engagement: str) -> ChangeRegister:
    """Return the register of changes; raises as read_chain does."""
    chain = read_chain(desk.record, engagement, desk.on)
    return ChangeRegister(
        chain,
        contract_sum(chain.engagement.terms, chain.engagement.currency),
        contract_sum(chain.terms, chain.engagement.currency),
        tuple(_row(chain, course) for course in chain.courses.values()),
        tuple(_directives(desk.record, chain)),
    )


def _directives(record: Record, chain: Chain) -> Iterator[DirectiveRow]:
    name = chain.engagement.id
    converted = {order.converts: order.reference for order in chain.executed if order.converts}
    for number, item in recorded_entries(record, name, ChangeDirective, chain.engagement.currency).items():
        versions = record.register.versions(name, "change-directive", number)
        state = versions[-1].status if versions else "draft"
        by = converted.get(number, "")
        yield DirectiveRow(item.facts, "converted" if by else state, by)


def directive_of(desk: Desk, text: str) -> DirectiveRow:
    """Return a directive and what became of it; raises ReferenceFormError, NotFoundError and as read_chain does."""
    reference = read_reference(text)
    for row in _directives(desk.record, read_chain(desk.record, reference.engagement, desk.on)):
        if row.directive.number == reference.number:
            return row
    raise NotFoundError(f"{reference.engagement} has no directive CD-{reference.number:03d}.")


def write_impact(desk: Desk, shown: Shown, form: str) -> bytes:
    """Return what an order would do as a page for the client, marked as a draft, in a format.

    Raises UsageError for a format that docgen does not write, and what rendering raises.
    """
    from docgen.actions.render import FORMATS, Made, build, case_of, facts_json, write

    if form not in FORMATS:
        raise UsageError(f"docgen writes no “{form}” files. Name one that ends in .{', .'.join(FORMATS)}.")
    check_undecided(shown.chain, shown.course.order.number)
    engagement = shown.chain.engagement
    before = (each for each in shown.chain.executed if each.number < shown.course.order.number)
    orders = tuple(_unplaced(each) for each in (*before, shown.course.order))
    rows = _directives(desk.record, shown.chain)
    taken = (_unplaced(row.directive) for row in rows if row.directive.number == shown.course.order.converts)
    facts = FactSet((_unplaced(engagement), *orders, *taken))
    template = desk.catalogue.template("change-impact", engagement.words_language)
    case = case_of(desk, "change-impact", engagement, facts)
    document, missing = build(desk, template, case, facts)
    return write(Made(document, case, facts_json(facts), (), missing, template), form, desk)


def _unplaced(facts: Engagement | ChangeOrder | ChangeDirective) -> Sourced[Any]:
    return Sourced(facts, Source(facts.format, {}, {}, {}))
