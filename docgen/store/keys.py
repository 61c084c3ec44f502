"""The file of the log's private key: made once, never overwritten, readable by its owner only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from docgen.errors import MissingHereError
from docgen.store.disk import flush_folder
from docgen.store.notes import NoteError, SigningKey, make_signing_key, read_signing_key


class KeyMissingError(MissingHereError):
    """The key that signs the log's checkpoints is not here."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The log's signing key is not at {path}. Bring it back from a backup, or set DOCGEN_SIGNING_KEY to its "
            "file. Without it nothing more can be signed; `docgen audit new-key` begins another one."
        )


class KeyUnreadableError(MissingHereError):
    """The key file holds no key, or nobody lets us read it."""

    def __init__(self, path: Path, why: NoteError | OSError) -> None:
        if isinstance(why, OSError):
            message = f"The log's signing key at {path} cannot be read: {why.strerror}. Change the rights of the file"
        else:
            message = f"{path} holds no signing key: {why} Bring the file back from a backup"
        super().__init__(f"{message}, or set DOCGEN_SIGNING_KEY to another one.")


def read_key(path: Path) -> SigningKey:
    """Return the key in a file; raises KeyMissingError and KeyUnreadableError."""
    try:
        return read_signing_key(path.read_bytes().decode(errors="replace").strip())
    except FileNotFoundError:
        raise KeyMissingError(path) from None
    except (NoteError, OSError) as error:
        raise KeyUnreadableError(path, error) from None


def make_key(path: Path, name: str) -> SigningKey:
    """Make a key and keep it in a file; return the key that is there when another process was quicker."""
    key = make_signing_key(name)
    keep_key(path, key)
    return read_key(path)


def keep_key(path: Path, key: SigningKey) -> None:
    """Write a key to a file that is not there yet, whole or not at all; one that is there is kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".new-key-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(key.secret_text() + "\n")
            file.flush()
            os.fchmod(file.fileno(), 0o400)
            os.fsync(file.fileno())
        # Unlike a rename, a link never takes the place of a key.
        if not path.exists():
            path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        Path(draft).unlink(missing_ok=True)
        flush_folder(path.parent)


def key_in_file(path: Path, wanted: str) -> SigningKey:
    """Return the key in a file; one that waits beside it takes its place first when it is the one wanted.

    `wanted` is the text of the verifying key that the log names. Raises KeyMissingError and KeyUnreadableError.
    """
    waiting = _waiting(path)
    # A folder that may not be looked into is told of when the key itself is read.
    if os.access(waiting, os.F_OK) and str(read_key(waiting).verifying_key) == wanted:
        follow_key(path)
    return read_key(path)


def begin_key(path: Path, name: str) -> SigningKey:
    """Return a key that is to take the place of the one in a file; it waits beside it, and is made once only."""
    return make_key(_waiting(path), name)


def follow_key(path: Path) -> None:
    """Put the key that waits in the place of the old one, which is kept beside it under its id."""
    waiting = _waiting(path)
    if path.exists():
        old = path.with_name(f"{path.name}.{read_key(path).verifying_key.id.hex()}")
        if not old.exists():
            old.hardlink_to(path)
    waiting.replace(path)
    flush_folder(path.parent)


def _waiting(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")
