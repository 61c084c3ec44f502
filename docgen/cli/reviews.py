"""`docgen review`: the terms of an engagement held against the playbook, and how the parties work together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.engagements import print_recorded
from docgen.cli.options import shared, shared_options
from docgen.lifecycle.quantities import quantity

if TYPE_CHECKING:
    from docgen.actions.reviewing import ReviewedTerm, TermsReview

USUAL = "terms"
"""What is meant where a line names no command but an engagement."""


class _Reviews(click.Group):
    """A group in which an engagement alone means its terms: `docgen review NBS-2026-014`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command a line asks for."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = [USUAL, *args]
        return super().resolve_command(ctx, args)


@click.group(cls=_Reviews, epilog="Example: docgen review NBS-2026-014")
@shared_options
def review() -> None:
    """Hold the terms of an engagement against the playbook, and record how the parties work together.

    `docgen review ENGAGEMENT` is short for `docgen review terms ENGAGEMENT`.
    """


@review.command(
    short_help="Say which terms are standard, and which need whose approval.",
    epilog="Example: docgen review terms NBS-2026-014 --all",
)
@click.argument("name", metavar="ENGAGEMENT")
@click.option("--all", "everything", is_flag=True, help="Show the terms that are standard, too.")
@click.option("--json", "as_json", is_flag=True, help="Print all terms as JSON.")
@shared_options
def terms(name: str, everything: bool, as_json: bool) -> None:
    """Say which terms of ENGAGEMENT are standard, within range, need an approval (whose), or are forbidden.

    The limits are those of the playbook of the contract that would be issued. Exit code 1 while something keeps it from
    being issued: a forbidden term, or one whose approval is not on the record.
    """
    from docgen.actions.reviewing import review_terms

    found = review_terms(shared().desk(), name)
    if as_json:
        click.echo(json.dumps(_record(found), ensure_ascii=False, indent=2))
    else:
        for each in found.terms:
            if everything or each.ruling.weight:
                click.echo(_line(each))
        standard = sum(not each.ruling.weight for each in found.terms)
        shared().say(f"{quantity(standard, 'term')} of {len(found.terms)} standard, by {_source(found)}.")
    if found.open:
        shared().say(f"The contract may not be issued yet: {quantity(len(found.open), 'open term')}.")
        raise click.exceptions.Exit(1)


@review.command(
    short_help="Approve terms that are not standard.",
    epilog='Example: docgen review approve NBS-2026-014 --reason "Their house rules" --as helen@firm.example',
)
@click.argument("name", metavar="ENGAGEMENT")
@click.option("--reason", default="", help="Why, in a sentence, for the record.")
@click.option("--json", "as_json", is_flag=True, help="Print what was approved as JSON.")
@shared_options
def approve(name: str, reason: str, as_json: bool) -> None:
    """Approve the terms of ENGAGEMENT that wait for a role of yours, exactly as they are.

    Another value of the same term needs another approval. What is forbidden nobody approves.
    """
    from docgen.actions.reviewing import approve_terms
    from docgen.doctree.redline import harmless

    approved = approve_terms(shared().desk(), name, reason)
    if as_json:
        click.echo(json.dumps([_term(each) for each in approved], ensure_ascii=False, indent=2))
        return
    for each in approved:
        click.echo(harmless(f"{each.judged.path}: {each.judged.said} approved as {each.ruling.role}"))


@review.command(
    "record",
    short_help="Record a relationship review.",
    epilog="Example: docgen review record review.yaml --as ada@firm.example",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was recorded as JSON.")
@shared_options
def record_review(file: Path, as_json: bool) -> None:
    """Record the review in FILE; another file of the same day is its next revision."""
    from docgen.actions.feedback import record_review as record

    print_recorded(record(shared().desk(), file), as_json)


def _line(each: ReviewedTerm) -> str:
    from docgen.actions.classifying import told_limit
    from docgen.doctree.redline import harmless

    consent = each.consent
    given = f", given by {consent.person or 'somebody'} on {consent.approval.on}" if consent else ""
    said = f"{each.ruling}{given}: {each.judged.path} is {each.judged.said}; {told_limit(each.limit)}"
    return harmless(f"{said}  [{each.judged.clause}]")


def _source(found: TermsReview) -> str:
    playbook = f"its playbook {found.playbook[:12]}" if found.playbook else "which has no playbook"
    return f"{found.template}, {found.template_hash[:12]}, {playbook}"


def _record(found: TermsReview) -> dict[str, Any]:
    return {
        "engagement": found.engagement,
        "revision": found.revision,
        "playbook": {
            "template": found.template,
            "template_hash": found.template_hash,
            "hash": found.playbook or None,
        },
        "may_be_issued": not found.open,
        "terms": [_term(each) for each in found.terms],
    }


def _term(each: ReviewedTerm) -> dict[str, Any]:
    consent = each.consent
    return {
        "field": each.judged.path,
        "value": each.judged.said,
        "clause": each.judged.clause,
        "ruling": each.ruling.standing,
        "role": each.ruling.role,
        "limit": each.limit.model_dump(mode="json", exclude_none=True, exclude={"field"}),
        "approved_by": consent.person if consent else None,
        "approved_on": consent.approval.on.isoformat() if consent else None,
        "open": each.is_open,
    }
