"""`docgen change`: change orders from the request to the signature."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.engagements import print_recorded
from docgen.cli.options import shared, shared_options

if TYPE_CHECKING:
    from docgen.actions.change_orders import Chain, Course
    from docgen.actions.deciding import DirectiveRow, Moved, Shown
    from docgen.models.money import Money

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
    from docgen.actions.issuing import Issue
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

    if read_reference(reference).kind == "change-directive":
        _execute_directive(reference, signed, as_json)
        return
    concluded = conclude(shared().desk(), reference, signed)
    document, conformed = concluded.done.document, concluded.conformed
    written = []
    if output and conformed:
        output.mkdir(parents=True, exist_ok=True)
        files = {f"{conformed.reference.file_stem}.{form}": content for form, content in conformed.files.items()}
        files[f"{conformed.reference.file_stem}_redline.docx"] = concluded.redline or b""
        for name, content in files.items():
            written.append(output / name)
            written[-1].write_bytes(content)
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
            click.echo(f"{made}: issued; docgen document redline {made.engagement}/contract {made}")
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

    desk = shared().desk()
    shown = look(desk, reference)
    if not again:
        _print_shown(shown, as_json)
        if not as_json and shown.chain.is_stale(shown.course):
            click.echo(f"To go on with these numbers: docgen change rebase {reference} --submit")
        return
    if not as_json:
        _print_impact(shown)
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
    from docgen.actions.deciding import show as look
    from docgen.actions.deciding import write_impact
    from docgen.actions.references import read_reference

    desk = shared().desk()
    if read_reference(reference).kind == "change-directive":
        _show_directive(reference, as_json)
        return
    shown = look(desk, reference)
    if output:
        content = write_impact(desk, shown, output.suffix.removeprefix(".").lower())
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(content)
    _print_shown(shown, as_json)
    if output and not as_json:
        click.echo(str(output))


def _show_directive(reference: str, as_json: bool) -> None:
    from docgen.actions.deciding import directive_of

    row = directive_of(shared().desk(), reference)
    if as_json:
        click.echo(
            json.dumps(_directive_record(reference.split("/", maxsplit=1)[0], row), ensure_ascii=False, indent=2)
        )
        return
    directive = row.directive
    click.echo(f"{reference}: {row.state}. {directive.title}")
    click.echo(f"  ordered by the {directive.ordered_by} on {directive.ordered_on or '(blank)'}: {directive.reason}")
    for line in directive.work:
        click.echo(f"  {line}")
    click.echo(f"  {_limit(row)}")


def _limit(row: DirectiveRow) -> str:
    if row.converted_by:
        return f"converted by {row.converted_by}"
    limit = row.directive.not_to_exceed
    return f"outside the contract sum{f', paid up to {_money(limit)}' if limit else ''}"


def _directive_record(engagement: str, row: DirectiveRow) -> dict[str, Any]:
    directive = row.directive
    return {
        "reference": f"{engagement}/{directive.reference}",
        "title": directive.title,
        "state": row.state,
        "ordered_by": directive.ordered_by.value,
        "not_to_exceed": format(directive.not_to_exceed.amount, "f") if directive.not_to_exceed else None,
        "converted_by": row.converted_by or None,
    }


def _print_shown(shown: Shown, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_shown_record(shown), ensure_ascii=False, indent=2))
        return
    order, course = shown.course.order, shown.course
    click.echo(f"{shown.reference}: {course.state}. {order.title}")
    click.echo(f"  asked for by the {order.requested_by} on {order.requested_on or '(blank)'}: {order.reason}")
    for happened in course.history:
        who = f"  {happened.at}  {happened.person}" if happened.at else ""
        click.echo(f"  {happened.words}{who}")
    if shown.needs:
        click.echo(f"  still needs the approval of {' and '.join(shown.needs)}")
    _print_impact(shown)
    for warning in shown.warnings:
        shared().say(warning)


def _print_impact(shown: Shown) -> None:
    found = shown.impact
    rows: list[tuple[str, ...]] = [("", "as signed", "as it stands", "with this order", "change")]
    rows.append(
        (
            "contract sum",
            *(_money(each) for each in (found.sum.signed, found.sum.now, found.sum.then)),
            _signed_money(found.sum.effect),
        )
    )
    rows.append(("end date", *_days(found.end_date)))
    rows += [(f"milestone {each.id}", *_days(each.date, each.standing)) for each in found.milestones]
    cap = found.liability_cap
    follows = " (follows the fees)" if cap.follows_fees_then else ""
    rows.append(
        (
            "liability cap",
            "",
            _money(cap.now),
            _money(cap.then),
            "unchanged" if cap.now == cap.then else follows.strip(),
        )
    )
    for fee in found.fees:
        totals = [_money(line.total) if line else "none" for line in (fee.before, fee.after)]
        rows.append((f"fee {fee.id} {fee.standing}", "", *totals, _signed_money(fee.effect)))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    click.echo("  effect:")
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        click.echo(f"    {'  '.join(cells)}".rstrip())
    for line in _other_effects(shown):
        click.echo(f"    {line}")


def _other_effects(shown: Shown) -> Iterator[str]:
    found = shown.impact
    for deliverable in found.deliverables:
        known = deliverable.after or deliverable.before
        yield f"deliverable {deliverable.id} {deliverable.standing}: {known.title if known else ''}"
    for obligation in found.obligations:
        said = obligation.after or obligation.before
        yield f"obligation {obligation.id} {obligation.standing}: {f'{said.party}: {said.action}' if said else ''}"
    for term in found.terms:
        yield f"{term.path}: {term.before} → {term.after}"


def _days(found: Any, standing: str = "") -> tuple[str, str, str, str]:
    days = found.days
    words = standing if standing in ("added", "omitted") else "unchanged" if not days else f"{days:+d} days"
    return str(found.signed or ""), str(found.now or ""), str(found.then or ""), words


def _money(amount: Money | None) -> str:
    return "none" if amount is None else f"{amount.currency} {amount.amount:,f}"


def _signed_money(amount: Money) -> str:
    return f"{amount.amount:+,f}" if amount.amount else "unchanged"


def _shown_record(shown: Shown) -> dict[str, Any]:
    course, found = shown.course, shown.impact

    def days(each: Any) -> dict[str, Any]:
        return {
            "signed": each.signed.isoformat() if each.signed else None,
            "now": each.now.isoformat() if each.now else None,
            "then": each.then.isoformat() if each.then else None,
            "days": each.days,
        }

    def amount(each: Money | None) -> str | None:
        return None if each is None else format(each.amount, "f")

    cap = found.liability_cap
    return {
        **_row_record(shown.chain, course),
        "requested_by": course.order.requested_by.value,
        "requested_on": course.order.requested_on.isoformat() if course.order.requested_on else None,
        "reason": course.order.reason,
        "needs": list(shown.needs),
        "approvals": [{"person": each.person, "role": each.role} for each in course.approvals],
        "rungs": [
            {"role": rung.role, "up_to": amount(rung.up_to), "required": rung.required, "why": rung.why}
            for rung in shown.chain.rungs(course)
        ],
        "stale": shown.chain.is_stale(course),
        "history": [
            {"step": each.step.value, "at": each.at or None, "person": each.person or None, "words": each.words}
            for each in course.history
        ],
        "impact": {
            "sum": {
                "signed": amount(found.sum.signed),
                "now": amount(found.sum.now),
                "then": amount(found.sum.then),
                "effect": amount(found.sum.effect),
            },
            "end_date": days(found.end_date),
            "milestones": [
                {"id": each.id, "standing": each.standing.value, **days(each.date)} for each in found.milestones
            ],
            "deliverables": [{"id": each.id, "standing": each.standing.value} for each in found.deliverables],
            "obligations": [{"id": each.id, "standing": each.standing.value} for each in found.obligations],
            "fees": [
                {"id": each.id, "standing": each.standing.value, "effect": amount(each.effect)} for each in found.fees
            ],
            "liability_cap": {
                "now": amount(cap.now),
                "then": amount(cap.then),
                "follows_fees": cap.follows_fees_then,
            },
            "terms": [
                {"path": each.path, "before": str(each.before), "after": str(each.after)} for each in found.terms
            ],
        },
        "conflicts": [
            {"orders": [each.first, each.second], "thing": each.thing.value, "id": each.id, "words": str(each)}
            for each in shown.chain.conflicts(course)
        ],
        "warnings": list(shown.warnings),
    }


@change.command(
    "list", short_help="List change orders and where they stand.", epilog="Example: docgen change list NBS-2026-014"
)
@click.argument("name", metavar="[ENGAGEMENT]", required=False, default="")
@click.option("--state", "states", multiple=True, help="Only orders in this state; may be given again.")
@_JSON
@shared_options
def list_(name: str, states: tuple[str, ...], as_json: bool) -> None:
    """List the change orders of one engagement, or of all, with where each stands and its effect."""
    from docgen.actions.deciding import chains
    from docgen.lifecycle.states import OrderState

    wrong = [state for state in states if state not in set(OrderState)]
    if wrong:
        raise click.UsageError(f"There is no state “{wrong[0]}”. There are: {', '.join(OrderState)}.")
    rows = [
        (chain, course)
        for chain in chains(shared().desk(), name)
        for course in chain.courses.values()
        if not states or course.state in states
    ]
    if as_json:
        click.echo(json.dumps([_row_record(*row) for row in rows], ensure_ascii=False, indent=2))
        return
    for chain, course in rows:
        row = _row_record(chain, course)
        click.echo(f"{row['reference']}  {course.state:<9}  {_shown_effect(row):>16}  {course.order.title}")
    if not rows:
        shared().say("No change order is recorded. `docgen change raise FILE` records one.")


@change.command(short_help="Print the register of changes.", epilog="Example: docgen change register NBS-2026-014")
@click.argument("name", metavar="ENGAGEMENT")
@_JSON
@shared_options
def register(name: str, as_json: bool) -> None:
    """Print every change of an ENGAGEMENT in the order of its number, with its effect and the sum that results."""
    from docgen.actions.deciding import register_of
    from docgen.lifecycle.states import DEAD_ORDERS

    found = register_of(shared().desk(), name)
    chain = found.chain
    if as_json:
        value = {
            "engagement": name,
            "currency": chain.engagement.currency,
            "original_sum": format(found.original.amount, "f"),
            "net_change": format(found.net.amount, "f"),
            "current_sum": format(found.current.amount, "f"),
            "pending": format(found.pending.amount, "f"),
            "end_date": chain.terms.end_date.isoformat() if chain.terms.end_date else None,
            "orders": [_row_record(chain, course) for course in chain.courses.values()],
            "directives": [_directive_record(name, row) for row in found.directives],
        }
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
        return
    click.echo(f"{name}: register of changes on {chain.on}")
    click.echo(f"{'original contract sum':<34}{_money(found.original):>20}")
    for course in chain.courses.values():
        row = _row_record(chain, course)
        after = f"{chain.engagement.currency} {row['sum_after']}" if row["sum_after"] else ""
        label = f"{course.order.reference}  {course.state}"
        effect = f"({_shown_effect(row)})" if course.state in DEAD_ORDERS else _shown_effect(row)
        click.echo(f"{label:<34}{effect:>20}  {_thousands(after):>20}  {course.order.title}")
    click.echo(f"{'net change by executed orders':<34}{_signed_money(found.net):>20}")
    click.echo(f"{'contract sum':<34}{_money(found.current):>20}")
    click.echo(f"{'in orders still open':<34}{_signed_money(found.pending):>20}")
    for each in found.directives:
        click.echo(f"{each.directive.reference}  {each.state}: {each.directive.title}, {_limit(each)}")


def _thousands(text: str) -> str:
    from decimal import Decimal

    currency, _, amount = text.partition(" ")
    return f"{currency} {Decimal(amount):,f}" if amount else text


def _shown_effect(row: dict[str, Any]) -> str:
    from decimal import Decimal

    if row["effect"] is None:
        return "does not fit"
    return f"{Decimal(row['effect']):+,f}" if Decimal(row["effect"]) else "unchanged"


def _row_record(chain: Chain, course: Course) -> dict[str, Any]:
    """Return an order as a list prints it; one that does not fit the contract any more has no effect."""
    from docgen.errors import DocgenError
    from docgen.lifecycle.states import OrderState

    effect = after = None
    days = None
    try:
        found = chain.impact(course)
    except DocgenError:
        found = None
    if found:
        effect, days = format(found.sum.effect.amount, "f"), found.end_date.days
        after = format(found.sum.then.amount, "f") if course.state is OrderState.EXECUTED else None
    return {
        "reference": f"{chain.engagement.id}/{course.order.reference}",
        "title": course.order.title,
        "kind": course.order.kind.value,
        "state": course.state.value,
        "effect": effect,
        "currency": chain.engagement.currency,
        "days": days,
        "sum_after": after,
        "effective_date": course.order.effective_date.isoformat() if course.order.effective_date else None,
        "converts": f"CD-{course.order.converts:03d}" if course.order.converts else None,
    }
