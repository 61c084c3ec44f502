"""A dispute of the ovens as plain data: raised by the provider over an invoice, mediated, and let rest."""

from __future__ import annotations

from typing import Any

from tests.templates.printing import Facts

ORDER: Facts = {
    "format": "docgen.change-order/1",
    "engagement": "LMB-7",
    "number": 1,
    "title": "A fifth oven",
    "requested_by": "client",
    "requested_on": "2026-03-10",
    "reason": "Agreed.",
    "kind": "client_request",
    "effective_date": "2026-04-01",
    "changes": [{"do": "move_milestone", "milestone": "M1", "days": 7}],
    "settlement": "full",
}


def dispute(**facts: Any) -> Facts:
    return {
        "format": "docgen.dispute/1",
        "engagement": "LMB-7",
        "number": 3,
        "raised_by": "provider",
        "raised_on": "2026-04-28",
        "subject": "Invoice 11 has not been paid",
        "method": "courier",
        "grievances": [
            {
                "clause": "payment",
                "deliverable": "D1",
                "facts": [
                    {"on": "2026-03-20", "text": "invoice 11 fell due and was not paid"},
                    {"on": "2026-04-01", "text": "A reminder was not answered."},
                ],
                "asked": "pay invoice 11",
                "evidence": ["invoice-11.pdf", "reminder.eml"],
            }
        ],
        "amount": "12000.00",
        "meeting": {"on": "2026-05-06", "where": "at the mill"},
        **facts,
    }


def mediated(**facts: Any) -> Facts:
    step = {
        "referred_on": "2026-05-18",
        "mediator": {"name": "Ida Rowe", "organisation": "Rowe & Co", "email": "ida@rowe.example"},
        "questions": ["is the sum due", "Who approves invoices?"],
    }
    meeting = {"on": "2026-05-06", "where": "At the mill", "outcome": "No answer was found."}
    return dispute(**{"meeting": meeting, "mediation": step, **facts})


def rested(**facts: Any) -> Facts:
    offer = {
        "learnt": ["we wrote where we should have called"],
        "proposals": ["One person settles questions about invoices", "the next invoice comes as a draft"],
        "meeting": {"on": "2026-04-22", "where": "In Cork"},
    }
    early: Facts = {"raised_on": "2026-03-10", "meeting": None}
    early["grievances"] = [
        {"clause": "payment", "facts": [{"on": "2026-03-09", "text": "Nothing was paid."}], "asked": "Pay."}
    ]
    pause = {"begins": "2026-03-20", "days": 16, "contact": "Orla Quinn"}
    return dispute(**{**early, "cooling_off": pause, "re_opening": offer, **facts})


def delivery(**facts: Any) -> Facts:
    return {
        "format": "docgen.delivery/1",
        "engagement": "LMB-7",
        "deliverable": "D1",
        "delivered_on": "2026-04-14",
        "outcome": "rejected",
        "decided_on": "2026-04-17",
        "decided_by": "Aoife Kane",
        "reasons": ["the schedule is missing"],
        **facts,
    }


def contact(**facts: Any) -> Facts:
    return {
        "format": "docgen.contact/1",
        "engagement": "LMB-7",
        "number": 4,
        "on": "2026-04-08",
        "how": "call",
        "by": "nora@lantern.example",
        "with": ["sean@mill.example"],
        "text": "The board decides on the invoice on 20 April.",
        **facts,
    }


def progress(**facts: Any) -> Facts:
    return {
        "format": "docgen.progress/1",
        "engagement": "LMB-7",
        "period": {"from": "2026-04-06", "to": "2026-04-10"},
        "summary": "The plan is nearly done.",
        "status": {"overall": {"rag": "amber", "reason": "The hall is not clear"}},
        "milestones": [{"id": "M1", "forecast": "2026-04-30"}],
        "contacts": [
            {
                "on": "2026-04-08",
                "with": "sean@mill.example",
                "by": "nora@lantern.example",
                "how": "call",
                "text": "The invoice is with the board.",
            }
        ],
        **facts,
    }
