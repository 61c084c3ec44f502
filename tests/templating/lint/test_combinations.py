"""Every combination of conditions is made into a document, and what fails is told with what it hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.models.terms import Fees, FixedFee, TimeFee
from docgen.templating.environment import Sandbox
from docgen.templating.filters import Formats
from docgen.templating.lint.combinations import CitedAs, Stage, changed, check_combinations, questions_of
from docgen.templating.lint.pairwise import every_combination
from docgen.templating.lint.shapes import shapes_of
from docgen.templating.lint.walk import outline_of
from docgen.templating.views import view
from tests.templating.lint.reader import Reader
from tests.templating.stage import words_of

FORMATS = Formats("en-GB", words_of())
MONEY = {"currency": "GBP"}
FIXED = FixedFee.model_validate({"id": "F1", "description": "All of it", "amount": "10.00"}, context=MONEY)
TIME = TimeFee.model_validate(
    {"id": "F2", "description": "Help", "role": "Engineer", "rate": "5.00", "estimate": "3"}, context=MONEY
)


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def faults(reader: Reader, body: str, fees: Fees) -> list[str]:
    """Return what is wrong with the documents that a template's body makes of some fees, in all combinations."""
    facts = {"fees": view(fees, "fees")}
    shapes, template, sandbox = shapes_of([facts]), reader.template(body), Sandbox(reader.stage.catalogue)
    stage = Stage(facts, shapes, FORMATS)
    return [
        each.message for each in check_combinations(sandbox, template, outline_of(sandbox, template, shapes), stage)
    ]


def test_a_combination_without_a_document_is_told_with_what_it_hangs_on(reader: Reader) -> None:
    body = (
        "{% if fees.expenses %}<p>x</p>{% endif %}"
        "<ul>{% if fees.tax %}<li>tax</li>{% endif %}{% if fees.late_interest %}<li>interest</li>{% endif %}</ul>"
    )
    told = "<ul> is empty, where `fees.tax` is left out, `fees.late_interest` is left out."
    fees = Fees.model_validate(
        {"payment_days": "14", "tax": {"name": "VAT", "percent": "20"}, "late_interest": {"percent": "4"}}
    )
    assert faults(reader, body, fees) == [told]
    assert faults(reader, body.replace("<ul>", "<ul><li>all</li>"), fees) == []


def test_entries_of_each_kind_are_tried_though_the_example_has_one(reader: Reader) -> None:
    body = '{% for line in fees.lines %}{% if line.kind == "time" %}<clause>x</clause>{% endif %}{% endfor %}<p>x</p>'
    (told,) = faults(reader, body, Fees(lines=(FIXED,), payment_days=14))
    assert "where `fees.lines.kind` is “time”" in told


def test_a_template_without_conditions_is_made_once() -> None:
    assert every_combination({}, 10) == [{}]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=7))
def test_every_two_values_of_two_questions_meet(sizes: list[int]) -> None:
    values: dict[str, Sequence[int]] = {f"q{place}": range(size) for place, size in enumerate(sizes)}
    rows = every_combination(values, 8)
    for one, other in combinations(values, 2):
        met = {(row[one], row[other]) for row in rows}
        assert met == {(left, right) for left in values[one] for right in values[other]}
    assert len(rows) <= max(8, 3 * max(sizes) ** 2)


def test_facts_are_changed_where_a_question_asks_for_them_and_nowhere_else(reader: Reader) -> None:
    facts: dict[str, Any] = {"fees": view(Fees(lines=(FIXED, TIME), payment_days=14), "fees")}
    stage = Stage(facts, shapes_of([facts]), FORMATS)
    body = '{% if fees.tax %}<p>x</p>{% endif %}{% for line in fees.lines if line.kind == "time" %}<p>y</p>{% endfor %}'
    template, sandbox = reader.template(body), Sandbox(reader.stage.catalogue)
    asked = {fact.name: fact for fact in questions_of(outline_of(sandbox, template, stage.shapes), stage)}  # type: ignore[union-attr]
    assert list(asked) == ["fees.tax"], "a loop's own test is not a condition that leads to other words"
    given_tax = changed(stage, {asked["fees.tax"]: "x"})["fees"]
    assert given_tax.tax == "x"
    assert given_tax.payment_days == 14
    assert not facts["fees"].tax


def test_any_clause_of_the_contract_may_be_cited_where_numbers_are_not_known() -> None:
    cited = CitedAs({"payment", "obligations-\ufffc"})
    assert "payment" in cited
    assert "obligations-client" in cited
    assert "paymnt" not in cited
    assert cited["obligations-client"] == "1"
