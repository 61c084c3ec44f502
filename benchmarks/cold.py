"""How long one document takes from its facts when a process makes nothing else, beside naive WeasyPrint."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from _example import FILES, KINDS, write_pages
from _measuring import arguments, interleaved, print_table

DOCGEN = "from docgen.cli.main import main; main()"
NAIVE = """
import sys, weasyprint
page, path = sys.argv[1:]
weasyprint.HTML(filename=page).write_pdf(path, pdf_variant="pdf/a-3a")
"""
FACTS_AND_NAIVE = """
import sys
sys.path.insert(0, sys.argv[1])
from _example import example_desk, made
from docgen.writers.html import write_html
desk = example_desk()
page = write_html(made(desk, sys.argv[2]).document, desk.theme)
import weasyprint
weasyprint.HTML(string=page).write_pdf(sys.argv[3], pdf_variant="pdf/a-3a")
"""


def main() -> None:
    """Print the table."""
    rounds = arguments(__doc__, rounds=5).rounds
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages = write_pages(folder, KINDS)
        for kind in KINDS:
            costs = interleaved(_commands(kind, folder, pages[kind]), rounds)
            ours, theirs = costs["docgen, PDF"], costs["naive WeasyPrint, from facts"]
            for peer, taken in costs.items():
                ratio = f"{theirs.cpu / ours.cpu:.2f}" if taken is ours else ""
                rows.append((f"{kind}: {peer}", f"{taken.wall:.2f}", f"{taken.cpu:.2f}", f"{taken.memory:.0f}", ratio))
    head = ("document", "wall s", "CPU s", "MiB", "times faster")
    print_table(f"One document in a process of its own, medians of {rounds} rounds", head, rows)


def _commands(kind: str, folder: Path, page: Path) -> dict[str, list[str]]:
    files = [str(path) for path in FILES[kind]]
    render = [sys.executable, "-c", DOCGEN, "render", kind, *files, "--on", "2026-11-20", "-o"]
    out = str(folder / "naive.pdf")
    return {
        "docgen, PDF": [*render, str(folder / "document.pdf")],
        "docgen, DOCX": [*render, str(folder / "document.docx")],
        "docgen, PDF and DOCX": [*render, str(folder), "-f", "pdf", "-f", "docx"],
        "naive WeasyPrint, from facts": [
            *(sys.executable, "-c", FACTS_AND_NAIVE),
            *(str(Path(__file__).parent), kind, out),
        ],
        "naive WeasyPrint, from ready HTML": [sys.executable, "-c", NAIVE, str(page), out],
    }


if __name__ == "__main__":
    main()
