"""A weekly report begins with what the record knows already."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.alerts import record_alert
from docgen.actions.desk import Desk
from docgen.actions.entries import record_entry, record_progress
from docgen.actions.letters import compose
from docgen.actions.recorded import recorded_engagement
from docgen.actions.remaking import reproduce
from docgen.actions.reporting import NoReportOwedError, UntoldIssueError, release
from docgen.actions.signing import withdraw
from docgen.actions.weekly import opening
from docgen.models.delivery import Delivery
from docgen.models.engagement import Engagement
from tests.firm import ID, JON, REPORT, Firm, Firms, pdf_words


@pytest.fixture
def reported(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm with a signed contract and the facts of a first report, a week later."""
    firm = firms.at("signed", tmp_path / "firm").on("2026-11-20")
    firm.do(record_progress, firm.facts("progress-2026-11-13"))
    return firm


def engagement(desk: Desk) -> Engagement:
    return recorded_engagement(desk.record, ID).facts


def test_the_plan_of_last_week_and_what_stands_open_is_carried_over(reported: Firm) -> None:
    known = reported.do(opening, ID)
    assert (str(known.period.start), str(known.period.end)) == ("2026-11-16", "2026-11-20")
    assert [item.text for item in known.planned] == [
        "Private link tested end to end",
        "First load test",
        "Agree the test data set with the operations board",
    ]
    assert [state.id for state in known.milestones] == ["M2", "M3"]
    assert [risk.id for risk in known.risks] == ["R1"]
    assert [action.text for action in known.actions] == ["Bring up the private link"]


def test_what_the_client_was_told_at_once_is_taken_up(reported: Firm) -> None:
    alert = reported.facts("serious-issue", ("on: 2026-12-08", "on: 2026-11-17"), ("2026-12-15", "2026-11-24"))
    reported.do(record_alert, alert)
    known = reported.do(opening, ID)
    assert [(issue.id, issue.serious) for issue in known.issues] == [("I1", True)]
    assert {name: str(day) for name, day in known.noticed.items()} == {"M2": "2027-03-05"}


def test_an_issue_that_became_serious_is_told_as_its_notice_did(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path / "firm").on("2026-11-20")
    calm = ("client_actions:", "issues: [{id: I1, text: The test system is slow}]\nclient_actions:")
    firm.do(record_progress, firm.facts("progress-2026-11-13", calm))
    firm.issue(REPORT, 1)
    alert = firm.facts("serious-issue", ("on: 2026-12-08", "on: 2026-11-17"), ("2026-12-15", "2026-11-24"))
    firm.do(record_alert, alert)
    assert [(issue.id, issue.serious) for issue in firm.do(opening, ID).issues] == [("I1", True)]
    words = pdf_words(firm.do(release, ID).files["pdf"])
    assert "Which of the two we follow. By 24 November 2026." in words
    assert "The test system is slow" not in words


def test_a_silent_report_prints_what_a_notice_told_and_is_made_again_from_it(reported: Firm) -> None:
    reported.issue(REPORT, 1)
    alert = reported.facts("serious-issue", ("on: 2026-12-08", "on: 2026-11-17"), ("2026-12-15", "2026-11-24"))
    reported.do(record_alert, alert)
    released = reported.do(release, ID, "The test system is closed.")
    assert "5 March 2027" in pdf_words(released.files["pdf"])
    for number in (1, 2):
        assert reported.do(reproduce, f"{ID}/PR-{number:03d}").exact
    withdrawn = reported.on("2026-11-27")
    withdrawn.do(withdraw, f"{ID}/NI-001", "Sent in error")
    assert "5 March 2027" not in pdf_words(withdrawn.issue(REPORT, 2).files["pdf"])


def test_an_alert_without_an_id_is_offered_under_its_reference(reported: Firm) -> None:
    changes = (("issue: I1  ", "# issue"), ("on: 2026-12-08", "on: 2026-11-17"), ("2026-12-15", "2026-11-24"))
    reported.do(record_alert, reported.facts("serious-issue", *changes))
    known = reported.do(opening, ID)
    assert [issue.id for issue in known.issues] == ["NI-001"]


def test_a_silent_report_takes_up_what_a_notice_told_until_the_notice_is_withdrawn(reported: Firm) -> None:
    reported.issue(REPORT, 1)
    alert = reported.facts("serious-issue", ("on: 2026-12-08", "on: 2026-11-17"), ("2026-12-15", "2026-11-24"))
    reported.do(record_alert, alert)
    released = reported.do(release, ID)
    words = pdf_words(released.files["pdf"])
    assert "A serious issue is open" in words
    mail = reported.do(lambda desk: compose(desk, desk.record, engagement(desk), released.document, (), desk.now()))
    assert "We told you of it in our notice NI-001 of 20 November 2026." in mail.letter.text.replace("\u00a0", " ")
    assert "More in our notice NI-001 of 20 November 2026." in words
    assert "Which of the two we follow. By 24 November 2026." in words
    reported.on("2026-11-25").do(
        record_alert,
        reported.facts(
            "serious-issue", ("on: 2026-12-08", "on: 2026-11-17"), ("decide_by: 2026-12-15", "resolved: 2026-11-24")
        ),
    )
    again = reported.on("2026-11-25").issue(REPORT, 2)
    assert again.repeated, "what became of an issue after a period is nothing to its report"
    later = reported.on("2026-11-27").do(release, ID)
    assert "resolved 24 November 2026" in pdf_words(later.files["pdf"])
    assert reported.do(reproduce, f"{ID}/PR-003").exact


def test_no_report_says_that_nothing_moved_before_the_client_knows(reported: Firm) -> None:
    reported.issue(REPORT, 1)
    alert = reported.facts("serious-issue", ("on: 2026-12-08", "on: 2026-11-17"), ("2026-12-15", "2026-11-24"))
    reported.by(JON).do(record_alert, alert)
    with pytest.raises(UntoldIssueError, match=f"docgen issue notice-of-issue {ID} --number 1"):
        reported.do(release, ID)
    reported.issue("notice-of-issue", 1)
    assert "NI-001" in pdf_words(reported.do(release, ID).files["pdf"])


def test_what_was_handed_over_in_a_quiet_week_is_an_input_of_its_report(reported: Firm) -> None:
    reported.issue(REPORT, 1)
    reported.do(
        record_entry,
        reported.facts(
            "delivery-d1", ("delivered_on: 2026-10-29", "delivered_on: 2026-11-17"), ("2026-11-04", "2026-11-20")
        ),
        Delivery,
    )
    words = pdf_words(reported.do(release, ID).files["pdf"])
    assert "Apart from what follows, nothing moved on this project in this period:" in words
    assert "17 November 2026: handed over (D1, Target architecture)" in words
    assert reported.do(reproduce, f"{ID}/PR-002").exact


def test_an_order_signed_in_a_quiet_week_is_an_input_of_its_report(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("changed", tmp_path / "firm").on("2026-11-27")
    released = firm.do(release, ID)
    assert "27 November 2026: change order signed (CO-001, " in pdf_words(released.files["pdf"])
    assert firm.do(reproduce, f"{ID}/PR-001").exact


def test_a_report_names_who_recorded_its_entry_last(reported: Firm) -> None:
    toml = reported.root / "docgen.toml"
    text = toml.read_text(encoding="utf-8")
    reported.by(JON).do(
        record_progress, reported.facts("progress-2026-11-13", ("The architecture", "Our architecture"))
    )
    assert "Prepared by" not in pdf_words(reported.issue(REPORT, 1).files["pdf"]), (
        "the client knows nobody of that address"
    )
    toml.write_text(text.replace(f'email = "{JON}"', f'email = "{JON}"\nname = "Jon Bell"'), encoding="utf-8")
    assert "Prepared by Jon Bell, " in pdf_words(reported.issue(REPORT, 1).files["pdf"])
    toml.write_text(text, encoding="utf-8")
    assert reported.do(reproduce, f"{ID}/PR-001").exact
    contact = reported.by("jon.bell@northbridge.example")
    toml.write_text(text.replace(JON, contact.person), encoding="utf-8")
    contact.do(record_progress, reported.facts("progress-2026-11-13", ("The architecture", "This architecture")))
    assert "Prepared by Jon Bell, " in pdf_words(reported.issue(REPORT, 1).files["pdf"])


def test_before_work_begins_there_is_nothing_to_report(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("recorded", tmp_path / "firm")
    with pytest.raises(NoReportOwedError, match="has not begun"):
        firm.do(opening, ID)
