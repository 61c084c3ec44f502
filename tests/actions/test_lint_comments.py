"""The lint's findings stand in Word as comments, each at the words it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.lint_comments import commented_reading
from docgen.actions.linting import lint_templates
from docgen.actions.templates import find_template
from docgen.actions.word_review import review_file
from docgen.errors import Finding, Place, Severity
from docgen.exchange.word_lines import read_word
from tests.conformance.libreoffice import LibreOffice
from tests.conformance.ooxml import OpenXmlValidator
from tests.firm import CONTRACT, LETTER, Firm, Firms

NOTE = """---
title: Note
kind: note
version: 1.0.0
language: en
---
<doc title="Note">
  <definitions><definition term="Fees">means what is paid.</definition></definitions>
  <clause id="fees" title="On fees">
    <clause id="pay">The Client pays the fees within {{ fees.payment_dayz }} days,
      each of them a Business Day.</clause>
    {% if fees.tax %}{% if not fees.tax %}
    <clause id="never">Nobody reads this.</clause>
    {% endif %}{% endif %}
  </clause>
</doc>
"""


@pytest.fixture
def firm(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm with a template that has faults."""
    firm = firms.at("founded", tmp_path / "firm")
    firm.write("templates/letters/note.html.jinja", NOTE)
    return firm


def commented(firm: Firm, name: str, findings: tuple[Finding, ...]) -> bytes:
    return firm.do(lambda desk: commented_reading(desk, find_template(desk, name, "en"), findings))


def found(firm: Firm) -> tuple[Finding, ...]:
    return firm.do(lambda desk: lint_templates(desk, ["note"], combinations=False))


def test_each_finding_is_a_comment_at_its_words(firm: Firm) -> None:
    findings = found(firm)
    comments = read_word(commented(firm, "note", findings)).comments
    assert [each.text.splitlines()[0].partition(": ")[2] for each in comments] == [each.message for each in findings]
    about = {finding.rule: comment.about for finding, comment in zip(findings, comments, strict=True)}
    assert about["name"] == "The Client pays the fees within [fees payment dayz] days,"
    assert about["term-undefined"] == "Business Day."
    assert about["unreachable"] == "only if fees tax] [only if no fees tax"
    assert {each.author for each in comments} == {"docgen"}


def test_a_finding_without_words_of_its_own_stands_at_the_nearest(firm: Firm) -> None:
    shown = "templates/letters/note.html.jinja"
    findings = tuple(Finding("header", "wrong.", Place(shown, line), "", Severity.ERROR) for line in (1, 16))
    elsewhere = Finding("header", "wrong.", Place("templates/letters/other.html.jinja", 3))
    comments = read_word(commented(firm, "note", (*findings, elsewhere))).comments
    assert [each.about[:4] for each in comments] == ["Fees", "Nobo"]


def test_a_term_in_other_capitals_is_noted_where_it_has_them_and_not_at_its_definition(firm: Firm) -> None:
    body = "<p>The <term>Work Plan</term> counts, and the work plan of last year does not.</p></doc>"
    firm.write("templates/letters/note.html.jinja", NOTE.replace("</doc>", body))
    findings = tuple(each for each in found(firm) if each.rule == "term-capitals")
    assert [each.about for each in read_word(commented(firm, "note", findings)).comments] == ["work plan"]


def test_what_keeps_a_document_from_being_made_keeps_nobody_from_reading_the_template(firm: Firm) -> None:
    wrong = '<h3>Deep</h3><p>See clause <xref to="nowhere"/>.</p><img src="logo"/>'
    firm.write("templates/letters/note.html.jinja", NOTE.replace("</doc>", f"{wrong}</doc>"))
    rules = ["heading", "reference", "alt"]
    findings = tuple(each for each in found(firm) if each.rule in rules)
    word = read_word(commented(firm, "note", findings))
    assert sorted(each.text.splitlines()[-1].partition(",")[0] for each in word.comments) == sorted(rules)
    assert any("See clause [nowhere]." in "".join(piece.text for piece in line.pieces) for line in word.lines)


def test_a_commented_reading_says_what_the_template_says(firm: Firm, tmp_path: Path) -> None:
    path = tmp_path / "note.docx"
    path.write_bytes(commented(firm, "note", found(firm)))
    assert firm.do(review_file, path).changes == ()


@pytest.mark.conformance
def test_comments_keep_the_rules_and_libreoffice_shows_them(
    firm: Firm, open_xml: OpenXmlValidator, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    def every_line(name: str) -> tuple[Finding, ...]:
        template = firm.do(find_template, name, "en")
        parts = firm.do(lambda desk: desk.catalogue.closure(template))
        lines = [Place(part.shown, line) for part in parts for line in range(1, part.text.count("\n") + 2, 7)]
        return tuple(Finding("x", f"“{place.line}” <&>", place, "Mend it.") for place in lines)

    paths = []
    for name in (CONTRACT, LETTER, "note"):
        paths.append(tmp_path / f"{name}.docx")
        paths[-1].write_bytes(commented(firm, name, every_line(name)))
    assert [str(report) for report in open_xml.validate_all(paths).values()] == ["0 faults"] * len(paths)
    (tmp_path / "saved").mkdir()
    saved = libreoffice.convert(paths, "docx", tmp_path / "saved")
    for path in paths:
        before, after = (read_word(each.read_bytes()).comments for each in (path, saved[path]))
        assert len(before) == len(after) > 2
        assert sorted((each.text, each.about) for each in before) == sorted((each.text, each.about) for each in after)
