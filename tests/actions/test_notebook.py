"""Answers are kept as they are given, and serve as long as the questions are the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from docgen.actions.interview import Question
from docgen.actions.notebook import Notebook, OtherAnswersError, open_notebook

NAME, DAY, SUM = (Question(each, str) for each in ("Name", "Day", "Sum"))


def book(path: Path, *answers: str, about: str = "A report") -> tuple[Notebook, list[str]]:
    """Return a notebook whose questions get some answers, and all that it tells."""
    told: list[str] = []
    given = iter(answers)
    ask: Callable[[Question], str] = lambda _: next(given)  # noqa: E731
    return open_notebook(path, about, ask, told.append), told


def test_an_answer_is_in_the_file_before_the_next_question(tmp_path: Path) -> None:
    path = tmp_path / "firm" / "entry.answers"
    first, told = book(path, "Żółć\n{{ 7*7 }}", "2026-11-20")
    assert (path.exists(), told) == (False, [])
    first.answer(NAME)
    again, _ = book(path)
    assert again.answer(NAME) == "Żółć\n{{ 7*7 }}"
    first.answer(DAY)
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3
    first.close()
    assert not path.exists()


def test_kept_answers_serve_first_and_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "entry.answers"
    book(path, "Ada")[0].answer(NAME)
    again, told = book(path, "Friday")
    assert [again.answer(NAME), again.answer(DAY)] == ["Ada", "Friday"]
    assert told == [f"Going on with what was answered before, from {path}:", "Name: Ada"]
    third, _ = book(path)
    assert [third.answer(NAME), third.answer(DAY)] == ["Ada", "Friday"]


def test_where_the_questions_have_changed_the_rest_is_asked_anew(tmp_path: Path) -> None:
    path = tmp_path / "entry.answers"
    first, _ = book(path, "Ada", "Friday", "7")
    for question in (NAME, DAY, SUM):
        first.answer(question)
    again, told = book(path, "8")
    assert [again.answer(NAME), again.answer(SUM)] == ["Ada", "8"]
    assert "from here on each is asked anew" in told[-1]
    third, _ = book(path)
    assert [third.answer(NAME), third.answer(SUM)] == ["Ada", "8"]


def test_a_line_that_was_cut_off_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "entry.answers"
    first, _ = book(path, "Ada", "Friday")
    first.answer(NAME)
    first.answer(DAY)
    path.write_bytes(path.read_bytes()[:-4])
    again, _ = book(path, "Monday")
    assert [again.answer(NAME), again.answer(DAY)] == ["Ada", "Monday"]


@pytest.mark.parametrize("content", ["format: docgen.progress/1\n", '["Another report"]\n', '["A report"]\n7\n', "\n"])
def test_a_file_with_something_else_stays_as_it_is(tmp_path: Path, content: str) -> None:
    path = tmp_path / "entry.answers"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(OtherAnswersError, match="Nothing was asked"):
        book(path)
    assert path.read_text(encoding="utf-8") == content
