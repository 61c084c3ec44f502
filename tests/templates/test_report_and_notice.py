"""A quiet report keeps what a notice promised, and says that nothing moved only where that is true."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from docgen.actions.render import build, write
from docgen.lifecycle.leave import Leave
from docgen.templating.case import Case
from tests.templates.printing import ENGAGEMENT, Facts, changed, desk, lines, made, pages
from tests.templates.test_progress_report import FIRST, GERMAN, ORDER, QUIET, SECOND, week

REPORT, MAIL = "progress-report", "covering-mail"
FLOOD: Facts = {
    "format": "docgen.serious-issue/1",
    "engagement": "LMB-7",
    "number": 1,
    "issue": "I7",
    "on": "2026-04-21",
    "title": "The hall is flooded",
    "happened": "A pipe broke in the night.",
    "effect": "Nobody can work there before May.",
    "options": [{"text": "Wait"}, {"text": "Pump", "recommended": True}],
    "decision": "whether we pump",
    "decide_by": "2026-04-28",
}
DRY = {**FLOOD, "resolved": "2026-04-23", "resolution": "Pumped dry"}


def told(kind: str, *facts: Facts, notice: bool = True) -> str:
    """Return the words of a report or its e-mail where the notice was issued on 22 April 2026."""
    found = made(kind, *facts)
    assert isinstance(found.case, Case)
    noticed = {1: dt.date(2026, 4, 22)} if notice else {}
    document, missing = build(desk(), found.template, replace(found.case, noticed=noticed))
    assert missing == ()
    return "\n".join(lines(document))


def test_a_quiet_report_tells_the_issue_its_notice_and_the_decision() -> None:
    report = told(REPORT, ENGAGEMENT, FLOOD, FIRST, QUIET)
    assert "A serious issue is open" in report
    assert "The hall is flooded. Nobody can work there before May." in report
    assert "More in our notice NI-001 of 22 April 2026." in report
    assert "• Whether we pump. By 28 April 2026." in report
    german = told(REPORT, GERMAN, FLOOD, FIRST, QUIET)
    assert "Ein ernstes Problem ist offen" in german
    assert "Näheres in unserer Mitteilung NI-001 vom 22. April 2026." in german
    assert "• Whether we pump. Bis 28. April 2026." in german


@pytest.mark.parametrize("entry", [QUIET, week(3, summary="x")])
def test_the_e_mail_says_so_too(entry: Facts) -> None:
    mail = told(MAIL, ENGAGEMENT, FLOOD, SECOND, entry)
    assert "Serious issue: The hall is flooded. We told you of it in our notice NI-001 of 22 April 2026.\n" in mail
    assert "• Whether we pump. By Tuesday, 28 April 2026." in mail
    assert "Beyond what is agreed, we are waiting for nothing from you." not in mail
    german = told(MAIL, GERMAN, FLOOD, SECOND, entry)
    assert "Ernstes Problem: The hall is flooded. Wir haben es Ihnen mit unserer Mitteilung NI-001 vom" in german


def test_a_full_report_that_leaves_it_out_lists_it_as_the_notice_told_it() -> None:
    row = "I7\tserious The hall is flooded. Nobody can work there before May.\thigh\tMore in our notice NI-001 of"
    report = told(REPORT, ENGAGEMENT, FLOOD, week(3, summary="x"))
    assert row in report
    assert "Decision needed by 28 Apr 2026: Whether we pump.\topen\tNora Byrne" in report
    assert "No risks or issues are open." not in report
    assert "I7\ternst The hall is flooded." in told(REPORT, GERMAN, FLOOD, week(3, summary="x"))
    taken_up = week(3, summary="x", issues=[{"id": "I7", "text": "The hall is wet"}])
    assert "NI-001" not in told(REPORT, ENGAGEMENT, FLOOD, taken_up)


def test_of_what_is_over_it_tells_the_end() -> None:
    assert "resolved 23 April 2026. Pumped dry." in told(REPORT, ENGAGEMENT, DRY, SECOND, QUIET)
    assert "Resolved since 23 April 2026: The hall is flooded. Pumped dry." in told(
        MAIL, ENGAGEMENT, DRY, SECOND, QUIET
    )
    german = told(MAIL, GERMAN, DRY, SECOND, QUIET)
    assert "Gelöst seit dem 23. April 2026: The hall is flooded. Pumped dry." in german


def test_a_letter_that_nobody_issued_is_not_mentioned() -> None:
    for kind in (REPORT, MAIL):
        words = told(kind, ENGAGEMENT, FLOOD, SECOND, QUIET, notice=False)
        assert "The hall is flooded." in words
        assert "NI-001" not in words


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
def test_it_still_is_one_page(locale: str) -> None:
    assert pages(REPORT, changed(ENGAGEMENT, "locale", locale), FLOOD, FIRST, QUIET) == 1


# A quiet week in which something happened all the same

ORDERED = {**ORDER, "effective_date": "2026-04-22"}


def test_a_quiet_report_says_that_nothing_moved_only_where_the_record_knows_of_nothing() -> None:
    quiet = told(REPORT, ENGAGEMENT, SECOND, QUIET)
    assert "Nothing moved on this project in this period.\n" in quiet
    assert "also when there is nothing to tell" in quiet


@pytest.mark.parametrize("kind", [REPORT, MAIL])
def test_a_change_order_of_the_week_is_named_where_nothing_else_moved(kind: str) -> None:
    words = told(kind, ENGAGEMENT, ORDERED, SECOND, QUIET)
    assert "Apart from what follows, nothing moved on this project in this period:\n" in words
    assert "• 22 April 2026: change order in force (CO-001, A dearer plan)\n" in words
    assert "also when there is nothing to tell" not in words
    german = told(kind, GERMAN, ORDERED, SECOND, QUIET)
    assert "Abgesehen von Folgendem hat sich in diesem Zeitraum im Projekt nichts bewegt:\n" in german
    assert "• 22. April 2026: Änderungsvereinbarung wirksam (CO-001, A dearer plan)\n" in german


def test_an_order_of_an_earlier_week_is_no_news() -> None:
    assert "Nothing moved on this project" in told(REPORT, ENGAGEMENT, ORDER, SECOND, QUIET)


@pytest.mark.parametrize("kind", [REPORT, MAIL])
def test_the_notice_of_the_week_is_told_once(kind: str) -> None:
    words = told(kind, ENGAGEMENT, FLOOD, SECOND, QUIET)
    assert "Apart from what follows, nothing moved on this project in this period:\n" in words
    assert "notice of a serious issue" not in words
    taken_up = {**QUIET, "issues": [{"id": "I7", "text": "The hall is wet"}]}
    listed = told(kind, ENGAGEMENT, FLOOD, SECOND, taken_up)
    assert "• 22 April 2026: notice of a serious issue (NI-001, The hall is flooded)\n" in listed


def test_a_hand_over_of_the_week_is_named() -> None:
    given = {"format": "docgen.delivery/1", "engagement": "LMB-7", "deliverable": "D1", "delivered_on": "2026-04-23"}
    assert "• 23 April 2026: handed over (D1, Oven plan)\n" in told(REPORT, ENGAGEMENT, given, SECOND, QUIET)


# Under a letter of approval, with much that stands open


@pytest.mark.parametrize("signed", [None, dt.date(2026, 2, 5)])
def test_a_long_quiet_report_under_a_letter_is_one_page_in_german_too(signed: dt.date | None) -> None:
    plan = [
        {"text": f"Lay course {number} beside the old oven", "due": f"2026-05-{number:02d}"} for number in range(1, 21)
    ]
    asks = [{"text": f"Choose brick {number}", "due": f"2026-05-{number:02d}"} for number in range(1, 13)]
    issues = [{"id": f"I{number}", "text": f"Crack {number}"} for number in range(1, 13)]
    status = {name: {"rag": "amber", "reason": "The board meets late"} for name in ("overall", "schedule", "budget")}
    full = week(1, summary="x", status=status, next=plan, client_actions=asks, issues=issues)
    found = made(REPORT, GERMAN, full, week(2, no_change=True, summary="The hall is closed until further notice."))
    assert isinstance(found.case, Case)
    case = replace(found.case, leave=Leave(dt.date(2026, 2, 2), signed))
    document, _ = build(desk(), found.template, case)
    content = write(replace(found, case=case, document=document), "pdf", desk())
    assert len(PdfReader(BytesIO(content)).pages) == 1
