"""From fact files to a document: choose what it is made from, build its tree, and write it in a format."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from docgen.actions.bounded import bounded
from docgen.actions.desk import Desk
from docgen.actions.notices import NOTICE, early_notices
from docgen.actions.portfolio_case import portfolio_of_files
from docgen.actions.references import PREFIXES, Reference
from docgen.doctree.nodes import Block, Clause, Document, Paragraph, Schedule
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.doctree.signing import with_tags
from docgen.doctree.text import document_lines, inline_words
from docgen.doctree.walk import children, prints_pages
from docgen.errors import Finding, FindingsError, Place, UsageError, shell_word
from docgen.exchange.figure_records import records
from docgen.facts.kinds import AnyFacts, M
from docgen.facts.load import FactSet, Sourced, load_files
from docgen.facts.recorded import facts_bytes
from docgen.facts.source import Source
from docgen.lifecycle.progress import report_number
from docgen.models.breach import Breach, Default
from docgen.models.changes import ChangeDirective, ChangeOrder
from docgen.models.contact import Contact
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute, Grievance
from docgen.models.engagement import Engagement
from docgen.models.feedback import Estimate, Feedback
from docgen.models.progress import ProgressEntry
from docgen.models.review import Review
from docgen.models.serious_issue import SeriousIssue
from docgen.templating.case import Case, ClauseText, MissingPartError, Scene
from docgen.templating.catalogue import Template, template_of_file
from docgen.templating.context import build_scene, people
from docgen.templating.environment import emit
from docgen.templating.filters import Formats
from docgen.templating.labels import read_words
from docgen.templating.portfolio import KINDS as PORTFOLIO_KINDS
from docgen.templating.portfolio import PortfolioCase, portfolio_scene
from docgen.writers.docx_extras import NOTHING, Extras
from docgen.writers.theme import Theme

FORMATS = ("pdf", "docx", "html", "txt")
CONFORMED = "conformed-contract"
CONTRACT = "contract"
P = TypeVar("P")
AnyCase = Case | PortfolioCase
"""What a document is made from: one engagement, or several."""
_NUMBERED = re.compile(r"-([0-9]+)$")
CITING = frozenset(
    {
        "change-order",
        "change-directive",
        "look-back",
        "mediation-referral",
        "re-opening",
        "breach-notice",
        "completion-certificate",
        "relationship-review",
        "notice-of-issue",
    }
)
"""Kinds that cite the contract by its clause numbers."""


MAY_CITE = frozenset({"completion-certificate", "relationship-review", "notice-of-issue"})
"""Kinds among them that stand without clause numbers where no contract is in their language."""


@dataclass(frozen=True)
class Order:
    """What is asked for: a kind of document, its fact files, and how it is to be made."""

    kind: str
    files: tuple[Path, ...]
    settings: tuple[tuple[str, str], ...] = ()
    draft: bool = False
    template: Path | None = None
    tags: str = ""


@dataclass(frozen=True)
class Made:
    """A document as a tree, with the facts it was made from and what the reader of the command should know."""

    document: Document
    case: AnyCase
    facts: bytes
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    template: Template
    file_stem: str = ""
    checkpoint: str = ""
    """What the log was when the document was made, for its PDF to carry away."""

    @property
    def name(self) -> str:
        """Return the document's file name without its format."""
        if self.file_stem:
            return self.file_stem
        if isinstance(self.case, PortfolioCase):
            draft = "_DRAFT" if self.document.draft else ""
            return f"{self.case.stem}_{self.document.kind}_{self.case.on}{draft}"
        numbered = _NUMBERED.search(self.case.number) if self.document.kind in PREFIXES else None
        number = f"-{numbered[1]}" if numbered else ""
        return f"{self.case.engagement.id}_{self.document.kind}{number}_v0_DRAFT"


class UnknownClauseError(FindingsError):
    """A breach names a clause the contract does not have."""


def make(desk: Desk, order: Order) -> Made:
    """Return the document an order asks for, as a tree marked as a draft.

    Raises FindingsError with every fault of the files or the template, and with every fact that is
    missing unless a draft may have blanks.
    """
    facts = load_files(order.files, order.settings)
    errors = [finding for finding in facts.errors if not (order.draft and finding.rule == "missing")]
    if order.kind == NOTICE:
        errors += early_notices(facts, desk.on)
    if errors:
        raise FindingsError(errors)
    if order.kind in PORTFOLIO_KINDS:
        return _make_portfolio(desk, order, facts)
    engagement = _engagement(order.kind, facts)
    template = _template(desk, order, engagement.facts)
    kind = CONFORMED if order.kind == CONFORMED else template.header.kind
    case = case_of(desk, kind, engagement.facts, facts)
    document, missing = build(desk, template, case, facts)
    if missing and not order.draft:
        raise FindingsError(missing_findings(missing, facts, "Give it, or use --draft for a marked blank."))
    if order.tags:
        document = with_tags(document, order.tags)
    return Made(document, case, facts_json(facts), facts.findings, missing, template)


def _make_portfolio(desk: Desk, order: Order, facts: FactSet) -> Made:
    """Return a draft that speaks of all the engagements of some files."""
    if not facts.engagements:
        raise MissingPartError(order.kind, "engagement files (format: docgen.engagement/1)")
    case = portfolio_of_files(desk, order.kind, facts)
    template = template_of_file(order.template) if order.template else desk.catalogue.template(case.kind, case.language)
    document, missing = build(desk, template, case)
    if missing and not order.draft:
        raise FindingsError(missing_findings(missing, facts, "Give it, or use --draft for a marked blank."))
    return Made(document, case, records(case.told), facts.findings, missing, template)


def build(
    desk: Desk,
    template: Template,
    case: AnyCase,
    facts: FactSet | None = None,
    clauses: Mapping[str, ClauseText] | None = None,
) -> tuple[Document, tuple[str, ...]]:
    """Return a case's document as a numbered tree, and the paths of the facts it lacks.

    `clauses` are those of the contract that the document cites; by default those the contract would have now. A
    stranger's template, or one that includes a stranger's partial, runs within limits.
    """
    if desk.catalogue.own(template):
        return _build(desk, template, case, facts, clauses)
    return bounded(template.shown, lambda: _build(desk, template, case, facts, clauses), desk.limits)


def _build(
    desk: Desk, template: Template, case: AnyCase, facts: FactSet | None, clauses: Mapping[str, ClauseText] | None
) -> tuple[Document, tuple[str, ...]]:
    scene, formats = scene_of(desk, template, case, facts, clauses)
    emitted = emit(desk.sandbox, template, scene.facts, formats)
    tree = parse(
        emitted.markup,
        shown=template.shown,
        files=emitted.files,
        language=template.language,
        labels=formats.words.writer_labels(),
        pictures=scene.pictures,
    )
    document = replace(number(tree), kind=case.kind, author=_sender(case), draft=case.draft, number=case.number)
    return document, emitted.missing


def scene_of(
    desk: Desk,
    template: Template,
    case: AnyCase,
    facts: FactSet | None = None,
    clauses: Mapping[str, ClauseText] | None = None,
) -> tuple[Scene, Formats]:
    """Return what a template sees of a case, and how it writes things; the arguments are those of `build`."""
    locale = case.locale if isinstance(case, PortfolioCase) else case.engagement.locale
    words = read_words(desk.catalogue.labels, template.language, locale)
    if isinstance(case, PortfolioCase):
        return portfolio_scene(case, case.formats(words)), case.formats(words)
    engagement = case.engagement
    if clauses is None:
        clauses = contract_clauses(desk, case) if cites(desk, case.kind, template.language) else {}
    _check_clauses(case, clauses, facts)
    numbers = {name: clause.number for name, clause in clauses.items()}
    formats = Formats(engagement.locale, words, people(engagement), numbers)
    return build_scene(case, formats, clauses), formats


def firm_of(case: AnyCase) -> str:
    """Return the name of the firm whose engagements a case is of."""
    return case.firm if isinstance(case, PortfolioCase) else case.engagement.provider.legal_name or ""


def _sender(case: AnyCase) -> str:
    """Return whose document it is: the provider's, or that of the party that gives a notice or an order."""
    if isinstance(case, PortfolioCase):
        return case.firm
    return case.engagement.party(case.sender).legal_name or ""


def _letterhead(made: Made, desk: Desk) -> Theme:
    """Return the house's look with the sender's name; a client's notice does not carry the house's mark."""
    provider = firm_of(made.case)
    if made.document.author not in ("docgen", provider):
        return replace(desk.theme, firm=made.document.author, logo="")
    return desk.theme if desk.theme.firm else replace(desk.theme, firm=provider)


_ATTACHED = {
    False: ("facts.json", "The facts this document was made from"),
    True: ("figures.json", "The figures this document shows"),
}
"""What the PDF of one engagement carries, and that of several: the facts of those hold what a client must not read."""


def write(made: Made, form: str, desk: Desk, extras: Extras = NOTHING) -> bytes:
    """Return a document's bytes in a format: pdf, docx, html or txt; a stranger's page is laid out within limits.

    `extras` are what a Word file carries beside its text.
    """
    if desk.catalogue.own(made.template):
        return _write(made, form, desk, extras)
    return bounded(made.template.shown, lambda: _write(made, form, desk, extras), desk.limits)


def _write(made: Made, form: str, desk: Desk, extras: Extras) -> bytes:
    theme = _letterhead(made, desk)
    if form == "pdf":
        from docgen.writers.pdf import Attached, write_pdf

        attached = [Attached(*_ATTACHED[isinstance(made.case, PortfolioCase)], made.facts)]
        if made.checkpoint:
            said = "What the record was when this document was made, signed"
            attached.append(Attached("checkpoint.txt", said, made.checkpoint.encode()))
        return write_pdf(made.document, theme, made.case.on, tuple(attached))
    if form == "docx":
        from docgen.writers.docx import write_docx

        return write_docx(made.document, theme, made.case.on, _pages(made, theme), extras)
    if form == "html":
        from docgen.writers.html import write_html

        return write_html(made.document, theme).encode()
    return ("\n".join(document_lines(made.document)) + "\n").encode()


def _pages(made: Made, theme: Theme) -> Mapping[str, int]:
    """Return the pages a contents list or a reference prints; Word counts its own only when a person asks it to."""
    if not prints_pages(made.document):
        return {}
    from docgen.writers.pdf import page_numbers

    return page_numbers(made.document, theme, made.case.on)


def facts_json(facts: FactSet) -> bytes:
    """Return the facts as JSON: sorted keys, two spaces, amounts as text; the same facts give the same bytes."""
    data: dict[str, list[Any]] = {}
    for item in sorted(facts.items, key=lambda item: _ORDER.index(type(item.facts))):
        data.setdefault(_GROUPS[type(item.facts)], []).append(json.loads(facts_bytes(item.facts)))
    return (json.dumps(data, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


_GROUPS: Mapping[type[AnyFacts], str] = {
    Engagement: "engagements",
    ChangeOrder: "change_orders",
    ChangeDirective: "change_directives",
    ProgressEntry: "progress",
    Contact: "contacts",
    SeriousIssue: "serious_issues",
    Delivery: "deliveries",
    Dispute: "disputes",
    Breach: "breaches",
    Estimate: "estimates",
    Feedback: "feedback",
    Review: "reviews",
}
"""Under which name the facts file of a document lists each kind."""
_ORDER = tuple(_GROUPS)


# What a document is made from


def _engagement(kind: str, facts: FactSet) -> Sourced[Engagement]:
    if not facts.engagements:
        raise MissingPartError(kind, "an engagement file (format: docgen.engagement/1)")
    if len(facts.engagements) > 1:
        names = " and ".join(known.facts.id for known in facts.engagements)
        raise UsageError(f"These are files of more than one engagement: {names}. Render one at a time.")
    return facts.engagements[0]


def _template(desk: Desk, order: Order, engagement: Engagement) -> Template:
    if order.template:
        return template_of_file(order.template)
    name = CONTRACT if order.kind == CONFORMED else order.kind
    return desk.catalogue.template(name, engagement.words_language)


def case_of(desk: Desk, kind: str, engagement: Engagement, facts: FactSet) -> Case:
    """Return what a document of a kind is made from; raises MissingPartError where a file is not there."""
    case = _gathered(desk, kind, engagement, facts)
    match kind:
        case "change-order" | "change-impact":
            order = _last(kind, case.orders, "the change order (format: docgen.change-order/1), and the earlier ones")
            return replace(case, order=order, number=_numbered(engagement, kind, order.number))
        case "change-directive":
            directive = _last(kind, case.directives, "the directive (format: docgen.change-directive/1)")
            return replace(case, directive=directive, number=_numbered(engagement, kind, directive.number))
        case "progress-report" | "covering-mail":
            entry = _last(kind, case.entries, "a progress entry (format: docgen.progress/1), and the earlier ones")
            return replace(case, entry=entry, number=_numbered(engagement, kind, report_number(case.entries, entry)))
        case "look-back" | "mediation-referral" | "re-opening":
            dispute = _only(kind, facts.of(Dispute), "one dispute file (format: docgen.dispute/1)")
            return replace(case, dispute=dispute, number=_numbered(engagement, kind, dispute.number or 1))
        case "breach-notice":
            return replace(case, breach=_only(kind, facts.breaches, "one breach file (format: docgen.breach/1)"))
        case "notice-of-issue":
            issue = _only(kind, facts.of(SeriousIssue), "one serious issue (format: docgen.serious-issue/1)")
            return replace(case, issue=issue, number=_numbered(engagement, kind, issue.number or 1))
        case "meeting-proposal":
            feedback = _last(kind, case.feedback, "what the client answered (format: docgen.feedback/1)")
            return replace(case, number=_numbered(engagement, kind, feedback.number or 1))
        case "relationship-review":
            review = _last(kind, case.reviews, "the review file (format: docgen.review/1), and the earlier ones")
            return replace(case, review=review, number=_numbered(engagement, kind, review.number or 1))
        case _:
            return case


def _gathered(desk: Desk, kind: str, engagement: Engagement, facts: FactSet) -> Case:
    """Return a case with all facts of each sort, in their order."""

    def of(sort: type[M], key: Callable[[M], Any]) -> tuple[M, ...]:
        return tuple(sorted((item.facts for item in facts.of(sort)), key=key))

    return Case(
        kind=kind,
        engagement=engagement,
        on=desk.on,
        number=f"{engagement.id}/{kind}",
        orders=of(ChangeOrder, lambda order: order.number),
        directives=of(ChangeDirective, lambda each: each.number),
        entries=of(ProgressEntry, lambda entry: (entry.period.end, entry.period.start)),
        contacts=of(Contact, lambda each: (each.order(), each.number or 0)),
        deliveries=of(Delivery, lambda each: (each.delivered_on, each.number or 0)),
        disputes=of(Dispute, lambda each: (each.raised_on, each.number or 0)),
        unsent=facts.unsent,
        issues=of(SeriousIssue, lambda each: (each.on, each.number or 0)),
        noticed=facts.noticed,
        leave=facts.leave,
        around=facts.around,
        estimates=of(Estimate, lambda each: each.on),
        feedback=of(Feedback, lambda each: (each.on, each.number or 0)),
        reviews=of(Review, lambda each: each.on),
        in_force_on=desk.on if desk.on_given else None,
        house=desk.theme.firm,
        logo=bool(desk.theme.logo),
    )


def _numbered(engagement: Engagement, kind: str, number: int) -> str:
    return str(Reference(engagement.id, kind, number))


def _last(kind: str, parts: Sequence[P], needs: str) -> P:
    if not parts:
        raise MissingPartError(kind.replace("-", " "), needs)
    return parts[-1]


def _only(kind: str, parts: Sequence[Sourced[M]], needs: str) -> M:
    if len(parts) != 1:
        raise MissingPartError(kind.replace("-", " "), needs)
    return parts[0].facts


# Clause numbers of the contract


def cites(desk: Desk, kind: str, language: str) -> bool:
    """Say whether a document of a kind cites the contract: some do only where there is one in their language."""
    there = kind not in MAY_CITE or (CONTRACT, language) in desk.catalogue.templates
    return kind in CITING and there


def contract_clauses(desk: Desk, case: Case) -> dict[str, ClauseText]:
    """Return the contract's clauses by id, as the contract in force for a case prints them.

    Where the case rests on the letter of approval they are that letter's.
    """
    template = desk.catalogue.template(case.rests_on, case.engagement.words_language)
    document, _ = build(desk, template, contract_of(case))
    return dict(_clause_texts(document.blocks, ""))


def contract_of(case: Case) -> Case:
    """Return the case of the contract, or of the letter of approval, whose clauses a case cites."""
    kind = CONFORMED if case.orders and not case.before_contract else case.rests_on
    day = case.breach.notice_date if case.breach else None
    if case.dispute or case.directive or case.issue:
        day = case.day
    orders = tuple(known for known in case.orders if case.order is None or known.number < case.order.number)
    return replace(
        case,
        kind=kind,
        order=None,
        directive=None,
        dispute=None,
        breach=None,
        issue=None,
        entry=None,
        orders=orders,
        in_force_on=day,
        number=f"{case.engagement.id}/{case.rests_on}",
    )


def _clause_texts(blocks: Sequence[Block], title: str) -> Iterator[tuple[str, ClauseText]]:
    """Yield every clause with its title, or that of the clause around it where it has none."""
    for block in blocks:
        inner = title
        if isinstance(block, Clause | Schedule):
            inner = inline_words(block.title) or title
            yield block.id, ClauseText(block.label, inner, _own_words(block.children))
        yield from _clause_texts(children(block), inner)


def _own_words(blocks: Sequence[Block]) -> str:
    """Return the words of a clause without those of its sub-clauses."""
    return " ".join(inline_words(block.children) for block in blocks if isinstance(block, Paragraph))


def clause_advice(clause: str, known: Iterable[str], kind: str = CONTRACT) -> str:
    """Return the clauses that may be meant by one that a kind of document does not have, or where all are listed."""
    near = get_close_matches(clause, sorted(known), 3)
    if near:
        return f"Did you mean {' or '.join(f'“{each}”' for each in near)}?"
    return f"`docgen template show {shell_word(kind)}` lists those there are."


def _check_clauses(case: Case, clauses: Mapping[str, ClauseText], facts: FactSet | None) -> None:
    cited: Sequence[Default | Grievance] = ()
    name, items = "defaults", tuple[Sourced[Any], ...](facts.of(Breach) if facts else ())
    if case.breach:
        cited = case.breach.defaults
    elif case.dispute:
        name, items, cited = "grievances", facts.of(Dispute) if facts else (), case.dispute.grievances
    findings = []
    for index, each in enumerate(cited):
        if each.clause not in clauses:
            place = items[0].source.place((name, index, "clause")) if items else Place(name)
            message = f"the {case.rests_on.replace('-', ' ')} has no clause “{each.clause}”."
            findings.append(Finding("clause", message, place, clause_advice(each.clause, clauses, case.rests_on)))
    if findings:
        raise UnknownClauseError(findings)


# Facts that are missing


_FACTS_OF: Mapping[str, type[AnyFacts]] = {
    "order": ChangeOrder,
    "directive": ChangeDirective,
    "report": ProgressEntry,
    "issue": SeriousIssue,
    "dispute": Dispute,
    "breach": Breach,
    "feedback": Feedback,
    "review": Review,
}
"""The facts that stand behind the names templates use."""


def missing_findings(missing: Sequence[str], facts: FactSet, advice: str) -> Iterator[Finding]:
    """Yield a finding for each fact a document lacks, where it would stand in its file."""
    engagement = facts.engagements[0].source
    for path in missing:
        group, _, rest = path.partition(".")
        beside = facts.of(_FACTS_OF[group]) if group in _FACTS_OF else ()
        source = beside[-1].source if beside else engagement
        name = rest if beside else path
        yield Finding(
            "missing-fact",
            f"the document needs {name}, which is not given.",
            source.key_place(_loc(source, name)),
            advice,
        )


def _loc(source: Source, path: str) -> tuple[str | int, ...]:
    """Return the place a view's path names in a file: list entries by their id or their number."""
    loc: list[str | int] = []
    value: Any = source.data
    parts = path.split(".")
    if isinstance(value, dict) and parts[0] not in value and parts[0] in (value.get("terms") or {}):
        parts.insert(0, "terms")
    for part in parts:
        if isinstance(value, list):
            index = next(
                (i for i, entry in enumerate(value) if isinstance(entry, dict) and entry.get("id") == part), None
            )
            index = int(part) - 1 if index is None and part.isdigit() else index
            if index is None or index >= len(value):
                break
            loc.append(index)
            value = value[index]
        elif isinstance(value, dict) and part in value:
            loc.append(part)
            value = value[part]
        else:
            break
    return tuple(loc)
