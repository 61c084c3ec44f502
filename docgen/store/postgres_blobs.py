"""Blobs in a table of a record's PostgreSQL database, so that a team shares them; an erased one leaves its hash."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from docgen.store.blobs import BlobAlteredError, BlobErasedError, BlobMissingError, checked_name
from docgen.store.postgres import Postgres


class PostgresBlobs:
    """Blobs in a database; several processes may use it at once."""

    def __init__(self, database: Postgres) -> None:
        self._database = database

    @property
    def place(self) -> str:
        """Return which database it is, for messages."""
        return self._database.place

    def put(self, data: bytes) -> str:
        """Keep bytes and return their hash; they are on the disk when this returns, or with the block of writing.

        Raises BlobErasedError for bytes that were erased, BlobAlteredError when they are here but damaged, and what
        writing raises.
        """
        digest = sha256(data).hexdigest()
        if self._is_kept(digest) is None:
            ((kept,),) = self._database.rows("SELECT put_blob(?)", data)
            if kept:
                return digest
        # Kept before, or erased before or meanwhile.
        self.read(digest)
        return digest

    def read(self, digest: str) -> bytes:
        """Return the bytes of a blob; raises BlobMissingError, BlobErasedError, BlobAlteredError, BlobNameError."""
        rows = self._database.rows("SELECT content FROM blobs WHERE hash = ?", bytes.fromhex(checked_name(digest)))
        if not rows:
            raise BlobMissingError(digest, self.place)
        data: bytes | None = rows[0][0]
        if data is None:
            raise BlobErasedError(digest)
        if sha256(data).hexdigest() != digest:
            raise BlobAlteredError(digest, f"The blob {digest[:12]} in {self.place}")
        return data

    def erase(self, digest: str) -> None:
        """Erase a blob and leave a tombstone; what is erased already stays erased.

        The log has to say so first: without its event the server refuses, and RecordFailedError is raised. Copies in
        backups, and what the server keeps of deleted rows until it overwrites them, are out of reach here.
        """
        self._database.rows("SELECT erase_blob(?)", bytes.fromhex(checked_name(digest)))

    def is_erased(self, digest: str) -> bool:
        """Say whether a blob has a tombstone."""
        return self._is_kept(digest) is False

    def __contains__(self, digest: str) -> bool:
        return self._is_kept(digest) is True

    def __iter__(self) -> Iterator[str]:
        """Yield the hashes of all blobs, in order."""
        for (digest,) in self._database.rows("SELECT hash FROM blobs WHERE content IS NOT NULL ORDER BY hash"):
            yield digest.hex()

    def _is_kept(self, digest: str) -> bool | None:
        """Say whether a blob is kept or was erased; None for one that was never here."""
        name = bytes.fromhex(checked_name(digest))
        rows = self._database.rows("SELECT content IS NOT NULL FROM blobs WHERE hash = ?", name)
        return bool(rows[0][0]) if rows else None
