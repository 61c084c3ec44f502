"""Terms before the contract: standard, within range, for somebody to approve, or forbidden; and what may be issued."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.acting import NotPermittedError
from docgen.actions.engagements import record_engagement
from docgen.actions.reviewing import (
    NothingToApproveError,
    TermsNotAgreedError,
    TermsReview,
    approve_terms,
    review_terms,
)
from docgen.models.playbook import Standing
from tests.firm import ADAM, AMARA, CONTRACT, DORA, ID, LENA, LETTER, Firm, Firms

PAYMENT = "terms.fees.payment_days"


def asked(firm: Firm, days: int, *more: tuple[str, str]) -> Firm:
    """Return a firm whose client asked for other days to pay."""
    firm.do(record_engagement, firm.facts("engagement", ("payment_days: 30", f"payment_days: {days}"), *more))
    return firm.on("2026-09-28")


def rulings(review: TermsReview) -> dict[str, str]:
    return {each.judged.path: str(each.ruling) for each in review.terms if each.ruling.weight}


def test_the_example_stands_on_the_houses_own_terms(firms: Firms) -> None:
    review = firms.kept("recorded").do(review_terms, ID)
    assert {each.ruling.standing for each in review.terms} == {Standing.STANDARD}
    assert len(review.terms) > 25
    assert review.open == ()


def test_a_term_within_the_range_needs_nobody(firm: Firm) -> None:
    assert rulings(asked(firm, 45).do(review_terms, ID)) == {PAYMENT: "allowed"}
    assert firm.on("2026-09-28").issue(CONTRACT).document.version == 1


def test_a_contract_waits_for_the_role_that_the_playbook_names(firm: Firm) -> None:
    there = asked(firm, 60)
    with pytest.raises(TermsNotAgreedError) as refused:
        there.issue(CONTRACT)
    said = f"{PAYMENT} is 60: needs approval of the role director ({DORA})"
    assert said in str(refused.value)
    assert there.issue(LETTER).document.version == 1  # the letter of approval is no contract
    (approved,) = there.by(DORA).do(approve_terms, ID, "Their house rules.")
    assert approved.judged.path == PAYMENT
    (term,) = [each for each in there.do(review_terms, ID).terms if each.ruling.weight]
    assert term.consent
    assert (term.consent.person, term.consent.approval.reason) == (DORA, "Their house rules.")
    assert there.issue(CONTRACT).document.version == 1
    assert there.faults == []


def test_an_approval_is_of_one_value_and_lapses_with_it(firm: Firm) -> None:
    asked(firm, 60).by(DORA).do(approve_terms, ID)
    there = asked(firm, 55)
    with pytest.raises(TermsNotAgreedError, match="is 55: needs approval"):
        there.issue(CONTRACT)
    again = asked(firm, 60, ("docgen.engagement/1", "docgen.engagement/1\nrevision: 3"))
    assert again.issue(CONTRACT).document.version == 1


def test_each_role_approves_its_own_and_nobody_anothers(firm: Firm) -> None:
    there = asked(firm, 60, ("confidentiality_years: 3", "confidentiality_years: 9"))
    with pytest.raises(NothingToApproveError, match="has none of the roles"):
        there.by(AMARA).do(approve_terms, ID)
    with pytest.raises(NotPermittedError):
        there.by(ADAM).do(approve_terms, ID)
    assert [each.judged.path for each in there.by(LENA).do(approve_terms, ID)] == ["terms.confidentiality_years"]
    with pytest.raises(TermsNotAgreedError):
        there.issue(CONTRACT)
    there.by(DORA).do(approve_terms, ID)
    assert there.issue(CONTRACT).document.version == 1
    with pytest.raises(NothingToApproveError, match="No term"):
        there.by(DORA).do(approve_terms, ID)


def test_nobody_approves_what_is_forbidden(firm: Firm) -> None:
    there = asked(firm, 90)
    with pytest.raises(NothingToApproveError, match="No term"):
        there.by(DORA).do(approve_terms, ID)
    with pytest.raises(TermsNotAgreedError, match="What is forbidden has to change"):
        there.issue(CONTRACT)


def test_a_limit_of_the_house_counts_and_an_approval_under_another_role_does_not(firm: Firm) -> None:
    asked(firm, 60).by(DORA).do(approve_terms, ID)
    own = (Path(__file__).parents[2] / "templates/contracts/_fees.playbook.yaml").read_text(encoding="utf-8")
    firm.write(
        "templates/contracts/_fees.playbook.yaml",
        own.replace("{at_most: 60, role: director}", "{at_most: 60, role: legal}"),
    )
    assert rulings(firm.do(review_terms, ID)) == {PAYMENT: "needs approval (legal)"}
    assert [each.judged.path for each in firm.do(review_terms, ID).open] == [PAYMENT]
