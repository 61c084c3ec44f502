"""Each rule between fields, by one change to the example that breaks it, and what is said then."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

import pytest

from docgen.actions.demo import EXAMPLE
from docgen.facts.load import load_files
from docgen.facts.source import read_source
from docgen.lifecycle import consistency
from docgen.lifecycle.consistency import engagement_problems, terms_problems
from docgen.models.engagement import Engagement

Change = tuple[str, str]

ORDER, ENTRY, EARLIER_ENTRY = "change-order-001", "progress-2026-11-20", "progress-2026-11-13"
SECOND_ORDER = """\
format: docgen.change-order/1
engagement: NBS-2026-014
number: 2
title: A second change
requested_by: client
requested_on: 2026-11-24
reason: It is needed.
kind: client_request
effective_date: 2026-12-08
changes: [{do: change_rate, line: F3, rate: 780.00}]
settlement: full
"""
BARE_ENTRY = """\
format: docgen.progress/1
engagement: NBS-2026-014
period: {from: 2026-11-23, to: 2026-11-27}
no_change: true
"""
TEXTS = {"second-order": SECOND_ORDER, "bare-entry": BARE_ENTRY}


class Row(NamedTuple):
    """Changes to files of the example, or files beside it, and everything found then."""

    changes: dict[str, list[Change]]
    found: list[str]


def row(name: str, before: str, after: str, *found: str) -> Row:
    """Return what is found once some words of one file are exchanged."""
    return Row({name: [(before, after)]}, list(found))


def rows(name: str, changes: list[Change], *found: str) -> Row:
    return Row({name: changes}, list(found))


ROWS = {
    # The engagement
    "two parties": row(
        "engagement",
        '"Harrow & Pike Retail plc"',
        "NORTHBRIDGE systems ltd",
        "error parties: provider and client have the same name.",
    ),
    "an address belongs to one contact": row(
        "engagement",
        "role: day_to_day, email: mei.tan@harrowpike.example",
        "role: day_to_day, email: dilip.rao@harrowpike.example",
        "error unique: dilip.rao@harrowpike.example belongs to more than one contact.",
        "error unique: dilip.rao@harrowpike.example belongs to more than one contact.",
    ),
    "a reader of reports is a contact": row(
        "engagement",
        'at: "16:00"}',
        'at: "16:00", to: [nobody@harrowpike.example]}',
        "error report-reader: nobody@harrowpike.example is not among the contacts.",
    ),
    "a serious issue says what it means and what can be done": row(
        ENTRY,
        "issues: []",
        "issues: [{id: I1, text: The test system is closed, serious: true, decide_by: 2026-11-10}]",
        "error serious-issue: issue I1 is serious and does not say what it means.",
        "error serious-issue: issue I1 is serious and names nothing that can be done.",
        "error issue-dates: the decision on issue I1 is needed on 2026-11-10, before the period.",
    ),
    "one account manager": row(
        "engagement",
        "role: delivery,",
        "role: account_manager,",
        "error one-account-manager: Amara Okafor and Jon Bell are all account managers.",
    ),
    "the manager is a contact": row(
        "engagement",
        "manager: amara.okafor@",
        "manager: nobody@",
        "error account-manager: nobody@northbridge.example is not among the provider's contacts.",
    ),
    "the manager has the role": row(
        "engagement",
        "manager: amara.okafor@",
        "manager: jon.bell@",
        "error one-account-manager: jon.bell@northbridge.example does not have the role account_manager.",
    ),
    "the client has no account manager": row(
        "engagement",
        "role: sponsor",
        "role: account_manager",
        "error one-account-manager: Dilip Rao of the client is an account manager.",
    ),
    "the team are contacts": row(
        "engagement",
        "team: [jon.bell@",
        "team: [nobody@",
        "error team: nobody@northbridge.example is not among the provider's contacts.",
    ),
    "a privilege has a reason": row(
        "engagement",
        "privileges: []",
        "privileges: [A named engineer]",
        "warning privilege: “A named engineer” is granted without a reason.",
    ),
    "somebody knows the holidays": row(
        "engagement",
        "subdivision: ENG",
        "subdivision: ATL",
        "error calendar: GB has no calendar for the subdivision “ATL”. Known ones: ENG (England), NIR (Northern"
        " Ireland), SCT (Scotland), WLS (Wales).",
    ),
    "work starts with the letter": row(
        "engagement",
        "proceed_from: 2026-09-21",
        "proceed_from: 2026-09-13",
        "error approval-dates: work starts before the letter is dated.",
    ),
    "a letter is valid once work may start": row(
        "engagement",
        "valid_until: 2026-10-30",
        "valid_until: 2026-09-20",
        "error approval-dates: the letter lapses before work may start.",
    ),
    "a letter covers a part": row(
        "engagement",
        "not_to_exceed: 20000.00",
        "not_to_exceed: 107800.01",
        "error approval-limit: the limit GBP 107,800.01 is above the contract sum GBP 107,800.00.",
    ),
    "a letter ends with the contract": row(
        "engagement",
        "valid_until: 2026-10-30",
        "valid_until: 2027-04-01",
        "error approval-dates: the letter outlives the contract.",
    ),
    # The terms: ids and dates
    "ids differ in more than capitals": row(
        "engagement", "{id: O2,", "{id: o1,", "error unique: the id o1 is used twice."
    ),
    "a fee falls due with a milestone there is": row(
        "engagement", "milestone: M2}", "milestone: M9}", "error unknown-id: there is no milestone M9."
    ),
    "a milestone hands over what there is": row(
        "engagement", "deliverables: [D3]", "deliverables: [D9]", "error unknown-id: there is no deliverable D9."
    ),
    "a milestone names a deliverable once": row(
        "engagement", "deliverables: [D3]", "deliverables: [D3, D3]", "error unique: D3 is named twice."
    ),
    "a contract begins before it ends": row(
        "engagement",
        "end_date: 2027-03-31",
        "end_date: 2026-10-04",
        "error approval-dates: the letter outlives the contract.",
        "error term: the contract ends on 2026-10-04, before it begins on 2026-10-05.",
    ),
    "nothing is due before the term": row(
        "engagement",
        "due: 2026-10-12",
        "due: 2026-10-04",
        "error date-in-term: obligation O1 on 2026-10-04 is before the effective date 2026-10-05.",
    ),
    "nothing is due after the term": row(
        "engagement",
        "date: 2027-03-26",
        "date: 2027-04-01",
        "error date-in-term: milestone M3 on 2027-04-01 is after the end date 2027-03-31.",
    ),
    "a deliverable is due by its milestone": row(
        "engagement",
        "due: 2026-10-30",
        "due: 2026-11-07",
        "error milestone-order: D1 is due on 2026-11-07, after milestone M1 on 2026-11-06.",
    ),
    # The terms: fees
    "a fixed fee has a milestone": row(
        "engagement",
        "amount: 18000.00, milestone: M1",
        "amount: 18000.00",
        "warning fee-milestone: the fixed fee F1 has no milestone to fall due with.",
    ),
    "a milestone is there for something": row(
        "engagement",
        "deliverables: [D3]",
        "deliverables: []",
        "warning fee-milestone: nothing is handed over and nothing falls due with milestone M3.",
    ),
    "a cap is at least the estimate": row(
        "engagement", "cap: 18}", "cap: 14.5}", "error fee-cap: the cap of 14.5 is below the estimate of 15."
    ),
    "a retainer ends with the term": row(
        "engagement",
        "periods: 6",
        "periods: 7",
        "error retainer-periods: 7 periods of a month are longer than the term of 178 days.",
    ),
    "payment comes within half a year": row(
        "engagement",
        "payment_days: 30",
        "payment_days: 181",
        "warning payment-days: payment within 181 days is unusual.",
    ),
    "a tax is a share": row("engagement", "percent: 20", "percent: 101", "error tax: a tax of 101 per cent."),
    "a tax is in per cent": row("engagement", "percent: 20", "percent: 0.2", "warning tax: a tax of 0.2 per cent."),
    "interest is in per cent": row(
        "engagement", "percent: 8,", "percent: 0.08,", "warning late-interest: interest of 0.08 per cent."
    ),
    # The terms: liability
    "a cap says how much": row(
        "engagement",
        "cap: {amount: 150000.00, percent_of_fees: 125}",
        "cap: {}",
        "error liability-cap: the cap has neither an amount nor a share.",
    ),
    "a cap is not nothing": row(
        "engagement",
        "cap: {amount: 150000.00, percent_of_fees: 125}",
        "cap: {amount: 0}",
        "error liability-cap: the cap is zero.",
    ),
    "a cap is in per cent": row(
        "engagement",
        "percent_of_fees: 125",
        "percent_of_fees: 0.5",
        "error liability-cap: the cap is 0.5 per cent of the fees.",
    ),
    "an increased limit is higher": row(
        "engagement",
        "amount: 500000.00",
        "amount: 149999.99",
        "error liability-cap: the increased limit GBP 149,999.99 is below the general cap GBP 150,000.00.",
    ),
    "insurance reaches the cap": rows(
        "engagement",
        [("indemnity, amount: 1000000.00", "indemnity, amount: 1.00"), ("amount: 2000000.00", "amount: 149999.99")],
        "warning insurance: no insurance reaches the general cap GBP 150,000.00.",
    ),
    "an increased limit is for some claims": row(
        "engagement",
        "claims: [data protection]",
        "claims: []",
        "error liability-claims: the higher limit is for none.",
    ),
    "a claim is increased or unlimited": row(
        "engagement",
        "claims: [data protection]",
        "claims: [Fraud]",
        "error liability-claims: “Fraud” is both increased and unlimited.",
    ),
    "a claim is excluded or unlimited": row(
        "engagement",
        "excluded: [loss of profit",
        "excluded: [fraud",
        "error liability-claims: “fraud” is both excluded and unlimited.",
    ),
    "a claim is excluded or increased": row(
        "engagement",
        "excluded: [loss of profit",
        "excluded: [data protection",
        "error liability-claims: “data protection” is both excluded and increased.",
    ),
    # The terms: the ladder of approvals
    "the rung without a limit is last": row(
        "engagement",
        "{up_to: 50000.00, role: director}",
        "{role: director}",
        "error approvals: a rung follows the one that has no limit.",
    ),
    "the rungs rise": row(
        "engagement",
        "up_to: 50000.00",
        "up_to: 10000.00",
        "error approvals: the rung up to GBP 10,000.00 follows the one up to GBP 10,000.00.",
    ),
    "somebody approves the largest change": row(
        "engagement",
        "{role: board}",
        "{up_to: 90000.00, role: board}",
        "error approvals: nobody may approve a change above GBP 90,000.00.",
    ),
    "a role stands on one rung": row(
        "engagement",
        "role: director}",
        "role: account_manager}",
        "error approvals: account_manager stands on two rungs.",
    ),
    # The terms: time to act, notices, disputes, phrases
    "there is time to answer": row(
        "engagement", "response_days: 5", "response_days: 0", "error no-days: no days are left to answer a request."
    ),
    "there is notice": row(
        "engagement",
        "convenience_notice_days: 30",
        "convenience_notice_days: 0",
        "error no-days: no days are left of notice.",
    ),
    "there is time to negotiate": row(
        "engagement", "negotiation_days: 10", "negotiation_days: 0", "error no-days: no days are left to negotiate."
    ),
    "there is time to mediate": row(
        "engagement", "CEDR, days: 30", "CEDR, days: 0", "error no-days: no days are left to mediate."
    ),
    "there is time to review": row(
        "engagement", "review_days: 5}", "review_days: 0}", "error no-days: no days are left to review D1."
    ),
    "there is time to cure": row(
        "engagement",
        "cure_days: 14",
        "cure_days: 0",
        "error cure-period: a cure period of no days cures nothing.",
    ),
    "a cure is shorter than the term": row(
        "engagement",
        "cure_days: 14",
        "cure_days: 177",
        "error cure-period: the cure period of 177 days is as long as the term.",
    ),
    "notice is shorter than the term": row(
        "engagement",
        "convenience_notice_days: 30",
        "convenience_notice_days: 177",
        "error notice-period: a notice of 177 days is as long as the term.",
    ),
    "notice can be given": row(
        "engagement",
        "methods: [courier, email], deemed_receipt_days: {courier: 2, email: 0}",
        "methods: []",
        "error notices: no way to give notice is named.",
    ),
    "a way to give notice is named once": row(
        "engagement",
        "methods: [courier, email]",
        "methods: [courier, email, email]",
        "error unique: email is named twice.",
    ),
    "only a way to give notice is received": row(
        "engagement",
        "methods: [courier, email]",
        "methods: [courier]",
        "error notices: email is not a way to give notice here.",
    ),
    "it is known when a notice is received": row(
        "engagement",
        "{courier: 2, email: 0}",
        "{courier: 2}",
        "error notices: the cure period runs from receipt, and it is not said when a notice by email is received.",
    ),
    "an arbitration has an institution": row(
        "engagement",
        "forum: courts",
        "forum: arbitration",
        "error disputes: arbitration has no institution and no seat.",
    ),
    "courts or arbitration": row(
        "engagement",
        "forum: courts",
        "forum: courts, arbitration: {institution: LCIA, seat: London}",
        "error disputes: arbitration is described, but the courts decide.",
    ),
    "a phrase goes on": row(
        "engagement",
        "against: infringement of a third party's intellectual property by a deliverable",
        "against: infringement.",
        "warning phrase: the contract goes on after these words, and they end with a full stop.",
    ),
    # Change orders
    "an order is asked for before it takes effect": row(
        ORDER,
        "effective_date: 2026-12-07",
        "effective_date: 2026-11-22",
        "error order-dates: the order takes effect before it was asked for.",
    ),
    "an order takes effect in the contract": rows(
        ORDER,
        [("requested_on: 2026-11-23", "requested_on: 2026-09-01"), ("date: 2026-12-07", "date: 2026-10-04")],
        "error order-dates: the order takes effect before the contract does on 2026-10-05.",
    ),
    "an order takes effect before the end": row(
        ORDER,
        "effective_date: 2026-12-07",
        "effective_date: 2027-04-01",
        "warning order-dates: the order takes effect after the contract's original end on 2027-03-31.",
    ),
    "orders take effect by number": Row(
        {ORDER: [("effective_date: 2026-12-07", "effective_date: 2026-12-09")], "second-order": []},
        ["error order-dates: CO-002 takes effect before CO-001, which has the lower number."],
    ),
    "only who may asks for changes": Row(
        {"engagement": [("requested_by: either", "requested_by: provider")], ORDER: []},
        ["error order-request: the contract lets only the provider ask for changes."],
    ),
    "an order has a number of its own": Row(
        {ORDER: [], "second-order": [("number: 2", "number: 1")]},
        ["error order-number: CO-001 is given twice.", "error order-number: CO-001 is given twice."],
    ),
    "orders have no gap": row(
        ORDER, "number: 1 ", "number: 3 ", "error order-number: CO-001 and CO-002 are missing before CO-003."
    ),
    "an order changes what there is": row(
        ORDER,
        "do: move_milestone, milestone: M2",
        "do: move_milestone, milestone: M9",
        "error order-change: there is no milestone M9 in the terms in force.",
    ),
    "an order changes something": Row(
        {ORDER: [], "second-order": [("rate: 780.00", "rate: 760.00")]},
        ["error order-change: the order changes nothing."],
    ),
    "an order leaves sound terms": row(
        ORDER,
        "milestone: M2, days: 14",
        "milestone: M2, days: 48",
        "error date-in-term: with this order, milestone M2 on 2027-04-01 is after the end date 2027-03-31.",
    ),
    # Progress entries
    "a period begins before it ends": row(
        "bare-entry",
        "to: 2026-11-27",
        "to: 2026-11-22",
        "error period: the period ends on 2026-11-22, before it begins on 2026-11-23.",
    ),
    "a period is one week": row(
        "bare-entry",
        "to: 2026-11-27",
        "to: 2026-11-30",
        "error period: the period has 8 days, and reports cover a week.",
    ),
    "a period under the letter": row(
        "bare-entry",
        "{from: 2026-11-23, to: 2026-11-27}",
        "{from: 2026-09-28, to: 2026-10-02}",
        "warning period: the period is over before the contract takes effect on 2026-10-05.",
    ),
    "a period before any leave to start": row(
        "bare-entry",
        "{from: 2026-11-23, to: 2026-11-27}",
        "{from: 2026-09-14, to: 2026-09-18}",
        "error period: the period is over before the contract takes effect on 2026-10-05.",
    ),
    "a period after the contract": row(
        "bare-entry",
        "{from: 2026-11-23, to: 2026-11-27}",
        "{from: 2027-04-01, to: 2027-04-02}",
        "error period: the period begins after the contract ended on 2027-03-31.",
    ),
    "periods do not overlap": Row(
        {ENTRY: [], "bare-entry": [("from: 2026-11-23", "from: 2026-11-20"), ("to: 2026-11-27", "to: 2026-11-26")]},
        [
            "error period: the period overlaps the one from 2026-11-16 to 2026-11-20.",
            "error period: the period overlaps the one from 2026-11-20 to 2026-11-26.",
        ],
    ),
    "what is done is a deliverable": row(
        ENTRY, "done: [{deliverable: D2", "done: [{deliverable: D9", "error unknown-id: there is no deliverable D9."
    ),
    "what is not done is a deliverable": row(
        ENTRY, "not_done: [{", "not_done: [{deliverable: D9, ", "error unknown-id: there is no deliverable D9."
    ),
    "what is next is a deliverable": row(
        ENTRY, "next: [{deliverable: D2", "next: [{deliverable: D9", "error unknown-id: there is no deliverable D9."
    ),
    "a milestone reported is one there is": row(
        ENTRY, "- {id: M1,", "- {id: M9,", "error unknown-id: there is no milestone M9."
    ),
    "effort is on a line there is": row(ENTRY, "line: F3", "line: F9", "error unknown-id: there is no fee line F9."),
    "an invoice is for a line there is": row(
        ENTRY, "invoiced: []", "invoiced: [{line: F9, amount: 5.00}]", "error unknown-id: there is no fee line F9."
    ),
    "effort is on a line that counts it": row(
        ENTRY, "line: F3", "line: F1", "error effort: fee line F1 is fixed and counts no units."
    ),
    "a risk has an id of its own": row(
        ENTRY,
        "risks: [",
        "risks: [{id: R1, text: Late, probability: low, impact: low}, ",
        "error unique: the id R1 is used twice.",
    ),
    "an issue has an id of its own": row(
        ENTRY,
        "issues: []",
        "issues: [{id: I1, text: Late}, {id: I1, text: Later}]",
        "error unique: the id I1 is used twice.",
    ),
    "no change is no change": row(
        ENTRY,
        "no_change: false",
        "no_change: true",
        "error no-change: no_change says that nothing moved, and the entry records that something did.",
    ),
    "an entry with changes has status and summary": row(
        "bare-entry",
        "no_change: true",
        "no_change: false",
        "warning no-status: the entry gives no status.",
        "warning summary: the entry has no summary.",
    ),
    "a milestone is reached in the period": row(
        ENTRY,
        "actual: 2026-11-05",
        "actual: 2026-11-21",
        "error milestone-date: milestone M1 was reached on 2026-11-21, after the period.",
    ),
    "a forecast looks ahead": row(
        ENTRY,
        "forecast: 2027-02-16",
        "forecast: 2026-11-15",
        "error milestone-date: milestone M2 is forecast for 2026-11-15, before the period.",
    ),
    "what is next lies ahead": row(
        ENTRY,
        "Three load tests, due: 2026-11-27",
        "Three load tests, due: 2026-11-15",
        "warning next-date: what comes next is due on 2026-11-15, before the period.",
    ),
    "what is not done is planned again or dropped": row(
        ENTRY,
        ", {text: First load test, due: 2026-11-25}]",
        "]",
        "warning not-done: “First load test” is not done, and neither planned again nor dropped.",
    ),
    "overall follows its parts": rows(
        ENTRY,
        [
            ("{rag: amber, reason: Load tests start two days late}", "{rag: green, reason: x}"),
            ("{rag: amber", "{rag: red"),
        ],
        "warning status: overall is green while schedule is red.",
    ),
    "a better colour than the rules give is explained": row(
        ENTRY,
        "{rag: amber, reason: Private link two days late}",
        "{rag: green}",
        "warning rag-override: schedule is green, and by the usual thresholds it is amber: M2 is expected 4 days late.",
    ),
    "green with a red milestone is questioned": rows(
        ENTRY,
        [
            ("{rag: amber, reason: Private link two", "{rag: green, reason: Private link two"),
            ("2027-02-16", "2027-03-16"),
        ],
        "warning rag-milestone: schedule is green, while M2 is expected 32 days late.",
    ),
    "no more is invoiced than agreed": row(
        ENTRY,
        "invoiced: []",
        "invoiced: [{line: F1, amount: 18000.01}]",
        "error invoiced: more than GBP 18,000.00 has been invoiced on fee line F1.",
    ),
    "earlier invoices count": Row(
        {EARLIER_ENTRY: [], ENTRY: [("invoiced: []", "invoiced: [{line: F1, amount: 0.01}]")]},
        ["error invoiced: more than GBP 18,000.00 has been invoiced on fee line F1."],
    ),
    "time is invoiced up to its cap": row(
        ENTRY,
        "invoiced: []",
        "invoiced: [{line: F3, amount: 12960.01}]",
        "error invoiced: more than GBP 12,960.00 has been invoiced on fee line F3.",
    ),
    "time is used up to its cap": row(
        ENTRY, "units: 2}", "units: 18.5}", "warning fee-cap: 18.5 units used on fee line F3 pass its cap of 18."
    ),
    "an owner is a contact": row(
        ENTRY,
        "owner: jon.bell@",
        "owner: nobody@",
        "warning person: nobody@northbridge.example is not among the contacts.",
    ),
    "who was spoken to is a contact": row(
        ENTRY,
        "with: mei.tan@",
        "with: nobody@",
        "warning person: nobody@harrowpike.example is not among the contacts.",
    ),
    "who spoke is a contact": row(
        ENTRY, "by: jon.bell@", "by: nobody@", "warning person: nobody@northbridge.example is not among the contacts."
    ),
    "a talk was in the period": row(
        ENTRY, "{on: 2026-11-18", "{on: 2026-11-21", "error contact-date: 2026-11-21 is after the period."
    ),
    "an earlier talk belongs elsewhere": row(
        ENTRY, "{on: 2026-11-18", "{on: 2026-11-15", "warning contact-date: 2026-11-15 is before the period."
    ),
    # Breaches
    "a notice is given under the contract": row(
        "breach",
        "notice_date: 2027-03-01",
        "notice_date: 2026-10-04",
        "warning breach-dates: the notice is dated before the contract takes effect on 2026-10-05.",
        "error breach-dates: 2027-01-15 is after the notice.",
        "error breach-dates: 2027-02-02 is after the notice.",
        "error breach-dates: 2027-02-03 is after the notice.",
        "error breach-dates: 2027-02-09 is after the notice.",
        "error breach-dates: 2027-02-22 is after the notice.",
    ),
    "a notice states what has happened": row(
        "breach", "on: 2027-02-02", "on: 2027-03-02", "error breach-dates: 2027-03-02 is after the notice."
    ),
    "a breach is of the contract": row(
        "breach",
        "on: 2027-01-15",
        "on: 2026-10-04",
        "warning breach-dates: 2026-10-04 is before the contract takes effect on 2026-10-05.",
    ),
    "earlier steps are earlier": row(
        "breach", "on: 2027-02-22", "on: 2027-03-02", "error breach-dates: 2027-03-02 is after the notice."
    ),
    "notice is given as agreed": row(
        "breach",
        "method: courier",
        "method: post",
        "error breach-method: the contract does not let notice be given by post.",
    ),
    "mediation comes first": Row(
        {"breach": [("step: mediation", "step: reminder")], "dispute": [("raised_by: provider", "raised_by: client")]},
        [
            "warning earlier-steps: mediation (clause mediation) was skipped; begun now, it would last until"
            " 2027-03-31.",
        ],
    ),
    "talk comes first": Row(
        {
            "breach": [("step: look_back", "step: other"), ("step: negotiation", "step: other")],
            "dispute": [("raised_by: provider", "raised_by: client")],
        },
        [
            "warning earlier-steps: the look back (clause look-back) was skipped.",
            "warning earlier-steps: negotiation (clause negotiation) was skipped; begun now, it would last until"
            " 2027-03-15.",
        ],
    ),
    "mediation takes its time": Row(
        {
            "breach": [("step: mediation", "step: reminder")],
            "dispute": [("  ended_on: 2027-02-22\n  outcome: not_settled        # settled or not_settled\n", "")],
        },
        ["warning earlier-steps: the notice does not wait for the end of mediation (clause mediation) on 2027-03-12."],
    ),
    "a pause holds a notice": Row(
        {"breach": [], "dispute": [("begins: 2027-03-22", "begins: 2027-02-23")]},
        ["warning earlier-steps: the cooling off lasts until 2027-03-09."],
    ),
}


def write(folder: Path, changes: dict[str, list[Change]]) -> list[Path]:
    """Write the engagement and the files named into a folder, with some of their words exchanged."""
    paths = []
    beside: dict[str, list[Change]] = {"dispute": []} if "breach" in changes else {}
    for name, words in {"engagement": [], **beside, **changes}.items():
        text = TEXTS.get(name) or (EXAMPLE / f"{name}.yaml").read_text(encoding="utf-8")
        for before, after in words:
            assert before in text, f"{before} is not in {name}"
            text = text.replace(before, after, 1)
        path = folder / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def found(folder: Path, changes: dict[str, list[Change]]) -> list[str]:
    findings = load_files(write(folder, changes)).findings
    return [f"{finding.severity} {finding.rule}: {finding.message}" for finding in findings]


@pytest.mark.parametrize("sentence", ROWS)
def test_a_rule_that_is_broken_is_told_and_nothing_else(tmp_path: Path, sentence: str) -> None:
    changes, expected = ROWS[sentence]

    assert found(tmp_path, changes) == expected


def test_every_rule_there_is_has_a_row() -> None:
    tree = ast.parse(Path(consistency.__file__).read_text(encoding="utf-8"))
    rules = {
        call.args[1].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"Problem", "warning", "_slip"}
        and isinstance(call.args[1], ast.Constant)
    }
    told = {line.partition(":")[0].partition(" ")[2] for _, expected in ROWS.values() for line in expected}

    assert len(rules) > 35
    assert rules - told == set()


EDGES = {
    "work starts on the day of the letter": row("engagement", "proceed_from: 2026-09-21", "proceed_from: 2026-09-14"),
    "a letter is valid for one day": row("engagement", "valid_until: 2026-10-30", "valid_until: 2026-09-21"),
    "a letter is valid to the end": row("engagement", "valid_until: 2026-10-30", "valid_until: 2027-03-31"),
    "a letter covers all": row("engagement", "not_to_exceed: 20000.00", "not_to_exceed: 107800.00"),
    "an obligation is due on the first day": row("engagement", "due: 2026-10-12", "due: 2026-10-05"),
    "a milestone is on the last day": row("engagement", "date: 2027-03-26", "date: 2027-03-31"),
    "a deliverable is due with its milestone": row("engagement", "due: 2026-10-30", "due: 2026-11-06"),
    "a cap is the estimate": row("engagement", "cap: 18}", "cap: 15}"),
    "payment comes after half a year": row("engagement", "payment_days: 30", "payment_days: 180"),
    "a tax doubles the price": row("engagement", "percent: 20", "percent: 100"),
    "a tax is nothing": row("engagement", "percent: 20", "percent: 0"),
    "a tax is one per cent": row("engagement", "percent: 20", "percent: 1"),
    "an increased limit is the cap": row("engagement", "amount: 500000.00", "amount: 150000.00"),
    "insurance is the cap": rows(
        "engagement",
        [("indemnity, amount: 1000000.00", "indemnity, amount: 1.00"), ("amount: 2000000.00", "amount: 150000.00")],
    ),
    "a cure ends a day before the term": row("engagement", "cure_days: 14", "cure_days: 176"),
    "a period to cure that runs from the notice needs no receipt": rows(
        "engagement",
        [("cure_runs_from: receipt", "cure_runs_from: notice"), ("{courier: 2, email: 0}", "{courier: 2}")],
    ),
    "an order takes effect at once": row(ORDER, "effective_date: 2026-12-07", "effective_date: 2026-11-23"),
    "an order takes effect on the day it is asked for": row(
        ORDER, "requested_on: 2026-11-23", "requested_on: 2026-12-07"
    ),
    "an order moves a milestone to the last day": row(ORDER, "milestone: M2, days: 14", "milestone: M2, days: 47"),
    "a period is a whole week": row(
        "bare-entry", "from: 2026-11-23, to: 2026-11-27", "from: 2026-11-23, to: 2026-11-29"
    ),
    "a month is one period": Row(
        {
            "engagement": [("every: week", "every: month")],
            "bare-entry": [("from: 2026-11-23, to: 2026-11-27", "from: 2026-12-01, to: 2026-12-31")],
        },
        [],
    ),
    "periods follow one another": Row(
        {
            ENTRY: [],
            "bare-entry": [("from: 2026-11-23", "from: 2026-11-21"), ("to: 2026-11-27", "to: 2026-11-22")],
            EARLIER_ENTRY: [("to: 2026-11-13", "to: 2026-11-15")],
        },
        [],
    ),
    "a milestone is reached on the last day": row(ENTRY, "actual: 2026-11-05", "actual: 2026-11-20"),
    "a forecast is for the first day": row(ENTRY, "forecast: 2027-02-16", "forecast: 2026-11-16"),
    "time is used to the cap": row(ENTRY, "units: 2}", "units: 18}"),
    "a fee is invoiced in full": row(ENTRY, "invoiced: []", "invoiced: [{line: F1, amount: 18000.00}]"),
    "a talk was on the last day": row(ENTRY, "{on: 2026-11-18", "{on: 2026-11-20"),
    "a fact is of the day of the notice": row("breach", "on: 2027-02-02", "on: 2027-03-01"),
    "an invoice is for a line a later order omits": Row(
        {
            "second-order": [
                ("number: 2", "number: 1"),
                ("{do: change_rate, line: F3, rate: 780.00}", "{do: omit_fee, line: F4}"),
            ],
            ENTRY: [("invoiced: []", "invoiced: [{line: F4, amount: 2500.00}]")],
        },
        [],
    ),
    "an entry speaks of what an order adds": Row(
        {ORDER: [], ENTRY: [("done: [{deliverable: D2", "done: [{deliverable: D4")]}, []
    ),
}


@pytest.mark.parametrize("sentence", EDGES)
def test_what_is_just_right_is_not_told(tmp_path: Path, sentence: str) -> None:
    assert found(tmp_path, EDGES[sentence].changes) == []


def test_an_order_is_not_blamed_for_what_the_contract_breaks_itself(tmp_path: Path) -> None:
    changes = {"engagement": [("date: 2027-03-26", "date: 2027-04-01")], ORDER: []}

    assert found(tmp_path, changes) == [
        "error date-in-term: milestone M3 on 2027-04-01 is after the end date 2027-03-31."
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("payment_days: 30", "payment_days: 181"),
        ("{id: O2,", "{id: o1,"),
        ("date: 2027-03-26", "date: 2027-04-01"),
        ("team: [jon.bell@", "team: [nobody@"),
        ("negotiation_days: 10", "negotiation_days: 0"),
        ("up_to: 50000.00", "up_to: 10000.00"),
    ],
)
def test_a_finding_stands_where_the_fact_does(tmp_path: Path, before: str, after: str) -> None:
    paths = write(tmp_path, {"engagement": [(before, after)]})
    (finding,) = load_files(paths).findings
    lines = paths[0].read_text(encoding="utf-8").splitlines()

    assert after in lines[finding.place.line - 1]


def test_problems_of_the_terms_stand_within_the_terms_and_those_of_an_engagement_under_it() -> None:
    data = read_source(EXAMPLE / "engagement.yaml").data
    engagement = Engagement.model_validate(data, context={"currency": "GBP"})
    hasty = engagement.terms.termination.model_copy(update={"cure_days": 0})
    terms = engagement.terms.model_copy(update={"termination": hasty})

    assert [problem.loc for problem in terms_problems(terms, "GBP")] == [("termination", "cure_days")]
    assert [problem.loc for problem in engagement_problems(engagement.model_copy(update={"terms": terms}))] == [
        ("terms", "termination", "cure_days")
    ]
