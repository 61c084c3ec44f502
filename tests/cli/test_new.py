"""How questions are put at the terminal."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from docgen.actions.interview import Question
from docgen.cli.new import ask
from docgen.models.progress import Scale
from tests.cli.shell import Shell


def put(question: Question) -> str:
    """Return what a person sees who answers `low`."""

    @click.command()
    def command() -> None:
        click.echo(f"answer: {ask(question)}")

    return CliRunner().invoke(command, input="low\n").output


def test_the_answers_there_are_stand_behind_a_question_whatever_it_speaks_of() -> None:
    seen = put(Question("Impact of “the low-voltage line fails”", Scale))
    assert "fails” (low, medium, high): " in seen
    assert "answer: low" in seen


def test_answers_that_the_question_names_are_not_named_twice() -> None:
    assert "(" not in put(Question("Impact: low, medium or high", Scale))


def test_answers_are_kept_where_the_questions_end_early_and_the_same_command_goes_on(
    docgen: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = tmp_path / "acme.yaml.answers"
    monkeypatch.setattr(sys, "stdin", io.StringIO("ACME-7\nGarden rooms\n"))
    stopped = docgen("new", "-o", str(tmp_path / "acme.yaml"))
    assert (stopped.code, stopped.out) == (130, "")
    assert f"The answers so far are in {kept}." in stopped.err
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    again = docgen("new", "-o", str(tmp_path / "acme.yaml"))
    assert f"Going on with what was answered before, from {kept}:" in again.err
    assert "What is it called?: Garden rooms" in again.err
    assert not (tmp_path / "acme.yaml").exists()
