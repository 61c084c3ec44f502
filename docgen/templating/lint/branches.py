"""Conditions: branches that nothing leads into, conditions that are always true, and words that a fact never is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from docgen.errors import Finding, Place
from docgen.templating.lint.conditions import opposite, possible
from docgen.templating.lint.outline import Asked, Compared
from docgen.templating.lint.rules import Reading, found


def check_branches(reading: Reading) -> Iterator[Finding]:
    """Yield conditions that have one answer only, in whatever way they are come to.

    A macro or a partial is come to in several ways; a partial that other templates include too is left to them.
    """
    asked: dict[tuple[Place, str], list[Asked]] = defaultdict(list)
    compared: dict[tuple[Place, str], list[Compared]] = defaultdict(list)
    for outline in reading.outlines:
        for each in outline.asked:
            asked[each.place, each.said].append(each)
        for word in outline.compared:
            compared[word.place, word.message].append(word)
    for (place, said), ways in asked.items():
        if place.file not in reading.shared:
            yield from _one_answer(place, said, [way for way in ways if possible(way.when)])
    for (place, message), words in compared.items():
        if place.file not in reading.shared and not any(word.known for word in words):
            yield found("unknown-word", message, place, words[0].advice, words[0].clause)


def _one_answer(place: Place, said: str, ways: list[Asked]) -> Iterator[Finding]:
    if not ways:
        return
    if not any(possible(way.when, way.truth) for way in ways):
        yield found("unreachable", f"`{said}` is never true here.", place, clause=ways[0].clause)
    elif not any(possible(way.when, opposite(way.truth)) for way in ways):
        yield found("always-true", f"`{said}` is always true here.", place, clause=ways[0].clause)
