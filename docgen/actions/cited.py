"""The clauses that a dispute or a breach names, beside the contract that is issued or signed."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from docgen.actions.desk import Desk
from docgen.actions.issuing import contract_wording, executed_orders
from docgen.actions.recorded import recorded_engagement
from docgen.actions.render import case_of, contract_clauses
from docgen.errors import DocgenError, Finding, Severity
from docgen.facts.load import FactSet, Sourced
from docgen.facts.source import Source
from docgen.models.breach import Breach, Default
from docgen.models.dispute import Dispute, Grievance

if TYPE_CHECKING:
    from docgen.store.record import Record


def unknown_clauses(record: Record, desk: Desk, entry: Dispute | Breach, source: Source) -> tuple[Finding, ...]:
    """Return a warning for each clause of an entry, read from a source, that the contract does not have.

    The contract is the signed one, else the last one issued, as it stands on the day of the entry; nothing is said
    where there is none, or where it can no longer be made.
    """
    with TemporaryDirectory(prefix="docgen-") as folder:
        try:
            known = _clauses(record, desk, Sourced(entry, source), Path(folder))
        except DocgenError:  # what is wrong with the contract is told where it is made
            return ()
    if not known:
        return ()
    cited: Sequence[Grievance | Default] = entry.grievances if isinstance(entry, Dispute) else entry.defaults
    name = "grievances" if isinstance(entry, Dispute) else "defaults"
    return tuple(
        _unknown(each.clause, known, source, (name, index, "clause"))
        for index, each in enumerate(cited)
        if each.clause not in known
    )


def _clauses(record: Record, desk: Desk, entry: Sourced[Any], folder: Path) -> frozenset[str]:
    engagement = recorded_engagement(record, entry.facts.engagement)
    wording = contract_wording(record, engagement.facts.id, folder)
    if wording is None:
        return frozenset()
    facts = FactSet((engagement, *executed_orders(record, engagement.facts), entry))
    there = desk.furnished(wording.catalogue, desk.theme, desk.on)
    kind = "look-back" if isinstance(entry.facts, Dispute) else "breach-notice"
    return frozenset(contract_clauses(there, case_of(there, kind, engagement.facts, facts)))


def _unknown(clause: str, known: frozenset[str], source: Source, loc: tuple[str | int, ...]) -> Finding:
    near = get_close_matches(clause, sorted(known), 3)
    advice = f"Did you mean {' or '.join(near)}?" if near else "`docgen template show contract` lists those there are."
    message = f"the contract has no clause “{clause}”, so no letter can be issued that names it."
    return Finding("clause", message, source.place(loc), advice, Severity.WARNING)
