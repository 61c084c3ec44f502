"""Each rule of the lint finds a template that breaks it, and leaves its neighbour that does not alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.errors import Severity
from docgen.templating.lint.rules import RULES
from tests.templating.lint.reader import Reader

CLAUSES = {"contract_ids": {"en": frozenset({"payment", "obligations-\ufffc"})}}
DEFINED = '<definitions><definition term="Business Day">x</definition></definitions>'

CASES = [
    ("name", "<p>{{ feees.tax }}</p>", "<p>{% if fees.tax %}{{ fees.tax.name }}{% endif %}</p>"),
    ("name", "<p>{{ fees.payment_day|days }}</p>", "<p>{{ fees.payment_days|days }}</p>"),
    (
        "name",
        "{% for line in fees.lines %}<p>{{ line.periods }}</p>{% endfor %}",
        '{% for line in fees.lines if line.kind == "retainer" %}<p>{{ line.periods }}</p>{% endfor %}',
    ),
    (
        "name",
        '<p>{{ fees.lines|map(attribute="kinds")|list|listed }}</p>',
        '<p>{{ fees.lines|map(attribute="kind")|list|listed }}</p>',
    ),
    ("filter", "<p>{{ terms.end_date|dates }}</p>", "<p>{{ terms.end_date|date }}</p>"),
    ("wrong-filter", "<p>{{ terms.end_date|money }}</p>", "<p>{{ terms.end_date|date }}</p>"),
    ("unfiltered", "<p>{{ terms.end_date }}</p>", '<p>{{ terms.end_date|date("short") }}</p>'),
    (
        "unfiltered",
        "{% for line in fees.lines %}<p>{{ line.kind }} {{ line.id|money }}</p>"
        '{% if line.kind == "fixed" %}<p>{{ line.amount }}</p>{% endif %}{% endfor %}',
        '{% for line in fees.lines if line.kind == "fixed" %}<p>{{ line.amount|money }}</p>{% endfor %}',
    ),
    ("unfiltered", "<p>{{ notices }}</p>", "<p>{% if not notices %}{{ notices }}{% endif %}</p>"),
    (
        "may-be-absent",
        "<p>{{ fees.tax.name }}</p>",
        "<p>{% if fees.tax %}{{ fees.tax.name }}{% endif %}</p>",
    ),
    (
        "may-be-absent",
        "<p>{% if fees.late_interest %}{{ fees.late_interest.over }}{% endif %}</p>",
        "<p>{% if fees.late_interest %}{{ fees.late_interest.over|default('x') }}{% endif %}</p>",
    ),
    (
        "may-be-absent",
        "<p>{% if fees.tax or fees.expenses %}{{ fees.tax.name }}{% endif %}</p>",
        "<p>{% if not fees.tax %}none{% elif fees.expenses %}{{ fees.tax.name }}{% endif %}</p>",
    ),
    ("unknown-word", '{% if detail == "ful" %}<p>x</p>{% endif %}', '{% if detail == "full" %}<p>x</p>{% endif %}'),
    (
        "unknown-word",
        '{% if "fax" in notices.methods %}<p>x</p>{% endif %}',
        '{% if "email" in notices.methods %}<p>x</p>{% endif %}',
    ),
    (
        "unreachable",
        '{% if detail == "full" %}{% if detail == "brief" %}<p>x</p>{% endif %}{% endif %}',
        '{% if detail != "full" %}{% if detail == "brief" %}<p>x</p>{% endif %}{% endif %}',
    ),
    (
        "unreachable",
        "{% if fees.tax %}{% elif fees.tax.percent %}<p>x</p>{% endif %}",
        "{% if fees.tax %}{% elif fees.expenses %}<p>x</p>{% endif %}",
    ),
    ("always-true", "{% if fees %}<p>x</p>{% endif %}", "{% if notices %}<p>x</p>{% endif %}"),
    (
        "always-true",
        '{% if detail in ("brief", "standard") or detail == "full" %}<p>x</p>{% endif %}',
        '{% if detail in ("brief", "standard") %}<p>x</p>{% endif %}',
    ),
    (
        "reference",
        '<p><xref to="intrest"/></p><clause id="interest">x</clause>',
        '<p><xref to="interest"/></p><clause id="interest">x</clause>',
    ),
    (
        "reference-path",
        '<p><xref to="cap"/></p>{% if fees.tax %}<clause id="cap">x</clause>{% endif %}',
        '{% if fees.tax %}<p><xref to="cap"/></p><clause id="cap">x</clause>{% endif %}',
    ),
    (
        "reference-path",
        '<p><xref to="{% if detail == "full" %}long{% else %}short{% endif %}"/></p>'
        '{% if detail == "full" %}<clause id="long">x</clause>{% elif fees.tax %}<h1 id="short">x</h1>{% endif %}',
        '<p><xref to="{% if detail == "full" %}long{% else %}short{% endif %}"/></p>'
        '{% if detail == "full" %}<clause id="long">x</clause>{% else %}<clause id="short">x</clause>{% endif %}',
    ),
    (
        "cited-clause",
        '<p>{{ "paymnt"|clause }}</p>',
        '<p>{{ "payment"|clause }} {{ ("obligations-" ~ client.legal_name)|clause }}</p>',
    ),
    ("term-unused", f"{DEFINED}<p>Nothing.</p>", f"{DEFINED}<p>Two Business Days.</p>"),
    (
        "term-undefined",
        f"{DEFINED}<p>A Business Day in the Review Period.</p>",
        f"{DEFINED}<p>A Business Day in the time.</p>",
    ),
    (
        "term-early",
        "<p>It pays the Fees.</p><p>What is paid (the <term>Fees</term>), and Fees only.</p>",
        "<p>What is paid (the <term>Fees</term>).</p><p>It pays the Fees.</p>",
    ),
    (
        "term-capitals",
        f"{DEFINED}<p>A Business Day, not two business days.</p>",
        f"{DEFINED}<p>A Business Day, not a day.</p>",
    ),
    (
        "term-twice",
        "<p>The <term>Fees</term> are Fees.</p>\n<p>The <term>Fees</term> are more.</p>",
        "{% if fees.tax %}<p>The <term>Fees</term> are Fees.</p>{% else %}<p>The <term>Fees</term> are.</p>{% endif %}",
    ),
    (
        "heading",
        "<h1>a</h1>{% if fees.tax %}<h2>b</h2>{% endif %}<h3>c</h3>",
        "<h1>a</h1>{% if fees.tax %}<h2>b</h2><h3>c</h3>{% endif %}",
    ),
    ("alt", '<img src="logo" alt=""/>', '<img src="logo" alt="The mark"/>'),
    (
        "table-head",
        "<table><tbody><tr><td>x</td></tr></tbody></table>",
        "<table><thead><tr><th>y</th></tr></thead><tbody><tr><td>x</td></tr></tbody></table>",
    ),
    ("allowance", "{# lint: allow alt #}<p>x</p>", "{# a remark about lint #}<p>x</p>"),
    (
        "allowance-unused",
        "{# lint: allow alt because it is drawn #}<p>x</p>",
        '{# lint: allow alt because it is drawn #}<img src="logo" alt=""/>',
    ),
]


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


@pytest.mark.parametrize(("rule", "broken", "kept"), CASES)
def test_a_rule_finds_what_breaks_it_and_nothing_else(reader: Reader, rule: str, broken: str, kept: str) -> None:
    assert rule in {each.rule for each in reader.findings(broken, **CLAUSES)}
    assert rule not in {each.rule for each in reader.findings(kept, **CLAUSES)}


def test_every_rule_has_a_test() -> None:
    tested = {rule for rule, _, _ in CASES}
    elsewhere = {"languages-differ", "combination", "clause-removed"}
    elsewhere |= {"playbook", "playbook-clause", "playbook-field", "playbook-words"}  # test_playbook_lint.py
    assert {rule.name for rule in RULES} == tested | elsewhere


def test_a_finding_stands_at_its_line_with_its_clause_and_the_nearest_name(reader: Reader) -> None:
    (finding,) = reader.findings('\n<clause id="tax">\n<p>{{ fees.payment_dais }}</p></clause>')
    assert (finding.place.line, finding.clause) == (9, "tax")
    assert finding.message == "there is no fact “payment_dais” here."
    assert finding.advice == "Did you mean “payment_days”?"


def test_a_finding_in_a_partial_or_a_macro_stands_at_the_line_of_the_partial(reader: Reader) -> None:
    reader.stage.add("_tax", "\n{% macro tax(fees) %}\n<p>{{ fees.tax.name }}</p>{% endmacro %}")
    reader.stage.add("_rate", "<p>\n{{ fees.tax.percents }}</p>")
    body = '{% from "_tax.html.jinja" import tax %}{{ tax(fees) }}{% include "_rate.html.jinja" %}'
    places = [(str(each.place).rsplit("/", 1)[1], each.rule) for each in reader.findings(body)]
    assert places == [("_rate.html.jinja:2:1", "name"), ("_tax.html.jinja:3:1", "may-be-absent")]


def test_a_macro_is_judged_by_all_that_call_it(reader: Reader) -> None:
    macro = '{% macro told(level) %}{% if level == "full" %}<p>x</p>{% endif %}{% endmacro %}'
    assert reader.told(f'{macro}{{{{ told("brief") }}}}') == ["1: unknown-word"]
    assert reader.told(f"{macro}{{{{ told('brief') }}}}{{{{ told(detail) }}}}") == []


def test_what_a_macro_hands_to_the_block_that_calls_it_is_a_name_there(reader: Reader) -> None:
    macro = "{% macro each_fee() %}{% for line in fees.lines %}{{ caller(line.id) }}{% endfor %}{% endmacro %}"
    assert reader.told(macro + "{% call(name) each_fee() %}<p>{{ name }}</p>{% endcall %}") == []
    assert reader.told(macro + "{% call(name) each_fee() %}<p>{{ nam }}</p>{% endcall %}") == ["1: name"]


def test_what_is_set_in_a_branch_is_known_behind_it(reader: Reader) -> None:
    body = (
        "{% if fees.tax %}{% set name = fees.tax.name %}{% else %}{% set name = 'none' %}{% endif %}<p>{{ name }}</p>"
    )
    assert reader.told(body) == []


def test_a_condition_that_a_loop_or_a_choice_implies_is_always_true(reader: Reader) -> None:
    loop = "{% for line in fees.lines %}{% if fees.lines %}<p>{{ line.id }}</p>{% endif %}{% endfor %}"
    assert reader.told(loop) == ["1: always-true"]
    assert reader.told("<p>{{ 'x' if fees else 'y' }}</p>") == ["1: always-true"]


def test_the_path_on_which_a_reference_fails_is_told(reader: Reader) -> None:
    body = (
        '{% if detail != "brief" %}<p><xref to="cap"/></p>{% endif %}'
        '{% if detail == "full" %}<clause id="cap">x</clause>{% endif %}'
    )
    (finding,) = reader.findings(body)
    assert finding.message == "the reference “cap” has no target where `detail` is “standard”."


def test_a_blank_fact_is_no_finding_and_a_computed_one_a_note_at_most(reader: Reader) -> None:
    assert reader.told("<p>{{ fees.payment_days|days }} {{ terms.governing_law }}</p>") == []


def test_an_allowance_holds_for_its_line_and_the_next_or_for_the_file(reader: Reader) -> None:
    broken = "<p>{{ fees.tax.name }}</p>"
    allowed = "{# lint: allow may-be-absent because tax is always agreed #}"
    whole = "{# lint: allow may-be-absent in this file because tax is always agreed #}"
    assert reader.told(f"{allowed}\n{broken}") == []
    assert reader.told(f"{broken}{allowed}") == []
    assert reader.told(f"{allowed}\n\n{broken}") == ["3: may-be-absent", "1: allowance-unused"]
    assert reader.told(f"{whole}\n\n\n{broken}") == []


def test_an_allowance_of_a_rule_there_is_none_of_names_the_nearest(reader: Reader) -> None:
    (finding,) = reader.findings("{# lint: allow may-be-absend because of this #}<p>x</p>")
    assert (finding.message, finding.advice) == ("there is no rule “may-be-absend”.", "Did you mean “may-be-absent”?")


def test_two_languages_that_differ_in_structure_are_told_and_a_sentence_apart_is_a_note(reader: Reader) -> None:
    reader.template('<clause id="a">x</clause>{% if fees.tax %}<clause id="tax">y</clause>{% endif %}<p>z</p>')
    same = '<clause id="a">x</clause>{% if fees.tax %}<clause id="tax">y</clause>{% endif %}<p>z</p>'

    def differences(body: str) -> list[tuple[str, Severity]]:
        from docgen.templating.environment import Sandbox
        from docgen.templating.lint.twins import check_twins

        template, catalogue = reader.template(body, "de"), reader.stage.catalogue
        known = catalogue.templates["test", "de"]
        assert known.path == template.path
        return [(each.rule, each.severity) for each in check_twins(Sandbox(catalogue), catalogue, [known])]

    assert differences(same) == []
    assert differences(same.replace("fees.tax", "fees.expenses")) == [("languages-differ", Severity.WARNING)]
    assert differences(same.replace('id="a"', 'id="b"')) == [("languages-differ", Severity.WARNING)]
    inline = same.replace("z", "{% if fees.payment_days == 1 %}Tag{% else %}Tage{% endif %}")
    assert differences(inline) == [("languages-differ", Severity.NOTE)]
