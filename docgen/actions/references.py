"""How people name what is recorded: NBS-2026-014/contract/1, NBS-2026-014/CO-001, NBS-2026-014/PR-007/2."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from docgen.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from docgen.store.events import DocumentName
    from docgen.store.register import IssuedDocument, Register, Revision

PREFIXES: Mapping[str, str] = {
    "change-order": "CO",
    "change-directive": "CD",
    "change-impact": "CI",
    "progress-report": "PR",
    "notice-of-issue": "NI",
    "look-back": "LB",
    "mediation-referral": "MR",
    "re-opening": "RO",
    "breach-notice": "BN",
    "meeting-proposal": "MP",
    "relationship-review": "RR",
}
"""Kinds of document of which an engagement has many, and how their numbers begin."""
SOURCES: Mapping[str, str] = {
    "change-order": "change-order",
    "change-directive": "change-directive",
    "change-impact": "change-order",
    "progress-report": "progress",
    "notice-of-issue": "serious-issue",
    "look-back": "dispute",
    "mediation-referral": "dispute",
    "re-opening": "dispute",
    "breach-notice": "breach",
    "meeting-proposal": "feedback",
    "relationship-review": "review",
}
"""The kind of recorded thing that each of these is made from; both have the same number."""
_NUMBERED = re.compile(rf"({'|'.join(PREFIXES.values())})-([0-9]{{1,9}})")
_KIND = re.compile(r"[a-z][a-z0-9-]*")
_ENGAGEMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class ReferenceFormError(UsageError):
    """A text names no document."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}” names no document. Write one such as NBS-2026-014/contract/1, NBS-2026-014/CO-001 or "
            "NBS-2026-014/PR-007; without a version the last one is meant."
        )


class UnknownEngagementError(NotFoundError):
    """The record has no such engagement."""

    def __init__(self, name: str, register: Register) -> None:
        near = get_close_matches(name, register.engagement_ids(), 1)
        advice = f"Did you mean {near[0]}?" if near else "`docgen engagement record FILE` records it."
        super().__init__(f"The record has no engagement {name}. {advice}")


class UnknownDocumentError(NotFoundError):
    """The record has no such document."""

    def __init__(self, text: str, known: tuple[str, ...]) -> None:
        # The engagement's id is alike in all of them.
        near = get_close_matches(text, known, 1, 0.8)
        there = f"There are: {', '.join(known[:8])}{' …' if len(known) > 8 else ''}." if known else ""
        advice = f"Did you mean {near[0]}?" if near else there or "`docgen issue` makes documents."
        super().__init__(f"The record has no document {text}. {advice}")


@dataclass(frozen=True)
class Reference:
    """A document by its engagement, its kind, its number (0 where the kind has none) and its version, if given."""

    engagement: str
    kind: str
    number: int = 0
    version: int | None = None

    def __str__(self) -> str:
        name = f"{PREFIXES[self.kind]}-{self.number:03d}" if self.kind in PREFIXES else self.kind
        return "/".join(filter(None, (self.engagement, name, str(self.version or ""))))

    @property
    def file_stem(self) -> str:
        """Return the beginning of the names its files have, with its version."""
        number = f"-{self.number:03d}" if self.number else ""
        return f"{self.engagement}_{self.kind}{number}_v{self.version or 0}"


def read_reference(text: str) -> Reference:
    """Return the document a text names; raises ReferenceFormError."""
    engagement, *parts = text.split("/")
    if not 1 <= len(parts) <= 2 or not _ENGAGEMENT.fullmatch(engagement):
        raise ReferenceFormError(text)
    version = _version(parts[1], text) if len(parts) == 2 else None
    numbered = _NUMBERED.fullmatch(parts[0])
    if numbered and int(numbered[2]):
        kind = next(kind for kind, prefix in PREFIXES.items() if prefix == numbered[1])
        return Reference(engagement, kind, int(numbered[2]), version)
    if not _KIND.fullmatch(parts[0]) or parts[0] in PREFIXES:
        raise ReferenceFormError(text)
    return Reference(engagement, parts[0], 0, version)


def reference_of(document: IssuedDocument | DocumentName) -> Reference:
    """Return the reference of a document in the record."""
    return Reference(document.engagement, document.kind, document.number or 0, document.version)


def find_document(register: Register, text: str) -> IssuedDocument:
    """Return the version of a document that a text names, or its last one.

    Raises ReferenceFormError and UnknownDocumentError.
    """
    reference = read_reference(text)
    versions = register.versions(reference.engagement, reference.kind, reference.number)
    for document in reversed(versions):
        if reference.version in (None, document.version):
            return document
    documents = register.documents_of(reference.engagement)
    raise UnknownDocumentError(text, tuple(str(reference_of(document)) for document in documents))


def find_engagement(register: Register, name: str, number: int | None = None) -> Revision:
    """Return a revision of an engagement, by default the last; raises UnknownEngagementError and NotFoundError."""
    # What is no id is not asked for: words from a command line may be no text that a database takes.
    revisions = register.revisions(name) if _ENGAGEMENT.fullmatch(name) else ()
    if not revisions:
        raise UnknownEngagementError(name, register)
    if number is None:
        return revisions[-1]
    for revision in revisions:
        if revision.revision == number:
            return revision
    raise NotFoundError(f"{name} has no revision {number}; it has 1 to {revisions[-1].revision}.")


def _version(text: str, whole: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise ReferenceFormError(whole)
    return int(text)
