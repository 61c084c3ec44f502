"""A review in Word at the command line: what is printed, what is written where, and what is asked before."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from tests.cli.shell import Shell

LETTER = "letter-of-approval"


@pytest.fixture
def back(docgen: Shell, tmp_path: Path) -> Path:
    """Lend a letter that came back with a change of words, one of a value, and a comment."""
    assert docgen("init", ".", "--quiet").code == 0
    assert docgen("template", "preview", LETTER, "-o", "back.docx").code == 0
    file = docx.Document("back.docx")
    for line in file.paragraphs:
        for run in line.runs:
            run.text = run.text.replace("as the basis", "as one basis").replace("[engagement title]", "Ours")
            if "one basis" in run.text:
                file.add_comment([run], "Which?\nSay it. \x1b[31m".replace("\x1b", "\u202e"), "Lena Vogt", "LV")
    file.save("back.docx")
    return tmp_path / "back.docx"


def test_changes_and_comments_are_listed_with_their_lines(docgen: Shell, back: Path) -> None:
    answer = docgen("template", "review-import", back)
    assert answer.code == 1
    assert "  silent: [-the-]{+one+}\n    templates/letters/letter-of-approval.html.jinja:25\n    -" in answer.out
    assert "for a person: A value goes here: [engagement title]" in answer.out
    assert "Lena Vogt on " in answer.out
    assert "\u202e" not in answer.out
    assert "2 changes, 1 for a person; 1 comment." in answer.err
    assert "letter-of-approval is there in de, too" in answer.err


def test_as_json_they_are_records_with_the_patch(docgen: Shell, back: Path) -> None:
    found = docgen("template", "review-import", back, "--json", "--quiet").json
    value, words = found["changes"]
    assert (words["clause"], words["before"], words["after"]) == ("approved-item", "the", "one")
    assert (words["file"], words["line"], words["silent"]) == (
        "templates/letters/letter-of-approval.html.jinja",
        25,
        True,
    )
    assert (words["person"], value["patch"]) == (None, None)
    assert found["patch"] == words["patch"]
    assert found["files"] == [{"file": words["file"], "docgen_own": True}]
    assert [(each["author"], each["clause"]) for each in found["comments"]] == [("Lena Vogt", "approved-item")]
    assert docgen("template", "review-import", back, "--patch", "-", "--quiet").out == found["patch"]


def test_nothing_is_written_before_somebody_said_yes(
    docgen: Shell, back: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "templates/letters/letter-of-approval.html.jinja"
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
    refused = docgen("template", "review-import", back, "--apply")
    assert "letter-of-approval.html.jinja (new: docgen's own with these changes)" in refused.err
    assert (refused.code, path.exists()) == (1, False)
    assert refused.err.endswith("Nothing was written.\n")
    assert docgen("template", "review-import", back, "--apply", "--yes").code == 1
    assert "as one basis" in path.read_text(encoding="utf-8")


def test_a_template_handed_in_goes_to_word_as_well(docgen: Shell, tmp_path: Path) -> None:
    docgen("init", "firm", "--person", "ada@firm.example:legal")
    words = ("template", "submit", LETTER, "--workspace", "firm", "--as", "ada@firm.example")
    assert docgen(*words, "-o", "x").code == 2
    assert docgen(*words, "--for-word", "-o", "one.docx").code == 2
    assert "submitted" not in docgen("template", "show", LETTER, "--workspace", "firm").out
    assert docgen(*words, "--for-word", "-o", "out").code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "letter-of-approval.de_review.docx",
        "letter-of-approval_review.docx",
    ]
    same = docgen("template", "review-import", "out/letter-of-approval.de_review.docx", "--workspace", "firm")
    assert (same.code, "says what letter-of-approval (de) says" in same.err) == (0, True)
