"""The programs a document is made with, so that somebody who makes it again knows what to compare."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docgen.store.events import Tool

_PACKAGES = ("babel", "fonttools", "jinja2", "num2words", "pydyf", "weasyprint")


@cache
def tools() -> tuple[Tool, ...]:
    """Return name and version of everything that leaves its mark in a document's bytes, docgen first."""
    from docgen.store.events import Tool, docgen_version

    found = [Tool(name="docgen", version=docgen_version())]
    for name in _PACKAGES:
        try:
            found.append(Tool(name=name, version=version(name)))
        except PackageNotFoundError:
            continue
    return (*found, Tool(name="pango", version=_pango()))


def _pango() -> str:
    from docgen.writers.pdf import layout_library

    return layout_library()
