"""`docgen render`: a draft of a document from fact files."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from docgen.cli.options import Shared, shared, shared_options
from docgen.errors import Severity

FORMATS = ("pdf", "docx", "html", "txt")
SERVICES = ("docuseal", "documenso", "adobe", "docusign")


class Setting(click.ParamType[tuple[str, str]]):
    """A path in the engagement file and the value to use there."""

    name = "key=value"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Return the path and the value; fail where there is no equals sign."""
        if isinstance(value, tuple):
            return value
        key, mark, text = str(value).partition("=")
        if not mark or not key.strip():
            self.fail(f"“{value}” is not KEY=VALUE. Write a path and a value: terms.fees.payment_days=45.", param, ctx)
        return key.strip(), text


@click.command(epilog="Example: docgen render change-order engagement.yaml change-order-001.yaml -f pdf -f docx -o out")
@click.argument("kind")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A file or a folder; - writes one format to standard output.",
)
@click.option(
    "-f",
    "--format",
    "forms",
    multiple=True,
    type=click.Choice(FORMATS),
    help="pdf (default), docx, html or txt; repeatable.",
)
@click.option("--set", "settings", multiple=True, type=Setting(), help="Use another value: terms.fees.payment_days=45.")
@click.option("--draft", is_flag=True, help="Leave a marked blank where a fact is missing.")
@click.option("--template", type=click.Path(path_type=Path), help="Use this template file instead of the catalogue's.")
@click.option(
    "--tags", type=click.Choice(SERVICES), help="Put an e-signature service's text tags at the signature lines."
)
@click.option("--json", "as_json", is_flag=True, help="Print the files made as JSON.")
@shared_options
def render(
    kind: str,
    files: tuple[Path, ...],
    output: Path | None,
    forms: tuple[str, ...],
    settings: tuple[tuple[str, str], ...],
    draft: bool,
    template: Path | None,
    tags: str | None,
    as_json: bool,
) -> None:
    """Make a document of a KIND from FILES: the engagement and what the kind needs beside it.

    KIND is letter-of-approval, contract, conformed-contract, change-order, progress-report,
    breach-notice, or another one that `docgen template list` names. FILES after the engagement are
    the executed change orders, the progress entries or the breach. The result is always marked
    DRAFT; a fact that is missing stops the command unless --draft is given.
    """
    from docgen.actions.render import Order, make, write

    run = shared()
    if as_json and output == Path("-"):
        raise click.UsageError("Standard output takes the document or the JSON, not both. Name a file or a folder.")
    desk = run.desk()
    made = make(desk, Order(kind, files, settings, draft, template, tags or ""))
    _say_remarks(run, made.findings, made.missing)
    header = made.template.header
    run.tell(f"{made.document.title} ({made.case.number}) on {desk.on}, in {made.document.language}")
    run.tell(f"template {made.template.shown}, version {header.version}, {desk.catalogue.version_hash(made.template)}")
    forms = tuple(dict.fromkeys(forms)) or implied_formats(output)
    written = []
    for form, path in output_targets(output, forms, made.name):
        content = write(made, form, desk)
        if path is None:
            sys.stdout.buffer.write(content)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append({"format": form, "path": str(path), "bytes": len(content)})
        if not as_json:
            click.echo(str(path))
    if as_json:
        click.echo(json.dumps(written, ensure_ascii=False, indent=2))


def _say_remarks(run: Shared, findings: object, missing: tuple[str, ...]) -> None:
    for finding in findings if isinstance(findings, tuple) else ():
        if finding.severity is Severity.WARNING:
            run.say(str(finding))
    if missing:
        run.say(f"Left blank: {', '.join(missing)}.")


def implied_formats(output: Path | None) -> tuple[str, ...]:
    """Return the format that a file's name implies; PDF where it implies none."""
    suffix = output.suffix.lstrip(".").lower() if output else ""
    return (suffix,) if suffix in FORMATS else ("pdf",)


def output_targets(output: Path | None, forms: tuple[str, ...], name: str) -> list[tuple[str, Path | None]]:
    """Return where each format goes: a named file, a folder, or standard output."""
    if output == Path("-"):
        if len(forms) > 1:
            raise click.UsageError("Standard output takes one format. Give a folder for several.")
        return [(forms[0], None)]
    suffix = output.suffix.lstrip(".").lower() if output and not output.is_dir() else ""
    if output and suffix in FORMATS:
        if forms != (suffix,):
            raise click.UsageError(
                f"{output} is a {suffix} file, and {' and '.join(forms)} was asked for. Give a folder."
            )
        return [(suffix, output)]
    if suffix.isalpha() and len(suffix) <= 4:
        raise click.UsageError(f"{output} names no format docgen writes. Use one of {', '.join(FORMATS)}, or a folder.")
    folder = output or Path()
    return [(form, folder / f"{name}.{form}") for form in forms]
