"""Disputes, notices of breach and hand-overs as they are recorded: how far each has come, and what may be issued."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from docgen.actions.desk import Desk
from docgen.actions.executed import CONTRACT, executed, executed_orders, under_letter
from docgen.actions.recorded import recorded_engagement, recorded_entries
from docgen.errors import DocgenError, NotFoundError, UsageError, shell_word
from docgen.facts.kinds import ENTRY_WORDS, M
from docgen.facts.load import FactSet, Sourced
from docgen.lifecycle.calendars import UnknownCalendarError
from docgen.lifecycle.deadlines import cure, review_of
from docgen.lifecycle.due import Deadline, Reckoning, reckoning
from docgen.lifecycle.effective import effective_terms
from docgen.lifecycle.escalation import (
    CourseStep,
    SkippedStep,
    Stage,
    Standing,
    TakenStep,
    cooling_off_of,
    course,
    negotiation_of,
    skipped_steps,
    steps_taken,
)
from docgen.models.breach import Breach
from docgen.models.delivery import Delivery, Outcome
from docgen.models.dispute import Dispute
from docgen.models.engagement import Account, Engagement
from docgen.models.terms import Deliverable, Terms

if TYPE_CHECKING:
    from docgen.store.record import Record
    from docgen.store.register import IssuedDocument

LETTERS = ("look-back", "mediation-referral", "re-opening")
"""The kinds of document that a dispute is printed in, in the order of their steps."""
NOTICE = "breach-notice"
_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]{0,63})/([A-Z]{2})-([0-9]{1,9})")


class NotYetError(DocgenError):
    """A letter is asked for whose step has not been taken, or whose day has not come."""


class UnsignedContractError(DocgenError):
    """A notice of breach is asked for under a contract that is not recorded as signed."""

    def __init__(self, engagement: str) -> None:
        super().__init__(
            f"The contract of {engagement} is not recorded as signed, so there is none that a notice of breach could "
            f"be given under. {unsigned_advice(engagement)}"
        )


@dataclass(frozen=True)
class ShownDispute:
    """A recorded dispute, its steps as they stand on a day, and the letters that were issued of it."""

    reference: str
    dispute: Dispute
    on: dt.date
    stages: tuple[Stage, ...]
    documents: tuple[IssuedDocument, ...]


@dataclass(frozen=True)
class ShownBreach:
    """A recorded breach: its cure deadline, the steps before it, those that were skipped, and its notices.

    `cure` is None where the contract leaves it open; it runs only once the notice is issued, which `noticed` says.
    """

    reference: str
    breach: Breach
    cure: Deadline | None
    noticed: bool
    taken: tuple[TakenStep, ...]
    skipped: tuple[SkippedStep, ...]
    documents: tuple[IssuedDocument, ...]


@dataclass(frozen=True)
class HandOver:
    """A deliverable in force and one hand-over of it; the delivery is None while there is none.

    `review` is the end of the client's review, and None where the contract does not provide for one.
    """

    deliverable: Deliverable
    delivery: Delivery | None
    number: int | None
    review: Deadline | None


# Looking


def list_disputes(desk: Desk, engagement: str = "") -> tuple[ShownDispute, ...]:
    """Return the disputes of an engagement, or of all, by engagement and number.

    Raises UnknownEngagementError.
    """
    names = (engagement,) if engagement else desk.record.register.engagement_ids()
    return tuple(shown for name in names for shown in _disputes(desk, name))


def show_dispute(desk: Desk, reference: str) -> ShownDispute:
    """Return the dispute that DS-001, or a letter of it, names; raises UsageError and NotFoundError."""
    name, number = _named(reference, "DS", "LB", "MR", "RO")
    for shown in _disputes(desk, name):
        if shown.dispute.number == number:
            return shown
    raise NotFoundError(
        f"{name} has no dispute DS-{number:03d}. `docgen dispute list {shell_word(name)}` lists those there are."
    )


def show_breach(desk: Desk, reference: str) -> ShownBreach:
    """Return the breach that BN-001 names; raises UsageError and NotFoundError."""
    name, number = _named(reference, "BN")
    engagement = recorded_engagement(desk.record, name).facts
    breaches = _facts(desk.record, engagement, Breach)
    if number not in breaches:
        there = ", ".join(f"BN-{each:03d}" for each in breaches) or "none"
        raise NotFoundError(f"{name} has no breach BN-{number:03d}. There are: {there}.")
    breach, how = breaches[number], _reckoning(engagement)
    disputes = tuple(_facts(desk.record, engagement, Dispute).values())
    terms = _terms(desk.record, engagement, breach.notice_date)
    unsent = unsent_look_backs(desk.record, name, breach.notice_date)
    try:
        deadline = cure(terms, breach.notice_date, breach.method, breach.by, how)
    except DocgenError:  # the notice itself says which facts are missing
        deadline = None
    notices = desk.record.register.versions(name, NOTICE, number)
    return ShownBreach(
        reference=f"{name}/BN-{number:03d}",
        breach=breach,
        cure=deadline,
        noticed=_is_sent(notices, NOTICE, desk.on),
        taken=steps_taken(breach, disputes, unsent),
        skipped=skipped_steps(terms, breach, disputes, how, unsent),
        documents=notices,
    )


def list_deliveries(desk: Desk, engagement: str) -> tuple[HandOver, ...]:
    """Return the deliverables in force on the desk's day, each with its hand-overs by then as they stood.

    Raises UnknownEngagementError. Those of a deliverable that an order has since taken out come last.
    """
    facts = recorded_engagement(desk.record, engagement).facts
    terms, how = _terms(desk.record, facts, desk.on), _reckoning(facts)
    recorded = _facts(desk.record, facts, Delivery).items()
    deliveries = {number: seen for number, each in recorded if (seen := each.seen_on(desk.on))}
    known = {each.id: each for each in (*facts.terms.scope.deliverables, *terms.scope.deliverables)}
    rows: list[HandOver] = []
    for deliverable in known.values():
        handed = [(number, each) for number, each in deliveries.items() if each.deliverable == deliverable.id]
        in_force = deliverable in terms.scope.deliverables
        if not handed and in_force:
            rows.append(HandOver(deliverable, None, None, None))
        for number, delivery in sorted(handed, key=lambda each: (each[1].delivered_on, each[0])):
            rows.append(HandOver(deliverable, delivery, number, _review(facts.account, deliverable, delivery, how)))
    return tuple(sorted(rows, key=lambda row: row.deliverable not in terms.scope.deliverables))


def _review(account: Account, deliverable: Deliverable, delivery: Delivery, how: Reckoning) -> Deadline | None:
    if deliverable.acceptance is None or how.business is None or delivery.outcome is not Outcome.UNDER_REVIEW:
        return None
    return review_of(account, deliverable, delivery, how)


def _disputes(desk: Desk, name: str) -> Iterator[ShownDispute]:
    record, engagement = desk.record, recorded_engagement(desk.record, name).facts
    disputes = _facts(record, engagement, Dispute)
    if not disputes:
        return
    terms, how = _terms(record, engagement, desk.on), _reckoning(engagement)
    if under_letter(record, name):  # the letter sets no steps for a dispute
        terms = terms.model_copy(update={"disputes": None})
    for number, dispute in disputes.items():
        letters = tuple(each for kind in LETTERS for each in record.register.versions(name, kind, number))
        yield ShownDispute(
            reference=f"{name}/DS-{number:03d}",
            dispute=dispute,
            on=desk.on,
            stages=tuple(
                _opened(stage, letters)
                for stage in course(terms, dispute, how, desk.on, sent=_is_sent(letters, LETTERS[0], desk.on))
            ),
            documents=letters,
        )


def unsent_look_backs(record: Record, engagement: str, by: dt.date) -> frozenset[int]:
    """Return the numbers of an engagement's disputes without a look-back letter that was issued by a day and stands."""
    register = record.register
    numbers = {each.number for each in register.entries(engagement, ENTRY_WORDS[Dispute])}
    kind = LETTERS[0]
    return frozenset(each for each in numbers if not _is_sent(register.versions(engagement, kind, each), kind, by))


def issued_notices(record: Record, engagement: str, by: dt.date) -> frozenset[int]:
    """Return the numbers of an engagement's breaches with a notice that was issued by a day and stands."""
    register = record.register
    numbers = {each.number for each in register.entries(engagement, ENTRY_WORDS[Breach])}
    return frozenset(each for each in numbers if _is_sent(register.versions(engagement, NOTICE, each), NOTICE, by))


def unsent_before(record: Record, kind: str, made_from: Sourced[Any]) -> frozenset[int]:
    """Return the disputes whose look-back letter was not issued by the day of a notice of breach or a referral.

    The other kinds of document speak of no such letter.
    """
    entry = made_from.facts
    if isinstance(entry, Breach):
        return unsent_look_backs(record, entry.engagement, entry.notice_date)
    if isinstance(entry, Dispute) and entry.mediation and kind == "mediation-referral":
        unsent = unsent_look_backs(record, entry.engagement, entry.mediation.referred_on)
        return unsent & {entry.number or 0}
    return frozenset()


def _is_sent(letters: Sequence[IssuedDocument], kind: str, by: dt.date) -> bool:
    """Say whether among documents is one of a kind issued by a day, whose last version was not withdrawn."""
    versions = [each for each in letters if each.kind == kind]
    stands = bool(versions) and versions[-1].withdrawn_by is None
    return stands and any(each.day <= by.isoformat() and each.withdrawn_by is None for each in versions)


def _opened(stage: Stage, letters: Sequence[IssuedDocument]) -> Stage:
    """Return a step, done from the day of the letter for the one that opens again."""
    sent = [each for each in letters if each.kind == "re-opening" and each.withdrawn_by is None]
    if stage.step is not CourseStep.RE_OPENING or not sent:
        return stage
    return replace(stage, since=dt.date.fromisoformat(sent[0].day), standing=Standing.DONE)


def _named(text: str, *prefixes: str) -> tuple[str, int]:
    """Return the engagement and the number that a text names; raises UsageError."""
    found = _NAME.fullmatch(text)
    if not found or found[2] not in prefixes:
        raise UsageError(f"“{text}” names none. Write one such as NBS-2026-014/{prefixes[0]}-001.")
    return found[1], int(found[3])


def _facts(record: Record, engagement: Engagement, kind: type[M]) -> dict[int, M]:
    entries = recorded_entries(record, engagement.id, kind, engagement.currency)
    return {number: each.facts for number, each in entries.items()}


def _terms(record: Record, engagement: Engagement, on: dt.date) -> Terms:
    """Return the terms in force on a day."""
    return effective_terms(engagement.terms, [item.facts for item in executed_orders(record, engagement)], on)


def _reckoning(engagement: Engagement) -> Reckoning:
    try:
        return reckoning(engagement.calendar, engagement.time_zone)
    except UnknownCalendarError:
        return Reckoning(None, engagement.time_zone)


# Before a letter is issued


def check_referral(record: Record, desk: Desk, engagement: Engagement, facts: FactSet) -> tuple[str, ...]:
    """Return remarks on a referral to mediation without a look back, or that does not wait for the talks.

    Raises NotYetError for a dispute that was not referred.
    """
    dispute = facts.of(Dispute)[-1].facts
    if dispute.mediation is None:
        raise NotYetError(
            f"DS-{dispute.number or 1:03d} has no `mediation:`, so there is nothing to refer. Add the day, the "
            "mediator and the questions to its file and record it again: docgen dispute record FILE."
        )
    _check_addressee(record, engagement, dispute, _terms_of(engagement, facts, desk.on))
    if facts.unsent:
        return (unsent_words(engagement.id, dispute.number or 1),)
    if under_letter(record, engagement.id):
        return ()
    try:
        end = negotiation_of(_terms_of(engagement, facts, desk.on), dispute, _reckoning(engagement))
    except DocgenError:  # the letter itself says which facts are missing
        return ()
    if end.overdue(desk.on):
        return ()
    return (f"The time to negotiate lasts until {end.date} (clause {end.clause}); the referral does not wait for it.",)


def _check_addressee(record: Record, engagement: Engagement, dispute: Dispute, terms: Terms) -> None:
    """Raise NotYetError for a referral that goes to nobody: it names no mediator, and no body appoints one."""
    letter = under_letter(record, engagement.id)
    appointing = terms.disputes is not None and terms.disputes.mediation is not None and not letter
    if appointing or (dispute.mediation and dispute.mediation.mediator):
        return
    agreed = "letter of approval" if letter else "contract"
    raise NotYetError(
        f"DS-{dispute.number or 1:03d} names no mediator, and the {agreed} names no body that appoints one, so the "
        "referral goes to nobody. Agree on a mediator with the other party, write it under `mediation:` as "
        "`mediator: {name: …}` and record the file again: docgen dispute record FILE."
    )


def check_notice(record: Record, desk: Desk, engagement: Engagement, facts: FactSet) -> tuple[str, ...]:
    """Return a remark on each step before a notice of breach that was skipped, or that it does not wait for.

    A notice dated before the contract takes effect is remarked as well. Raises UnsignedContractError.
    """
    if not executed(record, engagement.id, CONTRACT):
        raise UnsignedContractError(engagement.id)
    breach, disputes = facts.of(Breach)[-1].facts, tuple(each.facts for each in facts.of(Dispute))
    terms, how = _terms_of(engagement, facts, breach.notice_date), _reckoning(engagement)
    skipped = skipped_steps(terms, breach, disputes, how, facts.unsent)
    remarks = [f"{each.words[0].upper()}{each.words[1:]}." for each in skipped]
    start = engagement.terms.effective_date
    if start and breach.notice_date < start:
        remarks.insert(0, f"The notice of {breach.notice_date} is dated before the contract takes effect on {start}.")
    return tuple(remarks)


def unsigned_advice(engagement: str) -> str:
    """Return what can be done about a matter for which no notice of breach can be given, as no contract is signed."""
    return (
        f"Have the contract signed and record it (docgen document execute {shell_word(engagement)}/contract --signed "
        "FILE), or "
        f"settle the matter under the letter of approval by a look back (docgen dispute record FILE, docgen issue "
        f"look-back {shell_word(engagement)})."
    )


def unsent_words(engagement: str, number: int) -> str:
    """Return in a sentence that a dispute's look back was skipped, and what would take it."""
    return (
        f"The look back of DS-{number:03d} was skipped: its letter LB-{number:03d} was not issued by then. Issue it "
        f"first: docgen issue look-back {shell_word(engagement)} --number {number}."
    )


def check_re_opening(record: Record, desk: Desk, engagement: Engagement, facts: FactSet) -> tuple[str, ...]:
    """Raise NotYetError for a letter that opens again while the pause lasts, or without a pause and an offer."""
    dispute = facts.of(Dispute)[-1].facts
    name = f"DS-{dispute.number or 1:03d}"
    if dispute.cooling_off is None or dispute.re_opening is None:
        missing = "cooling_off" if dispute.cooling_off is None else "re_opening"
        raise NotYetError(
            f"{name} has no `{missing}:`, so there is nothing to open again. Add it to its file and record it again: "
            "docgen dispute record FILE."
        )
    end = cooling_off_of(dispute, _reckoning(engagement))
    if end is not None and not end.overdue(desk.on):
        raise NotYetError(
            f"The cooling off of {name} lasts until the end of {end.date}, and it is {desk.on}. The letter that opens "
            "again can be issued from the next day on."
        )
    return ()


def _terms_of(engagement: Engagement, facts: FactSet, on: dt.date) -> Terms:
    return effective_terms(engagement.terms, [item.facts for item in facts.orders], on)
