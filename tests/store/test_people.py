"""The log names people by marks; who they are can be erased, and then nobody can tell."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from docgen.store.people import ErasureUnfinishedError
from tests.store.records import Home, founded, opened


def test_an_address_keeps_its_mark(home: Home) -> None:
    with founded(home) as record:
        mark = record.people.mark("Ann@Northbridge.example")
        assert record.people.mark("ann@northbridge.example") == mark
        assert record.people.find("ANN@northbridge.example") == mark
        assert record.people.email(mark) == "ann@northbridge.example"
    with opened(home) as record:
        assert record.people.mark("ann@northbridge.example") == mark


def test_the_same_address_has_another_mark_in_another_record(home: Home) -> None:
    with founded(home.another("one")) as one, founded(home.another("two")) as two:
        assert one.people.mark("ann@northbridge.example") != two.people.mark("ann@northbridge.example")


def test_a_stranger_has_no_mark_and_a_strange_mark_no_address(home: Home) -> None:
    with founded(home) as record:
        assert record.people.find("bob@northbridge.example") is None
        assert record.people.email("f" * 64) is None


def test_every_person_fits_the_mark(home: Home) -> None:
    with founded(home) as record:
        marks = sorted(record.people.mark(f"person{number}@northbridge.example") for number in range(5))
        assert [person.mark for person in record.people] == marks
        assert all(person.fits for person in record.people)
        assert all(person.salt.hex() not in repr(person) for person in record.people)


def test_a_person_who_is_forgotten_leaves_no_byte_in_the_file(tmp_path: Path) -> None:
    with founded(tmp_path) as record:
        mark = record.people.mark("ann@northbridge.example")
        (person,) = record.people
        assert any(b"ann@" in path.read_bytes() for path in tmp_path.glob("record.sqlite*"))
        record.people.forget(mark)
        assert record.people.email(mark) is None
        for path in tmp_path.glob("record.sqlite*"):
            assert b"ann@" not in path.read_bytes()
            assert person.salt not in path.read_bytes()
        assert record.people.mark("ann@northbridge.example") != mark


def test_forgetting_that_a_reader_holds_up_is_told(tmp_path: Path) -> None:
    with founded(tmp_path) as record:
        mark = record.people.mark("ann@northbridge.example")
    with opened(tmp_path, busy_seconds=0.1) as record, closing(sqlite3.connect(record.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM people").fetchall()
        with pytest.raises(ErasureUnfinishedError, match="once more"):
            record.people.forget(mark)
        reader.execute("COMMIT")
        record.people.forget(mark)
        assert record.people.email(mark) is None
