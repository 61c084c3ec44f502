"""Reports go out by e-mail, each at most once, whatever happens to the line, the server or the sender."""

from __future__ import annotations

import email
import email.policy
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import TypeVar

import pytest

from docgen.actions import sending
from docgen.actions.acting import Deed, Hand, NotPermittedError, act
from docgen.actions.audit import erase
from docgen.actions.bounces import Returned, record_bounces
from docgen.actions.confirming import InFlightError, SentAlreadyError, confirm, release_again
from docgen.actions.demo import EXAMPLE
from docgen.actions.desk import Desk
from docgen.actions.dispatches import Dispatched, dispatches_of
from docgen.actions.documents import fetch
from docgen.actions.due import Asking as DueAsking
from docgen.actions.due import Item, owing
from docgen.actions.engagements import record_engagement
from docgen.actions.entries import record_progress
from docgen.actions.export import export
from docgen.actions.reporting import Asking, ReportState, reports
from docgen.actions.sending import Ask, Ending, NotSentFromHereError, Result, foresee, send
from docgen.errors import DocgenError, FindingsError, UsageError
from docgen.exchange.smtp import MailServerError, PasswordMissingError
from docgen.models.dispatch import DispatchState
from docgen.store.events import Event
from docgen.store.ledger import Receipt
from tests.firm import AMARA, AUDRA, ID, JON, LENA, REPORT, Firm, Firms, pdf_words
from tests.lives import put_paper
from tests.postbox import PASSWORD, USER, Postbox, open_postbox, serving

T = TypeVar("T")
MEI, DILIP = "mei.tan@harrowpike.example", "dilip.rao@harrowpike.example"
FIRST, SECOND = f"{ID}/PR-001/1", f"{ID}/PR-002/1"


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """Lend a server that takes everything."""
    with open_postbox() as box:
        yield box


@pytest.fixture
def there(firms: Firms, tmp_path: Path, postbox: Postbox) -> Firm:
    """Lend a firm with two reports issued, that sends by the server."""
    firm = firms.at("grown", tmp_path / "firm").on("2026-12-08").by(JON)
    return posting(firm, postbox)


def posting(firm: Firm, box: Postbox, *lines: str) -> Firm:
    """Return a firm that sends by a server."""
    more = "".join(f"{line}\n" for line in lines)
    settings(firm, f'[mail]\nhost = "127.0.0.1"\nport = {box.port}\nsecurity = "none"\n{more}')
    return firm


def settings(firm: Firm, text: str) -> None:
    path = firm.root / "docgen.toml"
    kept = path.read_text(encoding="utf-8").split("\n[mail]\n", maxsplit=1)[0]
    path.write_text(f"{kept}\n{text}", encoding="utf-8")


def sent(firm: Firm, ask: Ask | None = None, drafts: Path | None = None, **asked: str) -> list[Result]:
    """Send what is to be sent, and return what came of it."""
    remarks: list[str] = []
    found = firm.listed(send, Asking(**asked), remarks, ask=ask, drafts=drafts)  # type: ignore[arg-type]
    assert remarks == []
    return found


def endings(results: list[Result]) -> dict[str, Ending]:
    return {each.reference: each.ending for each in results}


def letters(firm: Firm) -> tuple[Dispatched, ...]:
    return firm.do(lambda desk: dispatches_of(desk.record, ID))


def states(firm: Firm) -> list[DispatchState]:
    return [each.state for each in letters(firm)]


def steps(firm: Firm, number: int = 1) -> list[str]:
    """Return all states that are recorded of a letter, in their order."""

    def read(desk: Desk) -> list[str]:
        kept = desk.record.register.revisions(ID, "dispatch", number)
        return [re.search(r'"state": "(\w+)"', desk.record.blobs.read(each.blob).decode())[1] for each in kept]  # type: ignore[index]

    return firm.do(read)


def opened(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def words_of(message: EmailMessage) -> tuple[str, str]:
    """Return the words of the plain text and of the HTML, parted by single spaces."""
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    page = str(html.get_content()).split("<body", 1)[1].split(">", 1)[1]
    shown = unescape(re.sub(r"<[^>]+>", "", re.sub(r"</(p|li|tr)>|<br>", " ", page)))
    text = re.sub(r"(?m)^- ", "", str(plain.get_content()))
    return " ".join(text.split()), " ".join(shown.split())


def owed(firm: Firm) -> list[Item]:
    return [each for each in firm.do(owing, DueAsking()).items if each.kind == "sending"]


# What goes out


def test_each_report_that_was_issued_goes_out_once_in_order(there: Firm, postbox: Postbox) -> None:
    results = sent(there)
    assert endings(results) == {FIRST: Ending.SENT, SECOND: Ending.SENT}
    assert [recipients for _, recipients, _ in postbox.letters] == [(MEI, DILIP), (MEI, DILIP)]
    numbers = [words_of(opened(content))[0] for _, _, content in postbox.letters]
    assert "Progress report no. 1 on “" in numbers[0]
    assert "Progress report no. 2 on “" in numbers[1]
    assert steps(there) == ["outbox", "handed_over", "accepted"]
    assert there.faults == []


def test_a_second_run_sends_nothing(there: Firm, postbox: Postbox) -> None:
    sent(there)
    size, dialogues = there.size, postbox.dialogues
    assert sent(there) == []
    assert sent(there.on("2027-01-08")) == []
    assert (len(postbox.letters), postbox.dialogues, there.size) == (2, dialogues, size)


def test_the_letter_brings_the_report_as_it_was_issued(there: Firm, postbox: Postbox) -> None:
    sent(there)
    (attached,) = opened(postbox.letters[1][2]).iter_attachments()
    name, content = there.do(fetch, SECOND, "pdf")
    assert (attached.get_filename(), attached.get_content()) == (name, content)
    assert attached.get_content_type() == "application/pdf"


def test_plain_text_and_html_say_the_same_and_what_the_report_says(there: Firm, postbox: Postbox) -> None:
    sent(there)
    message = opened(postbox.letters[1][2])
    plain, html = words_of(message)
    assert plain == html
    assert plain.startswith("Dear Mei Tan and Dilip Rao, Progress report no. 2")
    report = pdf_words(there.do(fetch, SECOND, "pdf")[1])
    for said in ("Load tests start two days late.", "Confirm the change freeze dates.", "Friday, 27 November 2026"):
        assert said in plain
        assert said in report
    assert "Overall status: Amber." in plain
    assert "Amara Okafor, Account Manager Northbridge Systems Ltd" in plain


def test_the_html_asks_for_nothing_from_the_network(there: Firm, postbox: Postbox) -> None:
    sent(there)
    body = opened(postbox.letters[0][2]).get_body(("html",))
    assert body is not None
    page = str(body.get_content()).lower()
    assert not re.search(r"<(script|link|img|style|iframe|form)|https?:|url\(|@import|src=", page)


def test_the_letters_of_an_engagement_make_one_thread(there: Firm, postbox: Postbox) -> None:
    sent(there)
    first, second = (opened(content) for _, _, content in postbox.letters)
    assert first["Subject"] == second["Subject"] == "Order platform migration (NBS-2026-014): progress report"
    root = str(first["In-Reply-To"])
    assert str(first["References"]) == root
    assert str(second["In-Reply-To"]) == str(first["Message-ID"])
    assert str(second["References"]).split() == [root, str(first["Message-ID"])]
    assert str(first["Message-ID"]) != str(second["Message-ID"])


def test_the_account_manager_writes_and_gets_the_answers(there: Firm, postbox: Postbox) -> None:
    sent(there, engagement=ID)
    assert postbox.letters[0][0] == "amara.okafor@northbridge.example"
    message = opened(postbox.letters[0][2])
    assert message["From"].addresses[0].addr_spec == "amara.okafor@northbridge.example"
    assert message["From"].addresses[0].display_name == "Amara Okafor, Northbridge Systems Ltd"
    assert message["Reply-To"] is None


def test_the_settings_name_who_writes_who_gets_answers_and_an_archive(there: Firm, postbox: Postbox) -> None:
    posting(
        there,
        postbox,
        'from = "reports@northbridge.example"',
        'name = "Northbridge reports"',
        'archive = "kept@northbridge.example"',
    )
    sent(there)
    sender, recipients, content = postbox.letters[0]
    message = opened(content)
    assert sender == "reports@northbridge.example"
    assert str(message["From"]) == "Northbridge reports <reports@northbridge.example>"
    assert message["Reply-To"].addresses[0].addr_spec == "amara.okafor@northbridge.example"
    assert recipients == (MEI, DILIP, "kept@northbridge.example")
    assert b"kept@northbridge.example" not in content
    assert sent(there) == []


def test_the_engagement_names_who_reads_and_who_gets_a_copy(there: Firm, postbox: Postbox) -> None:
    readers = ('at: "16:00"', f'at: "16:00", to: [{MEI}], cc: [jon.bell@northbridge.example]')
    there.by(AMARA).do(record_engagement, there.facts("engagement", readers))
    sent(there)
    message = opened(postbox.letters[0][2])
    assert message["To"].addresses[0].addr_spec == MEI
    assert message["Cc"].addresses[0].addr_spec == "jon.bell@northbridge.example"
    assert words_of(message)[0].startswith("Dear Mei Tan, ")


def test_nobody_outside_the_engagement_can_be_named(there: Firm) -> None:
    readers = ('at: "16:00"', 'at: "16:00", to: [stranger@elsewhere.example]')
    with pytest.raises(DocgenError, match=r"stranger@elsewhere\.example is not among the contacts"):
        there.by(AMARA).do(record_engagement, there.facts("engagement", readers))


def test_a_new_version_says_that_it_replaces_the_one_that_was_sent(there: Firm, postbox: Postbox) -> None:
    sent(there)
    there.do(record_progress, there.facts("progress-2026-11-20", ("two days late", "three days late")))
    there.issue(REPORT, 2)
    assert endings(sent(there)) == {f"{ID}/PR-002/2": Ending.SENT}
    assert "It replaces the version that we sent you before." in words_of(opened(postbox.letters[2][2]))[0]


def test_a_withdrawn_report_does_not_go_out(there: Firm, postbox: Postbox) -> None:
    from docgen.actions.signing import withdraw

    there.by(AMARA).do(withdraw, FIRST, "Wrong figures")
    assert endings(sent(there)) == {SECOND: Ending.SENT}


def test_a_german_engagement_gets_a_german_letter(there: Firm, postbox: Postbox) -> None:
    german = there.facts(
        "engagement", (f"id: {ID}", "id: NBS-2026-030"), ("locale: en-GB", "locale: en-GB\nlanguage: de")
    )
    there.by(AMARA).do(record_engagement, german)
    entry = there.facts("progress-2026-11-13", (ID, "NBS-2026-030"))
    there.do(record_progress, entry)
    there.issue(REPORT, 1, "NBS-2026-030")
    sent(there, engagement="NBS-2026-030")
    message = opened(postbox.letters[0][2])
    assert str(message["Subject"]).endswith("(NBS-2026-030): Fortschrittsbericht")
    plain, html = words_of(message)
    assert plain == html
    assert plain.startswith("Guten Tag Mei Tan und Dilip Rao, im Anhang erhalten Sie")


def test_hostile_names_stay_names(there: Firm, postbox: Postbox) -> None:
    evil = "Mei <b>Tan</b>\u200f, {{ 7*7 }} Bcc evil@x.example \N{HEBREW LETTER ALEF}"
    there.by(AMARA).do(record_engagement, there.facts("engagement", ("name: Mei Tan", f'name: "{evil}"')))
    sent(there)
    message = opened(postbox.letters[0][2])
    assert postbox.letters[0][1] == (MEI, DILIP)
    assert message["Bcc"] is None
    assert [each.addr_spec for each in message["To"].addresses] == [MEI, DILIP]
    plain, html = words_of(message)
    assert plain == html
    assert "Mei <b>Tan</b>" in plain
    assert "{{ 7*7 }}" in plain


# What cannot be sent


def test_without_a_server_nothing_is_sent(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("grown", tmp_path / "firm").on("2026-12-08").by(JON)
    with pytest.raises(NotSentFromHereError):
        sent(firm)
    assert owed(firm) == []


def test_who_may_not_send_does_not(there: Firm, postbox: Postbox) -> None:
    for person in (AUDRA, LENA):
        with pytest.raises(NotPermittedError, match="may not send progress reports"):
            sent(there.by(person))
    assert postbox.letters == []


def test_a_wrong_password_stops_the_run_before_anything_is_written(
    firms: Firms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = serving(tmp_path)
    firm = firms.at("grown", tmp_path / "firm").on("2026-12-08").by(JON)
    with open_postbox(starttls=context, mechanisms="PLAIN") as box:
        text = f'[mail]\nhost = "127.0.0.1"\nport = {box.port}\nusername = "reports@northbridge.example"\n'
        settings(firm, f'{text}certificates = "{authority}"\n')
        size = firm.size
        monkeypatch.setenv("DOCGEN_SMTP_PASSWORD", "wrong")
        with pytest.raises(MailServerError, match=r"refuses reports@northbridge\.example and the password"):
            sent(firm)
        settings(firm, text)
        with pytest.raises(MailServerError, match="not to be trusted"):
            sent(firm)
        monkeypatch.delenv("DOCGEN_SMTP_PASSWORD")
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        with pytest.raises(PasswordMissingError):
            sent(firm)
        assert (firm.size, box.letters) == (size, [])


# The server does not see that its whole line is encrypted.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_round_goes_over_an_encrypted_line_with_a_password_and_stays_honest_when_that_line_breaks(
    firms: Firms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    context, authority = serving(tmp_path)
    firm = firms.at("grown", tmp_path / "firm").on("2026-12-08").by(JON)
    monkeypatch.setenv("DOCGEN_SMTP_PASSWORD", PASSWORD)
    with open_postbox(**{"tls" if security == "tls" else security: context}, mechanisms="PLAIN") as box:
        text = f'[mail]\nhost = "127.0.0.1"\nport = {box.port}\nsecurity = "{security}"\nusername = "{USER}"\n'
        settings(firm, f'{text}from = "{AMARA}"\ncertificates = "{authority}"\n')
        box.drop_at = "WORDS"
        assert endings(sent(firm, week="2026-W46")) == {FIRST: Ending.LATER}
        assert states(firm) == [DispatchState.DEFERRED]
        box.drop_at = "END"
        assert endings(sent(firm, week="2026-W46")) == {FIRST: Ending.UNKNOWN}
        box.drop_at = ""
        asked: list[str] = []
        again = sent(firm.on("2026-12-09"), ask=asked.append, week="2026-W46")
        assert (endings(again), len(asked), box.letters) == ({FIRST: Ending.UNKNOWN}, 1, [])
        found = sent(firm.on("2026-12-09"), ask=lambda words: False, week="2026-W46")
        assert (endings(found), len(box.letters)) == ({FIRST: Ending.SENT}, 1)
        assert set(box.users) == {USER.encode()}


def test_one_report_that_cannot_be_sent_stops_only_itself(there: Firm, postbox: Postbox) -> None:
    other = "NBS-2026-020"
    there.by(AMARA).do(record_engagement, there.facts("engagement", (f"id: {ID}", f"id: {other}")))
    put_paper(there, REPORT, "2026-11-13", number=1, signed=False, of=other)
    remarks: list[str] = []
    results = there.listed(send, Asking(), remarks)
    assert endings(results) == {f"{other}/PR-001/1": Ending.FAILED, FIRST: Ending.SENT, SECOND: Ending.SENT}
    assert "template" in results[-1].words or "template" in results[0].words
    assert len(postbox.letters) == 2


def test_a_server_that_is_not_there_stops_the_run_before_anything_is_written(there: Firm, postbox: Postbox) -> None:
    settings(there, '[mail]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\n')
    size = there.size
    with pytest.raises(MailServerError, match="does not answer as it should"):
        sent(there)
    assert there.size == size


def test_a_run_to_see_records_nothing_and_calls_nobody(there: Firm, postbox: Postbox) -> None:
    size = there.size
    found = there.by("").listed(foresee, Asking(), [])
    assert endings(found) == {FIRST: Ending.WOULD, SECOND: Ending.WOULD}
    assert [each.address for each in found[0].recipients] == [MEI, DILIP]
    assert found[0].subject == "Order platform migration (NBS-2026-014): progress report"
    assert (there.size, postbox.dialogues) == (size, 0)


def test_reports_of_before_the_firm_sent_by_mail_stay_where_they_are(there: Firm, postbox: Postbox) -> None:
    posting(there, postbox, "since = 2026-12-09")
    assert sent(there) == []
    assert owed(there) == []


# Exactly once


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "WORDS"])
def test_a_line_that_breaks_before_the_end_is_tried_again_with_the_same_letter(
    there: Firm, postbox: Postbox, stage: str
) -> None:
    postbox.drop_at = stage
    results = sent(there)
    assert endings(results) == {FIRST: Ending.LATER, SECOND: Ending.LATER}
    assert "it goes after" in results[1].words
    assert postbox.letters == []
    postbox.drop_at = ""
    assert endings(sent(there)) == {FIRST: Ending.SENT, SECOND: Ending.SENT}
    assert len(postbox.letters) == 2
    assert str(opened(postbox.letters[0][2])["Message-ID"]) == results[0].message_id


@pytest.mark.parametrize(("stage", "taken"), [("END", 0), ("TAKEN", 1)])
def test_a_line_that_breaks_at_the_end_leaves_it_unknown_and_nothing_is_sent_again(
    there: Firm, postbox: Postbox, stage: str, taken: int
) -> None:
    postbox.drop_at = stage
    assert endings(sent(there, week="2026-W46")) == {FIRST: Ending.UNKNOWN}
    assert steps(there) == ["outbox", "handed_over", "unknown"]
    postbox.drop_at = ""
    again = sent(there.on("2026-12-09"), week="2026-W46")
    assert endings(again) == {FIRST: Ending.UNKNOWN}
    assert f"--sent {FIRST}" in again[0].words
    assert len(postbox.letters) == taken


def test_who_looked_says_that_it_arrived(there: Firm, postbox: Postbox) -> None:
    postbox.drop_at = "TAKEN"
    sent(there, week="2026-W46")
    postbox.drop_at = ""
    asked: list[str] = []

    def ask(words: str) -> bool | None:
        asked.append(words)
        return True

    assert endings(sent(there, ask=ask)) == {FIRST: Ending.SENT, SECOND: Ending.SENT}
    assert len(asked) == 1
    assert FIRST in asked[0]
    facts = letters(there)[0].facts
    assert facts is not None
    assert (facts.confirmed_by, facts.state) == (JON, DispatchState.ACCEPTED)
    assert [words_of(opened(content))[0][:80].count("no. 2") for _, _, content in postbox.letters] == [0, 1]


def test_who_looked_says_that_it_did_not_and_it_goes_again_under_the_same_name(there: Firm, postbox: Postbox) -> None:
    postbox.drop_at = "END"
    lost = sent(there, week="2026-W46")
    postbox.drop_at = ""
    assert endings(sent(there, ask=lambda _: None, week="2026-W46")) == {FIRST: Ending.UNKNOWN}
    assert endings(sent(there, ask=lambda _: False, week="2026-W46")) == {FIRST: Ending.SENT}
    assert [str(opened(content)["Message-ID"]) for _, _, content in postbox.letters] == [lost[0].message_id]
    assert steps(there) == ["outbox", "handed_over", "unknown", "outbox", "handed_over", "accepted"]


def test_the_answer_can_be_given_in_words(there: Firm, postbox: Postbox) -> None:
    postbox.drop_at = "END"
    sent(there, week="2026-W46")
    postbox.drop_at = ""
    there.do(release_again, FIRST, "Mei has nothing")
    assert states(there) == [DispatchState.OUTBOX]
    assert endings(sent(there, week="2026-W46")) == {FIRST: Ending.SENT}
    with pytest.raises(SentAlreadyError):
        there.do(release_again, FIRST)
    with pytest.raises(UsageError, match="was not sent yet"):
        there.do(release_again, SECOND)
    with pytest.raises(UsageError, match="no progress report"):
        there.do(confirm, f"{ID}/contract")


def test_a_report_that_went_otherwise_is_recorded_as_sent(there: Firm, postbox: Postbox) -> None:
    found = there.do(confirm, f"{ID}/PR-001", "By hand, in the meeting")
    assert found.ending is Ending.SENT
    size = there.size
    there.do(confirm, f"{ID}/PR-001")
    assert there.size == size
    assert endings(sent(there)) == {SECOND: Ending.SENT}


def test_the_mailbox_of_sent_letters_is_asked_first(
    there: Firm, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    posting(there, postbox, 'sent_host = "127.0.0.1"', 'sent_username = "reports"')
    monkeypatch.setenv("DOCGEN_IMAP_PASSWORD", "secret")
    looked: list[str] = []
    folder: set[str] = set()

    def holds(server: object, password: str, name: str, message_id: str) -> bool:
        looked.append(message_id)
        return message_id in folder

    monkeypatch.setattr("docgen.actions.sending.holds", holds)
    postbox.drop_at = "END"
    lost = sent(there, week="2026-W46")[0]
    postbox.drop_at = ""
    # Not finding it says nothing while no other letter is known to be filed there.
    assert endings(sent(there, week="2026-W46")) == {FIRST: Ending.UNKNOWN}
    second = sent(there, week="2026-W47")[0]
    assert endings(sent(there, week="2026-W46")) == {FIRST: Ending.UNKNOWN}
    folder.add(second.message_id)
    assert endings(sent(there, week="2026-W46")) == {FIRST: Ending.SENT}
    assert lost.message_id in looked
    assert len(postbox.letters) == 2


def test_a_letter_that_is_found_among_the_sent_ones_was_sent(
    there: Firm, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    posting(there, postbox, 'sent_host = "127.0.0.1"', 'sent_username = "reports"')
    monkeypatch.setenv("DOCGEN_IMAP_PASSWORD", "secret")
    monkeypatch.setattr("docgen.actions.sending.holds", lambda *_: True)
    postbox.drop_at = "TAKEN"
    sent(there, week="2026-W46")
    postbox.drop_at = ""
    (found,) = sent(there, week="2026-W46")
    assert (found.ending, found.words) == (Ending.SENT, "found in the folder of sent letters")
    assert len(postbox.letters) == 1


# Several recipients


def test_who_was_deferred_is_tried_again_and_no_other(there: Firm, postbox: Postbox) -> None:
    postbox.answers[DILIP] = "451 4.2.0 try later"
    results = sent(there, week="2026-W46")
    assert endings(results) == {FIRST: Ending.IN_PART}
    assert "451 4.2.0 try later" in results[0].words
    postbox.answers.clear()
    assert endings(sent(there, week="2026-W46")) == {FIRST: Ending.SENT}
    assert [recipients for _, recipients, _ in postbox.letters] == [(MEI,), (DILIP,)]
    assert postbox.letters[0][2] == postbox.letters[1][2]
    assert sent(there, week="2026-W46") == []


def test_who_refuses_is_told_and_stays_owed_until_a_person_acts(there: Firm, postbox: Postbox) -> None:
    postbox.answers[DILIP] = "550 5.1.1 no such user"
    results = sent(there, week="2026-W46")
    assert endings(results) == {FIRST: Ending.IN_PART}
    assert f"refused for {DILIP} (550 5.1.1 no such user)" in results[0].words
    (item, *_) = owed(there)
    assert (item.overdue, item.who, item.what) == (
        True,
        "amara.okafor@northbridge.example",
        f"correct the address and send {FIRST} there too: refused for {DILIP} (550 5.1.1 no such user)",
    )
    assert endings(sent(there, week="2026-W46")) == {FIRST: Ending.WAITS}
    assert len(postbox.letters) == 1


def test_a_corrected_address_gets_a_letter_of_its_own(there: Firm, postbox: Postbox) -> None:
    postbox.answers[DILIP] = "550 5.1.1 no such user"
    sent(there, week="2026-W46")
    right = "d.rao@harrowpike.example"
    text = (EXAMPLE / "engagement.yaml").read_text(encoding="utf-8").replace(DILIP, right)
    there.by(AMARA).do(record_engagement, there.write("engagements/engagement.yaml", text))
    there.do(release_again, FIRST)
    assert endings(sent(there, week="2026-W46")) == {FIRST: Ending.SENT}
    assert [recipients for _, recipients, _ in postbox.letters] == [(MEI,), (right,)]
    assert not [each for each in owed(there) if FIRST in each.what]


def test_all_refused_is_refused(there: Firm, postbox: Postbox) -> None:
    postbox.answers |= {MEI: "550 no", DILIP: "550 no"}
    assert endings(sent(there, week="2026-W46")) == {FIRST: Ending.REFUSED}
    assert steps(there) == ["outbox", "refused"]
    assert postbox.letters == []


# Two senders, and senders that die

SENDER = """
import sys
from pathlib import Path
from docgen.actions import sending
from docgen.actions.reporting import Asking
from tests.firm import JON, Firm

firm = Firm(Path(sys.argv[1])).on("2026-12-08").by(JON)
step = sending.record_step

def record_step(hand, before, facts, *more):
    kept = step(hand, before, facts, *more)
    if sys.argv[2] == facts.state.value:
        print("here", flush=True)
        sys.stdin.readline()
    return kept

sending.record_step = record_step
with_desk = firm.desk()
for result in sending.send(with_desk, Asking(), []):
    print(f"{result.reference} {result.ending}", flush=True)
with_desk.close()
"""


def sender(firm: Firm, stop_at: str = "") -> subprocess.Popen[str]:
    """Start another process that sends, and stops for a word once it has recorded a state."""
    return subprocess.Popen(
        [sys.executable, "-c", SENDER, str(firm.root), stop_at],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def stopped(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    assert process.stdout.readline() == "here\n"


def ended(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate("\n" * 10, timeout=120)
    assert process.returncode == 0
    return said


@pytest.mark.faults
@pytest.mark.parametrize("state", ["outbox", "handed_over"])
def test_a_sender_that_is_killed_leaves_nothing_to_be_sent_twice(there: Firm, postbox: Postbox, state: str) -> None:
    process = sender(there, state)
    stopped(process)
    process.kill()
    process.communicate()
    assert postbox.letters == []
    assert there.faults == []
    if state == "outbox":
        assert endings(sent(there)) == {FIRST: Ending.SENT, SECOND: Ending.SENT}
        return
    # Nobody knows whether the sender is still there; then nobody knows whether the letter was taken.
    assert endings(sent(there, week="2026-W46")) == {FIRST: Ending.ELSEWHERE}
    with pytest.raises(InFlightError):
        there.do(release_again, FIRST)
    later = there.on("2026-12-09")
    assert endings(sent(later, week="2026-W46")) == {FIRST: Ending.UNKNOWN}
    assert postbox.letters == []
    assert endings(sent(later, ask=lambda _: False)) == {FIRST: Ending.SENT, SECOND: Ending.SENT}
    assert len(postbox.letters) == 2


@pytest.mark.faults
def test_a_sender_that_is_killed_after_the_letter_was_taken_does_not_send_it_again(
    there: Firm, postbox: Postbox
) -> None:
    postbox.hold = True
    process = sender(there)
    deadline = time.monotonic() + 60
    while not postbox.letters and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    postbox.hold = False
    assert steps(there) == ["outbox", "handed_over"]
    later = there.on("2026-12-09")
    assert endings(sent(later, week="2026-W46")) == {FIRST: Ending.UNKNOWN}
    assert endings(sent(later, ask=lambda _: True)) == {FIRST: Ending.SENT, SECOND: Ending.SENT}
    assert len(postbox.letters) == 2
    assert there.faults == []


@pytest.mark.faults
@pytest.mark.parametrize("state", ["outbox", "handed_over"])
def test_of_two_senders_at_once_only_one_hands_a_letter_over(there: Firm, postbox: Postbox, state: str) -> None:
    first = sender(there, state)
    stopped(first)
    second = sent(there)
    said = ended(first)
    assert len(postbox.letters) == 2
    assert len({str(opened(content)["Message-ID"]) for _, _, content in postbox.letters}) == 2
    if state == "outbox":
        assert endings(second) == {FIRST: Ending.SENT, SECOND: Ending.SENT}
        assert f"{FIRST} {Ending.ELSEWHERE}" in said
    else:
        assert endings(second) == {FIRST: Ending.ELSEWHERE, SECOND: Ending.SENT}
        assert f"{FIRST} {Ending.SENT}" in said
    assert sent(there) == []
    assert there.faults == []


@pytest.mark.faults
def test_senders_that_race_send_each_letter_once(there: Firm, postbox: Postbox) -> None:
    processes = [sender(there) for _ in range(3)]
    for process in processes:
        ended(process)
    later = there.on("2026-12-09")
    assert sent(later) == []
    assert len(postbox.letters) == 2
    assert len({str(opened(content)["Message-ID"]) for _, _, content in postbox.letters}) == 2
    assert there.faults == []


class Overtaken(Hand):
    """Somebody who is overtaken between the look at the record and the entry, by the same step from another run."""

    def write(self, events: Sequence[Event], *, after: int | None = None) -> tuple[Receipt, ...]:
        Hand(self.desk, self.record, self.mark, self.at).write(events, after=after)
        return super().write(events, after=after)


def test_of_two_runs_that_record_the_same_step_at_the_same_moment_one_has_the_letter(
    there: Firm, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(desk: Desk, deed: Deed) -> Hand:
        hand = act(desk, deed)
        return Overtaken(hand.desk, hand.record, hand.mark, hand.at)

    monkeypatch.setattr(sending, "act", overtaken)
    assert endings(sent(there)) == {FIRST: Ending.ELSEWHERE, SECOND: Ending.ELSEWHERE}
    assert steps(there) == ["outbox"]
    assert endings(sent(there)) == {FIRST: Ending.ELSEWHERE, SECOND: Ending.ELSEWHERE}
    assert steps(there) == ["outbox", "handed_over"]
    assert postbox.letters == []


# Drafts


def test_drafts_are_for_a_person_to_send(there: Firm, postbox: Postbox, tmp_path: Path) -> None:
    results = sent(there, drafts=tmp_path / "drafts")
    assert endings(results) == {FIRST: Ending.DRAFT, SECOND: Ending.DRAFT}
    paths = sorted((tmp_path / "drafts").iterdir())
    assert [path.name for path in paths] == [f"{ID}_progress-report-00{number}_v1.eml" for number in (1, 2)]
    message = opened(paths[0].read_bytes())
    assert (message["X-Unsent"], message["To"].addresses[0].addr_spec) == ("1", MEI)
    assert endings(sent(there)) == {FIRST: Ending.WAITS, SECOND: Ending.WAITS}
    assert [each.what for each in owed(there)] == [f"send the draft with {each}" for each in (FIRST, SECOND)]
    assert postbox.letters == []
    there.do(confirm, FIRST)
    there.do(release_again, SECOND)
    assert endings(sent(there)) == {SECOND: Ending.SENT}
    assert b"X-Unsent" not in postbox.letters[0][2]


def test_a_firm_without_a_server_gets_drafts_in_its_folder(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("grown", tmp_path / "firm").on("2026-12-08").by(JON)
    settings(firm, '[mail]\ndrafts = "outgoing"\n')
    assert [each.ending for each in sent(firm)] == [Ending.DRAFT, Ending.DRAFT]
    assert len(list((firm.root / "outgoing").iterdir())) == 2


# Letters that come back


def returned(message_id: str, address: str = DILIP, action: str = "failed") -> str:
    return f"""From: MAILER-DAEMON@mx.example
To: amara.okafor@northbridge.example
Date: Wed, 09 Dec 2026 09:00:00 +0000
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user here

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: Order platform migration

--b--
"""


def came_back(firm: Firm, text: str, remarks: list[str] | None = None) -> tuple[Returned, ...]:
    return firm.do(record_bounces, [firm.write("returned.eml", text)], [] if remarks is None else remarks)


def test_a_letter_that_came_back_is_owed_again(there: Firm, postbox: Postbox) -> None:
    first = sent(there)[0]
    assert owed(there) == []
    (found,) = came_back(there, returned(first.message_id))
    assert (found.reference, found.address, found.new) == (FIRST, DILIP, True)
    assert states(there) == [DispatchState.BOUNCED, DispatchState.ACCEPTED]
    (item,) = owed(there)
    said = f"came back from {DILIP} (5.1.1 550 no such user here)"
    assert (item.overdue, item.what) == (True, f"correct the address and send {FIRST} again: {said}")
    assert "came back from" in sent(there)[0].words
    (again,) = came_back(there, returned(first.message_id))
    assert not again.new
    there.do(confirm, FIRST, "Told by telephone")
    assert owed(there) == []
    assert there.faults == []


def test_only_a_report_that_names_a_letter_of_ours_counts(there: Firm, postbox: Postbox) -> None:
    first = sent(there)[0]
    size = there.size
    remarks: list[str] = []
    assert came_back(there, returned("<other@elsewhere.example>"), remarks) == ()
    assert came_back(there, returned(first.message_id, action="delayed"), remarks) == ()
    assert came_back(there, returned(first.message_id, "x@elsewhere.example"), remarks) == ()
    assert len(remarks) == 3
    assert there.size == size


def test_a_report_that_names_no_letter_is_told_in_a_whole_sentence(there: Firm, postbox: Postbox) -> None:
    sent(there)
    unnamed = re.sub("Message-ID: .*\n", "", returned(""))
    remarks: list[str] = []
    assert came_back(there, unnamed, remarks) == ()
    (said,) = remarks
    assert (
        "returned.eml: this report on delivery does not say which letter it is about, so nothing was recorded" in said
    )
    assert f"failed for {DILIP} (5.1.1 550 no such user here). Look for the letter by its day" in said
    assert came_back(there, returned("<other@elsewhere.example>"), remarks) == ()
    assert "is about <other@elsewhere.example>, and no letter of that name was sent from here: failed for" in remarks[1]


def test_a_file_that_cannot_be_read_stops_no_other(there: Firm, postbox: Postbox) -> None:
    first = sent(there)[0]
    remarks: list[str] = []
    files = [there.write("broken.mbox", "no mailbox"), there.write("returned.eml", returned(first.message_id))]
    (found,) = there.do(record_bounces, files, remarks)
    assert found.reference == FIRST
    assert any("broken.mbox" in each for each in remarks)
    with pytest.raises(FindingsError, match=r"broken\.mbox"):
        there.do(record_bounces, files[:1], [])


# What is recorded


def test_what_is_sent_shows_among_the_reports(there: Firm, postbox: Postbox) -> None:
    def known(week: str) -> list[ReportState]:
        with closing(there.desk()) as desk:
            return [each.state for each in reports(desk, Asking(week=week), [])]

    assert known("2026-W46") == [ReportState.ISSUED]
    assert [each.what for each in owed(there)] == [f"send {FIRST}", f"send {SECOND}"]
    sent(there, week="2026-W46")
    assert (known("2026-W46"), known("2026-W47")) == ([ReportState.SENT], [ReportState.ISSUED])
    assert [each.what for each in owed(there)] == [f"send {SECOND}"]


def test_the_bundle_holds_the_letters(there: Firm, postbox: Postbox, tmp_path: Path) -> None:
    import zipfile
    from io import BytesIO

    sent(there)
    exported = there.by(AMARA).do(export, ID)
    with zipfile.ZipFile(BytesIO(exported.content)) as bundle:
        names = [name for name in bundle.namelist() if name.endswith(".eml")]
        assert [bundle.read(name) for name in sorted(names)] == [content for _, _, content in postbox.letters]
        bundle.extractall(tmp_path / "bundle")
    scripts = list((tmp_path / "bundle").rglob("verify*.py"))
    done = subprocess.run(
        [sys.executable, str(scripts[0])], cwd=scripts[0].parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_erased_letter_is_not_sent_again(there: Firm, postbox: Postbox) -> None:
    sent(there)

    def blobs(desk: Desk) -> list[str]:
        kept = (each for number in (1, 2) for each in desk.record.register.revisions(ID, "dispatch", number))
        return [each.blob for each in kept]

    for digest in there.do(blobs):
        there.by(LENA).do(erase, digest, "request")
    assert there.faults == []
    assert [(each.document, each.facts) for each in letters(there)] == [(FIRST, None), (SECOND, None)]
    assert sent(there) == []
