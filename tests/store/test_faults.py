"""Nothing that was acknowledged is lost, whatever the system below does; what is damaged does not pass for whole."""

from __future__ import annotations

import multiprocessing
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from docgen.errors import DocgenError
from docgen.store.database import RecordFailedError
from docgen.store.ledger import Receipt
from docgen.store.merkle import leaf_hash
from tests.store.postgresql import Server, serving
from tests.store.records import ACTOR, KEY, NOW, Home, Record, engagement_recorded, founded, opened
from tests.store.writer import receipts_of, record_on, record_until_refused, record_when_told

pytestmark = pytest.mark.faults

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["tests.store.writer"])

KILLING_SECONDS = 8.0
NAMES = ("one", "two", "three")


def assert_nothing_lost(record: Record, names: tuple[str, ...]) -> None:
    """Hold every receipt against the log, and the log against itself."""
    assert record.ledger.verify() == []
    entries = {entry.event.idempotency_key: entry for entry in record.ledger.entries()}
    for name in names:
        for number, index, leaf in receipts_of(record.folder, name):
            entry = entries[f"{name}/{number}"]
            assert (entry.index, leaf_hash(entry.body).hex()) == (index, leaf)
        numbers = sorted(int(key.partition("/")[2]) for key in entries if key.startswith(f"{name}/"))
        assert numbers == list(range(1, len(numbers) + 1))
    for digest in record.blobs:
        record.blobs.read(digest)


def test_writers_that_are_killed_at_any_moment_lose_and_double_nothing(home: Home) -> None:
    with founded(home):
        pass
    writers: dict[str, BaseProcess] = {}
    kills = 0
    end = time.monotonic() + KILLING_SECONDS
    while time.monotonic() < end:
        for name in NAMES:
            if name not in writers:
                done = receipts_of(home.folder, name)
                writers[name] = SERVER.Process(target=record_on, args=(home, name, len(done) + 1))
                writers[name].start()
        victim = NAMES[kills % 3]
        wait_for_receipts(home.folder, victim, kills % 4, end)
        # Some other moment of the writer's work each time.
        time.sleep(kills * 7 % 31 / 1000)
        kill(writers.pop(victim))
        kills += 1
    for writer in writers.values():
        kill(writer)
    assert kills > 10
    with opened(home) as record:
        assert_nothing_lost(record, NAMES)
        assert record.ledger.head().size > 10


def test_four_writers_at_once_lose_and_double_nothing(home: Home) -> None:
    with founded(home):
        pass
    names = (*NAMES, "four")
    writers = [SERVER.Process(target=record_on, args=(home, name, 1, 50)) for name in names]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        writer.close()
    with opened(home) as record:
        assert_nothing_lost(record, names)
        assert record.ledger.head().size == 201


def test_a_server_that_dies_at_any_moment_loses_and_doubles_nothing(mortal_server: Server, tmp_path: Path) -> None:
    with serving(mortal_server):
        mortal_server.prepare()
        home = Home(tmp_path, mortal_server, mortal_server.make_database())
        with founded(home):
            pass
    for more in range(3):
        with serving(mortal_server):
            writers = []
            for name in NAMES:
                done = receipts_of(tmp_path, name)
                writers.append(SERVER.Process(target=record_until_refused, args=(home, name, len(done) + 1)))
                writers[-1].start()
            wait_for_receipts(tmp_path, NAMES[more % 3], more + 1, time.monotonic() + 30)
            mortal_server.die()
            for writer in writers:
                writer.join()
                writer.close()
    with serving(mortal_server), opened(home) as record:
        assert_nothing_lost(record, NAMES)
        assert record.ledger.head().size > 9


def wait_for_receipts(folder: Path, name: str, more: int, end: float) -> None:
    wanted = len(receipts_of(folder, name)) + more
    while len(receipts_of(folder, name)) < wanted and time.monotonic() < end:
        time.sleep(0.002)


def kill(process: BaseProcess) -> None:
    process.kill()
    process.join()
    process.close()


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Lend a disk of a size, if this user may mount one."""
    if not shutil.which("mount"):
        pytest.skip("there is no mount here to make a small disk with")
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"this user may not mount a small disk: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("growing", ["blobs", "entries"])
def test_a_disk_that_is_full_loses_nothing_and_is_told(tmp_path: Path, growing: str) -> None:
    with small_disk(tmp_path / "disk", "3m") as disk, founded(disk) as record:
        told: list[Receipt] = []
        with pytest.raises((RecordFailedError, OSError), match=r"disk is full|No space"):
            fill(record, growing, told)
        assert len(told) > 10
        assert_told(record, [receipt.leaf for receipt in told])
        subprocess.run(["mount", "-o", "remount,size=12m", str(disk)], check=True)
        facts = record.blobs.put(b"facts, with room")
        again = record.ledger.append(engagement_recorded(facts, len(told) + 1))
        assert again.index == len(told) + 1
        assert_told(record, [*(receipt.leaf for receipt in told), again.leaf])


def fill(record: Record, growing: str, told: list[Receipt]) -> None:
    for revision in range(1, 100_000):
        facts = record.blobs.put(f"{revision}".encode() * 5000 if growing == "blobs" else b"facts")
        told.append(record.ledger.append(engagement_recorded(facts, revision)))


def assert_told(record: Record, leaves: list[bytes]) -> None:
    assert record.ledger.verify() == []
    assert [leaf_hash(entry.body) for entry in record.ledger.entries(1)] == leaves


WRITING = ("openat", "rename", "unlink", "fsync", "fdatasync", "write", "pwrite64", "fchmod", "ftruncate", "fallocate")
READING_AND_LOCKING = ("pread64", "fcntl")
FAILURES = {
    **dict.fromkeys(WRITING, ("error=EIO", "error=ENOSPC", "signal=KILL")),
    **dict.fromkeys(READING_AND_LOCKING, ("error=EIO", "signal=KILL")),
}


@pytest.mark.slow
def test_every_system_call_that_fails_leaves_the_log_whole(tmp_path: Path) -> None:
    if not shutil.which("strace"):
        pytest.skip("there is no strace here to let system calls fail with")
    with founded(tmp_path, revisions=1):
        pass
    number = 1
    made = traced(tmp_path, number)
    assert len(made) > 40
    outcomes: Counter[str] = Counter()
    for call, nth in numbered(made):
        for failure in FAILURES[call]:
            number += 1
            traced(tmp_path, number, f"--inject={call}:{failure}:when={nth}")
            outcome = tmp_path / "one.outcome"
            outcomes[outcome.read_text().partition(":")[0] if outcome.exists() else "killed"] += 1
            outcome.unlink(missing_ok=True)
            assert_recorded_once(tmp_path, number, f"{call} {nth} {failure}")
    with opened(tmp_path) as record:
        assert_nothing_lost(record, ("one",))
        assert record.ledger.head().size == number + 2
    assert outcomes["refused"] > 10
    assert outcomes["killed"] > 10


def traced(folder: Path, number: int, *options: str) -> list[str]:
    """Record one event under strace and return the system calls it made."""
    here, there = SERVER.Pipe()
    process = SERVER.Process(target=record_when_told, args=(Home(folder), "one", number, there))
    process.start()
    there.close()
    trace = folder / "trace"
    with closing(here):
        pid = here.recv()
        command = ["strace", "-qq", "-p", str(pid), "-o", str(trace), f"--trace={','.join(FAILURES)}", *options]
        tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        wait_for_tracer(pid, tracer)
        here.send("go")
        process.join()
    tracer.communicate()
    process.close()
    return re.findall(r"^([a-z0-9]+)\(", trace.read_text(), re.MULTILINE)


def wait_for_tracer(pid: int, tracer: subprocess.Popen[str]) -> None:
    while "TracerPid:\t0\n" in Path(f"/proc/{pid}/status").read_text():
        if tracer.poll() is not None:
            pytest.skip(f"this user may not trace a process: {tracer.communicate()[1].strip()}")
        time.sleep(0.001)


def numbered(calls: list[str]) -> Iterator[tuple[str, int]]:
    """Yield each call with its number among those of its name."""
    seen: Counter[str] = Counter()
    for call in calls:
        seen[call] += 1
        yield call, seen[call]


def assert_recorded_once(folder: Path, number: int, what: str) -> None:
    """Say that an event that was told is there, and that trying again records it once."""
    with opened(folder) as record:
        told = [receipt for receipt in receipts_of(folder, "one") if receipt[0] == number]
        if told:
            ((_, index, leaf),) = told
            assert leaf_hash(record.ledger.entry(index).body).hex() == leaf, what
    record_on(Home(folder), "one", number, number)
    with opened(folder) as record:
        assert record.ledger.head().size == number + 2, what


def test_a_byte_changed_anywhere_in_the_file_changes_nothing_that_is_read_unnoticed(tmp_path: Path) -> None:
    with founded(tmp_path, revisions=5) as record:
        record.people.mark("ann@northbridge.example")
        record.ledger.sign_checkpoint(KEY, at=NOW, actor=ACTOR)
        entries, people = list(record.ledger.entries()), list(record.people)
        record.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / "record.sqlite"
    content = path.read_bytes()
    noticed = 0
    # The header and what follows it byte by byte, then samples: all bytes of entries and hashes are tried elsewhere.
    for place in (*range(110), *range(110, len(content), 41)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :])
        for rest in ("-wal", "-shm"):
            path.with_name(path.name + rest).unlink(missing_ok=True)
        try:
            with opened(tmp_path) as record:
                faults = record.ledger.verify()
                assert faults or (list(record.ledger.entries()), list(record.people)) == (entries, people), place
        except DocgenError:
            noticed += 1
        else:
            noticed += bool(faults)
    assert noticed > 100
