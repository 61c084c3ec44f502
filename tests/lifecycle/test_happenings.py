"""What happens within an engagement names the deliverables and obligations of the contract and of its orders."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from docgen.actions.demo import EXAMPLE
from docgen.errors import Severity
from docgen.facts.load import load_files
from docgen.lifecycle.happenings import contact_problems, delivery_problems, dispute_problems
from docgen.models.changes import ChangeOrder
from docgen.models.contact import Contact
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute
from docgen.models.engagement import Deviation, Engagement

NAMES = ("engagement", "change-order-001", "delivery-d1", "dispute")
FACTS = load_files([EXAMPLE / f"{name}.yaml" for name in NAMES])
ENGAGEMENT = FACTS.engagements[0].facts
FULL = ENGAGEMENT.model_copy(update={"account": ENGAGEMENT.account.model_copy(update={"deviation": Deviation.HIGH})})
ADDS = FACTS.orders[0].facts
"""An order that adds the deliverable D4 and the obligation O5."""
OMITS = ChangeOrder.model_validate(
    ADDS.model_dump(mode="json")
    | {
        "number": 2,
        "changes": [
            {"do": "omit_deliverable", "deliverable": "D4"},
            {"do": "omit_obligation", "obligation": "O5"},
        ],
    },
    context={"currency": ENGAGEMENT.currency},
)


def over(**named: str) -> Dispute:
    """Return the example's dispute over another deliverable or obligation."""
    dispute = FACTS.of(Dispute)[0].facts
    grievance = dispute.grievances[0].model_copy(update={"deliverable": None, **named})
    return dispute.model_copy(update={"grievances": (grievance,)})


def test_a_dispute_may_be_over_what_an_order_added() -> None:
    for dispute in (over(deliverable="D4"), over(obligation="O5")):
        assert list(dispute_problems(ENGAGEMENT, (ADDS,), dispute)) == []
        assert [each.rule for each in dispute_problems(ENGAGEMENT, (), dispute)] == ["unknown-id"]


def test_what_an_order_omitted_again_may_still_be_spoken_of() -> None:
    delivery = FACTS.of(Delivery)[0].facts.model_copy(update={"deliverable": "D4"})
    assert list(delivery_problems(ENGAGEMENT, (ADDS, OMITS), delivery)) == []
    assert list(dispute_problems(ENGAGEMENT, (ADDS, OMITS), over(deliverable="D4"))) == []


def test_a_dispute_over_what_was_never_agreed_is_remarked_with_what_there_is() -> None:
    (found,) = dispute_problems(ENGAGEMENT, (ADDS,), over(obligation="O9"))
    assert (found.loc, found.severity) == (("grievances", 0, "obligation"), Severity.WARNING)
    assert (found.message, found.advice) == ("there is no obligation O9", "There are: O1, O2, O3, O4, O5.")


# When silence is acceptance


def silent(decided_on: str, reminded_on: str | None = None, **named: str) -> Delivery:
    """Return a hand-over of D2 on 25 January 2027 whose review of ten business days ends with 8 February."""
    facts = {"engagement": ENGAGEMENT.id, "deliverable": "D2", "delivered_on": "2027-01-25", **named}
    return Delivery.model_validate(
        facts | {"outcome": "deemed_accepted", "decided_on": decided_on, "reminded_on": reminded_on}
    )


def told(delivery: Delivery, engagement: Engagement = ENGAGEMENT, *orders: ChangeOrder) -> list[str]:
    return [f"{each.rule}: {each.message}" for each in delivery_problems(engagement, orders, delivery)]


@pytest.mark.parametrize("decided_on", ["2027-01-28", "2027-02-08"])
def test_silence_is_no_acceptance_before_the_review_has_ended(decided_on: str) -> None:
    assert told(silent(decided_on)) == [
        f"deemed-acceptance: the review ends with 2027-02-08, so it cannot count as accepted on {decided_on}"
    ]


def test_silence_is_acceptance_from_the_day_after_the_review() -> None:
    assert told(silent("2027-02-09")) == []


def test_the_review_is_as_long_as_an_order_in_force_at_the_hand_over_says() -> None:
    longer = {"review_days": 12, "criteria": "It works."}
    change = {"do": "revise_deliverable", "deliverable": "D2", "acceptance": longer}
    order = ChangeOrder.model_validate(
        ADDS.model_dump(mode="json") | {"effective_date": "2027-01-18", "changes": [change]},
        context={"currency": ENGAGEMENT.currency},
    )
    assert told(silent("2027-02-10"), ENGAGEMENT, order) == [
        "deemed-acceptance: the review ends with 2027-02-10, so it cannot count as accepted on 2027-02-10"
    ]


def test_under_the_full_contract_silence_is_acceptance_only_after_a_reminder() -> None:
    (problem,) = delivery_problems(FULL, (), silent("2027-02-09"))
    assert (problem.rule, problem.loc) == ("deemed-acceptance", ("outcome",))
    assert told(silent("2027-02-09", reminded_on="2027-02-04"), FULL) == []


def test_a_late_reminder_moves_the_day_from_which_silence_is_acceptance() -> None:
    assert told(silent("2027-02-09", reminded_on="2027-02-05"), FULL) == [
        "deemed-acceptance: the review ends with 2027-02-09, so it cannot count as accepted on 2027-02-09"
    ]
    assert told(silent("2027-02-10", reminded_on="2027-02-05"), FULL) == []


def test_nobody_is_reminded_of_a_review_before_the_hand_over() -> None:
    assert told(silent("2027-02-09", reminded_on="2027-01-22")) == [
        "delivery-dates: the reminder of 2027-01-22 is before the hand-over"
    ]


def test_where_the_length_of_the_review_is_open_nothing_is_said() -> None:
    assert told(silent("2027-01-28"), ENGAGEMENT.model_copy(update={"calendar": None})) == []


# What was said


JON, MEI = "jon.bell@northbridge.example", "mei.tan@harrowpike.example"


def spoke(**named: Any) -> Contact:
    """Return a call of Jon with Mei on 24 November 2026."""
    usual = {"engagement": ENGAGEMENT.id, "on": "2026-11-24", "how": "call", "by": JON, "with": [MEI], "text": "Tests."}
    return Contact.model_validate(usual | named)


def heard(contact: Contact, *orders: ChangeOrder) -> list[tuple[object, str, Severity]]:
    return [(each.loc, each.rule, each.severity) for each in contact_problems(ENGAGEMENT, orders, contact)]


def test_a_contact_between_people_of_both_sides_is_sound() -> None:
    assert heard(spoke(promises=[{"about": "M2", "date": "2027-02-26"}])) == []


def test_people_nobody_knows_are_remarked_where_they_stand() -> None:
    contact = spoke(by="kim@northbridge.example", **{"with": [MEI, "lou@harrowpike.example"]})
    assert heard(contact) == [
        (("by",), "person", Severity.WARNING),
        (("with", 1), "person", Severity.WARNING),
    ]


def test_a_contact_is_between_the_two_sides_and_not_within_one() -> None:
    first, second = contact_problems(ENGAGEMENT, (), spoke(by=MEI, **{"with": [JON]}))
    assert first.message == f"{MEI} is a contact of the client, not of the provider"
    assert second.message == f"{JON} is a contact of the provider, not of the client"


def test_what_is_promised_is_of_the_contract_or_of_an_order() -> None:
    contact = spoke(promises=[{"about": "D4", "date": "2027-02-26"}])
    assert heard(contact, ADDS) == []
    assert heard(contact) == [(("promises", 0, "about"), "unknown-id", Severity.ERROR)]


def test_words_may_be_promised_without_an_id_but_not_nothing() -> None:
    assert heard(spoke(promises=[{"text": "The test results", "date": "2026-12-01"}])) == []
    with pytest.raises(ValidationError, match="the promise does not say of what"):
        spoke(promises=[{"date": "2026-12-01"}])


@pytest.mark.parametrize("name", ["due", "done"])
def test_what_follows_a_contact_is_not_before_it(name: str) -> None:
    assert heard(spoke(follow_ups=[{"text": "Send it", name: "2026-11-24"}])) == []
    early = spoke(follow_ups=[{"text": "Send it", name: "2026-11-23"}])
    assert heard(early) == [(("follow_ups", 0, name), "follow-up-date", Severity.ERROR)]
