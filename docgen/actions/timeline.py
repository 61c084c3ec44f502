"""The timeline of an engagement: all that was said and sent, in order of time, for whoever takes over."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from docgen.actions.desk import Desk
from docgen.actions.dossier import Dossier, open_dossier
from docgen.actions.promised import given_dates
from docgen.actions.references import reference_of
from docgen.lifecycle.completion import milestones_reached
from docgen.lifecycle.promises import Given, Medium, standing
from docgen.lifecycle.quantities import quantity
from docgen.models.contact import Contact, Direction, FollowUp
from docgen.models.delivery import Delivery, Outcome
from docgen.models.dispute import Dispute
from docgen.models.engagement import Engagement
from docgen.models.progress import ContactNote
from docgen.models.serious_issue import SeriousIssue

if TYPE_CHECKING:
    from docgen.store.register import IssuedDocument

DISPATCH = "dispatch"
"""Under which word the log keeps an e-mail that was sent."""
_ACCEPTED = frozenset({Outcome.ACCEPTED, Outcome.DEEMED_ACCEPTED})


class Sort(StrEnum):
    """What something on the timeline is, in the order in which things of one moment are told."""

    DELIVERY = "delivery"
    DISPUTE = "dispute"
    BREACH = "breach"
    ISSUE = "serious issue"
    CONTACT = "contact"
    DOCUMENT = "document"
    SIGNATURE = "signature"
    EMAIL = "e-mail"
    FEEDBACK = "feedback"
    REVIEW = "review"


@dataclass(frozen=True)
class Moment:
    """Something that was said, sent or done: when, in a line what, and in its own words what was said.

    `at` is the time of day in the engagement's zone, or "". `more` are lines that follow the words. `reference` names
    what is recorded of it.
    """

    on: dt.date
    sort: Sort
    what: str
    at: str = ""
    text: str = ""
    more: tuple[str, ...] = ()
    reference: str = ""


@dataclass(frozen=True)
class OpenFollowUp:
    """Something that is still to be done after a contact, and by whom."""

    reference: str
    number: int
    follow_up: FollowUp
    owner: str


@dataclass(frozen=True)
class Timeline:
    """All that was said and sent, and what is open: dates promised to the client, and follow-ups by their day."""

    engagement: Engagement
    on: dt.date
    moments: tuple[Moment, ...]
    promises: tuple[Given, ...]
    follow_ups: tuple[OpenFollowUp, ...]
    last_contact: dt.date | None


def timeline(desk: Desk, name: str, since: dt.date | None = None) -> Timeline:
    """Return all that was said and sent on an engagement by the day of the desk, from a day on, in order of time.

    What was erased is left out. Raises UnknownEngagementError, and what reading the record raises.
    """
    dossier = open_dossier(desk.record, name, desk.on)
    moments = sorted(_moments(dossier), key=_order)
    return Timeline(
        engagement=dossier.engagement,
        on=desk.on,
        moments=tuple(each for each in moments if each.on <= desk.on and (since is None or each.on >= since)),
        promises=open_promises(dossier),
        follow_ups=tuple(_open(dossier)),
        last_contact=max(dossier.situation.contacts, default=None),
    )


def _order(moment: Moment) -> tuple[dt.date, bool, str, int]:
    """Return what moments are sorted by; a signature has no time of day and comes after the paper that it is on."""
    return moment.on, moment.sort is Sort.SIGNATURE, moment.at, list(Sort).index(moment.sort)


def open_promises(dossier: Dossier) -> tuple[Given, ...]:
    """Return the dates that bind the firm's word, by day; what a signed change order sets stands in the contract.

    Raises ChangeError and RecordedFactsError.
    """
    given = given_dates(dossier.record, dossier.engagement, dossier.on)
    found = (each for each in standing(given, _met(dossier)) if each.medium is not Medium.ORDER)
    return tuple(sorted(found, key=lambda each: (each.date, each.words)))


def _met(dossier: Dossier) -> frozenset[str]:
    """Return the milestones that were reached and the deliverables that were accepted."""
    entries = tuple(each for each in dossier.progress if each.period.end <= dossier.on)
    reached = set(milestones_reached(dossier.terms_on(dossier.on), entries)) if entries else set()
    accepted = {each.deliverable for each in dossier.of(Delivery).values() if each.outcome in _ACCEPTED}
    return frozenset(reached | accepted)


def _open(dossier: Dossier) -> Iterator[OpenFollowUp]:
    found = [
        OpenFollowUp(f"{dossier.name}/CT-{contact.number:03d}", number, each, each.owner or contact.by)
        for contact in dossier.contacts
        if contact.on <= dossier.on
        for number, each in enumerate(contact.follow_ups, 1)
        if each.done is None
    ]
    yield from sorted(found, key=lambda each: (each.follow_up.due or dt.date.max, each.reference, each.number))


def _moments(dossier: Dossier) -> Iterator[Moment]:
    for contact in dossier.contacts:
        yield _contact(dossier, contact)
    yield from _notes(dossier)
    for document in dossier.documents:
        yield from _document(dossier, document)
    yield from _emails(dossier)
    yield from _deliveries(dossier)
    for number, dispute in dossier.disputes.items():
        yield from _dispute(dossier, number, dispute)
    for number, breach in dossier.breaches.items():
        what = f"The {breach.by.other} gives notice of breach to the {breach.by}"
        yield Moment(breach.notice_date, Sort.BREACH, what, reference=f"{dossier.name}/BN-{number:03d}")
    for number, issue in dossier.of(SeriousIssue).items():
        name = f"{dossier.name}/NI-{number:03d}"
        yield Moment(issue.on, Sort.ISSUE, f"Serious issue: {issue.title}", text=issue.happened, reference=name)
        if issue.resolved:
            what = f"Serious issue resolved: {issue.title}"
            yield Moment(issue.resolved, Sort.ISSUE, what, text=issue.resolution or "", reference=name)
    for number, feedback in enumerate(dossier.feedback, 1):
        name = f"{dossier.name}/FB-{feedback.number or number:03d}"
        said = " ".join(filter(None, (feedback.keep, feedback.change)))
        by = f" from {feedback.by}" if feedback.by else ""
        yield Moment(feedback.on, Sort.FEEDBACK, f"Feedback{by}", text=said, reference=name)
    for review in dossier.reviews:
        name = f"{dossier.name}/RR-{review.number:03d}"
        what = f"Relationship review with {_and(review.attendees)}"
        yield Moment(review.on, Sort.REVIEW, what, text=review.summary or "", reference=name)


def _contact(dossier: Dossier, contact: Contact) -> Moment:
    called, named = contact.by, _and(contact.with_)
    people = f"{called} with {named}"
    if contact.how not in ("call", "meeting"):
        people = f"{called} to {named}" if contact.direction is Direction.OUT else f"{named} to {called}"
    elif contact.direction is Direction.IN:
        people = f"{named} with {called}"
    subject = f": {contact.subject}" if contact.subject else ""
    promises = tuple(f"Promised: {each.about or each.text} on {each.date}" for each in contact.promises)
    follow_ups = tuple(
        f"Follow-up {number}: {each.text}{f' ({each.owner})' if each.owner else ''}"
        f"{f', by {each.due}' if each.due else ''}{f', done on {each.done}' if each.done else ''}"
        for number, each in enumerate(contact.follow_ups, 1)
    )
    return Moment(
        contact.on,
        Sort.CONTACT,
        f"{_way(contact.how)}, {people}{subject}",
        at=str(contact.at or "")[:5],
        text=contact.text,
        more=(*promises, *follow_ups),
        reference=f"{dossier.name}/CT-{contact.number:03d}",
    )


def _notes(dossier: Dossier) -> Iterator[Moment]:
    """Yield what progress entries tell of contacts, but for those that are recorded as contacts of their own."""
    recorded = {(each.on, each.how.value, each.by, person) for each in dossier.contacts for person in each.with_}
    seen = set[ContactNote]()
    for entry in dossier.progress:
        for note in entry.contacts:
            if (note.on, note.how, note.by, note.with_) in recorded or note in seen:
                continue
            seen.add(note)
            what = f"{_way(note.how)}, {note.by} with {note.with_}"
            name = f"{dossier.name}/PR-{entry.number:03d}" if entry.number else ""
            yield Moment(note.on, Sort.CONTACT, what, text=note.text, reference=name)


def _document(dossier: Dossier, document: IssuedDocument) -> Iterator[Moment]:
    name, kind = str(reference_of(document)), document.kind.replace("-", " ").capitalize()
    became = f" ({document.status})" if document.status in ("superseded", "withdrawn") else ""
    at = _time(document.at, document.day, dossier.engagement)
    yield Moment(dt.date.fromisoformat(document.day), Sort.DOCUMENT, f"{kind} issued{became}", at=at, reference=name)
    if document.executed_on:
        day = dt.date.fromisoformat(document.executed_on)
        yield Moment(day, Sort.SIGNATURE, f"{kind} signed", reference=name)
    if document.withdrawn_by is not None:
        moment = dossier.record.ledger.entry(document.withdrawn_by).event.at
        day = moment.astimezone(ZoneInfo(dossier.engagement.time_zone)).date()
        yield Moment(day, Sort.DOCUMENT, f"{kind} withdrawn", reference=name)


def _time(moment: str, day: str, engagement: Engagement) -> str:
    """Return the time of day at which something was recorded, where it was on the day that it bears."""
    local = dt.datetime.fromisoformat(moment).astimezone(ZoneInfo(engagement.time_zone))
    return local.strftime("%H:%M") if local.date().isoformat() == day else ""


def _emails(dossier: Dossier) -> Iterator[Moment]:
    """Yield the letters with documents that went out by e-mail, each at the last step recorded of it."""
    from docgen.store.blobs import BlobErasedError

    zone = ZoneInfo(dossier.engagement.time_zone)
    for revision in dossier.record.register.entries(dossier.name, DISPATCH):
        try:
            said: Mapping[str, Any] = json.loads(dossier.record.blobs.read(revision.blob))
        except (BlobErasedError, ValueError):
            continue
        local = dt.datetime.fromisoformat(str(said.get("at") or revision.at)).astimezone(zone)
        what = f"E-mail {_whom(_line(said.get('state')), said.get('recipients') or ())}"
        text, paper = _line(said.get("subject")), _line(said.get("document"))
        yield Moment(local.date(), Sort.EMAIL, what, at=local.strftime("%H:%M"), text=text, reference=paper)


_FAILED: Mapping[str, str] = {"refused": "refused for", "bounced": "came back from", "deferred": "to be tried for"}
"""How a letter stands with those who do not have it."""


def _whom(state: str, recipients: Iterable[Mapping[str, Any]]) -> str:
    """Return how a letter stands with whom; nobody who did not get it is named among those it went to."""
    by_standing: dict[str, list[str]] = {}
    for each in recipients:
        by_standing.setdefault(_line(each.get("standing")), []).append(_line(each.get("address")))
    failed = [f"{words} {_and(tuple(by_standing.pop(each)))}" for each, words in _FAILED.items() if each in by_standing]
    others = _and(tuple(address for addresses in by_standing.values() for address in addresses))
    shown = "sent" if state == "accepted" or "accepted" in by_standing else state.replace("_", " ")
    first = f"{shown}, to {others}" if others else "" if failed else shown
    return "; ".join(filter(None, (first, *failed)))


def _line(value: object) -> str:
    """Return a value as a line of signs that show."""
    return "".join(filter(str.isprintable, str(value or "")))


def _deliveries(dossier: Dossier) -> Iterator[Moment]:
    for number, each in dossier.of(Delivery).items():
        name = f"{dossier.name}/DL-{number:03d}"
        yield Moment(each.delivered_on, Sort.DELIVERY, f"{each.deliverable} handed over", reference=name)
        if each.decided_on:
            what = f"{each.deliverable} {each.outcome.value.replace('_', ' ')}"
            yield Moment(each.decided_on, Sort.DELIVERY, what, text=" ".join(each.reasons), reference=name)


def _dispute(dossier: Dossier, number: int, dispute: Dispute) -> Iterator[Moment]:
    name = f"{dossier.name}/DS-{number:03d}"
    told: list[tuple[dt.date | None, str, str]] = [
        (dispute.raised_on, f"The {dispute.raised_by} raises a dispute: {dispute.subject}", ""),
    ]
    if dispute.meeting and dispute.meeting.outcome:
        told.append((dispute.meeting.on, "Meeting about the dispute", dispute.meeting.outcome))
    if dispute.mediation:
        told.append((dispute.mediation.referred_on, "Dispute referred to mediation", ""))
        outcome = dispute.mediation.outcome.value.replace("_", " ") if dispute.mediation.outcome else ""
        told.append((dispute.mediation.ended_on, f"Mediation ended: {outcome}", dispute.mediation.result or ""))
    if dispute.cooling_off:
        days = quantity(dispute.cooling_off.days, "day")
        told.append((dispute.cooling_off.begins, f"Cooling off begins, {days}", ""))
    told.append((dispute.settled_on, "Dispute settled", dispute.settlement or ""))
    yield from (Moment(day, Sort.DISPUTE, what, text=text, reference=name) for day, what, text in told if day)


def _way(how: str) -> str:
    return "E-mail" if how == "email" else how.capitalize()


def _and(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last
