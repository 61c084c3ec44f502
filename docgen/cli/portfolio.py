"""`docgen portfolio`: all engagements of a client in one document, and an account manager's week."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.options import F, shared, shared_options

if TYPE_CHECKING:
    from docgen.actions.desk import Desk
    from docgen.templating.portfolio import PortfolioCase

FORMATS = ("pdf", "docx", "xlsx", "html", "txt")


def _document_options(command: F) -> F:
    """Give a command the options that say which files it writes, and where."""
    options = (
        click.option(
            "-f",
            "--format",
            "forms",
            multiple=True,
            type=click.Choice(FORMATS),
            help="pdf (default), docx, xlsx, html or txt; repeatable.",
        ),
        click.option(
            "-o",
            "--output",
            type=click.Path(path_type=Path, file_okay=False),
            default=Path(),
            help="A folder, by default this one.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON and write nothing."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(epilog="Example: docgen portfolio client Harrow --on 2026-12-11")
@shared_options
def portfolio() -> None:
    """Make one document of several engagements: for a client, or for an account manager."""


@portfolio.command(
    short_help="Report to a client on all its engagements.",
    epilog="Example: docgen portfolio client 'Harrow & Pike' -f pdf -f xlsx -o out",
)
@click.argument("name", metavar="NAME")
@click.option("--language", default="", help="The language; by default that of most of the engagements.")
@_document_options
@shared_options
def client(name: str, language: str, forms: tuple[str, ...], output: Path, as_json: bool) -> None:
    """Report to a client on all its engagements, as they stand on a day (--on).

    NAME is the client's legal name, the beginning of it, or its registration number. The document takes an approved
    template; the figures alone (xlsx, --json) take none.
    """
    from docgen.actions.portfolio import client_report

    desk = shared().desk()
    _write(desk, client_report(desk, name, language), forms, output, as_json)


@portfolio.command(
    short_help="Tell an account manager's week, for the firm only.",
    epilog="Example: docgen portfolio week --as amara.okafor@northbridge.example",
)
@click.option("--manager", default="", metavar="EMAIL", help="Whose week; by default that of who acts (--as).")
@click.option("--language", default="en", help="The language, by default en.")
@_document_options
@shared_options
def week(manager: str, language: str, forms: tuple[str, ...], output: Path, as_json: bool) -> None:
    """Tell an account manager what is before them from a day (--on) on: health, what is overdue, due and promised.

    It is for the firm only, and says so on every page.
    """
    from docgen.actions.portfolio import manager_week

    desk = shared().desk()
    _write(desk, manager_week(desk, manager, language), forms, output, as_json)


def _write(desk: Desk, case: PortfolioCase, forms: tuple[str, ...], output: Path, as_json: bool) -> None:
    from docgen.actions.portfolio import figures_of, written

    if as_json:
        if forms:
            raise click.UsageError("--json prints the figures and writes no files. Leave --format out.")
        click.echo(figures_of(case).decode(), nl=False)
        return
    for file, content in written(desk, case, tuple(dict.fromkeys(forms)) or ("pdf",)):
        output.mkdir(parents=True, exist_ok=True)
        (output / file).write_bytes(content)
        click.echo(str(output / file))
