"""References: to targets there are not, or not wherever the reference is; clauses that the contract does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docgen.errors import Finding
from docgen.templating.lint.conditions import both, example, opposite, told
from docgen.templating.lint.meanings import did_you_mean
from docgen.templating.lint.outline import VALUE, Cited, Element, Outline, may_be
from docgen.templating.lint.rules import Reading, found


def check_references(reading: Reading) -> Iterator[Finding]:
    """Yield references without a target, in any document or in some, and citations of clauses that are not there."""
    for outline in reading.outlines:
        targets = [each for each in outline.elements() if each.attributes.get("id")]
        for each in outline.elements("xref"):
            if name := each.attributes.get("to", ""):
                yield from _reference(each, name, targets)
        yield from _citations(outline, reading.contract_ids.get(outline.language))


def _reference(reference: Element, name: str, targets: Iterable[Element]) -> Iterator[Finding]:
    fitting = [each for each in targets if may_be(each.attributes["id"], name)]
    if not fitting:
        known = [each.attributes["id"] for each in targets if VALUE not in each.attributes["id"]]
        message = f"the reference “{shown(name)}” has no target."
        yield found("reference", message, reference.place, _near(name, known), reference.clause)
        return
    if any(VALUE in each for each in (name, *(target.attributes["id"] for target in fitting))):
        return  # which value it is decides
    chosen = example(both(reference.when, *(opposite(target.when) for target in fitting)))
    if chosen is not None:
        where = told(chosen)
        message = f"the reference “{name}” has no target{f' where {where}' if where else ' in some documents'}."
        yield found("reference-path", message, reference.place, clause=reference.clause)


def _citations(outline: Outline, known: frozenset[str] | None) -> Iterator[Finding]:
    if known is None:
        return
    for each in outline.parts:
        if isinstance(each, Cited) and not any(may_be(name, each.name) for name in known):
            message = f"the contract has no clause “{shown(each.name)}”."
            yield found("cited-clause", message, each.place, _near(each.name, known), each.clause)


def shown(name: str) -> str:
    """Return an id as a person reads it."""
    return name.replace(VALUE, "…")


def _near(name: str, known: Iterable[str]) -> str:
    advice = did_you_mean(name, known)
    return advice if "Did you" in advice else ""
