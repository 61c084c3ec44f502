"""All rules that read templates without facts, and what their authors allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from docgen.errors import Finding, Place
from docgen.templating.catalogue import Template
from docgen.templating.environment import Sandbox
from docgen.templating.lint.allowances import Allowance, allowances_of, sifted
from docgen.templating.lint.branches import check_branches
from docgen.templating.lint.conformity import check_conformity
from docgen.templating.lint.definitions import check_definitions
from docgen.templating.lint.names import check_names
from docgen.templating.lint.references import check_references
from docgen.templating.lint.rules import Reading, found

CHECKS: tuple[Callable[[Reading], Iterator[Finding]], ...] = (
    check_names,
    check_branches,
    check_references,
    check_definitions,
    check_conformity,
)
"""The families of rules that look at outlines."""


def check_outlines(reading: Reading) -> tuple[Finding, ...]:
    """Return what is wrong with templates that are read together, each finding once."""
    return tuple(dict.fromkeys(finding for check in CHECKS for finding in check(reading)))


def unknown_filters(sandbox: Sandbox, parts: Iterable[Template]) -> Iterator[Finding]:
    """Yield the filters and tests that templates and partials name and that there are not.

    Raises FindingsError for a template that is not Jinja.
    """
    for part in parts:
        for rule, line, said in sandbox.objections(sandbox.tree(part)):
            if rule == "filter":
                yield found("filter", f"{said[0].lower()}{said[1:]}.", Place(part.shown, line))


def without_allowed(sandbox: Sandbox, parts: Iterable[Template], findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the findings that no comment of the templates allows, and what is wrong with those comments."""
    allowed: list[Allowance] = []
    for part in parts:
        given, wrong = allowances_of(sandbox, part)
        allowed += given
        yield from wrong
    yield from sifted(findings, allowed)
