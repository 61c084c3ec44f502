"""What the record knows of a week of which a report has nothing else to tell."""

from __future__ import annotations

import datetime as dt

from docgen.lifecycle.occurrences import Window, in_order, of_deliveries, of_issues, of_orders, of_papers, window_of
from docgen.models.changes import ChangeOrder
from docgen.models.delivery import Delivery
from docgen.models.progress import ProgressEntry
from docgen.models.serious_issue import SeriousIssue

WEEK = Window(dt.date(2026, 4, 17), dt.date(2026, 4, 24))


def day(number: int) -> dt.date:
    return dt.date(2026, 4, number)


def order(effective: str) -> ChangeOrder:
    facts = {"number": 1, "title": "More", "requested_by": "client", "requested_on": "2026-04-01", "reason": "x"}
    more = {"kind": "client_request", "changes": [{"do": "move_end_date", "days": 7}], "settlement": "full"}
    return ChangeOrder.model_validate({"engagement": "LMB-7", **facts, **more, "effective_date": effective})


def flood(**facts: str) -> SeriousIssue:
    usual = {"on": "2026-04-20", "title": "Flood", "happened": "Rain", "effect": "None", "options": [{"text": "Wait"}]}
    return SeriousIssue.model_validate({"engagement": "LMB-7", "issue": "I7", **usual, **facts})


def delivery(**facts: object) -> Delivery:
    return Delivery.model_validate({"engagement": "LMB-7", "deliverable": "D1", **facts})


def test_a_report_speaks_of_all_days_since_the_last_one_and_the_first_of_its_period() -> None:
    first, second = (
        ProgressEntry.model_validate({"engagement": "LMB-7", "period": {"from": f"2026-04-{a}", "to": f"2026-04-{b}"}})
        for a, b in (("06", "10"), ("20", "24"))
    )
    assert window_of([first, second], second) == Window(day(10), day(24))
    assert window_of([], first) == Window(day(5), day(10))
    assert [WEEK.has(day(number)) for number in (17, 18, 24, 25)] == [False, True, True, False]


def test_a_notice_a_decision_and_an_end_of_the_week_are_named_and_those_of_other_weeks_are_not() -> None:
    issue = flood(decided="2026-04-22", resolved="2026-04-28")
    found = of_issues({1: issue}, {1: day(21)}, WEEK)
    assert [(each.happening, each.day.day, each.reference) for each in found] == [
        ("told", 21, "NI-001"),
        ("decided", 22, "NI-001"),
    ]


def test_an_issue_without_a_notice_counts_from_the_day_it_was_found() -> None:
    assert [(each.happening, each.day.day, each.reference) for each in of_issues({1: flood()}, {}, WEEK)] == [
        ("found", 20, "I7")
    ]


def test_an_order_counts_on_the_day_it_takes_effect_or_else_when_it_was_signed() -> None:
    signed = {"change-order/1": day(22)}
    for effective, told in (
        ("2026-04-23", [("order_in_force", 23)]),
        ("2026-05-04", [("order_signed", 22)]),
        ("2026-04-01", [("order_signed", 22)]),
    ):
        assert [(each.happening, each.day.day) for each in of_orders([order(effective)], signed, WEEK)] == told
    assert list(of_orders([order("2026-05-04")], {}, WEEK)) == []


def test_a_hand_over_and_the_answer_to_it_are_two_things() -> None:
    found = of_deliveries(
        [
            delivery(delivered_on="2026-04-01", outcome="accepted", decided_on="2026-04-20"),
            delivery(delivered_on="2026-04-21", outcome="rejected", decided_on="2026-04-24", reasons=["Cold"]),
        ],
        {"D1": "Oven plan"},
        WEEK,
    )
    assert [(each.happening, each.day.day, each.title) for each in in_order(found)] == [
        ("accepted", 20, "Oven plan"),
        ("delivered", 21, "Oven plan"),
        ("rejected", 24, "Oven plan"),
    ]


def test_signatures_under_contract_and_letter_count_in_their_week() -> None:
    signed = {"contract": day(20), "letter-of-approval": day(10)}
    assert [each.happening for each in of_papers(signed, WEEK)] == ["contract_signed"]
