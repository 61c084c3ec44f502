"""Whatever people do with change orders, in whatever order: the sums add up and nothing is signed without approval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from docgen.actions import drafting, issuing
from docgen.actions.change_orders import read_chain
from docgen.actions.deciding import approve, reject, submit, withdraw_order
from docgen.actions.desk import Desk
from docgen.actions.entries import raise_order
from docgen.actions.making import Ingredients
from docgen.actions.render import Made
from docgen.actions.signing import execute, withdraw
from docgen.doctree.text import document_lines
from docgen.errors import DocgenError
from docgen.lifecycle.states import DEAD_ORDERS, OrderState
from docgen.models.terms import contract_sum
from tests.firm import AMARA, BORIS, DORA, ID, LENA, Firm, Firms

SIGNED_SUM = Decimal(107_800)
LADDER = (Decimal(10_000), Decimal(50_000))
PEOPLE = st.sampled_from([AMARA, DORA, BORIS, LENA])
WRITERS = st.sampled_from([AMARA, DORA, LENA])
AMOUNTS = st.sampled_from(["0.01", "400.00", "6000.00", "9999.99", "10000.00", "30000.00", "50000.01"])
EDITABLE = frozenset(OrderState) - {OrderState.EXECUTED, OrderState.VOID}


@dataclass
class Known:
    """What the test itself knows of an order: what it adds, who wrote it, and who approved what it says now."""

    amount: Decimal
    writers: set[str]
    approvers: set[str] = field(default_factory=set)
    submitted: bool = False
    state: OrderState = OrderState.DRAFT


def plain_words(desk: Desk, made_from: Ingredients, made: Made) -> dict[str, bytes]:
    """Stand in for the writers: the words of the document, which are what the sums stand in."""
    words = "\n".join(document_lines(made.document)).encode()
    return {"pdf": words, "docx": words + b"\n"}


def machine(firms: Firms, folder: Path) -> type[RuleBasedStateMachine]:
    """Return a machine that begins with a firm of its own, whose contract is signed."""
    places = count(1)

    class Changes(RuleBasedStateMachine):
        """People who raise, change, submit, approve, refuse, issue and sign orders as it comes."""

        def __init__(self) -> None:
            super().__init__()
            self.firm: Firm = firms.at("signed", folder / str(next(places))).on("2026-11-24")
            self.orders: dict[int, Known] = {}
            self.files = count(1)
            self.refusal = ""

        # What people do

        @rule(amount=AMOUNTS, person=WRITERS)
        def raise_another(self, amount: str, person: str) -> None:
            number = len(self.orders) + 1
            if self.done(raise_order, self.file(number, amount), person=person):
                self.orders[number] = Known(Decimal(amount), {person})

        @precondition(lambda self: self.orders)
        @rule(data=st.data(), amount=AMOUNTS, person=WRITERS)
        def change(self, data: st.DataObject, amount: str, person: str) -> None:
            number = self.some(data)
            known = self.orders[number]
            if Decimal(amount) == known.amount:
                return
            if self.done(raise_order, self.file(number, amount), person=person):
                assert known.state in EDITABLE
                known.amount, known.submitted, known.state = Decimal(amount), False, OrderState.DRAFT
                known.writers.add(person)
                known.approvers.clear()
            else:
                assert known.state not in EDITABLE, self.refusal

        @precondition(lambda self: self.orders)
        @rule(data=st.data())
        def ask(self, data: st.DataObject) -> None:
            self.submit(self.some(data))

        @precondition(lambda self: self.orders)
        @rule(data=st.data(), person=PEOPLE)
        def agree(self, data: st.DataObject, person: str) -> None:
            self.approve(self.some(data), person)

        @precondition(lambda self: self.orders)
        @rule(data=st.data())
        def push(self, data: st.DataObject) -> None:
            number = self.some(data)
            self.submit(number)
            for person in (DORA, BORIS, AMARA):
                self.approve(number, person)
            self.issue(number)
            self.sign(number)

        @precondition(lambda self: self.orders)
        @rule(data=st.data())
        def write_paper(self, data: st.DataObject) -> None:
            self.issue(self.some(data))

        @precondition(lambda self: self.orders)
        @rule(data=st.data())
        def sign_paper(self, data: st.DataObject) -> None:
            self.sign(self.some(data))

        @precondition(lambda self: self.orders)
        @rule(data=st.data(), person=PEOPLE)
        def refuse(self, data: st.DataObject, person: str) -> None:
            number = self.some(data)
            if self.done(reject, self.name(number), "Too dear.", person=person):
                self.orders[number].state = OrderState.REJECTED

        @precondition(lambda self: self.orders)
        @rule(data=st.data())
        def take_back(self, data: st.DataObject) -> None:
            number = self.some(data)
            if self.done(withdraw_order, self.name(number), "No longer wanted."):
                assert self.orders[number].state is not OrderState.EXECUTED
                self.orders[number].state = OrderState.WITHDRAWN

        @precondition(lambda self: self.executed())
        @rule(data=st.data())
        def annul(self, data: st.DataObject) -> None:
            number = data.draw(st.sampled_from(self.executed()))
            later = [each for each in self.executed() if each > number]
            done = self.done(withdraw, self.name(number), "Signed by somebody who may not.")
            assert bool(done) is not bool(later), "what later orders rest on stays"
            if done:
                self.orders[number].state = OrderState.VOID

        # What always holds

        @invariant()
        def the_contract_sum_is_what_was_signed_and_every_executed_order(self) -> None:
            chain = self.firm.do(lambda desk: read_chain(desk.record, ID, desk.on))
            expected = SIGNED_SUM + sum((self.orders[number].amount for number in self.executed()), Decimal(0))
            assert contract_sum(chain.terms, "GBP").amount == expected

        @invariant()
        def the_log_read_again_gives_the_same_states(self) -> None:
            states = self.firm.do(lambda desk: read_chain(desk.record, ID, desk.on).states)
            assert states == {number: known.state for number, known in self.orders.items()}

        def teardown(self) -> None:
            assert self.firm.faults == []

        # How it is done

        def submit(self, number: int) -> None:
            moved: Any = self.done(submit, self.name(number))
            known = self.orders[number]
            if moved and not moved.repeated:
                assert known.state not in (OrderState.REJECTED, OrderState.WITHDRAWN, OrderState.VOID)
                known.submitted, known.state = True, OrderState.SUBMITTED
                known.approvers.clear()

        def approve(self, number: int, person: str) -> None:
            moved: Any = self.done(approve, self.name(number), person=person)
            known = self.orders[number]
            if moved:
                assert known.state is OrderState.SUBMITTED
                assert person not in known.writers, "nobody approves what they wrote"
                assert person not in known.approvers, "a person counts once"
                known.approvers.add(person)
                if moved.state is OrderState.APPROVED:
                    assert len(known.approvers) == self.needed(number)
                    known.state = OrderState.APPROVED
                else:
                    assert len(known.approvers) < self.needed(number)

        def issue(self, number: int) -> None:
            issued: Any = self.done(issuing.issue, drafting.Issue("change-order", ID, number))
            known = self.orders[number]
            if issued and not issued.repeated:
                assert known.state in (OrderState.APPROVED, OrderState.ISSUED)
                assert len(known.approvers) >= self.needed(number)
                before = SIGNED_SUM + sum((self.orders[each].amount for each in self.executed()), Decimal(0))
                words = issued.files["pdf"].decode().replace("\N{NO-BREAK SPACE}", " ")
                for amount in (SIGNED_SUM, before, known.amount, before + known.amount):
                    assert f"GBP {amount:,.2f}" in words
                known.state = OrderState.ISSUED

        def sign(self, number: int) -> None:
            copy = self.firm.write("signed.pdf", b"%PDF-1.7\nsigned " + str(next(self.files)).encode())
            if self.orders[number].state is OrderState.EXECUTED:
                return
            if self.done(execute, self.name(number), copy):
                known = self.orders[number]
                assert known.state is OrderState.ISSUED
                assert known.submitted
                assert len(known.approvers) >= self.needed(number), "no path to a signature leads around the approvals"
                assert all(
                    other.state in DEAD_ORDERS | {OrderState.EXECUTED}
                    for earlier, other in self.orders.items()
                    if earlier < number
                ), "an order is signed after those before it"
                known.state = OrderState.EXECUTED

        def needed(self, number: int) -> int:
            """Return how many approvals the ladder wants, counted here once more."""
            size = self.orders[number].amount + sum((self.orders[each].amount for each in self.executed()), Decimal(0))
            return 1 + sum(size > limit for limit in LADDER)

        def executed(self) -> list[int]:
            return [number for number, known in self.orders.items() if known.state is OrderState.EXECUTED]

        def some(self, data: st.DataObject) -> int:
            return data.draw(st.sampled_from(sorted(self.orders)))

        def name(self, number: int) -> str:
            return f"{ID}/CO-{number:03d}"

        def file(self, number: int, amount: str) -> Path:
            line = f"{{id: W{number}, kind: fixed, description: Work, amount: {amount}, milestone: M2}}"
            return self.firm.write(
                f"engagements/order-{number}.yaml",
                f"format: docgen.change-order/1\nengagement: {ID}\nnumber: {number}\ntitle: More work\n"
                "requested_by: client\nrequested_on: 2026-11-23\nreason: It is needed.\nkind: client_request\n"
                f"effective_date: 2026-12-07\nchanges:\n  - {{do: add_fee, line: {line}}}\nsettlement: full\n",
            )

        def done(self, action: Callable[..., Any], *words: Any, person: str = AMARA) -> Any:
            """Return what an action answers, or None where a rule refuses it."""
            try:
                return self.firm.by(person).do(action, *words)
            except DocgenError as refused:
                self.refusal = str(refused)
                return None

    return Changes


@pytest.mark.slow
def test_whatever_happens_the_sums_add_up_and_nothing_is_signed_unapproved(
    firms: Firms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    firms.kept("signed")  # with real documents, for all who share it
    monkeypatch.setattr(issuing, "write_document", plain_words)
    run_state_machine_as_test(
        machine(firms, tmp_path),
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
            print_blob=True,
        ),
    )
