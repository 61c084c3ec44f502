"""What a process of the round does: make one report from the record and keep its files there, for another to enter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from docgen.actions.desk import Desk, open_desk
from docgen.actions.drafting import Issue
from docgen.actions.issuing import keep
from docgen.actions.reporting import REPORT
from docgen.actions.rounds import written
from docgen.actions.sealing import pen


def keep_report(argument: Mapping[str, Any]) -> dict[str, Any] | None:
    """Make a report, keep its files, and return what the log is to say of it; None where it is there already.

    The same report made twice leaves the same files. Raises what making it raises.
    """
    desk = _desk(argument["workspace"], argument["on"], argument["person"])
    size = desk.record.ledger.head_size()
    kept = keep(
        desk, Issue(REPORT, argument["engagement"], argument["number"]), argument["note"], pen(desk, wanted=False)
    )
    return None if kept is None else written(kept, size)


@lru_cache(maxsize=1)
def _desk(workspace: str, on: str, person: str) -> Desk:
    """Return the desk of a workspace; a process keeps it, and with it templates and fonts, from report to report."""
    folder = Path(workspace)
    return open_desk(folder, dt.date.fromisoformat(on), folder, person)
