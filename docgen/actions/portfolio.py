"""Documents of several engagements, made from the record as a whole: for one client, and for one account manager.

They are read from the record and change nothing in it. What they say follows from the entries of the log, the day, the
template and the house's settings, and they name the entries and the last checkpoint.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from docgen.actions.clients import find_client
from docgen.actions.conditions import check_conditions
from docgen.actions.desk import Desk
from docgen.actions.dossier import Dossier, certified, dossier_of
from docgen.actions.health import Asking as AskingHealth
from docgen.actions.health import health_lines
from docgen.actions.life import house_rules
from docgen.actions.pending_reports import missed_reports, owed_reports, pending_reports
from docgen.actions.portfolio_case import local_part, portfolio_case
from docgen.actions.recorded import kept_engagements
from docgen.actions.references import reference_of
from docgen.actions.render import Made, build, write
from docgen.actions.template_course import check_approved
from docgen.actions.timeline import open_promises
from docgen.actions.told import told_by, unissued
from docgen.errors import DocgenError, Finding, FindingsError, NotFoundError, Place, UsageError
from docgen.exchange.figure_records import records
from docgen.exchange.figures import write_workbook
from docgen.lifecycle.agenda import agenda
from docgen.lifecycle.effective import ChangeError
from docgen.lifecycle.manager_week import (
    WINDOW,
    HealthSeen,
    Missed,
    ReportToDo,
    ToDo,
    Trouble,
    Waiting,
    Week,
    Word,
    in_order,
    is_managed_by,
    to_do_of,
    troubles_of,
)
from docgen.lifecycle.outdated import moved
from docgen.lifecycle.portfolio import Member, OrderLine, Paper, portfolio
from docgen.lifecycle.reporting import report_name
from docgen.lifecycle.states import OrderState
from docgen.models.engagement import Engagement
from docgen.templating.labels import read_words
from docgen.templating.portfolio import PORTFOLIO, WEEK, Basis, PortfolioCase

if TYPE_CHECKING:
    from docgen.actions.change_orders import Course

FORMATS = ("pdf", "docx", "xlsx", "html", "txt")
LISTED_AFTER = 90
"""How many days after its completion an engagement is still in the report for its client."""
_TRIES = 5
_OURS = frozenset({"look-back", "re-opening", "change-directive"})
"""Kinds of document that one side alone signs; who that is differs from letter to letter, so no client is asked."""
T = TypeVar("T")


class NobodysWeekError(UsageError):
    """Nobody said whose week is asked for."""

    def __init__(self) -> None:
        super().__init__("Say whose week: --manager EMAIL, or --as EMAIL for your own.")


class NothingManagedError(NotFoundError):
    """Somebody answers for no engagement."""

    def __init__(self, manager: str, known: Sequence[str]) -> None:
        near = get_close_matches(manager, known, 1)
        advice = f"Did you mean {near[0]}?" if near else f"Those who do: {', '.join(known) or 'nobody'}."
        super().__init__(f"{manager} is the account manager of no recorded engagement. {advice}")


class BusyRecordError(DocgenError):
    """Others kept writing while a document was gathered."""

    def __init__(self) -> None:
        super().__init__(
            "The record changed each time it was read as a whole. Run it again when less is being recorded."
        )


# For the client


def client_report(desk: Desk, name: str, language: str = "") -> PortfolioCase:
    """Return the case of the report on all engagements of a client, as the record is on the day of the desk.

    Engagements that were completed more than `LISTED_AFTER` days ago are only counted. Raises UnknownClientError,
    AmbiguousClientError, BusyRecordError, and what reading the record and computing terms raise: what cannot be told
    of one engagement is not passed over in silence.
    """

    def gather(basis: Basis) -> PortfolioCase:
        group = find_client(desk, name)
        members, earlier = [], 0
        for revision in sorted(group.revisions, key=lambda each: each.engagement):
            if _completed_before(desk, revision.engagement, LISTED_AFTER):
                earlier += 1
                continue
            members.append(_member(desk, dossier_of(desk.record, revision, desk.on)))
        told = portfolio(members, desk.on, earlier)
        engagements = [each.engagement for each in members]
        case = portfolio_case(
            desk, PORTFOLIO, told, engagements, language=language, stem=group.client.name, basis=basis, draft=False
        )
        return replace(case, client=group.party)

    return _at_rest(desk, gather)


def _completed_before(desk: Desk, engagement: str, days: int) -> bool:
    return certified(desk.record, engagement, desk.on - dt.timedelta(days=days + 1))


def _member(desk: Desk, dossier: Dossier) -> Member:
    return Member(
        situation=dossier.situation,
        told=told_by(dossier),
        orders=tuple(_order_line(dossier, course) for course in dossier.chain.courses.values()),
        papers=tuple(
            Paper(each.kind, str(reference_of(each)), dt.date.fromisoformat(each.day))
            for each in dossier.papers
            if each.awaits == "signature" and each.kind not in _OURS
        ),
        rules=house_rules(desk),
    )


def _order_line(dossier: Dossier, course: Course) -> OrderLine:
    order, paper = course.order, course.document
    try:
        impact = dossier.chain.impact(course)
        effect, days, moves = impact.sum.effect, impact.end_date.days, moved(impact.now, impact.then)
    except ChangeError:
        effect, days, moves = None, None, ()
    signed = paper.executed_on if paper and course.state is OrderState.EXECUTED else None
    return OrderLine(
        reference=order.reference,
        title=order.title,
        state=course.state,
        requested_by=order.requested_by,
        effect=effect,
        days=days,
        effective_date=order.effective_date,
        signed_on=dt.date.fromisoformat(signed) if signed else None,
        answer_by=course.submitted.respond_by if course.submitted and course.state is OrderState.SUBMITTED else None,
        moves=moves,
    )


# For the account manager


def manager_week(desk: Desk, manager: str = "", language: str = "en") -> PortfolioCase:
    """Return the case of an account manager's week from the day of the desk on; by default of who acts.

    What cannot be computed of one engagement is among the remarks. Raises NobodysWeekError, NothingManagedError,
    BusyRecordError, and what opening the record raises.
    """
    wanted = manager or desk.person
    if not wanted:
        raise NobodysWeekError
    return _at_rest(desk, lambda basis: _week_case(desk, wanted, language, basis))


def _week_case(desk: Desk, manager: str, language: str, basis: Basis) -> PortfolioCase:
    remarks: list[str] = []
    known: dict[str, None] = {}
    gathered = _Gathered()
    for revision, engagement in kept_engagements(desk.record):
        if engagement.account.manager:
            known[engagement.account.manager] = None
        if not is_managed_by(engagement, manager) or _completed_before(desk, revision.engagement, 2 * 365):
            continue
        gathered.engagements.append(engagement)
        try:
            _gather(desk, dossier_of(desk.record, revision, desk.on), gathered, remarks)
        except DocgenError as error:
            remarks.append(f"{revision.engagement}: {error}")
    if not gathered.engagements:
        raise NothingManagedError(manager, list(known))
    week = Week(
        on=desk.on,
        manager=manager,
        engagements=len(gathered.engagements),
        health=tuple(_health(desk, manager, gathered.unissued)),
        to_do=in_order(gathered.to_do),
        reports=tuple(sorted(gathered.reports, key=lambda each: (each.moment, each.reference))),
        missed=tuple(sorted(gathered.missed, key=lambda each: (each.days[0], each.engagement))),
        waiting=tuple(sorted(gathered.waiting, key=lambda each: (-each.days, each.reference))),
        words=tuple(sorted(gathered.words, key=lambda each: (each.given.date, each.engagement))),
        troubles=tuple(sorted(gathered.troubles, key=lambda each: (each.since, each.engagement))),
        remarks=tuple(remarks),
    )
    return portfolio_case(
        desk, WEEK, week, gathered.engagements, language=language, stem=local_part(manager), basis=basis, draft=False
    )


@dataclass
class _Gathered:
    """What was found of the engagements so far."""

    engagements: list[Engagement] = field(default_factory=list)
    to_do: list[ToDo] = field(default_factory=list)
    reports: list[ReportToDo] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    unissued: dict[str, tuple[str, ...]] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def _gather(desk: Desk, dossier: Dossier, gathered: _Gathered, remarks: list[str]) -> None:
    found = agenda(dossier.situation, house_rules(desk))
    if found.remark:
        remarks.append(f"{dossier.name}: {found.remark}")
    waiting = tuple(unissued(dossier))
    gathered.unissued[dossier.name] = tuple(report_name(each.number) for each in waiting if each.number is not None)
    gathered.to_do += to_do_of(dossier.situation, found.owed, unissued=waiting)
    known = owed_reports(desk, dossier, remarks)
    gathered.reports += pending_reports(desk, dossier, known, found.owed)
    gathered.missed += missed_reports(dossier, known)
    client = dossier.engagement.client.legal_name or ""
    for paper in dossier.papers:
        if paper.awaits == "signature":
            days = (desk.on - dt.date.fromisoformat(paper.day)).days
            gathered.waiting.append(Waiting(dossier.name, client, paper.kind, str(reference_of(paper)), days))
    for given in open_promises(dossier):
        left = (given.date - desk.on).days
        if left <= WINDOW:
            gathered.words.append(Word(dossier.name, client, given, left))
    gathered.troubles += troubles_of(dossier.situation)


def _health(desk: Desk, manager: str, unissued: Mapping[str, tuple[str, ...]]) -> Iterator[HealthSeen]:
    for line in health_lines(desk, AskingHealth(manager=manager)):
        yield HealthSeen(
            engagement=line.engagement,
            title=line.title,
            client=line.client,
            score=line.score,
            change=line.change,
            worst=line.worst,
            trend=tuple((mark.on, mark.score) for mark in line.trend),
            unissued=unissued.get(line.engagement, ()),
        )


# Made from the record at rest


def _at_rest(desk: Desk, gather: Callable[[Basis], T]) -> T:
    """Return what is gathered of one state of the log, while nothing is recorded; raises BusyRecordError."""
    for _ in range(_TRIES):
        basis = _basis(desk)
        found = gather(basis)
        if desk.record.ledger.head_size() == basis.entries:
            return found
    raise BusyRecordError


def _basis(desk: Desk) -> Basis:
    ledger = desk.record.ledger
    size, checkpoint = ledger.head_size(), ledger.last_checkpoint()
    return Basis(size, checkpoint[1].size, checkpoint[1].root) if checkpoint else Basis(size)


def made_of(desk: Desk, case: PortfolioCase) -> Made:
    """Return the document of a case as a tree.

    The one for a client takes an approved template, as every document that leaves the house. Raises NotApprovedError,
    ConditionsNotMetError, MissingLanguageError, and FindingsError for a fact that the document needs and nobody gave.
    """
    template = desk.catalogue.template(case.kind, case.language)
    if case.kind == PORTFOLIO:
        check_approved(desk, template)
        check_conditions(desk, desk.record, template)
    document, missing = build(desk, template, case)
    if missing:
        said = "The record does not give it; record it first."
        raise FindingsError(Finding("missing", f"{name} is missing.", Place(case.stem), said) for name in missing)
    return Made(document, case, records(case.told), (), (), template)


def written(desk: Desk, case: PortfolioCase, forms: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the document of a case in some formats, each under its file name; raises what `made_of` raises."""
    made = made_of(desk, case) if set(forms) - {"xlsx"} else None
    stem = made.name if made else f"{case.stem}_{case.kind}_{case.on}"
    for form in forms:
        if form == "xlsx":
            yield f"{stem}.xlsx", workbook(desk, case)
        elif made is not None:
            yield f"{stem}.{form}", write(made, form, desk)


def workbook(desk: Desk, case: PortfolioCase) -> bytes:
    """Return the figures of a case as a workbook, its headings in the language of the document."""
    words = read_words(desk.catalogue.labels, case.language, case.locale)
    return write_workbook(case.told, words, case.basis)


def figures_of(case: PortfolioCase) -> bytes:
    """Return the figures of a case as JSON."""
    return records(case.told)
