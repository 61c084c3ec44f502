"""`docgen change`: change orders from the request to the signature."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.engagements import print_recorded
from docgen.cli.options import shared, shared_options
from docgen.errors import shell_word

if TYPE_CHECKING:
    from docgen.actions.deciding import Moved, Shown

FILE = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path, file_okay=False)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_REASON = click.option("--reason", required=True, help="Why, in a sentence; it is kept.")
_REF = click.argument("reference", metavar="REF")


@click.group(epilog="Example: docgen change raise change-order-001.yaml --as ada@firm.example")
@shared_options
def change() -> None:
    """Raise, approve, issue and sign change orders; the contract sum and the dates follow from them."""


@change.command(
    "raise",
    short_help="Record a change order or a directive.",
    epilog="Example: docgen change raise change-order-001.yaml --as ada@firm.example",
)
@click.argument("file", type=FILE)
@_JSON
@shared_options
def raise_(file: Path, as_json: bool) -> None:
    """Record the change order or directive in FILE, or the next revision of one that is not signed yet.

    A revision makes a draft of an order again: approvals given before count no more.
    """
    from docgen.actions.entries import raise_order

    print_recorded(raise_order(shared().desk(), file), as_json)


@change.command(
    short_help="Ask for the approvals of an order.",
    epilog="Example: docgen change submit NBS-2026-014/CO-001 --as ada@firm.example",
)
@_REF
@_JSON
@shared_options
def submit(reference: str, as_json: bool) -> None:
    """Ask for the approvals that the contract's ladder wants for order REF, as it is and as the contract stands."""
    from docgen.actions.deciding import submit as submit_order

    _print_moved(submit_order(shared().desk(), reference), as_json)


@change.command(
    short_help="Approve an order.",
    epilog="Example: docgen change approve NBS-2026-014/CO-001 --as helen@firm.example",
)
@_REF
@_JSON
@shared_options
def approve(reference: str, as_json: bool) -> None:
    """Approve order REF exactly as it is. Nobody approves what they raised, and a person counts once."""
    from docgen.actions.deciding import approve as approve_order

    _print_moved(approve_order(shared().desk(), reference), as_json)


@change.command(
    short_help="Say no to an order.",
    epilog='Example: docgen change reject NBS-2026-014/CO-001 --reason "Too dear" --as helen@firm.example',
)
@_REF
@_REASON
@_JSON
@shared_options
def reject(reference: str, reason: str, as_json: bool) -> None:
    """Say no to order REF, and why. Its number stays used; a paper issued for it is taken back."""
    from docgen.actions.deciding import reject as reject_order

    _print_moved(reject_order(shared().desk(), reference, reason), as_json)


@change.command(
    short_help="Take an order back.",
    epilog='Example: docgen change withdraw NBS-2026-014/CO-001 --reason "No longer wanted" --as ada@firm.example',
)
@_REF
@_REASON
@_JSON
@shared_options
def withdraw(reference: str, reason: str, as_json: bool) -> None:
    """Take order REF back before it is signed, and say why. A signed one is made void by `docgen document withdraw`."""
    from docgen.actions.deciding import withdraw_order

    _print_moved(withdraw_order(shared().desk(), reference, reason), as_json)


def _print_moved(moved: Moved, as_json: bool) -> None:
    if as_json:
        value = {
            "reference": str(moved.reference),
            "state": moved.state.value,
            "needs": list(moved.needs),
            "repeated": moved.repeated,
            "remarks": list(moved.remarks),
        }
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        needs = f"; it needs the approval of {' and '.join(moved.needs)}" if moved.needs else ""
        again = " (nothing new)" if moved.repeated else ""
        click.echo(f"{moved.reference}: {moved.state}{needs}{again}")
    for remark in moved.remarks:
        shared().say(remark)


@change.command(
    short_help="Make the paper of an approved order.",
    epilog="Example: docgen change issue NBS-2026-014/CO-001 --as ada@firm.example -o out",
)
@_REF
@click.option("-o", "--output", type=FOLDER, default=Path(), help="The folder to write to; by default this one.")
@click.option("--seal", is_flag=True, help="Sign the PDF with the firm's certificate.")
@_JSON
@shared_options
def issue(reference: str, output: Path, seal: bool, as_json: bool) -> None:
    """Make the paper of order REF, which has all its approvals, or of a directive (CD-001), as PDF and as Word."""
    from docgen.actions.drafting import Issue
    from docgen.actions.issuing import issue as issue_document
    from docgen.actions.references import read_reference
    from docgen.actions.sealing import pen
    from docgen.cli.issue import print_issued

    named = read_reference(reference)
    if named.kind not in ("change-order", "change-directive"):
        raise click.UsageError(f"{reference} is neither a change order nor a directive.")
    desk = shared().desk()
    issued = issue_document(desk, Issue(named.kind, named.engagement, named.number), pen(desk, wanted=seal))
    print_issued(issued, output, ("pdf", "docx"), as_json)


@change.command(
    short_help="Keep the signed copy of an order.",
    epilog="Example: docgen change execute NBS-2026-014/CO-001 --signed CO-001-signed.pdf --as ada@firm.example",
)
@_REF
@click.option("--signed", type=FILE, required=True, help="The signed copy.")
@click.option(
    "-o",
    "--output",
    type=FOLDER,
    help="A folder for the conformed contract and its redline; by default they are only kept in the record.",
)
@_JSON
@shared_options
def execute(reference: str, signed: Path, output: Path | None, as_json: bool) -> None:
    """Keep the signed copy of order REF; the contract with it worked in is issued, with a redline from the original.

    The day of signing is --on, by default today.
    """
    from docgen.actions.deciding import conclude
    from docgen.actions.references import read_reference
    from docgen.cli.issue import write_files

    if read_reference(reference).kind == "change-directive":
        _execute_directive(reference, signed, as_json)
        return
    concluded = conclude(shared().desk(), reference, signed)
    document, conformed = concluded.done.document, concluded.conformed
    written = write_files(conformed, output) if output and conformed else []
    if output and conformed and concluded.redline:
        written.append(output / f"{conformed.reference.file_stem}_redline.docx")
        written[-1].write_bytes(concluded.redline)
    if as_json:
        value = {
            "reference": reference,
            "state": "executed",
            "executed_on": document.executed_on,
            "repeated": concluded.done.repeated,
            "conformed": str(conformed.reference) if conformed else None,
            "files": list(map(str, written)),
        }
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        again = " (recorded before)" if concluded.done.repeated else ""
        click.echo(f"{reference}: executed on {document.executed_on}{again}")
        if conformed:
            made = conformed.reference
            click.echo(
                f"{made}: issued; docgen document redline {shell_word(made.engagement)}/contract {shell_word(made)}"
            )
        for path in written:
            click.echo(str(path))
    for remark in concluded.remarks:
        shared().say(remark)


def _execute_directive(reference: str, signed: Path, as_json: bool) -> None:
    from docgen.actions.signing import execute as keep_signed

    done = keep_signed(shared().desk(), reference, signed)
    value = {"reference": reference, "state": "executed", "executed_on": done.document.executed_on}
    if as_json:
        click.echo(json.dumps({**value, "repeated": done.repeated}, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{reference}: executed on {done.document.executed_on}")
    for remark in done.remarks:
        shared().say(remark)


@change.command(
    short_help="Show an order's numbers on the contract as it stands.",
    epilog="Example: docgen change rebase NBS-2026-014/CO-002",
)
@_REF
@click.option("--submit", "again", is_flag=True, help="Submit it again on these numbers; approvals begin anew.")
@_JSON
@shared_options
def rebase(reference: str, again: bool, as_json: bool) -> None:
    """Show what order REF does to the contract as it stands now, where another order was executed in between."""
    from docgen.actions.deciding import show as look
    from docgen.actions.deciding import submit as submit_order
    from docgen.cli.change_words import impact_lines

    desk = shared().desk()
    shown = look(desk, reference)
    if not again:
        _print_shown(shown, as_json)
        if not as_json and shown.chain.is_stale(shown.course):
            click.echo(f"To go on with these numbers: docgen change rebase {shell_word(reference)} --submit")
        return
    if not as_json:
        _print(impact_lines(shown.impact))
    _print_moved(submit_order(desk, reference), as_json)


@change.command(
    short_help="Show an order and what it would do.",
    epilog="Example: docgen change show NBS-2026-014/CO-001 -o impact.pdf",
)
@_REF
@click.option(
    "-o",
    "--output",
    type=FILE,
    help="Also write the effect as a page for the client: a .pdf, .docx, .html or .txt file, marked as a draft.",
)
@_JSON
@shared_options
def show(reference: str, output: Path | None, as_json: bool) -> None:
    """Show where order REF stands, who decided what, and its effect beside the contract as it stands."""
    from docgen.actions.deciding import directive_of, write_impact
    from docgen.actions.deciding import show as look
    from docgen.actions.references import read_reference
    from docgen.cli.change_words import directive_lines, directive_record

    desk = shared().desk()
    if read_reference(reference).kind == "change-directive":
        row = directive_of(desk, reference)
        _print(directive_record(row) if as_json else directive_lines(row))
        return
    shown = look(desk, reference)
    if output:
        content = write_impact(desk, shown, output.suffix.removeprefix(".").lower())
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(content)
    _print_shown(shown, as_json)
    if output and not as_json:
        click.echo(str(output))


@change.command(
    "list", short_help="List change orders and where they stand.", epilog="Example: docgen change list NBS-2026-014"
)
@click.argument("name", metavar="[ENGAGEMENT]", required=False, default="")
@click.option("--state", "states", multiple=True, help="Only orders in this state; may be given again.")
@_JSON
@shared_options
def list_(name: str, states: tuple[str, ...], as_json: bool) -> None:
    """List the change orders of one engagement, or of all, with where each stands and its effect."""
    from docgen.actions.deciding import orders
    from docgen.cli.change_words import row_line, row_record
    from docgen.lifecycle.states import OrderState

    wrong = [state for state in states if state not in set(OrderState)]
    if wrong:
        raise click.UsageError(f"There is no state “{wrong[0]}”. There are: {', '.join(OrderState)}.")
    found = [row for row in orders(shared().desk(), name) if not states or row.course.state in states]
    _print([row_record(row) for row in found] if as_json else map(row_line, found))
    if not found and not as_json:
        shared().say("No change order is recorded. `docgen change raise FILE` records one.")


@change.command(short_help="Print the register of changes.", epilog="Example: docgen change register NBS-2026-014")
@click.argument("name", metavar="ENGAGEMENT")
@_JSON
@shared_options
def register(name: str, as_json: bool) -> None:
    """Print every change of an ENGAGEMENT in the order of its number, with its effect and the sum that results."""
    from docgen.actions.deciding import register_of
    from docgen.cli.change_words import register_lines, register_record

    found = register_of(shared().desk(), name)
    _print(register_record(found) if as_json else register_lines(found))


def _print_shown(shown: Shown, as_json: bool) -> None:
    from docgen.cli.change_words import shown_lines, shown_record

    _print(shown_record(shown) if as_json else shown_lines(shown))
    for warning in () if as_json else shown.warnings:
        shared().say(warning)


def _print(said: Iterable[str] | dict[str, Any] | list[dict[str, Any]]) -> None:
    """Print lines, or a record or a list of them as JSON."""
    if isinstance(said, dict | list):
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    for line in said:
        click.echo(line)
