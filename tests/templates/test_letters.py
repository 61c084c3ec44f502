"""The letter of approval: who gives leave to whom, for what, up to how much, until when, and what it is not."""

from __future__ import annotations

import pytest

from docgen.errors import FindingsError
from tests.templates.printing import (
    ENGAGEMENT,
    changed,
    clause_ids,
    pages,
    printed,
    signature_places,
    tree,
    without,
    words,
)

KIND = "letter-of-approval"
GERMAN = changed(ENGAGEMENT, "locale", "de-DE")


def test_goes_to_the_person_who_signs_for_the_client() -> None:
    letter = printed(KIND, ENGAGEMENT)
    assert "For the attention of Sean Walsh, Operations Director" in letter
    assert "Dear Sean Walsh," in letter
    assert "Delivered by e-mail to\tsean@mill.example, copy to legal@mill.example" in letter
    assert letter[1] == "Lantern Works Ltd · 3 Lamp Lane · Cork T12 AB34"


def test_gives_leave_for_the_approved_item_from_a_day_on() -> None:
    letter = words(KIND, ENGAGEMENT)
    assert "You approve Proposal 12, version 3 (the Approved Item)" in letter
    assert "We may start on 9 February 2026, and not before." in letter
    assert "Replace the four ovens of the mill without stopping the bakery." in letter
    assert "Not part of the Work: Work on the chimney." in letter


def test_limits_what_is_owed_in_figures_and_in_words() -> None:
    letter = words(KIND, ENGAGEMENT)
    assert "shall not exceed EUR 9,500.00 (nine thousand, five hundred euros)" in letter
    assert "VAT is added at 23%" in letter
    assert "shall stop before it is passed" in letter
    assert "within 30 days of its date" in letter


def test_lists_every_condition_as_a_sentence() -> None:
    letter = printed(KIND, ENGAGEMENT)
    assert "• The insurer agrees in writing." in letter
    assert "• The old ovens are cold." in letter


def test_without_conditions_says_nothing_of_them_and_counts_on() -> None:
    document = tree(KIND, changed(ENGAGEMENT, "approval.conditions", []))
    assert "conditions" not in clause_ids(document)
    assert "2. Limit of authority" in printed(KIND, changed(ENGAGEMENT, "approval.conditions", []))


def test_lapses_on_its_day_unless_the_contract_is_signed_or_it_is_extended() -> None:
    assert (
        "This approval lapses at the end of 6 March 2026, unless the Contract is signed by then or you extend this "
        "approval in writing."
    ) in words(KIND, ENGAGEMENT)


def test_says_what_it_is_not_and_what_becomes_of_it() -> None:
    letter = words(KIND, ENGAGEMENT)
    assert "does not waive any right" in letter
    assert "every sum paid under this letter counts towards the contract sum" in letter
    assert "The law of Ireland governs it." in letter


def test_the_client_approves_and_the_provider_acknowledges() -> None:
    places = signature_places(tree(KIND, ENGAGEMENT))
    assert [(place.party, place.heading, place.name) for place in places] == [
        ("client", "Approved: Mill & Barley plc", "Sean Walsh"),
        ("provider", "Acknowledged: Lantern Works Ltd", "Orla Quinn"),
    ]


def test_names_the_country_only_when_it_crosses_a_border() -> None:
    abroad = changed(
        ENGAGEMENT, "client.address", {"lines": ["Am Markt 1"], "city": "Köln", "postal_code": "50667", "country": "DE"}
    )
    assert "Ireland" not in "\n".join(printed(KIND, ENGAGEMENT)[:8])
    letter = printed(KIND, abroad)
    assert "50667 Köln" in letter
    assert "Germany" in letter


@pytest.mark.parametrize("facts", [ENGAGEMENT, GERMAN], ids=["en", "de"])
def test_fits_on_two_pages(facts: dict[str, object]) -> None:
    assert pages(KIND, facts) <= 2


def test_is_the_same_letter_in_german() -> None:
    english, german = tree(KIND, ENGAGEMENT), tree(KIND, GERMAN)
    assert clause_ids(german) == clause_ids(english)
    letter = words(KIND, GERMAN)
    assert "Für die Arbeiten schulden Sie höchstens EUR 9.500,00 (neuntausendfünfhundert Euro)." in letter
    assert "Die Freigabe erlischt mit Ablauf des 6. März 2026" in letter


def test_refuses_to_be_written_without_a_limit_and_says_which_fact_is_missing() -> None:
    unlimited = changed(ENGAGEMENT, "approval.not_to_exceed", None)
    with pytest.raises(FindingsError, match=r"approval\.not_to_exceed"):
        printed(KIND, unlimited)
    assert "shall not exceed [approval not to exceed]" in words(KIND, unlimited, draft=True)


def test_keeps_what_is_said_of_the_client_in_house() -> None:
    letter = words(KIND, ENGAGEMENT)
    assert "A named engineer" not in letter
    assert "first Monday" not in letter


@pytest.mark.parametrize("value", ["<b>bold</b> & {{ client }}", 'a "quoted" title', "</doc><p>"])
def test_a_value_stays_the_characters_it_has(value: str) -> None:
    letter = words(KIND, changed(ENGAGEMENT, "client.legal_name", value))
    assert f"“you” means {value}." in letter


def test_needs_neither_tax_nor_exclusions() -> None:
    bare = without(without(ENGAGEMENT, "terms.fees.tax"), "terms.scope.exclusions")
    letter = words(KIND, bare)
    assert "This limit includes all fees and expenses." in letter
    assert "Not part of the Work" not in letter


@pytest.mark.parametrize("facts", [ENGAGEMENT, GERMAN], ids=["en", "de"])
def test_a_name_that_ends_with_a_full_stop_ends_the_sentence_too(facts: dict[str, object]) -> None:
    letter = words(KIND, changed(facts, "client.legal_name", "Mill & Barley Inc."))
    assert "Mill & Barley Inc." in letter
    assert "Inc.." not in letter


def test_an_account_manager_without_a_title_needs_no_comma() -> None:
    letter = words(KIND, without(ENGAGEMENT, "provider.contacts.0.title"))
    assert "Nora Byrne (nora@lantern.example) answers for the Work on our side." in letter
