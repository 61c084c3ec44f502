"""Contacts: what was said to whom, logged by hand in a moment or read from e-mails and meetings, and what follows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from docgen.actions.acting import Deed, act
from docgen.actions.desk import Desk
from docgen.actions.engagements import Recorded
from docgen.actions.entries import record_facts
from docgen.actions.recorded import kept_entries, read_revision, recorded_engagement
from docgen.actions.references import find_engagement
from docgen.errors import DocgenError, Finding, FindingsError, NotFoundError, UsageError, shell_word
from docgen.facts.kinds import ENTRY_WORDS
from docgen.facts.load import FactSet, load_files, read_facts
from docgen.facts.source import Source, parse_source
from docgen.facts.write import write_facts, write_model
from docgen.lifecycle.happenings import contact_problems
from docgen.lifecycle.quantities import quantity
from docgen.models.changes import AddDeliverable, AddMilestone, ChangeOrder
from docgen.models.contact import Contact
from docgen.models.engagement import Engagement

if TYPE_CHECKING:
    from docgen.store.record import Record

_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]{0,63})/CT-([0-9]{1,9})")
_DAY = re.compile(r"(?P<what>.+?)\s*=\s*(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")


class NoOneSpokeError(UsageError):
    """A contact is logged by somebody who is none of the provider's contacts."""

    def __init__(self, person: str, engagement: Engagement) -> None:
        people = ", ".join(each.email for each in engagement.provider.contacts if each.email) or "nobody yet"
        super().__init__(
            f"{person or 'Whoever acts'} is no contact of the provider in {engagement.id}, so it is open who spoke "
            f"with the client. Say it: --by EMAIL. There are: {people}."
        )


class PromiseFormError(UsageError):
    """A promise on the command line does not say of what, or no day."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}” is no promise. Write what is promised, =, and the day: M2=2027-02-26, or “The test "
            "results=2026-12-01”."
        )


class SameTimeError(DocgenError):
    """A contact would take the place of another of the same day, way and people."""

    def __init__(self, reference: str, at: str) -> None:
        when = f"at {at} on the same day" if at else "on the same day, without a time of day"
        super().__init__(
            f"{reference} is another contact of the same people by the same way {when}, and says something else. "
            "Nothing was recorded. Say at what time this one was: --at HH:MM. To correct the other, record its file "
            "again: docgen contact log FILE."
        )


@dataclass(frozen=True, kw_only=True)
class Saying:
    """A contact in the words of a command line. `by` is "" for whoever acts, `at` for now or, on another day, open.

    `promises` are of the form M2=2027-02-26. What follows is to be done by `owner` (by default `by`) until `due`.
    """

    engagement: str
    how: str
    with_: tuple[str, ...]
    text: str
    by: str = ""
    at: str = ""
    incoming: bool = False
    subject: str = ""
    promises: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    due: dt.date | None = None
    owner: str = ""


@dataclass(frozen=True)
class LoggedContact:
    """A recorded contact with its reference."""

    reference: str
    contact: Contact


def log_file(desk: Desk, file: Path) -> Recorded:
    """Record the contact in a file; another file of the same one is its next revision. Raises as record_entry does."""
    hand = act(desk, Deed.RECORD_PROGRESS)
    return record_facts(hand, lambda beside: load_files([file], beside=beside), str(file), Contact)


def log_saying(desk: Desk, saying: Saying) -> Recorded:
    """Record a contact that was put into words on the command line.

    The day is the desk's. Raises NoOneSpokeError, PromiseFormError, SameTimeError, FindingsError,
    UnknownEngagementError, and what acting and recording raise.
    """
    hand = act(desk, Deed.RECORD_PROGRESS)
    engagement = recorded_engagement(hand.record, saying.engagement).facts
    by = saying.by or _own_address(desk.person, engagement)
    orders = kept_entries(hand.record, engagement.id, ChangeOrder, engagement.currency)
    data: dict[str, Any] = {
        "format": Contact.model_fields["format"].default,
        "engagement": engagement.id,
        "on": desk.on,
        "at": saying.at or _now(desk, engagement),
        "how": saying.how,
        "direction": "in" if saying.incoming else "out",
        "by": by,
        "with": list(saying.with_),
        "subject": saying.subject,
        "text": saying.text,
        "promises": [_promise(each, engagement, orders) for each in saying.promises],
        "follow_ups": [
            {"text": each, "owner": saying.owner or by, **({"due": saying.due} if saying.due else {})}
            for each in saying.follow_ups
        ],
    }
    source = parse_source(write_facts({key: value for key, value in data.items() if value}), "this contact")
    _check_time(hand.record, engagement, source)
    return record_facts(hand, lambda beside: _checked(source, beside), "this", Contact)


def finish(desk: Desk, reference: str, place: int | None = None) -> Recorded:
    """Write the desk's day as `done` into a follow-up of a contact, the only open one by default: its next revision.

    `place` counts from 1. Raises UsageError for a reference or a follow-up that is not there or not clear, and what
    acting and recording raise.
    """
    hand = act(desk, Deed.RECORD_PROGRESS)
    name, number = read_name(reference)

    def load(beside: FactSet | None) -> FactSet:
        contact = find_contact(hand.record, name, number)
        done = contact.model_copy(update={"follow_ups": _with_done(contact, number, place, desk.on)})
        return _checked(parse_source(write_model(done), reference), beside)

    return record_facts(hand, load, reference, Contact)


def list_contacts(desk: Desk, name: str) -> tuple[LoggedContact, ...]:
    """Return the contacts of an engagement by time, without those that were erased; raises UnknownEngagementError."""
    find_engagement(desk.record.register, name)
    engagement = recorded_engagement(desk.record, name).facts
    found = kept_entries(desk.record, name, Contact, engagement.currency).items()
    return tuple(
        LoggedContact(f"{name}/CT-{number:03d}", contact.model_copy(update={"number": number}))
        for number, contact in sorted(found, key=lambda each: (each[1].order(), each[0]))
    )


def read_name(reference: str) -> tuple[str, int]:
    """Return the engagement and the number in the name of a contact; raises UsageError."""
    found = _NAME.fullmatch(reference)
    if found is None:
        raise UsageError(f"“{reference}” names no contact. Write one such as NBS-2026-014/CT-001.")
    return found[1], int(found[2])


def find_contact(record: Record, name: str, number: int) -> Contact:
    """Return a contact as last recorded; raises UnknownEngagementError, NotFoundError and what reading raises."""
    find_engagement(record.register, name)
    revision = record.register.latest(name, ENTRY_WORDS[Contact], number)
    if revision is None:
        raise NotFoundError(
            f"{name} has no contact CT-{number:03d}. `docgen contact list {shell_word(name)}` lists those there are."
        )
    return read_revision(record, revision, Contact).facts.model_copy(update={"number": number})


def provider_people(engagement: Engagement) -> dict[str, str]:
    """Return the addresses of the provider's people, as they are written, by themselves without capitals."""
    listed = [each.email for each in engagement.provider.contacts if each.email]
    others = [each for each in (engagement.account.manager, *engagement.account.team) if each]
    return {each.casefold(): each for each in (*others, *listed)}


# From the command line to a contact


def _own_address(person: str, engagement: Engagement) -> str:
    found = provider_people(engagement).get(person.casefold())
    if found is None:
        raise NoOneSpokeError(person, engagement)
    return found


def _now(desk: Desk, engagement: Engagement) -> str:
    """Return the time of day where the engagement is, unless the contact was on a day that was named."""
    return "" if desk.on_given else desk.now().astimezone(ZoneInfo(engagement.time_zone)).strftime("%H:%M")


def _promise(text: str, engagement: Engagement, orders: Mapping[int, ChangeOrder]) -> dict[str, Any]:
    """Return a promise; what has the form of an id is one, unless only words can be meant."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        raise PromiseFormError(text)
    what = found["what"].strip()
    ids = {each.id for each in engagement.terms.milestones}
    ids |= {each.id for each in engagement.terms.scope.deliverables}
    for order in orders.values():
        ids |= {each.milestone.id for each in order.changes if isinstance(each, AddMilestone)}
        ids |= {each.deliverable.id for each in order.changes if isinstance(each, AddDeliverable)}
    is_id = what in ids or (_ID.fullmatch(what) is not None and any(letter.isdigit() for letter in what))
    return {"about" if is_id else "text": what, "date": found["day"]}


def _checked(source: Source, beside: FactSet | None) -> FactSet:
    """Return a contact that did not come from a file, with all that is wrong with it beside what is known."""
    read, faults = read_facts(source, Contact)
    found = list(faults)
    if read is not None and beside is not None and beside.engagements:
        orders = tuple(each.facts for each in beside.orders)
        for each in contact_problems(beside.engagements[0].facts, orders, read.facts):
            place = source.place(each.loc)
            found.append(Finding(each.rule, f"{each.message}.", place, each.advice, each.severity))
    return FactSet((read,) if read is not None else (), tuple(found))


def _check_time(record: Record, engagement: Engagement, source: Source) -> None:
    """Raise where a contact of the same day, time, way and people is recorded and says something else."""
    from docgen.facts.kinds import identity

    read, faults = read_facts(source, Contact)
    if faults or read is None:
        raise FindingsError(faults)
    contact: Contact = read.facts
    for number, known in kept_entries(record, engagement.id, Contact, engagement.currency).items():
        if identity(known) == identity(contact) and known.model_copy(update={"number": None}) != contact:
            raise SameTimeError(f"{engagement.id}/CT-{number:03d}", str(contact.at or ""))


def _with_done(contact: Contact, number: int, place: int | None, on: dt.date) -> tuple[Any, ...]:
    name = f"{contact.engagement}/CT-{number:03d}"
    there = list(enumerate(contact.follow_ups, 1))
    if place is None:
        waiting = [each for each in there if each[1].done is None] or there
        if len(waiting) != 1:
            listed = "".join(f"\n  {index}  {each.text}" for index, each in waiting)
            what = (
                "Several follow-ups are open: say which, by its number." if listed else "Nothing follows this contact."
            )
            raise UsageError(f"{name}: {what}{listed}")
        place = waiting[0][0]
    if place > len(there):
        raise UsageError(f"{name} has {quantity(len(there), 'follow-up')}, so there is no {place}.")
    return tuple(each.model_copy(update={"done": each.done or on}) if index == place else each for index, each in there)
