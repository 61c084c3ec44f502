"""Business days of several countries, and the cure deadline counted by hand and by a plainer rule."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.lifecycle.calendars import (
    LONGEST_COUNT,
    BusinessDays,
    CalendarRangeError,
    UnknownCalendarError,
    business_days,
)
from docgen.lifecycle.deadlines import CureDeadline, cure_deadline
from docgen.lifecycle.due import MissingForDeadlineError
from docgen.models.engagement import BusinessCalendar
from docgen.models.terms import NoticeMethod, Terms

PLACES = (("GB", "ENG"), ("US", None), ("DE", "BY"), ("JP", None), ("AE", None), ("SA", None))
days_of_our_time = st.dates(dt.date(2020, 1, 1), dt.date(2060, 1, 1))
counts = st.integers(0, 60)
places = st.sampled_from(PLACES)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def calendar_of(country: str, subdivision: str | None = None, language: str = "en") -> BusinessDays:
    return business_days(BusinessCalendar(country=country, subdivision=subdivision), language)


def terms(termination: dict[str, Any], notices: dict[str, Any] | None = None) -> Terms:
    return Terms.model_validate(
        {
            "effective_date": "2026-10-05",
            "end_date": "2027-03-31",
            "governing_law": None,
            "scope": {"summary": None},
            "fees": {"payment_days": 30},
            "liability": {"cap": None},
            "change_control": {"response_days": None, "pricing": None},
            "termination": termination,
            "notices": notices,
            "confidentiality_years": None,
            "intellectual_property": None,
            "disputes": None,
        }
    )


def deadline(
    sent: str, days: int, calendar: BusinessDays, *, basis: str = "business", receipt: int = 0
) -> CureDeadline:
    agreed = terms(
        {"cure_days": days, "cure_basis": basis}, {"methods": ["courier"], "deemed_receipt_days": {"courier": receipt}}
    )
    return cure_deadline(agreed, day(sent), NoticeMethod.COURIER, calendar, "Europe/London")


def test_fourteen_business_days_from_deemed_receipt_by_courier_in_england() -> None:
    cure = deadline("2027-03-01", 14, calendar_of("GB", "ENG"), receipt=2)
    assert (cure.receipt, cure.starts) == (day("2027-03-03"), day("2027-03-03"))
    assert cure.deadline == day("2027-03-23")
    assert (cure.holidays, cure.weekend_days, cure.moved_from) == ((), 6, None)
    assert (cure.time_zone, cure.place) == ("Europe/London", "England, United Kingdom")


def test_easter_in_england_is_named_and_passed_over() -> None:
    cure = deadline("2027-03-01", 21, calendar_of("GB", "ENG"), receipt=2)
    assert cure.deadline == day("2027-04-05")
    assert cure.holidays == ((day("2027-03-26"), "Good Friday"), (day("2027-03-29"), "Easter Monday"))
    assert cure.weekend_days == 10
    assert cure.holidays[0].date == day("2027-03-26")
    assert cure.holidays[0].name == "Good Friday"


def test_a_notice_sent_before_easter_is_received_after_it() -> None:
    cure = deadline("2027-03-25", 1, calendar_of("GB", "ENG"), receipt=1)
    assert cure.receipt == day("2027-03-30")
    assert [holiday.name for holiday in cure.receipt_skipped.holidays] == ["Good Friday", "Easter Monday"]
    assert cure.receipt_skipped.weekend_days == 2
    assert cure.deadline == day("2027-03-31")


def test_an_email_sent_on_a_saturday_is_received_on_monday() -> None:
    cure = deadline("2027-03-06", 1, calendar_of("GB", "ENG"), receipt=0)
    assert (cure.receipt, cure.receipt_skipped.weekend_days) == (day("2027-03-08"), 2)
    assert cure.deadline == day("2027-03-09")


def test_calendar_days_that_end_on_good_friday_end_on_the_tuesday_after_easter() -> None:
    cure = deadline("2027-03-12", 14, calendar_of("GB", "ENG"), basis="calendar")
    assert (cure.moved_from, cure.deadline) == (day("2027-03-26"), day("2027-03-30"))
    assert [holiday.name for holiday in cure.holidays] == ["Good Friday", "Easter Monday"]
    assert cure.weekend_days == 2


def test_calendar_days_that_end_on_a_business_day_pass_over_nothing() -> None:
    cure = deadline("2027-03-01", 14, calendar_of("GB", "ENG"), basis="calendar")
    assert (cure.deadline, cure.moved_from) == (day("2027-03-15"), None)
    assert (cure.holidays, cure.weekend_days) == ((), 0)


def test_a_period_from_the_notice_needs_no_receipt() -> None:
    agreed = terms({"cure_days": 5, "cure_runs_from": "notice"})
    cure = cure_deadline(agreed, day("2027-03-01"), NoticeMethod.POST, calendar_of("GB", "ENG"), "Europe/London")
    assert (cure.receipt, cure.receipt_days) == (None, None)
    assert (cure.starts, cure.deadline) == (day("2027-03-01"), day("2027-03-08"))


@pytest.mark.parametrize(
    ("place", "sent", "count", "expected", "why"),
    [
        (("US", None), "2027-06-30", 5, "2027-07-08", "Independence Day is a Sunday, observed on Monday 5 July"),
        (("DE", "BY"), "2027-01-04", 5, "2027-01-12", "Epiphany is a holiday in Bavaria"),
        (("DE", "BE"), "2027-01-04", 5, "2027-01-11", "and none in Berlin"),
        (("JP", None), "2027-04-28", 3, "2027-05-07", "29 April and 3 to 5 May are holidays"),
        (("AE", None), "2027-01-07", 2, "2027-01-11", "Friday is a business day since 2022"),
        (("AE", None), "2021-01-07", 2, "2021-01-11", "before, the weekend was Friday and Saturday"),
        (("SA", None), "2027-01-07", 2, "2027-01-11", "the weekend is Friday and Saturday"),
    ],
)
def test_business_days_elsewhere(place: tuple[str, str | None], sent: str, count: int, expected: str, why: str) -> None:
    assert calendar_of(*place).add_business_days(day(sent), count) == day(expected), why


def test_friday_is_a_business_day_in_dubai_and_sunday_in_riyadh() -> None:
    friday, sunday = day("2027-01-08"), day("2027-01-10")
    assert calendar_of("AE").is_business_day(friday)
    assert not calendar_of("SA").is_business_day(friday)
    assert calendar_of("SA").is_business_day(sunday)


def test_a_working_saturday_by_decree_stays_a_weekend_day() -> None:
    assert not calendar_of("CN").is_business_day(day("2025-02-08"))


def test_holidays_are_named_in_the_language_asked_for_or_else_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "uk")
    good_friday = day("2027-03-26")
    assert calendar_of("DE", language="de").holiday_name(good_friday) == "Karfreitag"
    assert calendar_of("DE").holiday_name(good_friday) == "Good Friday"
    assert calendar_of("DE", language="ja").holiday_name(good_friday) == "Good Friday"
    assert calendar_of("DE", "BY", language="de").place == "Bayern, Deutschland"


def test_holidays_between_two_days_leave_out_the_first_and_keep_the_last() -> None:
    england = calendar_of("GB", "ENG")
    names = [holiday.name for holiday in england.holidays_between(day("2027-03-26"), day("2027-03-29"))]
    assert names == ["Easter Monday"]


@pytest.mark.parametrize("spelling", ["ENG", "GB-ENG", "England"])
def test_a_subdivision_goes_by_code_or_name(spelling: str) -> None:
    assert calendar_of("GB", spelling).subdivision == "ENG"


@pytest.mark.parametrize(
    ("country", "subdivision", "advice"),
    [
        ("UK", None, "Write GB."),
        ("XX", None, "Known codes near it: "),
        ("GB", "Englnd", "Did you mean ENG (England)?"),
        ("JP", "Tokyo", "Leave the subdivision out"),
        ("DE", "Bavaria", "BY (Bayern)"),
    ],
)
def test_an_unknown_calendar_is_refused_with_what_is_known(country: str, subdivision: str | None, advice: str) -> None:
    unread = BusinessCalendar.model_construct(country=country, subdivision=subdivision)
    with pytest.raises(UnknownCalendarError) as refused:
        business_days(unread, "en")
    assert advice in str(refused.value)


def test_a_year_whose_holidays_nobody_knows_is_refused_and_not_taken_as_a_year_without_holidays() -> None:
    with pytest.raises(CalendarRangeError, match=r"GB are known from .* not for 2190"):
        calendar_of("GB").is_business_day(day("2190-01-01"))


@pytest.mark.parametrize("basis", ["business", "calendar"])
def test_an_absurd_number_of_days_is_refused_at_once(basis: str) -> None:
    with pytest.raises(CalendarRangeError, match=str(LONGEST_COUNT)):
        deadline("2027-03-01", 10**25, calendar_of("GB"), basis=basis)


def test_a_contract_without_a_cure_period_names_what_is_missing() -> None:
    with pytest.raises(MissingForDeadlineError) as refused:
        cure_deadline(
            terms({"cure_days": None}), day("2027-03-01"), NoticeMethod.EMAIL, calendar_of("GB"), "Europe/London"
        )
    assert refused.value.missing == ("terms.termination.cure_days", "terms.notices")


def test_a_method_without_deemed_receipt_names_the_method() -> None:
    agreed = terms({"cure_days": 5}, {"methods": ["courier"], "deemed_receipt_days": {"courier": 2}})
    with pytest.raises(MissingForDeadlineError, match=r"terms\.notices\.deemed_receipt_days\.post"):
        cure_deadline(agreed, day("2027-03-01"), NoticeMethod.POST, calendar_of("GB"), "Europe/London")


def counted_one_by_one(start: dt.date, count: int, calendar: BusinessDays) -> dt.date:
    current, left = start, count
    while left > 0 or not calendar.is_business_day(current):
        current += dt.timedelta(days=1)
        left -= calendar.is_business_day(current)
    return current


@given(places, days_of_our_time, counts)
def test_business_days_equal_a_count_day_by_day(place: tuple[str, str | None], start: dt.date, count: int) -> None:
    calendar = calendar_of(*place)
    assert calendar.add_business_days(start, count) == counted_one_by_one(start, count, calendar)


@given(places, days_of_our_time, counts, st.integers(0, 5), st.sampled_from(["business", "calendar"]))
def test_a_deadline_is_a_business_day_and_every_day_to_it_is_accounted_for(
    place: tuple[str, str | None], sent: dt.date, count: int, receipt: int, basis: str
) -> None:
    calendar = calendar_of(*place)
    cure = deadline(sent.isoformat(), count, calendar, basis=basis, receipt=receipt)
    assert calendar.is_business_day(cure.deadline)
    assert (cure.deadline - cure.starts).days == cure.days + len(cure.holidays) + cure.weekend_days
    skipped = cure.receipt_skipped
    assert (cure.starts - cure.sent).days == receipt + len(skipped.holidays) + skipped.weekend_days


@given(places, days_of_our_time, counts, st.integers(0, 10), st.sampled_from(["business", "calendar"]))
def test_later_notice_or_more_days_never_make_an_earlier_deadline(
    place: tuple[str, str | None], sent: dt.date, count: int, more: int, basis: str
) -> None:
    calendar = calendar_of(*place)
    first = deadline(sent.isoformat(), count, calendar, basis=basis, receipt=1).deadline
    later = (sent + dt.timedelta(days=more)).isoformat()
    assert deadline(later, count, calendar, basis=basis, receipt=1).deadline >= first
    assert deadline(sent.isoformat(), count + more, calendar, basis=basis, receipt=1).deadline >= first
