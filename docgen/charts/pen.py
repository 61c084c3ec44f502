"""Words and shapes as SVG, in the ink and the widths that every picture has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docgen.charts.right_to_left import as_drawn
from docgen.doctree.nodes import Picture, Tone

WIDTH = 640
"""The width of every picture, which is about that of the text on an A4 page."""
FONT = "Carlito"
ACCENT = "#1f3a5f"
INK = "#1b1f24"
MUTED = "#5b6470"
GRID = "#e3e6ea"
PAPER = "#ffffff"
TONES = {Tone.GREEN: "#1e6b3a", Tone.AMBER: "#8a5a00", Tone.RED: "#a3211b", Tone.NEUTRAL: MUTED}
SIZE = 11.0
Spot = tuple[float, float]
# Letters are put in order by `as_drawn`; what else would order them is left out.
_EMBEDDINGS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
# How wide a character is set, in shares of the size: Carlito's own widths, rounded up to a few classes.
_NARROW_CLASSES = ((0.25, " 'il,.Ij|"), (0.32, ":;`()-[]f{}J"), (0.36, "!tr"), (0.47, '/\\s"zLcxkvy?FSZgea'))
_BROAD_CLASSES = ((0.68, "DHGUNOQVA&R"), (0.73, "%w"), (0.9, "mM@W"))
_CHARACTERS = {char: share for share, chars in (*_NARROW_CLASSES, *_BROAD_CLASSES) for char in chars}


@dataclass(frozen=True)
class Pen:
    """Writes words in one font, and knows about how wide they become."""

    font: str

    def picture(self, height: int, marks: Iterable[str]) -> Picture:
        """Return the marks on a sheet without colour, so that what lies under a page shows through."""
        name = re.sub(r"[^\w .-]", "", self.font).strip() or FONT
        body = "\n".join(filter(None, marks))
        size = f'width="{WIDTH}" height="{height}"'
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {WIDTH} {height}">\n'
            f'<g font-family="\'{name}\', sans-serif" font-size="{SIZE:.2f}">\n{body}\n</g>\n</svg>\n'
        )
        return Picture(svg, WIDTH, height)

    def text(
        self,
        words: str,
        x: float,
        y: float,
        colour: str = INK,
        anchor: str = "start",
        size: float = SIZE,
        bold: bool = False,
    ) -> str:
        """Return words with their baseline at a place; nothing for no words."""
        clean = cleaned(words)
        if not clean:
            return ""
        weight = ' font-weight="bold"' if bold else ""
        return (
            f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:.2f}"{weight} text-anchor="{anchor}" fill="{colour}">'
            f"{''.join(_ESCAPES.get(char, char) for char in as_drawn(clean))}</text>"
        )

    def width(self, words: str, size: float = SIZE) -> float:
        """Return how wide words become, rather too much than too little."""
        # Calibri and its twin are narrow; most other faces set the same words wider.
        broader = 1.0 if self.font in {"Carlito", "Calibri"} else 1.16
        return sum(map(_character_width, cleaned(words))) * size * broader

    def fit(self, words: str, room: float) -> str:
        """Return words, cut with an ellipsis where they would be wider than the room."""
        clean = cleaned(words)
        if self.width(clean) <= room + 0.01:
            return clean
        while clean and self.width(f"{clean}…") > room:
            clean = clean[:-1]
        return f"{clean.rstrip()}…"


@dataclass(frozen=True)
class Box:
    """A place on the picture."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Box) -> bool:
        """Say whether another box lies inside."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def meets(self, other: Box) -> bool:
        """Say whether the two share any place."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True)
class Stroke:
    """How a line is drawn: solid, or in dashes and gaps of some lengths."""

    colour: str
    width: float
    dashes: str = ""


def cleaned(words: str) -> str:
    """Return words on one line, without characters that XML or fonts do not have and without loose marks.

    WeasyPrint sets the text of an SVG letter by letter, so a vowel point or an accent that is a
    character of its own would stand beside its letter on a dotted circle.
    """
    whole = unicodedata.normalize("NFC", words)
    return " ".join(
        "".join(char for char in whole if char.isspace() or not (_unprintable(char) or _loose(char))).split()
    )


def _unprintable(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"} or char in _EMBEDDINGS


def _loose(char: str) -> bool:
    return unicodedata.category(char) == "Mn" and unicodedata.name(char).split()[0] in {"COMBINING", "ARABIC", "HEBREW"}


def _character_width(char: str) -> float:
    if unicodedata.east_asian_width(char) in {"W", "F"}:
        return 1.0
    if unicodedata.category(char) in {"Mn", "Cf"}:
        return 0.0
    base = unicodedata.normalize("NFD", char)[0]
    return _CHARACTERS.get(base, 0.54 if base.isascii() else 0.63)


def straight_line(start: Spot, end: Spot, colour: str, width: float = 0.75) -> str:
    """Return a line from place to place."""
    (x1, y1), (x2, y2) = start, end
    return (
        f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" stroke="{colour}" stroke-width="{width:.2f}"/>'
    )


def rectangle(box: Box, fill: str, stroke: str = "none") -> str:
    """Return a box, filled and with an outline where it has a colour."""
    return (
        f'<rect x="{box.left:.2f}" y="{box.top:.2f}" width="{box.right - box.left:.2f}" '
        f'height="{box.bottom - box.top:.2f}" fill="{fill}" stroke="{stroke}" stroke-width="0.75"/>'
    )


def polygon(spots: Iterable[Spot], fill: str, stroke: str = "none") -> str:
    """Return a closed shape through some places."""
    places = " ".join(f"{x:.2f},{y:.2f}" for x, y in spots)
    return f'<polygon points="{places}" fill="{fill}" stroke="{stroke}" stroke-width="1.25"/>'


def polyline(spots: Sequence[Spot], stroke: Stroke) -> str:
    """Return a line through some places; nothing for fewer than two."""
    if len(spots) < 2:
        return ""
    places = " ".join(f"{x:.2f},{y:.2f}" for x, y in spots)
    dashed = f' stroke-dasharray="{stroke.dashes}"' if stroke.dashes else ""
    return (
        f'<polyline points="{places}" fill="none" stroke="{stroke.colour}" stroke-width="{stroke.width:.2f}" '
        f'stroke-linejoin="round"{dashed}/>'
    )


def dot(middle: Spot, radius: float, fill: str, stroke: str = "none") -> str:
    """Return a filled circle around a place."""
    return (
        f'<circle cx="{middle[0]:.2f}" cy="{middle[1]:.2f}" r="{radius:.2f}" fill="{fill}" stroke="{stroke}" '
        'stroke-width="1.00"/>'
    )
