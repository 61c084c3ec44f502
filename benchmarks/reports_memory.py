"""How large a process of the round becomes over thousands of reports."""

from __future__ import annotations

import resource
import tempfile
from itertools import cycle, islice
from pathlib import Path

from _friday import DAY, desk_of, friday
from _measuring import arguments, print_table
from _record import PERSON

from docgen.actions.report_worker import keep_report

ENGAGEMENTS = 50


def main() -> None:
    """Print the size after each tenth of the reports."""
    reports = arguments(__doc__, reports=500).reports
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = friday(Path(name), ENGAGEMENTS, ENGAGEMENTS)
        desk_of(folder).close()
        common = {"workspace": str(folder), "on": DAY.isoformat(), "person": PERSON, "note": ""}
        tasks = ({**common, "engagement": f"E-{number:06d}", "number": 1} for number in cycle(range(ENGAGEMENTS)))
        step = max(reports // 10, 1)
        for done in range(step, reports + 1, step):
            for task in islice(tasks, step):
                assert keep_report(task) is not None
            rows.append((f"{done:,}", f"{_size():.0f}"))
    print_table("Size in MiB of a process that makes reports", ("reports", "MiB"), rows)


def _size() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


if __name__ == "__main__":
    main()
