"""Look for a letter among those that a mailbox keeps (IMAP, RFC 9051 and 3501), by its Message-ID.

It answers what SMTP cannot: whether a letter whose line broke at the last moment was sent after all. That
holds where the provider files what is handed over to it among the sent letters by itself, as Google and
Microsoft do. Elsewhere nothing is filed, and not finding a letter says nothing; who does not know which
kind it is asks with a letter that was accepted. Nothing is changed in the mailbox.
"""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from docgen.errors import NotFoundError
from docgen.exchange.mail import is_message_id, shown_line
from docgen.exchange.smtp import MailServerError, Server, UntrustedServerError, encryption

_MOST_LOOKED_AT = 50
_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.+)', re.DOTALL)


class FolderMissingError(NotFoundError):
    """The mailbox has no such folder."""

    def __init__(self, server: Server, folder: str) -> None:
        what = f"no folder “{shown_line(folder, 80)}”" if folder else "no folder that is marked as that of sent letters"
        super().__init__(f"The mailbox of {server.username} at {server.host} has {what}. Name the one to look in.")


def holds(server: Server, password: str, folder: str, message_id: str) -> bool:
    """Tell whether a folder holds a letter with this Message-ID; "" is the folder of sent letters (RFC 6154).

    Ports are 993 for "tls" and 143 for "starttls". Raises MailServerError where the mailbox cannot be asked,
    FolderMissingError, and ValueError for what is no Message-ID.
    """
    if not is_message_id(message_id):
        raise ValueError(f"{shown_line(message_id)} is no Message-ID")
    try:
        with _opened(server, password) as mailbox:
            name = _quoted(folder) if folder else _sent_folder(server, mailbox)
            if mailbox.select(name, readonly=True)[0] != "OK":
                raise FolderMissingError(server, folder)
            return _found(mailbox, message_id)
    except ssl.SSLCertVerificationError as error:
        raise UntrustedServerError(server, error.verify_message) from None
    except (OSError, imaplib.IMAP4.error) as error:
        why = shown_line(str(error)) or type(error).__name__
        raise MailServerError(
            server, why, "Check host, port and password, or look into the mailbox yourself."
        ) from None


@contextmanager
def _opened(server: Server, password: str) -> Iterator[imaplib.IMAP4]:
    context = encryption(server)
    if server.security == "tls":
        mailbox: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            server.host, server.port, ssl_context=context, timeout=server.timeout
        )
    else:
        mailbox = imaplib.IMAP4(server.host, server.port, timeout=server.timeout)
    try:
        if server.security == "starttls":
            mailbox.starttls(context)
        _log_in(server, mailbox, password)
        yield mailbox
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            mailbox.logout()
        with suppress(OSError, imaplib.IMAP4.error):
            mailbox.shutdown()


def _log_in(server: Server, mailbox: imaplib.IMAP4, password: str) -> None:
    """Log in; the library's own way writes ASCII only, so other passwords go by AUTHENTICATE in UTF-8 (RFC 4616)."""
    try:
        if (server.username + password).isascii():
            mailbox.login(server.username, password)
        else:
            both = f"\0{server.username}\0{password}".encode()
            mailbox.authenticate("PLAIN", lambda _: both)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        why = f"it refuses {server.username} and the password"
        cure = "Check both; some providers want a password of their own for programs."
        raise MailServerError(server, why, cure) from None


def _sent_folder(server: Server, mailbox: imaplib.IMAP4) -> str:
    """Return the folder marked as that of sent letters, as the server wrote its name."""
    for entry in mailbox.list()[1]:
        # A name that does not fit into quotes comes apart from its flags.
        whole = b" ".join(entry) if isinstance(entry, tuple) else entry
        listed = _LISTED.fullmatch(whole or b"")
        if listed and rb"\sent" in listed["flags"].lower().split():
            name = entry[1] if isinstance(entry, tuple) else listed["name"].strip()
            text = name.decode("ascii", "replace")
            return text if text.startswith('"') else _in_quotes(text)
    raise FolderMissingError(server, "")


def _found(mailbox: imaplib.IMAP4, message_id: str) -> bool:
    """Search, and look at what was found: servers also find where the id is only part of what stands there."""
    answer = mailbox.uid("SEARCH", "HEADER", "Message-ID", _in_quotes(message_id))
    if answer[0] != "OK":
        raise imaplib.IMAP4.error("it does not search")
    numbers = [number for line in answer[1] if line for number in line.split()]
    for number in reversed(numbers[-_MOST_LOOKED_AT:]):
        wanted = "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        fields: list[Any] = mailbox.uid("FETCH", number.decode("ascii"), wanted)[1]
        text = b"".join(part[1] for part in fields if isinstance(part, tuple)).decode("ascii", "replace")
        if message_id in text.split():
            return True
    return False


def _quoted(folder: str) -> str:
    """Return the name of a folder as IMAP writes it: modified UTF-7 in quotes (RFC 3501, 5.1.3)."""
    if re.search("[\x00-\x1f\x7f\ud800-\udfff]", folder):
        raise ValueError(f"{shown_line(folder)} is no name of a folder")
    return _in_quotes(re.sub("[^\x20-\x25\x27-\x7e]+", _shifted, folder))


def _shifted(run: re.Match[str]) -> str:
    parts = re.split("(&)", run[0])
    return "".join("&-" if part == "&" else _base64(part) for part in parts if part)


def _base64(text: str) -> str:
    written = base64.b64encode(text.encode("utf-16-be")).decode("ascii")
    return f"&{written.rstrip('=').replace('/', ',')}-"


def _in_quotes(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
