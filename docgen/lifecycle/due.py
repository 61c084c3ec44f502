"""What a deadline is: a day by which somebody must act, why that day, and every step of its count.

How each deadline is computed stands in `deadlines` (what the contract says) and in `house_rules` (what
the house asks of itself). All of them end with the end of their day in the engagement's time zone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from docgen.errors import DocgenError
from docgen.lifecycle.calendars import BusinessDays, business_days
from docgen.lifecycle.counting import Count, DaysSkipped
from docgen.models.engagement import BusinessCalendar
from docgen.models.party import Side
from docgen.models.terms import DayBasis, Degree


class MissingForDeadlineError(DocgenError):
    """The facts do not say enough to compute a deadline; `missing` holds the paths of the open facts."""

    def __init__(self, missing: tuple[str, ...], what: str = "The cure deadline") -> None:
        self.missing = missing
        super().__init__(
            f"{what} cannot be computed, because the facts do not give {' and '.join(missing)}. "
            "Give what the contract says."
        )


class DeadlineKind(StrEnum):
    """What falls due, in the order in which deadlines of one day are listed."""

    RECEIPT = "receipt"
    CURE = "cure"
    BREACH_NOTICE = "breach_notice"
    NOTICE_OF_ISSUE = "notice_of_issue"
    DECISION = "decision"
    PAYMENT = "payment"
    ACCEPTANCE_REVIEW = "acceptance_review"
    REVIEW_REMINDER = "review_reminder"
    CHANGE_RESPONSE = "change_response"
    APPROVAL_VALIDITY = "approval_validity"
    DELIVERABLE = "deliverable"
    MILESTONE = "milestone"
    OBLIGATION = "obligation"
    CLIENT_ACTION = "client_action"
    FOLLOW_UP = "follow_up"
    END_DATE = "end_date"
    NEGOTIATION = "negotiation"
    MEDIATION = "mediation"
    COOLING_OFF = "cooling_off"
    INSURANCE = "insurance"
    REPORT = "report"
    SURVEY = "survey"
    RELATIONSHIP_REVIEW = "relationship_review"
    NEXT_CONTACT = "next_contact"


class Source(StrEnum):
    """Where a rule stands: in the contract, in the letter of approval, or among the house's own rules."""

    CONTRACT = "contract"
    APPROVAL = "approval"
    HOUSE = "house"


class Actor(StrEnum):
    """Who must act: a party, both of them, or the one person of the provider who answers for the client."""

    CLIENT = "client"
    PROVIDER = "provider"
    BOTH = "both"
    ACCOUNT_MANAGER = "account_manager"

    @classmethod
    def of(cls, side: Side) -> Actor:
        """Return the actor that is one party."""
        return cls(side.value)


class StepKind(StrEnum):
    """What a step of a computation says, for documents that word it themselves."""

    TRIGGER = "trigger"
    LENGTH = "length"
    LAST_COUNTED = "last_counted"
    HOLIDAY = "holiday"
    WEEKEND = "weekend"
    END = "end"


@dataclass(frozen=True)
class Step:
    """One step of a computation: a label, the rule or fact, and its day or, where it has none, `when` in words.

    `clause` is the id of the clause that the step rests on, where it rests on one.
    """

    kind: StepKind
    label: str
    text: str
    day: dt.date | None = None
    when: str = ""
    clause: str | None = None


@dataclass(frozen=True)
class Reckoning:
    """How an engagement counts: whose business days, None while nobody has said so, and where its days end."""

    business: BusinessDays | None
    time_zone: str

    def needed_for(self, what: str, *missing: str) -> BusinessDays:
        """Return the business days; raises MissingForDeadlineError with these paths and that of the calendar."""
        if self.business is None or missing:
            raise MissingForDeadlineError((*missing, *(("calendar",) if self.business is None else ())), what)
        return self.business


def reckoning(calendar: BusinessCalendar | None, time_zone: str, language: str = "en") -> Reckoning:
    """Return how an engagement counts, with holidays named in a language.

    Raises UnknownCalendarError for a country or a part of it whose public holidays are not known.
    """
    return Reckoning(None if calendar is None else business_days(calendar, language), time_zone)


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A day by which somebody must act, and how it was found.

    `trigger` says in words what starts the count on `trigger_date`. From there to `date` there are
    `days` days of `basis` and the days `skipped`, and nothing else. A day that was agreed and not
    counted has no `days` and no `basis`; its trigger is that day itself. `moved_from` is the last
    day counted, or the day agreed, when that was no business day. `place` says whose public holidays
    count and is None where none were looked at.

    `rule` states the rule in words, and `clause` is the id of the clause of the `source` it stands
    in, None for a house rule. `degree` says how strictly the act is owed, and is None where the day
    merely ends something. `outcome` says what follows when the day has passed. `before` is the
    deadline this one begins with: the receipt that starts a cure period. `warn_days` is how many days ahead it
    is worth listing whatever else is.
    """

    kind: DeadlineKind
    about: str
    trigger: str
    trigger_date: dt.date
    source: Source
    clause: str | None
    rule: str
    days: int | None
    basis: DayBasis | None
    skipped: DaysSkipped
    moved_from: dt.date | None
    date: dt.date
    time_zone: str
    place: str | None
    owed_by: Actor
    degree: Degree | None
    outcome: str | None = None
    before: Deadline | None = None
    warn_days: int = 0

    @property
    def ends(self) -> dt.datetime:
        """Return the moment at which the day is over in the engagement's time zone."""
        return dt.datetime.combine(self.date + dt.timedelta(days=1), dt.time(), ZoneInfo(self.time_zone))

    def overdue(self, on: dt.date) -> bool:
        """Say whether the deadline has passed on a day; on its own day it has not."""
        return self.date < on

    def days_left(self, on: dt.date) -> int:
        """Return the calendar days from a day to the deadline: zero on its own day, and below zero once it passed."""
        return (self.date - on).days

    def steps(self) -> tuple[Step, ...]:
        """Return the computation step by step, that of the deadline before it first."""
        earlier = self.before.steps() if self.before else ()
        return (*earlier, _trigger(self), *_length(self), *_passed_over(self), _end(self))


def counted(
    kind: DeadlineKind,
    about: str,
    count: Count,
    reckoning: Reckoning,
    *,
    trigger: str,
    rule: str,
    owed_by: Actor,
    degree: Degree | None,
    source: Source = Source.CONTRACT,
    clause: str | None = None,
    outcome: str | None = None,
    before: Deadline | None = None,
) -> Deadline:
    """Return the deadline at the end of a count."""
    return Deadline(
        kind=kind,
        about=about,
        trigger=trigger,
        trigger_date=count.trigger,
        source=source,
        clause=clause,
        rule=rule,
        days=count.days,
        basis=count.basis,
        skipped=count.skipped,
        moved_from=count.moved_from,
        date=count.date,
        time_zone=reckoning.time_zone,
        place=reckoning.business.place if reckoning.business else None,
        owed_by=owed_by,
        degree=degree,
        outcome=outcome,
        before=before,
    )


def agreed(
    kind: DeadlineKind,
    about: str,
    day: dt.date,
    reckoning: Reckoning,
    *,
    trigger: str,
    rule: str,
    owed_by: Actor,
    degree: Degree | None,
    source: Source = Source.CONTRACT,
    clause: str | None = None,
    outcome: str | None = None,
    warn_days: int = 0,
) -> Deadline:
    """Return the deadline on a day that was agreed: it stays where it is, business day or not."""
    return Deadline(
        kind=kind,
        about=about,
        trigger=trigger,
        trigger_date=day,
        source=source,
        clause=clause,
        rule=rule,
        days=None,
        basis=None,
        skipped=DaysSkipped(),
        moved_from=None,
        date=day,
        time_zone=reckoning.time_zone,
        place=None,
        owed_by=owed_by,
        degree=degree,
        outcome=outcome,
        warn_days=warn_days,
    )


def due_order(deadlines: Iterable[Deadline], on: dt.date) -> tuple[Deadline, ...]:
    """Return deadlines as they should be worked off: overdue ones first, the longest overdue on top, then by day.

    On one day the stricter duty comes first, then the kinds in their order.
    """
    return tuple(sorted(deadlines, key=lambda each: (not each.overdue(on), each.date, *_rank(each))))


def within(deadlines: Iterable[Deadline], on: dt.date, days: int) -> tuple[Deadline, ...]:
    """Return the deadlines that are overdue on a day, or due on it or in so many days after, in due order.

    One that asks for an earlier warning is among them from then on.
    """
    return due_order((each for each in deadlines if each.days_left(on) <= max(days, each.warn_days)), on)


def days_in_words(days: int, basis: DayBasis) -> str:
    """Return a number of days in words: “1 business day”, “30 days”."""
    return f"{days} {'business ' if basis is DayBasis.BUSINESS else ''}day{'' if days == 1 else 's'}"


def period_in_words(count: Count, event: str) -> str:
    """Return the rule of a period that runs from an event: “10 business days after hand-over; …”."""
    if count.days == 0:
        return f"No days after {event}: that day itself, or the next business day"
    words = f"{days_in_words(count.days, count.basis)} after {event}; that day is not counted"
    if count.basis is DayBasis.BUSINESS:
        return words
    return f"{words}, and a last day that is no business day moves to the next one"


def _rank(deadline: Deadline) -> tuple[int, int, str]:
    degrees = list(Degree)
    strictness = len(degrees) if deadline.degree is None else degrees.index(deadline.degree)
    return strictness, list(DeadlineKind).index(deadline.kind), deadline.about


def _trigger(deadline: Deadline) -> Step:
    label = "Event that starts the count" if deadline.days is not None else "Day agreed"
    clause = None if deadline.days is not None else deadline.clause
    return Step(StepKind.TRIGGER, label, deadline.trigger, deadline.trigger_date, clause=clause)


def _length(deadline: Deadline) -> tuple[Step, ...]:
    if deadline.days is None or deadline.basis is None:
        return ()
    words, when = days_in_words(deadline.days, deadline.basis), "From the next day"
    if deadline.days == 0:
        words, when = "The day itself, or the next business day", "Not counted"
    elif deadline.date < deadline.trigger_date:
        words, when = f"{words} before", "Counted back"
    return (Step(StepKind.LENGTH, "Length of the period", words, when=when, clause=deadline.clause),)


def _passed_over(deadline: Deadline) -> tuple[Step, ...]:
    moved, earlier = deadline.moved_from, deadline.date < deadline.trigger_date
    steps: list[Step] = []
    if moved is not None:
        turn = "the business day before" if earlier else "the next one"
        steps.append(
            Step(StepKind.LAST_COUNTED, "Last day counted", f"Not a business day, so {turn} takes its place", moved)
        )
    steps += (
        Step(StepKind.HOLIDAY, "Public holiday, not counted", holiday.name, holiday.date)
        for holiday in deadline.skipped.holidays
    )
    if deadline.skipped.weekend_days:
        words = days_in_words(deadline.skipped.weekend_days, DayBasis.CALENDAR)
        when = "After the deadline" if earlier else "Before the deadline"
        steps.append(Step(StepKind.WEEKEND, "Weekend, not counted", words, when=when))
    return tuple(steps)


def _end(deadline: Deadline) -> Step:
    if deadline.kind is DeadlineKind.RECEIPT:
        return Step(StepKind.END, "Taken as received", deadline.rule, deadline.date, clause=deadline.clause)
    return Step(StepKind.END, "Deadline", f"End of the day, {deadline.time_zone} time", deadline.date)
