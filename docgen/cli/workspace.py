"""`docgen init` and `docgen demo`: a place to work in, and an example to look at."""

from __future__ import annotations

import json
from pathlib import Path

import click

from docgen.cli.options import shared, shared_options


@click.command(epilog="Example: docgen init firm --person ada@firm.example:account_manager,legal")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--person",
    "people",
    multiple=True,
    metavar="EMAIL:ROLE[,ROLE]",
    help="Somebody of the firm and what they may do; repeatable.",
)
@shared_options
def init(folder: Path, people: tuple[str, ...]) -> None:
    """Make a workspace in FOLDER: docgen.toml, engagements/, templates/ and .docgen/."""
    from docgen.actions.workspace import make_workspace, read_person

    path = make_workspace(folder, [read_person(person) for person in people])
    click.echo(str(path))
    shared().say(
        "Next: `docgen new` writes an engagement file; `docgen render letter-of-approval FILE` makes a document."
    )


@click.command(epilog="Example: docgen demo example")
@click.argument("folder", default="demo", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the files made as JSON.")
@shared_options
def demo(folder: Path, as_json: bool) -> None:
    """Write the example engagement and its five documents, as PDF and DOCX, into FOLDER."""
    from docgen.actions.demo import write_demo

    paths = []
    for path in write_demo(shared().desk(), folder):
        paths.append(str(path))
        if not as_json:
            click.echo(str(path))
    if as_json:
        click.echo(json.dumps(paths, ensure_ascii=False, indent=2))
    shared().say(f"The facts they were made from are in {folder / 'facts'}.")
