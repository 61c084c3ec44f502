"""The log's private key is made once, never overwritten, and readable by its owner only."""

from __future__ import annotations

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from docgen.errors import ExitCode
from docgen.store.keys import (
    KeyMissingError,
    KeyUnreadableError,
    begin_key,
    follow_key,
    keep_key,
    key_in_file,
    make_key,
    read_key,
)
from tests.store.records import KEY, ORIGIN, OTHER_KEY
from tests.store.rights import as_a_stranger, public_folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "log.key"


def test_a_key_that_was_made_is_read_again(file: Path) -> None:
    key = make_key(file, ORIGIN)
    assert read_key(file) == key
    assert key.name == ORIGIN


def test_two_keys_are_never_the_same(tmp_path: Path) -> None:
    assert make_key(tmp_path / "one", ORIGIN) != make_key(tmp_path / "two", ORIGIN)


def test_nobody_but_its_owner_reads_a_key(file: Path) -> None:
    keep_key(file, KEY)
    assert stat.S_IMODE(file.stat().st_mode) == 0o400
    assert [path.name for path in file.parent.iterdir()] == ["log.key"]


def test_a_key_that_is_there_is_kept(file: Path) -> None:
    keep_key(file, KEY)
    keep_key(file, OTHER_KEY)
    assert make_key(file, ORIGIN) == read_key(file) == KEY


def test_of_many_who_make_a_key_at_once_all_get_the_same(file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: make_key(file, ORIGIN).secret_text(), range(24)))
    assert keys == {read_key(file).secret_text()}
    assert [path.name for path in file.parent.iterdir()] == ["log.key"]


def test_a_key_that_the_disk_does_not_take_is_not_there(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.parent.mkdir()

    def refuse(handle: int) -> None:
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.ENOSPC, "the disk is full")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="the disk is full"):
        make_key(file, ORIGIN)
    assert list(file.parent.iterdir()) == []


def test_a_key_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(KeyMissingError, match="Bring it back from a backup") as refusal:
        read_key(file)
    assert refusal.value.exit_code is ExitCode.MISSING_HERE


@pytest.mark.parametrize("words", ["", "no key", "\udcff\udcfe", str(KEY.verifying_key), KEY.secret_text()[:-8]])
def test_a_file_without_a_key_is_named_and_never_quoted(file: Path, words: str) -> None:
    file.parent.mkdir()
    file.write_bytes(words.encode(errors="surrogateescape"))
    with pytest.raises(KeyUnreadableError, match="holds no signing key") as refusal:
        read_key(file)
    assert not words or words not in str(refusal.value)
    assert refusal.value.exit_code is ExitCode.MISSING_HERE


@pytest.mark.parametrize("shut", ["file", "folder"])
def test_a_key_that_may_not_be_read_is_named_with_the_reason(shut: str) -> None:
    with public_folder() as folder:
        file = folder / "deep" / "log.key"
        keep_key(file, KEY)
        (file if shut == "file" else file.parent).chmod(0)
        with as_a_stranger(), pytest.raises(KeyUnreadableError, match=r"log\.key cannot be read: Perm") as refusal:
            key_in_file(file, str(KEY.verifying_key))
        file.parent.chmod(0o700)
    assert refusal.value.exit_code is ExitCode.MISSING_HERE


def test_a_new_key_waits_until_the_log_names_it(file: Path) -> None:
    old = make_key(file, ORIGIN)
    new = begin_key(file, ORIGIN)
    assert begin_key(file, ORIGIN) == new
    assert key_in_file(file, str(old.verifying_key)) == old
    assert key_in_file(file, str(new.verifying_key)) == new
    assert read_key(file) == new


def test_the_old_key_is_kept_beside_the_new_one(file: Path) -> None:
    old = make_key(file, ORIGIN)
    begin_key(file, ORIGIN)
    follow_key(file)
    kept = file.with_name(f"log.key.{old.verifying_key.id.hex()}")
    assert read_key(kept) == old
    assert sorted(path.name for path in file.parent.iterdir()) == ["log.key", kept.name]


def test_a_new_key_takes_the_place_of_one_that_was_lost(file: Path) -> None:
    new = begin_key(file, ORIGIN)
    assert key_in_file(file, str(new.verifying_key)) == new
