"""Whether an engagement can be closed: each thing that must be done first, whether it is, and what to do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from docgen.errors import shell_word
from docgen.lifecycle.progress import BudgetLine, TermsOn, budget, entries_until, milestone_states, payable
from docgen.lifecycle.states import OPEN_ORDERS, OrderState, words_of
from docgen.models.breach import Breach
from docgen.models.changes import ChangeDirective
from docgen.models.delivery import Delivery, Outcome
from docgen.models.dispute import Dispute
from docgen.models.money import Money
from docgen.models.party import Side
from docgen.models.progress import ProgressEntry
from docgen.models.terms import Terms


class CheckState(StrEnum):
    """Whether a check is met, is open and stops completion, or is a question that only a person can answer."""

    MET = "met"
    OPEN = "open"
    ASK = "ask"


@dataclass(frozen=True)
class Check:
    """One thing that must be done before the end.

    `clause` is the id of the contract's clause it rests on; `todo` says what to do, "" where nothing is.
    """

    what: str
    state: CheckState
    detail: str
    clause: str
    todo: str = ""

    @property
    def met(self) -> bool:
        """Say whether it is done."""
        return self.state is CheckState.MET

    def __str__(self) -> str:
        return f"{self.what}: {self.detail}" + (f" {self.todo}" if self.todo else "")


@dataclass(frozen=True)
class Closing:
    """What the checks look at, on a day.

    `terms_on` returns the terms in force on a day; `orders` are all change orders by number with where they stand;
    `converted` are the numbers of the directives that executed orders bring into the contract sum; `unsigned` are the
    references of documents that wait for a signature; `breaches` are those whose notice has not been withdrawn, by
    their number.
    """

    engagement: str
    on: dt.date
    currency: str
    terms_on: TermsOn
    contract_signed: bool
    orders: Mapping[int, OrderState]
    directives: tuple[ChangeDirective, ...] = ()
    converted: frozenset[int] = frozenset()
    deliveries: tuple[Delivery, ...] = ()
    entries: tuple[ProgressEntry, ...] = ()
    unsigned: tuple[str, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    breaches: Mapping[int, Breach] = field(default_factory=dict)

    @property
    def terms(self) -> Terms:
        """Return the terms in force on the day."""
        return self.terms_on(self.on)


def completion_checks(closing: Closing) -> tuple[Check, ...]:
    """Return every check of an engagement's end, in the order in which people work through them.

    What is dated after the day that is asked about does not count, and neither does the later answer to it.
    """
    closing = _as_of(closing)
    checks = (_documents, _deliverables, _milestones, _orders, _directives, _invoices, _disputes, _breaches)
    return (*(check for each in checks for check in each(closing)), *_questions(closing))


def _as_of(closing: Closing) -> Closing:
    """Return what the checks look at without what is dated after their day."""
    on = closing.on
    return replace(
        closing,
        directives=tuple(each for each in closing.directives if each.ordered_on is None or each.ordered_on <= on),
        deliveries=deliveries_by(closing.deliveries, on),
        entries=entries_by(closing.entries, on),
        disputes=tuple(
            each if each.settled_on is None or each.settled_on <= on else each.model_copy(update={"settled_on": None})
            for each in closing.disputes
            if each.raised_on <= on
        ),
        breaches={number: each for number, each in closing.breaches.items() if each.notice_date <= on},
    )


def deliveries_by(deliveries: Iterable[Delivery], on: dt.date) -> tuple[Delivery, ...]:
    """Return the hand-overs made by a day, each as it stood then."""
    return tuple(seen for each in deliveries if (seen := each.seen_on(on)))


def entries_by(entries: Iterable[ProgressEntry], on: dt.date) -> tuple[ProgressEntry, ...]:
    """Return the progress entries whose period has ended by a day."""
    return tuple(each for each in entries if each.period.end <= on)


def open_checks(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Return the checks that stop completion."""
    return tuple(check for check in checks if check.state is CheckState.OPEN)


def last_deliveries(deliveries: Iterable[Delivery]) -> dict[str, Delivery]:
    """Return the last hand-over of each deliverable: a corrected one counts, not the one that was rejected."""
    ordered = sorted(deliveries, key=lambda each: (each.delivered_on, each.number or 0))
    return {each.deliverable: each for each in ordered}


def milestones_reached(terms: Terms, entries: Iterable[ProgressEntry]) -> dict[str, dt.date]:
    """Return the days on which milestones were reached, as the last progress entry that speaks of each says."""
    known = tuple(entries)
    if not known:
        return {}
    last = max(known, key=lambda each: (each.period.end, each.period.start))
    return {state.id: state.actual for state in milestone_states(terms, terms, known, last) if state.actual}


def obligation_clause(name: str) -> str:
    """Return the id that the contract gives the clause of an obligation, as its partial `_slug` makes it."""
    return "-".join(("obligation", *re.split("[-._]+", name.lower().strip("-._"))))


@dataclass(frozen=True)
class Settlement:
    """A fee line at the end: what is agreed in the contract sum in force, what is to be paid, what is invoiced.

    `due` is what docgen.lifecycle.progress.payable counts.
    """

    id: str
    description: str
    agreed: Money
    due: Money
    invoiced: Money

    @property
    def open(self) -> Money:
        """Return what is still to be invoiced; below zero where too much was."""
        return self.due - self.invoiced


def settlements(
    terms_on: TermsOn, currency: str, entries: Iterable[ProgressEntry], on: dt.date
) -> tuple[Settlement, ...]:
    """Return every fee line of the terms in force on a day with what the progress entries say was invoiced.

    A line that fell away and had been invoiced before is among them, with nothing agreed.
    """
    terms, known = terms_on(on), tuple(entries)
    lines: dict[str, BudgetLine] = {}
    history: tuple[ProgressEntry, ...] = ()
    if known:
        last = max(known, key=lambda each: (each.period.end, each.period.start))
        history = entries_until(known, last)
        lines = {line.id: line for line in budget(terms_on, currency, history, last).lines}
    nothing = Money.zero(currency)
    found = []
    for line in terms.fees.lines:
        known_line = lines.pop(line.id, None)
        invoiced = known_line.invoiced if known_line else nothing
        due = payable(line, terms_on, currency, history)
        found.append(Settlement(line.id, line.description, line.total, due, invoiced))
    found += [
        Settlement(each.id, each.description, nothing, nothing, each.invoiced)
        for each in lines.values()
        if each.invoiced
    ]
    return tuple(found)


def _documents(closing: Closing) -> Iterator[Check]:
    signed, missing = "signed by both parties.", "not signed by both parties."
    if closing.contract_signed:
        yield Check("The contract", CheckState.MET, signed, "counterparts")
    else:
        reference = f"{closing.engagement}/contract"
        todo = f"Have it signed and record the copy: `docgen document execute {shell_word(reference)} --signed FILE`."
        yield Check("The contract", CheckState.OPEN, missing, "counterparts", todo)
    for reference in closing.unsigned:
        if reference.startswith(f"{closing.engagement}/contract/"):
            continue
        todo = (
            f"Record the signed copy (`docgen document execute {shell_word(reference)} --signed FILE`), or withdraw "
            "it: "
            f"`docgen document withdraw {shell_word(reference)} --reason …`."
        )
        yield Check(reference, CheckState.OPEN, "waits for a signature.", "counterparts", todo)


def _deliverables(closing: Closing) -> Iterator[Check]:
    last = last_deliveries(closing.deliveries)
    for deliverable in closing.terms.scope.deliverables:
        name, delivery = f"{deliverable.id} {deliverable.title}", last.get(deliverable.id)
        if delivery is None:
            todo = "Hand it over and record that: `docgen delivery record FILE`."
            yield Check(name, CheckState.OPEN, "not handed over.", "delivery", todo)
        else:
            yield _delivered(name, delivery)


def _delivered(name: str, delivery: Delivery) -> Check:
    handed = f"handed over on {delivery.delivered_on}"
    match delivery.outcome:
        case Outcome.ACCEPTED:
            by = f" by {delivery.decided_by}" if delivery.decided_by else ""
            return Check(name, CheckState.MET, f"accepted on {delivery.decided_on}{by}.", "review")
        case Outcome.DEEMED_ACCEPTED:
            detail = f"counts as accepted since {delivery.decided_on}: the review ended without a rejection."
            return Check(name, CheckState.MET, detail, "review")
        case Outcome.REJECTED:
            detail = f"{handed} and rejected on {delivery.decided_on}."
            todo = "Correct it, hand it over again and record that: `docgen delivery record FILE`."
            return Check(name, CheckState.OPEN, detail, "correction", todo)
        case Outcome.UNDER_REVIEW:
            todo = (
                "Ask the client for its answer and record it (`outcome:` and `decided_on:`, `docgen delivery record "
                "FILE`); when the review has ended without a rejection, it is `deemed_accepted`."
            )
            return Check(name, CheckState.OPEN, f"{handed}, not accepted yet.", "review", todo)


def _milestones(closing: Closing) -> Iterator[Check]:
    terms = closing.terms
    reached = milestones_reached(terms, closing.entries)
    for milestone in terms.milestones:
        name, day = f"Milestone {milestone.id} {milestone.title}", reached.get(milestone.id)
        if day:
            yield Check(name, CheckState.MET, f"reached on {day}.", "schedule-milestones")
            continue
        planned = f", planned for {milestone.date}" if milestone.date else ""
        todo = "Give its `actual:` day in a progress entry: `docgen progress record FILE`."
        yield Check(name, CheckState.OPEN, f"not reached{planned}.", "schedule-milestones", todo)


def _orders(closing: Closing) -> Iterator[Check]:
    for number, state in sorted(closing.orders.items()):
        name, settled = f"Change order CO-{number:03d}", state not in OPEN_ORDERS
        todo = "" if settled else "Have it signed and recorded as executed, or end it: reject, withdraw or void it."
        stands = CheckState.MET if settled else CheckState.OPEN
        yield Check(name, stands, f"{words_of(state)}.", "no-change-without-order", todo)


def _directives(closing: Closing) -> Iterator[Check]:
    for directive in closing.directives:
        name = f"Directive {directive.reference} {directive.title}"
        if directive.number in closing.converted:
            yield Check(name, CheckState.MET, "brought into the contract sum by a change order.", "change-control")
        else:
            todo = f"Agree a change order with `converts: {directive.number}` and have it executed."
            yield Check(name, CheckState.OPEN, "its work is not in the contract sum.", "change-control", todo)


def _invoices(closing: Closing) -> Iterator[Check]:
    for line in settlements(closing.terms_on, closing.currency, closing.entries, closing.on):
        name = f"Fee {line.id} {line.description}"
        agreed = "" if line.due == line.agreed else f" ({line.agreed} is in the contract sum)"
        if not line.open:
            detail = f"{line.invoiced} is invoiced, all that is due{agreed}."
            yield Check(name, CheckState.MET, detail, "invoicing")
            continue
        less = line.open > Money.zero(closing.currency)
        detail = (
            f"{line.invoiced} of {line.due} is invoiced{agreed}; {line.open} is open."
            if less
            else f"{line.invoiced} is invoiced and {line.due} is due{agreed}: {-line.open} too much."
        )
        todo = (
            "Invoice the rest and record it (`invoiced:` in a progress entry), or agree a change order that omits it."
            if less
            else "Credit it and correct the progress entry, or agree a change order for it."
        )
        yield Check(name, CheckState.OPEN, detail, "invoicing", todo)


def _disputes(closing: Closing) -> Iterator[Check]:
    for dispute in closing.disputes:
        name = f"Dispute of {dispute.raised_on} ({dispute.subject})"
        if dispute.settled_on:
            yield Check(name, CheckState.MET, f"settled on {dispute.settled_on}.", "disputes")
        else:
            todo = "Settle it, and give `settled_on:` and `settlement:` in its file: `docgen dispute record FILE`."
            yield Check(name, CheckState.OPEN, "not settled.", "disputes", todo)


def _breaches(closing: Closing) -> Iterator[Check]:
    for number, breach in sorted(closing.breaches.items()):
        name = f"Notice of breach BN-{number:03d} of {breach.notice_date}"
        ended = [each.settled_on for each in closing.disputes if each.settled_on]
        closed = min((day for day in ended if day >= breach.notice_date), default=None)
        if closed:
            yield Check(name, CheckState.MET, f"ended by the settlement of {closed}.", "cure")
        else:
            todo = (
                "When it is cured or settled, say so in the file of its dispute (`settled_on:`, `settlement:`), or "
                f"withdraw the notice: `docgen document withdraw {shell_word(closing.engagement)}/BN-{number:03d} "
                "--reason …`."
            )
            yield Check(name, CheckState.OPEN, "nothing recorded says that it ended.", "cure", todo)


def _questions(closing: Closing) -> Iterator[Check]:
    """Yield what no fact tells: whether obligations with a day that has come were fulfilled."""
    for obligation in closing.terms.obligations:
        if obligation.due and obligation.due <= closing.on:
            who = "The provider" if obligation.party is Side.PROVIDER else "The client"
            detail = f"{who} had until {obligation.due} to {obligation.action}. Was it done?"
            yield Check(f"Obligation {obligation.id}", CheckState.ASK, detail, obligation_clause(obligation.id))
