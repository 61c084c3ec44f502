"""The example engagement's documents, for the benchmarks to make."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from docgen.actions.demo import DOCUMENTS, EXAMPLE
from docgen.actions.desk import Desk, open_desk
from docgen.actions.render import Made, Order, make, write

FILES = {kind: tuple(EXAMPLE / name for name in ("engagement.yaml", *names)) for kind, names in DOCUMENTS}
"""The fact files each kind of document is made from."""
KINDS = ("contract", "letter-of-approval", "progress-report")
"""One long document, one short one, and one with charts."""


def example_desk() -> Desk:
    """Return docgen's own templates and look, on a day of the example's life."""
    return open_desk(None, dt.date(2026, 11, 20), EXAMPLE)


def made(desk: Desk, kind: str) -> Made:
    """Return one of the example's documents as a tree, from its fact files."""
    return make(desk, Order(kind, FILES[kind]))


def write_pages(folder: Path, kinds: tuple[str, ...]) -> dict[str, Path]:
    """Write documents as self-contained HTML into a folder; return the files by kind."""
    desk = example_desk()
    pages = {kind: folder / f"{kind}.html" for kind in kinds}
    for kind, page in pages.items():
        page.write_bytes(write(made(desk, kind), "html", desk))
    return pages
