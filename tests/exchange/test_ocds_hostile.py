"""No published file, however broken, does more than fail with a message."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from docgen.errors import DocgenError
from docgen.exchange.ocds import files, read_process
from docgen.facts.source import plain
from tests.exchange.published import MODELS, award, contract, days, release, value

AMENDMENTS = [{"id": 1, "date": "2020-06-05", "rationale": "Unforeseen.", "releaseID": "2"}]
ITEMS = [{"id": 1, "description": "Roads", "quantity": 10, "unit": {"name": "mile", "value": value(100)}}]
MILESTONES = [{"id": "a", "title": "Half", "dueDate": "2020-06-30", "dateMet": "2020-07-01", "status": "met"}]
PAYMENTS = [{"id": 1, "date": "2020-05-03", "value": value(200), "payee": {"id": "GB-COH-01234567"}}]
WHOLE = [
    release(
        contract(items=ITEMS, milestones=MILESTONES, implementation={"transactions": PAYMENTS}),
        awards=[award(value=value(900), contractPeriod=days("2020-02-01", "2020-11-30"), items=ITEMS)],
        tender={"id": 1, "title": "Roads", "procuringEntity": {"id": "GB-LAC-1"}},
        language="en",
    ),
    release(
        contract(value=value(1350), period=days("2020-02-01", "2021-01-31"), amendments=AMENDMENTS),
        id="2",
        date="2020-06-06T00:00:00Z",
        tag=["contractAmendment"],
    ),
]
# Facts the models want and a source without them cannot give: a blank that validation points at.
REQUIRED = {"legal_name", "country", "requested_on", "effective_date"}

JUNK: list[Any] = [
    *(None, {}, [], "", 0, -1, True, [None], [[{}]], {"id": None}, {"id": 5}),
    *(1.5, 1e300, 10**40, 1e-9, 0.005, "1,000.00", "007"),
    *("string", "x\u202ey", "\ud800", "\x00", "\n\n", "{{ x }}", "<b>&", "../../x", "a" * 25_000),
    *("2010-13-45", "2010-01-01", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"),
    *("GBP", "JPY", "XXX", "México"),
    {"amount": "12.345", "currency": "GBP"},
    {"startDate": "2012-01-01", "endDate": "2011-01-01"},
    {"startDate": "9999-12-01", "durationInDays": 1e6},
]
edits_anywhere = st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(JUNK)), min_size=1, max_size=8)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, entry in entries for place in places(entry, (*path, key)))]


def broken(data: Any, edits: list[tuple[int, Any]]) -> Any:
    """Return data with another value, or none, at some of its places."""
    data = copy.deepcopy(data)
    for position, piece in edits:
        known = [place for place in places(data) if len(place) > 1]
        if not known:
            break
        *above, last = known[position % len(known)]
        group = data
        for key in above:
            group = group[key]
        group[last] = copy.deepcopy(piece)
    return data


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=edits_anywhere)
def test_a_process_with_anything_anywhere_is_imported_or_refused(edits: list[tuple[int, Any]], tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text(json.dumps({"releases": broken(WHOLE, edits)}), encoding="utf-8")
    try:
        process = read_process([path])
    except DocgenError:
        return
    for name, text in files(process):
        assert Path(name).name == name
        assert text.encode()
    for data in (process.engagement, *process.orders, *process.progress):
        assert faults(data, process.engagement["currency"]) <= {(name, None) for name in REQUIRED}
    assert all(str(each).replace("\n", "").isprintable() for each in (*process.blanks, *process.notes))


def faults(data: Any, currency: str) -> set[tuple[Any, Any]]:
    """Return the last name of each place where data does not fit its model, and what stands there."""
    try:
        MODELS[data["format"]].model_validate(plain(data), context={"currency": currency})
    except ValidationError as error:
        return {(each["loc"][-1], each["input"]) for each in error.errors()}
    return set()


def test_the_process_that_is_broken_above_is_whole_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "whole.json"
    path.write_text(json.dumps({"releases": WHOLE}), encoding="utf-8")
    process = read_process([path])
    assert len(process.orders) == 1
    assert len(process.progress) == 2
