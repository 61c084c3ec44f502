"""How questions are put at the terminal."""

from __future__ import annotations

import click
from click.testing import CliRunner

from docgen.actions.interview import Question
from docgen.cli.new import ask
from docgen.models.progress import Scale


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
