"""What runs along on every page of a Word file: the firm, the marks, the document's name and the page."""

from __future__ import annotations

import re
from dataclasses import replace

from docgen.doctree.redline import fate_of
from docgen.writers.docx_manuscript import Manuscript
from docgen.writers.docx_paragraphs import paragraph
from docgen.writers.docx_pictures import PIXELS_PER_POINT, drawing, logo_pixels, pixel_size
from docgen.writers.docx_runs import PLAIN, Runs, field, tab
from docgen.writers.docx_xml import escaped, part, points, twips
from docgen.writers.theme import Theme

LOGO = "rLogo"
LOGO_HEIGHT = points(9)
WIDE = 4
"""How many times wider than high a mark is taken to be when its pixels are counted."""
WATERMARK = "#f7eceb"

_PAGE = re.compile(r"(\{page\}|\{pages\})")
_DRAFT = replace(PLAIN, style="DraftMark")
_CONFIDENTIAL = replace(PLAIN, style="ConfidentialMark")


def logo_png(theme: Theme) -> bytes:
    """Return the firm's mark as PNG, or nothing when the theme has none."""
    return logo_pixels(theme.logo, round(LOGO_HEIGHT * WIDE * PIXELS_PER_POINT)) if theme.logo else b""


def header_xml(manuscript: Manuscript) -> str:
    """Return the header: the firm on one side, the marks on the other, and behind the page the draft's mark."""
    document, runs = manuscript.document, Runs(manuscript)
    marks = []
    if manuscript.front.confidential:
        marks.append(runs.inlines(manuscript.front.confidential, _CONFIDENTIAL))
    if document.draft:
        marks.append(runs.text(document.labels.draft, _DRAFT))
    firm = _logo(manuscript) if manuscript.theme.logo else runs.value(manuscript.theme.firm)
    behind = _watermark(manuscript) if document.draft else ""
    line = f"{behind}{firm}{tab()}{runs.text('   ').join(marks)}"
    return part("hdr", paragraph("Header", line))


def footer_xml(manuscript: Manuscript) -> str:
    """Return the footer: the document's number and title on one side, the page on the other."""
    document, runs = manuscript.document, Runs(manuscript)
    number, title = manuscript.front.number, manuscript.front.title
    gap = manuscript.changes.words(fate_of(number), runs.text(" · ")) if number and title else ""
    name = runs.values(number) + gap + runs.values(title)
    shown = {"{page}": field("PAGE", runs.text("1")), "{pages}": field("NUMPAGES", runs.text("1"))}
    pages = "".join(shown.get(piece) or runs.text(piece) for piece in _PAGE.split(document.labels.page))
    return part("ftr", paragraph("Footer", f"{name}{tab()}{pages}"))


def cover_footer_xml() -> str:
    """Return the footer of a cover, which counts as a page and does not say so."""
    return part("ftr", paragraph("Footer", ""))


def section_xml(manuscript: Manuscript) -> str:
    """Return the section: its header and footer, the page's size and margins."""
    theme, cover = manuscript.theme, manuscript.document.cover
    width, height = (twips(points(side)) for side in theme.page)
    top, right, bottom, left = (twips(points(margin)) for margin in theme.margins)
    line = twips(theme.small * 1.2)
    first = '<w:headerReference w:type="first" r:id="rHeader"/><w:footerReference w:type="first" r:id="rCoverfooter"/>'
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="rHeader"/>'
        f'<w:footerReference w:type="default" r:id="rFooter"/>{first if cover else ""}'
        f'<w:pgSz w:w="{width}" w:h="{height}"/><w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}"'
        f' w:left="{left}" w:header="{max(top - twips(points(5)) - _head_height(manuscript), 0)}"'
        f' w:footer="{max(bottom - twips(points(4)) - line, 0)}" w:gutter="0"/>'
        f"{'<w:titlePg/>' if cover else ''}{'<w:bidi/>' if manuscript.right_to_left else ''}</w:sectPr>"
    )


def _head_height(manuscript: Manuscript) -> int:
    return twips(LOGO_HEIGHT if manuscript.theme.logo else manuscript.theme.small * 1.2)


def _logo(manuscript: Manuscript) -> str:
    width, height = pixel_size(logo_png(manuscript.theme))
    alt = manuscript.theme.firm or "Logo"
    return drawing(LOGO, next(manuscript.ids), LOGO_HEIGHT * width / height, LOGO_HEIGHT, alt)


def _watermark(manuscript: Manuscript) -> str:
    """Return the draft's mark across the page, as the shape Word itself makes for a watermark."""
    word, theme = manuscript.document.labels.draft, manuscript.theme
    size = points(min(60.0, 300 / max(len(word), 1)))
    width, height = size * 0.56 * len(word), size * 0.65
    place = (
        f"position:absolute;margin-left:0;margin-top:0;width:{width:.0f}pt;height:{height:.0f}pt;rotation:305;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:page;"
        "mso-position-vertical:center;mso-position-vertical-relative:page"
    )
    letters = f"font-family:&quot;{escaped(theme.heading.word)}&quot;;font-size:1pt;font-weight:bold"
    return (
        "<w:r><w:rPr><w:noProof/></w:rPr><w:pict>"
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"'
        ' path="m@7,l@8,m@5,21600l@6,21600e">'
        f'{_FORMULAS}<v:path textpathok="t" o:connecttype="custom"'
        ' o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>'
        '<v:textpath on="t" fitshape="t"/><v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles>'
        '<o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
        f'<v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136" style="{place}"'
        f' alt="{escaped(word)}" o:allowincell="f" fillcolor="{WATERMARK}" stroked="f">'
        f'<v:textpath style="{letters}" string="{escaped(word)}"/></v:shape></w:pict></w:r>'
    )


_FORMULAS = "".join(
    (
        "<v:formulas>",
        *(
            f'<v:f eqn="{formula}"/>'
            for formula in (
                "sum #0 0 10800",
                "prod #0 2 1",
                "sum 21600 0 @1",
                "sum 0 0 @2",
                "sum 21600 0 @3",
                "if @0 @3 0",
                "if @0 21600 @1",
                "if @0 0 @2",
                "if @0 @4 21600",
                "mid @5 @6",
                "mid @8 @5",
                "mid @7 @8",
                "mid @6 @7",
                "sum @6 0 @5",
            )
        ),
        "</v:formulas>",
    )
)
