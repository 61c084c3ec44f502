"""The lint of playbooks: clauses, facts, references and files that there are not, each with the nearest one."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.desk import Desk
from docgen.actions.linting import lint_templates
from docgen.settings import Settings
from tests.scenes import DAY

NOTE = """---
title: Test
kind: note
version: 1.0.0
language: en
---
<doc title="T"><clause id="pay">Pay {{ fees.payment_days|days }} after <xref to="late"/>.</clause>
<clause id="late">Late.</clause></doc>
"""
FALLBACK = "pay: {fallbacks: [{id: f, ruling: allowed, words: {en: '%s'}}]}"


def told(tmp_path: Path, position: str, name: str = "deal") -> list[str]:
    home = tmp_path / "templates" / "contracts"
    home.mkdir(parents=True)
    (home / "deal.html.jinja").write_text(NOTE)
    (home / f"{name}.playbook.yaml").write_text(f"format: docgen.playbook/1\nclauses:\n  {position}\n")
    desk = Desk(Settings(root=tmp_path), DAY)
    return [str(each) for each in lint_templates(desk, ["deal"], combinations=False)]


@pytest.mark.parametrize(
    ("position", "said"),
    [
        (
            "pays: {otherwise: legal}",
            "3:3: deal.html.jinja has no clause “pays”. Did you mean “pay”? [playbook-clause]",
        ),
        (
            "pay: {limits: [{field: terms.fees.payment_dais, absent: legal}]}",
            "there is no fact “terms.fees.payment_dais”. Did you mean “terms.fees.payment_days”? [playbook-field]",
        ),
        (
            "pay: {limits: [{field: liability_cap_percnt, absent: legal}]}",
            "there is no fact “liability_cap_percnt”. Did you mean “liability_cap_percent”? [playbook-field]",
        ),
        (
            "pay: {limits: [{field: terms.fees.expenses.cap, standard: {at_most: 5}}]}",
            "“terms.fees.expenses.cap” is an amount, and the limit says no currency. Add `currency:`. [playbook-field]",
        ),
        (
            FALLBACK % "In {{ fees.payment_dais|days }}.",
            "there is no fact “payment_dais” here. Did you mean “payment_days”? [playbook-words]",
        ),
        (FALLBACK % "In {{ fees.payment_days|dayz }}.", "No filter named 'dayz'"),
        (FALLBACK % "In {{ fees.payment_days", "[playbook-words]"),
        (FALLBACK % 'As in <xref to="lat"/>.', "Did you mean “late”? [playbook-words]"),
        ("pay: {otherwise: nobody}", "“nobody” is no ruling."),
    ],
)
def test_a_slip_is_told_at_its_line_with_the_nearest_that_there_is(tmp_path: Path, position: str, said: str) -> None:
    found = told(tmp_path, position)
    assert any(said in each and each.startswith("templates/contracts/deal.playbook.yaml:") for each in found), found


def test_a_playbook_without_a_slip_is_not_mentioned(tmp_path: Path) -> None:
    good = FALLBACK % 'Within {{ fees.payment_days|days }}, as in <xref to="late"/>.'
    assert told(tmp_path, good) == []


def test_a_playbook_beside_which_no_template_stands_is_told(tmp_path: Path) -> None:
    told(tmp_path, "pay: {otherwise: legal}", name="_feees")
    desk = Desk(Settings(root=tmp_path), DAY)
    from docgen.templating.lint.playbooks import stray_playbooks

    (found,) = stray_playbooks(desk.catalogue)
    assert "there is no template _feees.html.jinja" in found.message
    assert found.advice == "Did you mean “_fees”?"
