"""A stage for single templates: what some Jinja says of some facts, beside docgen's own templates."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docgen.doctree.nodes import Document
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.doctree.text import document_lines
from docgen.templating.catalogue import Catalogue, packaged_templates, template_of_file
from docgen.templating.environment import Emitted, Sandbox, emit
from docgen.templating.filters import Formats
from docgen.templating.labels import Words, read_words
from docgen.templating.views import view

HEADER = "---\ntitle: Test\nkind: note\nversion: 1.0.0\nlanguage: {language}\n---\n"
HEADER_LINES = HEADER.count("\n")


def words_of(language: str = "en") -> Words:
    """Return the shared words of a language."""
    return read_words(packaged_templates() / "labels.yaml", language)


class Stage:
    """A folder of templates in front of docgen's own, and the way to hear one of them."""

    def __init__(self, folder: Path, locale: str = "en-GB", language: str = "en") -> None:
        self.folder = folder / "templates"
        self.language = language
        self.formats = Formats(locale, words_of(language))
        for name in ("letters", "contracts", "reports"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    def add(self, name: str, body: str, header: str = "") -> Path:
        """Write a template or partial among the letters, its header as given."""
        path = self.folder / "letters" / f"{name}.html.jinja"
        path.write_text(header + body, encoding="utf-8")
        return path

    @property
    def catalogue(self) -> Catalogue:
        """Return the catalogue with the templates as they are now."""
        return Catalogue((self.folder, packaged_templates()))

    def emitted(self, body: str, facts: Mapping[str, Any]) -> Emitted:
        """Return what a template says of some facts."""
        suffix = "" if self.language == "en" else f".{self.language}"
        template = template_of_file(self.add(f"test{suffix}", body, HEADER.format(language=self.language)))
        seen = {name: view(value, name) for name, value in facts.items()}
        return emit(Sandbox(self.catalogue), template, seen, self.formats)

    def markup(self, body: str, **facts: Any) -> str:
        """Return the markup of a template."""
        return self.emitted(body, facts).markup.strip()

    def document(self, body: str, **facts: Any) -> Document:
        """Return the tree of a template's body inside a document."""
        emitted = self.emitted(f'<doc title="T">{body}</doc>', facts)
        return number(parse(emitted.markup, shown="test", files=emitted.files))

    def lines(self, body: str, **facts: Any) -> list[str]:
        """Return what a template's body prints below the title."""
        return list(document_lines(self.document(body, **facts)))[1:]
