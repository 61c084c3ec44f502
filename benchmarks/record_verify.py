"""How long a whole record takes to verify and how long one proof, as the log grows tenfold again and again."""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from _measuring import Peer, answer, arguments, print_table
from _record import DOCUMENTS_EACH, fill, founded

from docgen.store.merkle import EMPTY_ROOT, inclusion_proof
from docgen.store.record import Record, open_record

SMALLEST = 1000
PROOFS = 200


def main() -> None:
    """Print the table, or be a process that verifies."""
    if sys.argv[1:2] == ["record"]:
        serve(open_record(Path(sys.argv[2])))
    else:
        given = arguments(__doc__, events=10_000, rounds=3)
        measure(given.events, given.rounds)


def serve(record: Record) -> None:
    """Answer with the seconds of work to verify all, or to make one proof, or with a size."""
    size = record.ledger.head_size()
    indexes = range(0, size, size // PROOFS)

    def verify() -> None:
        faults = record.ledger.verify()
        assert not faults, faults[0]

    def prove() -> None:
        for index in indexes:
            record.ledger.inclusion_proof(index, size)

    tasks: dict[str, Callable[[], float]] = {
        "events": lambda: size,
        "verify": lambda: _work(verify),
        "prove": lambda: _work(prove) / len(indexes),
        "hashes": lambda: max(_hashes(index, size) for index in indexes),
        "memory": _memory,
    }
    answer(lambda task: tasks[task]())


def _work(task: Callable[[], None]) -> float:
    start = time.process_time()
    task()
    return time.process_time() - start


def _memory() -> float:
    """Return in MiB how large this process has been; getrusage would count the process that started it too."""
    match = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert match
    return int(match[1]) / 1024


def _hashes(index: int, size: int) -> int:
    """Return how many hashes a proof asks the record for."""
    asked = []

    def node(level: int, position: int) -> bytes:
        asked.append((level, position))
        return EMPTY_ROOT

    inclusion_proof(node, index, size)
    return len(asked)


def measure(events: int, rounds: int) -> None:
    """Ask about logs of every size in turn, and print the medians."""
    with tempfile.TemporaryDirectory() as name:
        peers = [_peer(Path(name) / str(size), size) for size in _sizes(events)]
        sizes = [peer.ask("events") for peer in peers]
        hashes = [peer.ask("hashes") for peer in peers]
        found = [[(peer.ask("verify"), peer.ask("prove")) for peer in peers] for _ in range(rounds)]
        memory = [peer.ask("memory") for peer in peers]
        for peer in peers:
            peer.close()
    taken = [tuple(map(median, zip(*answers, strict=True))) for answers in zip(*found, strict=True)]
    first, first_proof = taken[0]
    rows = [
        (
            f"{size:.0f}",
            f"{verify:.2f}",
            f"{size / verify:.0f}",
            f"{size / sizes[0]:.1f}",
            f"{verify / first:.1f}",
            f"{used:.0f}",
            f"{prove * 1000:.2f}",
            f"{prove / first_proof:.1f}",
            f"{asked:.0f}",
        )
        for size, (verify, prove), used, asked in zip(sizes, taken, memory, hashes, strict=True)
    ]
    head = ("events", "verify s", "a second", "longer", "takes", "MiB", "proof ms", "takes", "hashes")
    print_table(f"CPU time for the whole log and for one proof, medians of {rounds} rounds", head, rows)


def _sizes(events: int) -> Iterator[int]:
    size = SMALLEST
    while size <= events:
        yield size
        size *= 10


def _peer(folder: Path, events: int) -> Peer:
    record = founded(folder)
    fill(record, events * DOCUMENTS_EACH // (DOCUMENTS_EACH + 1))
    record.close()
    return Peer(__file__, "record", str(folder))


if __name__ == "__main__":
    main()
