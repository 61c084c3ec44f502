"""`docgen document`: the documents that were issued."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.comparisons import compare
from docgen.cli.engagements import LAST
from docgen.cli.options import shared, shared_options
from docgen.cli.redlines import check_output, redline_output, tell_redline

if TYPE_CHECKING:
    from docgen.actions.documents import Description
    from docgen.actions.genuineness import Examined
    from docgen.store.register import IssuedDocument


@click.group(epilog="Example: docgen document list NBS-2026-014")
@shared_options
def document() -> None:
    """Look at, fetch, sign, withdraw, compare and verify issued documents.

    DOC is a reference: NBS-2026-014/contract/1, NBS-2026-014/CO-001, NBS-2026-014/PR-007/2; without a version the
    last one is meant.
    """


document.add_command(compare)


@document.command("list", short_help="List documents.", epilog="Example: docgen document list NBS-2026-014")
@click.argument("name", metavar="[ENGAGEMENT]", required=False, default="")
@click.option("--limit", type=click.IntRange(1), default=LAST, help=f"At most so many, by default {LAST}.")
@click.option("--json", "as_json", is_flag=True, help="Print the documents as JSON.")
@shared_options
def list_(name: str, limit: int, as_json: bool) -> None:
    """List the documents of an ENGAGEMENT in the order they were issued, or the last ones of all, the newest first."""
    from docgen.actions.documents import list_documents
    from docgen.actions.references import reference_of

    rows = list_documents(shared().desk(), name, limit)[:limit]
    if as_json:
        click.echo(json.dumps([_row(each) for each in rows], ensure_ascii=False, indent=2))
        return
    width = max((len(str(reference_of(each))) for each in rows), default=0)
    for each in rows:
        click.echo(f"{reference_of(each)!s:<{width}}  {each.day}  {_status(each)}")
    if not rows:
        shared().say("No document is issued.")


def _row(row: IssuedDocument) -> dict[str, Any]:
    from docgen.actions.references import reference_of

    return {
        "reference": str(reference_of(row)),
        "engagement": row.engagement,
        "kind": row.kind,
        "number": row.number or None,
        "version": row.version,
        "status": row.status,
        "day": row.day,
        "at": row.at,
        "revision": row.revision,
        "superseded_by": row.superseded_by,
        "executed_on": row.executed_on,
        "entry": row.sequence,
    }


def _status(row: IssuedDocument) -> str:
    match row.status:
        case "superseded":
            return f"superseded by version {row.superseded_by}"
        case "executed":
            return f"executed on {row.executed_on}"
        case status:
            return status


@document.command(short_help="Show what is recorded of a document.", epilog="Example: docgen document show DOC")
@click.argument("reference", metavar="DOC")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@shared_options
def show(reference: str, as_json: bool) -> None:
    """Show all the record says of a document: status, template, facts, files with their hashes, tools."""
    from docgen.actions.documents import describe

    found = describe(shared().desk(), reference)
    if as_json:
        click.echo(json.dumps(_description(found), ensure_ascii=False, indent=2))
        return
    for label, value in _description(found).items():
        for count, line in enumerate(value if isinstance(value, list) else [value]):
            said = "" if count else f"{label.replace('_', ' ')}:"
            text = "  ".join(str(part) for part in line.values() if part) if isinstance(line, dict) else line
            if text is not None:
                click.echo(f"{said:<19}{text}")


def _description(found: Description) -> dict[str, Any]:
    row, event = found.document, found.event
    files = [
        {"file": f"{found.reference.file_stem}.{output.format}", "sha256": output.blob, "sealed": output.sealed}
        for output in event.outputs
    ]
    return {
        "reference": str(found.reference),
        "status": _status(row),
        "withdrawn_because": found.withdrawn_because or None,
        "day": row.day,
        "issued_at": row.at,
        "issued_by": found.person or "(forgotten)",
        "entry": row.sequence,
        "facts": f"revision {row.revision}",
        "template": f"{row.template} ({row.language}) {row.template_version}, {row.template_hash}",
        "files": files,
        "signed_copy": row.signed,
        "inputs": [{"input": item.name, "sha256": item.blob} for item in event.inputs],
        "tools": ", ".join(f"{tool.name} {tool.version}" for tool in event.tools),
    }


@document.command(
    short_help="Write a document's file.", epilog="Example: docgen document get NBS-2026-014/contract -f docx -o out"
)
@click.argument("reference", metavar="DOC")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(("pdf", "docx", "signed")),
    default="pdf",
    help="pdf (default), docx, or signed for the signed copy.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file or a folder; - for standard output.")
@shared_options
def get(reference: str, form: str, output: Path | None) -> None:
    """Write a document's file as it was issued, or its signed copy."""
    from docgen.actions.documents import describe, fetch

    run = shared()
    desk = run.desk()
    name, content = fetch(desk, reference, form)
    row = describe(desk, reference).document
    if row.status in ("superseded", "withdrawn"):
        run.say(f"Mind: this version is {_status(row)}.")
    if output == Path("-"):
        sys.stdout.buffer.write(content)
        return
    click.echo(str(_written(output, name, content)))


def _written(output: Path | None, name: str, content: bytes) -> Path:
    """Write a file where it was asked for: a folder, a file, or this folder."""
    folder = output is None or output.is_dir() or not output.suffix
    path = (output or Path()) / name if folder else Path(str(output))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@document.command(
    short_help="Keep the signed copy of a document.",
    epilog="Example: docgen document execute NBS-2026-014/contract/1 --signed scan.pdf --as ada@firm.example",
)
@click.argument("reference", metavar="DOC")
@click.option("--signed", type=click.Path(path_type=Path), required=True, help="The signed copy.")
@click.option("--json", "as_json", is_flag=True, help="Print the document as JSON.")
@shared_options
def execute(reference: str, signed: Path, as_json: bool) -> None:
    """Keep the signed copy beside the issued document. From then on terms under it change only by a change order.

    The day of signing is --on, by default today.
    """
    from docgen.actions.signing import execute as keep_signed

    _print_done(keep_signed(shared().desk(), reference, signed), as_json)


@document.command(
    short_help="Take a document back.",
    epilog='Example: docgen document withdraw NBS-2026-014/contract/1 --reason "Sent to the wrong company" '
    "--as ada@firm.example",
)
@click.argument("reference", metavar="DOC")
@click.option("--reason", required=True, help="Why, in a sentence; it is kept.")
@click.option("--json", "as_json", is_flag=True, help="Print the document as JSON.")
@shared_options
def withdraw(reference: str, reason: str, as_json: bool) -> None:
    """Take a document back. It stays in the record, marked as withdrawn, with the reason."""
    from docgen.actions.signing import withdraw as take_back

    _print_done(take_back(shared().desk(), reference, reason), as_json)


def _print_done(done: Any, as_json: bool) -> None:
    from docgen.actions.references import reference_of

    if as_json:
        click.echo(json.dumps(_row(done.document), ensure_ascii=False, indent=2))
    else:
        again = " (recorded before)" if done.repeated else ""
        click.echo(f"{reference_of(done.document)}: {_status(done.document)}{again}")
    for remark in done.remarks:
        shared().say(remark)


@document.command(
    short_help="Show what changed between two documents.",
    epilog="Example: docgen document redline NBS-2026-014/contract/1 NBS-2026-014/contract/2 -o changes.docx",
)
@click.argument("old", metavar="DOC")
@click.argument("new", metavar="OTHER")
@redline_output
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
@shared_options
def redline(old: str, new: str, output: Path | None, as_json: bool) -> None:
    """Show what changed from DOC to OTHER: as tracked changes in Word, as a page, or here."""
    from docgen.actions.remaking import redline as compare

    check_output(output)
    desk = shared().desk()
    tell_redline(desk, compare(desk, old, new), output, as_json=as_json)


@document.command(
    short_help="Tell whether a file is genuine.", epilog="Example: docgen document verify NBS-2026-014_contract_v1.pdf"
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@shared_options
def verify(file: Path, as_json: bool) -> None:
    """Tell of a PDF or Word FILE from anywhere whether it is genuine, and whether it still stands.

    Exit code 0 for a file that is genuine and current, 1 for any other.
    """
    from docgen.actions.genuineness import verify_file
    from docgen.actions.sealing import seals_of

    desk = shared().desk()
    found = verify_file(desk, file)
    seals = seals_of(desk, file)
    if as_json:
        value = {**_examined(file, found), "signatures": list(seals)}
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{file}: {found.verdict}.")
        for line in (*_said(found), *seals):
            click.echo(f"  {line}")
    if not found.sound:
        raise click.exceptions.Exit(1)


def _examined(file: Path, found: Examined) -> dict[str, Any]:
    return {
        "file": str(file),
        "sha256": found.digest,
        "verdict": found.verdict.value,
        "sound": found.sound,
        "claims": found.claims or None,
        "part": found.part or None,
        "remark": found.remark or None,
        "document": _row(found.document) if found.document else None,
    }


def _said(found: Examined) -> list[str]:
    from docgen.actions.genuineness import Verdict

    row = found.document
    lines = [f"SHA-256 {found.digest}"]
    if row is None:
        claim = f"It says it is {found.claims}, and the record has no such document." if found.claims else ""
        return [*lines, claim or "The record has no file with this hash."]
    if not found.part:
        lines.append(f"It says it is {found.claims}, but its bytes are none of those recorded for it.")
    if found.verdict is Verdict.CONTINUED:
        lines.append(
            "It begins with the issued file, to the byte. What was added at its end may be a signature, or may change "
            "what its pages show."
        )
    now = f" Version {found.current} stands now." if found.current else ""
    lines.append(f"{_named(found, row)}: {_status(row)}.{now}")
    lines.append(
        f"Issued on {row.day} by {found.person or '(forgotten)'}, at {row.at}: entry {row.sequence} of the log."
    )
    return [*lines, found.remark] if found.remark else lines


def _named(found: Examined, row: IssuedDocument) -> str:
    from docgen.actions.references import reference_of

    return f"{reference_of(row)} ({found.part})" if found.part else str(reference_of(row))


@document.command(
    short_help="Make a document again and compare the bytes.",
    epilog="Example: docgen document reproduce NBS-2026-014/contract/1",
)
@click.argument("reference", metavar="DOC")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@shared_options
def reproduce(reference: str, as_json: bool) -> None:
    """Make a document again from its recorded facts and template, and compare it to the byte with what was issued.

    Exit code 0 when every byte is the same; 6 when they differ and were made with other tools; else 5.
    """
    from docgen.actions.references import reference_of
    from docgen.actions.remaking import reproduce as make_again
    from docgen.errors import ExitCode

    found = make_again(shared().desk(), reference)
    name = str(reference_of(found.document))
    if as_json:
        value = {"reference": name, "exact": found.exact, "same": found.same, "other_tools": found.other_tools}
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        for form, same in found.same.items():
            click.echo(f"{name} {form}: {'the same to the byte' if same else 'other bytes'}")
        for tool in found.other_tools:
            click.echo(f"  made with {tool}")
    if not found.exact:
        raise click.exceptions.Exit(ExitCode.MISSING_HERE if found.other_tools else ExitCode.UNVERIFIED)
