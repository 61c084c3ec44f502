"""Effective terms are computed, never stored: a pure fold of executed change orders over the terms as signed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from docgen.errors import DocgenError
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
    Cap,
    Deliverable,
    FeeLine,
    FixedFee,
    Milestone,
    Obligation,
    RetainerFee,
    Terms,
    TimeFee,
    UnitFee,
    contract_sum,
    liability_cap,
)
from docgen.models.values import shown

OWNED_PATHS: Mapping[str, str] = {
    "end_date": "move_end_date",
    "scope.deliverables": "add_deliverable, omit_deliverable or revise_deliverable",
    "obligations": "add_obligation or omit_obligation",
    "fees.lines": "add_fee, omit_fee, change_fee, change_rate or change_estimate",
    "milestones": "add_milestone, omit_milestone or move_milestone",
    "liability.cap": "change_liability_cap",
}
"""Terms that have a change of their own, so that `change_term` does not reach them."""

Entry = TypeVar("Entry", bound=Deliverable | Obligation | Milestone | FixedFee | TimeFee | RetainerFee | UnitFee)
Model = TypeVar("Model", bound=BaseModel)


class ChangeError(DocgenError):
    """A change cannot be applied to the terms in force: what it names is not there (`about`), or is there already."""

    def __init__(self, order: ChangeOrder, index: int, message: str, advice: str = "", about: str = "") -> None:
        self.order = order
        self.index = index
        self.message = message
        self.advice = advice
        self.about = about
        super().__init__(
            f"{order.reference}, change {index + 1} ({order.changes[index].do}): {message}. {advice}".strip()
        )


class OrderSequenceError(DocgenError):
    """Change orders are not numbered 1, 2, 3 and so on: some are `missing`, or some are given twice."""

    def __init__(self, missing: Sequence[int], twice: Sequence[int] = ()) -> None:
        self.missing = tuple(missing)
        said = [f"{orders_are(self.missing)} missing"] if self.missing else []
        said += [f"CO-{number:03d} is given twice" for number in twice]
        super().__init__(
            f"The change orders are not consecutive: {', '.join(said)}. Give every order once, from CO-001 on."
        )


def orders_are(numbers: Sequence[int]) -> str:
    """Return orders by name with their verb, the first few of many: "CO-001 and CO-002 are"."""
    names = [f"CO-{number:03d}" for number in numbers[:3]]
    if len(numbers) > 3:
        names.append(f"{len(numbers) - 3} more")
    if len(names) == 1:
        return f"{names[0]} is"
    return f"{', '.join(names[:-1])} and {names[-1]} are"


@dataclass(frozen=True)
class Applied:
    """A change order with the terms before and after it."""

    order: ChangeOrder
    before: Terms
    after: Terms
    currency: str

    @property
    def sum_before(self) -> Money:
        """Return the contract sum before the order."""
        return contract_sum(self.before, self.currency)

    @property
    def sum_after(self) -> Money:
        """Return the contract sum with the order."""
        return contract_sum(self.after, self.currency)

    @property
    def effect(self) -> Money:
        """Return the order's effect on the contract sum; below zero when it reduces it."""
        return self.sum_after - self.sum_before

    @property
    def days(self) -> int:
        """Return by how many calendar days the order moves the end date."""
        if self.before.end_date is None or self.after.end_date is None:
            return 0
        return (self.after.end_date - self.before.end_date).days

    @property
    def cap_before(self) -> Money | None:
        """Return the general liability cap before the order."""
        return liability_cap(self.before, self.currency)

    @property
    def cap_after(self) -> Money | None:
        """Return the general liability cap with the order."""
        return liability_cap(self.after, self.currency)


@dataclass(frozen=True)
class Step:
    """One change of an order with the terms just before and just after it."""

    change: Change
    before: Terms
    after: Terms


def effective_terms(baseline: Terms, orders: Iterable[ChangeOrder], on: dt.date | None = None) -> Terms:
    """Return the terms in force on a day: the baseline with all executed orders effective by then.

    Without a day, all the orders count. Raises ChangeError where an order cannot be applied and
    OrderSequenceError where one is given twice.
    """
    return reduce(apply_order, in_force(orders, on), baseline)


def in_force(orders: Iterable[ChangeOrder], on: dt.date | None = None) -> tuple[ChangeOrder, ...]:
    """Return the orders effective by a day, by number; all of them without a day.

    A number may be missing: an order that was rejected keeps its number and is not part of the contract. Whether
    none has been forgotten is for `check_sequence` to say. Raises OrderSequenceError where an order is given twice.
    """
    sequence = tuple(sorted(orders, key=lambda order: order.number))
    twice = repeated_numbers([order.number for order in sequence])
    if twice:
        raise OrderSequenceError((), twice)
    return tuple(order for order in sequence if on is None or is_effective(order, on))


def check_sequence(orders: Iterable[ChangeOrder], dead: Collection[int] = ()) -> None:
    """Raise OrderSequenceError unless the orders are numbered from 1, each number used once.

    A number may be missing when it is among the `dead`: an order that was rejected or withdrawn, has lapsed or is
    void keeps its number and changes nothing.
    """
    numbers = [order.number for order in orders]
    missing, twice = missing_numbers(numbers, dead), repeated_numbers(numbers)
    if missing or twice:
        raise OrderSequenceError(missing, twice)


def missing_numbers(numbers: Collection[int], dead: Collection[int] = ()) -> tuple[int, ...]:
    """Return the numbers below the highest one that are neither there nor dead."""
    return tuple(sorted(set(range(1, max(numbers, default=0))) - set(numbers) - set(dead)))


def repeated_numbers(numbers: Collection[int]) -> tuple[int, ...]:
    """Return the numbers that are there more than once."""
    return tuple(sorted(number for number, count in Counter(numbers).items() if count > 1))


def is_effective(order: ChangeOrder, on: dt.date) -> bool:
    """Say whether an order is in force on a day; one whose day is still blank is not."""
    return order.effective_date is not None and order.effective_date <= on


def ledger(baseline: Terms, orders: Iterable[ChangeOrder], currency: str) -> tuple[Applied, ...]:
    """Return every order, by number, with the terms before and after it."""
    applied: list[Applied] = []
    terms = baseline
    for order in in_force(orders):
        after = apply_order(terms, order)
        applied.append(Applied(order, terms, after, currency))
        terms = after
    return tuple(applied)


def apply_order(terms: Terms, order: ChangeOrder) -> Terms:
    """Return the terms with one order's changes made in turn; raises ChangeError."""
    return steps(terms, order)[-1].after


def steps(terms: Terms, order: ChangeOrder) -> tuple[Step, ...]:
    """Return each change of an order with the terms around it; raises ChangeError."""
    made: list[Step] = []
    for index, change in enumerate(order.changes):
        try:
            after = _APPLY[type(change)](terms, change)
        except _RefusedError as refused:
            raise ChangeError(order, index, refused.message, refused.advice, refused.about) from None
        made.append(Step(change, terms, after))
        terms = after
    return tuple(made)


class _RefusedError(Exception):
    def __init__(self, message: str, advice: str = "", about: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.about = about


# Lists of entries with ids


def _added(entries: tuple[Entry, ...], entry: Entry, what: str) -> tuple[Entry, ...]:
    if any(known.id == entry.id for known in entries):
        raise _RefusedError(f"{what} {entry.id} is there already", "Use another id.")
    return (*entries, entry)


def _omitted(entries: tuple[Entry, ...], name: str, what: str) -> tuple[Entry, ...]:
    found = _entry(entries, name, what)
    return tuple(entry for entry in entries if entry is not found)


def _replaced(entries: tuple[Entry, ...], name: str, what: str, change: Callable[[Entry], Entry]) -> tuple[Entry, ...]:
    found = _entry(entries, name, what)
    return tuple(change(entry) if entry is found else entry for entry in entries)


def _entry(entries: tuple[Entry, ...], name: str, what: str) -> Entry:
    for entry in entries:
        if entry.id == name:
            return entry
    known = ", ".join(entry.id for entry in entries) or "none"
    raise _RefusedError(f"there is no {what} {name} in the terms in force", f"There are: {known}.", name)


def _with(model: Model, **values: Any) -> Model:
    return model.model_copy(update=values)


# One function for each kind of change


def _add_deliverable(terms: Terms, change: AddDeliverable) -> Terms:
    deliverables = _added(terms.scope.deliverables, change.deliverable, "deliverable")
    return _with(terms, scope=_with(terms.scope, deliverables=deliverables))


def _omit_deliverable(terms: Terms, change: OmitDeliverable) -> Terms:
    deliverables = _omitted(terms.scope.deliverables, change.deliverable, "deliverable")
    milestones = tuple(
        _with(milestone, deliverables=tuple(name for name in milestone.deliverables if name != change.deliverable))
        for milestone in terms.milestones
    )
    return _with(terms, scope=_with(terms.scope, deliverables=deliverables), milestones=milestones)


def _revise_deliverable(terms: Terms, change: ReviseDeliverable) -> Terms:
    values = {
        name: value
        for name in ("title", "description", "due", "acceptance")
        if (value := getattr(change, name)) is not None
    }

    def revise(deliverable: Deliverable) -> Deliverable:
        return _with(deliverable, **values)

    deliverables = _replaced(terms.scope.deliverables, change.deliverable, "deliverable", revise)
    return _with(terms, scope=_with(terms.scope, deliverables=deliverables))


def _with_lines(terms: Terms, lines: tuple[FeeLine, ...]) -> Terms:
    return _with(terms, fees=_with(terms.fees, lines=lines))


def _add_fee(terms: Terms, change: AddFee) -> Terms:
    return _with_lines(terms, _added(terms.fees.lines, change.line, "fee line"))


def _omit_fee(terms: Terms, change: OmitFee) -> Terms:
    return _with_lines(terms, _omitted(terms.fees.lines, change.line, "fee line"))


def _change_fee(terms: Terms, change: ChangeFee) -> Terms:
    def price(line: FeeLine) -> FeeLine:
        if isinstance(line, FixedFee | RetainerFee):
            return _with(line, amount=change.amount)
        raise _RefusedError(f"fee line {line.id} has a rate, not an amount", "Use change_rate or change_estimate.")

    return _with_lines(terms, _replaced(terms.fees.lines, change.line, "fee line", price))


def _change_rate(terms: Terms, change: ChangeRate) -> Terms:
    def rate(line: FeeLine) -> FeeLine:
        if isinstance(line, TimeFee | UnitFee):
            return _with(line, rate=change.rate)
        raise _RefusedError(f"fee line {line.id} has an amount, not a rate", "Use change_fee.")

    return _with_lines(terms, _replaced(terms.fees.lines, change.line, "fee line", rate))


_ESTIMATES: Mapping[type, tuple[str, ...]] = {
    TimeFee: ("estimate", "cap"),
    UnitFee: ("quantity",),
    RetainerFee: ("periods",),
    FixedFee: (),
}


def _change_estimate(terms: Terms, change: ChangeEstimate) -> Terms:
    given = {
        name: value
        for name in ("estimate", "cap", "quantity", "periods")
        if (value := getattr(change, name)) is not None
    }

    def estimate(line: FeeLine) -> FeeLine:
        takes = _ESTIMATES[type(line)]
        wrong = [name for name in given if name not in takes]
        if wrong:
            advice = f"It has {' and '.join(takes)}." if takes else "Use change_fee."
            raise _RefusedError(f"fee line {line.id} is {line.kind} and has no {' or '.join(wrong)}", advice)
        return _with(line, **given)

    return _with_lines(terms, _replaced(terms.fees.lines, change.line, "fee line", estimate))


def _add_milestone(terms: Terms, change: AddMilestone) -> Terms:
    return _with(terms, milestones=_added(terms.milestones, change.milestone, "milestone"))


def _omit_milestone(terms: Terms, change: OmitMilestone) -> Terms:
    paying = [line.id for line in terms.fees.lines if getattr(line, "milestone", None) == change.milestone]
    if paying:
        raise _RefusedError(
            f"fee line {paying[0]} falls due with milestone {change.milestone}",
            "Omit that fee or add it again with another milestone first.",
        )
    return _with(terms, milestones=_omitted(terms.milestones, change.milestone, "milestone"))


def _moved(day: dt.date | None, change: MoveMilestone | MoveEndDate, what: str) -> dt.date:
    if change.date is not None:
        return change.date
    if day is None or change.days is None:
        raise _RefusedError(f"{what} has no date to move", "Give the new date instead of days.")
    try:
        return day + dt.timedelta(days=change.days)
    except OverflowError:
        raise _RefusedError(f"{change.days} days move {what} out of the calendar", "Check the number.") from None


def _move_milestone(terms: Terms, change: MoveMilestone) -> Terms:
    def move(milestone: Milestone) -> Milestone:
        return _with(milestone, date=_moved(milestone.date, change, f"milestone {milestone.id}"))

    return _with(terms, milestones=_replaced(terms.milestones, change.milestone, "milestone", move))


def _move_end_date(terms: Terms, change: MoveEndDate) -> Terms:
    return _with(terms, end_date=_moved(terms.end_date, change, "the contract"))


def _add_obligation(terms: Terms, change: AddObligation) -> Terms:
    return _with(terms, obligations=_added(terms.obligations, change.obligation, "obligation"))


def _omit_obligation(terms: Terms, change: OmitObligation) -> Terms:
    return _with(terms, obligations=_omitted(terms.obligations, change.obligation, "obligation"))


def _change_liability_cap(terms: Terms, change: ChangeLiabilityCap) -> Terms:
    known = terms.liability.cap or Cap()
    cap = Cap(
        amount=change.amount if change.amount is not None else known.amount,
        percent_of_fees=change.percent_of_fees if change.percent_of_fees is not None else known.percent_of_fees,
    )
    return _with(terms, liability=_with(terms.liability, cap=cap))


def _change_term(terms: Terms, change: ChangeTerm) -> Terms:
    """Set a value by its path and read the terms again, so that the value is checked like any other."""
    for owned, changes in OWNED_PATHS.items():
        if f"{change.path}.".startswith(f"{owned}."):
            raise _RefusedError(f"{change.path} has a change of its own", f"Use {changes}.")
        if owned.startswith(f"{change.path}."):
            raise _RefusedError(f"{change.path} holds {owned}, which has a change of its own", "Name a single value.")
    *groups, name = change.path.split(".")
    model: Any = terms
    for depth, group in enumerate(groups):
        model = _part(model, group, ".".join(groups[: depth + 1]))
    _part(model, name, change.path, leaf=True)
    known = next(_amounts(terms), None)
    context = {"currency": known.currency} if known else {}
    try:
        changed: Any = type(model).model_validate({**_raw(model), name: change.value}, context=context)
    except ValidationError as error:
        said = error.errors()[0]["msg"].rstrip(".")
        raise _RefusedError(f"{change.path} cannot be “{shown(str(change.value))}”: {said}") from None
    if known is None and any(_amounts(changed)):
        raise _RefusedError(f"{change.path} holds the contract's first amount", "Agree a fee or a cap before it.")
    for depth in range(len(groups), 0, -1):
        parent: Any = terms
        for group in groups[: depth - 1]:
            parent = getattr(parent, group)
        changed = _with(parent, **{groups[depth - 1]: changed})
    return changed if groups else _with(terms, **{name: getattr(changed, name)})


def _part(model: Any, name: str, path: str, *, leaf: bool = False) -> Any:
    fields = type(model).model_fields if isinstance(model, BaseModel) else {}
    if name not in fields:
        near = get_close_matches(name, fields, 1)
        raise _RefusedError(
            f"there is no term {path}", f"Did you mean {near[0]}?" if near else "See `docgen schema engagement`."
        )
    value = getattr(model, name)
    if not leaf and not isinstance(value, BaseModel):
        raise _RefusedError(f"{path} has no parts", "Give the path of a single value.")
    return value


def _raw(model: BaseModel) -> dict[str, Any]:
    return {field.alias or name: getattr(model, name) for name, field in type(model).model_fields.items()}


def _amounts(value: Any) -> Iterator[Money]:
    """Yield every amount in a value; all amounts of a contract are in one currency."""
    if isinstance(value, Money):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _amounts(getattr(value, name))
    elif isinstance(value, tuple):
        for entry in value:
            yield from _amounts(entry)


def term_at(terms: Terms, path: str) -> Any:
    """Return the value a path names in the terms; None where a part on the way is not given."""
    value: Any = terms
    for name in path.split("."):
        value = getattr(value, name, None)
    return value


_APPLY: Mapping[type, Callable[[Terms, Any], Terms]] = {
    AddDeliverable: _add_deliverable,
    OmitDeliverable: _omit_deliverable,
    ReviseDeliverable: _revise_deliverable,
    AddFee: _add_fee,
    OmitFee: _omit_fee,
    ChangeFee: _change_fee,
    ChangeRate: _change_rate,
    ChangeEstimate: _change_estimate,
    AddMilestone: _add_milestone,
    OmitMilestone: _omit_milestone,
    MoveMilestone: _move_milestone,
    MoveEndDate: _move_end_date,
    AddObligation: _add_obligation,
    OmitObligation: _omit_obligation,
    ChangeLiabilityCap: _change_liability_cap,
    ChangeTerm: _change_term,
}
