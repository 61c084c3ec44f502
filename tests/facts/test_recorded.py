"""Facts are kept as JSON that gives the same facts again, and the same facts give the same bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel

from docgen.actions.demo import EXAMPLE
from docgen.errors import ExitCode
from docgen.facts.load import load_files
from docgen.facts.recorded import RecordedFactsError, facts_bytes, kind_of, read_facts_bytes
from docgen.models.engagement import Engagement
from docgen.models.progress import ProgressEntry

FACTS = load_files(sorted(EXAMPLE.glob("*.yaml")))
ALL: list[BaseModel] = [
    *(each.facts for each in FACTS.engagements),
    *(each.facts for each in FACTS.orders),
    *(each.facts for each in FACTS.entries),
    *(each.facts for each in FACTS.breaches),
]


@pytest.mark.parametrize("facts", ALL, ids=range(len(ALL)))
def test_what_was_kept_is_read_back_and_kept_in_the_same_bytes(facts: BaseModel) -> None:
    kept = facts_bytes(facts)
    kind: type[Any] = type(facts)
    read = read_facts_bytes(kept, kind, "here", "GBP").facts
    assert read == facts
    assert facts_bytes(read) == kept


def test_every_kind_is_known_by_the_format_of_its_file() -> None:
    assert {kind_of(facts) for facts in ALL} == {
        "docgen.engagement/1",
        "docgen.change-order/1",
        "docgen.progress/1",
        "docgen.breach/1",
    }


def test_where_a_file_came_from_is_no_fact() -> None:
    engagement = ALL[0]
    assert isinstance(engagement, Engagement)
    assert facts_bytes(engagement.model_copy(update={"revision": 7})) == facts_bytes(engagement)
    assert b'"revision"' not in facts_bytes(engagement)


def test_every_field_is_said_and_amounts_are_text() -> None:
    data = json.loads(facts_bytes(ALL[0]))
    assert data["terms"]["fees"]["lines"][1]["amount"] == "64000.00"
    assert data.keys() | {"revision"} == {info.alias or name for name, info in Engagement.model_fields.items()}


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b"7", b"\xff", b"{}", b'{"format": "docgen.engagement/1"}', b'"text"']
)
def test_what_are_no_facts_is_refused_with_where_it_was(data: bytes) -> None:
    with pytest.raises(RecordedFactsError, match="recorded as NBS-2026-014, revision 3 cannot be read") as refused:
        read_facts_bytes(data, Engagement, "NBS-2026-014, revision 3")
    assert refused.value.exit_code is ExitCode.UNVERIFIED


def test_facts_of_another_kind_are_refused() -> None:
    with pytest.raises(RecordedFactsError):
        read_facts_bytes(facts_bytes(ALL[0]), ProgressEntry, "here", "GBP")
