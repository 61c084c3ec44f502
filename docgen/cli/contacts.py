"""`docgen contact`: what was said to whom, logged in seconds, and everything said and sent in order of time."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.engagements import print_recorded
from docgen.cli.options import Day, shared, shared_options
from docgen.cli.tally import tally
from docgen.errors import shell_word
from docgen.lifecycle.quantities import quantity

if TYPE_CHECKING:
    from docgen.actions.contact_imports import Imported
    from docgen.actions.contacts import LoggedContact
    from docgen.actions.timeline import Moment, OpenFollowUp, Timeline
    from docgen.lifecycle.promises import Given

FILE = click.Path(path_type=Path)
_WAYS = ("call", "meeting", "email", "message", "letter")
_WIDTH = 100
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


class TimeOfDay(click.ParamType[str]):
    """A time of day as hours and minutes: 09:30."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the time that an option names; fail for anything but hours and minutes."""
        try:
            return dt.datetime.strptime(str(value), "%H:%M").replace(tzinfo=dt.UTC).strftime("%H:%M")
        except ValueError:
            return self.fail(f"“{value}” is no time of day. Write hours and minutes, such as 09:30.", param, ctx)


@click.group(epilog="Example: docgen contact timeline NBS-2026-014")
@shared_options
def contact() -> None:
    """Log what was said to whom, and see everything said and sent."""


@contact.command(
    short_help="Log a call, a meeting or a letter.",
    epilog="Example: docgen contact log NBS-2026-014 --how call --with mei@client.example --text 'Load tests held.'",
)
@click.argument("what", metavar="ENGAGEMENT|FILE")
@click.option("--how", type=click.Choice(_WAYS), help="By which way.")
@click.option("--with", "with_", multiple=True, metavar="EMAIL", help="Who of the client; may be given several times.")
@click.option("--by", default="", metavar="EMAIL", help="Who of the provider; by default whoever acts.")
@click.option("--at", type=TimeOfDay(), help="The time of day there; by default now, or none with --on.")
@click.option("--in/--out", "incoming", default=None, help="Who began it: the client, or (by default) the provider.")
@click.option("--subject", default="", help="What it was about, in a line.")
@click.option("--text", metavar="TEXT", help="What was said; - reads it from standard input.")
@click.option("--follow-up", "follow_ups", multiple=True, metavar="TEXT", help="What is to follow; may be repeated.")
@click.option("--follow-up-by", "due", type=Day(), metavar="DATE", help="By when that is to be done.")
@click.option("--owner", default="", metavar="EMAIL", help="Who does it; by default who spoke with the client.")
@click.option(
    "--promise", "promises", multiple=True, metavar="WHAT=DATE", help="A date given to the client: M2=2027-02-26."
)
@_JSON
@shared_options
def log(
    what: str,
    how: str | None,
    with_: tuple[str, ...],
    by: str,
    at: str | None,
    incoming: bool | None,
    subject: str,
    text: str | None,
    follow_ups: tuple[str, ...],
    due: dt.date | None,
    owner: str,
    promises: tuple[str, ...],
    as_json: bool,
) -> None:
    """Log a contact on an ENGAGEMENT in words, or record the one in FILE.

    In words it takes --how, --with and --text, and is of the day --on. A date that is not the one the client was
    given before by somebody else is told.
    """
    from docgen.actions.contacts import Saying, log_file, log_saying

    needed = {"--how": how, "--with": with_, "--text": text}
    given = any((how, with_, by, at, incoming is not None, subject, text, follow_ups, due, owner, promises))
    if not given:
        if not Path(what).exists() and Path(what).suffix.lower() not in (".yaml", ".yml", ".json"):
            raise click.UsageError(f"There is no file {what}. To log a contact in words: --how, --with and --text.")
        print_recorded(log_file(shared().desk(), Path(what)), as_json)
        return
    missing = [name for name, value in needed.items() if not value]
    if missing or how is None or text is None:
        raise click.UsageError(f"A contact in words needs {' and '.join(missing)} as well.")
    if (due or owner) and not follow_ups:
        raise click.UsageError("--follow-up-by and --owner say when and who, and --follow-up what. Give it.")
    saying = Saying(
        engagement=what,
        how=how,
        with_=with_,
        text=sys.stdin.read() if text == "-" else text,
        by=by,
        at=at or "",
        incoming=bool(incoming),
        subject=subject,
        promises=promises,
        follow_ups=follow_ups,
        due=due,
        owner=owner,
    )
    print_recorded(log_saying(shared().desk(), saying), as_json)


@contact.command(
    "import",
    short_help="Record e-mails and meetings from files.",
    epilog="Example: docgen contact import inbox.mbox kick-off.ics --as ada@firm.example",
)
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=FILE)
@click.option(
    "--engagement", default="", metavar="ID", help="The engagement of all of them, where their people fit several."
)
@click.option("--day", type=Day(), metavar="DATE", help="The day of the meeting that is meant of a series.")
@_JSON
@shared_options
def import_files(files: tuple[Path, ...], engagement: str, day: dt.date | None, as_json: bool) -> None:
    """Record each e-mail (.eml, .mbox) and meeting (.ics) as a contact of the engagement whose people took part.

    What an answer quotes is cut. What is recorded already is left alone, and what is wrong with one message stops
    no other; the exit code is 1 if any was not taken.
    """
    from docgen.actions.contact_imports import import_contacts

    found: list[Imported] = []
    for each in import_contacts(shared().desk(), files, engagement, day):
        found.append(each)
        if not as_json:
            click.echo(f"{each.file}:{each.line}  {each.outcome:<8}  {each.text}")
    if as_json:
        value = [
            {
                "file": each.file,
                "line": each.line,
                "outcome": each.outcome.value,
                "reference": each.reference or None,
                "text": each.text,
            }
            for each in found
        ]
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
    shared().say(tally((each.outcome for each in found), "Nothing is there to be recorded"))
    if not all(each.taken for each in found):
        raise click.exceptions.Exit(1)


@contact.command(
    short_help="Say that a follow-up is done.",
    epilog="Example: docgen contact done NBS-2026-014/CT-003 2 --on 2026-11-26",
)
@click.argument("reference", metavar="REF")
@click.argument("number", metavar="[NUMBER]", type=click.IntRange(1), required=False)
@_JSON
@shared_options
def done(reference: str, number: int | None, as_json: bool) -> None:
    """Write into contact REF that follow-up NUMBER was done on a day (--on); without a number the only open one."""
    from docgen.actions.contacts import finish

    print_recorded(finish(shared().desk(), reference, number), as_json)


@contact.command(
    "list", short_help="List an engagement's contacts.", epilog="Example: docgen contact list NBS-2026-014 --json"
)
@click.argument("name", metavar="ENGAGEMENT")
@_JSON
@shared_options
def list_(name: str, as_json: bool) -> None:
    """List the contacts of an engagement by time: when, how, who with whom, about what, and how much is to follow."""
    from docgen.actions.contacts import list_contacts

    found = list_contacts(shared().desk(), name)
    if as_json:
        click.echo(json.dumps([_contact_record(each) for each in found], ensure_ascii=False, indent=2))
        return
    for each in found:
        said = each.contact
        still = len(said.open_follow_ups)
        open_ones = f"  {still} to follow up" if still else ""
        when = f"{said.on} {str(said.at or '')[:5]:<5}"
        people = f"{said.by} with {', '.join(said.with_)}"
        click.echo(f"{each.reference}  {when}  {said.how:<7}  {people}  {said.subject or ''}{open_ones}".rstrip())
    if not found:
        shared().say(f"No contact of {name} is recorded. `docgen contact log {shell_word(name)}` records one.")


@contact.command(
    short_help="Print everything said and sent.",
    epilog="Example: docgen contact timeline NBS-2026-014 --since 2026-11-01",
)
@click.argument("name", metavar="ENGAGEMENT")
@click.option("--since", type=Day(), metavar="DATE", help="Only from this day on.")
@_JSON
@shared_options
def timeline(name: str, since: dt.date | None, as_json: bool) -> None:
    """Print everything that was said and sent by a day (--on), in order of time: for whoever takes over.

    Contacts, documents and their signatures, e-mails, hand-overs, disputes, feedback and reviews; at the end the dates
    promised to the client and what is still to be done.
    """
    from docgen.actions.timeline import timeline as told

    found = told(shared().desk(), name, since)
    if as_json:
        click.echo(json.dumps(_timeline_record(found), ensure_ascii=False, indent=2))
    else:
        _print_timeline(found)


def _print_timeline(found: Timeline) -> None:
    engagement = found.engagement
    client = engagement.client.legal_name or "the client"
    click.echo(f"{engagement.id}, {engagement.title}, for {client}: up to {found.on}")
    day: dt.date | None = None
    for moment in found.moments:
        if moment.on != day:
            day = moment.on
            click.echo(f"\n{day:%A} {day}")
        _print_moment(moment)
    if not found.moments:
        click.echo("\nNothing was said or sent.")
    click.echo("\nPromised to the client:" if found.promises else "\nNo date is promised to the client.")
    for given in found.promises:
        click.echo(f"  {given.date}{_passed(given.date, found.on)}  {given.words}: {_source(given)}")
    click.echo("To follow up:" if found.follow_ups else "Nothing is to be followed up.")
    for each in found.follow_ups:
        due = each.follow_up.due
        when = f"{due}{_passed(due, found.on)}" if due else "no day   "
        click.echo(f"  {when}  {each.owner}: {each.follow_up.text} ({each.reference}, {each.number})")
    if found.last_contact:
        silence = (found.on - found.last_contact).days
        ago = f"{quantity(silence, 'day')} ago" if silence else "today"
        click.echo(f"Last contact: {found.last_contact}, {ago}.")


def _print_moment(moment: Moment) -> None:
    from textwrap import wrap

    head = f"  {moment.at or '     '}  {moment.what}{f'  [{moment.reference}]' if moment.reference else ''}"
    click.echo(head)
    for paragraph in filter(None, moment.text.split("\n\n")):
        for line in wrap(paragraph, _WIDTH - 13, break_long_words=False, break_on_hyphens=False):
            click.echo(f"             {line}")
    for line in moment.more:
        click.echo(f"           → {line}")


def _passed(day: dt.date, on: dt.date) -> str:
    return " (passed)" if day < on else ""


def _source(given: Given) -> str:
    if given.to:
        return f"{given.by} to {' and '.join(given.to)} ({given.reference}, {given.how} of {given.on})"
    by = f" by {given.by}" if given.by else ""
    return f"{given.reference} of {given.on}{by}"


def _contact_record(each: LoggedContact) -> dict[str, Any]:
    return {"reference": each.reference, **each.contact.model_dump(mode="json", by_alias=True)}


def _timeline_record(found: Timeline) -> dict[str, Any]:
    return {
        "engagement": found.engagement.id,
        "title": found.engagement.title,
        "on": found.on.isoformat(),
        "moments": [_moment_record(each) for each in found.moments],
        "promises": [
            {
                "about": each.words,
                "date": each.date.isoformat(),
                "by": each.by or None,
                "to": list(each.to),
                "on": each.on.isoformat(),
                "medium": each.medium.value,
                "reference": each.reference,
            }
            for each in found.promises
        ],
        "follow_ups": [_follow_up_record(each) for each in found.follow_ups],
        "last_contact": found.last_contact.isoformat() if found.last_contact else None,
    }


def _moment_record(moment: Moment) -> dict[str, Any]:
    return {
        "on": moment.on.isoformat(),
        "at": moment.at or None,
        "kind": moment.sort.value,
        "what": moment.what,
        "text": moment.text or None,
        "more": list(moment.more),
        "reference": moment.reference or None,
    }


def _follow_up_record(each: OpenFollowUp) -> dict[str, Any]:
    due = each.follow_up.due
    return {
        "reference": each.reference,
        "number": each.number,
        "text": each.follow_up.text,
        "owner": each.owner,
        "due": due.isoformat() if due else None,
    }
