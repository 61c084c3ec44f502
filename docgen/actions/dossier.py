"""All that is recorded of one engagement, read when it is first asked for: its facts, papers and change orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from docgen.actions.change_orders import Chain, read_chain
from docgen.actions.completion import CERTIFICATE
from docgen.actions.disputes import NOTICE, issued_notices, unsent_look_backs
from docgen.actions.executed import CONTRACT, LETTER, leave_on
from docgen.actions.recorded import kept_entries, read_revision, recorded_engagement
from docgen.errors import DocgenError
from docgen.facts.kinds import ENTRY_WORDS, M
from docgen.lifecycle.agenda import Asked, Situation
from docgen.lifecycle.effective import effective_terms
from docgen.lifecycle.history import Happened, Story, still_open, tell, trouble
from docgen.lifecycle.leave import Leave
from docgen.lifecycle.states import LifeStep, OrderState
from docgen.models.breach import Breach
from docgen.models.changes import ChangeDirective, ChangeOrder
from docgen.models.contact import Contact
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute
from docgen.models.engagement import Engagement
from docgen.models.feedback import Feedback
from docgen.models.party import Side
from docgen.models.progress import ProgressEntry
from docgen.models.review import Review
from docgen.models.serious_issue import SeriousIssue
from docgen.models.terms import Terms

if TYPE_CHECKING:
    from docgen.store.record import Record
    from docgen.store.register import IssuedDocument, Revision

RE_OPENING, SURVEY, ISSUE_NOTICE = "re-opening", "survey", "notice-of-issue"


@dataclass(frozen=True)
class Dossier:
    """One engagement as it stands on a day. What was erased of it is left out."""

    record: Record
    engagement: Engagement
    on: dt.date
    kept: dict[type[Any], dict[int, Any]] = field(default_factory=dict, repr=False, compare=False)
    """What was read already, by its kind; the same engagement on another day is read from here."""

    def on_day(self, day: dt.date) -> Dossier:
        """Return the same engagement as it stands on another day; what was read of it is not read again."""
        return replace(self, on=day)

    @property
    def name(self) -> str:
        """Return the engagement's id."""
        return self.engagement.id

    @cached_property
    def documents(self) -> tuple[IssuedDocument, ...]:
        """Return all versions of all documents issued by the day, in the order they were issued."""
        day = self.on.isoformat()
        return tuple(each for each in self.record.register.documents_of(self.name) if each.day <= day)

    @cached_property
    def papers(self) -> tuple[IssuedDocument, ...]:
        """Return the versions that stand: neither superseded nor withdrawn."""
        return tuple(each for each in self.documents if each.status in ("issued", "executed"))

    @cached_property
    def progress(self) -> tuple[ProgressEntry, ...]:
        """Return the progress entries by period."""
        entries = self.of(ProgressEntry).values()
        return tuple(sorted(entries, key=lambda each: (each.period.end, each.period.start)))

    @cached_property
    def contacts(self) -> tuple[Contact, ...]:
        """Return the contacts by time, each with its number."""
        found = (each.model_copy(update={"number": number}) for number, each in self.of(Contact).items())
        return tuple(sorted(found, key=Contact.order))

    @cached_property
    def disputes(self) -> Mapping[int, Dispute]:
        """Return the disputes by number."""
        return self.of(Dispute)

    @cached_property
    def breaches(self) -> Mapping[int, Breach]:
        """Return the breaches by number that a notice was issued of by the day which stands."""
        issued = issued_notices(self.record, self.name, self.on)
        return {number: each for number, each in self.of(Breach).items() if number in issued}

    @cached_property
    def unnoticed(self) -> Mapping[int, Breach]:
        """Return the breaches that nobody has given notice of yet and that no end of a dispute has settled."""
        given = {each.number for each in self.documents if each.kind == NOTICE}
        waiting = {number: each for number, each in self.of(Breach).items() if number not in given}
        return still_open(self.disputes, waiting, self.reopened, self.on)[1]

    @cached_property
    def feedback(self) -> tuple[Feedback, ...]:
        """Return the filled surveys by number."""
        return tuple(self.of(Feedback).values())

    @cached_property
    def reviews(self) -> tuple[Review, ...]:
        """Return the relationship reviews by number, each with its number."""
        return tuple(each.model_copy(update={"number": number}) for number, each in self.of(Review).items())

    @cached_property
    def chain(self) -> Chain:
        """Return the change orders as they stand; raises what reading them raises."""
        if not self.record.register.entries(self.name, ENTRY_WORDS[ChangeOrder]):
            return Chain(self.engagement, {}, self.on)
        return read_chain(self.record, self.name, self.on)

    @cached_property
    def reopened(self) -> Mapping[int, dt.date]:
        """Return the days of the re-opening letters that stand, by the number of their dispute."""
        return {each.number: dt.date.fromisoformat(each.day) for each in self.papers if each.kind == RE_OPENING}

    @cached_property
    def open_trouble(self) -> tuple[Mapping[int, Dispute], Mapping[int, Breach]]:
        """Return the disputes and notices of breach that are not over."""
        return still_open(self.disputes, self.breaches, self.reopened, self.on)

    @cached_property
    def unsent(self) -> frozenset[int]:
        """Return the numbers of the disputes without a look-back letter that was issued by the day and stands."""
        return unsent_look_backs(self.record, self.name, self.on)

    def of(self, kind: type[M]) -> dict[int, M]:
        """Return what is recorded of a kind, by number, without what was erased."""
        if kind not in self.kept:
            self.kept[kind] = kept_entries(self.record, self.name, kind, self.engagement.currency)
        return dict(self.kept[kind])

    def signed(self, kind: str) -> IssuedDocument | None:
        """Return the version of a document that was signed by the day, or None."""
        day = self.on.isoformat()
        found = [
            each
            for each in self.documents
            if each.kind == kind and each.executed_on and each.executed_on <= day and each.withdrawn_by is None
        ]
        return found[-1] if found else None

    def signed_on(self, kind: str) -> dt.date | None:
        """Return the day on which a document was signed, or None."""
        signed = self.signed(kind)
        return dt.date.fromisoformat(signed.executed_on) if signed and signed.executed_on else None

    def terms_on(self, day: dt.date) -> Terms:
        """Return the terms in force on a day: those of the engagement with the executed orders; raises ChangeError."""
        executed = self.chain.executed
        return effective_terms(self.engagement.terms, executed, day) if executed else self.engagement.terms

    @cached_property
    def begun_on(self) -> dt.date | None:
        """Return the day on which work began: with the first report, or on the effective date of a signed contract."""
        begun = [day for day in (self.first_report, self._started) if day is not None]
        return min(begun, default=None)

    @cached_property
    def leave(self) -> Leave | None:
        """Return the leave to start that stands while no contract is signed, or None."""
        return leave_on(self.documents, self.on)

    @property
    def reports_from(self) -> dt.date | None:
        """Return the day from which reports are owed: work began, or a letter was issued that lets it begin."""
        return self.begun_on or self._allowed

    @property
    def _allowed(self) -> dt.date | None:
        """Return the day from which a letter of approval lets the work begin, or None before it and without one."""
        leave, approval = self.leave, self.engagement.approval
        issued = leave.signed or leave.issued if leave else None
        if issued is None or approval is None:
            return None
        day = max(issued, approval.proceed_from)
        return day if day <= self.on else None

    @property
    def first_report(self) -> dt.date | None:
        """Return the first day that a progress entry speaks of, or None."""
        days = [each.period.start for each in self.progress if each.period.start <= self.on]
        return min(days, default=None)

    @property
    def _started(self) -> dt.date | None:
        signed, effective = self.signed_on(CONTRACT), self.engagement.terms.effective_date
        if signed is None or effective is None or effective > self.on:
            return None
        return max(signed, effective)

    @cached_property
    def story(self) -> Story:
        """Return where the engagement stands and how it came there."""
        return tell(self._happenings(), self.on)

    def _happenings(self) -> Iterator[Happened]:
        from docgen.actions.references import reference_of

        steps = (
            (LETTER, LifeStep.LETTER_EXECUTED),
            (CONTRACT, LifeStep.CONTRACT_EXECUTED),
            (CERTIFICATE, LifeStep.COMPLETED),
        )
        for kind, step in steps:
            paper, day = self.signed(kind), self.signed_on(kind)
            if paper and day:
                yield Happened(day, step, str(reference_of(paper)))
        yield from self._work()
        yield from trouble(self.disputes, self.breaches, self.reopened)
        completed = self.signed_on(CERTIFICATE)
        if completed:
            yield from self._contacts(completed)

    def _work(self) -> Iterator[Happened]:
        """Yield the start of work, and once more under the contract where it began under the letter already."""
        signed, started, first = self.signed_on(CONTRACT), self._started, self.first_report
        if first is not None and (signed is None or first < signed):
            yield Happened(first, LifeStep.WORK_BEGUN, "first report")
        if signed is not None:
            reported = None if first is None else max(first, signed)
            if started is not None and (reported is None or started <= reported):
                yield Happened(started, LifeStep.WORK_BEGUN, "effective date")
            elif reported is not None:
                yield Happened(reported, LifeStep.WORK_BEGUN, "first report under the contract")

    def _contacts(self, after: dt.date) -> Iterator[Happened]:
        for contact in self.contacts:
            if contact.on > after:
                about = f"CT-{contact.number:03d}, {contact.how} with {' and '.join(contact.with_)}"
                yield Happened(contact.on, LifeStep.CONTACT_KEPT, about)
        for entry in self.progress:
            for note in entry.contacts:
                if note.on > after:
                    yield Happened(note.on, LifeStep.CONTACT_KEPT, f"contact with {note.with_}")
        for feedback in self.feedback:
            if feedback.on > after:
                yield Happened(feedback.on, LifeStep.CONTACT_KEPT, "feedback")
        for review in self.reviews:
            if review.on > after:
                yield Happened(review.on, LifeStep.CONTACT_KEPT, "relationship review")

    @cached_property
    def situation(self) -> Situation:
        """Return what the deadlines follow from; raises what reading the change orders raises."""
        disputes, breaches = self.open_trouble
        executed = self.chain.executed
        converted = {order.converts for order in executed}
        return Situation(
            engagement=self.engagement,
            on=self.on,
            state=self.story.state,
            terms_on=self.terms_on,
            signed_on=self.signed_on(CONTRACT),
            begun_on=self.begun_on,
            completed_on=self.story.day_of(LifeStep.COMPLETED),
            asked=tuple(self._asked()),
            directives=tuple(each for number, each in self.of(ChangeDirective).items() if number not in converted),
            entries=self.progress,
            spoken=self.contacts,
            deliveries=tuple(self.of(Delivery).values()),
            disputes=disputes,
            breaches=breaches,
            unnoticed=self.unnoticed,
            unsent=self.unsent,
            issues=self.of(SeriousIssue),
            noticed={each.number: dt.date.fromisoformat(each.day) for each in self.papers if each.kind == ISSUE_NOTICE},
            feedback=self.feedback,
            reviews=self.reviews,
            surveyed=any(each.kind == SURVEY for each in self.papers),
        )

    def _asked(self) -> Iterator[Asked]:
        """Yield the orders that wait for an answer: submitted ones, and drafts of what the client asked for."""
        for course in self.chain.courses.values():
            order = course.order
            about = f"{order.reference} {order.title}"
            if course.state is OrderState.SUBMITTED and course.submitted is not None:
                yield Asked(about, course.submitted.on, order.requested_by)
            elif course.state is OrderState.DRAFT and order.requested_by is Side.CLIENT and order.requested_on:
                yield Asked(about, order.requested_on, Side.CLIENT)


def open_dossier(record: Record, name: str, on: dt.date) -> Dossier:
    """Return an engagement's dossier; raises UnknownEngagementError, BlobErasedError and RecordedFactsError."""
    return Dossier(record, recorded_engagement(record, name).facts, on)


def dossiers(
    record: Record,
    on: dt.date,
    remarks: list[str],
    over_by: dt.date | None = None,
    passed: Callable[[], None] = lambda: None,
) -> Iterator[Dossier]:
    """Yield the dossiers of all engagements but those that were erased, or certified complete by a day (`over_by`).

    What hinders one is added to the remarks and hinders no other. `passed` is called after each engagement.
    """
    from docgen.store.blobs import BlobErasedError

    for revision in record.register.engagements():
        try:
            if not (over_by and certified(record, revision.engagement, over_by)):
                yield dossier_of(record, revision, on)
        except BlobErasedError:
            pass
        except DocgenError as error:
            remarks.append(f"{revision.engagement}: {error}")
        passed()


def certified(record: Record, engagement: str, by: dt.date) -> bool:
    """Say whether completion was certified by a day; the tables tell, and no facts are read for it."""
    certificates = record.register.versions(engagement, CERTIFICATE)
    day = by.isoformat()
    return any(each.executed_on and each.withdrawn_by is None and each.executed_on <= day for each in certificates)


def dossier_of(record: Record, revision: Revision, on: dt.date) -> Dossier:
    """Return the dossier of the engagement that a revision is the last one of; raises as open_dossier does."""
    return Dossier(record, read_revision(record, revision, Engagement).facts, on)
