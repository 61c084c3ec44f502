"""What the papers of a change see: the change order, the page that tells its impact, and the directive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from docgen.lifecycle.change_control import Impact, MilestoneImpact, Standing, impact, measure, required_rungs
from docgen.lifecycle.deadlines import change_response
from docgen.lifecycle.due import MissingForDeadlineError
from docgen.lifecycle.effective import Applied, Step, ledger, steps, term_at
from docgen.models.changes import (
    AddDeliverable,
    AddFee,
    AddMilestone,
    AddObligation,
    Change,
    ChangeLiabilityCap,
    ChangeOrder,
    ChangeTerm,
    MoveEndDate,
)
from docgen.models.money import Money
from docgen.models.party import Side
from docgen.models.terms import Terms, contract_sum
from docgen.templating.case import Case, ClauseText, MissingPartError, Part
from docgen.templating.filters import Formats
from docgen.templating.views import Missing, View, view

# Shared with what other documents see


def orders_before(case: Case) -> tuple[ChangeOrder, ...]:
    """Return the orders before the one that a document speaks of; all of them where it speaks of none."""
    order = case.order
    return tuple(known for known in case.orders if order is None or known.number < order.number)


def amendment(applied: Applied) -> dict[str, Any]:
    """Return what a document tells of an order that changed the contract."""
    return {
        "reference": applied.order.reference,
        "title": applied.order.title,
        "effective_date": applied.order.effective_date,
        "effect": applied.effect,
        "days": applied.days,
        "sum_after": applied.sum_after,
        "end_after": applied.after.end_date,
    }


def line_view(line: Any) -> View:
    """Return the view of a fee line with what it comes to."""
    seen: View = view(line, f"terms.fees.lines.{line.id}").with_facts(total=line.total)
    return seen.with_facts(cap_amount=line.cap_amount) if hasattr(line, "cap_amount") else seen


# Change order


def change_order(case: Case, terms: Terms, formats: Formats, clauses: Mapping[str, ClauseText]) -> Part:
    """Return what a change order tells: each change, the five lines of the sum, the time, and whose approval it needs.

    Raises MissingPartError without an order, and ChangeError for one that does not fit the contract.
    """
    order, currency = _order(case, "change order"), case.engagement.currency
    rows = ledger(case.engagement.terms, (*orders_before(case), order), currency)
    this = rows[-1]
    sight = _order_view(case, order).with_facts(
        changes=[_change_view(step, index, currency, formats) for index, step in enumerate(steps(terms, order), 1)],
    )
    original = case.engagement.terms
    facts = {
        "order": sight,
        "arithmetic": view(_arithmetic(rows, contract_sum(original, currency)), "arithmetic"),
        "time": view(_time(rows, impact(original, orders_before(case), order, currency)), "time"),
        "cap_before": view(this.cap_before, "cap_before"),
        "cap_after": view(this.cap_after, "cap_after"),
        **_approvals(terms, rows),
    }
    return facts, {}


def _order(case: Case, kind: str) -> ChangeOrder:
    if case.order is None:
        raise MissingPartError(kind, "the change order")
    return case.order


def _order_view(case: Case, order: ChangeOrder) -> View:
    sight: View = view(order, "order")
    return sight.with_facts(reference=order.reference, converts=_converted(case, order))


def _converted(case: Case, order: ChangeOrder) -> dict[str, Any] | None:
    """Return the directive that an order takes in; of one whose facts are not given only its number is known."""
    if order.converts is None:
        return None
    found = next((each for each in case.directives if each.number == order.converts), None)
    return {
        "reference": f"CD-{order.converts:03d}",
        "title": found.title if found else None,
        "ordered_on": found.ordered_on if found else None,
        "not_to_exceed": found.not_to_exceed if found else None,
    }


def _arithmetic(rows: tuple[Applied, ...], original: Money) -> dict[str, Any]:
    this = rows[-1]
    return {
        "original": original,
        "previous": [amendment(applied) for applied in rows[:-1]],
        "net_previous": this.sum_before - original,
        "prior": this.sum_before,
        "this": this.effect,
        "new": this.sum_after,
        "direction": _direction(this.effect.amount > 0, this.effect.amount < 0),
    }


def _direction(up: bool, down: bool) -> str:
    return "increased" if up else "decreased" if down else "unchanged"


def _time(rows: tuple[Applied, ...], found: Impact) -> dict[str, Any]:
    this = rows[-1]
    return {
        "original": found.end_date.signed,
        "net_previous": sum(applied.days for applied in rows[:-1]),
        "prior": found.end_date.now,
        "this": this.days,
        "size": abs(this.days),
        "new": found.end_date.then,
        "direction": _direction(this.days > 0, this.days < 0),
        "milestones": [_milestone_move(each) for each in found.milestones if each.standing in _TIMED],
    }


_TIMED = frozenset({Standing.ADDED, Standing.OMITTED, Standing.MOVED})


def _milestone_move(found: MilestoneImpact) -> dict[str, Any]:
    return {
        "id": found.id,
        "title": found.title,
        "standing": found.standing.value,
        "prior": found.date.now,
        "new": found.date.then,
        "days": found.date.days,
    }


def _approvals(terms: Terms, rows: tuple[Applied, ...]) -> dict[str, Any]:
    """Return the contract's ladder of approvals for an order, and its size by itself and with the orders before it."""
    effect = rows[-1].effect
    earlier = {applied.order.reference: applied.effect for applied in rows[:-1]}
    size = measure(effect, earlier)
    rungs = required_rungs(terms.change_control.approvals, effect, earlier)
    ladder = [{"up_to": rung.up_to, "role": rung.role, "required": rung.required} for rung in rungs if rung.role]
    return {
        "ladder": view(ladder, "ladder"),
        "size": view({"own": size.own, "together": size.together, "earlier": size.earlier}, "size"),
    }


def _change_view(step: Step, index: int, currency: str, formats: Formats) -> View:
    path = f"order.changes.{index}"
    before, after = _touched(step.change, step.before), _touched(step.change, step.after)
    effect = contract_sum(step.after, currency) - contract_sum(step.before, currency)
    if isinstance(step.change, ChangeTerm):
        facts = {"do": step.change.do, **_told_term(step.change.path, before, after, formats)}
        return View(facts, "order.changes", ChangeTerm, frozenset(facts) - {"do", "path"}).with_facts(effect=effect)
    sight: View = view(step.change, path)
    if isinstance(step.change, MoveEndDate):
        return sight.with_facts(before=before, after=after, effect=effect, days=_days(before, after))
    if step.change.do == "move_milestone":
        days = _days(getattr(before, "date", None), getattr(after, "date", None))
        return sight.with_facts(before=before, after=after, effect=effect, days=days)
    seen = [line_view(part) if hasattr(part, "total") else part for part in (before, after)]
    return sight.with_facts(before=seen[0], after=seen[1], effect=effect)


def _days(before: dt.date | None, after: dt.date | None) -> int:
    return (after - before).days if before and after else 0


def _touched(change: Change, terms: Terms) -> Any:
    """Return what a change touches, as it stands in some terms; None where it is not there."""
    if isinstance(change, MoveEndDate):
        return terms.end_date
    if isinstance(change, ChangeLiabilityCap):
        return terms.liability.cap
    if isinstance(change, ChangeTerm):
        return term_at(terms, change.path)
    if isinstance(change, AddDeliverable):
        name = change.deliverable.id
    elif isinstance(change, AddFee):
        name = change.line.id
    elif isinstance(change, AddMilestone):
        name = change.milestone.id
    elif isinstance(change, AddObligation):
        name = change.obligation.id
    else:
        name = next(
            str(getattr(change, key))
            for key in ("deliverable", "line", "milestone", "obligation")
            if hasattr(change, key)
        )
    if "deliverable" in change.do:
        entries: Any = terms.scope.deliverables
    elif "milestone" in change.do:
        entries = terms.milestones
    elif "obligation" in change.do:
        entries = terms.obligations
    else:
        entries = terms.fees.lines
    return next((entry for entry in entries if entry.id == name), None)


def _told_term(path: str, before: Any, after: Any, formats: Formats) -> dict[str, str]:
    """Return a term with its name and both values in words, ready to print."""
    from docgen.templating.spoken import spoken

    names = formats.words.groups.get("term_path", {})
    told = (spoken(value, formats, path) for value in (before, after))
    return {"path": path, "name": names.get(path, path), **dict(zip(("before", "after"), told, strict=True))}


# The page that tells the impact


def change_impact(case: Case, terms: Terms, formats: Formats, clauses: Mapping[str, ClauseText]) -> Part:
    """Return what the page on a change tells: what it would do to the contract, and what to decide by when.

    Raises MissingPartError without an order, and ChangeError for one that does not fit the contract.
    """
    order = _order(case, "change impact")
    found = impact(case.engagement.terms, orders_before(case), order, case.engagement.currency)
    facts = {
        "earlier": [each.reference for each in orders_before(case)],
        "proposed": case.leave is not None,
        "sum": {
            "signed": found.sum.signed,
            "now": found.sum.now,
            "then": found.sum.then,
            "effect": found.sum.effect,
        },
        "end_date": _moved(found.end_date),
        "milestones": [
            {"id": each.id, "title": each.title, "standing": each.standing.value, **_moved(each.date)}
            for each in found.milestones
        ],
        "deliverables": found.deliverables,
        "obligations": found.obligations,
        "fees": [
            {
                "id": each.id,
                "standing": each.standing.value,
                "before": line_view(each.before) if each.before else None,
                "after": line_view(each.after) if each.after else None,
                "effect": each.effect,
            }
            for each in found.fees
        ],
        "liability_cap": found.liability_cap,
        "terms": [_told_term(each.path, each.before, each.after, formats) for each in found.terms],
    }
    return {
        "order": _order_view(case, order),
        "impact": view(facts, "impact"),
        "answer": _answer(case, terms, order),
    }, {}


def _moved(found: Any) -> dict[str, Any]:
    return {"signed": found.signed, "now": found.now, "then": found.then, "days": found.days}


def _answer(case: Case, terms: Terms, order: ChangeOrder) -> View:
    """Return by when the client is asked to decide; blanks where the facts do not say how days are counted.

    The time is what the contract gives for the answer to a request, from the day of the page.
    """
    try:
        deadline = change_response(terms, order.reference, case.on, Side.PROVIDER, case.reckoning)
    except MissingForDeadlineError as lacking:
        days = terms.change_control.response_days
        blank = Missing("terms.change_control.response_days")
        return View({"date": Missing(lacking.missing[-1]), "days": blank if days is None else days}, "answer")
    return View({"date": deadline.date, "days": deadline.days}, "answer")


# Change directive


def change_directive(case: Case, terms: Terms, formats: Formats, clauses: Mapping[str, ClauseText]) -> Part:
    """Return what a directive tells, and who gives and who receives it; raises MissingPartError without one."""
    directive = case.directive
    if directive is None:
        raise MissingPartError("change directive", "the directive")
    return {
        "directive": view(directive, "directive").with_facts(reference=directive.reference),
        "ordering": case.party(directive.ordered_by),
        "receiving": case.party(directive.ordered_by.other),
    }, {}
