from __future__ import annotations

import datetime as dt
import email
import email.header
import email.policy
import re
import subprocess
import sys
from dataclasses import replace
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.exchange.mail import (
    AddressError,
    Attachment,
    Letter,
    Mailbox,
    UnsendableError,
    draft_bytes,
    message_bytes,
    message_id,
    thread_id,
)

FRIDAY = dt.datetime(2026, 11, 20, 16, 0, tzinfo=ZoneInfo("Europe/London"))
REPORT = Attachment("NBS-2026-014_progress-report_v7.pdf", "application/pdf", b"%PDF-1.7\r\n" + bytes(range(256)) * 40)
ROOT = thread_id("NBS-2026-014", "reports@northbridge.example")
LETTER = Letter(
    sender=Mailbox("reports@northbridge.example", "Jürgen Müller, Northbridge"),
    to=(Mailbox("anna@harrow.example", "Anna Pike"), Mailbox("office@harrow.example")),
    cc=(Mailbox("anna@harrow.example", "Anna again"),),
    reply_to=Mailbox("jm@northbridge.example"),
    subject="Weekly report NBS-2026-014: week 47 – “on track”",
    text="Dear Anna,\n\nAll is on track.\nFrom Monday on:\n.\n\tone thing \n" + "x" * 1500,
    html="<!DOCTYPE html><html lang='en'><body><p>Köhler &amp; Pike: € 1,450.00</p></body></html>",
    attachments=(REPORT,),
    date=FRIDAY,
    in_reply_to=ROOT,
    references=(ROOT,),
)
HEADER_NAMES = {
    *("Date", "From", "Reply-To", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "References"),
    *("MIME-Version", "Content-Type"),
}


def read(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def words(part: object) -> str:
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")


def decoded(field: str) -> str:
    return str(email.header.make_header(email.header.decode_header(field)))


def test_a_letter_is_read_back_as_it_was_written() -> None:
    message = read(message_bytes(LETTER))
    assert [(each.display_name, each.addr_spec) for each in message["From"].addresses] == [
        ("Jürgen Müller, Northbridge", "reports@northbridge.example")
    ]
    assert [each.addr_spec for each in message["To"].addresses] == ["anna@harrow.example", "office@harrow.example"]
    assert message["Subject"] == LETTER.subject
    assert message["Date"].datetime == FRIDAY
    assert words(message.get_body(("plain",))) == LETTER.text
    assert words(message.get_body(("html",))) == LETTER.html
    [report] = message.iter_attachments()
    assert isinstance(report, EmailMessage)
    assert (report.get_filename(), report.get_content_type(), report.get_content()) == (
        REPORT.name,
        "application/pdf",
        REPORT.content,
    )


def test_words_stand_before_files_and_plain_text_before_html() -> None:
    kinds = [part.get_content_type() for part in read(message_bytes(LETTER)).walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"]
    kinds = [part.get_content_type() for part in read(message_bytes(replace(LETTER, html="", attachments=()))).walk()]
    assert kinds == ["text/plain"]


def test_a_letter_is_ascii_in_lines_that_every_server_carries_unchanged() -> None:
    content = message_bytes(LETTER)
    lines = content.decode("ascii").split("\r\n")
    assert lines.pop() == ""
    assert not re.search("[\r\n]", "".join(lines))
    assert max(len(line) for line in lines if ROOT not in line) <= 78
    assert not [line for line in lines if line.startswith(("From ", ".")) or line.endswith((" ", "\t"))]


def test_the_same_letter_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys; sys.path.insert(0, '.'); import hashlib\n"
        "from tests.exchange.test_mail import LETTER, message_bytes\n"
        "print(hashlib.sha256(message_bytes(LETTER)).hexdigest())"
    )
    first, second = (
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    )
    assert first == second
    assert message_bytes(LETTER) == message_bytes(replace(LETTER))


@pytest.mark.parametrize(
    "other",
    [
        replace(LETTER, subject="Another"),
        replace(LETTER, text="Another"),
        replace(LETTER, html=""),
        replace(LETTER, to=LETTER.to[:1]),
        replace(LETTER, date=FRIDAY + dt.timedelta(seconds=1)),
        replace(LETTER, attachments=(replace(REPORT, content=b"%PDF-2.0"),)),
        replace(LETTER, references=()),
        replace(LETTER, automatic=True),
    ],
)
def test_whatever_changes_in_a_letter_gives_it_another_message_id(other: Letter) -> None:
    assert message_id(other) != message_id(LETTER)
    assert message_bytes(other) != message_bytes(LETTER)


def test_a_message_id_can_be_given() -> None:
    given = replace(LETTER, message_id="<pr-007.nbs@northbridge.example>")
    assert read(message_bytes(given))["Message-ID"] == "<pr-007.nbs@northbridge.example>"
    for wrong in ("pr-007@northbridge.example", "<a b@c>", "<a@b>\r\nBcc: x@example.org", "<ä@b>", f"<{'a' * 300}@b>"):
        with pytest.raises(ValueError, match="is no Message-ID"):
            message_bytes(replace(LETTER, message_id=wrong))


def test_letters_of_an_engagement_share_a_root_and_others_do_not() -> None:
    assert thread_id("NBS-2026-014", "other@NORTHBRIDGE.example") == ROOT
    assert thread_id("NBS-2026-015", "reports@northbridge.example") != ROOT
    assert thread_id("NBS-2026-014", "reports@southbridge.example") != ROOT
    message = read(message_bytes(replace(LETTER, references=(ROOT, "<pr-006@northbridge.example>") * 10)))
    assert message["In-Reply-To"] == ROOT
    assert str(message["References"]).split() == [ROOT, "<pr-006@northbridge.example>"] * 10


def test_everybody_is_written_to_once() -> None:
    assert LETTER.recipients == ("anna@harrow.example", "office@harrow.example")


def test_a_draft_is_the_letter_with_a_mark() -> None:
    draft, letter = draft_bytes(LETTER), message_bytes(LETTER)
    assert draft.replace(b"X-Unsent: 1\r\n", b"", 1) == letter
    assert read(draft)["X-Unsent"] == "1"


def test_a_letter_that_nobody_released_says_so() -> None:
    assert read(message_bytes(replace(LETTER, automatic=True)))["Auto-Submitted"] == "auto-generated"
    assert read(message_bytes(LETTER))["Auto-Submitted"] is None


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("Übersicht – Woche 47.pdf", "Übersicht – Woche 47.pdf"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("C:\\boot.ini", "C--boot.ini"),
        ('a"; filename="b.exe', "a-; filename=-b.exe"),
        ("report\r\nContent-Type: text/html\r\n\r\n.pdf", "report Content-Type- text-html .pdf"),
        ("fdp.\u202etropercod", "fdp.tropercod"),
        ("ü" * 150 + ".pdf", "ü" * 150 + ".pdf"),
        ("…", "…"),
        (" . ", "attachment"),
    ],
)
def test_the_name_of_a_file_is_only_a_name(name: str, kept: str) -> None:
    [part] = read(message_bytes(replace(LETTER, attachments=(replace(REPORT, name=name),)))).iter_attachments()
    assert isinstance(part, EmailMessage)
    assert part.get_filename() == kept
    assert part.get_content_type() == "application/pdf"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna",
        "anna@",
        "@harrow.example",
        "anna pike@harrow.example",
        "anna@harrow.example\r\nBcc: x@example.org",
        "anna@harrow.example\n",
        "anna@harrow.example, x@example.org",
        "<anna@harrow.example>",
        '"anna"@harrow.example',
        "anna..pike@harrow.example",
        "anna@-harrow.example",
        "anna@stra\u00dfe.example",
        "ann\u00e4@harrow.example",
        "anna@\u202eharrow.example",
        f"{'a' * 65}@harrow.example",
        f"anna@{'a.' * 130}example",
    ],
)
def test_what_is_not_plainly_an_address_is_refused(address: str) -> None:
    with pytest.raises(AddressError, match="no address that can be written to"):
        message_bytes(replace(LETTER, to=(Mailbox(address),)))


def test_a_letter_needs_a_reader_a_subject_and_words() -> None:
    for lacking in (replace(LETTER, to=()), replace(LETTER, subject=" \n"), replace(LETTER, text="\n")):
        with pytest.raises(UnsendableError, match="The e-mail cannot be written"):
            message_bytes(lacking)
    with pytest.raises(ValueError, match="time zone"):
        message_bytes(replace(LETTER, date=dt.datetime(2026, 11, 20)))  # noqa: DTZ001 - that is the fault
    with pytest.raises(ValueError, match="is no media type"):
        message_bytes(replace(LETTER, attachments=(replace(REPORT, media_type="a/b\r\nX: y"),)))


def test_what_would_be_decoded_into_another_field_stays_words() -> None:
    trick = "A subject =?utf-8?q?=0D=0ABcc=3A?= x@example.org"
    message = read(message_bytes(replace(LETTER, subject=trick, to=(Mailbox("anna@harrow.example", trick),))))
    assert message["Subject"] == trick
    assert message["Bcc"] is None
    assert [each.addr_spec for each in message["To"].addresses] == ["anna@harrow.example"]


HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(list("\r\n\0\t \"'\\<>@,;:()[]=?_.é\u202e\u2066\u2028\x85\ud800")),
    ),
    max_size=120,
)
UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\r\n\0\u2028\x85]")


def spaceless(text: str) -> str:
    return "".join(text.split())


@given(name=HOSTILE, subject=HOSTILE, text=HOSTILE, file=HOSTILE)
def test_no_value_adds_a_field_a_part_or_a_recipient(name: str, subject: str, text: str, file: str) -> None:
    letter = replace(
        LETTER,
        sender=replace(LETTER.sender, name=name),
        to=(Mailbox("anna@harrow.example", name), Mailbox("office@harrow.example", subject)),
        subject=f"Report {subject}",
        text=f"Dear {text}",
        html=f"<p>{text}</p>",
        attachments=(replace(REPORT, name=file),),
    )
    content = message_bytes(letter)
    header = content.partition(b"\r\n\r\n")[0].decode("ascii")
    starts = [line.partition(":")[0] for line in header.split("\r\n") if not line.startswith(" ")]
    assert sorted(starts) == sorted(HEADER_NAMES)
    assert all(len(line) <= 78 for line in header.split("\r\n") if ROOT not in line)
    message = read(content)
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"]
    assert [each.addr_spec for each in message["From"].addresses] == ["reports@northbridge.example"]
    assert [each.addr_spec for each in message["To"].addresses] == ["anna@harrow.example", "office@harrow.example"]
    assert not UNSEEN.search(message["Subject"] + message["From"].addresses[0].display_name)
    assert message_bytes(letter) == content


@given(name=HOSTILE, subject=HOSTILE, text=HOSTILE)
def test_the_words_that_remain_are_read_back_by_two_readers(name: str, subject: str, text: str) -> None:
    def clean(value: str) -> str:
        cleaned = replace(LETTER, subject=f"Report {value}")
        return str(read(message_bytes(cleaned))["Subject"]).removeprefix("Report").strip()

    letter = replace(
        LETTER, subject=f"Report {subject}", to=(Mailbox("anna@harrow.example", name),), text=f"Dear {text}"
    )
    content = message_bytes(letter)
    message = read(content)
    older = email.message_from_bytes(content)
    assert decoded(older["Subject"]) == message["Subject"]
    # The newer reader of Python 3.11 parts long names with spaces (gh-92081); the older one reads them whole.
    written = clean(name)
    assert spaceless(message["To"].addresses[0].display_name) == spaceless(written)
    shown = decoded(older["To"]).removesuffix("<anna@harrow.example>").strip()
    assert shown.strip('"') == written.strip('"')
    whole = re.sub("[\ud800-\udfff]", "\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    plain = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", whole)
    assert words(message.get_body(("plain",))) == f"Dear {plain}"
