"""Dates that the client was given, gathered from the record, and remarks on what says another date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from docgen.actions.recorded import kept_entries, kept_facts, recorded_engagement, recorded_entries
from docgen.facts.kinds import ENTRY_WORDS, PREFIXES, Entry
from docgen.facts.load import FactSet
from docgen.lifecycle.effective import effective_terms
from docgen.lifecycle.promises import (
    Given,
    by_contact,
    by_issue,
    by_letter,
    by_order,
    by_plan,
    by_report,
    contradictions,
)
from docgen.models.changes import ChangeOrder
from docgen.models.contact import Contact
from docgen.models.dispute import Dispute
from docgen.models.engagement import Engagement
from docgen.models.progress import ProgressEntry
from docgen.models.serious_issue import SeriousIssue

if TYPE_CHECKING:
    from docgen.store.record import Record
    from docgen.store.register import IssuedDocument

REPORT, NOTICE, ORDER = "progress-report", "notice-of-issue", "change-order"
_LETTERS = ("look-back", "re-opening")


def given_dates(
    record: Record, engagement: Engagement, until: dt.date, about: Collection[str] | None = None
) -> tuple[Given, ...]:
    """Return the dates that the client of an engagement was given by a day, without what was erased.

    They come from its contacts, from its reports and notices that stand, as they were issued, and from its signed
    change orders. Where only some things are asked `about`, no more reports are read than it takes to find the last
    word on each. Raises ChangeError and RecordedFactsError.
    """
    found = [given for contact in _contacts(record, engagement) if contact.on <= until for given in by_contact(contact)]
    documents = [each for each in record.register.documents_of(engagement.id) if each.day <= until.isoformat()]
    found += _told(record, engagement, documents, about)
    found += _ordered(record, engagement, documents, until)
    return tuple(sorted((each for each in found if about is None or each.about in about), key=Given.order))


def doubts(
    record: Record, entry: Entry, number: int, on: dt.date, engagement: Engagement | None = None
) -> tuple[str, ...]:
    """Return a remark on each date in an entry that is not the one the client was given last.

    Entries that tell the client no date have none. Raises as given_dates does.
    """
    new: tuple[Given, ...]
    reference = f"{PREFIXES[type(entry)]}-{number:03d}"
    match entry:
        case Contact() if entry.promises:
            new, until = by_contact(entry.model_copy(update={"number": number})), dt.date.max
        case ProgressEntry() if entry.milestones or entry.next:
            new, until = by_report(entry, reference, on), on
        case SeriousIssue() if entry.milestones:
            new, until = by_issue(entry, reference, on), on
        case _:
            return ()
    engagement = engagement or recorded_engagement(record, entry.engagement).facts
    about = {each.about for each in new}
    if isinstance(entry, ProgressEntry):
        about |= {each.deliverable for each in entry.next if each.deliverable}
    told = given_dates(record, engagement, until, about)
    if isinstance(entry, ProgressEntry):
        new += by_plan(entry, told, reference, on)
    return tuple(each.said(engagement.id) for each in contradictions(told, new))


def doubts_on_paper(record: Record, kind: str, engagement: Engagement, facts: FactSet, on: dt.date) -> tuple[str, ...]:
    """Return a remark on each date in a paper about to be issued that is not the one the client was given last."""
    from docgen.actions.references import PREFIXES as PAPERS

    if kind == REPORT and facts.entries:
        entry = facts.entries[-1].facts
        return doubts(record, entry, entry.number or 1, on, engagement)
    if kind == NOTICE and facts.of(SeriousIssue):
        issue = facts.of(SeriousIssue)[-1].facts
        return doubts(record, issue, issue.number or 1, on, engagement)
    if kind in _LETTERS and facts.of(Dispute):
        dispute = facts.of(Dispute)[-1].facts
        new = by_letter(dispute, kind, f"{PAPERS[kind]}-{dispute.number or 1:03d}", on)
        about = {each.about for each in new}
        told = [each for each in given_dates(record, engagement, on, about) if each.on >= dispute.raised_on]
        return tuple(each.said(engagement.id) for each in contradictions(told, new))
    return ()


def _contacts(record: Record, engagement: Engagement) -> Iterator[Contact]:
    for number, contact in kept_entries(record, engagement.id, Contact, engagement.currency).items():
        yield contact.model_copy(update={"number": number})


def _told(
    record: Record, engagement: Engagement, documents: Sequence[IssuedDocument], about: Collection[str] | None
) -> list[Given]:
    """Return the dates in the reports and notices that stand, in the order in which they were issued.

    Reports forecast milestones only, so that for a deliverable none is read.
    """
    left = None if about is None else set(about) - {each.id for each in engagement.terms.scope.deliverables}
    found: list[Given] = []
    for document in reversed(documents):
        known = left is not None and not left and document.kind == REPORT
        if known or document.superseded_by is not None or document.withdrawn_by is not None:
            continue
        printed = _printed(record, engagement, document)
        if left is not None and document.kind == REPORT:
            left -= {each.about for each in printed}
        found += reversed(printed)
    return found[::-1]


def _printed(record: Record, engagement: Engagement, document: IssuedDocument) -> tuple[Given, ...]:
    """Return the dates in a report or a notice, from the facts as they were when it was issued."""
    kinds: dict[str, type[ProgressEntry] | type[SeriousIssue]] = {REPORT: ProgressEntry, NOTICE: SeriousIssue}
    kind = kinds.get(document.kind)
    if kind is None:
        return ()
    revisions = record.register.revisions(engagement.id, ENTRY_WORDS[kind], document.number)
    before = [each for each in revisions if each.sequence < document.sequence]
    facts = kept_facts(record, before[-1], kind, engagement.currency) if before else None
    reference, day = f"{PREFIXES[kind]}-{document.number:03d}", dt.date.fromisoformat(document.day)
    by = record.people.email(document.person) or ""
    if isinstance(facts, ProgressEntry):
        return by_report(facts, reference, day, by)
    return by_issue(facts, reference, day, by) if isinstance(facts, SeriousIssue) else ()


def _ordered(
    record: Record, engagement: Engagement, documents: list[IssuedDocument], until: dt.date
) -> Iterator[Given]:
    """Yield the days that signed change orders set, each order on top of those before it."""
    signed = {
        each.number: dt.date.fromisoformat(each.executed_on)
        for each in documents
        if each.kind == ORDER and each.executed_on and each.withdrawn_by is None
    }
    signed = {number: day for number, day in signed.items() if day <= until}
    if not signed:
        return
    known = recorded_entries(record, engagement.id, ChangeOrder, engagement.currency)
    orders = [known[number].facts for number in sorted(signed) if number in known]
    for place, order in enumerate(orders, 1):
        before, after = (effective_terms(engagement.terms, orders[:count]) for count in (place - 1, place))
        yield from by_order(before, after, order.reference, signed[order.number])
