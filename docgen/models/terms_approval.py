"""An approval of terms that are not the house's own: which values of which facts, under which role."""

from __future__ import annotations

from typing import Literal

from docgen.models.terms import Role
from docgen.models.values import Count, Date, Facts, Line, Prose, Reference


class ApprovedTerm(Facts):
    """One value of one fact, by its path in the engagement file, as the file writes it."""

    field: Line
    value: Line


class TermsApproval(Facts):
    """What somebody with a role agreed to on a day, of a revision of an engagement.

    It speaks of these values alone: another value of the same fact, or a playbook that asks for another role, needs
    another approval. `playbook` is the hash of the playbook that asked for it.
    """

    format: Literal["docgen.terms-approval/1"] = "docgen.terms-approval/1"
    engagement: Reference
    revision: Count
    on: Date
    role: Role
    playbook: Line
    terms: tuple[ApprovedTerm, ...]
    reason: Prose | None = None
