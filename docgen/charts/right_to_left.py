"""Letters of scripts that run right to left, put in the order and the forms in which they are drawn."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

_LETTER_FORMS = ("isolated", "final", "initial", "medial")
_LAM, _TATWEEL = "\u0644", "\u0640"
_OVERRIDE, _POP = "\u202d", "\u202c"
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))
_PAIRS = (*_BRACKETS, ("<", ">"), ("«", "»"))
_MIRRORED = {char: other for pair in _PAIRS for char, other in (pair, pair[::-1])}


def as_drawn(words: str) -> str:
    """Return words in the order and the letter forms in which they are drawn from left to right.

    WeasyPrint's way with letters would leave Arabic unjoined and backwards. So the letters are
    ordered and joined here, and an override keeps other readers from ordering them again.
    """
    if not any(unicodedata.bidirectional(char) in {"R", "AL"} for char in words):
        return words
    return f"{_OVERRIDE}{_in_visual_order(_joined(words))}{_POP}"


def _in_visual_order(words: str) -> str:
    """Return characters from left to right as Unicode's bidirectional algorithm (UAX 9) orders them."""
    levels = _levels(words)
    drawn = [_MIRRORED.get(char, char) if level % 2 else char for char, level in zip(words, levels, strict=True)]
    for height in range(max(levels), 0, -1):
        drawn, levels = _with_runs_reversed(drawn, levels, height)
    return "".join(drawn)


def _levels(words: str) -> list[int]:
    """Return how deep each character is embedded: odd levels run right to left."""
    kinds = [unicodedata.bidirectional(char) for char in words]
    base = {"L": "L"}.get(next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L"), "R")
    sides = _sides(kinds, base)
    for opening, closing in _bracket_pairs(words):
        inside = {_strength(side) for side in sides[opening:closing]} - {""}
        before = next((_strength(side) for side in reversed(sides[:opening]) if side), base)
        if inside:
            sides[opening] = sides[closing] = base if base in inside or before == base else before
    deeper = {"L": {"L": 0, "R": 1, "N": 2}, "R": {"R": 1, "L": 2, "N": 2}}[base]
    return [deeper[side or _between(sides, place, base)] for place, side in enumerate(sides)]


def _sides(kinds: Sequence[str], base: str) -> list[str]:
    """Return L, R, N for a number, or nothing for a neutral; signs in a number belong to it (rules W2 to W7)."""
    found: list[str] = []
    strong = base
    for kind in kinds:
        strong = kind if kind in {"L", "R", "AL"} else strong
        found.append({"AL": "AN", "L": "LN"}.get(strong, kind) if kind == "EN" else kind)
    for place in range(1, len(found) - 1):
        before, sign, after = found[place - 1 : place + 2]
        if before == after and (before in {"EN", "LN"} if sign == "ES" else before.endswith("N") and sign == "CS"):
            found[place] = before
    for order in (range(1, len(found)), range(len(found) - 2, -1, -1)):
        for place in order:
            beside = found[place - order.step]
            found[place] = beside if found[place] == "ET" and beside in {"EN", "LN"} else found[place]
    return [{"L": "L", "LN": "L", "R": "R", "AL": "R", "EN": "N", "AN": "N"}.get(kind, "") for kind in found]


def _bracket_pairs(words: str) -> list[tuple[int, int]]:
    """Return where each pair of brackets opens and closes, in order of opening."""
    closers = dict(_BRACKETS)
    pairs: list[tuple[int, int]] = []
    waiting: list[tuple[str, int]] = []
    for place, char in enumerate(words):
        if char in closers:
            waiting.append((closers[char], place))
        elif any(closer == char for closer, _ in waiting):
            while waiting[-1][0] != char:
                waiting.pop()
            pairs.append((waiting.pop()[1], place))
    return sorted(pairs)


def _strength(side: str) -> str:
    """Return the direction that a letter or a number gives to what stands beside it."""
    return "R" if side == "N" else side


def _between(sides: Sequence[str], place: int, base: str) -> str:
    """Return the direction on both sides of a neutral when they agree, or else that of the whole."""
    before = next((_strength(side) for side in reversed(sides[:place]) if side), base)
    after = next((_strength(side) for side in sides[place:] if side), base)
    return before if before == after else base


def _with_runs_reversed(letters: list[str], levels: list[int], height: int) -> tuple[list[str], list[int]]:
    ordered: list[tuple[str, int]] = []
    for high, group in groupby(zip(letters, levels, strict=True), key=lambda pair: pair[1] >= height):
        run = list(group)
        ordered += reversed(run) if high else run
    return [letter for letter, _ in ordered], [level for _, level in ordered]


def _joined(words: str) -> str:
    """Return Arabic letters in the forms they take beside each other; lam and alef become one."""
    forms = _arabic_forms()
    drawn = ""
    joins_on = False
    place = 0
    while place < len(words):
        char = words[place]
        pair = words[place : place + 2]
        shape = forms.get(pair) or forms.get(char, {})
        place += 2 if pair in forms else 1
        following = words[place : place + 1]
        goes_on = "initial" in shape and ("final" in forms.get(following, {}) or following == _TATWEEL)
        form = _LETTER_FORMS[2 * goes_on + (joins_on and "final" in shape)]
        drawn += shape.get(form, char)
        joins_on = goes_on or char == _TATWEEL
    return drawn


@lru_cache
def _arabic_forms() -> dict[str, dict[str, str]]:
    """Return the forms of each Arabic letter, and of lam with alef; Unicode has them as compatibility characters."""
    forms: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFBB2), *range(0xFBD3, 0xFBE9), *range(0xFBFC, 0xFC00), *range(0xFE80, 0xFEFD)):
        kind, _, letters = unicodedata.decomposition(chr(code)).partition(" ")
        plain = "".join(chr(int(letter, 16)) for letter in letters.split())
        if len(plain) == 1 or plain.startswith(_LAM):
            forms.setdefault(plain, {})[kind.strip("<>")] = chr(code)
    return forms
