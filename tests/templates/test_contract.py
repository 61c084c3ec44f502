"""The services agreement: levels of detail, obligations by degree, money, changes, liability, the conformed copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from docgen.doctree.nodes import Block, Clause, Definitions, Document, Paragraph, Schedule, Table
from docgen.doctree.text import inline_words
from docgen.doctree.walk import walk
from tests.templates.printing import (
    ENGAGEMENT,
    Facts,
    blocks,
    changed,
    clause_ids,
    lines,
    made,
    printed,
    signature_places,
    tree,
    without,
    words,
)

KIND = "contract"
LEVELS = {"brief": "low", "standard": "medium", "full": "high"}
CITED = {
    "acceptance",
    "change-control",
    "confidentiality",
    "contract-sum",
    "cure",
    "data-protection",
    "degrees",
    "disputes",
    "fees",
    "governance",
    "governing-law",
    "intellectual-property",
    "late-payment",
    "liability",
    "liability-cap",
    "notices",
    "obligations-client",
    "obligations-provider",
    "payment",
    "relief",
    "reports",
    "scope",
    "suspension",
    "term",
    "termination",
    "termination-convenience",
    "termination-for-breach",
    "warranties",
}

every_level = pytest.mark.parametrize("level", LEVELS)


def at(level: str, facts: Facts = ENGAGEMENT) -> Facts:
    """Return facts whose contract has a level of detail."""
    return changed(facts, "account.deviation", LEVELS[level])


def clause(document: Document, name: str) -> Clause:
    """Return a clause by its id."""
    return next(block for block in blocks(document) if isinstance(block, Clause) and block.id == name)


def said(block: Clause | Schedule) -> str:
    """Return the words of a clause, those of its sub-clauses included."""
    inner: Iterator[Block] = walk(block.children)
    own = " ".join(inline_words(child.children) for child in inner if isinstance(child, Paragraph))
    return own.replace("\u00a0", " ")


def clause_words(name: str, facts: Facts = ENGAGEMENT) -> str:
    """Return the words of one clause of the contract."""
    return said(clause(tree(KIND, facts), name))


def table_rows(document: Document, name: str) -> list[list[str]]:
    """Return the rows of a table by its id, head first."""
    table = next(block for block in blocks(document) if isinstance(block, Table) and block.id == name)
    return [
        [
            " ".join(inline_words(part.children) for part in cell.children if isinstance(part, Paragraph)).replace(
                "\u00a0", " "
            )
            for cell in row.cells
        ]
        for row in table.head + table.rows
    ]


def with_obligations(*obligations: Facts) -> Facts:
    return changed(ENGAGEMENT, "terms.obligations", list(obligations))


def order(number: int, *changes: Facts, effective: str = "2026-04-13") -> Facts:
    return {
        "format": "docgen.change-order/1",
        "engagement": "LMB-7",
        "number": number,
        "title": f"Change {number}",
        "requested_by": "client",
        "requested_on": "2026-04-07",
        "reason": "The hall is smaller than drawn",
        "kind": "unforeseen_condition",
        "effective_date": effective,
        "changes": list(changes),
        "settlement": "full",
    }


# Levels of detail


def test_the_more_the_work_may_depart_from_plan_the_more_the_contract_says() -> None:
    brief, standard, full = (len(words(KIND, at(level)).split()) for level in LEVELS)
    assert brief < 0.7 * standard
    assert standard < 0.9 * full


@every_level
def test_every_level_has_the_clauses_that_other_documents_cite(level: str) -> None:
    assert set(clause_ids(tree(KIND, at(level)))) >= CITED


def test_only_the_full_contract_has_remedies_for_work_that_goes_wrong() -> None:
    remedies = {
        "step-in",
        "audit",
        "key-people",
        "business-continuity",
        "exit-plan",
        "subcontract-terms",
        "change-price-review",
    }
    assert remedies <= set(clause_ids(tree(KIND, at("full"))))
    assert not remedies & set(clause_ids(tree(KIND, at("standard"))))


def test_the_full_contract_alone_records_the_handling_of_personal_data_in_a_schedule() -> None:
    names = {
        level: [block.id for block in tree(KIND, at(level)).blocks if isinstance(block, Schedule)] for level in LEVELS
    }
    assert names["brief"] == ["schedule-work", "schedule-change-order"]
    assert names["standard"] == [
        "schedule-deliverables",
        "schedule-fees",
        "schedule-milestones",
        "schedule-change-order",
    ]
    assert names["full"] == [*names["standard"], "schedule-data-processing"]


@every_level
def test_the_words_keep_to_shall_and_may(level: str) -> None:
    said_in_all = words(KIND, at(level))
    for archaic in ("hereby", "herein", "witnesseth", "hereinafter", "will", "must"):
        assert not re.search(rf"\b{archaic}\b", said_in_all, re.IGNORECASE), archaic


@every_level
def test_nothing_is_printed_twice_or_left_over_between_the_words(level: str) -> None:
    for line in printed(KIND, at(level)):
        assert not re.search(r" [.,;)]|\.\.|,,|;\.|\bthe the\b", line), line


# Definitions


@pytest.mark.parametrize("level", ["standard", "full"])
def test_every_defined_term_is_used_and_stands_in_alphabetical_order(level: str) -> None:
    document = tree(KIND, at(level))
    terms = [item for block in blocks(document) if isinstance(block, Definitions) for item in block.items]
    names = [inline_words(item.term) for item in terms]
    assert names == sorted(names)
    for item, name in zip(terms, names, strict=True):
        elsewhere = "\n".join(lines(document)).replace(f"{name} {inline_words(item.children)}", "")
        assert name in elsewhere.replace("Acceptance Criterion", "Acceptance Criteria"), name


def test_a_business_day_follows_the_engagements_calendar() -> None:
    assert "nor a public holiday in Ireland." in words(KIND, ENGAGEMENT)


@every_level
def test_days_are_counted_as_deadlines_are_computed(level: str) -> None:
    counting = clause_words("counting-of-time", at(level))
    assert "does not count the day it runs from" in counting
    assert "or with the next Business Day if that is none" in counting
    assert "Europe/Dublin" in counting


@every_level
def test_the_meaning_of_each_degree_is_said_once(level: str) -> None:
    document = tree(KIND, at(level))
    degrees = [block.id for block in walk(clause(document, "degree-meanings").children) if isinstance(block, Clause)]
    assert degrees == ["degree-shall", "degree-best-endeavours", "degree-reasonable-endeavours", "degree-should"]
    for meaning in ("“shall”", "“best endeavours”", "“reasonable endeavours”", "“should”"):
        assert words(KIND, at(level)).count(meaning) == 1


# Obligations


@every_level
def test_every_obligation_stands_under_its_party_and_degree(level: str) -> None:
    facts = with_obligations(
        {"id": "O1", "party": "provider", "degree": "should", "action": "sweep the yard"},
        {"id": "O2", "party": "provider", "degree": "shall", "action": "keep a fire watch", "due": "2026-05-01"},
        {"id": "O3", "party": "provider", "degree": "shall", "action": "fence the site"},
        {"id": "O4", "party": "client", "degree": "reasonable_endeavours", "action": "find a second entrance"},
        {"id": "O5", "party": "client", "degree": "best_endeavours", "action": "keep the lift free"},
    )
    document = tree(KIND, at(level, facts))
    assert said(clause(document, "provider-shall")) == (
        "The Provider shall: keep a fire watch, by 1 May 2026; and fence the site."
    )
    assert said(clause(document, "obligation-o1")) == "The Provider should sweep the yard."
    assert said(clause(document, "obligation-o4")) == (
        "The Client shall use reasonable endeavours to find a second entrance."
    )
    assert said(clause(document, "obligation-o5")) == "The Client shall use best endeavours to keep the lift free."
    order_of_ids = [name for name in clause_ids(document) if name.startswith("obligation-")]
    assert order_of_ids == ["obligation-o2", "obligation-o3", "obligation-o1", "obligation-o5", "obligation-o4"]


def test_an_obligations_clause_is_named_after_its_id() -> None:
    facts = with_obligations({"id": "O_1.b-2", "party": "client", "degree": "shall", "action": "clear the hall"})
    assert clause_words("obligation-o-1-b-2", facts) == "The Client shall clear the hall."


@every_level
def test_without_listed_obligations_the_standing_duties_remain(level: str) -> None:
    document = tree(KIND, at(level, with_obligations()))
    assert said(clause(document, "obligations-provider")).startswith("At all times the Provider shall")
    assert said(clause(document, "obligations-client")).startswith("At all times the Client shall")


def test_a_deliverables_clause_is_named_after_its_id_and_holds_its_criteria() -> None:
    assert "Acceptance Criteria: Approved by the plant manager." in clause_words("deliverable-d1")
    assert "Review period: 5 Business Days." in clause_words("deliverable-d1", at("brief"))


# People and communication


@pytest.mark.parametrize(
    ("client_class", "rhythm"), [("A", "once a month"), ("B", "once a quarter"), ("C", "once every six months")]
)
def test_the_rhythm_of_contact_follows_the_clients_class(client_class: str, rhythm: str) -> None:
    assert f"at least {rhythm}." in clause_words(
        "contact-gap", changed(ENGAGEMENT, "account.client_class", client_class)
    )


@every_level
def test_the_clients_class_itself_is_never_printed(level: str) -> None:
    facts = changed(at(level), "account.client_class", "A")
    assert not re.search(r"\bclass\b", words(KIND, facts), re.IGNORECASE)


@every_level
def test_a_report_is_due_on_its_day_and_hour_even_when_nothing_changed(level: str) -> None:
    report = clause_words("reports", at(level))
    assert "every week, by 16:00 on Friday or, if that is no Business Day, on the Business Day before" in report
    assert "A report is due even when nothing has changed, and then says so." in report


def test_a_monthly_report_is_due_on_the_last_such_day_of_the_month() -> None:
    facts = changed(ENGAGEMENT, "account.report", {"every": "month", "weekday": "monday", "at": "09:30"})
    assert "every month, by 09:30 on its last Monday or" in clause_words("reports", facts)


@every_level
def test_the_contract_names_who_answers_who_is_spoken_to_and_how_the_client_decides(level: str) -> None:
    document = tree(KIND, at(level))
    assert "Nora Byrne" in said(clause(document, "account-manager"))
    people = "\n".join(lines(document))
    for contact in ("nora@lantern.example", "piet@lantern.example", "sean@mill.example", "aoife@mill.example"):
        assert contact in people
    assert "The board meets on the first Monday of the month." in said(clause(document, "client-decisions"))
    assert "A named engineer." in said(clause(document, "privileges"))


# Money


@every_level
def test_the_contract_sum_stands_in_figures_and_words(level: str) -> None:
    contract_sum = clause_words("contract-sum", at(level))
    assert "EUR 85,000.00" in contract_sum
    assert "eighty-five thousand euros" in contract_sum


@every_level
def test_the_fee_schedule_adds_up_and_shows_the_tax(level: str) -> None:
    rows = table_rows(tree(KIND, at(level)), "fees-table")
    assert [row[0] for row in rows[1:6]] == ["F1", "F2", "F3", "F4", "F5"]
    assert rows[3] == [
        "F3",
        "Training",
        "Time: Trainer at EUR 500.00 per day; estimate 10 days; cap 12 days, EUR 6,000.00",
        "Monthly",
        "EUR 5,000.00",
    ]
    assert rows[4][2:4] == ["Retainer: 6 monthly amounts of EUR 1,000.00", "End of each month"]
    assert rows[5][2] == "Unit price: 100 × tray at EUR 20.00"
    assert [row[-1] for row in rows[6:]] == ["EUR 85,000.00", "EUR 19,550.00", "EUR 104,550.00"]


def test_a_milestone_shows_its_deliverables_and_the_fees_that_fall_due_with_it() -> None:
    rows = table_rows(tree(KIND, ENGAGEMENT), "milestones-table")
    assert rows[2] == ["M2", "Ovens running", "28 August 2026", "D2 Ovens in place", "F2 EUR 60,000.00"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("fixed", "fixed-fees"), ("time", "time-fees"), ("retainer", "retainer-fees"), ("unit", "unit-fees")],
)
def test_only_the_kinds_of_fees_agreed_are_explained(kind: str, name: str) -> None:
    assert name in clause_ids(tree(KIND, ENGAGEMENT))
    others = [line for line in ENGAGEMENT["terms"]["fees"]["lines"] if line["kind"] != kind]
    assert name not in clause_ids(tree(KIND, changed(ENGAGEMENT, "terms.fees.lines", others)))


def test_time_without_a_cap_needs_consent_beyond_its_estimate() -> None:
    assert "beyond a cap is not payable without a Change Order" in clause_words("time-fees")
    lines_of_fees = deepcopy(ENGAGEMENT["terms"]["fees"]["lines"])
    del lines_of_fees[2]["cap"]
    uncapped = clause_words("time-fees", changed(ENGAGEMENT, "terms.fees.lines", lines_of_fees))
    assert "beyond a cap" not in uncapped
    assert "only if the Client agreed to it in writing before it was worked" in uncapped


@every_level
def test_expenses_and_tax_are_settled_either_way(level: str) -> None:
    neither = at(level, without(ENGAGEMENT, "terms.fees.tax"))
    assert "The Fees include all expenses" in words(KIND, neither)
    assert "unless the law obliges the Provider to charge it" in words(KIND, neither)
    both = changed(ENGAGEMENT, "terms.fees.expenses", {"policy": "at cost with receipts", "cap": "3000.00"})
    assert "At cost with receipts. Expenses beyond EUR 3,000.00 in total need" in words(KIND, at(level, both))
    assert "VAT" in words(KIND, at(level, both))


@every_level
def test_the_clause_with_the_duty_to_pay_is_called_payment(level: str) -> None:
    assert clause_words("payment", at(level)).startswith("The Client shall pay each invoice within 30 days of its date")


@every_level
def test_no_interest_is_claimed_that_was_not_agreed(level: str) -> None:
    assert "8% a year over the ECB base rate" in clause_words("late-payment", at(level))
    facts = at(level, without(ENGAGEMENT, "terms.fees.late_interest"))
    assert "late-payment" not in clause_ids(tree(KIND, facts))
    assert "a year over" not in words(KIND, facts)


# Changes


@pytest.mark.parametrize(
    ("who", "printed_as"),
    [("either", "Either Party may"), ("client", "The Client may"), ("provider", "The Provider may")],
)
@every_level
def test_only_those_agreed_may_ask_for_a_change(level: str, who: str, printed_as: str) -> None:
    facts = changed(at(level), "terms.change_control.requested_by", who)
    assert clause_words("change-request", facts).startswith(printed_as)


def test_the_contract_prints_the_approvals_ladder() -> None:
    rows = table_rows(tree(KIND, ENGAGEMENT), "approval-ladder")
    assert rows[1:] == [
        ["Up to EUR 5,000.00", "Account Manager"],
        ["Up to EUR 20,000.00", "Director"],
        ["Above EUR 20,000.00", "Board"],
    ]
    assert "up to EUR 20,000.00, Director; above that, Board." in clause_words("change-approvals", at("brief"))


@every_level
def test_the_form_of_change_order_has_the_five_lines_and_the_time(level: str) -> None:
    document = tree(KIND, at(level))
    for name in ("change-order-sum", "change-order-time"):
        labels = [row[0] for row in table_rows(document, name)[1:]]
        assert [label[:2] for label in labels[:5]] == ["1.", "2.", "3.", "4.", "5."]
    assert "schedule-change-order" in {block.id for block in document.blocks if isinstance(block, Schedule)}


@every_level
def test_a_request_is_answered_within_the_days_agreed(level: str) -> None:
    one = changed(at(level), "terms.change_control.response_days", 1)
    assert "Within 5 Business Days" in words(KIND, at(level))
    assert re.search(r"Within 1 Business Day\b(?!s)", words(KIND, one))


# Liability


@every_level
def test_the_limit_of_liability_shows_both_limbs_and_the_greater(level: str) -> None:
    limit = clause_words("liability-cap", at(level))
    assert "the greater of EUR 80,000.00 and 100% of the Contract Sum" in limit
    assert "that share is EUR 85,000.00, so that the limit is EUR 85,000.00" in limit
    assert "liability-cap-base" in clause_ids(tree(KIND, at(level)))


@every_level
def test_a_limit_with_one_limb_does_not_speak_of_two(level: str) -> None:
    amount = at(level, changed(ENGAGEMENT, "terms.liability.cap", {"amount": "80000.00"}))
    assert "greater" not in clause_words("liability-cap", amount)
    assert "is limited to EUR 80,000.00." in clause_words("liability-cap", amount)
    assert "liability-cap-base" not in clause_ids(tree(KIND, amount))
    share = at(level, changed(ENGAGEMENT, "terms.liability.cap", {"percent_of_fees": 150}))
    assert "150% of the Contract Sum. On the Effective Date that is EUR 127,500.00." in clause_words(
        "liability-cap", share
    )


@every_level
def test_increased_unlimited_and_excluded_claims_are_named(level: str) -> None:
    facts = at(level)
    facts["terms"]["liability"] |= {
        "increased": {"claims": ["data protection", "theft"], "amount": "200000.00"},
        "unlimited": ["fraud"],
        "excluded": ["loss of profit", "loss of goodwill"],
    }
    assert "For claims about data protection or theft, the limit is EUR 200,000.00" in clause_words(
        "liability-increased", facts
    )
    assert "applies to: fraud." in clause_words("liability-unlimited", facts)
    assert "liable to the other for loss of profit or loss of goodwill." in clause_words("liability-excluded", facts)


@every_level
def test_insurance_and_indemnities_stand_only_where_they_are_agreed(level: str) -> None:
    facts = at(level, changed(ENGAGEMENT, "terms.liability.indemnities", [{"by": "client", "against": "dust"}]))
    assert "public liability insurance of at least EUR 1,000,000.00" in clause_words("insurance", facts)
    assert (
        "he Client shall indemnify the Provider against all loss, including reasonable legal costs, from dust."
        in clause_words("indemnities", facts)
    )
    neither = clause_ids(tree(KIND, at(level, without(ENGAGEMENT, "terms.liability.insurance"))))
    assert not {"insurance", "indemnities", "conduct-of-claims"} & set(neither)


# Intellectual property, notices, end, disputes


@pytest.mark.parametrize(
    ("ownership", "phrase"),
    [
        ("client_on_creation", "The Provider assigns them to the Client now"),
        (
            "client_on_payment",
            "when (the Client|it) has paid the Fees for it in full",
        ),
        (
            "provider_licence",
            "The Provider keeps (the Intellectual Property Rights|all intellectual property rights) in the Del",
        ),
    ],
)
@every_level
def test_each_way_to_own_the_results_has_its_own_words(level: str, ownership: str, phrase: str) -> None:
    owned = clause_words("deliverable-ownership", changed(at(level), "terms.intellectual_property", ownership))
    assert re.search(phrase, owned)


@every_level
def test_a_notice_counts_as_received_by_its_method(level: str) -> None:
    assert (
        clause_words("notice-by-courier", at(level))
        == "if sent by courier, 2 Business Days after the day it was sent; and"
    )
    assert clause_words("notice-by-email", at(level)) == (
        "if sent by e-mail, on the day it was sent, or on the next Business Day if that is none."
    )
    by_hand = changed(at(level), "terms.notices", {"methods": ["hand"], "deemed_receipt_days": {}})
    by_hand["terms"]["termination"]["cure_runs_from"] = "notice"
    assert clause_words("notice-by-hand", by_hand) == "if sent by hand, when it is delivered."
    assert "e-mail is not received" not in words(KIND, by_hand)


@pytest.mark.parametrize(
    ("basis", "runs_from", "phrase"),
    [
        ("business", "receipt", "10 Business Days from receipt of the notice"),
        ("calendar", "notice", "10 days from the date of the notice"),
    ],
)
@every_level
def test_the_cure_period_says_its_days_and_what_starts_it(level: str, basis: str, runs_from: str, phrase: str) -> None:
    facts = at(level)
    facts["terms"]["termination"] |= {"cure_basis": basis, "cure_runs_from": runs_from}
    assert phrase in clause_words("cure", facts)


@every_level
def test_without_agreement_nobody_may_end_the_contract_without_a_reason(level: str) -> None:
    assert "by 30 days’ notice" in clause_words("termination-convenience", at(level))
    facts = at(level, without(ENGAGEMENT, "terms.termination.convenience_notice_days"))
    assert "termination-convenience" not in clause_ids(tree(KIND, facts))


@every_level
def test_a_dispute_goes_from_talk_to_mediation_to_the_forum_agreed(level: str) -> None:
    facts = at(level)
    courts = clause_words("disputes", facts)
    assert courts.index("10 days") < courts.index("20 days") < courts.index("the courts of Ireland")
    facts["terms"]["disputes"] = {
        "negotiation_days": 10,
        "forum": "arbitration",
        "arbitration": {"institution": "the Chamber", "seat": "Dublin"},
    }
    arbitration = clause_words("disputes", facts)
    assert "under the rules of the Chamber in force when it begins. The seat is Dublin" in arbitration
    assert "the courts of" not in arbitration
    assert "mediat" not in arbitration


@every_level
def test_the_steps_before_a_breach_notice_are_part_of_the_bargain(level: str) -> None:
    assert re.search(
        r"steps.*notice of breach|notice of breach comes after these steps", clause_words("disputes", at(level))
    )


# Signing, the letter of approval, and what the parties are


@every_level
def test_both_parties_sign_under_the_closing_words(level: str) -> None:
    places = signature_places(tree(KIND, at(level)))
    assert [(place.heading, place.name, place.title) for place in places] == [
        ("Signed for and on behalf of Lantern Works Ltd", "Orla Quinn", "Director"),
        ("Signed for and on behalf of Mill & Barley plc", "Sean Walsh", "Operations Director"),
    ]


@every_level
def test_the_contract_takes_the_place_of_the_letter_of_approval_if_there_was_one(level: str) -> None:
    assert "approved Proposal 12, version 3 and let the Provider begin on 9 February 2026" in words(KIND, at(level))
    assert "letter of approval" not in words(KIND, at(level, without(ENGAGEMENT, "approval")))


def test_the_parties_are_named_in_law_with_their_seat_and_tax_number() -> None:
    facts = changed(ENGAGEMENT, "client.tax_number", "IE 123")
    assert (
        "(2) Mill & Barley plc, public limited company, registered (Companies Registration Office) with number 445566,"
        " tax number IE 123, whose address is The Mill, Limerick V94 CD56, Ireland (the Client)"
    ) in printed(KIND, facts)


@every_level
def test_a_value_stays_a_value(level: str) -> None:
    name = "Mill <clause> {{ 7 * 7 }} & Sons"
    assert name in words(KIND, changed(at(level), "client.legal_name", name))


# Facts that are left out or not yet known

OPTIONAL = [
    "approval",
    "account.decision_process",
    "account.privileges",
    "account.team",
    "client.contacts",
    "terms.scope.exclusions",
    "terms.scope.assumptions",
    "terms.obligations",
    "terms.fees.tax",
    "terms.fees.late_interest",
    "terms.liability.insurance",
    "terms.change_control.approvals",
    "terms.termination.convenience_notice_days",
    "terms.notices.deemed_receipt_days",
    "terms.disputes.mediation",
]
NULLABLE = [
    "account.manager",
    "account.report",
    "provider.kind",
    "provider.registration",
    "provider.address",
    "provider.signatory",
    "client.notice_email",
    "terms.effective_date",
    "terms.end_date",
    "terms.governing_law",
    "terms.scope.summary",
    "terms.fees.payment_days",
    "terms.liability.cap",
    "terms.change_control.response_days",
    "terms.change_control.pricing",
    "terms.termination.cure_days",
    "terms.notices",
    "terms.confidentiality_years",
    "terms.intellectual_property",
    "terms.disputes",
]


@pytest.mark.parametrize("path", OPTIONAL)
@every_level
def test_no_reference_is_left_without_a_target_when_a_fact_is_left_out(level: str, path: str) -> None:
    facts = without(at(level), path)
    facts["terms"]["termination"]["cure_runs_from"] = "notice"
    for line in printed(KIND, facts):
        assert not re.search(r" [.,;)]|\.\.|,,|;\.", line), line


@pytest.mark.parametrize("path", NULLABLE)
@every_level
def test_a_fact_not_yet_known_is_a_marked_blank_in_a_draft(level: str, path: str) -> None:
    missing = made(KIND, changed(at(level), path, None), draft=True).missing
    assert any(name == path or name.startswith(f"{path}.") for name in missing), missing


@every_level
def test_a_contract_for_an_empty_scope_can_still_be_drafted(level: str) -> None:
    facts = at(level)
    facts["terms"] |= {"milestones": [], "obligations": []}
    facts["terms"]["scope"] |= {"deliverables": [], "exclusions": [], "assumptions": []}
    facts["terms"]["fees"]["lines"] = []
    document = tree(KIND, facts, draft=True)
    assert set(clause_ids(document)) >= CITED


@every_level
def test_the_size_of_a_change_counts_together_with_earlier_orders(level: str) -> None:
    words_of_clause = clause_words("change-approvals", at(level))
    assert (
        "The size counts together with that of the Change Orders executed before it, without regard to sign"
        in words_of_clause
    )
    assert "A Change Order that leaves the Contract Sum unchanged needs only the first." in words_of_clause


@every_level
def test_a_number_of_an_order_is_used_once(level: str) -> None:
    assert (
        "A number once given stays used, also where its Change Order is rejected, withdrawn, lapsed or void."
        in clause_words("change-arithmetic", at(level))
    )


@every_level
def test_urgent_work_may_begin_before_its_order_and_counts_outside_the_sum(level: str) -> None:
    facts = at(level)
    said_of_it = clause_words("urgent-work", facts)
    assert "the Client may instruct urgent work in writing, up to a sum that it states" in said_of_it
    assert "until then it does not count towards the Contract Sum." in said_of_it
    urgent = clause(tree(KIND, facts), "urgent-work").label
    assert f"except urgent work under clause {urgent}." in clause_words("no-change-without-order", facts)


# The conformed copy

CHANGES: tuple[Facts, ...] = (
    order(1, {"do": "change_fee", "line": "F1", "amount": "13000.00"}, {"do": "move_end_date", "days": 14}),
    order(2, {"do": "omit_fee", "line": "F5"}, effective="2026-04-20"),
)


def test_the_conformed_contract_shows_the_amendments() -> None:
    document = tree("conformed-contract", ENGAGEMENT, *CHANGES)
    assert document.title == "Services Agreement as amended"
    assert table_rows(document, "amendments")[1:] == [
        ["CO-001", "Change 1", "13 April 2026", "+EUR 1,000.00", "EUR 86,000.00", "14 October 2026 (14 days later)"],
        ["CO-002", "Change 2", "20 April 2026", "−EUR 2,000.00", "EUR 84,000.00", "14 October 2026"],
    ]


def test_the_conformed_contract_says_on_its_first_page_that_the_signed_instruments_prevail() -> None:
    first = printed("conformed-contract", ENGAGEMENT, *CHANGES)[:4]
    assert first[2].startswith("Conformed copy, for convenience only.")
    assert first[2].endswith("the signed instruments prevail.")


def test_the_conformed_contract_reads_as_amended_and_is_not_signed_again() -> None:
    document = tree("conformed-contract", ENGAGEMENT, *CHANGES)
    assert "EUR 84,000.00" in said(clause(document, "contract-sum"))
    assert "End Date means 14 October 2026." in lines(document)
    assert "On the terms shown here that share is EUR 84,000.00" in said(clause(document, "liability-cap"))
    assert "unit-fees" not in clause_ids(document)
    assert signature_places(document) == []


def test_the_contract_itself_stays_as_it_was_signed() -> None:
    document = tree(KIND, ENGAGEMENT, *CHANGES)
    assert document.title == "Services Agreement"
    assert "EUR 85,000.00" in said(clause(document, "contract-sum"))
    assert len(signature_places(document)) == 2


def test_a_notice_finds_the_number_of_the_payment_clause() -> None:
    facts: dict[str, Any] = {
        "format": "docgen.breach/1",
        "engagement": "LMB-7",
        "by": "client",
        "notice_date": "2026-04-20",
        "method": "courier",
        "defaults": [
            {
                "clause": "payment",
                "facts": [{"on": "2026-04-01", "text": "Invoice 7 was not paid."}],
                "cure": "Pay invoice 7.",
            }
        ],
    }
    number = clause(tree(KIND, ENGAGEMENT), "payment").number
    assert f"Clause {number} of the Agreement" in words("breach-notice", ENGAGEMENT, facts)
