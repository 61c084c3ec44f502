"""The two parties: who they are in law, where notices go, who signs and who is spoken to."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from docgen.models.values import Country, Email, Facts, Line


class Side(StrEnum):
    """Which of the two parties."""

    PROVIDER = "provider"
    CLIENT = "client"

    @property
    def other(self) -> Side:
        """Return the counterparty."""
        return Side.CLIENT if self is Side.PROVIDER else Side.PROVIDER


class ContactRole(StrEnum):
    """What a person is there for."""

    ACCOUNT_MANAGER = "account_manager"
    DELIVERY = "delivery"
    SPONSOR = "sponsor"
    DAY_TO_DAY = "day_to_day"
    FINANCE = "finance"
    LEGAL = "legal"
    TECHNICAL = "technical"
    OTHER = "other"


class Address(Facts):
    """A postal address; the country is an ISO 3166 code and printed in words."""

    lines: tuple[Line, ...]
    city: Line
    region: Line | None = None
    postal_code: Line | None = None
    country: Country


class Registration(Facts):
    """Where and under which number a party is registered, and the law it was formed under."""

    registry: Line = Field(alias="register")
    number: Line
    jurisdiction: Line | None = None


class Signatory(Facts):
    """The person who signs for a party."""

    name: Line
    title: Line | None = None
    email: Email | None = None


class Contact(Facts):
    """A person to talk to."""

    name: Line
    title: Line | None = None
    role: ContactRole
    email: Email | None = None
    phone: Line | None = None


class Party(Facts):
    """A party to the engagement. A null is a fact still to be given; documents for signature need it."""

    legal_name: Line | None
    kind: Line | None
    registration: Registration | None
    address: Address | None
    notice_email: Email | None
    signatory: Signatory | None
    tax_number: Line | None = None
    contacts: tuple[Contact, ...] = ()
