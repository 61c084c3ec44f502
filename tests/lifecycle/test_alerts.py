"""What the client was told at once counts until the next report takes it up."""

from __future__ import annotations

import datetime as dt

from docgen.actions.demo import EXAMPLE
from docgen.facts.load import load_files
from docgen.lifecycle.alerts import told_since
from docgen.lifecycle.progress import milestone_states
from docgen.models.serious_issue import SeriousIssue

FACTS = load_files([EXAMPLE / name for name in ("engagement.yaml", "progress-2026-11-20.yaml", "serious-issue.yaml")])
TERMS = FACTS.engagements[0].facts.terms
LAST = FACTS.entries[0].facts
ISSUE = FACTS.of(SeriousIssue)[0].facts
FOUND = ISSUE.on


def expected(*issues: SeriousIssue, on: dt.date = FOUND) -> list[tuple[str, str]]:
    """Return when milestones are expected by the issues since the last report."""
    return [(each.id, str(each.forecast)) for each in told_since("E-1", issues, LAST, on).milestones]


def test_a_forecast_of_a_notice_takes_the_place_of_the_last_report() -> None:
    since = told_since("E-1", [ISSUE], LAST, FOUND)
    before, after = (milestone_states(TERMS, TERMS, [LAST], entry) for entry in (LAST, since))
    assert {state.id: str(state.forecast) for state in before}["M2"] == "2027-02-16"
    assert {state.id: str(state.forecast) for state in after}["M2"] == "2027-03-05"


def test_what_a_report_has_taken_up_counts_no_more() -> None:
    assert expected(ISSUE) == [("M2", "2027-03-05")]
    assert expected(ISSUE.model_copy(update={"on": LAST.period.end})) == []


def test_what_is_not_found_yet_counts_not_yet() -> None:
    assert expected(ISSUE, on=FOUND - dt.timedelta(days=1)) == []


def test_of_two_notices_the_later_one_counts() -> None:
    moved = ISSUE.milestones[0].model_copy(update={"forecast": dt.date(2027, 3, 19)})
    later = ISSUE.model_copy(update={"on": FOUND + dt.timedelta(days=2), "milestones": (moved,)})
    assert expected(later, ISSUE, on=later.on) == [("M2", "2027-03-19")]
