"""What a page keeps together, laid out for PDF and written to Word alike."""

from __future__ import annotations

from docgen.doctree.nodes import Block, Question, Table, Writing
from docgen.doctree.text import inline_words
from docgen.doctree.walk import block_words, walk

FEW_ROWS = 6
"""Rows below the head up to which a table stands on one page."""
FEW_LETTERS = 700
"""Letters up to which it does: beyond them it may take half a page, and keeping it whole would leave one empty."""


def stays_whole(table: Table) -> bool:
    """Say whether a table is small enough to stand on one page; a longer one breaks between its rows."""
    blocks = (block for row in table.rows for cell in row.cells for block in walk(cell.children))
    letters = sum(len(inline_words(words)) for block in blocks for words in block_words(block))
    return len(table.rows) <= FEW_ROWS and letters <= FEW_LETTERS


def question_about(question: Question, following: Block | None) -> Question | None:
    """Return the following block where it asks for words about a question: `time-comment` after `time`."""
    if isinstance(following, Question) and isinstance(following.answer, Writing):
        return following if following.id.startswith(f"{question.id}-") else None
    return None
