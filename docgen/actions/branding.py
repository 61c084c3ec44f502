"""The house's own look: its colours, fonts and logo as a theme."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

from docgen.errors import UsageError
from docgen.settings import House
from docgen.writers.theme import Face, FontFile, Palette, Theme

LOGO_LIMIT = 1_000_000


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
        font = TTFont(path, lazy=True)
        family = font["name"].getBestFamilyName() or path.stem
        heavy, slanted = font["OS/2"].usWeightClass, bool(font["OS/2"].fsSelection & 1)
    except (TTLibError, KeyError, OSError) as error:
        raise UsageError(f"The font {path.name} cannot be read: {error}. Use a TrueType or OpenType file.") from None
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
        with Image.open(BytesIO(octets), formats=("PNG", "JPEG")) as picture:
            width, height = picture.size
            media = "image/png" if picture.format == "PNG" else "image/jpeg"
    except (UnidentifiedImageError, OSError):
        raise LogoError(path, "is not a picture") from None
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
    return str(etree.tostring(root, encoding="unicode"))
