"""A template can be read as a document: its own words, names where values go, and conditions in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.doctree.nodes import Blank, Paragraph, Picture
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.doctree.text import document_lines
from docgen.doctree.walk import walk
from docgen.errors import FindingsError
from docgen.templating import reading
from docgen.templating.catalogue import Catalogue, Template, packaged_templates, template_of_file
from docgen.templating.environment import OutputLimitError, Sandbox
from docgen.templating.reading import reading_markup
from tests.templating.stage import HEADER, Stage, words_of

OWN = Catalogue((packaged_templates(),))
DOCUMENTS = [(name, language) for name in OWN.names() for language in OWN.languages(name)]
PICTURE = Picture("<svg/>", 10, 10)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def template(stage: Stage, body: str) -> Template:
    return template_of_file(stage.add("test", f'<doc title="T">{body}</doc>', HEADER.format(language="en")))


def read(stage: Stage, body: str) -> list[str]:
    """Return what the reading of a template's body prints below the title."""
    markup = reading_markup(Sandbox(stage.catalogue), template(stage, body))
    tree = parse(markup, pictures={"1": PICTURE})
    return [line.strip() for line in document_lines(number(tree))][1:]


@pytest.mark.parametrize(
    ("body", "printed"),
    [
        ("<p>Pay {{ fees.payment_days }}.</p>", ["Pay [fees payment days]."]),
        ("<p>Pay {{ fees.total|money }}.</p>", ["Pay [fees total]."]),
        ("<p>{{ 'as agreed' }}</p>", ["as agreed"]),
        ("<p>{{ client|term }}</p>", ["[client]"]),
        ("<p>{{ client.contacts[0].name }}</p>", ["[client contacts 0 name]"]),
        ("<p>{{ a + b }}</p>", ["[a + b]"]),
        ("{% if fees.tax %}<p>Tax.</p>{% endif %}", ["[only if fees tax]", "Tax."]),
        (
            "<p>{% if detail == 'full' %}long{% else %}short{% endif %}</p>",
            ["[only if detail is “full”] long[otherwise] short"],
        ),
        ("<p>{% if not a %}x{% elif b and c %}y{% endif %}</p>", ["[only if no a] x[or, if b and c] y"]),
        ("<p>{% if a in ('x', 'y') %}z{% endif %}</p>", ["[only if a is one of “x”, “y”] z"]),
        ("<p>{% if days > 3 %}z{% endif %}</p>", ["[only if days is above 3] z"]),
        ("<p>{% if x is defined %}z{% endif %}</p>", ["[only if x is defined] z"]),
        ("<p>{% if goals|length == 1 %}z{% endif %}</p>", ["[only if the number of goals is 1] z"]),
        ("<p>{% if degree == 'best_endeavours' %}z{% endif %}</p>", ["[only if degree is “best endeavours”] z"]),
        (
            "<p>{% for d in goals %}{{ d }}{% if loop.last %}.{% elif loop.revindex == 2 %} and {% else %}, {% endif %}"
            "{% endfor %}</p>",
            ["[for each of goals] [goal][only if the last one] .[or, if the last but one]  and [otherwise] ,"],
        ),
        (
            "<p>{% for d in goals %}{{ d }}{% if not loop.last %};{% endif %}{% endfor %}</p>",
            ["[for each of goals] [goal][only if not the last one] ;"],
        ),
        (
            "{% for degree, words in (('shall', 'shall'), ('best_endeavours', 'shall use best endeavours to')) %}"
            "<p>{{ words }}</p>{% endfor %}",
            ["[for each of “shall”, “best endeavours”]", "[words]"],
        ),
        (
            "<ul>{% for d in scope.deliverables %}<li>{{ d.title }}</li>{% endfor %}</ul>",
            ["• [for each of scope deliverables] [deliverable title]"],
        ),
        (
            "{% for p in parties %}<p>{{ p.name }}</p>{% endfor %}",
            ["[for each of parties]", "[party name]"],
        ),
        ("{% set due = fees.payment_days %}<p>{{ due }}</p>", ["[fees payment days]"]),
        ("{% macro pay(x) %}Pay {{ x }}.{% endmacro %}<p>{{ pay(fees.total) }}</p>", ["Pay [x]."]),
        (
            "<dl><dt>To</dt>{% if a %}<dd>x</dd>{% else %}<dd>y</dd>{% endif %}</dl>",
            ["To\t[only if a] x [otherwise] y"],
        ),
        ('<note tone="{{ report.tone }}">x</note>', ["x"]),
        ('<img src="{{ picture }}" alt="{{ what }}"/>', []),
        ('<clause id="due-{{ d.id }}">x</clause><p><xref to="due-{{ d.id }}"/></p>', ["1. x", "1"]),
    ],
)
def test_a_template_reads_as_words_names_and_conditions(stage: Stage, body: str, printed: list[str]) -> None:
    assert read(stage, body) == printed


def test_a_clause_that_stands_in_two_alternatives_is_shown_twice(stage: Stage) -> None:
    body = '{% if a %}<clause id="cap">low</clause>{% else %}<clause id="cap">high</clause>{% endif %}'
    assert read(stage, body) == ["[only if a]", "1. low", "[otherwise]", "2. high"]


def test_a_condition_between_rows_is_told_in_the_first_cell(stage: Stage) -> None:
    body = "<table>{% for line in fees.lines %}<tr><td>{{ line.id }}</td><td>x</td></tr>{% endfor %}</table>"
    assert read(stage, body) == ["[for each of fees lines] [fees line id]\tx"]


def test_partials_and_their_macros_are_read_along(stage: Stage) -> None:
    stage.add("_part", "<p>From afar: {{ client.legal_name }}</p>")
    stage.add("_macros", "{% macro pay() %}Pay {{ fees.total }}{% endmacro %}")
    body = (
        "{% include '_part.html.jinja' %}{% from '_macros.html.jinja' import pay %}"
        "{% import '_macros.html.jinja' as all %}<p>{{ pay() }}, {{ all.pay() }}</p>"
    )
    assert read(stage, body) == ["From afar: [client legal name]", "Pay [fees total], Pay [fees total]"]


def test_words_that_look_like_markup_stay_words(stage: Stage) -> None:
    assert read(stage, "<p>{{ '<b>&amp;' }}</p>") == ["<b>&amp;"]
    (line,) = read(stage, "<p>{% if a == '<b> & ?>' %}x{% endif %}</p>")
    assert line.startswith("[only if a is ")


def test_a_fault_of_the_markup_is_told_at_the_line_of_the_template(stage: Stage) -> None:
    markup = reading_markup(Sandbox(stage.catalogue), template(stage, "\n\n<clause>x</clause>"))
    with pytest.raises(FindingsError) as refused:
        parse(markup, files=("test",))
    assert refused.value.findings[0].place.line == HEADER.count("\n") + 3


def test_a_template_that_is_not_jinja_is_refused_at_its_line(stage: Stage) -> None:
    with pytest.raises(FindingsError, match="cannot be read"):
        reading_markup(Sandbox(stage.catalogue), template(stage, "{% if %}"))


@pytest.mark.parametrize(
    "body",
    [
        "{% macro m() %}x{{ m() }}{% endmacro %}<p>{{ m() }}</p>",
        "{% macro a() %}x{{ b() }}{% endmacro %}{% macro b() %}y{{ a() }}{% endmacro %}<p>{{ a() }}</p>",
        "{% include '_again.html.jinja' %}",
    ],
)
def test_what_repeats_itself_is_read_only_so_deep(stage: Stage, body: str) -> None:
    stage.add("_again", "<p>again</p>{% include '_again.html.jinja' %}")
    assert len(read(stage, body)) < 40


def test_what_multiplies_is_stopped(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_STEPS", 500)
    stage.add("_twice", "<p>x</p>" + "{% include '_twice.html.jinja' %}" * 2)
    with pytest.raises(OutputLimitError):
        read(stage, "{% include '_twice.html.jinja' %}")


@pytest.mark.parametrize(("name", "language"), DOCUMENTS)
def test_every_template_of_docgen_can_be_read(name: str, language: str) -> None:
    sandbox = Sandbox(OWN)
    markup = reading_markup(sandbox, OWN.template(name, language))
    names = ("1", "burn-down", "timeline", "rag-history", "status", "milestones", "logo")
    pictures = dict.fromkeys(names, PICTURE)
    labels = words_of(language).writer_labels()
    tree = parse(markup, files=tuple(sandbox.files.names), language=language, labels=labels, pictures=pictures)
    document = number(tree)
    printed = "\n".join(document_lines(document))
    assert name == "survey" or "only if" in printed, "a survey asks everybody the same"
    assert not [line for line in printed.splitlines() if "{{" in line or "{%" in line]
    blanks = {
        inline.hint
        for block in walk(document.blocks)
        if isinstance(block, Paragraph)
        for inline in block.children
        if isinstance(inline, Blank)
    }
    assert len(blanks) > 3
