"""A redline as a Word file: every difference is a tracked change that can be accepted or rejected."""

from __future__ import annotations

import datetime as dt

from docgen.doctree.redline import Redline
from docgen.writers.docx import file_of
from docgen.writers.docx_changes import Reviser
from docgen.writers.docx_manuscript import Manuscript
from docgen.writers.theme import Theme


def write_redline_docx(redline: Redline, theme: Theme, day: dt.date | None, *, author: str, at: dt.datetime) -> bytes:
    """Return a redline as a Word file, dated on a day, its changes in somebody's name and at an hour.

    With all changes accepted it says what the newer version says, with all rejected what the older one
    says. Numbers and references are Word's own and follow when it counts again.

    Raises ValueError for an hour without a time zone.
    """
    if at.tzinfo is None:
        raise ValueError("The hour of a change needs its time zone.")
    return file_of(Manuscript(redline.document, theme, {}, redline.front, Reviser(author, at)), day)
