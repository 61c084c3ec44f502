"""The certificate says on paper what the record says, for people who read no logs."""

from __future__ import annotations

import datetime as dt

from docgen.actions.certificate import History, HistoryLine, certificate
from docgen.doctree.text import document_lines

AT = dt.datetime(2027, 3, 2, 16, 0, 3, tzinfo=dt.timezone(dt.timedelta(hours=-3, minutes=-30)))
NOTE = "nb.example/docgen/0123\n41\nrlenHnou=\n\n— nb.example/docgen/0123 c2ln\n"


def history(*lines: HistoryLine, subject: tuple[tuple[str, str], ...] = ()) -> History:
    return History("NBS-2026-014", "nb.example/docgen/0123", "nb.example+key", NOTE, AT, subject, (), lines)


def words(said: History) -> str:
    return "\n".join(document_lines(certificate(said)))


def test_it_says_what_it_rests_on() -> None:
    said = words(history())
    for part in ("NBS-2026-014", "nb.example/docgen/0123", "nb.example+key", "41", "rlenHnou=", "python3 verify.py"):
        assert part in said
    assert "No document is issued." in said


def test_it_says_between_whom_where_that_is_not_erased() -> None:
    said = words(history(subject=(("Client", "Harrow & <b>Pike</b> {{ 7*7 }}"),)))
    assert "Harrow & <b>Pike</b> {{ 7*7 }}" in said


def test_each_entry_has_its_number_its_time_with_the_zone_its_person_and_what_happened() -> None:
    said = words(history(HistoryLine(7, AT, "amara@nb.example", "recorded NBS-2026-014, revision 1")))
    for part in ("7", "2027-03-02 16:00:03 -03:30", "amara@nb.example", "recorded NBS-2026-014, revision 1"):
        assert part in said


def test_it_says_why_numbers_are_missing() -> None:
    assert "Those of other matters, and the signatures over the log, are not listed here" in words(history())


def test_it_promises_no_more_than_it_knows() -> None:
    assert "It says nothing about whether what was recorded is true" in words(history())


def test_it_is_no_draft_and_knows_its_number() -> None:
    made = certificate(history())
    assert (made.draft, made.number) == (False, "NBS-2026-014/certificate")
