"""Whose approval an order needs, what it collides with, what it does to the contract, and whether the chain holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import permutations
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.actions.demo import EXAMPLE
from docgen.errors import ExitCode
from docgen.facts.source import plain, read_source
from docgen.lifecycle.change_control import (
    Approval,
    ApprovedAlreadyError,
    Conflict,
    OwnOrderError,
    Rung,
    Standing,
    Thing,
    WrongRoleError,
    check_chain,
    conflicts,
    conflicts_between,
    impact,
    may_approve,
    measure,
    open_rungs,
    required_rungs,
)
from docgen.lifecycle.consistency import order_problems
from docgen.lifecycle.effective import ChangeError, OrderSequenceError, effective_terms, ledger
from docgen.lifecycle.states import DEAD_ORDERS, OrderState
from docgen.models.changes import Change, ChangeOrder
from docgen.models.engagement import Engagement
from docgen.models.money import Money
from docgen.models.terms import ApprovalRung, Role, contract_sum

ENGAGEMENT = Engagement.model_validate(read_source(EXAMPLE / "engagement.yaml").data, context={"currency": "GBP"})
TERMS = ENGAGEMENT.terms
LADDER = TERMS.change_control.approvals


def gbp(amount: str | int) -> Money:
    return Money(Decimal(amount), "GBP").rounded()


def order(*changes: dict[str, Any], number: int = 1) -> ChangeOrder:
    facts = {
        "engagement": "NBS-2026-014",
        "number": number,
        "title": "Change",
        "requested_by": "client",
        "requested_on": "2026-11-23",
        "reason": "It is needed",
        "kind": "client_request",
        "effective_date": "2026-12-07",
        "changes": changes,
        "settlement": "full",
    }
    return ChangeOrder.model_validate(plain(facts), context={"currency": "GBP"})


def fee(name: str, amount: str, **more: str) -> dict[str, Any]:
    return {
        "do": "add_fee",
        "line": {"id": name, "kind": "fixed", "description": "More", "amount": amount, **more},
    }


def needed(effect: str, **earlier: str) -> list[str | None]:
    """Return the roles that an order needs after others: `CO1="8500"`."""
    before = {f"CO-{name[2:]:0>3}": gbp(amount) for name, amount in earlier.items()}
    return [rung.role for rung in required_rungs(LADDER, gbp(effect), before) if rung.required]


# The ladder


def test_an_order_needs_every_rung_up_to_the_one_that_covers_its_size() -> None:
    assert needed("10000.00") == ["account_manager"]
    assert needed("10000.01") == ["account_manager", "director"]
    assert needed("-22100.00") == ["account_manager", "director"]
    assert needed("50000.01") == ["account_manager", "director", "board"]


def test_a_second_small_order_may_need_the_next_rung() -> None:
    assert needed("6000.00") == ["account_manager"]
    assert needed("6000.00", CO1="8500.00") == ["account_manager", "director"]

    first, second, third = required_rungs(LADDER, gbp("6000"), {"CO-001": gbp("8500")})
    assert second.why == "this order GBP 6,000.00; with CO-001 GBP 14,500.00, above GBP 10,000.00"
    assert first.why == "every change needs it: this order GBP 6,000.00; with CO-001 GBP 14,500.00"
    assert third.why.endswith("not above GBP 50,000.00")
    assert (first.required, second.required, third.required) == (True, True, False)


def test_an_order_that_takes_away_does_not_make_another_small() -> None:
    assert needed("-9000.00", CO1="9000.00") == ["account_manager", "director"]
    assert measure(gbp("-9000"), {"CO-001": gbp("9000")}).size == gbp("18000")


def test_an_order_without_effect_on_the_sum_needs_the_first_rung() -> None:
    assert needed("0.00") == ["account_manager"]
    assert needed("0.00", CO1="49000.00", CO2="9000.00") == ["account_manager"]


def test_without_a_ladder_one_approval_of_any_of_four_roles_is_needed() -> None:
    (rung,) = required_rungs((), gbp("99999"), {})
    assert (rung.role, rung.required) == (None, True)
    assert set(rung.roles) == {Role.ACCOUNT_MANAGER, Role.DIRECTOR, Role.LEGAL, Role.BOARD}
    assert open_rungs([rung], [Approval("lena", ("legal",), "legal")], ["amara"]) == ()
    assert open_rungs([rung], [Approval("jon", ("delivery",), "delivery")], ["amara"]) == (rung,)


def test_above_every_limit_the_last_rung_decides_and_says_so() -> None:
    rungs = required_rungs(LADDER[:2], gbp("60000"), {})
    assert [rung.required for rung in rungs] == [True, True]
    assert rungs[1].why == "this order GBP 60,000.00, above every limit of the ladder, so that its last rung decides"


def test_a_rung_for_orders_without_effect_alone_is_a_limit_of_nothing() -> None:
    ladder = (ApprovalRung(up_to=gbp(0), role=Role.ACCOUNT_MANAGER), ApprovalRung(role=Role.DIRECTOR))
    assert [rung.required for rung in required_rungs(ladder, gbp(0), {})] == [True, False]
    assert required_rungs(ladder, gbp(1), {})[1].why == "this order GBP 1.00, above GBP 0.00"


def test_many_earlier_orders_are_named_shortly() -> None:
    earlier = {f"CO-{number:03d}": gbp("1") for number in range(1, 8)}
    assert str(measure(gbp("1"), earlier)) == ("this order GBP 1.00; with CO-001, CO-002, CO-003 and 4 more GBP 8.00")


amounts = st.integers(-60_000, 60_000)


@given(amounts, st.lists(amounts, max_size=4), st.integers(0, 60_000))
def test_more_before_and_more_now_never_need_less(effect: int, earlier: list[int], more: int) -> None:
    before = {f"CO-{number:03d}": gbp(amount) for number, amount in enumerate(earlier, 1)}
    larger = abs(effect) + more

    def count(size: int, known: Mapping[str, Money]) -> int:
        return sum(rung.required for rung in required_rungs(LADDER, gbp(size), known))

    assert count(effect, before) == count(-effect, before)
    assert count(effect, before) <= count(larger, before)
    assert count(effect, before) <= count(effect, {**before, "CO-099": gbp(more)})
    assert count(effect, {}) <= count(effect, before)


# Approvals


def two_rungs() -> tuple[Rung, ...]:
    return required_rungs(LADDER, gbp("22100"), {})


AMARA = Approval("amara", ("account_manager",), "account_manager")
DARA = Approval("dara", ("director",), "director")
DEL = Approval("del", ("director",), "director")
BEA = Approval("bea", ("board",), "board")


def still_open(approvals: Sequence[Approval], raised_by: Sequence[str] = ("jon",)) -> list[str | None]:
    return [rung.role for rung in open_rungs(two_rungs(), approvals, raised_by)]


def test_each_rung_is_filled_by_its_role_or_by_a_higher_one() -> None:
    assert still_open([]) == ["account_manager", "director"]
    assert still_open([AMARA]) == ["director"]
    assert still_open([AMARA, DARA]) == []
    assert still_open([DARA, DEL]) == []
    assert still_open([DARA, BEA]) == []
    assert still_open([DARA]) == ["account_manager"]


def test_a_lower_role_never_fills_a_higher_rung() -> None:
    other = Approval("omar", ("account_manager",), "account_manager")
    assert still_open([AMARA, other]) == ["director"]


def test_a_person_counts_once_and_nobody_for_what_they_raised() -> None:
    both = ("account_manager", "director")
    twice = [Approval("dara", both, "director"), Approval("dara", both, "account_manager")]
    assert still_open(twice) == ["account_manager"]
    assert still_open([AMARA, DARA], raised_by=["dara", "jon"]) == ["director"]


def test_an_approval_under_a_role_that_the_person_does_not_have_counts_for_nothing() -> None:
    assert still_open([Approval("amara", ("account_manager",), "director")]) == ["account_manager", "director"]


givers = st.lists(
    st.builds(
        lambda person, role: Approval(person, (role,), role),
        st.sampled_from("abcdef"),
        st.sampled_from(["account_manager", "director", "board", "legal"]),
    ),
    max_size=4,
    unique_by=lambda approval: approval.person,
)


@given(givers, st.integers(0, 80_000))
def test_it_does_not_matter_who_approves_first(approvals: list[Approval], effect: int) -> None:
    required = required_rungs(LADDER, gbp(effect), {})
    left = {open_rungs(required, given_so, ["a"]) for given_so in permutations(approvals)}
    assert len(left) == 1


@given(givers, st.integers(0, 80_000), st.sampled_from("abcdef"), st.sets(st.sampled_from(list(Role))))
def test_whoever_may_approve_fills_exactly_one_rung(
    approvals: list[Approval], effect: int, person: str, roles: set[Role]
) -> None:
    required = required_rungs(LADDER, gbp(effect), {})
    before = open_rungs(required, approvals, ["a"])
    try:
        role = may_approve("CO-002", person, roles, required, approvals, ["a"])
    except (OwnOrderError, ApprovedAlreadyError, WrongRoleError):
        return
    after = open_rungs(required, [*approvals, Approval(person, tuple(roles), role)], ["a"])
    assert role in roles
    assert len(after) == len(before) - 1


PEOPLE = {
    "amara": ("account_manager",),
    "dara": ("director", "legal"),
    "del": ("director",),
    "jon": ("delivery",),
}


def refused(person: str, approvals: Sequence[Approval] = (), raised_by: Sequence[str] = ("amara",)) -> Any:
    with pytest.raises((OwnOrderError, ApprovedAlreadyError, WrongRoleError)) as found:
        may_approve("CO-002", person, PEOPLE[person], two_rungs(), approvals, raised_by, PEOPLE)
    assert found.value.exit_code is ExitCode.REFUSED
    return found.value


def test_a_person_approves_under_the_role_that_is_needed() -> None:
    assert may_approve("CO-002", "dara", PEOPLE["dara"], two_rungs(), [], ["jon"], PEOPLE) is Role.DIRECTOR
    both = ("account_manager", "director")
    assert may_approve("CO-002", "omar", both, two_rungs(), [DARA], ["jon"]) is Role.ACCOUNT_MANAGER


def test_nobody_approves_what_they_raised() -> None:
    error = refused("amara")
    assert isinstance(error, OwnOrderError)
    assert str(error) == (
        "amara recorded facts of CO-002, and nobody approves what they raised. Those who may: dara, del."
    )


def test_nobody_approves_twice_and_nothing_is_approved_beyond_need() -> None:
    assert str(refused("dara", [DARA])) == (
        "dara has approved CO-002 already, and a person counts once. Those who may: del."
    )
    error = refused("del", [DARA, BEA])
    assert isinstance(error, ApprovedAlreadyError)
    assert "CO-002 has all the approvals that it needs" in str(error)


def test_a_wrong_role_is_told_which_role_is_needed_and_who_may() -> None:
    error = refused("jon")
    assert isinstance(error, WrongRoleError)
    assert str(error) == (
        "CO-002 still needs the approval of account manager and director, and jon has none of the roles that may give "
        "it: account_manager, director, board. Those who may: dara, del."
    )
    with pytest.raises(WrongRoleError, match=r"Nobody known may; see \[\[people\]\]"):
        may_approve("CO-002", "jon", ("delivery",), two_rungs(), [], [])


# Conflicts


def between(one: dict[str, Any], other: dict[str, Any]) -> tuple[Conflict, ...]:
    return conflicts([order(one, number=2), order(other, number=3)])


D4 = {"id": "D4", "title": "Runbook", "description": "A runbook.", "due": "2027-02-01", "acceptance": None}
M4 = {"id": "M4", "title": "Runbook accepted", "date": "2027-02-05", "deliverables": ["D1"]}
O5 = {"id": "O5", "party": "client", "degree": "should", "action": "read the runbook"}


@pytest.mark.parametrize(
    ("one", "other", "thing", "name", "does"),
    [
        (
            {"do": "omit_deliverable", "deliverable": "D2"},
            {"do": "revise_deliverable", "deliverable": "D2", "title": "X", "due": "2027-02-01"},
            Thing.DELIVERABLE,
            "D2",
            ("omits it", "revises its title and due date"),
        ),
        (
            {"do": "add_deliverable", "deliverable": D4},
            {"do": "add_deliverable", "deliverable": D4},
            Thing.DELIVERABLE,
            "D4",
            ("adds it", "adds it"),
        ),
        (
            {"do": "change_rate", "line": "F3", "rate": "760.00"},
            {"do": "change_estimate", "line": "F3", "estimate": "20", "cap": "25"},
            Thing.FEE_LINE,
            "F3",
            ("sets its rate to GBP 760.00", "sets its estimate to 20 and cap to 25"),
        ),
        (
            {"do": "change_fee", "line": "F1", "amount": "20000.00"},
            {"do": "omit_fee", "line": "F1"},
            Thing.FEE_LINE,
            "F1",
            ("sets its amount to GBP 20,000.00", "omits it"),
        ),
        (
            fee("F5", "10.00"),
            fee("F5", "20.00"),
            Thing.FEE_LINE,
            "F5",
            ("adds it with GBP 10.00", "adds it with GBP 20.00"),
        ),
        (
            {"do": "move_milestone", "milestone": "M2", "days": 14},
            {"do": "move_milestone", "milestone": "M2", "days": -1},
            Thing.MILESTONE,
            "M2",
            ("moves it 14 days later", "moves it 1 day earlier"),
        ),
        (
            {"do": "omit_milestone", "milestone": "M3"},
            fee("F5", "10.00", milestone="M3"),
            Thing.MILESTONE,
            "M3",
            ("omits it", "lets fee line F5 fall due with it"),
        ),
        (
            {"do": "add_milestone", "milestone": M4},
            {"do": "omit_deliverable", "deliverable": "D1"},
            Thing.DELIVERABLE,
            "D1",
            ("makes it part of milestone M4", "omits it"),
        ),
        (
            {"do": "add_obligation", "obligation": O5},
            {"do": "omit_obligation", "obligation": "O5"},
            Thing.OBLIGATION,
            "O5",
            ("adds it", "omits it"),
        ),
        (
            {"do": "move_end_date", "days": 7},
            {"do": "move_end_date", "date": "2027-05-01"},
            Thing.END_DATE,
            "",
            ("moves it 7 days later", "moves it to 2027-05-01"),
        ),
        (
            {"do": "change_liability_cap", "amount": "1000.00"},
            {"do": "change_liability_cap", "percent_of_fees": "80"},
            Thing.LIABILITY_CAP,
            "",
            ("sets it to GBP 1,000.00", "sets it to 80 per cent of the fees"),
        ),
        (
            {"do": "change_term", "path": "fees.expenses", "value": None},
            {"do": "change_term", "path": "fees.expenses.cap", "value": "9.00"},
            Thing.TERM,
            "fees.expenses.cap",
            ("removes fees.expenses", "sets fees.expenses.cap to “9.00”"),
        ),
    ],
)
def test_two_orders_that_touch_the_same_thing_are_in_conflict(
    one: dict[str, Any], other: dict[str, Any], thing: Thing, name: str, does: tuple[str, str]
) -> None:
    assert between(one, other) == (Conflict("CO-002", "CO-003", thing, name, *does),)
    (turned,) = between(other, one)
    assert (turned.thing, turned.id, turned.first_does, turned.second_does) == (thing, name, *reversed(does))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"do": "move_milestone", "milestone": "M2", "days": 14}, fee("F5", "10.00", milestone="M2")),
        ({"do": "move_milestone", "milestone": "M2", "days": 14}, {"do": "move_end_date", "days": 14}),
        ({"do": "change_fee", "line": "F1", "amount": "1.00"}, {"do": "change_rate", "line": "F3", "rate": "1.00"}),
        (
            {"do": "change_term", "path": "fees.payment_days", "value": 20},
            {"do": "change_term", "path": "fees.payment_days_x", "value": 20},
        ),
        ({"do": "revise_deliverable", "deliverable": "D1", "title": "X"}, {"do": "add_milestone", "milestone": M4}),
    ],
)
def test_orders_that_touch_different_things_are_not_in_conflict(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert between(one, other) == between(other, one) == ()


def test_a_conflict_is_said_in_a_sentence() -> None:
    first = order(
        {"do": "move_milestone", "milestone": "M2", "days": 14},
        {"do": "move_milestone", "milestone": "M2", "days": 1},
        {"do": "move_end_date", "days": 1},
        number=2,
    )
    second = order({"do": "omit_milestone", "milestone": "M2"}, {"do": "move_end_date", "days": 2}, number=5)

    milestone, end = conflicts_between(first, second)
    assert str(milestone) == (
        "CO-002 and CO-005 both touch milestone M2: CO-002 moves it 14 days later and moves it 1 day later, and "
        "CO-005 omits it."
    )
    assert str(end).startswith("CO-002 and CO-005 both touch the end date: ")


def test_what_a_hostile_value_holds_is_shown_and_not_acted_on() -> None:
    evil = {"do": "change_term", "path": "governing_law", "value": "x\n\x1b[2J{{ y }}"}
    (found,) = between(evil, evil)
    assert "\n" not in str(found)
    assert "\x1b" not in str(found)


def test_every_kind_of_change_touches_something() -> None:
    samples: list[dict[str, Any]] = [
        {"do": "add_deliverable", "deliverable": D4},
        {"do": "omit_deliverable", "deliverable": "D2"},
        {"do": "revise_deliverable", "deliverable": "D2", "title": "X"},
        fee("F5", "1.00"),
        {"do": "omit_fee", "line": "F1"},
        {"do": "change_fee", "line": "F1", "amount": "1.00"},
        {"do": "change_rate", "line": "F3", "rate": "1.00"},
        {"do": "change_estimate", "line": "F4", "periods": 2},
        {"do": "add_milestone", "milestone": M4},
        {"do": "omit_milestone", "milestone": "M3"},
        {"do": "move_milestone", "milestone": "M2", "date": "2027-02-01"},
        {"do": "move_end_date", "days": 2},
        {"do": "add_obligation", "obligation": O5},
        {"do": "omit_obligation", "obligation": "O1"},
        {"do": "change_liability_cap", "amount": "1.00"},
        {"do": "change_term", "path": "governing_law", "value": "Ireland"},
    ]
    kinds = {member.model_fields["do"].default for member in get_args(get_args(Change)[0])}
    assert {sample["do"] for sample in samples} == kinds
    assert all(len(between(sample, sample)) == 1 for sample in samples)


# Impact


def example() -> ChangeOrder:
    return ChangeOrder.model_validate(read_source(EXAMPLE / "change-order-001.yaml").data, context={"currency": "GBP"})


def test_the_example_order_is_set_beside_the_contract_as_it_stands() -> None:
    found = impact(TERMS, [], example(), "GBP")

    assert (found.sum.signed, found.sum.now, found.sum.then) == (gbp("107800"), gbp("107800"), gbp("129900"))
    assert found.sum.effect == gbp("22100")
    assert (found.end_date.now, found.end_date.days) == (dt.date(2027, 3, 31), 0)
    assert [(each.id, each.standing, each.date.days) for each in found.milestones] == [
        ("M1", Standing.KEPT, 0),
        ("M2", Standing.MOVED, 14),
        ("M3", Standing.KEPT, 0),
    ]
    assert [(each.id, each.standing) for each in found.deliverables] == [("D4", Standing.ADDED)]
    assert [(each.id, each.standing) for each in found.obligations] == [("O5", Standing.ADDED)]
    assert [(each.id, each.standing, each.effect) for each in found.fees] == [
        ("F3", Standing.REVISED, gbp("600")),
        ("F5", Standing.ADDED, gbp("21500")),
    ]
    assert found.terms == ()


def test_the_cap_that_follows_the_fees_moves_without_being_agreed_anew() -> None:
    cap = impact(TERMS, [], example(), "GBP").liability_cap
    assert (cap.now, cap.then) == (gbp("150000"), gbp("162375"))
    assert (cap.follows_fees_now, cap.follows_fees_then, cap.agreed_anew) == (False, True, False)

    anew = impact(TERMS, [], order({"do": "change_liability_cap", "amount": "200000.00"}), "GBP").liability_cap
    assert (anew.then, anew.follows_fees_then, anew.agreed_anew) == (gbp("200000"), False, True)


def test_an_order_is_measured_from_the_contract_that_others_have_changed() -> None:
    second = order(
        {"do": "move_milestone", "milestone": "M2", "days": -7},
        {"do": "omit_deliverable", "deliverable": "D4"},
        {"do": "omit_obligation", "obligation": "O5"},
        {"do": "omit_fee", "line": "F5"},
        {"do": "move_end_date", "days": 30},
        {"do": "change_term", "path": "termination.cure_days", "value": 21},
        {"do": "change_term", "path": "governing_law", "value": "England and Wales"},
        number=2,
    )
    found = impact(TERMS, [example()], second, "GBP")

    assert (found.sum.signed, found.sum.now, found.sum.effect) == (gbp("107800"), gbp("129900"), gbp("-21500"))
    assert (found.end_date.signed, found.end_date.days) == (dt.date(2027, 3, 31), 30)
    moved = found.milestones[1].date
    assert (moved.signed, moved.now, moved.then) == (
        dt.date(2027, 2, 12),
        dt.date(2027, 2, 26),
        dt.date(2027, 2, 19),
    )
    gone = [
        *((each.id, each.standing) for each in found.deliverables),
        *((each.id, each.standing) for each in found.obligations),
        *((each.id, each.standing) for each in found.fees),
    ]
    assert gone == [(name, Standing.OMITTED) for name in ("D4", "O5", "F5")]
    assert [(each.path, each.before, each.after) for each in found.terms] == [("termination.cure_days", 14, 21)]
    assert found.milestones[0].standing is Standing.KEPT


def test_milestones_that_come_go_or_lose_a_deliverable_are_named() -> None:
    found = impact(
        TERMS,
        [],
        order(
            {"do": "add_milestone", "milestone": M4},
            {"do": "omit_milestone", "milestone": "M3"},
            {"do": "omit_deliverable", "deliverable": "D2"},
        ),
        "GBP",
    )
    assert [(each.id, each.standing, each.date.days) for each in found.milestones] == [
        ("M1", Standing.KEPT, 0),
        ("M2", Standing.REVISED, 0),
        ("M3", Standing.OMITTED, None),
        ("M4", Standing.ADDED, None),
    ]


def test_an_order_that_cannot_be_applied_or_has_the_number_of_another_is_refused() -> None:
    with pytest.raises(ChangeError, match="there is no fee line F5"):
        impact(TERMS, [], order({"do": "omit_fee", "line": "F5"}), "GBP")
    with pytest.raises(OrderSequenceError, match="CO-001 is given twice"):
        impact(TERMS, [example()], order({"do": "move_end_date", "days": 1}), "GBP")


@st.composite
def chains(draw: st.DrawFn) -> list[ChangeOrder]:
    made = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        amount = draw(st.integers(0, 30_000))
        changes = draw(
            st.lists(
                st.sampled_from(
                    [
                        fee(f"N{number}", f"{amount}.00"),
                        {"do": "change_fee", "line": "F1", "amount": f"{amount}.00"},
                        {"do": "change_rate", "line": "F3", "rate": f"{amount}.50"},
                        {"do": "move_end_date", "days": amount % 30 - 10},
                        {"do": "move_milestone", "milestone": "M2", "days": amount % 9 - 4},
                    ]
                ),
                min_size=1,
                max_size=4,
                unique_by=lambda change: change["do"],
            )
        )
        made.append(order(*changes, number=number))
    return made


@given(chains(), st.sets(st.integers(1, 5)))
def test_effects_add_up_to_the_sum_and_the_dead_change_nothing(orders: list[ChangeOrder], dead: set[int]) -> None:
    living = [each for each in orders if each.number not in dead]
    total = contract_sum(TERMS, "GBP")
    for place, each in enumerate(living):
        found = impact(TERMS, living[:place], each, "GBP")
        assert found.sum.now == total
        assert Money.total((line.effect for line in found.fees), "GBP") == found.sum.effect
        total += found.sum.effect
        assert found.then == effective_terms(TERMS, living[: place + 1])
    assert total == contract_sum(effective_terms(TERMS, living), "GBP")
    effects = Money.total((row.effect for row in ledger(TERMS, living, "GBP")), "GBP")
    assert contract_sum(TERMS, "GBP") + effects == total


# The chain


def told(numbers: Sequence[int], **states: OrderState) -> list[str]:
    """Return the findings on a chain: `CO1=OrderState.EXECUTED`."""
    return [str(each) for each in check_chain(numbers, {int(name[2:]): state for name, state in states.items()})]


def test_a_chain_without_fault_is_silent_and_the_last_order_may_be_open() -> None:
    assert told([]) == []
    assert told([1, 2, 3], CO1=OrderState.EXECUTED, CO2=OrderState.EXECUTED, CO3=OrderState.ISSUED) == []


@pytest.mark.parametrize("state", sorted(DEAD_ORDERS))
def test_a_dead_order_stops_nothing_and_its_number_stays_used(state: OrderState) -> None:
    assert told([1, 2], CO1=state, CO2=OrderState.ISSUED) == []
    assert told([2], CO1=state, CO2=OrderState.EXECUTED) == []


def test_gaps_and_doubles_are_told_with_what_to_do() -> None:
    executed = {f"CO{number}": OrderState.EXECUTED for number in (1, 3)}
    assert told([1, 3, 3], **executed) == [
        "CO-002 is missing. Record it, or number the later orders anew.",
        "CO-003 is there twice. Give one of the two the next free number.",
    ]


@pytest.mark.parametrize(
    ("state", "advice"),
    [
        (OrderState.DRAFT, "Submit CO-001 or withdraw it first."),
        (OrderState.SUBMITTED, "Approve, reject or withdraw CO-001 first."),
        (OrderState.APPROVED, "Issue CO-001 or withdraw it first."),
        (OrderState.ISSUED, "Record the signed copy of CO-001, or withdraw it first."),
    ],
)
def test_an_order_waits_for_an_earlier_one_that_is_open(state: OrderState, advice: str) -> None:
    assert told([1, 2], CO1=state, CO2=OrderState.APPROVED) == [
        f"CO-002 counts from the contract sum after the orders before it, and CO-001 is {state}. {advice}"
    ]


def test_an_order_that_comes_back_after_a_later_one_was_executed_takes_a_new_number() -> None:
    states = {"CO1": OrderState.SUBMITTED, "CO2": OrderState.EXECUTED, "CO7": OrderState.VOID}
    assert told([1, 2], **states, **{f"CO{number}": OrderState.WITHDRAWN for number in range(3, 7)}) == [
        "CO-001 is submitted, and CO-002 after it is executed already. Withdraw CO-001 and raise it again as CO-008."
    ]


# Files beside a record with dead orders


def test_the_rules_of_a_later_order_pass_over_a_dead_one() -> None:
    dead = order({"do": "omit_fee", "line": "F2"}, number=1).model_copy(update={"effective_date": dt.date(2027, 1, 15)})
    later = order({"do": "change_fee", "line": "F2", "amount": "70000.00"}, number=2)

    assert {problem.rule for problem in order_problems(ENGAGEMENT, [dead, later], later)} == {
        "order-change",
        "order-dates",
    }
    assert order_problems(ENGAGEMENT, [dead, later], later, dead={1}) == ()
    assert order_problems(ENGAGEMENT, [later], later, dead={1}) == ()
    (gap,) = order_problems(ENGAGEMENT, [later], later)
    assert gap.message == "CO-001 is missing before CO-002"
