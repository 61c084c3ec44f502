"""The words of two versions of a text as one run, in which what changed is marked and nothing more."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter

from docgen.doctree.alignment import Stretch, stretches
from docgen.doctree.nodes import Bidi, Edited, Emphasised, Fate, Inline, Link, Reference, Term, Text
from docgen.doctree.text import inline_words
from docgen.doctree.walk import with_references

CONFETTI = 0.3
"""The share of words that must have stayed; with less, all old words went and all new ones came."""

_WORD = r"\w+(?:[.,:'’/-]\w+)*"
_WORDS = re.compile(_WORD)
_TOKENS = re.compile(rf"\s+|{_WORD}|[^\w\s]")


def recognised(inlines: tuple[Inline, ...]) -> tuple[str, ...]:
    """Return the words a text is recognised by; a reference counts as its target, not as its number."""
    by_target = with_references(inlines, lambda reference: replace(reference, label=reference.target))
    return tuple(_WORDS.findall(inline_words(by_target)))


@dataclass(frozen=True)
class _Around:
    """What stands around a word: emphasis, a link, a term, a value; each occurrence is one of its own."""

    shell: Emphasised | Link | Term | Bidi
    is_right_to_left: bool
    """Words of two directions cannot share one isolation."""
    occurrence: object = field(compare=False)


@dataclass(frozen=True)
class _Piece:
    """A word, a space or a sign, with what is around it from the outside in."""

    inline: Inline
    around: tuple[_Around, ...]

    @property
    def key(self) -> Hashable:
        """Return what equals another piece's when the two print the same, numbers of references apart."""
        if isinstance(self.inline, Reference):
            return (self.inline.target, self.inline.show, self.around)
        return (self.inline, self.around)

    @property
    def is_space(self) -> bool:
        """Say whether this parts words and says nothing."""
        return isinstance(self.inline, Text) and self.inline.text.isspace()


@dataclass(frozen=True)
class _Woven:
    """A piece in its place among those of both versions."""

    fate: Fate
    inline: Inline
    around: tuple[_Around, ...]


def merged_words(old: tuple[Inline, ...], new: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return the words of two versions as one run, in which what went stands before what came in its place."""
    before, after = tuple(_pieces(old)), tuple(_pieces(new))
    found = list(stretches([piece.key for piece in before], [piece.key for piece in after]))
    edits = list(_joined(found, before))
    if not _reads_well(edits, before, after):
        edits = [Stretch(False, slice(0, len(before)), slice(0, len(after)))]
    return tuple(_marked(_nodes(list(_weave(edits, before, after)), 0)))


def merged_line(old: tuple[Inline, ...], new: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return the words of two versions of a line that stands alone; two directions of writing share nothing."""
    merged = merged_words((Bidi(old),), (Bidi(new),))
    return tuple(_bare(merged))


def _bare(inlines: tuple[Inline, ...]) -> Iterator[Inline]:
    for inline in inlines:
        match inline:
            case Bidi(children):
                yield from children
            case Edited(fate, children):
                yield Edited(fate, tuple(_bare(children)))
            case _:
                yield inline


def _pieces(inlines: tuple[Inline, ...], around: tuple[_Around, ...] = ()) -> Iterator[_Piece]:
    for inline in inlines:
        match inline:
            case Text(text):
                yield from (_Piece(Text(token), around) for token in _TOKENS.findall(text))
            case Emphasised() | Link() | Term() | Bidi():
                shell = _Around(replace(inline, children=()), _is_right_to_left(inline), object())
                yield from _pieces(inline.children, (*around, shell))
            case _:
                yield _Piece(inline, around)


def _is_right_to_left(inline: Inline) -> bool:
    """Say whether words begin in a script that is written from right to left."""
    kinds = (unicodedata.bidirectional(sign) for sign in inline_words((inline,)))
    return next((kind != "L" for kind in kinds if kind in {"L", "R", "AL"}), False)


def _joined(found: list[Stretch], before: Sequence[_Piece]) -> Iterator[Stretch]:
    """Yield stretches in which a space between two changes is changed along with them, so that they read as one."""

    def stays(index: int) -> bool:
        inside = 0 < index < len(found) - 1
        return found[index].same and not (inside and all(piece.is_space for piece in before[found[index].old]))

    for same, indexes in groupby(range(len(found)), key=stays):
        group = [found[index] for index in indexes]
        old, new = slice(group[0].old.start, group[-1].old.stop), slice(group[0].new.start, group[-1].new.stop)
        yield Stretch(same, old, new)


def _reads_well(edits: list[Stretch], before: Sequence[_Piece], after: Sequence[_Piece]) -> bool:
    """Say whether enough words stayed for the eye to follow the changes between them."""
    words = sum(not piece.is_space for piece in (*before, *after))
    stayed = sum(not piece.is_space for edit in edits if edit.same for piece in before[edit.old])
    return 2 * stayed >= words * CONFETTI


def _weave(edits: list[Stretch], before: Sequence[_Piece], after: Sequence[_Piece]) -> Iterator[_Woven]:
    """Yield the pieces of both versions; those that went stand inside what is around their neighbours that stayed."""
    stayed = {
        old.occurrence: new
        for edit in edits
        if edit.same
        for gone, piece in zip(before[edit.old], after[edit.new], strict=True)
        for old, new in zip(gone.around, piece.around, strict=True)
    }
    for edit in edits:
        if not edit.same:
            for piece in before[edit.old]:
                around = tuple(stayed.get(each.occurrence, each) for each in piece.around)
                yield _Woven(Fate.WENT, piece.inline, around)
        fate = Fate.STAYED if edit.same else Fate.CAME
        yield from (_Woven(fate, piece.inline, piece.around) for piece in after[edit.new])


def _nodes(woven: Sequence[_Woven], depth: int) -> Iterator[tuple[Fate, Inline]]:
    """Yield pieces as nodes again, each run inside what stands around it, and with the fate of all of it."""

    def outer(piece: _Woven) -> tuple[object, _Around | None]:
        around = piece.around[depth] if len(piece.around) > depth else None
        return (around and around.occurrence, around)

    for (_, around), group in groupby(woven, key=outer):
        pieces = list(group)
        fates = {piece.fate for piece in pieces}
        if around is None:
            yield from ((piece.fate, piece.inline) for piece in pieces)
            continue
        inner = list(_nodes(pieces, depth + 1))
        if len(fates) == 1:
            yield fates.pop(), replace(around.shell, children=tuple(_texts(node for _, node in inner)))
        else:
            yield Fate.STAYED, replace(around.shell, children=tuple(_marked(inner)))


def _marked(nodes: Iterable[tuple[Fate, Inline]]) -> Iterator[Inline]:
    for fate, group in groupby(nodes, key=itemgetter(0)):
        inlines = tuple(_texts(inline for _, inline in group))
        if fate is Fate.STAYED:
            yield from inlines
        else:
            yield Edited(fate, inlines)


def _texts(inlines: Iterable[Inline]) -> Iterator[Inline]:
    """Yield nodes with neighbouring texts as one."""
    for is_text, group in groupby(inlines, key=lambda inline: isinstance(inline, Text)):
        if is_text:
            yield Text("".join(inline.text for inline in group if isinstance(inline, Text)))
        else:
            yield from group
