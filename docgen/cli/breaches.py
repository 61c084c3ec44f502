"""`docgen breach`: what a party did not keep, recorded, and the steps before a notice of it."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.engagements import print_recorded
from docgen.cli.options import shared, shared_options

FILE = click.Path(path_type=Path)


@click.group(epilog="Example: docgen breach record breach.yaml --as ada@firm.example")
@shared_options
def breach() -> None:
    """Record a breach, and see which steps came before it."""


@breach.command(
    "record", short_help="Record a breach.", epilog="Example: docgen breach record breach.yaml --as ada@firm.example"
)
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print what was recorded as JSON.")
@shared_options
def record_breach(file: Path, as_json: bool) -> None:
    """Record the breach in FILE; another file of the same party and day is its next revision.

    Steps that the contract asks for before a notice, and that neither FILE nor a recorded dispute shows, are named.
    """
    from docgen.actions.entries import record_breach as record

    print_recorded(record(shared().desk(), file), as_json)


@breach.command(
    "show",
    short_help="Show a breach and the steps before it.",
    epilog="Example: docgen breach show NBS-2026-014/BN-001",
)
@click.argument("reference", metavar="REF")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@shared_options
def show_breach(reference: str, as_json: bool) -> None:
    """Show breach REF: the last day to cure it, the steps taken before the notice, and those that were skipped."""
    from docgen.actions.disputes import show_breach as show
    from docgen.cli.disputes import print_breach

    print_breach(show(shared().desk(), reference), as_json)
