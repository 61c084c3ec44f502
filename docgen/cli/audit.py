"""`docgen audit`: the record itself, its log, its checkpoints and what leaves the firm as proof."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from docgen.cli.options import Day, shared, shared_options
from docgen.lifecycle.quantities import quantity

if TYPE_CHECKING:
    from docgen.actions.audit import LogLine

GROUNDS = ("request", "law", "retention")


@click.group(epilog="Example: docgen audit verify")
@shared_options
def audit() -> None:
    """Read, verify and export the record."""


@audit.command(
    "log", short_help="Say who did what, and when.", epilog="Example: docgen audit log --engagement NBS-2026-014"
)
@click.option("--engagement", metavar="ID", default="", help="Only what speaks of this engagement.")
@click.option("--person", metavar="EMAIL", default="", help="Only what this person did.")
@click.option("--event", metavar="KIND", default="", help="Only this kind of event, such as document_issued.")
@click.option("--since", type=Day(), metavar="DATE", help="Only from this day on.")
@click.option("--until", type=Day(), metavar="DATE", help="Only up to this day.")
@click.option("--limit", type=click.IntRange(1), help="Only the last so many.")
@click.option("--json", "as_json", is_flag=True, help="Print the entries as JSON.")
@shared_options
def log(
    engagement: str,
    person: str,
    event: str,
    since: dt.date | None,
    until: dt.date | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """Say who did what and when, entry by entry. Times are those of the firm's clock, with their offset from UTC."""
    from docgen.actions.audit import Filter, read_log

    lines = read_log(shared().desk(), Filter(engagement, person, event, since, until), limit)
    if as_json:
        click.echo(json.dumps([_line(each) for each in lines], ensure_ascii=False, indent=2))
        return
    for each in lines:
        click.echo(f"{each.index:>6}  {each.event.at.isoformat()}  {each.person}  {each.text}")


def _line(line: LogLine) -> dict[str, object]:
    return {
        "entry": line.index,
        "person": line.person,
        "text": line.text,
        "event": line.event.model_dump(mode="json", by_alias=True),
    }


@audit.command(
    short_help="Name everything that is wrong with the record.",
    epilog="Example: docgen audit verify --checkpoint kept/checkpoint.txt",
)
@click.option(
    "--checkpoint",
    "kept",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A checkpoint kept elsewhere: a note, a folder of notes, or an issued PDF; repeatable.",
)
@click.option("--key", "keys", multiple=True, metavar="KEY", help="The log's key as known from elsewhere; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print the faults as JSON.")
@shared_options
def verify(kept: tuple[Path, ...], keys: tuple[str, ...], as_json: bool) -> None:
    """Verify the whole record: log, tables, files, people and checkpoints. Every fault is named.

    Exit code 5 when something is wrong.
    """
    from docgen.actions.audit import verify as find_all
    from docgen.errors import ExitCode

    run = shared()
    found = find_all(run.desk(), kept, keys)
    if as_json:
        faults = [
            {
                "kind": fault.kind.value,
                "message": fault.message,
                "entries": [fault.entries.start, fault.entries.stop - 1] if fault.entries else None,
            }
            for fault in found.faults
        ]
        value = {"sound": not faults, "entries": found.size, "checkpoints": found.checkpoints, "faults": faults}
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        for fault in found.faults:
            click.echo(str(fault))
        checkpoints = quantity(found.checkpoints, "checkpoint")
        if not found.faults:
            click.echo(f"The record is sound: {quantity(found.size, 'entry', 'entries')}, held against {checkpoints}.")
    if found.checkpoints < found.signed:
        missing = f"{found.signed} times, and {found.checkpoints} of those checkpoints are in the folders"
        run.say(f"The log was signed {missing}. Bring the others back from a backup: they are what shows a change.")
    if found.faults:
        run.say(f"{quantity(len(found.faults), 'fault')} in {quantity(found.size, 'entry', 'entries')}.")
        raise click.exceptions.Exit(ExitCode.UNVERIFIED)
    if not kept:
        run.say("Only a checkpoint kept elsewhere shows that a whole record was made anew: --checkpoint FILE.")


@audit.command(
    short_help="Make the tables anew from the log.", epilog="Example: docgen audit rebuild --as admin@firm.example"
)
@shared_options
def rebuild() -> None:
    """Make every table that follows from the log anew, where `audit verify` found rows that were changed."""
    from docgen.actions.audit import rebuild as make_anew

    click.echo(f"The tables were made anew from {make_anew(shared().desk())} entries.")


@audit.command(
    short_help="Write all of an engagement as proof.",
    epilog="Example: docgen audit export NBS-2026-014 -o bundle.zip --as ada@firm.example",
)
@click.argument("engagement", metavar="ENGAGEMENT")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The ZIP to write."
)
@click.option("--without-people", is_flag=True, help="Do not say who stands behind the marks of people.")
@shared_options
def export(engagement: str, output: Path, without_people: bool) -> None:
    """Write everything the record has of an ENGAGEMENT into one ZIP, with proofs, a certificate and a verifier.

    Whoever gets it needs only Python: unpack it and run python3 verify.py.
    """
    from docgen.actions.export import export as gather

    run = shared()
    done = gather(run.desk(), engagement, name_people=not without_people)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(done.content)
    click.echo(str(output))
    erased = f", {done.erased} erased" if done.erased else ""
    inside = f"{quantity(done.entries, 'entry', 'entries')} and {quantity(done.files, 'file')}{erased}"
    run.say(f"{inside}. To verify: unpack it, then python3 verify.py")


@audit.command(
    short_help="Sign what the log is now.",
    epilog="Example: docgen audit checkpoint -o kept.txt --as admin@firm.example",
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="A file to write it to as well.")
@shared_options
def checkpoint(output: Path | None) -> None:
    """Sign what the log is now and print the note. Keep it where nobody who keeps the record can change it."""
    from docgen.actions.audit import sign_checkpoint

    note = sign_checkpoint(shared().desk())
    if output:
        output.write_text(note, encoding="utf-8")
        click.echo(str(output))
    else:
        click.echo(note, nl=False)


@audit.command(
    short_help="Have a checkpoint timestamped.", epilog="Example: docgen audit timestamp --as admin@firm.example"
)
@shared_options
def timestamp() -> None:
    """Sign what the log is now and have the authority in docgen.toml put a time on it (RFC 3161)."""
    from docgen.actions.audit import timestamp as ask

    done = ask(shared().desk())
    click.echo(
        f"The checkpoint over {done.size} entries was there on {done.moment.isoformat()}, says {done.authority}."
    )
    click.echo(str(done.path))


@audit.command(
    short_help="Write the proof that a document is in the log.",
    epilog="Example: docgen audit proof NBS-2026-014/contract -o contract.tlog-proof --as ada@firm.example",
)
@click.argument("reference", metavar="DOC")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@shared_options
def proof(reference: str, output: Path | None) -> None:
    """Write the proof that the issue of DOC is an entry of the log, under a signed checkpoint (C2SP tlog-proof)."""
    from docgen.actions.audit import proof_of

    text = proof_of(shared().desk(), reference)
    if output:
        output.write_text(text, encoding="utf-8")
        click.echo(str(output))
    else:
        click.echo(text, nl=False)


@audit.command(
    short_help="Erase files for good.",
    epilog="Example: docgen audit erase NBS-2026-014 --ground request --as admin@firm.example",
)
@click.argument("what", metavar="ENGAGEMENT|DOC|SHA256")
@click.option("--ground", type=click.Choice(GROUNDS), required=True, help="Why: somebody asked, a law, or time is up.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@shared_options
def erase(what: str, ground: Literal["request", "law", "retention"], yes: bool) -> None:
    """Erase the files of an engagement, of a document, or one file, for good. The log still verifies."""
    from docgen.actions.audit import erase as erase_files

    if not yes:
        click.confirm(f"Erase {what} for good? Nothing brings it back but a backup.", abort=True, err=True)
    done = erase_files(shared().desk(), what, ground)
    for digest in done.blobs:
        click.echo(digest)
    kept = f" {quantity(len(done.kept), 'file stays', 'files stay')}: other engagements use them." if done.kept else ""
    gone = quantity(len(done.blobs), "file is", "files are")
    shared().say(f"{gone} erased.{kept} Copies in backups are yours to erase.")


@audit.command(
    short_help="Forget a person.", epilog="Example: docgen audit forget ada@firm.example --as admin@firm.example"
)
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@shared_options
def forget(email: str, yes: bool) -> None:
    """Erase who stands behind a person's mark. What they did stays; nobody can tell any more who it was."""
    from docgen.actions.audit import forget as forget_person

    if not yes:
        click.confirm(f"Forget {email} for good?", abort=True, err=True)
    click.echo(f"{forget_person(shared().desk(), email)[:12]} is nobody's mark any more.")


@audit.command(
    "new-key", short_help="Begin another signing key.", epilog="Example: docgen audit new-key --as admin@firm.example"
)
@shared_options
def new_key() -> None:
    """Begin another key to sign checkpoints with, and print its public half. What the old one signed stays good."""
    from docgen.actions.audit import change_key

    click.echo(change_key(shared().desk()))


@audit.command(
    short_help="Make the tables of a record in PostgreSQL.",
    epilog="Example: docgen audit setup --app-role docgen_app",
)
@click.option("--app-role", metavar="ROLE", required=True, help="The role that docgen connects as; it must exist.")
@shared_options
def setup(app_role: str) -> None:
    """Make or bring up to date the tables of the record in DOCGEN_DATABASE_URL, as their owner.

    The role gets no rights on the tables themselves, only to read and to call the functions that append.
    """
    from docgen.actions.audit import set_up_database

    set_up_database(shared().desk(), app_role)
    click.echo(f"The record's tables are there; {app_role} may use them.")
