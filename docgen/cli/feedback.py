"""`docgen feedback`: what the client says, beside what the firm thought it would say."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.engagements import print_recorded, recorded_record
from docgen.cli.issue import write_files
from docgen.cli.options import Day, shared, shared_options
from docgen.errors import shell_word

if TYPE_CHECKING:
    from docgen.actions.feedback import Answered, Satisfaction
    from docgen.lifecycle.feedback import Comparison

FILE = click.Path(path_type=Path)
FOLDER = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder for a proposal to meet; by default this one.",
)


@click.group(epilog="Example: docgen feedback import survey.pdf --as ada@firm.example")
@shared_options
def feedback() -> None:
    """Record what the client says of the work, and what the firm thought beforehand."""


@feedback.command(
    short_help="Record what the firm thinks the client will answer.",
    epilog="Example: docgen feedback estimate estimate.yaml --as ada@firm.example",
)
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print what was recorded as JSON.")
@shared_options
def estimate(file: Path, as_json: bool) -> None:
    """Record the estimate in FILE; once the answers of its survey are recorded it comes too late."""
    from docgen.actions.feedback import record_estimate

    print_recorded(record_estimate(shared().desk(), file), as_json)


@feedback.command(
    "import",
    short_help="Read the answers in a filled survey.",
    epilog="Example: docgen feedback import survey.pdf --answered-on 2027-04-09 --as ada@firm.example",
)
@click.argument("file", type=FILE)
@click.option("--engagement", "name", default="", metavar="ID", help="Whose survey it is, where the file lost that.")
@click.option("--answered-on", type=Day(), metavar="DATE", help="The day of the answers; by default the day acted on.")
@FOLDER
@click.option("--json", "as_json", is_flag=True, help="Print what was recorded as JSON.")
@shared_options
def import_(file: Path, name: str, answered_on: dt.date | None, output: Path, as_json: bool) -> None:
    """Record the answers in FILE, a survey filled in as PDF or as Word, and compare them with the last estimate.

    Where the two lie two points or more apart, the proposal to meet is issued at once.
    """
    from docgen.actions.feedback import import_feedback

    _print_answered(import_feedback(shared().desk(), file, name, answered_on), output, as_json)


@feedback.command(
    "record",
    short_help="Record answers from a fact file.",
    epilog="Example: docgen feedback record feedback.yaml --as ada@firm.example",
)
@click.argument("file", type=FILE)
@FOLDER
@click.option("--json", "as_json", is_flag=True, help="Print what was recorded as JSON.")
@shared_options
def record_feedback(file: Path, output: Path, as_json: bool) -> None:
    """Record the answers in FILE, for those given by word of mouth, and go on as `docgen feedback import` does."""
    from docgen.actions.feedback import record_feedback as record

    _print_answered(record(shared().desk(), file), output, as_json)


@feedback.command(
    short_help="Show answers beside estimates.", epilog="Example: docgen feedback show NBS-2026-014 --json"
)
@click.argument("name", metavar="ENGAGEMENT")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@shared_options
def show(name: str, as_json: bool) -> None:
    """Show every survey of an engagement: the scores beside the estimate, where they differ, and how both moved."""
    from docgen.actions.feedback import satisfaction

    found = satisfaction(shared().desk(), name)
    if as_json:
        click.echo(json.dumps(_satisfaction_record(found), ensure_ascii=False, indent=2))
        return
    for survey in found.surveys:
        by = f" by {survey.feedback.by}" if survey.feedback.by else ""
        expected = f", expected on {survey.estimate.on} by {survey.estimate.by}" if survey.estimate else ", no estimate"
        click.echo(f"FB-{survey.number:03d}, answered on {survey.feedback.on}{by}{expected}")
        _print_rows(survey.rows)
        for label in ("keep", "change"):
            words = getattr(survey.feedback, label)
            if words:
                click.echo(f"  {label}: {' '.join(words.split())}")
    for point in found.trend:
        click.echo(
            f"{point.on}: {point.answered or '–'} of 5 on average, expected {point.estimated or '–'}, "
            f"would recommend {'–' if point.recommend is None else point.recommend} of 10"
        )
    if found.waiting:
        click.echo(f"An estimate of {found.waiting.on} by {found.waiting.by} waits for answers.")
    if not found.surveys and not found.waiting:
        shared().say(f"Nothing is recorded. `docgen issue survey {shell_word(name)}` makes the survey to send.")


def _print_answered(answered: Answered, output: Path, as_json: bool) -> None:
    recorded = answered.recorded
    written = write_files(answered.proposal, output) if answered.proposal else []
    if as_json:
        value = {
            **recorded_record(recorded),
            "answers": [_row_record(row) for row in answered.rows],
            "proposal": str(answered.proposal.reference) if answered.proposal else None,
            "files": list(map(str, written)),
        }
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{recorded.reference}, revision {recorded.revision}{'' if recorded.new else ' (nothing new)'}")
        _print_rows(answered.rows)
        if answered.proposal:
            click.echo(str(answered.proposal.reference))
            for path in written:
                click.echo(str(path))
    for remark in answered.remarks:
        shared().say(remark)


def _print_rows(rows: tuple[Comparison, ...]) -> None:
    for row in rows:
        expected = f", expected {row.estimated}" if row.estimated is not None else ""
        comment = f": {' '.join(row.comment.split())}" if row.comment else ""
        click.echo(
            f"  {row.question + ':':<15}{row.answered or '–'}{expected}{' ← gap' if row.is_gap else ''}{comment}"
        )


def _row_record(row: Comparison) -> dict[str, Any]:
    return {
        "question": row.question.value,
        "expected": row.estimated,
        "answered": row.answered,
        "difference": row.difference,
        "gap": row.is_gap,
        "comment": row.comment,
    }


def _satisfaction_record(found: Satisfaction) -> dict[str, Any]:
    return {
        "surveys": [
            {
                "number": survey.number,
                "answered_on": survey.feedback.on.isoformat(),
                "by": survey.feedback.by,
                "survey": survey.feedback.survey,
                "expected_on": survey.estimate.on.isoformat() if survey.estimate else None,
                "expected_by": survey.estimate.by if survey.estimate else None,
                "answers": [_row_record(row) for row in survey.rows],
                "keep": survey.feedback.keep,
                "change": survey.feedback.change,
                "recommend": survey.feedback.recommend,
                "quote": survey.feedback.quote.value if survey.feedback.quote else None,
            }
            for survey in found.surveys
        ],
        "trend": [
            {
                "on": point.on.isoformat(),
                "answered": str(point.answered) if point.answered is not None else None,
                "expected": str(point.estimated) if point.estimated is not None else None,
                "recommend": point.recommend,
            }
            for point in found.trend
        ],
        "waiting": found.waiting.on.isoformat() if found.waiting else None,
    }
