"""What people do with templates: show one, check them, and read one as a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from docgen.actions.bounded import LimitError
from docgen.actions.demo import DOCUMENTS, EXAMPLE
from docgen.actions.desk import Desk
from docgen.actions.portfolio_case import portfolio_of_files
from docgen.actions.render import (
    CITING,
    CONFORMED,
    AnyCase,
    Made,
    build,
    case_of,
    cites,
    contract_clauses,
    contract_of,
    write,
)
from docgen.doctree.nodes import Clause, Document, Picture, Schedule
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.doctree.text import inline_words
from docgen.doctree.walk import walk
from docgen.errors import DocgenError, Finding, FindingsError, Place
from docgen.facts.load import FactSet, load_files
from docgen.models.engagement import Deviation
from docgen.templating.case import ClauseText
from docgen.templating.catalogue import SUFFIX, Template, template_of_file
from docgen.templating.labels import read_words
from docgen.templating.portfolio import KINDS as PORTFOLIO_KINDS
from docgen.templating.portfolio import PortfolioCase
from docgen.templating.reading import PLACEHOLDER

_BLANK_PICTURE = Picture(
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="120" viewBox="0 0 640 120">'
    '<rect x="0.5" y="0.5" width="639" height="119" fill="#f1f3f6" stroke="#c4cad2"/></svg>',
    640,
    120,
)
_DETAIL = re.compile(r"\b(?:detail|deviation)\b")
_AGAIN = re.compile(r"-[0-9]+$")
"""What the reading view puts behind an id that stands in two alternatives."""
_PICTURES = ("burn-down", "timeline", "rag-history", "logo", "status", "milestones", "1")
"""The pictures a template may name; where it names one by a value, the reading view says 1."""


def template_record(desk: Desk, name: str, language: str) -> dict[str, Any]:
    """Return all there is to say of a template: its header, hash, what it includes, and its clauses by id."""
    template = find_template(desk, name, language)
    included = [part.name for part in desk.catalogue.closure(template)[1:]]
    return {**desk.catalogue.record(template), "includes": included, "clauses": _clauses(desk, template)}


def _clauses(desk: Desk, template: Template) -> list[dict[str, str]]:
    """Return the clauses of the example's document, then those that only other documents have, without a number."""
    try:
        example = _rows(build(desk, template, _sample_case(desk, template))[0])
    except DocgenError:
        example = []
    known = [row["id"] for row in example]
    others: dict[str, dict[str, str]] = {}
    for row in _rows(reading_document(desk, template)):
        name = row["id"]
        again = _AGAIN.sub("", name)
        if again in known or again in others or PLACEHOLDER in again:
            name = again
        form = re.compile(re.escape(name).replace(PLACEHOLDER, ".+"))
        if not any(form.fullmatch(each) for each in known):
            others.setdefault(name, {**row, "id": name, "number": ""})
    return [*example, *others.values()]


def _rows(document: Document) -> list[dict[str, str]]:
    return [
        {"id": block.id, "number": block.label, "title": inline_words(block.title)}
        for block in walk(document.blocks)
        if isinstance(block, Clause | Schedule)
    ]


def find_template(desk: Desk, name: str, language: str) -> Template:
    """Return a template by its name in the catalogue, or by its file."""
    if name.endswith(SUFFIX) or "/" in name:
        return template_of_file(Path(name))
    return desk.catalogue.template(name, language)


# Checking


Contracts = dict[tuple[object, ...], Mapping[str, ClauseText]]
"""The clauses of the contracts that were made on the way, each by what it follows from."""


def lint_templates(desk: Desk, names: Sequence[str]) -> tuple[Finding, ...]:
    """Return what is wrong with templates, all of the catalogue's by default; each finding once."""
    if names:
        chosen = [
            template
            for name in names
            for template in (
                [find_template(desk, name, "en")]
                if name.endswith(SUFFIX) or "/" in name
                else [desk.catalogue.template(name, language) for language in desk.catalogue.languages(name) or ("en",)]
            )
        ]
    else:
        chosen = [template for _, template in sorted(desk.catalogue.templates.items()) if not template.partial]
    known: Contracts = {}
    found = [finding for template in chosen for finding in _lint(desk, template, known)]
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: (finding.place, finding.message)))


def _lint(desk: Desk, template: Template, known: Contracts) -> Iterator[Finding]:
    try:
        desk.catalogue.closure(template)
        cases = list(_trial_cases(desk, template))
    except FindingsError as error:
        yield from error.findings
        return
    except DocgenError as error:
        yield Finding("include", str(error), Place(template.shown))
        return
    for case in cases:
        try:
            build(desk, template, case, clauses=_cited(desk, template, case, known))
        except FindingsError as error:
            yield from error.findings
        except LimitError as error:
            yield Finding("render", str(error), Place(template.shown))
            return
        except DocgenError as error:
            yield Finding("render", str(error), Place(template.shown))


def _cited(desk: Desk, template: Template, case: AnyCase, known: Contracts) -> Mapping[str, ClauseText] | None:
    """Return the clauses that a case cites; several templates are tried with the same contract, which is made once."""
    if isinstance(case, PortfolioCase) or not cites(desk, case.kind, template.language):
        return None
    contract = contract_of(case)
    orders = tuple(order.number for order in contract.orders)
    key = (
        contract.kind,
        contract.number,
        contract.in_force_on,
        contract.on,
        orders,
        contract.engagement.model_dump_json(),
    )
    if key not in known:
        known[key] = contract_clauses(desk, case)
    return known[key]


@cache
def _example(kind: str) -> FactSet:
    files = dict(DOCUMENTS).get(kind, ())
    if kind == CONFORMED:
        files = ("change-order-001.yaml",)
    return load_files([EXAMPLE / name for name in ("engagement.yaml", *files)])


def _trial_cases(desk: Desk, template: Template) -> Iterator[AnyCase]:
    """Yield cases that take a template down its paths: each level of detail, with and without optional facts."""
    kind = template.header.kind
    if kind in PORTFOLIO_KINDS:
        yield from _trial_portfolios(desk, template)
        return
    kinds = (kind, CONFORMED) if kind == "contract" else (kind,)
    for each in kinds:
        facts = _example(each)
        engagement = facts.engagements[0].facts
        engagement = engagement.model_copy(update={"language": template.language})
        for deviation in _levels(desk, template, each):
            account = engagement.account.model_copy(update={"deviation": deviation})
            full = engagement.model_copy(update={"account": account})
            for variant in (full, _bare(full)):
                try:
                    yield case_of(desk, each, variant, facts)
                except DocgenError:
                    continue


def _levels(desk: Desk, template: Template, kind: str) -> Iterable[Deviation]:
    """Return the levels of detail that make a difference to a template: one where it never asks for it."""
    asks = any(_DETAIL.search(part.text) for part in desk.catalogue.closure(template))
    return Deviation if asks or kind in CITING else (Deviation.MEDIUM,)


def _trial_portfolios(desk: Desk, template: Template) -> Iterator[AnyCase]:
    """Yield portfolios of the example: with its entries, with none, and with facts left out."""
    facts = _example(template.header.kind)
    (engagement,) = facts.engagements
    bare = replace(engagement, facts=_bare(engagement.facts))
    for each in (facts, replace(facts, items=(engagement,)), replace(facts, items=(bare,))):
        yield portfolio_of_files(desk, template.header.kind, each, template.language)


def _bare(engagement: Any) -> Any:
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


# Reading


def preview_template(desk: Desk, name: str, language: str, form: str, *, sample: bool = False) -> bytes:
    """Return a template as a document: with names in the places of values, or filled with the example."""
    template = find_template(desk, name, language)
    case = _sample_case(desk, template)
    if sample:
        document, _ = build(desk, template, case)
    else:
        document = reading_document(desk, template)
    return write(Made(document, case, b"{}\n", (), (), template), form, desk)


def _sample_case(desk: Desk, template: Template) -> AnyCase:
    kind = template.header.kind
    facts = _example(kind)
    if kind in PORTFOLIO_KINDS:
        return portfolio_of_files(desk, kind, facts, template.language)
    engagement = facts.engagements[0].facts.model_copy(update={"language": template.language})
    return case_of(desk, kind, engagement, facts)


def reading_document(desk: Desk, template: Template) -> Document:
    """Return a template as those read it who decide on it: names in the places of values, “only if” at conditions."""
    from docgen.templating.reading import reading_markup

    words = read_words(desk.catalogue.labels, template.language)
    markup = reading_markup(desk.sandbox, template)
    tree = parse(
        markup,
        shown=template.shown,
        files=tuple(desk.sandbox.files.names),
        language=template.language,
        labels=words.writer_labels(),
        pictures=dict.fromkeys(_PICTURES, _BLANK_PICTURE),
    )
    return replace(number(tree), kind=template.header.kind, author="docgen", draft=True, number=template.name)
