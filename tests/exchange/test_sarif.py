"""Findings as SARIF: each rule described once, each result at its place, the same bytes for the same findings."""

from __future__ import annotations

import json

from docgen.errors import Finding, Place, Severity
from docgen.exchange.sarif import sarif_log
from docgen.templating.lint.rules import MAKING, RULES, described

FINDINGS = (
    Finding("name", "there is no fact “x” here.", Place("templates/letters/a b.html.jinja", 4), "Did you mean “y”?"),
    Finding("alt", "the picture has no words.", Place("templates/c.html.jinja", 2, 3), clause="cap"),
    Finding("may-be-absent", "it may be left out.", Place("templates/c.html.jinja", 9), severity=Severity.NOTE),
    Finding("alt", "nor has this one.", Place("templates/c.html.jinja", 8)),
)


def test_a_log_has_one_run_with_the_rules_that_were_broken() -> None:
    log = sarif_log(FINDINGS, described)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["alt", "may-be-absent", "name"]
    assert [rule["name"] for rule in rules] == ["Alt", "MayBeAbsent", "Name"]
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in rules)
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == ["error", "warning", "error"]


def test_each_result_names_its_rule_its_level_and_its_place() -> None:
    (run,) = sarif_log(FINDINGS, described)["runs"]
    first, second, third, _ = run["results"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert first["message"]["text"] == "there is no fact “x” here. Did you mean “y”?"
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "templates/letters/a%20b.html.jinja"},
        "region": {"startLine": 4, "startColumn": 1},
    }
    assert second["locations"][0]["logicalLocations"] == [{"name": "cap", "kind": "member"}]
    assert [result["level"] for result in run["results"]] == ["error", "error", "note", "error"]
    assert "logicalLocations" not in third["locations"][0]


def test_the_same_findings_give_the_same_log() -> None:
    assert json.dumps(sarif_log(FINDINGS, described)) == json.dumps(sarif_log(FINDINGS, described))
    assert sarif_log((), described)["runs"][0]["results"] == []


def test_every_rule_is_described() -> None:
    for name in (*MAKING, *(rule.name for rule in RULES)):
        _, short, advice = described(name)
        assert short.endswith(".")
        assert advice
