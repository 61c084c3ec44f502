"""Pages as laid out: every line with its place and the elements around it, and the rules a page keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from docgen.doctree.nodes import Document
from docgen.writers import pdf
from docgen.writers.theme import Theme

PIXELS = 96 / 25.4
"""WeasyPrint counts in pixels, of which 96 make an inch."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LEADING = frozenset({"lead-in", "subject", "contents-title"})


@dataclass(frozen=True)
class Element:
    """An element around a line: its tag, its classes, and itself, so that two parts of one are known as such."""

    tag: str
    classes: frozenset[str]
    itself: Any = field(repr=False)


@dataclass(frozen=True)
class Line:
    """A line of words or a picture: where it stands, in pixels, and the elements around it, outermost first."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    elements: tuple[Element, ...] = field(repr=False)
    cell: float | None = None
    """The right edge of the room in the table cell it stands in."""

    def inside(self, *names: str) -> Element | None:
        """Return the nearest element around the line with one of the tags or classes."""
        found = (each for each in reversed(self.elements) if each.tag in names or not each.classes.isdisjoint(names))
        return next(found, None)


@dataclass(frozen=True)
class Page:
    """A page: its lines from top to bottom, and the words that run along its edges."""

    lines: tuple[Line, ...]
    edges: tuple[str, ...]


def lay_out(document: Document, theme: Theme, day: dt.date) -> tuple[Page, ...]:
    """Return the pages of a document dated on a day."""
    laid = pdf._laid_out(document, theme, day)
    return tuple(_page(page._page_box) for page in laid.pages)


def _page(box: Any) -> Page:
    body, *margins = box.children
    lines = tuple(_lines(body, (), None))
    return Page(lines, tuple(line.text for margin in margins for line in _lines(margin, (), None)))


def _lines(box: Any, around: tuple[Element, ...], cell: float | None) -> Iterator[Line]:
    element = getattr(box, "element", None)
    if element is not None and (not around or around[-1].itself is not element):
        around = (*around, Element(str(box.element_tag), frozenset((element.get("class") or "").split()), element))
    kind = type(box).__name__
    if kind == "TableCellBox":
        cell = box.content_box_x() + box.width
    if kind == "LineBox":
        texts = list(_texts(box))
        if any(text.text.strip() for text in texts):
            left = min(text.position_x for text in texts)
            right = max(text.position_x + text.width for text in texts)
            words = "".join(text.text for text in texts)
            yield Line(words, left, right, box.position_y, box.position_y + box.height, around, cell)
    if kind in {"BlockReplacedBox", "InlineReplacedBox"}:
        right, bottom = box.position_x + box.width, box.position_y + box.height
        yield Line("[picture]", box.position_x, right, box.position_y, bottom, around)
    for child in getattr(box, "children", ()):
        if kind == "LineBox" and type(child).__name__ == "TextBox":
            continue
        yield from _lines(child, around, cell)


def _texts(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        if type(child).__name__ == "TextBox":
            yield child
        elif type(child).__name__ in {"InlineBox", "InlineBlockBox", "LineBox", "BlockBox"}:
            yield from _texts(child)


# Where clauses stand


def listed_pages(pages: Sequence[Page]) -> dict[str, int]:
    """Return the page that the contents list names for each of its entries, by the entry's words without spaces."""
    lines = (line for page in pages for line in page.lines if line.inside("contents") and line.inside("li"))
    return {
        _joined(line.text.split(" . . .")[0]): int(line.text.rsplit(" ", 1)[1])
        for line in lines
        if " . . ." in line.text
    }


def first_pages(pages: Sequence[Page]) -> dict[str, int]:
    """Return the page each clause and schedule begins on, by the words of its heading without spaces."""
    return {
        _joined(line.text): number
        for number, page in enumerate(pages, 1)
        for line in page.lines
        if line.inside("h1", "h2", "schedule-heading")
    }


def _joined(text: str) -> str:
    """Return words without the spaces between them: numbers stand at a distance of their own."""
    return "".join(text.split())


# Rules


def broken_rules(pages: Sequence[Page], theme: Theme, draft: str) -> list[str]:
    """Return what is wrong with the pages of a document, in words."""
    found = [
        *_edges(pages, draft),
        *_signatures(pages),
        *_tables(pages),
        *_lonely_rows(pages),
        *_figures(pages),
        *_margins(pages, theme),
    ]
    for number, (page, following) in enumerate(pairwise(pages), 1):
        found += (f"page {number} ends with {what}" for what in _bad_end(page, following))
    return found


def _bad_end(page: Page, following: Page) -> Iterator[str]:
    if not page.lines:
        yield "nothing: it is empty"
        return
    last, first = page.lines[-1], following.lines[0] if following.lines else None
    for names in (HEADINGS, LEADING, {"caption"}, {"thead"}):
        element = last.inside(*names)
        if element is not None and (first is None or all(each.itself is not element.itself for each in first.elements)):
            yield f"{'/'.join(sorted(element.classes)) or element.tag}: “{last.text}”"
            return


def _edges(pages: Sequence[Page], draft: str) -> Iterator[str]:
    for number, page in enumerate(pages, 1):
        if draft and not any(draft in edge for edge in page.edges):
            yield f"page {number} does not say {draft}"
        if not any(f"{number}" in edge and f"{len(pages)}" in edge for edge in page.edges):
            yield f"page {number} does not say its number"


def _signatures(pages: Sequence[Page]) -> Iterator[str]:
    seen: dict[Any, int] = {}
    for number, page in enumerate(pages, 1):
        places = {found.itself for line in page.lines if (found := line.inside("places"))}
        for place in places:
            if place in seen:
                yield f"signatures are parted between pages {seen[place]} and {number}"
            seen[place] = number
        words = {line.top for line in page.lines if not line.inside("places")}
        if places and len(words) < 2:
            yield f"signatures stand on page {number} with {len(words)} lines of words"


def _tables(pages: Sequence[Page]) -> Iterator[str]:
    headed = {
        found.itself
        for page in pages
        for line in page.lines
        if line.inside("thead") and (found := line.inside("table"))
    }
    for number, page in enumerate(pages, 1):
        above: Line | None = None
        for line in page.lines:
            table = line.inside("table")
            begins = table is not None and (above is None or all(e.itself is not table.itself for e in above.elements))
            if begins and table is not None and table.itself in headed and not line.inside("thead", "caption"):
                yield f"a table goes on without its head on page {number}: “{line.text}”"
            row, before = line.inside("tr"), above.inside("thead") if above else None
            if row is not None and "total" in row.classes and (above is None or before is not None):
                yield f"a total stands alone on page {number}: “{line.text}”"
            above = line


def _lonely_rows(pages: Sequence[Page]) -> Iterator[str]:
    """Yield the first or last row of a longer table that stands on a page by itself."""
    parts: dict[Any, list[tuple[int, str, set[Any]]]] = {}
    for number, page in enumerate(pages, 1):
        for line in page.lines:
            table, row = line.inside("table"), line.inside("tr")
            if table is None or row is None or line.inside("thead"):
                continue
            found = parts.setdefault(table.itself, [])
            if not found or found[-1][0] != number:
                found.append((number, line.text, set()))
            found[-1][2].add(row.itself)
    for found in parts.values():
        for number, text, rows in (found[0], found[-1]):
            if len(found) > 1 and len(rows) == 1:
                yield f"a row stands alone on page {number}: “{text}”"


def _figures(pages: Sequence[Page]) -> Iterator[str]:
    for number, page in enumerate(pages, 1):
        for line in page.lines:
            cell = line.inside("td", "th")
            if cell is not None and "end" in cell.classes and line.cell is not None and abs(line.right - line.cell) > 1:
                yield f"a figure does not stand at the right on page {number}: “{line.text}”"


def _margins(pages: Sequence[Page], theme: Theme) -> Iterator[str]:
    right = (theme.page[0] - theme.margins[1]) * PIXELS
    left = theme.margins[3] * PIXELS
    bottom = (theme.page[1] - theme.margins[2]) * PIXELS
    for number, page in enumerate(pages, 1):
        for line in page.lines:
            if line.right > right + 1 or line.left < left - 1 or line.bottom > bottom + 1:
                yield f"words stand in the margin of page {number}: “{line.text}”"
