"""Facts as they stand in the record: one revision, or all that documents of an engagement are made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from docgen.actions.references import find_engagement
from docgen.facts.kinds import ENTRY_KINDS, ENTRY_WORDS, M
from docgen.facts.load import FactSet, Sourced
from docgen.facts.recorded import read_facts_bytes
from docgen.facts.source import parse_source
from docgen.facts.write import write_model
from docgen.models.engagement import Engagement

if TYPE_CHECKING:
    from docgen.store.record import Record
    from docgen.store.register import Revision


def recorded_engagement(record: Record, name: str, revision: int | None = None) -> Sourced[Engagement]:
    """Return an engagement as it was recorded; raises UnknownEngagementError, NotFoundError, RecordedFactsError."""
    return read_revision(record, find_engagement(record.register, name, revision), Engagement)


def read_revision(record: Record, revision: Revision, kind: type[M], currency: str | None = None) -> Sourced[M]:
    """Return the facts of a revision; raises RecordedFactsError and what reading a blob raises."""
    return read_facts_bytes(record.blobs.read(revision.blob), kind, shown_revision(revision), currency)


def shown_revision(revision: Revision) -> str:
    """Return how a message names a revision."""
    what = f"/{revision.entry.replace('_', '-')} {revision.number}" if revision.entry else ""
    return f"{revision.engagement}{what}, revision {revision.revision}"


def recorded_entries(record: Record, engagement: str, kind: type[M], currency: str) -> dict[int, Sourced[M]]:
    """Return the last revisions of the numbered things of a kind, by number."""
    revisions = record.register.entries(engagement, ENTRY_WORDS[kind])
    return {revision.number: read_revision(record, revision, kind, currency) for revision in revisions}


def kept_facts(record: Record, revision: Revision, kind: type[M], currency: str | None = None) -> M | None:
    """Return the facts of a revision, or None where they were erased; raises RecordedFactsError."""
    from docgen.store.blobs import BlobErasedError

    try:
        return read_revision(record, revision, kind, currency).facts
    except BlobErasedError:
        return None


def kept_entries(record: Record, engagement: str, kind: type[M], currency: str) -> dict[int, M]:
    """Return the last revisions of the numbered things of a kind, by number, without what was erased."""
    revisions = record.register.entries(engagement, ENTRY_WORDS[kind])
    read = ((revision.number, kept_facts(record, revision, kind, currency)) for revision in revisions)
    return {number: facts for number, facts in read if facts is not None}


def kept_engagements(record: Record) -> Iterator[tuple[Revision, Engagement]]:
    """Yield every engagement as last recorded, without those that were erased."""
    for revision in record.register.engagements():
        facts = kept_facts(record, revision, Engagement)
        if facts is not None:
            yield revision, facts


def recorded_facts(record: Record, name: str) -> FactSet:
    """Return the last revision of an engagement and of everything recorded within it."""
    engagement = recorded_engagement(record, name)
    found: list[Sourced[Any]] = [engagement]
    for kind in ENTRY_KINDS:
        found += recorded_entries(record, name, kind, engagement.facts.currency).values()
    return FactSet(tuple(found))


def with_places(sourced: Sourced[M]) -> Sourced[M]:
    """Return recorded facts with the places they have in the file that `docgen engagement show` writes."""
    return replace(sourced, source=parse_source(write_model(sourced.facts), sourced.source.file))
