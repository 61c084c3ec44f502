from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import pytest

from docgen.exchange.imap import FolderMissingError, holds
from docgen.exchange.smtp import MailServerError, Server, UntrustedServerError
from tests.postbox import serving

WANTED = "<docgen.1f2e3d@northbridge.example>"
HELD = {
    b"INBOX": [],
    b"Sent": [b"<other@northbridge.example>", WANTED.encode()],
    b"Envoy&AOk-s & Co": [],
    b"[Gmail]/Sent Mail": [WANTED.encode()],
    b"Likes": [b"<docgen.1f2e3d@northbridge.example>.example"],
}


@dataclass
class Mailbox:
    """A mail server that knows as much IMAP as is asked of it."""

    marked: bytes = b"Sent"
    fault: str = ""
    said: list[bytes] = field(default_factory=list)
    port: int = 0
    folder: bytes = b""

    def talk(self, line: socket.socket, starttls: ssl.SSLContext | None) -> None:
        if self.converse(line) and starttls:
            with starttls.wrap_socket(line, server_side=True) as encrypted:
                self.converse(encrypted, greeting=b"")

    def converse(self, line: socket.socket, greeting: bytes = b"* OK ready\r\n") -> bool:
        """Answer until the other side has enough; tell whether it wants to go on encrypted."""
        line.sendall(greeting if self.fault != "greeting" else b"* BYE not today\r\n")
        with line.makefile("rb") as heard:
            while words := heard.readline():
                tag, _, command = words.strip().partition(b" ")
                self.said.append(command)
                verb = command.split(b" ")[0].upper()
                if self.fault.upper().encode() == verb:
                    return False
                if verb == b"STARTTLS":
                    line.sendall(tag + b" OK go on\r\n")
                    return True
                line.sendall(self.answer(verb, command, heard, line).replace(b"TAG", tag))
                if verb == b"LOGOUT":
                    return False
        return False

    def answer(self, verb: bytes, command: bytes, heard: BinaryIO, line: socket.socket) -> bytes:
        match verb:
            case b"CAPABILITY":
                return b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SPECIAL-USE\r\nTAG OK done\r\n"
            case b"LOGIN":
                return b"TAG OK in\r\n" if command.endswith(b'"secret"') else b"TAG NO wrong password\r\n"
            case b"AUTHENTICATE":
                line.sendall(b"+ \r\n")
                self.said.append(heard.readline().strip())
                return b"TAG OK in\r\n"
            case b"LIST":
                mark = rb"\Sent " if self.marked else b""
                name = self.marked or b"Sent"
                return (
                    b'* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST ('
                    + mark
                    + b'\\HasNoChildren) "/" "'
                    + name
                    + b'"\r\nTAG OK done\r\n'
                )
            case b"EXAMINE":
                self.folder = command.partition(b" ")[2].strip(b'"')
                if self.folder not in HELD:
                    return b"TAG NO no such folder\r\n"
                return b"* 2 EXISTS\r\nTAG OK [READ-ONLY] done\r\n"
            case b"UID":
                return self.look(command)
            case b"LOGOUT":
                return b"* BYE\r\nTAG OK out\r\n"
            case _:
                return b"TAG BAD what?\r\n"

    def look(self, command: bytes) -> bytes:
        held = HELD[self.folder]
        if command.startswith(b"UID SEARCH"):
            if self.fault == "no search":
                return b"TAG NO not here\r\n"
            wanted = command.rpartition(b" ")[2].strip(b'"')
            numbers = [b"%d" % (place + 7) for place, each in enumerate(held) if wanted in each]
            return b"* SEARCH " + b" ".join(numbers) + b"\r\nTAG OK done\r\n"
        place = int(command.split(b" ")[2]) - 7
        fields = b"Message-ID: " + held[place] + b"\r\n\r\n"
        head = b"* 1 FETCH (UID %d BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n" % (place + 7, len(fields))
        return head + fields + b")\r\nTAG OK done\r\n"


@contextmanager
def open_mailbox(
    box: Mailbox, *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        box.port = listening.getsockname()[1]

        def serve() -> None:
            line, _ = listening.accept()
            with suppress(OSError), tls.wrap_socket(line, server_side=True) if tls else line as open_line:
                box.talk(open_line, starttls)
            line.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield Server("127.0.0.1", box.port, "none", "reports@northbridge.example", timeout=5)
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", box.port), 0.1).close()
        thread.join(10)


@pytest.mark.parametrize(
    ("folder", "held"),
    [("", True), ("Sent", True), ("[Gmail]/Sent Mail", True), ("INBOX", False), ("Likes", False)],
)
def test_a_letter_is_found_by_its_whole_message_id(folder: str, held: bool) -> None:
    box = Mailbox()
    with open_mailbox(box) as server:
        assert holds(server, "secret", folder, WANTED) is held
    assert not [command for command in box.said if re.match(rb"SELECT|UID (STORE|COPY|MOVE)|APPEND", command)]


def test_the_folder_of_sent_letters_is_the_one_that_is_marked() -> None:
    with open_mailbox(Mailbox(marked=b"[Gmail]/Sent Mail")) as server:
        assert holds(server, "secret", "", WANTED)
    with (
        open_mailbox(Mailbox(marked=b"")) as server,
        pytest.raises(FolderMissingError, match="no folder that is marked"),
    ):
        holds(server, "secret", "", WANTED)


def test_names_of_folders_in_other_letters_are_written_as_imap_wants_them() -> None:
    box = Mailbox()
    with open_mailbox(box) as server, pytest.raises(FolderMissingError, match="no folder “Envoyés & Cö”"):
        holds(server, "secret", "Envoyés & Cö", WANTED)
    assert b'EXAMINE "Envoy&AOk-s &- C&APY-"' in box.said
    with open_mailbox(Mailbox()) as server, pytest.raises(ValueError, match="no name of a folder"):
        holds(server, "secret", 'Sent"\r\nA1 DELETE "Sent', WANTED)


def test_passwords_in_other_letters_go_as_utf_8() -> None:
    box = Mailbox()
    with open_mailbox(box) as server:
        assert holds(server, "pässword", "Sent", WANTED)
    assert b"AHJlcG9ydHNAbm9ydGhicmlkZ2UuZXhhbXBsZQBww6Rzc3dvcmQ=" in box.said


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_mailbox_is_asked_over_an_encrypted_line(tmp_path: Path, security: str) -> None:
    context, authority = serving(tmp_path)
    ways = {security: context}
    with open_mailbox(Mailbox(), **ways) as server:
        secure = replace(server, security=security, authorities=authority)  # type: ignore[arg-type]
        assert holds(secure, "secret", "Sent", WANTED)
    box = Mailbox()
    with open_mailbox(box, **ways) as server, pytest.raises(UntrustedServerError):
        holds(replace(server, security=security), "secret", "Sent", WANTED)  # type: ignore[arg-type]
    assert not [command for command in box.said if b"LOGIN" in command]
    with pytest.raises(MailServerError, match="unencrypted"):
        holds(Server("mail.northbridge.example", 143, "none"), "secret", "Sent", WANTED)


@pytest.mark.parametrize("fault", ["greeting", "LOGIN", "EXAMINE", "UID", "no search"])
def test_a_mailbox_that_cannot_be_asked_is_no_answer(fault: str) -> None:
    with open_mailbox(Mailbox(fault=fault)) as server, pytest.raises(MailServerError, match="cannot be used"):
        holds(server, "secret", "Sent", WANTED)


def test_a_wrong_password_is_said_without_it() -> None:
    with open_mailbox(Mailbox()) as server, pytest.raises(MailServerError, match="refuses") as refusal:
        holds(server, "hunter2", "Sent", WANTED)
    assert "hunter2" not in str(refusal.value)


def test_only_a_message_id_is_looked_for() -> None:
    for wrong in ("", "docgen@x", '<a"@b>', "<a@b>\r\nA1 DELETE Sent"):
        with pytest.raises(ValueError, match="is no Message-ID"):
            holds(Server("127.0.0.1", 1, "none"), "secret", "Sent", wrong)
