"""The questions that make an engagement file: asked one by one, each answer checked, Enter takes the default."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from docgen.models.engagement import ClientClass, Deviation, Weekday
from docgen.models.money import CurrencyCode, Money
from docgen.models.terms import Forum, Ownership, Period
from docgen.models.values import (
    Count,
    Country,
    Date,
    Days,
    Email,
    Line,
    LocaleCode,
    Number,
    Prose,
    Reference,
    TimeOfDay,
    TimeZone,
)

BLANK = "blank"
"""What a person answers when a fact is not known yet."""


@dataclass(frozen=True)
class Question:
    """One question: what is asked, the type that reads the answer, the default, and whether it may stay blank."""

    ask: str
    kind: Any
    default: str = ""
    optional: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the answers there are, when they are few."""
        members = getattr(self.kind, "__members__", None)
        return tuple(str(member.value) for member in members.values()) if members else ()


Ask = Callable[[Question], str]
Tell = Callable[[str], None]


@dataclass
class Interview:
    """Asks through two functions, one that returns an answer and one that tells what was wrong with it."""

    ask: Ask
    tell: Tell
    today: dt.date
    currency: str = "GBP"
    facts: dict[str, Any] = field(default_factory=dict)

    def one(self, ask: str, kind: Any, default: object = "", *, optional: bool = False) -> Any:
        """Return the value of an answer that its type accepts, or None for one left blank."""
        question = Question(ask, kind, str(default), optional)
        adapter: TypeAdapter[Any] = TypeAdapter(kind)
        while True:
            answer = self.ask(question).strip()
            if optional and answer.casefold() in ("", BLANK):
                return None
            try:
                value = adapter.validate_python(answer, context={"currency": self.currency})
            except ValidationError as error:
                self.tell(_said(error, question))
                continue
            return value.amount if isinstance(value, Money) else value

    def yes(self, ask: str, default: str = "no") -> bool:
        """Return whether a question was answered with yes."""
        while True:
            answer = self.ask(Question(ask, str, default)).strip().casefold()
            if answer in ("yes", "y", "no", "n"):
                return answer.startswith("y")
            self.tell("Answer yes or no.")

    def several(self, ask: str, kind: Any = Line) -> list[str]:
        """Return answers until an empty one."""
        return list(iter(lambda: self.one(f"{ask} (Enter when done)", kind, optional=True), None))


def _said(error: ValidationError, question: Question) -> str:
    if question.choices:
        return f"Answer one of: {', '.join(question.choices)}."
    context = error.errors()[0].get("ctx", {})
    return f"{context.get('said', error.errors()[0]['msg'])}. {context.get('advice', '')}".strip()


def interview(ask: Ask, tell: Tell, today: dt.date) -> dict[str, Any]:
    """Return the facts of a new engagement as plain data in the format docgen.engagement/1."""
    talk = Interview(ask, tell, today)
    tell("The engagement")
    facts: dict[str, Any] = {
        "format": "docgen.engagement/1",
        "id": talk.one("Its id, used in file names and references", Reference, f"ENG-{today.year}-001"),
        "title": talk.one("What is it called?", Line),
        "locale": talk.one("Locale for dates and money", LocaleCode, "en-GB"),
        "currency": talk.one("Currency", CurrencyCode, "GBP"),
        "time_zone": talk.one("Time zone", TimeZone, "Europe/London"),
    }
    talk.currency = facts["currency"]
    country = talk.one(
        "Country whose public holidays count",
        Country,
        facts["locale"].split("-")[-1] if "-" in facts["locale"] else "GB",
    )
    part = talk.one("Its part, where holidays differ (ENG, BY …)", Line, optional=True)
    facts["calendar"] = {"country": country, **({"subdivision": part} if part else {})}
    provider = _party(talk, "provider")
    client = _party(talk, "client")
    facts["account"] = _account(talk, provider)
    facts |= {"provider": provider, "client": client}
    if talk.yes("Is there a letter of approval (leave to start before the contract)?", "yes"):
        facts["approval"] = _approval(talk)
    facts["terms"] = _terms(talk)
    return facts


def _party(talk: Interview, side: str) -> dict[str, Any]:
    talk.tell(f"The {side}")
    name = talk.one(f"Legal name of the {side}", Line)
    party: dict[str, Any] = {
        "legal_name": name,
        "kind": talk.one("Kind (private limited company, GmbH …)", Line, optional=True),
    }
    number = talk.one("Registration number", Line, optional=True)
    party["registration"] = None
    if number:
        register = talk.one("Register", Line, "Companies House")
        party["registration"] = {
            "register": register,
            "number": number,
            "jurisdiction": talk.one("Jurisdiction", Line, optional=True),
        }
    street = talk.one("Address: street", Line, optional=True)
    party["address"] = None
    if street:
        party["address"] = {
            "lines": [street],
            "city": talk.one("Address: city", Line),
            "postal_code": talk.one("Address: postal code", Line, optional=True),
            "country": talk.one("Address: country code", Country, "GB"),
        }
    party["notice_email"] = talk.one("E-mail for notices", Email, optional=True)
    signatory = talk.one("Who signs? Name", Line, optional=True)
    party["signatory"] = (
        {"name": signatory, "title": talk.one("Title of the signatory", Line, optional=True)} if signatory else None
    )
    role = "account_manager" if side == "provider" else "day_to_day"
    who = "Who answers for this client? Name" if side == "provider" else "Whom do you speak to day to day? Name"
    contact = talk.one(who, Line, optional=side == "client")
    party["contacts"] = []
    if contact:
        title = talk.one("Title", Line, "Account Manager" if side == "provider" else "", optional=True)
        email = talk.one("E-mail", Email, optional=side == "client")
        party["contacts"] = [{"name": contact, "title": title, "role": role, "email": email}]
    return _without_empty(party)


def _without_empty(party: dict[str, Any]) -> dict[str, Any]:
    """Return a party without optional facts nobody gave; those a document needs stay as blanks."""
    for group in (party["registration"], party["address"], party["signatory"], *party["contacts"]):
        for name in [name for name, value in (group or {}).items() if value is None]:
            del group[name]
    return party


def _account(talk: Interview, provider: dict[str, Any]) -> dict[str, Any]:
    talk.tell("The relationship")
    return {
        "manager": provider["contacts"][0]["email"],
        "client_class": talk.one("Class of the client: A, B or C (how often to keep in touch)", ClientClass, "B"),
        "deviation": talk.one("How likely does the work depart from plan: low, medium, high", Deviation, "medium"),
        "report": {
            "every": "week",
            "weekday": talk.one("Weekday of the progress report", Weekday, "friday"),
            "at": talk.one("Time of the progress report", TimeOfDay, "16:00"),
        },
        "contact_gap_days": talk.one("Longest silence, in days", Days, "7"),
        "client_goals": talk.several("A goal of the client"),
    }


def _approval(talk: Interview) -> dict[str, Any]:
    talk.tell("The letter of approval")
    item = talk.one("What is approved (proposal and version)", Line)
    day = talk.one("Date of the letter", Date, talk.today)
    begin = talk.one("Work may start on", Date, day)
    return {
        "item": item,
        "date": day,
        "proceed_from": begin,
        "valid_until": talk.one("It lapses on", Date, begin + dt.timedelta(days=30)),
        "not_to_exceed": talk.one(f"Limit, in {talk.currency}", Money, optional=True),
        "conditions": talk.several("A condition"),
    }


def _terms(talk: Interview) -> dict[str, Any]:
    talk.tell("The terms")
    start = talk.one("Effective date", Date, talk.today)
    end = talk.one("End date", Date, start + dt.timedelta(days=182))
    terms: dict[str, Any] = {
        "effective_date": start,
        "end_date": end,
        "governing_law": talk.one("Governing law", Line, "England and Wales", optional=True),
    }
    summary = talk.one("The work in one or two sentences", Prose, optional=True)
    deliverables = list(_deliverables(talk, end))
    terms["scope"] = {
        "summary": summary,
        "deliverables": deliverables,
        "exclusions": talk.several("Something the work does not include"),
        "assumptions": talk.several("Something the work assumes"),
    }
    terms["obligations"] = []
    milestones = [
        {"id": f"M{number}", "title": f"{item['title']} accepted", "date": item["due"], "deliverables": [item["id"]]}
        for number, item in enumerate(deliverables, 1)
    ]
    terms["fees"] = _fees(talk, milestones)
    terms["liability"] = _liability(talk, fees=bool(terms["fees"]["lines"]))
    terms["milestones"] = milestones
    terms["change_control"] = {
        "response_days": talk.one("Days to answer a change request", Days, "5"),
        "pricing": "The rates in the fee schedule",
        "approvals": [{"role": "director"}],
    }
    terms["termination"] = {
        "convenience_notice_days": talk.one("Notice to end without a reason, in days", Days, "30", optional=True),
        "cure_days": talk.one("Business days to put a breach right", Count, "14"),
    }
    terms["notices"] = {"methods": ["courier", "email"], "deemed_receipt_days": {"courier": 2, "email": 0}}
    terms["confidentiality_years"] = talk.one("Years of confidentiality after the end", Count, "3")
    terms["intellectual_property"] = talk.one(
        f"Who owns the results: {', '.join(Ownership)}", Ownership, Ownership.CLIENT_ON_PAYMENT.value
    )
    body = talk.one("Who names a mediator (CEDR, DIS …)", Line, optional=True)
    terms["disputes"] = {
        "negotiation_days": talk.one("Days of negotiation in a dispute", Days, "10"),
        "mediation": {"body": body, "days": 30} if body else None,
        "forum": Forum.COURTS.value,
    }
    return terms


def _deliverables(talk: Interview, end: dt.date) -> Iterator[dict[str, Any]]:
    number = 0
    while title := talk.one("A deliverable: title (Enter when done)", Line, optional=True):
        number += 1
        yield {
            "id": f"D{number}",
            "title": title,
            "description": talk.one("Described in a sentence", Prose, title),
            "due": talk.one("Due on", Date, end),
            "acceptance": {
                "criteria": talk.one("When is it accepted?", Prose, "It does what its description says"),
                "review_days": talk.one("Business days to review it", Days, "10"),
            },
        }


_FEE_KINDS = ("fixed", "time", "retainer", "unit")


def _fees(talk: Interview, milestones: list[dict[str, Any]]) -> dict[str, Any]:
    lines: list[dict[str, Any]] = []
    while text := talk.one("A fee: what it is for (Enter when done)", Line, optional=True):
        lines.append(_fee_line(talk, f"F{len(lines) + 1}", text, milestones))
    percent = talk.one("Tax on the fees, in per cent", Number, optional=True)
    tax = {"name": talk.one("Name of the tax", Line, "VAT"), "percent": percent} if percent else None
    return {"lines": lines, "tax": tax, "payment_days": talk.one("Days to pay an invoice", Days, "30")}


def _fee_line(talk: Interview, name: str, text: str, milestones: list[dict[str, Any]]) -> dict[str, Any]:
    kind = ""
    while kind not in _FEE_KINDS:
        kind = talk.one(f"Kind of fee: {', '.join(_FEE_KINDS)}", Line, "fixed")
    line: dict[str, Any] = {"id": name, "kind": kind, "description": text}
    if kind == "fixed":
        line["amount"] = talk.one(f"Amount in {talk.currency}", Money)
        names = [milestone["id"] for milestone in milestones]
        known = (
            talk.one(f"Due with milestone ({', '.join(names)})", Line, names[min(len(names), int(name[1:])) - 1])
            if names
            else None
        )
        return {**line, **({"milestone": known} if known in names else {})}
    if kind == "time":
        return line | {
            "role": talk.one("Role", Line, "Consultant"),
            "unit": "day",
            "rate": talk.one(f"Rate per day in {talk.currency}", Money),
            "estimate": talk.one("Estimated days", Number),
            "cap": talk.one("Days not to be passed", Number, optional=True),
        }
    if kind == "retainer":
        return line | {
            "amount": talk.one(f"Amount for each period in {talk.currency}", Money),
            "every": talk.one(f"Period: {', '.join(Period)}", Period, "month"),
            "periods": talk.one("How many periods", Count),
        }
    return line | {
        "unit": talk.one("What is counted (page, order …)", Line),
        "rate": talk.one(f"Price of one in {talk.currency}", Money),
        "quantity": talk.one("Expected number", Number),
    }


def _liability(talk: Interview, *, fees: bool) -> dict[str, Any]:
    """Return the limits of liability; a share of the fees is proposed where there are any."""
    amount = talk.one(f"Limit of liability: an amount in {talk.currency}", Money, optional=True)
    usual = "100" if fees else ""
    share = talk.one("Limit of liability: a share of the fees in per cent", Number, usual, optional=True)
    cap = {name: value for name, value in (("amount", amount), ("percent_of_fees", share)) if value}
    return {
        "cap": cap or None,
        "unlimited": [
            "death or personal injury caused by negligence",
            "fraud",
            "any liability that cannot be limited by law",
        ],
    }
