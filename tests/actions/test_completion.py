"""An engagement ends on the record: what is open is named, and no certificate is issued before."""

from __future__ import annotations

import datetime as dt

import pytest

from docgen.actions.completion import NotCompleteError, completion
from docgen.actions.entries import raise_order, record_breach, record_entry, record_progress
from docgen.actions.signing import execute, withdraw
from docgen.errors import ExitCode
from docgen.lifecycle.completion import Check, CheckState
from docgen.models.changes import ChangeDirective
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute
from tests.firm import ID, JON, SIGNED_COPY, Firm, Firms, pdf_words

CERTIFICATE = "completion-certificate"
LAST = f"""\
format: docgen.progress/1
engagement: {ID}
period: {{from: 2027-03-22, to: 2027-03-26}}
summary: All is done and invoiced.
status:
  overall: {{rag: green}}
milestones:
  - {{id: M1, actual: 2026-11-05}}
  - {{id: M2, actual: 2027-02-24}}
  - {{id: M3, actual: 2027-03-25}}
effort: [{{line: F3, units: 8}}]
invoiced:
  - {{line: F1, amount: 18000.00}}
  - {{line: F2, amount: 64000.00}}
  - {{line: F3, amount: 6080.00}}
  - {{line: F4, amount: 15000.00}}
  - {{line: F5, amount: 21500.00}}
"""


def found(firm: Firm) -> dict[str, Check]:
    return {check.what: check for check in firm.do(completion, ID)}


def open_words(firm: Firm) -> list[str]:
    return [check.what for check in firm.do(completion, ID) if check.state is CheckState.OPEN]


def accept(firm: Firm, *names: str) -> None:
    for name in names:
        facts = f"format: docgen.delivery/1\nengagement: {ID}\ndeliverable: {name}\ndelivered_on: 2027-03-01\n"
        decided = "outcome: accepted\ndecided_on: 2027-03-10\ndecided_by: Mei Tan\n"
        firm.do(record_entry, firm.write(f"engagements/delivery-{name}.yaml", facts + decided), Delivery)


@pytest.fixture
def done(firms: Firms, firm: Firm) -> Firm:
    """Lend the firm that has done all it promised, on 2 April 2027."""
    there = firms.at("changed", firm.root).on("2027-04-02")
    accept(there, "D1", "D2", "D3", "D4")
    there.by(JON).do(record_progress, there.write("engagements/last.yaml", LAST))
    return there


def test_what_is_open_is_named_with_what_to_do(firms: Firms) -> None:
    firm = firms.kept("changed").on("2027-04-02")
    checks = found(firm)
    assert checks["The contract"].met
    assert checks["Change order CO-001"].met
    assert checks["D4 Migrated returns service"].todo == "Hand it over and record that: `docgen delivery record FILE`."
    assert f"{ID}/letter-of-approval/1" not in checks  # the signed contract took its place


def test_an_order_in_force_later_brings_its_deliverable_then(firms: Firms) -> None:
    firm = firms.kept("changed")
    assert "D4 Migrated returns service" not in found(firm.on("2026-12-06"))
    assert "D4 Migrated returns service" in found(firm.on("2026-12-07"))


def test_no_certificate_is_issued_while_something_is_open(firm: Firm, firms: Firms) -> None:
    there = firms.at("changed", firm.root).on("2027-04-02")
    size = there.size
    with pytest.raises(NotCompleteError) as refused:
        there.issue(CERTIFICATE)
    assert refused.value.exit_code is ExitCode.REFUSED
    assert "D2 Migrated order service: not handed over." in str(refused.value)
    assert "Milestone M3 Plan accepted: not reached" in str(refused.value)
    assert there.size == size


def test_a_certificate_is_issued_when_nothing_is_open_and_waits_for_two_signatures(done: Firm) -> None:
    assert open_words(done) == []
    issued = done.issue(CERTIFICATE)
    assert issued.document.awaits == "signature"
    words = pdf_words(issued.files["pdf"])
    for said in ("10 March 2027, by Mei Tan", "GBP 107,800.00", "GBP 129,900.00", "GBP 124,580.00", "25 March 2027"):
        assert said in words, said
    done.do(execute, f"{ID}/{CERTIFICATE}", done.write("signed/end.pdf", SIGNED_COPY))
    assert open_words(done) == []
    assert done.issue(CERTIFICATE).repeated


def test_an_order_that_nobody_settled_is_open(done: Firm) -> None:
    second = (("number: 1 ", "number: 2 "), ("D4", "D5"), ("F5", "F6"), ("O5", "O6"))
    done.on("2026-12-14").do(raise_order, done.facts("change-order-001", *second))
    assert open_words(done) == ["Change order CO-002"]


def test_a_directive_without_an_order_is_open(done: Firm) -> None:
    done.do(record_entry, done.facts("change-directive-001"), ChangeDirective)
    assert open_words(done) == ["Directive CD-001 Keep the Reading data centre link open over Christmas"]


def test_a_dispute_is_open_until_its_file_says_how_it_was_settled(done: Firm) -> None:
    done.do(record_entry, done.facts("dispute"), Dispute)
    assert open_words(done) == ["Dispute of 2027-02-03 (Invoice 2041 has not been paid)"]
    settled = ("amount: 64000.00", "settled_on: 2027-03-30\nsettlement: The client paid.\namount: 64000.00")
    done.do(record_entry, done.facts("dispute", settled), Dispute)
    assert open_words(done) == []


def test_a_notice_of_breach_that_was_withdrawn_is_no_breach(done: Firm) -> None:
    done.on("2027-03-01").do(record_breach, done.facts("breach"))
    issued = done.on("2027-03-01").issue("breach-notice")
    assert open_words(done) == ["Notice of breach BN-001 of 2027-03-01"]
    done.do(withdraw, str(issued.reference), "The invoice was paid on the day of the notice.")
    assert open_words(done) == []


def test_the_checks_are_those_of_the_day_of_the_desk(done: Firm) -> None:
    asked = [check for check in done.do(completion, ID) if check.state is CheckState.ASK]
    assert [check.what for check in asked] == ["Obligation O1", "Obligation O5"]
    assert done.day == dt.date(2027, 4, 2)


def test_on_an_earlier_day_later_papers_and_signatures_do_not_count(done: Firm) -> None:
    assert open_words(done) == []
    earlier = found(done.on("2026-10-01"))
    assert not earlier["The contract"].met
    assert earlier["D1 Target architecture"].detail == "not handed over."
    assert "Change order CO-001" not in earlier
    assert (
        found(done.on("2027-03-05"))["D1 Target architecture"].detail == "handed over on 2027-03-01, not accepted yet."
    )
