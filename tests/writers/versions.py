"""Versions of small documents, as markup and by chance, and the redline from one to another."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from docgen.doctree.diff import compare
from docgen.doctree.nodes import Document, Picture
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.writers.redline_docx import write_redline_docx
from docgen.writers.theme import Theme

AT = dt.datetime(2026, 11, 21, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
LEVER = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="10"/>'
THEME = Theme(firm="Hollis & Byrne")


def tree(markup: str, svg: str = LEVER, **changes: Any) -> Document:
    """Return the numbered tree of a markup; words without a root become a document."""
    whole = markup if markup.startswith("<doc") else f'<doc title="Agreement">{markup}</doc>'
    return replace(number(parse(whole, pictures={"lever": Picture(svg, 400, 100)})), **changes)


def redline(old: Document, new: Document, author: str = "Amara Okafor") -> bytes:
    """Return the redline of two documents as a Word file."""
    return write_redline_docx(compare(old, new), THEME, dt.date(2026, 11, 21), author=author, at=AT)


_IDS = "abcdef"

_words = st.lists(
    st.sampled_from(["gold", "tin", "pay", "now", "the", "1.00", "2.00", "x"]), min_size=1, max_size=6
).map(" ".join)
_strong = st.tuples(_words, _words).map(lambda pair: f"{pair[0]} <strong>{pair[1]}</strong>")
_paragraph = (_words | _strong).map(lambda text: f"<p>{text}</p>")
_rows = st.lists(st.tuples(_words, _words), min_size=1, max_size=3).map(
    lambda rows: "".join(f"<tr><td>{left}</td><td>{right}</td></tr>" for left, right in rows)
)
_table = st.tuples(st.sampled_from(["", "<caption>Prices</caption>"]), _rows).map(
    lambda pair: f"<table>{''.join(pair)}</table>"
)
_list = st.tuples(st.sampled_from(["ul", "ol"]), st.lists(_words, min_size=1, max_size=3)).map(
    lambda pair: f"<{pair[0]}>{''.join(f'<li>{text}</li>' for text in pair[1])}</{pair[0]}>"
)
_details = st.tuples(_words, _words).map(lambda pair: f"<dl><dt>{pair[0]}</dt><dd>{pair[1]}</dd></dl>")
_definitions = st.lists(st.tuples(_words, _words), min_size=1, max_size=2).map(
    lambda items: (
        "<definitions>"
        + "".join(f'<definition term="{term}">{text}</definition>' for term, text in items)
        + "</definitions>"
    )
)
_boxed = st.sampled_from(["note", "blockquote"]).flatmap(
    lambda name: _paragraph.map(lambda inner: f"<{name}>{inner}</{name}>")
)
_block = st.one_of(_paragraph, _paragraph, _table, _list, _details, _definitions, _boxed, st.just("<pagebreak/>"))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Return a small document; two of them share ids, words and rows by chance."""
    names = draw(st.lists(st.sampled_from(_IDS), unique=True, max_size=4))
    parts = draw(st.lists(_block, max_size=2))
    for index, name in enumerate(names):
        title = draw(st.sampled_from(["", ' title="Fees"', ' title="Late payment"']))
        inner = "".join(draw(st.lists(_block, min_size=1, max_size=3)))
        nested = f'<clause id="{name}x">{draw(_words)}, see <xref to="{names[index - 1]}"/>.</clause>'
        parts.append(f'<clause id="{name}"{title}>{inner}{nested if draw(st.booleans()) else ""}</clause>')
    parts += [f"<p>{draw(_words)}</p>"] if draw(st.booleans()) else []
    schedules = draw(st.lists(st.sampled_from("st"), unique=True))
    parts += [f'<schedule id="{name}" title="Works">{draw(_block)}</schedule>' for name in schedules]
    subtitle = draw(st.sampled_from(["", ' subtitle="Draft"']))
    contents = "<toc/>" if draw(st.booleans()) else ""
    return tree(f'<doc title="{draw(_words)}"{subtitle}>{contents}{"".join(parts)}</doc>')
