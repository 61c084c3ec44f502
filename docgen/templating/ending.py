"""What the documents at the end of an engagement see: the certificate, the survey, the meeting and the review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from docgen.lifecycle.calendars import add_calendar_days, business_days
from docgen.lifecycle.completion import (
    deliveries_by,
    entries_by,
    last_deliveries,
    milestones_reached,
    obligation_clause,
    settlements,
)
from docgen.lifecycle.effective import effective_terms, in_force, ledger
from docgen.lifecycle.feedback import average, comparisons, estimate_for, gaps, trend
from docgen.models.delivery import Delivery, Outcome
from docgen.models.engagement import Engagement, Privilege
from docgen.models.feedback import Question
from docgen.models.money import Money
from docgen.models.party import ContactRole, Side
from docgen.models.review import Action, Review
from docgen.models.terms import Terms, TimeFee, UnitFee, contract_sum
from docgen.templating.case import NO_CLAUSE, Case, ClauseText, MissingPartError, Part
from docgen.templating.changes import amendment
from docgen.templating.filters import Formats
from docgen.templating.views import View, view

MEETING_DAYS = (5, 7, 10)
"""How many business days after a proposal the days lie that it proposes for a meeting."""
_LASTING = (
    "confidentiality",
    "warranties",
    "defects",
    "liability",
    "insurance",
    "indemnities",
    "intellectual-property",
    "data-protection",
    "termination-consequences",
    "survival",
    "audit",
    "disputes",
)
"""Clauses that go on after the end, where the contract has them."""


def completion_certificate(case: Case, terms: Terms, formats: Formats, clauses: Mapping[str, ClauseText]) -> Part:
    """Return what a certificate of completion tells: what was agreed, handed over, changed, paid, and what goes on."""
    engagement, baseline = case.engagement, case.engagement.terms
    currency, orders = engagement.currency, in_force(case.orders, case.on)
    deliverables = tuple(_accepted(case, terms))
    entries = entries_by(case.entries, case.on)
    reached = milestones_reached(terms, entries)
    dates = [each["accepted_on"] for each in deliverables] + [reached.get(each.id) for each in terms.milestones]
    signed = {milestone.id: milestone.date for milestone in baseline.milestones}
    lines = settlements(lambda day: effective_terms(baseline, orders, day), currency, entries, case.on)
    facts = {
        "deliverables": deliverables,
        "milestones": [
            {
                "id": each.id,
                "title": each.title,
                "signed": signed.get(each.id),
                "planned": each.date,
                "reached": reached.get(each.id),
            }
            for each in terms.milestones
        ],
        "orders": [amendment(applied) for applied in ledger(baseline, orders, currency)],
        "directives": [{"reference": each.reference, "title": each.title} for each in case.directives],
        "lines": lines,
        "signed_sum": contract_sum(baseline, currency),
        "sum": contract_sum(terms, currency),
        "due": Money.total((line.due for line in lines), currency),
        "invoiced": Money.total((line.invoiced for line in lines), currency),
        "signed_end": baseline.end_date,
        "planned_end": terms.end_date,
        "completed": max(filter(None, dates), default=None) if all(dates) else None,
        "lasting": {name: clauses[name] for name in _LASTING if name in clauses},
    }
    return {"completion": view(facts, "completion")}, {}


def _accepted(case: Case, terms: Terms) -> Iterator[dict[str, Any]]:
    last = last_deliveries(deliveries_by(case.deliveries, case.on))
    for each in terms.scope.deliverables:
        delivery = last.get(each.id)
        accepted = delivery if delivery and delivery.accepted else None
        yield {
            "id": each.id,
            "title": each.title,
            "due": each.due,
            "delivered_on": delivery.delivered_on if delivery else None,
            "accepted_on": accepted.decided_on if accepted else None,
            "accepted_by": accepted.decided_by if accepted else None,
            "deemed": accepted is not None and accepted.outcome is Outcome.DEEMED_ACCEPTED,
        }


def survey(case: Case, terms: Terms, formats: Formats, clauses: Mapping[str, ClauseText]) -> Part:
    """Return the questions of a satisfaction survey, by the names under which their answers are read back."""
    return {"survey": view({"questions": list(Question)}, "survey")}, {}


def meeting_proposal(case: Case, terms: Terms, formats: Formats, clauses: Mapping[str, ClauseText]) -> Part:
    """Return what a proposal to meet tells: what the client said, where that is not what the firm thought, and when."""
    if not case.feedback:
        raise MissingPartError("meeting proposal", "what the client answered (format: docgen.feedback/1)")
    feedback = case.feedback[-1]
    estimate = estimate_for(case.estimates, case.feedback, feedback)
    scores = [answer.score for answer in feedback.answers.values()]
    sight = view(feedback, "feedback").with_facts(average=average(scores))
    meeting = {
        "estimate": estimate,
        "gaps": [
            view(gap, f"meeting.gaps.{gap.question}").with_facts(down=(gap.difference or 0) < 0)
            for gap in gaps(estimate, feedback)
        ],
        "days": list(_meeting_days(case.engagement, case.on)),
        "client": _client_side(case.engagement),
    }
    return {"feedback": sight, "meeting": view(meeting, "meeting")}, {}


def _meeting_days(engagement: Engagement, on: dt.date) -> Iterator[dt.date]:
    """Yield three days to propose: business days, where a calendar says which they are."""
    business = business_days(engagement.calendar) if engagement.calendar else None
    for count in MEETING_DAYS:
        yield business.add_business_days(on, count) if business else add_calendar_days(on, count * 7 // 5)


def _client_side(engagement: Engagement) -> tuple[str, ...]:
    """Return whom of the client to ask to a meeting: those who speak for it and those who work with the firm."""
    wanted = (ContactRole.SPONSOR, ContactRole.DAY_TO_DAY)
    names = [contact.name for contact in engagement.client.contacts if contact.role in wanted]
    if engagement.client.signatory and not names:
        names = [engagement.client.signatory.name]
    return tuple(dict.fromkeys(names))


def relationship_review(case: Case, terms: Terms, formats: Formats, clauses: Mapping[str, ClauseText]) -> Part:
    """Return what a review of the relationship tells: roles, goals, value, feedback and what is still to be done."""
    review, engagement = case.review, case.engagement
    if review is None:
        raise MissingPartError("relationship review", "the review file (format: docgen.review/1)")
    currency, orders = engagement.currency, in_force(case.orders, case.on)
    entries = entries_by(case.entries, case.on)
    lines = settlements(lambda day: effective_terms(engagement.terms, orders, day), currency, entries, case.on)
    reached = milestones_reached(terms, entries)
    deliveries = last_deliveries(deliveries_by(case.deliveries, case.on))
    asked = [each for each in case.feedback if each.on <= max(case.on, review.on)]
    last = max(asked, key=lambda each: (each.on, each.number or 0), default=None)
    rows = comparisons(estimate_for(case.estimates, asked, last), last) if last else ()
    actions = _actions(case.reviews or (review,))
    facts = {
        "roles": {side.value: list(_roles(review, side, clauses)) for side in Side},
        "open": [each for each in actions if each.done is None],
        "done": [each for each in actions if each.done],
        "sum": contract_sum(terms, currency),
        "invoiced": Money.total((line.invoiced for line in lines), currency),
        "deliverables": {
            "accepted": [each.id for each in terms.scope.deliverables if _is_accepted(deliveries, each.id)],
            "all": len(terms.scope.deliverables),
        },
        "milestones": {
            "reached": [each.id for each in terms.milestones if each.id in reached],
            "all": len(terms.milestones),
        },
        "surveys": trend(case.estimates, asked),
        "answers": rows,
        "answered_on": last.on if last else None,
        "privileges": _in_force(engagement, terms, case.on),
    }
    return {"review": view(review, "review").with_facts(**facts)}, {}


def _is_accepted(deliveries: Mapping[str, Delivery], name: str) -> bool:
    return name in deliveries and deliveries[name].accepted


def _roles(review: Review, side: Side, clauses: Mapping[str, ClauseText]) -> Iterator[View]:
    for index, role in enumerate(review.roles, 1):
        if role.party is side:
            clause = clauses.get(obligation_clause(role.obligation), NO_CLAUSE) if role.obligation else NO_CLAUSE
            yield view(role, f"review.roles.{index}").with_facts(clause=clause.number)


def _actions(reviews: tuple[Review, ...]) -> tuple[Action, ...]:
    """Return every action that was promised; one that a later review speaks of again stands as it says there."""
    found: dict[str, Action] = {}
    for review in reviews:
        for action in review.actions:
            found[" ".join(action.text.casefold().split()).rstrip(".")] = action
    return tuple(found.values())


def privileges_of(engagement: Engagement, terms: Terms, on: dt.date) -> tuple[View, ...]:
    """Return the privileges that the contract grants, each with whether it has ended by a day or was replaced.

    The contract grants what was granted by its effective date and had not ended then. One that ends later, or whose
    fee or term is another one in the terms in force, keeps its clause and number in a conformed copy and is told as
    ended or replaced.
    """
    granted = enumerate(_granted(engagement), 1)
    return tuple(_privilege(engagement.terms, terms, each, place, on) for place, (_, each) in granted)


def later_privileges(engagement: Engagement, on: dt.date) -> tuple[Privilege, ...]:
    """Return the privileges granted since the contract that are in force on a day."""
    inside = {index for index, _ in _granted(engagement)}
    return tuple(
        each for index, each in enumerate(engagement.account.privileges, 1) if index not in inside and each.holds_on(on)
    )


def _in_force(engagement: Engagement, terms: Terms, on: dt.date) -> list[Privilege]:
    """Return the privileges that hold on a day, without those of the contract that an order has replaced."""
    replaced = [each for _, each in _granted(engagement) if _is_replaced(engagement.terms, terms, each)]
    return [each for each in engagement.account.privileges if each.holds_on(on) and each not in replaced]


def _granted(engagement: Engagement) -> Iterator[tuple[int, Privilege]]:
    begin = engagement.terms.effective_date
    for index, each in enumerate(engagement.account.privileges, 1):
        since, ended = each.granted_on, each.until
        if begin is None or ((since is None or since <= begin) and (ended is None or ended >= begin)):
            yield index, each


def _privilege(signed: Terms, terms: Terms, privilege: Privilege, place: int, on: dt.date) -> View:
    ended = privilege.until is not None and privilege.until < on
    facts = {"ended": ended, "replaced": _is_replaced(signed, terms, privilege), "clause": f"privilege-{place}"}
    seen: View = view(privilege, f"account.privileges.{place}").with_facts(**facts)
    return seen


def _is_replaced(signed: Terms, terms: Terms, privilege: Privilege) -> bool:
    """Say whether the fee or the term that a privilege is about is another one than was signed."""
    name = privilege.applies_to
    return name is not None and _at(signed, name) != _at(terms, name)


def _at(terms: Terms, name: str) -> object:
    """Return what a privilege is about: the rate or the amount of a fee line, or the term at a path; else None."""
    for line in terms.fees.lines:
        if line.id == name:
            return line.rate if isinstance(line, TimeFee | UnitFee) else line.amount
    part: object = terms
    for key in name.split("."):
        part = getattr(part, key, None)
    return part
