"""How well an engagement does, as one number with all that it follows from: for the firm, never for the client.

The score begins at 100, and each input takes its points away, down to 0. An input that is not known takes nothing and
is named. Nothing records that an invoice is paid or an obligation of the contract fulfilled, so neither is counted.

What an input says is kept as data, its kind and its figures; whoever shows it makes the words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import TypeAlias, TypeVar

from docgen.errors import DocgenError
from docgen.lifecycle.agenda import Asked, Situation
from docgen.lifecycle.alerts import numbered, told_dates
from docgen.lifecycle.completion import deliveries_by, last_deliveries
from docgen.lifecycle.deadlines import change_response, review_of
from docgen.lifecycle.due import Reckoning, reckoning
from docgen.lifecycle.feedback import average, estimate_for, gaps
from docgen.lifecycle.progress import awaited, budget, milestone_states
from docgen.lifecycle.quantities import quantity
from docgen.lifecycle.rag import USUAL, Cause, Colour, Measured, OpenIssue, colours, open_issues, overrun_of, slips_of
from docgen.lifecycle.reporting import Rhythm, day_of, owed
from docgen.lifecycle.states import TROUBLE, LifeState, words_of
from docgen.models.delivery import Outcome
from docgen.models.feedback import Estimate
from docgen.models.party import Side
from docgen.models.progress import ProgressEntry, Rag, Scale
from docgen.models.serious_issue import SeriousIssue
from docgen.settings import Thresholds

FULL = 100
"""The score of an engagement of which nothing is to be said."""
LONG = 14
"""From how many days over its day on an action counts as long overdue."""
T = TypeVar("T")
_DAY = dt.timedelta(days=1)


class Part(StrEnum):
    """What the score follows from, in the order in which it is shown."""

    TROUBLE = "trouble"
    ISSUES = "issues"
    SILENCE = "silence"
    REPORTS = "reports"
    OURS = "our actions"
    THEIRS = "client's actions"
    SCHEDULE = "schedule"
    BUDGET = "budget"
    SURVEY = "survey"


MOST: Mapping[Part, int] = {
    Part.TROUBLE: 40,
    Part.ISSUES: 24,
    Part.SILENCE: 20,
    Part.REPORTS: 24,
    Part.OURS: 18,
    Part.THEIRS: 9,
    Part.SCHEDULE: 16,
    Part.BUDGET: 12,
    Part.SURVEY: 20,
}
"""The most points that each input takes away."""
TROUBLE_POINTS: Mapping[LifeState, int] = {
    LifeState.COOLING_OFF: 15,
    LifeState.DISPUTED: 20,
    LifeState.MEDIATION: 25,
    LifeState.BREACH: 40,
}
SERIOUS = 12
"""What a serious issue takes."""
ISSUE_POINTS: Mapping[Scale, int] = {Scale.LOW: 1, Scale.MEDIUM: 2, Scale.HIGH: 6}
"""What any other open issue takes, by its impact."""
SILENT = 5
"""What the first day of silence beyond what is allowed takes; a silence twice as long as allowed takes the most."""
REPORT = 8
"""What each overdue report takes."""
ACTION_POINTS: Mapping[Part, tuple[int, int]] = {Part.OURS: (4, 6), Part.THEIRS: (2, 3)}
"""What an overdue action takes, and what a long overdue one does."""
COLOUR_POINTS: Mapping[Part, Mapping[Rag, int]] = {
    Part.SCHEDULE: {Rag.GREEN: 0, Rag.AMBER: 8, Rag.RED: 16},
    Part.BUDGET: {Rag.GREEN: 0, Rag.AMBER: 6, Rag.RED: 12},
}
"""What the colour by the house's thresholds takes."""
CONTENT = Decimal(4)
"""The average answer from which on a survey takes nothing; each point below it takes `BELOW`."""
BELOW = 5
GAP_POINTS = 3
"""What each question takes in which the client sees it two points or more below the firm's estimate."""


class ReasonKind(StrEnum):
    """What can be said of an input, or of something within it."""

    NO_TROUBLE = "no_trouble"
    TROUBLE = "trouble"
    STATE = "state"
    DISPUTE = "dispute"
    ISSUES_UNKNOWN = "issues_unknown"
    NO_ISSUES = "no_issues"
    ISSUES = "issues"
    ISSUE = "issue"
    SERIOUS_ISSUE = "serious_issue"
    SILENCE_UNKNOWN = "silence_unknown"
    SILENCE = "silence"
    NEVER_SPOKEN = "never_spoken"
    NO_REPORTS_AGREED = "no_reports_agreed"
    NO_CALENDAR = "no_calendar"
    NOT_BEGUN = "not_begun"
    NONE_OVERDUE = "none_overdue"
    ONE_REPORT = "one_report"
    REPORTS = "reports"
    ONE_ACTION = "one_action"
    ACTIONS = "actions"
    DECISION = "decision"
    HAND_OVER = "hand_over"
    ACCEPT = "accept"
    ANSWER = "answer"
    NO_REPORT = "no_report"
    NO_MILESTONE_DATE = "no_milestone_date"
    NO_SUM = "no_sum"
    COLOUR = "colour"
    NO_SURVEY = "no_survey"
    SURVEY = "survey"
    SURVEY_ALONE = "survey_alone"


K = ReasonKind
Fact: TypeAlias = "str | int | Decimal | dt.date | Cause | Reason | tuple[Reason | str, ...]"
"""What a reason speaks of; a number called `days` counts days."""


@dataclass(frozen=True)
class Reason:
    """What is said, by its kind and by what it speaks of."""

    kind: ReasonKind
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @classmethod
    def of(cls, kind: ReasonKind, **facts: Fact) -> Reason:
        """Return a reason with what it speaks of."""
        return cls(kind, facts)


@dataclass(frozen=True)
class Input:
    """One thing that the score follows from: its value, the points it takes and why; None where it is not known."""

    part: Part
    value: Reason
    points: int | None
    why: str = ""


@dataclass(frozen=True)
class Health:
    """The score of an engagement on a day, with every input."""

    on: dt.date
    inputs: tuple[Input, ...]

    @property
    def score(self) -> int:
        """Return the score, from 0 to 100."""
        return max(FULL - sum(each.points or 0 for each in self.inputs), 0)

    @property
    def worst(self) -> tuple[Input, ...]:
        """Return the inputs that take points away, the most first."""
        return tuple(sorted((each for each in self.inputs if each.points), key=lambda each: -(each.points or 0)))

    @property
    def missing(self) -> tuple[Input, ...]:
        """Return the inputs that are not known."""
        return tuple(each for each in self.inputs if each.points is None)


@dataclass(frozen=True)
class Act:
    """Something that a side was to do by a day and has not done."""

    side: Side
    what: str | Reason
    due: dt.date


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What counts beside the situation of an engagement: serious issues, estimates, and which reports were issued."""

    issues: tuple[SeriousIssue, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    reported: frozenset[int] = frozenset()


def at_work(situation: Situation) -> bool:
    """Say whether work has begun and is not completed: only then is there a score."""
    done = (LifeState.COMPLETED, LifeState.KEPT_IN_TOUCH)
    return situation.begun_on is not None and situation.begun_on <= situation.on and situation.state not in done


def health(situation: Situation, beside: Beside, thresholds: Thresholds = USUAL) -> Health:
    """Return how well an engagement does on the day of its situation; what is known only later is not looked at.

    Raises ChangeError and OrderSequenceError where the change orders cannot be applied.
    """
    return _Examination(situation, beside, thresholds).health()


class _Examination:
    """Looks at one engagement, input by input."""

    def __init__(self, situation: Situation, beside: Beside, thresholds: Thresholds) -> None:
        self.now, self.beside, self.thresholds = situation, beside, thresholds
        self.engagement, self.on = situation.engagement, situation.on
        self.entries = tuple(each for each in situation.entries if each.period.end <= self.on)
        self.last: ProgressEntry | None = self.entries[-1] if self.entries else None
        self.count = _known(reckoning, self.engagement.calendar, self.engagement.time_zone) or Reckoning(
            None, self.engagement.time_zone
        )
        self.open = open_issues(self.entries, self.last, beside.issues, self.on)

    def health(self) -> Health:
        acts = tuple(self._overdue())
        inputs = (
            self._trouble(),
            self._issues(),
            self._silence(),
            self._reports(),
            self._actions(Part.OURS, [each for each in acts if each.side is Side.PROVIDER]),
            self._actions(Part.THEIRS, [each for each in acts if each.side is Side.CLIENT]),
            *self._variances(),
            self._survey(),
        )
        return Health(self.on, inputs)

    def _trouble(self) -> Input:
        state = self.now.state
        if state not in TROUBLE:
            return Input(Part.TROUBLE, Reason(K.NO_TROUBLE), 0)
        known: list[Reason | str] = [
            Reason.of(K.DISPUTE, number=number, subject=each.subject) for number, each in self.now.disputes.items()
        ]
        known += [f"BN-{number:03d}" for number in self.now.breaches]
        value = Reason.of(K.TROUBLE, state=state, known=tuple(known)) if known else Reason.of(K.STATE, state=state)
        return Input(
            Part.TROUBLE, value, TROUBLE_POINTS[state], f"{words_of(state)} takes {TROUBLE_POINTS[state]} points"
        )

    def _issues(self) -> Input:
        if not self.open:
            if self.last is None:
                return Input(Part.ISSUES, Reason(K.ISSUES_UNKNOWN), None)
            return Input(Part.ISSUES, Reason(K.NO_ISSUES), 0)
        points = sum(SERIOUS if each.serious else ISSUE_POINTS[each.impact] for each in self.open)
        ranked = sorted(self.open, key=lambda each: (not each.serious, -list(Scale).index(each.impact)))
        value = Reason.of(K.ISSUES, count=len(ranked), issues=tuple(map(_told_issue, ranked)))
        low, medium, high = (ISSUE_POINTS[scale] for scale in Scale)
        why = f"a serious one takes {SERIOUS}, others {high}, {medium} or {low} by their impact"
        return _capped(Part.ISSUES, value, points, why)

    def _silence(self) -> Input:
        begun, allowed = self.now.begun_on, self.engagement.account.contact_gap_days
        days_of_contact = self.now.contacts
        last = max(days_of_contact, default=None)
        since = max(filter(None, (last, begun)), default=None)
        if since is None:
            return Input(Part.SILENCE, Reason(K.SILENCE_UNKNOWN), None)
        days = (self.on - since).days
        value = Reason.of(K.SILENCE if since == last else K.NEVER_SPOKEN, days=days, day=since)
        over = days - allowed
        points = 0 if over <= 0 else SILENT + (MOST[Part.SILENCE] - SILENT) * over // max(allowed, 1)
        return _capped(Part.SILENCE, value, points, f"{quantity(allowed, 'day')} are allowed")

    def _reports(self) -> Input:
        cadence, begun = self.engagement.account.report, self.now.begun_on
        if cadence is None:
            return Input(Part.REPORTS, Reason(K.NO_REPORTS_AGREED), 0)
        if self.count.business is None or begun is None:
            return Input(Part.REPORTS, Reason(K.NO_CALENDAR if begun else K.NOT_BEGUN), None)
        business, last = self.count.business, self.entries[-1:]
        rhythm = Rhythm(cadence, business, begun)
        end = self.now.terms.end_date
        days = [each.day for each in owed(rhythm, last, self.on - _DAY, end) if each.entry is None]
        waiting = [each for each in self.entries if each.number not in self.beside.reported]
        days += [day for each in waiting if (day := day_of(each, cadence, business)) < self.on]
        if not days:
            return Input(Part.REPORTS, Reason(K.NONE_OVERDUE), 0)
        kind = K.ONE_REPORT if len(days) == 1 else K.REPORTS
        value = Reason.of(kind, count=len(days), day=min(days))
        return _capped(Part.REPORTS, value, REPORT * len(days), f"each takes {REPORT}")

    def _actions(self, part: Part, acts: list[Act]) -> Input:
        if not acts:
            return Input(part, Reason(K.NONE_OVERDUE), 0)
        short, long = ACTION_POINTS[part]
        oldest = min(acts, key=lambda act: act.due)
        kind = K.ONE_ACTION if len(acts) == 1 else K.ACTIONS
        value = Reason.of(kind, count=len(acts), days=(self.on - oldest.due).days, what=oldest.what)
        points = sum(long if (self.on - act.due).days > LONG else short for act in acts)
        why = f"each takes {short}, or {long} when more than {quantity(LONG, 'day')} overdue"
        return _capped(part, value, points, why)

    def _variances(self) -> tuple[Input, Input]:
        if self.last is None:
            value = Reason(K.NO_REPORT)
            return Input(Part.SCHEDULE, value, None), Input(Part.BUDGET, value, None)
        told = told_dates(numbered(self.beside.issues), self.on, self.now.noticed)
        states = milestone_states(self.engagement.terms, self.now.terms, self.entries, self.last, told)
        overrun = overrun_of(budget(self.now.terms_on, self.engagement.currency, self.entries, self.last))
        reached = sum(each.actual is not None for each in states)
        found = Measured(self.on, slips_of(states, self.on), reached, overrun, ())
        by_rule = colours(found, self.thresholds)
        limits = self.thresholds
        amber, red = quantity(limits.amber_days, "day"), quantity(limits.red_days, "day")
        whys = {
            Part.SCHEDULE: f"amber from {amber}, red from {red}",
            Part.BUDGET: f"amber from {limits.amber_percent} per cent, red from {limits.red_percent}",
        }
        unknown = {Part.SCHEDULE: K.NO_MILESTONE_DATE, Part.BUDGET: K.NO_SUM}
        schedule, money = (
            Input(part, _told_colour(colour), COLOUR_POINTS[part][colour.rag], whys[part])
            if (colour := by_rule.get(part.value))
            else Input(part, Reason(unknown[part]), None)
            for part in (Part.SCHEDULE, Part.BUDGET)
        )
        return schedule, money

    def _survey(self) -> Input:
        answered = [each for each in self.now.feedback if each.on <= self.on]
        last = max(answered, key=lambda each: (each.on, each.number or 0), default=None)
        mean = average(answer.score for answer in last.answers.values()) if last else None
        if last is None or mean is None:
            return Input(Part.SURVEY, Reason(K.NO_SURVEY), None)
        estimate = estimate_for(self.beside.estimates, answered, last)
        lower = sum(1 for row in gaps(estimate, last) if (row.difference or 0) < 0)
        below = max(int(((CONTENT - mean) * BELOW).to_integral_value(ROUND_CEILING)), 0)
        value = Reason.of(K.SURVEY if estimate else K.SURVEY_ALONE, mean=mean, day=last.on, count=lower)
        why = f"each point below {CONTENT} takes {BELOW}, each question so far below our estimate {GAP_POINTS}"
        return _capped(Part.SURVEY, value, below + GAP_POINTS * lower, why)

    # What is overdue

    def _overdue(self) -> Iterator[Act]:
        return (act for act in self._acts() if act.due < self.on)

    def _acts(self) -> Iterator[Act]:
        yield from self._promised()
        if self.last is not None:
            for asked in awaited(self.entries, self.last).actions:
                if asked.due:
                    yield Act(Side.CLIENT, asked.text, asked.due)
        yield from self._decisions()
        if self.now.signed_on is not None:
            yield from self._under_contract()

    def _promised(self) -> Iterator[Act]:
        """Yield what somebody said to do after a contact or in a review."""
        for contact in self.now.spoken:
            for each in contact.follow_ups if contact.on <= self.on else ():
                if each.due and (each.done is None or each.done > self.on):
                    yield Act(self._side(each.owner), each.text, each.due)
        for review in self.now.reviews:
            for action in review.actions if review.on <= self.on else ():
                if action.due and (action.done is None or action.done > self.on):
                    yield Act(self._side(action.owner), action.text, action.due)

    def _decisions(self) -> Iterator[Act]:
        known = {each.issue: each.decide_by for each in self.beside.issues if each.issue}
        known |= {each.id: each.decide_by for each in (self.last.issues if self.last else ()) if each.decide_by}
        known |= {f"NI-{each.number or 0:03d}": each.decide_by for each in self.beside.issues if not each.issue}
        for issue in self.open:
            day = known.get(issue.id)
            if issue.undecided and day:
                yield Act(Side.CLIENT, Reason.of(K.DECISION, about=issue.id), day)

    def _under_contract(self) -> Iterator[Act]:
        """Yield deliverables not handed over, reviews of those that were, and changes that wait for an answer."""
        last = last_deliveries(deliveries_by(self.now.deliveries, self.on))
        for deliverable in self.now.terms.scope.deliverables:
            delivery = last.get(deliverable.id)
            if delivery is None or delivery.outcome is Outcome.REJECTED:
                if deliverable.due:
                    yield Act(Side.PROVIDER, Reason.of(K.HAND_OVER, about=deliverable.id), deliverable.due)
            elif delivery.outcome is Outcome.UNDER_REVIEW:
                review = _known(review_of, self.engagement.account, deliverable, delivery, self.count)
                if review:
                    yield Act(Side.CLIENT, Reason.of(K.ACCEPT, about=deliverable.id), review.date)
        for asked in self.now.asked:
            answer = _known(self._answer, asked)
            if answer:
                yield answer

    def _answer(self, asked: Asked) -> Act:
        deadline = change_response(self.now.terms, asked.about, asked.day, asked.by, self.count)
        return Act(asked.by.other, Reason.of(K.ANSWER, about=asked.about), deadline.date)

    def _side(self, email: str | None) -> Side:
        found = self.engagement.person(email) if email else None
        return found[0] if found else Side.PROVIDER


def _capped(part: Part, value: Reason, points: int, why: str) -> Input:
    most = MOST[part]
    return Input(part, value, min(points, most), f"{why}; at most {most} points")


def _told_issue(issue: OpenIssue) -> Reason:
    return Reason.of(K.SERIOUS_ISSUE if issue.serious else K.ISSUE, id=issue.id, impact=issue.impact)


def _told_colour(colour: Colour) -> Reason:
    return Reason.of(K.COLOUR, rag=colour.rag, cause=colour.cause or colour.reason)


def _known(found: Callable[..., T], *words: object) -> T | None:
    """Return what a function finds, or None where the facts leave it open."""
    try:
        return found(*words)
    except DocgenError:
        return None


def trend_days(situation: Situation, report_days: Iterable[dt.date], most: int = 8) -> tuple[dt.date, ...]:
    """Return the days on which the trend is shown: the last report days, or the weekday of today without any.

    Days before work began are left out.
    """
    begun = situation.begun_on or situation.on
    days = sorted(day for day in report_days if begun <= day <= situation.on)
    if not days:
        days = [day for weeks in range(most - 1, -1, -1) if (day := situation.on - 7 * weeks * _DAY) >= begun]
    return tuple(days[-most:])
