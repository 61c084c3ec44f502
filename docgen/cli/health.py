"""`docgen health`: how well each engagement at work does, and what that follows from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.engagements import LAST
from docgen.cli.options import shared, shared_options

if TYPE_CHECKING:
    from docgen.actions.health import Examined

SHOWN = 2
"""How many reasons a line of the list gives."""


@click.command(epilog="Example: docgen health --manager amara.okafor@northbridge.example --on 2026-12-11")
@click.argument("name", metavar="[ENGAGEMENT]", required=False, default="")
@click.option("--client", default="", metavar="NAME", help="Only engagements of a client whose name holds this.")
@click.option("--manager", default="", metavar="EMAIL", help="Only those of this account manager.")
@click.option("--limit", type=click.IntRange(1), default=LAST, help=f"At most so many, by default {LAST}.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@shared_options
def health(name: str, client: str, manager: str, limit: int, as_json: bool) -> None:
    """List the engagements at work on a day (--on), the worst first, with what costs them most.

    Of one ENGAGEMENT: every input of its score with its value and points, and how the score moved.
    """
    from docgen.actions.health import Asking, examine, ranking

    run = shared()
    if name:
        if client or manager:
            raise click.UsageError("--client and --manager choose among all engagements. Leave out ENGAGEMENT.")
        found = examine(run.desk(), name)
        if as_json:
            click.echo(_json(_record(found)))
        else:
            _print_one(found)
        return
    ranked = ranking(run.desk(), Asking(client, manager))
    items = ranked.items[:limit]
    if as_json:
        click.echo(_json([_record(each) for each in items]))
    else:
        _print_all(items)
    for remark in ranked.remarks:
        run.say(remark)
    if len(items) < len(ranked.items):
        run.say(f"{len(ranked.items) - len(items)} more: --limit shows them.")
    if not items and not as_json:
        run.say("No such engagement is at work." if client or manager else "No engagement is at work.")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _print_all(items: tuple[Examined, ...]) -> None:
    from docgen.templating.health_words import plain_reason

    width = max((len(each.engagement.id) for each in items), default=0)
    for each in items:
        who = f"{each.engagement.client.legal_name or 'a client without a name'}: {each.engagement.title}"
        click.echo(f"{each.health.score:>3} of 100  {each.engagement.id:<{width}}  {who}")
        for reason in each.health.worst[:SHOWN]:
            click.echo(f"    {-(reason.points or 0):>3}  {reason.part}: {plain_reason(reason.value)}")
        if not each.health.worst:
            click.echo("      0  nothing costs it anything")
        if each.health.missing:
            click.echo(f"         not known: {', '.join(missing.part for missing in each.health.missing)}")


def _print_one(found: Examined) -> None:
    from docgen.templating.health_words import plain_reason

    click.echo(f"{found.engagement.id} on {found.health.on}: {found.health.score} of 100")
    width = max(len(each.part) for each in found.health.inputs)
    for each in found.health.inputs:
        points = "?" if each.points is None else str(-each.points)
        click.echo(f"  {points:>3}  {each.part:<{width}}  {plain_reason(each.value)}")
        if each.points and each.why:
            click.echo(f"{'':{width + 9}}{each.why}")
    click.echo("Trend:")
    for mark in found.trend:
        click.echo(f"  {mark.on}  {mark.score:>3}")


def _record(found: Examined) -> dict[str, Any]:
    from docgen.templating.health_words import plain_reason

    engagement, state = found.engagement, found.health
    value: dict[str, Any] = {
        "engagement": engagement.id,
        "title": engagement.title,
        "client": engagement.client.legal_name,
        "manager": engagement.account.manager,
        "on": state.on.isoformat(),
        "score": state.score,
        "inputs": [
            {
                "input": each.part.value,
                "value": plain_reason(each.value),
                "points": each.points,
                "why": each.why or None,
            }
            for each in state.inputs
        ],
        "missing": [each.part.value for each in state.missing],
    }
    if not found.trend:
        return value
    return {**value, "trend": [{"on": mark.on.isoformat(), "score": mark.score} for mark in found.trend]}
