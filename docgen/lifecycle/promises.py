"""Which dates the client was given, by whom and how, and what says another date than the last one.

A date is given in a contact, in an issued report or notice, and by a signed change order. The last one counts. Whoever
gives another one contradicts it, but for two who need no warning: the same person who tells the client a new date
in a later contact, and a report after a report, for it prints itself how a forecast moved.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from docgen.errors import shell_word
from docgen.models.contact import Contact
from docgen.models.dispute import Dispute, Meeting
from docgen.models.progress import ProgressEntry
from docgen.models.serious_issue import SeriousIssue
from docgen.models.terms import Terms

MEETING = "meeting"
"""What a proposed meeting is a date of; contacts promise it in words that begin with it."""
_MEETING = re.compile(r"(?:(?:the|a|our) )?(?:(?:first|next) )?meeting\b(?! (?:notes|minutes)\b)")


class Medium(StrEnum):
    """By which way a date reached the client, or is about to."""

    CONTACT = "contact"
    REPORT = "report"
    NOTICE = "notice"
    LETTER = "letter"
    ORDER = "change order"


@dataclass(frozen=True, kw_only=True)
class Given:
    """A date that the client was given, or is about to be.

    `about` is what it is a date of: the id of a milestone or deliverable, or words, without capitals. `words` name it
    as it was written. `on` and `at` say when the client was told, `by` and `to` are addresses; `by` is "" where nobody
    alone answers for it. `reference` is the short one of the contact or paper, such as CT-001.
    """

    about: str
    words: str
    date: dt.date
    on: dt.date
    at: str = ""
    by: str = ""
    to: tuple[str, ...] = ()
    medium: Medium
    reference: str
    how: str = ""

    def order(self) -> tuple[dt.date, str]:
        """Return what sorts dates by the time at which they were given."""
        return self.on, self.at


@dataclass(frozen=True)
class Contradiction:
    """A date that is not the one that the client was given before (`told`)."""

    told: Given
    new: Given

    def said(self, engagement: str) -> str:
        """Return who gave which date to whom, when and in what, and what to do about it."""
        told, new = self.told, self.new
        first = f"{new.reference or 'This'} gives {new.date} for {new.words}, and {_giving(told)} {told.date}."
        if told.by and told.by == new.by:
            who = "Be sure first which of the two holds"
        else:
            who = f"Speak with {told.by or 'the account manager'} first"
        if new.medium is Medium.CONTACT:
            return f"{first} {who}; where {told.date} holds, tell the client so and log that contact too."
        about = f"{told.words}={new.date}"
        return (
            f"{first} {who}. Where the new date stands, tell the client before this does, and log it: docgen contact "
            f"log {shell_word(engagement)} --promise {shell_word(about)} …"
        )


def _giving(told: Given) -> str:
    if told.medium is Medium.ORDER:
        return f"{told.reference}, signed on {told.on}, sets"
    if told.medium is Medium.CONTACT:
        return f"{told.by} promised {_and(told.to)} ({told.reference}, {told.how} of {told.on})"
    by = f" by {told.by}" if told.by else ""
    return f"{told.reference}, issued on {told.on}{by}, told the client"


def _and(names: tuple[str, ...]) -> str:
    *rest, last = names or ("the client",)
    return f"{', '.join(rest)} and {last}" if rest else last


# Which dates are given


def by_contact(contact: Contact) -> tuple[Given, ...]:
    """Return the dates that a contact promised."""
    reference = f"CT-{contact.number:03d}" if contact.number else ""
    return tuple(
        Given(
            about=promise.about or topic(promise.text or ""),
            words=promise.about or promise.text or "",
            date=promise.date,
            on=contact.on,
            at=str(contact.at or ""),
            by=contact.by,
            to=contact.with_,
            medium=Medium.CONTACT,
            reference=reference,
            how=contact.how.value,
        )
        for promise in contact.promises
    )


def by_report(entry: ProgressEntry, reference: str, on: dt.date, by: str = "") -> tuple[Given, ...]:
    """Return the forecasts of milestones in a progress entry, as its report gives them on a day."""
    return tuple(
        Given(
            about=each.id,
            words=each.id,
            date=each.forecast,
            on=on,
            by=by,
            medium=Medium.REPORT,
            reference=reference,
        )
        for each in entry.milestones
        if each.forecast is not None
    )


def by_plan(
    entry: ProgressEntry, told: Iterable[Given], reference: str, on: dt.date, by: str = ""
) -> tuple[Given, ...]:
    """Return the days that a progress entry plans work on deliverables for, one for each deliverable.

    Several pieces of work may be planned on one: the day that was promised counts if it is among them, else the last.
    """
    promised = {each.about: each.date for each in latest(told).values()}
    days: dict[str, list[dt.date]] = {}
    for item in entry.next:
        if item.deliverable and item.due:
            days.setdefault(item.deliverable, []).append(item.due)
    return tuple(
        Given(
            about=name,
            words=name,
            date=promised[name] if promised.get(name) in dues else max(dues),
            on=on,
            by=by,
            medium=Medium.REPORT,
            reference=reference,
        )
        for name, dues in days.items()
    )


def by_issue(issue: SeriousIssue, reference: str, on: dt.date, by: str = "") -> tuple[Given, ...]:
    """Return the days on which a serious issue expects its milestones, as its notice gives them on a day."""
    return tuple(
        Given(about=each.id, words=each.id, date=each.forecast, on=on, by=by, medium=Medium.NOTICE, reference=reference)
        for each in issue.milestones
        if each.forecast is not None
    )


def by_order(before: Terms, after: Terms, reference: str, on: dt.date) -> tuple[Given, ...]:
    """Return the days of milestones and deliverables that a change order, signed on a day, sets."""
    known = _days(before)
    return tuple(
        Given(about=name, words=name, date=day, on=on, medium=Medium.ORDER, reference=reference)
        for name, day in _days(after).items()
        if known.get(name) != day
    )


def by_letter(dispute: Dispute, kind: str, reference: str, on: dt.date) -> tuple[Given, ...]:
    """Return the day of the meeting that a letter about a dispute proposes."""
    meetings: Mapping[str, Meeting | None] = {
        "look-back": dispute.meeting,
        "re-opening": dispute.re_opening.meeting if dispute.re_opening else None,
    }
    meeting = meetings.get(kind)
    if meeting is None or meeting.outcome is not None:
        return ()
    words = "the meeting"
    return (Given(about=MEETING, words=words, date=meeting.on, on=on, medium=Medium.LETTER, reference=reference),)


def topic(text: str) -> str:
    """Return what a promise in words is about: the words without capitals, and any meeting under one name."""
    words = " ".join(text.casefold().split()).strip(" .,;:!")
    return MEETING if _MEETING.match(words) else words


def _days(terms: Terms) -> dict[str, dt.date]:
    days = {each.id: each.date for each in terms.milestones if each.date}
    return days | {each.id: each.due for each in terms.scope.deliverables if each.due}


# What follows


def latest(told: Iterable[Given]) -> dict[str, Given]:
    """Return the last date given for each thing, in the order in which they were given."""
    last: dict[str, Given] = {}
    for each in sorted(told, key=Given.order):
        last.pop(each.about, None)
        last[each.about] = each
    return last


def standing(told: Iterable[Given], met: Collection[str]) -> tuple[Given, ...]:
    """Return the dates that still bind the firm's word: the last for each thing that has not been reached."""
    return tuple(each for each in latest(told).values() if each.about not in met)


def contradictions(told: Iterable[Given], new: Iterable[Given]) -> tuple[Contradiction, ...]:
    """Return what in `new` is another date than the client was last given.

    A contact that is written down late is compared with what was said after it, too.
    """
    known = sorted(told, key=Given.order)
    found = (next(_against(known, each), None) for each in new)
    return tuple(each for each in found if each is not None)


def _against(known: Iterable[Given], new: Given) -> Iterator[Contradiction]:
    same = [each for each in known if each.about == new.about and each.reference != new.reference]
    before = [each for each in same if each.order() <= new.order()][-1:]
    after = [each for each in same if each.order() > new.order()][:1] if new.medium is Medium.CONTACT else []
    for each in (*before, *after):
        if each.date != new.date and not _speaks_for(new, each):
            yield Contradiction(each, new)


def _speaks_for(new: Given, told: Given) -> bool:
    """Say whether a date may replace one without a warning: from the same person, or from report to report."""
    if new.medium is Medium.REPORT:
        return told.medium is Medium.REPORT
    return new.medium is Medium.CONTACT and new.by.casefold() == told.by.casefold()
