"""A real mail server on this machine, for tests: it keeps what it takes, and fails where it is told to."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

USER, PASSWORD = "reports@northbridge.example", "pässword \N{EURO SIGN} with words"

_SOME_WORDS = 8_000
"""How many bytes of a letter arrive before the line breaks in its midst: more than its header, less than its PDF."""


@dataclass
class Postbox:
    """What the server takes and how it behaves: `drop_at` is a stage, `answers` are its replies to addresses."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    """The reply to a recipient, or under "MAIL" to the sender and under "END" to the end of the data."""
    drop_at: str = ""
    """Where the server hangs up: MAIL, RCPT, DATA, WORDS (in the midst of the letter), END (having taken nothing) or
    TAKEN (having taken the letter)."""
    hold: bool = False
    """Whether the server keeps its answer to the end of the data to itself, having taken the letter."""
    patience: float = 30
    letters: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    dialogues: int = 0
    users: list[bytes] = field(default_factory=list)
    server: _Server | None = None
    loop: asyncio.AbstractEventLoop | None = None

    def hang_up(self) -> None:
        """Break the line now, from the thread of the caller."""
        loop, server = self.loop, self.server
        assert loop
        assert server
        done = threading.Event()

        def break_line() -> None:
            server.break_line()
            # The line is closed in the next round, and its end takes a moment to arrive.
            loop.call_later(0.05, done.set)

        loop.call_soon_threadsafe(break_line)
        assert done.wait(5)

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, server: _Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.drop_at == "MAIL":
            server.break_line()
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: _Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.drop_at == "RCPT":
            server.break_line()
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: _Server, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.drop_at == "END":
            server.break_line()
            return "250 never heard"
        if "END" in self.answers:
            return self.answers["END"]
        assert isinstance(envelope.content, bytes)
        self.letters.append((str(envelope.mail_from), tuple(envelope.rcpt_tos), envelope.content))
        while self.hold:
            await asyncio.sleep(0.01)
        if self.drop_at == "TAKEN":
            server.break_line()
        return f"250 2.0.0 OK: queued as {len(self.letters)}"

    def log_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object) -> AuthResult:
        assert isinstance(login, LoginPassword)
        self.users.append(login.login)
        return AuthResult(success=(login.login, login.password) == (USER.encode(), PASSWORD.encode()), handled=False)


class _Server(SMTP):
    """One dialogue, which can be broken off."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        box: Postbox = self.event_handler
        box.server = self
        box.dialogues += 1
        super().connection_made(transport)

    def break_line(self) -> None:
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.abort()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.event_handler.drop_at == "DATA":
            self.break_line()
        if self.event_handler.drop_at == "WORDS":
            await self.push("354 go on")
            await self._reader.readexactly(_SOME_WORDS)
            self.break_line()
            return
        await super().smtp_DATA(arg)


@contextmanager
def open_postbox(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, mechanisms: str = "", **more: Any
) -> Iterator[Postbox]:
    """Run a server; with `mechanisms`, nobody is heard who has not logged in as USER with PASSWORD."""
    box = Postbox()
    excluded = {"PLAIN", "LOGIN"} - set(mechanisms.split())
    loop = asyncio.new_event_loop()

    def protocol() -> _Server:
        return _Server(
            box,
            hostname="postbox.example",
            loop=loop,
            timeout=box.patience,
            tls_context=starttls,
            auth_required=bool(mechanisms),
            auth_require_tls=tls is None,
            auth_exclude_mechanism=excluded,
            authenticator=box.log_in,
            **more,
        )

    async def start() -> asyncio.Server:
        return await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)

    async def stop() -> None:
        server.close()
        await server.wait_closed()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        # Lines that were broken are closed in the next rounds.
        for _ in range(3):
            await asyncio.sleep(0.01)
        await loop.shutdown_asyncgens()

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        server = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
        box.port, box.loop = server.sockets[0].getsockname()[1], loop
        try:
            yield box
        finally:
            asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@cache
def certificate(name: str) -> tuple[bytes, bytes]:
    """Return a certificate for a server of this name that vouches for itself, and its key, both in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    try:
        known: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        known = x509.DNSName(name)
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([known]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM), key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def serving(folder: Path, name: str = "127.0.0.1") -> tuple[ssl.SSLContext, Path]:
    """Return how a server of this name encrypts, and the file by which it is trusted."""
    public, private = certificate(name)
    authority = folder / f"{name}.pem"
    authority.write_bytes(public)
    (folder / f"{name}.key").write_bytes(private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, folder / f"{name}.key")
    return context, authority
