"""Every deadline from the facts: its day, what was counted and passed over, who must act, and on what ground."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.doctree.nodes import Clause, Document, Schedule
from docgen.doctree.walk import walk
from docgen.lifecycle.calendars import CalendarRangeError
from docgen.lifecycle.counting import DaysSkipped, count_back, count_days
from docgen.lifecycle.deadlines import (
    acceptance_review,
    approval_validity,
    change_response,
    clause_in_brief,
    contact_gap,
    contract_end,
    cure,
    cure_deadline,
    deliverables_due,
    insurance_expiries,
    mediation,
    milestones_due,
    negotiation,
    notice_receipt,
    obligations_due,
    payment,
    report_due,
    review_reminder,
)
from docgen.lifecycle.due import Actor, Deadline, DeadlineKind, MissingForDeadlineError, Reckoning, Source
from docgen.lifecycle.house_rules import HouseRules, cooling_off, next_contact, relationship_review, survey
from docgen.models.engagement import Approval, ClientClass
from docgen.models.party import Side
from docgen.models.terms import DayBasis, Degree, NoticeMethod, Terms
from tests.lifecycle.agreed import ENGLAND, NOWHERE, PLAN, TERMS, account, at, day, terms
from tests.templates.printing import ENGAGEMENT, changed, tree

PLACES = (("GB", "ENG"), ("DE", "BY"), ("US", None), ("SA", None), ("AE", None), ("IL", None))
days_of_our_time = st.dates(dt.date(2020, 1, 1), dt.date(2060, 1, 1))
places = st.sampled_from(PLACES)
counts = st.integers(0, 60)


COURIER = NoticeMethod.COURIER


def span_of(deadline: Deadline) -> int:
    return abs((deadline.date - deadline.trigger_date).days)


# Each kind, by hand


def test_a_courier_before_christmas_arrives_after_it() -> None:
    received = notice_receipt(TERMS, day("2026-12-24"), COURIER, Side.CLIENT, ENGLAND)
    assert received.date == day("2026-12-30")
    assert [when for when, _ in received.skipped.holidays] == [day("2026-12-25"), day("2026-12-28")]
    assert received.skipped.weekend_days == 2
    assert (received.clause, received.owed_by, received.degree) == ("notice-receipt", Actor.CLIENT, None)


def test_the_cure_deadline_is_the_one_a_notice_prints() -> None:
    printed = cure_deadline(TERMS, day("2027-03-11"), COURIER, ENGLAND.needed_for("it"), "Europe/London")
    found = cure(TERMS, day("2027-03-11"), COURIER, Side.CLIENT, ENGLAND)
    assert (found.date, found.trigger_date, found.days) == (printed.deadline, printed.starts, printed.days)
    assert (found.skipped.holidays, found.skipped.weekend_days) == (printed.holidays, printed.weekend_days)
    assert found.before is not None
    assert (found.before.date, found.before.skipped) == (printed.receipt, printed.receipt_skipped)
    assert (found.owed_by, found.clause, found.place) == (Actor.CLIENT, "cure", "England, United Kingdom")


def test_a_cure_period_from_the_notice_begins_with_no_receipt() -> None:
    agreed = terms(termination={"cure_days": 5, "cure_runs_from": "notice"}, notices=None)
    found = cure(agreed, day("2027-03-01"), COURIER, Side.PROVIDER, ENGLAND)
    assert (found.before, found.date, found.owed_by) == (None, day("2027-03-08"), Actor.PROVIDER)


@pytest.mark.parametrize(
    ("place", "handed_over", "expected", "why"),
    [
        (("GB", "ENG"), "2026-12-18", "2027-01-06", "Christmas, Boxing Day and New Year lie between"),
        (("GB", "ENG"), "2027-03-19", "2027-04-06", "Good Friday and Easter Monday lie between"),
        (("DE", "BY"), "2026-12-23", "2027-01-11", "Bavaria keeps Epiphany"),
        (("SA", None), "2027-01-07", "2027-01-21", "the weekend is Friday and Saturday"),
        (("GB", "ENG"), "2028-02-21", "2028-03-06", "29 February is a day like others"),
    ],
)
def test_a_review_of_ten_business_days(
    place: tuple[str, str | None], handed_over: str, expected: str, why: str
) -> None:
    review = acceptance_review(PLAN, day(handed_over), at(*place))
    assert review.date == day(expected), why
    assert (review.owed_by, review.about, review.clause) == (Actor.CLIENT, "D1 Plan", "review")
    assert review.outcome == "Without a rejection by then, the deliverable counts as accepted."


def test_under_the_full_contract_silence_is_acceptance_only_after_a_reminder() -> None:
    review = acceptance_review(PLAN, day("2027-01-11"), ENGLAND, reminder_needed=True)
    assert review.date == day("2027-01-25")
    assert "only if the client has been reminded" in (review.outcome or "")
    reminder = review_reminder(review, ENGLAND)
    assert (reminder.date, reminder.skipped.weekend_days) == (day("2027-01-21"), 2)
    assert reminder.owed_by is Actor.ACCOUNT_MANAGER


@pytest.mark.parametrize(
    ("reminded", "expected"),
    [
        ("2027-01-20", "2027-01-25"),
        ("2027-01-21", "2027-01-25"),
        ("2027-01-22", "2027-01-26"),
        ("2027-01-25", "2027-01-27"),
        ("2027-02-05", "2027-02-09"),
    ],
)
def test_a_late_reminder_moves_the_end_of_the_review(reminded: str, expected: str) -> None:
    review = acceptance_review(PLAN, day("2027-01-11"), ENGLAND, reminder_needed=True, reminded=day(reminded))
    assert review.date == day(expected)
    assert (review.before is None) == (expected == "2027-01-25")


def test_a_reminder_means_nothing_where_none_is_needed() -> None:
    review = acceptance_review(PLAN, day("2027-01-11"), ENGLAND, reminded=day("2027-01-25"))
    assert review.date == day("2027-01-25")


def test_an_approval_is_valid_to_its_day_even_at_a_weekend() -> None:
    approval = Approval.model_validate(
        {
            "item": "Proposal 3",
            "date": "2026-09-14",
            "proceed_from": "2026-09-21",
            "valid_until": "2026-10-31",
            "not_to_exceed": None,
        }
    )
    found = approval_validity(approval, NOWHERE)
    assert found is not None
    assert (found.date, found.source, found.clause) == (day("2026-10-31"), Source.APPROVAL, "lapse")
    assert (found.days, found.moved_from, found.place) == (None, None, None)
    assert approval_validity(None, NOWHERE) is None


def test_the_provider_owes_an_answer_to_a_request_of_the_client() -> None:
    found = change_response(TERMS, "CO-003", day("2026-12-18"), Side.CLIENT, ENGLAND)
    assert (found.date, found.owed_by, found.source) == (day("2027-01-06"), Actor.PROVIDER, Source.CONTRACT)
    assert (found.clause, found.degree) == ("change-proposal", Degree.SHALL)


def test_an_order_laid_before_the_client_lapses_by_a_house_rule() -> None:
    found = change_response(TERMS, "CO-003", day("2026-12-18"), Side.PROVIDER, ENGLAND)
    assert (found.date, found.owed_by, found.source) == (day("2027-01-06"), Actor.CLIENT, Source.HOUSE)
    assert (found.clause, found.outcome) == (None, "The order lapses.")


@pytest.mark.parametrize(
    ("invoiced", "expected", "moved"),
    [
        ("2026-11-02", "2026-12-02", None),
        ("2026-11-25", "2026-12-29", "2026-12-25"),
        ("2028-01-30", "2028-02-29", None),
        ("2027-01-30", "2027-03-01", None),
    ],
)
def test_an_invoice_is_paid_thirty_days_after_its_date(invoiced: str, expected: str, moved: str | None) -> None:
    found = payment(TERMS, "Invoice 12", day(invoiced), ENGLAND)
    assert (found.date, found.moved_from) == (day(expected), moved and day(moved))
    assert (found.owed_by, found.about) == (Actor.CLIENT, "Invoice 12")


def test_payment_at_once_is_payment_on_the_next_business_day() -> None:
    found = payment(terms(fees={"payment_days": 0}), "Invoice 12", day("2026-11-07"), ENGLAND)
    assert (found.date, found.moved_from, found.skipped.weekend_days) == (day("2026-11-09"), day("2026-11-07"), 2)
    assert found.rule == "No days after the date of the invoice: that day itself, or the next business day"


def test_policies_with_a_last_day_are_warned_of_ahead() -> None:
    (found,) = insurance_expiries(TERMS, NOWHERE, HouseRules().insurance_warning_days)
    assert (found.about, found.date, found.warn_days) == ("Cyber insurance", day("2026-12-31"), 30)
    assert (found.owed_by, found.clause) == (Actor.PROVIDER, "insurance")


def test_days_agreed_stay_where_they_are() -> None:
    (deliverable,) = deliverables_due(TERMS, NOWHERE)
    (milestone,) = milestones_due(TERMS, NOWHERE)
    (obligation,) = obligations_due(TERMS, NOWHERE)
    end = contract_end(TERMS, NOWHERE)
    assert end is not None
    assert (deliverable.about, deliverable.date) == ("D1 Plan", day("2026-12-26"))
    assert (milestone.about, milestone.date) == ("M1 Plan accepted", day("2027-01-29"))
    assert (obligation.about, obligation.date) == ("O_1.a lend a boat", day("2026-11-01"))
    assert (obligation.clause, obligation.owed_by, obligation.degree) == (
        "obligation-o-1-a",
        Actor.CLIENT,
        Degree.SHOULD,
    )
    assert (end.date, end.owed_by) == (day("2027-03-28"), Actor.BOTH)


def test_what_is_done_is_no_longer_due() -> None:
    assert deliverables_due(TERMS, ENGLAND, {"D1"}) == ()
    assert milestones_due(TERMS, ENGLAND, {"M1"}) == ()
    assert obligations_due(TERMS, ENGLAND, {"O_1.a"}) == ()
    assert contract_end(TERMS.model_copy(update={"end_date": None}), ENGLAND) is None


def test_negotiation_runs_from_the_look_back_letter_and_shows_its_receipt() -> None:
    letter = notice_receipt(TERMS, day("2026-12-09"), COURIER, Side.CLIENT, ENGLAND, "Look-back letter")
    found = negotiation(TERMS, letter.date, ENGLAND, before=letter)
    assert (found.moved_from, found.date) == (day("2026-12-25"), day("2026-12-29"))
    assert (found.owed_by, found.outcome, found.before) == (Actor.BOTH, "Mediation follows.", letter)


def test_mediation_runs_from_its_referral() -> None:
    found = mediation(TERMS, day("2027-01-04"), ENGLAND)
    assert found is not None
    assert (found.date, found.clause) == (day("2027-02-01"), "mediation")


def test_without_mediation_a_notice_may_follow_negotiation() -> None:
    agreed = terms(disputes={"negotiation_days": 14, "forum": "courts"})
    assert mediation(agreed, day("2027-01-04"), ENGLAND) is None
    assert negotiation(agreed, day("2027-01-04"), ENGLAND).outcome == "A notice of breach may follow."


def test_cooling_off_lasts_for_the_days_of_the_house() -> None:
    counted = cooling_off(day("2027-01-04"), ENGLAND, rules=HouseRules(cooling_off_days=33))
    assert (counted.moved_from, counted.date) == (day("2027-02-06"), day("2027-02-08"))


def test_the_survey_comes_two_weeks_after_completion() -> None:
    found = survey(day("2027-03-12"), ENGLAND)
    assert (found.moved_from, found.date) == (day("2027-03-26"), day("2027-03-30"))
    assert (found.source, found.clause, found.degree) == (Source.HOUSE, None, Degree.SHOULD)


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("2026-10-05", "2027-10-05"),
        ("2028-02-29", "2029-02-28"),
        ("2025-03-31", "2026-03-31"),
        ("2027-02-28", "2028-02-28"),
        ("2025-12-25", "2026-12-29"),
    ],
)
def test_the_relationship_is_reviewed_every_year(since: str, expected: str) -> None:
    found = relationship_review(day(since), "Effective date", ENGLAND)
    assert (found.date, found.trigger) == (day(expected), "Effective date")
    assert found.rule.startswith("1 year (")


@pytest.mark.parametrize(("client_class", "expected"), [("A", "2027-02-01"), ("B", "2027-04-01"), ("C", "2027-06-30")])
def test_the_class_of_a_client_sets_the_rhythm_after_completion(client_class: str, expected: str) -> None:
    found = next_contact(ClientClass(client_class), day("2027-01-01"), ENGLAND)
    assert (found.date, found.owed_by, found.clause) == (day(expected), Actor.ACCOUNT_MANAGER, None)


def test_while_work_is_under_way_the_contract_sets_the_longest_silence() -> None:
    found = contact_gap(account(gap=7), day("2026-12-18"), ENGLAND)
    assert (found.moved_from, found.date, found.clause) == (day("2026-12-25"), day("2026-12-29"), "contact-gap")


@pytest.mark.parametrize(
    ("every", "weekday", "after", "expected", "moved"),
    [
        ("week", "friday", "2026-11-20", "2026-11-27", None),
        ("week", "friday", "2026-12-18", "2026-12-24", "2026-12-25"),
        ("week", "monday", "2027-03-22", "2027-03-25", "2027-03-29"),
        ("month", "friday", "2026-11-27", "2026-12-24", "2026-12-25"),
        ("month", "wednesday", "2026-11-25", "2026-12-30", None),
    ],
)
def test_a_report_is_due_on_its_weekday_or_the_business_day_before(
    every: str, weekday: str, after: str, expected: str, moved: str | None
) -> None:
    found = report_due(account(every, weekday), day(after), ENGLAND)
    assert found is not None
    assert (found.date, found.moved_from) == (day(expected), moved and day(moved))
    assert found.trigger_date == day(moved or expected)
    assert (found.days, found.clause) == (None, "reports")


def test_without_a_cadence_no_report_is_due() -> None:
    assert report_due(account(None), day("2026-11-20"), NOWHERE) is None


# What is missing


@pytest.mark.parametrize(
    ("make", "missing"),
    [
        (lambda t, r: notice_receipt(t, day("2027-01-04"), NoticeMethod.POST, Side.CLIENT, r), ("terms.notices",)),
        (
            lambda t, r: change_response(t, "CO-001", day("2027-01-04"), Side.CLIENT, r),
            ("terms.change_control.response_days",),
        ),
        (lambda t, r: payment(t, "Invoice 1", day("2027-01-04"), r), ("terms.fees.payment_days",)),
        (lambda t, r: negotiation(t, day("2027-01-04"), r), ("terms.disputes",)),
        (lambda t, r: mediation(t, day("2027-01-04"), r), ("terms.disputes",)),
        (
            lambda t, r: acceptance_review(t.scope.deliverables[1], day("2027-01-04"), r),
            ("terms.scope.deliverables.D2.acceptance",),
        ),
        (
            lambda t, r: cure(t, day("2027-01-04"), COURIER, Side.CLIENT, r),
            ("terms.termination.cure_days", "terms.notices"),
        ),
    ],
)
def test_what_the_contract_leaves_open_is_named_with_the_calendar(
    make: Callable[[Terms, Reckoning], object], missing: tuple[str, ...]
) -> None:
    silent = terms(
        change_control={"response_days": None, "pricing": None},
        fees={"payment_days": None},
        termination={"cure_days": None},
        notices=None,
        disputes=None,
    )
    with pytest.raises(MissingForDeadlineError) as refused:
        make(silent, NOWHERE)
    assert refused.value.missing == (*missing, "calendar")
    assert all(path in str(refused.value) for path in refused.value.missing)
    with pytest.raises(MissingForDeadlineError) as refused:
        make(silent, ENGLAND)
    assert refused.value.missing == missing


def test_a_method_without_days_is_named() -> None:
    with pytest.raises(MissingForDeadlineError, match=r"terms\.notices\.deemed_receipt_days\.post"):
        notice_receipt(TERMS, day("2027-01-04"), NoticeMethod.POST, Side.CLIENT, ENGLAND)


def test_a_house_rule_needs_the_calendar_and_nothing_else() -> None:
    for make in (survey, lambda on, r: next_contact(ClientClass.A, on, r), cooling_off):
        with pytest.raises(MissingForDeadlineError) as refused:
            make(day("2027-01-04"), NOWHERE)
        assert refused.value.missing == ("calendar",)


def test_a_year_without_known_holidays_is_refused() -> None:
    with pytest.raises(CalendarRangeError, match="not for 2190"):
        payment(TERMS, "Invoice 1", day("2190-01-04"), ENGLAND)
    assert contract_end(TERMS.model_copy(update={"end_date": day("2190-01-01")}), ENGLAND) is not None


@pytest.mark.parametrize("count", [count_days, lambda t, n, _, b: count_back(t, n, b)])
def test_less_than_no_days_cannot_be_counted(count: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match="-1 days"):
        count(day("2027-01-04"), -1, DayBasis.BUSINESS, ENGLAND.needed_for("it"))


# Laws


def every_counted(on: dt.date, number: int, how: Reckoning) -> list[Deadline]:
    """Return a deadline of every kind that is counted, from one day and with one number of days."""
    rules = HouseRules(survey_days=number, contact_days_b=number, cooling_off_days=number)
    agreed = terms(
        fees={"payment_days": number},
        change_control={"response_days": number, "pricing": None},
        termination={"cure_days": number, "convenience_notice_days": number},
        disputes={"negotiation_days": number, "mediation": {"body": "x", "days": number}, "forum": "courts"},
        notices={"methods": ["courier"], "deemed_receipt_days": {"courier": number % 7}},
    )
    assert PLAN.acceptance is not None
    plan = PLAN.model_copy(update={"acceptance": PLAN.acceptance.model_copy(update={"review_days": number})})
    review = acceptance_review(plan, on, how)
    late = acceptance_review(plan, on, how, reminder_needed=True, reminded=review.date)
    found = [
        notice_receipt(agreed, on, COURIER, Side.CLIENT, how),
        cure(agreed, on, COURIER, Side.CLIENT, how),
        review,
        late,
        change_response(agreed, "CO-001", on, Side.CLIENT, how),
        payment(agreed, "Invoice 1", on, how),
        negotiation(agreed, on, how),
        mediation(agreed, on, how),
        cooling_off(on, how, rules=rules),
        survey(on, how, rules),
        relationship_review(on, "Completion", how, rules),
        next_contact(ClientClass.B, on, how, rules),
        contact_gap(account(gap=number), on, how),
        report_due(account(), on, how),
        report_due(account("month", "thursday"), on, how),
        review_reminder(review, how),
    ]
    return [each for each in found if each is not None]


def passed_over(skipped: DaysSkipped) -> int:
    """Return how many days a count passed over."""
    return len(skipped.holidays) + skipped.weekend_days


@given(places, days_of_our_time, counts)
def test_every_day_of_every_count_is_accounted_for_and_every_end_is_a_business_day(
    place: tuple[str, str | None], on: dt.date, number: int
) -> None:
    how = at(*place)
    business = how.needed_for("it")
    for deadline in every_counted(on, number, how):
        assert span_of(deadline) == (deadline.days or 0) + passed_over(deadline.skipped), deadline.kind
        assert business.is_business_day(deadline.date), deadline.kind
        assert deadline.moved_from is None or not business.is_business_day(deadline.moved_from), deadline.kind
        assert deadline.place == business.place


@given(places, days_of_our_time, counts, st.integers(0, 10))
def test_a_later_trigger_never_makes_an_earlier_deadline(
    place: tuple[str, str | None], on: dt.date, number: int, later: int
) -> None:
    how = at(*place)
    first, second = every_counted(on, number, how), every_counted(on + dt.timedelta(days=later), number, how)
    pairs = {(each.kind, each.about, each.trigger): each.date for each in first}
    for deadline in second:
        before = pairs.get((deadline.kind, deadline.about, deadline.trigger))
        assert before is None or deadline.date >= before, deadline.kind


@given(places, days_of_our_time, st.integers(0, 20))
def test_counting_back_leaves_exactly_so_many_business_days(
    place: tuple[str, str | None], on: dt.date, number: int
) -> None:
    business = at(*place).needed_for("it")
    end = business.next_business_day(on)
    back = count_back(end, number, business)
    assert business.add_business_days(back.date, number) == end
    assert (end - back.date).days == back.days + passed_over(back.skipped)


# The clauses are those of the contract


def clauses_of(document: Document) -> set[str]:
    return {block.id for block in walk(document.blocks) if isinstance(block, Clause | Schedule) and block.id}


@pytest.mark.parametrize("level", ["low", "medium", "high"])
def test_every_clause_stands_in_the_contract_at_its_level(level: str) -> None:
    facts = changed(ENGAGEMENT, "account.deviation", level)
    contract = tree("contract", facts)
    agreed = Terms.model_validate(facts["terms"], context={"currency": "EUR"})
    insured = agreed.liability.insurance[0].model_copy(update={"expires": day("2026-12-31")})
    agreed = agreed.model_copy(update={"liability": agreed.liability.model_copy(update={"insurance": (insured,)})})
    end = contract_end(agreed, ENGLAND)
    assert end is not None
    known = clauses_of(contract)
    found = [
        *every_counted(day("2026-03-02"), 5, ENGLAND),
        *deliverables_due(agreed, ENGLAND),
        *milestones_due(agreed, ENGLAND),
        *obligations_due(agreed, ENGLAND),
        *insurance_expiries(agreed, ENGLAND, 30),
        end,
    ]
    kinds = {each.kind for each in found}
    at_work = {
        DeadlineKind.CLIENT_ACTION,
        DeadlineKind.FOLLOW_UP,
        DeadlineKind.BREACH_NOTICE,
        DeadlineKind.NOTICE_OF_ISSUE,
        DeadlineKind.DECISION,
    }
    assert kinds == set(DeadlineKind) - {DeadlineKind.APPROVAL_VALIDITY, *at_work}
    for deadline in found:
        if deadline.source is Source.CONTRACT:
            clause = deadline.clause or ""
            if "reminder" in clause and level != "high":
                continue
            assert (clause_in_brief(clause) if level == "low" else clause) in known, clause
        else:
            assert deadline.clause is None


def test_the_letter_of_approval_says_when_it_lapses() -> None:
    assert "lapse" in clauses_of(tree("letter-of-approval", ENGAGEMENT))
