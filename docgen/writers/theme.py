"""One theme drives the style sheet and the Word styles: fonts, sizes, colours and distances in points."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Face:
    """A typeface: the name Word asks for, and the metric-compatible one the PDF embeds."""

    word: str
    pdf: str


@dataclass(frozen=True)
class FontFile:
    """A font the house brings along: family, weight (400 is regular), slant, and the file's bytes in base64."""

    family: str
    weight: int
    italic: bool
    content: str


@dataclass(frozen=True)
class Palette:
    """Colours as #rrggbb; the tones are dark enough to read on white and come with a sign."""

    text: str = "#1b1f24"
    muted: str = "#5b6470"
    accent: str = "#1f3a5f"
    rule: str = "#c4cad2"
    shade: str = "#f1f3f6"
    green: str = "#1e6b3a"
    amber: str = "#8a5a00"
    red: str = "#a3211b"
    draft: str = "#a3211b"


@dataclass(frozen=True)
class Theme:
    """How documents look. Sizes and distances are in points; page sizes and margins in millimetres."""

    text: Face = Face("Cambria", "Caladea")
    heading: Face = Face("Calibri", "Carlito")
    fonts: tuple[FontFile, ...] = ()
    fallbacks: tuple[str, ...] = ("Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans CJK JP")
    palette: Palette = field(default_factory=Palette)
    size: float = 10.5
    small: float = 8.5
    leading: float = 1.35
    title: float = 20.0
    headings: tuple[float, float, float] = (13.0, 11.5, 10.5)
    paragraph_gap: float = 6.0
    indent: float = 28.0
    page: tuple[float, float] = (210.0, 297.0)
    margins: tuple[float, float, float, float] = (25.0, 22.0, 22.0, 25.0)
    """Top, right, bottom, left."""
    logo: str = ""
    """The firm's mark as SVG, or empty."""
    firm: str = ""

    def tone(self, name: str) -> str:
        """Return the colour of a tone; neutral is the muted text colour."""
        return {"green": self.palette.green, "amber": self.palette.amber, "red": self.palette.red}.get(
            name, self.palette.muted
        )
