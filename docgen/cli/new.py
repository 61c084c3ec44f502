"""`docgen new`: the questions at a terminal, and the engagement file they make."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.options import shared, shared_options
from docgen.errors import shell_word

if TYPE_CHECKING:
    from docgen.actions.interview import Ask, Question


@click.command(epilog="Example: docgen new -o engagements/acme.yaml")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; by default <id>.yaml."
)
@shared_options
def new(output: Path | None) -> None:
    """Ask the questions and write an engagement file.

    Enter takes the default in brackets; where a question has none and may stay open, Enter leaves a
    blank that documents will show and `docgen validate` will list. Where the questions end early, the answers are kept,
    and the same command goes on with them.
    """
    from docgen.actions.interview import interview
    from docgen.actions.workspace import FileKeptError, write_new_file
    from docgen.facts.load import load_files
    from docgen.facts.write import write_facts

    run = shared()
    desk = run.desk()
    if output is not None and output.exists():
        raise FileKeptError(output)
    root = desk.settings.root
    folder = (root / "engagements") if root else Path()
    started = output or folder / "new.yaml"
    with answers_kept(started.with_name(f"{started.name}.answers"), "a new engagement") as answer:
        facts = interview(answer, lambda said: click.echo(said, err=True), desk.on)
        path = output or folder / f"{facts['id']}.yaml"
        write_new_file(path, write_facts(facts))
    click.echo(str(path))
    for finding in load_files([path]).findings:
        run.say(str(finding))
    kind = "letter-of-approval" if "approval" in facts else "contract"
    run.say(f"Next: docgen render {kind} {shell_word(path)} --draft")


@contextmanager
def answers_kept(path: Path, about: str) -> Iterator[Ask]:
    """Lend what asks at the terminal and keeps each answer at a path, until the facts are written."""
    from docgen.actions.notebook import open_notebook

    def say(said: str) -> None:
        click.echo(said, err=True)

    book = open_notebook(path, about, ask, say)
    try:
        yield book.answer
    except click.Abort:
        if book.path.exists():
            say(f"\nThe answers so far are in {path}. The same command goes on with them; remove it to begin anew.")
        raise
    book.close()


def ask(question: Question) -> str:
    """Return what a person answers at the terminal."""
    text = question.ask
    if question.choices and not all(each in question.ask for each in question.choices):
        text += f" ({', '.join(question.choices)})"
    default = question.default or ("" if question.optional else None)
    answer: str = click.prompt(text, default=default, show_default=bool(question.default), err=True)
    return answer
