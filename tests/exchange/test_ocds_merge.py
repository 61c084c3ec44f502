"""Releases are merged by date: later values win, null removes, ids match."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from docgen.exchange.ocds_merge import merged, stages
from docgen.exchange.ocds_reader import Release


@pytest.mark.parametrize(
    ("before", "after", "result"),
    [
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": None}, {"b": 2}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}),
        ({"a": {"b": 1}}, {"a": {}}, {"a": {"b": 1}}),
        ({"a": ["x"]}, {"a": ["y"]}, {"a": ["y"]}),
        ({"a": [{"id": "x", "b": 1}]}, {"a": []}, {"a": [{"id": "x", "b": 1}]}),
        (
            {"a": [{"id": Decimal(7), "b": 1}, {"id": "x"}]},
            {"a": [{"id": "7", "b": None, "c": 3}]},
            {"a": [{"id": "7", "c": 3}, {"id": "x"}]},
        ),
        ({"a": [{"id": "x"}]}, {"a": [{"id": "y"}]}, {"a": [{"id": "x"}, {"id": "y"}]}),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, {"a": [{"b": 2}]}),
        ({"a": [{"id": "x"}]}, {"a": [{"b": 2}, {"id": "x", "c": 1}]}, {"a": [{"id": "x", "c": 1}, {"b": 2}]}),
        (
            {"additionalIdentifiers": [{"id": "x"}]},
            {"additionalIdentifiers": [{"id": "y"}]},
            {"additionalIdentifiers": [{"id": "y"}]},
        ),
        ({"a": {"b": 1}}, {"a": "text"}, {"a": "text"}),
        ({"a": "text"}, {"a": [{"id": "x"}]}, {"a": [{"id": "x"}]}),
    ],
    ids=str,
)
def test_a_later_release_adds_to_an_earlier_one(before: Any, after: Any, result: Any) -> None:
    kept = str(before), str(after)
    assert merged(before, after) == result
    assert (str(before), str(after)) == kept


def dates(*given: tuple[str | None, bool]) -> list[tuple[Any, bool]]:
    releases = [Release({"ocid": "a", "date": date}, compiled) for date, compiled in given]
    return [(stage.release.data["date"], stage.release.compiled) for stage in stages(releases)]


def test_releases_are_merged_in_the_order_of_their_moments_and_compiled_ones_last() -> None:
    ordered = [
        ("2020-01-01T23:30:00-02:00", False),
        ("2020-01-02T01:45:00Z", False),
        ("2020-01-02T01:45:00Z", True),
        ("2020-01-03", False),
        (None, False),
        (None, True),
    ]
    assert dates(*reversed(ordered)) == ordered


def test_each_stage_is_the_whole_process_so_far() -> None:
    releases = [
        Release({"date": "2020-02-01", "contracts": [{"id": "1", "title": "New"}]}),
        Release({"date": "2020-01-01", "buyer": {"name": "B"}, "contracts": [{"id": "1", "title": "Old"}]}),
    ]
    titles = [stage.process["contracts"][0]["title"] for stage in stages(releases)]
    assert titles == ["Old", "New"]
    assert [stage.process["buyer"] for stage in stages(releases)] == [{"name": "B"}] * 2
