"""All that is wrong with a log: every entry, hash, checkpoint, blob and person that is not as it was recorded.

The tree is computed anew from the entries alone and everything else is held against it. Who rebuilt the whole log,
hashes and all, is found out only by a checkpoint that was kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Protocol

from docgen.errors import DocgenError
from docgen.models.values import shown
from docgen.store.blobs import BlobAlteredError, BlobErasedError, BlobMissingError, Blobs
from docgen.store.database import RecordDamagedError
from docgen.store.events import CheckpointSigned, Event, WorkspaceCreated, read_event
from docgen.store.merkle import leaf_hash, node_hash, root
from docgen.store.notes import (
    Checkpoint,
    NoteError,
    UnsignedNoteError,
    VerifyingKey,
    WrongOriginError,
    open_checkpoint,
    read_verifying_key,
)
from docgen.store.people import Person
from docgen.store.projections import AMENDED, TABLES, Key, Row, Table, Tables, Value, changes
from docgen.store.state import State, advance

Ranges = tuple[range, ...]
# How many entries in a row may be unreadable before the rest is given up; a page of the database holds some ten.
_PATIENCE = 1000


class FaultKind(StrEnum):
    """What can be wrong with a record."""

    DATABASE = "database"
    ENTRY_MISSING = "entry_missing"
    ENTRY_ALTERED = "entry_altered"
    ENTRY_UNREADABLE = "entry_unreadable"
    ENTRY_MISPLACED = "entry_misplaced"
    HASH_ALTERED = "hash_altered"
    HASH_MISSING = "hash_missing"
    HASH_ASTRAY = "hash_astray"
    CHECKPOINT_REFUSED = "checkpoint_refused"
    CHECKPOINT_CONTRADICTED = "checkpoint_contradicted"
    BLOB_MISSING = "blob_missing"
    BLOB_ALTERED = "blob_altered"
    BLOB_NOT_ERASED = "blob_not_erased"
    PERSON_MISSING = "person_missing"
    PERSON_ALTERED = "person_altered"
    PERSON_NOT_FORGOTTEN = "person_not_forgotten"
    ROW_MISSING = "row_missing"
    ROW_ALTERED = "row_altered"
    ROW_ASTRAY = "row_astray"


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a record, and the entries it touches, counted from 0."""

    kind: FaultKind
    message: str
    entries: range | None = None

    def __str__(self) -> str:
        return f"{self.message} [{self.kind}]"


class StoredLog(Protocol):
    """A log as it is stored; nothing it says is taken on trust."""

    def bodies(self, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield number and bytes of every entry there is from one on, in rising order."""

    def hashes(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield level, position and hash of every node there is, in rising order."""

    def hash_at(self, level: int, position: int) -> bytes | None:
        """Return the hash of one node, or None."""

    def people(self) -> Iterable[Person]:
        """Yield who stands behind the marks."""

    def table_rows(self, table: Table) -> Iterator[tuple[Value, ...]]:
        """Yield every row of a table that follows from the log."""


def find_faults(
    log: StoredLog,
    blobs: Blobs,
    checkpoints: Iterable[str] = (),
    keys: Iterable[VerifyingKey] = (),
) -> list[Fault]:
    """Return every fault of a log, of the blobs it names, and of the people it names.

    `checkpoints` are signed notes that were kept elsewhere; `keys` are the log's keys as known from elsewhere, by
    default those that the log itself names.
    """
    examination = _Examination(log)
    examination.read_entries()
    examination.compare_hashes()
    examination.compare_checkpoints(checkpoints, tuple(keys))
    examination.read_blobs(blobs)
    examination.compare_people()
    examination.compare_tables()
    return examination.faults


@dataclass
class _Tree:
    """The tree computed anew: its nodes, level by level, without a gap."""

    levels: list[bytearray] = field(default_factory=list)
    size: int = 0

    def append(self, leaf: bytes) -> None:
        place, level = self.size, 0
        self._put(level, leaf)
        while place & 1:
            leaf = node_hash(self(level, place - 1), leaf)
            place, level = place >> 1, level + 1
            self._put(level, leaf)
        self.size += 1

    def __call__(self, level: int, position: int) -> bytes:
        return bytes(self.levels[level][position * 32 : position * 32 + 32])

    def _put(self, level: int, node: bytes) -> None:
        if level == len(self.levels):
            self.levels.append(bytearray())
        self.levels[level] += node


@dataclass
class _Examination:
    log: StoredLog
    faults: list[Fault] = field(default_factory=list)
    tree: _Tree = field(default_factory=_Tree)
    # Entries behind a gap that no stored hash bridges, so that the tree ends before them.
    beyond: dict[int, bytes] = field(default_factory=dict)
    state: State = field(default_factory=State)
    blobs: dict[str, int] = field(default_factory=dict)
    tables: Tables = field(default_factory=Tables)

    def read_entries(self) -> None:
        """Build the tree and the state from the entries."""
        expected = failures = 0
        while failures < _PATIENCE:
            try:
                for number, body in self.log.bodies(expected + failures):
                    if number > expected:
                        self._bridge(expected, number)
                    self._take(number, body)
                    expected, failures = number + 1, 0
            except DocgenError as error:
                if not failures:
                    self._add(FaultKind.DATABASE, f"Entry {expected} cannot be read from the database. {_said(error)}")
                failures += 1
            else:
                return

    def compare_hashes(self) -> None:
        """Hold the stored nodes against the tree."""
        worse: set[int] = set()
        compared = 0
        try:
            for level, nodes in groupby(self.log.hashes(), key=lambda node: node[0]):
                self._miss_levels(compared, level)
                worse = self._compare_level(level, ((position, node) for _, position, node in nodes), worse)
                compared = level + 1
        except DocgenError as error:
            self._add(FaultKind.DATABASE, f"The hashes cannot be read to their end. {_said(error)}")
        self._miss_levels(compared, len(self.tree.levels))

    def compare_checkpoints(self, notes: Iterable[str], keys: tuple[VerifyingKey, ...]) -> None:
        """Hold checkpoints from elsewhere against the tree."""
        known = keys or tuple(read_verifying_key(text) for text in self.state.keys)
        for note in notes:
            try:
                checkpoint = open_checkpoint(note, self.state.origin, known)
            except (UnsignedNoteError, WrongOriginError) as error:
                message = f"A checkpoint given is not taken. {error} {_MADE_ANEW}"
                self._add(FaultKind.CHECKPOINT_REFUSED, message)
            except NoteError as error:
                self._add(FaultKind.CHECKPOINT_REFUSED, f"A checkpoint given is not taken. {error}")
            else:
                self._compare_checkpoint(checkpoint)

    def read_blobs(self, store: Blobs) -> None:
        """Read every blob that an entry names."""
        for digest, number in self.blobs.items():
            fault = _blob_fault(store, digest, erased=digest in self.state.erased)
            if fault:
                kind, what = fault
                self._add(kind, f"The blob {digest} of entry {number} {what}.", number)

    def compare_people(self) -> None:
        """Hold the people against the marks in the log."""
        try:
            people = {person.mark: person for person in self.log.people()}
        except DocgenError as error:
            self._add(FaultKind.DATABASE, f"The people cannot be read. {_said(error)}")
            return
        for mark, person in people.items():
            if not person.fits:
                self._add(FaultKind.PERSON_ALTERED, f"Address or salt of the person {mark[:12]} was altered.")
            if mark in self.state.forgotten:
                self._add(FaultKind.PERSON_NOT_FORGOTTEN, f"The person {mark[:12]} was to be forgotten, and is not.")
        for mark in sorted(self.state.roles.keys() - people.keys() - self.state.forgotten):
            self._add(FaultKind.PERSON_MISSING, f"Nobody stands behind the person {mark[:12]} any more.")

    def compare_tables(self) -> None:
        """Hold every other table against what follows from the entries.

        What differs only because an entry is damaged is not told again. Rows are let go when they are compared.
        """
        damaged = tuple(fault.entries for fault in self.faults if fault.kind in _OF_ENTRIES and fault.entries)
        for table in TABLES:
            wanted = self.tables.rows.pop(table.name)
            try:
                for row in self.log.table_rows(table):
                    key = row[: table.key_length]
                    self._compare_row(table, key, row, wanted.pop(key, None), damaged)
            except DocgenError as error:
                self._add(FaultKind.DATABASE, f"The table {table.name} cannot be read to its end. {_said(error)}")
            for key, missing in wanted.items():
                self._compare_row(table, key, None, missing, damaged)

    def _compare_row(self, table: Table, key: Key, row: Row | None, wanted: Row | None, damaged: Ranges) -> None:
        if row == wanted or _follows_from(table, row, wanted, damaged):
            return
        where = f"In the table {table.name} the row {shown('/'.join(map(str, key)))}"
        if wanted is None:
            self._add(FaultKind.ROW_ASTRAY, f"{where} does not follow from the log.")
        elif row is None:
            self._add(FaultKind.ROW_MISSING, f"{where} is missing.")
        else:
            self._add(FaultKind.ROW_ALTERED, f"{where} was altered: {', '.join(_differing(table, row, wanted))}.")

    def _bridge(self, start: int, stop: int) -> None:
        """Carry the tree over missing entries by the hashes that are left of them, as far as there are any."""
        self._add(FaultKind.ENTRY_MISSING, f"In the log {_entries(start, stop)} cannot be found.", start, stop)
        for number in range(start, stop):
            leaf = self._hash_left(number)
            if leaf is None or self.tree.size != number:
                return
            self.tree.append(leaf)

    def _hash_left(self, number: int) -> bytes | None:
        try:
            leaf = self.log.hash_at(0, number)
        except DocgenError:
            return None
        return leaf if leaf and len(leaf) == 32 else None

    def _take(self, number: int, body: bytes) -> None:
        leaf = leaf_hash(body)
        if self.tree.size == number:
            self.tree.append(leaf)
        else:
            self.beyond[number] = leaf
        try:
            event = read_event(body)
        except DocgenError as error:
            self._add(FaultKind.ENTRY_UNREADABLE, f"Entry {number} cannot be read. {error}", number)
        else:
            self._follow(number, event)

    def _follow(self, number: int, event: Event) -> None:
        if (number == 0) != isinstance(event, WorkspaceCreated):
            message = "Entry 0 does not found a log." if number == 0 else f"Entry {number} founds the log once more."
            self._add(FaultKind.ENTRY_MISPLACED, message, number)
            return
        if isinstance(event, CheckpointSigned):
            self._compare_own_checkpoint(number, event)
        self.state = advance(self.state, event)
        self.tables.apply(changes(number, event))
        for digest in event.blobs:
            self.blobs.setdefault(digest, number)

    def _compare_own_checkpoint(self, number: int, event: CheckpointSigned) -> None:
        known = [read_verifying_key(text) for text in self.state.keys[-1:]]
        try:
            checkpoint = open_checkpoint(event.note, self.state.origin, known)
        except NoteError as error:
            self._add(FaultKind.CHECKPOINT_REFUSED, f"The checkpoint in entry {number} is not taken. {error}", number)
            return
        if (checkpoint.size, checkpoint.root.hex()) != (event.size, event.root) or checkpoint.size > number:
            message = f"The checkpoint in entry {number} says something else than the entry does."
            self._add(FaultKind.CHECKPOINT_REFUSED, message, number)
        else:
            self._compare_checkpoint(checkpoint)

    def _compare_checkpoint(self, checkpoint: Checkpoint) -> None:
        size = checkpoint.size
        if size > self.tree.size:
            message = (
                f"A checkpoint was signed over {size} entries; only the first {self.tree.size} are there in one piece. "
                "The end was cut off, entries were taken out, or this is another branch of the log."
            )
        elif root(self.tree, size) != checkpoint.root:
            message = (
                f"The first {size} entries are not those over which a checkpoint was signed: "
                "at least one was changed, exchanged or moved, or the whole log was made anew."
            )
        else:
            return
        self._add(FaultKind.CHECKPOINT_CONTRADICTED, message, 0, size)

    def _compare_level(self, level: int, stored: Iterator[tuple[int, bytes]], worse: set[int]) -> set[int]:
        """Hold one level against the tree and return the positions that differ; `worse` are those one level below."""
        expected, unseen = 0, set() if level else set(self.beyond)
        altered, astray = set(), set()
        for position, node in stored:
            self._miss(level, expected, min(position, self._count(level)))
            expected = max(expected, position + 1)
            unseen.discard(position)
            wanted = self._wanted(level, position)
            if wanted is None:
                astray.add(position)
            elif wanted != node:
                altered.add(position)
        self._miss(level, expected, self._count(level))
        for start, stop in _runs(unseen):
            self._miss(level, start, stop)
        # What stands above a difference differs because of it, and what stands behind a gap cannot be told.
        for start, stop in _runs(_not_above(altered, worse)):
            self._blame(FaultKind.HASH_ALTERED if level else FaultKind.ENTRY_ALTERED, level, start, stop)
        for start, stop in _runs(set() if level and self.beyond else _not_above(astray, worse)):
            self._blame(FaultKind.HASH_ASTRAY if level else FaultKind.ENTRY_MISSING, level, start, stop)
        return altered | astray

    def _count(self, level: int) -> int:
        return self.tree.size >> level if 0 <= level < len(self.tree.levels) else 0

    def _wanted(self, level: int, position: int) -> bytes | None:
        if 0 <= position < self._count(level):
            return self.tree(level, position)
        return self.beyond.get(position) if level == 0 else None

    def _miss_levels(self, start: int, stop: int) -> None:
        for level in range(start, min(stop, len(self.tree.levels))):
            self._miss(level, 0, self._count(level))

    def _miss(self, level: int, start: int, stop: int) -> None:
        if start < stop:
            self._blame(FaultKind.HASH_MISSING, level, start, stop)

    def _blame(self, kind: FaultKind, level: int, start: int, stop: int) -> None:
        if not 0 <= level < len(self.tree.levels):
            self._add(kind, f"There is a hash on level {level}, and the tree has no such level.")
            return
        start, stop = start << level, stop << level
        self._add(kind, _BLAME[kind].format(_entries(start, stop)), start, stop)

    def _add(self, kind: FaultKind, message: str, start: int | None = None, stop: int | None = None) -> None:
        entries = None if start is None else range(start, start + 1 if stop is None else stop)
        self.faults.append(Fault(kind, message, entries))


_OF_ENTRIES = frozenset(
    {
        FaultKind.ENTRY_MISSING,
        FaultKind.ENTRY_ALTERED,
        FaultKind.ENTRY_UNREADABLE,
        FaultKind.ENTRY_MISPLACED,
        FaultKind.HASH_ALTERED,
        FaultKind.HASH_MISSING,
        FaultKind.HASH_ASTRAY,
    }
)
"""Faults after which the rows that follow from the entries may differ too."""

_MADE_ANEW = "If it was kept from this record, the record was made anew: that is what one looks like then."

_BLAME = {
    FaultKind.ENTRY_ALTERED: "The words of {} are not those whose hash was recorded.",
    FaultKind.ENTRY_MISSING: "Of {} only the hash is left: the end of the log was cut off.",
    FaultKind.HASH_ALTERED: (
        "The hash over {} is not the one recorded: it was altered, or one of them was exchanged with its own hash."
    ),
    FaultKind.HASH_MISSING: "A hash over {} is missing.",
    FaultKind.HASH_ASTRAY: "There is a hash over {}, and there are not so many entries.",
}


def _blob_fault(store: Blobs, digest: str, *, erased: bool) -> tuple[FaultKind, str] | None:
    try:
        store.read(digest)
    except BlobMissingError:
        return None if erased else (FaultKind.BLOB_MISSING, "is missing")
    except BlobErasedError:
        return None if erased else (FaultKind.BLOB_MISSING, "was erased without the log saying so")
    except BlobAlteredError:
        return FaultKind.BLOB_ALTERED, "was altered"
    except OSError as error:
        return FaultKind.BLOB_MISSING, f"cannot be read ({error.strerror})"
    except DocgenError as error:
        return FaultKind.BLOB_MISSING, f"cannot be read ({error})"
    return (FaultKind.BLOB_NOT_ERASED, "was to be erased, and is not") if erased else None


def _said(error: DocgenError) -> str:
    # Whoever reads this is verifying already, and need not be told to.
    return f"The record is damaged: {error.what}." if isinstance(error, RecordDamagedError) else str(error)


def _differing(table: Table, row: Row, wanted: Row) -> tuple[str, ...]:
    return tuple(name for name, here, there in zip(table.names, row, wanted, strict=True) if here != there)


def _follows_from(table: Table, row: Row | None, wanted: Row | None, damaged: Ranges) -> bool:
    """Say whether a row may differ only because entries are damaged: its own, or one that changed it later."""
    if not damaged:
        return False
    if "sequence" not in table.names:
        return True
    place = table.names.index("sequence")
    own = [each[place] for each in (row, wanted) if each is not None]
    if any(number in entries for number in own for entries in damaged):
        return True
    return row is not None and wanted is not None and AMENDED.issuperset(_differing(table, row, wanted))


def _not_above(positions: set[int], worse: set[int]) -> set[int]:
    return {position for position in positions if not worse & {2 * position, 2 * position + 1}}


def _runs(numbers: set[int]) -> Iterator[tuple[int, int]]:
    """Yield begin and end (not included) of each run of numbers without a gap."""
    for _, pairs in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in pairs]
        yield run[0], run[-1] + 1


def _entries(start: int, stop: int) -> str:
    return f"entry {start}" if stop - start == 1 else f"entries {start} to {stop - 1}"
