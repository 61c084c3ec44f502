"""Reads single templates for the tests of the lint, for the facts that the types of an engagement promise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from docgen.errors import Finding
from docgen.lifecycle.deviation import Detail
from docgen.models.engagement import Account, Approval
from docgen.models.party import Party
from docgen.models.terms import Terms
from docgen.templating.catalogue import Template, template_of_file
from docgen.templating.environment import Sandbox
from docgen.templating.lint.check import check_outlines, unknown_filters, without_allowed
from docgen.templating.lint.outline import Outline
from docgen.templating.lint.rules import Reading
from docgen.templating.lint.shapes import Absence, Group, Shape, absent, shape_of_type
from docgen.templating.lint.walk import outline_of
from tests.templating.stage import HEADER, HEADER_LINES, Stage

TERMS = shape_of_type(Terms)
assert isinstance(TERMS, Group)
SHAPES: Mapping[str, Shape] = {
    **TERMS.names,
    "terms": TERMS,
    "detail": shape_of_type(Detail),
    "account": shape_of_type(Account),
    "approval": absent(shape_of_type(Approval), Absence.LEFT_OUT),
    "client": shape_of_type(Party),
    "provider": shape_of_type(Party),
}


class Reader:
    """A folder of templates, and what the lint says of one of them."""

    def __init__(self, folder: Path) -> None:
        self.stage = Stage(folder)

    def template(self, body: str, language: str = "en") -> Template:
        """Write a template with some body, the document's element around it on the same line."""
        suffix = "" if language == "en" else f".{language}"
        text = f'<doc title="T">{body}</doc>'
        return template_of_file(self.stage.add(f"test{suffix}", text, HEADER.format(language=language)))

    def outline(self, body: str) -> Outline:
        """Return the outline of a template."""
        return outline_of(Sandbox(self.stage.catalogue), self.template(body), SHAPES)

    def findings(self, body: str, **around: Mapping[str, frozenset[str]]) -> list[Finding]:
        """Return all that the lint says of a template's body, but for what it allows."""
        template, sandbox = self.template(body), Sandbox(self.stage.catalogue)
        outline = outline_of(sandbox, template, SHAPES)
        parts = self.stage.catalogue.closure(template)
        found = [*unknown_filters(sandbox, parts), *check_outlines(Reading((outline,), **around))]  # type: ignore[arg-type]
        return list(without_allowed(sandbox, parts, found))

    def told(self, body: str, **around: Mapping[str, frozenset[str]]) -> list[str]:
        """Return the rule of each finding with its line, the first of the body being 1."""
        return [f"{each.place.line - HEADER_LINES}: {each.rule}" for each in self.findings(body, **around)]
