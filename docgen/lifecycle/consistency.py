"""The rules between fields: what each file says must agree with itself, and the files with one another."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from docgen.errors import DocgenError, Severity
from docgen.lifecycle.calendars import business_days
from docgen.lifecycle.due import Reckoning, reckoning
from docgen.lifecycle.effective import (
    ChangeError,
    OrderSequenceError,
    check_sequence,
    effective_terms,
    ledger,
    missing_numbers,
    orders_are,
    steps,
)
from docgen.lifecycle.escalation import ORDER_CLAUSE, Lapse, skipped_steps
from docgen.lifecycle.progress import TermsOn, entries_until, payable, unplanned
from docgen.models.breach import Breach
from docgen.models.changes import ChangeOrder
from docgen.models.dispute import Dispute
from docgen.models.engagement import Engagement
from docgen.models.party import ContactRole, Side
from docgen.models.progress import ProgressEntry, Rag
from docgen.models.terms import (
    FixedFee,
    Forum,
    Period,
    RetainerFee,
    RunsFrom,
    Terms,
    TimeFee,
    UnitFee,
    contract_sum,
    liability_cap,
)

Loc = tuple[str | int, ...]

_LEAST_INTEREST = Decimal("0.25")
"""Below this, a yearly rate is taken for a share of one: 0.08 for 8 per cent."""
_PERIOD_DAYS = {Period.WEEK: 7, Period.MONTH: 30, Period.QUARTER: 90}


@dataclass(frozen=True)
class Problem:
    """A rule that does not hold: where in the facts, which rule, what is wrong and what would be right."""

    loc: Loc
    rule: str
    message: str
    advice: str = ""
    severity: Severity = Severity.ERROR
    about: str = ""
    """The id the problem is about, so that it is not told twice when that entry is faulty itself."""
    rests_on: tuple[Loc, ...] = ()
    """The facts besides its place that it follows from, so that it is not told when one of them is faulty itself."""


def warning(loc: Loc, rule: str, message: str, advice: str = "") -> Problem:
    """Return a problem that is told and stops nothing."""
    return Problem(loc, rule, message, advice, Severity.WARNING)


def engagement_problems(engagement: Engagement) -> tuple[Problem, ...]:
    """Return every rule of an engagement file that does not hold."""
    return tuple(
        problem for rule in (_parties, _people, _privileges, _calendar, _approval) for problem in rule(engagement)
    ) + tuple(_under(("terms",), terms_problems(engagement.terms, engagement.currency)))


def terms_problems(terms: Terms, currency: str) -> tuple[Problem, ...]:
    """Return every rule of the terms that does not hold; places are within the terms."""
    return tuple(
        problem
        for rule in (
            _ids,
            _references,
            _dates,
            _fees,
            _shares,
            _liability,
            _claims,
            _ladder,
            _time_to_act,
            _termination,
            _notices,
            _disputes,
            _phrases,
        )
        for problem in rule(terms, currency)
    )


def _under(loc: Loc, problems: Iterable[Problem]) -> Iterator[Problem]:
    for problem in problems:
        rests_on = tuple((*loc, *other) for other in problem.rests_on)
        yield replace(problem, loc=(*loc, *problem.loc), rests_on=rests_on)


# The engagement


def _parties(engagement: Engagement) -> Iterator[Problem]:
    provider, client = engagement.provider, engagement.client
    names = (provider.legal_name, client.legal_name)
    if all(names) and len({name.casefold() for name in names if name}) == 1:
        loc: Loc = ("client", "legal_name")
        yield Problem(loc, "parties", "provider and client have the same name", "An engagement has two parties.")
    for side in Side:
        emails = Counter(contact.email for contact in engagement.party(side).contacts if contact.email)
        for index, contact in enumerate(engagement.party(side).contacts):
            if contact.email and emails[contact.email] > 1:
                loc = (side.value, "contacts", index, "email")
                yield Problem(
                    loc, "unique", f"{contact.email} belongs to more than one contact", "Keep one entry each."
                )


def _people(engagement: Engagement) -> Iterator[Problem]:
    """One person answers for the client: the manager is the one provider contact with that role."""
    manager = engagement.account.manager
    emails = {contact.email for contact in engagement.provider.contacts}
    managers = [contact for contact in engagement.provider.contacts if contact.role is ContactRole.ACCOUNT_MANAGER]
    if len(managers) > 1:
        names = " and ".join(contact.name for contact in managers)
        loc: Loc = ("provider", "contacts")
        yield Problem(
            loc, "one-account-manager", f"{names} are all account managers", "One person answers for a client."
        )
    if manager and manager not in emails:
        loc = ("account", "manager")
        yield Problem(
            loc, "account-manager", f"{manager} is not among the provider's contacts", "Add the person there."
        )
    elif manager and managers and manager not in {contact.email for contact in managers}:
        loc = ("account", "manager")
        advice = f"Write {managers[0].email}, or give {manager} the role account_manager."
        yield Problem(loc, "one-account-manager", f"{manager} does not have the role account_manager", advice)
    for index, contact in enumerate(engagement.client.contacts):
        if contact.role is ContactRole.ACCOUNT_MANAGER:
            loc = ("client", "contacts", index, "role")
            advice = "The provider's account manager answers for the client; use sponsor, day_to_day or another role."
            yield Problem(loc, "one-account-manager", f"{contact.name} of the client is an account manager", advice)
    for index, member in enumerate(engagement.account.team):
        if member not in emails:
            loc = ("account", "team", index)
            yield Problem(loc, "team", f"{member} is not among the provider's contacts", "Add the person there.")
    report = engagement.account.report
    for field, named in (("to", report.to), ("cc", report.cc)) if report else ():
        for index, email in enumerate(named):
            if engagement.person(email) is None:
                loc = ("account", "report", field, index)
                advice = "A report goes to contacts of the engagement only; add the person there."
                yield Problem(loc, "report-reader", f"{email} is not among the contacts", advice)


def _privileges(engagement: Engagement) -> Iterator[Problem]:
    """Yield what is doubtful of privileges: without a reason, for nothing the terms know, ended before granted."""
    for index, privilege in enumerate(engagement.account.privileges):
        loc: Loc = ("account", "privileges", index)
        name = privilege.applies_to
        if privilege.reason is None:
            message = f"“{privilege.what}” is granted without a reason"
            yield warning(loc, "privilege", message, "Add `reason:`, so that it can be understood later.")
        if name and not _names_term(engagement.terms, name):
            message = f"{name} is neither a fee line nor the path of a term"
            advice = "Write the id of a fee line, or a path such as change_control.response_days."
            yield warning((*loc, "applies_to"), "privilege", message, advice)
        if privilege.granted_on and privilege.until and privilege.until < privilege.granted_on:
            message = f"it ends on {privilege.until}, before it is granted"
            yield warning((*loc, "until"), "privilege", message, "Correct one of the two.")


def _names_term(terms: Terms, name: str) -> bool:
    if any(line.id == name for line in terms.fees.lines):
        return True
    part: object = terms
    for key in name.split("."):
        if key not in getattr(type(part), "model_fields", {}):
            return False
        part = getattr(part, key)
    return True


def _calendar(engagement: Engagement) -> Iterator[Problem]:
    if engagement.calendar is None:
        return
    try:
        business_days(engagement.calendar)
    except DocgenError as error:
        yield Problem(("calendar",), "calendar", str(error).rstrip("."))


def _approval(engagement: Engagement) -> Iterator[Problem]:
    approval, terms = engagement.approval, engagement.terms
    if approval is None:
        return
    if approval.proceed_from < approval.date:
        advice = "Work starts on the day of the letter or later."
        yield Problem(("approval", "proceed_from"), "approval-dates", "work starts before the letter is dated", advice)
    if approval.valid_until < approval.proceed_from:
        advice = f"Write {approval.proceed_from} or a later day."
        yield Problem(("approval", "valid_until"), "approval-dates", "the letter lapses before work may start", advice)
    total = contract_sum(terms, engagement.currency)
    if approval.not_to_exceed and terms.fees.lines and approval.not_to_exceed > total:
        message = f"the limit {approval.not_to_exceed} is above the contract sum {total}"
        yield Problem(
            ("approval", "not_to_exceed"), "approval-limit", message, "A letter covers a first part of the work."
        )
    if terms.end_date and approval.valid_until > terms.end_date:
        loc: Loc = ("approval", "valid_until")
        yield Problem(
            loc, "approval-dates", "the letter outlives the contract", f"Write a day before {terms.end_date}."
        )


# The terms


def _ids(terms: Terms, currency: str) -> Iterator[Problem]:
    lists: tuple[tuple[Loc, Sequence[str]], ...] = (
        (("scope", "deliverables"), [entry.id for entry in terms.scope.deliverables]),
        (("obligations",), [entry.id for entry in terms.obligations]),
        (("fees", "lines"), [entry.id for entry in terms.fees.lines]),
        (("milestones",), [entry.id for entry in terms.milestones]),
    )
    for loc, names in lists:
        yield from _repeated(loc, names)


def _repeated(loc: Loc, names: Sequence[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name.casefold() in seen:
            yield Problem((*loc, index, "id"), "unique", f"the id {name} is used twice", "Give each entry its own id.")
        seen.add(name.casefold())


def _references(terms: Terms, currency: str) -> Iterator[Problem]:
    milestones = {milestone.id for milestone in terms.milestones}
    deliverables = {deliverable.id for deliverable in terms.scope.deliverables}
    for index, line in enumerate(terms.fees.lines):
        name = None if isinstance(line, RetainerFee) else line.milestone
        if name and name not in milestones:
            yield unknown_id(("fees", "lines", index, "milestone"), "milestone", name, milestones)
    for index, milestone in enumerate(terms.milestones):
        for place, name in enumerate(milestone.deliverables):
            loc: Loc = ("milestones", index, "deliverables", place)
            if name not in deliverables:
                yield unknown_id(loc, "deliverable", name, deliverables)
            if name in milestone.deliverables[:place]:
                yield Problem(loc, "unique", f"{name} is named twice", "Name it once.")


def unknown_id(loc: Loc, what: str, name: str, known: Iterable[str]) -> Problem:
    """Return the problem that a fact names an entry which is not there."""
    from difflib import get_close_matches

    names = sorted(known)
    near = get_close_matches(name, names, 1)
    advice = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names) or 'none'}."
    return Problem(loc, "unknown-id", f"there is no {what} {name}", advice, about=name)


def _dates(terms: Terms, currency: str) -> Iterator[Problem]:
    start, end = terms.effective_date, terms.end_date
    if start and end and end < start:
        yield Problem(
            ("end_date",), "term", f"the contract ends on {end}, before it begins on {start}", "Correct one of the two."
        )
        return
    for loc, day, what in _dated(terms):
        if start and day < start:
            yield Problem(
                loc, "date-in-term", f"{what} on {day} is before the effective date {start}", "Move it into the term."
            )
        if end and day > end:
            yield Problem(loc, "date-in-term", f"{what} on {day} is after the end date {end}", "Move it into the term.")
    dues = {deliverable.id: deliverable.due for deliverable in terms.scope.deliverables}
    for index, milestone in enumerate(terms.milestones):
        for place, name in enumerate(milestone.deliverables):
            due = dues.get(name)
            if due and milestone.date and due > milestone.date:
                message = f"{name} is due on {due}, after milestone {milestone.id} on {milestone.date}"
                yield Problem(
                    ("milestones", index, "deliverables", place), "milestone-order", message, "Move one of the two."
                )


def _dated(terms: Terms) -> Iterator[tuple[Loc, dt.date, str]]:
    for index, deliverable in enumerate(terms.scope.deliverables):
        if deliverable.due:
            yield ("scope", "deliverables", index, "due"), deliverable.due, f"deliverable {deliverable.id}"
    for index, milestone in enumerate(terms.milestones):
        if milestone.date:
            yield ("milestones", index, "date"), milestone.date, f"milestone {milestone.id}"
    for index, obligation in enumerate(terms.obligations):
        if obligation.due:
            yield ("obligations", index, "due"), obligation.due, f"obligation {obligation.id}"


def _fees(terms: Terms, currency: str) -> Iterator[Problem]:
    paid = {line.milestone for line in terms.fees.lines if not isinstance(line, RetainerFee)}
    for index, line in enumerate(terms.fees.lines):
        loc: Loc = ("fees", "lines", index)
        if isinstance(line, FixedFee) and line.milestone is None and terms.milestones:
            message = f"the fixed fee {line.id} has no milestone to fall due with"
            yield warning(
                loc, "fee-milestone", message, "Add `milestone:`; without one it is due at the end of the term."
            )
        if isinstance(line, TimeFee) and line.cap is not None and line.cap < line.estimate:
            message = f"the cap of {line.cap} is below the estimate of {line.estimate}"
            yield Problem((*loc, "cap"), "fee-cap", message, "A cap is at least the estimate.")
        if isinstance(line, RetainerFee) and terms.effective_date and terms.end_date:
            length = (terms.end_date - terms.effective_date).days + 1
            if length > 0 and (line.periods - 1) * _PERIOD_DAYS[line.every] > length:
                message = f"{line.periods} periods of a {line.every} are longer than the term of {length} days"
                yield Problem(
                    (*loc, "periods"), "retainer-periods", message, "Reduce the periods or move the end date."
                )
    for index, milestone in enumerate(terms.milestones):
        if milestone.id not in paid and not milestone.deliverables:
            message = f"nothing is handed over and nothing falls due with milestone {milestone.id}"
            yield warning(
                ("milestones", index), "fee-milestone", message, "Name its deliverables, or a fee that refers to it."
            )
    if terms.fees.payment_days is not None and terms.fees.payment_days > 180:
        message = f"payment within {terms.fees.payment_days} days is unusual"
        yield warning(
            ("fees", "payment_days"), "payment-days", message, "Many laws limit payment periods; check the number."
        )


def _shares(terms: Terms, currency: str) -> Iterator[Problem]:
    """Yield taxes and interest that look like a share of one where per cent is meant, or are too high."""
    tax, interest = terms.fees.tax, terms.fees.late_interest
    if tax and tax.percent > 100:
        loc: Loc = ("fees", "tax", "percent")
        yield Problem(loc, "tax", f"a tax of {tax.percent} per cent", "Write 20 for 20 per cent.")
    if tax and 0 < tax.percent < 1:
        yield warning(("fees", "tax", "percent"), "tax", f"a tax of {tax.percent} per cent", _hundredfold(tax.percent))
    if interest and 0 < interest.percent < _LEAST_INTEREST:
        loc = ("fees", "late_interest", "percent")
        message = f"interest of {interest.percent} per cent"
        yield warning(loc, "late-interest", message, _hundredfold(interest.percent))


def _hundredfold(share: Decimal) -> str:
    percent = f"{(share * 100).normalize():f}"
    return f"Write {percent} if {percent} per cent is meant."


def _liability(terms: Terms, currency: str) -> Iterator[Problem]:
    liability = terms.liability
    cap = liability_cap(terms, currency)
    if liability.cap and liability.cap.amount is None and liability.cap.percent_of_fees is None:
        advice = "Give an amount, a percent_of_fees, or both."
        yield Problem(("liability", "cap"), "liability-cap", "the cap has neither an amount nor a share", advice)
    if cap is not None and liability.cap and not cap:
        advice = "A limit of nothing is void in many places; leave it blank until it is agreed."
        yield Problem(("liability", "cap"), "liability-cap", "the cap is zero", advice)
    share = liability.cap.percent_of_fees if liability.cap else None
    if share is not None and 0 < share < 1:
        message = f"the cap is {share} per cent of the fees"
        advice = f"Write {(share * 100).normalize():f} for {(share * 100).normalize():f} per cent."
        yield Problem(("liability", "cap", "percent_of_fees"), "liability-cap", message, advice)
    if liability.increased and cap is not None and liability.increased.amount < cap:
        message = f"the increased limit {liability.increased.amount} is below the general cap {cap}"
        yield Problem(
            ("liability", "increased", "amount"),
            "liability-cap",
            message,
            "An increased limit is higher.",
            rests_on=(("liability", "cap"),),
        )
    largest = max((policy.amount for policy in liability.insurance), default=None)
    if cap is not None and largest is not None and largest < cap:
        message = f"no insurance reaches the general cap {cap}"
        yield replace(
            warning(("liability", "insurance"), "insurance", message, "Check the policies or the cap."),
            rests_on=(("liability", "cap"),),
        )


def _claims(terms: Terms, currency: str) -> Iterator[Problem]:
    """Yield claims that are limited in two ways, and an increased limit for no claims."""
    liability = terms.liability
    increased = liability.increased.claims if liability.increased else ()
    unlimited = {claim.casefold() for claim in liability.unlimited}
    raised = {claim.casefold() for claim in increased}
    if liability.increased and not increased:
        advice = "Name them, or remove `increased`."
        yield Problem(("liability", "increased", "claims"), "liability-claims", "the higher limit is for none", advice)
    for index, claim in enumerate(increased):
        if claim.casefold() in unlimited:
            loc: Loc = ("liability", "increased", "claims", index)
            message = f"“{claim}” is both increased and unlimited"
            yield Problem(loc, "liability-claims", message, "Keep one of the two.")
    for index, claim in enumerate(liability.excluded):
        if claim.casefold() in unlimited | raised:
            which = "unlimited" if claim.casefold() in unlimited else "increased"
            message = f"“{claim}” is both excluded and {which}"
            yield Problem(("liability", "excluded", index), "liability-claims", message, "Keep one of the two.")


def _ladder(terms: Terms, currency: str) -> Iterator[Problem]:
    for problem in _rungs(terms):
        yield replace(problem, rests_on=(("change_control", "approvals"),))


def _rungs(terms: Terms) -> Iterator[Problem]:
    rungs = terms.change_control.approvals
    loc: Loc = ("change_control", "approvals")
    if not rungs:
        return
    for index, (lower, upper) in enumerate(pairwise(rungs), 1):
        if lower.up_to is None:
            advice = "Put the rung without an amount last."
            yield Problem((*loc, index), "approvals", "a rung follows the one that has no limit", advice)
        elif upper.up_to is not None and upper.up_to <= lower.up_to:
            message = f"the rung up to {upper.up_to} follows the one up to {lower.up_to}"
            yield Problem((*loc, index, "up_to"), "approvals", message, "Let the amounts rise.")
    if rungs[-1].up_to is not None:
        message = f"nobody may approve a change above {rungs[-1].up_to}"
        yield Problem((*loc, len(rungs) - 1), "approvals", message, "Add a last rung with a role and no amount.")
    roles = Counter(rung.role for rung in rungs)
    for index, rung in enumerate(rungs):
        if roles[rung.role] > 1 and rung is not next(first for first in rungs if first.role is rung.role):
            yield Problem(
                (*loc, index, "role"), "approvals", f"{rung.role} stands on two rungs", "Keep the higher one."
            )


def _time_to_act(terms: Terms, currency: str) -> Iterator[Problem]:
    """Yield periods of no days in which somebody is to do something."""
    disputes = terms.disputes
    given: list[tuple[Loc, int | None, str]] = [
        (("change_control", "response_days"), terms.change_control.response_days, "to answer a request"),
        (("termination", "convenience_notice_days"), terms.termination.convenience_notice_days, "of notice"),
        (("disputes", "negotiation_days"), disputes.negotiation_days if disputes else None, "to negotiate"),
        (
            ("disputes", "mediation", "days"),
            disputes.mediation.days if disputes and disputes.mediation else None,
            "to mediate",
        ),
    ]
    for index, deliverable in enumerate(terms.scope.deliverables):
        days = deliverable.acceptance.review_days if deliverable.acceptance else None
        loc: Loc = ("scope", "deliverables", index, "acceptance", "review_days")
        given.append((loc, days, f"to review {deliverable.id}"))
    for loc, days, what in given:
        if days == 0:
            yield Problem(loc, "no-days", f"no days are left {what}", "Give at least one day.")


def _termination(terms: Terms, currency: str) -> Iterator[Problem]:
    cure = terms.termination.cure_days
    length = (terms.end_date - terms.effective_date).days if terms.effective_date and terms.end_date else None
    loc: Loc = ("termination", "cure_days")
    if cure == 0:
        yield Problem(loc, "cure-period", "a cure period of no days cures nothing", "Give at least one day.")
    if cure is not None and length is not None and length > 0 and cure >= length:
        yield Problem(loc, "cure-period", f"the cure period of {cure} days is as long as the term", "Shorten it.")
    notice = terms.termination.convenience_notice_days
    if notice is not None and length is not None and length > 0 and notice >= length:
        loc = ("termination", "convenience_notice_days")
        yield Problem(loc, "notice-period", f"a notice of {notice} days is as long as the term", "Shorten it.")


def _notices(terms: Terms, currency: str) -> Iterator[Problem]:
    notices = terms.notices
    if notices is None:
        return
    if not notices.methods:
        advice = "Name at least one of courier, post, hand, email."
        yield Problem(("notices", "methods"), "notices", "no way to give notice is named", advice)
    for index, method in enumerate(notices.methods):
        if method in notices.methods[:index]:
            yield Problem(("notices", "methods", index), "unique", f"{method} is named twice", "Name it once.")
    for method in notices.deemed_receipt_days:
        if method not in notices.methods:
            loc: Loc = ("notices", "deemed_receipt_days", method.value)
            yield Problem(
                loc, "notices", f"{method} is not a way to give notice here", "Add it to `methods`, or remove it."
            )
    if terms.termination.cure_runs_from is RunsFrom.RECEIPT:
        for index, method in enumerate(notices.methods):
            if method not in notices.deemed_receipt_days:
                loc = ("notices", "methods", index)
                message = f"the cure period runs from receipt, and it is not said when a notice by {method} is received"
                yield Problem(loc, "notices", message, "Add the method to `deemed_receipt_days`.")


def _disputes(terms: Terms, currency: str) -> Iterator[Problem]:
    disputes = terms.disputes
    if disputes is None:
        return
    if disputes.forum is Forum.ARBITRATION and disputes.arbitration is None:
        advice = "Add `arbitration: {institution: …, seat: …}`."
        yield Problem(("disputes", "forum"), "disputes", "arbitration has no institution and no seat", advice)
    if disputes.forum is Forum.COURTS and disputes.arbitration is not None:
        advice = "Write `forum: arbitration`, or remove `arbitration`."
        yield Problem(
            ("disputes", "arbitration"), "disputes", "arbitration is described, but the courts decide", advice
        )


def _phrases(terms: Terms, currency: str) -> Iterator[Problem]:
    """Yield words that stand inside a sentence of the contract and end with a full stop of their own."""
    liability, interest = terms.liability, terms.fees.late_interest
    phrases: list[tuple[Loc, str | None]] = [
        (("governing_law",), terms.governing_law),
        (("change_control", "pricing"), terms.change_control.pricing),
        (("fees", "late_interest", "over"), interest.over if interest else None),
    ]
    lists: tuple[tuple[Loc, Sequence[str]], ...] = (
        (("scope", "exclusions"), terms.scope.exclusions),
        (("liability", "increased", "claims"), liability.increased.claims if liability.increased else ()),
        (("liability", "unlimited"), liability.unlimited),
        (("liability", "excluded"), liability.excluded),
    )
    phrases += [((*loc, index), words) for loc, entries in lists for index, words in enumerate(entries)]
    phrases += [(("obligations", index, "action"), entry.action) for index, entry in enumerate(terms.obligations)]
    phrases += [
        (("liability", "indemnities", index, "against"), entry.against)
        for index, entry in enumerate(liability.indemnities)
    ]
    for loc, words in phrases:
        if words and words.endswith("."):
            message = "the contract goes on after these words, and they end with a full stop"
            yield warning(loc, "phrase", message, "Remove the full stop.")


# Change orders


def order_problems(
    engagement: Engagement, orders: Sequence[ChangeOrder], order: ChangeOrder, dead: Collection[int] = ()
) -> tuple[Problem, ...]:
    """Return every rule of a change order that does not hold; `orders` are all that are known, this one included.

    The numbers of `dead` orders stay used: they leave no gap, and what those orders say does not count.
    """
    living = [known for known in orders if known is order or known.number not in dead]
    return (
        *_order_dates(engagement, living, order),
        *_order_request(engagement, living, order),
        *_order_number(orders, order, dead),
        *_order_effect(engagement, living, order, dead),
    )


def _order_dates(engagement: Engagement, orders: Sequence[ChangeOrder], order: ChangeOrder) -> Iterator[Problem]:
    start, end = engagement.terms.effective_date, engagement.terms.end_date
    loc: Loc = ("effective_date",)
    day = order.effective_date
    if day is None:
        return
    if order.requested_on and day < order.requested_on:
        advice = f"Write {order.requested_on} or later."
        yield Problem(loc, "order-dates", "the order takes effect before it was asked for", advice)
    if start and day < start:
        message = f"the order takes effect before the contract does on {start}"
        yield Problem(loc, "order-dates", message, "Correct the date.")
    earlier = [
        (known, known.effective_date)
        for known in orders
        if known.number < order.number and known.effective_date and known.effective_date > day
    ]
    for known, later in earlier:
        message = f"{order.reference} takes effect before {known.reference}, which has the lower number"
        yield Problem(loc, "order-dates", message, f"Write {later} or later.")
    if end and day > end and not earlier:
        message = f"the order takes effect after the contract's original end on {end}"
        yield warning(loc, "order-dates", message, "Check the date.")


def _order_request(engagement: Engagement, orders: Sequence[ChangeOrder], order: ChangeOrder) -> Iterator[Problem]:
    allowed = engagement.terms.change_control.requested_by
    if allowed not in ("either", order.requested_by.value):
        message = f"the contract lets only the {allowed} ask for changes"
        yield Problem(("requested_by",), "order-request", message, "Correct who asked, or change the contract.")


def _order_number(orders: Sequence[ChangeOrder], order: ChangeOrder, dead: Collection[int]) -> Iterator[Problem]:
    numbers = [known.number for known in orders]
    if numbers.count(order.number) > 1:
        yield Problem(("number",), "order-number", f"{order.reference} is given twice", "Number the orders 1, 2, 3 …")
    below = [number for number in numbers if number < order.number]
    missing = [number for number in missing_numbers([order.number], dead) if number > max(below, default=0)]
    if missing:
        message = f"{orders_are(missing)} missing before {order.reference}"
        yield Problem(("number",), "order-number", message, "Add what is missing, or renumber.")


def _order_effect(
    engagement: Engagement, orders: Sequence[ChangeOrder], order: ChangeOrder, dead: Collection[int]
) -> Iterator[Problem]:
    """Yield what is wrong with an order's effect: it must apply to the terms before it and leave sound terms."""
    earlier = [known for known in orders if known.number < order.number]
    try:
        check_sequence([*earlier, order], dead)
    except OrderSequenceError:
        return
    try:
        before = effective_terms(engagement.terms, earlier)
    except ChangeError:
        return
    try:
        made = steps(before, order)
    except ChangeError as error:
        yield Problem(("changes", error.index), "order-change", error.message, error.advice, about=error.about)
        return
    wrong = [_told(before, engagement.currency), *(_told(step.after, engagement.currency) for step in made)]
    for said, problem in wrong[-1].items():
        if said not in wrong[0]:
            index = max(place for place, told in enumerate(wrong) if said not in told)
            message = f"with this order, {problem.message}"
            yield replace(problem, loc=("changes", index), message=message, rests_on=(("changes",),))
    if before == made[-1].after:
        yield Problem(("changes",), "order-change", "the order changes nothing", "Check the values it gives.")


def _told(terms: Terms, currency: str) -> dict[tuple[str, str], Problem]:
    return {(problem.rule, problem.message): problem for problem in terms_problems(terms, currency)}


# Progress entries


def entry_problems(
    engagement: Engagement, orders: Sequence[ChangeOrder], entries: Sequence[ProgressEntry], entry: ProgressEntry
) -> tuple[Problem, ...]:
    """Return every rule of a progress entry that does not hold; `entries` are all that are known.

    An entry may name what any order adds or omits, for work goes before the paper and outlasts it; what
    may be invoiced and used up follows from the terms in force at the end of its period. What was worked before may
    be invoiced at the rate of its own period, though a line comes to less since.
    """
    stages = _stages(engagement, orders)

    def terms_on(day: dt.date) -> Terms:
        try:
            return effective_terms(engagement.terms, orders, day)
        except DocgenError:
            return engagement.terms

    return (
        *_entry_period(engagement, stages[-1], entries, entry),
        *_entry_references(stages, entry),
        *_entry_content(entry),
        *_entry_amounts(terms_on, engagement.currency, entries, entry),
        *_entry_issues(entry),
        *_entry_contacts(engagement, entry),
    )


def _stages(engagement: Engagement, orders: Sequence[ChangeOrder]) -> tuple[Terms, ...]:
    """Return the terms as signed and as each order leaves them; only those signed where the orders do not fit."""
    try:
        rows = ledger(engagement.terms, orders, engagement.currency)
    except DocgenError:
        rows = ()
    return (engagement.terms, *(row.after for row in rows))


def _entry_period(
    engagement: Engagement, terms: Terms, entries: Sequence[ProgressEntry], entry: ProgressEntry
) -> Iterator[Problem]:
    first, last = entry.period.start, entry.period.end
    if last < first:
        yield Problem(
            ("period",), "period", f"the period ends on {last}, before it begins on {first}", "Turn them round."
        )
        return
    report = engagement.account.report
    days = (last - first).days + 1
    if report and days > (31 if report.every is Period.MONTH else 7):
        message = f"the period has {days} days, and reports cover a {report.every}"
        yield Problem(("period",), "period", message, "Write one entry for each period.")
    if terms.effective_date and last < terms.effective_date:
        message = f"the period is over before the contract takes effect on {terms.effective_date}"
        approval = engagement.approval
        if approval and last >= approval.proceed_from:
            yield warning(("period",), "period", message, "It falls under the letter of approval.")
        else:
            yield Problem(("period",), "period", message, "Correct the dates.")
    if terms.end_date and first > terms.end_date:
        yield Problem(
            ("period",),
            "period",
            f"the period begins after the contract ended on {terms.end_date}",
            "Correct the dates.",
        )
    before = max((known.period.end for known in entries if known.period.end < first), default=None)
    if report and before and (first - before).days > (31 if report.every is Period.MONTH else 7):
        message = f"no entry covers the days between {before} and {first}"
        yield warning(
            ("period",), "period", message, "A report is due even when nothing moved: write `no_change: true`."
        )
    for known in entries:
        if known is not entry and known.period.start <= last and first <= known.period.end:
            message = f"the period overlaps the one from {known.period.start} to {known.period.end}"
            yield Problem(("period",), "period", message, "Let periods follow one another.")


def _entry_references(stages: Sequence[Terms], entry: ProgressEntry) -> Iterator[Problem]:
    deliverables = {deliverable.id for terms in stages for deliverable in terms.scope.deliverables}
    milestones = {milestone.id for terms in stages for milestone in terms.milestones}
    lines = {line.id: line for terms in stages for line in terms.fees.lines}
    named = {
        "done": [item.deliverable for item in entry.done],
        "not_done": [item.deliverable for item in entry.not_done],
        "next": [item.deliverable for item in entry.next],
    }
    for name, items in named.items():
        for index, deliverable in enumerate(items):
            if deliverable and deliverable not in deliverables:
                yield unknown_id((name, index, "deliverable"), "deliverable", deliverable, deliverables)
    for index, milestone in enumerate(entry.milestones):
        if milestone.id not in milestones:
            yield unknown_id(("milestones", index, "id"), "milestone", milestone.id, milestones)
    for index, effort in enumerate(entry.effort):
        if effort.line not in lines:
            yield unknown_id(("effort", index, "line"), "fee line", effort.line, lines)
        elif not isinstance(lines[effort.line], TimeFee | UnitFee):
            message = f"fee line {effort.line} is {lines[effort.line].kind} and counts no units"
            yield Problem(("effort", index, "line"), "effort", message, "Record units on time and unit lines.")
    for index, invoice in enumerate(entry.invoiced):
        if invoice.line not in lines:
            yield unknown_id(("invoiced", index, "line"), "fee line", invoice.line, lines)
    yield from _repeated(("risks",), [risk.id for risk in entry.risks])
    yield from _repeated(("issues",), [issue.id for issue in entry.issues])


def _entry_content(entry: ProgressEntry) -> Iterator[Problem]:
    moved = (entry.done, entry.not_done, entry.milestones, entry.effort, entry.invoiced)
    if entry.no_change and any(moved):
        message = "no_change says that nothing moved, and the entry records that something did"
        yield Problem(("no_change",), "no-change", message, "Write no_change: false, or remove what moved.")
    if not entry.no_change and entry.status is None:
        advice = "Add `status:` with at least `overall:`; without it recording takes that of the thresholds."
        yield replace(warning((), "no-status", "the entry gives no status", advice), rests_on=(("status",),))
    if not entry.no_change and entry.summary is None:
        advice = "Add `summary:` in two or three sentences."
        yield replace(warning((), "summary", "the entry has no summary", advice), rests_on=(("summary",),))
    for index, milestone in enumerate(entry.milestones):
        if milestone.actual and milestone.actual > entry.period.end:
            message = f"milestone {milestone.id} was reached on {milestone.actual}, after the period"
            yield Problem(("milestones", index, "actual"), "milestone-date", message, "Write forecast instead.")
        if milestone.forecast and milestone.forecast < entry.period.start:
            message = f"milestone {milestone.id} is forecast for {milestone.forecast}, before the period"
            advice = "Write actual if it was reached then, or the day it is now expected."
            yield Problem(("milestones", index, "forecast"), "milestone-date", message, advice)
    for index, planned in enumerate(entry.next):
        if planned.due and planned.due < entry.period.start:
            message = f"what comes next is due on {planned.due}, before the period"
            yield warning(("next", index, "due"), "next-date", message, "Write the day it is now planned for.")
    open_still = unplanned(entry)
    for index, item in enumerate(entry.not_done):
        if item in open_still:
            message = f"“{item.text}” is not done, and neither planned again nor dropped"
            advice = "It is carried forward. Plan it under `next:` in the same words, or write `dropped: true`."
            yield warning(("not_done", index), "not-done", message, advice)
    yield from _all_in_all(entry)


def _all_in_all(entry: ProgressEntry) -> Iterator[Problem]:
    """Yield where a status is green all in all and red in part."""
    if entry.status and entry.status.overall.rag is Rag.GREEN:
        red = [
            name
            for name in ("scope", "schedule", "budget", "quality", "people")
            if (status := getattr(entry.status, name)) is not None and status.rag is Rag.RED
        ]
        if red:
            message = f"overall is green while {' and '.join(red)} {'is' if len(red) == 1 else 'are'} red"
            yield warning(("status", "overall"), "status", message, "Say why, or change one of them.")


def _entry_issues(entry: ProgressEntry) -> Iterator[Problem]:
    """Yield what a serious issue lacks for the notice that tells the client of it."""
    for index, issue in enumerate(entry.issues):
        loc: Loc = ("issues", index)
        if issue.serious and issue.effect is None:
            message = f"issue {issue.id} is serious and does not say what it means"
            yield Problem(loc, "serious-issue", message, "Add `effect:` with what it means for the client.")
        if issue.serious and not issue.options:
            message = f"issue {issue.id} is serious and names nothing that can be done"
            yield Problem(loc, "serious-issue", message, "Add `options:` with at least one `text:`; waiting is one.")
        if issue.decide_by and issue.decide_by < entry.period.start:
            message = f"the decision on issue {issue.id} is needed on {issue.decide_by}, before the period"
            yield Problem((*loc, "decide_by"), "issue-dates", message, "Write the day by which it is needed now.")


def _entry_amounts(
    terms_on: TermsOn, currency: str, entries: Sequence[ProgressEntry], entry: ProgressEntry
) -> Iterator[Problem]:
    history = [known for known in entries if known.period.end <= entry.period.end]
    for line in terms_on(entry.period.end).fees.lines:
        indexes = [index for index, invoice in enumerate(entry.invoiced) if invoice.line == line.id]
        invoiced = [invoice.amount for known in history for invoice in known.invoiced if invoice.line == line.id]
        limit = (line.cap_amount or line.total) if isinstance(line, TimeFee) else line.total
        total = sum((amount.amount for amount in invoiced), Decimal(0))
        if indexes and total > limit.amount:
            limit = max(limit, payable(line, terms_on, currency, entries_until(entries, entry)))
        if indexes and total > limit.amount:
            loc: Loc = ("invoiced", indexes[-1])
            message = f"more than {limit} has been invoiced on fee line {line.id}"
            yield Problem(loc, "invoiced", message, "Check the amount, or agree a change order first.")
        if isinstance(line, TimeFee) and line.cap is not None:
            used = sum(
                (effort.units for known in history for effort in known.effort if effort.line == line.id), Decimal(0)
            )
            places = [index for index, effort in enumerate(entry.effort) if effort.line == line.id]
            if places and used > line.cap:
                message = f"{used} units used on fee line {line.id} pass its cap of {line.cap}"
                yield warning(("effort", places[-1]), "fee-cap", message, "Agree a change order first.")


def _entry_contacts(engagement: Engagement, entry: ProgressEntry) -> Iterator[Problem]:
    known = {contact.email for side in Side for contact in engagement.party(side).contacts}
    owned: tuple[tuple[str, Sequence[str | None]], ...] = (
        ("risks", [risk.owner for risk in entry.risks]),
        ("issues", [issue.owner for issue in entry.issues]),
        ("client_actions", [action.owner for action in entry.client_actions]),
    )
    for name, owners in owned:
        for index, owner in enumerate(owners):
            if owner and owner not in known:
                yield warning(
                    (name, index, "owner"), "person", f"{owner} is not among the contacts", "Add the person there."
                )
    for index, note in enumerate(entry.contacts):
        loc: Loc = ("contacts", index, "on")
        if note.on > entry.period.end:
            yield Problem(loc, "contact-date", f"{note.on} is after the period", "Correct the date.")
        if note.on < entry.period.start:
            yield warning(loc, "contact-date", f"{note.on} is before the period", "It belongs into an earlier entry.")
        for name, person in (("with", note.with_), ("by", note.by)):
            if person not in known:
                message = f"{person} is not among the contacts"
                yield warning(("contacts", index, name), "person", message, "Add the person there.")


# Breaches


def breach_problems(
    engagement: Engagement, breach: Breach, disputes: Sequence[Dispute] = (), unsent: Collection[int] = ()
) -> tuple[Problem, ...]:
    """Return every rule of a breach that does not hold; steps the contract requires and nobody took are warnings.

    `disputes` are all that are known: they show steps that the breach's own file need not name. `unsent` are the
    numbers of those whose look-back letter was not sent.
    """
    return (
        *_breach_dates(engagement, breach),
        *_breach_method(engagement, breach),
        *_breach_steps(engagement, breach, disputes, unsent),
    )


def _breach_dates(engagement: Engagement, breach: Breach) -> Iterator[Problem]:
    start = engagement.terms.effective_date
    if start and breach.notice_date < start:
        message = f"the notice is dated before the contract takes effect on {start}"
        yield warning(("notice_date",), "breach-dates", message, "Correct the date.")
    for index, default in enumerate(breach.defaults):
        for place, fact in enumerate(default.facts):
            if fact.on > breach.notice_date:
                loc: Loc = ("defaults", index, "facts", place, "on")
                yield Problem(
                    loc, "breach-dates", f"{fact.on} is after the notice", "A notice states what has happened."
                )
            if start and fact.on < start:
                loc = ("defaults", index, "facts", place, "on")
                message = f"{fact.on} is before the contract takes effect on {start}"
                yield warning(loc, "breach-dates", message, "Check the date.")
    for index, step in enumerate(breach.earlier_steps):
        if step.on > breach.notice_date:
            loc = ("earlier_steps", index, "on")
            yield Problem(loc, "breach-dates", f"{step.on} is after the notice", "Name steps that were taken before.")


def _breach_method(engagement: Engagement, breach: Breach) -> Iterator[Problem]:
    notices = engagement.terms.notices
    if notices and breach.method not in notices.methods:
        allowed = ", ".join(notices.methods)
        message = f"the contract does not let notice be given by {breach.method}"
        yield Problem(("method",), "breach-method", message, f"Use one of: {allowed}.")


def _breach_steps(
    engagement: Engagement, breach: Breach, disputes: Sequence[Dispute], unsent: Collection[int]
) -> Iterator[Problem]:
    try:
        counting = reckoning(engagement.calendar, engagement.time_zone)
    except DocgenError:  # the calendar is told of by itself
        counting = Reckoning(None, engagement.time_zone)
    for skipped in skipped_steps(engagement.terms, breach, disputes, counting, unsent):
        advice = f"The contract asks for it before a notice of breach (clause {ORDER_CLAUSE}). "
        match skipped.lapse:
            case Lapse.SKIPPED:
                advice += "Take the step and record it with its dispute, or add it under earlier_steps."
            case Lapse.TOO_EARLY:
                advice += "Wait until it has ended, or record how it ended."
            case Lapse.COOLING_OFF:
                advice = "The parties agreed to let the matter rest until then."
        yield replace(warning((), "earlier-steps", skipped.words, advice), rests_on=(("earlier_steps",),))
