"""The exit code says how a command ended, as docs/cli.md promises."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from docgen.actions.demo import EXAMPLE
from docgen.cli import options
from docgen.errors import ExitCode, FindingsError, MissingHereError
from docgen.settings import FILE_NAME
from tests.cli.shell import Shell

ENGAGEMENT = EXAMPLE / "engagement.yaml"
ORDER = EXAMPLE / "change-order-001.yaml"
HEADER = "---\ntitle: Letter\nkind: letter-of-approval\nversion: 1.0.0\nlanguage: en\n---\n"


def test_done_is_0(docgen: Shell) -> None:
    for words in (
        ("--help",),
        ("--version",),
        ("validate", ENGAGEMENT, ORDER),
        ("schema", "progress"),
        ("template", "list"),
        ("template", "show", "contract", "--source"),
        ("init", "firm"),
        ("render", "contract", ENGAGEMENT, "-f", "txt", "-o", "-"),
    ):
        assert (docgen(*words).code, words) == (0, words)


def test_findings_in_files_are_1(docgen: Shell, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(ENGAGEMENT.read_text(encoding="utf-8").replace("locale: en-GB", "locale: xx"), encoding="utf-8")
    template = tmp_path / "letter.html.jinja"
    template.write_text(f"{HEADER}<doc title='x'><p>{{{{ client.legal_nme }}}}</p></doc>", encoding="utf-8")
    blank = tmp_path / "blank.yaml"
    blank.write_text(
        ENGAGEMENT.read_text(encoding="utf-8").replace("governing_law: England and Wales", "governing_law:"),
        encoding="utf-8",
    )

    assert docgen("validate", broken).code == 1
    assert docgen("render", "contract", broken).code == 1
    assert docgen("render", "contract", blank).code == 1
    assert docgen("validate", blank).code == 0
    assert docgen("render", "contract", blank, "--draft", "-f", "txt", "-o", "-").code == 0
    assert docgen("render", "letter-of-approval", ENGAGEMENT, "--template", template).code == 1
    assert docgen("template", "lint", template).code == 1
    assert docgen("template", "preview", tmp_path / "letter.html.jinja", "--sample").code == 1
    (tmp_path / FILE_NAME).write_text("colour = 1\n", encoding="utf-8")
    assert docgen("template", "list").code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("rendr",),
        ("render",),
        ("render", "contract"),
        ("render", "contract", ENGAGEMENT, "-f", "odt"),
        ("render", "contract", ENGAGEMENT, "--set", "nonsense"),
        ("render", "contract", ENGAGEMENT, "--set", "terms.fees.lines.F9.amount=1"),
        ("render", "contract", ENGAGEMENT, "--set", "title.x=1"),
        ("render", "contract", ENGAGEMENT, "-o", "x.odt"),
        ("render", "contract", ENGAGEMENT, "-o", "x.pdf", "-f", "docx"),
        ("render", "contract", ENGAGEMENT, "-o", "-", "-f", "pdf", "-f", "docx"),
        ("render", "contract", ENGAGEMENT, "-o", "-", "--json"),
        ("render", "change-order", ENGAGEMENT),
        ("render", "progress-report", ENGAGEMENT),
        ("render", "breach-notice", ENGAGEMENT),
        ("render", "contract", ORDER),
        ("render", "contract", ENGAGEMENT, "--tags", "fax"),
        ("validate",),
        ("validate", ENGAGEMENT, "--on", "tomorrow"),
        ("validate", ENGAGEMENT, "--on", "2026-02-30"),
        ("schema", "contract"),
        ("template", "lst"),
        ("template", "show"),
        ("init", "firm", "--person", "ada"),
        ("init", "firm", "--person", "ada@firm.example:lawyer"),
        ("init", "firm", "--person", "a b@firm.example:legal"),
        ("--nonsense",),
        ("import",),
        ("import", "csv", ENGAGEMENT),
    ],
)
def test_wrong_usage_is_2(docgen: Shell, words: tuple[object, ...]) -> None:
    answer = docgen(*words)

    assert answer.code == 2
    assert answer.out == "" or words[0] in ("import", "template")
    assert "Traceback" not in answer.err


def test_a_place_that_cannot_be_written_is_2(docgen: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    answer = docgen("render", "contract", ENGAGEMENT, "-f", "txt", "-o", "file/below")

    assert answer.code == 2
    assert "Not a directory. Name another place" in answer.err


def test_what_a_rule_refuses_is_3(docgen: Shell, tmp_path: Path) -> None:
    assert docgen("init", "firm").code == 0
    again = docgen("init", "firm")
    assert (again.code, "is there already" in again.err) == (3, True)

    template = tmp_path / "letter.html.jinja"
    template.write_text(f"{HEADER}<doc title='x'>{{{{ ('a' * 10**10)|length }}}}</doc>", encoding="utf-8")
    stopped = docgen("render", "letter-of-approval", ENGAGEMENT, "--template", template)
    assert (stopped.code, "MiB of memory" in stopped.err) == (3, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("validate", "missing.yaml"), "There is no file missing.yaml"),
        (("validate", "."), "is a folder"),
        (("render", "contract", "missing.yaml"), "There is no file missing.yaml"),
        (("render", "contrct", ENGAGEMENT), "There is no template “contrct”. Did you mean “contract”?"),
        (("render", "contract", ENGAGEMENT, "--set", "language=fr"), "no words in the language fr; it has en"),
        (("render", "contract", ENGAGEMENT, "--template", "x.html.jinja"), "There is no template file x.html.jinja"),
        (("template", "show", "leter-of-approval"), "Did you mean “letter-of-approval”?"),
        (("template", "show", "contract", "--language", "de"), "no words in the language de"),
        (("template", "lint", "contrct"), "Did you mean “contract”?"),
        (("template", "list", "--workspace", "nowhere"), "has no docgen.toml"),
        (("import", "ocds", "missing.json"), "missing.json"),
    ],
)
def test_what_is_not_found_is_4(docgen: Shell, words: tuple[object, ...], said: str) -> None:
    answer = docgen(*words)
    assert (answer.code, said in answer.err) == (4, True)


def test_what_is_missing_on_this_machine_is_6(docgen: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_library(self: object) -> None:
        raise MissingHereError("PDF needs the Pango libraries, which are not here.")

    monkeypatch.setattr(options.Shared, "desk", no_library)
    answer = docgen("template", "list")
    assert (answer.code, answer.err) == (6, "docgen: PDF needs the Pango libraries, which are not here.\n")


def test_a_full_disk_is_6(docgen: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(options.Shared, "desk", full)
    answer = docgen("template", "list")
    assert (answer.code, "make room" in answer.err) == (6, True)


def test_stopping_a_command_with_the_keyboard_is_130(docgen: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(self: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(options.Shared, "desk", stopped)
    answer = docgen("template", "list")
    assert (answer.code, answer.err.strip()) == (130, "Stopped.")


def test_the_codes_are_those_of_the_classes() -> None:
    assert [code.value for code in ExitCode] == [0, 1, 2, 3, 4, 5, 6]
    assert FindingsError([]).exit_code is ExitCode.FINDINGS
