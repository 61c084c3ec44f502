"""The style sheet that a theme says: for the printed page, and for a page read on a screen."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from docgen.doctree.nodes import Document
from docgen.writers.theme import Theme

WIDTHS = range(1, 101)


def stylesheet(theme: Theme, document: Document) -> str:
    """Return the style sheet for a document; nothing of its words or facts is in it but the draft mark's label."""
    return "".join((_faces(theme), _page(theme, document), _words(theme), _clauses(theme), _tables(theme), _parts(theme), _screen(theme)))


def _family(theme: Theme, face: str) -> str:
    names = dict.fromkeys((face, *theme.fallbacks))
    return ", ".join(f'"{name}"' for name in names)


def _faces(theme: Theme) -> str:
    return "".join(
        f'@font-face {{ font-family: "{font.family}"; font-weight: {font.weight}; font-style: '
        f"{'italic' if font.italic else 'normal'}; src: url(data:font/ttf;base64,{font.content}) }}\n"
        for font in theme.fonts
        if '"' not in font.family
    )


def _page(theme: Theme, document: Document) -> str:
    width, height = theme.page
    top, right, bottom, left = theme.margins
    colours = theme.palette
    watermark = ""
    if document.draft:
        image = b64encode(_watermark(theme, document.labels.draft).encode()).decode()
        watermark = (
            f"background: url(data:image/svg+xml;base64,{image}) no-repeat 50% 50%; background-size: {width:g}mm {height:g}mm;"
        )
    small = f"font: {theme.small:g}pt {_family(theme, theme.heading.pdf)}; color: {colours.muted};"
    return f"""
@page {{ size: {width:g}mm {height:g}mm; margin: {top:g}mm {right:g}mm {bottom:g}mm {left:g}mm; {watermark}
  @top-left {{ content: element(head); vertical-align: bottom; padding-bottom: 5mm; {small} }}
  @top-right {{ content: element(mark); vertical-align: bottom; padding-bottom: 5mm; {small} }}
  @bottom-left {{ content: element(name); vertical-align: top; padding-top: 4mm; width: 75%; {small} }}
  @bottom-right {{ content: element(page); vertical-align: top; padding-top: 4mm; width: 25%; {small} }} }}
.running-head {{ position: running(head); text-align: left }}
.running-mark {{ position: running(mark); text-align: right }}
.running-name {{ position: running(name); text-align: left }}
.running-page {{ position: running(page); text-align: right }}
.running-head, .running-mark, .running-name, .running-page {{ {small} }}
.page::before {{ content: counter(page) }}
.pages::before {{ content: counter(pages) }}
.logo {{ height: 9mm }}
.draft-word {{ color: {colours.draft}; font-weight: bold; letter-spacing: 0.12em; margin-left: 1.5em }}
.confidential {{ text-transform: uppercase; letter-spacing: 0.06em }}
.page-break {{ break-after: page }}
"""


def _watermark(theme: Theme, word: str) -> str:
    width, height = theme.page
    size = min(60.0, 300 / max(len(word), 1))
    face = escape(theme.heading.pdf)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" viewBox="0 0 {width:g} {height:g}">'
        f'<text x="{width / 2:g}" y="{height / 2:g}" font-family="{face}" font-size="{size:.1f}" font-weight="bold" '
        f'fill="#f7eceb" text-anchor="middle" transform="rotate(-55 {width / 2:g} {height / 2:g})">{escape(word)}</text></svg>'
    )


def _words(theme: Theme) -> str:
    colours = theme.palette
    heading = _family(theme, theme.heading.pdf)
    first, second, third = theme.headings
    gap = theme.paragraph_gap
    return f"""
* {{ image-rendering: crisp-edges }}
html {{ font: {theme.size:g}pt/{theme.leading:g} {_family(theme, theme.text.pdf)}; color: {colours.text} }}
body {{ margin: 0 }}
p {{ margin: 0 0 {gap:g}pt; orphans: 2; widows: 2 }}
h1, h2, h3, h4, h5, h6 {{ font-family: {heading}; color: {colours.accent}; margin: 0; break-after: avoid; break-inside: avoid; line-height: 1.2 }}
h1 {{ font-size: {theme.title:g}pt; font-weight: bold }}
.h1, .plain {{ font-size: {first:g}pt; margin: {gap * 2.2:g}pt 0 {gap:g}pt }}
.h2, h3.plain {{ font-size: {second:g}pt; margin: {gap * 1.2:g}pt 0 {gap * 0.6:g}pt }}
.h3, .h4, .h5, .h6, h4.plain {{ font-size: {third:g}pt; margin: {gap:g}pt 0 {gap * 0.5:g}pt }}
header.title {{ margin: 0 0 {gap * 2.5:g}pt; break-after: avoid }}
.subtitle {{ font: {first:g}pt/1.3 {heading}; color: {colours.muted}; margin: {gap * 0.7:g}pt 0 0 }}
header.cover {{ padding-top: 62mm; break-after: page }}
.cover h1 {{ font-size: {theme.title * 1.5:g}pt }}
.cover-fact {{ font-family: {heading}; color: {colours.muted}; margin: {gap:g}pt 0 0 }}
.cover .parties {{ margin-top: {gap * 5:g}pt }}
.lead {{ font-size: {theme.size + 1:g}pt }}
.small {{ font-size: {theme.small:g}pt; color: {colours.muted}; line-height: 1.3 }}
.right {{ text-align: right }}
.centre {{ text-align: center }}
.subject {{ font: bold {theme.size + 1:g}pt/1.3 {heading}; color: {colours.accent}; margin: {gap * 1.6:g}pt 0 {gap * 1.4:g}pt; break-after: avoid }}
.address {{ line-height: 1.25; margin-bottom: {gap * 2:g}pt }}
ul, ol {{ margin: 0 0 {gap:g}pt; padding-left: {theme.indent * 0.75:g}pt }}
li {{ margin-bottom: {gap * 0.5:g}pt }}
li > p {{ margin-bottom: {gap * 0.5:g}pt }}
blockquote {{ margin: 0 {theme.indent:g}pt {gap:g}pt; color: {colours.muted} }}
a {{ color: inherit; text-decoration: none }}
a.out {{ color: {colours.accent}; text-decoration: underline }}
.page-reference::before {{ content: target-counter(attr(href), page) }}
.term {{ font-weight: bold }}
.blank {{ background: #fff3c4; font-family: {heading} }}
.line-blank {{ color: {colours.muted} }}
.badge {{ font-family: {heading}; font-weight: bold; white-space: nowrap }}
.badge.green {{ color: {colours.green} }} .badge.amber {{ color: {colours.amber} }} .badge.red {{ color: {colours.red} }}
.badge.neutral {{ color: {colours.muted} }}
.field-box {{ display: inline-block; width: 45mm; height: 1.1em; border-bottom: 0.6pt solid {colours.rule} }}
"""


def _clauses(theme: Theme) -> str:
    indent, gap = theme.indent, theme.paragraph_gap
    return f"""
.n {{ display: inline-block; width: {indent:g}pt; text-indent: 0 }}
h2 .n, h3 .n, h4 .n, h5 .n, h6 .n {{ margin-left: -{indent:g}pt }}
.d1 {{ margin-left: {indent:g}pt }}
.d3, .d4, .d5, .d6 {{ margin-left: {indent:g}pt }}
.numbered {{ text-indent: -{indent:g}pt }}
.numbered > * {{ text-indent: 0 }}
.lead-in {{ break-after: avoid }}
.definition strong {{ font-weight: bold }}
.schedule {{ break-before: page }}
.schedule-heading {{ font-size: {theme.headings[0] + 2:g}pt; margin: 0 0 {gap * 2:g}pt }}
.schedule-number {{ color: {theme.palette.muted}; margin-right: 0.4em }}
"""


def _tables(theme: Theme) -> str:
    colours, gap = theme.palette, theme.paragraph_gap
    widths = "".join(f".w{width} {{ width: {width}% }}\n" for width in WIDTHS)
    return f"""
table {{ border-collapse: collapse; width: 100%; margin: {gap * 0.5:g}pt 0 {gap * 1.6:g}pt; font: {theme.size - 1:g}pt/1.3 {_family(theme, theme.heading.pdf)} }}
th, td {{ padding: 3.2pt 5pt; text-align: left; vertical-align: top; border-bottom: 0.4pt solid {colours.rule} }}
thead th {{ background: {colours.shade}; color: {colours.accent}; font-weight: bold; vertical-align: bottom; border-bottom: 0.8pt solid {colours.accent} }}
tbody th {{ font-weight: normal }}
th.end, td.end {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }}
th.centre, td.centre {{ text-align: center }}
tr {{ break-inside: avoid }}
tr.total {{ break-before: avoid }}
tr.total th, tr.total td {{ font-weight: bold; border-top: 0.8pt solid {colours.accent}; border-bottom: none }}
caption {{ text-align: left; font-weight: bold; color: {colours.accent}; margin-bottom: 3pt; break-after: avoid }}
td > p, th > p {{ margin-bottom: 2pt }}
td > p:last-child, th > p:last-child {{ margin-bottom: 0 }}
table.details {{ margin-top: 0 }}
table.details th {{ width: 26%; color: {colours.muted}; padding-left: 0 }}
table.details th, table.details td {{ border-bottom-color: {colours.shade} }}
{widths}"""


def _parts(theme: Theme) -> str:
    colours, gap, indent = theme.palette, theme.paragraph_gap, theme.indent
    heading = _family(theme, theme.heading.pdf)
    tones = "".join(f".note.{tone} {{ border-left-color: {theme.tone(tone)} }}\n" for tone in ("green", "amber", "red"))
    return f"""
.note {{ border-left: 2.4pt solid {colours.accent}; background: {colours.shade}; padding: {gap:g}pt {gap * 1.6:g}pt; margin: {gap:g}pt 0 {gap * 1.6:g}pt; break-inside: avoid }}
.note > p:last-child {{ margin-bottom: 0 }}
{tones}
figure {{ margin: {gap:g}pt 0 {gap * 1.6:g}pt; break-inside: avoid }}
figcaption {{ font: {theme.small:g}pt {heading}; color: {colours.muted} }}
.party {{ margin: 0 0 {gap * 1.2:g}pt {indent:g}pt; break-inside: avoid }}
.party-number {{ float: left; margin-left: -{indent:g}pt }}
.contents-title {{ font: bold {theme.headings[0]:g}pt {heading}; color: {colours.accent}; break-after: avoid }}
.contents ul {{ list-style: none; padding: 0; margin: 0 0 {gap * 3:g}pt; font-family: {heading} }}
.contents li {{ margin: 0 0 2.5pt }}
.contents a {{ display: block }}
.contents a::after {{ content: leader(' . . . ') target-counter(attr(href), page) }}
.schedule-line .n {{ width: auto; margin-right: 0.8em }}
.signatures {{ break-inside: avoid; break-before: avoid; margin-top: {gap * 3:g}pt }}
.places {{ display: flex; flex-wrap: wrap; gap: 8mm 10mm; margin-top: {gap * 1.5:g}pt }}
.place {{ width: 76mm }}
.place-heading {{ font-weight: bold; font-family: {heading}; margin-bottom: {gap:g}pt }}
.line {{ margin: 0 0 2pt; font-family: {heading}; border-bottom: 0.5pt solid {colours.rule}; padding-top: 7pt }}
.line.signature {{ padding-top: 24pt }}
.line-label {{ color: {colours.muted}; font-size: {theme.small:g}pt; display: inline-block; width: 18mm }}
"""


def _screen(theme: Theme) -> str:
    return f"""
@media screen {{ body {{ max-width: 46em; margin: 2.5em auto; padding: 0 1.5em }} .running-name, .running-page {{ display: none }}
.running-head, .running-mark {{ display: inline-block; margin-bottom: 2em }} .cover {{ padding-top: 4em; margin-bottom: 4em }}
.schedule {{ border-top: 1px solid {theme.palette.rule}; margin-top: 3em; padding-top: 2em }} .contents a::after {{ content: none }} }}
"""
