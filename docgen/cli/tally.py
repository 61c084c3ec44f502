"""How a round ended, in one sentence, such as `3 made, 2 wait for a person, 1 failed`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

_SEVERAL = {"waits for a person": "wait for a person", "draft written": "drafts written"}
"""What is said of several, where it is not what is said of one."""


def tally(endings: Iterable[StrEnum], nothing: str) -> str:
    """Return how many ended in which way, in the order of their kind, as a sentence; `nothing` where there are none."""
    counts = Counter(endings)
    kinds = type(next(iter(counts))) if counts else ()
    return f"{', '.join(_counted(counts[each], each) for each in kinds if counts[each]) or nothing}."


def _counted(count: int, ending: str) -> str:
    return f"{count} {ending if count == 1 else _SEVERAL.get(ending, ending)}"
