"""Money is exact: the currency decides the decimals, nothing but rounding rounds, and currencies never mix."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from docgen.models.money import NO_CURRENCY, CurrencyCode, Money, minor_units

MONEY: TypeAdapter[Money] = TypeAdapter(Money)
CURRENCY: TypeAdapter[str] = TypeAdapter(CurrencyCode)

pounds = st.decimals(min_value=0, max_value=10**12, places=2).map(lambda amount: Money(amount, "GBP"))
shares = st.decimals(min_value=0, max_value=1000, places=3)


def money(amount: str, currency: str = "GBP") -> Money:
    return Money(Decimal(amount), currency)


def read(value: Any, currency: str = "GBP") -> Money:
    """Return an amount as a fact file of an engagement in a currency gives it."""
    return MONEY.validate_python(value, context={"currency": currency})


def refusal(value: Any, currency: str = "GBP") -> str:
    with pytest.raises(ValidationError) as refused:
        read(value, currency)
    return refused.value.errors()[0]["msg"]


@pytest.mark.parametrize(("currency", "digits"), [("GBP", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("XXX", None)])
def test_iso_4217_says_how_many_decimals_a_currency_has(currency: str, digits: int | None) -> None:
    assert minor_units(currency) == digits


@pytest.mark.parametrize("code", ["gbp", "QQQ", "", "£"])
def test_a_code_outside_iso_4217_has_no_decimals_to_tell(code: str) -> None:
    with pytest.raises(KeyError):
        minor_units(code)


@pytest.mark.parametrize(
    ("amount", "currency", "printed"),
    [
        ("1250", "GBP", "GBP 1,250.00"),
        ("0.125", "GBP", "GBP 0.13"),
        ("0.124", "GBP", "GBP 0.12"),
        ("2.5", "JPY", "JPY 3"),
        ("1.0005", "KWD", "KWD 1.001"),
        ("-0.125", "GBP", "GBP -0.13"),
        ("-0.001", "GBP", "GBP 0.00"),
        ("1.23456", "XXX", "XXX 1.23456"),
    ],
)
def test_an_amount_rounds_at_the_decimals_of_its_currency_with_halves_away_from_zero(
    amount: str, currency: str, printed: str
) -> None:
    assert str(money(amount, currency).rounded()) == printed


@pytest.mark.parametrize(
    ("share", "of", "result"), [("125", "97800.00", "122250.00"), ("8", "0.99", "0.08"), ("0", "5.00", "0.00")]
)
def test_a_share_in_per_cent_is_rounded_once(share: str, of: str, result: str) -> None:
    assert money(of).percent(Decimal(share)) == money(result)


def test_a_rate_times_a_quantity_is_rounded_to_the_currency() -> None:
    assert money("33.33") * Decimal("1.5") == money("50.00")
    assert money("720.00") * 15 == money("10800.00")


def test_nothing_has_the_decimals_of_its_currency_and_is_falsy() -> None:
    assert str(Money.zero("GBP")) == "GBP 0.00"
    assert str(Money.zero("JPY")) == "JPY 0"
    assert not Money.zero("KWD")
    assert money("0.01")


def test_the_total_of_no_amounts_is_nothing_in_the_currency_asked_for() -> None:
    assert Money.total([], "EUR") == Money.zero("EUR")


@given(st.lists(pounds, max_size=8))
def test_a_total_is_the_same_in_any_order(amounts: list[Money]) -> None:
    assert Money.total(amounts, "GBP") == Money.total(reversed(amounts), "GBP")


@given(pounds, pounds)
def test_what_is_added_can_be_taken_away_again(first: Money, second: Money) -> None:
    assert first + second - second == first
    assert -(first - second) == second - first
    assert abs(first - second) == abs(second - first)


@given(pounds, shares)
def test_a_share_is_never_further_than_half_a_penny_from_the_exact_one(amount: Money, share: Decimal) -> None:
    assert abs(amount.percent(share).amount * 100 - amount.amount * share) <= Decimal("0.5")


@given(pounds)
def test_rounding_twice_changes_nothing(amount: Money) -> None:
    assert amount.rounded().rounded() == amount.rounded()


@given(pounds)
def test_an_amount_written_to_a_file_reads_back_as_itself(amount: Money) -> None:
    assert read(MONEY.dump_python(amount)) == amount


def test_sums_beyond_the_precision_of_ordinary_decimals_stay_exact() -> None:
    assert money("999999999999999999.99") * 10**12 + money("0.01") == money("999999999999999999990000000000.01")


def test_amounts_of_one_currency_are_ordered() -> None:
    small, large = money("1.00"), money("2.00")

    assert small < large
    assert large > small
    assert small <= money("1.00") <= large
    assert large >= money("2.00") >= small
    assert max(small, large) == large


@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge])
def test_currencies_never_mix(operation: Callable[[Money, Money], object]) -> None:
    with pytest.raises(ValueError, match=r"GBP 1\.00 and EUR 1\.00 are in different currencies"):
        operation(money("1.00"), money("1.00", "EUR"))


def test_equal_figures_in_two_currencies_are_not_equal() -> None:
    assert money("1.00") != money("1.00", "EUR")


@pytest.mark.parametrize("amount", [1.5, 1, "1.50", True])
def test_only_a_decimal_makes_money(amount: Any) -> None:
    with pytest.raises(TypeError, match="an amount is a Decimal"):
        Money(amount, "GBP")


def test_money_does_not_change() -> None:
    with pytest.raises(AttributeError):
        money("1.00").amount = Decimal(2)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [("1250", "GBP", "GBP 1,250.00"), ("1.5", "KWD", "KWD 1.500"), ("0", "JPY", "JPY 0"), ("-0.00", "GBP", "GBP 0.00")],
)
def test_an_amount_of_a_file_takes_the_decimals_of_the_engagement(text: str, currency: str, expected: str) -> None:
    assert str(read(text, currency)) == expected


def test_an_amount_read_without_an_engagement_keeps_its_digits() -> None:
    assert MONEY.validate_python("12.345") == money("12.345", NO_CURRENCY)


def test_an_amount_that_is_money_already_stays_as_it_is() -> None:
    assert read(money("5.00", "EUR")) == money("5.00", "EUR")


@pytest.mark.parametrize(
    ("value", "currency", "said"),
    [
        ("-1.00", "GBP", "the amount -1.00 is below zero. Write zero or more."),
        ("64.125", "GBP", "GBP has 2 decimals, and 64.125 has more. Write 64.13 if that is meant."),
        ("64.5", "JPY", "JPY has 0 decimals, and 64.5 has more. Write 65 if that is meant."),
        ("64,000.00", "GBP", "“64,000.00” is not a number. Write 64000.00."),
        ("GBP 5", "GBP", "“GBP 5” is not a number. Write digits and a point, such as 1250.00."),
        (1.5, "GBP", "expected a decimal number, found the float 1.5. Pass a Decimal or text."),
        (True, "GBP", "expected a decimal number, found the bool True. Pass a Decimal or text."),
        (None, "GBP", "expected a number, found nothing. Write a number such as 1250.00."),
        (Decimal("NaN"), "GBP", "“NaN” is not a number. Write digits and a point, such as 1250.00."),
    ],
)
def test_an_amount_that_cannot_be_right_is_refused_with_what_would_be(value: Any, currency: str, said: str) -> None:
    assert refusal(value, currency) == said


@pytest.mark.parametrize("code", ["GBP", "JPY", "KWD", "XXX"])
def test_a_currency_is_a_code_of_iso_4217(code: str) -> None:
    assert CURRENCY.validate_python(code) == code


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("gbp", "“gbp” is not a currency. Write a code of ISO 4217, such as GBP."),
        ("Pounds\x1b[31m", "“Pounds\\u001b[31m” is not a currency. Write a code of ISO 4217, such as GBP."),
        (["GBP"], "a currency is a word. Write a code of ISO 4217, such as GBP."),
    ],
)
def test_a_currency_nobody_knows_is_refused(value: Any, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CURRENCY.validate_python(value)

    assert refused.value.errors()[0]["msg"] == said
