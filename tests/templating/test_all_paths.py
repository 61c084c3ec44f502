"""Every path of a template stands in one document, each between marks with the number of its condition."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from docgen.actions.desk import open_desk
from docgen.actions.templates import all_paths_document
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.doctree.text import document_lines
from docgen.templating.all_paths import PathsWriter, all_paths_markup
from docgen.templating.catalogue import Catalogue, Template, packaged_templates, template_of_file
from docgen.templating.environment import Sandbox
from docgen.templating.reading import arranged
from docgen.templating.traced import TracedSandbox, TracedWriter, marks
from tests.templating.stage import HEADER, Stage

OWN = Catalogue((packaged_templates(),))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def read(stage: Stage, body: str) -> list[str]:
    path = stage.add("test", f'<doc title="T">{body}</doc>', HEADER.format(language="en"))
    tree = parse(all_paths_markup(Sandbox(stage.catalogue), template_of_file(path)))
    return [line.strip() for line in document_lines(number(tree))][1:]


@pytest.mark.parametrize(
    ("body", "printed"),
    [
        ("<p>{% if a %}x{% endif %}y</p>", ["[1: only if a] x [1 ends]y"]),
        (
            "<p>{% if a %}x{% elif b %}{% if c %}y{% endif %}{% else %}z{% endif %}</p>",
            ["[1: only if a] x[1: or, if b] [2: only if c] y [2 ends][1: otherwise] z [1 ends]"],
        ),
        ("<p>{{ 'x' if a else 'y' }}</p>", ["[1: only if a] x[1: otherwise] y [1 ends]"]),
        ("{% if a %}<p>x</p><p>y</p>{% endif %}<p>z</p>", ["[1: only if a]", "x", "y", "[1 ends]", "z"]),
        (
            "<ul>{% for d in ds if d.due %}<li>{{ d.title }}</li>{% else %}<li>None.</li>{% endfor %}</ul>",
            ["• [1: if there is any of ds] [for each of ds, if d due] [d title]", "• [1: otherwise] None. [1 ends]"],
        ),
        (
            "<table>{% if a %}{% if b %}<tr><td>x</td></tr>{% endif %}{% endif %}</table>",
            ["[1: only if a] [2: only if b] x [2 ends] [1 ends]"],
        ),
        (
            '<clause id="c" title="{% if a %}Fees{% else %}Costs{% endif %}">x</clause>',
            ["1. [1: only if a] Fees[1: otherwise] Costs[1 ends]", "x"],
        ),
        ('<table><tr{% if a %} class="total"{% endif %}><td>x</td></tr></table>', ["x"]),
        ("{% set word %}<strong>Both</strong>{% endset %}<p>{{ word }}</p>", ["Both"]),
        ("{% if a %}{% set w = 'x' %}{% else %}{% set w = 'y' %}{% endif %}<p>{{ w }}</p>", ["[x” or “y]"]),
    ],
)
def test_every_branch_is_shown_from_where_it_begins_to_where_it_ends(
    stage: Stage, body: str, printed: list[str]
) -> None:
    assert read(stage, body) == printed


@dataclass
class _Traced(TracedWriter, PathsWriter):
    """Every path, with the places of its words."""


def test_every_word_of_every_template_is_on_some_path() -> None:
    shown: set[tuple[str, int]] = set()
    written: dict[tuple[str, int], str] = {}
    parts: dict[Template, None] = {}
    for name in OWN.names():
        for language in OWN.languages(name):
            template = OWN.template(name, language)
            writer = _Traced(TracedSandbox(OWN), template.shown, language)
            there = {int(mark[1]) for mark in marks(arranged(writer, template))}
            shown |= {(each.file, each.start) for at, each in enumerate(writer.origins) if at in there}
            parts |= dict.fromkeys(OWN.closure(template))
    for part in parts:
        written |= words_in(part)
    assert len(written) > 5000
    # What a macro answers to a condition is printed nowhere.
    written = {place: word for place, word in written.items() if word != "yes"}
    missing = sorted((place, word) for place, word in written.items() if place not in shown)
    assert missing == []


def words_in(part: Template) -> dict[tuple[str, int], str]:
    """Return the words in the source of a part, outside its tags and outside what is Jinja, by their places."""
    found: dict[tuple[str, int], str] = {}
    head, position, in_tag = len(part.text) - len(part.body), 0, False
    for _, kind, value in Sandbox(OWN).lexer.tokeniter(part.body, None):
        position = part.body.index(value, position)
        for word in re.finditer(r"[<>]|&[#\w]+;|[^\s<>&]+", value if kind == "data" else ""):
            if word[0] in "<>":
                in_tag = word[0] == "<"
            elif not in_tag:
                found[part.shown, head + position + word.start()] = word[0]
        position += len(value)
    return found


def test_each_condition_of_docgens_templates_begins_and_ends() -> None:
    with closing(open_desk(None, dt.date(2026, 11, 20), Path("/"))) as desk:
        for name in ("contract", "letter-of-approval", "progress-report", "change-impact"):
            printed = "\n".join(document_lines(all_paths_document(desk, OWN.template(name, "en"))))
            begun, ended = (set(re.findall(form, printed)) for form in (r"\[(\d+): ", r"\[(\d+) ends\]"))
            assert begun == ended
            assert len(begun) > 20
