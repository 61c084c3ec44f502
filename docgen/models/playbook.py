"""A playbook: what the house accepts in place of its own words and values, clause by clause, and who may decide.

The standard wording of a clause is what its template says. The playbook stands beside the file that holds the clause
and names the wordings to fall back on, the limits of the values in it, and who decides on anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema, model_validator

from docgen.models.money import CurrencyCode
from docgen.models.terms import Role
from docgen.models.values import ClauseId, Facts, Identifier, LanguageCode, Line, Number, Prose, shown, wrong


class Standing(StrEnum):
    """How a term or a change stands to the playbook, from the mildest to the gravest."""

    STANDARD = "standard"
    ALLOWED = "allowed"
    NEEDS_APPROVAL = "needs approval"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True)
class Ruling:
    """How something stands, and the role that may decide on it where it needs an approval."""

    standing: Standing
    role: Role | None = None

    def __str__(self) -> str:
        return f"{self.standing} ({self.role})" if self.role else str(self.standing)

    @property
    def weight(self) -> int:
        """Return how grave it is: a forbidden thing weighs most."""
        return list(Standing).index(self.standing)


STANDARD = Ruling(Standing.STANDARD)
ALLOWED = Ruling(Standing.ALLOWED)
FORBIDDEN = Ruling(Standing.FORBIDDEN)
_PLAIN: Mapping[str, Ruling] = {str(each.standing): each for each in (STANDARD, ALLOWED, FORBIDDEN)}
_WORDS = (*_PLAIN, *Role)


def needs(role: Role) -> Ruling:
    """Return the ruling that somebody with a role may decide."""
    return Ruling(Standing.NEEDS_APPROVAL, role)


LEGAL = needs(Role.LEGAL)
"""What holds where no playbook says anything."""


def _read_ruling(value: Any) -> Ruling:
    if isinstance(value, Ruling):
        return value
    if isinstance(value, str) and value in _PLAIN:
        return _PLAIN[value]
    if isinstance(value, str) and value in list(Role):
        return needs(Role(value))
    near = get_close_matches(value, _WORDS, 1) if isinstance(value, str) else []
    said = f"“{shown(value)}” is no ruling" if isinstance(value, str) else "a ruling is a word"
    advice = f"Did you mean {near[0]}?" if near else f"Write allowed, forbidden, or a role: {', '.join(Role)}."
    raise wrong("ruling", said, advice)


Decides = Annotated[
    Ruling,
    BeforeValidator(_read_ruling),
    PlainSerializer(lambda ruling: str(ruling.role or ruling.standing), return_type=str),
    WithJsonSchema({"type": "string", "enum": list(_WORDS)}),
]
"""`standard`, `allowed`, `forbidden`, or the role that may decide."""


class Span(Facts):
    """Which values are meant: those between two numbers, both included, or those of a list."""

    at_least: Number | None = None
    at_most: Number | None = None
    one_of: tuple[Line, ...] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Span:
        if self.at_least is None and self.at_most is None and self.one_of is None:
            raise wrong("span", "it says nothing", "Give at_least, at_most or one_of.")
        if self.one_of is not None and (self.at_least is not None or self.at_most is not None):
            raise wrong("span", "values are given both as a list and as a range", "Give one_of alone.")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise wrong("span", f"{self.at_least} is above {self.at_most}", "Let at_least be the smaller.")
        return self

    def __str__(self) -> str:
        if self.one_of is not None:
            return " or ".join(self.one_of)
        if self.at_least is None:
            return f"up to {self.at_most}"
        return f"{self.at_least} or more" if self.at_most is None else f"{self.at_least} to {self.at_most}"


class Rung(Span):
    """Values that somebody with a role may agree to."""

    role: Role


class Limit(Facts):
    """How far a value may go: the house's standard, the range around it, and what further ones need.

    `field` is the path of a fact in the engagement's file, with `*` for each entry of a list, or the name of a
    computed value. `currency` is that of the amounts here. `absent` holds where the value is left out of the terms.
    """

    field: Line
    standard: Span | None = None
    allowed: Span | None = None
    approval: tuple[Rung, ...] = ()
    otherwise: Decides = FORBIDDEN
    absent: Decides = STANDARD
    currency: CurrencyCode | None = None
    why: Line | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Limit:
        if not (self.standard or self.allowed or self.approval) and self.absent == STANDARD:
            raise wrong("limit", "the limit says nothing", "Give standard, allowed, approval or absent.")
        return self


class Fallback(Facts):
    """Another wording of the whole clause, by language, and what it takes to accept it.

    The words are markup as in a template and see the same facts.
    """

    id: Identifier
    ruling: Decides
    words: dict[LanguageCode, Prose]
    when: Line | None = None
    """When it is offered, for whoever negotiates."""


class Position(Facts):
    """What the house accepts of one clause; what is not said holds as it does for the clause around it."""

    why: Line | None = None
    limits: tuple[Limit, ...] = ()
    fallbacks: tuple[Fallback, ...] = ()
    otherwise: Decides | None = None
    removal: Decides | None = None


class Playbook(Facts):
    """The positions on the clauses of one file of a template, by the ids of the clauses."""

    format: Literal["docgen.playbook/1"]
    clauses: dict[ClauseId, Position]
