"""The form of a PDF: fields under names of our own, in the places that WeasyPrint has laid out and told to listeners.

WeasyPrint 70 lists each circle as a field beside its group, gives the circles no look when they are not chosen and
the lines none at all, and embeds a whole font for every text. So every place is laid out as a tick box, which needs
no font, and the fields are written here: ISO 32000-1, 12.7.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Any

from docgen.doctree.nodes import Choice, Question, Scale, Writing
from docgen.doctree.text import inline_words
from docgen.writers.html import Controls
from docgen.writers.theme import Theme

LEADING = 15
"""Points from one line of an answer to the next, as in paper.css."""
_PART = "="
"""Stands between a question's id and an answer's value, in the name of a place; neither has it."""
_PRINTED = 1 << 2
_SEVERAL_LINES = 1 << 12
_ONE_OF_SEVERAL = (1 << 14) + (1 << 15)
_FONT = "Answer"
_ROUND = 0.5523
"""How far the handles of a quarter of a circle reach, in shares of its radius."""
_WESTERN = [bytes([code]).decode("cp1252", errors="replace") for code in range(32, 256)]


class Places(Controls):
    """The places for answers as WeasyPrint lays them out."""

    @staticmethod
    def circle(name: str, value: str) -> str:
        """Return a circle of a question."""
        return f'<input class="circle" type="checkbox" name="{escape(name)}{_PART}{escape(value)}">'

    @staticmethod
    def writing(name: str, lines: int) -> str:
        """Return room for so many lines of writing."""
        height = lines * LEADING + 7
        return f'<input class="room" type="checkbox" name="{escape(name)}{_PART}" style="height: {height}pt">'


@dataclass(frozen=True)
class Letters:
    """A font: the file it comes in, and which one of the file's fonts it is."""

    file: bytes
    index: int


def write_form(pdf: Any, questions: Sequence[Question], letters: Letters, theme: Theme) -> None:
    """Write the fields of open questions, answered in a font, into a `pydyf.PDF` that is not written yet."""
    from pydyf import Array, Dictionary, String

    form = _Form(pdf, theme)
    fields = [form.field(question) for question in questions]
    font = _font(pdf, letters)
    pdf.catalog["AcroForm"] = Dictionary(
        {
            "Fields": Array(field.reference for field in fields),
            "DR": Dictionary({"Font": Dictionary({_FONT: font.reference})}),
            "DA": String(form.look),
        }
    )


class _Form:
    """Turns the tick boxes of a file into fields."""

    def __init__(self, pdf: Any, theme: Theme) -> None:
        self.pdf = pdf
        self.theme = theme
        self.widgets: dict[str, Any] = {
            part["T"].string: part
            for part in pdf.objects
            if isinstance(part, dict) and part.get("Subtype") == "/Widget"
        }
        self.look = f"/{_FONT} {theme.size:g} Tf {_colour(theme.palette.text)} rg"

    def field(self, question: Question) -> Any:
        match question.answer:
            case Scale(count, low, high):
                ends = {1: low, count: high}
                steps = range(1, count + 1)
                return self._group(question, {str(step): f"{step} {ends.get(step, '')}".strip() for step in steps})
            case Choice(options):
                return self._group(question, {option.value: option.words for option in options})
            case Writing(lines):
                return self._writing(question, lines)

    def _group(self, question: Question, choices: Mapping[str, str]) -> Any:
        """Return a field of which one circle can be chosen; each circle says what it stands for."""
        from pydyf import Array, Dictionary, String

        group = Dictionary({"FT": "/Btn", "Ff": _ONE_OF_SEVERAL, "V": "/Off", **_names(question)})
        self.pdf.add_object(group)
        group["Kids"] = Array()
        for value, words in choices.items():
            widget = self.widgets[f"{question.id}{_PART}{value}"]
            chosen = self._drawing(widget, _disc(_width(widget), _colour(self.theme.palette.accent)))
            empty = self._drawing(widget, b"")
            _become(
                widget,
                Parent=group.reference,
                AS="/Off",
                AP=Dictionary({"N": Dictionary({value: chosen, "Off": empty})}),
                MK=Dictionary({"CA": String("l")}),
                Contents=String(words),
            )
            group["Kids"].append(widget.reference)
        return group

    def _writing(self, question: Question, lines: int) -> Any:
        from pydyf import Dictionary, String

        widget = self.widgets[f"{question.id}{_PART}"]
        _become(
            widget,
            FT="/Tx",
            V=String(""),
            DA=String(self.look),
            AP=Dictionary({"N": self._drawing(widget, b"/Tx BMC EMC")}),
            MK=Dictionary(),
            **_names(question),
            **({"Ff": _SEVERAL_LINES} if lines > 1 else {}),
        )
        return widget

    def _drawing(self, widget: Any, content: bytes) -> Any:
        """Return the reference of a look that a place takes on."""
        from pydyf import Array, Dictionary, Stream

        left, top, right, bottom = widget["Rect"]
        box = Array((0, 0, right - left, top - bottom))
        look = Stream([content], {"Type": "/XObject", "Subtype": "/Form", "BBox": box, "Resources": Dictionary()})
        self.pdf.add_object(look)
        return look.reference


def _names(question: Question) -> dict[str, Any]:
    """Return the name that the answer is read back under, and the words that a listener hears."""
    from pydyf import String

    return {"T": String(question.id), "TU": String(" ".join(inline_words(question.children).split()))}


def _become(widget: Any, **entries: Any) -> None:
    """Let a tick box become something else, in its place on the page and in the structure."""
    from pydyf import Array

    kept = {name: widget[name] for name in ("Type", "Subtype", "Rect", "P", "StructParent")}
    left, top, right, bottom = kept["Rect"]
    kept["Rect"][:] = left, bottom, right, top
    widget.clear()
    widget.update(kept, F=_PRINTED, Border=Array((0, 0, 0)), **entries)


def _width(widget: Any) -> float:
    left, _, right, _ = widget["Rect"]
    return float(right - left)


def _disc(width: float, colour: str) -> bytes:
    """Return a disc in the middle of a circle."""
    middle, radius = width / 2, width * 0.27
    reach = radius * _ROUND

    def point(across: float, up: float) -> str:
        return f"{middle + across:.3f} {middle + up:.3f}"

    def quarters() -> Iterator[str]:
        x, y = 1, 0
        for _ in range(4):
            ahead, aside = (-y, x), (x, y)
            first = point(radius * x + reach * ahead[0], radius * y + reach * ahead[1])
            x, y = ahead
            second = point(radius * x + reach * aside[0], radius * y + reach * aside[1])
            yield f"{first} {second} {point(radius * x, radius * y)} c"

    return f"q {colour} rg {point(radius, 0)} m {' '.join(quarters())} f Q".encode()


def _colour(colour: str) -> str:
    """Return #rrggbb as three shares of one."""
    return " ".join(f"{int(colour[start : start + 2], 16) / 255:.3f}" for start in (1, 3, 5))


def _font(pdf: Any, letters: Letters) -> Any:
    """Return a font for the letters of Western Europe, as every program that fills in forms can use one."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from pydyf import Array, Dictionary, Stream

    face = TTFont(BytesIO(letters.file), fontNumber=letters.index, recalcTimestamp=False)
    subsetter = Subsetter(Options(notdef_outline=True, drop_tables=[*Options().drop_tables, "GSUB", "GPOS"]))
    subsetter.populate(text="".join(_WESTERN))
    subsetter.subset(face)
    small = BytesIO()
    face.save(small, reorderTables=False)
    scale, cmap = 1000 / face["head"].unitsPerEm, face.getBestCmap()
    widths = (face["hmtx"][cmap.get(ord(sign), ".notdef")][0] for sign in _WESTERN)
    outlines = "glyf" in face
    head, lines = face["head"], face["hhea"]
    file = Stream(
        [small.getvalue()],
        {"Length1": len(small.getvalue())} if outlines else {"Subtype": "/OpenType"},
        compress=True,
    )
    pdf.add_object(file)
    name = "/DOCGEN+" + "".join(sign for sign in str(face["name"].getDebugName(6)) if sign.isalnum())
    descriptor = Dictionary(
        {
            "Type": "/FontDescriptor",
            "FontName": name,
            "Flags": 1 << 5,
            "FontBBox": Array(round(side * scale) for side in (head.xMin, head.yMin, head.xMax, head.yMax)),
            "ItalicAngle": 0,
            "Ascent": round(lines.ascent * scale),
            "Descent": round(lines.descent * scale),
            "CapHeight": round(lines.ascent * scale * 0.8),
            "StemV": 80,
            "FontFile2" if outlines else "FontFile3": file.reference,
        }
    )
    pdf.add_object(descriptor)
    font = Dictionary(
        {
            "Type": "/Font",
            "Subtype": "/TrueType" if outlines else "/Type1",
            "BaseFont": name,
            "FirstChar": 32,
            "LastChar": 255,
            "Widths": Array(round(width * scale) for width in widths),
            "Encoding": "/WinAnsiEncoding",
            "FontDescriptor": descriptor.reference,
        }
    )
    pdf.add_object(font)
    return font
