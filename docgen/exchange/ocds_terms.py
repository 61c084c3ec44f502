"""The terms a published contract states: its days, its fee, what is delivered, and its milestones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from docgen.exchange.ocds_contracts import Contract, State, is_for_this_contract_only
from docgen.exchange.ocds_values import (
    TEXT_LIMIT,
    Object,
    Remarks,
    amount,
    currency,
    day,
    identity,
    line,
    number,
    objects,
    part,
    period,
    prose,
    rounded_to,
)
from docgen.models.money import minor_units

_LISTED = 12


@dataclass(frozen=True)
class Snapshot:
    """What one state of the published data says of the terms; lists are by the ids of the engagement's file."""

    currency: str | None
    start: dt.date | None
    end: dt.date | None
    fees: dict[str, Object]
    deliverables: dict[str, Object]
    milestones: dict[str, Object]

    @property
    def says_nothing(self) -> bool:
        """Say whether there is neither a day, a fee nor anything to deliver."""
        return not (self.start or self.end or self.fees or self.deliverables)


@dataclass(frozen=True)
class Ids:
    """The ids of the engagement's file for those of the source, in the order of their first appearance."""

    items: dict[str, str]
    milestones: dict[str, str]


def contract_ids(contract: Contract, remarks: Remarks) -> Ids:
    """Return short ids for a contract's items (D1) and milestones (M1), the same in all of its states."""
    ids = Ids(
        _numbered("D", contract.states, lambda state: _keyed(_items(state))),
        _numbered("M", contract.states, lambda state: milestones_of(state.contract)),
    )
    for name, known in (("Milestones", ids.milestones), ("Items", ids.items)):
        pairs = [f"{short} is {given}" for given, short in known.items() if not given.startswith("#")]
        if pairs:
            more = f" and {len(pairs) - _LISTED} more" if len(pairs) > _LISTED else ""
            remarks.note(f"{name} have short ids: {', '.join(pairs[:_LISTED])}{more}.")
    return ids


def milestones_of(contract: Object) -> dict[str, Object]:
    """Return a contract's own and its implementation's milestones by their ids in the source."""
    own = objects(contract.get("milestones"))
    return _keyed([*own, *objects(part(contract, "implementation").get("milestones"))])


def snapshots(contract: Contract, ids: Ids, remarks: Remarks) -> list[Snapshot]:
    """Return the terms in each state of a contract."""
    by_unit = all(_unit_prices(state, Remarks()) for state in contract.states)
    if not by_unit:
        _note_unused_prices(contract, remarks)
    return [_snapshot(state, ids, by_unit, remarks) for state in contract.states]


def as_awarded(state: State, snapshot: Snapshot) -> Snapshot:
    """Return the terms with the value and the end that the award gave them.

    Only an award for this one contract says anything about its value; all else stays the contract's.
    """
    if not is_for_this_contract_only(state):
        return snapshot
    silent = Remarks()
    value = (
        amount(state.award.get("value"), silent) if currency(state.award.get("value")) == snapshot.currency else None
    )
    _, end = period(state.award.get("contractPeriod"), silent)
    return with_terms(snapshot, value, end)


def with_terms(snapshot: Snapshot, value: Decimal | None, end: dt.date | None) -> Snapshot:
    """Return a snapshot with another value of its one fixed fee and another end, as far as these are given."""
    fees = snapshot.fees
    if value is not None and list(fees) == ["F1"] and fees["F1"]["kind"] == "fixed":
        fees = {"F1": {**fees["F1"], "amount": value}}
    return replace(snapshot, fees=fees, end=end or snapshot.end)


def title_of(state: State, remarks: Remarks) -> str | None:
    """Return what a contract is called: its own title, its award's or the tender's."""
    sources = (state.contract, state.award, part(state.process, "tender"))
    return _first_text(sources, "title", remarks) or _first_text(sources, "description", remarks)


def summary_of(state: State, remarks: Remarks) -> str | None:
    """Return what a contract is about: its own description, its award's or the tender's."""
    sources = (state.contract, state.award, part(state.process, "tender"))
    return next((text for source in sources if (text := prose(source, "description", remarks))), None) or title_of(
        state, remarks
    )


def currency_of_process(state: State) -> str | None:
    """Return the currency of the first amount found: the contract's, its award's, tender's, items', or payments'."""
    process, implementation = state.process, part(state.contract, "implementation")
    values = [
        state.contract.get("value"),
        state.award.get("value"),
        part(process, "tender").get("value"),
        part(process, "planning", "budget").get("amount"),
        *(part(item, "unit").get("value") for item in _items(state)),
        *(payment_value(payment) for payment in objects(implementation.get("transactions"))),
    ]
    return next((code for value in values if (code := currency(value))), None)


def payment_value(payment: Object) -> Any:
    """Return the value object of a transaction; version 1.0 calls it `amount`."""
    return payment.get("value") or payment.get("amount")


def _first_text(sources: Sequence[Object], name: str, remarks: Remarks) -> str | None:
    return next((text for source in sources if (text := line(source, name, remarks))), None)


def _keyed(entries: Sequence[Object]) -> dict[str, Object]:
    """Return entries by id, those without one by position; a later entry adds to an earlier one of its id."""
    found: dict[str, Object] = {}
    for position, entry in enumerate(entries, 1):
        key = identity(entry) or f"#{position}"
        found[key] = {**found.get(key, {}), **entry}
    return found


def _numbered(letter: str, states: Sequence[State], entries: Callable[[State], dict[str, Object]]) -> dict[str, str]:
    keys = dict.fromkeys(key for state in states for key in entries(state))
    return {key: f"{letter}{position}" for position, key in enumerate(keys, 1)}


def _items(state: State) -> list[Object]:
    return objects(state.contract.get("items"))


def _snapshot(state: State, ids: Ids, by_unit: bool, remarks: Remarks) -> Snapshot:
    start, end = period(state.contract.get("period"), remarks)
    value = amount(state.contract.get("value"), remarks)
    if by_unit:
        fees = {each["id"]: each for each in _unit_prices(state, remarks)}
    else:
        fees = {"F1": _fixed_fee(state, value, remarks)} if value is not None else {}
    return Snapshot(
        currency=None if value is None else currency(state.contract.get("value")),
        start=start or day(state.contract.get("dateSigned")),
        end=end,
        fees=fees,
        deliverables=_deliverables(state, ids, remarks),
        milestones=_milestones(state, ids, remarks),
    )


def _fixed_fee(state: State, value: Decimal, remarks: Remarks) -> Object:
    description = title_of(state, remarks) or "The services"
    return {"id": "F1", "kind": "fixed", "description": description, "amount": value}


def _unit_prices(state: State, remarks: Remarks) -> list[Object]:
    """Return a fee line for each item, or none unless quantity times unit price makes exactly the contract's value."""
    value, code = amount(state.contract.get("value"), Remarks()), currency(state.contract.get("value"))
    lines: list[Object] = []
    for position, item in enumerate(_items(state), 1):
        price, quantity = _unit_price(item, code), _quantity(item)
        if price is None or quantity is None:
            return []
        lines.append(
            {
                "id": f"F{position}",
                "kind": "unit",
                "description": _item_title(item, remarks),
                "unit": line(part(item, "unit"), "name", remarks) or "unit",
                "rate": price,
                "quantity": quantity,
            }
        )
    return lines if lines and value == _sum(lines, code) else []


def _unit_price(item: Object, code: str | None) -> Decimal | None:
    """Return an item's price per unit, or None where it is in another currency or finer than the currency."""
    value = part(item, "unit", "value")
    silent = Remarks()
    price = amount(value, silent) if code and currency(value) == code else None
    return None if silent.notes else price


def _sum(lines: Sequence[Object], code: str | None) -> Decimal | None:
    digits = minor_units(code) if code else None
    if digits is None:
        return None
    return sum((rounded_to(digits, each["rate"], each["quantity"]) for each in lines), start=Decimal(0))


def _quantity(item: Object) -> Decimal | int | None:
    """Return how many units of an item there are; the noise that binary fractions leave behind is rounded away."""
    given = number(item.get("quantity"))
    if given is None or (rounded := rounded_to(6, given)) <= 0:
        return None
    return int(rounded) if rounded == rounded.to_integral_value() else Decimal(format(rounded, "f").rstrip("0"))


def _note_unused_prices(contract: Contract, remarks: Remarks) -> None:
    priced = [item for item in _items(contract.last) if part(item, "unit", "value").get("amount") is not None]
    if priced and amount(contract.last.contract.get("value"), Remarks()) is not None:
        remarks.note(
            f"{len(priced)} of {len(_items(contract.last))} items have a price per unit, but together they do not make "
            "the contract's value; the fee is one fixed amount."
        )


def _deliverables(state: State, ids: Ids, remarks: Remarks) -> dict[str, Object]:
    return {
        ids.items[key]: {
            "id": ids.items[key],
            "title": _item_title(item, remarks),
            "description": _item_description(item, remarks),
            "due": day(part(item, "deliveryDate").get("endDate")),
            "acceptance": None,
        }
        for key, item in _keyed(_items(state)).items()
    }


def _item_title(item: Object, remarks: Remarks) -> str:
    sources = [item, part(item, "classification"), *objects(item.get("additionalClassifications"))]
    key = identity(item)
    return _first_text(sources, "description", remarks) or (f"Item {key}" if key else "Item")


def _item_description(item: Object, remarks: Remarks) -> str:
    sentences = [prose(item, "description", remarks) or ""]
    if (quantity := _quantity(item)) is not None:
        unit = line(part(item, "unit"), "name", remarks)
        sentences.append(f"Quantity: {quantity}{f' {unit}' if unit else ''}")
    classes = [part(item, "classification"), *objects(item.get("additionalClassifications"))]
    named = [_classification(each, remarks) for each in classes]
    if any(named):
        sentences.append(f"Classification: {'; '.join(filter(None, named))}")
    said = [sentence if sentence.endswith((".", "!", "?")) else f"{sentence}." for sentence in sentences if sentence]
    return " ".join(said)[:TEXT_LIMIT] or _item_title(item, remarks)


def _classification(entry: Object, remarks: Remarks) -> str:
    code = " ".join(filter(None, (line(entry, "scheme", remarks), line({"id": identity(entry)}, "id", remarks))))
    return ", ".join(filter(None, (code, line(entry, "description", remarks))))


def _milestones(state: State, ids: Ids, remarks: Remarks) -> dict[str, Object]:
    return {
        ids.milestones[key]: {
            "id": ids.milestones[key],
            "title": milestone_title(milestone, remarks),
            "date": day(milestone.get("dueDate")),
        }
        for key, milestone in milestones_of(state.contract).items()
    }


def milestone_title(milestone: Object, remarks: Remarks) -> str:
    """Return what a milestone is called: its title, description, code or id."""
    for name in ("title", "description", "code"):
        if text := line(milestone, name, remarks):
            return text
    return f"Milestone {identity(milestone)}".strip()
