"""Jinja in a sandbox: strict names, every value escaped, and each element marked with its template line."""

from __future__ import annotations

import datetime as dt
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property, wraps
from typing import Any

from jinja2 import (
    BaseLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
    pass_context,
)
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range
from jinja2.utils import Namespace
from markupsafe import Markup

from docgen.doctree.parse import MISSING, MISSING_END
from docgen.errors import DocgenError, Finding, FindingsError, Place
from docgen.models.money import Money
from docgen.templating.catalogue import Catalogue, Template, unreadable
from docgen.templating.filters import FORMATS, Formats, filters, isolated
from docgen.templating.spelling import respelled, without_sharp_s
from docgen.templating.views import Lookup, Missing, View

OUTPUT_LIMIT = 8_000_000
BUILTIN_FILTERS = (
    *("default", "first", "join", "last", "length", "list", "lower", "map", "reject", "rejectattr", "round"),
    *("select", "selectattr", "sort", "sum", "trim", "upper", "groupby", "batch"),
)
BUILTIN_TESTS = (
    *("defined", "undefined", "none", "in", "eq", "ne", "lt", "le", "gt", "ge", "string", "number", "sequence"),
    *("mapping", "odd", "even", "true", "false"),
)
_TAG = re.compile(r"<([a-z][a-z0-9]*)(?=[\s/>])")
# A template is a program of its author's: whatever it raises is a fault at a line of it.
_AUTHORS = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_MISSING = re.compile(f"{MISSING}([^{MISSING_END}]*){MISSING_END}")


@dataclass(frozen=True)
class Emitted:
    """What a template said: its markup, the files its places point into, and the facts it missed."""

    markup: str
    files: tuple[str, ...]
    missing: tuple[str, ...]


class OutputLimitError(DocgenError):
    """A template makes more than a document can be."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The template {name} writes more than {OUTPUT_LIMIT:,} characters. Look for a loop without an end."
        )


@dataclass
class Files:
    """The files whose elements are marked, in the order they were first seen."""

    names: list[str] = field(default_factory=list)

    def index(self, name: str) -> int:
        """Return a file's number, giving it the next one when it is new."""
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)


class _Respell(Extension):
    """Gives the words of a template the spelling of its locale; values pass by, for they are no words of it."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            ours = token.type in ("data", "string")
            yield Token(token.lineno, token.type, respelled(token.value)) if ours else token


class _MarkLines(Extension):
    """Gives every element written in a template the attribute `at="file:line"`; values cannot, being escaped."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        index = self.environment.files.index(stream.filename or stream.name or "template")  # type: ignore[attr-defined]
        for token in stream:
            yield Token(token.lineno, token.type, _marked(token, index)) if token.type == "data" else token


def _marked(token: Token, index: int) -> str:
    line, counted = token.lineno, 0

    def mark(match: re.Match[str]) -> str:
        nonlocal line, counted
        line += token.value.count("\n", counted, match.start())
        counted = match.start()
        return f'{match.group()} at="{index}:{line}"'

    return _TAG.sub(mark, token.value)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without any way out: no calls but macros, no names with underscores, no filters but the listed ones."""

    def __init__(self, catalogue: Catalogue, *, swiss: bool = False) -> None:
        self.files = Files()
        self.swiss = swiss
        self.trees: dict[tuple[str, str, str], nodes.Template] = {}
        super().__init__(
            loader=_CatalogueLoader(catalogue),
            extensions=[_MarkLines, _Respell] if swiss else [_MarkLines],
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_finalized,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=200,
            auto_reload=False,
        )
        self.catalogue = catalogue
        self.filters = {**{name: _passing(name, self.filters[name]) for name in BUILTIN_FILTERS}, **filters()}
        self.tests = {name: self.tests[name] for name in BUILTIN_TESTS}
        self.globals = {"range": safe_range, "namespace": Namespace}

    def spelled_for(self, language: str, locale: str) -> Sandbox:
        """Return the sandbox whose templates are spelled as a locale spells a language."""
        return self._in_swiss if without_sharp_s(language, locale) and not self.swiss else self

    @cached_property
    def _in_swiss(self) -> Sandbox:
        return Sandbox(self.catalogue, swiss=True)

    def join_path(self, template: str, parent: str) -> str:
        """Return the partial that an include means: the one in the language of the template that asks."""
        language = self.catalogue_key(parent)[1]
        found = self.catalogue.partial(template, language)
        return f"{found.name}|{language}"

    @staticmethod
    def catalogue_key(name: str) -> tuple[str, str]:
        """Return a loaded template's own name and the language it is loaded for."""
        stem, _, language = name.partition("|")
        return stem, language

    def is_safe_callable(self, obj: Any) -> bool:
        """Allow macros, loops, range and the methods of plain text; a fact is never called."""
        if isinstance(obj, Macro | BlockReference | LoopContext) or obj is safe_range or obj is Namespace:
            return True
        # `translate` puts words into a text that counts as markup without escaping them.
        plain = isinstance(getattr(obj, "__self__", None), str | LoopContext)
        return plain and obj.__name__ != "translate"

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allow the names of facts; an underscore never leads anywhere."""
        if isinstance(obj, View):
            return not attr.startswith("_") and attr != "with_facts"
        return super().is_safe_attribute(obj, attr, value)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a fact by name before anything Python knows under that name."""
        if isinstance(obj, Lookup) and not attribute.startswith("_"):
            return obj[attribute]
        return super().getattr(obj, attribute)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        imports: list[Any] = list(template.find_all((nodes.Import, nodes.FromImport)))
        for node in imports:
            node.with_context = True  # without the context a macro would keep another document's locale
        for _, line, said in self.objections(template):
            raise TemplateSyntaxError(said, line, name, filename)
        return template

    def tree(self, template: Template) -> nodes.Template:
        """Return a template's Jinja tree as it is written, also where it says what it must not.

        It is for reading only: who asks again gets the same tree. Raises FindingsError for what is not Jinja.
        """
        key = template.shown, template.language, template.body
        if key not in self.trees:
            try:
                self.trees[key] = super()._parse(template.body, f"{template.name}|{template.language}", template.shown)
            except (TemplateSyntaxError, RecursionError) as error:
                raise unreadable(template, error) from None
        return self.trees[key]

    def objections(self, tree: nodes.Template) -> Iterator[tuple[str, int, str]]:
        """Yield what a tree says that it must not: the rule, the line, and what it is."""
        for node in tree.find_all(nodes.Node):
            if said := _banned(node):
                yield "sandbox", node.lineno, said
            elif said := self._unknown(node):
                yield "filter", node.lineno, said

    def _unknown(self, node: nodes.Node) -> str:
        """Return which filter or test there is not; Jinja itself would tell only where the words are reached."""
        match node:
            case nodes.Filter(name=name) if name not in self.filters:
                return f"No filter named {name!r}{_nearest(name, self.filters)}"
            case nodes.Test(name=name) if name not in self.tests:
                return f"No test named {name!r}{_nearest(name, self.tests)}"
            case _:
                return ""


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(known), 1)
    return f", the nearest is {near[0]!r}" if near else ""


def _passing(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return one of Jinja's filters so that a missing fact stays missing, but for what asks whether it is there."""
    if name in ("default", "length"):
        return function
    position = 1 if hasattr(function, "jinja_pass_arg") else 0

    @wraps(function)
    def passing(*arguments: Any, **named: Any) -> Any:
        value = arguments[position]
        return value if isinstance(value, Missing) else function(*arguments, **named)

    return passing


def _banned(node: nodes.Node) -> str:
    """Return why a template may not say something, or nothing where it may."""
    match node:
        case nodes.EvalContextModifier() | nodes.ScopedEvalContextModifier():
            return "escaping cannot be switched"
        case nodes.Extends():
            return "templates cannot be extended"
        case nodes.Include(template=partial) | nodes.Import(template=partial) | nodes.FromImport(template=partial):
            known = isinstance(partial, nodes.Const) and isinstance(partial.value, str)
            return "" if known else "a partial is named in quotes, so that the template's version covers it"
        case nodes.Name(name=name) if name.startswith("_"):
            return f"the name “{name}” begins with an underscore"
        case _:
            return ""


class _CatalogueLoader(BaseLoader):
    """Loads templates by `name|language` from the catalogue and from nowhere else."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def get_source(self, environment: Any, template: str) -> tuple[str, str | None, Any]:  # noqa: ARG002
        """Return a template's text and the name its places show."""
        name, language = Sandbox.catalogue_key(template)
        found = (
            self.catalogue.partial(name, language) if name.startswith("_") else self.catalogue.template(name, language)
        )
        return found.body, found.shown, None


@pass_context
def _finalized(context: Context, value: Any) -> Any:
    """Return what `{{ }}` prints of a value: words and whole numbers; all else needs a filter to be written."""
    if isinstance(value, Markup | Missing | Undefined):
        return value
    if type(value) is str:
        return isolated(value, context[FORMATS].words.language)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise UnwrittenError(*_unwritten(value))


def _unwritten(value: Any) -> tuple[str, str]:
    """Return what a value is that `{{ }}` does not print, and what to do instead."""
    if isinstance(value, str):
        return f"the value “{value}” is a name of the file format", "Write it through |label."
    if isinstance(value, Money):
        return "an amount", "Write it through |money."
    if isinstance(value, Decimal | float):
        return "a number", "Write it through |number."
    if isinstance(value, dt.date):
        return "a date", "Write it through |date."
    if isinstance(value, dt.time):
        return "a time", "Write it through |time."
    if isinstance(value, View):
        return "a group of facts", "Print one of its facts."
    if isinstance(value, tuple | list):
        return "a list", "Write it through |listed, or print its entries one by one."
    return f"something that has no words (a {type(value).__name__})", "Print a fact, or words of your own."


class UnwrittenError(DocgenError):
    """A template prints a value without saying how."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"{what} is printed as it is. {advice}")


def emit(sandbox: Sandbox, template: Template, facts: Mapping[str, Any], formats: Formats) -> Emitted:
    """Return what a template says of some facts.

    Raises FindingsError with the template's file and line for a name that does not exist, a wrong
    filter or a fault in the Jinja text.
    """
    sandbox = sandbox.spelled_for(template.language, formats.locale)
    try:
        if template.own:
            compiled = sandbox.get_template(f"{template.name}|{template.language}")
        else:
            compiled = _compiled(sandbox, template)
        markup = _joined(compiled.generate({**facts, FORMATS: formats}), template)
    except TemplateSyntaxError as error:
        raise unreadable(template, error) from None
    except UndefinedError as error:
        raise FindingsError([_undefined(error, template, facts)]) from None
    except SecurityError as error:
        place = _template_place(error, template)
        raise FindingsError(
            [Finding("sandbox", f"the template does what it must not: {_said(error)}.", place)]
        ) from None
    except TemplateNotFound as error:
        place = _template_place(error, template)
        raise FindingsError([Finding("include", f"there is no partial “{error.name}”.", place)]) from None
    except _AUTHORS as error:
        place = _template_place(error, template)
        raise FindingsError([Finding("template", f"the template fails here: {_said(error)}.", place)]) from error
    except DocgenError as error:
        if isinstance(error, FindingsError | OutputLimitError):
            raise
        place = _template_place(error, template)
        raise FindingsError([Finding("template", str(error), place)]) from None
    missing = tuple(dict.fromkeys(_MISSING.findall(markup)))
    return Emitted(markup, tuple(sandbox.files.names), missing)


def _said(error: BaseException) -> str:
    """Return what an error says, without its full stop and without addresses in memory."""
    return _ADDRESS.sub("", str(error)).rstrip(".") or type(error).__name__


def _compiled(sandbox: Sandbox, template: Template) -> Any:
    name = f"{template.name}|{template.language}"
    try:
        code = sandbox.compile(template.body, name, template.shown)
    except RecursionError as error:
        raise unreadable(template, error) from None
    return sandbox.template_class.from_code(sandbox, code, sandbox.make_globals(None))


def _joined(pieces: Iterator[str], template: Template) -> str:
    parts, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > OUTPUT_LIMIT:
            raise OutputLimitError(template.shown)
        parts.append(piece)
    return "".join(parts)


def _template_place(error: BaseException, template: Template) -> Place:
    """Return the innermost line of a template that an error passed through."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith(".html.jinja"):
            return Place(frame.filename, frame.lineno or 1)
    return Place(template.shown)


def _undefined(error: UndefinedError, template: Template, facts: Mapping[str, Any]) -> Finding:
    said = str(error)
    match = re.search(r"has no attribute '([^']+)'", said) or re.search(r"'([^']+)' is undefined", said)
    if not match:
        return Finding("name", f"the template fails here: {said.rstrip('.')}.", _template_place(error, template))
    name = match[1]
    near = get_close_matches(name, _names(facts), 1)
    advice = f"Did you mean “{near[0]}”?" if near else "The names a template may use are in docs/templates.md."
    return Finding("name", f"there is no fact “{name}” here.", _template_place(error, template), advice)


def _names(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return every name in the facts, for the nearest one to a misspelt name."""
    names: set[str] = set()
    waiting: list[Any] = [View(facts, "")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, View):
            names.update(dir(value))
            waiting.extend(value[name] for name in dir(value))
        elif isinstance(value, tuple):
            waiting.extend(value[:1])
    return tuple(sorted(names))
