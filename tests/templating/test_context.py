"""Each kind of document sees the terms that count for it, and what the rules compute from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from docgen.actions.render import case_of
from docgen.errors import UsageError
from docgen.facts.load import load_files
from docgen.models.money import Money
from docgen.models.party import Side
from docgen.templating.case import Case, ClauseText, Scene
from docgen.templating.context import build_scene, people, terms_for
from docgen.templating.filters import Formats
from docgen.templating.views import Missing
from tests.scenes import World, changed, desk, files_of, world, write_world
from tests.templating.stage import words_of

Look = Callable[..., Case]
EXAMPLE = world("british")
FORMATS = Formats("en-GB", words_of())


@pytest.fixture
def case(tmp_path: Path) -> Look:
    """Return a maker of cases: of a kind, with other facts than the example's."""
    folders = (tmp_path / str(number) for number in count())

    def made(kind: str, values: Mapping[str, object] | None = None, file: str = "engagement") -> Case:
        facts_given: World = {**EXAMPLE, file: changed(EXAMPLE[file], values or {})}
        folder = next(folders)
        write_world(facts_given, folder)
        facts = load_files(files_of(kind, folder))
        assert not facts.errors
        return case_of(desk(), kind, facts.engagements[0].facts, facts)

    return made


def scene(case: Case, clauses: Mapping[str, ClauseText] | None = None) -> Scene:
    return build_scene(case, FORMATS, clauses or {})


def see(case: Case, path: str) -> Any:
    """Return what a template sees at a path, list entries counted from 0; amounts as text."""
    value: Any = scene(case).facts
    for name in path.split("."):
        value = value[int(name) if name.isdigit() else name]
    return str(value) if isinstance(value, Money) else value


# All kinds


def test_every_kind_sees_the_parties_and_the_sum(case: Look) -> None:
    letter = case("letter-of-approval")
    assert see(letter, "provider.legal_name") == "Northbridge Systems Ltd"
    assert see(letter, "provider.side") is Side.PROVIDER
    assert see(letter, "client.side") is Side.CLIENT
    assert see(letter, "contract_sum") == "GBP 107,800.00"
    assert see(letter, "document.number") == "NBS-2026-014/letter-of-approval"
    assert see(letter, "document.kind") == "letter-of-approval"


def test_the_house_is_the_provider_until_it_has_a_name_of_its_own(case: Look) -> None:
    letter = case("letter-of-approval")
    assert see(letter, "house.name") == "Northbridge Systems Ltd"
    assert see(replace(letter, house="Northbridge"), "house.name") == "Northbridge"


@pytest.mark.parametrize(("deviation", "detail"), [("low", "brief"), ("medium", "standard"), ("high", "full")])
def test_the_contract_says_more_the_likelier_the_work_departs_from_plan(
    case: Look, deviation: str, detail: str
) -> None:
    assert see(case("contract", {"account.deviation": deviation}), "detail") == detail


def test_people_of_the_account_come_with_their_names(case: Look) -> None:
    contract = case("contract")
    assert see(contract, "account.manager.name") == "Amara Okafor"
    assert see(contract, "account.manager.title") == "Account Manager"
    assert see(contract, "account.team.0.name") == "Jon Bell"
    assert people(contract.engagement)["mei.tan@harrowpike.example"] == "Mei Tan"


def test_somebody_nobody_introduced_goes_by_the_address(case: Look) -> None:
    contract = case("contract")
    account = contract.engagement.account.model_copy(update={"team": ("new@northbridge.example",)})
    engagement = contract.engagement.model_copy(update={"account": account})
    assert see(replace(contract, engagement=engagement), "account.team.0.name") == "new@northbridge.example"


def test_fees_deliverables_and_milestones_know_one_another(case: Look) -> None:
    contract = case("contract")
    assert see(contract, "milestones.1.deliverables.0.title") == "Migrated order service"
    assert see(contract, "milestones.1.fees.0.id") == "F2"
    assert see(contract, "scope.deliverables.0.milestone.id") == "M1"
    assert see(contract, "scope.deliverables.0.fees.0.total") == "GBP 18,000.00"
    assert see(contract, "milestones.2.fees") == ()


def test_each_fee_line_shows_what_it_comes_to(case: Look) -> None:
    contract = case("contract")
    totals = [see(contract, f"fees.lines.{index}.total") for index in range(4)]
    assert totals == ["GBP 18,000.00", "GBP 64,000.00", "GBP 10,800.00", "GBP 15,000.00"]
    assert see(contract, "fees.lines.2.cap_amount") == "GBP 12,960.00"


def test_the_cap_is_the_greater_of_the_amount_and_the_share(case: Look) -> None:
    assert see(case("contract"), "liability.total_cap") == "GBP 150,000.00"
    share = {"terms.liability.cap": {"amount": "100000.00", "percent_of_fees": "125"}}
    assert see(case("contract", share), "liability.total_cap") == "GBP 134,750.00"


def test_only_what_shall_or_endeavours_bind_is_binding(case: Look) -> None:
    weak = {"terms.obligations.0.degree": "should"}
    contract = case("contract", weak)
    assert [see(contract, f"obligations.{index}.binding") for index in range(4)] == [False, True, True, True]


def test_a_fact_left_blank_is_missing_by_its_path(case: Look) -> None:
    contract = case("contract", {"client.notice_email": None, "account.manager": None})
    missing = see(contract, "client.notice_email")
    assert isinstance(missing, Missing)
    assert str(missing) == "\ue000client.notice_email\ue001"
    assert isinstance(see(contract, "account.manager"), Missing)


def test_the_calendar_names_its_place(case: Look) -> None:
    assert see(case("contract"), "engagement.calendar.place") == "England, United Kingdom"
    assert isinstance(see(case("contract", {"calendar": None}), "engagement.calendar"), Missing)


# The terms that count


def test_letter_and_contract_speak_of_the_terms_as_signed(case: Look) -> None:
    amended = case("conformed-contract")
    for kind in ("letter-of-approval", "contract"):
        assert terms_for(replace(amended, kind=kind)) == amended.engagement.terms
        assert see(replace(amended, kind=kind), "amendments") == ()


def test_the_conformed_contract_shows_the_terms_in_force_and_what_changed_them(case: Look) -> None:
    whole = replace(case("conformed-contract"), in_force_on=None)
    assert see(whole, "contract_sum") == "GBP 129,900.00"
    assert see(whole, "milestones.1.date") == dt.date(2027, 2, 26)
    assert see(whole, "amendments.0.reference") == "CO-001"
    assert see(whole, "amendments.0.effect") == "GBP 22,100.00"
    assert see(whole, "amendments.0.sum_after") == "GBP 129,900.00"


def test_the_contract_conformed_to_an_earlier_day_leaves_later_orders_out(case: Look) -> None:
    contract = case("conformed-contract")
    before, on = dt.date(2026, 12, 6), dt.date(2026, 12, 7)
    assert see(replace(contract, in_force_on=before), "contract_sum") == "GBP 107,800.00"
    assert see(replace(contract, in_force_on=before), "amendments") == ()
    assert see(replace(contract, in_force_on=on), "contract_sum") == "GBP 129,900.00"


# Change order


def test_a_change_order_shows_the_five_lines_of_its_arithmetic(case: Look) -> None:
    order = case("change-order")
    names = ("original", "net_previous", "prior", "this", "new")
    assert [see(order, f"arithmetic.{name}") for name in names] == [
        "GBP 107,800.00",
        "GBP 0.00",
        "GBP 107,800.00",
        "GBP 22,100.00",
        "GBP 129,900.00",
    ]
    assert see(order, "arithmetic.direction") == "increased"
    assert see(order, "contract_sum") == "GBP 107,800.00"


def test_a_second_change_order_counts_on_from_the_first(case: Look, tmp_path: Path) -> None:
    second = {
        "number": "2",
        "title": "Leave out the plan",
        "changes": [
            {"do": "change_fee", "line": "F1", "amount": "10000.00"},
            {"do": "move_end_date", "days": "-7"},
        ],
        "effective_date": "2027-01-04",
    }
    first = case("change-order")
    path = tmp_path / "other"
    later = {"engagement": EXAMPLE["engagement"], "change-order-001": EXAMPLE["change-order-001"]}
    write_world({**later, "change-order-002": {**EXAMPLE["change-order-001"], **second}}, path)
    facts = load_files(files_of("change-order", path))
    order = case_of(desk(), "change-order", facts.engagements[0].facts, facts)
    names = ("original", "net_previous", "prior", "this", "new")
    assert [see(order, f"arithmetic.{name}") for name in names] == [
        "GBP 107,800.00",
        "GBP 22,100.00",
        "GBP 129,900.00",
        "GBP -8,000.00",
        "GBP 121,900.00",
    ]
    assert see(order, "arithmetic.previous.0.reference") == "CO-001"
    assert see(order, "arithmetic.direction") == "decreased"
    assert [see(order, f"time.{name}") for name in ("prior", "this", "new", "direction")] == [
        dt.date(2027, 3, 31),
        -7,
        dt.date(2027, 3, 24),
        "decreased",
    ]
    assert see(first, "order.reference") == "CO-001"


def test_a_change_order_shows_what_becomes_of_time(case: Look) -> None:
    order = case("change-order")
    assert see(order, "time.this") == 0
    assert see(order, "time.direction") == "unchanged"
    (moved,) = see(order, "time.milestones")
    assert (moved.id, moved.prior, moved.new, moved.days) == ("M2", dt.date(2027, 2, 12), dt.date(2027, 2, 26), 14)


def test_each_change_shows_what_stood_before_what_stands_after_and_its_effect(case: Look) -> None:
    order = case("change-order")
    assert [str(change.effect) for change in see(order, "order.changes")] == [
        "GBP 0.00",
        "GBP 21,500.00",
        "GBP 600.00",
        "GBP 0.00",
        "GBP 0.00",
    ]
    assert isinstance(see(order, "order.changes.0.before"), Missing)
    assert see(order, "order.changes.0.after.title") == "Migrated returns service"
    assert see(order, "order.changes.2.before.rate") == "GBP 720.00"
    assert see(order, "order.changes.2.after.rate") == "GBP 760.00"
    assert see(order, "order.changes.2.after.total") == "GBP 11,400.00"
    assert see(order, "order.changes.3.days") == 14


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        ({"do": "omit_fee", "line": "F1"}, "F1", None),
        ({"do": "omit_deliverable", "deliverable": "D3"}, "D3", None),
        ({"do": "omit_obligation", "obligation": "O4"}, "O4", None),
    ],
)
def test_what_is_left_out_stands_before_and_not_after(
    case: Look, change: dict[str, str], before: str, after: str | None
) -> None:
    order = case("change-order", {"changes": [change]}, "change-order-001")
    assert see(order, "order.changes.0.before.id") == before
    assert isinstance(see(order, "order.changes.0.after"), Missing)


def test_a_changed_term_is_told_in_words(case: Look) -> None:
    change = {"do": "change_term", "path": "fees.payment_days", "value": "45"}
    order = case("change-order", {"changes": [change]}, "change-order-001")
    assert (see(order, "order.changes.0.before"), see(order, "order.changes.0.after")) == ("30", "45")
    assert see(order, "order.changes.0.name") != "fees.payment_days"


def test_a_changed_cap_shows_both(case: Look) -> None:
    order = case("change-order")
    assert (see(order, "cap_before"), see(order, "cap_after")) == ("GBP 150,000.00", "GBP 162,375.00")


@pytest.mark.parametrize(
    ("amount", "rungs"),
    [
        ("10000.00", [True, False, False]),
        ("10000.01", [True, True, False]),
        ("50000.00", [True, True, False]),
        ("50000.01", [True, True, True]),
    ],
)
def test_the_ladder_is_climbed_to_the_rung_that_covers_the_change(case: Look, amount: str, rungs: list[bool]) -> None:
    line = {"id": "F9", "kind": "fixed", "description": "More", "amount": amount}
    order = case("change-order", {"changes": [{"do": "add_fee", "line": line}]}, "change-order-001")
    assert [rung.required for rung in see(order, "ladder")] == rungs


def test_a_smaller_sum_needs_the_same_signatures_as_a_greater_one(case: Look) -> None:
    less = {"changes": [{"do": "change_fee", "line": "F2", "amount": "40000.00"}]}
    order = case("change-order", less, "change-order-001")
    assert see(order, "arithmetic.this") == "GBP -24,000.00"
    assert [rung.required for rung in see(order, "ladder")] == [True, True, False]


def test_the_size_counts_earlier_orders_whatever_their_sign(case: Look) -> None:
    less = {"changes": [{"do": "change_fee", "line": "F2", "amount": "40000.00"}]}
    first, other = case("change-order"), case("change-order", less, "change-order-001").order
    assert other is not None
    second = other.model_copy(update={"number": 2})
    later = replace(first, orders=(*first.orders, second), order=second)
    assert see(later, "arithmetic.this") == "GBP -24,000.00"
    assert [see(later, f"size.{name}") for name in ("own", "together")] == ["GBP 24,000.00", "GBP 46,100.00"]
    assert see(later, "size.earlier") == ("CO-001",)


def test_an_order_that_takes_in_a_directive_shows_it_as_far_as_it_is_known(case: Look) -> None:
    order = case("change-order")
    directive = case("change-directive").directive
    assert order.order is not None
    assert directive is not None
    taking = replace(order, order=order.order.model_copy(update={"converts": 1}))
    assert see(taking, "order.converts.reference") == "CD-001"
    assert not see(taking, "order.converts.title")
    known = replace(taking, directives=(directive,))
    assert see(known, "order.converts.ordered_on") == dt.date(2026, 12, 14)
    assert not see(order, "order.converts")


def test_the_page_on_an_impact_shows_the_sum_three_times_and_the_days_to_decide(case: Look) -> None:
    page = case("change-impact")
    assert [see(page, f"impact.sum.{name}") for name in ("signed", "now", "then", "effect")] == [
        "GBP 107,800.00",
        "GBP 107,800.00",
        "GBP 129,900.00",
        "GBP 22,100.00",
    ]
    assert see(page, "answer.days") == 5


def test_a_directive_goes_from_the_party_that_orders_and_leaves_the_sum_alone(case: Look) -> None:
    directive = case("change-directive")
    assert see(directive, "contract_sum") == "GBP 107,800.00"
    assert (see(directive, "ordering.side"), see(directive, "receiving.side")) == (Side.CLIENT, Side.PROVIDER)


# Progress report


def test_a_report_has_a_number_and_says_what_rolled_over(case: Look) -> None:
    report = case("progress-report")
    assert see(report, "report.number") == 2
    assert see(report, "document.number") == "NBS-2026-014/PR-002"
    assert [item.text for item in see(report, "report.carried")] == [
        "Agree the test data set with the operations board"
    ]
    assert see(report, "report.previous.period.to") == dt.date(2026, 11, 13)
    assert see(report, "report.next_report") == dt.date(2026, 11, 27)


def test_a_report_compares_each_status_with_the_last_one(case: Look) -> None:
    overall, *_ = see(case("progress-report"), "report.dimensions")
    assert (overall.name, overall.previous, overall.rag) == ("overall", "green", "amber")
    assert overall.reason == "Load tests start two days late"


def test_a_report_measures_each_milestone(case: Look) -> None:
    states = see(case("progress-report"), "report.milestones")
    assert [(state.id, state.state, state.variance) for state in states[:2]] == [("M1", "met", -1), ("M2", "late", 4)]
    assert isinstance(states[2].variance, Missing)


def test_a_report_counts_the_money(case: Look) -> None:
    report = case("progress-report")
    assert see(report, "report.budget.sum") == "GBP 107,800.00"
    assert see(report, "report.budget.spent") == "GBP 19,440.00"
    assert see(report, "report.budget.invoiced") == "GBP 18,000.00"
    assert (see(report, "report.budget.lines.2.units"), see(report, "report.budget.lines.2.cap")) == (2, 18)


def test_a_report_lists_orders_and_says_which_are_in_force(case: Look) -> None:
    early = case("progress-report")
    assert [order.in_force for order in see(early, "report.orders")] == [False]
    assert see(early, "contract_sum") == "GBP 107,800.00"
    dates = {"requested_on": "2026-11-16", "effective_date": "2026-11-20"}
    later = case("progress-report", dates, "change-order-001")
    assert [order.in_force for order in see(later, "report.orders")] == [True]
    assert see(later, "contract_sum") == "GBP 129,900.00"
    assert see(later, "report.baseline.sum") == "GBP 107,800.00"


def test_a_report_draws_the_pictures_its_figures_can_fill(case: Look) -> None:
    report = case("progress-report")
    assert sorted(scene(report).pictures) == ["burn-down", "rag-history", "timeline"]
    first = replace(report, entries=report.entries[:1], entry=report.entries[0])
    assert "rag-history" not in scene(first).pictures
    assert set(see(first, "report.pictures")) == set(scene(first).pictures)


def test_without_a_calendar_nobody_promises_the_next_report(case: Look) -> None:
    assert isinstance(see(case("progress-report", {"calendar": None}), "report.next_report"), Missing)


# Breach notice


def test_a_notice_cites_the_clause_with_its_number_title_and_words(case: Look) -> None:
    facts = scene(case("breach-notice"), {"payment": ClauseText("11.2", "Payment", "Pay in time.")}).facts
    (default,) = facts["breach"].defaults
    assert (default.number, default.title, default.words) == ("11.2", "Payment", "Pay in time.")


def test_a_notice_goes_from_the_party_that_is_wronged_to_the_one_in_breach(case: Look) -> None:
    notice = case("breach-notice")
    assert (see(notice, "in_breach.side"), see(notice, "notifier.side")) == (Side.CLIENT, Side.PROVIDER)
    other = case("breach-notice", {"by": "provider"}, "breach")
    assert see(other, "notifier.legal_name") == "Harrow & Pike Retail plc"


def test_a_notice_adds_up_what_is_owed(case: Look) -> None:
    assert see(case("breach-notice"), "breach.amount") == "GBP 64,000.00"
    nothing = case("breach-notice", {"defaults.0.amount": None}, "breach")
    assert isinstance(see(nothing, "breach.amount"), Missing)


def test_the_cure_counts_business_days_from_deemed_receipt(case: Look) -> None:
    notice = case("breach-notice")
    names = ("sent", "receipt", "starts", "deadline", "days", "basis", "weekend_days")
    assert [see(notice, f"cure.{name}") for name in names] == [
        dt.date(2027, 3, 1),
        dt.date(2027, 3, 3),
        dt.date(2027, 3, 3),
        dt.date(2027, 3, 23),
        14,
        "business",
        6,
    ]


@pytest.mark.parametrize("gap", ["terms.termination.cure_days", "terms.notices", "calendar"])
def test_a_notice_lists_the_fact_the_deadline_lacks(case: Look, gap: str) -> None:
    notice = case("breach-notice", {gap: None})
    deadline = see(notice, "cure.deadline")
    assert isinstance(deadline, Missing)
    assert see(notice, "cure.sent") == dt.date(2027, 3, 1)


def test_a_notice_speaks_of_the_terms_on_its_day(case: Look) -> None:
    assert see(case("breach-notice"), "contract_sum") == "GBP 129,900.00"
    early = case("breach-notice", {"effective_date": "2027-03-02"}, "change-order-001")
    assert see(early, "contract_sum") == "GBP 107,800.00"
    assert see(early, "amendments") == ()


# What is not there


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("change-order", "A change order needs the change order"),
        ("progress-report", "A progress report needs a progress entry"),
        ("breach-notice", "A breach notice needs the breach"),
        ("change-impact", "A change impact needs the change order"),
        ("change-directive", "A change directive needs the directive"),
    ],
)
def test_a_kind_says_which_file_it_lacks(case: Look, kind: str, said: str) -> None:
    without = replace(case(kind), order=None, entry=None, breach=None, directive=None)
    with pytest.raises(UsageError, match=said):
        scene(without)
