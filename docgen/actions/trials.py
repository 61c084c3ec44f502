"""Cases on which templates are tried: the examples in every level of detail, with and without their optional facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from docgen.actions.demo import DOCUMENTS, EXAMPLE, REPORTS
from docgen.actions.desk import Desk
from docgen.actions.portfolio_case import portfolio_of_files
from docgen.actions.render import CITING, CONFORMED, AnyCase, case_of
from docgen.errors import DocgenError
from docgen.facts.load import FactSet, load_files
from docgen.models.changes import ChangeOrder
from docgen.models.engagement import Deviation, Engagement
from docgen.templating.catalogue import Template
from docgen.templating.portfolio import KINDS as PORTFOLIO_KINDS

_ORDER = "change-order-001.yaml"
_FILES = {
    **dict(DOCUMENTS),
    CONFORMED: (_ORDER,),
    "change-impact": (_ORDER,),
    "change-directive": ("change-directive-001.yaml",),
    "covering-mail": (_ORDER, *REPORTS),
}
"""The files of the example that each kind of document is made from, beside the engagement's."""
_DETAIL = re.compile(r"\b(?:detail|deviation)\b")
_EVERY_CHANGE: tuple[dict[str, Any], ...] = (
    {"do": "add_deliverable", "deliverable": {"id": "D9", "title": "Trial", "description": "A trial.", "due": None,
     "acceptance": None}},
    {"do": "omit_deliverable", "deliverable": "D3"},
    {"do": "revise_deliverable", "deliverable": "D2", "title": "Trial", "description": "A trial."},
    {"do": "add_fee", "line": {"kind": "unit", "id": "F9", "description": "Trial", "unit": "page", "rate": "2.00",
     "quantity": "10"}},
    {"do": "omit_fee", "line": "F1"},
    {"do": "change_fee", "line": "F4", "amount": "2600.00"},
    {"do": "change_rate", "line": "F3", "rate": "730.00"},
    {"do": "change_estimate", "line": "F3", "estimate": "16"},
    {"do": "add_milestone", "milestone": {"id": "M9", "title": "Trial", "date": "2027-01-15"}},
    {"do": "omit_milestone", "milestone": "M3"},
    {"do": "move_milestone", "milestone": "M2", "days": "7"},
    {"do": "move_end_date", "days": "7"},
    {"do": "add_obligation", "obligation": {"id": "O9", "party": "client", "degree": "should", "action": "try"}},
    {"do": "omit_obligation", "obligation": "O2"},
    {"do": "change_liability_cap", "percent_of_fees": "120"},
    {"do": "change_term", "path": "termination.cure_days", "value": "12"},
)  # fmt: skip
"""One change of each kind to the example."""


@cache
def example(kind: str) -> FactSet:
    """Return the facts of the example from which a kind of document is made."""
    return load_files([EXAMPLE / name for name in ("engagement.yaml", *_FILES.get(kind, ()))])


def sample_case(desk: Desk, template: Template) -> AnyCase:
    """Return the example as the case of a template, in the template's language."""
    kind = template.header.kind
    facts = example(kind)
    if kind in PORTFOLIO_KINDS:
        return portfolio_of_files(desk, kind, facts, template.language)
    engagement = facts.engagements[0].facts.model_copy(update={"language": template.language})
    return case_of(desk, kind, engagement, facts)


def trial_cases(desk: Desk, template: Template) -> Iterator[AnyCase]:
    """Yield cases that take a template down its paths: each level of detail, with and without optional facts."""
    kind = template.header.kind
    if kind in PORTFOLIO_KINDS:
        yield from _portfolios(desk, template)
        return
    for each in (kind, CONFORMED) if kind == "contract" else (kind,):
        facts = example(each)
        engagement = facts.engagements[0].facts
        engagement = engagement.model_copy(update={"language": template.language})
        for deviation in _levels(desk, template, each):
            account = engagement.account.model_copy(update={"deviation": deviation})
            full = engagement.model_copy(update={"account": account})
            for variant in (full, bare(full)):
                yield from _case(desk, each, variant, facts)
        if each == "change-order":
            yield from _case(desk, each, engagement, _with_every_change(facts))


def _case(desk: Desk, kind: str, engagement: Engagement, facts: FactSet) -> Iterator[AnyCase]:
    try:
        yield case_of(desk, kind, engagement, facts)
    except DocgenError:  # what the example lacks without its optional facts is no fault of the template
        return


def _with_every_change(facts: FactSet) -> FactSet:
    """Return the facts of a change order with one change of each kind."""
    (order,) = facts.of(ChangeOrder)
    data = {**order.facts.model_dump(by_alias=True), "changes": _EVERY_CHANGE}
    context = {"currency": facts.engagements[0].facts.currency}
    changed = replace(order, facts=ChangeOrder.model_validate(data, context=context))
    return replace(facts, items=tuple(changed if item is order else item for item in facts.items))


def _levels(desk: Desk, template: Template, kind: str) -> Iterable[Deviation]:
    """Return the levels of detail that make a difference to a template: one where it never asks for it."""
    asks = any(_DETAIL.search(part.text) for part in desk.catalogue.closure(template))
    return Deviation if asks or kind in CITING else (Deviation.MEDIUM,)


def _portfolios(desk: Desk, template: Template) -> Iterator[AnyCase]:
    """Yield portfolios of the example: with its entries, with none, and with facts left out."""
    facts = example(template.header.kind)
    (engagement,) = facts.engagements
    lean = replace(engagement, facts=bare(engagement.facts))
    for each in (facts, replace(facts, items=(engagement,)), replace(facts, items=(lean,))):
        yield portfolio_of_files(desk, template.header.kind, each, template.language)


def bare(engagement: Engagement) -> Engagement:
    """Return an engagement without its optional facts."""
    terms = engagement.terms
    fees = terms.fees.model_copy(update={"expenses": None, "tax": None, "late_interest": None})
    liability = terms.liability.model_copy(
        update={"increased": None, "unlimited": (), "excluded": (), "insurance": (), "indemnities": ()}
    )
    terms = terms.model_copy(
        update={
            "fees": fees,
            "liability": liability,
            "scope": terms.scope.model_copy(update={"exclusions": (), "assumptions": ()}),
            "obligations": (),
            "termination": terms.termination.model_copy(update={"convenience_notice_days": None}),
            "change_control": terms.change_control.model_copy(update={"approvals": ()}),
        }
    )
    account = engagement.account.model_copy(
        update={"client_goals": (), "decision_process": None, "privileges": (), "team": (), "report": None}
    )
    return engagement.model_copy(update={"terms": terms, "account": account, "approval": None})
