"""What an author allows at a place of a template, by a comment with the rule and the reason.

`{# lint: allow RULE because … #}` holds for its own line and the next; with `in this file` behind RULE, for the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from jinja2 import TemplateSyntaxError

from docgen.errors import Finding, Place
from docgen.templating.catalogue import Template
from docgen.templating.environment import Sandbox
from docgen.templating.lint.rules import BY_NAME, found

_SIGN = "lint:"
_WHOLE = "in this file"


@dataclass(frozen=True)
class Allowance:
    """A rule whose findings are meant to be, at a place or in a whole file, with the reason."""

    rule: str
    reason: str
    place: Place
    whole_file: bool = False

    def covers(self, finding: Finding) -> bool:
        """Say whether it allows a finding."""
        if finding.rule != self.rule or finding.place.file != self.place.file:
            return False
        return self.whole_file or finding.place.line - self.place.line in (0, 1)


def allowances_of(sandbox: Sandbox, template: Template) -> tuple[tuple[Allowance, ...], tuple[Finding, ...]]:
    """Return what the comments of a template allow, and what is wrong with them."""
    allowed: list[Allowance] = []
    wrong: list[Finding] = []
    for line, text in _comments(sandbox, template):
        words = text.strip()
        if words.startswith(_SIGN):
            place = Place(template.shown, line)
            given, faults = _read(words.removeprefix(_SIGN).strip(), place)
            allowed += given
            wrong += faults
    return tuple(allowed), tuple(wrong)


def _comments(sandbox: Sandbox, template: Template) -> Iterator[tuple[int, str]]:
    """Yield each comment with the line it ends on."""
    try:
        for line, kind, text in sandbox.lex(template.body):
            if kind == "comment":
                yield line + text.count("\n"), text
    except TemplateSyntaxError:  # told where the template is read
        return


def _read(said: str, place: Place) -> tuple[list[Allowance], list[Finding]]:
    verb, _, rest = said.partition(" ")
    named, _, reason = rest.partition(" because ")
    whole = named.rstrip().endswith(_WHOLE)
    names = [name.strip() for name in named.strip().removesuffix(_WHOLE).split(",")]
    if verb != "allow" or not reason.strip():
        return [], [found("allowance", f"“{said}” does not say what is allowed and why.", place)]
    unknown = [
        found("allowance", f"there is no rule “{name}”.", place, _nearest(name))
        for name in names
        if name not in BY_NAME
    ]
    return [Allowance(name, reason.strip(), place, whole) for name in names if name in BY_NAME], unknown


def _nearest(name: str) -> str:
    near = get_close_matches(name, BY_NAME, 1)
    return f"Did you mean “{near[0]}”?" if near else f"There are: {', '.join(BY_NAME)}."


def sifted(findings: Iterable[Finding], allowed: Sequence[Allowance]) -> Iterator[Finding]:
    """Yield the findings that nothing allows, and a note for each allowance that allows nothing."""
    used: set[Allowance] = set()
    for finding in findings:
        covering = [each for each in allowed if each.covers(finding)]
        used.update(covering)
        if not covering:
            yield finding
    for each in allowed:
        if each not in used:
            yield found("allowance-unused", f"nothing here breaks the rule “{each.rule}”.", each.place)
