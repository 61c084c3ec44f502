"""Templates in two languages: the same clauses, conditions, lists, references and tables, in the same order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from jinja2 import nodes

from docgen.errors import Finding, Place, Severity
from docgen.templating.catalogue import Catalogue, Template
from docgen.templating.environment import Sandbox
from docgen.templating.lint.rules import found
from docgen.templating.lint.source import source

_MARK = re.compile(r"""<([a-z][a-z0-9]*)\b([^<>]*)""")
_NAMED = re.compile(r"""\b(id|to|src|party|name)="([^"]*)""")
_STRUCTURE = frozenset(
    {"clause", "schedule", "h1", "h2", "h3", "definition", "xref", "table", "thead", "img", "signature", "question"}
    | {"ul", "ol", "dl", "note", "toc", "pagebreak", "signatures", "parties", "field"}
)


@dataclass(frozen=True)
class _Step:
    """A part of a template's structure, or a condition within its sentences; two are the same that say the same."""

    said: str
    line: int
    inline: bool = False


def check_twins(sandbox: Sandbox, catalogue: Catalogue, templates: Iterable[Template]) -> Iterator[Finding]:
    """Yield where a template or partial in another language has another structure than the one in English."""
    for template in templates:
        english = catalogue.templates.get((template.name, "en"))
        if template.language != "en" and english and not english.wordless:
            yield from _compared(sandbox, english, template)


def _compared(sandbox: Sandbox, english: Template, other: Template) -> Iterator[Finding]:
    for inline, severity in ((False, None), (True, Severity.NOTE)):
        ours = [each for each in _steps(sandbox.tree(english)) if each.inline is inline]
        theirs = [each for each in _steps(sandbox.tree(other)) if each.inline is inline]
        yield from _differences(english, other, ours, theirs, severity)


def _differences(
    english: Template, other: Template, ours: list[_Step], theirs: list[_Step], severity: Severity | None
) -> Iterator[Finding]:
    matcher = SequenceMatcher(None, [each.said for each in ours], [each.said for each in theirs], autojunk=False)
    for kind, start, end, begin, until in matcher.get_opcodes():
        if kind == "equal":
            continue
        place = Place(other.shown, _line(theirs, begin))
        here, there = _listed(theirs[begin:until]), _listed(ours[start:end])
        message = f"here is {here}, and in English, {english.shown}:{_line(ours, start)}, {there}."
        yield found("languages-differ", message, place, severity=severity)


def _line(steps: list[_Step], index: int) -> int:
    """Return the line of a step, or of the last one behind the end."""
    return steps[min(index, len(steps) - 1)].line if steps else 1


def _listed(steps: list[_Step]) -> str:
    shown = [f"`{each.said}`" for each in steps[:3]]
    more = f" and {len(steps) - 3} more" if len(steps) > 3 else ""
    return ", ".join(shown) + more or "nothing"


def _steps(node: nodes.Node) -> Iterator[_Step]:
    match node:
        case nodes.TemplateData():
            yield from _elements(node)
        case nodes.If():
            yield from _choice(node)
        case nodes.For():
            yield _Step(f"for {source(node.target)} in {source(node.iter)}", node.lineno)
            yield from _all(node.body)
            yield from _all(node.else_)
        case nodes.Include() | nodes.Import() | nodes.FromImport():
            yield _Step(f"include {source(node.template)}", node.lineno)
        case nodes.Macro():
            yield _Step(f"macro {node.name}", node.lineno)
            yield from _all(node.body)
        case nodes.Expr():
            return
        case _:
            yield from _all(list(node.iter_child_nodes()))


def _choice(node: nodes.If) -> Iterator[_Step]:
    """Yield a condition with what it leads to; one that leads to words alone is a matter of the sentence."""
    branches = [(f"if {source(node.test)}", node.lineno, list(_all(node.body)))]
    branches += [(f"elif {source(each.test)}", each.lineno, list(_all(each.body))) for each in node.elif_]
    if node.else_:
        branches.append(("else", node.lineno, list(_all(node.else_))))
    inline = all(step.inline for _, _, steps in branches for step in steps)
    for said, line, steps in branches:
        yield _Step(said, line, inline)
        yield from steps


def _all(several: list[nodes.Node]) -> Iterator[_Step]:
    for node in several:
        yield from _steps(node)


def _elements(node: nodes.TemplateData) -> Iterator[_Step]:
    for match in _MARK.finditer(node.data):
        if match[1] in _STRUCTURE:
            line = node.lineno + node.data.count("\n", 0, match.start())
            named = "".join(f' {key}="{value}"' for key, value in _NAMED.findall(match[2]))
            yield _Step(f"<{match[1]}{named}>", line)
