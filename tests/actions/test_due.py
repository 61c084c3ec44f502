"""What is owed across engagements: signatures and deadlines, who must act, and what is left out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from icalendar import Calendar

from docgen.actions.audit import erase
from docgen.actions.due import LONG_AGO, WINDOW, Asking, Item, Owing, calendar, owing
from docgen.actions.engagements import record_engagement
from docgen.actions.entries import record_progress
from docgen.actions.references import UnknownEngagementError
from docgen.actions.signing import execute
from docgen.exchange.calendar_files import NothingDueError
from tests.firm import ADAM, CONTRACT, ID, LETTER, SIGNED_COPY, Firm, Firms
from tests.lives import put_paper

MANAGER = "amara.okafor@northbridge.example"
MEI = "Mei Tan (mei.tan@harrowpike.example)"


USUAL = Asking()


def at(firm: Firm, day: str, asking: Asking = USUAL) -> Owing:
    return firm.on(day).do(owing, asking)


def lines(found: Owing) -> list[tuple[str, int, str, str]]:
    return [(str(each.day), each.left, each.who, each.what) for each in found.items]


@pytest.fixture
def signed(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm with a signed contract and an unsigned letter."""
    return firms.at("signed", tmp_path / "firm")


def second(firm: Firm, *changes: tuple[str, str]) -> str:
    """Record another engagement like the example and return its id."""
    name = "NBS-2026-015"
    firm.do(record_engagement, firm.facts("engagement", (f"id: {ID}", f"id: {name}"), *changes))
    return name


def test_a_letter_awaits_its_signatures_and_ends_on_its_day(firms: Firms) -> None:
    firm = firms.kept("lettered")
    assert lines(at(firm, "2026-09-20")) == [
        ("2026-09-14", -6, "both parties", f"sign {ID}/letter-of-approval/1"),
    ]
    assert lines(at(firm, "2026-10-20")) == [
        ("2026-09-14", -36, "both parties", f"sign {ID}/letter-of-approval/1"),
        ("2026-10-30", 10, MANAGER, "the approval lapses: Proposal NBS-P-0231, version 2"),
    ]


def test_the_signed_contract_takes_the_place_of_an_unsigned_letter(signed: Firm) -> None:
    assert "letter" in lines(at(signed, "2026-10-01"))[0][3]
    assert all("letter" not in each.what for each in at(signed, "2026-10-02").items)


def test_overdue_ones_come_first_and_the_longest_overdue_on_top(signed: Firm) -> None:
    found = at(signed, "2026-10-20", Asking(within=10))
    assert lines(found) == [
        ("2026-10-09", -11, MANAGER, "Progress report"),
        ("2026-10-12", -8, "client", "do: O1 give the provider administrator access to the cloud account"),
        ("2026-10-12", -8, MANAGER, f"Contact with the client: none for 15 days, 7 are allowed; call {MEI}"),
        ("2026-10-30", 10, "provider", "hand over: D1 Target architecture"),
    ]
    assert [each.overdue for each in found.items] == [True, True, True, False]


def test_only_what_is_overdue_is_listed_on_request(signed: Firm) -> None:
    found = at(signed, "2026-10-20", Asking(overdue=True))
    assert [each.left for each in found.items] == [-11, -8, -8]


def test_a_fortnight_is_looked_ahead_and_all_when_nothing_is_said(signed: Firm) -> None:
    soon, later = at(signed, "2026-10-05"), at(signed, "2026-10-05", Asking(within=None))
    assert max(each.left for each in soon.items) <= WINDOW
    assert "2027-03-31" in {str(each.day) for each in later.items}


def test_terms_are_those_in_force_on_the_day(firms: Firms) -> None:
    firm = firms.kept("changed")
    before = {each.what for each in at(firm, "2026-12-06", Asking(within=None)).items}
    after = {each.what for each in at(firm, "2026-12-07", Asking(within=None)).items}
    assert {what for what in after - before if "O5" in what or "D4" in what} == {
        "do: O5 name an owner for the returns service",
        "hand over: D4 Migrated returns service",
    }
    days = {each.what: str(each.day) for each in at(firm, "2026-12-07", Asking(within=None)).items}
    assert days["reach: M2 Order service live"] == "2027-02-26"


def test_a_notice_of_breach_is_to_be_cured_by_the_client(firms: Firms) -> None:
    found = [each for each in at(firms.kept("grown"), "2027-03-02", Asking(within=30)).items if each.kind == "cure"]
    assert [(str(each.day), each.who, each.what) for each in found] == [
        ("2027-03-23", "client", "put right what the notice says: BN-001")
    ]


def test_all_engagements_are_looked_at_or_the_one_that_is_named(signed: Firm) -> None:
    other = second(signed)
    assert {each.engagement for each in at(signed, "2026-10-20").items} == {ID, other}
    assert {each.engagement for each in at(signed, "2026-10-20", Asking(other)).items} == {other}
    with pytest.raises(UnknownEngagementError, match=other):
        at(signed, "2026-10-20", Asking("NBS-2026-041"))


def test_an_erased_engagement_is_passed_over_without_a_word(signed: Firm) -> None:
    other = second(signed, ("2026-10-30", "2026-10-29"))
    signed.by(ADAM).do(erase, other, "request")
    found = at(signed, "2026-10-20")
    assert ({each.engagement for each in found.items}, found.remarks) == ({ID}, ())


def test_nobody_is_asked_to_sign_for_an_engagement_that_was_erased(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("lettered", tmp_path / "firm")
    assert [each.kind for each in at(firm, "2026-09-20").items] == ["signature"]
    firm.by(ADAM).do(erase, ID, "request")
    assert at(firm, "2026-09-20").items == ()


def test_a_fact_that_is_missing_is_one_remark(firm: Firm) -> None:
    firm.do(record_engagement, firm.facts("engagement", ("calendar: {country: GB, subdivision: ENG}", "calendar:")))
    firm.issue(LETTER)
    firm.on("2026-09-18").do(execute, f"{ID}/{LETTER}", firm.write("signed/letter.pdf", SIGNED_COPY))
    early = (
        f"format: docgen.progress/1\nengagement: {ID}\nperiod: {{from: 2026-09-21, to: 2026-09-25}}\n"
        "summary: Work has begun.\nstatus: {overall: {rag: green}}\n"
    )
    firm.on("2026-09-25").do(record_progress, firm.write("engagements/early.yaml", early))
    found = at(firm, "2026-10-20")
    assert [each.kind for each in found.items] == ["approval_validity"]
    assert found.remarks == (f"{ID}: some deadlines cannot be computed, because the facts do not give calendar.",)


def test_the_house_says_when_insurance_is_warned_of(signed: Firm) -> None:
    policy = (
        "{kind: public liability, amount: 2000000.00}",
        "{kind: public liability, amount: 2000000.00, expires: 2027-01-31}",
    )
    other = second(signed, policy)
    signed.on("2026-09-28").issue(CONTRACT, engagement=other)
    signed.on("2026-10-02").do(execute, f"{other}/contract", signed.write("signed/other.pdf", SIGNED_COPY + b"2"))

    def insured(day: str) -> list[Item]:
        return [each for each in at(signed, day, Asking(other)).items if each.kind == "insurance"]

    assert (insured("2026-12-31"), len(insured("2027-01-01"))) == ([], 1)
    settings = (signed.root / "docgen.toml").read_text(encoding="utf-8")
    signed.write("docgen.toml", settings + "\n[deadlines]\ninsurance_warning_days = 60\n")
    assert (insured("2026-12-01"), len(insured("2026-12-02"))) == ([], 1)


def test_a_calendar_holds_the_deadlines_and_no_signatures(signed: Firm) -> None:
    def written(desk: object) -> bytes:
        return calendar(desk, owing(desk, Asking(within=None)).items)  # type: ignore[arg-type]

    content = signed.on("2026-10-01").do(written)
    events = Calendar.from_ical(content).walk("VEVENT")
    assert {str(event["summary"]).split(":")[0] for event in events} == {"Approval validity"}
    assert len(Calendar.from_ical(signed.on("2026-10-20").do(written)).walk("VEVENT")) > 8
    with pytest.raises(NothingDueError):
        signed.do(lambda desk: calendar(desk, ()))


def test_engagements_completed_long_ago_are_left_alone_unless_they_are_named(signed: Firm) -> None:
    put_paper(signed, "completion-certificate", "2027-03-26")
    assert {each.kind for each in at(signed, "2027-05-01").items} == {"survey", "next_contact"}
    last = dt.date(2027, 3, 26) + dt.timedelta(days=LONG_AGO)
    assert at(signed, str(last)).items != ()
    gone = str(last + dt.timedelta(days=1))
    assert (at(signed, gone).items, at(signed, gone, Asking(ID)).items != ()) == ((), True)


def test_a_survey_that_was_sent_is_no_longer_owed(signed: Firm) -> None:
    put_paper(signed, "completion-certificate", "2027-03-26")
    put_paper(signed, "survey", "2027-04-05", signed=False)
    assert {each.kind for each in at(signed, "2027-05-01").items} == {"next_contact"}
