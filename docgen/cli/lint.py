"""`docgen template lint`: what is wrong with templates, as text, as JSON, or as SARIF for editors and code review."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from docgen.cli.options import shared, shared_options
from docgen.errors import Finding, Severity


@click.command(short_help="Check templates for faults.", epilog="Example: docgen template lint contract")
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--sarif", "as_sarif", is_flag=True, help="Print the findings as SARIF 2.1.0.")
@click.option("--notes", is_flag=True, help="Print notes too, which JSON and SARIF always have.")
@click.option("--quick", is_flag=True, help="Leave out the combinations of conditions.")
@shared_options
def lint(names: tuple[str, ...], as_json: bool, as_sarif: bool, notes: bool, quick: bool) -> None:
    """Check templates, all of them by default: names, conditions, references, terms, and every combination.

    NAMES are catalogue names or template files. Exit code 1 when there are errors; warnings are worth a look, and what
    is meant to be is allowed by a comment in the template.
    """
    from docgen.actions.linting import lint_templates

    if as_json and as_sarif:
        raise click.UsageError("Print the findings as JSON or as SARIF, not as both.")
    findings = lint_templates(shared().desk(), names, combinations=not quick)
    if as_sarif:
        _print_sarif(findings)
    elif as_json:
        from docgen.cli.facts import finding_record

        rows = [{**finding_record(finding), "clause": finding.clause} for finding in findings]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            if notes or finding.severity is not Severity.NOTE:
                click.echo(str(finding))
    shared().say(_summary(findings, hidden=not (notes or as_json or as_sarif)))
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise click.exceptions.Exit(1)


def _print_sarif(findings: Sequence[Finding]) -> None:
    from docgen.exchange.sarif import sarif_log
    from docgen.templating.lint.rules import described

    click.echo(json.dumps(sarif_log(findings, described), ensure_ascii=False, indent=2))


def _summary(findings: Sequence[Finding], *, hidden: bool) -> str:
    """Return how much was found of each weight, in a sentence."""
    counts = {severity: sum(finding.severity is severity for finding in findings) for severity in Severity}
    said = [f"{count} {severity}{'' if count == 1 else 's'}" for severity, count in counts.items() if count]
    if not said:
        return "Nothing found."
    more = "; --notes prints the notes" if hidden and counts[Severity.NOTE] else ""
    return f"{', '.join(said)}{more}."
