"""How many progress reports a round makes, with one process and with two, beside naive WeasyPrint in a loop."""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from _example import write_pages
from _friday import desk_of, friday
from _measuring import Peer, answer, arguments, print_table

from docgen.actions.reporting import Asking
from docgen.actions.rounds import Ending, run
from docgen.executors.addresses import executor
from docgen.executors.work import Limits

PRELOAD = ("docgen.actions.report_worker", "docgen.writers.pdf")


def main() -> None:
    """Print the table, or be the process that WeasyPrint is measured in."""
    if sys.argv[1:2] == ["naive"]:
        serve_naive(Path(sys.argv[2]))
    else:
        given = arguments(__doc__, reports=40, rounds=3)
        measure(given.reports, given.rounds)


def serve_naive(folder: Path) -> None:
    """Make the report's PDF so many times as WeasyPrint's first example does; answer with the seconds by the clock."""
    import weasyprint

    page = (folder / "progress-report.html").read_text(encoding="utf-8")

    def work(count: str) -> float:
        start = time.perf_counter()
        for _ in range(int(count)):
            weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/a-3a")
        return time.perf_counter() - start

    answer(work)


def measure(reports: int, rounds: int) -> None:
    """Print how many reports each makes a second, by the clock; they are measured in turn."""
    rates: dict[str, list[float]] = {"naive WeasyPrint, PDF alone": [], "local:1": [], "local:2": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pages(folder, ("progress-report",))
        naive = Peer(__file__, "naive", name)
        naive.ask("1")
        for turn in range(rounds):
            rates["naive WeasyPrint, PDF alone"].append(reports / naive.ask(str(reports)))
            for address in ("local:1", "local:2"):
                place = friday(folder / f"{turn}-{address.replace(':', '-')}", reports, reports)
                rates[address].append(reports / seconds_of(place, address, reports))
        naive.close()
    base = median(rates["naive WeasyPrint, PDF alone"])
    rows = [(name, f"{median(found):.2f}", f"{median(found) / base:.2f}") for name, found in rates.items()]
    title = f"{reports} reports as PDF and DOCX, kept, entered and signed, medians of {rounds} rounds"
    print_table(title, ("", "a second", "against naive"), rows)


def seconds_of(folder: Path, address: str, reports: int) -> float:
    """Return the seconds by the clock that a round takes, without the start of its processes."""
    with closing(desk_of(folder)) as desk, executor(address, Limits(), PRELOAD) as workers:
        round_of = run(desk, Asking(), workers, [])
        first = next(round_of)
        start = time.perf_counter()
        results = [first, *round_of]
        assert [each.ending for each in results] == [Ending.MADE] * reports, results
        return (time.perf_counter() - start) * reports / max(reports - 1, 1)


if __name__ == "__main__":
    main()
