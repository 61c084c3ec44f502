"""The lint as a whole: docgen's own templates are clean, the house's are read within limits, the record is asked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from docgen.actions.desk import Desk
from docgen.actions.linting import faults_of, lint_templates
from docgen.errors import Severity
from docgen.settings import Settings
from tests.firm import ID, Firms

DAY = dt.date(2026, 11, 23)


def desk() -> Desk:
    return Desk(Settings(), DAY)


def own(name: str) -> str:
    template = desk().catalogue.templates[name, "en"]
    return template.path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_docgens_own_templates_have_no_errors_and_no_warnings_in_any_combination() -> None:
    found = lint_templates(desk(), ())
    assert [str(finding) for finding in found if finding.severity is not Severity.NOTE] == []


def test_a_template_of_the_house_is_read_and_tried_and_its_combinations_made(tmp_path: Path) -> None:
    file = tmp_path / "letter.html.jinja"
    text = own("letter-of-approval")
    broken = text.replace('<clause id="billing">', '{% if fees.tax %}<ul></ul>{% endif %}<clause id="billing">')
    file.write_text(broken.replace("<h1", "{% if fees.tex %}x{% endif %}<h1", 1), encoding="utf-8")
    found = lint_templates(desk(), [str(file)])
    line = broken[: broken.index("<ul></ul>")].count("\n") + 1
    assert {(each.rule, each.place.line == line) for each in found if each.severity is Severity.ERROR} >= {
        ("empty", True)
    }


def test_what_the_example_does_not_reach_is_found_in_a_combination(tmp_path: Path) -> None:
    file = tmp_path / "letter.html.jinja"
    rare = '{% if client.notice_email %}{% else %}<ul></ul>{% endif %}<clause id="billing">'
    file.write_text(own("letter-of-approval").replace('<clause id="billing">', rare), encoding="utf-8")
    (finding,) = [each for each in lint_templates(desk(), [str(file)]) if each.severity is Severity.ERROR]
    assert finding.rule == "combination"
    assert finding.message == "<ul> is empty, where `client.notice_email` is left out."
    assert not [each for each in lint_templates(desk(), [str(file)], combinations=False) if each.rule == "combination"]


def test_a_filter_that_is_not_there_hides_nothing_else_that_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "letter.html.jinja"
    text = own("letter-of-approval").replace("approval.not_to_exceed|money", "approval.not_to_exceed|mony")
    file.write_text(text.replace("client.legal_name", "client.leagl_name", 1), encoding="utf-8")
    found = lint_templates(desk(), [str(file)])
    assert {each.rule for each in found if each.severity is Severity.ERROR} == {"filter", "name"}


def test_only_errors_keep_a_template_from_approval(tmp_path: Path) -> None:
    file = tmp_path / "letter.html.jinja"
    text = own("letter-of-approval")
    file.write_text(text.replace("{{ engagement.title }}", "{{ fees.tax.name }}", 1), encoding="utf-8")
    assert faults_of(desk(), [str(file)]) == ()
    assert "may-be-absent" in {each.rule for each in lint_templates(desk(), [str(file)], combinations=False)}
    file.write_text(text.replace("{{ engagement.title }}", "{{ terms.end_date }}", 1), encoding="utf-8")
    assert {each.rule for each in faults_of(desk(), [str(file)])} == {"unfiltered", "template"}


def test_a_clause_that_a_contract_in_force_has_is_missed(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("signed", tmp_path / "firm").on("2026-11-23")
    folder = firm.root / "templates" / "contracts"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "_fees.html.jinja").write_text(own("_fees").replace('id="set-off"', 'id="offset"'), encoding="utf-8")
    (finding,) = [
        each for each in lint_templates(firm.desk(), ["contract"], combinations=False) if each.rule == "clause-removed"
    ]
    assert finding.message == f"the clause “set-off” is not here any more, but in {ID}."
    assert finding.severity is Severity.WARNING
