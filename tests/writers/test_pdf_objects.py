"""Each object of a PDF is written and compressed once, and the file is none the different for it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pydyf
import weasyprint

from docgen.writers.pdf_objects import write_objects

PAGE = '<html lang="en"><title>Offer</title><h1>Offer</h1><p>For <a href="#end">all</a> of it.<p id="end">The end.'


class CountingStream(pydyf.Stream):  # type: ignore[misc]
    """A stream that counts how often its bytes are asked for."""

    asked = 0

    @property
    def data(self) -> bytes:
        self.asked += 1
        octets: bytes = super().data
        return octets


def close(_: Any, pdf: Any) -> None:
    write_objects(pdf)


def test_the_file_has_the_same_bytes() -> None:
    html = weasyprint.HTML(string=PAGE)
    assert html.write_pdf(pdf_variant="pdf/a-3a", finisher=close) == html.write_pdf(pdf_variant="pdf/a-3a")


def test_an_object_is_asked_for_its_bytes_once() -> None:
    stream = CountingStream([b"BT ET"], compress=True)
    pdf = pydyf.PDF()
    pdf.add_object(stream)
    write_objects(pdf)
    pdf.write(BytesIO(), identifier=True, compress=True)
    assert stream.asked == 1
