"""The deadlines a house sets itself: when to ask, to review and to get in touch; the numbers can be set.

A day found by counting is a business day, so that the client hears from the house when somebody is
there. The rules of counting are those of `counting`. Each function raises MissingForDeadlineError
while nobody has said whose business days count, and CalendarRangeError where a count leaves the
years whose public holidays are known.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from functools import partial

from docgen.lifecycle.counting import count_days
from docgen.lifecycle.due import (
    Actor,
    Deadline,
    DeadlineKind,
    Reckoning,
    Source,
    agreed,
    counted,
    days_in_words,
    period_in_words,
)
from docgen.models.contact import Contact, FollowUp
from docgen.models.engagement import ClientClass
from docgen.models.terms import DayBasis, Degree


@dataclass(frozen=True)
class HouseRules:
    """The numbers of the house rules, in calendar days but for `review_years`.

    How many days ahead the end of a policy is warned of; after completion, when the survey is sent;
    the rhythm of relationship reviews; how long to let a client of class A, B or C go without
    a contact when no work is running; and how long a dispute cools off when no days were agreed.
    """

    insurance_warning_days: int = 30
    survey_days: int = 14
    review_years: int = 1
    contact_days_a: int = 30
    contact_days_b: int = 90
    contact_days_c: int = 180
    cooling_off_days: int = 30

    def contact_days(self, client_class: ClientClass) -> int:
        """Return how many days a client of a class is let go without a contact."""
        match client_class:
            case ClientClass.A:
                return self.contact_days_a
            case ClientClass.B:
                return self.contact_days_b
            case ClientClass.C:
                return self.contact_days_c


DEFAULT = HouseRules()
"""The rules of a house that set none of its own."""
_counted = partial(counted, source=Source.HOUSE, owed_by=Actor.ACCOUNT_MANAGER, degree=Degree.SHOULD)


def cooling_off(since: dt.date, reckoning: Reckoning, rules: HouseRules = DEFAULT) -> Deadline:
    """Return the day on which the cooling off after a dispute ends, and a re-opening letter is due.

    Source: the days that were agreed, or else the house rule, counted from a day.
    """
    count = count_days(since, rules.cooling_off_days, DayBasis.CALENDAR, reckoning.needed_for("The end of cooling off"))
    return _counted(
        DeadlineKind.COOLING_OFF,
        "Cooling off",
        count,
        reckoning,
        trigger="Start of cooling off",
        rule=period_in_words(count, "the start of cooling off"),
        outcome="The letter that re-opens the relationship is due.",
    )


def survey(completed: dt.date, reckoning: Reckoning, rules: HouseRules = DEFAULT) -> Deadline:
    """Return the day by which the client is asked how satisfied it is; source: a house rule, 14 days by default."""
    count = count_days(completed, rules.survey_days, DayBasis.CALENDAR, reckoning.needed_for("The day of the survey"))
    return _counted(
        DeadlineKind.SURVEY,
        "Satisfaction survey",
        count,
        reckoning,
        trigger="Completion",
        rule=period_in_words(count, "completion"),
    )


def relationship_review(since: dt.date, event: str, reckoning: Reckoning, rules: HouseRules = DEFAULT) -> Deadline:
    """Return the day of the next relationship review, a year after an event, or on the next business day.

    Source: a house rule. `event` says in words what `since` is the day of: “Effective date”,
    “Completion”, “Last review”. A year after 29 February is 28 February.
    """
    business = reckoning.needed_for("The day of the relationship review")
    anniversary = years_after(since, rules.review_years)
    count = count_days(since, (anniversary - since).days, DayBasis.CALENDAR, business)
    years = "1 year" if rules.review_years == 1 else f"{rules.review_years} years"
    length = days_in_words(count.days, count.basis)
    return _counted(
        DeadlineKind.RELATIONSHIP_REVIEW,
        "Relationship review",
        count,
        reckoning,
        trigger=event,
        rule=f"{years} ({length}) after that day; a last day that is no business day moves to the next one",
    )


def next_contact(
    client_class: ClientClass,
    since: dt.date,
    reckoning: Reckoning,
    rules: HouseRules = DEFAULT,
    event: str = "Last contact",
) -> Deadline:
    """Return the day by which to get in touch with a client when no work is running, by its class.

    Source: a house rule, 30 days for A, 90 for B and 180 for C by default, after the last contact or
    the completion; `event` says in words which of the two `since` is the day of. It puts numbers to
    what the contract only expects (clause `contact-gap`: once a month, a quarter, six months).
    """
    days = rules.contact_days(client_class)
    count = count_days(since, days, DayBasis.CALENDAR, reckoning.needed_for("The next contact"))
    return _counted(
        DeadlineKind.NEXT_CONTACT,
        "Contact with the client",
        count,
        reckoning,
        trigger=event,
        rule=period_in_words(count, f"the {event.lower()}"),
    )


def follow_up_due(
    contact: Contact, number: int, follow_up: FollowUp, actor: Actor, gap: int, reckoning: Reckoning
) -> Deadline:
    """Return the day by which a follow-up to contact `number` is done: the one agreed, business day or not.

    Source: what the contact says; where it names no day, `gap` days after it, when the client is spoken to again.
    """
    rule = "Done by the day agreed in the contact"
    if follow_up.due is None:
        rule = f"No day was agreed, so it is done within the {gap} days in which the client is spoken to again"
    return agreed(
        DeadlineKind.FOLLOW_UP,
        f"CT-{number:03d}: {follow_up.text}",
        follow_up.due or contact.on + dt.timedelta(days=gap),
        reckoning,
        source=Source.HOUSE,
        trigger=f"CT-{number:03d}, {contact.how} of {contact.on}, {contact.by} with {' and '.join(contact.with_)}",
        rule=rule,
        owed_by=actor,
        degree=Degree.SHOULD,
    )


def years_after(day: dt.date, years: int) -> dt.date:
    """Return the same day of a later year, or the last of its month when that year has no such day."""
    year = day.year + years
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))
