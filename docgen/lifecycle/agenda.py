"""What is owed on an engagement as it stands: every deadline that makes sense in its state, and who must act.

Nothing records that an invoice is paid, and of obligations only a relationship review says that they were fulfilled.
Both are therefore listed until `LISTED_AFTER` days after their day and then no more: a list that repeats for ever what
nobody can tick off is not read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import ParamSpec

from docgen.errors import DocgenError
from docgen.lifecycle.alerts import decision_due, notice_due
from docgen.lifecycle.calendars import CalendarRangeError, UnknownCalendarError
from docgen.lifecycle.client_actions import action_due, open_actions
from docgen.lifecycle.completion import deliveries_by, entries_by, last_deliveries, milestones_reached
from docgen.lifecycle.deadlines import (
    approval_validity,
    change_response,
    contact_gap,
    contract_end,
    cure,
    deliverables_due,
    insurance_expiries,
    milestones_due,
    needs_reminder,
    obligations_due,
    payment,
    report_due,
    review_of,
    review_reminder,
)
from docgen.lifecycle.due import (
    Actor,
    Deadline,
    DeadlineKind,
    MissingForDeadlineError,
    Reckoning,
    Source,
    agreed,
    reckoning,
)
from docgen.lifecycle.escalation import cooling_off_of, mediation_of, negotiation_of
from docgen.lifecycle.house_rules import (
    DEFAULT,
    HouseRules,
    follow_up_due,
    next_contact,
    relationship_review,
    survey,
    years_after,
)
from docgen.lifecycle.silence import silence_of, warned_of
from docgen.lifecycle.states import LifeState
from docgen.models.breach import Breach
from docgen.models.changes import ChangeDirective
from docgen.models.contact import Contact
from docgen.models.delivery import Delivery, Outcome
from docgen.models.dispute import Dispute
from docgen.models.engagement import Engagement
from docgen.models.feedback import Feedback
from docgen.models.money import Money
from docgen.models.party import Side
from docgen.models.progress import ProgressEntry
from docgen.models.review import Fulfilment, Review
from docgen.models.serious_issue import SeriousIssue
from docgen.models.terms import Degree, Terms

LISTED_AFTER = 30
"""How many days after its day a payment or an obligation is still listed."""
INSURED_YEARS = 1
"""How many years after completion the contract asks for cover (clause `insurance`)."""
ENDED = frozenset({LifeState.COMPLETED, LifeState.KEPT_IN_TOUCH})
"""States in which the work is done."""
P = ParamSpec("P")
Found = Deadline | None | Iterable[Deadline]


@dataclass(frozen=True)
class Asked:
    """A change that waits for an answer: its reference and title, the day it was asked for, and by whom."""

    about: str
    day: dt.date
    by: Side


@dataclass(frozen=True, kw_only=True)
class Situation:
    """All that is known of an engagement on a day.

    `terms_on` returns the terms in force on a day. `signed_on`, `begun_on` and `completed_on` are the days on which
    the contract was signed, work began and completion was certified, each None before. `disputes` and `breaches` are
    those that are still open, by their numbers, `unnoticed` the breaches whose notice was not issued, so that nothing
    is to be cured yet, `unsent` the disputes whose look-back letter was not sent, so that no
    time to negotiate runs; `directives` those not brought into the contract sum yet. `issues` are the serious issues
    by their numbers, `noticed` the days of the notices of them that stand.
    """

    engagement: Engagement
    on: dt.date
    state: LifeState
    terms_on: Callable[[dt.date], Terms]
    signed_on: dt.date | None = None
    begun_on: dt.date | None = None
    completed_on: dt.date | None = None
    asked: tuple[Asked, ...] = ()
    directives: tuple[ChangeDirective, ...] = ()
    entries: tuple[ProgressEntry, ...] = ()
    spoken: tuple[Contact, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    disputes: Mapping[int, Dispute] = field(default_factory=dict)
    breaches: Mapping[int, Breach] = field(default_factory=dict)
    unnoticed: Mapping[int, Breach] = field(default_factory=dict)
    unsent: frozenset[int] = frozenset()
    issues: Mapping[int, SeriousIssue] = field(default_factory=dict)
    noticed: Mapping[int, dt.date] = field(default_factory=dict)
    feedback: tuple[Feedback, ...] = ()
    reviews: tuple[Review, ...] = ()
    surveyed: bool = False

    @property
    def terms(self) -> Terms:
        """Return the terms in force on the day."""
        return self.terms_on(self.on)

    @property
    def contacts(self) -> tuple[dt.date, ...]:
        """Return the days on which the parties spoke, as far as they are recorded and have come."""
        days = [note.on for entry in self.entries for note in entry.contacts]
        days += [contact.on for contact in self.spoken]
        days += [review.on for review in self.reviews]
        days += [each.meeting.on for each in self.disputes.values() if each.meeting and each.meeting.outcome]
        return tuple(day for day in days if day <= self.on)


@dataclass(frozen=True)
class Owed:
    """A deadline, the e-mail address of the one person who must act, where one is known, and a note on it."""

    deadline: Deadline
    person: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Agenda:
    """All deadlines of an engagement as it stands.

    `missing` are the paths of facts without which others cannot be computed, `faults` say what else hindered.
    """

    owed: tuple[Owed, ...]
    missing: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def remark(self) -> str:
        """Return what hindered, in a sentence or two, or nothing."""
        said = list(self.faults)
        if self.missing:
            said.insert(0, f"some deadlines cannot be computed, because the facts do not give {_and(self.missing)}.")
        return " ".join(said)


def agenda(situation: Situation, rules: HouseRules = DEFAULT) -> Agenda:
    """Return every deadline that makes sense as an engagement stands; what cannot be computed is said, not raised."""
    return _Writer(situation, rules).write()


class _Writer:
    """Gathers the deadlines of one engagement, and what hinders some of them."""

    def __init__(self, situation: Situation, rules: HouseRules) -> None:
        self.now, self.rules = situation, rules
        self.engagement, self.on = situation.engagement, situation.on
        self.owed: list[Owed] = []
        self.missing: dict[str, None] = {}
        self.faults: dict[str, None] = {}
        try:
            self.count = reckoning(self.engagement.calendar, self.engagement.time_zone)
        except DocgenError as error:
            self.faults[str(error)] = None
            self.count = Reckoning(None, self.engagement.time_zone)

    def write(self) -> Agenda:
        now = self.now
        ended = now.state in ENDED or now.completed_on is not None  # a dispute about it does not begin the work again
        if now.signed_on is None and not ended:
            self._add(approval_validity, self.engagement.approval, self.count)
        if ended:
            self._afterwards()
        elif now.signed_on is not None:
            self._under_contract()
        if now.begun_on is not None and not ended:
            self._rhythm(now.begun_on)
        self._payments()
        self._trouble()
        if not ended:
            self._asked_of_client()
        self._actions()
        self._follow_ups()
        return Agenda(tuple(self.owed), tuple(self.missing), tuple(self.faults))

    def _add(self, found: Callable[P, Found], *words: P.args, **named: P.kwargs) -> tuple[Deadline, ...]:
        """Add what a function finds, and return it; what it lacks is kept to be told."""
        try:
            deadlines = found(*words, **named)
        except MissingForDeadlineError as error:
            self.missing.update(dict.fromkeys(error.missing))
            return ()
        except (CalendarRangeError, UnknownCalendarError) as error:
            self.faults[str(error)] = None
            return ()
        some = (deadlines,) if isinstance(deadlines, Deadline) else tuple(deadlines or ())
        some = tuple(warned_of(each) if each.kind is DeadlineKind.NEXT_CONTACT else each for each in some)
        for each in some:
            manager = self.engagement.account.manager if each.owed_by is Actor.ACCOUNT_MANAGER else None
            silence = silence_of(each, self.engagement, self.on)
            self.owed.append(Owed(each, manager, silence.words if silence else ""))
        return some

    # While the contract runs

    def _under_contract(self) -> None:
        now, terms, count = self.now, self.now.terms, self.count
        last = last_deliveries(deliveries_by(now.deliveries, self.on))
        handed = {name for name, each in last.items() if each.outcome is not Outcome.REJECTED}
        self._add(deliverables_due, terms, count, handed)
        self._reviews_of(last)
        self._add(milestones_due, terms, count, milestones_reached(terms, entries_by(now.entries, self.on)))
        self._add(self._recent, obligations_due(terms, count, self._fulfilled()))
        self._add(contract_end, terms, count)
        self._add(insurance_expiries, terms, count, self.rules.insurance_warning_days)
        for asked in now.asked:
            self._add(change_response, terms, asked.about, asked.day, asked.by, count)
        for directive in now.directives:
            self._add(_order_for, directive, count)
        since = terms.effective_date or now.signed_on
        if since is not None:
            self._next_review(since, "Effective date" if terms.effective_date else "Signature of the contract")

    def _reviews_of(self, last: Mapping[str, Delivery]) -> None:
        """Add the reviews that run, and under the full contract the reminders that are still to be sent."""
        account = self.engagement.account
        for deliverable in self.now.terms.scope.deliverables:
            delivery = last.get(deliverable.id)
            if delivery is None or delivery.outcome is not Outcome.UNDER_REVIEW:
                continue
            reviews = self._add(review_of, account, deliverable, delivery, self.count)
            for review in reviews if needs_reminder(account) and delivery.reminded_on is None else ():
                self._add(review_reminder, review, self.count)

    def _fulfilled(self) -> frozenset[str]:
        """Return the obligations that a review found fulfilled."""
        return frozenset(
            role.obligation
            for review in self.now.reviews
            for role in review.roles
            if role.obligation and role.fulfilled is Fulfilment.FULLY
        )

    def _recent(self, deadlines: Iterable[Deadline]) -> tuple[Deadline, ...]:
        return tuple(each for each in deadlines if each.days_left(self.on) >= -LISTED_AFTER)

    def _payments(self) -> None:
        """Add the days on which invoices are due; an invoice is dated by the end of the period it is reported in."""
        for entry in self.now.entries:
            if entry.invoiced and entry.period.end <= self.on and self.now.signed_on is not None:
                self._add(self._payment_of, entry)

    def _payment_of(self, entry: ProgressEntry) -> tuple[Deadline, ...]:
        day = entry.period.end
        total = Money.total((item.amount for item in entry.invoiced), self.engagement.currency)
        return self._recent((payment(self.now.terms_on(day), f"Invoice of {day} ({total})", day, self.count),))

    def _rhythm(self, begun: dt.date) -> None:
        """Add the next report and the next contact while work is under way."""
        account = self.engagement.account
        ends = [entry.period.end for entry in self.now.entries if entry.period.end <= self.on]
        self._add(report_due, account, max(ends, default=begun - dt.timedelta(days=1)), self.count)
        spoke = max((day for day in self.now.contacts if day >= begun), default=None)
        if spoke is None:
            self._add(contact_gap, account, begun, self.count, "Start of work")
        else:
            self._add(contact_gap, account, spoke, self.count)

    # Trouble

    def _trouble(self) -> None:
        for number, dispute in self.now.disputes.items():
            self._add(self._step_of, number, dispute)
        for number, breach in self.now.breaches.items():
            terms = self.now.terms_on(breach.notice_date)
            self._add(cure, terms, breach.notice_date, breach.method, breach.by, self.count, f"BN-{number:03d}")
        if self.now.signed_on is not None and self.now.completed_on is None:
            for number, breach in self.now.unnoticed.items():
                self._add(notice_of_breach, number, breach, self.count)
        for number, issue in self.now.issues.items():
            self._add(self._of_issue, number, issue)

    def _of_issue(self, number: int, issue: SeriousIssue) -> Deadline | None:
        """Return what a serious issue waits for: its notice, or what the client decides on it."""
        if issue.on > self.on or (issue.resolved is not None and issue.resolved <= self.on):
            return None
        noticed = self.now.noticed.get(number)
        if noticed is None:
            return notice_due(number, issue, self.count)
        decided = issue.decided is not None and issue.decided <= self.on
        if decided or issue.decide_by is None:
            return None
        return decision_due(number, issue, noticed, issue.decide_by, self.count)

    def _step_of(self, number: int, dispute: Dispute) -> Deadline | None:
        """Return the end of the step that a dispute is at, with the number of the dispute in its name."""
        deadline = self._running(number, dispute)
        return None if deadline is None else replace(deadline, about=f"{deadline.about} (dispute {number})")

    def _running(self, number: int, dispute: Dispute) -> Deadline | None:
        step, pause, talks = dispute.mediation, dispute.cooling_off, dispute.meeting
        if pause is not None and pause.begins <= self.on:
            return cooling_off_of(dispute, self.count)
        if any(each.notice_date >= dispute.raised_on for each in self.now.breaches.values()):
            return None
        if self.now.signed_on is None:  # no contract sets a time for talks or for mediation
            return None
        if step is not None and step.referred_on <= self.on:
            over = step.ended_on is not None and step.ended_on <= self.on
            return None if over else mediation_of(self.now.terms_on(step.referred_on), dispute, self.count)
        met = talks is not None and talks.outcome is not None and talks.on <= self.on
        if met or number in self.now.unsent:
            return None
        return negotiation_of(self.now.terms_on(dispute.raised_on), dispute, self.count)

    # Afterwards

    def _afterwards(self) -> None:
        now, done = self.now, self.now.completed_on
        if done is None:
            return
        if not now.surveyed and not any(each.on >= done for each in now.feedback):
            self._add(survey, done, self.count, self.rules)
        answered = (each.on for each in now.feedback if each.on <= self.on)
        spoke = max((day for day in (*now.contacts, *answered) if day >= done), default=None)
        since, event = (done, "Completion") if spoke is None else (spoke, "Last contact")
        self._add(next_contact, self.engagement.account.client_class, since, self.count, self.rules, event)
        self._next_review(done, "Completion")
        covered = years_after(done, INSURED_YEARS)
        if self.on <= covered and now.signed_on is not None:
            self._add(insurance_expiries, now.terms, self.count, self.rules.insurance_warning_days, covered)

    def _next_review(self, since: dt.date, event: str) -> None:
        """Add the next relationship review: on the day the last one set, or a year after it or after an event."""
        held = max((each for each in self.now.reviews if each.on <= self.on), key=lambda each: each.on, default=None)
        if held is not None and held.next_review is not None:
            self._add(_review_set, held.next_review, self.count)
            return
        if held is not None and held.on > since:
            since, event = held.on, "Last review"
        self._add(relationship_review, since, event, self.count, self.rules)

    def _actions(self) -> None:
        """Add what somebody promised in a relationship review and has not done yet."""
        for number, review in enumerate(self.now.reviews, 1):
            for action in review.actions:
                if action.due is None or action.done is not None or review.on > self.on:
                    continue
                found = self.engagement.person(action.owner) if action.owner else None
                actor = Actor.of(found[0]) if found else Actor.ACCOUNT_MANAGER
                about = f"RR-{review.number or number:03d}: {action.text}"
                promise = _promise(about, action.due, actor, self.count)
                manager = self.engagement.account.manager if actor is Actor.ACCOUNT_MANAGER else None
                self.owed.append(Owed(promise, action.owner or manager))

    def _asked_of_client(self) -> None:
        """Add what the reports ask the client to do by a day, each for who is asked."""
        for asked in open_actions(self.now.entries, self.on):
            if asked.action.due is not None:
                self.owed.append(Owed(action_due(asked, asked.action.due, self.count), asked.action.owner))

    def _follow_ups(self) -> None:
        """Add what is still to be done after a contact, each for its owner, or for whoever spoke with the client."""
        for number, contact in enumerate(self.now.spoken, 1):
            if contact.on > self.on:
                continue
            for follow_up in contact.open_follow_ups:
                person = follow_up.owner or contact.by
                found = self.engagement.person(person)
                actor = Actor.of(found[0]) if found else Actor.PROVIDER
                gap = self.engagement.account.contact_gap_days
                deadline = follow_up_due(contact, contact.number or number, follow_up, actor, gap, self.count)
                self.owed.append(Owed(deadline, person))


def _review_set(day: dt.date, count: Reckoning) -> Deadline:
    """Return the relationship review on the day that the last one set."""
    return agreed(
        DeadlineKind.RELATIONSHIP_REVIEW,
        "Relationship review",
        day,
        count,
        source=Source.HOUSE,
        trigger="Day set by the last review",
        rule="Held on the day that the last review set",
        owed_by=Actor.ACCOUNT_MANAGER,
        degree=Degree.SHOULD,
    )


def _promise(about: str, day: dt.date, by: Actor, count: Reckoning) -> Deadline:
    """Return the day of something that was promised in a relationship review."""
    return agreed(
        DeadlineKind.OBLIGATION,
        about,
        day,
        count,
        source=Source.HOUSE,
        trigger="Day promised in the relationship review",
        rule="Done by the day promised",
        owed_by=by,
        degree=Degree.SHOULD,
    )


def notice_of_breach(number: int, breach: Breach, count: Reckoning) -> Deadline:
    """Return the day that a recorded breach gives its notice, which nobody issued yet."""
    return agreed(
        DeadlineKind.BREACH_NOTICE,
        f"BN-{number:03d}",
        breach.notice_date,
        count,
        source=Source.HOUSE,
        trigger="Date of the notice",
        rule="A recorded breach counts once its notice is issued",
        owed_by=Actor.ACCOUNT_MANAGER,
        degree=Degree.SHOULD,
        outcome="Until then nothing is to be cured.",
    )


def _order_for(directive: ChangeDirective, count: Reckoning) -> Iterator[Deadline]:
    """Yield the day by which the parties mean to agree a change order for a directive, where they named one."""
    if directive.order_by is not None:
        yield agreed(
            DeadlineKind.CHANGE_RESPONSE,
            f"{directive.reference} {directive.title}",
            directive.order_by,
            count,
            trigger="Day in the directive",
            rule="A change order agreed by the day that the directive names",
            owed_by=Actor.BOTH,
            degree=Degree.SHOULD,
            outcome="The work stays outside the contract sum, up to its limit, until an order takes it in.",
        )


def _and(names: Iterable[str]) -> str:
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last
