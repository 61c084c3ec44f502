"""What was paid and reached under a published contract becomes progress entries, one for each month with news."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from docgen.exchange.ocds_orders import Step
from docgen.exchange.ocds_terms import Ids, Snapshot, milestone_title, milestones_of, payment_value
from docgen.exchange.ocds_values import (
    TEXT_LIMIT,
    Object,
    Remarks,
    amount,
    currency,
    day,
    identity,
    objects,
    part,
    shown,
)


@dataclass
class _Month:
    """The facts of one calendar month."""

    paid: Decimal = Decimal(0)
    reached: dict[str, dt.date] = field(default_factory=dict)
    expected: dict[str, dt.date] = field(default_factory=dict)


def progress_entries(
    engagement: str, found: Sequence[Step], ids: Ids, buyer: str, code: str, remarks: Remarks
) -> list[Object]:
    """Return the data of docgen.progress/1 files, one for each month in which something was paid or reached.

    Payments count as invoiced on the fee line when there is only one; otherwise the summary alone says them.
    """
    contract = found[-1].state.contract
    months: defaultdict[tuple[int, int], _Month] = defaultdict(_Month)
    for date, paid in _payments(contract, buyer, code, remarks):
        months[date.year, date.month].paid += paid
    for key, date in _reached(contract, ids, remarks):
        months[date.year, date.month].reached[key] = date
    met = {key for month in months.values() for key in month.reached}
    for date, key, expected in _forecasts(found):
        if key not in met:
            months[date.year, date.month].expected[key] = expected
    line = _only_fee_line(found[0].terms, any(month.paid for month in months.values()), remarks)
    titles = {ids.milestones[key]: milestone_title(each, remarks) for key, each in milestones_of(contract).items()}
    return [_entry(engagement, year_month, months[year_month], line, code, titles) for year_month in sorted(months)]


def _payments(contract: Object, buyer: str, code: str, remarks: Remarks) -> Iterator[tuple[dt.date, Decimal]]:
    for payment in objects(part(contract, "implementation").get("transactions")):
        name = identity(payment) or "without an id"
        date, value = day(payment.get("date")), payment_value(payment)
        paid = amount(value, remarks)
        if paid is None or date is None:
            remarks.note(f"Payment {name} names no {'amount' if paid is None else 'day'} and was left out.")
        elif currency(value) != code:
            remarks.note(f"Payment {name} is in {currency(value)}, not {code}, and was left out.")
        elif buyer and shown(part(payment, "payee")) == buyer:
            remarks.note(f"Payment {name} goes to the buyer and was left out.")
        else:
            remarks.note("Payments are carried over as amounts invoiced: the source tells of payments only.")
            yield date, paid


def _reached(contract: Object, ids: Ids, remarks: Remarks) -> Iterator[tuple[str, dt.date]]:
    for key, milestone in milestones_of(contract).items():
        met = day(milestone.get("dateMet"))
        if met is not None and milestone.get("status") not in ("notMet", "scheduled"):
            yield ids.milestones[key], met
        elif milestone.get("status") == "met":
            remarks.note(f"Milestone {ids.milestones[key]} is met, but the source does not say when.")


def _forecasts(found: Sequence[Step]) -> Iterator[tuple[dt.date, str, dt.date]]:
    """Yield milestones that moved without an amendment: then the date agreed stands, and the new one is a forecast."""
    for before, after in pairwise(found):
        said = day(after.state.release.data.get("date"))
        for key, milestone in after.terms.milestones.items():
            earlier = before.terms.milestones.get(key, milestone)["date"]
            if said and not after.amends and milestone["date"] and earlier and milestone["date"] != earlier:
                yield said, key, milestone["date"]


def _only_fee_line(terms: Snapshot, paid: bool, remarks: Remarks) -> str | None:
    if len(terms.fees) == 1:
        return next(iter(terms.fees))
    if paid:
        remarks.note(
            f"The engagement has {len(terms.fees) or 'no'} fee lines, so the payments stand in the summaries of the "
            "progress entries only. Add `invoiced:` with the line once it is known."
        )
    return None


def _entry(
    engagement: str, year_month: tuple[int, int], month: _Month, line: str | None, code: str, titles: dict[str, str]
) -> Object:
    first = dt.date(*year_month, 1)
    last = first.replace(day=calendar.monthrange(*year_month)[1])
    reached = [{"id": key, "actual": date} for key, date in month.reached.items()]
    expected = [{"id": key, "forecast": date} for key, date in month.expected.items() if key not in month.reached]
    sentences = [f"{code} {month.paid:,f} was paid."] if month.paid else []
    sentences += [f"Milestone {key} ({titles[key]}) was reached." for key in month.reached]
    sentences += [
        f"Milestone {each['id']} ({titles[str(each['id'])]}) is expected on another day." for each in expected
    ]
    entry: Object = {
        "format": "docgen.progress/1",
        "engagement": engagement,
        "period": {"from": first, "to": last},
        "summary": " ".join(sentences)[:TEXT_LIMIT],
    }
    if reached or expected:
        entry["milestones"] = reached + expected
    if month.paid and line:
        entry["invoiced"] = [{"line": line, "amount": month.paid}]
    return entry
