"""Hand a letter over to a mail server (SMTP, RFC 5321), and say exactly what became of it.

A server answers for a letter from its reply to the end of the data on, and only then. Before that end is
sent nothing was taken, whatever goes wrong; after the reply all is known. In between, when the line breaks,
nobody can know, and SMTP has no way to ask a server what it already took: sending again may send twice. So
whoever wants a letter sent at most once writes down that it is being handed over *before* the end of the
data goes out (`on_data_sent`), and takes an `unknown` to somebody who can look: `imap.holds` searches the
folder of sent letters for the Message-ID, or a person asks the recipient.

Passwords come from the environment or the keyring of the system, never from a file, and go over encrypted
lines only, or to this very machine.
"""

from __future__ import annotations

import base64
import ipaddress
import os
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal

from docgen.errors import MissingHereError, shell_word
from docgen.exchange.mail import AddressError, is_address, shown_line

PASSWORD_VARIABLE = "DOCGEN_SMTP_PASSWORD"  # noqa: S105 - the name of a variable
PATIENCE = 60.0
"""Seconds a server may be silent before the end of the data."""
LAST_PATIENCE = 600.0
"""Seconds a server may take to answer the end of the data; who waits less gets letters twice (RFC 5321, 4.5.3.2.6)."""
_LINE_LIMIT = 998
_CHUNK = 1 << 16
_FAREWELL = 5.0


class MailServerError(MissingHereError):
    """The mail server cannot be used at all, for this letter or another; nothing was handed over."""

    def __init__(self, server: Server, why: str, cure: str) -> None:
        super().__init__(f"The mail server {server} cannot be used: {why}. {cure}")


class UntrustedServerError(MailServerError):
    """Somebody answers who cannot show to be the server."""

    def __init__(self, server: Server, why: str) -> None:
        cure = "Check the name of the host; for a certificate of your own, name the file of its authority."
        super().__init__(server, f"its certificate is not to be trusted ({shown_line(why)})", cure)


class PasswordMissingError(MissingHereError):
    """The server wants a password and none is known here."""

    def __init__(self, server: Server, variable: str, why: str) -> None:
        super().__init__(
            f"There is no password for {server.username} at {server.host}: {why}. Set {variable}, or keep the password "
            f"in the keyring of this machine: keyring set {shell_word(server.service)} {shell_word(server.username)}"
        )


@dataclass(frozen=True)
class Server:
    """Where letters are handed over; `security` is "starttls" (port 587), "tls" (465), or "none" on this very machine.

    `authorities` is a file of certificates (PEM) to trust instead of the system's; times are in seconds.
    """

    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    timeout: float = PATIENCE
    last_timeout: float = LAST_PATIENCE
    authorities: Path | None = None
    service: str = ""
    """The name of the password in the keyring; "docgen-" and the host where it is not given."""

    def __post_init__(self) -> None:
        if not self.service:
            object.__setattr__(self, "service", f"docgen-{self.host}")

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class State(StrEnum):
    """What became of a letter."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """What a server said to one recipient: the code of its reply (RFC 5321, 4.2), or 0 for none, and its words."""

    address: str
    code: int
    text: str


@dataclass(frozen=True)
class Outcome:
    """What became of a letter.

    `accepted`: the server answers for it to all of `taken`. `refused`: it never will take it. `deferred`: it took
    nothing, and later it may. `unknown`: it may or may not have taken it for all of `taken`. Recipients that were
    refused or deferred by themselves stand in `refused` and `deferred`, also when others were taken; whoever tries
    again tries `deferred` only. `code` and `text` are the last reply, or what went wrong and code 0.
    """

    state: State
    code: int
    text: str
    taken: tuple[str, ...] = ()
    refused: tuple[Answer, ...] = ()
    deferred: tuple[Answer, ...] = ()


def password_for(
    server: Server, environment: Mapping[str, str] | None = None, variable: str = PASSWORD_VARIABLE
) -> str:
    """Return the password for the server's user, "" where it has none: from the environment, else from the keyring.

    Raises PasswordMissingError where neither has it. The keyring is that of the system, through the library
    `keyring` (docgen[mail]).
    """
    if not server.username:
        return ""
    given = (os.environ if environment is None else environment).get(variable, "")
    return given or _from_keyring(server, variable)


def _from_keyring(server: Server, variable: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        why = f"{variable} is not set, and docgen is installed without the keyring (pip install 'docgen[mail]')"
        raise PasswordMissingError(server, variable, why) from None
    try:
        password = keyring.get_password(server.service, server.username)
    except KeyringError:
        why = f"{variable} is not set, and this machine has no keyring that opens"
        raise PasswordMissingError(server, variable, why) from None
    if not password:
        raise PasswordMissingError(server, variable, f"{variable} is not set, and the keyring does not hold it")
    return password


def _nothing() -> None:
    return None


def hand_over(
    server: Server,
    password: str,
    envelope_from: str,
    recipients: Sequence[str],
    message: bytes,
    on_data_sent: Callable[[], None] = _nothing,
) -> Outcome:
    """Hand a letter over, once, and return what became of it.

    `on_data_sent` is called when the server holds all of the letter but its end; when it raises, the end is not
    sent, nothing was taken, and the error goes on. From its return on, the outcome may be `unknown`.

    Raises MailServerError when the server is not who it should be, does not encrypt, or refuses the password;
    AddressError; and ValueError for a message that does not consist of lines of ASCII ended by CRLF (what SMTP
    would change on the way), or without recipients. In all of these cases nothing was taken.
    """
    _check(envelope_from, recipients, message)
    transaction = _Transaction(envelope_from, tuple(dict.fromkeys(recipients)), message, on_data_sent)
    try:
        with connected(server, password) as line:
            return transaction.run(line, server.last_timeout)
    except _Refusal as refusal:
        return transaction.turned_away(refusal.code, refusal.text)
    except smtplib.SMTPConnectError as refusal:
        return transaction.turned_away(*_said((refusal.smtp_code, _bytes(refusal.smtp_error))))
    except (OSError, smtplib.SMTPException) as error:
        if transaction.recording:
            raise
        return transaction.turned_away(0, shown_line(str(error)) or type(error).__name__)


@contextmanager
def connected(server: Server, password: str) -> Iterator[smtplib.SMTP]:
    """Lend a line on which the user is logged in.

    Raises MailServerError, OSError and SMTPException; an answer that sends the caller away is an SMTPException too.
    """
    context = encryption(server)
    line: smtplib.SMTP | None = None
    try:
        try:
            line = _called(server, context)
            if server.security == "starttls":
                _encrypt(server, line, context)
        except ssl.SSLCertVerificationError as error:
            raise UntrustedServerError(server, error.verify_message) from None
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            raise
        except ssl.SSLError as error:
            why = f"no encrypted line to it comes about ({shown_line(error.reason or str(error))})"
            raise MailServerError(
                server, why, "Check that its port and the kind of security belong together."
            ) from None
        if server.username:
            _log_in(server, line, password)
        yield line
    finally:
        if line is not None:
            line.close()


def encryption(server: Server) -> ssl.SSLContext:
    """Return how lines to a server are encrypted, its certificate and its name being checked.

    Raises MailServerError for a plain line to another machine, and where the file of certificates cannot be read.
    """
    if server.security == "none" and not _is_here(server.host):
        why = "letters and passwords would go to another machine unencrypted"
        raise MailServerError(server, why, "Use “starttls” or “tls”; “none” is for a server on this machine.")
    try:
        return _trusting(server.authorities)
    except OSError:
        why = f"the certificates in {server.authorities} cannot be read"
        raise MailServerError(server, why, "Name a file of certificates in PEM.") from None


@cache
def _trusting(authorities: Path | None) -> ssl.SSLContext:
    """Return the context made once for all letters: reading the system's certificates takes a tenth of a second."""
    context = ssl.create_default_context(cafile=authorities)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _called(server: Server, context: ssl.SSLContext) -> smtplib.SMTP:
    """Return an open line; the name given at first only keeps the library from asking the DNS for ours."""
    if server.security == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname="localhost", timeout=server.timeout, context=context
        )
    else:
        line = smtplib.SMTP(server.host, server.port, local_hostname="localhost", timeout=server.timeout)
    try:
        # The end of the data goes out by itself, and the system may hold back small pieces until others arrived.
        _socket(line).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _greet(line)
    except BaseException:
        line.close()
        raise
    return line


def _greet(line: smtplib.SMTP) -> None:
    """Say who calls: the address of this machine, since names inside a firm mean nothing outside (RFC 5321, 4.1.4)."""
    here = str(_socket(line).getsockname()[0])
    line.local_hostname = f"[IPv6:{here}]" if ":" in here else f"[{here}]"
    _wanted(line.ehlo(), 250)


def _encrypt(server: Server, line: smtplib.SMTP, context: ssl.SSLContext) -> None:
    if not line.has_extn("starttls"):
        line.close()
        why = "it offers no encryption (STARTTLS)"
        raise MailServerError(server, why, "Check the port, or use “tls”. Nothing is sent over an open line.")
    try:
        line.starttls(context=context)
        _wanted(line.ehlo(), 250)
    except smtplib.SMTPResponseException as refusal:
        line.close()
        raise _Refusal(*_said((refusal.smtp_code, _bytes(refusal.smtp_error)))) from None
    except BaseException:
        line.close()
        raise


def _log_in(server: Server, line: smtplib.SMTP, password: str) -> None:
    """Log in with PLAIN (RFC 4616) or LOGIN, in UTF-8, which the library cannot; the line is encrypted."""
    offered = str(line.esmtp_features.get("auth", "")).upper().split()
    if "PLAIN" in offered:
        both = _coded(f"\0{server.username}\0{password}")
        code, text = _said(line.docmd("AUTH", f"PLAIN {both}"))
    elif "LOGIN" in offered:
        _wanted(line.docmd("AUTH", f"LOGIN {_coded(server.username)}"), 334)
        code, text = _said(line.docmd(_coded(password)))
    else:
        why = "it offers no way to log in with a user name and a password"
        raise MailServerError(server, why, "Check the port; for a server that wants none, leave out the user name.")
    if 500 <= code < 600:
        cure = "Check both; some providers want a password of their own for programs."
        raise MailServerError(server, f"it refuses {server.username} and the password ({code} {text})", cure)
    if code != 235:
        raise _Refusal(code, text)


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _socket(line: smtplib.SMTP) -> socket.socket:
    if line.sock is None:
        raise smtplib.SMTPServerDisconnected("the server hung up")
    return line.sock


def _said(reply: tuple[int, bytes]) -> tuple[int, str]:
    """Return a reply with its words as text on one line; they are somebody else's."""
    code, words = reply
    return max(code, 0), shown_line(words.decode("utf-8", "replace"))


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode()


def _wanted(reply: tuple[int, bytes], code: int) -> None:
    """Go on with the reply that was waited for; raises _Refusal for another."""
    given, text = _said(reply)
    if given != code:
        raise _Refusal(given, text)


def _stay_silent(line: smtplib.SMTP) -> None:
    """Check that the server still waits for the end; raises _Refusal or OSError when it spoke or hung up.

    A server that gave up waiting says so before it hangs up (RFC 5321, 3.8), so nothing needs to be unknown.
    """
    channel = _socket(line)
    patience = channel.gettimeout()
    channel.settimeout(0.0)
    try:
        words = channel.recv(4096)
    except (BlockingIOError, ssl.SSLWantReadError):
        return
    finally:
        channel.settimeout(patience)
    if words[:3].isdigit():
        code, text = _said((int(words[:3]), words[4:]))
        raise _Refusal(code, text)
    raise smtplib.SMTPServerDisconnected("the server hung up before the end of the letter")


def _check(envelope_from: str, recipients: Sequence[str], message: bytes) -> None:
    if not recipients:
        raise ValueError("a letter needs a recipient")
    for address in (envelope_from, *recipients):
        if not is_address(address):
            raise AddressError(address)
    lines = message.split(b"\r\n")
    if lines[-1] or not message.isascii() or b"\0" in message:
        raise ValueError("a letter consists of lines of ASCII, each ended by CRLF")
    if any(b"\r" in line or b"\n" in line or len(line) > _LINE_LIMIT for line in lines):
        raise ValueError(f"a letter consists of lines of at most {_LINE_LIMIT} letters, each ended by CRLF")


class _Refusal(smtplib.SMTPException):
    """A reply other than the one that was waited for."""

    def __init__(self, code: int, text: str) -> None:
        self.code, self.text = code, text
        super().__init__(f"{code} {text}")


@dataclass
class _Transaction:
    """One letter on its way over one line, and how far it came."""

    sender: str
    recipients: tuple[str, ...]
    message: bytes
    on_data_sent: Callable[[], None]
    taken: list[str] = field(default_factory=list)
    refused: list[Answer] = field(default_factory=list)
    deferred: list[Answer] = field(default_factory=list)
    recording: bool = False
    """The caller is writing down that the end comes next: what goes wrong now is not the line."""
    ended: bool = False
    """The end was sent, or may have been, and no answer to it is known."""

    def run(self, line: smtplib.SMTP, last_timeout: float) -> Outcome:
        """Send the letter and return what became of it; raises OSError and SMTPException."""
        size = [f"size={len(self.message)}"] if line.has_extn("size") else []
        _wanted(line.mail(self.sender, size), 250)
        for recipient in self.recipients:
            self._name(line, recipient)
        if not self.taken:
            return self._nobody()
        _wanted(line.docmd("DATA"), 354)
        self._send_words(line)
        self.recording = True
        self.on_data_sent()
        self.recording = False
        _stay_silent(line)
        channel = _socket(line)
        channel.settimeout(last_timeout)
        self.ended = True
        channel.sendall(b".\r\n")
        code, text = _said(line.getreply())
        if 200 <= code < 300:
            with suppress(OSError, smtplib.SMTPException):
                channel.settimeout(_FAREWELL)
                line.quit()
            return self._outcome(State.ACCEPTED, code, text)
        self.ended = not 400 <= code < 600
        raise _Refusal(code, text)

    def _name(self, line: smtplib.SMTP, recipient: str) -> None:
        code, text = _said(line.rcpt(recipient))
        if code == 421:
            raise _Refusal(code, text)
        if 200 <= code < 300:
            self.taken.append(recipient)
        else:
            (self.refused if 500 <= code < 600 else self.deferred).append(Answer(recipient, code, text))

    def _send_words(self, line: smtplib.SMTP) -> None:
        """Send all but the end, dots doubled (RFC 5321, 4.5.2); a server that hangs up may have said why."""
        channel = _socket(line)
        words = re.sub(rb"(?m)^\.", b"..", self.message)
        try:
            for start in range(0, len(words), _CHUNK):
                channel.sendall(words[start : start + _CHUNK])
        except OSError:
            with suppress(OSError, smtplib.SMTPServerDisconnected):
                _wanted(line.getreply(), 0)
            raise

    def _nobody(self) -> Outcome:
        """Return the outcome where no recipient was taken: final only if it is for all of them."""
        last = (*self.refused, *self.deferred)[-1]
        state = State.DEFERRED if self.deferred else State.REFUSED
        return self._outcome(state, last.code, last.text)

    def turned_away(self, code: int, text: str) -> Outcome:
        """Return the outcome where the server said something else than was waited for, or with code 0 nothing."""
        if self.ended:
            return self._outcome(State.UNKNOWN, code, text)
        answered = {answer.address for answer in (*self.refused, *self.deferred)}
        rest = [Answer(each, code, text) for each in self.recipients if each not in answered]
        (self.refused if 500 <= code < 600 else self.deferred).extend(rest)
        self.taken.clear()
        return self._outcome(State.DEFERRED if self.deferred else State.REFUSED, code, text)

    def _outcome(self, state: State, code: int, text: str) -> Outcome:
        return Outcome(state, code, text, tuple(self.taken), tuple(self.refused), tuple(self.deferred))
