"""Where a clause is used: in which templates, and in which live contracts, in which wording."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from docgen.actions.desk import Desk
from docgen.actions.documents import issued_event
from docgen.actions.dossier import dossiers
from docgen.actions.executed import executed, under_letter
from docgen.actions.making import make_document, recorded_ingredients, unpacked_wording
from docgen.actions.references import reference_of
from docgen.doctree.nodes import Clause, Document, Schedule
from docgen.doctree.text import block_lines
from docgen.doctree.walk import walk
from docgen.errors import DocgenError, NotFoundError
from docgen.lifecycle.agenda import ENDED
from docgen.templating.catalogue import Template
from docgen.templating.clause_source import ClauseSource, clause_ids, clause_sources

if TYPE_CHECKING:
    from docgen.store.register import IssuedDocument

CONTRACT, LETTER = "contract", "letter-of-approval"


class UnknownClauseError(NotFoundError):
    """No template and no live contract has a clause of that id."""

    def __init__(self, clause: str, known: set[str]) -> None:
        near = get_close_matches(clause, sorted(known), 3, 0.5)
        advice = f"Did you mean {' or '.join(near)}?" if near else "`docgen template show contract` lists ids."
        super().__init__(f"No template has a clause “{clause}”. {advice}")


@dataclass(frozen=True)
class TemplateUse:
    """A template that has a clause, and where its source has it: one place for each alternative."""

    template: Template
    places: tuple[ClauseSource, ...]


@dataclass(frozen=True)
class ContractUse:
    """A live contract that has a clause: its number and words there, and the hash of the template's wording.

    `as_now` says whether the template of today words the clause in the same way.
    """

    document: IssuedDocument
    client: str
    label: str
    words: tuple[str, ...]
    wording: str
    as_now: bool

    @property
    def reference(self) -> str:
        """Return the reference of the version."""
        return str(reference_of(self.document))


@dataclass(frozen=True)
class Usage:
    """Where a clause is used."""

    clause: str
    templates: tuple[TemplateUse, ...]
    contracts: tuple[ContractUse, ...]


def usage(desk: Desk, clause: str, remarks: list[str]) -> Usage:
    """Return where a clause is used, by its id or by the name of its partial (`_fees`).

    A contract is live while its engagement has not ended: the one that was signed, else the last one issued, or the
    signed letter of approval while there is no contract. What hinders one is added to the remarks and hinders no other.
    Raises UnknownClauseError, and what reading the record raises.
    """
    clause = clause.removesuffix(".html.jinja")
    templates = tuple(_in_templates(desk, clause, remarks))
    try:
        contracts = tuple(_in_contracts(desk, clause, templates, remarks))
    except NotFoundError:  # nothing is recorded here yet
        contracts = ()
    if not templates and not contracts:
        raise UnknownClauseError(clause, _known(desk))
    return Usage(clause, templates, contracts)


def _known(desk: Desk) -> set[str]:
    found = {name for name, _ in desk.catalogue.templates if name.startswith("_")}
    for template in desk.catalogue.templates.values():
        if not template.partial:
            try:
                found.update(each for each in clause_ids(desk.catalogue, template) if "{" not in each)
            except DocgenError:  # its faults are told by lint
                continue
    return found


def _in_templates(desk: Desk, clause: str, remarks: list[str]) -> Iterator[TemplateUse]:
    for _, template in sorted(desk.catalogue.templates.items()):
        if template.partial:
            continue
        try:
            places = tuple(clause_sources(desk.catalogue, template, clause))
        except DocgenError as error:
            remarks.append(f"{template.shown}: {error}")
            continue
        if places:
            yield TemplateUse(template, places)


def _in_contracts(
    desk: Desk, clause: str, templates: tuple[TemplateUse, ...], remarks: list[str]
) -> Iterator[ContractUse]:
    now = {(each.template.name, each.template.language): _wording(each.places) for each in templates}
    for dossier in dossiers(desk.record, desk.on, remarks, over_by=desk.on):
        if dossier.story.state in ENDED:
            continue
        document = _live(desk, dossier.name)
        if document is None:
            continue
        try:
            yield from _in_contract(desk, clause, document, dossier.engagement.client.legal_name or "", now)
        except DocgenError as error:
            remarks.append(f"{reference_of(document)}: {error}")


def _live(desk: Desk, engagement: str) -> IssuedDocument | None:
    record = desk.record
    if under_letter(record, engagement):
        return executed(record, engagement, LETTER)
    versions = [each for each in record.register.versions(engagement, CONTRACT) if each.withdrawn_by is None]
    return executed(record, engagement, CONTRACT) or (versions[-1] if versions else None)


def _in_contract(
    desk: Desk, clause: str, document: IssuedDocument, client: str, now: dict[tuple[str, str], str]
) -> Iterator[ContractUse]:
    event = issued_event(desk.record, document)
    packed = next(item.blob for item in event.inputs if item.name == "template")
    with TemporaryDirectory(prefix="docgen-") as folder:
        kept = unpacked_wording(desk.record.blobs.read(packed), Path(folder))
        places = tuple(clause_sources(kept.catalogue, kept.template, clause))
    if not places:
        return
    wording = _wording(places)
    as_now = now.get((event.template.name, event.template.language)) == wording
    if clause.startswith("_"):
        yield ContractUse(document, client, "", (), wording, as_now)
        return
    with recorded_ingredients(desk.record, event) as made_from:
        tree = make_document(desk, made_from).document
    for block in walk(tree.blocks):
        if isinstance(block, Clause | Schedule) and block.id == clause:
            yield ContractUse(document, client, block.label, _words(block, tree), wording, as_now)


def _words(block: Clause | Schedule, tree: Document) -> tuple[str, ...]:
    return tuple(block_lines((block,), tree.labels))


def _wording(places: tuple[ClauseSource, ...]) -> str:
    """Return the hash of all alternatives of a wording together."""
    return "-".join(sorted({each.wording[:12] for each in places}))
