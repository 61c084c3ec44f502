"""The page on the life of an engagement: its diagrams and tables equal the code."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest

from docgen.lifecycle import deviation
from docgen.lifecycle.agenda import LISTED_AFTER, notice_of_breach
from docgen.lifecycle.alerts import decision_due, notice_due
from docgen.lifecycle.change_control import required_rungs
from docgen.lifecycle.client_actions import AskedAction, action_due
from docgen.lifecycle.deadlines import (
    acceptance_review,
    approval_validity,
    change_response,
    contact_gap,
    contract_end,
    cure,
    deliverables_due,
    insurance_expiries,
    mediation,
    milestones_due,
    negotiation,
    notice_receipt,
    obligations_due,
    payment,
    report_due,
    review_reminder,
)
from docgen.lifecycle.due import Actor, Deadline, DeadlineKind, Source
from docgen.lifecycle.house_rules import HouseRules, cooling_off, follow_up_due, relationship_review, survey
from docgen.lifecycle.states import LIFE_TABLE, ORDER_TABLE, LifeStep, diagram, life_returns
from docgen.models.breach import Breach
from docgen.models.contact import Contact
from docgen.models.engagement import Approval
from docgen.models.money import Money
from docgen.models.party import Side
from docgen.models.progress import ClientAction
from docgen.models.serious_issue import SeriousIssue
from docgen.models.terms import ApprovalRung, NoticeMethod
from docgen.settings import _KEYS as SETTINGS
from tests.lifecycle.agreed import ENGLAND, PLAN, TERMS, account
from tests.pages import fences, page, spans, tables

PAGE = page("lifecycle.md")
ON = dt.date(2026, 11, 23)
APPROVAL = {"item": "x", "date": ON, "proceed_from": ON, "valid_until": ON, "not_to_exceed": None}
CONTACT = Contact.model_validate(
    {
        "engagement": "NBS-2026-014",
        "on": ON,
        "how": "call",
        "by": "jon.bell@northbridge.example",
        "with": ["mei.tan@harrowpike.example"],
        "text": "Mei asked for the load test profile.",
        "follow_ups": [{"text": "Send the profile"}],
    }
)

BREACH = Breach.model_validate(
    {
        "engagement": "E-1",
        "by": "client",
        "notice_date": ON,
        "method": "courier",
        "defaults": [{"clause": "payment", "facts": [{"on": ON, "text": "Nothing was paid."}], "cure": "Pay."}],
    }
)
ISSUE = SeriousIssue.model_validate(
    {
        "engagement": "NBS-2026-014",
        "on": ON,
        "title": "The test system is closed",
        "happened": "It closed.",
        "effect": "We wait.",
        "options": [{"text": "Wait"}],
    }
)


def rows(*head: str) -> list[dict[str, str]]:
    """Return the rows of the one table that begins with these words in its head."""
    (table,) = [each for each in tables(PAGE) if each.head[: len(head)] == head]
    return [dict(zip(table.head, row, strict=True)) for row in table.rows]


def computed() -> dict[DeadlineKind, Deadline]:
    """Return a deadline of every kind."""
    courier = NoticeMethod.COURIER
    review = acceptance_review(PLAN, ON, ENGLAND)
    found = [
        notice_receipt(TERMS, ON, courier, Side.CLIENT, ENGLAND),
        cure(TERMS, ON, courier, Side.CLIENT, ENGLAND),
        payment(TERMS, "Invoice", ON, ENGLAND),
        review,
        review_reminder(review, ENGLAND),
        change_response(TERMS, "CO-001", ON, Side.CLIENT, ENGLAND),
        approval_validity(Approval.model_validate(APPROVAL), ENGLAND),
        *deliverables_due(TERMS, ENGLAND),
        *milestones_due(TERMS, ENGLAND),
        *obligations_due(TERMS, ENGLAND),
        contract_end(TERMS, ENGLAND),
        negotiation(TERMS, ON, ENGLAND),
        mediation(TERMS, ON, ENGLAND),
        cooling_off(ON, ENGLAND),
        *insurance_expiries(TERMS, ENGLAND, 30),
        report_due(account(), ON, ENGLAND),
        survey(ON, ENGLAND),
        relationship_review(ON, "Completion", ENGLAND),
        contact_gap(account(), ON, ENGLAND),
        notice_due(1, ISSUE, ENGLAND),
        notice_of_breach(1, BREACH, ENGLAND),
        decision_due(1, ISSUE, ON, ON, ENGLAND),
        action_due(AskedAction(ClientAction(text="Name a tester"), 1), ON, ENGLAND),
        follow_up_due(CONTACT, 1, CONTACT.follow_ups[0], Actor.PROVIDER, 7, ENGLAND),
    ]
    return {each.kind: each for each in found if each is not None}


def test_the_diagrams_are_drawn_from_the_tables() -> None:
    drawn = [fence.text for fence in fences(PAGE, "mermaid")]
    assert drawn == [diagram(LIFE_TABLE, life_returns()), diagram(ORDER_TABLE)]


def test_every_step_says_what_takes_it() -> None:
    listed = [span for row in rows("step", "is taken by") for span in spans(row["step"])]
    assert listed == [step.value for step in sorted(LifeStep, key=lambda step: listed.index(step.value))]


def test_every_deadline_is_listed_in_the_order_of_kinds() -> None:
    assert [spans(row["kind"])[0] for row in rows("kind", "who")] == [kind.value for kind in DeadlineKind]


@pytest.mark.parametrize("kind", DeadlineKind)
def test_a_deadline_has_the_clause_and_the_actor_that_the_page_says(kind: DeadlineKind) -> None:
    deadline = computed()[kind]
    (row,) = [row for row in rows("kind", "who") if list(spans(row["kind"])) == [kind.value]]
    assert row["who"] == deadline.owed_by.value.replace("_", " ")
    names = {Source.CONTRACT: "contract", Source.APPROVAL: "letter", Source.HOUSE: "house"}
    assert row["rule in"].partition(",")[0] == names[deadline.source]
    clause = deadline.clause or ""
    told = [re.sub("^obligation-.*", "obligation", name) for name in spans(row["rule in"])]
    assert told == ([re.sub("^obligation-.*", "obligation", clause)] if clause else [])


def test_every_setting_the_page_names_is_one() -> None:
    text = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"`deadlines\.([a-z_]+)`", text))
    assert named <= set(SETTINGS["deadlines"])
    assert named >= set(SETTINGS["deadlines"]) - {"contact_days_b", "contact_days_c"}
    assert f"until {LISTED_AFTER} days after" in text


def test_the_ladder_is_climbed_as_the_page_says() -> None:
    ladder = [
        ApprovalRung.model_validate({"up_to": up_to, "role": role}, context={"currency": "GBP"})
        for up_to, role in (("10000.00", "account_manager"), ("50000.00", "director"), (None, "board"))
    ]
    earlier: dict[str, Money] = {}
    for row in rows("order", "effect"):
        effect = _pounds(row["effect"])
        needed = [rung.role for rung in required_rungs(ladder, effect, earlier) if rung.required]
        told = row["it needs"].partition(":")[0].partition(", although")[0]
        assert told == ", ".join(str(role).replace("_", " ") for role in needed), row
        earlier[row["order"]] = effect
        size = Money.total((Money(abs(each.amount), "GBP") for each in earlier.values()), "GBP")
        assert _pounds(row["size with those before"]) == size


def _pounds(text: str) -> Money:
    return Money(Decimal(text.replace(",", "").replace("−", "-").replace("+", "")), "GBP").rounded()


def test_the_bounds_of_the_levels_are_those_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    medium, high = deviation.MEDIUM_FROM, deviation.HIGH_FROM
    assert (
        f"a brief contract (0 to {medium - 1}), a standard one ({medium} to {high - 1}) or a full one\n({high} and"
        in text
    )


def test_the_page_of_commands_says_the_defaults_of_the_house_rules() -> None:
    told: dict[str, int] = {}
    for table in tables(page("cli.md")):
        if table.head[0] == "setting":
            for names, default in zip(table.column("setting"), table.column("by default"), strict=True):
                if names.startswith("`deadlines."):
                    keys = [name.removeprefix("deadlines.") for name in spans(names)]
                    told |= dict(zip(keys, map(int, default.split(", ")), strict=True))
    assert told == vars(HouseRules())
