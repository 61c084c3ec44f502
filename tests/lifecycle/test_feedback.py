"""What the client says beside what the firm thought: gaps of two points, averages, and how both move."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from docgen.lifecycle.feedback import average, comparisons, estimate_before, estimate_for, gaps, trend
from docgen.models.feedback import Estimate, Feedback, Question


def estimate(on: str = "2027-03-26", **scores: int) -> Estimate:
    """Return an estimate of a day."""
    facts = {"engagement": "E", "on": on, "by": "a@f.example", "scores": scores or {"result": 5}}
    return Estimate.model_validate(facts)


def feedback(on: str = "2027-04-09", **scores: int | None) -> Feedback:
    """Return the answers of a day."""
    answers: dict[str, Any] = {name: {"score": score} for name, score in (scores or {"result": 3}).items()}
    return Feedback.model_validate({"engagement": "E", "on": on, "answers": answers, "recommend": 7})


def test_two_points_apart_is_a_gap_and_one_is_none() -> None:
    found = gaps(estimate(result=5, value=4, time=2), feedback(result=4, value=2, time=4))
    assert [(gap.question, gap.difference) for gap in found] == [(Question.VALUE, -2), (Question.TIME, 2)]


def test_a_question_that_one_side_left_out_is_no_gap() -> None:
    assert gaps(estimate(result=5), feedback(result=None, value=1)) == ()


def test_without_an_estimate_there_is_no_gap() -> None:
    assert gaps(None, feedback(result=1)) == ()


def test_questions_stand_in_the_order_in_which_they_are_asked() -> None:
    rows = comparisons(estimate(again=4, result=5), feedback(people=3))
    assert [row.question for row in rows] == [Question.RESULT, Question.PEOPLE, Question.AGAIN]


@given(st.integers(1, 5), st.integers(1, 5))
def test_a_gap_is_the_same_from_either_side(expected: int, answered: int) -> None:
    there, back = (
        gaps(estimate(time=expected), feedback(time=answered)),
        gaps(estimate(time=answered), feedback(time=expected)),
    )
    assert bool(there) == bool(back) == (abs(expected - answered) >= 2)


def test_an_estimate_given_after_the_answers_belongs_to_no_survey_before_it() -> None:
    late = estimate("2027-04-10")
    assert estimate_before([late], dt.date(2027, 4, 9)) is None
    assert estimate_before([estimate("2027-01-01"), estimate("2027-03-01"), late], dt.date(2027, 4, 9)) == estimate(
        "2027-03-01"
    )


def test_an_estimate_belongs_to_the_next_survey_only() -> None:
    first, second = feedback("2027-04-09"), feedback("2028-04-07")
    early = estimate("2027-03-26")
    assert estimate_for([early], [first, second], first) == early
    assert estimate_for([early], [first, second], second) is None


def test_two_people_who_answer_one_survey_are_compared_with_one_estimate() -> None:
    first = feedback("2027-04-09")
    second = first.model_copy(update={"by": "Dilip Rao"})
    early = estimate("2027-03-26")
    assert estimate_for([early], [first, second], second) == early


def test_whoever_answers_a_survey_later_is_compared_with_the_estimate_before_its_first_answers() -> None:
    first = feedback("2027-04-09").model_copy(update={"survey": "E/survey/1"})
    later = first.model_copy(update={"on": dt.date(2027, 4, 20), "by": "Dilip Rao"})
    early, next_one = estimate("2027-03-26"), estimate("2027-04-15")
    assert estimate_for([early, next_one], [first, later], later) == early


def test_a_late_answer_does_not_use_up_the_estimate_for_the_next_survey() -> None:
    first = feedback("2027-04-09").model_copy(update={"survey": "E/survey/1"})
    late = first.model_copy(update={"on": dt.date(2028, 3, 20)})
    second = feedback("2028-04-07").model_copy(update={"survey": "E/survey/2"})
    early, next_one = estimate("2027-03-26"), estimate("2028-03-10")
    surveys = [first, late, second]
    assert [estimate_for([early, next_one], surveys, each) for each in surveys] == [early, early, next_one]


def test_averages_have_one_decimal_and_leave_out_what_was_not_answered() -> None:
    assert str(average([5, 4, None, 4])) == "4.3"
    assert average([None]) is None


def test_the_trend_goes_from_survey_to_survey() -> None:
    surveys = [feedback("2028-04-07", result=5, value=5), feedback("2027-04-09", result=3, value=4)]
    points = trend([estimate("2027-03-26", result=4)], surveys)
    assert [(point.on.year, str(point.answered), point.estimated and str(point.estimated)) for point in points] == [
        (2027, "3.5", "4.0"),
        (2028, "5.0", None),
    ]
