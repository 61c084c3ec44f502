"""Word's XML as strings: one way to escape, to measure and to order properties."""

from __future__ import annotations

import re
from html import escape

from docgen.writers.theme import Theme

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' mc:Ignorable="w14"'
)

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(text: str) -> str:
    """Return text fit for an element or an attribute; what XML has no character for becomes a replacement mark."""
    return escape(_NOT_XML.sub("\ufffd", text))


def part(root: str, content: str) -> str:
    """Return a whole part: its root element with every namespace, around its content."""
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:{root} {NAMESPACES}>{content}</w:{root}>'


def twips(points: float) -> int:
    """Return points as twentieths of a point."""
    return round(points * 20)


def half_points(points: float) -> int:
    """Return points as halves, as Word counts the size of letters."""
    return round(points * 2)


def emu(points: float) -> int:
    """Return points as English Metric Units, as drawings are measured."""
    return round(points * 12700)


def points(millimetres: float) -> float:
    """Return millimetres as points."""
    return millimetres * 72 / 25.4


def hexadecimal(colour: str) -> str:
    """Return a colour #rrggbb as Word writes it: RRGGBB."""
    return colour.removeprefix("#").upper()


def text_width(theme: Theme) -> float:
    """Return the width of a line of text between the margins, in points."""
    _, right, _, left = theme.margins
    return points(theme.page[0] - right - left)
