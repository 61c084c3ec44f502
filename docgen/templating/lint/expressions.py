"""Expressions of a template, read without facts: what each means, and which names and filters cannot be right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from jinja2 import nodes

from docgen.templating.lint.conditions import NEVER, Formula, Free, Is, Value, both, either, opposite
from docgen.templating.lint.meanings import (
    TEXT,
    Meaning,
    NoSuchName,
    certain,
    chosen,
    computed,
    did_you_mean,
    entry_of,
    named,
    names_of,
    of_fact,
    of_words,
)
from docgen.templating.lint.outline import VALUE
from docgen.templating.lint.shapes import (
    Absence,
    Group,
    OneOf,
    Plain,
    Rows,
    Shape,
    Sort,
    Table,
    Unknown,
    absent,
    joined,
)
from docgen.templating.lint.source import source

Scope = dict[str, Meaning]
Report = Callable[[str, int, str, str, Formula], None]
"""Takes what cannot be right: the rule, the line, the message, the advice, and what has to be true to come to it."""
_GLOBALS = frozenset({"range", "namespace", "loop", "caller", "varargs", "kwargs", "true", "false", "none"})
_NUMBERS = (Sort.NUMBER, Sort.COUNT)
_WRITES: Mapping[str, tuple[Sort, ...]] = {
    "money": (Sort.MONEY,),
    "signed": (Sort.MONEY,),
    "words": (Sort.MONEY,),
    "date": (Sort.DATE,),
    "time": (Sort.TIME,),
    "number": _NUMBERS,
    "percent": _NUMBERS,
    "days": _NUMBERS,
    "shift": _NUMBERS,
    **dict.fromkeys(("label", "country", "person", "sentence", "paragraphs", "clause"), (Sort.TEXT, Sort.WORD)),
}
"""What each filter writes; a filter for lists or parties is not among them."""
_SAME_ROWS = frozenset({"list", "sort", "select", "reject", "selectattr", "rejectattr"})
_TEXTS = frozenset({"join", "lower", "upper", "trim", "listed", "term"})


@dataclass
class Reader:
    """Reads expressions in a scope; `call` writes a macro where it is called."""

    facts: Mapping[str, Shape]
    report: Report
    call: Callable[[nodes.Call, Scope, Formula], Meaning | None]
    ask: Callable[[nodes.Node, Formula, Formula], None]
    cite: Callable[[nodes.Filter, Meaning, Formula], None]
    compare: Callable[[int, str, bool, str], None]
    known: frozenset[str] = frozenset()

    def read(self, node: nodes.Node | None, scope: Scope, when: Formula) -> Meaning:
        """Return what an expression means where `when` is true."""
        match node:
            case nodes.Name():
                return self._name(node, scope, when)
            case nodes.Const():
                return self._const(node)
            case nodes.Getattr():
                return self._named(node, self.read(node.node, scope, when), node.attr, when)
            case nodes.Getitem():
                return self._item(node, scope, when)
            case nodes.Filter():
                return self._filter(node, scope, when)
            case nodes.Test():
                return self._test(node, scope, when)
            case nodes.Not():
                inner = self.read(node.node, scope, when)
                return self._truth(node, scope, opposite(inner.truth))
            case nodes.And():
                left = self.read(node.left, scope, when)
                right = self.read(node.right, scope, both(when, left.truth))
                ways = [(opposite(left.truth), left), (left.truth, right)]
                return replace(chosen(ways, self._path(node, scope)), truth=both(left.truth, right.truth))
            case nodes.Or():
                left = self.read(node.left, scope, when)
                right = self.read(node.right, scope, both(when, opposite(left.truth)))
                ways = [(left.truth, left), (opposite(left.truth), right)]
                return replace(chosen(ways, self._path(node, scope)), truth=either(left.truth, right.truth))
            case nodes.CondExpr():
                return self._either(node, scope, when)
            case nodes.Compare():
                return self._compare(node, scope, when)
            case nodes.Call():
                return self._call(node, scope, when)
            case nodes.Tuple() | nodes.List():
                items = [self.read(each, scope, when) for each in node.items]
                truth = both() if items else NEVER
                return computed(Rows(joined(each.shape for each in items)), self._path(node, scope), truth=truth)
            case nodes.Dict():
                shapes = [self.read(pair.value, scope, when).shape for pair in node.items]
                return computed(Table(absent(joined(shapes), Absence.BLANK)), self._path(node, scope))
            case nodes.Concat():
                parts = [self.read(each, scope, when) for each in node.nodes]
                return replace(computed(TEXT, self._path(node, scope), parts), words=_concatenated(parts))
            case nodes.BinExpr():
                return self._arithmetic(node, scope, when)
            case nodes.UnaryExpr():
                inner = self.read(node.node, scope, when)
                return computed(inner.shape, self._path(node, scope), [inner])
            case None:
                return computed(Unknown(), ("nothing",), truth=NEVER)
            case _:
                for child in node.iter_child_nodes():
                    self.read(child, scope, when)
                return computed(Unknown(), self._path(node, scope))

    def _path(self, node: nodes.Node, scope: Scope) -> tuple[str, ...]:
        """Return an expression by what its names mean, so that the same question is the same wherever it stands."""
        return (source(node, lambda name: "\0".join(scope[name].fact.path) if name in scope else name),)

    def _truth(self, node: nodes.Node, scope: Scope, truth: Formula) -> Meaning:
        return computed(Plain(Sort.TRUTH), self._path(node, scope), truth=truth)

    def _free(self, node: nodes.Node, scope: Scope) -> Formula:
        return Free(source(node), *self._path(node, scope))

    # Names

    def _name(self, node: nodes.Name, scope: Scope, when: Formula) -> Meaning:
        if node.name in scope:
            return scope[node.name]
        if node.name in self.facts:
            return of_fact(self.facts[node.name], (node.name,))
        if node.name not in _GLOBALS:
            advice = did_you_mean(node.name, (*self.facts, *scope, *self.known))
            self.report("name", node.lineno, f"there is no fact “{node.name}” here.", advice, when)
        return computed(Unknown(), (node.name,))

    def _const(self, node: nodes.Const) -> Meaning:
        if isinstance(node.value, str):
            return of_words(node.value)
        truth = both() if node.value else NEVER
        sort = Sort.TRUTH if isinstance(node.value, bool) else Sort.COUNT
        shape: Shape = Plain(sort) if isinstance(node.value, bool | int) else Unknown()
        return computed(shape, (str(node.value),), truth=truth)

    def _named(self, node: nodes.Node, base: Meaning, name: str, when: Formula) -> Meaning:
        try:
            return named(base, name, when)
        except NoSuchName as missing:
            advice = missing.advice
            if "docs/" in advice:  # perhaps it is a fact of another group
                advice = did_you_mean(name, (*self.facts, *self.known))
            self.report("name", node.lineno, missing.message, advice, when)
            return computed(Unknown(), (*base.fact.path, name))

    def _item(self, node: nodes.Getitem, scope: Scope, when: Formula) -> Meaning:
        base, key = self.read(node.node, scope, when), self.read(node.arg, scope, when)
        if isinstance(base.shape, Group | OneOf) and isinstance(node.arg, nodes.Const):
            return self._named(node, base, str(node.arg.value), when)
        match base.shape:
            case Table(entry=entry) | Rows(entry=entry):
                return computed(entry, self._path(node, scope), [base, key])
            case _:
                return computed(Unknown(), self._path(node, scope), [base, key])

    # Filters and tests

    def _filter(self, node: nodes.Filter, scope: Scope, when: Formula) -> Meaning:
        value = self.read(node.node, scope, when)
        for each in (*node.args, *(pair.value for pair in node.kwargs)):
            self.read(each, scope, when)
        if node.name == "clause":
            self.cite(node, value, when)
        if node.name == "default":
            other = self.read(node.args[0], scope, when) if node.args else of_words("")
            shape = joined((replace(value.shape, absence=Absence.NEVER), other.shape))
            return certain(computed(shape, self._path(node, scope)))
        if node.name in _WRITES:
            self._check_written(node, value, when)
        found = computed(self._filtered(node, value, when), self._path(node, scope), [value])
        if isinstance(found.shape, Rows) and isinstance(value.shape, Rows) and node.name in ("list", "sort", "map"):
            return replace(found, truth=value.truth)
        return found

    def _filtered(self, node: nodes.Filter, value: Meaning, when: Formula) -> Shape:
        """Return the shape of what a filter makes."""
        entry = entry_of(value.shape)
        attribute = _attribute(node)
        if attribute and isinstance(entry, Group | OneOf):
            entry = self._entry_named(node, entry, attribute, when)
        match node.name:
            case "paragraphs":
                return Rows(TEXT)
            case "length":
                return Plain(Sort.COUNT)
            case "first" | "last":
                return absent(entry, Absence.BLANK)
            case "map":
                return Rows(entry if attribute else TEXT if node.args else Unknown())
            case "sum" | "round":
                return entry if attribute else value.shape if node.name == "round" else entry
            case name if name in _SAME_ROWS:
                return Rows(entry_of(value.shape))
            case name if name in _WRITES or name in _TEXTS:
                return TEXT
            case _:
                return Unknown()

    def _entry_named(self, node: nodes.Filter, entry: Group | OneOf, path: str, when: Formula) -> Shape:
        """Return the shape of a fact that a filter asks each entry of a list for."""
        shape: Shape = entry
        for name in path.split("."):
            if not isinstance(shape, Group | OneOf):
                return Unknown()
            if name not in names_of(shape):
                advice = did_you_mean(name, names_of(shape))
                self.report("name", node.lineno, f"there is no fact “{name}” here.", advice, when)
                return Unknown()
            groups = shape.groups if isinstance(shape, OneOf) else (shape,)
            shape = joined(group.names[name] for group in groups if name in group.names)
        return shape

    def _check_written(self, node: nodes.Filter, value: Meaning, when: Formula) -> None:
        sorts, shape = _WRITES[node.name], value.shape
        if isinstance(shape, Unknown | Table) or (isinstance(shape, Plain) and shape.sort in sorts):
            return
        what = (
            shape.sort.value
            if isinstance(shape, Plain)
            else "a list"
            if isinstance(shape, Rows)
            else "a group of facts"
        )
        if isinstance(shape, Plain):
            advice = f"It writes {' or '.join(dict.fromkeys(sort.value for sort in sorts))}."
        else:
            advice = "Name one of its facts." if not isinstance(shape, Rows) else "Write its entries one by one."
        there = both(when, opposite(value.absent))
        self.report("wrong-filter", node.lineno, f"the filter “{node.name}” cannot write {what}.", advice, there)

    def _test(self, node: nodes.Test, scope: Scope, when: Formula) -> Meaning:
        asks = node.name in ("defined", "undefined")
        if asks and isinstance(node.node, nodes.Name) and node.node.name not in {*scope, *self.facts}:
            return self._truth(node, scope, self._free(node, scope))
        value = self.read(node.node, scope, when)
        for each in node.args:
            self.read(each, scope, when)
        if node.name in ("in", "eq") and len(node.args) == 1:
            compared = nodes.Compare(node.node, [nodes.Operand(node.name, node.args[0])], lineno=node.lineno)
            return self._truth(node, scope, self._compare(compared, scope, when).truth)
        if node.name == "defined":  # a missing fact is a fact all the same
            return self._truth(node, scope, either(opposite(value.absent), self._free(node, scope)))
        return self._truth(node, scope, self._free(node, scope))

    # Comparisons and choices

    def _either(self, node: nodes.CondExpr, scope: Scope, when: Formula) -> Meaning:
        test = self.read(node.test, scope, when)
        self.ask(node.test, when, test.truth)
        ways = [(test.truth, self.read(node.expr1, scope, both(when, test.truth)))]
        no = opposite(test.truth)
        ways.append((no, self.read(node.expr2, scope, both(when, no))))
        return chosen(ways, self._path(node, scope))

    def _compare(self, node: nodes.Compare, scope: Scope, when: Formula) -> Meaning:
        left = self.read(node.expr, scope, when)
        right = [self.read(operand.expr, scope, when) for operand in node.ops]
        return self._truth(node, scope, self._comparison(node, left, right, scope))

    def _comparison(self, node: nodes.Compare, left: Meaning, right: Sequence[Meaning], scope: Scope) -> Formula:
        free = self._free(node, scope)
        if len(node.ops) != 1:
            return free
        (operand,), (other,) = node.ops, right
        if operand.op in ("ne", "notin"):
            same = replace_operator(node, {"ne": "eq", "notin": "in"}[operand.op])
            return opposite(self._comparison(same, left, right, scope))
        if (
            operand.op == "in"
            and isinstance(other.shape, Rows)
            and not isinstance(operand.expr, nodes.Tuple | nodes.List)
        ):
            return self._among(node, left, other, scope)
        constants = _constants(operand.expr)
        subject = left
        if operand.op == "eq" and constants is None:
            constants, subject = _constants(node.expr), other
        if (
            operand.op not in ("eq", "in")
            or constants is None
            or isinstance(subject.shape, Group | OneOf | Rows | Table)
        ):
            return free
        if self._unknown_words(node, subject, constants):
            return free
        return Is(subject.fact, constants)

    def _among(self, node: nodes.Compare, word: Meaning, rows: Meaning, scope: Scope) -> Formula:
        """Return that a word is an entry of a list."""
        entry = entry_of(rows.shape)
        constants = _constants(node.expr)
        if constants and self._unknown_words(node, computed(entry, ("entry",)), constants):
            return self._free(node, scope)
        return both(rows.truth, Free(source(node), f"{word.fact.path} in {rows.fact.path}"))

    def _unknown_words(self, node: nodes.Compare, subject: Meaning, constants: tuple[Value, ...]) -> bool:
        """Say whether a value is compared with words that it never is; all comparisons with words are told."""
        shape = subject.shape
        if not isinstance(shape, Plain) or not shape.choices:
            return False
        words = [word for word in constants if isinstance(word, str)]
        for word in words:
            near = get_close_matches(word, shape.choices, 1)
            known = ", ".join(f"“{each}”" for each in shape.choices)
            advice = f"Did you mean “{near[0]}”?" if near else f"It is one of {known}."
            message = f"`{source(node.expr)}` is never “{word}”."
            self.compare(node.lineno, message, word in shape.choices, advice)
        return any(word not in shape.choices for word in words)

    # Calls and arithmetic

    def _call(self, node: nodes.Call, scope: Scope, when: Formula) -> Meaning:
        found = self.call(node, scope, when)
        if found is not None:
            return found
        called = self.read(node.node, scope, when)
        given = [self.read(each, scope, when) for each in node.args]
        is_text = isinstance(node.node, nodes.Getattr) and isinstance(called.shape, Unknown | Plain)
        truth = self._free(node, scope)
        return computed(Unknown(), self._path(node, scope), [called, *given] if is_text else (), truth=truth)

    def _arithmetic(self, node: nodes.BinExpr, scope: Scope, when: Formula) -> Meaning:
        left, right = self.read(node.left, scope, when), self.read(node.right, scope, when)
        sorts = [each.shape.sort for each in (left, right) if isinstance(each.shape, Plain)]
        shape: Shape = Unknown()
        if Sort.MONEY in sorts and len(sorts) == 2:
            shape = Plain(Sort.MONEY)
        elif len(sorts) == 2 and set(sorts) <= {Sort.NUMBER, Sort.COUNT}:
            shape = Plain(Sort.COUNT if set(sorts) == {Sort.COUNT} and node.operator != "/" else Sort.NUMBER)
        elif set(sorts) == {Sort.TEXT} and node.operator == "+":
            shape = TEXT
        return computed(shape, self._path(node, scope), [left, right])


def replace_operator(node: nodes.Compare, operator: str) -> nodes.Compare:
    """Return a comparison by another operator."""
    (operand,) = node.ops
    return nodes.Compare(node.expr, [nodes.Operand(operator, operand.expr)], lineno=node.lineno)


def _constants(node: nodes.Node) -> tuple[Value, ...] | None:
    """Return the constants that an expression says; None for anything else."""
    items: list[Any] = list(node.items) if isinstance(node, nodes.Tuple | nodes.List) else [node]
    if items and all(isinstance(each, nodes.Const) and isinstance(each.value, str | int | bool) for each in items):
        return tuple(each.value for each in items)
    return None


def _attribute(node: nodes.Filter) -> str:
    """Return the fact that a filter asks each entry of a list for."""
    for pair in node.kwargs:
        if pair.key == "attribute" and isinstance(pair.value, nodes.Const):
            return str(pair.value.value)
    if node.name in ("selectattr", "rejectattr", "sum") and node.args and isinstance(node.args[0], nodes.Const):
        return str(node.args[0].value)
    return ""


def _concatenated(parts: Sequence[Meaning]) -> tuple[tuple[str, Formula], ...]:
    """Return the words that joined values are, with a mark for each that is not known."""
    ways: list[tuple[str, Formula]] = [("", both())]
    for part in parts:
        ways = [
            (text + more, both(when, own)) for text, when in ways for more, own in part.words or ((VALUE, both()),)
        ][:24]
    return tuple(ways)
