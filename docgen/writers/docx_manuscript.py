"""What the parts of one Word file share while it is written: where references lead, and running numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote

from docgen.doctree.nodes import (
    Block,
    Clause,
    Document,
    Reference,
    Schedule,
    Show,
)
from docgen.doctree.redline import Front, front_of
from docgen.doctree.walk import targets, walk
from docgen.writers.docx_changes import Changes, Reviser
from docgen.writers.docx_extras import NOTHING, Extras
from docgen.writers.docx_numbering import FIRST_LIST
from docgen.writers.html import RIGHT_TO_LEFT
from docgen.writers.theme import Theme

_NOT_IN_BOOKMARK = re.compile("[^A-Za-z0-9]+")
_PLACEHOLDER = re.compile(r"(\{number\}|\{schedule\})")
_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#].*)?|mailto:[^@\s]+@[A-Za-z0-9.-]+(\?.*)?")
_ADDRESS_SIGNS = ":/?#@!$&'()*+,;=%-._~"


@dataclass(frozen=True)
class Piece:
    """A part of a reference: the words shown, and the field that keeps them up to date, if there is one."""

    words: str
    instruction: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture in the file: its relationship and its pixels."""

    relation: str
    png: bytes


class Manuscript:
    """One document on its way to Word."""

    def __init__(
        self,
        document: Document,
        theme: Theme,
        pages: Mapping[str, int],
        front: Front | None = None,
        reviser: Reviser | None = None,
        extras: Extras = NOTHING,
    ) -> None:
        self.document = document
        self.front = front or front_of(document)
        self.theme = theme
        self.extras = extras
        self.pages = pages
        self.right_to_left = document.language in RIGHT_TO_LEFT
        self.numbered = {block.id: block for block in walk(document.blocks) if isinstance(block, Clause | Schedule)}
        self.paths = _schedule_paths(document.blocks)
        self.bookmarks = _bookmarks(self._targets())
        self.links: dict[str, str] = {}
        self.pictures: dict[str, Picture] = {}
        self.lists: list[tuple[str, int]] = []
        self.ids = count(1)
        self.changes = Changes(reviser or Reviser(), self.ids)

    # Bookmarks and references

    def _targets(self) -> Iterator[str]:
        """Yield the ids that need a bookmark: what is referred to, and what its number is built from."""
        for target in targets(self.document):
            for step in self.paths.get(target, ()):
                yield step.id
            yield target

    def marked(self, name: str, content: str) -> str:
        """Return content inside its bookmark, or as it is when nothing refers to it."""
        bookmark = self.bookmarks.get(name) if name else None
        if bookmark is None:
            return content
        number = next(self.ids)
        start = f'<w:bookmarkStart w:id="{number}" w:name="{bookmark}"/>'
        return f'{start}{content}<w:bookmarkEnd w:id="{number}"/>'

    def pieces(self, reference: Reference) -> tuple[Piece, ...]:
        r"""Return what a reference shows, in parts that Word can compute again.

        Word numbers a clause with its ancestors under `\w`; a paragraph of a schedule is spelled out
        step by step with `\n`, because there the first ancestor is the schedule itself.
        """
        bookmark = self.bookmarks[reference.target]
        target = self.numbered.get(reference.target)
        if reference.show is Show.PAGE:
            return (Piece(self.page(reference.target), f"PAGEREF {bookmark} \\h"),)
        if target is None or reference.show is Show.TITLE:
            return (Piece(reference.label, f"REF {bookmark} \\h"),)
        if isinstance(target, Schedule):
            return (Piece(reference.label, f"REF {bookmark} \\n \\h"),)
        if not target.in_schedule:
            return (Piece(reference.label, f"REF {bookmark} \\w \\h"),)
        pieces = tuple(self._paragraph_pieces(reference.target))
        whole = "".join(piece.words for piece in pieces) == reference.label
        return pieces if whole else (Piece(reference.label),)

    def _paragraph_pieces(self, target: str) -> Iterator[Piece]:
        """Yield the parts of “paragraph 1.2(a) of Schedule 2”, in the order the language puts them."""
        schedule, *steps = self.paths[target]
        for part in filter(None, _PLACEHOLDER.split(self.document.labels.paragraph_of)):
            if part == "{schedule}":
                yield Piece(schedule.number, f"REF {self.bookmarks[schedule.id]} \\n \\h")
            elif part == "{number}":
                for step in steps:
                    yield Piece(step.number.rstrip("."), f"REF {self.bookmarks[step.id]} \\n \\h")
            else:
                yield Piece(part)

    def page(self, target: str) -> str:
        """Return the page a target is known to stand on, or nothing."""
        return str(self.pages.get(target, ""))

    # Relationships and instances

    def link(self, href: str) -> str:
        """Return the relationship to an address, or nothing when it is not one Word may follow."""
        address = quote(href, safe=_ADDRESS_SIGNS)
        if not _ADDRESS.fullmatch(address):
            return ""
        return self.links.setdefault(address, f"rLink{len(self.links) + 1}")

    def picture(self, asset: str, width: int) -> Picture:
        """Return a picture of the document as pixels, made once."""
        from docgen.charts import rasterise

        if asset not in self.pictures:
            png = rasterise(self.document.pictures[asset].svg, width)
            self.pictures[asset] = Picture(f"rPicture{len(self.pictures) + 1}", png)
        return self.pictures[asset]

    def list_number(self, kind: str, level: int) -> int:
        """Return the number of a new list, so that it counts from one."""
        self.lists.append((kind, level))
        return FIRST_LIST + len(self.lists) - 1


def _schedule_paths(blocks: tuple[Block, ...]) -> Mapping[str, tuple[Clause | Schedule, ...]]:
    """Return for each clause of a schedule the schedule and the clauses whose marks make up its number."""
    paths: dict[str, tuple[Clause | Schedule, ...]] = {}
    schedule: Schedule | None = None
    open_clauses: list[Clause] = []
    for block in walk(blocks):
        if isinstance(block, Schedule):
            schedule = block
        elif isinstance(block, Clause) and block.in_schedule and schedule:
            open_clauses[block.depth - 1 :] = [block]
            # The mark of the second level already carries that of the first.
            paths[block.id] = (schedule, *(open_clauses[1:] or open_clauses))
    return paths


def _bookmarks(targets: Iterable[str]) -> Mapping[str, str]:
    """Return a bookmark for each target: hidden, at most 40 characters, unlike any other in any case."""
    bookmarks: dict[str, str] = {}
    taken: set[str] = set()
    for target in targets:
        if target in bookmarks:
            continue
        name = f"_Ref_{_NOT_IN_BOOKMARK.sub('_', target)}"[:34]
        candidates = (name if number == 1 else f"{name}_{number}" for number in count(1))
        bookmarks[target] = next(candidate for candidate in candidates if candidate.lower() not in taken)
        taken.add(bookmarks[target].lower())
    return bookmarks
