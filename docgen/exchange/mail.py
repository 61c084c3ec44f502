"""An e-mail as bytes: words in plain text and HTML, files beside them, and what ties it to its thread.

The same letter gives the same bytes on every machine: date and Message-ID are given or follow from the
letter, boundaries from a hash of it. The header is written here and not by the standard library, whose way
of folding changed within Python 3.11 (gh-80222, gh-121284, gh-121650), each time because a name could break
out of its field. What is written is plain ASCII with CRLF (RFC 5322); other letters stand in encoded words
(RFC 2047) and in names of files (RFC 2231); bodies are quoted-printable, files base64 (RFC 2045).

Values are hostile: line breaks become spaces, and what nobody sees or what turns the direction of the words
around it is taken out of names, subjects and names of files. An address that is not plainly one is refused.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from urllib.parse import quote

from docgen.errors import DocgenError

_ADDRESS = re.compile(
    r"(?=.{3,254}\Z)(?=[^@]{1,64}@)"
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.\[\]:-]+>")
_MESSAGE_ID_LENGTH = 250
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,62}/[A-Za-z0-9][A-Za-z0-9.+-]{0,62}")
_SPACES = re.compile("[\\s\x1c-\x1f\x85\u2028\u2029]+")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_NOT_IN_FILE_NAMES = re.compile(r'[/\\:*?"<>|]')
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 ._()&',+-]{0,60}")
_PLAIN_SUBJECT = re.compile(r"[\x20-\x7e]*")
_UNQUOTED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_LINE = 76
_WORD = 64
"""The most letters of an encoded word; a line with one has at most 76 (RFC 2047, 2)."""


class AddressError(DocgenError):
    """What should be an e-mail address is none, or none that a letter can safely be sent to."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"“{shown_line(address, 80)}” is no address that can be written to. Give it as name@example.org, in ASCII "
            "letters; a domain with other letters is given in its form with xn--."
        )


class UnsendableError(DocgenError):
    """A letter lacks what every letter has."""

    def __init__(self, why: str, cure: str) -> None:
        super().__init__(f"The e-mail cannot be written: {why}. {cure}")


@dataclass(frozen=True)
class Mailbox:
    """Somebody who sends or gets a letter; the name may be missing."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file that goes along."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """An e-mail in its parts; `date` has a time zone.

    `message_id` is derived from everything else where it is not given. `in_reply_to` and `references` are
    Message-IDs with their angle brackets. `automatic` says that no person released the letter (RFC 3834),
    so that absence notes stay away.
    """

    sender: Mailbox
    to: tuple[Mailbox, ...]
    subject: str
    text: str
    date: dt.datetime
    cc: tuple[Mailbox, ...] = ()
    reply_to: Mailbox | None = None
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    automatic: bool = False

    @property
    def recipients(self) -> tuple[str, ...]:
        """Return the addresses of all who get the letter, each once, for the envelope."""
        return tuple(dict.fromkeys(mailbox.address for mailbox in (*self.to, *self.cc)))


def message_bytes(letter: Letter) -> bytes:
    """Return the letter as it goes over the wire, which is also the content of an .eml file.

    Raises AddressError, UnsendableError where recipients or words are missing, and ValueError for a time
    without a zone, a Message-ID or a media type that is none.
    """
    return _message(letter, ())


def draft_bytes(letter: Letter) -> bytes:
    """Return the letter as a draft: an .eml file that Outlook for Windows opens to be edited and sent.

    `X-Unsent` is what makes it so; programs that do not know the field show a letter, which is sent on with
    “Edit as New Message” (Thunderbird) or “Send Again” (Apple Mail). What is sent may get another Message-ID.
    """
    return _message(letter, (("X-Unsent", "1"),))


def message_id(letter: Letter) -> str:
    """Return the Message-ID that the letter is sent under; the same letter always has the same one."""
    if letter.message_id:
        return _checked_id(letter.message_id)
    return f"<docgen.{_fingerprint(letter)[:32]}@{_domain(letter.sender.address)}>"


def thread_id(engagement: str, sender: str) -> str:
    """Return the Message-ID at the root of an engagement's thread, as letters from this address refer to it.

    No letter needs to have it: programs gather letters that refer to the same one.
    """
    digest = hashlib.sha256(json.dumps(["thread", engagement]).encode()).hexdigest()
    return f"<docgen.thread.{digest[:32]}@{_domain(sender)}>"


def is_address(text: str) -> bool:
    """Tell whether a letter can be written to this: name@domain in ASCII, without quotes or comments."""
    return _ADDRESS.fullmatch(text) is not None


def is_message_id(text: str) -> bool:
    """Tell whether this is a Message-ID in its angle brackets, in the letters that every program keeps."""
    return len(text) <= _MESSAGE_ID_LENGTH and _MESSAGE_ID.fullmatch(text) is not None


def shown_line(text: str, most: int = 300) -> str:
    """Return what somebody else wrote, on one line, without signs that nobody sees, shortened to so many letters."""
    plain = _one_line(text)
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


# The header


def _message(letter: Letter, marks: tuple[tuple[str, str], ...]) -> bytes:
    _check(letter)
    fields = [
        _field("Date", [_date(letter.date)]),
        _field("From", _mailboxes([letter.sender])),
        *([_field("Reply-To", _mailboxes([letter.reply_to]))] if letter.reply_to else []),
        _field("To", _mailboxes(letter.to)),
        *([_field("Cc", _mailboxes(letter.cc))] if letter.cc else []),
        _field("Subject", _unstructured(letter.subject)),
        _field("Message-ID", [message_id(letter)]),
        *([_field("In-Reply-To", [_checked_id(letter.in_reply_to)])] if letter.in_reply_to else []),
        *([_field("References", [_checked_id(each) for each in letter.references])] if letter.references else []),
        *([_field("Auto-Submitted", ["auto-generated"])] if letter.automatic else []),
        *(_field(name, [value]) for name, value in marks),
        _field("MIME-Version", ["1.0"]),
    ]
    part = _body(letter)
    return "".join(f"{line}\r\n" for line in (*fields, *part)).encode("ascii")


def _check(letter: Letter) -> None:
    if letter.date.tzinfo is None:
        raise ValueError("the date of a letter needs a time zone")
    if not letter.to:
        raise UnsendableError("nobody gets it", "Name at least one recipient.")
    if not _one_line(letter.subject):
        raise UnsendableError("it has no subject", "Give it one.")
    if not _SPACES.sub("", letter.text):
        raise UnsendableError("it has no words in plain text", "Give them; not everybody reads HTML.")


def _date(date: dt.datetime) -> str:
    offset = date.utcoffset()
    whole = offset is not None and offset.total_seconds() % 60 == 0
    return format_datetime(date if whole else date.astimezone(dt.UTC))


def _field(name: str, words: list[str]) -> str:
    """Return a field folded between words (RFC 5322, 2.2.3); no word holds a line break."""
    lines = [f"{name}:"]
    for place, word in enumerate(words):
        if place and len(lines[-1]) + 1 + len(word) > _LINE:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines)


def _mailboxes(mailboxes: Iterable[Mailbox]) -> list[str]:
    words: list[str] = []
    for mailbox in mailboxes:
        if words:
            words[-1] += ","
        address = _checked_address(mailbox.address)
        words += [*_phrase(mailbox.name), f"<{address}>"]
    return words


def _phrase(name: str) -> list[str]:
    plain = _one_line(name)
    if not plain:
        return []
    return [f'"{plain}"'] if _PLAIN_NAME.fullmatch(plain) else _encoded_words(plain)


def _unstructured(text: str) -> list[str]:
    """Return a subject as words; "=?" begins what a reader would decode, so that too is encoded."""
    plain = _one_line(text)
    words = plain.split(" ")
    if _PLAIN_SUBJECT.fullmatch(plain) and "=?" not in plain and max(map(len, words)) < _WORD:
        return words
    return _encoded_words(plain)


def _encoded_words(text: str) -> list[str]:
    """Return text as encoded words of whole letters, in the shorter of the two encodings."""
    whole = text.encode()
    readable = sum(byte in _UNQUOTED or byte == 0x20 for byte in whole)
    write, mark = (_quoted, "q") if 3 * len(whole) - 2 * readable <= 4 * len(whole) / 3 else (_base64, "b")
    words, held = [], ""
    for letter in text:
        if len(write(held + letter)) > _WORD - len("=?utf-8?q??="):
            words.append(held)
            held = ""
        held += letter
    return [f"=?utf-8?{mark}?{write(word)}?=" for word in (*words, held)]


def _quoted(text: str) -> str:
    return "".join(
        "_" if byte == 0x20 else chr(byte) if byte in _UNQUOTED else f"={byte:02X}" for byte in text.encode()
    )


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _checked_address(address: str) -> str:
    if not is_address(address):
        raise AddressError(address)
    return address


def _checked_id(identifier: str) -> str:
    if not is_message_id(identifier):
        raise ValueError(f"{shown_line(identifier)} is no Message-ID")
    return identifier


def _domain(address: str) -> str:
    return _checked_address(address).rpartition("@")[2].lower()


def _one_line(text: str) -> str:
    whole = _SURROGATES.sub("\ufffd", text)
    return _SPACES.sub(" ", _UNSEEN.sub("", _SPACES.sub(" ", whole))).strip()


# The parts


def _fingerprint(letter: Letter) -> str:
    """Return the SHA-256 of all that makes the letter."""

    def plain(mailbox: Mailbox | None) -> list[str]:
        return [] if mailbox is None else [mailbox.address, mailbox.name]

    content = [
        plain(letter.sender),
        [plain(mailbox) for mailbox in letter.to],
        [plain(mailbox) for mailbox in letter.cc],
        plain(letter.reply_to),
        [letter.subject, letter.text, letter.html, letter.date.isoformat(), letter.message_id, letter.in_reply_to],
        list(letter.references),
        [[each.name, each.media_type, hashlib.sha256(each.content).hexdigest()] for each in letter.attachments],
        letter.automatic,
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _body(letter: Letter) -> list[str]:
    """Return the lines of the body after those of its own header: mixed[alternative[text, html], files]."""
    fingerprint = _fingerprint(letter)
    words = _text_part("plain", letter.text)
    if letter.html:
        words = _together("alternative", f"{fingerprint[:32]}_1", [words, _text_part("html", letter.html)])
    if not letter.attachments:
        return words
    return _together("mixed", f"{fingerprint[:32]}_0", [words, *(_file_part(each) for each in letter.attachments)])


def _together(kind: str, mark: str, parts: Iterable[list[str]]) -> list[str]:
    """Return parts as one; "=_" stands in no quoted-printable and no base64, so no part can end another."""
    boundary = f"=_docgen_{mark}"
    lines = [_field("Content-Type", [f"multipart/{kind};", f'boundary="{boundary}"']), ""]
    for part in parts:
        lines += [f"--{boundary}", *part]
    return [*lines, f"--{boundary}--"]


def _text_part(kind: str, text: str) -> list[str]:
    whole = _UNWRITABLE.sub("", _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")))
    written = binascii.b2a_qp(whole.encode(), quotetabs=False, istext=True).decode("ascii")
    # A letter kept in an mbox would get a mark before this word, and a signature over it would break.
    lines = [f"=46{line[1:]}" if line.startswith("From ") else line for line in written.split("\n")]
    return [
        f"Content-Type: text/{kind}; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        *lines,
    ]


def _file_part(attachment: Attachment) -> list[str]:
    if not _MEDIA_TYPE.fullmatch(attachment.media_type):
        raise ValueError(f"{shown_line(attachment.media_type)} is no media type")
    return [
        f"Content-Type: {attachment.media_type}",
        "Content-Transfer-Encoding: base64",
        _field("Content-Disposition", ["attachment;", *_file_name(attachment.name)]),
        "",
        *base64.encodebytes(attachment.content).decode("ascii").splitlines(),
    ]


def _file_name(name: str) -> list[str]:
    """Return the parameter that names a file, in pieces where it is long (RFC 2231)."""
    plain = _NOT_IN_FILE_NAMES.sub("-", _one_line(name)).lstrip(". ") or "attachment"
    if _PLAIN_NAME.fullmatch(plain):
        return [f'filename="{plain}"']
    pieces = list(_pieces(quote(plain, safe="")))
    pieces[0] = f"utf-8''{pieces[0]}"
    if len(pieces) == 1:
        return [f"filename*={pieces[0]}"]
    last = len(pieces) - 1
    return [f"filename*{number}*={piece}{';' if number < last else ''}" for number, piece in enumerate(pieces)]


def _pieces(written: str) -> Iterator[str]:
    held = ""
    for sign in re.findall("%..|.", written):
        if len(held) + len(sign) > 48:
            yield held
            held = ""
        held += sign
    yield held
