"""How large a process becomes that makes many different documents, beside naive WeasyPrint."""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

from _example import FILES, example_desk, made, write_pages
from _measuring import Peer, answer, arguments, print_table

from docgen.actions.render import write

STEP = 50
MIX = (
    "contract",
    *("letter-of-approval", "progress-report", "letter-of-approval", "breach-notice") * 2,
    *("letter-of-approval", "progress-report", "letter-of-approval", "change-order") * 2,
    *("letter-of-approval", "progress-report", "letter-of-approval"),
)
"""What is made in turn: mostly letters and reports, and a contract now and then."""


def main() -> None:
    """Print the table, or be one of the two processes it is measured in."""
    if sys.argv[1:] == ["docgen"]:
        serve_docgen()
    elif sys.argv[1:2] == ["naive"]:
        serve_naive(Path(sys.argv[2]))
    else:
        measure(arguments(__doc__, renders=500).renders)


def serve_docgen() -> None:
    """Make documents from their facts as PDF and as DOCX; answer with the process's size in MiB."""
    desk = example_desk()

    def render(kind: str) -> None:
        document = made(desk, kind)
        for form in ("pdf", "docx"):
            write(document, form, desk)

    _serve(render)


def serve_naive(folder: Path) -> None:
    """Make PDFs of ready pages as WeasyPrint's first example does; answer with the process's size in MiB."""
    import weasyprint

    def render(kind: str) -> None:
        page = (folder / f"{kind}.html").read_text(encoding="utf-8")
        weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/a-3a")

    _serve(render)


def _serve(render: Callable[[str], None]) -> None:
    kinds = cycle(MIX)

    def work(count: str) -> float:
        for kind in islice(kinds, int(count)):
            render(kind)
        return _size()

    answer(work)


def _size() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


def measure(renders: int) -> None:
    """Print the size of both processes after every 50 documents."""
    with tempfile.TemporaryDirectory() as name:
        write_pages(Path(name), tuple(FILES))
        peers = (Peer(__file__, "docgen"), Peer(__file__, "naive", name))
        rows = []
        for done in range(0, renders, STEP):
            count = min(STEP, renders - done)
            for peer in peers:
                peer.tell(str(count))
            rows.append((str(done + count), *(f"{peer.hear():.0f}" for peer in peers)))
        for peer in peers:
            peer.close()
    print_table("Size in MiB while documents are made", ("documents", "docgen", "naive WeasyPrint"), rows)


if __name__ == "__main__":
    main()
