"""The pages of a PDF as lines of a document: what was broken at the end of a line is joined, what runs along is apart.

A PDF knows no paragraphs, and numbers of clauses stand in it as text. So its words are cut into lines where those of
the document as issued begin and end, and the number before a line is taken off it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from docgen.doctree.alignment import anchored
from docgen.doctree.manuscript import Line, Manuscript, Page, Part, Piece, chunks, plain
from docgen.review.differences import NOWHERE, Compared, Difference, Kind, Placed, compared

Pair = tuple[Line | None, Line | None]
_EVERYWHERE = 0.6
"""The share of pages a line must stand on to run along."""
_EDGE = 3
"""How many lines at the beginning and at the end of a page may run along."""
_ENTRY = re.compile(r"(?:[.…]\s*){4,}\d+\s*$|(?:\s[.…]){3,}\s*\d+\s*$")
"""How a line of a contents list ends."""
_BRACKETED = re.compile(r"\((?:\d{1,3}|[a-z]|[ivxlc]{1,5})\)", re.IGNORECASE)
_NUMBERED = re.compile(rf"\d{{1,3}}(?:\.\d{{1,3}})+\.?|\d{{1,3}}[.)]|{_BRACKETED.pattern}", re.IGNORECASE)
"""The number before a line that is new: what else begins with a number says something."""
_NUMBER = re.compile(rf"{_NUMBERED.pattern}|[a-z][.)]|\d{{1,2}}", re.IGNORECASE)
"""The number before a line; that of a schedule is alone behind its word."""
_BULLET = re.compile(r"[•○●◦▪–☐\ue000-\uf8ff]+")
_MADE = re.compile(r"_{2,}")


@dataclass(frozen=True)
class _Word:
    text: str
    key: str
    begins: bool
    """Whether a line begins with it."""


@dataclass(frozen=True)
class Printed:
    """A PDF as lines: for each line of the model the one that is like it, and where new ones stand.

    `lines` are the model's by their number, or none where a line is new; `labels` are the numbers before them.
    """

    lines: tuple[tuple[int | None, Line], ...]
    labels: Mapping[int, str]
    running: tuple[str, ...]


def compared_pages(
    issued: Sequence[Page], returned: Sequence[Page], model: Sequence[Placed], months: Sequence[str] = ()
) -> tuple[Compared, tuple[Pair, ...]]:
    """Return all that differs between two PDFs, and the lines in pairs: one as it came back, and the model's.

    The model is the same document as issued in Word, which knows its clauses.
    """
    lines = [each.line for each in model]
    vocabulary = vocabulary_of(lines)
    running = _running(issued) | _running(returned)
    labels = read_pages(issued, lines, running, vocabulary).labels
    old, new = (read_pages(pages, lines, running, vocabulary, labels) for pages in (issued, returned))
    known = {index: line for index, line in old.lines if index is not None}
    came = [(index, _as_before(line, known.get(index) if index is not None else None)) for index, line in new.lines]
    found = compared(list(_placed(old, model)), Manuscript(tuple(line for _, line in came)), months)
    numbers = {_bare(old.labels[each]): _bare(new.labels[each]) for each in old.labels if each in new.labels}
    told = [each for each in found.differences if not _renumbered(each, numbers)]
    differences = (*told, *_beside(old, new), *_pictures(issued, returned))
    return Compared(differences, found.lines), tuple(_pairs(old, came, lines))


def _pairs(old: Printed, came: Sequence[tuple[int | None, Line]], model: Sequence[Line]) -> Iterator[Pair]:
    """Yield the lines of the model in order, each with itself where it stayed; new lines stand between them."""
    issued = dict(old.lines)
    others = {line.text for index, line in old.lines if index is None}
    done = 0
    for index, line in came:
        if index is None:
            if line.part is not Part.CONTENTS and line.text not in others:
                yield line, None
            continue
        yield from _without(model[done:index], range(done, index), issued)
        yield (model[index] if issued.get(index) is line else line), model[index]
        done = index + 1
    yield from _without(model[done:], range(done, len(model)), issued)


def _without(lines: Iterable[Line], numbers: Iterable[int], issued: Container[int | None]) -> Iterator[Pair]:
    """Yield lines that did not come back; those that no PDF shows stay as they are."""
    for number, line in zip(numbers, lines, strict=True):
        yield (None if number in issued else line), line


def _placed(printed: Printed, model: Sequence[Placed]) -> Iterator[Placed]:
    where = NOWHERE
    for index, line in printed.lines:
        where = model[index].where if index is not None else where
        yield Placed(line, where)


def _as_before(line: Line, issued: Line | None) -> Line:
    """Return a line as it was issued where only its spaces are others, which each program sets in its own way."""
    same = issued is not None and "".join(plain(issued.text).split()) == "".join(plain(line.text).split())
    return issued if issued and same else line


def _bare(label: str) -> str:
    return label.strip("().")


def _renumbered(each: Difference, numbers: Mapping[str, str]) -> bool:
    """Say whether only numbers of clauses differ, which moved along."""
    if each.kind not in (Kind.NUMBER, Kind.WORDING):
        return False
    before, after = each.before.split(), each.after.split()
    pairs = zip(map(_bare, before), map(_bare, after), strict=False)
    return len(before) == len(after) > 0 and all(numbers.get(old, old) == new for old, new in pairs)


def _beside(old: Printed, new: Printed) -> Iterator[Difference]:
    """Yield what differs at the edges of pages, whose words stand in whatever order a program put them."""
    before, after = " ".join(_beyond(old.running, new.running)), " ".join(_beyond(new.running, old.running))
    if before or after:
        yield Difference(Kind.WORDING, Part.HEADER, NOWHERE, before, after)


def _beyond(words: Iterable[str], others: Iterable[str]) -> Iterator[str]:
    """Yield the words that are not among others, or not as often, in their order."""
    left = Counter(others)
    for word in words:
        if left[word]:
            left[word] -= 1
        else:
            yield word


def _pictures(issued: Sequence[Page], returned: Sequence[Page]) -> Iterator[Difference]:
    if sum(page.pictures for page in returned) > sum(page.pictures for page in issued):
        yield Difference(Kind.PICTURE, Part.BODY, NOWHERE)


def page_remarks(issued: Sequence[Page], returned: Sequence[Page]) -> Iterator[str]:
    """Yield what could not be compared: pages that are pictures, and pictures that were not issued."""
    known = max((page.pictures for page in issued), default=0)
    for number, page in enumerate(returned, 1):
        if not page.lines and page.pictures:
            yield f"Page {number} is a picture without text. Its words cannot be compared: look at it."
        elif not page.lines:
            yield f"Page {number} has no text."
        elif page.pictures > known:
            yield f"Page {number} holds a picture that was not issued. It may carry text: look at it."


def read_pages(
    pages: Sequence[Page],
    model: Sequence[Line],
    running: Container[str],
    vocabulary: Container[str],
    labels: Mapping[int, str] | None = None,
) -> Printed:
    """Return the pages of a PDF as lines that are cut like a document’s.

    `running` are lines that stand on every page, with `#` for their numbers, and `vocabulary` are words known to be
    whole. `labels` are the numbers before the lines as issued, for a file in which words may have changed.
    """
    body = [line for page in pages for line in page.lines if _masked(line) not in running]
    listed = [line for line in body if _ENTRY.search(line)]
    words = list(_words([line for line in body if not _ENTRY.search(line)], vocabulary))
    lines, found = _cut(words, model, labels)
    entries = [(None, Line((Piece(_ENTRY.sub("", line)),), Part.CONTENTS)) for line in listed]
    return Printed((*entries, *lines), found, tuple(_constant(running, pages)))


def vocabulary_of(model: Iterable[Line]) -> frozenset[str]:
    """Return the words of a document, by which a word that was parted at the end of a line is known."""
    return frozenset(chunk.key.strip(".,;:()") for line in model for chunk in chunks(line))


# What runs along


def _running(pages: Sequence[Page]) -> frozenset[str]:
    if len(pages) < 2:
        return frozenset()
    edges = ((*page.lines[:_EDGE], *page.lines[-_EDGE:]) for page in pages)
    counts = Counter(masked for lines in edges for masked in {_masked(line) for line in lines})
    least = max(2, _EVERYWHERE * len(pages))
    return frozenset(masked for masked, count in counts.items() if count >= least)


def _masked(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _constant(running: Container[str], pages: Sequence[Page]) -> Iterator[str]:
    """Yield the words that are the same on every page; numbers of pages are not."""
    seen: dict[str, list[list[str]]] = {}
    for page in pages:
        for line in page.lines:
            if _masked(line) in running:
                seen.setdefault(_masked(line), []).append(re.findall(r"\d+|[^\W\d]+", line))
    for lines in seen.values():
        for words in zip(*lines, strict=False):
            if len(set(words)) == 1 and words[0] != str(len(pages)):
                yield plain(words[0]).casefold()


# Words


def _words(lines: Sequence[str], vocabulary: Container[str]) -> Iterator[_Word]:
    """Yield words in order, with those that were parted at the end of a line made whole."""
    parted = ""
    for line in lines:
        found = [each for each in line.split() if not _MADE.fullmatch(each)]
        for index, text in enumerate(found):
            whole = _joined(parted, text, vocabulary) if parted and not index else text
            is_last = index == len(found) - 1
            if is_last and re.search(r"\w[-\u2010\u00ad]$", whole):
                parted = whole
                continue
            yield _Word(whole, plain(whole), index == 0 and not parted)
            parted = ""
    if parted:
        yield _Word(parted, plain(parted), False)


def _joined(head: str, tail: str, vocabulary: Container[str]) -> str:
    """Return two parts of a word as one: without the hyphen where that is a word of the document, or no other is."""
    bare = head[:-1] + tail
    kept = f"{head[:-1]}-{tail}"
    known = [each for each in (kept, bare) if plain(each).strip(".,;:()") in vocabulary]
    return known[0] if known else bare if tail[:1].islower() and head[-1] != "-" else kept


# Lines


def _cut(
    words: Sequence[_Word], model: Sequence[Line], labels: Mapping[int, str] | None
) -> tuple[list[tuple[int | None, Line]], dict[int, str]]:
    """Return words as lines, cut where the lines of the model begin and end, and the numbers taken off them."""
    known = [(index, chunk.key) for index, line in enumerate(model) for chunk in chunks(line)]
    owners: list[tuple[int | None, int]] = []
    """For each word the line of the model it is of, and a number that is its own where there is none."""
    for stretch in anchored([key for _, key in known], [word.key for word in words]):
        old, new = known[stretch.old], words[stretch.new]
        if stretch.same:
            owners += [(index, 0) for index, _ in old]
            continue
        before = known[stretch.old.start - 1][0] if stretch.old.start else None
        behind = known[stretch.old.stop][0] if stretch.old.stop < len(known) else None
        inside = {index for index, _ in old}
        follows = words[stretch.new.stop].begins if stretch.new.stop < len(words) else True
        owners += _owners(new, before, behind, inside, follows=follows, at=len(owners))
    return _gathered(words, owners, model, labels)


def _owners(
    words: Sequence[_Word], before: int | None, behind: int | None, inside: set[int], *, follows: bool, at: int
) -> list[tuple[int | None, int]]:
    """Return of which line words are that the model does not have there."""
    if not words:
        return []
    starts = [index for index, word in enumerate(words) if word.begins]
    if len(inside) == 1 or (not inside and before == behind):
        owner = next(iter(inside), before)
        own = starts[-1] if owner != behind and not follows and starts else len(words)
        return [*[(owner, 0)] * own, *[(behind, 0)] * (len(words) - own)]
    first = starts[0] if starts else len(words)
    head: list[tuple[int | None, int]] = [(before, 0)] * first
    # What stands before the first word of the next line, on its line of print, belongs to it.
    last = len(words) if follows or not starts else starts[-1]
    middle: list[tuple[int | None, int]] = [(None, at + 1)] * (last - first)
    return [*head, *middle, *([(behind, 0)] * (len(words) - max(last, first)))]


def _gathered(
    words: Sequence[_Word],
    owners: Sequence[tuple[int | None, int]],
    model: Sequence[Line],
    labels: Mapping[int, str] | None,
) -> tuple[list[tuple[int | None, Line]], dict[int, str]]:
    lines: list[tuple[int | None, Line]] = []
    numbers: dict[int, str] = {}
    for (index, _), group in groupby(zip(owners, words, strict=True), key=lambda pair: pair[0]):
        found = [word for _, word in group]
        first = next((chunk.key for chunk in chunks(model[index])), "") if index is not None else ""
        if index is None or labels is not None:
            count = _number_before(found, labels.get(index, "") if labels and index is not None else None, first)
        else:
            count = next((place for place, word in enumerate(found[:4]) if word.key == first), 0)
        rest = found[count:]
        if index is not None and count:
            numbers[index] = " ".join(word.text for word in found[:count])
        if rest:
            part = model[index].part if index is not None else Part.BODY
            lines.append((index, Line((Piece(" ".join(word.text for word in rest)),), part)))
    return lines, numbers


def _number_before(words: Sequence[_Word], issued: str | None, first: str) -> int:
    """Return how many words are the number before a line: as many as were issued there, or any where a line is new.

    `first` is what the line begins with as issued.
    """
    count = 0
    while count < len(words) and _BULLET.fullmatch(words[count].text) and words[count].key != first:
        count += 1
    if issued:
        wanted = count + len(issued.split())
        is_number = wanted <= len(words) and _NUMBER.fullmatch(words[wanted - 1].text)
        return wanted if is_number and words[count].key != first else count
    pattern = _NUMBERED if issued is None else _BRACKETED
    while count < len(words) and pattern.fullmatch(words[count].text):
        count += 1
    return count
