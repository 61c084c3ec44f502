"""Figures as pictures: a burn-down of money, a timeline of milestones and a strip of statuses, drawn as plain SVG.

A chart takes plain figures and the words to print, and knows nothing of engagements. Its SVG holds
rectangles, lines, polygons and text, and neither style sheets, scripts nor addresses, so that every
reader draws it alike; nothing in it is half transparent, as PDF/A asks, and the same figures give the
same bytes. Lengths are CSS pixels. A float is only ever a place on the picture, never an amount.
"""

from docgen.charts.axis import Calendar, DayWords
from docgen.charts.milestones import Timeline, TimelineRow, timeline
from docgen.charts.money import Amounts, BurnDown, MoneyWords, burn_down
from docgen.charts.pen import ACCENT, FONT, WIDTH
from docgen.charts.pixels import rasterise
from docgen.charts.statuses import PERIODS, RagRow, RagStrip, rag_strip

__all__ = [
    "ACCENT",
    "FONT",
    "PERIODS",
    "WIDTH",
    "Amounts",
    "BurnDown",
    "Calendar",
    "DayWords",
    "MoneyWords",
    "RagRow",
    "RagStrip",
    "Timeline",
    "TimelineRow",
    "burn_down",
    "rag_strip",
    "rasterise",
    "timeline",
]
