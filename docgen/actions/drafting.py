"""What the next version of a document is made from: recorded facts, an approved template, the contract it cites."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.actions.around import around, handed_over
from docgen.actions.change_orders import Chain, check_turn, check_undecided, read_chain
from docgen.actions.conditions import check_conditions
from docgen.actions.desk import Desk
from docgen.actions.disputes import LETTERS, unsent_before
from docgen.actions.documents import issued_event
from docgen.actions.executed import LETTER, executed, executed_orders, footing, under_letter
from docgen.actions.making import Ingredients, Wording, input_blobs, unpacked_wording, wording_of
from docgen.actions.notices import NOTICE, notices_until
from docgen.actions.readiness import check_ready
from docgen.actions.recorded import read_revision, recorded_entries
from docgen.actions.references import PREFIXES, SOURCES, Reference, find_engagement
from docgen.actions.render import CITING, CONFORMED, CONTRACT, cites
from docgen.actions.reviewing import check_terms
from docgen.actions.template_course import check_approved
from docgen.errors import DocgenError, NotFoundError, UsageError
from docgen.facts.kinds import COMMANDS, KINDS, NAMES, Entry, M
from docgen.facts.load import FactSet, Sourced
from docgen.lifecycle.effective import is_effective
from docgen.lifecycle.states import OrderState
from docgen.models.changes import ChangeDirective, ChangeOrder
from docgen.models.contact import Contact
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute
from docgen.models.engagement import Engagement
from docgen.models.feedback import Estimate, Feedback
from docgen.models.progress import ProgressEntry
from docgen.models.review import Review
from docgen.templating.portfolio import KINDS as PORTFOLIO_KINDS
from docgen.templating.portfolio import WEEK

if TYPE_CHECKING:
    from docgen.store.record import Record
    from docgen.store.register import IssuedDocument

COVER = "covering-mail"
"""The words of the e-mail a report goes out with; they are no document that is issued."""


class NothingToIssueError(DocgenError):
    """The record does not yet have what a document is made from."""


@dataclass(frozen=True)
class Issue:
    """What is to be issued: a kind of document of an engagement, and which of them where there are several."""

    kind: str
    engagement: str
    number: int | None = None


@dataclass(frozen=True)
class Draft:
    """A version about to be issued, what it is made from as blobs, and the version it would follow.

    `chain` holds the change orders as they stand, where the document is one.
    """

    made_from: Ingredients
    revision: int
    blobs: Mapping[str, bytes]
    current: IssuedDocument | None
    chain: Chain | None
    remarks: tuple[str, ...]

    @property
    def approved_anew(self) -> bool:
        """Say whether it is an order approved against another contract than its paper, whatever the paper says."""
        number = self.made_from.reference.number
        return self.chain is not None and self.chain.course(number).state is OrderState.APPROVED


def draft_of(desk: Desk, record: Record, wanted: Issue, folder: Path, checkpoint: str) -> Draft:
    """Return the version of a document that the record as it is would make; a contract is unpacked below a folder.

    Raises UnknownEngagementError, NothingToIssueError, NotApprovedError, ConditionsNotMetError, TermsNotAgreedError for
    a contract, UsageError for a kind
    that no single engagement has, what the readiness of its kind raises, and what reading the record raises.
    """
    if wanted.kind in PORTFOLIO_KINDS:
        command = "docgen portfolio week" if wanted.kind == WEEK else "docgen portfolio client NAME"
        raise UsageError(f"A {wanted.kind} speaks of several engagements, so none of them has one: `{command}`.")
    revision = find_engagement(record.register, wanted.engagement)
    engagement = read_revision(record, revision, Engagement)
    wording = approved_wording(desk, record, wanted.kind, engagement.facts, wanted.number)
    kind = CONFORMED if wanted.kind == CONFORMED else wording.template.header.kind
    number, facts = _parts(record, desk, wanted, kind, engagement)
    chain = read_chain(record, wanted.engagement, desk.on) if kind in ("change-order", "change-impact") else None
    if chain and kind == "change-order":
        check_turn(chain, number)
    elif chain:
        check_undecided(chain, number)
    reference = Reference(wanted.engagement, wanted.kind, number)
    versions = record.register.versions(wanted.engagement, wanted.kind, number)
    found = agreement_wording if kind in LETTERS else contract_wording
    cited = kind in CITING and facts.leave is None
    contract = found(record, wanted.engagement, folder) if cited else None
    if kind == CONTRACT:
        check_terms(desk, record, wording.template, engagement.facts, revision.revision)
    remarks = list(check_ready(record, desk, kind, engagement.facts, facts))
    if contract is None and kind != "notice-of-issue" and cites(desk, kind, wording.template.language):
        remarks.append(f"No contract of {wanted.engagement} is issued: clause numbers are those it would have now.")
        contract = wording_of(desk.catalogue, desk.catalogue.template(CONTRACT, engagement.facts.words_language))
    made_from = Ingredients(
        reference=replace(reference, version=len(versions) + 1),
        facts=facts,
        wording=wording,
        look=desk.theme,
        on=desk.on,
        contract=contract,
        checkpoint=checkpoint,
    )
    current = versions[-1] if versions and versions[-1].withdrawn_by is None else None
    return Draft(
        made_from,
        revision.revision,
        input_blobs(made_from),
        current,
        chain if kind == "change-order" else None,
        tuple(remarks),
    )


def approved_wording(
    desk: Desk, record: Record, kind: str, engagement: Engagement, number: int | None = None
) -> Wording:
    """Return the template a document of a kind is issued on, by its number where there are several.

    Raises NotApprovedError, ConditionsNotMetError, and what finding the template raises.
    """
    name = CONTRACT if kind == CONFORMED else kind
    template = desk.catalogue.template(name, engagement.words_language)
    if template.header.kind in PREFIXES and template.header.kind != name:
        raise UsageError(
            f"{template.shown} is a {template.header.kind} by its kind and not by its name, so its documents would "
            f"have no numbers. Call its file {template.header.kind}.html.jinja."
        )
    check_approved(desk, template)
    check_conditions(desk, record, template, engagement, number if kind == "change-order" else None)
    return wording_of(desk.catalogue, template)


# What each kind is made from


def _parts(
    record: Record, desk: Desk, wanted: Issue, kind: str, engagement: Sourced[Engagement]
) -> tuple[int, FactSet]:
    """Return the number of a document, 0 where its kind has none, and the facts it is made from."""
    facts = FactSet((engagement,))
    if kind == COVER:
        raise UsageError("An e-mail is no document by itself: it goes out with its report (`docgen progress send`).")
    if kind not in PREFIXES and wanted.number is not None:
        raise UsageError(f"A {wanted.kind} has no number. Leave --number out.")
    match kind:
        case "conformed-contract":
            return 0, facts.with_items(*_orders_in_force(record, desk, engagement.facts))
        case "change-order" | "change-impact":
            number, raised = _entries(record, wanted, kind, ChangeOrder, engagement.facts)
            before = executed_orders(record, engagement.facts, number)
            directives = recorded_entries(record, wanted.engagement, ChangeDirective, engagement.facts.currency)
            taken = [each for name, each in directives.items() if name == raised[number].facts.converts]
            if kind == "change-impact":
                facts = replace(facts, leave=footing(record, wanted.engagement, desk.on))
            return number, facts.with_items(*before, raised[number], *taken)
        case "progress-report":
            return _of_report(record, desk, wanted, engagement)
        case "meeting-proposal" | "relationship-review":
            source: type[Feedback] | type[Review] = Feedback if kind == "meeting-proposal" else Review
            number, said = _entries(record, wanted, kind, source, engagement.facts)
            last = said[number].facts.on, number
            earlier = tuple(each for place, each in sorted(said.items()) if (each.facts.on, place) <= last)
            beside = _beside(record, kind, engagement.facts)
            return number, facts.with_items(*executed_orders(record, engagement.facts), *earlier, *beside)
        case _ if kind in SOURCES:
            number, happened = _entries(record, wanted, kind, KINDS[SOURCES[kind]], engagement.facts)
            beside = _beside(record, kind, engagement.facts)
            unsent = unsent_before(record, kind, happened[number])
            leave = footing(record, wanted.engagement, desk.on) if kind == NOTICE else None
            facts = replace(facts, unsent=unsent, leave=leave)
            matter = happened[number].facts
            if isinstance(matter, Dispute) and kind in ("look-back", "mediation-referral"):
                told = notices_until(record, engagement.facts, _day_of(kind, matter, desk.on))
                facts = replace(facts, noticed=told.days).with_items(*told.issues)
            return number, facts.with_items(*executed_orders(record, engagement.facts), happened[number], *beside)
        case _ if kind in _BESIDE:
            orders = executed_orders(record, engagement.facts)
            return 0, facts.with_items(*orders, *_beside(record, kind, engagement.facts))
        case _:
            return 0, facts


def _orders_in_force(record: Record, desk: Desk, engagement: Engagement) -> tuple[Sourced[ChangeOrder], ...]:
    """Return the executed orders that a conformed contract takes in; raises NothingToIssueError where none is there."""
    orders = executed_orders(record, engagement)
    if desk.on_given:
        orders = tuple(order for order in orders if is_effective(order.facts, desk.on))
    if not orders:
        raise NothingToIssueError(
            f"No change order of {engagement.id} is executed{' and in force' if desk.on_given else ''}, so "
            "the contract is as it was signed. Record a signed one: docgen document execute REF --signed FILE."
        )
    return orders


def _of_report(record: Record, desk: Desk, wanted: Issue, engagement: Sourced[Engagement]) -> tuple[int, FactSet]:
    """Return the number of a progress report and all it is made from: what was told and known by its period's end."""
    number, entries = _entries(record, wanted, "progress-report", ProgressEntry, engagement.facts)
    until = tuple(entries[each] for each in sorted(entries) if each <= number)
    entry, known = entries[number].facts, [each.facts for each in until]
    end = entry.period.end
    told = notices_until(record, engagement.facts, end)
    facts = FactSet(
        (engagement,),
        noticed=told.days,
        leave=footing(record, wanted.engagement, end),
        around=around(desk, record, engagement.facts, number, known),
    )
    given = handed_over(record, engagement.facts, known, entry)
    orders = executed_orders(record, engagement.facts)
    return number, facts.with_items(*orders, *until, *told.issues, *given)


_BESIDE: Mapping[str, tuple[type[Entry], ...]] = {
    "breach-notice": (Dispute,),
    "look-back": (ProgressEntry, Contact, Delivery),
    "mediation-referral": (ProgressEntry, Contact, Delivery),
    "completion-certificate": (ChangeDirective, ProgressEntry, Delivery),
    "survey": (),
    "meeting-proposal": (Estimate,),
    "relationship-review": (ProgressEntry, Delivery, Estimate, Feedback),
}
"""What else of the engagement a kind is made from, all of it."""


def _beside(record: Record, kind: str, engagement: Engagement) -> Iterator[Sourced[Any]]:
    for each in _BESIDE.get(kind, ()):
        yield from recorded_entries(record, engagement.id, each, engagement.currency).values()


def _entries(
    record: Record, wanted: Issue, kind: str, model: type[M], engagement: Engagement
) -> tuple[int, dict[int, Sourced[M]]]:
    """Return the number that is meant, the last one by default, and everything recorded of its sort by number."""
    entries = recorded_entries(record, wanted.engagement, model, engagement.currency)
    if not entries:
        raise NothingToIssueError(
            f"{wanted.engagement} has no {NAMES[model].replace('-', ' ')} recorded. `docgen {COMMANDS[model]} FILE` "
            "records one."
        )
    number = wanted.number or max(entries)
    if number not in entries:
        there = ", ".join(f"{PREFIXES[kind]}-{each:03d}" for each in entries)
        raise NotFoundError(f"{wanted.engagement} has no {PREFIXES[kind]}-{number:03d}. There are: {there}.")
    return number, entries


def _day_of(kind: str, dispute: Dispute, on: dt.date) -> dt.date:
    """Return the day that a letter about a dispute speaks of, else that of its issue."""
    if kind == "look-back":
        return dispute.raised_on
    return dispute.mediation.referred_on if kind == "mediation-referral" and dispute.mediation else on


def contract_wording(record: Record, engagement: str, folder: Path) -> Wording | None:
    """Return the template of the signed contract, else of the last one issued, unpacked below a folder; or None."""
    versions = [each for each in record.register.versions(engagement, CONTRACT) if each.withdrawn_by is None]
    document = executed(record, engagement, CONTRACT) or (versions[-1] if versions else None)
    return _kept_wording(record, document, folder) if document else None


def agreement_wording(record: Record, engagement: str, folder: Path) -> Wording | None:
    """Return the template of what a dispute rests on, unpacked below a folder, or None.

    It is that of the signed letter of approval while no contract is signed, else as `contract_wording` has it.
    """
    letter = executed(record, engagement, LETTER)
    if letter and under_letter(record, engagement):
        return _kept_wording(record, letter, folder)
    return contract_wording(record, engagement, folder)


def _kept_wording(record: Record, document: IssuedDocument, folder: Path) -> Wording:
    packed = next(item.blob for item in issued_event(record, document).inputs if item.name == "template")
    return unpacked_wording(record.blobs.read(packed), folder / f"{document.kind}-{document.sequence}")
