"""`docgen template`: the catalogue for people: list, show, check and preview."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from docgen.cli.options import shared, shared_options
from docgen.errors import FindingsError


@click.group(epilog="Example: docgen template list")
@shared_options
def template() -> None:
    """List, show, check and preview templates."""


@template.command("list", short_help="List the templates.", epilog="Example: docgen template list --json")
@click.option("--json", "as_json", is_flag=True, help="Print the templates as JSON.")
@shared_options
def list_(as_json: bool) -> None:
    """List the templates: name, language, version, the first digits of the version hash, and title."""
    rows, findings = shared().desk().catalogue.records()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        width = max((len(row["name"]) for row in rows), default=0)
        for row in rows:
            click.echo(
                f"{row['name']:<{width}}  {row['language']:<3} {row['version']:<7} {row['hash'][:12]}  {row['title']}"
            )
    if findings:
        raise FindingsError(findings)


@template.command(
    short_help="Show a template's header and its clauses.", epilog="Example: docgen template show contract"
)
@click.argument("name")
@click.option("--language", default="en", help="The language, by default en.")
@click.option("--source", is_flag=True, help="Print the template's text.")
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON.")
@shared_options
def show(name: str, language: str, source: bool, as_json: bool) -> None:
    """Show a template: its header, version hash, what it includes and the ids of its clauses."""
    from docgen.actions.templates import template_record

    desk = shared().desk()
    if source:
        click.echo(desk.catalogue.template(name, language).text)
        return
    record = template_record(desk, name, language)
    if as_json:
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
        return
    for key in ("name", "title", "kind", "language", "version", "owner", "description", "file", "hash"):
        click.echo(f"{key + ':':<13}{record[key]}")
    click.echo(f"{'includes:':<13}{', '.join(record['includes']) or 'nothing'}")
    click.echo("clauses:")
    for clause in record["clauses"]:
        click.echo(f"  {clause['number']:<8} {clause['id']:<34} {clause['title']}".rstrip())


@template.command(short_help="Check templates for faults.", epilog="Example: docgen template lint contract")
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@shared_options
def lint(names: tuple[str, ...], as_json: bool) -> None:
    """Check templates, all of them by default: what they say, their names, references and structure.

    NAMES are catalogue names or template files. Exit code 1 when something was found.
    """
    from docgen.actions.templates import lint_templates
    from docgen.cli.facts import finding_record

    findings = lint_templates(shared().desk(), names)
    if as_json:
        click.echo(json.dumps([finding_record(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(str(finding))
    if findings:
        shared().say(f"{len(findings)} {'finding' if len(findings) == 1 else 'findings'}.")
        raise click.exceptions.Exit(1)
    shared().say("Nothing found.")


@template.command(
    short_help="Approve templates as they stand.",
    epilog="Example: docgen template approve contract --as legal@firm.example",
)
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Approve every template of the catalogue.")
@click.option("--language", help="Only in this language; by default in all that a template has.")
@click.option("--json", "as_json", is_flag=True, help="Print the approved templates as JSON.")
@shared_options
def approve(names: tuple[str, ...], everything: bool, language: str | None, as_json: bool) -> None:
    """Say that documents may be issued on templates, exactly as they stand: a changed file is no longer approved.

    It takes the role legal. NAMES are names in the catalogue.
    """
    from docgen.actions.approvals import approve_templates

    if bool(names) == everything:
        raise click.UsageError("Name templates, or give --all for every one.")
    done = approve_templates(shared().desk(), names, language)
    if as_json:
        value = [{**each.version.model_dump(), "new": each.new} for each in done]
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
        return
    for each in done:
        version, before = each.version, "" if each.new else " (before)"
        click.echo(f"{version.name} {version.language} {version.version} {version.hash[:12]} approved{before}")


@template.command(
    short_help="Write a template as a document to read.",
    epilog="Example: docgen template preview contract -f docx -o preview.docx",
)
@click.argument("name")
@click.option("--language", default="en", help="The language, by default en.")
@click.option(
    "-f",
    "--format",
    "forms",
    multiple=True,
    type=click.Choice(("pdf", "docx", "html", "txt")),
    help="pdf (default), docx, html or txt; repeatable.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file or a folder.")
@click.option("--sample", is_flag=True, help="Fill in the example engagement instead of showing placeholders.")
@shared_options
def preview(name: str, language: str, forms: tuple[str, ...], output: Path | None, sample: bool) -> None:
    """Write a template as a document to read: [client name] where values go, “only if …” at conditions.

    NAME is a catalogue name or a template file.
    """
    from docgen.actions.templates import preview_template
    from docgen.cli.render import implied_formats, output_targets

    forms = tuple(dict.fromkeys(forms)) or implied_formats(output)
    for form, path in output_targets(output, forms, f"{Path(name).name.split('.')[0]}_preview"):
        content = preview_template(shared().desk(), name, language, form, sample=sample)
        if path is None:
            sys.stdout.buffer.write(content)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        click.echo(str(path))
