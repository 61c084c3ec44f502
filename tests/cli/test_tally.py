"""A sentence that counts speaks of one thing in the singular and of several in the plural."""

from __future__ import annotations

import pytest

from docgen.actions.rounds import Ending
from docgen.actions.sending import Ending as Sent
from docgen.cli.tally import tally
from docgen.lifecycle.quantities import quantity


@pytest.mark.parametrize(
    ("endings", "said"),
    [
        ([Ending.WAITS, Ending.MADE], "1 made, 1 waits for a person."),
        ([Ending.WAITS, Ending.WAITS, Ending.FAILED], "2 wait for a person, 1 failed."),
        ([Sent.DRAFT], "1 draft written."),
        ([Sent.DRAFT, Sent.WAITS, Sent.DRAFT], "2 drafts written, 1 waits for a person."),
        ([], "No report is due."),
    ],
)
def test_a_round_is_summed_up_in_the_order_of_its_kinds(endings: list[Ending | Sent], said: str) -> None:
    assert tally(endings, "No report is due") == said


def test_only_one_is_one() -> None:
    assert [quantity(count, "day") for count in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
    assert [quantity(count, "entry", "entries") for count in (1, 2)] == ["1 entry", "2 entries"]
