"""How a command shows what changed between two versions: as a file, as JSON, or at the terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.options import shared

if TYPE_CHECKING:
    from docgen.actions.desk import Desk
    from docgen.actions.remaking import Compared

ANSI = ("\x1b[9;31m", "\x1b[0m", "\x1b[4;32m", "\x1b[0m")

redline_output = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A .docx file with tracked changes, or an .html file; by default the changes are printed.",
)


def check_output(output: Path | None) -> None:
    """Refuse a file of another kind than those a redline has."""
    if output and output.suffix.lower() not in (".docx", ".html"):
        raise click.UsageError(f"{output} ends neither in .docx nor in .html. Name one of the two.")


def tell_redline(desk: Desk, compared: Compared, output: Path | None, *, as_json: bool) -> None:
    """Write what changed to a file, or print it."""
    from docgen.actions.remaking import write_redline
    from docgen.doctree.redline import PLAIN_MARKS, redline_lines

    if output:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(write_redline(desk, compared, output.suffix.lower().removeprefix(".")))
        click.echo(str(output))
    elif as_json:
        click.echo(json.dumps(_changes(compared), ensure_ascii=False, indent=2))
    else:
        for line in redline_lines(compared.redline, marks=ANSI if sys.stdout.isatty() else PLAIN_MARKS):
            click.echo(line)
    if compared.redline.is_empty:
        shared().say(f"Nothing differs between {compared.before} and {compared.after}.")


def _changes(compared: Compared) -> list[dict[str, str]]:
    return [
        {"where": change.where, "clause": change.clause_id, "before": change.before, "after": change.after}
        for change in compared.redline.changes()
    ]
