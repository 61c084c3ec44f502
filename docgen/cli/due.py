"""`docgen due`: what is owed, by whom, and until when."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.engagements import LAST
from docgen.cli.options import shared, shared_options
from docgen.cli.sending import undelivered_record
from docgen.lifecycle.quantities import quantity

if TYPE_CHECKING:
    from docgen.actions.due import Item
    from docgen.lifecycle.due import Deadline, Step

_SPAN = re.compile(r"([0-9]{1,5})([dw]?)")


class Span(click.ParamType[int]):
    """A number of days: 14, 14d, or 2w."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the days an option names; fail for anything but a number, with d or w behind it."""
        if isinstance(value, int):
            return value
        found = _SPAN.fullmatch(value.strip())
        if found is None:
            return self.fail(f"“{value}” is no number of days. Write 14, 14d or 2w.", param, ctx)
        return int(found[1]) * (7 if found[2] == "w" else 1)


@click.command(epilog="Example: docgen due --within 4w --on 2026-12-01")
@click.argument("name", metavar="[ENGAGEMENT]", required=False, default="")
@click.option("--within", type=Span(), metavar="SPAN", help="How far ahead to look: 14, 14d or 2w. By default 14 days.")
@click.option("--overdue", is_flag=True, help="Only deadlines that have passed.")
@click.option("--why", is_flag=True, help="Print how each day was computed.")
@click.option("--ics", type=click.Path(path_type=Path), help="Write the deadlines to this calendar file instead.")
@click.option("--limit", type=click.IntRange(1), default=LAST, help=f"At most so many, by default {LAST}.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@shared_options
def due(name: str, within: int | None, overdue: bool, why: bool, ics: Path | None, limit: int, as_json: bool) -> None:
    """Say what is owed on a day (--on), of an ENGAGEMENT or of all: overdue first, the longest overdue on top.

    A calendar file holds all that is ahead unless --within says less.
    """
    from docgen.actions.due import WINDOW, Asking, calendar, owing

    run = shared()
    desk = run.desk()
    ahead = None if ics and within is None else WINDOW if within is None else within
    found = owing(desk, Asking(name, ahead, overdue))
    items = found.items if ics else found.items[:limit]
    if ics:
        content = calendar(desk, items)
        ics.parent.mkdir(parents=True, exist_ok=True)
        ics.write_bytes(content)
        click.echo(str(ics))
    elif as_json:
        click.echo(json.dumps([_record(each) for each in items], ensure_ascii=False, indent=2))
    else:
        _print(items, why)
    for remark in found.remarks:
        run.say(remark)
    if len(items) < len(found.items):
        run.say(f"{len(found.items) - len(items)} more: --limit shows them.")
    if not items and not ics and not as_json:
        run.say("Nothing is owed.")


def _print(items: tuple[Item, ...], why: bool) -> None:
    whens = [_when(each) for each in items]
    width, names = max(map(len, whens), default=0), max((len(each.who) for each in items), default=0)
    for each, when in zip(items, whens, strict=True):
        click.echo(f"{each.day}  {when:<{width}}  {each.who:<{names}}  {each.what}  [{each.engagement}]")
        if why and each.deadline:
            for line in _reasons(each.deadline):
                click.echo(f"    {line}")


def _when(item: Item) -> str:
    days = quantity(abs(item.left), "day")
    if item.sending:
        return f"overdue {days}" if item.left else "overdue"
    if item.deadline is None:
        return f"waits {days}"
    if item.left == 0:
        return "today"
    return f"overdue {days}" if item.left < 0 else f"in {days}"


def _reasons(deadline: Deadline) -> list[str]:
    lines = [f"{deadline.rule} ({_source(deadline)})"]
    lines += [f"{step.label}: {step.text}{_stands(step)}" for step in deadline.steps()]
    if deadline.place:
        lines.append(f"Business days: {deadline.place}")
    return [*lines, deadline.outcome] if deadline.outcome else lines


def _source(deadline: Deadline) -> str:
    where = {"contract": "the contract", "approval": "the letter of approval", "house": "a house rule"}
    source = where[deadline.source.value]
    return f"{source}, clause {deadline.clause}" if deadline.clause else source


def _stands(step: Step) -> str:
    when = step.when if step.day is None else step.day.isoformat()
    return f" – {when}" if when else ""


def _record(item: Item) -> dict[str, Any]:
    value: dict[str, Any] = {
        "engagement": item.engagement,
        "kind": item.kind,
        "date": item.day.isoformat(),
        "days_left": item.left,
        "overdue": item.overdue,
        "who": item.who,
        "person": item.person,
        "what": item.what,
    }
    if item.document is not None:
        from docgen.actions.references import reference_of

        document = item.document
        return {
            **value,
            "reference": str(reference_of(document)),
            "issued": document.day,
            "awaits": document.awaits,
            "days": -item.left,
        }
    deadline = item.deadline
    if deadline is None:
        return {**value, "reference": item.sending, "undelivered": undelivered_record(item.letter)}
    return {
        **value,
        "about": deadline.about,
        "owed_by": deadline.owed_by.value,
        "source": deadline.source.value,
        "clause": deadline.clause,
        "rule": deadline.rule,
        "outcome": deadline.outcome,
        "time_zone": deadline.time_zone,
        "ends": deadline.ends.isoformat(),
        "place": deadline.place,
        "steps": [
            {
                "kind": step.kind.value,
                "label": step.label,
                "text": step.text,
                "day": step.day.isoformat() if step.day else None,
                "when": step.when or None,
                "clause": step.clause,
            }
            for step in deadline.steps()
        ],
    }
