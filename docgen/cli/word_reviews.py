"""A template reviewed in Word: `docgen template submit --for-word` writes it, `review-import` reads it back."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.options import shared, shared_options
from docgen.cli.redlines import ANSI
from docgen.lifecycle.quantities import quantity

if TYPE_CHECKING:
    from docgen.actions.desk import Desk
    from docgen.actions.word_review import Change, Noted, Review
    from docgen.doctree.manuscript import Tracked
    from docgen.store.events import TemplateVersion
    from docgen.templating.traced import Origin


@click.command(
    "review-import",
    short_help="Read a template back that was reviewed in Word.",
    epilog="Example: docgen template review-import contract_review.docx --patch contract.patch",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--template", "name", default="", help="Which template it is, where the file does not say.")
@click.option("--language", default="", help="In which language, where the file does not say.")
@click.option(
    "--patch", type=click.Path(path_type=Path), help="Write what can be applied as a patch, - for standard output."
)
@click.option("--apply", "wanted", is_flag=True, help="Write it into the house's templates, after asking.")
@click.option("--yes", is_flag=True, help="With --apply, do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print changes and comments as JSON.")
@shared_options
def review_import(
    file: Path, name: str, language: str, patch: Path | None, wanted: bool, yes: bool, as_json: bool
) -> None:
    """List what was changed and noted in FILE, a reading view that came back from Word, by line of the source.

    Each change has its author and time, or is silent where nobody tracked it, and comes with a patch, or with why it
    needs a person: it stands in a value or a condition, or is more than words. Nothing is applied unless asked for.
    Exit code 1 when something was changed or noted, but for what was applied.
    """
    from docgen.actions.word_review import review_file

    desk = shared().desk()
    found = review_file(desk, file, name, language)
    if as_json:
        click.echo(json.dumps(_record(found), ensure_ascii=False, indent=2))
    elif str(patch) != "-":
        for line in _lines(found):
            click.echo(line)
    _sum_up(found, file)
    if patch:
        _write_patch(found, patch)
    left = not found.is_same
    if wanted and found.files:
        _apply(found, yes=yes)
        left = bool(found.comments) or any(each.edit is None for each in found.changes)
    if left:
        raise click.exceptions.Exit(1)


def _sum_up(found: Review, file: Path) -> None:
    named = f"{found.template.name} ({found.template.language})"
    if not found.current:
        shared().say(
            f"{file} was made from version {found.version[:12]} of {named}; the template has changed since. Each "
            "change is held against that version, and its patch fits the template as it stands."
        )
    if found.is_same:
        shared().say(f"{file} says what {named} says.")
        return
    person = sum(each.edit is None for each in found.changes)
    counted = f"{quantity(len(found.changes), 'change')}, {person} for a person" if found.changes else "No change"
    noted = f"; {quantity(len(found.comments), 'comment')}" if found.comments else ""
    shared().say(f"{counted}{noted}.")
    if found.languages and any(each.edit for each in found.changes):
        others = ", ".join(found.languages)
        shared().say(f"{found.template.name} is there in {others}, too; those words stay as they are.")


def _write_patch(found: Review, patch: Path) -> None:
    if str(patch) == "-":
        sys.stdout.buffer.write(found.patch.encode())
        return
    patch.parent.mkdir(parents=True, exist_ok=True)
    patch.write_bytes(found.patch.encode())
    shared().say(f"{patch}: apply it with `git apply` or `patch -p1`, where templates/ is.")
    for each in found.files:
        if each.own:
            shared().say(
                f"{each.part.shown} is docgen's own: copy it into the house's templates first, or let --apply do both."
            )


def _apply(found: Review, *, yes: bool) -> None:
    from docgen.actions.word_review import apply_review, places_of

    places = places_of(shared().desk(), found)
    for each, path in places:
        new = " (new: docgen's own with these changes)" if each.own else ""
        click.echo(f"{path}{new}", err=True)
    if not yes and not click.confirm(f"Write {quantity(len(places), 'file')}?", err=True):
        click.echo("Nothing was written.", err=True)
        return
    for path in apply_review(places):
        click.echo(str(path))


def check_one_file(desk: Desk, names: tuple[str, ...], language: str | None, output: Path) -> None:
    """Refuse one file for several templates, before any is handed in."""
    from docgen.actions.template_course import chosen

    count = len(set(chosen(desk, names, language)))
    if _is_file(output) and count > 1:
        raise click.UsageError(f"{output} is one file, and there are {count} templates. Name a folder, or a language.")


def write_for_word(versions: Sequence[TemplateVersion], output: Path | None) -> None:
    """Write templates to be reviewed in Word; one goes to a file where one is named, and else all to a folder."""
    from docgen.actions.templates import preview_template

    for each in versions:
        suffix = "" if each.language == "en" else f".{each.language}"
        name = f"{each.name}{suffix}_review.docx"
        path = output if output and _is_file(output) else (output or Path()) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(preview_template(shared().desk(), each.name, each.language, "docx"))
        shared().say(f"{path}: track your changes in Word; `docgen template review-import` reads them back.")


def _is_file(output: Path) -> bool:
    return output.suffix.lower() == ".docx"


# To a terminal


def _lines(found: Review) -> Iterator[str]:
    from docgen.doctree.redline import harmless

    for where, group in groupby(found.changes, key=lambda each: each.where):
        yield harmless(where or "Outside the clauses")
        for each in group:
            yield from _told(each)
    if found.comments:
        yield "Comments"
        for comment in found.comments:
            yield from _commented(comment)
    yield from map(harmless, found.remarks)


def _told(each: Change) -> Iterator[str]:
    from docgen.doctree.redline import PLAIN_MARKS, harmless

    went, went_end, came, came_end = ANSI if sys.stdout.isatty() else PLAIN_MARKS
    change = each.change
    before = f"{went}{harmless(change.before)}{went_end}" if change.before else ""
    after = f"{came}{harmless(change.after)}{came_end}" if change.after else ""
    words = f"{before}{after}".replace("\n", "\n    ")
    sort = "" if change.sort == "reworded" else f", {change.sort}"
    yield f"  {harmless(_who(change.by, silent=change.silent))}{sort}: {words}"
    if each.origin:
        yield f"    {_place(each.origin)}"
    if each.edit is None:
        yield f"    for a person: {harmless(each.reason)}"
        return
    for line in each.patch.splitlines():
        if line.startswith(("-", "+")) and not line.startswith(("---", "+++")):
            yield f"    {harmless(line)}"
    if each.also_read:
        yield f"    read in {harmless(', '.join(each.also_read))}, too"
    if each.also_moves:
        yield f"    also changes {', '.join(each.also_moves)}"


def _commented(each: Noted) -> Iterator[str]:
    from docgen.doctree.redline import harmless

    comment = each.comment
    at = f" on {comment.at:%Y-%m-%d %H:%M}" if comment.at else ""
    reply = " (a reply)" if comment.answers else ""
    done = " (settled)" if comment.done else ""
    about = f" at “{comment.about[:80]}”" if comment.about else ""
    yield harmless(f"  {comment.author or 'somebody'}{at}{reply}{done}{about}: {' '.join(comment.text.split())}")
    if each.origin:
        yield f"    {_place(each.origin)}"


def _who(by: tuple[Tracked, ...], *, silent: bool) -> str:
    told = ", ".join(f"{each.author or 'somebody'}{f' on {each.at:%Y-%m-%d %H:%M}' if each.at else ''}" for each in by)
    if not by:
        return "silent"
    return f"tracked by {told}, in part silent" if silent else f"tracked by {told}"


def _place(origin: Origin) -> str:
    return f"{origin.file}:{origin.line}"


# To a machine


def _record(found: Review) -> dict[str, Any]:
    return {
        "template": found.template.name,
        "language": found.template.language,
        "version": found.version,
        "current": found.current,
        "other_languages": list(found.languages),
        "changes": [_changed(each) for each in found.changes],
        "comments": [_noted(each) for each in found.comments],
        "remarks": list(found.remarks),
        "files": [{"file": each.part.shown, "docgen_own": each.own} for each in found.files],
        "patch": found.patch,
    }


def _changed(each: Change) -> dict[str, Any]:
    change = each.change
    return {
        "change": change.sort,
        "clause": each.clause or None,
        "where": each.where or None,
        **_at(each.origin),
        "before": change.before,
        "after": change.after,
        "tracked_by": [_by(by) for by in change.by],
        "silent": change.silent,
        "patch": each.patch or None,
        "person": each.reason or None,
        "also_read": list(each.also_read),
        "also_changes": list(each.also_moves),
    }


def _noted(each: Noted) -> dict[str, Any]:
    comment = each.comment
    return {
        "id": comment.id,
        "answers": comment.answers or None,
        "author": comment.author,
        "at": comment.at.isoformat() if comment.at else None,
        "settled": comment.done,
        "about": comment.about,
        "text": comment.text,
        "clause": each.clause or None,
        "where": each.where or None,
        **_at(each.origin),
    }


def _at(origin: Origin | None) -> dict[str, Any]:
    return {"file": origin.file if origin else None, "line": origin.line if origin else None}


def _by(by: Tracked) -> dict[str, str | None]:
    return {"author": by.author, "at": by.at.isoformat() if by.at else None}
