"""Edits of template sources put together: applied to texts, shown as unified diffs, and carried over to newer texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, unified_diff

from docgen.review.mending import Edit, HandOverError, ReadLine
from docgen.review.rewording import Rewording
from docgen.templating.traced import Letter

_CONTEXT = 2
_NO_END = "\\ No newline at end of file\n"


@dataclass(frozen=True)
class Mend:
    """A change with its edit of the source."""

    change: Rewording
    edit: Edit


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits of it made; none of them may meet another."""
    for edit in sorted(set(edits), key=lambda each: (each.start, each.end), reverse=True):
        text = f"{text[: edit.start]}{edit.text}{text[edit.end :]}"
    return text


def applied_raw(octets: bytes, edits: Iterable[Edit]) -> bytes:
    """Return a file with edits made that count its line ends as one sign each, whichever it has."""
    raw = octets.decode("utf-8-sig")
    mark = octets[: len(octets) - len(raw.encode())]
    places = [at for at, sign in enumerate(raw) if not (sign == "\r" and raw[at + 1 : at + 2] == "\n")] + [len(raw)]
    moved = [replace(each, start=places[each.start], end=places[each.end]) for each in edits]
    return mark + applied(raw, moved).encode()


def unified(file: str, before: str, after: str) -> str:
    """Return the difference of a file as git and patch read it."""
    old, new = _lines(before), _lines(after)
    told = unified_diff(old, new, f"a/{file}", f"b/{file}", n=_CONTEXT)
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_END}" for line in told)


def meeting(edits: Sequence[Edit]) -> set[Edit]:
    """Return edits of which another one, that is not the same, touches the same words."""
    found: set[Edit] = set()
    ordered = sorted(set(edits), key=lambda each: (each.file, each.start, each.end))
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            if other.file != one.file or other.start > one.end:
                break
            if other.start < one.end or (one.start, one.end) == (other.start, other.end):
                found |= {one, other}
    return found


def carried(edit: Edit, before: str, now: str) -> Edit:
    """Return an edit of a text for the same text as it is now; raises HandOverError where its lines changed since."""
    if before == now:
        return edit
    lines = _lines(before), _lines(now)
    starts = [list(_starts(side)) for side in lines]
    first, last = (_line(starts[0], place) for place in (edit.start, max(edit.start, edit.end - 1)))
    for block in SequenceMatcher(None, *lines, autojunk=False).get_matching_blocks():
        if block.a <= first and last < block.a + block.size:
            moved = starts[1][block.b] - starts[0][block.a]
            return replace(edit, start=edit.start + moved, end=edit.end + moved)
    if _line_with(edit, before) in lines[1]:
        raise HandOverError("The template says so already.")
    raise HandOverError(
        "The template was changed at this line since the file was made; see whether it says so already."
    )


def _line_with(edit: Edit, before: str) -> str:
    """Return the first line that an edit changes, as the edit alone leaves it."""
    edited = applied(before, [edit])
    start = before.rfind("\n", 0, edit.start) + 1
    end = edited.find("\n", edit.start + len(edit.text))
    return edited[start : end + 1 if end >= 0 else None]


def _lines(text: str) -> list[str]:
    """Return the lines of a text with their ends, as git counts them: other signs than a line feed end none."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _starts(lines: Sequence[str]) -> Iterator[int]:
    place = 0
    for line in lines:
        yield place
        place += len(line)


def _line(starts: Sequence[int], place: int) -> int:
    return max((at for at, start in enumerate(starts) if start <= place), default=0)


# What the reading view will say


def occurrences(change: Rewording, lines: Sequence[ReadLine]) -> Iterator[tuple[int, int, int]]:
    """Yield where the words of a change, or those beside it, are read: line, first word and the one behind the last.

    One place of the source may be read several times: a macro, or a partial that is included twice.
    """
    words = lines[change.line].spelled.words
    own = lines[change.line].letters
    yield change.line, change.first, change.last
    if change.last > change.first:
        keys = [_written(own, words[at].signs[0]) for at in range(change.first, change.last)]
        near, shift = keys[0], 0
    else:
        behind = change.first > 0 and _written(own, words[change.first - 1].signs[0]) is not None
        at = change.first - 1 if behind else min(change.first, len(words) - 1)
        keys, near, shift = [], _written(own, words[at].signs[0]), int(behind)
    if near is None:
        return
    for number, line in enumerate(lines):
        if number == change.line:
            continue
        there = [_written(line.letters, word.signs[0]) for word in line.spelled.words]
        for at, place in enumerate(there):
            if place == near and there[at : at + len(keys)] == keys:
                yield number, at + shift, at + shift + len(keys)


def _written(letters: Sequence[Letter], at: int) -> tuple[str, int] | None:
    letter = letters[at]
    origin = letter.origin
    return (origin.file, letter.start) if origin and letter.is_words else None


def expected(mends: Sequence[Mend], lines: Sequence[ReadLine]) -> list[tuple[str, ...]]:
    """Return the words of each line as the reading view has to say them once the edits are made."""
    found = [list(line.spelled.keys) for line in lines]
    spots: dict[tuple[int, int, int], tuple[str, ...]] = {}
    for mend in mends:
        for spot in occurrences(mend.change, lines):
            spots.setdefault(spot, tuple(word.key for word in mend.change.words))
    for (line, first, last), words in sorted(spots.items(), reverse=True):
        found[line][first:last] = words
    return [tuple(words) for words in found if words]
