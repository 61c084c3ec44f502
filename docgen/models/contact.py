"""A contact: what one side said to the other, by which way, what was promised, and what is to follow."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from docgen.models.values import Count, Date, Email, Facts, Identifier, Line, Prose, Reference, TimeOfDay, wrong


class ContactWay(StrEnum):
    """By which way people spoke."""

    CALL = "call"
    MEETING = "meeting"
    EMAIL = "email"
    MESSAGE = "message"
    LETTER = "letter"


class Direction(StrEnum):
    """Who began it: the provider, or the client."""

    OUT = "out"
    IN = "in"


class FollowUp(Facts):
    """What is to be done after a contact, by whom and by when; `done` is the day on which it was."""

    text: Line
    owner: Email | None = None
    due: Date | None = None
    done: Date | None = None


class Promise(Facts):
    """A date that was given to the client: for a milestone or a deliverable of the contract, or for something else."""

    about: Identifier | None = None
    """The id of a milestone or a deliverable."""
    text: Line | None = None
    date: Date

    @model_validator(mode="after")
    def _about_something(self) -> Promise:
        if self.about is None and self.text is None:
            raise wrong("promise", "the promise does not say of what", "Give `about:` with an id, or `text:`.")
        return self


class Contact(Facts):
    """One call, meeting, e-mail, message or letter between the provider's people and the client's."""

    format: Literal["docgen.contact/1"] = "docgen.contact/1"
    engagement: Reference
    number: Count | None = None
    on: Date
    at: TimeOfDay | None = None
    """The time of day, in the engagement's zone."""
    how: ContactWay
    direction: Direction = Direction.OUT
    by: Email
    """Who of the provider's people took part; where there were several, who answers for it."""
    with_: tuple[Email, ...] = Field(alias="with", min_length=1)
    """Who of the client's people took part."""
    subject: Line | None = None
    text: Prose
    promises: tuple[Promise, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    message_id: Line | None = None
    """The Message-ID of an e-mail, or the UID of an appointment, where it was imported."""

    @property
    def open_follow_ups(self) -> tuple[FollowUp, ...]:
        """Return what is still to be done."""
        return tuple(each for each in self.follow_ups if each.done is None)

    def order(self) -> tuple[dt.date, str]:
        """Return what sorts contacts by time; without a time of day one comes first on its day."""
        return self.on, str(self.at or "")
