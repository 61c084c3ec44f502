"""What a page keeps together, laid out for PDF and written to Word alike."""

from __future__ import annotations

from docgen.doctree.nodes import Block, Details, Question, Table, Writing
from docgen.doctree.text import inline_words
from docgen.doctree.walk import block_words, walk

FEW_ROWS = 6
"""Rows below the head up to which a table stands on one page."""
FEW_LETTERS = 700
"""Letters up to which it does: beyond them it may take half a page, and keeping it whole would leave one empty."""


def stays_whole(block: Table | Details) -> bool:
    """Say whether a table, of figures or of labels and values, is small enough to stand on one page.

    A longer one breaks between its rows.
    """
    if isinstance(block, Details):
        rows = len(block.items)
        words = [inline_words(item.label) for item in block.items]
        parts = [item.children for item in block.items]
    else:
        rows, words = len(block.rows), []
        parts = [cell.children for row in block.rows for cell in row.cells]
    words += [inline_words(said) for part in parts for inner in walk(part) for said in block_words(inner)]
    return rows <= FEW_ROWS and sum(map(len, words)) <= FEW_LETTERS


def question_about(question: Question, following: Block | None) -> Question | None:
    """Return the following block where it asks for words about a question: `time-comment` after `time`."""
    if isinstance(following, Question) and isinstance(following.answer, Writing):
        return following if following.id.startswith(f"{question.id}-") else None
    return None
