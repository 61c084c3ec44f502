"""Change orders, progress and breaches are recorded under numbers that stay, and what is signed stays with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.change_orders import NotReadyError, StaleBaselineError
from docgen.actions.engagements import Recorded
from docgen.actions.entries import OutOfOrderError, SignedOrderError, raise_order, record_breach, record_progress
from docgen.actions.references import UnknownEngagementError
from docgen.actions.signing import OtherFactsError, execute, withdraw
from docgen.errors import ExitCode, FindingsError, UsageError
from tests.firm import ID, JON, ORDER, SIGNED_COPY, SIGNED_ORDER, Firm, Firms

ORDER_FILE, FIRST, SECOND = "change-order-001", "progress-2026-11-13", "progress-2026-11-20"
DEARER = ("amount: 21500.00", "amount: 22500.00")

NEXT_ORDER = (
    ("number: 1 ", "number: 2 "),
    ("D4", "D5"),
    ("F5", "F6"),
    ("O5", "O6"),
    ("days: 14", "days: 7"),
)


def ordered(firm: Firm, *changes: tuple[str, str]) -> Recorded:
    return firm.do(raise_order, firm.facts(ORDER_FILE, *changes))


def progressed(firm: Firm, name: str, *changes: tuple[str, str]) -> Recorded:
    return firm.by(JON).do(record_progress, firm.facts(name, *changes))


def numbered(number: int) -> tuple[str, str]:
    return ("format: docgen.progress/1", f"format: docgen.progress/1\nnumber: {number}")


# Change orders


def test_an_order_recorded_twice_is_one_revision(firm: Firm) -> None:
    first, again = ordered(firm), ordered(firm)
    assert (first.reference, first.revision, first.new) == (f"{ID}/CO-001", 1, True)
    assert (again.reference, again.revision, again.new) == (f"{ID}/CO-001", 1, False)


def test_an_order_that_is_not_signed_may_change(firm: Firm) -> None:
    ordered(firm)
    changed = ordered(firm, DEARER)
    assert changed.revision == 2
    assert [str(each) for each in changed.changed] == ["change add fee F5, line, amount: 21,500.00 → 22,500.00"]


def test_a_signed_order_stays(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("changed", tmp_path)
    assert not ordered(firm).new
    with pytest.raises(SignedOrderError, match="was signed on 2026-11-27 and stays as it is") as refused:
        ordered(firm, DEARER)
    assert "21,500.00 → 22,500.00" in str(refused.value)
    assert "with the next number" in str(refused.value)
    assert refused.value.exit_code is ExitCode.REFUSED


def test_an_order_leaves_no_gap_behind_it(firm: Firm) -> None:
    with pytest.raises(FindingsError, match="number"):
        ordered(firm, ("number: 1 ", "number: 2 "))


def test_an_order_for_what_the_engagement_does_not_have_is_refused(firm: Firm) -> None:
    with pytest.raises(FindingsError, match="M7"):
        ordered(firm, ("milestone: M2, days", "milestone: M7, days"))
    assert firm.kinds("entry_recorded") == 0


def test_a_fault_in_a_file_is_told_as_one(firm: Firm) -> None:
    with pytest.raises(FindingsError, match="not a number"):
        ordered(firm, ("amount: 21500.00", "amount: much"))


def test_a_file_of_another_kind_is_refused(firm: Firm) -> None:
    with pytest.raises(
        UsageError,
        match=r"is no change order or change directive file\. It begins with `format: docgen\.change-order/1`",
    ):
        firm.do(raise_order, firm.facts(FIRST))
    with pytest.raises(UsageError, match="is no progress file"):
        firm.by(JON).do(record_progress, firm.facts())


def test_an_engagement_that_is_not_recorded_has_no_entries(firm: Firm) -> None:
    with pytest.raises(UnknownEngagementError, match=f"Did you mean {ID}"):
        ordered(firm, (ID, "NBS-2026-015"))


def test_an_order_is_not_signed_before_the_one_it_counts_from(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("changed", tmp_path).on("2026-12-01")
    ordered(firm, *NEXT_ORDER)
    firm.agree(2)
    firm.issue(ORDER, 2)
    firm.do(withdraw, f"{ID}/CO-001", "Signed by somebody who may not.")
    with pytest.raises(StaleBaselineError, match="docgen change rebase"):
        firm.do(execute, f"{ID}/CO-002", firm.write("signed/second.pdf", SIGNED_COPY))
    assert firm.kinds("document_executed") == 2


def test_an_order_that_changed_since_it_was_issued_is_not_signed(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path).on("2026-11-24")
    ordered(firm)
    firm.agree()
    firm.issue(ORDER)
    ordered(firm, DEARER)
    with pytest.raises(OtherFactsError, match=r"21,500\.00 → 22,500\.00"):
        firm.do(execute, f"{ID}/CO-001", firm.write("signed/order.pdf", SIGNED_ORDER))
    ordered(firm)
    with pytest.raises(NotReadyError, match="CO-001 is draft, so no signature makes it binding"):
        firm.do(execute, f"{ID}/CO-001", firm.root / "signed/order.pdf")
    firm.agree()
    assert firm.issue(ORDER).document.version == 1, "the paper that was sent says what is approved"
    assert firm.do(execute, f"{ID}/CO-001", firm.root / "signed/order.pdf").document.status == "executed"


# Progress


def test_reports_are_numbered_in_the_order_of_their_periods(firm: Firm) -> None:
    assert progressed(firm, FIRST).reference == f"{ID}/PR-001"
    assert progressed(firm, SECOND).reference == f"{ID}/PR-002"
    assert firm.faults == []


def test_another_file_of_the_same_period_is_its_next_revision(firm: Firm) -> None:
    progressed(firm, FIRST)
    progressed(firm, SECOND)
    corrected = progressed(firm, FIRST, ("promised for Monday", "promised for Tuesday"))
    assert (corrected.reference, corrected.revision) == (f"{ID}/PR-001", 2)
    assert not progressed(firm, FIRST, ("promised for Monday", "promised for Tuesday")).new


def test_a_period_before_the_last_one_comes_too_late(firm: Firm) -> None:
    progressed(firm, SECOND)
    with pytest.raises(
        OutOfOrderError, match="This would be report 2, and report 1 has the period 2026-11-16"
    ) as refused:
        progressed(firm, FIRST)
    assert refused.value.exit_code is ExitCode.REFUSED


def test_a_first_number_may_be_given_and_counts_on(firm: Firm) -> None:
    assert progressed(firm, FIRST, numbered(7)).reference == f"{ID}/PR-007"
    assert progressed(firm, SECOND).reference == f"{ID}/PR-008"


def test_no_number_is_given_twice(firm: Firm) -> None:
    progressed(firm, FIRST)
    with pytest.raises(OutOfOrderError, match="This would be report 1"):
        progressed(firm, SECOND, numbered(1))


def test_a_report_keeps_its_number(firm: Firm) -> None:
    progressed(firm, FIRST)
    with pytest.raises(OutOfOrderError, match="This would be report 5, and report 1 has the period 2026-11-09"):
        progressed(firm, FIRST, numbered(5))
    assert firm.kinds("entry_recorded") == 1


# Breaches


def test_another_file_of_the_same_party_and_day_is_the_next_revision_of_a_breach(firm: Firm) -> None:
    def recorded(*changes: tuple[str, str]) -> Recorded:
        return firm.do(record_breach, firm.facts("breach", *changes))

    assert recorded().reference == f"{ID}/BN-001"
    assert not recorded().new
    assert recorded(("method: courier", "method: email")).revision == 2
    other = recorded(("notice_date: 2027-03-01", "notice_date: 2027-03-08"))
    assert (other.reference, other.revision) == (f"{ID}/BN-002", 1)
    again = recorded(("method: courier", "method: email"))
    assert (again.reference, again.new) == (f"{ID}/BN-001", False)
