#!/usr/bin/env python3
"""Verify a bundle of recorded documents with nothing but Python 3.8 or newer: offline, and without writing anything.

    python3 verify.py [FOLDER or BUNDLE.zip] [--key KEY]... [--checkpoint FILE]... [--file DOCUMENT] [--json]

A firm keeps a record: a log of events, each one line of JSON, under a Merkle tree (RFC 6962). From time to time it
signs a checkpoint (C2SP signed note, Ed25519): the number of entries and the root of the tree, which changes when any
entry is changed, left out, put in or moved. A bundle holds the events of one engagement, for each a proof that it is
in the tree, the checkpoint, and the files whose SHA-256 the events name. What is verified, and all faults are told:

- each event is spelled in the one way that is hashed (RFC 8785), and its proof leads to the root of the checkpoint;
- the checkpoint and the earlier ones are signed by the key, and the log only grew from each of them to the last;
- each file has the bytes of which an event speaks, and none is missing, added or exchanged;
- what the events say of the versions of a document fits together.

What no bundle can show, and every report therefore says at its end:

- that the whole record was not made anew. Only a checkpoint that somebody outside the firm has kept shows that: give
  it with --checkpoint. Every issued PDF carries one as an attachment, and such a PDF can be given as it is;
- that the key is the firm's, as long as it is known from the bundle alone: compare it, or give yours with --key;
- that the times are right: they are those of the firm's clock, unless an authority has stamped a checkpoint;
- that no event was left out, unless all entries of the record are in the bundle;
- that this program is honest, if it came with the bundle. It is the file docgen/store/verifier.py of docgen.

The exit code is 0 when all is sound, 1 when this was called in a wrong way, and 5 when something does not verify.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import struct
import sys
import unicodedata
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Point = tuple[int, int, int, int]
    Key = tuple[str, bytes, bytes]
    Head = tuple[int, bytes]
    Members = Mapping[str, tuple[int, Callable[[], bytes]]]

SOUND, USAGE, UNVERIFIED = 0, 1, 5
MOST_MEMBERS, MOST_BYTES, MOST_OF_ONE, MOST_OF_TEXT = 60_000, 2**30, 2**28, 2**26
MOST_STREAMS, MOST_NOTES, MOST_OF_NOTE = 10_000, 20, 2**14
CANNOT_READ = (OSError, zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError)


class Refused(Exception):  # noqa: N818 - it is read as a sentence: a note is refused
    """What was given is not to be believed; the message says why."""


# Ed25519 signatures (RFC 8032, section 5.1). A point is (X, Y, Z, T) with x = X/Z, y = Y/Z and xy = T/Z.

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
NOWHERE = (0, 1, 1, 0)


def add(p: Point, q: Point) -> Point:
    """Return the sum of two points."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % PRIME, (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c, d = 2 * p[3] * q[3] * CURVE % PRIME, 2 * p[2] * q[2] % PRIME
    return (b - a) * (d - c) % PRIME, (d + c) * (b + a) % PRIME, (d - c) * (d + c) % PRIME, (b - a) * (b + a) % PRIME


def times(number: int, point: Point) -> Point:
    """Return a point added to itself so many times."""
    total = NOWHERE
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total


def same(p: Point, q: Point) -> bool:
    """Say whether two points are one."""
    return (p[0] * q[2] - q[0] * p[2]) % PRIME == 0 == (p[1] * q[2] - q[1] * p[2]) % PRIME


def read_point(data: bytes) -> Point | None:
    """Return the point of 32 bytes, or None when they are not the one spelling of a point."""
    number = int.from_bytes(data, "little")
    y, odd = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(CURVE * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if y >= PRIME or (x * x - square) % PRIME or (x == 0 and odd):
        return None
    x = x if x & 1 == odd else PRIME - x
    return x, y, 1, x * y % PRIME


BASE: Any = read_point(bytes([0x58] + [0x66] * 31))


@lru_cache(maxsize=10_000)
def is_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature of a message is the key's; second spellings and keys that fit anything are refused."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = read_point(public), read_point(signature[:32])
    answer = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or answer >= ORDER or same(times(8, key), NOWHERE):
        return False
    question = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return same(times(answer, BASE), add(commitment, times(question, key)))


# The tree (RFC 9162, sections 2.1.3.2 and 2.1.4.2).


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash above two others."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over all leaves there are (at least one)."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(root_of(leaves[:half]), root_of(leaves[half:]))


def is_included(leaf: bytes, index: int, head: Head, proof: Sequence[bytes]) -> bool:
    """Say whether a proof leads from a leaf at its place to the root."""
    place, last = index, head[0] - 1
    for other in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            leaf = node_hash(other, leaf)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            leaf = node_hash(leaf, other)
        place, last = place >> 1, last >> 1
    return index < head[0] and last == 0 and leaf == head[1]


def is_beginning(old: Head, new: Head, proof: Sequence[bytes]) -> bool:
    """Say whether a proof shows the old tree to be the beginning of the new one."""
    if old[0] == new[0]:
        return old == new and not proof
    hashes = [old[1], *proof] if old[0] & (old[0] - 1) == 0 else [*proof]
    place, last = old[0] - 1, new[0] - 1
    if not 0 < old[0] < new[0] or not proof:
        return False
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = node_hash(other, older), node_hash(other, newer)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, other)
        place, last = place >> 1, last >> 1
    return last == 0 and older == old[1] and newer == new[1]


# Keys, signed checkpoints and proof files (c2sp.org/signed-note, /tlog-checkpoint and /tlog-proof).

ANEW = "a record that was made anew looks like this too"


def decoded(text: str, length: int | None = None) -> bytes:
    """Return the bytes that base64 says in its one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data or base64.b64encode(data).decode() != text or len(data) != (length or len(data)):
        raise Refused(f"{plain(text)} is not base64 of the right length")
    return data


def read_key(text: str) -> Key:
    """Return name, id and public bytes of a verifying key."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    data = decoded(encoded, 33)
    expected = hashlib.sha256(name.encode("utf-8", "replace") + b"\n" + data).digest()[:4]
    if not name or data[:1] != b"\1" or expected.hex() != key_id:
        raise Refused(f"{plain(text)} is no verifying key, or not all of it")
    return name, expected, data[1:]


def read_head(note: bytes, origin: str) -> Head:
    """Return size and root that a checkpoint of this log says, before its signatures are looked at."""
    first, size, root, *rest = [*divided(note)[0], "", "", ""]
    if not re.fullmatch("[1-9][0-9]{0,17}", size) or len(rest) < 3 or not all(rest[:-3]):
        raise Refused("it is no signed checkpoint: origin, size, root, an empty line and signatures")
    if first != origin:
        raise Refused(f"it is of the log {plain(first)}, not of {plain(origin)}; {ANEW}")
    return int(size), decoded(root, 32)


def signers(note: bytes, keys: Iterable[Key]) -> list[str]:
    """Return the names of those of the keys that signed a note: at least one, and no signature is false."""
    text, signatures = divided(note)
    message, found = "".join(f"{line}\n" for line in text).encode(), []
    for line in signatures:
        match = re.fullmatch("\u2014 ([^ ]+) ([^ ]+)", line)
        if not match or len(signatures) > 100:
            raise Refused("its signatures cannot be read")
        signature = decoded(match[2])
        for name, key_id, public in set(keys):
            if (name, key_id) == (match[1], signature[:4]):
                if not is_signature(public, message, signature[4:]):
                    raise Refused(f"the signature of {plain(name)} does not fit: it was altered, or another made it")
                found.append(f"{name}+{key_id.hex()}")
    if not found:
        raise Refused(f"none of the keys known here has signed it; {ANEW}")
    return found


def divided(note: bytes) -> tuple[list[str], list[str]]:
    """Return the lines of text and the lines of signatures of a note; the last empty line parts them."""
    lines = read_lines(note)
    gap = len(lines) - lines[::-1].index("") - 1 if "" in lines else len(lines)
    return lines[:gap], lines[gap + 1 :]


def read_lines(data: bytes) -> list[str]:
    """Return the lines of a text that holds no control characters and ends with a line break."""
    try:
        text = data.decode()
    except ValueError:
        raise Refused("it is no text") from None
    if not text.endswith("\n") or re.search("[\0-\x09\x0b-\x1f]", text):
        raise Refused("it is no text of whole lines")
    return text[:-1].split("\n")


NOTE = "[^\n]+\n[1-9][0-9]{0,17}\n[A-Za-z0-9+/]{43}=\n([^\n]+\n)*\n(\u2014 [^ \n]+ [^ \n]+\n)+".encode()


def kept_checkpoints(path: Path) -> list[bytes]:
    """Return the checkpoint that somebody has kept: the file itself, or all that a PDF carries."""
    with path.open("rb") as file:
        data = file.read(MOST_OF_TEXT + 1)
    if len(data) > MOST_OF_TEXT:
        raise Refused(f"{plain(str(path))} is larger than {MOST_OF_TEXT} bytes: it was not read as a checkpoint")
    if not data.startswith(b"%PDF-"):
        return [data]
    found = carried_notes(data)
    if not found:
        raise Refused(
            f"{plain(str(path))} is a PDF in which no checkpoint was found. If a PDF reader shows an attachment "
            f"checkpoint.txt, take it out (pdfdetach -saveall {plain(path.name)}) and give that file"
        )
    return found


def carried_notes(pdf: bytes) -> list[bytes]:
    """Return what reads as a signed checkpoint among the compressed streams of a PDF, each once."""
    view = memoryview(pdf)
    found: list[bytes] = []
    for count, match in enumerate(re.finditer(rb"(?<!end)stream\r?\n", pdf)):
        if count >= MOST_STREAMS or len(found) > MOST_NOTES:
            raise Refused("the PDF has more streams or checkpoints than one that was issued")
        unpacker = zlib.decompressobj()
        try:
            text = unpacker.decompress(view[match.end() : match.end() + MOST_OF_NOTE], MOST_OF_NOTE)
        except zlib.error:
            continue
        if unpacker.eof and text not in found and re.fullmatch(NOTE, text):
            found.append(text)
    return found


def read_proof(data: bytes) -> tuple[int, list[bytes], bytes]:
    """Return index, hashes and checkpoint of a proof file; an `extra` line proves nothing and is passed over."""
    head, _, note = data.partition(b"\n\n")
    first, *lines = read_lines(head + b"\n")
    if lines and lines[0].startswith("extra "):
        decoded(lines.pop(0)[6:])
    index = re.fullmatch("index (0|[1-9][0-9]{0,17})", lines.pop(0)) if lines else None
    if first != "c2sp.org/tlog-proof@v1" or not index or len(lines) > 63:
        raise Refused("it is no proof file (c2sp.org/tlog-proof@v1)")
    return int(index[1]), [decoded(line, 32) for line in lines], note


# JSON in one spelling, and the shapes of what is written in it: each field with its kind; "?" may be null.

KINDS = {
    "hash": "[0-9a-f]{64}",
    "id": "[A-Za-z0-9][A-Za-z0-9_-]{0,63}",
    "word": "[a-z][a-z0-9_-]{0,63}",
    "name": "[!-~]([ -~]{0,198}[!-~])?",
    "day": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "moment": "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}",
    "text": "(?s).*",
}
COMMON = "actor:hash at:moment docgen:name event:word idempotency_key:name schema:one "
EVENTS = {
    "workspace_created": "origin:name verifying_key:name time_zone:name",
    "key_changed": "verifying_key:name",
    "person_named": "person:hash roles:[word]",
    "person_forgotten": "person:hash",
    "template_approved": "template:template",
    "template_kept": "template:template closure:hash",
    "template_submitted": "template:template note:hash?",
    "template_rejected": "template:template reason:hash",
    "template_retired": "template:template reason:hash",
    "template_conditioned": "template:template conditions:hash",
    "engagement_recorded": "engagement:id revision:number facts:hash",
    "entry_recorded": "engagement:id entry:word number:number revision:number facts:hash",
    "document_issued": (
        "document:document revision:number on:day template:template inputs:[input] outputs:[output] tools:[tool]"
    ),
    "document_superseded": "document:document by_version:number",
    "document_withdrawn": "document:document reason:hash",
    "document_executed": "document:document on:day signed:hash",
    "blob_erased": "blob:hash ground:word",
    "checkpoint_signed": "size:number root:hash note:text",
    "checkpoint_timestamped": "size:number note:hash token:hash",
}
PARTS = {
    "document": "engagement:id kind:word number:number? version:number",
    "template": "name:name language:word version:name hash:hash",
    "input": "name:name blob:hash",
    "output": "format:word blob:hash sealed:hash?",
    "tool": "name:name version:name",
    "manifest": (
        "format:text engagement:id origin:name keys:[name] events:[event] files:[file] erased:[erased] "
        "withheld:[hash] checkpoints:[number] timestamps:[timestamp] people:[person] others:[other]"
    ),
    "event": "index:count text:text",
    "file": "path:name sha256:hash what:text events:[count]",
    "erased": "sha256:hash event:count",
    "timestamp": "path:name stamps:text",
    "person": "mark:hash name:text email:text salt:text",
    "other": "path:name sha256:hash",
}
FORMAT = "docgen bundle 1"


def fits(value: Any, shape: str) -> bool:
    """Say whether a value has a shape: its fields and no others, each of its kind."""
    if shape.endswith("?"):
        return value is None or fits(value, shape[:-1])
    if shape.startswith("["):
        return isinstance(value, list) and all(fits(item, shape[1:-1]) for item in value)
    if ":" in shape or shape in PARTS:
        fields = dict(part.split(":") for part in PARTS.get(shape, shape).split())
        return (
            isinstance(value, dict) and value.keys() == fields.keys() and all(fits(value[n], fields[n]) for n in fields)
        )
    if shape in ("one", "number", "count"):
        return type(value) is int and value >= (shape != "count") and (shape != "one" or value == 1)
    return isinstance(value, str) and re.fullmatch(KINDS[shape], value) is not None


def read_json(data: bytes, spell: Callable[[Any], str]) -> Any:
    """Return what JSON says; refused is every spelling but the one, and what readers understand differently."""

    def whole(digits: str) -> int:
        if len(digits) > 17 or abs(int(digits)) > 2**53 - 1:
            raise ValueError
        return int(digits)

    def refuse(_: str) -> NoReturn:
        raise ValueError

    try:
        value = json.loads(data.decode(), parse_int=whole, parse_float=refuse, parse_constant=refuse)
        if spell(value).encode() == data:
            return value
    except (ValueError, RecursionError):
        pass
    raise Refused("it is not JSON in the one spelling that counts")


def canonical(value: Any, depth: int = 64) -> str:
    """Return the spelling of RFC 8785, for text in Unicode NFC and no deeper than docgen records."""
    if depth < 0 or (isinstance(value, str) and not unicodedata.is_normalized("NFC", value)):
        raise ValueError
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key], depth - 1)}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth - 1) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def legible(value: Any) -> str:
    """Return the spelling of the manifest."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


# What events say, in words.


def plain(text: str) -> str:
    """Return a text as a terminal may show it: short, and with nothing in it that a terminal acts on."""
    return "".join(mark if mark.isprintable() else "?" for mark in text[:160])


def named(document: dict[str, Any]) -> str:
    """Return the name of a version of a document."""
    number = "" if document["number"] is None else f" {document['number']}"
    return f"{document['kind']}{number} version {document['version']}"


def uses(event: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield each hash of a file that an event names, what it is in a word, and of what."""
    of = named(event["document"]) if "document" in event else ""
    if "facts" in event:
        entry = f"{event['entry']} {event['number']}" if "entry" in event else event["engagement"]
        yield event["facts"], "facts", f"{entry} revision {event['revision']}"
    for item in event.get("inputs", ()):
        yield item["blob"], "input", f"{of}: {item['name']}"
    for item in event.get("outputs", ()):
        yield item["blob"], f"issued {item['format']}", of
        if item["sealed"]:
            yield item["sealed"], f"sealed {item['format']}", of
    if "template" in event:
        yield event["template"]["hash"], "template", f"{event['template']['name']} {event['template']['version']}"
    if "closure" in event:
        yield event["closure"], "template in one piece", f"{event['template']['name']} {event['template']['version']}"
    if "reason" in event:
        yield event["reason"], "reason", f"the withdrawal of {of}" if of else told(event)
    if "signed" in event:
        yield event["signed"], "signed copy", of
    if "token" in event:
        yield event["token"], "timestamp", f"the checkpoint over {event['size']} entries"
        yield event["note"], "checkpoint", f"{event['size']} entries, as stamped"


def told(event: dict[str, Any]) -> str:
    """Return what an event says, in a few words."""
    words = [named(event["document"])] if "document" in event else []
    shown = ("engagement", "entry", "number", "revision", "by_version", "on", "roles", "ground", "size")
    words += [f"{name.replace('_', ' ')} {event[name]}" for name in shown if name in event]
    words += [event[name][:12] for name in ("person", "blob") if name in event]
    return f"{event['event'].replace('_', ' ')}{': ' if words else ''}{', '.join(words)}"


# Reading. A ZIP is never unpacked, and nothing is believed of it but the bytes under a name.


@contextmanager
def opened(path: Path) -> Iterator[Members]:
    """Lend the files of a folder or a ZIP: for each name the size, and how to read it."""
    if path.is_dir():
        files = (Path(place, name) for place, _, names in os.walk(path) for name in names)
        yield collected((file.relative_to(path).as_posix(), *plain_file(file)) for file in files)
        return
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 42))
        tail = file.read()
    # A ZIP says at its end how long its table of contents is; one that is too long is not even opened.
    length = int.from_bytes(tail[-10:-6], "little")
    if len(tail) < 42 or tail[-22:-18] != b"PK\5\6" or tail[:4] == b"PK\6\7" or length > MOST_MEMBERS * 128:
        raise Refused("it is no ZIP, not all of it, or one with too many files")
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
            raise Refused("it is packed in a way in which no bundle is")
        yield collected((info.orig_filename, info.file_size, partial(archive.read, info)) for info in infos)


def plain_file(file: Path) -> tuple[int, Callable[[], bytes]]:
    """Return size and reader of a file in a folder; links are not followed."""
    if file.is_symlink() or not file.is_file():
        raise Refused(f"{plain(file.name)} is a link, or no plain file")
    return file.stat().st_size, file.read_bytes


def collected(files: Iterable[tuple[str, int, Callable[[], bytes]]]) -> Members:
    """Return the files by name, unless they are too many, too large, or two of a name."""
    members: dict[str, tuple[int, Callable[[], bytes]]] = {}
    total = 0
    for name, size, read in files:
        total += size
        if name in members:
            raise Refused(f"it has two files of the name {plain(name)}")
        if len(members) >= MOST_MEMBERS or size > MOST_OF_ONE or total > MOST_BYTES:
            raise Refused("it has more or larger files than a bundle may have")
        members[name] = size, read
    return members


# The examination.

WORD = "[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?"
EVENT, EARLIER = r"events/([0-9]{6,18})\.json", r"checkpoints/([0-9]{6,18})\.txt"
PLACES = rf"README\.txt|verify\.py|certificate\.pdf|manifest\.json|checkpoint\.txt|{EVENT}|{EARLIER}"
PLACES += r"|events/[0-9]{6,18}\.tlog-proof|checkpoints/[0-9]{6,18}\.consistency"
FILES = rf"(documents|facts|templates)(/{WORD}){{1,4}}"
STAMPS = rf"timestamps/{WORD}"
UNCHANGED = "issued, and nothing here says that it was executed, superseded or withdrawn"


@dataclass
class Examination:
    """What was found in a bundle: faults with the file they are in, what is sound, and what is not here."""

    members: Members
    given: Sequence[Key] = ()
    faults: list[tuple[str, str]] = field(default_factory=list)
    sound: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    files: dict[str, list[str]] = field(default_factory=dict)
    manifest: dict[str, Any] = field(
        default_factory=lambda: {part.split(":")[0]: [] for part in PARTS["manifest"].split()}
    )
    origin: str = ""
    keys: list[Key] = field(default_factory=list)
    note: bytes = b""
    head: Head = (0, b"")
    roots: dict[int, bytes] = field(default_factory=dict)
    leaves: dict[int, bytes] = field(default_factory=dict)
    events: dict[int, dict[str, Any]] = field(default_factory=dict)
    uses: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    states: dict[str, list[str]] = field(default_factory=dict)
    erased: dict[str, int] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    people: dict[str, str] = field(default_factory=dict)
    text_left: int = MOST_OF_TEXT

    def run(self, kept: Sequence[tuple[str, bytes]] = ()) -> Examination:
        """Examine everything; `kept` are checkpoints that the reader has from elsewhere, each with a name."""
        self.read_manifest()
        self.read_checkpoint()
        self.read_events()
        self.read_earlier_checkpoints()
        for name, note in kept:
            with self.blaming(name):
                self.compare(self.read_signed(note))
                self.sound.append(f"The checkpoint {plain(name)}, kept elsewhere, agrees: the log only grew from it.")
        self.follow_events()
        self.read_files()
        self.read_timestamps()
        self.account_for_files()
        self.read_people()
        self.compare_names()
        self.say_limits(kept)
        return self

    @contextmanager
    def blaming(self, where: str) -> Iterator[None]:
        """Note what is refused in the block as a fault, and go on."""
        try:
            yield
        except Refused as refusal:
            self.faults.append((plain(where), str(refusal)))

    def read(self, name: str, *, text: bool = True) -> bytes:
        """Return the bytes of a file; of all texts together only so much is read."""
        if name not in self.members:
            raise Refused("it is missing")
        size, reader = self.members[name]
        self.text_left -= size if text else 0
        if self.text_left < 0:
            raise Refused("it was not read: there is more text than a bundle may have")
        try:
            return reader()
        except CANNOT_READ as error:
            raise Refused(f"it cannot be read ({plain(str(error))})") from None

    def read_manifest(self) -> None:
        """Read what the bundle says it holds; nothing in it counts unless the events say so too."""
        with self.blaming("manifest.json"):
            value = read_json(self.read("manifest.json"), legible)
            if not fits(value, "manifest") or value["format"] != FORMAT:
                raise Refused(f"it is not the list of contents of a {FORMAT}")
            self.manifest, self.origin = value, value["origin"]
        for text in self.manifest["keys"]:
            with self.blaming("manifest.json"):
                self.keys.append(read_key(text))

    def read_checkpoint(self) -> None:
        """Read the checkpoint and verify its signature."""
        with self.blaming("checkpoint.txt"):
            self.note = self.read("checkpoint.txt")
            self.origin = self.origin or read_lines(self.note)[0]
            self.head = read_head(self.note, self.origin)
            self.roots[self.head[0]] = self.head[1]
            signed = ", ".join(signers(self.note, self.given or self.keys[-1:]))
            whose = "a key you gave" if self.given else "a key that came with the bundle"
            self.sound.append(f"The checkpoint over {self.head[0]} entries is signed by {plain(signed)}, {whose}.")

    def read_events(self) -> None:
        """Read every event and its proof; an event counts only when it is shown to be in the log."""
        for name in sorted(self.members):
            match = re.fullmatch(EVENT, name)
            if match:
                with self.blaming(name):
                    body = self.read(name)
                    with self.blaming(name[:-4] + "tlog-proof"):
                        self.prove(int(match[1]), body, self.read(name[:-4] + "tlog-proof"))
                    event = read_event(body)
                    if int(match[1]) in self.leaves:
                        self.events[int(match[1])] = event
        self.sound.append(
            f"{len(self.events)} events are spelled as they are hashed and are in the log at their place."
        )

    def prove(self, number: int, body: bytes, proof: bytes) -> None:
        """Verify that an event is in the log at its place."""
        index, hashes, note = read_proof(proof)
        if index != number or note != self.note:
            raise Refused("it is a proof for another entry or another checkpoint")
        if not is_included(leaf_hash(body), index, self.head, hashes):
            raise Refused(
                "it does not lead from the event to the root of the checkpoint: "
                "the event or the proof was altered or exchanged, or the event was never recorded"
            )
        self.leaves[index] = leaf_hash(body)

    def read_signed(self, note: bytes) -> Head:
        """Return size and root of another checkpoint of this log."""
        head = read_head(note, self.origin)
        signers(note, [*self.given, *self.keys])
        return head

    def read_earlier_checkpoints(self) -> None:
        """Verify that the log only grew from each earlier checkpoint to the last."""
        for name in sorted(self.members):
            match = re.fullmatch(EARLIER, name)
            if match:
                with self.blaming(name):
                    size, root = self.read_signed(self.read(name))
                    hashes = [decoded(line, 32) for line in read_lines(self.read(name[:-3] + "consistency"))]
                    if size != int(match[1]) or not is_beginning((size, root), self.head, hashes):
                        raise Refused(
                            "the log at the last checkpoint does not begin with the log at this one: a file of the "
                            "bundle was altered or exchanged, or the record was"
                        )
                    self.roots[size] = root
        earlier = [str(size) for size in sorted(self.roots) if size != self.head[0]]
        if earlier:
            self.sound.append(f"The log only grew since the checkpoints over {', '.join(earlier)} entries.")

    def compare(self, head: Head) -> None:
        """Compare a checkpoint with the log, when the bundle shows what the log was at that size."""
        root = self.roots.get(head[0])
        if root is None and self.is_whole and head[0] < self.head[0]:
            root = root_of([self.leaves[index] for index in range(head[0])])
        if root is None:
            raise Refused(
                f"it cannot be compared: the bundle does not show what the log was at {head[0]} entries. Ask the firm "
                "for a bundle that has this checkpoint among the earlier ones, or a later one"
            )
        if root != head[1]:
            raise Refused(
                f"it contradicts the bundle: the first {head[0]} entries are not those that were signed. Entries were "
                "changed, left out or put in since, or the whole record was made anew"
            )

    @property
    def is_whole(self) -> bool:
        """Say whether all entries of the log are in the bundle."""
        return len(self.leaves) == self.head[0] > 0

    def follow_events(self) -> None:
        """Go through the events in their order: whether they fit each other, and what became of each document."""
        for index, event in sorted(self.events.items()):
            for digest, word, of in uses(event):
                self.uses.setdefault(digest, []).append((index, word, of))
            with self.blaming(f"events/{index:06d}.json"):
                engagement = event.get("document", event).get("engagement", self.manifest["engagement"])
                if self.manifest["format"] and engagement != self.manifest["engagement"]:
                    raise Refused(f"it speaks of another engagement, {plain(engagement)}")
                if (index == 0) != (event["event"] == "workspace_created"):
                    raise Refused("a log begins with the event that founds it, and has only one")
                self.follow(index, event)
        for index, event in self.events.items():
            if event["event"] == "document_superseded":
                with self.blaming(f"events/{index:06d}.json"):
                    newer = {**event["document"], "version": event["by_version"]}
                    if named(newer) not in self.states or event["by_version"] <= event["document"]["version"]:
                        raise Refused(f"it puts {plain(named(newer))} in its place, and that is no later version here")
        if 0 in self.events and self.manifest["format"]:
            keys = [event["verifying_key"] for _, event in sorted(self.events.items()) if "verifying_key" in event]
            if keys != self.manifest["keys"] or self.events[0].get("origin") != self.origin:
                self.faults.append(("manifest.json", "its origin or keys are not those that the events name"))

    def follow(self, index: int, event: dict[str, Any]) -> None:
        """Note what one event changes for those before it."""
        kind = event["event"]
        if kind == "blob_erased":
            self.erased[event["blob"]] = index
        if kind == "checkpoint_signed":
            head = self.read_signed(event["note"].encode("utf-8", "replace"))
            if head != (event["size"], bytes.fromhex(event["root"])) or head[0] > index:
                raise Refused("it says something else than the checkpoint in it")
            if self.is_whole or head[0] in self.roots:
                self.compare(head)
        if "document" not in event:
            return
        name = named(event["document"])
        if (kind == "document_issued") == (name in self.states):
            raise Refused(
                f"{plain(name)} is issued {'twice' if name in self.states else 'in none of the events before'}"
            )
        states = self.states.setdefault(name, [])
        if kind == "document_superseded":
            states.append(f"superseded by version {event['by_version']} (event {index})")
        if kind == "document_withdrawn":
            states.append(f"withdrawn (event {index})")
        if kind == "document_executed":
            states.append(f"executed on {plain(event['on'])} (event {index})")

    def described(self, digest: str) -> list[str]:
        """Return in words what the events say of the file with a hash."""
        result = []
        for index, word, of in self.uses.get(digest, ()):
            states = self.states.get(of) or ([UNCHANGED] if of in self.states else [])
            result.append(plain(f"{word} of {of} (event {index})") + "".join(f", {state}" for state in states))
        return result

    def read_files(self) -> None:
        """Hold every file against the events, and against what the manifest says of it."""
        entries = {entry["path"]: entry for entry in self.manifest["files"]}
        for name in sorted(self.members):
            if re.fullmatch(FILES, name):
                with self.blaming(name):
                    digest = hashlib.sha256(self.read(name, text=False)).hexdigest()
                    self.files[name] = self.described(digest)
                    self.present.add(digest)
                    self.check_file(digest, entries.get(name))
        self.sound.append(f"{len(self.files)} files were held against the hashes that the events name.")

    def check_file(self, digest: str, entry: dict[str, Any] | None) -> None:
        """Refuse a file of which no event speaks, or of which the manifest says something else."""
        if digest not in self.uses:
            raise Refused(
                "no event here names its hash: it was altered, or is not of this record, or its event is missing"
            )
        if digest in self.erased:
            raise Refused(f"event {self.erased[digest]} says that it was erased, and it is here")
        words = {(index, word) for index, word, _ in self.uses[digest]}
        if entry and entry["sha256"] != digest:
            raise Refused("it was exchanged: the manifest lists another hash for it")
        if entry and not words.issuperset((index, entry["what"]) for index in entry["events"] or [-1]):
            raise Refused(
                f"the manifest says something else of it than the events do: {'; '.join(self.described(digest))}"
            )

    def read_timestamps(self) -> None:
        """Verify of which checkpoint each timestamp speaks, and say how to verify the authority's signature."""
        for stamp in self.manifest["timestamps"]:
            with self.blaming(stamp["path"]):
                token, note = self.read(stamp["path"]), self.read(stamp["stamps"])
                digest, stamped = (hashlib.sha256(data).hexdigest() for data in (token, note))
                self.present |= {digest, stamped}
                told = {self.events[index].get("note") for index, _, _ in self.uses.get(digest, ())}
                hashes = (hashlib.new(name, note).digest() for name in ("sha256", "sha384", "sha512"))
                if told - {stamped} or not any(value in token for value in hashes):
                    raise Refused(f"it is no timestamp of {plain(stamp['stamps'])}")
                self.limits.append(
                    f"When {plain(stamp['stamps'])} was stamped, and by whom. Ask: openssl ts -verify -token_in -in "
                    f"{plain(stamp['path'])} -data {plain(stamp['stamps'])} -CAfile AUTHORITY.pem"
                )

    def account_for_files(self) -> None:
        """Say of every file that an event names and that is not here whether it was erased, withheld or is missing."""
        for digest in sorted(self.uses.keys() - self.present):
            words = "; ".join(self.described(digest))
            if digest in self.erased:
                self.gone.append(f"Erased, as event {self.erased[digest]} says: {words}.")
            elif digest in self.manifest["withheld"]:
                self.gone.append(f"Withheld by whoever made the bundle: {words}. Its SHA-256 is {digest}.")
            elif any(word != "template" for _, word, _ in self.uses[digest]):
                self.faults.append(("the bundle", f"a file is missing: {words}. Its SHA-256 is {digest}"))
        for entry in self.manifest["erased"]:
            if self.erased.get(entry["sha256"]) != entry["event"]:
                self.faults.append(("manifest.json", f"no event here says that {entry['sha256']} was erased"))

    def read_people(self) -> None:
        """Verify for each person that is disclosed that address and salt make the mark in the events."""
        marks = {event[name] for event in self.events.values() for name in ("actor", "person") if name in event}
        for person in self.manifest["people"]:
            with self.blaming("manifest.json"):
                try:
                    address = unicodedata.normalize("NFC", person["email"]).casefold().encode()
                    mark = hmac.new(bytes.fromhex(person["salt"]), address, hashlib.sha256).hexdigest()
                except ValueError:
                    mark = ""
                if mark != person["mark"] or mark not in marks:
                    raise Refused(f"{plain(person['email'])} is not the person {person['mark'][:12]} of the events")
                self.people[mark] = plain(person["email"])

    def compare_names(self) -> None:
        """Report files that are missing, added, or in a place where a bundle has none."""
        manifest = self.manifest
        expected = {"manifest.json", "checkpoint.txt", *(entry["path"] for entry in manifest["others"])}
        expected |= {
            f"events/{entry['index']:06d}.{kind}" for entry in manifest["events"] for kind in ("json", "tlog-proof")
        }
        expected |= {
            f"checkpoints/{size:06d}.{kind}" for size in manifest["checkpoints"] for kind in ("txt", "consistency")
        }
        expected |= {entry["path"] for kind in ("files", "timestamps") for entry in manifest[kind]}
        if manifest["format"]:
            for name in sorted(expected - self.members.keys()):
                self.faults.append((plain(name), "it is missing: the manifest lists it"))
        for name in sorted(self.members):
            if not re.fullmatch(f"{PLACES}|{FILES}|{STAMPS}", name):
                self.faults.append((plain(name), "no bundle has a file of such a name"))
            elif manifest["format"] and name not in expected:
                self.faults.append((plain(name), "it was added: the manifest does not list it"))
        for entry in manifest["others"]:
            if entry["path"] in self.members:
                with self.blaming(entry["path"]):
                    if hashlib.sha256(self.read(entry["path"], text=False)).hexdigest() != entry["sha256"]:
                        raise Refused("it was altered: its bytes are not those that the manifest lists")

    def say_limits(self, kept: Sequence[tuple[str, bytes]]) -> None:
        """Say what all this does not show, and what the reader can do about it."""
        keys = ", ".join(plain(text) for text in self.manifest["keys"]) or "none"
        given = ", ".join(plain(name) for name, _ in kept)
        self.limits[:0] = [
            "That the whole record was not made anew before the oldest checkpoint that somebody outside the firm has "
            f"kept{f' (compared here: {given}).' if given else ': give one, or a PDF with one, by --checkpoint.'}",
            "That the times are right: they are those of the firm's clock, unless a timestamp below says so.",
            "README.txt, certificate.pdf and the texts in manifest.json are for reading; they prove nothing.",
        ]
        if not self.given:
            self.limits.insert(0, f"That the key is the firm's: it came with the bundle. Compare it elsewhere: {keys}.")
        if not self.is_whole:
            here = f"{len(self.events)} of the {self.head[0]} entries are here"
            self.limits.insert(0, f"That no event was left out: {here}, and nothing is known of the others.")

    def history(self) -> list[str]:
        """Return what happened, one line for each event."""
        lines = []
        for index, event in sorted(self.events.items()):
            who = self.people.get(event["actor"], f"person {event['actor'][:12]}")
            lines.append(plain(f"{index}  {event['at']}  {who}: {told(event)}"))
        return lines

    def about(self, path: str, data: bytes) -> tuple[bool, list[str]]:
        """Say whether a file from elsewhere is one that the events name, and what they say of it."""
        digest = hashlib.sha256(data).hexdigest()
        known = self.described(digest)
        if digest in self.erased:
            known.append(f"the firm has erased its own copy (event {self.erased[digest]})")
        unknown = "No event here names its hash: it was altered, or it is not of this record, or its event is not here."
        return bool(known), [f"{plain(path)}, SHA-256 {digest}", *(known or [unknown])]


def read_event(body: bytes) -> dict[str, Any]:
    """Return what an event says."""
    event = read_json(body, canonical)
    kind = event.get("event") if isinstance(event, dict) else None
    if not isinstance(kind, str) or not fits(event, COMMON + EVENTS.get(kind, "unknown:text")):
        raise Refused("it is no event that this program knows; a newer docgen may bring a newer verify.py")
    return dict(event)


# The report.


def report(found: Examination, asked: list[str], *, known: bool) -> str:
    """Return the report for people; `known` says whether the file asked about is one of those recorded."""
    parts = [
        (f"Record {plain(found.origin)}, engagement {plain(str(found.manifest['engagement'] or 'unknown'))}", []),
        ("The file you asked about", asked),
        ("Verified", found.sound),
        ("History", found.history()),
        ("Files", [f"{name}: {'; '.join(words) or 'unknown'}" for name, words in found.files.items()]),
        ("Not here", found.gone),
        ("Not shown by this", found.limits),
        ("Faults", [f"{where}: {what}." for where, what in found.faults]),
    ]
    lines: list[str] = []
    for title, items in parts:
        lines += ["", title, *(f"  {item}" for item in items)] if items or not lines else []
    verdict = "SOUND: no fault was found" if known else "NOT RECORDED: the bundle is sound, and the file is none of it"
    if found.faults:
        verdict = f"DOES NOT VERIFY: {len(found.faults)} {'fault' if len(found.faults) == 1 else 'faults'}"
    return "\n".join([*lines[1:], "", verdict, ""])


class Arguments(argparse.ArgumentParser):
    """The command line; a wrong call ends with exit code 1."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the call."""
        self.exit(USAGE, f"{self.format_usage()}{message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify what the command line names, write the report and return the exit code."""
    parser = Arguments(prog="verify.py", description="Verify a bundle of recorded documents, offline.")
    parser.add_argument("bundle", nargs="?", type=Path, default=Path(__file__).resolve().parent, help="folder or ZIP")
    parser.add_argument("--key", action="append", default=[], help="a verifying key of the firm that you know")
    kept_help = "a checkpoint you have kept, or an issued PDF that carries one"
    parser.add_argument("--checkpoint", action="append", default=[], type=Path, help=kept_help)
    parser.add_argument("--file", type=Path, help="a document: is it one of those recorded?")
    parser.add_argument("--json", action="store_true", help="write the report as JSON")
    options = parser.parse_args(arguments)
    try:
        given = [read_key(text) for text in options.key]
        kept = [(str(path), note) for path in options.checkpoint for note in kept_checkpoints(path)]
        asked = options.file and options.file.read_bytes()
        options.bundle.stat()
    except Refused as refusal:
        parser.error(str(refusal))
    except OSError as error:
        parser.error(plain(str(error)))
    found = Examination({}, given)
    try:
        with opened(options.bundle) as members:
            found = Examination(members, given).run(kept)
    except (Refused, *CANNOT_READ) as error:
        found.faults.append((plain(str(options.bundle)), plain(str(error))))
    known, about = (True, []) if asked is None else found.about(str(options.file), asked)
    sound = known and not found.faults
    if options.json:
        names = ("origin", "faults", "sound", "gone", "limits", "files")
        result = {
            "verifies": sound,
            "file": about,
            "history": found.history(),
            **{name: getattr(found, name) for name in names},
        }
        text = json.dumps(result, indent=1) + "\n"
    else:
        text = report(found, about, known=known)
    # A file name may hold what the terminal's alphabet has not.
    sys.stdout.write(text.encode(sys.stdout.encoding, "backslashreplace").decode(sys.stdout.encoding))
    return SOUND if sound else UNVERIFIED


if __name__ == "__main__":
    sys.exit(main())
