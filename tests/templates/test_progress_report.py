"""The progress report: what a client reads in two minutes, and the honest page when nothing moved."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from docgen.actions.render import build
from docgen.charts import PERIODS
from docgen.doctree.nodes import Document, Figure, Heading, Table
from docgen.lifecycle.leave import Leave
from docgen.lifecycle.occurrences import Around
from docgen.templating.case import Case
from tests.templates.printing import (
    ENGAGEMENT,
    Facts,
    blocks,
    changed,
    desk,
    lines,
    made,
    pages,
    printed,
    tree,
    words,
)

KIND = "progress-report"
GERMAN = changed(ENGAGEMENT, "locale", "de-DE")


def week(nth: int, /, **facts: Any) -> Facts:
    """Return the entry of the nth week from Monday 6 April 2026."""
    monday = 6 + 7 * (nth - 1)
    return {
        "format": "docgen.progress/1",
        "engagement": "LMB-7",
        "period": {"from": f"2026-04-{monday:02}", "to": f"2026-04-{monday + 4:02}"},
        **facts,
    }


FIRST = week(
    1,
    summary="The plan is drawn. The board has not seen it yet.\n\nNothing else happened",
    status={
        "overall": {"rag": "amber", "reason": "the board meets late"},
        "schedule": {"rag": "red", "reason": "The board meets late"},
        "quality": {"rag": "green"},
    },
    decisions=["whether the board meets earlier"],
    done=[{"deliverable": "D1", "text": "Plan drawn"}],
    not_done=[{"text": "Plan shown to the board", "reason": "it did not meet"}],
    next=[{"text": "Show the plan", "due": "2026-04-17"}, {"text": "Order the bricks"}],
    milestones=[{"id": "M1", "forecast": "2026-04-24", "comment": "Waits for the board"}],
    effort=[{"line": "F3", "units": 2}],
    invoiced=[{"line": "F4", "amount": "1000.00"}],
    risks=[
        {"id": "R1", "text": "Bricks run out", "probability": "low", "impact": "high", "owner": "piet@lantern.example"}
    ],
    issues=[{"id": "I1", "text": "The hall is wet", "response": "Pumps are running", "due": "2026-04-20"}],
    client_actions=[{"text": "Move the board's meeting", "owner": "sean@mill.example", "due": "2026-04-13"}],
    contacts=[
        {
            "on": "2026-04-08",
            "with": "aoife@mill.example",
            "by": "piet@lantern.example",
            "how": "meeting",
            "text": "walked the hall",
        }
    ],
)
SECOND = week(2, summary="The plan was shown.", status={"overall": {"rag": "green"}}, done=[{"text": "Show the plan"}])
QUIET = week(3, no_change=True)
ORDER: Facts = {
    "format": "docgen.change-order/1",
    "engagement": "LMB-7",
    "number": 1,
    "title": "A dearer plan",
    "requested_by": "client",
    "requested_on": "2026-04-01",
    "reason": "More drawings.",
    "kind": "client_request",
    "effective_date": "2026-04-08",
    "changes": [{"do": "change_fee", "line": "F1", "amount": "13000.00"}, {"do": "move_end_date", "days": 7}],
    "settlement": "full",
}


def pictures(document: Document) -> list[Figure]:
    return [block for block in blocks(document) if isinstance(block, Figure)]


def test_names_period_people_and_those_it_goes_to() -> None:
    report = printed(KIND, ENGAGEMENT, FIRST)
    assert report[:2] == ["Weekly Progress Report No. 1", "New ovens for the mill"]
    for line in (
        "Reporting period\t6 April 2026 to 10 April 2026",
        "Project\tNew ovens for the mill (LMB-7)",
        "Client\tMill & Barley plc",
        "Account manager\tNora Byrne, nora@lantern.example",
        "Distribution\tSean Walsh (Operations Director), Aoife Kane (Plant Manager)",
    ):
        assert line in report


def test_names_who_recorded_it_and_in_a_quiet_week_who_answers_for_it() -> None:
    def by(author: str, *facts: Facts) -> list[str]:
        found = made(KIND, *facts)
        assert isinstance(found.case, Case)
        document, _ = build(desk(), found.template, replace(found.case, around=Around(author=author)))
        return lines(document)

    assert "Prepared by\tPiet Vos, 20 April 2026" in by("Piet Vos", ENGAGEMENT, FIRST)
    assert "Erstellt von\tPiet Vos, 20. April 2026" in by("Piet Vos", GERMAN, FIRST)
    assert not any(line.startswith("Prepared by") for line in by("", ENGAGEMENT, FIRST))
    assert "Account manager\tNora Byrne, nora@lantern.example" in by("", ENGAGEMENT, SECOND, QUIET)
    assert "Kundenverantwortung\tNora Byrne, nora@lantern.example" in by("", GERMAN, SECOND, QUIET)


@pytest.mark.parametrize(
    ("locale", "told"), [("en-GB", "Dropped: It did not meet."), ("de-DE", "Entfällt: It did not meet.")]
)
def test_work_that_is_given_up_is_told_from_work_that_comes_later(locale: str, told: str) -> None:
    engagement = changed(ENGAGEMENT, "locale", locale)
    given_up = [{**FIRST["not_done"][0], "dropped": True}]
    assert told in words(KIND, engagement, {**FIRST, "not_done": given_up})
    assert told.partition(":")[0] not in words(KIND, engagement, FIRST)


def test_a_monthly_report_is_called_one() -> None:
    monthly = changed(ENGAGEMENT, "account.report.every", "month")
    assert printed(KIND, monthly, FIRST)[0] == "Monthly Progress Report No. 1"


def test_shows_each_dimension_with_the_last_report_and_the_reason() -> None:
    report = printed(
        KIND, ENGAGEMENT, FIRST, week(2, summary="x", status={"overall": {"rag": "green"}, "people": {"rag": "green"}})
    )
    assert "Overall\tGreen\tAmber\tOn plan." in report
    assert "People\tGreen\t–\tOn plan." in report
    first = printed(KIND, ENGAGEMENT, FIRST)
    assert "Overall\tAmber\t–\tThe board meets late." in first
    assert "Schedule\tRed\t–\tThe board meets late." in first


def test_keeps_the_paragraphs_of_the_summary() -> None:
    report = printed(KIND, ENGAGEMENT, FIRST)
    place = report.index("The plan is drawn. The board has not seen it yet.")
    assert report[place + 1] == "Nothing else happened."


def test_asks_for_decisions_and_actions_with_their_day() -> None:
    report = printed(KIND, ENGAGEMENT, FIRST)
    assert "We need this decision from you" in report
    assert "• Whether the board meets earlier." in report
    assert "Move the board's meeting.\tSean Walsh\t13 April 2026" in report


def test_says_what_was_done_what_was_not_and_why_and_what_comes_next() -> None:
    report = printed(KIND, ENGAGEMENT, FIRST)
    assert "• Plan drawn. (D1)" in report
    assert "Plan shown to the board.\tIt did not meet." in report
    assert "Show the plan.\t17 April 2026" in report
    assert "Order the bricks.\t–" in report


def test_carries_forward_what_nobody_spoke_of() -> None:
    report = printed(KIND, ENGAGEMENT, FIRST, SECOND)
    start = report.index("Carried forward")
    assert report[start + 1 : start + 4] == ["Work\tDue", "Plan shown to the board.\t–", "Order the bricks.\t–"]


def test_work_that_was_not_done_and_is_not_planned_again_is_shown_as_still_to_be_done() -> None:
    entry = {**FIRST, "next": []}
    report = printed(KIND, ENGAGEMENT, entry)
    assert report[report.index("Carried forward") + 2] == "Plan shown to the board.\t–"
    german = printed(KIND, GERMAN, entry)
    assert german[german.index("Weiterhin zu erledigen") + 2] == "Plan shown to the board.\t–"
    given_up = {**entry, "not_done": [{**FIRST["not_done"][0], "dropped": True}]}
    assert "Carried forward" not in printed(KIND, ENGAGEMENT, given_up)
    assert "• Plan shown to the board." in printed(KIND, ENGAGEMENT, entry, week(2, no_change=True))


def test_compares_milestones_with_the_baseline_and_with_what_is_in_force() -> None:
    order = ORDER | {"changes": [{"do": "move_milestone", "milestone": "M1", "days": 5}]}
    report = printed(KIND, ENGAGEMENT, order, FIRST)
    assert "M1 Plan accepted\t17 Apr 2026\t22 Apr 2026\t24 Apr 2026\t2 days later\texpected late" in report
    assert "M2 Ovens running\t28 Aug 2026\t28 Aug 2026\t–\t–\ton plan" in report
    assert "M1: Waits for the board." in report


def test_a_milestone_once_met_shows_its_day() -> None:
    met = FIRST | {"milestones": [{"id": "M1", "actual": "2026-04-10"}]}
    assert "M1 Plan accepted\t17 Apr 2026\t17 Apr 2026\t10 Apr 2026\t7 days earlier\tmet" in printed(
        KIND, ENGAGEMENT, met
    )


def test_a_milestone_once_met_is_expected_no_more() -> None:
    met = SECOND | {"milestones": [{"id": "M1", "actual": "2026-04-17"}]}
    row = next(line for line in printed(KIND, ENGAGEMENT, FIRST, met) if line.startswith("M1 Plan accepted\t"))
    assert row.split("\t")[3:5] == ["17 Apr 2026", "no change"]


@pytest.mark.parametrize(
    ("locale", "heading", "row"),
    [
        ("en-GB", "Forecast or actual", "M1 Plan accepted\t17 Apr 2026\t17 Apr 2026\t"),
        ("de-DE", "Erwartet oder erreicht", "M1 Plan accepted\t17.04.2026\t17.04.2026\t"),
    ],
)
def test_the_milestones_have_one_column_for_the_day_expected_or_reached(locale: str, heading: str, row: str) -> None:
    met = FIRST | {"milestones": [{"id": "M1", "actual": "2026-04-10"}, {"id": "M2", "forecast": "2026-09-30"}]}
    document = tree(KIND, changed(ENGAGEMENT, "locale", locale), met)
    (table,) = [each for each in blocks(document) if isinstance(each, Table) and each.id == "milestone-table"]
    assert heading in repr(table.head)
    assert [len(each.cells) for each in table.rows] == [6, 6]
    assert any(line.startswith(row) for line in lines(document))
    assert ["Emphasis.STRONG" in repr(each) for each in table.rows] == [True, False]


def test_says_that_nothing_is_spent_in_per_cent_too() -> None:
    unspent = FIRST | {"effort": [], "invoiced": []}
    assert "EUR 0.00 (0%) of the contract sum of EUR 85,000.00 is spent" in words(KIND, ENGAGEMENT, unspent)


def test_adds_the_budget_up_line_by_line() -> None:
    report = printed(KIND, ENGAGEMENT, FIRST)
    rows = report[report.index("Fees in EUR\tBudget\tInvoiced\tSpent\tForecast") + 1 :]
    assert rows[2] == "F3 Training (2 of 10 days used; limit 12)\t5,000.00\t0.00\t1,000.00\t5,000.00"
    assert rows[4].startswith("F5 Trays (0 of 100 used)\t")
    assert rows[5] == "Total\t85,000.00\t1,000.00\t2,000.00\t85,000.00"
    assert "Vergütung in EUR\tBudget\tBerechnet\tVerbraucht\tErwartet" in printed(KIND, GERMAN, FIRST)


@pytest.mark.parametrize(
    ("units", "said"),
    [
        (2, "At completion we forecast EUR 85,000.00, as agreed."),
        (11, "At completion we forecast EUR 85,500.00, more than the contract sum (+EUR 500.00)."),
    ],
)
def test_says_whether_the_forecast_keeps_the_contract_sum(units: int, said: str) -> None:
    assert said in words(KIND, ENGAGEMENT, FIRST | {"effort": [{"line": "F3", "units": units}]})


def test_sets_what_is_in_force_beside_what_was_signed_with_the_orders_between_them() -> None:
    report = printed(KIND, ENGAGEMENT, ORDER, FIRST)
    start = report.index("What is agreed\tAs signed\tIn force\tChanged by")
    assert report[start + 1 : start + 3] == [
        "Contract sum\tEUR 85,000.00\tEUR 86,000.00\tCO-001: +EUR 1,000.00",
        "End date\t30 September 2026\t7 October 2026\tCO-001: 7 days later",
    ]
    assert "New in this period: CO-001, A dearer plan, in force from 8 April 2026." in report
    assert "CO-001\tA dearer plan\t8 Apr 2026\t+EUR 1,000.00\t7 days later" in report


def test_before_an_order_nothing_is_changed() -> None:
    report = printed(KIND, ENGAGEMENT, FIRST)
    assert "Contract sum\tEUR 85,000.00\tEUR 85,000.00\tno change" in report
    assert "End date\t30 September 2026\t30 September 2026\tno change" in report
    assert "There are no change orders." in report
    assert not any(line.startswith("New in this period") for line in report)


def test_the_report_after_an_order_keeps_what_was_signed_beside_what_is_in_force() -> None:
    moved = ORDER | {"changes": [*ORDER["changes"], {"do": "move_milestone", "milestone": "M2", "days": 7}]}
    before, after = printed(KIND, ENGAGEMENT, FIRST), printed(KIND, ENGAGEMENT, moved, FIRST, SECOND)
    signed = [line.split("\t")[1] for line in before if line.startswith(("Contract sum\t", "End date\t"))]
    assert [line.split("\t")[1] for line in after if line.startswith(("Contract sum\t", "End date\t"))] == signed
    assert "M2 Ovens running\t28 Aug 2026\t28 Aug 2026\t–\t–\ton plan" in before
    assert "M2 Ovens running\t28 Aug 2026\t4 Sept 2026\t–\t–\ton plan" in after
    assert not any(line.startswith("New in this period") for line in after)


def test_several_orders_each_say_what_they_changed() -> None:
    second = ORDER | {
        "number": 2,
        "title": "Fewer trays",
        "changes": [{"do": "change_rate", "line": "F5", "rate": "19.00"}],
    }
    report = printed(KIND, ENGAGEMENT, ORDER, second, FIRST)
    changed_by = "CO-001: +EUR 1,000.00, CO-002: −EUR 100.00"
    assert f"Contract sum\tEUR 85,000.00\tEUR 85,900.00\t{changed_by}" in report
    assert "End date\t30 September 2026\t7 October 2026\tCO-001: 7 days later" in report


def test_an_order_that_begins_later_is_not_counted_yet_and_says_so() -> None:
    report = printed(KIND, ENGAGEMENT, ORDER | {"effective_date": "2026-05-04"}, FIRST)
    assert "Contract sum\tEUR 85,000.00\tEUR 85,000.00\tno change" in report
    assert "CO-001\tA dearer plan\t4 May 2026 (not yet in force)\t+EUR 1,000.00\t7 days later" in report


def test_lists_risks_issues_and_what_was_said() -> None:
    report = printed(KIND, ENGAGEMENT, FIRST)
    assert "R1\tBricks run out.\tlow\thigh\t–\tPiet Vos" in report
    assert "I1\tThe hall is wet.\tmedium\tPumps are running.\topen due 20 Apr 2026\tto be named" in report
    assert "8 Apr 2026\tAoife Kane with Piet Vos, meeting\tWalked the hall." in report
    assert "No risks or issues are open." in printed(KIND, ENGAGEMENT, SECOND)


def test_says_when_the_next_report_comes_and_what_the_figures_rest_on() -> None:
    report = words(KIND, ENGAGEMENT, FIRST)
    assert "The next report is due on Friday 17 April 2026." in report.replace("Friday,", "Friday")
    assert "Figures are as of 10 April 2026, in EUR, before VAT and expenses." in report


def test_every_picture_says_in_words_what_it_shows() -> None:
    shown = {figure.asset: figure.alt for figure in pictures(tree(KIND, ENGAGEMENT, FIRST, SECOND))}
    assert set(shown) == {"burn-down", "timeline", "rag-history"}
    assert "EUR 85,000.00" in shown["burn-down"]
    assert "2 milestones" in shown["timeline"]
    assert "overall now Green" in shown["rag-history"]


def test_the_burn_down_says_how_its_lines_are_to_be_read() -> None:
    for facts, said in ((ENGAGEMENT, "actual as last reported"), (GERMAN, "Ist wie zuletzt berichtet")):
        figure = next(each for each in pictures(tree(KIND, facts, FIRST)) if each.asset == "burn-down")
        assert said in str(figure.caption)


def alt(name: str, *facts: Facts) -> str:
    """Return what a picture of the report says in words."""
    return next(figure.alt for figure in pictures(tree(KIND, *facts)) if figure.asset == name)


@pytest.mark.parametrize(
    ("facts", "said", "below"),
    [
        (ENGAGEMENT, "in the last 26 of 28 reports,", "Status report by report: the last 26 of 28"),
        (GERMAN, "in den letzten 26 von 28 Berichten,", "Status von Bericht zu Bericht: die letzten 26 von 28"),
    ],
    ids=["en", "de"],
)
def test_a_long_history_says_how_much_of_it_is_shown(facts: Facts, said: str, below: str) -> None:
    start = dt.date(2026, 4, 6)
    days = [start + dt.timedelta(days=number) for number in range(28)]
    status = {"overall": {"rag": "green"}}
    reports = [week(1, status=status) | {"period": {"from": str(day), "to": str(day)}} for day in days]
    made = tree(KIND, facts, *reports)
    figure = next(each for each in pictures(made) if each.asset == "rag-history")
    assert said in figure.alt
    assert figure.caption is not None
    assert below in str(figure.caption)
    letter = "G" if facts is ENGAGEMENT else "Gr"
    cells = re.findall(rf'font-weight="bold"[^>]*>{letter}<', made.pictures["rag-history"].svg)
    assert len(cells) == PERIODS + 1, "one cell for each report and one in the key"


def test_a_history_is_as_long_as_there_are_reports_whatever_number_the_first_one_had() -> None:
    status = {"overall": {"rag": "green"}}
    numbered = [week(nth, number=nth + 40, status=status) for nth in (1, 2)]
    assert "in every report so far," in alt("rag-history", ENGAGEMENT, *numbered)


@pytest.mark.parametrize(
    ("facts", "said", "below"),
    [
        (
            ENGAGEMENT,
            "Timeline of 40 of the 43 milestones",
            "Drawn are 40 of the 43 milestones, the next ones first; the table has them all",
        ),
        (
            GERMAN,
            "Zeitleiste von 40 der 43 Meilensteine",
            "Gezeichnet sind 40 der 43 Meilensteine, die nächsten zuerst; die Tabelle nennt alle",
        ),
    ],
    ids=["en", "de"],
)
def test_a_long_timeline_says_how_many_milestones_it_leaves_out(facts: Facts, said: str, below: str) -> None:
    more = [{"id": f"N{number}", "title": "A step", "date": f"2026-07-{number % 28 + 1:02}"} for number in range(41)]
    many = changed(facts, "terms.milestones", [*facts["terms"]["milestones"], *more])
    made = tree(KIND, many, FIRST)
    figure = next(each for each in pictures(made) if each.asset == "timeline")
    table = next(block for block in blocks(made) if isinstance(block, Table) and block.id == "milestone-table")
    assert said in figure.alt
    assert figure.caption is not None
    assert below in str(figure.caption)
    assert len(re.findall(r">[MN]\d+ ", made.pictures["timeline"].svg)) == 40
    assert len(table.rows) == 43
    short = next(each for each in pictures(tree(KIND, facts, FIRST)) if each.asset == "timeline")
    assert not short.caption


def test_the_timeline_names_the_milestones_that_are_late() -> None:
    assert "M1 is expected on 24 Apr 2026, 7 days late." in alt("timeline", ENGAGEMENT, FIRST)
    assert "M1 wird am 24.04.2026 erwartet, 7 Tage später." in alt("timeline", GERMAN, FIRST)
    met = FIRST | {"milestones": [{"id": "M1", "actual": "2026-04-10"}]}
    assert "late" not in alt("timeline", ENGAGEMENT, met)


def test_the_timeline_names_a_milestone_whose_day_went_by() -> None:
    silent = FIRST | {"milestones": [], "period": {"from": "2026-04-20", "to": "2026-04-24"}}
    assert "M1 was due on 17 Apr 2026 and is overdue." in alt("timeline", ENGAGEMENT, silent)
    assert "M1 war am 17.04.2026 fällig und ist überfällig." in alt("timeline", GERMAN, silent)


def test_the_first_report_has_no_history_to_show() -> None:
    assert {figure.asset for figure in pictures(tree(KIND, ENGAGEMENT, FIRST))} == {"burn-down", "timeline"}


def test_headings_begin_at_the_first_level_and_skip_none() -> None:
    levels = [block.level for block in blocks(tree(KIND, ENGAGEMENT, ORDER, FIRST)) if isinstance(block, Heading)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("facts", [ENGAGEMENT, GERMAN], ids=["en", "de"])
def test_the_report_of_a_quiet_week_is_one_page(facts: Facts) -> None:
    assert pages(KIND, facts, FIRST, SECOND, QUIET) == 1


def test_the_report_of_a_quiet_week_says_so_and_why_it_is_sent() -> None:
    report = words(KIND, ENGAGEMENT, FIRST, SECOND, QUIET)
    assert "Nothing moved on this project in this period." in report
    assert "We write to you every week, also when there is nothing to tell" in report
    assert "Next milestone\tM1, Plan accepted: 17 April 2026, forecast 24 April 2026" in report
    assert "Contract sum\tEUR 85,000.00, of which EUR 1,000.00 is invoiced" in report


def test_after_weeks_of_which_no_report_speaks_nobody_claims_to_write_every_week() -> None:
    report = "\n".join(printed(KIND, ENGAGEMENT, FIRST, QUIET))
    assert "no report speaks of 11 April 2026 to 19 April 2026" in report
    assert "We write to you" not in report
    loud = "\n".join(printed(KIND, ENGAGEMENT, FIRST, week(3, summary="x")))
    assert "no report speaks of 11 April 2026 to 19 April 2026" in loud
    german = "\n".join(printed(KIND, GERMAN, FIRST, QUIET))
    assert "über die Zeit vom 11. April 2026 bis zum 19. April 2026 wurde nicht berichtet" in german


def test_decisions_that_issues_wait_for_are_asked_for_with_their_day() -> None:
    issue = {"id": "I1", "text": "No bricks", "decision": "whether to buy them dear", "decide_by": "2026-04-14"}
    report = printed(KIND, ENGAGEMENT, week(1, summary="x", issues=[issue]))
    assert "We need this decision from you" in report
    assert "• Whether to buy them dear. By 14 April 2026." in report
    quiet = printed(KIND, ENGAGEMENT, week(1, summary="x", issues=[issue]), week(2, no_change=True))
    assert "• Whether to buy them dear. By 14 April 2026." in quiet
    assert "Beyond what is agreed, we are waiting for nothing from you." not in quiet


def test_the_report_of_a_quiet_week_after_an_order_names_what_was_signed_on_one_page() -> None:
    moved = ORDER | {"changes": [*ORDER["changes"], {"do": "move_milestone", "milestone": "M1", "days": 7}]}
    report = printed(KIND, ENGAGEMENT, moved, SECOND, QUIET)
    assert (
        "Contract sum\tEUR 86,000.00 (as signed EUR 85,000.00; CO-001: +EUR 1,000.00), of which EUR 0.00 is invoiced"
        in report
    )
    assert "End date\t7 October 2026 (as signed 30 September 2026; CO-001: 7 days later)" in report
    assert any(
        line.startswith("Next milestone\tM1, Plan accepted: 24 April 2026 (as signed 17 April 2026)") for line in report
    )
    assert pages(KIND, ENGAGEMENT, moved, SECOND, QUIET) == 1


def test_a_second_quiet_week_still_asks_for_what_the_first_one_waited_for() -> None:
    report = printed(KIND, ENGAGEMENT, FIRST, week(2, no_change=True), QUIET)
    assert "Move the board's meeting.\tSean Walsh\t13 April 2026" in report
    assert "• Whether the board meets earlier." in report
    assert "• The hall is wet. Pumps are running. Due 20 April 2026." in report
    assert "• Show the plan. Planned for 17 April 2026." in report
    assert "Overall\tAmber\tAmber\tThe board meets late." in report


def test_a_colour_that_a_person_set_stands_beside_that_of_the_thresholds_with_the_reason() -> None:
    status = {
        "overall": {"rag": "green", "by_rule": "green"},
        "schedule": {"rag": "green", "reason": "a second team helps", "by_rule": "amber"},
        "budget": {"rag": "red", "reason": "Bricks are dear", "by_rule": "red"},
    }
    report = printed(KIND, ENGAGEMENT, week(1, summary="x", status=status))
    assert "Overall\tGreen\t–\tOn plan; see schedule below." in report
    assert "Schedule\tGreen\t–\tBy our thresholds amber; set to green: A second team helps." in report
    assert "Budget\tRed\t–\tBricks are dear." in report
    german = printed(KIND, GERMAN, week(1, summary="x", status=status))
    assert "Termine\tGrün\t–\tNach unseren Schwellen gelb; gesetzt auf grün: A second team helps." in german


def test_a_quiet_week_that_waits_for_nothing_says_that() -> None:
    assert "Beyond what is agreed, we are waiting for nothing from you." in words(KIND, ENGAGEMENT, SECOND, QUIET)


def test_is_the_same_report_in_german() -> None:
    def shape(document: Document) -> list[tuple[str, int]]:
        return [
            (type(block).__name__, len(block.rows) if isinstance(block, Table) else 0)
            for block in blocks(document)
            if isinstance(block, Heading | Table | Figure)
        ]

    for entries in ((FIRST,), (FIRST, SECOND), (FIRST, QUIET)):
        assert shape(tree(KIND, GERMAN, ORDER, *entries)) == shape(tree(KIND, ENGAGEMENT, ORDER, *entries))
    report = lines(tree(KIND, GERMAN, FIRST))
    assert report[0] == "Wochenbericht Nr. 1"
    assert "Gesamt\tGelb\t–\tThe board meets late." in report
    assert "M1 Plan accepted\t17.04.2026\t17.04.2026\t24.04.2026\t7 Tage später\tverspätet" in report


@pytest.mark.parametrize("entries", [(FIRST,), (FIRST, QUIET)], ids=["busy", "quiet"])
def test_never_shows_how_the_provider_ranks_the_client(entries: tuple[Facts, ...]) -> None:
    report = words(KIND, ENGAGEMENT, *entries)
    assert "A named engineer" not in report
    assert "class" not in report.lower()


# Before the contract is signed

ISSUED, SIGNED = dt.date(2026, 2, 2), dt.date(2026, 2, 5)


def approved(*facts: Facts, signed: dt.date | None = SIGNED) -> list[str]:
    """Return the lines of a report on work that rests on the letter of approval alone."""
    found = made(KIND, *facts)
    assert isinstance(found.case, Case)
    document, missing = build(desk(), found.template, replace(found.case, leave=Leave(ISSUED, signed)))
    assert missing == ()
    return lines(document)


def test_before_the_contract_a_report_names_the_letter_and_its_limit_and_calls_nothing_signed() -> None:
    for entries in ((FIRST,), (FIRST, QUIET)):
        report = "\n".join(approved(ENGAGEMENT, *entries))
        assert "the contract was not signed. We work under your letter of approval of 2 February 2026" in report
        assert "signed on 5 February 2026. It lapsed at the end of 6 March 2026." in report
        assert "EUR 9,500.00" in report
        for words_of_a_contract in ("As signed", "as signed", "In force", "Baseline", "of the contract sum of"):
            assert words_of_a_contract not in report


def test_before_the_contract_a_german_report_names_the_letter_and_its_limit() -> None:
    for entries in ((FIRST,), (FIRST, QUIET)):
        report = "\n".join(approved(GERMAN, *entries))
        assert "Wir arbeiten auf Grundlage Ihres Freigabeschreibens vom 2. Februar 2026" in report
        assert "ist mit Ablauf des 6. März 2026 erloschen" in report
        assert "9.500,00" in report
        for words_of_a_contract in ("ie unterzeichnet", "Geltend", "Von der Vertragssumme"):
            assert words_of_a_contract not in report


def test_a_report_says_that_a_letter_awaits_the_signature_and_what_is_left_of_the_limit() -> None:
    extended = changed(ENGAGEMENT, "approval.valid_until", "2026-05-29")
    report = approved(extended, FIRST, QUIET, signed=None)
    awaits = "The letter of approval of 2 February 2026 awaits your signature. It is valid until"
    assert any(awaits in line for line in report)
    limit = next(line for line in report if line.startswith("Limit\t"))
    assert limit.startswith("Limit\tEUR 9,500.00 by the letter of approval, expenses included. EUR ")
    assert limit.endswith(" is left.")
    low = changed(extended, "approval.not_to_exceed", "500.00")
    assert any("that is EUR" in line and "more than the limit" in line for line in approved(low, FIRST, QUIET))


@pytest.mark.parametrize("entries", [(FIRST,), (FIRST, QUIET)])
def test_where_nothing_is_signed_a_report_calls_nothing_signed_and_names_no_letter(entries: tuple[Facts, ...]) -> None:
    def unsigned(engagement: Facts) -> str:
        found = made(KIND, engagement, *entries)
        assert isinstance(found.case, Case)
        document, missing = build(desk(), found.template, replace(found.case, leave=Leave()))
        assert missing == ()
        return "\n".join(lines(document))

    report, german = unsigned(ENGAGEMENT), unsigned(GERMAN)
    assert "we had no signed contract on file." in report
    assert "lag uns kein unterzeichneter Vertrag vor." in german
    for words_of_a_paper in ("s signed", "In force", "Baseline", "contract sum of", "etter of approval", "Limit"):
        assert words_of_a_paper not in report
    for words_of_a_paper in ("ie unterzeichnet", "Geltend", "Von der Vertragssumme", "Freigabeschreiben", "Höchst"):
        assert words_of_a_paper not in german


# A quiet week with much that stands open


def test_a_quiet_report_comes_with_the_status_first_and_repeats_no_long_list() -> None:
    plan = [{"text": f"Lay course {number}", "due": f"2026-05-{number:02d}"} for number in range(1, 21)]
    asked = [{"text": f"Choose brick {number}", "due": f"2026-05-{number:02d}"} for number in range(1, 13)]
    issues = [{"id": f"I{number}", "text": f"Crack {number}"} for number in range(1, 13)]
    status = {name: {"rag": "amber", "reason": "The board meets late"} for name in ("overall", "schedule", "budget")}
    full = week(1, summary="x", status=status, next=plan, client_actions=asked, issues=issues)
    quiet = week(2, no_change=True)
    for facts in (ENGAGEMENT, GERMAN):
        assert pages(KIND, facts, full, quiet) == 1
    report = printed(KIND, ENGAGEMENT, full, quiet)
    assert report.index("Where the project stands") < report.index("What stands open")
    assert "What we ask of you (9 more stand open; see report no. 1)\tBy whom\tDue" in report
    assert "Open issues (9 more stand open; see report no. 1):" in report
    assert "Planned and still to be done (17 more stand open; see report no. 1):" in report
    assert "• Lay course 3. Planned for 3 May 2026." in report
    assert "Lay course 4" not in "\n".join(report)
    german = printed(KIND, GERMAN, full, quiet)
    assert "Geplant und noch zu erledigen (17 weitere offen; siehe Bericht Nr. 1):" in german
