"""Views never change, and a missing fact is false, empty and printed as a marked blank."""

from __future__ import annotations

import datetime as dt
import operator
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from pydantic import Field

from docgen.doctree.parse import MISSING, MISSING_END
from docgen.models.money import Money
from docgen.models.party import Side
from docgen.models.values import Facts
from docgen.templating.views import Lookup, Missing, View, view


class Inner(Facts):
    id: str
    registry: str = Field(alias="register")
    due: dt.date | None = None


class Outer(Facts):
    title: str | None
    entries: tuple[Inner, ...] = ()
    days: dict[str, int] = {}


@dataclass(frozen=True)
class Row:
    prior: Money
    note: str | None = None


Pair = namedtuple("Pair", "first second")

OUTER = Outer.model_validate(
    {
        "title": None,
        "entries": [{"id": "D1", "register": "House"}, {"id": "D2", "register": "Club"}],
        "days": {"post": 2},
    }
)


def printed(value: object) -> str:
    return str(value).replace(MISSING, "[").replace(MISSING_END, "]")


def test_facts_have_the_names_they_have_in_the_file() -> None:
    seen = view(OUTER, "outer")

    assert [entry.register for entry in seen.entries] == ["House", "Club"]
    assert seen["entries"][1]["id"] == "D2"
    assert not hasattr(seen.entries[0], "registry")
    assert dir(seen) == ["days", "entries", "title"]


@pytest.mark.parametrize(
    "value", ["a", 3, True, Decimal(1), Money(Decimal(1), "GBP"), dt.date(2027, 1, 1), dt.time(9), Side.CLIENT]
)
def test_plain_values_are_seen_as_they_are(value: Any) -> None:
    assert view(value, "x") is value


def test_dataclasses_named_tuples_and_mappings_are_groups_and_lists_are_tuples() -> None:
    assert view(Row(Money(Decimal(1), "GBP")), "row").prior.currency == "GBP"
    assert view(Pair("a", "b"), "pair").second == "b"
    assert view({"a": {"b": 1}}, "group").a.b == 1
    assert view([1, [2]], "list") == (1, (2,))


@pytest.mark.parametrize("value", [1.5, {1, 2}, b"a", object(), print, range(3)])
def test_what_no_document_prints_is_no_view(value: object) -> None:
    with pytest.raises(TypeError, match="which no document prints"):
        view(value, "x")


def test_a_view_does_not_change() -> None:
    seen = view(OUTER, "outer")
    with pytest.raises(AttributeError, match="a view does not change"):
        seen.title = "New"
    with pytest.raises(AttributeError):
        seen.other = "New"
    with pytest.raises(AttributeError):
        del seen.title
    with pytest.raises(TypeError):
        seen.entries[0] = None
    with pytest.raises(TypeError):
        seen["title"] = "New"


def test_further_facts_make_another_view() -> None:
    seen = view(OUTER, "outer")
    more = seen.with_facts(title="Known", sum=None)

    assert (more.title, printed(more.sum)) == ("Known", "[outer.sum]")
    assert isinstance(seen.title, Missing)
    assert not hasattr(seen, "sum")


def test_a_name_nobody_knows_is_an_error_in_a_group_and_missing_in_a_table() -> None:
    seen = view(OUTER, "outer")
    with pytest.raises(AttributeError):
        _ = seen.titel
    with pytest.raises(KeyError):
        _ = seen["titel"]
    assert isinstance(seen.days, Lookup)
    assert seen.days["post"] == 2
    assert printed(seen.days["courier"]) == "[outer.days.courier]"


# Missing facts


MISSED = view(None, "client.tax_number")


def test_a_missing_fact_is_false_empty_and_missing_in_all_its_parts() -> None:
    assert not MISSED
    assert len(MISSED) == 0
    assert list(MISSED) == []
    assert "a" not in MISSED
    assert printed(MISSED.register.number) == "[client.tax_number.register.number]"
    assert printed(MISSED["lines"]) == "[client.tax_number.lines]"


def test_entries_of_a_list_are_named_by_their_id_or_their_place() -> None:
    assert printed(view(OUTER, "outer").entries[1].due) == "[outer.entries.D2.due]"
    assert printed(view([{"a": None}], "list")[0].a) == "[list.1.a]"


@pytest.mark.parametrize("other", [1, Decimal(2), dt.date(2027, 1, 1), "a", MISSED])
def test_a_missing_fact_is_neither_more_nor_less_than_anything(other: Any) -> None:
    assert not any(compare(MISSED, other) for compare in (operator.lt, operator.gt, operator.le, operator.ge))
    assert operator.ne(MISSED, other) or other is MISSED


@pytest.mark.parametrize("other", [1, Decimal(2)])
def test_arithmetic_with_a_missing_fact_is_missing(other: Any) -> None:
    results = (MISSED + other, other + MISSED, MISSED - other, other - MISSED, MISSED * other, other * MISSED)
    assert all(result is MISSED for result in results)


def test_a_missing_fact_hides_nothing_of_python() -> None:
    for name in ("__html__", "__call__", "__dict__", "__wrapped__"):
        assert not hasattr(MISSED, name)


def test_sorting_facts_some_of_which_are_missing_ends() -> None:
    facts: Iterator[Any] = iter([MISSED, MISSED])
    assert len(sorted(facts)) == 2


def test_a_view_of_a_view_is_itself() -> None:
    seen = view(OUTER, "outer")
    assert view(seen, "other") is seen
    assert view(MISSED, "other") is MISSED
    assert isinstance(seen, View)
