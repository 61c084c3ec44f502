"""The style sheet that a theme says: `paper.css` with the theme's fonts, sizes, colours and distances put in."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from html import escape
from pathlib import Path

from docgen.doctree.nodes import Document
from docgen.writers.theme import FontFile, Theme

PAPER = Path(__file__).with_name("paper.css")
_NAME = re.compile(r"\$\{([a-z0-9_]+)\}")
_MULTIPLE = re.compile(r"(gap|indent|title)_([0-9]+)(?:_([0-9]+))?")


def stylesheet(theme: Theme, document: Document) -> str:
    """Return the style sheet for a document; nothing of its words or facts is in it but the draft mark's label."""
    return _stylesheet(theme, document.labels.draft if document.draft else "")


@lru_cache(maxsize=32)
def _stylesheet(theme: Theme, draft: str) -> str:
    values = _values(theme, draft)

    def value(match: re.Match[str]) -> str:
        return values[match[1]] if match[1] in values else _multiple(match[1], values)

    faces = "".join(_face(font) for font in theme.fonts)
    return faces + _NAME.sub(value, PAPER.read_text(encoding="utf-8"))


def _values(theme: Theme, draft: str) -> dict[str, str]:
    width, height = theme.page
    sizes = {
        "size": theme.size,
        "size_up": theme.size + 1,
        "size_down": theme.size - 1,
        "small": theme.small,
        "leading": theme.leading,
        "title": theme.title,
        "heading1": theme.headings[0],
        "heading1_up": theme.headings[0] + 2,
        "heading2": theme.headings[1],
        "heading3": theme.headings[2],
        "gap": theme.paragraph_gap,
        "indent": theme.indent,
    }
    return {
        **{name: f"{size:g}" for name, size in sizes.items()},
        **{name: getattr(theme.palette, name) for name in theme.palette.__dataclass_fields__},
        "text_font": _family(theme, theme.text.pdf),
        "heading_font": _family(theme, theme.heading.pdf),
        "page": f"{width:g}mm {height:g}mm",
        "margins": " ".join(f"{margin:g}mm" for margin in theme.margins),
        "watermark": _watermark(theme, draft) if draft else "",
        "widths": "\n".join(f".w{width} {{ width: {width}% }}" for width in range(1, 101)),
    }


def _multiple(name: str, values: dict[str, str]) -> str:
    """Return a multiple of a distance: `gap_1_6` is 1.6 times the gap."""
    match = _MULTIPLE.fullmatch(name)
    if match is None:
        raise KeyError(f"paper.css names ${{{name}}}, which the theme does not have")
    return f"{float(values[match[1]]) * float(f'{match[2]}.{match[3] or 0}'):g}"


def _family(theme: Theme, face: str) -> str:
    names = dict.fromkeys((face, *theme.fallbacks))
    return ", ".join(f'"{name}"' for name in names)


def _face(font: FontFile) -> str:
    style = "italic" if font.italic else "normal"
    return (
        f'@font-face {{ font-family: "{font.family}"; font-weight: {font.weight}; font-style: {style}; '
        f"src: url(data:font/ttf;base64,{font.content}) }}\n"
    )


def _watermark(theme: Theme, word: str) -> str:
    """Return the draft mark across the page: a picture behind the words, which readers of structure pass over."""
    width, height = theme.page
    size = min(60.0, 300 / max(len(word), 1))
    middle = f"{width / 2:g} {height / 2:g}"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}"><text x="{width / 2:g}" y="{height / 2:g}" '
        f'font-family="{escape(theme.heading.pdf)}" font-size="{size:.1f}" font-weight="bold" fill="#f7eceb" '
        f'text-anchor="middle" transform="rotate(-55 {middle})">{escape(word)}</text></svg>'
    )
    image = b64encode(svg.encode()).decode("ascii")
    return (
        f"background: url(data:image/svg+xml;base64,{image}) no-repeat 50% 50%; "
        f"background-size: {width:g}mm {height:g}mm;"
    )
