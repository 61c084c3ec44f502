"""Whether an engagement can be closed: each check is met, open with what to do, or a question."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from docgen.actions.demo import EXAMPLE
from docgen.facts.load import load_files
from docgen.lifecycle.completion import (
    Check,
    CheckState,
    Closing,
    completion_checks,
    milestones_reached,
    open_checks,
    settlements,
)
from docgen.lifecycle.consistency import entry_problems
from docgen.lifecycle.effective import effective_terms
from docgen.lifecycle.states import OrderState
from docgen.models.changes import ChangeDirective, ChangeOrder
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute
from docgen.models.money import Money
from docgen.models.progress import ProgressEntry

POUNDS = {"currency": "GBP"}
DAY = dt.date(2027, 4, 2)
ENGAGEMENT = load_files([EXAMPLE / "engagement.yaml"]).engagements[0].facts
ORDER = load_files([EXAMPLE / "engagement.yaml", EXAMPLE / "change-order-001.yaml"]).orders[0].facts


def delivery(name: str, **values: Any) -> Delivery:
    """Return a hand-over, accepted on the day after unless it says otherwise."""
    given = values or {"outcome": "accepted", "decided_on": "2027-03-20", "decided_by": "Mei Tan"}
    facts = {"engagement": "NBS-2026-014", "deliverable": name, "delivered_on": "2027-03-19", **given}
    return Delivery.model_validate(facts, context=POUNDS)


def entry(**values: Any) -> ProgressEntry:
    """Return the last report: all milestones reached, and everything invoiced that is due."""
    facts = {
        "engagement": "NBS-2026-014",
        "period": {"from": "2027-03-22", "to": "2027-03-26"},
        "milestones": [{"id": name, "actual": "2027-03-25"} for name in ("M1", "M2", "M3")],
        "effort": [{"line": "F3", "units": 10}],
        "invoiced": [
            {"line": "F1", "amount": "18000.00"},
            {"line": "F2", "amount": "64000.00"},
            {"line": "F3", "amount": "7200.00"},
            {"line": "F4", "amount": "15000.00"},
        ],
    }
    return ProgressEntry.model_validate({**facts, **values}, context=POUNDS)


def closing(**values: Any) -> Closing:
    """Return an engagement in which all is done, but for what is given."""
    done: dict[str, Any] = {
        "engagement": "NBS-2026-014",
        "on": DAY,
        "currency": "GBP",
        "terms_on": lambda _: ENGAGEMENT.terms,
        "contract_signed": True,
        "orders": {},
        "deliveries": tuple(delivery(name) for name in ("D1", "D2", "D3")),
        "entries": (entry(),),
    }
    return Closing(**{**done, **values})


def still_open(found: Closing) -> list[str]:
    """Return the open checks in words."""
    return [str(check) for check in open_checks(completion_checks(found))]


def check_of(found: Closing, what: str) -> Check:
    """Return the check about something."""
    (check,) = [check for check in completion_checks(found) if check.what.startswith(what)]
    return check


def test_when_all_is_done_nothing_is_open() -> None:
    assert still_open(closing()) == []


def test_a_contract_that_nobody_signed_is_open() -> None:
    assert still_open(closing(contract_signed=False)) == [
        "The contract: not signed by both parties. Have it signed and record the copy: `docgen document execute "
        "NBS-2026-014/contract --signed FILE`."
    ]


def test_a_document_that_waits_for_a_signature_is_open() -> None:
    (told,) = still_open(closing(unsigned=("NBS-2026-014/CD-001/1",)))
    assert told.startswith("NBS-2026-014/CD-001/1: waits for a signature.")
    assert "docgen document withdraw NBS-2026-014/CD-001/1" in told


def test_a_deliverable_is_open_until_the_client_has_accepted_it() -> None:
    waiting = delivery("D2", outcome="under_review")
    (told,) = still_open(closing(deliveries=(delivery("D1"), waiting, delivery("D3"))))
    assert told.startswith("D2 Migrated order service: handed over on 2027-03-19, not accepted yet.")


def test_a_deliverable_that_was_never_handed_over_is_open() -> None:
    (told,) = still_open(closing(deliveries=(delivery("D1"), delivery("D3"))))
    assert told.startswith("D2 Migrated order service: not handed over.")


def test_silence_until_the_end_of_the_review_is_acceptance() -> None:
    deemed = delivery("D2", outcome="deemed_accepted", decided_on="2027-04-01")
    found = closing(deliveries=(delivery("D1"), deemed, delivery("D3")))
    assert check_of(found, "D2").detail == "counts as accepted since 2027-04-01: the review ended without a rejection."


def test_the_last_hand_over_counts_and_not_the_one_that_was_rejected() -> None:
    rejected = delivery("D2", delivered_on="2027-02-01", outcome="rejected", decided_on="2027-02-05", reasons=["Slow"])
    others = (delivery("D1"), delivery("D3"))
    assert still_open(closing(deliveries=(delivery("D2"), rejected, *others))) == []
    (told,) = still_open(closing(deliveries=(rejected, *others)))
    assert "handed over on 2027-02-01 and rejected on 2027-02-05. Correct it, hand it over again" in told


def test_a_milestone_is_open_until_a_report_gives_its_day() -> None:
    days = [{"id": "M1", "actual": "2026-11-05"}, {"id": "M2", "forecast": "2027-04-09"}]
    told = still_open(closing(entries=(entry(milestones=days),)))
    assert [each.split(": ")[0] for each in told] == ["Milestone M2 Order service live", "Milestone M3 Plan accepted"]
    assert "not reached, planned for 2027-02-12." in told[0]


def test_a_day_that_a_later_report_takes_back_is_no_day() -> None:
    later = entry(
        period={"from": "2027-03-29", "to": "2027-04-02"},
        milestones=[{"id": "M3", "forecast": "2027-04-16"}],
        invoiced=[],
        effort=[],
    )
    assert "M3" not in milestones_reached(ENGAGEMENT.terms, (later, entry()))


@pytest.mark.parametrize("state", OrderState)
def test_an_order_is_settled_when_it_is_executed_or_dead(state: OrderState) -> None:
    open_states = {OrderState.DRAFT, OrderState.SUBMITTED, OrderState.APPROVED, OrderState.ISSUED}
    check = check_of(closing(orders={3: state}), "Change order CO-003")
    assert check.met is (state not in open_states)
    assert bool(check.todo) is (state in open_states)


def test_a_directive_is_open_until_an_executed_order_converts_it() -> None:
    facts = load_files([EXAMPLE / "engagement.yaml", EXAMPLE / "change-directive-001.yaml"])
    directive = facts.of(ChangeDirective)[0].facts
    (told,) = still_open(closing(directives=(directive,)))
    assert "its work is not in the contract sum. Agree a change order with `converts: 1`" in told
    assert still_open(closing(directives=(directive,), converted=frozenset({1}))) == []


def test_what_is_not_invoiced_is_open_line_by_line() -> None:
    lines = [{"line": "F1", "amount": "18000.00"}, {"line": "F2", "amount": "60000.00"}]
    told = still_open(closing(entries=(entry(invoiced=lines, effort=[]),)))
    assert told[0].startswith(
        "Fee F2 Migration of the order service: GBP 60,000.00 of GBP 64,000.00 is invoiced; GBP 4,000.00 is open."
    )
    assert told[1].startswith("Fee F4 Delivery management: GBP 0.00 of GBP 15,000.00")
    assert len(told) == 2


def test_time_is_due_as_it_was_worked_and_not_as_it_was_estimated() -> None:
    check = check_of(closing(), "Fee F3")
    assert check.met
    assert check.detail == "GBP 7,200.00 is invoiced, all that is due (GBP 10,800.00 is in the contract sum)."


def test_too_much_invoiced_is_open_too() -> None:
    lines = [{"line": "F3", "amount": "7300.00"}]
    check = check_of(closing(entries=(entry(invoiced=lines),)), "Fee F3")
    assert "GBP 7,300.00 is invoiced and GBP 7,200.00 is due" in check.detail
    assert "GBP 100.00 too much." in check.detail


def test_time_is_due_at_the_rate_of_its_period() -> None:
    """The order raises the rate from 720 to 760 on 7 December."""

    def terms_on(day: dt.date) -> Any:
        return effective_terms(ENGAGEMENT.terms, (ORDER,), day)

    early = entry(period={"from": "2026-11-16", "to": "2026-11-20"}, milestones=[], invoiced=[])
    late = entry(effort=[{"line": "F3", "units": 1}], milestones=[], invoiced=[])
    (time,) = [line for line in settlements(terms_on, "GBP", (early, late), DAY) if line.id == "F3"]
    assert str(time.due) == "GBP 7,960.00"


def test_what_was_invoiced_on_a_fee_that_fell_away_is_told() -> None:
    less = ENGAGEMENT.terms.fees.model_copy(update={"lines": ENGAGEMENT.terms.fees.lines[:3]})
    terms = ENGAGEMENT.terms.model_copy(update={"fees": less})

    def terms_on(day: dt.date) -> Any:
        return terms if day == DAY else ENGAGEMENT.terms

    lines = settlements(terms_on, "GBP", (entry(),), DAY)
    assert [(line.id, line.agreed, line.open) for line in lines][-1] == (
        "F4",
        Money.zero("GBP"),
        -ENGAGEMENT.terms.fees.lines[3].total,
    )


def test_a_dispute_is_open_until_it_is_settled() -> None:
    dispute = load_files([EXAMPLE / "engagement.yaml", EXAMPLE / "dispute.yaml"]).of(Dispute)[0].facts
    assert "Dispute of 2027-02-03 (Invoice 2041 has not been paid): not settled." in str(
        still_open(closing(disputes=(dispute,)))
    )
    settled = dispute.model_copy(update={"settled_on": dt.date(2027, 3, 20)})
    assert still_open(closing(disputes=(settled,))) == []


def test_a_breach_is_closed_by_a_settlement_after_its_notice() -> None:
    breach = load_files([EXAMPLE / "engagement.yaml", EXAMPLE / "breach.yaml"]).breaches[0].facts
    dispute = load_files([EXAMPLE / "engagement.yaml", EXAMPLE / "dispute.yaml"]).of(Dispute)[0].facts
    early = dispute.model_copy(update={"settled_on": dt.date(2027, 2, 28)})
    (told,) = still_open(closing(breaches={1: breach}, disputes=(early,)))
    assert told.startswith("Notice of breach BN-001 of 2027-03-01: nothing recorded says that it ended.")
    late = dispute.model_copy(update={"settled_on": dt.date(2027, 3, 20)})
    assert still_open(closing(breaches={1: breach}, disputes=(late,))) == []


def test_an_obligation_whose_day_has_come_is_a_question_and_stops_nothing() -> None:
    found = closing()
    asked = [check for check in completion_checks(found) if check.state is CheckState.ASK]
    assert [check.what for check in asked] == ["Obligation O1"]
    assert asked[0].clause == "obligation-o1"
    assert not [c for c in completion_checks(replace(found, on=dt.date(2026, 10, 1))) if c.state is CheckState.ASK]


# On the day that is asked about


def test_what_is_handed_over_and_reported_later_does_not_count_before() -> None:
    later = delivery("D1", delivered_on="2027-03-26")
    told = still_open(closing(deliveries=(later, delivery("D2"), delivery("D3")), on=dt.date(2027, 3, 25)))
    assert told[0].startswith("D1 Target architecture: not handed over.")
    assert "Milestone M3 Plan accepted: not reached" in " ".join(told)
    assert "F2" in " ".join(told)


def test_what_the_client_says_later_leaves_the_hand_over_under_review() -> None:
    found = closing(
        deliveries=(delivery("D1", outcome="accepted", decided_on="2027-04-03"), delivery("D2"), delivery("D3"))
    )
    assert "not accepted yet" in check_of(found, "D1").detail


def test_a_dispute_is_open_until_the_day_it_was_settled_and_none_before_it_was_raised() -> None:
    dispute = load_files([EXAMPLE / "engagement.yaml", EXAMPLE / "dispute.yaml"]).of(Dispute)[0].facts
    settled = dispute.model_copy(update={"settled_on": dt.date(2027, 3, 30), "settlement": "Paid."})
    for on, open_ in (("2027-02-02", False), ("2027-03-29", True), ("2027-03-30", False)):
        told = still_open(closing(disputes=(settled,), on=dt.date.fromisoformat(on)))
        assert any(each.startswith("Dispute") for each in told) is open_, on


BEFORE, AFTER = {"from": "2027-02-22", "to": "2027-02-26"}, {"from": "2027-03-01", "to": "2027-03-05"}


@pytest.mark.parametrize("cap", [None, "15"], ids=["without a cap", "up to its cap"])
def test_what_was_worked_before_the_rate_fell_is_due_and_may_be_invoiced(cap: str | None) -> None:
    """Fifteen days at 720 are worked; from the first of March a day costs 600."""
    lines = list(ENGAGEMENT.terms.fees.lines)
    lines[2] = lines[2].model_copy(update={"cap": Decimal(cap) if cap else None})
    fees = ENGAGEMENT.terms.fees.model_copy(update={"lines": tuple(lines)})
    engagement = ENGAGEMENT.model_copy(update={"terms": ENGAGEMENT.terms.model_copy(update={"fees": fees})})
    less = ChangeOrder.model_validate(
        {
            "engagement": engagement.id,
            "number": 1,
            "title": "A lower rate",
            "requested_by": "provider",
            "requested_on": "2027-02-20",
            "reason": "Rates.",
            "kind": "provider_request",
            "effective_date": "2027-03-01",
            "changes": [{"do": "change_rate", "line": "F3", "rate": "600.00"}],
            "settlement": "reserved",
        },
        context=POUNDS,
    )
    worked = entry(period=BEFORE, effort=[{"line": "F3", "units": 15}], milestones=[], invoiced=[])

    def rules(amount: str) -> list[str]:
        late = entry(period=AFTER, effort=[], milestones=[], invoiced=[{"line": "F3", "amount": amount}])
        return [
            each.message
            for each in entry_problems(engagement, (less,), (worked, late), late)
            if each.rule == "invoiced"
        ]

    def terms_on(day: dt.date) -> Any:
        return effective_terms(engagement.terms, (less,), day)

    (time,) = [line for line in settlements(terms_on, "GBP", (worked,), DAY) if line.id == "F3"]
    assert str(time.due) == "GBP 10,800.00"
    assert rules("10800.00") == []
    assert rules("10800.01") == ["more than GBP 10,800.00 has been invoiced on fee line F3"]
