"""What happens within an engagement names the deliverables and obligations of the contract and of its orders."""

from __future__ import annotations

from docgen.actions.demo import EXAMPLE
from docgen.errors import Severity
from docgen.facts.load import load_files
from docgen.lifecycle.happenings import delivery_problems, dispute_problems
from docgen.models.changes import ChangeOrder
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute

NAMES = ("engagement", "change-order-001", "delivery-d1", "dispute")
FACTS = load_files([EXAMPLE / f"{name}.yaml" for name in NAMES])
ENGAGEMENT = FACTS.engagements[0].facts
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
