"""Templates are approved exactly as they stand, by somebody who may, and a faulty one never is."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.actions.acting import NotPermittedError
from docgen.actions.approvals import approve_templates, standing_of
from docgen.errors import FindingsError, NotFoundError, UsageError
from docgen.templating.catalogue import packaged_templates
from tests.firm import DORA, LENA, Firm, Firms

NOTE = "---\ntitle: Note\nkind: note\nversion: 1.0.0\nlanguage: en\n---\n"


def note(firm: Firm, body: str = "<doc title='Note'><p>x</p></doc>") -> None:
    firm.write("templates/letters/note.html.jinja", NOTE + body)


def standing(firm: Firm, name: str) -> tuple[bool, str, str]:
    found = firm.do(lambda desk: standing_of(desk, desk.catalogue.template(name, "en")))
    return found.approved, found.person, found.changed_since


def test_all_are_approved_in_every_language_and_only_once(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("founded", tmp_path).by(LENA)
    first = firm.do(approve_templates, ())
    assert all(each.new for each in first)
    assert {("letter-of-approval", "de"), ("contract", "en")} <= {
        (each.version.name, each.version.language) for each in first
    }
    size = firm.size
    again = firm.do(approve_templates, ())
    assert [each.version for each in again] == [each.version for each in first]
    assert not any(each.new for each in again)
    assert firm.size == size


def test_one_language_alone_may_be_approved(firms: Firms, tmp_path: Path) -> None:
    firm = firms.at("founded", tmp_path).by(LENA)
    done = firm.do(approve_templates, ["letter-of-approval"], "de")
    assert [(each.version.name, each.version.language) for each in done] == [("letter-of-approval", "de")]
    assert standing(firm, "letter-of-approval") == (False, "", "")


def test_who_approved_since_when_and_what_changed_since_is_known(firm: Firm) -> None:
    assert standing(firm, "contract") == (True, LENA, "")
    text = (packaged_templates() / "letters" / "letter-of-approval.html.jinja").read_text(encoding="utf-8")
    firm.write("templates/letters/letter-of-approval.html.jinja", text + "\n")
    assert standing(firm, "letter-of-approval") == (False, "", "1.0.0")


def test_before_anything_is_recorded_nothing_is_approved(firms: Firms) -> None:
    assert standing(firms.kept("founded"), "contract") == (False, "", "")


def test_a_faulty_template_is_not_approved_and_then_none_is(firm: Firm) -> None:
    note(firm, "<doc title='x'><p>{{ client.legal_nme }}</p></doc>")
    size = firm.size
    with pytest.raises(FindingsError, match="legal_nme"):
        firm.by(LENA).do(approve_templates, ["note", "contract"])
    assert firm.size == size


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("templates/letters/note.html.jinja", UsageError),
        ("../note", UsageError),
        ("contrct", NotFoundError),
        ("", NotFoundError),
    ],
)
def test_only_names_of_the_catalogue_are_approved(firm: Firm, name: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        firm.by(LENA).do(approve_templates, [name])


def test_a_director_does_not_approve(firm: Firm) -> None:
    with pytest.raises(NotPermittedError, match="takes the role legal"):
        firm.by(DORA).do(approve_templates, ["contract"])
