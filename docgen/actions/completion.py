"""Whether an engagement can be closed, as the record has it, and the refusal to certify one that cannot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from docgen.actions.change_orders import states_of
from docgen.actions.desk import Desk
from docgen.actions.disputes import issued_notices
from docgen.actions.executed import CONTRACT, LETTER
from docgen.actions.recorded import recorded_engagement, recorded_entries
from docgen.actions.references import reference_of
from docgen.errors import DocgenError, shell_word
from docgen.facts.kinds import M
from docgen.lifecycle.completion import Check, Closing, completion_checks, open_checks
from docgen.lifecycle.effective import effective_terms
from docgen.lifecycle.states import OrderState
from docgen.models.breach import Breach
from docgen.models.changes import ChangeDirective, ChangeOrder
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute
from docgen.models.engagement import Engagement
from docgen.models.progress import ProgressEntry

if TYPE_CHECKING:
    from docgen.store.record import Record

CERTIFICATE = "completion-certificate"


class NotCompleteError(DocgenError):
    """Something is still open at an engagement that is to be certified as complete."""

    def __init__(self, engagement: str, checks: Sequence[Check]) -> None:
        self.checks = tuple(checks)
        lines = "\n".join(f"  {check}" for check in checks)
        super().__init__(
            f"{engagement} is not complete, so no certificate was issued. Open:\n{lines}\n"
            f"`docgen engagement completion {shell_word(engagement)}` lists all checks."
        )


def completion(desk: Desk, name: str) -> tuple[Check, ...]:
    """Return every check of an engagement's end on the day of the desk.

    Raises UnknownEngagementError, and what opening and reading the record raises.
    """
    engagement = recorded_engagement(desk.record, name).facts
    return completion_checks(closing_of(desk, desk.record, engagement))


def check_complete(desk: Desk, record: Record, engagement: Engagement) -> tuple[str, ...]:
    """Return no remarks where an engagement is complete; raises NotCompleteError with all that is open."""
    found = open_checks(completion_checks(closing_of(desk, record, engagement)))
    if found:
        raise NotCompleteError(engagement.id, found)
    return ()


def closing_of(desk: Desk, record: Record, engagement: Engagement) -> Closing:
    """Return what the checks look at, as it is recorded."""
    orders = {
        number: each.facts
        for number, each in recorded_entries(record, engagement.id, ChangeOrder, engagement.currency).items()
    }
    states = {
        number: _state_on(record, engagement.id, number, state, desk.on)
        for number, state in states_of(record, engagement.id, desk.on).items()
        if (asked := orders[number].requested_on) is None or asked <= desk.on
    }
    in_force = tuple(order for number, order in orders.items() if states.get(number) is OrderState.EXECUTED)
    signed = _is_signed(record, engagement.id, CONTRACT, desk.on)
    disputes = {
        number: each.facts
        for number, each in recorded_entries(record, engagement.id, Dispute, engagement.currency).items()
    }
    reopened = _reopened(record, engagement.id, desk.on)
    return Closing(
        engagement=engagement.id,
        on=desk.on,
        currency=engagement.currency,
        terms_on=lambda day: effective_terms(engagement.terms, in_force, day),
        contract_signed=signed,
        orders=states,
        directives=_all(record, engagement, ChangeDirective),
        converted=frozenset(order.converts for order in in_force if order.converts),
        deliveries=_all(record, engagement, Delivery),
        entries=_all(record, engagement, ProgressEntry),
        unsigned=_unsigned(record, engagement.id, desk.on, contract_signed=signed),
        disputes=tuple(dispute for number, dispute in disputes.items() if number not in reopened),
        breaches={
            number: breach
            for number, breach in _noticed(record, engagement, desk.on).items()
            if not any(breach.notice_date <= day for day in reopened.values())
        },
    )


def _all(record: Record, engagement: Engagement, kind: type[M]) -> tuple[M, ...]:
    return tuple(each.facts for each in recorded_entries(record, engagement.id, kind, engagement.currency).values())


def _is_signed(record: Record, engagement: str, kind: str, on: dt.date, number: int = 0) -> bool:
    """Say whether a document was signed by a day, in a version that was not withdrawn."""
    versions = record.register.versions(engagement, kind, number)
    standing = (each for each in versions if each.withdrawn_by is None)
    return any(each.executed_on and each.executed_on <= on.isoformat() for each in standing)


def _state_on(record: Record, engagement: str, number: int, state: OrderState, on: dt.date) -> OrderState:
    """Return where an order stood on a day: one that was signed later waited for its signatures."""
    if state is OrderState.EXECUTED and not _is_signed(record, engagement, "change-order", on, number):
        return OrderState.ISSUED
    return state


def _unsigned(record: Record, engagement: str, on: dt.date, *, contract_signed: bool) -> tuple[str, ...]:
    """Return the documents issued by a day that waited for a signature on it; a signed contract replaces the letter.

    Change orders are told by their state, and the certificate is what all this is about.
    """
    apart = {CERTIFICATE, "change-order", *((LETTER,) if contract_signed else ())}
    day = on.isoformat()
    waiting = (
        each
        for each in record.register.documents_of(engagement)
        if each.day <= day
        and (each.awaits == "signature" or (each.status == "executed" and (each.executed_on or "") > day))
    )
    return tuple(str(reference_of(each)) for each in waiting if each.kind not in apart)


def _reopened(record: Record, engagement: str, on: dt.date) -> Mapping[int, dt.date]:
    """Return the days of the re-opening letters by the number of their dispute: with them the trouble is over."""
    letters = (each for each in record.register.documents_of(engagement) if each.kind == "re-opening")
    days = {each.number: dt.date.fromisoformat(each.day) for each in letters if each.withdrawn_by is None}
    return {number: day for number, day in days.items() if day <= on}


def _noticed(record: Record, engagement: Engagement, on: dt.date) -> Mapping[int, Breach]:
    """Return the breaches by number that a notice was issued of by a day which stands."""
    issued = issued_notices(record, engagement.id, on)
    recorded = recorded_entries(record, engagement.id, Breach, engagement.currency)
    return {number: each.facts for number, each in recorded.items() if number in issued}
