"""Approve templates: legal says of a template, exactly as it is, that documents may be issued on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.actions.acting import Deed, act
from docgen.actions.desk import Desk
from docgen.actions.making import wording_of
from docgen.actions.templates import lint_templates
from docgen.errors import DocgenError, FindingsError, NotFoundError, UsageError

if TYPE_CHECKING:
    from docgen.store.events import TemplateVersion
    from docgen.templating.catalogue import Template


@dataclass(frozen=True)
class Approved:
    """A template that is approved as it stands; `new` when it was not before."""

    version: TemplateVersion
    new: bool


@dataclass(frozen=True)
class Standing:
    """Whether a template, as it stands, may be used to issue documents: since when, and by whose word."""

    approved: bool
    at: str = ""
    person: str = ""
    changed_since: str = ""
    """The version that was approved last, where this one is not."""


def approve_templates(desk: Desk, names: Sequence[str], language: str | None = None) -> tuple[Approved, ...]:
    """Approve templates as they stand, all of the catalogue's when none is named, in one language or in all they have.

    A template with faults is not approved, and then none is. Raises FindingsError with the faults, NotPermittedError,
    UnknownTemplateError, MissingLanguageError, and what recording raises.
    """
    from docgen.store.events import TemplateApproved

    hand = act(desk, Deed.APPROVE_TEMPLATES)
    chosen = tuple(_chosen(desk, names, language))
    if not chosen:
        raise UsageError("There is no template to approve.")
    register = hand.record.register
    fresh = sorted({template.name for template in chosen if not _stands(desk, template)})
    findings = lint_templates(desk, fresh) if fresh else ()
    if findings:
        raise FindingsError(findings)
    done, events = [], []
    for template in chosen:
        version = wording_of(desk.catalogue, template).version
        new = register.approval(version.name, version.language, version.hash) is None
        done.append(Approved(version, new))
        if new:
            key = f"approve/{version.name}/{version.language}/{version.hash}"
            events.append(TemplateApproved(**hand.stamp(key), template=version))
    if events:
        hand.write(events)
    return tuple(done)


def _stands(desk: Desk, template: Template) -> bool:
    """Say whether a template is approved as it stands, and so was found without faults."""
    try:
        return standing_of(desk, template).approved
    except DocgenError:  # its faults are told with those of the others
        return False


def standing_of(desk: Desk, template: Template) -> Standing:
    """Return whether a template is approved as it stands; not, where nothing was recorded yet."""
    try:
        register, people = desk.record.register, desk.record.people
    except NotFoundError:
        return Standing(approved=False)
    version_hash = desk.catalogue.version_hash(template)
    approval = register.approval(template.name, template.language, version_hash)
    if approval:
        return Standing(approved=True, at=approval.at, person=people.email(approval.person) or "")
    before = register.approvals(template.name, template.language)
    return Standing(approved=False, changed_since=before[-1].version if before else "")


def _chosen(desk: Desk, names: Sequence[str], language: str | None) -> Iterator[Template]:
    for name in names or desk.catalogue.names():
        if "/" in name or "." in name:
            raise UsageError(f"{name} is a file. Only templates of the catalogue are approved: put it into templates/.")
        if language:
            yield desk.catalogue.template(name, language)
            continue
        languages = desk.catalogue.languages(name)
        # Without one the look-up says which names there are.
        yield from (desk.catalogue.template(name, each) for each in languages or ("en",))
