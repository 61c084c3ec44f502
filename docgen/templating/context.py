"""What a template sees of one case: the facts, the terms in force, and what the rules compute from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from docgen.charts import PERIODS
from docgen.lifecycle.alerts import numbered, told_dates
from docgen.lifecycle.calendars import business_days
from docgen.lifecycle.deadlines import CureDeadline, cure_deadline, missing_for_cure
from docgen.lifecycle.deviation import DETAIL
from docgen.lifecycle.effective import effective_terms, in_force, is_effective, ledger
from docgen.lifecycle.occurrences import (
    in_order,
    of_deliveries,
    of_issues,
    of_orders,
    of_papers,
    window_of,
)
from docgen.lifecycle.progress import (
    Budget,
    awaited,
    budget,
    carried_forward,
    dimensions,
    entries_until,
    milestone_states,
    next_report_day,
    previous_entry,
    report_number,
    standing,
)
from docgen.lifecycle.quiet import MOST, ahead, repeated
from docgen.lifecycle.recipients import report_readers
from docgen.lifecycle.taken_up import LeftOut, asked, left_out, outgrown
from docgen.models.breach import Breach
from docgen.models.engagement import Engagement
from docgen.models.money import Money
from docgen.models.party import Side
from docgen.models.progress import ProgressEntry
from docgen.models.terms import Degree, Milestone, Terms, contract_sum, liability_cap
from docgen.templating.case import Builder, Case, ClauseText, MissingPartError, Part, Scene, with_clause
from docgen.templating.changes import (
    amendment,
    change_directive,
    change_impact,
    change_order,
    line_view,
    orders_before,
)
from docgen.templating.ending import (
    completion_certificate,
    later_privileges,
    meeting_proposal,
    privileges_of,
    relationship_review,
    survey,
)
from docgen.templating.escalation import earlier_steps, look_back, mediation_referral, re_opening
from docgen.templating.filters import Formats
from docgen.templating.issues import notice_of_issue
from docgen.templating.pictures import MILESTONES, report_pictures
from docgen.templating.views import Missing, View, view

AS_IT_STANDS = frozenset(
    {
        "change-directive",
        "breach-notice",
        "notice-of-issue",
        "look-back",
        "mediation-referral",
        "re-opening",
        "completion-certificate",
        "survey",
        "meeting-proposal",
        "relationship-review",
    }
)
"""Kinds that speak of the terms in force on their own day."""


GIVEN: Mapping[str, tuple[str, ...]] = {
    "letter-of-approval": ("approval",),
    "mediation-referral": ("dispute.mediation", "disputes.mediation"),
    "re-opening": ("dispute.cooling_off", "dispute.re_opening"),
}
"""Optional facts without which a kind of document is not made."""


def people(engagement: Engagement) -> dict[str, str]:
    """Return the names of all contacts by e-mail address."""
    return {
        contact.email: contact.name for side in Side for contact in engagement.party(side).contacts if contact.email
    }


def terms_for(case: Case) -> Terms:
    """Return the terms that count for a kind of document.

    Letter and contract speak of the terms as signed, a change order of those before it, a report of
    those at the end of its period and a notice of those on its day.
    """
    baseline = case.engagement.terms
    match case.kind:
        case "conformed-contract":
            return effective_terms(baseline, case.orders, case.in_force_on)
        case "change-order" | "change-impact":
            return effective_terms(baseline, orders_before(case))
        case "progress-report" | "covering-mail" if case.entry:
            return effective_terms(baseline, case.orders, case.entry.period.end)
        case _ if case.kind in AS_IT_STANDS:
            return effective_terms(baseline, case.orders, case.day)
        case _:
            return baseline


def build_scene(case: Case, formats: Formats, clauses: Mapping[str, ClauseText]) -> Scene:
    """Return all that a template sees of a case.

    Raises MissingPartError where the kind needs a file that is not there, and the refusals of the
    rules: an order that cannot be applied, a deadline that lacks a fact.
    """
    terms = terms_for(case)
    facts = {**_common(case, terms), "amendments": _amendments(case)}
    builder = _KINDS.get(case.kind)
    if builder is None:
        return Scene(facts)
    more, pictures = builder(case, terms, formats, clauses)
    return Scene({**facts, **more}, pictures)


def _common(case: Case, terms: Terms) -> dict[str, Any]:
    engagement, currency = case.engagement, case.engagement.currency
    sight = terms_view(terms, currency)
    document = {
        "kind": case.kind,
        "number": case.number,
        "date": case.on,
        "draft": case.draft,
        "language": engagement.words_language,
    }
    return {
        "document": view(document, "document"),
        "house": view({"name": case.house or engagement.provider.legal_name, "logo": case.logo}, "house"),
        "engagement": _engagement(engagement),
        "provider": case.party(Side.PROVIDER),
        "client": case.party(Side.CLIENT),
        "account": _account(engagement, terms, _day_of_privileges(case)),
        "approval": view(engagement.approval, "approval"),
        "terms": sight,
        **{name: sight[name] for name in _SHORTCUTS},
        "contract_sum": contract_sum(terms, currency),
        "detail": DETAIL[engagement.account.deviation],
    }


_SHORTCUTS = (
    "scope",
    "obligations",
    "fees",
    "liability",
    "milestones",
    "change_control",
    "termination",
    "notices",
    "disputes",
)


def _engagement(engagement: Engagement) -> View:
    sight: View = view(engagement, "engagement")
    if engagement.calendar is None:
        return sight
    place = business_days(engagement.calendar, engagement.words_language).place
    return sight.with_facts(calendar=sight.calendar.with_facts(place=place))


def _day_of_privileges(case: Case) -> dt.date:
    """Return the day on which privileges may have ended: the contract as signed speaks of the day it takes effect."""
    begin = case.engagement.terms.effective_date
    return begin if case.kind == "contract" and begin else case.in_force_on or case.on


def _account(engagement: Engagement, terms: Terms, on: dt.date) -> View:
    account = engagement.account
    sight: View = view(account, "account")
    return sight.with_facts(
        privileges=privileges_of(engagement, terms, on),
        later_privileges=later_privileges(engagement, on),
        manager=_person(engagement, account.manager) if account.manager else None,
        team=[_person(engagement, email) for email in account.team],
    )


def _person(engagement: Engagement, email: str) -> Any:
    found = engagement.person(email)
    if not found:
        return {"name": email, "title": None, "email": email}
    sight: View = view(found[1], "account")
    return sight.with_facts(email=email)


def terms_view(terms: Terms, currency: str) -> View:
    """Return the view of terms with what follows from them: totals, and entries that refer to one another."""
    lines = tuple(line_view(line) for line in terms.fees.lines)
    by_milestone: dict[str, list[View]] = {}
    for line, seen in zip(terms.fees.lines, lines, strict=True):
        by_milestone.setdefault(getattr(line, "milestone", None) or "", []).append(seen)
    titles = {deliverable.id: deliverable for deliverable in terms.scope.deliverables}
    milestones = tuple(
        view(milestone, f"milestones.{milestone.id}").with_facts(
            deliverables=[titles[name] for name in milestone.deliverables if name in titles],
            fees=by_milestone.get(milestone.id, []),
        )
        for milestone in terms.milestones
    )
    deliverables = tuple(
        view(deliverable, f"terms.scope.deliverables.{deliverable.id}").with_facts(
            milestone=_milestone_of(terms, deliverable.id),
            fees=by_milestone.get(getattr(_milestone_of(terms, deliverable.id), "id", "?"), []),
        )
        for deliverable in terms.scope.deliverables
    )
    obligations = tuple(
        view(obligation, f"terms.obligations.{obligation.id}").with_facts(
            binding=obligation.degree is not Degree.SHOULD
        )
        for obligation in terms.obligations
    )
    sight: View = view(terms, "terms")
    return sight.with_facts(
        scope=sight.scope.with_facts(deliverables=deliverables),
        fees=sight.fees.with_facts(lines=lines),
        obligations=obligations,
        milestones=milestones,
        liability=sight.liability.with_facts(total_cap=liability_cap(terms, currency)),
    )


def _milestone_of(terms: Terms, deliverable: str) -> Milestone | None:
    return next((milestone for milestone in terms.milestones if deliverable in milestone.deliverables), None)


def _amendments(case: Case) -> Any:
    """Return the orders in force for this document, each with its effect; none for the contract as signed."""
    if case.kind == "conformed-contract":
        day = case.in_force_on
    elif case.kind == "breach-notice":
        day = case.day
    else:
        return ()
    counted = {order.number for order in in_force(case.orders, day)}
    rows = ledger(case.engagement.terms, case.orders, case.engagement.currency)
    return view([amendment(applied) for applied in rows if applied.order.number in counted], "amendments")


# Progress report


def _progress_report(case: Case, terms: Terms, formats: Formats, clauses: Mapping[str, ClauseText]) -> Part:
    entry, engagement = case.entry, case.engagement
    if entry is None:
        raise MissingPartError("progress report", "a progress entry")
    baseline, currency = engagement.terms, engagement.currency

    def terms_on(day: dt.date) -> Terms:
        return effective_terms(baseline, case.orders, day)

    waited, before = awaited(case.entries, entry), previous_entry(case.entries, entry)
    serious = numbered(case.issues)
    waited = waited.without(outgrown(serious.items(), case.entries, entry, entry.period.end))
    told = told_dates(serious, entry.period.end, case.noticed)
    alerts = left_out(serious, case.noticed, case.entries, entry)
    milestones = milestone_states(baseline, terms, case.entries, entry, told)
    money = budget(terms_on, currency, case.entries, entry)
    business = business_days(engagement.calendar) if engagement.calendar else None
    carried = carried_forward(case.entries, entry)
    signed = case.leave is None
    most = MOST - bool(case.leave) - bool(alerts)
    pictures = report_pictures(
        case.entries, entry, terms, terms_on, milestones, money, business, formats, signed=signed
    )
    more = {
        "number": report_number(case.entries, entry),
        "dimensions": dimensions(case.entries, entry),
        "carried": carried,
        "awaited": waited,
        "alerts": alerts,
        "happened": _happened(case, terms, alerts),
        "asked": asked(waited, alerts),
        "milestones": milestones,
        "budget": money,
        "orders": [
            {**amendment(applied), "in_force": is_effective(applied.order, entry.period.end)}
            for applied in ledger(baseline, case.orders, currency)
        ],
        "baseline": standing(baseline, currency),
        "current": standing(terms, currency),
        "previous": before,
        "unreported": _unreported(engagement, terms, before, entry),
        "next_report": _next_report(engagement, terms, entry.period.end),
        "pictures": tuple(sorted(pictures)),
        "drawn": {
            "milestones": _shown(len(milestones), MILESTONES),
            "reports": _shown(len(entries_until(case.entries, entry)), PERIODS),
        },
        "brief": {
            "actions": repeated(waited.actions, "client_actions", case.entries, entry, most),
            "issues": repeated(waited.issues, "issues", case.entries, entry, most),
            "planned": repeated((*carried, *entry.next), "next", case.entries, entry, most),
            "milestones": ahead(milestones, case.entries, entry),
        },
        "leave": _leave(case, money),
        "author": case.around.author or None,
    }
    return {"report": view(entry, "report").with_facts(**more)}, pictures


def _happened(case: Case, terms: Terms, alerts: Sequence[LeftOut]) -> Mapping[str, Any]:
    """Return whether `anything` happened since the last report beside what the entry tells, and what by day.

    `listed` leaves out what the report tells of serious issues anyhow.
    """
    if case.entry is None or not case.entry.no_change:
        return {"anything": False, "listed": ()}
    window, signed, issues = window_of(case.entries, case.entry), case.around.signed, numbered(case.issues)
    titles = {each.id: each.title for each in terms.scope.deliverables}
    told = {each.reference for each in alerts}
    others = {number: each for number, each in issues.items() if f"NI-{number:03d}" not in told}
    listed = (
        *of_issues(others, case.noticed, window),
        *of_orders(case.orders, signed, window),
        *of_deliveries(case.deliveries, titles, window),
        *of_papers(signed, window),
    )
    return {"anything": any((*listed, *of_issues(issues, case.noticed, window))), "listed": in_order(listed)}


def _shown(count: int, limit: int) -> Mapping[str, int]:
    return {"shown": min(count, limit), "of": count}


def _leave(case: Case, money: Budget) -> Mapping[str, Any] | None:
    """Return the leave to start that stands while no contract is signed, or None.

    `left` is how far the limit is, or by how much it is passed (`over`). Where no letter is issued it has no days.
    """
    approval, leave, entry = case.engagement.approval, case.leave, case.entry
    if leave is None or entry is None:
        return None
    stands = approval if leave.issued else None
    limit = stands.not_to_exceed if stands else None
    return {
        "issued": leave.issued,
        "signed": leave.signed,
        "lapsed": stands is not None and stands.valid_until < entry.period.end,
        "over": limit is not None and money.spent > limit,
        "left": abs(limit - money.spent) if limit else None,
    }


def _covering_mail(case: Case, terms: Terms, formats: Formats, clauses: Mapping[str, ClauseText]) -> Part:
    """Return what the e-mail with a report says: what the report says, and what of it the client has to act on."""
    facts, _ = _progress_report(case, terms, formats, clauses)
    report = facts["report"]
    letter = {
        "addressees": case.addressees or tuple(each.name for each in report_readers(case.engagement).to),
        "replaces": case.replaces,
        "decisions": report.asked,
        "actions": report.awaited.actions,
    }
    return {**facts, "letter": view(letter, "letter")}, {}


def _unreported(
    engagement: Engagement, terms: Terms, before: ProgressEntry | None, entry: ProgressEntry
) -> Mapping[str, dt.date] | None:
    """Return from when to when a report was due and no report speaks, just before an entry's period."""
    due = _next_report(engagement, terms, before.period.end) if before else None
    if before is None or due is None or due >= entry.period.start:
        return None
    day = dt.timedelta(days=1)
    return {"from": before.period.end + day, "to": entry.period.start - day}


def _next_report(engagement: Engagement, terms: Terms, after: dt.date) -> dt.date | None:
    """Return the day the next report is due; None once the contract has ended."""
    if engagement.calendar is None or (terms.end_date is not None and after >= terms.end_date):
        return None
    return next_report_day(engagement.account.report, business_days(engagement.calendar), after)


# Breach notice


def _breach_notice(case: Case, terms: Terms, formats: Formats, clauses: Mapping[str, ClauseText]) -> Part:
    breach, engagement = case.breach, case.engagement
    if breach is None:
        raise MissingPartError("breach notice", "the breach")
    defaults = [
        with_clause(view(default, f"breach.defaults.{index}"), default.clause, clauses)
        for index, default in enumerate(breach.defaults, 1)
    ]
    amounts = [default.amount for default in breach.defaults if default.amount is not None]
    total = Money.total(amounts, engagement.currency) if amounts else None
    parties = {"in_breach": case.party(breach.by), "notifier": case.party(breach.by.other)}
    sight = view(breach, "breach").with_facts(defaults=defaults, amount=total)
    if case.disputes:
        sight = sight.with_facts(earlier_steps=earlier_steps(case, breach, formats))
    return {"breach": sight, **parties, "cure": _cure(case, terms, breach)}, {}


def _cure(case: Case, terms: Terms, breach: Breach) -> Any:
    """Return the cure deadline with its computation; a draft shows blanks where the contract lacks a fact."""
    missing, calendar = missing_for_cure(terms, breach.method), case.engagement.calendar
    if missing or calendar is None:
        return _open_cure(breach, missing if calendar else (*missing, "calendar"))
    business = business_days(calendar, case.engagement.words_language)
    deadline = cure_deadline(terms, breach.notice_date, breach.method, business, case.engagement.time_zone)
    return view(deadline, "cure")


def _open_cure(breach: Breach, missing: tuple[str, ...]) -> View:
    """Return a cure deadline whose parts are blanks for the facts it lacks: these are told, and nothing else."""
    first, middle, last = (Missing(missing[index]) for index in (0, len(missing) // 2, -1))
    blanks = dict.fromkeys((part.name for part in fields(CureDeadline)), first)
    known = {"sent": breach.notice_date, "method": breach.method}
    return View({**blanks, "starts": middle, "place": last, **known}, "cure")


_KINDS: Mapping[str, Builder] = {
    "change-order": change_order,
    "change-impact": change_impact,
    "change-directive": change_directive,
    "progress-report": _progress_report,
    "covering-mail": _covering_mail,
    "breach-notice": _breach_notice,
    "notice-of-issue": notice_of_issue,
    "look-back": look_back,
    "mediation-referral": mediation_referral,
    "re-opening": re_opening,
    "completion-certificate": completion_certificate,
    "survey": survey,
    "meeting-proposal": meeting_proposal,
    "relationship-review": relationship_review,
}
