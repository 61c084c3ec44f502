"""The example engagement's life as documents, from first approval to a notice of breach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docgen.actions.desk import Desk
from docgen.actions.render import Order, make, write

EXAMPLE = Path(__file__).resolve().parent.parent / "demo"
DOCUMENTS = (
    ("letter-of-approval", ()),
    ("contract", ()),
    ("change-order", ("change-order-001.yaml",)),
    ("progress-report", ("progress-2026-11-13.yaml", "progress-2026-11-20.yaml", "change-order-001.yaml")),
    ("breach-notice", ("change-order-001.yaml", "breach.yaml")),
)
"""The five documents and the files each needs beside the engagement."""


def write_demo(desk: Desk, folder: Path) -> Iterator[Path]:
    """Write the example's facts and its five documents as PDF and DOCX into a folder; yield each document's path."""
    facts = folder / "facts"
    facts.mkdir(parents=True, exist_ok=True)
    for source in sorted(EXAMPLE.glob("*.yaml")):
        (facts / source.name).write_bytes(source.read_bytes())
    for kind, names in DOCUMENTS:
        made = make(desk, Order(kind, tuple(facts / name for name in ("engagement.yaml", *names))))
        for form in ("pdf", "docx"):
            path = folder / f"{made.name}.{form}"
            path.write_bytes(write(made, form, desk))
            yield path
