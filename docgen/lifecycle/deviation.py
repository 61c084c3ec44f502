"""How likely work is to depart from plan: a score from facts that proposes how much detail its contract should have.

The score proposes and says why; a person decides, and `account.deviation` in the file stays what it is. Two to six
points mean what a careful account manager would see as well: nothing here weighs what no fact tells.

There is no fact of its own for third parties. What stands for them: people who speak for the client from another
organisation's address, and assumptions, for each of them is somebody else's to make true.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from docgen.models.engagement import Deviation, Engagement
from docgen.models.money import Money
from docgen.models.terms import TimeFee, UnitFee, contract_sum

MEDIUM_FROM, HIGH_FROM = 3, 7
"""From how many points on the proposal is medium, and high."""


class Detail(StrEnum):
    """How much detail a contract has."""

    BRIEF = "brief"
    STANDARD = "standard"
    FULL = "full"


DETAIL = {Deviation.LOW: Detail.BRIEF, Deviation.MEDIUM: Detail.STANDARD, Deviation.HIGH: Detail.FULL}
"""How much detail the contract has for each level."""


@dataclass(frozen=True)
class Reason:
    """Why the score is what it is: how many points, and the fact in a sentence."""

    points: int
    text: str


@dataclass(frozen=True)
class Assessment:
    """What is proposed, the reasons with their points, and what the file says now."""

    proposed: Deviation
    stated: Deviation
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> int:
        """Return the sum of the points."""
        return sum(reason.points for reason in self.reasons)

    @property
    def detail(self) -> str:
        """Return how much detail the proposal gives the contract: brief, standard or full."""
        return DETAIL[self.proposed]

    @property
    def remark(self) -> str:
        """Return what to know where the proposal differs from the file, else nothing."""
        if self.proposed is self.stated:
            return ""
        return (
            f"The file says deviation {self.stated} ({DETAIL[self.stated]}), and the facts propose {self.proposed} "
            f"({self.detail}). You decide: `account.deviation` stays as it is until you change it."
        )


def assess(
    engagement: Engagement, *, past_engagements: int, past_change_orders: int, open_blanks: int = 0
) -> Assessment:
    """Return the assessment of an engagement.

    `past_engagements` are those with the same client before, `past_change_orders` the orders executed in them, and
    `open_blanks` the required facts of this one that are still blank.
    """
    reasons = (
        *_client(engagement, past_engagements, past_change_orders),
        *_scope(engagement),
        *_fees(engagement),
        *_others(engagement),
        *_blanks(open_blanks),
    )
    score = sum(reason.points for reason in reasons)
    proposed = Deviation.LOW
    if score >= MEDIUM_FROM:
        proposed = Deviation.HIGH if score >= HIGH_FROM else Deviation.MEDIUM
    return Assessment(proposed, engagement.account.deviation, reasons)


def _client(engagement: Engagement, past: int, orders: int) -> Iterator[Reason]:
    name = engagement.client.legal_name or "this client"
    if not past:
        yield Reason(3, f"This is the first engagement with {name}.")
    elif orders >= 3 * past:
        yield Reason(2, f"{_many(past, 'earlier engagement')} with {name} had {_many(orders, 'change order')}.")
    elif orders >= past:
        yield Reason(1, f"{_many(past, 'earlier engagement')} with {name} had {_many(orders, 'change order')}.")


def _scope(engagement: Engagement) -> Iterator[Reason]:
    scope = engagement.terms.scope
    if not scope.deliverables:
        yield Reason(3, "No deliverable is named.")
    vague = [each.id for each in scope.deliverables if each.acceptance is None]
    if vague:
        yield Reason(min(len(vague), 3), f"Nothing says when {_listed(vague)} can be accepted.")
    undated = [each.id for each in scope.deliverables if each.due is None]
    if undated:
        yield Reason(min(len(undated), 2), f"No day is set for {_listed(undated)}.")
    if not scope.exclusions:
        yield Reason(1, "Nothing is excluded from the scope.")
    if not scope.assumptions:
        yield Reason(1, "No assumption is written down.")


def _fees(engagement: Engagement) -> Iterator[Reason]:
    lines, currency = engagement.terms.fees.lines, engagement.currency
    if not lines:
        yield Reason(2, "No fees are agreed.")
        return
    total = contract_sum(engagement.terms, currency)
    open_ended = Money.total((line.total for line in lines if isinstance(line, TimeFee | UnitFee)), currency)
    if not total:
        return
    share = open_ended.amount / total.amount * 100
    if share >= Decimal(25):
        told = f"{open_ended} of {total} ({share:.0f} %) is paid by time or by unit."
        yield Reason(2 if share >= Decimal(50) else 1, told)


def _others(engagement: Engagement) -> Iterator[Reason]:
    own = {_domain(party.notice_email) for party in (engagement.client, engagement.provider)}
    own |= {_domain(engagement.account.manager)}
    outside = dict.fromkeys(_domain(contact.email) for contact in engagement.client.contacts)
    foreign = [domain for domain in outside if domain and own - {""} and domain not in own]
    if foreign:
        told = f"People of {_listed(foreign)} speak for the client: third parties have a part in it."
        yield Reason(min(len(foreign), 3), told)
    assumptions = len(engagement.terms.scope.assumptions)
    if assumptions >= 3:
        yield Reason(1, f"The work rests on {assumptions} assumptions that others must make true.")


def _blanks(count: int) -> Iterator[Reason]:
    if count:
        verb = "is" if count == 1 else "are"
        yield Reason(1 if count <= 3 else 2, f"{_many(count, 'fact')} the contract needs {verb} still blank.")


def _domain(email: str | None) -> str:
    return (email or "").rpartition("@")[2].casefold()


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
