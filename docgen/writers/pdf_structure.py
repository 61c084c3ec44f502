"""The structure tree of a PDF, mended where WeasyPrint's breaks PDF/UA-1.

WeasyPrint 70 puts a list item's paragraphs beside its bullet, where ISO 32000-1, 14.8.4.3.3 wants them
in a body, and it makes every element inside a link a link of its own without saying so in the tree
(14.8.4.4.2 asks for a Link element around each).
"""

from __future__ import annotations

from typing import Any

_IN_ITEM = frozenset({"/Lbl", "/LBody"})


def mend_structure(pdf: Any) -> None:
    """Give every list item a body and every link its name, in a `pydyf.PDF` that is not written yet."""
    for element in tuple(pdf.objects):
        if not _is_dictionary(element, "/StructElem"):
            continue
        children = [(child, _referred(pdf, child)) for child in element["K"]]
        if element["S"] == "/LI":
            _give_body(pdf, element, children)
        elif element["S"] in {"/Span", "/NonStruct"} and any(_is_dictionary(part, "/OBJR") for _, part in children):
            element["S"] = "/Link"


def _give_body(pdf: Any, item: Any, children: list[tuple[Any, Any]]) -> None:
    from pydyf import Array, Dictionary

    loose = [(child, part) for child, part in children if part and part["S"] not in _IN_ITEM]
    if not loose:
        return
    body = Dictionary({"Type": "/StructElem", "S": "/LBody", "P": item.reference, "Pg": item["Pg"]})
    body["K"] = Array(child for child, _ in loose)
    pdf.add_object(body)
    for _, part in loose:
        part["P"] = body.reference
    item["K"] = Array([child for child in item["K"] if child not in body["K"]] + [body.reference])


def _referred(pdf: Any, child: Any) -> Any:
    # A child is a reference, `12 0 R`, or the number of marked content on the page.
    return pdf.objects[int(child.split()[0])] if isinstance(child, bytes) else None


def _is_dictionary(part: Any, kind: str) -> bool:
    return isinstance(part, dict) and part.get("Type") == kind
