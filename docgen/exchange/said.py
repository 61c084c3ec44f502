"""What was said between people outside this record: a letter, a meeting, a call; and a letter that came back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from docgen.errors import Finding
from docgen.exchange.mail import Mailbox

_REPLY = re.compile(r"[245][0-9]{2}")
"""The code of a reply (RFC 5321, 4.2)."""
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
"""The code of a status (RFC 3463)."""
_BOTH = re.compile(rf"({_REPLY.pattern})-({_STATUS.pattern})")


@dataclass(frozen=True)
class Said:
    """One e-mail, meeting or call, as a file tells of it; everything in it is what somebody else wrote.

    `at` has a time zone and is when it was sent or began; `until` is when a meeting ends. `identifier` is the
    Message-ID or UID, or the SHA-256 of a letter without one, so that reading it again shows the same.
    `references` are the Message-IDs it answers. `text` is plain, without what is certainly quoted from before.
    `attachments` are names only. `line` is where it begins in its file.
    """

    how: Literal["email", "meeting", "call"]
    at: dt.datetime
    sender: Mailbox | None
    participants: tuple[Mailbox, ...]
    subject: str
    text: str
    identifier: str
    references: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    until: dt.datetime | None = None
    whole_day: bool = False
    cancelled: bool = False
    automatic: bool = False
    line: int = 1


@dataclass(frozen=True)
class Delivery:
    """What a mail server reports of one recipient (RFC 3464, 2.3).

    `action` is "failed", "delayed", "delivered", "relayed" or "expanded"; `status` a code such as 5.1.1 (RFC 3463).
    """

    address: str
    action: str
    status: str
    diagnostic: str = ""

    @property
    def failed(self) -> bool:
        """Tell whether the recipient never gets the letter."""
        return self.action == "failed"


@dataclass(frozen=True)
class Bounce:
    """A report on the delivery of a letter; `message_id` is that of the letter, "" where the report does not tell.

    Anybody can write such a report; one that names the Message-ID of a letter has seen that letter.
    """

    at: dt.datetime | None
    message_id: str
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True)
class Correspondence:
    """What a file holds, in its order, and everything that is wrong with it."""

    said: tuple[Said, ...] = ()
    bounces: tuple[Bounce, ...] = ()
    findings: tuple[Finding, ...] = ()


def said_once(*words: str) -> str:
    """Return codes and what a server said as one text in which no code stands twice, however often it was said."""
    return " ".join(_without_repeats(_BOTH.sub(r"\1 \2", " ".join(words)).split()))


def _without_repeats(words: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    leading = True
    for word, after in zip(words, [*words[1:], ""], strict=False):
        code = bool(_STATUS.fullmatch(word)) or (bool(_REPLY.fullmatch(word)) and (leading or after in seen))
        leading = leading and code
        if code and word in seen:
            continue
        if code:
            seen.add(word)
        yield word


def once(people: Iterable[Mailbox]) -> tuple[Mailbox, ...]:
    """Return people each once, by address, with the first name that is given for it."""
    known: dict[str, Mailbox] = {}
    for person in people:
        key = person.address.casefold()
        if not known.setdefault(key, person).name:
            known[key] = person
    return tuple(known.values())
