"""What an account manager has before them on a day: health, what is overdue and due, reports, promises, money.

It is for the firm only, and no part of it goes to a client.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from docgen.lifecycle.agenda import Owed, Situation
from docgen.lifecycle.client_actions import asking_report
from docgen.lifecycle.due import Actor, Deadline, DeadlineKind
from docgen.lifecycle.health import Input
from docgen.lifecycle.promises import Given
from docgen.lifecycle.reporting import report_name
from docgen.lifecycle.silence import silence_of
from docgen.models.engagement import Engagement
from docgen.models.money import Money
from docgen.models.party import Contact
from docgen.models.progress import ProgressEntry

WINDOW = 14
"""How many days ahead is looked."""


class Topic(StrEnum):
    """Under which heading a deadline stands; what is overdue stands under that alone."""

    OVERDUE = "overdue"
    DUE = "due"
    FOLLOW_UPS = "follow_ups"
    SILENCES = "silences"
    TROUBLE = "trouble"
    ENDINGS = "endings"
    MONEY = "money"


_TOPICS: Mapping[DeadlineKind, Topic] = {
    DeadlineKind.FOLLOW_UP: Topic.FOLLOW_UPS,
    DeadlineKind.NEXT_CONTACT: Topic.SILENCES,
    DeadlineKind.NEGOTIATION: Topic.TROUBLE,
    DeadlineKind.MEDIATION: Topic.TROUBLE,
    DeadlineKind.COOLING_OFF: Topic.TROUBLE,
    DeadlineKind.CURE: Topic.TROUBLE,
    DeadlineKind.RECEIPT: Topic.TROUBLE,
    DeadlineKind.APPROVAL_VALIDITY: Topic.ENDINGS,
    DeadlineKind.END_DATE: Topic.ENDINGS,
    DeadlineKind.INSURANCE: Topic.ENDINGS,
    DeadlineKind.PAYMENT: Topic.MONEY,
}
"""Where a kind of deadline stands while it is not overdue; all others are simply due."""
SAID_BY_KIND = frozenset(
    {
        DeadlineKind.NEXT_CONTACT,
        DeadlineKind.PAYMENT,
        DeadlineKind.END_DATE,
        DeadlineKind.SURVEY,
        DeadlineKind.RELATIONSHIP_REVIEW,
        DeadlineKind.COOLING_OFF,
    }
)
"""Kinds of deadline whose name says what is to be done; what they are about adds nothing and is in English."""
_ELSEWHERE = frozenset({DeadlineKind.REPORT})
"""Kinds with a list of their own."""


@dataclass(frozen=True, kw_only=True)
class ToDo:
    """A deadline as the week shows it: of which engagement, what, until when, and who must act.

    `amount` is the money of an invoice, `unissued` the report that states it, or asks the client for it, where that is
    not issued yet, so that the client does not know of it. Of a silence, `silent` are the days it lasts and `call` is
    whom to call.
    """

    engagement: str
    title: str
    client: str
    kind: DeadlineKind
    about: str
    due: dt.date
    left: int
    by: Actor
    person: str | None = None
    amount: Money | None = None
    unissued: str | None = None
    silent: int | None = None
    allowed: int | None = None
    call: Contact | None = None

    @property
    def topic(self) -> Topic:
        """Return under which heading it stands."""
        return Topic.OVERDUE if self.left < 0 else _TOPICS.get(self.kind, Topic.DUE)


class ReportTask(StrEnum):
    """What is to be done about a report."""

    WRITE = "write"
    ISSUE = "issue"
    SEND = "send"


@dataclass(frozen=True)
class ReportToDo:
    """A report that is not with the client yet: when it is due and was issued, and what is to be done.

    Both moments are in the engagement's zone, `zone` is its name; `at` is None where no cadence says when it was due,
    `issued` where it was not issued yet.
    """

    engagement: str
    title: str
    client: str
    at: dt.datetime | None
    task: ReportTask
    reference: str
    late: bool
    zone: str
    issued: dt.datetime | None = None

    @property
    def moment(self) -> dt.datetime:
        """Return the moment it is due, or else that of its issue."""
        return self.at or self.issued or dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Missed:
    """The days since the last report of an engagement for which none was written, but for the last such day."""

    engagement: str
    title: str
    client: str
    days: tuple[dt.date, ...]


@dataclass(frozen=True)
class Waiting:
    """A document that awaits a signature, and for how many days."""

    engagement: str
    client: str
    kind: str
    reference: str
    days: int


@dataclass(frozen=True)
class Word:
    """A date that the client was given and that still binds the firm; `left` are the days to it."""

    engagement: str
    client: str
    given: Given
    left: int


@dataclass(frozen=True)
class Trouble:
    """A dispute or breach that is open: its number, what it is about, since when, and the state of the engagement."""

    engagement: str
    client: str
    reference: str
    about: str
    since: dt.date
    state: str


@dataclass(frozen=True)
class HealthSeen:
    """The health of an engagement: its score, how it moved, what costs it most, and the score on earlier days.

    `unissued` are the reports that it counts and that the client does not have yet.
    """

    engagement: str
    title: str
    client: str
    score: int
    change: int | None
    worst: tuple[Input, ...]
    trend: tuple[tuple[dt.date, int], ...]
    unissued: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Week:
    """The week of an account manager; `remarks` say what could not be computed."""

    on: dt.date
    manager: str
    engagements: int
    health: tuple[HealthSeen, ...] = ()
    to_do: tuple[ToDo, ...] = ()
    reports: tuple[ReportToDo, ...] = ()
    missed: tuple[Missed, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    words: tuple[Word, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    remarks: tuple[str, ...] = ()
    window: int = field(default=WINDOW)

    def of(self, topic: Topic) -> tuple[ToDo, ...]:
        """Return what stands under a heading."""
        return tuple(each for each in self.to_do if each.topic is topic)

    @property
    def until(self) -> dt.date:
        """Return the last day that is looked at."""
        return self.on + dt.timedelta(days=self.window)


def to_do_of(
    situation: Situation, owed: Iterable[Owed], window: int = WINDOW, unissued: Iterable[ProgressEntry] = ()
) -> tuple[ToDo, ...]:
    """Return what is overdue or due within a number of days, or earlier where a deadline asks for it, in due order.

    `unissued` are the progress entries whose reports were not issued yet.
    """
    waiting = {each.period.end: report_name(each.number) for each in unissued if each.number is not None}
    found = []
    for each in owed:
        deadline = each.deadline
        left = deadline.days_left(situation.on)
        if deadline.kind in _ELSEWHERE or left > max(window, deadline.warn_days):
            continue
        silence = silence_of(deadline, situation.engagement, situation.on)
        found.append(
            ToDo(
                engagement=situation.engagement.id,
                title=situation.engagement.title,
                client=situation.engagement.client.legal_name or "",
                kind=deadline.kind,
                about=deadline.about,
                due=deadline.date,
                left=left,
                by=deadline.owed_by,
                person=each.person,
                amount=_invoiced(situation, deadline.trigger_date) if deadline.kind is DeadlineKind.PAYMENT else None,
                unissued=_untold(deadline, waiting),
                silent=silence.days if silence else None,
                allowed=silence.allowed if silence else None,
                call=silence.call if silence else None,
            )
        )
    return tuple(found)


def _untold(deadline: Deadline, waiting: Mapping[dt.date, str]) -> str | None:
    """Return the report that states an invoice or asks for an action, where the client does not have it yet."""
    if deadline.kind is DeadlineKind.PAYMENT:
        return waiting.get(deadline.trigger_date)
    name = asking_report(deadline)
    return name if name in waiting.values() else None


def in_order(to_do: Iterable[ToDo]) -> tuple[ToDo, ...]:
    """Return deadlines as they should be worked off: the longest overdue on top."""
    kinds = list(DeadlineKind)
    return tuple(sorted(to_do, key=lambda each: (each.due, kinds.index(each.kind), each.engagement, each.about)))


def troubles_of(situation: Situation) -> tuple[Trouble, ...]:
    """Return the disputes and notices of breach that are open."""
    engagement = situation.engagement
    common = engagement.id, engagement.client.legal_name or ""
    disputes = [
        Trouble(*common, f"DS-{number:03d}", each.subject, each.raised_on, situation.state.value)
        for number, each in situation.disputes.items()
    ]
    breaches = [
        Trouble(*common, f"BN-{number:03d}", "", each.notice_date, situation.state.value)
        for number, each in situation.breaches.items()
    ]
    return (*disputes, *breaches)


def is_managed_by(engagement: Engagement, manager: str) -> bool:
    """Say whether somebody answers for the client of an engagement."""
    return (engagement.account.manager or "").casefold() == manager.casefold()


def _invoiced(situation: Situation, day: dt.date) -> Money | None:
    """Return what was invoiced at the end of a period; an invoice is dated by it."""
    entries = [each for each in situation.entries if each.period.end == day]
    amounts = [item.amount for entry in entries for item in entry.invoiced]
    return Money.total(amounts, situation.engagement.currency) if amounts else None
