"""Templates checked before any document is made: read without facts, tried on the example, and in every combination.

A template of the house's own is read and tried within limits, as it is when a document is made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from docgen.actions.bounded import LimitError, bounded
from docgen.actions.desk import Desk
from docgen.actions.making import Wording
from docgen.actions.removed_clauses import removed_clauses
from docgen.actions.render import CITING, CONTRACT, AnyCase, build, cites, contract_clauses, contract_of, scene_of
from docgen.actions.template_course import needs_author
from docgen.actions.templates import find_template
from docgen.actions.trials import trial_cases
from docgen.doctree.nodes import Picture
from docgen.errors import DocgenError, Finding, FindingsError, Place, Severity
from docgen.templating.case import ClauseText, Scene
from docgen.templating.catalogue import SUFFIX, Template
from docgen.templating.context import GIVEN
from docgen.templating.environment import Sandbox
from docgen.templating.filters import Formats
from docgen.templating.labels import read_words
from docgen.templating.lint.check import check_outlines, unknown_filters, without_allowed
from docgen.templating.lint.combinations import CitedAs, Stage, check_combinations
from docgen.templating.lint.definitions import terms_of
from docgen.templating.lint.outline import Outline
from docgen.templating.lint.playbooks import check_playbooks, stray_playbooks
from docgen.templating.lint.rules import Reading
from docgen.templating.lint.shapes import Shape, shapes_of
from docgen.templating.lint.twins import check_twins
from docgen.templating.lint.walk import outline_of
from docgen.templating.portfolio import PortfolioCase
from docgen.templating.views import Missing, View, origin

T = TypeVar("T")
_UNREADABLE = frozenset({"jinja", "include", "header", "sandbox"})
"""Rules that, broken, keep a template from being read any further."""
_PATIENCE = 3
"""How many times longer than a document all combinations of a template may take."""


def lint_templates(desk: Desk, names: Sequence[str], *, combinations: bool = True) -> tuple[Finding, ...]:
    """Return what is wrong with templates, all of the catalogue's by default, in the order of their files.

    Where there is a record, the contracts of engagements at work are asked for clauses that a template had.
    `combinations` says whether every combination of their conditions is made into a document too.
    """
    lint = _Lint(desk, combinations=combinations, record=True)
    chosen = _chosen(desk, names)
    for template in chosen:
        lint.examine(template)
    stray = () if names else stray_playbooks(desk.catalogue)
    return tuple(sorted(dict.fromkeys((*lint.findings(chosen), *stray)), key=_order))


def faults_of(desk: Desk, names: Sequence[str]) -> tuple[Finding, ...]:
    """Return what keeps templates from being handed in and approved: the errors, not all that is worth a look.

    Templates in which every word is docgen's own are checked before docgen goes out, and not here again.
    """
    chosen = [template for template in _chosen(desk, names) if _is_of_the_house(desk, template)]
    lint = _Lint(desk, combinations=False, record=False)
    for template in chosen:
        lint.examine(template)
    found = dict.fromkeys(lint.findings(chosen))
    return tuple(sorted((each for each in found if each.severity is Severity.ERROR), key=_order))


def _order(finding: Finding) -> tuple[Place, str, str]:
    return finding.place, finding.rule, finding.message


def _is_of_the_house(desk: Desk, template: Template) -> bool:
    try:
        return needs_author(desk, template)
    except DocgenError:  # what it includes is not there, or cannot be read, which its trial tells
        return True


def _chosen(desk: Desk, names: Sequence[str]) -> list[Template]:
    if not names:
        return [template for _, template in sorted(desk.catalogue.templates.items()) if not template.partial]
    found: list[Template] = []
    for name in names:
        if name.endswith(SUFFIX) or "/" in name:
            found.append(find_template(desk, name, "en"))
        else:
            languages = desk.catalogue.languages(name) or ("en",)
            found += [desk.catalogue.template(name, language) for language in languages]
    return found


@dataclass
class _Lint:
    """Examines templates one by one, and keeps what several of them need."""

    desk: Desk
    combinations: bool
    record: bool
    """Whether contracts on the record are asked for clauses that the templates had."""
    tried: list[Finding] = field(default_factory=list)
    outlines: list[Outline] = field(default_factory=list)
    known: dict[tuple[object, ...], Mapping[str, ClauseText]] = field(default_factory=dict)
    contracts: dict[str, Outline | None] = field(default_factory=dict)
    shapes: dict[tuple[str, str], Mapping[str, Shape]] = field(default_factory=dict)

    def examine(self, template: Template) -> None:
        """Try a template; where it makes documents at all, read it and make every combination of its conditions."""
        faults = self._unknown_filters(template) or list(self.trials(template))
        self.tried += faults
        if any(each.rule in _UNREADABLE for each in faults) or _stopped(faults):
            return
        try:
            outline, stage = self.read(template)
        except FindingsError as error:
            self.tried += error.findings
            return
        except DocgenError as error:
            self.tried.append(Finding("render", str(error), Place(template.shown)))
            return
        self.outlines.append(outline)
        if self.combinations and stage and not faults:
            self.tried += self.combined(template, outline, stage)

    def findings(self, chosen: Sequence[Template]) -> Iterator[Finding]:
        """Yield all that was found and is not allowed."""
        read = [each for each in chosen if any(outline.shown == each.shown for outline in self.outlines)]
        parts = list(dict.fromkeys(part for each in read for part in self.desk.catalogue.closure(each)))
        written = list(check_twins(self.desk.sandbox, self.desk.catalogue, parts))
        static = check_outlines(self._reading(chosen))
        told = {(each.place, each.rule) for each in static}
        tried = [each for each in self.tried if (each.place, each.rule) not in told]
        removed = list(removed_clauses(self.desk, self.outlines, self._kept)) if self.record else []
        yield from without_allowed(self.desk.sandbox, parts, [*tried, *written, *static, *removed])
        yield from self._playbooks(read)

    def _playbooks(self, read: Sequence[Template]) -> list[Finding]:
        outlines = {each.shown: each for each in self.outlines}
        examined = [
            (each, outlines[each.shown], self.shapes.get((each.name, each.language), {}))
            for each in read
            if each.shown in outlines
        ]
        return list(check_playbooks(self.desk.sandbox, self.desk.catalogue, examined))

    def _kept(self, wording: Wording) -> Outline:
        """Return the outline of a template that was kept, for the facts of the one of today."""
        shapes = self.shapes.get((wording.template.name, wording.template.language), {})
        return outline_of(Sandbox(wording.catalogue), wording.template, shapes)

    # Trials

    def _unknown_filters(self, template: Template) -> list[Finding]:
        """Return all filters that a template names and there are not; Jinja itself tells the first one only."""
        try:
            return list(unknown_filters(self.desk.sandbox, self.desk.catalogue.closure(template)))
        except DocgenError:  # told where it is tried
            return []

    def trials(self, template: Template) -> Iterator[Finding]:
        """Yield what is wrong with the documents that a template makes of the example."""
        try:
            self.desk.catalogue.closure(template)
            cases = list(trial_cases(self.desk, template))
        except FindingsError as error:
            yield from error.findings
            return
        except DocgenError as error:
            yield Finding("include", str(error), Place(template.shown))
            return
        for case in cases:
            try:
                build(self.desk, template, case, clauses=self.cited(template, case))
            except FindingsError as error:
                yield from error.findings
            except LimitError as error:
                yield Finding("render", str(error), Place(template.shown))
                return
            except DocgenError as error:
                yield Finding("render", str(error), Place(template.shown))

    def cited(self, template: Template, case: AnyCase) -> Mapping[str, ClauseText] | None:
        """Return the clauses that a case cites; templates are tried with the same contract, which is made once."""
        if isinstance(case, PortfolioCase) or not cites(self.desk, case.kind, template.language):
            return None
        contract = contract_of(case)
        orders = tuple(order.model_dump_json() for order in contract.orders)
        days = (contract.in_force_on, contract.on)
        key = (contract.kind, contract.number, *days, orders, contract.engagement.model_dump_json())
        if key not in self.known:
            self.known[key] = contract_clauses(self.desk, case)
        return self.known[key]

    # Reading

    def read(self, template: Template) -> tuple[Outline, Stage | None]:
        """Return a template's outline for the facts that the example has, and what its combinations are made from."""
        staged = list(self._scenes(template))
        shapes = shapes_of((scene.facts for scene, _ in staged), GIVEN.get(template.header.kind, ()))
        self.shapes[template.name, template.language] = shapes
        outline = self._within_limits(template, lambda: outline_of(self.desk.sandbox, template, shapes))
        return outline, self._stage(template, staged, shapes) if staged else None

    def _scenes(self, template: Template) -> Iterator[tuple[Scene, Formats]]:
        for case in trial_cases(self.desk, template):
            try:
                yield scene_of(self.desk, template, case, clauses=self.cited(template, case))
            except DocgenError:  # told where it is tried
                continue

    def _stage(self, template: Template, staged: Sequence[tuple[Scene, Formats]], shapes: Mapping[str, Shape]) -> Stage:
        """Return the fullest of the scenes, with the pictures of all and with any clause of the contract to cite."""
        scene, formats = max(staged, key=lambda each: sum(_given(value) for value in each[0].facts.values()))
        pictures: dict[str, Picture] = {}
        for other, _ in staged:
            pictures |= other.pictures
        contract = self.contract(template.language) if formats.clauses else None
        if contract:
            formats = replace(formats, clauses=CitedAs(contract.ids()))
        return Stage(scene.facts, shapes, formats, pictures)

    def contract(self, language: str) -> Outline | None:
        """Return the outline of the contract in a language, whose clauses others cite."""
        if language not in self.contracts:
            template = self.desk.catalogue.templates.get((CONTRACT, language))
            try:
                self.contracts[language] = self.read(template)[0] if template else None
            except DocgenError:  # told where the contract itself is read
                self.contracts[language] = None
        return self.contracts[language]

    def _reading(self, chosen: Sequence[Template]) -> Reading:
        catalogue = self.desk.catalogue
        citing = {each.language for each in self.outlines if each.kind in CITING}
        contracts = {language: found for language in citing if (found := self.contract(language))}
        terms: dict[str, frozenset[str]] = {}
        for language in {each.language for each in self.outlines}:
            sides = read_words(catalogue.labels, language).groups.get("side", {}).values()
            cited = terms_of(contracts[language]) if language in contracts else frozenset()
            terms[language] = frozenset(sides) | cited
        ids = {language: outline.ids() for language, outline in contracts.items()}
        return Reading(tuple(self.outlines), self._shared(chosen), ids, terms)

    def _shared(self, chosen: Sequence[Template]) -> frozenset[str]:
        """Return the files of partials that templates which are not checked here include too."""
        catalogue = self.desk.catalogue
        found: set[str] = set()
        for other in catalogue.templates.values():
            if other.partial or other in chosen:
                continue
            try:
                found.update(part.shown for part in catalogue.closure(other))
            except DocgenError:  # told where that template is checked
                continue
        return frozenset(found)

    # Combinations

    def combined(self, template: Template, outline: Outline, stage: Stage) -> tuple[Finding, ...]:
        """Return the combinations of a template's conditions that no document comes from."""
        try:
            return self._within_limits(
                template, lambda: tuple(check_combinations(self.desk.sandbox, template, outline, stage))
            )
        except DocgenError as error:
            return (Finding("render", str(error), Place(template.shown)),)

    def _within_limits(self, template: Template, work: Callable[[], T]) -> T:
        if self.desk.catalogue.own(template):
            return work()
        limits = replace(self.desk.limits, seconds=self.desk.limits.seconds * _PATIENCE)
        return bounded(template.shown, work, limits)


def _stopped(faults: Sequence[Finding]) -> bool:
    return any(each.rule == "render" and "was stopped" in each.message for each in faults)


def _given(value: object) -> int:
    """Return how many facts are given in what a template sees."""
    if isinstance(value, View):
        return sum(_given(each) for each in origin(value).facts.values())
    if isinstance(value, tuple):
        return sum(_given(each) for each in value)
    return 0 if isinstance(value, Missing) else 1
