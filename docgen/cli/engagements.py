"""`docgen engagement`: the recorded facts of an engagement."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.options import shared, shared_options
from docgen.errors import shell_word
from docgen.lifecycle.quantities import quantity

if TYPE_CHECKING:
    from docgen.actions.engagements import Effective, Recorded
    from docgen.actions.life import Status
    from docgen.lifecycle.differences import Difference

LAST = 200
"""How many rows a list shows when nobody asks for more."""


@click.group(epilog="Example: docgen engagement record engagement.yaml --as ada@firm.example")
@shared_options
def engagement() -> None:
    """Record an engagement's facts as numbered revisions, and look at what is recorded."""


@engagement.command(
    short_help="Record an engagement file.",
    epilog="Example: docgen engagement record engagement.yaml --as ada@firm.example",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was recorded as JSON.")
@shared_options
def record(file: Path, as_json: bool) -> None:
    """Record what FILE says as the next revision of its engagement; a file that says nothing new changes nothing."""
    from docgen.actions.engagements import record_engagement

    print_recorded(record_engagement(shared().desk(), file), as_json)


def print_recorded(recorded: Recorded, as_json: bool) -> None:
    """Print what came of recording facts."""
    run = shared()
    if as_json:
        click.echo(json.dumps(recorded_record(recorded), ensure_ascii=False, indent=2))
    else:
        same = "" if recorded.new else " (nothing new)"
        click.echo(f"{recorded.reference}, revision {recorded.revision}{same}")
        for difference in recorded.changed:
            click.echo(f"  {difference}")
    for remark in recorded.remarks:
        run.say(remark)


def recorded_record(recorded: Recorded) -> dict[str, Any]:
    """Return what came of recording facts as JSON prints it."""
    return {
        "reference": recorded.reference,
        "revision": recorded.revision,
        "new": recorded.new,
        "changed": [difference_record(each) for each in recorded.changed],
    }


def difference_record(difference: Difference) -> dict[str, Any]:
    """Return a difference as JSON prints it."""
    return {
        "path": ".".join(difference.path),
        "name": difference.name,
        "before": difference.before,
        "after": difference.after,
    }


@engagement.command("list", short_help="List the engagements.", epilog="Example: docgen engagement list --json")
@click.option("--limit", type=click.IntRange(1), default=LAST, help=f"At most so many, by default {LAST}.")
@click.option("--json", "as_json", is_flag=True, help="Print the engagements as JSON.")
@shared_options
def list_(limit: int, as_json: bool) -> None:
    """List the recorded engagements: id, last revision, when it was recorded, state on a day (--on), client, title."""
    from docgen.actions.life import list_states

    rows = list(list_states(shared().desk(), limit))
    if as_json:
        value = [
            {
                "engagement": revision.engagement,
                "revision": revision.revision,
                "at": revision.at,
                "state": state.value if state else None,
                "client": facts.client.legal_name if facts else None,
                "title": facts.title if facts else None,
            }
            for revision, facts, state in rows
        ]
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
        return
    width = max((len(revision.engagement) for revision, _, _ in rows), default=0)
    stands = [_words(state) if state else "" for _, _, state in rows]
    wide = max(map(len, stands), default=0)
    for (revision, facts, _), stand in zip(rows, stands, strict=True):
        what = f"{facts.client.legal_name or '(client not named)'}: {facts.title}" if facts else "(erased)"
        recorded = f"revision {revision.revision:<3} {revision.at[:10]}"
        click.echo(f"{revision.engagement:<{width}}  {recorded}  {stand:<{wide}}  {what}")
    if not rows:
        shared().say("No engagement is recorded. `docgen engagement record FILE` records one.")


def _words(state: str) -> str:
    return state.replace("_", " ")


@engagement.command(
    short_help="Say where an engagement stands, and what is next.",
    epilog="Example: docgen engagement status NBS-2026-014 --on 2026-10-20",
)
@click.argument("name", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@shared_options
def status(name: str, as_json: bool) -> None:
    """Say where an engagement stands on a day (--on), since when, what may come next, and what blocks it."""
    from docgen.actions.life import status as standing

    found = standing(shared().desk(), name)
    if as_json:
        click.echo(json.dumps(_status_record(found), ensure_ascii=False, indent=2))
    else:
        _print_status(found)
    for remark in found.remarks:
        shared().say(remark)


def _print_status(found: Status) -> None:
    from docgen.actions.references import reference_of

    click.echo(f"{found.engagement.id} on {found.on}: {_words(found.state)} since {found.since}")
    for passed in found.story.passed:
        click.echo(f"  {passed.happened.on}  {_words(passed.happened.step)}: {passed.happened.about}")
    if found.papers:
        click.echo("Papers:")
        for paper in found.papers:
            click.echo(f"  {paper.day}  {reference_of(paper)}, {paper.status}")
    if found.obstacles:
        click.echo("What stands in the way:")
        for obstacle in found.obstacles:
            click.echo(f"  {_words(obstacle.step) + ': ' if obstacle.step else ''}{obstacle.text}")
    click.echo("What may come next:")
    for each in found.following:
        papers = f" by {' or '.join(each.papers)}" if each.papers else ""
        click.echo(f"  {_words(each.step)} → {_words(each.leads_to)}{papers}")
        for line in filter(None, (*each.commands, each.note)):
            click.echo(f"      {line}")
    if found.working:
        click.echo(f"Also at any time: {', '.join(found.working)}")


def _status_record(found: Status) -> dict[str, Any]:
    from docgen.actions.references import reference_of

    return {
        "engagement": found.engagement.id,
        "title": found.engagement.title,
        "on": found.on.isoformat(),
        "state": found.state.value,
        "since": found.since.isoformat(),
        "interrupted": found.story.life.interrupted.value if found.story.life.interrupted != found.state else None,
        "steps": [
            {
                "on": passed.happened.on.isoformat(),
                "step": passed.happened.step.value,
                "about": passed.happened.about,
                "state": passed.state.value,
            }
            for passed in found.story.passed
        ],
        "papers": [
            {"reference": str(reference_of(paper)), "kind": paper.kind, "day": paper.day, "status": paper.status}
            for paper in found.papers
        ],
        "obstacles": [
            {"step": obstacle.step.value if obstacle.step else None, "text": obstacle.text}
            for obstacle in found.obstacles
        ],
        "next": [
            {
                "step": each.step.value,
                "leads_to": each.leads_to.value,
                "papers": list(each.papers),
                "commands": list(each.commands),
                "note": each.note or None,
            }
            for each in found.following
        ],
        "working_papers": list(found.working),
    }


@engagement.command(
    short_help="Propose how much detail the contract should have.",
    epilog="Example: docgen engagement assess NBS-2026-014",
)
@click.argument("name", metavar="[ID]", required=False, default="")
@click.option("--file", type=click.Path(path_type=Path), help="An engagement file instead of a recorded engagement.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@shared_options
def assess(name: str, file: Path | None, as_json: bool) -> None:
    """Propose low, medium or high deviation, that is a brief, standard or full contract, and say why.

    You decide: nothing is changed.
    """
    from docgen.actions.assessing import assess_file, assess_recorded

    if bool(name) == bool(file):
        raise click.UsageError("Name a recorded engagement, or a file with --file.")
    desk = shared().desk()
    found = assess_file(desk, file) if file else assess_recorded(desk, name)
    if as_json:
        value = {
            "proposed": found.proposed.value,
            "detail": found.detail,
            "score": found.score,
            "reasons": [{"points": reason.points, "text": reason.text} for reason in found.reasons],
            "stated": found.stated.value,
        }
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        points = quantity(found.score, "point")
        click.echo(f"Proposed: {found.proposed} ({found.detail} contract), {points}; the file says {found.stated}.")
        for reason in found.reasons:
            click.echo(f"  {reason.points}  {reason.text}")
    if found.remark:
        shared().say(found.remark)


@engagement.command(
    short_help="Print an engagement's facts as a file.",
    epilog="Example: docgen engagement show NBS-2026-014 > engagement.yaml",
)
@click.argument("name", metavar="ID")
@click.option("--revision", type=click.IntRange(1), help="This revision instead of the last.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
@shared_options
def show(name: str, revision: int | None, as_json: bool) -> None:
    """Print an engagement as recorded: a file to edit and record again; `revision:` in it says where it came from."""
    from docgen.actions.engagements import show_engagement
    from docgen.facts.write import write_model

    facts = show_engagement(shared().desk(), name, revision)
    if as_json:
        click.echo(json.dumps(facts.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=2))
    else:
        click.echo(write_model(facts), nl=False)


@engagement.command(
    short_help="List an engagement's revisions.", epilog="Example: docgen engagement history NBS-2026-014"
)
@click.argument("name", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the revisions as JSON.")
@shared_options
def history(name: str, as_json: bool) -> None:
    """List every revision of an engagement: when, by whom, and what it changed."""
    from docgen.actions.engagements import history as revisions

    lines = list(revisions(shared().desk(), name))
    if as_json:
        value = [
            {
                "revision": line.revision,
                "at": line.at,
                "person": line.person or None,
                "changed": [difference_record(each) for each in line.changed],
            }
            for line in lines
        ]
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
        return
    for line in lines:
        click.echo(f"revision {line.revision}  {line.at}  {line.person or '(forgotten)'}")
        for difference in line.changed:
            click.echo(f"  {difference}")


@engagement.command(
    short_help="Say what differs between two revisions.", epilog="Example: docgen engagement diff NBS-2026-014 1 2"
)
@click.argument("name", metavar="ID")
@click.argument("old", metavar="A", type=click.IntRange(1))
@click.argument("new", metavar="B", type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@shared_options
def diff(name: str, old: int, new: int, as_json: bool) -> None:
    """Say field by field what differs between revisions A and B of an engagement."""
    from docgen.actions.engagements import compare_revisions

    found = compare_revisions(shared().desk(), name, old, new)
    if as_json:
        click.echo(json.dumps([difference_record(each) for each in found], ensure_ascii=False, indent=2))
        return
    for difference in found:
        click.echo(str(difference))
    if not found:
        shared().say("Nothing differs.")


@engagement.command(
    short_help="Show the terms in force.", epilog="Example: docgen engagement effective NBS-2026-014 --on 2027-01-01"
)
@click.argument("name", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the terms as JSON.")
@shared_options
def effective(name: str, as_json: bool) -> None:
    """Show the terms in force on a day (--on): those signed, with every executed change order effective by then."""
    from docgen.actions.engagements import effective as terms_in_force

    found = terms_in_force(shared().desk(), name)
    if as_json:
        click.echo(json.dumps(_effective_record(found), ensure_ascii=False, indent=2))
        return
    currency, terms = found.engagement.currency, found.terms
    basis = "as signed" if found.signed else "as recorded; the contract is not signed"
    changed = "; changed by " + ", ".join(applied.order.reference for applied in found.orders) if found.orders else ""
    click.echo(f"{name} on {found.on}, {basis}{changed}")
    for label, value in _effective_record(found).items():
        if label in ("contract_sum", "end_date", "liability_cap"):
            click.echo(f"{label.replace('_', ' ') + ':':<16}{_shown_amount(value, currency)}")
    for applied in found.orders:
        sign = "+" if applied.effect.amount >= 0 else ""
        click.echo(f"{applied.order.reference + ':':<16}{sign}{applied.effect.amount:,f}  {applied.order.title}")
    for milestone in terms.milestones:
        click.echo(f"{'milestone ' + milestone.id + ':':<16}{milestone.date or 'blank'}  {milestone.title}")


def _effective_record(found: Effective) -> dict[str, Any]:
    from docgen.models.terms import contract_sum, liability_cap

    currency = found.engagement.currency
    cap = liability_cap(found.terms, currency)
    return {
        "engagement": found.engagement.id,
        "on": found.on.isoformat(),
        "signed": found.signed,
        "currency": currency,
        "contract_sum": format(contract_sum(found.terms, currency).amount, "f"),
        "end_date": found.terms.end_date.isoformat() if found.terms.end_date else None,
        "liability_cap": format(cap.amount, "f") if cap else None,
        "orders": [applied.order.reference for applied in found.orders],
        "terms": found.terms.model_dump(mode="json", by_alias=True),
    }


def _shown_amount(value: str | None, currency: str) -> str:
    from decimal import Decimal

    if value is None:
        return "blank"
    return value if value[4:5] == "-" else f"{currency} {Decimal(value):,f}"


@engagement.command(
    short_help="Check whether an engagement can be closed.",
    epilog="Example: docgen engagement completion NBS-2026-014 --on 2027-04-02",
)
@click.argument("name", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
@shared_options
def completion(name: str, as_json: bool) -> None:
    """List what must be done before an engagement ends, and whether it is; exit code 1 while something is open."""
    from docgen.actions.completion import completion as checks_of
    from docgen.errors import ExitCode
    from docgen.lifecycle.completion import CheckState, open_checks

    checks = checks_of(shared().desk(), name)
    still_open = open_checks(checks)
    if as_json:
        value = [
            {
                "what": check.what,
                "state": check.state.value,
                "detail": check.detail,
                "clause": check.clause,
                "todo": check.todo or None,
            }
            for check in checks
        ]
        click.echo(json.dumps({"complete": not still_open, "checks": value}, ensure_ascii=False, indent=2))
    else:
        marks = {CheckState.MET: "done", CheckState.OPEN: "OPEN", CheckState.ASK: "ask "}
        for check in checks:
            click.echo(f"{marks[check.state]}  {check.what}: {check.detail}")
            if check.todo:
                click.echo(f"      {check.todo}")
        if still_open:
            click.echo(f"{len(still_open)} of {len(checks)} open.")
        else:
            click.echo(f"Nothing is open: docgen issue completion-certificate {shell_word(name)}")
    if still_open:
        click.get_current_context().exit(ExitCode.FINDINGS)
