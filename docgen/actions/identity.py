"""What a file says of itself: the document it claims to be, the checkpoint it carries, what it was before additions."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}/[A-Za-z0-9-]{1,64}(?:/[1-9][0-9]{0,8})?")
_END = b"%%EOF"
_CORE = "docProps/core.xml"
_CORE_LIMIT = 1_000_000
_IDENTIFIER = re.compile(r"<dc:identifier>([^<]*)</dc:identifier>")
_EARLIER_LIMIT = 20


def claimed_reference(content: bytes) -> str:
    """Return the document that a PDF or a Word file says it is, or nothing."""
    text = _pdf_keywords(content) if content.startswith(b"%PDF") else _docx_identifier(content)
    return text if _REFERENCE.fullmatch(text) else ""


def carried_checkpoint(content: bytes) -> str:
    """Return the checkpoint that an issued PDF carries, or nothing."""
    for name, data in _attachments(content):
        if name == "checkpoint.txt":
            return data.decode(errors="replace")
    return ""


def earlier_bytes(content: bytes) -> Iterator[bytes]:
    """Yield what a PDF was before each addition at its end, the latest first: a signature is such an addition."""
    if not content.startswith(b"%PDF"):
        return
    end = len(content)
    for _ in range(_EARLIER_LIMIT):
        end = content.rfind(_END, 0, end)
        if end < 0:
            return
        for stop in range(end + len(_END), min(end + len(_END) + 2, len(content)) + 1):
            if stop < len(content) and content[end + len(_END) : stop].strip(b"\r\n") == b"":
                yield content[:stop]


def _pdf_keywords(content: bytes) -> str:
    try:
        return str(_reader(content).trailer["/Info"]["/Keywords"])
    except _unreadable():
        return ""


def _attachments(content: bytes) -> Iterator[tuple[str, bytes]]:
    if not content.startswith(b"%PDF"):
        return
    try:
        names = list(_reader(content).root["/Names"]["/EmbeddedFiles"]["/Names"])
        for name, entry in zip(names[::2], names[1::2], strict=False):
            yield str(name), bytes(entry.get_object()["/EF"]["/F"].data)
    except _unreadable():
        return


def _reader(content: bytes) -> Any:
    from pyhanko.pdf_utils.reader import PdfFileReader

    return PdfFileReader(BytesIO(content), strict=False)


def _unreadable() -> tuple[type[Exception], ...]:
    """Return what reading a PDF raises when it is none, or is made to confuse."""
    from pyhanko.pdf_utils.misc import PdfError

    lookups = (KeyError, IndexError, AttributeError, TypeError, ValueError, AssertionError)
    return (PdfError, zlib.error, ArithmeticError, NotImplementedError, RecursionError, OSError, *lookups)


def _docx_identifier(content: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            if package.getinfo(_CORE).file_size > _CORE_LIMIT:
                return ""
            with package.open(_CORE) as part:
                text = part.read(_CORE_LIMIT).decode(errors="replace")
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, NotImplementedError, RuntimeError):
        return ""
    match = _IDENTIFIER.search(text)
    return match[1] if match else ""
