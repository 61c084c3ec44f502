"""The re-opening letter: how long the pause was, what was learnt, and an offer without any threat."""

from __future__ import annotations

import pytest

from docgen.templating.escalation import MissingStepError
from tests.templates.disputes import dispute, rested
from tests.templates.printing import ENGAGEMENT, signature_places, tree, words

KIND = "re-opening"


def test_says_when_the_pause_began_and_ended_and_how_it_was_counted() -> None:
    letter = words(KIND, ENGAGEMENT, rested()).replace(",", "")
    assert "It began on Friday 20 March 2026 and lasted 16 days until the end of Tuesday 7 April 2026." in letter
    assert "Last day counted\tNot a business day so the next one takes its place\tSunday 5 April 2026" in letter
    assert "Easter Monday\tMonday 6 April 2026" in letter


def test_tells_what_was_learnt_and_proposes_a_beginning() -> None:
    letter = words(KIND, ENGAGEMENT, rested())
    assert "• We wrote where we should have called." in letter
    assert "2. The next invoice comes as a draft." in letter
    assert "You may speak to\tOrla Quinn" in letter
    assert "In Cork." in letter


def test_leaves_out_what_nobody_said() -> None:
    bare = rested(re_opening={"proposals": ["We meet"]}, cooling_off={"begins": "2026-03-20", "days": 16})
    letter = words(KIND, ENGAGEMENT, bare)
    assert "What we have learnt" not in letter
    assert "Please name a day and a place" in letter
    assert "You may speak to\tNora Byrne, Account Manager, nora@lantern.example" in letter


def test_what_was_settled_stands_beside_the_contract() -> None:
    settled = rested(settled_on="2026-04-10", settlement="half is paid now")
    assert "What we settled on 10 April 2026 stands as well: Half is paid now." in words(KIND, ENGAGEMENT, settled)
    assert "gives up no right of yours or ours" in words(KIND, ENGAGEMENT, rested())


def test_comes_from_the_provider_and_is_of_its_own_day() -> None:
    letter = tree(KIND, ENGAGEMENT, rested(raised_by="client"))
    assert [place.party for place in signature_places(letter)] == ["provider"]
    assert letter.number == "LMB-7/RO-003"
    assert "Date\t20 April 2026" in words(KIND, ENGAGEMENT, rested())


@pytest.mark.parametrize("key", ["cooling_off", "re_opening"])
def test_needs_a_pause_and_an_offer(key: str) -> None:
    facts = rested()
    facts.pop("re_opening")
    if key == "cooling_off":
        facts.pop("cooling_off")
    with pytest.raises(MissingStepError, match=f"needs `{key}:`"):
        words(KIND, ENGAGEMENT, facts)


def test_a_dispute_without_a_pause_has_no_such_letter() -> None:
    with pytest.raises(MissingStepError):
        words(KIND, ENGAGEMENT, dispute())
