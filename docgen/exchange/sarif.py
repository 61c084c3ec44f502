"""Findings as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), which editors and code review read.

The same findings give the same log: there is no time, no machine and no absolute path in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from docgen.errors import Finding, Severity

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.BLANK: "note",
    Severity.NOTE: "note",
}

Described = Callable[[str], tuple[Severity, str, str]]
"""Returns the weight of a rule, what it says in a sentence, and what to do about a finding."""


def sarif_log(findings: Sequence[Finding], described: Described) -> dict[str, Any]:
    """Return findings as a log of one run, with each rule that was broken described once."""
    names = sorted({finding.rule for finding in findings})
    driver = {
        "name": "docgen",
        "rules": [_rule(name, *described(name)) for name in names],
    }
    results = [_result(finding, names.index(finding.rule)) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _rule(name: str, severity: Severity, short: str, advice: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "shortDescription": {"text": short},
        "help": {"text": advice or short},
        "defaultConfiguration": {"level": _LEVELS[severity]},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    place = finding.place
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(place.file)},
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    }
    if finding.clause:
        location["logicalLocations"] = [{"name": finding.clause, "kind": "member"}]
    text = f"{finding.message} {finding.advice}".strip()
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [location],
    }
