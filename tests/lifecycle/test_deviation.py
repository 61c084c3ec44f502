"""How much detail a contract should have: a proposal from facts, with its reasons."""

from __future__ import annotations

from typing import Any

import pytest

from docgen.actions.demo import EXAMPLE
from docgen.facts.load import load_files
from docgen.lifecycle.deviation import DETAIL, HIGH_FROM, MEDIUM_FROM, Assessment, assess
from docgen.models.engagement import Deviation, Engagement

ENGAGEMENT = load_files([EXAMPLE / "engagement.yaml"]).engagements[0].facts


def changed(**terms: Any) -> Engagement:
    return ENGAGEMENT.model_copy(update={"terms": ENGAGEMENT.terms.model_copy(update=terms)})


def scoped(**scope: Any) -> Engagement:
    return changed(scope=ENGAGEMENT.terms.scope.model_copy(update=scope))


def known(engagement: Engagement = ENGAGEMENT, orders: int = 0, blanks: int = 0) -> Assessment:
    """Assess an engagement with a client that two others were done for."""
    return assess(engagement, past_engagements=2, past_change_orders=orders, open_blanks=blanks)


def told(assessment: Assessment) -> list[tuple[int, str]]:
    return [(reason.points, reason.text) for reason in assessment.reasons]


def test_clear_work_for_a_client_one_knows_needs_a_brief_contract() -> None:
    found = known()
    assert (found.score, found.proposed, found.detail, found.reasons) == (0, Deviation.LOW, "brief", ())


def test_a_new_client_alone_makes_it_a_standard_contract() -> None:
    found = assess(ENGAGEMENT, past_engagements=0, past_change_orders=0)
    assert told(found) == [(3, "This is the first engagement with Harrow & Pike Retail plc.")]
    assert (found.proposed, found.detail, found.remark) == (Deviation.MEDIUM, "standard", "")


@pytest.mark.parametrize(("orders", "points"), [(0, 0), (1, 0), (2, 1), (5, 1), (6, 2)])
def test_change_orders_of_earlier_work_count_by_how_many_each_engagement_had(orders: int, points: int) -> None:
    found = known(orders=orders)
    assert found.score == points
    if points:
        assert found.reasons[0].text == (
            f"2 earlier engagements with Harrow & Pike Retail plc had {orders} change orders."
        )


def test_deliverables_without_criteria_or_days_make_the_scope_unclear() -> None:
    vague = tuple(
        each.model_copy(update={"acceptance": None, "due": None}) for each in ENGAGEMENT.terms.scope.deliverables
    )
    found = known(scoped(deliverables=vague))
    assert told(found) == [
        (3, "Nothing says when D1, D2 and D3 can be accepted."),
        (2, "No day is set for D1, D2 and D3."),
    ]
    assert found.proposed is Deviation.MEDIUM


def test_a_scope_without_limits_is_unclear_too() -> None:
    found = known(scoped(deliverables=(), exclusions=(), assumptions=()))
    assert told(found) == [
        (3, "No deliverable is named."),
        (1, "Nothing is excluded from the scope."),
        (1, "No assumption is written down."),
    ]


def test_work_paid_by_time_may_grow() -> None:
    lines = {line.id: line for line in ENGAGEMENT.terms.fees.lines}
    fees = ENGAGEMENT.terms.fees
    half = changed(fees=fees.model_copy(update={"lines": (lines["F3"],)}))
    quarter = changed(fees=fees.model_copy(update={"lines": (lines["F3"], lines["F1"])}))
    assert told(known(half)) == [(2, "GBP 10,800.00 of GBP 10,800.00 (100 %) is paid by time or by unit.")]
    assert told(known(quarter)) == [(1, "GBP 10,800.00 of GBP 28,800.00 (38 %) is paid by time or by unit.")]
    assert told(known(changed(fees=fees.model_copy(update={"lines": ()})))) == [(2, "No fees are agreed.")]


def test_people_from_elsewhere_who_speak_for_the_client_are_third_parties() -> None:
    client = ENGAGEMENT.client
    outside = client.contacts[0].model_copy(update={"email": "iris@consultants.example"})
    found = known(
        ENGAGEMENT.model_copy(update={"client": client.model_copy(update={"contacts": (*client.contacts, outside)})})
    )
    assert told(found) == [(1, "People of consultants.example speak for the client: third parties have a part in it.")]


def test_many_assumptions_rest_on_others() -> None:
    found = known(scoped(assumptions=("The link is up", "The council agrees", "The supplier delivers")))
    assert told(found) == [(1, "The work rests on 3 assumptions that others must make true.")]


@pytest.mark.parametrize(("blanks", "points"), [(0, 0), (1, 1), (3, 1), (4, 2)])
def test_open_facts_count(blanks: int, points: int) -> None:
    found = known(blanks=blanks)
    assert found.score == points
    if blanks == 1:
        assert found.reasons[0].text == "1 fact the contract needs is still blank."


def test_many_reasons_together_make_it_a_full_contract_and_a_person_decides() -> None:
    engagement = scoped(deliverables=(), exclusions=())
    found = assess(engagement, past_engagements=0, past_change_orders=0)
    assert (found.score, found.proposed, found.detail) == (HIGH_FROM, Deviation.HIGH, "full")
    assert found.stated is ENGAGEMENT.account.deviation is Deviation.MEDIUM
    assert found.remark == (
        "The file says deviation medium (standard), and the facts propose high (full). You decide: "
        "`account.deviation` stays as it is until you change it."
    )


def test_every_level_has_its_detail() -> None:
    assert set(DETAIL) == set(Deviation)
    assert 0 < MEDIUM_FROM < HIGH_FROM
