"""What a dispute or a breach names, beside the contract or the letter of approval that is issued or signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from docgen.actions.desk import Desk
from docgen.actions.disputes import unsigned_advice
from docgen.actions.drafting import agreement_wording, contract_wording
from docgen.actions.executed import CONTRACT, LETTER, executed, executed_orders
from docgen.actions.recorded import recorded_engagement
from docgen.actions.render import case_of, clause_advice, contract_clauses
from docgen.errors import DocgenError, Finding, Place, Severity
from docgen.facts.load import FactSet, Sourced
from docgen.facts.source import Source
from docgen.models.breach import Breach, Default
from docgen.models.dispute import Dispute, Grievance

if TYPE_CHECKING:
    from docgen.store.record import Record


def remarks_on(record: Record, desk: Desk, entry: Dispute | Breach, source: Source) -> tuple[Finding, ...]:
    """Return warnings on an entry, read from a source: a breach under no signed contract, and clauses not there."""
    return (*_unsigned(record, entry, source), *unknown_clauses(record, desk, entry, source))


def _unsigned(record: Record, entry: Dispute | Breach, source: Source) -> Iterator[Finding]:
    if isinstance(entry, Breach) and not executed(record, entry.engagement, CONTRACT):
        message = f"the contract of {entry.engagement} is not recorded as signed, so no notice can be issued under it."
        yield Finding(
            "unsigned", message, source.place(("format",)), unsigned_advice(entry.engagement), Severity.WARNING
        )


def unknown_clauses(record: Record, desk: Desk, entry: Dispute | Breach, source: Source) -> tuple[Finding, ...]:
    """Return a warning for each clause of an entry, read from a source, that the contract does not have.

    The contract is the signed one, else the last one issued, as it stands on the day of the entry; nothing is said
    where there is none, or where it can no longer be made. A dispute is compared with the letter of approval where
    only that is signed.
    """
    with TemporaryDirectory(prefix="docgen-") as folder:
        try:
            kind, known = _clauses(record, desk, Sourced(entry, source), Path(folder))
        except DocgenError:  # what is wrong with the contract is told where it is made
            return ()
    if not known:
        return ()
    cited: Sequence[Grievance | Default] = entry.grievances if isinstance(entry, Dispute) else entry.defaults
    name = "grievances" if isinstance(entry, Dispute) else "defaults"
    return tuple(
        _unknown(each.clause, known, kind, source.place((name, index, "clause")))
        for index, each in enumerate(cited)
        if each.clause not in known
    )


def _clauses(record: Record, desk: Desk, entry: Sourced[Any], folder: Path) -> tuple[str, frozenset[str]]:
    """Return the kind of document that an entry cites, and the ids of its clauses."""
    engagement = recorded_engagement(record, entry.facts.engagement)
    found = agreement_wording if isinstance(entry.facts, Dispute) else contract_wording
    wording = found(record, engagement.facts.id, folder)
    if wording is None:
        return CONTRACT, frozenset()
    rests_on = LETTER if wording.template.header.kind == LETTER else CONTRACT
    facts = FactSet((engagement, *executed_orders(record, engagement.facts), entry))
    there = desk.furnished(wording.catalogue, desk.theme, desk.on)
    kind = "look-back" if isinstance(entry.facts, Dispute) else "breach-notice"
    case = replace(case_of(there, kind, engagement.facts, facts), rests_on=rests_on)
    return rests_on, frozenset(contract_clauses(there, case))


def _unknown(clause: str, known: frozenset[str], kind: str, place: Place) -> Finding:
    message = f"the {kind.replace('-', ' ')} has no clause “{clause}”, so no letter can be issued that names it."
    return Finding("clause", message, place, clause_advice(clause, known, kind), Severity.WARNING)
