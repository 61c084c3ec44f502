"""Write into an engagement file which revision of the record it holds, and leave all else of the file as it is."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from docgen.errors import FindingsError, NotFoundError, Place
from docgen.facts.load import read_facts
from docgen.facts.source import decode, parse_source
from docgen.models.engagement import Engagement

_PACKAGE = Path(__file__).resolve().parent.parent
_LINES = (
    re.compile(r"^(revision:[ \t]*)[0-9]+", re.MULTILINE),
    re.compile(r'^(\s*"revision":[ \t]*)(?:[0-9]+|null)', re.MULTILINE),
)
_FORMATS = (
    (
        re.compile(r"""^format:[ \t]*['"]?docgen\.engagement/1['"]?[ \t]*(?:#[^\r\n]*)?(\r?\n|\Z)""", re.MULTILINE),
        "revision: {}",
    ),
    (re.compile(r'^\s*"format":[ \t]*"docgen\.engagement/1",(\s*)', re.MULTILINE), '"revision": {},'),
)


def mark_revision(path: Path, engagement: Engagement, revision: int) -> str | None:
    """Write `revision: N` into the file that an engagement was recorded from; return what hindered it, if anything.

    One line is put after the line `format:`, or the number in its place is changed: comments and order stay. A file
    that cannot be written, or no longer says what was recorded, is left alone.
    """
    path = path.resolve()
    if _PACKAGE in path.parents:  # docgen's own example stays as it came
        return None
    try:
        before = path.read_bytes()
        after = _marked(before.decode(), revision).encode()
        found, _ = read_facts(parse_source(decode(after, str(path)), str(path)), Engagement, engagement.currency)
        if found is None or found.facts != engagement.model_copy(update={"revision": revision}):
            return _hindered(path, revision, "it has changed since, or is not laid out in lines")
        return None if after == before else _replace(path, after, revision)
    except (OSError, ValueError, FindingsError, NotFoundError) as error:
        return _hindered(path, revision, getattr(error, "strerror", None) or "it cannot be read again")


def _marked(text: str, revision: int) -> str:
    for line in _LINES:
        changed, times = line.subn(rf"\g<1>{revision}", text, count=1)
        if times:
            return changed
    for form, words in _FORMATS:
        found = form.search(text)
        if found:
            gap = found[1] or "\n"
            head = text[: found.end()] if found[1] else text[: found.end()] + gap
            return f"{head}{words.format(revision)}{gap}{text[found.end() :]}"
    return text


def _replace(path: Path, content: bytes, revision: int) -> str | None:
    """Put new content in a file's place, whole or not at all; a file that its owner may not write is left alone."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if not (mode & stat.S_IWUSR and os.access(path, os.W_OK)):
        return _hindered(path, revision, "it may only be read")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.chmod(mode)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return None


def _hindered(path: Path, revision: int, why: str) -> str:
    advice = f"Write `revision: {revision}` into it before you change it."
    return f"{Place(path.name)}: the number of the revision could not be written into the file: {why}. {advice}"
