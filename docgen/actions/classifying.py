"""What an issued document’s playbook says of the changes in a file that came back, and who is to decide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

from docgen.actions.bounded import bounded
from docgen.actions.desk import Desk
from docgen.actions.making import Ingredients
from docgen.actions.patching import Guess, changed_values, leaves_of, with_value
from docgen.actions.render import Made, scene_of
from docgen.doctree.number import clause_numbers
from docgen.doctree.parse import parse
from docgen.errors import DocgenError
from docgen.lifecycle.house_terms import COMPUTED, EACH, in_words, ruling_on, values_of
from docgen.models.playbook import Limit, Ruling, Standing
from docgen.models.terms import Role
from docgen.review.differences import Compared
from docgen.review.playbook import (
    ChangedValue,
    Classified,
    Offer,
    Words,
    classify,
    clauses_around,
    lines_of,
    routed,
    words_of,
)
from docgen.templating.environment import emit
from docgen.templating.labels import read_words
from docgen.templating.playbooks import FallbackWords, HousePlaybook, fallbacks_of, house_playbook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.doctree.nodes import Document
    from docgen.models.engagement import Engagement
    from docgen.review.differences import Placed
    from docgen.store.register import IssuedDocument
    from docgen.templating.case import Scene
    from docgen.templating.filters import Formats

_REFERENCE = re.compile(r'<xref\b[^>]*?\bto="(?P<to>[^"]*)"[^>]*?/>')


@dataclass(frozen=True)
class Judgement:
    """All changes as the playbook classifies them; which playbook that was; and what the changed values apply to.

    `template` is the template's version, `playbook` the hash of its playbooks, empty where it has none. `signed` says
    that facts do not change any more, and a change order does.
    """

    classified: tuple[Classified, ...]
    template: str
    template_hash: str
    playbook: str
    signed: bool
    people: Mapping[Role, tuple[str, ...]]

    @property
    def values(self) -> tuple[ChangedValue, ...]:
        """Return the changed facts, each once."""
        return tuple(dict.fromkeys(each.value for each in self.classified if each.value))


def judge(
    desk: Desk,
    document: IssuedDocument,
    made_from: Ingredients,
    made: Made,
    issued: Sequence[Placed],
    compared: Compared,
) -> Judgement:
    """Return what the playbook of a document's own version says of the changes in a file that came back.

    Raises FindingsError for a playbook that cannot be read, LimitError, and what making the document raises.
    """
    wording = made_from.wording
    book = house_playbook(wording.catalogue, wording.template)
    around = clauses_around(made.document.blocks)
    offers: tuple[Offer, ...] = ()
    values: dict[int, ChangedValue] = {}
    if compared.differences:
        offers = _offers(desk, made_from, made, book)
        chosen = {
            clause: frozenset(limit.field for limit in position.limits) for clause, position in book.positions.items()
        }
        values = {
            index: _ruled(value, made_from.engagement, book, made.document.language)
            for index, value in changed_values(desk, made_from, made.document, compared, around, chosen).items()
        }
    version = wording.version
    return Judgement(
        classify(compared.differences, (issued, compared.lines), around, book.positions, offers, values),
        f"{version.name} {version.version} ({version.language})",
        version.hash,
        book.hash,
        document.executed_on is not None,
        people_of(desk),
    )


def people_of(desk: Desk) -> dict[Role, tuple[str, ...]]:
    """Return who has which role in the house."""
    return {role: tuple(each.email for each in desk.settings.people if role in each.roles) for role in Role}


# Values


def _ruled(value: ChangedValue, engagement: Engagement, book: HousePlaybook, language: str) -> ChangedValue:
    """Return a changed value with what its limit says, and where it changes a computed value, what that one's does."""
    leaf = next(each for each in leaves_of(engagement) if each.path == value.path)
    changed = with_value(engagement, Guess(leaf, value.new))
    if changed is None:
        return value
    found: list[tuple[Ruling, str]] = []
    is_limited = False
    for field, (_, limit) in book.limits.items():
        if field in COMPUTED:
            before, after = (next(values_of(each, field)).value for each in (engagement, changed))
            if before != after:
                found.append(_said(limit, after, field))
        elif _fits(field, value.path, engagement):
            new = next(each.value for each in values_of(changed, field) if each.path in (value.path, field))
            found.append(_said(limit, new, ""))
            is_limited = True
    if not found:
        return value
    ruling, said = max(found, key=lambda pair: pair[0].weight)
    return replace(value, ruling=ruling, limit=said, is_limited=is_limited)


def _fits(field: str, path: str, engagement: Engagement) -> bool:
    if EACH not in field.split("."):
        return field == path
    return any(each.path == path for each in values_of(engagement, field))


def _said(limit: Limit, value: object, name: str) -> tuple[Ruling, str]:
    ruling = ruling_on(limit, value)
    return ruling, f"{name} {in_words(value)}, {told_limit(limit)}".strip()


def told_limit(limit: Limit) -> str:
    """Return the ranges of a limit in words."""
    said = [f"standard {limit.standard}"] if limit.standard else []
    said += [f"allowed {limit.allowed}"] if limit.allowed else []
    said += [f"{rung} with {rung.role}" for rung in limit.approval]
    return "; ".join((*said, f"else {limit.otherwise.role or limit.otherwise.standing}"))


# Fallbacks


def _offers(desk: Desk, made_from: Ingredients, made: Made, book: HousePlaybook) -> tuple[Offer, ...]:
    """Return the fallbacks in the words they would have in the document; a stranger's are filled within limits."""
    wording = made_from.wording
    there = desk.furnished(wording.catalogue, made_from.look, made_from.on)
    scene, formats = scene_of(there, wording.template, made.case, made_from.facts)

    def filled() -> tuple[Offer, ...]:
        return tuple(_filled(there, made.document, book, scene, formats))

    if wording.catalogue.own(wording.template):
        return filled()
    return bounded(wording.template.shown, filled, desk.limits)


def _filled(there: Desk, document: Document, book: HousePlaybook, scene: Scene, formats: Formats) -> Iterator[Offer]:
    labels = {name: label for name, (label, _) in clause_numbers(document).items()}
    for clause in book.positions:
        for fallback, words in fallbacks_of(book, clause, document.language):
            try:
                said = _words(there, words, labels, scene, formats)
            except DocgenError:  # it names a fact or a clause that this contract does not have
                continue
            yield Offer(clause, fallback, said)


def _words(there: Desk, words: FallbackWords, labels: Mapping[str, str], scene: Scene, formats: Formats) -> Words:
    emitted = emit(there.sandbox, words, scene.facts, formats)

    def label(match: re.Match[str]) -> str:
        return escape(labels[match["to"]]) if match["to"] in labels else match[0]

    markup = f'<doc title="x"><clause id="x">{_REFERENCE.sub(label, emitted.markup)}</clause></doc>'
    shared = read_words(there.catalogue.labels, words.language).writer_labels()
    tree = parse(markup, shown=words.shown, files=emitted.files, language=words.language, labels=shared, pictures={})
    if "<xref" in _REFERENCE.sub(label, emitted.markup):
        raise DocgenError("a reference without a target")
    return tuple(word for text, _ in lines_of(tree.blocks) for word in words_of(text))


def routes(judgement: Judgement) -> Iterator[tuple[Ruling, int, tuple[str, ...]]]:
    """Yield each ruling with how many changes have it and who may decide, the gravest first."""
    for ruling, count in routed(judgement.classified).items():
        people = judgement.people.get(ruling.role, ()) if ruling.role else ()
        yield ruling, count, people if ruling.standing is Standing.NEEDS_APPROVAL else ()
