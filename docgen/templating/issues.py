"""What a notice of a serious issue sees: what happened, the dates it moves, who answers for it, what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from docgen.lifecycle.calendars import business_days
from docgen.lifecycle.progress import next_report_day
from docgen.models.party import ContactRole
from docgen.models.serious_issue import AffectedMilestone
from docgen.models.terms import Milestone, Terms
from docgen.templating.case import NO_CLAUSE, Case, ClauseText, MissingPartError, Part
from docgen.templating.filters import Formats
from docgen.templating.views import View, view

_COPIED = (ContactRole.SPONSOR, ContactRole.DAY_TO_DAY)
"""Whom of the client a notice goes to beside the person who signs for it."""
_CITED: Mapping[str, str] = {
    "duty": "provider-standing-duties",
    "decisions": "client-decisions",
    "changes": "change-control",
}
"""The clauses a notice speaks of: the duty to tell, how the client decides, and how the contract is changed."""


def notice_of_issue(case: Case, terms: Terms, formats: Formats, clauses: Mapping[str, ClauseText]) -> Part:
    """Return what a notice of a serious issue tells; a clause that the contract does not have is empty.

    Where no contract is signed, none is cited, and the days of the terms are proposed.
    """
    issue = case.issue
    if issue is None:
        raise MissingPartError("notice of a serious issue", "the serious issue (format: docgen.serious-issue/1)")
    known = {} if case.leave else clauses
    facts = {
        "milestones": [_milestone(case, terms, each, index) for index, each in enumerate(issue.milestones, 1)],
        "owner": _owner(case, issue.owner),
        "copies": list(_copies(case)),
        "next_report": _next_report(case, terms),
        "clauses": {name: known.get(clause, NO_CLAUSE) for name, clause in _CITED.items()},
        "unsigned": case.leave is not None,
        "open": issue.resolved is None,
        "waits": issue.resolved is None and issue.decided is None,
    }
    return {"issue": view(issue, "issue").with_facts(**facts)}, {}


def _milestone(case: Case, terms: Terms, affected: AffectedMilestone, index: int) -> View:
    """Return a milestone as signed, as in force and as expected now; the shift is in calendar days, above zero late."""
    signed = _find(case.engagement.terms, affected.id)
    current = _find(terms, affected.id)
    known = current or signed or _added(case, affected.id)
    due = current.date if current else None
    seen: View = view(affected, f"issue.milestones.{index}")
    return seen.with_facts(
        title=known.title if known else affected.id,
        signed=signed.date if signed else None,
        in_force=due,
        omitted=current is None,
        shift=(affected.forecast - due).days if affected.forecast and due else None,
    )


def _find(terms: Terms, name: str) -> Milestone | None:
    return next((each for each in terms.milestones if each.id == name), None)


def _added(case: Case, name: str) -> Milestone | None:
    """Return a milestone that an order adds which is not in force on the day of the notice."""
    changes = (change for order in case.orders for change in order.changes)
    found = (each for each in (getattr(change, "milestone", None) for change in changes) if isinstance(each, Milestone))
    return next((each for each in found if each.id == name), None)


def _owner(case: Case, email: str | None) -> Any:
    """Return who looks after the issue, or None where that is the account manager."""
    if email is None or email == case.engagement.account.manager:
        return None
    found = case.engagement.person(email)
    return found[1] if found else {"name": email, "title": None, "email": email, "phone": None}


def _copies(case: Case) -> Iterator[str]:
    """Yield the names of those at the client whom the letter goes to as well."""
    signatory = case.engagement.client.signatory
    for contact in case.engagement.client.contacts:
        if contact.role in _COPIED and not (signatory and contact.name == signatory.name):
            yield contact.name


def _next_report(case: Case, terms: Terms) -> dt.date | None:
    """Return the day of the first report after the notice; None where none is agreed, known or to come."""
    engagement = case.engagement
    if engagement.calendar is None or engagement.account.report is None:
        return None
    if terms.end_date is not None and case.on >= terms.end_date:
        return None
    return next_report_day(engagement.account.report, business_days(engagement.calendar), case.on)
