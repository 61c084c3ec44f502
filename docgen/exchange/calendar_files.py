"""Deadlines as a calendar file (iCalendar, RFC 5545) that calendar programs subscribe to or import.

Each deadline is an event of a whole day that does not block the day. Its UID follows from engagement,
kind and subject, so a program that reads a later file moves the event and makes no second one; the
SEQUENCE follows from the time of the file, so that the later file wins. There is no ORGANIZER: RFC
5545 (3.8.4.3) keeps it for meetings, and programs would take the file for an invitation.

Values are hostile: characters that break lines, control a terminal or turn the direction of the
words around them are taken out before the library escapes the rest.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from docgen.errors import DocgenError
from docgen.lifecycle.due import Deadline, Step

if TYPE_CHECKING:
    from icalendar import Alarm, Calendar, Event

_NAMES = UUID("6a0e6c34-8f0d-5c8e-9a53-3f1d5d0a7c11")
"""The namespace of docgen's events: another one would make all of them new events."""
_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u206a-\u206f\ufff9-\ufffb\U000e0000-\U000e0fff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_MORNING = dt.timedelta(hours=9)
"""The time of day of a reminder: at midnight, where a whole day begins, nobody wants one."""
_REMINDERS = (7, 1)
"""How many days ahead calendar programs remind of a deadline."""


class NothingDueError(DocgenError):
    """There is no deadline to write: RFC 5545 knows no calendar without an event."""

    def __init__(self) -> None:
        super().__init__("There is no deadline, so no calendar was written: a calendar file holds at least one event.")


@dataclass(frozen=True)
class CalendarEntry:
    """A deadline of an engagement, which has an id and a title."""

    deadline: Deadline
    engagement: str
    title: str


def write_calendar(entries: Iterable[CalendarEntry], *, name: str, stamp: dt.datetime) -> bytes:
    """Return a calendar of this name; the same entries at the same time give the same bytes, in any order.

    `stamp` is the time at which the file is made, with its time zone. The calendar has a time zone
    where all its deadlines share one; each event names its own. Raises NothingDueError without entries and
    ValueError for a time without a zone.
    """
    from icalendar import Calendar

    if stamp.tzinfo is None:
        raise ValueError("the time of a calendar needs a time zone")
    ordered = sorted(set(entries), key=_order)
    if not ordered:
        raise NothingDueError
    calendar = Calendar()
    calendar.add("prodid", "-//docgen//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    _add_text(calendar, "x-wr-calname", name)
    zones = {entry.deadline.time_zone for entry in ordered}
    if len(zones) == 1:
        _add_text(calendar, "x-wr-timezone", zones.pop())
    seen = Counter[tuple[str, str, str]]()
    for entry in ordered:
        identity = (entry.engagement, entry.deadline.kind.value, entry.deadline.about)
        seen[identity] += 1
        calendar.add_component(_event(entry, _uid(*identity, seen[identity]), stamp))
    content: bytes = calendar.to_ical()
    return content


def _order(entry: CalendarEntry) -> tuple[dt.date, str, str, str, str]:
    deadline = entry.deadline
    return deadline.date, entry.engagement, deadline.kind, deadline.about, repr(entry)


def _uid(engagement: str, kind: str, about: str, number: int) -> str:
    """Return the name of an event for all time; a second deadline of the same subject is told apart by its number."""
    return str(uuid5(_NAMES, json.dumps([engagement, kind, about, number])))


def _event(entry: CalendarEntry, uid: str, stamp: dt.datetime) -> Event:
    from icalendar import Event

    deadline = entry.deadline
    summary = f"{_kind(deadline)}: {deadline.about} ({entry.engagement})"
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp.replace(microsecond=0))
    event.add("sequence", int(stamp.timestamp()) // 60)
    event.add("dtstart", deadline.date)
    event.add("dtend", deadline.date + dt.timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    _add_text(event, "summary", summary)
    event.add("description", "\n".join(_line(line) for line in _description(entry)))
    event.add("categories", [_kind(deadline)])
    for days in sorted({*_REMINDERS, *([deadline.warn_days] if deadline.warn_days else [])}, reverse=True):
        event.add_component(_alarm(summary, days))
    return event


def _alarm(text: str, days: int) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    _add_text(alarm, "description", text)
    alarm.add("trigger", _MORNING - dt.timedelta(days=days))
    return alarm


def _description(entry: CalendarEntry) -> list[str]:
    """Return what an event says, line by line: what it belongs to, who must act, why, and the computation."""
    deadline = entry.deadline
    lines = [
        f"{entry.title} ({entry.engagement})",
        f"To act: {deadline.owed_by.value.replace('_', ' ')}",
        f"Rule: {deadline.rule}",
        *([f"What follows: {deadline.outcome}"] if deadline.outcome else []),
        "",
        *(_step(step) for step in deadline.steps()),
    ]
    if deadline.place:
        lines += ["", f"Business days and public holidays are those of {deadline.place}."]
    return lines


def _step(step: Step) -> str:
    when = step.when if step.day is None else _day(step.day)
    return f"{step.label}: {step.text}" + (f" – {when}" if when else "")


def _day(day: dt.date) -> str:
    from babel.dates import format_date

    return str(format_date(day, "EEEE d MMMM y", "en_GB"))


def _kind(deadline: Deadline) -> str:
    return deadline.kind.value.replace("_", " ").capitalize()


def _add_text(component: Calendar | Event | Alarm, name: str, text: str) -> None:
    """Add one line of text; the library would write a property it does not know without escaping."""
    from icalendar import vText

    component.add(name, vText(_line(text)))


def _line(text: str) -> str:
    """Return text on one line, without characters that nobody sees or that move others."""
    plain = _UNSEEN.sub("", _BREAKS.sub(" ", text))
    return _SURROGATES.sub("\ufffd", plain).strip()
