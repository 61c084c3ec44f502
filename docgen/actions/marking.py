"""A redline of what came back: their tracked changes as they are, and on top of them what nobody tracked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from docgen.actions.bounded import OF_A_FILE, bounded
from docgen.actions.comparing import Comparison, is_printed
from docgen.actions.desk import Desk
from docgen.doctree.manuscript import Line, Manuscript, View, plain
from docgen.doctree.markings import Own, markings
from docgen.doctree.nodes import Fate
from docgen.review.differences import Placed, paired
from docgen.review.pages import Pair

CAME, WENT = Fate.CAME, Fate.WENT
UNTRACKED = "docgen: not tracked"
"""The author of what nobody tracked."""


def redline_returned(desk: Desk, found: Comparison) -> bytes:
    """Return the file that came back with what was changed in silence tracked as well, by `UNTRACKED` and now.

    For a PDF it is the Word file as issued, with all that the PDF changed tracked. With all changes rejected it says
    what was issued, with all accepted what the file says with theirs accepted. Their changes keep their authors and
    hours. Raises LimitError, and WordFileError for a file that is broken.
    """
    at = desk.now()
    if found.pairs is not None:
        return marked_issued(found.content, found.pairs, at)
    return bounded("Marking the file", lambda: marked_returned(found.content, found.issued, at), desk.limits, OF_A_FILE)


def marked_returned(content: bytes, issued: Sequence[Placed], at: dt.datetime) -> bytes:
    """Return a file that came back with its silent changes tracked."""
    from docgen.exchange.word_lines import open_word
    from docgen.exchange.word_marking import marked

    opened = open_word(content)
    lines = Manuscript(opened.lines).seen(View.REJECTED)
    before = [each for each in issued if each.line.text.strip() or each.line.pictures]
    found = [
        each
        for part in paired(before, lines)
        for each in markings([(left.line if left else None, right) for left, right in part], own=CAME, lacking=WENT)
    ]
    return marked(opened, [*found, *_hidden(before, lines)], UNTRACKED, at)


def marked_issued(content: bytes, pairs: Sequence[Pair], at: dt.datetime) -> bytes:
    """Return the Word file as issued with the changes of a PDF tracked in it."""
    from docgen.exchange.word_lines import open_word
    from docgen.exchange.word_marking import marked

    opened = open_word(content)
    lines = iter([each for each in Manuscript(opened.lines).seen(View.ACCEPTED) if is_printed(each)])
    own = [(other, line and next(lines), other is line) for other, line in pairs]
    found = [(line if stayed else other, line) for other, line, stayed in own]
    return marked(opened, markings(found, own=WENT, lacking=CAME), UNTRACKED, at)


def _hidden(issued: Sequence[Placed], lines: Iterable[Line]) -> Iterator[Own]:
    """Yield words that do not show and were not issued."""
    known = {plain(each.line.hidden) for each in issued} | {""}
    for line in lines:
        if plain(line.hidden) not in known:
            for index, piece in enumerate(line.pieces):
                if piece.hidden:
                    yield Own(line, (index, 0), (index, len(piece.text)), CAME)
