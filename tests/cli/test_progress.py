"""`docgen progress`: what it asks, lists and prints, and as JSON."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from docgen.actions.entries import record_progress
from docgen.facts.load import load_files
from tests.cli.shell import Shell
from tests.firm import AMARA, ID, Firm, Firms


@pytest.fixture
def reporting(docgen: Shell, firms: Firms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """Lend a firm with a signed contract and the facts of a first report; the shell stands in its folder."""
    firm = firms.at("signed", tmp_path / "firm")
    firm.on("2026-11-13").do(record_progress, firm.facts("progress-2026-11-13"))
    monkeypatch.chdir(firm.root)
    monkeypatch.setenv("DOCGEN_PERSON", AMARA)
    return firm


def answering(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Let a person type some answers."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join((*answers, ""))))


def test_due_lists_when_what_and_whose(docgen: Shell, reporting: Firm) -> None:
    answer = docgen("progress", "due", "--on", "2026-11-20")
    assert answer.out.splitlines() == [
        f"Fri 2026-11-13 16:00 GMT  {ID}/PR-001  recorded          Harrow & Pike Retail plc",
        f"Fri 2026-11-20 16:00 GMT  {ID}         nothing recorded  Harrow & Pike Retail plc",
    ]
    (_, quiet) = docgen("progress", "due", "--on", "2026-11-20", "--json").json
    assert (quiet["due"], quiet["state"], quiet["when_quiet"]) == (
        "2026-11-20T16:00:00+00:00",
        "nothing recorded",
        "ask",
    )


def test_a_round_says_what_came_of_each_report_and_writes_the_files(docgen: Shell, reporting: Firm) -> None:
    answer = docgen("progress", "run", "--on", "2026-11-20", "--executor", "serial", "-o", "out")
    assert answer.out.splitlines()[0].startswith(f"{ID}  waits for a person: nothing is recorded for 2026-11-20")
    assert answer.out.splitlines()[1:] == [f"{ID}/PR-001/1  made", "1 made, 1 waits for a person."]
    assert sorted(path.suffix for path in Path("out").iterdir()) == [".docx", ".pdf"]
    again = docgen("progress", "run", "--on", "2026-11-13", "--executor", "serial", "--json")
    assert [each["ending"] for each in again.json] == ["there already"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--executor", "cloud"), "There is no executor “cloud”"),
        (("--week", "W47"), "“W47” is no week"),
        (("--week", "2026-W60"), "“2026-W60” is no week"),
    ],
)
def test_a_wrong_word_is_told(docgen: Shell, reporting: Firm, words: tuple[str, ...], said: str) -> None:
    answer = docgen("progress", "run", *words)
    assert answer.code == 2
    assert said in answer.err


def test_the_questions_begin_with_the_plan_of_last_week(
    docgen: Shell, reporting: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = ["done", "moved", "2026-11-24", "The link came late", "dropped", "No longer wanted"]
    rest = ["Two workshops", "", "Three load tests", "2026-11-27", "", "", "2027-02-16", "", "", "2", "", "", ""]
    answering(monkeypatch, *plan, *rest, *[""] * 7, "Load tests start on Monday.")
    answer = docgen("progress", "new", ID, "--on", "2026-11-20")
    assert answer.code == 0, answer.err
    (entry,) = load_files([reporting.root / "engagements/engagement.yaml", Path(answer.out.strip())]).entries
    facts = entry.facts
    assert (str(facts.period.start), str(facts.period.end)) == ("2026-11-16", "2026-11-20")
    assert [item.text for item in facts.done] == ["Private link tested end to end", "Two workshops"]
    assert [(item.reason, item.dropped) for item in facts.not_done] == [
        ("The link came late", False),
        ("No longer wanted", True),
    ]
    assert [(item.text, str(item.due)) for item in facts.next] == [
        ("First load test", "2026-11-24"),
        ("Three load tests", "2026-11-27"),
    ]
    assert [(item.id, str(item.forecast)) for item in facts.milestones] == [("M2", "2027-02-16")]
    assert [(item.line, str(item.units)) for item in facts.effort] == [("F3", "2")]


def test_a_new_risk_is_asked_for_and_takes_the_next_id(
    docgen: Shell, reporting: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    risk = ["The freeze comes early", "medium", "high", "We watch the calendar"]
    answering(monkeypatch, *["done"] * 3, *[""] * 11, *risk, *[""] * 6, "A quiet week.")
    answer = docgen("progress", "new", ID, "--on", "2026-11-20")
    assert answer.code == 0, answer.err
    (entry,) = load_files([reporting.root / "engagements/engagement.yaml", Path(answer.out.strip())]).entries
    assert [each.id for each in entry.facts.risks] == ["R1", "R2"]
    new = entry.facts.risks[1]
    assert (new.text, new.probability, new.impact, new.response) == (risk[0], "medium", "high", risk[3])


def test_a_colour_better_than_the_figures_is_asked_for_its_reason(
    docgen: Shell, reporting: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = [*["done"] * 3, *[""] * 3, "2027-03-05", *[""] * 12]
    colours = ["yes", "green", "A second team helps", "green", "", "amber", "M2 is late", "green", ""]
    answering(monkeypatch, *late, *colours, "M2 moves.")
    answer = docgen("progress", "new", ID, "--on", "2026-11-20", "--record", "--as", AMARA)
    assert answer.code == 0, answer.err
    assert "By the figures: schedule red (M2 is expected 21 days late), budget green, overall red (M2 is" in answer.err
    (entry,) = load_files(
        [reporting.root / "engagements/engagement.yaml", *reporting.root.glob("engagements/*-11-20.yaml")]
    ).entries
    assert entry.facts.status is not None
    assert entry.facts.status.overall.reason == "A second team helps"


def test_an_entry_without_a_status_is_told_the_one_that_the_figures_give(docgen: Shell, reporting: Firm) -> None:
    late = "engagements/late.yaml"
    facts = f"format: docgen.progress/1\nengagement: {ID}\nsummary: M2 moves.\n"
    facts += "period: {from: 2026-11-16, to: 2026-11-20}\nmilestones: [{id: M2, forecast: 2027-03-05}]\n"
    reporting.write(late, facts)
    answer = docgen("progress", "record", late, "--on", "2026-11-20")
    assert answer.code == 0, answer.err
    assert "The entry gives no status; by the figures it is red, for M2 is expected 21 days late." in answer.err
    assert "warning: the entry gives no status" not in answer.err


def test_answers_are_kept_where_the_questions_end_early_and_the_same_command_goes_on(
    docgen: Shell, reporting: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, "done", "not", "The link came late")
    stopped = docgen("progress", "new", ID, "--on", "2026-11-20")
    kept = reporting.root / f"engagements/{ID}-progress-2026-11-20.yaml.answers"
    assert (stopped.code, stopped.out) == (130, "")
    assert f"The answers so far are in {kept}. The same command goes on with them" in stopped.err
    answering(monkeypatch, "dropped", "No longer wanted", *[""] * 18, "The rest of it.")
    again = docgen("progress", "new", ID, "--on", "2026-11-20")
    assert again.code == 0, again.err
    assert f"Going on with what was answered before, from {kept}:" in again.err
    assert not kept.exists()
    (entry,) = load_files([reporting.root / "engagements/engagement.yaml", Path(again.out.strip())]).entries
    assert [item.text for item in entry.facts.done] == ["Private link tested end to end"]
    assert [(item.reason, item.dropped) for item in entry.facts.not_done] == [
        ("The link came late", False),
        ("No longer wanted", True),
    ]


def test_what_the_client_did_in_a_quiet_week_is_no_more_asked_for(
    docgen: Shell, reporting: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, *["done"] * 3, *[""] * 13, "yes", *[""] * 4, "The link is up.")
    answer = docgen("progress", "new", ID, "--on", "2026-11-20")
    assert answer.code == 0, answer.err
    (entry,) = load_files([reporting.root / "engagements/engagement.yaml", Path(answer.out.strip())]).entries
    assert (entry.facts.client_actions, entry.facts.no_change) == ((), False)


def test_where_nothing_moved_the_questions_end_with_the_report_of_no_change(
    docgen: Shell, reporting: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = reporting.write(
        "engagements/quiet.yaml",
        f"format: docgen.progress/1\nengagement: {ID}\nperiod: {{from: 2026-11-16, to: 2026-11-20}}\n"
        "summary: All is done for now.\nstatus: {overall: {rag: green}}\n"
        "done: [{text: Private link tested end to end}, {text: First load test}, "
        "{text: Agree the test data set with the operations board}]\n",
    )
    reporting.on("2026-11-20").do(record_progress, quiet)
    answering(monkeypatch, *[""] * 30)
    answer = docgen("progress", "new", ID, "--on", "2026-11-27", "--record")
    assert answer.code == 0, answer.err
    assert "Nothing moved: this will be a report of no change." in answer.err
    assert f"{ID}/PR-003, revision 1" in answer.out


def test_a_serious_issue_is_told_at_once(docgen: Shell, reporting: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    issue = ["The test system is closed", "yes", "No test before January", "Wait", "Test without", "", "2026-11-27"]
    answering(monkeypatch, *["done"] * 3, *[""] * 12, *issue, *[""] * 5, "Payments cannot be tested.")
    answer = docgen("progress", "new", ID, "--on", "2026-11-20", "--record")
    assert answer.code == 0, answer.err
    assert f"{ID}/NI-001" in answer.out


def test_a_release_without_anything_owed_is_refused(docgen: Shell, reporting: Firm) -> None:
    assert docgen("issue", "progress-report", ID, "--number", "1", "--on", "2026-11-13").code == 0
    answer = docgen("progress", "release", ID, "--on", "2026-11-13")
    assert answer.code == 3
    assert "something recorded for every report that is due" in answer.err
