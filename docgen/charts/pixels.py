"""A picture as pixels, for readers that take no SVG."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from docgen.charts.pen import FONT
from docgen.errors import MissingHereError

# What lies under pixels of this shows through. Those of no colour at all are black to a reader that resizes
# a picture, which sets dark seams beside white.
_SHEER = "rgba(255, 255, 255, 0.004)"
_INSIDE = r"(?!#|data:image/(?:png|jpeg|gif|webp)[;,])"
_OUTWARD = re.compile(rf"<!ENTITY|@import|href\s*=\s*[\"']\s*{_INSIDE}|url\(\s*[\"']?\s*{_INSIDE}", re.IGNORECASE)
_FAMILIES = re.compile(r"""font-family\s*[=:]\s*(["'])?([^;"<>]+)""", re.IGNORECASE)
_FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)


def rasterise(svg: str, width: int) -> bytes:
    """Return a picture as PNG, so many pixels wide, on a sheer ground; the same picture gives the same bytes.

    The fonts are those of the picture's own family and the Noto family for scripts it lacks, taken
    from the machine's font folders by name, so that no other font can slip in. Raises
    MissingHereError when the family is not installed, and ValueError when the picture refers to
    anything outside itself.
    """
    from resvg_py import svg_to_bytes

    if _OUTWARD.search(svg):
        raise ValueError("the picture refers to something outside itself")
    family, files = _fonts_of(svg)
    return bytes(
        svg_to_bytes(
            svg_string=svg,
            width=width,
            background=_SHEER,
            skip_system_fonts=True,
            font_files=[str(path) for path in files],
            font_family=family,
            sans_serif_family=family,
        )
    )


def _fonts_of(svg: str) -> tuple[str, tuple[Path, ...]]:
    """Return the family a picture is written in and the font files to draw it with."""
    named = [name.strip(" '\"") for found in _FAMILIES.finditer(svg) for name in found.group(2).split(",")]
    families = [name for name in dict.fromkeys(named) if name not in {"", "sans-serif", "serif", "monospace"}] or [FONT]
    installed = [(name, files) for name in families if (files := _files_of_family(name))]
    if not installed:
        raise MissingHereError(
            f"The font {' or '.join(families)} is not installed, and a picture is written in it. "
            "Install it, or name another font in docgen.toml."
        )
    own = [path for _, files in installed for path in files]
    return installed[0][0], tuple(dict.fromkeys((*own, *_fallback_files(svg))))


def _files_of_family(family: str) -> tuple[Path, ...]:
    stem = family.replace(" ", "").casefold()
    return tuple(
        path for path in _font_files() if re.split(r"[-.\[]", path.name.casefold())[0].replace(" ", "") == stem
    )


def _fallback_files(svg: str) -> list[Path]:
    """Return the fonts for what the family may lack, the likeliest first: one font more costs milliseconds."""
    beyond = {char for char in svg if not char.isascii()}
    scripts = sorted({unicodedata.name(char, "").split(" ")[0].title() for char in beyond} - {"", "Latin"})
    wide = any(unicodedata.east_asian_width(char) in {"W", "F"} for char in beyond)
    names = ["NotoSans-", *["NotoSansCJK-"] * wide, *(f"NotoSans{script}-" for script in scripts), "DejaVuSans."]
    names += [f"NotoSans{symbols}-" for symbols in ("Symbols", "Symbols2", "Math")] if beyond else []
    plain = [path for path in _font_files() if "-Regular." in path.name or path.name.startswith("DejaVuSans.")]
    return [path for name in names for path in plain if path.name.startswith(name)]


@lru_cache
def _font_files() -> tuple[Path, ...]:
    files = (path for folder in _FONT_FOLDERS for path in Path(folder).expanduser().rglob("*"))
    return tuple(
        sorted((path for path in files if path.suffix.lower() in {".ttf", ".otf", ".ttc"}), key=lambda path: path.name)
    )
