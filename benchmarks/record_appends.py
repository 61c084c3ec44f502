"""How many events a second are recorded for good, each with a file of 20 kB, beside files alone on the same disk."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from statistics import median

from _measuring import Peer, answer, arguments, print_table
from _record import PERSON, fill, founded, revision

from docgen.store.disk import flush_folder
from docgen.store.record import open_record

SIZE = 20_000
WRITERS = (1, 4)
FILES = "files alone"


def main() -> None:
    """Print the table, or be one of the processes that write."""
    if sys.argv[1:2] == ["files"]:
        serve_files(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["record"]:
        serve_record(Path(sys.argv[2]), sys.argv[3], sys.argv[4])
    else:
        given = arguments(__doc__, appends=60, rounds=3, log=10_000)
        measure(given.appends, given.rounds, given.log)


def serve_files(folder: Path) -> None:
    """Bring files to the disk, each under its name; answer with the seconds that so many took."""
    numbers = count()

    def write() -> None:
        number = next(numbers)
        draft, path = folder / f"{os.getpid()}-draft", folder / f"{os.getpid()}-{number}"
        with draft.open("wb") as file:
            file.write(_content(number))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
        flush_folder(folder)

    _serve(write)


def serve_record(folder: Path, database_url: str, name: str) -> None:
    """Record events with a file each, one after the other; answer with the seconds that so many took."""
    record = open_record(folder, database_url)
    actor = record.people.mark(PERSON)
    numbers = count(1)

    def write() -> None:
        number = next(numbers)
        record.ledger.append(revision(actor, record.blobs.put(_content(number)), name, number))

    _serve(write)


def _content(number: int) -> bytes:
    # No two writers keep the same file.
    return f"{os.getpid():>10}{number:>10}".encode() * (SIZE // 20)


def _serve(write: Callable[[], None]) -> None:
    def work(appends: str) -> float:
        start = time.perf_counter()
        for _ in range(int(appends)):
            write()
        return time.perf_counter() - start

    answer(work)


def measure(appends: int, rounds: int, log: int) -> None:
    """Let one writer and then four write to each place in turn, and print the medians."""
    speeds: dict[tuple[str, int], list[float]] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        places = {FILES: _files(folder), **_records(folder, log)}
        url = stack.enter_context(_database())
        if url:
            founded(folder / "postgresql", url).close()
            places["PostgreSQL"] = _record_peers(folder / "postgresql", url)
        for turn in range(rounds + 1):  # the first one warms up
            for name, peers in places.items():
                for writers in WRITERS:
                    speed = _speed(peers[:writers], appends)
                    speeds.setdefault((name, writers), []).extend([speed] if turn else [])
        for peers in places.values():
            for peer in peers:
                peer.close()
    medians = {key: median(found) for key, found in speeds.items()}
    rows = [
        (
            name,
            *(f"{medians[name, writers]:.0f}" for writers in WRITERS),
            *(f"{medians[name, writers] / medians[FILES, writers]:.2f}" for writers in WRITERS),
            f"{medians[name, WRITERS[-1]] / medians[name, WRITERS[0]]:.2f}",
        )
        for name in places
    ]
    head = ("where", "1 writer", "4 writers", "1, to files", "4, to files", "4 to 1")
    print_table(f"Events with {SIZE // 1000} kB each, a second; medians of {rounds} rounds", head, rows)


def _files(folder: Path) -> list[Peer]:
    (folder / "files").mkdir()
    return [Peer(__file__, "files", str(folder / "files")) for _ in range(max(WRITERS))]


def _records(folder: Path, log: int) -> dict[str, list[Peer]]:
    places = {"SQLite": 0, f"SQLite behind {log} documents": log}
    for name, documents in places.items():
        record = founded(folder / name)
        fill(record, documents)
        record.close()
    return {name: _record_peers(folder / name) for name in places}


def _record_peers(folder: Path, url: str = "") -> list[Peer]:
    return [Peer(__file__, "record", str(folder), url, f"W-{writer}") for writer in range(max(WRITERS))]


def _speed(peers: list[Peer], appends: int) -> float:
    """Return how many events a second some writers record together."""
    for peer in peers:
        peer.tell(str(appends))
    return len(peers) * appends / max(peer.hear() for peer in peers)


@contextmanager
def _database() -> Iterator[str]:
    """Lend the address of a database on a server of our own, as the tests start theirs; empty without PostgreSQL."""
    sys.path.append(str(Path(__file__).parents[1]))
    from tests.conformance.engine import EngineMissingError
    from tests.store.postgresql import APP, running_server

    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_server())
        except EngineMissingError as missing:
            print(f"Without PostgreSQL: {missing}")
            yield ""
        else:
            yield server.url(APP, server.make_database())


if __name__ == "__main__":
    main()
