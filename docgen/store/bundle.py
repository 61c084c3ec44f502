"""The export bundle: one ZIP with which somebody who has nothing else can check what a firm recorded.

The ZIP has the same bytes for the same contents: sorted, without a clock. It is judged by its own verifier before it is
handed out, so that no bundle is written that does not verify.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docgen.errors import DocgenError, ExitCode
from docgen.models.values import shown
from docgen.store import verifier
from docgen.store.notes import read_checkpoint
from docgen.store.proofs import SUFFIX, Proof, write_hashes, write_proof

CERTIFICATE = "certificate.pdf"
CHECKPOINT = "checkpoint.txt"
MANIFEST = "manifest.json"
README = "README.txt"
VERIFIER = "verify.py"

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_GAP = "\n\n"
_UNIX = 3
_READABLE = 0o100644 << 16
_FILE = re.compile(verifier.FILES)
_STAMP = re.compile(verifier.STAMPS)
# Names that Windows gives to devices; a file of such a name could not be unpacked there.
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


class BundlePathError(DocgenError):
    """A file cannot stand under this name in a bundle."""

    exit_code = ExitCode.USAGE

    def __init__(self, path: str, why: str) -> None:
        super().__init__(
            f"“{shown(path)}” is no name for a file of a bundle: {why}. Make it of ids: plain letters, digits, "
            "“.”, “-” and “_”, below documents/, facts/, templates/ or timestamps/."
        )


class BundleUnsoundError(DocgenError):
    """What was gathered for a bundle does not verify; all faults are named."""

    exit_code = ExitCode.UNVERIFIED

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        self.faults = faults
        told = "\n".join(f"  {where}: {what}." for where, what in faults)
        super().__init__(
            f"No bundle was written, because it would not verify:\n{told}\n`docgen audit verify` names what is damaged."
        )


class BundleTooLargeError(DocgenError):
    """There is more than a bundle can hold."""

    def __init__(self, count: int, size: int) -> None:
        super().__init__(
            f"The bundle would have {count} files of {size} bytes together, and its verifier would not read that: "
            f"it takes {verifier.MOST_MEMBERS} files, {verifier.MOST_OF_ONE} bytes in one and {verifier.MOST_BYTES} in "
            "all. Withhold the largest files."
        )


@dataclass(frozen=True)
class BundledEvent:
    """An event with its proof against the bundle's checkpoint, and a line that says it to people."""

    index: int
    body: bytes
    hashes: tuple[bytes, ...]
    text: str = ""


@dataclass(frozen=True)
class BundledFile:
    """A file, where it stands in the bundle, and the indices of the events that name its hash as `what`.

    `what` is one of `issued FORMAT`, `sealed FORMAT`, `signed copy`, `facts`, `input`, `reason` and `template`. The
    hash of a template is of its closure, so its file holds the one text that catalogue's version_hash digests.
    """

    path: str
    content: bytes
    what: str
    events: tuple[int, ...]


@dataclass(frozen=True)
class EarlierCheckpoint:
    """A checkpoint signed before the bundle's own, and the proof that the log only grew from it."""

    note: str
    hashes: tuple[bytes, ...]


@dataclass(frozen=True)
class Timestamp:
    """An RFC 3161 token over the bytes of a note: of the bundle's checkpoint or of an earlier one."""

    path: str
    token: bytes
    note: str


@dataclass(frozen=True)
class DisclosedPerson:
    """Who stands behind a mark, where whoever exports decides to say so; the salt (hexadecimal) makes it verifiable."""

    name: str
    email: str
    salt: str


@dataclass(frozen=True)
class BundleContents:
    """All that goes into a bundle; nothing is looked up elsewhere.

    `keys` are the texts of the log's keys in their order, the last one in force; `checkpoint_note` covers all entries.
    `erased` has for each erased blob the index of the event that says so. Every blob that an entry names is among
    the files, erased, or `withheld` on purpose: the reader is told which.
    """

    engagement: str
    origin: str
    keys: tuple[str, ...]
    checkpoint_note: str
    entries: tuple[BundledEvent, ...]
    files: tuple[BundledFile, ...] = ()
    erased: tuple[tuple[str, int], ...] = ()
    withheld: tuple[str, ...] = ()
    earlier_checkpoints: tuple[EarlierCheckpoint, ...] = ()
    timestamps: tuple[Timestamp, ...] = ()
    people: Mapping[str, DisclosedPerson] = field(default_factory=dict)
    certificate: bytes | None = None


def write_bundle(contents: BundleContents) -> bytes:
    """Return the ZIP of a bundle.

    Raises BundlePathError for a name that is not safe everywhere or is given twice, BundleUnsoundError when the bundle
    would not verify, BundleTooLargeError, and docgen.store.notes.NoteError for a note that is no checkpoint.
    """
    members = _unique([*_proofs(contents), *_documents(contents), *_companions(contents)])
    others = {name: members[name] for name in (CERTIFICATE, README, VERIFIER) if name in members}
    members[MANIFEST] = verifier.legible(_manifest(contents, others)).encode()
    readers = {name: (len(content), partial(bytes, content)) for name, content in members.items()}
    examination = verifier.Examination(readers).run()
    if examination.faults:
        raise BundleUnsoundError(tuple(examination.faults))
    return _zipped(members)


Members = Iterator[tuple[str, bytes]]


def _proofs(contents: BundleContents) -> Members:
    """Yield the checkpoints, the events and what proves them."""
    yield CHECKPOINT, contents.checkpoint_note.encode()
    for entry in contents.entries:
        proof = write_proof(Proof(entry.index, entry.hashes, contents.checkpoint_note))
        yield f"events/{entry.index:06d}.json", entry.body
        yield f"events/{entry.index:06d}{SUFFIX}", proof.encode()
    for earlier in contents.earlier_checkpoints:
        yield f"{_place(earlier.note)}.txt", earlier.note.encode()
        yield f"{_place(earlier.note)}.consistency", write_hashes(earlier.hashes).encode()


def _documents(contents: BundleContents) -> Members:
    """Yield the files that events speak of, and timestamps."""
    for file in contents.files:
        yield _checked(file.path, _FILE), file.content
    for stamp in contents.timestamps:
        yield _checked(stamp.path, _STAMP), stamp.token


def _companions(contents: BundleContents) -> Members:
    """Yield what explains the bundle and verifies it."""
    yield VERIFIER, files("docgen.store").joinpath("verifier.py").read_bytes()
    yield README, _readme(contents).encode()
    if contents.certificate is not None:
        yield CERTIFICATE, contents.certificate


def _unique(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    members: dict[str, bytes] = {}
    taken: set[str] = set()
    for name, content in files:
        if name.lower() in taken:
            raise BundlePathError(name, "another file has it, on systems that do not tell capitals from small letters")
        taken.add(name.lower())
        members[name] = content
    return members


def _checked(path: str, allowed: re.Pattern[str]) -> str:
    if not allowed.fullmatch(path):
        raise BundlePathError(path, "not every system could unpack it safely")
    if any(_DEVICE.fullmatch(part) for part in path.split("/")):
        raise BundlePathError(path, "Windows keeps that name for a device")
    return path


def _size(note: str) -> int:
    """Return the size that a checkpoint says; its signature is verified with all the rest."""
    return read_checkpoint(f"{note.rpartition(_GAP)[0]}\n").size


def _place(note: str) -> str:
    return f"checkpoints/{_size(note):06d}"


def _manifest(contents: BundleContents, others: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what the bundle says it holds; the verifier believes nothing of it that the events do not say too."""
    stamped = {contents.checkpoint_note: CHECKPOINT}
    stamped |= {earlier.note: f"{_place(earlier.note)}.txt" for earlier in contents.earlier_checkpoints}
    return {
        "format": verifier.FORMAT,
        "engagement": contents.engagement,
        "origin": contents.origin,
        "keys": list(contents.keys),
        "events": [{"index": entry.index, "text": entry.text} for entry in contents.entries],
        "files": [
            {"path": file.path, "sha256": _digest(file.content), "what": file.what, "events": list(file.events)}
            for file in contents.files
        ],
        "erased": [{"sha256": digest, "event": index} for digest, index in contents.erased],
        "withheld": list(contents.withheld),
        "checkpoints": [_size(earlier.note) for earlier in contents.earlier_checkpoints],
        "timestamps": [
            {"path": stamp.path, "stamps": stamped.get(stamp.note, "a checkpoint that is not in the bundle")}
            for stamp in contents.timestamps
        ],
        "people": [
            {"mark": mark, "name": person.name, "email": person.email, "salt": person.salt}
            for mark, person in sorted(contents.people.items())
        ],
        "others": [{"path": name, "sha256": _digest(content)} for name, content in sorted(others.items())],
    }


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def _zipped(members: Mapping[str, bytes]) -> bytes:
    """Return a ZIP in the order of the names and without a clock."""
    sizes = [len(content) for content in members.values()]
    if len(sizes) > verifier.MOST_MEMBERS or max(sizes) > verifier.MOST_OF_ONE or sum(sizes) > verifier.MOST_BYTES:
        raise BundleTooLargeError(len(sizes), sum(sizes))
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name in sorted(members):
            info = ZipInfo(name, _FIRST_DAY)
            info.create_system, info.external_attr, info.compress_type = _UNIX, _READABLE, ZIP_DEFLATED
            archive.writestr(info, members[name])
    return stream.getvalue()


def _readme(contents: BundleContents) -> str:
    return _README.format(
        engagement=contents.engagement,
        origin=contents.origin,
        size=_size(contents.checkpoint_note),
        entries=len(contents.entries),
        files=len(contents.files),
        keys="\n".join(f"    {key}" for key in contents.keys),
    )


_README = """\
The record of the engagement {engagement}
==========================================

This bundle comes from the record "{origin}". It holds {entries} events of that record, {files} files of
which they speak, and what is needed to check, without the firm and without its programs, that none of it was changed
since it was recorded.


How to check it

Any computer with Python 3.8 or newer will do, without a network. Unpack the ZIP, open a terminal in its folder, type

    python3 verify.py

(on Windows: py verify.py). The ZIP can also be checked as it is: python3 verify.py BUNDLE.zip. The report ends with
SOUND, or with DOES NOT VERIFY and every fault that was found.

    python3 verify.py --file contract.pdf           is a file of yours one of those recorded, and what became of it?
    python3 verify.py --checkpoint checkpoint.txt   does this bundle agree with a checkpoint that you kept?
    python3 verify.py --checkpoint letter.pdf       does it agree with the checkpoint in an issued PDF that you kept?
    python3 verify.py --key KEY                     is it signed with the key that you know to be the firm's?

Who does not trust a program that came with the bundle takes it from docgen itself (docgen/store/verifier.py), or has
an expert read it: it is one file, and uses nothing but Python.


What it shows

- Each event in events/ is an entry of the record, exactly as it was recorded, at the place that its name says
  (.tlog-proof, see c2sp.org/tlog-proof), under the signed checkpoint in checkpoint.txt, which covers {size} entries.
- Each file in documents/, facts/ and templates/ has the bytes of which an event names the SHA-256.
- Since each checkpoint in checkpoints/, entries were only added to the record; none was changed or taken away.


What it does not show

- That the whole record was not made anew, with other events, before anybody outside the firm had a checkpoint of it.
  Every issued PDF carries a checkpoint as an attachment, checkpoint.txt. Whoever kept such a PDF from earlier gives
  it with --checkpoint as it is, or takes the attachment out first: pdfdetach -saveall letter.pdf
- That the key is the firm's. These keys came with the bundle; compare them with what you have from elsewhere:

{keys}

- That the times are right. They are those of the firm's own clock. Where timestamps/ holds tokens of an authority
  (RFC 3161), the report says how to check them with openssl.
- That no event was left out, unless the report says nothing about it: then all entries are here.
- Who a person is. People stand in the events as salted hashes. Where the firm decided to say who is meant, the
  verifier checks that the address belongs to the hash.

README.txt, certificate.pdf and the texts in manifest.json are for reading. They prove nothing; the events do.
"""
