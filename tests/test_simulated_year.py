"""Months of weekly reports with silence, slips, holidays and change orders: numbered, accounted for, made again."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import pytest

from benchmarks._year import Year, begun, dice
from docgen.actions.audit import verify
from docgen.actions.documents import fetch
from docgen.actions.remaking import reproduce
from docgen.actions.rounds import Ending
from docgen.actions.sending import Ending as Posted
from tests.firm import pdf_words
from tests.postbox import Postbox, open_postbox

pytestmark = pytest.mark.slow
WEEKS = 14
"""From October over Christmas, with the first change order among them."""
_LINES = ("", "", "END", "TAKEN")
"""Where the line dies in a week: nowhere, before the server took a letter, or after it."""


@dataclass
class Mailed:
    """What the client's server took over the months, and how often nobody knew whether it had."""

    letters: list[EmailMessage] = field(default_factory=list)
    unknown: int = 0


@pytest.fixture(scope="module")
def mailed() -> Mailed:
    """Lend what the client got; it is filled while the months are lived through."""
    return Mailed()


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, mailed: Mailed) -> Year:
    """Lend some months lived through; each report is sent on its day, and in some weeks the line dies."""
    lived = begun(tmp_path_factory.mktemp("year") / "firm", engagements=2, weeks=WEEKS)
    with open_postbox() as box:
        with (lived.root / "docgen.toml").open("a") as settings:
            settings.write(f'\n[mail]\nhost = "127.0.0.1"\nport = {box.port}\nsecurity = "none"\n')
        for day in lived.live():
            box.drop_at = _LINES[dice(day, "line") % len(_LINES)]
            mailed.unknown += _post(lived, box, day)
        box.drop_at = ""
        assert _post(lived, box, lived.days[-1] + dt.timedelta(days=1)) == 0
        assert _post(lived, box, lived.days[-1] + dt.timedelta(days=2)) == 0
    mailed.letters += map(_opened, box.letters)
    return lived


def _post(year: Year, box: Postbox, day: dt.date) -> int:
    """Send what is to be sent and return of how many letters nobody knows; the client is asked about earlier ones."""

    def arrived(words: str) -> bool:
        return words.split(maxsplit=1)[0] in {reported(_opened(letter)) for letter in box.letters}

    return sum(each.ending is Posted.UNKNOWN for each in year.post(day, ask=arrived))


def _opened(letter: tuple[str, tuple[str, ...], bytes]) -> EmailMessage:
    message = email.message_from_bytes(letter[2], policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def reported(letter: EmailMessage) -> str:
    """Return which version of which report a letter carries, by the name of its file."""
    (paper,) = letter.iter_attachments()
    engagement, number, version = str(paper.get_filename()).removesuffix(".pdf").rsplit("_", 2)
    return f"{engagement}/{number.replace('progress-report-', 'PR-')}/{version.removeprefix('v')}"


def test_every_report_is_numbered_without_a_gap_and_made_once(year: Year) -> None:
    for story in year.stories:
        found = year.issued(story)
        assert [(each.number, each.version) for each in found] == [
            (number, 1) for number in range(1, len(story.reports) + 1)
        ]
        assert [each.day for each in found] == list(map(str, story.reports))
    assert year.made == sum(len(story.reports) for story in year.stories)
    assert any(story.silent for story in year.stories), "somebody was silent and nobody wrote"


def test_every_report_is_sent_once_though_lines_die(year: Year, mailed: Mailed) -> None:
    issued = [
        f"{story.name}/PR-{number:03d}/1" for story in year.stories for number in range(1, len(story.reports) + 1)
    ]
    assert sorted(map(reported, mailed.letters)) == sorted(issued)
    assert len({letter["Message-ID"] for letter in mailed.letters}) == len(issued)
    assert mailed.unknown >= 2, "no line died"


def test_a_second_round_makes_nothing(year: Year) -> None:
    endings = {each.ending for each in year.round(year.days[-1])}
    assert Ending.MADE not in endings
    assert Ending.THERE in endings


def test_no_planned_work_is_lost(year: Year) -> None:
    for story in year.stories:
        assert year.still_open(story) == set(story.plan), story.name


def test_the_sum_in_the_last_report_is_that_of_the_orders(year: Year) -> None:
    (story,) = [each for each in year.stories if each.signed]
    assert story.orders == 1
    with closing(year.desk(year.days[-1])) as desk:
        number = year.issued(story)[-1].number
        words = pdf_words(fetch(desk, f"{story.name}/PR-{number:03d}", "pdf")[1])
    assert "As signed" in words
    assert "CO-001: +GBP 1,000.00" in words


def test_any_past_report_is_made_again_to_the_byte(year: Year) -> None:
    story = year.stories[1]
    with closing(year.desk(year.days[-1])) as desk:
        for report in (year.issued(story)[0], year.issued(story)[-1]):
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
        assert [(each.number, each.version) for each in year.issued(story)] == [(1, 1)]
    with closing(year.desk(day)) as desk:
        assert verify(desk, (), ()).faults == ()
