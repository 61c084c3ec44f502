"""The log: events in their order, each under a hash, in a tree whose root stands for all of them.

An event is written together with the hashes it completes, in one transaction that is on the disk before anybody is
told; the blobs it names have to be there before. Whoever tries again under the same key gets the first receipt.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from docgen.errors import DocgenError, ExitCode, NotFoundError
from docgen.store import merkle
from docgen.store.blobs import BlobMissingError, Blobs
from docgen.store.database import RecordDamagedError
from docgen.store.events import CheckpointSigned, Event, KeyChanged, WorkspaceCreated, read_event, write_event
from docgen.store.merkle import Frontier
from docgen.store.notes import Checkpoint, SigningKey, VerifyingKey, sign_note
from docgen.store.projections import Change, Value, changes
from docgen.store.verification import Fault, FaultKind, StoredLog, find_faults

# How many entries are read at once on the way back: at first, and at most.
_FEW, _MANY = 20, 1000


class LogMovedError(DocgenError):
    """Something was recorded since the log was read."""

    def __init__(self, expected: int, size: int) -> None:
        super().__init__(
            f"Something was recorded in the meantime: the log has {size} entries and had {expected}. "
            "Nothing was written. Look at what is new, then try again."
        )


class KeyReusedError(DocgenError):
    """An idempotency key was used before, for another kind of event."""

    def __init__(self, key: str, kind: str) -> None:
        super().__init__(f"Under the key {key} a {kind} is recorded already. Another event needs another key.")


class FoundationError(DocgenError):
    """A log begins with its foundation, and has one only."""

    def __init__(self) -> None:
        super().__init__("A log begins with the event that founds it and takes no second one. Nothing was written.")


class EntryMissingError(NotFoundError):
    """The log has no such entry."""

    def __init__(self, index: int, size: int) -> None:
        super().__init__(f"The log has no entry {index}: it has {size}, counted from 0.")


class WrongKeyError(DocgenError):
    """A key does not sign for this log."""

    def __init__(self, key: VerifyingKey, wanted: str) -> None:
        super().__init__(
            f"{key} does not sign for this log; {wanted} does. Give that one, or record the change of key."
        )


class ContradictionError(DocgenError):
    """The log is no longer what its last checkpoint says it was."""

    exit_code = ExitCode.UNVERIFIED

    def __init__(self, size: int) -> None:
        super().__init__(
            f"The first {size} entries are not those that were signed last, so nothing more is signed. "
            "`docgen audit verify` names all that is damaged."
        )


@dataclass(frozen=True)
class Head:
    """Size and root of the log."""

    size: int
    root: bytes


@dataclass(frozen=True)
class Receipt:
    """Where an event stands and the tree right behind it; `repeated` when it had been recorded before."""

    index: int
    leaf: bytes
    root: bytes
    size: int
    repeated: bool = False


@dataclass(frozen=True)
class Entry:
    """An event at its place in the log, and the bytes its leaf is the hash of."""

    index: int
    body: bytes
    event: Event


class LogStorage(StoredLog, Protocol):
    """Where a log is kept. What is asked and written within `writing` happens as if nobody else were there."""

    def writing(self) -> AbstractContextManager[None]:
        """Return the block in which all is written or nothing."""

    def reading(self) -> AbstractContextManager[None]:
        """Return the block in which all is read as it is at one moment."""

    def size(self) -> int:
        """Return the number of entries."""

    def add(self, index: int, body: bytes, completed: Sequence[bytes]) -> None:
        """Write an entry and the nodes that it completes, from its leaf upward."""

    def project(self, changes: Iterable[Change]) -> None:
        """Write what an entry changes in the tables that follow from the log."""

    def clear_tables(self) -> None:
        """Delete every row of the tables that follow from the log."""

    def select(self, query: str, *values: Value) -> list[tuple[Any, ...]]:
        """Return the rows that a query answers; `?` stands for each value."""

    def body_at(self, index: int) -> bytes | None:
        """Return the bytes of one entry, or None."""

    def index_of(self, idempotency_key: str) -> int | None:
        """Return the number of the entry under a key, or None."""

    def last_of(self, kind: str) -> int | None:
        """Return the number of the last entry of a kind, or None."""

    def faults(self) -> list[str]:
        """Return what is wrong with the storage itself."""


class Ledger:
    """A log, and the blobs its events name."""

    def __init__(self, storage: LogStorage, blobs: Blobs) -> None:
        self._storage = storage
        self._blobs = blobs

    def head(self) -> Head:
        """Return size and root as they are now."""
        size = self._storage.size()
        return Head(size, merkle.root(self._node, size))

    def head_size(self) -> int:
        """Return the number of entries as it is now, without reading the tree."""
        return self._storage.size()

    def find(self, idempotency_key: str) -> Entry | None:
        """Return the entry recorded under a key, or None; raises what `entry` raises."""
        index = self._storage.index_of(idempotency_key)
        return None if index is None else self.entry(index)

    def last_of(self, kind: str) -> Entry | None:
        """Return the last entry of a kind of event, or None; raises what `entry` raises."""
        index = self._storage.last_of(kind)
        return None if index is None else self.entry(index)

    def append(self, event: Event, *, after: int | None = None) -> Receipt:
        """Record one event and return its receipt; see append_all."""
        return self.append_all([event], after=after)[0]

    def append_all(self, events: Sequence[Event], *, after: int | None = None) -> tuple[Receipt, ...]:
        """Record all of these events or none, and return their receipts; all is on the disk when this returns.

        An event whose idempotency key is recorded already is not written again: its receipt is the first one. `after`
        is the size of the log on which the events were decided; for it only new events count.

        Raises LogMovedError when the log has grown since, KeyReusedError, FoundationError, BlobMissingError for an
        event that names a blob before it is kept, RecordBusyError and RecordFailedError.
        """
        receipts: list[Receipt] = []
        with self._storage.writing():
            size = self._storage.size()
            edge = merkle.frontier(self._node, size)
            for event in events:
                receipt = self.receipt(event)
                if receipt is None:
                    if after is not None and after != size:
                        raise LogMovedError(after, size)
                    receipt, edge = self._write(event, edge)
                receipts.append(receipt)
        return tuple(receipts)

    def receipt(self, event: Event) -> Receipt | None:
        """Return the receipt of what is recorded under an event's idempotency key, or None.

        Raises KeyReusedError when that is another kind of event.
        """
        index = self._storage.index_of(event.idempotency_key)
        if index is None:
            return None
        kind = self.entry(index).event.event
        if kind != event.event:
            raise KeyReusedError(event.idempotency_key, kind)
        return Receipt(index, self._node(0, index), merkle.root(self._node, index + 1), index + 1, repeated=True)

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Yield the entries from `start` to before `stop`.

        Raises RecordDamagedError at an entry that is missing or not what was recorded, UnreadableEventError and
        NewerEventError.
        """
        expected = start
        for index, body in self._storage.bodies(start) if stop is None or start < stop else ():
            yield self._checked(expected, body if index == expected else None)
            expected += 1
            if expected == stop:
                return

    def entries_backwards(self) -> Iterator[Entry]:
        """Yield the entries from the last one to the first, few at a time; raises what `entries` raises."""
        stop, count = self._storage.size(), _FEW
        while stop:
            start = max(0, stop - count)
            yield from reversed(tuple(self.entries(start, stop)))
            stop, count = start, min(2 * count, _MANY)

    def entry(self, index: int) -> Entry:
        """Return one entry; raises EntryMissingError and what `entries` raises."""
        size = self._storage.size()
        if not 0 <= index < size:
            raise EntryMissingError(index, size)
        return self._checked(index, self._storage.body_at(index))

    def inclusion_proof(self, index: int, size: int) -> tuple[bytes, ...]:
        """Return the proof that an entry is in the tree of `size` entries; raises EntryMissingError."""
        there = self._storage.size()
        if not 0 <= index < size <= there:
            raise EntryMissingError(max(index, size - 1), there)
        return merkle.inclusion_proof(self._node, index, size)

    def consistency_proof(self, old_size: int, new_size: int) -> tuple[bytes, ...]:
        """Return the proof that the first `old_size` entries begin the first `new_size`; raises EntryMissingError."""
        there = self._storage.size()
        if not 0 < old_size <= new_size <= there:
            raise EntryMissingError(max(old_size, new_size) - 1, there)
        return merkle.consistency_proof(self._node, old_size, new_size)

    def sign_checkpoint(self, key: SigningKey, *, at: dt.datetime, actor: str) -> str:
        """Sign what the log is now, record that, and return the note; the last note when nothing else came since.

        Raises WrongKeyError, ContradictionError when the log is not what was signed before, and what append raises.
        """
        head = self.head()
        wanted = self.key_in_force()
        if str(key.verifying_key) != wanted:
            raise WrongKeyError(key.verifying_key, wanted)
        last = self.last_checkpoint()
        if last:
            index, signed = last
            if merkle.root(self._node, signed.size).hex() != signed.root:
                raise ContradictionError(signed.size)
            if signed.size == index and head.size == index + 1:
                return signed.note
        note = sign_note(str(Checkpoint(self.origin, head.size, head.root)), key)
        event = CheckpointSigned(
            at=at,
            actor=actor,
            idempotency_key=f"checkpoint/{head.size}/{key.verifying_key.id.hex()}",
            size=head.size,
            root=head.root.hex(),
            note=note,
        )
        self.append(event)
        return note

    def last_checkpoint(self) -> tuple[int, CheckpointSigned] | None:
        """Return number and event of the last checkpoint, or None when nothing was signed yet."""
        index = self._storage.last_of("checkpoint_signed")
        event = None if index is None else self.entry(index).event
        return (index, event) if index is not None and isinstance(event, CheckpointSigned) else None

    @property
    def origin(self) -> str:
        """Return the name of the log; raises EntryMissingError for one that is not founded yet."""
        return self._founded().origin

    def verify(self, checkpoints: Iterable[str] = (), keys: Iterable[VerifyingKey] = ()) -> list[Fault]:
        """Return every fault of the log, its storage, its blobs and its people.

        `checkpoints` are signed notes kept elsewhere: only they show that a whole log was made anew. `keys` are the
        log's keys as known from elsewhere, by default those it names itself.
        """
        with self._storage.reading():
            storage = [Fault(FaultKind.DATABASE, f"The database: {what}.") for what in self._storage.faults()]
            return [*storage, *find_faults(self._storage, self._blobs, checkpoints, keys)]

    def rebuild_tables(self) -> None:
        """Make the tables that follow from the log anew.

        Raises what reading the log raises, and then nothing is changed.
        """
        with self._storage.writing():
            self._storage.clear_tables()
            for entry in self.entries():
                self._storage.project(changes(entry.index, entry.event))

    def _write(self, event: Event, edge: Frontier) -> tuple[Receipt, Frontier]:
        if isinstance(event, WorkspaceCreated) != (edge.size == 0):
            raise FoundationError
        for digest in event.blobs:
            if digest not in self._blobs:
                raise BlobMissingError(digest, self._blobs.place)
        body = write_event(event)
        leaf = merkle.leaf_hash(body)
        self._storage.add(edge.size, body, edge.completed_by(leaf))
        self._storage.project(changes(edge.size, event))
        grown = edge.append(leaf)
        return Receipt(edge.size, leaf, grown.root(), grown.size), grown

    def _checked(self, index: int, body: bytes | None) -> Entry:
        if body is None or merkle.leaf_hash(body) != self._node(0, index):
            raise RecordDamagedError(f"entry {index} is not there as it was recorded")
        return Entry(index, body, read_event(body))

    def _founded(self) -> WorkspaceCreated:
        event = self.entry(0).event
        if not isinstance(event, WorkspaceCreated):
            raise RecordDamagedError("entry 0 does not found a log")
        return event

    def key_in_force(self) -> str:
        """Return the text of the key that signs now; raises EntryMissingError for a log that is not founded yet."""
        index = self._storage.last_of("key_changed")
        event = None if index is None else self.entry(index).event
        return event.verifying_key if isinstance(event, KeyChanged) else self._founded().verifying_key

    def _node(self, level: int, position: int) -> bytes:
        node = self._storage.hash_at(level, position)
        if node is None:
            raise RecordDamagedError(f"the hash of level {level} at {position} is missing")
        return node
