"""`docgen document compare`: what a counterparty changed in a file that came back."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.classified import classified_record, judgement_lines, judgement_record
from docgen.cli.options import shared, shared_options
from docgen.cli.redlines import ANSI
from docgen.lifecycle.quantities import quantity

if TYPE_CHECKING:
    from docgen.actions.comparing import Comparison
    from docgen.doctree.manuscript import Tracked
    from docgen.review.differences import Difference

_SHOWN = 60
"""How many letters of its line stand before and behind a change."""


@click.command(
    short_help="Show what changed in a file that came back.",
    epilog="Example: docgen document compare NBS-2026-014/contract returned.docx",
)
@click.argument("reference", metavar="DOC")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write a .docx with all changes tracked.")
@shared_options
def compare(reference: str, file: Path, as_json: bool, output: Path | None) -> None:
    """Show every difference between DOC as issued and the Word or PDF FILE that came back, by clause.

    What was tracked names who did it; what nobody tracked is silent, as all is in a PDF. Wording, numbers, amounts,
    dates, clauses that came, went or moved, the edges of pages, hidden text, pictures and comments are told; how words
    look is not. The playbook says of each whether it is allowed, forbidden, or which role may decide; a change that is
    one of a fact comes with the new fact. With -o the file that came back is written with its silent changes tracked as
    well; for a PDF, the Word file as issued with all of them. Exit code 1 when something differs.
    """
    from docgen.actions.comparing import compare_returned
    from docgen.actions.references import reference_of

    _check(output)
    desk = shared().desk()
    found = compare_returned(desk, reference, file)
    if output:
        from docgen.actions.marking import UNTRACKED, redline_returned

        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(redline_returned(desk, found))
        shared().say(f"{output}: all changes tracked, those that were silent by “{UNTRACKED}”.")
    if as_json:
        click.echo(json.dumps(_record(found), ensure_ascii=False, indent=2))
    else:
        for line in _lines(found):
            click.echo(line)
    name = str(reference_of(found.document))
    if found.is_same:
        shared().say(f"{file} says what {name} says.")
        return
    silent = sum(each.is_silent for each in found.differences)
    shared().say(f"{quantity(len(found.differences), 'difference')} from {name}, {silent} of them silent.")
    if found.is_another:
        shared().say(f"Most of what {name} says is not in {file}: see whether it is another document.")
    raise click.exceptions.Exit(1)


def _check(output: Path | None) -> None:
    if output and output.suffix.lower() != ".docx":
        raise click.UsageError(f"{output} does not end in .docx. Name the Word file to write.")


def _lines(found: Comparison) -> Iterator[str]:
    from docgen.doctree.redline import harmless

    for place, group in groupby(found.judgement.classified, key=lambda each: _place(each.difference)):
        yield harmless(place)
        for each in group:
            difference = each.difference
            yield f"  {harmless(_who(difference.by))}, {difference.kind}: {_told(difference)}"
            yield f"    {each.ruling}: {harmless(each.rule)}"
    for comment in found.comments:
        about = f" at “{comment.about[:_SHOWN]}”" if comment.about else ""
        yield harmless(f"Comment by {comment.author or 'somebody'}{about}: {' '.join(comment.text.split())}")
    for remark in found.remarks:
        yield harmless(remark)
    yield from map(harmless, judgement_lines(found.judgement))


def _place(each: Difference) -> str:
    if each.where.where:
        return each.where.where
    return "Outside the clauses" if each.part == "body" else each.part.capitalize()


def _who(by: tuple[Tracked, ...]) -> str:
    if not by:
        return "silent"
    return "tracked by " + ", ".join(
        f"{each.author or 'somebody'}{f' on {each.at:%Y-%m-%d}' if each.at else ''}" for each in by
    )


def _told(each: Difference) -> str:
    from docgen.doctree.redline import PLAIN_MARKS, harmless

    went, went_end, came, came_end = ANSI if sys.stdout.isatty() else PLAIN_MARKS
    if each.kind == "picture":
        return "came, went or is another one now. It may carry text: look at it."
    if each.to is not None:
        return harmless(f"now {f'behind {each.to.where}' if each.to.where else 'at the beginning'}: {each.before}")
    before = f"{went}{harmless(each.before)}{went_end}" if each.before else ""
    after = f"{came}{harmless(each.after)}{came_end}" if each.after else ""
    place = f"  in “{harmless(_near(each))}”" if each.context else ""
    return f"{before}{after}{place}".replace("\n", "\n    ")


def _near(each: Difference) -> str:
    """Return the words of the line around a change."""
    start = max(each.context.find(each.before), 0)
    left, right = max(start - _SHOWN, 0), start + len(each.before) + _SHOWN
    text = each.context[left:right]
    return f"{'…' if left else ''}{text}{'…' if right < len(each.context) else ''}"


def _record(found: Comparison) -> dict[str, Any]:
    from docgen.actions.references import reference_of

    return {
        "document": str(reference_of(found.document)),
        **judgement_record(found.judgement),
        "differences": [
            {
                **classified_record(judged),
                "kind": each.kind,
                "part": each.part,
                "clause": each.where.clause_id or None,
                "where": each.where.where or None,
                "before": each.before,
                "after": each.after,
                "tracked_by": [_tracked(by) for by in each.by],
                "silent": each.is_silent,
                "moved_to": each.to.where if each.to else None,
                "line": each.context or None,
            }
            for judged in found.judgement.classified
            for each in (judged.difference,)
        ],
        "comments": [
            {
                "author": each.author,
                "at": each.at.isoformat() if each.at else None,
                "about": each.about,
                "text": each.text,
            }
            for each in found.comments
        ],
        "remarks": list(found.remarks),
    }


def _tracked(by: Tracked) -> dict[str, str | None]:
    return {"author": by.author, "at": by.at.isoformat() if by.at else None}
