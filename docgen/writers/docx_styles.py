"""The styles of a Word file, from the theme: everything a firm may want to restyle has a name here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from docgen.doctree.nodes import Tone
from docgen.writers.docx_numbering import CLAUSES, DEPTHS, SCHEDULES, text_left
from docgen.writers.docx_runs import language_tag
from docgen.writers.docx_xml import escaped, half_points, hexadecimal, part, points, text_width, twips
from docgen.writers.html import RIGHT_TO_LEFT
from docgen.writers.theme import Face, Theme

TABLE_PADDING = 5.0
"""Beside the words of a cell, in points."""
ROW_PADDING = 3.2
DETAIL_PADDING = 2.2
"""Above and below the words of a row, in points; labels beside their values stand closer than figures."""
TABLE_LEADING = 1.3
NO_NUMBER = '<w:numPr><w:numId w:val="0"/></w:numPr>'


@lru_cache(maxsize=16)
def styles_xml(theme: Theme, language: str, contents: bool) -> str:
    """Return the styles part; with a contents list, headings without a number rank below its entries."""
    sheet = _Sheet(theme, language)
    styles = (
        *sheet.foundations(),
        *sheet.titles(),
        *sheet.headings(contents),
        *sheet.clauses(),
        *sheet.paragraphs(),
        *sheet.running(),
        *sheet.tables(),
        *sheet.signatures(),
        *sheet.questions(),
        *sheet.characters(),
    )
    return part("styles", sheet.defaults() + "".join(styles))


@dataclass(frozen=True)
class Letters:
    """The letters of a style: what is empty comes from the style it is based on."""

    face: Face | None = None
    size: float = 0
    colour: str = ""
    bold: bool | None = None
    capitals: bool = False
    spaced: float = 0
    kerned: bool = False
    underlined: bool = False
    fill: str = ""


def spacing(before: float = 0, after: float = 0, line: float = 0, rule: str = "atLeast") -> str:
    """Return the distances around a paragraph and between its lines, in points."""
    lines = f' w:line="{twips(line)}" w:lineRule="{rule}"' if line else ""
    return f'<w:spacing w:before="{twips(before)}" w:after="{twips(after)}"{lines}/>'


def indent(left: float = 0, right: float | None = None, hanging: float = 0) -> str:
    """Return how far a paragraph stands in, in points; without a right distance the style's own remains."""
    end = "" if right is None else f' w:right="{twips(right)}"'
    hang = f' w:hanging="{twips(hanging)}"' if hanging else ""
    return f'<w:ind w:left="{twips(left)}"{end}{hang}/>'


def border(side: str, width: float, colour: str, space: int = 0) -> str:
    """Return one side of a border; width in points, which Word counts in eighths."""
    return f'<w:{side} w:val="single" w:sz="{round(width * 8)}" w:space="{space}" w:color="{hexadecimal(colour)}"/>'


class _Sheet:
    """Writes the styles of one theme in one language."""

    def __init__(self, theme: Theme, language: str) -> None:
        self.theme = theme
        self.language = language
        self.gap = theme.paragraph_gap
        self.width = text_width(theme)

    # The shape of a style

    def fonts(self, face: Face) -> str:
        latin = escaped(face.word)
        east_asian, complex_script = (escaped(name) for name in script_fonts(self.theme, self.language))
        return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{east_asian}" w:cs="{complex_script}"/>'

    def letters(self, letters: Letters) -> str:
        size = half_points(letters.size)
        kerned = '<w:kern w:val="2"/>' if letters.kerned else ""
        weight = "" if letters.bold else ' w:val="0"'
        parts = (
            self.fonts(letters.face) if letters.face else "",
            "" if letters.bold is None else f"<w:b{weight}/><w:bCs{weight}/>",
            "<w:caps/>" if letters.capitals else "",
            f'<w:color w:val="{hexadecimal(letters.colour)}"/>' if letters.colour else "",
            f'<w:spacing w:val="{twips(letters.spaced)}"/>' if letters.spaced else "",
            kerned,
            f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else "",
            '<w:u w:val="single"/>' if letters.underlined else "",
            f'<w:shd w:val="clear" w:color="auto" w:fill="{hexadecimal(letters.fill)}"/>' if letters.fill else "",
        )
        inner = "".join(parts)
        return f"<w:rPr>{inner}</w:rPr>" if inner else ""

    def paragraph(
        self, name: str, properties: str = "", letters: Letters | None = None, *, based: str = "Normal", after: str = ""
    ) -> str:
        """Return a paragraph style; `after` is the style of the paragraph that follows it."""
        following = f'<w:next w:val="{after}"/>' if after else ""
        return (
            f'<w:style w:type="paragraph"{_custom(name)} w:styleId="{style_id(name)}"><w:name w:val="{name}"/>'
            f'<w:basedOn w:val="{based}"/>{following}<w:qFormat/>'
            f"<w:pPr>{properties}</w:pPr>{self.letters(letters or Letters())}</w:style>"
        )

    def character(self, name: str, letters: Letters) -> str:
        return (
            f'<w:style w:type="character"{_custom(name)} w:styleId="{style_id(name)}"><w:name w:val="{name}"/>'
            f'<w:basedOn w:val="DefaultParagraphFont"/><w:qFormat/>{self.letters(letters)}</w:style>'
        )

    # The styles

    def defaults(self) -> str:
        tag = escaped(language_tag(self.language))
        east_asian = tag if self.language in {"ja", "ko", "zh"} else "ja-JP"
        bidi = tag if self.language in RIGHT_TO_LEFT else "ar-SA"
        return (
            f'<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="{tag}" w:eastAsia="{east_asian}" w:bidi="{bidi}"/>'
            "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        )

    def foundations(self) -> Iterator[str]:
        theme = self.theme
        bidi = "<w:bidi/>" if self.language in RIGHT_TO_LEFT else ""
        # Not in the defaults: LibreOffice lets those prevail over character styles inside tables.
        letters = self.letters(Letters(theme.text, theme.size, theme.palette.text, kerned=True))
        yield (
            '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
            f"<w:pPr><w:widowControl/>{bidi}{spacing(line=theme.size * theme.leading)}</w:pPr>{letters}</w:style>"
        )
        yield (
            '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
            '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        )
        yield (
            '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
            '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
            '<w:top w:w="0" w:type="dxa"/><w:left w:w="0" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
            '<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        )
        yield (
            '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
            '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
        )
        yield self.paragraph("Body Text", spacing(after=self.gap))

    def titles(self) -> Iterator[str]:
        theme, gap, colours = self.theme, self.gap, self.theme.palette
        title = Letters(theme.heading, theme.title, colours.accent, bold=True)
        cover = Letters(size=theme.title * 1.5)
        subtitle = Letters(theme.heading, theme.headings[0], colours.muted)
        cover_space = points(62)
        yield self.paragraph(
            "Title", f"<w:keepNext/>{spacing(0, gap * 1.2, theme.title * 1.2)}", title, after="BodyText"
        )
        yield self.paragraph(
            "Subtitle", f"<w:keepNext/>{spacing(0, gap * 2.5, theme.headings[0] * 1.3)}", subtitle, after="BodyText"
        )
        yield self.paragraph(
            "Cover Title", spacing(cover_space, gap * 1.2, theme.title * 1.8), cover, based="Title", after="CoverText"
        )
        yield self.paragraph("Cover Text", spacing(gap), Letters(theme.heading, colour=colours.muted))
        yield self.paragraph("Cover Gap", spacing(line=gap * 5, rule="exact"))

    def headings(self, contents: bool) -> Iterator[str]:
        theme, gap = self.theme, self.gap
        first, second, third = theme.headings
        for depth in DEPTHS:
            size = (first, second, third)[min(depth, 3) - 1]
            before, after = {1: (2.2, 1.0), 2: (1.2, 0.6)}.get(depth, (1.0, 0.5))
            space = spacing(gap * before, gap * after, size * 1.2)
            properties = _heading(_numbered(CLAUSES, depth - 1), space, depth)
            letters = Letters(theme.heading, size, theme.palette.accent, bold=True)
            yield self.paragraph(f"heading {depth}", properties, letters, after=f"ClauseText{depth}")
        yield from self._schedule_headings()
        for level in (1, 2, 3):
            rank = level + 1 if contents else level
            properties = _heading(NO_NUMBER, indent(), rank)
            yield self.paragraph(f"Plain Heading {level}", properties, based=f"Heading{level}", after="BodyText")

    def _schedule_headings(self) -> Iterator[str]:
        size = self.theme.headings[0] + 2
        letters = Letters(self.theme.heading, size, self.theme.palette.accent, bold=True)
        number = f"<w:pageBreakBefore/>{_numbered(SCHEDULES, 0)}"
        properties = _heading(number, spacing(0, self.gap * 2, size * 1.2), 1)
        yield self.paragraph("Schedule Heading", properties, letters, after="BodyText")
        for depth in DEPTHS:
            properties = _heading(_numbered(SCHEDULES, depth), "", depth + 1)
            based = f"Heading{depth}"
            yield self.paragraph(f"Schedule Heading {depth}", properties, based=based, after=f"ClauseText{depth}")

    def clauses(self) -> Iterator[str]:
        for depth in DEPTHS:
            left = text_left(self.theme, depth)
            yield self.paragraph(f"Clause {depth}", "", based="BodyText", after=f"Clause{depth}")
            yield self.paragraph(f"Clause Text {depth}", indent(left), based="BodyText")

    def paragraphs(self) -> Iterator[str]:
        theme, gap, colours = self.theme, self.gap, self.theme.palette
        body, step = "BodyText", theme.indent
        yield self.paragraph("Lead", "", Letters(size=theme.size + 1), based=body, after=body)
        small = Letters(size=theme.small, colour=colours.muted)
        yield self.paragraph("Small Print", spacing(0, gap, theme.small * 1.3), small, based=body)
        yield self.paragraph("Body Text Right", '<w:jc w:val="right"/>', based=body)
        yield self.paragraph("Body Text Centred", '<w:jc w:val="center"/>', based=body)
        subject = Letters(theme.heading, theme.size + 1, colours.accent, bold=True)
        space = spacing(gap * 1.6, gap * 1.4, (theme.size + 1) * 1.3)
        yield self.paragraph("Subject", f"<w:keepNext/>{space}", subject, after=body)
        yield self.paragraph("Address", spacing(0, gap * 2, theme.size * 1.25), after=body)
        yield self.paragraph("Definition", "", based=body)
        yield self.paragraph("Party", "", based=body)
        for name in ("List Bullet", "List Number", "List Continue"):
            yield self.paragraph(name, spacing(0, gap * 0.75), based=body)
        yield self.paragraph("Quote", indent(step, step), Letters(colour=colours.muted), based=body)
        yield self.paragraph("Note", spacing(0, gap * 0.5))
        yield self.paragraph("Figure", spacing(gap, gap * 0.5))
        caption = Letters(theme.heading, theme.size - 1, colours.accent, bold=True)
        yield self.paragraph("caption", f"<w:keepNext/>{spacing(gap * 0.5, 3, theme.size * 1.2)}", caption)
        below = Letters(theme.heading, theme.small, colours.muted)
        yield self.paragraph("Figure Caption", spacing(0, gap * 1.6, theme.small * 1.3), below)
        yield self.paragraph("Page Break", spacing(line=1, rule="exact"), Letters(size=1))

    def running(self) -> Iterator[str]:
        theme, gap, colours = self.theme, self.gap, self.theme.palette
        small = Letters(theme.heading, theme.small, colours.muted)
        edge = f'<w:tabs><w:tab w:val="right" w:pos="{twips(self.width)}"/></w:tabs>'
        yield self.paragraph("header", edge + spacing(line=theme.small * 1.2), small)
        yield self.paragraph("footer", edge + spacing(line=theme.small * 1.2), small)
        line = (
            f'<w:tabs><w:tab w:val="left" w:pos="{twips(theme.indent)}"/>'
            f'<w:tab w:val="right" w:leader="dot" w:pos="{twips(self.width)}"/></w:tabs>{spacing(0, 2.5)}'
        )
        face = Letters(theme.heading)
        hanging = indent(theme.indent, hanging=theme.indent)
        yield self.paragraph("toc 1", line + hanging, face, after="Normal")
        yield self.paragraph("toc 2", line + indent(2 * theme.indent), face, after="Normal")
        title = Letters(theme.heading, theme.headings[0], colours.accent, bold=True)
        yield self.paragraph("TOC Heading", f"<w:keepNext/>{spacing(0, gap, theme.headings[0] * 1.3)}", title)

    def tables(self) -> Iterator[str]:
        theme, colours = self.theme, self.theme.palette
        size = theme.size - 1
        words = Letters(theme.heading, size)
        head = Letters(colour=colours.accent, bold=True)
        yield self.paragraph("Table Text", spacing(0, 0, size * TABLE_LEADING), words)
        yield self.paragraph("Table Head", "<w:keepNext/>", head, based="TableText")
        yield self.paragraph("Table Total", "", Letters(bold=True), based="TableText")
        yield self.paragraph("Detail Label", "", Letters(colour=colours.muted), based="TableText")
        # Of the distances below one paragraph and above the next, the larger counts: a hair's line with room below it.
        yield self.paragraph("Table Gap", spacing(0, self.gap * 1.6 - 1, 1, "exact"), Letters(size=1))
        yield _table_style("Firm Table", border("bottom", 0.5, colours.rule) + border("insideH", 0.5, colours.rule))
        lines = border("bottom", 0.5, colours.shade) + border("insideH", 0.5, colours.shade)
        yield _table_style("Firm Details", lines, DETAIL_PADDING)
        yield _table_style("Firm Layout", "")

    def signatures(self) -> Iterator[str]:
        theme, gap = self.theme, self.gap
        face, label = Letters(theme.heading), points(18)
        heading = Letters(theme.heading, bold=True)
        yield self.paragraph("Signature Lead", spacing(gap * 3), based="BodyText")
        yield self.paragraph("Signature Heading", f"<w:keepNext/>{spacing(gap * 1.5, gap)}", heading)
        rule = f"<w:pBdr>{border('bottom', 0.5, theme.palette.rule, 1)}</w:pBdr>"
        stop = f'<w:tabs><w:tab w:val="left" w:pos="{twips(label)}"/></w:tabs>'
        properties = f"<w:keepNext/>{rule}{stop}{spacing(gap * 1.5)}{indent(label, hanging=label)}"
        yield self.paragraph("Signature", properties, face)
        yield self.paragraph("Signature Space", spacing(gap * 4), based="Signature")

    def questions(self) -> Iterator[str]:
        theme, gap, colours = self.theme, self.gap, self.theme.palette
        asked = Letters(theme.heading, theme.size, colours.accent, bold=True)
        yield self.paragraph("Question", f"<w:keepNext/><w:keepLines/>{spacing(gap * 1.5, gap)}", asked)
        yield self.paragraph("Answer", "<w:keepLines/>", Letters(theme.heading))
        yield self.paragraph("Answer Text", spacing(3, 3, 15), Letters(theme.heading), based="TableText")
        yield self.paragraph("Answer Step", f'<w:keepNext/>{spacing(line=16, rule="exact")}<w:jc w:val="center"/>')
        number = Letters(theme.heading, theme.small, colours.muted)
        yield self.paragraph("Answer Number", spacing(line=theme.small * 1.3) + '<w:jc w:val="center"/>', number)
        end = Letters(theme.heading, theme.size - 1, colours.muted)
        yield self.paragraph("Answer End", spacing(line=16), end)

    def characters(self) -> Iterator[str]:
        theme, colours = self.theme, self.theme.palette
        yield self.character("Defined Term", Letters(bold=True))
        yield self.character("Hyperlink", Letters(colour=colours.accent, underlined=True))
        yield self.character("Placeholder Text", Letters(colour=colours.muted))
        yield self.character("Blank", Letters(theme.heading, fill="#fff3c4"))
        yield self.character("Line To Write On", Letters(colour=colours.muted))
        yield self.character("Answer Mark", Letters(Face("Segoe UI Symbol", ""), theme.size + 3, colours.accent))
        yield self.character("Signature Label", Letters(size=theme.small, colour=colours.muted))
        yield self.character("Schedule Number", Letters(colour=colours.muted))
        yield self.character("Draft Mark", Letters(colour=colours.draft, bold=True, spaced=1))
        yield self.character("Confidential Mark", Letters(capitals=True, spaced=0.5))
        for tone in Tone:
            colour = theme.tone(tone)
            yield self.character(f"Badge {tone.capitalize()}", Letters(theme.heading, colour=colour, bold=True))


def _numbered(number: int, level: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def _heading(number: str, place: str, rank: int) -> str:
    """Return the properties of a heading; its rank in the outline counts from 1."""
    return f'<w:keepNext/><w:keepLines/>{number}{place}<w:outlineLvl w:val="{rank - 1}"/>'


def style_id(name: str) -> str:
    """Return the id a style has in the file: its name without spaces, `heading 1` as Heading1."""
    if name.startswith("toc "):
        return name.upper().replace(" ", "")
    return "".join(word[0].upper() + word[1:] for word in name.split())


def script_fonts(theme: Theme, language: str) -> tuple[str, str]:
    """Return the theme's fonts for East Asian and for right-to-left writing."""
    hebrew = language == "he"
    east_asian = next((name for name in theme.fallbacks if "CJK" in name), theme.text.word)
    right_to_left = next(
        (name for name in theme.fallbacks if ("Hebrew" if hebrew else "Arabic") in name), theme.text.word
    )
    return east_asian, right_to_left


_BUILT_IN = frozenset(
    {"Normal", "Title", "Subtitle", "Body Text", "List Bullet", "List Number", "List Continue", "Quote", "caption"}
    | {"header", "footer", "toc 1", "toc 2", "TOC Heading", "Signature", "Hyperlink", "Placeholder Text"}
    | {f"heading {depth}" for depth in DEPTHS}
)


def _custom(name: str) -> str:
    return "" if name in _BUILT_IN else ' w:customStyle="1"'


def _table_style(name: str, borders: str, above: float = ROW_PADDING) -> str:
    inside = f"<w:tblBorders>{borders}</w:tblBorders>" if borders else ""
    side, top = (f'w:w="{twips(space)}" w:type="dxa"' for space in (TABLE_PADDING, above))
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{style_id(name)}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr>{inside}<w:tblCellMar><w:top {top}/>'
        f"<w:left {side}/><w:bottom {top}/><w:right {side}/></w:tblCellMar></w:tblPr></w:style>"
    )
