"""What a client was told in the reports that were issued, whatever was recorded since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from docgen.actions.dispatches import REPORT
from docgen.actions.dossier import Dossier
from docgen.actions.recorded import kept_facts
from docgen.facts.kinds import ENTRY_WORDS
from docgen.lifecycle.portfolio import Told
from docgen.models.progress import ProgressEntry

if TYPE_CHECKING:
    from docgen.store.register import IssuedDocument, Revision

_WORD = ENTRY_WORDS[ProgressEntry]


def issued_reports(dossier: Dossier) -> dict[int, IssuedDocument]:
    """Return the last version of each report that was issued by the day and not withdrawn, by number."""
    return {each.number: each for each in dossier.documents if each.kind == REPORT and each.withdrawn_by is None}


def told_by(dossier: Dossier) -> Told:
    """Return what the client was told by the day: the entries behind the last report, as they stood when it was issued.

    An entry counts as corrected where its own report was issued anew since. Raises RecordedFactsError.
    """
    papers = issued_reports(dossier)
    if not papers:
        return Told()
    last = papers[max(papers)]
    known = dossier.of(ProgressEntry)
    entries = []
    for revision in dossier.record.register.entries(dossier.name, _WORD):
        if revision.number > last.number or revision.number not in known:
            continue
        until = max(last.sequence, papers.get(revision.number, last).sequence)
        entry = known[revision.number] if revision.sequence < until else _before(dossier, revision, until)
        if entry is not None:
            entries.append(entry)
    entries.sort(key=lambda each: (each.period.end, each.period.start))
    return Told(tuple(entries), dt.date.fromisoformat(last.day))


def _before(dossier: Dossier, revision: Revision, sequence: int) -> ProgressEntry | None:
    """Return an entry as it stood before an entry of the log; None where it was not recorded yet, or was erased."""
    earlier = dossier.record.register.revisions(dossier.name, _WORD, revision.number)
    standing = [each for each in earlier if each.sequence < sequence]
    return kept_facts(dossier.record, standing[-1], ProgressEntry, dossier.engagement.currency) if standing else None


def unissued(dossier: Dossier) -> Iterator[ProgressEntry]:
    """Yield the entries of periods that are over whose reports the client does not have, by period."""
    papers = issued_reports(dossier)
    yield from (each for each in dossier.progress if each.period.end <= dossier.on and each.number not in papers)
