"""Words beside lines and in keys, where they cover neither a line nor one another."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

from docgen.charts.pen import PAPER, SIZE, Box, Pen, Spot, Stroke, polyline, rectangle

# A label over a line can still be read; a label over a label cannot.
_COVERED = 10_000
_STRIDE = 16.0
_SAMPLE = 20.0
_Segment = tuple[Spot, Spot]


@dataclass(frozen=True)
class Trace:
    """A line that runs from left to right, or straight up and down; what a label must keep clear of."""

    spots: Sequence[Spot]

    @cached_property
    def _lefts(self) -> list[float]:
        return [x for x, _ in self.spots]

    def hits(self, box: Box) -> int:
        """Return how many of its segments run through a box; only those near the box are looked at."""
        first = max(bisect_left(self._lefts, box.left) - 1, 0)
        near = self.spots[first : bisect_right(self._lefts, box.right) + 1]
        pairs = pairwise(near) if len(near) > 1 else ((spot, spot) for spot in near)
        return sum(_crosses(pair, box) for pair in pairs)


def line_labels(
    lines: Iterable[tuple[str, Sequence[Spot], Stroke]], traces: Sequence[Trace], bounds: Box, pen: Pen
) -> list[str]:
    """Return a label beside each line, where it crosses no line and no other label, with a sample of the line.

    Where lines run side by side, the sample tells which of them a label means, without colours too.
    """
    marks: list[str] = []
    taken: list[Box] = []
    for words, line, stroke in lines:
        shown = pen.fit(words, 280)
        if not shown or not line:
            continue
        sample = _SAMPLE if len(line) > 1 else 0
        box = _free_place(line, sample + pen.width(shown), traces, taken, bounds)
        taken.append(box)
        left, middle = box.left + 2, (box.top + box.bottom) / 2
        marks.append(rectangle(box, PAPER) if not _hits(box, traces, taken[:-1]) else "")
        marks.append(polyline(((left, middle), (left + sample - 4, middle)), stroke) if sample else "")
        marks.append(pen.text(shown, left + sample, box.bottom - 3.5, stroke.colour))
    return marks


def key_words(labels: Sequence[str], room: float, sign: float, pen: Pen) -> list[str]:
    """Return the words of a key, cut where there is no room for them beside their signs and one another."""
    if sum(pen.width(words) + sign for words in labels) <= room:
        return list(labels)
    return [pen.fit(words, room / len(labels) - sign) for words in labels]


def _free_place(line: Sequence[Spot], width: float, traces: Sequence[Trace], taken: Sequence[Box], bounds: Box) -> Box:
    """Return the place nearest to the end of a line that is free, or the one that covers least."""
    best, least = None, 1_000_000
    for box in _places_beside(line, width + 4, SIZE + 4):
        if not bounds.holds(box):
            continue
        hits = _hits(box, traces, taken)
        if hits == 0:
            return box
        if hits < least:
            best, least = box, hits
    return best or Box(bounds.right - width - 4, bounds.top, bounds.right, bounds.top + SIZE + 4)


def _places_beside(line: Sequence[Spot], width: float, height: float) -> Iterator[Box]:
    spots = list(_along(line))
    for away, across in product((4, 12, 24, 40), (4, 12, 24)):
        for x, y in spots:
            for left in (x + across + 2, x - width / 2, x - width - across - 2):
                yield Box(left, y - height - away, left + width, y - away)
                yield Box(left, y + away, left + width, y + away + height)
            for left in (x + across + 4, x - width - across - 4):
                yield Box(left, y - height / 2, left + width, y + height / 2)


def _along(line: Sequence[Spot]) -> Iterator[Spot]:
    """Yield places on a line from its end to its beginning, about sixteen pixels apart."""
    yield line[-1]
    walked = 0.0
    for (x1, y1), (x2, y2) in pairwise(reversed(line)):
        length = max(abs(x2 - x1), abs(y2 - y1))
        for number in range(1, int((walked + length) / _STRIDE) + 1):
            share = (number * _STRIDE - walked) / length
            yield x1 + (x2 - x1) * share, y1 + (y2 - y1) * share
        walked = (walked + length) % _STRIDE
    yield line[0]


def _hits(box: Box, traces: Iterable[Trace], taken: Iterable[Box]) -> int:
    return sum(trace.hits(box) for trace in traces) + _COVERED * sum(box.meets(other) for other in taken)


def _crosses(segment: _Segment, box: Box) -> bool:
    """Say whether a line from place to place runs through a box (Liang and Barsky's clipping)."""
    (x1, y1), (x2, y2) = segment
    enter, leave = 0.0, 1.0
    for step, room in (
        (x1 - x2, x1 - box.left),
        (x2 - x1, box.right - x1),
        (y1 - y2, y1 - box.top),
        (y2 - y1, box.bottom - y1),
    ):
        if step == 0 and room < 0:
            return False
        if step < 0:
            enter = max(enter, room / step)
        elif step > 0:
            leave = min(leave, room / step)
    return enter <= leave
