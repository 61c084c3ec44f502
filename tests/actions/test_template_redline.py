"""What changed between two versions of a template is shown as people read it, whichever versions they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.approvals import approve_templates, submit_templates
from docgen.actions.remaking import write_redline
from docgen.actions.template_course import course_of
from docgen.actions.template_redline import UnknownVersionError, redline_template
from docgen.doctree.redline import Change
from tests.firm import JON, LENA, LETTER, Firm, Firms
from tests.writers.tracked import accepted, rejected, words

HEAD = "---\ntitle: Note\nkind: note\nversion: {}\nlanguage: en\n---\n<doc title='Note'>"
FIRST = "<clause id='pay' title='Pay'>The Client pays in {{ engagement.currency }} within 30 days.</clause></doc>"
SECOND = "<clause id='new' title='New'>This is new.</clause>" + FIRST.replace("30 days", "45 days")


@pytest.fixture
def firm(firms: Firms, tmp_path: Path) -> Firm:
    """Lend a firm with a template in two approved versions and a third that nobody handed in."""
    firm = firms.at("founded", tmp_path)
    for version, body in (("1.0.0", FIRST), ("2.0.0", SECOND)):
        written(firm, version, body)
        firm.by(JON).do(submit_templates, ["note"])
        firm.by(LENA).do(approve_templates, ["note"])
    written(firm, "3.0.0", SECOND.replace("pays", "shall pay"))
    return firm


def written(firm: Firm, version: str, body: str) -> None:
    firm.write("templates/letters/note.html.jinja", HEAD.format(version) + body)


def changes(firm: Firm, *versions: str, name: str = "note") -> list[Change]:
    return list(firm.do(redline_template, name, "en", *versions).redline.changes())


def told(firm: Firm, *versions: str) -> list[tuple[str, str, str]]:
    return [(each.clause_id, each.before, each.after) for each in changes(firm, *versions)]


def test_what_was_approved_last_is_held_against_what_stands_now(firm: Firm) -> None:
    assert told(firm) == [("pay", "pays", "shall pay")]


def test_versions_are_named_by_their_number_and_an_inserted_clause_moves_no_number(firm: Firm) -> None:
    assert told(firm, "1.0.0", "2.0.0") == [("new", "", "1. New\nThis is new."), ("pay", "30", "45")]


def test_a_version_is_named_by_the_first_digits_of_its_hash(firm: Firm) -> None:
    steps = firm.do(lambda desk: course_of(desk, desk.catalogue.template("note", "en"))).steps
    assert told(firm, steps[0].hash[:8], "2.0.0") == told(firm, "1.0.0", "2.0.0")


def test_the_files_of_docgen_are_a_version_too(firm: Firm) -> None:
    assert changes(firm, "docgen", "now", name=LETTER) == []


def test_a_version_that_was_not_kept_is_refused_with_those_that_were(firm: Firm) -> None:
    with pytest.raises(UnknownVersionError, match=r"note \(en\) has no “9”.*1\.0\.0 [0-9a-f]{12} of .*, 2\.0\.0 "):
        changes(firm, "9")
    with pytest.raises(UnknownVersionError, match=r"No version of letter-of-approval \(en\) was approved yet"):
        changes(firm, name=LETTER)


def test_it_is_written_as_tracked_changes_of_the_person_at_the_desk(firm: Firm) -> None:
    compared = firm.do(redline_template, "note", "en")
    content = firm.by(LENA).do(write_redline, compared, "docx")
    assert "shall pay" in " ".join(words(accepted(content)))
    assert "pays" in " ".join(words(rejected(content)))
