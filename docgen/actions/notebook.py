"""Answers kept while they are given, so that an interview that ends early goes on where it stopped.

The file is JSON, one value a line: what the answers are for, then each question with its answer, written as soon as it
is given. It is removed once the facts are written.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docgen.actions.interview import Ask, Question, Tell
from docgen.errors import UsageError


class OtherAnswersError(UsageError):
    """A file keeps answers to the questions of something else, or no answers at all."""

    def __init__(self, path: Path, about: str) -> None:
        super().__init__(
            f"{path} keeps no answers for {about}. Nothing was asked. Move it away, or name another file with -o."
        )


@dataclass
class Notebook:
    """Asks through a function and keeps each answer in a file; `kept` are those of an earlier run, in their order."""

    path: Path
    about: str
    ask: Ask
    tell: Tell
    kept: deque[tuple[str, str]] = field(default_factory=deque)
    count: int = 0

    def answer(self, question: Question) -> str:
        """Return the answer that was kept for a question, or that which is given now.

        Where the questions are others than they were, the answers kept from there on serve no more.
        """
        if self.kept:
            asked, answer = self.kept.popleft()
            if asked == question.ask:
                self.count += 1
                self.tell(f"{asked}: {answer}")
                return answer
            self._forget()
        answer = self.ask(question)
        self._write((question.ask, answer))
        self.count += 1
        return answer

    def _forget(self) -> None:
        lines = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
        self.path.write_text("".join(lines[: self.count + 1]), encoding="utf-8")
        self.kept.clear()
        self.tell("The questions are others by now, so from here on each is asked anew.")

    def _write(self, value: Sequence[str]) -> None:
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(json.dumps([self.about], ensure_ascii=False) + "\n", encoding="utf-8")
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(value, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Remove the file: its answers are facts by now."""
        self.path.unlink(missing_ok=True)


def open_notebook(path: Path, about: str, ask: Ask, tell: Tell) -> Notebook:
    """Return the notebook at a path, with the answers that it keeps; `about` says for what they are.

    A last line that was cut off in the middle is left out. Raises OtherAnswersError for a file with other answers.
    """
    book = Notebook(path, about, ask, tell)
    if not path.exists():
        return book
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    whole = [line for line in lines if line.endswith("\n")]
    try:
        first, *rest = map(json.loads, whole)
        found = [(str(asked), str(answer)) for asked, answer in rest]
    except (ValueError, TypeError):
        raise OtherAnswersError(path, about) from None
    if first != [about]:
        raise OtherAnswersError(path, about)
    if len(whole) < len(lines):
        path.write_text("".join(whole), encoding="utf-8")
    book.kept.extend(found)
    tell(f"Going on with what was answered before, from {path}:")
    return book
