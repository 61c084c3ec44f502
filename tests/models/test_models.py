"""The models take the example engagement whole, take nothing they do not know, and say what follows from the facts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from docgen.actions.demo import EXAMPLE
from docgen.facts.source import read_source
from docgen.models.breach import Breach
from docgen.models.changes import (
    Change,
    ChangeEstimate,
    ChangeLiabilityCap,
    ChangeOrder,
    MoveEndDate,
    MoveMilestone,
    ReviseDeliverable,
)
from docgen.models.engagement import Engagement
from docgen.models.money import Money
from docgen.models.party import Side
from docgen.models.progress import DimensionStatus, MilestoneProgress, ProgressEntry
from docgen.models.terms import (
    Cap,
    FeeLine,
    FixedFee,
    RetainerFee,
    Terms,
    TimeFee,
    UnitFee,
    contract_sum,
    liability_cap,
)
from docgen.models.values import Facts

POUNDS = {"currency": "GBP"}
FILES: dict[str, type[Engagement | ChangeOrder | ProgressEntry | Breach]] = {
    "engagement": Engagement,
    "change-order-001": ChangeOrder,
    "progress-2026-11-20": ProgressEntry,
    "breach": Breach,
}


def facts_of(name: str) -> dict[str, Any]:
    data = read_source(EXAMPLE / f"{name}.yaml").data
    assert isinstance(data, dict)
    return data


def read(name: str) -> Any:
    return FILES[name].model_validate(facts_of(name), context=POUNDS)


def engagement() -> Engagement:
    found: Engagement = read("engagement")
    return found


def pounds(amount: str) -> Money:
    return Money(Decimal(amount), "GBP")


def refusal(model: type[Facts], facts: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(facts, context=POUNDS)
    return refused.value.errors()[0]["msg"]


def with_cap(cap: Cap | None) -> Terms:
    terms = engagement().terms
    return terms.model_copy(update={"liability": terms.liability.model_copy(update={"cap": cap})})


# All facts


@pytest.mark.parametrize("name", FILES)
def test_every_example_says_everything_it_has_to(name: str) -> None:
    facts = read(name)

    assert facts.format == facts_of(name)["format"]


@pytest.mark.parametrize("name", FILES)
def test_a_model_written_out_reads_back_as_itself(name: str) -> None:
    facts = read(name)

    assert type(facts).model_validate(facts.model_dump(by_alias=True, mode="json"), context=POUNDS) == facts


@pytest.mark.parametrize("name", FILES)
def test_facts_take_no_key_they_do_not_know(name: str) -> None:
    assert refusal(FILES[name], {**facts_of(name), "colour": "blue"}) == "Extra inputs are not permitted"


@pytest.mark.parametrize("name", FILES)
def test_facts_do_not_change(name: str) -> None:
    facts = read(name)

    with pytest.raises(ValidationError, match="frozen"):
        facts.format = "docgen.other/1"


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_format_is_refused(name: str) -> None:
    assert "docgen." in refusal(FILES[name], {**facts_of(name), "format": "docgen.other/1"})


def test_every_amount_of_an_engagement_is_in_its_currency() -> None:
    terms = engagement().terms

    assert {line.total.currency for line in terms.fees.lines} == {"GBP"}
    assert terms.liability.increased is not None
    assert terms.liability.increased.amount == pounds("500000.00")


# Engagement and parties


def test_each_side_has_its_party_and_its_counterparty() -> None:
    found = engagement()

    assert found.party(Side.PROVIDER).legal_name == "Northbridge Systems Ltd"
    assert found.party(Side.PROVIDER.other).legal_name == "Harrow & Pike Retail plc"
    assert Side.CLIENT.other is Side.PROVIDER


def test_a_person_is_found_by_address_with_the_side_it_belongs_to() -> None:
    found = engagement().person("mei.tan@harrowpike.example")

    assert found is not None
    side, contact = found
    assert (side, contact.name) == (Side.CLIENT, "Mei Tan")
    assert engagement().person("nobody@harrowpike.example") is None


@pytest.mark.parametrize(
    ("locale", "language", "words"), [("en-GB", None, "en"), ("de-DE", None, "de"), ("de-DE", "en", "en")]
)
def test_texts_follow_the_language_and_otherwise_the_locale(locale: str, language: str | None, words: str) -> None:
    assert engagement().model_copy(update={"locale": locale, "language": language}).words_language == words


def test_a_party_may_leave_facts_open_and_may_not_leave_them_out() -> None:
    facts = facts_of("engagement")
    facts["client"] = {**facts["client"], "signatory": None, "legal_name": None}

    assert Engagement.model_validate(facts, context=POUNDS).client.signatory is None
    del facts["client"]["signatory"]
    assert refusal(Engagement, facts) == "Field required"


# Terms


@pytest.mark.parametrize(
    ("line", "total"),
    [
        (FixedFee(id="F1", description="Plan", amount=pounds("18000.00")), "18000.00"),
        (
            TimeFee(id="F2", description="Help", role="Engineer", rate=pounds("720.00"), estimate=Decimal("1.5")),
            "1080.00",
        ),
        (RetainerFee(id="F3", description="Care", amount=pounds("2500.00"), periods=6), "15000.00"),
        (UnitFee(id="F4", description="Seats", unit="seat", rate=pounds("0.33"), quantity=Decimal("0.5")), "0.17"),
    ],
    ids=["fixed", "time", "retainer", "unit"],
)
def test_each_kind_of_fee_has_its_own_total(line: FeeLine, total: str) -> None:
    assert line.total == pounds(total)


def test_time_is_charged_up_to_its_cap() -> None:
    line = TimeFee(id="F3", description="Help", role="Engineer", rate=pounds("720.00"), estimate=Decimal(15))

    assert line.cap_amount is None
    assert line.model_copy(update={"cap": Decimal(18)}).cap_amount == pounds("12960.00")


def test_the_contract_sum_is_the_total_of_the_fee_lines() -> None:
    assert contract_sum(engagement().terms, "GBP") == pounds("107800.00")


def test_a_contract_without_fees_has_a_sum_of_nothing() -> None:
    terms = engagement().terms
    free = terms.model_copy(update={"fees": terms.fees.model_copy(update={"lines": ()})})

    assert contract_sum(free, "GBP") == Money.zero("GBP")


@pytest.mark.parametrize(
    ("cap", "limit"),
    [
        (Cap(amount=pounds("150000.00"), percent_of_fees=Decimal(125)), "150000.00"),
        (Cap(amount=pounds("100000.00"), percent_of_fees=Decimal(125)), "134750.00"),
        (Cap(amount=pounds("100000.00")), "100000.00"),
        (Cap(percent_of_fees=Decimal(100)), "107800.00"),
    ],
    ids=["amount is greater", "share is greater", "only an amount", "only a share"],
)
def test_the_cap_is_the_greater_of_an_amount_and_a_share_of_the_fees(cap: Cap, limit: str) -> None:
    assert liability_cap(with_cap(cap), "GBP") == pounds(limit)


@pytest.mark.parametrize("cap", [None, Cap()])
def test_a_cap_that_says_nothing_is_no_cap(cap: Cap | None) -> None:
    assert liability_cap(with_cap(cap), "GBP") is None


@given(st.decimals(0, 10**9, places=2), st.decimals(0, 500, places=2))
def test_the_cap_is_never_below_either_of_its_two_measures(amount: Decimal, share: Decimal) -> None:
    terms = with_cap(Cap(amount=Money(amount, "GBP"), percent_of_fees=share))
    limit = liability_cap(terms, "GBP")

    assert limit is not None
    assert limit >= Money(amount, "GBP")
    assert limit >= contract_sum(terms, "GBP").percent(share)


# Changes


@pytest.mark.parametrize(("number", "reference"), [(1, "CO-001"), (42, "CO-042"), (1000, "CO-1000")])
def test_a_change_order_has_a_short_number(number: int, reference: str) -> None:
    order: ChangeOrder = read("change-order-001")

    assert order.model_copy(update={"number": number}).reference == reference


@pytest.mark.parametrize(
    ("model", "facts", "said"),
    [
        (
            ReviseDeliverable,
            {"deliverable": "D1"},
            "the change says nothing new. Give one of: title, description, due, acceptance.",
        ),
        (ChangeEstimate, {"line": "F3"}, "the change says nothing new. Give one of: estimate, cap, quantity, periods."),
        (ChangeLiabilityCap, {}, "the change says nothing new. Give one of: amount, percent_of_fees."),
        (
            MoveMilestone,
            {"milestone": "M2"},
            "the change needs exactly one of days and date. Give days or date.",
        ),
        (
            MoveMilestone,
            {"milestone": "M2", "days": "14", "date": "2027-02-26"},
            "the change needs exactly one of days and date. Give days or date.",
        ),
        (MoveEndDate, {}, "the change needs exactly one of days and date. Give days or date."),
    ],
)
def test_a_change_says_something_new_and_says_it_once(model: type[Change], facts: dict[str, Any], said: str) -> None:
    assert refusal(model, facts) == said


def test_a_change_order_changes_something() -> None:
    assert "at least 1 item" in refusal(ChangeOrder, {**facts_of("change-order-001"), "changes": []})


def test_a_change_nobody_knows_is_refused_with_those_there_are() -> None:
    said = refusal(ChangeOrder, {**facts_of("change-order-001"), "changes": [{"do": "double_everything"}]})

    assert "double_everything" in said
    assert "'move_end_date'" in said


# Progress


@pytest.mark.parametrize("rag", ["amber", "red"])
def test_a_colour_off_plan_needs_its_reason(rag: str) -> None:
    assert refusal(DimensionStatus, {"rag": rag}) == f"{rag} needs a reason. Add `reason:` and say why in one sentence."
    assert DimensionStatus.model_validate({"rag": rag, "reason": "The link is late"}).reason == "The link is late"


def test_green_needs_no_reason() -> None:
    assert DimensionStatus.model_validate({"rag": "green"}).reason is None


@pytest.mark.parametrize("dates", [{}, {"forecast": "2027-02-16", "actual": "2027-02-16"}])
def test_a_milestone_is_either_expected_or_reached(dates: dict[str, str]) -> None:
    said = "a milestone needs either a forecast or an actual date. Give one of the two."

    assert refusal(MilestoneProgress, {"id": "M2", **dates}) == said


def test_periods_and_talks_are_written_with_the_words_people_use() -> None:
    entry: ProgressEntry = read("progress-2026-11-20")

    assert entry.period.start.isoformat() == "2026-11-16"
    assert entry.contacts[0].with_ == "mei.tan@harrowpike.example"


def test_periods_are_not_written_with_the_names_programs_use() -> None:
    facts = {**facts_of("progress-2026-11-20"), "period": {"start": "2026-11-16", "end": "2026-11-20"}}

    assert refusal(ProgressEntry, facts) == "Field required"


# Breach


@pytest.mark.parametrize(
    "missing", [{"defaults": []}, {"defaults": [{"clause": "payment", "facts": [], "cure": "Pay."}]}]
)
def test_a_notice_of_breach_names_a_default_and_its_facts(missing: dict[str, Any]) -> None:
    assert "at least 1 item" in refusal(Breach, {**facts_of("breach"), **missing})
