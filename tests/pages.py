"""The project's pages as tests read them: tables under their headings, code spans, links and fenced blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))

_SPAN = re.compile(r"`([^`]+)`")
_CELL = re.compile(r"(?<!\\)\|")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Fence:
    """A fenced block: its language, its words, and where it stands."""

    language: str
    text: str
    page: Path
    line: int

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


@dataclass(frozen=True)
class Table:
    """A table with the headings it stands under, the nearest one last, its head and its rows."""

    headings: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> tuple[str, ...]:
        """Return the cells below a word of the head."""
        return tuple(row[self.head.index(name)] for row in self.rows)


def page(name: str) -> Path:
    """Return a page of the documentation by its name below docs/."""
    return ROOT / "docs" / name


def fences(path: Path, *languages: str) -> Iterator[Fence]:
    """Yield the fenced blocks of a page in some languages."""
    opened, words = 0, list[str]()
    language = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("```"):
            words.append(line)
        elif opened:
            if language in languages:
                yield Fence(language, "\n".join(words) + "\n", path, opened)
            opened = 0
        else:
            opened, language, words = number, line[3:].strip(), []


def tables(path: Path) -> Iterator[Table]:
    """Yield the tables of a page in order."""
    headings: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    for line in (*_without_fences(path), ""):
        if line.startswith("|"):
            rows.append(tuple(cell.strip().replace("\\|", "|") for cell in _CELL.split(line)[1:-1]))
            continue
        if rows:
            yield Table(headings, rows[0], tuple(rows[2:]))
            rows = []
        if line.startswith("#"):
            depth = len(line) - len(line.lstrip("#"))
            headings = (*headings[: depth - 1], line.lstrip("#").strip())


def spans(text: str) -> tuple[str, ...]:
    """Return the words between backticks."""
    return tuple(_SPAN.findall(text))


def links(path: Path) -> tuple[str, ...]:
    """Return where the links of a page lead."""
    return tuple(target for line in _without_fences(path) for target in _LINK.findall(line))


def anchors(path: Path) -> frozenset[str]:
    """Return the anchors of a page's headings, as forges make them."""
    headings = (line.lstrip("#").strip() for line in _without_fences(path) if line.startswith("#"))
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


def _without_fences(path: Path) -> Iterator[str]:
    inside = False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            yield line
