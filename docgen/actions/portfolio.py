"""Documents of several engagements, made from the record as a whole: for one client, and for one account manager.

They are read from the record and change nothing in it. What they say follows from the entries of the log, the day, the
template and the house's settings, and they name the entries and the last checkpoint.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from docgen.actions.conditions import check_conditions
from docgen.actions.desk import Desk
from docgen.actions.dispatches import sendings
from docgen.actions.dossier import Dossier, certified, dossier_of
from docgen.actions.health import Asking as AskingHealth
from docgen.actions.health import health_lines
from docgen.actions.life import house_rules
from docgen.actions.portfolio_case import local_part, portfolio_case
from docgen.actions.recorded import kept_engagements
from docgen.actions.references import reference_of
from docgen.actions.render import Made, build, write
from docgen.actions.reporting import Asking, ReportState, reports
from docgen.actions.template_course import check_approved
from docgen.actions.timeline import open_promises
from docgen.errors import DocgenError, Finding, FindingsError, NotFoundError, Place, UsageError
from docgen.exchange.figures import records, write_workbook
from docgen.lifecycle.agenda import Owed, agenda
from docgen.lifecycle.due import DeadlineKind
from docgen.lifecycle.effective import ChangeError
from docgen.lifecycle.manager_week import (
    WINDOW,
    HealthSeen,
    ReportTask,
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
from docgen.lifecycle.portfolio import Member, OrderLine, Paper, portfolio
from docgen.lifecycle.states import OrderState
from docgen.models.engagement import Engagement
from docgen.models.party import Party
from docgen.templating.labels import read_words
from docgen.templating.portfolio import PORTFOLIO, WEEK, Basis, PortfolioCase

if TYPE_CHECKING:
    from docgen.actions.change_orders import Course
    from docgen.store.register import Revision

FORMATS = ("pdf", "docx", "xlsx", "html", "txt")
LISTED_AFTER = 90
"""How many days after its completion an engagement is still in the report for its client."""
CANDIDATES = 10
"""How many clients a refusal names at most."""
_TRIES = 5
_OURS = frozenset({"look-back", "re-opening", "change-directive"})
"""Kinds of document that one side alone signs; who that is differs from letter to letter, so no client is asked."""
_TASKS = {ReportState.QUIET: ReportTask.WRITE, ReportState.RECORDED: ReportTask.ISSUE}
T = TypeVar("T")


@dataclass(frozen=True)
class Client:
    """A client of the firm: its name, its registration number or "", and the ids of its engagements."""

    name: str
    registration: str
    engagements: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} ({self.registration})" if self.registration else self.name


class UnknownClientError(NotFoundError):
    """No engagement is recorded for a client of that name."""

    def __init__(self, name: str, known: Sequence[Client]) -> None:
        near = get_close_matches(name.casefold(), [each.name.casefold() for each in known], 3, 0.5)
        meant = [str(each) for each in known if each.name.casefold() in near]
        if meant:
            advice = f"Did you mean {' or '.join(f'“{each}”' for each in meant)}?"
        elif known:
            advice = f"There are: {_some(known)}."
        else:
            advice = "No engagement is recorded yet."
        super().__init__(f"There is no client “{name}”. {advice}")


class AmbiguousClientError(UsageError):
    """Several clients may be meant."""

    def __init__(self, name: str, meant: Sequence[Client]) -> None:
        super().__init__(
            f"“{name}” may be any of {len(meant)} clients: {_some(meant)}. Give more of the name, or the registration "
            "number."
        )


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


def _some(clients: Sequence[Client]) -> str:
    names = [f"“{each}”" for each in clients[:CANDIDATES]]
    more = len(clients) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


# Which clients there are


@dataclass
class _Group:
    """The engagements of one client as they are found."""

    party: Party
    revisions: list[Revision] = field(default_factory=list)

    @property
    def client(self) -> Client:
        registration = self.party.registration.number if self.party.registration else ""
        return Client(self.party.legal_name or "", registration, tuple(each.engagement for each in self.revisions))


def clients(desk: Desk) -> tuple[Client, ...]:
    """Return all clients by name; raises what opening and reading the record raises."""
    return tuple(each.client for each in _groups(desk))


def _groups(desk: Desk) -> list[_Group]:
    """Return the clients: those with a registration by its number, others by their name.

    One without a registration whose name one registered client has is that client.
    """
    registered: dict[tuple[str, str], _Group] = {}
    named: dict[str, _Group] = {}
    for revision, engagement in kept_engagements(desk.record):
        party = engagement.client
        if not party.legal_name:
            continue
        if party.registration:
            key = _folded(party.registration.registry), _folded(party.registration.number)
            group = registered.setdefault(key, _Group(party))
        else:
            group = named.setdefault(_folded(party.legal_name), _Group(party))
        group.revisions.append(revision)
    found = list(registered.values())
    for name, group in named.items():
        same = [each for each in registered.values() if _folded(each.party.legal_name or "") == name]
        if len(same) == 1:
            same[0].revisions += group.revisions
        else:
            found.append(group)
    return sorted(found, key=lambda each: (_folded(each.party.legal_name or ""), each.client.registration))


def _client(desk: Desk, name: str) -> _Group:
    """Return the client meant: by its whole name, its registration number, or the beginning of its name.

    Raises UnknownClientError and AmbiguousClientError.
    """
    groups, wanted = _groups(desk), _folded(name)
    tests: tuple[Callable[[_Group], bool], ...] = (
        lambda each: _folded(each.party.legal_name or "") == wanted,
        lambda each: _folded(each.client.registration) == wanted,
        lambda each: _folded(each.party.legal_name or "").startswith(wanted),
    )
    for test in tests if wanted else ():
        found = [each for each in groups if test(each)]
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousClientError(name, [each.client for each in found])
    raise UnknownClientError(name, [each.client for each in groups])


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


# For the client


def client_report(desk: Desk, name: str, language: str = "") -> PortfolioCase:
    """Return the case of the report on all engagements of a client, as the record is on the day of the desk.

    Engagements that were completed more than `LISTED_AFTER` days ago are only counted. Raises UnknownClientError,
    AmbiguousClientError, BusyRecordError, and what reading the record and computing terms raise: what cannot be told
    of one engagement is not passed over in silence.
    """

    def gather(basis: Basis) -> PortfolioCase:
        group = _client(desk, name)
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
        effect, days = impact.sum.effect, impact.end_date.days
    except ChangeError:
        effect, days = None, None
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
        health=tuple(_health(desk, manager)),
        to_do=in_order(gathered.to_do),
        reports=tuple(sorted(gathered.reports, key=lambda each: (each.at, each.reference))),
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
    waiting: list[Waiting] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def _gather(desk: Desk, dossier: Dossier, gathered: _Gathered, remarks: list[str]) -> None:
    found = agenda(dossier.situation, house_rules(desk))
    if found.remark:
        remarks.append(f"{dossier.name}: {found.remark}")
    gathered.to_do += to_do_of(dossier.situation, found.owed)
    gathered.reports += _reports(desk, dossier, found.owed, remarks)
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


def _reports(desk: Desk, dossier: Dossier, owed: Sequence[Owed], remarks: list[str]) -> Iterator[ReportToDo]:
    """Yield the reports to write, to make and to send: those that are due, and the next one."""
    engagement = dossier.engagement
    common = engagement.id, engagement.title, engagement.client.legal_name or ""
    now = desk.now()

    def late(at: dt.datetime) -> bool:
        """Say whether an hour is over; on another day than today, whether its day is."""
        return at < now if at.date() == desk.on == now.astimezone(at.tzinfo).date() else at.date() < desk.on

    due: dict[dt.date, None] = {}
    for each in reports(desk, Asking(engagement=engagement.id), remarks):
        due[each.day] = None
        task = _TASKS.get(each.state)
        if task is not None:
            yield ReportToDo(*common, each.at, task, each.reference, late=late(each.at))
    for sending in sendings(desk.record, engagement.id, desk.settings.mail, desk.on):
        at = dt.datetime.fromisoformat(sending.document.at)
        yield ReportToDo(*common, at, ReportTask.SEND, sending.reference, late=at.date() < desk.on)
    cadence = engagement.account.report
    for each_owed in owed:
        deadline = each_owed.deadline
        left = deadline.days_left(desk.on)
        if cadence and deadline.kind is DeadlineKind.REPORT and 0 <= left <= WINDOW and deadline.date not in due:
            at = dt.datetime.combine(deadline.date, cadence.at, now.tzinfo)
            yield ReportToDo(*common, at, ReportTask.WRITE, engagement.id, late=False)


def _health(desk: Desk, manager: str) -> Iterator[HealthSeen]:
    for line in health_lines(desk, AskingHealth(manager=manager)):
        yield HealthSeen(
            engagement=line.engagement,
            title=line.title,
            client=line.client,
            score=line.score,
            change=line.change,
            worst=line.worst,
            trend=tuple((mark.on, mark.score) for mark in line.trend),
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
    return write_workbook(case.told, read_words(desk.catalogue.labels, case.language), case.basis)


def figures_of(case: PortfolioCase) -> bytes:
    """Return the figures of a case as JSON."""
    return records(case.told)
