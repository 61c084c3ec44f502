"""A logo is a picture that needs nothing else: what runs, fetches or is too large is refused."""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from lxml import etree

from docgen.actions.branding import LOGO_LIMIT, LogoError, font_file, house_theme
from docgen.actions.desk import open_desk
from docgen.errors import ExitCode, UsageError
from docgen.settings import FontPair, House
from docgen.writers.theme import Face, Theme

PIXEL = "data:image/png;base64,iVBORw0KGgo="
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


def png(width: int, height: int) -> bytes:
    """Return the head of a PNG of some size; its pixels are never looked at."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def logo(folder: Path, content: str | bytes, name: str = "logo.svg") -> str:
    """Return the logo a theme carries for a file."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return house_theme(House(logo=path)).logo


def test_a_house_without_wishes_looks_like_docgen() -> None:
    assert house_theme(House()) == Theme()


def test_a_house_sets_its_name_colours_and_typefaces() -> None:
    house = House(
        name="Lantern Works",
        colours={"accent": "#123456"},
        text_font=FontPair("Georgia", "Gelasio"),
        heading_font=FontPair("Calibri", "Carlito"),
    )
    theme = house_theme(house)

    assert (theme.firm, theme.palette.accent, theme.palette.text) == ("Lantern Works", "#123456", Theme().palette.text)
    assert (theme.text, theme.heading) == (Face("Georgia", "Gelasio"), Face("Calibri", "Carlito"))


@pytest.mark.parametrize(
    "inside",
    [
        '<rect width="9" height="9" fill="#123456"/>',
        '<defs><linearGradient id="g"/></defs><rect fill="url(#g)"/>',
        "<rect style=\"fill: url('#g')\"/>",
        "<style>rect { fill: url(#g) }</style>",
        '<g id="a"/><use href="#a"/><use xlink:href="#a"/>',
        f'<image href="{PIXEL}"/>',
        "<title>Lantern &amp; Works</title><!-- drawn by hand -->",
    ],
)
def test_a_plain_picture_is_taken_as_it_is(tmp_path: Path, inside: str) -> None:
    carried = logo(tmp_path, SVG.format(inside))
    assert etree.tostring(etree.fromstring(carried), method="c14n") == etree.tostring(
        etree.fromstring(SVG.format(inside)), method="c14n"
    )


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ('<script href="x.js"/>', "<script>"),
        ('<rect onclick="alert(1)"/>', "onclick="),
        ('<rect ONLOAD="alert(1)"/>', "ONLOAD="),
        ('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>', "<foreignObject>"),
        ('<image href="http://127.0.0.1/x.png"/>', "the address http://127.0.0.1/x.png"),
        ('<image xlink:href="file:///etc/passwd"/>', "the address file:///etc/passwd"),
        ('<image href="/etc/secret.png"/>', "the address /etc/secret.png"),
        ('<image href=" ../secret.png"/>', "the address ../secret.png"),
        ('<image href="data:image/svg+xml,x"/>', "the address data:image/svg+xml,x"),
        ('<image href="data:text/html,x"/>', "the address data:text/html,x"),
        ('<use href="other.svg#a"/>', "the address other.svg#a"),
        ('<a href="https://x.example"><g/></a>', "the address https://x.example"),
        ('<a href="javascript:alert(1)"><g/></a>', "the address javascript:alert(1)"),
        ('<rect fill="url(http://127.0.0.1/x#a)"/>', "fill="),
        ("<rect style=\"fill: URL( 'http://127.0.0.1/x' )\"/>", "style="),
        ('<style>@import "x.css";</style>', "<style>"),
        ("<style>rect { fill: url(x.svg#a) }</style>", "<style>"),
        ("<style>rect { fill: u\\72l(x.svg#a) }</style>", "<style>"),
        ('<?xml-stylesheet href="x.css"?>', "an instruction"),
        ('<set attributeName="href" to="x"/>', "<set>"),
        ('<animate attributeName="href" values="x"/>', "<animate>"),
    ],
)
def test_what_runs_or_leads_out_of_a_picture_is_refused(tmp_path: Path, inside: str, said: str) -> None:
    with pytest.raises(LogoError) as refused:
        logo(tmp_path, SVG.format(inside))
    assert f"holds {said}" in str(refused.value)
    assert refused.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f'<!DOCTYPE svg [<!ENTITY x "y">]>{SVG.format("<text>&x;</text>")}', "is not plain SVG"),
        (f'<!DOCTYPE svg SYSTEM "http://127.0.0.1/x.dtd">{SVG.format("")}', "is not plain SVG"),
        ("<html><body/></html>", "is not plain SVG"),
        (SVG.format("<g>"), "is not well-formed SVG"),
        ("<svg", "is not well-formed SVG"),
        (SVG.format("<g>" * 300 + "</g>" * 300), "is not well-formed SVG"),
        (b"GIF89a" + b"\0" * 50, "is not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "is not a picture"),
        (b"", "is not a picture"),
        (b"\x89PNG\r\n\x1a\n", "is not a picture"),
        (SVG.format("x" * LOGO_LIMIT), "is too large"),
        (png(5001, 5000), "has 5001 × 5000 pixels, which is too many"),
        (png(60_000, 60_000), "is not a picture"),
    ],
)
def test_what_is_no_picture_or_too_large_a_one_is_refused(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(LogoError, match="Use an SVG, PNG or JPEG file of at most") as refused:
        logo(tmp_path, content)
    assert said in str(refused.value)


def test_pixels_are_carried_inside_a_drawing_of_their_size(tmp_path: Path) -> None:
    carried = etree.fromstring(logo(tmp_path, png(40, 20), "logo.png"))
    (image,) = carried
    assert (carried.get("viewBox"), image.get("width"), image.get("height")) == ("0 0 40 20", "40", "20")
    assert str(image.get("href")).startswith("data:image/png;base64,")


def test_a_logo_of_the_wrong_kind_is_told_when_something_is_to_be_printed(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(SVG.format("<script/>"), encoding="utf-8")
    (tmp_path / "docgen.toml").write_text('[house]\nlogo = "logo.svg"\n', encoding="utf-8")
    desk = open_desk(tmp_path, None, tmp_path)
    with pytest.raises(LogoError):
        _ = desk.theme


def typeface(path: Path, family: str) -> Path:
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef"])
    builder.setupCharacterMap({})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0)})
    builder.setupHorizontalHeader()
    builder.setupNameTable({"familyName": family, "styleName": "Bold Italic"})
    builder.setupOS2(usWeightClass=700, fsSelection=1)
    builder.setupPost()
    builder.save(path)
    return path


def test_a_font_says_its_own_name_weight_and_slant(tmp_path: Path) -> None:
    path = typeface(tmp_path / "font.ttf", "Lantern Sans")
    (font,) = house_theme(House(font_files=(path,))).fonts

    assert (font.family, font.weight, font.italic) == ("Lantern Sans", 700, True)
    assert b64decode(font.content) == path.read_bytes()


def test_a_font_whose_name_would_leave_the_style_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no name that a style sheet can take"):
        font_file(typeface(tmp_path / "font.ttf", 'x"; } * { display: none } @font-face { font-family: "y'))


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "font.ttf"
    path.write_bytes(b"not a font")
    with pytest.raises(UsageError, match=r"The font font\.ttf cannot be read"):
        font_file(path)
