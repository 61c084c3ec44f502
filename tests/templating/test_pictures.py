"""The pictures of a report: what their marks and their remarks say of milestones and statuses."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from docgen.charts import RagRow, TimelineRow
from docgen.doctree.nodes import Tone
from docgen.lifecycle.progress import MilestoneStanding, MilestoneState
from docgen.templating.filters import Formats
from docgen.templating.pictures import MILESTONES, drawn_milestones, milestone_row, strip, time_axis
from tests.templating.stage import words_of

ENGLISH, GERMAN = Formats("en-GB", words_of()), Formats("de-DE", words_of("de"))
SIGNED, TODAY = dt.date(2026, 11, 6), dt.date(2026, 11, 20)
OVERDUE, MET, LATE, DUE = (MilestoneStanding(name) for name in ("overdue", "met", "late", "due"))


def day(later: int) -> dt.date:
    """Return a day so many days after the one signed."""
    return SIGNED + dt.timedelta(days=later)


def a_milestone(
    standing: MilestoneStanding, forecast: int | None = None, actual: int | None = None, moved: int = 0
) -> MilestoneState:
    """Return a milestone whose days are told by how much later than signed they are."""
    reached = forecast if actual is None else actual
    return MilestoneState(
        id="M2",
        title="Live",
        baseline=SIGNED,
        current=day(moved),
        forecast=None if forecast is None else day(forecast),
        actual=None if actual is None else day(actual),
        variance=None if reached is None else reached - moved,
        state=standing,
        comment=None,
    )


def drawn(state: MilestoneState, formats: Formats = ENGLISH) -> TimelineRow:
    """Return a milestone as it is drawn two weeks after the day signed."""
    return milestone_row("Live", state, TODAY, formats)


def test_the_baseline_is_the_day_signed_and_the_day_in_force_stands_beside_it() -> None:
    row = drawn(a_milestone(DUE, moved=30))
    assert (row.baseline, row.moved) == (SIGNED, day(30))
    assert drawn(a_milestone(DUE)).moved is None


@pytest.mark.parametrize(("formats", "words"), [(ENGLISH, "14 days overdue"), (GERMAN, "14 Tage überfällig")])
def test_a_milestone_that_was_not_reached_is_overdue_in_red(formats: Formats, words: str) -> None:
    row = drawn(a_milestone(OVERDUE), formats)
    assert (row.note, row.tone) == (words, Tone.RED)


def test_one_day_is_one_day() -> None:
    assert drawn(a_milestone(OVERDUE, moved=13)).note == "1 day overdue"


@pytest.mark.parametrize("forecast", [-2, 0, 5])
def test_a_forecast_that_went_by_excuses_nothing(forecast: int) -> None:
    assert drawn(a_milestone(OVERDUE, forecast)).note == "14 days overdue"


def test_an_overdue_milestone_expected_later_says_by_how_much_in_red() -> None:
    row = drawn(a_milestone(OVERDUE, 20))
    assert (row.note, row.tone) == ("20 days later", Tone.RED)


def test_a_milestone_reached_late_is_not_green() -> None:
    assert drawn(a_milestone(MET, actual=2)).tone is Tone.AMBER
    assert drawn(a_milestone(MET, actual=0)).tone is Tone.GREEN
    assert drawn(a_milestone(MET, actual=-1)).tone is Tone.GREEN


def test_lateness_is_counted_from_the_day_in_force() -> None:
    row = drawn(a_milestone(MET, actual=2, moved=5))
    assert (row.note, row.tone) == ("3 days earlier", Tone.GREEN)


def test_a_milestone_ahead_is_amber_when_late_and_green_when_early() -> None:
    assert drawn(a_milestone(LATE, 40, moved=30)).tone is Tone.AMBER
    assert drawn(a_milestone(DUE, 20, moved=30)).tone is Tone.GREEN
    assert drawn(a_milestone(DUE, moved=30)).tone is Tone.NEUTRAL


def test_of_too_many_milestones_the_next_ones_and_those_reached_last_are_drawn_in_their_order() -> None:
    reached = [a_milestone(MET, actual=number) for number in range(MILESTONES)]
    undated = replace(a_milestone(DUE), current=None)
    drawn_ones = drawn_milestones([undated, *reached, a_milestone(OVERDUE), a_milestone(DUE, moved=90)])
    assert drawn_ones == (*reached[2:], a_milestone(OVERDUE), a_milestone(DUE, moved=90))
    assert drawn_milestones([undated, *reached[:3]]) == (undated, *reached[:3])


@pytest.mark.parametrize(
    ("formats", "month", "first", "short"),
    [
        (ENGLISH, "Oct 2026", "5 Oct 2026", "5 Oct"),
        (GERMAN, "Okt 2026", "5. Okt. 2026", "5. Okt."),
        (Formats("de-CH", words_of()), "Oct 2026", "5 Oct 2026", "5 Oct"),
        (Formats("en-US", words_of()), "Oct 2026", "Oct 5, 2026", "Oct 5"),
    ],
    ids=["English", "German", "English in Switzerland", "American"],
)
def test_charts_write_days_in_the_way_of_the_documents_language(
    formats: Formats, month: str, first: str, short: str
) -> None:
    calendar, fifth = time_axis(TODAY, formats), dt.date(2026, 10, 5)
    assert calendar.words(days=False, with_year=True)(fifth) == month
    assert calendar.words(days=True, with_year=True)(fifth) == first
    assert calendar.words(days=True, with_year=False)(fifth) == short
    assert f">{short}</text>" in strip([fifth], [RagRow("All", (Tone.GREEN,))], formats).svg
