"""Disputes on the record: letters wait for their day, and a notice of breach tells the steps before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.alerts import record_alert
from docgen.actions.deciding import submit
from docgen.actions.disputes import (
    NotYetError,
    UnsignedContractError,
    list_deliveries,
    list_disputes,
    show_breach,
    show_dispute,
)
from docgen.actions.documents import issued_event
from docgen.actions.drafting import NothingToIssueError
from docgen.actions.due import Asking, owing
from docgen.actions.engagements import Recorded
from docgen.actions.entries import raise_order, record_breach, record_entry
from docgen.actions.life import status
from docgen.actions.references import UnknownEngagementError
from docgen.actions.remaking import reproduce
from docgen.actions.render import UnknownClauseError
from docgen.actions.signing import execute, withdraw
from docgen.errors import ExitCode, NotFoundError, UsageError
from docgen.lifecycle.states import LifeState, LifeStep
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute
from tests.firm import CONTRACT, ID, LETTER, SIGNED_COPY, Firm, Firms, pdf_words

BILLED = ("clause: payment ", "clause: billing ")
SIGNED_LETTER = b"%PDF-1.7\nthe letter of approval, signed by both and scanned\n%%EOF\n"
NO_LOOK_BACK = ("step: look_back", "step: other")
ENDED = "  ended_on: 2027-02-22\n  outcome: not_settled        # settled or not_settled\n"


@pytest.fixture
def disputed(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm with a signed contract and the example's dispute recorded."""
    firm = firms.at("signed", tmp_path / "firm").on("2027-02-03")
    record(firm)
    return firm


def record(firm: Firm, *changes: tuple[str, str]) -> Recorded:
    return firm.do(record_entry, firm.facts("dispute", *changes), Dispute)


def without(firm: Firm, key: str) -> tuple[str, str]:
    """Return the change that takes everything from a key on out of the example's dispute."""
    text = firm.facts("dispute").read_text(encoding="utf-8")
    return text[text.index(f"\n{key}") :], "\n"


# The letters


def test_the_letters_have_the_number_of_the_dispute(disputed: Firm) -> None:
    assert str(disputed.issue("look-back").reference) == f"{ID}/LB-001/1"
    assert str(disputed.on("2027-02-16").issue("mediation-referral").reference) == f"{ID}/MR-001/1"
    assert str(disputed.on("2027-04-06").issue("re-opening").reference) == f"{ID}/RO-001/1"
    assert disputed.faults == []


def test_the_look_back_is_made_from_the_dispute_with_reports_and_hand_overs(disputed: Firm) -> None:
    disputed.do(record_entry, disputed.facts("delivery-d1"), Delivery)
    record(disputed, ("deliverable: D2", "deliverable: D1"))
    words = pdf_words(disputed.issue("look-back").files["pdf"])
    assert "accepted on 4 November 2026 by Mei Tan" in words


def test_the_look_back_has_the_date_that_a_notice_told_and_is_made_again_to_the_byte(disputed: Firm) -> None:
    disputed.on("2026-12-08").do(record_alert, disputed.facts("serious-issue"))
    disputed.on("2026-12-21").do(record_alert, disputed.facts("serious-issue", ("2027-03-05}", "2027-03-12}")))
    letter = disputed.issue("look-back")
    assert "expected on 12 March 2027 (notice NI-001)" in pdf_words(letter.files["pdf"])
    assert disputed.do(reproduce, str(letter.reference)).exact


def test_nobody_countersigns_a_letter_of_a_dispute(disputed: Firm) -> None:
    documents = [
        disputed.issue("look-back").document,
        disputed.on("2027-02-16").issue("mediation-referral").document,
        disputed.on("2027-04-06").issue("re-opening").document,
    ]
    assert [document.awaits for document in documents] == [None, None, None]


@pytest.mark.parametrize("kind", ["look-back", "mediation-referral", "re-opening"])
def test_there_is_no_letter_without_a_recorded_dispute(firm: Firm, kind: str) -> None:
    with pytest.raises(NothingToIssueError, match=r"no dispute recorded\. `docgen dispute record FILE`"):
        firm.issue(kind)


def test_a_letter_that_opens_again_waits_until_the_pause_is_over(disputed: Firm) -> None:
    size = disputed.size
    for day in ("2027-03-22", "2027-04-05"):
        with pytest.raises(NotYetError, match="DS-001 lasts until the end of 2027-04-05") as refused:
            disputed.on(day).issue("re-opening")
        assert refused.value.exit_code is ExitCode.REFUSED
    assert disputed.size == size
    assert "A Fresh Start" in pdf_words(disputed.on("2027-04-06").issue("re-opening").files["pdf"])


def test_a_letter_whose_step_is_not_recorded_is_refused(firm: Firm) -> None:
    later = firm.on("2027-05-01")
    record(later, without(later, "re_opening"))
    with pytest.raises(NotYetError, match="DS-001 has no `re_opening:`"):
        later.issue("re-opening")
    record(later, without(later, "mediation"))
    with pytest.raises(NotYetError, match="DS-001 has no `mediation:`"):
        later.issue("mediation-referral")
    with pytest.raises(NotYetError, match="DS-001 has no `cooling_off:`"):
        later.issue("re-opening")


def test_a_referral_before_the_talks_are_over_is_remarked_and_made(disputed: Firm) -> None:
    disputed.issue("look-back")
    early = disputed.on("2027-02-15").issue("mediation-referral")
    assert early.remarks == (
        "The time to negotiate lasts until 2027-02-15 (clause negotiation); the referral does not wait for it.",
    )
    record(disputed, ("subject: Invoice", "subject: The invoice"))
    assert disputed.on("2027-02-16").issue("mediation-referral").remarks == ()


# Notices of breach


def test_recording_a_breach_refuses_nothing_and_names_what_was_skipped(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path / "firm")
    bare = ("earlier_steps:                # what was tried before this letter\n", "")
    rows = (
        (
            "  - {on: 2027-02-03, step: look_back, text: A letter set out what was agreed; it was not answered.}\n",
            "",
        ),
        ("  - {on: 2027-02-09, step: negotiation, text: Call between the account manager and the sponsor.}\n", ""),
        ("  - {on: 2027-02-22, step: mediation, text: A neutral director met both sides; no agreement.}\n", ""),
    )
    recorded = firm.do(record_breach, firm.facts("breach", bare, *rows))
    assert recorded.new
    told = [remark.partition("warning: ")[2].partition(" was skipped")[0] for remark in recorded.remarks]
    assert told == [
        "the look back (clause look-back)",
        "negotiation (clause negotiation)",
        "mediation (clause mediation)",
    ]


def test_a_recorded_dispute_shows_the_steps_that_a_breach_does_not_name(disputed: Firm) -> None:
    disputed.issue("look-back")
    recorded = disputed.do(record_breach, disputed.facts("breach", NO_LOOK_BACK))
    assert recorded.remarks == ()


def test_a_breach_during_mediation_is_told_to_wait(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path / "firm")
    record(firm, (ENDED, ""))
    recorded = firm.do(record_breach, firm.facts("breach", ("step: mediation", "step: other")))
    (remark,) = recorded.remarks
    assert "does not wait for the end of mediation (clause mediation) on 2027-03-12" in remark


def test_a_notice_prints_recorded_steps_once(disputed: Firm) -> None:
    disputed.issue("look-back")
    disputed.do(record_breach, disputed.facts("breach", NO_LOOK_BACK))
    words = pdf_words(disputed.on("2027-03-01").issue("breach-notice").files["pdf"])
    told = "A look-back letter was sent by courier: Invoice 2041 has not been paid."
    assert told in words
    assert words.count("Call between the account manager and the sponsor.") == 1
    assert "The client said that the invoice waits" not in words
    assert "the look back (clause 24.1)" in words


def test_a_notice_without_disputes_is_made_from_what_it_was_made_from(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path / "firm")
    firm.do(record_breach, firm.facts("breach"))
    issued = firm.on("2027-03-01").issue("breach-notice")
    inputs = firm.do(lambda desk: [item.name for item in issued_event(desk.record, issued.document).inputs])
    assert not [name for name in inputs if name.startswith("dispute")]


def test_letters_and_notices_are_made_again_to_the_byte(disputed: Firm) -> None:
    disputed.do(record_breach, disputed.facts("breach"))
    for kind, day in (("look-back", "2027-02-03"), ("re-opening", "2027-04-06"), ("breach-notice", "2027-03-01")):
        issued = disputed.on(day).issue(kind)
        assert disputed.on("2027-06-01").do(reproduce, str(issued.reference)).exact


# A look back that was never sent


def test_a_look_back_counts_once_its_letter_is_issued_and_until_it_is_withdrawn(disputed: Firm) -> None:
    breach = disputed.facts("breach", NO_LOOK_BACK)
    (remark,) = disputed.do(record_breach, breach).remarks
    assert "the look back (clause look-back) was skipped" in remark
    letter = str(disputed.issue("look-back").reference)
    assert disputed.do(record_breach, breach).remarks == ()
    disputed.do(withdraw, letter, "It was never posted.")
    assert disputed.do(record_breach, breach).remarks == (remark,)
    assert [each.clause for each in disputed.do(show_breach, f"{ID}/BN-001").skipped] == ["look-back"]


def test_a_look_back_issued_after_the_notice_was_not_sent_before_it(disputed: Firm) -> None:
    disputed.on("2027-03-02").issue("look-back")
    (remark,) = disputed.do(record_breach, disputed.facts("breach", NO_LOOK_BACK)).remarks
    assert "the look back (clause look-back) was skipped" in remark


def test_a_notice_without_a_look_back_is_remarked_and_tells_of_no_letter(disputed: Firm) -> None:
    disputed.do(record_breach, disputed.facts("breach", NO_LOOK_BACK))
    issued = disputed.on("2027-03-01").issue("breach-notice")
    assert issued.remarks == ("The look back (clause look-back) was skipped.",)
    words = pdf_words(issued.files["pdf"])
    assert "look-back letter" not in words
    assert "the look back (clause" not in words
    assert "Call between the account manager and the sponsor." in words
    assert disputed.on("2027-06-01").do(reproduce, str(issued.reference)).exact


def test_a_referral_without_a_look_back_is_remarked_and_tells_of_no_account(disputed: Firm) -> None:
    issued = disputed.on("2027-02-10").issue("mediation-referral")
    assert issued.remarks == (
        "The look back of DS-001 was skipped: its letter LB-001 was not issued by then. Issue it first: docgen issue "
        f"look-back {ID} --number 1.",
    )
    words = pdf_words(issued.files["pdf"])
    assert "LB-001" not in words
    assert "written account" not in words
    assert "receipt of the account" not in words
    assert "The parties met: Pike House, London." in words
    assert disputed.on("2027-06-01").do(reproduce, str(issued.reference)).exact


def test_a_dispute_whose_look_back_was_not_sent_has_no_talks_that_run(disputed: Firm) -> None:
    record(disputed, without(disputed, "meeting"))
    on = disputed.on("2027-02-08")
    look_back, talks, mediation = on.do(show_dispute, f"{ID}/DS-001").stages
    assert (look_back.standing.value, look_back.since) == ("open", None)
    assert (talks.standing.value, talks.until) == ("open", None)
    assert mediation.standing.value == "open"
    assert not [each for each in on.do(owing, Asking(ID)).items if each.kind == "negotiation"]
    assert any("its look-back was not issued" in each.text for each in on.do(status, ID).obstacles)
    assert not any("time to negotiate" in each.text for each in on.do(status, ID).obstacles)
    disputed.issue("look-back")
    standings = [stage.standing.value for stage in on.do(show_dispute, f"{ID}/DS-001").stages]
    assert standings == ["done", "running", "open"]
    assert [each.kind for each in on.do(owing, Asking(ID)).items if "Negotiation" in each.what] == ["negotiation"]


def test_talks_that_were_held_count_without_a_look_back(disputed: Firm) -> None:
    look_back, talks, *_ = disputed.on("2027-02-12").do(show_dispute, f"{ID}/DS-001").stages
    assert (look_back.standing.value, talks.standing.value) == ("open", "done")
    assert (talks.since and talks.since.isoformat(), talks.until) == ("2027-02-09", None)


# Before a contract is signed


@pytest.fixture
def lettered(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm whose letter of approval is signed and whose contract is not, with a dispute over a bill."""
    firm = firms.at("lettered", tmp_path / "firm")
    firm.on("2026-09-15").do(execute, f"{ID}/{LETTER}", firm.write("signed/letter.pdf", SIGNED_LETTER))
    later = firm.on("2027-02-03")
    record(later, BILLED)
    return later


def test_a_look_back_under_the_letter_of_approval_rests_on_that_letter(lettered: Firm) -> None:
    issued = lettered.issue("look-back")
    assert issued.remarks == ()
    words = pdf_words(issued.files["pdf"])
    assert f"Letter of Approval {ID} between Northbridge" in words
    assert "We charge the Work at the prices in the Approved Item" in words
    assert "The Letter of Approval names no time for such talks." in words
    assert "Services Agreement" not in words
    assert "Deliverable D2" not in words
    assert lettered.on("2027-06-01").do(reproduce, str(issued.reference)).exact


def test_a_referral_and_a_re_opening_under_the_letter_rest_on_that_letter(lettered: Firm) -> None:
    lettered.issue("look-back")
    for kind, day in (("mediation-referral", "2027-02-10"), ("re-opening", "2027-04-06")):
        issued = lettered.on(day).issue(kind)
        words = pdf_words(issued.files["pdf"])
        assert f"Letter of Approval {ID}" in words
        assert "Services Agreement" not in words
        assert "receipt of the account" not in words


def test_a_clause_of_the_contract_is_none_of_the_letter_of_approval(lettered: Firm) -> None:
    (remark,) = record(lettered, ("clause: payment ", "clause: bills ")).remarks
    assert "the letter of approval has no clause “bills”" in remark
    assert "Did you mean “billing”" in remark
    with pytest.raises(UnknownClauseError, match="the letter of approval has no clause “bills”"):
        lettered.issue("look-back")


def test_no_time_runs_for_talks_or_mediation_under_the_letter_of_approval(lettered: Firm) -> None:
    lettered.issue("look-back")
    stages = lettered.on("2027-02-12").do(show_dispute, f"{ID}/DS-001").stages
    assert [stage.until for stage in stages[:3]] == [None, None, None]
    kinds = {each.kind for each in lettered.on("2027-02-12").do(owing, Asking(ID)).items}
    assert not kinds & {"negotiation", "mediation"}


def test_a_referral_under_the_letter_needs_a_mediator_as_no_body_names_one(lettered: Firm) -> None:
    nobody = "{name: Ines Calder, organisation: Calder Mediation, email: ines@caldermediation.example}"
    record(lettered, BILLED, (f"mediator: {nobody}", "mediator:"))
    with pytest.raises(NotYetError, match="the letter of approval names no body that appoints one") as refused:
        lettered.on("2027-02-12").issue("mediation-referral")
    assert "`mediator: {name: …}`" in str(refused.value)
    record(lettered, BILLED)
    assert lettered.on("2027-02-12").issue("mediation-referral").files


def test_no_change_order_is_offered_before_the_contract_is_signed(lettered: Firm) -> None:
    found = lettered.do(status, ID)
    assert "change-order" not in found.working
    assert not [line for step in found.following for line in step.commands if "docgen change" in line]
    raised = lettered.do(raise_order, lettered.facts("change-order-001"))
    assert "an order cannot be executed before it" in raised.remarks[-1]
    assert "an order cannot be executed before it" in lettered.do(submit, f"{ID}/CO-001").remarks[-1]


def test_no_notice_of_breach_is_issued_under_a_contract_that_is_not_signed(lettered: Firm) -> None:
    recorded = lettered.do(record_breach, lettered.facts("breach"))
    assert recorded.new
    assert any("not recorded as signed, so no notice can be issued" in each for each in recorded.remarks)
    size = lettered.size
    with pytest.raises(UnsignedContractError, match="settle the matter under the letter of approval") as refused:
        lettered.on("2027-03-01").issue("breach-notice")
    assert refused.value.exit_code is ExitCode.REFUSED
    assert lettered.size == size


def test_a_notice_of_breach_is_no_next_step_before_the_contract_is_signed(lettered: Firm) -> None:
    assert LifeStep.BREACH_NOTICED not in {each.step for each in lettered.do(status, ID).following}
    lettered.issue(CONTRACT)
    lettered.do(execute, f"{ID}/{CONTRACT}", lettered.write("signed/contract.pdf", SIGNED_COPY))
    assert LifeStep.BREACH_NOTICED in {each.step for each in lettered.do(status, ID).following}


def test_a_breach_counts_once_its_notice_is_issued(disputed: Firm) -> None:
    disputed.issue("look-back")
    disputed.on("2027-03-01").do(record_breach, disputed.facts("breach"))
    next_day = disputed.on("2027-03-02")
    before = next_day.do(status, ID)
    how = f"BN-001 is recorded, and its notice was not issued: docgen issue breach-notice {ID} --number 1."
    assert (before.state, how in [each.text for each in before.obstacles]) == (LifeState.MEDIATION, True)
    owed = {each.kind: each.what for each in next_day.do(owing, Asking(ID, within=30)).items}
    assert owed["breach_notice"] == "issue the notice of breach: BN-001"
    assert "cure" not in owed
    assert not next_day.do(show_breach, f"{ID}/BN-001").noticed
    next_day.issue("breach-notice")
    after = next_day.do(status, ID)
    assert (after.state, str(after.since)) == (LifeState.BREACH, "2027-03-01")
    kinds = {each.kind for each in next_day.do(owing, Asking(ID, within=30)).items}
    assert kinds & {"cure", "breach_notice"} == {"cure"}
    assert next_day.do(show_breach, f"{ID}/BN-001").noticed


def test_a_notice_before_the_contract_takes_effect_is_remarked(disputed: Firm) -> None:
    bare = "earlier_steps:                # what was tried before this letter\n"
    text = disputed.facts("breach").read_text(encoding="utf-8")
    steps = text[text.index(bare) : text.index("consequences:")]
    days = (("2027-01-15", "2026-09-20"), ("2027-02-02", "2026-09-21"), ("2027-03-01", "2026-10-02"))
    recorded = disputed.do(record_breach, disputed.facts("breach", (steps, ""), *days))
    told = "dated before the contract takes effect on 2026-10-05"
    assert any(told in each for each in recorded.remarks)
    assert told in disputed.on("2026-10-02").issue("breach-notice").remarks[0]


# Clauses that are not there


def test_a_clause_that_the_contract_does_not_have_is_remarked_when_it_is_recorded(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path / "firm").on("2027-02-03")
    recorded = record(firm, ("clause: payment ", "clause: paymnt "))
    assert recorded.new
    (remark,) = recorded.remarks
    assert "dispute.yaml:8:13: warning: the contract has no clause “paymnt”" in remark
    assert "Did you mean “payment”" in remark
    again = record(firm, ("clause: payment ", "clause: paymnt "))
    assert (again.new, again.remarks) == (False, (remark,))


def test_a_breach_of_no_clause_is_remarked_and_recorded(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path / "firm").on("2027-03-01")
    recorded = firm.do(record_breach, firm.facts("breach", ("clause: payment", "clause: xyzzy")))
    assert recorded.new
    assert any(
        "no clause “xyzzy”" in remark and "docgen template show contract" in remark for remark in recorded.remarks
    )


def test_without_a_contract_no_clause_is_missed(firm: Firm) -> None:
    assert record(firm, ("clause: payment ", "clause: paymnt ")).remarks == ()


# Looking


def test_a_dispute_is_shown_with_its_steps_and_letters(disputed: Firm) -> None:
    disputed.issue("look-back")
    later = disputed.on("2027-04-06")
    later.issue("re-opening")
    shown = later.do(show_dispute, f"{ID}/DS-001")
    assert [(stage.step.value, stage.standing.value) for stage in shown.stages] == [
        ("look_back", "done"),
        ("negotiation", "done"),
        ("mediation", "done"),
        ("cooling_off", "done"),
        ("re_opening", "done"),
    ]
    assert [document.kind for document in shown.documents] == ["look-back", "re-opening"]
    assert later.do(show_dispute, f"{ID}/LB-001") == shown
    assert later.do(list_disputes) == later.do(list_disputes, ID) == (shown,)


def test_a_breach_is_shown_with_its_deadline_and_what_was_skipped(firm: Firm) -> None:
    firm.do(record_breach, firm.facts("breach", NO_LOOK_BACK))
    shown = firm.do(show_breach, f"{ID}/BN-001")
    assert shown.cure is not None
    assert shown.cure.date.isoformat() == "2027-03-23"
    assert [step.step.value for step in shown.taken] == ["other", "negotiation", "mediation"]
    assert [each.clause for each in shown.skipped] == ["look-back"]


def test_what_is_not_there_is_not_found(disputed: Firm) -> None:
    with pytest.raises(NotFoundError, match="no dispute DS-002"):
        disputed.do(show_dispute, f"{ID}/DS-002")
    with pytest.raises(NotFoundError, match=r"no breach BN-001\. There are: none"):
        disputed.do(show_breach, f"{ID}/BN-001")
    with pytest.raises(UsageError, match="Write one such as NBS-2026-014/DS-001"):
        disputed.do(show_dispute, f"{ID}/CO-001")
    with pytest.raises(UnknownEngagementError):
        disputed.do(list_disputes, "NBS-2026-999")


def test_hand_overs_are_listed_by_deliverable_with_the_end_of_the_review(firm: Firm) -> None:
    firm.do(record_entry, firm.facts("delivery-d1"), Delivery)
    again = ("deliverable: D1", "deliverable: D2"), ("outcome: accepted ", "outcome: under_review ")
    gone = (("decided_on: 2026-11-04\n", ""), ("decided_by: Mei Tan\n", ""))
    firm.do(record_entry, firm.facts("delivery-d1", *again, *gone), Delivery)
    rows = firm.on("2026-11-10").do(list_deliveries, ID)
    told = [(row.deliverable.id, row.number, row.review.date.isoformat() if row.review else None) for row in rows]
    assert told == [("D1", 1, None), ("D2", 2, "2026-11-12"), ("D3", None, None)]
    assert str(rows[0].delivery and rows[0].delivery.outcome) == "accepted"


def test_a_hand_over_is_listed_as_it_stood_on_the_day(firm: Firm) -> None:
    firm.do(record_entry, firm.facts("delivery-d1"), Delivery)
    told = []
    for day in ("2026-10-28", "2026-11-03", "2026-11-04"):
        row = firm.on(day).do(list_deliveries, ID)[0]
        told.append((row.delivery.outcome.value, bool(row.review)) if row.delivery else None)
    assert told == [None, ("under_review", True), ("accepted", False)]


def test_the_outcome_of_a_hand_over_is_its_next_revision(firm: Firm) -> None:
    before = ("outcome: accepted ", "outcome: under_review ")
    open_ = firm.facts("delivery-d1", before, ("decided_on: 2026-11-04\n", ""), ("decided_by: Mei Tan\n", ""))
    first = firm.do(record_entry, open_, Delivery)
    second = firm.do(record_entry, firm.facts("delivery-d1"), Delivery)
    assert (first.reference, second.reference, second.revision) == (f"{ID}/DL-001", f"{ID}/DL-001", 2)
