"""Commands that docgen advises can be copied into a shell, whatever the things in them are called."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import docgen
from docgen.errors import shell_word

SOURCES = sorted(Path(docgen.__file__).parent.rglob("*.py"))
COMMAND = re.compile(r"(?:docgen (?!writes)(?:[a-z]+[ -]?)+|keyring set )[^`.;)\n]*\Z")
"""A text that ends in the midst of a command."""
OURS = {"version", "docgen_version", "written_by", "known", "layout", "command", "step", "kind", "named"}
"""What a command may hold besides: versions, words of docgen's own commands, and names that were quoted before."""


def unquoted(path: Path) -> Iterator[str]:
    """Yield the values that stand in a command as they are."""
    for string in ast.walk(ast.parse(path.read_text("utf-8"))):
        before = ""
        for part in string.values if isinstance(string, ast.JoinedStr) else ():
            if isinstance(part, ast.Constant):
                before += str(part.value)
                continue
            assert isinstance(part, ast.FormattedValue)
            if COMMAND.search(before) and not _is_word(part):
                yield f"{path.name}:{part.lineno}: {ast.unparse(part.value)}"
            before += "VALUE"


def _is_word(part: ast.FormattedValue) -> bool:
    """Say whether a value is quoted, a number, or a word of docgen's own."""
    value = part.value
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id == "shell_word"
    if ast.unparse(value).rpartition(".")[2] in ("number", "revision"):
        return True
    names = {each.id for each in ast.walk(value) if isinstance(each, ast.Name)}
    return part.format_spec is not None or names <= OURS or all(name.isupper() for name in names)


@pytest.mark.parametrize("path", [path for path in SOURCES if "docgen " in path.read_text("utf-8")], ids=str)
def test_every_value_in_a_command_is_quoted(path: Path) -> None:
    assert list(unquoted(path)) == []


def test_a_name_with_a_space_or_a_sign_of_the_shell_is_one_word() -> None:
    assert shell_word("Harrow & Pike") == "'Harrow & Pike'"
    assert shell_word(Path("out/a b;c.yaml")) == "'out/a b;c.yaml'"
    assert shell_word("NBS-2026-014/PR-001") == "NBS-2026-014/PR-001"


def test_help_and_pages_quote_what_a_shell_would_part() -> None:
    for path in SOURCES:
        assert not re.search(r"docgen (?!writes)[a-z ]+“", path.read_text("utf-8")), path
