"""A firm lives through a year of weekly reports: what each quarter costs, and whether the record of it all holds."""

from __future__ import annotations

import resource
import tempfile
import time
from contextlib import closing
from pathlib import Path

from _measuring import arguments, print_table
from _year import Year, begun

from docgen.actions.audit import verify
from docgen.actions.remaking import reproduce
from docgen.actions.sending import Ending

QUARTER = 13


def main() -> None:
    """Live through the weeks, print what each quarter took, and check what came of it."""
    given = arguments(__doc__, engagements=4, weeks=QUARTER)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        year = begun(folder / "firm", given.engagements, given.weeks, "local:2")
        letters: list[str] = []
        rows = []
        reports, start = 0, time.perf_counter()
        for week, day in enumerate(year.live(), start=1):
            posted = year.post(day, drafts=folder / "letters")
            letters += [each.reference for each in posted if each.ending is Ending.DRAFT]
            if week % QUARTER and week != given.weeks:
                continue
            seconds = time.perf_counter() - start
            count = len(letters) - reports
            rows.append((f"to {day}", str(count), f"{seconds / count * 1000:.0f}", f"{_size():.0f}"))
            reports, start = len(letters), time.perf_counter()
        print_table(
            f"{given.engagements} engagements, {given.weeks} weeks: entries, orders, reports and letters, two workers",
            ("", "reports", "ms each", "MiB"),
            rows,
        )
        print_table("What came of it", ("", ""), check(year, letters))


def check(year: Year, letters: list[str]) -> list[tuple[str, str]]:
    """Return what was checked and how much of it there was; raises AssertionError where something does not hold."""
    numbered, planned, made_again = 0, 0, 0
    for story in year.stories:
        found = year.issued(story)
        assert [(each.number, each.version) for each in found] == [
            (number, 1) for number in range(1, len(story.reports) + 1)
        ], f"{story.name}: the numbers of its reports"
        assert [each.day for each in found] == list(map(str, story.reports)), f"{story.name}: the days of its reports"
        assert year.still_open(story) == set(story.plan), f"{story.name}: work that was planned"
        numbered += len(found)
        planned += len(story.plan)
        with closing(year.desk(year.days[-1])) as desk:
            for number in {1, (len(found) + 1) // 2, len(found)}:
                assert reproduce(desk, f"{story.name}/PR-{number:03d}").exact, f"{story.name}/PR-{number:03d}"
                made_again += 1
    issued = [
        f"{story.name}/PR-{number:03d}/1" for story in year.stories for number in range(1, len(story.reports) + 1)
    ]
    assert sorted(letters) == sorted(issued), "the letters"
    with closing(year.desk(year.days[-1])) as desk:
        found = verify(desk, (), ())
        assert found.faults == (), found.faults
    return [
        ("reports, numbered without a gap", str(numbered)),
        ("letters, one for each", str(len(letters))),
        ("weeks of silence that nobody released", str(sum(len(story.silent) for story in year.stories))),
        ("change orders executed", str(sum(story.orders for story in year.stories))),
        ("planned work still open, all of it carried", str(planned)),
        ("reports made again to the byte", str(made_again)),
    ]


def _size() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
