"""Terms as agreed, how days are counted in England, and other grounds for deadlines."""

from __future__ import annotations

import datetime as dt
from typing import Any

from docgen.lifecycle.due import Reckoning, reckoning
from docgen.models.engagement import Account, BusinessCalendar
from docgen.models.terms import Terms


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def at(country: str, subdivision: str | None = None, zone: str = "Europe/London") -> Reckoning:
    return reckoning(BusinessCalendar(country=country, subdivision=subdivision), zone)


ENGLAND = at("GB", "ENG")
NOWHERE = Reckoning(None, "Europe/London")


def terms(**other: Any) -> Terms:
    facts: dict[str, Any] = {
        "effective_date": "2026-10-05",
        "end_date": "2027-03-28",
        "governing_law": None,
        "scope": {
            "summary": None,
            "deliverables": [
                {
                    "id": "D1",
                    "title": "Plan",
                    "description": "A plan.",
                    "due": "2026-12-26",
                    "acceptance": {"criteria": "Read", "review_days": 10},
                },
                {"id": "D2", "title": "Bridge", "description": "A bridge.", "due": None, "acceptance": None},
            ],
        },
        "obligations": [
            {"id": "O_1.a", "party": "client", "degree": "should", "action": "lend a boat", "due": "2026-11-01"},
            {"id": "O2", "party": "provider", "degree": "shall", "action": "keep it dry"},
        ],
        "fees": {"payment_days": 30},
        "liability": {
            "cap": None,
            "insurance": [
                {"kind": "cyber", "amount": "1000.00", "expires": "2026-12-31"},
                {"kind": "public liability", "amount": "1000.00"},
            ],
        },
        "milestones": [
            {"id": "M1", "title": "Plan accepted", "date": "2027-01-29", "deliverables": ["D1"]},
            {"id": "M2", "title": "Opened", "date": None},
        ],
        "change_control": {"response_days": 10, "pricing": None},
        "termination": {"cure_days": 14, "convenience_notice_days": 30},
        "notices": {"methods": ["courier", "email"], "deemed_receipt_days": {"courier": 2, "email": 0}},
        "confidentiality_years": None,
        "intellectual_property": None,
        "disputes": {
            "negotiation_days": 14,
            "mediation": {"body": "the Institute", "days": 28},
            "forum": "courts",
        },
    }
    return Terms.model_validate({**facts, **other}, context={"currency": "GBP"})


def account(every: str | None = "week", weekday: str = "friday", gap: int = 7) -> Account:
    report = None if every is None else {"every": every, "weekday": weekday, "at": "16:00"}
    return Account.model_validate({"manager": None, "report": report, "contact_gap_days": gap})


TERMS = terms()
PLAN = TERMS.scope.deliverables[0]
