"""Who does not have a letter, and what their server said: of letters that were refused, deferred, or came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exchange.mail import shown_line
from docgen.exchange.said import said_once
from docgen.models.dispatch import Recipient, Standing

if TYPE_CHECKING:
    from docgen.actions.dispatches import Dispatched

_SAID_LENGTH = 200
"""How much of what a server said is shown; the record keeps all of it that was taken."""
_STANDS = {
    Standing.REFUSED: "refused for",
    Standing.BOUNCED: "came back from",
    Standing.DEFERRED: "to be tried again for",
}


def undelivered(letter: Dispatched | None) -> tuple[Recipient, ...]:
    """Return those to whom a letter did not get, as a server or a report on delivery said."""
    recipients = letter.facts.recipients if letter and letter.facts else ()
    return tuple(each for each in recipients if each.standing in _STANDS)


def trouble(letter: Dispatched | None) -> str:
    """Return what is the matter with a letter: from whom it came back or who refused it, and in which words."""
    return "; ".join(f"{_STANDS[each.standing]} {each.address} ({said(each)})" for each in undelivered(letter))


def said(recipient: Recipient) -> str:
    """Return the code and the words that a server said last of a recipient, on one line that shows, and not long."""
    return shown_line(said_once(str(recipient.code or ""), recipient.text), _SAID_LENGTH) or "without a word"
