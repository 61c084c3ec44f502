"""One paragraph of Word: its style, its number, its place and what it holds together with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """The number a paragraph carries: of which list, and at which level."""

    number: int
    level: int


def paragraph(
    style: str,
    content: str,
    *,
    held: bool = False,
    mark: Mark | None = None,
    own: str = "",
    align: str = "",
) -> str:
    """Return a paragraph; `held` keeps it with the next one, `own` is its distances where the style's are not right."""
    keep = "<w:keepNext/>" if held else ""
    number = f'<w:numPr><w:ilvl w:val="{mark.level}"/><w:numId w:val="{mark.number}"/></w:numPr>' if mark else ""
    stand = f'<w:jc w:val="{align}"/>' if align else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{keep}{number}{own}{stand}</w:pPr>{content}</w:p>'
