"""The terms of an engagement held against the playbook before its contract is issued, and approvals of those beyond."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.actions.acting import Deed, Hand, act
from docgen.actions.classifying import people_of, told_limit
from docgen.actions.desk import Desk
from docgen.actions.making import wording_of
from docgen.actions.recorded import read_revision
from docgen.actions.references import find_engagement
from docgen.errors import DocgenError, shell_word
from docgen.facts.recorded import facts_bytes, read_terms_approval
from docgen.lifecycle.house_terms import Judged, judged
from docgen.models.engagement import Engagement
from docgen.models.playbook import Limit, Ruling, Standing
from docgen.models.terms import Role
from docgen.models.terms_approval import ApprovedTerm, TermsApproval
from docgen.templating.playbooks import house_playbook

if TYPE_CHECKING:
    from docgen.store.events import Event
    from docgen.store.record import Record
    from docgen.templating.catalogue import Template

WORD = "terms_approved"
"""Under which word the log keeps approvals of terms."""
CONTRACT = "contract"


@dataclass(frozen=True)
class Consent:
    """An approval on the record: who gave it, under which role, and on which day."""

    approval: TermsApproval
    person: str

    def covers(self, term: Judged) -> bool:
        """Say whether it speaks of a term as it is now and was given under the role that is needed."""
        return term.ruling.role == self.approval.role and any(
            (each.field, each.value) == (term.path, term.said) for each in self.approval.terms
        )


@dataclass(frozen=True)
class ReviewedTerm:
    """A term as the playbook has it, and the approval it has, if any."""

    judged: Judged
    consent: Consent | None = None

    @property
    def ruling(self) -> Ruling:
        """Return how it stands, whatever was approved."""
        return self.judged.ruling

    @property
    def limit(self) -> Limit:
        """Return the limit it was held against."""
        return self.judged.limit

    @property
    def is_open(self) -> bool:
        """Say whether it keeps the contract from being issued."""
        needed = self.ruling.standing is Standing.NEEDS_APPROVAL and self.consent is None
        return needed or self.ruling.standing is Standing.FORBIDDEN


@dataclass(frozen=True)
class TermsReview:
    """All terms of an engagement that the playbook speaks of, the gravest first."""

    engagement: str
    revision: int
    template: str
    template_hash: str
    playbook: str
    terms: tuple[ReviewedTerm, ...]

    @property
    def open(self) -> tuple[ReviewedTerm, ...]:
        """Return the terms that keep the contract from being issued."""
        return tuple(each for each in self.terms if each.is_open)


class TermsNotAgreedError(DocgenError):
    """Terms of a contract are forbidden by the playbook, or need an approval that is not on the record."""

    def __init__(self, engagement: str, open_terms: Sequence[ReviewedTerm], desk: Desk) -> None:
        lines = "\n".join(f"  {_told(each, desk)}" for each in open_terms)
        needed = any(each.ruling.role for each in open_terms)
        advice = (
            f" Whoever has the role approves it: docgen review approve {shell_word(engagement)} --as EMAIL."
            if needed
            else ""
        )
        forbidden = any(each.ruling.standing is Standing.FORBIDDEN for each in open_terms)
        change = " What is forbidden has to change in the engagement file." if forbidden else ""
        super().__init__(
            f"The playbook does not let the contract of {engagement} be issued on these terms:\n{lines}\n"
            f"See `docgen review {shell_word(engagement)}`.{change}{advice}"
        )


class NothingToApproveError(DocgenError):
    """No term waits for an approval that somebody may give."""


def review_terms(desk: Desk, name: str) -> TermsReview:
    """Return how the terms of a recorded engagement stand to the playbook of the contract that would be issued.

    Raises UnknownEngagementError, FindingsError for a playbook that cannot be read, UnknownTemplateError,
    MissingLanguageError, and what reading the record raises.
    """
    record = desk.record
    revision = find_engagement(record.register, name)
    engagement = read_revision(record, revision, Engagement).facts
    template = desk.catalogue.template(CONTRACT, engagement.words_language)
    return _review(desk, record, template, engagement, revision.revision)


def _review(desk: Desk, record: Record, template: Template, engagement: Engagement, revision: int) -> TermsReview:
    book = house_playbook(desk.catalogue, template)
    version = wording_of(desk.catalogue, template).version
    given = tuple(consents(record, engagement.id))
    found = [each for clause, limit in book.limits.values() for each in judged(clause, limit, engagement)]
    found.sort(key=lambda each: -each.ruling.weight)
    terms = tuple(ReviewedTerm(each, next((one for one in given if one.covers(each)), None)) for each in found)
    shown = f"{version.name} {version.version} ({version.language})"
    return TermsReview(engagement.id, revision, shown, version.hash, book.hash, terms)


def consents(record: Record, engagement: str) -> Iterator[Consent]:
    """Yield the approvals of terms that the record has, the last first; what was erased is passed over."""
    for revision in reversed(record.register.revisions(engagement, WORD, 1)):
        if not record.blobs.is_erased(revision.blob):
            where = f"{engagement}, approval of terms {revision.revision}"
            approval = read_terms_approval(record.blobs.read(revision.blob), where)
            yield Consent(approval, record.people.email(revision.person) or "")


def check_terms(desk: Desk, record: Record, template: Template, engagement: Engagement, revision: int) -> None:
    """Refuse to issue a contract while a term of it is forbidden, or lacks an approval: TermsNotAgreedError.

    Raises FindingsError for a playbook that cannot be read, and what reading the record raises.
    """
    found = _review(desk, record, template, engagement, revision)
    if found.open:
        raise TermsNotAgreedError(engagement.id, found.open, desk)


def approve_terms(desk: Desk, name: str, reason: str = "") -> tuple[ReviewedTerm, ...]:
    """Approve the terms of an engagement that wait for a role of who acts, as they are; return those.

    Raises NothingToApproveError where none waits for one of these roles, NotPermittedError, UnknownEngagementError,
    and what reviewing and recording raise.
    """
    hand = act(desk, Deed.APPROVE_TERMS)
    roles = desk.settings.person(desk.person).roles
    approved: list[ReviewedTerm] = []

    def decide() -> list[Event]:
        found = review_terms(desk, name)
        waiting = [each for each in found.open if each.ruling.role]
        approved[:] = [each for each in waiting if each.ruling.role in roles]
        if not approved:
            raise NothingToApproveError(_nothing(found, waiting, desk))
        return list(_events(hand, found, approved, reason))

    hand.settle(decide)
    return tuple(approved)


def _events(hand: Hand, found: TermsReview, terms: Sequence[ReviewedTerm], reason: str) -> Iterator[Event]:
    from docgen.store.events import EntryRecorded

    first = len(hand.record.register.revisions(found.engagement, WORD, 1)) + 1
    roles = dict.fromkeys(each.ruling.role for each in terms if each.ruling.role)
    for number, role in enumerate(roles, first):
        approval = TermsApproval(
            engagement=found.engagement,
            revision=found.revision,
            on=hand.desk.on,
            role=role,
            playbook=found.playbook,
            terms=tuple(
                ApprovedTerm(field=each.judged.path, value=each.judged.said)
                for each in terms
                if each.ruling.role == role
            ),
            reason=reason if reason.strip() else None,
        )
        blob = hand.record.blobs.put(facts_bytes(approval))
        stamp = hand.stamp(f"entry/{found.engagement}/{WORD}/1/{number}/{blob[:32]}")
        yield EntryRecorded(**stamp, engagement=found.engagement, entry=WORD, number=1, revision=number, facts=blob)


def _nothing(found: TermsReview, waiting: Sequence[ReviewedTerm], desk: Desk) -> str:
    if not waiting:
        return f"No term of {found.engagement} waits for an approval: `docgen review {shell_word(found.engagement)}`."
    lines = "\n".join(f"  {_told(each, desk)}" for each in waiting)
    return f"{desk.person} has none of the roles that {found.engagement} waits for:\n{lines}"


def _told(term: ReviewedTerm, desk: Desk) -> str:
    """Return an open term in a line, with who may decide."""
    said = f"{term.judged.path} is {term.judged.said}: {term.ruling.standing}"
    if term.ruling.role is None:
        return f"{said}; {told_limit(term.limit)}"
    people = people_of(desk)[Role(term.ruling.role)]
    who = ", ".join(people) if people else "nobody in docgen.toml has it"
    return f"{said} of the role {term.ruling.role} ({who})"
