"""Who did what and when is read from the log's end, and no further back than is asked for."""

from __future__ import annotations

import datetime as dt

import pytest

from docgen.actions.audit import Filter, LogLine, UnknownKindError, read_log
from docgen.store.database import RecordDamagedError
from tests.firm import AMARA, ID, LENA, Firm
from tests.store.records import opened


def log(firm: Firm, wanted: Filter, limit: int | None = None) -> tuple[LogLine, ...]:
    return firm.do(read_log, wanted, limit)


FILTERS = (
    Filter(),
    Filter(engagement=ID),
    Filter(person=LENA),
    Filter(event="checkpoint_signed"),
    Filter(since=dt.date(2026, 9, 14)),
    Filter(until=dt.date(2026, 9, 13)),
)


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_the_last_lines_are_the_end_of_all_of_them(firm: Firm, wanted: Filter) -> None:
    lines = log(firm, wanted)
    assert lines
    assert [line.index for line in lines] == sorted(line.index for line in lines)
    assert log(firm, wanted, 2) == lines[-2:]
    assert log(firm, wanted, 1000) == lines


def test_a_log_begins_with_who_founded_it_and_ends_with_who_acted_last(firm: Firm) -> None:
    first, *_, last = log(firm, Filter())
    assert (first.index, first.person, first.event.event) == (0, LENA, "workspace_created")
    assert (last.index, last.person) == (firm.size - 1, AMARA)


def test_only_what_is_wanted_is_said(firm: Firm) -> None:
    assert {line.person for line in log(firm, Filter(person=LENA))} == {LENA}
    assert [line.event.event for line in log(firm, Filter(engagement=ID))] == ["engagement_recorded"]
    assert all(line.event.at.date() < dt.date(2026, 9, 14) for line in log(firm, Filter(until=dt.date(2026, 9, 13))))


def test_what_lies_before_the_last_lines_is_not_read(firm: Firm) -> None:
    with opened(firm.root / ".docgen") as record:
        for revision in range(2, 30):
            record.note_engagement(revision)
        record.tamper("UPDATE events SET body = replace(body, '2026', '2025') WHERE sequence = 0")
    assert len(log(firm, Filter(), 3)) == 3
    with pytest.raises(RecordDamagedError, match="entry 0"):
        log(firm, Filter())


def test_a_kind_of_event_that_there_is_not_is_told_with_the_nearest(firm: Firm) -> None:
    with pytest.raises(UnknownKindError, match="Did you mean document_issued"):
        log(firm, Filter(event="document_isued"))
