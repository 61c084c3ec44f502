"""When things go wrong: the steps from a look back to a notice of breach, what was taken of them, and what was not.

The order is the contract's own: a written account (clause `look-back`), talks (`negotiation`), a mediator where one is
agreed (`mediation`), and only then a notice of breach (`steps-before-breach-notice`). A pause that was agreed holds
them all. The brief contract says all of it in its clause `negotiation`.

A written account is a step once it was sent. Files by themselves speak of accounts that were; a record knows its
letters, and names the disputes `unsent` whose letter was not issued by a day: their talks have no time that runs.

Nothing here refuses anything: a notice without the steps may be right, where waiting would do serious harm or the
other party takes no part.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from docgen.errors import DocgenError
from docgen.lifecycle.deadlines import mediation, negotiation, notice_receipt
from docgen.lifecycle.due import Deadline, Reckoning
from docgen.lifecycle.house_rules import DEFAULT, cooling_off
from docgen.models.breach import Breach, EarlierStepKind
from docgen.models.dispute import Dispute, Meeting
from docgen.models.terms import NoticeMethod, Terms

CLAUSES = {
    EarlierStepKind.LOOK_BACK: "look-back",
    EarlierStepKind.NEGOTIATION: "negotiation",
    EarlierStepKind.MEDIATION: "mediation",
}
"""The steps in their order, each with the id of its clause in the standard and the full contract."""
ORDER_CLAUSE = "steps-before-breach-notice"
"""The id of the clause that asks for the steps, in this order, before a notice of breach."""
_WORDS = {
    EarlierStepKind.LOOK_BACK: "the look back",
    EarlierStepKind.NEGOTIATION: "negotiation",
    EarlierStepKind.MEDIATION: "mediation",
}


# The periods of one dispute


def look_back_receipt(terms: Terms, dispute: Dispute, reckoning: Reckoning) -> Deadline:
    """Return the day on which the look-back letter is taken as received; raises as `notice_receipt` does."""
    return notice_receipt(
        terms, dispute.raised_on, dispute.method, dispute.raised_by.other, reckoning, "Look-back letter"
    )


def negotiation_of(terms: Terms, dispute: Dispute, reckoning: Reckoning) -> Deadline:
    """Return the end of the time to negotiate, counted from receipt of the look-back letter.

    Raises MissingForDeadlineError with the paths of the open facts.
    """
    receipt = look_back_receipt(terms, dispute, reckoning)
    return negotiation(terms, receipt.date, reckoning, before=receipt)


def mediation_of(terms: Terms, dispute: Dispute, reckoning: Reckoning) -> Deadline | None:
    """Return the end of the time for mediation; None before the referral and where the contract names no time.

    Raises MissingForDeadlineError with the paths of the open facts.
    """
    return mediation(terms, dispute.mediation.referred_on, reckoning) if dispute.mediation else None


def cooling_off_of(dispute: Dispute, reckoning: Reckoning) -> Deadline | None:
    """Return the last day of the pause, or None where none was agreed.

    The pause has so many calendar days after the day it begins on, and ends on a business day. Raises
    MissingForDeadlineError while nobody has said whose business days count.
    """
    pause = dispute.cooling_off
    if pause is None:
        return None
    return cooling_off(pause.begins, reckoning, rules=replace(DEFAULT, cooling_off_days=pause.days))


# What was done before a notice


@dataclass(frozen=True)
class TakenStep:
    """A step before a notice of breach: its day, and the recorded dispute or the words of the notice's own file."""

    on: dt.date
    step: EarlierStepKind
    text: str = ""
    dispute: Dispute | None = None


def disputes_about(breach: Breach, disputes: Iterable[Dispute]) -> tuple[Dispute, ...]:
    """Return the disputes that a notice of breach follows, by the day they were raised.

    They are the notifier's own, raised by the day of the notice over one of its clauses, and not settled by then: a
    settled matter is over, and what is broken later is another one.
    """
    clauses = {default.clause for default in breach.defaults}
    found = (
        each
        for each in disputes
        if each.raised_by is breach.by.other
        and each.raised_on <= breach.notice_date
        and (each.settled_on is None or each.settled_on > breach.notice_date)
        and clauses & {grievance.clause for grievance in each.grievances}
    )
    return tuple(sorted(found, key=lambda each: (each.raised_on, each.number or 0)))


def steps_taken(breach: Breach, disputes: Iterable[Dispute], unsent: Collection[int] = ()) -> tuple[TakenStep, ...]:
    """Return the steps before a notice by their days: those its file names, and those recorded of its disputes.

    A recorded step that the file names itself, of the same kind and on the same day, is left to the file. `unsent` are
    the numbers of the disputes whose look-back letter was not sent.
    """
    own = [TakenStep(step.on, step.step, step.text) for step in breach.earlier_steps]
    if not (about := disputes_about(breach, disputes)):
        return tuple(own)
    named = {(step.step, step.on) for step in own}
    recorded = [
        step
        for dispute in about
        for step in _recorded_steps(dispute, breach.notice_date, sent=dispute.number not in unsent)
        if not named & {(step.step, day) for day in _days_of(step, dispute)}
    ]
    order = list(EarlierStepKind)
    return tuple(sorted((*own, *recorded), key=lambda step: (step.on, order.index(step.step))))


def _recorded_steps(dispute: Dispute, until: dt.date, *, sent: bool) -> Iterator[TakenStep]:
    if sent:
        yield TakenStep(dispute.raised_on, EarlierStepKind.LOOK_BACK, dispute=dispute)
    meeting, step = dispute.meeting, dispute.mediation
    if meeting and meeting.outcome and meeting.on <= until:
        yield TakenStep(meeting.on, EarlierStepKind.NEGOTIATION, dispute=dispute)
    if step and step.referred_on <= until:
        ended = step.ended_on if step.ended_on and step.ended_on <= until else None
        yield TakenStep(ended or step.referred_on, EarlierStepKind.MEDIATION, dispute=dispute)


def _days_of(step: TakenStep, dispute: Dispute) -> set[dt.date]:
    if step.step is EarlierStepKind.MEDIATION and dispute.mediation:
        return {step.on, dispute.mediation.referred_on}
    return {step.on}


# What was not


class Lapse(StrEnum):
    """What is amiss with a step: it was not taken, the notice does not wait for its end, or a pause is running."""

    SKIPPED = "skipped"
    TOO_EARLY = "too_early"
    COOLING_OFF = "cooling_off"


@dataclass(frozen=True)
class SkippedStep:
    """A step the contract asks for before a notice of breach, and that the notice does not wait for.

    `step` and `clause` are None for a pause, which the parties agreed and the contract does not know. `due` is the
    end of the step, for a step nobody took as if it were begun now in its turn; None where it has no end or where
    the facts leave it open.
    """

    step: EarlierStepKind | None
    clause: str | None
    lapse: Lapse
    due: Deadline | None = None

    @property
    def words(self) -> str:
        """Return in words what is amiss, without a full stop."""
        day = self.due.date if self.due else None
        if self.step is None:
            return f"the cooling off lasts until {day}" if day else "the cooling off is not over"
        name = f"{_WORDS[self.step]} (clause {self.clause})"
        if self.lapse is Lapse.TOO_EARLY:
            return f"the notice does not wait for the end of {name} on {day}"
        return f"{name} was skipped" + (f"; begun now, it would last until {day}" if day else "")


def skipped_steps(
    terms: Terms,
    breach: Breach,
    disputes: Iterable[Dispute],
    reckoning: Reckoning,
    unsent: Collection[int] = (),
) -> tuple[SkippedStep, ...]:
    """Return the steps that a notice of breach skips or does not wait for, in the contract's order.

    A step counts as taken when the notice's file names it or a recorded dispute shows it: talks by a meeting with its
    outcome or by the end of their time, mediation by its own end or that of its time. Of several disputes
    about the matter the one that went furthest counts. `unsent` are the numbers of the disputes whose look-back letter
    was not sent. A contract without steps asks for none.
    """
    about = disputes_about(breach, disputes)
    if not about:
        return tuple(_lapses(terms, breach, None, reckoning))
    found = [
        tuple(_lapses(terms, breach, dispute, reckoning, sent=dispute.number not in unsent))
        for dispute in reversed(about)
    ]
    return min(found, key=len)


def _lapses(
    terms: Terms, breach: Breach, dispute: Dispute | None, reckoning: Reckoning, *, sent: bool = True
) -> Iterator[SkippedStep]:
    if terms.disputes:
        letter = dispute if sent else None
        talks = _look_back_on(breach, letter), _negotiation_end(terms, breach, letter, reckoning)
        yield from _before_mediation(breach, dispute, *talks)
        if terms.disputes.mediation:
            yield from _at_mediation(terms, breach, dispute, talks[1], reckoning)
    if dispute and dispute.cooling_off and dispute.cooling_off.begins <= breach.notice_date:
        end = _known(lambda: cooling_off_of(dispute, reckoning))
        if end is None or not end.overdue(breach.notice_date):
            yield SkippedStep(None, None, Lapse.COOLING_OFF, end)


def _before_mediation(
    breach: Breach, dispute: Dispute | None, account: dt.date | None, end: Deadline | None
) -> Iterator[SkippedStep]:
    step, meeting = EarlierStepKind.NEGOTIATION, dispute.meeting if dispute else None
    if account is None:
        yield SkippedStep(EarlierStepKind.LOOK_BACK, CLAUSES[EarlierStepKind.LOOK_BACK], Lapse.SKIPPED)
    met = meeting is not None and meeting.outcome is not None and meeting.on <= breach.notice_date
    if met or _named(breach, step):
        return
    if account is None or end is None:
        yield SkippedStep(step, CLAUSES[step], Lapse.SKIPPED, end)
    elif not end.overdue(breach.notice_date):
        yield SkippedStep(step, CLAUSES[step], Lapse.TOO_EARLY, end)


def _at_mediation(
    terms: Terms, breach: Breach, dispute: Dispute | None, talks: Deadline | None, reckoning: Reckoning
) -> Iterator[SkippedStep]:
    kind, step = EarlierStepKind.MEDIATION, dispute.mediation if dispute else None
    if _named(breach, kind) or (step and step.ended_on and step.ended_on <= breach.notice_date):
        return
    if step and step.referred_on <= breach.notice_date:
        end = _known(lambda: mediation(terms, step.referred_on, reckoning))
        if end is not None and not end.overdue(breach.notice_date):
            yield SkippedStep(kind, CLAUSES[kind], Lapse.TOO_EARLY, end)
        return
    begun = max(talks.date, breach.notice_date) if talks else breach.notice_date
    yield SkippedStep(kind, CLAUSES[kind], Lapse.SKIPPED, _known(lambda: mediation(terms, begun, reckoning)))


def _look_back_on(breach: Breach, sent: Dispute | None) -> dt.date | None:
    if sent:
        return sent.raised_on
    return min((step.on for step in breach.earlier_steps if step.step is EarlierStepKind.LOOK_BACK), default=None)


def _negotiation_end(terms: Terms, breach: Breach, sent: Dispute | None, reckoning: Reckoning) -> Deadline | None:
    """Return the end of the talks after the account that was given, or else after one sent instead of the notice."""
    day = _look_back_on(breach, sent) or breach.notice_date
    method: NoticeMethod = sent.method if sent else breach.method

    def end() -> Deadline:
        receipt = notice_receipt(terms, day, method, breach.by, reckoning, "Look-back letter")
        return negotiation(terms, receipt.date, reckoning, before=receipt)

    return _known(end)


def _named(breach: Breach, step: EarlierStepKind) -> bool:
    return any(each.step is step for each in breach.earlier_steps)


def _known(count: Callable[[], Deadline | None]) -> Deadline | None:
    """Return a deadline, or None where the facts leave it open."""
    try:
        return count()
    except DocgenError:
        return None


# How far a dispute has come


class CourseStep(StrEnum):
    """What a dispute may go through, in order."""

    LOOK_BACK = "look_back"
    NEGOTIATION = "negotiation"
    MEDIATION = "mediation"
    COOLING_OFF = "cooling_off"
    RE_OPENING = "re_opening"
    SETTLEMENT = "settlement"


class Standing(StrEnum):
    """Where a step stands on a day."""

    DONE = "done"
    RUNNING = "running"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True)
class Stage:
    """One step of a dispute: since when, until when, where it stands on a day, and what came of it.

    `until` is None for a step without a period of its own and where the facts leave it open; `ended` is the day on
    which mediation was recorded to have ended. A step is over when its time passed and nothing is recorded of it; it is
    open when nobody has begun it.
    """

    step: CourseStep
    clause: str | None
    since: dt.date | None
    until: Deadline | None
    standing: Standing
    text: str = ""
    ended: dt.date | None = None


def course(
    terms: Terms, dispute: Dispute, reckoning: Reckoning, on: dt.date, *, sent: bool = True
) -> tuple[Stage, ...]:
    """Return the steps of a dispute as they stand on a day; steps that are neither agreed nor begun are left out.

    `sent` says whether its look-back letter was: without it that step is open, and no time to negotiate runs.
    """
    return tuple(
        stage
        for stage in (
            _look_back_stage(terms, dispute, sent=sent),
            _negotiation_stage(terms, dispute, reckoning, on) if sent else _unasked_talks(terms, dispute),
            _mediation_stage(terms, dispute, reckoning, on),
            _pause_stage(dispute, reckoning, on),
            _re_opening_stage(dispute, reckoning, on),
            _settlement_stage(dispute),
        )
        if stage is not None
    )


def _look_back_stage(terms: Terms, dispute: Dispute, *, sent: bool) -> Stage:
    clause = CLAUSES[EarlierStepKind.LOOK_BACK] if terms.disputes else None
    since, standing = (dispute.raised_on, Standing.DONE) if sent else (None, Standing.OPEN)
    return Stage(CourseStep.LOOK_BACK, clause, since, None, standing, dispute.subject)


def _unasked_talks(terms: Terms, dispute: Dispute) -> Stage | None:
    """Return the talks about a dispute that no letter began: done where the parties met all the same."""
    meeting = dispute.meeting
    if terms.disputes is None and meeting is None:
        return None
    clause = CLAUSES[EarlierStepKind.NEGOTIATION] if terms.disputes else None
    met = meeting is not None and meeting.outcome is not None
    since, standing = (meeting.on, Standing.DONE) if meeting and met else (None, Standing.OPEN)
    return Stage(CourseStep.NEGOTIATION, clause, since, None, standing, _said_of(meeting))


def _said_of(meeting: Meeting | None) -> str:
    if meeting is None:
        return ""
    return meeting.outcome or f"Meeting proposed for {meeting.on}, {meeting.where}"


def _negotiation_stage(terms: Terms, dispute: Dispute, reckoning: Reckoning, on: dt.date) -> Stage | None:
    meeting = dispute.meeting
    if terms.disputes is None and meeting is None:
        return None
    receipt = _known(lambda: look_back_receipt(terms, dispute, reckoning))
    end = _known(lambda: negotiation_of(terms, dispute, reckoning))
    done = bool(meeting and meeting.outcome) or dispute.mediation is not None
    since = receipt.date if receipt else dispute.raised_on
    clause = CLAUSES[EarlierStepKind.NEGOTIATION] if terms.disputes else None
    return Stage(CourseStep.NEGOTIATION, clause, since, end, _standing(end, on, done=done), _said_of(meeting))


def _mediation_stage(terms: Terms, dispute: Dispute, reckoning: Reckoning, on: dt.date) -> Stage | None:
    step, agreed = dispute.mediation, terms.disputes.mediation if terms.disputes else None
    clause = CLAUSES[EarlierStepKind.MEDIATION] if agreed else None
    if step is None:
        settled = dispute.settled_on is not None
        return Stage(CourseStep.MEDIATION, clause, None, None, Standing.OPEN) if agreed and not settled else None
    end = _known(lambda: mediation_of(terms, dispute, reckoning))
    text = step.result or (step.outcome.replace("_", " ").capitalize() if step.outcome else "")
    standing = _standing(end, on, done=step.ended_on is not None)
    return Stage(CourseStep.MEDIATION, clause, step.referred_on, end, standing, text, step.ended_on)


def _pause_stage(dispute: Dispute, reckoning: Reckoning, on: dt.date) -> Stage | None:
    pause = dispute.cooling_off
    if pause is None:
        return None
    end = _known(lambda: cooling_off_of(dispute, reckoning))
    standing = Standing.OPEN if on < pause.begins else _standing(end, on, done=bool(end and end.overdue(on)))
    return Stage(CourseStep.COOLING_OFF, None, pause.begins, end, standing)


def _re_opening_stage(dispute: Dispute, reckoning: Reckoning, on: dt.date) -> Stage | None:
    offer = dispute.re_opening
    if offer is None:
        return None
    end = _known(lambda: cooling_off_of(dispute, reckoning))
    may = end is None or end.overdue(on)
    text = f"Meeting proposed for {offer.meeting.on}, {offer.meeting.where}" if offer.meeting else ""
    return Stage(CourseStep.RE_OPENING, None, None, None, Standing.RUNNING if may else Standing.OPEN, text)


def _settlement_stage(dispute: Dispute) -> Stage | None:
    if dispute.settled_on is None:
        return None
    text = dispute.settlement or ""
    return Stage(CourseStep.SETTLEMENT, None, dispute.settled_on, None, Standing.DONE, text)


def _standing(end: Deadline | None, on: dt.date, *, done: bool) -> Standing:
    if done:
        return Standing.DONE
    return Standing.OVER if end and end.overdue(on) else Standing.RUNNING
