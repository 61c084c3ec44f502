"""How many documents a warm process makes on one core: docgen step by step, beside naive WeasyPrint."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from statistics import median

from _example import KINDS, example_desk, made, write_pages
from _measuring import Peer, answer, arguments, print_table

from docgen.actions.render import write

Times = Mapping[tuple[str, str], Sequence[float]]
TASKS = {
    "facts to tree": ("docgen", "tree"),
    "tree to HTML": ("docgen", "html"),
    "tree to DOCX": ("docgen", "docx"),
    "tree to PDF and DOCX": ("docgen", "pdf+docx"),
    "tree to PDF": ("docgen", "pdf"),
    "naive WeasyPrint, HTML to PDF/A-3a": ("naive", "pdf/a-3a"),
    "naive WeasyPrint, HTML to plain PDF": ("naive", "plain"),
}
"""What is measured, and which process does it under which name."""


def main() -> None:
    """Print the table, or be one of the two processes it is measured in."""
    if sys.argv[1:] == ["docgen"]:
        serve_docgen()
    elif sys.argv[1:2] == ["naive"]:
        serve_naive(Path(sys.argv[2]))
    else:
        measure(arguments(__doc__, rounds=7).rounds)


def serve_docgen() -> None:
    """Make what is asked for as `what kind`; answer with the seconds of work it took."""
    desk = example_desk()
    documents = {kind: made(desk, kind) for kind in KINDS}
    days = count(1)

    def work(task: str) -> float:
        what, kind = task.split()
        # docgen keeps the last layout: another day makes another document, which does not find it.
        case = documents[kind].case
        document = replace(documents[kind], case=replace(case, on=case.on + dt.timedelta(days=next(days))))
        start = time.process_time()
        if what == "tree":
            made(desk, kind)
        else:
            for form in what.split("+"):
                write(document, form, desk)
        return time.process_time() - start

    answer(work)


def serve_naive(folder: Path) -> None:
    """Make a PDF of a page as WeasyPrint's first example does; answer with the seconds of work it took."""
    import weasyprint

    pages = {kind: (folder / f"{kind}.html").read_text(encoding="utf-8") for kind in KINDS}

    def work(task: str) -> float:
        variant, kind = task.split()
        start = time.process_time()
        weasyprint.HTML(string=pages[kind]).write_pdf(pdf_variant=None if variant == "plain" else variant)
        return time.process_time() - start

    answer(work)


def measure(rounds: int) -> None:
    """Ask both processes in turn and print the medians."""
    times: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        write_pages(Path(name), KINDS)
        peers = {"docgen": Peer(__file__, "docgen"), "naive": Peer(__file__, "naive", name)}
        for turn in range(rounds + 1):  # the first one warms up
            for kind in KINDS:
                for label, (peer, task) in TASKS.items():
                    taken = peers[peer].ask(f"{task} {kind}")
                    times.setdefault((label, kind), []).extend([taken] if turn else [])
        for process in peers.values():
            process.close()
    print_table(
        f"A warm process on one core, medians of {rounds} rounds", ("CPU ms (a second)", *KINDS), _speeds(times)
    )
    head = ("PDF/A-3a of docgen against", *KINDS)
    print_table("Times faster, medians of the rounds' own ratios", head, _ratios(times))


def _speeds(times: Times) -> Iterator[tuple[str, ...]]:
    for label in TASKS:
        taken = (median(times[label, kind]) for kind in KINDS)
        yield (label, *(f"{seconds * 1000:.1f} ({1 / seconds:.1f})" for seconds in taken))


def _ratios(times: Times) -> Iterator[tuple[str, ...]]:
    for label, (peer, _) in TASKS.items():
        if peer == "naive":
            rounds = ([theirs / ours for theirs, ours in _pairs(times, label, kind)] for kind in KINDS)
            yield (label, *(f"{median(ratios):.2f}" for ratios in rounds))


def _pairs(times: Times, label: str, kind: str) -> Iterator[tuple[float, float]]:
    return zip(times[label, kind], times["tree to PDF", kind], strict=True)


if __name__ == "__main__":
    main()
