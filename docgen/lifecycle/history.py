"""What happened to an engagement, step by step: from its facts and papers to the state that `states` folds them into.

Several disputes may run at once. The end of one gives the engagement back only when no other trouble is left; else
the trouble that is left sets the state. A pause that follows a settlement is part of the dispute: its re-opening letter
ends it. What ends a dispute ends the notices of breach given before it, too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from docgen.lifecycle.states import TROUBLE, Life, LifeState, LifeStep, StepNotAllowedError, advance_life, words_of
from docgen.models.breach import Breach
from docgen.models.dispute import Dispute

_ENDS = (LifeStep.SETTLED, LifeStep.REOPENED)
Trouble = tuple[LifeStep, int]
"""A dispute or a notice of breach, by its first step and its number."""


@dataclass(frozen=True)
class Happened:
    """A step of an engagement: its day, and in words what it is known from, such as a document's reference.

    `again` marks a step that only says which trouble is left when another one has ended.
    """

    on: dt.date
    step: LifeStep
    about: str
    again: bool = False


@dataclass(frozen=True)
class Passed:
    """A step that was taken, and the state it led to."""

    happened: Happened
    state: LifeState


@dataclass(frozen=True)
class Story:
    """Where an engagement stands and how it came there.

    `since` is the day of the step that led to the state, None before the first one. `remarks` tell of steps that
    are recorded and that the table of states does not know from where the engagement stood: they change nothing.
    """

    life: Life
    since: dt.date | None
    passed: tuple[Passed, ...]
    remarks: tuple[str, ...]

    @property
    def state(self) -> LifeState:
        """Return the state."""
        return self.life.state

    def day_of(self, step: LifeStep) -> dt.date | None:
        """Return the day on which a step was last taken, or None."""
        return max((each.happened.on for each in self.passed if each.happened.step is step), default=None)


def tell(happenings: Iterable[Happened], until: dt.date) -> Story:
    """Return the story of what happened by a day, in the order of days; steps of one day follow the order of steps."""
    life, since, passed, remarks = Life(), None, list[Passed](), list[str]()
    for happened in sorted((each for each in happenings if each.on <= until), key=_order):
        after = _taken(life, happened)
        if after is None:
            if not happened.again and happened.step not in _ENDS:
                remarks.append(
                    f"{happened.about}: the step “{words_of(happened.step)}” of {happened.on} is recorded while the "
                    f"engagement was {words_of(life.state)}; it changes nothing."
                )
            continue
        if after.state is not life.state:
            since = happened.on
        if not happened.again:
            passed.append(Passed(happened, after.state))
        life = after
    return Story(life, since, tuple(passed), tuple(remarks))


def trouble(
    disputes: Mapping[int, Dispute], breaches: Mapping[int, Breach], reopened: Mapping[int, dt.date]
) -> Iterator[Happened]:
    """Yield the steps of disputes and notices of breach by their numbers.

    `reopened` are the days of the re-opening letters by the number of their dispute.
    """
    left: dict[Trouble, Happened] = {}
    for which, happened in sorted(_steps(disputes, breaches, reopened), key=lambda each: (*_order(each[1]), each[0])):
        if happened.step not in _ENDS:
            left[which] = happened
            yield happened
            continue
        left.pop(which, None)
        for notice in [each for each in left if each[0] is LifeStep.BREACH_NOTICED]:
            del left[notice]
        yield happened
        for other in sorted(left.values(), key=_order):
            yield replace(other, on=happened.on, again=True)


def still_open(
    disputes: Mapping[int, Dispute], breaches: Mapping[int, Breach], reopened: Mapping[int, dt.date], on: dt.date
) -> tuple[Mapping[int, Dispute], Mapping[int, Breach]]:
    """Return the disputes and the notices of breach that are not over on a day."""
    ends = {number: _end(number, dispute, reopened) for number, dispute in disputes.items()}
    over = {number: end.on for number, end in ends.items() if end is not None and end.on <= on}
    return (
        {number: each for number, each in disputes.items() if each.raised_on <= on and number not in over},
        {
            number: each
            for number, each in breaches.items()
            if each.notice_date <= on and not any(day >= each.notice_date for day in over.values())
        },
    )


def _steps(
    disputes: Mapping[int, Dispute], breaches: Mapping[int, Breach], reopened: Mapping[int, dt.date]
) -> Iterator[tuple[Trouble, Happened]]:
    for number, dispute in disputes.items():
        which, about = (LifeStep.DISPUTE_RAISED, number), f"dispute {number}"
        yield which, Happened(dispute.raised_on, LifeStep.DISPUTE_RAISED, f"{about}: {dispute.subject}")
        if dispute.mediation:
            yield which, Happened(dispute.mediation.referred_on, LifeStep.MEDIATION_REFERRED, about)
        if dispute.cooling_off:
            yield which, Happened(dispute.cooling_off.begins, LifeStep.COOLING_OFF_BEGUN, about)
        end = _end(number, dispute, reopened)
        if end:
            yield which, end
    for number, breach in breaches.items():
        which = (LifeStep.BREACH_NOTICED, number)
        yield which, Happened(breach.notice_date, LifeStep.BREACH_NOTICED, f"BN-{number:03d}")


def _end(number: int, dispute: Dispute, reopened: Mapping[int, dt.date]) -> Happened | None:
    if number in reopened:
        return Happened(reopened[number], LifeStep.REOPENED, f"RO-{number:03d}")
    pause = dispute.cooling_off
    if dispute.settled_on and (pause is None or dispute.settled_on >= pause.begins):
        return Happened(dispute.settled_on, LifeStep.SETTLED, f"dispute {number}")
    return None


def _taken(life: Life, happened: Happened) -> Life | None:
    """Return where a step leads, or None where the table has no such step; one end of trouble is as good as another."""
    steps = (happened.step, *(each for each in _ENDS if each is not happened.step and happened.step in _ENDS))
    if happened.step in _ENDS and life.state not in TROUBLE:
        return None
    for step in steps:
        try:
            return advance_life(life, step)
        except StepNotAllowedError:
            continue
    return None


def _order(happened: Happened) -> tuple[dt.date, bool, int]:
    return happened.on, happened.again, list(LifeStep).index(happened.step)
