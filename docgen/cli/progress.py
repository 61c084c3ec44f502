"""`docgen progress`: write reports, see which are due, make them all in one round."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.alerts import NOTICE_FOLDER, alert, print_reported
from docgen.cli.issue import print_issued
from docgen.cli.options import shared, shared_options
from docgen.cli.sending import bounce, send, undelivered_record
from docgen.cli.tally import tally
from docgen.errors import shell_word

if TYPE_CHECKING:
    from docgen.actions.desk import Desk
    from docgen.actions.reporting import Asking, OwedReport
    from docgen.actions.rounds import Result

FILE = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path, file_okay=False)
CLASSES = click.Choice(("A", "B", "C"))
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_WEEK = click.option("--week", default="", metavar="WEEK", help="Only the reports of an ISO week, such as 2026-W47.")
_CLASS = click.option("--client-class", type=CLASSES, help="Only clients of this class.")


@click.group(epilog="Example: docgen progress run --week 2026-W47 --as ada@firm.example")
@shared_options
def progress() -> None:
    """Write the reports, see which are due, and make and send them in one round."""


@progress.command(
    "record",
    short_help="Record a progress entry.",
    epilog="Example: docgen progress record progress-2026-11-20.yaml --as ada@firm.example",
)
@click.argument("file", type=FILE)
@NOTICE_FOLDER
@_JSON
@shared_options
def record_progress(file: Path, output: Path, as_json: bool) -> None:
    """Record the progress entry in FILE; another file of the same period is its next revision.

    The notice of an issue in it that is marked serious is issued at once.
    """
    from docgen.actions.alerts import record_report

    print_reported(record_report(shared().desk(), file), output, as_json)


progress.add_command(alert)
progress.add_command(send)
progress.add_command(bounce)


@progress.command(
    short_help="Ask the questions of a weekly report.",
    epilog="Example: docgen progress new NBS-2026-014 --record --as ada@firm.example",
)
@click.argument("name", metavar="ENGAGEMENT")
@click.option("-o", "--output", type=FILE, help="The file to write; by default progress-<end of the period>.yaml.")
@click.option("--record", "at_once", is_flag=True, help="Record it at once.")
@_JSON
@shared_options
def new(name: str, output: Path | None, at_once: bool, as_json: bool) -> None:
    """Ask what nobody can know from the record, and write the progress entry of the report that is due next.

    Last week's plan comes first: each piece of work is done, not done and why, moved to another day, or dropped. Where
    the questions end early, the answers are kept, and the same command goes on with them.
    """
    from functools import partial

    from docgen.actions.alerts import record_report
    from docgen.actions.weekly import ask_progress, opening, write_progress
    from docgen.actions.workspace import FileKeptError, write_new_file
    from docgen.cli.new import answers_kept

    run = shared()
    desk = run.desk()
    known = opening(desk, name)
    folder = (desk.settings.root / "engagements") if desk.settings.root else Path()
    path = output or folder / f"{name}-progress-{known.period.end}.yaml"
    if path.exists():
        raise FileKeptError(path)
    say = partial(click.echo, err=True)
    about = f"{name}, {known.period.start} to {known.period.end}"
    with answers_kept(path.with_name(f"{path.name}.answers"), about) as answer:
        facts = ask_progress(answer, say, desk.on, known)
        write_new_file(path, write_progress(facts))
    if at_once:
        print_reported(record_report(desk, path), path.parent, as_json)
    elif as_json:
        click.echo(json.dumps({"file": str(path)}, ensure_ascii=False, indent=2))
    else:
        click.echo(str(path))
        run.say(f"Next: docgen progress record {shell_word(path)}")


@progress.command(short_help="List the reports that are due.", epilog="Example: docgen progress due --week 2026-W47")
@click.argument("name", metavar="[ENGAGEMENT]", required=False, default="")
@_WEEK
@_CLASS
@click.option("--all", "everything", is_flag=True, help="Also those that are done.")
@_JSON
@shared_options
def due(name: str, week: str, client_class: str | None, everything: bool, as_json: bool) -> None:
    """List the reports that are due by a day (--on) or in a week, with the hour in the client's zone.

    A report that falls on a public holiday is due on the business day before. Where docgen.toml says how reports are
    sent, one that is issued stays on the list until it is sent.
    """
    from docgen.actions.reporting import ReportState, reports
    from docgen.actions.undelivered import trouble

    run, remarks = shared(), list[str]()
    desk = run.desk()
    done = {ReportState.SENT} if desk.settings.mail.wanted else {ReportState.SENT, ReportState.ISSUED}
    found = [
        each
        for each in reports(desk, _asking(name, week, client_class), remarks)
        if everything or each.state not in done
    ]
    found.sort(key=lambda each: (each.at, each.engagement))
    if as_json:
        click.echo(json.dumps([_record(each) for each in found], ensure_ascii=False, indent=2))
    else:
        names = max((len(each.reference) for each in found), default=0)
        states = max((len(each.state) for each in found), default=0)
        for each in found:
            when = f"{each.at:%a %Y-%m-%d %H:%M %Z}"
            wrong = f": {words}" if (words := trouble(each.letter)) else ""
            click.echo(f"{when}  {each.reference:<{names}}  {each.state:<{states}}  {each.client}{wrong}")
    for remark in remarks:
        run.say(remark)
    if not found and not as_json:
        run.say("No report is due.")


def _asking(name: str, week: str, client_class: str | None) -> Asking:
    from docgen.actions.reporting import Asking
    from docgen.models.engagement import ClientClass

    return Asking(week, ClientClass(client_class) if client_class else None, name)


def _record(report: OwedReport) -> dict[str, Any]:
    from docgen.actions.references import reference_of

    return {
        "engagement": report.engagement,
        "reference": report.reference,
        "client": report.client,
        "client_class": report.client_class.value,
        "manager": report.manager or None,
        "due": report.at.isoformat(),
        "state": report.state.value,
        "number": report.number,
        "document": str(reference_of(report.document)) if report.document else None,
        "undelivered": undelivered_record(report.letter),
        "when_quiet": "send" if report.sends_quiet else "ask",
    }


@progress.command(
    short_help="Issue a report of no change.",
    epilog='Example: docgen progress release NBS-2026-014 --note "The trading freeze is on." --as ada@firm.example',
)
@click.argument("name", metavar="ENGAGEMENT")
@click.option("--note", default="", help="Why nothing moved, in a sentence; the client reads it.")
@click.option("-o", "--output", type=FOLDER, default=Path(), help="The folder to write to; by default this one.")
@_JSON
@shared_options
def release(name: str, note: str, output: Path, as_json: bool) -> None:
    """Record that nothing moved in the last period that owes a report of an ENGAGEMENT, and issue the report."""
    from docgen.actions.reporting import release as release_report

    print_issued(release_report(shared().desk(), name, note), output, ("pdf", "docx"), as_json)


@progress.command(
    short_help="Make every report that is due.",
    epilog="Example: docgen progress run --week 2026-W47 --client-class A --as ada@firm.example",
)
@click.argument("name", metavar="[ENGAGEMENT]", required=False, default="")
@_WEEK
@_CLASS
@click.option(
    "--executor",
    "address",
    default="local",
    show_default=True,
    metavar="ADDRESS",
    help="Who makes them: serial, local, local:N (processes), dask://HOST:PORT or dask+tls://HOST:PORT.",
)
@click.option("--seconds", type=click.IntRange(1), default=120, show_default=True, help="The longest one may take.")
@click.option("--memory", type=click.IntRange(64), default=1024, show_default=True, help="The most one may take, MiB.")
@click.option("-o", "--output", type=FOLDER, help="A folder for the files; by default they are only in the record.")
@_JSON
@shared_options
def run(
    name: str,
    week: str,
    client_class: str | None,
    address: str,
    seconds: int,
    memory: int,
    output: Path | None,
    as_json: bool,
) -> None:
    """Make every report that is due by a day (--on) or in a week, and say what came of each.

    What is recorded is issued. Where nothing is recorded, the report of no change waits for a person, or is issued by
    itself where the account says so. A second run makes only what is missing; what is wrong with one report stops only
    that one. Exit code 1 where a report could not be made.
    """
    from docgen.actions.reporting import engagements
    from docgen.actions.rounds import Ending
    from docgen.actions.rounds import run as run_round
    from docgen.executors.addresses import executor
    from docgen.executors.work import Limits

    told, remarks, asking = shared(), list[str](), _asking(name, week, client_class)
    desk = told.desk()
    limits = Limits(seconds=seconds, memory=memory * 2**20)
    silent = told.quiet or not sys.stderr.isatty()
    with (
        executor(address, limits, preload=("docgen.actions.report_worker", "docgen.writers.pdf")) as workers,
        click.progressbar(length=engagements(desk, asking), label="Engagements", file=sys.stderr, hidden=silent) as bar,
    ):
        results = list(run_round(desk, asking, workers, remarks, lambda: bar.update(1)))
    results.sort(key=lambda each: each.reference)
    if not as_json:
        _tell(results)
    for result in results:
        if output and result.version:
            _write(desk, f"{result.reference}/{result.version}", output)
    for remark in remarks:
        told.say(remark)
    endings = [result.ending for result in results]
    if as_json:
        click.echo(json.dumps([_result(each) for each in results], ensure_ascii=False, indent=2))
    else:
        click.echo(tally(endings, "No report is due"))
    if Ending.FAILED in endings:
        raise click.exceptions.Exit(1)


def _tell(results: Iterable[Result]) -> None:
    """Print what came of each report; one that was there already is told only to a person who asked for more."""
    from docgen.actions.rounds import Ending

    told = shared()
    for result in results:
        if result.ending is not Ending.THERE or told.verbose:
            words = f": {result.words}" if result.words else ""
            version = f"/{result.version}" if result.version else ""
            click.echo(f"{result.reference}{version}  {result.ending}{words}")
        for remark in result.remarks:
            told.say(f"{result.reference}: {remark}")


def _result(result: Result) -> dict[str, Any]:
    return {
        "reference": result.reference,
        "version": result.version,
        "ending": result.ending.value,
        "why": result.words or None,
        "seconds": round(result.seconds, 3),
        "remarks": list(result.remarks),
    }


def _write(desk: Desk, reference: str, folder: Path) -> None:
    from docgen.actions.documents import fetch

    folder.mkdir(parents=True, exist_ok=True)
    for form in ("pdf", "docx"):
        file, content = fetch(desk, reference, form)
        (folder / file).write_bytes(content)
