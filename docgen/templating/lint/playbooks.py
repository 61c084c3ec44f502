"""Playbooks: clauses, facts and references that there are not, and words that are no markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from docgen.errors import DocgenError, Finding, FindingsError, Place
from docgen.lifecycle.house_terms import is_amount, unknown_field
from docgen.templating.catalogue import FOLDERS, PLAYBOOK, SUFFIX, Catalogue, Template
from docgen.templating.environment import Sandbox
from docgen.templating.lint.meanings import did_you_mean
from docgen.templating.lint.names import check_names
from docgen.templating.lint.outline import VALUE, Outline, may_be
from docgen.templating.lint.rules import Reading, found
from docgen.templating.lint.shapes import Shape
from docgen.templating.lint.walk import outline_of
from docgen.templating.playbooks import FallbackWords, ReadPlaybook, fallback_words, read_playbook


def check_playbooks(
    sandbox: Sandbox, catalogue: Catalogue, outlines: Sequence[tuple[Template, Outline, Mapping[str, Shape]]]
) -> Iterator[Finding]:
    """Yield what is wrong with the playbooks of some templates, given what those can write and the facts they see."""
    read: dict[str, ReadPlaybook | None] = {}
    beside: dict[str, list[Outline]] = {}
    for template, outline, shapes in outlines:
        for part in catalogue.closure(template):
            file = catalogue.playbook(part)
            if file is None:
                continue
            if file.shown not in read:
                read[file.shown], wrong = read_playbook(file)
                yield from wrong
            beside.setdefault(file.shown, []).append(outline)
            playbook = read[file.shown]
            if playbook and part.name == file.name:
                yield from _words(sandbox, playbook, outline, shapes)
    for shown, playbook in read.items():
        if playbook:
            yield from _clauses(playbook, beside[shown])
            yield from _fields(playbook)
    yield from _given_twice(read.values())


def stray_playbooks(catalogue: Catalogue) -> Iterator[Finding]:
    """Yield playbooks beside which there is no template."""
    names = {name for name, _ in catalogue.templates}
    for root in catalogue.roots:
        for folder in FOLDERS:
            for path in sorted((root / folder).glob(f"*{PLAYBOOK}")):
                name = path.name.removesuffix(PLAYBOOK)
                if name not in names:
                    place = Place(f"templates/{folder}/{path.name}")
                    advice = did_you_mean(name, names)
                    yield found(
                        "playbook", f"there is no template {name}{SUFFIX} that it could be about.", place, advice
                    )


def _clauses(playbook: ReadPlaybook, outlines: Iterable[Outline]) -> Iterator[Finding]:
    stem = playbook.file.name
    known = {
        each.attributes["id"]
        for outline in outlines
        for each in outline.elements("clause", "schedule")
        if each.attributes.get("id") and _stem(each.place.file) == stem
    }
    for clause in playbook.playbook.clauses:
        if not any(may_be(each, clause) for each in known):
            advice = did_you_mean(clause, sorted(each for each in known if VALUE not in each))
            message = f"{stem}{SUFFIX} has no clause “{clause}”."
            yield found("playbook-clause", message, playbook.place("clauses", clause), advice, clause)


def _stem(shown: str) -> str:
    """Return the name of a template by the file it stands in, whatever its language."""
    return shown.rpartition("/")[2].split(".")[0]


def _fields(playbook: ReadPlaybook) -> Iterator[Finding]:
    for clause, position in playbook.playbook.clauses.items():
        for number, limit in enumerate(position.limits):
            place = playbook.source.place(("clauses", clause, "limits", number, "field"))
            if advice := unknown_field(limit.field):
                yield found("playbook-field", f"there is no fact “{limit.field}”.", place, advice, clause)
                continue
            spans = (limit.standard, limit.allowed, *limit.approval)
            ranged = any(span and span.one_of is None for span in spans)
            if ranged and is_amount(limit.field) and not limit.currency:
                message = f"“{limit.field}” is an amount, and the limit says no currency."
                yield found("playbook-field", message, place, "Add `currency:`.", clause)


def _words(
    sandbox: Sandbox, playbook: ReadPlaybook, outline: Outline, shapes: Mapping[str, Shape]
) -> Iterator[Finding]:
    """Yield what is wrong with the words of the fallbacks, in every language that they have."""
    for clause, position in playbook.playbook.clauses.items():
        for number, fallback in enumerate(position.fallbacks):
            for language in fallback.words:
                words = fallback_words(playbook, clause, number, language)
                if words:
                    yield from _said(sandbox, words, outline, shapes)


def _said(sandbox: Sandbox, words: FallbackWords, outline: Outline, shapes: Mapping[str, Shape]) -> Iterator[Finding]:
    """Yield what is wrong with one wording: names, filters, and references that the template has no target for."""
    try:
        objections = list(sandbox.objections(sandbox.tree(words)))
        said = outline_of(sandbox, words, shapes)
    except FindingsError as error:
        yield from (found("playbook-words", each.message, each.place, clause=words.clause) for each in error.findings)
        return
    except DocgenError as error:
        yield found("playbook-words", str(error), Place(words.shown, words.line), clause=words.clause)
        return
    for _, line, message in objections:
        yield found("playbook-words", f"{message}.", Place(words.shown, line), clause=words.clause)
    for each in check_names(Reading((said,))):
        yield found("playbook-words", each.message, each.place, each.advice, words.clause, each.severity)
    ids = outline.ids()
    for reference in said.elements("xref"):
        name = reference.attributes.get("to", "")
        if name and not any(may_be(each, name) for each in ids):
            advice = did_you_mean(name, sorted(each for each in ids if VALUE not in each))
            message = f"the reference “{name}” has no target in {outline.shown}."
            yield found("playbook-words", message, reference.place, advice, words.clause)


def _given_twice(read: Iterable[ReadPlaybook | None]) -> Iterator[Finding]:
    """Yield limits of the same value in two playbooks: nobody could say which counts."""
    seen: dict[str, str] = {}
    for playbook in filter(None, read):
        for clause, position in playbook.playbook.clauses.items():
            for number, limit in enumerate(position.limits):
                if limit.field in seen:
                    place = playbook.source.place(("clauses", clause, "limits", number, "field"))
                    message = f"“{limit.field}” has a limit at the clause “{seen[limit.field]}” already."
                    yield found("playbook-field", message, place, "Keep one of the two.", clause)
                seen.setdefault(limit.field, clause)
