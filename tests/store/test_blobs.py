"""A blob is whole, read-only and what its name says, or it is not there."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import ExitCode
from docgen.store.blobs import BlobAlteredError, BlobErasedError, BlobFolder, BlobMissingError, BlobNameError, Blobs
from tests.store.records import Home, Record, founded

HOSTILE = [
    "",
    "..",
    "../../etc/passwd",
    "a" * 63,
    "a" * 65,
    "A" * 64,
    "g" * 64,
    "a" * 64 + "\n",
    "a" * 63 + "/",
    "\u0660" * 64,
]


@pytest.fixture
def record(home: Home) -> Iterator[Record]:
    with founded(home) as record:
        yield record


@pytest.fixture
def blobs(record: Record) -> Blobs:
    blobs: Blobs = record.blobs
    return blobs


@pytest.fixture
def folder(tmp_path: Path) -> BlobFolder:
    return BlobFolder(tmp_path / "deep" / "blobs")


def file_of(folder: BlobFolder, digest: str) -> Path:
    return folder.folder / digest[:2] / digest


def test_a_blob_is_read_back_under_the_hash_of_its_bytes(blobs: Blobs) -> None:
    digest = blobs.put(b"words")
    assert digest == sha256(b"words").hexdigest()
    assert blobs.read(digest) == b"words"
    assert digest in blobs


@given(st.binary(max_size=300))
def test_any_bytes_are_kept(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = BlobFolder(tmp_path_factory.getbasetemp() / "any" / "blobs")
    assert folder.read(folder.put(data)) == data


def test_a_megabyte_of_every_byte_is_kept(blobs: Blobs) -> None:
    data = bytes(range(256)) * 4096
    assert blobs.read(blobs.put(data)) == data


def test_nobody_writes_into_a_blob_by_mistake(folder: BlobFolder) -> None:
    path = file_of(folder, folder.put(b"words"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_the_same_bytes_are_kept_once(folder: BlobFolder) -> None:
    path = file_of(folder, folder.put(b"words"))
    before = path.stat()
    folder.put(b"words")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_nothing_is_left_over_beside_the_blobs(folder: BlobFolder) -> None:
    digests = {folder.put(bytes([number])) for number in range(20)}
    files = {path.name for path in folder.folder.rglob("*") if path.is_file()}
    assert files == digests == set(folder)


def test_blobs_are_listed_in_order(blobs: Blobs) -> None:
    digests = sorted(blobs.put(bytes([number])) for number in range(20))
    assert list(blobs) == digests


def test_the_list_names_blobs_only(folder: BlobFolder) -> None:
    digests = sorted(folder.put(bytes([number])) for number in range(20))
    (folder.folder / "aa" / "notes.txt").write_text("mine")
    (folder.folder / "zz").mkdir()
    (folder.folder / "zz" / digests[0]).write_text("elsewhere")
    assert list(folder) == digests


def test_an_empty_store_lists_nothing(blobs: Blobs) -> None:
    assert list(blobs) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_reaches_no_file(blobs: Blobs, name: str) -> None:
    blobs.put(b"words")
    uses: list[Callable[[str], object]] = [blobs.read, blobs.erase, blobs.is_erased, blobs.__contains__]
    for use in uses:
        with pytest.raises(BlobNameError) as refusal:
            use(name)
        assert refusal.value.exit_code is ExitCode.USAGE


def test_a_missing_blob_is_named(blobs: Blobs) -> None:
    with pytest.raises(BlobMissingError, match="a" * 64) as refusal:
        blobs.read("a" * 64)
    assert refusal.value.exit_code is ExitCode.NOT_FOUND


@pytest.mark.parametrize("words", [b"", b"word", b"wordz", b"words and more"])
def test_an_altered_blob_is_neither_read_nor_taken_for_kept(record: Record, words: bytes) -> None:
    blobs = record.blobs
    digest = blobs.put(b"words")
    record.alter_blob(digest, words)
    with pytest.raises(BlobAlteredError, match="altered") as refusal:
        blobs.read(digest)
    assert refusal.value.exit_code is ExitCode.UNVERIFIED
    with pytest.raises(BlobAlteredError):
        blobs.put(b"words")


def test_an_erased_blob_is_gone_and_stays_so(record: Record) -> None:
    blobs = record.blobs
    digest = blobs.put(b"words")
    for _ in range(2):
        record.erase_blob(digest)
        assert digest not in blobs
        assert blobs.is_erased(digest)
        with pytest.raises(BlobErasedError, match="on purpose"):
            blobs.read(digest)
        with pytest.raises(BlobErasedError):
            blobs.put(b"words")
    assert list(blobs) == []


def test_no_file_keeps_the_bytes_of_an_erased_blob(folder: BlobFolder) -> None:
    folder.erase(folder.put(b"words"))
    assert not any(b"words" in path.read_bytes() for path in folder.folder.rglob("*") if path.is_file())


def test_a_blob_that_was_never_here_can_be_erased_for_good(record: Record) -> None:
    record.erase_blob(sha256(b"words").hexdigest())
    with pytest.raises(BlobErasedError):
        record.blobs.put(b"words")


def test_folders_a_backup_left_out_are_made_again(folder: BlobFolder) -> None:
    digest = folder.put(b"words")
    for part in folder.folder.iterdir():
        if not any(part.iterdir()):
            part.rmdir()
    other = folder.put(b"other words")
    assert set(folder) == {digest, other}


def test_all_is_on_the_disk_before_the_hash_is_told(folder: BlobFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.put(b"first")
    steps: list[str] = []
    flush, rename = os.fsync, Path.rename

    def seen_flush(handle: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else f"file of {os.fstat(handle).st_size}")
        flush(handle)

    def seen_rename(path: Path, target: Path) -> Path:
        steps.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", seen_flush)
    monkeypatch.setattr(Path, "rename", seen_rename)
    folder.put(b"words")
    assert steps == ["file of 5", "rename", "folder"]
    steps.clear()
    folder.put(b"words")
    assert steps == ["folder"]


def test_what_the_disk_does_not_take_leaves_nothing(folder: BlobFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.put(b"first")

    def refuse(handle: int) -> None:
        raise OSError(errno.EIO, "the disk failed")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="the disk failed"):
        folder.put(b"words")
    monkeypatch.undo()
    assert len([path for path in folder.folder.rglob("*") if path.is_file()]) == 1
    assert folder.read(folder.put(b"words")) == b"words"
