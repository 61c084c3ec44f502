"""Contacts in the record: logged in a moment, read from e-mails and meetings, and told to whoever takes over."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docgen.actions.acting import NotPermittedError
from docgen.actions.contact_imports import Imported, Outcome, import_contacts
from docgen.actions.contacts import (
    NoOneSpokeError,
    PromiseFormError,
    SameTimeError,
    Saying,
    find_contact,
    finish,
    list_contacts,
    log_file,
    log_saying,
)
from docgen.actions.desk import Desk
from docgen.actions.due import Asking, Item, owing
from docgen.actions.engagements import Recorded, record_engagement
from docgen.actions.entries import record_entry, record_progress
from docgen.actions.life import status
from docgen.actions.timeline import Timeline, timeline
from docgen.errors import FindingsError, NotFoundError, UsageError
from docgen.models.contact import Contact, ContactWay, Direction
from docgen.models.dispute import Dispute
from docgen.models.serious_issue import SeriousIssue
from docgen.store.events import EntryRecorded
from tests.firm import AUDRA, ID, JON, LENA, REPORT, Firm, Firms, pdf_words
from tests.lives import put_paper

AMARA_THERE, JON_THERE = "amara.okafor@northbridge.example", "jon.bell@northbridge.example"
MEI, DILIP = "mei.tan@harrowpike.example", "dilip.rao@harrowpike.example"
OTHER = "NBS-2026-015"
SAYING = Saying(engagement=ID, how="call", with_=(MEI,), by=JON_THERE, text="The first load test held.")


@pytest.fixture
def firm(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm at work under a signed contract, on a day in November; Jon acts."""
    return firms.at("signed", tmp_path / "firm").by(JON).on("2026-11-24")


def say(firm: Firm, **facts: object) -> Recorded:
    return firm.do(log_saying, replace(SAYING, **facts))  # type: ignore[arg-type]


def contact_of(firm: Firm, number: int = 1, engagement: str = ID) -> Contact:
    return firm.do(lambda desk: find_contact(desk.record, engagement, number))


def owed(firm: Firm, kind: str) -> list[Item]:
    return [each for each in firm.do(owing, Asking(ID, None)).items if each.kind == kind]


# Logging


def test_a_contact_is_logged_from_its_file_by_those_who_may_record_progress(firm: Firm) -> None:
    recorded = firm.do(log_file, firm.facts("contact-2026-11-24"))
    assert (recorded.reference, recorded.revision, recorded.new, recorded.remarks) == (f"{ID}/CT-001", 1, True, ())
    assert not firm.do(log_file, firm.facts("contact-2026-11-24")).new
    for person in (LENA, AUDRA):
        with pytest.raises(NotPermittedError, match="may not record progress"):
            firm.by(person).do(log_file, firm.facts("contact-2026-11-24"))


def test_a_contact_is_logged_in_words_with_what_was_promised_and_what_follows(firm: Firm) -> None:
    due = dt.date(2026, 11, 26)
    recorded = say(
        firm,
        at="10:30",
        incoming=True,
        subject="Load tests",
        promises=("M2=2027-02-26", "The results of all three = 2026-12-01"),
        follow_ups=("Send the profile",),
        due=due,
    )
    assert (recorded.reference, recorded.remarks) == (f"{ID}/CT-001", ())
    said = contact_of(firm)
    assert (str(said.on), str(said.at)[:5], said.how, said.direction) == (
        "2026-11-24",
        "10:30",
        ContactWay.CALL,
        Direction.IN,
    )
    assert [(each.about, each.text, str(each.date)) for each in said.promises] == [
        ("M2", None, "2027-02-26"),
        (None, "The results of all three", "2026-12-01"),
    ]
    assert [(each.text, each.owner, each.due) for each in said.follow_ups] == [("Send the profile", JON_THERE, due)]


def test_without_a_time_it_was_just_now_where_the_engagement_is(firm: Firm) -> None:
    say(replace(firm, day_given=False))
    assert str(contact_of(firm).at)[:5] == "16:00", "in November London is at UTC, and the clock stands at four"


def test_who_spoke_is_whoever_acts_if_that_is_a_contact_of_the_provider(firm: Firm) -> None:
    with pytest.raises(NoOneSpokeError, match=r"jon@northbridge\.example is no contact of the provider .* --by EMAIL"):
        say(firm, by="")
    named = firm.facts("engagement", ("id: NBS-2026-014", f"id: {OTHER}"), ("jon.bell@northbridge", "Jon@northbridge"))
    firm.by("amara@northbridge.example").do(record_engagement, named)
    say(firm, by="", engagement=OTHER)
    assert contact_of(firm, engagement=OTHER).by == "Jon@northbridge.example"


def test_two_calls_on_one_day_do_not_take_each_others_place(firm: Firm) -> None:
    say(firm)
    assert not say(firm).new, "the same words once more are the same call"
    with pytest.raises(SameTimeError, match=rf"{ID}/CT-001 is another contact .* --at HH:MM"):
        say(firm, text="Mei called once more.")
    assert say(firm, text="Mei called once more.", at="15:00").reference == f"{ID}/CT-002"


def test_a_promise_of_a_milestone_nobody_knows_is_refused_with_those_there_are(firm: Firm) -> None:
    with pytest.raises(FindingsError, match="there is no milestone or deliverable M9"):
        say(firm, promises=("M9=2027-02-26",))
    for text in ("M2", "M2=soon", "=2027-02-26"):
        with pytest.raises(PromiseFormError, match="M2=2027-02-26"):
            say(firm, promises=(text,))
    assert firm.kinds("entry_recorded") == 0


def test_hostile_words_are_kept_as_words_or_refused(firm: Firm) -> None:
    say(firm, text="<b>{{ 7 * 7 }}</b>\n../../etc", subject="{% raw %} ; rm")
    said = contact_of(firm)
    assert (said.text, said.subject) == ("<b>{{ 7 * 7 }}</b> ../../etc", "{% raw %} ; rm")
    with pytest.raises(FindingsError, match="does not print"):
        say(firm, text="right \u202e left", at="11:00")


def test_a_person_nobody_knows_is_remarked(firm: Firm) -> None:
    (remark,) = say(firm, with_=("kim@harrowpike.example",)).remarks
    assert "kim@harrowpike.example is not among the contacts of the client" in remark


# What follows


def test_what_follows_is_owed_by_its_owner_until_it_is_done(firm: Firm) -> None:
    say(firm, follow_ups=("Send the profile", "Book the hall"), due=dt.date(2026, 11, 26), owner=AMARA_THERE)
    late = firm.on("2026-11-30")
    assert [(each.who, each.what, each.left) for each in owed(late, "follow_up")] == [
        (AMARA_THERE, "follow up: CT-001: Book the hall", -4),
        (AMARA_THERE, "follow up: CT-001: Send the profile", -4),
    ]
    with pytest.raises(UsageError, match="Several follow-ups are open"):
        late.do(finish, f"{ID}/CT-001")
    assert late.do(finish, f"{ID}/CT-001", 2).revision == 2
    assert not late.do(finish, f"{ID}/CT-001", 2).new
    assert late.do(finish, f"{ID}/CT-001").revision == 3, "the only one that is left"
    assert [str(each.done) for each in contact_of(firm).follow_ups] == ["2026-11-30", "2026-11-30"]
    assert owed(late, "follow_up") == []


def test_what_is_done_names_a_contact_and_a_follow_up_that_are_there(firm: Firm) -> None:
    say(firm)
    with pytest.raises(UsageError, match="Nothing follows this contact"):
        firm.do(finish, f"{ID}/CT-001")
    with pytest.raises(UsageError, match="has 0 follow-ups"):
        firm.do(finish, f"{ID}/CT-001", 1)
    with pytest.raises(NotFoundError, match="CT-007"):
        firm.do(finish, f"{ID}/CT-007")
    with pytest.raises(UsageError, match="names no contact"):
        firm.do(finish, f"{ID}/PR-001")


def test_nothing_is_done_before_it_was_said(firm: Firm) -> None:
    say(firm, follow_ups=("Send the profile",))
    with pytest.raises(FindingsError, match="before the contact itself"):
        firm.on("2026-11-23").do(finish, f"{ID}/CT-001")


# Silence


def test_a_silence_is_flagged_to_the_account_manager_before_the_client_feels_it(firm: Firm) -> None:
    say(firm)
    assert [each.what for each in owed(firm.on("2026-11-29"), "next_contact")] == ["Contact with the client"]
    (warned,) = owed(firm.on("2026-11-30"), "next_contact")
    assert (warned.who, warned.left) == (AMARA_THERE, 1)
    assert warned.what == f"Contact with the client: none for 6 of 7 days; call Mei Tan ({MEI})"
    told = [each.text for each in firm.on("2026-11-30").do(status, ID).obstacles]
    (silence,) = [each for each in told if each.startswith(f"{AMARA_THERE} is to speak with the client.")]
    assert "Contact since 24 November 2026: none for 6 of 7 days; call Mei Tan" in silence
    assert not any("speak with the client" in each.text for each in firm.on("2026-11-29").do(status, ID).obstacles)


def test_a_contact_after_completion_keeps_in_touch(firm: Firm) -> None:
    put_paper(firm, "completion-certificate", "2027-04-02")
    say(firm.on("2027-04-20"))
    found = firm.on("2027-05-01").do(status, ID)
    assert (found.state, str(found.since)) == ("kept_in_touch", "2027-04-20")
    (passed,) = [each for each in found.story.passed if each.happened.step == "contact_kept"]
    assert passed.happened.about == f"CT-001, call with {MEI}"


# Promises


def test_another_date_than_a_colleague_promised_is_told_when_a_contact_is_logged(firm: Firm) -> None:
    say(firm, promises=("M2=2027-02-26",))
    (remark,) = say(firm, by=AMARA_THERE, at="17:00", promises=("M2=2027-03-05",)).remarks
    assert remark.startswith(f"CT-002 gives 2027-03-05 for M2, and {JON_THERE} promised {MEI}")
    assert say(firm, by=AMARA_THERE, at="17:30", promises=("M2=2027-03-12",)).remarks == ()
    later = firm.on("2026-12-01")
    later.do(log_saying, replace(SAYING, promises=("M2=2027-03-12",), follow_ups=("Tell Dilip",)))
    assert later.do(finish, f"{ID}/CT-004").remarks == (), "to do what follows promises nothing"


def test_another_date_is_told_when_a_progress_entry_is_recorded_and_its_report_issued(firm: Firm) -> None:
    day = firm.on("2026-11-20")
    say(firm.on("2026-11-10"), promises=("M2=2027-02-16",))
    assert told_of("M2", day.do(record_progress, firm.facts("progress-2026-11-20")).remarks) == []
    say(firm.on("2026-11-11"), promises=("M2=2027-02-12", "D2=2026-11-30"))
    promised = f"{JON_THERE} promised {MEI} (CT-002, call of 2026-11-11)"
    for remarks in (
        day.do(record_progress, firm.facts("progress-2026-11-20")).remarks,
        day.issue(REPORT, 1).remarks,
    ):
        (remark,) = told_of("M2", remarks)
        assert f"PR-001 gives 2027-02-16 for M2, and {promised} 2027-02-12." in remark
        (remark,) = told_of("D2", remarks)
        assert f"PR-001 gives 2026-11-27 for D2, and {promised} 2026-11-30." in remark


def test_a_report_that_was_issued_is_a_promise_as_it_was_issued(firm: Firm) -> None:
    day = firm.on("2026-11-20")
    day.do(record_progress, firm.facts("progress-2026-11-20"))
    day.issue(REPORT, 1)
    day.do(record_progress, firm.facts("progress-2026-11-20", ("forecast: 2027-02-16", "forecast: 2027-03-05")))
    (remark,) = say(firm, by=AMARA_THERE, promises=("M2=2027-03-05",)).remarks
    assert "PR-001, issued on 2026-11-20 by jon@northbridge.example, told the client 2027-02-16" in remark


def told_of(what: str, remarks: tuple[str, ...]) -> list[str]:
    return [each for each in remarks if f" for {what}, and " in each]


def test_a_serious_issue_with_another_date_is_told_when_it_is_recorded(firm: Firm) -> None:
    say(firm, promises=("M2=2027-02-26",))
    recorded = (
        firm.by("amara@northbridge.example")
        .on("2026-12-08")
        .do(record_entry, firm.facts("serious-issue"), SeriousIssue)
    )
    assert any("NI-001 gives 2027-03-05 for M2" in remark for remark in recorded.remarks)


# From e-mails and meetings


def letter(
    firm: Firm, name: str = "a.eml", *, of: str = MEI, to: str = JON_THERE, subject: str = "Load tests", day: str = "24"
) -> Path:
    content = (
        f"From: {of}\nTo: {to}\nSubject: {subject}\nDate: {day} Nov 2026 10:30:00 +0100\nMessage-ID: <{name}@mail>\n"
        "Content-Type: text/plain; charset=utf-8\n\nFine with us.\n\nOn Mon, 23 Nov 2026 Jon Bell wrote:\n> And you?\n"
    )
    return firm.write(name, content)


def take(firm: Firm, *files: Path, engagement: str = "", day: dt.date | None = None) -> list[Imported]:
    return firm.listed(import_contacts, files, engagement, day)


def test_an_e_mail_is_a_contact_of_those_whose_people_wrote_it(firm: Firm) -> None:
    (found,) = take(firm, letter(firm))
    assert (found.outcome, found.reference) == (Outcome.RECORDED, f"{ID}/CT-001")
    said = contact_of(firm)
    assert (said.by, said.with_, said.direction, said.how) == (JON_THERE, (MEI,), Direction.IN, ContactWay.EMAIL)
    assert (str(said.on), str(said.at)[:5]) == ("2026-11-24", "09:30"), "as the clock of the engagement says"
    assert (said.subject, said.text) == ("Load tests", "Fine with us."), "what the answer quotes is cut"


def test_addresses_are_the_same_whatever_their_capitals(firm: Firm) -> None:
    take(firm, letter(firm, of=MEI.title(), to=JON_THERE.upper()))
    assert (contact_of(firm).by, contact_of(firm).with_) == (JON_THERE, (MEI,))


def test_a_letter_imported_twice_is_recorded_once_and_keeps_what_was_added(firm: Firm) -> None:
    take(firm, letter(firm))
    said = contact_of(firm).model_copy(update={"number": 1})
    from docgen.facts.write import write_model

    more = firm.write("more.yaml", write_model(said) + "follow_ups:\n  - {text: Answer}\n")
    assert firm.do(log_file, more).revision == 2
    size = firm.size
    (found,) = take(firm, letter(firm))
    assert (found.outcome, found.reference, firm.size) == (Outcome.KNOWN, f"{ID}/CT-001", size)


def test_a_meeting_that_names_nobody_is_to_be_logged_by_hand(firm: Firm) -> None:
    event = "UID:1@x\nDTSTAMP:20261101T000000Z\nDTSTART:20261110T100000Z\nDTEND:20261110T110000Z\nSUMMARY:Review\n"
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\n{event}END:VEVENT\nEND:VCALENDAR\n"
    (found,) = take(firm, firm.write("review.ics", text))
    assert (found.outcome, found.text) == (
        Outcome.REFUSED,
        "The meeting “Review” of 2026-11-10 names nobody who took part. Log it by hand: docgen contact log.",
    )


def test_one_bad_letter_stops_only_itself(firm: Firm) -> None:
    good, stranger = letter(firm), letter(firm, "b.eml", of="spam@elsewhere.example")
    mbox = "".join(f"From x\n{path.read_text()}\n" for path in (good, stranger)) + "From y\nno header here\n\n"
    found = take(firm, firm.write("all.mbox", mbox), firm.root / "missing.eml", firm.write("notes.txt", "x"))
    assert [each.outcome for each in found] == ["recorded", "refused", "refused", "refused", "refused"]
    assert "none has contacts of both sides among jon.bell@northbridge.example, spam@elsewhere.example" in found[1].text
    assert "There is no file" in found[3].text
    assert len(firm.do(list_contacts, ID)) == 1


def test_where_several_engagements_fit_the_subject_says_which_or_a_person_does(firm: Firm) -> None:
    firm.by("amara@northbridge.example").do(record_engagement, firm.facts("engagement", (f"id: {ID}", f"id: {OTHER}")))
    (refused,) = take(firm, letter(firm))
    assert not refused.taken
    assert f"may belong to {ID}, {OTHER}" in refused.text
    (named,) = take(firm, letter(firm, "b.eml", subject=f"[{OTHER}] Load tests"))
    assert named.reference == f"{OTHER}/CT-001"
    (told,) = take(firm, letter(firm), engagement=ID)
    assert told.reference == f"{ID}/CT-001"
    (again,) = take(firm, letter(firm))
    assert (again.outcome, again.reference) == (Outcome.KNOWN, f"{ID}/CT-001"), "it is known whose it is by now"


def test_an_engagement_that_is_named_takes_new_people_of_the_client(firm: Firm) -> None:
    (found,) = take(firm, letter(firm, of="kim@harrowpike.example", to="new@northbridge.example"), engagement=ID)
    said = contact_of(firm)
    assert (found.taken, said.by, said.with_) == (True, "new@northbridge.example", ("kim@harrowpike.example",))
    (within,) = take(firm, letter(firm, "b.eml", of=AMARA_THERE), engagement=ID)
    assert "has none of the client's people among" in within.text


def test_what_is_no_contact_is_refused_with_the_reason(firm: Firm) -> None:
    away = letter(firm, "away.eml")
    away.write_text("Auto-Submitted: auto-replied\n" + away.read_text(), encoding="utf-8")
    meeting = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:kick-off\nSUMMARY:Kick-off\nDTSTART:20261120T090000Z\n"
        "DTEND:20261120T100000Z\n{more}ORGANIZER:mailto:{jon}\nATTENDEE:mailto:{mei}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    words = meeting.replace("{jon}", JON_THERE).replace("{mei}", MEI)
    off = firm.write("off.ics", words.replace("{more}", "STATUS:CANCELLED\n"))
    ahead = firm.write("ahead.ics", words.replace("{more}", "").replace("20261120", "20261127"))
    held = firm.write("held.ics", words.replace("{more}", ""))
    found = take(firm, away, off, ahead, held)
    assert [each.taken for each in found] == [False, False, False, True]
    assert "written by a machine" in found[0].text
    assert "was cancelled" in found[1].text
    assert "has not come. Import it once it took place." in found[2].text
    said = contact_of(firm)
    assert (said.how, said.by, said.with_, said.message_id) == (ContactWay.MEETING, JON_THERE, (MEI,), "kick-off")
    assert said.text == "Kick-off", "a meeting without words is known by its subject"


def test_each_meeting_of_a_series_is_a_contact_of_its_own(firm: Firm) -> None:
    series = firm.write(
        "weekly.ics",
        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:weekly\nSUMMARY:Weekly\nDTSTART:20261103T090000Z\n"
        f"RRULE:FREQ=WEEKLY\nORGANIZER:mailto:{JON_THERE}\nATTENDEE:mailto:{MEI}\nEND:VEVENT\nEND:VCALENDAR\n",
    )
    for number, day in enumerate((dt.date(2026, 11, 10), dt.date(2026, 11, 17)), 1):
        (found,) = take(firm, series, day=day)
        assert found.reference == f"{ID}/CT-{number:03d}"
        assert contact_of(firm, number).on == day
    assert take(firm, series, day=dt.date(2026, 11, 17))[0].outcome is Outcome.KNOWN


def test_hostile_letters_are_kept_as_words(firm: Firm) -> None:
    (found,) = take(firm, letter(firm, subject="../../{{ 7*7 }} <script>\u202e"))
    assert found.taken
    assert contact_of(firm).subject == "../../{{ 7*7 }} <script>"


# Everything said and sent


@pytest.fixture
def told(firms: Firms, tmp_path: Path) -> Timeline:
    """Lend the timeline of the grown example with three contacts, in March."""
    firm = firms.at("grown", tmp_path / "firm").by(JON)
    firm.on("2026-11-24").do(log_file, firm.facts("contact-2026-11-24"))
    firm.on("2026-11-25").do(log_saying, replace(SAYING, text="Asked for the hall.", follow_ups=("Book the hall",)))
    note = replace(SAYING, how="call", text="Asked in full what the note says in short.")
    firm.on("2026-11-18").do(log_saying, note)
    return firm.on("2027-03-02").do(timeline, ID)


def test_the_timeline_has_all_that_was_said_and_sent_in_order(told: Timeline) -> None:
    assert [each.on for each in told.moments] == sorted(each.on for each in told.moments)
    found = [(str(each.on), each.what, each.reference) for each in told.moments]
    for each in (
        ("2026-09-14", "Letter of approval issued", f"{ID}/letter-of-approval/1"),
        ("2026-10-02", "Contract signed", f"{ID}/contract/1"),
        ("2026-11-24", f"Call, {JON_THERE} with {MEI}: Load tests", f"{ID}/CT-001"),
        ("2026-11-27", "Change order signed", f"{ID}/CO-001/1"),
        ("2026-12-08", "Progress report issued", f"{ID}/PR-001/1"),
        ("2027-03-01", "Breach notice issued", f"{ID}/BN-001/1"),
    ):
        assert each in found
    (call,) = [each for each in told.moments if each.reference == f"{ID}/CT-001"]
    assert (call.at, call.more[0]) == ("10:30", "Promised: The results of all three load tests on 2026-12-01")


def test_a_note_in_a_report_is_not_told_beside_the_contact_it_tells_of(told: Timeline) -> None:
    spoken = [each for each in told.moments if str(each.on) == "2026-11-18" and each.sort == "contact"]
    assert [each.reference for each in spoken if JON_THERE in each.what and MEI in each.what] == [f"{ID}/CT-003"]


def test_the_timeline_ends_with_what_is_promised_and_what_is_to_follow(told: Timeline) -> None:
    assert [(each.words, str(each.date), each.reference) for each in told.promises if each.reference == "CT-001"] == [
        ("The results of all three load tests", "2026-12-01", "CT-001")
    ]
    assert "M2" in {each.words for each in told.promises}
    assert [(each.reference, each.follow_up.text) for each in told.follow_ups] == [
        (f"{ID}/CT-001", "Send the load test profile to Mei"),
        (f"{ID}/CT-002", "Book the hall"),
    ]


def test_the_timeline_tells_no_more_than_was_known_on_its_day(firm: Firm) -> None:
    say(firm)
    say(firm.on("2026-12-01"))
    assert [each.reference for each in firm.do(timeline, ID).moments if each.sort == "contact"] == [f"{ID}/CT-001"]
    since = firm.on("2026-12-05").do(timeline, ID, dt.date(2026, 12, 1))
    assert [each.reference for each in since.moments] == [f"{ID}/CT-002"]


def test_an_e_mail_that_was_sent_is_told_with_whom_it_went_to(firm: Firm) -> None:
    dispatch = {
        "document": f"{ID}/PR-001/1",
        "state": "accepted",
        "at": "2026-11-20T15:00:00+00:00",
        "recipients": [{"address": MEI}, {"address": DILIP}],
        "subject": "Progress report \u001b[31m1",
    }

    def put(desk: Desk) -> None:
        blob = desk.record.blobs.put(json.dumps(dispatch).encode())
        facts = desk.record.register.revisions(ID)[-1]
        at = dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC)
        stamp: dict[str, Any] = {"at": at, "actor": facts.person, "idempotency_key": "test/dispatch"}
        desk.record.ledger.append(
            EntryRecorded(**stamp, engagement=ID, entry="dispatch", number=1, revision=1, facts=blob)
        )

    firm.do(put)
    (sent,) = [each for each in firm.do(timeline, ID).moments if each.sort == "e-mail"]
    assert (str(sent.on), sent.at, sent.what) == ("2026-11-20", "15:00", f"E-mail sent, to {MEI} and {DILIP}")
    assert (sent.text, sent.reference) == ("Progress report [31m1", f"{ID}/PR-001/1")


# In letters


def test_a_look_back_cites_what_was_said_from_the_record(firm: Firm) -> None:
    work = firm.by("amara@northbridge.example").on("2027-02-03")
    work.do(record_entry, firm.facts("dispute"), Dispute)
    say(firm.on("2027-02-02"), subject="Invoice 2041", text="Mei said that the invoice waits for a number.")
    letter = pdf_words(work.issue("look-back").files["pdf"])
    assert "Invoice 2041: Mei said that the invoice waits for a number." in letter
    assert "CT-001" in letter
