"""The referral to mediation: neutral words to a neutral person, with the questions, the papers and the time."""

from __future__ import annotations

import pytest

from docgen.errors import FindingsError
from docgen.templating.escalation import MissingStepError
from tests.templates.disputes import ORDER, contact, dispute, mediated, progress
from tests.templates.printing import ENGAGEMENT, changed, printed, signature_places, tree, words

KIND = "mediation-referral"
NO_CLAUSE = changed(ENGAGEMENT, "terms.disputes", {"negotiation_days": 10, "forum": "courts"})


def test_goes_to_the_mediator_with_a_copy_to_both_parties() -> None:
    letter = printed(KIND, ENGAGEMENT, mediated())
    assert letter[3:6] == ["Ida Rowe", "Rowe & Co", "ida@rowe.example"]
    copy = next(line for line in letter if line.startswith("Copy to\t"))
    assert "Orla Quinn (notices@lantern.example)" in copy
    assert "Sean Walsh (legal@mill.example)" in copy


def test_asks_the_body_of_the_contract_to_name_one_where_nobody_is_chosen() -> None:
    letter = words(KIND, ENGAGEMENT, mediated(mediation=mediated()["mediation"] | {"mediator": None}))
    assert "the Mediators' Institute\nAppointment of mediators" in letter
    assert "Please name a mediator" in letter


def test_rests_on_the_clause_of_the_contract_or_on_consent() -> None:
    assert "try mediation for up to 20 days" in words(KIND, ENGAGEMENT, mediated())
    letter = words(KIND, NO_CLAUSE, mediated())
    assert "The Agreement has no clause on mediation. Mediation is voluntary" in letter
    assert "The Client agrees to it by signing below." in letter
    assert "No time is agreed for this mediation." in letter


def test_without_a_clause_and_a_mediator_nobody_is_written_to() -> None:
    with pytest.raises(FindingsError, match=r"mediation\.mediator"):
        words(KIND, NO_CLAUSE, mediated(mediation=mediated()["mediation"] | {"mediator": None}))


def test_puts_the_questions_and_leaves_the_answer_open() -> None:
    letter = words(KIND, ENGAGEMENT, mediated())
    assert "1. Is the sum due.\n2. Who approves invoices?" in letter
    assert "asks nobody to decide who is right" in letter


def test_tells_the_steps_so_far_by_their_days() -> None:
    letter = printed(KIND, ENGAGEMENT, mediated())
    rows = [line.split("\t")[0] for line in letter[letter.index("Date\tStep") + 1 :]][:4]
    assert rows == ["28 April 2026", "6 May 2026", "11 May 2026", "18 May 2026"]
    early = mediated(mediation=mediated()["mediation"] | {"referred_on": "2026-05-07"})
    assert "talks may go on beside the mediation" in words(KIND, ENGAGEMENT, early)


def test_encloses_the_papers_by_their_references() -> None:
    letter = words(KIND, ENGAGEMENT, ORDER, mediated(), progress())
    for paper in ("LMB-7/contract, CO-001", "LMB-7/LB-003", "LMB-7/PR-001", "• invoice-11.pdf", "• reminder.eml"):
        assert paper in letter


def test_counts_the_time_for_mediation_from_the_referral() -> None:
    letter = words(KIND, ENGAGEMENT, mediated()).replace(",", "")
    assert "Event that starts the count\tReferral to mediation\tMonday 18 May 2026" in letter
    assert "Deadline\tEnd of the day Europe/Dublin time\tMonday 8 June 2026" in letter


def test_is_confidential_and_at_equal_cost() -> None:
    letter = words(KIND, ENGAGEMENT, mediated())
    assert "The mediation is confidential and without prejudice." in letter
    assert "fees and expenses in equal shares" in letter


def test_the_sender_signs_and_the_other_party_may() -> None:
    places = signature_places(tree(KIND, ENGAGEMENT, mediated()))
    assert [place.party for place in places] == ["provider", "client"]


@pytest.mark.parametrize(
    ("raised_by", "referred_by", "sender"),
    [("client", None, "client"), ("client", "provider", "provider"), ("provider", "client", "client")],
)
def test_is_sent_by_the_party_that_raised_the_dispute_unless_the_file_names_the_other(
    raised_by: str, referred_by: str | None, sender: str
) -> None:
    facts = mediated(raised_by=raised_by, mediation=mediated()["mediation"] | {"referred_by": referred_by})
    assert signature_places(tree(KIND, ENGAGEMENT, facts))[0].party == sender
    assert f"The {raised_by.capitalize()} raised the matter" in words(KIND, ENGAGEMENT, facts)


def test_needs_a_referral() -> None:
    with pytest.raises(MissingStepError, match="needs `mediation:`"):
        words(KIND, ENGAGEMENT, dispute())


def test_the_talks_on_record_are_told_as_the_record_of_one_party() -> None:
    letter = words(KIND, ENGAGEMENT, mediated(), progress(), contact(on="2026-04-09"))
    assert "The Provider has these talks about the work on record, in its own words:" in letter
    assert (
        "9 April 2026\tNora Byrne with Sean Walsh, call\tThe board decides on the invoice on 20 April.\tCT-004"
        in letter
    )
    assert "The invoice is with the board.\tPR-001" in letter
    assert "on record, in its own words" not in words(KIND, ENGAGEMENT, mediated())
