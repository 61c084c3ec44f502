"""Lists and links of any shape are told to a screen reader as lists and links."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
import weasyprint
from pypdf import PdfReader

from docgen.writers.pdf_structure import mend_structure


def tree(body: str) -> str:
    """Return the structure of a page as nested names, marked content left out."""

    def mend(_: Any, pdf: Any) -> None:
        mend_structure(pdf)

    page = weasyprint.HTML(string=f'<html lang="en"><title>Offer</title>{body}')
    octets = page.write_pdf(pdf_variant="pdf/ua-1", finisher=mend)
    root: Any = PdfReader(BytesIO(octets)).trailer["/Root"]
    (document,) = root["/StructTreeRoot"]["/K"]
    return " ".join(printed(child) for child in document.get_object()["/K"])


def printed(element: Any) -> str:
    """Return an element's name with those of its children, and check that each child knows its parent."""
    part = element.get_object()
    if not isinstance(part, dict) or part.get("/Type") != "/StructElem":
        return ""
    children = [child for child in part.get("/K", ()) if printed(child)]
    assert all(child.get_object()["/P"].get_object() == part for child in children)
    inner = " ".join(printed(child) for child in children)
    return f"{part['/S'][1:]}({inner})" if inner else part["/S"][1:]


@pytest.mark.parametrize(
    ("body", "structure"),
    [
        ("<ul><li>One</li></ul>", "L(LI(Lbl(Span) LBody(Span)))"),
        ("<ul><li><p>One</p></li></ul>", "L(LI(Lbl(Span) LBody(P(Span))))"),
        ("<ol><li><p>One</p><p>Two</p></li></ol>", "L(LI(Lbl(Span) LBody(P(Span) P(Span))))"),
        (
            "<ul><li><p>One</p><ul><li><p>Two</p></li></ul></li></ul>",
            "L(LI(Lbl(Span) LBody(P(Span))) L(LI(Lbl(Span) LBody(P(Span)))))",
        ),
    ],
)
def test_every_list_item_has_a_body(body: str, structure: str) -> None:
    assert tree(body) == structure


@pytest.mark.parametrize(
    ("body", "structure"),
    [
        ('<p><a href="#x">One</a></p><p id="x">X</p>', "P(Link) P(Span)"),
        ('<p><a href="#x"><strong>One</strong></a></p><p id="x">X</p>', "P(Link(Link(Span))) P(Span)"),
        ('<p><strong><a href="#x">One</a></strong></p><p id="x">X</p>', "P(NonStruct(Link)) P(Span)"),
    ],
)
def test_whatever_leads_somewhere_is_a_link(body: str, structure: str) -> None:
    assert tree(body) == structure
