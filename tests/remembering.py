"""What the tests of one process need not do twice: compile the same words of a template."""

from __future__ import annotations

from types import CodeType
from typing import Any

from docgen.templating.environment import Sandbox

_compile = Sandbox.compile
_kept: dict[tuple[object, ...], CodeType] = {}


def remember_templates() -> None:
    """Let all sandboxes of a process share what they compile; each desk has a sandbox of its own."""
    Sandbox.compile = _compiled_once  # type: ignore[method-assign, assignment]


def _compiled_once(sandbox: Sandbox, source: Any, name: str | None = None, filename: str | None = None) -> CodeType:
    """Return what a template compiles to: its words, its name, and the number its file has in the sandbox decide."""
    if not isinstance(source, str):
        return _compile(sandbox, source, name, filename)
    # Compiling numbers the file, and writes the number into the code.
    key = (type(sandbox), source, name, filename, sandbox.files.index(filename or name or "template"))
    if key not in _kept:
        _kept[key] = _compile(sandbox, source, name, filename)
    return _kept[key]
