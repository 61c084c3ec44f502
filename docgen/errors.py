"""What docgen says when something is wrong: findings in the user's files, and named refusals."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any


class ExitCode(IntEnum):
    """What the process answers to the shell."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    REFUSED = 3
    NOT_FOUND = 4
    UNVERIFIED = 5
    MISSING_HERE = 6


class Severity(StrEnum):
    """An error stops the work; a blank is a fact left open on purpose; a warning or a note is worth a look."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    BLANK = "blank"


def shell_word(value: object) -> str:
    """Return a value as one word of a command that somebody copies into a shell: quoted where it needs that."""
    return shlex.quote(str(value))


@dataclass(frozen=True, order=True)
class Place:
    """A place in a file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Finding:
    """One thing wrong in a user's file: what, where, and what would be right; in a template also in which clause."""

    rule: str
    message: str
    place: Place
    advice: str = ""
    severity: Severity = Severity.ERROR
    clause: str = ""

    def __str__(self) -> str:
        mark = "" if self.severity is Severity.ERROR else f"{self.severity}: "
        advice = f" {self.advice}" if self.advice else ""
        return f"{self.place}: {mark}{self.message}{advice} [{self.rule}]"


class DocgenError(Exception):
    """Something docgen will not do; the message says what happened, why, and what to do next."""

    exit_code: ExitCode = ExitCode.REFUSED

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross the border of a process by message and contents: each class builds its message in its own way."""
        return _crossed, (type(self), self.args, self.__dict__)


def _crossed(kind: type[DocgenError], arguments: tuple[Any, ...], contents: dict[str, Any]) -> DocgenError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(contents)
    return error


class FindingsError(DocgenError):
    """A file of the user has faults; all of them are carried along."""

    exit_code = ExitCode.FINDINGS

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings, key=lambda finding: finding.place))
        super().__init__("\n".join(str(finding) for finding in self.findings))


class UsageError(DocgenError):
    """The command was given something it cannot work with."""

    exit_code = ExitCode.USAGE


class NotFoundError(DocgenError):
    """A file, a template or a part of one is not there."""

    exit_code = ExitCode.NOT_FOUND


class MissingHereError(DocgenError):
    """This machine lacks something: a library, a font, a server."""

    exit_code = ExitCode.MISSING_HERE
