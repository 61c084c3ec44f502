"""The conditions of an approval: when they are met, and what is said where they are not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from docgen.actions.demo import EXAMPLE
from docgen.facts.load import load_files
from docgen.lifecycle.conditions import beyond, expired, in_words, outside
from docgen.models.conditions import NONE, Conditions, FeesAbove
from docgen.models.engagement import Engagement
from docgen.models.money import Money
from docgen.models.terms import Role

ENGAGEMENT = load_files([EXAMPLE / "engagement.yaml"]).engagements[0].facts
LIMIT = FeesAbove(amount=Decimal(250_000), currency="GBP", role=Role.DIRECTOR)


def located(locale: str = "en-GB", law: str | None = "England and Wales") -> Engagement:
    found = ENGAGEMENT
    return found.model_copy(update={"locale": locale, "terms": found.terms.model_copy(update={"governing_law": law})})


def test_the_last_day_is_a_day_on_which_documents_are_issued() -> None:
    conditions = Conditions(valid_until=dt.date(2027, 3, 31))
    assert list(expired(conditions, dt.date(2027, 3, 31))) == []
    assert list(expired(conditions, dt.date(2027, 4, 1))) == [
        "It is approved until 2027-03-31, and this would be issued on 2027-04-01."
    ]


@pytest.mark.parametrize(
    ("locale", "allowed", "met"),
    [("en-GB", "en", True), ("en-GB", "en-GB", True), ("en-US", "en-GB", False), ("en", "en-GB", False)],
)
def test_a_language_allows_all_its_locales_and_a_locale_only_itself(locale: str, allowed: str, met: bool) -> None:
    assert (list(outside(Conditions(locales=(allowed,)), located(locale))) == []) is met


def test_a_law_is_the_same_in_any_case_and_an_open_one_is_none() -> None:
    conditions = Conditions(governing_laws=("England and Wales", "Scotland"))
    assert list(outside(conditions, located(law="england and wales"))) == []
    (said,) = outside(conditions, located(law="New York"))
    assert said == (
        "It is approved under the law of England and Wales or Scotland, and NBS-2026-014 has the law of New York."
    )
    (said,) = outside(conditions, located(law=None))
    assert said.endswith("NBS-2026-014 names no governing law yet.")


@pytest.mark.parametrize(
    ("total", "roles", "needs"),
    [
        (Money(Decimal(250_000), "GBP"), ("legal",), ()),
        (Money(Decimal("250000.01"), "GBP"), ("legal",), (LIMIT,)),
        (Money(Decimal("250000.01"), "GBP"), ("legal", "director"), ()),
        (Money(Decimal(1), "EUR"), ("legal",), (LIMIT,)),
    ],
)
def test_above_a_sum_or_in_another_currency_a_role_is_needed(
    total: Money, roles: tuple[str, ...], needs: tuple[FeesAbove, ...]
) -> None:
    assert beyond(Conditions(fees=(LIMIT,)), total, roles) == needs


def test_conditions_are_told_in_a_few_words_and_none_is_nothing() -> None:
    assert in_words(NONE) == ()
    assert not NONE
    every = Conditions(valid_until=dt.date(2027, 3, 31), locales=("en",), governing_laws=("Scotland",), fees=(LIMIT,))
    assert in_words(every) == (
        "until 2027-03-31",
        "for en",
        "under the law of Scotland",
        "fees above GBP 250,000.00 need the role director",
    )
