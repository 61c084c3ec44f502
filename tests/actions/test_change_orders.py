"""A change order is asked for, approved by the ladder, issued and signed; nothing of that is skipped or undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.acting import NotPermittedError
from docgen.actions.change_orders import NotReadyError, StaleBaselineError, read_chain
from docgen.actions.deciding import Moved, approve, conclude, orders, register_of, reject, show, submit, withdraw_order
from docgen.actions.entries import TakenNumberError, raise_order
from docgen.actions.genuineness import Verdict, verify_file
from docgen.actions.signing import execute, withdraw
from docgen.errors import ExitCode, FindingsError, UsageError
from docgen.lifecycle.change_control import ApprovedAlreadyError, OwnOrderError, WrongRoleError
from docgen.lifecycle.states import OrderState, StepNotAllowedError
from tests.firm import AMARA, BORIS, DORA, ID, JON, LENA, SIGNED_ORDER, Firm, Firms

ONE = f"{ID}/CO-001"
TWO = f"{ID}/CO-002"
HEAD = "format: docgen.change-order/1\nengagement: NBS-2026-014\n"
TAIL = "settlement: full\n"


def order(firm: Firm, number: int, *changes: str, title: str = "More work", more: str = "") -> Path:
    """Write the file of a change order with some changes, and return it."""
    lines = "".join(f"  - {change}\n" for change in changes)
    return firm.write(
        f"engagements/order-{number}.yaml",
        f"{HEAD}number: {number}\ntitle: {title}\nrequested_by: client\nrequested_on: 2026-11-23\n"
        f"reason: It is needed.\nkind: client_request\neffective_date: 2026-12-07\nchanges:\n{lines}{more}{TAIL}",
    )


def fee(name: str, amount: str) -> str:
    """Return a change that adds a fixed fee."""
    return f"{{do: add_fee, line: {{id: {name}, kind: fixed, description: Work, amount: {amount}, milestone: M2}}}}"


@pytest.fixture
def signed(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm whose contract is signed."""
    return firms.at("signed", tmp_path / "firm").on("2026-11-24")


def raised(firm: Firm, number: int, *changes: str) -> None:
    """Record a change order."""
    firm.do(raise_order, order(firm, number, *changes))


def state(firm: Firm, number: int = 1) -> OrderState:
    """Return where an order stands on the day."""
    return firm.do(lambda desk: read_chain(desk.record, ID, desk.on).states[number])


def executed(firm: Firm, number: int, *changes: str) -> None:
    """Take an order all the way to its signature."""
    raised(firm, number, *changes)
    firm.agree(number)
    firm.issue("change-order", number)
    firm.do(execute, f"{ID}/CO-{number:03d}", firm.write(f"signed/{number}.pdf", SIGNED_ORDER + bytes([number])))


# The way of an order


def test_an_order_goes_from_draft_to_signature(signed: Firm) -> None:
    raised(signed, 1, fee("F9", "21500.00"))
    assert state(signed) is OrderState.DRAFT
    moved = signed.do(submit, ONE)
    assert (moved.state, moved.needs) == (OrderState.SUBMITTED, ("account manager", "director"))
    moved = signed.by(DORA).do(approve, ONE)
    assert (moved.state, moved.needs) == (OrderState.SUBMITTED, ("account manager",))
    assert signed.by(BORIS).do(approve, ONE).state is OrderState.APPROVED
    signed.issue("change-order", 1)
    assert state(signed) is OrderState.ISSUED
    signed.do(execute, ONE, signed.write("signed.pdf", SIGNED_ORDER))
    assert state(signed) is OrderState.EXECUTED
    words = [each.words for each in signed.do(show, ONE).course.history]
    assert words == [
        "raised",
        "submitted, an answer is due by 2026-12-01",
        "approved as director",
        "approved as board",
        "issued as version 1",
        "version 1 signed on 2026-11-24",
    ]


def test_submitting_twice_changes_nothing(signed: Firm) -> None:
    raised(signed, 1, fee("F9", "500.00"))
    signed.do(submit, ONE)
    size = signed.size
    assert signed.do(submit, ONE).repeated
    assert signed.size == size


@pytest.mark.parametrize(
    ("amount", "needs"),
    [
        ("9999.99", ("account manager",)),
        ("10000.00", ("account manager",)),
        ("10000.01", ("account manager", "director")),
        ("50000.01", ("account manager", "director", "board")),
    ],
)
def test_the_ladder_goes_by_the_size_of_the_effect(signed: Firm, amount: str, needs: tuple[str, ...]) -> None:
    raised(signed, 1, fee("F9", amount))
    assert signed.do(submit, ONE).needs == needs


def test_an_order_that_takes_away_is_as_large_as_one_that_adds(signed: Firm) -> None:
    raised(signed, 1, "{do: omit_fee, line: F2}")
    assert signed.do(submit, ONE).needs == ("account manager", "director", "board")


def test_a_second_small_order_may_need_the_next_rung(signed: Firm) -> None:
    executed(signed, 1, fee("F8", "6000.00"))
    raised(signed, 2, fee("F9", "6000.00"))
    assert signed.do(submit, TWO).needs == ("account manager", "director")
    why = [rung.why for rung in signed.do(lambda desk: show(desk, TWO).chain.rungs(show(desk, TWO).course))]
    assert "with CO-001 GBP 12,000.00" in why[1]


def test_nobody_approves_what_they_raised(signed: Firm) -> None:
    signed.by(DORA).do(raise_order, order(signed, 1, fee("F9", "500.00")))
    signed.do(submit, ONE)
    with pytest.raises(OwnOrderError, match=rf"{DORA} recorded facts .* Those who may: {AMARA}") as refused:
        signed.by(DORA).do(approve, ONE)
    assert refused.value.exit_code is ExitCode.REFUSED


def test_who_changed_an_order_raised_it_too(signed: Firm) -> None:
    raised(signed, 1, fee("F9", "500.00"))
    signed.by(DORA).do(raise_order, order(signed, 1, fee("F9", "600.00")))
    signed.do(submit, ONE)
    with pytest.raises(OwnOrderError):
        signed.by(AMARA).do(approve, ONE)


def test_a_person_counts_once(signed: Firm) -> None:
    raised(signed, 1, fee("F9", "21500.00"))
    signed.do(submit, ONE)
    signed.by(DORA).do(approve, ONE)
    with pytest.raises(ApprovedAlreadyError, match="a person counts once"):
        signed.by(DORA).do(approve, ONE)


def test_another_role_does_not_approve(signed: Firm) -> None:
    raised(signed, 1, fee("F9", "500.00"))
    signed.do(submit, ONE)
    with pytest.raises(WrongRoleError, match="account_manager, director, board"):
        signed.by(LENA).do(approve, ONE)
    with pytest.raises(NotPermittedError):
        signed.by(JON).do(submit, ONE)


# What undoes an approval


def test_a_change_after_approval_voids_the_approval(signed: Firm) -> None:
    raised(signed, 1, fee("F9", "500.00"))
    signed.agree()
    signed.do(raise_order, order(signed, 1, fee("F9", "49000.00")))
    assert state(signed) is OrderState.DRAFT
    with pytest.raises(NotReadyError, match=r"CO-001 is draft\. Submit it for approval"):
        signed.issue("change-order", 1)
    assert signed.do(submit, ONE).needs == ("account manager", "director")


def test_an_order_submitted_before_another_was_signed_is_stale(signed: Firm) -> None:
    raised(signed, 1, fee("F8", "6000.00"))
    raised(signed, 2, fee("F9", "6000.00"))
    signed.do(submit, TWO)
    signed.by(DORA).do(approve, TWO)
    signed.agree(1)
    signed.issue("change-order", 1)
    signed.do(execute, ONE, signed.write("signed.pdf", SIGNED_ORDER))
    with pytest.raises(StaleBaselineError, match=f"CO-001 was executed.*docgen change rebase {TWO}"):
        signed.issue("change-order", 2)
    shown = signed.do(show, TWO)
    assert (str(shown.impact.sum.now), str(shown.impact.sum.then)) == ("GBP 113,800.00", "GBP 119,800.00")
    assert any("CO-001" in warning and "rebase" in warning for warning in shown.warnings)
    assert signed.do(submit, TWO).needs == ("account manager", "director"), "on the new numbers two rungs are needed"
    signed.by(DORA).do(approve, TWO)
    signed.by(BORIS).do(approve, TWO)
    assert signed.issue("change-order", 2).document.version == 1


def test_an_order_lapses_when_nobody_answers_in_time(signed: Firm) -> None:
    raised(signed, 1, fee("F9", "500.00"))
    signed.do(submit, ONE)
    assert state(signed.on("2026-12-01")) is OrderState.SUBMITTED
    late = signed.on("2026-12-02")
    assert state(late) is OrderState.LAPSED
    with pytest.raises(StepNotAllowedError, match="is lapsed"):
        late.by(DORA).do(approve, ONE)
    late.agree()
    assert state(late) is OrderState.APPROVED


# Saying no


def test_a_rejected_order_changes_nothing_and_keeps_its_number(signed: Firm) -> None:
    raised(signed, 1, fee("F8", "6000.00"))
    signed.do(submit, ONE)
    assert signed.by(DORA).do(reject, ONE, "Too dear.").state is OrderState.REJECTED
    with pytest.raises(StepNotAllowedError):
        signed.by(DORA).do(approve, ONE)
    executed(signed, 2, fee("F9", "500.00"))
    found = signed.do(register_of, ID)
    assert str(found.net) == "GBP 500.00"
    assert found.chain.states == {1: OrderState.REJECTED, 2: OrderState.EXECUTED}
    assert "Too dear." in signed.do(show, ONE).course.history[-1].words


def test_no_is_said_with_a_reason(signed: Firm) -> None:
    raised(signed, 1, fee("F8", "6000.00"))
    with pytest.raises(UsageError, match="Say why"):
        signed.do(withdraw_order, ONE, "  ")


def test_withdrawing_an_issued_order_takes_its_paper_back(signed: Firm) -> None:
    raised(signed, 1, fee("F8", "6000.00"))
    signed.agree()
    issued = signed.issue("change-order", 1)
    assert signed.do(withdraw_order, ONE, "No longer wanted.").state is OrderState.WITHDRAWN
    versions = signed.do(lambda desk: desk.record.register.versions(ID, "change-order", 1))
    assert [(each.version, each.status) for each in versions] == [(issued.document.version, "withdrawn")]
    signed.do(raise_order, order(signed, 1, fee("F8", "5000.00")))
    signed.agree()
    assert signed.issue("change-order", 1).document.version == 2


def test_taking_back_a_paper_that_another_replaced_leaves_the_order_as_it_is(signed: Firm) -> None:
    raised(signed, 1, fee("F8", "6000.00"))
    signed.agree()
    signed.issue("change-order", 1)
    raised(signed, 1, fee("F8", "5000.00"))
    signed.agree()
    signed.issue("change-order", 1)
    signed.do(withdraw, f"{ONE}/1", "Shred it.")
    assert state(signed) is OrderState.ISSUED


def test_an_order_changed_and_changed_back_is_signed_on_the_paper_that_was_sent(signed: Firm) -> None:
    raised(signed, 1, fee("F8", "6000.00"))
    signed.agree()
    issued = signed.issue("change-order", 1)
    paper = signed.write("out/order.pdf", issued.files["pdf"])
    assert not signed.do(verify_file, paper).remark
    raised(signed, 1, fee("F8", "5000.00"))
    found = signed.do(verify_file, paper)
    assert (found.verdict, found.sound) == (Verdict.CHANGED, False)
    assert "is draft now: as it stands, it cannot be signed" in found.remark
    raised(signed, 1, fee("F8", "6000.00"))
    signed.agree()
    assert state(signed) is OrderState.ISSUED
    assert not signed.do(verify_file, paper).remark
    signed.do(execute, ONE, signed.write("signed.pdf", SIGNED_ORDER))
    assert state(signed) is OrderState.EXECUTED
    assert signed.faults == []


def test_a_signed_order_that_is_taken_back_is_void_for_good(signed: Firm) -> None:
    executed(signed, 1, fee("F8", "6000.00"))
    with pytest.raises(StepNotAllowedError, match="is executed"):
        signed.do(withdraw_order, ONE, "A mistake.")
    signed.do(withdraw, ONE, "Signed by somebody who may not.")
    assert state(signed) is OrderState.VOID
    with pytest.raises(StepNotAllowedError, match="is void"):
        signed.do(raise_order, order(signed, 1, fee("F8", "5000.00")))
    assert str(signed.do(register_of, ID).current) == "GBP 107,800.00"


# The chain


def test_another_change_does_not_take_a_number_in_use(signed: Firm) -> None:
    raised(signed, 1, fee("F8", "6000.00"))
    other = order(signed, 1, fee("F9", "900.00"), title="Another report")
    with pytest.raises(TakenNumberError, match=r"CO-001 is “More work”, .* the next free number, CO-002"):
        signed.do(raise_order, other)
    assert signed.do(show, ONE).course.order.title == "More work"
    renamed = order(signed, 1, fee("F8", "6000.00"), title="Another report")
    assert signed.do(raise_order, renamed).revision == 2


def test_another_change_does_not_take_the_number_of_one_that_was_rejected(signed: Firm) -> None:
    raised(signed, 1, fee("F8", "6000.00"))
    signed.do(submit, ONE)
    signed.do(reject, ONE, "Too dear.")
    with pytest.raises(TakenNumberError, match="the next free number, CO-002"):
        signed.do(raise_order, order(signed, 1, fee("F9", "900.00"), title="Another report"))
    assert signed.do(raise_order, order(signed, 1, fee("F8", "5000.00"))).revision == 2


def test_what_is_not_issued_yet_is_issued_before_it_is_signed(signed: Firm) -> None:
    raised(signed, 1, fee("F8", "6000.00"))
    with pytest.raises(NotReadyError, match=f"docgen change submit {ONE}"):
        signed.do(execute, ONE, signed.write("signed.pdf", SIGNED_ORDER))
    signed.do(raise_order, signed.facts("change-directive-001"))
    with pytest.raises(NotReadyError, match=f"docgen change issue {ID}/CD-001"):
        signed.do(execute, f"{ID}/CD-001", signed.root / "signed.pdf")
    with pytest.raises(UsageError, match=f"docgen document withdraw {ID}/CD-001"):
        signed.do(withdraw_order, f"{ID}/CD-001", "No longer wanted.")


def test_an_order_signed_after_another_was_written_is_named_to_it(signed: Firm) -> None:
    raised(signed, 1, fee("F8", "6000.00"))
    signed.agree()
    signed.issue("change-order", 1)
    raised(signed, 2, fee("F9", "900.00"))
    signed.do(submit, TWO)
    signed.do(execute, ONE, signed.write("signed.pdf", SIGNED_ORDER))
    assert signed.do(lambda desk: (chain := read_chain(desk.record, ID, desk.on)).executed_since(chain.course(2))) == (
        "CO-001",
    )


def test_a_gap_in_the_numbers_is_refused(signed: Firm) -> None:
    with pytest.raises(FindingsError, match="CO-001 is missing before CO-002"):
        raised(signed, 2, fee("F8", "6000.00"))


def test_an_order_waits_for_the_earlier_ones(signed: Firm) -> None:
    raised(signed, 1, fee("F8", "6000.00"))
    raised(signed, 2, fee("F9", "500.00"))
    signed.agree(2)
    with pytest.raises(NotReadyError, match=r"CO-001 is draft\. Submit CO-001 or withdraw it first"):
        signed.issue("change-order", 2)


def test_two_orders_on_the_same_milestone_are_told_before_anybody_signs(signed: Firm) -> None:
    raised(signed, 1, "{do: move_milestone, milestone: M2, days: 7}")
    raised(signed, 2, "{do: move_milestone, milestone: M2, days: 14}")
    remarks = signed.do(submit, TWO).remarks
    assert any("CO-001 and CO-002 both touch milestone M2" in remark for remark in remarks)


def test_an_order_without_effect_on_the_sum_needs_the_first_rung(signed: Firm) -> None:
    raised(signed, 1, "{do: move_milestone, milestone: M2, days: 7}")
    moved: Moved = signed.do(submit, ONE)
    assert moved.needs == ("account manager",)
    shown = signed.do(show, ONE)
    assert not shown.impact.sum.effect
    assert [each.date.days for each in shown.impact.milestones if each.id == "M2"] == [7]


# After the signature, and directives


def test_after_the_signature_the_conformed_contract_is_issued_with_its_redline(signed: Firm) -> None:
    raised(signed, 1, fee("F8", "6000.00"))
    signed.agree()
    signed.issue("change-order", 1)
    before = signed.do(lambda desk: desk.record.register.versions(ID, "contract"))
    concluded = signed.do(conclude, ONE, signed.write("signed.pdf", SIGNED_ORDER))
    assert concluded.conformed
    assert str(concluded.conformed.reference) == f"{ID}/conformed-contract/1"
    assert concluded.redline
    assert concluded.redline.startswith(b"PK")
    assert signed.do(lambda desk: desk.record.register.versions(ID, "contract")) == before
    again = signed.do(conclude, ONE, signed.root / "signed.pdf")
    assert again.done.repeated
    assert again.conformed
    assert again.conformed.repeated


def test_a_directive_stays_outside_the_sum_until_an_order_converts_it(signed: Firm) -> None:
    directive = signed.facts("change-directive-001")
    assert signed.do(raise_order, directive).reference == f"{ID}/CD-001"
    found = signed.do(register_of, ID)
    assert (str(found.current), found.directives[0].state) == ("GBP 107,800.00", "draft")
    signed.do(raise_order, order(signed, 1, fee("F8", "5800.00"), more="converts: 1\n"))
    signed.agree()
    signed.issue("change-order", 1)
    signed.do(execute, ONE, signed.write("signed.pdf", SIGNED_ORDER))
    found = signed.do(register_of, ID)
    assert (str(found.current), found.directives[0].converted_by) == ("GBP 113,600.00", "CO-001")


def test_an_order_cannot_convert_a_directive_that_is_not_there(signed: Firm) -> None:
    with pytest.raises(FindingsError, match="there is no directive CD-001"):
        signed.do(raise_order, order(signed, 1, fee("F8", "5800.00"), more="converts: 1\n"))


def test_orders_of_all_engagements_are_listed(signed: Firm) -> None:
    raised(signed, 1, fee("F8", "6000.00"))
    assert [row.reference for row in signed.do(orders, "")] == [ONE]


def test_with_a_void_order_goes_the_conformed_contract_that_counted_it(signed: Firm) -> None:
    raised(signed, 1, fee("F8", "6000.00"))
    signed.agree()
    signed.issue("change-order", 1)
    signed.do(conclude, ONE, signed.write("signed.pdf", SIGNED_ORDER))
    done = signed.do(withdraw, ONE, "Signed by somebody who may not.")
    assert done.remarks == (f"{ID}/conformed-contract/1 counted it and is withdrawn with it.",)
    (conformed,) = signed.do(lambda desk: desk.record.register.versions(ID, "conformed-contract"))
    assert conformed.status == "withdrawn"
    assert signed.faults == []


def test_when_an_order_is_void_the_contract_with_the_others_is_issued_again(signed: Firm) -> None:
    executed(signed, 1, fee("F8", "6000.00"))
    raised(signed, 2, fee("F9", "900.00"))
    signed.agree(2)
    signed.issue("change-order", 2)
    signed.do(conclude, TWO, signed.write("signed.pdf", SIGNED_ORDER))
    done = signed.do(withdraw, TWO, "Signed by somebody who may not.")
    assert done.remarks[1:] == (
        f"Other orders stay in force. Issue the contract again: docgen issue conformed-contract {ID}",
    )


def test_nobody_is_asked_to_decide_on_what_is_decided(signed: Firm) -> None:
    executed(signed, 1, fee("F8", "6000.00"))
    with pytest.raises(NotReadyError, match="is executed, so there is nothing left to decide"):
        signed.issue("change-impact", 1)
