"""`docgen import`: files of other systems become fact files."""

from __future__ import annotations

import json
from pathlib import Path

import click

from docgen.cli.options import shared, shared_options


@click.group("import", epilog="Example: docgen import ocds release.json -o facts")
@shared_options
def import_() -> None:
    """Read files of other systems into fact files."""


@import_.command(
    short_help="Read Open Contracting data.",
    epilog="Example: docgen import ocds contract.json amendment.json -o facts --contract 0001",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The folder to write to, or the engagement's file; by default this folder.",
)
@click.option("--contract", metavar="ID", help="Only this contract of the process; by default all of them.")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@click.option("--json", "as_json", is_flag=True, help="Print the files made, the blanks and the notes as JSON.")
@shared_options
def ocds(files: tuple[Path, ...], output: Path | None, contract: str | None, force: bool, as_json: bool) -> None:
    """Turn an Open Contracting process (releases, records, packages) into an engagement.

    Amendments become change orders; milestones and payments become progress facts. What the data
    does not say stays a named blank, listed on standard error.
    """
    from docgen.actions.imports import import_ocds

    run = shared()
    made = import_ocds(files, contract, output, force=force)
    if as_json:
        record = {"files": [str(path) for path in made.paths], "blanks": made.blanks, "notes": made.notes}
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        for path in made.paths:
            click.echo(str(path))
    for fact, why in made.blanks.items():
        run.say(f"blank: {fact} ({why})")
    for note in made.notes:
        run.say(f"note: {note}")
