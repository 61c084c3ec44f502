"""How large the workers of a round become over thousands of reports; each is replaced after some hundreds."""

from __future__ import annotations

import resource
import tempfile
from pathlib import Path
from typing import Any

from _friday import DAY, desk_of, friday
from _measuring import arguments, print_table
from _record import PERSON

from docgen.actions.report_worker import keep_report
from docgen.executors.addresses import executor
from docgen.executors.work import Done, Limits, Outcome, Task

ENGAGEMENTS = 50


def main() -> None:
    """Print the largest size in each tenth of the reports."""
    reports = arguments(__doc__, reports=500).reports
    with tempfile.TemporaryDirectory() as name:
        folder = friday(Path(name), ENGAGEMENTS, ENGAGEMENTS)
        desk_of(folder).close()
        common = {"workspace": str(folder), "on": DAY.isoformat(), "person": PERSON, "note": ""}
        tasks = (
            Task(
                str(number),
                "reports_memory:kept",
                {**common, "engagement": f"E-{number % ENGAGEMENTS:06d}", "number": 1},
            )
            for number in range(reports)
        )
        with executor("local:2", Limits()) as workers:
            sizes = [size_in(outcome) for outcome in workers.run(tasks)]
    step = max(reports // 10, 1)
    rows = [(f"{end:,}", f"{max(sizes[end - step : end]):.0f}") for end in range(step, reports + 1, step)]
    print_table("Size in MiB of the larger of two workers that make reports", ("reports", "MiB"), rows)


def kept(task: dict[str, Any]) -> float:
    """Make a report as a worker of the round does, and return how large the process is after it, in MiB."""
    assert keep_report(task) is not None
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


def size_in(outcome: Outcome) -> float:
    """Return what a worker said of its size."""
    assert isinstance(outcome, Done), outcome
    return float(outcome.result)


if __name__ == "__main__":
    main()
