"""`docgen template`: the catalogue for people: list, show, check and preview, and the way to approval."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.lint import lint
from docgen.cli.options import Day, shared, shared_options
from docgen.cli.redlines import check_output, redline_output, tell_redline
from docgen.cli.word_reviews import check_one_file, review_import, write_for_word
from docgen.errors import FindingsError

if TYPE_CHECKING:
    from docgen.actions.approvals import Moved
    from docgen.actions.template_course import Course
    from docgen.actions.usage import Usage


@click.group(epilog="Example: docgen template list")
@shared_options
def template() -> None:
    """List, show, check and preview templates, and lead them from draft to approval."""


@template.command(
    "list", short_help="List the templates and their states.", epilog="Example: docgen template list --json"
)
@click.option(
    "--state", type=click.Choice(("draft", "in review", "approved", "retired")), help="Only those in a state."
)
@click.option("--json", "as_json", is_flag=True, help="Print the templates as JSON.")
@shared_options
def list_(state: str | None, as_json: bool) -> None:
    """List the templates: name, language, version, first digits of the version hash, state, since when, title, by whom.

    A template whose words, or those of a clause it includes, changed since its approval is in review again.
    """
    from docgen.actions.template_course import courses
    from docgen.lifecycle.conditions import in_words

    desk = shared().desk()
    found, findings = courses(desk)
    found = tuple(course for course in found if state in (None, course.state))
    if as_json:
        rows = [{**desk.catalogue.record(course.template), **_standing(course)} for course in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        width = max((len(course.template.name) for course in found), default=0)
        for course in found:
            known = course.template
            since = course.last.at[:10] if course.last else ""
            line = (
                f"{known.name:<{width}}  {known.language:<3} {course.version:<7} {course.hash[:12]}  {course.state:<9} "
            )
            more = [*_by(course), *(in_words(course.conditions) if course.conditions else ())]
            said = f" ({'; '.join(more)})" if more else ""
            click.echo(f"{line} {since:<10}  {known.header.title}{said}")
        for course in found:
            if said := _why(course):
                shared().say(said)
    if findings:
        raise FindingsError(findings)


def _by(course: Course) -> Iterator[str]:
    """Yield who brought a template into its state, unless nobody did, or the person was forgotten."""
    if course.last and course.last.person:
        yield f"by {course.last.person}"


def _standing(course: Course) -> dict[str, Any]:
    """Return how a template stands, for machines."""
    return {
        "state": course.state,
        "since": course.last.at if course.last else None,
        "person": course.last.person if course.last else None,
        "author": course.author or None,
        "changed": list(course.changed),
        "conditions": course.conditions.model_dump(mode="json", exclude={"format"}),
        "steps": [
            {"step": step.done, "version": step.version, "hash": step.hash, "at": step.at, "person": step.person}
            | ({"words": step.words} if step.words else {})
            for step in course.steps
            if step.done != "kept"
        ],
    }


def _why(course: Course) -> str:
    """Return why a template is in review that nobody handed in."""
    before = course.approved_before
    if course.last or not before:
        return ""
    known = course.template
    what = f"{', '.join(course.changed)} changed" if course.changed else "its words changed"
    return (
        f"{known.name} ({known.language}) is in review again: {what} since version {before.version}, "
        f"{before.hash[:12]}, was approved on {before.at[:10]}."
    )


@template.command(
    short_help="Show a template's header and its clauses.", epilog="Example: docgen template show contract"
)
@click.argument("name")
@click.option("--language", default="en", help="The language, by default en.")
@click.option("--source", is_flag=True, help="Print the template's text.")
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON.")
@shared_options
def show(name: str, language: str, source: bool, as_json: bool) -> None:
    """Show a template: header, hash, includes, playbooks, its way through review, and the ids of its clauses."""
    from docgen.actions.template_course import course_of
    from docgen.actions.templates import find_template, template_record, template_source
    from docgen.doctree.redline import harmless
    from docgen.lifecycle.conditions import in_words

    desk = shared().desk()
    if source:
        click.echo(template_source(desk, name, language))
        return
    course = course_of(desk, find_template(desk, name, language))
    record = template_record(desk, name, language)
    if as_json:
        click.echo(json.dumps({**record, **_standing(course)}, ensure_ascii=False, indent=2))
        return
    for key in ("name", "title", "kind", "language", "version", "owner", "description", "file", "hash"):
        click.echo(f"{key + ':':<13}{record[key]}")
    click.echo(f"{'includes:':<13}{', '.join(record['includes']) or 'nothing'}")
    click.echo(f"{'playbooks:':<13}{', '.join(record['playbooks']) or 'none'}")
    click.echo(f"{'state:':<13}{course.state}")
    for words in in_words(course.conditions):
        click.echo(f"{'':<13}{words}")
    for step in course.steps:
        if step.done != "kept":
            words = f": {harmless(' '.join(step.words.split()))}" if step.words else ""
            who = f"{step.done} by {step.person or 'a person who was forgotten'}{words}"
            click.echo(f"  {step.at[:10]}  {step.version:<7} {step.hash[:12]}  {who}")
    if said := _why(course):
        click.echo(f"  {said}")
    click.echo("clauses:")
    for clause in record["clauses"]:
        click.echo(f"  {clause['number']:<8} {clause['id']:<34} {clause['title']}".rstrip())


@template.command(short_help="Show where a clause is used.", epilog="Example: docgen template usage late-payment")
@click.argument("clause")
@click.option("--words", is_flag=True, help="Print the words of the clause in each live contract.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@shared_options
def usage(clause: str, words: bool, as_json: bool) -> None:
    """Show where a clause is used: in which templates, and in which live contracts, in which wording.

    CLAUSE is the id of a clause, or the name of a partial such as _fees. A contract is live while its engagement has
    not ended; until a contract is signed, a signed letter of approval is. Wordings are told apart by digits: the same
    digits are the same wording, whatever the values in it are.
    """
    from docgen.actions.usage import usage as find_usage

    told, remarks = shared(), list[str]()
    found = find_usage(told.desk(), clause, remarks)
    if as_json:
        click.echo(json.dumps(_used(found), ensure_ascii=False, indent=2))
    else:
        _tell_usage(found, words=words)
    for remark in remarks:
        told.say(remark)


def _tell_usage(found: Usage, *, words: bool) -> None:
    for use in found.templates:
        known = use.template
        for place in use.places:
            click.echo(f"{known.name} {known.language}  {place.wording[:12]}  {place.part.shown}:{place.line}")
    for each in found.contracts:
        how = "as now" if each.as_now else "another wording than now"
        signed = f"signed {each.document.executed_on}" if each.document.executed_on else "not signed"
        number = f", {each.label}" if each.label else ""
        click.echo(f"{each.reference}{number}  {each.wording}  {how}  {signed}  {each.client}")
        if words:
            click.echo("".join(f"    {line}\n" for line in each.words), nl=False)
    if not found.contracts:
        click.echo("No live contract has it.")


def _used(found: Usage) -> dict[str, Any]:
    """Return where a clause is used, for machines."""
    return {
        "clause": found.clause,
        "templates": [
            {
                "name": use.template.name,
                "language": use.template.language,
                "file": place.part.shown,
                "line": place.line,
                "wording": place.wording,
            }
            for use in found.templates
            for place in use.places
        ],
        "contracts": [
            {
                "document": each.reference,
                "client": each.client,
                "signed_on": each.document.executed_on,
                "number": each.label or None,
                "wording": each.wording,
                "as_now": each.as_now,
                "words": list(each.words),
            }
            for each in found.contracts
        ],
    }


template.add_command(lint)
template.add_command(review_import)


_names = click.argument("names", nargs=-1)
_all = click.option("--all", "everything", is_flag=True, help="Every template of the catalogue.")
_one_language = click.option("--language", help="Only in this language; by default in all that a template has.")
_json = click.option("--json", "as_json", is_flag=True, help="Print the templates as JSON.")


@template.command(
    short_help="Hand templates in for review.",
    epilog='Example: docgen template submit contract --note "Liability as agreed in May" --as ada@firm.example',
)
@_names
@click.option("--all", "everything", is_flag=True, help="Every template of the house's own that is not approved.")
@_one_language
@click.option("--note", default="", help="What the reviewer should know.")
@click.option("--for-word", is_flag=True, help="Write each as a Word file, too, to be reviewed there and read back.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="With --for-word: a .docx file, or a folder.")
@_json
@shared_options
def submit(
    names: tuple[str, ...],
    everything: bool,
    language: str | None,
    note: str,
    for_word: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """Hand templates in for review, exactly as they stand; who acts is their author, and somebody else approves them.

    NAMES are names in the catalogue; the name of a partial (_parties) stands for all templates that include it. What
    --for-word writes is read back with `docgen template review-import`.
    """
    from docgen.actions.approvals import submit_templates

    _one_of(names, everything)
    if output and not for_word:
        raise click.UsageError("-o says where --for-word writes; give both, or neither.")
    desk = shared().desk()
    if output:
        check_one_file(desk, names, language, output)
    moved = submit_templates(desk, names, language, note)
    _tell(moved, as_json)
    if for_word:
        write_for_word([each.version for each in moved], output)


@template.command(
    short_help="Approve templates as they stand.",
    epilog="Example: docgen template approve contract --as legal@firm.example",
)
@_names
@_all
@_one_language
@click.option("--valid-until", type=Day(), help="Nothing is issued on them after this day.")
@click.option(
    "--for-locale", "locales", multiple=True, help="Only for engagements of this locale: en, en-GB. Repeatable."
)
@click.option(
    "--for-law", "laws", multiple=True, help="Only under this law, named as in terms.governing_law. Repeatable."
)
@click.option(
    "--fees-above",
    "fees",
    type=(str, str),
    multiple=True,
    metavar="AMOUNT ROLE",
    help='Above a contract sum a person with a role issues: "250000 GBP" director. Repeatable.',
)
@click.option("--unconditional", is_flag=True, help="Take away the conditions they have.")
@_json
@shared_options
def approve(
    names: tuple[str, ...],
    everything: bool,
    language: str | None,
    valid_until: dt.date | None,
    locales: tuple[str, ...],
    laws: tuple[str, ...],
    fees: tuple[tuple[str, str], ...],
    unconditional: bool,
    as_json: bool,
) -> None:
    """Say that documents may be issued on templates, exactly as they stand: a changed file is no longer approved.

    It takes the role legal, and for a template of the house's own another person than the one who handed it in. NAMES
    are names in the catalogue; the name of a partial stands for all templates that include it. Conditions are checked
    whenever a document is issued; given for a template that is approved already, they replace those it has.
    """
    from docgen.actions.approvals import approve_templates
    from docgen.actions.conditions import conditions_of

    _one_of(names, everything)
    conditions = conditions_of(valid_until, locales, laws, fees)
    if unconditional and conditions:
        raise click.UsageError("--unconditional takes the conditions away; leave it out, or the conditions.")
    wanted = conditions if conditions or unconditional else None
    _tell(approve_templates(shared().desk(), names, language, wanted), as_json)


@template.command(
    short_help="Hand templates back to who wrote them.",
    epilog='Example: docgen template reject contract --reason "Clause 9 has no cap." --as legal@firm.example',
)
@_names
@_one_language
@click.option("--reason", required=True, help="What is to be changed, in a sentence.")
@_json
@shared_options
def reject(names: tuple[str, ...], language: str | None, reason: str, as_json: bool) -> None:
    """Hand templates in review back to who wrote them, with the reason: drafts again. It takes the role legal."""
    from docgen.actions.approvals import reject_templates

    _tell(reject_templates(shared().desk(), names, reason, language), as_json)


@template.command(
    short_help="Issue nothing more on templates.",
    epilog='Example: docgen template retire contract --reason "The law has changed." --as legal@firm.example',
)
@_names
@_one_language
@click.option("--reason", required=True, help="Why nothing more is issued on them, in a sentence.")
@_json
@shared_options
def retire(names: tuple[str, ...], language: str | None, reason: str, as_json: bool) -> None:
    """Retire approved templates: nothing more is issued on them as they stand; what was issued is never touched.

    It takes the role legal. A retired version does not come back: a changed one with another `version:` follows it.
    """
    from docgen.actions.approvals import retire_templates

    _tell(retire_templates(shared().desk(), names, reason, language), as_json)


def _one_of(names: tuple[str, ...], everything: bool) -> None:
    if bool(names) == everything:
        raise click.UsageError("Name templates, or give --all for every one.")


def _tell(moved: tuple[Moved, ...], as_json: bool) -> None:
    from docgen.lifecycle.conditions import in_words

    if as_json:
        value = [
            {
                **each.version.model_dump(),
                "state": each.state,
                "new": each.new,
                "person": each.person,
                "at": each.at,
                "conditions": each.conditions.model_dump(mode="json", exclude={"format"}),
            }
            for each in moved
        ]
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
        return
    for each in moved:
        version, before = each.version, "" if each.new else " (before)"
        said = "".join(f", {words}" for words in in_words(each.conditions))
        click.echo(
            f"{version.name} {version.language} {version.version} {version.hash[:12]} {each.state}{said}{before}"
        )


@template.command(
    short_help="Show what changed between two versions of a template.",
    epilog="Example: docgen template redline contract approved now -o changes.docx",
)
@click.argument("name")
@click.argument("old", metavar="[OLD]", required=False, default="approved")
@click.argument("new", metavar="[NEW]", required=False, default="now")
@click.option("--language", default="en", help="The language, by default en.")
@redline_output
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
@shared_options
def redline(name: str, old: str, new: str, language: str, output: Path | None, as_json: bool) -> None:
    """Show what changed from OLD to NEW in a template as one reads it: as tracked changes in Word, as a page, or here.

    A version is “approved” (the one approved last), “now” (the file as it stands), “docgen” (as it comes with docgen),
    a version number, or the first digits of a hash. By default: from what was approved last to what stands now.
    """
    from docgen.actions.template_redline import redline_template

    check_output(output)
    desk = shared().desk()
    tell_redline(desk, redline_template(desk, name, language, old, new), output, as_json=as_json)


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
@click.option("--all-paths", is_flag=True, help="Show every branch of every condition, numbered from begin to end.")
@shared_options
def preview(
    name: str, language: str, forms: tuple[str, ...], output: Path | None, sample: bool, all_paths: bool
) -> None:
    """Write a template as a document to read: [client name] where values go, “only if …” at conditions.

    NAME is a catalogue name or a template file.
    """
    if sample and all_paths:
        raise click.UsageError("The example takes one path through a template; --all-paths shows them all. Give one.")
    from docgen.actions.templates import preview_template
    from docgen.cli.render import implied_formats, output_targets

    forms = tuple(dict.fromkeys(forms)) or implied_formats(output)
    for form, path in output_targets(output, forms, f"{Path(name).name.split('.')[0]}_preview"):
        content = preview_template(shared().desk(), name, language, form, sample=sample, all_paths=all_paths)
        if path is None:
            sys.stdout.buffer.write(content)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        click.echo(str(path))
