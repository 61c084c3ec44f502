"""Tree to HTML: semantic, self-contained, with every number as text; the PDF is laid out from the same page."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import zip_longest
from typing import assert_never

from docgen.doctree.nodes import (
    Align,
    Badge,
    Bidi,
    Blank,
    Block,
    Break,
    Cell,
    Choice,
    Clause,
    Column,
    Contents,
    ContentsEntry,
    Definition,
    Definitions,
    Detail,
    Details,
    Document,
    Edited,
    Emphasised,
    Fate,
    FieldKind,
    Figure,
    FormField,
    Heading,
    Inline,
    Item,
    Link,
    Listing,
    Manner,
    Note,
    PageBreak,
    Paragraph,
    Parties,
    PartyCard,
    Question,
    Quote,
    Reference,
    Row,
    Scale,
    Schedule,
    Show,
    Signature,
    Signatures,
    Table,
    Term,
    Text,
    Writing,
)
from docgen.doctree.redline import Front, Moves, fate_of, front_of, moved_words
from docgen.doctree.text import CHOSEN, OPEN, inline_words, unbroken
from docgen.doctree.walk import block_words, targets, walk
from docgen.writers.paging import question_about, stays_whole
from docgen.writers.stylesheet import stylesheet
from docgen.writers.theme import Theme

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
SIGNS = {"green": "●", "amber": "▲", "red": "■", "neutral": "○"}
"""The sign before a status word, so that it reads without colour."""
_WHOLE = ' class="block"'
LETTERS_ACROSS = 75
"""Letters that fit across a table, the room between its columns taken off."""
LETTERS_OF_A_DETAIL = 50
"""Letters that fit beside a label."""


def write_html(document: Document, theme: Theme) -> str:
    """Return the document as one self-contained HTML page: no script, no address to fetch."""
    return html_page(document, theme, style=stylesheet(theme, document))


def html_page(
    document: Document,
    theme: Theme,
    style: str = "",
    head: str = "",
    front: Front | None = None,
    controls: type[Controls] | None = None,
    moves: Moves | None = None,
) -> str:
    """Return the page with a style sheet inside, or without one for a writer that brings its own.

    `front` is what stands before the blocks, where that is not simply the document's; `controls` are the
    places for answers, where they are not those of a web page; `moves` tells where what was moved stands otherwise.
    """
    direction = ' dir="rtl"' if document.language in RIGHT_TO_LEFT else ""
    inside = f"<style>{style}</style>" if style else ""
    body = _Body(document, theme, front or front_of(document), controls or Controls, moves or {}).html()
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(document.language)}"{direction}><head><meta charset="utf-8">'
        f"<title>{escape(document.title)}</title>{_meta('author', document.author)}"
        f"{_meta('description', document.subtitle)}{_meta('generator', 'docgen')}{head}{inside}</head>\n"
        f'<body class="{escape(document.kind)}">\n{body}</body></html>\n'
    )


def _meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{escape(content)}">' if content else ""


class Controls:
    """The places for answers on a web page, as a browser offers them."""

    @staticmethod
    def circle(name: str, value: str) -> str:
        """Return a circle to choose one answer of a question with."""
        return f'<input class="circle" type="radio" name="{escape(name)}" value="{escape(value)}">'

    @staticmethod
    def writing(name: str, lines: int) -> str:
        """Return room for so many lines of writing."""
        if lines == 1:
            return f'<input class="room" type="text" name="{escape(name)}" {_named(name)}>'
        return f'<textarea class="room" name="{escape(name)}" rows="{lines}" {_named(name)}></textarea>'


class _Body:
    """Writes one document's body; it knows which targets are referenced and the heading level it is at."""

    def __init__(self, document: Document, theme: Theme, front: Front, controls: type[Controls], moves: Moves) -> None:
        self.document = document
        self.front = front
        self.controls = controls
        self.moves = moves
        self.theme = theme
        self.level = 1
        self.targets = frozenset(targets(document))

    def html(self) -> str:
        return "".join((self._running(), *self._front(), self._blocks(self._rest())))

    # The page around the words

    def _running(self) -> str:
        document = self.document
        draft = f'<span class="draft-word">{escape(document.labels.draft)}</span>' if document.draft else ""
        hidden = self._inlines(self.front.confidential)
        confidential = f'<span class="confidential">{hidden}</span>' if hidden else ""
        counter, total = '<span class="page"></span>', '<span class="pages"></span>'
        pages = escape(document.labels.page).replace("{page}", counter).replace("{pages}", total)
        gap = self._changed(fate_of(self.front.number), " · ") if self.front.number else ""
        name = self._values(self.front.number) + gap + self._values(self.front.title)
        return (
            f'<div class="running-head">{self._firm()}</div>\n'
            f'<div class="running-mark">{confidential}{draft}</div>\n'
            f'<div class="running-name">{name}</div>\n'
            f'<div class="running-page">{pages}</div>\n'
        )

    def _firm(self) -> str:
        if self.theme.logo:
            return f'<img class="logo" src="{_data_uri(self.theme.logo)}" alt="{escape(self.theme.firm or "Logo")}">'
        return f"<span>{self._value(self.theme.firm)}</span>"

    def _value(self, text: str) -> str:
        """Return a text that stands alone, in its own direction where that is not the document's."""
        return self._values((Text(text),))

    def _values(self, words: tuple[Inline, ...]) -> str:
        """Return words that stand alone, in their own direction where that is not the document's."""
        versions = [part for part in words if isinstance(part, Edited)]
        if versions and len(versions) == len(words):
            return "".join(self._changed(part.fate, self._values(part.children)) for part in versions)
        text = inline_words(words)
        against = any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text)
        if against and self.document.language not in RIGHT_TO_LEFT:
            return f"<bdi{_direction(text)}>{self._inlines(words)}</bdi>"
        return self._inlines(words)

    def _changed(self, fate: Fate, inner: str, kind: str = "") -> str:
        """Return what came or went as such, for the eye and for those who listen."""
        if fate is Fate.STAYED or not inner:
            return inner
        labels = self.document.labels
        tag, label = ("ins", labels.inserted) if fate is Fate.CAME else ("del", labels.deleted)
        begin = f'<span class="spoken">[{escape(label)}: </span>'
        return f'<{tag}{kind}>{begin}{inner}<span class="spoken">]</span></{tag}>'

    def _front(self) -> Iterator[str]:
        document, front = self.document, self.front
        title = f"<h1>{self._values(front.title)}</h1>"
        subtitle = f'<p class="subtitle">{self._values(front.subtitle)}</p>' if front.subtitle else ""
        facts = "".join(f'<p class="cover-fact">{self._values(fact)}</p>' for fact in front.facts if fact)
        kind, cards = ("title cover", self._blocks(self._covered())) if document.cover else ("title", "")
        yield f'<header class="{kind}">{title}{subtitle}{facts}{cards}</header>\n'

    def _covered(self) -> tuple[Block, ...]:
        """Return the blocks that stand on the cover: the parties, when the document opens with them."""
        blocks = self.document.blocks
        return blocks[:1] if self.document.cover and blocks and isinstance(blocks[0], Parties) else ()

    def _rest(self) -> tuple[Block, ...]:
        return self.document.blocks[len(self._covered()) :]

    # Blocks

    def _blocks(self, blocks: Sequence[Block]) -> str:
        return "".join(
            self._changed(block.fate, self._placed(block, after) + self._elsewhere(block), _WHOLE)
            for block, after in zip_longest(blocks, blocks[1:])
        )

    def _elsewhere(self, block: Block) -> str:
        """Return where a block that was moved stands in the other version: an arrow needs no language."""
        known = self.moves and self.moves.get((block.fate, moved_words(block, self.document.labels)))
        arrow = "\u2192" if block.fate is Fate.WENT else "\u2190"
        return f'<p class="moved"><span>{arrow} {escape(known)}</span></p>\n' if known else ""

    def _placed(self, block: Block, after: Block | None) -> str:
        if isinstance(block, Question):
            return self._question(block, goes_on=question_about(block, after) is not None)
        leads = isinstance(block, Paragraph) and introduces(block, after)
        return self._lead_in(block) if isinstance(block, Paragraph) and leads else self._block(block)

    def _lead_in(self, paragraph: Paragraph) -> str:
        kind = "lead-in" if paragraph.manner is Manner.BODY else f"lead-in {paragraph.manner}"
        return f'<p class="{kind}">{self._inlines(paragraph.children)}</p>\n'

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph(children, manner):
                kind = "" if manner is Manner.BODY else f' class="{manner}"'
                return f"<p{kind}>{self._inlines(children)}</p>\n"
            case Heading(level, children, name):
                return self._heading(level + 1, self._inlines(children), "plain", name)
            case Clause():
                return self._clause(block)
            case Schedule():
                return self._schedule(block)
            case Definitions():
                return self._definitions(block)
            case Listing(ordered, items):
                tag = "ol" if ordered else "ul"
                inner = "".join(f"<li>{self._part(item)}</li>\n" for item in items)
                return f"<{tag}>{inner}</{tag}>\n"
            case Details(items):
                return self._details(block)
            case Table():
                return self._table(block)
            case Quote(children):
                return f"<blockquote>{self._blocks(children)}</blockquote>\n"
            case Note(children, tone):
                return f'<aside class="note {tone}">{self._blocks(children)}</aside>\n'
            case Figure():
                return self._figure(block)
            case Parties():
                return self._parties(block)
            case Contents():
                return self._contents(block)
            case PageBreak():
                return '<div class="page-break"></div>\n'
            case Signatures():
                return self._signatures(block)
            case Question():
                return self._question(block)
            case _:
                assert_never(block)

    def _heading(self, level: int, inner: str, kind: str, name: str = "", number: str = "") -> str:
        """Return a heading no more than one level below the last one, as readers of structure need."""
        self.level = min(level, self.level + 1, 6)
        mark = f'<span class="n">{escape(number)} </span>' if number else ""
        return f'<h{self.level} class="{kind}">{self._anchor(name)}{mark}{inner}</h{self.level}>\n'

    def _anchor(self, name: str) -> str:
        # An id on an element with children defeats style sharing in the layout engine: an empty leaf carries it.
        return f'<span id="{escape(name)}"></span>' if name in self.targets else ""

    def _clause(self, clause: Clause) -> str:
        inner = list(clause.children)
        if clause.title:
            level = clause.depth + (2 if clause.in_schedule else 1)
            head = self._heading(level, self._inlines(clause.title), f"h{clause.depth}", clause.id, clause.number)
        else:
            opening = inner[0] if inner and isinstance(inner[0], Paragraph) else Paragraph(())
            inner = inner[1:] if inner and inner[0] is opening else inner
            kind = "numbered lead-in" if introduces(opening, inner[0] if inner else None) else "numbered"
            mark = f'{self._anchor(clause.id)}<span class="n">{escape(clause.number)} </span>'
            head = f'<p class="{kind}">{mark}{self._inlines(opening.children)}</p>\n'
        return f'<section class="d{clause.depth}">{head}{self._blocks(inner)}</section>\n'

    def _schedule(self, schedule: Schedule) -> str:
        self.level = 1
        inner = f'<span class="schedule-title">{self._inlines(schedule.title)}</span>'
        number = f'<span class="schedule-number">{escape(schedule.number)}</span> '
        head = self._heading(2, number + inner, "schedule-heading", schedule.id)
        return f'<section class="schedule">{head}{self._blocks(schedule.children)}</section>\n'

    def _part(self, part: Item | PartyCard | Detail) -> str:
        return self._changed(part.fate, self._blocks(part.children), _WHOLE)

    def _definitions(self, block: Definitions) -> str:
        return "".join(
            f'<p class="definition">{self._anchor(item.id)}{self._changed(item.fate, self._definition(item))}</p>\n'
            for item in block.items
        )

    def _definition(self, item: Definition) -> str:
        return f"<strong>{self._inlines(item.term)}</strong> {self._inlines(item.children)}"

    def _details(self, block: Details) -> str:
        rows = "".join(
            f'<tr><th scope="row">{self._changed(item.fate, self._inlines(item.label))}</th>'
            f"<td>{self._part(item)}</td></tr>\n"
            for item in block.items
        )
        crowded = " crowded" if any(_longest(item.children) > LETTERS_OF_A_DETAIL for item in block.items) else ""
        return f'<table class="details{crowded}"><tbody>{rows}</tbody></table>\n'

    def _parties(self, block: Parties) -> str:
        cards = (
            f'<div class="party"><span class="party-number">({count})</span>{self._part(card)}</div>\n'
            for count, card in enumerate(block.cards, 1)
        )
        return f'<div class="parties">{"".join(cards)}</div>\n'

    def _contents(self, block: Contents) -> str:
        lines = "".join(
            f'<li class="{"schedule-line" if entry.schedule else "clause-line"}"><a href="#{escape(entry.target)}">'
            f"{self._changed(entry.fate, self._entry(entry))}</a></li>\n"
            for entry in block.entries
        )
        title = escape(block.title or self.document.labels.contents)
        return f'<nav class="contents"><p class="contents-title">{title}</p><ul>{lines}</ul></nav>\n'

    def _entry(self, entry: ContentsEntry) -> str:
        return f'<span class="n">{escape(entry.number)} </span>{self._inlines(entry.title)}'

    def _figure(self, figure: Figure) -> str:
        picture = self.document.pictures[figure.asset]
        caption = f"<figcaption>{self._inlines(figure.caption)}</figcaption>" if figure.caption else ""
        source = _data_uri(picture.svg)
        return f'<figure><img class="w{figure.width}" src="{source}" alt="{escape(figure.alt)}">{caption}</figure>\n'

    def _signatures(self, block: Signatures) -> str:
        places = "".join(self._signature(place) for place in block.places)
        lead = self._blocks(block.lead)
        return f'<section class="signatures">{lead}<div class="places">{places}</div></section>\n'

    def _signature(self, place: Signature) -> str:
        labels, tags = self.document.labels, dict(place.tags)
        lines = (
            ("signature", labels.signature, tags.get("signature", "")),
            ("name", labels.name, place.name or tags.get("name", "")),
            ("title", labels.title, place.title or tags.get("title", "")),
            ("date", labels.date, tags.get("date", "")),
        )
        rows = "".join(
            f'<p class="line {kind}"><span class="line-label">{escape(label)}</span> '
            f'<span class="line-value">{self._value(value)}</span></p>\n'
            for kind, label, value in lines
        )
        return f'<div class="place"><p class="place-heading">{escape(place.heading or place.party)}</p>{rows}</div>\n'

    # Questions

    def _question(self, block: Question, *, goes_on: bool = False) -> str:
        kind = "question goes-on" if goes_on else "question"
        words = f'<p class="asked" id="{_asked(block.id)}">{self._inlines(block.children)}</p>\n'
        return f'<div class="{kind}">{words}{self._answer(block)}</div>\n'

    def _answer(self, block: Question) -> str:
        named = _named(block.id)
        match block.answer:
            case Scale(count, low, high):
                ends = (
                    f'<span class="scale-end {kind}">{escape(word)}</span>'
                    for kind, word in (("low", low), ("high", high))
                )
                before, after = ends if low or high else ("", "")
                steps = " ".join(self._to_choose(block, "step", str(step), str(step)) for step in range(1, count + 1))
                return f'<div class="scale" role="radiogroup" {named}>{before} {steps} {after}</div>\n'
            case Choice(options):
                choices = " ".join(self._to_choose(block, "option", each.value, each.words) for each in options)
                return f'<div class="choices" role="radiogroup" {named}>{choices}</div>\n'
            case Writing(lines) if block.given is None:
                return f'<div class="writing">{self.controls.writing(block.id, lines)}</div>\n'
            case Writing():
                given = "<br>".join(self._value(line) for line in (block.given or "").split("\n"))
                return f'<div class="writing"><p class="given">{given}</p></div>\n'
            case _:
                assert_never(block.answer)

    def _to_choose(self, block: Question, kind: str, value: str, words: str) -> str:
        if block.given is None:
            circle = self.controls.circle(block.id, value)
        else:
            circle = f'<span class="sign">{CHOSEN if value == block.given else OPEN}</span>'
        return f'<label class="{kind}">{circle} <span class="words">{escape(words)}</span></label>'

    # Tables

    def _table(self, table: Table) -> str:
        caption = f"<caption>{self._inlines(table.caption)}</caption>" if table.caption else ""
        columns = "".join(f"<col{_width(column)}>" for column in table.columns)
        room = _letters_of_a_word(table)
        head = "".join(self._row(row, table.columns, room, head=True) for row in table.head)
        body = "".join(self._row(row, table.columns, room) for row in table.rows)
        anchor = f"<p>{self._anchor(table.id)}</p>" if table.id in self.targets else ""
        top = f"<thead>{head}</thead>" if head else ""
        kind = ' class="whole"' if stays_whole(table) else ""
        return f"{anchor}<table{kind}>{caption}<colgroup>{columns}</colgroup>{top}<tbody>{body}</tbody></table>\n"

    def _row(self, row: Row, columns: tuple[Column, ...], room: int | None, *, head: bool = False) -> str:
        cells, index = [], 0
        for cell in row.cells:
            align = columns[index].align if index < len(columns) else Align.START
            kinds = (
                "" if align is Align.START else str(align),
                "crowded" if room is not None and _longest(cell.children) > room else "",
            )
            cells.append(self._cell(cell, " ".join(filter(None, kinds)), row.fate, head=head))
            index += cell.colspan
        kind = ' class="total"' if row.total else ""
        return f"<tr{kind}>{''.join(cells)}</tr>\n"

    def _cell(self, cell: Cell, kinds: str, fate: Fate, *, head: bool) -> str:
        tag = "th" if cell.header else "td"
        scope = f' scope="{"col" if head else "row"}"' if cell.header else ""
        kind = f' class="{kinds}"' if kinds else ""
        spans = "".join(
            f' {name}="{count}"' for name, count in (("colspan", cell.colspan), ("rowspan", cell.rowspan)) if count > 1
        )
        if len(cell.children) == 1 and isinstance(cell.children[0], Paragraph):
            inner = self._changed(fate, self._inlines(cell.children[0].children))
        else:
            inner = self._changed(fate, self._blocks(cell.children), _WHOLE)
        return f"<{tag}{kind}{scope}{spans}>{inner}</{tag}>"

    # Words

    def _inlines(self, inlines: Iterable[Inline]) -> str:
        return "".join(self._inline(inline) for inline in inlines)

    def _inline(self, inline: Inline) -> str:
        match inline:
            case Text(text):
                return escape(text, quote=False)
            case Edited(fate, children):
                return self._changed(fate, self._inlines(children))
            case Break():
                return "<br>"
            case Emphasised(kind, children):
                return f"<{kind}>{self._inlines(children)}</{kind}>"
            case Link(href, children):
                return f'<a class="out" href="{escape(href)}">{self._inlines(children)}</a>'
            case Reference():
                return self._reference(inline)
            case Term(children):
                return f'<span class="term">{self._inlines(children)}</span>'
            case Bidi(children):
                return f"<bdi{_direction(inline_words(children))}>{self._inlines(children)}</bdi>"
            case Blank(hint):
                return (
                    f'<span class="blank">[{escape(hint)}]</span>'
                    if hint
                    else '<span class="line-blank">____________</span>'
                )
            case Badge(tone, text):
                return f'<span class="badge {tone}">{SIGNS[tone]} {escape(text)}</span>'
            case FormField():
                return self._field(inline)
            case _:
                assert_never(inline)

    def _reference(self, reference: Reference) -> str:
        if reference.show is Show.PAGE:
            return f'<a class="page-reference" href="#{escape(reference.target)}"></a>'
        return f'<a class="reference" href="#{escape(reference.target)}">{escape(reference.label)}</a>'

    def _field(self, field: FormField) -> str:
        """Return a field as it is printed: a form that is filled in is a document of its own."""
        label = escape(field.label)
        if field.kind is FieldKind.TICK:
            return f'<span class="form-field">☐ {label}</span>'
        if field.kind is FieldKind.CHOICE:
            options = " ".join(f"☐ {escape(option)}" for option in field.options)
            return f'<span class="form-field">{label} {options}</span>'
        return f'<span class="form-field">{label} <span class="field-box"></span></span>'


def _asked(name: str) -> str:
    """Return the id of a question's words; none in the tree has two full stops, so this is nobody else's."""
    return f"{escape(name)}..asked"


def _named(name: str) -> str:
    return f'aria-labelledby="{_asked(name)}"'


def _direction(words: str) -> str:
    """Return the direction of isolated words, from their first letter that has one; short words are kept whole."""
    kinds = (unicodedata.bidirectional(character) for character in words)
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), "L")
    whole = ' class="whole"' if len(words) <= 80 else ""
    return f' dir="{"ltr" if first == "L" else "rtl"}"{whole}'


def introduces(paragraph: Paragraph, following: Block | None) -> bool:
    """Say whether a paragraph leads into what follows, so that a page must not end between the two."""
    if isinstance(following, Listing | Table | Details | Quote | Figure):
        return True
    return isinstance(following, Clause) and inline_words(paragraph.children).rstrip().endswith((":", "\uff1a"))


def _letters_of_a_word(table: Table) -> int | None:
    """Return how many letters a word may have so that the columns have room side by side; None where all have.

    Lines must end inside longer ones.
    """
    longest: dict[int, int] = {}
    for row in table.head + table.rows:
        index = 0
        for cell in row.cells:
            if cell.colspan == 1:
                longest[index] = max(longest.get(index, 0), _longest(cell.children))
            index += cell.colspan
    if sum(longest.values()) <= LETTERS_ACROSS:
        return None
    fitting = (letters for letters in range(LETTERS_ACROSS, 0, -1) if _across(longest, letters) <= LETTERS_ACROSS)
    return next(fitting, 0)


def _across(longest: Mapping[int, int], letters: int) -> int:
    return sum(min(count, letters) for count in longest.values())


def _longest(blocks: tuple[Block, ...]) -> int:
    """Return how many letters the longest word of some blocks has."""
    lines = (inline_words(words) for block in walk(blocks) for words in block_words(block))
    return max((len(word) for line in lines for word in unbroken(line)), default=0)


def _width(column: Column) -> str:
    return f' class="w{column.width}"' if column.width else ""


def _data_uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")
