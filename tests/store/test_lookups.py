"""However much is recorded, a look-up goes to its rows by an index and passes over the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from docgen.store.projections import Value
from docgen.store.register import Register
from tests.store.histories import ENGAGEMENT, LETTER, TEMPLATE
from tests.store.records import Home, Record, unfounded

LOOKUPS: dict[str, Callable[[Register], object]] = {
    "engagements": lambda register: register.engagements(20),
    "revisions": lambda register: register.revisions(ENGAGEMENT),
    "latest": lambda register: register.latest(ENGAGEMENT),
    "entries": lambda register: register.entries(ENGAGEMENT, "progress"),
    "document": lambda register: register.document(LETTER),
    "versions": lambda register: register.versions(ENGAGEMENT, "contract"),
    "documents of an engagement": lambda register: register.documents_of(ENGAGEMENT),
    "last documents": lambda register: register.last_documents(20),
    "unsigned": lambda register: register.unsigned(20),
    "parts": lambda register: register.parts("a" * 64),
    "approval": lambda register: register.approval(TEMPLATE.name, "en", TEMPLATE.hash),
    "approvals": lambda register: register.approvals(TEMPLATE.name, "en"),
    "reviews": lambda register: register.reviews(TEMPLATE.name, "en"),
    "roles": lambda register: register.roles("a" * 64),
    "named in": lambda register: register.named_in("a" * 64),
    "checkpoints": lambda register: register.checkpoints(1),
    "mentions": lambda register: list(register.mentions(ENGAGEMENT)),
}
LISTS = ("engagements", "last documents", "unsigned", "checkpoints")
"""Look-ups that answer with the first rows of many: rows they would have to sort first, they would have to read."""


@dataclass
class Explaining:
    """A database that says how it answers, instead of answering."""

    record: Record
    steps: list[str] = field(default_factory=list)

    def select(self, query: str, *values: Value) -> list[tuple[Any, ...]]:
        """Note the steps in which a query is answered."""
        explain = "EXPLAIN" if self.record.home.server else "EXPLAIN QUERY PLAN"
        self.steps += [row[-1] for row in self.record.log.select(f"{explain} {query}", *values)]
        return []


@pytest.fixture
def explaining(home: Home) -> Any:
    """Lend an empty record; of few rows PostgreSQL would read all at once, unless that is forbidden."""
    with unfounded(home) as record:
        if home.server:
            for way in ("seqscan", "bitmapscan"):
                record.database.rows(f"SET enable_{way} TO off")
        yield Explaining(record)


# SQLite calls it a scan when it reads checkpoints backwards by their key.
@pytest.mark.parametrize("name", sorted(LOOKUPS.keys() - {"checkpoints"}))
def test_a_lookup_reads_no_table_as_a_whole(explaining: Explaining, name: str) -> None:
    LOOKUPS[name](Register(explaining))
    assert explaining.steps
    whole = [step for step in explaining.steps if "Seq Scan" in step or ("SCAN" in step and "INDEX" not in step)]
    assert whole == []


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_the_first_rows_sorts_none(explaining: Explaining, name: str) -> None:
    LOOKUPS[name](Register(explaining))
    assert [step for step in explaining.steps if "B-TREE" in step or "Sort" in step] == []


@pytest.mark.parametrize("name", sorted(LOOKUPS.keys() - LISTS))
def test_a_lookup_by_name_begins_at_the_name(explaining: Explaining, name: str) -> None:
    LOOKUPS[name](Register(explaining))
    assert any("SEARCH" in step or "Index Cond" in step for step in explaining.steps)
    assert [step for step in explaining.steps if "SCAN" in step] == []
