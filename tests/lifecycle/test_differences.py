"""What differs between two states of facts is told field by field, in words a person would use."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.actions.demo import EXAMPLE
from docgen.facts.load import load_files
from docgen.facts.recorded import facts_bytes, read_facts_bytes
from docgen.lifecycle.differences import Difference, differences
from docgen.models.changes import ChangeOrder
from docgen.models.engagement import Engagement
from docgen.models.progress import ProgressEntry

FACTS = load_files(sorted(EXAMPLE.glob("*.yaml")))
ENGAGEMENT = FACTS.engagements[0].facts
ORDER = FACTS.orders[0].facts
PROGRESS = FACTS.entries[0].facts
Facts = Engagement | ChangeOrder | ProgressEntry


def changed(facts: Facts, path: str, value: Any) -> Any:
    """Return facts with one value in another way; numbers in the path are places in a list."""
    data = json.loads(facts_bytes(facts))
    *way, last = path.split(".")
    inner = data
    for step in way:
        inner = inner[int(step) if step.isdigit() else step]
    inner[int(last) if last.isdigit() else last] = value
    kind: type[Any] = type(facts)
    return read_facts_bytes(json.dumps(data).encode(), kind, "here", ENGAGEMENT.currency).facts


def told(facts: Facts, path: str, value: Any) -> list[str]:
    return [str(each) for each in differences(facts, changed(facts, path, value))]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("terms.fees.lines.1.amount", "71500.00", "fee F2: 64,000.00 → 71,500.00"),
        ("terms.fees.lines.2.rate", "760.00", "fee F3, rate: 720.00 → 760.00"),
        ("terms.fees.payment_days", 45, "payment days: 30 → 45"),
        ("terms.milestones.1.date", "2027-02-26", "milestone M2: 2027-02-12 → 2027-02-26"),
        ("terms.milestones.1.date", None, "milestone M2: 2027-02-12 → blank"),
        ("terms.obligations.1.degree", "shall", "obligation O2, degree: reasonable endeavours → shall"),
        ("client.legal_name", "Harrow Ltd", "client, legal name: Harrow & Pike Retail plc → Harrow Ltd"),
        ("account.report.at", "09:30", "account, report, at: 16:00 → 09:30"),
        ("title", "x" * 500, f"title: Order platform migration → {'x' * 159}…"),
        ("terms.notices.deemed_receipt_days.courier", 3, "notices, deemed receipt days, courier: 2 → 3"),
    ],
)
def test_a_changed_field_is_named_as_people_name_it(path: str, value: Any, said: str) -> None:
    assert told(ENGAGEMENT, path, value) == [said]


def test_the_path_is_that_of_the_file() -> None:
    (found,) = differences(ENGAGEMENT, changed(ENGAGEMENT, "terms.fees.lines.1.amount", "1.00"))
    assert found == Difference(("terms", "fees", "lines", "F2", "amount"), "fee F2", "64,000.00", "1.00")


def test_entries_of_a_list_are_known_by_their_ids_and_not_by_their_places() -> None:
    lines = [line.model_dump(mode="json") for line in ENGAGEMENT.terms.fees.lines]
    assert told(ENGAGEMENT, "terms.fees.lines", lines[1:]) == ["fee F1: removed Target architecture, 18,000.00, M1"]
    more = {**lines[0], "id": "F9", "amount": "5.00"}
    assert told(ENGAGEMENT, "terms.fees.lines", [more, *lines]) == ["fee F9: added Target architecture, 5.00, M1"]


def test_another_order_of_the_same_entries_is_told_once() -> None:
    exclusions = ENGAGEMENT.terms.scope.exclusions
    (said,) = told(ENGAGEMENT, "terms.scope.exclusions", list(reversed(exclusions)))
    assert said == f"exclusions: {', '.join(exclusions)} → {', '.join(reversed(exclusions))}"


def test_plain_entries_of_one_text_are_counted() -> None:
    once = changed(ENGAGEMENT, "terms.scope.exclusions", ["Paint"])
    twice = changed(ENGAGEMENT, "terms.scope.exclusions", ["Paint", "Paint"])
    assert [str(each) for each in differences(once, twice)] == ["exclusions: added Paint"]


def test_a_change_of_currency_is_told_once_and_not_with_every_amount() -> None:
    assert told(ENGAGEMENT, "currency", "EUR") == ["currency: GBP → EUR"]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("changes.1.line.amount", "22500.00", "change add fee F5, line, amount: 21,500.00 → 22,500.00"),
        ("changes.2.rate", "770.00", "change change rate F3, rate: 760.00 → 770.00"),
        ("changes.3.days", 21, "change move milestone M2, days: 14 → 21"),
        ("settlement", "reserved", "settlement: full → reserved"),
    ],
)
def test_a_changed_order_is_told_change_by_change(path: str, value: Any, said: str) -> None:
    assert told(ORDER, path, value) == [said]


def test_a_change_that_came_or_went_says_what_it_was() -> None:
    kept = [change.model_dump(mode="json") for change in ORDER.changes]
    assert told(ORDER, "changes", kept[:1] + kept[2:]) == [
        "change add fee F5: removed Migration of the returns service, 21,500.00, M2"
    ]


def test_a_report_is_told_dimension_by_dimension() -> None:
    assert told(PROGRESS, "status.schedule.reason", "Late") == [
        "status, schedule, reason: The private link is not up yet → Late"
    ]


@given(st.sampled_from([ENGAGEMENT, ORDER, PROGRESS]))
def test_nothing_differs_from_itself(facts: Facts) -> None:
    assert differences(facts, facts.model_copy(deep=True)) == ()


AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2).map(str)
PLACES = st.sampled_from(["terms.fees.lines.0.amount", "terms.fees.lines.1.amount", "terms.liability.cap.amount"])


@given(st.lists(st.tuples(PLACES, AMOUNTS), max_size=4))
def test_what_differs_one_way_differs_the_other_way(changes: list[tuple[str, str]]) -> None:
    other: Any = ENGAGEMENT
    for path, value in changes:
        other = changed(other, path, value)
    there, back = differences(ENGAGEMENT, other), differences(other, ENGAGEMENT)
    assert [(each.path, each.after, each.before) for each in back] == [
        (each.path, each.before, each.after) for each in there
    ]
    assert bool(there) == (other != ENGAGEMENT)
