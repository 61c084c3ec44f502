"""Word's own numbering: one list for the clauses, one for the schedules, and a new one for every other list."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from docgen.writers.docx_xml import escaped, hexadecimal, part, twips
from docgen.writers.theme import Theme

DEPTHS = range(1, 7)

CLAUSES = 1
SCHEDULES = 2
FIRST_LIST = 10
"""Numbers from here on belong to lists that are counted one by one."""

BULLETS, NUMBERS, PARTIES = "bullets", "numbers", "parties"
_ABSTRACT = {"clauses": 0, "schedules": 1, BULLETS: 2, NUMBERS: 3, PARTIES: 4}
_LEVELS = range(9)


def text_left(theme: Theme, depth: int) -> float:
    """Return how far the words of a clause stand in, in points: the first two depths share one edge."""
    return theme.indent * max(1, depth - 1)


def list_left(theme: Theme, kind: str) -> float:
    """Return how much further in the words of a list stand than what is around it, in points."""
    return theme.indent if kind == PARTIES else theme.indent * 0.75


def list_hanging(theme: Theme, kind: str) -> float:
    """Return how far the sign of a list stands before its words, in points."""
    return list_left(theme, kind) * (0.65 if kind == BULLETS else 1)


@lru_cache(maxsize=16)
def abstract_xml(theme: Theme, schedule_word: str) -> str:
    """Return how each kind of list counts, shared by all documents of a theme in a language."""
    clauses = "".join(_clause_level(theme, level, level + 1, 0) for level in _LEVELS)
    schedule = f"{escaped(schedule_word.replace('%', ''))} %1"
    muted = f'<w:rPr><w:color w:val="{hexadecimal(theme.palette.muted)}"/></w:rPr>'
    heading = _level(0, "decimal", schedule, 0, 0, style="ScheduleHeading", after="space", letters=muted)
    paragraphs = "".join(_clause_level(theme, level, level, 1) for level in _LEVELS[1:])
    bullets = "".join(_list_level(theme, BULLETS, level, "•–"[level % 2]) for level in _LEVELS)
    numbers = "".join(_list_level(theme, NUMBERS, level, f"%{level + 1}.") for level in _LEVELS)
    parties = "".join(_list_level(theme, PARTIES, level, f"(%{level + 1})") for level in _LEVELS)
    return "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="{0x5D0C6E10 + number:08X}"/>'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        for number, levels in enumerate((clauses, heading + paragraphs, bullets, numbers, parties))
    )


def numbering_xml(theme: Theme, schedule_word: str, lists: Iterable[tuple[str, int]]) -> str:
    """Return the numbering part; each of the lists begins at one at its own level."""
    fixed = f"{_instance(CLAUSES, 'clauses')}{_instance(SCHEDULES, 'schedules')}"
    own = "".join(_instance(number, kind, level) for number, (kind, level) in enumerate(lists, FIRST_LIST))
    return part("numbering", abstract_xml(theme, schedule_word) + fixed + own)


def _instance(number: int, kind: str, level: int | None = None) -> str:
    start = f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride>' if level is not None else ""
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{_ABSTRACT[kind]}"/>{start}</w:num>'


def _list_level(theme: Theme, kind: str, level: int, text: str) -> str:
    form = "bullet" if kind == BULLETS else "decimal"
    return _level(level, form, text, list_left(theme, kind) * (level + 1), list_hanging(theme, kind))


def _clause_level(theme: Theme, level: int, depth: int, offset: int) -> str:
    """Return the level for clauses of a depth: 1. 1.1 (a) (i) (A) (I); the offset is 1 below a schedule."""
    style = f"{'ScheduleHeading' if offset else 'Heading'}{depth}" if depth in DEPTHS else ""
    first, own = f"%{offset + 1}", f"%{level + 1}"
    formats = {3: "lowerLetter", 4: "lowerRoman", 5: "upperLetter"}
    form = "decimal" if depth < 3 else formats.get(depth, "upperRoman")
    text = {1: f"{own}.", 2: f"{first}.{own}"}.get(depth, f"({own})")
    return _level(level, form, text, text_left(theme, depth), theme.indent, style=style)


def _level(
    level: int,
    form: str,
    text: str,
    left: float,
    hanging: float,
    *,
    style: str = "",
    after: str = "tab",
    letters: str = "",
) -> str:
    linked = f'<w:pStyle w:val="{style}"/>' if style else ""
    hang = f' w:hanging="{twips(hanging)}"' if hanging else ""
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{linked}<w:suff w:val="{after}"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{twips(left)}"{hang}/></w:pPr>{letters}</w:lvl>'
    )
