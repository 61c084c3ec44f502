"""Read e-mails (.eml, .mbox) and meetings (.ics) that people have on their desks, as what was said.

The files come from strangers. Nothing in them is run, fetched or unpacked; attachments are named and left
alone; sizes, parts, letters and depth have limits, and what is wrong with one letter spoils no other. A caller
that expects files made to hurt bounds time and memory as well.
"""

from __future__ import annotations

import binascii
import datetime as dt
import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from itertools import islice
from pathlib import Path
from typing import Any

from docgen.errors import Finding, NotFoundError, Place, Severity
from docgen.exchange.mail import Mailbox, is_address, shown_line
from docgen.exchange.mail_words import TEXT_LIMIT, html_words, tidy, without_history
from docgen.exchange.meeting_files import read_meetings
from docgen.exchange.said import Bounce, Correspondence, Delivery, Said, once

SIZE_LIMIT = 64 * 1024 * 1024
"""The most bytes of a file of letters, attachments included."""
CALENDAR_LIMIT = 4 * 1024 * 1024
LETTER_LIMIT = 5_000
"""The most letters of an .mbox file."""
PART_LIMIT = 200
"""The most parts of a letter that hold others, which is also how deep it can be nested."""
_FIELD_LIMIT = 20_000
_MOST_PEOPLE = 500
_MOST_NAMES = 200
_MOST_REFERENCES = 100
_CONTAINERS = re.compile(rb"(?im)^content-type:\s*(?:multipart|message)/")
_LETTER_START = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From [^\r\n]*\r?\n")
_IDENTIFIERS = re.compile(r"<[^<>\s]{1,250}>")
_FIELD_NAME = re.compile(rb"(?:\A|\n)[A-Za-z-]{1,60}[ \t]*:")
_ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})
Mail = Message
"""A letter as the standard library parses it, its fields untouched (`email.policy.compat32`)."""


def read_correspondence(path: Path, *, time_zone: str = "UTC", instance: dt.date | None = None) -> Correspondence:
    """Return what a file holds, by its ending: .eml one letter, .mbox many, .ics meetings; faults as findings.

    `time_zone` counts for meetings that name none. `instance` is the day of the one meeting that is meant of a
    series. Raises NotFoundError when there is no such file.
    """
    file, kind = str(path), path.suffix.lower()
    if kind not in {".eml", ".mbox", ".ics"}:
        advice = "Save the e-mail as .eml, a folder of them as .mbox, or the meeting as .ics."
        return Correspondence(findings=(_finding(file, "kind", "the file is no .eml, .mbox or .ics", advice),))
    limit = CALENDAR_LIMIT if kind == ".ics" else SIZE_LIMIT
    content = _octets(path, limit)
    if content is None:
        message = f"the file is larger than {limit // 1024 // 1024} MiB"
        advice = "Save what concerns the engagement in a file of its own."
        return Correspondence(findings=(_finding(file, "size", message, advice),))
    if kind == ".ics":
        return read_meetings(file, content, time_zone=time_zone, instance=instance)
    return _Reading(file).letters(content, many=kind == ".mbox")


def _octets(path: Path, limit: int) -> bytes | None:
    """Return the bytes of a file, None where they are too many."""
    try:
        with path.open("rb") as opened:
            content = opened.read(limit + 1)
    except FileNotFoundError:
        raise NotFoundError(f"There is no file {path}. Check the name and the folder.") from None
    except IsADirectoryError:
        raise NotFoundError(f"{path} is a folder. Name the file in it.") from None
    except OSError as error:
        raise NotFoundError(f"{path} cannot be read ({error.strerror}).") from None
    return None if len(content) > limit else content


def _finding(
    file: str, rule: str, message: str, advice: str, line: int = 1, severity: Severity = Severity.ERROR
) -> Finding:
    return Finding(f"correspondence-{rule}", f"{message}.", Place(file, line), advice, severity)


def bounce_of(message: Mail) -> Bounce | None:
    """Return what a report on delivery says (RFC 3464), or None for any other letter."""
    if message.get_content_type() != "multipart/report":
        return None
    parts = list(_parts(message))
    reports = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    deliveries = [delivery for report in reports for delivery in _deliveries(report)]
    if not deliveries:
        return None
    returned = [part for part in parts if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}]
    identifiers = [identifier for part in returned for identifier in _original(part)]
    return Bounce(_date(message), identifiers[0] if identifiers else "", tuple(deliveries))


def _deliveries(report: Mail) -> Iterator[Delivery]:
    for block in _inside(report)[:_MOST_PEOPLE]:
        recipient = _text(block, "Final-Recipient") or _text(block, "Original-Recipient")
        action = _text(block, "Action").strip().lower()
        if recipient and action in _ACTIONS:
            address = shown_line(recipient.rpartition(";")[2], 254)
            diagnostic = _text(block, "Diagnostic-Code")
            words = diagnostic.partition(";")[2] or diagnostic
            yield Delivery(address, action, shown_line(_text(block, "Status"), 20), shown_line(words))


def _original(part: Mail) -> list[str]:
    """Return the Message-ID of the letter that came back, whole or with its header alone."""
    inner = _inside(part)
    if inner:
        return _identifiers(inner[0], "Message-ID")
    return _identifiers(email.message_from_bytes(_payload(part)), "Message-ID")


@dataclass
class _Reading:
    """One file on its way to what was said in it."""

    file: str
    said: list[Said] = field(default_factory=list)
    bounces: list[Bounce] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def letters(self, content: bytes, *, many: bool) -> Correspondence:
        pieces = list(_pieces(content)) if many else [(1, content)]
        if not pieces:
            self._fault("letters", "the file holds no letters", "Save the folder again, as .mbox.", 1)
        if len(pieces) > LETTER_LIMIT:
            message = f"the file holds more than {LETTER_LIMIT:,} letters"
            self._fault("letters", message, "Save those that concern the engagement in a file of their own.", 1)
            pieces = []
        for line, letter in pieces:
            self._letter(letter, line)
        return Correspondence(tuple(self.said), tuple(self.bounces), tuple(self.findings))

    def _fault(self, rule: str, message: str, advice: str, line: int, severity: Severity = Severity.ERROR) -> None:
        self.findings.append(_finding(self.file, rule, message, advice, line, severity))

    def _letter(self, content: bytes, line: int) -> None:
        if not _FIELD_NAME.match(content):
            self._fault("letter", "here is no e-mail", "Save it again from the mail program, as .eml or .mbox.", line)
            return
        if len(_CONTAINERS.findall(content)) > PART_LIMIT:
            self._fault("parts", f"the letter has more than {PART_LIMIT} parts in parts", _BY_HAND, line)
            return
        try:
            message = email.message_from_bytes(content)
            bounce = bounce_of(message)
            if bounce:
                self.bounces.append(bounce)
            else:
                self._said(message, content, line)
        except RecursionError:
            self._fault("parts", "the letter is nested too deeply", _BY_HAND, line)

    def _said(self, message: Mail, content: bytes, line: int) -> None:
        at, people = _date(message), self._people(message, "From", line)
        if at is None:
            self._fault("date", "the letter has no date that can be read", _BY_HAND, line)
        if not people:
            self._fault("sender", "the letter has no sender", _BY_HAND, line)
        if at is None or not people:
            return
        subject = shown_line(_text(message, "Subject"), 500)
        others = (*self._people(message, "To", line), *self._people(message, "Cc", line))
        body, names = self._words(message, line)
        identifiers = _identifiers(message, "Message-ID")
        references = [*_identifiers(message, "References"), *_identifiers(message, "In-Reply-To")]
        self.said.append(
            Said(
                "email",
                at,
                people[0],
                once(others)[:_MOST_PEOPLE],
                subject,
                without_history(body, subject),
                identifiers[0] if identifiers else f"sha256:{hashlib.sha256(content).hexdigest()}",
                tuple(dict.fromkeys(references))[-_MOST_REFERENCES:],
                names,
                automatic=_text(message, "Auto-Submitted").strip().lower() not in {"", "no"},
                line=line,
            )
        )

    def _people(self, message: Mail, name: str, line: int) -> list[Mailbox]:
        """Return those whom a field names; what is no address is remarked and left out."""
        raw = [value for key, value in _fields(message) if key.lower() == name.lower()]
        people = []
        for shown, address in getaddresses([value[:_FIELD_LIMIT] for value in raw]):
            if is_address(address):
                people.append(Mailbox(address, shown_line(_decoded(shown), 200)))
            elif address:
                what = f"“{shown_line(_decoded(address), 80)}” in {name} is no e-mail address and was left out"
                self._fault("address", what, "Add the person yourself.", line, Severity.WARNING)
        return people

    def _words(self, message: Mail, line: int) -> tuple[str, tuple[str, ...]]:
        """Return the words of a letter, and the names of the files in it."""
        plain: list[str] = []
        dressed: list[str] = []
        names: list[str] = []
        for part in _parts(message):
            kind, name = part.get_content_type(), _file_name(part)
            if name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
                names.append(shown_line(name, 200) or kind)
            elif kind == "text/html":
                dressed.append(_characters(part))
            elif kind == "text/plain":
                plain.append(_characters(part))
        text = tidy("\n\n".join(plain))
        if not text.strip() and dressed:
            text = html_words("\n".join(dressed)) or html_words("\n".join(dressed), quoted=True)
        if sum(map(len, plain)) > TEXT_LIMIT or len(text) >= TEXT_LIMIT:
            self._fault("text", "the letter is long and was cut", _SHORTER, line, Severity.WARNING)
        return text, tuple(names[:_MOST_NAMES])


_BY_HAND = "Read it in your mail program, and log what was said by hand."
_SHORTER = "Log the rest by hand, should it matter."


def _pieces(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the letters of an mbox file (RFC 4155) with the line they begin in, up to one more than are read."""
    starts = list(islice(_LETTER_START.finditer(content), LETTER_LIMIT + 1))
    ends = [*(start.start() for start in starts[1:]), len(content)]
    line, seen = 1, 0
    for start, end in zip(starts, ends, strict=False):
        line, seen = line + content.count(b"\n", seen, start.end()), start.end()
        yield line, re.sub(rb"(?m)^>(>*From )", rb"\1", content[start.end() : end])


def _parts(message: Mail) -> Iterator[Mail]:
    """Yield the parts of a letter that hold words or files, in order; a letter inside it is one part."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting += reversed(_inside(part))
        else:
            yield part


def _inside(part: Mail) -> list[Mail]:
    inner: Any = part.get_payload()
    return [each for each in inner if isinstance(each, Message)] if isinstance(inner, list) else []


def _payload(part: Mail) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AttributeError):
        return b""
    return content if isinstance(content, bytes) else b""


def _characters(part: Mail) -> str:
    content = _payload(part)[: 4 * TEXT_LIMIT + 4 * 1024 * 1024]
    return _in_charset(content, _parameter(part, "charset"))


def _in_charset(content: bytes, charset: str) -> str:
    """Return bytes as text in the character set they claim, else as UTF-8, else as what Windows writes."""
    for name in (charset, "utf-8"):
        try:
            return content.decode(name)
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def _parameter(part: Mail, name: str) -> str:
    try:
        value = part.get_param(name)
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return value if isinstance(value, str) else ""


def _file_name(part: Mail) -> str:
    try:
        return _decoded(part.get_filename() or "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return "attachment"


def _fields(message: Mail) -> list[tuple[str, str]]:
    """Return the fields as they stand, 8-bit letters as escapes."""
    return [(str(name), str(value)) for name, value in message.raw_items()]


def _text(message: Mail, name: str) -> str:
    """Return the first field of a name with its encoded words decoded, "" where there is none."""
    wanted = name.lower()
    return next((_decoded(value[:_FIELD_LIMIT]) for key, value in _fields(message) if key.lower() == wanted), "")


def _decoded(value: str) -> str:
    """Return a field as text, whatever it claims to be written in (RFC 2047, and 8-bit letters)."""
    whole = re.sub(r"\r?\n[ \t]", " ", value)
    plain = _in_charset(whole.encode("utf-8", "surrogateescape"), "utf-8")
    try:
        parts = decode_header(plain)
    except (HeaderParseError, binascii.Error, ValueError):
        return plain
    return "".join(_header_part(part, charset) for part, charset in parts)


def _header_part(part: bytes | str, charset: str | None) -> str:
    """Return a part of a field as text; what stood plainly beside encoded words, the library hands out escaped."""
    if isinstance(part, str):
        return part
    return _in_charset(part, charset) if charset else part.decode("raw-unicode-escape", "replace")


def _identifiers(message: Mail, name: str) -> list[str]:
    return _IDENTIFIERS.findall(_text(message, name))


def _date(message: Mail) -> dt.datetime | None:
    """Return when a letter was sent; a date that says to know no zone is in UTC (RFC 5322, 3.3)."""
    try:
        at = parsedate_to_datetime(_text(message, "Date"))
        return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
