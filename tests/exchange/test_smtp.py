from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from docgen.errors import ExitCode
from docgen.exchange.mail import AddressError, message_bytes
from docgen.exchange.smtp import (
    Answer,
    MailServerError,
    Outcome,
    PasswordMissingError,
    Server,
    State,
    UntrustedServerError,
    hand_over,
    password_for,
)
from tests.exchange.test_mail import LETTER
from tests.postbox import PASSWORD, USER, Postbox, open_postbox, serving

SENDER, ANNA, OFFICE = "reports@northbridge.example", "anna@harrow.example", "office@harrow.example"
MESSAGE = message_bytes(LETTER)


@pytest.fixture
def box() -> Iterator[Postbox]:
    with open_postbox() as postbox:
        yield postbox


def plain(box: Postbox) -> Server:
    return Server("127.0.0.1", box.port, "none", timeout=5, last_timeout=5)


def send(box: Postbox, on_data_sent: Callable[[], None] = lambda: None) -> Outcome:
    return hand_over(plain(box), "", SENDER, (ANNA, OFFICE), MESSAGE, on_data_sent)


# What became of a letter


def test_a_letter_is_accepted_with_the_servers_words(box: Postbox) -> None:
    assert send(box) == Outcome(State.ACCEPTED, 250, "2.0.0 OK: queued as 1", (ANNA, OFFICE))
    [(sender, recipients, content)] = box.letters
    assert (sender, recipients) == (SENDER, (ANNA, OFFICE))
    assert content == MESSAGE


def test_dots_and_long_files_arrive_as_they_were(box: Postbox) -> None:
    message = b"Subject: dots\r\n\r\n.\r\n..\r\n.. two\r\n" + b"x" * 998 + b"\r\n" + b"0123456789\r\n" * 200_000
    assert hand_over(plain(box), "", SENDER, (ANNA,), message).state is State.ACCEPTED
    assert box.letters[0][2] == message


def test_the_caller_is_told_before_the_end_is_sent(box: Postbox) -> None:
    told: list[int] = []
    send(box, lambda: told.append(len(box.letters)))
    assert told == [0]
    assert len(box.letters) == 1


def test_when_the_caller_cannot_write_it_down_the_end_is_not_sent(box: Postbox) -> None:
    def full() -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        send(box, full)
    assert send(box).state is State.ACCEPTED
    assert len(box.letters) == 1


def test_recipients_who_are_refused_are_named_and_the_others_get_the_letter(box: Postbox) -> None:
    box.answers = {ANNA: "550 5.1.1 no such person"}
    assert send(box) == Outcome(
        State.ACCEPTED, 250, "2.0.0 OK: queued as 1", (OFFICE,), (Answer(ANNA, 550, "5.1.1 no such person"),)
    )
    assert [recipients for _, recipients, _ in box.letters] == [(OFFICE,)]


def test_a_letter_is_refused_when_all_its_recipients_are(box: Postbox) -> None:
    box.answers = {ANNA: "550 5.1.1 no such person", OFFICE: "553 5.1.3 not here"}
    outcome = send(box)
    assert (outcome.state, outcome.code, outcome.taken) == (State.REFUSED, 553, ())
    assert [answer.code for answer in outcome.refused] == [550, 553]
    assert not box.letters


def test_recipients_who_are_busy_are_left_to_be_tried_again(box: Postbox) -> None:
    box.answers = {ANNA: "451 4.7.1 greylisted", OFFICE: "550 5.1.1 no such person"}
    outcome = send(box)
    assert (outcome.state, outcome.taken) == (State.DEFERRED, ())
    assert outcome.deferred == (Answer(ANNA, 451, "4.7.1 greylisted"),)
    assert outcome.refused == (Answer(OFFICE, 550, "5.1.1 no such person"),)
    box.answers = {ANNA: "451 4.7.1 greylisted"}
    outcome = send(box)
    assert (outcome.state, outcome.taken) == (State.ACCEPTED, (OFFICE,))
    assert outcome.deferred == (Answer(ANNA, 451, "4.7.1 greylisted"),)


@pytest.mark.parametrize("stage", ["MAIL", "END"])
@pytest.mark.parametrize(
    ("reply", "state"), [("554 5.7.1 not from you", State.REFUSED), ("452 4.3.1 no room", State.DEFERRED)]
)
def test_a_refusal_of_the_whole_letter_is_one_for_all(box: Postbox, stage: str, reply: str, state: State) -> None:
    box.answers = {stage: reply}
    outcome = send(box)
    assert (outcome.state, outcome.code, outcome.taken) == (state, int(reply[:3]), ())
    answers = outcome.refused if state is State.REFUSED else outcome.deferred
    assert [(answer.address, answer.code) for answer in answers] == [(ANNA, int(reply[:3])), (OFFICE, int(reply[:3]))]
    assert not box.letters


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_line_that_breaks_before_the_end_has_taken_nothing(box: Postbox, stage: str) -> None:
    told: list[str] = []
    box.drop_at = stage
    outcome = send(box, lambda: told.append("handed over"))
    assert (outcome.state, outcome.code, outcome.taken) == (State.DEFERRED, 0, ())
    assert [answer.address for answer in outcome.deferred] == [ANNA, OFFICE]
    assert not box.letters
    assert not told


def test_a_line_that_breaks_just_before_the_end_has_taken_nothing_either(box: Postbox) -> None:
    outcome = send(box, box.hang_up)
    assert (outcome.state, outcome.taken) == (State.DEFERRED, ())
    assert not box.letters


@pytest.mark.parametrize(("stage", "taken"), [("END", 0), ("TAKEN", 1)])
def test_a_line_that_breaks_after_the_end_leaves_it_unknown(box: Postbox, stage: str, taken: int) -> None:
    box.drop_at = stage
    outcome = send(box)
    assert (outcome.state, outcome.code, outcome.taken) == (State.UNKNOWN, 0, (ANNA, OFFICE))
    assert len(box.letters) == taken


def test_a_server_that_waited_too_long_for_the_end_says_so() -> None:
    with open_postbox() as box:
        box.patience = 0.3
        outcome = send(box, lambda: time.sleep(1))
    assert (outcome.state, outcome.taken) == (State.DEFERRED, ())
    assert not box.letters


def test_a_letter_that_is_too_large_is_refused_before_it_is_sent() -> None:
    with open_postbox(data_size_limit=1000) as box:
        outcome = send(box)
    assert (outcome.state, outcome.code) == (State.REFUSED, 552)


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "before the end", "END", "TAKEN", ""])
@pytest.mark.parametrize("busy", [(), (ANNA,), (ANNA, OFFICE)])
def test_who_obeys_the_outcome_sends_nothing_twice(box: Postbox, stage: str, busy: tuple[str, ...]) -> None:
    box.drop_at = stage
    box.answers = dict.fromkeys(busy, "450 4.2.0 later")
    remaining: tuple[str, ...] = (ANNA, OFFICE)
    states: list[State] = []
    for attempt in range(3):
        if attempt:
            box.drop_at, box.answers = "", {}
        drop = box.hang_up if stage == "before the end" and not attempt else lambda: None
        outcome = hand_over(plain(box), "", SENDER, remaining, MESSAGE, drop)
        states.append(outcome.state)
        remaining = tuple(answer.address for answer in outcome.deferred)
        if not remaining:
            break
    got = [address for _, recipients, _ in box.letters for address in recipients]
    assert len(got) == len(set(got))
    if State.UNKNOWN not in states:
        assert set(got) == {ANNA, OFFICE}
    assert not remaining


# Lines and passwords


def test_the_line_is_encrypted_before_the_password_goes_over_it(tmp_path: Path) -> None:
    context, authority = serving(tmp_path)
    for mechanisms in ("PLAIN LOGIN", "PLAIN", "LOGIN"):
        with open_postbox(starttls=context, require_starttls=True, mechanisms=mechanisms) as box:
            server = Server("127.0.0.1", box.port, "starttls", USER, timeout=5, authorities=authority)
            assert hand_over(server, PASSWORD, SENDER, (ANNA,), MESSAGE).state is State.ACCEPTED
            assert box.users == [USER.encode()]
            assert len(box.letters) == 1


# The server does not see that its whole line is encrypted.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_a_line_may_be_encrypted_from_the_first(tmp_path: Path) -> None:
    context, authority = serving(tmp_path)
    with open_postbox(tls=context, mechanisms="PLAIN") as box:
        server = Server("127.0.0.1", box.port, "tls", USER, timeout=5, authorities=authority)
        assert hand_over(server, PASSWORD, SENDER, (ANNA,), MESSAGE).state is State.ACCEPTED
        for stage, state in (("RCPT", State.DEFERRED), ("END", State.UNKNOWN), ("TAKEN", State.UNKNOWN)):
            box.drop_at = stage
            assert hand_over(server, PASSWORD, SENDER, (ANNA,), MESSAGE).state is state
        box.drop_at = ""
        assert hand_over(server, PASSWORD, SENDER, (ANNA,), MESSAGE, box.hang_up).state is State.DEFERRED
        assert len(box.letters) == 2


def test_a_wrong_password_stops_all_letters_and_names_no_password(tmp_path: Path) -> None:
    context, authority = serving(tmp_path)
    with open_postbox(starttls=context, mechanisms="PLAIN LOGIN") as box:
        server = Server("127.0.0.1", box.port, "starttls", USER, timeout=5, authorities=authority)
        with pytest.raises(MailServerError, match=f"refuses {USER} and the password") as refusal:
            hand_over(server, "not the password", SENDER, (ANNA,), MESSAGE)
    assert "not the password" not in str(refusal.value)
    assert refusal.value.exit_code is ExitCode.MISSING_HERE
    assert not box.letters


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_nobody_vouches_for_gets_nothing(tmp_path: Path, security: str) -> None:
    context, _ = serving(tmp_path)
    _, of_another = serving(tmp_path, "mail.northbridge.example")
    wrong_name, its_authority = serving(tmp_path, "postbox.example")
    for own, authorities in ((context, None), (context, of_another), (wrong_name, its_authority)):
        ways = {"tls": own} if security == "tls" else {"starttls": own}
        with open_postbox(**ways) as box:  # type: ignore[arg-type]
            server = replace(plain(box), security=security, authorities=authorities)  # type: ignore[arg-type]
            with pytest.raises(UntrustedServerError, match="not to be trusted"):
                hand_over(server, "", SENDER, (ANNA,), MESSAGE)
        assert not box.letters


def test_a_server_without_encryption_gets_nothing(box: Postbox) -> None:
    with pytest.raises(MailServerError, match="offers no encryption"):
        hand_over(replace(plain(box), security="starttls"), "", SENDER, (ANNA,), MESSAGE)
    with pytest.raises(MailServerError, match="no encrypted line to it comes about"):
        hand_over(replace(plain(box), security="tls"), "", SENDER, (ANNA,), MESSAGE)
    with pytest.raises(MailServerError, match="offers no way to log in"):
        hand_over(replace(plain(box), username=USER), PASSWORD, SENDER, (ANNA,), MESSAGE)
    assert not box.letters


@pytest.mark.parametrize("host", ["192.0.2.1", "mail.northbridge.example", "::ffff:192.0.2.1", "127.0.0.1.example"])
def test_an_open_line_goes_to_this_machine_only(host: str) -> None:
    with pytest.raises(MailServerError, match="unencrypted"):
        hand_over(Server(host, 25, "none"), "", SENDER, (ANNA,), MESSAGE)


def test_certificates_that_are_not_there_are_missed(tmp_path: Path) -> None:
    (tmp_path / "notes.pem").write_text("notes")
    for name in ("nothing.pem", "notes.pem"):
        with pytest.raises(MailServerError, match="cannot be read"):
            hand_over(Server("127.0.0.1", authorities=tmp_path / name), "", SENDER, (ANNA,), MESSAGE)


def test_a_server_that_is_not_there_may_be_there_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    outcome = hand_over(Server("127.0.0.1", port, "none", timeout=5), "", SENDER, (ANNA,), MESSAGE)
    assert (outcome.state, outcome.code) == (State.DEFERRED, 0)
    assert "refused" in outcome.text


@contextmanager
def scripted(*replies: bytes) -> Iterator[Server]:
    """Run a server that says these in turn, one after each line it hears, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            line, _ = listening.accept()
            with line, line.makefile("rb") as heard:
                for reply in replies:
                    line.sendall(reply)
                    if reply.startswith(b"354"):
                        while heard.readline() not in {b".\r\n", b""}:
                            pass
                    elif not heard.readline():
                        break

        thread = threading.Thread(target=talk)
        thread.start()
        yield Server("127.0.0.1", listening.getsockname()[1], "none", timeout=2, last_timeout=1)
        thread.join(10)


HELLO = (b"220 postbox.example\r\n", b"250-postbox.example\r\n250 SIZE\r\n")
TAKEN = (*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n")


@pytest.mark.parametrize(
    ("replies", "state", "code"),
    [
        ((b"554 no service for your address\r\n",), State.REFUSED, 554),
        ((b"421 too many lines\r\n",), State.DEFERRED, 421),
        ((b"\xff\xfe\r\n",), State.DEFERRED, 0),
        ((), State.DEFERRED, 0),
        ((HELLO[0], b"502 what?\r\n"), State.REFUSED, 502),
        ((*HELLO, b"250 ok\r\n", b"421 closing\r\n"), State.DEFERRED, 421),
        ((*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"451 not now\r\n"), State.DEFERRED, 451),
        ((*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n"), State.DEFERRED, 250),
        ((*HELLO, b"x" * 9000 + b"\r\n"), State.DEFERRED, 0),
        ((*TAKEN, b"250 2.0.0 \xff\xfe\xe2\x80\xae taken\r\n"), State.ACCEPTED, 250),
        ((*TAKEN, b"421 closing\r\n"), State.DEFERRED, 421),
        ((*TAKEN, b"550 spam\r\n"), State.REFUSED, 550),
        ((*TAKEN, b"what?\r\n"), State.UNKNOWN, 0),
        ((*TAKEN, b"354 again\r\n"), State.UNKNOWN, 354),
        (TAKEN, State.UNKNOWN, 0),
    ],
)
def test_whatever_a_server_says_has_one_meaning(replies: tuple[bytes, ...], state: State, code: int) -> None:
    with scripted(*replies) as server:
        outcome = hand_over(server, "", SENDER, (ANNA,), MESSAGE)
    assert (outcome.state, outcome.code) == (state, code)
    assert outcome.taken == ((ANNA,) if state in {State.ACCEPTED, State.UNKNOWN} else ())
    assert "\u202e" not in outcome.text


def test_a_server_that_declines_to_encrypt_hears_no_more() -> None:
    offer = (HELLO[0], b"250-postbox.example\r\n250 STARTTLS\r\n")
    for reply, state in ((b"454 not now\r\n", State.DEFERRED), (b"501 never\r\n", State.REFUSED)):
        with scripted(*offer, reply, b"250 ok\r\n") as server:
            outcome = hand_over(replace(server, security="starttls", username=USER), PASSWORD, SENDER, (ANNA,), MESSAGE)
        assert (outcome.state, outcome.code) == (state, int(reply[:3]))


def test_silence_after_the_end_leaves_it_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ready = threading.Event()

        def talk() -> None:
            line, _ = listening.accept()
            with line, line.makefile("rb") as heard:
                for reply in TAKEN:
                    line.sendall(reply)
                    while heard.readline() not in {b".\r\n", b""} and reply.startswith(b"354"):
                        pass
                ready.wait(10)

        thread = threading.Thread(target=talk)
        thread.start()
        server = Server("127.0.0.1", listening.getsockname()[1], "none", timeout=5, last_timeout=0.3)
        outcome = hand_over(server, "", SENDER, (ANNA,), MESSAGE)
        ready.set()
        thread.join(10)
    assert (outcome.state, outcome.taken) == (State.UNKNOWN, (ANNA,))
    assert "timed out" in outcome.text


def test_only_whole_lines_of_ascii_and_plain_addresses_are_handed_over(box: Postbox) -> None:
    # A lone line feed before a dot is an end to some servers, and what follows a letter of its own.
    smuggled = b"Subject: x\r\n\r\n\n.\nMAIL FROM:<a@b.example>\r\n"
    for wrong in (smuggled, b"a\rb\r\n", b"no end", "ü\r\n".encode(), b"\0\r\n", b"x" * 999 + b"\r\n"):
        with pytest.raises(ValueError, match="a letter consists of lines"):
            hand_over(plain(box), "", SENDER, (ANNA,), wrong)
    for wrong_address in ("anna@harrow.example>\r\nDATA", "", "<>"):
        with pytest.raises(AddressError):
            hand_over(plain(box), "", SENDER, (wrong_address,), MESSAGE)
        with pytest.raises(AddressError):
            hand_over(plain(box), "", wrong_address, (ANNA,), MESSAGE)
    with pytest.raises(ValueError, match="needs a recipient"):
        hand_over(plain(box), "", SENDER, (), MESSAGE)
    assert box.dialogues == 0


class Ring(keyring.backend.KeyringBackend):
    """A keyring with one password in it, or one that stays shut."""

    priority = 1

    def __init__(self, password: str | None, *, shut: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.password, self.shut = password, shut

    def get_password(self, service: str, username: str) -> str | None:
        if self.shut:
            raise keyring.errors.KeyringLocked
        return self.password if (service, username) == ("docgen-mail.northbridge.example", USER) else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


@pytest.fixture
def ring() -> Iterator[Callable[[Ring], None]]:
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def test_the_password_comes_from_the_environment_then_from_the_keyring(ring: Callable[[Ring], None]) -> None:
    server = Server("mail.northbridge.example", username=USER)
    ring(Ring("from the ring"))
    assert password_for(server, {"DOCGEN_SMTP_PASSWORD": "from outside"}) == "from outside"
    assert password_for(server, {"DOCGEN_SMTP_PASSWORD": ""}) == "from the ring"
    assert password_for(Server("mail.northbridge.example"), {}) == ""


@pytest.mark.parametrize("kept", [Ring(None), Ring("", shut=False), Ring(None, shut=True)])
def test_a_password_that_is_nowhere_is_missed_by_name(ring: Callable[[Ring], None], kept: Ring) -> None:
    ring(kept)
    with pytest.raises(PasswordMissingError, match=r"keyring set docgen-mail\.northbridge") as missing:
        password_for(Server("mail.northbridge.example", username=USER), {})
    assert missing.value.exit_code is ExitCode.MISSING_HERE


def test_without_the_keyring_library_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    with pytest.raises(PasswordMissingError, match=r"pip install 'docgen\[mail\]'"):
        password_for(Server("mail.northbridge.example", username=USER), {})
