"""What several engagements of one client come to on a day: how each stands, what it costs, what is awaited from whom.

Everything here may be read by the client, so what was reported is what its issued reports say, as they said it. Amounts
of different currencies are never added, and a contract that is not signed yet is no part of a total.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from docgen.lifecycle.agenda import ENDED, Situation, agenda
from docgen.lifecycle.alerts import told_dates
from docgen.lifecycle.calendars import business_days
from docgen.lifecycle.due import Actor, DeadlineKind
from docgen.lifecycle.house_rules import DEFAULT, HouseRules
from docgen.lifecycle.outdated import Move, Outdated, outdated, uncompared
from docgen.lifecycle.progress import (
    Budget,
    Dimension,
    DimensionHistory,
    MilestoneState,
    NoticedDates,
    Standing,
    awaited,
    budget,
    dimensions,
    milestone_states,
    next_report_day,
    rag_history,
    report_number,
    standing,
)
from docgen.lifecycle.reporting import Rhythm, owed
from docgen.lifecycle.states import LifeState, OrderState
from docgen.models.engagement import Engagement
from docgen.models.money import Money
from docgen.models.party import Side
from docgen.models.progress import ProgressEntry, Rag, ReportPeriod

AHEAD = 30
"""How many days ahead an obligation of the client is listed among what is awaited."""
_DAY = dt.timedelta(days=1)
_PROMISED = re.compile(r"^(?:CT|RR)-[0-9]+: ")


class AskKind(StrEnum):
    """What is awaited from the client, in the order in which it is listed on one day."""

    DECISION = "decision"
    CHANGE = "change"
    REVIEW = "review"
    ACTION = "action"
    OBLIGATION = "obligation"
    SIGNATURE = "signature"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One thing that is awaited from the client; `about` is what, `kind` says which sort of thing.

    `person` is the e-mail address of whom it is awaited from, `document` the kind of paper to sign; each None where
    there is none. `left` are the days to the day it is due, below zero once it is past.
    """

    engagement: str
    kind: AskKind
    about: str
    person: str | None = None
    due: dt.date | None = None
    left: int | None = None
    document: str | None = None

    @property
    def overdue(self) -> bool:
        """Say whether its day has passed."""
        return self.left is not None and self.left < 0


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """A change order as the client sees it: where it stands, and what it does to the sum and to the end date.

    `signed_on` is the day it was signed. `effect` and `days` are None where it cannot be applied to the contract as
    it stands. `moves` are the ids of the milestones whose day it moves.
    """

    reference: str
    title: str
    state: OrderState
    requested_by: Side
    effect: Money | None
    days: int | None
    effective_date: dt.date | None = None
    signed_on: dt.date | None = None
    answer_by: dt.date | None = None
    moves: tuple[str, ...] = ()

    @property
    def executed(self) -> bool:
        """Say whether it is signed."""
        return self.state is OrderState.EXECUTED

    @property
    def in_force_since(self) -> dt.date | None:
        """Return the day from which it is both signed and effective; None where it is not signed."""
        days = [day for day in (self.signed_on, self.effective_date) if day]
        return max(days, default=None) if self.executed else None


@dataclass(frozen=True)
class Paper:
    """A document that awaits a signature: its kind, its reference and the day it was issued."""

    kind: str
    reference: str
    issued: dt.date


@dataclass(frozen=True)
class Told:
    """What the client was told in reports: the entries that the last one was made from, in order of their periods.

    `issued` is the day on which the last one was issued, None for entries from files.
    """

    entries: tuple[ProgressEntry, ...] = ()
    issued: dt.date | None = None


@dataclass(frozen=True)
class LastReport:
    """The last report that the client has: its number, the last day it speaks of, and the day it was issued on."""

    number: int
    until: dt.date
    issued: dt.date | None


@dataclass(frozen=True, kw_only=True)
class Member:
    """One engagement of a portfolio: all that is known of it, what its client was told, its change orders, its papers.

    `papers` are those that await a signature of the client.
    """

    situation: Situation
    told: Told
    orders: tuple[OrderLine, ...] = ()
    papers: tuple[Paper, ...] = ()
    rules: HouseRules = DEFAULT

    @property
    def engagement(self) -> Engagement:
        """Return the engagement's facts."""
        return self.situation.engagement


@dataclass(frozen=True, kw_only=True)
class Figures:
    """An engagement as a portfolio shows it.

    `entry` is what the last report says, `report` which one it is, `dimensions` its status and `history` that of all
    reports up to it. What was done, invoiced, spent and forecast is of the last day that it speaks of; contract sum,
    days in force, and what is overdue are those of the day of the portfolio. `stated` says by milestone from when its
    forecast is, `outdated` which of them an order has overtaken. `signed` says whether there is a contract.
    `next_report` is the day of the next report, None where none is to come; where reports are overdue, that of the
    first of them.
    """

    engagement: Engagement
    state: LifeState
    signed: bool
    ended: bool
    on: dt.date
    entry: ProgressEntry | None
    report: LastReport | None
    dimensions: tuple[Dimension, ...]
    history: tuple[DimensionHistory, ...]
    ends: tuple[dt.date, ...]
    milestones: tuple[MilestoneState, ...]
    stated: Mapping[str, dt.date]
    outdated: Mapping[str, Outdated]
    money: Budget
    baseline: Standing
    current: Standing
    asks: tuple[Ask, ...]
    orders: tuple[OrderLine, ...]
    next_report: dt.date | None

    @property
    def overall(self) -> Dimension | None:
        """Return the status all in all, or None where no report gave one."""
        return next((each for each in self.dimensions if each.name == "overall"), None)

    @property
    def report_overdue(self) -> bool:
        """Say whether the day of the next report has passed."""
        return self.next_report is not None and self.next_report < self.on

    @property
    def stated_on(self) -> dt.date:
        """Return the day that the reported figures are of: the last one reported on, or that of the portfolio."""
        return self.report.until if self.report else self.on

    def overtaking(self, milestone: MilestoneState) -> str | None:
        """Return the order that moved an open milestone after its forecast was stated; None where there is none."""
        found = self.outdated.get(milestone.id) if milestone.actual is None else None
        return found.order if found else None

    @property
    def next_milestone(self) -> MilestoneState | None:
        """Return the open milestone whose day comes first."""
        open_ones = [each for each in self.milestones if each.actual is None]
        return min(open_ones, key=lambda each: each.current or each.forecast or dt.date.max, default=None)


@dataclass(frozen=True)
class CurrencyTotal:
    """The money of all signed contracts in one currency; `engagements` is their number."""

    currency: str
    engagements: int
    signed: Money
    sum: Money
    invoiced: Money
    spent: Money
    forecast: Money

    @property
    def variance(self) -> Money:
        """Return the forecast less the contract sum: above zero when more will be spent than agreed."""
        return self.forecast - self.sum


@dataclass(frozen=True)
class Portfolio:
    """All engagements of a client on a day, by their ids; `earlier` is the number of those that ended long ago."""

    on: dt.date
    members: tuple[Figures, ...]
    earlier: int = 0

    @property
    def counts(self) -> Mapping[Rag, int]:
        """Return how many of the engagements that are not over have each status."""
        statuses = [each.overall.rag for each in self.members if each.overall and not each.ended]
        return {rag: statuses.count(rag) for rag in Rag}

    @property
    def ended(self) -> int:
        """Return how many engagements are over."""
        return sum(each.ended for each in self.members)

    @property
    def without_status(self) -> int:
        """Return how many engagements that are not over have no status yet."""
        return len(self.members) - self.ended - sum(self.counts.values())

    @property
    def asks(self) -> tuple[Ask, ...]:
        """Return all that is awaited from the client, the longest overdue first and what has no day last."""
        return tuple(sorted((ask for each in self.members for ask in each.asks), key=_ask_order))

    @property
    def totals(self) -> tuple[CurrencyTotal, ...]:
        """Return the totals of the signed contracts, one for each currency."""
        return tuple(_total(currency, self.members) for currency in self.currencies)

    @property
    def currencies(self) -> tuple[str, ...]:
        """Return the currencies of the signed contracts."""
        return tuple(sorted({each.engagement.currency for each in self.members if each.signed}))


def portfolio(members: Iterable[Member], on: dt.date, earlier: int = 0) -> Portfolio:
    """Return what some engagements come to on a day; raises ChangeError and what the rules of calendars raise."""
    found = tuple(sorted((figures(each) for each in members), key=lambda each: each.engagement.id))
    return Portfolio(on, found, earlier)


def figures(member: Member) -> Figures:
    """Return one engagement as a portfolio shows it; raises ChangeError."""
    now, engagement = member.situation, member.engagement
    entries = tuple(entry for entry in member.told.entries if entry.period.end <= now.on)
    last = entries[-1] if entries else None
    today = last if last and last.period.end == now.on else _nothing_since(now)
    terms, baseline = now.terms, engagement.terms
    stated = _stated(now, entries)
    overtaken = outdated(stated, _moves(member))
    return Figures(
        engagement=engagement,
        state=now.state,
        signed=now.signed_on is not None,
        ended=_ended(now),
        on=now.on,
        entry=last,
        report=LastReport(report_number(entries, last), last.period.end, member.told.issued) if last else None,
        dimensions=dimensions(entries, last) if last else (),
        history=rag_history(entries, last) if last else (),
        ends=tuple(entry.period.end for entry in entries),
        milestones=tuple(
            uncompared(each) if each.id in overtaken and each.actual is None else each
            for each in milestone_states(baseline, terms, entries, today, _told(now))
        ),
        stated=stated,
        outdated=overtaken,
        money=budget(now.terms_on, engagement.currency, entries, today),
        baseline=standing(baseline, engagement.currency),
        current=standing(terms, engagement.currency),
        asks=tuple(sorted(_asks(member, entries, today), key=_ask_order)),
        orders=tuple(each for each in member.orders if _shown(each)),
        next_report=_next_report(now, entries),
    )


def _nothing_since(now: Situation) -> ProgressEntry:
    """Return an entry of the day that says nothing."""
    period = ReportPeriod.model_validate({"from": now.on, "to": now.on})
    return ProgressEntry(engagement=now.engagement.id, period=period, no_change=True)


def _told(now: Situation) -> tuple[NoticedDates, ...]:
    """Return the dates that the client was told by the notices of serious issues."""
    issues = {number: issue for number, issue in now.issues.items() if number in now.noticed}
    return told_dates(issues, now.on, now.noticed)


def _stated(now: Situation, entries: Sequence[ProgressEntry]) -> Mapping[str, dt.date]:
    """Return by milestone the day on which the client was last told when to expect it, in a report or a notice."""
    reported = {each.id: entry.period.end for entry in entries for each in entry.milestones if each.forecast}
    after = entries[-1].period.end if entries else dt.date.min
    noticed = (issue for number, issue in now.issues.items() if number in now.noticed and after < issue.on <= now.on)
    later = sorted(noticed, key=lambda each: each.on)
    return reported | {each.id: issue.on for issue in later for each in issue.milestones if each.forecast}


def _moves(member: Member) -> Iterator[Move]:
    """Yield the change orders in force on the day that move milestones."""
    for order in member.orders:
        since = order.in_force_since
        if since is not None and since <= member.situation.on and order.moves:
            yield Move(order.reference, since, order.moves)


def _ended(now: Situation) -> bool:
    return now.state in ENDED or now.completed_on is not None


def _shown(order: OrderLine) -> bool:
    """Say whether the client knows of an order: it was put forward, is signed, or the client asked for it."""
    if order.state is OrderState.DRAFT:
        return order.requested_by is Side.CLIENT
    return order.state in (OrderState.SUBMITTED, OrderState.APPROVED, OrderState.ISSUED, OrderState.EXECUTED)


def _next_report(now: Situation, entries: Sequence[ProgressEntry]) -> dt.date | None:
    """Return the day of the first report that is overdue, or else the next day on which one is due, from today on.

    None where none is agreed or the work is over.
    """
    engagement, end = now.engagement, now.terms.end_date
    cadence, calendar = engagement.account.report, engagement.calendar
    if cadence is None or calendar is None or now.begun_on is None or _ended(now):
        return None
    rhythm = Rhythm(cadence, business_days(calendar), now.begun_on)
    overdue = (each.day for each in owed(rhythm, entries, now.on - _DAY, end) if each.entry is None)
    first = next(overdue, None)
    if first is not None:
        return first
    after = max(now.on - _DAY, entries[-1].period.end) if entries else now.on - _DAY
    if end is not None and after >= end:
        return None
    return next_report_day(cadence, rhythm.business, after)


# What is awaited from the client


def _asks(member: Member, entries: tuple[ProgressEntry, ...], today: ProgressEntry) -> Iterator[Ask]:
    if _ended(member.situation):
        entries = ()
    yield from _reported(member, entries, today)
    yield from _owed(member)
    for paper in member.papers:
        yield _ask(member, AskKind.SIGNATURE, paper.reference, document=paper.kind)


def _reported(member: Member, entries: tuple[ProgressEntry, ...], today: ProgressEntry) -> Iterator[Ask]:
    """Yield what the reports ask for; a serious issue with a notice of its own is left to its notice."""
    if not entries:
        return
    standing_open = awaited(entries, today)
    for action in standing_open.actions:
        yield _ask(member, AskKind.ACTION, action.text, due=action.due, person=action.owner)
    noticed = {each.issue for number, each in member.situation.issues.items() if number in member.situation.noticed}
    for question in standing_open.questions:
        if question.issue not in noticed:
            yield _ask(member, AskKind.DECISION, question.text, due=question.by)


_KINDS: Mapping[DeadlineKind, AskKind] = {
    DeadlineKind.ACCEPTANCE_REVIEW: AskKind.REVIEW,
    DeadlineKind.CHANGE_RESPONSE: AskKind.CHANGE,
    DeadlineKind.DECISION: AskKind.DECISION,
    DeadlineKind.OBLIGATION: AskKind.OBLIGATION,
    DeadlineKind.FOLLOW_UP: AskKind.ACTION,
}
"""Deadlines of the client that are asked for; whether an invoice is paid is not recorded, so none is."""


def _owed(member: Member) -> Iterator[Ask]:
    for each in agenda(member.situation, member.rules).owed:
        deadline = each.deadline
        kind = _KINDS.get(deadline.kind)
        if kind is None or deadline.owed_by is not Actor.CLIENT:
            continue
        if kind is AskKind.OBLIGATION and deadline.days_left(member.situation.on) > AHEAD:
            continue
        # The number of the contact or review in which it was promised says nothing to the client.
        about = _PROMISED.sub("", deadline.about)
        yield _ask(member, kind, about, due=deadline.date, person=each.person)


def _ask(
    member: Member,
    kind: AskKind,
    about: str,
    *,
    due: dt.date | None = None,
    person: str | None = None,
    document: str | None = None,
) -> Ask:
    left = (due - member.situation.on).days if due else None
    return Ask(
        engagement=member.engagement.id,
        kind=kind,
        about=about,
        person=person,
        due=due,
        left=left,
        document=document,
    )


def _ask_order(ask: Ask) -> tuple[dt.date, int, str, str]:
    return ask.due or dt.date.max, list(AskKind).index(ask.kind), ask.engagement, ask.about


def _total(currency: str, members: Iterable[Figures]) -> CurrencyTotal:
    counted = [each for each in members if each.signed and each.engagement.currency == currency]

    def total(amounts: Iterable[Money]) -> Money:
        return Money.total(amounts, currency)

    return CurrencyTotal(
        currency,
        len(counted),
        total(each.baseline.sum for each in counted),
        total(each.money.sum for each in counted),
        total(each.money.invoiced for each in counted),
        total(each.money.spent for each in counted),
        total(each.money.forecast for each in counted),
    )
