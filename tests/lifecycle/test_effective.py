"""Terms in force are a pure fold: the order of files does not matter, and the arithmetic adds up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from docgen.actions.demo import EXAMPLE
from docgen.errors import ExitCode
from docgen.facts.load import read_facts
from docgen.facts.source import plain, read_source
from docgen.lifecycle.effective import (
    OWNED_PATHS,
    Applied,
    ChangeError,
    OrderSequenceError,
    apply_order,
    check_sequence,
    effective_terms,
    in_force,
    is_effective,
    ledger,
    orders_are,
    steps,
    term_at,
)
from docgen.models.changes import Change, ChangeOrder
from docgen.models.engagement import Engagement
from docgen.models.money import Money
from docgen.models.terms import Terms, contract_sum, liability_cap


def baseline() -> Terms:
    sourced, findings = read_facts(read_source(EXAMPLE / "engagement.yaml"), Engagement, "GBP")
    assert sourced is not None
    assert not findings
    terms: Terms = sourced.facts.terms
    return terms


TERMS = baseline()


def gbp(amount: str) -> Money:
    return Money(Decimal(amount), "GBP").rounded()


def order(*changes: dict[str, Any], number: int = 1, on: str = "2026-12-07") -> ChangeOrder:
    """Return an order as a file gives it: every value as text."""
    facts = {
        "engagement": "NBS-2026-014",
        "number": number,
        "title": "Change",
        "requested_by": "client",
        "requested_on": "2026-11-23",
        "reason": "It is needed",
        "kind": "client_request",
        "effective_date": on,
        "changes": changes,
        "settlement": "full",
    }
    return ChangeOrder.model_validate(plain(facts), context={"currency": "GBP"})


def changed(*changes: dict[str, Any]) -> Terms:
    return apply_order(TERMS, order(*changes))


def refusal(*changes: dict[str, Any]) -> str:
    with pytest.raises(ChangeError) as refused:
        changed(*changes)
    return str(refused.value)


D4 = {"id": "D4", "title": "Runbook", "description": "A runbook.", "due": "2027-02-01", "acceptance": None}
F5 = {"id": "F5", "kind": "fixed", "description": "Runbook", "amount": "1500.00", "milestone": "M2"}
M4 = {"id": "M4", "title": "Runbook accepted", "date": "2027-02-05", "deliverables": ["D1"]}
O5 = {"id": "O5", "party": "client", "degree": "should", "action": "read the runbook"}


# Each kind of change


def test_a_deliverable_is_added_omitted_and_revised() -> None:
    added = changed({"do": "add_deliverable", "deliverable": D4})
    assert [entry.id for entry in added.scope.deliverables] == ["D1", "D2", "D3", "D4"]

    omitted = changed({"do": "omit_deliverable", "deliverable": "D2"})
    assert [entry.id for entry in omitted.scope.deliverables] == ["D1", "D3"]
    assert [milestone.deliverables for milestone in omitted.milestones] == [("D1",), (), ("D3",)]

    acceptance = {"criteria": "Read aloud", "review_days": 3}
    revised = changed({"do": "revise_deliverable", "deliverable": "D3", "due": "2027-03-01", "acceptance": acceptance})
    third = revised.scope.deliverables[2]
    assert (third.title, third.due) == (TERMS.scope.deliverables[2].title, dt.date(2027, 3, 1))
    assert third.acceptance is not None
    assert third.acceptance.review_days == 3


def test_a_fee_is_added_omitted_and_priced_anew() -> None:
    assert contract_sum(changed({"do": "add_fee", "line": F5}), "GBP") == gbp("109300.00")
    assert contract_sum(changed({"do": "omit_fee", "line": "F2"}), "GBP") == gbp("43800.00")
    assert contract_sum(changed({"do": "change_fee", "line": "F1", "amount": "20000.00"}), "GBP") == gbp("109800.00")
    assert contract_sum(changed({"do": "change_fee", "line": "F4", "amount": "3000.00"}), "GBP") == gbp("110800.00")
    assert contract_sum(changed({"do": "change_rate", "line": "F3", "rate": "760.00"}), "GBP") == gbp("108400.00")


def test_an_estimate_a_cap_and_periods_change_one_by_one() -> None:
    terms = changed(
        {"do": "change_estimate", "line": "F3", "estimate": "16"}, {"do": "change_estimate", "line": "F3", "cap": "20"}
    )
    assert [(line.estimate, line.cap) for line in terms.fees.lines if line.kind == "time"] == [
        (Decimal(16), Decimal(20))
    ]
    assert contract_sum(terms, "GBP") == gbp("108520.00")
    assert contract_sum(changed({"do": "change_estimate", "line": "F4", "periods": 7}), "GBP") == gbp("110300.00")


def test_a_unit_line_changes_its_quantity_and_rate() -> None:
    line = {"id": "F9", "kind": "unit", "description": "Trays", "unit": "tray", "rate": "2.00", "quantity": "10"}
    terms = changed(
        {"do": "add_fee", "line": line},
        {"do": "change_estimate", "line": "F9", "quantity": "12.5"},
        {"do": "change_rate", "line": "F9", "rate": "3.00"},
    )
    assert terms.fees.lines[-1].total == gbp("37.50")


def test_a_milestone_is_added_omitted_and_moved_by_days_or_to_a_date() -> None:
    assert changed({"do": "add_milestone", "milestone": M4}).milestones[-1].id == "M4"
    assert [entry.id for entry in changed({"do": "omit_milestone", "milestone": "M3"}).milestones] == ["M1", "M2"]
    for change, day in (
        ({"days": 14}, dt.date(2027, 2, 26)),
        ({"days": -12}, dt.date(2027, 1, 31)),
        ({"date": "2027-03-05"}, dt.date(2027, 3, 5)),
    ):
        assert changed({"do": "move_milestone", "milestone": "M2", **change}).milestones[1].date == day


def test_an_obligation_is_added_and_omitted() -> None:
    assert changed({"do": "add_obligation", "obligation": O5}).obligations[-1].action == "read the runbook"
    assert [entry.id for entry in changed({"do": "omit_obligation", "obligation": "O2"}).obligations] == [
        "O1",
        "O3",
        "O4",
    ]


def test_the_cap_changes_limb_by_limb() -> None:
    amount = changed({"do": "change_liability_cap", "amount": "200000.00"})
    share = changed({"do": "change_liability_cap", "percent_of_fees": "200"})

    assert liability_cap(amount, "GBP") == gbp("200000.00")
    assert liability_cap(share, "GBP") == gbp("215600.00")
    assert share.liability.cap is not None
    assert share.liability.cap.amount == gbp("150000.00")


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("termination.cure_days", 21, 21),
        ("fees.payment_days", "45", 45),
        ("fees.expenses.cap", "4000.00", gbp("4000.00")),
        ("fees.tax", None, None),
        ("governing_law", "Ireland", "Ireland"),
        ("confidentiality_years", 5, 5),
        ("disputes.mediation.days", 15, 15),
        ("notices.methods", ["courier", "post"], ("courier", "post")),
        ("scope.exclusions", ["Nothing"], ("Nothing",)),
        ("liability.unlimited", ["fraud"], ("fraud",)),
    ],
)
def test_any_other_term_changes_by_its_path(path: str, value: object, expected: object) -> None:
    terms = changed({"do": "change_term", "path": path, "value": value})

    assert term_at(terms, path) == expected
    assert term_at(TERMS, path) != expected


def test_a_term_that_was_not_agreed_is_given_whole() -> None:
    without = apply_order(TERMS, order({"do": "change_term", "path": "fees.late_interest", "value": None}))
    given_again = apply_order(
        without,
        order({"do": "change_term", "path": "fees.late_interest", "value": {"percent": "5"}}, number=2),
    )

    assert term_at(without, "fees.late_interest.percent") is None
    assert term_at(given_again, "fees.late_interest.percent") == 5


def test_an_amount_in_a_changed_term_is_in_the_currency_of_the_contract_even_without_fee_lines() -> None:
    bare = TERMS.model_copy(update={"fees": TERMS.fees.model_copy(update={"lines": ()})})
    value = {"policy": "At cost", "cap": "100.00"}
    terms = apply_order(bare, order({"do": "change_term", "path": "fees.expenses", "value": value}))
    assert term_at(terms, "fees.expenses.cap") == gbp("100.00")


# What cannot be applied


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"do": "add_deliverable", "deliverable": {**D4, "id": "D1"}}, "deliverable D1 is there already"),
        ({"do": "omit_deliverable", "deliverable": "D9"}, "there is no deliverable D9 in the terms in force"),
        ({"do": "revise_deliverable", "deliverable": "d1", "title": "X"}, "There are: D1, D2, D3."),
        ({"do": "add_fee", "line": {**F5, "id": "F1"}}, "fee line F1 is there already"),
        ({"do": "omit_fee", "line": "F9"}, "there is no fee line F9"),
        ({"do": "change_fee", "line": "F3", "amount": "1"}, "fee line F3 has a rate, not an amount. Use change_rate"),
        ({"do": "change_rate", "line": "F1", "rate": "1"}, "fee line F1 has an amount, not a rate. Use change_fee."),
        ({"do": "change_estimate", "line": "F1", "cap": "1"}, "fee line F1 is fixed and has no cap. Use change_fee."),
        ({"do": "change_estimate", "line": "F3", "periods": 2}, "fee line F3 is time and has no periods."),
        ({"do": "change_estimate", "line": "F4", "estimate": "2"}, "fee line F4 is retainer and has no estimate."),
        ({"do": "add_milestone", "milestone": {**M4, "id": "M1"}}, "milestone M1 is there already"),
        ({"do": "omit_milestone", "milestone": "M2"}, "fee line F2 falls due with milestone M2. Omit that fee"),
        ({"do": "omit_milestone", "milestone": "M9"}, "there is no milestone M9"),
        ({"do": "move_milestone", "milestone": "M9", "days": 1}, "there is no milestone M9"),
        ({"do": "add_obligation", "obligation": {**O5, "id": "O1"}}, "obligation O1 is there already"),
        ({"do": "omit_obligation", "obligation": "O9"}, "there is no obligation O9"),
        ({"do": "change_term", "path": "termination.cure_day", "value": 3}, "Did you mean cure_days?"),
        ({"do": "change_term", "path": "nothing.here", "value": 3}, "there is no term nothing"),
        ({"do": "change_term", "path": "governing_law.country", "value": "x"}, "governing_law has no parts"),
        ({"do": "change_term", "path": "termination..cure_days", "value": "x"}, "there is no term"),
        ({"do": "change_term", "path": "fees.payment_days", "value": "soon"}, "fees.payment_days cannot be “soon”"),
        ({"do": "change_term", "path": "fees.payment_days", "value": {"a": 1}}, "fees.payment_days cannot be"),
        ({"do": "change_term", "path": "fees.expenses.cap", "value": "1.005"}, "GBP has 2 decimals"),
        ({"do": "change_term", "path": "model_copy", "value": 1}, "there is no term model_copy"),
        ({"do": "change_term", "path": "__class__", "value": 1}, "there is no term __class__"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_with_its_place_in_the_order(change: dict[str, Any], said: str) -> None:
    harmless = {"do": "move_end_date", "days": 1}
    text = refusal(harmless, change)

    assert text.startswith(f"CO-001, change 2 ({change['do']}): ")
    assert said in text


def test_a_refusal_knows_which_change_it_was_and_what_it_missed() -> None:
    with pytest.raises(ChangeError) as refused:
        changed({"do": "move_end_date", "days": 1}, {"do": "omit_fee", "line": "F9"})

    assert (refused.value.index, refused.value.about) == (1, "F9")
    assert refused.value.exit_code is ExitCode.REFUSED


@pytest.mark.parametrize("owned", OWNED_PATHS)
def test_no_path_reaches_a_term_that_has_a_change_of_its_own(owned: str) -> None:
    groups = owned.split(".")[:-1]
    assert "has a change of its own" in refusal({"do": "change_term", "path": owned, "value": None})
    assert "has a change of its own" in refusal({"do": "change_term", "path": f"{owned}.x", "value": None})
    for depth in range(1, len(groups) + 1):
        above = ".".join(groups[:depth])
        assert "has a change of its own" in refusal({"do": "change_term", "path": above, "value": {}})


def test_a_day_that_is_not_known_cannot_be_moved_by_days() -> None:
    bare = TERMS.model_copy(update={"end_date": None})
    with pytest.raises(ChangeError, match=r"the contract has no date to move\. Give the new date instead of days"):
        apply_order(bare, order({"do": "move_end_date", "days": 7}))
    assert apply_order(bare, order({"do": "move_end_date", "date": "2027-05-01"})).end_date == dt.date(2027, 5, 1)


def test_days_that_leave_the_calendar_are_refused() -> None:
    far = order({"do": "move_end_date", "days": 1}).changes[0].model_copy(update={"days": 10**9})
    with pytest.raises(ChangeError, match="out of the calendar"):
        apply_order(TERMS, order({"do": "move_end_date", "days": 1}).model_copy(update={"changes": (far,)}))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"do": "revise_deliverable", "deliverable": "D1"}, "the change says nothing new"),
        ({"do": "change_estimate", "line": "F3"}, "the change says nothing new"),
        ({"do": "change_liability_cap"}, "the change says nothing new"),
        ({"do": "move_milestone", "milestone": "M1"}, "exactly one of days and date"),
        ({"do": "move_end_date", "days": 3, "date": "2027-01-01"}, "exactly one of days and date"),
    ],
)
def test_a_change_that_says_nothing_or_two_things_is_no_change(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        order(change)


# Many orders


def test_the_terms_in_force_on_a_day_count_the_orders_effective_by_then() -> None:
    first = order({"do": "move_end_date", "days": 7}, number=1, on="2026-12-01")
    second = order({"do": "move_end_date", "days": 7}, number=2, on="2027-01-15")

    for day, end in (
        ("2026-11-30", dt.date(2027, 3, 31)),
        ("2026-12-01", dt.date(2027, 4, 7)),
        ("2027-01-14", dt.date(2027, 4, 7)),
        ("2027-01-15", dt.date(2027, 4, 14)),
    ):
        assert effective_terms(TERMS, [second, first], dt.date.fromisoformat(day)).end_date == end
    assert effective_terms(TERMS, [second, first]).end_date == dt.date(2027, 4, 14)
    assert effective_terms(TERMS, []) == TERMS


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([2], "CO-001 is missing"),
        ([1, 3], "CO-002 is missing"),
        ([1, 1], "CO-001 is given twice"),
        ([4, 1], "CO-002 and CO-003 are missing"),
        ([9, 9], "CO-001, CO-002, CO-003 and 5 more are missing, CO-009 is given twice"),
        ([99999], "and 99995 more are missing"),
    ],
)
def test_orders_that_are_not_consecutive_are_refused(numbers: list[int], said: str) -> None:
    orders = [order({"do": "move_end_date", "days": 1}, number=number) for number in numbers]
    with pytest.raises(OrderSequenceError, match=said):
        check_sequence(orders)


def test_an_order_that_is_given_twice_is_never_folded() -> None:
    orders = [order({"do": "move_end_date", "days": 1}, number=number) for number in (1, 3, 3)]
    with pytest.raises(OrderSequenceError, match="not consecutive: CO-003 is given twice"):
        in_force(orders)
    with pytest.raises(OrderSequenceError):
        ledger(TERMS, orders, "GBP")
    with pytest.raises(OrderSequenceError):
        effective_terms(TERMS, orders)


def test_the_number_of_a_dead_order_stays_used_and_is_not_missed() -> None:
    orders = [order({"do": "move_end_date", "days": 1}, number=number) for number in (2, 5)]

    check_sequence(orders, dead={1, 3, 4})
    with pytest.raises(OrderSequenceError, match="CO-003 is missing"):
        check_sequence(orders, dead={1, 4})
    check_sequence([], dead={1})


def test_orders_are_named_with_their_verb() -> None:
    assert orders_are([7]) == "CO-007 is"
    assert orders_are([1, 2]) == "CO-001 and CO-002 are"


def test_an_order_of_no_money_and_one_that_takes_away_stand_in_the_ledger_with_their_sign() -> None:
    orders = [
        order({"do": "move_end_date", "days": 14}, number=1),
        order({"do": "omit_fee", "line": "F3"}, {"do": "move_end_date", "days": -7}, number=2),
        order({"do": "change_term", "path": "termination.cure_days", "value": 21}, number=3),
    ]
    rows = ledger(TERMS, orders, "GBP")

    assert [str(row.effect) for row in rows] == ["GBP 0.00", "GBP -10,800.00", "GBP 0.00"]
    assert [row.days for row in rows] == [14, -7, 0]
    assert rows[1].cap_after == gbp("150000.00")


# Laws


def _change(index: int, kind: str, amount: int) -> dict[str, Any]:
    """Return the change with a number, of a kind that can always be made."""
    price = f"{amount}.{index % 100:02d}"
    changes: dict[str, dict[str, Any]] = {
        "add": {"do": "add_fee", "line": {"id": f"N{index}", "kind": "fixed", "description": "More", "amount": price}},
        "fee": {"do": "change_fee", "line": "F1", "amount": price},
        "rate": {"do": "change_rate", "line": "F3", "rate": price},
        "estimate": {"do": "change_estimate", "line": "F3", "estimate": amount % 40, "cap": 50},
        "time": {"do": "move_end_date", "days": amount % 30 - 10},
        "milestone": {"do": "move_milestone", "milestone": "M1", "days": amount % 9 - 4},
        "obligation": {"do": "add_obligation", "obligation": {**O5, "id": f"P{index}"}},
        "cap": {"do": "change_liability_cap", "amount": price},
        "term": {"do": "change_term", "path": "fees.payment_days", "value": amount % 90},
    }
    return changes[kind]


kinds = st.sampled_from(["add", "fee", "rate", "estimate", "time", "milestone", "obligation", "cap", "term"])
change_lists = st.lists(st.tuples(kinds, st.integers(0, 99_999)), min_size=1, max_size=4)


@st.composite
def order_lists(draw: st.DrawFn) -> list[ChangeOrder]:
    lists = draw(st.lists(change_lists, max_size=5))
    return [
        order(
            *(_change(10 * number + place, kind, amount) for place, (kind, amount) in enumerate(changes)),
            number=number,
            on=f"2026-12-{number:02d}",
        )
        for number, changes in enumerate(lists, 1)
    ]


@given(order_lists(), st.randoms(use_true_random=False))
def test_the_order_of_the_files_does_not_matter(orders: list[ChangeOrder], chance: Any) -> None:
    shuffled = list(orders)
    chance.shuffle(shuffled)

    assert effective_terms(TERMS, shuffled) == effective_terms(TERMS, orders)
    assert ledger(TERMS, shuffled, "GBP") == ledger(TERMS, orders, "GBP")


@given(order_lists())
def test_the_baseline_is_never_touched(orders: list[ChangeOrder]) -> None:
    before = TERMS.model_dump()
    effective_terms(TERMS, orders)
    assert TERMS.model_dump() == before


@given(order_lists())
def test_original_net_and_this_make_the_new_sum_and_end(orders: list[ChangeOrder]) -> None:
    rows = ledger(TERMS, orders, "GBP")
    original, end = contract_sum(TERMS, "GBP"), TERMS.end_date
    assert end is not None
    for index, row in enumerate(rows):
        net = Money.total((earlier.effect for earlier in rows[:index]), "GBP")
        assert original + net == row.sum_before
        assert row.sum_before + row.effect == row.sum_after
        assert row.after.end_date == end + dt.timedelta(days=sum(each.days for each in rows[: index + 1]))
    after = effective_terms(TERMS, orders)
    assert original + Money.total((row.effect for row in rows), "GBP") == contract_sum(after, "GBP")


@given(order_lists())
def test_all_at_once_is_the_same_as_one_after_the_other(orders: list[ChangeOrder]) -> None:
    terms = TERMS
    for each in orders:
        terms = apply_order(terms, each)
        assert steps(terms, each.model_copy(update={"changes": each.changes[:0]})) == ()
    assert effective_terms(TERMS, orders) == terms


@given(order_lists())
def test_an_order_is_its_changes_one_by_one(orders: list[ChangeOrder]) -> None:
    terms = TERMS
    for each in orders:
        made = steps(terms, each)
        befores: Sequence[Terms] = [step.before for step in made]
        changes: Sequence[Change] = [step.change for step in made]
        assert (befores[0], tuple(changes)) == (terms, each.changes)
        assert befores[1:] == [step.after for step in made[:-1]]
        terms = apply_order(terms, each)
        assert made[-1].after == terms


@given(order_lists(), st.integers(0, 6))
def test_terms_on_a_day_are_those_of_the_orders_until_then(orders: list[ChangeOrder], day: int) -> None:
    on = dt.date(2026, 11, 30) + dt.timedelta(days=day)
    until = [each for each in orders if each.effective_date is not None and each.effective_date <= on]
    assert effective_terms(TERMS, orders, on) == effective_terms(TERMS, until)


# What is still open, and the example's own figures


def undated() -> Terms:
    milestones = tuple(milestone.model_copy(update={"date": None}) for milestone in TERMS.milestones)
    return TERMS.model_copy(update={"end_date": None, "milestones": milestones})


def test_every_kind_of_change_is_tested_here() -> None:
    kinds = {member.model_fields["do"].default for member in get_args(get_args(Change)[0])}
    text = Path(__file__).read_text(encoding="utf-8")

    assert len(kinds) == 16
    assert [kind for kind in sorted(kinds) if f'{{"do": "{kind}"' not in text] == []


def test_an_order_whose_day_is_open_is_in_force_on_no_day() -> None:
    waiting = order({"do": "move_end_date", "days": 7}).model_copy(update={"effective_date": None})

    assert not is_effective(waiting, dt.date(2199, 12, 31))
    assert effective_terms(TERMS, [waiting], dt.date(2199, 12, 31)) == TERMS
    assert effective_terms(TERMS, [waiting]).end_date == dt.date(2027, 4, 7)


def test_a_gap_among_orders_is_told_by_its_numbers() -> None:
    orders = [order({"do": "move_end_date", "days": 1}, number=number) for number in (1, 3)]

    with pytest.raises(OrderSequenceError) as refused:
        check_sequence(orders)
    assert refused.value.missing == (2,)


@given(order_lists(), st.sets(st.integers(1, 5)))
def test_the_fold_without_the_dead_is_the_fold_of_the_others_numbered_anew(
    orders: list[ChangeOrder], dead: set[int]
) -> None:
    living = [each for each in orders if each.number not in dead]
    anew = [each.model_copy(update={"number": place}) for place, each in enumerate(living, 1)]

    check_sequence(living, dead)
    assert effective_terms(TERMS, living) == effective_terms(TERMS, anew)
    assert [row.effect for row in ledger(TERMS, living, "GBP")] == [row.effect for row in ledger(TERMS, anew, "GBP")]


def test_a_milestone_without_a_day_moves_to_a_date_and_not_by_days() -> None:
    with pytest.raises(ChangeError, match=r"milestone M2 has no date to move\. Give the new date instead of days"):
        apply_order(undated(), order({"do": "move_milestone", "milestone": "M2", "days": 7}))
    moved = apply_order(undated(), order({"do": "move_milestone", "milestone": "M2", "date": "2027-02-01"}))
    assert moved.milestones[1].date == dt.date(2027, 2, 1)


@pytest.mark.parametrize("order_of_terms", [(TERMS, undated()), (undated(), TERMS)], ids=["lost", "given"])
def test_an_order_moves_the_end_by_no_days_where_one_end_is_open(order_of_terms: tuple[Terms, Terms]) -> None:
    assert Applied(order({"do": "move_end_date", "days": 7}), *order_of_terms, "GBP").days == 0


def test_a_cap_that_was_never_agreed_is_agreed_by_a_change() -> None:
    uncapped = TERMS.model_copy(update={"liability": TERMS.liability.model_copy(update={"cap": None})})
    (row,) = ledger(uncapped, [order({"do": "change_liability_cap", "amount": "5000.00"})], "GBP")

    assert (row.cap_before, row.cap_after) == (None, gbp("5000.00"))


def test_a_contract_without_an_amount_does_not_get_its_first_by_a_path() -> None:
    liability = TERMS.liability.model_copy(update={"cap": None, "increased": None, "insurance": ()})
    fees = TERMS.fees.model_copy(update={"lines": (), "expenses": None})
    control = TERMS.change_control.model_copy(update={"approvals": ()})
    bare = TERMS.model_copy(update={"liability": liability, "fees": fees, "change_control": control})
    change = {"do": "change_term", "path": "fees.expenses", "value": {"policy": "At cost", "cap": "100.00"}}

    with pytest.raises(ChangeError, match=r"fees\.expenses holds the contract's first amount\. Agree a fee or a cap"):
        apply_order(bare, order(change))


def test_terms_changed_by_a_path_are_read_like_any_facts() -> None:
    terms = changed({"do": "change_term", "path": "notices.deemed_receipt_days", "value": {"courier": 3, "email": 1}})

    assert Terms.model_validate(terms.model_dump(by_alias=True), context={"currency": "GBP"}) == terms
    assert "read-only" in refusal({"do": "change_term", "path": "termination.cure_basis", "value": "read-only"})


def test_the_example_order_has_its_five_lines_and_both_caps() -> None:
    made = ChangeOrder.model_validate(read_source(EXAMPLE / "change-order-001.yaml").data, context={"currency": "GBP"})
    (row,) = ledger(TERMS, [made], "GBP")

    assert (row.sum_before, row.effect, row.sum_after) == (gbp("107800.00"), gbp("22100.00"), gbp("129900.00"))
    assert (row.cap_before, row.cap_after) == (gbp("150000.00"), gbp("162375.00"))
    assert row.days == 0
