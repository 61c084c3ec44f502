"""Money is an exact decimal amount with its ISO 4217 currency; it never meets a float."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from docgen.models.values import read_decimal, shown, wrong

_EXACT = Context(prec=100, rounding=ROUND_HALF_UP)
"""Room for every digit of a product of amounts, so that nothing but `rounded` rounds."""
NO_CURRENCY = "XXX"
"""ISO 4217's own code for "no currency": amounts of a file read without its engagement."""


@lru_cache
def minor_units(currency: str) -> int | None:
    """Return how many decimals a currency has (ISO 4217), or None when it has no such unit (XXX).

    Raises KeyError when the code is not in ISO 4217.
    """
    from iso4217 import Currency  # read on first use: the table is an XML file

    try:
        return Currency(currency).exponent
    except ValueError:
        raise KeyError(currency) from None


@dataclass(frozen=True, order=False)
class Money:
    """An exact amount in one currency; arithmetic across currencies raises ValueError."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"an amount is a Decimal, not the {type(self.amount).__name__} {self.amount!r}")

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Return nothing, in a currency."""
        return cls(Decimal(0), currency).rounded()

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Money:
        """Return the sum of amounts; zero in the currency when there are none."""
        return sum(amounts, start=cls.zero(currency))

    def rounded(self) -> Money:
        """Return the amount at the currency's own decimals, halves away from zero as invoices do."""
        digits = minor_units(self.currency)
        if digits is None:
            return self
        amount = self.amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _EXACT)
        return Money(amount or abs(amount), self.currency)  # nothing has no sign

    def percent(self, share: Decimal) -> Money:
        """Return a share of the amount in per cent, rounded to the currency's decimals."""
        return Money(_EXACT.multiply(self.amount, share).scaleb(-2, _EXACT), self.currency).rounded()

    def __add__(self, other: Money) -> Money:
        return Money(_EXACT.add(self.amount, self._same(other).amount), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(_EXACT.subtract(self.amount, self._same(other).amount), self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(_EXACT.multiply(self.amount, factor), self.currency).rounded()

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other).amount

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other).amount

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other).amount

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,f}"

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self} and {other} are in different currencies")
        return other

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            _read_money,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda money: format(money.amount, "f"), return_schema=core_schema.str_schema()
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "number", "minimum": 0, "description": "An amount in the engagement's currency."}


def _read_money(value: Any, info: ValidationInfo) -> Money:
    if isinstance(value, Money):
        return value
    currency = (info.context or {}).get("currency", NO_CURRENCY)
    amount = read_decimal(value)
    if amount < 0:
        raise wrong("amount", f"the amount {amount} is below zero", "Write zero or more.")
    digits = minor_units(currency)
    if digits is not None and -int(amount.as_tuple().exponent) > digits:
        shown = amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        raise wrong(
            "amount", f"{currency} has {digits} decimals, and {amount} has more", f"Write {shown} if that is meant."
        )
    return Money(amount, currency).rounded()


def _read_currency(value: Any) -> str:
    try:
        minor_units(value)
    except (KeyError, TypeError):
        said = f"“{shown(value)}” is not a currency" if isinstance(value, str) else "a currency is a word"
        raise wrong("currency", said, "Write a code of ISO 4217, such as GBP.") from None
    return str(value)


CurrencyCode = Annotated[
    str, BeforeValidator(_read_currency), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})
]
"""An ISO 4217 code in capitals."""
