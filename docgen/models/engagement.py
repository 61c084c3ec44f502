"""An engagement: who works for whom, how the relationship is run, the leave to start, and the terms."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any, Literal

from pydantic import model_validator

from docgen.models.money import CurrencyCode, Money
from docgen.models.party import Contact, Party, Side
from docgen.models.terms import Period, Terms
from docgen.models.values import (
    Count,
    Country,
    Date,
    Days,
    Email,
    Facts,
    LanguageCode,
    Line,
    LocaleCode,
    Prose,
    Reference,
    TimeOfDay,
    TimeZone,
)


class ClientClass(StrEnum):
    """How often to keep in touch when no work is running: A most, C least."""

    A = "A"
    B = "B"
    C = "C"


class Deviation(StrEnum):
    """How likely the work is to depart from plan; it sets how much detail the contract has."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class ReportCadence(Facts):
    """When the progress report is sent, in the engagement's time zone."""

    every: Literal[Period.WEEK, Period.MONTH] = Period.WEEK
    weekday: Weekday = Weekday.FRIDAY
    at: TimeOfDay
    when_quiet: Literal["ask", "send"] = "ask"
    """What to do when nothing was recorded: let a person release the report of no change, or let it go by itself."""
    to: tuple[Email, ...] = ()
    """Whom it is sent to, of the engagement's contacts; by default the client's sponsor and day-to-day contacts."""
    cc: tuple[Email, ...] = ()


class BusinessCalendar(Facts):
    """Whose public holidays count."""

    country: Country
    subdivision: Line | None = None


class Privilege(Facts):
    """Something this client gets that others do not: what, why, since when, and where it applies."""

    what: Line
    reason: Line | None = None
    granted_on: Date | None = None
    granted_by: Email | None = None
    applies_to: Line | None = None
    """The id of a fee line, or the path of a term such as change_control.response_days."""
    until: Date | None = None

    @model_validator(mode="before")
    @classmethod
    def _in_words(cls, value: Any) -> Any:
        """Take a line of text for a privilege of which only that is known."""
        return {"what": value} if isinstance(value, str) else value

    def holds_on(self, day: dt.date) -> bool:
        """Say whether it holds on a day."""
        return (self.granted_on is None or self.granted_on <= day) and (self.until is None or day <= self.until)


class Account(Facts):
    """The relationship as the provider runs it."""

    manager: Email | None
    team: tuple[Email, ...] = ()
    client_class: ClientClass = ClientClass.B
    deviation: Deviation = Deviation.MEDIUM
    report: ReportCadence | None
    contact_gap_days: Days = 7
    client_goals: tuple[Line, ...] = ()
    decision_process: Prose | None = None
    privileges: tuple[Privilege, ...] = ()


class Approval(Facts):
    """The client's leave to start before the contract is signed, and its limits."""

    item: Line
    date: Date
    proceed_from: Date
    valid_until: Date
    not_to_exceed: Money | None
    conditions: tuple[Line, ...] = ()


class Engagement(Facts):
    """Everything agreed between a provider and a client about one piece of work."""

    format: Literal["docgen.engagement/1"] = "docgen.engagement/1"
    revision: Count | None = None
    """The revision of the record that the file was made from, where it came from the record."""
    id: Reference
    title: Line
    locale: LocaleCode
    language: LanguageCode | None = None
    currency: CurrencyCode
    time_zone: TimeZone
    calendar: BusinessCalendar | None
    account: Account
    provider: Party
    client: Party
    approval: Approval | None = None
    terms: Terms

    @property
    def words_language(self) -> str:
        """Return the language the documents are written in: `language`, or else the locale's own."""
        return self.language or self.locale.split("-")[0]

    def party(self, side: Side) -> Party:
        """Return the party on a side."""
        return self.provider if side is Side.PROVIDER else self.client

    def person(self, email: str) -> tuple[Side, Contact] | None:
        """Return the contact with an e-mail address and the side it belongs to, or None."""
        for side in Side:
            for contact in self.party(side).contacts:
                if contact.email == email:
                    return side, contact
        return None
