"""What a progress report says beyond its entry: numbers, milestones, money, what rolls forward, and the next day due.

Every function takes the entries in any order and looks only at those up to the one reported on, so a
report made again later says what it said then. Where money depends on the terms, `terms_on` gives the
terms in force on a day: the rate that counts for work is the one in force at the end of its period.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from docgen.lifecycle.calendars import BusinessDays
from docgen.models.engagement import ReportCadence, Weekday
from docgen.models.money import Money
from docgen.models.progress import (
    ClientAction,
    DimensionStatus,
    Issue,
    MilestoneProgress,
    ProgressEntry,
    Rag,
    Status,
    WorkNext,
    WorkNotDone,
)
from docgen.models.terms import FeeLine, FixedFee, Milestone, Period, RetainerFee, Terms, TimeFee, UnitFee, contract_sum

TermsOn = Callable[[dt.date], Terms]
"""Gives the terms in force on a day."""
DIMENSIONS = ("overall", "scope", "schedule", "budget", "quality", "people")
"""The dimensions of a status, in the order reports show them."""
_DAY = dt.timedelta(days=1)
_WEEK = 7 * _DAY


class MilestoneStanding(StrEnum):
    """Met: reached, early or late. Due: open and on time. Late: open and expected after its day. Overdue: day past."""

    MET = "met"
    LATE = "late"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class NoticedDates:
    """What the client was told of milestones beside the reports: on which day, and by which paper (NI-001)."""

    day: dt.date
    reference: str
    milestones: tuple[MilestoneProgress, ...]


@dataclass(frozen=True)
class MilestoneState:
    """A milestone: its day as signed and as amended, as last forecast, as reached; variance in calendar days.

    `told` is what the client was told beside the reports, where that is the last word on the milestone.
    """

    id: str
    title: str
    baseline: dt.date | None
    current: dt.date | None
    forecast: dt.date | None
    actual: dt.date | None
    variance: int | None
    state: MilestoneStanding
    comment: str | None
    told: NoticedDates | None = None


@dataclass(frozen=True)
class Question:
    """What the client is asked to decide, by which day, and the id of the issue it comes from."""

    text: str
    by: dt.date | None = None
    issue: str | None = None


@dataclass(frozen=True)
class Awaited:
    """What stands open: what the client is asked to do and to decide, and the issues that are not resolved."""

    actions: tuple[ClientAction, ...]
    decisions: tuple[str, ...]
    issues: tuple[Issue, ...]

    def without(self, ids: Collection[str]) -> Awaited:
        """Return the same without the issues of these ids."""
        return replace(self, issues=tuple(each for each in self.issues if each.id not in ids))

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return all that the client is asked to decide, by itself or with an issue, each thing once."""
        found = {folded(text): Question(text) for text in self.decisions}
        for issue in self.issues:
            if issue.decision or issue.decide_by:
                text = issue.decision or issue.text
                known = found.get(folded(text), Question(text))
                found[folded(text)] = Question(known.text, known.by or issue.decide_by, known.issue or issue.id)
        return tuple(found.values())


@dataclass(frozen=True)
class Dimension:
    """The status of one dimension now, why, what it was in the period before, and what the rules gave it."""

    name: str
    rag: Rag
    reason: str | None
    previous: Rag | None
    by_rule: Rag | None = None


@dataclass(frozen=True)
class DimensionHistory:
    """The status of one dimension in every period up to now; None where none was given."""

    name: str
    rags: tuple[Rag | None, ...]


@dataclass(frozen=True)
class BudgetLine:
    """One fee line: agreed, invoiced, spent and forecast; and how much time or how many units of those estimated."""

    id: str
    description: str
    budget: Money
    invoiced: Money
    spent: Money
    forecast: Money
    units: Decimal | None = None
    estimate: Decimal | None = None
    cap: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Budget:
    """The contract sum in force against what was invoiced, spent and will be spent.

    `variance` is forecast less sum: above zero when more will be spent than agreed. `percent` is the
    share of the sum that is spent, to one decimal, and None when the sum is zero.
    """

    sum: Money
    invoiced: Money
    spent: Money
    forecast: Money
    variance: Money
    percent: Decimal | None
    lines: tuple[BudgetLine, ...]


@dataclass(frozen=True)
class Standing:
    """The contract sum and the end date at one stage of the contract."""

    sum: Money
    end: dt.date | None


def standing(terms: Terms, currency: str) -> Standing:
    """Return the contract sum and the end date of some terms."""
    return Standing(contract_sum(terms, currency), terms.end_date)


def entries_until(entries: Iterable[ProgressEntry], entry: ProgressEntry) -> tuple[ProgressEntry, ...]:
    """Return the entries of earlier periods in order, and this one last.

    Periods are ordered by their end, then by their start; another entry for the very same period is
    left out, or its figures would count twice.
    """
    earlier = (other for other in entries if _period_key(other) < _period_key(entry))
    return (*sorted(earlier, key=_period_key), entry)


def previous_entry(entries: Iterable[ProgressEntry], entry: ProgressEntry) -> ProgressEntry | None:
    """Return the entry of the period before, or None for the first."""
    history = entries_until(entries, entry)
    return history[-2] if len(history) > 1 else None


def report_number(entries: Iterable[ProgressEntry], entry: ProgressEntry) -> int:
    """Return the number of an entry's report: its own, or its place counted on from the last entry that has one."""
    number = 0
    for each in entries_until(entries, entry):
        number = each.number if each.number is not None else number + 1
    return number


def _period_key(entry: ProgressEntry) -> tuple[dt.date, dt.date]:
    return entry.period.end, entry.period.start


def milestone_states(
    baseline: Terms,
    current: Terms,
    entries: Iterable[ProgressEntry],
    entry: ProgressEntry,
    told: Iterable[NoticedDates] = (),
) -> tuple[MilestoneState, ...]:
    """Return every milestone of the terms in force as it stands at the end of an entry's period.

    `baseline` are the terms as signed, which never move; a milestone added later has none. The last
    forecast and the last actual day reported up to this entry count, and a forecast reported after
    an actual day takes that day back. What the client was `told` beside the reports counts until an
    entry of the same or a later day speaks of the milestone. The variance is the actual or else the
    forecast day less the day in force: above zero when late, None when either is not known.
    """
    words = _words(entries_until(entries, entry), told)
    signed = {milestone.id: milestone.date for milestone in baseline.milestones}
    return tuple(
        _milestone_state(
            milestone,
            signed.get(milestone.id),
            [word for word in words if word.said.id == milestone.id],
            entry.period.end,
        )
        for milestone in current.milestones
    )


@dataclass(frozen=True)
class _Word:
    """What was said of a milestone, in a report or beside it."""

    said: MilestoneProgress
    beside: NoticedDates | None = None


def _words(history: Iterable[ProgressEntry], told: Iterable[NoticedDates]) -> list[_Word]:
    """Return all that was said of milestones, by day; of the same day an entry has the last word."""
    beside = [(each.day, 0, _Word(said, each)) for each in told for said in each.milestones]
    reported = [(entry.period.end, 1, _Word(said)) for entry in history for said in entry.milestones]
    return [word for _, _, word in sorted((*beside, *reported), key=lambda each: each[:2])]


def _milestone_state(
    milestone: Milestone, baseline: dt.date | None, words: Sequence[_Word], as_of: dt.date
) -> MilestoneState:
    forecast = next((word.said.forecast for word in reversed(words) if word.said.forecast), None)
    last = words[-1] if words else None
    actual = last.said.actual if last else None
    expected = actual or forecast
    return MilestoneState(
        id=milestone.id,
        title=milestone.title,
        baseline=baseline,
        current=milestone.date,
        forecast=forecast,
        actual=actual,
        variance=(expected - milestone.date).days if expected and milestone.date else None,
        state=_milestone_standing(milestone.date, forecast, actual, as_of),
        comment=last.said.comment if last else None,
        told=last.beside if last else None,
    )


def _milestone_standing(
    current: dt.date | None, forecast: dt.date | None, actual: dt.date | None, as_of: dt.date
) -> MilestoneStanding:
    if actual is not None:
        return MilestoneStanding.MET
    if current is not None and current < as_of:
        return MilestoneStanding.OVERDUE
    if current is not None and forecast is not None and forecast > current:
        return MilestoneStanding.LATE
    return MilestoneStanding.DUE


def dimensions(entries: Iterable[ProgressEntry], entry: ProgressEntry) -> tuple[Dimension, ...]:
    """Return the dimensions an entry gives a status for, with the one of the period before.

    A period of no change that gives no status keeps the one before it; otherwise nothing is carried.
    """
    history = statuses_of(entries_until(entries, entry))
    now, before = history[-1], history[-2] if len(history) > 1 else None
    rows = ((name, _dimension_of(now, name), _dimension_of(before, name)) for name in DIMENSIONS)
    return tuple(
        Dimension(name, status.rag, status.reason, previous.rag if previous else None, status.by_rule)
        for name, status, previous in rows
        if status is not None
    )


def rag_history(entries: Iterable[ProgressEntry], entry: ProgressEntry) -> tuple[DimensionHistory, ...]:
    """Return the status of each dimension in every period up to an entry's; dimensions never used are left out."""
    statuses = statuses_of(entries_until(entries, entry))
    rows = {name: [_dimension_of(status, name) for status in statuses] for name in DIMENSIONS}
    return tuple(
        DimensionHistory(name, tuple(cell.rag if cell else None for cell in row))
        for name, row in rows.items()
        if any(row)
    )


def statuses_of(history: Iterable[ProgressEntry]) -> list[Status | None]:
    """Return the status of every period in order; a period of no change that gives none keeps the one before it."""
    statuses: list[Status | None] = []
    for entry in history:
        kept = statuses[-1] if entry.no_change and statuses else None
        statuses.append(entry.status or kept)
    return statuses


def _dimension_of(status: Status | None, name: str) -> DimensionStatus | None:
    found: DimensionStatus | None = getattr(status, name, None)
    return found


def carried_forward(entries: Iterable[ProgressEntry], entry: ProgressEntry) -> tuple[WorkNext, ...]:
    """Return the work that is still to be done and that this entry neither reports done nor drops nor plans again.

    That is what earlier entries planned, and what an entry lists as not done. Work carried forward stays carried until
    an entry speaks of it, so it cannot get lost in a period of no change. Entries speak of it by the same words,
    capitals and spaces apart; or by work done, or not done, on the same deliverable under words that were not planned,
    which accounts for one item each: what was not done is carried under its new words.
    """
    carried: tuple[WorkNext, ...] = ()
    planned: tuple[WorkNext, ...] = ()
    for each in entries_until(entries, entry):
        carried = _still_open(planned, each)
        planned = (*carried, *each.next)
    return carried


def _still_open(planned: Iterable[WorkNext], entry: ProgressEntry) -> tuple[WorkNext, ...]:
    items = {folded(item.text): item for item in planned}
    open_still = unplanned(entry)
    spoken = {folded(item.text) for sort in (entry.done, entry.not_done, entry.next) for item in sort}
    spoken_on = [(item.deliverable, item.text) for item in entry.done]
    spoken_on += [(item.deliverable, item.text) for item in open_still]
    under_other_words = Counter(name for name, text in spoken_on if name and folded(text) not in items)
    carried: list[WorkNext] = []
    for words, item in items.items():
        if words in spoken:
            continue
        if item.deliverable and under_other_words[item.deliverable] > 0:
            under_other_words[item.deliverable] -= 1
            continue
        carried.append(item)
    not_done = {folded(item.text): WorkNext(deliverable=item.deliverable, text=item.text) for item in open_still}
    return (*carried, *(items.get(words, item) for words, item in not_done.items()))


def unplanned(entry: ProgressEntry) -> tuple[WorkNotDone, ...]:
    """Return the work that an entry lists as not done and neither drops nor plans again in the same words."""
    settled = {folded(item.text) for sort in (entry.done, entry.next) for item in sort}
    return tuple(item for item in entry.not_done if not item.dropped and folded(item.text) not in settled)


def folded(text: str) -> str:
    """Return what an item is known by: its words without capitals, further spaces and a full stop."""
    return " ".join(text.casefold().split()).rstrip(".")


def awaited(entries: Iterable[ProgressEntry], entry: ProgressEntry) -> Awaited:
    """Return what stands open at the end of an entry's period.

    A period of no change that names no actions, decisions or issues of its own keeps those of the period before it,
    so that a second quiet week does not forget what the first one was waiting for.
    """
    open_now = Awaited((), (), ())
    for each in entries_until(entries, entry):
        kept = open_now if each.no_change else Awaited((), (), ())
        open_now = Awaited(
            each.client_actions or kept.actions,
            each.decisions or kept.decisions,
            tuple(issue for issue in each.issues or kept.issues if issue.resolved is None),
        )
    return open_now


def budget(terms_on: TermsOn, currency: str, entries: Iterable[ProgressEntry], entry: ProgressEntry) -> Budget:
    """Return the contract sum in force at the end of an entry's period against invoices, spending and forecast.

    Spent on time and unit lines is units used at the rate in force in their period; on fixed and
    retainer lines it is what was invoiced. The forecast of a time or unit line adds what is left of
    its estimate at today's rate; every other line is forecast at its total. No forecast is below
    what is spent or invoiced. A line that fell away stays in the list when there was money on it,
    without a budget. Expenses and tax are no part of the contract sum and none of the budget.
    """
    past = _past(terms_on, entries_until(entries, entry))
    in_force = {line.id for line in past[-1].terms.fees.lines}
    lines = tuple(_budget_line(line, line.id in in_force, currency, past) for line in _lines_ever(past))
    shown = tuple(line for line in lines if line.id in in_force or line.spent or line.invoiced)
    agreed, spent, forecast, invoiced = (
        Money.total((getattr(line, name) for line in shown), currency)
        for name in ("budget", "spent", "forecast", "invoiced")
    )
    return Budget(agreed, invoiced, spent, forecast, forecast - agreed, _percent(spent, agreed), shown)


def payable(line: FeeLine, terms_on: TermsOn, currency: str, history: Iterable[ProgressEntry]) -> Money:
    """Return what is to be paid on a fee line: a fixed fee or a retainer as agreed, time and units as used.

    Every unit counts at the rate in force in its period, as `budget` counts what is spent, and in the order of the
    history no more units count than the cap or the quantity allows; time without a cap counts in full.
    """
    if isinstance(line, FixedFee | RetainerFee):
        return line.total
    left = line.cap if isinstance(line, TimeFee) else line.quantity
    total = Money.zero(currency)
    for period in _past(terms_on, history):
        used = _units_on(line.id, period.entry)
        counted = used if left is None else min(used, left)
        left = None if left is None else left - counted
        total = total + _rate_on(line, period) * counted
    return total


def spent_by_period(
    terms_on: TermsOn, currency: str, entries: Iterable[ProgressEntry], entry: ProgressEntry
) -> tuple[tuple[dt.date, Money], ...]:
    """Return the end of each period up to an entry's and what was spent in it, counted as `budget` does."""
    past = _past(terms_on, entries_until(entries, entry))
    lines = _lines_ever(past)
    return tuple(
        (period.entry.period.end, Money.total((_spent_on(line, period, currency) for line in lines), currency))
        for period in past
    )


def next_report_day(report: ReportCadence | None, business: BusinessDays, after: dt.date) -> dt.date | None:
    """Return the first day after a day on which a report is due, or None when no cadence is agreed.

    A weekly report is due on its weekday, a monthly one on the last such weekday of the month. When
    that is no business day it is due on the business day before, so that nobody waits for news over
    a holiday.
    """
    if report is None:
        return None
    for nominal in _nominal_days(report, after):
        due = business.previous_business_day(nominal)
        if due > after:
            return due
    return None


@dataclass(frozen=True)
class _Past:
    """An entry and the terms in force at the end of its period."""

    entry: ProgressEntry
    terms: Terms


def _past(terms_on: TermsOn, history: Iterable[ProgressEntry]) -> tuple[_Past, ...]:
    return tuple(_Past(entry, terms_on(entry.period.end)) for entry in history)


def _lines_ever(past: Sequence[_Past]) -> tuple[FeeLine, ...]:
    """Return every fee line that was in force at the end of a period, as it last stood; those in force now first."""
    now = {line.id: line for line in past[-1].terms.fees.lines}
    earlier = {line.id: line for period in past for line in period.terms.fees.lines}
    return tuple((earlier | now)[name] for name in (*now, *(name for name in earlier if name not in now)))


def _budget_line(line: FeeLine, in_force: bool, currency: str, past: Sequence[_Past]) -> BudgetLine:
    agreed = line.total if in_force else Money.zero(currency)
    spent = Money.total((_spent_on(line, period, currency) for period in past), currency)
    invoiced = Money.total((_invoiced_on(line.id, period.entry, currency) for period in past), currency)
    if isinstance(line, FixedFee | RetainerFee):
        return BudgetLine(line.id, line.description, agreed, invoiced, spent, max(agreed, spent))
    units = sum((_units_on(line.id, period.entry) for period in past), start=Decimal(0))
    estimate = line.estimate if isinstance(line, TimeFee) else line.quantity
    left = max(estimate - units, Decimal(0)) if in_force else Decimal(0)
    return BudgetLine(
        id=line.id,
        description=line.description,
        budget=agreed,
        invoiced=invoiced,
        spent=spent,
        forecast=max(spent + line.rate * left, invoiced),
        units=units,
        estimate=estimate,
        cap=line.cap if isinstance(line, TimeFee) else None,
        unit=line.unit,
    )


def _spent_on(line: FeeLine, period: _Past, currency: str) -> Money:
    if isinstance(line, FixedFee | RetainerFee):
        return _invoiced_on(line.id, period.entry, currency)
    return _rate_on(line, period) * _units_on(line.id, period.entry)


def _rate_on(line: TimeFee | UnitFee, period: _Past) -> Money:
    then = next((other for other in period.terms.fees.lines if other.id == line.id), line)
    return then.rate if isinstance(then, TimeFee | UnitFee) else line.rate


def _invoiced_on(line: str, entry: ProgressEntry, currency: str) -> Money:
    return Money.total((item.amount for item in entry.invoiced if item.line == line), currency)


def _units_on(line: str, entry: ProgressEntry) -> Decimal:
    return sum((effort.units for effort in entry.effort if effort.line == line), start=Decimal(0))


def _percent(part: Money, whole: Money) -> Decimal | None:
    return (part.amount * 100 / whole.amount).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


def _nominal_days(report: ReportCadence, after: dt.date) -> Iterator[dt.date]:
    """Yield the days a report is due by its cadence alone, from the week or month of a day on."""
    weekday = list(Weekday).index(report.weekday)
    if report.every is Period.WEEK:
        day = after + (weekday - after.weekday()) % 7 * _DAY
        while True:
            yield day
            day += _WEEK
    year, month = after.year, after.month
    while True:
        last = dt.date(year, month, calendar.monthrange(year, month)[1])
        yield last - (last.weekday() - weekday) % 7 * _DAY
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
