"""What people do with templates: show one, and read one as a document."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.actions.desk import Desk
from docgen.actions.render import AnyCase, Made, build, firm_of, write
from docgen.actions.trials import sample_case
from docgen.doctree.nodes import Clause, Document, Picture, Schedule
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.doctree.text import inline_words
from docgen.doctree.walk import walk
from docgen.errors import DocgenError
from docgen.templating.catalogue import SUFFIX, Catalogue, Template, packaged_templates, template_of_file
from docgen.templating.labels import read_words
from docgen.templating.reading import PLACEHOLDER

if TYPE_CHECKING:
    from docgen.writers.docx_extras import Extras, Remark
    from docgen.writers.theme import Theme

TEMPLATE, LANGUAGE, VERSION = "docgen.template", "docgen.language", "docgen.version"
"""The properties by which a Word file says which template it was made from; whoever had it may have changed them."""
_BLANK_PICTURE = Picture(
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="120" viewBox="0 0 640 120">'
    '<rect x="0.5" y="0.5" width="639" height="119" fill="#f1f3f6" stroke="#c4cad2"/></svg>',
    640,
    120,
)
_AGAIN = re.compile(r"-[0-9]+$")
"""What the reading view puts behind an id that stands in two alternatives."""
_PICTURES = ("burn-down", "timeline", "rag-history", "logo", "status", "milestones", "1")
"""The pictures a template may name; where it names one by a value, the reading view says 1."""


def template_record(desk: Desk, name: str, language: str) -> dict[str, Any]:
    """Return all there is to say of a template: header, hash, what it includes, whose playbooks, and clauses by id."""
    template = find_template(desk, name, language)
    included = [part.name for part in desk.catalogue.closure(template)[1:]]
    books = [book.name for book in desk.catalogue.playbooks(template)]
    parts = {"includes": included, "playbooks": books}
    return {**desk.catalogue.record(template), **parts, "clauses": _clauses(desk, template)}


def _clauses(desk: Desk, template: Template) -> list[dict[str, str]]:
    """Return the clauses of the example's document, then those that only other documents have, without a number."""
    try:
        example = _rows(build(desk, template, sample_case(desk, template))[0])
    except DocgenError:
        example = []
    known = [row["id"] for row in example]
    others: dict[str, dict[str, str]] = {}
    for row in _rows(reading_document(desk, template)):
        name = row["id"]
        again = _AGAIN.sub("", name)
        if again in known or again in others or PLACEHOLDER in again:
            name = again
        form = re.compile(re.escape(name).replace(PLACEHOLDER, ".+"))
        if not any(form.fullmatch(each) for each in known):
            others.setdefault(name, {**row, "id": name, "number": ""})
    return [*example, *others.values()]


def _rows(document: Document) -> list[dict[str, str]]:
    return [
        {"id": block.id, "number": block.label, "title": inline_words(block.title)}
        for block in walk(document.blocks)
        if isinstance(block, Clause | Schedule)
    ]


def find_template(desk: Desk, name: str, language: str) -> Template:
    """Return a template by its name in the catalogue, or by its file."""
    if name.endswith(SUFFIX) or "/" in name:
        return template_of_file(Path(name))
    return desk.catalogue.template(name, language)


# Reading


def preview_template(
    desk: Desk, name: str, language: str, form: str, *, sample: bool = False, all_paths: bool = False
) -> bytes:
    """Return a template as a document: with names in the places of values, or filled with the example.

    `all_paths` shows every branch of every condition, each between marks with its number.
    """
    template = find_template(desk, name, language)
    case = sample_case(desk, template)
    if sample:
        document, _ = build(desk, template, case)
        return write(_made(document, case, template), form, desk)
    if all_paths:
        return write(_made(all_paths_document(desk, template), case, template), form, desk)
    return write(_made(reading_document(desk, template), case, template), form, desk, of_review(desk, template))


def _made(document: Document, case: AnyCase, template: Template) -> Made:
    return Made(document, case, b"{}\n", (), (), template)


def of_review(desk: Desk, template: Template, comments: tuple[Remark, ...] = ()) -> Extras:
    """Return what a reading view in Word carries: which template and version it was made from, and comments."""
    from docgen.writers.docx_extras import Extras

    version = desk.catalogue.version_hash(template)
    return Extras(((TEMPLATE, template.name), (LANGUAGE, template.language), (VERSION, version)), comments)


def reading_look(desk: Desk, template: Template) -> Theme:
    """Return the look of a reading view: the house's, with the name of the example's firm where the house has none."""
    return desk.theme if desk.theme.firm else replace(desk.theme, firm=firm_of(sample_case(desk, template)))


def reading_document(desk: Desk, template: Template) -> Document:
    """Return a template as those read it who decide on it: names in the places of values, “only if” at conditions."""
    from docgen.templating.reading import reading_markup

    markup = reading_markup(desk.sandbox, template)
    return document_of_reading(desk, template, markup, tuple(desk.sandbox.files.names))


def all_paths_document(desk: Desk, template: Template) -> Document:
    """Return a template with every branch of every condition, numbered from where it begins to where it ends."""
    from docgen.templating.all_paths import all_paths_markup

    markup = all_paths_markup(desk.sandbox, template)
    return document_of_reading(desk, template, markup, tuple(desk.sandbox.files.names))


def template_source(desk: Desk, name: str, language: str) -> str:
    """Return the text of a template; raises UnknownTemplateError or MissingLanguageError.

    An empty file of the house does not hide docgen's template: a shell makes one before `show --source > FILE` runs.
    """
    own = Catalogue((packaged_templates(),))
    return desk.catalogue.template(name, language).text or own.template(name, language).text


def document_of_reading(
    desk: Desk, template: Template, markup: str, files: tuple[str, ...], *, forgiven: Collection[str] = ()
) -> Document:
    """Return the document that the markup of a reading view says; `files` are those its places point into.

    Faults against the `forgiven` rules do not keep it from being read.
    """
    words = read_words(desk.catalogue.labels, template.language)
    tree = parse(
        markup,
        shown=template.shown,
        files=files,
        language=template.language,
        labels=words.writer_labels(),
        pictures=dict.fromkeys(_PICTURES, _BLANK_PICTURE),
        forgiven=forgiven,
    )
    numbered = number(tree, forgiving="reference" in forgiven)
    return replace(numbered, kind=template.header.kind, author="docgen", draft=True, number=template.name)
