"""The way through a template: each statement once, with what has to be true to come to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from jinja2 import nodes

from docgen.errors import Place
from docgen.templating.catalogue import Template
from docgen.templating.environment import OutputLimitError, Sandbox
from docgen.templating.lint.conditions import ALWAYS, LOOP, Formula, both, opposite, possible
from docgen.templating.lint.expressions import Reader, Scope
from docgen.templating.lint.markup import Tag, Writer
from docgen.templating.lint.meanings import TEXT, Meaning, chosen, computed, entry_of, of_fact
from docgen.templating.lint.outline import VALUE, Asked, Cited, Compared, Outline, Printed, Slip
from docgen.templating.lint.shapes import Shape, Unknown
from docgen.templating.lint.source import source

_DEPTH = 12
_STEPS = 20_000


@dataclass(frozen=True)
class _Macro:
    """A macro with the file it stands in, the names that were set around it, and the macros beside it."""

    node: nodes.Macro
    file: Template
    scope: Scope
    beside: dict[str, _Macro]


def outline_of(sandbox: Sandbox, template: Template, facts: Mapping[str, Shape]) -> Outline:
    """Return the outline of a template for facts of some shapes.

    Raises FindingsError for what cannot be read, OutputLimitError for what multiplies without end, and what finding
    its partials raises.
    """
    walk = _Walk(sandbox, template.language, facts)
    return walk.template(template)


@dataclass
class _Walk:
    """Goes through statements and writes down what it meets."""

    sandbox: Sandbox
    language: str
    facts: Mapping[str, Shape]
    macros: dict[str, _Macro] = field(default_factory=dict)
    depth: int = 0
    steps: int = 0
    loops: int = 0

    def template(self, template: Template) -> Outline:
        self.outline = Outline(template.name, template.language, template.header.kind, template.shown)
        self.writer = Writer(self.outline, self.sandbox.files.names)
        self.file = template
        self.reader = Reader(self.facts, self._slip, self._call, self._asked, self._cited, self._compared)
        self.body(self.sandbox.tree(template).body, {}, ALWAYS)
        return self.outline

    # What is met

    def _place(self, line: int) -> Place:
        return Place(self.file.shown, line)

    def _slip(self, rule: str, line: int, message: str, advice: str, when: Formula) -> None:
        if possible(when):
            self.outline.slips.append(Slip(rule, message, self._place(line), advice, self.writer.clause))

    def _compared(self, line: int, message: str, known: bool, advice: str) -> None:
        self.outline.compared.append(Compared(message, self._place(line), known, advice, self.writer.clause))

    def _asked(self, node: nodes.Node, when: Formula, truth: Formula) -> None:
        self.outline.asked.append(Asked(source(node), self._place(node.lineno), when, truth, self.writer.clause))

    def _cited(self, node: nodes.Filter, value: Meaning, when: Formula) -> None:
        for name, own in value.words:
            place = self._place(node.lineno)
            self.outline.parts.append(Cited(name, place, both(when, own), self.writer.clause))

    # Statements

    def body(self, statements: Iterable[nodes.Node], scope: Scope, when: Formula) -> None:
        for statement in statements:
            self.steps += 1
            if self.steps > _STEPS:
                raise OutputLimitError(self.file.shown)
            self.statement(statement, scope, when)

    def statement(self, node: nodes.Node, scope: Scope, when: Formula) -> None:
        match node:
            case nodes.Output():
                for part in node.nodes:
                    self.part(part, scope, when)
            case nodes.If():
                self.choice(node, scope, when)
            case nodes.For():
                self.loop(node, scope, when)
            case nodes.Include() | nodes.Import() | nodes.FromImport():
                self.inclusion(node, scope, when)
            case nodes.Macro():
                self.macros[node.name] = _Macro(node, self.file, scope, self.macros)
            case nodes.Assign():
                self.assignment(node, scope, when)
            case nodes.AssignBlock():
                self.body(node.body, dict(scope), when)
                if isinstance(node.target, nodes.Name):
                    scope[node.target.name] = computed(TEXT, (node.target.name,))
            case nodes.With():
                inner = dict(scope)
                for target, value in zip(node.targets, node.values, strict=True):
                    self.bind(target, self.reader.read(value, scope, when), inner)
                self.body(node.body, inner, when)
            case nodes.CallBlock():
                self.reader.read(node.call, scope, when)
                given = {each.name: computed(Unknown(), (each.name,)) for each in node.args}
                self.body(node.body, {**scope, **given}, when)
            case nodes.FilterBlock() | nodes.Scope():
                self.body(node.body, dict(scope), when)
            case _:
                return

    def part(self, node: nodes.Node, scope: Scope, when: Formula) -> None:
        place = self._place(node.lineno)
        if isinstance(node, nodes.TemplateData):
            self.writer.write(node.data, place, when)
            return
        if isinstance(node, nodes.Const):
            self.writer.write(str(node.value).replace("<", "&lt;"), place, when)
            return
        meaning = self.reader.read(node, scope, when)
        if meaning.written:
            return
        self.outline.parts.append(
            Printed(source(node), meaning.shape, place, when, meaning.absent, meaning.left_out, self.writer.clause)
        )
        self.writer.choose(meaning.words or ((VALUE, ALWAYS),), place, when)

    def choice(self, node: nodes.If, scope: Scope, when: Formula) -> None:
        """Take each branch for itself; what they set or write into a tag is one or the other behind them."""
        branches: list[tuple[Formula, Iterable[nodes.Node]]] = []
        rest: Formula = ALWAYS
        for each in (node, *node.elif_):
            test = self.reader.read(each.test, scope, both(when, rest))
            self._asked(each.test, both(when, rest), test.truth)
            branches.append((both(rest, test.truth), each.body))
            rest = both(rest, opposite(test.truth))
        branches.append((rest, node.else_))
        tags, ends, written = self.writer.tags, [], []
        for own, body in branches:
            inner = dict(scope)
            self.writer.tags = [replace(tag, when=both(tag.when, own)) for tag in tags]
            self.body(body, inner, both(when, own))
            written += self.writer.tags
            ends.append((own, inner))
        self.writer.tags = _told_apart(written)
        _settle(scope, ends)

    def loop(self, node: nodes.For, scope: Scope, when: Formula) -> None:
        rows = self.reader.read(node.iter, scope, when)
        self.loops += 1
        mark = f"{LOOP}{self.loops}"
        inner = dict(scope)
        inner["loop"] = computed(Unknown(), (mark, "loop"))
        self.bind(node.target, of_fact(entry_of(rows.shape), (*rows.fact.path, mark), rows.fact.above), inner)
        inside = both(when, rows.truth)
        if node.test is not None:
            inside = both(inside, self.reader.read(node.test, inner, inside).truth)
        self.body(node.body, inner, inside)
        if node.else_:
            none = ALWAYS if node.test is not None else opposite(rows.truth)
            self.body(node.else_, dict(scope), both(when, none))

    def bind(self, target: nodes.Node, value: Meaning, scope: Scope) -> None:
        """Give a value its name, or each of several names a value of which nothing is known."""
        if isinstance(target, nodes.Name):
            scope[target.name] = value
        elif isinstance(target, nodes.Tuple):
            for each in target.items:
                if isinstance(each, nodes.Name):
                    scope[each.name] = computed(Unknown(), (*value.fact.path, each.name))

    def assignment(self, node: nodes.Assign, scope: Scope, when: Formula) -> None:
        self.bind(node.target, self.reader.read(node.node, scope, when), scope)

    def inclusion(self, node: nodes.Include | nodes.Import | nodes.FromImport, scope: Scope, when: Formula) -> None:
        if not isinstance(node.template, nodes.Const) or self.depth >= _DEPTH:
            return
        before = self.file
        self.file = self.sandbox.catalogue.partial(node.template.value, self.language)
        self.depth += 1
        tree = self.sandbox.tree(self.file)
        if isinstance(node, nodes.Include):
            known = self.macros
            self.macros = dict(known)
            self.body(tree.body, dict(scope), when)
            self.macros = known
        else:
            self._import(node, tree, scope, when)
        self.depth -= 1
        self.file = before

    def _import(self, node: nodes.Import | nodes.FromImport, tree: nodes.Template, scope: Scope, when: Formula) -> None:
        """Take over the macros of a partial, under the names they are asked for."""
        known, self.macros = self.macros, {}
        self.body((each for each in tree.body if not isinstance(each, nodes.Output)), {}, when)
        found, self.macros = self.macros, known
        if isinstance(node, nodes.Import):
            self.macros |= {f"{node.target}.{name}": macro for name, macro in found.items()}
            scope[node.target] = computed(Unknown(), (node.target,))
            return
        for each in node.names:
            name, alias = each if isinstance(each, tuple) else (each, each)
            if name in found:
                self.macros[alias] = found[name]
            else:
                self._slip(
                    "name", node.lineno, f"{self.file.name} has no macro “{name}”.", "See what it defines.", when
                )

    # Macros

    def _call(self, node: nodes.Call, scope: Scope, when: Formula) -> Meaning | None:
        """Write a macro with what it is called with; None where it is none."""
        name = source(node.node)
        if name not in self.macros or name in scope:
            return None
        macro = self.macros[name]
        inner = {**macro.scope, **self._given(macro.node, node, scope, when)}
        if self.depth < _DEPTH:
            before = self.file, self.macros
            self.file, self.macros = macro.file, macro.beside
            self.depth += 1
            self.body(macro.node.body, inner, when)
            self.depth -= 1
            self.file, self.macros = before
        return replace(computed(TEXT, (source(node),)), written=True)

    def _given(self, macro: nodes.Macro, node: nodes.Call, scope: Scope, when: Formula) -> Scope:
        names = [each.name for each in macro.args]
        given = {name: self.reader.read(value, scope, when) for name, value in zip(names, node.args, strict=False)}
        given |= {pair.key: self.reader.read(pair.value, scope, when) for pair in node.kwargs}
        optional = names[len(names) - len(macro.defaults) :]
        for name, value in zip(optional, macro.defaults, strict=True):
            given.setdefault(name, self.reader.read(value, scope, when))
        for name in names:
            given.setdefault(name, computed(Unknown(), (name,)))
        return given


def _settle(scope: Scope, ends: list[tuple[Formula, Scope]]) -> None:
    """Give each name the values that the branches of a choice left it with."""
    for name in dict.fromkeys(name for _, end in ends for name in end):
        found = [(when, end[name]) for when, end in ends if name in end]
        if all(meaning == found[0][1] for _, meaning in found):
            scope[name] = found[0][1]
        else:
            scope[name] = chosen(found, (name,))


def _told_apart(tags: list[Tag]) -> list[Tag]:
    found: dict[str, Formula] = {}
    for tag in tags:
        known = found.get(tag.text)
        found[tag.text] = tag.when if known is None else ALWAYS
    return [Tag(text, when) for text, when in found.items()]
