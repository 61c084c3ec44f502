"""Who stands behind a mark: the addresses and salts that the log leaves out, so that they can be erased."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from docgen.errors import DocgenError
from docgen.store.database import Database
from docgen.store.events import person_mark

_SALT_LENGTH = 32


@dataclass(frozen=True)
class Person:
    """An address and the salt with which it makes the mark."""

    mark: str
    email: str
    salt: bytes = field(repr=False)

    @property
    def fits(self) -> bool:
        """Say whether address and salt make the mark."""
        return person_mark(self.email, self.salt) == self.mark


class ErasureUnfinishedError(DocgenError):
    """A salt was deleted, but its bytes may still stand in the file."""

    def __init__(self, mark: str) -> None:
        super().__init__(
            f"The person {mark[:12]} is forgotten, but another process reads the record, so that the old bytes still "
            "stand in its file. End that process and forget the person once more."
        )


class People:
    """The people of a record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark(self, email: str) -> str:
        """Return the mark of an address; one that is new gets a salt, which is on the disk when this returns."""
        address = _plain(email)
        with self._database.writing():
            known = self.find(address)
            if known:
                return known
            # Chance is wanted here: nobody may find an address by trying all of them.
            salt = secrets.token_bytes(_SALT_LENGTH)
            mark = person_mark(address, salt)
            self._database.rows("INSERT INTO people VALUES (?, ?, ?)", mark, address, salt)
        return mark

    def find(self, email: str) -> str | None:
        """Return the mark of an address, or None for one that has none."""
        rows = self._database.rows("SELECT mark FROM people WHERE email = ?", _plain(email))
        return rows[0][0] if rows else None

    def email(self, mark: str) -> str | None:
        """Return the address behind a mark, or None when it was forgotten or never known here."""
        rows = self._database.rows("SELECT email FROM people WHERE mark = ?", mark)
        return rows[0][0] if rows else None

    def forget(self, mark: str) -> None:
        """Erase address and salt of a mark for good; the log has to say so first.

        Copies in backups are out of reach here. Raises ErasureUnfinishedError while another process reads.
        """
        with self._database.writing():
            self._database.rows("DELETE FROM people WHERE mark = ?", mark)
        # Until it is emptied, the deleted row still stands in the write-ahead file.
        ((busy, _, _),) = self._database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            raise ErasureUnfinishedError(mark)

    def __iter__(self) -> Iterator[Person]:
        """Yield all people in the order of their marks."""
        # As bytes: what was tampered with may be no text any more, and has to be read all the same to be named.
        statement = "SELECT CAST(mark AS BLOB), CAST(email AS BLOB), CAST(salt AS BLOB) FROM people ORDER BY mark"
        for row in self._database.rows(statement):
            mark, email, salt = (value or b"" for value in row)
            yield Person(mark.decode(errors="replace"), email.decode(errors="replace"), salt)


def _plain(email: str) -> str:
    return unicodedata.normalize("NFC", email).casefold()
