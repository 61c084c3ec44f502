"""A serious issue is told at once, once, and a report's word for it is enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.alerts import Alerted, Reported, record_alert, record_report
from docgen.actions.entries import record_entry
from docgen.actions.notices import NOTICE
from docgen.actions.recorded import recorded_entries
from docgen.actions.remaking import reproduce
from docgen.actions.signing import withdraw
from docgen.errors import FindingsError
from docgen.models.contact import Contact
from docgen.models.serious_issue import SeriousIssue
from tests.firm import AMARA, BORIS, ID, JON, Firm, Firms, pdf_words
from tests.lives import put_paper

ENTRY = f"""format: docgen.progress/1
engagement: {ID}
period: {{from: 2026-11-23, to: 2026-11-27}}
summary: The test system closed.
status: {{overall: {{rag: red, reason: No test}}}}
milestones: [{{id: M2, forecast: 2027-03-05}}, {{id: M3, forecast: 2027-03-26}}]
issues:
  - id: I1
    text: The payment provider's test system is closed
    serious: true
    effect: The order service cannot go live without the test.
    response: Asked the provider for a date
    options: [{{text: Wait, effect: One week}}, {{text: Test on a copy, recommended: true}}]
    decision: Which of the two we follow
    decide_by: 2026-12-04
    owner: jon.bell@northbridge.example
"""
LATER = f"""format: docgen.progress/1
engagement: {ID}
period: {{from: 2026-11-30, to: 2026-12-04}}
summary: The test system is open again.
status: {{overall: {{rag: red, reason: M1 is not accepted}}}}
issues: [{{id: I1, text: The payment provider's system is closed, resolved: 2026-12-03, response: It opened again}}]
"""


@pytest.fixture
def there(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm with a signed contract, on the Friday of the bad news."""
    return firms.at("signed", tmp_path / "firm").on("2026-11-27")


def alerted(firm: Firm, *changes: tuple[str, str]) -> Alerted:
    return firm.do(record_alert, firm.facts("serious-issue", *changes))


def reported(firm: Firm, text: str = ENTRY, name: str = "entry") -> Reported:
    return firm.do(record_report, firm.write(f"engagements/{name}.yaml", text))


def recorded(firm: Firm) -> dict[int, SeriousIssue]:
    found = firm.do(lambda desk: recorded_entries(desk.record, ID, SeriousIssue, "GBP"))
    return {number: each.facts for number, each in found.items()}


def test_an_alert_is_recorded_and_its_notice_goes_out_at_once(there: Firm) -> None:
    found = alerted(there.on("2026-12-08"))
    assert found.recorded is not None
    assert found.recorded.reference == f"{ID}/NI-001"
    assert found.notice is not None
    assert str(found.notice.reference) == f"{ID}/NI-001/1"
    assert found.notice.document.awaits is None
    words = pdf_words(found.notice.files["pdf"])
    assert "Notice of a Serious Issue" in words
    assert "by Tuesday, 15 December 2026" in words
    assert there.faults == []


def test_under_the_letter_of_approval_a_notice_calls_no_date_signed(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path / "firm").on("2026-12-08")
    put_paper(firm, "contract", "2026-12-01", signed=False)
    notice = alerted(firm).notice
    assert notice is not None
    text = pdf_words(notice.files["pdf"])
    assert "Milestone Proposed Expected now" in text
    assert "The contract is not signed yet" in text
    assert "As signed" not in text
    assert "clause" not in text
    assert firm.do(reproduce, str(notice.reference)).exact


def test_a_date_that_contradicts_a_promise_is_remarked_once(there: Firm) -> None:
    call = ("on: 2026-11-24", "on: 2026-11-25")
    there.do(record_entry, there.facts("contact-2026-11-24", call), Contact)
    found = alerted(there.on("2026-12-08"))
    assert found.notice is not None
    (remark,) = (each for each in found.remarks if "2027-02-26" in each)
    assert "NI-001 gives 2027-03-05 for M2" in remark


def test_an_alert_of_tomorrow_is_recorded_and_its_notice_waits_for_the_day(there: Firm) -> None:
    found = alerted(there.on("2026-12-07"))
    assert found.notice is None
    assert "before the issue was found on 2026-12-08. Correct `on:`" in found.remarks[-1]


def test_the_same_alert_again_is_nothing_new_and_the_same_notice(there: Firm) -> None:
    alerted(there.on("2026-12-08"))
    size = there.size
    again = alerted(there.on("2026-12-10"))
    assert again.recorded is not None
    assert not again.recorded.new
    assert again.notice is not None
    assert (again.notice.repeated, str(again.notice.reference)) == (True, f"{ID}/NI-001/1")
    assert there.size == size


def test_other_facts_of_the_same_issue_make_the_next_version(there: Firm) -> None:
    alerted(there.on("2026-12-08"))
    again = alerted(there.on("2026-12-09"), ("at no extra cost", "at the cost of a week"))
    assert again.recorded is not None
    assert again.recorded.revision == 2
    assert again.notice is not None
    assert str(again.notice.reference) == f"{ID}/NI-001/2"


@pytest.mark.parametrize(("line", "word"), [("decided: 2026-12-10", "decided"), ("resolved: 2026-12-11", "resolved")])
def test_what_is_over_makes_no_further_notice(there: Firm, line: str, word: str) -> None:
    alerted(there.on("2026-12-08"))
    over = alerted(there.on("2026-12-11"), ("decide_by: 2026-12-15", f"decide_by: 2026-12-15\n{line}"))
    assert over.notice is None
    assert f"It is {word}, so no further notice was issued." in over.remarks[-1]
    assert f"docgen issue {NOTICE} {ID} --number 1" in over.remarks[-1]


def test_a_notice_that_was_withdrawn_can_be_sent_again(there: Firm) -> None:
    alerted(there.on("2026-12-08"))
    there.on("2026-12-08").do(withdraw, f"{ID}/NI-001", "Sent too soon")
    again = alerted(there.on("2026-12-09"))
    assert again.notice is not None
    assert str(again.notice.reference) == f"{ID}/NI-001/2"


def test_whoever_may_not_issue_records_and_is_told_who_may(there: Firm) -> None:
    found = alerted(there.by(JON).on("2026-12-08"))
    assert found.recorded is not None
    assert found.recorded.new
    assert found.notice is None
    assert "The client is not told yet" in found.remarks[-1]
    assert AMARA in found.remarks[-1]
    assert f"docgen issue {NOTICE} {ID} --number 1" in found.remarks[-1]
    assert there.on("2026-12-08").issue(NOTICE).document.version == 1


def test_without_an_approved_template_the_issue_is_recorded_and_the_way_is_told(firms: Firms, tmp_path: Path) -> None:
    from docgen.actions.engagements import record_engagement

    there = firms.at("founded", tmp_path / "firm").on("2026-12-08")
    there.do(record_engagement, there.facts())
    found = alerted(there)
    assert found.notice is None
    assert "is not approved" in found.remarks[-1]
    assert 1 in recorded(there)


def test_whoever_may_not_record_progress_raises_no_alert(there: Firm) -> None:
    from docgen.actions.acting import NotPermittedError

    with pytest.raises(NotPermittedError):
        alerted(there.by(BORIS).on("2026-12-08"))


def test_before_a_contract_is_issued_the_notice_cites_no_clause(firms: Firms, tmp_path: Path) -> None:
    there = firms.at("recorded", tmp_path / "firm").on("2026-12-08")
    found = alerted(there)
    assert found.notice is not None
    assert found.remarks == ()
    words = pdf_words(found.notice.files["pdf"])
    assert "do not wait for the next report to tell you." in words
    assert "(clause" not in words


# What a report says


def test_a_serious_issue_of_a_report_is_recorded_and_told(there: Firm) -> None:
    found = reported(there)
    assert found.recorded.reference == f"{ID}/PR-001"
    (alert,) = found.alerts
    assert alert.notice is not None
    assert str(alert.notice.reference) == f"{ID}/NI-001/1"
    words = pdf_words(alert.notice.files["pdf"])
    assert "What happened The payment provider's test system is closed." in words
    assert "M2 Order service live 12 February 2027 12 February 2027 5 March 2027 (21 days later)" in words
    assert "M3" not in words
    assert "We need your decision by Friday, 4 December 2026: Which of the two we follow." in words
    (issue,) = recorded(there).values()
    assert (str(issue.on), issue.issue, issue.done) == ("2026-11-27", "I1", ("Asked the provider for a date",))


def test_the_same_report_again_tells_nothing_twice(there: Firm) -> None:
    reported(there)
    size = there.size
    assert reported(there).alerts == ()
    assert reported(there, ENTRY.replace("closed.", "closed for good.")).alerts == ()
    assert (there.size, there.kinds("document_issued")) == (size + 2, there.kinds("document_issued"))
    assert len(recorded(there)) == 1


def test_the_next_report_about_the_same_issue_tells_nothing_anew(there: Firm) -> None:
    reported(there)
    text = ENTRY.replace("from: 2026-11-23, to: 2026-11-27", "from: 2026-11-30, to: 2026-12-04")
    assert reported(there.on("2026-12-04"), text, "next").alerts == ()


def test_an_entry_that_leaves_an_open_issue_out_is_recorded_and_told_which_one(there: Firm) -> None:
    alerted(there, ("on: 2026-12-08", "on: 2026-11-26"), ("issue: I1  ", "#"))
    issues = ENTRY[ENTRY.index("issues:") :]
    found = reported(there, ENTRY.replace(issues, ""))
    assert any("the serious issue NI-001, “The payment" in each for each in found.recorded.remarks)
    listed = ENTRY.replace(issues, "issues: [{id: NI-001, text: The test system is closed}]\n")
    again = reported(there, listed)
    assert not any("serious issue" in each for each in again.recorded.remarks)
    assert again.alerts == ()


def test_an_issue_that_nobody_calls_serious_is_told_by_the_report_alone(there: Firm) -> None:
    assert reported(there, ENTRY.replace("serious: true", "serious: false")).alerts == ()
    assert recorded(there) == {}


def test_an_alert_and_its_report_are_one_issue(there: Firm) -> None:
    alerted(there, ("on: 2026-12-08", "on: 2026-11-26"))
    assert reported(there).alerts == ()


def test_what_was_recorded_and_never_told_is_told_with_the_next_recording(there: Firm) -> None:
    (first,) = reported(there.by(JON)).alerts
    assert first.notice is None
    (second,) = reported(there).alerts
    assert second.recorded is not None
    assert not second.recorded.new
    assert second.notice is not None


def test_a_notice_that_was_withdrawn_is_not_sent_again_by_a_report(there: Firm) -> None:
    reported(there)
    there.do(withdraw, f"{ID}/NI-001", "A false alarm")
    assert reported(there).alerts == ()


def test_a_report_that_calls_it_resolved_resolves_it(there: Firm) -> None:
    reported(there)
    (alert,) = reported(there.on("2026-12-04"), LATER, "later").alerts
    assert alert.recorded is not None
    assert (alert.recorded.reference, alert.recorded.revision) == (f"{ID}/NI-001", 2)
    assert alert.notice is None
    (issue,) = recorded(there).values()
    assert (str(issue.resolved), issue.resolution) == ("2026-12-03", "It opened again")
    assert reported(there.on("2026-12-04"), LATER, "later").alerts == ()


def test_a_report_recorded_late_tells_nobody_of_what_is_over(there: Firm) -> None:
    reported(there.on("2026-12-04"), LATER.replace("period:", "number: 2\nperiod:"), "later")
    early = there.on("2026-12-07")
    assert reported(early, ENTRY.replace("period:", "number: 1\nperiod:"), "early").alerts == ()


def test_an_issue_that_comes_back_asks_for_a_new_id(there: Firm) -> None:
    reported(there)
    reported(there.on("2026-12-04"), LATER, "later")
    text = ENTRY.replace("from: 2026-11-23, to: 2026-11-27", "from: 2026-12-07, to: 2026-12-11")
    text = text.replace("2026-12-04", "2026-12-18")
    (alert,) = reported(there.on("2026-12-11"), text, "again").alerts
    assert (alert.recorded, alert.notice) == (None, None)
    assert "give it a new id" in alert.remarks[0]


def test_an_issue_resolved_before_it_was_found_stays_open(there: Firm) -> None:
    reported(there)
    (alert,) = reported(there.on("2026-12-04"), LATER.replace("2026-12-03", "2026-11-20"), "later").alerts
    assert alert.recorded is None
    assert "so that stays open" in alert.remarks[0]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("    effect: The order service cannot go live without the test.\n", "", "does not say what it means"),
        (
            "    options: [{text: Wait, effect: One week}, {text: Test on a copy, recommended: true}]\n",
            "",
            "can be done",
        ),
        ("{text: Wait, effect", "{text: Wait, recommended: true, effect", "two options are recommended"),
        ("decide_by: 2026-12-04", "decide_by: 2026-11-20", "before the period"),
    ],
)
def test_a_serious_issue_says_what_it_means_and_what_can_be_done(
    there: Firm, before: str, after: str, said: str
) -> None:
    assert before in ENTRY
    with pytest.raises(FindingsError, match=said):
        reported(there, ENTRY.replace(before, after))
    assert recorded(there) == {}
