"""pyHanko's reader of PDFs, made quick enough for contracts; imported only when seals are read."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader

for _name in ("pyhanko", "pyhanko_certvalidator"):
    # What pyHanko would print of a broken file is said by a report or by an error.
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False


@dataclass(frozen=True)
class _ObjectStream:
    """A stream of objects: its bytes, and the number and the place of each."""

    content: bytes
    entries: tuple[tuple[int, int], ...]


class SealedFile(PdfFileReader):
    """A PDF whose streams of objects are opened once.

    pyHanko opens a stream anew for each object in it and reads its head number by number, which takes a minute and more
    for a contract. What is refused here is what its strict reading refuses.
    """

    def __init__(self, pdf: bytes) -> None:
        self._opened: dict[int, _ObjectStream] = {}
        super().__init__(BytesIO(pdf))

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        if stmnum not in self._opened:
            self._opened[stmnum] = self._open(stmnum)
        stream = self._opened[stmnum]
        if not 0 <= idx < len(stream.entries) or stream.entries[idx][0] != idnum:
            raise PdfReadError(f"Object {idnum} does not stand where the table says.")
        place = BytesIO(stream.content)
        place.seek(stream.entries[idx][1])
        found = generic.read_object(place, generic.Reference(idnum, 0, self))
        if isinstance(found, generic.StreamObject | generic.IndirectObject):
            raise PdfReadError(f"Object {idnum} is of a kind that may not stand in a stream.")
        return found

    def _open(self, number: int) -> _ObjectStream:
        stream = generic.Reference(number, 0, self).get_object()
        if not isinstance(stream, generic.StreamObject) or stream["/Type"] != "/ObjStm":
            raise PdfReadError(f"Object {number} is no stream of objects.")
        content: bytes = stream.read_data(DecodePurpose.OBJECT_STREAM)
        first, count = int(stream["/First"]), int(stream["/N"])
        numbers = [int(number) for number in content[:first].split()]
        if len(numbers) != 2 * count or min(numbers, default=0) < 0:
            raise PdfReadError(f"The head of the stream {number} is broken.")
        places = [first + place for place in numbers[1::2]]
        return _ObjectStream(content, tuple(zip(numbers[::2], places, strict=True)))
