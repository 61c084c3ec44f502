"""What a document of several engagements is made from, and what its template sees of it.

Such a document belongs to no engagement: it has no number, and is made from what the record holds on a day. Its
template sees chosen figures of each engagement and never the facts as a whole, which hold what a client must not read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from docgen import charts
from docgen.doctree.nodes import Picture, Tone
from docgen.lifecycle.manager_week import HealthSeen, ReportToDo, Topic, Week
from docgen.lifecycle.portfolio import Ask, AskKind, CurrencyTotal, Figures, OrderLine, Portfolio
from docgen.lifecycle.progress import Dimension, MilestoneState
from docgen.models.party import Contact, ContactRole, Party, Side
from docgen.templating.case import Scene
from docgen.templating.filters import Formats, format_person
from docgen.templating.health_words import colour_reason, reason_words
from docgen.templating.labels import Words
from docgen.templating.pictures import history_rows, strip, time_axis, timeline
from docgen.templating.views import View, view

PORTFOLIO, WEEK = "portfolio-report", "manager-week"
KINDS = (PORTFOLIO, WEEK)
"""The kinds of document that speak of several engagements."""
WEEKS = 12
"""Over how many weeks the status of all engagements is drawn."""
STATUSES = 48
"""The status of how many engagements is drawn at most."""
MILESTONES = 12
"""How many milestones ahead are drawn at most."""
ROWS = 12
"""Of how many engagements a picture shows the status at most; of more there are several, parted by page breaks."""
_WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True)
class Basis:
    """The record a document was made from: how many entries its log had, and what was signed last."""

    entries: int
    signed: int = 0
    root: str = ""
    """The root hash of the last checkpoint, which was signed over `signed` entries; empty where there is none."""


@dataclass(frozen=True, kw_only=True)
class PortfolioCase:
    """What one document of several engagements is made from; `basis` is None for one made from fact files."""

    kind: str
    on: dt.date
    language: str
    locale: str
    told: Portfolio | Week
    client: Party | None = None
    provider: Party | None = None
    people: Mapping[str, str] = field(default_factory=dict)
    basis: Basis | None = None
    draft: bool = True
    house: str = ""
    logo: bool = False
    stem: str = "portfolio"
    """How the file is called, without its kind and its day."""

    @property
    def number(self) -> str:
        """Return what stands for a number: the document and the day it was made on."""
        return f"{self.stem}/{self.kind}/{self.on}"

    @property
    def firm(self) -> str:
        """Return the name of the firm whose document it is."""
        return (self.provider.legal_name if self.provider else None) or self.house

    def formats(self, words: Words) -> Formats:
        """Return how the document writes things."""
        return Formats(self.locale, words, self.people)


def portfolio_scene(case: PortfolioCase, formats: Formats) -> Scene:
    """Return all that the template of a document of several engagements sees."""
    common = {
        "document": view(
            {
                "kind": case.kind,
                "number": case.number,
                "date": case.on,
                "draft": case.draft,
                "language": case.language,
            },
            "document",
        ),
        "house": view({"name": case.firm, "logo": case.logo}, "house"),
        "record": view(case.basis, "record"),
    }
    if isinstance(case.told, Week):
        return Scene({**common, "week": _week(case.told, formats)})
    told, pictures = _portfolio(case.told, formats)
    client = view({"legal_name": case.client.legal_name if case.client else None}, "client")
    return Scene({**common, "client": client, "portfolio": told}, pictures)


# For the client


def _portfolio(told: Portfolio, formats: Formats) -> tuple[View, dict[str, Picture]]:
    ahead = _milestones_ahead(told)
    status = _status_parts(told, formats)
    pictures = {part.name: part.picture for part in status}
    if len(told.members) > 1 and ahead:
        pictures["milestones"] = timeline(time_axis(told.on, formats, "as_of"), ahead[:MILESTONES], formats)
    members = []
    for index, member in enumerate(told.members, 1):
        seen = _member(member, formats)
        if len(member.ends) > 1 and member.history:
            name = f"status-{index}"
            pictures[name] = strip(member.ends, history_rows(member.history, formats), formats)
            seen["picture"] = name
            seen["drawn"] = {"shown": min(len(member.ends), charts.PERIODS), "of": len(member.ends)}
        members.append(seen)
    facts = {
        "on": told.on,
        "earlier": told.earlier,
        "members": members,
        "counted": list(_counted(told, formats)),
        "asks": [_asked(ask, told.members, formats) for ask in told.asks],
        "totals": [_seen_total(total) for total in told.totals],
        "currencies": list(told.currencies),
        "orders": any(member.orders for member in told.members),
        "managers": list(_managers(told.members)),
        "course": {
            "status": list(map(_seen_part, status)),
            "milestones": "milestones" if "milestones" in pictures else "",
        },
        "drawn": {
            "status": {"shown": min(len(told.members), STATUSES), "of": len(told.members)},
            "milestones": {"shown": min(len(ahead), MILESTONES), "of": len(ahead)},
        },
    }
    return view(facts, "portfolio"), pictures


def _counted(told: Portfolio, formats: Formats) -> Iterator[str]:
    """Yield how many engagements have each status, are over, or have none yet; together they are all of them."""
    for rag, count in reversed(list(told.counts.items())):
        if count:
            yield f"{count} {formats.words.word(rag).lower()}"
    for name, count in (("ended", told.ended), ("without_status", told.without_status)):
        if count:
            yield f"{count} {formats.words.word(name, 'counted')}"


def _member(member: Figures, formats: Formats) -> dict[str, Any]:
    """Return what a client may see of an engagement."""
    engagement, entry, known = member.engagement, member.entry, member.report
    report = None
    if entry is not None and known is not None:
        report = {
            "number": known.number,
            "issued": known.issued,
            "older": known.until < member.on,
            "period": {"from": entry.period.start, "to": entry.period.end},
            "no_change": entry.no_change,
            "summary": entry.summary,
            "done": entry.done,
            "not_done": entry.not_done,
        }
    coming = None if member.ended or not member.signed else member.next_milestone
    return {
        "id": engagement.id,
        "title": engagement.title,
        "currency": engagement.currency,
        "state": member.state,
        "signed": member.signed,
        "ended": member.ended,
        "report": report,
        "overall": _dimension(member.overall, formats) if member.overall else None,
        "dimensions": [_dimension(each, formats) for each in member.dimensions],
        "milestones": [_milestone(each, member) for each in member.milestones],
        "next_milestone": _milestone(coming, member) if coming else None,
        "money": {
            "signed": member.baseline.sum,
            "sum": member.money.sum,
            "invoiced": member.money.invoiced,
            "spent": member.money.spent,
            "forecast": member.money.forecast,
            "variance": member.money.variance,
        },
        "end": {"signed": member.baseline.end, "current": member.current.end},
        "asks": member.asks,
        "orders": [_order(each) for each in member.orders],
        "next_report": member.next_report,
        "report_overdue": member.report_overdue,
        "picture": "",
        "drawn": None,
    }


def _dimension(dimension: Dimension, formats: Formats) -> View:
    seen: View = view(replace(dimension, reason=colour_reason(dimension.reason, formats)), "dimension")
    return seen


def _milestone(state: MilestoneState, member: Figures) -> View:
    """Return a milestone; where an order overtook its forecast, with the day it was stated and the order."""
    seen: View = view(state, "milestone")
    overtaken = member.outdated.get(state.id) if state.actual is None else None
    return seen.with_facts(outdated=overtaken)


def _order(order: OrderLine) -> View:
    seen: View = view(order, "order")
    return seen.with_facts(executed=order.executed)


def _asked(ask: Ask, members: Iterable[Figures], formats: Formats) -> View:
    seen: View = view(ask, "ask")
    engagement = next(each.engagement for each in members if each.engagement.id == ask.engagement)
    by = format_person(ask.person, formats) if ask.person else _answering(ask, engagement.client)
    return seen.with_facts(title=engagement.title, overdue=ask.overdue, by=by)


def _answering(ask: Ask, client: Party) -> str | None:
    """Return who answers for the client where nobody is named: who signs, the sponsor, or the client itself."""
    if ask.kind is AskKind.SIGNATURE:
        return client.signatory.name if client.signatory else client.legal_name
    sponsors = (each.name for each in client.contacts if each.role is ContactRole.SPONSOR)
    return next(sponsors, client.legal_name)


def _seen_total(total: CurrencyTotal) -> View:
    seen: View = view(total, "total")
    return seen.with_facts(variance=total.variance)


def _managers(members: Iterable[Figures]) -> Iterable[Contact | dict[str, str]]:
    """Yield the account managers, each once, as the contacts they are among the provider's people."""
    seen: set[str] = set()
    for member in members:
        email = member.engagement.account.manager
        if email and email not in seen:
            seen.add(email)
            found = member.engagement.person(email)
            yield {"name": found[1].name if found and found[0] is Side.PROVIDER else email, "email": email}


_Ahead = list[tuple[str, MilestoneState]]


@dataclass(frozen=True)
class _Part:
    """One of the pictures of the status of engagements: which of them, counted from 1, and those that have one."""

    name: str
    picture: Picture
    first: int
    last: int
    engagements: tuple[str, ...]


def _seen_part(part: _Part) -> dict[str, Any]:
    return {"picture": part.name, "first": part.first, "last": part.last, "engagements": part.engagements}


def parted(count: int) -> Iterator[tuple[int, int]]:
    """Yield where the rows of each picture begin and end, as slices: as few pictures as ROWS allows, of like height."""
    parts = -(-count // ROWS)
    ends = [count * part // parts for part in range(parts + 1)] if parts else []
    yield from pairwise(ends)


def _status_parts(told: Portfolio, formats: Formats) -> list[_Part]:
    """Return the pictures of the status of all engagements, week by week."""
    weeks = [told.on - _WEEK * count for count in range(WEEKS - 1, -1, -1)]
    rows = [
        charts.RagRow(f"{each.engagement.id} {each.engagement.title}", tuple(_overall(each, end) for end in weeks))
        for each in told.members[:STATUSES]
    ]
    begun = next((place for place in range(WEEKS) if any(row.tones[place] for row in rows)), WEEKS)
    if len(rows) > 1 and begun < WEEKS - 1:
        cut = [charts.RagRow(row.title, row.tones[begun:]) for row in rows]
        known = [each.engagement.id if each.overall else "" for each in told.members]
        return [
            _Part(
                f"status-from-{start + 1}" if start else "status",
                strip(weeks[begun:], cut[start:end], formats),
                start + 1,
                end,
                tuple(filter(None, known[start:end])),
            )
            for start, end in parted(len(cut))
        ]
    return []


def _milestones_ahead(told: Portfolio) -> _Ahead:
    """Return the open milestones of all contracts under way, each with its title, the earliest first."""
    ahead = [
        (f"{state.title} ({each.engagement.id})", replace(state, forecast=None) if state.id in each.outdated else state)
        for each in told.members
        if each.signed and not each.ended
        for state in each.milestones
        if state.actual is None and (state.current or state.forecast)
    ]
    return sorted(ahead, key=lambda row: row[1].current or row[1].forecast or dt.date.max)


def _overall(member: Figures, end: dt.date) -> Tone | None:
    """Return the status all in all of the last report whose period ended in the week up to a day."""
    overall = next((row for row in member.history if row.name == "overall"), None)
    if overall is None:
        return None
    found = [
        rag for day, rag in zip(member.ends, overall.rags, strict=True) if end - _WEEK < day <= end and rag is not None
    ]
    return Tone(found[-1].value) if found else None


# For the firm


def _week(week: Week, formats: Formats) -> View:
    seen: View = view(week, "week")
    return seen.with_facts(
        until=week.until,
        topics={topic.value: week.of(topic) for topic in Topic},
        manager_name=formats.people.get(week.manager, week.manager),
        health=[_health(each, formats) for each in week.health],
        reports=[_report(each) for each in week.reports],
        missed_days=sum(len(each.days) for each in week.missed),
    )


def _report(report: ReportToDo) -> View:
    seen: View = view(report, "report")
    return seen.with_facts(due=_moment(report.at), issued=_moment(report.issued))


def _moment(moment: dt.datetime | None) -> Mapping[str, Any] | None:
    """Return a moment as its day and its hour on the clocks of its zone."""
    return {"day": moment.date(), "time": moment.time()} if moment else None


def _health(line: HealthSeen, formats: Formats) -> View:
    seen: View = view(line, "health")
    worst = [
        {"part": each.part, "points": each.points, "value": reason_words(each.value, formats)} for each in line.worst
    ]
    moved = f"{line.change:+d}".replace("-", "\u2212") if line.change else ""
    trend = [{"on": day, "score": score} for day, score in line.trend]
    return seen.with_facts(worst=worst, trend=trend, moved=moved)
