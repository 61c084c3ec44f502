"""Every combination of a template's conditions, made into a document: all of them, or pairwise where they are many.

The facts are those of an example, changed where a condition asks for them: a fact is given or left out, a list is empty
or not, a word is each of those it is compared with. A combination that no document comes from is a finding.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from docgen.doctree.nodes import Picture
from docgen.doctree.number import number
from docgen.doctree.parse import parse
from docgen.errors import Finding, FindingsError
from docgen.models.money import Money
from docgen.templating.catalogue import Template
from docgen.templating.environment import Sandbox, emit
from docgen.templating.filters import Formats
from docgen.templating.lint.conditions import ENTRY, LOOP, Chosen, Fact, Free, Other, Value, domains, told
from docgen.templating.lint.meanings import distinguishing
from docgen.templating.lint.outline import Outline, may_be
from docgen.templating.lint.pairwise import every_combination
from docgen.templating.lint.rules import found
from docgen.templating.lint.shapes import Absence, Group, OneOf, Plain, Rows, Shape, Sort, groups_of
from docgen.templating.views import Missing, View, origin, with_value

MOST = 24
"""How many combinations are all tried before pairs have to do."""
EXAMPLE = "made-up words"
_DAY = dt.date(2027, 1, 15)


@dataclass(frozen=True)
class Stage:
    """What a template is tried with: the facts of an example, their shapes, and how they are written."""

    facts: Mapping[str, Any]
    shapes: Mapping[str, Shape]
    formats: Formats
    pictures: Mapping[str, Picture] = field(default_factory=dict)


class CitedAs(dict[str, str]):
    """The numbers of a contract's clauses, whichever of its ids are there: each is clause 1."""

    def __init__(self, ids: Iterable[str]) -> None:
        super().__init__(dict.fromkeys(ids, "1"))

    def __contains__(self, name: object) -> bool:
        return any(may_be(known, str(name)) for known in self.keys())

    def __missing__(self, name: str) -> str:
        return "1"


def check_combinations(sandbox: Sandbox, template: Template, outline: Outline, stage: Stage) -> Iterator[Finding]:
    """Yield the combinations of conditions that no document comes from, each fault once and with what it hangs on."""
    seen: set[tuple[str, object]] = set()
    for row in every_combination(questions_of(outline, stage), MOST):
        for fault in _faults(sandbox, template, stage, row):
            if (fault.message, fault.place) in seen or EXAMPLE in fault.message:
                continue
            seen.add((fault.message, fault.place))
            where = told(_least(row, partial(_has, fault, sandbox, template, stage)))
            message = f"{fault.message.rstrip('.')}{f', where {where}' if where else ''}."
            yield found("combination", message, fault.place, fault.advice, fault.clause)


def _has(fault: Finding, sandbox: Sandbox, template: Template, stage: Stage, row: Chosen) -> bool:
    return fault in _faults(sandbox, template, stage, row)


def _least(row: Chosen, fails: Callable[[Chosen], bool]) -> Chosen:
    """Return what is left of a combination without the values that a fault does not hang on."""
    left = dict(row)
    for fact in row:
        less = {known: value for known, value in left.items() if known != fact}
        if fails(less):
            left = less
    return left


def questions_of(outline: Outline, stage: Stage) -> dict[Fact | Free, tuple[Value, ...]]:
    """Return the facts that a template's conditions ask for and that an example can be given, with their values."""
    compared = domains(each.truth for each in outline.asked)
    asked: dict[Fact | Free, tuple[Value, ...]] = {}
    for fact, values in compared.items():
        if isinstance(fact, Free):
            continue
        path = _general(fact.path, stage.facts)
        shape = shape_at(stage.shapes, path) if path else None
        if shape is not None:
            general = Fact(path, fact.absence, fact.choices, fact.may_be_empty)
            real = [value for value in values if _occurs(value, fact, shape)]
            asked[general] = tuple(dict.fromkeys((*asked.get(general, ()), *real)))
    return {fact: values for fact, values in asked.items() if len(values) > 1}


def _occurs(value: Value, fact: Fact, shape: Shape) -> bool:
    """Say whether a value does occur: no text is empty, and what no example lacks is not left out at a guess."""
    if value is Other.EMPTY:
        return not isinstance(shape, Plain) or shape.sort is not Sort.TEXT
    return value is not Other.ABSENT or fact.absence is not Absence.PERHAPS


def _general(path: Sequence[str], facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a path with one name for each entry of a list; nothing for what is computed on the way."""
    steps = [ENTRY if step.startswith(LOOP) else step for step in path]
    if steps[0] == "terms" and len(steps) > 1 and steps[1] in facts:
        steps = steps[1:]  # a part of the terms stands by itself too
    plain = all(step == ENTRY or step.isidentifier() for step in steps)
    return tuple(steps) if plain and steps[0] in facts else ()


def shape_at(shapes: Mapping[str, Shape], path: Sequence[str]) -> Shape | None:
    """Return the shape at the end of a path, or nothing where it leads nowhere."""
    shape: Shape | None = shapes.get(path[0])
    for step in path[1:]:
        if step == ENTRY:
            shape = shape.entry if isinstance(shape, Rows) else None
        elif isinstance(shape, Group | OneOf):
            shape = next((group.names[step] for group in groups_of(shape) if step in group.names), None)
        else:
            return None
    return shape


def _faults(sandbox: Sandbox, template: Template, stage: Stage, row: Chosen) -> tuple[Finding, ...]:
    """Return what is wrong with the document of a combination."""
    facts = changed(stage, row)
    try:
        emitted = emit(sandbox, template, facts, stage.formats)
        tree = parse(
            emitted.markup,
            shown=template.shown,
            files=emitted.files,
            language=template.language,
            labels=stage.formats.words.writer_labels(),
            pictures=stage.pictures,
        )
        number(tree)
    except FindingsError as error:
        return error.findings
    return ()


# The example, changed


def changed(stage: Stage, row: Chosen) -> dict[str, Any]:
    """Return the facts of an example with the values that a combination has."""
    facts = dict(stage.facts)
    for fact in sorted((each for each in row if isinstance(each, Fact)), key=_order(stage)):
        first, *rest = fact.path
        setting = _Setting(row[fact], stage, fact.path)
        facts[first] = setting.at(facts[first], stage.shapes[first], rest)
    terms = facts.get("terms")
    if isinstance(terms, View):
        for name in origin(terms).facts:
            if name in facts:
                terms = with_value(terms, name, facts[name])
        facts["terms"] = terms
    return facts


def _order(stage: Stage) -> Any:
    """Return the order in which facts are set: groups before their facts, and first what tells groups apart."""

    def key(fact: Fact) -> tuple[int, bool, tuple[str, ...]]:
        around = shape_at(stage.shapes, fact.path[:-1]) if len(fact.path) > 1 else None
        tells = isinstance(around, OneOf) and distinguishing(around) == fact.path[-1]
        return len(fact.path), not tells, fact.path

    return key


@dataclass(frozen=True)
class _Setting:
    """A value to be put where a path leads."""

    value: Value
    stage: Stage
    path: tuple[str, ...]

    def at(self, seen: Any, shape: Shape, path: Sequence[str]) -> Any:
        """Return what is seen with the value put at the end of a path; unchanged where the path leads nowhere."""
        if not path:
            return self._set(seen, shape)
        step, *rest = path
        if step == ENTRY:
            return self._entries(seen, shape, rest)
        if not isinstance(seen, View) or not isinstance(shape, Group | OneOf):
            return seen
        if isinstance(shape, OneOf) and not rest and distinguishing(shape) == step:
            return self._of_kind(seen, shape, step)
        group = _group_of(seen, shape)
        if group is None or step not in group.names or step not in origin(seen).facts:
            return seen
        return with_value(seen, step, self.at(origin(seen).facts[step], group.names[step], rest))

    def _set(self, seen: Any, shape: Shape) -> Any:
        match self.value:
            case Other.ABSENT:
                return Missing(".".join(self.path))
            case Other.EMPTY:
                return _empty(seen, shape)
            case Other.SOME:
                return seen if _given(seen) else self._made(shape, seen)
            case str() if isinstance(shape, Plain) and shape.kind and self.value in shape.choices:
                return shape.kind(self.value)
            case _:
                return self.value

    def _entries(self, seen: Any, shape: Shape, path: Sequence[str]) -> Any:
        """Return the entries of a list, each with the value; of several kinds, those of the kind asked for alone."""
        if not isinstance(shape, Rows) or not isinstance(seen, tuple):
            return seen
        if isinstance(shape.entry, OneOf) and list(path) == [distinguishing(shape.entry)]:
            of_kind = tuple(each for each in seen if isinstance(each, View) and each[path[0]] == self.value)
            if of_kind:
                return of_kind
        return tuple(self.at(each, shape.entry, path) for each in seen)

    def _of_kind(self, seen: View, shape: OneOf, mark: str) -> Any:
        """Return an entry as it is where it is of the kind that is asked for, else one made of that kind."""
        for group in shape.groups:
            words = group.names[mark]
            if isinstance(words, Plain) and self.value in words.choices and _group_of(seen, shape) is not group:
                return made(group, self.path, self.stage.formats, self._known(seen))
        return seen

    def _known(self, seen: View) -> dict[str, Any]:
        return {name: value for name, value in origin(seen).facts.items() if name == "id"}

    def _made(self, shape: Shape, seen: Any) -> Any:
        found = made(shape, self.path, self.stage.formats)
        return seen if isinstance(found, Missing) else found


def _given(seen: Any) -> bool:
    return isinstance(seen, View) or bool(seen)


def _group_of(seen: View, shape: Group | OneOf) -> Group | None:
    if isinstance(shape, Group):
        return shape
    kind = origin(seen).kind
    return next((group for group in shape.groups if kind and group.title == kind.__name__), None)


def _empty(seen: Any, shape: Shape) -> Any:
    if isinstance(shape, Rows) or isinstance(seen, tuple):
        return ()
    if isinstance(shape, Plain):
        empty: dict[Sort, Any] = {Sort.TEXT: "", Sort.COUNT: 0, Sort.NUMBER: Decimal(0)}
        if shape.sort is Sort.MONEY:
            return Money.zero(seen.currency) if isinstance(seen, Money) else seen
        return empty.get(shape.sort, seen)
    return seen


def made(shape: Shape, path: Sequence[str], formats: Formats, known: Mapping[str, Any] | None = None) -> Any:
    """Return a value of a shape, for an example that has none; a blank where nothing is known of it."""
    match shape:
        case Plain():
            return _made_plain(shape)
        case Rows():
            entry = made(shape.entry, (*path, ENTRY), formats)
            return () if isinstance(entry, Missing) else (entry,)
        case OneOf():
            return made(shape.groups[0], path, formats, known)
        case Group():
            facts = {name: made(inner, (*path, name), formats) for name, inner in shape.names.items()}
            return View({**facts, **(known or {})}, ".".join(path))
        case _:
            return Missing(".".join(path))


def _made_plain(shape: Plain) -> Any:
    if shape.choices:
        return shape.kind(shape.choices[0]) if shape.kind else shape.choices[0]
    values: dict[Sort, Any] = {
        Sort.TEXT: EXAMPLE,
        Sort.COUNT: 3,
        Sort.NUMBER: Decimal("2.5"),
        Sort.TRUTH: True,
        Sort.MONEY: Money(Decimal("1234.50"), "GBP"),
        Sort.DATE: _DAY,
        Sort.TIME: dt.time(16),
    }
    return values.get(shape.sort, Missing(""))
