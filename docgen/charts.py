"""Figures as pictures: a burn-down of money, a timeline of milestones and a strip of statuses, drawn as plain SVG.

A chart takes plain figures and the words to print, and knows nothing of engagements. Its SVG holds
rectangles, lines, polygons and text, and neither style sheets, scripts nor addresses, so that every
reader draws it alike; nothing in it is half transparent, as PDF/A asks, and the same figures give the
same bytes. Lengths are CSS pixels. A float is only ever a place on the picture, never an amount.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import groupby, pairwise, product
from pathlib import Path

from docgen.doctree.nodes import Picture, Tone
from docgen.errors import MissingHereError

WIDTH = 640
"""The width of every picture, which is about that of the text on an A4 page."""
PERIODS = 26
"""How many periods a strip of statuses shows at most: half a year of weeks."""
FONT = "Carlito"
ACCENT = "#1f3a5f"
_INK = "#1b1f24"
_MUTED = "#5b6470"
_GRID = "#e3e6ea"
_PAPER = "#ffffff"
# What lies under pixels of this shows through. Those of no colour at all are black to a reader that resizes
# a picture, which sets dark seams beside white.
_SHEER = "rgba(255, 255, 255, 0.004)"
_TONES = {Tone.GREEN: "#1e6b3a", Tone.AMBER: "#8a5a00", Tone.RED: "#a3211b", Tone.NEUTRAL: _MUTED}
_SIZE = 11.0

DayWords = Callable[[dt.date], str]
MoneyWords = Callable[[Decimal], str]
Amounts = tuple[tuple[dt.date, Decimal], ...]


@dataclass(frozen=True)
class Calendar:
    """How the time axis reads: the words for a month and, on short axes, for a day, and today with its label.

    Without `today`, or when it is far from everything shown, no line is drawn for it. The first month or
    day that is named and the first of each later year read in the words for those with their year.
    """

    month: DayWords
    day: DayWords
    today: dt.date | None = None
    today_label: str = ""
    month_and_year: DayWords | None = None
    day_and_year: DayWords | None = None

    def words(self, days: bool, with_year: bool) -> DayWords:
        """Return the words for a day or a month; the plain ones when it has none with the year."""
        plain, dated = (self.day, self.day_and_year) if days else (self.month, self.month_and_year)
        return dated or plain if with_year else plain


@dataclass(frozen=True)
class BurnDown:
    """Money remaining from day to day: as planned, as it was, and as it is expected to go on.

    Each line is a row of days with the amount that remains, in order of time. Straight lines lead from
    point to point of plan and forecast, and two points on one day are a step. Of what happened only the
    points are known, so each amount holds until the next. A line without points is left out, and a label
    without words is not printed.
    """

    calendar: Calendar
    money: MoneyWords
    plan: Amounts = ()
    actual: Amounts = ()
    forecast: Amounts = ()
    plan_label: str = ""
    actual_label: str = ""
    forecast_label: str = ""


@dataclass(frozen=True)
class TimelineRow:
    """A milestone: where it was to be, where it is expected or was reached, and a short remark such as "+4 days".

    `current` is where it is to be since the baseline was changed; on the day of the baseline it is not drawn.
    """

    title: str
    baseline: dt.date | None = None
    forecast: dt.date | None = None
    actual: dt.date | None = None
    note: str = ""
    tone: Tone = Tone.NEUTRAL
    current: dt.date | None = None

    @property
    def moved(self) -> dt.date | None:
        """Return the day in force where it is another than that of the baseline."""
        return self.current if self.current != self.baseline else None

    @property
    def reached(self) -> dt.date | None:
        """Return the day the milestone was reached, or is expected."""
        return self.actual or self.forecast

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Return the days that are drawn."""
        return tuple(day for day in (self.baseline, self.moved, self.reached) if day is not None)


@dataclass(frozen=True)
class Timeline:
    """Milestones one below the other; the labels are the key to the markers that are drawn."""

    calendar: Calendar
    rows: tuple[TimelineRow, ...]
    baseline_label: str = ""
    forecast_label: str = ""
    actual_label: str = ""
    current_label: str = ""


@dataclass(frozen=True)
class RagRow:
    """The status of one dimension, period by period; None where none was given."""

    title: str
    tones: tuple[Tone | None, ...]


@dataclass(frozen=True)
class RagStrip:
    """Statuses over the named periods, oldest first, with the letters of green, amber and red and what they mean."""

    periods: tuple[str, ...]
    rows: tuple[RagRow, ...]
    letters: tuple[str, str, str] = ("G", "A", "R")
    meanings: tuple[str, str, str] = ("", "", "")


def burn_down(chart: BurnDown, font: str = FONT, accent: str = ACCENT) -> Picture:
    """Return money remaining against plan: the plan dashed, what is expected dotted, what happened solid in steps."""
    pen = _Pen(font)
    lines = (chart.plan, chart.actual, chart.forecast)
    scale = _money_scale([amount for line in lines for _, amount in line], chart.money, pen)
    days = [day for line in lines for day, _ in line]
    axis = _time_axis(days, chart.calendar, scale.gutter, WIDTH - 6)
    zero = Decimal(0)
    plan, known, forecast = (tuple((axis.x(day), scale.y(amount)) for day, amount in line) for line in lines)
    actual = _held(known)
    today = _today_mark(axis, chart.calendar, scale.top, scale.bottom, pen)
    solid, dotted, dashed = _Stroke(accent, 2.25), _Stroke(accent, 1.75, "1.75 3"), _Stroke(_MUTED, 1.25, "5 3")
    labels = _line_labels(
        (
            (chart.actual_label, actual, solid),
            (chart.forecast_label, forecast, dotted),
            (chart.plan_label, plan, dashed),
        ),
        [
            *map(_Trace, (plan, actual, forecast)),
            *map(_Trace, today.segments),
            _Trace(((axis.left, scale.y(zero)), (axis.right, scale.y(zero)))),
        ],
        _Box(axis.left, scale.top - 4, WIDTH, scale.bottom - 2),
        pen,
    )
    marks = [
        *_money_grid(scale, chart.money, pen),
        *_time_ticks(axis, chart.calendar, scale.bottom, pen),
        *today.marks,
        _polyline(plan, dashed),
        _polyline(forecast, dotted),
        _polyline(actual, solid),
        *_points(known, accent),
        *labels,
    ]
    return pen.picture(_MONEY_HEIGHT, marks)


def timeline(chart: Timeline, font: str = FONT, accent: str = ACCENT) -> Picture:
    """Return milestones: a hollow diamond as planned, a half-filled one as expected, a filled one as reached.

    A day in force that is another than the one planned is an upright bar, which no diamond covers.
    """
    pen = _Pen(font)
    titles = min(max((pen.width(row.title) for row in chart.rows), default=0), 222)
    notes = min(max((pen.width(row.note) for row in chart.rows), default=0), 110)
    days = [day for row in chart.rows for day in row.days]
    axis = _time_axis(days, chart.calendar, titles + 14, WIDTH - notes - 18, margin=10)
    height = _row_height(len(chart.rows))
    top, bottom = _HEAD, _HEAD + height * len(chart.rows)
    marks = _month_columns(axis, chart.calendar, top, bottom, pen)
    for number, row in enumerate(chart.rows):
        middle = top + height * (number + 0.5)
        marks.append(_line((0, middle - height / 2), (WIDTH, middle - height / 2), _GRID))
        marks += _milestone_words(row, middle, titles, notes, pen)
    marks += _today_mark(axis, chart.calendar, top, bottom, pen).marks
    for number, row in enumerate(chart.rows):
        marks += _milestone_markers(row, axis, top + height * (number + 0.5), accent)
    key = _marker_key(chart, titles + 14, bottom + 36, accent, pen)
    return pen.picture(round(bottom + (44 if key else 20)), [*marks, *key])


def rag_strip(chart: RagStrip, font: str = FONT) -> Picture:
    """Return the history of each dimension's status; letter, colour and pattern say the same thing.

    Of more than PERIODS the latest are shown. The more rows there are, the lower they are.
    """
    pen = _Pen(font)
    titles = min(max((pen.width(row.title) for row in chart.rows), default=0), 184)
    gutter = titles + 14
    periods = max([len(chart.periods), *(len(row.tones) for row in chart.rows)], default=0)
    shown = min(periods, PERIODS)
    height = max(820 / max(len(chart.rows), 1), _SMALLEST_CELL + 3)
    pitch = min((WIDTH - gutter) / max(shown, 1), height, 24.0)
    marks: list[str] = []
    for number, row in enumerate(chart.rows):
        top = number * pitch
        marks.append(pen.text(pen.fit(row.title, titles), 0, top + pitch / 2 - 1.5 + _SIZE * 0.34))
        tones = (*(None,) * (periods - len(row.tones)), *row.tones)[periods - shown :]
        for place, tone in enumerate(tones):
            marks += _rag_cell(tone, chart.letters, gutter + place * pitch, top, pitch - 3, pen)
    bottom = pitch * len(chart.rows)
    names = (*("",) * (periods - len(chart.periods)), *chart.periods)[periods - shown :]
    marks += _period_names(names, gutter, pitch, bottom + _SIZE, pen)
    key = _rag_key(chart, gutter, bottom + 24, pen)
    return pen.picture(round(bottom + (46 if key else 18)), [*marks, *key])


def rasterise(svg: str, width: int) -> bytes:
    """Return a picture as PNG, so many pixels wide, on a sheer ground; the same picture gives the same bytes.

    The fonts are those of the picture's own family and the Noto family for scripts it lacks, taken
    from the machine's font folders by name, so that no other font can slip in. Raises
    MissingHereError when the family is not installed, and ValueError when the picture refers to
    anything outside itself.
    """
    from resvg_py import svg_to_bytes

    if _OUTWARD.search(svg):
        raise ValueError("the picture refers to something outside itself")
    family, files = _fonts_of(svg)
    return bytes(
        svg_to_bytes(
            svg_string=svg,
            width=width,
            background=_SHEER,
            skip_system_fonts=True,
            font_files=[str(path) for path in files],
            font_family=family,
            sans_serif_family=family,
        )
    )


# --- Fonts ---

_INSIDE = r"(?!#|data:image/(?:png|jpeg|gif|webp)[;,])"
_OUTWARD = re.compile(rf"<!ENTITY|@import|href\s*=\s*[\"']\s*{_INSIDE}|url\(\s*[\"']?\s*{_INSIDE}", re.IGNORECASE)
_FAMILIES = re.compile(r"""font-family\s*[=:]\s*(["'])?([^;"<>]+)""", re.IGNORECASE)
_FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)


def _fonts_of(svg: str) -> tuple[str, tuple[Path, ...]]:
    """Return the family a picture is written in and the font files to draw it with."""
    named = [name.strip(" '\"") for found in _FAMILIES.finditer(svg) for name in found.group(2).split(",")]
    families = [name for name in dict.fromkeys(named) if name not in {"", "sans-serif", "serif", "monospace"}] or [FONT]
    installed = [(name, files) for name in families if (files := _files_of_family(name))]
    if not installed:
        raise MissingHereError(
            f"The font {' or '.join(families)} is not installed, and a picture is written in it. "
            "Install it, or name another font in docgen.toml."
        )
    own = [path for _, files in installed for path in files]
    return installed[0][0], tuple(dict.fromkeys((*own, *_fallback_files(svg))))


def _files_of_family(family: str) -> tuple[Path, ...]:
    stem = family.replace(" ", "").casefold()
    return tuple(
        path for path in _font_files() if re.split(r"[-.\[]", path.name.casefold())[0].replace(" ", "") == stem
    )


def _fallback_files(svg: str) -> list[Path]:
    """Return the fonts for what the family may lack, the likeliest first: one font more costs milliseconds."""
    beyond = {char for char in svg if not char.isascii()}
    scripts = sorted({unicodedata.name(char, "").split(" ")[0].title() for char in beyond} - {"", "Latin"})
    wide = any(unicodedata.east_asian_width(char) in {"W", "F"} for char in beyond)
    names = ["NotoSans-", *["NotoSansCJK-"] * wide, *(f"NotoSans{script}-" for script in scripts), "DejaVuSans."]
    names += [f"NotoSans{symbols}-" for symbols in ("Symbols", "Symbols2", "Math")] if beyond else []
    plain = [path for path in _font_files() if "-Regular." in path.name or path.name.startswith("DejaVuSans.")]
    return [path for name in names for path in plain if path.name.startswith(name)]


@lru_cache
def _font_files() -> tuple[Path, ...]:
    files = (path for folder in _FONT_FOLDERS for path in Path(folder).expanduser().rglob("*"))
    return tuple(
        sorted((path for path in files if path.suffix.lower() in {".ttf", ".otf", ".ttc"}), key=lambda path: path.name)
    )


# --- The pen: words and shapes as SVG ---

_Spot = tuple[float, float]
# Letters are put in order here (see below); what else would order them is left out.
_EMBEDDINGS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
# How wide a character is set, in shares of the size: Carlito's own widths, rounded up to a few classes.
_NARROW_CLASSES = ((0.25, " 'il,.Ij|"), (0.32, ":;`()-[]f{}J"), (0.36, "!tr"), (0.47, '/\\s"zLcxkvy?FSZgea'))
_BROAD_CLASSES = ((0.68, "DHGUNOQVA&R"), (0.73, "%w"), (0.9, "mM@W"))
_CHARACTERS = {char: share for share, chars in (*_NARROW_CLASSES, *_BROAD_CLASSES) for char in chars}


@dataclass(frozen=True)
class _Pen:
    """Writes words in one font, and knows about how wide they become."""

    font: str

    def picture(self, height: int, marks: Iterable[str]) -> Picture:
        """Return the marks on a sheet without colour, so that what lies under a page shows through."""
        name = re.sub(r"[^\w .-]", "", self.font).strip() or FONT
        body = "\n".join(filter(None, marks))
        size = f'width="{WIDTH}" height="{height}"'
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {WIDTH} {height}">\n'
            f'<g font-family="\'{name}\', sans-serif" font-size="{_SIZE:.2f}">\n{body}\n</g>\n</svg>\n'
        )
        return Picture(svg, WIDTH, height)

    def text(
        self,
        words: str,
        x: float,
        y: float,
        colour: str = _INK,
        anchor: str = "start",
        size: float = _SIZE,
        bold: bool = False,
    ) -> str:
        """Return words with their baseline at a place; nothing for no words."""
        clean = _clean(words)
        if not clean:
            return ""
        weight = ' font-weight="bold"' if bold else ""
        return (
            f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:.2f}"{weight} text-anchor="{anchor}" fill="{colour}">'
            f"{''.join(_ESCAPES.get(char, char) for char in _as_drawn(clean))}</text>"
        )

    def width(self, words: str, size: float = _SIZE) -> float:
        """Return how wide words become, rather too much than too little."""
        # Calibri and its twin are narrow; most other faces set the same words wider.
        broader = 1.0 if self.font in {"Carlito", "Calibri"} else 1.16
        return sum(map(_character_width, _clean(words))) * size * broader

    def fit(self, words: str, room: float) -> str:
        """Return words, cut with an ellipsis where they would be wider than the room."""
        clean = _clean(words)
        if self.width(clean) <= room + 0.01:
            return clean
        while clean and self.width(f"{clean}…") > room:
            clean = clean[:-1]
        return f"{clean.rstrip()}…"


def _clean(words: str) -> str:
    """Return words on one line, without characters that XML or fonts do not have and without loose marks.

    WeasyPrint sets the text of an SVG letter by letter, so a vowel point or an accent that is a
    character of its own would stand beside its letter on a dotted circle.
    """
    whole = unicodedata.normalize("NFC", words)
    return " ".join(
        "".join(char for char in whole if char.isspace() or not (_unprintable(char) or _loose(char))).split()
    )


def _unprintable(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"} or char in _EMBEDDINGS


def _loose(char: str) -> bool:
    return unicodedata.category(char) == "Mn" and unicodedata.name(char).split()[0] in {"COMBINING", "ARABIC", "HEBREW"}


def _character_width(char: str) -> float:
    if unicodedata.east_asian_width(char) in {"W", "F"}:
        return 1.0
    if unicodedata.category(char) in {"Mn", "Cf"}:
        return 0.0
    base = unicodedata.normalize("NFD", char)[0]
    return _CHARACTERS.get(base, 0.54 if base.isascii() else 0.63)


def _line(start: _Spot, end: _Spot, colour: str, width: float = 0.75) -> str:
    (x1, y1), (x2, y2) = start, end
    return (
        f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" stroke="{colour}" stroke-width="{width:.2f}"/>'
    )


def _rectangle(box: _Box, fill: str, stroke: str = "none") -> str:
    return (
        f'<rect x="{box.left:.2f}" y="{box.top:.2f}" width="{box.right - box.left:.2f}" '
        f'height="{box.bottom - box.top:.2f}" fill="{fill}" stroke="{stroke}" stroke-width="0.75"/>'
    )


def _polygon(spots: Iterable[_Spot], fill: str, stroke: str = "none") -> str:
    places = " ".join(f"{x:.2f},{y:.2f}" for x, y in spots)
    return f'<polygon points="{places}" fill="{fill}" stroke="{stroke}" stroke-width="1.25"/>'


@dataclass(frozen=True)
class _Stroke:
    """How a line is drawn: solid, or in dashes and gaps of some lengths."""

    colour: str
    width: float
    dashes: str = ""


def _polyline(spots: Sequence[_Spot], stroke: _Stroke) -> str:
    if len(spots) < 2:
        return ""
    places = " ".join(f"{x:.2f},{y:.2f}" for x, y in spots)
    dashed = f' stroke-dasharray="{stroke.dashes}"' if stroke.dashes else ""
    return (
        f'<polyline points="{places}" fill="none" stroke="{stroke.colour}" stroke-width="{stroke.width:.2f}" '
        f'stroke-linejoin="round"{dashed}/>'
    )


def _dot(middle: _Spot, radius: float, fill: str, stroke: str = "none") -> str:
    return (
        f'<circle cx="{middle[0]:.2f}" cy="{middle[1]:.2f}" r="{radius:.2f}" fill="{fill}" stroke="{stroke}" '
        'stroke-width="1.00"/>'
    )


# --- Right to left ---

_LETTER_FORMS = ("isolated", "final", "initial", "medial")
_LAM, _TATWEEL = "\u0644", "\u0640"
_OVERRIDE, _POP = "\u202d", "\u202c"
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))
_PAIRS = (*_BRACKETS, ("<", ">"), ("«", "»"))
_MIRRORED = {char: other for pair in _PAIRS for char, other in (pair, pair[::-1])}


def _as_drawn(words: str) -> str:
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


# --- The time axis ---

_DAY_STEPS = (1, 2, 7, 14, 28)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 24000)
_SHORT_AXIS = 70


@dataclass(frozen=True)
class _TimeAxis:
    """Days between two places; the days stand a margin away from them."""

    first: dt.date
    last: dt.date
    left: float
    right: float
    margin: float

    def x(self, day: dt.date) -> float:
        """Return where a day stands."""
        share = (day - self.first).days / (self.last - self.first).days
        return self.left + self.margin + share * (self.right - self.left - 2 * self.margin)

    def edge(self, day: dt.date) -> float:
        """Return where a day stands, or the nearest end of the axis."""
        return min(max(self.x(day), self.left), self.right)


def _time_axis(
    days: Sequence[dt.date], calendar: Calendar, left: float, right: float, margin: float = 0.0
) -> _TimeAxis:
    """Return the axis over some days; today belongs to it unless half the axis would have to be added for it."""
    today = calendar.today
    first, last = min(days, default=today or dt.date(2000, 1, 1)), max(days, default=today or dt.date(2000, 1, 1))
    if (last - first).days < 2:
        first, last = _moved(first, -14), _moved(last, 14)
    if today is not None:
        reach = (last - first).days // 2
        first, last = (
            min(first, today) if (first - today).days <= reach else first,
            max(last, today) if (today - last).days <= reach else last,
        )
    return _TimeAxis(first, last, left, right, margin)


def _moved(day: dt.date, days: int) -> dt.date:
    return dt.date.fromordinal(min(max(day.toordinal() + days, 1), dt.date.max.toordinal()))


@dataclass(frozen=True)
class _Span:
    """A month, some months or some days on the axis; what has no room for words has none."""

    left: float
    right: float
    words: str = ""


def _spans(axis: _TimeAxis, calendar: Calendar, pen: _Pen) -> list[_Span]:
    """Return the months, or on a short axis the days, as many as have room for their words."""
    spans: list[_Span] = []
    for days, step in _span_steps(axis):
        words = calendar.words(days, with_year=not days and step >= 12)
        starts = list(_span_starts(axis, days, step))
        named = [max(start, axis.first) for start in starts]
        edges = [axis.edge(start) for start in (*starts, _moved(axis.last, 32 * step))]
        plain = [_Span(*places, words(day)) for places, day in zip(pairwise(edges), named, strict=True)]
        spans = _with_years(plain, named, calendar.words(days, with_year=True), pen, reaching=days)
        inner = slice(1, -1) if len(spans) > 2 else slice(None)
        roomy = all(span.right - span.left >= pen.width(span.words) + 9 for span in plain[inner])
        if roomy and (days or all(span.words for span in spans[inner])):
            break
    return spans


def _with_years(
    spans: Sequence[_Span], days: Sequence[dt.date], dated: DayWords, pen: _Pen, reaching: bool
) -> list[_Span]:
    """Return spans with the year in the words of the first, and of the first of each later year.

    The last may go on beside the axis. Where the others are `reaching` into the next spans, those have no words.
    """
    told: list[_Span] = []
    year, free = 0, 0.0
    for number, (span, day) in enumerate(zip(spans, days, strict=True), 1):
        words = dated(day) if day.year != year else span.words
        end = span.left + pen.width(words) + 5
        fits = span.right - span.left >= pen.width(span.words) + 5 and span.left >= free and end <= WIDTH + 2
        if fits and (end <= span.right or reaching or number == len(spans)):
            year, free = day.year, end
            told.append(_Span(span.left, span.right, words))
        else:
            told.append(_Span(span.left, span.right))
    return told


def _span_steps(axis: _TimeAxis) -> Iterator[tuple[bool, int]]:
    length = (axis.last - axis.first).days
    if length <= _SHORT_AXIS:
        yield from ((True, step) for step in _DAY_STEPS)
    yield from ((False, step) for step in _MONTH_STEPS if length / (30 * step) < 60)


def _span_starts(axis: _TimeAxis, days: bool, step: int) -> Iterator[dt.date]:
    if days:
        yield from (
            axis.first + dt.timedelta(days=number) for number in range(0, (axis.last - axis.first).days + 1, step)
        )
        return
    month = max((axis.first.year * 12 + axis.first.month - 1) // step * step, 12)
    while month // 12 <= dt.MAXYEAR and dt.date(month // 12, month % 12 + 1, 1) <= axis.last:
        yield dt.date(month // 12, month % 12 + 1, 1)
        month += step


def _time_ticks(axis: _TimeAxis, calendar: Calendar, bottom: float, pen: _Pen) -> list[str]:
    marks: list[str] = []
    for span in _spans(axis, calendar, pen):
        begins = span.left > axis.left
        marks += [_line((span.left, bottom), (span.left, bottom + 5), _MUTED)] if begins else []
        marks.append(pen.text(span.words, span.left + 3 if begins else span.left, bottom + 15, _MUTED))
    return marks


def _month_columns(axis: _TimeAxis, calendar: Calendar, top: float, bottom: float, pen: _Pen) -> list[str]:
    lefts = [span.left for span in _spans(axis, calendar, pen) if span.left > axis.left]
    columns = [_line((left, top), (left, bottom), _GRID) for left in lefts]
    return [*columns, _line((0, bottom), (WIDTH, bottom), _MUTED), *_time_ticks(axis, calendar, bottom, pen)]


@dataclass(frozen=True)
class _Today:
    """The line for today, and what a label must keep clear of."""

    marks: tuple[str, ...] = ()
    segments: tuple[tuple[_Spot, _Spot], ...] = ()


def _today_mark(axis: _TimeAxis, calendar: Calendar, top: float, bottom: float, pen: _Pen) -> _Today:
    """Return the line for today from the top to the bottom, with its label over it."""
    if calendar.today is None or not axis.first <= calendar.today <= axis.last:
        return _Today()
    x, half = axis.x(calendar.today), pen.width(calendar.today_label) / 2
    middle = min(max(x, half), WIDTH - half)
    words = pen.text(calendar.today_label, middle, top - 5, _INK, "middle")
    return _Today((_line((x, top - 1), (x, bottom), _MUTED), words), (((x, top), (x, bottom)),))


# --- The burn-down ---

_MONEY_HEIGHT = 290
_ROUND_FACTORS = (Decimal("2.5"), Decimal(5), Decimal(10), Decimal(20), Decimal(25))
_CROWDED = 9.0
# A label over a line can still be read; a label over a label cannot.
_COVERED = 10_000
_STRIDE = 16.0
_SAMPLE = 20.0


@dataclass(frozen=True)
class _MoneyScale:
    """Amounts between two heights, with round ones marked; the gutter holds their words."""

    low: Decimal
    high: Decimal
    ticks: tuple[Decimal, ...]
    top: float
    bottom: float
    gutter: float
    size: float

    def y(self, amount: Decimal) -> float:
        """Return the height at which an amount stands."""
        return self.bottom - float((amount - self.low) / (self.high - self.low)) * (self.bottom - self.top)


def _money_scale(amounts: Sequence[Decimal], money: MoneyWords, pen: _Pen) -> _MoneyScale:
    low, high = min(amounts, default=Decimal(0)), max(amounts, default=Decimal(0))
    low, high = min(low, Decimal(0)), max(high, Decimal(0))
    ticks = _round_amounts(low, high)
    room = (high - low) / 12 or Decimal(1)
    widest = max(pen.width(money(tick)) for tick in ticks)
    size = _SIZE * min(1.0, 300 / widest) if widest else _SIZE
    bottom = low - room / 2 if low < 0 else low
    return _MoneyScale(bottom, high + room, ticks, 22, _MONEY_HEIGHT - 24, min(widest, 300) + 10, size)


def _round_amounts(low: Decimal, high: Decimal) -> tuple[Decimal, ...]:
    """Return the multiples of one round step from the lowest to the highest amount, five at most."""
    if low == high:
        return (low,)
    unit = Decimal(1).scaleb((high - low).adjusted() - 1)
    steps = (unit * factor for factor in _ROUND_FACTORS)
    found = ([step * number + Decimal(0) for number in range(int(low / step), int(high / step) + 1)] for step in steps)
    return tuple(next(ticks for ticks in found if len(ticks) <= 5))


def _money_grid(scale: _MoneyScale, money: MoneyWords, pen: _Pen) -> list[str]:
    marks: list[str] = []
    if scale.low < 0:
        marks.append(_line((scale.gutter, scale.bottom), (WIDTH, scale.bottom), _GRID))
    for tick in scale.ticks:
        y = scale.y(tick)
        marks.append(_line((scale.gutter, y), (WIDTH, y), _MUTED if tick == 0 else _GRID))
        marks.append(pen.text(money(tick), scale.gutter - 8, y + scale.size * 0.34, _MUTED, "end", scale.size))
    return marks


def _held(spots: Sequence[_Spot]) -> list[_Spot]:
    """Return the line on which each height holds until the next place, and changes there."""
    return [*spots[:1], *(spot for before, after in pairwise(spots) for spot in ((after[0], before[1]), after))]


def _points(spots: Sequence[_Spot], colour: str) -> list[str]:
    """Return a dot for each point that is known while they stand apart, and always a larger one for the last."""
    if not spots:
        return []
    crowded = any(after[0] - before[0] < _CROWDED for before, after in pairwise(spots[1:]))
    dots = [] if crowded else [(spot, 2.75) for spot in spots[:-1]]
    return [_dot(spot, radius, colour, _PAPER) for spot, radius in [*dots, (spots[-1], 4.25)]]


@dataclass(frozen=True)
class _Box:
    """A place on the picture."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: _Box) -> bool:
        """Say whether another box lies inside."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def meets(self, other: _Box) -> bool:
        """Say whether the two share any place."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


_Segment = tuple[_Spot, _Spot]


@dataclass(frozen=True)
class _Trace:
    """A line that runs from left to right, or straight up and down; what a label must keep clear of."""

    spots: Sequence[_Spot]

    @cached_property
    def _lefts(self) -> list[float]:
        return [x for x, _ in self.spots]

    def hits(self, box: _Box) -> int:
        """Return how many of its segments run through a box; only those near the box are looked at."""
        first = max(bisect_left(self._lefts, box.left) - 1, 0)
        near = self.spots[first : bisect_right(self._lefts, box.right) + 1]
        pairs = pairwise(near) if len(near) > 1 else ((spot, spot) for spot in near)
        return sum(_crosses(pair, box) for pair in pairs)


def _line_labels(
    lines: Iterable[tuple[str, Sequence[_Spot], _Stroke]], traces: Sequence[_Trace], bounds: _Box, pen: _Pen
) -> list[str]:
    """Return a label beside each line, where it crosses no line and no other label, with a sample of the line.

    Where lines run side by side, the sample tells which of them a label means, without colours too.
    """
    marks: list[str] = []
    taken: list[_Box] = []
    for words, line, stroke in lines:
        shown = pen.fit(words, 280)
        if not shown or not line:
            continue
        sample = _SAMPLE if len(line) > 1 else 0
        box = _free_place(line, sample + pen.width(shown), traces, taken, bounds)
        taken.append(box)
        left, middle = box.left + 2, (box.top + box.bottom) / 2
        marks.append(_rectangle(box, _PAPER) if not _hits(box, traces, taken[:-1]) else "")
        marks.append(_polyline(((left, middle), (left + sample - 4, middle)), stroke) if sample else "")
        marks.append(pen.text(shown, left + sample, box.bottom - 3.5, stroke.colour))
    return marks


def _free_place(
    line: Sequence[_Spot], width: float, traces: Sequence[_Trace], taken: Sequence[_Box], bounds: _Box
) -> _Box:
    """Return the place nearest to the end of a line that is free, or the one that covers least."""
    best, least = None, 1_000_000
    for box in _places_beside(line, width + 4, _SIZE + 4):
        if not bounds.holds(box):
            continue
        hits = _hits(box, traces, taken)
        if hits == 0:
            return box
        if hits < least:
            best, least = box, hits
    return best or _Box(bounds.right - width - 4, bounds.top, bounds.right, bounds.top + _SIZE + 4)


def _places_beside(line: Sequence[_Spot], width: float, height: float) -> Iterator[_Box]:
    spots = list(_along(line))
    for away, across in product((4, 12, 24, 40), (4, 12, 24)):
        for x, y in spots:
            for left in (x + across + 2, x - width / 2, x - width - across - 2):
                yield _Box(left, y - height - away, left + width, y - away)
                yield _Box(left, y + away, left + width, y + away + height)
            for left in (x + across + 4, x - width - across - 4):
                yield _Box(left, y - height / 2, left + width, y + height / 2)


def _along(line: Sequence[_Spot]) -> Iterator[_Spot]:
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


def _hits(box: _Box, traces: Iterable[_Trace], taken: Iterable[_Box]) -> int:
    return sum(trace.hits(box) for trace in traces) + _COVERED * sum(box.meets(other) for other in taken)


def _crosses(segment: _Segment, box: _Box) -> bool:
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


# --- The timeline ---

_HEAD = 18.0
_HALF = 5.0


def _row_height(rows: int) -> float:
    """Return the height of a row: less when many must stand on one page."""
    return max(14.0, min(25.0, 820 / max(rows, 1)))


def _milestone_words(row: TimelineRow, middle: float, room: float, notes: float, pen: _Pen) -> list[str]:
    base = middle + _SIZE * 0.34
    return [
        pen.text(pen.fit(row.title, room), 0, base),
        pen.text(pen.fit(row.note, notes), WIDTH - 6, base, _TONES[row.tone], "end"),
    ]


def _milestone_markers(row: TimelineRow, axis: _TimeAxis, middle: float, accent: str) -> list[str]:
    """Return a milestone's markers, joined from the day as planned over the one in force to the day as it is."""
    baseline, moved, reached = (None if day is None else axis.x(day) for day in (row.baseline, row.moved, row.reached))
    due = baseline if moved is None else moved
    marks: list[str] = []
    if baseline is not None and moved is not None:
        marks.append(_line((min(baseline, moved), middle), (max(baseline, moved), middle), _MUTED, 1.0))
    if due is not None and reached is not None and due != reached:
        colour = _TONES[row.tone] if row.tone is not Tone.NEUTRAL else _MUTED
        marks.append(_line((min(due, reached), middle), (max(due, reached), middle), colour, 2.5))
    if baseline is not None:
        hidden = reached is not None and abs(baseline - reached) < 2 * _HALF
        marks += _marker("hollow", baseline, middle, accent, grown=3.0 if hidden else 0.0)
    if moved is not None:
        marks += _marker("bar", moved, middle, accent)
    if reached is not None:
        marks += _marker("full" if row.actual else "half", reached, middle, accent)
    return marks


def _marker(kind: str, x: float, y: float, colour: str, grown: float = 0.0) -> list[str]:
    return _bar(x, y, colour) if kind == "bar" else _diamond(x, y, kind, colour, grown)


def _bar(x: float, y: float, colour: str) -> list[str]:
    """Return an upright bar with a foot and a head, higher than a diamond."""
    top, bottom = y - _HALF - 2, y + _HALF + 2
    caps = [_line((x - 3, end), (x + 3, end), colour, 1.25) for end in (top, bottom)]
    return [_line((x, top), (x, bottom), colour, 2.0), *caps]


def _diamond(x: float, y: float, kind: str, colour: str, grown: float = 0.0) -> list[str]:
    half = _HALF + grown
    outline = ((x - half, y), (x, y - half), (x + half, y), (x, y + half))
    marks = [_polygon(outline, colour if kind == "full" else _PAPER, colour)]
    return marks if kind != "half" else [*marks, _polygon((outline[0], outline[1], outline[3]), colour)]


def _marker_key(chart: Timeline, left: float, y: float, accent: str, pen: _Pen) -> list[str]:
    """Return what the markers mean, for those that are drawn."""
    labels = (
        ("hollow", chart.baseline_label, any(row.baseline for row in chart.rows)),
        ("bar", chart.current_label, any(row.moved for row in chart.rows)),
        ("half", chart.forecast_label, any(row.forecast and not row.actual for row in chart.rows)),
        ("full", chart.actual_label, any(row.actual for row in chart.rows)),
    )
    shown = [(kind, words) for kind, words, drawn in labels if drawn and _clean(words)]
    marks: list[str] = []
    x = left + 10
    for (kind, _), words in zip(shown, _key_words([words for _, words in shown], WIDTH - x, 34, pen), strict=True):
        marks += [*_marker(kind, x, y - 3.5, accent), pen.text(words, x + 10, y, _MUTED)]
        x += pen.width(words) + 34
    return marks


def _key_words(labels: Sequence[str], room: float, sign: float, pen: _Pen) -> list[str]:
    """Return the words of a key, cut where there is no room for them beside their signs and one another."""
    if sum(pen.width(words) + sign for words in labels) <= room:
        return list(labels)
    return [pen.fit(words, room / len(labels) - sign) for words in labels]


# --- The strip of statuses ---

_SMALLEST_CELL = 14.0
_RAG = (Tone.GREEN, Tone.AMBER, Tone.RED)
_FILLS = {Tone.GREEN: "#d9ecdd", Tone.AMBER: "#f5d58a", Tone.RED: "#a3211b"}
_LETTERS = {Tone.GREEN: "#14502b", Tone.AMBER: "#4d3200", Tone.RED: _PAPER}
_HATCH = "#b07a10"


def _rag_cell(
    tone: Tone | None, letters: tuple[str, str, str], x: float, y: float, side: float, pen: _Pen
) -> list[str]:
    """Return one cell: green plain, amber hatched, red solid, each with its letter; an empty one for no status."""
    box = _Box(x, y, x + side, y + side)
    if tone is None or tone is Tone.NEUTRAL:
        return [_rectangle(box, _PAPER, _GRID)]
    size = min(_SIZE, side * 0.62)
    letter = pen.text(
        letters[_RAG.index(tone)], x + side / 2, y + side / 2 + size * 0.34, _LETTERS[tone], "middle", size, bold=True
    )
    hatch = (
        [*_hatching(box), _dot((x + side / 2, y + side / 2), size * 0.62, _FILLS[tone])] if tone is Tone.AMBER else []
    )
    return [_rectangle(box, _FILLS[tone]), *hatch, _rectangle(box, "none", _TONES[tone]), letter]


def _hatching(box: _Box) -> list[str]:
    side = box.right - box.left
    marks: list[str] = []
    for number in range(1, int(2 * side / 4.5) + 1):
        reach = number * 4.5
        if reach <= side:
            marks.append(_line((box.left, box.top + reach), (box.left + reach, box.top), _HATCH))
        elif reach < 2 * side:
            over = reach - side
            marks.append(_line((box.left + over, box.bottom), (box.right, box.top + over), _HATCH))
    return marks


def _period_names(names: Sequence[str], left: float, pitch: float, y: float, pen: _Pen) -> list[str]:
    """Return the names of the periods below their cells, the latest first, as many as have room."""
    marks: list[str] = []
    free = float(WIDTH)
    for place in range(len(names) - 1, -1, -1):
        name = pen.fit(names[place], 120)
        half = pen.width(name) / 2
        middle = min(left + place * pitch + (pitch - 3) / 2, WIDTH - half)
        if name and middle + half <= free and middle - half >= max(left - pitch, 0):
            latest = place == len(names) - 1
            marks.append(pen.text(name, middle, y, _INK if latest else _MUTED, "middle"))
            free = middle - half - 8
    return marks


def _rag_key(chart: RagStrip, left: float, y: float, pen: _Pen) -> list[str]:
    shown = [(tone, words) for tone, words in zip(_RAG, chart.meanings, strict=True) if _clean(words)]
    marks: list[str] = []
    x = left
    for (tone, _), words in zip(shown, _key_words([words for _, words in shown], WIDTH - x, 40, pen), strict=True):
        marks += [*_rag_cell(tone, chart.letters, x, y, 14, pen), pen.text(words, x + 20, y + 11, _MUTED)]
        x += pen.width(words) + 40
    return marks
