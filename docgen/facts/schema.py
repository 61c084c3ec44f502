"""JSON Schemas of the fact formats, made from the models, for editors."""

from __future__ import annotations

from typing import Any

from docgen.facts.kinds import KINDS
from docgen.models.engagement import Engagement


def json_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a fact format by its name, such as engagement."""
    model = KINDS[kind]
    schema = model.model_json_schema(by_alias=True)
    name = model.model_fields["format"].default
    schema["required"] = ["format", *schema.get("required", [])]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": f"{name}" if model is not Engagement else f"{name} (an engagement)",
    }
