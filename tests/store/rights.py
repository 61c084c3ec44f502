"""Files that somebody may not write or read: a disk that is mounted to be read, and a user without rights."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_NOBODY = 65534


@contextmanager
def public_folder() -> Iterator[Path]:
    """Lend a folder that every user may look into; the one pytest lends is its owner's only."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def as_a_stranger() -> Iterator[None]:
    """Go on as a user whom the rights of files bind: root, whom they do not bind, becomes nobody meanwhile."""
    if os.geteuid():
        yield
        return
    os.setresuid(_NOBODY, _NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@contextmanager
def shut_disk(folder: Path, source: Path) -> Iterator[Path]:
    """Lend a copy of a folder on a disk that can only be read, if this user may mount one."""
    if not shutil.which("mount"):
        pytest.skip("there is no mount here to make a disk with")
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"this user may not mount a disk: {made.stderr.strip()}")
    try:
        shutil.copytree(source, folder, dirs_exist_ok=True)
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
