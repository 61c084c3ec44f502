"""Few combinations in which every two values of any two questions meet: faults seldom need three."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations, product
from math import prod
from typing import TypeVar

Q = TypeVar("Q", bound=Hashable)
V = TypeVar("V", bound=Hashable)
_Pair = tuple[int, int, int, int]
"""A question, the place of its value, a later question, and the place of that one's."""


def every_combination(values: Mapping[Q, Sequence[V]], most: int) -> list[dict[Q, V]]:
    """Return all combinations of the values of some questions, or pairwise ones where there would be more than `most`.

    The same questions give the same combinations in the same order.
    """
    if prod(len(each) for each in values.values()) <= most:
        return [dict(zip(values, row, strict=True)) for row in product(*values.values())]
    rows = _pairwise([len(each) for each in values.values()])
    return [{name: values[name][place] for name, place in zip(values, row, strict=True)} for row in rows]


def _pairwise(sizes: Sequence[int]) -> list[list[int]]:
    """Return rows in which every pair of values of two questions occurs, each taking in as many new ones as it can."""
    waiting: dict[_Pair, None] = {
        (one, left, other, right): None
        for one, other in combinations(range(len(sizes)), 2)
        for left, right in product(range(sizes[one]), range(sizes[other]))
    }
    rows: list[list[int]] = []
    while waiting:
        one, left, other, right = next(iter(waiting))
        chosen = {one: left, other: right}
        for question, size in enumerate(sizes):
            if question not in chosen:
                chosen[question] = max(range(size), key=lambda value: _gain(chosen, question, value, waiting))
        row = [chosen[question] for question in range(len(sizes))]
        for pair in combinations(enumerate(row), 2):
            waiting.pop((*pair[0], *pair[1]), None)
        rows.append(row)
    return rows


def _gain(chosen: Mapping[int, int], question: int, value: int, waiting: Mapping[_Pair, None]) -> int:
    """Return how many pairs that still wait a value would make with those chosen already."""
    return sum(
        ((question, value, other, known) if question < other else (other, known, question, value)) in waiting
        for other, known in chosen.items()
    )
