"""Clauses that a template does not have any more, though contracts in force were made with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from docgen.actions.desk import Desk
from docgen.actions.drafting import agreement_wording
from docgen.actions.life import list_states
from docgen.actions.making import Wording
from docgen.actions.recorded import kept_entries
from docgen.errors import DocgenError, Finding, NotFoundError, Place, Severity
from docgen.lifecycle.deviation import DETAIL
from docgen.lifecycle.states import LifeState
from docgen.models.breach import Breach
from docgen.models.dispute import Dispute
from docgen.templating.lint.conditions import Fact, Is
from docgen.templating.lint.outline import Outline, may_be
from docgen.templating.lint.references import shown
from docgen.templating.lint.rules import found

if TYPE_CHECKING:
    from docgen.models.engagement import Engagement
    from docgen.store.record import Record

_OVER = frozenset({LifeState.COMPLETED, LifeState.KEPT_IN_TOUCH})
Reads = Callable[[Wording], Outline]
"""Returns the outline of a template that was kept."""


def removed_clauses(desk: Desk, outlines: Iterable[Outline], read: Reads) -> Iterator[Finding]:
    """Yield the clauses that engagements at work have in their contract or letter of approval and the templates not.

    It is an error where a breach or a dispute on the record names the clause. Nothing is yielded where there is no
    record; an engagement whose papers cannot be read any more is passed over.
    """
    checked = {(each.name, each.language): each for each in outlines}
    missing: dict[tuple[str, str, str], list[tuple[str, bool]]] = defaultdict(list)
    for engagement, wording, cited in _live(desk):
        outline = checked.get((wording.template.name, wording.template.language))
        if outline is None:
            continue
        level = Is(Fact(("detail",)), (str(DETAIL[engagement.account.deviation]),))
        present = outline.ids(level)
        for name in read(wording).ids(level):
            if not any(may_be(known, name) for known in present):
                key = (outline.name, outline.language, name)
                missing[key].append((engagement.id, any(may_be(name, each) for each in cited)))
    for (template, language, name), having in sorted(missing.items()):
        yield _finding(checked[template, language], name, having)


def _finding(outline: Outline, name: str, having: list[tuple[str, bool]]) -> Finding:
    citing = [engagement for engagement, cited in having if cited]
    message = f"the clause “{shown(name)}” is not here any more, but in {_listed([each for each, _ in having])}."
    if citing:
        message = f"{message[:-1]}; a breach or a dispute of {_listed(citing)} names it."
    finding = found("clause-removed", message, Place(outline.shown), clause=name)
    return replace(finding, severity=Severity.ERROR) if citing else finding


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}"


def _live(desk: Desk) -> Iterator[tuple[Engagement, Wording, frozenset[str]]]:
    """Yield each engagement at work with the template of its contract, and the clauses that its entries name."""
    from docgen.store.register import ALL

    try:
        record = desk.record
    except NotFoundError:
        return
    for _, engagement, state in list_states(desk, ALL):
        if engagement is None or state in _OVER:
            continue
        with TemporaryDirectory(prefix="docgen-") as folder:
            try:
                wording = agreement_wording(record, engagement.id, Path(folder))
            except DocgenError:  # what is wrong with its papers, `docgen audit verify` tells
                continue
            if wording:
                yield engagement, wording, _cited(record, engagement)


def _cited(record: Record, engagement: Engagement) -> frozenset[str]:
    breaches = kept_entries(record, engagement.id, Breach, engagement.currency).values()
    disputes = kept_entries(record, engagement.id, Dispute, engagement.currency).values()
    defaults = {each.clause for breach in breaches for each in breach.defaults}
    return frozenset(defaults | {each.clause for dispute in disputes for each in dispute.grievances})
