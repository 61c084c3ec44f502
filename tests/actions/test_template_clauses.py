"""The clauses a template lists are the ones a breach can name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from docgen.actions.desk import open_desk
from docgen.actions.templates import template_record

DESK = open_desk(None, dt.date(2026, 11, 21), Path("/nowhere"))


def clauses(name: str) -> dict[str, str]:
    return {clause["id"]: clause["number"] for clause in template_record(DESK, name, "en")["clauses"]}


def test_a_clause_goes_by_the_id_and_the_number_it_has_in_a_document() -> None:
    listed = clauses("contract")

    assert listed["payment"] == "11.2"
    assert listed["cure"] == "22.3"
    assert listed["obligation-o1"] == "7.1"


def test_a_clause_of_another_level_of_detail_is_listed_without_a_number() -> None:
    listed = clauses("contract")

    assert (listed["step-in"], listed["unit-fees"], listed["schedule-work"]) == ("", "", "")


def test_no_clause_is_listed_twice_or_under_a_name_that_no_document_has() -> None:
    listed = clauses("contract")

    assert not {"definitions-2", "payment-2", "cure-2"} & listed.keys()
    assert [name for name in listed if "loop" in name or "replace" in name] == []
