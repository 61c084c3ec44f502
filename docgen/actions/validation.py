"""Check fact files: each by itself, against one another, and against the clauses the contract has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from docgen.actions.desk import Desk
from docgen.actions.notices import early_notices
from docgen.errors import Finding
from docgen.facts.load import FactSet, load_files

_ID = re.compile(r'<(?:clause|schedule)\b[^>]*?\bid="([^"]+)"')


def validate_files(desk: Desk, files: Sequence[Path]) -> FactSet:
    """Return what some files say and everything wrong with them.

    That includes clauses that the contract does not have, and notices that would come too early where a day is given.
    """
    facts = load_files(files)
    early = early_notices(facts, desk.on) if desk.on_given else ()
    more = (*early, *(_unknown_clauses(desk, facts) if facts.breaches else ()))
    if not more:
        return facts
    found = sorted((*facts.findings, *more), key=lambda finding: (finding.place, finding.rule))
    return replace(facts, findings=tuple(found))


def _unknown_clauses(desk: Desk, facts: FactSet) -> Iterator[Finding]:
    named = _clause_names(desk)
    fixed = sorted(name for name in named if "{" not in name)
    made = [re.compile(re.sub(r"\\\{\\\{.*?\\\}\\\}", "[a-z0-9-]+", re.escape(name))) for name in named if "{{" in name]
    for breach in facts.breaches:
        for index, default in enumerate(breach.facts.defaults):
            if default.clause in fixed or any(pattern.fullmatch(default.clause) for pattern in made):
                continue
            near = get_close_matches(default.clause, fixed, 1)
            advice = f"Did you mean “{near[0]}”?" if near else "See `docgen template show contract` for its clauses."
            place = breach.source.place(("defaults", index, "clause"))
            yield Finding("clause", f"the contract has no clause “{default.clause}”.", place, advice)


def _clause_names(desk: Desk) -> frozenset[str]:
    """Return the ids of clauses as the contract's templates write them, without running any."""
    texts = (
        template.text
        for template in desk.catalogue.templates.values()
        if template.name == "contract" or (template.partial and template.path.parent.name == "contracts")
    )
    return frozenset(name for text in texts for name in _ID.findall(text))
