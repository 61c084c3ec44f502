"""Months of weekly reports with silence, slips, holidays and change orders: numbered, accounted for, made again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks._year import Story, Year, begun
from docgen.actions.audit import verify
from docgen.actions.documents import fetch
from docgen.actions.dossier import open_dossier
from docgen.actions.remaking import reproduce
from docgen.actions.reporting import Ending
from docgen.lifecycle.progress import carried_forward
from docgen.store.register import IssuedDocument
from tests.firm import pdf_words

pytestmark = pytest.mark.slow
WEEKS = 14
"""From October over Christmas, with the first change order among them."""


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """Lend some months lived through."""
    lived = begun(tmp_path_factory.mktemp("year") / "firm", engagements=2, weeks=WEEKS)
    assert len(list(lived.live())) == WEEKS
    return lived


def reports(year: Year, story: Story) -> list[IssuedDocument]:
    """Return the reports of an engagement that stand, in the order issued."""
    with closing(year.desk(year.days[-1])) as desk:
        documents = desk.record.register.documents_of(story.name)
    return [each for each in documents if each.kind == "progress-report"]


def test_every_report_is_numbered_without_a_gap_and_made_once(year: Year) -> None:
    for story in year.stories:
        found = reports(year, story)
        assert [(each.number, each.version) for each in found] == [
            (number, 1) for number in range(1, len(story.reports) + 1)
        ]
        assert [each.day for each in found] == list(map(str, story.reports))
    assert year.made == sum(len(story.reports) for story in year.stories)
    assert any(story.silent for story in year.stories), "somebody was silent and nobody wrote"


def test_a_second_round_makes_nothing(year: Year) -> None:
    endings = {each.ending for each in year.round(year.days[-1])}
    assert Ending.MADE not in endings
    assert Ending.THERE in endings


def test_no_planned_work_is_lost(year: Year) -> None:
    for story in year.stories:
        with closing(year.desk(year.days[-1])) as desk:
            entries = open_dossier(desk.record, story.name, desk.on).progress
        last = entries[-1]
        still = [*carried_forward(entries, last), *last.next]
        assert {item.text for item in still} == set(story.plan), story.name


def test_the_sum_in_the_last_report_is_that_of_the_orders(year: Year) -> None:
    (story,) = [each for each in year.stories if each.signed]
    assert story.orders == 1
    with closing(year.desk(year.days[-1])) as desk:
        number = reports(year, story)[-1].number
        words = pdf_words(fetch(desk, f"{story.name}/PR-{number:03d}", "pdf")[1])
    assert "As signed" in words
    assert "CO-001: +GBP 1,000.00" in words


def test_any_past_report_is_made_again_to_the_byte(year: Year) -> None:
    story = year.stories[1]
    with closing(year.desk(year.days[-1])) as desk:
        for report in (reports(year, story)[0], reports(year, story)[-1]):
            assert reproduce(desk, f"{story.name}/PR-{report.number:03d}").exact


def test_the_record_is_sound(year: Year) -> None:
    with closing(year.desk(year.days[-1])) as desk:
        assert verify(desk, (), ()).faults == ()


def test_reports_before_a_holiday_come_earlier(year: Year) -> None:
    assert "2026-12-24" in map(str, year.days)
    assert "2026-12-31" in map(str, year.days)


def test_what_is_killed_in_the_middle_is_neither_lost_nor_doubled(tmp_path: Path) -> None:
    """Kill the round again and again while it makes reports; each run goes on where the last one was stopped."""
    year = begun(tmp_path / "firm", engagements=6, weeks=1)
    day = year.days[0]
    for story in year.stories:
        year._work(story, 0, day)
    command = [sys.executable, "-m", "docgen", "progress", "run", "--executor", "local:2", "--on", str(day)]
    environment = {**os.environ, "DOCGEN_PERSON": "ada@firm.example", "DOCGEN_WORKSPACE": str(year.root)}
    for patience in (2.0, 3.0, 4.0):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(patience)
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    for story in year.stories:
        assert [(each.number, each.version) for each in reports(year, story)] == [(1, 1)]
    with closing(year.desk(day)) as desk:
        assert verify(desk, (), ()).faults == ()
