"""Terms held against the limits of a playbook: standard, allowed, to be approved by a role, or forbidden."""

from __future__ import annotations

import pytest

from docgen.actions.demo import EXAMPLE
from docgen.facts.load import load_files
from docgen.lifecycle.house_terms import judged, unknown_field
from docgen.models.engagement import Engagement
from docgen.models.playbook import Limit

DAYS = {"standard": {"at_most": 30}, "allowed": {"at_most": 45}, "approval": [{"at_most": 60, "role": "director"}]}


def example(*settings: tuple[str, str]) -> Engagement:
    return load_files([EXAMPLE / "engagement.yaml"], settings).engagements[0].facts


def ruling(field: str, engagement: Engagement, **said: object) -> list[str]:
    limit = Limit.model_validate({"field": field, **said})
    return [f"{each.path} {each.said}: {each.ruling}" for each in judged("clause", limit, engagement)]


@pytest.mark.parametrize(
    ("days", "how"),
    [
        ("30", "standard"),
        ("31", "allowed"),
        ("45", "allowed"),
        ("46", "needs approval (director)"),
        ("61", "forbidden"),
    ],
)
def test_a_number_stands_in_the_first_range_that_holds_it(days: str, how: str) -> None:
    engagement = example(("terms.fees.payment_days", days))
    assert ruling("terms.fees.payment_days", engagement, **DAYS) == [f"terms.fees.payment_days {days}: {how}"]


def test_a_value_left_out_stands_as_the_limit_says() -> None:
    engagement = example(("terms.disputes.mediation", ""))
    found = ruling("terms.disputes.mediation.days", engagement, standard={"at_most": 30}, absent="legal")
    assert found == ["terms.disputes.mediation.days none: needs approval (legal)"]


def test_every_entry_of_a_list_is_judged_by_itself() -> None:
    found = ruling("terms.scope.deliverables.*.acceptance.review_days", example(), standard={"at_most": 5})
    assert [each.partition(": ")[2] for each in found] == ["standard", "forbidden", "forbidden"]
    assert found[1].startswith("terms.scope.deliverables.D2.acceptance.review_days 10")


def test_words_are_of_the_list_and_every_one_of_a_list_is() -> None:
    losses = {"standard": {"one_of": ["loss of profit", "Loss of goodwill"]}, "otherwise": "legal"}
    assert ruling("terms.liability.excluded", example(), **losses)[0].endswith("standard")
    losses = {"standard": {"one_of": ["loss of profit"]}, "otherwise": "legal"}
    assert ruling("terms.liability.excluded", example(), **losses)[0].endswith("needs approval (legal)")


def test_a_whole_share_is_said_without_decimals() -> None:
    of_fees = example(("terms.liability.cap.percent_of_fees", "250"))
    assert ruling("liability_cap_percent", of_fees, standard={"at_most": 250}) == [
        "liability_cap_percent 250: standard"
    ]


def test_the_limit_of_liability_is_judged_as_a_share_of_the_fees() -> None:
    assert ruling("liability_cap_percent", example(), standard={"at_most": 139}) == [
        "liability_cap_percent 139.1: forbidden"
    ]
    assert ruling("increased_cap_percent", example(), standard={"at_most": 334})[0].endswith("333.3: standard")
    assert ruling("contract_days", example(), standard={"at_most": 177})[0].endswith("177: standard")


def test_an_amount_in_another_currency_is_beyond_every_range() -> None:
    cap = {"standard": {"at_most": 5000}, "otherwise": "director"}
    assert ruling("terms.fees.expenses.cap", example(), currency="GBP", **cap)[0].endswith("standard")
    assert ruling("terms.fees.expenses.cap", example(), currency="EUR", **cap)[0].endswith("(director)")


@pytest.mark.parametrize(
    ("field", "advice"),
    [
        ("terms.fees.payment_days", None),
        ("terms.notices.deemed_receipt_days.email", None),
        ("terms.fees.lines.*.cap", None),
        ("contract_days", None),
        ("terms.fee.payment_days", "Did you mean “terms.fees.payment_days”?"),
        ("terms.notices.deemed_receipt_days.mail", "Did you mean “terms.notices.deemed_receipt_days.email”?"),
        ("terms.fees.lines.cap", "Known in terms.fees.lines: *."),
        ("xyz", "Begin with terms., or use contract_days, contract_sum, increased_cap_percent, liability_cap_percent."),
    ],
)
def test_a_field_that_there_is_not_is_told_with_the_nearest(field: str, advice: str | None) -> None:
    assert unknown_field(field) == advice
