"""The objects of a PDF, each written and compressed once.

pydyf 0.13 asks every object for its bytes twice where a file has an identifier, as PDF/A files do: once to
write it and once to hash it. For a long document that is a twelfth of all work.
"""

from __future__ import annotations

from typing import Any

from pydyf import Object


class _Written(Object):  # type: ignore[misc]
    """An object as its bytes, under the number and in the place it has."""

    data = b""
    compressible = False

    def __init__(self, part: Any) -> None:
        super().__init__()
        self.number, self.generation = part.number, part.generation
        self.data, self.compressible = part.data, part.compressible


def write_objects(pdf: Any) -> None:
    """Put the bytes of every object in its place, in a `pydyf.PDF` that nothing changes any more."""
    pdf.objects[:] = [part if part.free == "f" else _Written(part) for part in pdf.objects]
