"""Satisfaction: what the firm thinks the client will say, and what the client says."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from docgen.models.values import Count, Date, Email, Facts, Line, Prose, Reference, wrong

HIGHEST = 5
LIKELIEST = 10
GAP = 2
"""From this difference between estimate and answer on, the two sides should meet."""


class Question(StrEnum):
    """What a satisfaction survey asks, each to be answered from 1 (not at all) to 5 (completely)."""

    RESULT = "result"
    VALUE = "value"
    TIME = "time"
    COMMUNICATION = "communication"
    PROBLEMS = "problems"
    PEOPLE = "people"
    AGAIN = "again"


def _read_score(value: Any) -> int:
    if isinstance(value, str) and value.strip().isdigit() and len(value.strip()) < 3:
        value = int(value.strip())
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= HIGHEST:
        raise wrong("score", "a score is a whole number from 1 to 5", "1 is not at all, 5 is completely.")
    return value


Score = Annotated[
    int, BeforeValidator(_read_score), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": HIGHEST})
]
"""An answer from 1 (not at all) to 5 (completely)."""


def _read_likelihood(value: Any) -> int:
    if isinstance(value, str) and value.strip().isdigit() and len(value.strip()) < 3:
        value = int(value.strip())
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LIKELIEST:
        raise wrong("likelihood", "this is a whole number from 0 to 10", "0 is not at all likely, 10 is certain.")
    return value


Likelihood = Annotated[
    int, BeforeValidator(_read_likelihood), WithJsonSchema({"type": "integer", "minimum": 0, "maximum": LIKELIEST})
]
"""An answer from 0 (not at all likely) to 10 (certain)."""


class Consent(StrEnum):
    """Whether the firm may quote what the client says: with the name, without it, or not at all."""

    NAMED = "named"
    UNNAMED = "unnamed"
    NO = "no"


class Estimate(Facts):
    """What the firm thinks the client will answer, given before the survey is answered."""

    format: Literal["docgen.estimate/1"] = "docgen.estimate/1"
    engagement: Reference
    number: Count | None = None
    on: Date
    by: Email
    scores: dict[Question, Score] = Field(min_length=1)
    remarks: Prose | None = None


class Answer(Facts):
    """What the client answered to one question."""

    score: Score | None = None
    comment: Prose | None = None


class Feedback(Facts):
    """A filled survey."""

    format: Literal["docgen.feedback/1"] = "docgen.feedback/1"
    engagement: Reference
    number: Count | None = None
    on: Date
    by: Line | None = None
    survey: Line | None = None
    """The survey that was filled, such as NBS-2026-014/survey/1."""
    answers: dict[Question, Answer] = Field(min_length=1)
    keep: Prose | None = None
    """What to keep doing."""
    change: Prose | None = None
    """What to do differently."""
    recommend: Likelihood | None = None
    """How likely the client would recommend the firm, from 0 to 10."""
    quote: Consent | None = None
    """Whether the firm may quote this."""
