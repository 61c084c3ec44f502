"""A client that nobody has is answered with those that may be meant."""

from __future__ import annotations

import pytest

from docgen.actions.clients import AmbiguousClientError, Client, UnknownClientError

HARROW = Client("Harrow & Pike Retail plc", "01000000", ("E-1", "E-2"))
FLEET = Client("Harrow Fleet Ltd", "01000099", ("E-3",))
MUELLER = Client("Müller Maschinenbau GmbH", "HRB 4711", ("E-4",))
BAKERY = Client("The Old Bakery", "", ("E-5",))
KNOWN = (HARROW, FLEET, MUELLER, BAKERY)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Harow & Pike", HARROW),
        ("harrow and pike retail plc", HARROW),
        ("Harrow Flete", FLEET),
        ("Muller", MUELLER),
        ("maschinenbau", MUELLER),
        ("Bakery", BAKERY),
        ("HRB4711", MUELLER),
        ("Old Bakery", BAKERY),
    ],
)
def test_a_near_name_a_word_of_it_or_a_near_number_is_understood(name: str, first: Client) -> None:
    assert f"There is no client “{name}”. Did you mean “{first}”" in str(UnknownClientError(name, KNOWN))


def test_the_likeliest_come_first_and_three_are_named_at_most() -> None:
    many = [Client(f"Harrow Fleet {letter}", "", ()) for letter in "ABCDE"]
    assert str(UnknownClientError("Harow Fleet C", many)).count("Harrow Fleet") == 3
    assert "Did you mean “Harrow Fleet C”" in str(UnknownClientError("Harow Fleet C", many))


def test_what_is_like_nothing_is_answered_with_all_there_are() -> None:
    assert "There are: “Harrow & Pike Retail plc (01000000)”, " in str(UnknownClientError("Zzz", KNOWN))
    assert str(UnknownClientError("Zzz", ())).endswith("No engagement is recorded yet.")


def test_of_many_that_may_be_meant_ten_are_named() -> None:
    many = [Client(f"Harrow {number}", "", ()) for number in range(14)]
    assert "“Harrow 9” and 4 more" in str(AmbiguousClientError("Harrow", many))
