"""What `docgen feedback`, `docgen review` and `docgen engagement completion` print, and the codes they end with."""

from __future__ import annotations

import pytest

from docgen.actions.feedback import record_estimate
from tests.cli.shell import Shell
from tests.firm import AMARA, ID, JON, Firm, Firms
from tests.survey import filled_pdf


@pytest.fixture
def there(docgen: Shell, firms: Firms, firm: Firm, monkeypatch: pytest.MonkeyPatch) -> Firm:
    """Lend a firm that awaits answers; the shell stands in its folder."""
    firms.at("signed", firm.root).on("2027-03-26").do(record_estimate, firm.facts("estimate"))
    monkeypatch.chdir(firm.root)
    return firm


def test_a_survey_goes_out_comes_back_and_leads_to_a_letter(there: Firm, docgen: Shell) -> None:
    sent = docgen("issue", "survey", ID, "--as", AMARA, "--on", "2027-03-31", "-o", "out")
    assert sent.out.splitlines()[0] == f"{ID}/survey/1"
    answers = {"communication": "3", "name": "Mei Tan"}
    form = there.write("filled.pdf", filled_pdf(answers, (there.root / f"out/{ID}_survey_v1.pdf").read_bytes()))
    read = docgen("feedback", "import", form, "--as", AMARA, "--answered-on", "2027-04-09", "-o", "out")
    assert read.code == 0
    lines = read.out.splitlines()
    assert lines[0] == f"{ID}/FB-001, revision 1"
    assert "  communication: 3, expected 5 ← gap" in lines
    assert lines[-3:] == [f"{ID}/MP-001/1", *(f"out/{ID}_meeting-proposal-001_v1.{form}" for form in ("pdf", "docx"))]
    assert (there.root / f"out/{ID}_meeting-proposal-001_v1.docx").is_file()
    again = docgen("feedback", "import", form, "--as", AMARA, "-o", "out", "--json").json
    assert (again["new"], again["proposal"], again["files"]) == (False, None, [])
    assert [row["question"] for row in again["answers"] if row["gap"]] == ["communication"]


def test_answers_are_shown_beside_estimates(there: Firm, docgen: Shell) -> None:
    there.facts("feedback")
    assert (
        docgen("feedback", "show", ID).out
        == "An estimate of 2027-03-26 by amara.okafor@northbridge.example waits for answers.\n"
    )
    docgen("feedback", "record", "engagements/feedback.yaml", "--as", AMARA, "-o", "out")
    shown = docgen("feedback", "show", ID)
    assert "would recommend 8 of 10" in shown.out
    (survey,) = docgen("feedback", "show", ID, "--json").json["surveys"]
    assert (survey["by"], survey["expected_on"], survey["recommend"]) == ("Mei Tan", "2027-03-26", 8)


def test_nothing_recorded_is_said(docgen: Shell, firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(firm.root)
    shown = docgen("feedback", "show", ID)
    assert (shown.code, shown.out) == (0, "")
    assert f"docgen issue survey {ID}" in shown.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("feedback", "estimate", "nowhere.yaml", "--as", AMARA), 4),
        (("feedback", "estimate", "engagements/engagement.yaml", "--as", AMARA), 2),
        (("feedback", "import", "nowhere.pdf", "--as", AMARA), 4),
        (("feedback", "import", "docgen.toml", "--as", AMARA), 3),
        (("feedback", "record", "engagements/estimate.yaml", "--as", AMARA), 2),
        (("feedback", "record", "engagements/estimate.yaml", "--as", JON), 3),
        (("feedback", "show", "NBS-2026-999"), 4),
        (("review", "record", "engagements/estimate.yaml", "--as", AMARA), 2),
        (("engagement", "completion", "NBS-2026-999"), 4),
        (("engagement", "completion", ID), 1),
        (("issue", "completion-certificate", ID, "--as", AMARA), 3),
    ],
)
def test_each_ending_has_its_code(there: Firm, docgen: Shell, words: tuple[str, ...], code: int) -> None:
    answer = docgen(*words)
    assert answer.code == code, answer.err


def test_a_review_is_recorded(there: Firm, docgen: Shell) -> None:
    there.facts("review")
    assert docgen("review", "record", "engagements/review.yaml", "--as", AMARA).out == f"{ID}/RR-001, revision 1\n"


def test_the_checks_of_an_ending_are_told_as_words_and_as_json(there: Firm, docgen: Shell) -> None:
    told = docgen("engagement", "completion", ID, "--on", "2027-04-02")
    assert told.out.splitlines()[0] == "done  The contract: signed by both parties."
    assert "OPEN  D1 Target architecture: not handed over." in told.out
    found = docgen("engagement", "completion", ID, "--on", "2027-04-02", "--json")
    assert found.json["complete"] is False
    assert {check["state"] for check in found.json["checks"]} == {"met", "open", "ask"}
    assert found.code == 1
