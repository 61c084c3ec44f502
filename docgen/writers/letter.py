"""Tree to the words of an e-mail: plain text, and HTML that any mail program shows without fetching anything.

Both say the same. The title is the subject and stands in neither. The HTML has no style sheet, no script, no picture
and no address to fetch: mail programs take them out, or ask their reader whether to trust the sender.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from html import escape

from docgen.doctree.nodes import (
    Badge,
    Bidi,
    Block,
    Break,
    Details,
    Document,
    Edited,
    Emphasis,
    Emphasised,
    Heading,
    Inline,
    Link,
    Listing,
    Note,
    Paragraph,
    Quote,
    Table,
    Term,
    Text,
    Tone,
)
from docgen.doctree.text import block_lines, inline_words

_WIDTH = 72
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_BODY = "font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5;color:#1c2733;max-width:640px"
_PARAGRAPH = "margin:0 0 14px 0"
_CELL = "padding:4px 12px 4px 0;text-align:left;vertical-align:top;border-bottom:1px solid #d5dbe1"
_TONES = {Tone.NEUTRAL: "#5b6672", Tone.GREEN: "#1d6b37", Tone.AMBER: "#8a5a00", Tone.RED: "#a3201d"}


def letter_text(document: Document) -> str:
    """Return the letter as plain text of lines that fit a narrow window, with an empty line between its parts."""
    return "\n\n".join(filter(None, (_text_of(block, document) for block in document.blocks))) + "\n"


def letter_html(document: Document) -> str:
    """Return the letter as one HTML page that stands by itself, its styles in its elements."""
    direction = ' dir="rtl"' if document.language in _RIGHT_TO_LEFT else ""
    blocks = "".join(_html(block, document) for block in document.blocks)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(document.language)}"{direction}><head><meta charset="utf-8">'
        f"<title>{escape(document.title)}</title></head>\n"
        f'<body style="margin:0;padding:16px"><div style="{_BODY}">\n{blocks}</div></body></html>\n'
    )


# Plain text


def _text_of(block: Block, document: Document) -> str:
    match block:
        case Listing(ordered, items):
            entries = []
            for count, item in enumerate(items, 1):
                mark = f"{count}. " if ordered else "- "
                words = " ".join(block_lines(item.children, document.labels))
                entries.append(_wrapped(mark + words, " " * len(mark)))
            return "\n".join(entries)
        case Details(items):
            return "\n".join(
                _wrapped(f"{inline_words(item.label)}: {' '.join(block_lines(item.children, document.labels))}", "  ")
                for item in items
            )
        case Quote(children) | Note(children):
            return "\n\n".join(_text_of(inner, document) for inner in children)
        case _:
            return "\n".join(_wrapped(line.replace("\t", " | ")) for line in block_lines((block,), document.labels))


def _wrapped(line: str, indent: str = "") -> str:
    """Return a line in several where it is long; addresses are not broken."""
    return "\n".join(
        textwrap.wrap(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    )


# HTML


def _html(block: Block, document: Document) -> str:
    match block:
        case Paragraph(children):
            return f'<p style="{_PARAGRAPH}">{_inlines(children)}</p>\n'
        case Heading(_, children):
            return f'<p style="{_PARAGRAPH};font-weight:bold">{_inlines(children)}</p>\n'
        case Listing(ordered, items):
            tag = "ol" if ordered else "ul"
            entries = "".join(f'<li style="margin:0 0 4px 0">{_inside(item.children, document)}</li>' for item in items)
            return f'<{tag} style="margin:0 0 14px 0;padding-left:22px">{entries}</{tag}>\n'
        case Details(items):
            rows = "".join(
                f'<tr><th style="{_CELL}">{_inlines(item.label)}:</th>'
                f'<td style="{_CELL}">{_inside(item.children, document)}</td></tr>'
                for item in items
            )
            return f'<table style="border-collapse:collapse;margin:0 0 14px 0">{rows}</table>\n'
        case Table():
            return _table(block, document)
        case Quote(children):
            return "".join(_html(inner, document) for inner in children)
        case Note(children, tone):
            colour = _TONES[tone]
            inner = "".join(_html(each, document) for each in children)
            return f'<div style="border-left:3px solid {colour};padding-left:12px;margin:0 0 14px 0">{inner}</div>\n'
        case _:
            lines = "<br>".join(map(escape, block_lines((block,), document.labels)))
            return f'<p style="{_PARAGRAPH}">{lines}</p>\n'


def _table(table: Table, document: Document) -> str:
    caption = f'<p style="{_PARAGRAPH}">{_inlines(table.caption)}</p>\n' if table.caption else ""
    rows = []
    for row in table.head + table.rows:
        cells = (
            f'<{"th" if cell.header else "td"} style="{_CELL}" colspan="{cell.colspan}" rowspan="{cell.rowspan}">'
            f"{_inside(cell.children, document)}</{'th' if cell.header else 'td'}>"
            for cell in row.cells
        )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f'{caption}<table style="border-collapse:collapse;margin:0 0 14px 0">{"".join(rows)}</table>\n'


def _inside(blocks: tuple[Block, ...], document: Document) -> str:
    """Return what stands in an entry or a cell: a single paragraph without a margin of its own."""
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
        return _inlines(blocks[0].children)
    return "".join(_html(block, document) for block in blocks)


def _inlines(inlines: tuple[Inline, ...]) -> str:
    return "".join(_pieces(inlines))


def _pieces(inlines: tuple[Inline, ...]) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case Text(text):
                yield escape(text)
            case Break():
                yield "<br>"
            case Emphasised(Emphasis.STRONG, children):
                yield f"<strong>{_inlines(children)}</strong>"
            case Emphasised(Emphasis.EMPHASIS, children):
                yield f"<em>{_inlines(children)}</em>"
            case Emphasised(_, children) | Edited(_, children) | Term(children):
                yield _inlines(children)
            case Link(href, children) if href.startswith("mailto:"):
                yield f'<a href="{escape(href)}">{_inlines(children)}</a>'
            case Link(_, children):
                yield _inlines(children)
            case Bidi(children):
                yield f"<bdi>{_inlines(children)}</bdi>"
            case Badge(tone, text):
                yield f'<strong style="color:{_TONES[tone]}">{escape(text)}</strong>'
            case _:
                yield escape(inline_words((inline,)))
