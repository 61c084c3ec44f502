"""The deadlines of the contract and of the letter of approval, each from the facts, with every step of its count.

The rules, which the contract's own words state as well (clauses `notice-receipt` and `counting-of-time`):

- A notice is taken as received so many *business* days after it was sent, as agreed for its method.
  The day of sending is not counted. With no days at all it is received on the day it was sent, or on
  the next business day when that is none. What is sent after 17:00 counts as sent on the next day
  (clause `notice-hours`), and the facts give the day on which it counts as sent.
- The cure period runs from the date of the notice or from its receipt, as agreed. That day is not
  counted.
- A period in business days ends on its last business day.
- A period in calendar days counts every day. When its last day is no business day, the period ends
  on the next business day. A party that waits a day too long loses nothing; a party that acts a day
  too early may be in breach itself.
- A date that was agreed stays where it is, business day or not.
- The deadline is the end of its day in the engagement's time zone.

Each function returns None, or nothing in its list, where the contract provides for no such deadline,
and raises MissingForDeadlineError with the paths of the facts where it does but leaves open which.
CalendarRangeError is raised where a count leaves the years whose public holidays are known.

`clause` is the id of the clause in the standard and the full contract. The brief one says some of it
in another clause: see `clause_in_brief`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from docgen.lifecycle.calendars import BusinessDays, Holiday, add_calendar_days
from docgen.lifecycle.completion import obligation_clause
from docgen.lifecycle.counting import Count, DaysSkipped, count_back, count_days
from docgen.lifecycle.due import (
    Actor,
    Deadline,
    DeadlineKind,
    MissingForDeadlineError,
    Reckoning,
    Source,
    agreed,
    counted,
    days_in_words,
    period_in_words,
)
from docgen.lifecycle.progress import next_report_day
from docgen.models.delivery import Delivery
from docgen.models.engagement import Account, Approval, Deviation, ReportCadence, Weekday
from docgen.models.party import Side
from docgen.models.terms import (
    DayBasis,
    Degree,
    Deliverable,
    Milestone,
    NoticeMethod,
    Period,
    RunsFrom,
    Terms,
)

REMINDER_DAYS = 2
"""How many business days before the end of a review the full contract wants a reminder (clause `review-reminder`)."""
_BRIEF = {
    "change-proposal": "change-request",
    "look-back": "negotiation",
    "mediation": "negotiation",
    "steps-before-breach-notice": "negotiation",
}
_METHODS = {
    NoticeMethod.COURIER: "by courier",
    NoticeMethod.POST: "by post",
    NoticeMethod.HAND: "by hand",
    NoticeMethod.EMAIL: "by e-mail",
}


def clause_in_brief(clause: str) -> str:
    """Return the id of the clause of the brief contract that says what a clause of the longer ones says."""
    return _BRIEF.get(clause, clause)


# Notices and cure


def notice_receipt(
    terms: Terms, sent: dt.date, method: NoticeMethod, to: Side, reckoning: Reckoning, about: str = "Notice"
) -> Deadline:
    """Return the day on which a notice sent on a day is taken as received (clause `notice-receipt`).

    The receiver is named as the one to act: what it has to do runs from here. Raises
    MissingForDeadlineError when the contract gives no days for the method.
    """
    days = _receipt_days(terms, method)
    missing = () if days is not None else (_receipt_path(terms, method),)
    business = reckoning.needed_for("The receipt of the notice", *missing)
    count = count_days(sent, days or 0, DayBasis.BUSINESS, business)
    return counted(
        DeadlineKind.RECEIPT,
        about,
        count,
        reckoning,
        trigger=f"Notice sent {_METHODS[method]}",
        clause="notice-receipt",
        rule=period_in_words(count, "sending"),
        owed_by=Actor.of(to),
        degree=None,
        outcome="Periods that run from receipt begin on the next day.",
    )


@dataclass(frozen=True)
class CureDeadline:
    """The last day to cure a breach, and how it was counted, as a notice of breach prints it.

    `starts` is the day that starts the period and is not counted. From there to `deadline` there
    are `days` days of `basis` and the `holidays` and `weekend_days` passed over, and nothing else; a
    count in calendar days passes over none until it is moved. `moved_from` is the last day counted
    when that was no business day, and None when nothing was moved. `receipt` and `receipt_days` are
    None when the contract does not say when a notice of this method is received and the period
    does not depend on it; `receipt_skipped` are the days passed over between sending and receipt.
    `place` says whose public holidays count.
    """

    sent: dt.date
    method: NoticeMethod
    receipt: dt.date | None
    receipt_days: int | None
    receipt_skipped: DaysSkipped
    runs_from: RunsFrom
    starts: dt.date
    days: int
    basis: DayBasis
    holidays: tuple[Holiday, ...]
    weekend_days: int
    moved_from: dt.date | None
    deadline: dt.date
    time_zone: str
    place: str


def cure_deadline(
    terms: Terms, notice_date: dt.date, method: NoticeMethod, business: BusinessDays, time_zone: str
) -> CureDeadline:
    """Return the day by which a breach must be cured under the terms in force on the notice's date.

    Raises MissingForDeadlineError when the terms leave open what the count needs (`missing_for_cure`),
    and CalendarRangeError when it leaves the years whose public holidays are known.
    """
    missing = missing_for_cure(terms, method)
    days = terms.termination.cure_days
    if missing or days is None:
        raise MissingForDeadlineError(missing)
    receipt, count = _cure_counts(terms, notice_date, method, business)
    return CureDeadline(
        sent=notice_date,
        method=method,
        receipt=receipt.date if receipt else None,
        receipt_days=_receipt_days(terms, method),
        receipt_skipped=receipt.skipped if receipt else DaysSkipped(),
        runs_from=terms.termination.cure_runs_from,
        starts=count.trigger,
        days=days,
        basis=terms.termination.cure_basis,
        holidays=count.skipped.holidays,
        weekend_days=count.skipped.weekend_days,
        moved_from=count.moved_from,
        deadline=count.date,
        time_zone=time_zone,
        place=business.place,
    )


def _cure_counts(
    terms: Terms, notice_date: dt.date, method: NoticeMethod, business: BusinessDays
) -> tuple[Count | None, Count]:
    """Return the count to the receipt of a notice, None where its method has no days for it, and that of the cure.

    What `missing_for_cure` names is known.
    """
    receipt_days, ending = _receipt_days(terms, method), terms.termination
    receipt = None if receipt_days is None else count_days(notice_date, receipt_days, DayBasis.BUSINESS, business)
    starts = receipt.date if receipt and ending.cure_runs_from is RunsFrom.RECEIPT else notice_date
    return receipt, count_days(starts, ending.cure_days or 0, ending.cure_basis, business)


def missing_for_cure(terms: Terms, method: NoticeMethod) -> tuple[str, ...]:
    """Return the paths of the facts that the cure deadline needs and the terms leave open."""
    missing: list[str] = []
    if terms.termination.cure_days is None:
        missing.append("terms.termination.cure_days")
    if terms.termination.cure_runs_from is RunsFrom.RECEIPT and _receipt_days(terms, method) is None:
        missing.append(_receipt_path(terms, method))
    return tuple(missing)


def cure(
    terms: Terms,
    notice_date: dt.date,
    method: NoticeMethod,
    by: Side,
    reckoning: Reckoning,
    about: str = "Notice of breach",
) -> Deadline:
    """Return the day by which the party in breach, `by`, must put it right (clause `cure`).

    It is the day that `cure_deadline` gives; raises as that does, and for an open calendar.
    """
    business = reckoning.needed_for("The cure deadline", *missing_for_cure(terms, method))
    receipt = None
    if terms.termination.cure_runs_from is RunsFrom.RECEIPT:
        receipt = notice_receipt(terms, notice_date, method, by, reckoning, about)
    _, count = _cure_counts(terms, notice_date, method, business)
    return counted(
        DeadlineKind.CURE,
        about,
        count,
        reckoning,
        trigger="Receipt of the notice" if receipt else "Date of the notice",
        clause="cure",
        rule=period_in_words(count, "receipt of the notice" if receipt else "the date of the notice"),
        owed_by=Actor.of(by),
        degree=Degree.SHALL,
        outcome="If the breach is not put right by then, the other party may end the contract by notice.",
        before=receipt,
    )


# Deliverables, their review, and other days agreed


def acceptance_review(
    deliverable: Deliverable,
    handed_over: dt.date,
    reckoning: Reckoning,
    *,
    reminder_needed: bool = False,
    reminded: dt.date | None = None,
) -> Deadline:
    """Return the last day of the client's review of a deliverable handed over on a day (clause `review`).

    Silence until then is acceptance (clause `deemed-acceptance`). Under the full contract a reminder
    is needed for that (`reminder_needed`, clause `review-reminder`): one that comes later than
    `review_reminder` says moves the end to two business days after it. A corrected deliverable is
    reviewed anew from its new hand-over. Raises MissingForDeadlineError for open acceptance terms.
    """
    acceptance, path = deliverable.acceptance, f"terms.scope.deliverables.{deliverable.id}.acceptance"
    business = reckoning.needed_for("The end of the review", *(() if acceptance else (path,)))
    count = count_days(handed_over, acceptance.review_days if acceptance else 0, DayBasis.BUSINESS, business)
    outcome = "Without a rejection by then, the deliverable counts as accepted."
    if reminder_needed and reminded is None:
        outcome = "It counts as accepted then only if the client has been reminded in writing two business days before."
    review = counted(
        DeadlineKind.ACCEPTANCE_REVIEW,
        _named(deliverable),
        count,
        reckoning,
        trigger="Hand-over of the deliverable",
        clause="review",
        rule=period_in_words(count, "hand-over"),
        owed_by=Actor.CLIENT,
        degree=Degree.SHALL,
        outcome=outcome,
    )
    if not reminder_needed or reminded is None:
        return review
    extended = count_days(reminded, REMINDER_DAYS, DayBasis.BUSINESS, business)
    if extended.date <= review.date:
        return review
    return counted(
        DeadlineKind.ACCEPTANCE_REVIEW,
        review.about,
        extended,
        reckoning,
        trigger="Reminder sent late",
        clause="review-reminder",
        rule=period_in_words(extended, "the late reminder"),
        owed_by=Actor.CLIENT,
        degree=Degree.SHALL,
        outcome=outcome,
        before=review,
    )


def review_of(account: Account, deliverable: Deliverable, delivery: Delivery, reckoning: Reckoning) -> Deadline:
    """Return the last day of the client's review of a hand-over, as the contract of an account and its reminder say.

    Raises MissingForDeadlineError for open acceptance terms.
    """
    return acceptance_review(
        deliverable,
        delivery.delivered_on,
        reckoning,
        reminder_needed=needs_reminder(account),
        reminded=delivery.reminded_on,
    )


def needs_reminder(account: Account) -> bool:
    """Say whether silence is acceptance only after a reminder: under the full contract (clause `review-reminder`)."""
    return account.deviation is Deviation.HIGH


def review_reminder(review: Deadline, reckoning: Reckoning) -> Deadline:
    """Return the last day to remind the client that a review ends, which the full contract asks for.

    Source: clause `review-reminder`, at least two business days before. After a very short review
    period the day may lie before the hand-over; every reminder is then late and moves the end.
    """
    business = reckoning.needed_for("The day of the reminder")
    count = count_back(review.date, REMINDER_DAYS, business)
    return counted(
        DeadlineKind.REVIEW_REMINDER,
        review.about,
        count,
        reckoning,
        trigger="End of the review",
        clause="review-reminder",
        rule=f"At least {days_in_words(count.days, count.basis)} before the end of the review",
        owed_by=Actor.ACCOUNT_MANAGER,
        degree=Degree.SHOULD,
        outcome="A later reminder moves the end of the review to two business days after it; "
        "without one, silence is no acceptance.",
    )


def deliverables_due(terms: Terms, reckoning: Reckoning, done: Collection[str] = ()) -> tuple[Deadline, ...]:
    """Return the days by which the provider hands over the deliverables, but for the ids that are done.

    Source: clause `delivery` with the schedule of deliverables; those without a day are left out.
    """
    return tuple(
        agreed(
            DeadlineKind.DELIVERABLE,
            _named(deliverable),
            deliverable.due,
            reckoning,
            trigger="Day in the schedule of deliverables",
            clause="delivery",
            rule="Handed over by its day in the schedule",
            owed_by=Actor.PROVIDER,
            degree=Degree.SHALL,
        )
        for deliverable in terms.scope.deliverables
        if deliverable.due is not None and deliverable.id not in done
    )


def milestones_due(terms: Terms, reckoning: Reckoning, done: Collection[str] = ()) -> tuple[Deadline, ...]:
    """Return the days of the milestones, but for the ids that are met; those without a day are left out.

    Source: the schedule of milestones. A milestone is met when its deliverables are accepted.
    """
    return tuple(
        agreed(
            DeadlineKind.MILESTONE,
            _named(milestone),
            milestone.date,
            reckoning,
            trigger="Day in the schedule of milestones",
            clause="schedule-milestones",
            rule="Met by its day in the schedule",
            owed_by=Actor.PROVIDER,
            degree=Degree.SHALL,
        )
        for milestone in terms.milestones
        if milestone.date is not None and milestone.id not in done
    )


def obligations_due(terms: Terms, reckoning: Reckoning, done: Collection[str] = ()) -> tuple[Deadline, ...]:
    """Return the days by which the parties must do what they undertook, but for the ids that are done.

    Source: the clause of each obligation; those without a day are left out.
    """
    return tuple(
        agreed(
            DeadlineKind.OBLIGATION,
            f"{obligation.id} {obligation.action}",
            obligation.due,
            reckoning,
            trigger="Day in the obligation",
            clause=obligation_clause(obligation.id),
            rule="Done by the day that the obligation names",
            owed_by=Actor.of(obligation.party),
            degree=obligation.degree,
        )
        for obligation in terms.obligations
        if obligation.due is not None and obligation.id not in done
    )


def contract_end(terms: Terms, reckoning: Reckoning) -> Deadline | None:
    """Return the day on which the contract ends (clause `commencement`), or None when it is not known."""
    if terms.end_date is None:
        return None
    return agreed(
        DeadlineKind.END_DATE,
        "End of the contract",
        terms.end_date,
        reckoning,
        trigger="End date",
        clause="commencement",
        rule="Ends on the end date, as moved by executed change orders",
        owed_by=Actor.BOTH,
        degree=None,
        outcome="For a deliverable not yet accepted the contract goes on until it is.",
    )


def approval_validity(approval: Approval | None, reckoning: Reckoning) -> Deadline | None:
    """Return the last day of the letter of approval, or None where there is no letter.

    Source: the letter's clause `lapse`. Once the contract is signed it takes the letter's place, and
    the day no longer matters.
    """
    if approval is None:
        return None
    return agreed(
        DeadlineKind.APPROVAL_VALIDITY,
        approval.item,
        approval.valid_until,
        reckoning,
        source=Source.APPROVAL,
        trigger="Day in the letter of approval",
        clause="lapse",
        rule="Valid until the end of the day that the letter names",
        owed_by=Actor.ACCOUNT_MANAGER,
        degree=None,
        outcome="The approval lapses and work stops, unless the contract is signed or the approval extended by then.",
    )


def insurance_expiries(
    terms: Terms, reckoning: Reckoning, warn_days: int, covered_until: dt.date | None = None
) -> tuple[Deadline, ...]:
    """Return the last days of the provider's policies, as far as they are known, warned of some days ahead.

    `covered_until` is the last day for which cover is owed, None while the contract runs; a policy that lasts so
    long need not be renewed.

    Source: clause `insurance`, which asks for cover while the contract runs and for a year after; how
    many days ahead is a house rule (`HouseRules.insurance_warning_days`).
    """
    return tuple(
        agreed(
            DeadlineKind.INSURANCE,
            f"{policy.kind[:1].upper()}{policy.kind[1:]} insurance",
            policy.expires,
            reckoning,
            trigger="Last day of the policy",
            clause="insurance",
            rule="Renewed before the policy ends",
            owed_by=Actor.PROVIDER,
            degree=Degree.SHALL,
            outcome="The provider tells the client without delay when cover ends.",
            warn_days=warn_days,
        )
        for policy in terms.liability.insurance
        if policy.expires is not None and (covered_until is None or policy.expires < covered_until)
    )


# Changes and payment


def change_response(terms: Terms, about: str, asked: dt.date, asked_by: Side, reckoning: Reckoning) -> Deadline:
    """Return the day by which a request for a change, or an order submitted, is answered; `about` is “CO-003”.

    What the client asked for, the provider answers with a proposal (clause `change-proposal`). The
    contract sets the client no time for its answer to the provider: there, as a house rule, an order
    that is submitted waits as long, and lapses then. Raises MissingForDeadlineError for an open
    number of days.
    """
    days, ours = terms.change_control.response_days, asked_by is Side.CLIENT
    business = reckoning.needed_for(
        "The answer to the change", *(() if days is not None else ("terms.change_control.response_days",))
    )
    count = count_days(asked, days or 0, DayBasis.BUSINESS, business)
    return counted(
        DeadlineKind.CHANGE_RESPONSE,
        about,
        count,
        reckoning,
        source=Source.CONTRACT if ours else Source.HOUSE,
        trigger="Request by the client" if ours else "Submission to the client",
        clause="change-proposal" if ours else None,
        rule=period_in_words(count, "the request" if ours else "submission"),
        owed_by=Actor.PROVIDER if ours else Actor.CLIENT,
        degree=Degree.SHALL if ours else Degree.SHOULD,
        outcome="The provider owes a proposal, or the reason why it takes longer and a day for it."
        if ours
        else "The order lapses.",
    )


def payment(terms: Terms, about: str, invoiced: dt.date, reckoning: Reckoning) -> Deadline:
    """Return the day by which the client pays an invoice of a date (clause `payment`); `about` is “Invoice 12”.

    Raises MissingForDeadlineError when the days for payment are open.
    """
    days = terms.fees.payment_days
    business = reckoning.needed_for("The day of payment", *(() if days is not None else ("terms.fees.payment_days",)))
    count = count_days(invoiced, days or 0, DayBasis.CALENDAR, business)
    late = terms.fees.late_interest
    return counted(
        DeadlineKind.PAYMENT,
        about,
        count,
        reckoning,
        trigger="Date of the invoice",
        clause="payment",
        rule=period_in_words(count, "the date of the invoice"),
        owed_by=Actor.CLIENT,
        degree=Degree.SHALL,
        outcome="An undisputed sum still unpaid is in default" + (" and bears interest." if late else "."),
    )


# Disputes


def negotiation(terms: Terms, received: dt.date, reckoning: Reckoning, before: Deadline | None = None) -> Deadline:
    """Return the day by which the parties have tried to settle, after a look-back letter was received.

    Source: clause `negotiation`. `before` is the receipt of that letter where it was sent as a notice,
    for the computation to show. Raises MissingForDeadlineError while the steps of a dispute are open.
    """
    disputes = terms.disputes
    business = reckoning.needed_for("The end of negotiation", *(() if disputes else ("terms.disputes",)))
    count = count_days(received, disputes.negotiation_days if disputes else 0, DayBasis.CALENDAR, business)
    mediates = disputes is not None and disputes.mediation is not None
    return counted(
        DeadlineKind.NEGOTIATION,
        "Negotiation",
        count,
        reckoning,
        trigger="Receipt of the look-back letter",
        clause="negotiation",
        rule=period_in_words(count, "receipt of the look-back letter"),
        owed_by=Actor.BOTH,
        degree=Degree.SHALL,
        outcome="Mediation follows." if mediates else "A notice of breach may follow.",
        before=before,
    )


def mediation(terms: Terms, referred: dt.date, reckoning: Reckoning) -> Deadline | None:
    """Return the last day of mediation after its referral (clause `mediation`), or None when none is agreed.

    Raises MissingForDeadlineError while the steps of a dispute are open.
    """
    disputes = terms.disputes
    business = reckoning.needed_for("The end of mediation", *(() if disputes else ("terms.disputes",)))
    if disputes is None or disputes.mediation is None:
        return None
    count = count_days(referred, disputes.mediation.days, DayBasis.CALENDAR, business)
    return counted(
        DeadlineKind.MEDIATION,
        "Mediation",
        count,
        reckoning,
        trigger="Referral to mediation",
        clause="mediation",
        rule=period_in_words(count, "the referral"),
        owed_by=Actor.BOTH,
        degree=Degree.SHALL,
        outcome="A notice of breach may follow.",
    )


# Reports and contact


def report_due(account: Account, after: dt.date, reckoning: Reckoning) -> Deadline | None:
    """Return the first report due after a day (clause `reports`), or None when no cadence is agreed.

    A report due on a day that is no business day is due on the business day before it.
    """
    if account.report is None:
        return None
    business = reckoning.needed_for("The day of the report")
    day = next_report_day(account.report, business, after)
    if day is None:
        return None
    count = count_back(_nominal_day(account.report, day), 0, business)
    weekly, weekday = account.report.every is Period.WEEK, account.report.weekday.capitalize()
    nominal = agreed(
        DeadlineKind.REPORT,
        "Progress report",
        count.trigger,
        reckoning,
        trigger=f"{weekday} of the week" if weekly else f"Last {weekday} of the month",
        clause="reports",
        rule=f"Every {weekday}" if weekly else f"Every last {weekday} of a month",
        owed_by=Actor.ACCOUNT_MANAGER,
        degree=Degree.SHALL,
    )
    rule = f"{nominal.rule}, or on the business day before if that day is none"
    return replace(
        nominal, rule=rule, skipped=count.skipped, moved_from=count.moved_from, date=count.date, place=business.place
    )


def contact_gap(account: Account, since: dt.date, reckoning: Reckoning, event: str = "Last contact") -> Deadline:
    """Return the day by which the client hears from the provider again while work is under way.

    Source: clause `contact-gap`. `event` says in words what `since` is the day of: “Last contact” or “Start of work”.
    Afterwards `house_rules.next_contact` sets the rhythm.
    """
    business = reckoning.needed_for("The next contact")
    count = count_days(since, account.contact_gap_days, DayBasis.CALENDAR, business)
    return counted(
        DeadlineKind.NEXT_CONTACT,
        "Contact with the client",
        count,
        reckoning,
        trigger=event,
        clause="contact-gap",
        rule=period_in_words(count, f"the {event.lower()}"),
        owed_by=Actor.ACCOUNT_MANAGER,
        degree=Degree.SHALL,
    )


def _receipt_days(terms: Terms, method: NoticeMethod) -> int | None:
    return None if terms.notices is None else terms.notices.deemed_receipt_days.get(method)


def _receipt_path(terms: Terms, method: NoticeMethod) -> str:
    return "terms.notices" if terms.notices is None else f"terms.notices.deemed_receipt_days.{method}"


def _named(part: Deliverable | Milestone) -> str:
    return f"{part.id} {part.title}"


def _nominal_day(report: ReportCadence, due: dt.date) -> dt.date:
    """Return the weekday of the cadence that a report due on a day belongs to: that day, or the first one after it."""
    return add_calendar_days(due, (list(Weekday).index(report.weekday) - due.weekday()) % 7)
