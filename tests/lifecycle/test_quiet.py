"""A quiet report repeats what is due first and names the reports that show the rest."""

from __future__ import annotations

import datetime as dt
from typing import Any

from docgen.lifecycle.progress import MilestoneStanding, MilestoneState
from docgen.lifecycle.quiet import Excerpt, ahead, repeated
from docgen.models.progress import ClientAction, ProgressEntry, WorkNext

FIRST = dt.date(2026, 4, 10)


def week(number: int, **facts: Any) -> ProgressEntry:
    end = FIRST + dt.timedelta(weeks=number - 1)
    period = {"from": end - dt.timedelta(days=4), "to": end}
    return ProgressEntry.model_validate({"engagement": "E-1", "number": number, "period": period, **facts})


def quiet(number: int, **facts: Any) -> ProgressEntry:
    return week(number, no_change=True, **facts)


def things(count: int, first: int = 1) -> list[dict[str, Any]]:
    """Return things that are due one day after another, the last one first."""
    return [{"text": f"Thing {each}", "due": dt.date(2026, 5, each)} for each in reversed(range(first, first + count))]


def planned(*names: int) -> tuple[WorkNext, ...]:
    return tuple(WorkNext(text=f"Thing {each}", due=dt.date(2026, 5, each)) for each in names)


def named(found: Excerpt[Any]) -> tuple[list[str], int, tuple[int, ...]]:
    return [each.text for each in found.shown], found.more, found.reports


def test_a_few_things_are_all_repeated_by_their_days() -> None:
    now = quiet(2)
    found = repeated(planned(6, 2, 4, 3), "next", [week(1, next=things(6))], now)
    assert named(found) == (["Thing 2", "Thing 3", "Thing 4", "Thing 6"], 0, ())


def test_of_many_things_those_due_first_are_repeated_and_the_report_with_the_rest_is_named() -> None:
    found = repeated(planned(*range(1, 10)), "next", [week(1, next=things(9))], quiet(2))
    assert named(found) == (["Thing 1", "Thing 2", "Thing 3"], 6, (1,))


def test_a_later_full_report_shows_the_work_that_it_carries_forward() -> None:
    entries = [week(1, next=things(9)), week(2, summary="x"), quiet(3)]
    assert repeated(planned(*range(1, 10)), "next", entries, quiet(4)).reports == (2,)


def test_what_no_earlier_report_shows_is_always_shown() -> None:
    asked = tuple(ClientAction.model_validate(each) for each in things(9))
    now = quiet(2, client_actions=things(9))
    assert repeated(asked, "client_actions", [], now).more == 0
    before = week(1, client_actions=things(8))
    found = repeated(asked, "client_actions", [before], now)
    assert named(found) == (["Thing 1", "Thing 2", "Thing 9"], 6, (1,))


def test_what_a_quiet_report_was_the_first_to_show_is_looked_up_there() -> None:
    asked = tuple(ClientAction.model_validate(each) for each in things(9))
    entries = [week(1, client_actions=things(4)), quiet(2, client_actions=things(9))]
    assert repeated(asked, "client_actions", entries, quiet(3)).reports == (1, 2)


def milestone(name: str, day: int, state: MilestoneStanding = MilestoneStanding.DUE) -> MilestoneState:
    due = dt.date(2026, 6, day)
    return MilestoneState(name, name, due, due, None, None, None, state, None)


def test_the_next_milestone_and_the_late_ones_are_named_and_the_rest_is_counted() -> None:
    late = milestone("M3", 20, MilestoneStanding.LATE)
    found = ahead(
        [milestone("M2", 10), milestone("M1", 5), late, milestone("M4", 25)], [week(1, summary="x")], quiet(2)
    )
    assert ([each.id for each in found.shown], found.more, found.reports) == (["M1", "M3"], 2, (1,))


def test_before_any_full_report_none_is_named() -> None:
    found = ahead([milestone("M1", 5), milestone("M2", 10)], [], quiet(1))
    assert (found.more, found.reports) == (1, ())
