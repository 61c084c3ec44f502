"""Facts as the record keeps them: JSON that a person can read, with every field said."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ValidationError

from docgen.errors import DocgenError, ExitCode
from docgen.facts.kinds import FORMATS, M
from docgen.facts.load import Sourced
from docgen.facts.source import Source
from docgen.models.decision import Decision
from docgen.models.dispatch import Dispatch
from docgen.models.engagement import Engagement
from docgen.models.terms_approval import TermsApproval


class RecordedFactsError(DocgenError):
    """Recorded facts are no facts that this docgen knows."""

    exit_code = ExitCode.UNVERIFIED

    def __init__(self, where: str, why: str) -> None:
        super().__init__(
            f"The facts recorded as {where} cannot be read: {why}. Read them with the docgen that recorded them; "
            "`docgen audit log` says which."
        )


def facts_bytes(facts: BaseModel) -> bytes:
    """Return facts as JSON: sorted keys, two spaces, amounts as text; the same facts give the same bytes.

    An engagement's `revision` says where its file came from and is no fact of the engagement.
    """
    data = facts.model_dump(mode="json", by_alias=True)
    if isinstance(facts, Engagement):
        del data["revision"]
    return (json.dumps(data, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


def read_facts_bytes(data: bytes, kind: type[M], where: str, currency: str | None = None) -> Sourced[M]:
    """Return recorded facts; `where` names them in findings, `currency` is that of their engagement.

    Raises RecordedFactsError.
    """
    try:
        value: Any = json.loads(data)
        context = {"currency": value.get("currency", currency)}
        facts: M = kind.model_validate(value, context=context)  # type: ignore[assignment]
        return Sourced(facts, Source(where, value, {}, {}))
    except (ValidationError, ValueError, AttributeError) as error:
        first = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise RecordedFactsError(where, first) from None


def read_decision(data: bytes, where: str) -> Decision:
    """Return a decision as it was recorded; raises RecordedFactsError."""
    try:
        return Decision.model_validate_json(data)
    except (ValidationError, ValueError) as error:
        raise RecordedFactsError(where, str(error)) from None


def read_terms_approval(data: bytes, where: str) -> TermsApproval:
    """Return an approval of terms as it was recorded; raises RecordedFactsError."""
    try:
        return TermsApproval.model_validate_json(data)
    except (ValidationError, ValueError) as error:
        raise RecordedFactsError(where, str(error)) from None


def read_dispatch(data: bytes, where: str) -> Dispatch:
    """Return a step of a dispatch as it was recorded; raises RecordedFactsError."""
    try:
        return Dispatch.model_validate_json(data)
    except (ValidationError, ValueError) as error:
        raise RecordedFactsError(where, str(error)) from None


def kind_of(facts: BaseModel) -> str:
    """Return which facts a model holds, as its file says in `format`."""
    return next(name for name, model in FORMATS.items() if isinstance(facts, model))
