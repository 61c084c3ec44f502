"""JSON Schemas of the formats that people write, made from the models, for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from docgen.facts.kinds import KINDS
from docgen.models.engagement import Engagement
from docgen.models.playbook import Playbook

WRITTEN: Mapping[str, type[BaseModel]] = {**KINDS, "playbook": Playbook}
"""Every format that people write: facts, and the playbook of a clause."""


def json_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a format by its name, such as engagement."""
    model = WRITTEN[kind]
    schema = model.model_json_schema(by_alias=True)
    name = schema["properties"]["format"]["const"]
    schema["required"] = ["format", *(each for each in schema.get("required", []) if each != "format")]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": f"{name}" if model is not Engagement else f"{name} (an engagement)",
    }
