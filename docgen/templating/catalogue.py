"""The catalogue: which templates there are, in which languages, and where each stands."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import ValidationError

from docgen.errors import Finding, FindingsError, NotFoundError, Place
from docgen.facts.source import Source, decode, parse_source
from docgen.models.values import Facts, LanguageCode, Line

if TYPE_CHECKING:
    from jinja2 import Environment, TemplateSyntaxError

SUFFIX = ".html.jinja"
FOLDERS = ("letters", "contracts", "reports")
LABELS = "labels.yaml"
PLAYBOOK = ".playbook.yaml"
"""How the file ends that says what the house accepts in place of a template's own words."""
_NAME = re.compile(r"(?P<name>_?[a-z][a-z0-9-]*)(?:\.(?P<language>[a-z]{2,3}))?\.html\.jinja")
_KIND = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")


class Header(Facts):
    """What a template says of itself."""

    title: Line
    kind: Line
    version: Line
    language: LanguageCode
    owner: Literal["account_manager", "delivery", "legal", "director"] = "legal"
    description: Line | None = None


@dataclass(frozen=True)
class Template:
    """A template or partial: its name, its language (empty for a partial that has no words) and its text."""

    name: str
    language: str
    path: Path
    shown: str
    own: bool
    """Whether it belongs to docgen itself; any other one is from a stranger and runs within limits."""

    @property
    def partial(self) -> bool:
        """Say whether other templates include it and it makes no document by itself."""
        return self.name.startswith("_")

    @property
    def wordless(self) -> bool:
        """Say whether a partial has no words of its own, so that it serves every language (`language: any`)."""
        data = self._header_source.data if self._parts[0] else None
        return isinstance(data, dict) and data.get("language") == "any"

    @cached_property
    def text(self) -> str:
        """Return the whole file."""
        return decode(self.path.read_bytes(), self.shown).replace("\r\n", "\n")

    @cached_property
    def _parts(self) -> tuple[str, str]:
        """Return the YAML header and the Jinja behind it, on the line it has in the file."""
        if not self.text.startswith("---\n"):
            return "", self.text
        end = self.text.find("\n---\n", 3)
        if end < 0:
            raise FindingsError([Finding("header", "the header has no end.", Place(self.shown), "Close it with ---.")])
        header, body = self.text[4 : end + 1], self.text[end + 5 :]
        return header, "\n" * (header.count("\n") + 2) + body

    @cached_property
    def _header_source(self) -> Source:
        """Return the header as data, its places those in the file."""
        return parse_source("\n" + self._parts[0], self.shown)

    @property
    def body(self) -> str:
        """Return the Jinja text, with the header's lines left empty so that line numbers hold."""
        return self._parts[1]

    @cached_property
    def included(self) -> tuple[str, ...]:
        """Return the names it includes or imports, as constants in its source."""
        from jinja2 import TemplateSyntaxError

        try:
            return _included(self.body)
        except (TemplateSyntaxError, RecursionError) as error:
            raise unreadable(self, error) from None

    @cached_property
    def header(self) -> Header:
        """Return what the template says of itself; raises FindingsError when that is not right."""
        place = Place(self.shown)
        if not self._parts[0]:
            advice = "Begin with ---, title, kind, version, language, owner, description, and ---."
            raise FindingsError([Finding("header", "the template has no header.", place, advice)])
        source = self._header_source
        try:
            header = Header.model_validate(source.data)
        except ValidationError as error:
            raise FindingsError(
                Finding(
                    "header",
                    f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}.".replace("..", "."),
                    source.key_place(fault["loc"]),
                )
                for fault in error.errors()
            ) from None
        if findings := [
            Finding("header", f"{said}.", source.place((key,)), advice) for key, said, advice in self._slips(header)
        ]:
            raise FindingsError(findings)
        return header

    def _slips(self, header: Header) -> Iterator[tuple[str, str, str]]:
        """Yield what is wrong with a header that is whole: the key, what, and what would be right."""
        if not _VERSION.fullmatch(header.version):
            yield "version", f"“{header.version}” is not a version", "Write 1.0.0."
        if not _KIND.fullmatch(header.kind):
            yield "kind", f"“{header.kind}” is not the name of a kind", "Use lower-case letters and hyphens."
        if header.language != self.language:
            file = f"{self.name}.{header.language}{SUFFIX}"
            yield "language", f"the name of the file says {self.language}, not {header.language}", f"Call it {file}."


@dataclass(frozen=True)
class PlaybookFile:
    """What the house accepts of the clauses in a template or partial, beside it and for every language."""

    name: str
    path: Path
    shown: str
    own: bool
    """Whether it belongs to docgen itself."""

    @cached_property
    def text(self) -> str:
        """Return the whole file; raises FindingsError where it is not UTF-8."""
        return decode(self.path.read_bytes(), self.shown).replace("\r\n", "\n")


def unreadable(template: Template, error: TemplateSyntaxError | RecursionError) -> FindingsError:
    """Return the finding for a template that is not Jinja, or is nested too deeply to be read."""
    said = str(getattr(error, "message", None) or "it is nested too deeply").rstrip(".")
    place = Place(getattr(error, "filename", None) or template.shown, getattr(error, "lineno", 1))
    return FindingsError([Finding("jinja", f"the template cannot be read: {said}.", place)])


class UnknownTemplateError(NotFoundError):
    """There is no template of that name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        near = get_close_matches(name, known, 1)
        advice = f"Did you mean “{near[0]}”?" if near else f"There are: {', '.join(known)}."
        super().__init__(f"There is no template “{name}”. {advice}")


class MissingLanguageError(NotFoundError):
    """A template has no words in the language asked for."""

    def __init__(self, name: str, language: str, known: Sequence[str]) -> None:
        super().__init__(
            f"“{name}” has no words in the language {language}; it has {', '.join(known)}. "
            f"Set `language: {known[0]}` in the engagement, or add {name}.{language}{SUFFIX}."
        )


@dataclass(frozen=True)
class Catalogue:
    """All templates of some folders; an earlier folder's template hides a later one's of the same name."""

    roots: tuple[Path, ...]

    @cached_property
    def templates(self) -> Mapping[tuple[str, str], Template]:
        """Return every template and partial by name and language; the language of the plain file is `en`."""
        found: dict[tuple[str, str], Template] = {}
        for root in reversed(self.roots):
            for template in _read_root(root):
                found[template.name, template.language] = template
        return found

    def names(self) -> tuple[str, ...]:
        """Return the names of the templates that make documents."""
        return tuple(sorted({name for name, _ in self.templates if not name.startswith("_")}))

    def languages(self, name: str) -> tuple[str, ...]:
        """Return the languages a template has, the first one being that of the plain file."""
        return tuple(
            sorted((language for known, language in self.templates if known == name), key=lambda x: (x != "en", x))
        )

    def template(self, name: str, language: str) -> Template:
        """Return a template in a language; raises UnknownTemplateError or MissingLanguageError."""
        languages = self.languages(name)
        if not languages:
            raise UnknownTemplateError(name, self.names())
        if language not in languages:
            raise MissingLanguageError(name, language, languages)
        return self.templates[name, language]

    def partial(self, name: str, language: str) -> Template:
        """Return a partial in a language, or the one without words of its own that serves every language."""
        stem = name.removesuffix(SUFFIX)
        if (stem, language) in self.templates:
            return self.templates[stem, language]
        plain = self.templates.get((stem, "en"))
        if plain is None:
            raise UnknownTemplateError(stem, sorted({name for name, _ in self.templates}))
        if language != "en" and not plain.wordless:
            raise MissingLanguageError(stem, language, self.languages(stem))
        return plain

    @property
    def labels(self) -> Path:
        """Return the file of shared words: the first that a folder has."""
        for root in self.roots:
            if (root / LABELS).is_file():
                return root / LABELS
        raise NotFoundError(f"None of {', '.join(map(str, self.roots))} has a {LABELS}.")

    def closure(self, template: Template) -> tuple[Template, ...]:
        """Return a template with everything it includes, directly or not, in a fixed order."""
        found = {template.name: template}
        waiting = [template]
        while waiting:
            current = waiting.pop()
            for name in current.included:
                part = self.partial(name, template.language)
                if part.name not in found:
                    found[part.name] = part
                    waiting.append(part)
        return (template, *(found[name] for name in sorted(found) if name != template.name))

    @cached_property
    def _all_own(self) -> bool:
        """Say whether nothing but docgen's own templates and playbooks is there."""
        strange = (root for root in self.roots if root != packaged_templates())
        playbooks = (path for root in strange for folder in FOLDERS for path in (root / folder).glob(f"*{PLAYBOOK}"))
        return all(known.own for known in self.templates.values()) and not any(playbooks)

    def playbook(self, template: Template) -> PlaybookFile | None:
        """Return the playbook of a template or partial, or None.

        The house's own stands before docgen's. It may stand alone; but words of the house's own have no playbook but
        the one beside them.
        """
        plain = self.templates.get((template.name, "en"), template)
        folders = [root / plain.path.parent.name for root in self.roots]
        if plain.path.parent in folders:
            folders = folders[: folders.index(plain.path.parent) + 1]
        else:
            folders = [plain.path.parent]
        for folder in folders:
            path = folder / f"{template.name}{PLAYBOOK}"
            if path.is_file() and path.resolve().is_relative_to(folder.parent.resolve()):
                shown = f"templates/{folder.name}/{path.name}"
                return PlaybookFile(template.name, path, shown, folder.parent == packaged_templates())
        return None

    def playbooks(self, template: Template) -> tuple[PlaybookFile, ...]:
        """Return the playbooks of a template and of all it includes, in the order of its closure."""
        return tuple(filter(None, map(self.playbook, self.closure(template))))

    def texts(self, template: Template) -> dict[str, str]:
        """Return the text of every part of a template by a name that tells it apart, its playbooks included."""
        parts = {f"{part.name}.{part.language}": part.text for part in self.closure(template)}
        return parts | {f"{each.name}{PLAYBOOK}": each.text for each in self.playbooks(template)}

    def own(self, template: Template) -> bool:
        """Say whether a template, all it includes and their playbooks are docgen's own, and nothing a stranger's."""
        if not template.own or self._all_own:
            return template.own
        return all(part.own for part in self.closure(template)) and all(each.own for each in self.playbooks(template))

    def record(self, template: Template) -> dict[str, str]:
        """Return what a template says of itself, where it stands and its version hash."""
        header = template.header
        return {
            "name": template.name,
            "title": header.title,
            "kind": header.kind,
            "language": template.language,
            "version": header.version,
            "owner": header.owner,
            "description": header.description or "",
            "file": template.shown,
            "hash": self.version_hash(template),
        }

    def records(self) -> tuple[list[dict[str, str]], tuple[Finding, ...]]:
        """Return a record of every template that makes a document, by name, and what keeps others from having one."""
        records: list[dict[str, str]] = []
        findings: list[Finding] = []
        for template in (self.template(name, language) for name in self.names() for language in self.languages(name)):
            try:
                records.append(self.record(template))
            except FindingsError as error:
                findings.extend(error.findings)
            except NotFoundError as error:
                findings.append(Finding("include", str(error), Place(template.shown)))
        return records, tuple(findings)

    def version_hash(self, template: Template) -> str:
        """Return the template version: the SHA-256 of its text, all it includes, their playbooks, the shared words."""
        return hashlib.sha256(self.version_text(template)).hexdigest()

    def version_text(self, template: Template) -> bytes:
        """Return what is hashed as a template's version: each part under its name and length, then the shared words."""
        parts = [f"{name}\n{len(text)}\n{text}" for name, text in self.texts(template).items()]
        return "".join(parts).encode() + self.labels.read_bytes()


def packaged_templates() -> Path:
    """Return the folder of docgen's own templates: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def template_of_file(path: Path) -> Template:
    """Return a template that a person names by its file; raises NotFoundError when it is not there."""
    if not path.is_file():
        raise NotFoundError(f"There is no template file {path}. Check the name and the folder.")
    match = _NAME.fullmatch(path.name)
    if not match:
        raise NotFoundError(f"{path} is not named like a template. Call it <name>{SUFFIX}, in lower case.")
    return Template(match["name"], match["language"] or "en", path, str(path), own=False)


def _read_root(root: Path) -> Iterator[Template]:
    own = root == packaged_templates()
    for folder in FOLDERS:
        for path in sorted((root / folder).glob(f"*{SUFFIX}")):
            match = _NAME.fullmatch(path.name)
            if match and path.is_file() and path.resolve().is_relative_to(root.resolve()):
                shown = f"templates/{folder}/{path.name}"
                yield Template(match["name"], match["language"] or "en", path, shown, own)


@lru_cache(maxsize=1024)
def _included(body: str) -> tuple[str, ...]:
    """Return the names that a text includes or imports; a process that opens many desks reads the same texts again."""
    from jinja2 import meta

    return tuple(sorted(name for name in meta.find_referenced_templates(_reader().parse(body)) if name))


@lru_cache(maxsize=1)
def _reader() -> Environment:
    from jinja2 import Environment

    return Environment(autoescape=True)
