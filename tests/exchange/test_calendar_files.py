"""Calendar files: what calendar programs read of a deadline, and what hostile words cannot do in one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from docgen.exchange.calendar_files import CalendarEntry, NothingDueError, write_calendar
from docgen.lifecycle.deadlines import cure, insurance_expiries, payment
from docgen.lifecycle.due import Deadline
from docgen.models.party import Side
from docgen.models.terms import NoticeMethod
from tests.lifecycle.agreed import ENGLAND, TERMS, day

STAMP = dt.datetime(2027, 1, 15, 16, 0, tzinfo=dt.UTC)
INVOICE = payment(TERMS, "Invoice 12", day("2026-11-25"), ENGLAND)
CURE = cure(TERMS, day("2027-03-11"), NoticeMethod.COURIER, Side.CLIENT, ENGLAND)
(POLICY,) = insurance_expiries(TERMS, ENGLAND, 30)
HOSTILE = (
    "Pay; now, \\n soon\r\nEND:VEVENT\r\nBEGIN:VEVENT\nSUMMARY:owned",
    "\u202egnp.exe\u2066",
    "bell\x07 null\x00 escape\x1b[31m next\x85line\u2028separator\u2029",
    'quote " colon: =equals',
    "\ud800 lone",
    "{{ 7 * 7 }} <b> ../../etc",
    "שלום ünï 日本語 👩‍🚀" * 20,
    "",
)
DAY_LINE = re.compile(r"DT(START|END);VALUE=DATE:\d{8}")


def entry(
    deadline: Deadline = INVOICE, engagement: str = "NBS-2026-014", title: str = "Order platform"
) -> CalendarEntry:
    return CalendarEntry(deadline, engagement, title)


def written(*entries: CalendarEntry, name: str = "Deadlines", stamp: dt.datetime = STAMP) -> bytes:
    return write_calendar(entries, name=name, stamp=stamp)


def read(content: bytes) -> Any:
    """Return the calendar as the library reads it; what a property holds depends on its name."""
    calendar = Calendar.from_ical(content)
    assert not calendar.errors
    return calendar


def events(content: bytes) -> list[Any]:
    return list(read(content).events)


def event(deadline: Deadline = INVOICE) -> Any:
    (found,) = events(written(entry(deadline)))
    assert not found.errors
    return found


def unfolded(content: bytes) -> list[str]:
    """Return the content lines by RFC 5545, 3.1, without the library."""
    assert content.endswith(b"\r\n")
    raw = content[:-2].split(b"\r\n")
    assert all(b"\r" not in line and b"\n" not in line for line in raw)
    assert all(len(line) <= 75 for line in raw)
    assert all(line.decode() for line in raw)
    lines: list[bytes] = []
    for line in raw:
        if line.startswith(b" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return [line.decode() for line in lines]


def components(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each component with the lines of its own; they are well nested."""
    open_ones: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith("BEGIN:"):
            open_ones.append((line[6:], []))
        elif line.startswith("END:"):
            name, own = open_ones.pop()
            assert name == line[4:]
            yield name, own
        else:
            open_ones[-1][1].append(line)
    assert not open_ones


def names(lines: list[str]) -> list[str]:
    return [re.split("[;:]", line)[0] for line in lines]


def check_by_the_book(content: bytes, count: int) -> None:
    """Assert the rules of RFC 5545 on a calendar with so many events."""
    found = list(components(unfolded(content)))
    assert [name for name, _ in found].count("VCALENDAR") == 1
    assert [name for name, _ in found].count("VEVENT") == count
    assert {name for name, _ in found} == {"VCALENDAR", "VEVENT", "VALARM"}
    for name, lines in found:
        keys = names(lines)
        assert all(re.fullmatch("[A-Z-]+", key) for key in keys)
        assert len(set(keys)) == len(keys)
        match name:
            case "VCALENDAR":
                assert {"PRODID", "VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"} <= {*keys, *lines}
            case "VEVENT":
                assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "CATEGORIES"} <= set(keys)
                assert sum(bool(DAY_LINE.fullmatch(line)) for line in lines) == 2
            case _:
                assert set(keys) == {"ACTION", "DESCRIPTION", "TRIGGER"}
    text = content.decode()
    assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", text)


def test_a_deadline_is_an_event_of_one_whole_day_that_blocks_nothing() -> None:
    found = event()
    assert (found.start, found.end) == (day("2026-12-29"), day("2026-12-30"))
    assert found["summary"] == "Payment: Invoice 12 (NBS-2026-014)"
    assert found["transp"] == "TRANSPARENT"
    assert found["dtstamp"].dt == STAMP
    assert [str(each) for each in found["categories"].cats] == ["Payment"]
    assert "organizer" not in found


def test_the_description_holds_the_computation() -> None:
    assert str(event()["description"]).split("\n") == [
        "Order platform (NBS-2026-014)",
        "To act: client",
        "Rule: 30 days after the date of the invoice; that day is not counted, and a last day that is no business day "
        "moves to the next one",
        "What follows: An undisputed sum still unpaid is in default.",
        "",
        "Event that starts the count: Date of the invoice – Wednesday 25 November 2026",
        "Length of the period: 30 days – From the next day",
        "Last day counted: Not a business day, so the next one takes its place – Friday 25 December 2026",
        "Public holiday, not counted: Christmas Day – Friday 25 December 2026",
        "Public holiday, not counted: Boxing Day (observed) – Monday 28 December 2026",
        "Weekend, not counted: 2 days – Before the deadline",
        "Deadline: End of the day, Europe/London time – Tuesday 29 December 2026",
        "",
        "Business days and public holidays are those of England, United Kingdom.",
    ]


def test_a_reminder_rings_in_the_morning_a_week_and_a_day_before_and_earlier_for_a_policy() -> None:
    nine = dt.timedelta(hours=9)
    days = [[dt.timedelta(days=-d) + nine for d in each] for each in ((7, 1), (30, 7, 1))]
    for deadline, expected in zip((INVOICE, POLICY), days, strict=True):
        alarms = event(deadline).walk("VALARM")
        assert [alarm["trigger"].dt for alarm in alarms] == expected
        assert {str(alarm["action"]) for alarm in alarms} == {"DISPLAY"}


def test_a_calendar_has_the_name_given_and_the_zone_that_all_share() -> None:
    calendar = read(written(entry(), name="Northbridge: due"))
    assert (calendar["x-wr-calname"], calendar["x-wr-timezone"]) == ("Northbridge: due", "Europe/London")
    elsewhere = entry(replace(CURE, time_zone="Asia/Tokyo"), "OTHER")
    assert "x-wr-timezone" not in read(written(entry(), elsewhere))


def test_a_later_file_moves_the_event_and_makes_no_second_one() -> None:
    moved = replace(INVOICE, date=day("2027-01-29"))
    (first,) = events(written(entry()))
    (second,) = events(written(entry(moved, title="Renamed"), stamp=STAMP + dt.timedelta(days=1)))
    assert first["uid"] == second["uid"]
    assert int(second["sequence"]) > int(first["sequence"])


def test_other_engagements_kinds_and_subjects_are_other_events() -> None:
    content = written(
        entry(), entry(engagement="OTHER"), entry(CURE), entry(replace(INVOICE, about="Invoice 13")), entry(POLICY)
    )
    uids = {str(each["uid"]) for each in events(content)}
    assert len(uids) == 5


def test_two_deadlines_of_one_subject_both_stay_and_the_same_one_twice_is_one() -> None:
    later = replace(INVOICE, date=day("2027-02-01"))
    assert len({str(each["uid"]) for each in events(written(entry(), entry(later), entry()))}) == 2


def test_the_same_entries_give_the_same_bytes_in_any_order_and_any_zone() -> None:
    entries = [entry(), entry(CURE), entry(POLICY, "A"), entry(POLICY, "B")]
    here = STAMP.astimezone(dt.timezone(dt.timedelta(hours=9)))
    assert written(*entries) == written(*reversed(entries)) == written(*entries, stamp=here)


def test_the_uid_never_changes() -> None:
    assert str(event()["uid"]) == "03c25235-14cc-58df-b5b1-91598345e22c"


def test_nothing_due_is_no_calendar() -> None:
    with pytest.raises(NothingDueError, match="no calendar was written"):
        written()


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        written(entry(), stamp=dt.datetime(2027, 1, 15, 16))  # noqa: DTZ001


def test_every_file_keeps_the_rules_of_the_standard() -> None:
    check_by_the_book(written(entry(), entry(CURE), entry(POLICY)), 3)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    deadline = replace(CURE, about=words, rule=words, trigger=words, outcome=words, place=words)
    content = written(entry(deadline, engagement=words, title=words), entry(), name=words)
    check_by_the_book(content, 2)
    assert len(events(content)) == 2
    summaries = [str(each["summary"]) for each in events(content)]
    assert not any("\n" in summary for summary in summaries)


@given(st.text(), st.text(), st.text())
def test_no_words_break_a_calendar(about: str, engagement: str, title: str) -> None:
    content = written(entry(replace(CURE, about=about, outcome=title), engagement, title), name=title)
    check_by_the_book(content, 1)
    (found,) = events(content)
    assert found.start == CURE.date
