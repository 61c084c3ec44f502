"""Fact files into models: every fault of every file at once, each at its line, with what would be right."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from docgen.errors import Finding, FindingsError, Place, Severity, UsageError
from docgen.facts.kinds import FORMATS, AnyFacts, Entry, M
from docgen.facts.source import Loc, Raw, Source, read_source
from docgen.lifecycle.alerts import numbered
from docgen.lifecycle.consistency import (
    Problem,
    breach_problems,
    engagement_problems,
    entry_problems,
    order_problems,
)
from docgen.lifecycle.happenings import (
    contact_problems,
    conversion_problems,
    delivery_problems,
    directive_problems,
    dispute_problems,
    review_problems,
    serious_issue_problems,
)
from docgen.lifecycle.leave import Leave
from docgen.lifecycle.occurrences import Around
from docgen.lifecycle.rag import rag_problems
from docgen.lifecycle.taken_up import left_out_problems
from docgen.models.breach import Breach
from docgen.models.changes import ChangeDirective, ChangeOrder
from docgen.models.contact import Contact
from docgen.models.delivery import Delivery
from docgen.models.dispute import Dispute
from docgen.models.engagement import Engagement
from docgen.models.feedback import Estimate, Feedback
from docgen.models.money import NO_CURRENCY, minor_units
from docgen.models.progress import ProgressEntry
from docgen.models.review import Review
from docgen.models.serious_issue import SeriousIssue
from docgen.models.values import shown
from docgen.settings import Thresholds

P = TypeVar("P")
_NUMBER = re.compile(r"[0-9]{1,9}")
_ROUNDS = 20
_STAND_INS: Mapping[str, str] = {
    "currency": NO_CURRENCY,
    "title": "?",
    "locale": "en",
    "time_zone": "UTC",
    "legal_name": "?",
    "description": "?",
}
"""What takes the place of a faulty value that cannot be blank, so that the rest of the file is still checked."""


@dataclass(frozen=True)
class Sourced(Generic[M]):
    """Facts with the file they were read from, without what is faulty in it.

    `removed` are the ids of faulty entries left out of the model, `touched` the places of values left
    out; the source's places are those of the entries that remain.
    """

    facts: M
    source: Source
    removed: frozenset[str] = frozenset()
    touched: frozenset[Loc] = frozenset()


@dataclass(frozen=True)
class FactSet:
    """What several files say together, in the order of the files, and everything wrong with them."""

    items: tuple[Sourced[Any], ...] = ()
    findings: tuple[Finding, ...] = field(default=())
    dead: frozenset[int] = frozenset()
    """The numbers of change orders that were given up: they stay used and change nothing."""
    unsent: frozenset[int] = frozenset()
    """The numbers of recorded disputes whose look-back letter was not sent; files by themselves name none."""
    thresholds: Thresholds | None = None
    """From where on the house calls a status amber and red; files by themselves are held to the usual thresholds."""
    noticed: Mapping[int, dt.date] = field(default_factory=dict)
    """The days on which notices of recorded serious issues were issued, by number; files by themselves name none."""
    leave: Leave | None = None
    """What work rests on while no contract is signed; None where one is, and in files by themselves."""
    around: Around = field(default_factory=Around)
    """What the record knows around a report; files by themselves know nothing of the kind."""
    signed: frozenset[int] | None = None
    """The numbers of the change orders that were signed, where that is known; otherwise all are taken to be."""

    def of(self, kind: type[M]) -> tuple[Sourced[M], ...]:
        """Return the facts of a kind."""
        return tuple(item for item in self.items if isinstance(item.facts, kind))

    @property
    def engagements(self) -> tuple[Sourced[Engagement], ...]:
        """Return the engagements."""
        return self.of(Engagement)

    @property
    def orders(self) -> tuple[Sourced[ChangeOrder], ...]:
        """Return the change orders."""
        return self.of(ChangeOrder)

    @property
    def entries(self) -> tuple[Sourced[ProgressEntry], ...]:
        """Return the progress entries."""
        return self.of(ProgressEntry)

    @property
    def breaches(self) -> tuple[Sourced[Breach], ...]:
        """Return the breaches."""
        return self.of(Breach)

    def engagement_of(self, name: str) -> Sourced[Engagement] | None:
        """Return the engagement with an id, or None."""
        return next((known for known in self.engagements if known.facts.id == name), None)

    def in_force(self, orders: Iterable[ChangeOrder]) -> tuple[ChangeOrder, ...]:
        """Return those of some change orders that were signed, as far as that is known."""
        return tuple(order for order in orders if self.signed is None or order.number in self.signed)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return the findings that stop the work."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    def with_items(self, *items: Sourced[Any]) -> FactSet:
        """Return these facts and some more."""
        return replace(self, items=(*self.items, *items))


def load_files(
    paths: Sequence[Path], settings: Iterable[tuple[str, str]] = (), beside: FactSet | None = None
) -> FactSet:
    """Return the facts of some files, checked one by one and against one another.

    `settings` are key and value pairs that stand in for what the engagement file says. `beside` are facts known
    already, which these must agree with. What cannot be read is left out and said in the findings;
    NotFoundError is raised for a file that is not there.
    """
    known = beside or FactSet()
    sources: list[Source] = []
    findings: list[Finding] = []
    for path in dict.fromkeys(paths):
        try:
            sources.append(read_source(path))
        except FindingsError as error:
            findings.extend(error.findings)
    typed: list[tuple[Source, type[AnyFacts]]] = []
    for source in sources:
        kind = _kind(source)
        if isinstance(kind, Finding):
            findings.append(kind)
        else:
            typed.append((with_settings(source, settings) if kind is Engagement else source, kind))
    currencies = {each.facts.id: each.facts.currency for each in known.engagements}
    currencies |= {_text(source, "id"): _text(source, "currency") for source, kind in typed if kind is Engagement}
    read: list[Sourced[Any]] = []
    for source, kind in typed:
        name = "id" if kind is Engagement else "engagement"
        model, faults = read_facts(source, kind, currencies.get(_text(source, name)))
        findings.extend(faults)
        if model is not None:
            read.append(model)
    facts = FactSet(tuple(read))
    findings.extend(_between(facts, known))
    return replace(facts, findings=tuple(sorted(findings, key=_order)))


def _order(finding: Finding) -> tuple[Place, str]:
    return finding.place, finding.rule


class SettingError(UsageError):
    """A value is set where the engagement file has no place for one."""

    def __init__(self, path: str, why: str, advice: str) -> None:
        super().__init__(f"{shown(path)} cannot be set: {why}. {advice}")


def with_settings(source: Source, settings: Iterable[tuple[str, str]]) -> Source:
    """Return a source with some values set by their path: `terms.fees.payment_days`, `45`.

    An entry of a list is named by its id or by its number from 1. Raises SettingError for a path
    that leads nowhere; keys nobody knows are told when the facts are read.
    """
    data = deepcopy(source.data)
    for path, value in settings:
        group: Any = data
        *groups, name = path.split(".")
        for depth, part in enumerate(groups):
            key = _key(group, part, path, groups[:depth])
            if isinstance(group, dict) and group.get(part) is None:
                group[part] = {}
            group = group[key]
        group[_key(group, name, path, groups)] = value or None
    return Source(source.file, data, source.values, source.keys)


def _key(group: Any, part: str, path: str, before: Sequence[str]) -> str | int:
    """Return the key or the index that a part of a path names in a group; raises SettingError."""
    if isinstance(group, dict) and part:
        return part
    if not isinstance(group, list):
        why = f"{'.'.join(before)} is a single value" if part else "a name in the path is empty"
        raise SettingError(path, why, "Write a path such as terms.fees.payment_days.")
    index = _index(group, part)
    if index is None:
        ids = [str(entry["id"]) for entry in group if isinstance(entry, dict) and entry.get("id")]
        known = ", ".join(ids) or f"1 to {len(group)}"
        raise SettingError(path, f"{'.'.join(before)} has no entry “{shown(part)}”", f"There are: {known}.")
    return index


def _index(entries: list[Any], name: str) -> int | None:
    """Return where an entry stands in a list: by its id, or by its number from 1."""
    for index, entry in enumerate(entries):
        if isinstance(entry, dict) and entry.get("id") == name:
            return index
    return int(name) - 1 if _NUMBER.fullmatch(name) and 0 < int(name) <= len(entries) else None


def read_facts(
    source: Source, kind: type[BaseModel], currency: str | None = None
) -> tuple[Sourced[Any] | None, tuple[Finding, ...]]:
    """Return a source as a model and all that is wrong with it.

    Faulty parts are left out where the rest still makes a model, so that the rules between fields
    are checked too; the model is None when that is not possible.
    """
    return _Reader(source, kind, _known_currency(currency)).read()


class _Reader:
    """Reads a source into a model, taking out what is faulty until the rest makes one."""

    def __init__(self, source: Source, kind: type[BaseModel], currency: str) -> None:
        self.source = source
        self.kind = kind
        self.context = {"currency": currency}
        self.findings: list[Finding] = []
        self.removed: set[str] = set()
        self.touched: dict[Loc, int | None] = {}
        """Where something was taken out, with the number of the finding that says it is missing, if one does."""
        self.dropped: dict[Loc, None] = {}
        """The keys that went with their values, in the hope that the rest can do without them."""

    def read(self) -> tuple[Sourced[Any] | None, tuple[Finding, ...]]:
        for _ in range(_ROUNDS):
            try:
                facts = self.kind.model_validate(self.source.data, context=self.context)
            except ValidationError as error:
                faults = [_Fault.of(detail, self.source.data, self.kind) for detail in error.errors(include_url=False)]
            else:
                removed, touched = frozenset(self.removed), frozenset(self.touched)
                sourced: Sourced[Any] = Sourced(facts, self.source, removed, touched)
                return sourced, tuple(dict.fromkeys(self.findings))
            misspelt = _misspelt(faults)
            self._report(faults, misspelt)
            if not self._prune(faults, misspelt):
                break
        return None, tuple(dict.fromkeys(self.findings))

    def _report(self, faults: Sequence[_Fault], misspelt: Mapping[Loc, Loc]) -> None:
        """Add the findings of a round; what follows only from something taken out before is not told."""
        for fault in faults:
            known = self.touched.get(fault.loc)
            if known is not None:
                self.findings[known] = _required(self.findings[known], fault)
            elif any(loc[: len(fault.loc)] == fault.loc for loc in self.touched):
                continue
            elif fault.rule != "missing" or fault.loc not in misspelt.values():
                self.findings.append(fault.finding(self.source, misspelt))
                if fault.rule == "missing":
                    self.touched[fault.loc] = len(self.findings) - 1

    def _prune(self, faults: Sequence[_Fault], misspelt: Mapping[Loc, Loc]) -> bool:
        """Take the faulty parts out of the data; False when nothing is left to check.

        A misspelt key takes its right name, an unknown key goes, a missing or wrong value is emptied;
        where it cannot be empty, something stands in for it, or its key goes, or the list entry around it.
        """
        data = deepcopy(self.source.data)
        entries: set[Loc] = set()
        for fault in faults:
            group = _at(data, fault.loc[:-1])
            key = str(fault.loc[-1]) if fault.loc else ""
            if fault.loc in misspelt and isinstance(group, dict):
                group[str(misspelt[fault.loc][-1])] = group.pop(key, None)
                self._rename(fault.loc, misspelt[fault.loc])
            elif fault.rule == "extra_forbidden" and isinstance(group, dict):
                group.pop(key, None)
            elif fault.loc in misspelt.values():
                continue
            elif isinstance(group, dict) and key and group.get(key, "") is not None:
                group[key] = None
                self.touched.setdefault(fault.loc)
            elif isinstance(group, dict) and key in _STAND_INS:
                group[key] = _STAND_INS[key]
            elif isinstance(group, dict) and key in group and fault.loc not in self.dropped:
                group.pop(key)
                self.dropped[fault.loc] = None
                self.touched.setdefault(fault.loc)
            elif around := _entry_around(data, fault.loc):
                entries.add(around)
            else:
                return False
        self.source = replace(self.source, data=data)
        for loc in sorted(entries, key=lambda loc: (len(loc), loc), reverse=True):
            self._remove(data, loc)
        return True

    def _rename(self, loc: Loc, right: Loc) -> None:
        """Let what stands under a misspelt key be found under the right one."""
        values, keys = _renamed(self.source.values, loc, right), _renamed(self.source.keys, loc, right)
        self.source = replace(self.source, values=values, keys=keys)

    def _remove(self, data: Raw, loc: Loc) -> None:
        """Take a list entry or a group out of the data; the places of later entries move up with them."""
        group, key = _at(data, loc[:-1]), loc[-1]
        if isinstance(group, dict):
            group.pop(str(key), None)
        elif isinstance(group, list) and isinstance(key, int) and key < len(group):
            entry = group.pop(key)
            if isinstance(entry, dict) and entry.get("id"):
                self.removed.add(str(entry["id"]))
            values, keys = _without_entry(self.source.values, loc), _without_entry(self.source.keys, loc)
            self.source = replace(self.source, values=values, keys=keys)
            self.touched = _without_entry(self.touched, loc)
            self.dropped = _without_entry(self.dropped, loc)
        self.touched.setdefault(loc[:-1])


def _required(finding: Finding, fault: _Fault) -> Finding:
    """Return the finding for a fact that is missing and cannot stay blank."""
    return replace(finding, rule="required", advice=f"Add `{fault.loc[-1]}:`; this fact cannot stay blank.")


def _renamed(places: Mapping[Loc, Place], loc: Loc, right: Loc) -> dict[Loc, Place]:
    """Return the places of a source once a key has another name."""
    depth = len(loc)
    return {(*right, *known[depth:]) if known[:depth] == loc else known: place for known, place in places.items()}


def _without_entry(places: Mapping[Loc, P], gone: Loc) -> dict[Loc, P]:
    """Return what is known by place once a list entry has gone and the ones behind it have moved up."""
    moved: dict[Loc, P] = {}
    depth, index = len(gone) - 1, gone[-1]
    for loc, value in places.items():
        here = loc[depth] if len(loc) > depth and loc[:depth] == gone[:-1] else None
        if isinstance(here, int) and isinstance(index, int) and here > index:
            moved[*loc[:depth], here - 1, *loc[depth + 1 :]] = value
        elif here is None or here != index:
            moved[loc] = value
    return moved


def _known_currency(code: str | None) -> str:
    try:
        minor_units(code or NO_CURRENCY)
    except KeyError:
        return NO_CURRENCY
    return code or NO_CURRENCY


def _text(source: Source, name: str) -> str:
    value = source.data.get(name) if isinstance(source.data, dict) else None
    return value if isinstance(value, str) else ""


def _kind(source: Source) -> type[AnyFacts] | Finding:
    """Return which facts a file holds, from its `format`."""
    known = ", ".join(FORMATS)
    if not isinstance(source.data, dict):
        message = "the file is not a group of keys."
        return Finding("format", message, Place(source.file), f"Begin with `format:` and one of {known}.")
    name = _text(source, "format")
    if name in FORMATS:
        return FORMATS[name]
    if not name:
        return Finding(
            "format",
            "the file does not say its format.",
            Place(source.file),
            f"Begin with `format:` and one of {known}.",
        )
    near = get_close_matches(name, FORMATS, 1, 0.3)
    advice = f"Did you mean {near[0]}?" if near else f"Use one of {known}."
    return Finding("format", f"the format “{shown(name)}” is not known.", source.place(("format",)), advice)


# Faults of a model, as findings


@dataclass(frozen=True)
class _Fault:
    """One thing a model refused, at its place in the file's data."""

    rule: str
    loc: Loc
    message: str
    advice: str
    known: tuple[str, ...] = ()

    @classmethod
    def of(cls, detail: ErrorDetails, data: Raw, kind: type[BaseModel]) -> _Fault:
        loc = _data_loc(detail["loc"], data)
        message, advice = _said(detail)
        known: tuple[str, ...] = ()
        if detail["type"] == "extra_forbidden":
            known = _known_keys(kind, loc[:-1], data)
        return cls(detail["type"], loc, message, advice, known)

    def finding(self, source: Source, misspelt: Mapping[Loc, Loc]) -> Finding:
        name = shown(str(self.loc[-1])) if self.loc else ""
        if self.rule == "missing":
            inside = ".".join(str(part) for part in self.loc[:-1])
            where = f" in {inside}" if inside else ""
            advice = f"Add `{name}:`; leave it empty if it is not known yet."
            return Finding("missing", f"“{name}” is missing{where}.", source.place(self.loc[:-1]), advice)
        if self.rule == "extra_forbidden":
            target = misspelt.get(self.loc)
            near = [str(target[-1])] if target else get_close_matches(name, self.known, 1)
            if near:
                advice = f"Did you mean “{near[0]}”?"
            elif " " in name or name[:1].isdigit():
                advice = "Quote text that holds a comma, and write amounts without separators, such as 18000.00."
            else:
                advice = f"Known here: {', '.join(self.known)}." if self.known else "Remove it."
            return Finding("unknown-key", f"“{name}” is not known.", source.key_place(self.loc), advice)
        label = ".".join(shown(str(part)) for part in self.loc)
        message = f"{label}: {self.message}." if label else f"{self.message}."
        return Finding(self.rule.replace("_", "-"), message, source.place(self.loc), self.advice)


def _said(detail: ErrorDetails) -> tuple[str, str]:
    """Return what a refusal says in our words, and what would be right."""
    context = detail.get("ctx", {})
    if "said" in context:
        return str(context["said"]), str(context["advice"])
    given = shown(detail["input"]) if isinstance(detail["input"], str) else "this"
    match detail["type"]:
        case "enum" | "literal_error":
            expected = [word.strip("' ") for word in str(context["expected"]).replace(" or ", ", ").split(",")]
            near = get_close_matches(given, expected, 1)
            choice = f"Did you mean {near[0]}? " if near else ""
            return f"“{given}” is not one of the choices", f"{choice}Use one of: {', '.join(expected)}."
        case "union_tag_invalid":
            expected = [word.strip("' ") for word in str(context["expected_tags"]).split(",")]
            near = get_close_matches(str(context["tag"]), expected, 1)
            choice = f"Did you mean {near[0]}? " if near else ""
            return f"there is no kind “{shown(str(context['tag']))}”", f"{choice}Use one of: {', '.join(expected)}."
        case "union_tag_not_found":
            key = str(context["discriminator"]).strip("'")
            return f"“{key}” is missing", f"Add `{key}:` to say which kind it is."
        case "model_type" | "dict_type" | "model_attributes_type":
            return "expected a group of keys", "Indent its keys below it."
        case "tuple_type" | "list_type":
            return "expected a list", "Write [a, b] or one entry a line after `- `."
        case "string_unicode":
            return "a key or a value holds half a character", "Look for \\ud800 and the like, and remove it."
        case "too_short":
            return "at least one entry is needed", "Add one."
        case _:
            if detail["input"] is None:
                return "a value is needed here", "Give it; this fact cannot stay blank."
            return detail["msg"].rstrip("."), "See `docgen schema` for what is expected."


def _data_loc(loc: tuple[int | str, ...], data: Raw) -> Loc:
    """Return a place in the data for one in the model, which also names the kind of a union's member."""
    place: list[str | int] = []
    value: Any = data
    for part in loc:
        inside = range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ()
        if part in inside:
            place.append(part)
            value = value[part]
        elif isinstance(value, dict) and part in (value.get("kind"), value.get("do")):
            continue
        elif part != "[key]":
            place.append(part)
            value = None
    return tuple(place)


def _known_keys(kind: type[BaseModel], loc: Loc, data: Raw) -> tuple[str, ...]:
    """Return the keys the model knows at a place."""
    models: list[type[BaseModel]] = [kind]
    value: Any = data
    for part in loc:
        value = value[part]
        if isinstance(part, str):
            fields = [
                info for model in models for name, info in model.model_fields.items() if (info.alias or name) == part
            ]
            # A key that is no field is one of a table, whose entries are what the models say.
            models = [inner for info in fields for inner in _models(info.annotation)] if fields else models
        if isinstance(value, dict) and len(models) > 1:
            chosen = [model for model in models if _tag(model) in (value.get("kind"), value.get("do"))]
            models = chosen or models
    return tuple(dict.fromkeys(info.alias or name for model in models for name, info in model.model_fields.items()))


def _tag(model: type[BaseModel]) -> str | None:
    for name in ("kind", "do"):
        if name in model.model_fields and get_args(model.model_fields[name].annotation):
            return str(get_args(model.model_fields[name].annotation)[0])
    return None


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _misspelt(faults: Sequence[_Fault]) -> dict[Loc, Loc]:
    """Return the unknown keys that are plainly a missing key of the same group, misspelt."""
    missing = {fault.loc for fault in faults if fault.rule == "missing"}
    pairs: dict[Loc, Loc] = {}
    for fault in faults:
        if fault.rule == "extra_forbidden":
            names = [str(loc[-1]) for loc in missing if loc[:-1] == fault.loc[:-1]]
            near = get_close_matches(str(fault.loc[-1]), names, 1)
            if near:
                pairs[fault.loc] = (*fault.loc[:-1], near[0])
    return pairs


def _at(data: Raw, loc: Loc) -> Any:
    value: Any = data
    for part in loc:
        if isinstance(value, dict):
            value = value.get(str(part))
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _entry_around(data: Raw, loc: Loc) -> Loc | None:
    """Return the innermost list entry around a place, else the innermost group that can be emptied."""
    for end in range(len(loc), 0, -1):
        if isinstance(loc[end - 1], int):
            return loc[:end]
    for end in range(len(loc) - 1, 0, -1):
        group = _at(data, loc[: end - 1])
        if isinstance(group, dict) and group.get(str(loc[end - 1])) is not None and end < len(loc):
            return loc[:end]
    return None


# The rules between fields and files


def _between(facts: FactSet, beside: FactSet) -> Iterator[Finding]:
    everything = replace(beside, items=(*facts.items, *beside.items))
    for index, engagement in enumerate(facts.engagements):
        yield from _same_id(engagement, facts.engagements[:index])
        yield from _placed(engagement, engagement_problems(engagement.facts))
        yield from _blanks(engagement)
    for item in facts.items:
        if isinstance(item.facts, Engagement):
            continue
        owner = everything.engagement_of(item.facts.engagement)
        if owner is None:
            yield _orphan(item, everything)
            continue
        yield from _placed(item, _problems(owner, everything, item.facts), owner.removed)
    for item in facts.items:
        if isinstance(item.facts, ChangeOrder | ChangeDirective):
            yield from _blanks(item)


def _problems(owner: Sourced[Engagement], everything: FactSet, facts: Entry) -> Iterable[Problem]:
    """Return what in an entry does not agree with its engagement and with what else is known of it."""
    orders = _of(everything.orders, owner)
    match facts:
        case ChangeOrder():
            converted = conversion_problems(_of(everything.of(ChangeDirective), owner), orders, facts)
            return (*order_problems(owner.facts, orders, facts, everything.dead), *converted)
        case ProgressEntry():
            entries, issues = _of(everything.entries, owner), _of(everything.of(SeriousIssue), owner)
            return (
                *entry_problems(owner.facts, orders, entries, facts),
                *left_out_problems(numbered(issues), everything.noticed, entries, facts),
                *rag_problems(
                    owner.facts,
                    everything.in_force(orders),
                    entries,
                    facts,
                    issues,
                    everything.thresholds,
                    everything.noticed,
                    everything.leave,
                ),
            )
        case Breach():
            return breach_problems(owner.facts, facts, _of(everything.of(Dispute), owner), everything.unsent)
        case ChangeDirective():
            return directive_problems(owner.facts, _of(everything.of(ChangeDirective), owner), facts)
        case Delivery():
            return delivery_problems(owner.facts, orders, facts)
        case Dispute():
            return dispute_problems(owner.facts, orders, facts)
        case Estimate() | Feedback():
            return ()
        case Review():
            return review_problems(owner.facts, orders, facts)
        case Contact():
            return contact_problems(owner.facts, orders, facts)
        case SeriousIssue():
            return serious_issue_problems(owner.facts, orders, facts)


def _same_id(engagement: Sourced[Engagement], earlier: Iterable[Sourced[Engagement]]) -> Iterator[Finding]:
    for known in earlier:
        if known.facts.id == engagement.facts.id:
            message = f"the engagement {engagement.facts.id} is also in {known.source.file}."
            yield Finding("unique", message, engagement.source.place(("id",)), "Give one of the two another id.")
            return


def _of(known: Iterable[Sourced[M]], engagement: Sourced[Engagement]) -> tuple[M, ...]:
    return tuple(item.facts for item in known if getattr(item.facts, "engagement", "") == engagement.facts.id)


def _placed(
    sourced: Sourced[M], problems: Iterable[Problem], removed: frozenset[str] = frozenset()
) -> Iterator[Finding]:
    for problem in problems:
        if problem.about and problem.about in sourced.removed | removed:
            continue
        if any(place[: len(loc)] == loc for loc in _grounds(problem) for place in sourced.touched):
            continue
        place = sourced.source.place(problem.loc)
        yield Finding(problem.rule, f"{problem.message}.", place, problem.advice, problem.severity)


def _grounds(problem: Problem) -> tuple[Loc, ...]:
    """Return the facts a problem follows from; one about the whole file says itself what it rests on."""
    return (problem.loc, *problem.rests_on) if problem.loc else problem.rests_on


def _orphan(sourced: Sourced[Any], facts: FactSet) -> Finding:
    name = sourced.facts.engagement
    place = sourced.source.place(("engagement",))
    if facts.engagements:
        near = get_close_matches(name, [known.facts.id for known in facts.engagements], 1, 0)
        advice = f"Did you mean {near[0]}?" if near else ""
        return Finding("engagement", f"the engagement {name} is not among the files.", place, advice)
    message = f"the engagement {name} is not among the files, so what must agree with it was not checked."
    return Finding("engagement", message, place, "Name its file too.", Severity.WARNING)


def _blanks(sourced: Sourced[Any]) -> Iterator[Finding]:
    """Yield the facts left open on purpose: required keys without a value."""
    for loc in blank_facts(sourced.facts):
        if loc in sourced.source.values and loc not in sourced.touched:
            name = ".".join(str(part) for part in loc)
            place = sourced.source.key_place(loc)
            yield Finding("blank", f"{name} is still blank.", place, "Documents need it.", Severity.BLANK)


def blank_facts(facts: BaseModel, loc: Loc = ()) -> Iterator[Loc]:
    """Yield the places of required facts that are null."""
    for name, info in type(facts).model_fields.items():
        value, key = getattr(facts, name), info.alias or name
        if value is None and info.is_required():
            yield (*loc, key)
        elif isinstance(value, BaseModel):
            yield from blank_facts(value, (*loc, key))
        elif isinstance(value, tuple):
            for index, inner in enumerate(value):
                if isinstance(inner, BaseModel):
                    yield from blank_facts(inner, (*loc, key, index))
