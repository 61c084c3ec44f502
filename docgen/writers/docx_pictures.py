"""Pictures in Word: pixels made from SVG, placed in a line of text, with the words that stand for them."""

from __future__ import annotations

from functools import lru_cache

from docgen.writers.docx_xml import emu, escaped

_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
PIXELS_PER_POINT = 2 * 96 / 72
"""Twice the pixels of a screen: sharp on paper, and no larger than it need be."""


def drawing(relation: str, number: int, width: float, height: float, alt: str) -> str:
    """Return a run with a picture; its size in points, its text alternative in words."""
    size = f'cx="{emu(width)}" cy="{emu(height)}"'
    words = escaped(alt)
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr id="{number}" name="Picture {number}" descr="{words}"/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic><a:graphicData uri="{_PICTURE}"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="Picture {number}" descr="{words}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


@lru_cache(maxsize=8)
def logo_pixels(svg: str, width: int) -> bytes:
    """Return the firm's mark as PNG, made once for all its documents."""
    from docgen.charts import rasterise

    return rasterise(svg, width)


def pixel_size(png: bytes) -> tuple[int, int]:
    """Return the width and the height of a PNG, from its header."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
