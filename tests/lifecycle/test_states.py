"""Where orders and engagements stand: the tables are walked from end to end, and the diagrams are drawn from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import reduce
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import DocgenError, ExitCode
from docgen.lifecycle.states import (
    DEAD_ORDERS,
    LIFE_TABLE,
    OPEN_ORDERS,
    ORDER_TABLE,
    PAPERS,
    TROUBLE,
    WORKING_PAPERS,
    Life,
    LifeState,
    LifeStep,
    OrderState,
    OrderStep,
    StepNotAllowedError,
    advance,
    advance_life,
    diagram,
    life_returns,
    next_steps,
    possible_steps,
    words_of,
)

TABLES: tuple[Mapping[tuple[Any, Any], Any], ...] = (ORDER_TABLE, LIFE_TABLE)


def lives() -> dict[Life, list[tuple[LifeStep, Life]]]:
    """Return everything an engagement can come to, with the steps from there."""
    found: dict[Life, list[tuple[LifeStep, Life]]] = {}
    waiting = [Life()]
    while waiting:
        life = waiting.pop()
        if life not in found:
            steps = possible_steps(LIFE_TABLE, life.state)
            found[life] = [(step, advance_life(life, step)) for step in steps]
            waiting.extend(after for _, after in found[life])
    return found


def order_state(steps: Iterable[OrderStep], about: str = "") -> OrderState:
    return reduce(lambda state, step: advance(ORDER_TABLE, state, step, about), steps, OrderState.DRAFT)


def life_after(steps: Iterable[LifeStep], about: str = "") -> Life:
    return reduce(lambda life, step: advance_life(life, step, about), steps, Life())


# Change orders


def test_an_order_goes_from_draft_to_executed_by_approval_and_issue() -> None:
    steps = [OrderStep.SUBMIT, OrderStep.APPROVE, OrderStep.ISSUE, OrderStep.EXECUTE]
    assert [order_state(steps[:count]) for count in range(5)] == [
        OrderState.DRAFT,
        OrderState.SUBMITTED,
        OrderState.APPROVED,
        OrderState.ISSUED,
        OrderState.EXECUTED,
    ]


def test_no_path_executes_an_order_without_its_approval_and_its_issue_since_the_last_edit() -> None:
    """Walk every path: what was done since the last edit or submission is part of the place."""
    places = {(OrderState.DRAFT, frozenset[OrderStep]())}
    waiting = list(places)
    while waiting:
        state, done = waiting.pop()
        for step in possible_steps(ORDER_TABLE, state):
            since = frozenset() if step in {OrderStep.EDIT, OrderStep.SUBMIT} else done | {step}
            place = (advance(ORDER_TABLE, state, step), since)
            if place not in places:
                places.add(place)
                waiting.append(place)
    executed = [done for state, done in places if state is OrderState.EXECUTED]
    issued = [done for state, done in places if state is OrderState.ISSUED]

    assert executed
    assert all({OrderStep.APPROVE, OrderStep.ISSUE} <= done for done in executed)
    assert all(OrderStep.APPROVE in done for done in issued)
    assert {state for state, _ in places} == set(OrderState)


@given(st.lists(st.sampled_from(OrderStep), max_size=12))
def test_any_steps_that_end_in_execution_hold_submission_approval_issue_and_signature_in_that_order(
    steps: list[OrderStep],
) -> None:
    state, taken = OrderState.DRAFT, []
    for step in steps:
        if step in possible_steps(ORDER_TABLE, state):
            state = advance(ORDER_TABLE, state, step)
            taken.append(step)
    assert order_state(taken) is state
    if state is OrderState.EXECUTED:
        last_edit = max((place for place, step in enumerate(taken) if step is OrderStep.EDIT), default=-1)
        rest = iter(taken[last_edit + 1 :])
        need = [OrderStep.APPROVE, OrderStep.ISSUE, OrderStep.EXECUTE]
        assert all(step in rest for step in need)


def test_an_edit_makes_a_draft_of_everything_that_is_not_executed_or_void() -> None:
    for state in set(OrderState) - {OrderState.EXECUTED, OrderState.VOID}:
        assert advance(ORDER_TABLE, state, OrderStep.EDIT) is OrderState.DRAFT


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        (OrderState.LAPSED, {OrderStep.EDIT, OrderStep.SUBMIT, OrderStep.WITHDRAW}),
        (OrderState.REJECTED, {OrderStep.EDIT}),
        (OrderState.WITHDRAWN, {OrderStep.EDIT}),
        (OrderState.EXECUTED, {OrderStep.VOID}),
        (OrderState.VOID, set()),
    ],
)
def test_what_may_follow_an_order_that_is_over(state: OrderState, possible: set[OrderStep]) -> None:
    assert set(possible_steps(ORDER_TABLE, state)) == possible


def test_an_order_that_lapsed_needs_approval_again() -> None:
    steps = [OrderStep.SUBMIT, OrderStep.LAPSE, OrderStep.SUBMIT]
    with pytest.raises(StepNotAllowedError, match="CO-002 is submitted, and the step “issue” is not possible"):
        order_state([*steps, OrderStep.ISSUE], "CO-002")


def test_a_step_that_is_not_possible_is_refused_with_those_that_are() -> None:
    with pytest.raises(StepNotAllowedError) as refused:
        advance(ORDER_TABLE, OrderState.REJECTED, OrderStep.SUBMIT, "CO-002")
    assert str(refused.value) == ("CO-002 is rejected, and the step “submit” is not possible. From there it can: edit.")
    assert isinstance(refused.value, DocgenError)
    assert refused.value.exit_code is ExitCode.REFUSED
    assert refused.value.possible == (OrderStep.EDIT,)
    with pytest.raises(StepNotAllowedError, match=r"It is void, .* Nothing follows: void is final\."):
        advance(ORDER_TABLE, OrderState.VOID, OrderStep.EDIT)


def test_an_order_is_open_dead_or_executed() -> None:
    assert set(OrderState) == OPEN_ORDERS | DEAD_ORDERS | {OrderState.EXECUTED}
    assert not OPEN_ORDERS & DEAD_ORDERS


# The engagement


def stands(*steps: LifeStep) -> tuple[LifeState, LifeState]:
    life = life_after(steps)
    return life.state, life.interrupted


def test_an_engagement_goes_from_letter_to_contract_to_work_to_its_end() -> None:
    steps = [
        LifeStep.LETTER_EXECUTED,
        LifeStep.CONTRACT_EXECUTED,
        LifeStep.WORK_BEGUN,
        LifeStep.COMPLETED,
        LifeStep.CONTACT_KEPT,
    ]
    assert [life_after(steps[:count]).state for count in range(6)] == [
        LifeState.PROSPECT,
        LifeState.APPROVED,
        LifeState.CONTRACTED,
        LifeState.ACTIVE,
        LifeState.COMPLETED,
        LifeState.KEPT_IN_TOUCH,
    ]


def test_a_contract_needs_no_letter_and_work_under_a_letter_makes_no_contract() -> None:
    assert stands(LifeStep.CONTRACT_EXECUTED)[0] is LifeState.CONTRACTED
    assert stands(LifeStep.LETTER_EXECUTED, LifeStep.WORK_BEGUN)[0] is LifeState.APPROVED
    assert stands(LifeStep.WORK_BEGUN)[0] is LifeState.PROSPECT


def test_a_letter_whose_signed_copy_comes_in_late_changes_nothing() -> None:
    late = (LifeStep.CONTRACT_EXECUTED, LifeStep.WORK_BEGUN, LifeStep.LETTER_EXECUTED)
    assert stands(*late)[0] is LifeState.ACTIVE


@pytest.mark.parametrize(
    ("before", "state"),
    [
        ((LifeStep.LETTER_EXECUTED,), LifeState.APPROVED),
        ((LifeStep.CONTRACT_EXECUTED,), LifeState.CONTRACTED),
        ((LifeStep.CONTRACT_EXECUTED, LifeStep.WORK_BEGUN), LifeState.ACTIVE),
        ((LifeStep.CONTRACT_EXECUTED, LifeStep.COMPLETED), LifeState.COMPLETED),
        ((LifeStep.CONTRACT_EXECUTED, LifeStep.COMPLETED, LifeStep.CONTACT_KEPT), LifeState.KEPT_IN_TOUCH),
    ],
)
def test_trouble_that_is_over_returns_to_the_state_that_it_interrupted(
    before: tuple[LifeStep, ...], state: LifeState
) -> None:
    trouble = (LifeStep.DISPUTE_RAISED, LifeStep.MEDIATION_REFERRED, LifeStep.BREACH_NOTICED)
    assert stands(*before, LifeStep.DISPUTE_RAISED) == (LifeState.DISPUTED, state)
    assert stands(*before, LifeStep.DISPUTE_RAISED, LifeStep.SETTLED) == (state, state)
    assert stands(*before, *trouble, LifeStep.SETTLED) == (state, state)
    assert stands(*before, *trouble, LifeStep.COOLING_OFF_BEGUN, LifeStep.REOPENED) == (state, state)


def test_what_is_signed_or_begun_during_a_dispute_counts_when_it_is_over() -> None:
    signed = (LifeStep.LETTER_EXECUTED, LifeStep.DISPUTE_RAISED, LifeStep.CONTRACT_EXECUTED)
    assert stands(*signed) == (LifeState.DISPUTED, LifeState.CONTRACTED)
    assert stands(*signed, LifeStep.WORK_BEGUN, LifeStep.SETTLED)[0] is LifeState.ACTIVE


def test_a_breach_is_noticed_with_or_without_mediation_and_more_than_once() -> None:
    active = (LifeStep.CONTRACT_EXECUTED, LifeStep.WORK_BEGUN)
    for steps in ((), (LifeStep.DISPUTE_RAISED,), (LifeStep.MEDIATION_REFERRED,), (LifeStep.BREACH_NOTICED,)):
        assert stands(*active, *steps, LifeStep.BREACH_NOTICED) == (LifeState.BREACH, LifeState.ACTIVE)


def test_nothing_is_disputed_before_anything_is_agreed() -> None:
    with pytest.raises(StepNotAllowedError, match="NBS-2026-014 is prospect, and the step “dispute raised”"):
        life_after([LifeStep.DISPUTE_RAISED], "NBS-2026-014")


def test_work_in_dispute_is_settled_before_it_is_completed_but_cooling_off_may_end_it() -> None:
    disputed = (LifeStep.CONTRACT_EXECUTED, LifeStep.DISPUTE_RAISED)
    with pytest.raises(StepNotAllowedError, match="cooling off begun, settled"):
        life_after([*disputed, LifeStep.COMPLETED])
    assert stands(*disputed, LifeStep.COOLING_OFF_BEGUN, LifeStep.COMPLETED)[0] is LifeState.COMPLETED


def test_the_walk_reaches_every_state_and_only_trouble_interrupts() -> None:
    found = lives()

    assert {life.state for life in found} == set(LifeState)
    for life, steps in found.items():
        if life.state in TROUBLE:
            assert life.interrupted not in TROUBLE | {LifeState.PROSPECT}
        else:
            assert life.interrupted is life.state
        assert steps, life


def test_the_walk_goes_along_the_table_and_its_returns_and_along_all_of_them() -> None:
    walked = {(life.state, step, after.state) for life, steps in lives().items() for step, after in steps}
    table = {(state, step, after) for (state, step), after in LIFE_TABLE.items()}

    assert walked == table | set(life_returns())


def test_every_step_says_its_papers_and_every_state_what_may_follow() -> None:
    assert set(PAPERS) == set(LifeStep)
    assert set(WORKING_PAPERS) == set(LifeState)
    following = {each.step: each for each in next_steps(life_after([LifeStep.LETTER_EXECUTED]))}
    assert following[LifeStep.CONTRACT_EXECUTED].leads_to is LifeState.CONTRACTED
    assert following[LifeStep.CONTRACT_EXECUTED].papers == ("contract",)
    back = next_steps(life_after([LifeStep.LETTER_EXECUTED, LifeStep.DISPUTE_RAISED]))
    assert {each.leads_to for each in back if each.step is LifeStep.SETTLED} == {LifeState.APPROVED}


# Diagrams


def arrows(text: str) -> Iterator[tuple[str, str, str]]:
    for line in text.splitlines():
        if found := re.fullmatch(r"    (\w+) --> (\w+) : ([a-z ,]+)", line):
            for step in found[3].split(", "):
                yield found[1], step, found[2]


def test_a_diagram_has_every_edge_of_its_table_and_no_other() -> None:
    for table in TABLES:
        edges = [(str(state), words_of(step), str(after)) for (state, step), after in table.items()]
        assert sorted(arrows(diagram(table))) == sorted(edges)
    returned = set(arrows(diagram(LIFE_TABLE, life_returns()))) - set(arrows(diagram(LIFE_TABLE)))
    assert returned == {(str(state), words_of(step), str(after)) for state, step, after in life_returns()}


def test_a_diagram_begins_ends_and_names_its_states() -> None:
    orders, life = diagram(ORDER_TABLE), diagram(LIFE_TABLE)
    assert orders.startswith("stateDiagram-v2\n    [*] --> draft\n    draft --> draft : edit\n")
    assert [line.strip() for line in orders.splitlines() if line.endswith("[*]")] == ["void --> [*]"]
    assert '    state "cooling off" as cooling_off\n' in life
    assert "    [*] --> prospect\n" in life


def test_a_diagram_does_not_depend_on_the_order_of_its_table() -> None:
    backwards = dict(reversed(list(LIFE_TABLE.items())))
    assert diagram(backwards, life_returns()) == diagram(LIFE_TABLE, life_returns())


def test_no_pair_outside_a_table_is_allowed() -> None:
    kinds: tuple[tuple[type[StrEnum], type[StrEnum]], ...] = ((OrderState, OrderStep), (LifeState, LifeStep))
    for table, (states, steps) in zip(TABLES, kinds, strict=True):
        for state, step in product(states, steps):
            if (state, step) not in table:
                with pytest.raises(StepNotAllowedError):
                    advance(table, state, step)
