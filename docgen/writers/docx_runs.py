"""Words to Word's runs: emphasis, direction of writing, references as fields, links and form fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import assert_never

from docgen.doctree.nodes import (
    Badge,
    Bidi,
    Blank,
    Break,
    Edited,
    Emphasis,
    Emphasised,
    FieldKind,
    FormField,
    Inline,
    Link,
    Reference,
    Term,
    Text,
)
from docgen.doctree.text import LINE_TO_WRITE_ON, inline_words
from docgen.writers.docx_manuscript import Manuscript
from docgen.writers.docx_xml import escaped
from docgen.writers.html import SIGNS

LEFT_TO_RIGHT_MARK = "\u200e"
RIGHT_TO_LEFT_MARK = "\u200f"
NO_BREAK_SPACE = "\u00a0"

_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_LTR = "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u02b8\u0370-\u058f\u0900-\u1fff\u2c00-\ud7ff\uf900-\ufb1c"
_ANY_RTL = re.compile(f"[{_RTL}]")
_STRONG = re.compile(f"[{_RTL}]|[{_LTR}]")
_RTL_PHRASE = re.compile(f"([{_RTL}](?:[^{_LTR}]*[{_RTL}0-9])?)")
_LTR_PHRASE = re.compile(f"([{_LTR}](?:[^{_RTL}]*[{_LTR}0-9])?)")


@dataclass(frozen=True)
class Look:
    """How a run looks beyond its paragraph's style."""

    style: str = ""
    bold: bool = False
    italic: bool = False
    struck: bool = False
    underlined: bool = False
    raised: str = ""

    def emphasised(self, kind: Emphasis) -> Look:
        """Return this look with one more emphasis."""
        match kind:
            case Emphasis.STRONG:
                return replace(self, bold=True)
            case Emphasis.EMPHASIS:
                return replace(self, italic=True)
            case Emphasis.UNDERLINE:
                return replace(self, underlined=True)
            case Emphasis.STRUCK:
                return replace(self, struck=True)
            case Emphasis.SUPERSCRIPT:
                return replace(self, raised="superscript")
            case Emphasis.SUBSCRIPT:
                return replace(self, raised="subscript")
            case _:
                assert_never(kind)


PLAIN = Look()


@lru_cache(maxsize=256)
def run_properties(look: Look, right_to_left: bool = False) -> str:
    """Return the properties of a run, in the order the schema wants."""
    parts = (
        f'<w:rStyle w:val="{look.style}"/>' if look.style else "",
        "<w:b/><w:bCs/>" if look.bold else "",
        "<w:i/><w:iCs/>" if look.italic else "",
        "<w:strike/>" if look.struck else "",
        '<w:u w:val="single"/>' if look.underlined else "",
        f'<w:vertAlign w:val="{look.raised}"/>' if look.raised else "",
        "<w:rtl/>" if right_to_left else "",
    )
    inner = "".join(parts)
    return f"<w:rPr>{inner}</w:rPr>" if inner else ""


def run(text: str, look: Look = PLAIN, right_to_left: bool = False) -> str:
    """Return one run of text in one direction."""
    properties = run_properties(look, right_to_left)
    return f'<w:r>{properties}<w:t xml:space="preserve">{escaped(text)}</w:t></w:r>'


def words(text: str, look: Look = PLAIN, right_to_left: bool = False) -> str:
    """Return text as runs, each in its own direction of writing; the base direction takes what has none."""
    if not right_to_left and (text.isascii() or not _ANY_RTL.search(text)):
        return run(text, look) if text else ""
    phrase = _LTR_PHRASE if right_to_left else _RTL_PHRASE
    parts = enumerate(phrase.split(text))
    return "".join(run(part, look, right_to_left != bool(index % 2)) for index, part in parts if part)


def tab(look: Look = PLAIN) -> str:
    """Return a tabulator."""
    return f"<w:r>{run_properties(look)}<w:tab/></w:r>"


def field(instruction: str, shown: str, look: Look = PLAIN) -> str:
    """Return a field with what it shows until Word computes it again; `shown` is made of runs."""
    properties = run_properties(look)
    return (
        f'<w:r>{properties}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{properties}<w:instrText xml:space="preserve"> {escaped(instruction)} </w:instrText></w:r>'
        f'<w:r>{properties}<w:fldChar w:fldCharType="separate"/></w:r>{shown}'
        f'<w:r>{properties}<w:fldChar w:fldCharType="end"/></w:r>'
    )


class Runs:
    """Writes inline nodes as runs; the base direction of writing is the document's until a value says otherwise."""

    def __init__(self, manuscript: Manuscript) -> None:
        self.manuscript = manuscript
        self.right_to_left = manuscript.right_to_left

    def inlines(self, inlines: tuple[Inline, ...], look: Look = PLAIN) -> str:
        """Return the runs of inline nodes."""
        return "".join([self._inline(inline, look) for inline in inlines])

    def text(self, text: str, look: Look = PLAIN) -> str:
        """Return the runs of a text."""
        return words(text, look, self.right_to_left)

    def value(self, text: str, look: Look = PLAIN) -> str:
        """Return the runs of a text that stands alone, in its own direction."""
        return self.values((Text(text),), look)

    def values(self, words: tuple[Inline, ...], look: Look = PLAIN) -> str:
        """Return the runs of words that stand alone, in their own direction; where nothing stayed, each version's."""
        versions = [part for part in words if isinstance(part, Edited)]
        if len(versions) < len(words):
            return self._isolated(words, look)
        changes = self.manuscript.changes
        return "".join(changes.words(part.fate, self._isolated(part.children, look)) for part in versions)

    def _inline(self, inline: Inline, look: Look) -> str:
        match inline:
            case Text(text):
                return self.text(text, look)
            case Emphasised(kind, children):
                return self.inlines(children, look.emphasised(kind))
            case Bidi(children):
                return self._isolated(children, look)
            case Edited(fate, children):
                return self.manuscript.changes.words(fate, self.inlines(children, look))
            case Break():
                return "<w:r><w:br/></w:r>"
            case Reference():
                return self._reference(inline, look)
            case Term(children):
                return self.inlines(children, replace(look, style="DefinedTerm"))
            case Link(href, children):
                return self._link(href, children, look)
            case Blank(hint):
                return self._blank(hint, look)
            case Badge(tone, text):
                shown = f"{SIGNS[tone]} {text}".replace(" ", NO_BREAK_SPACE)
                return self.text(shown, replace(look, style=f"Badge{tone.capitalize()}"))
            case FormField():
                return self._form_field(inline, look)
            case _:
                assert_never(inline)

    def _blank(self, hint: str, look: Look) -> str:
        if hint:
            return self.text(f"[{hint}]", replace(look, style="Blank"))
        return self.text(LINE_TO_WRITE_ON, replace(look, style="LineToWriteOn"))

    def _isolated(self, children: tuple[Inline, ...], look: Look) -> str:
        """Return a value in its own direction; where that is not its surroundings', marks keep the two apart."""
        strong = _STRONG.search(inline_words(children))
        own = _ANY_RTL.match(strong.group()) is not None if strong else self.right_to_left
        if own == self.right_to_left:
            return self.inlines(children, look)
        outer, self.right_to_left = self.right_to_left, own
        inner = self.inlines(children, look)
        self.right_to_left = outer
        value_mark, outer_mark = LEFT_TO_RIGHT_MARK, RIGHT_TO_LEFT_MARK
        if own:
            value_mark, outer_mark = outer_mark, value_mark
        return f"{run(value_mark, look, own)}{inner}{run(value_mark, look, own)}{run(outer_mark, look, outer)}"

    def _reference(self, reference: Reference, look: Look) -> str:
        pieces = self.manuscript.pieces(reference)
        return "".join(
            field(piece.instruction, self.text(piece.words, look), look)
            if piece.instruction
            else self.text(piece.words, look)
            for piece in pieces
        )

    def _link(self, href: str, children: tuple[Inline, ...], look: Look) -> str:
        relation = self.manuscript.link(href)
        if not relation:
            return self.inlines(children, look)
        inner = self.inlines(children, replace(look, style="Hyperlink"))
        return f'<w:hyperlink r:id="{relation}" w:history="1">{inner}</w:hyperlink>'

    # Form fields

    def _form_field(self, form: FormField, look: Look) -> str:
        label, line = self.text(form.label, look), replace(look, style="PlaceholderText", underlined=True)
        match form.kind:
            case FieldKind.TICK:
                return f"{self.control(form.label, form.name, _TICK, run('☐', look))}{self.text(' ', look)}{label}"
            case FieldKind.CHOICE:
                options = " ".join(f"☐ {option}" for option in form.options)
                shown = self.text(options, replace(look, style="PlaceholderText"))
                kind = f"<w:dropDownList>{''.join(_choices(form.options))}</w:dropDownList>"
            case FieldKind.DATE:
                shown, kind = run(_EMPTY, line), _date(self.manuscript.document.language)
            case FieldKind.TEXT:
                shown, kind = run(_EMPTY, line), "<w:text/>"
            case _:
                assert_never(form.kind)
        control = self.control(form.label, form.name, f"<w:showingPlcHdr/>{kind}", shown)
        return f"{label}{self.text(' ', look)}{control}"

    def control(self, alias: str, tag: str, kind: str, content: str) -> str:
        """Return runs that are filled in: what the reader is told, what the answer is read back under, and the kind."""
        # Word takes no more than 64 characters in either name.
        return (
            f'<w:sdt><w:sdtPr><w:alias w:val="{escaped(alias[:64])}"/><w:tag w:val="{escaped(tag[:64])}"/>'
            f'<w:id w:val="{next(self.manuscript.ids)}"/>{kind}</w:sdtPr>'
            f"<w:sdtContent>{content}</w:sdtContent></w:sdt>"
        )


_EMPTY = NO_BREAK_SPACE * 30
_TICK = (
    '<w14:checkbox><w14:checked w14:val="0"/><w14:checkedState w14:val="2612" w14:font="Segoe UI Symbol"/>'
    '<w14:uncheckedState w14:val="2610" w14:font="Segoe UI Symbol"/></w14:checkbox>'
)


def _choices(options: tuple[str, ...]) -> Iterator[str]:
    """Yield the entries of a list to choose from; Word refuses a file in which one occurs twice."""
    for option in dict.fromkeys(options):
        yield f'<w:listItem w:displayText="{escaped(option)}" w:value="{escaped(option)}"/>'


def _date(language: str) -> str:
    return (
        f'<w:date><w:dateFormat w:val="d MMMM yyyy"/><w:lid w:val="{escaped(language_tag(language))}"/>'
        '<w:storeMappedDataAs w:val="date"/><w:calendar w:val="gregorian"/></w:date>'
    )


_REGIONS = {
    "ar": "ar-SA",
    "de": "de-DE",
    "en": "en-GB",
    "es": "es-ES",
    "fa": "fa-IR",
    "fr": "fr-FR",
    "he": "he-IL",
    "it": "it-IT",
    "ja": "ja-JP",
    "ko": "ko-KR",
    "nl": "nl-NL",
    "pl": "pl-PL",
    "pt": "pt-PT",
    "ur": "ur-PK",
    "zh": "zh-CN",
}


def language_tag(language: str) -> str:
    """Return the language as Word's spelling checker knows it: with a region."""
    return _REGIONS.get(language, language)
