"""`docgen dispute` and `docgen delivery`: what went wrong and which steps followed, and what was handed over."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.engagements import print_recorded
from docgen.cli.options import shared, shared_options

if TYPE_CHECKING:
    import datetime as dt

    from docgen.actions.disputes import HandOver, ShownBreach, ShownDispute
    from docgen.lifecycle.due import Deadline
    from docgen.lifecycle.escalation import SkippedStep, Stage
    from docgen.store.register import IssuedDocument

FILE = click.Path(path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group(epilog="Example: docgen dispute record dispute.yaml --as ada@firm.example")
@shared_options
def dispute() -> None:
    """Record what went wrong and each step since, and see how far it has come."""


@dispute.command(
    "record",
    short_help="Record a dispute or its next step.",
    epilog="Example: docgen dispute record dispute.yaml --as ada@firm.example",
)
@click.argument("file", type=FILE)
@_JSON
@shared_options
def record_dispute(file: Path, as_json: bool) -> None:
    """Record the dispute in FILE; another file of the same party and day, with its next step, is its next revision."""
    from docgen.actions.entries import record_entry
    from docgen.models.dispute import Dispute

    print_recorded(record_entry(shared().desk(), file, Dispute), as_json)


@dispute.command("list", short_help="List disputes.", epilog="Example: docgen dispute list NBS-2026-014")
@click.argument("name", metavar="[ENGAGEMENT]", required=False, default="")
@_JSON
@shared_options
def list_disputes(name: str, as_json: bool) -> None:
    """List the disputes of an ENGAGEMENT, or of all: reference, day, who raised it, the last step, what it is about."""
    from docgen.actions.disputes import list_disputes as disputes

    rows = disputes(shared().desk(), name)
    if as_json:
        click.echo(json.dumps([_dispute_record(each) for each in rows], ensure_ascii=False, indent=2))
        return
    width = max((len(each.reference) for each in rows), default=0)
    lasts = [_last(each) for each in rows]
    wide = max(map(len, lasts), default=0)
    for each, last in zip(rows, lasts, strict=True):
        about = each.dispute
        click.echo(
            f"{each.reference:<{width}}  {about.raised_on}  {about.raised_by:<8}  {last:<{wide}}  {about.subject}"
        )
    if not rows:
        shared().say("No dispute is recorded.")


def _last(shown: ShownDispute) -> str:
    """Return the last step that has begun, and how it stands; the first one that is open where none has."""
    begun = [stage for stage in shown.stages if stage.standing != "open"] or list(shown.stages[:1])
    return f"{_words(begun[-1].step)} {begun[-1].standing}"


@dispute.command(
    "show", short_help="Show the steps of a dispute.", epilog="Example: docgen dispute show NBS-2026-014/DS-001"
)
@click.argument("reference", metavar="REF")
@_JSON
@shared_options
def show_dispute(reference: str, as_json: bool) -> None:
    """Show the steps of dispute REF as they stand on a day (--on): since when, until when, what came of each."""
    from docgen.actions.disputes import show_dispute as show

    found = show(shared().desk(), reference)
    if as_json:
        click.echo(json.dumps(_dispute_record(found), ensure_ascii=False, indent=2))
        return
    about = found.dispute
    click.echo(f"{found.reference}, raised by the {about.raised_by} on {about.raised_on}: {about.subject}")
    for stage in found.stages:
        text = f": {stage.text}" if stage.text else ""
        click.echo(f"  {_span(stage):<23}  {_words(stage.step)}, {stage.standing}{text}")
    print_papers(found.documents)


def _span(stage: Stage) -> str:
    if stage.since is None:
        return ""
    until = _until(stage)
    return f"{stage.since} – {until}" if until else str(stage.since)


def _until(stage: Stage) -> dt.date | None:
    """Return the day on which a step ended, or else that on which its time ends."""
    return stage.ended or (stage.until.date if stage.until else None)


def _dispute_record(shown: ShownDispute) -> dict[str, Any]:
    about = shown.dispute
    return {
        "reference": shown.reference,
        "raised_by": about.raised_by.value,
        "raised_on": about.raised_on.isoformat(),
        "subject": about.subject,
        "on": shown.on.isoformat(),
        "steps": [
            {
                "step": stage.step.value,
                "clause": stage.clause,
                "since": _day(stage.since),
                "until": _day(_until(stage)),
                "standing": stage.standing.value,
                "text": stage.text or None,
            }
            for stage in shown.stages
        ],
        "documents": list(_references(shown.documents)),
    }


def print_breach(found: ShownBreach, as_json: bool) -> None:
    """Print a recorded breach: its cure deadline, the steps before it, and those that were skipped."""
    if as_json:
        click.echo(json.dumps(_breach_record(found), ensure_ascii=False, indent=2))
        return
    about = found.breach
    click.echo(f"{found.reference}: the {about.by} is in breach; notice of {about.notice_date} by {about.method}")
    if found.cure and found.noticed:
        click.echo(f"  {found.cure.date}  last day to cure, {found.cure.time_zone} time")
    elif found.cure:
        day = f"{found.cure.date}, {found.cure.time_zone} time"
        click.echo(f"  not issued; if the notice is issued, the last day to cure will be {day}")
    for step in found.taken:
        text = step.text or (step.dispute.subject if step.dispute else "")
        click.echo(f"  {step.on}  {_words(step.step)}: {text}")
    for skipped in found.skipped:
        click.echo(f"  not as the contract asks: {skipped.words}")
    print_papers(found.documents)


def _breach_record(found: ShownBreach) -> dict[str, Any]:
    about = found.breach
    return {
        "reference": found.reference,
        "by": about.by.value,
        "notice_date": about.notice_date.isoformat(),
        "noticed": found.noticed,
        "cure": _deadline_record(found.cure),
        "steps": [
            {
                "on": step.on.isoformat(),
                "step": step.step.value,
                "text": step.text or None,
                "recorded": step.dispute is not None,
            }
            for step in found.taken
        ],
        "skipped": [_skipped_record(each) for each in found.skipped],
        "documents": list(_references(found.documents)),
    }


def _skipped_record(skipped: SkippedStep) -> dict[str, Any]:
    return {
        "step": skipped.step.value if skipped.step else "cooling_off",
        "clause": skipped.clause,
        "why": skipped.lapse.value,
        "until": _day(skipped.due.date if skipped.due else None),
        "text": skipped.words,
    }


def _deadline_record(deadline: Deadline | None) -> dict[str, Any] | None:
    if deadline is None:
        return None
    return {"date": deadline.date.isoformat(), "time_zone": deadline.time_zone, "clause": deadline.clause}


def print_papers(documents: Sequence[IssuedDocument]) -> None:
    """Print the documents that were issued, one a line."""
    for each, reference in zip(documents, _references(documents), strict=True):
        click.echo(f"  {each.day}  {reference}, {each.status}")


def _references(documents: Sequence[IssuedDocument]) -> Iterator[str]:
    from docgen.actions.references import reference_of

    return (str(reference_of(each)) for each in documents)


# Hand-overs


@click.group(epilog="Example: docgen delivery record delivery-d1.yaml --as ada@firm.example")
@shared_options
def delivery() -> None:
    """Record hand-overs and what the client said of them."""


@delivery.command(
    "record",
    short_help="Record a hand-over or its outcome.",
    epilog="Example: docgen delivery record delivery-d1.yaml --as ada@firm.example",
)
@click.argument("file", type=FILE)
@_JSON
@shared_options
def record_delivery(file: Path, as_json: bool) -> None:
    """Record the hand-over in FILE; another file of the same deliverable and day, with its outcome, is a revision."""
    from docgen.actions.entries import record_entry
    from docgen.models.delivery import Delivery

    print_recorded(record_entry(shared().desk(), file, Delivery), as_json)


@delivery.command(
    "list",
    short_help="List what is to be handed over, and what was.",
    epilog="Example: docgen delivery list NBS-2026-014",
)
@click.argument("name", metavar="ENGAGEMENT")
@_JSON
@shared_options
def list_deliveries(name: str, as_json: bool) -> None:
    """List the deliverables in force on a day (--on): when due, when handed over, what the client said of each."""
    from docgen.actions.disputes import list_deliveries as deliveries

    rows = deliveries(shared().desk(), name)
    if as_json:
        click.echo(json.dumps([_hand_over_record(each) for each in rows], ensure_ascii=False, indent=2))
        return
    width = max((len(f"{each.deliverable.id}  {each.deliverable.title}") for each in rows), default=0)
    for each in rows:
        due = f"due {each.deliverable.due}" if each.deliverable.due else "no day agreed"
        click.echo(f"{f'{each.deliverable.id}  {each.deliverable.title}':<{width}}  {due:<14}  {_handed(each)}")
    if not rows:
        shared().say(f"Nothing is to be handed over in {name}.")


def _handed(row: HandOver) -> str:
    made = row.delivery
    if made is None:
        return "not handed over"
    outcome = f"{_words(made.outcome)} on {made.decided_on}" if made.decided_on else _words(made.outcome)
    until = f" until {row.review.date}" if row.review else ""
    return f"DL-{row.number or 0:03d} handed over {made.delivered_on}, {outcome}{until}"


def _hand_over_record(row: HandOver) -> dict[str, Any]:
    made = row.delivery
    return {
        "deliverable": row.deliverable.id,
        "title": row.deliverable.title,
        "due": _day(row.deliverable.due),
        "reference": f"DL-{row.number:03d}" if row.number else None,
        "delivered_on": _day(made.delivered_on if made else None),
        "reminded_on": _day(made.reminded_on if made else None),
        "outcome": made.outcome.value if made else None,
        "decided_on": _day(made.decided_on if made else None),
        "decided_by": made.decided_by if made else None,
        "reasons": list(made.reasons) if made else [],
        "review_ends": _day(row.review.date if row.review else None),
    }


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _words(name: str) -> str:
    return name.replace("re_opening", "re-opening").replace("_", " ")
