"""Where an engagement stands: its state from the record, what may come next, and what stands in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.approvals import approve_templates
from docgen.actions.audit import erase
from docgen.actions.deciding import submit
from docgen.actions.engagements import record_engagement
from docgen.actions.entries import raise_order, record_entry, record_progress
from docgen.actions.life import Status, commands_for, list_states, status
from docgen.actions.references import UnknownEngagementError
from docgen.actions.signing import execute, withdraw
from docgen.lifecycle.states import LifeState, LifeStep
from docgen.models.feedback import Feedback
from tests.firm import ADAM, CONTRACT, ID, JON, LENA, LETTER, SIGNED_COPY, Firm, Firms
from tests.lives import put_paper

USED = "GBP {} of GBP 20,000.00 is used; GBP {} is left until the contract is signed."
STOP = "Stop the work, or have the contract signed."


def at(firm: Firm, day: str) -> Status:
    return firm.on(day).do(status, ID)


def texts(found: Status, step: LifeStep | None = None) -> list[str]:
    return [obstacle.text for obstacle in found.obstacles if obstacle.step is step]


@pytest.fixture
def lettered(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm whose letter of approval is signed by both."""
    firm = firms.at("lettered", tmp_path / "firm")
    firm.on("2026-09-18").do(execute, f"{ID}/{LETTER}", firm.write("signed/letter.pdf", SIGNED_COPY))
    return firm


@pytest.fixture
def changed(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm with a signed contract and one executed change order."""
    return firms.at("changed", tmp_path / "firm")


def spent(firm: Firm, effort: str = "20", line: str = "F3", invoiced: str = "0.00") -> None:
    """Record a report of work under the letter."""
    text = (
        f"format: docgen.progress/1\nengagement: {ID}\nperiod: {{from: 2026-09-21, to: 2026-09-25}}\n"
        "summary: Work has begun.\nstatus: {overall: {rag: green, reason: The client knows of it}}\n"
        f"effort: [{{line: F3, units: {effort}}}]\ninvoiced: [{{line: {line}, amount: {invoiced}}}]\n"
    )
    firm.by(JON).on("2026-09-25").do(record_progress, firm.write("engagements/early.yaml", text))


# From prospect to work


def test_a_recorded_engagement_is_a_prospect_since_it_was_recorded(firm: Firm) -> None:
    found = at(firm, "2026-09-16")
    assert (found.state, str(found.since), found.papers) == (LifeState.PROSPECT, "2026-09-14", ())
    assert [each.step for each in found.following] == [LifeStep.LETTER_EXECUTED, LifeStep.CONTRACT_EXECUTED]
    assert found.following[0].commands == (
        f"docgen issue letter-of-approval {ID}",
        f"docgen document execute {ID}/letter-of-approval --signed FILE",
    )
    assert found.obstacles == ()


def test_only_commands_that_can_be_run_are_proposed_in_the_language_of_the_engagement(firm: Firm) -> None:
    firm.do(record_engagement, firm.facts("engagement", ("locale: en-GB", "locale: de-DE")))
    letter, contract = at(firm, "2026-09-16").following
    assert letter.commands[0] == f"docgen issue letter-of-approval {ID}"
    assert contract.commands == ()
    assert "“contract” has no words in the language de" in contract.note


def test_a_template_that_nobody_approved_blocks_its_paper(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("founded", tmp_path / "firm")
    firm.do(record_engagement, firm.facts("engagement", ("payment_days: 30", "payment_days:")))
    found = at(firm, "2026-09-16")
    assert texts(found, LifeStep.LETTER_EXECUTED) == [
        "The template “letter-of-approval” is not approved as it stands: docgen template approve letter-of-approval."
    ]
    assert texts(found, LifeStep.CONTRACT_EXECUTED) == [
        "The facts leave terms.fees.payment_days blank.",
        "The template “contract” is not approved as it stands: docgen template approve contract.",
    ]
    firm.by(LENA).do(approve_templates, ("letter-of-approval",))
    assert texts(at(firm, "2026-09-16"), LifeStep.LETTER_EXECUTED) == []


def test_a_letter_that_waits_for_its_signature_changes_nothing(firms: Firms) -> None:
    found = at(firms.kept("lettered"), "2026-09-16")
    assert (found.state, [paper.kind for paper in found.papers]) == (LifeState.PROSPECT, [LETTER])
    assert texts(found, LifeStep.LETTER_EXECUTED) == [
        f"{ID}/letter-of-approval was issued on 14 September 2026 and waits for the signatures."
    ]


def test_the_letter_says_how_far_work_is_covered_and_until_when(lettered: Firm) -> None:
    found = at(lettered, "2026-09-20")
    assert (found.state, str(found.since)) == (LifeState.APPROVED, "2026-09-18")
    assert texts(found) == [
        "The contract is not executed; work beyond GBP 20,000.00 is not covered by the letter of approval.",
        "The letter of approval lets work begin on 21 September 2026.",
        "The letter of approval lapses on 30 October 2026.",
    ]
    assert texts(at(lettered, "2026-10-31"))[-1] == "The letter of approval lapsed on 30 October 2026."
    assert at(lettered, "2026-09-17").state is LifeState.PROSPECT


@pytest.mark.parametrize(
    ("effort", "line", "invoiced", "text"),
    [
        ("20", "F3", "0.00", USED.format("14,400.00", "5,600.00")),
        ("10", "F3", "9000.00", USED.format("9,000.00", "11,000.00")),
        ("20", "F1", "5600.00", f"GBP 20,000.00 is used, all that the letter covers. {STOP}"),
        (
            "30",
            "F3",
            "0.00",
            f"GBP 21,600.00 is used, GBP 1,600.00 beyond the GBP 20,000.00 of the letter. {STOP}",
        ),
    ],
)
def test_work_under_the_letter_is_held_against_its_limit(
    lettered: Firm, effort: str, line: str, invoiced: str, text: str
) -> None:
    spent(lettered, effort, line, invoiced)
    found = at(lettered, "2026-09-28")
    assert (found.state, texts(found)[1]) == (LifeState.APPROVED, text)


def test_work_before_any_paper_is_not_covered_at_all(firm: Firm) -> None:
    spent(firm)
    found = at(firm, "2026-09-28")
    assert found.state is LifeState.PROSPECT
    assert texts(found) == [
        "Neither letter nor contract is executed; no work is covered. GBP 14,400.00 is used so far.",
        "amara.okafor@northbridge.example is to speak with the client. Contact since 21 September 2026: none for 7 of "
        "7 days; call Mei Tan (mei.tan@harrowpike.example).",
    ]


def test_a_signed_contract_waits_for_its_effective_date(firms: Firms) -> None:
    signed = firms.kept("signed")
    waiting = at(signed, "2026-10-03")
    assert (waiting.state, texts(waiting, LifeStep.WORK_BEGUN)) == (
        LifeState.CONTRACTED,
        ["The contract takes effect on 5 October 2026."],
    )
    begun = at(signed, "2026-10-05")
    assert (begun.state, str(begun.since)) == (LifeState.ACTIVE, "2026-10-05")
    assert "D1 Target architecture: not handed over." in texts(begun, LifeStep.COMPLETED)


def test_under_the_letter_alone_reports_are_offered_and_no_certificate(lettered: Firm) -> None:
    before, allowed = at(lettered, "2026-09-18"), at(lettered, "2026-09-25")
    assert LifeStep.WORK_BEGUN not in [each.step for each in before.following]
    (report,) = [each for each in allowed.following if each.step is LifeStep.WORK_BEGUN]
    assert report.commands == ("docgen progress record FILE", f"docgen issue progress-report {ID}")
    spent(lettered)
    begun = at(lettered, "2026-09-28")
    assert LifeStep.WORK_BEGUN not in [each.step for each in begun.following]
    for found in (before, allowed, begun):
        assert found.working == ("progress-report",)
        assert not [each for each in found.following if "completion-certificate" in each.papers]
        assert texts(found, LifeStep.COMPLETED) == ["Completion is certified of a signed contract only."]
    for each in begun.following:
        assert each.step in (LifeStep.CONTRACT_EXECUTED, LifeStep.DISPUTE_RAISED, LifeStep.MEDIATION_REFERRED)


def test_a_letter_that_lets_work_begin_asks_for_reports_before_it_is_signed(firms: Firms) -> None:
    firm = firms.kept("lettered")
    assert at(firm, "2026-09-15").working == ()
    later = at(firm, "2026-09-25")
    assert (later.state, later.working) == (LifeState.PROSPECT, ("progress-report",))


def test_work_begun_under_the_letter_goes_on_under_the_contract(lettered: Firm) -> None:
    spent(lettered)
    lettered.on("2026-09-28").issue(CONTRACT)
    lettered.on("2026-10-02").do(execute, f"{ID}/contract", lettered.write("signed/contract.pdf", SIGNED_COPY))
    found = at(lettered, "2026-10-03")
    assert (found.state, str(found.since)) == (LifeState.ACTIVE, "2026-10-02")


# At work


def test_open_change_orders_say_what_they_wait_for(changed: Firm) -> None:
    renamed = (("number: 1  ", "number: 2  "), ("id: D4", "id: D5"), ("id: F5", "id: F6"), ("id: O5", "id: O6"))
    again = changed.facts("change-order-001", *renamed)
    changed.on("2026-12-01").do(raise_order, again)
    assert "CO-002 is a draft and changes nothing until it is submitted." in texts(at(changed, "2026-12-01"))
    changed.on("2026-12-01").do(submit, f"{ID}/CO-002")
    assert "CO-002 is submitted and needs the approval of account manager and director." in texts(
        at(changed, "2026-12-01")
    )
    assert "CO-002 lapsed: nobody answered in time." in texts(at(changed, "2026-12-20"))


def test_a_breach_is_told_with_its_way_out(firms: Firms) -> None:
    found = at(firms.kept("grown"), "2027-03-02")
    assert (found.state, str(found.since)) == (LifeState.BREACH, "2027-03-01")
    assert {each.step for each in found.following} == {
        LifeStep.MEDIATION_REFERRED,
        LifeStep.COOLING_OFF_BEGUN,
        LifeStep.SETTLED,
    }
    notes = {each.step: each.note for each in found.following}
    assert notes[LifeStep.COOLING_OFF_BEGUN] == "Begun today, 30 days of it would last until 1 April 2027."
    assert texts(found, LifeStep.COMPLETED) == ["Nothing is certified as complete while a dispute is open."]


def test_the_house_sets_how_long_it_cools_off(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("grown", tmp_path / "firm")
    settings = (firm.root / "docgen.toml").read_text(encoding="utf-8")
    firm.write("docgen.toml", settings + "\n[deadlines]\ncooling_off_days = 10\n")
    notes = [each.note for each in at(firm, "2027-03-02").following]
    assert "Begun today, 10 days of it would last until 12 March 2027." in notes


def test_a_withdrawn_notice_was_no_breach(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("grown", tmp_path / "firm")
    firm.on("2027-03-02").do(withdraw, f"{ID}/BN-001", "Paid in the meantime")
    assert at(firm, "2027-03-03").state is LifeState.ACTIVE


# Afterwards


def test_a_signed_certificate_completes_and_later_feedback_keeps_in_touch(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path / "firm")
    put_paper(firm, "completion-certificate", "2027-03-26")
    done = at(firm, "2027-04-01")
    assert (done.state, str(done.since), done.obstacles) == (LifeState.COMPLETED, "2027-03-26", ())
    assert LifeStep.CONTACT_KEPT in {each.step for each in done.following}
    firm.on("2027-04-10").do(record_entry, firm.facts("feedback"), Feedback)
    kept = at(firm, "2027-05-01")
    assert (kept.state, str(kept.since)) == (LifeState.KEPT_IN_TOUCH, "2027-04-09")


def test_a_certificate_in_the_middle_of_a_breach_is_told_and_changes_nothing(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("grown", tmp_path / "firm")
    put_paper(firm, "completion-certificate", "2027-03-26")
    found = at(firm, "2027-04-01")
    assert (found.state, len(found.remarks)) == (LifeState.BREACH, 1)


# Across engagements


def test_every_engagement_is_listed_with_its_state_and_an_erased_one_without(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path / "firm")
    other = firm.facts("engagement", (f"id: {ID}", "id: NBS-2026-015"))
    firm.do(record_engagement, other)
    states = [(revision.engagement, state) for revision, _, state in firm.on("2026-10-06").listed(list_states, 10)]
    assert states == [(ID, LifeState.ACTIVE), ("NBS-2026-015", LifeState.PROSPECT)]
    firm.by(ADAM).do(erase, "NBS-2026-015", "request")
    states = [(revision.engagement, state) for revision, _, state in firm.on("2026-10-06").listed(list_states, 10)]
    assert states == [(ID, LifeState.ACTIVE), ("NBS-2026-015", None)]


def test_an_engagement_nobody_recorded_is_refused_with_the_nearest_one(firm: Firm) -> None:
    with pytest.raises(UnknownEngagementError, match=ID):
        firm.do(status, "NBS-2026-041")


def test_every_paper_has_its_commands(firm: Firm) -> None:
    assert commands_for("look-back", "E-1") == ("docgen dispute record FILE", "docgen issue look-back E-1")
    assert commands_for("change-order", "E-1")[:2] == ("docgen change raise FILE", "docgen change submit E-1/CO-…")
    assert commands_for("completion-certificate", "E-1")[-1].startswith("docgen document execute E-1/completion")
