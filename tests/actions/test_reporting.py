"""The round of reports makes what is due and no more, whatever happens to one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from docgen.actions.acting import NotPermittedError
from docgen.actions.alerts import record_alert
from docgen.actions.approvals import retire_templates
from docgen.actions.engagements import record_engagement
from docgen.actions.entries import record_progress
from docgen.actions.remaking import reproduce
from docgen.actions.reporting import (
    Asking,
    EarlierReportError,
    NoReportOwedError,
    OwedReport,
    ReportState,
    release,
    reports,
)
from docgen.actions.rounds import Ending, Result, run
from docgen.actions.signing import execute
from docgen.actions.template_course import NotApprovedError
from docgen.actions.weekly import opening
from docgen.errors import UsageError
from docgen.executors.addresses import executor
from docgen.executors.performing import Serial
from docgen.executors.work import Failed, Limits, Outcome, Task
from docgen.models.engagement import ClientClass
from tests.firm import AUDRA, ID, JON, LENA, LETTER, REPORT, SIGNED_COPY, Firm, Firms, pdf_words

OTHER = "NBS-2026-020"
LIMITS = Limits(seconds=60)


@pytest.fixture
def signed(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm whose contract is signed, on the Friday of its sixth week."""
    return firms.at("signed", tmp_path / "firm").on("2026-11-13")


def owing(firm: Firm, **asked: object) -> list[OwedReport]:
    """Return the reports that are owed."""
    with closing(firm.desk()) as desk:
        remarks: list[str] = []
        found = list(reports(desk, Asking(**asked), remarks))  # type: ignore[arg-type]
        assert remarks == []
        return found


def round_of(firm: Firm, address: str = "serial", **asked: object) -> list[Result]:
    """Run a round and return what came of each report, by reference."""
    with closing(firm.desk()) as desk, executor(address, LIMITS) as workers:
        found = run(desk, Asking(**asked), workers, [])  # type: ignore[arg-type]
        return sorted(found, key=lambda each: each.reference)


def endings(results: list[Result]) -> dict[str, Ending]:
    """Return how each ended."""
    return {each.reference: each.ending for each in results}


def quiet(firm: Firm, name: str, *changes: tuple[str, str]) -> None:
    """Record another engagement, under a signed contract of its own in the same words, that reports by itself."""
    file = firm.facts(
        "engagement", (f"id: {ID}", f"id: {name}"), ('at: "16:00"', 'at: "16:00", when_quiet: send'), *changes
    )
    firm.do(record_engagement, file)
    entry = firm.write(
        f"engagements/{name}-progress.yaml",
        f"format: docgen.progress/1\nengagement: {name}\nperiod: {{from: 2026-10-05, to: 2026-10-09}}\n"
        "summary: Work has begun.\nstatus: {overall: {rag: green}}\ndone: [{text: The first talk}]\n",
    )
    firm.do(record_progress, entry)


def test_what_was_recorded_is_owed_until_it_is_issued(signed: Firm) -> None:
    signed.do(record_progress, signed.facts("progress-2026-11-13"))
    (owed,) = owing(signed)
    assert (owed.state, owed.number, owed.at.isoformat()) == (ReportState.RECORDED, 1, "2026-11-13T16:00:00+00:00")
    assert endings(round_of(signed)) == {f"{ID}/PR-001": Ending.MADE}
    assert [each.state for each in owing(signed)] == [ReportState.ISSUED]
    assert endings(round_of(signed)) == {f"{ID}/PR-001": Ending.THERE}
    assert signed.faults == []


def test_a_report_of_the_round_is_the_same_as_one_issued_by_hand(signed: Firm) -> None:
    signed.do(record_progress, signed.facts("progress-2026-11-13"))
    round_of(signed)
    again = signed.issue(REPORT, 1)
    assert (again.repeated, again.document.version) == (True, 1)
    assert "Progress Report No. 1" in pdf_words(again.files["pdf"])


def test_silence_waits_for_a_person(signed: Firm) -> None:
    signed.do(record_progress, signed.facts("progress-2026-11-13"))
    later = signed.on("2026-11-20")
    assert [each.state for each in owing(later)] == [ReportState.RECORDED, ReportState.QUIET]
    results = round_of(later)
    assert [each.ending for each in results] == [Ending.WAITS, Ending.MADE]
    assert f"docgen progress release {ID}" in results[0].words
    released = later.do(release, ID, "The trading freeze is on.")
    assert str(released.reference) == f"{ID}/PR-002/1"
    words = pdf_words(released.files["pdf"])
    assert "Nothing moved on this project in this period. " in words
    assert "16 November 2026 to 20 November 2026" in words
    assert "The trading freeze is on." in words
    with pytest.raises(NoReportOwedError, match="something recorded for every report that is due"):
        later.do(release, ID)


def test_where_the_account_says_so_the_report_of_no_change_goes_by_itself(signed: Firm) -> None:
    quiet(signed, OTHER)
    later = signed.on("2026-10-16")
    assert endings(round_of(later, engagement=OTHER)) == {
        f"{OTHER}/PR-001": Ending.MADE,
        f"{OTHER}/PR-002": Ending.MADE,
    }
    assert endings(round_of(later, engagement=OTHER)) == {f"{OTHER}/PR-002": Ending.THERE}


def test_why_a_german_report_waits_is_said_in_the_language_of_the_command(signed: Firm) -> None:
    quiet(signed, OTHER, ("locale: en-GB", "locale: de-DE"))
    round_of(signed.on("2026-10-09"), engagement=OTHER)
    waits = round_of(signed.on("2026-11-13"), engagement=OTHER)[-1]
    assert "the status is worse than it was: M1 is 7 days overdue." in waits.words


def test_a_quiet_week_in_which_a_milestone_passes_waits_for_a_person(signed: Firm) -> None:
    quiet(signed, OTHER)
    round_of(signed.on("2026-10-09"), engagement=OTHER)
    later = signed.on("2026-11-13")
    waits = [each for each in round_of(later, engagement=OTHER) if each.ending is Ending.WAITS][-1]
    assert "the status is worse than it was: M1 is 7 days overdue. Say what is done about it" in waits.words
    released = later.do(release, OTHER)
    words = pdf_words(released.files["pdf"])
    assert "Status on 13 November 2026:" in words
    assert "M1 is 7 days overdue." in words


def test_a_quiet_week_with_an_issue_that_nobody_told_waits_for_its_notice(signed: Firm) -> None:
    quiet(signed, OTHER)
    round_of(signed.on("2026-10-09"), engagement=OTHER)
    later = signed.on("2026-10-16")
    alert = later.facts(
        "serious-issue",
        (f"engagement: {ID}", f"engagement: {OTHER}"),
        ("on: 2026-12-08", "on: 2026-10-14"),
        ("2026-12-15", "2026-10-20"),
    )
    later.by(JON).do(record_alert, alert)
    size = later.size
    (waits,) = [each for each in round_of(later, engagement=OTHER) if each.ending is not Ending.THERE]
    assert waits.ending is Ending.WAITS
    assert f"docgen issue notice-of-issue {OTHER} --number 1" in waits.words
    assert later.size == size


def test_of_weeks_without_a_word_only_the_last_one_is_reported_by_itself(signed: Firm) -> None:
    quiet(signed, OTHER)
    later = signed.on("2026-10-30")
    results = round_of(later, engagement=OTHER)
    assert [each.ending for each in results] == [Ending.WAITS, Ending.WAITS, Ending.MADE, Ending.MADE]
    assert "nothing was recorded for 2026-10-16, and a later report is due by now" in results[0].words


def test_a_week_or_a_class_of_clients_can_be_asked_for(signed: Firm) -> None:
    signed.do(record_progress, signed.facts("progress-2026-11-13"))
    assert owing(signed, week="2026-W47") == [
        each for each in owing(signed.on("2026-11-20")) if each.state is ReportState.QUIET
    ]
    assert owing(signed, client_class=ClientClass.B) == []
    assert len(owing(signed, client_class=ClientClass.A)) == 1
    with pytest.raises(UsageError, match="“47” is no week"):
        owing(signed, week="47")


def test_one_report_that_cannot_be_made_stops_only_itself(signed: Firm) -> None:
    signed.do(record_progress, signed.facts("progress-2026-11-13"))
    quiet(signed, OTHER)
    blob = signed.do(lambda desk: desk.record.register.entries(OTHER, "progress")[0].blob)
    for path in signed.root.rglob(blob):
        path.chmod(0o644)
        path.write_text("spoilt", "utf-8")
    results = round_of(signed)
    assert endings(results)[f"{ID}/PR-001"] is Ending.MADE


SECOND = f"""format: docgen.progress/1
engagement: {ID}
period: {{from: 2026-11-16, to: 2026-11-20}}
summary: The link is up.
status: {{overall: {{rag: amber, reason: Four days late}}}}
done: [{{text: Private link tested end to end}}]
"""


class Refusing(Serial):
    """Does the tasks in this process, but for one that fails."""

    def __init__(self, key: str) -> None:
        super().__init__(LIMITS)
        self.key = key

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        for task in tasks:
            if task.key == self.key:
                yield Failed(task.key, 0.0, "FindingsError", "a figure is missing", 1)
            else:
                yield from super().run([task])


@pytest.fixture
def behind(signed: Firm) -> Firm:
    """Lend a firm with the entries of two weeks, of which neither report is issued."""
    signed.do(record_progress, signed.facts("progress-2026-11-13"))
    later = signed.on("2026-11-20")
    later.do(record_progress, later.write("engagements/second.yaml", SECOND))
    return later


def test_an_older_report_is_made_first_also_where_a_later_week_is_asked_for(behind: Firm) -> None:
    assert endings(round_of(behind, week="2026-W47")) == {f"{ID}/PR-001": Ending.MADE, f"{ID}/PR-002": Ending.MADE}
    order = behind.do(lambda desk: [each.number for each in desk.record.register.documents_of(ID)])
    assert order[-2:] == [1, 2]


def test_no_report_is_made_while_an_older_one_cannot_be(behind: Firm) -> None:
    with closing(behind.desk()) as desk, Refusing(f"{ID}/PR-001") as workers:
        results = {each.reference: each for each in run(desk, Asking(), workers, [])}
    assert endings(list(results.values())) == {f"{ID}/PR-001": Ending.FAILED, f"{ID}/PR-002": Ending.WAITS}
    assert results[f"{ID}/PR-002"].words == f"{ID}/PR-001 comes first and was not made: a figure is missing"


def test_no_quiet_week_is_released_before_an_older_report_is_issued(signed: Firm) -> None:
    signed.do(record_progress, signed.facts("progress-2026-11-13"))
    size = signed.size
    with pytest.raises(EarlierReportError, match=f"docgen issue progress-report {ID} --number 1"):
        signed.on("2026-11-20").do(release, ID)
    assert signed.size == size


def test_nothing_is_recorded_of_a_quiet_week_whose_report_could_not_be_issued(signed: Firm) -> None:
    signed.by(LENA).do(retire_templates, [REPORT], "A new wording follows.", "en")
    size = signed.size
    with pytest.raises(NotApprovedError):
        signed.on("2026-11-20").do(release, ID)
    assert signed.size == size


def test_processes_make_the_same_reports(signed: Firm) -> None:
    signed.do(record_progress, signed.facts("progress-2026-11-13"))
    quiet(signed, OTHER)
    results = endings(round_of(signed, "local:2"))
    assert results[f"{ID}/PR-001"] is Ending.MADE
    assert results[f"{OTHER}/PR-001"] is Ending.MADE
    assert signed.faults == []


def test_who_may_not_issue_reports_runs_no_round(signed: Firm) -> None:
    with pytest.raises(NotPermittedError):
        round_of(signed.by(AUDRA))
    signed.by(JON).do(record_progress, signed.facts("progress-2026-11-13"))
    assert endings(round_of(signed.by(JON))) == {f"{ID}/PR-001": Ending.MADE}


def test_reports_are_owed_from_the_day_of_a_letter_of_approval(firms: Firms, tmp_path: Path) -> None:
    lettered = firms.at("lettered", tmp_path / "firm")
    assert owing(lettered.on("2026-09-18")) == []  # the letter lets the work begin on the 21st
    friday = lettered.on("2026-09-25")
    (owed,) = owing(friday)
    assert (owed.state, owed.day.isoformat(), owed.sends_quiet) == (ReportState.QUIET, "2026-09-25", False)
    assert [each.ending for each in round_of(friday)] == [Ending.WAITS]
    assert friday.do(opening, ID).period.start.isoformat() == "2026-09-21"
    words = pdf_words(friday.do(release, ID).files["pdf"])
    assert "The letter of approval of 14 September 2026 awaits your signature." in words
    assert "GBP 20,000.00 by the letter of approval" in words
    friday.do(execute, f"{ID}/{LETTER}", friday.write("signed/letter.pdf", SIGNED_COPY))
    assert friday.do(reproduce, f"{ID}/PR-001").exact


def test_before_the_contract_the_reasons_and_the_report_speak_of_the_letter_or_of_what_is_proposed(
    firms: Firms, tmp_path: Path
) -> None:
    entry = (
        f"format: docgen.progress/1\nengagement: {ID}\nperiod: {{from: 2026-10-19, to: 2026-10-23}}\nsummary: Work.\n"
        "invoiced: [{line: F1, amount: 18000.00}]\neffort: [{line: F3, units: 24}]\n"
    )
    for stage, reason, paper in (
        (
            "lettered",
            "What is spent is 76.4 per cent above the limit of the letter of approval",
            "awaits your signature",
        ),
        ("recorded", "The forecast is 6.0 per cent above the sum proposed", "we had no signed contract on file"),
    ):
        firm = firms.at(stage, tmp_path / stage).on("2026-10-23")
        firm.do(record_progress, firm.write("engagements/dear.yaml", entry))
        words = pdf_words(firm.issue(REPORT, 1).files["pdf"])
        assert reason in words
        assert paper in words
        for words_of_a_contract in ("As signed", "as signed", "In force", "contract sum of"):
            assert words_of_a_contract not in words
        assert firm.do(reproduce, f"{ID}/PR-001").exact


def test_nobody_is_owed_a_report_on_a_letter_that_lapsed_unsigned(firms: Firms, tmp_path: Path) -> None:
    lettered = firms.at("lettered", tmp_path / "firm").on("2026-11-20")
    assert [each.day.isoformat() for each in owing(lettered)][-1] == "2026-10-30"


def test_under_a_signed_letter_reports_are_owed_until_the_contract_ends(firms: Firms, tmp_path: Path) -> None:
    signed = firms.at("lettered", tmp_path / "firm").on("2026-09-16")
    signed.do(execute, f"{ID}/{LETTER}", signed.write("signed/letter.pdf", SIGNED_COPY))
    days = [each.day.isoformat() for each in owing(signed.on("2026-11-20"))]
    assert (days[0], days[-1]) == ("2026-09-25", "2026-11-20")


@pytest.mark.parametrize(
    ("place", "day"), [("{country: AT}", "2026-12-07"), ("{country: GB, subdivision: ENG}", "2026-12-08")]
)
def test_a_report_day_on_a_public_holiday_of_the_clients_territory_moves(signed: Firm, place: str, day: str) -> None:
    firm = signed.on("2026-12-09")
    calendar = ("calendar: {country: GB, subdivision: ENG}", f"calendar: {place}")
    quiet(firm, OTHER, calendar, ("weekday: friday", "weekday: tuesday"))
    assert [str(each.day) for each in owing(firm, engagement=OTHER, week="2026-W50")] == [day]
