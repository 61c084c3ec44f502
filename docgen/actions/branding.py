"""The house's own look: its colours, fonts and logo as a theme."""

from __future__ import annotations

import re
import warnings
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

from docgen.errors import UsageError
from docgen.settings import House, is_family
from docgen.writers.theme import Face, FontFile, Palette, Theme

LOGO_LIMIT = 1_000_000
PIXEL_LIMIT = 25_000_000
_ACTIVE = frozenset({"script", "foreignObject", "iframe", "audio", "video", "set", "animate", "handler", "listener"})
_ADDRESS = re.compile(r"@import|url\((?!\s*[\"']?#)|\\", re.IGNORECASE)
"""What in a style leads out of the picture; a backslash can spell any of it another way."""


class LogoError(UsageError):
    """The house's logo is not a picture a document can carry."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"The logo {path.name} {why}. Use an SVG, PNG or JPEG file of at most {LOGO_LIMIT:,} bytes.")


def house_theme(house: House) -> Theme:
    """Return docgen's theme with what the house sets instead; raises LogoError."""
    theme = Theme(firm=house.name, palette=replace(Palette(), **dict(house.colours)))
    if house.text_font:
        theme = replace(theme, text=Face(house.text_font.word, house.text_font.pdf))
    if house.heading_font:
        theme = replace(theme, heading=Face(house.heading_font.word, house.heading_font.pdf))
    if house.font_files:
        theme = replace(theme, fonts=tuple(font_file(path) for path in house.font_files))
    return replace(theme, logo=_logo(house.logo)) if house.logo else theme


def font_file(path: Path) -> FontFile:
    """Return a font file with the family, weight and slant it says of itself; raises UsageError."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with path.open("rb") as stream, TTFont(stream, lazy=True) as font:
            family = font["name"].getBestFamilyName() or path.stem
            heavy, slanted = font["OS/2"].usWeightClass, bool(font["OS/2"].fsSelection & 1)
    except (TTLibError, KeyError, OSError) as error:
        raise UsageError(f"The font {path.name} cannot be read: {error}. Use a TrueType or OpenType file.") from None
    if not is_family(family):
        raise UsageError(f"The font {path.name} has no name that a style sheet can take. Use another one.")
    return FontFile(str(family), int(heavy), slanted, b64encode(path.read_bytes()).decode("ascii"))


def _logo(path: Path) -> str:
    """Return a logo as SVG; a PNG or JPEG is carried inside one."""
    octets = path.read_bytes()
    if len(octets) > LOGO_LIMIT:
        raise LogoError(path, "is too large")
    if octets.lstrip()[:1] == b"<":
        return _svg_logo(path, octets)
    from io import BytesIO

    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(octets), formats=("PNG", "JPEG")) as picture:
            width, height = picture.size
            media = "image/png" if picture.format == "PNG" else "image/jpeg"
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        raise LogoError(path, "is not a picture") from None
    if width * height > PIXEL_LIMIT:
        raise LogoError(path, f"has {width} × {height} pixels, which is too many")
    inside = b64encode(octets).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<image href="data:{media};base64,{inside}" width="{width}" height="{height}"/></svg>'
    )


def _svg_logo(path: Path, octets: bytes) -> str:
    from lxml import etree

    try:
        root = etree.fromstring(octets, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        raise LogoError(path, f"is not well-formed SVG ({error.msg})") from None
    if etree.QName(root).localname != "svg" or root.getroottree().docinfo.doctype:
        raise LogoError(path, "is not plain SVG")
    for element in root.iter():
        if leads := _leads_out(element):
            raise LogoError(path, f"holds {leads}, and a logo is a picture that needs nothing else")
    return str(etree.tostring(root, encoding="unicode"))


def _leads_out(element: Any) -> str:
    """Return what in an element of a picture runs, or asks for something outside it; nothing where all is plain."""
    from lxml import etree

    if not isinstance(element.tag, str):
        return "" if element.tag is etree.Comment else "an instruction"
    name = etree.QName(element).localname
    if name in _ACTIVE or (name == "style" and _ADDRESS.search(element.text or "")):
        return f"<{name}>"
    for key, value in element.attrib.items():
        attribute = etree.QName(key).localname
        address = value.strip()
        if attribute == "href" and not address.startswith(("#", "data:image/png", "data:image/jpeg")):
            return f"the address {address[:40]}"
        if attribute.lower().startswith("on") or _ADDRESS.search(value):
            return f"{attribute}="
    return ""
