"""Who stands behind a mark: the addresses and salts that the log leaves out, so that they can be erased."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from docgen.errors import DocgenError
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


class PeopleStorage(Protocol):
    """Where people are kept. What is asked and written within `writing` happens as if nobody else were there."""

    def writing(self) -> AbstractContextManager[None]:
        """Return the block in which all is written or nothing."""

    def mark_of(self, address: str) -> str | None:
        """Return the mark kept with an address, or None."""

    def address_of(self, mark: str) -> str | None:
        """Return the address kept with a mark, or None."""

    def keep_person(self, person: Person) -> None:
        """Write a person who is new."""

    def drop_person(self, mark: str) -> None:
        """Erase a person; raises ErasureUnfinishedError when the old bytes still stand in a file of ours."""

    def people(self) -> Iterator[Person]:
        """Yield all people in the order of their marks."""


class People:
    """The people of a record."""

    def __init__(self, storage: PeopleStorage) -> None:
        self._storage = storage

    def mark(self, email: str) -> str:
        """Return the mark of an address; one that is new gets a salt, which is on the disk when this returns."""
        address = _plain(email)
        with self._storage.writing():
            known = self.find(address)
            if known:
                return known
            # Chance is wanted here: nobody may find an address by trying all of them.
            salt = secrets.token_bytes(_SALT_LENGTH)
            mark = person_mark(address, salt)
            self._storage.keep_person(Person(mark, address, salt))
        return mark

    def find(self, email: str) -> str | None:
        """Return the mark of an address, or None for one that has none."""
        return self._storage.mark_of(_plain(email))

    def email(self, mark: str) -> str | None:
        """Return the address behind a mark, or None when it was forgotten or never known here."""
        return self._storage.address_of(mark)

    def forget(self, mark: str) -> None:
        """Erase address and salt of a mark for good; the log has to say so first.

        Copies in backups, and what the server of a database keeps of deleted rows, are out of reach here. Raises
        ErasureUnfinishedError while another process reads a record that is a file.
        """
        self._storage.drop_person(mark)

    def __iter__(self) -> Iterator[Person]:
        """Yield all people in the order of their marks."""
        return self._storage.people()


def _plain(email: str) -> str:
    return unicodedata.normalize("NFC", email).casefold()
