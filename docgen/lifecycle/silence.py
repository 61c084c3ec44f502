"""How long a client has heard nothing, told before the client feels it, and whom to call."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from docgen.lifecycle.due import Deadline, DeadlineKind
from docgen.models.engagement import Engagement
from docgen.models.party import Contact, ContactRole

_CALLED_FIRST = (ContactRole.DAY_TO_DAY, ContactRole.SPONSOR)


@dataclass(frozen=True)
class Silence:
    """A silence of so many calendar days `since` a day, where `allowed` are; `call` is whom to call, if known."""

    since: dt.date
    days: int
    allowed: int
    call: Contact | None

    @property
    def words(self) -> str:
        """Return how long the silence lasts, and whom to call."""
        length = f"none for {self.days} of {self.allowed} days"
        if self.days > self.allowed:
            length = f"none for {self.days} days, {self.allowed} are allowed"
        if self.call is None:
            return length
        reached = self.call.phone or self.call.email
        return f"{length}; call {self.call.name}{f' ({reached})' if reached else ''}"


def warned_of(deadline: Deadline) -> Deadline:
    """Return the day of the next contact, worth listing once three quarters of the silence allowed are over."""
    if deadline.days is None:
        return deadline
    quarters = dt.timedelta(days=-(-3 * deadline.days // 4))
    return replace(deadline, warn_days=max((deadline.date - deadline.trigger_date - quarters).days, 0))


def silence_of(deadline: Deadline, engagement: Engagement, on: dt.date) -> Silence | None:
    """Return the silence that a day of the next contact follows from, or None while it is short.

    It is worth a word when three quarters of the days allowed are over (`account.contact_gap_days`; after completion
    the days of the client's class).
    """
    if deadline.kind is not DeadlineKind.NEXT_CONTACT or deadline.days is None:
        return None
    days = (on - deadline.trigger_date).days
    if 4 * days < 3 * deadline.days:
        return None
    return Silence(deadline.trigger_date, days, deadline.days, whom_to_call(engagement))


def whom_to_call(engagement: Engagement) -> Contact | None:
    """Return the client's contact for day-to-day matters, else the sponsor, else the first there is."""
    contacts = engagement.client.contacts
    for role in _CALLED_FIRST:
        for contact in contacts:
            if contact.role is role:
                return contact
    return contacts[0] if contacts else None
