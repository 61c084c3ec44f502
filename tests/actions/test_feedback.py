"""Answers come back in a form, are compared with what was thought beforehand, and lead to a meeting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter

from docgen.actions.engagements import record_engagement
from docgen.actions.executed import ExecutedTermsError
from docgen.actions.feedback import (
    Answered,
    AnswersError,
    EstimateTooLateError,
    import_feedback,
    record_estimate,
    record_feedback,
    record_review,
    satisfaction,
)
from docgen.actions.references import UnknownEngagementError
from docgen.errors import NotFoundError, UsageError
from docgen.exchange.form_answers import FormError
from docgen.models.feedback import Consent, Question
from tests.firm import ID, Firm, Firms, pdf_words
from tests.survey import filled_docx, filled_pdf, reader

GIVEN = {
    "result": "5",
    "value": "4",
    "time": "3",
    "time-comment": "Two weeks late, but we knew.",
    "communication": "3",
    "communication-comment": "The argument came out of nowhere.\nWe were not told.",
    "people": "5",
    "keep": "The load tests.",
    "recommend": "p0",
    "name": "Mei Tan",
    "quote": "unnamed",
}


@pytest.fixture
def asked(firms: Firms, tmp_path: Path) -> Firm:
    """Lend the firm that has written down its estimate and sent the survey, on the day the answers come."""
    there = firms.at("signed", tmp_path / "firm")
    there.on("2027-03-26").do(record_estimate, there.facts("estimate"))
    for form, content in there.on("2027-03-31").issue("survey").files.items():
        there.write(f"survey.{form}", content)
    return there.on("2027-04-12")


def filled(firm: Firm, **given: str) -> Path:
    return firm.write("filled.pdf", filled_pdf({**GIVEN, **given}, (firm.root / "survey.pdf").read_bytes()))


def imported(firm: Firm, **given: str) -> Answered:
    return firm.do(import_feedback, filled(firm, **given))


def test_a_filled_pdf_says_which_survey_it_is_and_what_was_answered(asked: Firm) -> None:
    feedback = imported(asked).feedback
    assert (feedback.survey, feedback.by, feedback.on.isoformat()) == (f"{ID}/survey/1", "Mei Tan", "2027-04-12")
    assert feedback.answers[Question.COMMUNICATION].score == 3
    assert feedback.answers[Question.COMMUNICATION].comment == "The argument came out of nowhere.\n\nWe were not told."
    assert feedback.answers[Question.PROBLEMS].score is None
    assert (feedback.keep, feedback.recommend, feedback.quote) == ("The load tests.", 0, Consent.UNNAMED)


def test_a_filled_word_file_says_the_same(asked: Firm) -> None:
    pdf = imported(asked).feedback
    word = asked.write("filled.docx", filled_docx(GIVEN, (asked.root / "survey.docx").read_bytes()))
    again = asked.do(import_feedback, word)
    assert again.feedback == pdf
    assert not again.recorded.new


def test_the_same_answers_twice_are_nothing_new_whenever_they_are_read(asked: Firm) -> None:
    first = imported(asked)
    size = asked.size
    again = imported(asked.on("2027-05-03"))
    assert (first.recorded.new, again.recorded.new) == (True, False)
    assert "The same answers are recorded already, of 2027-04-12." in again.remarks[-1]
    assert asked.size == size


def test_the_same_answers_a_year_later_are_new_when_their_day_is_given(asked: Firm) -> None:
    import datetime as dt

    imported(asked)
    later = asked.on("2028-04-12").do(import_feedback, filled(asked), "", dt.date(2028, 4, 10))
    assert later.recorded.reference == f"{ID}/FB-002"
    assert later.estimate is not None


def test_a_second_person_who_answers_days_later_is_compared_and_asked_to_meet_too(asked: Firm) -> None:
    imported(asked, communication="4")
    second = imported(asked.on("2027-04-20"), name="Dilip Rao", value="2")
    assert second.recorded.reference == f"{ID}/FB-002"
    assert [row.question for row in second.gaps] == [Question.VALUE, Question.COMMUNICATION]
    assert second.proposal is not None
    assert str(second.proposal.reference) == f"{ID}/MP-002/1"
    found = asked.do(satisfaction, ID)
    assert [each.estimate is not None for each in found.surveys] == [True, True]


def test_two_points_of_difference_issue_the_proposal_to_meet_at_once(asked: Firm) -> None:
    answered = imported(asked)
    assert [row.question for row in answered.gaps] == [Question.COMMUNICATION]
    assert answered.proposal is not None
    assert str(answered.proposal.reference) == f"{ID}/MP-001/1"
    assert answered.proposal.document.awaits is None
    words = pdf_words(answered.proposal.files["pdf"])
    assert "Did you always know where the work stood? 5 (completely) 3 (partly)" in words
    for day in ("Monday, 19 April 2027", "Wednesday, 21 April 2027", "Monday, 26 April 2027"):
        assert day in words


def test_one_point_of_difference_proposes_nothing(asked: Firm) -> None:
    answered = imported(asked, communication="4")
    assert answered.gaps == ()
    assert answered.proposal is None


def test_without_an_approved_template_the_answers_are_recorded_and_the_way_is_told(
    firms: Firms, tmp_path: Path
) -> None:
    there = firms.at("founded", tmp_path / "firm").on("2027-04-12")
    there.do(record_engagement, there.facts())
    there.do(record_estimate, there.facts("estimate"))
    answered = there.do(record_feedback, there.facts("feedback"))
    assert answered.recorded.new
    assert answered.proposal is None
    assert "is not approved" in answered.remarks[-1]
    assert f"docgen issue meeting-proposal {ID} --number 1" in answered.remarks[-1]


def test_without_an_estimate_that_is_said(firms: Firms, tmp_path: Path) -> None:
    there = firms.at("signed", tmp_path / "firm").on("2027-04-12")
    answered = there.do(record_feedback, there.facts("feedback"))
    assert answered.estimate is None
    assert "No estimate was given before these answers" in answered.remarks[-1]


def test_an_estimate_is_given_beforehand(asked: Firm) -> None:
    imported(asked)
    assert not asked.do(record_estimate, asked.facts("estimate")).new
    with pytest.raises(EstimateTooLateError, match="answers of 2027-04-12 are recorded"):
        asked.do(record_estimate, asked.facts("estimate", ("result: 5", "result: 4")))
    later = asked.facts("estimate", ("on: 2027-03-26", "on: 2028-03-24"))
    assert asked.on("2028-03-24").do(record_estimate, later).reference == f"{ID}/ES-002"


def test_a_survey_without_an_estimate_is_remarked_on(firms: Firms, tmp_path: Path) -> None:
    there = firms.at("signed", tmp_path / "firm").on("2027-03-31")
    (remark,) = there.issue("survey").remarks
    assert "docgen feedback estimate FILE" in remark


def test_a_survey_awaits_no_signature_and_claims_no_pdf_a(asked: Firm) -> None:
    survey = asked.issue("survey")
    assert survey.document.awaits is None
    root: Any = reader(survey.files["pdf"]).root_object
    claims = root["/Metadata"].get_data()
    assert b"pdfuaid:part" in claims
    assert b"pdfaid" not in claims


def test_an_empty_form_is_refused(asked: Firm) -> None:
    with pytest.raises(AnswersError, match="Nobody has filled in this form"):
        asked.do(import_feedback, asked.root / "survey.pdf")


def test_another_form_is_refused(asked: Firm) -> None:
    from tests.survey import filled_pdf as other

    with pytest.raises(UsageError, match="--engagement ID"):
        asked.do(import_feedback, asked.write("other.pdf", other()))


def test_a_form_without_the_survey_s_questions_is_refused(asked: Firm) -> None:
    from docgen.doctree.parse import parse
    from docgen.writers.pdf import write_pdf
    from tests.survey import DAY, THEME

    body = '<doc title="Form"><question id="comment" lines="2">What else?</question></doc>'
    form = filled_pdf({"comment": "Nothing"}, write_pdf(parse(body), THEME, DAY))
    with pytest.raises(AnswersError, match="none of its questions"):
        asked.do(import_feedback, asked.write("other.pdf", form), ID)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("result", "9", "“9” to result is no number from 1 to 5"),
        ("result", "five", "“five” to result"),
        ("recommend", "p11", "“11” to recommend is no number from 0 to 10"),
        ("quote", "always", "“always” to quote is none of: named, unnamed, no"),
    ],
)
def test_an_answer_that_is_none_is_told_and_nothing_is_recorded(asked: Firm, field: str, value: str, said: str) -> None:
    size = asked.size
    with pytest.raises(AnswersError, match=said):
        imported(asked, **{field: value})
    assert asked.size == size


def test_hostile_words_in_a_form_stay_words(asked: Firm) -> None:
    words = "</p><script>alert(1)</script> {{ 7*7 }} ../../etc/passwd"
    answered = imported(asked, **{"communication-comment": words, "name": "Mei\n<b>Tan</b>"})
    assert answered.feedback.by == "Mei <b>Tan</b>"
    assert answered.proposal is not None
    assert "</p><script>alert(1)</script> {{ 7*7 }} ../../etc/passwd" in pdf_words(answered.proposal.files["pdf"])


def test_the_engagement_of_a_form_is_not_somebody_else_s(asked: Firm) -> None:
    with pytest.raises(UsageError, match=f"The form is {ID}/survey/1 and not of XYZ-1"):
        asked.do(import_feedback, filled(asked), "XYZ-1")


def test_a_form_of_an_engagement_nobody_recorded_is_refused(firms: Firms, firm: Firm, tmp_path: Path) -> None:
    there = firms.at("signed", tmp_path / "firm").on("2027-03-31")
    survey = there.issue("survey").files["pdf"]
    empty = firms.at("approved", tmp_path / "another").on("2027-04-12")
    with pytest.raises(UnknownEngagementError):
        empty.do(import_feedback, empty.write("filled.pdf", filled_pdf(GIVEN, survey)))


def test_what_is_no_form_is_refused(asked: Firm) -> None:
    with pytest.raises(FormError):
        asked.do(import_feedback, asked.write("letter.pdf", "no PDF at all"))
    with pytest.raises(NotFoundError):
        asked.do(import_feedback, asked.root / "nowhere.pdf")


def test_scores_estimates_and_their_trend_are_shown_survey_by_survey(asked: Firm) -> None:
    imported(asked)
    later = asked.on("2028-04-07")
    later.do(
        record_estimate,
        later.facts("estimate", ("on: 2027-03-26", "on: 2028-03-24"), ("communication: 5", "communication: 4")),
    )
    waiting = later.do(satisfaction, ID).waiting
    assert waiting is not None
    assert waiting.on.isoformat() == "2028-03-24"
    later.do(
        record_feedback,
        later.facts(
            "feedback", ("on: 2027-04-09", "on: 2028-04-07"), ("score: 3, comment: The", "score: 5, comment: The")
        ),
    )
    found = later.do(satisfaction, ID)
    assert [(each.number, str(each.estimate and each.estimate.on)) for each in found.surveys] == [
        (1, "2027-03-26"),
        (2, "2028-03-24"),
    ]
    assert found.waiting is None
    assert [str(point.answered) for point in found.trend] == ["4.0", "4.3"]


def test_a_review_shows_what_earlier_reviews_left_open(asked: Firm) -> None:
    asked.do(record_review, asked.facts("review"))
    assert asked.on("2027-04-22").issue("relationship-review").document.number == 1
    later = asked.on("2028-04-21")
    second = """\
format: docgen.review/1
engagement: NBS-2026-014
on: 2028-04-21
attendees: [Dilip Rao, Amara Okafor]
roles: [{party: client, what: Pay within thirty days, fulfilled: fully}]
actions: [{text: tell the team how purchasing approves invoices, owner: mei.tan@harrowpike.example, done: 2027-05-03}]
"""
    later.do(record_review, later.write("engagements/review-2.yaml", second))
    words = pdf_words(later.issue("relationship-review").files["pdf"])
    assert "Send each invoice as a draft first. (from survey 1) Amara Okafor 14 May 2027" in words
    assert "Tell the team how purchasing approves invoices. Done on 3 May 2027." in words


# Privileges


def granted(firm: Firm, words: str) -> Path:
    return firm.facts("engagement", ("privileges: []", f"privileges:\n    - {words}"))


def test_a_privilege_may_be_granted_after_the_contract_is_signed(asked: Firm) -> None:
    words = "{what: A named engineer, reason: A good year, granted_on: 2027-01-11}"
    assert asked.do(record_engagement, granted(asked, words)).new


def test_a_privilege_that_the_signed_contract_would_have_named_is_not_slipped_in(asked: Firm) -> None:
    with pytest.raises(ExecutedTermsError, match="privileges"):
        asked.do(record_engagement, granted(asked, "{what: A named engineer, reason: A good year}"))


# A form that lost what it is


def lost(firm: Firm, **given: str) -> Path:
    """Return the filled form as a program saved it that drops what a file says of itself."""
    writer = PdfWriter(clone_from=filled(firm, **given))
    writer.metadata = None
    writer.xmp_metadata = None
    path = firm.root / "lost.pdf"
    writer.write(path)
    return path


def test_a_form_that_lost_its_survey_is_the_same_form_whenever_it_is_read(asked: Firm) -> None:
    with pytest.raises(UsageError, match="--engagement"):
        asked.do(import_feedback, lost(asked))
    first = asked.do(import_feedback, lost(asked), ID)
    size = asked.size
    again = asked.on("2027-05-03").do(import_feedback, lost(asked), ID)
    assert (first.recorded.new, again.recorded.new, again.recorded.reference) == (True, False, f"{ID}/FB-001")
    assert "The same answers are recorded already, of 2027-04-12." in again.remarks[-1]
    assert asked.size == size


def test_a_form_that_lost_its_survey_is_known_by_its_answers_and_who_gave_them(asked: Firm) -> None:
    whole = imported(asked)
    again = asked.on("2027-05-03").do(import_feedback, lost(asked), ID)
    assert (again.recorded.reference, again.recorded.new) == (whole.recorded.reference, False)
    assert again.feedback.survey == f"{ID}/survey/1"
    other = asked.on("2027-05-03").do(import_feedback, lost(asked, name="Dilip Rao"), ID)
    assert (other.recorded.reference, other.recorded.new) == (f"{ID}/FB-002", True)


def test_the_whole_form_read_later_says_of_which_survey_the_answers_are(asked: Firm) -> None:
    asked.do(import_feedback, lost(asked), ID)
    whole = asked.on("2027-05-03").do(import_feedback, filled(asked))
    assert (whole.recorded.reference, whole.recorded.revision) == (f"{ID}/FB-001", 2)
    assert (whole.feedback.survey, whole.feedback.on.isoformat()) == (f"{ID}/survey/1", "2027-04-12")
