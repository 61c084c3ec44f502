"""What the letters of a PDF mean to those who copy from it or search in it.

WeasyPrint 70 gives each letter shape the meaning it has where it first occurs. A bracket that first occurs
in words from right to left stands for its mirror image there, and would for the whole document.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any


def mend_letters(fonts: Iterable[Any], pdf: Any) -> None:
    """Let every bracket mean itself, in a `pydyf.PDF` that is not written yet."""
    for font in fonts:
        mirrored = {glyph: sign for glyph, sign in font.to_unicode.items() if _is_mirrored(sign)}
        if mirrored:
            meant = _signs(font)
            swapped = {glyph: meant[glyph] for glyph, sign in mirrored.items() if meant.get(glyph, sign) != sign}
            if swapped:
                _rewrite(pdf, font.name, swapped)


def _is_mirrored(sign: str) -> bool:
    return len(sign) == 1 and bool(unicodedata.mirrored(sign))


def _signs(font: Any) -> Mapping[int, str]:
    """Return the sign that each shape of a font is drawn for."""
    from fontTools.ttLib import TTFont

    face = TTFont(BytesIO(font.file_content), lazy=True)
    signs = face.getBestCmap() or {}
    return {face.getGlyphID(name): chr(code) for code, name in signs.items() if _is_mirrored(chr(code))}


def _rewrite(pdf: Any, name: bytes, swapped: Mapping[int, str]) -> None:
    """Put other meanings into the map that a font carries for readers."""
    for part in pdf.objects:
        if isinstance(part, dict) and part.get("BaseFont") == name and "ToUnicode" in part:
            lines = pdf.objects[int(part["ToUnicode"].split()[0])].stream
            for number, line in enumerate(lines):
                glyph = int(line[1:5], 16) if line[:1] == b"<" and line[5:6] == b">" else -1
                if glyph in swapped:
                    lines[number] = f"<{glyph:04x}> <{ord(swapped[glyph]):04x}>".encode()
