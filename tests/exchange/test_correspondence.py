from __future__ import annotations

import datetime as dt
import email
import time
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from docgen.errors import NotFoundError, Severity
from docgen.exchange.correspondence import bounce_of, read_correspondence
from docgen.exchange.mail import Mailbox, message_bytes, message_id
from docgen.exchange.mail_words import html_words, without_history
from docgen.exchange.said import Correspondence, Delivery, Said
from tests.exchange.test_mail import HOSTILE, LETTER, ROOT

BERLIN = ZoneInfo("Europe/Berlin")
ANSWER = b"""From: =?iso-8859-1?q?J=F6rg_Pike?= <joerg@harrow.example>
To: Anna Reed <anna@northbridge.example>, "Office, Northbridge" <office@northbridge.example>
Cc: ANNA@northbridge.example, Anna <anna@northbridge.example>
Subject: =?utf-8?b?UmU6IFdvY2hlIDQ3IOKAkw==?= agreed
Date: Thu, 19 Nov 2026 09:30:00 +0100
Message-ID: <a1@harrow.example>
In-Reply-To: <r7@northbridge.example>
References: <root@northbridge.example>
 <r7@northbridge.example>
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Fine by us, K=F6hler will sign on Monday.

On Wed, 18 Nov 2026 at 17:00, Anna Reed
<anna@northbridge.example> wrote:
> Shall we go on?
>
> Anna
"""


def read(folder: Path, content: bytes, name: str = "letter.eml", **more: object) -> Correspondence:
    file = folder / name
    file.write_bytes(content)
    return read_correspondence(file, **more)  # type: ignore[arg-type]


def only(read: Correspondence) -> Said:
    [said] = read.said
    assert not read.findings
    return said


# Letters


def test_an_answer_says_who_said_what_to_whom_and_in_answer_to_what(tmp_path: Path) -> None:
    said = only(read(tmp_path, ANSWER))
    assert said.how == "email"
    assert said.at == dt.datetime(2026, 11, 19, 8, 30, tzinfo=dt.UTC)
    assert said.sender == Mailbox("joerg@harrow.example", "Jörg Pike")
    assert said.participants == (
        Mailbox("anna@northbridge.example", "Anna Reed"),
        Mailbox("office@northbridge.example", "Office, Northbridge"),
    )
    assert said.subject == "Re: Woche 47 – agreed"
    assert said.text == "Fine by us, Köhler will sign on Monday."
    assert (said.identifier, said.references) == (
        "<a1@harrow.example>",
        ("<root@northbridge.example>", "<r7@northbridge.example>"),
    )
    assert not said.attachments


def test_a_letter_of_our_own_is_read_as_it_was_sent(tmp_path: Path) -> None:
    said = only(read(tmp_path, message_bytes(LETTER)))
    assert said.sender == LETTER.sender
    assert said.subject == LETTER.subject
    assert said.text.startswith("Dear Anna,\n\nAll is on track.")
    assert (said.identifier, said.references) == (message_id(LETTER), (ROOT,))
    assert said.attachments == ("NBS-2026-014_progress-report_v7.pdf",)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=HOSTILE, subject=HOSTILE, text=HOSTILE)
def test_whatever_was_written_is_read(tmp_path: Path, name: str, subject: str, text: str) -> None:
    letter = replace(LETTER, sender=replace(LETTER.sender, name=name), subject=f"Report {subject}", text=f"Dear {text}")
    said = only(read(tmp_path, message_bytes(letter)))
    again = only(
        read(tmp_path, message_bytes(replace(letter, subject=said.subject, sender=said.sender or LETTER.sender)))
    )
    assert (again.subject, again.sender, again.text) == (said.subject, said.sender, said.text)
    assert said.subject.startswith("Report")


def test_a_letter_without_message_id_is_the_same_letter_when_read_again(tmp_path: Path) -> None:
    content = ANSWER.replace(b"Message-ID: <a1@harrow.example>\n", b"")
    first, second = only(read(tmp_path, content)), only(read(tmp_path, content, "copy.eml"))
    assert first.identifier.startswith("sha256:")
    assert first == second


def test_a_folder_of_letters_is_read_whole_and_each_fault_has_its_line(tmp_path: Path) -> None:
    undated = ANSWER.replace(b"Date: Thu, 19 Nov 2026 09:30:00 +0100\n", b"Date: soon\n").replace(b"<a1@", b"<a2@")
    nobody = b"Subject: x\nDate: Thu, 19 Nov 2026 09:30:00 +0100\nMessage-ID: <a3@x.example>\n\nwords\n"
    marked = ANSWER.replace(b"<a1@", b"<a4@").replace(b"Fine by us", b">From Monday: fine by us")
    box = b"".join(b"From joerg@harrow.example Thu Nov 19 09:30:00 2026\n" + each + b"\n" for each in (
        ANSWER, undated, b"no letter\n", nobody, marked
    ))  # fmt: skip
    result = read(tmp_path, box, "folder.mbox")
    assert [said.identifier for said in result.said] == ["<a1@harrow.example>", "<a4@harrow.example>"]
    assert result.said[1].text.startswith("From Monday: fine by us")
    assert [(finding.rule, box.splitlines()[finding.place.line - 1][:5]) for finding in result.findings] == [
        ("correspondence-date", b"From:"),
        ("correspondence-letter", b"no le"),
        ("correspondence-sender", b"Subje"),
    ]
    assert all(finding.advice and finding.place.file.endswith("folder.mbox") for finding in result.findings)
    assert [box.splitlines()[said.line - 1][:5] for said in result.said] == [b"From:", b"From:"]


def test_more_letters_than_anybody_imports_are_refused_at_once(tmp_path: Path) -> None:
    [finding] = read(tmp_path, b"From x\n\n" * 1_000_000, "folder.mbox").findings
    assert "more than 5,000 letters" in finding.message


def test_letters_with_windows_line_ends_are_told_apart_too(tmp_path: Path) -> None:
    box = b"".join(b"From x\n" + ANSWER + b"\n" for _ in range(3)).replace(b"\n", b"\r\n")
    assert len(read(tmp_path, box, "folder.mbox").said) == 3


def test_an_html_letter_is_read_without_its_dress_and_its_history(tmp_path: Path) -> None:
    html = (
        "<html><head><title>t</title><style>p{}</style></head><body><p>Dear&nbsp;Anna,</p><p>two<br>lines &lt;b&gt;</p>"
        "<ul><li>one</li><li>two</li></ul><table><tr><td>A</td><td>B</td></tr></table><script>alert(1)</script>"
        '<p style="display:none">hidden</p><img src="https://tracker.example/x.png">'
        '<div class="gmail_quote">On Monday Anna wrote: <blockquote>old</blockquote></div></body></html>'
    )
    content = ANSWER.partition(b"Content-Type")[0] + b"Content-Type: text/html; charset=utf-8\n\n" + html.encode()
    assert only(read(tmp_path, content)).text == "Dear\xa0Anna,\n\ntwo\nlines <b>\n\n- one\n\n- two\n\nA\tB"


def test_html_that_is_all_quoted_keeps_its_words() -> None:
    assert html_words('<blockquote type="cite">only this</blockquote>') == ""
    assert html_words('<blockquote type="cite">only this</blockquote>', quoted=True) == "only this"
    assert html_words("") == html_words("<!-- -->") == html_words("\0") == ""
    assert html_words("<div>" * 100_000 + "deep") is not None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Yes.\n\n-----Original Message-----\nFrom: A\nold", "Yes."),
        ("Ja.\n\n-----Ursprüngliche Nachricht-----\nold", "Ja."),
        ("Yes.\n\n________________________________\nFrom: A <a@b>\nSent: Monday\nTo: B\nSubject: x\n\nold", "Yes."),
        ("Ja.\n\nVon: A\nGesendet: Montag\nAn: B\nBetreff: x\n\nold", "Ja."),
        ("Ja.\n\nAm Montag schrieb Anna:\n> alt\n", "Ja."),
        ("Yes.\n> old\n> older", "Yes."),
        ("> Shall we?\nYes.\n> And then?\nNo.", "> Shall we?\nYes.\n> And then?\nNo."),
        ("> only\n> quoted", "> only\n> quoted"),
        ("From: here\nTo: there\nwe go", "From: here\nTo: there\nwe go"),
        ("From here on all is well.", "From here on all is well."),
        ("-----Original Message-----\nFrom: A\nforwarded", "-----Original Message-----\nFrom: A\nforwarded"),
    ],
)
def test_only_what_is_certainly_history_is_left_out(text: str, kept: str) -> None:
    assert without_history(text) == kept
    assert without_history(text, "Fwd: this") == text


@pytest.mark.parametrize(
    "charset", [b"utf-8", b"no-such-set", b"iso-2022-jp", b"utf-16", b"", b"idna", b"hex", b"\xff"]
)
def test_no_character_set_stops_the_reading(tmp_path: Path, charset: bytes) -> None:
    content = ANSWER.replace(b"charset=iso-8859-1", b"charset=" + charset).replace(b"iso-8859-1?q", charset + b"?q")
    said = only(read(tmp_path, content))
    assert said.identifier == "<a1@harrow.example>"
    assert said.text
    assert charset == b"utf-16" or said.text.startswith("Fine by us, K")


def test_eight_bit_fields_are_read(tmp_path: Path) -> None:
    content = ANSWER.replace(b"=?iso-8859-1?q?J=F6rg_Pike?=", "Jörg Pike".encode())
    assert only(read(tmp_path, content)).sender == Mailbox("joerg@harrow.example", "Jörg Pike")
    content = ANSWER.replace(b"=?iso-8859-1?q?J=F6rg_Pike?=", b"J\xf6rg Pike")
    assert only(read(tmp_path, content)).sender == Mailbox("joerg@harrow.example", "Jörg Pike")


def test_what_is_no_address_is_left_out_and_said(tmp_path: Path) -> None:
    result = read(tmp_path, ANSWER.replace(b"ANNA@northbridge.example,", b"anna@@northbridge\xe2\x80\xae,", 1))
    assert len(result.said) == 1
    assert {finding.severity for finding in result.findings} <= {Severity.WARNING}
    assert "\u202e" not in "".join(map(str, result.findings))


def test_files_in_a_letter_are_named_and_left_alone(tmp_path: Path) -> None:
    content = ANSWER.partition(b"Content-Type")[0] + (
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nwords\n'
        b'--b\nContent-Type: application/x-msdownload; name="../a\x07.exe"\nContent-Transfer-Encoding: base64\n\n!!!!\n'
        b"--b\nContent-Type: text/html\nContent-Disposition: attachment; filename*=utf-8''%E2%80%AEfdp.exe\n\n<p>x\n"
        b"--b\nContent-Type: message/rfc822\n\nSubject: inner\nFrom: a@b.example\n\ninner words\n--b--\n"
    )
    said = only(read(tmp_path, content))
    assert said.text == "words"
    assert said.attachments == ("../a.exe", "fdp.exe", "message/rfc822")


def bomb(depth: int) -> bytes:
    head = ANSWER.partition(b"Content-Type")[0]
    return head + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (number, number) for number in range(depth)
    )


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (bomb(5000), "parts"),
        (ANSWER.partition(b"Content-Type")[0] + b"Content-Type: message/rfc822\n\n" * 5000, "parts"),
        (b"", "letter"),
        (b"\0\xff" * 1000, "letter"),
        (b"%PDF-1.7\n", "letter"),
        (b"MZ: no\n\n", "date"),
        (ANSWER.replace(b"Thu, 19 Nov 2026 09:30:00 +0100", b"Thu, 99 Nov 99999 99:99:99 +9999"), "date"),
        (ANSWER.replace(b"From: ", b"X-From: "), "sender"),
    ],
)
def test_what_is_no_letter_is_said_quickly(tmp_path: Path, content: bytes, rule: str) -> None:
    begun = time.monotonic()
    result = read(tmp_path, content)
    assert time.monotonic() - begun < 10
    assert not result.said
    assert f"correspondence-{rule}" in {finding.rule for finding in result.findings}
    assert all(finding.advice for finding in result.findings)


@pytest.mark.parametrize("depth", [50, 190])
def test_deep_letters_are_read_as_far_as_they_go(tmp_path: Path, depth: int) -> None:
    result = read(tmp_path, bomb(depth))
    assert len(result.said) + len(result.findings) == 1


def test_files_that_are_too_large_or_of_another_kind_are_refused(tmp_path: Path) -> None:
    (tmp_path / "large.ics").write_bytes(b"x" * (4 * 1024 * 1024 + 1))
    [finding] = read_correspondence(tmp_path / "large.ics").findings
    assert "larger than 4 MiB" in finding.message
    [finding] = read(tmp_path, b"", "letter.msg").findings
    assert "no .eml, .mbox or .ics" in finding.message
    [finding] = read(tmp_path, b"", "folder.mbox").findings
    assert "holds no letters" in finding.message
    (tmp_path / "folder.eml").mkdir()
    for name in ("none.eml", "folder.eml"):
        with pytest.raises(NotFoundError):
            read_correspondence(tmp_path / name)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=400),
        st.lists(st.tuples(st.integers(0, len(ANSWER) - 1), st.binary(min_size=1, max_size=4)), max_size=12).map(
            lambda changes: altered(ANSWER, changes)
        ),
    ),
    kind=st.sampled_from(["letter.eml", "folder.mbox"]),
)
@example(content=b"From: =?utf-8?b?=?= <a@b.example>\nDate: Thu, 19 Nov 2026 09:30:00 -0000\n\n", kind="letter.eml")
@example(content=b"From: a@b.example\nDate: \xff\nContent-Type: text/plain; charset*0=\xff\n\n", kind="letter.eml")
def test_no_file_crashes_the_reading(tmp_path: Path, content: bytes, kind: str) -> None:
    result = read(tmp_path, content, kind)
    assert result.said or result.findings or result.bounces
    assert all(said.at.tzinfo for said in result.said)


def altered(content: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    changed = bytearray(content)
    for place, piece in changes:
        changed[place : place + len(piece)] = piece
    return bytes(changed)


# Letters that came back

REPORT = (
    b"From: MAILER-DAEMON@mx.harrow.example\nTo: reports@northbridge.example\nSubject: Undelivered\n"
    b"Date: Fri, 20 Nov 2026 16:00:10 +0000\nAuto-Submitted: auto-replied\nMessage-ID: <d1@mx.harrow.example>\n"
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
    b"--b\nContent-Type: text/plain\n\nI could not deliver.\n"
    b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.harrow.example\n\n"
    b"Original-Recipient: rfc822;anna@harrow.example\nFinal-Recipient: rfc822; anna.pike@harrow.example\n"
    b"Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such\n person\n\n"
    b"Final-Recipient: rfc822; office@harrow.example\nAction: DELAYED\nStatus: 4.4.1 (later)\n\n"
    b"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <docgen.1f@northbridge.example>\nSubject: x\n"
    b"--b--\n"
)


def test_a_report_on_delivery_names_letter_and_recipients(tmp_path: Path) -> None:
    result = read(tmp_path, REPORT)
    assert not result.said
    [bounce] = result.bounces
    assert bounce.at == dt.datetime(2026, 11, 20, 16, 0, 10, tzinfo=dt.UTC)
    assert bounce.message_id == "<docgen.1f@northbridge.example>"
    assert bounce.deliveries == (
        Delivery("anna.pike@harrow.example", "failed", "5.1.1", "550 5.1.1 no such person"),
        Delivery("office@harrow.example", "delayed", "4.4.1 (later)", ""),
    )
    assert [delivery.failed for delivery in bounce.deliveries] == [True, False]


def test_the_letter_that_came_back_may_be_there_whole() -> None:
    whole = REPORT.replace(b"text/rfc822-headers", b"message/rfc822")
    bounce = bounce_of(email.message_from_bytes(whole))
    assert bounce
    assert bounce.message_id == "<docgen.1f@northbridge.example>"
    without = bounce_of(email.message_from_bytes(REPORT.replace(b"Message-ID: <docgen", b"X: <docgen")))
    assert without
    assert without.message_id == ""


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        (b"multipart/report", b"multipart/mixed"),
        (b"message/delivery-status", b"text/plain"),
        (b"message/delivery-status", b"message/disposition-notification"),
    ],
)
def test_other_letters_are_no_reports(tmp_path: Path, found: bytes, instead: bytes) -> None:
    result = read(tmp_path, REPORT.replace(found, instead))
    assert not result.bounces
    assert result.said[0].automatic


def test_what_a_report_says_is_shown_on_one_line() -> None:
    hostile = REPORT.replace(b"550 5.1.1 no such\n person", "550 \u202egnp.exe\x1b[31m".encode())
    bounce = bounce_of(email.message_from_bytes(hostile))
    assert bounce
    assert bounce.deliveries[0].diagnostic.isprintable()


# Meetings


def calendar(*lines: str, method: str = "REQUEST", more: str = "") -> bytes:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y", f"METHOD:{method}", "BEGIN:VEVENT", "UID:m-1@x"]
    return "\r\n".join([*head, *lines, "END:VEVENT", *([more] if more else []), "END:VCALENDAR", ""]).encode()


WEEKLY = ("DTSTART;TZID=Europe/Berlin:20261002T100000", "DTEND;TZID=Europe/Berlin:20261002T104500", "SUMMARY:Weekly")


def test_a_meeting_says_who_met_when_and_about_what(tmp_path: Path) -> None:
    said = only(
        read(
            tmp_path,
            calendar(
                "DTSTART;TZID=Europe/Berlin:20261120T140000",
                "DURATION:PT45M",
                "SUMMARY:Acceptance of D1\\, part two",
                "DESCRIPTION:Agenda:\\n1. tests\\n2. dates",
                'ORGANIZER;CN="Reed, Anna":mailto:anna@northbridge.example',
                "ATTENDEE;CN=Jörg Pike;PARTSTAT=ACCEPTED:MAILTO:joerg@harrow.example",
                "ATTENDEE:mailto:office@harrow.example",
                "ATTACH;FILENAME=plan.pdf:https://files.example/plan.pdf",
            ),
            "meeting.ics",
        )
    )
    assert (said.how, said.cancelled, said.whole_day) == ("meeting", False, False)
    assert (said.at, said.until) == (
        dt.datetime(2026, 11, 20, 14, 0, tzinfo=BERLIN),
        dt.datetime(2026, 11, 20, 14, 45, tzinfo=BERLIN),
    )
    assert said.sender == Mailbox("anna@northbridge.example", "Reed, Anna")
    assert said.participants == (Mailbox("joerg@harrow.example", "Jörg Pike"), Mailbox("office@harrow.example"))
    assert (said.subject, said.text) == ("Acceptance of D1, part two", "Agenda:\n1. tests\n2. dates")
    assert (said.identifier, said.attachments) == ("m-1@x", ("plan.pdf",))


def test_times_without_a_zone_are_those_of_the_workspace(tmp_path: Path) -> None:
    said = only(read(tmp_path, calendar("DTSTART:20261120T140000"), "meeting.ics", time_zone="Europe/Berlin"))
    assert said.at == dt.datetime(2026, 11, 20, 14, 0, tzinfo=BERLIN)
    assert said.until is None
    whole = only(read(tmp_path, calendar("DTSTART;VALUE=DATE:20261120"), "day.ics", time_zone="Europe/Berlin"))
    assert (whole.at, whole.whole_day) == (dt.datetime(2026, 11, 20, tzinfo=BERLIN), True)


def test_a_meeting_at_a_telephone_number_is_a_call(tmp_path: Path) -> None:
    for place in ("tel:+49 30 1234567", "+44 20 7946 0000"):
        assert only(read(tmp_path, calendar(WEEKLY[0], f"LOCATION:{place}"), "call.ics")).how == "call"
    assert only(read(tmp_path, calendar(WEEKLY[0], "LOCATION:Room 12"), "meeting.ics")).how == "meeting"


def test_a_cancelled_meeting_is_told_apart(tmp_path: Path) -> None:
    assert only(read(tmp_path, calendar(WEEKLY[0], "STATUS:CANCELLED"), "m.ics")).cancelled
    assert only(read(tmp_path, calendar(WEEKLY[0], method="CANCEL"), "m.ics")).cancelled


def test_of_a_series_only_the_meeting_that_is_meant_is_read(tmp_path: Path) -> None:
    series = calendar(*WEEKLY, "RRULE:FREQ=WEEKLY;UNTIL=20261211T090000Z", "EXDATE;TZID=Europe/Berlin:20261113T100000")
    [finding] = read(tmp_path, series, "m.ics").findings
    assert "is a series" in finding.message
    said = only(read(tmp_path, series, "m.ics", instance=dt.date(2026, 11, 20)))
    # The clock went back in between, and the meeting stays at ten.
    assert said.at == dt.datetime(2026, 11, 20, 10, 0, tzinfo=BERLIN)
    assert said.until
    assert said.until - said.at == dt.timedelta(minutes=45)
    assert only(read(tmp_path, series, "m.ics", instance=dt.date(2026, 12, 11))).at.day == 11
    for day in (dt.date(2026, 11, 19), dt.date(2026, 11, 13), dt.date(2026, 12, 18), dt.date(2026, 9, 25)):
        result = read(tmp_path, series, "m.ics", instance=day)
        assert not result.said
        assert f"does not take place on {day}" in result.findings[0].message


def test_a_meeting_of_a_series_that_was_moved_is_read_as_it_was_moved(tmp_path: Path) -> None:
    moved = "\r\n".join(
        [
            *("BEGIN:VEVENT", "UID:m-1@x", "RECURRENCE-ID;TZID=Europe/Berlin:20261120T100000"),
            *("DTSTART;TZID=Europe/Berlin:20261123T160000", "SUMMARY:Moved", "END:VEVENT"),
        ]
    )
    series = calendar(*WEEKLY, "RRULE:FREQ=WEEKLY", more=moved)
    said = only(read(tmp_path, series, "m.ics", instance=dt.date(2026, 11, 20)))
    assert (said.subject, said.at.day) == ("Moved", 23)
    assert only(read(tmp_path, series, "m.ics", instance=dt.date(2026, 11, 27))).subject == "Weekly"
    lone = moved.replace("BEGIN:VEVENT", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT") + "\r\nEND:VCALENDAR\r\n"
    assert only(read(tmp_path, lone.encode(), "m.ics")).subject == "Moved"


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        ("FREQ=MONTHLY;BYDAY=2TU", dt.date(2026, 11, 10)),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", dt.date(2026, 11, 30)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", dt.date(2026, 11, 27)),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=36", dt.date(2026, 11, 20)),
        ("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=20", dt.date(2030, 11, 20)),
    ],
)
def test_series_of_all_usual_kinds_are_followed(tmp_path: Path, rule: str, day: dt.date) -> None:
    content = calendar(*WEEKLY, f"RRULE:{rule}")
    assert only(read(tmp_path, content, "m.ics", instance=day)).at == dt.datetime.combine(day, dt.time(10), BERLIN)
    assert not read(tmp_path, content, "m.ics", instance=day + dt.timedelta(days=1)).said


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;BYSECOND=0,1,2,3",
        "FREQ=NEVER",
        "COUNT=3",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=YEARLY;BYDAY=99MO",
        "x",
    ],
)
def test_a_rule_without_end_ends(tmp_path: Path, rule: str) -> None:
    begun = time.monotonic()
    result = read(tmp_path, calendar(*WEEKLY, f"RRULE:{rule}"), "m.ics", instance=dt.date(2026, 11, 20))
    assert time.monotonic() - begun < 30
    assert result.findings or result.said


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no calendar",
        b"BEGIN:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        calendar("SUMMARY:no beginning"),
        calendar("DTSTART:soon"),
        calendar("DTSTART;TZID=Nowhere/At All:20261120T140000\r\nDURATION:-P99999999999D"),
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 5000 + b"END:VCALENDAR\r\n",
        calendar(*WEEKLY, "ATTENDEE:mailto:nobody at all", "ORGANIZER:CN"),
    ],
)
def test_a_broken_calendar_is_said(tmp_path: Path, content: bytes) -> None:
    result = read(tmp_path, content, "m.ics")
    assert result.findings or result.said
    assert all(finding.place.file.endswith("m.ics") and finding.advice for finding in result.findings)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(changes=st.lists(st.tuples(st.integers(90, 330), st.binary(min_size=1, max_size=5)), max_size=10))
def test_no_calendar_crashes_the_reading(tmp_path: Path, changes: list[tuple[int, bytes]]) -> None:
    whole = calendar(*WEEKLY, "ORGANIZER:mailto:a@b.example", "EXDATE:20261113T100000", "RRULE:FREQ=WEEKLY;COUNT=9")
    result = read(tmp_path, altered(whole, changes), "m.ics", instance=dt.date(2026, 11, 20))
    assert all(said.at.tzinfo for said in result.said)
