"""Read meetings from a calendar file (iCalendar, RFC 5545) as what was said.

Of a series, the one meeting that is meant is worked out, and no other: rules of hostile files never end.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from docgen.errors import Finding, Place, Severity
from docgen.exchange.mail import Mailbox, is_address, shown_line
from docgen.exchange.mail_words import tidy
from docgen.exchange.said import Correspondence, Said, once

EVENT_LIMIT = 5_000
_MOST_PEOPLE = 500
_BOUNDS = frozenset({"freq", "interval", "count", "until", "wkst", "byday", "bymonth"})
_MORE = _BOUNDS | {"bymonthday", "byyearday", "byweekno", "bysetpos"}
_PARTS = {"DAILY": _BOUNDS, "WEEKLY": _BOUNDS, "MONTHLY": _MORE, "YEARLY": _MORE}
"""What is followed of rules, by how often they repeat."""
_PHONE = re.compile(r"(?:tel:)?\+?[0-9][0-9 ()/.-]{5,}", re.IGNORECASE)
_LINE_LIMIT = 200_000
_UNREADABLE = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, ArithmeticError)
_ANEW = "Save it again from the calendar, or log the meeting by hand."


def read_meetings(
    file: str, content: bytes, *, time_zone: str = "UTC", instance: dt.date | None = None
) -> Correspondence:
    """Return the meetings in a calendar; `instance` is the day of the one that is meant of a series.

    Times without a zone and whole days are in `time_zone`. A meeting at a telephone number is a call.
    """
    return _Reading(file, ZoneInfo(time_zone), instance).meetings(content)


@dataclass
class _Reading:
    """One calendar on its way to its meetings."""

    file: str
    zone: ZoneInfo
    instance: dt.date | None
    said: list[Said] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def meetings(self, content: bytes) -> Correspondence:
        events = self._events(content)
        moved = {str(event.get("uid")) for event in events if self._is_moved_here(event)}
        for event in events:
            try:
                self._meeting(event, moved)
            except _UNREADABLE:
                self._fault("the meeting cannot be read", _ANEW)
        return Correspondence(tuple(self.said), findings=tuple(self.findings))

    def _fault(self, message: str, advice: str, severity: Severity = Severity.ERROR) -> None:
        self.findings.append(Finding("correspondence-meeting", message, Place(self.file), advice, severity))

    def _events(self, content: bytes) -> list[Any]:
        """Return the events; a calendar that cancels marks all of its own."""
        from icalendar import Calendar

        if b"BEGIN:VCALENDAR" not in content.upper() or content.count(b"\n") > _LINE_LIMIT:
            self._fault("the file is no calendar", "Give a meeting as its calendar saves it, as .ics.")
            return []
        try:
            calendars = Calendar.from_ical(content.decode("utf-8", "replace"), multiple=True)
            events = list(_marked(calendars))
        except (*_UNREADABLE, RecursionError):
            self._fault("the calendar cannot be read", _ANEW)
            return []
        if len(events) > EVENT_LIMIT:
            self._fault(f"the calendar holds more than {EVENT_LIMIT:,} meetings", "Save the ones you mean.")
            return []
        if not events:
            self._fault("the calendar holds no meeting", "Save the meeting itself, as .ics.")
        return events

    def _is_moved_here(self, event: Any) -> bool:
        """Tell whether this is the meeting that is meant of a series, told by itself because it was changed."""
        original = _moment(event, "recurrence-id")
        return original is not None and self.instance is not None and self._day(original) == self.instance

    def _meeting(self, event: Any, moved: set[str]) -> None:
        start = _moment(event, "dtstart")
        name = f"“{shown_line(str(event.get('summary', '')), 80)}”"
        if start is None:
            self._fault(f"the meeting {name} has no beginning", _ANEW)
            return
        end = _end(event, start)
        if event.get("recurrence-id") is not None:
            if self.instance is not None and not self._is_moved_here(event):
                return
        elif event.get("rrule") is not None or event.get("rdate") is not None:
            if str(event.get("uid")) in moved:
                return
            found = self._one_of(event, start, name)
            if found is None:
                return
            start, end = found, found + (end - start)
        self.said.append(self._said(event, start, end))

    def _one_of(self, event: Any, start: dt.date, name: str) -> Any:
        """Return the beginning of the meeting that is meant of a series, None where it cannot be told."""
        if self.instance is None:
            self._fault(f"the meeting {name} is a series", "Say the day of the one that took place.")
            return None
        beginnings = [*_dates(event, "rdate"), *self._by_rule(event, start, name)]
        left_out = {self._day(each) for each in _dates(event, "exdate")}
        found = [each for each in beginnings if self._day(each) == self.instance and self.instance not in left_out]
        if not found:
            self._fault(
                f"the meeting {name} does not take place on {self.instance}", "Say the day of the one that did."
            )
            return None
        return min(found, key=self._at)

    def _by_rule(self, event: Any, start: dt.date, name: str) -> Iterator[dt.date]:
        from dateutil.rrule import rrulestr

        rule = event.get("rrule")
        if rule is None or self.instance is None:
            return
        if isinstance(rule, list) or not _ends(rule):
            self._fault(f"the series {name} follows a rule that is not understood", "Log the meeting by hand.")
            return
        first = dt.datetime.combine(self.instance, dt.time.min)
        # The rule is followed by the clock on the wall, which is what a series means (RFC 5545, 3.3.10).
        wall = start.replace(tzinfo=None) if isinstance(start, dt.datetime) else dt.datetime.combine(start, dt.time.min)
        text = ";".join(part for part in rule.to_ical().decode().split(";") if not part.upper().startswith("UNTIL"))
        until = rule.get("until", [None])[0]
        for each in rrulestr(text, dtstart=wall).between(first, first + dt.timedelta(days=1), inc=True):
            beginning = each.replace(tzinfo=start.tzinfo) if isinstance(start, dt.datetime) else each.date()
            if until is None or self._is_within(beginning, until):
                yield beginning

    def _is_within(self, moment: dt.date, until: dt.date) -> bool:
        """Tell whether a series still goes on; a last day that is no time counts whole."""
        if isinstance(until, dt.datetime) and isinstance(moment, dt.datetime):
            return self._at(moment) <= self._at(until)
        return self._day(moment) <= self._day(until)

    def _said(self, event: Any, start: dt.date, end: dt.date) -> Said:
        organiser = [each for each in [event.get("organizer")] if each is not None]
        invited = event.get("attendee", [])
        people = self._people(invited if isinstance(invited, list) else [invited])
        sender = next(iter(self._people(organiser)), None)
        place = str(event.get("location", "")).strip()
        attached = event.get("attach", [])
        return Said(
            "call" if _PHONE.fullmatch(place) else "meeting",
            self._at(start),
            sender,
            once(people)[:_MOST_PEOPLE],
            shown_line(str(event.get("summary", "")), 500),
            tidy(str(event.get("description", ""))),
            shown_line(str(event.get("uid", "")), 250),
            attachments=tuple(_names(attached if isinstance(attached, list) else [attached])),
            until=self._at(end) if end > start else None,
            whole_day=not isinstance(start, dt.datetime),
            cancelled=str(event.get("status", "")).upper() == "CANCELLED",
        )

    def _people(self, entries: list[Any]) -> list[Mailbox]:
        """Return those who are named by an e-mail address; rooms and telephones are not."""
        people = []
        for entry in entries[:_MOST_PEOPLE]:
            address = re.sub(r"(?i)\Amailto:", "", str(entry).strip())
            if is_address(address):
                name = str(getattr(entry, "params", {}).get("CN", ""))
                people.append(Mailbox(address, shown_line(name, 200)))
            elif address:
                message = f"“{shown_line(address, 80)}” is no e-mail address and was left out"
                self._fault(message, "Add the person yourself.", Severity.WARNING)
        return people

    def _at(self, moment: dt.date) -> dt.datetime:
        if not isinstance(moment, dt.datetime):
            return dt.datetime.combine(moment, dt.time.min, self.zone)
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def _day(self, moment: dt.date) -> dt.date:
        """Return the day of a moment where it takes place."""
        return moment.date() if isinstance(moment, dt.datetime) else moment


def _marked(calendars: Any) -> Iterator[Any]:
    for calendar in calendars:
        for event in calendar.walk("VEVENT"):
            if str(calendar.get("method", "")).upper() == "CANCEL":
                event["status"] = "CANCELLED"
            yield event


def _moment(event: Any, name: str) -> Any:
    value = event.get(name)
    moment = getattr(value, "dt", None)
    return moment if isinstance(moment, dt.date) else None


def _end(event: Any, start: dt.date) -> Any:
    """Return when a meeting ends, its beginning where that is not told or of another kind."""
    end = _moment(event, "dtend")
    length = getattr(event.get("duration"), "dt", None)
    if end is None and isinstance(length, dt.timedelta):
        end = start + length
    return end if type(end) is type(start) and _is_later(end, start) else start


def _is_later(end: Any, start: Any) -> bool:
    try:
        return bool(end >= start)
    except TypeError:
        return False


def _dates(event: Any, name: str) -> Iterator[dt.date]:
    values = event.get(name, [])
    for value in values if isinstance(values, list) else [values]:
        for each in getattr(value, "dts", []):
            if isinstance(each.dt, dt.date):
                yield each.dt


def _ends(rule: Any) -> bool:
    """Tell whether a rule is soon followed to its end; looking for 30 February day by day until 9999 is not."""
    frequency = [str(each).upper() for each in rule.get("freq", [])]
    if len(frequency) != 1 or not all(int(step) > 0 for step in rule.get("interval", [1])):
        return False
    given = {str(name).lower() for name in rule}
    return given <= _PARTS.get(frequency[0], frozenset())


def _names(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        name = str(getattr(entry, "params", {}).get("FILENAME", ""))
        yield shown_line(name, 200) or "attachment"
