"""What the client was told at once counts until a report speaks of it."""

from __future__ import annotations

import datetime as dt

from docgen.actions.demo import EXAMPLE
from docgen.facts.load import load_files
from docgen.lifecycle.alerts import told_dates
from docgen.lifecycle.progress import MilestoneState, milestone_states
from docgen.models.progress import MilestoneProgress, ProgressEntry, ReportPeriod
from docgen.models.serious_issue import SeriousIssue

FACTS = load_files([EXAMPLE / name for name in ("engagement.yaml", "progress-2026-11-20.yaml", "serious-issue.yaml")])
TERMS = FACTS.engagements[0].facts.terms
LAST = FACTS.entries[0].facts
ISSUE = FACTS.of(SeriousIssue)[0].facts
FOUND = ISSUE.on
REPORTED, NOTICED = "2027-02-16", "2027-03-05"


def week(end: dt.date, forecast: str = "") -> ProgressEntry:
    """Return the entry of the days up to one, which is silent about M2 unless it forecasts it."""
    said = (MilestoneProgress(id="M2", forecast=dt.date.fromisoformat(forecast)),) if forecast else ()
    period = ReportPeriod.model_validate({"from": end - dt.timedelta(days=4), "to": end})
    return LAST.model_copy(update={"period": period, "milestones": said})


def later(days: int) -> dt.date:
    return FOUND + dt.timedelta(days=days)


def m2(entry: ProgressEntry, *issues: SeriousIssue, **days: dt.date) -> MilestoneState:
    """Return M2 as the report of an entry shows it, with the notices that were told by the end of its period."""
    noticed = {int(name.removeprefix("ni_")): day for name, day in days.items()}
    told = told_dates(dict(enumerate(issues, 1)), entry.period.end, noticed)
    return next(each for each in milestone_states(TERMS, TERMS, [LAST, entry], entry, told) if each.id == "M2")


def test_a_silent_report_after_a_notice_shows_the_date_of_the_notice() -> None:
    silent = week(later(3))
    assert str(m2(silent).forecast) == REPORTED
    state = m2(silent, ISSUE)
    assert str(state.forecast) == NOTICED
    assert state.told is not None
    assert (state.told.reference, state.told.day) == ("NI-001", FOUND)


def test_a_report_of_the_same_or_a_later_day_has_the_last_word() -> None:
    for end in (FOUND, later(3)):
        state = m2(week(end, "2027-02-26"), ISSUE)
        assert (str(state.forecast), state.told) == ("2027-02-26", None)


def test_a_report_of_an_earlier_day_has_not() -> None:
    before = week(later(-1), "2027-02-26")
    told = told_dates({1: ISSUE}, later(3))
    after = week(later(3))
    states = milestone_states(TERMS, TERMS, [LAST, before, after], after, told)
    assert str(next(each for each in states if each.id == "M2").forecast) == NOTICED


def test_what_is_told_after_the_period_counts_not_yet() -> None:
    assert str(m2(week(later(-1)), ISSUE).forecast) == REPORTED


def test_a_notice_counts_from_the_day_it_was_issued() -> None:
    taken_up = week(later(3), "2027-02-26")
    assert str(m2(taken_up, ISSUE, ni_1=later(2)).forecast) == "2027-02-26"
    after = week(later(7))
    told = told_dates({1: ISSUE}, after.period.end, {1: later(5)})
    states = milestone_states(TERMS, TERMS, [LAST, taken_up, after], after, told)
    assert str(next(each for each in states if each.id == "M2").forecast) == NOTICED


def test_of_two_notices_the_later_one_counts() -> None:
    moved = ISSUE.milestones[0].model_copy(update={"forecast": dt.date(2027, 3, 19)})
    second = ISSUE.model_copy(update={"on": later(2), "milestones": (moved,)})
    state = m2(week(later(3)), second, ISSUE)
    assert str(state.forecast) == "2027-03-19"
    assert state.told is not None
    assert state.told.reference == "NI-001"
