"""Open a Word file from anywhere: nothing in it is run, followed or fetched, and what is read has limits.

Packages are those of ISO/IEC 29500-2. A part that brings a document type of its own is refused, as the standard does.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING

from docgen.errors import DocgenError

if TYPE_CHECKING:
    from lxml.etree import _Element

FILE_LIMIT = 64 * 1024 * 1024
"""The most bytes of a file; a contract with pictures has a few hundred thousand."""
UNPACKED_LIMIT = 64 * 1024 * 1024
"""The most bytes of all that is read, unpacked."""
PARTS_LIMIT = 5_000
"""The most parts of a file."""
ELEMENTS_LIMIT = 2_000_000
"""The most elements of one part."""

_OLD_WORD = b"\xd0\xcf\x11\xe0"
_MAIN = "word/document.xml"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    OSError,
    NotImplementedError,
    RuntimeError,
    EOFError,
)


class WordFileError(DocgenError):
    """A file is no Word file that can be read."""


@dataclass(frozen=True)
class Relation:
    """What a part names: by its id, of a kind, in the package or, when external, elsewhere."""

    id: str
    kind: str
    target: str
    external: bool = False


@dataclass
class WordPackage:
    """The parts of a Word file, read one by one and never more than the limits allow."""

    data: bytes
    unpacked_limit: int = UNPACKED_LIMIT
    names: frozenset[str] = field(default_factory=frozenset)
    order: tuple[str, ...] = ()
    _read: int = 0

    def __post_init__(self) -> None:
        if len(self.data) > FILE_LIMIT:
            raise WordFileError(f"The file is larger than {FILE_LIMIT >> 20} MiB, so it was not opened.")
        if self.data.startswith(_OLD_WORD):
            raise WordFileError(
                "The file is protected by a password, or is of an old kind (.doc). Save it as .docx without one."
            )
        try:
            with zipfile.ZipFile(BytesIO(self.data)) as package:
                names = package.namelist()
        except _BROKEN:
            raise broken() from None
        if len(names) > PARTS_LIMIT:
            raise WordFileError(f"The file has more than {PARTS_LIMIT:,} parts; no document has.")
        self.names = frozenset(names)
        self.order = tuple(dict.fromkeys(names))
        if self.main not in self.names:
            raise WordFileError("The file is no Word file: it has no text. Give a .docx.")

    @cached_property
    def main(self) -> str:
        """Return the name of the part with the words, which not every program calls the same."""
        for relation in self._relations("_rels/.rels", ""):
            if relation.kind == "officeDocument":
                return relation.target
        return _MAIN

    def relations(self, name: str) -> Mapping[str, Relation]:
        """Return what a part names, by id."""
        folder, file = posixpath.split(name)
        found = self._relations(posixpath.join(folder, "_rels", f"{file}.rels"), folder)
        return {relation.id: relation for relation in found}

    def octets(self, name: str) -> bytes:
        """Return a part as it is; raises WordFileError when it is broken or too large unpacked."""
        try:
            with zipfile.ZipFile(BytesIO(self.data)) as package, package.open(name) as part:
                content = part.read(self.unpacked_limit - self._read + 1)
        except _BROKEN:
            raise broken() from None
        self._read += len(content)
        if self._read > self.unpacked_limit:
            raise WordFileError(f"The file unpacks to more than {self.unpacked_limit >> 20} MiB; no document does.")
        return content

    def xml(self, name: str) -> _Element:
        """Return a part as XML without entities and addresses; raises WordFileError when it is broken or too large."""
        from lxml import etree

        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(self.octets(name), parser)
        except etree.XMLSyntaxError:
            raise broken() from None
        if root.getroottree().docinfo.doctype:
            raise WordFileError("A part of the file declares a document type, which no Word file does.")
        if sum(1 for _ in zip(root.iter(), range(ELEMENTS_LIMIT + 1), strict=False)) > ELEMENTS_LIMIT:
            raise WordFileError(f"A part of the file has more than {ELEMENTS_LIMIT:,} elements; no document has.")
        return root

    def rewritten(self, parts: Mapping[str, bytes]) -> bytes:
        """Return the file with some parts written anew; raises WordFileError when the rest cannot be read."""
        content = BytesIO()
        self._read = 0
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
            for name in self.order:
                package.writestr(_entry(name), parts[name] if name in parts else self.octets(name))
        return content.getvalue()

    def _relations(self, name: str, folder: str) -> Iterator[Relation]:
        if name not in self.names:
            return
        for element in self.xml(name).iter("{*}Relationship"):
            target = str(element.get("Target", ""))
            external = element.get("TargetMode") == "External"
            kind = str(element.get("Type", "")).rpartition("/")[2]
            place = target if external else _inside(folder, target)
            yield Relation(str(element.get("Id", "")), kind, place, external)


def broken() -> WordFileError:
    """Return what is said of a file that cannot be read."""
    return WordFileError("The Word file is broken and cannot be read. Open it, save it anew, or ask for it again.")


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _inside(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
