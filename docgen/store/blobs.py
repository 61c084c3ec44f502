"""Content under the hash of its bytes: kept so that a name always stands for the whole of it, and never changed.

In a folder a blob is written beside its place, brought to the disk, made read-only and renamed; then the folder is
brought to the disk too. Only after that may an event name it. A blob without an event is harmless.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from docgen.errors import DocgenError, ExitCode, NotFoundError
from docgen.store.disk import flush_folder

_HASH = re.compile(r"[0-9a-f]{64}")
_TOMBSTONE = ".erased"
_WAITING = "waiting"


class BlobMissingError(NotFoundError):
    """A blob is not in the store."""

    def __init__(self, digest: str, place: Path | str) -> None:
        super().__init__(
            f"{place} has no blob {digest}. Bring it back from a backup; its name is the hash of its bytes."
        )


class BlobErasedError(NotFoundError):
    """A blob was erased on purpose."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"The blob {digest} was erased on purpose. `docgen audit log` says when and on what ground.")


class BlobAlteredError(DocgenError):
    """The bytes of a blob are no longer those of its name."""

    exit_code = ExitCode.UNVERIFIED

    def __init__(self, digest: str, place: Path | str) -> None:
        super().__init__(
            f"{place} was altered: its bytes are not those of the hash {digest}. Bring it back from a backup."
        )


class BlobNameError(DocgenError):
    """A text is not the name of a blob."""

    exit_code = ExitCode.USAGE

    def __init__(self, digest: str) -> None:
        super().__init__(f"{digest!r} names no blob: a name is the 64 small hexadecimal digits of a SHA-256 hash.")


class Blobs(Protocol):
    """Where blobs are kept; several processes may use it at once."""

    @property
    def place(self) -> str:
        """Return where that is, for messages."""

    def put(self, data: bytes) -> str:
        """Keep bytes and return their hash; they are on the disk when this returns, or with the block of writing.

        Raises BlobErasedError for bytes that were erased, and BlobAlteredError when they are here but damaged.
        """

    def read(self, digest: str) -> bytes:
        """Return the bytes of a blob; raises BlobMissingError, BlobErasedError, BlobAlteredError, BlobNameError."""

    def erase(self, digest: str) -> None:
        """Erase a blob and leave a tombstone; the log has to say so first."""

    def is_erased(self, digest: str) -> bool:
        """Say whether a blob has a tombstone."""

    def __contains__(self, digest: str) -> bool: ...

    def __iter__(self) -> Iterator[str]:
        """Yield the hashes of all blobs, in order."""


def checked_name(digest: str) -> str:
    """Return a text that is the name of a blob; raises BlobNameError."""
    if not _HASH.fullmatch(digest):
        raise BlobNameError(digest)
    return digest


class BlobFolder:
    """Blobs in a folder of a local file system; several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def place(self) -> str:
        """Return the folder, for messages."""
        return str(self.folder)

    def put(self, data: bytes) -> str:
        """Keep bytes and return their hash; they are on the disk when this returns.

        Raises BlobErasedError for bytes that were erased, BlobAlteredError when they are here but damaged, and
        OSError when the disk does not take them.
        """
        digest = sha256(data).hexdigest()
        path = self._path(digest)
        if self.is_erased(digest):
            raise BlobErasedError(digest)
        if path.exists():
            self.read(digest)
        else:
            self._write(path, data)
        # Another process may have renamed the same blob a moment ago and not have brought the name to the disk yet.
        flush_folder(path.parent)
        return digest

    def read(self, digest: str) -> bytes:
        """Return the bytes of a blob; raises BlobMissingError, BlobErasedError, BlobAlteredError, BlobNameError."""
        path = self._path(digest)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise (
                BlobErasedError(digest) if self.is_erased(digest) else BlobMissingError(digest, self.folder)
            ) from None
        if sha256(data).hexdigest() != digest:
            raise BlobAlteredError(digest, path)
        return data

    def erase(self, digest: str) -> None:
        """Erase a blob and leave a tombstone; what is erased already stays erased.

        The log has to say so first. Copies in backups, and what a disk keeps of deleted files, are out of reach here.
        """
        path = self._path(digest)
        self._make_folders(path.parent)
        path.with_suffix(_TOMBSTONE).touch(mode=0o444)
        path.unlink(missing_ok=True)
        flush_folder(path.parent)

    def is_erased(self, digest: str) -> bool:
        """Say whether a blob has a tombstone."""
        return self._path(digest).with_suffix(_TOMBSTONE).exists()

    def __contains__(self, digest: str) -> bool:
        return self._path(digest).exists()

    def __iter__(self) -> Iterator[str]:
        """Yield the hashes of all blobs, in order."""
        for path in sorted(self.folder.glob("??/*")):
            if _HASH.fullmatch(path.name) and path.parent.name == path.name[:2]:
                yield path.name

    def _path(self, digest: str) -> Path:
        return self.folder / checked_name(digest)[:2] / digest

    def _write(self, path: Path, data: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=self._make_folders(path.parent))
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(file.fileno(), 0o444)
                os.fsync(file.fileno())
            Path(name).rename(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _make_folders(self, wanted: Path) -> Path:
        """Make the folders that are missing and return the one in which blobs are written first."""
        waiting = self.folder / _WAITING
        if not (waiting.exists() and wanted.exists()):
            for prefix in range(256):
                (self.folder / f"{prefix:02x}").mkdir(parents=True, exist_ok=True)
            flush_folder(self.folder)
            flush_folder(self.folder.parent)
            # The last one, so that whoever sees it knows the others to be on the disk.
            waiting.mkdir(exist_ok=True)
        return waiting
