"""Conditions of a template's approval: until when, in which locales and laws, and from which fees on who issues."""

from __future__ import annotations

from typing import Literal

from docgen.models.money import CurrencyCode, Money
from docgen.models.terms import Role
from docgen.models.values import Date, Facts, Line, LocaleCode, Number


class FeesAbove(Facts):
    """Where the contract sum is above an amount, or in another currency, somebody with a role issues the document."""

    amount: Number
    currency: CurrencyCode
    role: Role

    @property
    def limit(self) -> Money:
        """Return the largest sum that needs nobody else."""
        return Money(self.amount, self.currency).rounded()

    def covers(self, total: Money) -> bool:
        """Say whether a contract sum needs nobody else; what cannot be compared needs somebody."""
        return total.currency == self.currency and total <= self.limit


class Conditions(Facts):
    """What has to be true where a document is issued on an approved template; nothing said means no condition.

    `valid_until` is the last day in the house's time zone. A locale such as `en` allows all of `en`, and `en-GB` that
    one alone. Laws are named as `terms.governing_law` names them.
    """

    format: Literal["docgen.template-conditions/1"] = "docgen.template-conditions/1"
    valid_until: Date | None = None
    locales: tuple[LocaleCode, ...] = ()
    governing_laws: tuple[Line, ...] = ()
    fees: tuple[FeesAbove, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.valid_until or self.locales or self.governing_laws or self.fees)


NONE = Conditions()
"""An approval without a condition."""
