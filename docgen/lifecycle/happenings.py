"""The rules between fields for what happens within an engagement: directives, deliveries, disputes and more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from docgen.errors import DocgenError, Severity
from docgen.lifecycle.consistency import Loc, Problem, unknown_id, warning
from docgen.lifecycle.deadlines import needs_reminder, review_of
from docgen.lifecycle.due import Deadline, reckoning
from docgen.lifecycle.effective import effective_terms
from docgen.models.changes import AddDeliverable, AddMilestone, AddObligation, ChangeDirective, ChangeOrder
from docgen.models.contact import Contact
from docgen.models.delivery import Delivery, Outcome
from docgen.models.dispute import Dispute
from docgen.models.engagement import Engagement
from docgen.models.party import Side
from docgen.models.review import Review
from docgen.models.serious_issue import SeriousIssue


def directive_problems(
    engagement: Engagement, directives: Sequence[ChangeDirective], directive: ChangeDirective
) -> Iterator[Problem]:
    """Yield every rule of a directive that does not hold."""
    numbers = sorted(each.number for each in directives)
    if numbers.count(directive.number) > 1:
        yield Problem(("number",), "unique", f"{directive.reference} is given twice", "Give each its own number.")
    missing = sorted(set(range(1, directive.number)) - set(numbers))
    if missing:
        message = f"CD-{missing[0]:03d} is missing before {directive.reference}"
        yield Problem(("number",), "sequence", message, "Directives are numbered from 1 without a gap.")
    if directive.ordered_by is not Side.CLIENT:
        message = "the contract lets the client order urgent work, and nobody else"
        yield warning(("ordered_by",), "directive-order", message, "Ask the client to order it.")
    if directive.begin and directive.ordered_on and directive.begin < directive.ordered_on:
        yield Problem(("begin",), "directive-dates", "work begins before it is ordered", "Correct one of the two.")
    if directive.order_by and directive.ordered_on and directive.order_by < directive.ordered_on:
        message = "the change order is to be agreed before the work is ordered"
        yield Problem(("order_by",), "directive-dates", message, "Write a later day.")
    if directive.not_to_exceed is not None and not directive.not_to_exceed:
        advice = "State the sum up to which the work is paid."
        yield Problem(("not_to_exceed",), "directive-limit", "the limit is nothing", advice)


def conversion_problems(
    directives: Sequence[ChangeDirective], orders: Sequence[ChangeOrder], order: ChangeOrder
) -> Iterator[Problem]:
    """Yield what is wrong with the directive that an order takes into the contract sum."""
    if order.converts is None:
        return
    loc: Loc = ("converts",)
    if order.converts not in {each.number for each in directives}:
        message = f"there is no directive CD-{order.converts:03d}"
        yield Problem(loc, "unknown-id", message, "Name its file too, or record it first.")
    other = next((each for each in orders if each.converts == order.converts and each.number != order.number), None)
    if other:
        message = f"{other.reference} takes in CD-{order.converts:03d} already"
        yield Problem(loc, "converted-twice", message, "A directive is converted once.")


def delivery_problems(engagement: Engagement, orders: Sequence[ChangeOrder], delivery: Delivery) -> Iterator[Problem]:
    """Yield every rule of a hand-over that does not hold."""
    known = _deliverables(engagement, orders)
    if delivery.deliverable not in known:
        yield unknown_id(("deliverable",), "deliverable", delivery.deliverable, known)
    if delivery.decided_on and delivery.decided_on < delivery.delivered_on:
        message = f"it is decided on {delivery.decided_on}, before it is handed over"
        yield Problem(("decided_on",), "delivery-dates", message, "Correct one of the two.")
    if delivery.reminded_on and delivery.reminded_on < delivery.delivered_on:
        message = f"the reminder of {delivery.reminded_on} is before the hand-over"
        yield Problem(("reminded_on",), "delivery-dates", message, "Correct one of the two.")
    if delivery.outcome is Outcome.DEEMED_ACCEPTED:
        yield from _deemed(engagement, orders, delivery)


def _deemed(engagement: Engagement, orders: Sequence[ChangeOrder], delivery: Delivery) -> Iterator[Problem]:
    """Yield why a hand-over does not count as accepted by the end of its review (clause `deemed-acceptance`)."""
    if needs_reminder(engagement.account) and delivery.reminded_on is None:
        message = "nobody reminded the client that the review ends, and without a reminder silence is no acceptance"
        advice = "Add `reminded_on:` with the day of the reminder; the review ends two business days after it at least."
        yield Problem(("outcome",), "deemed-acceptance", message, advice)
        return
    review = _review(engagement, orders, delivery)
    if review and delivery.decided_on and delivery.decided_on <= review.date:
        message = f"the review ends with {review.date}, so it cannot count as accepted on {delivery.decided_on}"
        advice = (
            f"Write a day after {review.date}; or write accepted, where the client accepted it in writing or has begun "
            "to use it in its business."
        )
        yield Problem(("decided_on",), "deemed-acceptance", message, advice)


def _review(engagement: Engagement, orders: Sequence[ChangeOrder], delivery: Delivery) -> Deadline | None:
    """Return the end of a hand-over's review on the terms of its day, or None where the facts do not give it.

    What hinders it is told where those facts are checked.
    """
    try:
        terms = effective_terms(engagement.terms, orders, delivery.delivered_on)
        deliverable = next((each for each in terms.scope.deliverables if each.id == delivery.deliverable), None)
        if deliverable is None:
            return None
        how = reckoning(engagement.calendar, engagement.time_zone)
        return review_of(engagement.account, deliverable, delivery, how)
    except DocgenError:
        return None


def dispute_problems(engagement: Engagement, orders: Sequence[ChangeOrder], dispute: Dispute) -> Iterator[Problem]:
    """Yield every rule of a dispute that does not hold; steps in another order than the contract's are warnings."""
    known = {"deliverable": _deliverables(engagement, orders), "obligation": _obligations(engagement, orders)}
    for index, grievance in enumerate(dispute.grievances):
        loc: Loc = ("grievances", index)
        for what, name in (("deliverable", grievance.deliverable), ("obligation", grievance.obligation)):
            if name and name not in known[what]:
                yield replace(unknown_id((*loc, what), what, name, known[what]), severity=Severity.WARNING)
        for place, fact in enumerate(grievance.facts):
            if fact.on > dispute.raised_on:
                message = f"{fact.on} is after the dispute was raised"
                advice = "A look back states what has happened."
                yield Problem((*loc, "facts", place, "on"), "dispute-dates", message, advice)
    yield from _in_order(_steps(dispute))
    if dispute.re_opening and not dispute.cooling_off:
        message = "there is nothing to re-open without a pause"
        yield Problem(("re_opening",), "dispute-steps", message, "Add `cooling_off:` with its first day and length.")


def _steps(dispute: Dispute) -> Iterator[tuple[Loc, str, dt.date]]:
    yield ("raised_on",), "the dispute is raised", dispute.raised_on
    if dispute.meeting:
        yield ("meeting", "on"), "the meeting is", dispute.meeting.on
    if dispute.mediation:
        yield ("mediation", "referred_on"), "mediation is asked for", dispute.mediation.referred_on
        if dispute.mediation.ended_on:
            yield ("mediation", "ended_on"), "mediation ends", dispute.mediation.ended_on
    if dispute.cooling_off:
        yield ("cooling_off", "begins"), "the pause begins", dispute.cooling_off.begins


def _in_order(steps: Iterable[tuple[Loc, str, dt.date]]) -> Iterator[Problem]:
    last: tuple[str, dt.date] | None = None
    for loc, words, day in steps:
        if last and day < last[1]:
            message = f"{words} on {day}, before {last[0]} on {last[1]}"
            yield Problem(loc, "dispute-dates", message, "Correct one of the two.")
        last = words, day


def review_problems(engagement: Engagement, orders: Sequence[ChangeOrder], review: Review) -> Iterator[Problem]:
    """Yield every rule of a relationship review that does not hold."""
    known = _obligations(engagement, orders)
    for index, role in enumerate(review.roles):
        if role.obligation and role.obligation not in known:
            yield unknown_id(("roles", index, "obligation"), "obligation", role.obligation, known)
    for index, action in enumerate(review.actions):
        if action.owner and engagement.person(action.owner) is None:
            loc: Loc = ("actions", index, "owner")
            yield warning(loc, "person", f"{action.owner} is not among the contacts", "Add the person there.")
    if review.next_review and review.next_review <= review.on:
        message = "the next review is not after this one"
        yield Problem(("next_review",), "review-dates", message, "Write a later day.")


def contact_problems(engagement: Engagement, orders: Sequence[ChangeOrder], contact: Contact) -> Iterator[Problem]:
    """Yield every rule of a contact that does not hold; people and things that are not known are warnings."""
    sides: list[tuple[Loc, str, Side]] = [(("by",), contact.by, Side.PROVIDER)]
    sides += [(("with", index), email, Side.CLIENT) for index, email in enumerate(contact.with_)]
    for loc, email, side in sides:
        found = engagement.person(email)
        if found is None:
            yield warning(loc, "person", f"{email} is not among the contacts of the {side}", "Add the person there.")
        elif found[0] is not side:
            message = f"{email} is a contact of the {found[0]}, not of the {side}"
            yield warning(loc, "person", message, "`by` is somebody of the provider, `with` somebody of the client.")
    known = _deliverables(engagement, orders) | _milestones(engagement, orders)
    for index, promise in enumerate(contact.promises):
        if promise.about and promise.about not in known:
            yield unknown_id(("promises", index, "about"), "milestone or deliverable", promise.about, known)
    for index, follow_up in enumerate(contact.follow_ups):
        for name in ("due", "done"):
            day = getattr(follow_up, name)
            if day is not None and day < contact.on:
                message = f"{day} is before the contact itself"
                yield Problem(("follow_ups", index, name), "follow-up-date", message, "Correct one of the two.")


def serious_issue_problems(
    engagement: Engagement, orders: Sequence[ChangeOrder], issue: SeriousIssue
) -> Iterator[Problem]:
    """Yield every rule of a serious issue that does not hold."""
    known = _milestones(engagement, orders)
    for index, milestone in enumerate(issue.milestones):
        if milestone.id not in known:
            yield unknown_id(("milestones", index, "id"), "milestone", milestone.id, known)
    dates = (
        ("decide_by", "the decision is needed"),
        ("decided", "the client decided"),
        ("resolved", "the issue is resolved"),
    )
    for name, words in dates:
        day = getattr(issue, name)
        if day is not None and day < issue.on:
            message = f"{words} on {day}, before the issue was found on {issue.on}"
            yield Problem((name,), "issue-dates", message, "Correct one of the two.")
    if issue.owner and engagement.person(issue.owner) is None:
        yield warning(("owner",), "person", f"{issue.owner} is not among the contacts", "Add the person there.")


def _milestones(engagement: Engagement, orders: Sequence[ChangeOrder]) -> set[str]:
    """Return the ids of the milestones as signed and of those that orders add, omitted since or not."""
    changes = (change for order in orders for change in order.changes)
    added = {change.milestone.id for change in changes if isinstance(change, AddMilestone)}
    return added | {each.id for each in engagement.terms.milestones}


def _deliverables(engagement: Engagement, orders: Sequence[ChangeOrder]) -> set[str]:
    """Return the ids of the deliverables as signed and of those that orders add, omitted since or not."""
    changes = (change for order in orders for change in order.changes)
    added = {change.deliverable.id for change in changes if isinstance(change, AddDeliverable)}
    return added | {each.id for each in engagement.terms.scope.deliverables}


def _obligations(engagement: Engagement, orders: Sequence[ChangeOrder]) -> set[str]:
    """Return the ids of the obligations as signed and of those that orders add, omitted since or not."""
    changes = (change for order in orders for change in order.changes)
    added = {change.obligation.id for change in changes if isinstance(change, AddObligation)}
    return added | {each.id for each in engagement.terms.obligations}
