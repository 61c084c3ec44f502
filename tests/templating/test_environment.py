"""Templates say what the facts are and nothing else: no way out, no misspelt name, nothing printed by accident."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from docgen.doctree.parse import MISSING
from docgen.errors import Finding, FindingsError, NotFoundError
from docgen.models.money import Money
from docgen.templating import environment
from docgen.templating.environment import OutputLimitError
from tests.templating.stage import HEADER_LINES, Stage

FIRST = HEADER_LINES + 1
"""The line of the file on which a template's body begins."""


class Colour(StrEnum):
    RED = "dark_red"


@dataclass(frozen=True)
class Client:
    legal_name: str
    kind: str | None = None
    list: tuple[str, ...] | None = None


FACTS: dict[str, Any] = {
    "client": Client("Müller & <b>Söhne</b>"),
    "fees": {"payment_days": 30, "total": Money(Decimal("1250.5"), "GBP"), "rate": Decimal("7.5")},
    "day": dt.date(2027, 3, 31),
    "at": dt.time(16, 0),
    "colour": Colour.RED,
    "names": ["Ada", "Bob"],
    "prose": "one\ntwo",
    "open": True,
}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def refusal(stage: Stage, body: str, **facts: Any) -> Finding:
    """Return the one finding with which a template is refused."""
    with pytest.raises(FindingsError) as refused:
        stage.markup(body, **{**FACTS, **facts})
    (finding,) = refused.value.findings
    return finding


# No way out


@pytest.mark.parametrize(
    "payload",
    [
        "{{ ''.__class__ }}",
        "{{ ''['__class__'] }}",
        "{{ ''['__cl' ~ 'ass__'] }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ client.__class__ }}",
        "{{ client.__init__.__globals__ }}",
        "{{ client._facts }}",
        "{{ client['_facts'] }}",
        "{{ client.with_facts(a=1).a }}",
        "{{ client.kind.__class__ }}",
        "{{ client.kind._path.x }}",
        "{{ fees.total.__class__ }}",
        "{{ fees.total.rounded() }}",
        "{{ fees.total.total() }}",
        "{{ fees.payment_days.to_bytes(4) }}",
        "{{ day.replace(year=1) }}",
        "{{ day.today() }}",
        "{{ colour.__class__.__members__ }}",
        "{{ colour.value.__class__ }}",
        "{{ names.__class__ }}",
        "{{ names.index('Ada') }}",
        "{{ range.__globals__ }}",
        "{{ range.__wrapped__ }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ namespace.__class__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{% for x in names %}{{ loop.__class__ }}{% endfor %}",
        "{% for x in names %}{{ loop._iterator }}{% endfor %}",
        "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
        "{% macro m() %}{% endmacro %}{{ m._func }}",
        "{{ lipsum }}",
        "{{ lipsum.__globals__.os.popen('id').read() }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ joiner }}",
        "{{ dict() }}",
        "{{ config }}",
        "{{ request }}",
        "{{ open('/etc/passwd') }}",
        "{{ __import__('os') }}",
        "{{ _formats }}",
        "{{ _formats.people }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ '{a.__class__}'.format_map({'a': 1}) }}",
        "{% set f = '{0.__class__}'.format %}{{ f(1) }}",
        "{% set m %}{0.__class__}{% endset %}{{ m.format(1) }}",
        "{{ ['{0.__class__}'.format]|map('call', 1)|list }}",
        "{{ ''|attr('__class__') }}",
        "{{ ''|map('attr', '__class__')|list }}",
        "{{ names|map(attribute='__class__')|join }}",
        "{{ names|map(attribute='__class__.__mro__')|first }}",
        "{{ names|selectattr('__class__')|list|first }}",
        "{{ names|groupby('__class__')|first }}",
        "{{ names|sort(attribute='__class__')|join }}",
        "{{ names|sum(attribute='__class__') }}",
        "{{ 'x'.encode().__class__ }}",
        "{{ 'x'.encode() }}",
        "{{ names.append('x') }}",
        "{{ fees.update({}) }}",
        "{{ (1).__class__ }}",
        "{{ none.__class__ }}",
        "{{ true.__class__ }}",
        "{{ [].__class__.__base__.__subclasses__() }}",
        "{{ {}.__class__ }}",
        "{{ client() }}",
        "{{ day() }}",
    ],
)
def test_no_template_finds_a_way_out(stage: Stage, payload: str) -> None:
    assert refusal(stage, payload).place.line == FIRST


@pytest.mark.parametrize(
    "payload", ["{% set client.legal_name = 'x' %}", "{% set them = client %}{% set them.kind = 1 %}"]
)
def test_no_template_changes_a_fact(stage: Stage, payload: str) -> None:
    assert "cannot assign" in refusal(stage, payload).message


@pytest.mark.parametrize(
    ("construct", "reason"),
    [
        ("{% autoescape false %}{{ client.legal_name }}{% endautoescape %}", "escaping cannot be switched"),
        ("{% extends 'base' %}", "templates cannot be extended"),
        ("{% include client.legal_name %}", "a partial is named in quotes"),
        ("{% include ['_a', '_b'] %}", "a partial is named in quotes"),
        ("{% include '_' ~ 'a' %}", "a partial is named in quotes"),
        ("{% import client.legal_name as x %}", "a partial is named in quotes"),
        ("{% from client.legal_name import x %}", "a partial is named in quotes"),
        ("{% set _x = 1 %}", "the name “_x” begins with an underscore"),
        ("{{ x|safe }}", "No filter named 'safe'"),
        ("{{ x|attr('y') }}", "No filter named 'attr'"),
        ("{{ x|tojson }}", "No filter named 'tojson'"),
        ("{{ x|xmlattr }}", "No filter named 'xmlattr'"),
        ("{{ x|format }}", "No filter named 'format'"),
        ("{{ x|replace('a', 'b') }}", "No filter named 'replace'"),
        ("{{ x|pprint }}", "No filter named 'pprint'"),
        ("{% filter safe %}x{% endfilter %}", "No filter named 'safe'"),
        ("{{ x is callable }}", "No test named 'callable'"),
        ("{{ x is filter }}", "No test named 'filter'"),
        ("{% if not x %}{{ x|pprint }}{% endif %}", "No filter named 'pprint'"),
        ("{% if not x %}{{ x is callable }}{% endif %}", "No test named 'callable'"),
        ("{% do x %}", "unknown tag 'do'"),
        ("{% debug %}", "unknown tag 'debug'"),
        ("{% trans %}x{% endtrans %}", "unknown tag 'trans'"),
        ("{% if x %}", "Unexpected end of template"),
        ("{{ x", "unexpected end of template"),
    ],
)
def test_what_the_language_does_not_have_is_refused_with_the_reason(stage: Stage, construct: str, reason: str) -> None:
    finding = refusal(stage, construct, x="x")
    assert finding.rule == "jinja"
    assert reason in finding.message
    assert finding.place.line == FIRST


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..", "_nowhere", "_address/../../x", "\\\\host\\x"]
)
def test_a_partial_comes_from_the_catalogue_and_nowhere_else(stage: Stage, name: str) -> None:
    with pytest.raises((FindingsError, NotFoundError)):
        stage.markup(f"{{% include '{name}' %}}")


def test_a_switch_of_escaping_in_a_partial_is_refused_there(stage: Stage) -> None:
    stage.add("_loud", "x\n{% autoescape false %}{% endautoescape %}")
    finding = refusal(stage, "{% include '_loud.html.jinja' %}")
    assert (finding.place.file, finding.place.line) == ("templates/letters/_loud.html.jinja", 2)


@pytest.mark.parametrize(
    "body",
    [
        "{{ client.legal_name }}",
        "{{ client.legal_name ~ '' }}",
        "{{ '<i></i>' ~ client.legal_name }}",
        "{{ client.legal_name|lower }}",
        "{{ client.legal_name|default('x') }}",
        "{{ [client.legal_name, '<b>']|join(' ') }}",
        "{{ [client.legal_name]|listed }}",
        "{{ client.legal_name|sentence }}",
        "{{ client.legal_name|person }}",
        "{{ client.legal_name|trim }}",
        "{{ client.legal_name|paragraphs|first }}",
        "{{ client.legal_name.strip() }}",
        "{{ client.legal_name.replace('M', '<b>') }}",
        "{% set x = client.legal_name %}{{ x }}",
        "{% set x %}{{ client.legal_name }}{% endset %}{{ x }}",
        "{% set x %}{{ client.legal_name }}{% endset %}{{ x.unescape() }}",
        "{% set x %}{{ client.legal_name }}{% endset %}{{ x + '<b>' }}",
        "{% set x %}a{% endset %}{{ x.replace('a', client.legal_name) }}",
        "{% set x %}a{% endset %}{{ x.join([client.legal_name, '<b>']) }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(client.legal_name) }}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ client.legal_name }}{% endcall %}",
        "{% filter lower %}{{ client.legal_name }}{% endfilter %}",
        "{{ '<b>' }}",
    ],
)
def test_a_value_stays_escaped_on_every_way_to_paper(stage: Stage, body: str) -> None:
    assert "<" not in stage.markup(body, **FACTS)


def test_a_text_is_not_translated_into_markup(stage: Stage) -> None:
    payload = "{% set x %}a{% endset %}{{ x.translate({97: client.legal_name}) }}"
    assert refusal(stage, payload).rule == "sandbox"


# Limits


def test_a_range_ends(stage: Stage) -> None:
    assert "Range too big" in refusal(stage, "{% for x in range(999999999) %}{% endfor %}").message


def test_a_template_that_calls_itself_is_refused(stage: Stage) -> None:
    finding = refusal(stage, "{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}")
    assert "the template fails here" in finding.message


def test_a_partial_that_includes_itself_is_refused(stage: Stage) -> None:
    stage.add("_again", "{% include '_again.html.jinja' %}")
    assert "the template fails here" in refusal(stage, "{% include '_again.html.jinja' %}").message


def test_a_template_nested_too_deeply_is_refused(stage: Stage) -> None:
    assert "nested too deeply" in refusal(stage, "{{ " + "(" * 20_000 + ")" * 20_000 + " }}").message


def test_a_template_writes_no_more_than_a_document_can_be(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "OUTPUT_LIMIT", 1000)
    with pytest.raises(OutputLimitError, match="writes more than 1,000 characters"):
        stage.markup("{% for x in range(500) %}<p>{{ x }}</p>{% endfor %}")


# Faults are told at their line


def test_a_misspelt_name_is_told_at_its_line_with_the_nearest(stage: Stage) -> None:
    finding = refusal(stage, "x\n\n{{ clint.legal_name }}")
    assert finding.message == "there is no fact “clint” here."
    assert finding.advice == "Did you mean “client”?"
    assert (Path(finding.place.file).name, finding.place.line) == ("test.html.jinja", FIRST + 2)


def test_a_misspelt_fact_of_a_group_is_told_with_the_nearest(stage: Stage) -> None:
    finding = refusal(stage, "{{ client.legal_nme }}")
    assert (finding.message, finding.advice) == (
        "there is no fact “legal_nme” here.",
        "Did you mean “legal_name”?",
    )


def test_a_name_like_no_other_is_answered_with_where_names_are_listed(stage: Stage) -> None:
    assert "docs/templates.md" in refusal(stage, "{{ qqqqqq }}").advice


@pytest.mark.parametrize(
    "body",
    [
        "{% if clint %}x{% endif %}",
        "{% for x in clint %}x{% endfor %}",
        "{{ clint|money }}",
        "{{ clint|sentence }}",
        "{{ clint == 1 }}",
        "{{ clint.name }}",
        "{{ 'x' ~ clint }}",
        "{{ [clint]|join }}",
        "{% set x = clint %}{{ x }}",
    ],
)
def test_a_misspelt_name_is_an_error_wherever_it_stands(stage: Stage, body: str) -> None:
    assert "clint" in refusal(stage, body).message


def test_a_misspelt_name_in_a_partial_is_told_at_the_line_of_the_partial(stage: Stage) -> None:
    stage.add("_part", "one\ntwo\n{{ clint }}")
    finding = refusal(stage, "x\n{% include '_part.html.jinja' %}")
    assert (finding.place.file, finding.place.line) == ("templates/letters/_part.html.jinja", 3)


def test_a_fault_in_an_imported_macro_is_told_at_its_line(stage: Stage) -> None:
    stage.add("_macros", "{% macro pay(x) %}\n{{ x|money }}\n{% endmacro %}")
    finding = refusal(stage, "{% from '_macros.html.jinja' import pay %}\n{{ pay('a lot') }}")
    assert (finding.place.file, finding.place.line) == ("templates/letters/_macros.html.jinja", 2)
    assert "The filter “money” cannot write a str" in finding.message


def test_a_partial_that_is_not_jinja_is_told_at_its_line(stage: Stage) -> None:
    stage.add("_broken", "one\n{% if %}")
    finding = refusal(stage, "{% include '_broken.html.jinja' %}")
    assert (finding.place.file, finding.place.line) == ("templates/letters/_broken.html.jinja", 2)


def test_a_division_by_nothing_is_told_at_its_line(stage: Stage) -> None:
    finding = refusal(stage, "x\n{{ 1 / 0 }}")
    assert (finding.rule, finding.place.line) == ("template", FIRST + 1)


def test_each_element_carries_the_line_it_is_written_on(stage: Stage) -> None:
    stage.add("_part", "<p>b</p>\n<p>c</p>")
    emitted = stage.emitted("<p>a</p>\n{% include '_part.html.jinja' %}", {})
    assert [Path(name).name for name in emitted.files] == ["test.html.jinja", "_part.html.jinja"]
    assert f'<p at="0:{FIRST}">a</p>' in emitted.markup
    assert '<p at="1:1">b</p>\n<p at="1:2">c</p>' in emitted.markup


# What is printed


@pytest.mark.parametrize(
    ("body", "what", "advice"),
    [
        ("{{ fees.total }}", "an amount is printed as it is", "|money"),
        ("{{ fees.rate }}", "a number is printed as it is", "|number"),
        ("{{ 1.5 }}", "a number is printed as it is", "|number"),
        ("{{ day }}", "a date is printed as it is", "|date"),
        ("{{ at }}", "a time is printed as it is", "|time"),
        ("{{ colour }}", "“dark_red” is a name of the file format", "|label"),
        ("{{ names }}", "a list is printed as it is", "|listed"),
        ("{{ client }}", "a group of facts is printed as it is", "Print one of its facts"),
        ("{{ open }}", "something that has no words (a bool)", "Print a fact"),
        ("{{ none }}", "something that has no words (a NoneType)", "Print a fact"),
        ("{{ range }}", "something that has no words", "Print a fact"),
        ("{{ {} }}", "something that has no words (a dict)", "Print a fact"),
    ],
)
def test_what_needs_a_form_is_not_printed_as_it_is(stage: Stage, body: str, what: str, advice: str) -> None:
    finding = refusal(stage, body)
    assert what in finding.message
    assert advice in finding.message


def test_words_and_whole_numbers_are_printed_as_they_are(stage: Stage) -> None:
    assert stage.markup("{{ prose }} {{ fees.payment_days }} {{ 'x' }}", **FACTS) == "one\ntwo 30 x"


def test_a_missing_fact_is_marked_and_listed_once(stage: Stage) -> None:
    emitted = stage.emitted("{{ client.kind }}{{ client.kind }}", FACTS)
    assert emitted.missing == ("client.kind",)
    assert emitted.markup.count(MISSING) == 2


@pytest.mark.parametrize(
    "body",
    [
        "{{ client.kind|upper }}",
        "{{ client.kind|trim }}",
        "{{ client.kind|round }}",
        "{{ client.kind|default('x') }}",
        "{{ client.kind.name }}",
        "{{ client.kind + 1 }}",
        "{{ client.list|join(', ') }}",
        "{{ client.list|first }}",
        "{{ client.list|sum }}",
        "{{ client.list|map('upper')|list|listed }}",
        "{{ client.list|sort|join }}",
        "{{ client.list[0] }}",
    ],
)
def test_a_missing_fact_is_missing_behind_every_filter(stage: Stage, body: str) -> None:
    (missing,) = stage.emitted(body, FACTS).missing
    assert missing.startswith(("client.kind", "client.list"))


def test_a_missing_fact_is_false_empty_and_like_no_other(stage: Stage) -> None:
    said = (
        "{{ 'a' if client.kind }}{% for x in client.list %}b{% endfor %}{{ client.list|length }}"
        "{{ 'c' if client.kind == 'x' }}{{ 'd' if 'x' in client.list }}{{ 'e' if client.kind > 1 }}"
        "{{ client.kind|default('f', true) }}"
    )
    assert stage.markup(said, **FACTS) == "0f"


def test_a_macro_of_a_partial_prints_in_the_locale_of_the_document(tmp_path: Path) -> None:
    for locale, printed in (("en-GB", "GBP\u00a01,250.50"), ("de-DE", "GBP\u00a01.250,50")):
        stage = Stage(tmp_path, locale)
        stage.add("_macros", "{% macro pay(x) %}{{ x|money }}{% endmacro %}")
        assert stage.markup("{% from '_macros.html.jinja' import pay %}{{ pay(fees.total) }}", **FACTS) == printed


def test_a_value_of_another_direction_is_isolated(stage: Stage) -> None:
    assert stage.lines("<p>To {{ name }}.</p>", name="شركة 24") == ["To شركة 24."]
    assert stage.markup("{{ name }}", name="شركة") == "\ue002شركة\ue003"
    assert stage.markup("{{ name }}", name="plain") == "plain"
