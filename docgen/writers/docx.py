"""Tree to Word: native numbering, references as fields, styles a firm can restyle, the same bytes each time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from docgen.doctree.nodes import Block, Document, Fate, Inline, PageBreak, Parties
from docgen.doctree.redline import fate_of, unmarked
from docgen.writers.docx_blocks import Blocks, Place
from docgen.writers.docx_changes import ends_changed, joined, landing
from docgen.writers.docx_extras import NOTHING, Extras, with_comments
from docgen.writers.docx_manuscript import Manuscript
from docgen.writers.docx_moves import with_moves
from docgen.writers.docx_paragraphs import paragraph
from docgen.writers.docx_parts import package_bytes
from docgen.writers.docx_running import section_xml
from docgen.writers.docx_styles import spacing
from docgen.writers.docx_tables import gap
from docgen.writers.docx_xml import part, text_width
from docgen.writers.theme import Theme


def write_docx(
    document: Document,
    theme: Theme,
    day: dt.date | None = None,
    pages: Mapping[str, int] | None = None,
    extras: Extras = NOTHING,
) -> bytes:
    """Return the document as a Word file, dated on a day or not at all.

    `pages` says on which page each target stands, where that is known: Word counts pages only when
    it prints or is told to, so until then the contents list shows what is given here. `extras` are
    properties, and comments at words of the tree that carry their signs.
    """
    return file_of(Manuscript(document, theme, pages or {}, extras=extras), day)


def file_of(manuscript: Manuscript, day: dt.date | None) -> bytes:
    """Return what a manuscript says as a Word file."""
    document, theme = manuscript.document, manuscript.theme
    blocks = Blocks(manuscript)
    place = Place(text_width(theme))
    opening, rest = _opening(document)
    front = _cover(blocks, opening, place) if document.cover else _title(blocks)
    body = with_moves(_closed(joined((front, blocks.blocks(rest, place)))), manuscript.changes)
    body = with_comments(body + section_xml(manuscript), manuscript.extras.comments)
    return package_bytes(manuscript, part("document", f"<w:body>{body}</w:body>"), day)


def _closed(body: str) -> str:
    """Return the body with the paragraph that Word wants after a table made too small to begin a page."""
    last = gap(False)
    if body.endswith(last):
        return body.removesuffix(last) + paragraph("PageBreak", "")
    return body + landing() if ends_changed(body) else body


def _opening(document: Document) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Return what stands on the cover, which is the parties when the document opens with them, and what does not."""
    blocks = document.blocks
    covered = 1 if document.cover and blocks and isinstance(blocks[0], Parties) else 0
    return blocks[:covered], blocks[covered:]


def _title(blocks: Blocks, style: str = "Title") -> str:
    front = blocks.manuscript.front
    own = "" if front.subtitle else spacing(after=blocks.theme.paragraph_gap * 2.5)
    facts = (("CoverText", fact) for fact in front.facts)
    others = (_line(blocks, name, words) for name, words in (("Subtitle", front.subtitle), *facts) if words)
    return joined((_line(blocks, style, front.title, own), *others))


def _cover(blocks: Blocks, opening: tuple[Block, ...], place: Place) -> str:
    cards = paragraph("CoverGap", "") + blocks.blocks(opening, place) if opening else ""
    return _title(blocks, "CoverTitle") + cards + blocks.blocks((PageBreak(),), place)


def _line(blocks: Blocks, style: str, words: tuple[Inline, ...], own: str = "") -> str:
    """Return a line of the front; one that only one of two versions has comes or goes as a paragraph."""
    fate = fate_of(words)
    bare = words if fate is Fate.STAYED else unmarked(words)
    return blocks.manuscript.changes.blocks(fate, paragraph(style, blocks.runs.values(bare), own=own))
