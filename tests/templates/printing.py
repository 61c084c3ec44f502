"""An engagement as plain data, and what the templates print of it: words line by line, or the tree."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from docgen.actions.desk import Desk, open_desk
from docgen.actions.render import Made, Order, make, write
from docgen.doctree.nodes import Block, Clause, Document, Signature, Signatures
from docgen.doctree.text import document_lines
from docgen.doctree.walk import walk

Facts = dict[str, Any]

DAY = dt.date(2026, 4, 20)

ENGAGEMENT: Facts = {
    "format": "docgen.engagement/1",
    "id": "LMB-7",
    "title": "New ovens for the mill",
    "locale": "en-GB",
    "currency": "EUR",
    "time_zone": "Europe/Dublin",
    "calendar": {"country": "IE"},
    "account": {
        "manager": "nora@lantern.example",
        "team": ["piet@lantern.example"],
        "client_class": "C",
        "deviation": "medium",
        "report": {"every": "week", "weekday": "friday", "at": "16:00"},
        "decision_process": "The board meets on the first Monday of the month",
        "privileges": ["A named engineer"],
    },
    "provider": {
        "legal_name": "Lantern Works Ltd",
        "kind": "private limited company",
        "registration": {"register": "Companies Registration Office", "number": "112233"},
        "address": {"lines": ["3 Lamp Lane"], "city": "Cork", "postal_code": "T12 AB34", "country": "IE"},
        "notice_email": "notices@lantern.example",
        "signatory": {"name": "Orla Quinn", "title": "Director"},
        "contacts": [
            {
                "name": "Nora Byrne",
                "title": "Account Manager",
                "role": "account_manager",
                "email": "nora@lantern.example",
            },
            {"name": "Piet Vos", "title": "Delivery Lead", "role": "delivery", "email": "piet@lantern.example"},
        ],
    },
    "client": {
        "legal_name": "Mill & Barley plc",
        "kind": "public limited company",
        "registration": {"register": "Companies Registration Office", "number": "445566"},
        "address": {"lines": ["The Mill"], "city": "Limerick", "postal_code": "V94 CD56", "country": "IE"},
        "notice_email": "legal@mill.example",
        "signatory": {"name": "Sean Walsh", "title": "Operations Director", "email": "sean@mill.example"},
        "contacts": [
            {"name": "Sean Walsh", "title": "Operations Director", "role": "sponsor", "email": "sean@mill.example"},
            {"name": "Aoife Kane", "title": "Plant Manager", "role": "day_to_day", "email": "aoife@mill.example"},
        ],
    },
    "approval": {
        "item": "Proposal 12, version 3",
        "date": "2026-02-02",
        "proceed_from": "2026-02-09",
        "valid_until": "2026-03-06",
        "not_to_exceed": "9500.00",
        "conditions": ["The insurer agrees in writing", "the old ovens are cold"],
    },
    "terms": {
        "effective_date": "2026-03-02",
        "end_date": "2026-09-30",
        "governing_law": "Ireland",
        "scope": {
            "summary": "Replace the four ovens of the mill without stopping the bakery.",
            "deliverables": [
                {
                    "id": "D1",
                    "title": "Oven plan",
                    "description": "Drawings and a schedule.",
                    "due": "2026-04-10",
                    "acceptance": {"criteria": "Approved by the plant manager", "review_days": 5},
                },
                {
                    "id": "D2",
                    "title": "Ovens in place",
                    "description": "Four ovens, tested.",
                    "due": "2026-08-14",
                    "acceptance": {"criteria": "Seven days of baking", "review_days": 10},
                },
            ],
            "exclusions": ["Work on the chimney"],
            "assumptions": ["The power supply is strong enough"],
        },
        "obligations": [
            {"id": "O1", "party": "client", "degree": "shall", "action": "clear the hall", "due": "2026-05-01"},
            {"id": "O2", "party": "provider", "degree": "best_endeavours", "action": "keep two ovens running"},
        ],
        "fees": {
            "lines": [
                {"id": "F1", "kind": "fixed", "description": "Oven plan", "amount": "12000.00", "milestone": "M1"},
                {"id": "F2", "kind": "fixed", "description": "Ovens in place", "amount": "60000.00", "milestone": "M2"},
                {
                    "id": "F3",
                    "kind": "time",
                    "description": "Training",
                    "role": "Trainer",
                    "unit": "day",
                    "rate": "500.00",
                    "estimate": 10,
                    "cap": 12,
                },
                {
                    "id": "F4",
                    "kind": "retainer",
                    "description": "Site watch",
                    "amount": "1000.00",
                    "every": "month",
                    "periods": 6,
                },
                {
                    "id": "F5",
                    "kind": "unit",
                    "description": "Trays",
                    "unit": "tray",
                    "rate": "20.00",
                    "quantity": 100,
                },
            ],
            "tax": {"name": "VAT", "percent": 23},
            "payment_days": 30,
            "late_interest": {"percent": 8, "over": "the ECB base rate"},
        },
        "liability": {
            "cap": {"amount": "80000.00", "percent_of_fees": 100},
            "insurance": [{"kind": "public liability", "amount": "1000000.00"}],
        },
        "milestones": [
            {"id": "M1", "title": "Plan accepted", "date": "2026-04-17", "deliverables": ["D1"]},
            {"id": "M2", "title": "Ovens running", "date": "2026-08-28", "deliverables": ["D2"]},
        ],
        "change_control": {
            "requested_by": "either",
            "response_days": 5,
            "pricing": "The rates of the fee schedule",
            "approvals": [
                {"up_to": "5000.00", "role": "account_manager"},
                {"up_to": "20000.00", "role": "director"},
                {"role": "board"},
            ],
        },
        "termination": {
            "convenience_notice_days": 30,
            "cure_days": 10,
            "cure_basis": "business",
            "cure_runs_from": "receipt",
        },
        "notices": {"methods": ["courier", "email"], "deemed_receipt_days": {"courier": 2, "email": 0}},
        "confidentiality_years": 3,
        "intellectual_property": "client_on_payment",
        "disputes": {
            "negotiation_days": 10,
            "mediation": {"body": "the Mediators' Institute", "days": 20},
            "forum": "courts",
        },
    },
}


def changed(facts: Facts, path: str, value: object) -> Facts:
    """Return a copy of some facts in which the value at a dotted path is another one."""
    copy = deepcopy(facts)
    *groups, name = path.split(".")
    inner: Any = copy
    for group in groups:
        inner = inner[int(group) if group.isdigit() else group]
    inner[name] = value
    return copy


def without(facts: Facts, path: str) -> Facts:
    """Return a copy of some facts in which the key at a dotted path is left out."""
    copy = deepcopy(facts)
    *groups, name = path.split(".")
    inner: Any = copy
    for group in groups:
        inner = inner[int(group) if group.isdigit() else group]
    del inner[name]
    return copy


@cache
def desk() -> Desk:
    """Return the one desk of these tests: without a workspace, on a fixed day, its templates compiled once."""
    return open_desk(None, DAY, Path("/nowhere"))


def made(kind: str, *facts: Mapping[str, Any], draft: bool = False) -> Made:
    """Return the document of a kind that some facts make."""
    with TemporaryDirectory() as folder:
        files = []
        for index, each in enumerate(facts):
            file = Path(folder) / f"{index}.json"
            file.write_text(json.dumps(each), encoding="utf-8")
            files.append(file)
        return make(desk(), Order(kind, tuple(files), draft=draft))


def tree(kind: str, *facts: Mapping[str, Any], draft: bool = False) -> Document:
    """Return the numbered tree of a document."""
    return made(kind, *facts, draft=draft).document


def printed(kind: str, *facts: Mapping[str, Any], draft: bool = False) -> list[str]:
    """Return the lines of a document, with plain spaces."""
    return lines(tree(kind, *facts, draft=draft))


def lines(document: Document) -> list[str]:
    """Return the lines of a tree, with plain spaces."""
    return [line.replace("\u00a0", " ") for line in document_lines(document)]


def words(kind: str, *facts: Mapping[str, Any], draft: bool = False) -> str:
    """Return all the words of a document."""
    return "\n".join(printed(kind, *facts, draft=draft))


def pages(kind: str, *facts: Mapping[str, Any]) -> int:
    """Return how many pages a document has as a PDF."""
    import io

    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(write(made(kind, *facts), "pdf", desk()))).pages)


def blocks(document: Document) -> list[Block]:
    """Return every block of a tree, from the front to the back."""
    return list(walk(document.blocks))


def numbers(kind: str, *facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the number of each clause of a document, by its id."""
    return {block.id: block.label for block in blocks(tree(kind, *facts)) if isinstance(block, Clause)}


def clause_ids(document: Document) -> list[str]:
    """Return the ids of the clauses of a tree, from the front to the back."""
    return [block.id for block in blocks(document) if isinstance(block, Clause)]


def signature_places(document: Document) -> list[Signature]:
    """Return the places to sign."""
    return [place for block in blocks(document) if isinstance(block, Signatures) for place in block.places]
