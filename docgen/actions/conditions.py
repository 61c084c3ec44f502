"""The conditions of an approval at the moment of issue, and where they are kept."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from docgen.errors import DocgenError, NotFoundError, UsageError, shell_word
from docgen.lifecycle.conditions import beyond, expired, outside
from docgen.models.conditions import NONE, Conditions, FeesAbove
from docgen.models.money import Money
from docgen.models.terms import Role, contract_sum

if TYPE_CHECKING:
    from docgen.actions.desk import Desk
    from docgen.models.engagement import Engagement
    from docgen.settings import Person
    from docgen.store.record import Record
    from docgen.store.register import Review
    from docgen.templating.catalogue import Template

_STEP = "conditioned"


class ConditionsNotMetError(DocgenError):
    """A template is approved, but not for what would be issued on it."""

    def __init__(self, template: Template, unmet: Sequence[str], *, again: bool) -> None:
        name = f"{template.name} ({template.language})"
        advice = (
            " Somebody with the role legal can approve it under other conditions: docgen template approve "
            f"{shell_word(template.name)} --help."
            if again
            else ""
        )
        super().__init__(
            f"The approval of the template {name} has conditions that are not met: {' '.join(unmet)}{advice}"
        )


def read_conditions(record: Record, steps: Iterable[Review], template_hash: str) -> Conditions:
    """Return the conditions of a version's approval as the record has them last; raises what reading a file raises."""
    blobs = [step.blob for step in steps if step.step == _STEP and step.hash == template_hash and step.blob]
    return conditions_in(record.blobs.read(blobs[-1])) if blobs else NONE


def conditions_in(content: bytes) -> Conditions:
    """Return the conditions that a file of the record holds."""
    return Conditions.model_validate(json.loads(content))


def conditions_of(
    valid_until: dt.date | None = None,
    locales: Sequence[str] = (),
    laws: Sequence[str] = (),
    fees: Sequence[tuple[str, str]] = (),
) -> Conditions:
    """Return conditions as a person writes them, fees as “250000 GBP” and a role.

    Raises UsageError with all that is wrong.
    """
    from pydantic import ValidationError

    try:
        return Conditions(
            valid_until=valid_until,
            locales=tuple(dict.fromkeys(locales)),
            governing_laws=tuple(dict.fromkeys(laws)),
            fees=tuple(_limit(amount, role) for amount, role in fees),
        )
    except ValidationError as error:
        wrong = " ".join(each["msg"] for each in error.errors())
        raise UsageError(f"A condition cannot be read: {wrong}") from None


def _limit(amount: str, role: str) -> FeesAbove:
    number, _, currency = amount.strip().partition(" ")
    if role not in list(Role):
        raise UsageError(f"“{role}” is no role. There are {', '.join(Role)}.")
    return FeesAbove.model_validate({"amount": number, "currency": currency.strip(), "role": role})


def check_conditions(
    desk: Desk,
    record: Record,
    template: Template,
    engagement: Engagement | None = None,
    order: int | None = None,
) -> None:
    """Refuse to issue where a condition of the template's approval is not met; all that are not, at once.

    Fees are the contract sum with all executed change orders, and with `order` where that is issued. A document of
    several engagements is held against the last day alone. Raises ConditionsNotMetError, and what reading the record
    raises.
    """
    steps = record.register.reviews(template.name, template.language)
    conditions = read_conditions(record, steps, desk.catalogue.version_hash(template))
    if not conditions:
        return
    unmet = list(expired(conditions, desk.on))
    by_role = []
    if engagement:
        unmet += outside(conditions, engagement)
        if conditions.fees:
            total = _total(desk, record, engagement, order)
            by_role = [_needs(each, total, desk.settings.people) for each in beyond(conditions, total, _roles(desk))]
    if unmet or by_role:
        raise ConditionsNotMetError(template, (*unmet, *by_role), again=bool(unmet))


def _total(desk: Desk, record: Record, engagement: Engagement, order: int | None) -> Money:
    from docgen.actions.change_orders import read_chain  # `template list` needs no orders

    try:
        chain = read_chain(record, engagement.id, desk.on)
    except NotFoundError:
        return contract_sum(engagement.terms, engagement.currency)
    if order is not None:
        return chain.impact(chain.course(order)).sum.then
    return contract_sum(chain.terms, engagement.currency)


def _roles(desk: Desk) -> tuple[str, ...]:
    return desk.settings.person(desk.person).roles if desk.person else ()


def _needs(limit: FeesAbove, total: Money, people: Sequence[Person]) -> str:
    able = ", ".join(person.email for person in people if limit.role in person.roles)
    who = f": {able}" if able else ", and nobody in docgen.toml has it"
    return f"The contract sum is {total}; above {limit.limit} somebody with the role {limit.role} issues it{who}."
