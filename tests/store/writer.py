"""A process that records and says so in a file, for tests that kill it, starve it, or let its system calls fail."""

from __future__ import annotations

import ctypes
import os
from contextlib import closing, suppress
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from docgen.errors import DocgenError
from docgen.store.events import write_event
from tests.store.records import Home, engagement_recorded, opened, workspace_created

# <linux/prctl.h>: let any process of this user trace this one.
_PR_SET_PTRACER = 0x59616D61
_ANY = ctypes.c_ulong(-1)


def blob_of(name: str, number: int) -> bytes:
    """Return the bytes a writer keeps with its n-th event, about 20 kB of them."""
    return f"{name} {number}\n".encode() * 2000


def record_on(home: Home, name: str, first: int, last: int | None = None) -> None:
    """Record one event after the other from a number on, and note each receipt in `name`.receipts once it is told."""
    receipts = os.open(home.folder / f"{name}.receipts", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        with opened(home, busy_seconds=60) as record:
            for number in count(first) if last is None else range(first, last + 1):
                facts = record.blobs.put(blob_of(name, number))
                event = engagement_recorded(facts, number, idempotency_key=f"{name}/{number}")
                receipt = record.ledger.append(event)
                os.write(receipts, f"{number} {receipt.index} {receipt.leaf.hex()}\n".encode())
    finally:
        os.close(receipts)


def record_until_refused(home: Home, name: str, first: int) -> None:
    """Record one event after the other until the database fails."""
    with suppress(DocgenError):
        record_on(home, name, first)


def record_when_told(home: Home, name: str, number: int, word: Connection) -> None:
    """Wait for a word, record one event, and note how it ended in `name`.outcome."""
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANY, 0, 0, 0)
    # What Python loads at the first use is no part of recording.
    write_event(workspace_created())
    with closing(word):
        word.send(os.getpid())
        word.recv()
    try:
        record_on(home, name, number, number)
        outcome = "recorded"
    except (DocgenError, OSError) as error:
        outcome = f"refused: {error}"
    (home.folder / f"{name}.outcome").write_text(outcome)


def receipts_of(folder: Path, name: str) -> list[tuple[int, int, str]]:
    """Return number, index and leaf of each event a writer was told of; a last line cut off does not count."""
    path = folder / f"{name}.receipts"
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    return [(int(number), int(index), leaf) for number, index, leaf in map(str.split, lines)]
