"""A redline as one HTML page: what came is underlined, what went is struck through, and both are said aloud."""

from __future__ import annotations

from docgen.doctree.redline import Redline, moves
from docgen.writers.html import html_page
from docgen.writers.stylesheet import stylesheet
from docgen.writers.theme import Theme

_CHANGES = """
/* What came and what went: a line under or through the words first, for paper without colour, a shade second */

ins, del { text-decoration-thickness: 0.09em; text-underline-offset: 0.15em }
ins { text-decoration-line: underline; background: #e3f1e6 }
del { text-decoration-line: line-through; background: #f9e4e2 }
ins.block, del.block { display: block; padding-left: 6pt; margin-left: -8.5pt; border-left: 2.5pt double ${green} }
del.block { border-left: 2.5pt dotted ${red} }
td > .block, th > .block, li > .block, .party > .block { padding-left: 0; margin-left: 0; border-left: none }
ins img { outline: 1.5pt solid ${green} }
del img { outline: 1.5pt dashed ${red}; opacity: 0.5 }
.moved { margin: 0; font-size: 0.85em }
.moved span { display: inline-block }
.spoken {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
"""


def write_redline_html(redline: Redline, theme: Theme) -> str:
    """Return a redline as one self-contained HTML page: no script, no address to fetch."""
    palette = theme.palette
    changes = _CHANGES.replace("${green}", palette.green).replace("${red}", palette.red)
    style = stylesheet(theme, redline.document) + changes
    return html_page(redline.document, theme, style=style, front=redline.front, moves=moves(redline))
