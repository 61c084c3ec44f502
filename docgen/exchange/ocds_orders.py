"""Amendments of a published contract become change orders: what was agreed before, what after, and why."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from docgen.exchange.ocds_contracts import Contract, State
from docgen.exchange.ocds_terms import Ids, Snapshot, as_awarded, snapshots, with_terms
from docgen.exchange.ocds_values import (
    TEXT_LIMIT,
    Object,
    Remarks,
    amount,
    day,
    identity,
    line,
    number,
    objects,
    part,
    prose,
)

_UNFORESEEN = re.compile(r"unforese|unexpected|imprevi|imprévu|unvorhergeseh|непередбач|непредвид", re.IGNORECASE)
_ERROR = re.compile(r"\berror|\bmistake|\bcorrect(?:s|ion|ed)\b|\btypo|\bfehler|\berreur", re.IGNORECASE)
_LAW = re.compile(r"\bchange (?:of|in) law\b|\bnew law\b|\blegislat|\bstatut|\bgesetz", re.IGNORECASE)
_BY_PROVIDER = re.compile(r"\brequest\w* (?:of|by|from) the (?:supplier|contractor|provider)\b", re.IGNORECASE)
_SHOWN_ID, _SHOWN_IDS = 40, 8
# The last word of a change, and what a title calls it.
_SUBJECTS = {
    "deliverable": "deliverables",
    "fee": "fees",
    "rate": "fees",
    "estimate": "fees",
    "milestone": "milestones",
    "date": "end date",
}
# What amendments of version 1.0 write before the path of a changed value.
_ABOVE_THE_TERMS = frozenset({"", "contract", "contracts", "0"})


@dataclass(frozen=True)
class Step:
    """The terms after a release, the amendments that release brought, and whether it amended the contract at all."""

    state: State
    terms: Snapshot
    amendments: tuple[Object, ...]
    amends: bool


def steps(contract: Contract, ids: Ids, remarks: Remarks) -> list[Step]:
    """Return how the terms of a contract developed; the first step is what was agreed originally."""
    found = list(_published(contract, ids, remarks))
    while len(found) > 1 and found[0].terms.says_nothing:
        found = found[1:]
    return _filled(_from_the_beginning(found, remarks), remarks)


def change_orders(engagement: str, found: Sequence[Step], remarks: Remarks) -> Iterator[Object]:
    """Yield the data of a docgen.change-order/1 file for each step that changed something it can say."""
    order = 0
    for before, after in pairwise(found):
        changes = list(_changes(before.terms, after, remarks))
        if changes:
            order += 1
            yield _order(engagement, order, after, changes, remarks)
        elif after.amendments:
            remarks.note(f"{_named(after.amendments)} changed nothing that a change order can say. {_reason(after)}")


def _published(contract: Contract, ids: Ids, remarks: Remarks) -> Iterator[Step]:
    seen: list[Object] = []
    for state, terms in zip(contract.states, snapshots(contract, ids, remarks), strict=True):
        new = tuple(each for each in _amendments(state.contract) if not _is_among(each, seen))
        seen.extend(new)
        yield Step(state, terms, new, bool(new) or "contractAmendment" in state.release.tags)


def _amendments(contract: Object) -> list[Object]:
    """Return a contract's amendments, oldest first; version 1.0 has one, and no list."""
    found = [*objects(contract.get("amendments")), *objects(contract.get("amendment"))]
    return sorted(found, key=lambda each: day(each.get("date")) or dt.date.max)


def _is_among(amendment: Object, seen: Sequence[Object]) -> bool:
    name = identity(amendment)
    return any(identity(each) == name if name else each == amendment for each in seen)


def _from_the_beginning(found: list[Step], remarks: Remarks) -> list[Step]:
    """Return steps that begin before the first amendment, as far as the source tells what stood then."""
    first = found[0]
    if not first.amends:
        return found
    original = _former(first, as_awarded(first.state, first.terms))
    if original == first.terms:
        remarks.note(
            f"{_named(first.amendments)}: the source does not say what stood before, so there is no change order; "
            "the engagement states the terms as amended."
        )
        return [replace(first, amendments=(), amends=False), *found[1:]]
    remarks.note(f"{_named(first.amendments)}: what stood before is taken from the award or the amendment itself.")
    return [Step(first.state, original, (), amends=False), *found]


def _former(step: Step, terms: Snapshot) -> Snapshot:
    """Return the terms with the former values that amendments of version 1.0 list, the oldest one last."""
    for change in (each for amendment in reversed(step.amendments) for each in objects(amendment.get("changes"))):
        path = [name for name in re.split(r"[./]", str(change.get("property"))) if name not in _ABOVE_THE_TERMS]
        former = change.get("former_value", change.get("formerValue"))
        if path in (["value", "amount"], ["value"]):
            figure = part(former).get("amount") if isinstance(former, dict) else former
            value = amount({"amount": number(figure), "currency": terms.currency}, Remarks())
            terms = with_terms(terms, value, None)
        elif path in (["period", "endDate"], ["period"]):
            terms = with_terms(terms, None, day(part(former).get("endDate") if isinstance(former, dict) else former))
    return terms


def _filled(found: list[Step], remarks: Remarks) -> list[Step]:
    """Return steps in which what was published later without an amendment stands from the beginning."""
    filled = found[-1:]
    for step in reversed(found[:-1]):
        later = filled[-1]
        if later.amends and (not step.terms.fees and later.terms.fees):
            remarks.note("The original value is not in the source; the engagement states the one as amended.")
        filled.append(replace(step, terms=_completed(step.terms, later.terms, later.amends)))
    return filled[::-1]


def _completed(terms: Snapshot, later: Snapshot, amended: bool) -> Snapshot:
    return replace(
        terms,
        currency=terms.currency or later.currency,
        start=terms.start or later.start,
        end=terms.end or later.end,
        fees=terms.fees or later.fees,
        deliverables=terms.deliverables if amended else _united(terms.deliverables, later.deliverables),
        milestones=terms.milestones if amended else _united(terms.milestones, later.milestones),
    )


def _united(earlier: dict[str, Object], later: dict[str, Object]) -> dict[str, Object]:
    """Return entries with what a later publication adds to them; what was said earlier stays."""
    return {key: _joined(earlier.get(key, {}), later.get(key, {})) for key in {**earlier, **later}}


def _joined(earlier: Object, later: Object) -> Object:
    said = {key: value for key, value in earlier.items() if value is not None}
    return {**earlier, **later, **said}


def _changes(before: Snapshot, step: Step, remarks: Remarks) -> Iterator[Object]:
    after = step.terms
    if step.amends:
        yield from _deliverable_changes(before.deliverables, after.deliverables)
    if before.currency == after.currency:
        yield from _fee_changes(before.fees, after.fees)
    else:
        remarks.note(f"The currency changed from {before.currency} to {after.currency}; no change order can say that.")
    if step.amends:
        yield from _milestone_changes(before.milestones, after.milestones)
    if after.end is not None and after.end != before.end:
        yield {"do": "move_end_date", "date": after.end}


def _deliverable_changes(before: dict[str, Object], after: dict[str, Object]) -> Iterator[Object]:
    for key, entry in after.items():
        if key not in before:
            yield {"do": "add_deliverable", "deliverable": entry}
            continue
        names = ("title", "description", "due")
        revised = {name: entry[name] for name in names if entry[name] not in (None, before[key][name])}
        if revised:
            yield {"do": "revise_deliverable", "deliverable": key, **revised}
    yield from ({"do": "omit_deliverable", "deliverable": key} for key in before if key not in after)


def _fee_changes(before: dict[str, Object], after: dict[str, Object]) -> Iterator[Object]:
    for key, entry in after.items():
        old = before.get(key)
        if old is None:
            yield {"do": "add_fee", "line": entry}
        elif entry["kind"] == "fixed" and entry["amount"] != old["amount"]:
            yield {"do": "change_fee", "line": key, "amount": entry["amount"]}
        elif entry["kind"] == "unit":
            if entry["rate"] != old["rate"]:
                yield {"do": "change_rate", "line": key, "rate": entry["rate"]}
            if entry["quantity"] != old["quantity"]:
                yield {"do": "change_estimate", "line": key, "quantity": entry["quantity"]}
    yield from ({"do": "omit_fee", "line": key} for key in before if key not in after)


def _milestone_changes(before: dict[str, Object], after: dict[str, Object]) -> Iterator[Object]:
    for key, entry in after.items():
        if key not in before:
            yield {"do": "add_milestone", "milestone": entry}
        elif entry["date"] is not None and entry["date"] != before[key]["date"]:
            yield {"do": "move_milestone", "milestone": key, "date": entry["date"]}
    yield from ({"do": "omit_milestone", "milestone": key} for key in before if key not in after)


def _order(engagement: str, order: int, step: Step, changes: list[Object], remarks: Remarks) -> Object:
    dates = [date for each in step.amendments if (date := day(each.get("date")))]
    date = max(dates, default=None) or day(step.state.release.data.get("date"))
    reason = _reason(step)
    kind = _kind(reason)
    by_provider = kind == "unforeseen_condition" or bool(_BY_PROVIDER.search(reason))
    remarks.note(
        f"CO-{order:03d}: the source does not say who asked for the change, nor whether it settles all claims; "
        f"{'provider' if by_provider else 'client'} and “reserved” are assumed."
    )
    if not step.amendments:
        remarks.note(f"CO-{order:03d}: the values differ between two releases, but no amendment is published.")
    return {
        "format": "docgen.change-order/1",
        "engagement": engagement,
        "number": order,
        "title": _title(step, changes),
        "requested_by": "provider" if by_provider else "client",
        "requested_on": date,
        "reason": reason,
        "kind": kind or ("provider_request" if by_provider else "client_request"),
        **({"refs": refs} if (refs := _refs(step, remarks)) else {}),
        "effective_date": date,
        "changes": changes,
        "settlement": "reserved",
    }


def _title(step: Step, changes: Sequence[Object]) -> str:
    subjects = list(dict.fromkeys(_SUBJECTS[change["do"].rsplit("_", 1)[-1]] for change in changes))
    what = f"{', '.join(subjects[:-1])} and {subjects[-1]}" if len(subjects) > 1 else subjects[0]
    return f"{_named(step.amendments)}: {what}" if step.amendments else f"Change of {what}"


def _named(amendments: Sequence[Object]) -> str:
    names = [name[:_SHOWN_ID] for each in amendments if (name := identity(each))][:_SHOWN_IDS]
    if not names:
        return f"{len(amendments)} amendments" if len(amendments) > 1 else "Amendment"
    return f"Amendment{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _reason(step: Step) -> str:
    """Return why a contract was amended, in the words of its publisher."""
    silent = Remarks()
    said = [prose(each, name, silent) for each in step.amendments for name in ("rationale", "description")]
    return "\n\n".join(dict.fromkeys(filter(None, said)))[:TEXT_LIMIT] or "The source gives no reason."


def _kind(reason: str) -> str | None:
    kinds: Any = {"unforeseen_condition": _UNFORESEEN, "law": _LAW, "error_or_omission": _ERROR}
    return next((kind for kind, pattern in kinds.items() if pattern.search(reason)), None)


def _refs(step: Step, remarks: Remarks) -> list[str]:
    """Return the ids of the amendments and of the release that published them."""
    names = [line({"id": identity(each)}, "id", remarks) for each in step.amendments]
    releases = [line(each, "releaseID", remarks) for each in step.amendments]
    return list(dict.fromkeys(filter(None, [*names, *releases])))
