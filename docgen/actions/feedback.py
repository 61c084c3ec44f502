"""Satisfaction: the firm's estimate, the client's answers from a filled form, and what follows where they differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from docgen.actions.acting import Deed, act
from docgen.actions.desk import Desk
from docgen.actions.drafting import Issue
from docgen.actions.engagements import Recorded
from docgen.actions.entries import record_entry, record_facts
from docgen.actions.issuing import Issued, issue
from docgen.actions.recorded import recorded_engagement, recorded_entries
from docgen.actions.references import ReferenceFormError, find_engagement, read_reference
from docgen.actions.template_course import NotApprovedError
from docgen.errors import DocgenError, FindingsError, NotFoundError, UsageError, shell_word
from docgen.facts.load import FactSet, Sourced, load_files
from docgen.facts.source import parse_source
from docgen.facts.write import write_model
from docgen.lifecycle.feedback import Comparison, Point, comparisons, estimate_for, first_answered, trend
from docgen.models.feedback import HIGHEST, LIKELIEST, Consent, Estimate, Feedback, Question
from docgen.models.review import Review
from docgen.templating.catalogue import MissingLanguageError

if TYPE_CHECKING:
    from docgen.exchange.form_answers import FormAnswers
    from docgen.store.record import Record

SURVEY, PROPOSAL = "survey", "meeting-proposal"
_COMMENT = "-comment"
_STEP = "p"
"""Stands before the figure in the answers to how likely the client recommends the firm: values have the form of ids."""


class EstimateTooLateError(DocgenError):
    """An estimate is given when the answers are there already."""

    def __init__(self, estimate: Estimate, answered: dt.date) -> None:
        super().__init__(
            f"The client's answers of {answered} are recorded, so an estimate of {estimate.on} comes too late: one is "
            "given beforehand, or it estimates nothing. Nothing was recorded. Give the next one before the next survey."
        )


class AnswersError(DocgenError):
    """A filled form does not say what can be recorded."""


@dataclass(frozen=True)
class Answered:
    """What came of recording a client's answers; `proposal` is the letter that two points of difference produced."""

    recorded: Recorded
    feedback: Feedback
    estimate: Estimate | None
    rows: tuple[Comparison, ...]
    proposal: Issued | None
    remarks: tuple[str, ...]

    @property
    def gaps(self) -> tuple[Comparison, ...]:
        """Return the questions in which answer and estimate lie two points or more apart."""
        return tuple(row for row in self.rows if row.is_gap)


@dataclass(frozen=True)
class Surveyed:
    """One survey with the estimate that was given before it."""

    number: int
    feedback: Feedback
    estimate: Estimate | None
    rows: tuple[Comparison, ...]


@dataclass(frozen=True)
class Satisfaction:
    """All surveys of an engagement, how they moved, and the estimate that waits for answers."""

    surveys: tuple[Surveyed, ...]
    trend: tuple[Point, ...]
    waiting: Estimate | None


def record_estimate(desk: Desk, file: Path) -> Recorded:
    """Record what the firm thinks the client will answer; raises EstimateTooLateError and as record_entry does."""
    hand = act(desk, Deed.RECORD_FACTS)

    def load(beside: FactSet | None) -> FactSet:
        facts = load_files([file], beside=beside)
        for each in facts.of(Estimate) if beside else ():
            _check_beforehand(hand.record, each.facts)
        return facts

    return record_facts(hand, load, str(file), Estimate)


def _check_beforehand(record: Record, estimate: Estimate) -> None:
    known = [each.facts for each in _recorded(record, estimate.engagement, Estimate).values()]
    if any(each.model_copy(update={"number": estimate.number}) == estimate for each in known):
        return
    surveys = [each.facts for each in _recorded(record, estimate.engagement, Feedback).values()]
    answered = [day for each in surveys if (day := first_answered(surveys, each)) >= estimate.on]
    if answered:
        raise EstimateTooLateError(estimate, min(answered))


def record_review(desk: Desk, file: Path) -> Recorded:
    """Record a relationship review; another file of the same day is its next revision. Raises as record_entry does."""
    return record_entry(desk, file, Review)


def record_feedback(desk: Desk, file: Path) -> Answered:
    """Record the client's answers from a fact file and compare them with the estimate; raises as record_entry does."""
    return _answered(desk, record_entry(desk, file, Feedback), ())


def import_feedback(desk: Desk, file: Path, engagement: str = "", answered_on: dt.date | None = None) -> Answered:
    """Record the answers in a filled form (PDF or Word) and compare them with the estimate given beforehand.

    The form names its engagement; `engagement` says it where the file lost that. The same form a second time records
    nothing. Raises NotFoundError, FormError, AnswersError, UsageError, UnknownEngagementError, and what acting and
    recording raise.
    """
    form = _read(file)
    hand = act(desk, Deed.RECORD_FACTS)
    survey, name = _survey_of(form, engagement)
    find_engagement(hand.record.register, name)
    feedback = feedback_of(form, name, survey, answered_on or desk.on)
    known = [each.facts for each in _recorded(hand.record, name, Feedback).values()]
    before = _same_form(known, feedback)
    if before and (answered_on is None or answered_on == before.on):
        feedback = feedback.model_copy(update={"on": before.on, "survey": feedback.survey or before.survey})
    source = parse_source(write_model(feedback), str(file))
    recorded = record_facts(hand, lambda _: FactSet((Sourced(feedback, source),)), str(file), Feedback)
    remarks = _survey_remarks(hand.record, survey)
    if before and answered_on is None:
        remarks += (
            f"The same answers are recorded already, of {before.on}. Given anew, say when: --answered-on DATE.",
        )
    return _answered(desk, recorded, remarks)


def feedback_of(form: FormAnswers, engagement: str, survey: str, on: dt.date) -> Feedback:
    """Return the answers in a form as facts; raises AnswersError for an empty form and for answers that are none."""
    values = {name: text.strip() for name, text in form.values.items()}
    if not any(values.values()):
        raise AnswersError("Nobody has filled in this form: every field is empty. Nothing was recorded.")
    asked = [question for question in Question if question.value in values]
    if not asked:
        raise AnswersError("This is not the satisfaction survey: none of its questions is in it. Nothing was recorded.")
    step = values.get("recommend", "").removeprefix(_STEP)
    data: dict[str, Any] = {
        "engagement": engagement,
        "on": on,
        "by": " ".join(values.get("name", "").split()) or None,
        "survey": survey or None,
        "answers": {question: _answer(values, question) for question in asked},
        "keep": _words(values, "keep"),
        "change": _words(values, "change"),
        "recommend": _number(step, "recommend", LIKELIEST, least=0),
        "quote": _consent(values.get("quote", "")),
    }
    try:
        return Feedback.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise AnswersError(f"The answer {where} cannot be recorded: {first['msg']}. Correct it in the form.") from None


def _answer(values: Mapping[str, str], question: Question) -> dict[str, Any]:
    score = _number(values[question], question, HIGHEST, least=1)
    return {"score": score, "comment": _words(values, f"{question}{_COMMENT}")}


def _words(values: Mapping[str, str], name: str) -> str | None:
    """Return what was written, each line a paragraph of its own, or None for nothing."""
    lines = (line.strip() for line in values.get(name, "").split("\n"))
    return "\n\n".join(filter(None, lines)) or None


def _number(text: str, name: str, most: int, *, least: int) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 3 and least <= int(text) <= most):
        raise AnswersError(
            f"The answer “{text[:20]}” to {name} is no number from {least} to {most}. Correct it in the form."
        )
    return int(text)


def _consent(text: str) -> Consent | None:
    if text and text not in tuple(Consent):
        raise AnswersError(
            f"The answer “{text[:20]}” to quote is none of: {', '.join(Consent)}. Correct it in the form."
        )
    return Consent(text) if text else None


def _read(file: Path) -> FormAnswers:
    from docgen.exchange.form_answers import SIZE_LIMIT, read_answers

    if not file.is_file():
        raise NotFoundError(f"{file} is not a file. Name the filled form, PDF or DOCX.")
    with file.open("rb") as opened:
        return read_answers(opened.read(SIZE_LIMIT + 1))


def _survey_of(form: FormAnswers, engagement: str) -> tuple[str, str]:
    """Return the reference of the survey that was filled, "" where the form has none, and its engagement."""
    try:
        reference = read_reference(form.reference)
    except ReferenceFormError:
        if engagement:
            return "", engagement
        raise UsageError(
            "The form does not say which engagement it belongs to: the program that saved it left that out. "
            "Say it: --engagement ID."
        ) from None
    if reference.kind != SURVEY:
        raise UsageError(f"{form.reference} is no survey. Give the satisfaction survey, filled in.")
    if engagement and reference.engagement != engagement:
        raise UsageError(
            f"The form is {form.reference} and not of {engagement}. Leave --engagement out, or correct it."
        )
    return str(reference), reference.engagement


def _same_form(known: Iterable[Feedback], feedback: Feedback) -> Feedback | None:
    """Return the recorded answers that say the same, those to the same survey first; None where none do."""
    alike = [each for each in known if _is_same_form(each, feedback)]
    return max(alike, key=lambda each: each.survey == feedback.survey, default=None)


def _is_same_form(known: Feedback, feedback: Feedback) -> bool:
    """Say whether two answers say the same, whenever they were read; a form that lost its survey may be of any."""
    survey = known.survey if known.survey and feedback.survey else feedback.survey
    return known.model_copy(update={"on": feedback.on, "number": feedback.number, "survey": survey}) == feedback


def _survey_remarks(record: Record, survey: str) -> tuple[str, ...]:
    if not survey:
        return ()
    reference = read_reference(survey)
    versions = record.register.versions(reference.engagement, SURVEY)
    if reference.version in {each.version for each in versions}:
        return ()
    return (f"The record has no {survey}: the form was made from a draft, or elsewhere.",)


# What follows


def _answered(desk: Desk, recorded: Recorded, remarks: tuple[str, ...]) -> Answered:
    name, _, short = recorded.reference.rpartition("/")
    number = int(short.rpartition("-")[2])
    record = desk.record
    surveys = {place: each.facts for place, each in _recorded(record, name, Feedback).items()}
    estimates = [each.facts for each in _recorded(record, name, Estimate).values()]
    feedback = surveys[number]
    estimate = estimate_for(estimates, surveys.values(), feedback)
    rows = comparisons(estimate, feedback)
    said = [*recorded.remarks, *remarks]
    proposal = None
    if estimate is None:
        said.append(
            "No estimate was given before these answers, so there is nothing to compare them with. "
            "`docgen feedback estimate FILE` records one before the next survey."
        )
    elif any(row.is_gap for row in rows) and not record.register.versions(name, PROPOSAL, number):
        proposal, why = _propose(desk, name, number)
        said += why
    return Answered(recorded, feedback, estimate, rows, proposal, tuple(said))


def _propose(desk: Desk, name: str, number: int) -> tuple[Issued | None, tuple[str, ...]]:
    """Return the proposal to meet, or why it could not be issued and how it can."""
    try:
        issued = issue(desk, Issue(PROPOSAL, name, number))
    except (NotApprovedError, MissingLanguageError, FindingsError) as error:
        command = f"`docgen issue {PROPOSAL} {shell_word(name)} --number {number}`"
        return None, (f"The answers are recorded. The proposal to meet is not issued: {error} Then: {command}.",)
    return issued, issued.remarks


def satisfaction(desk: Desk, name: str) -> Satisfaction:
    """Return what an engagement's client said beside what the firm thought, survey by survey.

    Raises UnknownEngagementError, and what opening and reading the record raises.
    """
    recorded_engagement(desk.record, name)
    surveys = {number: each.facts for number, each in _recorded(desk.record, name, Feedback).items()}
    estimates = [each.facts for each in _recorded(desk.record, name, Estimate).values()]
    found = []
    for number, feedback in sorted(surveys.items(), key=lambda item: (item[1].on, item[0])):
        estimate = estimate_for(estimates, surveys.values(), feedback)
        found.append(Surveyed(number, feedback, estimate, comparisons(estimate, feedback)))
    last = max((first_answered(surveys.values(), each) for each in surveys.values()), default=None)
    open_estimates = [each for each in estimates if last is None or each.on > last]
    waiting = max(open_estimates, key=lambda each: each.on, default=None)
    return Satisfaction(tuple(found), trend(estimates, surveys.values()), waiting)


def _recorded(record: Record, name: str, kind: type[Any]) -> dict[int, Sourced[Any]]:
    return recorded_entries(record, name, kind, "")
