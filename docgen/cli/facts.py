"""`docgen validate` and `docgen schema`: what is wrong with fact files, and what may stand in them."""

from __future__ import annotations

import json
from pathlib import Path

import click

from docgen.cli.options import shared, shared_options
from docgen.errors import Finding
from docgen.lifecycle.quantities import quantity

FILE = click.Path(path_type=Path, dir_okay=True)
KINDS = (
    "engagement",
    "change-order",
    "change-directive",
    "progress",
    "contact",
    "serious-issue",
    "delivery",
    "dispute",
    "breach",
    "estimate",
    "feedback",
    "review",
    "playbook",
)


@click.command(epilog="Example: docgen validate engagement.yaml change-order-001.yaml")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@shared_options
def validate(files: tuple[Path, ...], as_json: bool) -> None:
    """Report every problem in FILES at once: place, what is wrong, and what would be right.

    Files of one engagement are also checked against one another. Warnings and blanks (facts left
    open on purpose) are reported too, but only errors make the exit code 1.
    """
    from docgen.actions.validation import validate_files

    facts = validate_files(shared().desk(), files)
    if as_json:
        click.echo(json.dumps([finding_record(finding) for finding in facts.findings], ensure_ascii=False, indent=2))
    else:
        for finding in facts.findings:
            click.echo(str(finding))
    errors, others = len(facts.errors), len(facts.findings) - len(facts.errors)
    remarks = f", {quantity(others, 'remark')}" if others else ""
    if errors:
        shared().say(f"{quantity(errors, 'problem')}{remarks}.")
        raise click.exceptions.Exit(1)
    shared().say(f"No problems in {quantity(len(files), 'file')}{remarks}.")


def finding_record(finding: Finding) -> dict[str, object]:
    """Return a finding as JSON prints it."""
    return {
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "severity": finding.severity.value,
        "rule": finding.rule,
        "message": finding.message,
        "advice": finding.advice,
    }


@click.command(epilog="Example: docgen schema engagement > engagement.schema.json")
@click.argument("kind", metavar="KIND", type=click.Choice(KINDS))
@shared_options
def schema(kind: str) -> None:
    """Print the JSON Schema of a file format, for editors that check YAML or JSON while you write.

    KIND is that of a fact file, such as engagement, change-order or progress, or playbook.
    """
    from docgen.facts.schema import json_schema

    click.echo(json.dumps(json_schema(kind), ensure_ascii=False, indent=2))
