"""The questions of a weekly report: only what nobody can know from the record, starting from last week's plan."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any

from docgen.actions.desk import Desk
from docgen.actions.dossier import Dossier, open_dossier
from docgen.actions.interview import Ask, Interview, Tell
from docgen.actions.reporting import NoReportOwedError, rhythm_of
from docgen.facts.write import write_facts
from docgen.lifecycle.alerts import told_dates
from docgen.lifecycle.progress import MilestoneState, awaited, budget, carried_forward, milestone_states
from docgen.lifecycle.rag import Colour, colours, measured
from docgen.lifecycle.reporting import next_period
from docgen.lifecycle.taken_up import listed_as, outgrown
from docgen.models.contact import Contact
from docgen.models.money import Money
from docgen.models.progress import ClientAction, Issue, ProgressEntry, Rag, ReportPeriod, Risk, Scale, WorkNext
from docgen.models.serious_issue import SeriousIssue
from docgen.models.terms import Terms, TimeFee, UnitFee
from docgen.models.values import Date, Email, Line, Number, Prose
from docgen.settings import Thresholds


class Became(StrEnum):
    """What became of work that was planned."""

    DONE = "done"
    NOT_DONE = "not"
    MOVED = "moved"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Opening:
    """What the record knows before anybody is asked."""

    engagement: str
    title: str
    currency: str
    period: ReportPeriod
    planned: tuple[WorkNext, ...]
    milestones: tuple[MilestoneState, ...]
    noticed: Mapping[str, dt.date]
    """When milestones are expected by the notices of serious issues, where no report has spoken of them since."""
    terms: Terms
    left: Mapping[str, Money]
    risks: tuple[Risk, ...]
    last_risk: int
    """The highest number among the ids of all risks so far (R7)."""
    issues: tuple[Issue, ...]
    last_issue: int
    """The highest number among the ids of all issues so far (I7)."""
    actions: tuple[ClientAction, ...]
    decisions: tuple[str, ...]
    contacts: tuple[Contact, ...]
    judge: Callable[[Mapping[str, Any]], Mapping[str, Colour]]
    """What colours the house's thresholds give to a report with these facts, by dimension."""


def opening(desk: Desk, engagement: str) -> Opening:
    """Return what the record knows of the report that is due next.

    Raises NoReportOwedError, and what reading the record raises.
    """
    dossier = open_dossier(desk.record, engagement, desk.on)
    facts = dossier.engagement
    if dossier.reports_from is None:
        why = "has not begun: issue its letter of approval, record its signed contract, or a first progress entry"
        raise NoReportOwedError(engagement, why)
    rhythm = rhythm_of(dossier)
    if rhythm is None:
        raise NoReportOwedError(engagement, "has no calendar or no cadence of reports")
    period = next_period(rhythm, dossier.progress, desk.on)
    ghost = ProgressEntry.model_validate({"engagement": engagement, "period": period})
    past = [entry for entry in dossier.progress if entry.period.end < period.start]
    terms = dossier.terms_on(period.end)
    spent = budget(dossier.terms_on, facts.currency, past, ghost)
    stands = awaited(past, past[-1]) if past else None
    if stands:
        stands = stands.without(outgrown(dossier.of(SeriousIssue).items(), past, past[-1], desk.on))
    listed = stands.issues if stands else ()
    issues = (*listed, *_told(dossier, listed))
    states = milestone_states(facts.terms, terms, past, ghost)
    told = told_dates(dossier.of(SeriousIssue), desk.on, dossier.situation.noticed)
    return Opening(
        engagement=engagement,
        title=facts.title,
        currency=facts.currency,
        period=period,
        planned=carried_forward(past, ghost),
        milestones=tuple(each for each in states if each.actual is None),
        noticed={
            each.id: each.forecast
            for each in milestone_states(facts.terms, terms, past, ghost, told)
            if each.told and each.forecast
        },
        terms=terms,
        left={line.id: line.budget - line.invoiced for line in spent.lines if line.budget > line.invoiced},
        risks=next((entry.risks for entry in reversed(past) if not entry.no_change), ()),
        last_risk=_last(risk.id for entry in past for risk in entry.risks),
        issues=issues,
        last_issue=_last(each.id for each in (*(issue for entry in past for issue in entry.issues), *issues)),
        actions=stands.actions if stands else (),
        decisions=stands.decisions if stands else (),
        contacts=tuple(
            sorted(
                (each for each in dossier.of(Contact).values() if period.start <= each.on <= period.end),
                key=Contact.order,
            )
        ),
        judge=partial(_judged, dossier, desk.settings.rag, past),
    )


def _judged(
    dossier: Dossier, thresholds: Thresholds, past: Sequence[ProgressEntry], facts: Mapping[str, Any]
) -> Mapping[str, Colour]:
    """Return the colours that recording would give to facts that say none."""
    entry = ProgressEntry.model_validate(facts, context={"currency": dossier.engagement.currency})
    orders, issues = dossier.chain.executed, dossier.of(SeriousIssue).values()
    found = measured(dossier.engagement, orders, past, entry, issues, dossier.situation.noticed, dossier.leave)
    return colours(found, thresholds)


def _told(dossier: Dossier, known: Iterable[Issue]) -> Iterator[Issue]:
    """Yield the serious issues that are open and that the last report does not list, as a report lists them."""
    ids = {issue.id for entry in dossier.progress for issue in entry.issues if issue.resolved is not None}
    ids |= {issue.id for issue in known}
    for number, each in dossier.of(SeriousIssue).items():
        name = listed_as(each, number)
        if name not in ids and each.resolved is None and each.on <= dossier.on:
            facts = {"id": name, "text": each.title, "impact": Scale.HIGH, "serious": True, "owner": each.owner}
            asked = {"options": each.options, "decision": each.decision, "decide_by": each.decide_by}
            yield Issue.model_validate({**facts, "effect": each.effect, **asked})


def _last(names: Iterable[str]) -> int:
    return max(map(_number_of, names), default=0)


def _number_of(name: str) -> int:
    digits = re.search(r"([0-9]{1,9})$", name)
    return int(digits[1]) if digits else 0


def ask_progress(ask: Ask, tell: Tell, today: dt.date, known: Opening) -> dict[str, Any]:
    """Return the facts of a progress entry as plain data in the format docgen.progress/1; Enter takes the default."""
    talk = Interview(ask, tell, today, known.currency)
    tell(f"{known.title} ({known.engagement}): {known.period.start} to {known.period.end}")
    facts: dict[str, Any] = {
        "format": ProgressEntry.model_fields["format"].default,
        "engagement": known.engagement,
        "period": {"from": known.period.start, "to": known.period.end},
    }
    facts |= _merged(_planned(talk, known.planned), _more(talk))
    milestones = _milestones(talk, known)
    effort, invoiced = _effort(talk, known.terms), _invoiced(talk, known)
    facts |= {"milestones": milestones, "effort": effort, "invoiced": invoiced}
    facts |= {"risks": _risks(talk, known), "issues": _issues(talk, known)}
    facts |= {"client_actions": _actions(talk, known.actions), "decisions": _decisions(talk, known.decisions)}
    facts["contacts"] = _contacts(talk, known.contacts)
    if not _anything(facts, known):
        quiet = {name: facts[name] for name in ("format", "engagement", "period")}
        tell("Nothing moved: this will be a report of no change.")
        summary = talk.one("Why, in a sentence (Enter leaves it out)", Prose, optional=True)
        open_now = {name: facts[name] for name in ("client_actions", "decisions", "issues") if facts[name]}
        return {**quiet, "no_change": True, **({"summary": summary} if summary else {}), **open_now}
    status = _status(talk, known.judge({name: value for name, value in facts.items() if value}))
    facts["summary"] = talk.one("Summary in two or three sentences", Prose)
    return {name: value for name, value in {**facts, "status": status}.items() if value not in (None, [], {})}


def write_progress(facts: Mapping[str, Any]) -> str:
    """Return a progress entry as the text of a file."""
    order = [alias for alias in _ORDER if alias in facts]
    return write_facts({name: facts[name] for name in order})


_ORDER = tuple(info.alias or name for name, info in ProgressEntry.model_fields.items())


def _merged(*parts: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    names = ("done", "not_done", "next")
    return {name: [each for part in parts for each in part.get(name, [])] for name in names}


def _planned(talk: Interview, planned: Iterable[WorkNext]) -> dict[str, list[Any]]:
    """Ask of each piece of work that was planned what became of it; nothing is taken for granted."""
    found: dict[str, list[Any]] = {"done": [], "not_done": [], "next": []}
    for item in planned:
        due = f", due {item.due}" if item.due else ""
        became = talk.one(f"“{item.text}”{due}", Became)
        about = {"deliverable": item.deliverable} if item.deliverable else {}
        if became is Became.DONE:
            found["done"].append({**about, "text": item.text})
            continue
        day = talk.one("Now due on (Enter for no day)", Date, optional=True) if became is Became.MOVED else None
        dropped = {"dropped": True} if became is Became.DROPPED else {}
        reason = talk.one("Why (the client reads it)", Line)
        found["not_done"].append({**about, "text": item.text, "reason": reason, **dropped})
        if not dropped:
            found["next"].append({**about, "text": item.text, **({"due": day} if day else {})})
    return found


def _more(talk: Interview) -> dict[str, list[Any]]:
    done = [{"text": text} for text in talk.several("What else was done?")]
    coming = []
    while (text := talk.one("What is planned next? (Enter when done)", Line, optional=True)) is not None:
        day = talk.one("Due on (Enter for no day)", Date, optional=True)
        coming.append({"text": text, **({"due": day} if day else {})})
    return {"done": done, "next": coming}


def _milestones(talk: Interview, known: Opening) -> list[dict[str, Any]]:
    """Ask for each open milestone whether it was reached, and else when it is expected."""
    found = []
    for state in known.milestones:
        before = state.forecast or state.current
        reached = talk.one(f"{state.id} {state.title}: reached on (Enter if not yet)", Date, optional=True)
        if reached is not None:
            found.append({"id": state.id, "actual": reached})
            continue
        usual = known.noticed.get(state.id, before)
        day = talk.one(f"{state.id}: expected on", Date, usual or "", optional=usual is None)
        if day is not None and day != before:
            found.append({"id": state.id, "forecast": day})
    return found


def _effort(talk: Interview, terms: Terms) -> list[dict[str, Any]]:
    found = []
    for line in terms.fees.lines:
        if isinstance(line, TimeFee | UnitFee):
            units = talk.one(f"{line.id} {line.description}: {line.unit}s used", Number, "0")
            if Decimal(units):
                found.append({"line": line.id, "units": units})
    return found


def _invoiced(talk: Interview, known: Opening) -> list[dict[str, Any]]:
    found = []
    for line in known.terms.fees.lines:
        left = known.left.get(line.id)
        if left is None:
            continue
        amount = talk.one(f"{line.id} {line.description}: invoiced now ({left} is left)", Money, "0")
        if amount:
            found.append({"line": line.id, "amount": amount})
    return found


def _risks(talk: Interview, known: Opening) -> list[Any]:
    found: list[Any] = [risk for risk in known.risks if talk.yes(f"Risk {risk.id}, “{risk.text}”: still there?", "yes")]
    number = known.last_risk
    while (text := talk.one("A new risk? (Enter when done)", Line, optional=True)) is not None:
        number += 1
        risk = {
            "id": f"R{number}",
            "text": text,
            "probability": talk.one("How likely is it?", Scale),
            "impact": talk.one("How bad would it be?", Scale),
        }
        response = talk.one("What is done about it? (Enter leaves it out)", Line, optional=True)
        found.append({**risk, **({"response": response} if response else {})})
    return found


def _issues(talk: Interview, known: Opening) -> list[Any]:
    found: list[Any] = []
    for issue in known.issues:
        day = talk.one(f"Issue {issue.id}, “{issue.text}”: resolved on (Enter if open)", Date, optional=True)
        found.append(issue if day is None else issue.model_copy(update={"resolved": day}))
    number = known.last_issue
    while (text := talk.one("A new issue? (Enter when done)", Line, optional=True)) is not None:
        number += 1
        found.append({"id": f"I{number}", "text": text, **_seriousness(talk)})
    return found


def _seriousness(talk: Interview) -> dict[str, Any]:
    """Return what the notice of a serious issue says, or nothing for one that can wait for the report."""
    if not talk.yes("Is it serious, so that the client should hear of it at once?"):
        return {}
    effect = talk.one("What does it mean for the client?", Prose)
    options = [talk.one("What can be done?", Line), *talk.several("What else can be done?")]
    day = talk.one("The client decides by (Enter if nothing waits for it)", Date, optional=True)
    found = {"serious": True, "effect": effect, "options": [{"text": each} for each in options]}
    return {**found, "decide_by": day} if day else found


def _actions(talk: Interview, actions: Iterable[ClientAction]) -> list[Any]:
    found: list[Any] = []
    for action in actions:
        due = f", due {action.due}" if action.due else ""
        if not talk.yes(f"The client was asked: “{action.text}”{due}. Done?"):
            found.append(action)
    while (text := talk.one("What does the client have to do? (Enter when done)", Line, optional=True)) is not None:
        owner = talk.one("By whom: an address (Enter for nobody in particular)", Email, optional=True)
        day = talk.one("Due on (Enter for no day)", Date, optional=True)
        found.append({"text": text, **({"owner": owner} if owner else {}), **({"due": day} if day else {})})
    return found


def _decisions(talk: Interview, decisions: Iterable[str]) -> list[str]:
    still = [each for each in decisions if not talk.yes(f"The client was to decide: “{each}”. Decided?")]
    return [*still, *talk.several("What does the client have to decide?")]


def _contacts(talk: Interview, contacts: Iterable[Contact]) -> list[dict[str, Any]]:
    """Ask of each recorded contact whether the client's report mentions it, and in which words."""
    found = []
    for contact in contacts:
        about = contact.subject or contact.text.splitlines()[0][:60]
        who = contact.with_[0]
        if talk.yes(f"Mention the {contact.how} of {contact.on} with {who} ({about})?"):
            text = talk.one("In which words", Line, contact.subject or "")
            found.append({"on": contact.on, "with": who, "by": contact.by, "how": contact.how, "text": text})
    return found


_DIMENSIONS = ("overall", "scope", "schedule", "budget")


def _status(talk: Interview, figures: Mapping[str, Colour]) -> dict[str, Any] | None:
    """Ask for the colours; without an answer those of the figures are taken when the entry is recorded."""
    why = {name: "" if each.rag is Rag.GREEN else f" ({each.reason})" for name, each in figures.items()}
    talk.tell(f"By the figures: {', '.join(f'{name} {each.rag}{why[name]}' for name, each in figures.items())}.")
    if not talk.yes("Set the status by hand? By default it follows from the figures"):
        return None
    found: dict[str, Any] = {}
    for name in _DIMENSIONS:
        rag = talk.one(f"Status: {name}", Rag)
        optional = rag is Rag.GREEN and (name not in figures or figures[name].rag is Rag.GREEN)
        reason = talk.one("Why (Enter leaves it out)" if optional else "Why", Line, optional=optional)
        found[name] = {"rag": rag, **({"reason": reason} if reason else {})}
    return found


def _anything(facts: Mapping[str, Any], known: Opening) -> bool:
    """Say whether anything moved: what stands open as before is no movement, what is over or new is."""
    moved = ("done", "not_done", "milestones", "effort", "invoiced", "contacts")
    resolved = any(isinstance(each, Issue) and each.resolved for each in facts["issues"])
    fresh = any(isinstance(each, dict) for name in ("risks", "issues", "client_actions") for each in facts[name])
    before = {"risks": known.risks, "client_actions": known.actions, "decisions": known.decisions}
    over = any(len(facts[name]) < len(each) for name, each in before.items())
    return bool(facts["next"]) or resolved or fresh or over or any(facts[name] for name in moved)
