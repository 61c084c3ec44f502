"""Conditions as formulas over facts: whether one can be true at all, and for which facts it is.

A fact is a path a template names, with the values that can matter: absent, empty, one of the words it is compared with,
or something else. What cannot be read as such a question is a free one, which may be true or false.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from docgen.templating.lint.shapes import Absence

ENTRY, LOOP = "[]", "#"
"""What stands in a path for each entry of a list, and begins what stands for the entry of one loop."""
_STEPS = 4000
"""How many values are tried before a condition counts as one that can be true."""


class Other(Enum):
    """What a fact may be besides the words it is compared with."""

    ABSENT = "left out"
    EMPTY = "empty"
    SOME = "given"


Value = Other | str | int | bool
"""A value of a fact, as far as conditions tell values apart."""


@dataclass(frozen=True)
class Fact:
    """A path with all that is known of its values; `above` are the facts on the way to it that may be absent.

    A fact is what its path says, so two of one path are the same.
    """

    path: tuple[str, ...]
    absence: Absence = field(default=Absence.NEVER, compare=False)
    choices: tuple[Value, ...] = field(default=(), compare=False)
    may_be_empty: bool = field(default=True, compare=False)
    above: tuple[Fact, ...] = field(default=(), compare=False)

    @property
    def name(self) -> str:
        """Return the path as a template writes it; an entry of a list goes by the list's name."""
        return ".".join(part for part in self.path if part != ENTRY and not part.startswith(LOOP))


@dataclass(frozen=True)
class Is:
    """Whether a fact is one of some values; without any, whether it is true: there, and not empty."""

    fact: Fact
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Free:
    """A question of which nothing is known but its words, and the key by which it is the same question again."""

    words: str = field(compare=False)
    key: str


@dataclass(frozen=True)
class Not:
    """The opposite."""

    inner: Formula


@dataclass(frozen=True)
class All:
    """All are true; without any, it is."""

    parts: tuple[Formula, ...] = ()


@dataclass(frozen=True)
class Some:
    """One at least is true; without any, none is."""

    parts: tuple[Formula, ...] = ()


Formula = Is | Free | Not | All | Some
ALWAYS, NEVER = All(), Some()


def both(*parts: Formula) -> Formula:
    """Return that all are true."""
    flat: list[Formula] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, All) else (part,))
    if NEVER in flat:
        return NEVER
    kept = tuple(dict.fromkeys(flat))
    return kept[0] if len(kept) == 1 else All(kept)


def either(*parts: Formula) -> Formula:
    """Return that one at least is true."""
    flat: list[Formula] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Some) else (part,))
    if ALWAYS in flat:
        return ALWAYS
    kept = tuple(dict.fromkeys(flat))
    return kept[0] if len(kept) == 1 else Some(kept)


def opposite(part: Formula) -> Formula:
    """Return that it is not true."""
    if isinstance(part, Not):
        return part.inner
    if part in (ALWAYS, NEVER):
        return NEVER if part == ALWAYS else ALWAYS
    return Not(part)


def true(fact: Fact) -> Formula:
    """Return that a fact is there and not empty."""
    return Is(fact)


def absent(fact: Fact, at_least: Absence = Absence.PERHAPS) -> Formula:
    """Return that a fact, or one on the way to it, is absent; `at_least` leaves out those that are so less."""
    return either(*(Is(each, (Other.ABSENT,)) for each in (*fact.above, fact) if each.absence >= at_least))


# Whether it can be true


def questions(formula: Formula) -> Iterator[Is | Free]:
    """Yield the questions that a formula asks, in their order."""
    match formula:
        case Is() | Free():
            yield formula
        case Not(inner):
            yield from questions(inner)
        case All(parts) | Some(parts):
            for part in parts:
                yield from questions(part)


def domains(formulas: Iterable[Formula]) -> dict[Fact | Free, tuple[Value, ...]]:
    """Return the values that matter of each fact that some formulas ask for, those on the way to it first."""
    compared: dict[Fact | Free, dict[Value, None]] = {}
    for formula in formulas:
        for question in questions(formula):
            if isinstance(question, Free):
                compared.setdefault(question, {})
                continue
            for above in question.fact.above:
                compared.setdefault(above, {})
            compared.setdefault(question.fact, {}).update(dict.fromkeys(question.values))
    return {fact: _domain(fact, tuple(values)) for fact, values in compared.items()}


def _domain(fact: Fact | Free, compared: tuple[Value, ...]) -> tuple[Value, ...]:
    if isinstance(fact, Free):
        return (True, False)
    plain = tuple(value for value in compared if not isinstance(value, Other))
    values: tuple[Value, ...] = fact.choices or (Other.SOME, *plain)
    if fact.may_be_empty:
        values = (*values, Other.EMPTY)
    return (*values, Other.ABSENT) if fact.absence else values


Chosen = Mapping[Fact | Free, Value]
"""Values of facts, and answers to free questions."""


def holds(formula: Formula, chosen: Chosen) -> bool | None:
    """Return whether a formula is true for some values; None where it hangs on others."""
    match formula:
        case Is(fact, values):
            return _is(fact, values, chosen)
        case Free():
            found = chosen.get(formula)
            return None if found is None else bool(found)
        case Not(inner):
            known = holds(inner, chosen)
            return None if known is None else not known
        case All(parts):
            return _joined((holds(part, chosen) for part in parts), settles=False)
        case Some(parts):
            return _joined((holds(part, chosen) for part in parts), settles=True)


def _joined(found: Iterable[bool | None], *, settles: bool) -> bool | None:
    """Return the truth of parts of which one that is `settles` settles it."""
    answer: bool | None = not settles
    for each in found:
        if each is settles:
            return settles
        if each is None:
            answer = None
    return answer


def _is(fact: Fact, values: tuple[Value, ...], chosen: Chosen) -> bool | None:
    above = [chosen.get(each) for each in fact.above]
    value: Value | None = Other.ABSENT if Other.ABSENT in above else chosen.get(fact)
    if value is None or (None in above and value is not Other.ABSENT):
        return None
    if values:
        return value in values
    return value not in (Other.ABSENT, Other.EMPTY, False, 0, "")


def example(formula: Formula) -> Chosen | None:
    """Return values for which a formula is true, none where it never is; the empty ones where that took too long."""
    known = domains([formula])
    order = list(known)
    steps = 0

    def search(chosen: dict[Fact | Free, Value], depth: int) -> Chosen | None:
        nonlocal steps
        steps += 1
        if steps > _STEPS:
            return {}
        answer = holds(formula, chosen)
        if answer is not None:
            return dict(chosen) if answer else None
        for value in known[order[depth]]:
            chosen[order[depth]] = value
            found = search(chosen, depth + 1)
            if found is not None:
                return found
        del chosen[order[depth]]
        return None

    return search({}, 0)


def possible(*parts: Formula) -> bool:
    """Say whether all can be true at once."""
    return example(both(*parts)) is not None


def told(chosen: Chosen) -> str:
    """Return values in words, for a person: `detail` is “brief”, `approval` is left out."""
    return ", ".join(_told(fact, value) for fact, value in chosen.items() if fact_matters(fact, value))


def fact_matters(fact: Fact | Free, value: Value) -> bool:
    """Say whether a value says anything: that a fact is given where it always is does not."""
    return isinstance(fact, Free) or value is not Other.SOME or bool(fact.absence) or fact.may_be_empty


def _told(fact: Fact | Free, value: Value) -> str:
    if isinstance(fact, Free):
        return f"{'' if value else 'not '}`{fact.words}`"
    said = f"is {value.value}" if isinstance(value, Other) else f"is {value}" if value in (True, False) else ""
    return f"`{fact.name}` {said or f'is “{value}”'}"
