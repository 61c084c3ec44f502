"""How a change order is decided: whose approval it needs, what it collides with, what it does to the contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import combinations
from typing import Any

from docgen.errors import DocgenError
from docgen.lifecycle.effective import (
    apply_order,
    effective_terms,
    in_force,
    missing_numbers,
    repeated_numbers,
    term_at,
)
from docgen.lifecycle.states import OPEN_ORDERS, OrderState, words_of
from docgen.models.changes import (
    AddDeliverable,
    AddFee,
    AddMilestone,
    AddObligation,
    Change,
    ChangeEstimate,
    ChangeFee,
    ChangeLiabilityCap,
    ChangeOrder,
    ChangeRate,
    ChangeTerm,
    MoveEndDate,
    MoveMilestone,
    OmitDeliverable,
    OmitFee,
    OmitMilestone,
    OmitObligation,
    ReviseDeliverable,
)
from docgen.models.money import Money
from docgen.models.terms import (
    ApprovalRung,
    Deliverable,
    FeeLine,
    Milestone,
    Obligation,
    Role,
    Terms,
    contract_sum,
    liability_cap,
)
from docgen.models.values import shown

WITHOUT_LADDER = (Role.ACCOUNT_MANAGER, Role.DIRECTOR, Role.LEGAL, Role.BOARD)
"""Who approves a change where the contract has no ladder; one of them is enough."""


# Whose approval an order needs


@dataclass(frozen=True)
class Measure:
    """The size of an order: by itself, and with the executed orders named in `earlier`; neither is below zero."""

    own: Money
    together: Money
    earlier: tuple[str, ...]

    @property
    def size(self) -> Money:
        """Return the size that decides: the cumulative one; nothing for an order without effect on the sum."""
        return self.together if self.own else self.own

    def __str__(self) -> str:
        said = f"this order {self.own}"
        return f"{said}; with {_listed(self.earlier)} {self.together}" if self.earlier and self.own else said


@dataclass(frozen=True)
class Rung:
    """A rung of the ladder for one order: whose it is, whether it is needed, and why.

    `role` is None where the contract has no ladder. `roles` may fill it: its own role and those of higher rungs.
    """

    role: Role | None
    roles: tuple[Role, ...]
    up_to: Money | None
    required: bool
    why: str


@dataclass(frozen=True)
class Approval:
    """An approval as it was given: by whom, with which roles, and under which of them."""

    person: str
    roles: tuple[str, ...]
    role: str


class OwnOrderError(DocgenError):
    """Somebody would approve what they raised."""

    def __init__(self, reference: str, person: str, able: Sequence[str] = ()) -> None:
        super().__init__(
            f"{person} recorded facts of {reference}, and nobody approves what they raised. {_who_may(able)}"
        )


class ApprovedAlreadyError(DocgenError):
    """Somebody would approve an order a second time, or one that needs no further approval."""

    def __init__(self, reference: str, person: str = "", able: Sequence[str] = ()) -> None:
        super().__init__(
            f"{person} has approved {reference} already, and a person counts once. {_who_may(able)}"
            if person
            else f"{reference} has all the approvals that it needs. Issue it: docgen change issue."
        )


class WrongRoleError(DocgenError):
    """Somebody would approve an order without a role that is still needed."""

    def __init__(self, reference: str, person: str, needed: Sequence[Rung], able: Sequence[str] = ()) -> None:
        roles = dict.fromkeys(role for rung in needed for role in rung.roles)
        super().__init__(
            f"{reference} still needs the approval of {_listed([_whose(rung) for rung in needed])}, and {person} has "
            f"none of the roles that may give it: {', '.join(roles)}. {_who_may(able)}"
        )


def measure(effect: Money, earlier: Mapping[str, Money]) -> Measure:
    """Return the size of an order from its effect on the contract sum and those of the executed orders before it.

    `earlier` gives each effect by the order's reference, such as CO-001. Sizes are absolute: an order that takes as
    much away as another added does not make the two small.
    """
    sizes = [abs(each) for each in earlier.values()]
    return Measure(abs(effect), Money.total([abs(effect), *sizes], effect.currency), tuple(earlier))


def required_rungs(approvals: Sequence[ApprovalRung], effect: Money, earlier: Mapping[str, Money]) -> tuple[Rung, ...]:
    """Return every rung of the ladder, and whether an order needs it.

    An order needs all rungs up to the first that covers its size together with the executed orders before it; above
    every limit it needs them all. Without effect on the sum it needs the first. Without a ladder it needs one
    approval of a role in `WITHOUT_LADDER`.
    """
    found = measure(effect, earlier)
    if not approvals:
        why = f"the contract has no ladder, so one approval is needed: {found}"
        return (Rung(None, WITHOUT_LADDER, None, required=True, why=why),)
    rungs = []
    passed: Money | None = None
    needed = True
    for index, rung in enumerate(approvals):
        covers = rung.up_to is None or found.size <= rung.up_to
        last = index == len(approvals) - 1
        if last and needed and not covers:
            why = f"{found}, above every limit of the ladder, so that its last rung decides"
        elif index == 0:
            why = f"every change needs it: {found}"
        else:
            limit = "the rung without a limit" if passed is None else passed
            why = f"{found}, {'above' if needed else 'not above'} {limit}"
        roles = tuple(dict.fromkeys(each.role for each in approvals[index:]))
        rungs.append(Rung(rung.role, roles, rung.up_to, needed, why))
        if needed:
            passed = rung.up_to
            needed = not covers
    return tuple(rungs)


def open_rungs(required: Sequence[Rung], approvals: Sequence[Approval], raised_by: Collection[str]) -> tuple[Rung, ...]:
    """Return the required rungs that no approval fills yet, from the lowest.

    Nobody approves what they raised, a person counts once, and an approval under a role that the person does not
    have counts for nothing. Each approval fills one rung: the highest open one that its role may fill, so that which
    rungs are left does not depend on who came first.
    """
    waiting = [rung for rung in required if rung.required]
    counted = set(raised_by)
    for approval in approvals:
        if approval.person in counted or approval.role not in approval.roles:
            continue
        filled = _highest(waiting, (approval.role,))
        if filled is not None:
            waiting.remove(filled)
            counted.add(approval.person)
    return tuple(waiting)


def may_approve(
    reference: str,
    person: str,
    roles: Collection[str],
    required: Sequence[Rung],
    approvals: Sequence[Approval],
    raised_by: Collection[str],
    people: Mapping[str, Collection[str]] | None = None,
) -> Role:
    """Return the role under which a person's approval of an order fills a rung.

    `people` are all those known with their roles, so that a refusal says who may. Raises OwnOrderError,
    ApprovedAlreadyError and WrongRoleError.
    """
    needed = open_rungs(required, approvals, raised_by)
    if not needed:
        raise ApprovedAlreadyError(reference)
    counted = {approval.person for approval in approvals} | set(raised_by)
    able = [
        name
        for name, theirs in (people or {}).items()
        if name not in counted and name != person and _highest(needed, theirs) is not None
    ]
    if person in raised_by:
        raise OwnOrderError(reference, person, able)
    if any(approval.person == person for approval in approvals):
        raise ApprovedAlreadyError(reference, person, able)
    rung = _highest(needed, roles)
    if rung is None:
        raise WrongRoleError(reference, person, needed, able)
    return next(role for role in rung.roles if role in roles)


def _highest(waiting: Sequence[Rung], roles: Collection[str]) -> Rung | None:
    return next((rung for rung in reversed(waiting) if any(role in roles for role in rung.roles)), None)


def _whose(rung: Rung) -> str:
    return words_of(rung.role) if rung.role else f"one of {', '.join(map(words_of, rung.roles))}"


def _who_may(able: Sequence[str]) -> str:
    return (
        f"Those who may: {', '.join(map(shown, able))}." if able else "Nobody known may; see [[people]] in docgen.toml."
    )


def _listed(names: Sequence[str]) -> str:
    """Return names in a row, the first few of many: "CO-001, CO-002 and 4 more"."""
    said = list(names) if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more"]
    return " and ".join(filter(None, (", ".join(said[:-1]), said[-1])))


# Orders that collide


class Thing(StrEnum):
    """What a change touches."""

    DELIVERABLE = "deliverable"
    FEE_LINE = "fee line"
    MILESTONE = "milestone"
    OBLIGATION = "obligation"
    END_DATE = "end date"
    LIABILITY_CAP = "liability cap"
    TERM = "term"


@dataclass(frozen=True)
class Conflict:
    """Two orders that touch the same thing, and what each does with it, in words.

    The end date and the liability cap have no id. Of two terms of which one holds the other, `id` is the inner one.
    """

    first: str
    second: str
    thing: Thing
    id: str
    first_does: str
    second_does: str

    def __str__(self) -> str:
        name = f"{self.thing} {self.id}" if self.id else f"the {self.thing}"
        return (
            f"{self.first} and {self.second} both touch {name}: {self.first} {self.first_does}, and "
            f"{self.second} {self.second_does}."
        )


def conflicts(orders: Sequence[ChangeOrder]) -> tuple[Conflict, ...]:
    """Return every conflict between any two of the orders, by their numbers.

    Whoever calls it leaves out what cannot collide: dead orders, and of the executed ones those that the others
    were written after.
    """
    ordered = sorted(orders, key=lambda order: order.number)
    return tuple(conflict for pair in combinations(ordered, 2) for conflict in conflicts_between(*pair))


def conflicts_between(first: ChangeOrder, second: ChangeOrder) -> tuple[Conflict, ...]:
    """Return what two orders both touch, and what one needs that the other omits.

    To say that a fee falls due with a milestone is not to touch the milestone, so another order may move it; it may
    not omit it.
    """
    here, there = _deeds(first), _deeds(second)
    found: dict[tuple[Thing, str], Conflict] = {}
    for thing, one in here:
        for other_thing, other in there:
            if thing is other_thing and _meet(thing, one, other) and (one.touches or other.touches):
                name = max(one.name, other.name, key=len)
                found.setdefault(
                    (thing, name),
                    Conflict(
                        first.reference,
                        second.reference,
                        thing,
                        name,
                        _done(here, thing, one),
                        _done(there, thing, other),
                    ),
                )
    return tuple(found.values())


@dataclass(frozen=True)
class _Deed:
    """What a change does with something, in words; it may omit it, or only need it to be there (`touches` is False)."""

    name: str
    words: str
    touches: bool = True
    omits: bool = False


def _meet(thing: Thing, one: _Deed, other: _Deed) -> bool:
    same = one.name == other.name
    if thing is Thing.TERM:
        same = f"{one.name}.".startswith(f"{other.name}.") or f"{other.name}.".startswith(f"{one.name}.")
    if one.touches and other.touches:
        return same
    return same and (one.omits or other.omits)


def _done(deeds: Sequence[tuple[Thing, _Deed]], thing: Thing, deed: _Deed) -> str:
    words = [each.words for kind, each in deeds if kind is thing and each.name == deed.name]
    return " and ".join(dict.fromkeys(words))


def _deeds(order: ChangeOrder) -> list[tuple[Thing, _Deed]]:
    return [deed for change in order.changes for deed in _deeds_of(change)]


def _deeds_of(change: Change) -> Iterator[tuple[Thing, _Deed]]:
    match change:
        case AddDeliverable():
            yield Thing.DELIVERABLE, _Deed(change.deliverable.id, "adds it")
        case OmitDeliverable():
            yield Thing.DELIVERABLE, _Deed(change.deliverable, "omits it", omits=True)
        case ReviseDeliverable():
            names = {"title": "title", "description": "description", "due": "due date", "acceptance": "acceptance"}
            given = [said for name, said in names.items() if getattr(change, name) is not None]
            yield Thing.DELIVERABLE, _Deed(change.deliverable, f"revises its {_listed(given)}")
        case AddFee():
            yield Thing.FEE_LINE, _Deed(change.line.id, f"adds it with {change.line.total}")
            milestone = getattr(change.line, "milestone", None)
            if milestone:
                yield (
                    Thing.MILESTONE,
                    _Deed(milestone, f"lets fee line {change.line.id} fall due with it", touches=False),
                )
        case OmitFee():
            yield Thing.FEE_LINE, _Deed(change.line, "omits it", omits=True)
        case ChangeFee():
            yield Thing.FEE_LINE, _Deed(change.line, f"sets its amount to {change.amount}")
        case ChangeRate():
            yield Thing.FEE_LINE, _Deed(change.line, f"sets its rate to {change.rate}")
        case ChangeEstimate():
            given = [
                f"{name} to {value:f}" if isinstance(value, Decimal) else f"{name} to {value}"
                for name in ("estimate", "cap", "quantity", "periods")
                if (value := getattr(change, name)) is not None
            ]
            yield Thing.FEE_LINE, _Deed(change.line, f"sets its {_listed(given)}")
        case AddMilestone():
            yield Thing.MILESTONE, _Deed(change.milestone.id, "adds it")
            for name in change.milestone.deliverables:
                yield Thing.DELIVERABLE, _Deed(name, f"makes it part of milestone {change.milestone.id}", touches=False)
        case OmitMilestone():
            yield Thing.MILESTONE, _Deed(change.milestone, "omits it", omits=True)
        case MoveMilestone():
            yield Thing.MILESTONE, _Deed(change.milestone, _moves(change))
        case MoveEndDate():
            yield Thing.END_DATE, _Deed("", _moves(change))
        case AddObligation():
            yield Thing.OBLIGATION, _Deed(change.obligation.id, "adds it")
        case OmitObligation():
            yield Thing.OBLIGATION, _Deed(change.obligation, "omits it", omits=True)
        case ChangeLiabilityCap():
            limbs = [str(change.amount)] if change.amount is not None else []
            limbs += [f"{change.percent_of_fees:f} per cent of the fees"] if change.percent_of_fees is not None else []
            yield Thing.LIABILITY_CAP, _Deed("", f"sets it to {_listed(limbs)}")
        case ChangeTerm():
            words = "removes" if change.value is None else "sets"
            value = "" if change.value is None else f" to “{shown(str(change.value))}”"
            yield Thing.TERM, _Deed(change.path, f"{words} {shown(change.path)}{value}")


def _moves(change: MoveMilestone | MoveEndDate) -> str:
    if change.date is not None:
        return f"moves it to {change.date}"
    days = change.days or 0
    return f"moves it {abs(days)} day{'' if abs(days) == 1 else 's'} {'earlier' if days < 0 else 'later'}"


# What an order does to the contract


class Standing(StrEnum):
    """What an order does with an entry of the contract."""

    KEPT = "kept"
    ADDED = "added"
    OMITTED = "omitted"
    MOVED = "moved"
    REVISED = "revised"


@dataclass(frozen=True)
class SumImpact:
    """The contract sum as signed, as it stands, and with the order."""

    signed: Money
    now: Money
    then: Money

    @property
    def effect(self) -> Money:
        """Return the order's effect on the sum; below zero when it reduces it."""
        return self.then - self.now


@dataclass(frozen=True)
class DateImpact:
    """A day as signed, as it stands, and with the order; None where there is none or it is open."""

    signed: dt.date | None
    now: dt.date | None
    then: dt.date | None

    @property
    def days(self) -> int | None:
        """Return by how many calendar days the order moves it; None where one of the days is open."""
        return None if self.now is None or self.then is None else (self.then - self.now).days


@dataclass(frozen=True)
class MilestoneImpact:
    """A milestone of the contract as it stands or with the order, and its day."""

    id: str
    title: str
    standing: Standing
    date: DateImpact


@dataclass(frozen=True)
class DeliverableImpact:
    """A deliverable that the order adds, omits or revises; None where it is not there."""

    id: str
    standing: Standing
    before: Deliverable | None
    after: Deliverable | None


@dataclass(frozen=True)
class ObligationImpact:
    """An obligation that the order adds, omits or replaces; None where it is not there."""

    id: str
    standing: Standing
    before: Obligation | None
    after: Obligation | None


@dataclass(frozen=True)
class FeeImpact:
    """A fee line that the order adds, omits or changes, and its effect on the sum; None where it is not there."""

    id: str
    standing: Standing
    before: FeeLine | None
    after: FeeLine | None
    effect: Money


@dataclass(frozen=True)
class CapImpact:
    """The general liability cap as signed, as it stands and with the order; None where none is agreed.

    It follows the fees when its share of them is what makes it; `agreed_anew` when the order changes the cap's own
    terms, and not only the fees that it follows.
    """

    signed: Money | None
    now: Money | None
    then: Money | None
    follows_fees_now: bool
    follows_fees_then: bool
    agreed_anew: bool


@dataclass(frozen=True)
class TermImpact:
    """Another term that the order changes, by its path."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Impact:
    """What an order does to the contract as it stands, as values; terms that it leaves alone are not named.

    All milestones are named, the ones that stay included; fees, deliverables and obligations only where they differ.
    """

    order: ChangeOrder
    now: Terms
    then: Terms
    sum: SumImpact
    end_date: DateImpact
    milestones: tuple[MilestoneImpact, ...]
    deliverables: tuple[DeliverableImpact, ...]
    obligations: tuple[ObligationImpact, ...]
    fees: tuple[FeeImpact, ...]
    liability_cap: CapImpact
    terms: tuple[TermImpact, ...]


def impact(baseline: Terms, executed: Sequence[ChangeOrder], order: ChangeOrder, currency: str) -> Impact:
    """Return what an order does to the contract as the executed orders have made it.

    Raises ChangeError where it or one of them cannot be applied, and OrderSequenceError where a number is there twice.
    """
    in_force((*executed, order))
    now = effective_terms(baseline, executed)
    then = apply_order(now, order)
    return Impact(
        order,
        now,
        then,
        SumImpact(*(contract_sum(terms, currency) for terms in (baseline, now, then))),
        DateImpact(baseline.end_date, now.end_date, then.end_date),
        _milestones(baseline, now, then),
        tuple(DeliverableImpact(*found) for found in _differing(now.scope.deliverables, then.scope.deliverables)),
        tuple(ObligationImpact(*found) for found in _differing(now.obligations, then.obligations)),
        tuple(
            FeeImpact(name, standing, before, after, _total(after, currency) - _total(before, currency))
            for name, standing, before, after in _differing(now.fees.lines, then.fees.lines)
        ),
        _cap(baseline, now, then, currency),
        _terms(now, then, order),
    )


def _by_id(entries: Iterable[Any]) -> dict[str, Any]:
    return {entry.id: entry for entry in entries}


def _differing(now: Iterable[Any], then: Iterable[Any]) -> Iterator[tuple[str, Standing, Any, Any]]:
    before, after = _by_id(now), _by_id(then)
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield name, _standing(before.get(name), after.get(name)), before.get(name), after.get(name)


def _standing(before: Any, after: Any) -> Standing:
    if before is None:
        return Standing.ADDED
    if after is None:
        return Standing.OMITTED
    return Standing.KEPT if before == after else Standing.REVISED


def _milestones(baseline: Terms, now: Terms, then: Terms) -> tuple[MilestoneImpact, ...]:
    signed, before, after = (_by_id(terms.milestones) for terms in (baseline, now, then))
    return tuple(
        _milestone(name, signed.get(name), before.get(name), after.get(name))
        for name in dict.fromkeys((*before, *after))
    )


def _milestone(
    name: str, signed: Milestone | None, before: Milestone | None, after: Milestone | None
) -> MilestoneImpact:
    days = DateImpact(*(each.date if each else None for each in (signed, before, after)))
    standing = _standing(before, after)
    if standing is Standing.REVISED and days.now != days.then:
        standing = Standing.MOVED
    known = after or before
    return MilestoneImpact(name, known.title if known else name, standing, days)


def _total(line: FeeLine | None, currency: str) -> Money:
    return line.total if line else Money.zero(currency)


def _cap(baseline: Terms, now: Terms, then: Terms, currency: str) -> CapImpact:
    return CapImpact(
        liability_cap(baseline, currency),
        liability_cap(now, currency),
        liability_cap(then, currency),
        _follows_fees(now, currency),
        _follows_fees(then, currency),
        now.liability.cap != then.liability.cap,
    )


def _follows_fees(terms: Terms, currency: str) -> bool:
    cap = terms.liability.cap
    if cap is None or cap.percent_of_fees is None:
        return False
    return cap.amount is None or contract_sum(terms, currency).percent(cap.percent_of_fees) > cap.amount


def _terms(now: Terms, then: Terms, order: ChangeOrder) -> tuple[TermImpact, ...]:
    paths = dict.fromkeys(change.path for change in order.changes if isinstance(change, ChangeTerm))
    values = [TermImpact(path, term_at(now, path), term_at(then, path)) for path in paths]
    return tuple(value for value in values if value.before != value.after)


# The chain of orders


@dataclass(frozen=True)
class ChainFinding:
    """Something wrong with the chain of orders: the number it stops, what is wrong, and what to do."""

    number: int
    message: str
    advice: str

    def __str__(self) -> str:
        return f"{self.message}. {self.advice}"


_SETTLE: Mapping[OrderState, str] = {
    OrderState.DRAFT: "Submit {0} or withdraw it first.",
    OrderState.SUBMITTED: "Approve, reject or withdraw {0} first.",
    OrderState.APPROVED: "Issue {0} or withdraw it first.",
    OrderState.ISSUED: "Record the signed copy of {0}, or withdraw it first.",
}
"""How an open order is brought to an end."""


def check_chain(numbers: Iterable[int], states: Mapping[int, OrderState]) -> tuple[ChainFinding, ...]:
    """Return what is wrong with the chain: numbers given twice or missing, and orders that wait for earlier ones.

    `numbers` are those of the orders known, `states` where each stands; one without a state is a draft. A dead
    order's number stays used and stops nothing, and a dead number needs no order. An open order with a lower number
    than an executed one comes too late: its sum was left out of what the other was signed on.
    """
    known = list(numbers)
    stands = {number: states.get(number, OrderState.DRAFT) for number in known}
    dead = {number for number, state in states.items() if state not in OPEN_ORDERS and state is not OrderState.EXECUTED}
    waiting = sorted(number for number, state in stands.items() if state in OPEN_ORDERS)
    executed = [number for number, state in stands.items() if state is OrderState.EXECUTED]
    found = [_twice(number) for number in repeated_numbers(known)]
    found += [_gap(number) for number in missing_numbers(known, dead)]
    last, next_free = max(executed, default=0), max((*known, *states), default=0) + 1
    found += [_overtaken(number, stands[number], last, next_free) for number in waiting if number < last]
    found += [_waits(number, waiting[0], stands[waiting[0]]) for number in waiting[1:]]
    return tuple(sorted(found, key=lambda finding: finding.number))


def _twice(number: int) -> ChainFinding:
    return ChainFinding(number, f"{_name(number)} is there twice", "Give one of the two the next free number.")


def _gap(number: int) -> ChainFinding:
    return ChainFinding(number, f"{_name(number)} is missing", "Record it, or number the later orders anew.")


def _overtaken(number: int, state: OrderState, later: int, next_free: int) -> ChainFinding:
    message = f"{_name(number)} is {state}, and {_name(later)} after it is executed already"
    advice = f"Withdraw {_name(number)} and raise it again as {_name(next_free)}."
    return ChainFinding(number, message, advice)


def _waits(number: int, earlier: int, state: OrderState) -> ChainFinding:
    message = (
        f"{_name(number)} counts from the contract sum after the orders before it, and {_name(earlier)} is {state}"
    )
    return ChainFinding(number, message, _SETTLE[state].format(_name(earlier)))


def _name(number: int) -> str:
    return f"CO-{number:03d}"
