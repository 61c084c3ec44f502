"""From a change in the reading view to an edit of the template's source, where the source has the words as plain text.

What is written is escaped for the markup and for Jinja, so that words stay words. What cannot be said for sure is not
guessed: it is handed to a person with the reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from docgen.doctree.redline import Place
from docgen.review.rewording import Rewording, Sort
from docgen.review.spelling import Spelled, spelled
from docgen.templating.traced import Letter, Origin, Written

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "{": "&#123;"}
_UNWRITABLE = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of writing: in a template nobody would see them."""
_CATEGORIES = ("Cc", "Cs", "Co", "Cn")
_CLOSING = re.compile(r"</(?:strong|em|u|s|sup|sub|term|a|badge)>")
_OPENING = re.compile(r"<(?:strong|em|u|s|sup|sub|term|a|badge)(?: [^<>]*)?>$")

_WHOLE: Mapping[Sort, str] = {
    Sort.ADDED: "A new paragraph: where it goes, whether it is a clause of its own, and under which condition, "
    "has to be decided.",
    Sort.REMOVED: "A whole paragraph: a clause may be cited elsewhere, and may stand under a condition.",
    Sort.MOVED: "A paragraph in another place: in the template it may belong to a condition or to a list.",
    Sort.REBROKEN: "Paragraphs were parted or joined, which are elements of the template.",
    Sort.HIDDEN: "Words that do not show. Nobody sees them who reads the file.",
    Sort.PICTURE: "Pictures are made from facts, and are not in the template.",
    Sort.BESIDE: "It stands outside the text: at the edge of the page, in a note or in a text box.",
}


@dataclass(frozen=True)
class ReadLine:
    """A line of the reading view: its letters with their places in the source, and the clause it stands in."""

    letters: tuple[Letter, ...]
    targets: tuple[str, ...]
    where: Place

    @cached_property
    def spelled(self) -> Spelled:
        """Return the line as words, whose signs are counted within the line."""
        signs = [(at, letter.sign, target) for at, (letter, target) in enumerate(zip(self.letters, self.targets))]  # noqa: B905
        return Spelled(spelled(signs))

    @property
    def origin(self) -> Origin | None:
        """Return where the line is written: its first words that have a place, or else a value or a condition."""
        words = (letter.origin for letter in self.letters if letter.is_words)
        others = (letter.origin for letter in self.letters if letter.origin)
        return next(words, None) or next(others, None)

    def origin_at(self, word: int) -> Origin | None:
        """Return where a word is written, or the nearest before it, or after it, that has a place."""
        words = self.spelled.words
        order = [*range(min(word, len(words) - 1), -1, -1), *range(word, len(words))]
        found = (self.letters[words[index].signs[0]].origin for index in order)
        return next((each for each in found if each), None)


@dataclass(frozen=True)
class Edit:
    """What replaces a stretch of a file's text."""

    file: str
    start: int
    end: int
    text: str
    words: str = ""
    """The text as it is read."""


class HandOverError(Exception):
    """A change cannot be written into the source for sure; the message says why."""


def edit_of(change: Rewording, lines: Sequence[ReadLine], sources: Mapping[str, str]) -> Edit:
    """Return the edit that a change of the reading view means; raises HandOverError with the reason where none does."""
    if change.sort is not Sort.REWORDED:
        raise HandOverError(_WHOLE[change.sort])
    if change.broken:
        raise HandOverError("A line break or a tabulator stands among the new words.")
    if strange := next((sign for sign in change.after if _is_strange(sign)), ""):
        raise HandOverError(f"The new words have a sign that no template may have (U+{ord(strange):04X}).")
    line = lines[change.line]
    if any(word.target for word in change.words):
        raise HandOverError("The new words refer to another clause; a reference is an element of the template.")
    edit = _replaced(line, change, sources) if change.last > change.first else _inserted(line, change, sources)
    return _escaped(edit, sources[edit.file], quoted=_quoted(line, change))


# Words that were there


def _replaced(line: ReadLine, change: Rewording, sources: Mapping[str, str]) -> Edit:
    words = line.spelled.words
    span = range(words[change.first].signs[0], words[change.last - 1].signs[-1] + 1)
    letters = [line.letters[at] for at in span if not line.letters[at].sign.isspace()]
    for at in span:
        _check_plain(line, at)
    source = sources[_one_file(letters)]
    for left, right in pairwise(letters):
        between = source[left.end : right.start] if left.end <= right.start else ""
        if between.strip() or (left.end > right.start and left.start != right.start):
            raise HandOverError(f"The words go over the edge of something in the template: {_short(between)}")
    start, end, text = letters[0].start, letters[-1].end, change.after
    gone, following = words[change.first], words[change.last] if change.last < len(words) else None
    led = bool(change.words) and change.words[0].space
    if gone.space and not led and change.first:
        start = _after_previous(line, change.first, source, start)
    elif led and not gone.space and change.first:
        text = f" {text}"
    if following and text and change.spaced and not following.space:
        text = f"{text} "
    elif following and following.space and (not change.spaced or (not text and start == letters[0].start)):
        end = _before_next(line, change.last, source, end)
    return Edit(_one_file(letters), start, end, text, text)


def _after_previous(line: ReadLine, first: int, source: str, start: int) -> int:
    """Return where the word before ends, where nothing but white space parts the two."""
    if not first:
        return start
    letter = line.letters[line.spelled.words[first - 1].signs[-1]]
    gap = len(source[:start]) - len(source[:start].rstrip())
    if gap and (not letter.is_words or letter.end == start - gap):
        return start - gap
    return start


def _before_next(line: ReadLine, last: int, source: str, end: int) -> int:
    """Return where the word behind begins, where nothing but white space parts the two."""
    letter = line.letters[line.spelled.words[last].signs[0]]
    gap = len(source[end:]) - len(source[end:].lstrip())
    if gap and (not letter.is_words or letter.start == end + gap):
        return end + gap
    return end


def _check_plain(line: ReadLine, at: int) -> None:
    letter = line.letters[at]
    if line.targets[at]:
        raise HandOverError("The words are a reference to another clause, which docgen numbers by itself.")
    if letter.is_words or letter.sign.isspace():
        return
    near = [letter, *line.letters[max(at - 2, 0) : at + 3]]
    origin = next((each.origin for each in near if each.origin and not each.is_words), None)
    if letter.origin and letter.origin.written is Written.VALUE:
        raise HandOverError(
            f"A value goes here: {letter.origin.said}, printed at {letter.origin.file}:{letter.origin.line}."
        )
    if origin and origin.written is Written.CONDITION:
        raise HandOverError(f"The words say a condition, “{origin.said}”, written at {origin.file}:{origin.line}.")
    raise HandOverError("docgen writes these words by itself; they are not in the template.")


def _one_file(letters: Sequence[Letter]) -> str:
    files = {letter.origin.file for letter in letters if letter.origin}
    if len(files) != 1:
        raise HandOverError("The words are written in more than one file.")
    return files.pop()


# Words that came


def _inserted(line: ReadLine, change: Rewording, sources: Mapping[str, str]) -> Edit:
    words = line.spelled.words
    if 0 < change.first < len(words):
        sides = words[change.first - 1].signs[-1], words[change.first].signs[0]
        origin = line.letters[sides[0]].origin
        if origin and origin is line.letters[sides[1]].origin:
            _check_plain(line, sides[0])
    before = _spot(line, words[change.first - 1].signs[-1]) if change.first else None
    after = _spot(line, words[change.first].signs[0]) if change.first < len(words) else None
    spaced = change.first < len(words) and words[change.first].space
    led = bool(change.first) and change.words[0].space
    if before and after and before.origin and after.origin and before.origin.file == after.origin.file:
        source = sources[before.origin.file]
        between = source[before.end : after.start] if before.end <= after.start else "{"
        if not between.strip():
            end = after.start if spaced and not change.spaced else before.end
            tail = " " if change.spaced and not spaced else ""
            return Edit(before.origin.file, before.end, end, f"{' ' if led else ''}{change.after}{tail}")
        if "{" in between or not re.fullmatch(r"(?:\s|<[^<>]*>)*", between):
            raise HandOverError("The new words stand at the edge of a condition: within it or behind it?")
        if re.search(r"<[a-z]", between) and "</" in between:
            raise HandOverError(f"The new words stand between two elements of the template: {_short(between)}")
        if "</" in between:
            before = None
        else:
            after = None
    if before and before.origin:
        return _behind(before, before.origin.file, change, sources, led=led, tail=change.spaced and not spaced)
    if after and after.origin:
        return _ahead(after, after.origin.file, change, sources, led=led and not spaced)
    raise HandOverError("The new words stand between values or conditions, not beside words of the template.")


def _spot(line: ReadLine, at: int) -> Letter | None:
    letter = line.letters[at]
    return letter if letter.is_words and not line.targets[at] else None


def _behind(letter: Letter, file: str, change: Rewording, sources: Mapping[str, str], *, led: bool, tail: bool) -> Edit:
    source, place = sources[file], letter.end
    while closing := _CLOSING.match(source, place):
        place = closing.end()
    rest = source[place:].lstrip()
    if rest.startswith("{%") and not re.match(r"\{%[+-]?\s*(?:if|for|include)\b", rest):
        raise HandOverError("The new words stand at the edge of a condition: within it or behind it?")
    return Edit(file, place, place, f"{' ' if led else ''}{change.after}{' ' if tail else ''}")


def _ahead(letter: Letter, file: str, change: Rewording, sources: Mapping[str, str], *, led: bool) -> Edit:
    source, place = sources[file], letter.start
    while opening := _OPENING.search(source, max(place - 200, 0), place):
        place = opening.start()
    if source[:place].rstrip().endswith("%}"):
        raise HandOverError("The new words stand at the edge of a condition: within it or before it?")
    return Edit(file, place, place, f"{' ' if led else ''}{change.after}{' ' if change.spaced else ''}")


# Escapes


def _quoted(line: ReadLine, change: Rewording) -> bool:
    words = line.spelled.words
    near = words[max(change.first - 1, 0) : change.last + 1]
    return any(origin.quoted for word in near if (origin := line.letters[word.signs[0]].origin))


def _escaped(edit: Edit, source: str, *, quoted: bool) -> Edit:
    entities = _ENTITIES if quoted else {sign: name for sign, name in _ENTITIES.items() if sign != '"'}
    if quoted:
        entities = {**entities, "'": "&#39;"}
    text = "".join(entities.get(sign, sign) for sign in edit.text)
    if source[: edit.start].endswith("{") and text[:1] in ("%", "#"):
        text = f"&#{ord(text[0])};{text[1:]}"
    return replace(edit, text=text, words=edit.words or edit.text)


def _is_strange(sign: str) -> bool:
    return unicodedata.category(sign) in _CATEGORIES or _UNWRITABLE.match(sign) is not None


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else f"{plain[:60]}…"
