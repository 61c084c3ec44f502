"""`docgen template lint`: what is wrong with templates, as text, JSON, SARIF, or comments in Word."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from docgen.cli.options import shared, shared_options
from docgen.errors import Finding, Severity


@click.command(short_help="Check templates for faults.", epilog="Example: docgen template lint contract")
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--sarif", "as_sarif", is_flag=True, help="Print the findings as SARIF 2.1.0.")
@click.option("--docx", type=click.Path(path_type=Path), help="Write one template in Word, its findings as comments.")
@click.option("--language", help="With --docx: in which language; by default en.")
@click.option("--notes", is_flag=True, help="Print notes too, which JSON and SARIF always have.")
@click.option("--quick", is_flag=True, help="Leave out the combinations of conditions.")
@shared_options
def lint(
    names: tuple[str, ...],
    as_json: bool,
    as_sarif: bool,
    docx: Path | None,
    language: str | None,
    notes: bool,
    quick: bool,
) -> None:
    """Check templates, all of them by default: names, conditions, references, terms, and every combination.

    NAMES are catalogue names or template files. Exit code 1 when there are errors; warnings are worth a look, and what
    is meant to be is allowed by a comment in the template.
    """
    from docgen.actions.linting import lint_templates

    if as_json and as_sarif:
        raise click.UsageError("Print the findings as JSON or as SARIF, not as both.")
    if (docx and len(names) != 1) or (language and not docx):
        raise click.UsageError("--docx writes one template, in one language: name it.")
    findings = lint_templates(shared().desk(), names, combinations=not quick)
    if as_sarif:
        _print_sarif(findings)
    elif as_json:
        from docgen.cli.facts import finding_record

        rows = [{**finding_record(finding), "clause": finding.clause} for finding in findings]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            if notes or not _is_note(finding):
                click.echo(str(finding))
    if docx:
        _write_docx(docx, names[0], language or "en", [each for each in findings if notes or not _is_note(each)])
    shared().say(_summary(findings, hidden=not (notes or as_json or as_sarif)))
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise click.exceptions.Exit(1)


def _is_note(finding: Finding) -> bool:
    return finding.severity is Severity.NOTE


def _write_docx(path: Path, name: str, language: str, findings: Sequence[Finding]) -> None:
    from docgen.actions.lint_comments import commented_reading
    from docgen.actions.templates import find_template

    desk = shared().desk()
    content = commented_reading(desk, find_template(desk, name, language), findings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    shared().say(str(path))


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
