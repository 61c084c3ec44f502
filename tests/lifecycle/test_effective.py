"""Terms in force are a pure fold: the order of files does not matter, and the arithmetic adds up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.actions.demo import EXAMPLE
from docgen.facts.source import read_source
from docgen.lifecycle.effective import (
    OWNED_PATHS,
    Applied,
    ChangeError,
    OrderSequenceError,
    apply_order,
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

POUNDS = {"currency": "GBP"}


def terms() -> Terms:
    """Return the terms of the example engagement."""
    return Engagement.model_validate(read_source(EXAMPLE / "engagement.yaml").data, context=POUNDS).terms


def order(*changes: dict[str, Any], number: int = 1, effective_date: str | None = "2026-12-07") -> ChangeOrder:
    """Return an executed change order with some changes."""
    facts = {
        "engagement": "NBS-2026-014",
        "number": str(number),
        "title": "A change",
        "requested_by": "client",
        "requested_on": "2026-11-23",
        "reason": "It is needed.",
        "kind": "client_request",
        "effective_date": effective_date,
        "changes": list(changes),
        "settlement": "full",
    }
    return ChangeOrder.model_validate(facts, context=POUNDS)


def change(do: str, **facts: Any) -> dict[str, Any]:
    return {"do": do, **facts}


def after(do: str, **facts: Any) -> Terms:
    """Return the example's terms after one change."""
    return apply_order(terms(), order(change(do, **facts)))


def refusal(do: str, **facts: Any) -> str:
    with pytest.raises(ChangeError) as refused:
        after(do, **facts)
    return str(refused.value)


def pounds(amount: str) -> Money:
    return Money(Decimal(amount), "GBP").rounded()


def ids(entries: Sequence[Any]) -> list[str]:
    return [entry.id for entry in entries]


def entry(entries: Sequence[Any], name: str) -> Any:
    return next(known for known in entries if known.id == name)


# Each of the sixteen kinds of change

DELIVERABLE = {"id": "D4", "title": "Returns", "description": "The returns service.", "due": None, "acceptance": None}
FEE = {"id": "F5", "kind": "fixed", "description": "Returns", "amount": "21500.00", "milestone": "M2"}
SEATS = {"id": "F6", "kind": "unit", "description": "Seats", "unit": "seat", "rate": "12.50", "quantity": "40"}
OBLIGATION = {"id": "O5", "party": "client", "degree": "shall", "action": "name an owner"}


def test_a_deliverable_is_added_behind_the_others() -> None:
    assert ids(after("add_deliverable", deliverable=DELIVERABLE).scope.deliverables) == ["D1", "D2", "D3", "D4"]


def test_an_omitted_deliverable_leaves_its_milestone_too() -> None:
    changed = after("omit_deliverable", deliverable="D3")

    assert ids(changed.scope.deliverables) == ["D1", "D2"]
    assert entry(changed.milestones, "M3").deliverables == ()
    assert entry(changed.milestones, "M2").deliverables == ("D2",)


def test_a_revised_deliverable_keeps_what_the_change_does_not_name() -> None:
    before, changed = terms(), after("revise_deliverable", deliverable="D2", title="Moved service", due="2027-02-05")
    old, new = entry(before.scope.deliverables, "D2"), entry(changed.scope.deliverables, "D2")

    assert (new.title, new.due) == ("Moved service", dt.date(2027, 2, 5))
    assert (new.description, new.acceptance) == (old.description, old.acceptance)
    assert ids(changed.scope.deliverables) == ["D1", "D2", "D3"]


def test_an_added_fee_raises_the_contract_sum_by_its_total() -> None:
    assert contract_sum(after("add_fee", line=FEE), "GBP") == contract_sum(terms(), "GBP") + pounds("21500")
    assert contract_sum(after("add_fee", line=SEATS), "GBP") == contract_sum(terms(), "GBP") + pounds("500")


def test_an_omitted_fee_lowers_the_contract_sum_by_its_total() -> None:
    changed = after("omit_fee", line="F4")

    assert ids(changed.fees.lines) == ["F1", "F2", "F3"]
    assert contract_sum(changed, "GBP") == contract_sum(terms(), "GBP") - pounds("15000")


@pytest.mark.parametrize(("line", "effect"), [("F1", "2000"), ("F4", "105000")])
def test_a_changed_fee_is_a_new_amount_for_the_whole_or_for_each_period(line: str, effect: str) -> None:
    changed = after("change_fee", line=line, amount="20000.00")

    assert contract_sum(changed, "GBP") - contract_sum(terms(), "GBP") == pounds(effect)


def test_a_changed_rate_reprices_the_estimate_and_the_cap() -> None:
    line = entry(after("change_rate", line="F3", rate="760.00").fees.lines, "F3")

    assert (line.total, line.cap_amount) == (pounds("11400"), pounds("13680"))


@pytest.mark.parametrize(
    ("line", "facts", "total"),
    [
        ("F3", {"estimate": "20", "cap": "24"}, "14400"),
        ("F3", {"cap": "24"}, "10800"),
        ("F4", {"periods": "8"}, "20000"),
    ],
)
def test_a_changed_estimate_counts_days_or_periods(line: str, facts: dict[str, str], total: str) -> None:
    assert entry(after("change_estimate", line=line, **facts).fees.lines, line).total == pounds(total)


def test_a_changed_quantity_counts_units() -> None:
    made = order(change("add_fee", line=SEATS), change("change_estimate", line="F6", quantity="50"))

    assert entry(apply_order(terms(), made).fees.lines, "F6").total == pounds("625")


def test_a_milestone_is_added_behind_the_others() -> None:
    milestone = {"id": "M4", "title": "Returns live", "date": "2027-02-26", "deliverables": ["D2"]}

    assert ids(after("add_milestone", milestone=milestone).milestones) == ["M1", "M2", "M3", "M4"]


def test_a_milestone_without_a_fee_can_be_omitted() -> None:
    assert ids(after("omit_milestone", milestone="M3").milestones) == ["M1", "M2"]


@pytest.mark.parametrize(
    ("move", "day"),
    [({"days": "14"}, "2027-02-26"), ({"days": "-7"}, "2027-02-05"), ({"date": "2027-03-01"}, "2027-03-01")],
)
def test_a_milestone_moves_by_days_or_to_a_date(move: dict[str, str], day: str) -> None:
    assert entry(after("move_milestone", milestone="M2", **move).milestones, "M2").date == dt.date.fromisoformat(day)


@pytest.mark.parametrize(("move", "day"), [({"days": "61"}, "2027-05-31"), ({"date": "2027-04-30"}, "2027-04-30")])
def test_the_end_moves_by_days_or_to_a_date(move: dict[str, str], day: str) -> None:
    assert after("move_end_date", **move).end_date == dt.date.fromisoformat(day)


def test_an_obligation_is_added_behind_the_others() -> None:
    assert ids(after("add_obligation", obligation=OBLIGATION).obligations) == ["O1", "O2", "O3", "O4", "O5"]


def test_an_omitted_obligation_falls_away() -> None:
    assert ids(after("omit_obligation", obligation="O2").obligations) == ["O1", "O3", "O4"]


@pytest.mark.parametrize(
    ("cap", "limit"),
    [
        ({"amount": "200000.00"}, "200000"),
        ({"percent_of_fees": "200"}, "215600"),
        ({"amount": "1.00", "percent_of_fees": "100"}, "107800"),
    ],
)
def test_the_liability_cap_changes_in_what_the_change_names(cap: dict[str, str], limit: str) -> None:
    assert liability_cap(after("change_liability_cap", **cap), "GBP") == pounds(limit)


def test_a_cap_that_was_never_agreed_can_be_agreed_by_a_change() -> None:
    before = terms()
    uncapped = before.model_copy(update={"liability": before.liability.model_copy(update={"cap": None})})
    made = order(change("change_liability_cap", amount="5000.00"))

    assert liability_cap(uncapped, "GBP") is None
    assert liability_cap(apply_order(uncapped, made), "GBP") == pounds("5000")


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("termination.cure_days", "21", 21),
        ("termination.cure_basis", "calendar", "calendar"),
        ("governing_law", "Scotland", "Scotland"),
        ("confidentiality_years", "5", 5),
        ("disputes.mediation.days", "45", 45),
        ("scope.exclusions", ["Testing"], ("Testing",)),
        ("fees.expenses.cap", "4000.00", Money(Decimal("4000.00"), "GBP")),
        ("liability.increased.amount", "600000.00", Money(Decimal("600000.00"), "GBP")),
        ("notices.deemed_receipt_days", {"courier": "3", "email": "1"}, {"courier": 3, "email": 1}),
        ("disputes.mediation", None, None),
    ],
)
def test_any_other_term_changes_by_its_path_and_is_read_like_any_fact(path: str, value: Any, expected: object) -> None:
    changed = after("change_term", path=path, value=value)

    assert term_at(changed, path) == expected
    assert type(changed).model_validate(changed.model_dump(by_alias=True), context=POUNDS) == changed


def test_every_kind_of_change_is_tested_here() -> None:
    kinds = {member.model_fields["do"].default for member in get_args(get_args(Change)[0])}
    text = Path(__file__).read_text(encoding="utf-8")

    assert len(kinds) == 16
    assert [kind for kind in sorted(kinds) if f'after("{kind}"' not in text] == []


# What cannot be applied


@pytest.mark.parametrize(
    ("do", "facts", "said"),
    [
        (
            "add_deliverable",
            {"deliverable": {**DELIVERABLE, "id": "D1"}},
            "deliverable D1 is there already. Use another id.",
        ),
        ("add_fee", {"line": {**FEE, "id": "F1"}}, "fee line F1 is there already. Use another id."),
        (
            "add_obligation",
            {"obligation": {**OBLIGATION, "id": "O1"}},
            "obligation O1 is there already. Use another id.",
        ),
        (
            "omit_deliverable",
            {"deliverable": "D9"},
            "there is no deliverable D9 in the terms in force. There are: D1, D2, D3.",
        ),
        (
            "revise_deliverable",
            {"deliverable": "D9", "title": "?"},
            "there is no deliverable D9 in the terms in force. There are: D1, D2, D3.",
        ),
        ("omit_fee", {"line": "F9"}, "there is no fee line F9 in the terms in force. There are: F1, F2, F3, F4."),
        (
            "omit_milestone",
            {"milestone": "M9"},
            "there is no milestone M9 in the terms in force. There are: M1, M2, M3.",
        ),
        (
            "omit_obligation",
            {"obligation": "O9"},
            "there is no obligation O9 in the terms in force. There are: O1, O2, O3, O4.",
        ),
        (
            "omit_milestone",
            {"milestone": "M2"},
            "fee line F2 falls due with milestone M2. Omit that fee or add it again with another milestone first.",
        ),
        (
            "change_fee",
            {"line": "F3", "amount": "5.00"},
            "fee line F3 has a rate, not an amount. Use change_rate or change_estimate.",
        ),
        ("change_rate", {"line": "F1", "rate": "5.00"}, "fee line F1 has an amount, not a rate. Use change_fee."),
        (
            "change_estimate",
            {"line": "F1", "estimate": "5"},
            "fee line F1 is fixed and has no estimate. Use change_fee.",
        ),
        (
            "change_estimate",
            {"line": "F3", "periods": "5", "quantity": "2"},
            "fee line F3 is time and has no quantity or periods. It has estimate and cap.",
        ),
        ("change_estimate", {"line": "F4", "cap": "5"}, "fee line F4 is retainer and has no cap. It has periods."),
        (
            "change_term",
            {"path": "termination.cure_day", "value": "5"},
            "there is no term termination.cure_day. Did you mean cure_days?",
        ),
        (
            "change_term",
            {"path": "colour", "value": "blue"},
            "there is no term colour. See `docgen schema engagement`.",
        ),
        ("change_term", {"path": "__class__.name", "value": "x"}, "there is no term __class__. See"),
        ("change_term", {"path": "governing_law.name", "value": "x"}, "governing_law has no parts. Give the path of a"),
        (
            "change_term",
            {"path": "termination.cure_days", "value": "soon"},
            "termination.cure_days cannot be “soon”: “soon” is not a whole number",
        ),
        (
            "change_term",
            {"path": "fees.expenses.cap", "value": "4000.005"},
            "GBP has 2 decimals, and 4000.005 has more",
        ),
        (
            "change_term",
            {"path": "fees", "value": {}},
            "fees holds fees.lines, which has a change of its own. Name a single",
        ),
    ],
)
def test_a_change_that_cannot_be_applied_says_why_and_what_would_be_right(
    do: str, facts: dict[str, Any], said: str
) -> None:
    told = refusal(do, **facts)

    assert told.startswith(f"CO-001, change 1 ({do}): ")
    assert said in told


@pytest.mark.parametrize("path", OWNED_PATHS)
@pytest.mark.parametrize("below", ["", ".x", ".0.id"])
def test_a_term_with_a_change_of_its_own_is_not_reached_by_its_path(path: str, below: str) -> None:
    told = refusal("change_term", path=f"{path}{below}", value="x")

    assert f"{path}{below} has a change of its own. Use {OWNED_PATHS[path]}." in told


@pytest.mark.parametrize("do", ["move_milestone", "move_end_date"])
def test_what_has_no_date_cannot_move_by_days(do: str) -> None:
    before = terms()
    undated = before.model_copy(
        update={
            "end_date": None,
            "milestones": tuple(known.model_copy(update={"date": None}) for known in before.milestones),
        }
    )
    facts = {"milestone": "M2"} if do == "move_milestone" else {}

    with pytest.raises(ChangeError, match=r"has no date to move\. Give the new date instead of days"):
        apply_order(undated, order(change(do, days="14", **facts)))
    assert apply_order(undated, order(change(do, date="2027-04-01", **facts))) != undated


def test_a_refusal_names_the_order_the_change_and_what_it_is_about() -> None:
    made = order(change("omit_fee", line="F4"), change("omit_fee", line="F4"))

    with pytest.raises(ChangeError) as refused:
        apply_order(terms(), made)

    assert (refused.value.order, refused.value.index, refused.value.about) == (made, 1, "F4")


# The fold


def shift(number: int, days: int, effective_date: str | None = "2026-12-07") -> ChangeOrder:
    return order(change("move_end_date", days=str(days)), number=number, effective_date=effective_date)


def test_no_orders_leave_the_terms_as_signed() -> None:
    assert effective_terms(terms(), []) == terms()


def test_a_later_change_sees_what_an_earlier_one_of_the_same_order_did() -> None:
    made = order(
        change("add_fee", line=FEE), change("change_fee", line="F5", amount="1.00"), change("omit_fee", line="F5")
    )

    assert apply_order(terms(), made) == terms()


def test_each_step_begins_where_the_one_before_ended() -> None:
    made = order(
        change("add_fee", line=FEE), change("move_end_date", days="14"), change("omit_obligation", obligation="O1")
    )
    taken = steps(terms(), made)

    assert [step.change for step in taken] == list(made.changes)
    assert taken[0].before == terms()
    assert all(first.after == second.before for first, second in pairwise(taken))
    assert taken[-1].after == apply_order(terms(), made)


def test_the_baseline_is_never_touched() -> None:
    baseline = terms()
    written = baseline.model_dump_json()
    everything = [
        change("add_deliverable", deliverable=DELIVERABLE),
        change("omit_deliverable", deliverable="D3"),
        change("change_rate", line="F3", rate="1.00"),
        change("move_milestone", milestone="M2", days="14"),
        change("change_term", path="notices.deemed_receipt_days", value={"courier": "3", "email": "1"}),
        change("change_liability_cap", amount="5.00"),
    ]

    assert apply_order(baseline, order(*everything)) != baseline
    assert baseline.model_dump_json() == written


def test_the_order_in_which_files_come_does_not_matter() -> None:
    orders = [
        order(change("change_rate", line="F3", rate="760.00"), number=1),
        order(change("change_rate", line="F3", rate="800.00"), number=2),
        shift(3, 14),
    ]
    results = {effective_terms(terms(), shuffled).model_dump_json() for shuffled in permutations(orders)}

    assert len(results) == 1
    assert entry(effective_terms(terms(), orders[::-1]).fees.lines, "F3").rate == pounds("800")


@pytest.mark.parametrize(
    ("on", "numbers"),
    [
        ("2026-12-06", []),
        ("2026-12-07", [1]),
        ("2027-01-10", [1]),
        ("2027-01-11", [1, 2]),
        ("2199-12-31", [1, 2]),
        (None, [1, 2, 3]),
    ],
)
def test_on_a_day_the_orders_effective_by_then_are_in_force(on: str | None, numbers: list[int]) -> None:
    orders = [shift(1, 7), shift(2, 7, "2027-01-11"), shift(3, 7, None)]
    day = None if on is None else dt.date.fromisoformat(on)
    end = dt.date(2027, 3, 31) + dt.timedelta(days=7 * len(numbers))

    assert [known.number for known in in_force(orders, day)] == numbers
    assert effective_terms(terms(), orders, day).end_date == end


def test_an_order_without_a_day_is_not_in_force_on_any() -> None:
    assert not is_effective(shift(1, 7, None), dt.date(2199, 12, 31))


@pytest.mark.parametrize(
    ("numbers", "missing", "said"),
    [
        ([2], (1,), "CO-001 is missing"),
        ([1, 4], (2, 3), "CO-002 and CO-003 are missing"),
        ([1, 1], (), "CO-001 is given twice"),
        ([3, 3], (1, 2), "CO-001 and CO-002 are missing, CO-003 is given twice"),
        ([9], tuple(range(1, 9)), "CO-001, CO-002, CO-003 and 5 more are missing"),
    ],
)
def test_a_gap_in_the_numbers_is_refused(numbers: list[int], missing: tuple[int, ...], said: str) -> None:
    with pytest.raises(OrderSequenceError) as refused:
        effective_terms(terms(), [shift(number, 1) for number in numbers])

    assert refused.value.missing == missing
    assert str(refused.value) == (
        f"The change orders are not consecutive: {said}. Give every order once, from CO-001 on."
    )


def test_a_gap_is_refused_even_where_the_day_is_before_it() -> None:
    with pytest.raises(OrderSequenceError):
        effective_terms(terms(), [shift(1, 1), shift(3, 1, "2027-01-11")], dt.date(2026, 12, 8))


@pytest.mark.parametrize(
    ("numbers", "said"),
    [([7], "CO-007 is"), ([1, 2], "CO-001 and CO-002 are"), ([1, 2, 3, 4], "CO-001, CO-002, CO-003 and 1 more are")],
)
def test_orders_are_named_with_their_verb(numbers: list[int], said: str) -> None:
    assert orders_are(numbers) == said


# Laws of the fold, whatever the orders are

amounts = st.decimals(min_value=0, max_value=10**7, places=2).map(str)
drawn_changes = st.one_of(
    st.builds(lambda amount: change("change_fee", line="F1", amount=amount), amounts),
    st.builds(lambda amount: change("change_fee", line="F4", amount=amount), amounts),
    st.builds(lambda rate: change("change_rate", line="F3", rate=rate), amounts),
    st.builds(lambda days: change("change_estimate", line="F3", estimate=str(days)), st.integers(0, 60)),
    st.builds(lambda days: change("move_end_date", days=str(days)), st.integers(-30, 90)),
    st.builds(lambda days: change("move_milestone", milestone="M2", days=str(days)), st.integers(-30, 90)),
    st.builds(lambda days: change("change_term", path="termination.cure_days", value=str(days)), st.integers(1, 90)),
)
drawn_orders = st.lists(st.lists(drawn_changes, min_size=1, max_size=4), max_size=5).map(
    lambda lists: [order(*changes, number=number) for number, changes in enumerate(lists, 1)]
)
BASELINE = terms()


@given(drawn_orders)
def test_original_plus_previous_is_prior_and_prior_plus_this_is_new(orders: list[ChangeOrder]) -> None:
    original = contract_sum(BASELINE, "GBP")
    applied = ledger(BASELINE, orders, "GBP")

    for index, line in enumerate(applied):
        previous = Money.total((known.effect for known in applied[:index]), "GBP")
        assert original + previous == line.sum_before
        assert line.sum_before + line.effect == line.sum_after


@given(drawn_orders)
def test_original_end_plus_all_moves_is_the_new_end(orders: list[ChangeOrder]) -> None:
    assert BASELINE.end_date is not None
    moved = sum(line.days for line in ledger(BASELINE, orders, "GBP"))

    assert effective_terms(BASELINE, orders).end_date == BASELINE.end_date + dt.timedelta(days=moved)


@given(drawn_orders, st.integers(0, 5))
def test_folding_the_first_orders_and_then_the_rest_is_folding_all(orders: list[ChangeOrder], cut: int) -> None:
    halfway = effective_terms(BASELINE, orders[:cut])
    for late in orders[cut:]:
        halfway = apply_order(halfway, late)

    assert halfway == effective_terms(BASELINE, orders)


@given(drawn_orders)
def test_the_ledger_ends_in_the_terms_in_force(orders: list[ChangeOrder]) -> None:
    applied = ledger(BASELINE, orders, "GBP")

    assert [line.order.number for line in applied] == [known.number for known in orders]
    assert all(first.after == second.before for first, second in pairwise(applied))
    assert effective_terms(BASELINE, orders) == (applied[-1].after if applied else BASELINE)


@given(drawn_orders, st.dates(dt.date(2026, 10, 1), dt.date(2027, 3, 1)))
def test_what_is_in_force_on_a_day_is_what_the_fold_of_those_orders_says(
    orders: list[ChangeOrder], on: dt.date
) -> None:
    spread = [
        known.model_copy(update={"effective_date": dt.date(2026, 10, 1) + dt.timedelta(days=30 * known.number)})
        for known in orders
    ]

    assert effective_terms(BASELINE, spread, on) == effective_terms(BASELINE, in_force(spread, on))


@given(drawn_orders)
def test_the_fold_gives_the_same_each_time_and_leaves_the_baseline(orders: list[ChangeOrder]) -> None:
    written = BASELINE.model_dump_json()

    assert effective_terms(BASELINE, orders) == effective_terms(BASELINE, orders)
    assert BASELINE.model_dump_json() == written


# The ledger's arithmetic on the example


def test_the_example_order_has_its_five_lines_and_its_days() -> None:
    made = ChangeOrder.model_validate(read_source(EXAMPLE / "change-order-001.yaml").data, context=POUNDS)
    (line,) = ledger(terms(), [made], "GBP")

    assert (line.sum_before, line.effect, line.sum_after) == (pounds("107800"), pounds("22100"), pounds("129900"))
    assert (line.cap_before, line.cap_after) == (pounds("150000"), pounds("162375"))
    assert line.days == 0


def test_an_order_that_reduces_the_sum_has_an_effect_below_zero() -> None:
    (line,) = ledger(terms(), [order(change("omit_fee", line="F2"))], "GBP")

    assert line.effect == -pounds("64000")


@pytest.mark.parametrize("open_end", ["before", "after"])
def test_without_an_end_date_no_days_are_counted(open_end: str) -> None:
    unended = terms().model_copy(update={"end_date": None})
    pair = (unended, terms()) if open_end == "before" else (terms(), unended)

    assert Applied(shift(1, 7), *pair, "GBP").days == 0


def test_a_term_is_found_by_its_path_and_is_nothing_where_a_part_is_not_given() -> None:
    assert term_at(terms(), "disputes.mediation.body") == "CEDR"
    assert term_at(terms().model_copy(update={"disputes": None}), "disputes.mediation.body") is None
