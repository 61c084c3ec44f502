"""What the client says beside what the firm thought it would say: gaps, averages, and how both move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from docgen.models.feedback import GAP, Estimate, Feedback, Question


@dataclass(frozen=True)
class Comparison:
    """One question with both scores; None where one side gave none."""

    question: Question
    estimated: int | None
    answered: int | None
    comment: str | None = None

    @property
    def difference(self) -> int | None:
        """Return how far the answer lies above the estimate (below zero: under it), or None without both."""
        if self.estimated is None or self.answered is None:
            return None
        return self.answered - self.estimated

    @property
    def is_gap(self) -> bool:
        """Say whether the two sides see it so differently that they should meet."""
        return self.difference is not None and abs(self.difference) >= GAP


@dataclass(frozen=True)
class Point:
    """One survey among several: the day, and the average of its scores and of the estimate before it."""

    on: dt.date
    answered: Decimal | None
    estimated: Decimal | None
    recommend: int | None


def comparisons(estimate: Estimate | None, feedback: Feedback) -> tuple[Comparison, ...]:
    """Return every question that either side gave a score to, in the order in which they are asked."""
    scores = estimate.scores if estimate else {}
    rows = (
        Comparison(
            question,
            scores.get(question),
            answer.score if (answer := feedback.answers.get(question)) else None,
            answer.comment if answer else None,
        )
        for question in Question
    )
    return tuple(row for row in rows if row.estimated is not None or row.answered is not None or row.comment)


def gaps(estimate: Estimate | None, feedback: Feedback) -> tuple[Comparison, ...]:
    """Return the questions in which answer and estimate lie two points or more apart; none without an estimate."""
    return tuple(row for row in comparisons(estimate, feedback) if row.is_gap)


def estimate_before(estimates: Iterable[Estimate], on: dt.date) -> Estimate | None:
    """Return the last estimate given before the answers of a day, or on that day; None where none was.

    Of several of one day the last in the given order counts.
    """
    before = [each for each in estimates if each.on <= on]
    return max(enumerate(before), key=lambda pair: (pair[1].on, pair[0]))[1] if before else None


def first_answered(surveys: Iterable[Feedback], feedback: Feedback) -> dt.date:
    """Return the day on which the survey of some answers was answered by anybody; answers that name none are alone."""
    same = (each.on for each in surveys if feedback.survey is not None and each.survey == feedback.survey)
    return min(same, default=feedback.on)


def estimate_for(estimates: Iterable[Estimate], surveys: Iterable[Feedback], feedback: Feedback) -> Estimate | None:
    """Return the estimate that belongs to some answers: the last one given before their survey was answered by anybody.

    It counts for all answers to that survey, whoever gives them and whenever. One that was there when the survey before
    was answered belongs to that one only.
    """
    known = (*surveys, feedback)
    asked = first_answered(known, feedback)
    earlier = [day for each in known if (day := first_answered(known, each)) < asked]
    found = estimate_before(estimates, asked)
    return found if found and (not earlier or found.on > max(earlier)) else None


def average(scores: Iterable[int | None]) -> Decimal | None:
    """Return the mean of the scores that were given, to one decimal, halves away from zero; None without any."""
    given = [score for score in scores if score is not None]
    if not given:
        return None
    return (Decimal(sum(given)) / len(given)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def trend(estimates: Iterable[Estimate], surveys: Iterable[Feedback]) -> tuple[Point, ...]:
    """Return every survey in the order of its day with its averages: what moved from one to the next."""
    known, given = tuple(surveys), tuple(estimates)
    points = []
    for each in sorted(known, key=lambda survey: (survey.on, survey.number or 0)):
        estimate = estimate_for(given, known, each)
        points.append(
            Point(
                each.on,
                average(answer.score for answer in each.answers.values()),
                average(estimate.scores.values()) if estimate else None,
                each.recommend,
            )
        )
    return tuple(points)
