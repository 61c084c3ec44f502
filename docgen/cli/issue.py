"""`docgen issue`: a numbered version of a document, from recorded facts on an approved template."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.options import shared, shared_options
from docgen.errors import UsageError, shell_word

if TYPE_CHECKING:
    from docgen.actions.issuing import Issued


class NotWrittenError(UsageError):
    """A document was issued, and its files cannot be written where they were asked for."""

    def __init__(self, reference: str, error: OSError) -> None:
        super().__init__(
            f"{reference} is issued and in the record, but its files could not be written: {error.filename}: "
            f"{error.strerror}. Write them to another place: docgen document get {shell_word(reference)} -o PATH"
        )


@click.command(epilog="Example: docgen issue contract NBS-2026-014 --as ada@firm.example -o out")
@click.argument("kind")
@click.argument("name", metavar="ENGAGEMENT")
@click.option("--number", type=click.IntRange(1), help="Which change order, report or notice; by default the last.")
@click.option(
    "-f",
    "--format",
    "forms",
    multiple=True,
    type=click.Choice(("pdf", "docx")),
    help="Which files to write, pdf and docx by default; both are kept in the record.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder to write to; by default this one.",
)
@click.option("--seal", is_flag=True, help="Sign the PDF with the firm's certificate.")
@click.option("--json", "as_json", is_flag=True, help="Print what was issued as JSON.")
@shared_options
def issue(
    kind: str, name: str, number: int | None, forms: tuple[str, ...], output: Path, seal: bool, as_json: bool
) -> None:
    """Make the next version of a document of a KIND for an ENGAGEMENT: numbered, kept for ever, as PDF and as Word.

    Where the last version was made from the same facts on the same template, it is that one again.
    """
    from docgen.actions.drafting import Issue
    from docgen.actions.issuing import issue as issue_document
    from docgen.actions.sealing import pen

    desk = shared().desk()
    issued = issue_document(desk, Issue(kind, name, number), pen(desk, wanted=seal))
    print_issued(issued, output, forms or ("pdf", "docx"), as_json)


def print_issued(issued: Issued, output: Path, forms: Sequence[str], as_json: bool) -> None:
    """Write the files of what was issued to a folder, and print what was issued."""
    run, reference = shared(), issued.reference
    written = write_files(issued, output, forms)
    if as_json:
        record = {
            "reference": str(reference),
            "version": issued.document.version,
            "repeated": issued.repeated,
            "status": issued.document.status,
            "entry": issued.document.sequence,
            "files": [str(path) for path in written],
        }
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{reference}{' (issued before)' if issued.repeated else ''}")
        for path in written:
            click.echo(str(path))
    for remark in issued.remarks:
        run.say(remark)


def write_files(issued: Issued, output: Path, forms: Sequence[str] = ("pdf", "docx")) -> list[Path]:
    """Write the files of what was issued to a folder, which is made where it is missing, and return them.

    Raises NotWrittenError; what was issued stands.
    """
    written = []
    try:
        output.mkdir(parents=True, exist_ok=True)
        for form in dict.fromkeys(forms):
            written.append(output / f"{issued.reference.file_stem}.{form}")
            written[-1].write_bytes(issued.files[form])
    except OSError as error:
        raise NotWrittenError(str(issued.reference), error) from None
    return written
