"""`docgen progress send` and `docgen progress bounce`: reports go out by e-mail, and some letters come back."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.options import shared, shared_options
from docgen.cli.tally import tally

if TYPE_CHECKING:
    from docgen.actions.desk import Desk
    from docgen.actions.dispatches import Dispatched
    from docgen.actions.reporting import Asking
    from docgen.actions.sending import Ask, Result
    from docgen.models.dispatch import Recipient


@click.command(
    short_help="Send the reports that were issued.",
    epilog="Example: docgen progress send --week 2026-W47 --as ada@firm.example",
)
@click.argument("name", metavar="[ENGAGEMENT]", required=False, default="")
@click.option("--week", default="", metavar="WEEK", help="Only the reports of an ISO week, such as 2026-W47.")
@click.option("--client-class", type=click.Choice(("A", "B", "C")), help="Only clients of this class.")
@click.option(
    "--draft",
    "drafts",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write the letters there as .eml files, for a person to send.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be sent to whom, and do nothing.")
@click.option("--sent", multiple=True, metavar="REF", help="Record that the letter with this report arrived.")
@click.option("--again", multiple=True, metavar="REF", help="It did not arrive: send it to those without it.")
@click.option("--reason", default="", metavar="TEXT", help="With --sent or --again: how you know.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@shared_options
def send(
    name: str,
    week: str,
    client_class: str | None,
    drafts: Path | None,
    dry_run: bool,
    sent: tuple[str, ...],
    again: tuple[str, ...],
    reason: str,
    as_json: bool,
) -> None:
    """Send each report that was issued, stands and was not sent, in order of number, to the readers of its engagement.

    Nothing is sent twice: where nobody can know whether a letter was taken, it stays for a person, who answers with
    --sent or --again, or at the terminal. Who was deferred is tried again by the next run. Exit code 1 where a letter
    failed, was refused by anybody or came back, or nobody knows.
    """
    from docgen.actions.reporting import Asking
    from docgen.models.engagement import ClientClass

    if (sent or again) and (name or week or client_class or dry_run):
        raise click.UsageError("--sent and --again name their reports; leave out ENGAGEMENT, --week and --dry-run.")
    told, remarks = shared(), list[str]()
    desk = told.desk()
    asking = Asking(week, ClientClass(client_class) if client_class else None, name)
    if sent or again:
        found = _answered(desk, sent, again, reason, drafts, remarks)
    else:
        found = _round(desk, asking, drafts, remarks, dry_run=dry_run)
    results = []
    for result in found:
        results.append(result)
        if not as_json:
            _tell(result)
    for remark in remarks:
        told.say(remark)
    if as_json:
        click.echo(json.dumps([_record(each) for each in results], ensure_ascii=False, indent=2))
    else:
        click.echo(tally((each.ending for each in results), "Nothing is to be sent"))
    if not dry_run and any(map(_needs_somebody, results)):
        raise click.exceptions.Exit(1)


def _needs_somebody(result: Result) -> bool:
    """Say whether a letter failed, nobody knows of it, or somebody it was for refused it or sent it back."""
    from docgen.actions.sending import Ending
    from docgen.models.dispatch import Standing

    returned = any(each.standing in (Standing.REFUSED, Standing.BOUNCED) for each in result.recipients)
    return returned or result.ending in (Ending.FAILED, Ending.REFUSED, Ending.UNKNOWN)


def _round(desk: Desk, asking: Asking, drafts: Path | None, remarks: list[str], *, dry_run: bool) -> Iterator[Result]:
    from docgen.actions.sending import foresee
    from docgen.actions.sending import send as send_reports

    if dry_run:
        return foresee(desk, asking, remarks)
    return send_reports(desk, asking, remarks, ask=_asker(), drafts=drafts)


def _answered(
    desk: Desk, sent: Iterable[str], again: Iterable[str], reason: str, drafts: Path | None, remarks: list[str]
) -> Iterator[Result]:
    from docgen.actions.confirming import confirm, release_again
    from docgen.actions.references import find_document, reference_of
    from docgen.actions.reporting import Asking
    from docgen.actions.sending import send as send_reports

    yield from (confirm(desk, each, reason) for each in sent)
    for each in again:
        release_again(desk, each, reason)
        document = find_document(desk.record.register, each)
        asking = Asking(engagement=document.engagement)
        yield from send_reports(desk, asking, remarks, drafts=drafts, only=str(reference_of(document)))


def _asker() -> Ask | None:
    """Return how the person at the terminal is asked, or None where there is none."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None

    def ask(words: str) -> bool | None:
        click.echo(f"{words} Did it arrive? Look among the sent letters, or ask.", err=True)
        choice = click.Choice(("yes", "no", "leave"))
        answer = click.prompt("yes, no or leave it", type=choice, default="leave", err=True)
        return {"yes": True, "no": False}.get(answer)

    return ask


def _tell(result: Result) -> None:
    words = f": {result.words}" if result.words else ""
    click.echo(f"{result.reference}  {result.ending}{_names(result)}{words}")
    if result.file:
        click.echo(str(result.file))


def _names(result: Result) -> str:
    """Return whom a letter is for, where what came of it does not name them itself."""
    from docgen.actions.sending import Ending
    from docgen.models.dispatch import Standing

    words = {Ending.UNKNOWN: "for"} | dict.fromkeys((Ending.SENT, Ending.IN_PART, Ending.DRAFT, Ending.WOULD), "to")
    known = [each for each in result.recipients if each.field != "archive"]
    if result.ending is Ending.IN_PART:
        known = [each for each in known if each.standing is Standing.ACCEPTED]
    people = ", ".join(each.address for each in known)
    return f" {words[result.ending]} {people}" if people and result.ending in words else ""


def _record(result: Result) -> dict[str, Any]:
    return {
        "reference": result.reference,
        "ending": result.ending.value,
        "why": result.words or None,
        "subject": result.subject or None,
        "message_id": result.message_id or None,
        "file": str(result.file) if result.file else None,
        "recipients": list(map(_recipient, result.recipients)),
    }


def undelivered_record(letter: Dispatched | None) -> list[dict[str, Any]]:
    """Return as plain data who does not have a letter, and what their server said."""
    from docgen.actions.undelivered import undelivered

    return list(map(_recipient, undelivered(letter)))


def _recipient(recipient: Recipient) -> dict[str, Any]:
    from docgen.exchange.mail import shown_line

    return {
        "address": recipient.address,
        "name": recipient.name or None,
        "field": recipient.field,
        "state": recipient.standing.value,
        "code": recipient.code or None,
        "said": shown_line(recipient.text) or None,
    }


@click.command(
    short_help="Record letters that came back.",
    epilog="Example: docgen progress bounce returned.eml --as ada@firm.example",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@shared_options
def bounce(files: tuple[Path, ...], as_json: bool) -> None:
    """Record what reports on delivery (.eml, .mbox) say of letters that were sent from here.

    A report counts when it names the Message-ID of such a letter. From then on `docgen due` shows the letter.
    """
    from docgen.actions.bounces import record_bounces

    told, remarks = shared(), list[str]()
    found = record_bounces(told.desk(), files, remarks)
    if as_json:
        value = [
            {"reference": each.reference, "address": each.address, "said": each.words or None, "new": each.new}
            for each in found
        ]
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        for each in found:
            same = "" if each.new else " (nothing new)"
            click.echo(f"{each.reference}  came back from {each.address}: {each.words or 'without a word'}{same}")
    for remark in remarks:
        told.say(remark)
    if not found:
        told.say("No letter of ours came back.")
