"""`docgen init` and `docgen demo`: a place to work in, and an example to look at."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from docgen.cli.options import shared, shared_options
from docgen.errors import shell_word


@click.command(epilog="Example: docgen init firm --person ada@firm.example:account_manager,legal")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--person",
    "people",
    multiple=True,
    metavar="EMAIL:ROLE[,ROLE]",
    help="Somebody of the firm and what they may do; repeatable.",
)
@click.option(
    "--trial-seal",
    is_flag=True,
    help="Make a self-signed certificate to try --seal with; its password is in DOCGEN_SEAL_PASSWORD. Also later.",
)
@shared_options
def init(folder: Path, people: tuple[str, ...], trial_seal: bool) -> None:
    """Make a workspace in FOLDER: docgen.toml, engagements/, templates/ and .docgen/."""
    from docgen.actions.sealing import make_trial_certificate
    from docgen.actions.workspace import is_workspace, make_workspace, read_person

    if not (trial_seal and is_workspace(folder) and not people):
        click.echo(str(make_workspace(folder, [read_person(person) for person in people])))
    if trial_seal:
        shared().workspace = folder
        click.echo(str(make_trial_certificate(shared().desk())))
    shared().say(
        "Next: `docgen new` writes an engagement file; `docgen render letter-of-approval FILE` makes a document."
    )


@click.command(epilog="Example: docgen demo example")
@click.argument("folder", default="demo", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the files made as JSON.")
@shared_options
def demo(folder: Path, as_json: bool) -> None:
    """Write the example engagement's whole life into FOLDER: a workspace with a record, and the issued documents."""
    from docgen.actions.demo import SHOWN, run_demo

    run = shared()
    paths = []
    for path in run_demo(folder, run.on):
        paths.append(str(path))
        if not as_json:
            click.echo(str(path))
    if as_json:
        click.echo(json.dumps(paths, ensure_ascii=False, indent=2))
    run.say(f"The facts they were made from are in {folder / 'facts'}, the record in {folder / '.docgen'}.")
    run.say("To tell of one whether it is genuine, and to verify the whole record:")
    run.say(f"  {_program()} document verify {shell_word(folder / SHOWN)} --workspace {shell_word(folder)}")
    run.say(f"  {_program()} audit verify --workspace {shell_word(folder)}")


def _program() -> str:
    """Return how docgen was called, where it was called by a path from here, for a line to be copied."""
    called = sys.argv[0]
    return shell_word(called) if called.endswith("/docgen") and not Path(called).is_absolute() else "docgen"
