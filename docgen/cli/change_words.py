"""Change orders as `docgen change` prints them: in lines for people, and as records for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docgen.lifecycle.states import DEAD_ORDERS, OrderState

if TYPE_CHECKING:
    from docgen.actions.deciding import ChangeRegister, DirectiveRow, OrderRow, Shown
    from docgen.lifecycle.change_control import DateImpact, Impact
    from docgen.models.money import Money


def money(amount: Money | None) -> str:
    """Return an amount in words, or that there is none."""
    return "none" if amount is None else f"{amount.currency} {amount.amount:,f}"


def difference(amount: Money) -> str:
    """Return by how much something changes, with its sign."""
    return f"{amount.amount:+,f}" if amount.amount else "unchanged"


def effect(row: OrderRow) -> str:
    """Return an order's effect on the contract sum; one that was given up stands in brackets."""
    words = "does not fit" if row.effect is None else difference(row.effect)
    return f"({words})" if row.course.state in DEAD_ORDERS else words


# For people


def shown_lines(shown: Shown) -> Iterator[str]:
    """Yield where an order stands, who decided what, and what it would do."""
    order, course = shown.course.order, shown.course
    yield f"{shown.reference}: {course.state}. {order.title}"
    yield f"  asked for by the {order.requested_by} on {order.requested_on or '(blank)'}: {order.reason}"
    for happened in course.history:
        yield f"  {happened.words}" + (f"  {happened.at}  {happened.person}" if happened.at else "")
    if shown.needs:
        yield f"  still needs the approval of {' and '.join(shown.needs)}"
    yield from impact_lines(shown.impact)


def impact_lines(found: Impact) -> Iterator[str]:
    """Yield what an order does to the contract, beside the contract as signed and as it stands."""
    rows = [("", "as signed", "as it stands", "with this order", "change"), *_rows(found)]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    yield "  effect:"
    for name, *cells in rows:
        line = [name.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))]
        yield f"    {'  '.join(line)}".rstrip()
    for line_of_words in _other_effects(found):
        yield f"    {line_of_words}"


def _rows(found: Impact) -> Iterator[tuple[str, ...]]:
    sums, cap = found.sum, found.liability_cap
    yield "contract sum", money(sums.signed), money(sums.now), money(sums.then), difference(sums.effect)
    yield "end date", *_days(found.end_date)
    for each in found.milestones:
        yield f"milestone {each.id}", *_days(each.date, each.standing)
    moved = difference(cap.then - cap.now) if cap.now is not None and cap.then is not None else ""
    yield "liability cap", money(cap.signed), money(cap.now), money(cap.then), moved
    for fee in found.fees:
        totals = (money(line.total) if line else "none" for line in (fee.before, fee.after))
        yield f"fee {fee.id} {fee.standing}", "", *totals, difference(fee.effect)


def _days(found: DateImpact, standing: str = "") -> tuple[str, str, str, str]:
    days = found.days
    moved = f"{days:+d} {'day' if abs(days) == 1 else 'days'}" if days else "unchanged"
    words = standing if standing in ("added", "omitted") else moved
    return str(found.signed or ""), str(found.now or ""), str(found.then or ""), words


def _other_effects(found: Impact) -> Iterator[str]:
    if found.liability_cap.follows_fees_then:
        yield "the liability cap follows the fees"
    for deliverable in found.deliverables:
        known = deliverable.after or deliverable.before
        yield f"deliverable {deliverable.id} {deliverable.standing}: {known.title if known else ''}"
    for obligation in found.obligations:
        said = obligation.after or obligation.before
        yield f"obligation {obligation.id} {obligation.standing}: {f'{said.party}: {said.action}' if said else ''}"
    for term in found.terms:
        yield f"{term.path}: {term.before} → {term.after}"


def row_line(row: OrderRow) -> str:
    """Return an order as a list prints it."""
    return f"{row.reference}  {row.course.state:<9}  {effect(row):>16}  {row.course.order.title}"


def register_lines(found: ChangeRegister) -> Iterator[str]:
    """Yield the register of changes of an engagement."""
    chain = found.chain
    yield f"{chain.engagement.id}: register of changes on {chain.on}"
    yield f"{'original contract sum':<34}{money(found.original):>20}"
    for row in found.orders:
        order, state = row.course.order, row.course.state
        after = money(row.after) if state is OrderState.EXECUTED else ""
        yield f"{f'{order.reference}  {state}':<34}{effect(row):>20}  {after:>20}  {order.title}"
    yield f"{'net change by executed orders':<34}{difference(found.net):>20}"
    yield f"{'contract sum':<34}{money(found.current):>20}"
    yield f"{'in orders still open':<34}{difference(found.pending):>20}"
    for each in found.directives:
        yield f"{each.directive.reference}  {each.state}: {each.directive.title}, {_limit(each)}"


def directive_lines(row: DirectiveRow) -> Iterator[str]:
    """Yield a directive and what became of it."""
    directive = row.directive
    yield f"{directive.engagement}/{directive.reference}: {row.state}. {directive.title}"
    yield f"  ordered by the {directive.ordered_by} on {directive.ordered_on or '(blank)'}: {directive.reason}"
    for line in directive.work:
        yield f"  {line}"
    yield f"  {_limit(row)}"


def _limit(row: DirectiveRow) -> str:
    if row.converted_by:
        return f"converted by {row.converted_by}"
    limit = row.directive.not_to_exceed
    return f"outside the contract sum{f', paid up to {money(limit)}' if limit else ''}"


# For programs


def row_record(row: OrderRow) -> dict[str, Any]:
    """Return an order as a list prints it; one that does not fit the contract any more has no effect."""
    order, state = row.course.order, row.course.state
    return {
        "reference": row.reference,
        "title": order.title,
        "kind": order.kind.value,
        "state": state.value,
        "effect": _amount(row.effect),
        "currency": row.currency,
        "days": row.days,
        "sum_after": _amount(row.after) if state is OrderState.EXECUTED else None,
        "effective_date": order.effective_date.isoformat() if order.effective_date else None,
        "converts": f"CD-{order.converts:03d}" if order.converts else None,
    }


def shown_record(shown: Shown) -> dict[str, Any]:
    """Return an order with who decided what, what it still needs, and what it would do."""
    course, chain = shown.course, shown.chain
    return {
        **row_record(shown.row),
        "requested_by": course.order.requested_by.value,
        "requested_on": course.order.requested_on.isoformat() if course.order.requested_on else None,
        "reason": course.order.reason,
        "needs": list(shown.needs),
        "approvals": [{"person": each.person, "role": each.role} for each in course.approvals],
        "rungs": [
            {"role": rung.role, "up_to": _amount(rung.up_to), "required": rung.required, "why": rung.why}
            for rung in chain.rungs(course)
        ],
        "stale": chain.is_stale(course),
        "history": [
            {"step": each.step.value, "at": each.at or None, "person": each.person or None, "words": each.words}
            for each in course.history
        ],
        "impact": _impact_record(shown.impact),
        "conflicts": [
            {"orders": [each.first, each.second], "thing": each.thing.value, "id": each.id, "words": str(each)}
            for each in chain.conflicts(course)
        ],
        "warnings": list(shown.warnings),
    }


def _impact_record(found: Impact) -> dict[str, Any]:
    sums, cap = found.sum, found.liability_cap
    return {
        "sum": {
            "signed": _amount(sums.signed),
            "now": _amount(sums.now),
            "then": _amount(sums.then),
            "effect": _amount(sums.effect),
        },
        "end_date": _dates(found.end_date),
        "milestones": [
            {"id": each.id, "standing": each.standing.value, **_dates(each.date)} for each in found.milestones
        ],
        "deliverables": [{"id": each.id, "standing": each.standing.value} for each in found.deliverables],
        "obligations": [{"id": each.id, "standing": each.standing.value} for each in found.obligations],
        "fees": [
            {"id": each.id, "standing": each.standing.value, "effect": _amount(each.effect)} for each in found.fees
        ],
        "liability_cap": {
            "signed": _amount(cap.signed),
            "now": _amount(cap.now),
            "then": _amount(cap.then),
            "follows_fees": cap.follows_fees_then,
        },
        "terms": [{"path": each.path, "before": str(each.before), "after": str(each.after)} for each in found.terms],
    }


def register_record(found: ChangeRegister) -> dict[str, Any]:
    """Return the register of changes of an engagement."""
    end = found.chain.terms.end_date
    return {
        "engagement": found.chain.engagement.id,
        "currency": found.chain.engagement.currency,
        "original_sum": _amount(found.original),
        "net_change": _amount(found.net),
        "current_sum": _amount(found.current),
        "pending": _amount(found.pending),
        "end_date": end.isoformat() if end else None,
        "orders": [row_record(row) for row in found.orders],
        "directives": [directive_record(row) for row in found.directives],
    }


def directive_record(row: DirectiveRow) -> dict[str, Any]:
    """Return a directive and what became of it."""
    directive = row.directive
    return {
        "reference": f"{directive.engagement}/{directive.reference}",
        "title": directive.title,
        "state": row.state,
        "ordered_by": directive.ordered_by.value,
        "not_to_exceed": _amount(directive.not_to_exceed),
        "converted_by": row.converted_by or None,
    }


def _amount(amount: Money | None) -> str | None:
    return None if amount is None else format(amount.amount, "f")


def _dates(found: DateImpact) -> dict[str, Any]:
    days = {name: getattr(found, name) for name in ("signed", "now", "then")}
    return {**{name: day.isoformat() if day else None for name, day in days.items()}, "days": found.days}
