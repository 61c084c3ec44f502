"""Signed notes and checkpoints (C2SP signed-note and tlog-checkpoint): what a log says of itself, under a key.

A note is text, an empty line, and lines of signatures: an em dash, the key's name, and in base64 the key's id with the
Ed25519 signature. A checkpoint is a note of three lines: whose log, how many entries, the root over them.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from docgen.errors import DocgenError, ExitCode

_ED25519 = b"\x01"
_PRIVATE = "PRIVATE+KEY+"
_DASH = "— "
_SIGNATURE_LIMIT = 100
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


class NoteError(DocgenError):
    """A note, or a key, cannot be read or is not to be believed."""

    exit_code = ExitCode.UNVERIFIED


class UnsignedNoteError(NoteError):
    """No known key has signed a note."""

    def __init__(self, names: Iterable[str]) -> None:
        signed = ", ".join(names)
        super().__init__(f"The note is signed by {signed}, and by none of the keys given. Give the key of its log.")


class ForgedNoteError(NoteError):
    """A note bears the name of a known key, but not its signature."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The signature of {name} does not fit the note: it was altered, or another made it.")


class WrongOriginError(NoteError):
    """A checkpoint is genuine, but of another log."""

    def __init__(self, origin: str, expected: str) -> None:
        super().__init__(f"The checkpoint is one of the log {origin}, not of {expected}. Compare with the right log.")


@dataclass(frozen=True)
class VerifyingKey:
    """The public half of a key; as text it can be handed to anybody."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_key(self.name, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(_ED25519 + self.public)}"

    @property
    def id(self) -> bytes:
        """Return the four bytes by which a signature tells its key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]


@dataclass(frozen=True)
class SigningKey:
    """The private half of a key."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_key(self.name, self.seed)

    @property
    def verifying_key(self) -> VerifyingKey:
        """Return the public half."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return VerifyingKey(self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    def secret_text(self) -> str:
        """Return the key as text; whoever has it can sign as the log."""
        return f"PRIVATE+KEY+{self.name}+{self.verifying_key.id.hex()}+{_base64(_ED25519 + self.seed)}"

    def sign(self, text: str) -> bytes:
        """Return the signature of a text."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())


@dataclass(frozen=True)
class Note:
    """The text of a note and the known keys that signed it."""

    text: str
    signers: tuple[VerifyingKey, ...]


@dataclass(frozen=True)
class Checkpoint:
    """What a log was at one time; `extension` lines are signed along but mean nothing here."""

    origin: str
    size: int
    root: bytes
    extension: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join([self.origin, str(self.size), _base64(self.root), *self.extension, ""])


def make_signing_key(name: str) -> SigningKey:
    """Return a new key; raises NoteError for a name with spaces or “+”."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return SigningKey(name, Ed25519PrivateKey.generate().private_bytes_raw())


def read_verifying_key(text: str) -> VerifyingKey:
    """Return the key that NAME+ID+BASE64 says; raises NoteError when the parts do not fit each other."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    key = VerifyingKey(name, _key_bytes(encoded))
    _check_id(key, key_id)
    return key


def read_signing_key(text: str) -> SigningKey:
    """Return the key that PRIVATE+KEY+NAME+ID+BASE64 says; raises NoteError when the parts do not fit each other."""
    if not text.startswith(_PRIVATE):
        raise NoteError(f"A private key begins with {_PRIVATE}. Give the file the key was written to.")
    name, _, rest = text.removeprefix(_PRIVATE).partition("+")
    key_id, _, encoded = rest.partition("+")
    key = SigningKey(name, _key_bytes(encoded))
    _check_id(key.verifying_key, key_id)
    return key


def sign_note(text: str, *keys: SigningKey) -> str:
    """Return a note of a text, signed by each key; raises NoteError for a text that no note can hold."""
    if not text.endswith("\n") or not _is_plain(text):
        raise NoteError("A note is text that ends with a line break and holds no other control character.")
    lines = [f"{_DASH}{key.name} {_base64(key.verifying_key.id + key.sign(text))}\n" for key in keys]
    return f"{text}\n{''.join(lines)}"


def open_note(note: str, known: Iterable[VerifyingKey]) -> Note:
    """Return the text of a note that a known key has signed.

    Signatures of other keys are passed over. Raises NoteError for what is no note, UnsignedNoteError when no
    known key signed it, ForgedNoteError when a signature in the name and id of a known key is not its own.
    """
    text, signatures = _split(note)
    keys = _by_name_and_id(known)
    signers = []
    for signature in signatures:
        key = keys.get((signature.name, signature.key_id))
        if key is not None:
            _check_signature(text, key, signature.bytes)
            signers.append(key)
    if not signers:
        raise UnsignedNoteError(signature.name for signature in signatures)
    return Note(text, tuple(dict.fromkeys(signers)))


def read_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that the text of a note says; raises NoteError for any other text."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not _SIZE.fullmatch(lines[1]):
        raise NoteError("The note is no checkpoint: it has not the three lines of origin, size and root.")
    root = _decoded(lines[2])
    if len(root) != 32:
        raise NoteError(f"The checkpoint's root has {len(root)} bytes instead of 32.")
    return Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:-1]))


def open_checkpoint(note: str, origin: str, known: Iterable[VerifyingKey]) -> Checkpoint:
    """Return the checkpoint of the log `origin` in a note that a known key has signed.

    Raises what open_note and read_checkpoint raise, and WrongOriginError for a checkpoint of another log.
    """
    checkpoint = read_checkpoint(open_note(note, known).text)
    if checkpoint.origin != origin:
        raise WrongOriginError(checkpoint.origin, origin)
    return checkpoint


@dataclass(frozen=True)
class _Signature:
    name: str
    key_id: bytes
    bytes: bytes


def _split(note: str) -> tuple[str, tuple[_Signature, ...]]:
    """Return the text of a note, which may hold empty lines itself, and its signatures."""
    end = note.rfind("\n\n") + 1
    lines = note[end + 1 :].split("\n")
    if not end or lines.pop() or not _is_plain(note):
        raise NoteError("This is no signed note: it is not text, an empty line and lines of signatures.")
    if not 0 < len(lines) <= _SIGNATURE_LIMIT:
        raise NoteError(f"A note has between one and {_SIGNATURE_LIMIT} signatures; this one has {len(lines)}.")
    return note[:end], tuple(_read_signature(line) for line in lines)


def _read_signature(line: str) -> _Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    both = _decoded(encoded)
    if not line.startswith(_DASH) or not name or len(both) < 5:
        raise NoteError(f"“{line}” is no line of a signature: a dash, a name, and base64.")
    return _Signature(name, both[:4], both[4:])


def _by_name_and_id(keys: Iterable[VerifyingKey]) -> dict[tuple[str, bytes], VerifyingKey]:
    known: dict[tuple[str, bytes], VerifyingKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.id), key) != key:
            raise NoteError(f"Two of the keys given bear the name {key.name} and the id {key.id.hex()}. Give one.")
    return known


def _check_signature(text: str, key: VerifyingKey, signature: bytes) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except InvalidSignature:
        raise ForgedNoteError(key.name) from None


def _check_key(name: str, half: bytes) -> None:
    if not name or "+" in name or any(mark.isspace() for mark in name) or not _is_plain(name):
        raise NoteError(f"“{name}” names no key: a name has neither spaces nor “+”.")
    if len(half) != 32:
        raise NoteError(f"The key {name} has {len(half)} bytes instead of 32. Copy the key's text again, all of it.")


def _check_id(key: VerifyingKey, key_id: str) -> None:
    if key.id.hex() != key_id:
        raise NoteError(f"The id {key_id} is not that of the key {key.name}. Copy the key's text again, all of it.")


def _key_bytes(encoded: str) -> bytes:
    decoded = _decoded(encoded)
    if decoded[:1] != _ED25519:
        raise NoteError("The key is not one of Ed25519. Copy the key's text again, all of it.")
    return decoded[1:]


def _is_plain(text: str) -> bool:
    """Say whether text holds whole characters only, and no control character but line breaks."""
    return all(mark == "\n" or (mark >= " " and not "\ud800" <= mark <= "\udfff") for mark in text)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    # The last letter has bits to spare; a second spelling of the same bytes is not taken.
    if not data or _base64(data) != text:
        raise NoteError(f"“{text}” is not base64.")
    return data
