"""Which serious issues a report has to tell of because its entry does not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docgen.lifecycle.progress import awaited
from docgen.lifecycle.taken_up import asked, left_out, left_out_problems, outgrown
from docgen.models.progress import ProgressEntry
from docgen.models.serious_issue import SeriousIssue

TOLD = {1: dt.date(2026, 4, 15)}


def serious(**facts: Any) -> SeriousIssue:
    usual = {"on": "2026-04-14", "title": "The hall is flooded", "happened": "Rain.", "effect": "No work for weeks."}
    return SeriousIssue.model_validate({"engagement": "LMB-7", "options": [{"text": "Wait"}], **usual, **facts})


def week(nth: int, /, **facts: Any) -> ProgressEntry:
    """Return the entry of the nth week from Monday 6 April 2026."""
    monday = 6 + 7 * (nth - 1)
    period = {"from": f"2026-04-{monday:02}", "to": f"2026-04-{monday + 4:02}"}
    return ProgressEntry.model_validate({"engagement": "LMB-7", "period": period, **facts})


def names(issue: SeriousIssue, *entries: ProgressEntry) -> list[str]:
    return [each.id for each in left_out({1: issue}, TOLD, entries, entries[-1])]


LISTED = {"issues": [{"id": "I1", "text": "The hall is flooded"}]}
OVER = {"issues": [{"id": "I1", "text": "The hall is flooded", "resolved": "2026-04-20"}]}


def test_what_a_notice_told_is_left_out_by_a_quiet_week_and_by_an_entry_that_is_silent() -> None:
    assert names(serious(issue="I1"), week(1), week(2, no_change=True)) == ["I1"]
    assert names(serious(issue="I1"), week(1), week(2, summary="x")) == ["I1"]


def test_an_issue_that_the_reports_have_no_id_for_goes_by_its_own_reference() -> None:
    assert names(serious(), week(2, no_change=True)) == ["NI-001"]
    assert names(serious(), week(2, issues=[{"id": "NI-001", "text": "The hall is flooded"}])) == []


def test_what_an_entry_lists_stays_taken_up_through_quiet_weeks_until_a_full_one_drops_it() -> None:
    first = week(2, **LISTED)
    assert names(serious(issue="I1"), first) == []
    assert names(serious(issue="I1"), first, week(3, no_change=True)) == []
    assert names(serious(issue="I1"), first, week(3, summary="x")) == ["I1"]


def test_words_from_before_an_issue_became_serious_do_not_take_it_up() -> None:
    early, quiet = week(1, **LISTED), week(2, no_change=True)
    issue = serious(issue="I1", decision="Whether we stop", decide_by="2026-04-20")
    assert names(issue, early, quiet) == ["I1"]
    assert names(issue, early, week(2, **LISTED), week(3, no_change=True)) == []
    known = {"effect": "No work", "options": [{"text": "Wait"}], "serious": True}
    assert names(issue, week(1, issues=[{**LISTED["issues"][0], **known}]), quiet) == []


def test_what_is_told_in_newer_words_is_not_told_in_the_old_ones_too() -> None:
    early, quiet, issue = week(1, **LISTED), week(2, no_change=True), serious(issue="I1")
    outlived = outgrown([(1, issue)], [early, quiet], quiet, quiet.period.end)
    assert [each.id for each in awaited([early, quiet], quiet).issues] == ["I1"]
    assert awaited([early, quiet], quiet).without(outlived).issues == ()
    assert outgrown([(1, issue)], [early], early, early.period.end) == frozenset()


def test_what_an_entry_calls_resolved_is_over() -> None:
    assert names(serious(issue="I1"), week(2, **LISTED), week(3, **OVER)) == []
    assert names(serious(issue="I1"), week(2, **OVER), week(3, no_change=True)) == []


def test_an_issue_is_nothing_before_it_was_found() -> None:
    assert names(serious(issue="I1"), week(1, no_change=True)) == []


def test_an_end_beside_the_entries_is_told_in_its_period_and_once_more_in_case_it_was_recorded_late() -> None:
    issue = serious(issue="I1", on="2026-04-07", resolved="2026-04-09", resolution="Pumped dry")
    weeks = [week(nth, no_change=True) for nth in (1, 2, 3)]
    told = [[each.resolved for each in left_out({1: issue}, TOLD, weeks[:nth], weeks[nth - 1])] for nth in (1, 2, 3)]
    assert told == [[dt.date(2026, 4, 9)], [dt.date(2026, 4, 9)], []]


def test_an_end_after_the_period_is_not_known_in_it() -> None:
    issue = serious(issue="I1", decided="2026-04-20", resolved="2026-04-21", resolution="Pumped dry")
    (found,) = left_out({1: issue}, TOLD, [week(2)], week(2))
    assert (found.decided, found.resolved, found.resolution, found.waits) == (None, None, None, True)


def test_the_client_is_asked_what_the_issue_waits_for_once() -> None:
    entry = week(2, decisions=["Pump or wait"])
    for issue, texts in (
        (serious(decision="pump or wait.", decide_by="2026-04-20"), ["Pump or wait"]),
        (serious(decision="Whether we stop"), ["Pump or wait", "Whether we stop"]),
        (serious(), ["Pump or wait", "The hall is flooded"]),
        (serious(decided="2026-04-16"), ["Pump or wait"]),
    ):
        found = asked(awaited([entry], entry), left_out({1: issue}, TOLD, [entry], entry))
        assert [each.text for each in found] == texts


def test_an_entry_that_leaves_it_out_is_told_which_one_and_what_to_write() -> None:
    (problem,) = left_out_problems({1: serious(issue="I1")}, TOLD, [], week(2, summary="x"))
    assert "the serious issue I1, “The hall is flooded” (told to the client on 2026-04-15 by NI-001)" in problem.message
    assert "`id: I1`" in problem.advice
    assert "Otherwise the report repeats what the notice said." in problem.advice


@pytest.mark.parametrize(
    ("entry", "noticed", "count"),
    [
        (week(2, **LISTED), TOLD, 0),
        (week(2, no_change=True), TOLD, 0),
        (week(2, no_change=True), {}, 1),
        (week(2, summary="x"), {}, 1),
    ],
)
def test_a_quiet_entry_is_warned_only_of_what_nobody_told(
    entry: ProgressEntry, noticed: dict[int, dt.date], count: int
) -> None:
    assert len(list(left_out_problems({1: serious(issue="I1")}, noticed, [], entry))) == count
