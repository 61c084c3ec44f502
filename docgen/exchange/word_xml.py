"""Elements and attributes of Word files, in whichever form of ISO/IEC 29500-1 a program has written them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from docgen.doctree.manuscript import Tracked

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def tracked(element: _Element) -> Tracked:
    """Return who tracked a change or wrote a comment, and when, as far as the file says."""
    return Tracked(" ".join(value_of(element, "author").split()), _moment(value_of(element, "date")))


def _moment(text: str) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def is_on(element: _Element | None) -> bool:
    """Say whether a property is there and not switched off."""
    return element is not None and value_of(element, "val") not in ("0", "false", "off")


def name_of(element: _Element) -> str:
    """Return the name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def value_of(element: _Element | None, name: str) -> str:
    """Return an attribute in whatever form of the standard it is written."""
    if element is None:
        return ""
    for space in (_W, _STRICT):
        found = element.get(f"{{{space}}}{name}")
        if found is not None:
            return str(found)
    return str(element.get(name, ""))


def any_value(element: _Element, *names: str) -> str:
    """Return the first attribute of some names, whatever its namespace."""
    wanted = set(names)
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] in wanted), "")
