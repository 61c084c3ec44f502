"""`docgen progress alert`: bad news goes out at once; and what `docgen progress record` prints of serious issues."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.engagements import print_recorded, recorded_record
from docgen.cli.issue import write_files
from docgen.cli.options import shared, shared_options

if TYPE_CHECKING:
    from docgen.actions.alerts import Alerted, Reported

NOTICE_FOLDER = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder for a notice of a serious issue; by default this one.",
)


@click.command(
    short_help="Tell the client of a serious issue at once.",
    epilog="Example: docgen progress alert serious-issue.yaml --as ada@firm.example -o out",
)
@click.argument("file", type=click.Path(path_type=Path))
@NOTICE_FOLDER
@click.option("--json", "as_json", is_flag=True, help="Print what was recorded and issued as JSON.")
@shared_options
def alert(file: Path, output: Path, as_json: bool) -> None:
    """Record the serious issue in FILE and issue its notice; another file of the same issue is its next revision.

    What is resolved, or decided on once the notice is out, makes no further notice.
    """
    from docgen.actions.alerts import record_alert

    alerted = record_alert(shared().desk(), file)
    files = _written(alerted, output)
    if as_json:
        click.echo(json.dumps(_record(alerted, files), ensure_ascii=False, indent=2))
    else:
        _print(alerted, files)
    _say(alerted)


def print_reported(reported: Reported, output: Path, as_json: bool) -> None:
    """Print what came of recording a progress entry, and of the serious issues in it."""
    alerts = [(each, _written(each, output)) for each in reported.alerts]
    if as_json:
        value = {**recorded_record(reported.recorded), "alerts": [_record(*each) for each in alerts]}
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
        for remark in reported.recorded.remarks:
            shared().say(remark)
    else:
        print_recorded(reported.recorded, as_json=False)
        for alerted, files in alerts:
            _print(alerted, files)
    for alerted, _ in alerts:
        _say(alerted)


def _written(alerted: Alerted, output: Path) -> list[Path]:
    return write_files(alerted.notice, output) if alerted.notice else []


def _print(alerted: Alerted, files: list[Path]) -> None:
    if alerted.recorded:
        same = "" if alerted.recorded.new else " (nothing new)"
        click.echo(f"{alerted.recorded.reference}, revision {alerted.recorded.revision}{same}")
        for difference in alerted.recorded.changed:
            click.echo(f"  {difference}")
    if alerted.notice:
        click.echo(f"{alerted.notice.reference}{' (issued before)' if alerted.notice.repeated else ''}")
    for path in files:
        click.echo(str(path))


def _record(alerted: Alerted, files: list[Path]) -> dict[str, Any]:
    return {
        **(recorded_record(alerted.recorded) if alerted.recorded else {}),
        "notice": str(alerted.notice.reference) if alerted.notice else None,
        "files": [str(path) for path in files],
    }


def _say(alerted: Alerted) -> None:
    for remark in alerted.remarks:
        shared().say(remark)
