"""Bringing names to the disk: a file that was made or renamed is safe only when its folder is written too."""

from __future__ import annotations

import os
from pathlib import Path


def flush_folder(folder: Path) -> None:
    """Return when the names in a folder are on the disk; raises OSError when they cannot be."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
