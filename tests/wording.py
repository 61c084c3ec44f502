"""Comparing words: what the tree says with what a reader of a file finds in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from docgen.doctree.nodes import Document
from docgen.doctree.text import document_lines

SIGNS = "●▲■○☐"
"""The signs that stand before a status word and a tick box; they repeat the word's tone to the eye."""
_UNSEEN = re.compile("[\u200e\u200f\u061c\ufeff]")
_SIGNS = re.compile(f"[{SIGNS}\u202a-\u202e]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_BREAKABLE = re.compile("[^\u0020-\u024f\u2010-\u2044\u20ac\u2212]|[-–/?@]|.{36}")
"""Words a line may end inside of: with a hyphen or a slash, addresses, over-long, in a script without spaces."""
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_NOT_LATIN = re.compile("[^A-Za-z\u00c0-\u024f]+")
_DIVIDER = re.compile(r"[^\w\s]")
_MIRRORED = str.maketrans("([{<«", ")]}>»")


def plain(text: str) -> str:
    """Return words with single spaces, without marks of direction and without the signs of status words."""
    return " ".join(_SIGNS.sub(" ", _UNSEEN.sub("", text)).split())


def tree_words(document: Document) -> str:
    """Return all the words of a tree in reading order."""
    return plain(" ".join(document_lines(document)))


def first_difference(expected: str, pieces: Sequence[str]) -> str:
    """Return where words that come in pieces part from the expected ones, or nothing when they are the same.

    Between two pieces there may be a space or not, for lines end between them; inside a piece every
    space counts. A piece written from right to left is in the order of the eye, so there only its
    letters count; the same goes for figures and signs in a text with such pieces.
    """
    position, mixed = 0, bool(_RIGHT_TO_LEFT.search(expected))
    for number, given in enumerate(pieces):
        piece = plain(given)
        position += expected[position : position + 1] == " "
        seen = mixed and bool(_RIGHT_TO_LEFT.search(piece) or not _LATIN.search(piece))
        end = _end(expected, position, piece) if seen else position + len(piece)
        if not (_sorted(expected[position:end]) == _sorted(piece) if seen else expected[position:end] == piece):
            before = " | ".join(pieces[max(0, number - 2) : number])
            return f"expected “{expected[max(0, position - 20) : position + 60]}”, found “{before} | {given}”"
        position = end
    rest = expected[position:].strip()
    return f"missing at the end: “{rest[:100]}”" if rest else ""


def _end(expected: str, start: int, piece: str) -> int:
    """Return where a piece of so many letters ends in the expected words, whatever spaces there are."""
    end, letters = start, len(piece.replace(" ", ""))
    while letters and end < len(expected):
        letters -= expected[end] != " "
        end += 1
    return end


def _sorted(text: str) -> list[str]:
    return sorted(text.replace(" ", "").translate(_MIRRORED))


def missing_and_more(
    said: Iterable[str], shown: Iterable[str], around: Iterable[str] = ()
) -> tuple[dict[str, int], dict[str, int]]:
    """Return the words that are said and not shown, and those shown that nothing explains.

    Words that a line may end inside of are left out of the count, and so are their pieces; words
    around the text, such as repeated heads, may be shown any number of times. Where something is written
    from right to left, figures and brackets change places with it, and only words of letters count.
    """
    said = tuple(said)
    letters = any(map(_RIGHT_TO_LEFT.search, said))
    expected, found, allowed = (_whole_words(texts, letters) for texts in (said, shown, around))
    pieces = _joined(" ".join(word for line in said for word in plain(line).split() if _BREAKABLE.search(word)))
    more = {
        word: count for word, count in (found - expected).items() if word not in allowed and _joined(word) not in pieces
    }
    return dict(expected - found), more


def _whole_words(texts: Iterable[str], letters: bool) -> Counter[str]:
    words = (word for text in texts for word in plain(text).split() if not _BREAKABLE.search(word))
    return Counter(filter(None, (_NOT_LATIN.sub("", word) for word in words)) if letters else words)


def _joined(text: str) -> str:
    """Return the letters and figures of a text without what a line may end at."""
    return _DIVIDER.sub("", text)


def without_leaders(pieces: Iterable[tuple[str, bool]]) -> Iterator[str]:
    """Yield pieces without the dots of a contents list and the page number after them.

    Each piece comes with whether it stands in a link, as the lines of a contents list do.
    """
    dots = False
    for text, linked in pieces:
        if linked and text.strip(" ") and not text.strip(" ."):
            dots = True
        elif dots and text.strip().isdigit():
            dots = False
        else:
            dots = False
            yield text
