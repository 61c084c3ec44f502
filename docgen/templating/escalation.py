"""What the letters of a dispute see: the look back, the referral to a mediator, and the letter that opens again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from docgen.errors import UsageError
from docgen.lifecycle.alerts import numbered, told_dates
from docgen.lifecycle.completion import obligation_clause
from docgen.lifecycle.deadlines import clause_in_brief, review_of
from docgen.lifecycle.due import Deadline, MissingForDeadlineError
from docgen.lifecycle.effective import in_force
from docgen.lifecycle.escalation import TakenStep, cooling_off_of, mediation_of, negotiation_of, steps_taken
from docgen.lifecycle.progress import dimensions, milestone_states, report_number
from docgen.models.breach import Breach, EarlierStepKind
from docgen.models.changes import AddDeliverable, AddObligation
from docgen.models.contact import Contact
from docgen.models.delivery import Delivery, Outcome
from docgen.models.dispute import Dispute, Grievance
from docgen.models.party import ContactRole, Side
from docgen.models.progress import ProgressEntry, ReportPeriod
from docgen.models.terms import Deliverable, Obligation, Terms
from docgen.templating.case import NO_CLAUSE, Case, ClauseText, MissingPartError, Part, with_clause
from docgen.templating.filters import Formats, format_day
from docgen.templating.views import Missing, View, view

CONTACTS_SHOWN = 12
"""How many of the last contacts on record a look-back letter or a referral lists."""
WORDS_SHOWN = 300
"""How many letters of what was said in a contact are printed; the contact itself is on record."""
_SPEAKERS = (ContactRole.SPONSOR, ContactRole.LEGAL)


class MissingStepError(UsageError):
    """A letter is asked for whose step the dispute does not hold."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"A {kind} needs `{key}:` in the dispute's file, and it is not there. Add it.")


def look_back(case: Case, terms: Terms, formats: Formats, clauses: Mapping[str, ClauseText]) -> Part:
    """Return what a look-back letter tells: what was agreed, what the record shows, and how long the talks last."""
    dispute = _dispute(case, "look-back letter")
    sight = view(dispute, "dispute").with_facts(
        grievances=[
            _grievance(case, terms, grievance, clauses, index) for index, grievance in enumerate(dispute.grievances, 1)
        ],
        orders=_orders(case),
    )
    return {
        "dispute": sight,
        "record": view(_record(case, terms, dispute), "record"),
        "steps": _steps(case, terms, clauses),
        "count": () if case.before_contract else _count(lambda how: negotiation_of(terms, dispute, how), case, clauses),
        "agreement": _agreement(case),
        **_parties(case),
    }, {}


def mediation_referral(case: Case, terms: Terms, formats: Formats, clauses: Mapping[str, ClauseText]) -> Part:
    """Return what a referral to a mediator tells: who the parties are, what is to be settled, and by when.

    Raises MissingStepError for a dispute that was not referred.
    """
    dispute = _dispute(case, "mediation referral")
    if dispute.mediation is None:
        raise MissingStepError("mediation referral", "mediation")
    sent = dispute.number not in case.unsent
    timed = sent and not case.before_contract
    sight = view(dispute, "dispute").with_facts(
        grievances=[_cited(grievance, clauses, index) for index, grievance in enumerate(dispute.grievances, 1)],
        orders=_orders(case),
        reference=_numbered("LB", dispute.number or 1) if sent else "",
    )
    evidence = dict.fromkeys(paper for grievance in dispute.grievances for paper in grievance.evidence)
    record = {"report": _last_report(case), "evidence": list(evidence), "contacts": _contacts(case, dispute)}
    agreed = not case.before_contract and terms.disputes is not None and terms.disputes.mediation is not None
    return {
        "dispute": sight,
        "record": view(record, "record"),
        "steps": _steps(case, terms, clauses),
        "talks": _day(lambda how: negotiation_of(terms, dispute, how), case) if timed else (),
        "count": _count(lambda how: mediation_of(terms, dispute, how), case, clauses) if agreed else (),
        "agreement": _agreement(case),
        **_parties(case),
    }, {}


def re_opening(case: Case, terms: Terms, formats: Formats, clauses: Mapping[str, ClauseText]) -> Part:
    """Return what a letter tells that begins again after a pause: how long it was, what was learnt, what is offered.

    Raises MissingStepError for a dispute without a pause or without an offer.
    """
    dispute = _dispute(case, "re-opening letter")
    for key in ("cooling_off", "re_opening"):
        if getattr(dispute, key) is None:
            raise MissingStepError("re-opening letter", key)
    return {
        "dispute": view(dispute, "dispute").with_facts(orders=_orders(case)),
        "count": _count(lambda how: cooling_off_of(dispute, how), case, clauses),
        "pause": _day(lambda how: cooling_off_of(dispute, how), case),
        "agreement": _agreement(case),
        **_parties(case),
    }, {}


def earlier_steps(case: Case, breach: Breach, formats: Formats) -> list[dict[str, Any]]:
    """Return the steps before a notice of breach, those of its file and those recorded, with what came of each."""
    return [
        {"on": step.on, "step": step.step, "text": step.text or _told(step, breach.notice_date, formats)}
        for step in steps_taken(breach, case.disputes, case.unsent)
    ]


def _dispute(case: Case, kind: str) -> Dispute:
    if case.dispute is None:
        raise MissingPartError(kind, "the dispute (format: docgen.dispute/1)")
    return case.dispute


def _agreement(case: Case) -> View:
    """Return the paper that a letter rests on: its kind, whether it comes before the contract, and its own day."""
    approval, terms = case.engagement.approval, case.engagement.terms
    before = case.before_contract
    day = (approval.date if approval else None) if before else terms.effective_date
    path = "approval" if before else "terms"
    return View(
        {
            "kind": case.rests_on,
            "before_contract": before,
            "day": day or Missing(f"{path}.{'date' if before else 'effective_date'}"),
        },
        "agreement",
    )


def _parties(case: Case) -> dict[str, Any]:
    """Return both parties as sender and receiver, each with those who speak for it in a dispute."""
    sides = {"sender": case.sender, "receiver": case.sender.other}
    return {name: case.party(side).with_facts(speakers=_speakers(case, side)) for name, side in sides.items()}


def _speakers(case: Case, side: Side) -> list[Any]:
    """Return who is spoken to: the provider's account manager, the client's sponsor and lawyers, or who there is."""
    contacts = case.engagement.party(side).contacts
    if side is Side.PROVIDER:
        return [each for each in contacts if each.email == case.engagement.account.manager]
    return [each for each in contacts if each.role in _SPEAKERS] or list(contacts[:1])


def _orders(case: Case) -> list[dict[str, Any]]:
    return [
        {"reference": order.reference, "title": order.title, "effective_date": order.effective_date}
        for order in in_force(case.orders, case.day)
    ]


def _steps(case: Case, terms: Terms, clauses: Mapping[str, ClauseText]) -> View:
    """Return the numbers of the clauses about disputes, each empty where the contract has no such clause."""
    names = ("disputes", "look-back", "negotiation", "mediation", "steps-before-breach-notice")
    numbers = {name.replace("-", "_"): _clause(name, clauses) for name in names}
    if terms.disputes is not None and terms.disputes.mediation is None:
        numbers["mediation"] = NO_CLAUSE
    return View({name: view(clause, f"steps.{name}") for name, clause in numbers.items()}, "steps")


def _clause(name: str, clauses: Mapping[str, ClauseText]) -> ClauseText:
    """Return a clause, or the one that says the same in the brief contract."""
    return clauses.get(name) or clauses.get(clause_in_brief(name), NO_CLAUSE)


# What was agreed and done


def _cited(grievance: Grievance, clauses: Mapping[str, ClauseText], index: int) -> View:
    return with_clause(view(grievance, f"dispute.grievances.{index}"), grievance.clause, clauses)


def _grievance(case: Case, terms: Terms, grievance: Grievance, clauses: Mapping[str, ClauseText], index: int) -> View:
    if case.before_contract:  # what the contract will say of deliverables and obligations is not agreed yet
        return _cited(grievance, clauses, index).with_facts(deliverable=None, obligation=None)
    deliverable = next((each for each in _deliverables(case, terms) if each.id == grievance.deliverable), None)
    obligation = next((each for each in _obligations(case, terms) if each.id == grievance.obligation), None)
    number = clauses.get(obligation_clause(obligation.id), NO_CLAUSE).number if obligation else ""
    path = f"dispute.grievances.{index}"
    return _cited(grievance, clauses, index).with_facts(
        deliverable=_delivered(case, terms, deliverable, f"{path}.deliverable") if deliverable else None,
        obligation=view(obligation, f"{path}.obligation").with_facts(number=number) if obligation else None,
    )


def _deliverables(case: Case, terms: Terms) -> Iterator[Deliverable]:
    """Yield the deliverables in force, then those that were, so that one since omitted is still known."""
    yield from terms.scope.deliverables
    yield from case.engagement.terms.scope.deliverables
    yield from (
        change.deliverable for order in case.orders for change in order.changes if isinstance(change, AddDeliverable)
    )


def _obligations(case: Case, terms: Terms) -> Iterator[Obligation]:
    yield from terms.obligations
    yield from case.engagement.terms.obligations
    yield from (
        change.obligation for order in case.orders for change in order.changes if isinstance(change, AddObligation)
    )


def _delivered(case: Case, terms: Terms, deliverable: Deliverable, path: str) -> View:
    handed = [each for each in case.deliveries if each.deliverable == deliverable.id and each.delivered_on <= case.day]
    sight: View = view(deliverable, path)
    return sight.with_facts(
        handovers=[_hand_over(case, deliverable, each) for each in handed],
        milestones=[each for each in _milestones(case, terms) if deliverable.id in each["deliverables"]],
    )


def _hand_over(case: Case, deliverable: Deliverable, delivery: Delivery) -> dict[str, Any]:
    decided = delivery.decided_on is not None and delivery.decided_on <= case.day
    review = None
    if deliverable.acceptance and case.engagement.calendar:
        seen = delivery.seen_on(case.day) or delivery
        review = review_of(case.engagement.account, deliverable, seen, case.reckoning).date
    return {
        "delivered_on": delivery.delivered_on,
        "late": (delivery.delivered_on - deliverable.due).days if deliverable.due else 0,
        "outcome": delivery.outcome if decided else Outcome.UNDER_REVIEW,
        "decided_on": delivery.decided_on if decided else None,
        "decided_by": delivery.decided_by if decided else None,
        "reasons": delivery.reasons if decided else (),
        "review_ends": review,
    }


def _entries(case: Case) -> tuple[ProgressEntry, ...]:
    return tuple(entry for entry in case.entries if entry.period.end <= case.day)


def _reference(case: Case, entry: ProgressEntry) -> str:
    return _numbered("PR", report_number(case.entries, entry))


def _numbered(prefix: str, number: int) -> str:
    return f"{prefix}-{number:03d}"


def _last_report(case: Case) -> dict[str, Any] | None:
    entries = _entries(case)
    if not entries:
        return None
    return {"reference": _reference(case, entries[-1]), "until": entries[-1].period.end}


def _milestones(case: Case, terms: Terms) -> Iterator[dict[str, Any]]:
    """Yield the milestones that reports and notices speak of, each with the report or the notice that did so last."""
    entries, noticed = _entries(case), told_dates(numbered(case.issues), case.day, case.noticed)
    planned = {milestone.id: milestone for milestone in terms.milestones}
    for state in milestone_states(case.engagement.terms, terms, entries, _day_of(case, entries), noticed):
        said = [entry for entry in entries if any(each.id == state.id for each in entry.milestones)]
        if said or state.told:
            yield {
                "id": state.id,
                "title": state.title,
                "planned": state.current,
                "forecast": state.forecast,
                "actual": state.actual,
                "variance": state.variance or 0,
                "report": None if state.told else _reference(case, said[-1]),
                "notice": state.told.reference if state.told else None,
                "until": state.told.day if state.told else said[-1].period.end,
                "deliverables": planned[state.id].deliverables,
            }


def _day_of(case: Case, entries: tuple[ProgressEntry, ...]) -> ProgressEntry:
    """Return the entry of the day of a letter: the last one, or where that is of an earlier day one of no words."""
    if entries and entries[-1].period.end == case.day:
        return entries[-1]
    period = ReportPeriod.model_validate({"from": case.day, "to": case.day})
    return ProgressEntry(engagement=case.engagement.id, period=period, no_change=True)


def _record(case: Case, terms: Terms, dispute: Dispute) -> dict[str, Any]:
    """Return what the reports show: the last status, the milestones, and who spoke of what since it began."""
    entries = _entries(case)
    last = entries[-1] if entries else None
    told = [each for each in dimensions(entries, last) if each.rag != "green"] if last else []
    return {
        "report": _last_report(case),
        "overall": last.status.overall if last and last.status else None,
        "status": told,
        "milestones": list(_milestones(case, terms)),
        "contacts": _contacts(case, dispute),
    }


def _contacts(case: Case, dispute: Dispute) -> list[dict[str, Any]]:
    """Return the contacts since the first fact, and the last one before it; the newest of them where they are many."""
    first = min(fact.on for grievance in dispute.grievances for fact in grievance.facts)
    spoken = [each for each in _spoken(case) if each["on"] <= case.day]
    before = [each for each in spoken if each["on"] < first][-1:]
    return [*before, *(each for each in spoken if each["on"] >= first)][-CONTACTS_SHOWN:]


def _spoken(case: Case) -> list[dict[str, Any]]:
    """Return the contacts by time: those recorded, and what reports tell of others, as the last report tells it."""
    found: dict[tuple[dt.date, str, str, str], list[dict[str, Any]]] = {}
    for entry in _entries(case):
        told: dict[tuple[dt.date, str, str, str], list[dict[str, Any]]] = {}
        for note in entry.contacts:
            row = _row(note.on, "", note.how, note.by, (note.with_,), note.text, _reference(case, entry))
            told.setdefault((note.on, note.how, note.by, note.with_), []).append(row)
        found |= told
    for contact in case.contacts:
        for person in contact.with_:
            found.pop((contact.on, contact.how.value, contact.by, person), None)
    rows = [
        *chain.from_iterable(found.values()),
        *(_recorded(contact, place) for place, contact in enumerate(case.contacts, 1)),
    ]
    return sorted(rows, key=lambda each: (each["on"], each["at"]))


def _recorded(contact: Contact, place: int) -> dict[str, Any]:
    words = contact.text.split("\n\n")[0]
    if len(words) > WORDS_SHOWN:
        words = f"{words[:WORDS_SHOWN].rpartition(' ')[0] or words[:WORDS_SHOWN]} …"
    said = f"{contact.subject.rstrip('.')}: {words}" if contact.subject else words
    reference = _numbered("CT", contact.number or place)
    return _row(contact.on, str(contact.at or ""), contact.how.value, contact.by, contact.with_, said, reference)


def _row(on: dt.date, at: str, how: str, by: str, people: tuple[str, ...], text: str, reference: str) -> dict[str, Any]:
    return {"on": on, "at": at, "with": people, "by": by, "how": how, "text": text, "reference": reference}


# Counts, step by step


def _counted(deadline: Any, case: Case) -> Deadline | Missing:
    """Return a deadline, or a blank for the first fact it lacks."""
    try:
        found: Deadline = deadline(case.reckoning)
    except MissingForDeadlineError as error:
        return Missing(error.missing[0])
    return found


def _day(deadline: Any, case: Case) -> Any:
    """Return the end of a period with its zone and whose holidays count, or a blank."""
    found = _counted(deadline, case)
    if isinstance(found, Missing):
        return View({"date": found, "time_zone": case.engagement.time_zone, "place": found, "days": found}, "deadline")
    facts = {"date": found.date, "time_zone": found.time_zone, "place": found.place, "days": found.days}
    return view(facts, "deadline")


def _count(deadline: Any, case: Case, clauses: Mapping[str, ClauseText]) -> Any:
    """Return a count as a table prints it: its end, the days counted, and each step with the number of its clause."""
    found = _counted(deadline, case)
    if isinstance(found, Missing):
        return View({"date": found, "time_zone": case.engagement.time_zone, "place": found, "steps": ()}, "count")
    steps = [
        {
            "label": step.label,
            "text": step.text,
            "day": step.day,
            "when": step.when,
            "number": _clause(step.clause, clauses).number if step.clause else "",
        }
        for step in found.steps()
    ]
    return view({"date": found.date, "time_zone": found.time_zone, "place": found.place, "steps": steps}, "count")


# What a notice of breach tells of a recorded step


def _told(step: TakenStep, until: dt.date, formats: Formats) -> str:
    dispute = step.dispute
    if dispute is None:
        return ""
    word = formats.words.word
    match step.step:
        case EarlierStepKind.LOOK_BACK:
            words = word("look_back", "earlier_step_told")
            return words.replace("{method}", word(dispute.method)).replace("{subject}", dispute.subject.rstrip("."))
        case EarlierStepKind.NEGOTIATION if dispute.meeting:
            return dispute.meeting.outcome or ""
        case EarlierStepKind.MEDIATION if dispute.mediation:
            return _mediated(dispute, until, formats)
        case _:
            return ""


def _mediated(dispute: Dispute, until: dt.date, formats: Formats) -> str:
    step, word = dispute.mediation, formats.words.word
    if step is None:
        return ""
    ended = step.ended_on is not None and step.ended_on <= until
    key = (step.outcome.value if step.outcome else "referred") if ended else "referred"
    words = word(f"mediation_{key}", "earlier_step_told").replace("{day}", format_day(step.referred_on, formats))
    return f"{words} {step.result}" if ended and step.result else words
