"""Whom a progress report is sent to: those the account names, else the client's sponsor and day-to-day contacts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docgen.errors import DocgenError
from docgen.models.engagement import Engagement
from docgen.models.party import Contact, ContactRole

_READERS = (ContactRole.DAY_TO_DAY, ContactRole.SPONSOR)


class NobodyToSendToError(DocgenError):
    """Nobody is known whom a report could be sent to."""

    def __init__(self, engagement: str, why: str) -> None:
        super().__init__(
            f"The reports of {engagement} have nobody to go to: {why}. Give a contact of the client with the role "
            "day_to_day or sponsor an e-mail address, or name contacts in account.report.to, and record the engagement."
        )


@dataclass(frozen=True)
class Readers:
    """Whom a report goes to, and who gets a copy; all of them are contacts of the engagement with an address."""

    to: tuple[Contact, ...]
    cc: tuple[Contact, ...] = ()


def report_readers(engagement: Engagement) -> Readers:
    """Return whom the progress reports of an engagement go to, each person once.

    Raises NobodyToSendToError where nobody is known, or somebody is named who is no contact of the engagement.
    """
    report = engagement.account.report
    if report is None or not (report.to or report.cc):
        found = tuple(_readers(engagement))
        if not found:
            raise NobodyToSendToError(engagement.id, "no sponsor and no day-to-day contact has an address")
        return Readers(found)
    to = tuple(_contact(engagement, each) for each in dict.fromkeys(report.to)) or tuple(_readers(engagement))
    if not to:
        raise NobodyToSendToError(engagement.id, "only people who get a copy are named")
    known = {each.email for each in to}
    return Readers(to, tuple(_contact(engagement, each) for each in dict.fromkeys(report.cc) if each not in known))


def _readers(engagement: Engagement) -> Iterator[Contact]:
    seen: set[str] = set()
    for role in _READERS:
        for contact in engagement.client.contacts:
            if contact.role is role and contact.email and contact.email not in seen:
                seen.add(contact.email)
                yield contact


def _contact(engagement: Engagement, email: str) -> Contact:
    found = engagement.person(email)
    if found is None:
        raise NobodyToSendToError(engagement.id, f"{email} is no contact of the engagement")
    return found[1]
