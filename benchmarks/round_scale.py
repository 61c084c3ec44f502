"""What a report of the round costs as the record grows: looking for what is due, and making and entering reports."""

from __future__ import annotations

import resource
import tempfile
import time
from contextlib import closing
from pathlib import Path

from _friday import desk_of, friday
from _measuring import arguments, print_table

from docgen.actions.reporting import Asking, reports
from docgen.actions.rounds import Ending, run
from docgen.executors.addresses import executor
from docgen.executors.work import Limits
from docgen.models.engagement import ClientClass

MADE = 20


def main() -> None:
    """Print the table."""
    most = arguments(__doc__, engagements=1000).engagements
    sizes = [size for size in (100, 1_000, 10_000, 100_000) if size <= most]
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            rows.append((f"{size:,}", *measure(friday(Path(name), size, MADE))))
    head = ("engagements", "looking, ms each", f"making {MADE}, ms each", "MiB")
    print_table("CPU time of a round, the largest size of its process", head, rows)


def measure(folder: Path) -> tuple[str, str, str]:
    """Return the milliseconds that looking takes for each engagement, and making for each report; and the size."""
    with closing(desk_of(folder)) as desk:
        count = len(desk.record.register.engagement_ids())
        start = time.process_time()
        found = sum(1 for _ in reports(desk, Asking(), []))
        looking = time.process_time() - start
        assert found == count
    with closing(desk_of(folder)) as desk, executor("serial", Limits()) as workers:
        start = time.process_time()
        results = list(run(desk, Asking(client_class=ClientClass.A), workers, []))
        making = time.process_time() - start
        assert [each.ending for each in results] == [Ending.MADE] * MADE, results
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lookups = looking / count * 1000
    return f"{lookups:.2f}", f"{(making / MADE) * 1000 - lookups * count / MADE:.0f}", f"{size:.0f}"


if __name__ == "__main__":
    main()
